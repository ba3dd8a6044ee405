//! How long a ledger takes at a million events: `make bench-ledger`.
//!
//! Arguments: `--events N` (1000000), `--seconds N` of the write load (5), `--only sqlite|postgres`. Beside the figures
//! stands what the same disk does at best: plain appends to a file, each followed by a flush.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use relight_ledger::date::Moment;
use relight_ledger::event::{Act, Event, Proposal};
use relight_ledger::id::Id;
use relight_ledger::model::{
    Category, Claim, ClaimKind, Content, Lot, Named, Pledge, Quantity, Source, Statement, Status,
};
use relight_store::temporary::Server;
use relight_store::{Store, StoreError, Writer};

/// Threads that write at the same time.
const WRITERS: usize = 16;

struct Settings {
    events: u64,
    seconds: u64,
    only: Option<String>,
}

fn main() -> ExitCode {
    match settings().and_then(|settings| run(&settings)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

fn settings() -> Result<Settings, String> {
    let mut settings = Settings { events: 1_000_000, seconds: 5, only: None };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or(format!("{word} needs a value"));
        let number = |text: String| text.parse::<u64>().map_err(|e| e.to_string());
        match word.as_str() {
            "--events" => settings.events = number(value()?)?,
            "--seconds" => settings.seconds = number(value()?)?,
            "--only" => settings.only = Some(value()?),
            // What cargo adds.
            "--bench" => {}
            other => return Err(format!("no option {other}")),
        }
    }
    Ok(settings)
}

fn run(settings: &Settings) -> Result<(), String> {
    let text = |e: std::io::Error| e.to_string();
    let wanted = |name: &str| settings.only.as_ref().is_none_or(|only| only == name);
    let folder = std::env::temp_dir().join(format!("relight-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(text)?;
    println!(
        "flush to this disk      {:>10.0} a second (a page appended and flushed, one after the other)",
        flushes(&folder).map_err(text)?
    );
    if wanted("sqlite") {
        println!("\nSQLite, write-ahead log, full synchronisation");
        let place = folder.join("ledger.db").display().to_string();
        measure(&place, settings).map_err(|e| e.to_string())?;
        if let Ok(about) = std::fs::metadata(&place) {
            println!("  size of the file      {:>10.0} MB", about.len() as f64 / 1e6);
        }
    }
    std::fs::remove_dir_all(&folder).map_err(text)?;
    if wanted("postgres") {
        let Some(server) = Server::start(true).map_err(text)? else {
            println!("\nPostgreSQL is not installed: not measured");
            return Ok(());
        };
        println!("\nPostgreSQL, fsync on");
        let place = server.database().map_err(text)?;
        measure(&place, settings).map_err(|e| e.to_string())?;
    }
    Ok(())
}

/// Flushes of one appended page a second.
fn flushes(folder: &Path) -> std::io::Result<f64> {
    let mut file = File::create(folder.join("flush"))?;
    let start = Instant::now();
    let mut count = 0;
    while start.elapsed() < Duration::from_millis(700) {
        file.write_all(&[7; 4096])?;
        file.sync_data()?;
        count += 1;
    }
    Ok(f64::from(count) / start.elapsed().as_secs_f64())
}

fn measure(place: &str, settings: &Settings) -> Result<(), StoreError> {
    let mut store = Store::create(place)?;
    let start = Instant::now();
    fill(&mut store, settings.events)?;
    let events = store.head()?.seq as f64;
    println!(
        "  filled with           {events:>10.0} events, {:.0} a second in requests of 1,000",
        events / start.elapsed().as_secs_f64()
    );
    drop(store);

    let start = Instant::now();
    let mut store = Store::open(place)?;
    let head = store.head()?;
    println!("  open                  {:>10.3} s", start.elapsed().as_secs_f64());

    let start = Instant::now();
    store.verify(Some(head))?;
    println!("  verify                {:>10.2} s", start.elapsed().as_secs_f64());

    pages(&mut store, settings.events)?;

    drop(store);
    write_load(place, settings.seconds, 1)?;
    write_load(place, settings.seconds, 3)?;

    let mut store = Store::open(place)?;
    let start = Instant::now();
    let count = store.rebuild(&mut |_| {})?;
    println!(
        "  rebuild               {:>10.2} s for {count} events",
        start.elapsed().as_secs_f64()
    );
    Ok(())
}

/// Every eleventh event opens a source; then come a statement, a claim and corrections of earlier claims, and a pledge now
/// and then, each a record page's worth of text.
fn event(n: u64) -> Proposal {
    let name = |what: &str, n: u64| Id::derive(&["bench", what, &n.to_string()]);
    let block = n / 11;
    let act = match n % 11 {
        0 => record(
            name("source", block),
            Source {
                url: format!("https://example.org/news/{block}"),
                outlet: "Agency".into(),
                ..Source::default()
            },
        ),
        1 => record(
            name("pledge", block),
            Pledge {
                title: format!("programme {block}"),
                donor: Named::new("Germany"),
                ..Pledge::default()
            },
        ),
        k @ (2 | 4 | 6 | 8) => {
            let quote = "has delivered almost 150 devices so far, with 320 more generators being prepared for transport";
            let chain = vec!["site".to_owned(), "weekly".to_owned(), "agency".to_owned()];
            let statement = Statement {
                source: name("source", block).of(),
                quote: quote.into(),
                chain,
                ..Statement::default()
            };
            record(name("statement", block * 11 + k), statement)
        }
        k @ (3 | 5 | 7 | 9) => record(name("claim", block * 11 + k), claim(block, k, 150)),
        _ => Act::Correct {
            record: name("claim", block * 11 + 3),
            seen: 1,
            content: claim(block, 3, 196).into(),
        },
    };
    let at = Moment::from_milliseconds(1_669_737_600_000 + n.cast_signed());
    let actor = Id::derive(&["bench", "actor"]);
    Event {
        id: Id::from_bits(u128::from(n) + 1),
        at,
        actor,
        operation: None,
        reason: "measured".into(),
        act,
    }
    .into()
}

fn claim(block: u64, k: u64, pieces: i64) -> Claim {
    Claim {
        statement: Id::derive(&["bench", "statement", &(block * 11 + k - 1).to_string()]),
        kind: ClaimKind::RunningTotal,
        donors: vec![Named::new("Germany (THW)")],
        recipients: vec![Named::new("Ukraine")],
        item: Lot::new(Category::GeneratorSet, "generators"),
        quantity: Quantity::pieces(pieces),
        status: Status::Delivered,
        status_words: "has delivered".into(),
        pledge: Some(Id::derive(&["bench", "pledge", &block.to_string()])),
        ..Claim::default()
    }
}

fn record(record: Id, content: impl Into<Content>) -> Act {
    Act::Record { record, content: content.into() }
}

fn fill(store: &mut Store, events: u64) -> Result<(), StoreError> {
    let mut n = 0;
    while n < events {
        let last = (n + 1_000).min(events);
        let request: Vec<Proposal> = (n..last).map(event).collect();
        if let Err(rejected) = store.append(&request)? {
            return Err(StoreError::Database(rejected.to_string()));
        }
        n = last;
    }
    Ok(())
}

/// What a record's page asks for: the record, its history, what names it.
fn pages(store: &mut Store, events: u64) -> Result<(), StoreError> {
    let mut times = Vec::new();
    for n in 0..500u64 {
        let block = n.wrapping_mul(7_919) % (events / 11).max(1);
        let start = Instant::now();
        for id in [
            Id::derive(&["bench", "pledge", &block.to_string()]),
            Id::derive(&["bench", "claim", &(block * 11 + 3).to_string()]),
        ] {
            store.record(id)?;
            store.history(id, 0, 100)?;
            store.referring(id, None, 100)?;
        }
        times.push(start.elapsed().as_secs_f64() * 500.0);
    }
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[(times.len() as f64 * share) as usize];
    println!(
        "  a record's page       {:>10.2} ms in the middle, {:.2} ms for 99 of 100",
        at(0.5),
        at(0.99)
    );
    Ok(())
}

/// Sixteen threads that each wait for the disk before they go on, by the way of a server: one writer for all.
fn write_load(place: &str, seconds: u64, each: u64) -> Result<(), StoreError> {
    let writer = Writer::open(place)?;
    let (count, done) = (AtomicU64::new(0), AtomicBool::new(false));
    let run = Id::<Event>::derive(&["run", place, &each.to_string()]).bits();
    let start = Instant::now();
    std::thread::scope(|scope| {
        for thread in 0..WRITERS as u64 {
            let (writer, count, done) = (&writer, &count, &done);
            scope.spawn(move || {
                let mut n = 0u64;
                while !done.load(Ordering::Relaxed) {
                    let request: Vec<Proposal> = (0..each)
                        .map(|k| {
                            let own = run ^ u128::from(thread << 48 | n << 8 | k);
                            let source = Source {
                                url: format!("https://example.org/{own}"),
                                ..Source::default()
                            };
                            let at = Moment::from_milliseconds(1_700_000_000_000);
                            let actor = Id::derive(&["bench", "actor"]);
                            let act = record(Id::from_bits(own), source);
                            Event {
                                id: Id::from_bits(!own),
                                at,
                                actor,
                                operation: None,
                                reason: String::new(),
                                act,
                            }
                            .into()
                        })
                        .collect();
                    match writer.submit(&request) {
                        Ok(Ok(_)) => count.fetch_add(each, Ordering::Relaxed),
                        other => panic!("{other:?}"),
                    };
                    n += 1;
                }
            });
        }
        std::thread::sleep(Duration::from_secs(seconds));
        done.store(true, Ordering::Relaxed);
    });
    let rate = count.load(Ordering::Relaxed) as f64 / start.elapsed().as_secs_f64();
    println!("  {WRITERS} writers            {rate:>10.0} events a second, requests of {each}");
    Ok(())
}
