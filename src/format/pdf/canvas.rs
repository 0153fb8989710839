//! Draws for OCR what a page shows without telling it, on white paper: its
//! pictures, and glyphs of fonts that do not tell their characters. Clips and
//! masks of the page are not applied and dark wins over light, so that nothing
//! hides under anything. Paths of the page are not drawn.

use std::collections::HashSet;

use ab_glyph::{GlyphId, Outline, OutlineCurve, OutlinedGlyph, PxScale, PxScaleFactor, point};
use hayro_interpret::font::{Glyph, GlyphRun};
use hayro_interpret::kurbo::{
    self, Affine, BezPath, PathEl, Rect as Box, Shape, Stroke, StrokeOpts,
};
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageData, ImageDrawProps,
    InterpreterCache, InterpreterSettings, LumaData, Paint, SoftMask, interpret_page,
};
use hayro_syntax::Pdf;
use image::imageops::{self, FilterType};
use image::{Rgb, RgbImage};

use super::geometry::{Matrix, Rect, count, float, whole};

/// Finer drawings do not read better.
const FINEST_DPI: f64 = 300.0;
/// Coarser ones are enlarged before they are read.
const COARSEST_DPI: f64 = 150.0;
/// Letters of fonts need no more.
const LETTERS_DPI: f64 = 250.0;
/// A0 at 150 dpi.
const MOST_SIDE: f64 = 7_000.0;

/// What is to be drawn of a page.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    /// Index of the page.
    pub(super) page: usize,
    pub(super) area: Rect,
    /// Degrees by which viewers turn the page clockwise.
    pub(super) turn: i64,
    /// The finest picture.
    pub(super) dpi: f64,
    /// Origins of the glyphs to draw.
    pub(super) blind: Vec<(f64, f64)>,
}

/// A drawn page.
pub(super) struct Drawn {
    pub(super) pixels: RgbImage,
    /// From the page to pixels.
    pub(super) place: Matrix,
}

impl Drawn {
    /// The same, turned clockwise by a quarter.
    pub(super) fn turned(&self) -> Self {
        let height = f64::from(self.pixels.height());
        Self {
            pixels: imageops::rotate90(&self.pixels),
            place: self.place.then(Matrix([0.0, 1.0, -1.0, 0.0, height, 0.0])),
        }
    }

    fn enlarged(self, by: u32) -> Self {
        if by < 2 {
            return self;
        }
        let (width, height) = self.pixels.dimensions();
        let factor = f64::from(by);
        Self {
            pixels: imageops::resize(
                &self.pixels,
                width * by,
                height * by,
                FilterType::CatmullRom,
            ),
            place: self
                .place
                .then(Matrix([factor, 0.0, 0.0, factor, 0.0, 0.0])),
        }
    }
}

/// Draws a page; `None` if the other parser does not know the page or it has
/// no size.
pub(super) fn draw(pdf: &Pdf, wanted: &Wanted) -> Option<Drawn> {
    let finest = if wanted.blind.is_empty() {
        18.0
    } else {
        LETTERS_DPI
    };
    let dpi = wanted.dpi.max(finest).min(FINEST_DPI);
    let side = wanted.area.width().max(wanted.area.height());
    let scale = (dpi / 72.0).min(MOST_SIDE / side.max(1.0));
    let side = |length: f64| u32::try_from(whole((length * scale).ceil()).max(1)).ok();
    let (width, height) = (side(wanted.area.width())?, side(wanted.area.height())?);
    let page = Matrix([
        scale,
        0.0,
        0.0,
        -scale,
        -wanted.area.left * scale,
        wanted.area.top * scale,
    ]);
    let to_pixels = Affine::new(page.0);
    let mut canvas = Canvas {
        pixels: RgbImage::from_pixel(width, height, Rgb([255; 3])),
        blind: wanted.blind.iter().map(|at| cell(to_pixels, *at)).collect(),
        depth: 0,
    };
    let pages = pdf.pages();
    let source = pages.get(wanted.page)?;
    let cache = InterpreterCache::new();
    let far = Box::new(-1e7, -1e7, 1e7, 1e7);
    let settings = InterpreterSettings::default();
    let mut context = Context::new(to_pixels, far, &cache, pdf.xref(), settings);
    interpret_page(source, &mut context, &mut canvas);
    let mut drawn = Drawn {
        pixels: canvas.pixels,
        place: page,
    };
    for _ in 0..wanted.turn.rem_euclid(360) / 90 {
        drawn = drawn.turned();
    }
    let coarse = scale * 72.0 < COARSEST_DPI && width.max(height) < 2_500;
    let by = whole(COARSEST_DPI / (scale * 72.0)).clamp(1, 3) + 1;
    Some(if coarse {
        drawn.enlarged(u32::try_from(by).unwrap_or(2))
    } else {
        drawn
    })
}

fn cell(to_pixels: Affine, (x, y): (f64, f64)) -> (i64, i64) {
    let at = to_pixels * kurbo::Point::new(x, y);
    (whole(at.x), whole(at.y))
}

struct Canvas {
    pixels: RgbImage,
    /// Pixels at which a glyph to draw begins.
    blind: HashSet<(i64, i64)>,
    /// Inside a Type 3 glyph that is drawn.
    depth: u32,
}

impl Canvas {
    fn is_blind(&self, at: Affine) -> bool {
        let [.., x, y] = at.as_coeffs();
        let (x, y) = (whole(x), whole(y));
        let mut near = (-1..=1).flat_map(|dx| (-1..=1).map(move |dy| (x + dx, y + dy)));
        near.any(|cell| self.blind.contains(&cell))
    }

    fn darken(&mut self, x: u32, y: u32, color: [u8; 3]) {
        if let Some(pixel) = self.pixels.get_pixel_mut_checked(x, y) {
            for (old, new) in pixel.0.iter_mut().zip(color) {
                *old = (*old).min(new);
            }
        }
    }

    /// Fills a path that is in pixels already.
    fn fill(&mut self, path: &BezPath, ink: [u8; 3]) {
        let bounds = path.bounding_box();
        let (width, height) = self.pixels.dimensions();
        let (wide, high) = (f64::from(width), f64::from(height));
        let inside = bounds.x0 < wide && bounds.y0 < high && bounds.x1 > 0.0 && bounds.y1 > 0.0;
        // What is much larger than the page is no letter.
        if !inside || bounds.width() > 2.0 * wide || bounds.height() > 2.0 * high {
            return;
        }
        let outline = Outline {
            bounds: ab_glyph::Rect {
                min: point(single(bounds.x0), single(bounds.y0)),
                max: point(single(bounds.x1), single(bounds.y1)),
            },
            curves: curves(path),
        };
        let factor = PxScaleFactor {
            horizontal: 1.0,
            vertical: -1.0,
        };
        let glyph = GlyphId(0).with_scale_and_position(PxScale::from(1.0), point(0.0, 0.0));
        let shape = OutlinedGlyph::new(glyph, outline, factor);
        let corner = shape.px_bounds().min;
        let (left, top) = (whole(f64::from(corner.x)), whole(f64::from(corner.y)));
        shape.draw(|x, y, cover| {
            let at = |from: i64, by: u32| u32::try_from(from + i64::from(by)).ok();
            if let (Some(x), Some(y)) = (at(left, x), at(top, y)) {
                self.darken(x, y, ink.map(|part| mixed(part, f64::from(cover))));
            }
        });
    }

    /// Draws samples with a place from sample space to pixels.
    fn blit(
        &mut self,
        (width, height): (u32, u32),
        place: Affine,
        sample: impl Fn(u32, u32) -> Option<[u8; 3]>,
    ) {
        const MOST_STEPS: i64 = 4;
        let all = Box::new(0.0, 0.0, f64::from(width), f64::from(height));
        let on_page = place.transform_rect_bbox(all);
        let back = place.inverse();
        let [a, b, c, d, ..] = back.as_coeffs();
        if !(a.is_finite() && b.is_finite() && c.is_finite() && d.is_finite()) {
            return;
        }
        let n = whole(a.hypot(b).max(c.hypot(d)).ceil()).clamp(1, MOST_STEPS);
        let (w, h) = self.pixels.dimensions();
        let limit = |at: f64, most: u32| u32::try_from(whole(at.clamp(0.0, f64::from(most))));
        let (Ok(left), Ok(right)) = (limit(on_page.x0.floor(), w), limit(on_page.x1.ceil(), w))
        else {
            return;
        };
        let (Ok(top), Ok(bottom)) = (limit(on_page.y0.floor(), h), limit(on_page.y1.ceil(), h))
        else {
            return;
        };
        let steps: Vec<f64> = (0..n).map(|i| (float(i) + 0.5) / float(n)).collect();
        for y in top..bottom {
            for x in left..right {
                let (mut sum, mut seen) = ([0_u32; 3], 0_u32);
                for dy in &steps {
                    for dx in &steps {
                        let (px, py) = (f64::from(x) + dx, f64::from(y) + dy);
                        let at = back * kurbo::Point::new(px, py);
                        let color = inside(at, width, height).and_then(|(u, v)| sample(u, v));
                        let Some(color) = color else { continue };
                        seen += 1;
                        for (sum, part) in sum.iter_mut().zip(color) {
                            *sum += u32::from(part);
                        }
                    }
                }
                if seen > 0 {
                    self.darken(x, y, sum.map(|sum| u8::try_from(sum / seen).unwrap_or(255)));
                }
            }
        }
    }
}

fn inside(at: kurbo::Point, width: u32, height: u32) -> Option<(u32, u32)> {
    if at.x < 0.0 || at.y < 0.0 {
        return None;
    }
    let x = u32::try_from(whole(at.x.floor())).ok()?;
    let y = u32::try_from(whole(at.y.floor())).ok()?;
    (x < width && y < height).then_some((x, y))
}

/// A color on white paper.
fn mixed(part: u8, cover: f64) -> u8 {
    let cover = cover.clamp(0.0, 1.0);
    let value = f64::from(part).mul_add(cover, 255.0 * (1.0 - cover));
    u8::try_from(whole(value)).unwrap_or(255)
}

#[allow(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "pixels of a page; the rasterizer takes no others"
)]
const fn single(value: f64) -> f32 {
    value as f32
}

fn curves(path: &BezPath) -> Vec<OutlineCurve> {
    let to = |p: kurbo::Point| point(single(p.x), single(p.y));
    let mut out = Vec::new();
    let (mut at, mut start) = (point(0.0, 0.0), point(0.0, 0.0));
    let close = |at, start, out: &mut Vec<OutlineCurve>| {
        if at != start {
            out.push(OutlineCurve::Line(at, start));
        }
    };
    for element in path.elements() {
        match *element {
            PathEl::MoveTo(p) => {
                close(at, start, &mut out);
                at = to(p);
                start = at;
            }
            PathEl::LineTo(p) => {
                out.push(OutlineCurve::Line(at, to(p)));
                at = to(p);
            }
            PathEl::QuadTo(a, p) => {
                out.push(OutlineCurve::Quad(at, to(a), to(p)));
                at = to(p);
            }
            PathEl::CurveTo(a, b, p) => {
                out.push(OutlineCurve::Cubic(at, to(a), to(b), to(p)));
                at = to(p);
            }
            PathEl::ClosePath => {
                close(at, start, &mut out);
                at = start;
            }
        }
    }
    close(at, start, &mut out);
    out
}

fn ink(paint: &Paint<'_>) -> [u8; 3] {
    match paint {
        Paint::Color(color) => {
            let [r, g, b, alpha] = color.to_rgba().to_rgba8();
            let cover = f64::from(alpha) / 255.0;
            [r, g, b].map(|part| mixed(part, cover))
        }
        Paint::Pattern(_) => [0; 3],
    }
}

fn sample_at(data: &[u8], width: u32, n: usize, x: u32, y: u32) -> Option<&[u8]> {
    let at = usize::try_from(u64::from(y) * u64::from(width) + u64::from(x)).ok()?;
    data.get(at * n..at * n + n)
}

/// How much of a pixel a mask shows; a mask may have another size.
fn alpha_at(mask: Option<&LumaData>, (x, y): (u32, u32), (width, height): (u32, u32)) -> f64 {
    let Some(mask) = mask else { return 1.0 };
    let to = |at: u32, from: u32, size: u32| {
        let scaled = u64::from(at) * u64::from(size) / u64::from(from.max(1));
        u32::try_from(scaled).unwrap_or(0)
    };
    let (u, v) = (to(x, width, mask.width), to(y, height, mask.height));
    let value = sample_at(&mask.data, mask.width, 1, u, v).and_then(<[u8]>::first);
    f64::from(value.copied().unwrap_or(255)) / 255.0
}

impl<'a> Device<'a> for Canvas {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        // On its own a path is no letter that could be taken out.
        if self.depth == 0 {
            return;
        }
        let ink = ink(&props.paint);
        if let DrawMode::Fill(_) | DrawMode::FillAndStroke(..) = mode {
            self.fill(&(props.transform * path.clone()), ink);
        }
        if let DrawMode::Stroke(stroke) | DrawMode::FillAndStroke(_, stroke) = mode {
            let style = Stroke::new(f64::from(stroke.line_width).max(0.2));
            let line = kurbo::stroke(
                path.elements().iter().copied(),
                &style,
                &StrokeOpts::default(),
                0.1,
            );
            self.fill(&(props.transform * line), ink);
        }
    }

    fn push_clip_path(&mut self, _: &ClipPath) {}

    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        for glyph in run.glyphs() {
            let place = props.transform * glyph.transform();
            if self.depth == 0 && !self.is_blind(place) {
                continue;
            }
            match &**glyph {
                Glyph::Outline(outline) => {
                    if !matches!(mode, DrawMode::Invisible) {
                        self.fill(&(place * outline.outline()), [0; 3]);
                    }
                }
                Glyph::Type3(glyph_3) if self.depth < 4 => {
                    self.depth += 1;
                    glyph_3.interpret(self, props.transform, glyph.transform(), &props.paint);
                    self.depth -= 1;
                }
                Glyph::Type3(_) => {}
            }
        }
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        let place = |(x, y): (f32, f32)| {
            props.transform * Affine::scale_non_uniform(f64::from(x), f64::from(y))
        };
        match image {
            Image::Stencil(stencil) => stencil.with_stencil(
                |mask, paint| {
                    let ink = ink(paint);
                    let size = (mask.width, mask.height);
                    self.blit(size, place(mask.scale_factors), |x, y| {
                        let value = sample_at(&mask.data, mask.width, 1, x, y)?.first()?;
                        let cover = f64::from(*value) / 255.0;
                        Some(ink.map(|part| mixed(part, cover)))
                    });
                },
                None,
            ),
            Image::Raster(raster) => raster.with_rgba(
                |data, mask| {
                    let size = (data.width(), data.height());
                    let place = place(data.scale_factors());
                    self.blit(size, place, |x, y| {
                        let color = match &data {
                            ImageData::Rgb(data) => {
                                let part = sample_at(&data.data, size.0, 3, x, y)?;
                                <[u8; 3]>::try_from(part).ok()?
                            }
                            ImageData::Luma(data) => {
                                [*sample_at(&data.data, size.0, 1, x, y)?.first()?; 3]
                            }
                        };
                        let cover = alpha_at(mask.as_ref(), (x, y), size);
                        Some(color.map(|part| mixed(part, cover)))
                    });
                },
                None,
            ),
        }
    }

    fn pop_clip(&mut self) {}

    fn pop_transparency_group(&mut self) {}
}

/// The finest resolution among pictures: pixels and area on the page.
pub(super) fn finest(pictures: impl Iterator<Item = (u64, Rect)>) -> f64 {
    let dpi = |(n, area): (u64, Rect)| {
        let n = usize::try_from(n).unwrap_or(usize::MAX);
        (count(n) / area.area().max(1.0)).sqrt() * 72.0
    };
    pictures.map(dpi).fold(0.0, f64::max)
}
