//! Signed checkpoints: where the chain stood on a day, to be published, so that outsiders notice when the past is
//! written anew.

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};

use super::chain::Head;
use crate::date::Moment;
use crate::hash::{Hash, from_hex};

/// The name of the form.
const SCHEMA: &str = "relight.checkpoint/1";

/// A head, when it was one, and a signature (Ed25519, RFC 8032) over both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checkpoint {
    /// The form: `relight.checkpoint/1`.
    pub schema: String,
    /// Which ledger, as its keeper calls it.
    pub ledger: String,
    /// The number of the last event.
    pub seq: u64,
    /// Its hash.
    pub hash: Hash,
    /// When that was.
    pub at: Moment,
    /// The public key, 64 hexadecimal digits. Whoever checks must know it from elsewhere.
    pub key: String,
    /// The signature, 128 hexadecimal digits.
    pub signature: String,
}

/// Why a checkpoint is not to be trusted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadCheckpoint {
    /// It is in another form.
    #[error("this is no checkpoint of a ledger; expected the form {SCHEMA}")]
    Form,
    /// Another key has signed it.
    #[error("the checkpoint is signed with the key {found}; expected {expected}")]
    OtherKey {
        /// The key in it.
        found: String,
        /// The key that was expected.
        expected: String,
    },
    /// A key or signature that is none.
    #[error("the key or the signature is malformed")]
    Malformed,
    /// The signature is not that of these words.
    #[error("the signature does not hold: the checkpoint was changed")]
    Forged,
}

/// The public key of a secret one: what others check with.
pub fn public_key(secret: &[u8; 32]) -> Hash {
    Hash::from_bytes(SigningKey::from_bytes(secret).verifying_key().to_bytes())
}

impl Checkpoint {
    /// Signs a head with a secret key of 32 random bytes.
    pub fn sign(ledger: &str, head: Head, at: Moment, secret: &[u8; 32]) -> Checkpoint {
        let mut checkpoint = Checkpoint {
            schema: SCHEMA.to_owned(),
            ledger: ledger.to_owned(),
            seq: head.seq,
            hash: head.hash,
            at,
            key: public_key(secret).to_string(),
            signature: String::new(),
        };
        let signature = SigningKey::from_bytes(secret).sign(&checkpoint.words());
        checkpoint.signature = format!("{signature:x}");
        checkpoint
    }

    /// The head that it names, where the signature is that of this key.
    ///
    /// # Errors
    ///
    /// Why it is not to be trusted.
    pub fn open(&self, key: Hash) -> Result<Head, BadCheckpoint> {
        if self.schema != SCHEMA {
            return Err(BadCheckpoint::Form);
        }
        if self.key != key.to_string() {
            let (found, expected) = (self.key.chars().take(64).collect(), key.to_string());
            return Err(BadCheckpoint::OtherKey { found, expected });
        }
        let key = VerifyingKey::from_bytes(key.bytes()).map_err(|_| BadCheckpoint::Malformed)?;
        let signature: [u8; 64] =
            from_hex(&self.signature).map_err(|_| BadCheckpoint::Malformed)?;
        key.verify_strict(&self.words(), &Signature::from_bytes(&signature))
            .map_err(|_| BadCheckpoint::Forged)?;
        Ok(Head { seq: self.seq, hash: self.hash })
    }

    /// What is signed: each part behind its length, so that no two checkpoints have the same words.
    fn words(&self) -> Vec<u8> {
        let seq = self.seq.to_string();
        let (hash, at) = (self.hash.to_string(), self.at.to_string());
        let mut words = Vec::new();
        for part in [SCHEMA, &self.ledger, &seq, &hash, &at] {
            words.extend_from_slice(&(part.len() as u64).to_be_bytes());
            words.extend_from_slice(part.as_bytes());
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_public_key_is_that_of_rfc_8032() {
        // Test 1 of section 7.1.
        let secret = from_hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
            .expect("hex");
        let expected = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
        assert_eq!(public_key(&secret).to_string(), expected);
    }

    #[test]
    fn a_checkpoint_that_was_changed_does_not_hold() {
        let head = Head { seq: 42, hash: Hash::of("x", &[]) };
        let good = Checkpoint::sign("winter", head, Moment::from_milliseconds(1), &[7; 32]);
        let key = public_key(&[7; 32]);
        assert_eq!(good.open(key), Ok(head));
        let changed = Checkpoint { seq: 41, ..good.clone() };
        assert_eq!(changed.open(key), Err(BadCheckpoint::Forged));
        let renamed = Checkpoint { ledger: "other".into(), ..good.clone() };
        assert_eq!(renamed.open(key), Err(BadCheckpoint::Forged));
        assert!(matches!(good.open(public_key(&[8; 32])), Err(BadCheckpoint::OtherKey { .. })));
        assert_eq!(
            Checkpoint { signature: "00".into(), ..good }.open(key),
            Err(BadCheckpoint::Malformed)
        );
    }
}
