//! Items to needs: never more than there is, never what does not fit, and the best that there is.

mod common;

use common::{
    Rng, branch, broken, bus, generator, need, network, offer, scenario, seeds, transformer,
};
use relight_catalogue::Verdict;
use relight_restore::matching::{
    Allowed, Choice, assign, check_items, choices, fits, matches, unmatched,
};
use relight_restore::plan::{ItemUse, ScheduledJob};
use relight_restore::planner::{Settings, Unwatched, plan};
use relight_restore::scenario::{Element, OfferStatus, Scenario};
use relight_restore::schedule::{Assignment, Broken};

const ANY: Allowed = Allowed { status: OfferStatus::Offered };

/// Two buses and some lines between them, each broken, with a job of one step each.
fn slots(count: usize) -> Scenario {
    let lines = (0..count).map(|_| branch(0, 1, 0.1, 20.0)).collect();
    let buses = vec![bus(1, 0.0), bus(2, 20.0 * count as f64)];
    let mut s = scenario(network(buses, lines, vec![generator(0, 0.0, 1000.0)]));
    for l in 0..count {
        broken(&mut s, Element::Branch(l), 1);
    }
    s
}

fn random_offers(rng: &mut Rng) -> Scenario {
    let jobs = rng.whole(1, 4) as usize;
    let mut s = slots(jobs);
    for j in 0..jobs {
        s.jobs[j].ready = rng.whole(0, 3);
        for _ in 0..rng.whole(0, 2) {
            let asked = rng.one_of(&[20.0, 40.0, 60.0]);
            let count = rng.whole(1, 2);
            need(&mut s, j, transformer(Some(asked), Some(3)), count);
        }
    }
    for _ in 0..rng.whole(0, 4) {
        // Single-phase units make up a bank of three; a rating that is not known is no match.
        let mut item = transformer(
            rng.one_of(&[Some(15.0), Some(25.0), Some(60.0), None]),
            rng.one_of(&[Some(1), Some(3)]),
        );
        if rng.chance(0.15) {
            item.nameplate.frequency_hz = Some(60.0);
        }
        let (count, arrival) = (rng.whole(0, 6), rng.whole(0, 11));
        let o = offer(&mut s, item, count, arrival);
        s.offers[o].status = rng.one_of(&OfferStatus::ALL);
        s.offers[o].confidence = rng.real(0.0, 1.0);
    }
    s
}

/// The places that an assignment fills, checked: every job all or nothing, no offer overdrawn, all allowed.
/// Returns what it gains.
fn worth(s: &Scenario, rows: &[Choice], allowed: Allowed, found: &Assignment, what: &str) -> f64 {
    let mut used = vec![0; s.offers.len()];
    let mut gain = 0.0;
    for (n, pieces) in found.by_need.iter().enumerate() {
        let Some(items) = pieces else { continue };
        let mut places = 0;
        for item in items {
            assert_eq!(item.need, n, "{what}: an item of another need");
            let row = rows.iter().find(|c| (c.need, c.offer) == (n, item.offer));
            let row =
                row.unwrap_or_else(|| panic!("{what}: offer {} cannot fill need {n}", item.offer));
            assert!(allowed.includes(&s.offers[item.offer]), "{what}: not certain enough");
            assert_eq!(item.count % row.pieces, 0, "{what}: part of a bank");
            places += item.count / row.pieces;
            used[item.offer] += item.count;
            gain += row.gain * f64::from(item.count / row.pieces);
        }
        assert_eq!(places, s.needs[n].count, "{what}: need {n} is not filled");
    }
    for (offer, used) in s.offers.iter().zip(used) {
        assert!(used <= offer.count, "{what}: offer {} is overdrawn", offer.id);
    }
    for job in &s.jobs {
        let filled = job.needs.iter().filter(|&&n| found.by_need[n].is_some()).count();
        assert!(
            filled == 0 || filled == job.needs.len(),
            "{what}: job {} is half supplied",
            job.id
        );
    }
    gain
}

/// The most that any assignment gains: every number of places of every choice, need by need.
fn brute_force(s: &Scenario, rows: &[Choice]) -> f64 {
    /// Fills what is left to fill of `open` (need, places) from `left` pieces; the gain, or nothing.
    fn fill(rows: &[Choice], open: &[(usize, u32)], from: usize, left: &mut [u32]) -> Option<f64> {
        let Some((&(need, places), rest)) = open.split_first() else { return Some(0.0) };
        if places == 0 {
            return fill(rows, rest, 0, left);
        }
        let mut best: Option<f64> = None;
        for (k, row) in rows.iter().enumerate().skip(from).filter(|(_, c)| c.need == need) {
            for take in 1..=places {
                let pieces = take * row.pieces;
                if left[row.offer] < pieces {
                    break;
                }
                left[row.offer] -= pieces;
                let mut next = open.to_vec();
                next[0].1 -= take;
                if let Some(gain) = fill(rows, &next, k + 1, left) {
                    let gain = gain + row.gain * f64::from(take);
                    best = Some(best.map_or(gain, |b| b.max(gain)));
                }
                left[row.offer] += pieces;
            }
        }
        best
    }
    let jobs: Vec<usize> = (0..s.jobs.len()).filter(|&j| !s.jobs[j].needs.is_empty()).collect();
    let mut best = 0.0_f64;
    for set in 0..1_usize << jobs.len() {
        let chosen = jobs.iter().enumerate().filter(|(k, _)| set >> k & 1 == 1).map(|(_, &j)| j);
        let open: Vec<(usize, u32)> =
            chosen.flat_map(|j| &s.jobs[j].needs).map(|&n| (n, s.needs[n].count)).collect();
        let mut left: Vec<u32> = s.offers.iter().map(|o| o.count).collect();
        best = best.max(fill(rows, &open, 0, &mut left).unwrap_or(0.0));
    }
    best
}

#[test]
fn random_offers_are_given_as_well_as_possible() {
    let mut given = 0;
    for seed in seeds(250, 10_000) {
        let rng = &mut Rng(seed);
        let s = random_offers(rng);
        let rows = matches(&s);
        let allowed = Allowed {
            status: rng.one_of(&[
                OfferStatus::Offered,
                OfferStatus::Offered,
                OfferStatus::Committed,
            ]),
        };
        let value: Vec<f64> = s.jobs.iter().map(|_| rng.one_of(&[0.0, 1.0, 5.0, 100.0])).collect();
        let found = assign(&s, &rows, allowed, &value);
        let possible = choices(&s, &rows, allowed, &value);
        for choice in &possible {
            let row = rows
                .iter()
                .find(|r| (r.need, r.offer) == (choice.need, choice.offer))
                .expect("a row");
            assert!(
                matches!(row.result.verdict, Verdict::Fits | Verdict::FitsDerated) && fits(row)
            );
            assert!(choice.gain > 0.0, "seed {seed}: {choice:?} is worse than nothing");
        }
        let what = format!("seed {seed}");
        let gain = worth(&s, &possible, allowed, &found, &what);
        let best = brute_force(&s, &possible);
        assert!((gain - best).abs() <= 1e-5 * best.max(1e-3), "{what}: gains {gain}, best {best}");
        for open in unmatched(&s, &rows, allowed, &found) {
            assert!(found.by_need[open.need].is_none(), "{what}: {open:?}");
            assert!(
                !open.reasons.is_empty() && open.reasons.iter().all(|r| !r.is_empty()),
                "{what}: {open:?}"
            );
        }
        let open = unmatched(&s, &rows, allowed, &found).len();
        assert_eq!(open, found.by_need.iter().filter(|f| f.is_none()).count(), "{what}");
        given += s.needs.len() - open;
    }
    assert!(given > 50, "{given}");
}

#[test]
fn a_job_of_little_worth_gets_what_nobody_else_wants() {
    // However late and uncertain: to say that the piece is worth more elsewhere would be untrue.
    let mut s = slots(2);
    need(&mut s, 1, transformer(Some(40.0), Some(3)), 1);
    let o = offer(&mut s, transformer(Some(40.0), Some(3)), 1, 9);
    s.offers[o].confidence = 0.0;
    s.offers[o].status = OfferStatus::Offered;
    let found = assign(&s, &matches(&s), ANY, &[1.0, 0.0]);
    assert_eq!(found.by_need, [Some(vec![ItemUse { need: 0, offer: 0, count: 1 }])]);
}

#[test]
fn many_offers_do_not_talk_the_last_job_out_of_its_piece() {
    // The tie-break by file order must stay a tie-break, with thousands of rows before.
    let mut s = slots(60);
    for j in 0..60 {
        need(&mut s, j, transformer(Some(40.0), Some(3)), 1);
    }
    for _ in 0..60 {
        offer(&mut s, transformer(Some(40.0), Some(3)), 1, 9);
    }
    let mut value = vec![0.0; 60];
    value[0] = 1.0;
    let found = assign(&s, &matches(&s), ANY, &value);
    assert_eq!(found.by_need.iter().filter(|f| f.is_none()).count(), 0);
}

#[test]
fn three_single_phase_units_make_a_bank() {
    let mut s = slots(2);
    for j in 0..2 {
        need(&mut s, j, transformer(Some(40.0), Some(3)), 1);
    }
    let item = transformer(Some(20.0), Some(1));
    let o = offer(&mut s, item, 5, 0);
    let rows = matches(&s);
    assert!(rows.iter().all(|r| fits(r) && r.result.pieces == 3), "{rows:?}");
    let found = assign(&s, &rows, ANY, &[1.0, 2.0]);
    assert_eq!(found.by_need, [None, Some(vec![ItemUse { need: 1, offer: o, count: 3 }])]);
    s.offers[o].count = 6;
    let found = assign(&s, &rows, ANY, &[1.0, 2.0]);
    assert!(found.by_need.iter().all(Option::is_some));
    s.offers[o].count = 2;
    let found = assign(&s, &rows, ANY, &[1.0, 2.0]);
    assert!(found.by_need.iter().all(Option::is_none));
    let reasons = &unmatched(&s, &rows, ANY, &found)[0].reasons;
    assert_eq!(reasons, &["o0 would fit, but too few units are offered to make up a bank"]);
}

#[test]
fn the_sooner_piece_goes_to_the_job_worth_more() {
    let mut s = slots(2);
    for j in 0..2 {
        need(&mut s, j, transformer(Some(40.0), Some(3)), 1);
    }
    offer(&mut s, transformer(Some(40.0), Some(3)), 1, 5);
    offer(&mut s, transformer(Some(40.0), Some(3)), 1, 1);
    let rows = matches(&s);
    let found = |value: &[f64]| -> Vec<usize> {
        assign(&s, &rows, ANY, value)
            .by_need
            .iter()
            .map(|f| f.as_ref().expect("filled")[0].offer)
            .collect()
    };
    assert_eq!(found(&[9.0, 1.0]), [1, 0]);
    assert_eq!(found(&[1.0, 9.0]), [0, 1]);
}

#[test]
fn only_certain_offers_are_used_where_that_is_asked() {
    for (status, least, used) in [
        (OfferStatus::Pledged, OfferStatus::Committed, false),
        (OfferStatus::Committed, OfferStatus::Committed, true),
        (OfferStatus::Shipped, OfferStatus::Committed, true),
        (OfferStatus::Pledged, OfferStatus::Offered, true),
    ] {
        let mut s = slots(1);
        need(&mut s, 0, transformer(Some(40.0), Some(3)), 1);
        offer(&mut s, transformer(Some(40.0), Some(3)), 1, 2);
        s.offers[0].status = status;
        let settings = Settings {
            ac: false,
            least_certain: least,
            iterations: Some(10),
            ..Settings::default()
        };
        let made = plan(&s, &settings, &mut Unwatched);
        assert_eq!(made.jobs.len(), usize::from(used), "{status:?} where {least:?} is asked");
        assert_eq!(made.unmatched.len(), usize::from(!used));
        assert_eq!(made.matches[0].chosen, u32::from(used));
        if used {
            assert_eq!((made.jobs[0].start, made.jobs[0].finish), (2, 3));
        } else {
            let told = made.unscheduled[0].reasons.join(" ");
            assert!(told.contains("not certain enough"), "{told}");
            assert!(
                made.warnings.iter().any(|w| w.contains("less certain than committed")),
                "{:?}",
                made.warnings
            );
        }
    }
}

#[test]
fn items_of_a_schedule_are_checked() {
    let mut s = slots(3);
    for j in 0..2 {
        need(&mut s, j, transformer(Some(40.0), Some(3)), 1);
    }
    offer(&mut s, transformer(Some(40.0), Some(3)), 1, 0);
    offer(&mut s, transformer(None, Some(3)), 1, 0);
    let rows = matches(&s);
    let check = |items: [&[(usize, usize, u32)]; 2]| {
        let jobs: Vec<ScheduledJob> = (items.iter().enumerate())
            .map(|(job, items)| {
                let items = items
                    .iter()
                    .map(|&(need, offer, count)| ItemUse { need, offer, count })
                    .collect();
                ScheduledJob { job, start: 0, finish: 1, teams: vec![1], items }
            })
            .collect();
        check_items(&s, &rows, ANY, &jobs)
    };
    let broken = check([&[(0, 0, 1)], &[]]);
    assert!(
        matches!(&broken[..], [Broken::NeedNotFilled { need, .. }] if need == "n1"),
        "{broken:?}"
    );
    let broken = check([&[(0, 0, 1)], &[(1, 1, 1)]]);
    assert!(
        matches!(&broken[..], [Broken::NeedNotFilled { why, .. }] if why.contains("o1")),
        "{broken:?}"
    );
    let broken = check([&[(0, 0, 1)], &[(1, 0, 1)]]);
    assert!(
        matches!(&broken[..], [Broken::OfferOverdrawn { count: 1, used: 2, .. }]),
        "{broken:?}"
    );
    // A piece that is named for a need of another job fills nothing here, and is told.
    let broken = check([&[(0, 0, 1), (1, 0, 1)], &[]]);
    assert!(
        broken.iter().any(|b| matches!(b, Broken::NeedNotFilled { need, .. } if need == "n1")),
        "{broken:?}"
    );
    assert!(broken.iter().any(|b| matches!(b, Broken::OfferOverdrawn { .. })), "{broken:?}");
}
