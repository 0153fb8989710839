//! Where deckname's own tokens stand, so that nothing touches them.

use crate::entity::EntityType;

/// Byte ranges of tokens such as `[PERSON_K7RN3X]` (brackets included if both
/// are there), in order.
pub(super) fn tokens(text: &str) -> Vec<(usize, usize)> {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'_', bytes)
        .filter_map(|at| token_around(bytes, at))
        .collect()
}

fn token_around(bytes: &[u8], underscore: usize) -> Option<(usize, usize)> {
    let (head, tail) = bytes.split_at_checked(underscore)?;
    let head = head.strip_suffix(b"\\").unwrap_or(head);
    let label_len = head
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_uppercase())
        .count();
    let (before, label) = head.split_at_checked(head.len() - label_len)?;
    let tail = tail.get(1..)?;
    let code_len = tail
        .iter()
        .take_while(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        .count();
    let (code, after) = tail.split_at_checked(code_len)?;
    let glued = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    if glued(before.last()) || glued(after.first()) || !is_label(label) || !is_code(code) {
        return None;
    }
    let (start, end) = (before.len(), underscore + 1 + code_len);
    let bracketed = before.last() == Some(&b'[') && after.first() == Some(&b']');
    Some(if bracketed {
        (start - 1, end + 1)
    } else {
        (start, end)
    })
}

fn is_label(label: &[u8]) -> bool {
    EntityType::ALL
        .iter()
        .any(|known| known.label_de().as_bytes() == label || known.label_en().as_bytes() == label)
}

/// A running number, or a code from an alphabet without vowels.
fn is_code(code: &[u8]) -> bool {
    let number = !code.is_empty() && code.iter().all(u8::is_ascii_digit);
    let plain = |byte: &u8| !b"AEIOU".contains(byte);
    number || ((4..=12).contains(&code.len()) && code.iter().all(plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_tokens_only() {
        let found = |text: &str| -> Vec<String> {
            let cut = |(start, end)| text.get(start..end).unwrap().to_owned();
            tokens(text).into_iter().map(cut).collect()
        };
        assert_eq!(
            found("Herr [PERSON_K7RN3X] und ORT\\_12, Frau PERSON_XQ7K"),
            ["[PERSON_K7RN3X]", "ORT\\_12", "PERSON_XQ7K"]
        );
        assert!(found("ORT_MUELLER, akte_7, FOO_K7RN3X, PERSON_K7rn").is_empty());
    }
}
