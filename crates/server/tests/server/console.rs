//! What the console is built on.

use std::fmt::Write as _;
use std::path::Path;

use relight_server::openapi::document;
use serde_json::Value;

/// The document with a line for each operation and each schema, so that a change shows as what it is.
fn lined(value: &Value, depth: usize, text: &mut String) {
    match value {
        Value::Object(fields) if depth > 0 && !fields.is_empty() => {
            text.push_str("{\n");
            for (at, (name, value)) in fields.iter().enumerate() {
                let comma = if at == 0 { "" } else { ",\n" };
                let _ = write!(text, "{comma}{}: ", Value::from(name.as_str()));
                lined(value, depth - 1, text);
            }
            text.push_str("\n}");
        }
        other => text.push_str(&other.to_string()),
    }
}

/// The types of the console are made of this file, so that it builds without the server.
#[test]
fn the_console_knows_the_api_of_today() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/openapi.json");
    let mut today = String::new();
    lined(&document(), 3, &mut today);
    today.push('\n');
    if std::env::var_os("RELIGHT_BLESS").is_some() {
        std::fs::write(&path, &today).expect("written");
        return;
    }
    let agreed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        today == agreed,
        "the API has changed: RELIGHT_BLESS=1 cargo nextest run -p relight-server the_console_knows writes {}",
        path.display()
    );
}
