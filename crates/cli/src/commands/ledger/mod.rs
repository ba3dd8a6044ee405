//! `relight ledger`: what was said, promised, sent, received and switched on. One verb a function; the crates `ledger`
//! and `store` know how.

pub mod args;
mod chain;
mod compare;
mod decide;
mod export;
mod files;
mod import;
mod money;
mod offers;
mod records;
mod totals;

use std::path::Path;

use relight_ledger::date::{Day, Moment};
use relight_ledger::id::Id;
use relight_ledger::model::Person;
use relight_store::{Store, StoreError};

use self::args::{Ledger, Place, What, Who};
use crate::console::Console;
use crate::failure::{Answer, Failure};

/// Does what was asked.
pub fn run(args: &Ledger, console: Console) -> Result<Answer, Failure> {
    match &args.what {
        What::Init(a) => files::init(a, console),
        What::Status(a) => records::status(a, console),
        What::Append(a) => records::append(a, console),
        What::Show(a) => records::show(a, console),
        What::List(a) => records::list(a, console),
        What::Correct(a) => decide::correct(a, console),
        What::Withdraw(a) => decide::withdraw(a, console),
        What::Confirm(a) => decide::confirm(a, console),
        What::Link(a) => decide::link(a, console),
        What::Rule(a) => decide::rule(a, console),
        What::Total(a) => totals::total(a, console),
        What::Gap(a) => compare::gap(a, console),
        What::Package(a) => compare::package(a, console),
        What::Redact(a) => decide::redact(a, console),
        What::Suggest(a) => totals::suggest(a, console),
        What::Verify(a) => chain::verify(a, console),
        What::Rebuild(a) => chain::rebuild(a, console),
        What::Checkpoint(a) => chain::checkpoint(a, console),
        What::Operation(a) => import::operation(a, console),
        What::Offers(a) => offers::offers(a, console),
        What::Assign(a) => offers::assign(a, console),
        What::Template(a) => export::template(a, console),
        What::Export(a) => export::export(a, console),
        What::Import(a) => import::import(a, console),
        What::Backup(a) => files::backup(a, console),
        What::Restore(a) => files::restore(a, console),
        What::Migrate(a) => files::migrate(a, console),
    }
}

/// Now, as events have it.
fn now() -> Moment {
    Moment::from_milliseconds(jiff::Timestamp::now().as_millisecond())
}

/// Today, UTC.
fn today() -> Day {
    // The clock of a machine is within the years that a day can have.
    now().day().unwrap_or_else(|| Moment::default().day().unwrap_or_else(|| unreachable!("1970")))
}

/// Who stands behind a word.
fn actor(who: &Who) -> Id<Person> {
    Id::derive(&["reviewer", &who.reviewer])
}

fn open(place: &Place) -> Result<Store, Failure> {
    open_at(&place.place)
}

/// The ledger at a path or address.
pub fn open_at(place: &str) -> Result<Store, Failure> {
    Store::open(place).map_err(failed)
}

/// A failure of the store, for people and programs.
#[expect(clippy::needless_pass_by_value, reason = "the form that `map_err` asks for")]
pub fn failed(error: StoreError) -> Failure {
    let code = match &error {
        StoreError::Absent { .. } => "no_ledger",
        StoreError::Unreachable { .. } => "unreachable",
        StoreError::Full => "disk_full",
        StoreError::Busy => "busy",
        StoreError::Lost(_) => "connection_lost",
        StoreError::Older { .. } | StoreError::Newer { .. } => "layout",
        StoreError::Broken(_) => "broken_chain",
        StoreError::Unreadable(_) => "unreadable",
        StoreError::Dump { .. } => "dump",
        StoreError::Database(_) => "database",
        StoreError::File(_) => "system",
    };
    let mut failure = Failure::new(error.to_string());
    for problem in &mut failure.errors {
        code.clone_into(&mut problem.code);
    }
    failure
}

/// A failure of the store about a file that was named.
fn failed_about(path: &Path) -> impl Fn(StoreError) -> Failure {
    move |error| match error {
        StoreError::File(error) => crate::load::cannot("read or write", path, &error),
        StoreError::Dump { .. } => Failure::about("dump", path, error.to_string()),
        other => failed(other),
    }
}
