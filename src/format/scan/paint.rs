//! Covers places of a picture with the color around them and writes on the
//! cover. Covers are solid: nothing of what was there is left.

use ab_glyph::{Font, FontRef, PxScale, ScaleFont, point};
use image::{GrayImage, Rgb, RgbImage};

const FONT: &[u8] = include_bytes!("../pdf/fonts/LiberationSans-Regular.ttf");
/// Smaller letters cannot be read.
const MIN_PIXELS: f32 = 7.0;

/// A rectangle of pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::format) struct Box {
    pub(in crate::format) x: u32,
    pub(in crate::format) y: u32,
    pub(in crate::format) width: u32,
    pub(in crate::format) height: u32,
}

impl Box {
    /// The smallest box around both.
    pub(in crate::format) fn union(self, other: Self) -> Self {
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        let right = self.right().max(other.right());
        let bottom = self.bottom().max(other.bottom());
        Self {
            x,
            y,
            width: right - x,
            height: bottom - y,
        }
    }

    const fn right(self) -> u32 {
        self.x.saturating_add(self.width)
    }

    const fn bottom(self) -> u32 {
        self.y.saturating_add(self.height)
    }

    /// A little larger on all sides: OCR draws its boxes tight, and letters bleed.
    const fn padded(self) -> Self {
        let by = self.height / 6 + 2;
        Self {
            x: self.x.saturating_sub(by),
            y: self.y.saturating_sub(by),
            width: self.width.saturating_add(2 * by),
            height: self.height.saturating_add(2 * by),
        }
    }
}

/// Covers a box and writes a text on it.
pub(in crate::format) fn cover(pixels: &mut RgbImage, area: Box, text: &str) {
    let padded = area.padded();
    let ground = ground(pixels, padded);
    for y in padded.y..padded.bottom().min(pixels.height()) {
        for x in padded.x..padded.right().min(pixels.width()) {
            pixels.put_pixel(x, y, ground);
        }
    }
    if !text.is_empty() {
        write(pixels, area, text, ground);
    }
}

/// The color around a box: the middle one of the pixels on its edge.
fn ground(pixels: &RgbImage, area: Box) -> Rgb<u8> {
    let mut edge: Vec<[u8; 3]> = Vec::new();
    let (right, bottom) = (
        area.right().min(pixels.width()),
        area.bottom().min(pixels.height()),
    );
    for x in area.x..right {
        for y in [area.y, bottom.saturating_sub(1)] {
            edge.extend(pixels.get_pixel_checked(x, y).map(|pixel| pixel.0));
        }
    }
    for y in area.y..bottom {
        for x in [area.x, right.saturating_sub(1)] {
            edge.extend(pixels.get_pixel_checked(x, y).map(|pixel| pixel.0));
        }
    }
    edge.sort_unstable_by_key(|[r, g, b]| u32::from(*r) + u32::from(*g) + u32::from(*b));
    Rgb(edge.get(edge.len() / 2).copied().unwrap_or([255; 3]))
}

fn write(pixels: &mut RgbImage, area: Box, text: &str, ground: Rgb<u8>) {
    let Ok(font) = FontRef::try_from_slice(FONT) else {
        return;
    };
    let [r, g, b] = ground.0;
    let is_dark = u32::from(r) + u32::from(g) + u32::from(b) < 384;
    let ink = if is_dark { [255.0; 3] } else { [0.0; 3] };
    let (width, height) = (float(area.width), float(area.height));
    let wide = |scale: f32| {
        let scaled = font.as_scaled(PxScale::from(scale));
        text.chars()
            .map(|c| scaled.h_advance(scaled.glyph_id(c)))
            .sum::<f32>()
    };
    let natural = height * 1.1;
    let fit = natural * (width / wide(natural).max(1.0)).min(1.0);
    let scale = fit.max(MIN_PIXELS);
    let scaled = font.as_scaled(PxScale::from(scale));
    let mut x = float(area.x);
    let y = float(area.y) + (height + scaled.ascent() + scaled.descent()) / 2.0;
    for c in text.chars() {
        let id = scaled.glyph_id(c);
        let glyph = id.with_scale_and_position(PxScale::from(scale), point(x, y));
        x += scaled.h_advance(id);
        let Some(outline) = font.outline_glyph(glyph) else {
            continue;
        };
        let bounds = outline.px_bounds();
        outline.draw(|dx, dy, cover| {
            let (Some(px), Some(py)) = (
                whole(bounds.min.x + float(dx)),
                whole(bounds.min.y + float(dy)),
            ) else {
                return;
            };
            if let Some(pixel) = pixels.get_pixel_mut_checked(px, py) {
                for (channel, ink) in pixel.0.iter_mut().zip(ink) {
                    let mixed = f32::from(*channel).mul_add(1.0 - cover, ink * cover);
                    *channel = whole(mixed)
                        .and_then(|mixed| u8::try_from(mixed).ok())
                        .unwrap_or(0);
                }
            }
        });
    }
}

#[allow(clippy::as_conversions, reason = "pixel counts are far below 2^24")]
const fn float(n: u32) -> f32 {
    n as f32
}

/// A pixel position; `None` outside of any picture.
#[allow(clippy::as_conversions, reason = "the range was checked")]
fn whole(x: f32) -> Option<u32> {
    (0.0..1_000_000.0).contains(&x).then_some(x as u32)
}

/// Where QR codes are.
pub(in crate::format) fn codes(pixels: &GrayImage) -> Vec<Box> {
    let (width, height) = pixels.dimensions();
    let (Ok(w), Ok(h)) = (usize::try_from(width), usize::try_from(height)) else {
        return Vec::new();
    };
    let value = |x: usize, y: usize| {
        let x = u32::try_from(x).unwrap_or(0);
        let y = u32::try_from(y).unwrap_or(0);
        pixels
            .get_pixel_checked(x, y)
            .map_or(255, |pixel| pixel.0[0])
    };
    let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(w, h, value);
    let grids = prepared.detect_grids();
    grids.iter().map(|grid| around(&grid.bounds)).collect()
}

fn around(corners: &[rqrr::Point; 4]) -> Box {
    let low =
        |values: [i32; 4]| u32::try_from(values.into_iter().min().unwrap_or(0).max(0)).unwrap_or(0);
    let high =
        |values: [i32; 4]| u32::try_from(values.into_iter().max().unwrap_or(0).max(0)).unwrap_or(0);
    let (xs, ys) = (
        corners.map(|corner| corner.x),
        corners.map(|corner| corner.y),
    );
    let (x, y) = (low(xs), low(ys));
    Box {
        x,
        y,
        width: high(xs).saturating_sub(x) + 1,
        height: high(ys).saturating_sub(y) + 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cover_is_solid_and_takes_the_color_around() {
        let mut pixels = RgbImage::from_pixel(100, 60, Rgb([200, 210, 220]));
        for x in 30..60 {
            pixels.put_pixel(x, 30, Rgb([0, 0, 0]));
        }
        let area = Box {
            x: 30,
            y: 20,
            width: 30,
            height: 20,
        };
        cover(&mut pixels, area, "");
        assert!(pixels.pixels().all(|pixel| pixel.0 == [200, 210, 220]));
        cover(&mut pixels, area, "[P]");
        assert!(pixels.pixels().any(|pixel| pixel.0[0] < 60));
        // Outside of the picture nothing happens.
        cover(
            &mut pixels,
            Box {
                x: 90,
                y: 50,
                width: 500,
                height: 500,
            },
            "x",
        );
    }
}
