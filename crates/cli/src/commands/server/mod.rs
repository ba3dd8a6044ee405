//! `relight serve`, `publish`, `config` and `account`: the crate `server` knows how.

pub mod args;

use std::fmt::Write as _;
use std::io::{BufRead as _, Read as _};

use relight_server::accounts;
use relight_server::app::App;
use relight_server::config::{EXAMPLE, Settings};
use relight_server::{publish as pages, serve as server};
use relight_store::desk::Desk;
use relight_store::{Store, StoreError};
use serde_json::json;

use self::args::{Account, AccountWhat, Add, Config, ConfigWhat, Named, Publish, Serve};
use crate::console::Console;
use crate::failure::{Answer, Failure};
use crate::load;

/// Serves until the process is asked to end.
pub fn serve(args: &Serve, console: Console) -> Result<Answer, Failure> {
    let settings = settings(&args.settings)?;
    server::begin_log(&settings);
    let url = settings.server.public_url.clone();
    let served = server::serve(settings, |address| {
        // A closed standard output is no reason to end.
        let _ = console.say(&format!("serving {url} at {address}; interrupt to end\n"));
    });
    served.map_err(|error| Failure::new(error.to_string()))?;
    Ok(Answer::Yes)
}

/// Writes the public pages.
pub fn publish(args: &Publish, console: Console) -> Result<Answer, Failure> {
    let app = App::open(settings(&args.settings)?).map_err(|e| Failure::new(e.to_string()))?;
    let written =
        pages::publish(&app, &args.folder).map_err(|e| load::cannot("write", &args.folder, &e))?;
    let files = crate::numbers::count(written.files, "file", "files");
    console.say(&format!("{files}, {} bytes\n", written.bytes))?;
    console.document(&json!({
        "schema": "relight.publish/1", "files": written.files, "bytes": written.bytes,
    }))?;
    Ok(Answer::Yes)
}

/// Checks the settings, or prints an example.
pub fn config(args: &Config, console: Console) -> Result<Answer, Failure> {
    match &args.what {
        ConfigWhat::Check(place) => {
            let settings = settings(place)?;
            console.say(&settings.summary())?;
            console.document(&json!({ "schema": "relight.config/1", "sound": true }))?;
        }
        ConfigWhat::Example => console.say(EXAMPLE)?,
    }
    Ok(Answer::Yes)
}

/// Keeps the accounts.
pub fn account(args: &Account, console: Console) -> Result<Answer, Failure> {
    match &args.what {
        AccountWhat::Add(add) => make(add, console),
        AccountWhat::List(place) => list(&settings(place)?, console),
        AccountWhat::Password(named) => {
            let password = password()?;
            let mut desk = desk(&settings(&named.settings)?)?;
            let done = accounts::set_password(&mut desk, &named.name, &password);
            told(done.map_err(|e| Failure::new(e.to_string()))?, named, console)
        }
        AccountWhat::Close(named) => set_active(named, false, console),
        AccountWhat::Open(named) => set_active(named, true, console),
    }
}

fn make(add: &Add, console: Console) -> Result<Answer, Failure> {
    let settings = settings(&add.settings)?;
    let password = password()?;
    let mut desk = desk(&settings)?;
    let mut store = Store::open(&settings.store.ledger).map_err(failed)?;
    let account = accounts::make(&mut desk, &add.name, add.role, add.party, &password)
        .map_err(|e| Failure::new(e.to_string()))?;
    if let Some(person) = accounts::person(&account)
        && let Err(rejected) = store.append(&[person]).map_err(failed)?
    {
        return Err(Failure::new(format!("the account is made, its person is not: {rejected}")));
    }
    console.say(&format!("account {} ({})\n", account.name, account.role.word()))?;
    console.document(&json!({ "schema": "relight.account/1", "name": account.name }))?;
    Ok(Answer::Yes)
}

fn list(settings: &Settings, console: Console) -> Result<Answer, Failure> {
    let all = accounts::list(&mut desk(settings)?).map_err(failed)?;
    let mut text = String::new();
    for account in &all {
        let closed = if account.active { "" } else { "  closed" };
        let _ = writeln!(text, "{:<24} {}{closed}", account.name, account.role.word());
    }
    console.say(&text)?;
    let listed: Vec<_> = all.iter().map(accounts::Account::listed).collect();
    console.document(&json!({ "schema": "relight.accounts/1", "accounts": listed }))?;
    Ok(Answer::Yes)
}

fn set_active(named: &Named, active: bool, console: Console) -> Result<Answer, Failure> {
    let mut desk = desk(&settings(&named.settings)?)?;
    let found = accounts::set_active(&mut desk, &named.name, active).map_err(failed)?;
    told(found, named, console)
}

fn told(found: bool, named: &Named, console: Console) -> Result<Answer, Failure> {
    if found {
        console.say(&format!("account {} is changed\n", named.name))?;
        return Ok(Answer::Yes);
    }
    console.say(&format!("there is no account {}\n", named.name))?;
    Ok(Answer::No)
}

fn desk(settings: &Settings) -> Result<Desk, Failure> {
    Desk::open(&settings.store.desk).map_err(failed)
}

#[expect(clippy::needless_pass_by_value, reason = "the form that `map_err` asks for")]
fn failed(error: StoreError) -> Failure {
    Failure::new(error.to_string())
}

/// The first line of standard input.
fn password() -> Result<String, Failure> {
    let mut line = String::new();
    std::io::stdin()
        .lock()
        .take(4096)
        .read_line(&mut line)
        .map_err(|e| Failure::new(format!("the password cannot be read: {e}")))?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn settings(place: &args::Settings) -> Result<Settings, Failure> {
    let text = match &place.config {
        Some(path) => String::from_utf8(load::file(path)?)
            .map_err(|_| Failure::about("not_text", path, "this is no text in UTF-8"))?,
        None => String::new(),
    };
    let read = Settings::read(
        &text,
        std::env::vars_os().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        }),
    );
    read.map_err(|error| match &place.config {
        Some(path) => Failure::about("settings", path, error.to_string()),
        None => Failure::new(error.to_string()),
    })
}
