//! Tokens of programs: `Authorization: Bearer rlt_...`. Made by an account for itself, with its rights or fewer.

use relight_store::StoreError;
use relight_store::desk::Desk;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::session::{digest, hex};
use super::{Account, find, read, written};
use crate::app::now;

const SPACE: &str = "token";

/// What every token begins with, so that one that was lost is found by those who look for secrets.
pub const MARK: &str = "rlt_";

/// What a token may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// To read what its account may read.
    Read,
    /// To do what its account may do, but for accounts and tokens.
    Write,
}

/// A token, without its secret.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct Token {
    /// Whose.
    pub account: String,
    /// What it is for, in its owner's words.
    pub name: String,
    /// What it may be used for.
    pub scope: Scope,
    /// When it ends, milliseconds since 1970.
    pub ends: i64,
}

/// The longest that a token lives, days.
pub const LONGEST_DAYS: u32 = 366;

/// Makes a token; the text is told once.
///
/// # Errors
///
/// Where the desk fails.
pub fn make(
    desk: &mut Desk,
    account: &str,
    name: &str,
    scope: Scope,
    days: u32,
    secret: [u8; 32],
) -> Result<(String, Token), StoreError> {
    let text = format!("{MARK}{}", hex(&secret));
    let ends = now().milliseconds() + i64::from(days.clamp(1, LONGEST_DAYS)) * 86_400_000;
    let token = Token { account: account.to_owned(), name: name.to_owned(), scope, ends };
    desk.put(SPACE, &digest(&text), &written(&token)?, Some(ends))?;
    Ok((text, token))
}

/// The token of that text and its account, where both still stand.
pub fn find_token(desk: &mut Desk, text: &str) -> Result<Option<(Token, Account)>, StoreError> {
    if !text.starts_with(MARK) || text.len() != MARK.len() + 64 {
        return Ok(None);
    }
    let Some(paper) = desk.get(SPACE, &digest(text), now().milliseconds())? else {
        return Ok(None);
    };
    let token: Token = read(&paper.body)?;
    let account = find(desk, &token.account)?.filter(|account| account.active);
    Ok(account.map(|account| (token, account)))
}
