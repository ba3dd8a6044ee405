//! A sentence with everything that the lexicon knows in it.

use std::ops::Range;

use crate::lexicon::{Cue, LAYERS, Mention, NumberWord, Sense, Words, is_in, lexicon};
use crate::number::{Number, Numbers};
use crate::page::find_dates;
use crate::text::Span;
use crate::text::language::Language;
use crate::text::token::{Shape, Token};

/// The tokens and mentions of a paragraph, looked up once for all of its sentences.
pub(crate) struct Paragraph<'a> {
    pub text: &'a str,
    pub tokens: Vec<Token>,
    pub language: Option<Language>,
    layers: [Vec<Mention>; LAYERS],
    numbers: Vec<Number>,
    dates: Vec<crate::page::Dated>,
    /// Ranges of tokens, one a sentence.
    pub sentences: Vec<(usize, usize)>,
    /// Whether it is the title of its page.
    pub title: bool,
}

impl<'a> Paragraph<'a> {
    pub fn new(text: &'a str, span: Span, page: Option<Language>, title: bool) -> Paragraph<'a> {
        let tokens = crate::text::token::tokens(text, span);
        let language = crate::text::language::of_paragraph(text, &tokens, page);
        let layers = lexicon().mentions(text, &tokens, language);
        let words = &layers[Sense::Number(NumberWord::Hundred).layer()];
        let numbers = Numbers { text, tokens: &tokens, language, words }.find();
        let dates = find_dates(text, &tokens, &layers[Sense::Month(1).layer()]);
        let sentences = crate::text::sentence::sentences(text, &tokens);
        Paragraph { text, tokens, language, layers, numbers, dates, sentences, title }
    }

    /// The sentence of those tokens.
    pub fn sentence(&self, range: (usize, usize)) -> Sentence<'_> {
        let layers = self.layers.each_ref().map(|layer| within(layer, range, |m| (m.start, m.end)));
        let dates = within(&self.dates, range, |d| (d.start, d.end));
        Sentence {
            paragraph: self,
            range,
            layers,
            numbers: within(&self.numbers, range, |n| (n.start, n.end)),
            dates,
        }
    }
}

/// The part of an ordered list that lies within a range of tokens.
fn within<T>(list: &[T], range: (usize, usize), at: impl Fn(&T) -> (usize, usize)) -> &[T] {
    let first = list.partition_point(|x| at(x).0 < range.0);
    let last = list.partition_point(|x| at(x).0 < range.1);
    list.get(first..last).unwrap_or_default()
}

/// A sentence: a view into its paragraph.
#[derive(Clone, Copy)]
pub(crate) struct Sentence<'a> {
    pub paragraph: &'a Paragraph<'a>,
    pub range: (usize, usize),
    layers: [&'a [Mention]; LAYERS],
    pub numbers: &'a [Number],
    pub dates: &'a [crate::page::Dated],
}

impl<'a> Sentence<'a> {
    pub fn language(&self) -> Option<Language> {
        self.paragraph.language
    }

    pub fn tokens(&self) -> Range<usize> {
        self.range.0..self.range.1
    }

    pub fn token(&self, at: usize) -> Option<&'a Token> {
        if self.tokens().contains(&at) { self.paragraph.tokens.get(at) } else { None }
    }

    /// The word at a token, as written but for the apostrophe of `d'`; empty outside of the sentence.
    pub fn body(&self, at: usize) -> &'a str {
        let body = self.token(at).map_or("", |t| t.span.of(self.paragraph.text));
        if body.len() > 1 { body.trim_end_matches(['\'', '’']) } else { body }
    }

    /// Whether a set of small words holds the one at a token.
    pub fn is(&self, at: usize, set: Words) -> bool {
        is_in(set, self.body(at))
    }

    /// The token before, where there is one in the sentence.
    pub fn before(&self, at: usize) -> &'a str {
        at.checked_sub(1).map_or("", |b| self.body(b))
    }

    pub fn is_word(&self, at: usize) -> bool {
        self.token(at).is_some_and(|t| t.shape == Shape::Word)
    }

    pub fn span(&self, start: usize, end: usize) -> Span {
        crate::text::sentence::span(
            &self.paragraph.tokens,
            (start.max(self.range.0), end.min(self.range.1)),
        )
    }

    pub fn words(&self, start: usize, end: usize) -> &'a str {
        self.span(start, end).of(self.paragraph.text)
    }

    pub fn whole(&self) -> Span {
        self.span(self.range.0, self.range.1)
    }

    /// Mentions of one layer, told by any sense of it.
    pub fn layer(&self, like: Sense) -> &'a [Mention] {
        self.layers[like.layer()]
    }

    pub fn things(&self) -> &'a [Mention] {
        self.layer(Sense::Thing(crate::lexicon::Sort::Generic))
    }

    pub fn cues(&self) -> &'a [Mention] {
        self.layer(Sense::Cue(Cue::To))
    }

    pub fn parties(&self) -> &'a [Mention] {
        self.layer(Sense::Party(0))
    }

    /// Whether a cue stands at, or covers, that token.
    pub fn cue_at(&self, at: usize, cue: Cue) -> bool {
        self.cues().iter().any(|m| m.start <= at && at < m.end && m.sense == Sense::Cue(cue))
    }

    /// Whether a cue stands wholly between two tokens.
    pub fn cue_between(&self, start: usize, end: usize, cue: Cue) -> bool {
        self.cues().iter().any(|m| m.start >= start && m.end <= end && m.sense == Sense::Cue(cue))
    }

    /// The sense of a layer that begins at a token.
    pub fn starting(&self, like: Sense, at: usize) -> Option<Mention> {
        let layer = self.layer(like);
        let i = layer.partition_point(|m| m.start < at);
        layer.get(i).copied().filter(|m| m.start == at)
    }

    /// The sense of a layer that ends before a token.
    pub fn ending(&self, like: Sense, at: usize) -> Option<Mention> {
        self.layer(like).iter().rev().find(|m| m.end <= at).copied().filter(|m| m.end == at)
    }

    /// Whether a date covers that token.
    pub fn is_date(&self, at: usize) -> bool {
        self.dates.iter().any(|d| d.start <= at && at < d.end)
    }

    /// Whether the token stands within quotes.
    pub fn is_quoted(&self, at: usize) -> bool {
        let mut open = 0i32;
        for i in self.range.0..at.min(self.range.1) {
            match self.body(i) {
                "“" | "«" | "„" => open += 1,
                "”" | "»" => open -= 1,
                "\"" => open = i32::from(open <= 0),
                _ => {}
            }
        }
        open > 0
    }
}
