//! How old snapshots are: the time since anybody in the match first had their tick.
//!
//! Invariant: the first client to have a tick has it at age 0. Clients of one match are compared with each other, so no clock but ours plays a part.

use std::collections::HashMap;

/// A snapshot that a client read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heard {
    pub(super) tick: u32,
    /// Its payload.
    pub(super) bytes: u32,
    pub(super) at_ns: u64,
}

/// When the first client of each match had each tick.
#[derive(Debug, Default)]
pub(super) struct Firsts(HashMap<(usize, u32), u64>);

impl Firsts {
    /// Notes what a client of match `room` heard.
    pub(super) fn note(&mut self, room: usize, heard: &[Heard]) {
        for &Heard { tick, at_ns, .. } in heard {
            let first_ns = self.0.entry((room, tick)).or_insert(at_ns);
            *first_ns = at_ns.min(*first_ns);
        }
    }

    /// The age of each snapshot when it came, in nanoseconds. What was heard in match `room` was noted before.
    pub(super) fn on_arrival(&self, room: usize, heard: &[Heard]) -> impl Iterator<Item = u64> {
        heard.iter().map(move |heard| self.age(room, heard.tick, heard.at_ns))
    }

    /// The age of each snapshot but the last just before the next one came.
    pub(super) fn at_the_end(&self, room: usize, heard: &[Heard]) -> impl Iterator<Item = u64> {
        heard.windows(2).map(move |pair| self.age(room, pair[0].tick, pair[1].at_ns))
    }

    /// How many ticks that somebody had are newer than this one.
    pub(super) fn newer_than(&self, room: usize, tick: u32) -> usize {
        self.0.keys().filter(|&&(of, newer)| of == room && newer > tick).count()
    }

    fn age(&self, room: usize, tick: u32, at_ns: u64) -> u64 {
        at_ns - self.0[&(room, tick)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(ticks: &[(u32, u64)]) -> Vec<Heard> {
        ticks.iter().map(|&(tick, at_ns)| Heard { tick, bytes: 0, at_ns }).collect()
    }

    #[test]
    fn a_snapshot_ages_from_the_moment_at_which_anybody_has_it() {
        let (quick, slow) = (heard(&[(1, 10), (2, 60), (3, 110), (4, 160)]), heard(&[(1, 40), (3, 200)]));
        let mut firsts = Firsts::default();
        firsts.note(0, &slow);
        firsts.note(0, &quick);
        firsts.note(1, &heard(&[(1, 0), (5, 0)]));
        assert_eq!(firsts.on_arrival(0, &slow).collect::<Vec<_>>(), [30, 90]);
        assert_eq!(firsts.at_the_end(0, &slow).collect::<Vec<_>>(), [190]);
        assert_eq!(firsts.on_arrival(0, &quick).collect::<Vec<_>>(), [0; 4]);
        assert_eq!((firsts.newer_than(0, 2), firsts.newer_than(0, 4)), (2, 0));
    }
}
