//! The page: well formed, safe, complete without script, and readable in its main sentence.

mod common;

use std::cell::RefCell;

use html5ever::tokenizer::{
    BufferQueue, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use relight_report::report_html;
use relight_restore::scenario::Measure;

/// Tags and parse errors of a page, from a tokenizer that is not ours.
#[derive(Default)]
struct Sink {
    open: RefCell<Vec<String>>,
    tags: RefCell<Vec<String>>,
    attributes: RefCell<Vec<(String, String)>>,
    errors: RefCell<Vec<String>>,
}

const VOID: [&str; 3] = ["meta", "input", "br"];

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            Token::TagToken(tag) => {
                let name = tag.name.to_string();
                if tag.kind == html5ever::tokenizer::StartTag {
                    self.tags.borrow_mut().push(name.clone());
                    for a in &tag.attrs {
                        let pair = (a.name.local.to_string(), a.value.to_string());
                        self.attributes.borrow_mut().push(pair);
                    }
                    if !VOID.contains(&name.as_str()) {
                        self.open.borrow_mut().push(name.clone());
                    }
                    // Style and script hold text, not markup.
                    if name == "script" || name == "style" {
                        let kind = if name == "script" {
                            html5ever::tokenizer::states::RawKind::ScriptData
                        } else {
                            html5ever::tokenizer::states::RawKind::Rawtext
                        };
                        return TokenSinkResult::RawData(kind);
                    }
                } else if self.open.borrow_mut().pop().as_deref() != Some(&name) {
                    self.errors.borrow_mut().push(format!("stray </{name}>"));
                }
            }
            Token::ParseError(e) => self.errors.borrow_mut().push(e.into_owned()),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

fn tokens(page: &str) -> Sink {
    let tokenizer = Tokenizer::new(
        Sink::default(),
        TokenizerOpts { exact_errors: true, ..TokenizerOpts::default() },
    );
    let input = BufferQueue::default();
    input.push_back(html5ever::tendril::StrTendril::from(page));
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink
}

fn page() -> String {
    let s = common::scenario();
    let plan = common::plan(&s);
    report_html(&s, &plan)
}

#[test]
fn the_page_is_well_formed() {
    holds_together(&page());
}

/// The page of a study of five buses, with hostile names of policies, with and without something to compare.
#[test]
fn the_page_of_a_study_is_well_formed() {
    for policies in [1, 3] {
        let page = study(policies);
        holds_together(&page);
        assert!(!page.contains("<script>alert"), "markup from a name");
        assert_eq!(page.contains("Which policy holds best?"), policies > 1);
        for no in ["NaN", "inf ", "http://", "https://"] {
            assert!(!page.contains(no), "{no}");
        }
    }
}

fn study(policies: usize) -> String {
    use relight_study::course::{Course, Extent, run};
    use relight_study::hazard::Hazard;
    use relight_study::log::Rows;
    use relight_study::severity::Severity;
    use relight_study::study::{Draw, Order, Policy, Settings, Study};

    let at = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/five-bus");
    let mut folder = relight_restore::scenario::Folder::default();
    for entry in std::fs::read_dir(at).unwrap().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if !["jobs.csv", "needs.csv"].contains(&name.as_str()) {
            folder.files.insert(name, std::fs::read(entry.path()).unwrap());
        }
    }
    folder.files.insert("damage.csv".into(), b"damage,element,id\n".to_vec());
    let base = relight_restore::scenario::read(&folder).unwrap().scenario;
    let policies = (0..policies)
        .map(|k| {
            Policy::new(
                format!("{} {k}", common::HOSTILE),
                [Order::Ratio, Order::Listed][k % 2].clone(),
            )
        })
        .collect();
    let severity = Severity::Elements(3.0);
    let draws = vec![Draw { hazard: Hazard::Quake, severity, weight: 1.0 }];
    let study = Study::new(base, Settings { seed: 1, draws, policies }).unwrap();
    let extent = Extent {
        scenarios: 40,
        stop: true,
        look_every: 40,
        alpha: 0.05,
        probe: 10,
        missing: 2,
        pieces: 1,
        candidates: 2,
        elsewhere: 2,
    };
    let course = Course::new(study, extent);
    let mut rows = Rows::default();
    assert!(run(&course, &mut rows, 1, &std::sync::atomic::AtomicBool::new(false), |_, _, _| ()));
    let summary = relight_study::summary::Summary::of(common::HOSTILE, &course, &rows);
    let json: serde_json::Value =
        serde_json::from_slice(&relight_report::study_json(&summary)).unwrap();
    assert_eq!(json["schema"], "relight.study/1");
    relight_report::study_html(&summary)
}

fn holds_together(page: &str) {
    let sink = tokens(page);
    assert_eq!(*sink.errors.borrow(), Vec::<String>::new());
    assert_eq!(*sink.open.borrow(), Vec::<String>::new());
    let ids: Vec<String> =
        sink.attributes.borrow().iter().filter(|a| a.0 == "id").map(|a| a.1.clone()).collect();
    let mut once = ids.clone();
    once.sort();
    once.dedup();
    assert_eq!(ids.len(), once.len(), "ids are unique: {ids:?}");
    for (name, value) in sink.attributes.borrow().iter() {
        if name == "href" || name == "aria-labelledby" {
            for id in value.split(' ') {
                let id = id.trim_start_matches('#').to_owned();
                assert!(ids.contains(&id), "{name}={value} leads somewhere");
            }
        }
    }
}

#[test]
fn what_to_ask_for_is_a_section_where_somebody_looked() {
    assert!(!page().contains("What to ask for"));
    let s = common::scenario();
    let mut plan = common::plan_with_asks(&s);
    let page = report_html(&s, &plan);
    let sink = tokens(&page);
    assert_eq!(*sink.errors.borrow(), Vec::<String>::new());
    assert_eq!(*sink.open.borrow(), Vec::<String>::new());
    assert!(page.contains("href=\"#asks\"") && page.contains("<section id=\"asks\">"));
    assert!(page.contains(
        "Ask first for: transformer 330/110 kV, 80 MVA. There by day 1 (Tue 13 Jan), it saves 1.2 million \
         weighted people-hours."
    ));
    let (_, section) = page.split_once("<section id=\"asks\">").unwrap();
    let (section, _) = section.split_once("</section>").unwrap();
    assert!(s.sites.iter().all(|site| !section.contains(&site.name)), "no site is named");
    let asks = plan.asks.as_mut().unwrap();
    asks.rows.clear();
    assert!(report_html(&s, &plan).contains("Nothing is short"));
    plan.asks.as_mut().unwrap().complete = false;
    let page = report_html(&s, &plan);
    assert!(!page.contains("Nothing is short") && page.contains("ended early"));
}

#[test]
fn names_from_outside_do_not_become_markup() {
    let page = page();
    let tags = tokens(&page);
    assert_eq!(tags.tags.borrow().iter().filter(|t| *t == "script").count(), 1);
    assert!(!page.contains("<script>alert"));
    assert!(!page.contains("<buses>") && !page.contains("<gap>"));
    assert!(page.contains("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; 'Sons', Ltd"));
    assert!(!tags.attributes.borrow().iter().any(|a| a.0.starts_with("on")));
}

#[test]
fn the_page_asks_nothing_of_the_network() {
    let page = page();
    for word in ["http://", "https://", "url(", "@import", "fetch(", "src="] {
        assert!(!page.contains(word), "{word}");
    }
    for tag in ["img", "link", "iframe", "object", "embed"] {
        assert!(!tokens(&page).tags.borrow().iter().any(|t| t == tag), "{tag}");
    }
}

#[test]
fn the_first_paragraph_says_what_matters() {
    let page = page();
    let (_, rest) = page.split_once("class=\"lead\">").unwrap();
    let (lead, _) = rest.split_once("</p>").unwrap();
    assert_eq!(
        lead,
        "On Mon 12 Jan 2026, 60,000 people are without power at home. With this plan all but \
         500 have it back by day 5 (Sat 17 Jan). \
         At worst there are 5,000 people without heat; at the end, nobody."
    );
}

#[test]
fn without_people_the_page_counts_megawatts() {
    let mut s = common::scenario();
    s.measure = Measure::Energy;
    for b in &mut s.buses {
        b.people = 0.0;
    }
    let mut plan = common::plan(&s);
    for state in &mut plan.states {
        state.people_without_power = 0.0;
        state.people_without.clear();
    }
    plan.objective.by_service.clear();
    let page = report_html(&s, &plan);
    let (_, rest) = page.split_once("class=\"lead\">").unwrap();
    let (lead, _) = rest.split_once("</p>").unwrap();
    assert_eq!(
        lead,
        "On Mon 12 Jan 2026, 60.0 MW of load are not supplied. With this plan all but 0.5 MW \
         are back by day 5 (Sat 17 Jan). "
    );
}

#[test]
fn a_map_is_drawn_where_there_are_places_and_only_there() {
    let page = page();
    assert_eq!(page.matches("<svg class=\"map\"").count(), 3);
    assert!(page.contains("data-s=\"0:1 1:0\""), "the first line is back from state 1");
    let mut s = common::scenario();
    for site in &mut s.sites {
        site.lat = None;
    }
    let bare = report_html(&s, &common::plan(&s));
    assert!(!bare.contains("<svg class=\"map\""));
    assert!(bare.contains("gives no coordinates"));
}

#[test]
fn plans_with_nothing_in_them_make_a_page() {
    let s = common::scenario();
    let mut plan = common::plan(&s);
    plan.jobs.clear();
    plan.states.clear();
    plan.matches.clear();
    plan.unmatched.clear();
    assert!(tokens(&report_html(&s, &plan)).errors.borrow().is_empty());
    let mut plan = common::plan(&s);
    plan.states.truncate(1);
    let page = report_html(&s, &plan);
    assert!(tokens(&page).errors.borrow().is_empty());
    assert_eq!(page.matches("<svg class=\"map\"").count(), 1);
    assert!(!page.contains("NaN") && !page.contains("inf%"));
}
