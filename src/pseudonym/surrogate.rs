//! x
pub(super) fn fold(word: &str) -> String {
    word.to_lowercase()
}
