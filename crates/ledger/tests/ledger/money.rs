//! Money on the real rows: original currency first, then by the rates of the European Central Bank.

use std::fs;

use relight_ledger::count::{Book, Measure, MoneyTotal, Rule, Why, total, total_of_money};
use relight_ledger::date::Day;
use relight_ledger::decimal::Decimal;
use relight_ledger::model::{Currency, Stage};
use relight_ledger::rates::{NotConverted, Rates};

use crate::common::{claim_id, ledger, pledge_id, rows};

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

fn code(text: &str) -> Currency {
    text.parse().expect("a code")
}

fn rates() -> Option<Vec<Rates>> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/pledges/eurofxref-2022-02_2023-06.csv"
    );
    let Ok(bytes) = fs::read(path) else {
        eprintln!("skipped: {path} is absent");
        return None;
    };
    Some(vec![Rates::read(&bytes, "ECB").expect("the bank's own layout")])
}

fn rule(currency: &str, donor: Option<&str>) -> Rule {
    Rule {
        donor: donor.map(str::to_owned),
        ..Rule::all(Measure::Money(code(currency)), Stage::Pledged, day("2022-12-31"))
    }
}

fn totals() -> Option<(Book, MoneyTotal)> {
    let (rows, rates) = (rows()?, rates()?);
    let book = Book::new(ledger(&rows).records());
    let found = total_of_money(&book, &rule("EUR", None), &rates).expect("money");
    Some((book, found))
}

#[test]
fn each_pledge_counts_once_in_its_own_currency_first() {
    let Some((book, found)) = totals() else { return };
    let mut pledges: Vec<_> = found.counted.iter().map(|c| c.pledge).collect();
    pledges.dedup();
    assert_eq!(pledges.len(), found.counted.len(), "no pledge twice");
    // The parts of Paris and of the American package are in their wholes.
    for part in ["PARIS-ENERGY", "US-53M", "US-55M", "US-ENERGY", "NL-110M", "NL-18M"] {
        assert!(!pledges.contains(&pledge_id(part)), "{part}");
        let left = found.left_out.iter().find(|l| l.record == pledge_id(part).any());
        assert!(matches!(left.map(|l| l.why), Some(Why::PartOf(_))), "{part}: {left:?}");
    }
    // What stands in euros is what a total of euros alone finds.
    let euros = total(&book, &rule("EUR", None));
    let in_euros = found.originals[&code("EUR")];
    assert_eq!((in_euros.min, in_euros.max), (Some(euros.at_least), euros.up_to));
    let text = found.to_string();
    let (first, converted) = (text.find(" USD"), text.find("converted"));
    assert!(first.expect("dollars") < converted.expect("a conversion"), "{text}");
    assert!(text.contains("at the rates of ECB") && text.contains("as of 2022-12-31"), "{text}");
}

/// Every converted sum says its rate, its day and its source, and is the sum times that rate.
#[test]
fn a_conversion_can_be_followed_by_hand() {
    let Some((_, found)) = totals() else { return };
    let dollars: Vec<_> = found.counted.iter().filter(|c| c.currency == Currency::USD).collect();
    assert!(!dollars.is_empty());
    for counted in dollars {
        let done = counted.converted.as_ref().expect("the bank has dollars");
        assert_eq!(done.source, "ECB");
        assert!(done.day <= day("2022-12-31"));
        let by_hand = counted.figure.range.min.expect("a sum").to_f64() * done.rate.to_f64();
        let off = (done.range.min.expect("a sum").to_f64() - by_hand).abs() / by_hand;
        assert!(off < 1e-5, "{counted:?}");
    }
    let sums = found.counted.iter().filter_map(|c| c.converted.as_ref().ok()?.range.min);
    let sum = sums.fold(Decimal::ZERO, |sum, one| sum.plus(one).expect("in range"));
    assert_eq!(found.at_least(), sum);
}

#[test]
fn a_currency_without_a_rate_stays_as_it_is() {
    let Some((rows, rates)) = rows().zip(rates()) else { return };
    let book = Book::new(ledger(&rows).records());
    let azerbaijan = Rule {
        as_of: day("2023-03-31"),
        stage: Stage::Announced,
        ..rule("EUR", Some("Azerbaijan"))
    };
    let found = total_of_money(&book, &azerbaijan, &rates).expect("money");
    let manats = found.counted.iter().find(|c| c.currency == code("AZN"));
    let why = manats.map(|c| c.converted.clone());
    assert!(matches!(why, Some(Err(NotConverted::NoRate { .. }))), "{found:#?}");
    assert!(found.to_string().contains("not converted: "), "{found}");
    assert!(!found.to_string().contains(" 0 EUR"), "nothing is no nought: {found}");
}

#[test]
fn a_bare_dollar_stays_ambiguous() {
    let Some((rows, rates)) = rows().zip(rates()) else { return };
    let book = Book::new(ledger(&rows).records());
    let canada = rule("EUR", Some("Canada"));
    let found = total_of_money(&book, &canada, &rates).expect("money");
    let bare = claim_id("R069");
    assert!(book.claim(bare).expect("the row").money.currency.is_none());
    assert!(
        found.left_out.iter().any(|l| l.record == bare.any() && l.why == Why::NoCurrency),
        "{found:#?}"
    );
    assert!(found.counted.iter().all(|c| !c.figure.from.contains(&bare.any())));
}
