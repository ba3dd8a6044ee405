//! Random small scenarios, written as tables and read back equal.

use std::fmt::Write as _;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use relight_restore::scenario::OfferStatus;

use crate::helpers::{folder, good};

/// A cell, quoted where it must be.
fn cell(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

fn shown<T: ToString>(value: Option<T>) -> String {
    value.map(|v| v.to_string()).unwrap_or_default()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn jobs_and_crews(
        jobs in vec((0_usize..2, "[a-z]{1,4}", 1_u32..9, 1_u32..99, 0_u32..99, any::<u16>()), 1..8),
        crews in vec(("[a-z]{1,4}", option::of("[A-Z][a-z, \"]{0,5}[a-z]"), 1_u32..9, 0_u32..9, option::of(10_u32..99)), 0..6),
        line_end in prop::sample::select(vec!["\n", "\r\n"]),
    ) {
        // Bit b of a job's mask: it waits for job b, which stands before it.
        let after = |j: usize, mask: u16| (0..j).filter(move |b| mask >> b & 1 == 1);
        let mut job_rows = format!("after,ready,job,skill,damage,crews,steps{line_end}");
        for (j, (damage, skill, teams, steps, ready, mask)) in jobs.iter().enumerate() {
            let names: Vec<_> = after(j, *mask).map(|b| format!("j {b}")).collect();
            let names = names.join(" ; ");
            let _ = write!(job_rows, "{names}, {ready},j {j},{skill},d{},{teams}.0,{steps}{line_end}", damage + 1);
        }
        let mut crew_rows = format!("skill,region,teams,from,until{line_end}");
        for (skill, region, teams, from, until) in &crews {
            let region = cell(region.as_deref().unwrap_or(""));
            let until = shown(*until);
            let _ = write!(crew_rows, "{skill},{region},{teams},{from},{until}{line_end}");
        }
        let s = good(&folder(&[("jobs.csv", &job_rows), ("crews.csv", &crew_rows)])).scenario;
        prop_assert_eq!(s.jobs.len(), jobs.len());
        for (j, (read, written)) in s.jobs.iter().zip(&jobs).enumerate() {
            let (damage, skill, teams, steps, ready, mask) = written;
            prop_assert_eq!(&read.id, &format!("j {j}"));
            prop_assert_eq!((read.damage, &s.skills[read.skill]), (*damage, skill));
            prop_assert_eq!((read.crews, read.steps, read.ready), (*teams, *steps, *ready));
            prop_assert_eq!(&read.after, &after(j, *mask).collect::<Vec<_>>());
        }
        prop_assert_eq!(s.crews.len(), crews.len());
        for (read, (skill, region, teams, from, until)) in s.crews.iter().zip(&crews) {
            prop_assert_eq!(&s.skills[read.skill], skill);
            prop_assert_eq!(read.region.map(|r| &s.regions[r]), region.as_ref());
            prop_assert_eq!((read.teams, read.from, read.until), (*teams, *from, *until));
        }
    }

    #[test]
    fn offers_and_their_nameplates(
        offers in vec((
            "[ -~]{0,12}",
            1_u32..999,
            option::of(1e-3..1e6_f64),
            option::of(prop::sample::select(vec![1_u8, 3])),
            prop::sample::select(OfferStatus::ALL.to_vec()),
            0.0..=1.0_f64,
        ), 0..8),
    ) {
        let mut rows = "offer,donor,kind,count,mva,phases,status,confidence\n".to_owned();
        for (o, (donor, count, mva, phases, status, confidence)) in offers.iter().enumerate() {
            let (donor, mva, phases) = (cell(donor), shown(*mva), shown(*phases));
            let _ = writeln!(rows, "o{o},{donor},transformer,{count},{mva},{phases},{status},{confidence}");
        }
        let s = good(&folder(&[("offers.csv", &rows)])).scenario;
        prop_assert_eq!(s.offers.len(), offers.len());
        for (read, (donor, count, mva, phases, status, confidence)) in s.offers.iter().zip(&offers) {
            prop_assert_eq!((read.donor.as_str(), read.count), (donor.trim(), *count));
            prop_assert_eq!((read.item.nameplate.mva, read.item.nameplate.phases), (*mva, *phases));
            prop_assert_eq!((read.status, read.confidence), (*status, *confidence));
        }
    }
}
