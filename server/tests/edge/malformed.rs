//! Everything that a client can say wrong has a close code and a readable reason of its own, and nobody else notices.

use crate::client::Client;
use crate::game::input;
use crate::real_sim::RealSim;
use skirmish_protocol::limits::{CLOSE_REASON_BYTES_MAX, MESSAGE_BYTES_MAX};
use skirmish_protocol::{ClientMessage, CloseCode, PROTOCOL_VERSION, wire};
use skirmish_server::driver::DriverConfig;
use skirmish_server::edge::EdgeConfig;
use tungstenite::Message;
use tungstenite::protocol::frame::Frame;
use tungstenite::protocol::frame::coding::{Data, OpCode};

/// What a client does wrong, the code it must get, and what the reason must say.
struct Case {
    name: &'static str,
    says_hello: bool,
    act: fn(&mut Client),
    code: CloseCode,
    reason: &'static str,
}

const fn case(name: &'static str, act: fn(&mut Client), code: CloseCode, reason: &'static str) -> Case {
    Case { name, says_hello: true, act, code, reason }
}

const fn before_hello(name: &'static str, act: fn(&mut Client), code: CloseCode, reason: &'static str) -> Case {
    Case { name, says_hello: false, act, code, reason }
}

fn binary(client: &mut Client, bytes: &[u8]) {
    client.say_bytes(bytes.to_vec());
}

fn fragment(client: &mut Client, kind: Data, bytes: usize, is_final: bool) {
    let frame = Frame::message(vec![0x91; bytes], OpCode::Data(kind), is_final);
    client.socket.send(Message::Frame(frame)).expect("the server still listens");
}

fn repeat(client: &mut Client, count: u32, message: impl Fn(u32) -> ClientMessage) {
    for number in 1..=count {
        let mut bytes = Vec::new();
        message(number).encode(&mut bytes);
        client.socket.write(Message::Binary(bytes.into())).expect("the server still listens");
    }
    client.socket.flush().expect("the server still listens");
}

/// An ack whose integer is in a format of 64 bits.
const ACK_OF_64_BITS: [u8; 11] = [0x92, 3, 0xcf, 0, 0, 0, 0, 0, 0, 0, 1];
/// An unmasked final binary frame of one byte.
const UNMASKED: [u8; 3] = [0x82, 1, 0xc0];
/// A masked binary frame with a reserved bit set.
const RESERVED_BIT: [u8; 7] = [0xc2, 0x81, 0, 0, 0, 0, 0xc0];
/// The header of a masked binary frame of 2^62 bytes.
const GIGANTIC: [u8; 14] = [0x82, 0xff, 0x40, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4];

const CASES: &[Case] = &[
    case("no bytes", |c| binary(c, &[]), CloseCode::BadMessage, "ends"),
    case("not an array", |c| binary(c, &[0xc0]), CloseCode::BadMessage, "expected an array"),
    case("a map", |c| binary(c, &[0x82, 0, 3, 1, 0]), CloseCode::BadMessage, "expected an array"),
    case("an array that ends early", |c| binary(c, &[0x92, 3]), CloseCode::BadMessage, "ends"),
    case("an array too short", |c| binary(c, &[0x91, 3]), CloseCode::BadMessage, "an array of 2"),
    case("an array too long", |c| binary(c, &[0x93, 3, 0, 0]), CloseCode::BadMessage, "an array of 2"),
    case("a declared length of 4 GiB", |c| binary(c, &[0xdd, 255, 255, 255, 255]), CloseCode::BadMessage, ""),
    case("bytes after the message", |c| binary(c, &[0x92, 3, 0, 0]), CloseCode::BadMessage, "after the message"),
    case("nil for an integer", |c| binary(c, &[0x92, 3, 0xc0]), CloseCode::BadMessage, "integer"),
    case("a float for an integer", |c| binary(c, &[0x92, 3, 0xca, 0, 0, 0, 0]), CloseCode::BadMessage, "integer"),
    case("an integer of 64 bits", |c| binary(c, &ACK_OF_64_BITS), CloseCode::BadMessage, "32 bits"),
    case("a string that is not UTF-8", |c| binary(c, &[0x92, 5, 0xa1, 0xff]), CloseCode::BadMessage, "UTF-8"),
    case("too few input values", |c| binary(c, &[0x94, 2, 1, 0, 0x90]), CloseCode::BadMessage, "0 input values"),
    case("an unmasked frame", |c| c.say_raw(&UNMASKED), CloseCode::BadMessage, "WebSocket"),
    case("a reserved bit", |c| c.say_raw(&RESERVED_BIT), CloseCode::BadMessage, "WebSocket"),
    case("an unknown type", |c| binary(c, &[0x91, 99]), CloseCode::UnknownMessage, "99"),
    case("a server's message", |c| binary(c, &[0x92, 18, 0]), CloseCode::UnknownMessage, "18"),
    case("a message too large by one byte", |c| binary(c, &[0xc0; MESSAGE_BYTES_MAX + 1]), CloseCode::TooLarge, "1024"),
    case("a gigantic frame announced", |c| c.say_raw(&GIGANTIC), CloseCode::TooLarge, "1024"),
    case(
        "fragments that add up to too much",
        |c| {
            fragment(c, Data::Binary, MESSAGE_BYTES_MAX, false);
            fragment(c, Data::Continue, 1, true);
        },
        CloseCode::TooLarge,
        "1024",
    ),
    case("text", |c| c.socket.send("Hello from client!".into()).expect("open"), CloseCode::NotBinary, "MessagePack"),
    case("text that is not UTF-8", |c| fragment(c, Data::Text, 1, true), CloseCode::NotBinary, "UTF-8"),
    before_hello("an input before hello", |c| c.say(&input(1, 0)), CloseCode::OutOfOrder, "input came before hello"),
    before_hello(
        "a leave before hello",
        |c| c.say(&ClientMessage::Leave),
        CloseCode::OutOfOrder,
        "leave came before hello",
    ),
    before_hello(
        "text before hello",
        |c| c.socket.send("hi".into()).expect("open"),
        CloseCode::NotBinary,
        "MessagePack",
    ),
    case("a second hello", Client::hello, CloseCode::OutOfOrder, "second hello"),
    before_hello(
        "another version",
        |c| c.say(&ClientMessage::Hello { version: PROTOCOL_VERSION + 1, agent: String::new(), schema_hash: 0 }),
        CloseCode::Version,
        "version 2",
    ),
    before_hello(
        "an agent too long",
        |c| c.say(&ClientMessage::Hello { version: 1, agent: "a".repeat(65), schema_hash: 0 }),
        CloseCode::BadValue,
        "64",
    ),
    case("an input value out of range", |c| c.say(&input(1, 101)), CloseCode::BadValue, "101"),
    case("a chat too long", |c| c.say(&ClientMessage::Chat { text: "a".repeat(201) }), CloseCode::BadValue, "200"),
    case("an empty chat", |c| c.say(&ClientMessage::Chat { text: String::new() }), CloseCode::BadValue, ""),
    case(
        "a control character",
        |c| c.say(&ClientMessage::Chat { text: "a\u{7}".to_owned() }),
        CloseCode::BadValue,
        "control",
    ),
    case(
        "an integer beyond 32 bits unsigned",
        |c| {
            let mut bytes = Vec::new();
            wire::array(&mut bytes, 2);
            wire::u32(&mut bytes, 3);
            wire::i32(&mut bytes, -1);
            c.say_bytes(bytes);
        },
        CloseCode::BadValue,
        "-1",
    ),
    case("the same seq twice", |c| repeat(c, 2, |_| input(5, 0)), CloseCode::Stale, "seq 5 is not above 5"),
    case("seq 0", |c| c.say(&input(0, 0)), CloseCode::Stale, "seq 0"),
    case(
        "an ack of what was never sent",
        |c| c.say(&ClientMessage::Ack { snapshot_ack: 1_000_000 }),
        CloseCode::BadAck,
        "1000000",
    ),
    case("too many inputs", |c| repeat(c, 1_000, |seq| input(seq, 0)), CloseCode::TooFrequent, "input"),
    case(
        "too many acks",
        |c| repeat(c, 1_000, |_| ClientMessage::Ack { snapshot_ack: 0 }),
        CloseCode::TooFrequent,
        "ack",
    ),
    case("too many pings", |c| repeat(c, 40, |token| ClientMessage::Ping { token }), CloseCode::TooFrequent, "ping"),
    case(
        "too many chats",
        |c| repeat(c, 10, |_| ClientMessage::Chat { text: "hi".to_owned() }),
        CloseCode::TooFrequent,
        "chat",
    ),
    case(
        "too many pings of WebSocket's own",
        |c| {
            for _ in 0..60 {
                c.socket.send(Message::Ping(Vec::new().into())).expect("the server still listens");
            }
        },
        CloseCode::TooFrequent,
        "control",
    ),
    case(
        "fragments without end that add up to nothing",
        |c| {
            c.say_raw(&[0x02, 0x80, 0, 0, 0, 0]);
            c.say_raw(&[0x00, 0x80, 0, 0, 0, 0].repeat(20_000));
        },
        CloseCode::TooFrequent,
        "no message",
    ),
];

#[test]
fn each_wrong_message_gets_its_own_code_and_reason_and_nobody_else_notices() {
    let server = RealSim::start(&EdgeConfig::default(), &DriverConfig::default());
    let mut bystander = server.join("one");
    for (number, case) in (1..).zip(CASES) {
        let mut client = server.connect("one");
        if case.says_hello {
            client.hello();
            client.hear_welcome();
        }
        (case.act)(&mut client);
        let (code, reason) = client.close();
        assert_eq!(code, case.code.code(), "{}: closed with {reason:?}", case.name);
        assert!(reason.contains(case.reason), "{}: {reason:?} lacks {:?}", case.name, case.reason);
        assert!(!reason.is_empty() && reason.len() <= CLOSE_REASON_BYTES_MAX, "{}", case.name);

        bystander.play(number, 1);
    }
}

#[test]
fn a_message_may_come_byte_by_byte() {
    let server = RealSim::start(&EdgeConfig::default(), &DriverConfig::default());
    let mut client = server.join("one");
    let mut chat = Vec::new();
    ClientMessage::Chat { text: "a".repeat(200) }.encode(&mut chat);
    for (index, byte) in chat.iter().enumerate() {
        let opcode = if index == 0 { OpCode::Data(Data::Binary) } else { OpCode::Data(Data::Continue) };
        let frame = Frame::message(vec![*byte], opcode, index + 1 == chat.len());
        client.socket.send(Message::Frame(frame)).expect("the server still listens");
    }
    client.ping(1);
}

#[test]
fn who_says_no_hello_in_time_is_told_so() {
    let config = EdgeConfig { hello_timeout_s: 0.2, ..EdgeConfig::default() };
    let server = RealSim::start(&config, &DriverConfig::default());
    let mut bystander = server.join("one");
    let (code, reason) = server.connect("one").close();
    assert_eq!((code, reason.as_str()), (CloseCode::HelloTimeout.code(), "no hello within 0.2 s"));
    bystander.ping(1);
}

#[test]
fn who_says_nothing_at_all_is_told_so_and_who_answers_pings_stays() {
    let config = EdgeConfig { idle_ping_s: 0.2, idle_timeout_s: 2.0, ..EdgeConfig::default() };
    let server = RealSim::start(&config, &DriverConfig::default());
    let mut silent = server.join("one");
    let mut answering = server.join("one");
    silent.fall_silent();
    let silence = std::thread::spawn(move || silent.close());
    while !silence.is_finished() {
        // Whoever reads answers WebSocket's pings, and says nothing else here.
        answering.hear();
    }
    let (code, reason) = silence.join().expect("it hears its close");
    assert_eq!((code, reason.as_str()), (CloseCode::Idle.code(), "nothing heard for 2 s"));
    answering.ping(1);
}
