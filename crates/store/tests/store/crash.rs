//! Power cuts and full disks: whatever was acknowledged is there, the chain holds, nothing is half-written.
//!
//! The writer is this very program, started again with a variable set; it tells each acknowledged event on its standard
//! output, and is killed at a random moment. `RELIGHT_KILLS` says how often; ten times where it is not set.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::common::{self, Author};
use relight_ledger::event::{Event, Proposal};
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
                        println!("{}", lines.join("\n"));
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

fn kills() -> u32 {
    std::env::var("RELIGHT_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(10)
}

/// Kills a process that writes again and again, and looks at what it left. `kill` may kill something else before it, and
/// sees to it that the ledger can be opened again afterwards.
fn kill_again_and_again(place: &str, mut kill: impl FnMut(u32, &mut Child)) {
    drop(Store::create(place).expect("a ledger"));
    let mut told = Vec::new();
    let mut rounds_with_writes = 0;
    for round in 0..kills() {
        let mut child = writing(place, round);
        let listening = acknowledged(&mut child);
        std::thread::sleep(moment(round));
        kill(round, &mut child);
        let new = listening.join().expect("no panic");
        rounds_with_writes += u32::from(!new.is_empty());
        told.extend(new);
        if round % 10 == 9 || round + 1 == kills() {
            look(place, &told);
        }
    }
    assert!(!told.is_empty(), "nothing was written in time");
    println!(
        "{} kills, {rounds_with_writes} of them after writes were acknowledged; {} acknowledged events, all there",
        kills(),
        told.len()
    );
}

fn end(child: &mut Child) {
    // It may have ended by itself, where its server was killed.
    let _ = child.kill();
    child.wait().expect("it is gone");
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
    kill_again_and_again(&common::sqlite().address, |_, child| end(child));
}

/// Each fifth time it is the server that is killed, with all its processes, and must come up again.
#[test]
fn a_killed_writer_or_server_loses_nothing() {
    let Some(server) = Server::start(true).expect("PostgreSQL starts") else {
        eprintln!("skipped: PostgreSQL 15 is not installed; `cargo xtask setup` installs it");
        return;
    };
    let place = server.database().expect("a database");
    kill_again_and_again(&place, |round, child| {
        let server_too = round % 5 == 4;
        if server_too {
            server.kill().expect("it is killed");
            // The writer sees that the connection is lost, and ends; where it waits, it is ended.
            std::thread::sleep(Duration::from_millis(50));
        }
        end(child);
        if server_too {
            server.up().expect("it starts again");
        }
    });
}

/// A small file system, for as long as this is held.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    /// `None`, and a message, where none can be mounted.
    fn new(size: &str) -> Option<SmallDisk> {
        let folder = tempfile::tempdir().expect("a folder");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"])
            .arg(folder.path())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success());
        if !mounted {
            eprintln!("skipped: no small file system can be mounted here");
        }
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
        let requests: Vec<Vec<Proposal>> =
            (0..20).map(|k| author.claim(&format!("fill-{n}-{k}"), n).0).collect();
        match store.append_all(&requests) {
            Ok(answers) => {
                assert!(answers.iter().all(Result::is_ok), "{answers:?}");
                told.extend(requests.iter().flatten().map(|p| p.event.id));
            }
            Err(error) => return (error, told),
        }
    }
    panic!("the disk never filled");
}

/// Room on a disk that is given free later.
fn ballast(disk: &SmallDisk, megabytes: usize) -> PathBuf {
    let file = disk.0.path().join("ballast");
    std::fs::write(&file, vec![0; megabytes << 20]).expect("there is room");
    file
}

/// Fills the disk under a ledger, makes room again, and looks at what there is: the same store works again.
fn fill_and_make_room(place: &str, ballast: &Path) {
    let mut store = Store::create(place).expect("a ledger");
    let mut author = Author::new("a");
    let (error, told) = fill(&mut store, &mut author);
    assert!(matches!(error, StoreError::Full), "{error}");
    assert!(error.to_string().contains("full"), "{error}");
    assert!(!told.is_empty());
    std::fs::remove_file(ballast).expect("it is removed");
    let (more, _) = author.claim("after", 1);
    store.append(&more).expect("there is room").expect("accepted");
    drop(store);
    look(place, &told);
    look(place, &more.iter().map(|p| p.event.id).collect::<Vec<_>>());
}

#[test]
fn a_full_disk_is_a_clear_error_and_nothing_is_lost() {
    let Some(disk) = SmallDisk::new("4m") else { return };
    let ballast = ballast(&disk, 2);
    fill_and_make_room(&disk.0.path().join("ledger.db").display().to_string(), &ballast);
}

/// The disk of the tables is full, that of the server's own log is not.
#[test]
fn a_full_table_space_is_a_clear_error_and_nothing_is_lost() {
    let Some(disk) = SmallDisk::new("32m") else { return };
    let Some(server) = Server::start(false).expect("PostgreSQL starts") else { return };
    let owned = Command::new("chown").arg("postgres:").arg(disk.0.path()).status();
    assert!(owned.is_ok_and(|status| status.success()));
    let ballast = ballast(&disk, 12);
    let place = server.database().expect("a database");
    let mut client = ::postgres::Client::connect(&place, ::postgres::NoTls).expect("a connection");
    let space = disk.0.path().display();
    client.batch_execute(&format!("create tablespace small location '{space}'")).expect("made");
    client.batch_execute("create database on_small_disk tablespace small").expect("made");
    let (server_of, _) = place.rsplit_once('/').expect("an address");
    fill_and_make_room(&format!("{server_of}/on_small_disk"), &ballast);
}

/// All of the server is on the disk that fills. It may end there, and comes up again when there is room.
#[test]
fn a_server_on_a_full_disk_loses_nothing() {
    let Some(disk) = SmallDisk::new("136m") else { return };
    let ballast = ballast(&disk, 56);
    let folder = disk.0.path().join("server");
    let started = Server::start_in(folder, false, "-c max_wal_size=32MB -c min_wal_size=32MB");
    let Some(server) = started.expect("PostgreSQL starts") else { return };
    let place = server.database().expect("a database");
    let mut store = Store::create(&place).expect("a ledger");
    let mut author = Author::new("a");
    let (error, told) = fill(&mut store, &mut author);
    println!("{} events, then: {error}", told.len());
    assert!(matches!(error, StoreError::Full | StoreError::Lost(_)), "{error}");
    assert!(!told.is_empty());
    drop(store);
    std::fs::remove_file(&ballast).expect("it is removed");
    // It may still be running, be coming up by itself, or have ended.
    let mut again = Store::open(&place);
    for _ in 0..40 {
        if again.is_ok() {
            break;
        }
        let _ = server.up_once();
        again = Store::open(&place);
    }
    let mut store = again.expect("it is there again");
    let (more, _) = author.claim("after", 1);
    store.append(&more).expect("there is room").expect("accepted");
    drop(store);
    look(&place, &told);
    look(&place, &more.iter().map(|p| p.event.id).collect::<Vec<_>>());
}
