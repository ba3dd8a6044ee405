//! The ID token (`OpenID` Connect Core 1.0, sections 2 and 3.1.3.7): a signature by a key of the provider, and claims that say
//! that it was made for us, now, and in answer to this question.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::crypto::{CryptoProvider, JwkUtils, JwtVerifier};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::jwk::{Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, DecodingKeyKind, Validation, decode, decode_header};
use ring::signature as signatures;
use serde::Deserialize;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256, Sha384, Sha512};

use super::super::session::same;
use crate::app::now;

/// Signatures that are taken: with a public key, so that who can check a token cannot make one.
const TAKEN: [Algorithm; 9] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];

/// How far two clocks may differ, seconds.
const LEEWAY: i64 = 60;

/// A token comes straight from the provider: one that was made longer ago was kept by somebody, seconds.
const OLDEST: i64 = 600;

/// Why a token is not taken. No words of the token are in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unsound {
    /// It cannot be read.
    #[error("it is no JWT, or a claim is missing")]
    Form,
    /// The kind of signature.
    #[error("its signature is of a kind that is not taken")]
    Algorithm,
    /// The key, or the signature.
    #[error("no key of the provider has signed it")]
    Key,
    /// `iss`.
    #[error("another issuer made it")]
    Issuer,
    /// `aud` or `azp`.
    #[error("it is for somebody else")]
    Audience,
    /// `exp` or `iat`.
    #[error("it has expired, or is not of this moment")]
    Time,
    /// `nonce`.
    #[error("it answers another question (nonce)")]
    Nonce,
    /// `at_hash`.
    #[error("it does not belong to the access token beside it")]
    AccessToken,
}

/// What a token must say.
pub struct Wanted<'a> {
    pub issuer: &'a str,
    pub client: &'a str,
    pub nonce: &'a str,
    /// What came beside it.
    pub access_token: &'a str,
}

/// Who signed in, as the provider says.
#[derive(Debug, Clone, Deserialize)]
pub struct Claims {
    /// Who, for good: a name that the provider gives to nobody else.
    pub sub: String,
    aud: Audience,
    iat: i64,
    #[serde(default)]
    nonce: String,
    azp: Option<String>,
    at_hash: Option<String>,
    /// What they are called there.
    pub preferred_username: Option<String>,
    /// Their name.
    pub name: Option<String>,
    /// Their address.
    pub email: Option<String>,
    /// All other claims.
    #[serde(flatten)]
    pub others: Map<String, Value>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Claims {
    /// Whether a claim has a value, or holds it in a list.
    pub fn has(&self, claim: &str, value: &str) -> bool {
        match self.others.get(claim) {
            Some(Value::String(text)) => text == value,
            Some(Value::Array(list)) => list.iter().any(|item| item.as_str() == Some(value)),
            _ => false,
        }
    }
}

/// The claims of a token, where all of it is as it must be.
pub fn check(token: &str, keys: &[Jwk], wanted: &Wanted<'_>) -> Result<Claims, Unsound> {
    // Somebody else in this process may have installed one with the same answers.
    let _ = RING.install_default();
    let header = decode_header(token).map_err(|error| kind_of(&error))?;
    if !TAKEN.contains(&header.alg) {
        return Err(Unsound::Algorithm);
    }
    let mut rules = Validation::new(header.alg);
    rules.leeway = LEEWAY.unsigned_abs();
    rules.validate_nbf = true;
    rules.set_audience(&[wanted.client]);
    rules.set_issuer(&[wanted.issuer]);
    rules.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    let fits = |key: &&Jwk| {
        let common = &key.common;
        let named = header.kid.is_none() || common.key_id == header.kid;
        let signs = !matches!(common.public_key_use, Some(PublicKeyUse::Encryption));
        let same =
            |of: &jsonwebtoken::jwk::KeyAlgorithm| of.to_string() == format!("{:?}", header.alg);
        named && signs && common.key_algorithm.as_ref().is_none_or(same)
    };
    let mut outcome = Err(Unsound::Key);
    for key in keys.iter().filter(fits) {
        let Ok(key) = DecodingKey::from_jwk(key) else { continue };
        if key.family() != header.alg.family() {
            continue;
        }
        outcome = decode::<Claims>(token, &key, &rules).map_err(|error| kind_of(&error));
        if outcome.as_ref().err() != Some(&Unsound::Key) {
            break;
        }
    }
    let claims = outcome?.claims;
    // Another audience could hand the token to us as if it were ours.
    let ours = match &claims.aud {
        Audience::One(one) => one == wanted.client,
        Audience::Many(all) => all.len() == 1 && all[0] == wanted.client,
    };
    if !ours || claims.azp.as_deref().is_some_and(|azp| azp != wanted.client) {
        return Err(Unsound::Audience);
    }
    let age = now().milliseconds() / 1000 - claims.iat;
    if !(-LEEWAY..=OLDEST).contains(&age) {
        return Err(Unsound::Time);
    }
    if wanted.nonce.is_empty() || !same(&claims.nonce, wanted.nonce) {
        return Err(Unsound::Nonce);
    }
    if claims.sub.is_empty() || claims.sub.len() > 255 {
        return Err(Unsound::Form);
    }
    let sound = |told: &String| same(told, &half_of_digest(header.alg, wanted.access_token));
    if !claims.at_hash.as_ref().is_none_or(sound) {
        return Err(Unsound::AccessToken);
    }
    Ok(claims)
}

/// The left half of the digest that the signature uses (Core 1.0, 3.1.3.6).
fn half_of_digest(algorithm: Algorithm, text: &str) -> String {
    use Algorithm::{ES384, EdDSA, PS384, PS512, RS384, RS512};
    let bytes = text.as_bytes();
    let digest = match algorithm {
        RS384 | PS384 | ES384 => Sha384::digest(bytes).to_vec(),
        RS512 | PS512 | EdDSA => Sha512::digest(bytes).to_vec(),
        _ => Sha256::digest(bytes).to_vec(),
    };
    URL_SAFE_NO_PAD.encode(&digest[..digest.len() / 2])
}

fn kind_of(error: &Error) -> Unsound {
    match error.kind() {
        ErrorKind::InvalidSignature => Unsound::Key,
        ErrorKind::InvalidAlgorithm
        | ErrorKind::InvalidAlgorithmName
        | ErrorKind::MissingAlgorithm => Unsound::Algorithm,
        ErrorKind::InvalidIssuer => Unsound::Issuer,
        ErrorKind::InvalidAudience => Unsound::Audience,
        ErrorKind::ExpiredSignature | ErrorKind::ImmatureSignature => Unsound::Time,
        _ => Unsound::Form,
    }
}

/// Signatures are checked by `ring`, which TLS brings along.
static RING: CryptoProvider = CryptoProvider {
    signer_factory: |_, _| Err(ErrorKind::InvalidAlgorithm.into()),
    verifier_factory: |algorithm, key| {
        Ok(Box::new(Signed { algorithm: *algorithm, key: key.clone() }))
    },
    jwk_utils: JwkUtils::new_unimplemented(),
};

/// A signature to be checked.
struct Signed {
    algorithm: Algorithm,
    key: DecodingKey,
}

impl signature::Verifier<Vec<u8>> for Signed {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), signature::Error> {
        let checked = match self.key.kind() {
            DecodingKeyKind::RsaModulusExponent { n, e } => {
                let rules = match self.algorithm {
                    Algorithm::RS256 => &signatures::RSA_PKCS1_2048_8192_SHA256,
                    Algorithm::RS384 => &signatures::RSA_PKCS1_2048_8192_SHA384,
                    Algorithm::RS512 => &signatures::RSA_PKCS1_2048_8192_SHA512,
                    Algorithm::PS256 => &signatures::RSA_PSS_2048_8192_SHA256,
                    Algorithm::PS384 => &signatures::RSA_PSS_2048_8192_SHA384,
                    Algorithm::PS512 => &signatures::RSA_PSS_2048_8192_SHA512,
                    _ => return Err(signature::Error::new()),
                };
                signatures::RsaPublicKeyComponents { n, e }.verify(rules, message, signature)
            }
            DecodingKeyKind::SecretOrDer(point) => {
                let rules: &dyn signatures::VerificationAlgorithm = match self.algorithm {
                    Algorithm::ES256 => &signatures::ECDSA_P256_SHA256_FIXED,
                    Algorithm::ES384 => &signatures::ECDSA_P384_SHA384_FIXED,
                    Algorithm::EdDSA => &signatures::ED25519,
                    _ => return Err(signature::Error::new()),
                };
                signatures::UnparsedPublicKey::new(rules, point).verify(message, signature)
            }
        };
        checked.map_err(|_| signature::Error::new())
    }
}

impl JwtVerifier for Signed {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLIENT: &str = "relight";
    const ISSUER: &str = "https://provider.example";

    /// A provider's key (P-256), and a way to sign with it.
    struct Key {
        pair: signatures::EcdsaKeyPair,
        jwk: Jwk,
    }

    fn key(id: &str) -> Key {
        use signatures::KeyPair as _;
        let random = ring::rand::SystemRandom::new();
        let rules = &signatures::ECDSA_P256_SHA256_FIXED_SIGNING;
        let document = signatures::EcdsaKeyPair::generate_pkcs8(rules, &random).expect("a key");
        let pair = signatures::EcdsaKeyPair::from_pkcs8(rules, document.as_ref(), &random);
        let pair = pair.expect("a key");
        let point = pair.public_key().as_ref();
        let part = |range| URL_SAFE_NO_PAD.encode(&point[range]);
        let (x, y) = (part(1..33), part(33..65));
        let jwk = serde_json::json!({ "kty": "EC", "crv": "P-256", "kid": id, "x": x, "y": y });
        Key { pair, jwk: serde_json::from_value(jwk).expect("a key") }
    }

    fn token(key: &Key, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(header), part(claims));
        let random = ring::rand::SystemRandom::new();
        let signature = key.pair.sign(&random, signed.as_bytes()).expect("signed");
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.as_ref()))
    }

    fn claims() -> Value {
        let now = now().milliseconds() / 1000;
        serde_json::json!({
            "iss": ISSUER, "sub": "olena", "aud": CLIENT, "exp": now + 300, "iat": now, "nonce": "n",
            "groups": ["grid", "all"],
        })
    }

    fn checked(keys: &[Jwk], text: &str) -> Result<Claims, Unsound> {
        let wanted = Wanted { issuer: ISSUER, client: CLIENT, nonce: "n", access_token: "a" };
        check(text, keys, &wanted)
    }

    #[test]
    fn a_sound_token_says_who() {
        let key = key("1");
        let header = serde_json::json!({ "alg": "ES256", "kid": "1" });
        let claims = checked(std::slice::from_ref(&key.jwk), &token(&key, &header, &claims()))
            .expect("sound");
        assert_eq!(claims.sub, "olena");
        assert!(claims.has("groups", "grid") && !claims.has("groups", "gri"));
    }

    #[test]
    fn each_claim_is_looked_at() {
        let key = key("1");
        let header = serde_json::json!({ "alg": "ES256", "kid": "1" });
        let now = now().milliseconds() / 1000;
        let twists = [
            ("iss", Value::from("https://other.example"), Unsound::Issuer),
            ("aud", "another".into(), Unsound::Audience),
            ("aud", serde_json::json!([CLIENT, "another"]), Unsound::Audience),
            ("azp", "another".into(), Unsound::Audience),
            ("exp", (now - 120).into(), Unsound::Time),
            ("exp", "9999999999".into(), Unsound::Form),
            ("nbf", (now + 300).into(), Unsound::Time),
            ("iat", (now - 3600).into(), Unsound::Time),
            ("iat", (now + 3600).into(), Unsound::Time),
            ("nonce", "other".into(), Unsound::Nonce),
            ("nonce", Value::Null, Unsound::Form),
            ("sub", "".into(), Unsound::Form),
            ("at_hash", "AAAA".into(), Unsound::AccessToken),
        ];
        for (claim, value, why) in twists {
            let mut claims = claims();
            claims[claim] = value.clone();
            let outcome = checked(std::slice::from_ref(&key.jwk), &token(&key, &header, &claims));
            assert_eq!(outcome.expect_err("refused"), why, "{claim} is {value}");
        }
        for claim in ["iss", "sub", "aud", "exp", "iat", "nonce"] {
            let mut claims = claims();
            claims.as_object_mut().expect("an object").remove(claim);
            let outcome = checked(std::slice::from_ref(&key.jwk), &token(&key, &header, &claims));
            assert!(outcome.is_err(), "without {claim}");
        }
    }

    #[test]
    fn a_signature_of_another_key_or_kind_is_refused() {
        let (ours, other) = (key("1"), key("1"));
        let of = |alg: &str| serde_json::json!({ "alg": alg, "kid": "1" });
        let keys = [ours.jwk.clone()];
        let forged = token(&other, &of("ES256"), &claims());
        assert_eq!(checked(&keys, &forged).expect_err("refused"), Unsound::Key);
        for alg in ["HS256", "none", "RS256"] {
            let text = token(&ours, &of(alg), &claims());
            assert!(checked(&keys, &text).is_err(), "{alg}");
        }
        let unknown = serde_json::json!({ "alg": "ES256", "kid": "2" });
        let text = token(&ours, &unknown, &claims());
        assert_eq!(checked(&keys, &text).expect_err("refused"), Unsound::Key);
        let sound = token(&ours, &of("ES256"), &claims());
        let (signed, _) = sound.rsplit_once('.').expect("three parts");
        assert!(checked(&keys, &format!("{signed}.")).is_err(), "without a signature");
    }
}
