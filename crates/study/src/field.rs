//! Spatially correlated chance: a Gaussian random field over the plane.

use crate::dice::Dice;

/// Waves that make up a field. The correlation of a sampled field differs from the kernel by about `1 / sqrt(WAVES)`
/// between any two fields, and not at all in the mean.
const WAVES: usize = 96;

/// A standard Gaussian random field with correlation `exp(-d / range)`, by random Fourier features: a sum of cosines
/// whose wave vectors are drawn from the spectral density of the kernel (Rahimi and Recht, "Random features for
/// large-scale kernel machines", NIPS 2007; M. Shinozuka, C.-M. Jan, J. Sound Vib. 25, 1972). For this kernel in the
/// plane the density is a bivariate Cauchy distribution, a normal vector over the size of a third normal number.
///
/// It takes time in proportion to the points, where a Cholesky factor takes their cube.
#[derive(Debug, Clone)]
pub struct Field {
    /// Wave vector, turns a km, and phase, turns.
    waves: Vec<(f64, f64, f64)>,
}

/// One turn, radians.
const TURN: f64 = 2.0 * std::f64::consts::PI;

/// The cosine of a number of turns, to about 1e-7: a polynomial of sums and products alone, the same everywhere and
/// several times quicker than the exact one.
fn cos_turns(turns: f64) -> f64 {
    // Adding and taking away 3 * 2^51 rounds to the next whole number.
    const ROUNDS: f64 = 6_755_399_441_055_744.0;
    let part = turns - ((turns + ROUNDS) - ROUNDS);
    // The sine of the distance from a quarter of a turn, by its Taylor series within a quarter either way.
    let x = TURN * (0.25 - part.abs());
    let z = x * x;
    let series = 1.0 / 6.0
        - z * (1.0 / 120.0 - z * (1.0 / 5040.0 - z * (1.0 / 362_880.0 - z / 39_916_800.0)));
    x * (1.0 - z * series)
}

impl Field {
    /// A field with this range, km, at which the correlation has fallen to 1/e.
    pub fn new(dice: &mut Dice, range_km: f64) -> Self {
        let waves = (0..WAVES)
            .map(|_| {
                let scale = (dice.normal().abs() * range_km * TURN).max(1e-9);
                let (x, y) = (dice.normal() / scale, dice.normal() / scale);
                (x, y, dice.uniform())
            })
            .collect();
        Field { waves }
    }

    /// Its value at a point, km.
    pub fn at(&self, (x, y): (f64, f64)) -> f64 {
        let sum: f64 =
            self.waves.iter().map(|(wx, wy, phase)| cos_turns(wx * x + wy * y + phase)).sum();
        sum * (2.0 / self.waves.len() as f64).sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quick_cosine_is_a_cosine() {
        for k in -1_000..1_000 {
            let turns = f64::from(k) * 0.017;
            assert!((cos_turns(turns) - libm::cos(TURN * turns)).abs() < 1e-7, "{turns}");
        }
    }

    #[test]
    fn the_correlation_is_that_of_the_kernel() {
        let points = [(0.0, 0.0), (0.0, 10.0), (25.0, 0.0), (30.0, 40.0), (200.0, 0.0)];
        let fields = 4_000;
        let mut products = [0.0; 5];
        for k in 0..fields {
            let field = Field::new(&mut Dice::of(3, "field", k), 25.0);
            for (sum, point) in products.iter_mut().zip(points) {
                *sum += field.at(points[0]) * field.at(point);
            }
        }
        for (sum, (x, y)) in products.iter().zip(points) {
            let (found, kernel) = (sum / fields as f64, libm::exp(-libm::hypot(x, y) / 25.0));
            assert!((found - kernel).abs() < 0.05, "at ({x}, {y}): {found}, not {kernel}");
        }
    }
}
