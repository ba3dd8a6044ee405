//! `relight ledger`: a small ledger from the first event to a backup.

use std::fs;

use crate::bench::{Bench, Ran};

fn ledger(bench: &Bench, arguments: &[&str]) -> Ran {
    let mut words = vec!["ledger"];
    words.extend(arguments);
    words.extend(["--ledger", "winter.db"]);
    bench.run(&words)
}

/// A source, a statement, a pledge, and a claim that is evidence of it.
const EVENTS: &str = r#"{"event":{"id":"00000000000000000000000011","at":"2022-12-02T10:00:00Z","actor":"00000000000000000000000001","act":{"record":{"record":"00000000000000000000000021","content":{"source":{"outlet":"Agency","url":"https://example.org/1"}}}}}}
{"event":{"id":"00000000000000000000000012","at":"2022-12-02T10:00:00Z","actor":"00000000000000000000000001","act":{"record":{"record":"00000000000000000000000022","content":{"statement":{"source":"00000000000000000000000021","quote":"has delivered almost 150 devices"}}}}}}
{"event":{"id":"00000000000000000000000013","at":"2022-12-02T10:00:00Z","actor":"00000000000000000000000001","act":{"record":{"record":"00000000000000000000000023","content":{"pledge":{"title":"THW","donor":{"words":"Germany"},"lots":[{"item":{"category":"generator_set"}}]}}}}}}

{"event":{"id":"00000000000000000000000014","at":"2022-12-02T10:00:00Z","actor":"00000000000000000000000001","act":{"record":{"record":"00000000000000000000000024","content":{"claim":{"statement":"00000000000000000000000022","kind":"running_total","donors":[{"words":"Germany"}],"item":{"category":"generator_set","words":"devices"},"quantity":{"range":{"min":"150","max":"150"},"qualifier":"almost"},"status":"delivered","as_of":{"first":"2022-12-02","last":"2022-12-02","precision":"day"},"pledge":"00000000000000000000000023"}}}}}}
"#;

fn filled() -> Bench {
    let bench = Bench::new();
    bench.write("events.jsonl", EVENTS);
    ledger(&bench, &["init"]).exits(0).says(&["made an empty ledger"]);
    ledger(&bench, &["append", "events.jsonl"])
        .exits(0)
        .says(&["added 4 events", "0 known already"]);
    bench
}

#[test]
fn events_become_records_and_totals() {
    let bench = filled();
    ledger(&bench, &["append", "events.jsonl"])
        .exits(0)
        .says(&["added 0 events", "4 known already"]);
    ledger(&bench, &["status"]).exits(0).says(&["events", "claim", "pledge", "head "]);
    ledger(&bench, &["show", "00000000000000000000000024"]).exits(0).says(&[
        "running_total",
        "History",
        "record by",
    ]);
    ledger(&bench, &["show", "00000000000000000000000023"]).exits(0).says(&["Named by", "claim"]);
    ledger(&bench, &["show", "00000000000000000000000099"]).exits(1).says(&["there is no record"]);
    ledger(&bench, &["list", "--kind", "claim"]).exits(0).says(&["Germany running_total 150"]);
    let asked = [
        "total",
        "--stage",
        "received",
        "--as-of",
        "2022-12-31",
        "--item",
        "generator_set",
        "--open",
    ];
    let total = ledger(&bench, &asked).exits(0);
    total.says(&[
        "150 piece, with hedged numbers",
        "as of 2022-12-31",
        "150 to 150",
        "Germany: THW",
    ]);
    let early = ["total", "--stage", "received", "--as-of", "2022-12-01", "--json"];
    let document = ledger(&bench, &early).exits(0).json();
    assert_eq!(document["at_least"], "0");
    assert_eq!(document["left_out"][0]["why"], "it is later than the day");
    ledger(&bench, &["suggest"]).exits(0).says(&["0 suggestions"]);
}

#[test]
fn a_line_that_is_wrong_is_named_and_nothing_is_added() {
    let bench = filled();
    let lines: Vec<&str> = EVENTS.lines().collect();
    bench.write("bad.jsonl", format!("{}\n{{\"event\":{{}}}}\nnonsense\n", lines[0]));
    ledger(&bench, &["append", "bad.jsonl"]).exits(2).complains(&["bad.jsonl:2:", "bad.jsonl:3:"]);
    // The second event names a statement that is not there.
    let missing = lines[4]
        .replace("0000022\"", "0000077\"")
        .replace("0000014\"", "0000015\"")
        .replace("0000024\"", "0000025\"");
    bench.write("refused.jsonl", format!("{}\n{missing}\n", lines[0]));
    ledger(&bench, &["append", "refused.jsonl"])
        .exits(2)
        .complains(&["refused.jsonl:2:", "there is no record"]);
    let count = ledger(&bench, &["status", "--json"]).exits(0).json();
    assert_eq!(count["events"], 4);
}

#[test]
fn a_change_of_the_past_is_found() {
    let bench = filled();
    ledger(&bench, &["verify"]).exits(0).says(&["4 events, each as it was written"]);
    ledger(&bench, &["rebuild"]).exits(0).says(&["4 events folded", "the same as before"]);
    ledger(
        &bench,
        &["checkpoint", "--key", "secret.key", "--name", "winter", "--out", "point.json"],
    )
    .exits(0);
    let point: serde_json::Value = serde_json::from_str(&bench.read("point.json")).expect("json");
    let key = point["key"].as_str().expect("a key").to_owned();
    let against = ["verify", "--checkpoint", "point.json", "--key", &key];
    ledger(&bench, &against).exits(0).says(&["the checkpoint of event 4 holds"]);
    bench.replace("point.json", "\"seq\": 4", "\"seq\": 3");
    ledger(&bench, &against).exits(2).complains(&["the signature does not hold"]);
    // By hand, in the file: as many bytes as before, so that the database itself notices nothing.
    let file = bench.path("winter.db");
    let mut bytes = fs::read(&file).expect("the file");
    let old = b"has delivered almost 150 devices";
    for at in 0..bytes.len() - old.len() {
        if bytes[at..].starts_with(old) {
            bytes[at..at + old.len()].copy_from_slice(b"has delivered almost 950 devices");
        }
    }
    fs::write(&file, bytes).expect("written");
    let document = ledger(&bench, &["verify", "--json"]).exits(1).json();
    assert_eq!((document["ok"].clone(), document["first_bad"].clone()), (false.into(), 2.into()));
}

#[test]
fn a_backup_is_the_whole_ledger() {
    let bench = filled();
    ledger(&bench, &["backup", "whole.jsonl"]).exits(0).says(&["wrote 4 events"]);
    ledger(&bench, &["backup", "whole.jsonl"]).exits(2).complains(&["whole.jsonl"]);
    bench
        .run(&["ledger", "restore", "whole.jsonl", "--ledger", "copy.db"])
        .exits(0)
        .says(&["added 4 events"]);
    bench
        .run(&["ledger", "restore", "whole.jsonl", "--ledger", "copy.db"])
        .exits(2)
        .complains(&["not empty"]);
    bench
        .run(&["ledger", "import", "whole.jsonl", "--ledger", "copy.db"])
        .exits(0)
        .says(&["added 0 events", "4 known"]);
    bench.run(&["ledger", "export", "--out", "again.jsonl", "--ledger", "copy.db"]).exits(0);
    assert_eq!(bench.read("again.jsonl"), bench.read("whole.jsonl"));
    let whole = bench.read("whole.jsonl");
    let cut: String = whole.split_inclusive('\n').take(3).collect();
    bench.write("cut.jsonl", cut);
    bench
        .run(&["ledger", "restore", "cut.jsonl", "--ledger", "third.db"])
        .exits(2)
        .complains(&["line 4", "cut short"]);
}

#[test]
fn a_ledger_that_is_not_there_is_said_to_be_missing() {
    let bench = Bench::new();
    ledger(&bench, &["status"])
        .exits(2)
        .complains(&["there is no ledger at winter.db", "relight ledger init"]);
    assert!(!bench.path("winter.db").exists());
    ledger(&bench, &["init"]).exits(0);
    ledger(&bench, &["init"]).exits(2).complains(&["there is a ledger at winter.db already"]);
    let nowhere = ["ledger", "status", "--ledger", "postgres://nobody:secret@127.0.0.1:1/none"];
    let ran = bench.run(&nowhere).exits(2);
    let ran = ran.complains(&["cannot open the ledger postgres://127.0.0.1:1/none"]);
    assert!(!ran.err.contains("secret"), "a password is not repeated");
}

/// Donors' tables in, a plan's offers out.
const PLEDGES: &str = "\
id,title,donor,category,qty,hv_kv,lv_kv,mva,expected,announced,value,currency,recipient
p1,330 kV,Lithuania,transformer,2,330,110,125,2026-01-12,2026-01-05,1000000,EUR,Ukraine
p2,lamps,European Union,lighting,1000,,,,,2026-01-05,,,Ukraine
p3,more,United States,money,,,,,,2026-01-09,2000000,USD,Ukraine
p4,who knows,Canada,money,,,,,,2026-01-09,500,$,Ukraine
";

const RATES: &str = "Date,USD,GBP,\n2026-01-09,1.0500,0.84,\n2026-01-08,1.0400,N/A,\n";

#[test]
fn a_table_comes_in_once_and_its_errors_all_at_once() {
    let bench = Bench::new();
    ledger(&bench, &["init"]).exits(0);
    bench.write("pledges.csv", PLEDGES);
    let import = ["import", "--format", "csv", "--from", "hub", "pledges.csv"];
    ledger(&bench, &["import", "--format", "csv", "--from", "hub", "--check", "pledges.csv"])
        .exits(0)
        .says(&["4 records would be added"]);
    ledger(&bench, &import).exits(0).says(&["4 records added", "0 known already"]);
    ledger(&bench, &import).exits(0).says(&["0 records added", "4 known already"]);
    // The same row from somebody else is another record.
    ledger(&bench, &["import", "--format", "csv", "--from", "other", "pledges.csv"])
        .exits(0)
        .says(&["4 records added"]);
    bench.write("bad.csv", "id,donor,qty,hv_kv\na,,many,-1\nb,Spain,3,x\n");
    ledger(
        &bench,
        &["import", "--format", "csv", "--table", "pledges", "--from", "hub", "bad.csv"],
    )
    .exits(2)
    .complains(&[
        "bad.csv: sheet pledges, row 2, column donor",
        "row 2, column qty: `many` is no number",
        "row 3, column hv_kv",
        "errors: nothing was done",
    ]);
    ledger(&bench, &["import", "--format", "csv", "--from", "hub", "bad.csv"])
        .exits(2)
        .complains(&["which table is it?"]);
    bench.run(&["ledger", "template", "--out", "empty.xlsx"]).exits(0);
    ledger(&bench, &["import", "--format", "xlsx", "--from", "hub", "empty.xlsx"])
        .exits(0)
        .says(&["0 records added"]);
    ledger(&bench, &["verify"]).exits(0);
}

#[test]
fn money_is_told_in_its_own_currency_first() {
    let bench = Bench::new();
    ledger(&bench, &["init"]).exits(0);
    bench.write("pledges.csv", PLEDGES);
    bench.write("rates.csv", RATES);
    ledger(&bench, &["import", "--format", "csv", "--from", "hub", "pledges.csv"]).exits(0);
    let asked = ["total", "--in", "EUR", "--rates", "rates.csv", "--as-of", "2026-01-11", "--open"];
    let told = ledger(&bench, &asked).exits(0);
    told.says(&[
        "1000000 EUR\n2000000 USD\nconverted: 2904761.9 EUR, at the rates of rates.csv",
        "2000000 USD = 1904761.9 EUR (1 USD = 0.952381 EUR, 2026-01-09, rates.csv)",
    ]);
    let late = ["total", "--in", "GBP", "--rates", "rates.csv", "--as-of", "2026-02-11", "--json"];
    let document = ledger(&bench, &late).exits(0).json();
    assert_eq!(document["originals"]["USD"]["min"], "2000000");
    let one = &document["counted"][0]["converted"];
    assert!(one["rate"].is_string() || one["not_converted"].is_string());
    bench.write("bad.csv", "Date,USD\n2026-01-09,0\nyesterday,1\n");
    ledger(&bench, &["total", "--in", "EUR", "--rates", "bad.csv", "--as-of", "2026-01-11"])
        .exits(2)
        .complains(&["bad.csv: line 2, column USD", "bad.csv: line 3, column Date"]);
    ledger(&bench, &["total", "--in", "EUR", "--as-of", "2026-01-11"])
        .exits(2)
        .complains(&["--rates"]);
}

#[test]
fn every_form_is_written_with_what_is_not_in_it() {
    let bench = Bench::new();
    ledger(&bench, &["init"]).exits(0);
    bench.write("pledges.csv", PLEDGES.replace("lamps", "=lamps"));
    bench.write("stock.csv", "id,holder,category,qty,place\ns1,Hub,generator_set,3,SECRETPLACE\n");
    ledger(&bench, &["import", "--format", "csv", "--from", "hub", "pledges.csv"]).exits(0);
    ledger(&bench, &["import", "--format", "csv", "--from", "hub", "stock.csv"]).exits(0);
    let out = |arguments: &[&str]| {
        let mut words = vec!["export"];
        words.extend(arguments);
        words.extend(["--as-of", "2026-02-01"]);
        ledger(&bench, &words).exits(0)
    };
    out(&["--format", "csv", "--table", "pledges", "--out", "out.csv"]);
    let csv = bench.read("out.csv");
    assert!(csv.contains(",'=lamps,") && csv.contains("#org+donor"), "{csv}");
    out(&["--format", "csv", "--figures", "--out", "figures.csv", "--not-exported", "rest.csv"])
        .says(&["not in it, or not all of it"]);
    assert!(bench.read("rest.csv").contains("the currency is not known"));
    out(&["--format", "iati", "--reporter", "XM-EX-1", "--out", "aid.xml"])
        .says(&["2 activities with 2 transactions", "the currency is not known"]);
    assert!(
        bench
            .read("aid.xml")
            .contains("<value currency=\"EUR\" value-date=\"2026-01-05\">1000000</value>")
    );
    out(&["--format", "atom", "--out", "feed.xml"]).says(&["4 entries"]);
    out(&["--format", "json", "--out", "public.json"]);
    out(&["--format", "xlsx", "--out", "public.xlsx"]);
    for file in ["out.csv", "figures.csv", "rest.csv", "aid.xml", "feed.xml", "public.json"] {
        assert!(!bench.read(file).contains("SECRETPLACE"), "{file}");
    }
    ledger(&bench, &["export", "--format", "csv", "--table", "stock", "--out", "no.csv"])
        .exits(2)
        .complains(&["need-to-know"]);
    out(&["--format", "json", "--for", "need-to-know", "--out", "all.json"]);
    assert!(bench.read("all.json").contains("SECRETPLACE"));
    // Another ledger takes it in, once.
    bench.run(&["ledger", "init", "--ledger", "copy.db"]).exits(0);
    let copy = ["ledger", "import", "--format", "json", "all.json", "--ledger", "copy.db"];
    bench.run(&copy).exits(0).says(&["5 records added"]);
    bench.run(&copy).exits(0).says(&["5 known already"]);
}

/// The five-bus example, with a transformer that the ledger offers.
fn scenario_with_offers(bench: &Bench) {
    ledger(bench, &["init"]).exits(0);
    bench.write("pledges.csv", PLEDGES);
    ledger(bench, &["import", "--format", "csv", "--from", "hub", "pledges.csv"]).exits(0);
}

#[test]
fn pledges_become_offers_and_a_plan_becomes_assignments() {
    let bench = Bench::new();
    scenario_with_offers(&bench);
    let offers = ["offers", "--start", "2026-01-12", "--as-of", "2026-01-12"];
    let shown = ledger(&bench, &offers).exits(0);
    let shown = shown.says(&["offer,donor,kind,count,hv_kv", "Lithuania,transformer,2,330,110"]);
    shown.complains(&["no plan can place a lighting"]);
    let offers = [
        "offers",
        "--scenario",
        "five-bus",
        "--as-of",
        "2026-01-12",
        "--out",
        "five-bus/offers.csv",
    ];
    ledger(&bench, &offers).exits(0).says(&["1 offer written"]);
    bench.run(&["check", "five-bus"]).exits(0);
    let table = bench.read("five-bus/offers.csv");
    let offer =
        table.lines().nth(1).expect("an offer").split(',').next().expect("its name").to_owned();
    // A plan as `relight plan` writes it, for two jobs that want one piece each, and for one that wants too many.
    bench
        .run(&["plan", "five-bus", "--out", "plan", "--no-ac", "--iterations", "1", "--force"])
        .exits(0);
    let mut plan: serde_json::Value =
        serde_json::from_str(&bench.read("plan/plan.json")).expect("json");
    let mut with = |file: &str, items: &[(&str, u32)]| {
        let job = |(name, count): &(&str, u32)| {
            let mut job = plan["jobs"][0].clone();
            job["job"] = (*name).into();
            job["items"] = serde_json::json!([
                { "need": format!("n-{name}"), "offer": offer, "count": count },
                { "need": "x", "offer": "by-hand", "count": 1 },
            ]);
            job
        };
        plan["jobs"] = items.iter().map(job).collect();
        plan["placements"] = serde_json::json!([]);
        bench.write(file, plan.to_string());
    };
    with("one.json", &[("j1", 1)]);
    with("many.json", &[("j1", 1), ("j2", 2)]);
    ledger(&bench, &["assign", "one.json"])
        .exits(0)
        .says(&["1 piece assigned", "of no ledger, and not assigned: by-hand"]);
    ledger(&bench, &["assign", "one.json"])
        .exits(0)
        .says(&["0 pieces assigned; 1 had been before"]);
    ledger(&bench, &["assign", "many.json"])
        .exits(1)
        .says(&["nothing was assigned", "1 of 2 for j2"]);
    let again = ["offers", "--start", "2026-01-12", "--as-of", "2026-01-12", "--json"];
    assert_eq!(ledger(&bench, &again).exits(0).json()["offers"][0]["count"], 1);
}

/// Eight processes want the two pieces at the same time: two get one each, and nobody gets one that another has.
#[test]
fn a_race_for_a_piece_has_one_winner() {
    let bench = Bench::new();
    scenario_with_offers(&bench);
    let again = ["offers", "--start", "2026-01-12", "--as-of", "2026-01-12", "--json"];
    let offer = ledger(&bench, &again).exits(0).json()["offers"][0]["offer"]
        .as_str()
        .expect("a name")
        .to_owned();
    bench
        .run(&["plan", "five-bus", "--out", "plan", "--no-ac", "--iterations", "1", "--force"])
        .exits(0);
    let mut plan: serde_json::Value =
        serde_json::from_str(&bench.read("plan/plan.json")).expect("json");
    for n in 0..8 {
        let mut job = plan["jobs"][0].clone();
        job["job"] = format!("j{n}").into();
        job["items"] = serde_json::json!([{ "need": format!("n{n}"), "offer": offer, "count": 1 }]);
        plan["jobs"] = serde_json::json!([job]);
        plan["placements"] = serde_json::json!([]);
        bench.write(&format!("plan{n}.json"), plan.to_string());
    }
    let codes: Vec<i32> = std::thread::scope(|scope| {
        let bench = &bench;
        let run = |n: usize| {
            scope.spawn(move || ledger(bench, &["assign", &format!("plan{n}.json")]).code)
        };
        let threads: Vec<_> = (0..8).map(run).collect();
        threads.into_iter().map(|t| t.join().expect("ran")).collect()
    });
    assert_eq!(codes.iter().filter(|code| **code == 0).count(), 2, "{codes:?}");
    assert_eq!(codes.iter().filter(|code| **code == 1).count(), 6, "{codes:?}");
    let list = ledger(&bench, &["list", "--kind", "assignment", "--json"]).exits(0).json();
    let mut pieces: Vec<u64> = list["records"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|r| r["content"]["assignment"]["piece"].as_u64().expect("a piece"))
        .collect();
    pieces.sort_unstable();
    assert_eq!(pieces, [0, 1]);
    ledger(&bench, &["verify"]).exits(0);
}

#[test]
fn operations_are_kept_apart() {
    let bench = Bench::new();
    ledger(&bench, &["init"]).exits(0);
    let made = ledger(&bench, &["operation", "Winter 2025/26", "--country", "UA"]).exits(0);
    let id = made.out.trim().to_owned();
    assert_eq!(ledger(&bench, &["operation", "Winter 2025/26"]).exits(0).out.trim(), id);
    bench.write("pledges.csv", PLEDGES);
    let import = ["import", "--format", "csv", "--from", "hub", "--operation", &id, "pledges.csv"];
    ledger(&bench, &import).exits(0).says(&["4 records added"]);
    let of =
        ["offers", "--start", "2026-01-12", "--as-of", "2026-01-12", "--json", "--operation", &id];
    assert_eq!(ledger(&bench, &of).exits(0).json()["offers"].as_array().map(Vec::len), Some(1));
    let other = ledger(&bench, &["operation", "Earthquake"]).exits(0).out.trim().to_owned();
    let of = [
        "offers",
        "--start",
        "2026-01-12",
        "--as-of",
        "2026-01-12",
        "--json",
        "--operation",
        &other,
    ];
    assert_eq!(ledger(&bench, &of).exits(0).json()["offers"].as_array().map(Vec::len), Some(0));
}

#[test]
fn a_person_says_which_dollar_it_is_and_a_second_agrees_to_a_ruling() {
    let bench = Bench::new();
    ledger(&bench, &["init"]).exits(0);
    bench.write("pledges.csv", PLEDGES);
    bench.write("rates.csv", "Date,USD,CAD,\n2026-01-09,1.05,1.45,\n");
    bench.write(
        "statements.csv",
        "id,url,published,quote,donor,category,value,currency,status,pledge\n\
         s1,https://example.org/1,2026-01-09,ten million,Canada,money,10,$,pledged,p4\n\
         s2,https://example.org/2,2026-01-09,a hundred million,Canada,money,100,$,pledged,p4\n",
    );
    for file in ["pledges.csv", "statements.csv"] {
        ledger(&bench, &["import", "--format", "csv", "--from", "hub", file]).exits(0);
    }
    let claims = ledger(&bench, &["list", "--kind", "claim", "--json"]).exits(0).json();
    let id = |value: &str| {
        let list = claims["records"].as_array().expect("a list").iter();
        let mut found = list.filter(|r| r["content"]["claim"]["money"]["range"]["min"] == value);
        found.next().expect("the claim")["id"].as_str().expect("an id").to_owned()
    };
    let (ten, hundred) = (id("10"), id("100"));
    let total = [
        "total",
        "--in",
        "EUR",
        "--rates",
        "rates.csv",
        "--as-of",
        "2026-01-11",
        "--donor",
        "Canada",
        "--open",
    ];
    ledger(&bench, &total).exits(0).says(&["not known in EUR", "the currency is not known"]);
    for claim in [&ten, &hundred] {
        let say =
            ["correct", claim, "--set", "money.currency=CAD", "--reason", "its own page says so"];
        ledger(&bench, &say).exits(0).says(&["CAD"]);
    }
    ledger(&bench, &["link", &ten, "contradicts", &hundred, "--reason", "a digit too many"])
        .exits(0);
    // Open: the least that either side says.
    ledger(&bench, &total).exits(0).says(&["at least 10, up to 100 CAD"]);
    let ruled = ledger(&bench, &["rule", &ten, &hundred, "--reason", "said twice"]).exits(0);
    let ruled = ruled.says(&["waits for a second person"]);
    let ruling = ruled.out.split(' ').next().expect("an id").to_owned();
    ledger(&bench, &["confirm", &ruling]).exits(2).complains(&["this is the first"]);
    ledger(&bench, &["confirm", &ruling, "--reviewer", "olga"]).exits(0);
    ledger(&bench, &total).exits(0).says(&["10 CAD\nconverted: 6.9 EUR"]);
    ledger(&bench, &["correct", &ten, "--set", "money.colour=red", "--reason", "x"])
        .exits(2)
        .complains(&["there is no field `colour`", "currency"]);
    ledger(&bench, &["withdraw", &ten, "--reason", "not said at all"])
        .exits(0)
        .says(&["withdrawn"]);
    ledger(&bench, &["verify"]).exits(0);
}

/// Lines for `relight ledger append`: new records under ids made of their names.
fn lines(
    records: Vec<(&str, relight_ledger::model::Content, Vec<relight_ledger::seal::Secret>)>,
) -> String {
    use relight_ledger::date::Moment;
    use relight_ledger::event::{Act, Event};
    use relight_ledger::id::Id;
    let line = |(name, content, secrets)| {
        let event = Event {
            id: Id::derive(&["event", name]),
            at: Moment::default(),
            actor: Id::derive(&["desk"]),
            operation: None,
            reason: String::new(),
            act: Act::Record { record: Id::derive(&[name]), content },
        };
        format!("{}\n", serde_json::json!({ "event": event, "secrets": secrets }))
    };
    records.into_iter().map(line).collect()
}

#[test]
fn gaps_have_an_age_packages_are_filled_and_a_name_can_be_erased() {
    use relight_ledger::id::Id;
    use relight_ledger::model::{
        Contribution, Line, Named, Package, Person, Pledge, PledgedLot, Quantity, Side, Stage, Step,
    };
    let bench = Bench::new();
    ledger(&bench, &["init"]).exits(0);
    let line = Line { line: "sets".into(), quantity: Quantity::pieces(100), ..Line::default() };
    let package = Package { title: "Winter".into(), lines: vec![line], ..Package::default() };
    let contribution = Contribution {
        package: Id::derive(&["package"]),
        line: Some("sets".into()),
        donor: Named::new("France"),
        quantity: Quantity::pieces(40),
        date: "2022-11-29".parse().expect("a day"),
        ..Contribution::default()
    };
    let lots = vec![PledgedLot { quantity: Quantity::pieces(40), ..PledgedLot::default() }];
    let pledge = Pledge {
        title: "forty".into(),
        donor: Named::new("France"),
        lots: lots.clone(),
        ..Pledge::default()
    };
    let sent = Step {
        stage: Stage::Sent,
        pledge: Some(Id::derive(&["pledge"])),
        lots,
        date: "2022-12-01".parse().expect("a day"),
        side: Side::Donor,
        ..Step::default()
    };
    let secret = relight_ledger::seal::Secret::new([7; 32], "Olena");
    let person = Person { name: secret.seal().ok(), role: "hub".into(), ..Person::default() };
    let events = lines(vec![
        ("package", package.into(), vec![]),
        ("contribution", contribution.into(), vec![]),
        ("pledge", pledge.into(), vec![]),
        ("sent", sent.into(), vec![]),
        ("person", person.into(), vec![secret]),
    ]);
    bench.write("events.jsonl", events);
    ledger(&bench, &["append", "events.jsonl"]).exits(0).says(&["added 5 events"]);
    let id = |name: &str| Id::<relight_ledger::id::Anything>::derive(&[name]).to_string();
    ledger(&bench, &["package", &id("package"), "--as-of", "2022-12-31"])
        .exits(0)
        .says(&["sets: asked 100, given 40, open 60 piece"]);
    ledger(&bench, &["gap", "--as-of", "2023-01-30", "--older-than", "59"])
        .exits(0)
        .says(&["France: forty", "sent 40, received not known, between them 40 piece, 60 days"]);
    ledger(&bench, &["gap", "--as-of", "2023-01-30", "--older-than", "60"])
        .exits(0)
        .says(&["0 pledges"]);
    ledger(&bench, &["export", "--out", "before.jsonl"]).exits(0);
    assert!(bench.read("before.jsonl").contains("Olena"));
    ledger(&bench, &["redact", &id("person"), "--reason", "asked for"])
        .exits(0)
        .says(&["1 personal text erased"]);
    ledger(&bench, &["verify"]).exits(0).says(&["1 personal texts were redacted"]);
    ledger(&bench, &["export", "--out", "after.jsonl"]).exits(0);
    assert!(!bench.read("after.jsonl").contains("Olena"));
    ledger(&bench, &["redact", &id("pledge"), "--reason", "x"])
        .exits(2)
        .complains(&["nothing personal is sealed"]);
}
