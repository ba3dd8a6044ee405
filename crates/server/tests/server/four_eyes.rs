//! What one person may not do alone: publish a figure of a named donor, mark as received or installed without a document
//! of the recipient, release a site to a partner, erase what is known of a person.

use axum::http::StatusCode;
use relight_ledger::id::Id;
use relight_ledger::model::Party;
use relight_server::policy::Role;
use serde_json::{Value, json};

use crate::common::{Reply, Served, Session};

async fn post(served: &Served, who: &Session, path: &str, body: &Value) -> Reply {
    served.send(who.request("POST", path, Some(body))).await
}

async fn confirm(served: &Served, who: &Session, place: &str) -> Reply {
    let body = json!({ "reason": "agreed" });
    let path = format!("{place}/confirmation");
    let seen = [("if-match", "\"1\"")];
    served.send(who.request_with("POST", &path, Some(&body), &seen)).await
}

/// An operation in which receipts and installations need a document, and a pledge in it.
async fn careful(served: &Served) -> (Value, Value) {
    let reviewer = served.sign_in(Role::Reviewer).await;
    let of = json!({ "content": {
        "name": "A careful one", "second_person": { "undocumented": ["received", "installed", "energised"] },
    } });
    let of = post(served, &reviewer, "/api/v1/operations", &of).await;
    assert_eq!(of.status, StatusCode::CREATED, "{}", of.text());
    let of = of.json()["id"].clone();
    let pledge = json!({ "operation": of, "content": {
        "title": "Sets", "donor": { "words": "A country" },
        "lots": [{ "item": { "category": "generator_set", "words": "sets" },
                   "quantity": { "range": { "min": "10", "max": "10" }, "qualifier": "exact" } }],
    } });
    let pledge = post(served, &reviewer, "/api/v1/pledges", &pledge).await.json()["id"].clone();
    (of, pledge)
}

#[tokio::test]
async fn a_receipt_without_a_document_waits_for_a_second_person() {
    let served = Served::with(&[]);
    let (of, pledge) = careful(&served).await;
    let carrier = served.sign_in(Role::Logistics).await;
    let desk = served.sign_in(Role::RecipientDesk).await;
    let lots = json!([{ "item": { "category": "generator_set", "words": "sets" },
        "quantity": { "range": { "min": "10", "max": "10" }, "qualifier": "exact" } }]);
    let step = |stage: &str, external: &Value| {
        json!({ "operation": of, "content": {
            "stage": stage, "pledge": pledge, "lots": lots, "side": "recipient", "external": external,
            "date": { "first": "2026-02-01", "last": "2026-02-01", "precision": "day" },
        } })
    };
    let path = "/api/v1/steps";
    let bare = post(&served, &carrier, path, &step("received", &json!([]))).await;
    assert_eq!(bare.json()["state"], "pending", "{}", bare.text());
    let paper = json!([{ "scheme": "waybill", "id": "CMR 7" }]);
    let with_paper = post(&served, &carrier, path, &step("received", &paper)).await;
    assert_eq!(with_paper.json()["state"], "standing");
    let sent = post(&served, &carrier, path, &step("sent", &json!([]))).await;
    assert_eq!(sent.json()["state"], "standing", "nobody has received anything yet");

    let place = bare.header("location");
    let alone = confirm(&served, &carrier, place).await;
    assert_eq!(alone.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", alone.text());
    let queue = format!("/api/v1/operations/{}/queue", of.as_str().expect("an id"));
    let queue = served.send(desk.request("GET", &queue, None)).await.json();
    assert_eq!(queue["pending"][0]["record"]["id"], bare.json()["id"]);
    assert_eq!(queue["pending"][0]["yours"], true);
    let both = confirm(&served, &desk, place).await;
    assert_eq!(both.json()["state"], "standing", "{}", both.text());

    let engineer = served.sign_in(Role::GridEngineer).await;
    let bare = post(&served, &engineer, path, &step("installed", &json!([]))).await;
    assert_eq!(bare.json()["state"], "pending");
}

#[tokio::test]
async fn a_site_is_released_to_a_partner_by_two_people_and_to_nobody_else() {
    let served = Served::with(&[]);
    let (of, pledge) = careful(&served).await;
    let (first, second) =
        (served.sign_in(Role::Reviewer).await, served.sign_in(Role::SecondReviewer).await);
    let engineer = served.sign_in(Role::GridEngineer).await;
    let mut partners = Vec::new();
    for name in ["Ours", "Others"] {
        let party = json!({ "content": { "name": name } });
        let party = post(&served, &first, "/api/v1/parties", &party).await.json()["id"].clone();
        let id: Id<Party> = party.as_str().expect("an id").parse().expect("an id");
        let account = name.to_lowercase();
        served.account(&account, Role::Donor, Some(id));
        partners.push((party, served.sign_in_as(&account).await));
    }
    let step = json!({ "operation": of, "content": {
        "stage": "installed", "pledge": pledge, "site": "Station North", "side": "recipient",
        "external": [{ "scheme": "act", "id": "7" }],
    } });
    let step = post(&served, &engineer, "/api/v1/steps", &step).await;
    let (place, id) = (step.header("location").to_owned(), step.json()["id"].clone());
    let look = |who: &Session| served.send(who.request("GET", &place, None));
    assert_eq!(look(&partners[0].1).await.status, StatusCode::NOT_FOUND);

    let release = json!({ "operation": of, "content": { "records": [id], "to": partners[0].0 } });
    let release = post(&served, &first, "/api/v1/publications", &release).await;
    assert_eq!(release.json()["state"], "pending", "{}", release.text());
    assert_eq!(
        look(&partners[0].1).await.status,
        StatusCode::NOT_FOUND,
        "one person is not enough"
    );
    let both = confirm(&served, &second, release.header("location")).await;
    assert_eq!(both.status, StatusCode::OK, "{}", both.text());
    let seen = look(&partners[0].1).await;
    assert_eq!(seen.json()["content"]["site"], "Station North", "{}", seen.text());
    assert_eq!(look(&partners[1].1).await.status, StatusCode::NOT_FOUND);
    assert!(!look(&first).await.text().contains("Station North"), "who proposes need not see it");
    // Released to a partner is not published.
    let open = served.get("/api/v1/public/operations").await.text();
    assert!(!open.contains("Station North"));

    let because = json!({ "reason": "the work is done" });
    let path = format!("{}/withdrawal", release.header("location"));
    let back = first.request_with("POST", &path, Some(&because), &[("if-match", "\"2\"")]);
    assert_eq!(served.send(back).await.status, StatusCode::OK);
    assert_eq!(look(&partners[0].1).await.status, StatusCode::NOT_FOUND, "taken back");
}

#[tokio::test]
async fn a_person_is_erased_by_two_administrators() {
    let served = Served::with(&[]);
    served.account("olena", Role::Logistics, None);
    served.account("other-administrator", Role::Administrator, None);
    let first = served.sign_in(Role::Administrator).await;
    let second = served.sign_in_as("other-administrator").await;
    let wanted = json!({ "account": "olena", "reason": "she asked for it" });
    let asked = post(&served, &first, "/api/v1/redactions", &wanted).await;
    assert_eq!(asked.status, StatusCode::CREATED, "{}", asked.text());
    let id = asked.json()["id"].as_str().expect("an id").to_owned();
    let path = format!("/api/v1/redactions/{id}/confirmation");
    let send = |who: &Session| served.send(who.request("POST", &path, None));
    assert_eq!(send(&first).await.status, StatusCode::FORBIDDEN);
    let person = Id::derive(&["person", "account", "olena"]);
    let sealed = |served: &Served| {
        let mut store =
            relight_store::Store::open(&served.app.settings.store.ledger).expect("a ledger");
        let record = store.record(person).expect("read").expect("there");
        let name = record.get::<relight_ledger::model::Person>().and_then(|p| p.name);
        store.secret(name.expect("a seal")).expect("read")
    };
    assert!(sealed(&served).is_some());
    let done = send(&second).await;
    assert_eq!(done.json()["agreed_by"], "other-administrator", "{}", done.text());
    assert!(sealed(&served).is_none(), "the text is gone");
    assert_eq!(send(&second).await.status, StatusCode::CONFLICT);
    let listed = served.send(first.request("GET", "/api/v1/accounts", None)).await.json();
    let olena = listed["items"].as_array().expect("a list").iter().find(|a| a["name"] == "olena");
    assert_eq!(olena.expect("listed")["active"], false);
}
