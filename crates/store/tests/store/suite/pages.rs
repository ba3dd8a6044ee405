//! Reading page by page.

use super::{add, filled};
use crate::common::{Author, Place};
use relight_ledger::id::Id;
use relight_ledger::model::{Kind, Source};
use relight_store::Filter;

pub fn pages_follow_each_other_without_gaps(place: &Place) {
    let mut store = filled(place);
    let sources = Filter { kind: Some(Kind::Source), ..Filter::default() };
    let all = store.all(&sources).expect("works");
    assert_eq!(all.len(), 30);
    let mut paged: Vec<Id> = Vec::new();
    loop {
        let after = paged.last().copied().unwrap_or(Id::NIL);
        let page = store.list(&sources, after, 7).expect("works");
        if page.is_empty() {
            break;
        }
        paged.extend(page.iter().map(|record| record.id));
    }
    assert_eq!(paged, all.iter().map(|record| record.id).collect::<Vec<_>>());
    // Many records that name one: page by page as well.
    let mut author = Author::new("hub");
    let source: Id<Source> = Id::derive(&["source", "c0"]);
    for n in 0..12 {
        let statement = relight_ledger::model::Statement { source, ..Default::default() };
        let event = author.record(Id::derive(&["st", &n.to_string()]), statement);
        add(&mut store, &[event]);
    }
    let mut seen = Vec::new();
    loop {
        let after = seen.last().map(|(role, id): &(String, Id)| (role.clone(), *id));
        let page = store
            .referring(source.any(), after.as_ref().map(|(r, id)| (r.as_str(), *id)), 5)
            .expect("works");
        if page.is_empty() {
            break;
        }
        seen.extend(page.into_iter().map(|r| (r.role, r.record.id)));
    }
    assert_eq!(seen.len(), 13);
    seen.dedup();
    assert_eq!(seen.len(), 13);
    let head = store.head().expect("works");
    let changed = store.changed(head.seq - 4, 10).expect("works");
    assert_eq!(changed.len(), 4);
}
