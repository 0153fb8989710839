//! Takes out of a compressed picture what is not picture: EXIF, XMP, comments,
//! thumbnails. Pixels are never touched.

use lopdf::{Dictionary, Object};

use crate::error::{Error, ErrorKind, Result};
use crate::format::step::{Step, is_off};

/// The bytes of an image stream without metadata segments. Pictures in other
/// encodings have none.
///
/// # Errors
/// If the picture is damaged so that nobody can tell what is metadata.
pub(super) fn without_metadata(dict: &Dictionary, content: &[u8]) -> Result<Vec<u8>> {
    let filter = match dict.get(b"Filter") {
        Ok(Object::Name(name)) => name.as_slice(),
        Ok(Object::Array(names)) => match names.as_slice() {
            [only] => only.as_name().unwrap_or_default(),
            _ => return Ok(content.to_vec()),
        },
        _ => return Ok(content.to_vec()),
    };
    match filter {
        _ if is_off(Step::PdfPictures) => Ok(content.to_vec()),
        b"DCTDecode" | b"DCT" => jpeg(content).ok_or_else(damaged),
        b"JPXDecode" => jpeg2000(content).ok_or_else(damaged),
        _ => Ok(content.to_vec()),
    }
}

fn damaged() -> Error {
    Error::new(ErrorKind::Broken, "a picture of the PDF is damaged")
}

/// Copies a JPEG without application data (except JFIF and Adobe's color note)
/// and comments. In a PDF the file says what the colors are, not the picture.
fn jpeg(content: &[u8]) -> Option<Vec<u8>> {
    let start = memchr::memmem::find(content, b"\xFF\xD8")?;
    let mut rest = content.get(start + 2..)?;
    let mut out = vec![0xFF, 0xD8];
    loop {
        // Viewers pass over what stands between segments.
        rest = rest.get(memchr::memchr(0xFF, rest)?..)?;
        let &[0xFF, marker, ..] = rest else {
            return None;
        };
        if marker == 0xFF {
            rest = rest.get(1..)?;
            continue;
        }
        if marker == 0xDA {
            // Scans follow; what stands behind the end of the image is not copied.
            let end = memchr::memmem::rfind(rest, b"\xFF\xD9").map_or(rest.len(), |at| at + 2);
            out.extend_from_slice(rest.get(..end)?);
            return Some(out);
        }
        let &[_, _, high, low, ..] = rest else {
            return None;
        };
        let length = usize::from(u16::from_be_bytes([high, low])) + 2;
        let segment = rest.get(..length)?;
        let body = segment.get(4..)?;
        let keep = match marker {
            0xE0 => body.starts_with(b"JFIF\0"),
            0xEE => body.starts_with(b"Adobe"),
            0xE1..=0xEF | 0xFE => false,
            _ => true,
        };
        if keep {
            out.extend_from_slice(segment);
        }
        rest = rest.get(length..)?;
    }
}

/// Copies the boxes of a JPEG 2000 file that decoders need.
fn jpeg2000(content: &[u8]) -> Option<Vec<u8>> {
    let mut rest = content;
    if rest.starts_with(b"\xFF\x4F\xFF\x51") {
        return Some(rest.to_vec());
    }
    let mut out = Vec::with_capacity(content.len());
    while let Some((head, _)) = rest.split_first_chunk::<8>() {
        let [a, b, c, d, kind @ ..] = *head;
        let length = match u32::from_be_bytes([a, b, c, d]) {
            0 => rest.len(),
            1 => return None,
            length => usize::try_from(length).ok()?,
        };
        let part = rest.get(..length.max(8))?;
        if matches!(&kind, b"jP  " | b"ftyp" | b"jp2h" | b"jp2c") {
            out.extend_from_slice(part);
        }
        rest = rest.get(length.max(8)..)?;
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jpeg_loses_its_comments_and_nothing_else() {
        let mut source = b"\xFF\xD8\xFF\xE0\x00\x07JFIF\0".to_vec();
        let clean_head = source.clone();
        source.extend_from_slice(b"\xFF\xFE\x00\x07Erika\xFF\xE1\x00\x06Exif");
        let scan = b"\xFF\xDA\x00\x03\x01abc\xFF\xD9";
        source.extend_from_slice(scan);
        source.extend_from_slice(b"Erika behind the end");
        let mut want = clean_head;
        want.extend_from_slice(scan);
        assert_eq!(jpeg(&source).unwrap(), want);
        assert!(jpeg(b"\xFF\xD8\xFF").is_none());
    }
}
