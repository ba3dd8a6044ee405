//! Words, numbers and signs, each with its place and the form that the lexicon looks up.

use super::Span;

/// What a token is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Letters, with apostrophes and hyphens inside; letters before digits too (`G7`, `DX17Z`).
    Word,
    /// Digits, with marks between them: `1,000`, `1.4`.
    Number,
    /// Any other single character.
    Sign,
}

/// One token.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Token {
    pub span: Span,
    pub shape: Shape,
    /// Whether its first letter is a capital.
    pub capital: bool,
    /// Whether it has no small letter, and a capital.
    pub capitals: bool,
    /// Whether nothing stands between it and the token before.
    pub glued: bool,
}

/// Characters that join two parts of one word.
fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | 'ʼ' | '‘')
}

/// Signs that take no part in anything.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{ad}')
}

/// The tokens of a stretch of text.
pub(crate) fn tokens(text: &str, within: Span) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::with_capacity((within.end - within.start) / 5);
    let mut at = within.start;
    let source = within.of(text);
    let mut rest = source;
    while let Some(c) = rest.chars().next() {
        if is_blank(c) {
            at += c.len_utf8();
            rest = &rest[c.len_utf8()..];
            continue;
        }
        let (length, shape) = if c.is_ascii_digit() {
            (number(rest), Shape::Number)
        } else if c.is_alphabetic() {
            (word(rest), Shape::Word)
        } else if is_apostrophe(c) && out.last().is_some_and(|t| t.span.end == at) {
            let tail = suffix(rest);
            if tail > 0 { (tail, Shape::Word) } else { (c.len_utf8(), Shape::Sign) }
        } else {
            (c.len_utf8(), Shape::Sign)
        };
        let body = &rest[..length];
        let glued = out.last().is_some_and(|t| t.span.end == at);
        let capital = body.chars().next().is_some_and(char::is_uppercase);
        let capitals = capital && !body.chars().any(char::is_lowercase);
        out.push(Token { span: Span::new(at, at + length), shape, capital, capitals, glued });
        at += length;
        rest = &rest[length..];
    }
    out
}

/// Length of a number: digits, and marks that stand between two digits.
fn number(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digit = |i: usize| bytes.get(i).is_some_and(u8::is_ascii_digit);
    let mut end = 0;
    while digit(end) || (matches!(bytes.get(end), Some(b'.' | b',' | b'\'')) && digit(end + 1)) {
        end += 1;
    }
    end
}

/// Length of a word. `U.S.` is one; `l'` of French, `n't` and `'s` of English are words of their own.
fn word(text: &str) -> usize {
    if text.starts_with(['n', 'N']) && negation(text) > 0 {
        return negation(text);
    }
    // "EUR500 million": a code of a currency is glued to its number.
    if text.as_bytes().get(3).is_some_and(u8::is_ascii_digit)
        && matches!(
            text.get(..3),
            Some(
                "EUR"
                    | "USD"
                    | "GBP"
                    | "CAD"
                    | "AUD"
                    | "NZD"
                    | "CHF"
                    | "JPY"
                    | "SEK"
                    | "NOK"
                    | "DKK"
                    | "PLN"
                    | "UAH"
                    | "CZK"
                    | "RON"
            )
        )
    {
        return 3;
    }
    let initials = initials(text);
    if initials > 0 {
        return initials;
    }
    let mut end = 0;
    let mut letters = 0;
    let mut latin = true;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, n)| *n);
        if c.is_alphanumeric() || matches!(c, '\u{300}'..='\u{36f}') {
            letters += 1;
            latin &= (c as u32) < 0x250;
            end = at + c.len_utf8();
            // The `n` of `n't` belongs to what follows it.
            let tail = &text[at + c.len_utf8()..];
            if letters > 1 && tail.starts_with(['n', 'N']) && negation(tail) > 0 {
                break;
            }
        } else if is_apostrophe(c) && next.is_some_and(char::is_alphabetic) {
            if latin && suffix(&text[at..]) > 0 {
                break;
            }
            let elided = letters <= 2
                || matches!(
                    &text[..at],
                    "jusqu" | "lorsqu" | "puisqu" | "dell" | "nell" | "dall" | "all"
                );
            if latin && elided {
                return at + c.len_utf8();
            }
        } else if matches!(c, '-' | '‑') && next.is_some_and(char::is_alphanumeric) {
            // Within a word, but for "British-funded" and "million-dollar", which say two things.
            if latin && says_more(&text[at + c.len_utf8()..]) {
                break;
            }
        } else {
            break;
        }
    }
    end.max(text.chars().next().map_or(1, char::len_utf8))
}

/// Second halves that have a sense of their own.
fn says_more(tail: &str) -> bool {
    const HALVES: [&str; 10] = [
        "funded",
        "financed",
        "donated",
        "supplied",
        "sponsored",
        "provided",
        "dollar",
        "euro",
        "pound",
        "yen",
    ];
    let end = tail.find(|c: char| !c.is_alphanumeric()).unwrap_or(tail.len());
    tail.get(..end).is_some_and(|word| HALVES.contains(&word))
}

/// Length of initials such as `U.S.` or `p.m.`, or 0.
fn initials(text: &str) -> usize {
    let mut end = 0;
    let mut count = 0;
    let mut chars = text.chars();
    while let (Some(letter), Some('.')) = (chars.next(), chars.next()) {
        if !letter.is_alphabetic() {
            break;
        }
        end += letter.len_utf8() + 1;
        count += 1;
    }
    // `U.S` before a space counts too.
    let tail = &text[end..];
    let mut after = tail.chars();
    if count >= 1
        && let (Some(letter), next) = (after.next(), after.next())
        && letter.is_alphabetic()
        && !next.is_some_and(|n| n.is_alphanumeric() || is_apostrophe(n) || n == '-')
    {
        return end + letter.len_utf8();
    }
    if count >= 2 { end } else { 0 }
}

/// Length of `'s`, `'ll` and the like at the beginning of the text, or 0.
fn suffix(text: &str) -> usize {
    let Some(mark) = text.chars().next().filter(|c| is_apostrophe(*c)) else { return 0 };
    let tail = &text[mark.len_utf8()..];
    let letters: usize = tail.chars().take_while(|c| c.is_alphabetic()).map(char::len_utf8).sum();
    let known = matches!(tail.get(..letters), Some("s" | "ll" | "d" | "ve" | "re" | "m" | "S"));
    if known { mark.len_utf8() + letters } else { 0 }
}

/// Length of `n't` at the beginning of the text, or 0.
fn negation(text: &str) -> usize {
    let mut chars = text.chars();
    let shape = (chars.next(), chars.next(), chars.next(), chars.next());
    match shape {
        (Some('n'), Some(mark), Some('t'), after)
            if is_apostrophe(mark) && !after.is_some_and(char::is_alphabetic) =>
        {
            2 + mark.len_utf8()
        }
        _ => 0,
    }
}

/// Adds the form of a token that the lexicon looks up: small letters, one kind of apostrophe and of hyphen, the comma
/// below of Romanian; no apostrophe or full stop at the end.
pub(crate) fn fold_into(word: &str, out: &mut String) {
    let start = out.len();
    for c in word.chars() {
        match c {
            '’' | 'ʼ' | '‘' => out.push('\''),
            '‑' => out.push('-'),
            'ş' | 'Ş' => out.push('ș'),
            'ţ' | 'Ţ' => out.push('ț'),
            '\u{301}' => {}
            c if c.is_lowercase() => out.push(c),
            c => out.extend(c.to_lowercase()),
        }
    }
    while out.len() > start + 1 && (out.ends_with('\'') || out.ends_with('.')) {
        out.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<String> {
        let fold = |t: &Token| {
            let mut out = String::new();
            fold_into(t.span.of(text), &mut out);
            out
        };
        tokens(text, Span::new(0, text.len())).iter().map(fold).collect()
    }

    #[test]
    fn words_and_numbers_are_told_apart() {
        assert_eq!(split("U.S. sends 1,000 kits."), ["u.s", "sends", "1,000", "kits", "."]);
        assert_eq!(
            split("France’s $25M, 50KWA"),
            ["france", "'s", "$", "25", "m", ",", "50", "kwa"]
        );
        assert_eq!(
            split("l’aide d'une DX17Z didn't"),
            ["l", "aide", "d", "une", "dx17z", "did", "n't"]
        );
        assert_eq!(split("п’ять об'єднань 1,4 тис."), ["п'ять", "об'єднань", "1,4", "тис", "."]);
        assert_eq!(split("mini-excavators 450–500"), ["mini-excavators", "450", "–", "500"]);
        assert_eq!(split("р. Generaţie"), ["р", ".", "generație"]);
    }
}
