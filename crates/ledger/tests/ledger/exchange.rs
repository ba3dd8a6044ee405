//! Files in and out, on the real rows and on made-up records.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

use relight_ledger::count::{Book, Rule, total};
use relight_ledger::date::{Day, Moment};
use relight_ledger::decimal::Decimal;
use relight_ledger::event::{Act, Event, Proposal};
use relight_ledger::exchange::iati::{self, Reporter};
use relight_ledger::exchange::intake::{Changes, Held, Stamp, asked_for, changes};
use relight_ledger::exchange::sheet::Sheet;
use relight_ledger::exchange::tables::{self, Table};
use relight_ledger::exchange::{
    Audience, Faults, Incoming, atom, cap, figures, fts, json, workbook,
};
use relight_ledger::fold::{Memory, Record};
use relight_ledger::id::Id;
use relight_ledger::model::{
    Claim, Content, Kind, Link, Need, Operation, Pledge, Quantity, Relation, Stage, Step, Stock,
    Warning,
};

use crate::common::{self, Clerk, keys, ledger, loaded, pledge_id, rows};

pub fn shared(path: &str) -> Option<Vec<u8>> {
    let path = format!("{}/../../../shared/{path}", env!("CARGO_MANIFEST_DIR"));
    let bytes = fs::read(&path).ok();
    if bytes.is_none() {
        eprintln!("skipped: {path} is absent");
    }
    bytes
}

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

fn stamp() -> Stamp {
    Stamp {
        actor: Id::derive(&["person", "importer"]),
        at: Moment::from_milliseconds(1_690_000_000_000),
        operation: None,
        reason: "imported again".into(),
    }
}

/// What a file changes in a ledger.
fn against(memory: &Memory, incoming: &[Incoming]) -> Result<Changes, Faults> {
    let events: Vec<Event> =
        memory.entries().iter().map(|e| Event::from_bytes(&e.bytes).expect("an event")).collect();
    let held: BTreeMap<Id, Held> = asked_for(incoming)
        .into_iter()
        .map(|id| {
            let history = events.iter().filter(|e| e.act.record() == Some(id)).cloned().collect();
            (id, Held { record: memory.get(id).cloned(), history })
        })
        .collect();
    changes(incoming, &held, &stamp())
}

fn statements(csv: &str) -> Vec<Incoming> {
    let sheet = Sheet::of_csv(csv.as_bytes(), "statements").expect("a table");
    tables::read(&[(Table::Statements, &sheet)], &keys()).expect("sound").0
}

fn memory(proposals: &[Proposal]) -> Memory {
    let mut memory = Memory::new();
    for proposal in proposals {
        memory.append(proposal).expect("accepted");
    }
    memory
}

#[test]
fn a_second_import_changes_nothing_whatever_was_decided_since() {
    let Some(rows) = rows() else { return };
    let incoming = statements(&common::sheet(&rows));
    for memory in [memory(&loaded(&rows)), ledger(&rows)] {
        let again = against(&memory, &incoming).expect("whole");
        assert_eq!((again.new, again.corrected, again.kept.len()), (0, 0, 0));
        assert!(again.events.is_empty());
        assert_eq!(again.known, incoming.len());
    }
}

#[test]
fn a_changed_row_corrects_its_record_unless_somebody_has_worked_on_it() {
    let Some(rows) = rows() else { return };
    let changed =
        common::sheet(&rows).replacen("Berlin to provide 350", "Berlin to provide 360", 1);
    let before = memory(&loaded(&rows));
    let found = against(&before, &statements(&changed)).expect("whole");
    assert_eq!((found.new, found.corrected, found.kept.len()), (0, 1, 0));
    let mut after = before.clone();
    for (event, _) in &found.events {
        after.append(event).expect("accepted");
    }
    // The new file a second time changes nothing, and the old one brings the old words back.
    assert!(against(&after, &statements(&changed)).expect("whole").events.is_empty());
    let back = against(&after, &statements(&common::sheet(&rows))).expect("whole");
    assert_eq!(back.corrected, 1);
    // A reviewer's work is not overwritten: the row is named.
    let mut worked = before;
    let record = worked
        .records()
        .find(|r| {
            r.kind() == Kind::Statement
                && found.events.iter().any(|(e, _)| e.event.act.record() == Some(r.id))
        })
        .expect("it")
        .clone();
    let mut clerk = Clerk::new("reviewer");
    let mut statement = record.content.clone();
    if let Content::Statement(s) = &mut statement {
        s.quote = "Berlin to send 350 generators".into();
    }
    let correct = Act::Correct { record: record.id, seen: 1, content: statement };
    worked.append(&clerk.act(correct, "the page says so")).expect("accepted");
    let kept = against(&worked, &statements(&changed)).expect("whole");
    assert_eq!((kept.corrected, kept.kept.len(), kept.events.len()), (0, 1, 0));
    assert!(kept.kept[0].to_string().contains("row "), "{}", kept.kept[0]);
}

#[test]
fn every_error_is_named_by_sheet_row_and_column_at_once() {
    let csv = "id,donor,qty_min,currency,announced,category,mva,color\r\n\
               p1,Germany,many,,2022-13-01,generators,,red\r\n\
               p2,,5,euro,,dinghy,-3,\r\n\
               ,France,1,,,,,\r\n\
               p1,Germany,,,,,,\r\n";
    let sheet = Sheet::of_csv(csv.as_bytes(), "pledges").expect("a table");
    let faults = tables::read(&[(Table::Pledges, &sheet)], &keys()).expect_err("faults");
    let places: Vec<(u64, &str)> =
        faults.errors.iter().map(|f| (f.place.row, f.column.as_str())).collect();
    for expected in [
        (2, "qty_min"),
        (2, "announced"),
        (3, "donor"),
        (3, "currency"),
        (3, "category"),
        (3, "mva"),
        (4, "id"),
        (5, "item"),
    ] {
        assert!(places.contains(&expected), "{expected:?} of {places:?}");
    }
    assert!(faults.errors.iter().all(|f| f.place.sheet == "pledges"));
    assert_eq!(faults.warnings.len(), 1, "an unknown column is named");
    assert!(
        faults.to_string().contains("sheet pledges, row 2, column qty_min: `many` is no number"),
        "{faults}"
    );
    // Nothing that names what is not there.
    let csv = "id,stage,pledge\nd1,sent,p9\n";
    let sheet = Sheet::of_csv(csv.as_bytes(), "deliveries").expect("a table");
    let (incoming, _) = tables::read(&[(Table::Deliveries, &sheet)], &keys()).expect("sound");
    let faults = against(&Memory::new(), &incoming).expect_err("no such pledge");
    assert!(
        faults.to_string().contains("row 2, column pledge: names a pledge that is neither"),
        "{faults}"
    );
}

#[test]
fn a_pledge_and_its_delivery_come_in_one_workbook() {
    let page = |name: &str, lines: &[&[&str]]| workbook::Page {
        name: name.into(),
        head: vec![lines[0].iter().map(|c| (*c).to_owned()).collect()],
        lines: lines[1..].iter().map(|l| l.iter().map(|c| (*c).to_owned()).collect()).collect(),
    };
    let bytes = workbook::write(&[
        page(
            "deliveries",
            &[
                &["id", "stage", "pledge", "qty", "category", "date"],
                &["d1", "received", "p1", "2", "transformer", "2022-12-15"],
            ],
        ),
        page(
            "pledges",
            &[
                &["id", "donor", "category", "qty", "hv_kv", "announced"],
                &["p1", "Lithuania", "transformer", "3", "330", "2022-12-01"],
            ],
        ),
        page("remarks", &[&["a"], &["b"]]),
    ])
    .expect("a workbook");
    let names = Table::ALL.map(Table::word);
    let (sheets, others) = workbook::read(&bytes, &names).expect("readable");
    assert_eq!(others, ["remarks"]);
    let known: Vec<(Table, &Sheet)> =
        sheets.iter().map(|s| (Table::from_word(&s.name).expect("a table"), s)).collect();
    let (incoming, _) = tables::read(&known, &keys()).expect("sound");
    let memory = memory(&common::fresh(&incoming));
    let book = Book::new(memory.records());
    let pieces = relight_ledger::count::Measure::Count(relight_ledger::model::Unit::Piece);
    let of = |stage| total(&book, &Rule::all(pieces.clone(), stage, day("2022-12-31"))).at_least;
    assert_eq!((of(Stage::Pledged), of(Stage::Received)), (3.into(), 2.into()));
}

#[test]
fn templates_say_what_each_column_means_and_are_empty_tables() {
    for table in Table::ALL {
        let page = tables::template(table);
        assert_eq!(page.head.len(), 2);
        assert!(page.head[1].iter().all(|meaning| meaning.len() > 3));
        let csv = relight_ledger::exchange::csv_text(&page.head);
        let sheet = Sheet::of_csv(csv.as_bytes(), table.word()).expect("a header");
        assert!(sheet.rows.is_empty(), "{table:?}");
        let (incoming, warnings) = tables::read(&[(table, &sheet)], &keys()).expect("sound");
        assert!(incoming.is_empty() && warnings.is_empty());
    }
}

/// Tags are those of HXL 1.1: hashtags of the standard, attributes of letters and digits.
#[test]
fn tags_are_those_of_the_standard() {
    let Some(schema) = shared("standards/hxl/hxl-default-schema.json") else { return };
    let schema = String::from_utf8(schema).expect("text");
    let book = Book::new(std::iter::empty::<&Record>());
    let tables = Table::ALL.into_iter().flat_map(Table::columns);
    let tags: Vec<String> =
        tables.chain(figures::figures(&book, day("2022-12-31")).columns).map(|c| c.tag).collect();
    for tag in tags {
        let mut parts = tag.split('+');
        let hashtag = parts.next().expect("a hashtag");
        // In the dictionary of HXL 1.1; the default schema has no rule about them.
        let known = ["#activity", "#contact"].contains(&hashtag)
            || ["\"", "+", ","].iter().any(|end| schema.contains(&format!("{hashtag}{end}")));
        assert!(known, "{tag}");
        for attribute in parts {
            let good = attribute.starts_with(|c: char| c.is_ascii_lowercase())
                && attribute
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
            assert!(good, "{tag}");
        }
    }
}

/// The columns of the public table add up to the totals, and a cell that is not known is empty.
#[test]
fn the_columns_of_the_public_table_add_up_to_the_totals() {
    let Some(rows) = rows() else { return };
    let memory = ledger(&rows);
    let book = Book::new(memory.records());
    let as_of = day("2022-12-31");
    let figures = figures::figures(&book, as_of);
    let column = |name: &str| figures.columns.iter().position(|c| c.name == name).expect(name);
    for measure in figures::measures(&book) {
        let place = if measure.is_money() { column("currency") } else { column("unit") };
        for stage in Stage::ALL {
            let cell = column(&format!("{}_min", stage.word()));
            let sum = figures
                .lines
                .iter()
                .filter(|line| line[place] == measure.word())
                .filter_map(|line| line[cell].parse::<Decimal>().ok())
                .fold(Decimal::ZERO, |sum, one| sum.plus(one).expect("in range"));
            assert_eq!(
                sum,
                total(&book, &Rule::all(measure.clone(), stage, as_of)).at_least,
                "{measure:?} {stage:?}"
            );
        }
    }
    for line in &figures.lines {
        assert!(line.iter().all(|cell| cell != "0"), "{line:?}");
    }
    let csv = figures.csv();
    assert!(csv.lines().nth(1).expect("tags").starts_with("#org+donor,"));
    let told: BTreeSet<&str> = figures.lines.iter().map(|l| l[column("pledge")].as_str()).collect();
    assert_eq!(
        told.len() + figures.not_exported.len(),
        book.pledges().count(),
        "every pledge is told or listed"
    );
    assert!(figures.not_exported.iter().any(|n| n.record == pledge_id("NATO-CAP").any()));
}

fn reporter() -> Reporter {
    Reporter {
        reference: "XM-EX-1".into(),
        sort: "10".into(),
        name: "A <desk> & others".into(),
        country: Some("UA".into()),
    }
}

pub fn iati_of(memory: &Memory) -> (Book, iati::Document) {
    let book = Book::new(memory.records());
    let document = iati::write(
        &book,
        &reporter(),
        day("2023-06-30"),
        Moment::from_milliseconds(1_690_000_000_000),
    );
    (book, document)
}

/// Validates with a program that is not ours; `None` where it or the schema is absent.
pub fn validates(xml: &str, schema: &str) -> Option<bool> {
    let schema = format!("{}/../../../shared/{schema}", env!("CARGO_MANIFEST_DIR"));
    let there = fs::exists(&schema).unwrap_or(false)
        && Command::new("xmllint").arg("--version").output().is_ok();
    if !there {
        eprintln!("skipped: xmllint or {schema} is absent");
        return None;
    }
    let file = std::env::temp_dir().join(format!("relight-iati-{}.xml", std::process::id()));
    fs::write(&file, xml).expect("written");
    let out = Command::new("xmllint")
        .args(["--noout", "--nonet", "--schema", &schema])
        .arg(&file)
        .output();
    let _ = fs::remove_file(&file);
    let out = out.expect("it runs");
    eprintln!("{}", String::from_utf8_lossy(&out.stderr));
    Some(out.status.success())
}

/// What is in a feed is well-formed, by the same program.
#[test]
fn the_feed_is_well_formed_and_says_when() {
    let Some(rows) = rows() else { return };
    let memory = ledger(&rows);
    let feed = atom::Feed {
        title: "Winter & <ice>".into(),
        author: "A desk".into(),
        address: "https://example.org/feed".into(),
        made: Moment::default(),
    };
    let (xml, entries) = atom::write(memory.records(), &feed);
    assert_eq!(xml.matches("<entry>").count(), entries);
    assert!(entries > 500, "{entries}");
    let mut reader = quick_xml::Reader::from_str(&xml);
    let (mut depth, mut ids) = (0, BTreeSet::new());
    let mut in_id = false;
    loop {
        use quick_xml::events::Event as E;
        match reader.read_event().expect("well-formed") {
            E::Start(s) => {
                depth += 1;
                in_id = s.name().as_ref() == "id";
            }
            E::End(_) => depth -= 1,
            E::Text(t) if in_id => {
                assert!(ids.insert(t.to_string()), "an id twice");
                in_id = false;
            }
            E::Eof => break,
            _ => {}
        }
    }
    assert_eq!((depth, ids.len()), (0, entries + 1));
    let pending =
        memory.records().filter(|r| r.state == relight_ledger::fold::State::Pending).count();
    assert_eq!(pending, 0);
}

const CAP: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
  <identifier>43b080713727</identifier>
  <sender>operator@example.org</sender>
  <sent>2022-11-23T14:39:01+02:00</sent>
  <status>Actual</status>
  <msgType>Alert</msgType>
  <scope>Public</scope>
  <info>
    <language>uk</language>
    <category>Infra</category>
    <event>Аварійні відключення &amp; обмеження</event>
    <urgency>Immediate</urgency>
    <severity>Severe</severity>
    <certainty>Observed</certainty>
    <expires>2022-11-24T14:39:01-00:00</expires>
    <headline>Відключення</headline>
    <area><areaDesc>one region</areaDesc><polygon>38.47,-120.14</polygon></area>
  </info>
</alert>
"#;

#[test]
fn an_alert_is_read_and_no_entity_is() {
    let alert = cap::read(CAP.as_bytes(), None).expect("an alert");
    let warning = alert.content.get::<Warning>().expect("a warning");
    assert_eq!(warning.sent.to_string(), "2022-11-23T12:39:01.000Z");
    assert_eq!(warning.infos[0].event, "Аварійні відключення & обмеження");
    assert_eq!(
        (warning.infos[0].areas.as_slice(), warning.infos[0].expires.is_some()),
        (&["one region".to_owned()][..], true)
    );
    let memory = memory(&common::fresh(std::slice::from_ref(&alert)));
    assert!(against(&memory, &[alert]).expect("whole").events.is_empty());
    // The laughs, a file of the machine, another version, half an alert.
    let laughs = CAP
        .replace(
            "?>\n<alert",
            "?>\n<!DOCTYPE alert [<!ENTITY lol \"lol\"><!ENTITY l2 \"&lol;&lol;\">]>\n<alert",
        )
        .replace("Відключення", "&l2;");
    let outside = CAP.replace(
        "?>\n<alert",
        "?>\n<!DOCTYPE alert [<!ENTITY f SYSTEM \"file:///etc/passwd\">]>\n<alert",
    );
    for (bad, says) in [
        (laughs, "line 2: a document type is refused"),
        (outside, "line 2: a document type is refused"),
        (CAP.replace("Відключення", "&f;"), "line 17: the entity `f` is refused"),
        (CAP.replace("cap:1.2", "cap:1.1"), "expected one `alert`"),
        (
            CAP.replace("<status>Actual</status>", "<status>Real</status>"),
            "line 6, column status: `Real`",
        ),
        (CAP.replace("<msgType>Alert</msgType>", "<msgType>Cancel</msgType>"), "references"),
        (
            CAP.replace("    <severity>Severe</severity>\n", ""),
            "column severity: the element is missing",
        ),
        (CAP[..300].to_owned(), "no w"),
        (String::new(), "no whole"),
    ] {
        let faults = cap::read(bad.as_bytes(), None).expect_err(says);
        assert!(faults.to_string().contains(says), "{says}: {faults}");
    }
}

#[test]
fn flows_of_the_tracking_service_come_in_once() {
    let Some(bytes) = shared("standards/fts/custom-search-locationid-114-year-2020.json") else {
        return;
    };
    for as_pledges in [false, true] {
        let settings = fts::Settings { operation: None, as_pledges };
        let (incoming, _) = fts::read(&bytes, &settings).expect("flows");
        let memory = memory(&common::fresh(&incoming));
        let claims: Vec<&Claim> = memory.records().filter_map(Record::get).collect();
        assert_eq!(claims.len(), 200);
        // An amount of 0 is money that was passed on, and no sum.
        assert!(claims.iter().all(|c| c.money.range.min.is_none_or(|m| m > Decimal::ZERO)));
        let unknown = claims.iter().filter(|c| !c.money.range.is_known()).count();
        assert!(unknown > 10, "{unknown}");
        assert!(against(&memory, &incoming).expect("whole").events.is_empty());
        // Nothing counts before somebody says so.
        let book = Book::new(memory.records());
        let euros = relight_ledger::count::Measure::Money("EUR".parse().expect("a code"));
        let found = total(&book, &Rule::all(euros, Stage::Committed, day("2020-12-31")));
        assert_eq!(found.counted.is_empty(), !as_pledges);
    }
    let not_flows = fts::read(br#"{"data": 5}"#, &fts::Settings::default());
    assert!(not_flows.expect_err("no flows").to_string().contains("no list `flows`"));
    let wrong =
        br#"[{"id": 1, "originalAmount": -5, "originalCurrency": "euro"}, {"id": 1}, {"id": {}}]"#;
    let faults = fts::read(wrong, &fts::Settings::default()).expect_err("faults");
    assert_eq!(faults.errors.len(), 4, "{faults}");
}

/// Marks stand in every field that is need-to-know. No public output may hold one.
pub fn no_public_output_tells_a_site() {
    const MARK: &str = "XSITEX";
    let mut clerk = Clerk::new("desk");
    let mut memory = Memory::new();
    let mut add = |memory: &mut Memory, name: &str, content: Content| {
        let id = Id::derive(&["test", name]);
        memory.append(&clerk.record(id, content, "")).expect("accepted");
        id
    };
    let lot =
        relight_ledger::model::PledgedLot { quantity: Quantity::pieces(3), ..Default::default() };
    let pledge = Pledge {
        title: "three".into(),
        lots: vec![lot.clone()],
        announced: "2022-12-01".parse().expect("a day"),
        ..Pledge::default()
    };
    let pledge = add(&mut memory, "pledge", pledge.into());
    let step = Step {
        stage: Stage::Installed,
        pledge: Some(pledge.of()),
        lots: vec![lot.clone()],
        date: "2022-12-05".parse().expect("a day"),
        from: MARK.into(),
        to: MARK.into(),
        site: MARK.into(),
        ..Step::default()
    };
    add(&mut memory, "step", step.into());
    add(
        &mut memory,
        "stock",
        Stock { lots: vec![lot], place: MARK.into(), note: MARK.into(), ..Stock::default() }.into(),
    );
    add(&mut memory, "need", Need { place: MARK.into(), ..Need::default() }.into());
    let warning = Warning { scope: "Restricted".into(), sender: MARK.into(), ..Warning::default() };
    add(&mut memory, "warning", warning.into());
    let assignment = relight_ledger::model::Assignment {
        of: pledge,
        need: MARK.into(),
        job: MARK.into(),
        ..Default::default()
    };
    let id = relight_ledger::model::Assignment::id(pledge, 0, 0).any();
    let assigned = clerk.record(id, assignment, "");
    memory.append(&assigned).expect("accepted");
    let all: BTreeMap<Id, Record> = memory.records().map(|r| (r.id, r.clone())).collect();
    let records: Vec<&Record> = memory.records().collect();
    let book = Book::new(memory.records());
    let feed = atom::Feed {
        title: "t".into(),
        author: "a".into(),
        address: String::new(),
        made: Moment::default(),
    };
    let mut outputs = vec![
        String::from_utf8(json::write(records.iter().copied(), Audience::Public).expect("json").0)
            .expect("text"),
        figures::figures(&book, day("2022-12-31")).csv(),
        iati_of(&memory).1.xml,
        atom::write(memory.records(), &feed).0,
    ];
    for table in Table::ALL {
        outputs.push(tables::write(table, &records, &all, Audience::Public).csv());
    }
    for output in &outputs {
        assert!(!output.contains(MARK), "{output}");
    }
    // Whoever may know gets them all.
    let told = json::write(records.iter().copied(), Audience::NeedToKnow).expect("json").0;
    assert!(String::from_utf8(told).expect("text").matches(MARK).count() >= 8);
}

#[test]
fn links_and_operations_survive_the_document() {
    let Some(rows) = rows() else { return };
    let memory = ledger(&rows);
    let (bytes, left_out) = json::write(memory.records(), Audience::NeedToKnow).expect("json");
    assert!(left_out.is_empty(), "{left_out:?}");
    let incoming = json::read(&bytes).expect("a document");
    let mut copy = Memory::new();
    for event in common::fresh(&incoming) {
        copy.append(&event).expect("accepted");
    }
    for record in memory.records() {
        assert_eq!(copy.get(record.id).map(|r| &r.content), Some(&record.content));
    }
    assert!(
        copy.records().any(|r| r.get::<Link>().is_some_and(|l| l.relation == Relation::PartOf))
    );
    assert!(json::read(&bytes[..bytes.len() / 2]).is_err());
}

#[test]
fn a_document_keeps_operations_apart() {
    let mut clerk = Clerk::new("desk");
    let mut memory = Memory::new();
    let operation: Id<Operation> = Id::derive(&["winter"]);
    let made = clerk.record(operation.any(), Operation::default(), "");
    memory.append(&made).expect("accepted");
    let pledge = Id::derive(&["pledge"]);
    let mut of_it = clerk.record(pledge, Pledge::default(), "");
    of_it.event.operation = Some(operation);
    memory.append(&of_it).expect("accepted");
    let (bytes, _) = json::write(memory.records(), Audience::NeedToKnow).expect("json");
    let mut copy = Memory::new();
    for event in common::fresh(&json::read(&bytes).expect("a document")) {
        copy.append(&event).expect("accepted");
    }
    assert_eq!(copy.get(pledge).and_then(|r| r.operation), Some(operation));
    assert_eq!(copy.get(operation.any()).and_then(|r| r.operation), None);
}
