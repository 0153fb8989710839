//! Carries a plan out in the bytes of content streams: only operators whose
//! glyphs go or move are written anew, everything between them is copied.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use lopdf::{Dictionary, Document, Object, ObjectId};

use super::geometry::{decimal, wide};
use super::glyph::{Carrier, Glyph, Show};
use super::interpret::Analysis;
use super::lex::{Lexer, Operand};
use super::pages::CleanPage;
use super::plan::{Plan, key};
use super::tidy::{write_hex, write_name};
use super::typeface::Typefaces;
use crate::error::{Error, ErrorKind, Result};

/// Moves smaller than this (in points) are not worth a number.
const TINY: f64 = 0.01;

/// Writes one operator anew.
struct Writer<'p> {
    plan: &'p Plan,
    show: &'p Show,
    em: f64,
    out: Vec<u8>,
    array_open: bool,
    pending: Vec<u8>,
    /// How far the position now is from where it was in the original.
    drift: f64,
    stand_ins_used: BTreeSet<u32>,
    font_name: Vec<u8>,
}

/// Makes all changes of a plan in `doc`.
pub(super) fn splice(
    doc: &mut Document,
    pages: &[CleanPage],
    analysis: &Analysis,
    plan: &Plan,
    typefaces: &mut Typefaces,
) -> Result<()> {
    let mut owners = type3_glyphs(doc);
    owners.extend(pages.iter().map(|page| (page.content, page.id)));
    let touched: BTreeSet<u32> = plan
        .gone
        .keys()
        .chain(plan.shifts.keys())
        .filter_map(|(show, ..)| analysis.shows.get(wide(*show)))
        .map(|show| show.carrier)
        .collect();
    let glyphs = glyphs_by_show(analysis, &touched);
    let mut encoded: Vec<Vec<u8>> = Vec::with_capacity(plan.stand_ins.len());
    for stand_in in &plan.stand_ins {
        let face = typefaces.get_mut(stand_in.typeface);
        encoded.push(face.map_or_else(|| Ok(Vec::new()), |face| face.encode(&stand_in.text))?);
    }
    let mut fonts: BTreeMap<u32, ObjectId> = BTreeMap::new();
    for carrier in touched {
        let Some(source) = analysis.carriers.get(wide(carrier)) else {
            continue;
        };
        let mut job = Job {
            analysis,
            plan,
            typefaces,
            glyphs: &glyphs,
            encoded: &encoded,
        };
        let (bytes, used, extra) = job.carrier(source)?;
        for stand_in in &used {
            let face = plan.stand_ins.get(wide(*stand_in)).map(|s| s.typeface);
            if let Some(face) = face {
                fonts.entry(face).or_insert_with(|| doc.new_object_id());
            }
        }
        let mut names: Vec<(Vec<u8>, ObjectId)> = extra;
        for (face, id) in &fonts {
            if let Some(face) = typefaces.get(*face) {
                names.push((face.name().as_bytes().to_vec(), *id));
            }
        }
        let owner = owners.get(&source.id).copied().unwrap_or(source.id);
        put_back(doc, source.id, owner, bytes, &names)?;
    }
    for (face, id) in fonts {
        if let Some(face) = typefaces.get(face) {
            let made = face.embed(doc)?;
            if let Some(font) = doc.objects.remove(&made) {
                doc.objects.insert(id, font);
            }
        }
    }
    Ok(())
}

/// Glyphs of Type 3 fonts, which use the resources of their font.
fn type3_glyphs(doc: &Document) -> HashMap<ObjectId, ObjectId> {
    let mut out = HashMap::new();
    for (id, object) in &doc.objects {
        let procs = object.as_dict().and_then(|dict| dict.get(b"CharProcs"));
        if let Ok(Object::Dictionary(procs)) = procs {
            let glyphs = procs
                .iter()
                .filter_map(|(_, proc)| proc.as_reference().ok());
            out.extend(glyphs.map(|glyph| (glyph, *id)));
        }
    }
    out
}

/// The glyphs of every operator of the touched streams, each once.
fn glyphs_by_show(analysis: &Analysis, touched: &BTreeSet<u32>) -> HashMap<u32, Vec<Glyph>> {
    let mut out: HashMap<u32, Vec<Glyph>> = HashMap::new();
    for glyph in &analysis.glyphs {
        let carrier = analysis
            .shows
            .get(wide(glyph.show))
            .map(|show| show.carrier);
        if !carrier.is_some_and(|carrier| touched.contains(&carrier)) {
            continue;
        }
        out.entry(glyph.show).or_default().push(*glyph);
    }
    // A form that is used twice shows its glyphs twice.
    for list in out.values_mut() {
        list.sort_by_key(|glyph| (glyph.element, glyph.at));
        list.dedup_by_key(|glyph| (glyph.element, glyph.at));
    }
    out
}

struct Job<'j> {
    analysis: &'j Analysis,
    plan: &'j Plan,
    typefaces: &'j Typefaces,
    glyphs: &'j HashMap<u32, Vec<Glyph>>,
    encoded: &'j [Vec<u8>],
}

type Spliced = (Vec<u8>, BTreeSet<u32>, Vec<(Vec<u8>, ObjectId)>);

impl Job<'_> {
    fn carrier(&mut self, carrier: &Carrier) -> Result<Spliced> {
        let mut out = Vec::with_capacity(carrier.bytes.len() + 256);
        let mut copied_to = 0;
        let mut drift = 0.0;
        let mut used = BTreeSet::new();
        let mut extra = Vec::new();
        for index in &carrier.shows {
            let Some(show) = self.analysis.shows.get(wide(*index)) else {
                continue;
            };
            if show.fresh {
                drift = 0.0;
            }
            let none = Vec::new();
            let glyphs = self.glyphs.get(index).unwrap_or(&none);
            let affected = glyphs.iter().any(|glyph| {
                let key = key(glyph);
                let want = self.plan.shifts.get(&key).copied().unwrap_or(0.0);
                self.plan.gone.contains_key(&key) || (want - drift).abs() > TINY
            });
            if !affected {
                continue;
            }
            let before = carrier.bytes.get(copied_to..show.start).unwrap_or_default();
            out.extend_from_slice(before);
            let face = self.analysis.faces.get(wide(show.face));
            let font_name = show.font_name.clone().unwrap_or_else(|| {
                let name = format!("DnG{}", show.face).into_bytes();
                extra.push((name.clone(), (face.map_or(0, |face| face.id), 0)));
                name
            });
            let mut writer = Writer {
                plan: self.plan,
                show,
                em: face.map_or(1.0, |face| face.em),
                out,
                array_open: false,
                pending: Vec::new(),
                drift,
                stand_ins_used: BTreeSet::new(),
                font_name,
            };
            let source = carrier.bytes.get(show.start..show.end).unwrap_or_default();
            writer.operator(source, glyphs, self.encoded, self.typefaces)?;
            drift = writer.drift;
            used.append(&mut writer.stand_ins_used);
            out = writer.out;
            copied_to = show.end;
        }
        out.extend_from_slice(carrier.bytes.get(copied_to..).unwrap_or_default());
        Ok((out, used, extra))
    }
}

impl Writer<'_> {
    /// Points per thousandth of text space along the line.
    fn unit(&self) -> f64 {
        (self.show.size * self.show.stretch).abs() * self.show.scale / 1000.0
    }

    fn operator(
        &mut self,
        source: &[u8],
        glyphs: &[Glyph],
        encoded: &[Vec<u8>],
        typefaces: &Typefaces,
    ) -> Result<()> {
        let instruction = Lexer::new(source).next().ok_or_else(|| {
            Error::new(ErrorKind::Internal, "a text operator cannot be read again")
        })?;
        match instruction.operator {
            b"'" => self.out.extend_from_slice(b"T* "),
            b"\"" => {
                let spaces = format!(
                    "{} Tw {} Tc T* ",
                    decimal(self.show.word_space),
                    decimal(self.show.char_space)
                );
                self.out.extend_from_slice(spaces.as_bytes());
            }
            _ => {}
        }
        let elements = match instruction.operands.last() {
            Some(Operand::Array(items)) => items.clone(),
            Some(text @ Operand::Text(_)) => vec![text.clone()],
            _ => Vec::new(),
        };
        let mut rest = glyphs.iter().peekable();
        let mut after_gone = false;
        for (index, element) in elements.iter().enumerate() {
            match element {
                Operand::Number(number) => {
                    let gap = -number * self.unit();
                    let small = gap.abs() < 0.15 * 1000.0 * self.unit() * self.em;
                    let next_gone = rest
                        .peek()
                        .is_some_and(|g| self.plan.gone.contains_key(&key(g)));
                    if after_gone && (next_gone || small || rest.peek().is_none()) {
                        self.drift -= gap;
                    } else {
                        self.number(*number);
                    }
                }
                Operand::Text(text) => {
                    let mut own = Vec::new();
                    while let Some(glyph) = rest.next_if(|g| wide(g.element) == index) {
                        own.push(*glyph);
                    }
                    after_gone = self.string(text, &own, after_gone, encoded, typefaces);
                }
                Operand::Name(_) | Operand::Array(_) | Operand::Dict(_) | Operand::Other => {}
            }
        }
        self.close();
        Ok(())
    }

    fn string(
        &mut self,
        text: &[u8],
        glyphs: &[Glyph],
        mut after_gone: bool,
        encoded: &[Vec<u8>],
        typefaces: &Typefaces,
    ) -> bool {
        for (index, glyph) in glyphs.iter().enumerate() {
            let start = wide(glyph.at);
            let end = glyphs
                .get(index + 1)
                .map_or(text.len(), |next| wide(next.at));
            let key = key(glyph);
            match self.plan.gone.get(&key) {
                Some(stand_in) => {
                    if let Some(stand_in) = stand_in {
                        let want = self.plan.shifts.get(&key).copied().unwrap_or(0.0);
                        self.move_to(want);
                        self.stand_in(*stand_in, encoded, typefaces);
                    }
                    self.drift -= glyph.advance;
                    after_gone = true;
                }
                None => {
                    let want = self.plan.shifts.get(&key).copied().unwrap_or(0.0);
                    self.move_to(want);
                    self.pending
                        .extend_from_slice(text.get(start..end).unwrap_or_default());
                    after_gone = false;
                }
            }
        }
        after_gone
    }

    fn move_to(&mut self, want: f64) {
        let unit = self.unit();
        if (want - self.drift).abs() > TINY && unit > 0.0 {
            self.number(-(want - self.drift) / unit);
            self.drift = want;
        }
    }

    fn number(&mut self, number: f64) {
        self.flush();
        self.open();
        self.out.extend_from_slice(decimal(number).as_bytes());
        self.out.push(b' ');
    }

    fn open(&mut self) {
        if !self.array_open {
            self.out.push(b'[');
            self.array_open = true;
        }
    }

    fn flush(&mut self) {
        if !self.pending.is_empty() {
            self.open();
            let pending = std::mem::take(&mut self.pending);
            write_hex(&pending, &mut self.out);
        }
    }

    fn close(&mut self) {
        self.flush();
        if self.array_open {
            self.out.extend_from_slice(b"]TJ ");
            self.array_open = false;
        }
    }

    /// Writes a stand-in in its own font and restores the state around it.
    fn stand_in(&mut self, index: u32, encoded: &[Vec<u8>], typefaces: &Typefaces) {
        self.close();
        let (Some(stand_in), Some(codes)) = (
            self.plan.stand_ins.get(wide(index)),
            encoded.get(wide(index)),
        ) else {
            return;
        };
        let Some(face) = typefaces.get(stand_in.typeface) else {
            return;
        };
        let show = self.show;
        let size = show.size * self.em * stand_in.fit;
        let out = &mut self.out;
        out.extend_from_slice(format!("/{} {} Tf ", face.name(), decimal(size)).as_bytes());
        if show.char_space != 0.0 {
            out.extend_from_slice(b"0 Tc ");
        }
        // Word space is for one-byte codes, but readers add it to a glyph with
        // the two-byte code 32 as well.
        if show.word_space != 0.0 {
            out.extend_from_slice(b"0 Tw ");
        }
        write_hex(codes, out);
        out.extend_from_slice(b" Tj ");
        write_name(&self.font_name, out);
        out.extend_from_slice(format!(" {} Tf ", decimal(show.size)).as_bytes());
        if show.char_space != 0.0 {
            out.extend_from_slice(format!("{} Tc ", decimal(show.char_space)).as_bytes());
        }
        if show.word_space != 0.0 {
            out.extend_from_slice(format!("{} Tw ", decimal(show.word_space)).as_bytes());
        }
        self.drift += stand_in.width;
        self.stand_ins_used.insert(index);
    }
}

/// Puts new bytes into a stream and fonts into the resources of its owner.
pub(super) fn put_back(
    doc: &mut Document,
    stream: ObjectId,
    owner: ObjectId,
    bytes: Vec<u8>,
    fonts: &[(Vec<u8>, ObjectId)],
) -> Result<()> {
    let lost = || {
        Error::new(
            ErrorKind::Internal,
            "a content stream is not there any more",
        )
    };
    let Some(Object::Stream(content)) = doc.objects.get_mut(&stream) else {
        return Err(lost());
    };
    content.set_plain_content(bytes);
    let dict = match doc.objects.get_mut(&owner) {
        Some(Object::Dictionary(page)) => page,
        Some(Object::Stream(stream)) => &mut stream.dict,
        _ => return Err(lost()),
    };
    let Ok(Object::Dictionary(resources)) = dict.get_mut(b"Resources") else {
        return Err(lost());
    };
    let mut map = match resources.remove(b"Font") {
        Some(Object::Dictionary(map)) => map,
        _ => Dictionary::new(),
    };
    for (name, id) in fonts {
        map.set(name.clone(), *id);
    }
    resources.set("Font", map);
    Ok(())
}
