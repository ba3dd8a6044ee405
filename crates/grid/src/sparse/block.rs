//! What one entry of a matrix is: a number, or a 2x2 block.

/// An entry of a block matrix, with the arithmetic that elimination needs.
pub(crate) trait Block: Copy {
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
pub(crate) type Block2 = [f64; 4];

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
