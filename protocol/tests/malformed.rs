//! Bytes that are not a message are refused with the close code that says why, whatever they are.

use proptest::prelude::*;
use skirmish_protocol::CloseCode::{self, BadMessage, BadValue, TooLarge, UnknownMessage};
use skirmish_protocol::limits::{AGENT_BYTES_MAX, CHAT_BYTES_MAX, FIELDS_MAX, MESSAGE_BYTES_MAX};
use skirmish_protocol::{ClientMessage, DecodeError, Reader, ServerMessage};

use crate::messages_support::{client_messages, encoded, server_messages};

fn client_code(bytes: &[u8]) -> Option<CloseCode> {
    ClientMessage::decode(bytes).err().map(|error| error.close_code())
}

fn server_code(bytes: &[u8]) -> Option<CloseCode> {
    ServerMessage::decode(bytes).err().map(|error| error.close_code())
}

/// A chat of one string of `len` bytes, in the 16-bit format.
fn chat(len: usize) -> Vec<u8> {
    let mut bytes = b"\x92\x05\xda".to_vec();
    bytes.extend(u16::try_from(len).expect("fits the format").to_be_bytes());
    bytes.resize(bytes.len() + len, b'a');
    bytes
}

fn hello(agent_bytes: usize) -> Vec<u8> {
    let agent = "a".repeat(agent_bytes);
    let message = ClientMessage::Hello { version: 1, agent, schema_hash: 0 };
    encoded(|out| message.encode(out))
}

fn input(values: usize) -> Vec<u8> {
    let message = ClientMessage::Input { seq: 1, snapshot_ack: 0, values: vec![0; values].into() };
    encoded(|out| message.encode(out))
}

#[test]
fn each_kind_of_malformed_client_message_has_its_close_code() {
    let table: &[(&str, &[u8], CloseCode)] = &[
        ("no bytes", b"", BadMessage),
        ("a map instead of the array", b"\x81\x03\x07", BadMessage),
        ("an integer instead of the array", b"\x03", BadMessage),
        ("text that happens to be binary", b"Hello from client!", BadMessage),
        ("a reserved byte", b"\xc1", BadMessage),
        ("an empty array", b"\x90", BadMessage),
        ("a nil for the type", b"\x91\xc0", BadMessage),
        ("a string for the type", b"\x91\xa5leave", BadMessage),
        ("a float for the type", b"\x91\xca\x40\xc0\0\0", BadMessage),
        ("an array for the type", b"\x91\x91\x06", BadMessage),
        ("type 0", b"\x91\x00", UnknownMessage),
        ("type 7", b"\x91\x07", UnknownMessage),
        ("a server's message", b"\x94\x13\x00\x00\x00", UnknownMessage),
        ("a negative type", b"\x91\xff", UnknownMessage),
        ("the largest type", b"\x91\xce\xff\xff\xff\xff", UnknownMessage),
        ("an unknown type of a strange shape", b"\x93\x63\x80\xc0", UnknownMessage),
        ("too few elements", b"\x91\x03", BadMessage),
        ("too many elements", b"\x93\x03\x07\x07", BadMessage),
        ("an element for leave", b"\x92\x06\xc0", BadMessage),
        ("a byte after the message", b"\x91\x06\x00", BadMessage),
        ("another message after the message", b"\x91\x06\x91\x06", BadMessage),
        ("a negative ack", b"\x92\x03\xff", BadValue),
        ("a nil ack", b"\x92\x03\xc0", BadMessage),
        ("a boolean ack", b"\x92\x03\xc3", BadMessage),
        ("a string ack", b"\x92\x03\xa17", BadMessage),
        ("an ack as a 32-bit float", b"\x92\x03\xca\x40\xe0\0\0", BadMessage),
        ("an ack as a 64-bit float", b"\x92\x03\xcb\x40\x1c\0\0\0\0\0\0", BadMessage),
        ("an ack in the unsigned 64-bit format", b"\x92\x03\xcf\0\0\0\0\0\0\0\x07", BadMessage),
        ("an ack in the signed 64-bit format", b"\x92\x03\xd3\0\0\0\0\0\0\0\x07", BadMessage),
        ("an ack as an extension", b"\x92\x03\xd4\x01\x07", BadMessage),
        ("an input without its values", b"\x93\x02\x01\x00", BadMessage),
        ("nil values", b"\x94\x02\x01\x00\xc0", BadMessage),
        ("a map for the values", b"\x94\x02\x01\x00\x81\x00\x00", BadMessage),
        ("a bin for the values", b"\x94\x02\x01\x00\xc4\x01\x00", BadMessage),
        ("a nil among the values", b"\x94\x02\x01\x00\x91\xc0", BadMessage),
        ("an array among the values", b"\x94\x02\x01\x00\x91\x91\x00", BadMessage),
        ("a float among the values", b"\x94\x02\x01\x00\x91\xca\x3f\x80\0\0", BadMessage),
        ("a value above 31 bits", b"\x94\x02\x01\x00\x91\xce\x80\0\0\0", BadValue),
        ("an array of 4 billion values", b"\x94\x02\x01\x00\xdd\xff\xff\xff\xff", BadMessage),
        ("an array of 65,535 values", b"\x94\x02\x01\x00\xdc\xff\xff\x00", BadMessage),
        ("an array of 4 billion elements", b"\xdd\xff\xff\xff\xff\x03\x07", BadMessage),
        ("a string of 4 billion bytes", b"\x92\x05\xdb\xff\xff\xff\xffgg", BadMessage),
        ("a string one byte short", b"\x92\x05\xa3gg", BadMessage),
        ("a bin instead of a string", b"\x92\x05\xc4\x02gg", BadMessage),
        ("a string that is not UTF-8", b"\x92\x05\xa2\xc3\x28", BadMessage),
        ("a surrogate in a string", b"\x92\x05\xa3\xed\xa0\x80", BadMessage),
        ("an empty chat", b"\x92\x05\xa0", BadValue),
        ("a control character in a chat", b"\x92\x05\xa2g\n", BadValue),
        ("a zero byte in a chat", b"\x92\x05\xa1\x00", BadValue),
        ("a hello with a nil agent", b"\x94\x01\x01\xc0\x00", BadMessage),
        ("a hello with a negative version", b"\x94\x01\xff\xa0\x00", BadValue),
        ("a chat one byte too long", &chat(CHAT_BYTES_MAX + 1), BadValue),
        ("an agent one byte too long", &hello(AGENT_BYTES_MAX + 1), BadValue),
        ("one value too many", &input(FIELDS_MAX + 1), BadMessage),
        ("a chat of the largest message", &chat(MESSAGE_BYTES_MAX - 5), BadValue),
        ("a message one byte too long", &chat(MESSAGE_BYTES_MAX - 4), TooLarge),
    ];
    for (what, bytes, code) in table {
        assert_eq!(client_code(bytes), Some(*code), "{what}: {:?}", ClientMessage::decode(bytes));
    }
}

#[test]
fn what_is_just_within_a_limit_is_taken() {
    for (what, bytes) in
        [("chat", chat(CHAT_BYTES_MAX)), ("agent", hello(AGENT_BYTES_MAX)), ("values", input(FIELDS_MAX))]
    {
        assert_eq!(client_code(&bytes), None, "{what}");
    }
}

#[test]
fn an_array_is_never_longer_than_the_bytes_that_are_left() {
    let truncated = |bytes| {
        Reader::new(bytes).array_len(usize::MAX).is_err_and(|error| matches!(error, DecodeError::Truncated { .. }))
    };
    assert!(truncated(b"\xdd\xff\xff\xff\xff\x00\x00"));
    assert!(truncated(b"\x93\x00\x00"));
    assert_eq!(Reader::new(b"\x92\x00\x00").array_len(usize::MAX), Ok(2));
}

#[test]
fn each_kind_of_malformed_server_message_is_refused() {
    let table: &[(&str, &[u8], CloseCode)] = &[
        ("no bytes", b"", BadMessage),
        ("a client's message", b"\x91\x06", UnknownMessage),
        ("a welcome cut short", b"\x9b\x10\x01", BadMessage),
        ("settings that are no array", b"\x92\x12\xc0", BadMessage),
        ("settings of five", b"\x92\x12\x95\x01\x1e\x02\x64\x64", BadMessage),
        ("an integer for a boolean", b"\x92\x12\x96\x01\x1e\x02\x64\x64\x00", BadMessage),
        ("a tick rate of 0", b"\x92\x12\x96\x01\x00\x02\x64\x64\xc2", BadValue),
        ("a tick rate of 241", b"\x92\x12\x96\x01\xcc\xf1\x02\x64\x64\xc2", BadValue),
        ("a snapshot interval of 0", b"\x92\x12\x96\x01\x1e\x00\x64\x64\xc2", BadValue),
        ("unknown roster flags", b"\x92\x14\x91\x93\x00\xa1A\x04", BadValue),
        ("a roster entry of two", b"\x92\x14\x91\x92\x00\xa1A", BadMessage),
        ("a roster of 4 billion", b"\x92\x14\xdd\xff\xff\xff\xff", BadMessage),
        ("a nil where a seat is due", b"\x93\x15\xc0\xa2gg", BadMessage),
        ("a close code of 17 bits", b"\x94\x16\xce\0\x01\0\0\xa0\xc0", BadValue),
        ("a byte after the message", b"\x94\x16\x00\xa0\xc0\xc0", BadMessage),
    ];
    for (what, bytes, code) in table {
        assert_eq!(server_code(bytes), Some(*code), "{what}: {:?}", ServerMessage::decode(bytes));
    }
}

#[test]
fn a_message_cut_off_anywhere_or_followed_by_anything_is_a_bad_message() {
    let client = client_messages().into_iter().map(|(name, message)| (name, encoded(|out| message.encode(out)), true));
    let server = server_messages().into_iter().map(|(name, message)| (name, encoded(|out| message.encode(out)), false));
    for (name, mut bytes, from_client) in client.chain(server) {
        let code = if from_client { client_code } else { server_code };
        for end in 0..bytes.len() {
            assert_eq!(code(&bytes[..end]), Some(BadMessage), "{name}, cut off after {end} of {} bytes", bytes.len());
        }
        bytes.push(0xc0);
        assert_eq!(code(&bytes), Some(BadMessage), "{name}, with a byte after it");
    }
}

/// A message with a few of its bytes replaced: closer to real ones than random bytes are.
fn nearly_a_message(messages: Vec<Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    let replaced = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4);
    (prop::sample::select(messages), replaced).prop_map(|(mut bytes, replaced)| {
        for (index, byte) in replaced {
            let index = index.index(bytes.len());
            bytes[index] = byte;
        }
        bytes
    })
}

fn all_messages() -> Vec<Vec<u8>> {
    let client = client_messages().into_iter().map(|(_, message)| encoded(|out| message.encode(out)));
    let server = server_messages().into_iter().map(|(_, message)| encoded(|out| message.encode(out)));
    client.chain(server).collect()
}

/// Whatever was taken means the same when it is written by us.
fn never_panics_and_never_misreads(bytes: &[u8]) {
    if let Ok(message) = ClientMessage::decode(bytes) {
        let again = encoded(|out| message.encode(out));
        assert!(again.len() <= bytes.len(), "ours is the smallest form");
        assert_eq!(ClientMessage::decode(&again), Ok(message));
    }
    if let Ok(message) = ServerMessage::decode(bytes)
        && message != ServerMessage::Snapshot
    {
        assert_eq!(ServerMessage::decode(&encoded(|out| message.encode(out))), Ok(message));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn random_bytes_never_make_the_decoder_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        never_panics_and_never_misreads(&bytes);
    }

    #[test]
    fn nearly_right_bytes_never_make_the_decoder_panic(bytes in nearly_a_message(all_messages())) {
        never_panics_and_never_misreads(&bytes);
    }
}
