//! How fast something that only grows has grown of late.

/// Over how long.
const SPAN_US: u64 = 1_000_000;

/// See the module.
#[derive(Debug)]
pub(super) struct Growth {
    since_us: u64,
    then: u64,
    per_s: u64,
}

impl Growth {
    /// Of something that is 0 now.
    pub(super) fn since(now_us: u64) -> Growth {
        Growth { since_us: now_us, then: 0, per_s: 0 }
    }

    /// It is so much now.
    pub(super) fn note(&mut self, now: u64, now_us: u64) {
        let span_us = now_us.saturating_sub(self.since_us);
        if span_us >= SPAN_US {
            let grown = u128::from(now - self.then) * 1_000_000 / u128::from(span_us);
            *self = Growth { since_us: now_us, then: now, per_s: grown as u64 };
        }
    }

    /// By how much it grew in each of the last seconds.
    pub(super) fn per_s(&self) -> u64 {
        self.per_s
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_is_told_by_the_second_however_long_nobody_asked() {
        let mut growth = Growth::since(5_000_000);
        growth.note(700, 5_999_999);
        assert_eq!(growth.per_s(), 0);
        growth.note(900, 7_000_000);
        assert_eq!(growth.per_s(), 450);
        growth.note(900, 8_000_000);
        assert_eq!(growth.per_s(), 0);
    }
}
