//! Stage 1: what arrived since the last tick.
//!
//! Invariant: events are applied in the order in which they came. Of the commands of one seat at most
//! `limits::COMMANDS_PER_TICK_MAX` wait, the newest, so a match that does not tick (it is paused) holds no more than that.
//! Who may send what, and how often, is not here: that is the server's edge and `room`.

use skirmish_protocol::{Values, limits};

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
        values: Values,
    },
    /// A change of tuning, from this tick on.
    Tune(Tuning),
    /// One of the game's own numbers is this from this tick on.
    Number {
        /// Which, by the key of its [`Number`](crate::Number).
        key: String,
        /// What it is from now on.
        value: f64,
    },
}

/// Events that wait for the next tick, and what each seat has had applied.
pub(crate) struct Intake {
    seats_max: u32,
    waiting: Vec<MatchEvent>,
    /// Up to the highest that was ever named.
    seats: Vec<SeatIntake>,
}

#[derive(Clone, Default)]
struct SeatIntake {
    is_taken: bool,
    commands_waiting: u8,
    input_ack: u32,
}

const _: () = assert!(limits::COMMANDS_PER_TICK_MAX <= u8::MAX as usize);

impl Intake {
    pub(crate) fn new(seats_max: u32) -> Intake {
        Intake { seats_max, waiting: Vec::new(), seats: Vec::new() }
    }

    /// Adds an event; the oldest command of a seat that has too many waiting makes room for a new one.
    pub(crate) fn push(&mut self, event: MatchEvent) {
        if let MatchEvent::Input { seat, .. } = event {
            if seat >= self.seats_max {
                return;
            }
            let intake = self.seat_mut(SeatId(seat));
            if usize::from(intake.commands_waiting) < limits::COMMANDS_PER_TICK_MAX {
                intake.commands_waiting += 1;
            } else {
                self.drop_oldest_command(seat);
            }
        }
        self.waiting.push(event);
    }

    /// Everything that waits, in order.
    pub(crate) fn take(&mut self) -> Vec<MatchEvent> {
        for event in &self.waiting {
            if let MatchEvent::Input { seat, .. } = event {
                self.seats[SeatId(*seat).index()].commands_waiting = 0;
            }
        }
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

    /// Whether somebody holds the seat.
    pub(crate) fn is_taken(&self, seat: SeatId) -> bool {
        self.seats.get(seat.index()).is_some_and(|seat| seat.is_taken)
    }

    pub(crate) fn applied(&mut self, seat: SeatId, seq: u32) {
        let intake = &mut self.seats[seat.index()];
        intake.input_ack = intake.input_ack.max(seq);
    }

    /// Notes that somebody holds the seat now.
    pub(crate) fn occupy(&mut self, seat: SeatId) {
        self.seat_mut(seat).is_taken = true;
    }

    /// Forgets the seat's occupant.
    pub(crate) fn vacate(&mut self, seat: SeatId) {
        let intake = self.seat_mut(seat);
        (intake.is_taken, intake.input_ack) = (false, 0);
    }

    fn seat_mut(&mut self, seat: SeatId) -> &mut SeatIntake {
        if seat.index() >= self.seats.len() {
            self.seats.resize(seat.index() + 1, SeatIntake::default());
        }
        &mut self.seats[seat.index()]
    }

    fn drop_oldest_command(&mut self, of_seat: u32) {
        let is_command = |event: &MatchEvent| matches!(event, MatchEvent::Input { seat, .. } if *seat == of_seat);
        if let Some(oldest) = self.waiting.iter().position(is_command) {
            self.waiting.remove(oldest);
        }
    }
}
