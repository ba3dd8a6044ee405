//! The columns of the tables: names, HXL tags (version 1.1), and what they mean.

use relight_catalogue::Nameplate;

use super::Table;

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name in the header.
    pub name: &'static str,
    /// Its HXL tag and attributes.
    pub tag: String,
    /// What it means, and what it can hold.
    pub meaning: &'static str,
    /// Whether every row must have it.
    pub required: bool,
    /// Whether it is need-to-know, and in no public table.
    pub withheld: bool,
}

type Spec = (&'static str, &'static str, &'static str);

const ITEM: &[Spec] = &[
    ("item", "#item+name", "what, in the words that were used"),
    (
        "category",
        "#item+category",
        "generator_set, transformer, instrument_transformer, breaker, mobile_substation, line_kit, grid_equipment, turbine, fuel, money, fund, ... ; empty: other",
    ),
    ("rating_min", "#item+rating+min", "size of each piece, lower end"),
    ("rating_max", "#item+rating+max", "size of each piece, upper end"),
    ("rating_unit", "#item+rating+unit", "unit of the size: kw, kva, kv, tonne, litre"),
];

const QUANTITY: &[Spec] = &[
    ("qty_min", "#indicator+num+min", "how many at least; empty: not known, never 0 for that"),
    ("qty_max", "#indicator+num+max", "how many at most; empty: not known"),
    (
        "qty_qualifier",
        "#indicator+qualifier",
        "exact, about, over, at_least, almost, up_to, between, estimated, vague, ambiguous, unspecified, undisclosed, not_stated",
    ),
    (
        "unit",
        "#indicator+unit",
        "piece (where empty), kit, transport, tonne, litre, kilometre, ...",
    ),
    ("qty_words", "#indicator+words", "the number in the words that were used"),
];

const MONEY: &[Spec] = &[
    ("value_min", "#value+min", "sum of money, or worth, at least; in whole units of the currency"),
    ("value_max", "#value+max", "sum of money, or worth, at most"),
    ("currency", "#currency+code", "ISO 4217 code; empty where it is not known, a bare $ included"),
    ("value_qualifier", "#value+qualifier", "how the sum was said; words as for qty_qualifier"),
    (
        "value_basis",
        "#value+basis",
        "stated (where empty), market, book, with_transport, free, guarantee",
    ),
    ("value_words", "#value+words", "the sum in the words that were used"),
];

const DATES: &str =
    "a day 2022-12-13, a month 2022-12, a year, or from/to 2022-12-01/2023-02-28; empty: not known";

fn list(specs: &[Spec]) -> Vec<Column> {
    specs.iter().map(|(name, tag, meaning)| one(name, tag, meaning)).collect()
}

fn one(name: &'static str, tag: &str, meaning: &'static str) -> Column {
    Column { name, tag: tag.to_owned(), meaning, required: false, withheld: false }
}

fn key(meaning: &'static str) -> Column {
    Column { required: true, ..one("id", "#meta+id", meaning) }
}

fn secret(name: &'static str, tag: &str, meaning: &'static str) -> Column {
    Column { withheld: true, ..one(name, tag, meaning) }
}

fn nameplate() -> Vec<Column> {
    let each = Nameplate::COLUMNS.iter();
    each.map(|c| Column {
        name: c.name,
        tag: format!("#item+plate+{}", c.name.replace('_', "")),
        meaning: c.meaning,
        required: false,
        withheld: false,
    })
    .collect()
}

const ID: &str = "your own name for the row, which stays the same when the row is sent again; or the id of a record";
const LOTS: &str = "your own name for it, which stays the same when it is sent again; or the id of a record. Rows with the same id are further sorts of things in it";

impl Table {
    /// Its columns, in the order in which they are written.
    pub fn columns(self) -> Vec<Column> {
        let (item, quantity, money) = (list(ITEM), list(QUANTITY), list(MONEY));
        match self {
            Table::Statements => statements(),
            Table::Pledges => [
                vec![key(LOTS)],
                list(&[
                    ("title", "#activity+name", "a short name for people"),
                    ("donor", "#org+donor", "who gives"),
                    ("channel", "#org+channel", "through whom"),
                    ("recipient", "#org+recipient", "who receives"),
                ]),
                item,
                nameplate(),
                quantity,
                money,
                list(&[
                    ("announced", "#date+announced", DATES),
                    ("expected", "#date+expected", "when it arrives: a day, a month, or /2022-12-25 for before Christmas"),
                    ("scope", "#indicator+scope", "what it covers, where that is not plain"),
                    ("package", "#meta+package", "the id of the package that it answers"),
                    ("line", "#meta+line", "the line of that package"),
                    ("owed_back", "#modality+loan", "yes: a loan or exchange, which is owed back"),
                    ("external", "#meta+external", "identifiers elsewhere: scheme:id; scheme:id"),
                    ("note", "#meta+note", "what a reader should know"),
                ]),
            ]
            .concat(),
            Table::Deliveries => [
                vec![key(LOTS)],
                list(&[
                    ("stage", "#status+stage", "committed, sent, received, installed, energised"),
                    ("pledge", "#meta+pledge", "the pledge: a row of the sheet pledges, or the id of a record; empty: of no pledge"),
                    ("after", "#meta+after", "the step before: the consignment of a receipt"),
                ]),
                item,
                nameplate(),
                quantity,
                list(&[("damaged", "#indicator+num+damaged", "how many pieces of it came to harm")]),
                money,
                list(&[
                    ("date", "#date", DATES),
                    ("by", "#org", "who did it: the sender, the receiver, the crew"),
                ]),
                vec![
                    secret("from", "#loc+origin", "where from"),
                    secret("to", "#loc+destination", "where to"),
                    secret("site", "#loc+site", "the site of an installation"),
                ],
                list(&[
                    ("side", "#status+side", "whose figure it is: donor, recipient, other (where empty)"),
                    ("external", "#meta+external", "identifiers elsewhere, such as consignment:123; waybill:9"),
                    ("note", "#meta+note", "what a reader should know"),
                ]),
            ]
            .concat(),
            Table::Stock => [
                vec![key(LOTS)],
                list(&[("holder", "#org", "whose it is")]),
                item,
                nameplate(),
                quantity,
                vec![secret("place", "#loc", "where it stands")],
                list(&[
                    ("as_of", "#date+asof", DATES),
                    ("note", "#meta+note", "what a reader should know"),
                ]),
            ]
            .concat(),
            Table::Needs => [
                vec![key(ID)],
                list(&[("who", "#org", "who needs it")]),
                item,
                nameplate(),
                quantity,
                money,
                list(&[("wanted", "#date+wanted", "by when it is wanted; a day, a month, or /2022-12-25 for before Christmas")]),
                vec![secret("place", "#loc", "where")],
            ]
            .concat(),
        }
    }
}

fn statements() -> Vec<Column> {
    let (item, quantity, money) = (list(ITEM), list(QUANTITY), list(MONEY));
    [
                vec![key(ID)],
                list(&[
                    ("url", "#meta+url", "where the document was found"),
                    ("outlet", "#meta+source", "who published it"),
                    ("title", "#meta+title", "its title"),
                    ("language", "#meta+lang", "its language: en, uk, ..."),
                    ("published", "#date+published", DATES),
                    ("published_basis", "#meta+basis", "how that date was found: page, url, title, inferred, unknown"),
                    ("quote", "#description+quote", "the words, as far as the terms of the source allow"),
                    ("speaker", "#contact+name", "who said it"),
                    ("source_chain", "#meta+chain", "through whom it came, the nearest first, with ` <- ` between"),
                    ("kind", "#status+kind", "new_pledge (where empty), running_total, part, sum_of_donors, repeat, need, trade, denial, dispute"),
                    ("donor", "#org+donor", "who gives; several with `;` between"),
                    ("sharing", "#org+donor+sharing", "each: the number is of each donor; together: of all; unclear"),
                    ("channel", "#org+channel", "through whom it is given"),
                    ("recipient", "#org+recipient", "who receives; several with `;` between"),
                ]),
                item,
                quantity,
                money,
                list(&[
                    ("status", "#status", "planned, offered, pledged, agreed, allocated, committed, purchased, mobilised, donated, preparing, disbursed, sent, in_transit, delivered, installed, energised, possible; empty: unclear"),
                    ("status_words", "#status+words", "the words for it: has been delivering"),
                    ("as_of", "#date+asof", "as of when the number holds; empty: as published"),
                    ("expected", "#date+expected", DATES),
                    ("side", "#status+side", "whose figure it is: donor, recipient, other (where empty)"),
                    ("scope", "#indicator+scope", "what the number covers"),
                    ("pledge", "#meta+pledge", "the pledge that it is evidence of: a row of the sheet pledges, or the id of a record"),
                    ("note", "#meta+note", "what a reader should know"),
                ]),
            ]
            .concat()
}
