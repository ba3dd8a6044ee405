//! Going through the drafts at the terminal.

use relight_ledger::id::Id;
use relight_ledger::model::Claim;

use super::decision::{Changes, Decided, FIELDS, What, apply, statement};
use super::events::{Book, word};
use super::{Taken, line, view};
use crate::console::{Console, Ink, write_out};
use crate::failure::Failure;

const HELP: &str = "\
  a                            accept
  e FIELD=VALUE, ...           accept with changes
  r REASON                     reject
  s                            leave for later
  m WORDS | FIELD=VALUE, ...   mark words of the text as a claim that was not read
  q                            stop here; what was decided is kept
";

/// Shows each draft that is open, then each word on the situation, and asks.
pub fn ask(taken: &Taken, book: &Book, console: Console) -> Result<Vec<Decided>, Failure> {
    let mut out = Vec::new();
    let say = |text: &str| write_out(text.as_bytes());
    for number in 0..taken.reading.drafts.len() {
        say(&format!("\n{}", view::draft(taken, number, console)))?;
        if let Some(decision) = book.decided(number) {
            say(&format!("{} before\n", word(decision)))?;
            continue;
        }
        loop {
            say(&format!("{} ", console.ink(Ink::Bold, "a/e/r/s/m/q, ? for help:")))?;
            let Some(answer) = line()? else { return Ok(out) };
            match understand(&answer, number, taken) {
                Ok(Step::Decide(what)) => {
                    out.push(Decided { draft: Some(number), what });
                    break;
                }
                Ok(Step::Mark(what)) => {
                    out.push(Decided { draft: None, what });
                    say("marked\n")?;
                }
                Ok(Step::Skip) => break,
                Ok(Step::Stop) => return Ok(out),
                Ok(Step::Help) => say(&format!("{HELP}  fields: {FIELDS}\n"))?,
                Err(message) => say(&format!("{message}\n"))?,
            }
        }
    }
    for (number, occasion) in taken.reading.occasions.iter().enumerate() {
        say(&format!("\n{}", view::occasion(&taken.page, occasion)))?;
        say(&format!("{} ", console.ink(Ink::Bold, "a to accept, Enter for later, q to stop:")))?;
        match line()?.as_deref() {
            Some("a") => out.push(Decided { draft: None, what: What::Situation(number) }),
            None | Some("q") => return Ok(out),
            Some(_) => {}
        }
    }
    Ok(out)
}

enum Step {
    Decide(What),
    Mark(What),
    Skip,
    Stop,
    Help,
}

fn understand(answer: &str, number: usize, taken: &Taken) -> Result<Step, String> {
    let (word, rest) = answer.split_once(' ').map_or((answer, ""), |(w, r)| (w, r.trim()));
    match word {
        "a" => Ok(Step::Decide(What::Accept)),
        "r" if rest.is_empty() => Err("say why: r REASON".to_owned()),
        "r" => Ok(Step::Decide(What::Reject(rest.to_owned()))),
        "e" => {
            let changes = changes(rest)?;
            if changes.is_empty() {
                return Err("say what to change: e status=sent, quantity=120".to_owned());
            }
            let drafts = taken.reading.ledger_drafts(&taken.page, Id::NIL);
            let mut trial = drafts.into_iter().nth(number).map(|d| d.claim).unwrap_or_default();
            apply(&mut trial, &changes)?;
            Ok(Step::Decide(What::Edit(changes, String::new())))
        }
        "m" => {
            let (words, rest) = rest.split_once('|').unwrap_or((rest, ""));
            let words = words.trim();
            let text = &taken.page.text;
            let at = text
                .find(words)
                .filter(|_| !words.is_empty())
                .ok_or("these words do not stand in the text")?;
            let start = text.get(..at).map_or(0, |t| t.chars().count() as u64);
            let statement = statement(taken, start, start + words.chars().count() as u64)?;
            let changes = changes(rest)?;
            apply(&mut Claim::default(), &changes)?;
            Ok(Step::Mark(What::Mark(Box::new(statement), changes)))
        }
        "s" | "" => Ok(Step::Skip),
        "q" => Ok(Step::Stop),
        "?" | "h" | "help" => Ok(Step::Help),
        other => Err(format!("`{other}` is none of a, e, r, s, m, q")),
    }
}

fn changes(text: &str) -> Result<Changes, String> {
    let parts = text.split(',').map(str::trim).filter(|p| !p.is_empty());
    let pair = |part: &str| {
        let (field, value) =
            part.split_once('=').ok_or_else(|| format!("`{part}`: expected FIELD=VALUE"))?;
        Ok((field.trim().to_owned(), value.trim().to_owned()))
    };
    parts.map(pair).collect()
}
