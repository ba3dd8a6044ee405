//! The stores of a ledger, tried from outside. One binary; each module is about one concern.

mod common;

mod crash;
mod desk;
mod suite;
