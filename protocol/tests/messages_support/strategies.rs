//! Any message, for property tests.

use proptest::prelude::*;
use skirmish_protocol::limits::{CHAT_BYTES_MAX, FIELDS_MAX, TICK_HZ_MAX};
use skirmish_protocol::{ClientMessage, Pong, RosterEntry, ServerMessage, Settings, Welcome};

use super::schema;

pub(crate) fn a_client_message() -> impl Strategy<Value = ClientMessage> {
    let values = prop::collection::vec(any::<i32>(), 0..=FIELDS_MAX);
    prop_oneof![
        (any::<u32>(), "[ -~]{0,64}", any::<u32>())
            .prop_map(|(version, agent, schema_hash)| { ClientMessage::Hello { version, agent, schema_hash } }),
        (any::<u32>(), any::<u32>(), values).prop_map(|(seq, snapshot_ack, values)| {
            ClientMessage::Input { seq, snapshot_ack, values: values.into() }
        }),
        any::<u32>().prop_map(|snapshot_ack| ClientMessage::Ack { snapshot_ack }),
        any::<u32>().prop_map(|token| ClientMessage::Ping { token }),
        "\\PC{1,50}"
            .prop_filter("fits", |text| text.len() <= CHAT_BYTES_MAX)
            .prop_map(|text| ClientMessage::Chat { text }),
        Just(ClientMessage::Leave),
    ]
}

fn some_settings() -> impl Strategy<Value = Settings> {
    let delays = (any::<u32>(), any::<u32>(), any::<bool>());
    (any::<u32>(), 1..=TICK_HZ_MAX, 1..=240_u32, delays).prop_map(
        |(effective_tick, tick_hz, snapshot_interval, delays)| {
            let (interp_delay_ms, dilation_permille, paused) = delays;
            Settings { effective_tick, tick_hz, snapshot_interval, interp_delay_ms, dilation_permille, paused }
        },
    )
}

fn a_roster() -> impl Strategy<Value = Vec<RosterEntry>> {
    let entry = (any::<u32>(), prop::option::of("\\PC{1,24}"), any::<bool>(), any::<bool>())
        .prop_map(|(seat, name, connected, bot)| RosterEntry { seat, name, connected, bot });
    prop::collection::vec(entry, 0..200)
}

fn a_welcome() -> impl Strategy<Value = Welcome> {
    let strings = ("[a-z0-9-]{1,32}", "[!-~]{1,256}", "[a-z]{1,64}");
    (any::<[u32; 4]>(), strings, some_settings(), a_roster(), any::<bool>()).prop_map(
        |(numbers, strings, settings, roster, known)| {
            let [seat, tick, input_seq, schema_hash] = numbers;
            let (match_id, token, game) = strings;
            let schema = (!known).then(schema);
            Welcome { version: 1, match_id, seat, token, tick, input_seq, game, settings, roster, schema_hash, schema }
        },
    )
}

pub(crate) fn a_server_message() -> impl Strategy<Value = ServerMessage> {
    prop_oneof![
        a_welcome().prop_map(|welcome| ServerMessage::Welcome(Box::new(welcome))),
        some_settings().prop_map(ServerMessage::Settings),
        any::<[u32; 3]>().prop_map(|[token, tick, into_tick_us]| ServerMessage::Pong(Pong {
            token,
            tick,
            into_tick_us
        })),
        a_roster().prop_map(ServerMessage::Roster),
        (any::<u32>(), "\\PC{1,50}").prop_map(|(seat, text)| ServerMessage::Chat { seat, text }),
        (any::<u16>(), "\\PC{0,100}", any::<Option<u32>>())
            .prop_map(|(code, reason, retry_after_ms)| ServerMessage::Goodbye { code, reason, retry_after_ms }),
        "\\PC{1,50}".prop_map(|text| ServerMessage::Notice { text }),
    ]
}
