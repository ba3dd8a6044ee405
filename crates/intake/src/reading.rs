//! A page read: sentence by sentence, with what was said before in mind.

use relight_ledger::model::{Category, ClaimKind, Qualifier, Side, Status};

use crate::copies::Signature;
use crate::draft::{Draft, Field, Occasion, Polarity, Statement, Who};
use crate::frame::Recipients;
use crate::frame::attribution::{self, Attribution, Saying};
use crate::frame::claim::{self, Before, Context};
use crate::frame::sentence::{Paragraph, Sentence};
use crate::lexicon::{Manner, Party, PartySort, Sense, lexicon};
use crate::page::Page;
use crate::situation;
use crate::suggest::Suggest;
use crate::text::Span;

/// All that was read in a page.
#[derive(Debug, Clone)]
pub struct Reading {
    /// Sentences that assert something, with who is behind them.
    pub statements: Vec<Statement>,
    /// Drafts of claims, in the order of the text.
    pub drafts: Vec<Draft>,
    /// Drafts of reports, appeals and warnings.
    pub occasions: Vec<Occasion>,
    /// For telling copies: of the story without its furniture.
    pub signature: Signature,
}

/// Reads a page by the rules.
#[must_use]
pub fn read(page: &Page) -> Reading {
    read_with(page, &[])
}

/// Reads a page by the rules, then asks others for what they would add.
pub fn read_with(page: &Page, others: &[&dyn Suggest]) -> Reading {
    let text = page.text.as_str();
    let mut recipients = Recipients::default();
    let mut countries: Vec<&'static str> = Vec::new();
    let mut heard = 0;
    for (span, title) in pieces(page) {
        let paragraph = Paragraph::new(text, span, page.language, title);
        for range in &paragraph.sentences {
            let sentence = paragraph.sentence(*range);
            recipients.hear(&sentence);
            for mention in sentence.parties() {
                let Sense::Party(row) = mention.sense else { continue };
                let country = lexicon().party(row).and_then(|p| p.country);
                if let Some(code) = country.filter(|c| !countries.contains(c)) {
                    countries.push(code);
                }
            }
        }
        heard += span.end - span.start;
        if heard > HEARD {
            break;
        }
    }
    let mut reader = Reader {
        text,
        agency: agency(page),
        recipient: recipients.best(),
        countries,
        speaker: None,
        quote: false,
        out: Reading {
            statements: Vec::new(),
            drafts: Vec::new(),
            occasions: Vec::new(),
            signature: Signature::of(""),
        },
    };
    let mut before = Before::default();
    for (span, title) in pieces(page) {
        let paragraph = Paragraph::new(text, span, page.language, title);
        for range in &paragraph.sentences {
            reader.sentence(&paragraph.sentence(*range), &mut before);
        }
    }
    // A quote by itself, of which the rules know too little: whoever brings it takes it for a claim.
    if reader.out.drafts.is_empty()
        && reader.out.occasions.is_empty()
        && reader.out.statements.iter().all(|s| !s.disputed)
        && let Some((span, title)) = only_piece(page)
    {
        let paragraph = Paragraph::new(text, span, page.language, title);
        if let [range] = paragraph.sentences[..] {
            reader.quote = true;
            reader.out.statements.clear();
            reader.sentence(&paragraph.sentence(range), &mut Before::default());
        }
    }
    let mut out = reader.out;
    out.signature = signature(page);
    mark_repeats(&mut out.drafts, page);
    for other in others {
        let known = out.drafts.clone();
        let quotes = |d: &Draft| {
            text.get(d.span.start..d.span.end).is_some_and(|t| !t.is_empty())
                && d.statement < out.statements.len()
        };
        out.drafts.extend(other.suggest(page, &known).into_iter().filter(quotes));
    }
    out
}

/// The only piece of a page.
fn only_piece(page: &Page) -> Option<(Span, bool)> {
    let mut all = pieces(page);
    all.next().filter(|_| all.next().is_none())
}

/// Whom a page helps shows in so many bytes of it.
const HEARD: usize = 64 << 10;
/// Paragraphs longer than this are read in pieces, so that memory does not grow with an endless line.
const PIECE: usize = 16 << 10;

/// The story of a page in pieces that end between words, and whether each is of the title.
fn pieces(page: &Page) -> impl Iterator<Item = (Span, bool)> {
    let story = page.blocks.iter().filter(|b| b.furniture.is_none());
    story.flat_map(move |block| {
        let mut at = block.span.start;
        std::iter::from_fn(move || {
            if at >= block.span.end {
                return None;
            }
            let start = at;
            at = if block.span.end - start <= PIECE {
                block.span.end
            } else {
                cut(&page.text, start, block.span.end)
            };
            Some((Span::new(start, at), block.title))
        })
    })
}

/// The last space before a piece is full, else the last character.
fn cut(text: &str, start: usize, end: usize) -> usize {
    let most = (start..=(start + PIECE).min(end))
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(end);
    let space = text.get(start..most).and_then(|t| t.rfind(' ')).map_or(0, |at| start + at + 1);
    if space > start { space } else { most.max(start + 1) }
}

fn signature(page: &Page) -> Signature {
    let mut story = String::with_capacity(page.text.len());
    for block in page.blocks.iter().filter(|b| b.furniture.is_none()) {
        story.push_str(block.span.of(&page.text));
        story.push('\n');
    }
    Signature::of(&story)
}

/// The agency of the dateline: "BUCHAREST, Nov 29 (Reuters) -".
fn agency(page: &Page) -> Option<Span> {
    let block = page.blocks.iter().find(|b| b.furniture.is_none() && !b.title)?;
    let paragraph = Paragraph::new(&page.text, block.span, page.language, false);
    let range = *paragraph.sentences.first()?;
    let s = paragraph.sentence((range.0, paragraph.tokens.len()));
    let outlet = s.parties().iter().find(|m| {
        let Sense::Party(row) = m.sense else { return false };
        lexicon().party(row).is_some_and(|p| p.sort == PartySort::Outlet) && m.start < range.0 + 16
    })?;
    let bracketed = s.before(outlet.start) == "(" && s.body(outlet.end) == ")";
    bracketed.then(|| s.span(outlet.start, outlet.end))
}

struct Reader<'a> {
    text: &'a str,
    agency: Option<Span>,
    recipient: Option<crate::frame::Found>,
    countries: Vec<&'static str>,
    /// Who spoke last, for "he said".
    speaker: Option<Span>,
    /// Whether the page is a quote of one sentence.
    quote: bool,
    out: Reading,
}

impl Reader<'_> {
    fn sentence(&mut self, s: &Sentence, before: &mut Before) {
        let found = attribution::find(s);
        let said = found.sayings.iter().find_map(|x| x.speaker).or(self.speaker);
        let (drafts, occasions) = {
            let context = Context {
                speaker: said.and_then(|span| party_row_in(s, span)),
                recipient: self.recipient,
                statement: self.out.statements.len(),
                attribution: &found,
                countries: &self.countries,
                quote: self.quote,
            };
            (claim::read(s, &context, before), situation::read(s, context.statement))
        };
        let speaker = found.sayings.iter().find_map(|x| x.speaker);
        if drafts.is_empty() && occasions.is_empty() && found.sayings.is_empty() {
            return;
        }
        let statement = self.statement(s, &found, drafts.first());
        if let Some(speaker) = speaker {
            self.speaker = Some(speaker);
        }
        let side = statement.speaker.as_ref().and_then(|f| f.value.party);
        self.out.statements.push(statement);
        for mut draft in drafts {
            draft.side = whose(&draft, side);
            let known = draft.polarity.value == Polarity::NotTold && self.is_known(&draft);
            // "Japan also offered assistance. Its government did not disclose the form": one offer.
            match self.out.drafts.last_mut().filter(|last| is_left_open(last, &draft)) {
                Some(last) => (last.quantity, last.polarity) = (draft.quantity, draft.polarity),
                // What was left open is of something that was said.
                None if known => {}
                None => self.out.drafts.push(draft),
            }
        }
        self.out.occasions.extend(occasions);
    }

    /// "The minister did not say what it is worth": of a pledge that was read already, with its number.
    fn is_known(&self, draft: &Draft) -> bool {
        let unsaid = draft.status.value == Status::Unclear;
        let donors =
            |d: &Draft| d.donors.iter().map(|w| w.value.name().to_owned()).collect::<Vec<_>>();
        let known = |last: &Draft| last.is_aid() && donors(last) == donors(draft);
        unsaid && (draft.item.is_none() || self.out.drafts.iter().rev().take(4).any(known))
    }

    fn statement(&self, s: &Sentence, found: &Attribution, draft: Option<&Draft>) -> Statement {
        let near = draft
            .and_then(|d| {
                d.quantity.evidence.first().or(d.item.as_ref().and_then(|i| i.evidence.first()))
            })
            .map(|span| span.start);
        // The word of saying nearest to what is claimed speaks for the sentence.
        let saying: Option<&Saying> = found.sayings.iter().min_by_key(|x| {
            (x.speaker.is_none() && !x.pronoun, near.map_or(0, |n| n.abs_diff(x.span.start)), x.at)
        });
        let who = |span: Span, confidence| {
            Field::new(
                Who { words: span.of(self.text).to_owned(), party: party_in(s, span) },
                span,
                confidence,
            )
        };
        let speaker = saying.and_then(|x| match (x.speaker, x.pronoun) {
            (Some(span), _) => Some(who(span, 80)),
            (None, true) => self.speaker.map(|span| who(span, 55)),
            _ => None,
        });
        let mut chain: Vec<Field<String>> = Vec::new();
        for span in self.agency.iter().chain(&found.outlets) {
            let words = span.of(self.text).to_owned();
            let is_speaker =
                speaker.as_ref().is_some_and(|f| f.evidence.iter().any(|e| e.meets(*span)));
            if !is_speaker && !chain.iter().any(|c| c.value == words) {
                chain.push(Field::new(words, *span, 75));
            }
        }
        for other in &found.sayings {
            let Some(span) = other.speaker else { continue };
            let words = span.of(self.text).to_owned();
            let is_speaker = speaker.as_ref().is_some_and(|f| f.evidence.contains(&span));
            if !is_speaker && !chain.iter().any(|c| c.value == words) {
                chain.push(Field::new(words, span, 60));
            }
        }
        if let Some(speaker) = &speaker {
            chain.push(Field {
                value: speaker.value.words.clone(),
                evidence: speaker.evidence.clone(),
                confidence: speaker.confidence,
            });
        }
        let whole = s.whole();
        let at = near.and_then(|byte| {
            s.tokens().find(|i| s.token(*i).is_some_and(|t| t.span.start >= byte))
        });
        Statement {
            span: whole,
            manner: saying.map(|x| Field::new(x.manner, x.span, 80)),
            addressee: saying
                .and_then(|x| x.addressee)
                .map(|span| Field::new(span.of(self.text).to_owned(), span, 70)),
            direct: s.is_quoted(at.unwrap_or(s.range.0 + 1)),
            disputed: found
                .sayings
                .iter()
                .any(|x| matches!(x.manner, Manner::Denied | Manner::Accused)),
            speaker,
            chain,
        }
    }
}

/// The first party among the words of a speaker, as it stands there.
fn party_row_in(s: &Sentence, span: Span) -> Option<crate::frame::Found> {
    s.parties().iter().find_map(|m| {
        let Sense::Party(row) = m.sense else { return None };
        let at = s.span(m.start, m.end);
        let outlet = lexicon().party(row).is_some_and(|p| p.sort == PartySort::Outlet);
        (span.holds(at) && !outlet).then_some(crate::frame::Found {
            row: Some(row),
            span: at,
            confidence: 60,
        })
    })
}

/// The party among the words of a speaker: "German Foreign Minister Annalena Baerbock" speaks for Germany.
fn party_in(s: &Sentence, span: Span) -> Option<&'static Party> {
    s.parties().iter().find_map(|m| {
        let Sense::Party(row) = m.sense else { return None };
        span.holds(s.span(m.start, m.end)).then(|| lexicon().party(row)).flatten()
    })
}

/// Whether a draft says no more than that the one before it leaves open how much is given.
fn is_left_open(last: &Draft, draft: &Draft) -> bool {
    let open = draft.polarity.value == Polarity::NotTold && draft.status.value == Status::Unclear;
    let names = |d: &Draft| d.donors.iter().map(|w| w.value.name().to_owned()).collect::<Vec<_>>();
    let vague = last.quantity.value.qualifier == Qualifier::Unspecified && last.money.is_none();
    open && vague && last.is_aid() && (draft.item.is_none() || names(last) == names(draft))
}

/// A donor's own word, the recipient's, or a third one's.
fn whose(draft: &Draft, speaker: Option<&'static Party>) -> Side {
    let country = |p: &Party| p.country.unwrap_or(p.name);
    let is = |list: &[Field<Who>]| {
        list.iter()
            .filter_map(|w| w.value.party)
            .any(|p| speaker.is_some_and(|s| country(s) == country(p)))
    };
    if is(&draft.donors) {
        Side::Donor
    } else if is(&draft.recipients) {
        Side::Recipient
    } else {
        Side::Other
    }
}

fn shared_names(a: &Draft, b: &Draft) -> bool {
    a.donors.iter().any(|x| b.donors.iter().any(|y| x.value.name() == y.value.name()))
}

/// What the title says, and the text says again, is one claim: the one in the title is a repeat.
fn mark_repeats(drafts: &mut [Draft], page: &Page) {
    let Some(title) = page.title else { return };
    let same = |a: &Draft, b: &Draft| {
        let known = a.quantity.value.range.is_known();
        let number = a.quantity.value.reach().overlaps(b.quantity.value.reach());
        let money = match (&a.money, &b.money) {
            (Some(x), Some(y)) => x.value.range == y.value.range,
            // A title may leave the number out.
            (None, None) => known && number || a.quantity.value.qualifier == Qualifier::Unspecified,
            _ => known && number,
        };
        let category = |d: &Draft| d.item.as_ref().map(|i| i.value.category);
        let unnamed = |d: &Draft| {
            d.donors.iter().any(|w| w.value.party.is_some_and(|p| p.sort == PartySort::Group))
        };
        let shared = unnamed(a)
            || unnamed(b)
            || a.donors.is_empty()
            || b.donors.is_empty()
            || a.donors.iter().any(|x| b.donors.iter().any(|y| x.value.name() == y.value.name()));
        // "Alliance promises more aid" is the package that the story names.
        let help = |d: &Draft| matches!(category(d), Some(Category::Money | Category::Package));
        let vague = a.money.is_none() && !known && help(a) && help(b);
        money && (category(a) == category(b) || vague) && shared
    };
    // "Kyiv's partners rush power gear to Ukraine": without a number, of donors that are not named, a title says no
    // more than its story.
    let sums_up = |a: &Draft, b: &Draft| {
        let group = |d: &Draft| {
            d.donors.iter().all(|w| {
                w.value.party.is_some_and(|p| p.sort == PartySort::Group || p.country.is_none())
            })
        };
        a.money.is_none()
            && a.quantity.value.qualifier == Qualifier::Unspecified
            && (group(a) || shared_names(a, b))
    };
    let (heads, bodies): (Vec<usize>, Vec<usize>) =
        (0..drafts.len()).partition(|i| drafts.get(*i).is_some_and(|d| title.holds(d.span)));
    for head in heads {
        let again = bodies.iter().any(|body| match (drafts.get(head), drafts.get(*body)) {
            (Some(a), Some(b)) => a.is_aid() && b.is_aid() && (same(a, b) || sums_up(a, b)),
            _ => false,
        });
        if again && let Some(draft) = drafts.get_mut(head) {
            draft.kind = Field::new(ClaimKind::Repeat, title, 60);
        }
    }
}

/// Every thing that the lexicon knows in the story of a page, by its category, and where. For marking by hand.
#[must_use]
pub fn things_in(page: &Page) -> Vec<(Category, Span)> {
    let mut out = Vec::new();
    for block in page.blocks.iter().filter(|b| b.furniture.is_none()) {
        let paragraph = Paragraph::new(&page.text, block.span, page.language, block.title);
        let s = paragraph.sentence((0, paragraph.tokens.len()));
        for mention in s.things() {
            let Sense::Thing(sort) = mention.sense else { continue };
            out.push((sort.category(), s.span(mention.start, mention.end)));
        }
    }
    out
}

/// Everybody whom the lexicon knows in the story of a page, and where. For marking by hand.
#[must_use]
pub fn parties_in(page: &Page) -> Vec<(&'static Party, Span)> {
    let mut out = Vec::new();
    for block in page.blocks.iter().filter(|b| b.furniture.is_none()) {
        let paragraph = Paragraph::new(&page.text, block.span, page.language, block.title);
        let s = paragraph.sentence((0, paragraph.tokens.len()));
        for mention in s.parties() {
            let Sense::Party(row) = mention.sense else { continue };
            out.extend(lexicon().party(row).map(|p| (p, s.span(mention.start, mention.end))));
        }
    }
    out
}
