//! What a page looks like, coarsely: a grid of cells and how much ink is in
//! each, drawn from the glyphs and paths that `hayro-interpret` reports. Fine
//! enough to see a word move, coarse enough to live in a text file.

use hayro_interpret::font::{Glyph, GlyphRun};
use hayro_interpret::kurbo::{Affine, BezPath, Point, Rect, Shape};
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps,
    InterpreterCache, InterpreterSettings, Paint, SoftMask, interpret_page,
};

use super::*;

/// A cell is 6 by 12 points: one letter of the fixtures.
const CELL: (f64, f64) = (6.0, 12.0);
const COLUMNS: usize = 100;
const ROWS: usize = 71;
/// Sample points in a cell, each way.
const FINE: usize = 4;

struct Canvas<'a> {
    ink: Vec<u8>,
    clips: Vec<BezPath>,
    depth: u32,
    paint: std::marker::PhantomData<Paint<'a>>,
}

impl Canvas<'_> {
    fn fill(&mut self, path: &BezPath, level: u8) {
        let around = path.bounding_box();
        let n_columns = COLUMNS * FINE;
        for row in 0..ROWS * FINE {
            let y = (row as f64 + 0.5) * CELL.1 / FINE as f64;
            if y < around.y0 || y > around.y1 {
                continue;
            }
            for column in 0..n_columns {
                let point = Point::new((column as f64 + 0.5) * CELL.0 / FINE as f64, y);
                let inside = point.x >= around.x0
                    && point.x <= around.x1
                    && path.contains(point)
                    && self.clips.iter().all(|clip| clip.contains(point));
                if inside {
                    self.ink[row * n_columns + column] = level;
                }
            }
        }
    }

    /// One character per cell; empty rows are left out, others have numbers.
    fn art(&self) -> String {
        let mut out = String::new();
        for row in 0..ROWS {
            let line: String = (0..COLUMNS)
                .map(|column| {
                    let sum: usize = (0..FINE * FINE)
                        .map(|i| {
                            let y = row * FINE + i / FINE;
                            let x = column * FINE + i % FINE;
                            usize::from(self.ink[y * COLUMNS * FINE + x])
                        })
                        .sum();
                    [' ', '.', ':', '#'][(sum * 3).div_ceil(FINE * FINE).min(3)]
                })
                .collect();
            if !line.trim().is_empty() {
                out.push_str(&format!("{row:2}|{}\n", line.trim_end()));
            }
        }
        out
    }
}

impl<'a> Device<'a> for Canvas<'a> {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        if matches!(mode, DrawMode::Fill(_)) {
            let path = props.transform * path.clone();
            self.fill(&path, 1);
        }
    }

    fn push_clip_path(&mut self, clip: &ClipPath) {
        self.clips.push(clip.path.clone());
    }

    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        for glyph in run.glyphs() {
            let place = glyph.transform();
            match &**glyph {
                Glyph::Outline(outline) if !matches!(mode, DrawMode::Invisible) => {
                    let path = props.transform * place * outline.outline();
                    self.fill(&path, 1);
                }
                Glyph::Type3(shape) if self.depth < 4 => {
                    self.depth += 1;
                    shape.interpret(self, props.transform, place, &props.paint);
                    self.depth -= 1;
                }
                Glyph::Outline(_) | Glyph::Type3(_) => {}
            }
        }
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        let area = Rect::new(0.0, 0.0, image.width().into(), image.height().into());
        let path = props.transform * area.to_path(0.1);
        self.fill(&path, 1);
    }

    fn pop_clip(&mut self) {
        self.clips.pop();
    }

    fn pop_transparency_group(&mut self) {}
}

/// The first page of a file.
pub(crate) fn picture(bytes: &[u8]) -> String {
    let pdf = hayro_syntax::Pdf::new(bytes.to_vec()).unwrap();
    let cache = InterpreterCache::new();
    let page = &pdf.pages()[0];
    // A4, with the origin at the top.
    let upright = Affine::new([1.0, 0.0, 0.0, -1.0, 0.0, 842.0]);
    let area = Rect::new(0.0, 0.0, 600.0, 852.0);
    let settings = InterpreterSettings::default();
    let mut context = Context::new(upright, area, &cache, pdf.xref(), settings);
    let mut canvas = Canvas {
        ink: vec![0; ROWS * FINE * COLUMNS * FINE],
        clips: Vec::new(),
        depth: 0,
        paint: std::marker::PhantomData,
    };
    interpret_page(page, &mut context, &mut canvas);
    canvas.art()
}

/// How many cells of two pictures differ.
fn differences(one: &str, other: &str) -> usize {
    let cells = |art: &str| {
        let mut out = vec![' '; ROWS * COLUMNS];
        for line in art.lines() {
            let (row, cells) = line.split_once('|').unwrap();
            let start = row.trim().parse::<usize>().unwrap() * COLUMNS;
            for (at, cell) in cells.chars().enumerate() {
                out[start + at] = cell;
            }
        }
        out
    };
    let level = |cell: char| " .:#".find(cell).unwrap_or(0);
    let pairs = cells(one).into_iter().zip(cells(other));
    pairs
        .filter(|(a, b)| level(*a).abs_diff(level(*b)) > 1)
        .count()
}

/// Without mentions a page looks as before, whatever was dropped beside it.
#[test]
fn without_mentions_pages_look_as_before() {
    let mut failed = Vec::new();
    for (name, fixture, expect) in page_cases() {
        if matches!(expect, Refused(_)) {
            continue;
        }
        let bytes = fixture.bytes();
        let out = open(bytes.clone()).unwrap().rewrite(&[]).unwrap();
        if differences(&picture(&bytes), &picture(&out)) > 0 {
            failed.push(name);
        }
    }
    assert_eq!(failed, Vec::<&str>::new());
}

/// Pages with stand-ins look as a person once found right; the pictures are in
/// `golden.txt`. `DECKNAME_BLESS=1` writes them anew; look at them then.
#[test]
fn pages_with_stand_ins_look_as_once_found_right() {
    let mut got = String::new();
    for (name, fixture, expect) in page_cases() {
        if let Tokens(1..) = expect {
            let out = clean(fixture.bytes()).unwrap();
            got.push_str(&format!("== {name}\n{}", picture(&out)));
        }
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/pdf/golden.txt");
    if std::env::var("DECKNAME_BLESS").is_ok() {
        let mut file = std::fs::File::create(path).unwrap();
        file.write_all(got.as_bytes()).unwrap();
    }
    let golden = std::fs::read_to_string(path).unwrap();
    let parts = |text: &str| -> Vec<(String, String)> {
        text.split("== ")
            .filter_map(|part| part.split_once('\n'))
            .map(|(name, art)| (name.to_owned(), art.to_owned()))
            .collect()
    };
    let (got, golden) = (parts(&got), parts(&golden));
    assert_eq!(got.len(), golden.len(), "a case was added: bless it");
    for ((name, new), (old_name, old)) in got.iter().zip(&golden) {
        assert_eq!(name, old_name);
        let n = differences(new, old);
        assert!(n <= 3, "{name}: {n} cells differ\n{new}\nnot\n{old}");
    }
}
