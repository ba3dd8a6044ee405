//! No bytes make the reader of rates panic, and what it reads converts without a panic to what is above nought.
#![no_main]

use libfuzzer_sys::fuzz_target;
use relight_ledger::date::Day;
use relight_ledger::interval::Interval;
use relight_ledger::model::Currency;
use relight_ledger::rates::{Rates, convert};

fuzz_target!(|bytes: &[u8]| {
    let Ok(rates) = Rates::read(bytes, "fuzz") else { return };
    let (sources, day) = ([rates], "2022-12-13".parse::<Day>().ok());
    for code in ["USD", "GBP", "AAA"] {
        let other: Option<Currency> = code.parse().ok();
        for (from, to) in [(other, Some(Currency::EUR)), (Some(Currency::EUR), other)] {
            let Some(to) = to else { continue };
            if let Ok(done) =
                convert(Interval::between(1_000_000, 2_000_000), from, to, day, &sources)
            {
                assert!(done.range.is_valid() && done.range.is_known(), "{done:?}");
            }
        }
    }
});
