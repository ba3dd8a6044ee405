//! How long a ledger takes at a million events: `make bench-ledger`.
//!
//! Arguments: `--events N` (1000000), `--seconds N` of the write load (5), `--only sqlite|postgres`. Beside the figures
//! stand their targets, the processor time that was spent (a server's included), which tells more where others use the
//! machine too, and what the same disk does at best: plain appends to a file, each followed by a flush.

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
    Category, Claim, ClaimKind, Content, Link, Lot, Named, Operation, Person, Pledge, PledgedLot,
    Quantity, Relation, Source, Stage, Statement, Status, Step,
};
use relight_ledger::seal::Secret;
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
        measure(&place, 2_000.0, None, settings).map_err(|e| e.to_string())?;
        if let Ok(about) = std::fs::metadata(&place) {
            println!("  size of the file      {:>10.0} MB", about.len() as f64 / 1e6);
        }
    }
    if wanted("postgres") {
        let Some(server) = Server::start(true).map_err(text)? else {
            println!("\nPostgreSQL is not installed: not measured");
            return std::fs::remove_dir_all(&folder).map_err(text);
        };
        println!("\nPostgreSQL, fsync on");
        let place = server.database().map_err(text)?;
        let file = std::fs::read_to_string(server.folder().join("data/postmaster.pid"));
        let process = file.ok().and_then(|text| text.lines().next()?.parse().ok());
        measure(&place, 5_000.0, process, settings).map_err(|e| e.to_string())?;
    }
    std::fs::remove_dir_all(&folder).map_err(text)
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

/// Processor time of this process, and of those that a server has started.
struct Clock {
    wall: Instant,
    processor: f64,
    server: Option<u32>,
}

impl Clock {
    fn start(server: Option<u32>) -> Clock {
        Clock { wall: Instant::now(), processor: processor_time(server), server }
    }

    /// Prints how long it took, beside the most that it may take.
    fn say(&self, what: &str, target: f64) {
        let seconds = self.wall.elapsed().as_secs_f64();
        let processor = processor_time(self.server) - self.processor;
        let held = if seconds < target { "reached" } else { "missed" };
        println!(
            "  {what:<22}{seconds:>10.2} s, {processor:.1} s of processor time; target {target} s: {held}"
        );
    }
}

/// Seconds, from Linux's process table; 0 elsewhere.
fn processor_time(server: Option<u32>) -> f64 {
    let stat = |path: &Path| {
        let text = std::fs::read_to_string(path.join("stat")).ok()?;
        let fields: Vec<f64> = text
            .rsplit_once(')')?
            .1
            .split_whitespace()
            .skip(1)
            .map(|field| field.parse().unwrap_or(0.0))
            .collect();
        // Behind the name and the state: the parent, and 10 and 11 places on the ticks, 100 a second.
        Some((*fields.first()? as u32, (fields.get(10)? + fields.get(11)?) / 100.0))
    };
    let own = stat(Path::new("/proc/self")).map_or(0.0, |(_, seconds)| seconds);
    let Some(server) = server else { return own };
    let all = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let served = all.filter_map(|process| stat(&process.path()));
    own + served.filter(|(parent, _)| *parent == server).map(|(_, seconds)| seconds).sum::<f64>()
}

fn measure(place: &str, target: f64, server: Option<u32>, s: &Settings) -> Result<(), StoreError> {
    let mut store = Store::create(place)?;
    let clock = Clock::start(server);
    fill(&mut store, s.events)?;
    let rate = s.events as f64 / clock.wall.elapsed().as_secs_f64();
    println!(
        "  filled                {:>10} events, {rate:.0} a second in requests of 1,000",
        s.events
    );
    drop(store);

    // A server makes a process for each connection, and ends the one of the last: its time is not told here.
    let clock = Clock::start(None);
    let mut store = Store::open(place)?;
    let head = store.head()?;
    clock.say("open", 1.0);

    let clock = Clock::start(server);
    store.verify(Some(head))?;
    clock.say("verify", 10.0);

    pages(&mut store, s.events)?;

    let clock = Clock::start(server);
    store.rebuild(&mut |_| {})?;
    clock.say("rebuild", 60.0);

    drop(store);
    for each in [1, 3] {
        write_load(place, s.seconds, each, target)?;
    }
    Ok(())
}

/// Events of one story: a source, a pledge, statements with their claims, a link, a step, corrections, a withdrawal.
const BLOCK: u64 = 20;

/// Stories of one operation.
const BLOCKS: u64 = 2_500;

/// The same number for the same place in the ledger, in no order that shows (`SplitMix64`).
fn mixed(n: u64) -> u64 {
    let mut z = n.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

fn one_of<T: Copy, const N: usize>(list: [T; N], n: u64) -> T {
    list[(mixed(n) % N as u64) as usize]
}

fn donor(n: u64) -> Named {
    Named::new(one_of(["Germany", "Japan", "Lithuania", "USAID", "Romania", "France", "UNDP"], n))
}

fn id(what: &str, n: u64) -> Id {
    Id::derive(&["bench", what, &n.to_string()])
}

/// The operation that a story belongs to; the first ones belong to none.
fn operation(block: u64) -> Option<Id<Operation>> {
    let number = block / BLOCKS;
    (number > 0).then(|| id("operation", number).of())
}

/// Event `n` of the ledger.
fn event(n: u64) -> Proposal {
    let (block, place) = (n / BLOCK, n % BLOCK);
    let mut of = block;
    let mut secrets = Vec::new();
    let act = match place {
        1 => record(id("pledge", block), pledge(block)),
        k @ (2 | 4 | 6 | 8 | 10 | 12) => record(id("statement", n), statement(block, n, k)),
        k @ (3 | 5 | 7 | 9 | 11 | 13) => record(id("claim", n), claim(block, k, mixed(n) % 900)),
        14 => {
            let [from, to] = [3, 5].map(|k| id("claim", block * BLOCK + k));
            let relation = one_of([Relation::PartOf, Relation::CopyOf, Relation::SameAs], n);
            let because = vec!["the same donor and item, six days apart".to_owned()];
            record(Link::id(from, relation, to).any(), Link { from, relation, to, because })
        }
        15 => record(id("step", block), step(block)),
        16 => Act::Correct {
            record: id("claim", block * BLOCK + 3),
            seen: 1,
            content: claim(block, 3, 196).into(),
        },
        // A pledge of long ago: what is looked up is not only what was just written.
        17 if block >= 500 => {
            of = block - 500;
            Act::Correct { record: id("pledge", of), seen: 1, content: pledge(n).into() }
        }
        18 => Act::Withdraw { record: id("claim", block * BLOCK + 13), seen: 1 },
        19 if (block + 1).is_multiple_of(BLOCKS) => {
            of = 0;
            let name = format!("Winter {}", block / BLOCKS);
            let next = id("operation", block / BLOCKS + 1);
            record(next, Operation { name, ..Operation::default() })
        }
        19 if block.is_multiple_of(100) => {
            let secret = Secret::new([block as u8; 32], format!("Reader {block}"));
            let name = secret.seal().ok();
            secrets.push(secret);
            record(id("person", block), Person { name, ..Person::default() })
        }
        _ => record(id("source", n), source(n)),
    };
    let at = Moment::from_milliseconds(1_669_737_600_000 + n.cast_signed());
    let actor = id("actor", mixed(n) % 12).of();
    let event = Event {
        id: Id::from_bits(u128::from(n) + 1),
        at,
        actor,
        operation: operation(of),
        reason: "measured".into(),
        act,
    };
    Proposal { event, secrets }
}

fn source(n: u64) -> Source {
    Source {
        url: format!("https://example.org/news/{n}"),
        outlet: one_of(["Ukrinform", "Reuters", "energy.example", "THW"], n).into(),
        ..Source::default()
    }
}

fn pledge(n: u64) -> Pledge {
    Pledge { title: format!("programme {n}"), donor: donor(n), ..Pledge::default() }
}

fn statement(block: u64, n: u64, k: u64) -> Statement {
    let quote = one_of(
        [
            "has delivered almost 150 devices so far, with 320 more generators being prepared for transport",
            "Японія передасть ще 25 автотрансформаторів великої потужності",
            "over 470 generators are on their way",
            "România a trimis grupuri electrogene și două transformatoare",
        ],
        n,
    );
    Statement {
        source: id("source", block * BLOCK).of(),
        quote: quote.into(),
        chain: vec!["site".to_owned(), format!("weekly {k}"), "agency".to_owned()],
        ..Statement::default()
    }
}

fn step(block: u64) -> Step {
    let item = Lot::new(Category::GeneratorSet, "generators");
    let quantity = Quantity::pieces((mixed(block) % 90).cast_signed());
    Step {
        stage: one_of([Stage::Committed, Stage::Sent, Stage::Received], block),
        pledge: Some(id("pledge", block).of()),
        lots: vec![PledgedLot { item, quantity }],
        ..Step::default()
    }
}

fn claim(block: u64, k: u64, pieces: u64) -> Claim {
    Claim {
        statement: id("statement", block * BLOCK + k - 1).of(),
        kind: one_of([ClaimKind::NewPledge, ClaimKind::RunningTotal, ClaimKind::Part], block + k),
        donors: vec![donor(block)],
        recipients: vec![Named::new("Ukraine")],
        item: Lot::new(Category::GeneratorSet, "generators"),
        quantity: Quantity::pieces(pieces.cast_signed()),
        status: one_of([Status::Pledged, Status::Delivered], block + k),
        status_words: "has delivered".into(),
        pledge: Some(id("pledge", block).of()),
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
        let block = mixed(n) % (events / BLOCK).max(1);
        for id in [id("pledge", block), id("claim", block * BLOCK + 3)] {
            let start = Instant::now();
            store.record(id)?;
            store.history(id, 0, 100)?;
            store.referring(id, None, 100)?;
            times.push(start.elapsed().as_secs_f64() * 1e3);
        }
    }
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[(times.len() as f64 * share) as usize];
    println!(
        "  a record's page       {:>10.2} ms in the middle, {:.2} ms for 99 of 100; target 5 ms: {}",
        at(0.5),
        at(0.99),
        if at(0.99) < 5.0 { "reached" } else { "missed" }
    );
    Ok(())
}

/// Sixteen threads that each wait for the disk before they go on, by the way of a server: one writer for all.
fn write_load(place: &str, seconds: u64, each: u64, target: f64) -> Result<(), StoreError> {
    let folder = std::env::temp_dir().join(format!("relight-bench-{}", std::process::id()));
    let flushes = flushes(&folder)?;
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
    let held = if rate >= target { "reached" } else { "missed" };
    println!(
        "  {WRITERS} writers            {rate:>10.0} events a second in requests of {each}; target {target:.0}: {held} (the disk: {flushes:.0} flushes a second)"
    );
    Ok(())
}
