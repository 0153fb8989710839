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
use super::show::text_state;
use crate::document::Location;
use crate::error::{Error, ErrorKind, Result};

/// Glyphs of one page; a densely printed one has 10,000.
pub(super) const MAX_PAGE_GLYPHS: usize = 400_000;
/// Glyphs of one file; 1,000 full pages have 4 million.
pub(super) const MAX_GLYPHS: usize = 5_000_000;
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

pub(super) struct Interpreter<'a> {
    pub(super) doc: &'a Document,
    pub(super) fonts: Fonts<'a>,
    pub(super) carriers: Vec<Carrier>,
    pub(super) by_id: HashMap<ObjectId, u32>,
    pub(super) shows: Vec<Show>,
    pub(super) glyphs: Vec<Glyph>,
    pub(super) pictures: Vec<Picture>,
    pub(super) n_curves: u32,
    pub(super) page_start: usize,
    pub(super) n_instructions: u64,
    pub(super) running: HashSet<u32>,
}

#[derive(Clone)]
pub(super) struct State {
    pub(super) ctm: Matrix,
    pub(super) face: Option<u32>,
    pub(super) font_name: Option<Arc<[u8]>>,
    pub(super) size: f64,
    pub(super) char_space: f64,
    pub(super) word_space: f64,
    pub(super) stretch: f64,
    pub(super) leading: f64,
    pub(super) rise: f64,
    pub(super) mode: i64,
}

/// What one run through a carrier keeps besides the graphics state.
pub(super) struct Run {
    pub(super) carrier: u32,
    pub(super) resources: Arc<Dictionary>,
    pub(super) text: Matrix,
    pub(super) line: Matrix,
    pub(super) fresh: bool,
    pub(super) n_shows: usize,
    pub(super) depth: u32,
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
        n_curves: 0,
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
    let (mut codes, faces) = (interpreter.fonts.codes, interpreter.fonts.faces);
    for code in &mut codes {
        // What a font tells falsely is not told.
        if faces.get(wide(code.face)).is_some_and(Face::is_false) {
            code.text.clear();
            code.spelled.clear();
        }
    }
    Ok(Analysis {
        carriers: interpreter.carriers,
        shows: interpreter.shows,
        glyphs: interpreter.glyphs,
        units,
        codes,
        faces,
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
            for (id, resources) in self.apart(&carrier.resources.clone()) {
                if !self.by_id.contains_key(&id) {
                    let carrier = self.carrier(id, resources);
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
        let n_curves = std::mem::take(&mut self.n_curves);
        units.push(Unit {
            page,
            apart,
            area,
            glyphs: start..self.glyphs.len(),
            pictures,
            n_curves,
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
    /// of Type 3 fonts (which use the resources of their font), and forms that no
    /// content calls.
    fn apart(&self, resources: &Dictionary) -> Vec<(ObjectId, Option<Dictionary>)> {
        let mut out = Vec::new();
        let part = |name: &[u8]| {
            let part = resources.get(name).ok();
            part.map(|part| self.resolve(part))
                .and_then(|part| part.as_dict().ok())
                .cloned()
                .unwrap_or_default()
        };
        let mut stream = |object: &Object, resources: Option<&Dictionary>| {
            if let Object::Reference(id) = object
                && matches!(self.doc.objects.get(id), Some(Object::Stream(_)))
            {
                out.push((*id, resources.cloned()));
            }
        };
        for (_, pattern) in &part(b"Pattern") {
            stream(pattern, None);
        }
        for (_, object) in &part(b"XObject") {
            let form = object.as_reference().ok().and_then(|id| self.dict(id));
            if form.is_some_and(|dict| is_name(dict, b"Subtype", b"Form")) {
                stream(object, None);
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
                stream(group, None);
            }
        }
        for (_, font) in &part(b"Font") {
            let Ok(font) = self.resolve(font).as_dict() else {
                continue;
            };
            let own = font.get(b"Resources").and_then(Object::as_dict).ok();
            if let Ok(Object::Dictionary(procs)) = font.get(b"CharProcs") {
                procs.iter().for_each(|(_, proc)| stream(proc, own));
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
            resources: Arc::new(resources.unwrap_or(own)),
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
            resources: Arc::clone(&source.resources),
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
                    id: None,
                    place: state.ctm,
                    bounds: state.ctm.bounds(Rect::UNIT),
                    n_pixels: inline_pixels(operands),
                });
            }
            b"c" | b"v" | b"y" => self.n_curves = self.n_curves.saturating_add(1),
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
                id: Some(id),
                place: state.ctm,
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

fn lookup<'r>(resources: &'r Dictionary, part: &[u8], name: &[u8]) -> Option<&'r Object> {
    resources.get(part).ok()?.as_dict().ok()?.get(name).ok()
}

fn is_name(dict: &Dictionary, key: &[u8], name: &[u8]) -> bool {
    dict.get(key)
        .and_then(Object::as_name)
        .is_ok_and(|value| value == name)
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

pub(super) fn too_much() -> Error {
    Error::new(
        ErrorKind::Limit,
        "the page has more content than is allowed",
    )
}
