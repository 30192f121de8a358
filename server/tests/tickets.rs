//! Tickets and seats: who gets in, who does not, and what they are told. Time is moved by hand.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;
use skirmish_protocol::CloseCode;
use skirmish_server::MatchKey;
use skirmish_server::channels::{Fabric, SimCommand, SimEnd};
use skirmish_server::directory::{Directory, DirectoryLimits, Hosted, JoinError, Joined};
use skirmish_server::games;
use skirmish_server::ticket::{Ticket, TicketError, TicketKey, TicketKind};
use skirmish_sim::Tuning;

const SECRET: &[u8] = b"a secret of this test, nobody else's";
const RUN: u64 = 0x0123_4567_89ab_cdef;

/// A directory whose clock the test moves, and the sim threads' ends of its channels.
struct House {
    directory: Arc<Directory>,
    now_ms: Arc<AtomicU64>,
    sims: Vec<SimEnd>,
}

fn limits() -> DirectoryLimits {
    DirectoryLimits {
        matches_max: 3,
        sessions_max: 100,
        bots: 0,
        ticket_ttl: Duration::from_secs(30),
        tuning: Tuning::default(),
    }
}

fn house(limits: DirectoryLimits) -> House {
    house_of(limits, RUN)
}

fn house_of(limits: DirectoryLimits, run: u64) -> House {
    let fabric = Fabric::new(2, 1);
    let arena = Hosted::new(games::games().remove(0), json!({ "match": { "seats": 2 } })).expect("a playable arena");
    let now_ms = Arc::new(AtomicU64::new(0));
    let (start, clock) = (Instant::now(), Arc::clone(&now_ms));
    let clock = Box::new(move || start + Duration::from_millis(clock.load(Ordering::Relaxed)));
    let directory = Directory::new(vec![arena], fabric.handles, limits, TicketKey::new(SECRET), run, clock);
    House { directory: Arc::new(directory), now_ms, sims: fabric.sims }
}

impl House {
    fn join(&self, name: &str) -> Joined {
        self.directory.join("arena", name, None, || true).expect("there is room")
    }

    fn refused(&self, ticket: &str) -> CloseCode {
        self.directory.claim(ticket).expect_err("the ticket must not open the door").code
    }

    fn pass_s(&self, seconds: u64) {
        self.now_ms.fetch_add(seconds * 1_000, Ordering::Relaxed);
    }
}

#[test]
fn a_join_ticket_opens_the_door_once() {
    let house = house(limits());
    let joined = house.join("Ada");
    let claim = house.directory.claim(&joined.ticket).expect("a fresh ticket");
    assert_eq!((claim.seat, claim.name.as_str()), (joined.seat, "Ada"));
    assert_eq!(house.refused(&joined.ticket), CloseCode::TicketUsed);
}

#[test]
fn a_join_ticket_expires_and_its_seat_is_free_again() {
    let house = house(limits());
    let joined = house.join("Ada");
    house.pass_s(31);
    assert_eq!(house.refused(&joined.ticket), CloseCode::TicketExpired);
    assert_eq!(house.join("Bob").seat, joined.seat);
    assert_eq!(house.refused(&joined.ticket), CloseCode::TicketExpired);
}

#[test]
fn a_reconnect_token_returns_to_the_same_seat_and_rotates() {
    let house = house(limits());
    let first = house.directory.claim(&house.join("Ada").ticket).unwrap();
    let second = house.directory.claim(&first.token).expect("the newest token");
    assert_eq!((second.key, second.seat, second.name.as_str()), (first.key, first.seat, "Ada"));
    assert_ne!(second.token, first.token);
    house.directory.claim(&first.token).expect("nothing was heard under the second yet");
    house.directory.confirm(second.key, second.seat, second.generation);
    assert_eq!(house.refused(&first.token), CloseCode::TicketInvalid);
    house.directory.claim(&second.token).expect("the confirmed token");
}

#[test]
fn a_reconnect_token_does_not_expire_with_time_but_with_its_seat() {
    let house = house(limits());
    let claim = house.directory.claim(&house.join("Ada").ticket).unwrap();
    house.pass_s(24 * 3600);
    let claim = house.directory.claim(&claim.token).expect("the seat is still held");
    house.directory.release(claim.key, claim.seat);
    assert_eq!(house.refused(&claim.token), CloseCode::TicketExpired);
}

#[test]
fn what_is_not_a_ticket_of_this_server_is_invalid() {
    let house = house(limits());
    let good = house.join("Ada").ticket;
    for bad in ["", "x", "not base64 at all!", &good[1..], &format!("{good}A"), &good.to_uppercase()] {
        assert_eq!(house.refused(bad), CloseCode::TicketInvalid, "{bad:?}");
    }
    house.directory.claim(&good).expect("untouched, it is good");
}

#[test]
fn changing_any_character_of_a_ticket_makes_it_unreadable() {
    let key = TicketKey::new(SECRET);
    let ticket = Ticket { kind: TicketKind::Join, run: 1, key: MatchKey(2), seat: 3, generation: 4, expires_ms: 5 };
    let text = key.sign(&ticket);
    assert_eq!(key.read(&text), Ok(ticket));
    for at in 0..text.len() {
        let other = if text.as_bytes()[at] == b'A' { "B" } else { "A" };
        let mut changed = text.clone();
        changed.replace_range(at..=at, other);
        assert_eq!(key.read(&changed), Err(TicketError), "character {at}");
    }
    assert_eq!(TicketKey::new(b"another").read(&text), Err(TicketError));
}

#[test]
fn a_ticket_of_an_ended_match_or_an_earlier_run_says_that_the_match_is_gone() {
    let house = house(limits());
    let joined = house.join("Ada");
    let claim = house.directory.claim(&joined.ticket).unwrap();
    let restarted = house_of(limits(), RUN + 1);
    restarted.join("Bob");
    assert_eq!(restarted.refused(&claim.token), CloseCode::MatchGone);
    house.directory.ended(claim.key);
    assert_eq!(house.refused(&claim.token), CloseCode::MatchGone);
    assert_eq!(house.refused(&joined.ticket), CloseCode::MatchGone);
}

#[test]
fn the_fullest_match_with_a_free_seat_is_picked_and_a_full_one_is_not() {
    let house = house(limits());
    let first = house.join("Ada");
    house.directory.join("arena", "Bob", Some("duel"), || true).unwrap();
    house.directory.join("arena", "Cleo", Some("duel"), || true).unwrap();
    assert_eq!(house.join("Dan").match_id, first.match_id, "duel is full");
    let third = house.join("Eve").match_id;
    assert!(third != first.match_id && third != "duel", "both are full: {third}");
}

#[test]
fn opening_a_match_tells_the_sim_thread_with_the_fewest() {
    let house = house(DirectoryLimits { bots: 1, ..limits() });
    house.directory.join("arena", "Ada", Some("one"), || true).unwrap();
    house.directory.join("arena", "Bob", Some("two"), || true).unwrap();
    for (sim, expected) in house.sims.iter().zip(["one", "two"]) {
        match sim.commands.try_recv().expect("each got a match") {
            SimCommand::Open { header, bots, .. } => {
                assert_eq!((header.match_id.as_str(), bots), (expected, 1));
            }
            _ => panic!("nothing but a match is opened"),
        }
        assert!(sim.commands.try_recv().is_err());
    }
}

#[test]
fn bots_leave_at_least_one_seat_to_people() {
    let house = house(DirectoryLimits { bots: 199, ..limits() });
    house.directory.join("arena", "Ada", Some("one"), || true).expect("a seat is left");
    let full = house.directory.join("arena", "Bob", Some("one"), || true);
    assert_eq!(full, Err(JoinError::MatchFull { match_id: "one".into(), seats: 1 }));
}

#[test]
fn limits_of_matches_and_of_seats_are_kept() {
    let house = house(DirectoryLimits { sessions_max: 4, ..limits() });
    for name in ["a", "b", "c"] {
        house.directory.join("arena", "Ada", Some(name), || true).unwrap();
    }
    let refused = house.directory.join("arena", "Ada", Some("d"), || true).unwrap_err();
    assert_eq!(refused.to_string(), "the server is full: no more matches may be open (the limit is 3)");
    house.join("Bob");
    let refused = house.directory.join("arena", "Cleo", None, || true).unwrap_err();
    assert_eq!(refused.to_string(), "the server is full: every place is taken (the limit is 4)");
    house.pass_s(31);
    house.join("Cleo");
}

#[test]
fn a_match_ends_for_want_of_players_only_when_nobody_holds_a_ticket_for_it() {
    let house = house(limits());
    let claim = house.directory.claim(&house.join("Ada").ticket).unwrap();
    house.join("Bob");
    house.directory.release(claim.key, claim.seat);
    assert!(!house.directory.end_if_empty(claim.key), "Bob is on his way");
    house.pass_s(31);
    assert!(house.directory.end_if_empty(claim.key));
    assert!(house.directory.matches().is_empty());
}

#[test]
fn who_may_not_open_a_match_may_join_one_that_is_open() {
    let house = house(limits());
    let refused = house.directory.join("arena", "Ada", None, || false);
    assert_eq!(refused, Err(JoinError::TooManyOpened));
    house.join("Ada");
    house.directory.join("arena", "Bob", None, || panic!("nothing has to be opened")).unwrap();
}

#[test]
fn a_stopping_directory_refuses_joins_and_tickets() {
    let house = house(limits());
    let joined = house.join("Ada");
    house.directory.stop();
    assert_eq!(house.directory.join("arena", "Bob", None, || true), Err(JoinError::ShuttingDown));
    assert_eq!(house.refused(&joined.ticket), CloseCode::Shutdown);
}

#[test]
fn names_of_ended_matches_are_free_again() {
    let house = house(limits());
    let first = house.join("Ada");
    let claim = house.directory.claim(&first.ticket).unwrap();
    house.directory.ended(claim.key);
    assert!(house.directory.matches().is_empty());
    let again = house.join("Ada");
    assert_eq!(again.match_id, first.match_id);
    assert_ne!(house.directory.claim(&again.ticket).unwrap().key, claim.key, "keys are never used again");
}
