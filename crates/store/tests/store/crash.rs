//! Power cuts and full disks: whatever was acknowledged is there, the chain holds, nothing is half-written.
//!
//! The writer is this very program, started again with a variable set; it tells each acknowledged event on its standard
//! output, and is killed at a random moment. `RELIGHT_KILLS` says how often; a few times where it is not set.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::common::{self, Author};
use relight_ledger::event::Event;
use relight_ledger::id::Id;
use relight_store::temporary::Server;
use relight_store::{Store, StoreError, Writer};

/// Set for the process that writes: the place of the ledger.
const PLACE: &str = "RELIGHT_TEST_WRITES_TO";
/// Set for the process that writes: a name that makes its ids its own.
const ROUND: &str = "RELIGHT_TEST_ROUND";

/// Not a test by itself: what the killed process does.
#[test]
fn the_process_that_writes() {
    let Ok(place) = std::env::var(PLACE) else { return };
    let round = std::env::var(ROUND).expect("a round");
    let writer = Writer::open(&place).expect("a writer");
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let (writer, round) = (&writer, &round);
            scope.spawn(move || {
                let mut author = Author::new(&format!("{round}-{thread}"));
                for n in 0.. {
                    let (events, _) = author.claim(&format!("{round}-{thread}-{n}"), n);
                    let ids: Vec<Id<Event>> = events.iter().map(|p| p.event.id).collect();
                    if writer.submit(&events).is_ok_and(|answer| answer.is_ok()) {
                        // Told at once; a line that is cut off was not told.
                        let lines: Vec<String> =
                            ids.iter().map(|id| format!("acknowledged {id}")).collect();
                        println!(
                            "{}",
                            lines.join(
                                "
"
                            )
                        );
                    } else {
                        return;
                    }
                }
            });
        }
    });
}

fn writing(place: &str, round: u32) -> Child {
    Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "crash::the_process_that_writes", "--nocapture", "--test-threads=1"])
        .env(PLACE, place)
        .env(ROUND, round.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("a process")
}

/// Reads what is acknowledged until the end of the stream.
fn acknowledged(child: &mut Child) -> std::thread::JoinHandle<Vec<Id<Event>>> {
    let out = child.stdout.take().expect("its output");
    std::thread::spawn(move || {
        let lines = BufReader::new(out).lines().map_while(Result::ok);
        // The last line may be cut: then it was not told.
        lines.filter_map(|line| line.strip_prefix("acknowledged ")?.parse().ok()).collect()
    })
}

/// A moment between some milliseconds and half a second, another in each round, the same in each run.
fn moment(round: u32) -> Duration {
    let mixed = u64::from(round)
        .wrapping_mul(0x9E37_79B9_7F4A_7C15)
        .rotate_left(31)
        .wrapping_mul(0xBF58_476D_1CE4_E5B9);
    Duration::from_millis(60 + mixed % 440)
}

fn kills(few: u32) -> u32 {
    std::env::var("RELIGHT_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(few)
}

/// Every acknowledged event is there, the chain holds, and the records are those of the events.
fn look(place: &str, told: &[Id<Event>]) {
    let mut store = Store::open(place).expect("it opens");
    store.verify(None).expect("the chain holds");
    let mut there = std::collections::BTreeSet::new();
    let mut after = 0;
    loop {
        let page = store.entries(after, 1_000).expect("it reads");
        let Some(last) = page.last() else { break };
        after = last.seq;
        there.extend(page.iter().map(|e| Event::from_bytes(&e.bytes).expect("an event").id));
    }
    for id in told {
        assert!(there.contains(id), "{id} was acknowledged and is gone");
    }
    // Requests are of three events: none is there in part.
    assert_eq!(after % 3, 0, "half a request was kept");
    let before = store.digest().expect("it reads");
    store.rebuild(&mut |_| {}).expect("it folds");
    assert_eq!(store.digest().expect("it reads"), before, "records and events belong together");
}

#[test]
fn a_killed_writer_loses_nothing_in_a_file() {
    let place = common::sqlite();
    drop(common::open(&place));
    let mut told = Vec::new();
    for round in 0..kills(5) {
        let mut child = writing(&place.address, round);
        let listening = acknowledged(&mut child);
        std::thread::sleep(moment(round));
        child.kill().expect("it is killed");
        child.wait().expect("it is gone");
        told.extend(listening.join().expect("no panic"));
        if round % 10 == 9 || round + 1 == kills(5) {
            look(&place.address, &told);
        }
    }
    assert!(!told.is_empty(), "nothing was written in time");
}

#[test]
fn a_killed_server_loses_nothing() {
    let Some(server) = Server::start(true).expect("PostgreSQL starts") else {
        eprintln!("skipped: PostgreSQL 15 is not installed; `cargo xtask setup` installs it");
        return;
    };
    let place = server.database().expect("a database");
    drop(Store::create(&place).expect("a ledger"));
    let mut told = Vec::new();
    for round in 0..kills(2) {
        let mut child = writing(&place, round);
        let listening = acknowledged(&mut child);
        std::thread::sleep(moment(round) * 2);
        server.kill().expect("it is killed");
        // The writer sees that the connection is lost, and ends; where it waits, it is ended.
        std::thread::sleep(Duration::from_millis(50));
        let _ = child.kill();
        child.wait().expect("it is gone");
        told.extend(listening.join().expect("no panic"));
        server.up().expect("it starts again");
        if round % 10 == 9 || round + 1 == kills(2) {
            look(&place, &told);
        }
    }
    assert!(!told.is_empty(), "nothing was written in time");
}

/// A small file system, for as long as this is held; `None` where the system does not let us make one.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn new(size: &str) -> Option<SmallDisk> {
        let folder = tempfile::tempdir().expect("a folder");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"])
            .arg(folder.path())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success());
        mounted.then_some(SmallDisk(folder))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(self.0.path()).status();
    }
}

/// Writes until there is no more room; gives the error and what was acknowledged.
fn fill(store: &mut Store, author: &mut Author) -> (StoreError, Vec<Id<Event>>) {
    let mut told = Vec::new();
    for n in 0..100_000 {
        let (events, _) = author.claim(&format!("fill-{n}"), n);
        match store.append(&events) {
            Ok(answer) => {
                answer.expect("accepted");
                told.extend(events.iter().map(|p| p.event.id));
            }
            Err(error) => return (error, told),
        }
    }
    panic!("the disk never filled");
}

#[test]
fn a_full_disk_is_a_clear_error_and_nothing_is_lost() {
    let Some(disk) = SmallDisk::new("4m") else {
        eprintln!("skipped: no small file system can be mounted here");
        return;
    };
    let place = disk.0.path().join("ledger.db").display().to_string();
    // Room that is given free again later.
    let ballast = disk.0.path().join("ballast");
    std::fs::write(&ballast, vec![0; 2 << 20]).expect("there is room");
    let mut store = Store::create(&place).expect("a ledger");
    let mut author = Author::new("a");
    let (error, told) = fill(&mut store, &mut author);
    assert!(matches!(error, StoreError::Full), "{error}");
    assert!(error.to_string().contains("full"), "{error}");
    assert!(!told.is_empty());
    std::fs::remove_file(&ballast).expect("it is removed");
    // The same store works again, and so does one that is opened anew.
    let (more, _) = author.claim("after", 1);
    store.append(&more).expect("there is room").expect("accepted");
    drop(store);
    look(&place, &told);
    look(&place, &more.iter().map(|p| p.event.id).collect::<Vec<_>>());
}
