//! Passwords: Argon2id with the parameters that OWASP names first (19 MiB, two passes, one lane).

use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};

/// The shortest password that is taken, in characters.
const SHORTEST: usize = 12;

/// The longest, in bytes: more would only be work for us.
const LONGEST: usize = 256;

/// Passwords that everybody tries first, in small letters.
pub const WEAK: [&str; 12] = [
    "password1234",
    "passwordpassword",
    "123456789012",
    "1234567890123",
    "qwertyuiop12",
    "qwertyuiopas",
    "administrator",
    "letmeinletmein",
    "iloveyou1234",
    "111111111111",
    "000000000000",
    "relightrelight",
];

/// Why a password is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Too short or too long.
    #[error("a password has {SHORTEST} characters or more, and {LONGEST} bytes at most")]
    Length,
    /// It is guessed at once.
    #[error("this password is among the first that anybody tries; choose another")]
    Common,
}

/// Whether a password is taken: long enough, and not one that is tried first.
///
/// # Errors
///
/// Why not.
pub fn check_strength(password: &str, name: &str) -> Result<(), Refused> {
    if password.chars().count() < SHORTEST || password.len() > LONGEST {
        return Err(Refused::Length);
    }
    let small = password.to_lowercase();
    let first = small.chars().next();
    let same = small.chars().all(|c| Some(c) == first);
    if same || WEAK.contains(&small.as_str()) || small.trim_end_matches(char::is_numeric) == name {
        return Err(Refused::Common);
    }
    Ok(())
}

fn hasher() -> Argon2<'static> {
    let params = Params::new(19 * 1024, 2, 1, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// The hash with its salt and parameters; `None` where the system has no chance to give.
pub fn hash(password: &str) -> Option<String> {
    let mut salt = [0u8; 16];
    getrandom::fill(&mut salt).ok()?;
    let salt = SaltString::encode_b64(&salt).ok()?;
    hasher().hash_password(password.as_bytes(), &salt).ok().map(|hash| hash.to_string())
}

/// A hash that no password has, for the time that it takes.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5MQ$\
                      X0ZJw8gqkYQ0h3N1rWmKJ2t8b7c6d5e4f3g2h1i0j9k";

/// Whether it is the password of this hash; without one the time is spent all the same.
pub fn holds(password: &str, hash: Option<&str>) -> bool {
    let Ok(parsed) = PasswordHash::new(hash.unwrap_or(NOBODY)) else { return false };
    let right = hasher().verify_password(password.as_bytes(), &parsed).is_ok();
    right && hash.is_some()
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    #[test]
    fn only_the_password_holds() {
        let hash = hash("correct horse battery").expect("chance");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(holds("correct horse battery", Some(&hash)));
        assert!(!holds("correct horse batterz", Some(&hash)));
        assert!(!holds("correct horse battery", None));
    }

    #[test]
    fn no_account_takes_as_long_as_a_wrong_password() {
        let hash = hash("correct horse battery").expect("chance");
        let time = |hash: Option<&str>| {
            let begun = Instant::now();
            for _ in 0..3 {
                holds("something else", hash);
            }
            begun.elapsed().as_secs_f64()
        };
        let (with, without) = (time(Some(&hash)), time(None));
        assert!((0.2..5.0).contains(&(without / with)), "{without} against {with}");
    }

    #[test]
    fn weak_passwords_are_refused() {
        assert_eq!(check_strength("short", "anna"), Err(Refused::Length));
        assert_eq!(check_strength("Password1234", "anna"), Err(Refused::Common));
        assert_eq!(check_strength("aaaaaaaaaaaaaa", "anna"), Err(Refused::Common));
        assert_eq!(check_strength("grid-engineer2024", "grid-engineer"), Err(Refused::Common));
        assert_eq!(check_strength(&"x1".repeat(200), "anna"), Err(Refused::Length));
        assert_eq!(check_strength("three plain words", "anna"), Ok(()));
    }
}
