//! Stage 1: what arrived since the last tick.
//!
//! Invariant: events are applied in the order in which they came. Of the commands of one seat at most
//! `limits::COMMANDS_PER_TICK_MAX` wait, the newest, so a match that does not tick (it is paused) holds no more than that.
//! Who may send what, and how often, is not here: that is the server's edge and `room`.

use skirmish_protocol::limits;

use crate::{SeatId, Tuning};

/// What changes a match from outside. One that does not apply (a taken seat, values out of range) is ignored and not logged.
#[derive(Clone, Debug, PartialEq)]
pub enum MatchEvent {
    /// Takes a free seat.
    Join {
        /// Which seat.
        seat: u32,
        /// The player's name, at most `limits::NAME_CHARS_MAX` characters.
        name: String,
        /// Whether the simulation plays it.
        bot: bool,
    },
    /// Gives a seat up.
    Leave {
        /// Which seat.
        seat: u32,
    },
    /// A human's seat has a session.
    Connect {
        /// Which seat.
        seat: u32,
    },
    /// A human's seat has lost its session.
    Disconnect {
        /// Which seat.
        seat: u32,
    },
    /// An input command.
    Input {
        /// Whose.
        seat: u32,
        /// The client's number for it.
        seq: u32,
        /// One integer for each input field of the schema.
        values: Vec<i32>,
    },
    /// A change of tuning, from this tick on.
    Tune(Tuning),
}

/// Events that wait for the next tick, and what each seat has had applied.
pub(crate) struct Intake {
    waiting: Vec<MatchEvent>,
    seats: Vec<SeatIntake>,
}

#[derive(Clone, Default)]
struct SeatIntake {
    commands_waiting: usize,
    input_ack: u32,
}

impl Intake {
    pub(crate) fn new(seats_max: u32) -> Intake {
        Intake { waiting: Vec::new(), seats: vec![SeatIntake::default(); seats_max as usize] }
    }

    /// Adds an event; the oldest command of a seat that has too many waiting makes room for a new one.
    pub(crate) fn push(&mut self, event: MatchEvent) {
        if let MatchEvent::Input { seat, .. } = event {
            let Some(intake) = self.seats.get_mut(SeatId(seat).index()) else {
                return;
            };
            if intake.commands_waiting < limits::COMMANDS_PER_TICK_MAX {
                intake.commands_waiting += 1;
            } else {
                self.drop_oldest_command(seat);
            }
        }
        self.waiting.push(event);
    }

    /// Everything that waits, in order.
    pub(crate) fn take(&mut self) -> Vec<MatchEvent> {
        self.seats.iter_mut().for_each(|seat| seat.commands_waiting = 0);
        std::mem::take(&mut self.waiting)
    }

    /// Gives back the emptied list of [`Intake::take`], for its memory.
    pub(crate) fn recycle(&mut self, mut taken: Vec<MatchEvent>) {
        taken.clear();
        self.waiting = taken;
    }

    /// The newest command of the seat's that was applied; 0 if none was.
    pub(crate) fn input_ack(&self, seat: SeatId) -> u32 {
        self.seats.get(seat.index()).map_or(0, |seat| seat.input_ack)
    }

    pub(crate) fn applied(&mut self, seat: SeatId, seq: u32) {
        let intake = &mut self.seats[seat.index()];
        intake.input_ack = intake.input_ack.max(seq);
    }

    /// Forgets the seat's occupant.
    pub(crate) fn vacate(&mut self, seat: SeatId) {
        self.seats[seat.index()].input_ack = 0;
    }

    fn drop_oldest_command(&mut self, of_seat: u32) {
        let is_command = |event: &MatchEvent| matches!(event, MatchEvent::Input { seat, .. } if *seat == of_seat);
        if let Some(oldest) = self.waiting.iter().position(is_command) {
            self.waiting.remove(oldest);
        }
    }
}
