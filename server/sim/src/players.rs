//! What a room can say of each of its players, for whoever looks after them.
//!
//! Invariant: asking changes nothing that a match or a session does. Not here: the counting (`tally.rs`), what a player's trouble comes from (the server's).

use skirmish_protocol::Account;

use crate::figures::{PlayerClose, PlayerFigures, Waits};
use crate::room::Room;
use crate::traffic::SessionId;

impl Room {
    /// Every taken seat, in order.
    pub fn players(&self, now_us: u64) -> impl Iterator<Item = PlayerFigures> {
        self.sim.seats().iter().map(move |seat| {
            let human = self.occupancy.human(seat.id.0);
            let session = self.occupancy.session_in(seat.id.0);
            let known = session.and_then(|id| self.sessions.get(id));
            PlayerFigures {
                seat: seat.id.0,
                name: seat.name.clone(),
                bot: seat.bot,
                session,
                figures: known.map(|session| session.tally.figures).unwrap_or_default(),
                ack_us: known.map_or(0, |session| session.window.rtt_us()),
                snapshot_age_us: known.and_then(|session| session.snapshot_age_us(now_us)).unwrap_or_default(),
                reconnects: human.map_or(0, |human| human.reconnects),
                closes: human.map(|human| human.closes.clone()).unwrap_or_default(),
            }
        })
    }

    /// How long players waited since the room was opened.
    #[must_use]
    pub fn waits(&self) -> &Waits {
        &self.fanout.waits
    }

    /// What snapshots have been spent on since last asked; nothing the first time. From now on it is counted, until [`Room::end_account`].
    pub fn take_account(&mut self) -> Account {
        let taken = self.fanout.account.replace(Box::default());
        taken.map_or_else(Account::default, |account| *account)
    }

    /// Nobody wants to know any more what snapshots are spent on.
    pub fn end_account(&mut self) {
        self.fanout.account = None;
    }

    /// Remembers how a session ended. Call it before the room hears that it did.
    pub fn note_close(&mut self, session: SessionId, code: u16, reason: &str, now_us: u64) {
        let seat = self.sessions.get(session).map(|session| session.seat);
        if let Some(human) = seat.and_then(|seat| self.occupancy.human_mut(seat)) {
            human.closed(PlayerClose { code, reason: reason.to_owned(), at_us: now_us });
        }
    }
}
