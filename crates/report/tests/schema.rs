//! `docs/plan.schema.json` describes what is written: held against a plan by the few keywords that it uses.

mod common;

use relight_report::plan_json;
use serde_json::{Value, json};

const SCHEMA: &str = include_str!("../../../docs/plan.schema.json");

/// Where a value differs from a schema. Fields that the schema does not name are reported too: a field that
/// is written is to be described.
fn check(schema: &Value, value: &Value, path: &str, wrong: &mut Vec<String>) {
    if let Some(types) = schema.get("type") {
        let is = match value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(n) if n.is_u64() || n.is_i64() => "integer",
            Value::Number(_) => "number",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        };
        let allowed: Vec<&str> = match types {
            Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
            one => one.as_str().into_iter().collect(),
        };
        let fits = allowed.contains(&is) || (is == "integer" && allowed.contains(&"number"));
        if !fits {
            wrong.push(format!("{path}: {is}, not {allowed:?}"));
        }
    }
    if schema.get("const").is_some_and(|c| c != value) {
        wrong.push(format!("{path}: not the constant"));
    }
    if schema.get("enum").and_then(Value::as_array).is_some_and(|all| !all.contains(value)) {
        wrong.push(format!("{path}: {value} is not one of the enum"));
    }
    if let (Some(least), Some(v)) = (schema.get("minimum").and_then(Value::as_f64), value.as_f64())
        && v < least
    {
        wrong.push(format!("{path}: {v} is below {least}"));
    }
    for name in schema.get("required").and_then(Value::as_array).into_iter().flatten() {
        if value.get(name.as_str().unwrap_or_default()).is_none() {
            wrong.push(format!("{path}: {name} is missing"));
        }
    }
    for (name, field) in value.as_object().into_iter().flatten() {
        let of = schema.pointer(&format!("/properties/{name}"));
        match of.or(schema.get("additionalProperties")) {
            Some(of) => check(of, field, &format!("{path}/{name}"), wrong),
            None => wrong.push(format!("{path}/{name}: not described")),
        }
    }
    if let (Some(of), Some(all)) = (schema.get("items"), value.as_array()) {
        for (i, item) in all.iter().enumerate() {
            check(of, item, &format!("{path}/{i}"), wrong);
        }
    }
}

fn findings(value: &Value) -> Vec<String> {
    let schema: Value = serde_json::from_str(SCHEMA).expect("the schema is JSON");
    let mut wrong = Vec::new();
    check(&schema, value, "", &mut wrong);
    wrong
}

fn written() -> Value {
    let s = common::scenario();
    serde_json::from_slice(&plan_json(&s, &common::plan(&s))).expect("plan.json is JSON")
}

#[test]
fn what_is_written_is_what_the_schema_describes() {
    assert_eq!(findings(&written()), Vec::<String>::new());
    let s = common::scenario();
    let bytes = plan_json(&s, &common::plan_with_asks(&s));
    let with_asks: Value = serde_json::from_slice(&bytes).expect("plan.json is JSON");
    assert_eq!(findings(&with_asks), Vec::<String>::new());
}

#[test]
fn the_schema_tells_a_wrong_document() {
    for (path, value) in [
        ("/schema", json!("relight.plan/2")),
        ("/states/0/ac/verdict", json!("maybe")),
        ("/states/0/people_without/power", json!(-1)),
        ("/jobs/0/start", json!(0.5)),
        ("/seed", json!("7")),
    ] {
        let mut document = written();
        *document.pointer_mut(path).expect("the field is there") = value;
        assert_eq!(findings(&document).len(), 1, "{path}: {:?}", findings(&document));
    }
}
