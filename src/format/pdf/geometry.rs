//! Numbers on a page: matrices, rectangles, and the few conversions between
//! number types that a PDF needs. Nothing here knows PDF objects.

/// An affine map, in the order PDF writes it: `a b c d e f`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Matrix(pub(super) [f64; 6]);

/// An upright rectangle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rect {
    pub(super) left: f64,
    pub(super) bottom: f64,
    pub(super) right: f64,
    pub(super) top: f64,
}

impl Matrix {
    pub(super) const IDENTITY: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    pub(super) const fn shift(x: f64, y: f64) -> Self {
        Self([1.0, 0.0, 0.0, 1.0, x, y])
    }

    /// First this map, then the other one.
    pub(super) fn then(self, next: Self) -> Self {
        let [a, b, c, d, e, f] = self.0;
        let [p, q, r, s, t, u] = next.0;
        Self([
            a * p + b * r,
            a * q + b * s,
            c * p + d * r,
            c * q + d * s,
            e * p + f * r + t,
            e * q + f * s + u,
        ])
    }

    pub(super) fn apply(self, x: f64, y: f64) -> (f64, f64) {
        let [a, b, c, d, e, f] = self.0;
        (a * x + c * y + e, b * x + d * y + f)
    }

    /// The map back; `None` if everything falls on one line.
    pub(super) fn inverse(self) -> Option<Self> {
        let [a, b, c, d, e, f] = self.0;
        let det = a * d - b * c;
        if !det.is_finite() || det.abs() < 1e-12 {
            return None;
        }
        Some(Self([
            d / det,
            -b / det,
            -c / det,
            a / det,
            (c * f - d * e) / det,
            (b * e - a * f) / det,
        ]))
    }

    /// How long one unit of the first axis becomes.
    pub(super) fn x_scale(self) -> f64 {
        let [a, b, ..] = self.0;
        a.hypot(b)
    }

    /// How long one unit of the second axis becomes.
    pub(super) fn y_scale(self) -> f64 {
        let [_, _, c, d, ..] = self.0;
        c.hypot(d)
    }

    /// The upright rectangle around the image of a rectangle.
    pub(super) fn bounds(self, of: Rect) -> Rect {
        let corners = [
            self.apply(of.left, of.bottom),
            self.apply(of.left, of.top),
            self.apply(of.right, of.bottom),
            self.apply(of.right, of.top),
        ];
        let mut out = Rect::EMPTY;
        for (x, y) in corners {
            out.left = out.left.min(x);
            out.right = out.right.max(x);
            out.bottom = out.bottom.min(y);
            out.top = out.top.max(y);
        }
        out
    }
}

impl Rect {
    pub(super) const EMPTY: Self = Self {
        left: f64::INFINITY,
        bottom: f64::INFINITY,
        right: f64::NEG_INFINITY,
        top: f64::NEG_INFINITY,
    };

    pub(super) const UNIT: Self = Self {
        left: 0.0,
        bottom: 0.0,
        right: 1.0,
        top: 1.0,
    };

    /// From the four numbers of a PDF rectangle, in any order of corners.
    pub(super) fn from_corners([a, b, c, d]: [f64; 4]) -> Self {
        Self {
            left: a.min(c),
            bottom: b.min(d),
            right: a.max(c),
            top: b.max(d),
        }
    }

    pub(super) fn width(self) -> f64 {
        (self.right - self.left).max(0.0)
    }

    pub(super) fn height(self) -> f64 {
        (self.top - self.bottom).max(0.0)
    }

    pub(super) fn area(self) -> f64 {
        self.width() * self.height()
    }

    pub(super) fn common(self, other: Self) -> Self {
        Self {
            left: self.left.max(other.left),
            bottom: self.bottom.max(other.bottom),
            right: self.right.min(other.right),
            top: self.top.min(other.top),
        }
    }
}

/// An index as the small type that glyphs store; saturates, because every
/// list it points into is limited far below.
pub(super) fn small(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// A stored index as the type that lists take.
pub(super) fn wide(index: u32) -> usize {
    usize::try_from(index).unwrap_or(usize::MAX)
}

/// The nearest whole number; far values saturate.
#[allow(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "a float has no other way to an integer; `as` saturates and maps NaN to 0"
)]
pub(super) fn whole(value: f64) -> i64 {
    value.round() as i64
}

/// A count as a float; exact for every size a file can have.
#[allow(
    clippy::as_conversions,
    clippy::cast_precision_loss,
    reason = "counts here are far below 2^52"
)]
pub(super) fn count(value: usize) -> f64 {
    value as f64
}

/// A whole number as a float.
#[allow(
    clippy::as_conversions,
    clippy::cast_precision_loss,
    reason = "numbers of a PDF; precision beyond 2^52 means nothing on a page"
)]
pub(super) fn float(value: i64) -> f64 {
    value as f64
}

/// A number as PDF content writes it: at most five digits behind the point.
pub(super) fn decimal(value: f64) -> String {
    if !value.is_finite() {
        return "0".into();
    }
    let text = format!("{value:.5}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text.is_empty() || text == "-0" {
        "0".into()
    } else {
        text.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_compose_in_reading_order() {
        let scale = Matrix([2.0, 0.0, 0.0, 3.0, 0.0, 0.0]);
        let both = scale.then(Matrix::shift(5.0, 7.0));
        assert_eq!(both.apply(1.0, 1.0), (7.0, 10.0));
    }

    #[test]
    fn a_map_and_its_inverse_lead_back() {
        let map = Matrix([2.0, 1.0, -1.0, 3.0, 5.0, 7.0]);
        let (x, y) = map.then(map.inverse().unwrap()).apply(0.25, 0.75);
        assert!((x - 0.25).abs() < 1e-9 && (y - 0.75).abs() < 1e-9);
        assert_eq!(Matrix([1.0, 1.0, 1.0, 1.0, 0.0, 0.0]).inverse(), None);
    }

    #[test]
    fn decimals_are_short() {
        assert_eq!(decimal(1.0), "1");
        assert_eq!(decimal(-0.000_001), "0");
        assert_eq!(decimal(2.5), "2.5");
        assert_eq!(decimal(f64::NAN), "0");
    }
}
