use super::{Block2, Block4, Solver, Symbolic};

/// A small generator of numbers in (-1, 1), the same on every machine.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> f64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    }
}

/// A ring with chords: connected, sparse, with fill.
fn ring(n: usize) -> Symbolic {
    let chords = (0..n / 3).map(move |i| (i, (7 * i + 5) % n));
    Symbolic::new(n, (0..n).map(move |i| (i, (i + 1) % n)).chain(chords))
}

fn check(s: &Symbolic, entries: &[Block2], numbers: &mut Numbers) {
    let expected: Vec<[f64; 2]> = (0..s.len()).map(|_| [numbers.next(), numbers.next()]).collect();
    let mut rhs = vec![[0.0; 2]; s.len()];
    for i in 0..s.len() {
        for (&j, a) in s.columns(i).iter().zip(&entries[s.row(i)]) {
            let x = expected[j as usize];
            rhs[i][0] += a[0] * x[0] + a[1] * x[1];
            rhs[i][1] += a[2] * x[0] + a[3] * x[1];
        }
    }
    let mut solver = Solver::new(s);
    solver.factor(s, entries);
    solver.solve(s, entries, &mut rhs).expect("a regular matrix");
    for (got, want) in rhs.iter().zip(&expected) {
        assert!((got[0] - want[0]).abs() < 1e-7 && (got[1] - want[1]).abs() < 1e-7);
    }
}

#[test]
fn solves_what_it_was_given() {
    for n in [3, 10, 57, 200] {
        let s = ring(n);
        let mut numbers = Numbers(n as u64);
        let mut entries: Vec<Block2> =
            (0..s.entries()).map(|_| std::array::from_fn(|_| numbers.next())).collect();
        for i in 0..n {
            let d = &mut entries[s.position(i, i)];
            d[0] += 8.0;
            d[3] += 8.0;
        }
        check(&s, &entries, &mut numbers);
    }
}

#[test]
fn goes_over_to_partial_pivoting_where_the_diagonal_is_zero() {
    let s = ring(30);
    let mut numbers = Numbers(1);
    let mut entries: Vec<Block2> =
        (0..s.entries()).map(|_| std::array::from_fn(|_| numbers.next())).collect();
    for i in 0..30 {
        entries[s.position(i, i)] = [0.0; 4];
    }
    check(&s, &entries, &mut numbers);
}

#[test]
fn a_singular_matrix_is_named_as_such() {
    let s = ring(12);
    let mut entries = vec![[0.0; 4]; s.entries()];
    for i in 0..12 {
        entries[s.position(i, i)] = [1.0, 0.0, 0.0, 1.0];
    }
    entries[s.position(4, 4)] = [1.0, 1.0, 1.0, 1.0];
    let mut solver = Solver::new(&s);
    solver.factor(&s, &entries);
    let mut rhs = vec![[1.0, 2.0]; 12];
    assert_eq!(solver.solve(&s, &entries, &mut rhs), Err(4));
    assert_eq!(rhs, vec![[1.0, 2.0]; 12]);
}

#[test]
fn solves_conditions_of_an_optimum_in_blocks_of_four() {
    // Two values and two multipliers a node: the lower right of the diagonal blocks is zero, so that pivots are found within blocks only.
    let s = ring(60);
    let mut numbers = Numbers(3);
    let mut entries: Vec<Block4> = vec![[[0.0; 4]; 4]; s.entries()];
    for i in 0..60 {
        for &j in s.columns(i).iter().filter(|j| **j as usize >= i) {
            let mut block: Block4 =
                std::array::from_fn(|_| std::array::from_fn(|_| numbers.next()));
            for row in &mut block[2..] {
                row[2..].fill(0.0);
            }
            let j = j as usize;
            if i == j {
                block[2][0] += 8.0;
                block[3][1] += 8.0;
                let half = block;
                for (r, row) in block.iter_mut().enumerate() {
                    for (c, value) in row.iter_mut().enumerate() {
                        *value = half[r.max(c)][r.min(c)];
                    }
                }
            }
            entries[s.position(i, j)] = block;
            let transposed = std::array::from_fn(|r| std::array::from_fn(|c| block[c][r]));
            entries[s.position(j, i)] = transposed;
        }
    }
    let expected: Vec<[f64; 4]> =
        (0..60).map(|_| std::array::from_fn(|_| numbers.next())).collect();
    let mut rhs = vec![[0.0; 4]; 60];
    for i in 0..60 {
        for (&j, block) in s.columns(i).iter().zip(&entries[s.row(i)]) {
            for (out, row) in rhs[i].iter_mut().zip(block) {
                *out += row.iter().zip(&expected[j as usize]).map(|(a, x)| a * x).sum::<f64>();
            }
        }
    }
    let mut solver = Solver::new(&s);
    solver.factor(&s, &entries);
    solver.solve(&s, &entries, &mut rhs).expect("a regular matrix");
    for (got, want) in rhs.iter().flatten().zip(expected.iter().flatten()) {
        assert!((got - want).abs() < 1e-7, "{got} {want}");
    }
}
