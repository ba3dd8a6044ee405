//! What one entry of a matrix is: a number, or a 2x2 block.

/// An entry of a block matrix, with the arithmetic that elimination needs.
pub trait Block: Copy {
    /// Rows (and columns) of the block.
    const SIZE: usize;
    /// What a block multiplies: `SIZE` numbers.
    type Vector: Copy + AsRef<[f64]> + AsMut<[f64]>;
    /// All zeros.
    const ZERO: Self;
    /// The vector of zeros.
    const ZERO_VECTOR: Self::Vector;

    /// Whether every number is zero.
    fn is_zero(&self) -> bool;
    /// The number at a row and a column.
    fn entry(&self, row: usize, column: usize) -> f64;
    /// The inverse; `None` if the block is singular or holds a number that is not finite.
    fn inverse(&self) -> Option<Self>;
    /// `self * other`.
    #[must_use]
    fn times(&self, other: &Self) -> Self;
    /// `self -= a * b`.
    fn subtract_product(&mut self, a: &Self, b: &Self);
    /// `self * v`.
    fn apply(&self, v: &Self::Vector) -> Self::Vector;
    /// `target -= self * v`.
    fn subtract_applied(&self, v: &Self::Vector, target: &mut Self::Vector);
}

impl Block for f64 {
    const SIZE: usize = 1;
    type Vector = [f64; 1];
    const ZERO: Self = 0.0;
    const ZERO_VECTOR: [f64; 1] = [0.0];

    fn is_zero(&self) -> bool {
        *self == 0.0
    }
    fn entry(&self, _: usize, _: usize) -> f64 {
        *self
    }
    fn inverse(&self) -> Option<f64> {
        let inverse = 1.0 / self;
        (inverse.is_finite() && inverse != 0.0).then_some(inverse)
    }
    fn times(&self, other: &f64) -> f64 {
        self * other
    }
    fn subtract_product(&mut self, a: &f64, b: &f64) {
        *self -= a * b;
    }
    fn apply(&self, v: &[f64; 1]) -> [f64; 1] {
        [self * v[0]]
    }
    fn subtract_applied(&self, v: &[f64; 1], target: &mut [f64; 1]) {
        target[0] -= self * v[0];
    }
}

/// Right-hand sides that are solved side by side.
pub(crate) const WIDE: usize = 16;

/// A number that multiplies several right-hand sides at once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wide(pub(crate) f64);

impl Block for Wide {
    const SIZE: usize = 1;
    type Vector = [f64; WIDE];
    const ZERO: Self = Wide(0.0);
    const ZERO_VECTOR: [f64; WIDE] = [0.0; WIDE];

    fn is_zero(&self) -> bool {
        self.0 == 0.0
    }
    fn entry(&self, _: usize, _: usize) -> f64 {
        self.0
    }
    fn inverse(&self) -> Option<Self> {
        self.0.inverse().map(Wide)
    }
    fn times(&self, other: &Self) -> Self {
        Wide(self.0 * other.0)
    }
    fn subtract_product(&mut self, a: &Self, b: &Self) {
        self.0 -= a.0 * b.0;
    }
    fn apply(&self, v: &[f64; WIDE]) -> [f64; WIDE] {
        v.map(|v| self.0 * v)
    }
    fn subtract_applied(&self, v: &[f64; WIDE], target: &mut [f64; WIDE]) {
        for (t, v) in target.iter_mut().zip(v) {
            *t -= self.0 * v;
        }
    }
}

/// A 2x2 block in row order.
pub type Block2 = [f64; 4];

impl Block for Block2 {
    const SIZE: usize = 2;
    type Vector = [f64; 2];
    const ZERO: Self = [0.0; 4];
    const ZERO_VECTOR: [f64; 2] = [0.0; 2];

    fn is_zero(&self) -> bool {
        *self == [0.0; 4]
    }
    fn entry(&self, row: usize, column: usize) -> f64 {
        self[2 * row + column]
    }
    fn inverse(&self) -> Option<Self> {
        let [a, b, c, d] = *self;
        let scale = 1.0 / (a * d - b * c);
        let inverse = [d * scale, -b * scale, -c * scale, a * scale];
        (scale.is_finite() && inverse.iter().all(|v| v.is_finite())).then_some(inverse)
    }
    fn times(&self, o: &Self) -> Self {
        let [a, b, c, d] = *self;
        [a * o[0] + b * o[2], a * o[1] + b * o[3], c * o[0] + d * o[2], c * o[1] + d * o[3]]
    }
    fn subtract_product(&mut self, l: &Self, u: &Self) {
        self[0] -= l[0] * u[0] + l[1] * u[2];
        self[1] -= l[0] * u[1] + l[1] * u[3];
        self[2] -= l[2] * u[0] + l[3] * u[2];
        self[3] -= l[2] * u[1] + l[3] * u[3];
    }
    fn apply(&self, v: &[f64; 2]) -> [f64; 2] {
        [self[0] * v[0] + self[1] * v[1], self[2] * v[0] + self[3] * v[1]]
    }
    fn subtract_applied(&self, v: &[f64; 2], target: &mut [f64; 2]) {
        target[0] -= self[0] * v[0] + self[1] * v[1];
        target[1] -= self[2] * v[0] + self[3] * v[1];
    }
}

/// A 4x4 block in row order.
pub type Block4 = [[f64; 4]; 4];

impl Block for Block4 {
    const SIZE: usize = 4;
    type Vector = [f64; 4];
    const ZERO: Self = [[0.0; 4]; 4];
    const ZERO_VECTOR: [f64; 4] = [0.0; 4];

    fn is_zero(&self) -> bool {
        *self == Self::ZERO
    }
    fn entry(&self, row: usize, column: usize) -> f64 {
        self[row][column]
    }
    fn inverse(&self) -> Option<Self> {
        inverse_above(*self, 0.0)
    }
    fn times(&self, other: &Self) -> Self {
        self.map(|row| {
            let mut out = [0.0; 4];
            for (value, line) in row.iter().zip(other) {
                for (out, v) in out.iter_mut().zip(line) {
                    *out += value * v;
                }
            }
            out
        })
    }
    fn subtract_product(&mut self, a: &Self, b: &Self) {
        for (out, row) in self.iter_mut().zip(a) {
            for (value, line) in row.iter().zip(b) {
                for (out, v) in out.iter_mut().zip(line) {
                    *out -= value * v;
                }
            }
        }
    }
    fn apply(&self, v: &[f64; 4]) -> [f64; 4] {
        self.map(|row| row.iter().zip(v).map(|(a, v)| a * v).sum())
    }
    fn subtract_applied(&self, v: &[f64; 4], target: &mut [f64; 4]) {
        for (target, row) in target.iter_mut().zip(self) {
            *target -= row.iter().zip(v).map(|(a, v)| a * v).sum::<f64>();
        }
    }
}

/// The inverse by Gauss and Jordan with partial pivoting; `None` where a pivot is below `smallest` by magnitude, or a number
/// is not finite.
pub(crate) fn inverse_above(mut a: Block4, smallest: f64) -> Option<Block4> {
    let mut out = Block4::ZERO;
    for (i, row) in out.iter_mut().enumerate() {
        row[i] = 1.0;
    }
    for k in 0..4 {
        let pivot = (k..4).max_by(|&i, &j| a[i][k].abs().total_cmp(&a[j][k].abs()))?;
        a.swap(k, pivot);
        out.swap(k, pivot);
        let scale = 1.0 / a[k][k];
        if !scale.is_finite() || a[k][k].abs() < smallest {
            return None;
        }
        a[k] = a[k].map(|v| v * scale);
        out[k] = out[k].map(|v| v * scale);
        let (pivot_row, pivot_out) = (a[k], out[k]);
        for i in (0..4).filter(|i| *i != k) {
            let factor = a[i][k];
            for j in 0..4 {
                a[i][j] -= factor * pivot_row[j];
                out[i][j] -= factor * pivot_out[j];
            }
        }
    }
    out.iter().flatten().all(|v| v.is_finite()).then_some(out)
}
