//! Names of people: sealed in the chain, opened by their secrets alone, and gone when they are redacted.

use super::{add, person, refusal};
use crate::common::{Author, Place, open};
use relight_ledger::event::Act;
use relight_ledger::fold::Refusal;
use relight_ledger::seal::Secret;

pub fn what_is_redacted_is_gone_and_the_chain_holds(place: &Place) {
    let mut store = open(place);
    let mut author = Author::new("a");
    let (event, who, secret) = person(&mut author, "Olena", 1);
    let (other, _, _) = person(&mut author, "Petro", 2);
    add(&mut store, &[event, other]);
    let seal = who.name.expect("a seal");
    assert_eq!(store.secret(seal).expect("works"), Some(secret));
    let redacted = author.event(Act::Redact { seals: vec![seal] });
    add(&mut store, &[redacted]);
    assert_eq!(store.secret(seal).expect("works"), None);
    let verified = store.verify(None).expect("the chain holds");
    assert_eq!((verified.head.seq, verified.redacted), (3, 1));
    store.rebuild(&mut |_| {}).expect("works");
    assert_eq!(store.secret(seal).expect("works"), None, "a rebuild brings nothing back");
    let mut dump = Vec::new();
    store.dump(&mut dump).expect("works");
    let dump = String::from_utf8(dump).expect("text");
    assert!(!dump.contains("Olena") && dump.contains("Petro"));
}

pub fn a_secret_must_open_its_seal(place: &Place) {
    let mut store = open(place);
    let mut author = Author::new("a");
    let (mut event, _, _) = person(&mut author, "Olena", 1);
    event.secrets.clear();
    assert_eq!(refusal(&mut store, event.clone()), Refusal::Secrets);
    event.secrets.push(Secret::new([1; 32], "Olga"));
    assert_eq!(refusal(&mut store, event), Refusal::Secrets);
}
