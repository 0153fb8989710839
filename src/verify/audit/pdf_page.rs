//! What pages say and do not show: text under a box, a picture or a pattern,
//! invisible, white, tiny, clipped or outside the page. An interpreter of its
//! own that follows position and paint, and no more: widths are estimated,
//! because a box is larger than what it hides.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "operands have ten types, and an operator wants one of them"
)]

use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Document, Object, ObjectId};

use super::Audit;
use super::pdf::resolve;
use crate::document::Location;

/// How deep forms may call forms.
const MAX_FORMS: u32 = 8;
/// Operations looked at on one page; more is a drawing.
const MAX_OPERATIONS: usize = 2_000_000;

type Matrix = [f64; 6];

const UNIT: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// Left, bottom, right, top.
type Area = [f64; 4];

#[derive(Clone)]
struct State {
    matrix: Matrix,
    size: f64,
    mode: i64,
    white: bool,
    dark: bool,
    alpha: f64,
    pattern: bool,
    clip: Option<Area>,
}

struct Page<'a> {
    doc: &'a Document,
    area: Area,
    texts: Vec<Area>,
    dark: Vec<Area>,
    found: Vec<u16>,
    left: usize,
}

/// Where text goes next.
struct Cursor {
    line: Matrix,
    text: Matrix,
    leading: f64,
    /// Whether the place follows from widths of letters, which this reader only
    /// guesses: it has no fonts.
    guessed: bool,
}

impl Default for Cursor {
    fn default() -> Self {
        Self {
            line: UNIT,
            text: UNIT,
            leading: 0.0,
            guessed: false,
        }
    }
}

impl Cursor {
    fn next_line(&mut self, x: f64, y: f64) {
        self.line = times(&[1.0, 0.0, 0.0, 1.0, x, y], &self.line);
        self.text = self.line;
        self.guessed = false;
    }

    /// Follows an operator that moves; false if it is none.
    fn moved(&mut self, operator: &str, n: impl Fn(usize) -> f64) -> bool {
        match operator {
            "BT" => (self.line, self.text, self.guessed) = (UNIT, UNIT, false),
            "Tm" => {
                self.line = [n(0), n(1), n(2), n(3), n(4), n(5)];
                self.text = self.line;
                self.guessed = false;
            }
            "TL" => self.leading = n(0),
            "Td" => self.next_line(n(0), n(1)),
            "TD" => {
                self.leading = -n(1);
                self.next_line(n(0), n(1));
            }
            "T*" => self.next_line(0.0, -self.leading),
            _ => return false,
        }
        true
    }
}

/// The path under construction.
#[derive(Default)]
struct Path {
    areas: Vec<Area>,
    clips: bool,
}

impl Path {
    fn end(&mut self, state: &mut State) {
        if std::mem::take(&mut self.clips) {
            state.clip = match *self.areas.as_slice() {
                [area] => Some(area),
                _ => None,
            };
        }
        self.areas.clear();
    }
}

/// Looks at every page.
pub(super) fn look(audit: &mut Audit, doc: &Document) {
    for (number, id) in doc.get_pages() {
        let place = Location::new("page").number(number);
        let Ok(dict) = doc.get_dictionary(id) else {
            continue;
        };
        let mut page = Page {
            doc,
            area: visible(doc, id),
            texts: Vec::new(),
            dark: Vec::new(),
            found: Vec::new(),
            left: MAX_OPERATIONS,
        };
        let content = doc.get_page_content(id);
        let resources = inherited(doc, dict, b"Resources").and_then(|object| object.as_dict().ok());
        page.run(&content, resources, &State::default(), 0);
        for channel in page.found {
            audit.hidden(channel, place);
        }
    }
}

impl Default for State {
    fn default() -> Self {
        Self {
            matrix: UNIT,
            size: 1.0,
            mode: 0,
            white: false,
            dark: true,
            alpha: 1.0,
            pattern: false,
            clip: None,
        }
    }
}

/// The part of a page that a viewer shows.
fn visible(doc: &Document, id: ObjectId) -> Area {
    let dict = doc.get_dictionary(id).ok();
    let area = |key: &[u8]| -> Option<Area> {
        let list = inherited(doc, dict?, key)?.as_array().ok()?;
        let numbers: Vec<f64> = list
            .iter()
            .filter_map(|item| number(resolve(doc, item)))
            .collect();
        let [a, b, c, d] = *numbers.first_chunk::<4>()?;
        Some([a.min(c), b.min(d), a.max(c), b.max(d)])
    };
    area(b"CropBox")
        .or_else(|| area(b"MediaBox"))
        .unwrap_or([-1e6, -1e6, 1e6, 1e6])
}

fn inherited<'a>(doc: &'a Document, dict: &'a Dictionary, key: &[u8]) -> Option<&'a Object> {
    let mut at = dict;
    for _ in 0..40 {
        if let Ok(value) = at.get(key) {
            return Some(resolve(doc, value));
        }
        at = resolve(doc, at.get(b"Parent").ok()?).as_dict().ok()?;
    }
    None
}

fn number(object: &Object) -> Option<f64> {
    object.as_float().ok().map(f64::from)
}

fn times(a: &Matrix, b: &Matrix) -> Matrix {
    let [a0, a1, a2, a3, a4, a5] = *a;
    let [b0, b1, b2, b3, b4, b5] = *b;
    [
        a0 * b0 + a1 * b2,
        a0 * b1 + a1 * b3,
        a2 * b0 + a3 * b2,
        a2 * b1 + a3 * b3,
        a4 * b0 + a5 * b2 + b4,
        a4 * b1 + a5 * b3 + b5,
    ]
}

fn placed(matrix: &Matrix, area: &Area) -> Area {
    let [a, b, c, d, e, f] = *matrix;
    let [left, bottom, right, top] = *area;
    let corners = [(left, bottom), (right, bottom), (left, top), (right, top)];
    let xs = corners.map(|(x, y)| a * x + c * y + e);
    let ys = corners.map(|(x, y)| b * x + d * y + f);
    let low = |list: [f64; 4]| list.into_iter().fold(f64::INFINITY, f64::min);
    let high = |list: [f64; 4]| list.into_iter().fold(f64::NEG_INFINITY, f64::max);
    [low(xs), low(ys), high(xs), high(ys)]
}

fn common(a: &Area, b: &Area) -> f64 {
    let width = a[2].min(b[2]) - a[0].max(b[0]);
    let height = a[3].min(b[3]) - a[1].max(b[1]);
    width.max(0.0) * height.max(0.0)
}

fn size_of(area: &Area) -> f64 {
    (area[2] - area[0]).max(0.01) * (area[3] - area[1]).max(0.01)
}

impl Page<'_> {
    fn run(&mut self, content: &[u8], resources: Option<&Dictionary>, start: &State, depth: u32) {
        let Ok(content) = Content::decode(content) else {
            return;
        };
        let mut state = start.clone();
        let mut saved = Vec::new();
        let mut cursor = Cursor::default();
        let mut path = Path::default();
        for operation in &content.operations {
            self.left = self.left.saturating_sub(1);
            if self.left == 0 {
                return;
            }
            let n: Vec<f64> = operation.operands.iter().filter_map(number).collect();
            let n = |at: usize| n.get(at).copied().unwrap_or_default();
            match operation.operator.as_str() {
                "q" => saved.push(state.clone()),
                "Q" => state = saved.pop().unwrap_or(state),
                "cm" => state.matrix = times(&[n(0), n(1), n(2), n(3), n(4), n(5)], &state.matrix),
                "Tf" => state.size = n(0),
                "Tr" => {
                    let mode = operation.operands.first().and_then(|o| o.as_i64().ok());
                    state.mode = mode.unwrap_or(0);
                }
                "Tj" | "TJ" => self.shown(operation, &state, &mut cursor),
                "'" | "\"" => {
                    cursor.next_line(0.0, -cursor.leading);
                    self.shown(operation, &state, &mut cursor);
                }
                "re" => {
                    let area = [n(0), n(1), n(0) + n(2), n(1) + n(3)];
                    path.areas.push(placed(&state.matrix, &area));
                }
                // A shape that is no rectangle covers nothing for sure.
                "m" | "l" | "c" | "v" | "y" => path.areas.push([-1e7, -1e7, -1e7, -1e7]),
                "W" | "W*" => path.clips = true,
                "f" | "F" | "f*" | "B" | "B*" | "b" | "b*" => {
                    for area in &path.areas {
                        self.fill(area, &state);
                    }
                    path.end(&mut state);
                }
                "S" | "s" | "n" => path.end(&mut state),
                "BI" | "sh" => self.cover(&placed(&state.matrix, &[0.0, 0.0, 1.0, 1.0]), 2),
                "Do" => self.draw(operation, resources, &state, depth),
                "gs" => self.graphics(operation, resources, &mut state),
                operator => {
                    if !cursor.moved(operator, n) {
                        paint(operation, &mut state);
                    }
                }
            }
        }
    }

    fn shown(&mut self, operation: &Operation, state: &State, cursor: &mut Cursor) {
        let width = self.show(operation, state, cursor);
        cursor.guessed = true;
        cursor.text = times(&[1.0, 0.0, 0.0, 1.0, width, 0.0], &cursor.text);
    }

    /// Takes note of shown text and tells its width in text space.
    fn show(&mut self, operation: &Operation, state: &State, cursor: &Cursor) -> f64 {
        let mut n_bytes = 0;
        let mut back = 0.0;
        for operand in &operation.operands {
            match operand {
                Object::String(bytes, _) => n_bytes += visible_bytes(bytes),
                Object::Array(items) => {
                    for item in items {
                        match item {
                            Object::String(bytes, _) => n_bytes += visible_bytes(bytes),
                            other => back += number(other).unwrap_or_default(),
                        }
                    }
                }
                _ => {}
            }
        }
        let size = state.size;
        let width =
            f64::from(u32::try_from(n_bytes).unwrap_or(0)) * size * 0.45 - back * size / 1000.0;
        if n_bytes == 0 {
            return width;
        }
        let matrix = times(&cursor.text, &state.matrix);
        let area = placed(&matrix, &[0.0, 0.0, width.max(0.1), size * 0.7]);
        let [a, b, c, d, ..] = matrix;
        let height = (size * a.hypot(b).max(c.hypot(d))).abs();
        let on_dark = |dark: &Area| common(dark, &area) > 0.3 * size_of(&area);
        let white = state.white && !self.dark.iter().any(on_dark);
        let own = if matches!(state.mode, 3 | 7) {
            Some(3)
        } else if state.alpha < 0.05 || height <= 1.0 || white {
            Some(4)
        } else if !cursor.guessed
            && (common(&self.area, &area) <= 0.0
                || state.clip.is_some_and(|clip| common(&clip, &area) <= 0.0))
        {
            Some(5)
        } else {
            None
        };
        match own {
            Some(channel) => self.found.push(channel),
            None => self.texts.push(area),
        }
        width
    }

    fn fill(&mut self, area: &Area, state: &State) {
        if state.alpha < 0.5 {
            return;
        }
        if state.dark || state.pattern {
            self.dark.push(*area);
        }
        if state.dark && !state.white {
            self.cover(area, 1);
        } else if state.pattern {
            self.cover(area, 2);
        }
    }

    /// Something opaque lies over what was shown before.
    fn cover(&mut self, area: &Area, channel: u16) {
        let covered = self
            .texts
            .iter()
            .filter(|text| common(text, area) > 0.6 * size_of(text))
            .count();
        self.found.extend(std::iter::repeat_n(channel, covered));
        if covered > 0 {
            self.texts
                .retain(|text| common(text, area) <= 0.6 * size_of(text));
        }
        if channel == 2 {
            self.dark.push(*area);
        }
    }

    fn draw(
        &mut self,
        operation: &Operation,
        resources: Option<&Dictionary>,
        state: &State,
        depth: u32,
    ) {
        let doc = self.doc;
        let object = named(doc, resources, b"XObject", operation);
        let Some(Object::Stream(stream)) = object else {
            return;
        };
        let subtype = stream
            .dict
            .get(b"Subtype")
            .and_then(Object::as_name)
            .unwrap_or_default();
        if subtype == b"Image" {
            let mask = stream.dict.has(b"SMask") || stream.dict.has(b"ImageMask");
            if state.alpha > 0.5 && !mask {
                self.cover(&placed(&state.matrix, &[0.0, 0.0, 1.0, 1.0]), 2);
            }
            return;
        }
        if depth >= MAX_FORMS {
            return;
        }
        let Ok(content) = stream.get_plain_content_with_limit(64 << 20) else {
            return;
        };
        let own = stream
            .dict
            .get(b"Resources")
            .ok()
            .and_then(|own| resolve(doc, own).as_dict().ok());
        let matrix = stream
            .dict
            .get(b"Matrix")
            .ok()
            .and_then(|m| resolve(doc, m).as_array().ok());
        let numbers: Vec<f64> = matrix.into_iter().flatten().filter_map(number).collect();
        let mut inner = state.clone();
        if let Some(own) = numbers.first_chunk::<6>() {
            inner.matrix = times(own, &state.matrix);
        }
        self.run(&content, own.or(resources), &inner, depth + 1);
    }

    fn graphics(&self, operation: &Operation, resources: Option<&Dictionary>, state: &mut State) {
        let dict = named(self.doc, resources, b"ExtGState", operation)
            .and_then(|object| object.as_dict().ok());
        let alpha = dict.and_then(|dict| number(resolve(self.doc, dict.get(b"ca").ok()?)));
        state.alpha = alpha.unwrap_or(state.alpha);
    }
}

fn named<'a>(
    doc: &'a Document,
    resources: Option<&'a Dictionary>,
    part: &[u8],
    operation: &Operation,
) -> Option<&'a Object> {
    let name = operation.operands.first()?.as_name().ok()?;
    let map = resolve(doc, resources?.get(part).ok()?).as_dict().ok()?;
    Some(resolve(doc, map.get(name).ok()?))
}

/// Blanks show nothing.
fn visible_bytes(bytes: &[u8]) -> usize {
    if bytes.iter().all(|byte| matches!(byte, b' ' | 0xA0)) {
        0
    } else {
        bytes.len()
    }
}

/// Fill colors.
fn paint(operation: &Operation, state: &mut State) {
    let n: Vec<f64> = operation.operands.iter().filter_map(number).collect();
    let all = |test: fn(f64) -> bool| !n.is_empty() && n.iter().copied().all(test);
    match operation.operator.as_str() {
        "g" | "rg" | "sc" | "scn" => {
            state.pattern = operation
                .operands
                .last()
                .is_some_and(|last| last.as_name().is_ok());
            // Inks are counted from white, light from black.
            let inks = n.len() > 3 || n.is_empty();
            state.white = !inks && all(|part| part > 0.97);
            state.dark = !inks && all(|part| part < 0.3);
        }
        "k" => {
            state.pattern = false;
            let black = n.get(3).copied().unwrap_or_default();
            let inks: f64 = n.iter().take(3).sum();
            state.white = black < 0.03 && inks < 0.05;
            state.dark = black > 0.7 || inks > 2.1;
        }
        "cs" => (state.white, state.dark, state.pattern) = (false, false, false),
        _ => {}
    }
}
