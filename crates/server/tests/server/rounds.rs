//! What is on the way, what waits for people, what leaves as a file.

use axum::http::StatusCode;
use relight_server::policy::Role;
use serde_json::{Value, json};

use crate::common::{Served, operation};

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap_or_else(|| panic!("no list: {value}"))
}

#[tokio::test]
async fn consignments_say_what_is_late_and_which_job_waits() {
    let served = Served::with_examples();
    let of = operation("winter-storm");
    let session = served.sign_in(Role::Logistics).await;
    let path = format!("/api/v1/operations/{of}/consignments");
    let found = served.send(session.request("GET", &path, None)).await.json();
    let items = list(&found["items"]);
    // In the tables: what is shipped and no more is late by now, and what was received is there.
    let offers = include_str!("../../../../examples/winter-storm/offers.csv");
    let count = |status: &str| offers.matches(&format!(",{status},")).count();
    let of_state = |state: &str| items.iter().filter(|item| item["state"] == state).count();
    assert_eq!(of_state("late"), count("shipped"));
    assert_eq!(of_state("received"), count("received"));
    let late = items.iter().find(|item| item["state"] == "late").expect("late");
    assert!(late["days"].as_i64() > Some(0) && late["to"] != "", "{late}");

    let engineer = served.sign_in(Role::GridEngineer).await;
    let assignment = json!({ "operation": of, "content": {
        "of": late["pledge"], "lot": 0, "piece": 0, "scenario": "Winter storm", "digest": "d", "need": "n01",
        "job": "j-l466", "wanted": { "first": "2026-01-20", "last": "2026-01-20", "precision": "day" },
    } });
    let made =
        served.send(engineer.request("POST", "/api/v1/assignments", Some(&assignment))).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let found = served.send(session.request("GET", &path, None)).await.json();
    let now = list(&found["items"]).iter().find(|item| item["id"] == late["id"]).expect("there");
    assert_eq!(now["jobs"][0]["job"], "j-l466");
    assert_eq!(now["jobs"][0]["blocked"], true);
}

#[tokio::test]
async fn the_queue_shows_both_sides_and_a_decision_empties_it() {
    let served = Served::with_examples();
    let of = operation("winter-aid-2022");
    let session = served.sign_in(Role::Reviewer).await;
    let path = format!("/api/v1/operations/{of}/queue");
    let queue = served.send(session.request("GET", &path, None)).await.json();
    let pairs = list(&queue["suggestions"]);
    let pair = &pairs[0];
    assert_eq!(pair["from"]["claim"]["id"], pair["suggestion"]["from"]);
    assert!(pair["to"]["source"]["content"]["outlet"].is_string(), "{pair}");
    let link = json!({ "operation": of, "reason": "looked at together", "content": {
        "from": pair["suggestion"]["from"], "relation": "distinct_from", "to": pair["suggestion"]["to"],
    } });
    let made = served.send(session.request("POST", "/api/v1/links", Some(&link))).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let after = served.send(session.request("GET", &path, None)).await.json();
    let same = |other: &&Value| {
        other["suggestion"]["from"] == pair["suggestion"]["from"]
            && other["suggestion"]["to"] == pair["suggestion"]["to"]
    };
    assert!(list(&after["suggestions"]).iter().find(same).is_none());
}

#[tokio::test]
async fn an_export_holds_what_its_reader_may_see() {
    let served = Served::with_examples();
    let of = operation("winter-storm");
    let get = |file: &str| format!("/api/v1/operations/{of}/exports/{file}");
    let desk = served.sign_in(Role::RecipientDesk).await;
    let reviewer = served.sign_in(Role::Reviewer).await;
    let donor = served.sign_in(Role::Donor).await;
    let needs = served.send(desk.request("GET", &get("needs.csv"), None)).await;
    let reader = served.send(reviewer.request("GET", &get("needs.csv"), None)).await;
    assert!(needs.header("content-type").starts_with("text/csv"));
    let place = list(
        &served.send(desk.request("GET", "/api/v1/needs?limit=1", None)).await.json()["items"],
    )[0]["content"]["place"]
        .as_str()
        .expect("a place")
        .to_owned();
    assert!(needs.text().contains(&place));
    assert!(!reader.text().contains(&place), "{}", reader.text());
    let pledges = served.send(reviewer.request("GET", &get("pledges.csv"), None)).await.text();
    assert!(pledges.contains("Alpenstrom") && pledges.contains("hv_kv"), "{pledges}");
    // The donor's own pledges with all that is its own; those of others where they are published.
    let own = served.send(donor.request("GET", &get("records.json"), None)).await.json();
    assert!(own["records"].as_array().is_some_and(|all| !all.is_empty()), "{own}");
    assert!(!own.to_string().contains(&place));
    let book = served.send(reviewer.request("GET", &get("ledger.xlsx"), None)).await;
    assert!(book.status == StatusCode::OK && book.body.starts_with(b"PK"));
    let iati = operation("winter-aid-2022");
    let iati = format!("/api/v1/operations/{iati}/exports/iati.xml");
    let iati = served.send(reviewer.request("GET", &iati, None)).await.text();
    assert!(iati.contains("<iati-activities"), "{iati}");
    let nothing = served.send(reviewer.request("GET", &get("people.csv"), None)).await;
    assert_eq!(nothing.status, StatusCode::NOT_FOUND);
}
