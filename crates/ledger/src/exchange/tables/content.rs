//! Rows to records and back, a table at a time.

use std::collections::BTreeMap;

use super::row::{
    Line, Row, put, put_external, put_lot, put_money, put_names, put_quantity, word_of,
};
use super::{Keys, Table};
use crate::date::When;
use crate::decimal::Decimal;
use crate::exchange::Incoming;
use crate::exchange::fault::{Faults, Place};
use crate::exchange::sheet::Sheet;
use crate::fold::Record;
use crate::id::Id;
use crate::model::{
    Claim, Content, DateBasis, Named, Need, OfKind, Pledge, PledgedLot, Quantity, Side, Source,
    Statement, Step, Stock,
};

/// Reads the rows of one id.
#[expect(clippy::too_many_arguments, reason = "all of it is the place of the rows")]
pub(super) fn read(
    table: Table,
    sheet: &Sheet,
    header: &BTreeMap<&str, usize>,
    name: &str,
    rows: &[(u64, &[String])],
    keys: &Keys,
    out: &mut Vec<Incoming>,
    faults: &mut Faults,
) {
    let Some((first, cells)) = rows.first() else { return };
    let place = Place::new(&sheet.name, *first);
    let mut row = Row { place: place.clone(), header, cells, keys, faults };
    if name.is_empty() {
        row.required("id");
        return;
    }
    let mut add = |id: Id, content: Content| {
        out.push(Incoming { id, content, operation: None, place: place.clone() });
    };
    match table {
        Table::Statements => statement(&mut row, name, &mut add),
        Table::Pledges => {
            let pledge = pledge(&mut row);
            let lots = lots(rows, &mut row);
            add(keys.id::<Pledge>(name).any(), Pledge { lots, ..pledge }.into());
        }
        Table::Deliveries => {
            let step = step(&mut row);
            let lots = lots(rows, &mut row);
            add(keys.id::<Step>(name).any(), Step { lots, ..step }.into());
        }
        Table::Stock => {
            let stock = Stock {
                holder: Named::new(row.required("holder")),
                lots: Vec::new(),
                place: row.text("place"),
                as_of: row.parsed("as_of").unwrap_or_default(),
                note: row.text("note"),
            };
            let lots = lots(rows, &mut row);
            add(keys.id::<Stock>(name).any(), Stock { lots, ..stock }.into());
        }
        Table::Needs => {
            let need = Need {
                who: Named::new(row.text("who")),
                item: row.lot(),
                quantity: row.quantity(),
                money: row.money(),
                wanted: row.parsed("wanted").unwrap_or_default(),
                place: row.text("place"),
                claims: Vec::new(),
            };
            add(keys.id::<Need>(name).any(), need.into());
        }
    }
    let lots_may_follow = matches!(table, Table::Pledges | Table::Deliveries | Table::Stock);
    if !lots_may_follow {
        for (again, _) in rows.iter().skip(1) {
            let place = Place::new(&sheet.name, *again);
            let message = format!("`{name}` stands in row {first} already");
            faults.error(place, "id", message);
        }
    }
}

/// The lots of rows with one id. Further rows repeat the other cells of the first, or leave them empty.
fn lots(rows: &[(u64, &[String])], first: &mut Row<'_>) -> Vec<PledgedLot> {
    let mut lots: Vec<PledgedLot> = first.pledged_lot().into_iter().collect();
    let own = LOT_COLUMNS;
    let is_of_lot = |column: &str| {
        own.contains(&column)
            || relight_catalogue::Nameplate::COLUMNS.iter().any(|c| c.name == column)
    };
    let (head, at) = (first.cells, first.place.row);
    for (number, cells) in rows.iter().skip(1) {
        let place = Place { row: *number, ..first.place.clone() };
        let mut row =
            Row { place, header: first.header, cells, keys: first.keys, faults: first.faults };
        let others: Vec<(&str, usize)> =
            row.header.iter().filter(|(c, _)| !is_of_lot(c)).map(|(c, at)| (*c, *at)).collect();
        for (column, place) in others {
            let cell = |cells: &[String]| cells.get(place).cloned().unwrap_or_default();
            let here = cell(cells);
            if !here.is_empty() && here != cell(head) {
                row.error(
                    column,
                    format!("differs from row {at} of the same id; expected the same or nothing"),
                );
            }
        }
        match row.pledged_lot() {
            Some(lot) => lots.push(lot),
            None => {
                row.error("item", format!("a further row of the id of row {at} tells of no thing"));
            }
        }
    }
    lots
}

const LOT_COLUMNS: [&str; 11] = [
    "item",
    "category",
    "rating_min",
    "rating_max",
    "rating_unit",
    "qty",
    "qty_min",
    "qty_max",
    "qty_qualifier",
    "unit",
    "qty_words",
];

fn statement(row: &mut Row<'_>, name: &str, add: &mut dyn FnMut(Id, Content)) {
    let keys = row.keys;
    let url = row.text("url");
    let published: When = row.parsed("published").unwrap_or_default();
    let source = Source {
        outlet: row.text("outlet"),
        title: row.text("title"),
        language: row.text("language"),
        published: published.clone(),
        published_basis: row.word("published_basis").unwrap_or(DateBasis::Unknown),
        url: url.clone(),
        ..Source::default()
    };
    // A document is known by its address; where it has none it is that of this row alone.
    let operation = keys.operation.unwrap_or_default().to_string();
    let source_id: Id<Source> = if url.is_empty() {
        derived(name, "source")
    } else {
        Id::derive(&["import", &operation, "source", &url])
    };
    let chain = row.text("source_chain");
    let chain = chain.split(" <- ").map(str::trim).filter(|c| !c.is_empty()).map(str::to_owned);
    let claim_id: Id<Claim> = keys.id(name);
    let statement_id: Id<Statement> = derived(&claim_id.to_string(), "statement");
    let statement = Statement {
        source: source_id,
        quote: row.text("quote"),
        speaker: Named::new(row.text("speaker")),
        chain: chain.collect(),
        ..Statement::default()
    };
    let claim = Claim {
        statement: statement_id,
        kind: row.word("kind").unwrap_or_default(),
        donors: row.names("donor"),
        sharing: row.word("sharing").unwrap_or_default(),
        channel: Some(row.text("channel")).filter(|c| !c.is_empty()).map(Named::new),
        recipients: row.names("recipient"),
        item: row.lot(),
        quantity: row.quantity(),
        money: row.money(),
        status: row.word("status").unwrap_or_default(),
        status_words: row.text("status_words"),
        as_of: row.parsed("as_of").unwrap_or(published),
        expected: row.parsed("expected").unwrap_or_default(),
        side: row.word("side").unwrap_or(Side::Other),
        scope: row.text("scope"),
        pledge: row.reference("pledge"),
        note: row.text("note"),
    };
    add(source_id.any(), source.into());
    add(statement_id.any(), statement.into());
    add(claim_id.any(), claim.into());
}

fn derived<T>(of: &str, what: &str) -> Id<T> {
    Id::derive(&["import", what, of])
}

fn pledge(row: &mut Row<'_>) -> Pledge {
    let line = row.text("line");
    Pledge {
        title: row.text("title"),
        donor: Named::new(row.required("donor")),
        channel: Some(row.text("channel")).filter(|c| !c.is_empty()).map(Named::new),
        recipient: Named::new(row.text("recipient")),
        lots: Vec::new(),
        money: row.money(),
        announced: row.parsed("announced").unwrap_or_default(),
        expected: row.parsed("expected").unwrap_or_default(),
        scope: row.text("scope"),
        package: row.reference("package"),
        line: Some(line).filter(|l| !l.is_empty()),
        owed_back: row.yes("owed_back"),
        external: row.external("external"),
        note: row.text("note"),
    }
}

fn step(row: &mut Row<'_>) -> Step {
    row.required("stage");
    let damaged: Option<Decimal> = row.parsed("damaged");
    let damaged = damaged.map(|count| Quantity {
        range: crate::interval::Interval::exactly(count),
        qualifier: crate::model::Qualifier::Exact,
        ..Quantity::default()
    });
    Step {
        stage: row.word("stage").unwrap_or_default(),
        pledge: row.reference("pledge"),
        after: row.reference("after"),
        lots: Vec::new(),
        damaged: damaged.unwrap_or_default(),
        money: row.money(),
        date: row.parsed("date").unwrap_or_default(),
        by: Named::new(row.text("by")),
        from: row.text("from"),
        to: row.text("to"),
        site: row.text("site"),
        side: row.word("side").unwrap_or(Side::Other),
        claims: Vec::new(),
        external: row.external("external"),
        note: row.text("note"),
    }
}

/// The lines of a record; more than one where it has more than one lot.
pub(super) fn write(id: Id, content: &Content, all: &BTreeMap<Id, Record>) -> Vec<Line> {
    let mut line = Line::new();
    put(&mut line, "id", id.to_string());
    let lots: &[PledgedLot] = match content {
        Content::Claim(claim) => {
            put_claim(&mut line, claim, all);
            &[]
        }
        Content::Pledge(pledge) => {
            put_pledge(&mut line, pledge);
            &pledge.lots
        }
        Content::Step(step) => {
            put_step(&mut line, step);
            &step.lots
        }
        Content::Stock(stock) => {
            put(&mut line, "holder", stock.holder.words.clone());
            put(&mut line, "place", stock.place.clone());
            put(&mut line, "as_of", stock.as_of.to_string());
            put(&mut line, "note", stock.note.clone());
            &stock.lots
        }
        Content::Need(need) => {
            put(&mut line, "who", need.who.words.clone());
            put_lot(&mut line, &need.item);
            put_quantity(&mut line, &need.quantity);
            put_money(&mut line, &need.money);
            put(&mut line, "wanted", need.wanted.to_string());
            put(&mut line, "place", need.place.clone());
            &[]
        }
        _ => &[],
    };
    let mut lines = vec![line];
    for (at, lot) in lots.iter().enumerate() {
        if at > 0 {
            lines.push(Line::from([("id", id.to_string())]));
        }
        if let Some(line) = lines.last_mut() {
            put_lot(line, &lot.item);
            put_quantity(line, &lot.quantity);
        }
    }
    lines
}

fn record_of<T: OfKind>(id: Id<T>, all: &BTreeMap<Id, Record>) -> Option<&T> {
    all.get(&id.any())?.get()
}

fn put_claim(line: &mut Line, claim: &Claim, all: &BTreeMap<Id, Record>) {
    let statement = record_of(claim.statement, all);
    if let Some(source) = statement.and_then(|s: &Statement| record_of(s.source, all)) {
        let Source { url, outlet, title, language, published, published_basis, .. } = source;
        for (column, text) in
            [("url", url), ("outlet", outlet), ("title", title), ("language", language)]
        {
            put(line, column, text.clone());
        }
        put(line, "published", published.to_string());
        put(line, "published_basis", word_of(published_basis));
    }
    if let Some(statement) = statement {
        put(line, "quote", statement.quote.clone());
        put(line, "speaker", statement.speaker.words.clone());
        put(line, "source_chain", statement.chain.join(" <- "));
    }
    put(line, "kind", claim.kind.word());
    put_names(line, "donor", &claim.donors);
    put(line, "sharing", word_of(&claim.sharing));
    put(line, "channel", claim.channel.as_ref().map(|c| c.words.clone()).unwrap_or_default());
    put_names(line, "recipient", &claim.recipients);
    put_lot(line, &claim.item);
    put_quantity(line, &claim.quantity);
    put_money(line, &claim.money);
    put(line, "status", claim.status.word());
    put(line, "status_words", claim.status_words.clone());
    put(line, "as_of", claim.as_of.to_string());
    put(line, "expected", claim.expected.to_string());
    put(line, "side", word_of(&claim.side));
    put(line, "scope", claim.scope.clone());
    put(line, "pledge", claim.pledge.map(|p| p.to_string()).unwrap_or_default());
    put(line, "note", claim.note.clone());
}

fn put_pledge(line: &mut Line, pledge: &Pledge) {
    put(line, "title", pledge.title.clone());
    put(line, "donor", pledge.donor.words.clone());
    put(line, "channel", pledge.channel.as_ref().map(|c| c.words.clone()).unwrap_or_default());
    put(line, "recipient", pledge.recipient.words.clone());
    put_money(line, &pledge.money);
    put(line, "announced", pledge.announced.to_string());
    put(line, "expected", pledge.expected.to_string());
    put(line, "scope", pledge.scope.clone());
    put(line, "package", pledge.package.map(|p| p.to_string()).unwrap_or_default());
    put(line, "line", pledge.line.clone().unwrap_or_default());
    put(line, "owed_back", if pledge.owed_back { "yes" } else { "" });
    put_external(line, "external", &pledge.external);
    put(line, "note", pledge.note.clone());
}

fn put_step(line: &mut Line, step: &Step) {
    put(line, "stage", step.stage.word());
    put(line, "pledge", step.pledge.map(|p| p.to_string()).unwrap_or_default());
    put(line, "after", step.after.map(|s| s.to_string()).unwrap_or_default());
    put(line, "damaged", step.damaged.range.value().map(|v| v.to_string()).unwrap_or_default());
    put_money(line, &step.money);
    put(line, "date", step.date.to_string());
    put(line, "by", step.by.words.clone());
    put(line, "from", step.from.clone());
    put(line, "to", step.to.clone());
    put(line, "site", step.site.clone());
    put(line, "side", word_of(&step.side));
    put_external(line, "external", &step.external);
    put(line, "note", step.note.clone());
}
