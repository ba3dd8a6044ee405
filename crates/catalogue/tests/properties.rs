//! What must hold for every nameplate.

use proptest::prelude::*;
use relight_catalogue::{Item, Kind, Match, Nameplate, Verdict, check};

/// Numbers as they come: mostly plausible, sometimes missing, sometimes nonsense.
fn number(plausible: &'static [f64]) -> impl Strategy<Value = Option<f64>> {
    prop_oneof![
        6 => prop::sample::select(plausible).prop_map(Some),
        2 => (0.8f64..1.3, prop::sample::select(plausible)).prop_map(|(k, v)| Some(k * v)),
        1 => Just(None),
        1 => prop::sample::select(&[f64::NAN, f64::INFINITY, -1.0, 0.0, 1e-300, 1e300][..]).prop_map(Some),
    ]
}

fn nameplate() -> impl Strategy<Value = Nameplate> {
    let transformer = (
        number(&[110.0, 220.0, 330.0, 345.0, 400.0, 500.0]),
        number(&[10.0, 20.0, 110.0, 138.0, 220.0]),
        number(&[10.0, 35.0]),
        number(&[25.0, 125.0, 200.0, 500.0]),
        prop::sample::select(vec![None, Some(1), Some(3), Some(7)]),
        number(&[50.0, 60.0]),
        prop::sample::select(vec![
            None,
            Some("YNa0d11"),
            Some("Yy0"),
            Some("YNd11"),
            Some("Ii0"),
            Some("?"),
        ]),
        number(&[10.0, 12.0, 15.0]),
        number(&[0.0, 5.0, 10.0, 16.0, 22.0]),
        number(&[1.25, 2.5]),
    );
    let rest = (
        number(&[60.0, 173.0]),
        number(&[110.0, 123.0, 145.0]),
        number(&[2000.0, 3150.0]),
        number(&[31.5, 40.0]),
        number(&[100.0, 500.0]),
        number(&[400.0, 415.0]),
        number(&[60.0, 135.0]),
        number(&[1.0, 7.0]),
    );
    (transformer, rest).prop_map(|(t, r)| Nameplate {
        hv_kv: t.0,
        lv_kv: t.1,
        tertiary_kv: t.2,
        mva: t.3,
        phases: t.4,
        frequency_hz: t.5,
        vector_group: t.6.map(Into::into),
        uk_pct: t.7,
        tap_range_pct: t.8,
        tap_step_pct: t.9,
        mass_t: r.0,
        rated_kv: r.1,
        rated_a: r.2,
        breaking_ka: r.3,
        kw: r.4,
        volts: r.5,
        fuel_lph_full: r.6,
        length_km: r.7,
    })
}

/// A need: each fact is asked only some of the time, or nothing would ever fit.
fn need() -> impl Strategy<Value = Nameplate> {
    (nameplate(), any::<u32>()).prop_map(|(mut n, keep)| {
        for (i, remove) in REMOVALS.iter().enumerate() {
            // The voltages and the power of a place are nearly always asked.
            if i > 3 && keep & (1 << i) != 0 {
                remove(&mut n);
            }
        }
        n
    })
}

fn kind() -> impl Strategy<Value = Kind> {
    prop::sample::select(&Kind::ALL[..])
}

fn held(kind: Kind, need: &Nameplate, offer: &Nameplate) -> Match {
    let item = |nameplate: &Nameplate| Item { kind, nameplate: nameplate.clone() };
    check(&item(need), &item(offer), 50.0)
}

type Removal = fn(&mut Nameplate);

const REMOVALS: [Removal; 18] = [
    |n| n.hv_kv = None,
    |n| n.lv_kv = None,
    |n| n.mva = None,
    |n| n.frequency_hz = None,
    |n| n.tertiary_kv = None,
    |n| n.phases = None,
    |n| n.vector_group = None,
    |n| n.uk_pct = None,
    |n| n.tap_range_pct = None,
    |n| n.tap_step_pct = None,
    |n| n.mass_t = None,
    |n| n.rated_kv = None,
    |n| n.rated_a = None,
    |n| n.breaking_ka = None,
    |n| n.kw = None,
    |n| n.volts = None,
    |n| n.fuel_lph_full = None,
    |n| n.length_km = None,
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_check_is_whole(kind in kind(), other in kind(), need in need(), offer in nameplate(), hz in number(&[50.0, 60.0])) {
        let other = if need.mva.is_some() { kind } else { other };
        let found = check(
            &Item { kind, nameplate: need },
            &Item { kind: other, nameplate: offer },
            hz.unwrap_or(f64::NAN),
        );
        prop_assert_eq!(Some(found.verdict), found.checks.iter().map(|c| c.verdict).max());
        prop_assert!(found.pieces >= 1);
        prop_assert!(found.usable_mva.is_none_or(f64::is_finite));
        for c in &found.checks {
            for v in [c.value, c.limit, c.margin].into_iter().flatten() {
                prop_assert!(v.is_finite(), "{}", c);
            }
            prop_assert!(!c.note.is_empty() && !c.source.is_empty() && !c.name.is_empty());
            if let Some(margin) = c.margin {
                match c.verdict {
                    Verdict::Fits => prop_assert!(margin >= 0.0, "{}", c),
                    Verdict::FitsDerated | Verdict::DoesNotFit => prop_assert!(margin < 0.0, "{}", c),
                    Verdict::NotKnown => {}
                }
            }
            prop_assert!(!c.to_string().contains("NaN"));
        }
        let names: std::collections::BTreeSet<_> = found.checks.iter().map(|c| c.name).collect();
        prop_assert_eq!(names.len(), found.checks.len());
    }

    #[test]
    fn not_knowing_never_passes(kind in kind(), need in need(), offer in nameplate()) {
        let before = held(kind, &need, &offer);
        for (i, remove) in REMOVALS.iter().enumerate() {
            let mut less = offer.clone();
            remove(&mut less);
            let after = held(kind, &need, &less);
            if before.verdict >= Verdict::NotKnown {
                prop_assert!(after.verdict != Verdict::Fits, "fact {}: {}\n{}", i, before, after);
            }
        }
    }

    #[test]
    fn wider_taps_never_worsen(need in need(), offer in nameplate(), range in 0.0f64..30.0, wider in 0.0f64..10.0) {
        let with = |pct| Nameplate { tap_range_pct: Some(pct), ..offer.clone() };
        let narrow = held(Kind::Transformer, &need, &with(range));
        let wide = held(Kind::Transformer, &need, &with(range + wider));
        prop_assert!(wide.verdict <= narrow.verdict, "{}\n{}", narrow, wide);
    }

    #[test]
    fn less_power_asked_never_worsens(need in need(), offer in nameplate(), mva in 1.0f64..1000.0, share in 0.01f64..1.0) {
        let with = |mva| Nameplate { mva: Some(mva), ..need.clone() };
        let more = held(Kind::Transformer, &with(mva), &offer);
        let less = held(Kind::Transformer, &with(mva * share), &offer);
        prop_assert!(less.verdict <= more.verdict, "{}\n{}", more, less);
    }

    #[test]
    fn what_equals_the_need_fits(
        hv in 60.0f64..800.0, ratio in 1.1f64..15.0, mva in 1.0f64..1500.0, uk in 4.0f64..25.0,
        mass in 5.0f64..500.0, hz in prop::sample::select(vec![50.0, 60.0]), phases in prop::sample::select(vec![1u8, 3]),
    ) {
        let same = Nameplate {
            hv_kv: Some(hv), lv_kv: Some(hv / ratio), tertiary_kv: Some(10.0), mva: Some(mva), phases: Some(phases),
            frequency_hz: Some(hz), vector_group: Some("YNd11".into()), uk_pct: Some(uk), mass_t: Some(mass),
            tap_range_pct: Some(10.0), tap_step_pct: Some(1.25), ..Nameplate::default()
        };
        prop_assert_eq!(held(Kind::Transformer, &same, &same).verdict, Verdict::Fits);
        let gear = Nameplate {
            rated_kv: Some(hv), rated_a: Some(mva), breaking_ka: Some(uk), frequency_hz: Some(hz), kw: Some(mva),
            volts: Some(hv), length_km: Some(mass), phases: Some(phases), fuel_lph_full: Some(uk), ..Nameplate::default()
        };
        for kind in [Kind::Breaker, Kind::GeneratorSet, Kind::LineKit] {
            prop_assert_eq!(held(kind, &gear, &gear).verdict, Verdict::Fits);
        }
    }
}
