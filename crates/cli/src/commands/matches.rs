//! `relight match`: what fits where, and why not.

use crate::args::Match;
use crate::console::Console;
use crate::failure::{Answer, Failure};

pub fn run(_args: &Match, _console: &Console) -> Result<Answer, Failure> {
    Err(Failure::new("not there yet"))
}
