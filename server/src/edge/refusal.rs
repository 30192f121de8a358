//! A refused socket's short life: one readable text message, a close frame, and a moment to read them.
//!
//! A browser shows its script nothing of an upgrade that was refused, and a person who tries the address by hand deserves better than silence.
//!
//! Invariant: nothing that the peer says is looked at, and after two seconds it is gone.
//!
//! Not here: who is refused and why (`control`), how many at a time (`edge`).

use std::task::Poll;

use mio::event::Event;
use skirmish_protocol::{CloseCode, SUBPROTOCOL};

use super::connection::CLOSE_TIMEOUT_US;
use super::link::Link;

/// A socket that is told why it can't come in.
#[derive(Debug)]
pub(super) struct Refusal {
    link: Link,
    began_us: u64,
}

impl Refusal {
    /// Tells the peer.
    pub(super) fn new(mut link: Link, code: CloseCode, reason: &str, now_us: u64) -> Refusal {
        // If the text can't be sent, neither can the close frame, and the end comes by itself.
        let _ = link.send_text(&explanation(code, reason));
        link.close(code.code(), reason);
        Refusal { link, began_us: now_us }
    }

    /// See [`Link::follow`].
    pub(super) fn follow(&mut self, event: &Event) {
        self.link.follow(event);
    }

    /// Ready when the peer has closed.
    pub(super) fn poll(&mut self) -> Poll<()> {
        self.link.poll_close()
    }

    /// Gives up on a peer that takes too long.
    pub(super) fn check_time(&mut self, now_us: u64) {
        if now_us.saturating_sub(self.began_us) >= CLOSE_TIMEOUT_US {
            self.link.abandon();
        }
    }
}

fn explanation(code: CloseCode, reason: &str) -> String {
    format!(
        "This is a Skirmish game server. The connection was refused: {reason} (close code {}, {}). \
         To play, get a ticket with POST /api/join and open a WebSocket to /ws?ticket=TICKET with the subprotocol {SUBPROTOCOL}; \
         docs/protocol.md describes it all.",
        code.code(),
        code.name(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_explanation_says_what_this_is_why_not_what_to_do_and_where_to_read_on() {
        let text = explanation(CloseCode::TicketMissing, "no ticket in the address");
        for part in ["Skirmish", "no ticket in the address", "POST /api/join", "docs/protocol.md", "4100"] {
            assert!(text.contains(part), "{part:?} is missing in {text:?}");
        }
    }
}
