//! The reader on random input: networks written in random style read back equal, and damaged files never
//! make it panic.

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng};
use relight_grid::matpower::read;
use relight_grid::{Branch, Bus, BusKind, Generator, Network};

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        Just(0.0),
        (-9999_i32..9999).prop_map(f64::from),
        -1e4..1e4_f64,
        prop::num::f64::NORMAL.prop_filter("finite", |v| v.is_finite()),
    ]
}

fn limit() -> impl Strategy<Value = f64> {
    prop_oneof![4 => number(), 1 => Just(f64::INFINITY), 1 => Just(f64::NEG_INFINITY)]
}

fn rating() -> impl Strategy<Value = f64> {
    prop_oneof![Just(0.0), 0.0..1e5_f64]
}

fn kind() -> impl Strategy<Value = BusKind> {
    prop::sample::select(vec![BusKind::Pq, BusKind::Pv, BusKind::Reference, BusKind::Isolated])
}

fn bus() -> impl Strategy<Value = Bus> {
    (kind(), prop::collection::vec(number(), 8), limit(), limit(), 0_i64..50, -3_i64..50).prop_map(
        |(kind, v, vmax, vmin, area, zone)| Bus {
            id: 0,
            name: None,
            kind,
            pd_mw: v[0],
            qd_mvar: v[1],
            gs_mw: v[2],
            bs_mvar: v[3],
            area,
            zone,
            vm_pu: v[4],
            va_deg: v[5],
            base_kv: v[6].abs(),
            vmax_pu: vmax,
            vmin_pu: vmin,
        },
    )
}

fn branch(buses: usize) -> impl Strategy<Value = Branch> {
    let numbers = prop::collection::vec(number(), 5);
    let rates = [rating(), rating(), rating()];
    (0..buses, 0..buses, numbers, rates, any::<bool>(), limit(), limit()).prop_map(
        |(from, to, v, rate_mva, in_service, angmin_deg, angmax_deg)| Branch {
            from,
            to,
            r: v[0],
            x: v[1],
            b: v[2],
            rate_mva,
            ratio: v[3].abs(),
            shift_deg: v[4],
            in_service,
            angmin_deg,
            angmax_deg,
        },
    )
}

fn generator(buses: usize) -> impl Strategy<Value = Generator> {
    let limits = [limit(), limit(), limit(), limit()];
    (0..buses, prop::collection::vec(number(), 4), limits, any::<bool>()).prop_map(
        |(bus, v, [qmax_mvar, qmin_mvar, pmax_mw, pmin_mw], in_service)| Generator {
            bus,
            pg_mw: v[0],
            qg_mvar: v[1],
            qmax_mvar,
            qmin_mvar,
            vg_pu: v[2],
            mbase_mva: v[3],
            in_service,
            pmax_mw,
            pmin_mw,
            fuel: None,
        },
    )
}

fn any_network() -> impl Strategy<Value = Network> {
    let ids = prop::collection::hash_set(1_u64..1_000_000, 1..12);
    (ids, 1e-3..1e4_f64, any::<bool>()).prop_flat_map(|(ids, base, named)| {
        let n = ids.len();
        let buses = prop::collection::vec((bus(), "[ -~żé]{0,12}"), n).prop_map(move |buses| {
            let with_id = |((mut bus, name), id): ((Bus, String), &u64)| {
                bus.id = *id;
                bus.name = named.then_some(name);
                bus
            };
            buses.into_iter().zip(&ids).map(with_id).collect::<Vec<_>>()
        });
        let branches = prop::collection::vec(branch(n), 0..15);
        let generators = prop::collection::vec(generator(n), 0..6);
        (buses, branches, generators).prop_map(move |(buses, branches, generators)| {
            Network::new("random".to_owned(), base, buses, branches, generators, Vec::new())
        })
    })
}

/// Writes a network as a case, with every free choice of style taken by the next of `choices`.
struct Writer<'c> {
    choices: std::iter::Cycle<std::slice::Iter<'c, u8>>,
    text: String,
}

impl Writer<'_> {
    fn pick(&mut self, of: &[&str]) -> String {
        let choice = usize::from(*self.choices.next().unwrap_or(&0));
        of[choice % of.len()].to_owned()
    }

    fn add(&mut self, of: &[&str]) {
        let text = self.pick(of);
        self.text.push_str(&text);
    }

    fn number(&mut self, v: f64) {
        let style = self.pick(&["plain", "exponent", "plus", "product", "bracket"]);
        let plain = if v.is_infinite() {
            (if v > 0.0 { "Inf" } else { "-Inf" }).to_owned()
        } else {
            format!("{v:?}")
        };
        let styled = match style.as_str() {
            "exponent" if v.is_finite() => format!("{v:e}"),
            "plus" if v >= 0.0 => format!("+{plain}"),
            "product" => format!("{plain} *1"),
            "bracket" => format!("({plain})"),
            _ => plain,
        };
        self.text += &styled;
    }

    fn table(&mut self, name: &str, rows: &[Vec<f64>]) {
        self.text += "mpc.";
        self.text += name;
        self.add(&[" = [", "=[", " = ...\n [ % begins", "\t=\t[\r\n"]);
        self.add(&["\n", "\r\n", "\r"]);
        for row in rows {
            self.add(&["", "\t", "  ", "% 1 2 3;\n", "\n\n", "\n%{\n 1 2 3\n%}\n"]);
            for (i, v) in row.iter().enumerate() {
                if i > 0 {
                    self.add(&[" ", "\t", ", ", " ,", "\t \t", " ... a comment\n "]);
                }
                self.number(*v);
            }
            self.add(&["\n", ";\n", ";", ";\r\n", " ; % note\n", "% note ] ; '\n", "\r", ";;\n"]);
        }
        self.add(&["]", "];", "]; % end", "] ,"]);
        self.add(&["\n", "\r\n", "\r", "\n\n"]);
    }

    fn names(&mut self, network: &Network) {
        self.text.push_str("mpc.bus_name = {");
        for bus in &network.buses {
            let name = bus.name.as_deref().unwrap_or_default();
            self.add(&["", " ", "\n", "% 'x'\n"]);
            if self.pick(&["single", "double"]) == "single" {
                self.text += &["'", &name.replace('\'', "''"), "'"].concat();
            } else {
                self.text += &["\"", &name.replace('"', "\"\""), "\""].concat();
            }
            self.add(&[";", "\n", ";\r\n", " ; % 'y'\n", ", "]);
        }
        self.text.push_str("};\n");
    }
}

fn written(n: &Network, choices: &[u8]) -> String {
    let mut w = Writer { choices: choices.iter().cycle(), text: String::new() };
    w.add(&["function mpc = other\n", "", "% hello\nfunction mpc = x % y\r\n"]);
    w.add(&["mpc.version = '2';\n", "mpc.version = \"2\"\n", "mpc.version=2\r"]);
    w.text.push_str("mpc.baseMVA = ");
    w.number(n.base_mva);
    w.add(&[";\n", "\n", ", "]);
    let bus: Vec<Vec<f64>> = n
        .buses
        .iter()
        .map(|b| {
            let kind = match b.kind {
                BusKind::Pq => 1.0,
                BusKind::Pv => 2.0,
                BusKind::Reference => 3.0,
                BusKind::Isolated => 4.0,
            };
            vec![
                b.id as f64,
                kind,
                b.pd_mw,
                b.qd_mvar,
                b.gs_mw,
                b.bs_mvar,
                b.area as f64,
                b.vm_pu,
                b.va_deg,
                b.base_kv,
                b.zone as f64,
                b.vmax_pu,
                b.vmin_pu,
            ]
        })
        .collect();
    let id = |at: usize| n.buses[at].id as f64;
    let on = |on: bool| f64::from(u8::from(on));
    let generator: Vec<Vec<f64>> = n
        .generators
        .iter()
        .map(|g| {
            vec![
                id(g.bus),
                g.pg_mw,
                g.qg_mvar,
                g.qmax_mvar,
                g.qmin_mvar,
                g.vg_pu,
                g.mbase_mva,
                on(g.in_service),
                g.pmax_mw,
                g.pmin_mw,
            ]
        })
        .collect();
    let branch: Vec<Vec<f64>> = n
        .branches
        .iter()
        .map(|l| {
            let [a, b, c] = l.rate_mva;
            vec![
                id(l.from),
                id(l.to),
                l.r,
                l.x,
                l.b,
                a,
                b,
                c,
                l.ratio,
                l.shift_deg,
                on(l.in_service),
                l.angmin_deg,
                l.angmax_deg,
            ]
        })
        .collect();
    w.table("gen", &generator);
    w.table("bus", &bus);
    w.table("gencost", &generator);
    w.table("branch", &branch);
    if n.buses[0].name.is_some() {
        w.names(n);
    }
    w.add(&["end\n", "", "% the end", "return;"]);
    w.text
}

proptest! {
    #![proptest_config(Config { cases: 400, failure_persistence: None, ..Config::default() })]

    #[test]
    fn a_network_written_in_any_style_reads_back_equal(
        network in any_network(),
        choices in prop::collection::vec(any::<u8>(), 1..400),
    ) {
        let text = written(&network, &choices);
        match read(text.as_bytes(), "random") {
            Ok(case) => prop_assert_eq!(case.network, network, "{}", text),
            Err(e) => prop_assert!(false, "{e}\n{text}"),
        }
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = read(&bytes, "x");
    }

    #[test]
    fn no_words_of_the_language_make_it_panic(
        words in prop::collection::vec(prop::sample::select(WORDS.to_vec()), 0..80),
    ) {
        let _ = read(words.concat().as_bytes(), "x");
    }
}

const WORDS: [&str; 44] = [
    "mpc",
    ".",
    "bus",
    "gen",
    "branch",
    "dcline",
    "bus_name",
    "baseMVA",
    "version",
    "mpc.bus",
    "=",
    "[",
    "]",
    "{",
    "}",
    "(",
    ")",
    ":",
    ",",
    ";",
    "\n",
    "\r",
    " ",
    "%",
    "%{\n",
    "%}\n",
    "...",
    "'",
    "\"",
    "1",
    "2 ",
    "1e",
    ".5",
    "-",
    "/",
    "^",
    "Inf",
    "NaN",
    "sqrt(",
    "if ",
    "end",
    "function ",
    "idx_bus",
    "define_constants",
];

/// Files of our own, damaged in seeded ways. What is read must be sound: indices inside their tables, and
/// no NaN.
#[test]
fn damaged_files_are_read_or_refused_and_never_panic() {
    const SEEDS: [&[u8]; 2] = [include_bytes!("data/styles.m"), include_bytes!("data/feeder.m")];
    let mut rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut read_well = 0;
    for round in 0..6000 {
        let mut bytes = SEEDS[round % SEEDS.len()].to_vec();
        for _ in 0..=rng.next_u32() % 4 {
            damage(&mut bytes, &mut rng);
        }
        let Ok(case) = read(&bytes, "damaged") else { continue };
        read_well += 1;
        let n = case.network;
        let at = |i: usize| assert!(i < n.buses.len());
        n.branches.iter().for_each(|l| {
            at(l.from);
            at(l.to);
            assert!(l.r.is_finite() && l.x.is_finite() && l.rate_mva.iter().all(|r| *r >= 0.0));
        });
        n.generators.iter().for_each(|g| {
            at(g.bus);
            assert!(g.pg_mw.is_finite() && !g.pmax_mw.is_nan());
        });
        assert!(n.base_mva > 0.0 && n.buses.iter().all(|b| b.pd_mw.is_finite()));
    }
    assert!(
        read_well > 300,
        "only {read_well} of 6000 were read: the damage is too coarse to test much"
    );
}

fn damage(bytes: &mut Vec<u8>, rng: &mut TestRng) {
    let len = bytes.len().max(1) as u32;
    let mut place = || (rng.next_u32() % len) as usize;
    let (a, b) = (place(), place());
    match rng.next_u32() % 8 {
        0 => bytes.truncate(a),
        1 => {
            if let Some(byte) = bytes.get_mut(a) {
                *byte ^= 1 << (b % 8);
            }
        }
        2 => {
            bytes.drain(a.min(b)..(a.min(b) + b % 9).min(bytes.len()));
        }
        3 => {
            let piece = bytes[a..(a + b % 40).min(bytes.len())].to_vec();
            bytes.splice(b..b, piece);
        }
        4 => {
            let mut lines: Vec<&[u8]> = bytes.split_inclusive(|&c| c == b'\n').collect();
            let n = lines.len();
            lines.swap(a % n, b % n);
            *bytes = lines.concat();
        }
        _ => {
            const ODD: &[u8] = b"\0%{}[]();,.'\"\n\r =+-*/^0123456789eInfN\xff";
            if let Some(byte) = bytes.get_mut(a) {
                *byte = ODD[b % ODD.len()];
            }
        }
    }
}
