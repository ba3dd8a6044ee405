//! Where things lie on the map.

use crate::view::View;

/// Kilometres of a degree of latitude on a sphere of the Earth's mean radius (6371.0 km).
const KM_PER_DEGREE: f64 = 111.195;
/// Largest extent of the drawing.
const WIDTH: f64 = 2000.0;
const HEIGHT: f64 = 1500.0;
/// Room around the outermost sites.
const MARGIN: f64 = 40.0;

/// A map projection: equirectangular, with longitudes shortened by the cosine of the middle latitude.
pub(super) struct Layout {
    pub width: i32,
    pub height: i32,
    /// Position of each site, where it is known.
    pub site: Vec<Option<(i32, i32)>>,
    /// Length of the scale bar in kilometres, and as a share of the width.
    pub scale_km: f64,
    pub scale_share: f64,
}

impl Layout {
    /// `None` where fewer than two sites have a place of their own.
    pub fn of(view: View) -> Option<Self> {
        let places: Vec<Option<(f64, f64)>> = view
            .scenario
            .sites
            .iter()
            .map(|s| Some((s.lon?, s.lat?)).filter(|(x, y)| x.abs() <= 360.0 && y.abs() <= 90.0))
            .collect();
        let known = || places.iter().flatten();
        let range = |of: fn(&(f64, f64)) -> f64| {
            known().map(of).fold((f64::MAX, f64::MIN), |(lo, hi), v| (lo.min(v), hi.max(v)))
        };
        let ((west, east), (south, north)) = (range(|p| p.0), range(|p| p.1));
        // A degree of longitude at a pole has no length; a map of it is not asked for.
        let shorten = f64::midpoint(south, north).to_radians().cos().max(0.01);
        let (dx, dy) = ((east - west) * shorten, north - south);
        if !(dx.max(dy) > 1e-6 && dx.max(dy).is_finite()) {
            return None;
        }
        let scale =
            ((WIDTH - 2.0 * MARGIN) / dx.max(1e-9)).min((HEIGHT - 2.0 * MARGIN) / dy.max(1e-9));
        let width = (dx * scale + 2.0 * MARGIN).max(WIDTH / 2.0);
        let left = (width - dx * scale) / 2.0;
        let height = dy * scale + 2.0 * MARGIN;
        let site = places
            .iter()
            .map(|p| {
                p.map(|(lon, lat)| {
                    let x = left + (lon - west) * shorten * scale;
                    let y = MARGIN + (north - lat) * scale;
                    (x.round() as i32, y.round() as i32)
                })
            })
            .collect();
        let km_across = width / scale * KM_PER_DEGREE;
        let scale_km = round_down(km_across / 5.0);
        Some(Layout {
            width: width.round() as i32,
            height: height.round() as i32,
            site,
            scale_km,
            scale_share: scale_km / km_across,
        })
    }
}

/// The largest 1, 2 or 5 times a power of ten up to a positive value.
fn round_down(value: f64) -> f64 {
    let power = 10_f64.powf(value.log10().floor());
    let digit = value / power;
    power
        * if digit >= 5.0 {
            5.0
        } else if digit >= 2.0 {
            2.0
        } else {
            1.0
        }
}

#[cfg(test)]
mod tests {
    use super::round_down;

    #[test]
    fn scale_bars_have_round_lengths() {
        for (value, round) in [(274.0, 200.0), (99.0, 50.0), (1.2, 1.0), (0.7, 0.5)] {
            assert!((round_down(value) - round).abs() < 1e-9, "{value}");
        }
    }
}
