//! The `OpenAPI` 3.1 document, made of the table of routes. Its schemas are JSON Schema 2020-12, as `OpenAPI` 3.1 has it.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use schemars::SchemaGenerator;
use serde_json::{Map, Value, json};

use crate::problem::Problem;
use crate::routes::{Answer, Form, Route, Who, schema_of, table};

/// The route of the document itself.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/openapi.json", "openApi", get(serve))
            .about("This document.")
            .who(Who::Anyone)
            .gives(200, |_| json!({ "type": "object" })),
    ]
}

async fn serve() -> impl IntoResponse {
    static TEXT: OnceLock<String> = OnceLock::new();
    let text = TEXT.get_or_init(|| document().to_string());
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "public, max-age=300"),
    ];
    (headers, text.clone())
}

/// The document.
pub fn document() -> Value {
    let mut generator = schemars::generate::SchemaSettings::draft2020_12()
        .with(|settings| "/components/schemas".clone_into(settings.definitions_path.to_mut()))
        .into_generator();
    let mut paths: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    for route in table().iter().filter(|route| route.is_api()) {
        let operation = operation(route, &mut generator);
        let path = paths.entry(route.path.clone()).or_default();
        path.insert(route.method.as_str().to_ascii_lowercase(), operation);
    }
    let problem = schema_of::<Problem>(&mut generator);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Relight",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "What was promised, sent and received, and what to repair next.",
            "license": { "name": "Apache-2.0 OR MIT" },
        },
        "servers": [{ "url": "/" }],
        "security": [{ "session": [], "csrf": [] }, { "token": [] }],
        "paths": paths,
        "components": {
            "schemas": generator.definitions(),
            "responses": {
                "Problem": {
                    "description": "What went wrong (RFC 9457).",
                    "content": { "application/problem+json": { "schema": problem } },
                },
            },
            "securitySchemes": {
                "session": { "type": "apiKey", "in": "cookie", "name": "relight" },
                "csrf": { "type": "apiKey", "in": "header", "name": "X-CSRF-Token" },
                "token": { "type": "http", "scheme": "bearer" },
            },
        },
    })
}

fn operation(route: &Route, generator: &mut SchemaGenerator) -> Value {
    let mut parameters: Vec<Value> = route
        .path
        .split('/')
        .filter_map(|piece| piece.strip_prefix('{')?.strip_suffix('}'))
        .map(|name| {
            json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string", "minLength": 1 } })
        })
        .collect();
    parameters.extend(route.parameters.iter().map(|p| {
        let place = if p.header { "header" } else { "query" };
        let schema = match p.form {
            Form::Text => json!({ "type": "string" }),
            Form::Limit => json!({ "type": "integer", "minimum": 1, "maximum": 200 }),
            Form::Whole => json!({ "type": "integer", "minimum": 0, "maximum": u32::MAX }),
            Form::Number => json!({ "type": "number" }),
            Form::Flag => json!({ "type": "boolean" }),
        };
        json!({ "name": p.name, "in": place, "required": p.required, "description": p.about, "schema": schema })
    }));
    let media = match route.answer {
        Answer::Json => Some("application/json"),
        Answer::Stream => Some("text/event-stream"),
        Answer::Page => Some("text/html"),
        Answer::File(kind) => Some(kind),
        Answer::Nothing => None,
    };
    let schema = route.gives.map_or(json!({}), |schema| schema(generator));
    let good = match media {
        Some(media) => {
            json!({ "description": "Done.", "content": { media: { "schema": schema } } })
        }
        None => json!({ "description": "Done." }),
    };
    let about = match route.who {
        Who::Anyone => format!("{} For everybody.", route.about),
        Who::Known => format!("{} For whoever has signed in.", route.about),
        Who::Only(roles) => {
            let roles: Vec<&str> = roles.iter().map(|role| role.word()).collect();
            format!("{} For: {}.", route.about, roles.join(", "))
        }
    };
    let mut responses = Map::new();
    responses.insert(route.status.to_string(), good);
    if route.parameters.iter().any(|p| p.name == "If-None-Match") {
        responses.insert("304".into(), json!({ "description": "It is still at this version." }));
    }
    responses.insert("default".into(), json!({ "$ref": "#/components/responses/Problem" }));
    let mut operation = json!({
        "operationId": route.name, "summary": route.about, "description": about,
        "parameters": parameters, "responses": responses,
    });
    let Some(fields) = operation.as_object_mut() else { return operation };
    if route.who == Who::Anyone {
        fields.insert("security".into(), json!([]));
    }
    if let Some(takes) = route.takes {
        let schema = takes(generator);
        let body =
            json!({ "required": true, "content": { "application/json": { "schema": schema } } });
        fields.insert("requestBody".into(), body);
    }
    operation
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_route_has_a_name_of_its_own_and_says_what_it_does() {
        let table = table();
        let names: BTreeSet<&str> = table.iter().map(|route| route.name.as_str()).collect();
        assert_eq!(names.len(), table.len());
        for route in &table {
            assert!(route.about.ends_with('.'), "{}", route.path);
        }
    }

    #[test]
    fn every_reference_of_the_document_leads_somewhere() {
        fn walk(value: &Value, document: &Value) {
            if let Some(reference) = value.get("$ref").and_then(Value::as_str) {
                let pointer = reference.strip_prefix('#').expect("within the document");
                assert!(document.pointer(pointer).is_some(), "{reference}");
            }
            match value {
                Value::Object(fields) => fields.values().for_each(|v| walk(v, document)),
                Value::Array(list) => list.iter().for_each(|v| walk(v, document)),
                _ => {}
            }
        }
        let document = document();
        walk(&document, &document);
    }
}
