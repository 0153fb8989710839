//! PDF: which channels its objects carry, by raw keys. Pages are looked at in
//! [`super::pdf_page`]; which keys a clean file may have stands in
//! [`super::pdf_keys`].

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "objects of a PDF have ten types, and a place that wants one treats the other nine alike"
)]

use std::collections::HashSet;

use lopdf::{Dictionary, Document, Object, ObjectId};

use super::{Audit, pdf_copy, pdf_keys, pdf_page};
use crate::document::Location;
use crate::error::{Error, ErrorKind, Result};

/// What one stream may unpack to, in bytes.
const MAX_STREAM: usize = 256 << 20;

/// Looks into a PDF.
pub(super) fn look(audit: &mut Audit, bytes: &[u8]) -> Result<()> {
    let unreadable = |_| Error::new(ErrorKind::Broken, "the PDF cannot be read");
    let mut doc = Document::load_mem(bytes).map_err(unreadable)?;
    let file = Location::new("file");
    if doc.trailer.has(b"Encrypt") || doc.was_encrypted() {
        audit.leftover_at(44, file);
        if doc.is_encrypted() && doc.decrypt("").is_err() {
            let what = "the PDF is encrypted; nothing in it was examined";
            return Err(Error::new(ErrorKind::Encrypted, what));
        }
    }
    around(audit, bytes);
    trailer(audit, &doc);
    let reached = reached(&doc);
    for (id, object) in &doc.objects {
        let place = Location::new("object").number(id.0);
        if !reached.contains(id) && !is_wrapping(object) {
            audit.leftover_at(22, place);
        }
        walk(audit, &doc, object, place, 0)?;
    }
    layers(audit, &doc);
    // What is hidden on a page of ours was read like the rest.
    if audit.strict {
        pdf_copy::look(audit, &doc, |id| reached.contains(id));
    } else {
        pdf_page::look(audit, &doc);
    }
    Ok(())
}

/// Bytes before, between and behind.
fn around(audit: &mut Audit, bytes: &[u8]) {
    let place = Location::new("file");
    if !bytes.starts_with(b"%PDF-") {
        audit.leftover_at(43, place);
    }
    let head = bytes.get(..1024).unwrap_or(bytes);
    let linear = memchr::memmem::find(head, b"/Linearized").is_some();
    let ends = memchr::memmem::find_iter(bytes, b"%%EOF").count();
    if ends > if linear { 2 } else { 1 } {
        audit.leftover_at(21, place);
    }
    let last = memchr::memmem::rfind(bytes, b"%%EOF").map_or(bytes.len(), |at| at + 5);
    let behind = bytes.get(last..).unwrap_or_default();
    if behind
        .iter()
        .any(|byte| !byte.is_ascii_whitespace() && *byte != 0)
    {
        audit.leftover_at(43, place);
    }
    // A comment on a line of its own between two objects; the second line of
    // a file is one that every writer makes.
    let between = memchr::memmem::find_iter(bytes, b"endobj").any(|at| {
        let rest = bytes.get(at + 6..).unwrap_or_default();
        let next = rest.iter().position(|byte| !byte.is_ascii_whitespace());
        let rest = next.and_then(|at| rest.get(at..)).unwrap_or_default();
        rest.starts_with(b"%") && !rest.starts_with(b"%%EOF")
    });
    if between {
        audit.leftover_at(43, place);
    }
}

fn trailer(audit: &mut Audit, doc: &Document) {
    let place = Location::new("trailer");
    let info = doc
        .trailer
        .get(b"Info")
        .ok()
        .and_then(|info| resolve(doc, info).as_dict().ok());
    let says = |value: &Object| value.as_str().is_ok_and(|text| !text.is_empty());
    let program =
        |key: &[u8]| matches!(key, b"Producer" | b"CreationDate" | b"ModDate" | b"Trapped");
    for (key, value) in info.into_iter().flatten() {
        if says(value) && !program(key) {
            audit.leftover_at(23, place);
        }
    }
    // A hash is no words.
    if let Ok(Object::Array(ids)) = doc.trailer.get(b"ID") {
        let words = |id: &Object| {
            id.as_str().is_ok_and(|id| {
                id.len() > 5 && id.iter().all(|b| b.is_ascii_alphabetic() || *b >= 0xC0)
            })
        };
        if ids.iter().any(words) {
            audit.leftover_at(42, place);
        }
    }
}

/// Objects that the trailer leads to.
fn reached(doc: &Document) -> HashSet<ObjectId> {
    let mut seen = HashSet::new();
    let mut queue: Vec<&Object> = doc.trailer.iter().map(|(_, value)| value).collect();
    while let Some(object) = queue.pop() {
        match object {
            Object::Reference(id) => {
                if seen.insert(*id) {
                    queue.extend(doc.objects.get(id));
                }
            }
            Object::Array(items) => queue.extend(items),
            other => queue.extend(
                dict_of(other)
                    .into_iter()
                    .flat_map(|dict| dict.iter().map(|(_, value)| value)),
            ),
        }
    }
    seen
}

/// Streams that hold other objects, and what reading leaves in their place.
fn is_wrapping(object: &Object) -> bool {
    let kind = dict_of(object)
        .and_then(|dict| dict.get(b"Type").ok())
        .and_then(|name| name.as_name().ok());
    object.is_null()
        || matches!(kind, Some(b"ObjStm" | b"XRef"))
        || dict_of(object).is_some_and(|dict| dict.has(b"Linearized") || dict.has(b"CF") || dict.has(b"StmF") || (dict.has(b"U") && dict.has(b"O")))
        // The table of hints of a linearized file.
        || (dict_of(object).is_some_and(|dict| dict.has(b"S") && dict.has(b"Length") && !dict.has(b"Type")))
        || matches!(object, Object::Integer(_))
}

/// An object and all in it.
fn walk(
    audit: &mut Audit,
    doc: &Document,
    object: &Object,
    place: Location,
    depth: u32,
) -> Result<()> {
    if depth > 40 {
        let what = "objects of the PDF are nested too deeply";
        return Err(Error::new(ErrorKind::Limit, what).at(place));
    }
    if let Object::Array(items) = object {
        for item in items {
            walk(audit, doc, item, place, depth + 1)?;
        }
        return Ok(());
    }
    let Some(dict) = dict_of(object) else {
        return Ok(());
    };
    annotation(audit, doc, dict, place);
    if audit.strict {
        pdf_copy::names(audit, doc, dict, place);
    }
    if audit.strict && pdf_keys::has_unknown_key(dict) {
        audit.leftover_at(45, place);
    }
    for (key, value) in dict {
        let value = resolve(doc, value);
        if !value.is_null()
            && let Some(channel) = pdf_keys::channel(key, dict, value)
            && !(audit.strict && pdf_copy::is_ours(doc, dict, key, value))
        {
            audit.leftover_at(channel, place);
        }
    }
    if let Object::Stream(stream) = object {
        inside(audit, stream, place)?;
    }
    for (_, value) in dict {
        walk(audit, doc, value, place, depth + 1)?;
    }
    Ok(())
}

/// What a stream holds besides a page's content.
fn inside(audit: &mut Audit, stream: &lopdf::Stream, place: Location) -> Result<()> {
    let name = |key: &[u8]| {
        stream
            .dict
            .get(key)
            .and_then(Object::as_name)
            .unwrap_or_default()
    };
    let filters = stream.filters().unwrap_or_default();
    if filters
        .iter()
        .any(|filter| matches!(*filter, b"DCTDecode" | b"DCT" | b"JPXDecode"))
    {
        let before: Vec<_> = audit.traces.keys().copied().collect();
        if filters.len() == 1 {
            super::picture::look(audit, &stream.content, place);
        }
        if audit.traces.keys().any(|trace| !before.contains(trace)) {
            audit.leftover_at(18, place);
        }
        return Ok(());
    }
    if name(b"Type") == b"EmbeddedFile" {
        let content = stream
            .get_plain_content_with_limit(MAX_STREAM)
            .unwrap_or_default();
        // In a copy it was read like any other file, and is looked into here.
        let packed = content.starts_with(b"PK") || content.trim_ascii_start().starts_with(b"<");
        if packed && !audit.strict {
            audit.leftover_at(47, place);
        }
        return audit.look(&content, place).map(drop);
    }
    let profile = stream.dict.has(b"N") && !stream.dict.has(b"First");
    if profile {
        let content = stream
            .get_plain_content_with_limit(MAX_STREAM)
            .unwrap_or_default();
        if pdf_keys::profile_says_more(&content) {
            audit.leftover_at(18, place);
        }
    }
    Ok(())
}

fn annotation(audit: &mut Audit, doc: &Document, dict: &Dictionary, place: Location) {
    let name = |key: &[u8]| {
        dict.get(key)
            .map(|value| resolve(doc, value))
            .and_then(Object::as_name)
            .unwrap_or_default()
    };
    let is_one = name(b"Type") == b"Annot" || (dict.has(b"Rect") && dict.has(b"Subtype"));
    if !is_one {
        return;
    }
    let channel = match name(b"Subtype") {
        b"Redact" => 31,
        b"Highlight" | b"Square" | b"Circle" | b"Ink" | b"Line" | b"Polygon" | b"Underline"
        | b"StrikeOut"
            if is_dark(doc, dict) =>
        {
            32
        }
        b"Widget" => 34,
        b"Link" => 33,
        b"Sound" | b"Movie" | b"Screen" | b"RichMedia" | b"3D" => 39,
        b"FileAttachment" => 36,
        _ => 30,
    };
    if !(audit.strict && channel == 33) {
        audit.leftover_at(channel, place);
    }
}

fn is_dark(doc: &Document, dict: &Dictionary) -> bool {
    [&b"IC"[..], b"C"]
        .iter()
        .filter_map(|key| dict.get(key).ok())
        .any(|color| {
            let parts = resolve(doc, color)
                .as_array()
                .map(Vec::as_slice)
                .unwrap_or_default();
            let dark = |part: &Object| part.as_float().is_ok_and(|value| value < 0.3);
            !parts.is_empty() && parts.len() < 4 && parts.iter().all(dark)
        })
}

/// Layers that are switched off hide text.
fn layers(audit: &mut Audit, doc: &Document) {
    let catalog = doc.catalog().ok();
    let properties = catalog.and_then(|catalog| {
        resolve(doc, catalog.get(b"OCProperties").ok()?)
            .as_dict()
            .ok()
    });
    let Some(properties) = properties else { return };
    let default = properties
        .get(b"D")
        .ok()
        .and_then(|d| resolve(doc, d).as_dict().ok());
    let off = default.and_then(|d| resolve(doc, d.get(b"OFF").ok()?).as_array().ok());
    let base_off = default.is_some_and(|d| {
        d.get(b"BaseState")
            .and_then(Object::as_name)
            .is_ok_and(|n| n == b"OFF")
    });
    if off.is_some_and(|off| !off.is_empty()) || base_off {
        audit.hidden(13, Location::new("layers"));
    }
}

/// Follows references; a chain that leads nowhere is null.
pub(super) fn resolve<'a>(doc: &'a Document, object: &'a Object) -> &'a Object {
    let mut at = object;
    for _ in 0..16 {
        let Object::Reference(id) = at else { return at };
        at = doc.objects.get(id).unwrap_or(&Object::Null);
    }
    &Object::Null
}

pub(super) fn dict_of(object: &Object) -> Option<&Dictionary> {
    match object {
        Object::Dictionary(dict) => Some(dict),
        Object::Stream(stream) => Some(&stream.dict),
        _ => None,
    }
}

#[cfg(test)]
pub(super) fn all_streams(bytes: &[u8]) -> Vec<Vec<u8>> {
    let Ok(doc) = Document::load_mem(bytes) else {
        return Vec::new();
    };
    let content = |object: &Object| object.as_stream().ok()?.get_plain_content().ok();
    doc.objects.values().filter_map(content).collect()
}
