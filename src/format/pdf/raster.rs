//! The samples of a picture of a PDF: decoded, painted over, packed again.

use std::collections::BTreeMap;

use hayro_syntax::Pdf;
use hayro_syntax::object::stream::ImageDecodeParams;
use hayro_syntax::object::{ObjectIdentifier, Stream as Source};
use image::codecs::jpeg::JpegEncoder;
use lopdf::{Dictionary, Document, Object, ObjectId};

use super::geometry::{Rect, count, float, whole};

/// A picture whose samples take more than this is not painted over.
const MOST_BYTES: usize = 256 << 20;
/// Hardly visible loss, once.
const JPEG_QUALITY: u8 = 92;
/// Samples that differ by less than this part of their range are one color: so
/// much do compressed pictures of blank paper differ.
const ONE_COLOR: f64 = 0.07;

/// A part of a picture.
#[derive(Clone, Copy, Debug)]
pub(super) struct Area {
    pub(super) part: Rect,
    /// Whether it is known to show something.
    pub(super) is_shown: bool,
}

/// What a picture says about its samples.
struct Told {
    width: u32,
    height: u32,
    bits: Option<u8>,
    n: Option<usize>,
    indexed: bool,
}

impl Told {
    fn of(doc: &Document, dict: &Dictionary) -> Option<Self> {
        let number = |key: &[u8]| {
            let value = dict.get(key).ok().and_then(|value| value.as_i64().ok());
            value.and_then(|value| u32::try_from(value).ok())
        };
        let stencil = matches!(dict.get(b"ImageMask"), Ok(Object::Boolean(true)));
        let space = dict.get(b"ColorSpace").ok();
        let bits = number(b"BitsPerComponent").and_then(|bits| u8::try_from(bits).ok());
        Some(Self {
            width: number(b"Width")?,
            height: number(b"Height")?,
            bits: if stencil { Some(1) } else { bits },
            n: match space {
                _ if stencil => Some(1),
                Some(space) => components(doc, space, 0),
                None => None,
            },
            indexed: space.is_some_and(|space| is_indexed(doc, space)),
        })
    }

    fn parameters(&self) -> ImageDecodeParams {
        ImageDecodeParams {
            is_indexed: self.indexed,
            bpc: self.bits,
            num_components: self.n.and_then(|n| u8::try_from(n).ok()),
            target_dimension: None,
            width: self.width,
            height: self.height,
        }
    }
}

/// The samples of a picture, as a PDF stores them without a filter.
pub(super) struct Raster {
    pub(super) width: usize,
    pub(super) height: usize,
    /// Samples per pixel, bits per sample, bytes per row.
    pub(super) n: usize,
    pub(super) bits: usize,
    row: usize,
    pub(super) data: Vec<u8>,
}

impl Raster {
    /// Decodes a picture; `None` if that is not possible.
    pub(super) fn read(doc: &Document, dict: &Dictionary, pdf: &Pdf, id: ObjectId) -> Option<Self> {
        let told = Told::of(doc, dict)?;
        let source = pdf
            .xref()
            .get::<Source<'_>>(ObjectIdentifier::new(id.0, 0))?;
        let decoded = source.decoded_image(&told.parameters()).ok()?;
        let mut width = usize::try_from(told.width).ok()?;
        let mut height = usize::try_from(told.height).ok()?;
        let mut bits = usize::from(told.bits.unwrap_or(8));
        let mut n = told.n.unwrap_or(1);
        if let Some(found) = &decoded.image_data {
            width = usize::try_from(found.width).ok()?;
            height = usize::try_from(found.height).ok()?;
            bits = usize::from(found.bits_per_component);
            let pixels = width.checked_mul(height)?.checked_mul(bits)?.max(1);
            if bits >= 8 {
                n = decoded.data.len().checked_mul(8)? / pixels;
            }
            if told.n.is_some_and(|told| told != n) {
                return None;
            }
        }
        if !matches!(bits, 1 | 2 | 4 | 8 | 16) || !(1..=32).contains(&n) || width == 0 {
            return None;
        }
        let row = width.checked_mul(n)?.checked_mul(bits)?.div_ceil(8);
        let size = row.checked_mul(height).filter(|size| *size <= MOST_BYTES)?;
        let mut data = decoded.data.into_owned();
        data.resize(size, 0);
        let raster = Self {
            width,
            height,
            n,
            bits,
            row,
            data,
        };
        // Fax pictures come with eight bits for each of two colors.
        let packs = told.bits == Some(1) && bits == 8 && n == 1;
        Some(if packs { raster.packed() } else { raster })
    }

    /// The same picture with one bit for each pixel.
    fn packed(&self) -> Self {
        let row = self.width.div_ceil(8);
        let mut out = Self {
            width: self.width,
            height: self.height,
            n: 1,
            bits: 1,
            row,
            data: vec![0; row * self.height],
        };
        for y in 0..self.height {
            for x in 0..self.width {
                out.set(x, y, 0, u16::from(self.get(x, y, 0) > 127));
            }
        }
        out
    }

    /// The same picture as JPEG, if it has samples that a JPEG can have.
    pub(super) fn jpeg(&self) -> Option<Vec<u8>> {
        let color = match (self.bits, self.n) {
            (8, 1) => image::ExtendedColorType::L8,
            (8, 3) => image::ExtendedColorType::Rgb8,
            _ => return None,
        };
        let (width, height) = (u32::try_from(self.width), u32::try_from(self.height));
        let mut out = Vec::new();
        let mut encoder = JpegEncoder::new_with_quality(&mut out, JPEG_QUALITY);
        encoder
            .encode(&self.data, width.ok()?, height.ok()?, color)
            .ok()?;
        Some(out)
    }

    fn range(&self) -> f64 {
        float((1_i64 << self.bits) - 1)
    }

    /// One sample.
    pub(super) fn get(&self, x: usize, y: usize, part: usize) -> u16 {
        let bit = (x * self.n + part) * self.bits;
        let at = y * self.row + bit / 8;
        let byte = |at: usize| u16::from(self.data.get(at).copied().unwrap_or(0));
        match self.bits {
            16 => byte(at) << 8 | byte(at + 1),
            8 => byte(at),
            bits => byte(at) >> (8 - bits - bit % 8) & ((1 << bits) - 1),
        }
    }

    fn set(&mut self, x: usize, y: usize, part: usize, value: u16) {
        let bit = (x * self.n + part) * self.bits;
        let at = y * self.row + bit / 8;
        let [high, low] = value.to_be_bytes();
        let (bits, shift) = (self.bits, 8_usize.saturating_sub(self.bits + bit % 8));
        let Some(byte) = self.data.get_mut(at) else {
            return;
        };
        match bits {
            16 => {
                *byte = high;
                if let Some(next) = self.data.get_mut(at + 1) {
                    *next = low;
                }
            }
            8 => *byte = low,
            _ => {
                let mask = ((1_u8 << bits) - 1) << shift;
                *byte = (*byte & !mask) | (low << shift & mask);
            }
        }
    }

    /// The pixels of an area, with one more all around: columns, rows.
    fn pixels(&self, area: Rect) -> (std::ops::Range<usize>, std::ops::Range<usize>) {
        let limit = |value: f64, most: usize| {
            let value = value.clamp(0.0, count(most));
            usize::try_from(whole(value)).unwrap_or(0)
        };
        let (w, h) = (count(self.width), count(self.height));
        let columns = limit((area.left * w).floor() - 1.0, self.width)
            ..limit((area.right * w).ceil() + 1.0, self.width);
        let rows = limit(((1.0 - area.top) * h).floor() - 1.0, self.height)
            ..limit(((1.0 - area.bottom) * h).ceil() + 1.0, self.height);
        (columns, rows)
    }

    /// Whether an area is of one color, up to a part of the range.
    fn is_blank(
        &self,
        columns: &std::ops::Range<usize>,
        rows: &std::ops::Range<usize>,
        near: f64,
    ) -> bool {
        let near = if self.bits < 8 {
            0.0
        } else {
            near * self.range()
        };
        (0..self.n).all(|part| {
            let (mut low, mut high) = (u16::MAX, 0);
            for y in rows.clone() {
                for x in columns.clone() {
                    let value = self.get(x, y, part);
                    low = low.min(value);
                    high = high.max(value);
                }
            }
            f64::from(high.saturating_sub(low)) <= near
        })
    }

    /// Paints an area with the most frequent color around it; false if it is
    /// of one color already.
    pub(super) fn cover(&mut self, area: Area) -> bool {
        let (columns, rows) = self.pixels(area.part);
        let near = if area.is_shown { 0.0 } else { ONE_COLOR };
        if self.is_blank(&columns, &rows, near) {
            return false;
        }
        let color = self.color_around(&columns, &rows);
        for y in rows {
            for x in columns.clone() {
                for (part, value) in color.iter().enumerate() {
                    self.set(x, y, part, *value);
                }
            }
        }
        true
    }

    fn color_around(
        &self,
        columns: &std::ops::Range<usize>,
        rows: &std::ops::Range<usize>,
    ) -> Vec<u16> {
        let shift = self.bits.saturating_sub(4).min(12);
        let mut seen: BTreeMap<Vec<u16>, (usize, Vec<u16>)> = BTreeMap::new();
        let left = columns.start.saturating_sub(2);
        let right = (columns.end + 2).min(self.width);
        for y in rows.start.saturating_sub(2)..(rows.end + 2).min(self.height) {
            for x in left..right {
                if rows.contains(&y) && columns.contains(&x) {
                    continue;
                }
                let color: Vec<u16> = (0..self.n).map(|part| self.get(x, y, part)).collect();
                let coarse = color.iter().map(|value| value >> shift).collect();
                seen.entry(coarse).or_insert((0, color)).0 += 1;
            }
        }
        let most = seen.into_values().max_by_key(|(n, _)| *n);
        most.map_or_else(|| vec![0; self.n], |(_, color)| color)
    }
}

fn resolve<'o>(doc: &'o Document, object: &'o Object) -> &'o Object {
    match object {
        Object::Reference(id) => doc.objects.get(id).unwrap_or(&Object::Null),
        other => other,
    }
}

fn is_indexed(doc: &Document, space: &Object) -> bool {
    let family = match resolve(doc, space) {
        Object::Array(parts) => parts.first().map(|first| resolve(doc, first)),
        _ => None,
    };
    family.is_some_and(|family| matches!(family.as_name(), Ok(b"Indexed" | b"I")))
}

/// How many samples a pixel of a color space has.
fn components(doc: &Document, space: &Object, depth: u32) -> Option<usize> {
    if depth > 4 {
        return None;
    }
    match resolve(doc, space) {
        Object::Name(name) => match name.as_slice() {
            b"DeviceGray" | b"CalGray" | b"G" => Some(1),
            b"DeviceRGB" | b"CalRGB" | b"RGB" => Some(3),
            b"DeviceCMYK" | b"CMYK" => Some(4),
            _ => None,
        },
        Object::Array(parts) => {
            let family = resolve(doc, parts.first()?).as_name().ok()?;
            let second = parts.get(1).map(|part| resolve(doc, part));
            match family {
                b"Indexed" | b"I" | b"Separation" | b"CalGray" => Some(1),
                b"CalRGB" | b"Lab" => Some(3),
                b"DeviceN" => second?.as_array().ok().map(Vec::len),
                b"ICCBased" => {
                    let n = second?.as_stream().ok()?.dict.get(b"N").ok()?;
                    usize::try_from(n.as_i64().ok()?).ok()
                }
                _ => components(doc, parts.first()?, depth + 1),
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raster(bits: usize, n: usize) -> Raster {
        let row = (20 * n * bits).div_ceil(8);
        Raster {
            width: 20,
            height: 20,
            n,
            bits,
            row,
            data: vec![0; row * 20],
        }
    }

    #[test]
    fn samples_of_every_depth_are_set_and_got() {
        for (bits, n) in [(1, 1), (2, 3), (4, 1), (8, 4), (16, 3)] {
            let mut raster = raster(bits, n);
            let most = u16::MAX >> (16 - bits);
            raster.set(7, 3, n - 1, most);
            assert_eq!(raster.get(7, 3, n - 1), most);
            let sum: u32 = (0..20 * 20 * n)
                .map(|i| u32::from(raster.get(i / n % 20, i / n / 20, i % n)))
                .sum();
            assert_eq!(sum, u32::from(most), "{bits} bits: no neighbor changed");
        }
    }

    #[test]
    fn what_is_not_blank_is_painted_over() {
        let mut raster = raster(8, 1);
        let part = Rect {
            left: 0.3,
            bottom: 0.3,
            right: 0.6,
            top: 0.6,
        };
        let area = Area {
            part,
            is_shown: false,
        };
        assert!(!raster.cover(area), "one color shows nothing");
        raster.set(9, 10, 0, 200);
        raster.set(19, 19, 0, 77);
        assert!(raster.cover(area));
        assert_eq!(raster.get(9, 10, 0), 0);
        assert_eq!(raster.get(19, 19, 0), 77, "outside");
    }
}
