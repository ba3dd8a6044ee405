//! From the text of a study file to what it says: its tables one by one, with all that is wrong about them.

use std::collections::BTreeMap;

use relight_catalogue::{Item, Kind, Nameplate};
use relight_restore::scenario::OfferStatus;
use toml::de::DeTable;

use crate::course::Extent;
use crate::hazard::Hazard;
use crate::severity::Severity;

use super::table::Table;
use super::{
    At, HazardSpec, HowBad, ItemSpec, MOST_SCENARIOS, OrderSpec, PolicySpec, ReadySpec, Spec,
    Wrong, line_at, wrong,
};

/// Reads a study file, or says all that is wrong with it.
pub fn read(bytes: &[u8]) -> Result<Spec, Vec<Wrong>> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(e) => {
            let line = line_at(&String::from_utf8_lossy(bytes), e.valid_up_to());
            return Err(vec![wrong(line, "", "this is not UTF-8 text", "")]);
        }
    };
    let (document, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        // What follows a broken line may be misread: nothing more is said of it.
        let of = |e: &toml::de::Error| {
            let message = format!("not TOML: {}", e.message().replace('\n', ", "));
            wrong(line_at(text, e.span().map_or(0, |s| s.start)), "", message, "")
        };
        return Err(errors.iter().map(of).collect());
    }
    let mut wrongs = Vec::new();
    let mut top = Table::new("", 1, text, document.into_inner());
    let study = top.tables("study", &mut wrongs).into_iter().next();
    let hazards = top.tables("hazard", &mut wrongs);
    let policies = top.tables("policy", &mut wrongs);
    let probe = top.tables("probe", &mut wrongs).into_iter().next();
    top.finish("[study], [[hazard]], [[policy]] and [probe]", &mut wrongs);
    if hazards.is_empty() {
        wrongs.push(wrong(1, "hazard", "nothing strikes", "[[hazard]], once or more"));
    }
    if policies.is_empty() {
        wrongs.push(wrong(1, "policy", "there is nothing to compare", "[[policy]], once or more"));
    }
    let mut extent = Extent {
        scenarios: 1000,
        stop: true,
        look_every: 50,
        alpha: 0.05,
        probe: 100,
        missing: 8,
        pieces: 3,
        candidates: 12,
        elsewhere: 0,
    };
    let mut spec = Spec {
        name: String::new(),
        scenario: At { value: String::new(), line: 1 },
        seed: 1,
        hazards: Vec::new(),
        policies: Vec::new(),
        extent: extent.clone(),
    };
    match study {
        Some(table) => read_study(table, &mut spec, &mut extent, &mut wrongs),
        None => wrongs.push(wrong(
            1,
            "study",
            "the table is missing",
            "[study] with scenario = \"FOLDER\"",
        )),
    }
    if let Some(table) = probe {
        read_probe(table, &mut extent, &mut wrongs);
    }
    spec.hazards = hazards.into_iter().filter_map(|t| hazard(t, &mut wrongs)).collect();
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    for table in policies {
        let line = table.line;
        if let Some(policy) = policy(table, &mut wrongs) {
            if let Some(first) = names.insert(policy.name.clone(), line) {
                let message =
                    format!("there is a policy \"{}\" at line {first} already", policy.name);
                wrongs.push(wrong(line, "policy.name", message, "a name of its own"));
            }
            spec.policies.push(policy);
        }
    }
    spec.extent = extent;
    wrongs.sort_by_key(|w| w.line);
    if wrongs.is_empty() { Ok(spec) } else { Err(wrongs) }
}

fn read_study(mut table: Table<'_>, spec: &mut Spec, extent: &mut Extent, wrongs: &mut Vec<Wrong>) {
    if let Some(name) = table.text("name", wrongs) {
        spec.name = name.value;
    }
    match table.text("scenario", wrongs) {
        Some(path) => spec.scenario = path,
        None if table.had("scenario") => {}
        None => table.complain(
            wrongs,
            "scenario",
            "the key is missing",
            "the path of a scenario folder",
        ),
    }
    if let Some(seed) = table.whole("seed", 0, u64::MAX >> 1, wrongs) {
        spec.seed = seed;
    }
    if let Some(n) = table.whole("scenarios", 1, MOST_SCENARIOS, wrongs) {
        extent.scenarios = n;
    }
    if let Some(stop) = table.flag("stop", wrongs) {
        extent.stop = stop;
    }
    let least = crate::stats::FEWEST as u64;
    if let Some(n) = table.whole("look_every", least, MOST_SCENARIOS, wrongs) {
        extent.look_every = n;
    }
    if let Some(confidence) =
        table.number("confidence", 0.5..=0.999, "a share from 0.5 to 0.999", wrongs)
    {
        extent.alpha = 1.0 - confidence;
    }
    table.finish("name, scenario, seed, scenarios, stop, look_every, confidence", wrongs);
}

fn read_probe(mut table: Table<'_>, extent: &mut Extent, wrongs: &mut Vec<Wrong>) {
    if let Some(n) = table.whole("scenarios", 0, MOST_SCENARIOS, wrongs) {
        extent.probe = n;
    }
    for (key, place) in [
        ("offers", &mut extent.missing),
        ("pieces", &mut extent.pieces),
        ("candidates", &mut extent.candidates),
    ] {
        if let Some(n) = table.whole(key, 0, 1000, wrongs) {
            *place = n as usize;
        }
    }
    if let Some(n) = table.whole("elsewhere", 1, 100_000, wrongs) {
        extent.elsewhere = n as u32;
    }
    table.finish("scenarios, offers, pieces, candidates, elsewhere", wrongs);
}

fn hazard(mut table: Table<'_>, wrongs: &mut Vec<Wrong>) -> Option<HazardSpec> {
    let words = Hazard::ALL.map(Hazard::word).join(", ");
    let hazard = table.required("hazard", &format!("one of {words}"), Hazard::from_word, wrongs);
    let severity = table.text("severity", wrongs);
    let like = table.text("like", wrongs);
    let how_bad = match (severity, like) {
        (Some(_), Some(like)) => {
            wrongs.push(wrong(
                like.line,
                "hazard.like",
                "there is a severity already",
                "one of the two",
            ));
            None
        }
        (None, Some(like)) => Some(HowBad::Like(like)),
        (None, None) => Some(HowBad::Is(Severity::Drawn)),
        (Some(severity), None) => match Severity::read(&severity.value) {
            Ok(severity) => Some(HowBad::Is(severity)),
            Err(bad) => {
                wrongs.push(wrong(severity.line, "hazard.severity", bad.to_string(), ""));
                None
            }
        },
    };
    let weight = table.number("weight", 1e-6..=1e6, "a number above 0", wrongs).unwrap_or(1.0);
    table.finish("hazard, severity, like, weight", wrongs);
    Some(HazardSpec { hazard: hazard?, how_bad: how_bad?, weight })
}

fn policy(mut table: Table<'_>, wrongs: &mut Vec<Wrong>) -> Option<PolicySpec> {
    let name = table.required("name", "a name for people", |n| Some(n.to_owned()), wrongs);
    let order = table.text("order", wrongs);
    let plan = table.text("plan", wrongs);
    let order = match (order, plan) {
        (Some(_), Some(plan)) => {
            wrongs.push(wrong(
                plan.line,
                "policy.plan",
                "there is an order already",
                "one of the two",
            ));
            None
        }
        (None, Some(plan)) => Some(OrderSpec::Plan(plan)),
        (None, None) => Some(OrderSpec::Ratio),
        (Some(order), None) => match order.value.as_str() {
            "ratio" => Some(OrderSpec::Ratio),
            "listed" => Some(OrderSpec::Listed),
            other => {
                let message = format!("\"{other}\" is no order");
                wrongs.push(wrong(
                    order.line,
                    "policy.order",
                    message,
                    "ratio or listed, or plan = \"FOLDER\"",
                ));
                None
            }
        },
    };
    let only = match table.text("only", wrongs) {
        None => Some(OfferStatus::Offered),
        Some(word) => {
            let found = OfferStatus::ALL.into_iter().find(|s| s.word() == word.value);
            if found.is_none() {
                let words = OfferStatus::ALL.map(OfferStatus::word).join(", ");
                let message = format!("\"{}\" is no status of an offer", word.value);
                wrongs.push(wrong(word.line, "policy.only", message, &format!("one of {words}")));
            }
            found
        }
    };
    let lots = table.tables("ready", wrongs);
    let ready: Vec<ReadySpec> = lots.into_iter().filter_map(|t| ready(t, wrongs)).collect();
    table.finish("name, order, plan, only, [[policy.ready]]", wrongs);
    Some(PolicySpec { name: name?, order: order?, only: only?, ready })
}

fn ready(mut table: Table<'_>, wrongs: &mut Vec<Wrong>) -> Option<ReadySpec> {
    let line = table.line;
    let region = table.text("region", wrongs);
    if region.is_none() && !table.had("region") {
        table.complain(wrongs, "region", "the key is missing", "a region of the scenario");
    }
    let count = table.whole("count", 1, 10_000, wrongs).unwrap_or(1) as u32;
    let elsewhere = table.whole("elsewhere", 0, 100_000, wrongs).map(|n| n as u32);
    let like = table.text("like", wrongs);
    let kind = table.text("kind", wrongs);
    let mut plate = Nameplate::default();
    for column in Nameplate::COLUMNS {
        table.fill(column.name, column.form, &mut plate, wrongs);
    }
    table.finish(
        "region, count, elsewhere, and like, or kind and a nameplate as in offers.csv",
        wrongs,
    );
    let item = match (like, kind) {
        (Some(like), None) => Some(ItemSpec::Like(like)),
        (None, Some(word)) => {
            let kind = Kind::from_word(&word.value);
            if kind.is_none() {
                let words = Kind::ALL.map(Kind::word).join(", ");
                let message = format!("\"{}\" is no kind of equipment", word.value);
                wrongs.push(wrong(word.line, "ready.kind", message, &format!("one of {words}")));
            }
            kind.map(|kind| ItemSpec::Item(Box::new(Item { kind, nameplate: plate })))
        }
        _ => {
            wrongs.push(wrong(
                line,
                "ready",
                "what lies ready is not said",
                "like = \"OFFER\" or kind = \"KIND\"",
            ));
            None
        }
    };
    Some(ReadySpec { item: item?, count, region: region?, elsewhere })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
[study]
name = "Before the next wave"
scenario = "winter-storm"
seed = 7
scenarios = 2_000
confidence = 0.9

[[hazard]]
hazard = "quake"
severity = "sites=5%"

[[hazard]]
hazard = "wind"
like = "other"
weight = 2

[[policy]]
name = "as pledged"

[[policy]]
name = "stock in the north"
only = "committed"
plan = "build/plan"
[[policy.ready]]
kind = "transformer"
hv_kv = 230
lv_kv = 115.0
mva = 200
phases = 3
region = "North"
elsewhere = 5
[[policy.ready]]
like = "o01"
count = 2
region = "South"

[probe]
scenarios = 60
"#;

    #[test]
    fn a_study_file_is_read_as_it_is_meant() {
        let spec = read(GOOD.as_bytes()).expect("it is good");
        assert_eq!((spec.seed, spec.extent.scenarios, spec.extent.probe), (7, 2000, 60));
        assert!((spec.extent.alpha - 0.1).abs() < 1e-12 && spec.extent.stop);
        assert_eq!(spec.hazards[0].how_bad, HowBad::Is(Severity::Sites(0.05)));
        assert_eq!(spec.hazards[1].how_bad, HowBad::Like(At { value: "other".into(), line: 15 }));
        assert_eq!(spec.hazards[1].weight, 2.0);
        let second = &spec.policies[1];
        assert_eq!(second.only, OfferStatus::Committed);
        assert_eq!(second.order, OrderSpec::Plan(At { value: "build/plan".into(), line: 24 }));
        let ItemSpec::Item(item) = &second.ready[0].item else { panic!("an item") };
        assert_eq!((item.kind, item.nameplate.mva), (Kind::Transformer, Some(200.0)));
        assert_eq!((second.ready[0].elsewhere, second.ready[1].count), (Some(5), 2));
    }

    #[test]
    fn all_that_is_wrong_is_said_at_once_with_its_line() {
        let bad = "[study]\nscenarois = 5\nscenarios = 0\nconfidence = 2\n\n[[hazard]]\nhazard = \"war\"\nseverity = \"much\"\n\
                   \n[[policy]]\nname = \"a\"\nonly = \"sure\"\n\n[[policy]]\nname = \"a\"\norder = \"random\"\n\
                   [[policy.ready]]\nkind = \"tower\"\nregion = \"North\"\nmva = -1\n\n[[policy]]\nname = \"a\"\n[[policy]]\nname = \"a\"\n";
        let wrongs = read(bad.as_bytes()).expect_err("it is bad");
        let found: Vec<(usize, &str)> = wrongs.iter().map(|w| (w.line, w.key.as_str())).collect();
        let expected = [
            (1, "study.scenario"),
            (2, "study.scenarois"),
            (3, "study.scenarios"),
            (4, "study.confidence"),
            (7, "hazard.hazard"),
            (8, "hazard.severity"),
            (12, "policy.only"),
            (16, "policy.order"),
            (18, "ready.kind"),
            (20, "ready.mva"),
            (24, "policy.name"),
        ];
        assert_eq!(found, expected, "{wrongs:#?}");
        let broken = read(b"[study]\nscenario = \n").expect_err("no TOML");
        assert_eq!(broken[0].line, 2);
        assert_eq!(read(b"").expect_err("empty").len(), 3);
        assert_eq!(read(&[0xff, 0xfe]).expect_err("no text").len(), 1);
    }
}
