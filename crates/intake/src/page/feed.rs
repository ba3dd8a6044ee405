//! Items of RSS and entries of Atom. External entities are never looked up: the parser knows none.

use quick_xml::events::Event;
use quick_xml::reader::Reader;

/// One item: its title and text as HTML, and the date that it gives itself.
#[derive(Debug, Default)]
pub(super) struct Item {
    pub html: String,
    pub published: Option<String>,
}

/// Items beyond this are left unread.
const MOST: usize = 1000;

/// The items of a feed, or the one item or entry that was given by itself.
pub(super) fn items(text: &str) -> Vec<Item> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = false;
    let mut out = Vec::new();
    let mut item: Option<Parts> = None;
    let mut field = String::new();
    // Elements of XHTML within a field of Atom are kept as they are.
    let mut within = 0usize;
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Eof => break,
            Event::Start(start) => {
                let name = start.local_name().as_ref().to_lowercase();
                if matches!(name.as_str(), "item" | "entry") && within == 0 {
                    item = Some(Parts::default());
                } else if item.is_some() && within == 0 && Parts::knows(&name) {
                    field = name;
                    within = 1;
                } else if within > 0 {
                    within += 1;
                    push(&mut item, &field, &format!("<{name}>"));
                }
            }
            Event::End(end) => {
                let name = end.local_name().as_ref().to_lowercase();
                if within > 1 {
                    push(&mut item, &field, &format!("</{name}>"));
                }
                within = within.saturating_sub(1);
                if matches!(name.as_str(), "item" | "entry") && within == 0 {
                    out.extend(item.take().map(Parts::item));
                    if out.len() >= MOST {
                        break;
                    }
                }
            }
            Event::Text(body) if within > 0 => {
                push(&mut item, &field, &body);
            }
            Event::CData(body) if within > 0 => push(&mut item, &field, &body),
            Event::GeneralRef(name) if within > 0 => {
                push(&mut item, &field, &reference(&name));
            }
            _ => {}
        }
    }
    out.extend(item.map(Parts::item));
    out
}

/// A reference as the character that it stands for; others are left for the reader of HTML.
fn reference(name: &str) -> String {
    match name {
        "lt" => "<".to_owned(),
        "gt" => ">".to_owned(),
        "amp" => "&".to_owned(),
        "quot" => "\"".to_owned(),
        "apos" => "'".to_owned(),
        other => format!("&{other};"),
    }
}

#[derive(Default)]
struct Parts {
    title: String,
    summary: String,
    content: String,
    published: String,
    updated: String,
}

impl Parts {
    fn knows(name: &str) -> bool {
        matches!(
            name,
            "title"
                | "description"
                | "summary"
                | "encoded"
                | "content"
                | "pubdate"
                | "published"
                | "date"
                | "updated"
        )
    }

    fn item(self) -> Item {
        let body =
            if self.content.len() > self.summary.len() { self.content } else { self.summary };
        let published = [self.published, self.updated].into_iter().find(|d| !d.trim().is_empty());
        Item { html: format!("<h1>{}</h1>\n<div>{body}</div>", self.title), published }
    }
}

fn push(item: &mut Option<Parts>, field: &str, text: &str) {
    let Some(parts) = item else { return };
    let target = match field {
        "title" => &mut parts.title,
        "description" | "summary" => &mut parts.summary,
        "encoded" | "content" => &mut parts.content,
        "updated" => &mut parts.updated,
        _ => &mut parts.published,
    };
    target.push_str(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rss_and_atom_items_are_found() {
        let rss = "<rss><channel><title>News</title><item><title>A &amp; B</title><description><![CDATA[<p>100 sets</p>]]></description><pubDate>Tue, 29 Nov 2022 10:00:00 +0000</pubDate></item></channel></rss>";
        let found = items(rss);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].html, "<h1>A & B</h1>\n<div><p>100 sets</p></div>");
        assert_eq!(found[0].published.as_deref(), Some("Tue, 29 Nov 2022 10:00:00 +0000"));
        let atom = "<entry><title>T</title><content type='xhtml'><div><p>50 kits</p></div></content><updated>2022-11-29T10:00:00Z</updated></entry>";
        assert_eq!(items(atom)[0].html, "<h1>T</h1>\n<div><div><p>50 kits</p></div></div>");
    }
}
