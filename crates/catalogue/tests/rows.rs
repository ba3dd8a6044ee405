//! Units that exist, held against bays that exist.

use std::path::Path;

use relight_catalogue::{Item, Kind, Nameplate, Verdict, check};

fn transformer(phases: u8, hv: f64, lv: f64, mva: f64, hz: f64) -> Item {
    let nameplate = Nameplate {
        hv_kv: Some(hv),
        lv_kv: Some(lv),
        mva: Some(mva),
        phases: Some(phases),
        frequency_hz: Some(hz),
        ..Nameplate::default()
    };
    Item { kind: Kind::Transformer, nameplate }
}

fn bay(hv: f64, lv: f64, mva: f64) -> Item {
    let nameplate =
        Nameplate { hv_kv: Some(hv), lv_kv: Some(lv), mva: Some(mva), ..Nameplate::default() };
    Item { kind: Kind::Transformer, nameplate }
}

#[test]
fn units_of_the_catalogue_against_bays() {
    use Verdict::{DoesNotFit, Fits, FitsDerated};
    // Phases, hv, lv, MVA and Hz of the unit; hv, lv and MVA of the bay; Hz of the grid; verdict.
    type Row = ((u8, f64, f64, f64, f64), (f64, f64, f64), f64, Verdict);
    let rows: [Row; 16] = [
        ((3, 330.0, 110.0, 125.0, 50.0), (330.0, 110.0, 125.0), 50.0, Fits),
        ((3, 330.0, 110.0, 125.0, 50.0), (330.0, 110.0, 200.0), 50.0, FitsDerated),
        ((1, 750.0, 330.0, 333.0, 50.0), (750.0, 330.0, 999.0), 50.0, Fits),
        ((1, 500.0, 220.0, 167.0, 50.0), (500.0, 220.0, 501.0), 50.0, Fits),
        // 380 in a 400 kV bay: just 5 % off in ratio, flux 1.053, so current is held to 95 %.
        ((3, 380.0, 110.0, 160.0, 50.0), (400.0, 110.0, 160.0), 50.0, FitsDerated),
        ((3, 400.0, 110.0, 250.0, 50.0), (330.0, 110.0, 250.0), 50.0, DoesNotFit),
        // British 400/132 has no bay of 110 kV at that ratio without taps of 20 %.
        ((3, 400.0, 132.0, 240.0, 50.0), (400.0, 110.0, 240.0), 50.0, DoesNotFit),
        ((3, 220.0, 110.0, 160.0, 50.0), (220.0, 110.0, 125.0), 50.0, Fits),
        ((3, 110.0, 20.0, 25.0, 50.0), (110.0, 10.0, 25.0), 50.0, DoesNotFit),
        ((3, 110.0, 10.0, 63.0, 50.0), (110.0, 10.0, 40.0), 50.0, Fits),
        // American units at home, and in European bays.
        ((3, 230.0, 115.0, 300.0, 60.0), (230.0, 115.0, 300.0), 60.0, Fits),
        ((3, 230.0, 115.0, 300.0, 60.0), (220.0, 110.0, 200.0), 50.0, DoesNotFit),
        ((3, 345.0, 138.0, 500.0, 60.0), (330.0, 110.0, 200.0), 50.0, DoesNotFit),
        ((3, 345.0, 138.0, 500.0, 60.0), (275.0, 110.0, 200.0), 50.0, Fits),
        ((1, 765.0, 345.0, 500.0, 60.0), (765.0, 345.0, 1500.0), 60.0, Fits),
        // A European unit on an American grid: flux is low; the class and the ratio agree.
        ((3, 330.0, 110.0, 250.0, 50.0), (345.0, 115.0, 250.0), 60.0, Fits),
    ];
    for ((phases, hv, lv, mva, hz), (place_hv, place_lv, place_mva), grid_hz, verdict) in rows {
        let found = check(
            &bay(place_hv, place_lv, place_mva),
            &transformer(phases, hv, lv, mva, hz),
            grid_hz,
        );
        assert_eq!(found.verdict, verdict, "{hv}/{lv} in {place_hv}/{place_lv}:\n{found}");
    }
}

/// Each row of the shared equipment table fits the bay that it was made for, at its own frequency, and no
/// 60 Hz unit fits its own voltages at 50 Hz.
#[test]
fn every_row_of_the_equipment_table() {
    let path = Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/data/equipment/transformers.csv"
    ));
    let Ok(text) = std::fs::read_to_string(path) else {
        println!("skipped: {} is not there", path.display());
        return;
    };
    let mut rows = 0;
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let number = |i: usize| cells[i].parse::<f64>().unwrap_or_else(|_| panic!("{line}"));
        let bank = cells[2] == "3x1ph";
        let (hv, lv, hz) = (number(3), number(4), number(6));
        let pieces = if bank || cells[2] == "1" { 3.0 } else { 1.0 };
        let total = if cells[2] == "1" { 3.0 * number(5) } else { number(5) };
        let unit = transformer(if pieces == 3.0 { 1 } else { 3 }, hv, lv, total / pieces, hz);
        let found = check(&bay(hv, lv, total), &unit, hz);
        assert_eq!(found.verdict, Verdict::Fits, "{line}\n{found}");
        assert_eq!(f64::from(found.pieces), pieces, "{line}");
        if hz == 60.0 {
            assert_eq!(
                check(&bay(hv, lv, total), &unit, 50.0).verdict,
                Verdict::DoesNotFit,
                "{line}"
            );
        }
        rows += 1;
    }
    assert!(rows >= 26, "{rows} rows");
}
