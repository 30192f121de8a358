//! How often one address may join. Time comes in as an argument.
//!
//! A token bucket for each address, or for each /64 network of IPv6, whose holder has all its addresses. Loopback is not limited: it
//! is the developer, the load generator, or a proxy that stands for everybody.
//!
//! Invariant: the buckets kept are bounded; a full one is forgotten, since a new one would be the same.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Mutex;
use std::time::Instant;

/// Joins that one address may make at once.
const BURST: f64 = 20.0;
/// Joins that one address may make per second in the long run.
const PER_S: f64 = 2.0;
/// Addresses remembered at once, at most; when as many are joining, further ones are refused.
const ADDRESSES_MAX: usize = 65_536;

/// The buckets of all addresses.
#[derive(Debug, Default)]
pub(super) struct JoinRate(Mutex<HashMap<IpAddr, Bucket>>);

#[derive(Debug)]
struct Bucket {
    tokens: f64,
    at: Instant,
}

impl JoinRate {
    /// Takes one token of `address`; false if there is none.
    pub(super) fn take(&self, address: IpAddr, now: Instant) -> bool {
        let network = network(address);
        if network.is_loopback() {
            return true;
        }
        let mut buckets = self.0.lock().expect("nothing panics while it holds the buckets");
        if buckets.len() >= ADDRESSES_MAX && !buckets.contains_key(&network) {
            buckets.retain(|_, bucket| bucket.refilled(now) < BURST);
            if buckets.len() >= ADDRESSES_MAX {
                return false;
            }
        }
        let bucket = buckets.entry(network).or_insert(Bucket { tokens: BURST, at: now });
        bucket.tokens = bucket.refilled(now);
        bucket.at = now;
        let granted = bucket.tokens >= 1.0;
        if granted {
            bucket.tokens -= 1.0;
        }
        granted
    }
}

impl Bucket {
    fn refilled(&self, now: Instant) -> f64 {
        let elapsed_s = now.saturating_duration_since(self.at).as_secs_f64();
        (self.tokens + elapsed_s * PER_S).min(BURST)
    }
}

fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) if !v6.is_loopback() => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn granted(rate: &JoinRate, from: &str, now: Instant) -> usize {
        (0..100).filter(|_| rate.take(address(from), now)).count()
    }

    #[test]
    fn a_burst_is_granted_and_then_refilled_with_time() {
        let (rate, start) = (JoinRate::default(), Instant::now());
        assert_eq!(granted(&rate, "192.0.2.1", start), 20);
        assert_eq!(granted(&rate, "192.0.2.1", start + Duration::from_secs(3)), 6);
        assert_eq!(granted(&rate, "192.0.2.1", start + Duration::from_secs(3600)), 20);
    }

    #[test]
    fn one_address_does_not_use_up_the_tokens_of_another() {
        let (rate, start) = (JoinRate::default(), Instant::now());
        assert_eq!(granted(&rate, "192.0.2.1", start), 20);
        assert_eq!(granted(&rate, "192.0.2.2", start), 20);
    }

    #[test]
    fn all_addresses_of_one_ipv6_network_share_their_tokens() {
        let (rate, start) = (JoinRate::default(), Instant::now());
        assert_eq!(granted(&rate, "2001:db8::1", start), 20);
        assert_eq!(granted(&rate, "2001:db8::2", start), 0);
        assert_eq!(granted(&rate, "2001:db8:0:1::2", start), 20);
    }

    #[test]
    fn an_ipv4_address_is_the_same_when_mapped_into_ipv6() {
        let (rate, start) = (JoinRate::default(), Instant::now());
        assert_eq!(granted(&rate, "192.0.2.1", start), 20);
        assert_eq!(granted(&rate, "::ffff:192.0.2.1", start), 0);
    }

    #[test]
    fn loopback_is_not_limited() {
        let (rate, start) = (JoinRate::default(), Instant::now());
        assert_eq!(granted(&rate, "127.0.0.1", start), 100);
        assert_eq!(granted(&rate, "::1", start), 100);
    }
}
