//! Damaged copies of a good folder: whatever they say, reading them ends and does not panic.

use relight_restore::scenario::{Folder, read};

use crate::helpers::good;

/// The seed of the fuzz target: every table, `=== NAME` before each file.
const WHOLE: &str = include_str!("../../../../fuzz/corpus/scenario/whole.txt");

fn whole() -> Folder {
    let mut folder = Folder::default();
    for part in WHOLE.split("=== ").skip(1) {
        let (name, content) = part.split_once('\n').unwrap();
        folder.files.insert(name.to_owned(), content.as_bytes().to_vec());
    }
    folder
}

/// Knuth's MMIX generator.
fn random(state: &mut u64, below: usize) -> usize {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) as usize % below
}

#[test]
fn the_whole_folder_reads_clean() {
    let reading = good(&whole());
    assert_eq!(reading.warnings, []);
    let s = &reading.scenario;
    assert_eq!((s.regions.join(","), s.skills.join(",")), ("North".into(), "line,plant".into()));
    assert_eq!((s.jobs[1].after.as_slice(), s.jobs[0].needs.as_slice()), (&[0][..], &[0][..]));
    assert_eq!((s.facilities[0].bus, s.facilities[0].fuel_litres), (Some(1), 1000.0));
    assert_eq!((s.damages[0].region, s.damages[1].site), (Some(0), Some(0)));
    assert_eq!((s.offers[0].confidence, s.weights.of_service("heat")), (0.5, 3.0));
    assert_eq!(s.digest, good(&whole()).scenario.digest);
}

#[test]
fn damaged_folders_do_not_panic() {
    let mut state = 7;
    let bits: [&[u8]; 14] = [
        b",", b"\"", b"\n", b";", b"-1", b"1e999", b"NaN", b"\xff", b"\0", b"=", b"[", b"a", b"0",
        b"",
    ];
    let mut refused = 0;
    for _ in 0..3000 {
        let mut folder = whole();
        let count = folder.files.len();
        for _ in 0..=random(&mut state, 3) {
            let Some(content) = folder.files.values_mut().nth(random(&mut state, count)) else {
                continue;
            };
            let (a, b) = (random(&mut state, content.len() + 1), random(&mut state, 6));
            let end = (a + b).min(content.len());
            let bit = bits[random(&mut state, bits.len())];
            content.splice(a..end, bit.iter().copied());
        }
        match read(&folder) {
            Ok(reading) => {
                let s = reading.scenario;
                assert_eq!(s.buses.len(), s.network.buses.len());
                assert!(
                    s.jobs.iter().all(|j| j.damage < s.damages.len() && j.skill < s.skills.len())
                );
            }
            Err(findings) => {
                refused += 1;
                assert!(findings.errors().next().is_some());
            }
        }
    }
    assert!(refused > 300, "{refused}");
}
