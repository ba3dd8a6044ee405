//! An operation as files that others read. Every record passes the same policy as everywhere before it is written, so that
//! a file holds no field that its reader could not see on a page.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use relight_ledger::count::Book;
use relight_ledger::exchange::iati::{self, Reporter};
use relight_ledger::exchange::tables::{self, Table};
use relight_ledger::exchange::{Audience, figures, json as records, workbook};
use relight_ledger::fold::Record;
use relight_ledger::id::Id;
use relight_ledger::model::{Content, Kind, Operation};
use relight_store::Filter;
use serde_json::{Value, json as value};

use super::Answer;
use crate::app::{App, blocking, now, today};
use crate::guard::Caller;
use crate::policy::{self, Viewer};
use crate::problem::Problem;
use crate::routes::{Answer as Gives, Route, Who};

/// The routes.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/api/v1/operations/{id}/exports/{file}", "export", get(export))
            .about(
                "An operation as a file, in the fields that you may see: records.json, figures.csv, pledges.csv, \
                 statements.csv, deliveries.csv, stock.csv, needs.csv, ledger.xlsx, iati.xml.",
            )
            .who(Who::WORKERS)
            .answer(200, Gives::File("application/octet-stream")),
    ]
}

/// What a file is made by.
#[derive(Debug, Clone, Copy)]
enum Form {
    Records,
    Figures,
    Table(Table),
    Workbook,
    Iati,
}

impl Form {
    fn of(file: &str) -> Option<(Form, &'static str)> {
        let csv = "text/csv; charset=utf-8";
        Some(match file {
            "records.json" => (Form::Records, "application/json"),
            "figures.csv" => (Form::Figures, csv),
            "ledger.xlsx" => (
                Form::Workbook,
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            ),
            "iati.xml" => (Form::Iati, "application/xml"),
            table => (Form::Table(Table::from_word(table.strip_suffix(".csv")?)?), csv),
        })
    }
}

async fn export(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path((id, file)): Path<(String, String)>,
) -> Answer {
    let nowhere = || Problem::not_found("");
    let operation: Id<Operation> = id.parse().map_err(|_| nowhere())?;
    let (form, kind) = Form::of(&file).ok_or_else(nowhere)?;
    if !app.has_operation(operation) {
        return Err(nowhere());
    }
    let reporter = Reporter {
        reference: String::new(),
        sort: "90".to_owned(),
        name: app.settings.server.public_url.clone(),
        country: None,
    };
    let day = today()?;
    let all = app.read(move |store| {
        let of = Filter { operation: Some(operation), ..Filter::default() };
        let mut all = store.all(&of)?;
        // Parties and sources may be shared by all operations, and the operation itself is.
        for kind in [Kind::Operation, Kind::Party, Kind::Source] {
            all.extend(store.all(&Filter { kind: Some(kind), ..Filter::default() })?);
        }
        Ok(all)
    });
    let all = all.await?;
    let made = blocking(move || {
        let seen: BTreeMap<Id, Record> = all
            .into_iter()
            .filter(|r| r.operation.is_none_or(|of| of == operation))
            .filter(|r| r.kind() != Kind::Operation || r.id == operation.any())
            .filter_map(|record| as_seen(&record, &caller.viewer, &app))
            .map(|record| (record.id, record))
            .collect();
        write(form, &seen, &reporter, day)
    });
    let bytes = made.await?.map_err(|error| {
        tracing::error!(error, "an export could not be written");
        Problem::internal("the file could not be written")
    })?;
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{file}\"")),
    ];
    Ok((headers, bytes).into_response())
}

/// The record with the fields that its viewer may see, and no others.
fn as_seen(record: &Record, viewer: &Viewer, app: &App) -> Option<Record> {
    let shown = policy::show(record, viewer, &*app.shelf())?;
    let content = shown.get("content").cloned().filter(Value::is_object)?;
    let content: Content =
        serde_json::from_value(value!({ record.kind().word(): content })).ok()?;
    Some(Record { content, ..record.clone() })
}

/// Policy has decided what is in the records; the writers need not hide more.
const SEEN: Audience = Audience::NeedToKnow;

fn write(
    form: Form,
    seen: &BTreeMap<Id, Record>,
    reporter: &Reporter,
    as_of: relight_ledger::date::Day,
) -> Result<Vec<u8>, String> {
    let all: Vec<&Record> = seen.values().collect();
    Ok(match form {
        Form::Records => records::write(seen.values(), SEEN)?.0,
        Form::Figures => figures::figures(&Book::new(seen.values()), as_of).csv().into_bytes(),
        Form::Table(table) => tables::write(table, &all, seen, SEEN).csv().into_bytes(),
        Form::Workbook => {
            let mut pages = vec![figures::figures(&Book::new(seen.values()), as_of).page()];
            pages.extend(Table::ALL.map(|table| tables::write(table, &all, seen, SEEN).page()));
            workbook::write(&pages)?
        }
        Form::Iati => {
            iati::write(&Book::new(seen.values()), reporter, as_of, now()).xml.into_bytes()
        }
    })
}
