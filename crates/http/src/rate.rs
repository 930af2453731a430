//! Token buckets per client address, for requests that claim units. Bounded in memory.
//!
//! An IPv6 client owns a whole network, so its first 64 bits count.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::config::Rate;

/// Addresses remembered at once: about 100 bytes each.
const ADDRESSES_MAX: usize = 50_000;
/// Buckets that are full again are let go this often, when room is needed.
const SWEEP_EVERY: Duration = Duration::from_secs(1);
/// Whoever there is no room for shares one bucket.
const CROWD: IpAddr = IpAddr::V4(Ipv4Addr::BROADCAST);

/// The buckets of all addresses.
pub(crate) struct Buckets {
    rate: Option<Rate>,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    buckets: HashMap<IpAddr, Bucket>,
    swept: Option<Instant>,
}

#[derive(Clone, Copy)]
struct Bucket {
    /// What is in it, in thousandths of a request.
    level: u64,
    at: Instant,
}

impl Buckets {
    pub fn new(rate: Option<Rate>) -> Self {
        Self { rate, known: Mutex::default() }
    }

    /// Takes one request out of an address's bucket; the seconds to wait when it is empty.
    pub fn take(&self, address: IpAddr, now: Instant) -> Result<(), u64> {
        let Some(rate) = self.rate else { return Ok(()) };
        let mut known = self.known.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let address = known.room_for(network(address), rate, now);
        let bucket = known.buckets.entry(address).or_insert(Bucket { level: rate.full(), at: now });
        bucket.level = rate.level(bucket, now);
        bucket.at = now;
        match bucket.level.checked_sub(1_000) {
            Some(rest) => {
                bucket.level = rest;
                Ok(())
            }
            None => Err((1_000 - bucket.level).div_ceil(u64::from(rate.per_second.max(1)) * 1_000).max(1)),
        }
    }
}

impl Known {
    /// The address whose bucket counts: its own, or the crowd's when there is no room for another.
    fn room_for(&mut self, address: IpAddr, rate: Rate, now: Instant) -> IpAddr {
        if self.buckets.len() < ADDRESSES_MAX || self.buckets.contains_key(&address) {
            return address;
        }
        if self.swept.is_none_or(|swept| swept + SWEEP_EVERY <= now) {
            self.swept = Some(now);
            // Whoever has a full bucket loses nothing by being forgotten.
            self.buckets.retain(|_, bucket| !rate.is_full(bucket, now));
        }
        if self.buckets.len() < ADDRESSES_MAX { address } else { CROWD }
    }
}

impl Rate {
    fn full(self) -> u64 {
        u64::from(self.burst) * 1_000
    }

    fn level(self, bucket: &Bucket, now: Instant) -> u64 {
        let millis = u64::try_from(now.saturating_duration_since(bucket.at).as_millis()).unwrap_or(u64::MAX);
        bucket.level.saturating_add(millis.saturating_mul(u64::from(self.per_second))).min(self.full())
    }

    fn is_full(self, bucket: &Bucket, now: Instant) -> bool {
        self.level(bucket, now) == self.full()
    }
}

fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(six) => {
            let [a, b, c, d, ..] = six.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        four => four,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The burst goes through, the next waits, and time fills the bucket again.
    #[test]
    fn buckets_empty_and_fill() {
        let buckets = Buckets::new(Some(Rate { burst: 3, per_second: 2 }));
        let start = Instant::now();
        let ann = IpAddr::from([192, 0, 2, 1]);
        assert!((0..3).all(|_| buckets.take(ann, start).is_ok()));
        assert_eq!(buckets.take(ann, start), Err(1));
        assert!(buckets.take(IpAddr::from([192, 0, 2, 2]), start).is_ok());
        assert!(buckets.take(ann, start + Duration::from_millis(500)).is_ok());
        assert!(buckets.take(ann, start + Duration::from_millis(500)).is_err());
    }

    /// One network of IPv6 is one client; an IPv4 address in IPv6 form is the same client.
    #[test]
    fn networks_are_clients() {
        let parse = |text: &str| network(text.parse().unwrap());
        assert_eq!(parse("2001:db8::1"), parse("2001:db8::ffff:2"));
        assert_ne!(parse("2001:db8::1"), parse("2001:db8:0:1::1"));
        assert_eq!(parse("::ffff:192.0.2.1"), parse("192.0.2.1"));
    }

    /// However many addresses ask, memory stays bounded.
    #[test]
    fn addresses_are_bounded() {
        let buckets = Buckets::new(Some(Rate { burst: 2, per_second: 1 }));
        let start = Instant::now();
        let from = |number: u32| buckets.take(IpAddr::from(number.to_be_bytes()), start);
        assert!((0..ADDRESSES_MAX as u32).all(|number| from(number).is_ok()));
        let crowd: Vec<bool> = (0..10).map(|number| from(1 << 20 | number).is_ok()).collect();
        assert_eq!(crowd.iter().filter(|let_in| **let_in).count(), 2, "the crowd shares a bucket");
        assert_eq!(buckets.known.lock().unwrap().buckets.len(), ADDRESSES_MAX + 1);
        let later = start + Duration::from_secs(1);
        assert!(buckets.take(IpAddr::from([10, 0, 0, 1]), later).is_ok());
        assert!(buckets.known.lock().unwrap().buckets.len() <= 2, "full buckets were let go");
    }
}
