//! The one table of routes. The router, the `OpenAPI` document and the tests of who sees what are all made of it, so that
//! a route that is not here does not exist, and one that is here is documented and tested.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::Method;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::MethodRouter;
use schemars::SchemaGenerator;
use serde_json::Value;

use crate::app::App;
use crate::guard::{self, Gate};
use crate::policy::Role;
use crate::{api, console, health, pages, sign_in};

/// Who may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Everybody.
    Anyone,
    /// Whoever has signed in.
    Known,
    /// These roles.
    Only(&'static [Role]),
}

impl Who {
    /// Whoever works with records; an administrator keeps accounts.
    pub const WORKERS: Who = Who::Only(&[
        Role::Donor,
        Role::RecipientDesk,
        Role::GridEngineer,
        Role::Logistics,
        Role::Reviewer,
        Role::SecondReviewer,
        Role::Auditor,
    ]);

    /// Whether a role may ask.
    pub fn allows(self, role: Role) -> bool {
        match self {
            Who::Anyone => true,
            Who::Known => role != Role::Public,
            Who::Only(roles) => roles.contains(&role),
        }
    }
}

/// What kind of answer it gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// JSON, by a schema.
    Json,
    /// Events as they come.
    Stream,
    /// A page.
    Page,
    /// A file: a style, a feed, a table.
    File(&'static str),
    /// Nothing but a status.
    Nothing,
}

/// The schema of a body.
pub type Schema = fn(&mut SchemaGenerator) -> Value;

/// The schema of a type.
pub fn schema_of<T: schemars::JsonSchema>(generator: &mut SchemaGenerator) -> Value {
    generator.subschema_for::<T>().to_value()
}

/// A parameter in the query or among the headers.
#[derive(Debug, Clone, Copy)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub about: &'static str,
    /// Whether it is a header.
    pub header: bool,
    /// Whether it must be there.
    pub required: bool,
    /// What it can hold.
    pub form: Form,
}

/// What a parameter can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Text.
    Text,
    /// How many at most on a page.
    Limit,
    /// A whole number from 0.
    Whole,
    /// A number.
    Number,
    /// `true` or `false`.
    Flag,
}

/// A route.
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path, with `{names}`.
    pub path: String,
    /// Its name for programs.
    pub name: String,
    /// What it does.
    pub about: String,
    /// Who may ask.
    pub who: Who,
    /// Parameters besides those of the path.
    pub parameters: Vec<Parameter>,
    /// What it takes.
    pub takes: Option<Schema>,
    /// The status where all went well.
    pub status: u16,
    /// What kind of answer it gives.
    pub answer: Answer,
    /// The schema of the answer.
    pub gives: Option<Schema>,
    handler: MethodRouter<Arc<App>>,
}

impl Route {
    /// A route that reads.
    pub fn get(
        path: impl Into<String>,
        name: impl Into<String>,
        handler: MethodRouter<Arc<App>>,
    ) -> Route {
        Route {
            method: Method::GET,
            path: path.into(),
            name: name.into(),
            about: String::new(),
            who: Who::Known,
            parameters: Vec::new(),
            takes: None,
            status: 200,
            answer: Answer::Json,
            gives: None,
            handler,
        }
    }

    /// A route that changes something.
    pub fn change(
        method: Method,
        path: impl Into<String>,
        name: impl Into<String>,
        handler: MethodRouter<Arc<App>>,
    ) -> Route {
        Route { method, ..Route::get(path, name, handler) }
    }

    /// What it does, in a line.
    #[must_use]
    pub fn about(mut self, about: impl Into<String>) -> Route {
        self.about = about.into();
        self
    }

    /// Who may ask.
    #[must_use]
    pub fn who(mut self, who: Who) -> Route {
        self.who = who;
        self
    }

    /// A parameter of the query.
    #[must_use]
    pub fn query(self, name: &'static str, about: &'static str) -> Route {
        let form = if name == "limit" { Form::Limit } else { Form::Text };
        self.parameter(name, about, form)
    }

    /// A parameter of the query that is a whole number.
    #[must_use]
    pub fn whole(self, name: &'static str, about: &'static str) -> Route {
        self.parameter(name, about, Form::Whole)
    }

    /// A parameter of the query that is a number.
    #[must_use]
    pub fn number(self, name: &'static str, about: &'static str) -> Route {
        self.parameter(name, about, Form::Number)
    }

    /// A parameter of the query that is true or false.
    #[must_use]
    pub fn flag(self, name: &'static str, about: &'static str) -> Route {
        self.parameter(name, about, Form::Flag)
    }

    fn parameter(mut self, name: &'static str, about: &'static str, form: Form) -> Route {
        self.parameters.push(Parameter { name, about, header: false, required: false, form });
        self
    }

    /// A header that it heeds.
    #[must_use]
    pub fn header(mut self, name: &'static str, about: &'static str, required: bool) -> Route {
        self.parameters.push(Parameter { name, about, header: true, required, form: Form::Text });
        self
    }

    /// What it takes.
    #[must_use]
    pub fn takes(mut self, schema: Schema) -> Route {
        self.takes = Some(schema);
        self
    }

    /// What it gives.
    #[must_use]
    pub fn gives(mut self, status: u16, schema: Schema) -> Route {
        self.status = status;
        self.gives = Some(schema);
        self
    }

    /// What kind of answer it gives.
    #[must_use]
    pub fn answer(mut self, status: u16, answer: Answer) -> Route {
        self.status = status;
        self.answer = answer;
        self
    }

    /// Whether it belongs to the API, whose answers and errors are JSON.
    pub fn is_api(&self) -> bool {
        self.path.starts_with("/api/")
    }
}

/// All of them.
pub fn table() -> Vec<Route> {
    let mut table = Vec::new();
    table.extend(health::routes());
    table.extend(pages::routes());
    table.extend(console::routes());
    table.extend(sign_in::routes());
    table.extend(api::routes());
    table
}

/// The most bytes of a body.
pub const MOST_BODY: usize = 2 << 20;

/// The server as a service.
pub fn router(app: &Arc<App>) -> Router {
    let mut router: Router<Arc<App>> = Router::new();
    for route in table() {
        let gate = Gate::of(app, &route);
        let handler = route.handler.layer(from_fn_with_state(gate, guard::gate));
        router = router.route(&route.path, handler);
    }
    router
        .fallback(guard::nothing_here)
        .method_not_allowed_fallback(guard::not_in_this_way)
        .layer(DefaultBodyLimit::max(MOST_BODY))
        .layer(from_fn_with_state(Arc::clone(app), guard::around))
        .layer(from_fn(guard::headers_of(app.settings.is_encrypted())))
        .with_state(Arc::clone(app))
}
