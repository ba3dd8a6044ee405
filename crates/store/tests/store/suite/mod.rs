//! What a ledger promises, tried on each of its stores: one list of tests, run on both. A concern a file.

mod decisions;
mod dumps;
mod pages;
mod requests;
mod secrets;
mod soundness;

use crate::common::{self, Author, Place, open};
use relight_ledger::event::Proposal;
use relight_ledger::fold::Refusal;
use relight_ledger::id::Id;
use relight_ledger::model::Person;
use relight_ledger::seal::Secret;
use relight_store::Store;

/// Runs each function on each store. On `PostgreSQL` one test runs them all, since a server takes seconds to start.
macro_rules! on_both {
    ($($about:ident::{$($name:ident),* $(,)?}),* $(,)?) => {
        mod in_a_file { $($(#[test] fn $name() { super::$about::$name(&crate::common::sqlite()); })*)* }

        #[test]
        fn in_postgres() {
            let Some(server) = common::Served::start() else { return };
            $($(
                eprintln!(stringify!($name));
                $about::$name(&server.place());
            )*)*
            // From a file into a server: the other direction is among those above.
            dumps::a_dump_is_the_whole_ledger(&common::sqlite());
        }
    };
}
on_both!(
    requests::{
        events_are_kept_and_folded,
        the_same_request_twice_happens_once,
        an_id_is_not_used_for_two_events,
        a_request_is_all_or_nothing_and_leaves_the_others_alone,
        a_lost_race_is_a_conflict,
        what_is_named_must_be_there_and_of_its_kind,
        many_writers_lose_nothing,
    },
    decisions::{
        a_large_merge_waits_for_a_second_person,
        a_disputed_merge_waits_for_a_second_person,
        a_contradiction_is_ruled_by_two,
        a_piece_is_assigned_once,
        a_draft_is_decided_once,
    },
    secrets::{
        what_is_redacted_is_gone_and_the_chain_holds,
        a_secret_must_open_its_seal,
    },
    soundness::{
        a_rebuild_gives_the_same_records,
        a_changed_event_is_named,
        a_misfiled_event_is_named,
        a_cut_log_is_known_from_its_checkpoint,
        events_refuse_to_be_changed_by_hand,
        a_ledger_that_is_not_there_is_not_made_by_looking,
        a_newer_layout_is_refused,
    },
    dumps::{
        a_dump_is_the_whole_ledger,
        a_dump_of_another_ledger_is_refused,
        a_damaged_dump_is_refused_with_its_line,
    },
    pages::{
        pages_follow_each_other_without_gaps,
    },
);

fn add(store: &mut Store, events: &[Proposal]) -> Vec<u64> {
    store.append(events).expect("the store works").expect("the request is accepted")
}

fn refusal(store: &mut Store, event: Proposal) -> Refusal {
    store.append(&[event]).expect("the store works").expect_err("a refusal").refusal
}

fn person(author: &mut Author, name: &str, salt: u8) -> (Proposal, Person, Secret) {
    let secret = Secret::new([salt; 32], name);
    let person = Person { name: Some(secret.seal().expect("a salt")), ..Person::default() };
    let mut event = author.record(Id::derive(&["person", name]), person.clone());
    event.secrets.push(secret.clone());
    (event, person, secret)
}

fn filled(place: &Place) -> Store {
    let mut store = open(place);
    let mut author = Author::new("a");
    let (event, ..) = person(&mut author, "Olena", 1);
    add(&mut store, &[event]);
    for n in 0..30 {
        let (events, _) = author.claim(&format!("c{n}"), n);
        add(&mut store, &events);
    }
    store
}
