//! Pages of our own with the drafts that a person wrote down for them: `tests/fixtures`.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use relight_intake::{Draft, Field, Format, OccasionKind, Page, Reading, Who, open, read};
use relight_ledger::decimal::Decimal;
use relight_ledger::interval::Interval;
use relight_ledger::model::{Category, ClaimKind, Qualifier};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

fn page(name: &str) -> Page {
    let bytes = fs::read(folder().join(name)).expect(name);
    open(&bytes, Format::Detect).expect(name).remove(0)
}

fn who(list: &[Field<Who>]) -> String {
    if list.is_empty() {
        "-".to_owned()
    } else {
        list.iter().map(|w| w.value.name()).collect::<Vec<_>>().join(", ")
    }
}

fn qualifier(qualifier: Qualifier) -> String {
    serde_json::to_value(qualifier)
        .ok()
        .and_then(|v| v.as_str().map(str::to_owned))
        .unwrap_or_default()
}

fn range(range: Interval) -> String {
    if !range.is_known() {
        return "-".to_owned();
    }
    let end =
        |d: Option<relight_ledger::decimal::Decimal>| d.map_or(String::new(), |d| d.to_string());
    format!("{}..{}", end(range.min), end(range.max))
}

fn line(draft: &Draft) -> String {
    let q = &draft.quantity.value;
    let unit = if q.range.is_known() { format!(" {}", q.unit.word()) } else { String::new() };
    let money = draft.money.as_ref().map_or("-".to_owned(), |m| {
        let code = m.value.currency.map_or("-".to_owned(), |c| c.to_string());
        format!("{} {} {code}", qualifier(m.value.qualifier), range(m.value.range))
    });
    let sharing = format!("{:?}", draft.sharing.value).to_lowercase();
    let category = draft.item.as_ref().map_or("-", |i| i.value.category.word());
    format!(
        "{} | {} | {sharing} | {} | {category} | {} {}{unit} | {money} | {}",
        draft.kind.value.word(),
        who(&draft.donors),
        who(&draft.recipients),
        qualifier(q.qualifier),
        range(q.range),
        draft.status.value.word()
    )
}

fn lines(page: &Page, reading: &Reading) -> Vec<String> {
    let mut out = vec![
        format!("published {}", page.published),
        format!("language {}", page.language.map_or("-", |l| l.code())),
    ];
    out.extend(reading.drafts.iter().map(line));
    let mut occasions: Vec<String> = Vec::new();
    for occasion in &reading.occasions {
        let mut text = String::new();
        match occasion.kind.value {
            OccasionKind::Report => {
                text.push_str("report");
                for (what, quantity) in &occasion.figures {
                    let _ = write!(text, " {what} {}", qualifier(quantity.value.qualifier));
                }
            }
            OccasionKind::Appeal => {
                text.push_str("appeal");
                for lot in &occasion.asks {
                    let _ = write!(text, " {}", lot.value.category.word());
                }
            }
            OccasionKind::Warning => text.push_str("warning"),
        }
        occasions.push(text);
    }
    out.extend(occasions);
    out
}

#[test]
fn each_page_gives_the_drafts_that_a_person_wrote_down() {
    let mut names: Vec<PathBuf> =
        fs::read_dir(folder()).expect("fixtures").flatten().map(|f| f.path()).collect();
    names.sort();
    let mut wrong = String::new();
    let mut pages = 0;
    for path in names.iter().filter(|p| p.extension().is_some_and(|e| e != "expected" && e != "md"))
    {
        let Ok(expected) = fs::read_to_string(path.with_extension("expected")) else { continue };
        pages += 1;
        let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
        let page = page(name);
        let mut ours = lines(&page, &read(&page));
        let mut theirs: Vec<String> =
            expected.lines().map(str::to_owned).filter(|l| !l.is_empty()).collect();
        ours.sort();
        theirs.sort();
        ours.dedup();
        theirs.dedup();
        let missing: Vec<&String> = theirs.iter().filter(|l| !ours.contains(l)).collect();
        let surplus: Vec<&String> = ours.iter().filter(|l| !theirs.contains(l)).collect();
        if !missing.is_empty() || !surplus.is_empty() {
            let _ = writeln!(wrong, "{name}:");
            for l in missing {
                let _ = writeln!(wrong, "  - {l}");
            }
            for l in surplus {
                let _ = writeln!(wrong, "  + {l}");
            }
        }
    }
    assert!(pages >= 12, "only {pages} pages");
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// Every span of every field quotes the text of its page.
#[test]
fn offsets_quote_the_source() {
    for name in ["wire-ministers.txt", "ministry-uk.txt", "convoy-uk.html", "hilfe-de.txt"] {
        let page = page(name);
        let reading = read(&page);
        for draft in &reading.drafts {
            let quantity = draft.quantity.evidence.first().map(|s| s.of(&page.text));
            if let Some(words) = quantity.filter(|_| !draft.quantity.value.words.is_empty()) {
                assert!(words.contains(&draft.quantity.value.words), "{words}");
            }
            for donor in &draft.donors {
                assert_eq!(donor.evidence[0].of(&page.text), donor.value.words);
                assert!(draft.span.end <= page.text.len());
            }
        }
        let source = page.text.chars().collect::<Vec<char>>();
        for draft in reading.ledger_drafts(&page, relight_ledger::id::Id::default()) {
            let (start, end) = draft.statement.span.expect("a span");
            let quoted: String = source[start as usize..end as usize].iter().collect();
            assert_eq!(quoted, draft.statement.quote);
        }
    }
}

/// A package, an offer of which nothing is told, two countries that give so many each, a need and a warning; and a denial.
#[test]
fn stories_of_one_pattern_give_four_pledges_and_none_from_the_denial() {
    const STORIES: [&str; 14] = [
        "wire-alliance",
        "wire-gear",
        "wire-chisinau",
        "wire-uk",
        "wire-partners",
        "wire-ministers",
        "wire-talks",
        "wire-council",
        "wire-summit",
        "minister-de",
        "ministres-fr",
        "rada-uk",
        "spotkanie-pl",
        "reuniune-ro",
    ];
    for name in STORIES {
        let page = page(&format!("{name}.txt"));
        let reading = read(&page);
        let aid: Vec<&Draft> = reading
            .drafts
            .iter()
            .filter(|d| d.is_aid() && d.kind.value != ClaimKind::Repeat)
            .collect();
        let has = |category: Category| {
            aid.iter().any(|d| d.item.as_ref().is_some_and(|i| i.value.category == category))
        };
        let each = aid.iter().filter(|d| {
            d.donors.len() == 1 && d.quantity.value.range.min == Some(Decimal::from(100))
        });
        assert_eq!(each.count(), 2, "{name}");
        assert!(aid.len() >= 4 && has(Category::Package), "{name}");
        let open = aid.iter().any(|d| d.quantity.value.qualifier == Qualifier::Undisclosed);
        assert!(open, "{name}");
        assert!(aid.iter().all(|d| !reading.statements[d.statement].disputed), "{name}");
        for kind in [OccasionKind::Appeal, OccasionKind::Report, OccasionKind::Warning] {
            assert!(reading.occasions.iter().any(|o| o.kind.value == kind), "{name}: {kind:?}");
        }
    }
}

#[test]
fn a_copy_is_told_from_another_story() {
    let story = |name| read(&page(name)).signature;
    assert!(story("wire-copy.txt").is_copy_of(&story("wire-ministers.txt")));
    assert!(!story("totals.txt").is_copy_of(&story("wire-ministers.txt")));
    assert!(!story("vague.txt").is_copy_of(&story("wire-copy.txt")));
}
