//! How often somebody may try: a bucket of tries that fills again with time.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Instant;

use crate::app::lock;

/// Buckets of many, by a name such as `sign-in 192.0.2.1`.
#[derive(Default)]
pub struct Limits {
    buckets: Mutex<HashMap<String, Bucket>>,
}

struct Bucket {
    left: f64,
    at: Instant,
}

/// How large a bucket is, and how soon it is full again.
#[derive(Debug, Clone, Copy)]
pub struct Rate {
    /// Tries at once.
    pub most: f64,
    /// Seconds until an empty one is full.
    pub seconds: f64,
}

/// Signing in, by visitor and by account.
pub const SIGN_IN: Rate = Rate { most: 10.0, seconds: 300.0 };

/// Requests to change something, by account.
pub const WRITE: Rate = Rate { most: 600.0, seconds: 60.0 };

/// Requests of any kind, by visitor who has not signed in.
pub const ANYBODY: Rate = Rate { most: 3_000.0, seconds: 60.0 };

/// More buckets than this are not kept: full ones are thrown away first.
const MOST: usize = 100_000;

impl Limits {
    /// Fills every bucket again.
    pub fn forget(&self) {
        lock(&self.buckets).clear();
    }

    /// Takes one try; gives whether there was one left.
    pub fn take(&self, who: &str, rate: Rate) -> bool {
        let now = Instant::now();
        let mut buckets = lock(&self.buckets);
        if buckets.len() >= MOST {
            buckets.retain(|_, bucket| now.duration_since(bucket.at).as_secs_f64() < 600.0);
        }
        if buckets.len() >= MOST && !buckets.contains_key(who) {
            return false;
        }
        let bucket = buckets.entry(who.to_owned()).or_insert(Bucket { left: rate.most, at: now });
        let passed = now.duration_since(bucket.at).as_secs_f64();
        bucket.left = (bucket.left + passed * rate.most / rate.seconds).min(rate.most);
        bucket.at = now;
        let allowed = bucket.left >= 1.0;
        if allowed {
            bucket.left -= 1.0;
        }
        allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_bucket_refuses_and_fills_again() {
        let limits = Limits::default();
        let rate = Rate { most: 2.0, seconds: 0.1 };
        assert!(limits.take("a", rate) && limits.take("a", rate));
        assert!(!limits.take("a", rate));
        assert!(limits.take("b", rate), "others are not touched");
        std::thread::sleep(std::time::Duration::from_millis(80));
        assert!(limits.take("a", rate));
    }
}
