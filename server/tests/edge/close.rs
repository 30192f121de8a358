//! How connections begin and end: what was said before is heard, reasons can be read, and nobody holds the server up.

use crate::client::Heard;
use crate::fake_sim::FakeSim;
use skirmish_protocol::{ClientMessage, CloseCode, Pong, ServerMessage};
use skirmish_server::edge::EdgeConfig;
use skirmish_sim::{Arrival, Departures, FrameKind};
use tungstenite::Message;

fn chat(text: &str) -> ServerMessage {
    ServerMessage::Chat { seat: 0, text: text.to_owned() }
}

fn encoded(message: &ServerMessage) -> Vec<u8> {
    let mut bytes = Vec::new();
    message.encode(&mut bytes);
    bytes
}

fn start() -> FakeSim {
    FakeSim::start(&EdgeConfig::default(), 64)
}

#[test]
fn bytes_that_came_with_the_upgrade_are_not_lost() {
    let sim = start();
    let mut hello = Vec::new();
    ClientMessage::Hello { version: 1, agent: "early".to_owned(), schema_hash: 0 }.encode(&mut hello);
    // A masked frame with a mask of zeros.
    let mut frame = vec![0x82, 0x80 | hello.len() as u8, 0, 0, 0, 0];
    frame.extend(hello);
    let (early, late) = frame.split_at(9);
    let mut client = sim.admit(early.to_vec());
    client.say_raw(late);
    assert!(matches!(sim.arrival().arrival, Arrival::Join { seat: 0, .. }));
}

#[test]
fn pings_are_answered_from_the_match_clock() {
    let sim = start();
    let (mut client, _, _) = sim.join();
    sim.clock.set(41, 0);
    client.say(&ClientMessage::Ping { token: 9 });
    let heard = client.hear();
    assert!(matches!(heard, Heard::Message(ServerMessage::Pong(Pong { token: 9, tick: 41, .. }))), "{heard:?}");
}

#[test]
fn a_match_that_closes_a_session_is_heard_out_first() {
    let sim = start();
    let (mut client, session, _) = sim.join();
    let goodbye = ServerMessage::Goodbye { code: 4201, reason: "out".to_owned(), retry_after_ms: None };
    let mut departures = Departures::default();
    let mut put = |message: &ServerMessage| departures.frame(session, FrameKind::Reliable, &encoded(message));
    put(&chat("one"));
    put(&goodbye);
    departures.close(session, CloseCode::Kicked, "you were kicked".to_owned());
    departures.frame(session, FrameKind::Reliable, &encoded(&chat("never")));
    sim.push(departures);
    assert_eq!(client.hear(), Heard::Message(chat("one")));
    assert_eq!(client.hear(), Heard::Message(goodbye));
    assert_eq!(client.hear(), Heard::Close(4201, "you were kicked".to_owned()));
    assert_eq!(client.hear(), Heard::End);
    drop(client);
    sim.edge.stop();
    assert!(sim.end.arrivals.is_empty(), "a match that closed a session need not be told");
}

#[test]
fn a_peer_that_closes_gets_its_close_back_and_the_match_hears_once() {
    let sim = start();
    let (mut client, session, _) = sim.join();
    client.socket.close(None).expect("it is open");
    assert_eq!(client.hear(), Heard::Close(1005, String::new()));
    assert_eq!(sim.arrival().arrival, Arrival::Closed { session });
    drop(client);
    sim.edge.stop();
    assert!(sim.end.arrivals.is_empty());
}

#[test]
fn a_peer_that_vanishes_is_reported_to_the_match() {
    let sim = start();
    let (client, session, _) = sim.join();
    drop(client);
    assert_eq!(sim.arrival().arrival, Arrival::Closed { session });
}

#[test]
fn a_close_can_be_read_by_a_peer_that_was_still_sending() {
    let sim = start();
    let (mut client, _, _) = sim.join();
    client.say_bytes(vec![0xc0]);
    for _ in 0..200 {
        // The server may have closed its end by now: only what it said counts.
        let _ = client.socket.write(Message::Binary(vec![0; 1000].into()));
    }
    let _ = client.socket.flush();
    let (code, _) = client.close();
    assert_eq!(code, CloseCode::BadMessage.code());
}

#[test]
fn a_refused_connection_reads_why_and_what_to_do() {
    let sim = start();
    let mut client = sim.refuse(CloseCode::TicketMissing, "no ticket in the address");
    // The simplest client there is says something at once.
    let _ = client.socket.send("Hello from client!".into());
    let Heard::Text(text) = client.hear() else { panic!("a readable text comes first") };
    for part in ["Skirmish", "no ticket in the address", "POST /api/join", "docs/protocol.md"] {
        assert!(text.contains(part), "{part:?} is missing in {text:?}");
    }
    assert_eq!(client.hear(), Heard::Close(4100, "no ticket in the address".to_owned()));
    assert_eq!(client.hear(), Heard::End);
}

#[test]
fn a_reason_too_long_for_a_close_frame_is_cut_between_characters() {
    let sim = start();
    let mut client = sim.refuse(CloseCode::TicketInvalid, &"ü".repeat(100));
    assert!(matches!(client.hear(), Heard::Text(_)));
    assert_eq!(client.hear(), Heard::Close(4101, "ü".repeat(61)));
}

#[test]
fn refused_connections_are_capped_in_number() {
    let config = EdgeConfig { refusals_max: 1, ..EdgeConfig::default() };
    let sim = FakeSim::start(&config, 64);
    // The first keeps its place until it closes: it is silent and does not answer.
    let mut first = sim.refuse(CloseCode::TicketInvalid, "not a ticket");
    let mut second = sim.refuse(CloseCode::TicketInvalid, "not a ticket");
    assert_eq!(second.hear(), Heard::End);
    assert!(matches!(first.hear(), Heard::Text(_)));
}

#[test]
fn a_stop_sends_what_was_handed_over_and_tells_everybody_else() {
    let sim = start();
    let (mut told, session, _) = sim.join();
    let (mut untold, _, _) = sim.join();
    let mut refused = sim.refuse(CloseCode::TicketInvalid, "not a ticket");
    let goodbye = ServerMessage::Goodbye { code: 4203, reason: "stop".to_owned(), retry_after_ms: Some(5) };
    let mut departures = Departures::default();
    departures.frame(session, FrameKind::Reliable, &encoded(&goodbye));
    departures.close(session, CloseCode::Shutdown, "stop".to_owned());
    sim.push(departures);
    // None of the three answers: the end comes all the same.
    sim.edge.stop();
    assert_eq!(told.hear(), Heard::Message(goodbye));
    assert_eq!(told.hear(), Heard::Close(4203, "stop".to_owned()));
    assert_eq!(untold.hear(), Heard::Close(4203, "the server is stopping".to_owned()));
    assert!(matches!(refused.hear(), Heard::Text(_)));
}

#[test]
fn nobody_is_admitted_after_a_stop() {
    let sim = start();
    sim.edge.stop();
    assert_eq!(sim.admit(Vec::new()).hear(), Heard::End);
}
