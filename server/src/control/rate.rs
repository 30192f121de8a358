//! How often one address may do something: join, or open a match by joining. Time comes in as an argument.
//!
//! A token bucket for each address, or for each /64 network of IPv6, whose holder has all its addresses. Loopback is not limited: it
//! is the developer, the load generator, or a proxy that stands for everybody.
//!
//! Invariant: the buckets kept are bounded; a full one is forgotten, since a new one would be the same.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Mutex;
use std::time::Instant;

/// Addresses remembered at once, at most; when as many are busy, further ones are refused.
const ADDRESSES_MAX: usize = 65_536;

/// How often one address may do one thing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Allowance {
    /// So often at once.
    pub(super) burst: f64,
    /// So often per second in the long run.
    pub(super) per_s: f64,
}

/// The buckets of all addresses for one thing.
#[derive(Debug)]
pub(super) struct AddressRate {
    allowance: Allowance,
    buckets: Mutex<HashMap<IpAddr, Bucket>>,
}

#[derive(Debug)]
struct Bucket {
    tokens: f64,
    at: Instant,
}

impl AddressRate {
    /// Full buckets for everybody.
    pub(super) fn new(allowance: Allowance) -> Self {
        Self { allowance, buckets: Mutex::default() }
    }

    /// Takes one token of `address`; false if there is none.
    pub(super) fn take(&self, address: IpAddr, now: Instant) -> bool {
        let network = network(address);
        if network.is_loopback() {
            return true;
        }
        let Allowance { burst, .. } = self.allowance;
        let mut buckets = self.buckets.lock().expect("nothing panics while it holds the buckets");
        if buckets.len() >= ADDRESSES_MAX && !buckets.contains_key(&network) {
            buckets.retain(|_, bucket| bucket.refilled(self.allowance, now) < burst);
            if buckets.len() >= ADDRESSES_MAX {
                return false;
            }
        }
        let bucket = buckets.entry(network).or_insert(Bucket { tokens: burst, at: now });
        bucket.tokens = bucket.refilled(self.allowance, now);
        bucket.at = now;
        let granted = bucket.tokens >= 1.0;
        if granted {
            bucket.tokens -= 1.0;
        }
        granted
    }
}

impl Bucket {
    fn refilled(&self, Allowance { burst, per_s }: Allowance, now: Instant) -> f64 {
        let elapsed_s = now.saturating_duration_since(self.at).as_secs_f64();
        (self.tokens + elapsed_s * per_s).min(burst)
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

    fn rate() -> AddressRate {
        AddressRate::new(Allowance { burst: 20.0, per_s: 2.0 })
    }

    fn granted(rate: &AddressRate, from: &str, now: Instant) -> usize {
        (0..100).filter(|_| rate.take(address(from), now)).count()
    }

    #[test]
    fn a_burst_is_granted_and_then_refilled_with_time() {
        let (rate, start) = (rate(), Instant::now());
        assert_eq!(granted(&rate, "192.0.2.1", start), 20);
        assert_eq!(granted(&rate, "192.0.2.1", start + Duration::from_secs(3)), 6);
        assert_eq!(granted(&rate, "192.0.2.1", start + Duration::from_secs(3600)), 20);
    }

    #[test]
    fn one_address_does_not_use_up_the_tokens_of_another() {
        let (rate, start) = (rate(), Instant::now());
        assert_eq!(granted(&rate, "192.0.2.1", start), 20);
        assert_eq!(granted(&rate, "192.0.2.2", start), 20);
    }

    #[test]
    fn all_addresses_of_one_ipv6_network_share_their_tokens() {
        let (rate, start) = (rate(), Instant::now());
        assert_eq!(granted(&rate, "2001:db8::1", start), 20);
        assert_eq!(granted(&rate, "2001:db8::2", start), 0);
        assert_eq!(granted(&rate, "2001:db8:0:1::2", start), 20);
    }

    #[test]
    fn an_ipv4_address_is_the_same_when_mapped_into_ipv6() {
        let (rate, start) = (rate(), Instant::now());
        assert_eq!(granted(&rate, "192.0.2.1", start), 20);
        assert_eq!(granted(&rate, "::ffff:192.0.2.1", start), 0);
    }

    #[test]
    fn loopback_is_not_limited() {
        let (rate, start) = (rate(), Instant::now());
        assert_eq!(granted(&rate, "127.0.0.1", start), 100);
        assert_eq!(granted(&rate, "::1", start), 100);
    }
}
