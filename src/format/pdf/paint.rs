//! Covers what pictures show under places of the page. Where a picture is of
//! one color there it shows nothing, and stays as it is; elsewhere its samples
//! are painted over, in its masks too, and the picture is written anew.

use std::collections::BTreeMap;

use hayro_syntax::Pdf;
use lopdf::{Document, Object, ObjectId, Stream};

use super::geometry::Rect;
use super::glyph::{Glyph, Picture, Unit};
use super::interpret::Analysis;
use super::plan::{Plan, key};
use super::raster::{Area, Raster};
use crate::document::Location;
use crate::error::{Error, ErrorKind, Result};

/// Pictures up to this many pixels are lines, dots and patterns.
pub(super) const TINY: u64 = 32 * 32;
/// Accents and descenders reach this far, in ems.
const BELOW: f64 = 0.25;
const ABOVE: f64 = 0.95;

/// Areas of pictures in their own unit square.
pub(super) type Areas = BTreeMap<ObjectId, Vec<Area>>;

/// The place of a glyph on the page, from `below` to `above` the line in ems.
pub(super) fn bounds(glyph: &Glyph, below: f64, above: f64) -> Rect {
    let (sin, cos) = f64::from(glyph.angle).to_radians().sin_cos();
    let width = glyph.width.max(0.1);
    let size = glyph.size.max(0.1);
    let (low, high) = (-below * size, above * size);
    let corners = [(0.0, low), (width, low), (0.0, high), (width, high)];
    let mut out = Rect::EMPTY;
    for (u, v) in corners {
        let (x, y) = (glyph.x + u * cos - v * sin, glyph.y + u * sin + v * cos);
        out.left = out.left.min(x);
        out.right = out.right.max(x);
        out.bottom = out.bottom.min(y);
        out.top = out.top.max(y);
    }
    out
}

/// What lies under the glyphs that a plan takes out.
///
/// # Errors
/// If it is a picture that cannot be painted over.
pub(super) fn under(analysis: &Analysis, plan: &Plan) -> Result<Areas> {
    let mut out = Areas::new();
    if plan.gone.is_empty() {
        return Ok(out);
    }
    for unit in &analysis.units {
        if unit.pictures.is_empty() {
            continue;
        }
        for glyph in analysis.glyphs.get(unit.glyphs.clone()).unwrap_or_default() {
            if plan.gone.contains_key(&key(glyph)) {
                note(unit, bounds(glyph, BELOW, ABOVE), false, &mut out)?;
            }
        }
    }
    Ok(out)
}

/// Notes the parts of all pictures of a unit that lie under an area; one that is
/// known to show something is painted over even if it looks like one color.
pub(super) fn note(unit: &Unit, area: Rect, is_shown: bool, out: &mut Areas) -> Result<()> {
    for picture in unit.pictures.iter().filter(|p| p.n_pixels > TINY) {
        if picture.bounds.common(area).area() <= 0.02 * area.area() {
            continue;
        }
        let place = Location::new("page").number(unit.page);
        let (Some(id), Some(part)) = (picture.id, part(picture, area)) else {
            return Err(cannot().at(place));
        };
        out.entry(id).or_default().push(Area { part, is_shown });
    }
    Ok(())
}

fn part(picture: &Picture, area: Rect) -> Option<Rect> {
    let back = picture.place.inverse()?;
    Some(back.bounds(area).common(Rect::UNIT)).filter(|part| part.area() > 0.0)
}

fn cannot() -> Error {
    Error::new(
        ErrorKind::Refused,
        "a picture lies under a replaced place, may show the same text and cannot be painted over",
    )
}

/// Paints all areas over in `doc`, and those of the masks of the pictures.
///
/// # Errors
/// If a picture cannot be decoded.
pub(super) fn cover(doc: &mut Document, areas: &Areas) -> Result<()> {
    if areas.is_empty() {
        return Ok(());
    }
    let pdf = Pdf::new(super::write::save(doc)?).map_err(|_| cannot())?;
    for (id, areas) in areas {
        let mut ids = vec![*id];
        if let Some(Object::Stream(picture)) = doc.objects.get(id) {
            let masks = [&b"SMask"[..], b"Mask"].map(|key| picture.dict.get(key));
            ids.extend(
                masks
                    .into_iter()
                    .flatten()
                    .filter_map(|m| m.as_reference().ok()),
            );
        }
        for id in ids {
            cover_one(doc, &pdf, id, areas)?;
        }
    }
    Ok(())
}

fn cover_one(doc: &mut Document, pdf: &Pdf, id: ObjectId, areas: &[Area]) -> Result<()> {
    let Some(Object::Stream(stream)) = doc.objects.get(&id) else {
        return Ok(());
    };
    let mut raster = Raster::read(doc, &stream.dict, pdf, id).ok_or_else(cannot)?;
    let mut changed = false;
    for area in areas {
        changed |= raster.cover(*area);
    }
    if !changed {
        return Ok(());
    }
    let was_jpeg = stream
        .filters()
        .is_ok_and(|filters| matches!(filters.as_slice(), [b"DCTDecode" | b"DCT"]));
    let mut dict = stream.dict.clone();
    for key in [&b"Filter"[..], b"DecodeParms", b"SMaskInData", b"Length"] {
        dict.remove(key);
    }
    dict.set("Width", i64::try_from(raster.width).unwrap_or(0));
    dict.set("Height", i64::try_from(raster.height).unwrap_or(0));
    dict.set("BitsPerComponent", i64::try_from(raster.bits).unwrap_or(8));
    let stencil = matches!(dict.get(b"ImageMask"), Ok(Object::Boolean(true)));
    if !dict.has(b"ColorSpace") && !stencil {
        dict.set(
            "ColorSpace",
            match raster.n {
                1 => "DeviceGray",
                3 => "DeviceRGB",
                _ => "DeviceCMYK",
            },
        );
    }
    // Samples as they are would make a scan in colors twenty times as large.
    let packed = was_jpeg.then(|| raster.jpeg()).flatten();
    if packed.is_some() {
        dict.set("Filter", "DCTDecode");
    }
    let content = packed.unwrap_or(raster.data);
    doc.objects.insert(id, Stream::new(dict, content).into());
    Ok(())
}
