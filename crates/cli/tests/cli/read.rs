//! `relight read`: drafts out of text, with the places that they rest on.

use crate::bench::Bench;

const PAGE: &str = "VILNIUS, Nov. 29 - Lithuania has sent 25 generators to Ukraine, its energy minister said on Tuesday.\n";

#[test]
fn a_page_gives_drafts_that_quote_it() {
    let bench = Bench::new();
    bench.write("page.txt", PAGE);
    let ran = bench.run(&["read", "page.txt", "--json"]).exits(0);
    let read = ran.json();
    assert_eq!(read["schema"], "relight.read/1");
    let text = serde_json::to_string(&read).expect("a document");
    assert!(text.contains("Lithuania") && text.contains("generator_set"), "{read:#}");
    bench.run(&["read", "page.txt"]).exits(0).says(&["1 draft", "Lithuania", "25"]);
}

#[test]
fn what_is_no_text_is_refused_by_name() {
    let bench = Bench::new();
    bench.write("page.bin", "\u{0}\u{1}\u{2}\u{0}\u{0}\u{7}\u{0}");
    bench.run(&["read", "page.bin"]).exits(2).complains(&["page.bin"]);
    bench.run(&["read", "nowhere.txt"]).exits(2).complains(&["nowhere.txt"]);
}

/// A page with a pledge, a second one, and a word on the situation.
const STORY: &str = "Neighbours help after the storm

VILNIUS, Nov. 29, 2022 (Agency) - Lithuania has sent 25 generators to Ukraine, its energy minister said on Tuesday.

Latvia will provide Ukraine with two transformers. The storm left 120,000 people without power.

A school in Riga also baked bread for the neighbours.
";

fn bench() -> Bench {
    let bench = Bench::new();
    bench.write("page.txt", STORY);
    bench.run(&["ledger", "init", "--ledger", "winter.db"]).exits(0);
    bench
}

fn claims(bench: &Bench) -> Vec<serde_json::Value> {
    let asked = ["ledger", "list", "--kind", "claim", "--ledger", "winter.db", "--json"];
    let list = bench.run(&asked).exits(0).json();
    list["records"].as_array().expect("records").clone()
}

fn review(bench: &Bench, decisions: &str, arguments: &[&str]) -> crate::bench::Ran {
    bench.write("seen.jsonl", decisions);
    let mut words = vec!["read", "page.txt", "--decisions", "seen.jsonl", "--reviewer", "anna"];
    words.extend(arguments);
    bench.run(&words)
}

#[test]
fn decisions_become_claims_of_a_ledger() {
    let bench = bench();
    let read = bench.run(&["read", "page.txt", "--json"]).exits(0).json();
    let text = read["pages"][0]["text"].as_str().expect("text").to_owned();
    let words = "baked bread";
    let at = text.find(words).map(|at| text[..at].chars().count()).expect("the words");
    let decisions = format!(
        "{}\n{}\n{}\n{}\n",
        r#"{"draft": 0, "decision": "accept"}"#,
        r#"{"draft": 1, "decision": "edit", "set": {"status": "planned", "quantity": "2"}, "reason": "no promise"}"#,
        r#"{"situation": 0, "decision": "accept"}"#,
        format_args!(
            r#"{{"decision": "mark", "span": [{at}, {}], "set": {{"donor": "A school in Riga", "category": "other"}}}}"#,
            at + words.len()
        )
    );
    review(&bench, &decisions, &["--ledger", "winter.db"]).exits(0).says(&[
        "1 accepted, 1 accepted with changes, 0 rejected, 1 marked by hand, 1 on the situation",
    ]);
    let claims = claims(&bench);
    assert_eq!(claims.len(), 3, "{claims:#?}");
    let holds =
        |pieces: &[&str]| claims.iter().any(|c| pieces.iter().all(|p| c.to_string().contains(p)));
    assert!(holds(&["Lithuania", "\"25\"", "\"sent\"", "generator_set"]), "{claims:#?}");
    assert!(holds(&["Latvia", "\"2\"", "\"planned\"", "transformer"]), "{claims:#?}");
    assert!(holds(&["A school in Riga"]), "{claims:#?}");
    bench.run(&["ledger", "status", "--ledger", "winter.db"]).exits(0).says(&[
        "draft (accepted)",
        "draft (edited)",
        "report",
        "source",
        "statement",
    ]);
    bench.run(&["ledger", "verify", "--ledger", "winter.db"]).exits(0);
    // The same page and decisions again: nothing is entered twice.
    review(&bench, &decisions, &["--ledger", "winter.db"])
        .exits(0)
        .says(&["0 accepted, 0 accepted with changes", "known already"]);
    assert_eq!(self::claims(&bench).len(), 3);
    // A change of mind is no matter for a second reading.
    review(&bench, r#"{"draft": 0, "decision": "reject"}"#, &["--ledger", "winter.db"])
        .exits(2)
        .complains(&["draft 0 was accepted before"]);
}

#[test]
fn a_rejected_draft_makes_no_claim_and_files_of_events_say_the_same() {
    let bench = bench();
    let decisions = "{\"draft\": 0, \"decision\": \"reject\", \"reason\": \"a copy\"}\n{\"draft\": 1, \"decision\": \"accept\"}\n";
    review(&bench, decisions, &["--events", "events.jsonl"]).exits(0);
    bench.run(&["ledger", "append", "events.jsonl", "--ledger", "winter.db"]).exits(0);
    let claims = claims(&bench);
    assert_eq!(claims.len(), 1, "{claims:#?}");
    assert!(claims[0].to_string().contains("Latvia"), "{claims:#?}");
    // What went in by the file is known to a reading that looks into the ledger.
    review(&bench, decisions, &["--ledger", "winter.db"]).exits(0).says(&["2 known already"]);
}

#[test]
fn a_decision_that_is_wrong_enters_nothing() {
    let bench = bench();
    for (decision, word) in [
        (r#"{"draft": 9, "decision": "accept"}"#, "names no draft"),
        (r#"{"draft": 0, "decision": "edit", "set": {"status": "soon"}}"#, "expected a status"),
        (r#"{"decision": "mark", "span": [5, 2]}"#, "is no part of the text"),
        (r#"{"draft": 0, "decision": "maybe"}"#, "unknown variant"),
    ] {
        let decisions = format!("{{\"draft\": 1, \"decision\": \"accept\"}}\n{decision}\n");
        review(&bench, &decisions, &["--ledger", "winter.db"])
            .exits(2)
            .complains(&["seen.jsonl:2:", word]);
        assert!(claims(&bench).is_empty());
    }
    review(&bench, "", &["--ledger", "nowhere.db"]).exits(2).complains(&["nowhere.db"]);
    bench.run(&["read", "page.txt", "--ledger", "winter.db"]).exits(2).complains(&["--review"]);
}

#[test]
fn a_reviewer_goes_through_the_drafts_at_the_terminal() {
    use std::io::Write as _;
    use std::process::Stdio;
    let bench = bench();
    let mut child = bench
        .command(&["read", "page.txt", "--review", "--ledger", "winter.db"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("relight runs");
    let answers = "x\ne quantity=30\nm baked bread | donor=A school in Riga\nr\nr not sure\na\n";
    child.stdin.take().expect("stdin").write_all(answers.as_bytes()).expect("answers");
    let output = child.wait_with_output().expect("an end");
    let out = String::from_utf8(output.stdout).expect("text");
    assert!(output.status.success(), "{out}");
    for piece in ["[25] [generators]", "is none of a, e, r, s, m, q", "marked", "say why"] {
        assert!(out.contains(piece), "no {piece:?} in {out}");
    }
    assert!(
        out.contains("0 accepted, 1 accepted with changes, 1 rejected, 1 marked by hand"),
        "{out}"
    );
    let claims = claims(&bench);
    assert!(claims.iter().any(|c| c.to_string().contains("\"30\"")), "{claims:#?}");
    assert_eq!(claims.len(), 2);
}
