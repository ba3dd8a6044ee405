//! `relight read`: drafts out of text, with the places that they rest on.

use crate::bench::Bench;

const PAGE: &str = "VILNIUS, Nov. 29 - Lithuania has sent 25 generators to Ukraine, its energy minister said on Tuesday.\n";

#[test]
fn a_page_gives_drafts_that_quote_it() {
    let bench = Bench::new();
    bench.write("page.txt", PAGE);
    let ran = bench.run(&["read", "page.txt", "--json"]).exits(0);
    let read = ran.json();
    assert_eq!(read["schema"], "relight.read/1");
    let text = serde_json::to_string(&read).expect("a document");
    assert!(text.contains("Lithuania") && text.contains("generator_set"), "{read:#}");
    bench.run(&["read", "page.txt"]).exits(0).says(&["1 draft", "Lithuania", "25"]);
}

#[test]
fn what_is_no_text_is_refused_by_name() {
    let bench = Bench::new();
    bench.write("page.bin", "\u{0}\u{1}\u{2}\u{0}\u{0}\u{7}\u{0}");
    bench.run(&["read", "page.bin"]).exits(2).complains(&["page.bin"]);
    bench.run(&["read", "nowhere.txt"]).exits(2).complains(&["nowhere.txt"]);
}
