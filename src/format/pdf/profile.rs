//! Color profiles: the numbers stay, the sentences (who made it, for what
//! device, whose copyright) go.

/// Tags of an ICC profile that hold nothing but text (ICC.1:2022, 9.2).
const TEXTS: [&[u8]; 8] = [
    b"desc", b"cprt", b"dmnd", b"dmdd", b"vued", b"targ", b"meta", b"tech",
];

/// A profile whose texts are blank; other data comes back as it was.
pub(super) fn without_texts(mut data: Vec<u8>) -> Vec<u8> {
    if data.get(36..40) != Some(b"acsp") {
        return data;
    }
    let word = |data: &[u8], at: usize| -> Option<usize> {
        let bytes: [u8; 4] = data.get(at..at.checked_add(4)?)?.try_into().ok()?;
        usize::try_from(u32::from_be_bytes(bytes)).ok()
    };
    let n_tags = word(&data, 128).unwrap_or(0).min(200);
    for index in 0..n_tags {
        let entry = 132 + index * 12;
        let is_text = data
            .get(entry..entry + 4)
            .is_some_and(|name| TEXTS.contains(&name));
        let (Some(start), Some(size)) = (word(&data, entry + 4), word(&data, entry + 8)) else {
            break;
        };
        if let Some(tag) = is_text
            .then(|| data.get_mut(start..start.saturating_add(size)))
            .flatten()
        {
            blank(tag);
        }
    }
    // Maker, model, creator and identifier.
    for part in [48..56, 80..100] {
        if let Some(part) = data.get_mut(part) {
            part.fill(0);
        }
    }
    data
}

/// Takes the text out of one tag and leaves its form.
fn blank(tag: &mut [u8]) {
    // Where the text begins, after its type and counts.
    let from = match tag.get(..4) {
        Some(b"desc") => 12,
        Some(b"mluc") => {
            let count: Option<[u8; 4]> = tag.get(8..12).and_then(|n| n.try_into().ok());
            let count = count.map_or(0, u32::from_be_bytes);
            usize::try_from(count)
                .unwrap_or(0)
                .saturating_mul(12)
                .saturating_add(16)
        }
        _ => 8,
    };
    let wide = tag.starts_with(b"mluc");
    for (at, byte) in tag.iter_mut().enumerate().skip(from) {
        // Counts in between are zero or stay in what nobody reads as text.
        *byte = if wide && at % 2 == 0 { 0 } else { b' ' };
    }
    if tag.starts_with(b"desc") {
        // The text ends with a zero; the two other scripts are empty.
        let length: Option<[u8; 4]> = tag.get(8..12).and_then(|n| n.try_into().ok());
        let length = usize::try_from(length.map_or(0, u32::from_be_bytes)).unwrap_or(0);
        let end = length.saturating_add(11);
        if let Some(rest) = tag.get_mut(end.min(tag.len())..) {
            rest.fill(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(text: &[u8]) -> Vec<u8> {
        let mut out = vec![7; 128];
        out[36..40].copy_from_slice(b"acsp");
        out.extend_from_slice(&1_u32.to_be_bytes());
        out.extend_from_slice(b"desc");
        out.extend_from_slice(&144_u32.to_be_bytes());
        out.extend_from_slice(&u32::try_from(text.len()).unwrap().to_be_bytes());
        out.extend_from_slice(text);
        out
    }

    #[test]
    fn texts_go_and_numbers_stay() {
        for text in [
            &b"desc\0\0\0\0\0\0\0\x06Erika\0\0\0\0\0\0\0\0\0"[..],
            b"text\0\0\0\0Erika",
            b"mluc\0\0\0\0\0\0\0\x01\0\0\0\x0CdeDE\0\0\0\x0A\0\0\0\x1C\0E\0r\0i\0k\0a",
        ] {
            let before = profile(text);
            let after = without_texts(before.clone());
            let find = |part: &[u8]| memchr::memmem::find(&after, part).is_some();
            assert!(!find(b"Erika") && !find(b"\0E\0r"));
            assert_eq!(after.len(), before.len());
            assert_eq!(after[..36], before[..36]);
            assert_eq!(without_texts(after.clone()), after);
        }
        assert_eq!(without_texts(b"Erika".to_vec()), b"Erika");
    }
}
