//! The server: public pages, an HTTP API, and the console, over one ledger.
//!
//! Three things carry it. An [`app::App`] holds what all requests share. The [table](routes::table) of routes is the one
//! place where a route can be; the router, the `OpenAPI` document and the tests of who sees what are made of it. The
//! [`policy`] alone decides who may see and do what: a record leaves the server through [`policy::show`], and what the
//! public sees is made of the plain types of [`policy::public`].
//!
//! The path of a request: `guard` finds out who asks and lets in whom the route is for; a handler of [`api`] asks the
//! store, or `pages` prints a sheet out of the cache; the answer carries strict headers. The path of a plan: it is a paper
//! on the desk ([`plans`]), then work of one thread, then a folder of files.
//!
//! Everything that waits (disk, passwords, planning) runs off the threads that serve.

pub mod accounts;
pub mod api;
pub mod app;
pub mod config;
mod console;
mod guard;
mod health;
pub mod metrics;
pub mod openapi;
mod pages;
pub mod plans;
pub mod policy;
mod problem;
pub mod publish;
pub mod routes;
pub mod serve;
mod shelf;
mod sign_in;
pub mod traces;
pub mod weather;
pub mod words;

pub use console::is_there as has_console;
