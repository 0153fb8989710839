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

/// The first names of which a folded word is a short form that is not just
/// their beginning.
pub(super) fn full_forms(folded: &str) -> &'static [&'static str] {
    static FORMS: LazyLock<HashMap<&'static str, Vec<&'static str>>> = LazyLock::new(|| {
        let lines = include_str!("nicknames.txt").lines();
        lines
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| {
                let mut words = line.split_whitespace();
                Some((words.next()?, words.collect()))
            })
            .collect()
    });
    // "Max", "Lena" and "Hans" are whole names as often as short ones.
    let whole = is_given(folded) && !folded.ends_with(['i', 'y']);
    let known = FORMS.get(folded).filter(|_| !whole);
    known.map_or(&[], Vec::as_slice)
}

/// Whether a folded word is a calling that is also a common last name.
pub(super) fn is_calling(folded: &str) -> bool {
    const CALLINGS: &str = "bauer baecker becker beck boettcher brauer dreher drechsler faerber \
        fischer fleischer foerster fuerst fuhrmann gaertner gerber geiger glaser graf hafner \
        hausmann herzog hirt hofmann jaeger kaiser kaufmann keller kellner knecht koch koenig \
        kraemer kuester kuehn lehmann lehrer maler markgraf maurer meier meister metzger mueller \
        muenzer papst pfarrer pfeiffer pfeifer pfister prinz richter ritter saenger sattler \
        schaefer schaffner scherer schlosser schmidt schmied schneider schreiber schreiner \
        schroeder schulze schulz schumacher schuster schuetz seiler spengler steiger toepfer \
        vogt wagner wagenknecht walter weber weissgerber winzer wirt zimmermann zoellner";
    let mut callings = CALLINGS.split_whitespace();
    let is = |known: &str| folded == known || folded.strip_suffix('s') == Some(known);
    callings.any(is)
}

/// Whether a folded word before a calling makes it a person: no German noun
/// follows it without an article.
pub(super) fn leads_to_name(folded: &str) -> bool {
    const LEADS: &[&str] = &[
        "an", "bei", "bleibt", "durch", "fuer", "gegen", "hat", "ist", "kommt", "mit", "nach",
        "ohne", "sagt", "ueber", "von", "war", "wird", "zu",
    ];
    LEADS.contains(&folded)
}

/// Whether a folded word is an article or stands for one.
pub(super) fn is_article(folded: &str) -> bool {
    const ARTICLES: &[&str] = &[
        "eine", "einem", "einen", "einer", "eines", "dieser", "diese", "jeder", "jeden", "keine",
        "keinem", "keinen", "unser", "unsere", "unserem", "unseren", "welcher", "mein", "dein",
    ];
    ARTICLES.contains(&folded)
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
        assert!(full_forms("basti").contains(&"sebastian"));
        assert!(full_forms("sebastian").is_empty());
    }
}
