//! Who signs in: accounts with passwords, or of a provider; sessions of browsers, tokens of programs.
//!
//! All of it lies on the desk, beside the ledger. Of a session or token only the digest is kept, so that who reads the
//! desk cannot sign in with what is there.

pub mod limit;
mod linked;
mod password;
pub mod provider;
pub mod session;
pub mod token;

pub use linked::{Identity, give_role, link};
pub use password::{Refused, WEAK, check_strength};

use relight_ledger::event::{Act, Event, Proposal};
use relight_ledger::id::Id;
use relight_ledger::model::{Party, Person};
use relight_ledger::seal::Secret;
use relight_store::StoreError;
use relight_store::desk::Desk;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::app::now;
use crate::policy::{Role, Viewer};

const SPACE: &str = "account";

/// An account.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Account {
    /// Its name.
    pub name: String,
    /// As what it works.
    pub role: Role,
    /// Its person of the ledger.
    pub person: Id<Person>,
    /// Its organisation.
    pub party: Option<Id<Party>>,
    /// The password as Argon2id has it; empty where a provider signs it in.
    pub hash: String,
    /// Who it is at the provider that signs it in.
    #[serde(default)]
    pub identity: Option<Identity>,
    /// Whether it may sign in.
    pub active: bool,
    /// When it was made, milliseconds since 1970.
    pub made: i64,
}

/// An account as administrators see it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// As what it works.
    pub role: Role,
    /// Its organisation.
    pub party: Option<String>,
    /// Whether it may sign in.
    pub active: bool,
    /// Who it is at the provider that signs it in, in the provider's words.
    pub known_as: Option<String>,
}

/// Why an account cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum CannotMake {
    /// The name.
    #[error(
        "`{0}` is no name for an account; expected 2 to 64 small letters, digits, dots or hyphens"
    )]
    Name(String),
    /// There is one.
    #[error("there is an account `{0}` already")]
    Taken(String),
    /// The role.
    #[error("nobody signs in as the public; choose another role")]
    Public,
    /// The password.
    #[error(transparent)]
    Weak(#[from] Refused),
    /// The desk.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The system.
    #[error("the system gives no random numbers")]
    Random,
}

/// Makes an account. It takes about a tenth of a second, as passwords should.
///
/// # Errors
///
/// Why it cannot be made.
pub fn make(
    desk: &mut Desk,
    name: &str,
    role: Role,
    party: Option<Id<Party>>,
    password: &str,
) -> Result<Account, CannotMake> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '.' || c == '-';
    if !(2..=64).contains(&name.len()) || !name.chars().all(plain) {
        return Err(CannotMake::Name(name.chars().take(64).collect()));
    }
    if role == Role::Public {
        return Err(CannotMake::Public);
    }
    check_strength(password, name)?;
    let account = Account {
        name: name.to_owned(),
        role,
        person: Id::derive(&["person", "account", name]),
        party,
        hash: password::hash(password).ok_or(CannotMake::Random)?,
        identity: None,
        active: true,
        made: now().milliseconds(),
    };
    if desk.replace(SPACE, name, 0, &written(&account)?, None)? {
        Ok(account)
    } else {
        Err(CannotMake::Taken(name.to_owned()))
    }
}

/// The person of a new account as an event of the ledger: the name is sealed. `None` where the system gives no random
/// numbers to seal it with.
pub fn person(account: &Account) -> Option<Proposal> {
    let mut salt = [0; 32];
    getrandom::fill(&mut salt).ok()?;
    let secret = Secret::new(salt, account.name.clone());
    let person = Person {
        name: Some(secret.seal().ok()?),
        role: account.role.word().to_owned(),
        party: account.party,
        ..Person::default()
    };
    let event = Event {
        id: Id::derive(&["event", "account", &account.name]),
        at: now(),
        actor: account.person,
        operation: None,
        reason: "an account was made".to_owned(),
        act: Act::Record { record: account.person.any(), content: person.into() },
    };
    Some(Proposal { event, secrets: vec![secret] })
}

/// The account of that name.
pub fn find(desk: &mut Desk, name: &str) -> Result<Option<Account>, StoreError> {
    let paper = desk.get(SPACE, name, i64::MIN)?;
    paper.map(|paper| read(&paper.body)).transpose()
}

/// Every account, by name.
pub fn list(desk: &mut Desk) -> Result<Vec<Account>, StoreError> {
    let mut all: Vec<Account> = Vec::new();
    loop {
        let after = all.last().map_or("", |account| account.name.as_str()).to_owned();
        let page = desk.list(SPACE, &after, 200)?;
        if page.is_empty() {
            return Ok(all);
        }
        for paper in page {
            all.push(read(&paper.body)?);
        }
    }
}

/// Lets an account sign in, or not any more. Its sessions and tokens end with it. Gives whether there is one.
pub fn set_active(desk: &mut Desk, name: &str, active: bool) -> Result<bool, StoreError> {
    change(desk, name, |account| account.active = active)
}

/// Gives an account another password.
///
/// # Errors
///
/// Where it is weak, or there is no such account.
pub fn set_password(desk: &mut Desk, name: &str, password: &str) -> Result<bool, CannotMake> {
    check_strength(password, name)?;
    let hash = password::hash(password).ok_or(CannotMake::Random)?;
    Ok(change(desk, name, |account| account.hash.clone_from(&hash))?)
}

fn change(desk: &mut Desk, name: &str, edit: impl Fn(&mut Account)) -> Result<bool, StoreError> {
    loop {
        let Some(paper) = desk.get(SPACE, name, i64::MIN)? else { return Ok(false) };
        let mut account: Account = read(&paper.body)?;
        edit(&mut account);
        if desk.replace(SPACE, name, paper.revision, &written(&account)?, None)? {
            return Ok(true);
        }
    }
}

/// The account, where name and password are right and it may sign in. It takes as long where there is no such account.
pub fn sign_in(desk_account: Option<&Account>, password: &str) -> bool {
    let hash = desk_account.filter(|account| account.active).map(|account| account.hash.as_str());
    password::holds(password, hash)
}

impl Account {
    /// As whom it looks.
    pub fn viewer(&self, writes: bool) -> Viewer {
        Viewer {
            role: self.role,
            person: self.person,
            account: self.name.clone(),
            party: self.party,
            writes: writes && !matches!(self.role, Role::Auditor),
        }
    }

    /// As administrators see it.
    pub fn listed(&self) -> Listed {
        Listed {
            name: self.name.clone(),
            role: self.role,
            party: self.party.map(|id| id.to_string()),
            active: self.active,
            known_as: self.identity.as_ref().map(|identity| identity.known_as.clone()),
        }
    }
}

fn read<T: for<'de> Deserialize<'de>>(body: &str) -> Result<T, StoreError> {
    serde_json::from_str(body).map_err(|e| StoreError::Unreadable(e.to_string()))
}

fn written<T: Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|e| StoreError::Unreadable(e.to_string()))
}
