//! The words that the reader knows: data files, compiled once into one automaton.
//!
//! A pattern is a row of tokens. Text is looked through as the same kind of tokens, folded and divided by single
//! spaces, so that a phrase matches whatever stands between its words on the page. A star at the end of a token
//! stands for any ending.

mod parties;
mod sense;
pub(crate) mod table;
mod thing;
mod words;

use std::collections::HashMap;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use relight_ledger::model::{Currency, Qualifier};

pub use parties::{Party, PartySort};
pub use sense::Manner;
pub(crate) use sense::{
    Action, Cue, Form, LAYERS, Modality, NumberWord, Role, Sense, Situation, UnitSort,
};
pub(crate) use thing::Sort;
pub(crate) use words::{Words, is_in};

use crate::text::Span;
use crate::text::language::Language;
use crate::text::token::{Token, fold_into, tokens};

/// A sense found in a text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mention {
    /// The first token.
    pub start: usize,
    /// The token after the last.
    pub end: usize,
    pub sense: Sense,
}

impl Mention {
    pub fn len(&self) -> usize {
        self.end - self.start
    }
}

/// A pattern: its tokens, where a star follows, in which languages, and what it means.
struct Entry {
    /// Tokens after those that the automaton has matched.
    rest: Vec<(String, bool)>,
    /// How many tokens the automaton matches.
    matched: usize,
    languages: u16,
    case: Case,
    sense: Sense,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Case {
    Any,
    /// The first letter must be a capital: a name.
    Name,
    /// All letters must be: `US` is a country, `us` is not.
    Capitals,
}

/// Every pattern of the data files.
pub(crate) struct Lexicon {
    automaton: AhoCorasick,
    /// Entries by pattern of the automaton.
    entries: Vec<Vec<Entry>>,
    pub parties: Vec<Party>,
    /// Number words by themselves, for parts of compounds.
    numbers: HashMap<(String, u16), NumberWord>,
    months: Vec<String>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::build);

/// The lexicon, built at its first use.
pub(crate) fn lexicon() -> &'static Lexicon {
    &LEXICON
}

/// All languages.
const ANY: u16 = u16::MAX;

struct Builder {
    index: HashMap<String, usize>,
    needles: Vec<String>,
    entries: Vec<Vec<Entry>>,
    numbers: HashMap<(String, u16), NumberWord>,
    months: Vec<String>,
}

impl Builder {
    fn add_all(
        &mut self,
        patterns: &str,
        languages: u16,
        case: impl Fn(&str) -> Case,
        sense: Sense,
    ) {
        for pattern in patterns.split(';').map(str::trim).filter(|p| !p.is_empty()) {
            self.add(pattern, languages, case(pattern), sense);
        }
    }

    fn add(&mut self, pattern: &str, languages: u16, case: Case, sense: Sense) {
        let mut parts: Vec<(String, bool)> = Vec::new();
        for word in pattern.split_whitespace() {
            let (word, star) = word.strip_suffix('*').map_or((word, false), |w| (w, true));
            let pieces = tokens(word, Span::new(0, word.len()));
            for piece in &pieces {
                let mut folded = String::new();
                fold_into(piece.span.of(word), &mut folded);
                parts.push((folded, false));
            }
            if let Some(last) = parts.last_mut() {
                last.1 = star;
            }
        }
        let Some(first_star) =
            parts.iter().position(|(_, star)| *star).or(parts.len().checked_sub(1))
        else {
            return;
        };
        let mut needle = String::new();
        for (part, star) in &parts[..=first_star] {
            needle.push(' ');
            needle.push_str(part);
            if *star {
                break;
            }
        }
        if !parts[first_star].1 {
            needle.push(' ');
        }
        if let Sense::Number(number) = sense
            && parts.len() == 1
        {
            self.numbers.entry((parts[0].0.clone(), languages)).or_insert(number);
        }
        if matches!(sense, Sense::Month(_)) {
            self.months.push(parts[0].0.clone());
        }
        let rest = parts.split_off(first_star + 1);
        let at = *self.index.entry(needle.clone()).or_insert_with(|| {
            self.needles.push(needle);
            self.entries.push(Vec::new());
            self.entries.len() - 1
        });
        self.entries[at].push(Entry { rest, matched: first_star + 1, languages, case, sense });
    }
}

fn languages(code: &str) -> u16 {
    Language::from_code(code).map_or(ANY, Language::mask)
}

/// Rows of three columns: a word, a language, patterns.
fn each(table: &'static str, mut row: impl FnMut(&'static str, u16, &'static str)) {
    for columns in table::rows(table) {
        if let [word, language, patterns] = columns[..] {
            row(word, languages(language), patterns);
        }
    }
}

impl Lexicon {
    fn build() -> Lexicon {
        let mut b = Builder {
            index: HashMap::new(),
            needles: Vec::new(),
            entries: Vec::new(),
            numbers: HashMap::new(),
            months: Vec::new(),
        };
        let any = |_: &str| Case::Any;
        let parties = parties::load(|patterns, languages, case, party| {
            b.add_all(patterns, languages, case, Sense::Party(party));
        });
        each(include_str!("../../data/items.tsv"), |word, languages, patterns| {
            if let Some(sort) = Sort::from_word(word) {
                b.add_all(patterns, languages, any, Sense::Thing(sort));
            }
        });
        verbs(&mut b);
        each(include_str!("../../data/modals.tsv"), |word, languages, patterns| {
            if let Some(modality) = Modality::from_word(word) {
                b.add_all(patterns, languages, any, Sense::Modal(modality));
            }
        });
        each(include_str!("../../data/hedges.tsv"), |word, languages, patterns| {
            let (word, after) = word.strip_suffix("-after").map_or((word, false), |w| (w, true));
            if let Some(qualifier) = qualifier(word) {
                b.add_all(patterns, languages, any, Sense::Hedge(qualifier, after));
            }
        });
        numbers(&mut b);
        each(include_str!("../../data/currencies.tsv"), |code, languages, patterns| {
            let currency = code.parse::<Currency>().ok();
            b.add_all(patterns, languages, any, Sense::Currency(currency));
        });
        for row in table::rows(include_str!("../../data/units.tsv")) {
            if let [sort, unit, language, patterns] = row[..] {
                let sort = match sort {
                    "rating" => UnitSort::Rating,
                    "measure" => UnitSort::Measure,
                    _ => UnitSort::Other,
                };
                b.add_all(patterns, languages(language), any, Sense::Unit(sort, unit));
            }
        }
        each(include_str!("../../data/months.tsv"), |month, languages, patterns| {
            // "may" and "march" are words of their own without the capital.
            let case =
                |p: &str| if matches!(p, "may" | "march" | "mar") { Case::Name } else { Case::Any };
            b.add_all(patterns, languages, case, Sense::Month(month.parse().unwrap_or(1)));
        });
        each(include_str!("../../data/reporting.tsv"), |word, languages, patterns| {
            if let Some(manner) = Manner::from_word(word) {
                b.add_all(patterns, languages, any, Sense::Manner(manner));
            }
        });
        each(include_str!("../../data/roles.tsv"), |word, languages, patterns| {
            if let Some(role) = Role::from_word(word) {
                b.add_all(patterns, languages, any, Sense::Role(role));
            }
        });
        each(include_str!("../../data/cues.tsv"), |word, languages, patterns| {
            if let Some(cue) = Cue::from_word(word) {
                b.add_all(patterns, languages, any, Sense::Cue(cue));
            }
        });
        each(include_str!("../../data/situation.tsv"), |word, languages, patterns| {
            if let Some(situation) = Situation::from_word(word) {
                b.add_all(patterns, languages, any, Sense::Situation(situation));
            }
        });
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(&b.needles)
            .expect("a few thousand short patterns of our own data files are within every limit");
        Lexicon { automaton, entries: b.entries, parties, numbers: b.numbers, months: b.months }
    }

    /// Everything known in these tokens, by layer, each layer in order and without overlaps.
    pub fn mentions(
        &self,
        text: &str,
        tokens: &[Token],
        language: Option<Language>,
    ) -> [Vec<Mention>; LAYERS] {
        let mask = language.map_or(0, Language::mask);
        let mut stream = String::with_capacity(tokens.len() * 7);
        // Where the folded form of each token begins.
        let mut starts = Vec::with_capacity(tokens.len() + 1);
        for token in tokens {
            stream.push(' ');
            starts.push(stream.len());
            fold_into(token.span.of(text), &mut stream);
        }
        stream.push(' ');
        starts.push(stream.len());
        let folded = |at: usize| -> &str {
            match (starts.get(at), starts.get(at + 1)) {
                (Some(start), Some(end)) => stream[*start..*end - 1].trim_end(),
                _ => "",
            }
        };
        let mut found_in: [Vec<(Mention, usize)>; LAYERS] = Default::default();
        for found in self.automaton.find_overlapping_iter(&stream) {
            let Ok(start) = starts.binary_search(&(found.start() + 1)) else { continue };
            for entry in &self.entries[found.pattern().as_usize()] {
                // A row without a language holds names of all languages.
                if entry.languages != ANY && entry.languages & mask == 0 {
                    continue;
                }
                let mut end = start + entry.matched;
                let holds = entry.rest.iter().all(|(part, star)| {
                    let word = folded(end);
                    end += 1;
                    if *star {
                        !word.is_empty() && word.starts_with(part.as_str())
                    } else {
                        word == part
                    }
                });
                let first = tokens[start];
                let case = match entry.case {
                    Case::Any => true,
                    Case::Name => first.capital,
                    Case::Capitals => first.capitals,
                };
                if holds && case && end <= tokens.len() {
                    let letters = found.end() - found.start();
                    found_in[entry.sense.layer()]
                        .push((Mention { start, end, sense: entry.sense }, letters));
                }
            }
        }
        // "Energy Support Fund" is a name, and no support.
        let parties = Sense::Party(0).layer();
        let names: Vec<(usize, usize)> = found_in[parties]
            .iter()
            .filter(|(m, _)| m.len() > 1)
            .map(|(m, _)| (m.start, m.end))
            .collect();
        if !names.is_empty() {
            found_in[Sense::Thing(Sort::Generic).layer()].retain(|(m, _)| {
                !names.iter().any(|(start, end)| *start <= m.start && m.end <= *end)
            });
        }
        found_in.map(|mut layer| {
            // Of patterns of as many words, the one with more letters says more; of equals, the earlier row of the data files.
            layer.sort_by_key(|(m, letters)| (m.start, std::cmp::Reverse((m.end, *letters))));
            let mut free = 0;
            layer.retain(|(m, _)| {
                let keep = m.start >= free;
                if keep {
                    free = m.end;
                }
                keep
            });
            layer.into_iter().map(|(m, _)| m).collect()
        })
    }

    /// How many of the words and phrases in these tokens each language has: its things, verbs, numbers and the like.
    pub fn votes(&self, text: &str, tokens: &[Token]) -> [u32; Language::ALL.len()] {
        let mut stream = String::with_capacity(tokens.len() * 7);
        for token in tokens {
            stream.push(' ');
            fold_into(token.span.of(text), &mut stream);
        }
        stream.push(' ');
        let mut out = [0; Language::ALL.len()];
        let mut last = (usize::MAX, 0u16);
        for found in self.automaton.find_overlapping_iter(&stream) {
            // Of one place each language counts once.
            let mut mask = if last.0 == found.start() { last.1 } else { 0 };
            for entry in &self.entries[found.pattern().as_usize()] {
                let party = matches!(entry.sense, Sense::Party(_));
                let whole = entry.rest.is_empty();
                if entry.languages == ANY || party || !whole {
                    continue;
                }
                for language in Language::ALL {
                    let bit = language.mask();
                    if entry.languages & bit != 0 && mask & bit == 0 {
                        out[language as usize] += 1;
                        mask |= bit;
                    }
                }
            }
            last = (found.start(), mask);
        }
        out
    }

    /// A number word by itself, without inflection.
    pub fn number(&self, word: &str, language: Language) -> Option<NumberWord> {
        self.numbers.get(&(word.to_owned(), language.mask())).copied()
    }

    /// Whether a folded word is a month in any language.
    pub fn is_month(&self, word: &str) -> bool {
        self.months.iter().any(|m| m == word)
    }

    /// A party by its row.
    pub fn party(&self, row: u16) -> Option<&Party> {
        self.parties.get(usize::from(row))
    }
}

fn qualifier(word: &str) -> Option<Qualifier> {
    Some(match word {
        "over" => Qualifier::Over,
        "at_least" => Qualifier::AtLeast,
        "about" => Qualifier::About,
        "almost" => Qualifier::Almost,
        "up_to" => Qualifier::UpTo,
        "estimated" => Qualifier::Estimated,
        _ => return None,
    })
}

/// English verbs come as `base/third/-ing/past(/participle)`; those of other languages by form.
fn verbs(b: &mut Builder) {
    let any = |_: &str| Case::Any;
    for row in table::rows(include_str!("../../data/verbs.tsv")) {
        let [action, language, form, patterns] = row[..] else { continue };
        let Some(action) = Action::from_word(action) else { continue };
        let languages = languages(language);
        if let Some(form) = Form::from_word(form) {
            b.add_all(patterns, languages, any, Sense::Verb(action, form));
            continue;
        }
        for verb in patterns.split(';') {
            let forms =
                [Form::Infinitive, Form::Present, Form::Progressive, Form::Done, Form::Done];
            let same = verb.split('/').skip(3).any(|past| verb.split('/').next() == Some(past));
            for (pattern, form) in verb.split('/').zip(forms) {
                let form = if same && form == Form::Infinitive { Form::Same } else { form };
                b.add(pattern, languages, Case::Any, Sense::Verb(action, form));
            }
        }
    }
}

fn numbers(b: &mut Builder) {
    let any = |_: &str| Case::Any;
    for row in table::rows(include_str!("../../data/numbers.tsv")) {
        let [sort, value, language, patterns] = row[..] else { continue };
        let number = match sort {
            "unit" => value.parse().ok().map(NumberWord::Unit),
            "hundred" => Some(NumberWord::Hundred),
            "scale" => value.parse().ok().map(NumberWord::Scale),
            _ => value.split_once('-').and_then(|(low, high)| {
                Some(NumberWord::Vague(low.parse().ok()?, high.parse().ok()?))
            }),
        };
        if let Some(number) = number {
            b.add_all(patterns, languages(language), any, Sense::Number(number));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, language: Language) -> Vec<(String, Sense)> {
        let tokens = tokens(text, Span::new(0, text.len()));
        let layers = lexicon().mentions(text, &tokens, Some(language));
        let words =
            |m: &Mention| tokens[m.start].span.and(tokens[m.end - 1].span).of(text).to_owned();
        layers.iter().flatten().map(|m| (words(m), m.sense)).collect()
    }

    #[test]
    fn names_need_their_capitals() {
        let parties = |text| {
            found(text, Language::English)
                .into_iter()
                .filter(|(_, s)| matches!(s, Sense::Party(_)))
                .count()
        };
        assert_eq!(parties("the US gave us turkey"), 1);
        assert_eq!(parties("U.S. and British aid, polish it"), 2);
        assert_eq!(parties("South Korean and New York Times"), 2);
    }

    #[test]
    fn stars_stand_for_endings_within_phrases_too() {
        let names: Vec<String> =
            found("Фонду підтримки енергетики України надійшли генераторів", Language::Ukrainian)
                .into_iter()
                .map(|(words, _)| words)
                .collect();
        assert!(names.contains(&"Фонду підтримки енергетики України".to_owned()), "{names:?}");
        assert!(names.contains(&"генераторів".to_owned()), "{names:?}");
    }
}
