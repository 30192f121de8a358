//! A line that was made bad: what is sent on it comes later, as it would on a bad network.
//!
//! First it passes a narrow place, one byte after the other at the rate allowed and not at all during a stall; then it is under way for the delay and some
//! jitter. Invariants: order is kept and nothing is lost; what is under way is bounded by what the match sends in that time, and while as much as a system's
//! buffer holds waits before the narrow place the line takes no more snapshots, as a real one would not. The jitter follows from a seed.
//!
//! Not here: which lines are bad, and until when (`impairments`), the socket (`link`).

use std::collections::VecDeque;

use super::impairments::{Conditions, Impairment};

/// So much may wait before the narrow place and there is still room, as in a system's buffer.
const WAITING_BYTES_MAX: usize = 16 * 1024;

/// What is under way on one line.
#[derive(Debug)]
pub(super) struct BadLine {
    impairment: Impairment,
    began_us: u64,
    random: u64,
    bytes: VecDeque<u8>,
    parcels: VecDeque<Parcel>,
    /// When the narrow place has let everything through.
    free_us: u64,
}

/// Some bytes that were sent together.
#[derive(Clone, Copy, Debug)]
struct Parcel {
    bytes: usize,
    /// When they are through the narrow place.
    through_us: u64,
    there_us: u64,
}

impl BadLine {
    /// A line that becomes bad now. The seed should be another for each line.
    pub(super) fn new(impairment: Impairment, seed: u64, now_us: u64) -> BadLine {
        BadLine {
            impairment,
            began_us: now_us,
            random: seed,
            bytes: VecDeque::new(),
            parcels: VecDeque::new(),
            free_us: now_us,
        }
    }

    /// What it suffers from.
    pub(super) fn impairment(&self) -> &Impairment {
        &self.impairment
    }

    /// It suffers from something else from now on.
    pub(super) fn change(&mut self, impairment: Impairment, now_us: u64) {
        (self.impairment, self.began_us) = (impairment, now_us);
    }

    /// Takes what is sent at `now_us`.
    pub(super) fn take(&mut self, frames: &[u8], now_us: u64) {
        let Conditions { delay_us, jitter_us, bytes_per_s, .. } = self.impairment.conditions;
        let lasts_us = bytes_per_s.map_or(0, |rate| frames.len() as u64 * 1_000_000 / rate.max(1));
        self.free_us = self.after_stall_us(self.free_us.max(now_us)) + lasts_us;
        let jitter_us = self.draw() % (jitter_us + 1);
        let earliest_us = self.parcels.back().map_or(0, |before| before.there_us);
        let there_us = (self.free_us + delay_us + jitter_us).max(earliest_us);
        self.bytes.extend(frames);
        self.parcels.push_back(Parcel { bytes: frames.len(), through_us: self.free_us, there_us });
    }

    /// Whether it takes another snapshot.
    pub(super) fn has_room(&self, now_us: u64) -> bool {
        let waiting = self.parcels.iter().rev().take_while(|parcel| parcel.through_us > now_us);
        waiting.map(|parcel| parcel.bytes).sum::<usize>() < WAITING_BYTES_MAX
    }

    /// When something is there next, or there is room again; none if nothing is under way.
    pub(super) fn next_us(&self) -> Option<u64> {
        self.parcels.front().map(|parcel| parcel.there_us.min(self.impairment.ends_us))
    }

    /// Moves what is there by `now_us` behind `frames`: everything, once the impairment is over.
    pub(super) fn release(&mut self, now_us: u64, frames: &mut Vec<u8>) {
        let is_over = now_us >= self.impairment.ends_us;
        while let Some(parcel) = self.parcels.pop_front_if(|parcel| is_over || parcel.there_us <= now_us) {
            frames.extend(self.bytes.drain(..parcel.bytes));
        }
    }

    /// Everything is there at once.
    pub(super) fn release_all(&mut self, frames: &mut Vec<u8>) {
        self.parcels.clear();
        frames.extend(self.bytes.drain(..));
    }

    /// This moment, or the end of the stall that it lies in. A bad line begins with its first stall.
    fn after_stall_us(&self, us: u64) -> u64 {
        let Conditions { stall_us, stall_every_us, .. } = self.impairment.conditions;
        if stall_every_us == 0 {
            return us;
        }
        let into_us = us.saturating_sub(self.began_us) % stall_every_us;
        if into_us < stall_us { us + stall_us - into_us } else { us }
    }

    /// The next number of splitmix64.
    fn draw(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.random;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::super::impairments::Whose;
    use super::*;
    use crate::match_key::MatchKey;

    const ENDS_US: u64 = 60_000_000;

    fn line(conditions: Conditions) -> BadLine {
        let impairment = Impairment { id: 1, key: MatchKey(0), whose: Whose::All, conditions, ends_us: ENDS_US };
        BadLine::new(impairment, 5, 0)
    }

    /// Sends a byte every 10 ms, and looks every millisecond: when each came out.
    fn play(line: &mut BadLine, bytes: u8) -> Vec<(u8, u64)> {
        let mut came = Vec::new();
        for ms in 0..10_000 {
            let now_us = ms * 1000;
            if ms % 10 == 0 && ms / 10 < u64::from(bytes) {
                line.take(&[(ms / 10) as u8], now_us);
            }
            let mut frames = Vec::new();
            line.release(now_us, &mut frames);
            came.extend(frames.into_iter().map(|byte| (byte, ms)));
        }
        came
    }

    #[test]
    fn what_is_sent_comes_after_the_delay() {
        let mut line = line(Conditions { delay_us: 150_000, ..Conditions::default() });
        assert_eq!(play(&mut line, 3), [(0, 150), (1, 160), (2, 170)]);
        assert_eq!(line.next_us(), None);
    }

    #[test]
    fn jitter_keeps_the_order_loses_nothing_and_is_the_same_for_the_same_seed() {
        let conditions = Conditions { delay_us: 50_000, jitter_us: 80_000, ..Conditions::default() };
        let came = play(&mut line(conditions), 200);
        assert_eq!(came.iter().map(|(byte, _)| *byte).collect::<Vec<_>>(), (0..200).collect::<Vec<_>>());
        let late = |&(byte, ms): &(u8, u64)| ms - u64::from(byte) * 10;
        let (least, most) = (came.iter().map(late).min(), came.iter().map(late).max());
        assert!(least >= Some(50) && most <= Some(131) && most > Some(100), "{least:?} to {most:?}");
        assert_eq!(came, play(&mut line(conditions), 200));
    }

    #[test]
    fn during_a_stall_nothing_goes_and_after_it_everything() {
        let mut line = line(Conditions { stall_us: 300_000, stall_every_us: 1_000_000, ..Conditions::default() });
        let came = play(&mut line, 110);
        assert!(came[..30].iter().all(|(_, ms)| *ms == 300), "{came:?}");
        assert_eq!(came[30..100].iter().map(|(byte, ms)| ms - u64::from(*byte) * 10).max(), Some(0));
        assert!(came[100..].iter().all(|(_, ms)| *ms == 1_300), "{came:?}");
    }

    #[test]
    fn a_narrow_line_takes_its_time_and_has_no_room_while_too_much_waits() {
        let mut line = line(Conditions { bytes_per_s: Some(10_000), ..Conditions::default() });
        line.take(&[1; 10_000], 0);
        assert!(line.has_room(0));
        line.take(&[2; 10_000], 0);
        assert!(!line.has_room(0));
        assert!(line.has_room(1_000_000), "half is through");
        let mut frames = Vec::new();
        line.release(1_999_999, &mut frames);
        assert_eq!(frames, [1; 10_000]);
        line.release(2_000_000, &mut frames);
        assert_eq!(frames.len(), 20_000);
    }

    #[test]
    fn what_is_under_way_when_the_impairment_ends_comes_at_once_and_in_order() {
        let mut line = line(Conditions { delay_us: 100_000_000, ..Conditions::default() });
        line.take(&[1], 0);
        line.take(&[2], 10);
        assert_eq!(line.next_us(), Some(ENDS_US));
        let mut frames = Vec::new();
        line.release(ENDS_US - 1, &mut frames);
        assert!(frames.is_empty());
        line.release(ENDS_US, &mut frames);
        assert_eq!(frames, [1, 2]);
    }
}
