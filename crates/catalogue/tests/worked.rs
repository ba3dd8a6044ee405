//! The worked checks: arithmetic that an engineer can redo by hand.

use relight_catalogue::{
    Check, Item, Kind, Match, Nameplate, Verdict, check, flux_pu, load_share_at_flux,
    parallel_capacity, rating_ratio,
};

fn pair(hv: f64, lv: f64) -> Nameplate {
    Nameplate { hv_kv: Some(hv), lv_kv: Some(lv), ..Nameplate::default() }
}

fn unit(hv: f64, lv: f64, hz: f64) -> Nameplate {
    Nameplate { frequency_hz: Some(hz), ..pair(hv, lv) }
}

fn held(need: Nameplate, offer: Nameplate) -> Match {
    let item = |nameplate| Item { kind: Kind::Transformer, nameplate };
    check(&item(need), &item(offer), 50.0)
}

fn named<'a>(found: &'a Match, name: &str) -> &'a Check {
    found
        .checks
        .iter()
        .find(|c| c.name == name)
        .unwrap_or_else(|| panic!("no check {name} in\n{found}"))
}

#[test]
fn american_345_138_at_50_hz() {
    // Design flux: 5/6 of the rated voltages.
    assert_eq!(flux_pu(287.5, 345.0, 50.0, 60.0), Some(1.0));
    assert!((flux_pu(115.0, 138.0, 50.0, 60.0).unwrap() - 1.0).abs() < 1e-12);
    // 1.05 of it.
    assert!((flux_pu(301.875, 345.0, 50.0, 60.0).unwrap() - 1.05).abs() < 1e-12);
    assert!((flux_pu(120.75, 138.0, 50.0, 60.0).unwrap() - 1.05).abs() < 1e-12);

    let refused = held(pair(330.0, 110.0), unit(345.0, 138.0, 60.0));
    assert_eq!(refused.verdict, Verdict::DoesNotFit);
    let flux = named(&refused, "over_excitation");
    assert_eq!(flux.verdict, Verdict::DoesNotFit);
    assert_eq!(format!("{:.3}", flux.value.unwrap()), "1.148");
    assert_eq!(flux.limit, Some(1.05));

    let passed = held(pair(275.0, 110.0), unit(345.0, 138.0, 60.0));
    assert_eq!(passed.verdict, Verdict::Fits, "{passed}");
    assert_eq!(format!("{:.3}", named(&passed, "over_excitation").value.unwrap()), "0.957");
    assert_eq!(named(&passed, "turns_ratio").value, Some(0.0));
    assert!(named(&passed, "turns_ratio").note.contains("Ratio 2.5 for a place of 2.5"));
}

#[test]
fn american_500_230_on_400_220_fails_by_ratio() {
    let found = held(pair(400.0, 220.0), unit(500.0, 230.0, 60.0));
    assert_eq!(found.verdict, Verdict::DoesNotFit);
    let ratio = named(&found, "turns_ratio");
    assert_eq!(ratio.verdict, Verdict::DoesNotFit);
    // 2.174 for 1.818: 19.6 % high (seen from the unit, 16.4 % low).
    assert!((ratio.value.unwrap() - 19.565).abs() < 1e-3);
    // The high-voltage winding alone would be fine: 400 kV of 416.7 kV.
    assert!((flux_pu(400.0, 500.0, 50.0, 60.0).unwrap() - 0.96).abs() < 1e-12);
}

#[test]
fn unit_400_110_on_330_110_needs_21_percent_of_taps() {
    let with = |range| {
        held(pair(330.0, 110.0), Nameplate { tap_range_pct: range, ..unit(400.0, 110.0, 50.0) })
    };
    for range in [None, Some(0.0), Some(10.0), Some(16.0), Some(20.0)] {
        let found = with(range);
        assert_eq!(found.verdict, Verdict::DoesNotFit, "{range:?}: {found}");
    }
    for range in [21.0, 21.3, 25.0] {
        assert_eq!(with(Some(range)).verdict, Verdict::Fits, "{range}");
    }
    let taps = with(Some(10.0));
    assert!((named(&taps, "tap_range").limit.unwrap() - 21.212).abs() < 1e-3);
    // Flux in the high-voltage winding is no obstacle: 0.825.
    assert!((flux_pu(330.0, 400.0, 50.0, 50.0).unwrap() - 0.825).abs() < 1e-12);
}

#[test]
fn ratio_error_good_allowed_refused() {
    // A place of 400/110 and units whose low-voltage side is off by so many percent.
    let off = |pct: f64| held(pair(400.0, 110.0), unit(400.0, 110.0 / (1.0 + pct / 100.0), 50.0));
    assert!(named(&off(2.4), "turns_ratio").note.contains("close enough"));
    assert!(named(&off(4.9), "turns_ratio").note.contains("allowed, but"));
    assert_eq!(named(&off(4.9), "turns_ratio").verdict, Verdict::Fits);
    // Usual taps might reach it, but none are stated.
    assert_eq!(named(&off(5.1), "turns_ratio").verdict, Verdict::NotKnown);
    assert_eq!(named(&off(5.1), "tap_range").verdict, Verdict::NotKnown);
    assert_eq!(named(&off(25.0), "turns_ratio").verdict, Verdict::DoesNotFit);
}

#[test]
fn flux_between_full_load_and_no_load_derates() {
    assert_eq!(load_share_at_flux(1.05), 1.0);
    assert!((load_share_at_flux(1.07) - 0.6).abs() < 1e-9);
    assert_eq!(load_share_at_flux(1.10), 0.0);
    assert_eq!(load_share_at_flux(f64::NAN), 0.0);
    // 107 kV on a 100 kV winding, both sides, 100 MVA: 60 MVA are left.
    let place = Nameplate { mva: Some(100.0), ..pair(321.0, 107.0) };
    let found = held(place, Nameplate { mva: Some(100.0), ..unit(300.0, 100.0, 50.0) });
    assert_eq!(named(&found, "over_excitation").verdict, Verdict::FitsDerated);
    assert_eq!(named(&found, "power").verdict, Verdict::FitsDerated);
    // 300 kV and 100 kV are of a lower class than 321 kV and 107 kV ask, so the whole does not fit.
    assert_eq!(named(&found, "highest_voltage_hv").verdict, Verdict::DoesNotFit);
}

#[test]
fn current_limits_power_below_rated_voltage() {
    let place = Nameplate { mva: Some(500.0), ..pair(275.0, 110.0) };
    let found = held(place, Nameplate { mva: Some(500.0), ..unit(345.0, 138.0, 60.0) });
    assert_eq!(found.verdict, Verdict::FitsDerated);
    // 500 * 275 / 345.
    assert!((found.usable_mva.unwrap() - 398.5507).abs() < 1e-3);
}

#[test]
fn two_units_in_parallel() {
    let both = [(200.0, 12.0), (100.0, 10.0)];
    let capacity = parallel_capacity(&both).unwrap();
    // The small one carries 37.5 % and is full at 100 / 0.375.
    assert!((capacity - 100.0 / 0.375).abs() < 1e-9);
    assert_eq!(format!("{capacity:.1}"), "266.7");
    assert!((parallel_capacity(&[(200.0, 12.0), (100.0, 12.0)]).unwrap() - 300.0).abs() < 1e-9);
    assert_eq!(rating_ratio(&both), Some(2.0));
    assert_eq!(parallel_capacity(&[]), None);
    assert_eq!(parallel_capacity(&[(200.0, 0.0)]), None);
}

#[test]
fn unequal_impedance_costs_power() {
    let place = Nameplate { mva: Some(100.0), uk_pct: Some(10.0), ..pair(330.0, 110.0) };
    let offer =
        |mva, uk| Nameplate { mva: Some(mva), uk_pct: Some(uk), ..unit(330.0, 110.0, 50.0) };
    // Beside a partner of 100 MVA and 10 %, 200 MVA of 12 % add 266.7 - 100.
    let found = held(place.clone(), offer(200.0, 12.0));
    assert_eq!(found.verdict, Verdict::FitsDerated);
    assert!((found.usable_mva.unwrap() - 166.6667).abs() < 1e-3);
    // 8 % fills first: 100 + 100 * 0.8 - 100.
    let found = held(place.clone(), offer(100.0, 8.0));
    assert_eq!(found.verdict, Verdict::FitsDerated);
    assert!((found.usable_mva.unwrap() - 80.0).abs() < 1e-9);
    assert!((parallel_capacity(&[(100.0, 10.0), (100.0, 8.0)]).unwrap() - 180.0).abs() < 1e-9);
    // Exactly 10 % off is inside.
    assert_eq!(held(place.clone(), offer(100.0, 11.0)).verdict, Verdict::Fits);
    // Reactance goes with frequency: 12 % at 60 Hz is 10 % at 50 Hz.
    let american = Nameplate { mva: Some(200.0), uk_pct: Some(12.0), ..unit(420.0, 140.0, 60.0) };
    assert_eq!(named(&held(place, american), "impedance").value, Some(0.0));
}

#[test]
fn three_single_phase_units_make_a_bank() {
    let place = Nameplate { mva: Some(600.0), phases: Some(3), ..pair(345.0, 138.0) };
    let single = Nameplate { mva: Some(200.0), phases: Some(1), ..unit(345.0, 138.0, 50.0) };
    let found = held(place.clone(), single.clone());
    assert_eq!((found.verdict, found.pieces, found.usable_mva), (Verdict::Fits, 3, Some(600.0)));
    let found = held(place, Nameplate { phases: None, ..single.clone() });
    assert_eq!((found.verdict, found.pieces), (Verdict::NotKnown, 1));
    let one = Nameplate { mva: Some(200.0), phases: Some(1), ..pair(345.0, 138.0) };
    let found = held(one, single);
    assert_eq!((found.verdict, found.pieces), (Verdict::Fits, 1));
}

#[test]
fn vector_groups() {
    let with = |place: &str, unit_group: Option<&str>| {
        held(
            Nameplate { vector_group: Some(place.into()), ..pair(330.0, 110.0) },
            Nameplate { vector_group: unit_group.map(Into::into), ..unit(330.0, 110.0, 50.0) },
        )
        .verdict
    };
    assert_eq!(with("YNa0d11", Some("YNyn0d11")), Verdict::Fits);
    assert_eq!(with("YNa0d11", Some("YNd11")), Verdict::DoesNotFit);
    assert_eq!(with("YNa0d11", None), Verdict::NotKnown);
    assert_eq!(with("YNa0d11", Some("unreadable")), Verdict::NotKnown);
    // No neutral to earth: a person must look.
    assert_eq!(with("YNa0d11", Some("Yy0")), Verdict::NotKnown);
    assert_eq!(with("Yy0", Some("YNyn0")), Verdict::Fits);
    assert_eq!(with("Yy0", Some("YNyn6")), Verdict::DoesNotFit);
}

#[test]
fn too_little_power_derates_and_only_nothing_refuses() {
    let power = |mva| {
        held(
            Nameplate { mva: Some(200.0), ..pair(330.0, 110.0) },
            Nameplate { mva, ..unit(330.0, 110.0, 50.0) },
        )
    };
    assert_eq!(power(Some(200.0)).verdict, Verdict::Fits);
    assert_eq!(power(Some(125.0)).verdict, Verdict::FitsDerated);
    assert_eq!(power(Some(125.0)).usable_mva, Some(125.0));
    assert_eq!(power(Some(1.0)).verdict, Verdict::DoesNotFit);
    assert_eq!(power(None).verdict, Verdict::NotKnown);
    assert_eq!(power(Some(f64::NAN)).verdict, Verdict::NotKnown);
}

#[test]
fn mobile_substation_stands_in_for_a_transformer_and_not_the_other_way() {
    let nameplate = unit(110.0, 20.0, 50.0);
    let item = |kind| Item { kind, nameplate: nameplate.clone() };
    let to = |need, offer| check(&item(need), &item(offer), 50.0).verdict;
    assert_eq!(to(Kind::Transformer, Kind::MobileSubstation), Verdict::Fits);
    assert_eq!(to(Kind::MobileSubstation, Kind::Transformer), Verdict::DoesNotFit);
    assert_eq!(to(Kind::Breaker, Kind::LineKit), Verdict::DoesNotFit);
}

#[test]
fn breakers_sets_kits_and_the_rest() {
    let hold = |kind, need, offer| {
        check(&Item { kind, nameplate: need }, &Item { kind, nameplate: offer }, 50.0)
    };
    let none = Nameplate::default;
    let bay = Nameplate {
        rated_kv: Some(110.0),
        rated_a: Some(2000.0),
        breaking_ka: Some(31.5),
        ..none()
    };
    let breaker = Nameplate {
        rated_kv: Some(145.0),
        rated_a: Some(3150.0),
        breaking_ka: Some(40.0),
        frequency_hz: Some(50.0),
        ..none()
    };
    assert_eq!(hold(Kind::Breaker, bay.clone(), breaker.clone()).verdict, Verdict::Fits);
    let weak = Nameplate { breaking_ka: Some(25.0), ..breaker.clone() };
    assert_eq!(hold(Kind::Breaker, bay.clone(), weak).verdict, Verdict::DoesNotFit);
    let american = Nameplate { frequency_hz: Some(60.0), ..breaker.clone() };
    assert_eq!(hold(Kind::Breaker, bay.clone(), american).verdict, Verdict::NotKnown);
    let low = Nameplate { rated_kv: Some(72.5), ..breaker };
    assert_eq!(hold(Kind::Breaker, bay, low).verdict, Verdict::DoesNotFit);

    let ward = Nameplate { kw: Some(400.0), volts: Some(400.0), phases: Some(3), ..none() };
    let set = Nameplate {
        kw: Some(500.0),
        volts: Some(415.0),
        phases: Some(3),
        frequency_hz: Some(50.0),
        ..none()
    };
    assert_eq!(hold(Kind::GeneratorSet, ward.clone(), set.clone()).verdict, Verdict::Fits);
    let small = Nameplate { kw: Some(100.0), ..set.clone() };
    assert_eq!(hold(Kind::GeneratorSet, ward.clone(), small).verdict, Verdict::FitsDerated);
    let fast = Nameplate { frequency_hz: Some(60.0), ..set };
    assert_eq!(hold(Kind::GeneratorSet, ward, fast).verdict, Verdict::DoesNotFit);

    let gap = Nameplate { rated_kv: Some(330.0), length_km: Some(7.0), ..none() };
    let kit = Nameplate { rated_kv: Some(400.0), length_km: Some(3.0), ..none() };
    let found = hold(Kind::LineKit, gap.clone(), kit.clone());
    assert_eq!((found.verdict, found.pieces), (Verdict::Fits, 3));
    let found = hold(Kind::LineKit, gap, Nameplate { length_km: None, ..kit });
    assert_eq!(found.verdict, Verdict::NotKnown);

    assert_eq!(hold(Kind::Other, none(), none()).verdict, Verdict::Fits);
    let asks = Nameplate { mva: Some(1.0), ..none() };
    assert_eq!(hold(Kind::Other, asks.clone(), asks).verdict, Verdict::NotKnown);
}

#[test]
fn mass_against_what_the_way_bears() {
    let way = Nameplate { mass_t: Some(180.0), ..pair(330.0, 110.0) };
    let heavy = |t| Nameplate { mass_t: t, ..unit(330.0, 110.0, 50.0) };
    assert_eq!(held(way.clone(), heavy(Some(173.0))).verdict, Verdict::Fits);
    assert_eq!(held(way.clone(), heavy(Some(220.0))).verdict, Verdict::DoesNotFit);
    assert_eq!(held(way.clone(), heavy(None)).verdict, Verdict::NotKnown);
    let found = held(way, heavy(Some(173.0)));
    assert!(
        named(&found, "mass").note.contains("abnormal road load, Schnabel rail wagon"),
        "{found}"
    );
}

/// The text of a full match, as people read it.
#[test]
fn text_of_a_match() {
    let place = Nameplate {
        mva: Some(200.0),
        phases: Some(3),
        vector_group: Some("YNa0d11".into()),
        mass_t: Some(180.0),
        ..pair(330.0, 110.0)
    };
    let offer = Nameplate {
        mva: Some(125.0),
        phases: Some(3),
        vector_group: Some("YNa0d11".into()),
        mass_t: Some(125.0),
        ..unit(330.0, 115.0, 50.0)
    };
    assert_eq!(held(place, offer).to_string(), include_str!("match.txt").trim_end());
}
