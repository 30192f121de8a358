//! The numbers in `docs/protocol.md` are those of `limits` and `CloseCode`.

use skirmish_protocol::CloseCode;
use skirmish_protocol::limits::*;

/// The page, with every stretch of white space as one space.
fn page() -> String {
    include_str!("../../docs/protocol.md").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A number as the page writes it.
fn grouped(number: usize) -> String {
    if number < 1000 { number.to_string() } else { format!("{},{:03}", number / 1000, number % 1000) }
}

#[test]
fn every_limit_on_the_page_is_the_one_that_holds() {
    let page = page();
    let message_bytes = grouped(MESSAGE_BYTES_MAX);
    for sentence in [
        format!("a message of at most {message_bytes} bytes;"),
        format!("more than {message_bytes} bytes in one message"),
        format!("`agent`: string of at most {AGENT_BYTES_MAX} bytes"),
        format!("string of 1 to {CHAT_BYTES_MAX} bytes"),
        format!("1 to {NAME_CHARS_MAX} Unicode code points"),
        format!("1 to {MATCH_NAME_CHARS_MAX} of `a-z 0-9 -`"),
        format!("of more than {COMMANDS_PER_TICK_MAX} only the newest {COMMANDS_PER_TICK_MAX}"),
        format!(
            "inputs {INPUTS_PER_S_MAX} a second, acks {ACKS_PER_S_MAX}, chats {CHATS_PER_S_MAX}, pings {PINGS_PER_S_MAX},"
        ),
        format!("with a burst of {} as many", ["none", "once", "twice"][RATE_BURST_S as usize]),
        format!("`hello` must come within {} s", HELLO_TIMEOUT_MS / 1000),
        format!("nothing at all comes for {} s", IDLE_TIMEOUT_MS / 1000),
        format!("a reason of at most {CLOSE_REASON_BYTES_MAX} bytes"),
        format!("0 to {COMPONENT_ID_MAX} for components and events, 0 to {FIELD_ID_MAX} for fields"),
        format!("a u32 modulus N up to 2^{}", WRAP_MAX.ilog2()),
        format!("within ±2^{}", MOTION_QUANTA_MAX.ilog2()),
        format!("at most {SPECTATORS_MAX} at a match"),
        format!("seats from {} on", grouped(SPECTATOR_SEATS.start as usize)),
    ] {
        assert!(page.contains(&sentence), "docs/protocol.md does not say: {sentence}");
    }
}

#[test]
fn every_close_code_is_on_the_page_under_its_name() {
    let page = page();
    for code in CloseCode::all().iter().filter(|code| **code != CloseCode::Left) {
        let row = format!("| {} | {} |", code.code(), code.name());
        assert!(page.contains(&row), "docs/protocol.md has no row {row}");
    }
    assert_eq!(page.matches("| 4").count(), CloseCode::all().len() - 1);
}
