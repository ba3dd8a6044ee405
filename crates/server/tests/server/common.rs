//! A server over the ledgers of the examples, with an account for each role.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use relight_ledger::event::{Event, Proposal};
use relight_ledger::id::Id;
use relight_ledger::model::{Operation, Party};
use relight_ledger::seal::Secret;
use relight_server::accounts::{self, Account};
use relight_server::app::App;
use relight_server::config::Settings;
use relight_server::plans;
use relight_server::policy::Role;
use relight_server::routes::router;
use relight_store::Store;
use relight_store::desk::Desk;
use serde::Deserialize;
use serde_json::Value;
use tower::ServiceExt as _;

/// The password of every account of the tests.
pub const PASSWORD: &str = "three plain words";

/// A server, and the folder that it lies in.
pub struct Served {
    pub app: Arc<App>,
    router: Router,
    pub folder: tempfile::TempDir,
}

/// What came back.
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.text()))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("text"))
    }
}

#[derive(Deserialize)]
struct Line {
    event: Event,
    #[serde(default)]
    secrets: Vec<Secret>,
}

/// The events of an example.
pub fn example(path: &str) -> Vec<Proposal> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(path);
    let text = std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    text.lines()
        .map(|line| serde_json::from_str::<Line>(line).expect("an event"))
        .map(|Line { event, secrets }| Proposal { event, secrets })
        .collect()
}

/// The two operations of the examples.
pub fn operation(slug: &str) -> Id<Operation> {
    Id::derive(&["operation", slug])
}

/// The name of the account of a role.
pub fn account_of(role: Role) -> String {
    role.word().replace('_', "-")
}

impl Served {
    /// With both examples.
    pub fn with_examples() -> Served {
        Served::with(&[
            example("winter-aid-2022/events.jsonl"),
            example("winter-storm/ledger/events.jsonl"),
        ])
    }

    /// With these events.
    pub fn with(ledgers: &[Vec<Proposal>]) -> Served {
        Served::told(ledgers, "")
    }

    /// With these events and settings besides.
    pub fn told(ledgers: &[Vec<Proposal>], more: &str) -> Served {
        let folder = tempfile::tempdir().expect("a folder");
        let place = |name: &str| folder.path().join(name).display().to_string();
        let mut store = Store::create(&place("ledger.db")).expect("a ledger");
        for events in ledgers {
            store.append(events).expect("the store works").expect("the events are sound");
        }
        let mut desk = Desk::open(&place("desk.db")).expect("a desk");
        // Argon2 takes its time: one hash serves all accounts of a test.
        let first =
            accounts::make(&mut desk, "first", Role::Auditor, None, PASSWORD).expect("made");
        for role in Role::ALL.into_iter().filter(|role| *role != Role::Public) {
            let name = account_of(role);
            let donor = Id::<Party>::derive(&["party", "storm", "Northern Grid Reserve"]);
            let account = Account {
                role,
                person: Id::derive(&["person", "account", &name]),
                party: (role == Role::Donor).then_some(donor),
                name: name.clone(),
                ..first.clone()
            };
            let body = serde_json::to_string(&account).expect("json");
            desk.put("account", &name, &body, None).expect("kept");
        }
        let scenarios = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples");
        let weather = folder.path().join("weather.json");
        let seen = r#"{"time":"2026-01-20T06:00:00Z","celsius":-12.4,"source":"invented"}"#;
        std::fs::write(&weather, seen).expect("written");
        let text = format!(
            "{more}[store]\nledger = {:?}\ndesk = {:?}\n[plans]\nscenarios = {:?}\nfolder = {:?}\n\
             [[operation]]\nslug = \"winter-aid-2022\"\ntime_zone = \"Europe/Kyiv\"\n\
             title = {{ uk = \"Зимова допомога 2022\", ro = \"Ajutor de iarnă 2022\", en = \"Winter aid 2022\" }}\n\
             place = {{ en = \"Kyiv\", uk = \"Київ\", ro = \"Kiev\" }}\n\
             [[operation]]\nslug = \"canary\"\n[[operation]]\nslug = \"winter-storm\"\nweather = {:?}\nplace = {{ en = \"Northport\" }}\n",
            place("ledger.db"),
            place("desk.db"),
            scenarios.display().to_string(),
            place("plans"),
            weather.display().to_string(),
        );
        let settings = Settings::read(&text, Vec::new()).expect("settings");
        let app = App::open(settings).expect("the server opens");
        let router = router(&app);
        Served { app, router, folder }
    }

    /// Makes another account of a role, of an organisation.
    pub fn account(&self, name: &str, role: Role, party: Option<Id<Party>>) {
        let find = |desk: &mut Desk| accounts::find(desk, "first");
        let first = self.app.with_desk(find).expect("there").expect("made");
        let person = Id::derive(&["person", "account", name]);
        let account = Account { role, person, party, name: name.to_owned(), ..first };
        let body = serde_json::to_string(&account).expect("json");
        self.app.with_desk(|desk| desk.put("account", name, &body, None)).expect("kept");
        let person = accounts::person(&account).expect("sealed");
        let mut store = Store::open(&self.app.settings.store.ledger).expect("a ledger");
        store.append(&[person]).expect("the store works").expect("sound");
        self.app.refresh_now();
    }

    /// Makes a plan of an example, on this thread.
    pub fn plan(&self, id: &str, scenario: &str, asks: bool) {
        let job = plans::Job {
            id: id.to_owned(),
            scenario: scenario.to_owned(),
            account: "recipient-desk".to_owned(),
            asked: 1,
            seconds: 1,
            seed: 1,
            iterations: None,
            operation: None,
            undated: None,
            asks,
            weather: None,
            state: plans::Standing::Waiting,
            reason: String::new(),
            result: None,
        };
        self.app.with_desk(|desk| plans::file(desk, &job)).expect("filed");
        plans::make(&self.app, &job);
        let made = self.app.with_desk(|desk| plans::find(desk, id)).expect("there").expect("filed");
        assert_eq!(made.state, plans::Standing::Done, "{}", made.reason);
    }

    /// Sends a request.
    pub async fn send(&self, request: Request<Body>) -> Reply {
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 64 << 20).await.expect("a body").to_vec();
        Reply { status: parts.status, headers: parts.headers, body }
    }

    /// Sends a request, and takes of the answer what comes within a moment: some answers do not end.
    pub async fn begin(&self, request: Request<Body>) -> Reply {
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let body =
            tokio::time::timeout(std::time::Duration::from_millis(300), to_bytes(body, 64 << 20));
        let body = body.await.map_or(Vec::new(), |body| body.expect("a body").to_vec());
        Reply { status: parts.status, headers: parts.headers, body }
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.send(Request::get(path).body(Body::empty()).expect("a request")).await
    }

    /// Signs in; gives the cookie and what goes into `X-CSRF-Token`.
    pub async fn sign_in(&self, role: Role) -> Session {
        self.sign_in_as(&account_of(role)).await
    }

    /// The same by name.
    pub async fn sign_in_as(&self, name: &str) -> Session {
        let body = format!(r#"{{"name":"{name}","password":"{PASSWORD}"}}"#);
        let request = Request::post("/api/v1/session")
            .header("content-type", "application/json")
            .body(Body::from(body))
            .expect("a request");
        let reply = self.send(request).await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
        let cookie = reply.header("set-cookie").split(';').next().unwrap_or_default().to_owned();
        let csrf = reply.json()["csrf"].as_str().expect("a text").to_owned();
        Session { cookie, csrf }
    }
}

/// A browser that has signed in.
#[derive(Clone)]
pub struct Session {
    pub cookie: String,
    pub csrf: String,
}

impl Session {
    /// A request of this browser.
    pub fn request(&self, method: &str, path: &str, body: Option<&Value>) -> Request<Body> {
        self.request_with(method, path, body, &[])
    }

    pub fn request_with(
        &self,
        method: &str,
        path: &str,
        body: Option<&Value>,
        headers: &[(&str, &str)],
    ) -> Request<Body> {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("cookie", &self.cookie)
            .header("x-csrf-token", &self.csrf);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = match body {
            Some(body) => {
                request = request.header("content-type", "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        request.body(body).expect("a request")
    }
}
