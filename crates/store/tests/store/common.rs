//! Ledgers to try things on: one in a file, one in `PostgreSQL` where that is installed.

use std::sync::{Arc, Mutex, Weak};

use relight_ledger::date::Moment;
use relight_ledger::event::{Act, Event, Proposal};
use relight_ledger::id::Id;
use relight_ledger::model::{
    Claim, ClaimKind, Content, Named, Operation, Person, Pledge, Quantity, Source, Statement,
    Status,
};
use relight_store::Store;
use relight_store::temporary::Server;

/// A place for a ledger that is empty, and gone at the end.
pub struct Place {
    pub address: String,
    _folder: Option<tempfile::TempDir>,
}

/// A file.
pub fn sqlite() -> Place {
    let folder = tempfile::tempdir().expect("a folder");
    let address = folder.path().join("ledger.db").display().to_string();
    Place { address, _folder: Some(folder) }
}

/// The server that runs in this process, if one does.
static SERVER: Mutex<Weak<Server>> = Mutex::new(Weak::new());

/// A server for as long as this is held.
pub struct Served(Arc<Server>);

impl Served {
    /// `None`, and a message, where `PostgreSQL` is not installed.
    pub fn start() -> Option<Served> {
        let Some(server) = Server::start(false).expect("PostgreSQL starts") else {
            eprintln!("skipped: PostgreSQL 15 is not installed; `cargo xtask setup` installs it");
            return None;
        };
        let server = Arc::new(server);
        *SERVER.lock().expect("no panic") = Arc::downgrade(&server);
        Some(Served(server))
    }

    /// An empty database.
    pub fn place(&self) -> Place {
        Place { address: self.0.database().expect("a database"), _folder: None }
    }
}

/// A database of the server that runs in this process, if one does.
pub fn postgres() -> Option<Place> {
    SERVER.lock().expect("no panic").upgrade().map(|server| Served(server).place())
}

/// Every event of a test has its own number, from which its id comes.
pub struct Author {
    pub actor: Id<Person>,
    pub operation: Option<Id<Operation>>,
    count: u32,
    name: String,
}

impl Author {
    pub fn new(name: &str) -> Author {
        Author {
            actor: Id::derive(&["actor", name]),
            operation: None,
            count: 0,
            name: name.to_owned(),
        }
    }

    pub fn event(&mut self, act: Act) -> Proposal {
        self.count += 1;
        Proposal::from(Event {
            id: Id::derive(&[&self.name, &self.count.to_string()]),
            at: Moment::from_milliseconds(1_669_737_600_000 + i64::from(self.count)),
            actor: self.actor,
            operation: self.operation,
            reason: "for the test".to_owned(),
            act,
        })
    }

    pub fn record(&mut self, id: Id, content: impl Into<Content>) -> Proposal {
        self.event(Act::Record { record: id, content: content.into() })
    }

    /// A source, a statement and a claim of so many pieces.
    pub fn claim(&mut self, name: &str, pieces: i64) -> (Vec<Proposal>, Id<Claim>) {
        let source: Id<Source> = Id::derive(&["source", name]);
        let statement: Id<Statement> = Id::derive(&["statement", name]);
        let claim: Id<Claim> = Id::derive(&["claim", name]);
        let said =
            Statement { source, quote: format!("{pieces} generators"), ..Statement::default() };
        let content = Claim {
            statement,
            kind: ClaimKind::NewPledge,
            donors: vec![Named::new("Germany")],
            quantity: Quantity::pieces(pieces),
            status: Status::Pledged,
            ..Claim::default()
        };
        let events = vec![
            self.record(
                source.any(),
                Source { url: format!("https://example.org/{name}"), ..Source::default() },
            ),
            self.record(statement.any(), said),
            self.record(claim.any(), content),
        ];
        (events, claim)
    }
}

pub fn pledge(title: &str, pieces: i64) -> Pledge {
    use relight_ledger::model::{Category, Lot, PledgedLot};
    let item = Lot::new(Category::GeneratorSet, "generators");
    Pledge {
        title: title.to_owned(),
        donor: Named::new("Germany"),
        lots: vec![PledgedLot { item, quantity: Quantity::pieces(pieces) }],
        ..Pledge::default()
    }
}

pub fn open(place: &Place) -> Store {
    Store::create(&place.address).expect("a ledger")
}
