//! Who may see and do what. The only place that decides it: pages, API, feeds, exports, errors and events ask here.
//!
//! Every field of every kind of record has a [`Level`] ([`fields`]); every role has one too. A field that nobody has
//! classified is shown to nobody. What everybody sees is not made of records at all but of the few plain types of
//! [`public`], so that a field of a record cannot slip onto a page.

pub mod fields;
pub mod public;

use relight_ledger::event::Act;
use relight_ledger::fold::{Record, Refusal};
use relight_ledger::id::Id;
use relight_ledger::model::{Content, Kind, Party, Person, Stage};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::problem::{Field, Problem};
use crate::routes::Who;

/// What somebody is here.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Nobody has signed in.
    Public,
    /// Gives: sees what it gave, and what is asked for.
    Donor,
    /// The recipient's desk: needs, acceptance, receipts.
    RecipientDesk,
    /// A grid engineer: sites, equipment, plans. With an organisation, that organisation's alone.
    GridEngineer,
    /// Consignments and stores.
    Logistics,
    /// From statements to claims to pledges.
    Reviewer,
    /// Agrees to what one person may not do alone.
    SecondReviewer,
    /// Reads all, changes nothing.
    Auditor,
    /// Accounts, and no contents.
    Administrator,
}

impl Role {
    /// Every role, in the order of pages.
    pub const ALL: [Role; 9] = [
        Role::Public,
        Role::Donor,
        Role::RecipientDesk,
        Role::GridEngineer,
        Role::Logistics,
        Role::Reviewer,
        Role::SecondReviewer,
        Role::Auditor,
        Role::Administrator,
    ];

    /// The word in commands and files.
    pub fn word(self) -> &'static str {
        match self {
            Role::Public => "public",
            Role::Donor => "donor",
            Role::RecipientDesk => "recipient_desk",
            Role::GridEngineer => "grid_engineer",
            Role::Logistics => "logistics",
            Role::Reviewer => "reviewer",
            Role::SecondReviewer => "second_reviewer",
            Role::Auditor => "auditor",
            Role::Administrator => "administrator",
        }
    }

    /// Reads the word of commands and files.
    pub fn from_word(word: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.word() == word)
    }
}

/// How far a field is meant to be known, from everybody to nearly nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Everybody, once two people have agreed to publish the record.
    Open,
    /// Whoever has an account that works with records.
    Partner,
    /// The organisation that the record is of, and those who keep the ledger.
    Own,
    /// Those who must know where things stand: places, stores, routes, states of sites.
    Site,
    /// People.
    Personal,
}

/// Who looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    /// As what.
    pub role: Role,
    /// Which person of the ledger; nil for the public.
    pub person: Id<Person>,
    /// The name of the account; empty for the public.
    pub account: String,
    /// For which organisation.
    pub party: Option<Id<Party>>,
    /// Whether it may write at all; a token may be for reading alone.
    pub writes: bool,
}

impl Viewer {
    /// Anybody.
    pub fn public() -> Viewer {
        Viewer {
            role: Role::Public,
            person: Id::NIL,
            account: String::new(),
            party: None,
            writes: false,
        }
    }

    /// Whether somebody has signed in.
    pub fn is_known(&self) -> bool {
        self.role != Role::Public
    }

    /// How far this viewer sees into records: those that concern its organisation, or others.
    fn clearance(&self, own: bool) -> Level {
        match self.role {
            Role::Public | Role::Administrator => Level::Open,
            Role::Donor if own => Level::Own,
            Role::Donor => Level::Partner,
            Role::Reviewer | Role::SecondReviewer => Level::Own,
            Role::GridEngineer if self.party.is_some() && !own => Level::Partner,
            Role::RecipientDesk | Role::GridEngineer | Role::Logistics => Level::Site,
            Role::Auditor => Level::Personal,
        }
    }
}

/// The records that say whose another record is.
pub trait Around {
    /// The record of that id.
    fn record(&self, id: Id) -> Option<Record>;

    /// Whether two people have agreed to publish it, and the delay is over.
    fn is_published(&self, id: Id) -> bool;

    /// Whether two people have agreed to release it to that partner, with its sites.
    fn is_released(&self, id: Id, to: Id<Party>) -> bool;
}

/// From which level on a kind of record is seen at all.
fn kind_level(kind: Kind) -> Level {
    match kind {
        Kind::Operation
        | Kind::Party
        | Kind::Source
        | Kind::Statement
        | Kind::Claim
        | Kind::Pledge
        | Kind::Package
        | Kind::Meeting => Level::Open,
        Kind::Need | Kind::Contribution | Kind::Report | Kind::Ruling | Kind::Link => {
            Level::Partner
        }
        Kind::Step | Kind::Draft | Kind::Warning | Kind::Publication | Kind::Assignment => {
            Level::Own
        }
        Kind::Stock => Level::Site,
        Kind::Person => Level::Personal,
    }
}

/// Whether this kind of record is ever seen in this role: what a list or a stream of events may speak of.
pub fn sees_kind(viewer: &Viewer, kind: Kind) -> bool {
    viewer.role == Role::Administrator && matches!(kind, Kind::Operation | Kind::Party)
        || viewer.role != Role::Administrator && viewer.clearance(true) >= kind_level(kind)
}

/// The record as this viewer may see it; `None` where it may not know of it.
pub fn show(record: &Record, viewer: &Viewer, around: &dyn Around) -> Option<Value> {
    if !sees_kind(viewer, record.kind()) {
        return None;
    }
    let released = viewer.party.is_some_and(|to| around.is_released(record.id, to));
    let own = released || concerns(&record.content, viewer, around);
    let clearance = match viewer.role {
        // What was released to a partner is for those who work there, as far as sites and not people.
        Role::Donor | Role::GridEngineer | Role::Logistics if released => Level::Site,
        _ => viewer.clearance(own),
    };
    if clearance < kind_level(record.kind()) {
        return None;
    }
    let shared =
        matches!(record.kind(), Kind::Operation | Kind::Party | Kind::Package | Kind::Need);
    let needs_publication =
        viewer.role == Role::Public || (viewer.role == Role::Donor && !own && !shared);
    if needs_publication && (!record.stands() || !around.is_published(record.id)) {
        let always = matches!(record.kind(), Kind::Operation | Kind::Party);
        if !(always && record.stands()) {
            return None;
        }
    }
    Some(fields::show(record, clearance))
}

/// Whether a record is of the viewer's organisation: it names it, or hangs on one that does.
fn concerns(content: &Content, viewer: &Viewer, around: &dyn Around) -> bool {
    let Some(party) = viewer.party else { return false };
    let whose = match content {
        Content::Step(step) => step.pledge.map(Id::any),
        Content::Assignment(assignment) => Some(assignment.of),
        _ => None,
    };
    let names = |content: &Content| content.references().iter().any(|r| r.to == party.any());
    names(content)
        || whose.and_then(|id| around.record(id)).is_some_and(|record| names(&record.content))
}

/// Whether this role may do that. What the ledger itself forbids is refused by the ledger.
///
/// # Errors
///
/// Why not, in words that give nothing away.
pub fn may_act(viewer: &Viewer, act: &Act, now: Option<&Content>) -> Result<(), Problem> {
    let kind = act.content().or(now).map(Content::kind);
    let refuse = || {
        let what = kind.map_or("that", Kind::word);
        Err(Problem::forbidden(format!(
            "the role {} may not {} a {what}",
            viewer.role.word(),
            act.word()
        )))
    };
    if !viewer.writes {
        return Err(Problem::forbidden("this token is for reading alone"));
    }
    let Some(kind) = kind else { return refuse() };
    let confirms = matches!(act, Act::Confirm { .. });
    let keeps = matches!(viewer.role, Role::Reviewer | Role::SecondReviewer);
    let allowed = match kind {
        Kind::Person => false,
        Kind::Operation | Kind::Party => keeps || viewer.role == Role::RecipientDesk,
        Kind::Ruling | Kind::Publication | Kind::Link if confirms => {
            viewer.role == Role::SecondReviewer
        }
        Kind::Source
        | Kind::Statement
        | Kind::Claim
        | Kind::Pledge
        | Kind::Link
        | Kind::Ruling
        | Kind::Draft
        | Kind::Publication
        | Kind::Meeting => keeps,
        Kind::Need | Kind::Package | Kind::Contribution | Kind::Report | Kind::Warning => {
            keeps || viewer.role == Role::RecipientDesk
        }
        Kind::Stock => matches!(viewer.role, Role::Logistics | Role::RecipientDesk),
        Kind::Assignment => matches!(viewer.role, Role::GridEngineer | Role::RecipientDesk),
        Kind::Step => {
            let content = act.content().or(now);
            may_step(viewer.role, content) || confirms && viewer.role == Role::SecondReviewer
        }
    };
    if allowed { Ok(()) } else { refuse() }
}

/// Who may say that a thing was sent, received, installed.
fn may_step(role: Role, content: Option<&Content>) -> bool {
    let Some(Content::Step(step)) = content else { return false };
    match step.stage {
        Stage::Announced | Stage::Pledged | Stage::Committed => {
            matches!(role, Role::Reviewer | Role::SecondReviewer)
        }
        Stage::Sent => matches!(role, Role::Logistics | Role::Reviewer | Role::SecondReviewer),
        Stage::Received => matches!(role, Role::Logistics | Role::RecipientDesk),
        Stage::Installed | Stage::Energised => {
            matches!(role, Role::GridEngineer | Role::RecipientDesk)
        }
    }
}

/// Who reads plans, scenarios and what is on offer for them: they name sites and what is broken there.
pub const READERS: Who =
    Who::Only(&[Role::RecipientDesk, Role::GridEngineer, Role::Logistics, Role::Auditor]);

/// Whether this viewer may see plans. A plan is of a whole grid and cannot be shown in part: who sees the sites of one
/// organisation alone sees none.
///
/// # Errors
///
/// Why not.
pub fn sees_plans(viewer: &Viewer) -> Result<(), Problem> {
    if viewer.role == Role::GridEngineer && viewer.party.is_some() {
        return Err(Problem::forbidden("a plan names the sites of other organisations"));
    }
    Ok(())
}

/// A refusal of the ledger in words that tell this viewer nothing of records that it may not see.
pub fn refusal(refusal: &Refusal, viewer: &Viewer) -> Problem {
    let inner = viewer.clearance(false) >= Level::Own;
    let detail = if inner {
        refusal.to_string()
    } else {
        "a record that is named is not there, has changed, or cannot be used so".to_owned()
    };
    match refusal {
        Refusal::Conflict { .. } => Problem::precondition(detail),
        Refusal::Exists { .. } | Refusal::IdReused { .. } => Problem::conflict(detail),
        // What is wrong with the content by itself says nothing of any other record.
        Refusal::Unsound { problems } => {
            let mut problem = Problem::unsound("the record is not sound by itself");
            problem.errors = problems
                .iter()
                .map(|p| Field { field: p.field.clone(), detail: p.message.clone() })
                .collect();
            problem
        }
        Refusal::NoReason { .. } => Problem::unsound(refusal.to_string()),
        _ => Problem::unsound(detail),
    }
}
