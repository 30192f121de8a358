//! Memory on its way before it is used: with hundreds of sessions in turn none of it is near any more.
//!
//! Whoever goes through many of them goes ahead in steps, since what each step reads tells where the next one's memory lies. It is asked for and not waited for, and nothing
//! here changes what is computed.

/// Memory is brought nearer in so many steps.
pub const STEPS: usize = 3;
/// So many places lie between one step and the next, and between the last and the one that is served.
pub const AHEAD: usize = 4;

/// Has the memory at this value's beginning on its way.
#[inline]
pub fn fetch<T>(value: &T) {
    #[cfg(target_arch = "x86_64")]
    safe_arch::prefetch_t0(value);
    #[cfg(not(target_arch = "x86_64"))]
    let _ = value;
}

/// The places of an order that come soon.
#[derive(Debug)]
pub struct Ahead<I>([I; STEPS]);

impl<I: Iterator + Clone> Ahead<I> {
    /// Ahead of whoever is about to go through this order.
    pub fn new(order: I) -> Ahead<I> {
        let mut steps = std::array::from_fn(|_| order.clone());
        for (step, places) in steps.iter_mut().enumerate() {
            places.nth((STEPS - step) * AHEAD - 1);
        }
        Ahead(steps)
    }

    /// For each step the place whose turn it is, when the next of the order is about to be served. The first few of an order have no turn.
    pub fn advance(&mut self) -> [Option<I::Item>; STEPS] {
        self.0.each_mut().map(Iterator::next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_place_has_one_turn_a_step_before_it_is_served() {
        let mut ahead = Ahead::new(0..100);
        let turns: Vec<_> = (0..100).map(|_| ahead.advance()).collect();
        for step in 0..STEPS {
            let distance = (STEPS - step) * AHEAD;
            let taken = turns.iter().filter_map(|turn| turn[step]);
            assert!(taken.eq(distance..100));
            assert_eq!(turns[50][step], Some(50 + distance));
        }
    }

    #[test]
    fn an_order_that_is_short_is_gone_through_all_the_same() {
        assert_eq!(Ahead::new(0..2).advance(), [None; STEPS]);
    }
}
