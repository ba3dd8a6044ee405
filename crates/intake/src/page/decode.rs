//! Bytes as text: UTF-8, UTF-16 by its mark, what HTML or XML declares, else what the letters look like.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// The most bytes that are read as one page.
pub const MOST_BYTES: usize = 8 << 20;

/// Bytes that cannot be read as a page.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotText {
    /// More than a page has.
    #[error("{bytes} bytes are more than a page has ({most}): give one page or feed at a time")]
    TooLong {
        /// How many there are, as far as they were counted.
        bytes: usize,
        /// How many are read.
        most: usize,
    },
    /// Not made of characters.
    #[error(
        "this is no text: byte {byte} at offset {offset} stands in no text, and so do {percent}% of the first bytes; give a page as text, HTML or a feed item, not an image, PDF or archive"
    )]
    Binary {
        /// The first byte that does not belong.
        byte: u8,
        /// Where it stands.
        offset: usize,
        /// How many of the bytes are of that kind, in percent.
        percent: usize,
    },
    /// Nothing to read.
    #[error("there is no text in it")]
    Empty,
}

#[derive(Debug)]
pub(super) struct Decoded {
    pub text: String,
    pub notes: Vec<String>,
}

/// Bytes that are looked at for what kind they are.
const HEAD: usize = 64 << 10;

pub(super) fn decode(bytes: &[u8]) -> Result<Decoded, NotText> {
    if bytes.len() > MOST_BYTES {
        return Err(NotText::TooLong { bytes: bytes.len(), most: MOST_BYTES });
    }
    let mut notes = Vec::new();
    let (encoding, body) = match Encoding::for_bom(bytes) {
        Some((encoding, length)) => (Some(encoding), bytes.get(length..).unwrap_or_default()),
        None => (None, bytes),
    };
    let wide = encoding.is_some_and(|e| e == UTF_16LE || e == UTF_16BE);
    if !wide {
        refuse_binary(body)?;
    }
    let text = if let Some(encoding) = encoding {
        let (text, lossy) = encoding.decode_without_bom_handling(body);
        if lossy {
            notes.push(format!(
                "some bytes are not {}: they are shown as \u{fffd}",
                encoding.name()
            ));
        }
        text.into_owned()
    } else {
        guess(body, &mut notes)
    };
    if text.trim().is_empty() {
        return Err(NotText::Empty);
    }
    // UTF-16 of noise, or a guess gone wrong, shows as control characters.
    let odd = text
        .chars()
        .take(HEAD)
        .filter(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}' | '\u{85}'))
        .count();
    let total = text.chars().take(HEAD).count().max(1);
    if odd * 20 > total {
        return Err(NotText::Binary { byte: 0, offset: 0, percent: odd * 100 / total });
    }
    Ok(Decoded { text, notes })
}

fn refuse_binary(bytes: &[u8]) -> Result<(), NotText> {
    let is_odd = |b: &u8| *b < 0x20 && !matches!(b, b'\n' | b'\r' | b'\t' | 0x0c) || *b == 0x7f;
    let Some(first) = bytes.iter().position(is_odd) else { return Ok(()) };
    // Look where the first one stands, so that a long head of text does not hide what follows.
    let head = bytes.get(first.min(bytes.len().saturating_sub(HEAD))..).unwrap_or_default();
    let head = head.get(..HEAD).unwrap_or(head);
    let odd = head.iter().filter(|b| is_odd(b)).count();
    let zero = head.contains(&0);
    let percent = odd * 100 / head.len().max(1);
    // A stray control character is no reason; a nought, or one byte in fifty, is.
    if zero || odd * 50 > head.len() {
        let byte = bytes.get(first).copied().unwrap_or_default();
        return Err(NotText::Binary { byte, offset: first, percent });
    }
    Ok(())
}

/// UTF-8 where it is, or nearly is; else what is declared, else what the letters look like.
fn guess(bytes: &[u8], notes: &mut Vec<String>) -> String {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    let valid: usize =
        bytes.utf8_chunks().map(|c| c.valid().bytes().filter(|b| *b >= 0x80).count()).sum();
    let wrong: usize = bytes.utf8_chunks().map(|c| c.invalid().len()).sum();
    let first = bytes.utf8_chunks().next().map_or(0, |c| c.valid().len());
    if wrong * 10 <= valid {
        notes.push(format!("mixed encodings: {wrong} bytes from offset {first} on are not UTF-8 and are shown as \u{fffd}"));
        return String::from_utf8_lossy(bytes).into_owned();
    }
    let encoding = declared(bytes).filter(|e| *e != UTF_8).unwrap_or_else(|| {
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        detector.feed(bytes, true);
        detector.guess(None, Utf8Detection::Deny)
    });
    let (text, _, lossy) = encoding.decode(bytes);
    notes.push(format!(
        "read as {}: the bytes from offset {first} on are not UTF-8",
        encoding.name()
    ));
    if lossy || valid > 0 {
        notes.push("mixed encodings: some characters may be wrong".to_owned());
    }
    text.into_owned()
}

/// The encoding that HTML or XML names in its head.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..2048).unwrap_or(bytes).to_ascii_lowercase();
    for key in [&b"charset="[..], b"encoding="] {
        if let Some(at) = head.windows(key.len()).position(|w| w == key) {
            let tail = head.get(at + key.len()..).unwrap_or_default();
            let label: Vec<u8> = tail
                .iter()
                .skip_while(|b| matches!(b, b'"' | b'\'' | b' '))
                .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
                .copied()
                .collect();
            return Encoding::for_label(&label);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_told_apart() {
        let text =
            "Україна отримала сто генераторів від партнерів, повідомляє міністерство енергетики.";
        let (windows, ..) = encoding_rs::WINDOWS_1251.encode(text);
        assert_eq!(decode(&windows).map(|d| d.text).as_deref(), Ok(text));
        let wide: Vec<u8> = [0xff, 0xfe]
            .into_iter()
            .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
        assert_eq!(decode(&wide).map(|d| d.text).as_deref(), Ok(text));
        let marked: Vec<u8> = b"\xef\xbb\xbf".iter().chain(text.as_bytes()).copied().collect();
        assert_eq!(decode(&marked).map(|d| d.text).as_deref(), Ok(text));
    }

    #[test]
    fn mixed_encodings_are_read_with_a_note() {
        let mut bytes = "Сто генераторів із Франції ".repeat(20).into_bytes();
        bytes.extend(b"caf\xe9 100 generators");
        let decoded = decode(&bytes).expect("readable");
        assert!(decoded.text.contains("caf\u{fffd} 100"));
        assert!(decoded.notes[0].starts_with("mixed encodings: 1 bytes"), "{:?}", decoded.notes);
    }

    #[test]
    fn rubbish_is_refused_with_its_place() {
        assert!(matches!(decode(&[0u8; 100]), Err(NotText::Binary { offset: 0, .. })));
        let png = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00".repeat(10);
        assert!(matches!(decode(&png), Err(NotText::Binary { .. })));
        assert!(matches!(decode(&vec![b'a'; MOST_BYTES + 1]), Err(NotText::TooLong { .. })));
        assert_eq!(decode(b" \n").err(), Some(NotText::Empty));
        assert_eq!(decode(b"").err(), Some(NotText::Empty));
    }
}
