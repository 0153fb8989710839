//! The grammar of a person's name: titles, particles, order, initials, and the
//! salutation before it. It reads one mention; who is who is decided elsewhere.

use super::fold::{fold, fold_char};
use super::words::{self, Gender};

/// A name as one mention gives it, without titles.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Name {
    /// First names, folded, hyphens taken apart; an initial is one letter.
    pub(super) given: Vec<String>,
    /// The last name with its particles, folded; empty if there is one word only.
    pub(super) last: String,
    /// The one word of which nobody knows yet whether it is a first or last name.
    pub(super) single: String,
    /// `jun.`, `sen.`
    pub(super) generation: Option<&'static str>,
    /// Whether the text itself tells which is the last name.
    pub(super) sure: bool,
    /// Whether the first names are joined by a hyphen.
    pub(super) joined: bool,
    /// Words as they stand in the text, first names first.
    pub(super) shown: Vec<String>,
}

/// What the words before a mention tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Lead {
    /// From `Herr`, `Frau` and the like.
    pub(super) gender: Option<Gender>,
    /// Whether a salutation or a title stands before.
    pub(super) titled: bool,
    /// Whether several people are meant: `Familie`, `Herr und Frau`, `Eheleute`.
    pub(super) several: bool,
    /// Whether `geb.` or `früher` stands before.
    pub(super) maiden: bool,
    /// Whether it is `früher`: the same person under another name.
    pub(super) formerly: bool,
    /// Whether a doctor's degree stands before.
    pub(super) doctor: bool,
    /// Whether a word for a relative stands before: `der Vater, Herr`.
    pub(super) kin: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Title {
    Male,
    Female,
    Several,
    Doctor,
    Degree,
    Maiden,
    Formerly,
}

fn title(folded: &str) -> Option<Title> {
    Some(match folded {
        "herr" | "herrn" | "hr" | "hrn" | "mr" | "mister" | "sir" | "monsieur" => Title::Male,
        "frau" | "fr" | "fraeulein" | "frl" | "mrs" | "ms" | "miss" | "madam" | "madame" => {
            Title::Female
        }
        "familie" | "fam" | "eheleute" | "ehepaar" | "geschwister" | "eheleuten" | "herren" => {
            Title::Several
        }
        "dr" | "prof" | "professor" | "professorin" | "doktor" => Title::Doctor,
        "med" | "jur" | "phil" | "rer" | "nat" | "ing" | "dipl" | "habil" | "hc" | "mag" | "pd"
        | "dent" | "vet" | "oec" | "theol" | "dr-ing" | "dipl-ing" | "dipl-psych" | "dipl-med"
        | "dipl-kfm" | "ra" | "rain" => Title::Degree,
        "geb" | "geborene" | "geborener" | "geborenen" | "nee" | "gesch" | "verw"
        | "geburtsname" | "maedchenname" => Title::Maiden,
        "frueher" | "vormals" | "ehemals" | "ehem" | "geschiedene" | "geschiedener"
        | "formerly" | "verheiratete" | "verh" => Title::Formerly,
        _ => return None,
    })
}

/// Whether a folded word only stands before last names.
pub(super) fn is_particle(folded: &str) -> bool {
    matches!(
        folded,
        "von"
            | "vom"
            | "zu"
            | "zum"
            | "zur"
            | "van"
            | "de"
            | "der"
            | "den"
            | "del"
            | "della"
            | "di"
            | "da"
            | "dos"
            | "das"
            | "du"
            | "la"
            | "le"
            | "el"
            | "al"
            | "bin"
            | "ibn"
            | "ben"
            | "ter"
            | "ten"
            | "op"
            | "freiherr"
            | "freifrau"
            | "graefin"
            | "und"
    )
}

/// How many bytes at the start of a claim are salutation and titles.
pub(super) fn title_len(text: &str) -> usize {
    let mut at = 0;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let skipped = rest.len() - rest.trim_start_matches(is_filler).len();
        let rest = rest.get(skipped..).unwrap_or_default();
        let len = rest
            .find(|c: char| c.is_whitespace() || c == '.' || c == ',')
            .unwrap_or(rest.len());
        let word = fold(rest.get(..len).unwrap_or_default());
        let dotted = rest.get(len..).is_some_and(|rest| rest.starts_with('.'));
        let abbreviated = !matches!(word.as_str(), "mag" | "ing" | "med" | "nat" | "ra" | "rain");
        if word.is_empty() || title(&word).is_none() || !(dotted || abbreviated) {
            return at + if at == 0 { 0 } else { skipped };
        }
        at += skipped + len;
    }
}

fn is_filler(c: char) -> bool {
    c.is_whitespace() || matches!(c, '.' | ',' | ':' | '-')
}

/// What the text before a mention tells.
pub(super) fn lead(before: &str) -> Lead {
    // Enough for "Herrn und Frau Prof. Dr. med. dent. habil.".
    let from = before.len().saturating_sub(80);
    let from = (from..=before.len()).find(|at| before.is_char_boundary(*at));
    let tail = before.get(from.unwrap_or_default()..).unwrap_or_default();
    let mut lead = Lead::default();
    let mut and = false;
    let separators = |c: char| c.is_whitespace() || c == '.' || c == '/' || c == '(';
    for (n, word) in tail
        .rsplit(separators)
        .filter(|w| !w.is_empty())
        .enumerate()
    {
        let folded = fold(word);
        let folded = folded.trim_matches(|c: char| !c.is_alphanumeric());
        if folded == "und" || folded == "and" || word == "&" {
            if lead.gender.is_none() {
                break;
            }
            and = true;
            continue;
        }
        if let Some(gender) = kin(folded).filter(|_| n == 0 || lead.titled) {
            lead.kin = true;
            lead.gender = lead.gender.or(Some(gender));
        }
        if word.ends_with([',', ';', ':', '!', '?', ')']) && n > 0 {
            break;
        }
        let Some(title) = title(folded) else { break };
        match title {
            Title::Male | Title::Female => {
                let gender = if title == Title::Male {
                    Gender::Male
                } else {
                    Gender::Female
                };
                lead.several |= and && lead.gender != Some(gender);
                lead.gender = lead.gender.or(Some(gender));
                lead.titled = true;
            }
            Title::Several => {
                lead.several = true;
                lead.titled = true;
            }
            Title::Doctor if lead.gender.is_none() => {
                lead.titled = true;
                lead.doctor = true;
            }
            Title::Degree if lead.gender.is_none() => lead.titled = true,
            Title::Doctor | Title::Degree => break,
            Title::Maiden | Title::Formerly => {
                lead.maiden = n == 0;
                lead.formerly = lead.maiden && title == Title::Formerly;
                break;
            }
        }
    }
    if lead.several {
        lead.gender = None;
    }
    lead
}

/// The gender of the relative whom a folded word announces.
fn kin(folded: &str) -> Option<Gender> {
    const MALE: &str = "vater sohn bruder ehemann ehegatte gatte grossvater opa onkel neffe cousin \
        schwager schwiegervater schwiegersohn enkel stiefvater zwillingsbruder father son \
        brother husband uncle grandfather nephew";
    const FEMALE: &str = "mutter tochter schwester ehefrau ehegattin gattin grossmutter oma tante \
        nichte cousine kusine schwaegerin schwiegermutter schwiegertochter enkelin stiefmutter \
        zwillingsschwester mother daughter sister wife aunt grandmother niece";
    let of = |list: &str| list.split_whitespace().any(|kin| kin == folded);
    match (of(MALE), of(FEMALE)) {
        (true, _) => Some(Gender::Male),
        (_, true) => Some(Gender::Female),
        _ => None,
    }
}

/// What a text behind a name says of generations (`sen.`, `d. J.`, `II`).
pub(super) fn generation_after(after: &str) -> Option<&'static str> {
    // Enough for ", der Jüngere"; a line without an end must not be read again and again.
    let mut stops = (0..=after.len().min(24)).rev();
    let stop = stops.find(|at| after.is_char_boundary(*at));
    let after = after.get(..stop.unwrap_or_default()).unwrap_or_default();
    let after = after.trim_start_matches([' ', '\u{a0}', ',', '(']);
    let end = after.find([',', ';', ')', '\n', '\t', '|']);
    let head = after.get(..end.unwrap_or(after.len())).unwrap_or_default();
    let mut words = head
        .split([' ', '.', '\u{a0}'])
        .filter(|word| !word.is_empty());
    let first = words.next()?;
    // "D. J." may be somebody's initials: only small letters are meant.
    match (first, words.next().unwrap_or_default()) {
        ("II", _) => Some("ii"),
        ("III", _) => Some("iii"),
        ("d", "Ä" | "Ae") | ("der" | "die", "Ältere") => Some("sen"),
        ("d", "J") | ("der" | "die", "Jüngere") => Some("jun"),
        _ => generation(&plain(first)),
    }
}

/// Whether a text is nothing but a salutation and titles (a cell, a line of its own).
pub(super) fn is_lead_only(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty() && text.len() < 60 && title_len(text) >= text.trim_end_matches('.').len()
}

impl Name {
    /// Reads a mention's text (titles already cut off).
    pub(super) fn read(text: &str) -> Self {
        let mut name = Self::default();
        let text = text.get(title_len(text)..).unwrap_or_default();
        let (left, right) = text.split_once(',').unwrap_or((text, ""));
        let mut words = shown_words(left);
        let after = shown_words(right);
        name.generation = take_generation(&mut words);
        let degrees = |word: &String| is_degree_after(word);
        if after.is_empty() || after.iter().all(degrees) {
            let from = last_from(&words);
            name.set(words, from);
        } else {
            let n_given = after.len();
            let mut all = after;
            all.append(&mut words);
            name.set(all, n_given);
            name.sure = true;
        }
        name
    }

    /// All words, natural order, folded.
    pub(super) fn full(&self) -> String {
        let mut words: Vec<&str> = self.given.iter().map(String::as_str).collect();
        words.extend([self.last.as_str(), self.single.as_str()]);
        words.retain(|word| !word.is_empty());
        words.join(" ")
    }

    /// The first letter of the last name, if that is all there is of it.
    pub(super) fn last_initial(&self) -> Option<&str> {
        (self.last.len() == 1).then_some(self.last.as_str())
    }

    /// Whether the first given name is only an initial.
    pub(super) fn starts_with_initial(&self) -> bool {
        self.given.first().is_some_and(|given| given.len() == 1)
    }

    fn set(&mut self, shown: Vec<String>, last_from: usize) {
        let folded: Vec<String> = shown.iter().map(|word| plain(word)).collect();
        if let [single] = folded.as_slice() {
            self.single = single.clone();
        } else {
            let (given, last) = folded.split_at_checked(last_from).unwrap_or((&folded, &[]));
            self.given = given
                .iter()
                .flat_map(|word| word.split('-'))
                .filter(|word| !word.is_empty())
                .map(str::to_owned)
                .collect();
            self.joined = given.iter().any(|word| word.contains('-'));
            self.last = last.join(" ");
            let upper = |word: Option<&String>| word.is_some_and(|word| is_shouted(word));
            self.sure = last_from + 1 < folded.len()
                || (upper(shown.last()) && !shown.first().is_some_and(|word| is_shouted(word)));
        }
        self.shown = shown;
    }
}

/// The index at which the last name starts.
fn last_from(words: &[String]) -> usize {
    let n = words.len();
    if words.first().is_some_and(|word| is_particle(&plain(word))) {
        return 0;
    }
    let particle = words
        .iter()
        .enumerate()
        .skip(1)
        .take(n.saturating_sub(2))
        .find(|(_, word)| is_particle(&plain(word)))
        .map(|(at, _)| at);
    particle.unwrap_or_else(|| n.saturating_sub(1))
}

/// A word in capitals of two letters or more.
fn is_shouted(word: &str) -> bool {
    let letters = word.chars().filter(|c| c.is_alphabetic());
    letters.clone().count() > 1 && letters.clone().all(char::is_uppercase)
}

/// Splits at spaces and after full stops (`A.K.`, `M.Müller`).
fn shown_words(text: &str) -> Vec<String> {
    text.split(|c: char| c.is_whitespace() || c == '.' || c == '_')
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Folded letters, digits and hyphens of a word.
pub(super) fn plain(word: &str) -> String {
    let mut out = String::with_capacity(word.len() + 2);
    let stem = word.strip_suffix("'s").or_else(|| word.strip_suffix("’s"));
    for c in stem.unwrap_or(word).chars() {
        if matches!(c, '-' | '‐' | '‑') {
            out.push('-');
        } else if c.is_alphanumeric() || !c.is_ascii() {
            fold_char(c, &mut out);
        }
    }
    out.retain(|c| c.is_alphanumeric() || c == '-');
    out
}

fn generation(folded: &str) -> Option<&'static str> {
    match folded {
        "jun" | "jr" | "junior" => Some("jun"),
        "sen" | "sr" | "senior" => Some("sen"),
        _ => None,
    }
}

fn take_generation(words: &mut Vec<String>) -> Option<&'static str> {
    let generation = generation(&plain(words.last()?))?;
    (words.len() > 1).then(|| {
        words.pop();
        generation
    })
}

fn is_degree_after(word: &str) -> bool {
    matches!(
        word.to_lowercase().as_str(),
        "m" | "a"
            | "b"
            | "sc"
            | "ll"
            | "mba"
            | "ph"
            | "d"
            | "eng"
            | "ma"
            | "ba"
            | "msc"
            | "bsc"
            | "phd"
    )
}

/// Whether every word of a text is a known first name.
pub(super) fn all_given(text: &str) -> bool {
    let mut words = shown_words(text).into_iter().peekable();
    words.peek().is_some()
        && words.all(|word| {
            let word = plain(&word);
            words::is_given(&word) || (word.contains('-') && word.split('-').all(words::is_given))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> (String, String, String) {
        let name = Name::read(text);
        (name.given.join(" "), name.last, name.single)
    }

    #[test]
    fn reads_names() {
        for (text, given, last, single) in [
            ("Max Müller", "max", "mueller", ""),
            ("Müller, Max", "max", "mueller", ""),
            ("Dr. med. Max von der Heide", "max", "von der heide", ""),
            ("Müller", "", "", "mueller"),
            ("M. Müller", "m", "mueller", ""),
            ("M.Müller", "m", "mueller", ""),
            ("von der Heide", "", "von der heide", ""),
            ("A. K.", "a", "k", ""),
            ("Anna K.", "anna", "k", ""),
            (
                "Anna-Maria Kowalski-Brandt",
                "anna maria",
                "kowalski-brandt",
                "",
            ),
            ("Garcia Lopez, Carlos", "carlos", "garcia lopez", ""),
            ("Max Müller, M.A.", "max", "mueller", ""),
            ("Müller's", "", "", "mueller"),
            ("Prof. Dr.", "", "", ""),
        ] {
            let expected = (given.into(), last.into(), single.into());
            assert_eq!(parts(text), expected, "{text}");
        }
        assert_eq!(Name::read("Max Müller jun.").generation, Some("jun"));
    }

    #[test]
    fn reads_what_stands_before() {
        let of = |text| {
            let lead = lead(text);
            (lead.gender, lead.titled, lead.several)
        };
        assert_eq!(of("an Herrn "), (Some(Gender::Male), true, false));
        assert_eq!(of("Frau Dr. med. "), (Some(Gender::Female), true, false));
        assert_eq!(of("Herr und Frau "), (None, true, true));
        assert_eq!(of("Familie "), (None, true, true));
        assert_eq!(of("Frau, "), (Some(Gender::Female), true, false));
        assert_eq!(of("die Frau sagt "), (None, false, false));
        assert!(lead("Anna Kowalski, geb. ").maiden);
        let before = lead("der Vater, Herr Dr. ");
        assert!(before.kin && before.doctor && before.titled);
        assert!(!lead("mein Vater war da. Herr ").kin && lead("Tante ").kin);
        assert!(lead("Anna Kowalski (früher ").formerly);
        assert_eq!(generation_after(" d. J. sagt"), Some("jun"));
        assert_eq!(generation_after(" (sen.)"), Some("sen"));
        assert_eq!(generation_after(" II ist krank"), Some("ii"));
        assert_eq!(generation_after(", Senioren"), None);
        assert!(is_lead_only("Herrn Dr.") && !is_lead_only("Herr Lang"));
    }

    #[test]
    fn cuts_titles() {
        for (text, rest) in [
            ("Herr Dr. Müller", "Müller"),
            ("Frau", ""),
            ("Mag Lang", "Mag Lang"),
            ("Prof. Dr. med. Anna Koch", "Anna Koch"),
            ("Frauke Lang", "Frauke Lang"),
        ] {
            assert_eq!(&text[title_len(text)..], rest);
        }
    }
}
