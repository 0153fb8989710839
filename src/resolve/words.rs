//! The word lists: ordinary words that are also names, and first names with
//! the gender they tell.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// What a first name or a salutation tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Gender {
    Male,
    Female,
}

static ORDINARY: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| entries(include_str!("ordinary.txt")).collect());

static GIVEN: LazyLock<HashMap<&'static str, Option<Gender>>> = LazyLock::new(|| {
    let mut gender = None;
    let mut names = HashMap::new();
    for word in entries(include_str!("given.txt")) {
        match word {
            "@male" => gender = Some(Gender::Male),
            "@female" => gender = Some(Gender::Female),
            "@either" => gender = None,
            name => {
                names.insert(name, gender);
            }
        }
    }
    names
});

fn entries(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(str::split_whitespace)
}

/// Whether a folded word is also an ordinary word.
pub(super) fn is_ordinary(folded: &str) -> bool {
    ORDINARY.contains(folded)
}

/// Whether a folded word is a known first name.
pub(super) fn is_given(folded: &str) -> bool {
    GIVEN.contains_key(folded)
}

/// The gender that a folded first name tells, if it tells one.
pub(super) fn gender(folded: &str) -> Option<Gender> {
    GIVEN.get(folded).copied().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_folded_and_found() {
        assert!(is_ordinary("sommer") && is_ordinary("koch") && !is_ordinary("mueller"));
        assert_eq!(gender("erika"), Some(Gender::Female));
        assert_eq!(gender("max"), Some(Gender::Male));
        assert_eq!(gender("kim"), None);
        let folded = |word: &str| word == super::super::fold::fold(word);
        assert!(ORDINARY.iter().all(|word| folded(word)));
        assert!(GIVEN.keys().all(|word| folded(word)));
    }
}
