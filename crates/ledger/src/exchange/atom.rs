//! A feed of changes out (Atom, RFC 4287): an entry a record, with its last change.

use super::xml::Xml;
use super::{Audience, shown};
use crate::date::Moment;
use crate::fold::{Record, State};
use crate::id::Id;

/// What a feed says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feed {
    /// What it is called: "Winter 2022/23: changes".
    pub title: String,
    /// Who keeps the ledger.
    pub author: String,
    /// Where it is found; empty where it has no address yet.
    pub address: String,
    /// When it was made, for a feed without entries.
    pub made: Moment,
}

/// An id as `urn:uuid:...`.
fn urn(id: Id) -> String {
    let hex = format!("{:032x}", id.bits());
    let mut urn = "urn:uuid:".to_owned();
    for (at, digit) in hex.chars().enumerate() {
        if matches!(at, 8 | 12 | 16 | 20) {
            urn.push('-');
        }
        urn.push(digit);
    }
    urn
}

/// Writes a feed of records, the latest change first. Only what everybody may see is in it; the number of entries follows.
pub fn write<'a>(records: impl IntoIterator<Item = &'a Record>, feed: &Feed) -> (String, usize) {
    let mut records: Vec<(&Record, crate::model::Content)> = records
        .into_iter()
        .filter(|record| record.state != State::Pending)
        .filter_map(|record| Some((record, shown(&record.content, Audience::Public)?)))
        .collect();
    records.sort_by_key(|(record, _)| std::cmp::Reverse(record.last_seq));
    let updated = records.iter().map(|(record, _)| record.changed).max().unwrap_or(feed.made);
    let mut xml = Xml::new();
    xml.open("feed", &[("xmlns", "http://www.w3.org/2005/Atom"), ("xml:lang", "en")]);
    let id = if feed.address.is_empty() {
        urn(Id::derive(&["feed", &feed.author, &feed.title]))
    } else {
        feed.address.clone()
    };
    xml.text("id", &[], &id);
    xml.text("title", &[], &feed.title);
    xml.text("updated", &[], &updated.to_string());
    xml.open("author", &[]);
    xml.text("name", &[], &feed.author);
    xml.close();
    if !feed.address.is_empty() {
        xml.empty("link", &[("rel", "self"), ("href", &feed.address)]);
    }
    for (record, content) in &records {
        let withdrawn = if record.state == State::Withdrawn { "withdrawn: " } else { "" };
        let kind = record.kind().word();
        xml.open("entry", &[]);
        xml.text("id", &[], &urn(record.id));
        xml.text("title", &[], &format!("{withdrawn}{kind}: {}", content.title()));
        xml.text("updated", &[], &record.changed.to_string());
        xml.empty("category", &[("term", kind)]);
        let version = format!("Version {}, after event {}.", record.version, record.last_seq);
        xml.text("content", &[("type", "text")], &version);
        xml.close();
    }
    (xml.finish(), records.len())
}
