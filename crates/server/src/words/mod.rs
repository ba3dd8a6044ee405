//! What pages say, in each language: one Fluent catalogue, and the dates and numbers as each language writes them.
//!
//! Names of days, months and countries are those of the Unicode CLDR. Three languages need no library of all: a test holds
//! every date and number against what a browser's `Intl` writes.

mod date;
mod number;

use std::borrow::Cow;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use relight_ledger::decimal::Decimal;
use relight_ledger::interval::Interval;
use relight_ledger::model::{Category, Qualifier};
use unic_langid::LanguageIdentifier;

/// A language of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tongue {
    /// English.
    English,
    /// Ukrainian.
    Ukrainian,
    /// Romanian.
    Romanian,
}

impl Tongue {
    /// Every language, in the order of pages.
    pub const ALL: [Tongue; 3] = [Tongue::English, Tongue::Ukrainian, Tongue::Romanian];

    /// The code in addresses and documents.
    pub fn code(self) -> &'static str {
        match self {
            Tongue::English => "en",
            Tongue::Ukrainian => "uk",
            Tongue::Romanian => "ro",
        }
    }

    /// Reads the code.
    pub fn from_code(code: &str) -> Option<Tongue> {
        Tongue::ALL.into_iter().find(|tongue| tongue.code() == code)
    }

    /// The first of a browser's languages (`Accept-Language`) that there is, by its weights; else English.
    pub fn asked_for(header: &str) -> Tongue {
        let mut wanted: Vec<(f32, Tongue)> = header
            .split(',')
            .take(20)
            .filter_map(|part| {
                let mut pieces = part.trim().split(';');
                let code = pieces.next()?.trim().split('-').next()?.to_ascii_lowercase();
                let weight = pieces.find_map(|p| p.trim().strip_prefix("q=")?.parse().ok());
                Some((weight.unwrap_or(1.0), Tongue::from_code(&code)?))
            })
            .filter(|(weight, _)| *weight > 0.0)
            .collect();
        // Stable, so that of equal weights the first stands.
        wanted.sort_by(|a, b| b.0.total_cmp(&a.0));
        wanted.first().map_or(Tongue::English, |(_, tongue)| *tongue)
    }
}

/// The catalogue of one language.
pub struct Words {
    /// The language.
    pub tongue: Tongue,
    bundle: FluentBundle<FluentResource>,
}

/// A catalogue that cannot be read: a fault of ours.
#[derive(Debug, thiserror::Error)]
#[error("the catalogue of {0} cannot be read: {1}")]
pub struct BadCatalogue(&'static str, String);

impl Words {
    /// Reads the catalogue of a language.
    ///
    /// # Errors
    ///
    /// Where it is no Fluent, or says something twice: tests see to it that neither is so.
    pub fn new(tongue: Tongue) -> Result<Words, BadCatalogue> {
        let texts = match tongue {
            Tongue::English => {
                [include_str!("../../words/en.ftl"), include_str!("../../words/en.names.ftl")]
            }
            Tongue::Ukrainian => {
                [include_str!("../../words/uk.ftl"), include_str!("../../words/uk.names.ftl")]
            }
            Tongue::Romanian => {
                [include_str!("../../words/ro.ftl"), include_str!("../../words/ro.names.ftl")]
            }
        };
        let wrong = |message: String| BadCatalogue(tongue.code(), message);
        let locale: LanguageIdentifier =
            tongue.code().parse().map_err(|e| wrong(format!("{e:?}")))?;
        let mut bundle = FluentBundle::new_concurrent(vec![locale]);
        // No marks around what is put in: they show in feeds and downloads.
        bundle.set_use_isolating(false);
        for text in texts {
            let resource = FluentResource::try_new(text.to_owned())
                .map_err(|(_, errors)| wrong(format!("{errors:?}")))?;
            bundle.add_resource(resource).map_err(|errors| wrong(format!("{errors:?}")))?;
        }
        Ok(Words { tongue, bundle })
    }

    /// A text without numbers or names in it.
    pub fn say(&self, key: &str) -> Cow<'_, str> {
        self.try_say(key).unwrap_or_else(|| Cow::Owned(key.to_owned()))
    }

    /// A text, where the catalogue has it.
    pub fn try_say(&self, key: &str) -> Option<Cow<'_, str>> {
        let pattern = self.bundle.get_message(key)?.value()?;
        Some(self.bundle.format_pattern(pattern, None, &mut Vec::new()))
    }

    /// A text with numbers and names put in.
    pub fn tell<'a>(&'a self, key: &str, with: &[(&'a str, FluentValue<'a>)]) -> String {
        let Some(pattern) = self.bundle.get_message(key).and_then(|m| m.value()) else {
            return key.to_owned();
        };
        let args: FluentArgs<'_> = with.iter().map(|(k, v)| (*k, v.clone())).collect();
        self.bundle.format_pattern(pattern, Some(&args), &mut Vec::new()).into_owned()
    }

    /// What a sort of things is called.
    pub fn things(&self, category: Category) -> Cow<'_, str> {
        self.say(&format!("things-{}", category.word()))
    }

    /// A country by its code; `None` where the catalogue does not know it.
    pub fn country(&self, code: &str) -> Option<Cow<'_, str>> {
        self.try_say(&format!("country-{code}"))
    }

    /// A number as it was said: "more than 350".
    pub fn said(&self, range: Interval, qualifier: Qualifier) -> String {
        let show = |value: Decimal| FluentValue::from(self.number(value));
        let one = |key: &str, value: Decimal| self.tell(key, &[("n", show(value))]);
        match (range.min, range.max) {
            (Some(low), Some(high)) if low != high => {
                self.tell("n-between", &[("low", show(low)), ("high", show(high))])
            }
            (Some(low), None) => {
                one(if qualifier == Qualifier::Over { "n-over" } else { "n-at-least" }, low)
            }
            (None, Some(high)) => {
                one(if qualifier == Qualifier::Almost { "n-almost" } else { "n-up-to" }, high)
            }
            (Some(value), Some(_)) => match qualifier {
                Qualifier::About | Qualifier::Vague => one("n-about", value),
                Qualifier::Over => one("n-over", value),
                Qualifier::AtLeast => one("n-at-least", value),
                Qualifier::Almost => one("n-almost", value),
                Qualifier::UpTo => one("n-up-to", value),
                Qualifier::Estimated => one("n-estimated", value),
                _ => one("n-exact", value),
            },
            (None, None) => String::new(),
        }
    }

    /// Pieces of a sort: "more than 350 generator sets".
    pub fn pieces(&self, category: Category, range: Interval, qualifier: Qualifier) -> String {
        let end = range.max.or(range.min).unwrap_or(Decimal::ZERO);
        self.amount(category, end, &self.said(range, qualifier))
    }

    /// A number that is written already, with the right form of what it counts.
    pub fn amount(&self, category: Category, count: Decimal, shown: &str) -> String {
        let key = format!("amount-{}", category.word());
        let known = self.bundle.has_message(&key);
        // A catalogue may write "one" as a word, which a hedged number does not allow.
        let plain = shown == self.number(count);
        let count = count.to_f64();
        let count = if plain || count != 1.0 { count } else { 2.0 };
        let args = [("count", FluentValue::from(count)), ("n", FluentValue::from(shown))];
        if known {
            return self.tell(&key, &args);
        }
        format!("{} – {}", self.things(category), self.tell("amount-pieces", &args))
    }

    /// A sum as it was said: "more than 1,000,000 EUR".
    pub fn money(&self, range: Interval, qualifier: Qualifier, currency: &str) -> String {
        format!("{}\u{a0}{currency}", self.said(range, qualifier))
    }

    /// Names in a row.
    pub fn list(names: &[String]) -> String {
        names.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    fn words() -> [Words; 3] {
        Tongue::ALL.map(|tongue| Words::new(tongue).expect("the catalogue"))
    }

    fn keys(text: &str) -> BTreeMap<&str, BTreeSet<&str>> {
        let mut found: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let mut key = "";
        for line in text.lines().filter(|l| !l.starts_with('#')) {
            if let Some((name, _)) = line.split_once(" = ").filter(|_| !line.starts_with(' ')) {
                key = name;
                found.insert(key, BTreeSet::new());
            }
            for piece in line.split("{ $").skip(1) {
                let name = piece.split([' ', '}']).next().unwrap_or_default();
                // `$count` chooses a form, and languages differ in whether they need it.
                if !matches!(name, "count" | "days" | "shown" | "n") {
                    found.entry(key).or_default().insert(name);
                }
            }
        }
        found
    }

    #[test]
    fn the_languages_say_the_same() {
        let english = keys(include_str!("../../words/en.ftl"));
        assert_eq!(english, keys(include_str!("../../words/uk.ftl")));
        assert_eq!(english, keys(include_str!("../../words/ro.ftl")));
        let english = keys(include_str!("../../words/en.names.ftl"));
        assert_eq!(english.len(), 7 + 12 + 12 + 251);
        assert_eq!(english, keys(include_str!("../../words/uk.names.ftl")));
        assert_eq!(english, keys(include_str!("../../words/ro.names.ftl")));
        let english = keys(include_str!("../../words/en.console.ftl"));
        assert!(english.len() > 300);
        assert_eq!(english, keys(include_str!("../../words/uk.console.ftl")));
        assert_eq!(english, keys(include_str!("../../words/ro.console.ftl")));
    }

    #[test]
    fn every_word_of_the_ledger_has_a_name() {
        for words in words() {
            for category in Category::all() {
                let key = format!("things-{}", category.word());
                assert!(words.try_say(&key).is_some(), "{key} in {:?}", words.tongue);
            }
            for status in relight_ledger::model::Status::ALL {
                let key = format!("status-{}", status.word());
                assert!(words.try_say(&key).is_some(), "{key} in {:?}", words.tongue);
            }
        }
    }

    #[test]
    fn numbers_take_the_form_that_the_language_wants() {
        let [english, ukrainian, romanian] = words();
        let sets = |words: &Words, range, qualifier| {
            words.pieces(Category::GeneratorSet, range, qualifier)
        };
        let exact = |n: i64| Interval::exactly(n);
        assert_eq!(sets(&english, exact(1), Qualifier::Exact), "1 generator set");
        assert_eq!(
            sets(&english, Interval::at_least(100), Qualifier::Over),
            "more than 100 generator sets"
        );
        assert_eq!(sets(&ukrainian, exact(21), Qualifier::Exact), "21 генератор");
        assert_eq!(sets(&ukrainian, exact(22), Qualifier::Exact), "22 генератори");
        assert_eq!(sets(&ukrainian, exact(470), Qualifier::About), "близько 470 генераторів");
        assert_eq!(sets(&romanian, exact(1), Qualifier::Exact), "un generator");
        assert_eq!(sets(&romanian, exact(1), Qualifier::About), "circa 1 generatoare");
        assert_eq!(sets(&romanian, exact(19), Qualifier::Exact), "19 generatoare");
        assert_eq!(
            sets(&romanian, Interval::between(50, 100), Qualifier::Between),
            "între 50 și 100 de generatoare"
        );
        assert_eq!(english.pieces(Category::Fuel, exact(3), Qualifier::Exact), "Fuel – 3 pieces");
    }

    #[test]
    fn the_language_is_the_one_that_the_browser_prefers() {
        assert_eq!(Tongue::asked_for("de, uk;q=0.8, en;q=0.9"), Tongue::English);
        assert_eq!(Tongue::asked_for("ro-MD,ro;q=0.9,en;q=0.1"), Tongue::Romanian);
        assert_eq!(Tongue::asked_for("uk"), Tongue::Ukrainian);
        assert_eq!(Tongue::asked_for("uk;q=0, *"), Tongue::English);
        assert_eq!(Tongue::asked_for(""), Tongue::English);
    }
}
