//! A reading for programs. Every span is `[start, end)` in characters (Unicode scalar values) of `text`.

use relight_intake::{
    Block, Characters, Draft, Field, Occasion, Page, Party, Span, Statement, Who,
};
use serde::Serialize;
use serde_json::{Value, json};

use super::{Input, Taken};

/// The whole document.
pub fn input(input: &Input) -> Value {
    let pages: Vec<Value> = input.pages.iter().map(page).collect();
    json!({ "schema": "relight.read/1", "file": input.name, "sha256": input.digest, "pages": pages })
}

struct Writer<'a> {
    page: &'a Page,
    table: Characters,
}

fn page(taken: &Taken) -> Value {
    let Taken { page, reading, copies } = taken;
    let w = Writer { page, table: Characters::new(&page.text) };
    let copies: Vec<Value> =
        copies.iter().map(|(file, share)| json!({ "file": file, "resemblance": share })).collect();
    json!({
        "language": page.language.map(relight_intake::Language::code),
        "title": page.title.map(|s| w.quote(s)),
        "published": {
            "date": page.published.to_string(),
            "words": page.published.words,
            "basis": page.published_basis,
            "evidence": page.published_at.map(|s| w.quote(s)),
        },
        "page_dates": page.page_dates.iter().map(|s| w.quote(*s)).collect::<Vec<_>>(),
        "statements": reading.statements.iter().map(|s| w.statement(s)).collect::<Vec<_>>(),
        "drafts": reading.drafts.iter().enumerate().map(|(i, d)| w.draft(i, d)).collect::<Vec<_>>(),
        "situation": reading.occasions.iter().enumerate().map(|(i, o)| w.occasion(i, o)).collect::<Vec<_>>(),
        "copy_of": copies,
        "blocks": page.blocks.iter().map(|b| w.block(b)).collect::<Vec<_>>(),
        "notes": page.notes,
        "text": page.text,
    })
}

impl Writer<'_> {
    fn span(&self, span: Span) -> [u64; 2] {
        let (start, end) = self.table.span(&self.page.text, span);
        [start, end]
    }

    fn quote(&self, span: Span) -> Value {
        json!({ "span": self.span(span), "text": span.of(&self.page.text) })
    }

    fn block(&self, block: &Block) -> Value {
        let kind = match (block.furniture, block.title) {
            (Some(kind), _) => json!(kind),
            (None, true) => json!("title"),
            (None, false) => json!("story"),
        };
        json!({ "span": self.span(block.span), "kind": kind })
    }

    fn field<T>(&self, field: &Field<T>, value: impl Serialize) -> Value {
        let evidence: Vec<Value> = field.evidence.iter().map(|s| self.quote(*s)).collect();
        json!({ "value": value, "confidence": field.confidence, "evidence": evidence })
    }

    fn plain<T: Serialize>(&self, field: &Field<T>) -> Value {
        self.field(field, &field.value)
    }

    fn some<T: Serialize>(&self, field: Option<&Field<T>>) -> Option<Value> {
        field.map(|f| self.plain(f))
    }

    fn all<T: Serialize>(&self, fields: &[Field<T>]) -> Vec<Value> {
        fields.iter().map(|f| self.plain(f)).collect()
    }

    fn who(&self, field: &Field<Who>) -> Value {
        let party = |p: &Party| json!({ "name": p.name, "country": p.country });
        let Who { words, party: known } = &field.value;
        self.field(
            field,
            json!({ "name": field.value.name(), "words": words, "party": known.map(party) }),
        )
    }

    fn everyone(&self, fields: &[Field<Who>]) -> Vec<Value> {
        fields.iter().map(|f| self.who(f)).collect()
    }

    fn statement(&self, s: &Statement) -> Value {
        json!({
            "span": self.span(s.span),
            "quote": s.span.of(&self.page.text),
            "speaker": s.speaker.as_ref().map(|f| self.who(f)),
            "manner": self.some(s.manner.as_ref()),
            "addressee": self.some(s.addressee.as_ref()),
            "chain": self.all(&s.chain),
            "direct": s.direct,
            "disputed": s.disputed,
        })
    }

    fn draft(&self, number: usize, d: &Draft) -> Value {
        json!({
            "draft": number,
            "span": self.span(d.span),
            "quote": d.span.of(&self.page.text),
            "statement": d.statement,
            "aid": d.is_aid(),
            "kind": self.plain(&d.kind),
            "donors": self.everyone(&d.donors),
            "sharing": self.plain(&d.sharing),
            "recipients": self.everyone(&d.recipients),
            "channel": d.channel.as_ref().map(|f| self.who(f)),
            "item": self.some(d.item.as_ref()),
            "quantity": self.plain(&d.quantity),
            "money": self.some(d.money.as_ref()),
            "equivalents": self.all(&d.equivalents),
            "status": self.plain(&d.status),
            "modality": self.plain(&d.modality),
            "polarity": self.plain(&d.polarity),
            "package": self.some(d.package.as_ref()),
            "relation": self.some(d.relation.as_ref()),
            "when": self.some(d.when.as_ref()),
            "side": d.side,
        })
    }

    fn occasion(&self, number: usize, o: &Occasion) -> Value {
        let figure = |(what, quantity): &(String, Field<_>)| json!({ "what": what, "quantity": self.plain(quantity) });
        json!({
            "situation": number,
            "span": self.span(o.span),
            "quote": o.span.of(&self.page.text),
            "statement": o.statement,
            "kind": self.plain(&o.kind),
            "figures": o.figures.iter().map(figure).collect::<Vec<Value>>(),
            "asks": self.all(&o.asks),
        })
    }
}
