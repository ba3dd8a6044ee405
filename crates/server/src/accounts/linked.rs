//! Accounts that a provider signs in: found by issuer and subject, the two that a provider never gives to anybody else. Names
//! and addresses may be given anew and are for reading alone.

use relight_ledger::id::Id;
use relight_ledger::model::Party;
use relight_store::StoreError;
use relight_store::desk::Desk;
use serde::{Deserialize, Serialize};

use super::session::digest;
use super::{Account, SPACE, change, find, read, written};
use crate::app::now;
use crate::policy::Role;

/// Who an account is at a provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The provider.
    pub issuer: String,
    /// Who, for good.
    pub subject: String,
    /// What the provider calls them, so that an administrator knows who waits.
    pub known_as: String,
}

impl Identity {
    /// The name of its account: what it is called and six digits of what it is, so that who chooses a name at the provider
    /// cannot choose that of somebody here.
    fn account(&self) -> String {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '.' || c == '-';
        let called =
            self.known_as.split(['@', ',']).next().unwrap_or_default().to_ascii_lowercase();
        let called: String = called
            .chars()
            .map(|c| if c == ' ' || c == '_' { '.' } else { c })
            .filter(|c| plain(*c))
            .take(40)
            .collect();
        let called = if called.is_empty() { "guest" } else { &called };
        // Lengths keep apart what joins to the same text.
        let whole = format!("{}:{}{}", self.issuer.len(), self.issuer, self.subject);
        format!("{called}-{}", digest(&whole).chars().take(6).collect::<String>())
    }

    fn key(&self) -> String {
        digest(&format!("{}:{}{}", self.issuer.len(), self.issuer, self.subject))
    }
}

/// Where identities lead to names of accounts.
const LINKS: &str = "identity";

/// The account of somebody whom the provider has signed in; made where there is none, without a role. `role` is what the
/// provider's claims say, where settings map them: then it holds, also where they say nothing. Gives also whether this is
/// where the account gets its role.
///
/// # Errors
///
/// Where the desk fails.
pub fn link(
    desk: &mut Desk,
    identity: &Identity,
    role: Option<Role>,
) -> Result<(Account, bool), StoreError> {
    let key = identity.key();
    let name = match desk.get(LINKS, &key, i64::MIN)? {
        Some(paper) => read::<String>(&paper.body)?,
        None => identity.account(),
    };
    let account = Account {
        name: name.clone(),
        role: Role::Public,
        person: Id::derive(&["person", "account", &name]),
        party: None,
        hash: String::new(),
        identity: Some(identity.clone()),
        active: true,
        made: now().milliseconds(),
    };
    // Two returns at once make one account: the name follows from the identity.
    desk.replace(SPACE, &name, 0, &written(&account)?, None)?;
    desk.replace(LINKS, &key, 0, &written(&name)?, None)?;
    let before = find(desk, &name)?.map_or(Role::Public, |account| account.role);
    change(desk, &name, |account| {
        account.role = role.unwrap_or(account.role);
        account.identity = Some(identity.clone());
    })?;
    let account = find(desk, &name)?;
    let gone = || StoreError::Unreadable(format!("the account {name} is gone"));
    let account = account.ok_or_else(gone)?;
    let begins = before == Role::Public && account.role != Role::Public;
    Ok((account, begins))
}

/// Gives a role to an account that has none yet. Gives the account, or nothing where there is none that waits.
///
/// # Errors
///
/// Where the desk fails.
pub fn give_role(
    desk: &mut Desk,
    name: &str,
    role: Role,
    party: Option<Id<Party>>,
) -> Result<Option<Account>, StoreError> {
    let Some(paper) = desk.get(SPACE, name, i64::MIN)? else { return Ok(None) };
    let account: Account = read(&paper.body)?;
    if account.role != Role::Public {
        return Ok(None);
    }
    let account = Account { role, party, ..account };
    let kept = desk.replace(SPACE, name, paper.revision, &written(&account)?, None)?;
    Ok(kept.then_some(account))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(subject: &str, known_as: &str) -> Identity {
        let issuer = "https://provider.example".to_owned();
        Identity { issuer, subject: subject.to_owned(), known_as: known_as.to_owned() }
    }

    #[test]
    fn a_name_is_readable_and_nobody_can_choose_that_of_another() {
        let olena = identity("1", "Olena_K@relief.example").account();
        assert!(olena.starts_with("olena.k-") && olena.len() == "olena.k-".len() + 6, "{olena}");
        assert_ne!(olena, identity("2", "Olena_K@relief.example").account());
        assert!(identity("3", "Олена").account().starts_with("guest-"));
    }

    #[test]
    fn who_comes_again_has_the_same_account_under_another_name_too() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut desk =
            Desk::open(&folder.path().join("desk.db").display().to_string()).expect("a desk");
        let (first, _) = link(&mut desk, &identity("1", "olena"), None).expect("kept");
        assert_eq!(first.role, Role::Public, "nobody has given a role");
        let given = give_role(&mut desk, &first.name, Role::Reviewer, None).expect("kept");
        assert_eq!(given.expect("waited").role, Role::Reviewer);
        let again = give_role(&mut desk, &first.name, Role::Administrator, None).expect("kept");
        assert!(again.is_none(), "it has one");
        let (second, _) = link(&mut desk, &identity("1", "olena.married"), None).expect("kept");
        assert_eq!((second.name.as_str(), second.role), (first.name.as_str(), Role::Reviewer));
        let (other, _) = link(&mut desk, &identity("2", "olena"), None).expect("kept");
        assert_eq!(other.role, Role::Public);
        assert_ne!(other.name, first.name);
        let (told, begins) =
            link(&mut desk, &identity("2", "olena"), Some(Role::Logistics)).expect("kept");
        assert!(begins && told.role == Role::Logistics);
        let (gone, _) = link(&mut desk, &identity("2", "olena"), Some(Role::Public)).expect("kept");
        assert_eq!(gone.role, Role::Public, "the provider says so no more");
    }
}
