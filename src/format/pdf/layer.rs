//! The text layer of a page that OCR has read: the old one goes, a new one is
//! written that says what the covered picture shows, and stand-ins are written
//! visibly on the covers. Stand-ins are text of the page and not pixels, so that
//! every reader gets them exactly.

use lopdf::{Document, Object, ObjectId};

use super::covers::{self, Changes};
use super::font::Style;
use super::gate::{self, Doubts};
use super::geometry::{decimal, wide};
use super::interpret::Analysis;
use super::lex::{Instruction, Lexer, Operand};
use super::pages::Clean;
use super::plan::{Plan, key};
use super::reading::{SeenWord, matrix};
use super::sight::{self, Seen};
use super::splice::{put_back, splice};
use super::tidy::write_hex;
use super::typeface::{Typeface, Typefaces};
use crate::error::{Error, ErrorKind, Result};

/// A stand-in shrinks to this part of the size around it before it is squeezed.
const SMALLEST: f64 = 0.6;
/// The resource names of the two fonts.
const HIDDEN: &str = "DnO";
const SHOWN: &str = "DnP";

/// The file without the layers of pages that are read anew, and how many pages
/// had one. On a scan all text that nobody sees is its layer.
///
/// # Errors
/// If the text that is seen changes.
pub(super) fn without(
    clean: Clean,
    analysis: Analysis,
    doubts: &[(u32, Doubts)],
    budget: usize,
) -> Result<(Clean, Analysis, u32)> {
    let mut changed = clean.out.clone();
    let mut n_cut = 0;
    for (page, _) in doubts {
        let content = clean.pages.get(wide(*page).saturating_sub(1));
        let content = content.and_then(|page| changed.objects.get_mut(&page.content));
        if let Some(Object::Stream(stream)) = content
            && let Some(end) = own_layer(&stream.content)
        {
            let kept = stream.content.get(..end).unwrap_or_default().to_vec();
            stream.set_plain_content(kept);
            n_cut += 1;
        }
    }
    let (mut clean, mut analysis) = if n_cut > 0 {
        renewed(clean, &changed, budget)?
    } else {
        (clean, analysis)
    };
    let mut plan = Plan::default();
    let mut n_layers = 0;
    for unit in analysis.units.iter().filter(|unit| !unit.apart) {
        let is_scan = |(page, doubts): &(u32, Doubts)| *page == unit.page && doubts.scan;
        if !doubts.iter().any(is_scan) {
            continue;
        }
        let before = plan.gone.len();
        for glyph in analysis.glyphs.get(unit.glyphs.clone()).unwrap_or_default() {
            if !glyph.painted {
                plan.gone.insert(key(glyph), None);
            }
        }
        n_layers += u32::from(plan.gone.len() > before);
    }
    if !plan.gone.is_empty() {
        let mut changed = clean.out.clone();
        let mut typefaces = Typefaces::default();
        splice(&mut changed, &clean.pages, &analysis, &plan, &mut typefaces)?;
        let (again, written) = renewed(clean, &changed, budget)?;
        gate::same_text(&analysis, &plan, &written)?;
        (clean, analysis) = (again, written);
    }
    Ok((clean, analysis, n_layers))
}

/// The changed file, with what was known of the first cleaning.
fn renewed(old: Clean, changed: &Document, budget: usize) -> Result<(Clean, Analysis)> {
    let (mut clean, analysis) = sight::examined(changed, budget)?;
    clean.dropped = old.dropped;
    Ok((clean, analysis))
}

/// Where the layer that this program wrote begins: the last `q … Q` of a
/// content, with nothing in it but unseen text.
fn own_layer(content: &[u8]) -> Option<usize> {
    let all: Vec<Instruction<'_>> = Lexer::new(content).collect();
    let [rest @ .., text_end, end] = all.as_slice() else {
        return None;
    };
    if end.operator != b"Q" || text_end.operator != b"ET" {
        return None;
    }
    let begin = rest
        .iter()
        .rposition(|i| !matches!(i.operator, b"Tm" | b"Tj" | b"Tf"))?;
    let mode = rest.get(begin)?;
    let hidden = matches!(mode.operands.as_slice(), [Operand::Number(mode)] if *mode == 3.0);
    let opened = |back: usize, operator: &[u8]| {
        let at = begin.checked_sub(back).and_then(|at| rest.get(at));
        at.filter(|i| i.operator == operator)
    };
    if mode.operator != b"Tr" || !hidden || opened(1, b"BT").is_none() {
        return None;
    }
    let start = opened(2, b"q")?.span.start;
    let head = content.get(..start)?;
    Some(head.trim_ascii_end().len())
}

/// Whether a content leaves the graphics state as it found it.
fn is_enclosed(content: &[u8]) -> bool {
    let mut depth = 0_u32;
    for instruction in Lexer::new(content) {
        match instruction.operator {
            b"q" => depth += 1,
            b"Q" if depth > 0 => depth -= 1,
            b"Q" => {}
            _ if depth == 0 => return false,
            _ => {}
        }
    }
    true
}

/// Writes the stand-ins and the layers of all pages that were read.
///
/// # Errors
/// If a picture does not read as it should, or the written text is not the
/// wanted one.
pub(super) fn write(
    mut clean: Clean,
    analysis: Analysis,
    seen: &[Seen],
    changes: &[(u32, Changes)],
    budget: usize,
) -> Result<(Clean, Analysis)> {
    if seen.is_empty() {
        return Ok((clean, analysis));
    }
    let mut hidden = Typeface::new(Style::default())?;
    let mut shown = Typeface::new(Style::default())?;
    let mut contents = Vec::new();
    let mut added = Vec::new();
    let of = |page: &Seen| {
        let own = changes.iter().find(|(number, _)| *number == page.page);
        own.map(|(_, changes)| changes)
    };
    let changed: Vec<&Seen> = seen.iter().filter(|page| of(page).is_some()).collect();
    let mut again = sight::again(&mut clean, &analysis, &changed)?;
    for page in seen {
        let own = of(page);
        let words = match own {
            Some(changes) => {
                let words = again.remove(&page.page).unwrap_or_default();
                covers::compare(page, changes, &words)?;
                words
            }
            None => page.words.clone(),
        };
        let (mut bytes, mut said) = (Vec::new(), String::new());
        if let Some(changes) = own {
            stand_ins(changes, &mut shown, &mut bytes, &mut said)?;
        }
        let layer = layer(&words, &mut hidden, &mut said)?;
        added.push((page.page, said));
        contents.push((page.page, bytes, layer));
    }
    let shown = shown.embed(&mut clean.out)?;
    let hidden = hidden.embed_as("DNSUBT", &mut clean.out)?;
    for (page, stand_ins, layer) in contents {
        append(
            &mut clean,
            page,
            [(stand_ins, SHOWN, shown), (layer, HIDDEN, hidden)],
        )?;
    }
    let (again, written) = renewed_out(clean, budget)?;
    gate::layered(&analysis, &added, &written)?;
    Ok((again, written))
}

/// Appends text in its fonts to the content of a page.
fn append(
    clean: &mut Clean,
    page: u32,
    blocks: [(Vec<u8>, &'static str, ObjectId); 2],
) -> Result<()> {
    let lost = || Error::new(ErrorKind::Internal, "a page is not there any more");
    let page = clean.pages.get(wide(page).saturating_sub(1)).copied();
    let page = page.ok_or_else(lost)?;
    let Some(Object::Stream(stream)) = clean.out.objects.get(&page.content) else {
        return Err(lost());
    };
    let mut content = stream.content.clone();
    let is_any = blocks.iter().any(|(block, ..)| !block.is_empty());
    if is_any && !is_enclosed(&content) {
        content.splice(0..0, *b"q\n");
        content.extend_from_slice(b"\nQ");
    }
    let mut fonts = Vec::new();
    for (block, base, font) in blocks {
        if !block.is_empty() {
            let name = free_name(&clean.out, page.id, base);
            let mode = if base == HIDDEN { "3 Tr\n" } else { "" };
            content.extend_from_slice(format!("\nq\nBT\n{mode}/{name} 1 Tf\n").as_bytes());
            content.extend(block);
            content.extend_from_slice(b"ET\nQ");
            fonts.push((name.into_bytes(), font));
        }
    }
    put_back(&mut clean.out, page.content, page.id, content, &fonts)
}

/// A name that no font of the page has: a copy that is cleaned again has
/// stand-ins of the first time.
fn free_name(doc: &Document, page: ObjectId, base: &str) -> String {
    let page = doc.objects.get(&page).and_then(|page| page.as_dict().ok());
    let resources = page.and_then(|page| page.get(b"Resources").ok()?.as_dict().ok());
    let fonts = resources.and_then(|resources| resources.get(b"Font").ok()?.as_dict().ok());
    let is_free = |name: &String| !fonts.is_some_and(|fonts| fonts.has(name.as_bytes()));
    let names = std::iter::once(base.to_owned()).chain((1..1000).map(|n| format!("{base}{n}")));
    names.into_iter().find(is_free).unwrap_or_default()
}

fn renewed_out(clean: Clean, budget: usize) -> Result<(Clean, Analysis)> {
    let changed = clean.out.clone();
    renewed(clean, &changed, budget)
}

/// Text that the typeface has, without blanks.
fn known(typeface: &Typeface, text: &str) -> String {
    let mut out = String::new();
    for character in text
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '\u{AD}')
    {
        if typeface.has(character) {
            out.push(character);
        }
    }
    out
}

fn push_text(word: &SeenWord, (stretch, size): (f64, f64), codes: &[u8], out: &mut Vec<u8>) {
    let numbers: Vec<String> = matrix(word, stretch, size)
        .0
        .iter()
        .map(|n| decimal(*n))
        .collect();
    out.extend_from_slice(format!("{} Tm ", numbers.join(" ")).as_bytes());
    write_hex(codes, out);
    out.extend_from_slice(b" Tj\n");
}

/// The unseen words.
fn layer(words: &[SeenWord], typeface: &mut Typeface, said: &mut String) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    for word in words {
        let text = known(typeface, &word.text);
        let natural = typeface.width(&text) * word.size;
        if natural <= 0.0 {
            continue;
        }
        let codes = typeface.encode(&text)?;
        push_text(word, (word.width / natural, word.size), &codes, &mut out);
        said.push_str(&text);
    }
    Ok(out)
}

/// The stand-ins on their covers.
fn stand_ins(
    changes: &Changes,
    typeface: &mut Typeface,
    out: &mut Vec<u8>,
    said: &mut String,
) -> Result<()> {
    let Some(first) = changes.placed.first() else {
        return Ok(());
    };
    let mut is_light = !first.word.is_light;
    for placed in &changes.placed {
        let natural = typeface.width(&placed.text) * placed.word.size;
        if natural <= 0.0 {
            continue;
        }
        if placed.word.is_light != is_light {
            is_light = placed.word.is_light;
            out.extend_from_slice(if is_light { b"1 g\n" } else { b"0 g\n" });
        }
        let fit = (placed.room / natural).min(1.0);
        let size = placed.word.size * fit.max(SMALLEST);
        let stretch = (fit / fit.max(SMALLEST)).max(0.4);
        let codes = typeface.encode(&placed.text)?;
        push_text(&placed.word, (stretch, size), &codes, out);
        said.push_str(&placed.text);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_layer_of_ours_is_cut() {
        let page = b"q 1 0 0 1 0 0 cm /Im Do Q";
        let layer = b"\nq\nBT\n3 Tr\n/F 1 Tf\n1 0 0 1 5 5 Tm <01> Tj\nET\nQ";
        let both = [&page[..], layer].concat();
        assert_eq!(own_layer(&both), Some(page.len()));
        assert_eq!(own_layer(page), None);
        let seen = both.clone();
        let seen = String::from_utf8(seen).unwrap().replace("3 Tr", "0 Tr");
        assert_eq!(own_layer(seen.as_bytes()), None);
        let more = String::from_utf8(both)
            .unwrap()
            .replace("3 Tr", "3 Tr 1 0 0 rg");
        assert_eq!(own_layer(more.as_bytes()), None);
    }

    #[test]
    fn a_state_that_stays_open_is_noticed() {
        assert!(is_enclosed(b"q 1 0 0 1 0 0 cm Q q BT ET Q"));
        assert!(!is_enclosed(b"1 0 0 1 0 0 cm q Q"));
        assert!(!is_enclosed(b"q Q 0 g"));
    }
}
