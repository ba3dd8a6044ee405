//! Signing in, and what is refused.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use relight_server::accounts;
use relight_server::policy::Role;
use serde_json::json;

use crate::common::{PASSWORD, Served, account_of};

fn sign_in(name: &str, password: &str) -> Request<Body> {
    Request::post("/api/v1/session")
        .header("content-type", "application/json")
        .body(Body::from(json!({ "name": name, "password": password }).to_string()))
        .expect("a request")
}

#[tokio::test]
async fn a_session_begins_with_a_password_and_ends_when_asked() {
    let served = Served::with(&[]);
    assert_eq!(served.get("/api/v1/session").await.status, StatusCode::UNAUTHORIZED);
    let wrong = served.send(sign_in("reviewer", "not the password")).await;
    let nobody = served.send(sign_in("nobody", PASSWORD)).await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    assert_eq!(wrong.body, nobody.body, "the two look alike");

    let reply = served.send(sign_in("reviewer", PASSWORD)).await;
    let cookie = reply.header("set-cookie").to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    let session = served.sign_in(Role::Reviewer).await;
    let me = served.send(session.request("GET", "/api/v1/session", None)).await;
    assert_eq!(me.json()["role"], "reviewer");
    assert_eq!(me.json()["csrf"], session.csrf.as_str());

    let out = served.send(session.request("DELETE", "/api/v1/session", None)).await;
    assert_eq!(out.status, StatusCode::NO_CONTENT);
    let me = served.send(session.request("GET", "/api/v1/session", None)).await;
    assert_eq!(me.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_page_of_another_site_can_do_nothing() {
    let served = Served::with(&[]);
    let mut session = served.sign_in(Role::Reviewer).await;
    let body = json!({ "content": { "name": "X" } });
    let path = "/api/v1/parties";
    for (name, value) in [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")] {
        let request = session.request_with("POST", path, Some(&body), &[(name, value)]);
        assert_eq!(served.send(request).await.status, StatusCode::FORBIDDEN, "{name}");
    }
    let good = session.request("POST", path, Some(&body));
    assert_eq!(served.send(good).await.status, StatusCode::CREATED);
    session.csrf = "0".repeat(32);
    let forged = session.request("POST", path, Some(&body));
    assert_eq!(served.send(forged).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn guessing_is_slowed_down() {
    let served = Served::with(&[]);
    let mut last = StatusCode::OK;
    for _ in 0..11 {
        last = served.send(sign_in("auditor", "not the password")).await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    let right = served.send(sign_in("auditor", PASSWORD)).await;
    assert_eq!(right.status, StatusCode::TOO_MANY_REQUESTS, "the right one has to wait as well");
}

#[tokio::test]
async fn a_token_has_the_rights_of_its_account_or_fewer() {
    let served = Served::with(&[]);
    let session = served.sign_in(Role::Reviewer).await;
    let make = |scope: &str| json!({ "name": "a script", "scope": scope, "days": 1 });
    let mut secrets = Vec::new();
    for scope in ["read", "write"] {
        let made = served.send(session.request("POST", "/api/v1/tokens", Some(&make(scope)))).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
        secrets.push(made.json()["secret"].as_str().expect("a text").to_owned());
    }
    let with = |secret: &str, method: &str, path: &str| {
        Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {secret}"))
            .header("content-type", "application/json")
            .body(Body::from(r#"{"content":{"name":"X"}}"#))
            .expect("a request")
    };
    let post = |secret: &str| with(secret, "POST", "/api/v1/parties");
    assert_eq!(served.send(post(&secrets[0])).await.status, StatusCode::FORBIDDEN);
    assert_eq!(served.send(post(&secrets[1])).await.status, StatusCode::CREATED);
    assert_eq!(served.send(post("rlt_0")).await.status, StatusCode::UNAUTHORIZED);
    let list = served.send(with(&secrets[0], "GET", "/api/v1/parties")).await;
    assert_eq!(list.json()["items"].as_array().map(Vec::len), Some(1));

    // The account is closed, and with it all that came of it.
    let closed = served.app.with_desk(|desk| accounts::set_active(desk, "reviewer", false));
    assert!(closed.expect("changed"));
    let gone = served.send(with(&secrets[0], "GET", "/api/v1/parties")).await;
    assert_eq!(gone.status, StatusCode::UNAUTHORIZED);
    let gone = served.send(session.request("GET", "/api/v1/session", None)).await;
    assert_eq!(gone.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn every_answer_carries_strict_headers() {
    let served = Served::with_examples();
    for path in
        ["/en/", "/en/winter-aid-2022/", "/api/v1/public/operations", "/nowhere", "/api/v1/x"]
    {
        let reply = served.get(path).await;
        let policy = reply.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(reply.header("x-frame-options"), "DENY", "{path}");
    }
}

#[tokio::test]
async fn administrators_make_accounts_and_others_do_not() {
    let served = Served::with(&[]);
    let new = json!({ "name": "olena", "role": "reviewer", "password": "four plain words more" });
    for role in [Role::Administrator, Role::Reviewer] {
        let session = served.sign_in(role).await;
        let reply = served.send(session.request("POST", "/api/v1/accounts", Some(&new))).await;
        let expected = if role == Role::Administrator { 201 } else { 403 };
        assert_eq!(reply.status.as_u16(), expected, "{} {}", account_of(role), reply.text());
        assert!(!reply.text().contains("argon2"));
    }
}
