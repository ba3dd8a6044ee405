//! Single sentences of our own in six languages, with the drafts that a person wrote down for each: `tests/sentences`.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use relight_intake::{Draft, Format, Occasion, OccasionKind, open, read};
use relight_ledger::interval::Interval;
use relight_ledger::model::{ClaimKind, Qualifier};

fn range(range: Interval) -> String {
    match (range.min, range.max) {
        (Some(min), Some(max)) if min == max => format!(" {min}"),
        (Some(min), Some(max)) => format!(" {min}..{max}"),
        (Some(end), None) | (None, Some(end)) => format!(" {end}"),
        (None, None) => String::new(),
    }
}

fn qualifier(qualifier: Qualifier) -> String {
    let word = serde_json::to_value(qualifier).expect("a word");
    word.as_str().unwrap_or_default().to_owned()
}

fn line(draft: &Draft) -> String {
    let donors: Vec<&str> = draft.donors.iter().map(|d| d.value.name()).collect();
    let donors = if donors.is_empty() { "-".to_owned() } else { donors.join(", ") };
    let category = draft.item.as_ref().map_or("-", |i| i.value.category.word());
    let quantity = &draft.quantity.value;
    let money = draft.money.as_ref().map_or("-".to_owned(), |m| {
        let code = m.value.currency.map_or("-".to_owned(), |c| c.to_string());
        format!("{}{} {code}", qualifier(m.value.qualifier), range(m.value.range))
    });
    let mut out = format!(
        "{donors} | {category} | {}{} | {money} | {}",
        qualifier(quantity.qualifier),
        range(quantity.range),
        draft.status.value.word()
    );
    if draft.kind.value != ClaimKind::NewPledge {
        let _ = write!(out, " | {}", draft.kind.value.word());
    }
    out
}

/// Sentences with the lines below them that begin with a space.
fn table(text: &str) -> Vec<(&str, Vec<&str>)> {
    let mut out: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in text.lines().filter(|l| !l.trim().is_empty() && !l.starts_with('#')) {
        match out.last_mut() {
            Some((_, drafts)) if line.starts_with(' ') => drafts.push(line.trim()),
            _ => out.push((line, Vec::new())),
        }
    }
    out
}

/// Reads the table of a language and says what is not as it was written down.
fn check(code: &str, least: usize) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/sentences/{code}.txt"));
    let text = fs::read_to_string(&path).expect("a table of sentences");
    let table = table(&text);
    assert!(table.len() >= least, "{code}: only {} sentences", table.len());
    let mut wrong = String::new();
    let mut flawed = 0;
    for (sentence, expected) in &table {
        let page = open(sentence.as_bytes(), Format::Text).expect("text").remove(0);
        let ours: Vec<String> = read(&page).drafts.iter().map(line).collect();
        let expected: Vec<&str> = expected.iter().copied().filter(|l| *l != "none").collect();
        if ours != expected {
            flawed += 1;
            let _ = writeln!(wrong, "{sentence}");
            for line in expected.iter().filter(|l| !ours.iter().any(|o| o == **l)) {
                let _ = writeln!(wrong, "  - {line}");
            }
            for line in ours.iter().filter(|l| !expected.contains(&l.as_str())) {
                let _ = writeln!(wrong, "  + {line}");
            }
        }
    }
    assert!(wrong.is_empty(), "{flawed} of {} sentences:\n{wrong}", table.len());
}

#[test]
fn english() {
    check("en", 100);
}

#[test]
fn ukrainian() {
    check("uk", 25);
}

#[test]
fn romanian() {
    check("ro", 20);
}

#[test]
fn german() {
    check("de", 25);
}

#[test]
fn french() {
    check("fr", 20);
}

#[test]
fn polish() {
    check("pl", 20);
}

#[test]
fn quotes_of_four_rounds() {
    check("quotes", 200);
}

#[test]
fn quotes_of_five_more_rounds() {
    check("rounds", 280);
}

/// Needs, damage and warnings, most of them without any number of things.
#[test]
fn the_situation_in_six_languages() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sentences/situation.txt");
    let text = fs::read_to_string(&path).expect("a table of sentences");
    let table = table(&text);
    assert!(table.len() >= 30, "only {} sentences", table.len());
    let mut wrong = String::new();
    for (sentence, expected) in &table {
        let page = open(sentence.as_bytes(), Format::Text).expect("text").remove(0);
        let ours: Vec<String> = read(&page).occasions.iter().map(occasion).collect();
        let expected: Vec<&str> = expected.iter().copied().filter(|l| *l != "none").collect();
        if ours != expected {
            let _ = writeln!(wrong, "{sentence}\n  - {expected:?}\n  + {ours:?}");
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

fn occasion(occasion: &Occasion) -> String {
    match occasion.kind.value {
        OccasionKind::Report => {
            let figures = occasion.figures.iter().map(|(what, q)| {
                format!("{what} {}{}", qualifier(q.value.qualifier), range(q.value.range))
            });
            format!("report {}", figures.collect::<Vec<_>>().join(", "))
        }
        OccasionKind::Appeal => {
            let asks = occasion.asks.iter().map(|lot| lot.value.category.word());
            format!("appeal {}", asks.collect::<Vec<_>>().join(" "))
        }
        OccasionKind::Warning => "warning".to_owned(),
    }
}
