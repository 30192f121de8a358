//! The search for the greatest number of players that still meets the objectives: ramp, bisect, confirm.
//!
//! Invariant: it asks for one number at a time and is told what came of it; it knows neither clock nor server, so tests can hunt any limit.
//! A limit is found when no number is left between the greatest that met and the least that did not, within the resolution.

/// What came of a number of players.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Step {
    Met,
    Missed,
    /// The generator was the bottleneck: it says nothing of the server.
    Void,
}

/// How a search ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum End {
    /// The greatest number that met the objectives.
    Knee(u32),
    /// The generator gave out before the server, beyond this many.
    AtLeast(u32),
}

/// One search.
#[derive(Clone, Debug)]
pub(super) struct Search {
    /// The greatest number that met; 0 if none did yet.
    met: u32,
    /// The least that did not, and whether that was the generator's doing.
    failed: Option<(u32, Step)>,
    next: u32,
    players_max: u32,
}

/// Part of the number itself that the limit may be off by.
const RESOLUTION: f64 = 0.03;

impl Search {
    /// A search that begins at `start` and never goes beyond `players_max`.
    pub(super) fn new(start: u32, players_max: u32) -> Self {
        let next = start.clamp(1, players_max);
        Self { met: 0, failed: None, next, players_max }
    }

    /// The number to try next; none: the search is over.
    pub(super) fn next(&self) -> Option<u32> {
        self.end().is_none().then_some(self.next)
    }

    /// What came of the number tried.
    pub(super) fn told(&mut self, step: Step) {
        match step {
            Step::Met => self.met = self.met.max(self.next),
            Step::Missed | Step::Void => self.failed = Some((self.next, step)),
        }
        self.next = match self.failed {
            None => (self.met * 2).min(self.players_max),
            Some((failed, _)) => u32::midpoint(self.met, failed),
        };
    }

    /// The greatest number that met so far; 0 if none did.
    pub(super) fn met(&self) -> u32 {
        self.met
    }

    /// How it ended, if it has.
    pub(super) fn end(&self) -> Option<End> {
        match self.failed {
            None => (self.met >= self.players_max).then_some(End::AtLeast(self.met)),
            Some((failed, step)) => {
                let fine = ((f64::from(failed) * RESOLUTION) as u32).max(1);
                let end = if step == Step::Void { End::AtLeast(self.met) } else { End::Knee(self.met) };
                (failed - self.met <= fine).then_some(end)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Searches where the server gives out beyond `knee` and the generator beyond `generator`; the end and how many numbers it took.
    fn hunt(knee: u32, generator: u32, start: u32) -> (End, u32) {
        let mut search = Search::new(start, 100_000);
        let mut tried = 0;
        while let Some(players) = search.next() {
            tried += 1;
            assert!(tried < 60, "a search for {knee} never ends");
            search.told(match players {
                many if many > generator => Step::Void,
                many if many > knee => Step::Missed,
                _ => Step::Met,
            });
        }
        (search.end().unwrap(), tried)
    }

    #[test]
    fn any_knee_is_found_within_the_resolution() {
        for knee in [0, 1, 2, 7, 40, 333, 2999, 50_000] {
            for start in [1, 8, 500] {
                let (End::Knee(found), _) = hunt(knee, u32::MAX, start) else { panic!("{knee} from {start}") };
                assert!(
                    found <= knee && f64::from(knee - found) <= f64::from(knee) * RESOLUTION + 1.0,
                    "{found} for {knee}"
                );
            }
        }
    }

    #[test]
    fn a_generator_that_gives_out_first_bounds_the_answer_from_below() {
        let (End::AtLeast(found), _) = hunt(5000, 1000, 8) else { panic!("the generator gave out first") };
        assert!((960..=1000).contains(&found), "{found}");
    }

    #[test]
    fn a_limit_that_is_never_met_ends_at_the_most_allowed() {
        let mut search = Search::new(8, 100);
        while search.next().is_some() {
            search.told(Step::Met);
        }
        assert_eq!(search.end(), Some(End::AtLeast(100)));
    }

    #[test]
    fn it_takes_as_many_steps_as_a_ramp_and_a_bisection_do() {
        assert!(hunt(1000, u32::MAX, 8).1 <= 16);
    }
}
