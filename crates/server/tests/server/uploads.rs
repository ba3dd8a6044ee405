//! Bodies that are too large, of another kind, or packed: every route of the table that takes one refuses them, and says so.

use std::io::Write as _;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use flate2::Compression;
use flate2::write::GzEncoder;
use relight_server::policy::Role;
use relight_server::routes::{MOST_BODY, Route, table};

use crate::access::{fillings, open};
use crate::common::{Served, Session};

/// Every route that takes a body, with an address that is one.
fn takers() -> Vec<(Route, String)> {
    let takes = table().into_iter().filter(|route| route.takes.is_some());
    let all: Vec<_> = takes.map(|route| (fillings(&route.path).remove(0), route)).collect();
    assert!(all.len() > 60, "the table holds the routes that record");
    all.into_iter().map(|(path, route)| (route, path)).collect()
}

/// A session for each role that some route is for, and the way to send.
struct Senders {
    served: Served,
    sessions: Vec<(Role, Session)>,
}

impl Senders {
    async fn new() -> Senders {
        let served = open();
        let nobody = Session { cookie: String::new(), csrf: String::new() };
        let mut sessions = vec![(Role::Public, nobody)];
        for role in Role::ALL.into_iter().filter(|role| *role != Role::Public) {
            served.app.limits.forget();
            sessions.push((role, served.sign_in(role).await));
        }
        Senders { served, sessions }
    }

    async fn send(
        &self,
        (route, path): &(Route, String),
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> (StatusCode, String) {
        self.served.app.limits.forget();
        let fits = |(role, _): &&(Role, Session)| route.who.allows(*role);
        let (_, session) = self.sessions.iter().rev().find(fits).expect("somebody may");
        let mut request = Request::builder()
            .method(&route.method)
            .uri(path)
            .header("cookie", &session.cookie)
            .header("x-csrf-token", &session.csrf)
            .header("if-match", "\"999999\"");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let reply = self.served.send(request.body(Body::from(body)).expect("a request")).await;
        let text = reply.text();
        assert_eq!(reply.header("content-type"), "application/problem+json", "{path}: {text}");
        (reply.status, text)
    }
}

const JSON: (&str, &str) = ("content-type", "application/json");

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_is_too_large_is_refused_everywhere() {
    let senders = Senders::new().await;
    let mut large = b"{\"content\":\"".to_vec();
    large.resize(MOST_BODY + 1, b'a');
    for taker in takers() {
        let (status, text) = senders.send(&taker, &[JSON], large.clone()).await;
        let what = format!("{} {}: {text}", taker.0.method, taker.1);
        assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE, "{what}");
        assert!(text.contains("urn:relight:problem:too-large"), "{what}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_of_another_kind_is_refused_everywhere() {
    let senders = Senders::new().await;
    let zip = b"PK\x03\x04 whatever is in it".to_vec();
    let kinds = [
        "text/plain",
        "text/csv",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/zip",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ];
    for taker in takers() {
        for kind in kinds {
            let headers = [("content-type", kind)];
            let (status, text) = senders.send(&taker, &headers, zip.clone()).await;
            let what = format!("{} {} {kind}: {text}", taker.0.method, taker.1);
            assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{what}");
        }
        let (status, text) = senders.send(&taker, &[], b"{}".to_vec()).await;
        assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{}: {text}", taker.1);
        // An archive that is called JSON is none.
        let (status, text) = senders.send(&taker, &[JSON], zip.clone()).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{}: {text}", taker.1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_packed_is_refused_and_never_unpacked() {
    let senders = Senders::new().await;
    // 256 MiB of spaces in some 250 kB: well below the limit of a body, and far above it once unpacked.
    let mut bomb = GzEncoder::new(Vec::new(), Compression::best());
    for _ in 0..256 {
        bomb.write_all(&vec![b' '; 1 << 20]).expect("into memory");
    }
    let bomb = bomb.finish().expect("into memory");
    assert!(bomb.len() < MOST_BODY);
    for taker in takers() {
        for coding in ["gzip", "deflate", "br", "zstd", "identity, gzip"] {
            let headers = [JSON, ("content-encoding", coding)];
            let (status, text) = senders.send(&taker, &headers, bomb.clone()).await;
            let what = format!("{} {} {coding}: {text}", taker.0.method, taker.1);
            assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{what}");
        }
    }
}
