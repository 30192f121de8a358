//! Whoever is slow, a sim thread or a peer, slows down only what is meant for it, and nothing is lost.

use crate::client::{Client, Heard};
use crate::fake_sim::FakeSim;
use skirmish_protocol::{ClientMessage, CloseCode};
use skirmish_server::edge::EdgeConfig;
use skirmish_sim::{Arrival, Departures, FrameKind};

/// More than any socket's buffers on loopback hold.
const FRAMES: u32 = 400;
const FRAME_BYTES: usize = 64 * 1024;

fn ack(snapshot_ack: u32) -> ClientMessage {
    ClientMessage::Ack { snapshot_ack }
}

/// A frame that is no message of the protocol and can be told from others.
fn frame_bytes(number: u32) -> Vec<u8> {
    let mut bytes = vec![0xc1; FRAME_BYTES];
    bytes[1..5].copy_from_slice(&number.to_le_bytes());
    bytes
}

fn hear_bytes(client: &mut Client) -> Vec<u8> {
    client.hear_until_open(|heard| match heard {
        Heard::Bytes(bytes) => Some(bytes),
        _ => None,
    })
}

#[test]
fn a_full_arrival_channel_stops_the_reading_and_loses_nothing() {
    const ACKS: u32 = 100;
    let sim = FakeSim::start(&EdgeConfig::default(), 4);
    let (mut other, _, _) = sim.join();
    let (mut busy, session, _) = sim.join();

    (1..=ACKS).for_each(|tick| busy.say(&ack(tick)));
    busy.say(&ClientMessage::Ping { token: 7 });
    while !sim.end.arrivals.is_full() {
        std::thread::yield_now();
    }
    // A ping needs no room at the sim thread: the other session notices nothing, the busy one's ping waits its turn.
    other.ping(1);
    assert!(!busy.has_heard());

    for tick in 1..=ACKS {
        assert_eq!(sim.arrival().arrival, Arrival::Ack { session, snapshot_ack: tick });
    }
    busy.hear_pong(7);
    drop(busy);
    assert_eq!(sim.arrival().arrival, Arrival::Closed { session });
}

#[test]
fn the_end_of_a_session_is_told_after_everything_it_said_however_full_the_channel() {
    let sim = FakeSim::start(&EdgeConfig::default(), 2);
    let (mut client, session, _) = sim.join();
    (1..=3).for_each(|tick| client.say(&ack(tick)));
    client.say_bytes(vec![0xc0]);
    let said: Vec<Arrival> = (0..4).map(|_| sim.arrival().arrival).collect();
    let ack = |snapshot_ack| Arrival::Ack { session, snapshot_ack };
    assert_eq!(said, [ack(1), ack(2), ack(3), Arrival::Closed { session }]);
}

#[test]
fn a_peer_that_does_not_read_delays_nobody_and_gets_everything_once_it_does() {
    // Its write buffer holds all of it: a match sends more only when the outbox is empty, this test does regardless.
    let write_buffer_bytes_max = FRAMES as usize * (FRAME_BYTES + 16);
    let config = EdgeConfig { write_buffer_bytes_max, ..EdgeConfig::default() };
    let sim = FakeSim::start(&config, 16);
    let (mut slow, slow_session, slow_outbox) = sim.join();
    let (mut quick, quick_session, quick_outbox) = sim.join();

    for number in 0..FRAMES {
        slow_outbox.fill();
        quick_outbox.fill();
        let mut departures = Departures::default();
        for session in [slow_session, quick_session] {
            departures.frame(session, FrameKind::Snapshot, &frame_bytes(number));
        }
        sim.push(departures);
        assert_eq!(hear_bytes(&mut quick), frame_bytes(number));
    }
    while !quick_outbox.is_empty() {
        std::thread::yield_now();
    }
    assert!(!slow_outbox.is_empty(), "the slow one's frames were not all taken by the system");

    for number in 0..FRAMES {
        assert_eq!(hear_bytes(&mut slow), frame_bytes(number));
    }
    while !slow_outbox.is_empty() {
        std::thread::yield_now();
    }
}

#[test]
fn a_peer_for_which_too_much_waits_is_closed_and_the_match_hears_of_it() {
    let config = EdgeConfig { write_buffer_bytes_max: FRAME_BYTES * 2, ..EdgeConfig::default() };
    let sim = FakeSim::start(&config, 16);
    let (slow, session, _) = sim.join();
    let (mut other, _, _) = sim.join();
    for number in 0..FRAMES {
        sim.push_frame(session, &frame_bytes(number));
    }
    assert_eq!(sim.arrival().arrival, Arrival::Closed { session });
    other.ping(1);
    drop(slow);
}

#[test]
fn a_peer_that_takes_nothing_for_too_long_is_closed_though_it_still_speaks_and_can_read_why() {
    // More than the system takes of a peer that has yet to read anything, and little enough to be read in a moment.
    const UNREAD: u32 = 40;
    let write_buffer_bytes_max = UNREAD as usize * (FRAME_BYTES + 16);
    let config = EdgeConfig { write_buffer_bytes_max, stall_timeout_s: 0.5, ..EdgeConfig::default() };
    let sim = FakeSim::start(&config, 16);
    let (mut stalled, session, _) = sim.join();
    for number in 0..UNREAD {
        sim.push_frame(session, &frame_bytes(number));
    }
    stalled.say(&ack(1));
    assert_eq!(sim.arrival().arrival, Arrival::Ack { session, snapshot_ack: 1 });
    assert_eq!(sim.arrival().arrival, Arrival::Closed { session });
    let (code, reason) = stalled.close();
    assert_eq!(code, CloseCode::TooSlow.code());
    assert!(reason.contains("taken nothing") && reason.contains("0.5 s"), "{reason}");
}
