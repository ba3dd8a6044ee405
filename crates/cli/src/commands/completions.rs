//! `relight completions`: a script that a shell loads.

use clap::CommandFactory;

use crate::args::{Cli, Completions};
use crate::console::Console;
use crate::failure::{Answer, Failure};

pub fn run(args: &Completions, console: &Console) -> Result<Answer, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "relight", &mut script);
    console.raw(&script)?;
    Ok(Answer::Yes)
}
