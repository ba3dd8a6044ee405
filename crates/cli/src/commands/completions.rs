//! `relight completions`: a script that a shell loads.

use clap::CommandFactory;

use crate::args::{Cli, Completions};
use crate::console::write_out;
use crate::failure::{Answer, Failure};

pub fn run(args: &Completions) -> Result<Answer, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "relight", &mut script);
    write_out(&script)?;
    Ok(Answer::Yes)
}
