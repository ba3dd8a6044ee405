//! Every route of the table, as everybody: nobody gets a word that is not for them.
//!
//! The ledger of this test is full of canaries: each text field of each kind of record holds a word that names the field.
//! For each role there is a list, written down here by hand, of the canaries that it may meet; any other one in any answer
//! (bodies and headers, errors too) is a leak. Routes come from the table, so that a new one is walked without a change
//! here.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use relight_ledger::event::{Act, Event, Proposal};
use relight_ledger::id::Id;
use relight_ledger::model::Content;
use relight_server::policy::Role;
use relight_server::routes::{Answer, Who, table};
use serde_json::{Value, json};

use crate::common::{Served, Session};

/// The canaries: kind, id, content. Texts are words that begin with `zq` and name their field.
#[expect(clippy::too_many_lines, reason = "a table")]
fn records() -> Vec<(&'static str, Id, Value)> {
    let id = |name: &str| Id::derive(&["canary", name]);
    let party = Id::<relight_ledger::model::Party>::derive(&["canary", "party"]);
    let named = |field: &str| json!({ "words": format!("zq-{field}-who"), "party": null });
    let when = |field: &str| {
        json!({ "first": "2026-01-02", "last": "2026-01-02", "precision": "day",
                "words": format!("zq-{field}-when") })
    };
    let quantity = |field: &str| {
        json!({ "range": { "min": "1234", "max": "1234" }, "qualifier": "exact",
                "words": format!("zq-{field}-quantity") })
    };
    let money = |field: &str| {
        json!({ "range": { "min": "5", "max": "5" }, "currency": "EUR", "qualifier": "exact",
                "words": format!("zq-{field}-money") })
    };
    let lot =
        |field: &str| json!({ "words": format!("zq-{field}-lot"), "category": "generator_set" });
    let lots = |field: &str| json!([{ "item": lot(field), "quantity": quantity(field) }]);
    let external = |field: &str| json!([{ "scheme": "x", "id": format!("zq-{field}-external") }]);
    vec![
        (
            "party",
            id("party"),
            json!({
                "name": "zq-party-name", "aliases": ["zq-party-alias"], "country": "DE", "kind": "company",
                "external": external("party"),
            }),
        ),
        (
            "source",
            id("source"),
            json!({
                "url": "https://zq-source-url.example/", "outlet": "zq-source-outlet", "title": "zq-source-title",
                "terms": "zq-source-terms", "published": when("source"),
            }),
        ),
        (
            "statement",
            id("statement"),
            json!({
                "source": id("source"), "quote": "zq-statement-quote", "speaker": named("statement"),
                "chain": ["zq-statement-chain"], "said": when("statement"),
            }),
        ),
        (
            "package",
            id("package"),
            json!({
                "title": "zq-package-title", "keeper": named("package"), "recipient": named("package"),
                "lines": [{ "line": "zq-package-line", "item": lot("package-line"), "quantity": quantity("package-line") }],
                "target": money("package"), "note": "zq-package-note", "wanted": when("package"),
            }),
        ),
        (
            "pledge",
            id("pledge"),
            json!({
                "title": "zq-pledge-title", "donor": named("pledge-donor"), "recipient": named("pledge-recipient"),
                "lots": lots("pledge"), "money": money("pledge"), "announced": when("pledge-announced"),
                "expected": when("pledge-expected"), "scope": "zq-pledge-scope", "line": "zq-pledge-line",
                "external": external("pledge"), "note": "zq-pledge-note",
            }),
        ),
        (
            "claim",
            id("claim"),
            json!({
                "statement": id("statement"), "donors": [named("claim-donor")], "recipients": [named("claim-recipient")],
                "item": lot("claim"), "quantity": quantity("claim"), "money": money("claim"), "status": "sent",
                "status_words": "zq-claim-status", "as_of": when("claim"), "expected": when("claim-expected"),
                "scope": "zq-claim-scope", "pledge": id("pledge"), "note": "zq-claim-note",
            }),
        ),
        // Not published: a claim that only those who keep the ledger may see.
        (
            "claim",
            id("secret claim"),
            json!({
                "statement": id("statement"), "donors": [named("hidden-donor")], "item": lot("hidden"),
                "as_of": when("hidden"), "quantity": quantity("hidden"),
            }),
        ),
        (
            "step",
            id("step"),
            json!({
                "stage": "installed", "pledge": id("pledge"), "lots": lots("step"), "damaged": quantity("step-damaged"),
                "date": when("step"), "by": named("step"), "from": "zq-step-from", "to": "zq-step-to",
                "site": "zq-step-site", "external": external("step"), "note": "zq-step-note",
            }),
        ),
        (
            "stock",
            id("stock"),
            json!({
                "holder": named("stock"), "lots": lots("stock"), "place": "zq-stock-place", "note": "zq-stock-note",
            }),
        ),
        (
            "need",
            id("need"),
            json!({
                "who": named("need"), "item": lot("need"), "quantity": quantity("need"), "money": money("need"),
                "wanted": when("need"), "place": "zq-need-place",
            }),
        ),
        (
            "meeting",
            id("meeting"),
            json!({
                "title": "zq-meeting-title", "place": "zq-meeting-place", "participants": [named("meeting")],
                "agenda": ["zq-meeting-agenda"],
            }),
        ),
        (
            "warning",
            id("warning"),
            json!({
                "identifier": "zq-warning-identifier", "sender": "zq-warning-sender", "sent": "2026-01-02T00:00:00Z",
                "infos": [{ "headline": "zq-warning-headline", "areas": ["zq-warning-area"] }],
            }),
        ),
        (
            "report",
            id("report"),
            json!({
                "title": "zq-report-title", "by": named("report"), "text": "zq-report-text",
                "figures": [{ "what": "people_without_power", "region": "zq-report-region" }],
            }),
        ),
        (
            "contribution",
            id("contribution"),
            json!({
                "package": id("package"), "line": "zq-contribution-line", "donor": named("contribution"),
                "quantity": quantity("contribution"), "money": money("contribution"),
            }),
        ),
        (
            "draft",
            id("draft"),
            json!({
                "source": id("source"), "statement": { "source": id("source"), "quote": "zq-draft-quote" },
                "claim": { "note": "zq-draft-note" }, "reader": "zq-draft-reader",
            }),
        ),
        (
            "assignment",
            relight_ledger::model::Assignment::id(id("pledge"), 0, 0).any(),
            json!({
                "of": id("pledge"), "lot": 0, "piece": 0, "scenario": "zq-assignment-scenario",
                "digest": "zq-assignment-digest", "need": "zq-assignment-need", "job": "zq-assignment-job",
            }),
        ),
        (
            "publication",
            id("publication"),
            json!({
                "records": [id("claim"), id("pledge"), id("package"), id("meeting")], "note": "zq-publication-note",
            }),
        ),
        ("party", id("unused"), json!({ "name": "zq-party-name", "part_of": party })),
    ]
}

const SLUG: &str = "canary";

fn events() -> Vec<Proposal> {
    let operation: Id<relight_ledger::model::Operation> = Id::derive(&["operation", SLUG]);
    let mut count = 0;
    let mut event = |actor: &str, of: Option<Id<_>>, act: Act| {
        count += 1;
        Proposal::from(Event {
            id: Id::derive(&["canary event", &count.to_string()]),
            at: relight_ledger::date::Moment::from_milliseconds(1_767_312_000_000 + count),
            actor: Id::derive(&["person", "account", actor]),
            operation: of,
            reason: "zq-event-reason".to_owned(),
            act,
        })
    };
    let content = |kind: &str, value: &Value| -> Content {
        serde_json::from_value(json!({ kind: value })).unwrap_or_else(|e| panic!("{kind}: {e}"))
    };
    let first = json!({ "name": "zq-operation-name", "countries": ["UA"] });
    let mut events = vec![event(
        "reviewer",
        None,
        Act::Record { record: operation.any(), content: content("operation", &first) },
    )];
    for (kind, id, value) in records() {
        let act = Act::Record { record: id, content: content(kind, &value) };
        events.push(event("reviewer", Some(operation), act));
        if kind == "publication" {
            events.push(event(
                "second-reviewer",
                Some(operation),
                Act::Confirm { record: id, seen: 1 },
            ));
        }
    }
    events
}

/// What everybody may meet: the public page, and nothing else.
const OPEN: &[&str] = &[
    "zq-operation-name",
    "zq-claim-donor-who",
    "zq-statement-who",
    "zq-statement-chain",
    "zq-source-outlet",
    "zq-source-url",
];

/// What a donor may meet besides: published records of others as partners see them, and what is asked for.
const PARTNER: &[&str] = &[
    "zq-party-name",
    "zq-party-alias",
    "zq-party-external",
    "zq-source-title",
    "zq-source-terms",
    "zq-source-when",
    "zq-statement-quote",
    "zq-statement-when",
    "zq-package-title",
    "zq-package-who",
    "zq-package-line",
    "zq-package-line-lot",
    "zq-package-line-quantity",
    "zq-package-money",
    "zq-package-when",
    "zq-pledge-title",
    "zq-pledge-donor-who",
    "zq-pledge-recipient-who",
    "zq-pledge-lot",
    "zq-pledge-quantity",
    "zq-pledge-money",
    "zq-pledge-announced-when",
    "zq-pledge-line",
    "zq-claim-recipient-who",
    "zq-claim-lot",
    "zq-claim-quantity",
    "zq-claim-money",
    "zq-claim-status",
    "zq-claim-when",
    "zq-need-lot",
    "zq-need-quantity",
    "zq-need-money",
    "zq-meeting-title",
    "zq-meeting-place",
    "zq-meeting-who",
    "zq-meeting-agenda",
];

/// What those who keep the ledger may meet besides.
const OWN: &[&str] = &[
    "zq-pledge-expected-when",
    "zq-pledge-scope",
    "zq-pledge-external",
    "zq-pledge-note",
    "zq-claim-expected-when",
    "zq-claim-scope",
    "zq-claim-note",
    "zq-hidden-donor-who",
    "zq-hidden-lot",
    "zq-hidden-when",
    "zq-hidden-quantity",
    "zq-step-lot",
    "zq-step-quantity",
    "zq-step-damaged-quantity",
    "zq-step-when",
    "zq-need-when",
    "zq-package-note",
    "zq-draft-quote",
    "zq-draft-note",
    "zq-draft-reader",
    "zq-publication-note",
    "zq-event-reason",
    "zq-warning-identifier",
    "zq-warning-sender",
    "zq-report-title",
    "zq-report-who",
    "zq-report-text",
    "zq-report-region",
    "zq-contribution-line",
    "zq-contribution-who",
    "zq-contribution-quantity",
    "zq-contribution-money",
];

/// What those may meet besides who must know where things stand.
const SITE: &[&str] = &[
    "zq-step-who",
    "zq-step-from",
    "zq-step-to",
    "zq-step-site",
    "zq-step-external",
    "zq-step-note",
    "zq-stock-who",
    "zq-stock-lot",
    "zq-stock-quantity",
    "zq-stock-place",
    "zq-stock-note",
    "zq-need-who",
    "zq-need-place",
    "zq-warning-headline",
    "zq-warning-area",
    "zq-assignment-scenario",
    "zq-assignment-digest",
    "zq-assignment-need",
    "zq-assignment-job",
];

fn allowed(role: Role) -> BTreeSet<&'static str> {
    let lists: &[&[&str]] = match role {
        Role::Public => &[OPEN],
        Role::Administrator => &[OPEN, &["zq-party-name", "zq-party-alias"]],
        Role::Donor => &[OPEN, PARTNER],
        Role::Reviewer | Role::SecondReviewer => &[OPEN, PARTNER, OWN],
        Role::RecipientDesk | Role::GridEngineer | Role::Logistics | Role::Auditor => {
            &[OPEN, PARTNER, OWN, SITE]
        }
    };
    lists.iter().flat_map(|list| list.iter().copied()).collect()
}

/// The canaries in a text. A word ends where no letter and no hyphen follows.
fn canaries(text: &str) -> BTreeSet<String> {
    let starts = text.match_indices("zq-").map(|(at, _)| at);
    starts
        .map(|at| {
            let rest = &text[at..];
            let end =
                rest.find(|c: char| !c.is_ascii_lowercase() && c != '-').unwrap_or(rest.len());
            rest[..end].trim_end_matches('-').to_owned()
        })
        .collect()
}

/// Names of sites, needs and jobs of the winter storm, in its tables, that nobody may meet on public pages.
fn storm_words() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/winter-storm/");
    let column = |file: &str, at: usize| -> Vec<String> {
        let text = std::fs::read_to_string(format!("{folder}{file}")).expect("a table");
        text.lines().skip(1).filter_map(|line| Some(line.split(',').nth(at)?.to_owned())).collect()
    };
    let mut words = column("sites.csv", 1);
    words.extend(column("sites.csv", 3).into_iter().chain(column("sites.csv", 4)));
    words.extend(column("jobs.csv", 0));
    // Short names occur in other words.
    words.retain(|word| word.len() >= 7);
    words
}

/// The ids that a path may be filled with.
pub fn fillings(path: &str) -> Vec<String> {
    let mut paths = vec![path.to_owned()];
    let mut fill = |name: &str, values: &[String]| {
        if !path.contains(name) {
            return;
        }
        paths = paths.iter().flat_map(|p| values.iter().map(move |v| p.replace(name, v))).collect();
    };
    let slugs = [SLUG, "winter-aid-2022", "winter-storm", "nowhere"].map(str::to_owned);
    // In a collection its own records, and one of another kind; elsewhere whatever an id may be taken for.
    let collection = path.split('/').nth(3).unwrap_or_default();
    let own = |kind: &str| {
        let plural = if kind == "party" { "parties".to_owned() } else { format!("{kind}s") };
        plural == collection
    };
    let is_known = records().iter().any(|(kind, ..)| own(kind));
    let mut ids: Vec<String> = records()
        .iter()
        .filter(|(kind, ..)| !is_known || own(kind) || *kind == "step")
        .map(|(_, id, _)| id.to_string())
        .collect();
    ids.push(Id::<relight_ledger::model::Operation>::derive(&["operation", SLUG]).to_string());
    ids.push(plan_id().to_string());
    ids.extend(["canary".to_owned(), "01ARZ3NDEKTSV4RRFFQ69G5FAV".to_owned(), "x".to_owned()]);
    fill("{slug}", &slugs);
    fill("{id}", &ids);
    fill("{page}", &["1".to_owned(), "99".to_owned()]);
    let exports = ["records.json", "figures.csv", "iati.xml"].map(str::to_owned);
    let tables =
        ["pledges", "statements", "deliveries", "stock", "needs"].map(|t| format!("{t}.csv"));
    let plan = ["plan.json", "report.html"].map(str::to_owned);
    let files = if path.contains("/exports/") {
        [&exports[..], &tables[..]].concat()
    } else {
        plan.to_vec()
    };
    fill("{file}", &files);
    fill("{*path}", &["index.html".to_owned()]);
    fill("{scenario}", &["five-bus".to_owned(), "nowhere".to_owned()]);
    let open = paths.iter().find(|path| path.contains('{'));
    assert!(open.is_none(), "say above what {open:?} is filled with");
    paths
}

pub fn open() -> Served {
    let served = Served::with(&[
        crate::common::example("winter-aid-2022/events.jsonl"),
        crate::common::example("winter-storm/ledger/events.jsonl"),
        events(),
    ]);
    // A plan of a real scenario, with what to ask for: its sites are canaries too.
    served.plan(&plan_id().to_string(), "five-bus", true);
    served
}

fn plan_id() -> Id {
    Id::derive(&["canary", "plan"])
}

/// Names of the sites of that plan, for those who must know where things stand.
const PLACES: [&str; 3] = ["Alder power station", "Dogwood switching station", "Hills"];

/// Walks every route in a role; gives what was met.
async fn walk(role: Role) {
    let served = open();
    let storm = storm_words();
    assert!(storm.len() > 1_000, "the tables of the example are read");
    let session = match role {
        Role::Public => Session { cookie: String::new(), csrf: String::new() },
        role => served.sign_in(role).await,
    };
    let allowed = allowed(role);
    let (mut met, mut leaks, mut bodies_seen) = (BTreeSet::new(), Vec::new(), BTreeSet::new());
    for route in table() {
        // The walk is quicker than anybody may be. Signing in and out would change who asks.
        served.app.limits.forget();
        if route.path == "/api/v1/session" && route.method != "GET" {
            continue;
        }
        let bodies = match route.takes {
            None => vec![None],
            Some(_) => vec![
                Some(json!({ "content": {}, "reason": "x" })),
                Some(json!({ "decision": "rejected", "reason": "" })),
            ],
        };
        for path in fillings(&route.path) {
            for body in &bodies {
                let method = route.method.as_str();
                // A version that nothing has: the walk must not change what it walks through.
                let headers = [("if-match", "\"999999\"")];
                let request = session.request_with(method, &path, body.as_ref(), &headers);
                let reply = match route.answer {
                    Answer::Stream => served.begin(request).await,
                    _ => served.send(request).await,
                };
                let (status, what) = (reply.status, format!("{role:?} {method} {path}"));
                assert!(status.as_u16() < 500, "{what}: {status} {}", reply.text());
                if !route.who.allows(role) {
                    let refused = match role {
                        Role::Public => StatusCode::UNAUTHORIZED,
                        _ => StatusCode::FORBIDDEN,
                    };
                    assert_eq!(status, refused, "{what}");
                }
                let found = canaries(&format!("{:?}\n{}", reply.headers, reply.text()));
                let wrong = found.iter().filter(|word| !allowed.contains(word.as_str()));
                leaks.extend(wrong.map(|word| format!("{what}: {word}")));
                met.extend(found);
                if !matches!(
                    role,
                    Role::RecipientDesk | Role::GridEngineer | Role::Logistics | Role::Auditor
                ) {
                    let body = reply.text();
                    let place = PLACES.iter().find(|word| body.contains(**word));
                    leaks.extend(place.map(|word| format!("{what}: {word}")));
                }
                // Nothing that everybody may have names a site, a position or a job of the storm.
                if route.who == Who::Anyone && bodies_seen.insert(reply.body.clone()) {
                    let body = reply.text();
                    let site = storm.iter().find(|word| body.contains(word.as_str()));
                    leaks.extend(site.map(|word| format!("{what}: {word}")));
                }
            }
        }
    }
    leaks.sort();
    leaks.dedup();
    assert!(leaks.is_empty(), "{} leaks:\n{}", leaks.len(), leaks.join("\n"));
    // The lists are what is met and not more: a canary that nobody meets would be a hole in this test.
    let missing: Vec<&&str> = allowed.iter().filter(|word| !met.contains(**word)).collect();
    assert!(missing.is_empty(), "{role:?} never met {missing:?}");
}

/// A test for each role, so that they run side by side.
macro_rules! nobody_meets_a_word_that_is_not_for_them {
    ($($name:ident $role:ident),* $(,)?) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                walk(Role::$role).await;
            }
        )*

        #[test]
        fn every_role_is_walked() {
            assert_eq!([$(Role::$role),*], Role::ALL);
        }
    };
}
nobody_meets_a_word_that_is_not_for_them! {
    the_public_meets_what_is_published Public,
    a_donor_meets_what_is_its_own Donor,
    the_recipient_meets_sites RecipientDesk,
    an_engineer_meets_sites GridEngineer,
    logistics_meets_sites Logistics,
    a_reviewer_meets_no_site Reviewer,
    a_second_reviewer_meets_no_site SecondReviewer,
    an_auditor_meets_all_but_people Auditor,
    an_administrator_meets_no_contents Administrator,
}

#[test]
fn who_may_ask_is_told_for_every_route_that_changes_something() {
    for route in table() {
        let changes = route.method != "GET";
        let open = route.who == Who::Anyone;
        assert!(!changes || !open || route.path == "/api/v1/session", "{}", route.path);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_is_no_json_is_a_problem_and_nothing_more() {
    let served = open();
    let session = served.sign_in(Role::Reviewer).await;
    let request = Request::post("/api/v1/claims")
        .header("cookie", &session.cookie)
        .header("x-csrf-token", &session.csrf)
        .header("content-type", "application/json")
        .body(Body::from("{\"content\": "))
        .expect("a request");
    let reply = served.send(request).await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST);
    assert_eq!(reply.header("content-type"), "application/problem+json");
    assert_eq!(reply.json()["type"], "urn:relight:problem:bad-request");
}
