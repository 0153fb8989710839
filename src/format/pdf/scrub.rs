//! Takes out of fonts what the file does not show any more: entries of maps
//! from codes to characters, Type 3 glyphs, outlines of embedded fonts. A font
//! that still holds the letters of a name tells them.

use std::collections::{BTreeMap, HashMap, HashSet};

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};
use subsetter::GlyphRemapper;

use super::geometry::wide;
use super::interpret::Analysis;
use super::typeface::to_unicode;
use crate::format::step::{Step, is_off};

/// Rewrites every map from codes to characters so that it tells only of codes
/// that the file still shows, and drops Type 3 glyphs nobody shows.
pub(super) fn scrub_fonts(doc: &mut Document, analysis: &Analysis) {
    if is_off(Step::PdfFonts) {
        return;
    }
    let mut used: HashMap<u32, BTreeMap<u32, (u8, String)>> = HashMap::new();
    let mut seen = HashSet::new();
    for glyph in &analysis.glyphs {
        if !seen.insert(glyph.code) {
            continue;
        }
        let Some(code) = analysis.codes.get(wide(glyph.code)) else {
            continue;
        };
        let Some(face) = analysis.faces.get(wide(code.face)) else {
            continue;
        };
        let entry = (code.n_bytes, code.spelled.clone());
        used.entry(face.id).or_default().insert(code.code, entry);
    }
    let fonts: Vec<ObjectId> = doc
        .objects
        .iter()
        .filter(|(_, object)| {
            object
                .as_dict()
                .is_ok_and(|dict| dict.has_type(b"Font") || dict.has(b"ToUnicode"))
        })
        .map(|(id, _)| *id)
        .collect();
    let mut maps: HashSet<ObjectId> = HashSet::new();
    let users = users(doc);
    for id in fonts {
        let none = BTreeMap::new();
        let used = used.get(&id.0).unwrap_or(&none);
        scrub_map(doc, id, used, &mut maps);
        scrub_type3(doc, id, used);
        scrub_differences(doc, id, used);
        scrub_program(doc, id, used, &users);
    }
    for id in maps {
        doc.objects.remove(&id);
    }
}

fn scrub_map(
    doc: &mut Document,
    font: ObjectId,
    used: &BTreeMap<u32, (u8, String)>,
    old: &mut HashSet<ObjectId>,
) {
    let Some(Object::Dictionary(dict)) = doc.objects.get_mut(&font) else {
        return;
    };
    let map = dict.remove(b"ToUnicode");
    // A composite font is told even if it was not: its program, which may tell
    // too, is cut down.
    if map.is_none() && !dict.has(b"DescendantFonts") {
        return;
    }
    if let Some(Object::Reference(id)) = map {
        old.insert(id);
    }
    let pairs: Vec<(u32, String)> = used
        .iter()
        .filter(|(_, (_, text))| !text.is_empty())
        .map(|(code, (_, text))| (*code, text.clone()))
        .collect();
    let n_bytes = used
        .values()
        .map(|(n_bytes, _)| *n_bytes)
        .max()
        .unwrap_or(1);
    let stream = Stream::new(Dictionary::new(), to_unicode(&pairs, usize::from(n_bytes)));
    let id = doc.add_object(stream);
    if let Some(Object::Dictionary(dict)) = doc.objects.get_mut(&font) {
        dict.set("ToUnicode", id);
    }
}

fn scrub_type3(doc: &mut Document, font: ObjectId, used: &BTreeMap<u32, (u8, String)>) {
    let Some(Object::Dictionary(dict)) = doc.objects.get(&font) else {
        return;
    };
    let Ok(Object::Dictionary(procs)) = dict.get(b"CharProcs") else {
        return;
    };
    let encoding = match dict.get(b"Encoding") {
        Ok(Object::Reference(id)) => doc.objects.get(id),
        other => other.ok(),
    };
    let differences = encoding
        .and_then(|encoding| encoding.as_dict().ok())
        .and_then(|encoding| encoding.get(b"Differences").ok())
        .and_then(|differences| differences.as_array().ok());
    let Some(differences) = differences else {
        return;
    };
    let mut at = 0_u32;
    let mut keep = HashSet::new();
    for item in differences {
        match item {
            Object::Integer(code) => at = u32::try_from(*code).unwrap_or(0),
            Object::Name(name) => {
                if used.contains_key(&at) {
                    keep.insert(name.clone());
                }
                at += 1;
            }
            _ => {}
        }
    }
    let gone: Vec<(Vec<u8>, Option<ObjectId>)> = procs
        .iter()
        .filter(|(name, _)| !keep.contains(*name))
        .map(|(name, proc)| (name.clone(), proc.as_reference().ok()))
        .collect();
    for (_, id) in &gone {
        if let Some(id) = id {
            doc.objects.remove(id);
        }
    }
    if let Some(Object::Dictionary(dict)) = doc.objects.get_mut(&font)
        && let Ok(Object::Dictionary(procs)) = dict.get_mut(b"CharProcs")
    {
        for (name, _) in gone {
            procs.remove(&name);
        }
    }
}

/// Leaves in the encoding of a simple font the names of glyphs still shown.
fn scrub_differences(doc: &mut Document, font: ObjectId, used: &BTreeMap<u32, (u8, String)>) {
    let Some(Object::Dictionary(dict)) = doc.objects.get(&font) else {
        return;
    };
    let encoding = match dict.get(b"Encoding") {
        Ok(Object::Reference(id)) => doc.objects.get(id),
        other => other.ok(),
    };
    let Some(Object::Dictionary(encoding)) = encoding else {
        return;
    };
    let Ok(Object::Array(all)) = encoding.get(b"Differences") else {
        return;
    };
    let mut kept = Vec::new();
    let mut at = 0_u32;
    let mut next = None;
    for item in all {
        match item {
            Object::Integer(code) => at = u32::try_from(*code).unwrap_or(0),
            Object::Name(name) => {
                if used.contains_key(&at) {
                    if next != Some(at) {
                        kept.push(Object::Integer(i64::from(at)));
                    }
                    kept.push(Object::Name(name.clone()));
                    next = at.checked_add(1);
                }
                at = at.saturating_add(1);
            }
            _ => {}
        }
    }
    let mut encoding = encoding.clone();
    encoding.set("Differences", kept);
    if let Some(Object::Dictionary(dict)) = doc.objects.get_mut(&font) {
        dict.set("Encoding", encoding);
    }
}

/// Cuts the embedded program of a composite TrueType font down to the glyphs
/// still used. Fonts of other kinds keep theirs.
fn scrub_program(
    doc: &mut Document,
    font: ObjectId,
    used: &BTreeMap<u32, (u8, String)>,
    users: &HashMap<ObjectId, u32>,
) {
    if used.is_empty() {
        return;
    }
    let Some((cid_font, program)) = program(doc, font, users) else {
        return;
    };
    let mut remapper = GlyphRemapper::new();
    let map = glyph_map(doc, cid_font);
    let mut new_map: Vec<u8> = Vec::new();
    for code in used.keys() {
        let Ok(cid) = u16::try_from(*code) else {
            return;
        };
        let glyph = match &map {
            Some(map) => map.get(usize::from(cid)).copied().unwrap_or(0),
            None => cid,
        };
        new_map.resize(usize::from(cid) * 2, 0);
        new_map.extend_from_slice(&remapper.remap(glyph).to_be_bytes());
    }
    let Some(Object::Stream(old)) = doc.objects.get(&program) else {
        return;
    };
    let Ok(subset) = subsetter::subset(&old.content, 0, &remapper) else {
        return;
    };
    let mut dict = Dictionary::new();
    dict.set("Length1", i64::try_from(subset.len()).unwrap_or_default());
    let map = doc.add_object(Stream::new(Dictionary::new(), new_map));
    doc.objects
        .insert(program, Stream::new(dict, subset).into());
    if let Some(Object::Dictionary(dict)) = doc.objects.get_mut(&cid_font) {
        if let Ok(Object::Reference(old)) = dict.get(b"CIDToGIDMap") {
            let old = *old;
            dict.set("CIDToGIDMap", map);
            doc.objects.remove(&old);
        } else {
            dict.set("CIDToGIDMap", map);
        }
    }
}

/// The descendant of a composite font and its TrueType program, if both are
/// this font's alone and codes are glyph numbers.
fn program(
    doc: &Document,
    font: ObjectId,
    users: &HashMap<ObjectId, u32>,
) -> Option<(ObjectId, ObjectId)> {
    let dict = doc.objects.get(&font)?.as_dict().ok()?;
    let identity = dict
        .get(b"Encoding")
        .and_then(Object::as_name)
        .is_ok_and(|name| matches!(name, b"Identity-H" | b"Identity-V"));
    let descendants = dict.get(b"DescendantFonts").ok()?.as_array().ok()?;
    let cid_font = descendants
        .first()?
        .as_reference()
        .ok()
        .filter(|_| identity)?;
    let dict = doc.objects.get(&cid_font)?.as_dict().ok()?;
    let kind = dict.get(b"Subtype").and_then(Object::as_name).ok()?;
    let descriptor = dict.get(b"FontDescriptor").ok()?.as_reference().ok()?;
    let program = doc.objects.get(&descriptor)?.as_dict().ok()?;
    let program = program.get(b"FontFile2").ok()?.as_reference().ok()?;
    let alone = [cid_font, descriptor, program]
        .iter()
        .all(|id| users.get(id).copied().unwrap_or(0) == 1);
    (kind == b"CIDFontType2" && alone).then_some((cid_font, program))
}

/// How many fonts use a descendant, a descriptor, a program.
fn users(doc: &Document) -> HashMap<ObjectId, u32> {
    let mut out = HashMap::new();
    for dict in doc
        .objects
        .values()
        .filter_map(|object| object.as_dict().ok())
    {
        for key in [&b"DescendantFonts"[..], b"FontDescriptor", b"FontFile2"] {
            let Ok(value) = dict.get(key) else { continue };
            let first = value.as_array().map_or(Some(value), |array| array.first());
            if let Some(Object::Reference(id)) = first {
                *out.entry(*id).or_default() += 1;
            }
        }
    }
    out
}

/// The map from CIDs to glyphs; `None` if they are the same.
fn glyph_map(doc: &Document, cid_font: ObjectId) -> Option<Vec<u16>> {
    let dict = doc.objects.get(&cid_font)?.as_dict().ok()?;
    let map = dict.get(b"CIDToGIDMap").ok()?.as_reference().ok()?;
    let stream = doc.objects.get(&map)?.as_stream().ok()?;
    let (pairs, _) = stream.content.as_chunks::<2>();
    Some(pairs.iter().map(|pair| u16::from_be_bytes(*pair)).collect())
}
