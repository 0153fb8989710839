//! deckname's own tokens: words inside them are not the document's.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use super::normalize::WALL;
use crate::entity::EntityType;

static TOKEN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let mut labels: Vec<&str> = EntityType::ALL
        .iter()
        .flat_map(|known| [known.label_de(), known.label_en()])
        .collect();
    labels.sort_unstable();
    labels.dedup();
    let labels = labels.join("|");
    Regex::new(&format!(
        r"\b(?:{labels})\\?_(?:[0-9]+|[0-9B-DF-HJ-NP-TV-Z]{{4,12}})\b"
    ))
    .ok()
});

/// The text with a wall in place of each token. If a token cannot be told, it
/// stays: then the check is too strict, not too lax.
pub(super) fn without_tokens(text: &str) -> Cow<'_, str> {
    if memchr::memchr(b'_', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut wall = [0; 4];
    let wall: &str = WALL.encode_utf8(&mut wall);
    TOKEN
        .as_ref()
        .map_or(Cow::Borrowed(text), |token| token.replace_all(text, wall))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_only() {
        assert_eq!(without_tokens("Herr [KARTE_K7RN3X]."), "Herr [\u{1}].");
        assert_eq!(without_tokens("KARTE_MUELLER"), "KARTE_MUELLER");
        assert_eq!(without_tokens("ORT_12 Ort"), "\u{1} Ort");
    }
}
