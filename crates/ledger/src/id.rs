//! Identity: 128 bits that the caller chooses (a ULID or a UUID version 7), so that a repeated request is known again.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

/// Any record: the `T` of an [`Id`] that says nothing of the kind.
#[derive(Debug, Clone, Copy)]
pub enum Anything {}

/// The identity of a `T`. In text 26 characters of Crockford's base 32, as a ULID; a UUID is read as well.
///
/// The ledger makes no ids: it has neither a clock nor chance. Callers give them, by [`Id::at`] from both, or by
/// [`Id::derive`] from what is identified, so that reading a file a second time changes nothing.
pub struct Id<T = Anything> {
    bits: u128,
    of: PhantomData<fn() -> T>,
}

const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

impl<T> Id<T> {
    /// No identity: what a field holds that was left out. No record has it.
    pub const NIL: Self = Self::from_bits(0);

    /// The id of these bits.
    pub const fn from_bits(bits: u128) -> Self {
        Id { bits, of: PhantomData }
    }

    /// The bits, big end first in every encoding.
    pub const fn bits(self) -> u128 {
        self.bits
    }

    /// The sixteen bytes, as stores keep them.
    pub const fn bytes(self) -> [u8; 16] {
        self.bits.to_be_bytes()
    }

    /// Whether this is no identity at all.
    pub const fn is_nil(self) -> bool {
        self.bits == 0
    }

    /// A ULID: milliseconds since 1970 (48 bits) and 80 random bits.
    pub fn at(milliseconds: u64, random: [u8; 10]) -> Self {
        let tail = random.iter().fold(0u128, |bits, byte| bits << 8 | u128::from(*byte));
        Self::from_bits(u128::from(milliseconds & 0xFFFF_FFFF_FFFF) << 80 | tail)
    }

    /// The id that belongs to these words: the first 16 bytes of a SHA-256 over them. The same words give the same id.
    pub fn derive(words: &[&str]) -> Self {
        let mut sha = Sha256::new();
        sha.update(b"relight.id/1");
        for word in words {
            sha.update((word.len() as u64).to_be_bytes());
            sha.update(word.as_bytes());
        }
        let digest: [u8; 32] = sha.finalize().into();
        Self::from_bits(digest.iter().take(16).fold(0, |bits, byte| bits << 8 | u128::from(*byte)))
    }

    /// The same identity, whatever it is of.
    pub const fn any(self) -> Id {
        Id::from_bits(self.bits)
    }

    /// The same identity, taken for that of a `U`. The fold refuses a reference to a record of another kind.
    pub const fn of<U>(self) -> Id<U> {
        Id::from_bits(self.bits)
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Id<T> {}
impl<T> Default for Id<T> {
    fn default() -> Self {
        Self::NIL
    }
}
impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.bits == other.bits
    }
}
impl<T> Eq for Id<T> {}
impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.bits.cmp(&other.bits)
    }
}
impl<T> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.bits.hash(state);
    }
}

impl<T> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = [0u8; 26];
        for (place, digit) in text.iter_mut().rev().enumerate() {
            *digit = DIGITS[(self.bits >> (5 * place) & 31) as usize];
        }
        f.pad(std::str::from_utf8(&text).unwrap_or_default())
    }
}
impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Text that is no id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no id; expected 26 letters and digits (a ULID) or a UUID")]
pub struct NotAnId(String);

impl<T> FromStr for Id<T> {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let wrong = || NotAnId(text.chars().take(64).collect());
        let bits = match text.len() {
            26 => text.bytes().try_fold(0u128, |bits, letter| {
                // A ULID has 130 bits of text for 128: the first digit is 7 at most.
                if bits >> 123 != 0 { None } else { Some(bits << 5 | u128::from(digit(letter)?)) }
            }),
            36 => {
                let dashes_stand = [8, 13, 18, 23].iter().all(|at| text.as_bytes()[*at] == b'-');
                let hex: String = text.chars().filter(|c| *c != '-').collect();
                let is_hex = hex.len() == 32 && hex.bytes().all(|b| b.is_ascii_hexdigit());
                if dashes_stand && is_hex { u128::from_str_radix(&hex, 16).ok() } else { None }
            }
            _ => None,
        };
        bits.map(Self::from_bits).ok_or_else(wrong)
    }
}

/// The value of a digit; `I` and `L` are read as 1 and `O` as 0, as Crockford has it.
fn digit(letter: u8) -> Option<u8> {
    let letter = match letter.to_ascii_uppercase() {
        b'I' | b'L' => b'1',
        b'O' => b'0',
        other => other,
    };
    DIGITS.iter().position(|d| *d == letter).map(|at| at as u8)
}

impl<T> Serialize for Id<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de, T> Deserialize<'de> for Id<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        crate::text::read(from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_the_ulid_specification_is_read_and_written() {
        // The example of the ULID specification, and its largest value.
        let id: Id = "01ARZ3NDEKTSV4RRFFQ69G5FAV".parse().expect("a ULID");
        assert_eq!(id.to_string(), "01ARZ3NDEKTSV4RRFFQ69G5FAV");
        assert_eq!(id.bits() >> 80, 1_469_922_850_259);
        let most: Id = "7ZZZZZZZZZZZZZZZZZZZZZZZZZ".parse().expect("the largest");
        assert_eq!(most.bits(), u128::MAX);
        assert!("8ZZZZZZZZZZZZZZZZZZZZZZZZZ".parse::<Id>().is_err());
        assert!("01ARZ3NDEKTSV4RRFFQ69G5FAU".parse::<Id>().is_err(), "U is no digit");
    }

    #[test]
    fn a_uuid_is_the_same_identity() {
        let id: Id = "01893e2a-7b3c-7def-8abc-0123456789ab".parse().expect("a UUID");
        assert_eq!(id.bits(), 0x0189_3e2a_7b3c_7def_8abc_0123_4567_89ab);
        assert_eq!(id.to_string().parse::<Id>(), Ok(id));
        assert!("01893e2a-7b3c-7def-8abc-0123456789a-".parse::<Id>().is_err());
    }

    #[test]
    fn derived_ids_depend_on_where_words_end() {
        assert_eq!(Id::<Anything>::derive(&["a", "b"]), Id::derive(&["a", "b"]));
        assert_ne!(Id::<Anything>::derive(&["ab"]), Id::derive(&["a", "b"]));
    }
}
