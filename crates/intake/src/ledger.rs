//! A reading in the ledger's own types: the one place where the two meet.

use relight_ledger::date::When;
use relight_ledger::id::Id;
use relight_ledger::model::{
    Claim, Draft as LedgerDraft, Evidence, Figure, Lot, Money, Named, Quantity, Report, Source,
    Statement as LedgerStatement,
};

use crate::draft::{Draft, Field, Occasion, OccasionKind, Relation, Who};
use crate::page::Page;
use crate::reading::Reading;
use crate::text::{Characters, Span};

/// The name and version that drafts bear.
pub const READER: &str = concat!("relight-intake ", env!("CARGO_PKG_VERSION"));

impl Reading {
    /// The drafts as the ledger keeps them, of a source that the caller has entered. Spans are in characters.
    #[must_use]
    pub fn ledger_drafts(&self, page: &Page, source: Id<Source>) -> Vec<LedgerDraft> {
        let table = Characters::new(&page.text);
        self.drafts.iter().map(|draft| self.ledger_draft(page, &table, source, draft)).collect()
    }

    fn ledger_draft(
        &self,
        page: &Page,
        table: &Characters,
        source: Id<Source>,
        draft: &Draft,
    ) -> LedgerDraft {
        let span = |span: Span| table.span(&page.text, span);
        let mut evidence = Vec::new();
        let mut add = |field: &str, spans: &[Span], confidence: u8| {
            for at in spans {
                evidence.push(Evidence { field: field.to_owned(), span: span(*at), confidence });
            }
        };
        add("kind", &draft.kind.evidence, draft.kind.confidence);
        for donor in &draft.donors {
            add("donor", &donor.evidence, donor.confidence);
        }
        for recipient in &draft.recipients {
            add("recipient", &recipient.evidence, recipient.confidence);
        }
        if let Some(item) = &draft.item {
            add("item", &item.evidence, item.confidence);
        }
        add("quantity", &draft.quantity.evidence, draft.quantity.confidence);
        if let Some(money) = &draft.money {
            add("money", &money.evidence, money.confidence);
        }
        add("status", &draft.status.evidence, draft.status.confidence);
        let named = |who: &Field<Who>| Named::new(clean(&who.value.words));
        let statement = self.statements.get(draft.statement);
        let words = draft.status.evidence.first().map_or("", |s| s.of(&page.text));
        let claim = Claim {
            kind: draft.kind.value,
            donors: draft.donors.iter().map(named).collect(),
            sharing: draft.sharing.value,
            channel: draft.channel.as_ref().map(named),
            recipients: draft.recipients.iter().map(named).collect(),
            item: draft
                .item
                .as_ref()
                .map(|i| Lot { words: clean(&i.value.words), ..i.value.clone() })
                .unwrap_or_default(),
            quantity: Quantity {
                words: clean(&draft.quantity.value.words),
                ..draft.quantity.value.clone()
            },
            money: draft
                .money
                .as_ref()
                .map(|m| Money { words: clean(&m.value.words), ..m.value.clone() })
                .unwrap_or_default(),
            status: draft.status.value,
            status_words: clean(words),
            as_of: page.published.clone(),
            expected: draft.when.as_ref().map_or_else(When::unknown, |w| w.value.clone()),
            side: draft.side,
            note: note(draft),
            ..Claim::default()
        };
        let said = LedgerStatement {
            source,
            span: Some(span(draft.span)),
            quote: clean(draft.span.of(&page.text)),
            speaker: statement.and_then(|s| s.speaker.as_ref()).map(named).unwrap_or_default(),
            chain: statement
                .map(|s| s.chain.iter().map(|c| clean(&c.value)).collect())
                .unwrap_or_default(),
            ..LedgerStatement::default()
        };
        LedgerDraft { source, statement: said, claim, evidence, reader: READER.to_owned() }
    }
}

/// Line breaks within a sentence as spaces: the ledger keeps no control characters. The spans still quote the source.
fn clean(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// What the claim has no field for.
fn note(draft: &Draft) -> String {
    let mut parts = Vec::new();
    if let Some(package) = &draft.package {
        parts.push(format!("package: {}", package.value));
    }
    if let Some(relation) = &draft.relation {
        let word = match relation.value {
            Relation::InAdditionTo => "in addition to other help",
            Relation::PartOf => "part of other help",
            Relation::TotalOf => "a total",
        };
        parts.push(word.to_owned());
    }
    parts.join("; ")
}

impl Occasion {
    /// A report of the ledger, where it is one.
    #[must_use]
    pub fn report(&self, page: &Page) -> Option<Report> {
        if self.kind.value != OccasionKind::Report {
            return None;
        }
        let figure = |(what, quantity): &(String, Field<relight_ledger::model::Quantity>)| Figure {
            what: what.clone(),
            quantity: quantity.value.clone(),
            ..Figure::default()
        };
        Some(Report {
            as_of: page.published.clone(),
            figures: self.figures.iter().map(figure).collect(),
            text: clean(self.span.of(&page.text)),
            ..Report::default()
        })
    }
}
