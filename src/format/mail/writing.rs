//! How text stands in header fields: in phrases, in quotes, in parameters; read
//! into drafts and written back in the same way.

use super::transfer::{in_words, words};
use crate::format::spliced::{Draft, Escape, as_it_is};

/// Adds a list of addresses: names, quoted names, addresses in brackets.
pub(super) fn addresses(text: &str, at: usize, draft: &mut Draft) {
    let mut from = 0;
    while let Some(rest) = text.get(from..).filter(|rest| !rest.is_empty()) {
        let (length, escape): (usize, Escape) = if rest.starts_with('"') {
            (quoted_length(rest), in_quotes)
        } else if rest.starts_with('<') {
            (rest.find('>').map_or(rest.len(), |end| end + 1), as_it_is)
        } else {
            // The question mark of an encoded word may stand before a bracket.
            (rest.find(['"', '<']).unwrap_or(rest.len()), in_phrase)
        };
        draft.escape_by(Some(escape));
        words(rest.get(..length).unwrap_or(rest), at + from, draft);
        from += length;
    }
    draft.escape_by(None);
}

fn quoted_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// Adds a file name; underscores are read as spaces.
pub(super) fn name_words(text: &str, at: usize, draft: &mut Draft) {
    if text.contains("=?") || text.contains(['\r', '\n']) {
        words(text, at, draft);
        return;
    }
    let mut from = 0;
    for piece in text.split_inclusive('_') {
        let plain = piece.strip_suffix('_').unwrap_or(piece);
        draft.literal(plain, at + from);
        from += plain.len();
        if plain.len() < piece.len() {
            draft.decoded(" ", at + from..at + from + 1);
            from += 1;
        }
    }
}

/// A piece of a display name outside of quotes.
fn in_phrase(text: &str) -> String {
    let special = |c: char| "()<>[]:;@\\,.\"".contains(c);
    if text.is_ascii() && text.contains(special) && !text.contains("=?") {
        format!("\"{}\"", in_quotes(text))
    } else {
        in_words(text)
    }
}

/// A piece of text in quotes.
pub(super) fn in_quotes(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"");
    in_words(&text)
}

/// A parameter that had no quotes.
pub(super) fn in_own_quotes(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_. ".contains(c);
    if text.chars().all(plain) {
        return text.replace(' ', "_");
    }
    // Pieces of a name stand side by side: quotes would end it.
    let plain: String = in_words(text)
        .chars()
        .map(|c| if "\";()<>@,:\\ ".contains(c) { '_' } else { c })
        .collect();
    plain
}

fn extended(text: &str) -> String {
    let mut out = String::from("UTF-8''");
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

pub(super) fn as_filename(text: &str) -> String {
    format!("filename*={}", extended(text))
}

pub(super) fn as_name(text: &str) -> String {
    format!("name*={}", extended(text))
}
