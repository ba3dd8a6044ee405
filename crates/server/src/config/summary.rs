//! The settings in force, in words.

use std::fmt::Write as _;

use super::{Follows, Settings};

impl Settings {
    /// The settings in force, a line each, for `relight config check`. Passwords in addresses are not shown.
    pub fn summary(&self) -> String {
        let mut text = String::new();
        let mut line = |name: &str, value: &dyn std::fmt::Display| {
            let _ = writeln!(text, "{name:<26} {value}");
        };
        line("server.listen", &self.server.listen);
        line("server.public_url", &self.server.public_url);
        line("server.behind_proxy", &self.server.behind_proxy);
        line("server.timeout_seconds", &self.server.timeout_seconds);
        line("server.session_hours", &self.server.session_hours);
        line("store.ledger", &without_password(&self.store.ledger));
        line("store.desk", &without_password(&self.store.desk));
        line("store.readers", &self.store.readers);
        line("public.delay_days", &self.public.delay_days);
        line("public.smallest_cell", &self.public.smallest_cell);
        line("plans.scenarios", &self.plans.scenarios.display());
        line("plans.folder", &self.plans.folder.display());
        line("plans.seconds", &self.plans.seconds);
        line("plans.threads", &self.plans.threads);
        line("weather.folder", &self.weather.folder.display());
        line("weather.contact", &self.weather.contact);
        let oidc = &self.oidc;
        line("oidc.issuer", &oidc.issuer);
        if !oidc.issuer.is_empty() {
            line("oidc.client_id", &oidc.client_id);
            let secret = if oidc.client_secret.is_empty() { "none" } else { "set" };
            line("oidc.client_secret", &secret);
            line("oidc.redirect", &format!("{}/sign-in/return", self.server.public_url));
            for Follows { value, role } in &oidc.roles {
                line("oidc.roles", &format!("{} {value}: {}", oidc.claim, role.word()));
            }
        }
        line("log.level", &self.log.level);
        line("traces.endpoint", &self.traces.endpoint);
        for face in &self.operation {
            line("operation", &format!("{} ({})", face.slug, face.operation()));
        }
        text
    }
}

fn without_password(place: &str) -> String {
    let Some((scheme, rest)) = place.split_once("://") else { return place.to_owned() };
    match rest.split_once('@') {
        Some((user, host)) => {
            let user = user.split(':').next().unwrap_or_default();
            format!("{scheme}://{user}@{host}")
        }
        None => place.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_not_shown() {
        assert_eq!(without_password("postgres://me:secret@host/db"), "postgres://me@host/db");
        assert_eq!(without_password("ledger.db"), "ledger.db");
    }
}
