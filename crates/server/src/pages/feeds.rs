//! What was said, as feeds: Atom (RFC 4287) and JSON Feed 1.1. Both hold what the page holds, and no more.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::Site;
use super::situation::{gift, name};
use crate::policy::public::{Bulletin, Doubt};
use crate::words::Words;

/// Entries of a feed.
const MOST: usize = 50;

/// As Atom; `None` where the site has no operation.
pub fn atom(site: &Site<'_>) -> Option<String> {
    let (face, snapshot) = site.face?;
    let w = site.words;
    let page = page(site)?;
    let title = escaped(&face.title(w.tongue, &snapshot.name));
    let updated = snapshot.bulletins.iter().filter_map(day).max();
    let updated = updated.unwrap_or_else(|| format!("{}T00:00:00Z", snapshot.as_of));
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
         <feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\n\
         <title>{title}</title>\n<id>{page}</id>\n<updated>{updated}</updated>\n\
         <link rel=\"self\" type=\"application/atom+xml\" href=\"{page}feed.atom\"/>\n\
         <link rel=\"alternate\" type=\"text/html\" href=\"{page}\"/>\n",
        w.tongue.code(),
    );
    for b in snapshot.bulletins.iter().take(MOST) {
        let updated = day(b).unwrap_or_else(|| updated.clone());
        let (title, body) = (escaped(&headline(w, b)), escaped(&body(w, b)));
        let author = if b.speaker.is_empty() { &b.outlet } else { &b.speaker };
        let author =
            if author.is_empty() { w.say("disputed").into_owned() } else { author.clone() };
        let _ = write!(
            text,
            "<entry>\n<title>{title}</title>\n<id>urn:relight:claim:{}</id>\n<updated>{updated}</updated>\n\
             <author><name>{}</name></author>\n<summary>{body}</summary>\n",
            b.key,
            escaped(&author),
        );
        let link = if b.url.is_empty() { &page } else { &b.url };
        let _ = write!(text, "<link rel=\"alternate\" href=\"{}\"/>\n</entry>\n", escaped(link));
    }
    text.push_str("</feed>\n");
    Some(text)
}

/// As JSON Feed; `None` where the site has no operation.
pub fn json(site: &Site<'_>) -> Option<Vec<u8>> {
    let (face, snapshot) = site.face?;
    let w = site.words;
    let page = page(site)?;
    let items: Vec<Value> = snapshot
        .bulletins
        .iter()
        .take(MOST)
        .map(|b| {
            let mut item = json!({
                "id": format!("urn:relight:claim:{}", b.key),
                "url": page,
                "title": headline(w, b),
                "content_text": body(w, b),
                "tags": [b.category.word(), b.status.word()],
            });
            let fields = item.as_object_mut();
            if let Some(fields) = fields {
                if let Some(day) = day(b) {
                    fields.insert("date_published".into(), day.into());
                }
                if !b.url.is_empty() {
                    fields.insert("external_url".into(), b.url.clone().into());
                }
                if !b.speaker.is_empty() {
                    fields.insert("authors".into(), json!([{ "name": b.speaker }]));
                }
            }
            item
        })
        .collect();
    let feed = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": face.title(w.tongue, &snapshot.name),
        "home_page_url": page,
        "feed_url": format!("{page}feed.json"),
        "language": w.tongue.code(),
        "items": items,
    });
    serde_json::to_vec_pretty(&feed).ok()
}

/// The page that the feed stands beside.
fn page(site: &Site<'_>) -> Option<String> {
    let (face, _) = site.face?;
    let base = &site.app.settings.server.public_url;
    Some(format!("{base}/{}/{}/", site.words.tongue.code(), face.slug))
}

fn day(b: &Bulletin) -> Option<String> {
    b.date.last.map(|day| format!("{day}T00:00:00Z"))
}

fn headline(w: &Words, b: &Bulletin) -> String {
    let donors: Vec<String> = b.donors.iter().map(|who| name(w, who)).collect();
    let status = w.say(&format!("status-{}", b.status.word()));
    let gift = gift(w, b);
    if donors.is_empty() {
        format!("{gift} ({status})")
    } else {
        format!("{}: {gift} ({status})", Words::list(&donors))
    }
}

/// Date, source and doubts, in a sentence or two.
fn body(w: &Words, b: &Bulletin) -> String {
    let mut parts = Vec::new();
    let date = w.when(&b.date);
    if !date.is_empty() {
        parts.push(date);
    }
    if !b.speaker.is_empty() {
        parts.push(w.tell("says", &[("speaker", b.speaker.as_str().into())]));
    }
    if !b.chain.is_empty() {
        parts.push(w.tell("by-way-of", &[("chain", Words::list(&b.chain).into())]));
    }
    if !b.outlet.is_empty() {
        parts.push(b.outlet.clone());
    }
    let doubt = match b.doubt {
        Some(Doubt::Open) => Some("doubt-open"),
        Some(Doubt::Lost) => Some("doubt-lost"),
        Some(Doubt::Won) => Some("doubt-won"),
        None => None,
    };
    parts.extend(doubt.map(|key| w.say(key).into_owned()));
    parts.join(" · ")
}

/// Text for XML: its five characters, and no control characters, which XML 1.0 does not allow.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c if c.is_control() && c != '\n' && c != '\t' => {}
            '\u{fffe}' | '\u{ffff}' => {}
            c => safe.push(c),
        }
    }
    safe
}
