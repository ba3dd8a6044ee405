//! `relight ask`: the list, its file, and where it starts from.

use crate::bench::Bench;

#[test]
fn the_five_buses_ask_for_sets_and_line_crews() {
    let bench = Bench::new();
    let ran = bench.run(&["ask", "five-bus", "--json", "--effort", "5"]).exits(0).json();
    assert_eq!(ran["schema"], "relight.ask/1");
    assert_eq!(ran["measure"], "people");
    let saves = |kind: &str, nameplate: &str, count: u64, arrival: u64| {
        let rows = ran["asks"].as_array().into_iter().flatten();
        rows.filter(|a| a["kind"] == kind && a["nameplate"] == nameplate)
            .find(|a| a["count"] == count && a["arrival"] == arrival)
            .and_then(|a| a["people_hours_saved"].as_f64())
    };
    // Water works of 30 kW for 10,000 people (weight 5) stand still from noon of day 0, and a hospital of 300 kW for
    // 6,000 (weight 10) from day 1, until the grid is back on day 3.
    let (water, hospital) = (10_000.0 * 5.0 * 48.0, 6_000.0 * 10.0 * 48.0);
    assert_eq!(saves("generator_set", "100 kW, 50 Hz", 1, 1), Some(water));
    assert_eq!(saves("generator_set", "100 kW, 50 Hz", 5, 1), Some(water + hospital));
    assert!(saves("crew", "skill line, Plain", 1, 1).is_some_and(|saved| saved > 1e6), "{ran}");
    assert_eq!(saves("transformer", "", 1, 1), None, "the only one that is needed comes in time");
    assert_eq!(ran["asked"]["complete"], true);
    assert_eq!(ran["asked"]["rounds"], 5);
    assert!(!bench.path("plan").exists(), "nothing is written where nothing was asked to be");
}

#[test]
fn a_plan_that_there_is_gets_its_asks() {
    let bench = Bench::new();
    bench.run(&["plan", "five-bus", "--out", "plan", "--iterations", "20"]).exits(0);
    assert_eq!(bench.read("plan/asks.csv").lines().count(), 1, "a header alone");
    let before = bench.read("plan/schedule.csv");
    let asked = ["ask", "five-bus", "--plan", "plan", "--out", "plan", "--arrivals", "2,4"];
    bench.run(&asked).exits(0).says(&["what to ask for next", "team of skill line", "report.html"]);
    assert_eq!(bench.read("plan/schedule.csv"), before, "the plan stays as it is");
    let csv = bench.read("plan/asks.csv");
    let of_first = csv.lines().filter(|l| l.contains(",1,2,")).count();
    assert!(of_first >= 1 && csv.starts_with("kind,nameplate,count,people_hours_saved,low,high,"));
    let json: serde_json::Value =
        serde_json::from_str(&bench.read("plan/plan.json")).expect("JSON");
    let arrivals: std::collections::BTreeSet<u64> = (json["asks"].as_array().into_iter().flatten())
        .filter_map(|a| a["arrival"].as_u64())
        .collect();
    assert_eq!(arrivals.into_iter().collect::<Vec<_>>(), [2, 4]);
    assert!(bench.read("plan/report.html").contains("id=\"asks\""));
    // The same from scratch, and twice the same.
    let twice = || bench.run(&["ask", "five-bus", "--json", "--effort", "3"]).exits(0).out;
    assert_eq!(twice(), twice());
}

#[test]
fn a_plan_can_be_asked_for_with_its_asks() {
    let bench = Bench::new();
    bench.run(&["plan", "five-bus", "--out", "plan", "--iterations", "5", "--asks"]).exits(0);
    assert!(bench.read("plan/asks.csv").lines().count() > 1);
}

#[test]
fn where_nothing_is_short_nothing_is_asked_for() {
    let bench = Bench::new();
    bench.write("five-bus/damage.csv", "damage,element,id,site,state,note\n");
    for table in ["jobs", "needs"] {
        std::fs::remove_file(bench.path(&format!("five-bus/{table}.csv"))).expect("removed");
    }
    bench.run(&["ask", "five-bus"]).exits(0).says(&["Nothing is short"]);
}

#[test]
fn a_schedule_that_breaks_rules_is_no_place_to_start() {
    let bench = Bench::new();
    bench.run(&["ask", "five-bus", "--plan", "nowhere"]).exits(2).complains(&["schedule.csv"]);
    std::fs::create_dir(bench.path("their")).expect("a folder");
    bench.write("their/schedule.csv", "job,start\njT,0\n");
    bench.run(&["ask", "five-bus", "--plan", "their"]).exits(1).complains(&["breaks 1 rule"]);
    bench.run(&["ask", "five-bus", "--force"]).exits(2).complains(&["--out"]);
}

#[test]
fn no_time_at_all_gives_what_was_found() {
    let bench = Bench::new();
    let ran = bench.run(&["ask", "five-bus", "--time-limit", "0"]).exits(0);
    ran.says(&["what to ask for next", "It was ended early"]);
}
