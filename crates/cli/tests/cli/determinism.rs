//! Same input, same output: to the byte, whatever the number of threads.

use crate::bench::Bench;

#[test]
fn threads_and_repetition_change_no_byte() {
    let bench = Bench::new();
    for (folder, threads) in [("one", "1"), ("again", "1"), ("two", "2"), ("many", "8")] {
        bench.run(&["plan", "five-bus", "--out", folder, "--threads", threads]).exits(0);
    }
    let one = bench.files("one");
    assert_eq!(one.len(), 7);
    for other in ["again", "two", "many"] {
        assert!(one == bench.files(other), "{other} differs from one");
    }
}

#[test]
fn no_threads_are_no_number_of_threads() {
    let bench = Bench::new();
    bench.run(&["plan", "five-bus", "--out", "plan", "--threads", "0"]).exits(2);
}
