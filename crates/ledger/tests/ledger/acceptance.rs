//! What a ledger must make of the news of one winter: 180 real statements, of which most say again, add up, mistake or
//! contradict what others said.

use std::collections::BTreeSet;

use crate::common::{Row, claim_id, ledger, loaded, pledge_id, rows, table};
use crate::exchange::{iati_of, validates};
use relight_ledger::count::{Book, Dispute, Measure, Rule, Why, gap, total};
use relight_ledger::date::Day;
use relight_ledger::decimal::Decimal;
use relight_ledger::event::Verifier;
use relight_ledger::fold::Memory;
use relight_ledger::id::Id;
use relight_ledger::model::{
    Category, Claim, ClaimKind, Pledge, Qualifier, Relation, Ruling, Stage, Statement, Unit,
};
use relight_ledger::reconcile::{Reason, Speech, Suggestion, suggest};

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

fn measure(word: &str) -> Measure {
    word.parse().map_or_else(|_| Measure::Count(Unit::from_word(word)), Measure::Money)
}

fn rule(row: &Row) -> Rule {
    let some = |name: &str| Some(row[name].clone()).filter(|text| !text.is_empty());
    Rule {
        donor: some("donor"),
        category: some("item").map(|word| Category::from_word(&word).expect("a category")),
        scope: some("scope"),
        ..Rule::all(
            measure(&row["measure"]),
            Stage::from_word(&row["stage"]).expect("a stage"),
            day(&row["as_of"]),
        )
    }
}

#[test]
fn totals_are_the_expected_ones() {
    let Some(rows) = rows() else { return };
    let memory = ledger(&rows);
    let book = Book::new(memory.records());
    let mut wrong = Vec::new();
    for expected in table(include_str!("../data/expected.csv")) {
        let found = total(&book, &rule(&expected));
        let number = |name: &str| {
            Some(&expected[name])
                .filter(|t| !t.is_empty())
                .map(|t| t.parse::<Decimal>().expect("a number"))
        };
        let same = Some(found.at_least) == number("at_least")
            && found.up_to == number("up_to")
            && Decimal::from_f64(found.without_number.len() as f64).expect("small")
                == number("without_number").expect("one");
        if !same {
            wrong.push(format!("expected {expected:?}\nfound {found}\n{found:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// Each counted figure comes from claims that are in the book, each claim counts at most once in a total, and whatever
/// speaks of the donor's things and does not count is named with a reason.
#[test]
fn no_total_counts_anything_twice_or_drops_it_silently() {
    let Some(rows) = rows() else { return };
    let memory = ledger(&rows);
    let book = Book::new(memory.records());
    for expected in table(include_str!("../data/expected.csv")) {
        let rule = rule(&expected);
        let found = total(&book, &rule);
        let mut used = BTreeSet::new();
        for counted in &found.counted {
            for from in &counted.figure.from {
                assert!(used.insert(*from), "{from} counts twice in {rule}");
                let claim = memory.get(*from).and_then(|r| r.get::<Claim>()).expect("a claim");
                assert_eq!(claim.pledge, Some(counted.pledge));
            }
        }
        let left: BTreeSet<Id> = found.left_out.iter().map(|l| l.record).collect();
        assert!(used.is_disjoint(&left), "a claim counts and is left out: {rule}");
        // Every claim of a pledge that was asked about and speaks in the measure at this stage is in one of the two lists.
        for (id, claim) in book.claims() {
            let asked = claim.pledge.is_some_and(|p| found.counted.iter().any(|c| c.pledge == p))
                && claim.status.stage() == Some(rule.stage)
                && rule.measure.of_claim(claim).is_some_and(|(range, _)| range.is_known());
            if asked && !matches!(claim.kind, ClaimKind::Denial | ClaimKind::Dispute) {
                let figure = &found
                    .counted
                    .iter()
                    .find(|c| Some(c.pledge) == claim.pledge)
                    .expect("counted")
                    .figure;
                let inside_part = claim.kind == ClaimKind::Part && !figure.from.contains(&id.any());
                let raised_over = figure.from.iter().any(|from| {
                    let other = memory.get(*from).and_then(|r| r.get::<Claim>()).expect("a claim");
                    other.status.stage() > claim.status.stage()
                });
                assert!(
                    used.contains(&id.any())
                        || left.contains(&id.any())
                        || inside_part
                        || raised_over,
                    "{id} vanished from {rule}"
                );
            }
        }
        assert!(found.to_string().contains("as of "), "a total prints its rule and its day");
    }
}

#[test]
fn item_1_no_more_than_480_german_generators_and_196_delivered() {
    let Some(rows) = rows() else { return };
    let memory = ledger(&rows);
    let book = Book::new(memory.records());
    let thw = |stage, at: &str| {
        total(
            &book,
            &Rule {
                scope: Some("THW programme 2022".into()),
                donor: Some("Germany".into()),
                ..Rule::all(Measure::Count(Unit::Piece), stage, day(at))
            },
        )
    };
    for stage in Stage::ALL {
        for at in
            ["2022-11-29", "2022-11-30", "2022-12-02", "2022-12-11", "2022-12-28", "2023-03-31"]
        {
            let most = thw(stage, at).up_to.unwrap_or(Decimal::from(480));
            assert!(most <= Decimal::from(480), "{stage:?} {at}: {most}");
        }
    }
    assert!(thw(Stage::Received, "2022-12-28").at_least >= Decimal::from(196));
    // The naive sum of the rows of this group, for comparison: what a page that adds up news would say.
    let naive: i64 = rows
        .iter()
        .filter(|r| r["conflict_group"] == "DE-GEN-2022")
        .filter_map(|r| r["qty_max"].parse::<i64>().ok())
        .sum();
    assert!(naive > 5_000, "{naive}");
    // Figures without a date are named as left out.
    let left = thw(Stage::Received, "2023-03-31").left_out;
    assert!(left.iter().any(|l| l.record == claim_id("R041").any() && l.why == Why::Undated));
}

fn suggestions(memory: &Memory) -> Vec<Suggestion> {
    let statement =
        |claim: &Claim| memory.get(claim.statement.any()).and_then(|r| r.get::<Statement>());
    let speeches: Vec<Speech<'_>> = memory
        .records()
        .filter_map(|record| Some((record.id.of(), record.get::<Claim>()?)))
        .map(|(id, claim)| Speech { id, claim, statement: statement(claim) })
        .collect();
    suggest(&speeches, &|_, _| false)
}

fn between<'a>(all: &'a [Suggestion], a: &str, b: &str, relation: Relation) -> Vec<&'a Suggestion> {
    let (a, b) = (claim_id(a), claim_id(b));
    let pair = |s: &&Suggestion| (s.from == a && s.to == b) || (s.from == b && s.to == a);
    all.iter().filter(pair).filter(|s| s.relation == relation).collect()
}

/// The rows as they come in, before anybody has decided anything.
fn fresh(rows: &[Row]) -> Memory {
    let mut memory = Memory::new();
    for proposal in loaded(rows) {
        memory.append(&proposal).expect("accepted");
    }
    memory
}

#[test]
fn item_2_a_hundred_in_november_and_a_hundred_in_december_stay_two() {
    let Some(rows) = rows() else { return };
    // The program puts them together, with what speaks against it...
    let all = suggestions(&fresh(&rows));
    let found = between(&all, "R048", "R052", Relation::SameAs);
    assert_eq!(found.len(), 1, "equal numbers of one donor are shown to the reviewer");
    assert!(found[0].reasons.iter().any(|r| matches!(r, Reason::NumbersOverlap(..))));
    assert!(found[0].reasons.iter().any(|r| matches!(r, Reason::DaysApart(12))));
    assert!(found[0].against.iter().any(|r| matches!(r, Reason::OtherSize(..))), "{:?}", found[0]);
    // ...and a person says that they are two.
    let memory = ledger(&rows);
    let book = Book::new(memory.records());
    let (november, december) = (pledge_id("FR-100-NOV"), pledge_id("FR-100-DEC"));
    assert_eq!(
        book.related(december.any(), Relation::DistinctFrom).collect::<Vec<_>>(),
        [november.any()]
    );
    let french = total(
        &book,
        &Rule {
            donor: Some("France".into()),
            category: Some(Category::GeneratorSet),
            ..Rule::all(Measure::Count(Unit::Piece), Stage::Pledged, day("2022-12-31"))
        },
    );
    let counted: Vec<Id<Pledge>> = french.counted.iter().map(|c| c.pledge).collect();
    assert!(counted.contains(&november) && counted.contains(&december));
}

#[test]
fn item_3_what_is_not_disclosed_stays_so_and_is_listed_once() {
    let Some(rows) = rows() else { return };
    let memory = ledger(&rows);
    let cap =
        memory.get(pledge_id("NATO-CAP").any()).and_then(|r| r.get::<Pledge>()).expect("a pledge");
    assert_eq!(cap.money.qualifier, Qualifier::Undisclosed);
    assert!(!cap.money.range.is_known());
    let book = Book::new(memory.records());
    let all = total(&book, &Rule::all(measure("EUR"), Stage::Pledged, day("2022-12-31")));
    assert_eq!(all.without_number.iter().filter(|p| **p == pledge_id("NATO-CAP")).count(), 1);
    assert!(all.counted.iter().all(|c| c.pledge != pledge_id("NATO-CAP")), "unknown is not nought");
    let text = total(
        &book,
        &Rule {
            donor: Some("NATO allies".into()),
            ..Rule::all(measure("EUR"), Stage::Pledged, day("2022-12-31"))
        },
    )
    .to_string();
    assert!(text.starts_with("not known"), "{text}");
}

#[test]
fn item_4_an_item_conflict_is_raised_shown_and_ruled() {
    let Some(rows) = rows() else { return };
    let all = suggestions(&fresh(&rows));
    for (generators, transformers) in [("R090", "R093"), ("R091", "R094")] {
        let found = between(&all, generators, transformers, Relation::Contradicts);
        assert_eq!(found.len(), 1, "{generators}");
        assert!(found[0].reasons.iter().any(|r| matches!(r, Reason::OtherItem(..))));
    }
    let memory = ledger(&rows);
    let book = Book::new(memory.records());
    let (lost, won) = (claim_id("R091").any(), claim_id("R094").any());
    assert_eq!(book.disputes(lost), [Dispute::Lost { against: won }]);
    assert_eq!(book.disputes(won), [Dispute::Won { against: lost }]);
    let ruling = memory.get(Id::derive(&["ruling", "R091"])).expect("a ruling");
    assert!(ruling.stands() && ruling.second.is_some() && ruling.second != Some(ruling.author));
    assert!(!ruling.get::<Ruling>().expect("a ruling").why.is_empty());
    // No generator of these is counted.
    let generators = total(
        &book,
        &Rule {
            donor: Some("Lithuania".into()),
            category: Some(Category::GeneratorSet),
            ..Rule::all(Measure::Count(Unit::Piece), Stage::Announced, day("2022-12-31"))
        },
    );
    assert_eq!(generators.at_least, Decimal::ZERO);
}

#[test]
fn item_5_copies_are_flagged_and_contradict_the_first_tranche() {
    let Some(rows) = rows() else { return };
    let all = suggestions(&fresh(&rows));
    for (one, other) in [("R191", "R193"), ("R194", "R195")] {
        let found = between(&all, one, other, Relation::CopyOf);
        assert_eq!(found.len(), 1, "{one} {other}");
    }
    for shipped in ["R191", "R193"] {
        for tranche in ["R017", "R019"] {
            assert_eq!(
                between(&all, shipped, tranche, Relation::Contradicts).len(),
                1,
                "{shipped} {tranche}"
            );
        }
    }
    let digit = between(&all, "R154", "R155", Relation::Contradicts);
    assert!(digit.iter().any(|s| s.reasons.iter().any(|r| matches!(r, Reason::TenTimes(..)))));
}

#[test]
fn item_6_a_part_is_not_added_to_its_whole() {
    let Some(rows) = rows() else { return };
    let memory = ledger(&rows);
    let book = Book::new(memory.records());
    let paris = |scope: Option<&str>| {
        total(
            &book,
            &Rule {
                donor: Some("Paris conference".into()),
                scope: scope.map(str::to_owned),
                ..Rule::all(measure("EUR"), Stage::Pledged, day("2022-12-31"))
            },
        )
    };
    assert_eq!(paris(Some("energy")).at_least, Decimal::from(415_000_000));
    let whole = paris(None);
    assert_eq!(
        (whole.at_least, whole.up_to),
        (Decimal::from(1_050_000_000), Some(Decimal::from(1_050_000_000)))
    );
    let part = pledge_id("PARIS-ENERGY").any();
    assert!(
        whole
            .left_out
            .iter()
            .any(|l| l.record == part && l.why == Why::PartOf(pledge_id("PARIS").any()))
    );
}

#[test]
fn suggestions_are_few_enough_to_be_looked_at_and_do_not_depend_on_the_order() {
    let Some(rows) = rows() else { return };
    let memory = fresh(&rows);
    let all = suggestions(&memory);
    assert!((50..700).contains(&all.len()), "{} suggestions for 180 statements", all.len());
    for s in &all {
        assert_ne!(s.from, s.to);
        assert!(!s.reasons.is_empty());
    }
    let decided = suggest(&[], &|_, _| false);
    assert!(decided.is_empty());
}

#[test]
fn item_7_transactions_are_valid_truthful_and_the_rest_is_listed() {
    let Some(rows) = rows() else { return };
    let memory = ledger(&rows);
    let (book, document) = iati_of(&memory);
    assert!(document.activities >= 5 && document.transactions >= document.activities);
    if let Some(valid) = validates(&document.xml, "standards/iati/iati-activities-schema.xsd") {
        assert!(valid, "{}", document.xml);
    }
    // Every claim is told once or listed once.
    let told: Vec<&str> =
        document.xml.split(" of=\"").skip(1).filter_map(|t| t.get(..26)).collect();
    assert_eq!(told.len(), document.transactions);
    let listed: BTreeSet<Id> = document.not_exported.iter().map(|n| n.record).collect();
    for (id, claim) in book.claims() {
        let is_told = told.iter().filter(|t| **t == id.to_string()).count();
        assert_eq!(is_told + usize::from(listed.contains(&id.any())), 1, "{id}");
        // What has no value, no currency or no day is never told.
        let whole = claim.money.range.min.is_some()
            && claim.money.currency.is_some()
            && claim.as_of.exact().is_some();
        assert!(is_told == 0 || whole, "{id}");
    }
    assert!(document.not_exported.iter().all(|n| !n.why.is_empty()));
    // No nought, and nothing twice: consumers add up what is told, and must not come above the totals.
    assert!(!document.xml.contains(">0</value>"));
    for (code, stage) in [("12", Stage::Pledged), ("2", Stage::Committed), ("3", Stage::Sent)] {
        for currency in ["EUR", "USD", "GBP", "CAD"] {
            let sum = document
                .xml
                .split("<transaction ")
                .skip(1)
                .filter(|t| t.contains(&format!("<transaction-type code=\"{code}\"")))
                .filter_map(|t| t.split_once(&format!("<value currency=\"{currency}\"")))
                .filter_map(|(_, rest)| {
                    rest.split_once('>')?.1.split_once('<')?.0.parse::<Decimal>().ok()
                })
                .fold(Decimal::ZERO, |sum, one| sum.plus(one).expect("in range"));
            let most =
                total(&book, &Rule::all(measure(currency), stage, day("2023-06-30"))).at_least;
            assert!(sum <= most, "{code} {currency}: {sum} told, {most} counted");
        }
    }
}

/// By API, page and search: see the server. Here by every output that this crate makes.
#[test]
fn item_8_no_public_output_tells_a_site() {
    crate::exchange::no_public_output_tells_a_site();
}

#[test]
fn item_9_a_changed_event_is_the_first_bad_one() {
    let Some(rows) = rows() else { return };
    let memory = ledger(&rows);
    for which in [0, 1, 250, memory.entries().len() - 1] {
        let mut entries = memory.entries().to_vec();
        let last = entries[which].bytes.len() / 2;
        entries[which].bytes[last] ^= 1;
        let mut verifier = Verifier::new();
        let bad =
            entries.iter().find_map(|e| verifier.next(e.seq, e.previous, e.hash, &e.bytes).err());
        assert_eq!(bad.map(|b| b.seq), Some(which as u64 + 1));
    }
}

/// Two sides of one pledge: what the donor says to have handed over is not what the recipient says to have.
#[test]
fn the_gap_between_the_sides_has_an_age() {
    let Some(rows) = rows() else { return };
    let memory = ledger(&rows);
    let book = Book::new(memory.records());
    let any = book
        .pledges()
        .filter_map(|(id, _)| gap(&book, id, &Measure::Count(Unit::Piece), day("2023-03-31")));
    let aged = any.filter_map(|g| g.age_days).filter(|days| *days > 60).count();
    assert!(aged >= 1, "something was sent and not confirmed for more than 60 days");
}
