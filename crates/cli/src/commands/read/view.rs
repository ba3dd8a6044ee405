//! A reading for people: the sentence with what was read in it marked, and the fields beside.

use std::fmt::Write as _;

use relight_intake::{Draft, Field, Language, Occasion, Page, Span, Who};
use relight_ledger::interval::Interval;
use relight_ledger::model::{Money, Quantity};
use serde::Serialize;

use super::{Input, Taken};
use crate::console::{Console, Ink};
use crate::numbers::count;

/// All pages.
pub fn input(input: &Input, console: Console) -> String {
    input.pages.iter().map(|taken| page(taken, console)).collect::<Vec<_>>().join("\n")
}

/// One page: what it is, what it says, what it says of the situation.
fn page(taken: &Taken, console: Console) -> String {
    let Taken { page, reading, copies } = taken;
    let mut text = head(taken, console);
    for number in 0..reading.drafts.len() {
        text.push('\n');
        text.push_str(&draft(taken, number, console));
    }
    if !reading.occasions.is_empty() {
        let _ = writeln!(text, "\n{}", console.ink(Ink::Bold, "On the situation"));
        for found in &reading.occasions {
            text.push_str(&occasion(page, found));
        }
    }
    for (name, share) in copies {
        let copy = console.ink(Ink::Yellow, "A copy");
        let share = share * 100.0;
        let _ =
            writeln!(text, "\n{copy} of {name} ({share:.0}% in common): no independent support");
    }
    text
}

fn head(taken: &Taken, console: Console) -> String {
    let Taken { page, reading, .. } = taken;
    let mut text = String::new();
    if let Some(title) = page.title {
        let _ = writeln!(text, "{}", console.ink(Ink::Bold, one_line(title.of(&page.text))));
    }
    let published = match (page.published.is_known(), page.published.words.as_str()) {
        (true, _) => page.published.to_string(),
        (false, "") => "not known".to_owned(),
        (false, words) => format!("\"{}\"", one_line(words)),
    };
    let furniture = page.blocks.iter().filter(|b| b.furniture.is_some()).count();
    let language = page.language.map_or("not known", Language::code);
    let left_out = count(furniture, "line", "lines");
    let _ = writeln!(
        text,
        "language {language}; published {published}; {left_out} of furniture left out"
    );
    let drafts = count(reading.drafts.len(), "draft", "drafts");
    let words = count(reading.occasions.len(), "word on the situation", "words on the situation");
    let _ = writeln!(text, "{drafts}, {words}");
    for note in &page.notes {
        let _ = writeln!(text, "note: {note}");
    }
    text
}

/// A draft: the sentence with its marks, then field by field.
pub fn draft(taken: &Taken, number: usize, console: Console) -> String {
    let page = &taken.page;
    let Some(draft) = taken.reading.drafts.get(number) else { return String::new() };
    let title = format!("[{number}] {}", draft.kind.value.word().replace('_', " "));
    let ink = if draft.is_aid() { Ink::Green } else { Ink::Yellow };
    let sentence = marked(page, draft.span, marks(draft), console);
    let mut text = format!("{}\n  {sentence}\n", console.ink(ink, title));
    for (name, value, confidence) in rows(taken, draft) {
        if !value.is_empty() {
            let sure = console.ink(Ink::Dim, format!("{confidence}%"));
            let _ = writeln!(text, "    {name:<10} {value}  {sure}");
        }
    }
    text
}

/// Everything in the sentence that a field rests on.
fn marks(draft: &Draft) -> Vec<Span> {
    let parties = draft.donors.iter().chain(&draft.recipients).flat_map(|f| &f.evidence);
    let item = draft.item.iter().flat_map(|f| &f.evidence);
    let money = draft.money.iter().flat_map(|f| &f.evidence);
    let rest = draft.quantity.evidence.iter().chain(&draft.status.evidence);
    parties.chain(item).chain(money).chain(rest).copied().collect()
}

/// Name, value and confidence of each field.
fn rows(taken: &Taken, draft: &Draft) -> Vec<(&'static str, String, u8)> {
    let page = &taken.page;
    let least = |list: &[Field<Who>]| list.iter().map(|w| w.confidence).min().unwrap_or(0);
    let mut out = vec![("donor", names(&draft.donors), least(&draft.donors))];
    if draft.donors.len() > 1 {
        out.push(("sharing", word(draft.sharing.value), draft.sharing.confidence));
    }
    out.push(("recipient", names(&draft.recipients), least(&draft.recipients)));
    if let Some(item) = &draft.item {
        let each = |r: &relight_ledger::model::Rating| {
            format!(", {} {} each", range(r.range), word(r.unit))
        };
        let ratings: String = item.value.ratings.iter().map(each).collect();
        let words = one_line(&item.value.words);
        out.push((
            "item",
            format!("{} (\"{words}\"){ratings}", item.value.category.word()),
            item.confidence,
        ));
    }
    out.push(("quantity", quantity(&draft.quantity.value), draft.quantity.confidence));
    if let Some(field) = &draft.money {
        out.push(("money", money(&field.value), field.confidence));
    }
    let said =
        draft.status.evidence.first().map(|s| format!(" (\"{}\")", one_line(s.of(&page.text))));
    let status = format!("{}{}", draft.status.value.word(), said.unwrap_or_default());
    out.push(("status", status, draft.status.confidence));
    if let Some(package) = &draft.package {
        out.push(("package", one_line(&package.value), package.confidence));
    }
    if let Some(relation) = &draft.relation {
        out.push(("relation", word(relation.value), relation.confidence));
    }
    if let Some(statement) = taken.reading.statements.get(draft.statement)
        && let Some(speaker) = &statement.speaker
    {
        let chain: Vec<String> = statement.chain.iter().map(|c| one_line(&c.value)).collect();
        out.push(("says", chain.join(" <- "), speaker.confidence));
    }
    out
}

fn names(list: &[Field<Who>]) -> String {
    let name = |w: &Field<Who>| {
        let words = one_line(&w.value.words);
        match w.value.party {
            Some(p) if !words.eq_ignore_ascii_case(p.name) => format!("{} (\"{words}\")", p.name),
            _ => words,
        }
    };
    list.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// A word on the situation, with its figures or what is asked for.
pub fn occasion(page: &Page, found: &Occasion) -> String {
    let figure = |(what, q): &(String, Field<Quantity>)| {
        format!("{}: {}", what.replace('_', " "), quantity(&q.value))
    };
    let figures: Vec<String> = found.figures.iter().map(figure).collect();
    let asks: Vec<String> = found.asks.iter().map(|a| one_line(&a.value.words)).collect();
    let detail = [figures, asks].concat().join(", ");
    let detail = if detail.is_empty() { String::new() } else { format!("\n    {detail}") };
    format!("  {:<8} {}{detail}\n", word(found.kind.value), one_line(found.span.of(&page.text)))
}

/// The sentence with its marks: bold where there is colour, brackets where there is none.
fn marked(page: &Page, sentence: Span, mut marks: Vec<Span>, console: Console) -> String {
    marks.retain(|m| sentence.holds(*m) && m.start < m.end);
    marks.sort_unstable();
    let plain = console.ink(Ink::Bold, "").is_empty();
    let mut out = String::new();
    let mut at = sentence.start;
    for mark in marks {
        if mark.start < at {
            continue;
        }
        out.push_str(&clean(Span::new(at, mark.start).of(&page.text)));
        let words = clean(mark.of(&page.text));
        if plain {
            let _ = write!(out, "[{words}]");
        } else {
            out.push_str(&console.ink(Ink::Bold, words));
        }
        at = mark.end;
    }
    out.push_str(&clean(Span::new(at, sentence.end).of(&page.text)));
    spaced(&out)
}

/// On one line, and without the control characters by which a hostile page could speak to the terminal.
pub fn one_line(text: &str) -> String {
    spaced(&clean(text))
}

fn clean(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !c.is_control())
        .collect()
}

fn spaced(text: &str) -> String {
    text.split(' ').filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ")
}

fn range(range: Interval) -> String {
    match (range.min, range.max) {
        (Some(min), Some(max)) if min == max => min.to_string(),
        (Some(min), Some(max)) => format!("{min} to {max}"),
        (Some(min), None) => format!("{min} or more"),
        (None, Some(max)) => format!("up to {max}"),
        (None, None) => String::new(),
    }
}

/// The word of an enumeration, as in the JSON.
fn word(value: impl Serialize) -> String {
    let value = serde_json::to_value(value).ok();
    value.and_then(|v| v.as_str().map(|w| w.replace('_', " "))).unwrap_or_default()
}

fn quantity(q: &Quantity) -> String {
    match (q.range.is_known(), word(q.qualifier).as_str()) {
        (_, "not stated") => String::new(),
        (false, other) => other.to_owned(),
        (true, "exact") => format!("{} {}", range(q.range), q.unit.word()),
        (true, other) => {
            format!("{} {} ({other}: \"{}\")", range(q.range), q.unit.word(), one_line(&q.words))
        }
    }
}

fn money(m: &Money) -> String {
    let code = m.currency.map_or("currency not known".to_owned(), |c| c.to_string());
    format!("{} {code} ({}: \"{}\")", range(m.range), word(m.qualifier), one_line(&m.words))
}
