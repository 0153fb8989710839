//! Follows the content of pages as a viewer would and notes every glyph: text
//! state, forms, patterns, soft masks, Type 3 glyphs, hidden layers (read like
//! visible ones), text that is clipped, off the page or invisible. It paints
//! nothing and changes nothing.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use lopdf::{Dictionary, Document, Object, ObjectId};

use super::font::{Code, Face, Fonts};
use super::geometry::{Matrix, Rect, small, whole, wide};
use super::glyph::{Carrier, Glyph, Picture, Show, Unit};
use super::lex::{Instruction, Lexer, Operand};
use super::pages::{CleanPage, number, numbers};
use crate::document::Location;
use crate::error::{Error, ErrorKind, Result};

/// Glyphs of one page; a densely printed one has 10,000.
const MAX_PAGE_GLYPHS: usize = 400_000;
/// Glyphs of one file; 1,000 full pages have 4 million.
const MAX_GLYPHS: usize = 5_000_000;
/// Instructions of one file, uses of forms counted each time.
const MAX_INSTRUCTIONS: u64 = 60_000_000;
const MAX_DEPTH: u32 = 24;
const MAX_SAVES: usize = 4096;

/// Everything that is known about the text of a file.
#[derive(Debug)]
pub(super) struct Analysis {
    pub(super) carriers: Vec<Carrier>,
    pub(super) shows: Vec<Show>,
    pub(super) glyphs: Vec<Glyph>,
    pub(super) units: Vec<Unit>,
    pub(super) codes: Vec<Code>,
    pub(super) faces: Vec<Face>,
}

struct Interpreter<'a> {
    doc: &'a Document,
    fonts: Fonts<'a>,
    carriers: Vec<Carrier>,
    by_id: HashMap<ObjectId, u32>,
    shows: Vec<Show>,
    glyphs: Vec<Glyph>,
    pictures: Vec<Picture>,
    page_start: usize,
    n_instructions: u64,
    running: HashSet<u32>,
}

#[derive(Clone)]
struct State {
    ctm: Matrix,
    face: Option<u32>,
    font_name: Option<Arc<[u8]>>,
    size: f64,
    char_space: f64,
    word_space: f64,
    stretch: f64,
    leading: f64,
    rise: f64,
    mode: i64,
}

/// What one run through a carrier keeps besides the graphics state.
struct Run {
    carrier: u32,
    resources: Arc<Dictionary>,
    text: Matrix,
    line: Matrix,
    fresh: bool,
    n_shows: usize,
    depth: u32,
}

/// Interprets all pages of a clean file; `pdf` is the same file as the font
/// reader sees it.
pub(super) fn analyze(
    doc: &Document,
    pdf: &hayro_syntax::Pdf,
    pages: &[CleanPage],
) -> Result<Analysis> {
    let mut interpreter = Interpreter {
        doc,
        fonts: Fonts::new(pdf),
        carriers: Vec::new(),
        by_id: HashMap::new(),
        shows: Vec::new(),
        glyphs: Vec::new(),
        pictures: Vec::new(),
        page_start: 0,
        n_instructions: 0,
        running: HashSet::new(),
    };
    let mut units = Vec::new();
    for (index, page) in pages.iter().enumerate() {
        let number = small(index + 1);
        interpreter
            .page(page, number, &mut units)
            .map_err(|error| error.at(Location::new("page").number(number)))?;
    }
    Ok(Analysis {
        carriers: interpreter.carriers,
        shows: interpreter.shows,
        glyphs: interpreter.glyphs,
        units,
        codes: interpreter.fonts.codes,
        faces: interpreter.fonts.faces,
    })
}

impl Interpreter<'_> {
    fn page(&mut self, page: &CleanPage, number: u32, units: &mut Vec<Unit>) -> Result<()> {
        let resources = self
            .dict(page.id)
            .and_then(|dict| dict.get(b"Resources").ok())
            .and_then(|object| object.as_dict().ok())
            .cloned()
            .unwrap_or_default();
        let first_carrier = self.carriers.len();
        let carrier = self.carrier(page.content, Some(resources));
        self.unit(carrier, page.area, number, false, units)?;
        // Content that the page's own does not call but its resources hold.
        let mut next = first_carrier;
        while let Some(carrier) = self.carriers.get(next) {
            for id in self.apart(&carrier.resources.clone()) {
                if !self.by_id.contains_key(&id) {
                    let carrier = self.carrier(id, None);
                    self.unit(carrier, page.area, number, true, units)?;
                }
            }
            next += 1;
        }
        Ok(())
    }

    fn unit(
        &mut self,
        carrier: u32,
        area: Rect,
        page: u32,
        apart: bool,
        units: &mut Vec<Unit>,
    ) -> Result<()> {
        self.page_start = self.glyphs.len();
        let start = self.page_start;
        self.run(carrier, &State::new(), 0)?;
        let pictures = std::mem::take(&mut self.pictures);
        units.push(Unit {
            page,
            apart,
            area,
            glyphs: start..self.glyphs.len(),
            pictures: if apart { Vec::new() } else { pictures },
        });
        Ok(())
    }

    fn dict(&self, id: ObjectId) -> Option<&Dictionary> {
        match self.doc.objects.get(&id)? {
            Object::Dictionary(dict) => Some(dict),
            Object::Stream(stream) => Some(&stream.dict),
            _ => None,
        }
    }

    fn resolve<'o>(&'o self, object: &'o Object) -> &'o Object {
        match object {
            Object::Reference(id) => self.doc.objects.get(id).unwrap_or(&Object::Null),
            other => other,
        }
    }

    /// Streams that resources reach without `Do`: patterns, soft masks, glyphs
    /// of Type 3 fonts, and forms that no content calls.
    fn apart(&self, resources: &Dictionary) -> Vec<ObjectId> {
        let mut out = Vec::new();
        let part = |name: &[u8]| {
            let part = resources.get(name).ok();
            part.map(|part| self.resolve(part))
                .and_then(|part| part.as_dict().ok())
                .cloned()
                .unwrap_or_default()
        };
        let mut stream = |object: &Object| {
            if let Object::Reference(id) = object
                && matches!(self.doc.objects.get(id), Some(Object::Stream(_)))
            {
                out.push(*id);
            }
        };
        for (_, pattern) in &part(b"Pattern") {
            stream(pattern);
        }
        for (_, object) in &part(b"XObject") {
            let form = object.as_reference().ok().and_then(|id| self.dict(id));
            if form.is_some_and(|dict| is_name(dict, b"Subtype", b"Form")) {
                stream(object);
            }
        }
        for (_, state) in &part(b"ExtGState") {
            let Ok(state) = self.resolve(state).as_dict() else {
                continue;
            };
            let mask = state.get(b"SMask").map(|mask| self.resolve(mask));
            if let Ok(Object::Dictionary(mask)) = mask
                && let Ok(group) = mask.get(b"G")
            {
                stream(group);
            }
        }
        for (_, font) in &part(b"Font") {
            let font = self.resolve(font).as_dict().ok();
            let procs = font.and_then(|font| font.get(b"CharProcs").ok());
            if let Some(Object::Dictionary(procs)) = procs {
                procs.iter().for_each(|(_, proc)| stream(proc));
            }
        }
        out
    }

    fn carrier(&mut self, id: ObjectId, resources: Option<Dictionary>) -> u32 {
        if let Some(carrier) = self.by_id.get(&id) {
            return *carrier;
        }
        let (bytes, own) = match self.doc.objects.get(&id) {
            Some(Object::Stream(stream)) => {
                let own = stream.dict.get(b"Resources").map(|own| self.resolve(own));
                let own = own.and_then(Object::as_dict).cloned().unwrap_or_default();
                (stream.content.as_slice().into(), own)
            }
            _ => (Arc::from([].as_slice()), Dictionary::new()),
        };
        let index = small(self.carriers.len());
        self.carriers.push(Carrier {
            id,
            bytes,
            resources: resources.unwrap_or(own),
            shows: Vec::new(),
            visited: false,
        });
        self.by_id.insert(id, index);
        index
    }

    fn run(&mut self, carrier: u32, start: &State, depth: u32) -> Result<()> {
        if depth > MAX_DEPTH || !self.running.insert(carrier) {
            return Err(Error::new(
                ErrorKind::Limit,
                "forms of the PDF are nested too deeply or contain themselves",
            ));
        }
        let Some(source) = self.carriers.get(wide(carrier)) else {
            return Ok(());
        };
        let bytes = Arc::clone(&source.bytes);
        let mut run = Run {
            carrier,
            resources: Arc::new(source.resources.clone()),
            text: Matrix::IDENTITY,
            line: Matrix::IDENTITY,
            fresh: true,
            n_shows: 0,
            depth,
        };
        let mut state = start.clone();
        let mut saved: Vec<State> = Vec::new();
        for instruction in Lexer::new(&bytes) {
            self.n_instructions += 1;
            if self.n_instructions > MAX_INSTRUCTIONS {
                return Err(too_much());
            }
            match instruction.operator {
                b"q" if saved.len() < MAX_SAVES => saved.push(state.clone()),
                b"Q" => {
                    if let Some(last) = saved.pop() {
                        state = last;
                    }
                }
                _ => self.instruction(&instruction, &mut run, &mut state)?,
            }
        }
        self.running.remove(&carrier);
        if let Some(done) = self.carriers.get_mut(wide(carrier)) {
            done.visited = true;
        }
        Ok(())
    }

    fn instruction(
        &mut self,
        instruction: &Instruction<'_>,
        run: &mut Run,
        state: &mut State,
    ) -> Result<()> {
        let operands = &instruction.operands;
        match instruction.operator {
            b"Tj" | b"TJ" | b"'" | b"\"" => self.show(instruction, run, state)?,
            b"Do" => {
                if let Some(Operand::Name(name)) = operands.last() {
                    self.call(name, run, state)?;
                }
            }
            b"gs" => {
                if let Some(Operand::Name(name)) = operands.last() {
                    self.graphics_state(name, run, state);
                }
            }
            b"Tf" => {
                if let [.., Operand::Name(name), Operand::Number(size)] = operands.as_slice() {
                    state.size = *size;
                    state.font_name = Some(name.as_slice().into());
                    let font = lookup(&run.resources, b"Font", name);
                    let id = font.and_then(|font| font.as_reference().ok());
                    state.face = id.map(|(number, _)| self.fonts.face(number));
                }
            }
            b"BI" => {
                self.pictures.push(Picture {
                    bounds: state.ctm.bounds(Rect::UNIT),
                    n_pixels: inline_pixels(operands),
                });
            }
            operator => text_state(operator, operands, run, state),
        }
        Ok(())
    }

    fn graphics_state(&mut self, name: &[u8], run: &Run, state: &mut State) {
        let found = lookup(&run.resources, b"ExtGState", name)
            .map(|found| self.resolve(found))
            .and_then(|found| found.as_dict().ok())
            .and_then(|found| found.get(b"Font").ok())
            .and_then(|font| font.as_array().ok());
        if let Some([font, size]) = found.map(Vec::as_slice) {
            let id = font.as_reference().ok();
            let size = number(size);
            state.size = size.unwrap_or(state.size);
            state.font_name = None;
            state.face = id.map(|(number, _)| self.fonts.face(number));
        }
    }

    fn call(&mut self, name: &[u8], run: &Run, state: &State) -> Result<()> {
        let Some(Object::Reference(id)) = lookup(&run.resources, b"XObject", name) else {
            return Ok(());
        };
        let id = *id;
        let Some(dict) = self.dict(id) else {
            return Ok(());
        };
        if is_name(dict, b"Subtype", b"Image") {
            let side = |key: &[u8]| {
                let side = dict.get(key).ok().and_then(|side| side.as_i64().ok());
                u64::try_from(side.unwrap_or(0)).unwrap_or(0)
            };
            self.pictures.push(Picture {
                bounds: state.ctm.bounds(Rect::UNIT),
                n_pixels: side(b"Width").saturating_mul(side(b"Height")),
            });
            return Ok(());
        }
        let own = dict.get(b"Matrix").ok().and_then(numbers);
        let matrix = own
            .and_then(|own| <[f64; 6]>::try_from(own).ok())
            .map(Matrix);
        let mut inner = state.clone();
        inner.ctm = matrix.unwrap_or(Matrix::IDENTITY).then(state.ctm);
        let carrier = self.carrier(id, None);
        self.run(carrier, &inner, run.depth + 1)
    }

    fn show(
        &mut self,
        instruction: &Instruction<'_>,
        run: &mut Run,
        state: &mut State,
    ) -> Result<()> {
        let operands = &instruction.operands;
        if let b"'" | b"\"" = instruction.operator {
            if let [.., Operand::Number(word), Operand::Number(char), _] = operands.as_slice()
                && instruction.operator == b"\""
            {
                state.word_space = *word;
                state.char_space = *char;
            }
            next_line(run, 0.0, -state.leading);
        }
        let Some(face) = state.face else {
            return no_font(operands);
        };
        let show = self.note_show(instruction, run, state, face);
        run.fresh = false;
        let single;
        let elements: &[Operand] = match operands.last() {
            Some(Operand::Array(items)) => items,
            Some(text @ Operand::Text(_)) => {
                single = [text.clone()];
                &single
            }
            _ => return Ok(()),
        };
        for (element, item) in elements.iter().enumerate() {
            match item {
                Operand::Number(number) => self.displace(*number, face, run, state),
                Operand::Text(text) => self.string(text, show, small(element), face, run, state)?,
                Operand::Name(_) | Operand::Array(_) | Operand::Dict(_) | Operand::Other => {}
            }
        }
        Ok(())
    }

    fn note_show(&mut self, at: &Instruction<'_>, run: &mut Run, state: &State, face: u32) -> u32 {
        let known = self.carriers.get(wide(run.carrier)).and_then(|carrier| {
            carrier
                .visited
                .then(|| carrier.shows.get(run.n_shows).copied())
                .flatten()
        });
        run.n_shows += 1;
        if let Some(known) = known {
            return known;
        }
        let index = small(self.shows.len());
        self.shows.push(Show {
            carrier: run.carrier,
            start: at.span.start,
            end: at.span.end,
            face,
            font_name: state.font_name.as_deref().map(<[u8]>::to_vec),
            size: state.size,
            char_space: state.char_space,
            word_space: state.word_space,
            stretch: state.stretch,
            scale: run.text.then(state.ctm).x_scale(),
            fresh: run.fresh,
        });
        if let Some(carrier) = self.carriers.get_mut(wide(run.carrier)) {
            carrier.shows.push(index);
        }
        index
    }

    fn displace(&self, number: f64, face: u32, run: &mut Run, state: &State) {
        let by = -number / 1000.0 * state.size;
        let horizontal = self
            .fonts
            .faces
            .get(wide(face))
            .is_none_or(|face| face.horizontal);
        let shift = if horizontal {
            Matrix::shift(by * state.stretch, 0.0)
        } else {
            Matrix::shift(0.0, by)
        };
        run.text = shift.then(run.text);
    }

    fn string(
        &mut self,
        text: &[u8],
        show: u32,
        element: u32,
        face: u32,
        run: &mut Run,
        state: &State,
    ) -> Result<()> {
        let mut at = 0;
        while at < text.len() {
            let Some(code) = self.fonts.read(face, text, at) else {
                return Err(Error::new(
                    ErrorKind::NotExamined,
                    "a font of the page cannot be read, so its text was not examined",
                ));
            };
            let place = (show, element, small(at));
            at += self.glyph(code, face, place, run, state);
        }
        let on_page = self.glyphs.len() - self.page_start;
        if on_page > MAX_PAGE_GLYPHS || self.glyphs.len() > MAX_GLYPHS {
            return Err(too_much());
        }
        Ok(())
    }

    /// Notes one glyph, moves on, and tells how many bytes its code has.
    fn glyph(
        &mut self,
        code: u32,
        face: u32,
        (show, element, at): (u32, u32, u32),
        run: &mut Run,
        state: &State,
    ) -> usize {
        let Some(info) = self.fonts.codes.get(wide(code)) else {
            return 1;
        };
        let (horizontal, em) = match self.fonts.faces.get(wide(face)) {
            Some(face) => (face.horizontal, face.em),
            None => (true, 1.0),
        };
        let space = info.n_bytes == 1 && info.code == 32;
        let extra = state.char_space + if space { state.word_space } else { 0.0 };
        let own = info.width / 1000.0 * state.size;
        let (dx, dy) = info.displacement;
        let place = run.text.then(state.ctm);
        let (x, y) = place.apply(
            dx / 1000.0 * state.size * state.stretch,
            dy / 1000.0 * state.size + state.rise,
        );
        // How the line runs in text space, and how much of it is one unit.
        let forward = if horizontal {
            state.size * state.stretch
        } else {
            own
        };
        let (axis, scale, along) = if horizontal {
            ((forward, 0.0), place.x_scale(), state.stretch)
        } else {
            ((0.0, forward), place.y_scale(), 1.0)
        };
        let [a, b, ..] = Matrix([axis.0, axis.1, 0.0, 1.0, 0.0, 0.0]).then(place).0;
        let step = (own + extra) * along;
        let sign = if forward < 0.0 { -1.0 } else { 1.0 };
        self.glyphs.push(Glyph {
            show,
            element,
            at,
            code,
            x,
            y,
            angle: i16::try_from(whole(b.atan2(a).to_degrees())).unwrap_or(0),
            advance: step * sign * scale,
            width: (own * along).abs() * scale,
            size: state.size.abs() * place.y_scale() * em,
            painted: !matches!(state.mode, 3 | 7),
        });
        let shift = if horizontal { (step, 0.0) } else { (0.0, step) };
        run.text = Matrix::shift(shift.0, shift.1).then(run.text);
        usize::from(info.n_bytes)
    }
}

impl State {
    const fn new() -> Self {
        Self {
            ctm: Matrix::IDENTITY,
            face: None,
            font_name: None,
            size: 0.0,
            char_space: 0.0,
            word_space: 0.0,
            stretch: 1.0,
            leading: 0.0,
            rise: 0.0,
            mode: 0,
        }
    }
}

fn text_state(operator: &[u8], operands: &[Operand], run: &mut Run, state: &mut State) {
    let n = |index: usize| -> f64 { operands.get(index).and_then(Operand::number).unwrap_or(0.0) };
    let six = || Matrix([n(0), n(1), n(2), n(3), n(4), n(5)]);
    match operator {
        b"cm" => state.ctm = six().then(state.ctm),
        b"BT" => {
            run.text = Matrix::IDENTITY;
            run.line = Matrix::IDENTITY;
            run.fresh = true;
        }
        b"Tc" => state.char_space = n(0),
        b"Tw" => state.word_space = n(0),
        b"Tz" => state.stretch = n(0) / 100.0,
        b"TL" => state.leading = n(0),
        b"Ts" => state.rise = n(0),
        b"Tr" => state.mode = whole(n(0)),
        b"Td" => next_line(run, n(0), n(1)),
        b"TD" => {
            state.leading = -n(1);
            next_line(run, n(0), n(1));
        }
        b"T*" => next_line(run, 0.0, -state.leading),
        b"Tm" => {
            run.line = six();
            run.text = run.line;
            run.fresh = true;
        }
        _ => {}
    }
}

fn next_line(run: &mut Run, x: f64, y: f64) {
    run.line = Matrix::shift(x, y).then(run.line);
    run.text = run.line;
    run.fresh = true;
}

fn lookup<'r>(resources: &'r Dictionary, part: &[u8], name: &[u8]) -> Option<&'r Object> {
    resources.get(part).ok()?.as_dict().ok()?.get(name).ok()
}

fn is_name(dict: &Dictionary, key: &[u8], name: &[u8]) -> bool {
    dict.get(key)
        .and_then(Object::as_name)
        .is_ok_and(|value| value == name)
}

/// Text without a font: nobody sees it, but its bytes are in the file.
fn no_font(operands: &[Operand]) -> Result<()> {
    let empty = |operand: &Operand| matches!(operand, Operand::Text(text) if text.is_empty());
    let silent = match operands.last() {
        Some(Operand::Array(items)) => items.iter().all(|i| i.number().is_some() || empty(i)),
        Some(operand) => empty(operand),
        None => true,
    };
    if silent {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::NotExamined,
        "the page shows text in a font that is not in the file, so it was not examined",
    ))
}

fn inline_pixels(operands: &[Operand]) -> u64 {
    let Some(Operand::Dict(entries)) = operands.first() else {
        return 0;
    };
    let side = |short: &[u8], long: &[u8]| {
        let entry = entries.iter().find(|(key, _)| key == short || key == long);
        let side = entry.and_then(|(_, value)| value.number()).unwrap_or(0.0);
        u64::try_from(whole(side)).unwrap_or(0)
    };
    side(b"W", b"Width").saturating_mul(side(b"H", b"Height"))
}

fn too_much() -> Error {
    Error::new(
        ErrorKind::Limit,
        "the page has more content than is allowed",
    )
}
