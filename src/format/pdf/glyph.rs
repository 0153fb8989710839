//! What the interpreter finds: glyphs with their place on the page and the
//! exact bytes they came from, and the pictures between them.

use lopdf::{Dictionary, ObjectId};

use super::geometry::{Matrix, Rect};

/// A content stream that was interpreted, once or several times.
#[derive(Clone, Debug)]
pub(super) struct Carrier {
    pub(super) id: ObjectId,
    pub(super) bytes: std::sync::Arc<[u8]>,
    pub(super) resources: std::sync::Arc<Dictionary>,
    /// Its text operators, in order.
    pub(super) shows: Vec<u32>,
    /// Whether it has been interpreted to its end.
    pub(super) visited: bool,
}

/// One operator that shows text, with the state it was met in (the first time).
#[derive(Clone, Debug)]
pub(super) struct Show {
    pub(super) carrier: u32,
    /// Its bytes in the stream.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) face: u32,
    /// The font's resource name; `None` if a graphics state chose it.
    pub(super) font_name: Option<Vec<u8>>,
    pub(super) size: f64,
    pub(super) char_space: f64,
    pub(super) word_space: f64,
    /// Horizontal scale, 1 for 100 %.
    pub(super) stretch: f64,
    /// Length on the page of one unit of text space along the line.
    pub(super) scale: f64,
    /// Whether the position was set between this operator and the last.
    pub(super) fresh: bool,
}

/// One glyph as it stands on a page.
#[derive(Clone, Copy, Debug)]
pub(super) struct Glyph {
    pub(super) show: u32,
    /// Which element of a `TJ` array (0 elsewhere) and which byte of its string.
    pub(super) element: u32,
    pub(super) at: u32,
    /// Index of the code, which tells text and width.
    pub(super) code: u32,
    /// Origin on the page.
    pub(super) x: f64,
    pub(super) y: f64,
    /// Direction of the line in whole degrees.
    pub(super) angle: i16,
    /// Distance to the next origin along the line, spacing included.
    pub(super) advance: f64,
    /// Own width along the line.
    pub(super) width: f64,
    /// Font size on the page.
    pub(super) size: f64,
    /// Whether it is painted (text render mode 3 and 7 are not).
    pub(super) painted: bool,
}

/// A picture as it stands on a page.
#[derive(Clone, Copy, Debug)]
pub(super) struct Picture {
    /// Its object; `None` if it stands in the content itself.
    pub(super) id: Option<ObjectId>,
    /// From the unit square to the page.
    pub(super) place: Matrix,
    pub(super) bounds: Rect,
    pub(super) n_pixels: u64,
}

/// A page, or a piece of content that is drawn apart from pages (a pattern, a
/// soft mask, a glyph of a Type 3 font).
#[derive(Clone, Debug)]
pub(super) struct Unit {
    /// From 1.
    pub(super) page: u32,
    pub(super) apart: bool,
    pub(super) area: Rect,
    pub(super) glyphs: std::ops::Range<usize>,
    pub(super) pictures: Vec<Picture>,
    /// Curves of paths: text drawn as shapes has many.
    pub(super) n_curves: u32,
}
