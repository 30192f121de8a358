//! Who holds which seat of one match, as far as tickets are concerned. Time comes in as an argument.
//!
//! A seat that is not in the book is free. A join reserves it until its ticket expires; the first claim takes it. From then
//! on every claim starts a new *generation*, whose number goes into the reconnect token, and the generation before it
//! stays good until the new one is confirmed: a welcome that was lost on its way locks nobody out.
//!
//! Invariants: generations only grow, so a ticket of an earlier holder never fits a later one. Between a claim and its hello the seat may be
//! given up or claimed anew, so only [`SeatBook::sit`] at the hello says who may sit down. Not here: signatures
//! (`ticket`), which matches there are (`directory`), whether a seat's player is connected (`skirmish_sim::Room`).

use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Instant;

use skirmish_protocol::CloseCode;
use skirmish_protocol::limits::SPECTATOR_SEATS;

/// The seats of one match that are not free.
#[derive(Debug, Default)]
pub(super) struct SeatBook {
    held: BTreeMap<u32, Held>,
    generation: u32,
}

#[derive(Debug)]
struct Held {
    name: String,
    /// The seat through whose eyes a spectator looks.
    eyes: Option<u32>,
    /// The generation of the join ticket: older ones belong to earlier holders.
    since: u32,
    state: State,
}

#[derive(Debug)]
enum State {
    Reserved {
        until: Instant,
    },
    /// Reconnect tokens of these generations, both included, are good. `returned`: the newest claim was not the first. `seated`: its hello has come.
    Taken {
        oldest: u32,
        newest: u32,
        returned: bool,
        seated: bool,
    },
}

/// A seat that was claimed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Taken {
    pub(super) name: String,
    pub(super) eyes: Option<u32>,
    pub(super) generation: u32,
}

impl SeatBook {
    /// Seats that are reserved or taken.
    pub(super) fn held(&self) -> usize {
        self.held.len()
    }

    /// Those of them that are not spectators'.
    pub(super) fn players(&self) -> usize {
        self.held.range(..SPECTATOR_SEATS.start).count()
    }

    /// Frees the seats whose reservation nobody claimed in time.
    pub(super) fn lapse(&mut self, now: Instant) {
        self.held.retain(|_, held| !matches!(held.state, State::Reserved { until } if until < now));
    }

    /// Reserves the lowest free one of `seats`, and gives its number and generation.
    pub(super) fn reserve(&mut self, mut seats: Range<u32>, name: &str, until: Instant) -> Option<(u32, u32)> {
        let seat = seats.find(|seat| !self.held.contains_key(seat))?;
        self.generation += 1;
        let since = self.generation;
        self.held.insert(seat, Held { name: name.to_owned(), eyes: None, since, state: State::Reserved { until } });
        Some((seat, since))
    }

    /// Whoever holds this seat looks through the eyes of that one.
    pub(super) fn look_through(&mut self, seat: u32, eyes: u32) {
        if let Some(held) = self.held.get_mut(&seat) {
            held.eyes = Some(eyes);
        }
    }

    /// Claims a seat with a join ticket of that generation; `expired`: the ticket's time is over.
    pub(super) fn claim_first(&mut self, seat: u32, generation: u32, expired: bool) -> Result<Taken, CloseCode> {
        match self.held.get(&seat) {
            Some(Held { since, state: State::Taken { .. }, .. }) if *since == generation => Err(CloseCode::TicketUsed),
            _ if expired => Err(CloseCode::TicketExpired),
            Some(Held { since, .. }) if *since == generation => Ok(self.take(seat, None)),
            // The reservation lives as long as the ticket: if it is gone before, the ticket has served.
            _ => Err(CloseCode::TicketUsed),
        }
    }

    /// Claims a seat with a reconnect token of that generation.
    pub(super) fn claim_again(&mut self, seat: u32, generation: u32) -> Result<Taken, CloseCode> {
        match self.held.get(&seat) {
            Some(Held { since, state: State::Taken { oldest, newest, .. }, .. }) if *since <= generation => {
                if (*oldest..=*newest).contains(&generation) {
                    Ok(self.take(seat, Some(generation)))
                } else {
                    Err(CloseCode::TicketInvalid)
                }
            }
            _ => Err(CloseCode::TicketExpired),
        }
    }

    fn take(&mut self, seat: u32, previous: Option<u32>) -> Taken {
        self.generation += 1;
        let newest = self.generation;
        let held = self.held.get_mut(&seat).expect("only a held seat is claimed");
        held.state =
            State::Taken { oldest: previous.unwrap_or(newest), newest, returned: previous.is_some(), seated: false };
        Taken { name: held.name.clone(), eyes: held.eyes, generation: newest }
    }

    /// The first message came under `generation`: tokens of older ones are no longer good.
    pub(super) fn confirm(&mut self, seat: u32, generation: u32) {
        if let Some(Held { state: State::Taken { oldest, newest, .. }, .. }) = self.held.get_mut(&seat)
            && (*oldest..=*newest).contains(&generation)
        {
            *oldest = generation;
        }
    }

    /// The hello of the claim of `generation` has come: may it still take the seat? If so, it does.
    pub(super) fn sit(&mut self, seat: u32, generation: u32) -> Result<(), CloseCode> {
        if let Some(code) = self.superseded(seat, generation) {
            return Err(code);
        }
        match self.held.get_mut(&seat) {
            Some(Held { state: State::Taken { newest, seated, .. }, .. }) if *newest == generation => {
                *seated = true;
                Ok(())
            }
            _ => Err(CloseCode::TicketExpired),
        }
    }

    /// The newest claim to this seat, if its hello has come.
    pub(super) fn seated(&self, seat: u32) -> Option<u32> {
        match self.held.get(&seat)?.state {
            State::Taken { newest, seated: true, .. } => Some(newest),
            _ => None,
        }
    }

    /// Why a claim of `generation` to a seat that was claimed anew leads nowhere; none: it was not. As long as the newer claim has said no
    /// hello nobody has taken the seat, and who lost the claim may try again.
    pub(super) fn superseded(&self, seat: u32, generation: u32) -> Option<CloseCode> {
        match self.held.get(&seat)? {
            Held { since, state: State::Taken { newest, seated, .. }, .. }
                if *since < generation && generation < *newest =>
            {
                Some(if *seated { CloseCode::Replaced } else { CloseCode::TicketExpired })
            }
            _ => None,
        }
    }

    /// The claim of `generation` ended before its hello. If it was the seat's first, nobody holds a token for it: it is free.
    pub(super) fn abandon(&mut self, seat: u32, generation: u32) {
        if let Some(Held { state: State::Taken { newest, returned: false, .. }, .. }) = self.held.get(&seat)
            && *newest == generation
        {
            self.held.remove(&seat);
        }
    }

    /// The seat was given up.
    pub(super) fn release(&mut self, seat: u32) {
        self.held.remove(&seat);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn reserved() -> (SeatBook, u32, u32) {
        let mut book = SeatBook::default();
        let (seat, generation) = book.reserve(0..2, "Ada", Instant::now()).expect("both seats are free");
        (book, seat, generation)
    }

    #[test]
    fn the_lowest_free_seat_is_reserved_and_none_when_all_are_held() {
        let (mut book, seat, _) = reserved();
        let until = Instant::now();
        assert_eq!(seat, 0);
        assert_eq!(book.reserve(0..2, "Bob", until).map(|(seat, _)| seat), Some(1));
        assert_eq!(book.reserve(0..2, "Cleo", until), None);
        book.release(0);
        assert_eq!(book.reserve(0..2, "Cleo", until).map(|(seat, _)| seat), Some(0));
    }

    #[test]
    fn an_unclaimed_reservation_lapses_and_a_claimed_seat_does_not() {
        let start = Instant::now();
        let mut book = SeatBook::default();
        let (seat, generation) = book.reserve(0..2, "Ada", start).expect("free");
        book.reserve(0..2, "Bob", start).expect("free");
        book.claim_first(seat, generation, false).expect("reserved");
        book.lapse(start);
        assert_eq!(book.held(), 2);
        book.lapse(start + Duration::from_millis(1));
        assert_eq!(book.held(), 1);
    }

    #[test]
    fn a_join_ticket_serves_once() {
        let (mut book, seat, generation) = reserved();
        assert_eq!(book.claim_first(seat, generation, false).map(|taken| taken.name), Ok("Ada".into()));
        assert_eq!(book.claim_first(seat, generation, false), Err(CloseCode::TicketUsed));
        book.release(seat);
        assert_eq!(book.claim_first(seat, generation, false), Err(CloseCode::TicketUsed));
    }

    #[test]
    fn an_expired_join_ticket_is_refused_even_while_its_seat_is_still_reserved() {
        let (mut book, seat, generation) = reserved();
        assert_eq!(book.claim_first(seat, generation, true), Err(CloseCode::TicketExpired));
    }

    #[test]
    fn the_previous_token_stays_good_until_the_new_one_is_confirmed() {
        let (mut book, seat, join) = reserved();
        let first = book.claim_first(seat, join, false).expect("reserved").generation;
        let second = book.claim_again(seat, first).expect("newest").generation;
        // The welcome with the second token was lost: the first one still opens the door.
        let third = book.claim_again(seat, first).expect("previous").generation;
        assert!(book.claim_again(seat, second).is_ok());
        book.confirm(seat, third);
        assert_eq!(book.claim_again(seat, first), Err(CloseCode::TicketInvalid));
        assert_eq!(book.claim_again(seat, second), Err(CloseCode::TicketInvalid));
        assert!(book.claim_again(seat, third).is_ok());
    }

    #[test]
    fn a_late_confirmation_does_not_revive_an_old_token() {
        let (mut book, seat, join) = reserved();
        let first = book.claim_first(seat, join, false).expect("reserved").generation;
        let second = book.claim_again(seat, first).expect("newest").generation;
        book.confirm(seat, second);
        book.confirm(seat, first);
        assert_eq!(book.claim_again(seat, first), Err(CloseCode::TicketInvalid));
    }

    #[test]
    fn a_token_of_an_earlier_holder_never_fits_a_later_one() {
        let (mut book, seat, join) = reserved();
        let token = book.claim_first(seat, join, false).expect("reserved").generation;
        book.release(seat);
        assert_eq!(book.claim_again(seat, token), Err(CloseCode::TicketExpired));
        let (again, join) = book.reserve(0..2, "Bob", Instant::now()).expect("free");
        assert_eq!(again, seat);
        assert_eq!(book.claim_again(seat, token), Err(CloseCode::TicketExpired));
        book.claim_first(seat, join, false).expect("reserved");
        assert_eq!(book.claim_again(seat, token), Err(CloseCode::TicketExpired));
    }

    #[test]
    fn of_several_claims_only_the_newest_stands() {
        let (mut book, seat, join) = reserved();
        let first = book.claim_first(seat, join, false).expect("reserved").generation;
        assert_eq!(book.sit(seat, first), Ok(()));
        let second = book.claim_again(seat, first).expect("newest").generation;
        assert_eq!(book.sit(seat, first), Err(CloseCode::TicketExpired), "the seat may yet stay empty");
        assert_eq!(book.sit(seat, second), Ok(()));
        assert_eq!(book.sit(seat, first), Err(CloseCode::Replaced));
        assert_eq!(book.superseded(seat, first), Some(CloseCode::Replaced));
        assert_eq!(book.superseded(seat, second), None);
    }

    #[test]
    fn a_claim_does_not_outlive_its_seat() {
        let (mut book, seat, join) = reserved();
        let claim = book.claim_first(seat, join, false).expect("reserved").generation;
        book.release(seat);
        assert_eq!(book.sit(seat, claim), Err(CloseCode::TicketExpired));
        let (again, join) = book.reserve(0..2, "Bob", Instant::now()).expect("free");
        assert_eq!((again, book.sit(seat, claim)), (seat, Err(CloseCode::TicketExpired)));
        book.claim_first(again, join, false).expect("reserved");
        assert_eq!(book.sit(seat, claim), Err(CloseCode::TicketExpired));
    }

    #[test]
    fn a_first_claim_that_said_no_hello_frees_the_seat_and_a_return_keeps_it() {
        let (mut book, seat, join) = reserved();
        let first = book.claim_first(seat, join, false).expect("reserved").generation;
        let second = book.claim_again(seat, first).expect("newest").generation;
        book.abandon(seat, second);
        assert_eq!(book.held(), 1, "the seat was entered before");

        let (mut book, seat, join) = reserved();
        let first = book.claim_first(seat, join, false).expect("reserved").generation;
        book.abandon(seat, first);
        assert_eq!(book.held(), 0);
    }
}
