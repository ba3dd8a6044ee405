//! `relight flow`: the power flow of one case.

use crate::args::Flow;
use crate::console::Console;
use crate::failure::{Answer, Failure};

pub fn run(_args: &Flow, _console: &Console) -> Result<Answer, Failure> {
    Err(Failure::new("not there yet"))
}
