//! What can be asked of the server. Nothing here touches a file.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand, ValueHint};
use relight_ledger::id::Id;
use relight_ledger::model::Party;
use relight_server::policy::Role;

/// Where the settings of the server are.
#[derive(Debug, Args)]
pub struct Settings {
    /// The file of settings; the variable `RELIGHT_CONFIG` where not given, defaults where there is none
    #[arg(long, value_name = "FILE", env = "RELIGHT_CONFIG", hide_env = true, value_hint = ValueHint::FilePath)]
    pub config: Option<PathBuf>,
}

/// Serve the public pages, the HTTP API and the console
///
/// Ends in good order on an interrupt or SIGTERM. Settings are a file, with variables over it: `RELIGHT_SERVER__LISTEN`
/// is `listen` of `[server]`. See docs/server.md.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  relight serve --config relight.toml
  RELIGHT_SERVER__LISTEN=0.0.0.0:8080 relight serve --config relight.toml

Exit codes: 0 ended in good order; 2 wrong use or bad input.")]
pub struct Serve {
    #[command(flatten)]
    pub settings: Settings,
}

/// Write the public pages as files, for a web server that knows nothing of Relight
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  relight publish build/public --config relight.toml

Exit codes: 0 done; 2 wrong use or bad input.")]
pub struct Publish {
    /// The folder; made where it is missing
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub folder: PathBuf,
    #[command(flatten)]
    pub settings: Settings,
}

/// Look at the settings of the server
#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub struct Config {
    #[command(subcommand)]
    pub what: ConfigWhat,
}

#[derive(Debug, Subcommand)]
pub enum ConfigWhat {
    /// Name all that is wrong with the settings, else print those in force; passwords are left out
    Check(Settings),
    /// Print a file of settings with every default and what it does
    Example,
}

/// Keep the accounts of the server
#[derive(Debug, Args)]
#[command(
    arg_required_else_help = true,
    after_help = "\
Examples:
  relight account add olena --role reviewer --config relight.toml < password.txt
  relight account list --config relight.toml

Exit codes: 0 done; 1 there is no such account; 2 wrong use or bad input."
)]
pub struct Account {
    #[command(subcommand)]
    pub what: AccountWhat,
}

#[derive(Debug, Subcommand)]
pub enum AccountWhat {
    /// Make an account; its password is the first line of standard input
    Add(Add),
    /// List the accounts
    List(Settings),
    /// Give an account another password, the first line of standard input
    Password(Named),
    /// Let an account sign in no more
    Close(Named),
    /// Let an account sign in again
    Open(Named),
}

#[derive(Debug, Args)]
pub struct Add {
    /// Its name: small letters, digits, dots, hyphens
    #[arg(value_name = "NAME")]
    pub name: String,
    /// As what it works
    #[arg(long, value_name = "ROLE", value_parser = role())]
    pub role: Role,
    /// The record of its organisation
    #[arg(long, value_name = "ID")]
    pub party: Option<Id<Party>>,
    #[command(flatten)]
    pub settings: Settings,
}

#[derive(Debug, Args)]
pub struct Named {
    /// The account
    #[arg(value_name = "NAME")]
    pub name: String,
    #[command(flatten)]
    pub settings: Settings,
}

fn role() -> impl TypedValueParser<Value = Role> {
    let words = Role::ALL.into_iter().filter(|role| *role != Role::Public).map(Role::word);
    PossibleValuesParser::new(words.collect::<Vec<_>>())
        .map(|word| Role::from_word(&word).unwrap_or(Role::Auditor))
}
