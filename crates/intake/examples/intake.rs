//! `make bench-intake`: drafts held against labelled quotes, per field, per tuple and per language; and the speed.
//!
//! The rows of `../shared/pledges/pledges.csv` are split by page into two halves, by a hash of the address. The rules
//! were tuned on one; the other is what is quoted. `ARGS=--tune` shows the first half, with each row that is not right.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Instant;

use relight_intake::{Draft, Format, PartySort, Reading, open, parties_in, read, things_in};
use relight_ledger::decimal::Decimal;
use relight_ledger::model::{Category, ClaimKind, Qualifier, Status};

type Row = BTreeMap<String, String>;

fn main() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/pledges/pledges.csv");
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let tune = arguments.iter().any(|a| a == "--tune");
    speed();
    let Ok(bytes) = std::fs::read(&path) else {
        println!("{} is not here: the labelled quotes are not measured", path.display());
        return;
    };
    let rows = rows(&bytes);
    let half: Vec<&Row> = rows.iter().filter(|r| is_tune(&r["url"]) == tune).collect();
    let pages: BTreeSet<&str> = half.iter().map(|r| r["url"].as_str()).collect();
    println!(
        "\n{} half: {} rows of {} pages\n",
        if tune { "tune" } else { "check" },
        half.len(),
        pages.len()
    );
    let mut tables: BTreeMap<String, Tally> = BTreeMap::new();
    for row in &half {
        let labels = labelled_numbers(&rows, &row["url"]);
        let result = judge(row, &labels, tune);
        let group = if row["language"] == "en" { "English" } else { "other languages" };
        for key in ["all", group, &format!("language {}", row["language"])] {
            tables.entry(key.to_owned()).or_default().add(&result);
        }
    }
    println!(
        "| rows | n | number recall | number precision | qualifier | currency | status right | status unclear | status wrong | number, qualifier, status | donor | category | status said: right, wrong | without a draft |"
    );
    println!("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|---|--:|");
    for (name, tally) in &tables {
        println!("{}", tally.line(name));
    }
}

/// FNV-1a of the address, folded to one bit.
fn is_tune(url: &str) -> bool {
    let mut h: u64 = 0xcbf2_9ce4_8422_2325;
    for b in url.bytes() {
        h = (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3);
    }
    h ^= h >> 32;
    h ^= h >> 16;
    h & 1 == 0
}

fn rows(bytes: &[u8]) -> Vec<Row> {
    let mut reader = csv::Reader::from_reader(bytes);
    let heads = reader.headers().cloned().unwrap_or_default();
    reader
        .records()
        .filter_map(Result::ok)
        .map(|r| heads.iter().zip(r.iter()).map(|(k, v)| (k.to_owned(), v.to_owned())).collect())
        .collect()
}

fn number(text: &str) -> Option<Decimal> {
    text.parse().ok()
}

fn numbers_of(row: &Row) -> Vec<Decimal> {
    ["qty_min", "qty_max", "value"].iter().filter_map(|k| number(&row[*k])).collect()
}

fn labelled_numbers(rows: &[Row], url: &str) -> BTreeSet<Decimal> {
    rows.iter().filter(|r| r["url"] == url).flat_map(numbers_of).collect()
}

fn numbers(draft: &Draft) -> Vec<Decimal> {
    let quantity = draft.quantity.value.range;
    let money = draft.money.as_ref().map(|m| m.value.range);
    let mut out: Vec<Decimal> = Vec::new();
    for range in [Some(quantity), money].into_iter().flatten() {
        // A vague number is a word, not a number.
        let ends =
            if range.min == range.max { vec![range.min] } else { vec![range.min, range.max] };
        out.extend(ends.into_iter().flatten());
    }
    out
}

#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a field of the table")]
struct Score {
    recall: Option<bool>,
    found: usize,
    found_right: usize,
    qualifier: Option<bool>,
    currency: Option<bool>,
    status: Option<Class>,
    tuple: bool,
    donor: bool,
    category: bool,
    said: bool,
    /// Whether nothing at all was read in the quote.
    nothing: bool,
}

#[derive(PartialEq, Clone, Copy)]
enum Class {
    Right,
    Unclear,
    Wrong,
}

fn judge(row: &Row, page_numbers: &BTreeSet<Decimal>, show: bool) -> Score {
    let quote = &row["quote"];
    let Ok(pages) = open(quote.as_bytes(), Format::Text) else { return Score::default() };
    let page = &pages[0];
    let reading: Reading = read(page);
    let gold = numbers_of(row);
    let mut score = Score::default();
    for draft in &reading.drafts {
        let vague = draft.quantity.value.qualifier == Qualifier::Vague;
        for n in numbers(draft) {
            if vague {
                continue;
            }
            score.found += 1;
            score.found_right += usize::from(page_numbers.contains(&n));
        }
    }
    if !gold.is_empty() {
        score.recall =
            Some(gold.iter().all(|g| reading.drafts.iter().any(|d| numbers(d).contains(g))));
    }
    // The draft that speaks of the labelled number; without one, the first.
    let best = reading.drafts.iter().max_by_key(|d| {
        let hits = numbers(d).iter().filter(|n| gold.contains(n)).count();
        let donor = donor_right(row, page, Some(d));
        (hits, category_right(row, page, Some(d)), donor, std::cmp::Reverse(d.span.start))
    });
    score.nothing = best.is_none();
    score.qualifier = qualifier_right(row, best);
    if !row["value"].is_empty() {
        let currency = best
            .and_then(|d| d.money.as_ref())
            .map(|m| m.value.currency.map_or(String::new(), |c| c.code().to_owned()));
        score.currency = Some(currency.as_deref() == Some(row["currency"].as_str()));
    }
    score.status = Some(status(row, best));
    score.tuple = score.recall != Some(false)
        && score.qualifier != Some(false)
        && score.status == Some(Class::Right);
    score.donor = donor_right(row, page, best);
    score.category = category_right(row, page, best);
    score.said = is_said(row);
    let flawed = !score.tuple
        || !score.donor
        || !score.category
        || score.currency == Some(false)
        || score.found_right < score.found;
    if show && flawed {
        println!("{} [{}] «{}»", row["id"], row["language"], quote);
        println!(
            "   label: {} | {} | {}-{} {} | {} {} {} | {} <{}>",
            row["donor"],
            row["category"],
            row["qty_min"],
            row["qty_max"],
            row["qty_qualifier"],
            row["value"],
            row["currency"],
            row["value_qualifier"],
            row["status"],
            row["status_words"]
        );
        let flag = |b: bool, name: &'static str| if b { "" } else { name };
        println!(
            "   flaws:{}{}{}{}{}{}{}",
            flag(score.recall != Some(false), " recall"),
            flag(score.found_right == score.found, " precision"),
            flag(score.qualifier != Some(false), " qualifier"),
            flag(score.currency != Some(false), " currency"),
            match score.status {
                Some(Class::Wrong) => " STATUS",
                Some(Class::Unclear) => " unclear",
                _ => "",
            },
            flag(score.donor, " donor"),
            flag(score.category, " category")
        );
        for draft in &reading.drafts {
            let q = &draft.quantity.value;
            println!(
                "   {} {:?} > {:?} | {} '{}' | {:?} {:?} '{}' | {:?} | {} '{}'",
                draft.kind.value.word(),
                draft.donors.iter().map(|d| d.value.name()).collect::<Vec<_>>(),
                draft.recipients.iter().map(|d| d.value.name()).collect::<Vec<_>>(),
                draft.item.as_ref().map_or("-", |i| i.value.category.word()),
                draft.item.as_ref().map_or("", |i| i.value.words.as_str()),
                q.qualifier,
                numbers(draft).iter().map(ToString::to_string).collect::<Vec<_>>(),
                q.words,
                draft.money.as_ref().map(|m| (m.value.currency, m.value.qualifier)),
                draft.status.value.word(),
                draft.status.evidence.first().map_or("", |s| &page.text[s.start..s.end]),
            );
        }
    }
    score
}

fn qualifier_right(row: &Row, draft: Option<&Draft>) -> Option<bool> {
    let money = row["qty_qualifier"] == "none_stated" || row["qty_qualifier"].is_empty();
    let label = if money { row["value_qualifier"].as_str() } else { row["qty_qualifier"].as_str() };
    if label.is_empty() {
        return None;
    }
    let ours = draft.map(|d| {
        if money {
            d.money.as_ref().map_or(Qualifier::NotStated, |m| m.value.qualifier)
        } else {
            d.quantity.value.qualifier
        }
    });
    let Some(ours) = ours else { return Some(label == "unspecified") };
    Some(match label {
        "exact" => ours == Qualifier::Exact,
        "about" | "around" => ours == Qualifier::About,
        "over" => matches!(ours, Qualifier::Over | Qualifier::AtLeast),
        "almost" | "nearly" => ours == Qualifier::Almost,
        "up_to" => ours == Qualifier::UpTo,
        "estimated" => matches!(ours, Qualifier::Estimated | Qualifier::About),
        "several_hundred" | "several_million" => ours == Qualifier::Vague,
        "unspecified" => {
            matches!(ours, Qualifier::Unspecified | Qualifier::NotStated | Qualifier::Undisclosed)
        }
        "ambiguous" => matches!(ours, Qualifier::Ambiguous | Qualifier::Exact),
        _ => false,
    })
}

/// The nine classes of the issue: finer words of the ledger that mean the same there are one.
fn class(status: Status) -> &'static str {
    match status {
        Status::Unclear => "unclear",
        Status::Possible => "possible",
        Status::Planned => "planned",
        Status::Offered | Status::Pledged => "pledged",
        Status::Agreed | Status::Allocated | Status::Committed => "committed",
        Status::Purchased => "purchased",
        Status::Mobilised | Status::Preparing => "preparing",
        Status::Sent | Status::InTransit => "sent",
        Status::Donated | Status::Disbursed | Status::Delivered => "delivered",
        Status::Installed | Status::Energised => "installed",
    }
}

fn status(row: &Row, draft: Option<&Draft>) -> Class {
    let label = row["status"].as_str();
    let said = is_said(row);
    let kind = draft.map(|d| d.kind.value);
    match label {
        "need" => return if kind == Some(ClaimKind::Need) { Class::Right } else { Class::Wrong },
        "not_aid" => {
            return if matches!(kind, Some(ClaimKind::Trade | ClaimKind::Need) | None) {
                Class::Right
            } else {
                Class::Wrong
            };
        }
        "disputed" => {
            return if matches!(kind, Some(ClaimKind::Dispute | ClaimKind::Denial) | None) {
                Class::Right
            } else {
                Class::Wrong
            };
        }
        _ => {}
    }
    let ours = draft.map_or(Status::Unclear, |d| d.status.value);
    let gold = Status::from_word(label).map_or("unclear", class);
    if class(ours) == gold {
        Class::Right
    } else if ours == Status::Unclear {
        if said { Class::Unclear } else { Class::Right }
    } else {
        Class::Wrong
    }
}

/// Words that the labels list as status words, though they say how numbers belong together and not how far it has come.
const JOINERS: [&str; 9] = [
    "including",
    "of which",
    "in addition to",
    "amounts to",
    "part of",
    "a total of",
    "worth",
    "is worth",
    "на стойност",
];

/// Whether the words that the label's status rests on stand in the quote. Where they do not, the quote does not say.
fn is_said(row: &Row) -> bool {
    let quote = row["quote"].to_lowercase();
    row["status_words"]
        .split([';', ','])
        .map(|w| w.trim().to_lowercase())
        .any(|w| !w.is_empty() && !JOINERS.contains(&w.as_str()) && quote.contains(&w))
}

/// Names of the label: "Germany (THW)" is either; several are divided by semicolons.
fn labelled_donors(row: &Row) -> Vec<String> {
    let mut out = Vec::new();
    for part in row["donor"].split(';') {
        let (base, inner) = part.split_once('(').unwrap_or((part, ""));
        // "donors of the Energy Support Fund" are not named; the fund is who gets it.
        let base = base.trim();
        let base = if base.starts_with("donors of") { "donors" } else { base };
        out.push(base.to_lowercase());
        let inner = inner.trim_end_matches(')').trim().to_lowercase();
        if !inner.is_empty() {
            out.push(inner);
        }
    }
    out
}

/// The label's word for a party of the lexicon.
fn same_party(label: &str, name: &str, country: Option<&str>, countries: &[(&str, &str)]) -> bool {
    let name = name.to_lowercase();
    let of_country =
        countries.iter().any(|(code, known)| Some(*code) == country && *known == label);
    let union = matches!(
        name.as_str(),
        "european union"
            | "european commission"
            | "resceu"
            | "eu civil protection mechanism"
            | "eu member states"
            | "european countries"
    ) && (label.starts_with("european union")
        || label.contains("eu ")
        || label.starts_with("eu")
        || label.contains("ucpm")
        || label.contains("resceu")
        || label.contains("european"));
    let fund = name == "energy support fund" && label.contains("fund");
    label == name
        || of_country
        || union
        || fund
        || name.len() > 3 && label.contains(&name)
        || name == "nato" && label.contains("nato")
}

fn donor_right(row: &Row, page: &relight_intake::Page, draft: Option<&Draft>) -> bool {
    const COUNTRIES: [(&str, &str); 24] = [
        ("US", "united states"),
        ("GB", "united kingdom"),
        ("DE", "germany"),
        ("FR", "france"),
        ("JP", "japan"),
        ("NL", "netherlands"),
        ("CA", "canada"),
        ("LT", "lithuania"),
        ("AZ", "azerbaijan"),
        ("AE", "united arab emirates"),
        ("ES", "spain"),
        ("SK", "slovakia"),
        ("TW", "taiwan"),
        ("KR", "south korea"),
        ("EE", "estonia"),
        ("LV", "latvia"),
        ("FI", "finland"),
        ("IL", "israel"),
        ("KZ", "kazakhstan"),
        ("NO", "norway"),
        ("SE", "sweden"),
        ("PL", "poland"),
        ("IT", "italy"),
        ("SI", "slovenia"),
    ];
    let labels = labelled_donors(row);
    let hit = |name: &str, country: Option<&str>| {
        labels.iter().any(|l| same_party(l, name, country, &COUNTRIES))
    };
    let said =
        parties_in(page).iter().any(|(p, _)| p.sort != PartySort::Outlet && hit(p.name, p.country))
            || labels.iter().any(|l| l.len() > 3 && page.text.to_lowercase().contains(l.as_str()));
    let donors = draft.map(|d| d.donors.as_slice()).unwrap_or_default();
    if said {
        donors.iter().any(|d| hit(d.value.name(), d.value.party.and_then(|p| p.country)))
    } else {
        donors.iter().all(|d| hit(d.value.name(), d.value.party.and_then(|p| p.country)))
    }
}

/// As with donors: where the quote names nothing of the labelled category ("another 900 will be delivered", "the new $125
/// million package"), the category is of other text, and a draft that names no other thing is right.
fn category_right(row: &Row, page: &relight_intake::Page, draft: Option<&Draft>) -> bool {
    use Category as C;
    let Some(draft) = draft else { return false };
    let ours = draft.item.as_ref().map_or(C::Other, |i| i.value.category);
    let said = things_in(page).iter().any(|(category, _)| same_category(row, *category));
    if said {
        same_category(row, ours)
    } else {
        matches!(ours, C::Other | C::Money | C::Package | C::Fund)
    }
}

fn same_category(row: &Row, ours: Category) -> bool {
    use Category as C;
    match row["category"].as_str() {
        "generator" => ours == C::GeneratorSet,
        "transformer" => matches!(ours, C::Transformer | C::InstrumentTransformer),
        "grid equipment" => matches!(
            ours,
            C::GridEquipment | C::Breaker | C::LineKit | C::MobileSubstation | C::Transformer
        ),
        "money" => matches!(ours, C::Money | C::Package),
        "fund" => matches!(ours, C::Fund | C::Money | C::Package),
        "package" => matches!(ours, C::Package | C::Money),
        "mixed equipment" => !matches!(ours, C::Money | C::Fund),
        "transport" => ours == C::Transport,
        "lighting" => ours == C::Lighting,
        "winter equipment" => ours == C::WinterEquipment,
        "vehicle" => ours == C::Vehicle,
        "turbine" => ours == C::Turbine,
        "shelter" => ours == C::Shelter,
        "guarantee" => ours == C::Guarantee,
        "medical" => ours == C::Medical,
        _ => false,
    }
}

#[derive(Default)]
struct Tally {
    rows: usize,
    recall: (usize, usize),
    precision: (usize, usize),
    qualifier: (usize, usize),
    currency: (usize, usize),
    right: usize,
    unclear: usize,
    wrong: usize,
    tuple: usize,
    donor: usize,
    category: usize,
    /// Rows whose status words stand in the quote; of these, right and wrong.
    said: (usize, usize, usize),
    nothing: usize,
}

impl Tally {
    fn add(&mut self, s: &Score) {
        let count = |pair: &mut (usize, usize), value: Option<bool>| {
            if let Some(value) = value {
                pair.0 += usize::from(value);
                pair.1 += 1;
            }
        };
        self.rows += 1;
        count(&mut self.recall, s.recall);
        count(&mut self.qualifier, s.qualifier);
        count(&mut self.currency, s.currency);
        self.precision.0 += s.found_right;
        self.precision.1 += s.found;
        match s.status {
            Some(Class::Right) => self.right += 1,
            Some(Class::Unclear) => self.unclear += 1,
            _ => self.wrong += 1,
        }
        if s.said {
            self.said.0 += 1;
            self.said.1 += usize::from(s.status == Some(Class::Right));
            self.said.2 += usize::from(s.status == Some(Class::Wrong));
        }
        self.tuple += usize::from(s.tuple);
        self.nothing += usize::from(s.nothing);
        self.donor += usize::from(s.donor);
        self.category += usize::from(s.category);
    }

    fn line(&self, name: &str) -> String {
        let share = |(a, b): (usize, usize)| {
            if b == 0 { "-".to_owned() } else { format!("{:.2}", a as f64 / b as f64) }
        };
        let of = |a: usize| share((a, self.rows));
        format!(
            "| {name} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {}: {}, {} | {} |",
            self.rows,
            share(self.recall),
            share(self.precision),
            share(self.qualifier),
            share(self.currency),
            of(self.right),
            of(self.unclear),
            of(self.wrong),
            of(self.tuple),
            of(self.donor),
            of(self.category),
            self.said.0,
            share((self.said.1, self.said.0)),
            share((self.said.2, self.said.0)),
            self.nothing
        )
    }
}

/// Reads the fixtures over and over, as one page of a megabyte.
fn speed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut story = String::new();
    let mut names: Vec<_> =
        std::fs::read_dir(&folder).into_iter().flatten().flatten().map(|f| f.path()).collect();
    names.sort();
    for name in names.iter().filter(|n| n.extension().is_some_and(|e| e == "txt")) {
        story.push_str(&std::fs::read_to_string(name).unwrap_or_default());
        story.push_str("\n\n");
    }
    if story.is_empty() {
        return;
    }
    while story.len() < 1 << 20 {
        story = story.repeat(2);
    }
    let _warm = open(b"France sent 100 generators.", Format::Text).map(|p| read(&p[0]));
    let (begun, spent) = (Instant::now(), processor_time());
    let pages = open(story.as_bytes(), Format::Text).unwrap_or_default();
    let drafts: usize = pages.iter().map(|p| read(p).drafts.len()).sum();
    let wall = begun.elapsed().as_secs_f64();
    let seconds = match (spent, processor_time()) {
        (Some(before), Some(after)) => after - before,
        _ => wall,
    };
    println!(
        "speed: {:.2} MB of pages read in {seconds:.2} s of processor time ({wall:.2} s by the clock), {:.2} MB/s on one core, {drafts} drafts",
        story.len() as f64 / 1e6,
        story.len() as f64 / 1e6 / seconds
    );
}

/// Seconds that this thread has had a processor, where the system tells it (Linux): what others use does not count.
fn processor_time() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds: f64 = text.split_whitespace().next()?.parse().ok()?;
    Some(nanoseconds / 1e9)
}
