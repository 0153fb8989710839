//! RTF as Outlook packs it.

use super::broken;
use crate::error::Result;

/// What the packed text of Outlook starts its dictionary with.
const DICTIONARY: &[u8] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

/// Unpacks RTF as Outlook packs it (MS-OXRTFCP).
pub(super) fn unpack_rtf(packed: &[u8]) -> Result<Vec<u8>> {
    const SIZE: usize = 4_096;
    let damaged = || broken("the packed text of the message is damaged");
    let kind = packed.get(8..12).ok_or_else(damaged)?;
    let body = packed.get(16..).ok_or_else(damaged)?;
    if kind == b"MELA" {
        return Ok(body.to_vec());
    }
    if kind != b"LZFu" {
        return Err(damaged());
    }
    let mut ring = DICTIONARY.to_vec();
    let mut at = ring.len();
    ring.resize(SIZE, b' ');
    let mut out = Vec::new();
    let mut rest = body;
    while let [flags, tail @ ..] = rest {
        rest = tail;
        for bit in 0..8 {
            let run: Vec<u8> = if (flags >> bit) & 1 == 0 {
                let [byte, tail @ ..] = rest else {
                    return Ok(out);
                };
                rest = tail;
                vec![*byte]
            } else {
                let [high, low, tail @ ..] = rest else {
                    return Ok(out);
                };
                rest = tail;
                let code = (usize::from(*high) << 8) | usize::from(*low);
                let (offset, length) = (code >> 4, (code & 0xF) + 2);
                if offset == at % SIZE {
                    return Ok(out);
                }
                copied(&ring, offset, at, length)
            };
            for byte in run {
                if let Some(cell) = ring.get_mut(at % SIZE) {
                    *cell = byte;
                }
                at += 1;
                out.push(byte);
            }
        }
    }
    Ok(out)
}

/// A run from the ring, which may run into what it writes itself.
fn copied(ring: &[u8], offset: usize, at: usize, length: usize) -> Vec<u8> {
    let size = ring.len();
    let distance = (at + size - offset) % size;
    let mut run: Vec<u8> = Vec::with_capacity(length);
    for index in 0..length {
        let byte = match index.checked_sub(distance).filter(|_| distance > 0) {
            Some(own) => run.get(own).copied(),
            None => ring.get((offset + index) % size).copied(),
        };
        run.push(byte.unwrap_or(b' '));
    }
    run
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_text_is_unpacked() {
        // The example of MS-OXRTFCP 3.1.1.
        let packed = [
            0x2d, 0, 0, 0, 0x2b, 0, 0, 0, 0x4c, 0x5a, 0x46, 0x75, 0xf1, 0xc5, 0xc7, 0xa7, 3, 0,
            0x0a, 0, 0x72, 0x63, 0x70, 0x67, 0x31, 0x32, 0x35, 0x42, 0x32, 0x0a, 0xf3, 0x20, 0x68,
            0x65, 0x6c, 0x09, 0, 0x20, 0x62, 0x77, 0x05, 0xb0, 0x6c, 0x64, 0x7d, 0x0a, 0x80, 0x0f,
            0xa0,
        ];
        assert_eq!(
            unpack_rtf(&packed).unwrap(),
            b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
        );
        assert!(unpack_rtf(b"short").is_err());
    }
}
