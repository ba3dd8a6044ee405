//! The inverse of a small dense matrix whose rows and columns come and go: the part of a simplex basis that is
//! not trivial.

/// An entry below this is no pivot.
const SINGULAR: f64 = 1e-7;

/// `inverse[p][r]` of a square matrix with rows r and columns p.
#[derive(Debug, Clone, Default)]
pub(super) struct Kernel {
    m: usize,
    /// Row by row; room for `wide` columns in each.
    a: Vec<f64>,
    wide: usize,
}

impl Kernel {
    /// Row `p` of the inverse.
    pub fn row(&self, p: usize) -> &[f64] {
        &self.a[p * self.wide..p * self.wide + self.m]
    }

    /// The inverse times a column of the matrix.
    pub fn times(&self, column: &[f64]) -> Vec<f64> {
        (0..self.m).map(|p| self.row(p).iter().zip(column).map(|(a, b)| a * b).sum()).collect()
    }

    /// A row of the matrix times the inverse.
    pub fn transposed_times(&self, row: &[f64]) -> Vec<f64> {
        let mut out = vec![0.0; self.m];
        for (p, &factor) in row.iter().enumerate() {
            if factor != 0.0 {
                for (out, a) in out.iter_mut().zip(self.row(p)) {
                    *out += factor * a;
                }
            }
        }
        out
    }

    /// Puts another column in place of column `p`; `t` is the inverse times the new one.
    pub fn replace_column(&mut self, p: usize, t: &[f64]) {
        let pivot: Vec<f64> = self.row(p).iter().map(|a| a / t[p]).collect();
        for (i, &factor) in t.iter().enumerate() {
            let row = &mut self.a[i * self.wide..i * self.wide + self.m];
            if i == p {
                row.copy_from_slice(&pivot);
            } else if factor != 0.0 {
                for (a, b) in row.iter_mut().zip(&pivot) {
                    *a -= factor * b;
                }
            }
        }
    }

    /// Puts another row in place of row `r`; `z` is the new one times the inverse.
    pub fn replace_row(&mut self, r: usize, z: &[f64]) {
        for p in 0..self.m {
            let row = &mut self.a[p * self.wide..p * self.wide + self.m];
            let pivot = row[r] / z[r];
            if pivot != 0.0 {
                for (a, b) in row.iter_mut().zip(z) {
                    *a -= pivot * b;
                }
            }
            row[r] = pivot;
        }
    }

    /// Adds a row and a column: `t` is the inverse times the new column, `z` the new row times the inverse, and
    /// `corner` what they have in common.
    pub fn grow(&mut self, t: &[f64], z: &[f64], row: &[f64], corner: f64) {
        let schur = corner - row.iter().zip(t).map(|(a, b)| a * b).sum::<f64>();
        if self.m == self.wide {
            self.widen();
        }
        for (p, &t) in t.iter().enumerate() {
            let factor = t / schur;
            let row = &mut self.a[p * self.wide..=p * self.wide + self.m];
            for (a, z) in row.iter_mut().zip(z) {
                *a += factor * z;
            }
            row[self.m] = -factor;
        }
        let start = self.m * self.wide;
        for (a, z) in self.a[start..].iter_mut().zip(z) {
            *a = -z / schur;
        }
        self.a[start + self.m] = 1.0 / schur;
        self.m += 1;
    }

    fn widen(&mut self) {
        let wide = (2 * self.wide).max(16);
        let mut a = vec![0.0; wide * wide];
        for p in 0..self.m {
            a[p * wide..p * wide + self.m].copy_from_slice(self.row(p));
        }
        (self.a, self.wide) = (a, wide);
    }

    /// Takes out column `p` and row `r` of the matrix; the last of each takes their place.
    pub fn shrink(&mut self, p: usize, r: usize) {
        let last = self.m - 1;
        let pivot = self.row(p).to_vec();
        for i in (0..self.m).filter(|&i| i != p) {
            let row = &mut self.a[i * self.wide..i * self.wide + self.m];
            let factor = row[r] / pivot[r];
            if factor != 0.0 {
                for (a, b) in row.iter_mut().zip(&pivot) {
                    *a -= factor * b;
                }
            }
            row[r] = row[last];
        }
        let from = last * self.wide;
        self.a.copy_within(from..from + last, p * self.wide);
        self.m = last;
    }

    /// Inverts as much of a matrix as is regular: takes column by column, gives each to the free row in which it
    /// stands out most, and leaves it out where none does. Rows in, each with an entry for each column; out come
    /// the columns and rows that are left, in the order of the inverse.
    pub fn invert(&mut self, mut left: Vec<Vec<f64>>) -> (Vec<usize>, Vec<usize>) {
        let rows = left.len();
        let columns = left.first().map_or(0, Vec::len);
        let mut right: Vec<Vec<f64>> = vec![vec![0.0; rows]; rows];
        for (r, row) in right.iter_mut().enumerate() {
            row[r] = 1.0;
        }
        let mut taken = vec![false; rows];
        let (mut of_columns, mut of_rows) = (Vec::new(), Vec::new());
        for p in 0..columns {
            let best = (0..rows)
                .filter(|&r| !taken[r])
                .max_by(|&a, &b| left[a][p].abs().total_cmp(&left[b][p].abs()));
            let Some(k) = best.filter(|&r| left[r][p].abs() > SINGULAR) else { continue };
            taken[k] = true;
            of_columns.push(p);
            of_rows.push(k);
            let mut left_k = std::mem::take(&mut left[k]);
            let mut right_k = std::mem::take(&mut right[k]);
            let pivot = left_k[p];
            left_k[p..].iter_mut().chain(&mut right_k).for_each(|a| *a /= pivot);
            for i in (0..rows).filter(|&i| i != k) {
                let factor = left[i][p];
                if factor != 0.0 {
                    for (a, b) in left[i][p..].iter_mut().zip(&left_k[p..]) {
                        *a -= factor * b;
                    }
                    for (a, b) in right[i].iter_mut().zip(&right_k) {
                        *a -= factor * b;
                    }
                }
            }
            (left[k], right[k]) = (left_k, right_k);
        }
        self.m = 0;
        while self.wide < of_rows.len() {
            self.widen();
        }
        self.m = of_rows.len();
        for (p, &k) in of_rows.iter().enumerate() {
            for (r, &row) in of_rows.iter().enumerate() {
                self.a[p * self.wide + r] = right[k][row];
            }
        }
        (of_columns, of_rows)
    }
}
