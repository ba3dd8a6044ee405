//! The page of an operation: where, how cold, how much was promised and came, what is lacking, who says so.

use maud::{Markup, html};
use relight_ledger::model::ClaimKind;
use serde_json::{Value, json};

use super::layout::{Head, document};
use super::{CLAIMS_A_PAGE, Site};
use crate::policy::public::{Bulletin, Cell, Doubt, Row, STAGES, Snapshot, What, Who};
use crate::words::Words;

/// Claims on the first page of an operation.
const FIRST: usize = 12;

/// The page.
pub fn page(site: &Site<'_>) -> Option<String> {
    let (face, snapshot) = site.face?;
    let w = site.words;
    let title = face.title(w.tongue, &snapshot.name);
    let lead = lead(w, snapshot);
    let head = Head {
        title: title.clone(),
        about: lead.clone().unwrap_or_else(|| w.say("home-lead").into_owned()),
        data: Some(dataset(site, &title)?),
        feeds: Some("").filter(|_| !snapshot.bulletins.is_empty()),
    };
    let figures = !snapshot.things.is_empty() || !snapshot.money.is_empty();
    Some(document(
        site,
        &head,
        &html! {
            header.wrap {
                (place(site))
                h1 { (title) }
                @if !snapshot.countries.is_empty() { p.sub { (countries(w, snapshot)) } }
                @if let Some(lead) = &lead { p.lead { (lead) } }
            }
            @if figures || !snapshot.bulletins.is_empty() {
                nav.wrap aria-label=(w.say("menu")) {
                    @if figures { a href="#figures" { (w.say("figures")) } }
                    @if !snapshot.needed.is_empty() { a href="#needed" { (w.say("needed")) } }
                    @if !snapshot.bulletins.is_empty() { a href="#claims" { (w.say("bulletins")) } }
                    @if figures { a href="#rules" { (w.say("rules")) } }
                    a href="#data" { (w.say("data")) }
                }
            }
            main.wrap #main {
                @if figures { (table(site, snapshot)) }
                @if !snapshot.needed.is_empty() { (needed(w, snapshot)) }
                @if !snapshot.bulletins.is_empty() {
                    section #claims {
                        h2 { (w.say("bulletins")) }
                        p { (w.say("bulletins-lead")) }
                        ol.claims { @for b in snapshot.bulletins.iter().take(FIRST) { (bulletin(w, b, true)) } }
                        @if snapshot.bulletins.len() > FIRST {
                            p { a href="claims/1/" {
                                (w.tell("bulletins-all", &[("count", w.whole(snapshot.bulletins.len()).into())]))
                            } }
                        }
                    }
                }
                @if figures { (rules(w, snapshot)) }
                (downloads(site, &face.slug, snapshot))
            }
        },
    ))
}

/// All that was said, a page of it.
pub fn claims(site: &Site<'_>, page: usize) -> Option<String> {
    let (face, snapshot) = site.face?;
    let w = site.words;
    let pages = snapshot.bulletins.len().div_ceil(CLAIMS_A_PAGE);
    if !(1..=pages).contains(&page) {
        return None;
    }
    let name = face.title(w.tongue, &snapshot.name);
    let title = w.tell("bulletins-title", &[("name", name.as_str().into())]);
    let shown = snapshot.bulletins.iter().skip((page - 1) * CLAIMS_A_PAGE).take(CLAIMS_A_PAGE);
    let numbers = [("page", w.whole(page).into()), ("pages", w.whole(pages).into())];
    let of = w.tell("bulletins-page", &numbers);
    let head =
        Head { title: format!("{title} – {of}"), feeds: Some("../../"), ..Head::default() };
    Some(document(
        site,
        &head,
        &html! {
            header.wrap {
                p.eyebrow { a href="../../" { (name) } }
                h1 { (w.say("bulletins")) }
                p { (w.say("bulletins-lead")) }
            }
            main.wrap #main {
                p.small { (of) }
                ol.claims { @for b in shown { (bulletin(w, b, false)) } }
                @if pages > 1 {
                    nav.pages aria-label=(of) {
                        @if page > 1 { a rel="prev" href=(format!("../{}/", page - 1)) { "← " (w.say("newer")) } }
                        @if page < pages { a rel="next" href=(format!("../{}/", page + 1)) { (w.say("older")) " →" } }
                    }
                }
            }
        },
    ))
}

/// Place, date and time there, temperature with its time and source: each where it is known.
fn place(site: &Site<'_>) -> Markup {
    let Some((face, _)) = site.face else { return html! {} };
    let w = site.words;
    let name = face.place_in(w.tongue);
    let now = w.moment(&site.now);
    html! {
        dl.place {
            @if !name.is_empty() {
                div { dt { (w.tell("time-local", &[("place", name.into())])) } dd { time datetime=(site.now.strftime("%Y-%m-%dT%H:%M%:z")) { (now) } } }
            }
            @if let Some(seen) = &site.weather {
                @let at = seen.time.to_zoned(site.now.time_zone().clone());
                @let degrees = decimal(w, seen.celsius);
                div.temperature {
                    dt { (w.tell("observed", &[("time", w.moment(&at).into()), ("source", seen.source.as_str().into())])) }
                    dd { (w.tell("temperature", &[("degrees", degrees.into())])) }
                }
            }
        }
    }
}

/// A temperature to the whole degree, with a true minus.
fn decimal(w: &Words, celsius: f64) -> String {
    let whole = celsius.round();
    let shown = w.whole(whole.abs() as usize);
    if whole < 0.0 { format!("\u{2212}{shown}") } else { shown }
}

/// The countries that receive.
pub fn countries(w: &Words, snapshot: &Snapshot) -> String {
    let name = |code: &String| w.country(code).map_or(code.clone(), std::borrow::Cow::into_owned);
    Words::list(&snapshot.countries.iter().map(name).collect::<Vec<_>>())
}

/// The one sentence: of the largest row, what was received of what was pledged.
fn lead(w: &Words, snapshot: &Snapshot) -> Option<String> {
    // Of equipment that a plan can place, that of which most has come; else that of which most was pledged.
    let known = |cell: &Cell| match cell {
        Cell::Known { at_least, .. } => Some(*at_least),
        _ => None,
    };
    let row = snapshot
        .things
        .iter()
        .filter(|row| matches!(row.what, What::Things(c) if c.equipment().is_some()))
        .max_by_key(|row| (known(&row.cells[3]), known(&row.cells[0])))?;
    let What::Things(category) = row.what else { return None };
    let told = |cell: &Cell| match cell {
        Cell::Known { at_least, up_to, .. } => {
            let shown = w.number(*at_least);
            let exact = *up_to == Some(*at_least);
            Some((
                *at_least,
                if exact { shown } else { format!("{} {shown}", w.say("cell-at-least")) },
            ))
        }
        _ => None,
    };
    let (count, pledged) = told(&row.cells[0])?;
    let pledged = w.amount(category, count, &pledged);
    let sentence = match told(&row.cells[3]) {
        Some((_, received)) => {
            w.tell("lead-received", &[("received", received.into()), ("pledged", pledged.into())])
        }
        None => w.tell("lead-pledged", &[("pledged", pledged.into())]),
    };
    let mut letters = sentence.chars();
    let first = letters.next()?;
    Some(first.to_uppercase().chain(letters).collect())
}

fn table(site: &Site<'_>, snapshot: &Snapshot) -> Markup {
    let w = site.words;
    let as_of = w.day(snapshot.as_of.date());
    let days = site.app.settings.public.delay_days;
    let name = |row: &Row| match row.what {
        What::Things(category) => w.things(category).into_owned(),
        What::Others => w.say("others").into_owned(),
        What::Money(currency) => currency.to_string(),
    };
    html! {
        section #figures {
            h2 { (w.say("figures")) }
            p {
                (w.tell("as-of", &[("date", as_of.into())])) " "
                (w.tell("as-of-why", &[("days", f64::from(days).into())])) " "
                (w.tell("pledges-behind", &[
                    ("count", (snapshot.pledges as f64).into()), ("shown", w.whole(snapshot.pledges).into()),
                ]))
            }
            div.scroll tabindex="0" role="region" aria-label=(w.say("figures")) {
                table.figures {
                    thead {
                        tr {
                            th scope="col" { (w.say("what")) }
                            @for stage in STAGES { th.num scope="col" { (w.say(&format!("stage-{}", stage.word()))) } }
                        }
                    }
                    @for (rows, heading) in [(&snapshot.things, None), (&snapshot.money, Some("money-heading"))] {
                        @if !rows.is_empty() {
                            tbody {
                                @if let Some(heading) = heading {
                                    tr.heading { th colspan="6" scope="rowgroup" { (w.say(heading)) } }
                                }
                                @for row in rows {
                                    tr {
                                        th scope="row" { (name(row)) }
                                        @for (cell, stage) in row.cells.iter().zip(STAGES) {
                                            td.num data-stage=(w.say(&format!("stage-{}", stage.word()))) { span { (figure(w, cell, snapshot)) } }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn figure(w: &Words, cell: &Cell, snapshot: &Snapshot) -> Markup {
    match cell {
        Cell::Nothing => html! {
            span.none aria-hidden="true" { "–" } span.hidden { (w.say("cell-nothing")) }
        },
        Cell::Some => html! { span.soft { (w.say("cell-some")) } },
        Cell::Fewer => html! {
            span.soft { (w.tell("cell-fewer", &[("n", w.whole(snapshot.smallest as usize).into())])) }
        },
        Cell::Known { at_least, up_to, disputed } => html! {
            @if up_to.is_some_and(|up_to| up_to == *at_least) {
                strong { (w.number(*at_least)) }
            } @else if let Some(up_to) = up_to {
                strong { (w.tell("cell-between", &[
                    ("low", w.number(*at_least).into()), ("high", w.number(*up_to).into()),
                ])) }
            } @else {
                span.soft { (w.say("cell-at-least")) } " " strong { (w.number(*at_least)) }
            }
            @if *disputed { " " span.badge.warn { (w.say("disputed")) } }
        },
    }
}

fn needed(w: &Words, snapshot: &Snapshot) -> Markup {
    html! {
        section #needed {
            h2 { (w.say("needed")) }
            ol.needed { @for category in &snapshot.needed { li { (w.things(*category)) } } }
            p.small { (w.say("needed-lead")) }
        }
    }
}

/// Somebody by name: a country in the reader's language, anybody else as written.
pub(super) fn name(w: &Words, who: &Who) -> String {
    let country = who.country.as_deref().and_then(|code| w.country(code));
    country.map_or_else(|| who.words.clone(), std::borrow::Cow::into_owned)
}

/// What was given, in words.
pub(super) fn gift(w: &Words, b: &Bulletin) -> String {
    if let Some((range, qualifier)) = b.pieces {
        return w.pieces(b.category, range, qualifier);
    }
    if let Some((range, qualifier, currency)) = b.money {
        let sum = w.money(range, qualifier, currency.code());
        let is_money = matches!(b.category, relight_ledger::model::Category::Money);
        return if is_money { sum } else { format!("{}: {sum}", w.things(b.category)) };
    }
    w.things(b.category).into_owned()
}

fn bulletin(w: &Words, b: &Bulletin, brief: bool) -> Markup {
    let donors: Vec<String> = b.donors.iter().map(|who| name(w, who)).collect();
    let recipients: Vec<String> =
        b.recipients.iter().filter(|who| who.country.is_some()).map(|who| name(w, who)).collect();
    let date = w.when(&b.date);
    let lost = b.doubt == Some(Doubt::Lost);
    html! {
        li.lost[lost] id=[(!brief).then(|| b.key.to_string())] {
            @if !date.is_empty() {
                p.date { @match b.date.exact() {
                    Some(day) => { time datetime=(day) { (date) } }
                    None => { (date) }
                } }
            }
            div {
                p.claim {
                    @if !donors.is_empty() { strong { (Words::list(&donors)) } ": " }
                    (gift(w, b))
                    @if !recipients.is_empty() { " " span.soft { (w.tell("to-whom", &[("recipients", Words::list(&recipients).into())])) } }
                }
                p.marks {
                    span.badge.(tone(b)) { (w.say(&format!("status-{}", b.status.word()))) }
                    @if b.kind != ClaimKind::NewPledge {
                        " " span.badge { (w.say(&format!("kind-{}", b.kind.word()))) }
                    }
                    @if let Some(doubt) = b.doubt {
                        @let (key, class) = match doubt {
                            Doubt::Open => ("doubt-open", "warn"),
                            Doubt::Lost => ("doubt-lost", "bad"),
                            Doubt::Won => ("doubt-won", "good"),
                        };
                        " " span.badge.(class) { (w.say(key)) }
                    }
                }
                (source(w, b))
            }
        }
    }
}

fn tone(b: &Bulletin) -> &'static str {
    use relight_ledger::model::Stage;
    match b.status.stage() {
        Some(Stage::Received | Stage::Installed | Stage::Energised) => "good",
        _ => "plain",
    }
}

/// Who says so, through whom, where it can be read, and in which language.
fn source(w: &Words, b: &Bulletin) -> Markup {
    let language = b.language.split(['/', '-']).next().unwrap_or_default();
    let language = w
        .try_say(&format!("language-{language}"))
        .filter(|_| !language.is_empty() && language != w.tongue.code());
    let chain: Vec<String> = b
        .chain
        .iter()
        .filter(|link| !link.is_empty() && **link != b.speaker && **link != b.outlet)
        .cloned()
        .collect();
    html! {
        p.source {
            @if !b.speaker.is_empty() { (w.tell("says", &[("speaker", b.speaker.as_str().into())])) }
            @if !chain.is_empty() {
                @if !b.speaker.is_empty() { ", " }
                (w.tell("by-way-of", &[("chain", Words::list(&chain).into())]))
            }
            @if !b.outlet.is_empty() || !b.url.is_empty() {
                @if !b.speaker.is_empty() || !chain.is_empty() { " · " }
                @let label = if b.outlet.is_empty() { &b.url } else { &b.outlet };
                @if b.url.is_empty() { (label) } @else {
                    a href=(b.url) rel="external noopener nofollow" { (label) }
                }
            }
            @if let Some(language) = language { " (" (w.tell("source-in", &[("language", language.into_owned().into())])) ")" }
        }
    }
}

fn rules(w: &Words, snapshot: &Snapshot) -> Markup {
    let small = w.tell(
        "rule-small",
        &[
            ("n", w.whole(snapshot.smallest as usize).into()),
            ("others", w.say("others").into_owned().into()),
        ],
    );
    html! {
        section #rules {
            h2 { (w.say("rules")) }
            p { (w.say("rules-lead")) }
            ul.rules {
                @for stage in STAGES { li { (w.say(&format!("rule-{}", stage.word()))) } }
                @for key in ["rule-raise", "rule-latest", "rule-twice", "rule-unknown", "rule-disputed"] { li { (w.say(key)) } }
                li { (small) }
                li { (w.say("rule-two")) }
                @if snapshot.money.len() > 1 { li { (w.say("rule-currency")) } }
            }
        }
    }
}

fn downloads(site: &Site<'_>, slug: &str, snapshot: &Snapshot) -> Markup {
    let (w, up) = (site.words, site.up);
    let figures = !snapshot.things.is_empty() || !snapshot.money.is_empty();
    let claims = !snapshot.bulletins.is_empty();
    html! {
        section #data {
            h2 { (w.say("data")) }
            p { (w.say("data-lead")) }
            ul.downloads {
                @if figures { li { a href=(format!("{up}data/{slug}/figures.csv")) download { (w.say("data-figures")) } } }
                @if claims { li { a href=(format!("{up}data/{slug}/claims.csv")) download { (w.say("data-claims")) } } }
                li { a href=(format!("{up}data/{slug}/all.json")) download { (w.say("data-json")) } }
                @if claims {
                    li { a href="feed.atom" { (w.say("feed-atom")) } }
                    li { a href="feed.json" { (w.say("feed-json")) } }
                }
            }
        }
    }
}

/// The page as a data set, in the words of schema.org.
fn dataset(site: &Site<'_>, title: &str) -> Option<Value> {
    let (face, snapshot) = site.face?;
    let (w, base) = (site.words, &site.app.settings.server.public_url);
    let page = format!("{base}/{}/{}", w.tongue.code(), site.here);
    let file = |path: &str, kind: &str| {
        json!({ "@type": "DataDownload", "encodingFormat": kind,
                "contentUrl": format!("{base}/data/{}/{path}", face.slug) })
    };
    let latest = snapshot.bulletins.iter().filter_map(|b| b.date.exact()).max();
    Some(json!({
        "@context": "https://schema.org",
        "@graph": [
            {
                "@type": "Dataset",
                "@id": format!("{page}#dataset"),
                "name": title,
                "description": w.say("home-lead"),
                "url": page,
                "inLanguage": w.tongue.code(),
                "dateModified": snapshot.as_of,
                "isAccessibleForFree": true,
                "spatialCoverage": snapshot.countries,
                "distribution": [
                    file("figures.csv", "text/csv"), file("claims.csv", "text/csv"), file("all.json", "application/json"),
                ],
            },
            {
                "@type": "NewsArticle",
                "headline": title,
                "inLanguage": w.tongue.code(),
                "mainEntityOfPage": page,
                "dateModified": latest.map_or_else(|| snapshot.as_of.to_string(), |day| day.to_string()),
                "isBasedOn": format!("{page}#dataset"),
            },
        ],
    }))
}
