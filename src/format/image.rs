//! Pictures inside documents: metadata is taken out of raster formats whose
//! chunks are simple enough to rebuild, everything else is replaced by a blank
//! picture of the same format. Pixels are not read; whoever keeps a picture
//! reports that nobody looked at it.

use crate::document::Bilingual;
use crate::format::step::{Step, is_off};

/// What a report calls pictures that stay.
pub(crate) const PICTURES: Bilingual = Bilingual {
    de: "Bilder",
    en: "pictures",
};

/// What a report calls pictures that are replaced.
pub(crate) const VECTOR_PICTURES: Bilingual = Bilingual {
    de: "Vektorgrafiken und unbekannte Bilder",
    en: "vector graphics and unknown pictures",
};

/// What became of a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cleaned {
    /// The same pixels without metadata.
    Kept(Vec<u8>),
    /// A blank picture, because the format can carry text or is not known.
    Blank(Vec<u8>),
    /// Not a picture that can be replaced by a blank one.
    Unknown,
}

/// Cleans a picture by its content; the extension only chooses the blank one.
#[must_use]
pub fn clean(data: &[u8], extension: &str) -> Cleaned {
    if is_off(Step::Pictures) {
        return Cleaned::Kept(data.to_vec());
    }
    let kept = if data.starts_with(b"\xFF\xD8\xFF") {
        jpeg(data)
    } else if data.starts_with(PNG_MAGIC) {
        png(data)
    } else if data.starts_with(b"GIF8") {
        gif(data)
    } else {
        None
    };
    kept.map_or_else(
        || blank(extension).map_or(Cleaned::Unknown, Cleaned::Blank),
        Cleaned::Kept,
    )
}

const PNG_MAGIC: &[u8] = b"\x89PNG\r\n\x1A\n";
/// Chunks that only say how pixels look. A colour profile may hold text.
const PNG_KEPT: [&[u8]; 13] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD",
    b"pHYs", b"acTL", b"fcTL",
];

fn take<'a>(rest: &mut &'a [u8], n: usize) -> Option<&'a [u8]> {
    let (head, tail) = rest.split_at_checked(n)?;
    *rest = tail;
    Some(head)
}

fn be16(bytes: &[u8]) -> Option<usize> {
    let bytes: [u8; 2] = bytes.try_into().ok()?;
    Some(usize::from(u16::from_be_bytes(bytes)))
}

fn png(data: &[u8]) -> Option<Vec<u8>> {
    let mut rest = data.strip_prefix(PNG_MAGIC)?;
    let mut out = PNG_MAGIC.to_vec();
    loop {
        let whole = rest;
        let length: [u8; 4] = take(&mut rest, 4)?.try_into().ok()?;
        let length = usize::try_from(u32::from_be_bytes(length)).ok()?;
        let name = take(&mut rest, 4)?;
        take(&mut rest, length.checked_add(4)?)?;
        let chunk = whole.get(..length.checked_add(12)?)?;
        if PNG_KEPT.contains(&name) || name == b"fdAT" {
            out.extend_from_slice(chunk);
        }
        // What follows the end is not part of the picture.
        if name == b"IEND" {
            return (length == 0).then_some(out);
        }
    }
}

fn jpeg(data: &[u8]) -> Option<Vec<u8>> {
    let mut rest = data.get(2..)?;
    let mut out = vec![0xFF, 0xD8];
    loop {
        if *take(&mut rest, 1)?.first()? != 0xFF {
            return None;
        }
        let mut marker = *take(&mut rest, 1)?.first()?;
        while marker == 0xFF {
            marker = *take(&mut rest, 1)?.first()?;
        }
        match marker {
            0xD9 => {
                out.extend_from_slice(&[0xFF, 0xD9]);
                return Some(out);
            }
            0x01 | 0xD0..=0xD7 => {}
            _ => {
                let length = be16(rest.get(..2)?)?;
                let body = take(&mut rest, length)?;
                if let Some(body) = jpeg_segment(marker, body) {
                    out.extend_from_slice(&[0xFF, marker]);
                    out.extend_from_slice(body);
                }
                if marker == 0xDA {
                    let n = scan_len(rest);
                    out.extend_from_slice(take(&mut rest, n)?);
                }
            }
        }
    }
}

/// The part of a JPEG segment that is kept: coding tables and frames, the bare
/// JFIF header (without its thumbnail) and the Adobe colour transform.
fn jpeg_segment(marker: u8, body: &[u8]) -> Option<&[u8]> {
    match marker {
        0xE0 => {
            let bare = body.get(2..).is_some_and(|b| b.starts_with(b"JFIF\0"));
            // Length 16 is a header without a thumbnail.
            (bare && body.len() == 16 && body.ends_with(&[0, 0])).then_some(body)
        }
        0xEE => body
            .get(2..)
            .is_some_and(|b| b.starts_with(b"Adobe") && b.len() == 12)
            .then_some(body),
        0xE1..=0xEF | 0xFE => None,
        _ => Some(body),
    }
}

/// Length of the coded pixels, up to the next real marker.
fn scan_len(rest: &[u8]) -> usize {
    let marker = |pair: &[u8]| matches!(pair, [0xFF, m] if *m != 0 && !(0xD0..=0xD7).contains(m));
    rest.windows(2).position(marker).unwrap_or(rest.len())
}

/// Drops comments and application data, except the loop count of animations.
fn gif(data: &[u8]) -> Option<Vec<u8>> {
    let mut rest = data;
    let header = take(&mut rest, 13)?;
    let mut out = header.to_vec();
    let table = |flags: u8| {
        if flags & 0x80 == 0 {
            0
        } else {
            3 << ((flags & 7) + 1)
        }
    };
    out.extend_from_slice(take(&mut rest, table(*header.get(10)?))?);
    loop {
        match *take(&mut rest, 1)?.first()? {
            0x3B => {
                out.push(0x3B);
                return Some(out);
            }
            0x2C => {
                let head = take(&mut rest, 9)?;
                out.push(0x2C);
                out.extend_from_slice(head);
                out.extend_from_slice(take(&mut rest, table(*head.get(8)?))?);
                out.extend_from_slice(take(&mut rest, 1)?);
                out.extend_from_slice(gif_blocks(&mut rest)?);
            }
            0x21 => {
                let label = *take(&mut rest, 1)?.first()?;
                let blocks = gif_blocks(&mut rest)?;
                let is_loop =
                    label == 0xFF && blocks.starts_with(b"\x0BNETSCAPE2.0") && blocks.len() == 17;
                if label == 0xF9 || is_loop {
                    out.extend_from_slice(&[0x21, label]);
                    out.extend_from_slice(blocks);
                }
            }
            _ => return None,
        }
    }
}

fn gif_blocks<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let whole = *rest;
    let mut total = 0;
    loop {
        let n = usize::from(*take(rest, 1)?.first()?);
        take(rest, n)?;
        total += n + 1;
        if n == 0 {
            return whole.get(..total);
        }
    }
}

/// A blank picture of a format, chosen by the usual extension.
#[must_use]
pub fn blank(extension: &str) -> Option<Vec<u8>> {
    Some(match extension.to_ascii_lowercase().as_str() {
        "png" => BLANK_PNG.to_vec(),
        "gif" | "jpg" | "jpeg" | "jpe" | "jfif" => BLANK_GIF.to_vec(),
        "emf" => blank_emf(),
        "wmf" => BLANK_WMF.to_vec(),
        "svg" => b"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1\" height=\"1\"/>".to_vec(),
        "bmp" | "dib" => BLANK_BMP.to_vec(),
        _ => return None,
    })
}

/// One transparent pixel.
const BLANK_PNG: &[u8] = b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1F\x15\xC4\x89\0\0\0\x0DIDAT\x78\xDA\x63\xF8\xFF\xFF\x3F\x03\0\x08\xFC\x02\xFE\x78\xC4\xB2\xB0\0\0\0\0IEND\xAE\x42\x60\x82";
/// One white pixel. Readers go by content, so it also stands in for a JPEG
/// that cannot be rebuilt.
const BLANK_GIF: &[u8] =
    b"GIF89a\x01\0\x01\0\x80\0\0\xFF\xFF\xFF\xFF\xFF\xFF,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";
/// A placeable header, a header and the end record.
const BLANK_WMF: &[u8] = b"\xD7\xCD\xC6\x9A\0\0\0\0\0\0\x01\0\x01\0\xE8\x03\0\0\0\0\xF9\x54\x01\0\x09\0\0\x03\x0C\0\0\0\0\0\x03\0\0\0\0\0\x03\0\0\0\0\0";
/// One white pixel, 24 bits.
const BLANK_BMP: &[u8] = b"BM\x3A\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x01\0\0\0\x01\0\0\0\x01\0\x18\0\0\0\0\0\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xFF\xFF\xFF\0";

/// An enhanced metafile with no record but its header and its end.
fn blank_emf() -> Vec<u8> {
    let mut words: Vec<u32> = vec![
        1,
        88,
        0,
        0,
        1,
        1,
        0,
        0,
        26,
        26,
        0x464D_4520,
        0x1_0000,
        108,
        2,
    ];
    // One handle, no description, no palette, a device of 1 by 1 pixel.
    words.extend([1, 0, 0, 0, 1, 1, 1, 1]);
    words.extend([14, 20, 0, 16, 20]);
    words.into_iter().flat_map(u32::to_le_bytes).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(name: &[u8], body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(body.len()).unwrap().to_be_bytes();
        [&length[..], name, body, b"crc4"].concat()
    }

    #[test]
    fn png_text_and_trailing_data_are_gone() {
        let clean_parts = [
            chunk(b"IHDR", b"header"),
            chunk(b"IDAT", b"pixels"),
            chunk(b"IEND", b""),
        ];
        let [header, pixels, end] = &clean_parts;
        let text = chunk(b"tEXt", b"Author\0Erika");
        let dirty = [PNG_MAGIC, header, &text, pixels, end, b"Erika"].concat();
        let expected = [PNG_MAGIC, header, pixels, end].concat();
        assert_eq!(clean(&dirty, "png"), Cleaned::Kept(expected));
        assert!(matches!(clean(&dirty[..30], "png"), Cleaned::Blank(_)));
    }

    #[test]
    fn jpeg_metadata_and_trailing_data_are_gone() {
        let dirty = b"\xFF\xD8\xFF\xE1\0\x08Exif\0\0\xFF\xFE\0\x07Erika\xFF\xDB\0\x03q\xFF\xDA\0\x03spix\xFF\0el\xFF\xD9Erika";
        let expected = b"\xFF\xD8\xFF\xDB\0\x03q\xFF\xDA\0\x03spix\xFF\0el\xFF\xD9";
        assert_eq!(clean(dirty, "jpg"), Cleaned::Kept(expected.to_vec()));
    }

    #[test]
    fn gif_comments_are_gone() {
        let (head, tail) = BLANK_GIF.split_at(19);
        let dirty = [head, b"!\xFE\x05Erika\0", tail, b"Erika"].concat();
        assert_eq!(clean(&dirty, "gif"), Cleaned::Kept(BLANK_GIF.to_vec()));
    }

    #[test]
    fn what_carries_text_becomes_blank() {
        for extension in ["emf", "wmf", "svg", "bmp"] {
            assert!(matches!(clean(b"Erika", extension), Cleaned::Blank(_)));
        }
        assert_eq!(blank_emf().len(), 108);
        assert_eq!(clean(b"Erika", "xyz"), Cleaned::Unknown);
    }
}
