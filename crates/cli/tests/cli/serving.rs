//! A server that is killed while people write to it: what was acknowledged is there, and a request that is sent again is
//! carried out once.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

const PASSWORD: &str = "three plain words here";

fn relight(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_relight"));
    command.current_dir(folder);
    command
}

fn done(command: &mut Command) {
    let output = command.output().expect("it starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Starts the server; gives its address once it listens.
fn serve(folder: &Path) -> (Child, String) {
    let mut child = relight(folder)
        .args(["serve", "--config", "relight.toml"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    // The log says at which port it listens.
    let mut lines = BufReader::new(child.stderr.take().expect("a pipe")).lines();
    let address = loop {
        let line = lines.next().expect("it says where it listens").expect("text");
        let told: Value = serde_json::from_str(&line).unwrap_or_default();
        if told["message"] == "listening" {
            break told["address"].as_str().expect("an address").to_owned();
        }
    };
    std::thread::spawn(move || lines.for_each(drop));
    (child, address)
}

/// Sends a request; `None` where no whole answer came.
fn ask(
    address: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Option<(u16, String, Value)> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(30))).ok()?;
    let mut text = format!(
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n",
        body.len()
    );
    for (name, value) in headers {
        text.extend([name, ": ", value, "\r\n"]);
    }
    stream.write_all(format!("{text}\r\n{body}").as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    // An answer that was cut off is no acknowledgement.
    if length.and_then(|n| n.parse::<usize>().ok()) != Some(body.len()) {
        return None;
    }
    let value = serde_json::from_str(body).unwrap_or_default();
    Some((status, head.to_owned(), value))
}

/// A token of the reviewer.
fn token(address: &str) -> String {
    let body = json!({ "name": "reviewer", "password": PASSWORD }).to_string();
    let (status, head, told) =
        ask(address, "POST", "/api/v1/session", &[], &body).expect("an answer");
    assert_eq!(status, 200, "{told}");
    let cookie = head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).expect("a cookie");
    let cookie = cookie.split(';').next().expect("a value");
    let csrf = told["csrf"].as_str().expect("a text");
    let body = json!({ "name": "a load", "scope": "write", "days": 1 }).to_string();
    let headers = [("cookie", cookie), ("x-csrf-token", csrf)];
    let (status, _, told) =
        ask(address, "POST", "/api/v1/tokens", &headers, &body).expect("an answer");
    assert_eq!(status, 201, "{told}");
    told["secret"].as_str().expect("a text").to_owned()
}

/// Records a party under a key; gives its id where the server has acknowledged it.
fn record(address: &str, bearer: &str, key: &str) -> Option<String> {
    let body = json!({ "content": { "name": format!("Party {key}") } }).to_string();
    let headers = [("authorization", bearer), ("idempotency-key", key)];
    let (status, _, told) = ask(address, "POST", "/api/v1/parties", &headers, &body)?;
    assert!(matches!(status, 201 | 429 | 503), "{status} {told}");
    (status == 201).then(|| told["id"].as_str().expect("an id").to_owned())
}

#[test]
fn what_was_acknowledged_survives_a_killed_server() {
    let kills: usize =
        std::env::var("RELIGHT_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(3);
    // The whole of it is quick; in a soak twenty servers are enough here.
    let kills = kills.min(20);
    let place = tempfile::tempdir().expect("a folder");
    let folder = place.path();
    let settings =
        "[server]\nlisten = \"127.0.0.1:0\"\n[store]\nledger = \"l.db\"\ndesk = \"d.db\"\n";
    std::fs::write(folder.join("relight.toml"), settings).expect("written");
    done(relight(folder).args(["ledger", "init", "--ledger", "l.db"]));
    let mut account = relight(folder)
        .args(["account", "add", "reviewer", "--role", "reviewer", "--config", "relight.toml"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("it starts");
    writeln!(account.stdin.take().expect("a pipe"), "{PASSWORD}").expect("written");
    assert!(account.wait().expect("it ends").success());

    let mut acknowledged: Vec<(String, String)> = Vec::new();
    let mut bearer = String::new();
    for round in 0..kills {
        let (mut child, address) = serve(folder);
        if bearer.is_empty() {
            bearer = format!("Bearer {}", token(&address));
        }
        for (key, id) in &acknowledged {
            let path = format!("/api/v1/parties/{id}");
            let headers = [("authorization", bearer.as_str())];
            let (status, _, told) = ask(&address, "GET", &path, &headers, "").expect("an answer");
            assert_eq!(status, 200, "{key} was acknowledged: {told}");
        }
        // The last one again, as somebody does who never heard of it: it is the same record.
        if let Some((key, id)) = acknowledged.last() {
            assert_eq!(record(&address, &bearer, key).as_ref(), Some(id));
        }
        let stop = AtomicBool::new(false);
        let mut heard = std::thread::scope(|scope| {
            let writers: Vec<_> = (0..8)
                .map(|writer| {
                    let (address, bearer, stop) = (&address, &bearer, &stop);
                    scope.spawn(move || {
                        let mut heard = Vec::new();
                        for n in 0..10 {
                            if stop.load(Ordering::Relaxed) {
                                break;
                            }
                            let key = format!("{round}-{writer}-{n}");
                            heard.extend(record(address, bearer, &key).map(|id| (key, id)));
                        }
                        heard
                    })
                })
                .collect();
            std::thread::sleep(Duration::from_millis(20 + 37 * (round as u64 % 5)));
            child.kill().expect("killed");
            stop.store(true, Ordering::Relaxed);
            writers.into_iter().flat_map(|w| w.join().expect("a writer")).collect::<Vec<_>>()
        });
        child.wait().expect("it ended");
        acknowledged.append(&mut heard);
    }
    assert!(!acknowledged.is_empty(), "nothing was acknowledged before the kills");
    done(relight(folder).args(["ledger", "verify", "--ledger", "l.db"]));
    let (mut child, address) = serve(folder);
    for (key, id) in &acknowledged {
        let headers = [("authorization", bearer.as_str())];
        let path = format!("/api/v1/parties/{id}");
        let answer = ask(&address, "GET", &path, &headers, "").expect("an answer");
        assert_eq!(answer.0, 200, "{key}");
    }
    // And asked to end, it ends by itself.
    done(Command::new("kill").args(["-TERM", &child.id().to_string()]));
    let until = Instant::now() + Duration::from_secs(20);
    let ended = loop {
        if let Some(status) = child.try_wait().expect("waited for") {
            break status;
        }
        assert!(Instant::now() < until, "it does not end");
        std::thread::sleep(Duration::from_millis(50));
    };
    assert!(ended.success());
}
