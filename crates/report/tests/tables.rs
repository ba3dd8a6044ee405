//! The tables and `plan.json` of a small plan, to the byte where people and programs rely on it.

mod common;

use relight_report::json::Document;
use relight_report::*;

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("tables are UTF-8")
}

#[test]
fn schedule_has_the_columns_of_the_contract() {
    let s = common::scenario();
    assert_eq!(
        text(schedule_csv(&s, &common::plan(&s))),
        "job,start,finish,skill,crew,region,items,crews\n\
         j1,0,2,line,2,\"North, \"\"upper\"\"\",,2\n\
         j2,3,5,station,1,\"North, \"\"upper\"\"\",n1=o1*1,1\n"
    );
}

#[test]
fn states_leave_empty_what_the_check_cannot_tell() {
    let s = common::scenario();
    assert_eq!(
        text(states_csv(&common::plan(&s))),
        "from_step,to_step,served_mw,shed_mw,served_mw_ac,ac_verdict,max_loading_pct,vm_min_pu,\
         vm_max_pu,people_without_power,people_without_heat,people_without_water\n\
         0,2,0,60,,skipped,,,,60000,5000,0\n\
         2,5,20,40,20,holds,61.5,0.97,1.02,40000,5000,0\n\
         5,10,59.5,0.5,59.5,fails,61.5,0.97,1.02,500,0,0\n"
    );
}

#[test]
fn a_match_has_a_row_for_each_check_that_it_does_not_simply_pass() {
    let s = common::scenario();
    let table = text(matches_csv(&s, &common::plan(&s)));
    let rows: Vec<csv::StringRecord> =
        csv::Reader::from_reader(table.as_bytes()).records().map(Result::unwrap).collect();
    let cells: Vec<Vec<&str>> = rows.iter().map(|r| r.iter().take(9).collect()).collect();
    assert_eq!(
        cells[0],
        ["n1", "o1", "fits derated", "1", "power", "fits derated", "63", "80", "MVA"]
    );
    assert_eq!(cells[1][..5], ["n1", "o2", "does not fit", "0", "power"]);
    assert_eq!(cells[2], ["n2", "o1", "fits", "0", "", "", "", "", ""]);
}

#[test]
fn placements_and_asks_have_the_columns_of_the_contract() {
    let s = common::scenario();
    assert_eq!(
        text(placements_csv(&s, &common::plan(&s))),
        "offer,facility,from_step,to_step,kw,litres,piece\no2,f1,0,5,120.5,900,1\n"
    );
    let header = "kind,nameplate,count,people_hours_saved,low,high,per_tonne,note,rank,arrival,weighted,\
                  weighted_low,weighted_high,certain_low,certain_high,regions,litres,mwh_saved,saved_power,\
                  saved_heat,saved_water\n";
    assert_eq!(text(asks_csv(&s, &common::plan(&s))), header);
}

#[test]
fn asks_are_rows_of_classes_and_regions() {
    let mut s = common::scenario();
    let plan = common::plan_with_asks(&s);
    let csv = text(asks_csv(&s, &plan));
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines.len(), 6);
    assert_eq!(
        lines[1],
        "transformer,\"330/110 kV, 80 MVA\",1,1200000,600000,1200000,24000,\
         proven: no plan without it is as good,1,1,1200000,600000,1200000,300000,1800000,\
         \"North, \"\"upper\"\"\",0,10,600000,120000,0"
    );
    assert_eq!(
        lines[5],
        "bundle,\"transformer 330/110 kV, 80 MVA; 2 × team of skill station, North, \"\"upper\"\"\",1,\
         40000,20000,40000,,not proven: found in every re-plan; worth more together than its parts alone,\
         2,1,40000,20000,40000,,,\"North, \"\"upper\"\"\",0,10,20000,4000,0"
    );
    for site in &s.sites {
        assert!(!csv.contains(&site.name), "no site is named");
    }
    // Where energy counts there are no weighted people-hours.
    s.measure = relight_restore::scenario::Measure::Energy;
    let csv = text(asks_csv(&s, &plan));
    let start = "transformer,\"330/110 kV, 80 MVA\",1,,,,24000,proven";
    assert!(csv.lines().nth(1).is_some_and(|l| l.starts_with(start)), "{csv}");
    let json: serde_json::Value =
        serde_json::from_slice(&plan_json(&s, &plan)).expect("plan.json is JSON");
    assert_eq!(json["asks"][0]["people_hours_saved"], serde_json::Value::Null);
    assert_eq!(json["asks"][0]["weighted"]["saved"], serde_json::json!(1.2e6));
    assert_eq!(json["asks"][4]["parts"][1]["count"], serde_json::json!(2));
    assert_eq!(json["asked"]["left_aside"], serde_json::json!(1));
}

#[test]
fn plan_json_reads_back_as_it_was_written() {
    let s = common::scenario();
    let plan = common::plan(&s);
    let bytes = plan_json(&s, &plan);
    let back: Document = serde_json::from_slice(&bytes).expect("plan.json is read back");
    assert_eq!(back, Document::of(&s, &plan));
    assert_eq!(back.schema, "relight.plan/1");
}

#[test]
fn plan_json_has_the_fields_of_the_contract_and_the_ids_of_the_tables() {
    let s = common::scenario();
    let json: serde_json::Value =
        serde_json::from_slice(&plan_json(&s, &common::plan(&s))).unwrap();
    let at = |path: &str| json.pointer(path).unwrap_or_else(|| panic!("{path} is missing")).clone();
    for (path, value) in [
        ("/scenario/digest", serde_json::json!("sha256:00ff")),
        ("/seed", serde_json::json!(7)),
        ("/objective/measure", serde_json::json!("people")),
        ("/objective/unserved_mwh", serde_json::json!(5940.0)),
        ("/objective/by_service/heat", serde_json::json!(600_000.0)),
        ("/bound/method", serde_json::json!("none")),
        ("/baseline/greedy", serde_json::json!(6.6e6)),
        ("/jobs/1/crew", serde_json::json!(1)),
        ("/jobs/1/items/0", serde_json::json!({"need": "n1", "offer": "o1", "count": 1})),
        ("/states/0/people_without", serde_json::json!({"power": 6e4, "heat": 5e3, "water": 0.0})),
        ("/states/0/out/branches", serde_json::json!([1, 2])),
        ("/states/1/out/branches", serde_json::json!([2])),
        ("/states/1/shed", serde_json::json!([{"bus": 30, "mw": 40.0}])),
        (
            "/states/2/derated",
            serde_json::json!([{"branch": 2, "mva": 63.0, "impedance": 80.0 / 63.0}]),
        ),
        (
            "/states/2/ac/violations/0",
            serde_json::json!({"element": "branch", "id": 2, "quantity": "loading",
                               "value": 104.25, "limit": 100.0, "unit": "%"}),
        ),
        ("/placements/0/facility", serde_json::json!("f1")),
        ("/asks", serde_json::json!([])),
        ("/unmatched/0/need", serde_json::json!("n2")),
        ("/unscheduled/0/job", serde_json::json!("j3")),
        ("/unrecoverable/buses", serde_json::json!([30])),
    ] {
        assert_eq!(at(path), value, "{path}");
    }
}

#[test]
fn the_folder_is_complete_and_the_same_every_time() {
    let s = common::scenario();
    let plan = common::plan(&s);
    let all = files(&s, &plan);
    let names: Vec<&str> = all.iter().map(|f| f.0).collect();
    assert_eq!(
        names,
        [
            "plan.json",
            "schedule.csv",
            "states.csv",
            "matches.csv",
            "placements.csv",
            "asks.csv",
            "report.html"
        ]
    );
    assert_eq!(all, files(&s, &plan));
}
