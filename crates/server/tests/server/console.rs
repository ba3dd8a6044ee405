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

/// The types of the console are made of `web/openapi.json`, so that it builds without the server. What the server adds it
/// need not know; what it knows must be there.
#[test]
fn the_console_knows_an_api_that_is_there() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/openapi.json");
    let today = document();
    if std::env::var_os("RELIGHT_BLESS").is_some() {
        let mut text = String::new();
        lined(&today, 3, &mut text);
        text.push('\n');
        std::fs::write(&path, text).expect("written");
    }
    let known: Value =
        serde_json::from_slice(&std::fs::read(&path).expect("it is there")).expect("json");
    let fields = |value: &Value| value.as_object().cloned().unwrap_or_default();
    let mut gone = Vec::new();
    for (path, methods) in fields(&known["paths"]) {
        for (method, operation) in fields(&methods) {
            let now = &today["paths"][&path][&method];
            if now["operationId"] != operation["operationId"] {
                gone.push(format!("{method} {path}"));
            }
        }
    }
    for (name, schema) in fields(&known["components"]["schemas"]) {
        let now = &today["components"]["schemas"][&name];
        for (field, _) in fields(&schema["properties"]) {
            if now["properties"].get(&field).is_none() {
                gone.push(format!("{name}.{field}"));
            }
        }
    }
    assert!(
        gone.is_empty(),
        "gone from the API: {gone:?}; RELIGHT_BLESS=1 cargo nextest run -p relight-server the_console \
         writes {}, and `npm run check` in web/ tells what to change",
        path.display()
    );
    assert!(fields(&known["paths"]).len() > 100);
}
