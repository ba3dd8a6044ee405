//! Sealed fields: what is personal stands in an event as a salted commitment, and beside it as a secret that can be
//! erased. The chain holds with or without the secret, and nobody can guess a name from the commitment.

use serde::{Deserialize, Serialize};

use crate::hash::{Hash, NotHex, from_hex};

/// A commitment to a text: the SHA-256 over salt and text.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub struct Sealed(pub Hash);

/// The text behind a seal and the salt, 32 random bytes that the caller draws anew for each text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secret {
    /// 64 hexadecimal digits.
    pub salt: String,
    /// The text.
    pub text: String,
}

impl Secret {
    /// A secret of a text and 32 random bytes.
    pub fn new(salt: [u8; 32], text: impl Into<String>) -> Secret {
        Secret { salt: Hash::from_bytes(salt).to_string(), text: text.into() }
    }

    /// The commitment that stands for it in events. Errors where the salt is no 32 bytes of hexadecimal digits.
    pub fn seal(&self) -> Result<Sealed, NotHex> {
        let salt: [u8; 32] = from_hex(&self.salt)?;
        Ok(Sealed(Hash::of("relight.sealed/1", &[&salt, self.text.as_bytes()])))
    }

    /// Whether this is what was sealed.
    pub fn opens(&self, sealed: Sealed) -> bool {
        self.seal() == Ok(sealed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_salt_and_text_open_a_seal() {
        let secret = Secret::new([7; 32], "Olena");
        let sealed = secret.seal().expect("a salt");
        assert!(secret.opens(sealed));
        assert!(!Secret::new([8; 32], "Olena").opens(sealed));
        assert!(!Secret::new([7; 32], "Olga").opens(sealed));
        assert!(!Secret { salt: "07".into(), text: "Olena".into() }.opens(sealed));
    }
}
