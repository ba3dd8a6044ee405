//! Signing in by way of a provider: who it is, what is asked of it, and which roles follow.

use serde::Deserialize;

use crate::policy::Role;

/// Signing in by way of a provider (`OpenID` Connect).
#[derive(Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Oidc {
    /// The provider, as it calls itself. Without it there is none.
    pub issuer: String,
    /// What it calls this server.
    pub client_id: String,
    /// What this server proves itself with; empty: a public client.
    pub client_secret: String,
    /// What the button says; the issuer where empty.
    pub name: String,
    /// What is asked for.
    pub scopes: Vec<String>,
    /// The claim that names what somebody is.
    pub claim: String,
    /// Which role follows from which value of the claim; the first that fits counts.
    pub roles: Vec<Follows>,
}

/// A role that follows from a claim.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Follows {
    /// What the claim is, or holds in a list.
    pub value: String,
    /// The role.
    pub role: Role,
}

// The secret is in no message.
impl std::fmt::Debug for Oidc {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Oidc { issuer, client_id, name, scopes, claim, roles, .. } = self;
        f.debug_struct("Oidc")
            .field("issuer", issuer)
            .field("client_id", client_id)
            .field("name", name)
            .field("scopes", scopes)
            .field("claim", claim)
            .field("roles", roles)
            .finish_non_exhaustive()
    }
}

impl Default for Oidc {
    fn default() -> Self {
        Oidc {
            issuer: String::new(),
            client_id: String::new(),
            client_secret: String::new(),
            name: String::new(),
            scopes: ["openid", "profile", "email"].map(str::to_owned).to_vec(),
            claim: String::new(),
            roles: Vec::new(),
        }
    }
}

impl Oidc {
    /// What is wrong with it.
    pub(super) fn faults(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        let rest = [&self.client_id, &self.client_secret, &self.claim];
        if self.issuer.is_empty() {
            if rest.iter().any(|text| !text.is_empty()) || !self.roles.is_empty() {
                wrong.push("oidc.issuer is empty; expected the provider's address".to_owned());
            }
            return wrong;
        }
        if !is_safe_address(&self.issuer) {
            wrong.push(format!(
                "oidc.issuer is `{}`; expected https://, or http:// on this machine alone",
                self.issuer
            ));
        }
        if self.client_id.is_empty() {
            wrong.push("oidc.client_id is empty; the provider gives one".to_owned());
        }
        if !self.scopes.iter().any(|scope| scope == "openid") {
            wrong.push("oidc.scopes lacks `openid`".to_owned());
        }
        if self.claim.is_empty() != self.roles.is_empty() {
            wrong.push(
                "oidc.claim and oidc.roles belong together: which claim, and what follows"
                    .to_owned(),
            );
        }
        for Follows { value, role } in &self.roles {
            if *role == Role::Public || value.is_empty() {
                wrong.push(format!(
                    "oidc.roles: nothing follows from `{value}`; expected a value and a role"
                ));
            }
        }
        wrong
    }
}

/// Whether what is sent to an address is safe from those in between: it is encrypted, or stays on this machine.
pub fn is_safe_address(address: &str) -> bool {
    if address.strip_prefix("https://").is_some_and(|rest| !rest.is_empty()) {
        return true;
    }
    let Some(rest) = address.strip_prefix("http://") else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.strip_prefix("[::1]").map_or_else(
        || host.split(':').next().unwrap_or_default(),
        |port| if port.is_empty() || port.starts_with(':') { "localhost" } else { "" },
    );
    matches!(host, "localhost" | "127.0.0.1")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{BadSettings, Settings};

    #[test]
    fn a_provider_is_checked_and_its_secret_is_not_shown() {
        let read = |text: &str| Settings::read(text, Vec::new());
        let good = "[oidc]\nissuer = \"https://id.example\"\nclient_id = \"relight\"\n\
                    client_secret = \"hush-hush\"\nclaim = \"groups\"\n\
                    roles = [{ value = \"grid\", role = \"grid_engineer\" }]\n";
        let settings = read(good).expect("good");
        let shown = format!("{settings:?}{}", settings.summary());
        assert!(shown.contains("id.example") && !shown.contains("hush"), "{shown}");
        for (text, wrong) in [
            ("[oidc]\nclient_id = \"x\"\n", 1),
            ("[oidc]\nissuer = \"http://id.example\"\nclient_id = \"x\"\n", 1),
            ("[oidc]\nissuer = \"https://id.example\"\nscopes = [\"email\"]\nclaim = \"x\"\n", 3),
        ] {
            let BadSettings(found) = read(text).expect_err("bad");
            assert_eq!(found.len(), wrong, "{found:?}");
        }
        for (address, safe) in [
            ("http://127.0.0.1:3000/x", true),
            ("http://localhost", true),
            ("http://[::1]:1", true),
            ("http://127.0.0.1.evil.example", false),
            ("http://localhost@evil.example", false),
            ("http://[::1].evil.example", false),
            ("ftp://localhost", false),
        ] {
            assert_eq!(is_safe_address(address), safe, "{address}");
        }
    }
}
