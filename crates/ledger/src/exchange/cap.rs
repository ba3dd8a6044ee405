//! Alerts of the Common Alerting Protocol in (OASIS CAP 1.2): warnings, and notices of outages.
//!
//! XML without a document type, so that there are no entities but the five of XML itself. Shapes of areas are not kept: where
//! an alert holds is kept in words.

use quick_xml::events::Event;
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;

use super::Incoming;
use super::fault::{Faults, Place, short};
use crate::date::Moment;
use crate::id::Id;
use crate::model::{MOST_TEXT, Operation, Warning, WarningInfo};

/// The namespace of the version that is read.
pub const NAMESPACE: &str = "urn:oasis:names:tc:emergency:cap:1.2";

/// The most bytes of an alert.
pub const MOST_BYTES: usize = 4 << 20;

/// The most notices of an alert, and areas of a notice.
const MOST_PARTS: usize = 1_000;

/// Elements deeper than this are in no alert.
const MOST_DEPTH: usize = 32;

const STATUS: &[&str] = &["Actual", "Exercise", "System", "Test", "Draft"];
const MESSAGE: &[&str] = &["Alert", "Update", "Cancel", "Ack", "Error"];
const SCOPE: &[&str] = &["Public", "Restricted", "Private"];
const CATEGORY: &[&str] = &[
    "Geo",
    "Met",
    "Safety",
    "Security",
    "Rescue",
    "Fire",
    "Health",
    "Env",
    "Transport",
    "Infra",
    "CBRNE",
    "Other",
];
const URGENCY: &[&str] = &["Immediate", "Expected", "Future", "Past", "Unknown"];
const SEVERITY: &[&str] = &["Extreme", "Severe", "Moderate", "Minor", "Unknown"];
const CERTAINTY: &[&str] = &["Observed", "Likely", "Possible", "Unlikely", "Unknown"];

/// Reads an alert.
///
/// # Errors
///
/// Everything that is wrong, by line and element.
pub fn read(bytes: &[u8], operation: Option<Id<Operation>>) -> Result<Incoming, Faults> {
    if bytes.len() > MOST_BYTES {
        let message = format!("{} bytes; expected {MOST_BYTES} at most", bytes.len());
        return Err(Faults::of_file(message));
    }
    let text = std::str::from_utf8(bytes)
        .map_err(|_| Faults::of_file("this is not UTF-8; expected an alert as XML in UTF-8"))?;
    let mut reading = Reading::new(text);
    if let Err((line, message)) = reading.run() {
        reading.faults.error(Place::new("", line), "", message);
        return Err(reading.faults);
    }
    reading.finish(operation)
}

struct Reading<'a> {
    text: &'a str,
    warning: Warning,
    seen: Vec<&'static str>,
    sent: Option<Moment>,
    info: Option<(WarningInfo, u64, Vec<&'static str>)>,
    areas: usize,
    path: Vec<String>,
    leaf: String,
    /// How deep within an element that is passed over.
    aside: usize,
    faults: Faults,
}

type Stop = (u64, String);

impl<'a> Reading<'a> {
    fn new(text: &'a str) -> Reading<'a> {
        Reading {
            text,
            warning: Warning::default(),
            seen: Vec::new(),
            sent: None,
            info: None,
            areas: 0,
            path: Vec::new(),
            leaf: String::new(),
            aside: 0,
            faults: Faults::default(),
        }
    }

    fn run(&mut self) -> Result<(), Stop> {
        let mut reader = NsReader::from_str(self.text.trim_start_matches('\u{feff}'));
        // `<a/>` is read as `<a></a>`.
        reader.config_mut().expand_empty_elements = true;
        let (mut counted, mut line) = (0usize, 1u64);
        let mut ended = false;
        loop {
            let (ours, event) = match reader.read_resolved_event() {
                Ok((space, event)) => {
                    let ours =
                        matches!(&space, ResolveResult::Bound(name) if name.as_ref() == NAMESPACE);
                    (ours, Ok(event))
                }
                Err(error) => (false, Err(error)),
            };
            let at = usize::try_from(reader.buffer_position())
                .unwrap_or(usize::MAX)
                .min(self.text.len());
            let passed = self.text.as_bytes().get(counted..at).unwrap_or_default();
            line += passed.split(|b| *b == b'\n').count().saturating_sub(1) as u64;
            counted = at.max(counted);
            let stop = |message: String| (line, message);
            let event = event.map_err(|e| stop(format!("this is no well-formed XML: {e}")))?;
            match event {
                Event::Eof => break,
                Event::DocType(_) => {
                    return Err(stop("a document type is refused; expected plain XML".to_owned()));
                }
                Event::Start(start) => {
                    let name = start.local_name().as_ref().to_owned();
                    if self.path.is_empty()
                        && self.aside == 0
                        && (!ours || name != "alert" || ended)
                    {
                        let message = format!(
                            "the element `{}`; expected one `alert` of {NAMESPACE}",
                            short(&name)
                        );
                        return Err(stop(message));
                    }
                    if self.aside > 0 || !ours {
                        // A signature, or whatever else stands beside what the standard has.
                        self.aside += 1;
                    } else {
                        self.open(name, line)?;
                    }
                    if self.path.len() + self.aside > MOST_DEPTH {
                        return Err(stop(format!("elements within more than {MOST_DEPTH} others")));
                    }
                }
                Event::End(_) if self.aside > 0 => self.aside -= 1,
                Event::End(_) => {
                    self.close(line);
                    ended |= self.path.is_empty();
                }
                Event::Text(text) if self.aside == 0 => self.hear(&text, line)?,
                Event::CData(text) if self.aside == 0 => self.hear(&text, line)?,
                Event::GeneralRef(name) => {
                    let character = match &*name {
                        "lt" => Some('<'),
                        "gt" => Some('>'),
                        "amp" => Some('&'),
                        "quot" => Some('"'),
                        "apos" => Some('\''),
                        _ => name.resolve_char_ref().ok().flatten(),
                    };
                    let character = character
                        .ok_or_else(|| stop(format!("the entity `{}` is refused", short(&name))))?;
                    if self.aside == 0 {
                        self.hear(character.encode_utf8(&mut [0; 4]), line)?;
                    }
                }
                _ => {}
            }
        }
        if ended { Ok(()) } else { Err((line, "there is no whole `alert` in it".to_owned())) }
    }

    fn hear(&mut self, text: &str, line: u64) -> Result<(), Stop> {
        if self.leaf.len() + text.len() > 2 * MOST_TEXT {
            return Err((line, format!("a text of more than {} bytes", 2 * MOST_TEXT)));
        }
        self.leaf.push_str(text);
        Ok(())
    }

    fn open(&mut self, name: String, line: u64) -> Result<(), Stop> {
        self.path.push(name);
        self.leaf.clear();
        if self.path() == "alert/info" {
            if self.warning.infos.len() >= MOST_PARTS {
                return Err((line, format!("more than {MOST_PARTS} notices")));
            }
            self.info = Some((WarningInfo::default(), line, Vec::new()));
        }
        if self.path() == "alert/info/area" {
            self.areas += 1;
            if self.areas > MOST_PARTS {
                return Err((line, format!("more than {MOST_PARTS} areas")));
            }
        }
        Ok(())
    }

    fn path(&self) -> String {
        self.path.join("/")
    }

    fn close(&mut self, line: u64) {
        let path = self.path();
        let text: String = self
            .leaf
            .trim()
            .chars()
            .filter(|c| !c.is_control() || *c == '\n' || *c == '\t')
            .collect();
        self.leaf.clear();
        self.path.pop();
        let place = Place::new("", line);
        if let Some(rest) = path.strip_prefix("alert/info/") {
            self.of_info(rest, text, &place);
        } else {
            self.of_alert(&path, text, &place);
        }
    }

    fn of_alert(&mut self, path: &str, text: String, place: &Place) {
        let warning = &mut self.warning;
        let (name, field, words): (_, _, &[&str]) = match path {
            "alert/identifier" => ("identifier", &mut warning.identifier, &[]),
            "alert/sender" => ("sender", &mut warning.sender, &[]),
            "alert/status" => ("status", &mut warning.status, STATUS),
            "alert/msgType" => ("msgType", &mut warning.message, MESSAGE),
            "alert/scope" => ("scope", &mut warning.scope, SCOPE),
            "alert/references" => ("references", &mut warning.refers_to, &[]),
            "alert/sent" => {
                self.sent = moment("sent", &text, place, &mut self.faults);
                self.seen.push("sent");
                return;
            }
            "alert/info" => {
                let Some((info, line, seen)) = self.info.take() else { return };
                let place = Place::new("", line);
                missing(
                    "info",
                    &["category", "event", "urgency", "severity", "certainty"],
                    &seen,
                    &place,
                    &mut self.faults,
                );
                self.warning.infos.push(info);
                return;
            }
            _ => return,
        };
        if self.seen.contains(&name) {
            self.faults.error(place.clone(), name, "the element stands there twice");
        }
        self.seen.push(name);
        one_of(name, &text, words, place, &mut self.faults);
        let plain = matches!(name, "identifier" | "sender");
        if plain && (text.is_empty() || text.contains([' ', ',', '<', '&'])) {
            let message =
                format!("`{}`: expected a text without spaces, commas, `<` and `&`", short(&text));
            self.faults.error(place.clone(), name, message);
        }
        *field = text;
    }

    fn of_info(&mut self, rest: &str, text: String, place: &Place) {
        let Some((info, _, seen)) = &mut self.info else { return };
        let (name, field, words): (_, _, &[&str]) = match rest {
            "language" => ("language", &mut info.language, &[]),
            "event" => ("event", &mut info.event, &[]),
            "urgency" => ("urgency", &mut info.urgency, URGENCY),
            "severity" => ("severity", &mut info.severity, SEVERITY),
            "certainty" => ("certainty", &mut info.certainty, CERTAINTY),
            "headline" => ("headline", &mut info.headline, &[]),
            "description" => ("description", &mut info.description, &[]),
            "instruction" => ("instruction", &mut info.instruction, &[]),
            "category" => {
                one_of("category", &text, CATEGORY, place, &mut self.faults);
                seen.push("category");
                info.categories.push(text);
                return;
            }
            "effective" | "onset" | "expires" => {
                let (name, field) = match rest {
                    "effective" => ("effective", &mut info.effective),
                    "onset" => ("onset", &mut info.onset),
                    _ => ("expires", &mut info.expires),
                };
                *field = moment(name, &text, place, &mut self.faults);
                return;
            }
            "area/areaDesc" => {
                info.areas.push(text);
                return;
            }
            _ => return,
        };
        if seen.contains(&name) {
            self.faults.error(place.clone(), name, "the element stands there twice in one info");
        }
        seen.push(name);
        one_of(name, &text, words, place, &mut self.faults);
        *field = text;
    }

    fn finish(mut self, operation: Option<Id<Operation>>) -> Result<Incoming, Faults> {
        let place = Place::default();
        missing(
            "alert",
            &["identifier", "sender", "sent", "status", "msgType", "scope"],
            &self.seen,
            &place,
            &mut self.faults,
        );
        let refers = matches!(self.warning.message.as_str(), "Update" | "Cancel" | "Ack" | "Error");
        if refers && self.warning.refers_to.is_empty() {
            let message =
                format!("a message of type {} names those that it is about", self.warning.message);
            self.faults.error(place.clone(), "references", message);
        }
        if let Some(sent) = self.sent {
            self.warning.sent = sent;
        }
        let operation = operation.unwrap_or_default().to_string();
        let Warning { identifier, sender, sent, .. } = &self.warning;
        let id = Id::derive(&["import", &operation, "cap", sender, identifier, &sent.to_string()]);
        let content = crate::model::Content::from(self.warning);
        for problem in content.problems() {
            self.faults.error(place.clone(), &problem.field, problem.message.clone());
        }
        let place = Place::new("", 1);
        if self.faults.is_sound() {
            Ok(Incoming { id, content, operation: None, place })
        } else {
            Err(self.faults)
        }
    }
}

fn one_of(name: &str, text: &str, words: &[&str], place: &Place, faults: &mut Faults) {
    if !words.is_empty() && !words.contains(&text) {
        let message = format!("`{}`: expected one of {}", short(text), words.join(", "));
        faults.error(place.clone(), name, message);
    }
}

fn moment(name: &str, text: &str, place: &Place, faults: &mut Faults) -> Option<Moment> {
    match text.parse() {
        Ok(moment) => Some(moment),
        Err(error) => {
            faults.error(place.clone(), name, format!("{error}"));
            None
        }
    }
}

fn missing(what: &str, names: &[&str], seen: &[&str], place: &Place, faults: &mut Faults) {
    for name in names.iter().filter(|name| !seen.contains(name)) {
        faults.error(place.clone(), name, format!("the element is missing in `{what}`"));
    }
}
