//! The rules between records: who may name whom, what needs a second person, what exists once.

use super::{Failure, Record, Refusal, State, View};
use crate::decimal::Decimal;
use crate::event::{Act, Event};
use crate::id::Id;
use crate::interval::Interval;
use crate::model::{
    Assignment, Content, Kind, Link, Money, Operation, Pledge, PledgedLot, Quantity, Relation,
    Stock, Threshold, Unit,
};

type Answer<T, V> = Result<T, Failure<<V as View>::Error>>;

fn refuse<T, E>(refusal: Refusal) -> Result<T, Failure<E>> {
    Err(Failure::Refused(Box::new(refusal)))
}

/// Whether a new content may stand under this id, and whether it counts at once.
pub(super) fn admit<V: View>(
    view: &V,
    id: Id,
    event: &Event,
    content: &Content,
) -> Answer<State, V> {
    for reference in content.references() {
        // A draft's statement is filed with its claim, once it is accepted.
        let later = content.kind() == Kind::Draft && reference.to.is_nil();
        if !later {
            named(view, event, reference.to, reference.role, reference.kind)?;
        }
    }
    if let Some(operation) = event.operation
        && content.kind() != Kind::Operation
    {
        named(view, event, operation.any(), "operation", Some(Kind::Operation))?;
    }
    match content {
        Content::Link(link) => admit_link(view, id, event, link),
        Content::Assignment(assignment) => admit_assignment(view, id, assignment),
        Content::Ruling(ruling) => {
            let link = looked_up(view, ruling.contradiction.any(), "contradiction")?;
            match link.get::<Link>() {
                Some(link) if link.relation == Relation::Contradicts => Ok(State::Pending),
                _ => refuse(Refusal::WrongKind {
                    id: ruling.contradiction.any(),
                    role: "contradiction",
                    found: link.kind(),
                    expected: "link that says `contradicts`",
                }),
            }
        }
        // Nothing becomes public, or known to a partner, by one person alone.
        Content::Publication(_) => Ok(State::Pending),
        Content::Step(step) => {
            let documented = !step.claims.is_empty() || !step.external.is_empty();
            let waits = !documented && threshold(view, event)?.undocumented.contains(&step.stage);
            Ok(if waits { State::Pending } else { State::Standing })
        }
        _ => Ok(State::Standing),
    }
}

/// What a further event makes of a record.
pub(super) fn change<V: View>(
    view: &V,
    seq: u64,
    event: &Event,
    act: &Act,
    now: Record,
) -> Answer<Record, V> {
    debug_assert!(seq > now.last_seq, "events come in their order");
    let id = now.id;
    let seen = match act {
        Act::Record { .. } | Act::Redact { .. } => now.version,
        Act::Correct { seen, .. }
        | Act::Withdraw { seen, .. }
        | Act::Confirm { seen, .. }
        | Act::Decide { seen, .. } => *seen,
    };
    if seen != now.version {
        return refuse(Refusal::Conflict { id, seen, now: now.version });
    }
    if now.operation != event.operation {
        return refuse(Refusal::OtherOperation { id, role: "record" });
    }
    let next = Record { version: now.version.saturating_add(1), ..now };
    match act {
        Act::Record { .. } | Act::Redact { .. } => Ok(next),
        Act::Correct { content, .. } => {
            if content.kind() != next.kind() {
                return refuse(Refusal::WrongKind {
                    id,
                    role: "record",
                    found: next.kind(),
                    expected: content.kind().word(),
                });
            }
            if event.reason.trim().is_empty() {
                return refuse(Refusal::NoReason { act: "correct" });
            }
            if matches!(next.state, State::Decided(_)) {
                return refuse(Refusal::Decided { id });
            }
            let state = admit(view, id, event, content)?;
            Ok(Record {
                state,
                content: content.clone(),
                author: event.actor,
                second: None,
                ..next
            })
        }
        Act::Withdraw { .. } => {
            if event.reason.trim().is_empty() {
                return refuse(Refusal::NoReason { act: "withdraw" });
            }
            if next.state == State::Withdrawn {
                return refuse(Refusal::Withdrawn { id, role: "record" });
            }
            Ok(Record { state: State::Withdrawn, ..next })
        }
        Act::Confirm { .. } => {
            if next.state != State::Pending {
                return refuse(Refusal::NotPending { id });
            }
            if next.author == event.actor {
                return refuse(Refusal::SamePerson { id });
            }
            Ok(Record { state: State::Standing, second: Some(event.actor), ..next })
        }
        Act::Decide { decision, made, .. } => {
            if next.kind() != Kind::Draft {
                return refuse(Refusal::WrongKind {
                    id,
                    role: "draft",
                    found: next.kind(),
                    expected: Kind::Draft.word(),
                });
            }
            if next.state != State::Standing {
                return refuse(Refusal::Decided { id });
            }
            for claim in made {
                named(view, event, claim.any(), "made", Some(Kind::Claim))?;
            }
            Ok(Record { state: State::Decided(*decision), ..next })
        }
    }
}

/// A record that is named must be there, stand, be of its kind, and of the same operation or of all.
fn named<V: View>(
    view: &V,
    event: &Event,
    id: Id,
    role: &'static str,
    kind: Option<Kind>,
) -> Answer<(), V> {
    let record = looked_up(view, id, role)?;
    let found = record.kind();
    if let Some(kind) = kind.filter(|kind| *kind != found) {
        return refuse(Refusal::WrongKind { id, role, found, expected: kind.word() });
    }
    if record.state == State::Withdrawn {
        return refuse(Refusal::Withdrawn { id, role });
    }
    // What belongs to one operation is not named by another, nor by what all share.
    let shared = record.operation.is_none();
    if !shared && record.operation != event.operation {
        return refuse(Refusal::OtherOperation { id, role });
    }
    Ok(())
}

fn looked_up<V: View>(view: &V, id: Id, role: &'static str) -> Answer<Record, V> {
    match view.record(id).map_err(Failure::View)? {
        Some(record) => Ok(record),
        None => refuse(Refusal::Missing { id, role }),
    }
}

/// A link holds two records of one kind together. Merges of what is large or disputed wait for a second person.
fn admit_link<V: View>(view: &V, id: Id, event: &Event, link: &Link) -> Answer<State, V> {
    let expected = Link::id(link.from, link.relation, link.to).any();
    if id != expected {
        return refuse(Refusal::WrongId { kind: Kind::Link, expected });
    }
    let (from, to) = (looked_up(view, link.from, "from")?, looked_up(view, link.to, "to")?);
    if link.from == link.to || (from.kind() != to.kind() && link.relation != Relation::RepliesTo) {
        return refuse(Refusal::WrongKind {
            id: link.to,
            role: "to",
            found: to.kind(),
            expected: "different record of the same kind",
        });
    }
    if !link.relation.merges() {
        return Ok(State::Standing);
    }
    let threshold = threshold(view, event)?;
    for record in [&from, &to] {
        let disputed = view.disputed(record.id).map_err(Failure::View)?;
        if disputed || is_over(&threshold, &record.content) {
            return Ok(State::Pending);
        }
    }
    Ok(State::Standing)
}

fn threshold<V: View>(view: &V, event: &Event) -> Answer<Threshold, V> {
    let Some(operation) = event.operation else { return Ok(Threshold::default()) };
    let operation = looked_up(view, operation.any(), "operation")?;
    Ok(operation.get::<Operation>().map(|o| o.second_person.clone()).unwrap_or_default())
}

/// Whether a claim or pledge is larger than one person may merge.
fn is_over(threshold: &Threshold, content: &Content) -> bool {
    let (quantities, money): (Vec<&Quantity>, &Money) = match content {
        Content::Claim(claim) => (vec![&claim.quantity], &claim.money),
        Content::Pledge(pledge) => {
            (pledge.lots.iter().map(|lot| &lot.quantity).collect(), &pledge.money)
        }
        _ => return false,
    };
    let over = |range: Interval, limit: Decimal| {
        range.is_known() && (range.max.is_none_or(|max| max > limit))
    };
    let too_many = threshold.pieces.is_some_and(|limit| {
        quantities.iter().any(|q| q.unit == Unit::Piece && over(q.range, limit))
    });
    let limits = &threshold.money;
    let limit = limits.iter().find(|limit| limit.same_currency(money).is_some());
    let too_much = match limit.and_then(|limit| limit.range.max) {
        Some(limit) => over(money.range, limit),
        None => !limits.is_empty() && money.range.is_known(),
    };
    too_many || too_much
}

/// An assignment is of a piece that can be counted on.
fn admit_assignment<V: View>(view: &V, id: Id, assignment: &Assignment) -> Answer<State, V> {
    let Assignment { of, lot, piece, .. } = *assignment;
    let expected = Assignment::id(of, lot, piece).any();
    if id != expected {
        return refuse(Refusal::WrongId { kind: Kind::Assignment, expected });
    }
    let record = looked_up(view, of, "of")?;
    let lots: &[PledgedLot] = match &record.content {
        Content::Pledge(pledge) => pledge_lots(pledge),
        Content::Stock(stock) => stock_lots(stock),
        other => {
            return refuse(Refusal::WrongKind {
                id: of,
                role: "of",
                found: other.kind(),
                expected: "pledge or stock",
            });
        }
    };
    let available = lots.get(lot as usize).map_or(0, PledgedLot::most);
    if u64::from(piece) >= available {
        return refuse(Refusal::NoSuchPiece { of, lot, piece, available });
    }
    Ok(State::Standing)
}

fn pledge_lots(pledge: &Pledge) -> &[PledgedLot] {
    &pledge.lots
}

fn stock_lots(stock: &Stock) -> &[PledgedLot] {
    &stock.lots
}
