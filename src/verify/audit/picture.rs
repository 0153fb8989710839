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
        audit.note(165, Weight::Present, place);
    } else if bytes.starts_with(b"\x01\0\0\0") && bytes.get(40..44) == Some(b" EMF")
        || bytes.starts_with(b"\xD7\xCD\xC6\x9A")
    {
        metafile(audit, bytes, place);
    } else if memchr::memmem::find(bytes.get(..600).unwrap_or(bytes), b"<svg").is_some() {
        audit.present(159, place);
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
        audit.present(159, place);
    }
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
