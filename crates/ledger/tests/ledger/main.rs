//! The ledger from outside: real statements, and properties. One binary; each module is about one concern.

mod common;

mod acceptance;
mod exchange;
mod folding;
mod money;
mod offers;
mod round_trip;
