//! Input that was not meant to be read: it costs bounded work, and ends in drafts that quote it or in a clear error.

use proptest::prelude::*;
use relight_intake::{Format, MOST_BYTES, NotText, Page, open, read};

fn pages(bytes: &[u8]) -> Vec<Page> {
    [Format::Detect, Format::Text, Format::Html, Format::Feed]
        .into_iter()
        .flat_map(|format| open(bytes, format).unwrap_or_default())
        .collect()
}

fn check(bytes: &[u8]) {
    for page in pages(bytes) {
        let reading = read(&page);
        for draft in &reading.drafts {
            assert!(page.text.get(draft.span.start..draft.span.end).is_some(), "{:?}", draft.span);
            let fields = draft.donors.iter().chain(&draft.recipients).flat_map(|f| &f.evidence);
            for span in fields.chain(&draft.quantity.evidence).chain(&draft.status.evidence) {
                assert!(
                    page.text.get(span.start..span.end).is_some_and(|t| !t.is_empty()),
                    "{span:?}"
                );
            }
        }
    }
}

#[test]
fn a_file_of_50_mb_is_refused_and_says_so() {
    let bytes = b"France sent 100 generators to Ukraine. ".repeat(1_300_000);
    let error = open(&bytes, Format::Detect).expect_err("too long");
    assert!(matches!(error, NotText::TooLong { .. }));
    assert!(error.to_string().contains("one page or feed at a time"));
}

#[test]
fn an_endless_line_is_read_in_bounded_pieces() {
    let sentence = "France and 100 generators more than 50 of the and ";
    let line = sentence.repeat(1 << 14);
    assert!(line.len() < MOST_BYTES && !line.contains('\n'));
    check(line.as_bytes());
    check("generators ".repeat(40_000).as_bytes());
    check("1,000 ".repeat(40_000).as_bytes());
    check("(".repeat(200_000).as_bytes());
    check("\u{301}".repeat(100_000).as_bytes());
    check("a".repeat(400_000).as_bytes());
    check("100 ".repeat(40_000).as_bytes());
    check("a'".repeat(50_000).as_bytes());
    check("France sent generators, transformers and fuel ".repeat(2_000).as_bytes());
    check("one hundred and twenty million ".repeat(4_000).as_bytes());
    check("\n \n".repeat(100_000).as_bytes());
}

/// A page put together from pieces in three encodings: what can be read is read, the rest stands as a sign for it.
#[test]
fn mixed_encodings_cost_no_more_than_their_letters() {
    let cyrillic = [0xcd, 0xb3, 0xec, 0xe5, 0xf7, 0xf7, 0xe8, 0xed, 0xe0]; // "Німеччина" in Windows-1251
    let latin = [b'T', b'r', 0xe4, b'g', b'e', b'r']; // "Träger" in Latin-1
    let mut bytes =
        "France sent 100 generators to Ukraine. Україна отримала 20 генераторів від Литви. "
            .repeat(20)
            .into_bytes();
    bytes.extend(cyrillic);
    bytes.extend(b" and ");
    bytes.extend(latin);
    bytes.extend("\nFrance sent 40 transformers to Ukraine.\n".as_bytes());
    check(&bytes);
    let page = open(&bytes, Format::Text).expect("text").remove(0);
    assert!(page.text.contains("France sent 40 transformers"), "{}", page.text);
    assert!(read(&page).drafts.iter().any(|d| d.quantity.value.words == "40"));
    for end in 0..bytes.len() {
        if end % 97 == 0 {
            check(&bytes[..end]);
        }
    }
}

#[test]
fn binary_rubbish_is_refused_and_says_so() {
    let mut state = 1u32;
    let rubbish: Vec<u8> = (0..200_000)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        })
        .collect();
    let error = open(&rubbish, Format::Detect).expect_err("no text");
    assert!(!matches!(error, NotText::TooLong { .. }), "{error}");
    assert!(error.to_string().len() > 20, "{error}");
}

#[test]
fn numbers_beyond_all_reason_are_no_numbers() {
    let long = "9".repeat(5000);
    for text in [
        format!("France sent {long} generators."),
        format!("France sent {long} billion trillion generators."),
    ] {
        for page in pages(text.as_bytes()) {
            for draft in &read(&page).drafts {
                assert!(draft.quantity.value.range.is_valid());
            }
        }
    }
}

#[test]
fn no_tag_is_too_many() {
    check(&b"<p>".repeat(100_000));
    check(&b"<div class='share'><span>".repeat(40_000));
    check(b"<rss><item><title>100 generators</title>");
    check(b"<html><script>100 generators");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        check(&bytes);
    }

    #[test]
    fn no_words_make_it_panic(words in proptest::collection::vec(prop_oneof![
        Just("France"), Just("100"), Just("1,000"), Just("generators"), Just("will"), Just("send"), Just("to"), Just("Ukraine"),
        Just("$"), Just("million"), Just("each"), Just("("), Just(")"), Just("kVA"), Just("-"), Just("."), Just("генераторів"),
        Just("понад"), Just("млн"), Just("на"), Just("said"), Just("did not specify"), Just("Nov."), Just("29"), Just("2022"),
        Just("a"), Just("package"), Just("U.S."), Just("'s"), Just("d'"), Just("\n"), Just("or"), Just("more than"), Just("€"),
    ], 0..40)) {
        check(words.join(" ").as_bytes());
    }

    #[test]
    fn a_count_in_words_of_any_size_is_read_back(count in 2u32..100_000) {
        let page = open(format!("France sent {count} generators to Ukraine.").as_bytes(), Format::Text).unwrap().remove(0);
        let reading = read(&page);
        let value = reading.drafts.first().and_then(|d| d.quantity.value.range.value());
        prop_assert_eq!(value, Some(relight_ledger::decimal::Decimal::from(i64::from(count))));
    }
}
