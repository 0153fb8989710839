//! Makes a content stream safe to copy: only known operators with their own
//! kinds of operands stay, comments and marked-content properties go (they
//! repeat the text as `ActualText`), and every `q` and `BT` is closed. Every
//! other byte stays as it was.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use super::geometry::whole;
use super::lex::{Instruction, Lexer, Operand};
use super::names::Names;
use crate::format::step::{Step, is_off};

/// A content stream that may be written.
#[derive(Debug, Default)]
pub(super) struct Tidy {
    pub(super) bytes: Vec<u8>,
    /// Marked-content property lists taken out that held text.
    pub(super) n_properties: u32,
    /// Numbers of marked content that a structure tree may refer to.
    pub(super) marks: BTreeSet<u32>,
}

/// How deep `q` may nest: what is deeper is an attack on the reader.
const MAX_SAVES: u32 = 4096;

/// Operators that take no strings, with the most operands that mean anything.
const PLAIN: &[(&[u8], usize)] = &[
    (b"q", 0),
    (b"Q", 0),
    (b"cm", 6),
    (b"w", 1),
    (b"J", 1),
    (b"j", 1),
    (b"M", 1),
    (b"d", 2),
    (b"ri", 1),
    (b"i", 1),
    (b"gs", 1),
    (b"m", 2),
    (b"l", 2),
    (b"c", 6),
    (b"v", 4),
    (b"y", 4),
    (b"h", 0),
    (b"re", 4),
    (b"S", 0),
    (b"s", 0),
    (b"f", 0),
    (b"F", 0),
    (b"f*", 0),
    (b"B", 0),
    (b"B*", 0),
    (b"b", 0),
    (b"b*", 0),
    (b"n", 0),
    (b"W", 0),
    (b"W*", 0),
    (b"BT", 0),
    (b"ET", 0),
    (b"Tc", 1),
    (b"Tw", 1),
    (b"Tz", 1),
    (b"TL", 1),
    (b"Tf", 2),
    (b"Tr", 1),
    (b"Ts", 1),
    (b"Td", 2),
    (b"TD", 2),
    (b"Tm", 6),
    (b"T*", 0),
    (b"d0", 2),
    (b"d1", 6),
    (b"CS", 1),
    (b"cs", 1),
    (b"SC", 33),
    (b"SCN", 33),
    (b"sc", 33),
    (b"scn", 33),
    (b"G", 1),
    (b"g", 1),
    (b"RG", 3),
    (b"rg", 3),
    (b"K", 4),
    (b"k", 4),
    (b"sh", 1),
    (b"Do", 1),
    (b"BX", 0),
    (b"EX", 0),
];

struct Tidier<'a> {
    source: &'a [u8],
    names: &'a mut Names,
    out: Tidy,
    copied_to: usize,
    saves: u32,
    in_text: bool,
    open: Vec<Mark>,
    /// Numbers of marked content by the name of its properties, if marks stay.
    properties: Option<&'a HashMap<&'a [u8], i64>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Kept,
    Gone,
}

/// Marked content is numbered from 0; nobody marks more on a page.
const MAX_MARK: i64 = 65_535;

/// Cleans one content stream; only layers stay marked. `names` learns what
/// resources it uses.
pub(super) fn tidy(source: &[u8], names: &mut Names) -> Tidy {
    tidy_page(source, None, names)
}

/// Cleans the content of a page. With `properties`, content stays marked with
/// its number for a structure tree, and decoration as such.
pub(super) fn tidy_page<'a>(
    source: &'a [u8],
    properties: Option<&'a HashMap<&'a [u8], i64>>,
    names: &'a mut Names,
) -> Tidy {
    let mut tidier = Tidier {
        source,
        names,
        out: Tidy::default(),
        copied_to: 0,
        saves: 0,
        in_text: false,
        open: Vec::new(),
        properties,
    };
    let mut lexer = Lexer::new(source);
    let mut n_comments = 0;
    while let Some(instruction) = lexer.next() {
        let inside = lexer.comments.get(n_comments..).unwrap_or_default();
        n_comments += inside.len();
        tidier.instruction(&instruction, inside);
    }
    let rest = if is_off(Step::PdfComments) {
        source.len()..source.len()
    } else {
        tidier.copied_to..source.len()
    };
    tidier.replace(rest, b"");
    for _ in 0..tidier.open.iter().filter(|m| **m == Mark::Kept).count() {
        tidier.out.bytes.extend_from_slice(b" EMC");
    }
    if tidier.in_text {
        tidier.out.bytes.extend_from_slice(b" ET");
    }
    for _ in 0..tidier.saves {
        tidier.out.bytes.extend_from_slice(b" Q");
    }
    while tidier
        .out
        .bytes
        .last()
        .is_some_and(|b| super::lex::is_space(*b))
    {
        tidier.out.bytes.pop();
    }
    tidier.out
}

impl Tidier<'_> {
    /// Copies what stands before a range, then puts other bytes in its place.
    fn replace(&mut self, range: Range<usize>, with: &[u8]) {
        let before = self.source.get(self.copied_to..range.start);
        self.out.bytes.extend_from_slice(before.unwrap_or_default());
        self.out.bytes.extend_from_slice(with);
        self.copied_to = range.end;
    }

    fn instruction(&mut self, instruction: &Instruction<'_>, comments: &[Range<usize>]) {
        // What stands between two instructions is white space and comments.
        self.gap(instruction.span.start);
        let span = instruction.span.clone();
        if is_off(Step::PdfMarks) && matches!(instruction.operator, b"BMC" | b"BDC" | b"EMC") {
            for operand in &instruction.operands {
                operand.names(&mut |name| self.names.keep(name));
            }
            return self.replace(span.end..span.end, b"");
        }
        match self.verdict(instruction) {
            None => self.replace(span, b""),
            Some(Verdict::Mark(bytes)) => self.replace(span, &bytes),
            Some(Verdict::Other) => {
                let bytes = self.anew(instruction);
                self.replace(span, &bytes);
            }
            Some(Verdict::Keep) => {
                if self.names_of(instruction) {
                    let bytes = self.anew(instruction);
                    return self.replace(span, &bytes);
                }
                for comment in comments.iter().filter(|c| c.start > span.start) {
                    self.replace(comment.clone(), b"\n");
                }
                self.replace(span.end..span.end, b"");
            }
        }
    }

    /// Notes the names of resources; whether one has another name in the copy.
    fn names_of(&mut self, instruction: &Instruction<'_>) -> bool {
        let names = &mut *self.names;
        let mut renamed = false;
        if instruction.operator == b"BI" {
            for operand in &instruction.operands {
                operand.names(&mut |name| names.keep(name));
            }
        } else if RESOURCES.contains(&instruction.operator) {
            for operand in &instruction.operands {
                operand.names(&mut |name| renamed |= names.take(name) != name);
            }
        }
        renamed
    }

    /// An instruction written anew with its last operands only.
    fn anew(&mut self, instruction: &Instruction<'_>) -> Vec<u8> {
        let operands = &instruction.operands;
        let most = most_operands(instruction.operator);
        let named = RESOURCES.contains(&instruction.operator);
        let mut out = Vec::new();
        for operand in operands.iter().skip(operands.len().saturating_sub(most)) {
            match operand {
                Operand::Name(name) if named && name != b"OC" => {
                    write_name(self.names.take(name), &mut out);
                }
                other => write_operand(other, &mut out),
            }
            out.push(b' ');
        }
        out.extend_from_slice(instruction.operator);
        out
    }

    fn gap(&mut self, next: usize) {
        let gap = self.source.get(self.copied_to..next).unwrap_or_default();
        if gap.iter().all(|byte| super::lex::is_space(*byte)) || is_off(Step::PdfComments) {
            self.replace(next..next, b"");
        } else {
            self.replace(self.copied_to..next, b"\n");
        }
    }

    fn verdict(&mut self, instruction: &Instruction<'_>) -> Option<Verdict> {
        let operands = &instruction.operands;
        match instruction.operator {
            b"Tj" | b"TJ" | b"'" => self.show(operands, 1, instruction.operator),
            b"\"" => self.show(operands, 3, instruction.operator),
            b"BI" => {
                let text = operands.iter().any(Operand::has_text);
                let indexed = operands.iter().any(is_indexed);
                (!text || indexed).then_some(Verdict::Keep)
            }
            b"BMC" | b"BDC" => self.begin(operands),
            b"EMC" => {
                let mark = self.open.pop()?;
                (mark == Mark::Kept).then_some(Verdict::Keep)
            }
            operator => {
                let (_, most) = PLAIN.iter().find(|(name, _)| *name == operator)?;
                if !self.nesting(operator) || operands.iter().any(Operand::has_text) {
                    return None;
                }
                let names = operands
                    .iter()
                    .any(|operand| matches!(operand, Operand::Name(_)));
                if names && !RESOURCES.contains(&operator) && !is_intent(operands) {
                    return None;
                }
                let more = operands.len() > *most;
                Some(if more { Verdict::Other } else { Verdict::Keep })
            }
        }
    }

    /// Keeps count of what is open; false for what closes nothing.
    fn nesting(&mut self, operator: &[u8]) -> bool {
        match operator {
            b"q" if self.saves >= MAX_SAVES => return false,
            b"q" => self.saves += 1,
            b"Q" if self.saves == 0 => return false,
            b"Q" => self.saves -= 1,
            b"BT" => self.in_text = true,
            b"ET" => self.in_text = false,
            _ => {}
        }
        true
    }

    fn show(&self, operands: &[Operand], n: usize, operator: &[u8]) -> Option<Verdict> {
        let last = operands.last()?;
        let fits = match operator {
            b"TJ" => matches!(last, Operand::Array(_)),
            _ => matches!(last, Operand::Text(_)),
        };
        if !fits || operands.len() < n {
            return None;
        }
        let nested = matches!(last, Operand::Array(items)
            if items.iter().any(|i| !matches!(i, Operand::Number(_) | Operand::Text(_))));
        if operands.len() > n || nested {
            return Some(Verdict::Other);
        }
        Some(Verdict::Keep)
    }

    fn begin(&mut self, operands: &[Operand]) -> Option<Verdict> {
        if operands.iter().any(Operand::has_text) {
            self.out.n_properties += 1;
        }
        let verdict = self.mark(operands);
        self.open.push(match verdict {
            Some(_) => Mark::Kept,
            None => Mark::Gone,
        });
        verdict
    }

    /// What stays of the beginning of marked content.
    fn mark(&mut self, operands: &[Operand]) -> Option<Verdict> {
        let (tag, property) = match operands {
            [
                ..,
                Operand::Name(tag),
                property @ (Operand::Name(_) | Operand::Dict(_)),
            ] => (tag.as_slice(), Some(property)),
            [.., Operand::Name(tag)] => (tag.as_slice(), None),
            _ => return None,
        };
        if tag == b"OC" {
            let named = matches!(property, Some(Operand::Name(_)));
            return named.then_some(Verdict::Keep);
        }
        let properties = self.properties?;
        if tag == b"Artifact" {
            return Some(Verdict::Mark(b"/Artifact BMC".to_vec()));
        }
        let number = match property? {
            Operand::Dict(entries) => {
                let entry = entries.iter().find(|(key, _)| key == b"MCID");
                entry.and_then(|(_, value)| value.number()).map(whole)
            }
            Operand::Name(name) => properties.get(name.as_slice()).copied(),
            _ => None,
        };
        let number = number.filter(|number| (0..=MAX_MARK).contains(number))?;
        self.out.marks.insert(u32::try_from(number).ok()?);
        // What it is stands in the tree; a word of the producer's here is one too many.
        let mark = format!("/Span <</MCID {number}>> BDC");
        Some(Verdict::Mark(mark.into_bytes()))
    }
}

enum Verdict {
    Keep,
    /// Other bytes, whose names are no resources.
    Mark(Vec<u8>),
    /// The same written anew.
    Other,
}

fn is_indexed(operand: &Operand) -> bool {
    let Operand::Dict(entries) = operand else {
        return false;
    };
    entries.iter().all(|(key, value)| {
        !value.has_text()
            || (matches!(key.as_slice(), b"CS" | b"ColorSpace")
                && matches!(value, Operand::Array(_)))
    })
}

/// Operators that call resources by name.
const RESOURCES: &[&[u8]] = &[
    b"Tf", b"gs", b"Do", b"cs", b"CS", b"sc", b"SC", b"scn", b"SCN", b"sh", b"BDC",
];

fn most_operands(operator: &[u8]) -> usize {
    let plain = PLAIN.iter().find(|(name, _)| *name == operator);
    match operator {
        b"\"" => 3,
        b"BDC" => 2,
        _ => plain.map_or(1, |(_, most)| *most),
    }
}

/// Whether the operands are one of the rendering intents there are.
fn is_intent(operands: &[Operand]) -> bool {
    const INTENTS: [&[u8]; 4] = [
        b"AbsoluteColorimetric",
        b"RelativeColorimetric",
        b"Saturation",
        b"Perceptual",
    ];
    matches!(operands, [Operand::Name(name)] if INTENTS.contains(&name.as_slice()))
}

/// Writes an operand; dictionaries do not occur where this is used.
pub(super) fn write_operand(operand: &Operand, out: &mut Vec<u8>) {
    match operand {
        Operand::Number(value) => {
            out.extend_from_slice(super::geometry::decimal(*value).as_bytes());
        }
        Operand::Name(name) => write_name(name, out),
        Operand::Text(text) => write_hex(text, out),
        Operand::Array(items) => {
            out.push(b'[');
            for item in items {
                if matches!(item, Operand::Number(_) | Operand::Text(_)) {
                    write_operand(item, out);
                    out.push(b' ');
                }
            }
            out.push(b']');
        }
        Operand::Dict(_) | Operand::Other => out.extend_from_slice(b"null"),
    }
}

/// Writes a name with everything unusual escaped.
pub(super) fn write_name(name: &[u8], out: &mut Vec<u8>) {
    out.push(b'/');
    for byte in name {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+' | b'.') {
            out.push(*byte);
        } else {
            out.extend_from_slice(format!("#{byte:02X}").as_bytes());
        }
    }
}

/// Writes a string in hex.
pub(super) fn write_hex(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'<');
    for byte in text {
        out.extend_from_slice(format!("{byte:02X}").as_bytes());
    }
    out.push(b'>');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clean(source: &str) -> String {
        String::from_utf8(tidy(source.as_bytes(), &mut Names::default()).bytes).unwrap()
    }

    #[test]
    fn what_is_in_order_keeps_its_bytes() {
        let source = "q 1 0 0 1 50.0 700 cm\nBT /F1 12 Tf (Hallo) Tj ET\nQ";
        assert_eq!(clean(source), source);
    }

    #[test]
    fn text_beside_the_glyphs_goes() {
        let got = clean(
            "/Span <</ActualText (Erika)>> BDC BT (x) Tj % Erika\nET EMC (Erika) foo \
             (Erika) 1 g /Erika BMC EMC (Erika) (y) Tj (Erika)",
        );
        assert!(!got.contains("Erika"), "{got}");
        assert!(got.contains("(x) Tj") && got.contains("<79> Tj"), "{got}");
    }

    #[test]
    fn telling_names_of_resources_are_others_in_the_copy() {
        let mut names = Names::default();
        let source =
            b"/Erika_Mustermann 12 Tf /F1 9 Tf /Erika_Mustermann Do /DeviceRGB cs /Erika ri";
        let got = String::from_utf8(tidy(source, &mut names).bytes).unwrap();
        assert_eq!(got, "/DnN0 12 Tf /F1 9 Tf /DnN0 Do /DeviceRGB cs");
        assert_eq!(names.get(b"Erika_Mustermann"), Some(&b"DnN0"[..]));
    }

    #[test]
    fn layers_stay_and_everything_is_closed() {
        let got = clean("/OC /L1 BDC q BT (x) Tj");
        assert_eq!(got, "/OC /L1 BDC q BT (x) Tj EMC ET Q");
        assert_eq!(clean("Q Q 1 w EMC").trim(), "1 w");
    }

    #[test]
    fn numbers_for_the_structure_tree_stay() {
        let named = HashMap::from([(&b"Q"[..], 4)]);
        let source = b"/Erika <</MCID 3 /ActualText (Erika)>> BDC (x) Tj EMC /P /Q BDC EMC \
                       /Artifact <</Erika 1>> BDC EMC /P /Erika BDC EMC";
        let got = tidy_page(source, Some(&named), &mut Names::default());
        let text = String::from_utf8(got.bytes.clone()).unwrap();
        assert!(!text.contains("Erika"), "{text}");
        assert!(text.starts_with("/Span <</MCID 3>> BDC"), "{text}");
        assert!(text.contains("/Span <</MCID 4>> BDC") && text.contains("/Artifact BMC"));
        assert_eq!(got.marks, BTreeSet::from([3, 4]));
        assert_eq!(
            tidy_page(&got.bytes, Some(&named), &mut Names::default()).bytes,
            got.bytes
        );
    }

    #[test]
    fn cleaning_twice_changes_nothing() {
        let once = clean("q %a\n BT [(a)%b\n-3(b)]TJ /P <</MCID 0>> BDC EMC 7 8 9 w");
        assert_eq!(clean(&once), once);
    }
}
