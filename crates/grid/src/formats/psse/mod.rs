//! PSS/E power flow raw data (`.raw`), revisions 30 to 35.
//!
//! A file is three lines of heading, then sections of records in an order that depends on the revision, each ended by a line
//! that begins with `0`. The columns are those of the PSS/E Program Operation Manual, chapter *Power Flow Raw Data File*.
//! Taps, shunts and set points stay as they stand in the file: nothing in it is adjusted.

mod elements;
mod record;
mod sections;
mod transformer;

use super::finding::{Finding, Findings, ReadErrors};
use crate::Network;
use elements::Builder;
use record::{Line, Record, lines, short};
use sections::Section;

/// Revisions that are read.
const REVISIONS: std::ops::RangeInclusive<i64> = 30..=35;

/// Lines that are remarks in revision 34 and later.
fn is_remark(line: &Line<'_>) -> bool {
    line.text.trim_ascii_start().starts_with(b"@!")
}

/// Whether the first line is a case identification: change code, power base, revision.
pub(super) fn looks_like(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let Some(line) = lines(bytes).find(|l| !is_remark(l)) else { return false };
    let record = Record::new(line);
    let number = |at: usize| record.text(at).and_then(|t| t.parse::<f64>().ok());
    let code = matches!(record.text(0).as_deref(), Some("0" | "1"));
    let revision = record.len() < 3 || number(2).is_some_and(|r| r.fract() == 0.0 && r > 0.0);
    code && number(1).is_some_and(|base| base > 0.0) && record.len() >= 2 && revision
}

/// Reads a file.
pub(super) fn read(bytes: &[u8], name: &str) -> Result<(Network, Vec<Finding>), ReadErrors> {
    let mut findings = Findings::default();
    let network = network(bytes, name, &mut findings);
    let notes = findings.settle()?;
    // Without an error there is a network.
    network.map(|n| (n, notes)).ok_or_else(|| ReadErrors {
        errors: vec![Finding::of_file("the file holds no network; expected PSS/E raw data")],
        more: 0,
    })
}

fn network(bytes: &[u8], name: &str, findings: &mut Findings) -> Option<Network> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut lines = lines(bytes).filter(|l| !is_remark(l));
    let head = Record::new(lines.next()?);
    let base = head.number(1, 100.0, "SBASE", findings);
    if base <= 0.0 {
        findings.error(head.line, head.column(1), "SBASE", "expected a power above 0, in MVA");
        return None;
    }
    let revision = head.whole(2, 0, "REV", findings);
    if !REVISIONS.contains(&revision) {
        let message = if revision == 0 {
            "no revision is given; expected 30 to 35 as the third value".to_owned()
        } else {
            format!(
                "revision {revision}; expected 30 to 35: PSS/E can save the case as one of these"
            )
        };
        findings.error(head.line, head.column(2), "REV", message);
        return None;
    }
    // Two lines of title, whatever is in them.
    let (_, _) = (lines.next(), lines.next());
    let mut builder = Builder::new(revision, base, findings);
    let order = sections::order(revision);
    let mut at = 0;
    let mut last = head.line;
    while let Some(&section) = order.get(at) {
        let Some(line) = lines.next() else {
            if matches!(
                section,
                Section::Bus | Section::Load | Section::Generator | Section::Branch
            ) {
                let message =
                    format!("the file ends in the section {section:?}; expected a line `0`");
                builder.findings.error(last, 0, "", message);
            }
            break;
        };
        last = line.number;
        let first = Record::new(line);
        if first.is_empty() {
            continue;
        }
        if first.ends() {
            if first.text(0).is_some_and(|t| t.eq_ignore_ascii_case("q")) {
                break;
            }
            let next = sections::announced(line).and_then(|s| order.iter().position(|o| *o == s));
            at = next.filter(|next| *next > at).unwrap_or(at + 1);
            continue;
        }
        let mut records = vec![first];
        let wanted = records.first().map_or(1, |first| section.lines(first));
        while records.len() < wanted {
            let Some(line) = lines.next() else { break };
            last = line.number;
            records.push(Record::new(line));
        }
        if records.len() < wanted {
            let message = format!("the record has {} lines; expected {wanted}", records.len());
            builder.findings.error(last, 0, "", message);
            break;
        }
        builder.record(section, &records);
    }
    builder.finish(name)
}

/// `bus 7` and so on, for messages.
fn unknown(text: &str) -> String {
    format!("bus {} is not in the bus data; expected the number of a bus", short(text))
}
