//! The level of every field of every kind of record.

use relight_ledger::fold::Record;
use relight_ledger::model::Kind;
use serde_json::{Map, Value, json};

use super::Level::{self, Open, Own, Partner, Personal, Site};

/// What a field holds, as far as levels of its parts differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// A word, a number, an id, or a list of such.
    Plain,
    /// Somebody by name, or a list.
    Named,
    /// How much of something.
    Quantity,
    /// Money.
    Money,
    /// A date.
    When,
    /// Things of one sort.
    Lot,
    /// Lots with how much of each, or a list.
    Lots,
    /// Whatever it holds has the level of the field.
    Whole,
}
use Shape::{Lot, Lots, Money, Named, Plain, Quantity, When, Whole};

type Field = (&'static str, Level, Shape);

/// The fields of a shape: within a field of a level, each has at least the one that stands here.
fn shape_fields(shape: Shape) -> &'static [Field] {
    match shape {
        Plain | Whole => &[],
        Named => &[("words", Open, Plain), ("party", Open, Plain)],
        Quantity => &[
            ("range", Open, Whole),
            ("qualifier", Open, Plain),
            ("unit", Partner, Whole),
            ("words", Partner, Plain),
        ],
        Money => &[
            ("range", Open, Whole),
            ("currency", Open, Plain),
            ("qualifier", Open, Plain),
            ("basis", Open, Plain),
            ("words", Partner, Plain),
        ],
        When => &[
            ("first", Open, Plain),
            ("last", Open, Plain),
            ("precision", Open, Plain),
            ("words", Partner, Plain),
        ],
        // What a unit is called, and its nameplate, can tell where it stood.
        Lot => &[
            ("category", Open, Plain),
            ("words", Partner, Plain),
            ("ratings", Partner, Whole),
            ("nameplate", Partner, Whole),
        ],
        Lots => &[("item", Open, Lot), ("quantity", Open, Quantity)],
    }
}

/// The fields of a kind. A field that is not here is shown to nobody.
#[expect(clippy::too_many_lines, reason = "a table")]
fn kind_fields(kind: Kind) -> &'static [Field] {
    match kind {
        Kind::Operation => &[
            ("name", Open, Plain),
            ("countries", Open, Plain),
            ("time", Open, When),
            ("second_person", Own, Whole),
        ],
        Kind::Party => &[
            ("name", Open, Plain),
            ("aliases", Open, Plain),
            ("country", Open, Plain),
            ("kind", Open, Plain),
            ("external", Partner, Whole),
            ("part_of", Open, Plain),
        ],
        Kind::Person => &[
            ("name", Personal, Plain),
            ("contact", Personal, Plain),
            ("role", Personal, Plain),
            ("party", Personal, Plain),
        ],
        Kind::Source => &[
            ("url", Open, Plain),
            ("outlet", Open, Plain),
            ("title", Partner, Plain),
            ("language", Open, Plain),
            ("published", Open, When),
            ("published_basis", Open, Plain),
            ("fetched", Own, Plain),
            ("digest", Partner, Plain),
            ("terms", Partner, Plain),
        ],
        Kind::Statement => &[
            ("source", Open, Plain),
            ("span", Own, Plain),
            ("quote", Partner, Plain),
            ("speaker", Open, Named),
            ("chain", Open, Plain),
            ("said", Open, When),
            ("occasion", Open, Plain),
        ],
        Kind::Claim => &[
            ("statement", Open, Plain),
            ("kind", Open, Plain),
            ("donors", Open, Named),
            ("sharing", Open, Plain),
            ("channel", Open, Named),
            ("recipients", Open, Named),
            ("item", Open, Lot),
            ("quantity", Open, Quantity),
            ("money", Open, Money),
            ("status", Open, Plain),
            ("status_words", Partner, Plain),
            ("as_of", Open, When),
            // When something will arrive is for those who wait for it.
            ("expected", Own, When),
            ("side", Open, Plain),
            ("scope", Own, Plain),
            ("pledge", Open, Plain),
            ("note", Own, Plain),
        ],
        Kind::Pledge => &[
            ("title", Partner, Plain),
            ("donor", Open, Named),
            ("channel", Open, Named),
            ("recipient", Open, Named),
            ("lots", Open, Lots),
            ("money", Open, Money),
            ("announced", Open, When),
            ("expected", Own, When),
            ("scope", Own, Plain),
            ("package", Open, Plain),
            ("line", Partner, Plain),
            ("owed_back", Partner, Plain),
            ("external", Own, Whole),
            ("note", Own, Plain),
        ],
        Kind::Step => &[
            ("stage", Own, Plain),
            ("pledge", Own, Plain),
            ("after", Own, Plain),
            ("lots", Own, Lots),
            ("damaged", Own, Quantity),
            ("money", Own, Money),
            ("date", Own, When),
            ("by", Site, Named),
            ("from", Site, Plain),
            ("to", Site, Plain),
            ("site", Site, Plain),
            ("side", Own, Plain),
            ("claims", Own, Plain),
            ("external", Site, Whole),
            ("note", Site, Plain),
        ],
        Kind::Stock => &[
            ("holder", Site, Named),
            ("lots", Site, Lots),
            ("place", Site, Plain),
            ("as_of", Site, When),
            ("note", Site, Plain),
        ],
        Kind::Assignment => &[
            ("of", Own, Plain),
            ("lot", Own, Plain),
            ("piece", Own, Plain),
            ("scenario", Site, Plain),
            ("digest", Site, Plain),
            ("need", Site, Plain),
            ("job", Site, Plain),
            ("wanted", Site, When),
        ],
        Kind::Package => &[
            ("title", Open, Plain),
            ("keeper", Open, Named),
            ("recipient", Open, Named),
            ("lines", Partner, Whole),
            ("target", Open, Money),
            ("called", Open, When),
            ("wanted", Partner, When),
            ("claims", Open, Plain),
            ("note", Own, Plain),
        ],
        Kind::Contribution => &[
            ("package", Partner, Plain),
            ("line", Partner, Plain),
            ("donor", Partner, Named),
            ("quantity", Partner, Quantity),
            ("money", Partner, Money),
            ("date", Partner, When),
            ("pledge", Partner, Plain),
            ("claims", Partner, Plain),
        ],
        // What is needed, and nothing of who and where: a list of needs with places is a map of damage.
        Kind::Need => &[
            ("who", Site, Named),
            ("item", Partner, Lot),
            ("quantity", Partner, Quantity),
            ("money", Partner, Money),
            ("wanted", Own, When),
            ("place", Site, Plain),
            ("claims", Own, Plain),
        ],
        Kind::Meeting => &[
            ("title", Open, Plain),
            ("date", Open, When),
            ("place", Partner, Plain),
            ("participants", Partner, Named),
            ("agenda", Partner, Plain),
            ("source", Open, Plain),
        ],
        Kind::Warning => &[
            ("identifier", Own, Plain),
            ("sender", Own, Plain),
            ("sent", Own, Plain),
            ("status", Own, Plain),
            ("message", Own, Plain),
            ("scope", Own, Plain),
            ("refers_to", Own, Plain),
            ("infos", Site, Whole),
            ("source", Own, Plain),
        ],
        Kind::Report => &[
            ("title", Partner, Plain),
            ("as_of", Partner, When),
            ("by", Partner, Named),
            ("statement", Partner, Plain),
            ("figures", Own, Whole),
            ("text", Own, Plain),
        ],
        Kind::Link => &[
            ("from", Partner, Plain),
            ("relation", Partner, Plain),
            ("to", Partner, Plain),
            ("because", Own, Plain),
        ],
        Kind::Ruling => {
            &[("contradiction", Partner, Plain), ("holds", Partner, Plain), ("why", Partner, Plain)]
        }
        Kind::Draft => &[
            ("source", Own, Plain),
            ("statement", Own, Whole),
            ("claim", Own, Whole),
            ("evidence", Own, Whole),
            ("reader", Own, Plain),
        ],
        Kind::Publication => &[("records", Own, Plain), ("to", Own, Plain), ("note", Own, Plain)],
    }
}

/// The schema of a record of a kind, for the `OpenAPI` document: every field, and for whom it is.
pub fn schema(kind: Kind) -> Value {
    let word = |level: Level| match level {
        Open => "everybody, once published",
        Partner => "whoever has an account that works with records",
        Own => "its organisation, and those who keep the ledger",
        Site => "those who must know where things stand",
        Personal => "auditors",
    };
    let property = |(name, level, shape): &Field| {
        let mut about = json!({ "description": format!("For {}.", word(*level)) });
        if matches!(shape, Quantity | Money | When)
            && let Some(fields) = about.as_object_mut()
        {
            fields.insert("type".into(), "object".into());
        }
        ((*name).to_owned(), about)
    };
    let content: Map<String, Value> = kind_fields(kind).iter().map(property).collect();
    json!({
        "type": "object",
        "required": ["id", "version", "state"],
        "properties": {
            "id": { "type": "string" },
            "kind": { "type": "string", "const": kind.word() },
            "operation": { "type": ["string", "null"] },
            "version": { "type": "integer", "minimum": 1 },
            "state": {},
            "content": { "type": "object", "properties": content, "additionalProperties": false },
            "author": { "type": "string" },
            "second": { "type": ["string", "null"] },
            "changed": { "type": "string", "format": "date-time" },
            "seq": { "type": "integer" },
        },
    })
}

/// The record in JSON, with the fields up to a level.
pub(super) fn show(record: &Record, clearance: Level) -> Value {
    let tagged = serde_json::to_value(&record.content).unwrap_or_default();
    let inner = tagged.get(record.kind().word()).cloned().unwrap_or_default();
    let mut shown = json!({
        "id": record.id, "kind": record.kind(), "operation": record.operation, "version": record.version,
        "state": record.state, "content": pick(&inner, kind_fields(record.kind()), Open, clearance),
    });
    if clearance >= Own
        && let Some(fields) = shown.as_object_mut()
    {
        fields.insert("author".into(), json!(record.author));
        fields.insert("second".into(), json!(record.second));
        fields.insert("changed".into(), json!(record.changed));
        fields.insert("seq".into(), json!(record.last_seq));
    }
    shown
}

fn pick(value: &Value, fields: &[Field], least: Level, clearance: Level) -> Value {
    let Value::Object(all) = value else { return Value::Null };
    let mut picked = Map::new();
    for (name, level, shape) in fields {
        let level = (*level).max(least);
        if level > clearance {
            continue;
        }
        if let Some(found) = all.get(*name).and_then(|v| part(v, *shape, level, clearance)) {
            picked.insert((*name).to_owned(), found);
        }
    }
    Value::Object(picked)
}

fn part(value: &Value, shape: Shape, level: Level, clearance: Level) -> Option<Value> {
    match (shape, value) {
        // An object in the place of a word was not classified.
        (_, Value::Null) | (Plain, Value::Object(_)) => None,
        (Plain, Value::Array(list)) => {
            let plain = |v: &&Value| !v.is_object() && !v.is_array();
            Some(Value::Array(list.iter().filter(plain).cloned().collect()))
        }
        (Whole | Plain, value) => Some(value.clone()),
        (shape, Value::Array(list)) => {
            let each = list.iter().map(|v| pick(v, shape_fields(shape), level, clearance));
            Some(Value::Array(each.collect()))
        }
        (shape, value) => Some(pick(value, shape_fields(shape), level, clearance)),
    }
}

#[cfg(test)]
mod tests {
    use relight_ledger::model::{
        Assignment, Claim, Content, Contribution, Draft, Link, Meeting, Need, Operation, Package,
        Party, Person, Pledge, Publication, Report, Ruling, Source, Statement, Step, Stock,
        Warning,
    };

    use super::*;

    fn empty(kind: Kind) -> Content {
        match kind {
            Kind::Operation => Operation::default().into(),
            Kind::Party => Party::default().into(),
            Kind::Person => Person::default().into(),
            Kind::Source => Source::default().into(),
            Kind::Statement => Statement::default().into(),
            Kind::Claim => Claim::default().into(),
            Kind::Pledge => Pledge::default().into(),
            Kind::Step => Step::default().into(),
            Kind::Stock => Stock::default().into(),
            Kind::Assignment => Assignment::default().into(),
            Kind::Package => Package::default().into(),
            Kind::Contribution => Contribution::default().into(),
            Kind::Need => Need::default().into(),
            Kind::Meeting => Meeting::default().into(),
            Kind::Warning => Warning::default().into(),
            Kind::Report => Report::default().into(),
            Kind::Link => Link::default().into(),
            Kind::Ruling => Ruling::default().into(),
            Kind::Draft => Draft::default().into(),
            Kind::Publication => Publication::default().into(),
        }
    }

    /// A field that comes into the ledger must be classified here before anybody sees it; until then this test names it.
    #[test]
    fn every_field_of_every_kind_has_a_level() {
        for kind in Kind::ALL {
            let value = serde_json::to_value(empty(*kind)).expect("json");
            let Value::Object(fields) = &value[kind.word()] else { panic!("{kind:?}") };
            let mut there: Vec<&str> = fields.keys().map(String::as_str).collect();
            let mut known: Vec<&str> = kind_fields(*kind).iter().map(|f| f.0).collect();
            there.sort_unstable();
            known.sort_unstable();
            assert_eq!(there, known, "{kind:?}");
            for (name, _, shape) in kind_fields(*kind) {
                if let (Value::Object(parts), false) = (&fields[*name], *shape == Whole) {
                    let mut there: Vec<&str> = parts.keys().map(String::as_str).collect();
                    let mut known: Vec<&str> = shape_fields(*shape).iter().map(|f| f.0).collect();
                    there.sort_unstable();
                    known.sort_unstable();
                    assert_eq!(there, known, "{kind:?}.{name}");
                }
            }
        }
    }
}
