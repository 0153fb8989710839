//! Pictures: text and data beside their pixels.

use super::{Audit, Weight};
use crate::document::Location;

/// Looks into a picture; false if it is none.
pub(super) fn look(audit: &mut Audit, bytes: &[u8], place: Location) -> bool {
    if bytes.starts_with(b"\xFF\xD8\xFF") {
        jpeg(audit, bytes, place);
    } else if bytes.starts_with(b"\x89PNG\r\n\x1A\n") {
        png(audit, bytes, place);
    } else if bytes.starts_with(b"GIF8") {
        gif(audit, bytes, place);
    } else if bytes.starts_with(b"II*\0") || bytes.starts_with(b"MM\0*") {
        let weight = match tiff_says(bytes) {
            true => Weight::Leftover,
            false => Weight::Present,
        };
        audit.note(165, weight, place);
    } else if bytes.starts_with(b"\x01\0\0\0") && bytes.get(40..44) == Some(b" EMF")
        || bytes.starts_with(b"\xD7\xCD\xC6\x9A")
    {
        metafile(audit, bytes, place);
    } else if memchr::memmem::find(bytes.get(..600).unwrap_or(bytes), b"<svg").is_some() {
        vector(audit, bytes.len() > 120, place);
    } else {
        return false;
    }
    true
}

/// A vector picture with records of text, or a description.
fn metafile(audit: &mut Audit, bytes: &[u8], place: Location) {
    let described = bytes.get(60..64).is_some_and(|n| n != [0; 4]);
    // Records EMR_EXTTEXTOUTA and EMR_EXTTEXTOUTW, four-byte aligned.
    let (words, _) = bytes.as_chunks::<4>();
    let says = words.iter().any(|word| matches!(word, [83 | 84, 0, 0, 0]));
    if described || says {
        vector(audit, true, place);
    }
}

/// A copy of ours has blank ones only.
fn vector(audit: &mut Audit, says: bool, place: Location) {
    let weight = match audit.strict && says {
        true => Weight::Leftover,
        false => Weight::Present,
    };
    audit.note(159, weight, place);
}

/// Whether the first page of a TIFF has tags with text or with metadata of
/// other kinds, or a further page.
fn tiff_says(bytes: &[u8]) -> bool {
    // Description, maker, model, software, date, artist, copyright, XMP, IPTC,
    // Photoshop, EXIF, GPS, and where the camera's own data is.
    const TELLING: [u16; 14] = [
        269, 270, 271, 272, 305, 306, 315, 316, 33432, 700, 33723, 34377, 34665, 34853,
    ];
    let big = bytes.starts_with(b"MM");
    let short = |at: usize| -> Option<u16> {
        let two = bytes.get(at..at + 2)?.try_into().ok()?;
        Some(if big {
            u16::from_be_bytes(two)
        } else {
            u16::from_le_bytes(two)
        })
    };
    let long = |at: usize| -> Option<usize> {
        let four = bytes.get(at..at + 4)?.try_into().ok()?;
        let value = if big {
            u32::from_be_bytes(four)
        } else {
            u32::from_le_bytes(four)
        };
        usize::try_from(value).ok()
    };
    let Some((at, n)) = long(4).and_then(|at| Some((at, usize::from(short(at)?)))) else {
        return true;
    };
    let telling =
        |index: usize| short(at + 2 + index * 12).is_none_or(|tag| TELLING.contains(&tag));
    (0..n).any(telling) || long(at + 2 + n * 12).is_none_or(|next| next != 0)
}

fn jpeg(audit: &mut Audit, bytes: &[u8], place: Location) {
    let mut rest = bytes.get(2..).unwrap_or_default();
    while let [0xFF, marker, tail @ ..] = rest {
        if matches!(marker, 0xFF | 0x01 | 0xD0..=0xD7) {
            rest = rest
                .get(if *marker == 0xFF { 1 } else { 2 }..)
                .unwrap_or_default();
            continue;
        }
        if *marker == 0xD9 {
            if tail.iter().any(|byte| *byte != 0) {
                audit.leftover_at(164, place);
            }
            return;
        }
        let length = tail
            .first_chunk()
            .map_or(0, |two| usize::from(u16::from_be_bytes(*two)));
        let body = tail.get(2..length.max(2)).unwrap_or_default();
        if let Some(channel) = segment(*marker, body) {
            audit.leftover_at(channel, place);
        }
        rest = tail.get(length.max(2)..).unwrap_or_default();
        if *marker == 0xDA {
            let next =
                |pair: &[u8]| matches!(pair, [0xFF, m] if *m != 0 && !(0xD0..=0xD7).contains(m));
            let at = rest.windows(2).position(next).unwrap_or(rest.len());
            rest = rest.get(at..).unwrap_or_default();
        }
    }
}

fn segment(marker: u8, body: &[u8]) -> Option<u16> {
    match marker {
        0xE0 if body.starts_with(b"JFIF\0") => (body.len() > 14).then_some(162),
        0xEE if body.starts_with(b"Adobe") => None,
        0xE1 if body.starts_with(b"Exif") => Some(160),
        0xE2 if body.starts_with(b"MPF") => Some(162),
        // Among them color profiles.
        0xE1 | 0xE2 | 0xED => Some(161),
        0xE0..=0xEF | 0xFE => Some(163),
        _ => None,
    }
}

fn png(audit: &mut Audit, bytes: &[u8], place: Location) {
    let mut rest = bytes.get(8..).unwrap_or_default();
    while let Some(head) = rest.first_chunk::<8>() {
        let [a, b, c, d, name @ ..] = *head;
        let length = usize::try_from(u32::from_be_bytes([a, b, c, d])).unwrap_or(usize::MAX);
        match &name {
            b"tEXt" | b"zTXt" | b"iTXt" | b"tIME" => audit.leftover_at(163, place),
            b"eXIf" => audit.leftover_at(160, place),
            b"iCCP" => audit.leftover_at(161, place),
            _ => {}
        }
        rest = rest.get(length.saturating_add(12)..).unwrap_or_default();
        if &name == b"IEND" {
            if !rest.is_empty() {
                audit.leftover_at(164, place);
            }
            return;
        }
    }
}

/// Comments of a GIF start with a byte pair that pixels hardly hold; the exact
/// way through its blocks is the cleaner's.
fn gif(audit: &mut Audit, bytes: &[u8], place: Location) {
    let mut rest = bytes.get(6..).unwrap_or_default();
    let table = |flags: u8| {
        if flags & 0x80 == 0 {
            0
        } else {
            3_usize << ((flags & 7) + 1)
        }
    };
    let flags = rest.get(4).copied().unwrap_or_default();
    rest = rest.get(7 + table(flags)..).unwrap_or_default();
    loop {
        match rest {
            [0x3B, tail @ ..] => {
                if !tail.is_empty() {
                    audit.leftover_at(164, place);
                }
                return;
            }
            [0x2C, tail @ ..] => {
                let flags = tail.get(8).copied().unwrap_or_default();
                rest = blocks(tail.get(10 + table(flags)..).unwrap_or_default());
            }
            [0x21, label, tail @ ..] => {
                let looping = *label == 0xFF && tail.starts_with(b"\x0BNETSCAPE2.0");
                if *label != 0xF9 && !looping {
                    audit.leftover_at(163, place);
                }
                rest = blocks(tail);
            }
            _ => return,
        }
    }
}

fn blocks(mut rest: &[u8]) -> &[u8] {
    while let [n, tail @ ..] = rest {
        rest = tail.get(usize::from(*n)..).unwrap_or_default();
        if *n == 0 {
            break;
        }
    }
    rest
}
