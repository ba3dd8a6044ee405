//! Sums of money and their currencies.

use super::thing::thing_after;
use super::{Figure, What, hedge, interval};
use crate::frame::sentence::Sentence;
use crate::lexicon::{Mention, Sense};
use crate::number::Number;
use relight_ledger::decimal::Decimal;
use relight_ledger::model::{Currency, Money};

/// A sum of money: a currency before or after the number.
pub(super) fn sum(s: &Sentence, number: &Number, before: &[Figure]) -> Option<Figure> {
    let like = Sense::Currency(None);
    let mut start = number.start;
    let mut end = number.end;
    let mut found = s.ending(like, number.start);
    if let Some(mention) = found {
        start = mention.start;
    }
    // "1.05 billion US dollars", "millions of euros", "50-million-euro": before and after may both be there.
    let skip = usize::from(matches!(s.body(end), "of" | "de" | "d" | "di" | "-"));
    if let Some(mention) = s.starting(like, end + skip) {
        let after_is_better = found.is_none_or(|f| f.sense == Sense::Currency(None));
        if after_is_better {
            found = Some(mention);
        }
        end = mention.end;
    }
    let currency = match found {
        Some(Mention { sense: Sense::Currency(currency), .. }) => currency,
        _ => inherited(s, number, before)?.currency,
    };
    let (qualifier, start) = hedge(s, number, start);
    let range = interval(qualifier, number.low, number.high);
    let money = Money {
        range,
        currency,
        qualifier,
        words: s.words(start, end).to_owned(),
        ..Money::default()
    };
    let previous = before.last().filter(|f| matches!(f.what, What::Sum { .. }));
    let bracket = s.before(start) == "("
        || matches!(s.before(start), "or" | "або" | "oder" | "ou" | "czyli" | "sau");
    let equivalent = bracket && previous.is_some_and(|f| f.end + 1 >= start.saturating_sub(1));
    Some(Figure { start, end, tail: end, what: What::Sum { money, equivalent } })
}

/// "1.05 billion euros, of which 415 million": a part takes the currency of its whole.
pub(super) fn inherited<'f>(
    s: &Sentence,
    number: &Number,
    before: &'f [Figure],
) -> Option<&'f Money> {
    let What::Sum { money, .. } = &before.last()?.what else { return None };
    let scaled = number.end - number.start > 1 && number.low >= Decimal::from(1000);
    let part = matches!(
        s.before(number.start).to_lowercase().as_str(),
        "which"
            | "including"
            | "whom"
            | "них"
            | "яких"
            | "davon"
            | "darunter"
            | "dont"
            | "czego"
            | "tym"
            | "care"
            | "inclusiv"
    );
    let other = thing_after(s, number.end, 3).is_some_and(|t| !t.sort.is_abstract());
    (scaled && part && !other).then_some(money)
}

/// The currency of a bare dollar or crown, from who gives: the dollar of the United States, unless a country with a
/// dollar of its own speaks; the crown of the giver's country.
pub(in crate::frame) fn bare_currency(
    words: &str,
    donor_countries: &[&str],
    page_countries: &[&str],
) -> Option<Currency> {
    const OWN: [&str; 8] = ["CA", "AU", "NZ", "TW", "SG", "HK", "JM", "LR"];
    const CROWNS: [(&str, &str); 5] =
        [("NO", "NOK"), ("DK", "DKK"), ("SE", "SEK"), ("CZ", "CZK"), ("IS", "ISK")];
    let words = words.to_lowercase();
    if words.contains("kron") || words.contains("crown") {
        let crown = |country: &&str| CROWNS.iter().find(|(code, _)| code == country);
        return donor_countries.iter().find_map(crown)?.1.parse().ok();
    }
    let own = |list: &[&str]| list.iter().any(|c| OWN.contains(c));
    let us = donor_countries.contains(&"US");
    if !us && (own(donor_countries) || donor_countries.is_empty() && own(page_countries)) {
        return None;
    }
    Some(Currency::USD)
}
