//! What the public pages say, and how they are sent.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use relight_server::publish::publish;

use crate::common::Served;

#[tokio::test]
async fn the_page_says_what_was_promised_and_who_says_so_in_three_languages() {
    let served = Served::with_examples();
    for (path, words) in [
        ("/en/winter-aid-2022/", ["Winter aid 2022", "Generator sets", "by way of"]),
        ("/uk/winter-aid-2022/", ["Зимова допомога 2022", "Генератори", "передає"]),
        ("/ro/winter-aid-2022/", ["Ajutor de iarnă 2022", "Generatoare", "prin "]),
    ] {
        let reply = served.get(path).await;
        assert_eq!(reply.status, StatusCode::OK);
        let text = reply.text();
        for word in words {
            assert!(text.contains(word), "{path}: {word}");
        }
        let code = path.get(1..3).expect("a language");
        assert!(text.contains(&format!("<html lang=\"{code}\">")));
        assert!(!text.contains("<script src"), "no script");
    }
    let all = served.get("/data/winter-aid-2022/claims.csv").await.text();
    assert!(all.contains("Jens Stoltenberg") && all.contains("https://www.nato.int/"));
    let countries = served.get("/uk/winter-aid-2022/claims/2/").await.text();
    assert!(countries.contains("Німеччина"), "countries in the reader's language");
}

#[tokio::test]
async fn where_there_is_nothing_to_show_the_element_is_not_there() {
    let served = Served::with(&[crate::common::example("winter-storm/ledger/events.jsonl")]);
    let text = served.get("/en/winter-storm/").await.text();
    assert!(text.contains("id=\"figures\""));
    assert!(!text.contains("#claims") && !text.contains("id=\"claims\""), "nothing was said");
    assert!(!text.contains("feed.atom"));
    assert!(text.contains("\u{2212}12"), "the temperature of the file");
    assert!(!text.contains("<img"), "no image where there is none");
    let empty = Served::with(&[]).get("/en/").await.text();
    assert!(empty.contains("Nothing has been published yet"));
}

#[tokio::test]
async fn small_figures_are_not_shown_by_themselves() {
    let served = Served::with_examples();
    let figures = served.get("/data/winter-storm/figures.csv").await.text();
    let mut rows = figures.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>());
    for row in rows.by_ref() {
        let [_, what, measure, stage, known, at_least, ..] = row.as_slice() else {
            panic!("{row:?}")
        };
        if *known == "number" && *measure == "piece" {
            let n: i64 = at_least.parse().expect("a number");
            assert!(n >= 10, "{what} {stage} {n}");
            let arrived = matches!(*stage, "received" | "installed");
            assert!(!arrived || n % 10 == 0, "{what} {stage} {n}");
        }
    }
    assert!(figures.contains("other_equipment"), "{figures}");
}

#[tokio::test]
async fn the_first_view_is_small_and_can_be_kept_by_others() {
    let served = Served::with_examples();
    let zipped = |path: &str| {
        Request::get(path)
            .header("accept-encoding", "gzip, br")
            .body(Body::empty())
            .expect("a request")
    };
    let page = served.send(zipped("/uk/winter-aid-2022/")).await;
    let style = served.send(zipped("/assets/site.css")).await;
    assert_eq!(page.header("content-encoding"), "gzip");
    let bytes = page.body.len() + style.body.len();
    assert!(bytes < 60_000, "{bytes} bytes");
    assert!(page.header("cache-control").starts_with("public, max-age="));
    let tag = page.header("etag").to_owned();
    let again = Request::get("/uk/winter-aid-2022/").header("if-none-match", &tag);
    let again = served.send(again.body(Body::empty()).expect("a request")).await;
    // The minute may have changed between the two.
    assert!(again.status == StatusCode::NOT_MODIFIED || again.header("etag") != tag);
}

#[tokio::test]
async fn the_door_leads_to_the_language_of_the_browser() {
    let served = Served::with_examples();
    let ask = Request::get("/").header("accept-language", "ro-MD, en;q=0.5");
    let reply = served.send(ask.body(Body::empty()).expect("a request")).await;
    assert_eq!((reply.status.as_u16(), reply.header("location")), (303, "/ro/"));
    let nowhere = served.get("/uk/nowhere/").await;
    assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
    assert!(served.get("/en/winter-aid-2022/claims/99/").await.status == StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn files_are_the_pages_and_every_link_leads_somewhere() {
    let served = Served::with_examples();
    let folder = served.folder.path().join("public");
    let written = publish(&served.app, &folder).expect("written");
    assert!(written.files > 20);
    let mut open = vec![folder.join("index.html")];
    let mut seen = std::collections::BTreeSet::new();
    while let Some(file) = open.pop() {
        if !seen.insert(file.clone()) {
            continue;
        }
        let text =
            std::fs::read_to_string(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        if file.extension().is_none_or(|e| e != "html") {
            continue;
        }
        for piece in text.split("href=\"").skip(1) {
            let link = piece.split('"').next().expect("a link").split('#').next().expect("a way");
            if link.is_empty() || link.contains("://") {
                continue;
            }
            let mut target = file.parent().expect("a folder").to_owned();
            for part in link.split('/') {
                match part {
                    ".." => assert!(target.pop(), "{link}"),
                    "" => {}
                    part => target.push(part),
                }
            }
            open.push(if link.ends_with('/') { target.join("index.html") } else { target });
        }
    }
    assert_eq!(seen.len(), written.files, "every file is linked from somewhere");
}

#[tokio::test]
async fn the_operations_room_can_ask_how_it_is() {
    let served = Served::with_examples();
    assert_eq!(served.get("/healthz").await.text(), "ok\n");
    assert_eq!(served.get("/readyz").await.text(), "ready\n");
    served.get("/en/winter-aid-2022/").await;
    let metrics = served.get("/metrics").await.text();
    assert!(
        metrics.contains("relight_http_requests_total{route=\"/en/{slug}/\",status=\"200\"} 1"),
        "{metrics}"
    );
    served.app.end();
    assert_eq!(served.get("/readyz").await.status, StatusCode::SERVICE_UNAVAILABLE);
}
