//! Which language a stretch of text is in.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::Span;
use super::token::{Shape, Token, fold_into};

/// A language whose words the lexicon knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// English.
    English,
    /// Ukrainian.
    Ukrainian,
    /// Romanian.
    Romanian,
    /// German.
    German,
    /// French.
    French,
    /// Polish.
    Polish,
    /// Italian.
    Italian,
    /// Spanish.
    Spanish,
    /// Bulgarian.
    Bulgarian,
    /// Russian.
    Russian,
    /// Swahili.
    Swahili,
}

impl Language {
    /// Every language, in the order of the columns of the data files.
    pub const ALL: [Language; 11] = [
        Language::English,
        Language::Ukrainian,
        Language::Romanian,
        Language::German,
        Language::French,
        Language::Polish,
        Language::Italian,
        Language::Spanish,
        Language::Bulgarian,
        Language::Russian,
        Language::Swahili,
    ];

    /// The code of BCP 47.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::Ukrainian => "uk",
            Language::Romanian => "ro",
            Language::German => "de",
            Language::French => "fr",
            Language::Polish => "pl",
            Language::Italian => "it",
            Language::Spanish => "es",
            Language::Bulgarian => "bg",
            Language::Russian => "ru",
            Language::Swahili => "sw",
        }
    }

    /// The language of that code, a region after it (`de-AT`) aside.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Language> {
        let code = code.split(['-', '_']).next().unwrap_or(code).to_ascii_lowercase();
        Language::ALL.into_iter().find(|l| l.code() == code)
    }

    /// Whether decimals are written with a comma.
    pub(crate) fn has_decimal_comma(self) -> bool {
        !matches!(self, Language::English | Language::Swahili)
    }

    /// Whether a name needs no capital in adjectives: all but English.
    pub(crate) fn mask(self) -> u16 {
        1 << (self as u16)
    }

    fn is_cyrillic(self) -> bool {
        matches!(self, Language::Ukrainian | Language::Bulgarian | Language::Russian)
    }
}

/// Words of any subject, and the languages that have them, as a mask.
static COMMON: LazyLock<HashMap<&'static str, u16>> = LazyLock::new(|| {
    let mut words = HashMap::new();
    for row in crate::lexicon::table::rows(include_str!("../../data/languages.tsv")) {
        let (Some(code), Some(list)) = (row.first(), row.last()) else { continue };
        let Some(language) = Language::from_code(code) else { continue };
        for word in list.split(';') {
            *words.entry(word).or_insert(0) |= language.mask();
        }
    }
    words
});

/// Letters that one language, or few, have.
fn letters(c: char) -> &'static [(Language, u32)] {
    use Language::{Bulgarian, French, German, Polish, Romanian, Russian, Spanish, Ukrainian};
    match c {
        'і' | 'ї' | 'є' | 'ґ' => &[(Ukrainian, 2)],
        'ы' | 'э' | 'ё' => &[(Russian, 2)],
        'ъ' => &[(Bulgarian, 2)],
        'ș' | 'ț' | 'ş' | 'ţ' | 'ă' => &[(Romanian, 2)],
        'ß' => &[(German, 3)],
        'ä' | 'ö' | 'ü' => &[(German, 1)],
        'ł' | 'ą' | 'ę' | 'ś' | 'ż' | 'ź' | 'ć' | 'ń' => &[(Polish, 2)],
        'ñ' | '¿' | '¡' => &[(Spanish, 2)],
        'ç' | 'è' | 'ê' | 'œ' => &[(French, 1)],
        'â' | 'î' => &[(Romanian, 1), (French, 1)],
        _ => &[],
    }
}

/// Texts of no more tokens are short: their few words may mislead whoever counts letters.
const SHORT: usize = 80;

/// Tokens that are looked at: the language of a long text shows in its beginning.
const ENOUGH: usize = 400;

/// What the words and letters of these tokens speak for: points per language.
fn points(text: &str, tokens: &[Token]) -> ([u32; 11], u32) {
    let mut points = [0u32; 11];
    let mut cyrillic = 0;
    let mut word = String::new();
    for token in tokens.iter().filter(|t| t.shape == Shape::Word).take(ENOUGH) {
        word.clear();
        fold_into(token.span.of(text), &mut word);
        if let Some(mask) = COMMON.get(word.as_str()) {
            // A word that few languages share says more.
            let weight = if mask.is_power_of_two() { 6 } else { 3 };
            for language in Language::ALL {
                if mask & language.mask() != 0 {
                    points[language as usize] += weight;
                }
            }
        }
        for c in word.chars() {
            cyrillic += u32::from(('а'..='я').contains(&c));
            for (language, weight) in letters(c) {
                points[*language as usize] += weight * 2;
            }
        }
    }
    if cyrillic > 20 {
        // Letters that a language can hardly do without.
        let text: String = tokens
            .iter()
            .filter(|t| t.shape == Shape::Word)
            .take(ENOUGH)
            .flat_map(|t| t.span.of(text).chars())
            .collect();
        if !text.contains(['і', 'ї', 'є', 'І', 'Ї', 'Є']) {
            points[Language::Ukrainian as usize] /= 3;
        }
        if !text.contains(['ы', 'э', 'ё', 'Э']) {
            points[Language::Russian as usize] /= 2;
        }
    }
    if cyrillic > 0 {
        for language in Language::ALL.into_iter().filter(|l| l.is_cyrillic()) {
            points[language as usize] += 1;
        }
    }
    (points, cyrillic)
}

/// The language of these tokens, or `None` where it is none of ours or cannot be told.
///
/// Common words and letters decide; where they do not, the trigrams of the crate `whatlang` do.
pub(crate) fn identify(text: &str, tokens: &[Token]) -> Option<Language> {
    let (points, cyrillic) = points(text, tokens);
    let words = tokens.iter().filter(|t| t.shape == Shape::Word).take(ENOUGH).count() as u32;
    let mut ranked: Vec<Language> = Language::ALL.to_vec();
    ranked.sort_by_key(|l| std::cmp::Reverse(points[*l as usize]));
    let (first, second) = (ranked[0], ranked[1]);
    let (best, next) = (points[first as usize], points[second as usize]);
    // In a text of one of our languages, about a word in four is among the common ones.
    if words >= 12
        && best >= words
        && best * 2 >= next * 3
        && (cyrillic == 0 || first.is_cyrillic())
    {
        return Some(first);
    }
    let head = tokens.get(..tokens.len().min(SHORT)).unwrap_or(tokens);
    // The words of our own subject speak where the small words do not: "Österreich will 50 Transformatoren schicken".
    let votes = crate::lexicon::lexicon().votes(text, head);
    let score = |l: Language| {
        let fits = l.is_cyrillic() == (cyrillic > 0);
        if fits { points[l as usize] + votes[l as usize] * 4 } else { 0 }
    };
    let most = Language::ALL.into_iter().map(score).max().unwrap_or(0);
    let top: Vec<Language> =
        Language::ALL.into_iter().filter(|l| most > 0 && score(*l) == most).collect();
    if let [only] = top[..] {
        return Some(only);
    }
    let span = super::sentence::span(tokens, (0, tokens.len().min(ENOUGH)));
    let Some(guess) = whatlang::detect(span.of(text)) else {
        return (cyrillic == 0).then_some(Language::English);
    };
    let known = match guess.lang() {
        whatlang::Lang::Eng => Some(Language::English),
        whatlang::Lang::Ukr => Some(Language::Ukrainian),
        whatlang::Lang::Ron => Some(Language::Romanian),
        whatlang::Lang::Deu => Some(Language::German),
        whatlang::Lang::Fra => Some(Language::French),
        whatlang::Lang::Pol => Some(Language::Polish),
        whatlang::Lang::Ita => Some(Language::Italian),
        whatlang::Lang::Spa => Some(Language::Spanish),
        whatlang::Lang::Bul => Some(Language::Bulgarian),
        whatlang::Lang::Rus => Some(Language::Russian),
        _ => None,
    };
    // A long text in a language that is none of ours is left alone.
    if words as usize > SHORT && guess.is_reliable() || known.is_some_and(|l| top.contains(&l)) {
        return known;
    }
    // Short and unsure: English for Latin letters, which most short lines are.
    if cyrillic == 0 { Some(Language::English) } else { known.or(top.first().copied()) }
}

/// The language of a paragraph within a page: the page's, unless the paragraph clearly speaks another.
pub(crate) fn of_paragraph(
    text: &str,
    tokens: &[Token],
    page: Option<Language>,
) -> Option<Language> {
    let (points, cyrillic) = points(text, tokens);
    let best =
        Language::ALL.into_iter().max_by_key(|l| (points[*l as usize], std::cmp::Reverse(*l)))?;
    let Some(page) = page else { return identify(text, tokens) };
    let words = tokens.iter().filter(|t| t.shape == Shape::Word).count() as u32;
    let script = (cyrillic * 2 > words) != page.is_cyrillic() && words > 3;
    let sure =
        points[best as usize] >= 12 && points[best as usize] >= points[page as usize] * 2 + 6;
    if script || sure { identify(text, tokens).or(Some(page)) } else { Some(page) }
}

/// The language of a text by itself.
#[must_use]
pub fn language_of(text: &str) -> Option<Language> {
    let span = Span::new(0, text.len().min(64 * 1024));
    let end = (0..=span.end).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    identify(text, &super::token::tokens(text, Span::new(0, end)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_sentences_are_told_apart() {
        for (text, code) in [
            ("The ministry said the equipment will be delivered.", "en"),
            ("Міністерство повідомило, що обладнання вже доставлено.", "uk"),
            ("Ministerul a anunțat că echipamentele vor fi livrate.", "ro"),
            ("Das Ministerium teilte mit, die Geräte seien geliefert.", "de"),
            ("Le ministère a annoncé l'envoi de cent générateurs.", "fr"),
            ("Ministerstwo poinformowało, że sprzęt został dostarczony.", "pl"),
            ("Министерство сообщило, что оборудование уже доставлено.", "ru"),
            ("Министерството съобщи, че оборудването е доставено.", "bg"),
            ("Il ministero ha annunciato l'invio di cento generatori.", "it"),
        ] {
            assert_eq!(language_of(text).map(Language::code), Some(code), "{text}");
        }
    }
}
