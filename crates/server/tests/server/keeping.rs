//! Recording, correcting, confirming, deciding: by the API, as people do it.

use axum::http::StatusCode;
use relight_server::policy::Role;
use serde_json::json;

use crate::common::{Served, operation};

#[tokio::test]
async fn a_request_that_comes_again_is_carried_out_once() {
    let served = Served::with_examples();
    let session = served.sign_in(Role::Reviewer).await;
    let body = json!({ "operation": operation("winter-storm"), "content": { "url": "https://a.example/" } });
    let once = [("idempotency-key", "a1")];
    let send = |body: &serde_json::Value| {
        session.request_with("POST", "/api/v1/sources", Some(body), &once)
    };
    let before = served.app.head();
    let first = served.send(send(&body)).await;
    assert_eq!(first.status, StatusCode::CREATED, "{}", first.text());
    let again = served.send(send(&body)).await;
    assert_eq!((again.status, &again.body), (first.status, &first.body));
    assert_eq!(served.app.head(), before + 1);
    let other = json!({ "operation": operation("winter-storm"), "content": { "url": "https://b.example/" } });
    assert_eq!(served.send(send(&other)).await.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_correction_needs_the_version_that_was_seen() {
    let served = Served::with_examples();
    let session = served.sign_in(Role::Reviewer).await;
    let body = json!({ "content": { "name": "A" } });
    let made = served.send(session.request("POST", "/api/v1/parties", Some(&body))).await;
    let place = made.header("location").to_owned();
    assert_eq!(made.header("etag"), "\"1\"");
    let fresh =
        served.send(session.request_with("GET", &place, None, &[("if-none-match", "\"1\"")])).await;
    assert_eq!(fresh.status, StatusCode::NOT_MODIFIED);

    let change = json!({ "content": { "name": "B" }, "reason": "it is called so" });
    let blind = served.send(session.request("PUT", &place, Some(&change))).await;
    assert_eq!(blind.status, StatusCode::PRECONDITION_REQUIRED);
    let good = session.request_with("PUT", &place, Some(&change), &[("if-match", "\"1\"")]);
    let good = served.send(good).await;
    assert_eq!((good.status, good.header("etag")), (StatusCode::OK, "\"2\""), "{}", good.text());
    let late = session.request_with("PUT", &place, Some(&change), &[("if-match", "\"1\"")]);
    assert_eq!(served.send(late).await.status, StatusCode::PRECONDITION_FAILED);

    let history = served.send(session.request("GET", &format!("{place}/history"), None)).await;
    let items = history.json()["items"].as_array().expect("a list").clone();
    assert_eq!(items.len(), 2);
    assert_eq!(items[1]["reason"], "it is called so");
    assert_eq!(items[0]["content"]["name"], "A");
}

#[tokio::test]
async fn nothing_is_published_by_one_person_alone() {
    let served = Served::with_examples();
    let first = served.sign_in(Role::Reviewer).await;
    let second = served.sign_in(Role::SecondReviewer).await;
    let of = operation("winter-aid-2022");
    let source = json!({ "operation": of, "content": { "url": "https://a.example/" } });
    let source = served.send(first.request("POST", "/api/v1/sources", Some(&source))).await;
    let id = source.json()["id"].clone();
    let body = json!({ "operation": of, "content": { "records": [id] } });
    let made = served.send(first.request("POST", "/api/v1/publications", Some(&body))).await;
    assert_eq!(made.json()["state"], "pending", "{}", made.text());
    let path = format!("{}/confirmation", made.header("location"));
    let seen = [("if-match", "\"1\"")];
    let because = json!({ "reason": "agreed" });
    let alone = served.send(first.request_with("POST", &path, Some(&because), &seen)).await;
    assert_eq!(alone.status, StatusCode::FORBIDDEN);
    let both = served.send(second.request_with("POST", &path, Some(&because), &seen)).await;
    assert_eq!((both.status, &both.json()["state"]), (StatusCode::OK, &json!("standing")));
    // Somebody who recorded it may not agree to it either, whatever the role.
    let own = served.send(second.request("POST", "/api/v1/publications", Some(&body))).await;
    let path = format!("{}/confirmation", own.header("location"));
    let own = served.send(second.request_with("POST", &path, Some(&because), &seen)).await;
    assert_eq!(own.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_text_becomes_drafts_and_a_draft_becomes_a_claim() {
    let served = Served::with_examples();
    let session = served.sign_in(Role::Reviewer).await;
    let text = json!({ "text": "France sent 100 generators to Ukraine.", "outlet": "A paper" });
    let read = served.send(session.request("POST", "/api/v1/readings", Some(&text))).await;
    let page = &read.json()["pages"][0];
    assert_eq!(page["drafts"][0]["claim"]["quantity"]["range"]["min"], "100", "{page}");
    let path = format!("/api/v1/operations/{}/readings", operation("winter-aid-2022"));
    let filed = served.send(session.request("POST", &path, Some(&text))).await;
    assert_eq!(filed.status, StatusCode::CREATED, "{}", filed.text());
    let head = served.app.head();
    let again = served.send(session.request("POST", &path, Some(&text))).await;
    assert_eq!(
        (again.body, served.app.head()),
        (filed.body.clone(), head),
        "the same text is filed once"
    );

    let draft = filed.json()["drafts"][0].as_str().expect("an id").to_owned();
    let path = format!("/api/v1/drafts/{draft}/decision");
    let seen = [("if-match", "\"1\"")];
    let body = json!({ "decision": "accepted" });
    let judged = served.send(session.request_with("POST", &path, Some(&body), &seen)).await;
    assert_eq!(judged.json()["state"]["decided"], "accepted", "{}", judged.text());
    let claim = relight_ledger::id::Id::<relight_ledger::model::Claim>::derive(&["claim", &draft]);
    let claim = served.send(session.request("GET", &format!("/api/v1/claims/{claim}"), None)).await;
    assert_eq!(claim.json()["content"]["donors"][0]["words"], "France");
}

#[tokio::test]
async fn totals_are_those_of_the_ledger() {
    let served = Served::with_examples();
    let session = served.sign_in(Role::Auditor).await;
    // The same rule as in the ledger's own acceptance test, and the same answer.
    let path = format!(
        "/api/v1/operations/{}/totals?stage=received&donor=Germany&as_of=2022-12-28",
        operation("winter-aid-2022")
    );
    let total = served.send(session.request("GET", &path, None)).await.json();
    let at_least: i64 = total["at_least"].as_str().expect("a number").parse().expect("whole");
    assert!(at_least >= 196, "{total}");
    assert!(total["rule"].as_str().expect("a text").contains("as of 2022-12-28"));
    let wrong = served.send(session.request("GET", &path.replace("received", "gone"), None)).await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn lists_are_told_page_by_page() {
    let served = Served::with_examples();
    let session = served.sign_in(Role::Reviewer).await;
    let mut path = "/api/v1/claims?limit=70".to_owned();
    let mut ids = Vec::new();
    loop {
        let page = served.send(session.request("GET", &path, None)).await.json();
        ids.extend(page["items"].as_array().expect("a list").iter().map(|i| i["id"].to_string()));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/api/v1/claims?limit=70&after={next}");
    }
    let mut unique = ids.clone();
    unique.sort();
    unique.dedup();
    assert_eq!((ids.len(), unique.len()), (180, 180));
}
