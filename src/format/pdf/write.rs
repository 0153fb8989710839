//! The last step: streams are packed, and the file is saved as one revision
//! with fixed marks, so that the same content gives the same bytes.

use std::io::Write;

use lopdf::{Dictionary, Document, Object, Stream};
use sha2::{Digest, Sha256};

use super::attachments::{Ready, attach};
use super::interpret::Analysis;
use super::scrub::scrub_fonts;
use crate::error::{Error, ErrorKind, Result};
use crate::format::step::{Step, is_off};

/// The program that wrote the file, as every output says.
const PRODUCER: &str = "deckname";

/// Saves a clean document.
pub(super) fn finish(
    mut doc: Document,
    analysis: &Analysis,
    strings: &[String],
    files: &[Ready],
    budget: usize,
) -> Result<Vec<u8>> {
    scrub_fonts(&mut doc, analysis);
    // Numbers objects in the order of reading, whatever was added when.
    let last = super::pages::clean(&doc, budget)?;
    super::gate::same_strings(strings, &last.places)?;
    doc = last.out;
    attach(&mut doc, files);
    for object in doc.objects.values_mut() {
        if let Object::Stream(stream) = object {
            pack(stream)?;
        }
    }
    if is_off(Step::PdfTrailer) {
        return save(&mut doc);
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
        // In the order of a copied stream, so that copying changes nothing.
        stream.dict.remove(b"Length");
        stream.dict.set("Filter", "FlateDecode");
        stream.set_content(packed);
    }
    Ok(())
}
