//! How often one session may send each kind of message: a token bucket for each kind.
//!
//! Integer arithmetic on microseconds given from outside, so that it is exact and tested without a clock.
//!
//! Not here: the limits themselves (`skirmish_protocol::limits`), limits per address (`control`).

use skirmish_protocol::ClientMessage;
use skirmish_protocol::limits::{ACKS_PER_S_MAX, CHATS_PER_S_MAX, INPUTS_PER_S_MAX, PINGS_PER_S_MAX, RATE_BURST_S};
use skirmish_sim::ahead::fetch;

/// What kinds of messages are told apart, for limits and for counting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Hello,
    Input,
    Ack,
    Ping,
    Chat,
    Leave,
    /// A ping or pong of WebSocket's own.
    Control,
}

impl Kind {
    /// All kinds, in the order of their discriminants.
    pub(super) const ALL: [Kind; 7] =
        [Kind::Hello, Kind::Input, Kind::Ack, Kind::Ping, Kind::Chat, Kind::Leave, Kind::Control];

    /// The kind of this message.
    pub(super) fn of(message: &ClientMessage) -> Kind {
        match message {
            ClientMessage::Hello { .. } => Kind::Hello,
            ClientMessage::Input { .. } => Kind::Input,
            ClientMessage::Ack { .. } => Kind::Ack,
            ClientMessage::Ping { .. } => Kind::Ping,
            ClientMessage::Chat { .. } => Kind::Chat,
            ClientMessage::Leave => Kind::Leave,
        }
    }

    /// Its name for people.
    pub(super) fn name(self) -> &'static str {
        match self {
            Kind::Hello => "hello",
            Kind::Input => "input",
            Kind::Ack => "ack",
            Kind::Ping => "ping",
            Kind::Chat => "chat",
            Kind::Leave => "leave",
            Kind::Control => "control",
        }
    }

    /// How many a second may come. Hello and leave come once: their order limits them.
    pub(super) fn per_s_max(self) -> u32 {
        match self {
            Kind::Hello | Kind::Leave => 1,
            Kind::Input => INPUTS_PER_S_MAX,
            Kind::Ack => ACKS_PER_S_MAX,
            Kind::Ping | Kind::Control => PINGS_PER_S_MAX,
            Kind::Chat => CHATS_PER_S_MAX,
        }
    }
}

/// The buckets of one session.
#[derive(Debug)]
pub(super) struct Rates([Bucket; Kind::ALL.len()]);

impl Rates {
    /// Full buckets.
    pub(super) fn new(now_us: u64) -> Rates {
        Rates(Kind::ALL.map(|kind| Bucket::new(kind.per_s_max(), now_us)))
    }

    /// Has the memory on its way that inputs and acknowledgements need.
    pub(super) fn fetch(&self) {
        fetch(&self.0[Kind::Input as usize]);
        fetch(&self.0[Kind::Ack as usize]);
    }

    /// Whether one more message of this kind may come now. If so, it counts.
    pub(super) fn take(&mut self, kind: Kind, now_us: u64) -> bool {
        self.0[kind as usize].take(now_us)
    }
}

/// One token, in the unit in which a bucket counts: a microsecond brings `per_s` of these.
const TOKEN: u64 = 1_000_000;

/// A token bucket: `per_s` tokens come each second, and at most [`RATE_BURST_S`] seconds' worth are kept.
#[derive(Debug)]
struct Bucket {
    per_s: u32,
    level: u64,
    filled_us: u64,
}

impl Bucket {
    fn new(per_s: u32, now_us: u64) -> Bucket {
        let mut bucket = Bucket { per_s, level: 0, filled_us: now_us };
        bucket.level = bucket.level_max();
        bucket
    }

    fn take(&mut self, now_us: u64) -> bool {
        let elapsed_us = now_us.saturating_sub(self.filled_us);
        self.filled_us = self.filled_us.max(now_us);
        let gained = elapsed_us.saturating_mul(u64::from(self.per_s));
        self.level = self.level.saturating_add(gained).min(self.level_max());
        let left = self.level.checked_sub(TOKEN);
        self.level = left.unwrap_or(self.level);
        left.is_some()
    }

    fn level_max(&self) -> u64 {
        u64::from(self.per_s) * u64::from(RATE_BURST_S) * TOKEN
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken_at_once(bucket: &mut Bucket, now_us: u64) -> usize {
        std::iter::repeat_with(|| bucket.take(now_us)).take_while(|taken| *taken).count()
    }

    #[test]
    fn a_full_bucket_holds_twice_the_rate() {
        let mut bucket = Bucket::new(10, 5_000);
        assert_eq!(taken_at_once(&mut bucket, 5_000), 20);
    }

    #[test]
    fn an_empty_bucket_fills_at_its_rate_and_no_higher_than_its_burst() {
        let mut bucket = Bucket::new(10, 0);
        taken_at_once(&mut bucket, 0);
        assert_eq!(taken_at_once(&mut bucket, 99_999), 0);
        assert_eq!(taken_at_once(&mut bucket, 100_000), 1);
        assert_eq!(taken_at_once(&mut bucket, 1_100_000), 10);
        assert_eq!(taken_at_once(&mut bucket, u64::MAX), 20);
    }

    #[test]
    fn a_steady_sender_at_the_rate_is_never_refused() {
        let mut bucket = Bucket::new(256, 0);
        assert!((1..=256 * 60).all(|n| bucket.take(n * 1_000_000 / 256)));
    }

    #[test]
    fn time_that_goes_back_gives_nothing() {
        let mut bucket = Bucket::new(1, 1_000_000);
        taken_at_once(&mut bucket, 1_000_000);
        assert_eq!(taken_at_once(&mut bucket, 0), 0);
        assert_eq!(taken_at_once(&mut bucket, 1_000_000), 0);
    }

    #[test]
    fn one_kind_used_up_leaves_the_others_alone() {
        let mut rates = Rates::new(0);
        while rates.take(Kind::Chat, 0) {}
        assert!(rates.take(Kind::Input, 0));
    }
}
