//! The last step: maps and glyphs that nothing uses any more go, streams are
//! packed, and the file is saved as one revision with fixed marks, so that the
//! same content gives the same bytes.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::Write;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};
use sha2::{Digest, Sha256};

use super::geometry::wide;
use super::interpret::Analysis;
use super::typeface::to_unicode;
use crate::error::{Error, ErrorKind, Result};

/// The program that wrote the file, as every output says.
const PRODUCER: &str = "deckname";

/// Saves a clean document.
pub(super) fn finish(mut doc: Document, analysis: &Analysis) -> Result<Vec<u8>> {
    scrub_fonts(&mut doc, analysis);
    for object in doc.objects.values_mut() {
        if let Object::Stream(stream) = object {
            pack(stream)?;
        }
    }
    let mut info = Dictionary::new();
    info.set("Producer", Object::string_literal(PRODUCER));
    let info = doc.add_object(info);
    doc.trailer.set("Info", info);
    let mut hash = Sha256::new();
    hash.update(save(&mut doc)?);
    let id: Vec<u8> = hash.finalize().iter().take(16).copied().collect();
    let id = Object::String(id, lopdf::StringFormat::Hexadecimal);
    doc.trailer.set("ID", vec![id.clone(), id]);
    save(&mut doc)
}

/// The bytes of a document as it is.
pub(super) fn save(doc: &mut Document) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    doc.save_to(&mut out)
        .map_err(|_| Error::new(ErrorKind::Internal, "the PDF could not be written"))?;
    Ok(out)
}

fn pack(stream: &mut Stream) -> Result<()> {
    if stream.dict.has(b"Filter") {
        return Ok(());
    }
    let failed = |_| Error::new(ErrorKind::Internal, "a stream could not be packed");
    let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(&stream.content).map_err(failed)?;
    let packed = packer.finish().map_err(failed)?;
    if packed.len() + 20 < stream.content.len() {
        stream.dict.set("Filter", "FlateDecode");
        stream.set_content(packed);
    }
    Ok(())
}

/// Rewrites every map from codes to characters so that it tells only of codes
/// that the file still shows, and drops Type 3 glyphs nobody shows.
fn scrub_fonts(doc: &mut Document, analysis: &Analysis) {
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
    for id in fonts {
        let none = BTreeMap::new();
        let used = used.get(&id.0).unwrap_or(&none);
        scrub_map(doc, id, used, &mut maps);
        scrub_type3(doc, id, used);
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
    let Some(map) = dict.remove(b"ToUnicode") else {
        return;
    };
    if let Object::Reference(id) = map {
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
