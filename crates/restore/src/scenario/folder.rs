//! The files of a scenario folder, as bytes: which of them are read, their text, their digest.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::finding::{Code, Finding};
use super::{settings, tables};

/// The file that makes a folder a scenario.
pub const SETTINGS: &str = "scenario.toml";

/// Tables and settings above this are refused, bytes. The grid has the limit of its own reader.
pub const MOST_BYTES: usize = 64 << 20;

/// The files of a scenario folder by name. Names are plain: no folder within the folder is read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folder {
    /// Content by name.
    pub files: BTreeMap<String, Vec<u8>>,
}

impl Folder {
    /// The names of the files that make up a scenario, whose settings are in `settings`: `scenario.toml`, the
    /// grid file where the settings name one, and every table. A caller loads those that exist.
    ///
    /// Every name is plain, without a path, whatever the settings say.
    pub fn wanted(settings: &[u8]) -> Vec<String> {
        let mut names = vec![SETTINGS.to_owned()];
        names.extend(settings::grid_name(settings));
        names.extend(tables().iter().map(|t| t.file.to_owned()));
        names
    }

    /// `sha256:` and the digest, in hexadecimal digits, of the files that make up the scenario. In the order
    /// of their names, each file adds the length of its name and the name, the length of its content and
    /// the content; lengths are 8 bytes, little-endian. Other files in the folder do not count.
    pub fn digest(&self) -> String {
        let settings = self.files.get(SETTINGS).map_or(&[][..], Vec::as_slice);
        let mut names = Folder::wanted(settings);
        names.sort();
        let mut hash = Sha256::new();
        for (name, content) in names.iter().filter_map(|n| self.files.get_key_value(n)) {
            for part in [name.as_bytes(), content] {
                hash.update((part.len() as u64).to_le_bytes());
                hash.update(part);
            }
        }
        hash.finalize().iter().fold("sha256:".to_owned(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

/// Why a name cannot be that of a grid file in the folder.
pub(super) fn not_a_grid_name(name: &str) -> Option<&'static str> {
    if name.is_empty() {
        Some("is empty")
    } else if name.contains(['/', '\\', ':']) || name == "." || name == ".." {
        Some("is a path")
    } else if name.contains(char::is_control) {
        Some("has control characters")
    } else if name == SETTINGS || tables().iter().any(|t| t.file == name) {
        Some("is another file of the scenario")
    } else {
        None
    }
}

/// The content of a file as text, without a byte order mark.
pub(super) fn text<'a>(file: &str, bytes: &'a [u8]) -> Result<&'a str, Box<Finding>> {
    let utf8 = "UTF-8 text";
    let refuse = |what: &str, hint: &str| {
        let expected = format!("{utf8}{hint}");
        let message = format!("the file is {what}");
        Err(Finding::error(file, Code::Encoding, message).expected(expected).into())
    };
    let save_as = ": in a spreadsheet program, save as \"CSV UTF-8\"";
    if bytes.len() > MOST_BYTES {
        let message = format!("the file has {} bytes", bytes.len());
        let expected = format!("at most {MOST_BYTES}");
        return Err(Finding::error(file, Code::TooLarge, message).expected(expected).into());
    }
    match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => return refuse("in UTF-16", save_as),
        [b'P', b'K', 3, 4, ..] => return refuse("a zip archive, perhaps a workbook", save_as),
        _ => {}
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let line_of = |at: usize| 1 + bytes.iter().take(at).filter(|b| **b == b'\n').count();
    if let Some(at) = bytes.iter().position(|b| *b == 0) {
        let message = "there is a zero byte, as in UTF-16 without a mark or in a binary file";
        let finding = Finding::error(file, Code::Encoding, message).at(line_of(at));
        return Err(finding.expected(format!("{utf8}{save_as}")).into());
    }
    std::str::from_utf8(bytes).map_err(|e| {
        let at = e.valid_up_to();
        let byte = bytes.get(at).copied().unwrap_or_default();
        let message = format!("byte 0x{byte:02x} is not UTF-8");
        let hint = " (often it is Windows-1252 or Latin-1)";
        Finding::error(file, Code::Encoding, message)
            .at(line_of(at))
            .expected(format!("{utf8}{hint}{save_as}"))
            .into()
    })
}
