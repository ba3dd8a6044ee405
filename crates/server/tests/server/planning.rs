//! Plans by the API: asked for once, followed, drawn, matched, accepted.

use axum::http::StatusCode;
use relight_server::plans::{self, Standing};
use relight_server::policy::Role;
use serde_json::{Value, json};

use crate::common::{Served, operation};

const PLAN: &str = "01ARZ3NDEKTSV4RRFFQ69G5FAV";

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap_or_else(|| panic!("no list: {value}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_map_holds_what_the_plan_file_says() {
    let served = Served::with(&[]);
    served.plan(PLAN, "five-bus", false);
    let session = served.sign_in(Role::GridEngineer).await;
    let get = |file: &str| session.request("GET", &format!("/api/v1/plans/{PLAN}/{file}"), None);
    let reply = served.send(get("map")).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    let map = reply.json();
    let plan = served.send(get("plan.json")).await.json();

    let states = list(&plan["states"]);
    assert_eq!(list(&map["states"]["from"]).len(), states.len());
    let mut dry = false;
    for (at, state) in states.iter().enumerate() {
        let people = state["people_without"]["power"].as_f64().expect("a number");
        assert!(
            (map["states"]["without_power"][at].as_f64().expect("a number") - people).abs() < 1.0
        );
        // Regions add up to the whole: every bus of this example has a place.
        let regions = list(&map["states"]["without_power_by_region"]);
        let sum: f64 = regions.iter().map(|r| r[at].as_f64().expect("a number")).sum();
        assert!((sum - people).abs() <= regions.len() as f64, "{sum} {people}");
        // So do those without water, of which each works has a place too; and somebody is.
        let told = &map["states"]["without"]["water"][at].as_f64().expect("a number");
        let rows = list(&map["states"]["without_by_region"]["water"]);
        let sum: f64 = rows.iter().map(|r| r[at].as_f64().expect("a number")).sum();
        assert!((sum - told).abs() <= rows.len() as f64, "{sum} {told}");
        dry |= sum > 0.0;
        assert_eq!(map["states"]["ac"][at], state["ac"]["verdict"]);
    }
    assert!(dry, "nobody of this plan lacks water: the sums say nothing");
    // The changes, played one after the other, give the lines that the plan says are out.
    let rows: Vec<u64> = list(&map["lines"]["branch"]).iter().filter_map(Value::as_u64).collect();
    let changes = &map["states"]["lines"];
    for (at, state) in states.iter().enumerate() {
        let mut levels = vec![0; rows.len()];
        for (n, when) in list(&changes["state"]).iter().enumerate() {
            if when.as_u64().expect("a number") as usize <= at {
                let line = changes["item"][n].as_u64().expect("a number") as usize;
                levels[line] = changes["level"][n].as_u64().expect("a number");
            }
        }
        let out: Vec<u64> =
            rows.iter().zip(&levels).filter(|(_, l)| **l == 1).map(|(r, _)| *r).collect();
        let told: Vec<u64> =
            list(&state["out"]["branches"]).iter().filter_map(Value::as_u64).collect();
        let told: Vec<u64> = told.into_iter().filter(|row| rows.contains(row)).collect();
        assert_eq!(out, told, "state {at}");
    }

    let tag = reply.header("etag").to_owned();
    let path = format!("/api/v1/plans/{PLAN}/map");
    let again = session.request_with("GET", &path, None, &[("if-none-match", &tag)]);
    assert_eq!(served.send(again).await.status, StatusCode::NOT_MODIFIED);
    let zipped = session.request_with("GET", &path, None, &[("accept-encoding", "gzip, br")]);
    let zipped = served.send(zipped).await;
    assert_eq!(zipped.header("content-encoding"), "gzip");
    assert!(zipped.body.len() < reply.body.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn work_is_told_in_words_and_asks_without_places_to_donors() {
    let served = Served::with(&[]);
    served.plan(PLAN, "five-bus", true);
    let desk = served.sign_in(Role::RecipientDesk).await;
    let work = served.send(desk.request("GET", &format!("/api/v1/plans/{PLAN}/work"), None)).await;
    let (status, work) = (work.status, work.json());
    assert_eq!(status, StatusCode::OK);
    let jobs = list(&work["jobs"]);
    assert!(!jobs.is_empty());
    for job in jobs {
        assert!(job["start"].as_u64() < job["finish"].as_u64() && job["what"] != "", "{job}");
        assert!(job["arrives"].is_null() || job["arrives"].as_u64() <= job["start"].as_u64());
    }
    assert!(work["costs"]["bound"].as_f64() <= work["costs"]["weighted"].as_f64());
    let all = served.send(desk.request("GET", "/api/v1/asks", None)).await.json();
    let donor = served.sign_in(Role::Donor).await;
    let some = served.send(donor.request("GET", "/api/v1/asks", None)).await.json();
    assert_eq!(all["asked"], true);
    assert!(list(&some["items"]).len() <= list(&all["items"]).len());
    for ask in list(&some["items"]) {
        assert!(list(&ask["regions"]).is_empty() && ask["note"] == "", "{ask}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_is_asked_for_once_and_followed_to_its_end() {
    let served = Served::with(&[]);
    let session = served.sign_in(Role::GridEngineer).await;
    let body = json!({ "scenario": "five-bus", "seconds": 1 });
    let once = [("idempotency-key", "p1")];
    let ask = |body: &Value| session.request_with("POST", "/api/v1/plans", Some(body), &once);
    let first = served.send(ask(&body)).await;
    assert_eq!(first.status, StatusCode::ACCEPTED, "{}", first.text());
    let again = served.send(ask(&body)).await;
    assert_eq!(again.json()["job"]["id"], first.json()["job"]["id"]);
    let other = json!({ "scenario": "five-bus", "seconds": 1, "seed": 7 });
    assert_eq!(served.send(ask(&other)).await.status, StatusCode::CONFLICT);
    let plans = served.send(session.request("GET", "/api/v1/plans", None)).await.json();
    assert_eq!((list(&plans["items"]).len(), &plans["next"]), (1, &Value::Null));

    let id = first.json()["job"]["id"].as_str().expect("an id").to_owned();
    let app = std::sync::Arc::clone(&served.app);
    let worker = std::thread::spawn(move || plans::work(&app));
    // The stream ends by itself once the plan has.
    let path = format!("/api/v1/plans/{id}/events");
    let told = tokio::time::timeout(
        std::time::Duration::from_secs(60),
        served.send(session.request("GET", &path, None)),
    );
    let told = told.await.expect("it ends").text();
    assert!(told.contains("event: plan") && told.contains("\"state\":\"done\""), "{told}");
    served.app.end();
    served.app.jobs.wake();
    worker.join().expect("the planner ends");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_that_was_cut_off_is_made_after_a_restart() {
    let served = Served::with(&[]);
    // As a server that was killed leaves it: on the desk, and running.
    served.plan(PLAN, "five-bus", false);
    let folder = served.folder.path().join("plans").join(PLAN);
    std::fs::remove_dir_all(&folder).expect("the files are gone");
    let running = |desk: &mut relight_store::desk::Desk| {
        plans::change(desk, PLAN, |job| {
            job.state = Standing::Running;
            job.result = None;
        })
    };
    served.app.with_desk(running).expect("changed");
    let app = std::sync::Arc::clone(&served.app);
    let worker = std::thread::spawn(move || plans::work(&app));
    let until = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while !folder.join("plan.json").is_file() {
        assert!(std::time::Instant::now() < until, "no plan");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    served.app.end();
    served.app.jobs.wake();
    worker.join().expect("the planner ends");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn matches_show_every_check_with_its_margin() {
    let served = Served::with_examples();
    let session = served.sign_in(Role::GridEngineer).await;
    let bays = served.send(session.request("GET", "/api/v1/scenarios/five-bus/needs", None)).await;
    let bays = bays.json();
    let need = bays["items"][0]["need"].as_str().expect("a need").to_owned();
    let path = format!("/api/v1/scenarios/five-bus/matches?need={need}");
    let found = served.send(session.request("GET", &path, None)).await.json();
    let rows = list(&found["items"]);
    assert!(!rows.is_empty());
    let rank = |row: &Value| {
        ["fits", "fits derated", "not known", "does not fit"]
            .iter()
            .position(|word| row["verdict"] == *word)
            .expect("a verdict")
    };
    assert!(rows.windows(2).all(|pair| rank(&pair[0]) <= rank(&pair[1])));
    assert!(rows.iter().all(|row| !list(&row["checks"]).is_empty()));
    let nowhere = session.request("GET", "/api/v1/scenarios/five-bus/matches?need=nothing", None);
    assert_eq!(served.send(nowhere).await.status, StatusCode::UNPROCESSABLE_ENTITY);

    // A place described by hand, against the pledges of the storm.
    let of = operation("winter-storm");
    let offers = format!("/api/v1/operations/{of}/offers?start=2026-01-12&undated=5");
    let offers = served.send(session.request("GET", &offers, None)).await.json();
    let offer = list(&offers["items"])
        .iter()
        .find(|offer| offer["kind"] == "transformer")
        .unwrap_or_else(|| panic!("no transformer: {offers}"));
    let bay = json!({
        "operation": of, "kind": "transformer", "frequency_hz": 60,
        "nameplate": { "hv_kv": offer["nameplate"]["hv_kv"], "lv_kv": offer["nameplate"]["lv_kv"], "mva": 10 },
    });
    let found = served.send(session.request("POST", "/api/v1/matches", Some(&bay))).await.json();
    let same =
        list(&found["items"]).iter().find(|row| row["offer"] == offer["offer"]).expect("held");
    assert_ne!(same["verdict"], "does not fit", "{same}");
    assert!(list(&same["checks"]).iter().any(|check| check["margin"].is_number()), "{same}");
    let wrong = json!({ "operation": of, "kind": "transformer", "nameplate": { "hv_kv": -1 } });
    let wrong = served.send(session.request("POST", "/api/v1/matches", Some(&wrong))).await;
    assert_eq!(wrong.json()["errors"][0]["field"], "nameplate.hv_kv");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pledges_become_offers_and_an_accepted_plan_takes_their_pieces_once() {
    let served = Served::with_examples();
    let (reviewer, engineer) =
        (served.sign_in(Role::Reviewer).await, served.sign_in(Role::GridEngineer).await);
    let of = operation("winter-storm");
    // The one transformer that the small example lacks, promised in the ledger.
    let pledge = json!({ "operation": of, "content": {
        "title": "A spare", "donor": { "words": "Riverside Grid" },
        "expected": { "first": "2026-01-11", "last": "2026-01-11", "precision": "day" },
        "lots": [{ "item": { "category": "transformer", "nameplate": {
            "hv_kv": 220, "lv_kv": 110, "mva": 100, "phases": 3, "frequency_hz": 50,
            "vector_group": "YNyn0", "uk_pct": 12, "tap_range_pct": 10, "tap_step_pct": 1.25, "mass_t": 95 } },
            "quantity": { "range": { "min": "1", "max": "1" }, "qualifier": "exact" } }],
    } });
    let pledge = served.send(reviewer.request("POST", "/api/v1/pledges", Some(&pledge))).await;
    assert_eq!(pledge.status, StatusCode::CREATED, "{}", pledge.text());
    let pledge = pledge.json()["id"].as_str().expect("an id").to_owned();

    let ask = json!({ "scenario": "five-bus", "seconds": 1, "operation": of });
    let asked = served.send(engineer.request("POST", "/api/v1/plans", Some(&ask))).await;
    let id = asked.json()["job"]["id"].as_str().expect("an id").to_owned();
    let job = served.app.with_desk(|desk| plans::find(desk, &id)).expect("there").expect("filed");
    plans::make(&served.app, &job);
    let path = format!("/api/v1/plans/{id}/work");
    let work = served.send(engineer.request("GET", &path, None)).await.json();
    let items: Vec<&Value> =
        list(&work["jobs"]).iter().flat_map(|job| list(&job["items"])).collect();
    let offer = format!("{pledge}-0-pledged");
    assert!(items.iter().any(|item| item["offer"] == offer), "{work}");

    let path = format!("/api/v1/plans/{id}/acceptance");
    let body = json!({ "operation": of, "reason": "the best there is" });
    let done = served.send(engineer.request("POST", &path, Some(&body))).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.text());
    assert!(!list(&done.json()["assigned"]).is_empty());
    let again = served.send(engineer.request("POST", &path, Some(&body))).await.json();
    assert_eq!(
        (list(&again["assigned"]).len(), &again["known"]),
        (0, &done.json()["assigned"].as_array().expect("a list").len().into())
    );
    let list_of = format!("/api/v1/assignments?operation={of}&limit=200");
    let assigned = served.send(engineer.request("GET", &list_of, None)).await.json();
    let ours = list(&assigned["items"]).iter().find(|a| a["content"]["of"] == pledge.as_str());
    assert_eq!(ours.expect("assigned")["content"]["job"], "jT");
    // The piece is taken: another scenario cannot count on it.
    let offers = format!("/api/v1/operations/{of}/offers?start=2026-01-12");
    let offers = served.send(engineer.request("GET", &offers, None)).await.text();
    assert!(!offers.contains(&offer));
}
