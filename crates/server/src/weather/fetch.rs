//! Asking politely: who asks is told, an answer is kept as long as it holds, and asked for again with its tag. Where the
//! network is gone, the answer that was kept last is as good as any.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::services::Unreadable;
use crate::accounts::session::hex;

/// More bytes than this are no weather.
const MOST_BYTES: u64 = 4 << 20;

/// How long an answer holds whose sender does not say.
const HOLDS: Duration = Duration::from_secs(600);

/// However long a sender says, it is asked again after this.
const LONGEST: Duration = Duration::from_secs(6 * 3600);

/// Why there is nothing new.
#[derive(Debug, thiserror::Error)]
pub enum Unreachable {
    /// The network, or the service.
    #[error("the service cannot be reached: {0}")]
    Network(String),
    /// The answer.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// Nothing of this place.
    #[error("the service says nothing of this place and time")]
    Nothing,
    /// The disk.
    #[error("it cannot be kept: {0}")]
    Disk(#[from] std::io::Error),
}

/// An answer, and how long it holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// Where it is from.
    address: String,
    /// What `ETag` said.
    tag: Option<String>,
    /// What `Last-Modified` said.
    modified: Option<String>,
    /// Until when it need not be asked for again.
    #[serde(with = "moment")]
    expires: Timestamp,
    /// When the service was heard last.
    #[serde(with = "moment")]
    pub heard: Timestamp,
    /// The answer.
    #[serde(with = "text")]
    pub body: Vec<u8>,
}

/// Moments as the texts that people read.
mod moment {
    use jiff::Timestamp;
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(at: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&at.to_string())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}

/// The answers are JSON, and kept as the text that they are.
mod text {
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&String::from_utf8_lossy(bytes))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        String::deserialize(from).map(String::into_bytes)
    }
}

/// Asks, and keeps what it hears in a folder.
pub struct Keeper {
    folder: PathBuf,
    agent: ureq::Agent,
}

impl Keeper {
    /// A keeper of a folder. `contact` is told to services: an address of mail or of the web.
    pub fn new(folder: &Path, contact: &str) -> Keeper {
        let name = format!("Relight/{} ({contact})", env!("CARGO_PKG_VERSION"));
        let agent = ureq::Agent::config_builder()
            .user_agent(name)
            .timeout_global(Some(Duration::from_secs(20)))
            .max_redirects(3)
            .http_status_as_error(false)
            .build()
            .new_agent();
        Keeper { folder: folder.to_owned(), agent }
    }

    /// The answer at an address: the kept one while it holds, or where nobody answers.
    ///
    /// # Errors
    ///
    /// Where nobody answers and none was kept.
    pub fn get(&self, address: &str) -> Result<Kept, Unreachable> {
        let now = Timestamp::now();
        let kept = self.kept(address);
        if let Some(kept) = kept.as_ref().filter(|kept| kept.expires > now) {
            return Ok(kept.clone());
        }
        match self.ask(address, kept.as_ref(), now) {
            Ok(fresh) => {
                self.keep(&fresh)?;
                Ok(fresh)
            }
            // Stale is better than nothing: it says itself of when it is.
            Err(error) => kept.ok_or(error),
        }
    }

    fn ask(&self, address: &str, kept: Option<&Kept>, now: Timestamp) -> Result<Kept, Unreachable> {
        let failed = |error: ureq::Error| Unreachable::Network(error.to_string());
        let mut request = self.agent.get(address).header("accept", "application/json");
        if let Some(tag) = kept.and_then(|kept| kept.tag.as_deref()) {
            request = request.header("if-none-match", tag);
        }
        if let Some(modified) = kept.and_then(|kept| kept.modified.as_deref()) {
            request = request.header("if-modified-since", modified);
        }
        let mut answer = request.call().map_err(failed)?;
        let header = |name: &str| {
            answer.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
        };
        let (tag, modified) = (header("etag"), header("last-modified"));
        let expires = expiry(header("expires").as_deref(), header("cache-control").as_deref(), now);
        match (answer.status().as_u16(), kept) {
            (200 | 203, _) => {
                let body = answer.body_mut().with_config().limit(MOST_BYTES).read_to_vec();
                let body = body.map_err(failed)?;
                Ok(Kept { address: address.to_owned(), tag, modified, expires, heard: now, body })
            }
            (304, Some(kept)) => Ok(Kept {
                tag: tag.or_else(|| kept.tag.clone()),
                modified: modified.or_else(|| kept.modified.clone()),
                expires,
                heard: now,
                ..kept.clone()
            }),
            (status, _) => Err(Unreachable::Network(format!("it answers {status}"))),
        }
    }

    fn file(&self, address: &str) -> PathBuf {
        let digest = Sha256::digest(address.as_bytes());
        self.folder.join(format!("{}.json", hex(digest.get(..16).unwrap_or_default())))
    }

    fn kept(&self, address: &str) -> Option<Kept> {
        let bytes = fs::read(self.file(address)).ok()?;
        let kept: Kept = serde_json::from_slice(&bytes).ok()?;
        (kept.address == address).then_some(kept)
    }

    fn keep(&self, kept: &Kept) -> Result<(), Unreachable> {
        fs::create_dir_all(&self.folder)?;
        let file = self.file(&kept.address);
        let beside = file.with_extension("part");
        fs::write(&beside, serde_json::to_vec(kept).map_err(std::io::Error::other)?)?;
        fs::rename(&beside, &file)?;
        Ok(())
    }
}

/// Until when an answer holds: `max-age` before `Expires`, as RFC 9111 has it.
fn expiry(expires: Option<&str>, control: Option<&str>, now: Timestamp) -> Timestamp {
    let mut parts = control.unwrap_or_default().split(',').map(str::trim);
    let age = parts.find_map(|part| part.strip_prefix("max-age=")?.parse::<u64>().ok());
    let told = match age {
        Some(seconds) => now.checked_add(Duration::from_secs(seconds.min(LONGEST.as_secs()))).ok(),
        None => expires.and_then(|text| Some(rfc2822::parse(text).ok()?.timestamp())),
    };
    let latest = now.checked_add(LONGEST).unwrap_or(now);
    told.or_else(|| now.checked_add(HOLDS).ok()).unwrap_or(now).min(latest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_holds_as_long_as_its_sender_says() {
        let now: Timestamp = "2026-01-20T06:00:00Z".parse().expect("a time");
        let at = |text: &str| text.parse::<Timestamp>().expect("a time");
        let expires = Some("Tue, 20 Jan 2026 06:30:00 GMT");
        assert_eq!(expiry(expires, None, now), at("2026-01-20T06:30:00Z"));
        assert_eq!(expiry(expires, Some("public, max-age=60"), now), at("2026-01-20T06:01:00Z"));
        assert_eq!(expiry(None, None, now), at("2026-01-20T06:10:00Z"));
        assert_eq!(
            expiry(Some("Tue, 20 Jan 2099 06:30:00 GMT"), None, now),
            at("2026-01-20T12:00:00Z")
        );
        assert_eq!(expiry(Some("0"), None, now), at("2026-01-20T06:10:00Z"));
    }
}
