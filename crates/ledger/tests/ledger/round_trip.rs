//! What was written is read back: import(export(x)) = x, for each format that can carry it.

use std::collections::BTreeMap;

use proptest::prelude::*;
use relight_catalogue::{Form, Nameplate, Value};
use relight_ledger::date::When;
use relight_ledger::decimal::Decimal;
use relight_ledger::event::{Act, Event, Proposal};
use relight_ledger::exchange::sheet::Sheet;
use relight_ledger::exchange::tables::{self, Keys, Table};
use relight_ledger::exchange::{Audience, Incoming, fts, json, workbook};
use relight_ledger::fold::{Memory, Record};
use relight_ledger::id::Id;
use relight_ledger::interval::Interval;
use relight_ledger::model::{
    Basis, Category, Claim, ClaimKind, Content, DateBasis, External, Lot, Money, Named, Need,
    Pledge, PledgedLot, Qualifier, Quantity, Rating, RatingUnit, Sharing, Side, Source, Stage,
    Statement, Status, Step, Stock, Unit,
};

use crate::common::{self, Clerk};

/// A text as a cell can hold it: what a spreadsheet would compute, quotes, separators and line ends included.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        "['=+@,;\"-]{1,4}[A-Za-zА-яé ,;\"\n'#=]{0,10}",
        "[A-Za-z0-9А-яé＝ ,;\"-]{1,14}",
    ]
    .prop_map(|text| text.trim().to_owned())
}

fn word() -> impl Strategy<Value = String> {
    "[A-Za-zА-я0-9=+-]{1,10}"
}

fn when() -> impl Strategy<Value = When> {
    let forms = [
        "",
        "2022-12-13",
        "2022-12",
        "2022",
        "2022-12-01/2023-02-28",
        "/2022-12-25",
        "2023-01-01/",
    ];
    (0..forms.len()).prop_map(move |at| forms[at].parse().expect("a date"))
}

fn interval() -> impl Strategy<Value = Interval> {
    let end = || {
        proptest::option::of(
            (0i128..9_000_000_000_000_000)
                .prop_map(|n| Decimal::from_millionths(n).expect("small")),
        )
    };
    (end(), end()).prop_map(|(a, b)| match (a, b) {
        (Some(a), Some(b)) => Interval { min: Some(a.min(b)), max: Some(a.max(b)) },
        (min, max) => Interval { min, max },
    })
}

fn qualifier() -> impl Strategy<Value = Qualifier> {
    let all = [
        Qualifier::Exact,
        Qualifier::About,
        Qualifier::Over,
        Qualifier::AtLeast,
        Qualifier::Almost,
        Qualifier::UpTo,
        Qualifier::Between,
        Qualifier::Estimated,
        Qualifier::Vague,
        Qualifier::Ambiguous,
        Qualifier::Unspecified,
        Qualifier::Undisclosed,
        Qualifier::NotStated,
    ];
    proptest::sample::select(all.to_vec())
}

fn quantity() -> impl Strategy<Value = Quantity> {
    let units = vec![Unit::Piece, Unit::Tonne, Unit::Item, Unit::Other("piece per day".into())];
    (interval(), qualifier(), proptest::sample::select(units), text())
        .prop_map(|(range, qualifier, unit, words)| Quantity { range, qualifier, unit, words })
}

fn money() -> impl Strategy<Value = Money> {
    let bases = vec![
        Basis::Stated,
        Basis::Market,
        Basis::Book,
        Basis::WithTransport,
        Basis::Free,
        Basis::Guarantee,
    ];
    let currency = proptest::option::of(proptest::sample::select(vec!["EUR", "USD", "UAH"]));
    (interval(), currency, qualifier(), proptest::sample::select(bases), word()).prop_map(
        |(range, currency, qualifier, basis, words)| Money {
            range,
            currency: currency.map(|c| c.parse().expect("a code")),
            qualifier,
            basis,
            words,
        },
    )
}

fn plate() -> impl Strategy<Value = Option<Nameplate>> {
    let cells =
        proptest::collection::vec(proptest::option::of(0.001f64..1e9), Nameplate::COLUMNS.len());
    (cells, any::<bool>(), "[A-Za-z0-9]{1,6}").prop_map(|(cells, three, name)| {
        let mut plate = Nameplate::default();
        for (column, cell) in Nameplate::COLUMNS.iter().zip(cells) {
            let Some(number) = cell else { continue };
            plate.fill(
                column.name,
                match column.form {
                    Form::Positive | Form::Amount => Value::Number(number),
                    Form::Phases => Value::Phases(if three { 3 } else { 1 }),
                    Form::Name => Value::Name(&name),
                },
            );
        }
        Some(plate).filter(|plate| *plate != Nameplate::default())
    })
}

fn lot(with_plate: bool) -> impl Strategy<Value = Lot> {
    let units =
        vec![RatingUnit::Kw, RatingUnit::Kva, RatingUnit::Kv, RatingUnit::Tonne, RatingUnit::Litre];
    let rating = proptest::option::of((interval(), proptest::sample::select(units)));
    let categories: Vec<Category> = Category::all().collect();
    (word(), proptest::sample::select(categories), rating, plate()).prop_map(
        move |(words, category, rating, plate)| Lot {
            words,
            category,
            ratings: rating
                .filter(|(range, _)| range.is_known())
                .map(|(range, unit)| Rating { range, unit })
                .into_iter()
                .collect(),
            nameplate: plate.filter(|_| with_plate),
        },
    )
}

fn lots() -> impl Strategy<Value = Vec<PledgedLot>> {
    let lot = (lot(true), quantity()).prop_map(|(item, quantity)| PledgedLot { item, quantity });
    proptest::collection::vec(lot, 0..3)
}

fn external() -> impl Strategy<Value = Vec<External>> {
    let one = ("[a-z-]{1,8}", "[A-Za-z0-9:]{1,8}").prop_map(|(scheme, id)| External { scheme, id });
    proptest::collection::vec(one, 0..3)
}

fn pledge() -> impl Strategy<Value = Content> {
    (text(), word(), text(), lots(), money(), when(), when(), external(), (text(), any::<bool>()))
        .prop_map(
            |(
                title,
                donor,
                recipient,
                lots,
                money,
                announced,
                expected,
                external,
                (note, owed_back),
            )| {
                let channel = Some(title.clone()).filter(|c| !c.is_empty()).map(Named::new);
                let line = Some(note.clone()).filter(|l| !l.is_empty());
                Content::from(Pledge {
                    scope: note.clone(),
                    title,
                    donor: Named::new(donor),
                    recipient: Named::new(recipient),
                    channel,
                    lots,
                    money,
                    announced,
                    expected,
                    external,
                    note,
                    owed_back,
                    line,
                    package: None,
                })
            },
        )
}

fn side() -> impl Strategy<Value = Side> {
    proptest::sample::select(vec![Side::Donor, Side::Recipient, Side::Other])
}

fn step() -> impl Strategy<Value = Content> {
    let stage = proptest::sample::select(Stage::ALL.to_vec());
    (
        stage,
        lots(),
        proptest::option::of(0i64..90),
        money(),
        when(),
        side(),
        external(),
        (text(), text()),
    )
        .prop_map(|(stage, lots, damaged, money, date, side, external, (place, note))| {
            Content::from(Step {
                stage,
                lots,
                damaged: damaged.map(Quantity::pieces).unwrap_or_default(),
                money,
                date,
                side,
                external,
                by: Named::new(note.clone()),
                from: place.clone(),
                to: note.clone(),
                site: place,
                note,
                ..Step::default()
            })
        })
}

fn stock() -> impl Strategy<Value = Content> {
    (word(), lots(), when(), text()).prop_map(|(holder, lots, as_of, note)| {
        Content::from(Stock { holder: Named::new(holder), lots, place: note.clone(), as_of, note })
    })
}

fn need() -> impl Strategy<Value = Content> {
    (text(), lot(true), quantity(), money(), when()).prop_map(
        |(who, item, quantity, money, wanted)| {
            let money = if item.category == Category::Money { Money::default() } else { money };
            Content::from(Need {
                place: who.clone(),
                who: Named::new(who),
                item,
                quantity,
                money,
                wanted,
                claims: Vec::new(),
            })
        },
    )
}

/// A claim with its statement and source, under the ids that a table would give them.
fn claim() -> impl Strategy<Value = (Source, Statement, Claim)> {
    let names = || {
        proptest::collection::vec("[A-Za-zА-я]{1,8}", 0..3)
            .prop_map(|names| names.into_iter().map(Named::new).collect::<Vec<_>>())
    };
    let kinds = proptest::sample::select(ClaimKind::ALL.to_vec());
    let statuses = proptest::sample::select(Status::ALL.to_vec());
    let sharing =
        proptest::sample::select(vec![Sharing::Each, Sharing::Together, Sharing::Unclear]);
    (
        (names(), names(), kinds, statuses, sharing),
        lot(false),
        quantity(),
        money(),
        (when(), when()),
        side(),
        (text(), text(), "[a-z]{1,9}"),
    )
        .prop_map(
            |(
                (donors, recipients, kind, status, sharing),
                item,
                quantity,
                money,
                (published, expected),
                side,
                (quote, note, url),
            )| {
                let source = Source {
                    url,
                    outlet: note.clone(),
                    title: quote.clone(),
                    language: "uk".into(),
                    published: published.clone(),
                    published_basis: DateBasis::Inferred,
                    ..Source::default()
                };
                let statement = Statement {
                    quote,
                    speaker: Named::new(note.clone()),
                    chain: vec!["Agency".into(), "X".into()],
                    ..Statement::default()
                };
                let quantity =
                    if item.category == Category::Money { Quantity::default() } else { quantity };
                // An empty cell means "as published": a claim without a date of its own has that of its source.
                let claim = Claim {
                    kind,
                    status,
                    sharing,
                    donors,
                    recipients,
                    item,
                    quantity,
                    money,
                    as_of: published,
                    expected,
                    side,
                    scope: note.clone(),
                    status_words: note.clone(),
                    note,
                    channel: Some(Named::new("UNHCR")),
                    ..Claim::default()
                };
                (source, statement, claim)
            },
        )
}

fn memory(contents: &[(Id, Content)]) -> Memory {
    let mut clerk = Clerk::new("a");
    let mut memory = Memory::new();
    for (id, content) in contents {
        memory.append(&clerk.record(*id, content.clone(), "")).expect("sound");
    }
    memory
}

/// By way of CSV and of XLSX.
fn through(table: Table, memory: &Memory) -> [Vec<Incoming>; 2] {
    let all: BTreeMap<Id, Record> = memory.records().map(|r| (r.id, r.clone())).collect();
    let written =
        tables::write(table, &memory.records().collect::<Vec<_>>(), &all, Audience::NeedToKnow);
    assert!(written.not_exported.is_empty(), "{:?}", written.not_exported);
    let csv = Sheet::of_csv(written.csv().as_bytes(), table.word()).expect("a table");
    let book = workbook::write(&[written.page()]).expect("a workbook");
    let (sheets, _) = workbook::read(&book, &[table.word()]).expect("readable");
    [csv, sheets[0].clone()]
        .map(|sheet| tables::read(&[(table, &sheet)], &Keys::default()).expect("sound").0)
}

fn same(table: Table, contents: &[(Id, Content)]) {
    let memory = memory(contents);
    for back in through(table, &memory) {
        let back: BTreeMap<Id, Content> =
            back.into_iter().map(|one| (one.id, one.content)).collect();
        for (id, content) in contents {
            assert_eq!(back.get(id), Some(content));
        }
    }
}

fn id(at: usize) -> Id {
    Id::derive(&["round trip", &at.to_string()])
}

fn numbered(contents: Vec<Content>) -> Vec<(Id, Content)> {
    contents.into_iter().enumerate().map(|(at, content)| (id(at), content)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn pledges_by_table(contents in proptest::collection::vec(pledge(), 1..4)) {
        same(Table::Pledges, &numbered(contents));
    }

    #[test]
    fn deliveries_by_table(contents in proptest::collection::vec(step(), 1..4)) {
        same(Table::Deliveries, &numbered(contents));
    }

    #[test]
    fn stock_by_table(contents in proptest::collection::vec(stock(), 1..4)) {
        same(Table::Stock, &numbered(contents));
    }

    #[test]
    fn needs_by_table(contents in proptest::collection::vec(need(), 1..4)) {
        same(Table::Needs, &numbered(contents));
    }

    #[test]
    fn statements_by_table(parts in proptest::collection::vec(claim(), 1..4)) {
        // Filed by the importer once, so that statement and source have the ids that a table gives them.
        let mut contents: Vec<(Id, Content)> = Vec::new();
        for (at, (source, statement, claim)) in parts.into_iter().enumerate() {
            let source = Source { url: format!("{}{at}", source.url), ..source };
            let source_id = Id::derive(&["import", &Id::<Source>::NIL.to_string(), "source", &source.url]);
            let statement_id = Id::derive(&["import", "statement", &id(at).to_string()]);
            contents.push((source_id, source.into()));
            contents.push((statement_id, Statement { source: source_id.of(), ..statement }.into()));
            contents.push((id(at), Claim { statement: statement_id.of(), ..claim }.into()));
        }
        same(Table::Statements, &contents);
    }

    /// The document carries every kind that is not personal, whatever is in it.
    #[test]
    fn anything_by_document(contents in proptest::collection::vec(prop_oneof![pledge(), step(), stock(), need()], 0..6)) {
        let contents = numbered(contents);
        let memory = memory(&contents);
        let (bytes, left_out) = json::write(memory.records(), Audience::NeedToKnow).expect("json");
        prop_assert!(left_out.is_empty());
        let back = json::read(&bytes).expect("a document");
        let back: BTreeMap<Id, Content> = back.into_iter().map(|one| (one.id, one.content)).collect();
        prop_assert_eq!(&back, &contents.into_iter().collect::<BTreeMap<_, _>>());
        let copy = common::fresh(&json::read(&bytes).expect("a document"));
        prop_assert_eq!(copy.len(), back.len());
    }

    /// Events in batches of any sizes make the same records: a fold knows no batches.
    #[test]
    fn the_fold_knows_no_batches(contents in proptest::collection::vec(prop_oneof![pledge(), stock()], 1..12), cuts in proptest::collection::vec(1usize..5, 1..12)) {
        let mut clerk = Clerk::new("a");
        let mut events: Vec<Proposal> = Vec::new();
        for (id, content) in numbered(contents) {
            events.push(clerk.record(id, content.clone(), ""));
            events.push(clerk.act(Act::Correct { record: id, seen: 1, content }, "again"));
        }
        let mut whole = Memory::new();
        for event in &events {
            whole.append(event).expect("sound");
        }
        // By bytes, a batch at a time, each folded by a ledger that was made from the events before it.
        let mut rest: &[Proposal] = &events;
        let mut bytes: Vec<Vec<u8>> = Vec::new();
        let mut last = Memory::new();
        for size in cuts.into_iter().cycle() {
            let (batch, left) = rest.split_at(size.min(rest.len()));
            bytes.extend(batch.iter().map(|p| p.event.to_bytes().expect("small")));
            last = Memory::new();
            for event in &bytes {
                last.append(&Event::from_bytes(event).expect("an event").into()).expect("sound");
            }
            rest = left;
            if rest.is_empty() {
                break;
            }
        }
        prop_assert_eq!(last.head(), whole.head());
        prop_assert_eq!(last.records().collect::<Vec<_>>(), whole.records().collect::<Vec<_>>());
    }

    /// Whatever bytes come, no reader panics.
    #[test]
    fn no_bytes_make_a_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), cell in "\\PC{0,40}") {
        let _ = workbook::read(&bytes, &["pledges"]);
        let _ = json::read(&bytes);
        let _ = fts::read(&bytes, &fts::Settings::default());
        let _ = relight_ledger::exchange::cap::read(&bytes, None);
        let rows = format!("id,donor,qty_min,announced,external,mva,owed_back\n{cell},{cell},{cell},{cell},{cell},{cell},{cell}\n");
        for table in Table::ALL {
            if let Ok(sheet) = Sheet::of_csv(rows.as_bytes(), table.word()) {
                let _ = tables::read(&[(table, &sheet)], &Keys::default());
            }
            if let Ok(sheet) = Sheet::of_csv(&bytes, table.word()) {
                let _ = tables::read(&[(table, &sheet)], &Keys::default());
            }
        }
    }
}
