//! Documents beside the ledger: the same list on both databases.

use relight_store::desk::{Desk, MOST_BODY};
use relight_store::temporary::Server;

fn a_desk_keeps_what_it_is_given(place: &str) {
    let mut desk = Desk::open(place).expect("opens");
    assert_eq!(desk.get("session", "a", 0).expect("reads"), None);
    desk.put("session", "a", "{}", Some(10)).expect("writes");
    desk.put("account", "a", "anna", None).expect("writes");
    let paper = desk.get("session", "a", 9).expect("reads").expect("is there");
    assert_eq!((paper.body.as_str(), paper.ends, paper.revision), ("{}", Some(10), 1));
    assert_eq!(desk.get("session", "a", 10).expect("reads"), None, "it has ended");

    assert!(!desk.replace("account", "a", 0, "x", None).expect("asks"), "there is one");
    assert!(!desk.replace("account", "a", 7, "x", None).expect("asks"), "another revision");
    assert!(desk.replace("account", "a", 1, "anna k", None).expect("writes"));
    assert!(!desk.replace("account", "a", 1, "anna l", None).expect("asks"), "a lost race");
    assert!(desk.replace("account", "b", 0, "bo", None).expect("writes"));
    assert!(desk.replace("account", "Z", 0, "zoe", None).expect("writes"));

    let keys = |after: &str, desk: &mut Desk| -> Vec<String> {
        let list = desk.list("account", after, 2).expect("lists");
        list.into_iter().map(|paper| paper.key).collect()
    };
    assert_eq!(keys("", &mut desk), ["Z", "a"], "by bytes, so that both stores agree");
    assert_eq!(keys("a", &mut desk), ["b"]);

    assert_eq!(desk.sweep(9).expect("sweeps"), 0);
    assert_eq!(desk.sweep(10).expect("sweeps"), 1);
    assert!(desk.remove("account", "b").expect("removes"));
    assert!(!desk.remove("account", "b").expect("removes"));
    assert!(desk.put("x", "x", &"x".repeat(MOST_BODY + 1), None).is_err());

    drop(desk);
    let mut again = Desk::open(place).expect("opens what is there");
    let paper = again.get("account", "a", 0).expect("reads").expect("is there");
    assert_eq!((paper.body.as_str(), paper.revision), ("anna k", 2));
}

#[test]
fn sqlite() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().join("desk.db");
    a_desk_keeps_what_it_is_given(place.to_str().expect("a path"));
}

#[test]
fn postgresql() {
    let Some(server) = Server::start(false).expect("starts") else {
        eprintln!("skipped: PostgreSQL is not installed");
        return;
    };
    a_desk_keeps_what_it_is_given(&server.database().expect("a database"));
}
