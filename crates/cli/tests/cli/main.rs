//! The command line as a person or a program meets it: `relight` is run, and its files, output and exit code are
//! looked at. One binary; each module is about one command or one concern.

mod ask;
mod bench;

mod book;
mod check;
mod contingencies;
mod damage;
mod determinism;
mod evaluate;
mod flow;
mod ledger;
mod malformed;
mod matches;
mod plan;
mod read;
mod serving;
mod study;
mod usage;
