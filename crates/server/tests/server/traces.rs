//! Traces, as a collector hears them: a listener on this machine that reads OTLP/HTTP.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;

use axum::body::Body;
use axum::http::Request;
use relight_server::policy::Role;
use serde_json::Value;

use crate::common::Served;

/// Hears one message, and answers it.
fn hear(listener: &TcpListener) -> (String, Value) {
    let (stream, _) = listener.accept().expect("a message");
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert!(reader.read_line(&mut head).expect("a line") > 0, "{head}");
    }
    let small = head.to_ascii_lowercase();
    let length = small.split("content-length: ").nth(1).expect("a length");
    let length = length.lines().next().expect("a line").trim().parse().expect("a number");
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("a body");
    let answer = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}";
    reader.get_mut().write_all(answer.as_bytes()).expect("answered");
    (small, serde_json::from_slice(&body).expect("JSON"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collector_hears_of_each_request_and_of_what_it_waited_for() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let collector = tokio::task::spawn_blocking(move || hear(&listener));
    let served = Served::told(
        &[],
        &format!(
            "[server]\nbehind_proxy = true\n[traces]\nendpoint = \"http://{address}/v1/traces\"\n"
        ),
    );
    let session = served.sign_in(Role::Auditor).await;
    let told = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let request =
        session.request_with("GET", "/api/v1/audit?limit=1", None, &[("traceparent", told)]);
    assert_eq!(served.send(request).await.status.as_u16(), 200);
    // Somebody who asks that nothing be told of them is heeded.
    let quiet = Request::get("/healthz")
        .header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00")
        .body(Body::empty())
        .expect("a request");
    served.send(quiet).await;
    let app = std::sync::Arc::clone(&served.app);
    tokio::task::spawn_blocking(move || app.traces.flush()).await.expect("flushed");

    let (head, message) = collector.await.expect("heard");
    assert!(head.starts_with("post /v1/traces "), "{head}");
    assert!(head.contains("content-type: application/json"), "{head}");
    let resource = &message["resourceSpans"][0];
    assert_eq!(resource["resource"]["attributes"][0]["value"]["stringValue"], "relight");
    let spans = resource["scopeSpans"][0]["spans"].as_array().expect("spans");
    let named = |name: &str| spans.iter().find(|span| span["name"] == name);
    assert!(named("GET /healthz").is_none());
    let audit = named("GET /api/v1/audit").unwrap_or_else(|| panic!("{message}"));
    assert_eq!(audit["traceId"], "4bf92f3577b34da6a3ce929d0e0e4736");
    assert_eq!(audit["parentSpanId"], "00f067aa0ba902b7");
    assert_eq!(audit["kind"], 2);
    assert_eq!(audit["attributes"][2]["value"]["intValue"], "200");
    let nanos =
        |span: &Value, at: &str| span[at].as_str().expect("text").parse::<u64>().expect("ns");
    let inner = spans.iter().filter(|span| span["parentSpanId"] == audit["spanId"]);
    let inner: Vec<_> = inner.collect();
    assert!(inner.iter().any(|span| span["name"] == "ledger read"), "{message}");
    for span in inner {
        assert_eq!(span["traceId"], audit["traceId"]);
        assert!(nanos(span, "startTimeUnixNano") >= nanos(audit, "startTimeUnixNano"));
        assert!(nanos(span, "endTimeUnixNano") <= nanos(audit, "endTimeUnixNano") + 1_000_000);
    }
    let sign_in = named("POST /api/v1/session").expect("there");
    assert!(sign_in.get("parentSpanId").is_none());
    assert_ne!(sign_in["traceId"], audit["traceId"]);
    // Nobody's name, nor what was asked for.
    let text = message.to_string();
    assert!(!text.contains("auditor") && !text.contains("limit"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collector_that_is_not_there_holds_nobody_up() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    let served =
        Served::told(&[], &format!("[traces]\nendpoint = \"http://{address}/v1/traces\"\n"));
    let begun = std::time::Instant::now();
    for _ in 0..50 {
        assert_eq!(served.get("/healthz").await.status.as_u16(), 200);
    }
    let app = std::sync::Arc::clone(&served.app);
    tokio::task::spawn_blocking(move || app.traces.flush()).await.expect("flushed");
    assert!(begun.elapsed().as_secs() < 20);
}
