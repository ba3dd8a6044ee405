//! `relight ledger`: a small ledger from the first event to a backup.

use std::fs;

use crate::bench::{Bench, Ran};

fn ledger(bench: &Bench, arguments: &[&str]) -> Ran {
    let mut words = vec!["ledger"];
    words.extend(arguments);
    words.extend(["--ledger", "winter.db"]);
    bench.run(&words)
}

/// A source, a statement, a pledge, and a claim that is evidence of it.
const EVENTS: &str = r#"{"event":{"id":"00000000000000000000000011","at":"2022-12-02T10:00:00Z","actor":"00000000000000000000000001","act":{"record":{"record":"00000000000000000000000021","content":{"source":{"outlet":"Agency","url":"https://example.org/1"}}}}}}
{"event":{"id":"00000000000000000000000012","at":"2022-12-02T10:00:00Z","actor":"00000000000000000000000001","act":{"record":{"record":"00000000000000000000000022","content":{"statement":{"source":"00000000000000000000000021","quote":"has delivered almost 150 devices"}}}}}}
{"event":{"id":"00000000000000000000000013","at":"2022-12-02T10:00:00Z","actor":"00000000000000000000000001","act":{"record":{"record":"00000000000000000000000023","content":{"pledge":{"title":"THW","donor":{"words":"Germany"},"lots":[{"item":{"category":"generator_set"}}]}}}}}}

{"event":{"id":"00000000000000000000000014","at":"2022-12-02T10:00:00Z","actor":"00000000000000000000000001","act":{"record":{"record":"00000000000000000000000024","content":{"claim":{"statement":"00000000000000000000000022","kind":"running_total","donors":[{"words":"Germany"}],"item":{"category":"generator_set","words":"devices"},"quantity":{"range":{"min":"150","max":"150"},"qualifier":"almost"},"status":"delivered","as_of":{"first":"2022-12-02","last":"2022-12-02","precision":"day"},"pledge":"00000000000000000000000023"}}}}}}
"#;

fn filled() -> Bench {
    let bench = Bench::new();
    bench.write("events.jsonl", EVENTS);
    ledger(&bench, &["init"]).exits(0).says(&["made an empty ledger"]);
    ledger(&bench, &["append", "events.jsonl"])
        .exits(0)
        .says(&["added 4 events", "0 known already"]);
    bench
}

#[test]
fn events_become_records_and_totals() {
    let bench = filled();
    ledger(&bench, &["append", "events.jsonl"])
        .exits(0)
        .says(&["added 0 events", "4 known already"]);
    ledger(&bench, &["status"]).exits(0).says(&["events", "claim", "pledge", "head "]);
    ledger(&bench, &["show", "00000000000000000000000024"]).exits(0).says(&[
        "running_total",
        "History",
        "record by",
    ]);
    ledger(&bench, &["show", "00000000000000000000000023"]).exits(0).says(&["Named by", "claim"]);
    ledger(&bench, &["show", "00000000000000000000000099"]).exits(1).says(&["there is no record"]);
    ledger(&bench, &["list", "--kind", "claim"]).exits(0).says(&["Germany running_total 150"]);
    let asked = [
        "total",
        "--stage",
        "received",
        "--as-of",
        "2022-12-31",
        "--item",
        "generator_set",
        "--open",
    ];
    let total = ledger(&bench, &asked).exits(0);
    total.says(&[
        "150 piece, with hedged numbers",
        "as of 2022-12-31",
        "150 to 150",
        "Germany: THW",
    ]);
    let early = ["total", "--stage", "received", "--as-of", "2022-12-01", "--json"];
    let document = ledger(&bench, &early).exits(0).json();
    assert_eq!(document["at_least"], "0");
    assert_eq!(document["left_out"][0]["why"], "it is later than the day");
    ledger(&bench, &["suggest"]).exits(0).says(&["0 suggestions"]);
}

#[test]
fn a_line_that_is_wrong_is_named_and_nothing_is_added() {
    let bench = filled();
    let lines: Vec<&str> = EVENTS.lines().collect();
    bench.write("bad.jsonl", format!("{}\n{{\"event\":{{}}}}\nnonsense\n", lines[0]));
    ledger(&bench, &["append", "bad.jsonl"]).exits(2).complains(&["bad.jsonl:2:", "bad.jsonl:3:"]);
    // The second event names a statement that is not there.
    let missing = lines[4]
        .replace("0000022\"", "0000077\"")
        .replace("0000014\"", "0000015\"")
        .replace("0000024\"", "0000025\"");
    bench.write("refused.jsonl", format!("{}\n{missing}\n", lines[0]));
    ledger(&bench, &["append", "refused.jsonl"])
        .exits(2)
        .complains(&["refused.jsonl:2:", "there is no record"]);
    let count = ledger(&bench, &["status", "--json"]).exits(0).json();
    assert_eq!(count["events"], 4);
}

#[test]
fn a_change_of_the_past_is_found() {
    let bench = filled();
    ledger(&bench, &["verify"]).exits(0).says(&["4 events, each as it was written"]);
    ledger(&bench, &["rebuild"]).exits(0).says(&["4 events folded", "the same as before"]);
    ledger(
        &bench,
        &["checkpoint", "--key", "secret.key", "--name", "winter", "--out", "point.json"],
    )
    .exits(0);
    let point: serde_json::Value = serde_json::from_str(&bench.read("point.json")).expect("json");
    let key = point["key"].as_str().expect("a key").to_owned();
    let against = ["verify", "--checkpoint", "point.json", "--key", &key];
    ledger(&bench, &against).exits(0).says(&["the checkpoint of event 4 holds"]);
    bench.replace("point.json", "\"seq\": 4", "\"seq\": 3");
    ledger(&bench, &against).exits(2).complains(&["the signature does not hold"]);
    // By hand, in the file: as many bytes as before, so that the database itself notices nothing.
    let file = bench.path("winter.db");
    let mut bytes = fs::read(&file).expect("the file");
    let old = b"has delivered almost 150 devices";
    for at in 0..bytes.len() - old.len() {
        if bytes[at..].starts_with(old) {
            bytes[at..at + old.len()].copy_from_slice(b"has delivered almost 950 devices");
        }
    }
    fs::write(&file, bytes).expect("written");
    let document = ledger(&bench, &["verify", "--json"]).exits(1).json();
    assert_eq!((document["ok"].clone(), document["first_bad"].clone()), (false.into(), 2.into()));
}

#[test]
fn a_backup_is_the_whole_ledger() {
    let bench = filled();
    ledger(&bench, &["backup", "whole.jsonl"]).exits(0).says(&["wrote 4 events"]);
    ledger(&bench, &["backup", "whole.jsonl"]).exits(2).complains(&["whole.jsonl"]);
    bench
        .run(&["ledger", "restore", "whole.jsonl", "--ledger", "copy.db"])
        .exits(0)
        .says(&["added 4 events"]);
    bench
        .run(&["ledger", "restore", "whole.jsonl", "--ledger", "copy.db"])
        .exits(2)
        .complains(&["not empty"]);
    bench
        .run(&["ledger", "import", "whole.jsonl", "--ledger", "copy.db"])
        .exits(0)
        .says(&["added 0 events", "4 known"]);
    bench.run(&["ledger", "export", "--out", "again.jsonl", "--ledger", "copy.db"]).exits(0);
    assert_eq!(bench.read("again.jsonl"), bench.read("whole.jsonl"));
    let whole = bench.read("whole.jsonl");
    let cut: String = whole.split_inclusive('\n').take(3).collect();
    bench.write("cut.jsonl", cut);
    bench
        .run(&["ledger", "restore", "cut.jsonl", "--ledger", "third.db"])
        .exits(2)
        .complains(&["line 4", "cut short"]);
}

#[test]
fn a_ledger_that_is_not_there_is_said_to_be_missing() {
    let bench = Bench::new();
    ledger(&bench, &["status"])
        .exits(2)
        .complains(&["there is no ledger at winter.db", "relight ledger init"]);
    assert!(!bench.path("winter.db").exists());
    ledger(&bench, &["init"]).exits(0);
    ledger(&bench, &["init"]).exits(2).complains(&["there is a ledger at winter.db already"]);
    let nowhere = ["ledger", "status", "--ledger", "postgres://nobody:secret@127.0.0.1:1/none"];
    let ran = bench.run(&nowhere).exits(2);
    let ran = ran.complains(&["cannot open the ledger postgres://127.0.0.1:1/none"]);
    assert!(!ran.err.contains("secret"), "a password is not repeated");
}
