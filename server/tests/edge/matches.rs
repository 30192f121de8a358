//! Whole matches behind real sockets: what sim threads do when a match ends, breaks, or is stopped, and what they leave on disk.

use std::path::PathBuf;

use crate::client::Heard;
use crate::game::{self, Pushing};
use crate::real_sim::RealSim;
use skirmish_protocol::{ClientMessage, CloseCode, ServerMessage};
use skirmish_server::channels::{Fabric, SimCommand, ToSim};
use skirmish_server::driver::DriverConfig;
use skirmish_server::edge::EdgeConfig;
use skirmish_sim::{Arrival, Pace, replay};
use tokio::sync::oneshot;

fn start() -> RealSim {
    RealSim::start(&EdgeConfig::default(), &DriverConfig::default())
}

#[test]
fn inputs_of_two_players_are_applied_and_seen() {
    let server = start();
    let (mut ada, mut bob) = (server.join("one"), server.join("one"));
    for seq in 1..=20 {
        ada.play(seq, 1);
        bob.play(seq, -1);
    }
}

#[test]
fn players_on_different_reader_threads_play_in_the_same_matches() {
    let server = RealSim::start_on(Fabric::new(2, 2), &EdgeConfig::default(), &DriverConfig::default());
    let mut players: Vec<_> = ["one", "two", "one", "two"].map(|name| server.join(name)).into();
    for seq in 1..=5 {
        players.iter_mut().for_each(|player| player.play(seq, 1));
    }
}

#[test]
fn a_paused_match_stands_still_and_welcomes_newcomers_all_the_same() {
    let server = start();
    let mut first = server.join("one");
    first.play(1, 1);
    let (key, sim) = server.directory.find("one").expect("it is open");
    let pace = |paused| {
        let arrival = Arrival::Pace(Pace { paused, dilation_permille: 1000 });
        SimCommand::Arrival(ToSim::new(key, arrival))
    };
    let report = || {
        let (answer, answered) = oneshot::channel();
        sim.send(SimCommand::Query { key, answer }).expect("it runs");
        answered.blocking_recv().expect("the match is there")
    };
    sim.send(pace(true)).expect("it runs");
    let paused = report();
    assert!(paused.settings.paused);

    let mut second = server.connect("one");
    second.hello();
    assert!(second.hear_welcome().settings.paused);
    assert_eq!(report().tick, paused.tick);

    sim.send(pace(false)).expect("it runs");
    second.play(1, 1);
    let bots: Vec<bool> = report().seats.iter().map(|seat| seat.bot).collect();
    assert_eq!(bots, [false, false, true]);
}

#[test]
fn a_game_that_panics_ends_its_own_match_only() {
    let server = start();
    let (mut victim, mut culprit) = (server.join("one"), server.join("one"));
    let mut elsewhere = server.join("two");
    culprit.say(&game::input(1, game::FATAL));
    for client in [&mut culprit, &mut victim] {
        let (code, reason) = client.close();
        assert_eq!(code, CloseCode::MatchOver.code());
        assert!(reason.contains("defect"), "{reason:?}");
    }
    elsewhere.play(1, 1);
    let open: Vec<String> = server.directory.matches().into_iter().map(|open| open.match_id).collect();
    assert_eq!(open, ["two"]);
}

#[test]
fn who_leaves_is_let_go_and_its_seat_is_free() {
    let server = start();
    let mut client = server.join("one");
    client.say(&ClientMessage::Leave);
    let (code, _) = client.close();
    assert_eq!(code, CloseCode::Left.code());
    while server.directory.matches()[0].players > 0 {
        std::thread::yield_now();
    }
}

#[test]
fn a_match_that_everybody_left_is_closed() {
    let config = DriverConfig { reap_after_s: 0.0, ..DriverConfig::default() };
    let server = RealSim::start(&EdgeConfig::default(), &config);
    let mut client = server.join("one");
    client.play(1, 1);
    assert_eq!(server.directory.matches().len(), 1);
    client.say(&ClientMessage::Leave);
    assert_eq!(client.close().0, CloseCode::Left.code());
    while !server.directory.matches().is_empty() {
        std::thread::yield_now();
    }
}

#[test]
fn a_claim_on_a_match_that_has_ended_meanwhile_is_told_so() {
    let server = start();
    let mut culprit = server.join("one");
    let mut late = server.connect("one");
    culprit.say(&game::input(1, game::FATAL));
    while !server.directory.matches().is_empty() {
        std::thread::yield_now();
    }
    late.hello();
    assert_eq!(late.close().0, CloseCode::MatchGone.code());
}

#[test]
fn a_match_that_nobody_plays_waits_for_whoever_is_on_the_way() {
    let config = DriverConfig { reap_after_s: 0.0, ..DriverConfig::default() };
    let server = RealSim::start(&EdgeConfig::default(), &config);
    let (mut first, mut elsewhere) = (server.join("one"), server.join("two"));
    let joined = server.directory.join("pushing", "Bob", Some("one"), || false).expect("it is open");
    first.say(&ClientMessage::Leave);
    assert_eq!(first.close().0, CloseCode::Left.code());
    // Both matches belong to one thread: it has visited the empty one as often.
    (1..=20).for_each(|seq| elsewhere.play(seq, 1));
    let mut late = server.claim(&joined.ticket);
    late.hello();
    assert_eq!(late.hear_welcome().seat, joined.seat);
}

#[test]
fn a_match_that_nobody_came_to_ends_with_the_last_claim_on_it() {
    let config = DriverConfig { reap_after_s: 1_000.0, ..DriverConfig::default() };
    let server = RealSim::start(&EdgeConfig::default(), &config);
    let silent = server.connect("one");
    assert_eq!(server.directory.matches().len(), 1);
    drop(silent);
    while !server.directory.matches().is_empty() {
        std::thread::yield_now();
    }
}

#[test]
fn a_claim_whose_seat_was_given_up_before_its_hello_takes_it_from_nobody() {
    let server = start();
    let mut first = server.connect("one");
    first.hello();
    let token = first.hear_welcome().token;
    let mut bystander = server.join("one");
    let mut late = server.claim(&token);
    first.say(&ClientMessage::Leave);
    assert_eq!(first.close().0, CloseCode::Left.code());
    let mut next = server.connect("one");
    next.hello();
    assert_eq!(next.hear_welcome().seat, 0);
    late.hello();
    assert_eq!(late.close().0, CloseCode::TicketExpired.code());
    next.play(1, 1);
    bystander.play(1, 1);
}

#[test]
fn of_two_claims_on_a_seat_the_newer_sits_down_whichever_says_hello_first() {
    let server = start();
    let mut first = server.connect("one");
    first.hello();
    let token = first.hear_welcome().token;
    let mut older = server.claim(&token);
    let mut newer = server.claim(&token);
    newer.hello();
    newer.hear_welcome();
    older.hello();
    let code = older.close().0;
    assert!([CloseCode::Replaced.code(), CloseCode::TicketExpired.code()].contains(&code), "{code}");
    newer.play(1, 1);
}

#[test]
fn a_claim_that_said_no_hello_is_closed_for_a_newer_one_and_may_try_again() {
    let server = start();
    let mut first = server.connect("one");
    first.hello();
    let token = first.hear_welcome().token;
    let mut older = server.claim(&token);
    let newer = server.claim(&token);
    assert_eq!(older.close().0, CloseCode::TicketExpired.code());
    drop(newer);
    let mut again = server.claim(&token);
    again.hello();
    again.hear_welcome();
}

#[test]
fn admitted_connections_are_capped_in_number() {
    let server = RealSim::start(&EdgeConfig { sockets_max: 1, ..EdgeConfig::default() }, &DriverConfig::default());
    let _first = server.connect("one");
    assert_eq!(server.connect("one").hear(), Heard::End);
}

#[test]
fn a_seat_is_claimed_again_with_the_token_and_the_old_connection_is_replaced() {
    let server = start();
    let mut old = server.connect("one");
    old.hello();
    let welcome = old.hear_welcome();
    old.play(1, 1);
    let mut new = server.claim(&welcome.token);
    new.hello();
    let again = new.hear_welcome();
    assert_eq!((again.seat, again.input_seq), (welcome.seat, 1));
    assert_ne!(again.token, welcome.token);
    assert_eq!(old.close().0, CloseCode::Replaced.code());
    new.play(2, 1);
}

#[test]
fn a_stop_says_goodbye_with_a_time_to_return() {
    let server = start();
    let mut client = server.join("one");
    server.stop();
    let goodbye = client.hear_until(|heard| match heard {
        Heard::Message(ServerMessage::Goodbye { code, retry_after_ms, .. }) => Some((code, retry_after_ms)),
        _ => None,
    });
    assert_eq!(goodbye, (4203, Some(3_000)));
    assert_eq!(client.close().0, CloseCode::Shutdown.code());
}

#[test]
fn a_match_log_on_disk_replays_to_the_same_checksums() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let config = DriverConfig { data_dir: Some(dir.path().to_owned()), ..DriverConfig::default() };
    let server = RealSim::start(&EdgeConfig::default(), &config);
    let mut client = server.join("one");
    // More than a second of ticks, so that there is a checksum to compare.
    for seq in 1..=150 {
        client.play(seq, 7);
    }
    let newest_tick = client.newest_tick;
    drop(client);
    server.stop();
    let logs: Vec<PathBuf> = std::fs::read_dir(dir.path())
        .expect("the folder is there")
        .map(|entry| entry.expect("it can be read").path())
        .collect();
    assert_eq!(logs.len(), 1, "{logs:?}");
    let log = std::fs::read(&logs[0]).expect("it can be read");
    let replayed = replay(&Pushing, &log).expect("it is a whole log");
    assert!(replayed.ticks >= newest_tick, "{} < {}", replayed.ticks, newest_tick);
    assert!(!replayed.checksums.is_empty());
    assert!(replayed.mismatches.is_empty(), "{:?}", replayed.mismatches);
}
