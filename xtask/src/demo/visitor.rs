//! A visitor of the demo's server: just enough HTTP to ask for a plan and wait for it. `xtask` has no dependencies.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::process::Outcome;

/// Somebody who has signed in.
pub struct Visitor {
    address: String,
    cookie: String,
    csrf: String,
}

/// An answer of the server.
struct Answer {
    status: u16,
    whole: String,
}

impl Answer {
    /// The first text of that name in the JSON of the answer.
    fn text(&self, name: &str) -> Option<&str> {
        let at = self.whole.split(&format!("\"{name}\":\"")).nth(1)?;
        at.split('"').next()
    }

    fn or_refused(self, what: &str) -> Outcome<Answer> {
        if (200..300).contains(&self.status) {
            return Ok(self);
        }
        let why = self.text("detail").or(self.text("title")).unwrap_or("no reason told");
        Err(format!("{what}: {} {why}", self.status).into())
    }
}

impl Visitor {
    /// Signs in.
    pub fn sign_in(address: &str, name: &str, password: &str) -> Outcome<Visitor> {
        let visitor =
            Visitor { address: address.to_owned(), cookie: String::new(), csrf: String::new() };
        let body = format!("{{\"name\":\"{name}\",\"password\":\"{password}\"}}");
        let answer = visitor.ask("POST", "/api/v1/session", &body)?.or_refused("signing in")?;
        let cookie = answer.whole.split("set-cookie: ").nth(1).and_then(|at| at.split(';').next());
        let cookie = cookie.ok_or("signing in: no cookie")?.to_owned();
        let csrf = answer.text("csrf").unwrap_or_default().to_owned();
        Ok(Visitor { cookie, csrf, ..visitor })
    }

    /// Has a plan made out of an operation's ledger, and accepts it: pieces of the ledger are assigned to its jobs.
    pub fn plan(&self, scenario: &str, operation: &str, rounds: u32) -> Outcome {
        let wanted = format!(
            "{{\"scenario\":\"{scenario}\",\"operation\":\"{operation}\",\"iterations\":{rounds}}}"
        );
        let asked = self.ask("POST", "/api/v1/plans", &wanted)?.or_refused("a plan")?;
        let path = format!("/api/v1/plans/{}", asked.text("id").ok_or("a plan without an id")?);
        let begun = Instant::now();
        loop {
            let now = self.ask("GET", &path, "")?.or_refused("a plan")?;
            match now.text("state") {
                Some("done") => break,
                Some("waiting" | "running") if begun.elapsed() < Duration::from_secs(300) => {
                    std::thread::sleep(Duration::from_millis(250));
                }
                state => return Err(format!("a plan was not made: {state:?}").into()),
            }
        }
        let body = format!("{{\"operation\":\"{operation}\",\"reason\":\"the plan of the demo\"}}");
        let done = self.ask("POST", &format!("{path}/acceptance"), &body)?;
        let done = done.or_refused("accepting a plan")?;
        if done.whole.contains("\"assigned\":[]") {
            return Err("the plan counts on nothing of the ledger".into());
        }
        Ok(())
    }

    fn ask(&self, method: &str, path: &str, body: &str) -> Outcome<Answer> {
        let Visitor { address, cookie, csrf } = self;
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nCookie: {cookie}\r\n\
             X-CSRF-Token: {csrf}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let failed = |error: std::io::Error| format!("{method} {path}: {error}");
        let mut stream = TcpStream::connect(address).map_err(failed)?;
        stream.set_read_timeout(Some(Duration::from_secs(30))).map_err(failed)?;
        stream.write_all(request.as_bytes()).map_err(failed)?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).map_err(failed)?;
        let whole = String::from_utf8_lossy(&bytes).into_owned();
        let status = whole.split(' ').nth(1).and_then(|text| text.parse().ok());
        let status = status.ok_or_else(|| format!("{method} {path}: no answer"))?;
        Ok(Answer { status, whole })
    }
}
