//! What is the same for every command: help, version, colours, pipes, wrong use.

use std::io::Read;
use std::path::Path;
use std::process::Stdio;

use crate::bench::Bench;

#[test]
fn help_is_the_text_that_was_agreed() {
    let ran = Bench::new().run(&["--help"]).exits(0);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/help.txt");
    if std::env::var_os("RELIGHT_BLESS").is_some() {
        std::fs::write(&path, &ran.out).expect("the text is written");
    }
    let agreed = std::fs::read_to_string(&path).expect("the text");
    assert_eq!(ran.out, agreed, "RELIGHT_BLESS=1 writes today's text to {}", path.display());
}

#[test]
fn every_command_has_help_with_an_example_and_its_exit_codes() {
    let bench = Bench::new();
    for command in ["check", "plan", "evaluate", "match", "flow"] {
        let ran = bench.run(&[command, "--help"]).exits(0);
        ran.says(&["Example", &format!("relight {command} "), "Exit codes: 0"]);
        let short = bench.run(&[command, "-h"]).exits(0);
        assert!(short.out.len() < bench.run(&[command, "--help"]).out.len());
    }
}

#[test]
fn version() {
    let expected = format!("relight {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(Bench::new().run(&["--version"]).exits(0).out, expected);
}

#[test]
fn wrong_use_is_code_2_for_people_and_programs() {
    let bench = Bench::new();
    bench.run(&[]).exits(2).complains(&["Usage: relight"]);
    bench.run(&["mend", "five-bus"]).exits(2).complains(&["unrecognized subcommand 'mend'"]);
    bench.run(&["plan", "five-bus"]).exits(2).complains(&["--out <DIR>"]);
    let document = bench.run(&["plan", "five-bus", "--json"]).exits(2).json();
    assert_eq!(document["schema"], "relight.errors/1");
    assert!(document["errors"][0]["message"].as_str().is_some_and(|m| m.contains("--out")));
}

#[test]
fn completions_name_every_command() {
    let bench = Bench::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        bench.run(&["completions", shell]).exits(0).says(&["evaluate", "time-limit"]);
    }
    bench.run(&["completions", "cmd"]).exits(2);
}

#[test]
fn colours_come_only_where_they_are_wanted() {
    let bench = Bench::new();
    let plain = bench.run(&["check", "five-bus"]).exits(0);
    assert!(!plain.out.contains('\u{1b}'), "{}", plain.out);
    let coloured = bench.run(&["check", "five-bus", "--color", "always"]).exits(0);
    assert!(coloured.out.contains("\u{1b}[1m"), "{}", coloured.out);
    bench.run(&["check", "nowhere", "--color", "always"]).exits(2).complains(&["\u{1b}[31m"]);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let bench = Bench::new();
    let mut child = bench
        .command(&["completions", "zsh"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("relight runs");
    drop(child.stdout.take());
    let mut err = String::new();
    child.stderr.take().expect("a pipe").read_to_string(&mut err).expect("text");
    assert_eq!(child.wait().expect("it ends").code(), Some(0), "{err}");
    assert_eq!(err, "");
}
