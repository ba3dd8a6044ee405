//! Signing in by way of a provider (`OpenID` Connect Core 1.0, the code flow): the ministry's own accounts in place of
//! passwords of ours.
//!
//! What binds the answer to the question: `state` to the browser that asked (a cookie of which the desk knows the digest,
//! good for one return), PKCE (RFC 7636) to this server, `nonce` to the token. The token's signature and claims are
//! checked in `token`. Addresses without TLS are taken on this very machine alone.

mod token;

use std::sync::Mutex;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::jwk::Jwk;
use relight_store::StoreError;
use relight_store::desk::Desk;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::session::{digest, hex, same};
use super::{read, written};
use crate::app::{lock, now};
use crate::config::{Oidc, is_safe_address};
pub use token::{Claims, Unsound};

const SPACE: &str = "sign-in";

/// How long somebody may take at the provider, milliseconds.
const PATIENCE: i64 = 10 * 60 * 1000;

/// How long what the provider says of itself is believed.
const HOLDS: Duration = Duration::from_secs(3600);

/// More bytes than this are no answer of a provider.
const MOST_BYTES: u64 = 1 << 20;

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// The provider does not answer, or not as the standard says.
    #[error("the provider cannot be used: {0}")]
    Provider(String),
    /// The provider would not.
    #[error("the provider refused: {0}")]
    Refused(String),
    /// The token is not for us, or not sound.
    #[error("the provider's token is refused: {0}")]
    Token(#[from] Unsound),
}

/// What the provider says of itself (`OpenID` Connect Discovery 1.0).
#[derive(Debug, Clone, Deserialize)]
struct Metadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
}

/// What was learned of the provider, and when.
struct Known {
    at: Instant,
    metadata: Metadata,
    keys: Vec<Jwk>,
}

/// The provider, as this server knows it.
pub struct Provider {
    settings: Oidc,
    redirect: String,
    agent: ureq::Agent,
    known: Mutex<Option<Known>>,
}

/// What is kept while somebody is at the provider.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Visit {
    /// The digest of what the browser's cookie holds.
    browser: String,
    /// What the token must hold.
    nonce: String,
    /// What proves to the provider that the one who asks for the token is the one who sent the person (RFC 7636).
    verifier: String,
}

/// A visit that begins: where to send the browser, and what it is to remember.
pub struct Begun {
    /// The address at the provider.
    pub address: String,
    /// What the cookie holds.
    pub cookie: String,
}

/// Thirty-two bytes of chance each: the cookie, the state, the nonce, the verifier.
pub type Chance = [[u8; 32]; 4];

/// What the token endpoint gives (RFC 6749, 5.1).
#[derive(Deserialize)]
struct Tokens {
    id_token: Option<String>,
    #[serde(default)]
    access_token: String,
}

impl Provider {
    /// The provider of the settings, where they name one. `public_url` is this server as browsers see it.
    pub fn of(settings: &Oidc, public_url: &str) -> Option<Provider> {
        if settings.issuer.is_empty() {
            return None;
        }
        let agent = ureq::Agent::config_builder()
            .user_agent(format!("Relight/{}", env!("CARGO_PKG_VERSION")))
            .timeout_global(Some(Duration::from_secs(10)))
            // A redirect would carry the secret of the client to wherever it leads.
            .max_redirects(0)
            .http_status_as_error(false)
            .build()
            .new_agent();
        let redirect = format!("{public_url}/sign-in/return");
        Some(Provider { settings: settings.clone(), redirect, agent, known: Mutex::new(None) })
    }

    /// What the button says.
    pub fn name(&self) -> &str {
        if self.settings.name.is_empty() { &self.settings.issuer } else { &self.settings.name }
    }

    /// Who it is, to whoever asks for an account's origin.
    pub fn issuer(&self) -> &str {
        &self.settings.issuer
    }

    /// Sends somebody to the provider. It waits for the network where the provider is not known yet.
    ///
    /// # Errors
    ///
    /// Where the provider cannot be reached.
    pub fn begin(&self, chance: &Chance) -> Result<(Begun, String, Visit), Failed> {
        let [cookie, state, nonce, verifier] = chance.each_ref().map(|bytes| hex(bytes));
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
        let (metadata, _) = self.known(false)?;
        let query = form(&[
            ("response_type", "code"),
            ("client_id", &self.settings.client_id),
            ("redirect_uri", &self.redirect),
            ("scope", &self.settings.scopes.join(" ")),
            ("state", &state),
            ("nonce", &nonce),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ]);
        let joint = if metadata.authorization_endpoint.contains('?') { '&' } else { '?' };
        let address = format!("{}{joint}{query}", metadata.authorization_endpoint);
        let visit = Visit { browser: digest(&cookie), nonce, verifier };
        Ok((Begun { address, cookie }, state, visit))
    }

    /// Takes a code to the provider, and gives who it stands for. It waits for the network.
    ///
    /// # Errors
    ///
    /// Where the provider refuses the code, or its token is not sound.
    pub fn redeem(&self, code: &str, visit: &Visit) -> Result<Claims, Failed> {
        let (metadata, keys) = self.known(false)?;
        let tokens = self.exchange(&metadata, code, visit)?;
        let id_token = tokens.id_token.ok_or_else(|| {
            Failed::Provider("there is no id_token; is `openid` among the scopes?".to_owned())
        })?;
        let wanted = token::Wanted {
            issuer: &self.settings.issuer,
            client: &self.settings.client_id,
            nonce: &visit.nonce,
            access_token: &tokens.access_token,
        };
        match token::check(&id_token, &keys, &wanted) {
            // Providers change their keys: those of an hour ago may not be those of now.
            Err(Unsound::Key) => {
                let (_, keys) = self.known(true)?;
                Ok(token::check(&id_token, &keys, &wanted)?)
            }
            outcome => Ok(outcome?),
        }
    }

    fn exchange(&self, metadata: &Metadata, code: &str, visit: &Visit) -> Result<Tokens, Failed> {
        let Oidc { client_id, client_secret, .. } = &self.settings;
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", self.redirect.as_str()),
            ("code_verifier", visit.verifier.as_str()),
        ];
        let methods = metadata.token_endpoint_auth_methods_supported.as_deref();
        // Where nothing is said, a secret goes into the header (Discovery 1.0, section 3).
        let by_header = methods.is_none_or(|all| all.iter().any(|m| m == "client_secret_basic"));
        let mut request = self
            .agent
            .post(&metadata.token_endpoint)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("accept", "application/json");
        if client_secret.is_empty() {
            fields.push(("client_id", client_id));
        } else if by_header {
            // Both are encoded as a form before they are joined (RFC 6749, 2.3.1).
            let pair = format!("{}:{}", encoded(client_id), encoded(client_secret));
            request = request.header("authorization", format!("Basic {}", STANDARD.encode(pair)));
        } else {
            fields.extend([("client_id", client_id.as_str()), ("client_secret", client_secret)]);
        }
        let mut answer =
            request.send(form(&fields)).map_err(|e| Failed::Provider(e.to_string()))?;
        let status = answer.status();
        let body = body_of(&mut answer)?;
        if status.is_success() {
            return serde_json::from_slice(&body).map_err(|e| Failed::Provider(e.to_string()));
        }
        let told: Value = serde_json::from_slice(&body).unwrap_or_default();
        let error = told["error"].as_str().unwrap_or("no reason told");
        Err(Failed::Refused(format!("{status}, {}", plain(error))))
    }

    /// What the provider says of itself, and its keys: those known, while they hold.
    fn known(&self, again: bool) -> Result<(Metadata, Vec<Jwk>), Failed> {
        let fresh = |known: &&Known| !again && known.at.elapsed() < HOLDS;
        if let Some(known) = lock(&self.known).as_ref().filter(fresh) {
            return Ok((known.metadata.clone(), known.keys.clone()));
        }
        let wrong = |message: String| Failed::Provider(message);
        let issuer = &self.settings.issuer;
        let place = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        let metadata: Metadata =
            serde_json::from_value(self.ask(&place)?).map_err(|e| wrong(e.to_string()))?;
        if metadata.issuer != *issuer {
            return Err(wrong(format!("it calls itself `{}`", plain(&metadata.issuer))));
        }
        let Metadata { authorization_endpoint, token_endpoint, jwks_uri, .. } = &metadata;
        for address in [authorization_endpoint, token_endpoint, jwks_uri] {
            if !is_safe_address(address) {
                return Err(wrong(format!("`{}` is not encrypted", plain(address))));
            }
        }
        let mut set = self.ask(jwks_uri)?;
        let listed = set["keys"].take();
        let listed = listed.as_array().map(Vec::as_slice).unwrap_or_default();
        // Keys of kinds that we do not know are for others.
        let keys: Vec<Jwk> =
            listed.iter().filter_map(|key| serde_json::from_value(key.clone()).ok()).collect();
        *lock(&self.known) =
            Some(Known { at: Instant::now(), metadata: metadata.clone(), keys: keys.clone() });
        Ok((metadata, keys))
    }

    fn ask(&self, address: &str) -> Result<Value, Failed> {
        let wrong = |message: String| Failed::Provider(format!("{address}: {message}"));
        let mut answer = self.agent.get(address).call().map_err(|e| wrong(e.to_string()))?;
        if !answer.status().is_success() {
            return Err(wrong(answer.status().to_string()));
        }
        let body = body_of(&mut answer)?;
        serde_json::from_slice(&body).map_err(|e| wrong(e.to_string()))
    }
}

/// Keeps a visit until it comes back.
///
/// # Errors
///
/// Where the desk fails.
pub fn keep(desk: &mut Desk, state: &str, visit: &Visit) -> Result<(), StoreError> {
    let ends = now().milliseconds() + PATIENCE;
    desk.put(SPACE, &digest(state), &written(visit)?, Some(ends))
}

/// The visit of a state, for the browser that began it; gone with this, so that nothing comes back twice.
///
/// # Errors
///
/// Where the desk fails.
pub fn come_back(desk: &mut Desk, state: &str, cookie: &str) -> Result<Option<Visit>, StoreError> {
    let key = digest(state);
    let Some(paper) = desk.get(SPACE, &key, now().milliseconds())? else { return Ok(None) };
    let visit: Visit = read(&paper.body)?;
    // Of two that come at once, one has removed it.
    let first = desk.remove(SPACE, &key)?;
    Ok(Some(visit).filter(|visit| first && same(&visit.browser, &digest(cookie))))
}

fn body_of(answer: &mut ureq::http::Response<ureq::Body>) -> Result<Vec<u8>, Failed> {
    let body = answer.body_mut().with_config().limit(MOST_BYTES).read_to_vec();
    body.map_err(|e| Failed::Provider(e.to_string()))
}

fn form(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// Words of others for the log: short, and without what moves a cursor.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(120).collect()
}
