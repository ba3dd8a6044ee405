//! The chapter of the book on the command line shows real output: each of its examples is run here.
//!
//! `RELIGHT_BLESS=1 cargo test -p relight` writes today's output into the chapter.

use std::fs;
use std::path::Path;

use crate::bench::Bench;

/// A fenced block begins so, and the command follows on the next line.
const FENCE: &str = "```console";

#[test]
fn the_examples_of_the_chapter_say_what_the_program_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/cli.md");
    let chapter = fs::read_to_string(&path).expect("the chapter");
    let bench = Bench::new();
    fs::create_dir(bench.path("examples")).expect("a folder");
    fs::rename(bench.path("five-bus"), bench.path("examples/five-bus")).expect("moved");

    let mut today = String::new();
    let mut lines = chapter.lines();
    let mut count = 0;
    while let Some(line) = lines.next() {
        today.push_str(line);
        today.push('\n');
        if line != FENCE {
            continue;
        }
        let command = lines.next().expect("a command");
        let words = command.strip_prefix("$ relight ").expect("a command of relight");
        let arguments: Vec<&str> = words.split(' ').collect();
        let ran = bench.run(&arguments);
        today.extend([command, "\n", &ran.out, "```\n"]);
        lines.find(|l| *l == "```").expect("the end of the block");
        count += 1;
    }
    assert!(count >= 6, "only {count} examples were found");
    if std::env::var_os("RELIGHT_BLESS").is_some() {
        fs::write(&path, today).expect("the chapter is written");
    } else {
        assert_eq!(chapter, today, "RELIGHT_BLESS=1 writes today's output into the chapter");
    }
}
