//! Names that a producer chose: of resources and fonts. Whoever names a picture
//! or a font after a person has written the name into the file; such names are
//! others in the copy, usual ones stay.

use std::collections::HashMap;

use crate::format::step::{Step, is_off};

/// Names of resources that content uses, and what they are in the copy.
#[derive(Debug, Default)]
pub(super) struct Names {
    used: HashMap<Vec<u8>, Vec<u8>>,
    n_renamed: usize,
}

impl Names {
    /// The name of a used resource in the copy.
    pub(super) fn take(&mut self, name: &[u8]) -> &[u8] {
        if !self.used.contains_key(name) {
            let new = if is_usual(name) || is_off(Step::PdfNames) {
                name.to_vec()
            } else {
                self.n_renamed += 1;
                format!("DnN{}", self.n_renamed - 1).into_bytes()
            };
            self.used.insert(name.to_vec(), new);
        }
        self.used.get(name).map_or(&[][..], Vec::as_slice)
    }

    /// Notes a resource that keeps its name.
    pub(super) fn keep(&mut self, name: &[u8]) {
        self.used
            .entry(name.to_vec())
            .or_insert_with(|| name.to_vec());
    }

    /// The name in the copy of a resource that is used.
    pub(super) fn get(&self, name: &[u8]) -> Option<&[u8]> {
        self.used.get(name).map(Vec::as_slice)
    }
}

/// Whether a name tells nothing: `F1`, `Im12`, `T1_0`, or a color space of PDF.
fn is_usual(name: &[u8]) -> bool {
    const SPACES: [&[u8]; 8] = [
        b"DeviceGray",
        b"DeviceRGB",
        b"DeviceCMYK",
        b"Pattern",
        b"CalGray",
        b"CalRGB",
        b"Lab",
        b"Indexed",
    ];
    let mut runs = name.split(|byte| !byte.is_ascii_alphabetic());
    let short = name.len() <= 12 && runs.all(|run| run.len() <= 3) && name.is_ascii();
    let numbered = name.len() <= 3 || name.iter().any(u8::is_ascii_digit);
    (short && numbered) || SPACES.contains(&name)
}

/// Words of usual font names, families first, styles last.
const FONT_WORDS: &[&str] = &[
    "arial",
    "helvetica",
    "times",
    "roman",
    "courier",
    "calibri",
    "cambria",
    "candara",
    "consolas",
    "corbel",
    "constantia",
    "verdana",
    "georgia",
    "garamond",
    "tahoma",
    "trebuchet",
    "segoe",
    "symbol",
    "wingdings",
    "webdings",
    "zapf",
    "dingbats",
    "liberation",
    "sans",
    "serif",
    "mono",
    "dejavu",
    "carlito",
    "caladea",
    "noto",
    "open",
    "source",
    "code",
    "roboto",
    "lato",
    "ubuntu",
    "fira",
    "inter",
    "lucida",
    "console",
    "grande",
    "bright",
    "palatino",
    "linotype",
    "bookman",
    "century",
    "schoolbook",
    "gothic",
    "franklin",
    "frutiger",
    "univers",
    "futura",
    "optima",
    "minion",
    "myriad",
    "nimbus",
    "bitstream",
    "vera",
    "free",
    "computer",
    "modern",
    "latin",
    "georgia",
    "bodoni",
    "didot",
    "gill",
    "rockwell",
    "impact",
    "comic",
    "aptos",
    "gothic",
    "regular",
    "bold",
    "italic",
    "oblique",
    "light",
    "medium",
    "semi",
    "demi",
    "black",
    "heavy",
    "thin",
    "book",
    "narrow",
    "condensed",
    "cond",
    "extended",
    "extra",
    "ultra",
    "display",
    "text",
    "caption",
    "psmt",
    "normal",
    "neue",
    "semibold",
    "demibold",
    "extrabold",
    "extralight",
    "ornaments",
    "dingbat",
    "math",
    "slab",
    "round",
    "rounded",
    "typewriter",
];

/// Names of fonts, and what they are in the copy.
#[derive(Debug, Default)]
pub(super) struct FontNames {
    known: HashMap<Vec<u8>, Vec<u8>>,
}

impl FontNames {
    /// The name of a font in the copy: the same words if all are usual, a number
    /// and the style otherwise. The mark of a subset says nothing but its number.
    pub(super) fn take(&mut self, name: &[u8]) -> Vec<u8> {
        if is_off(Step::PdfNames) {
            return name.to_vec();
        }
        if let Some(known) = self.known.get(name) {
            return known.clone();
        }
        let number = self.known.len();
        let (is_subset, base) = match name.get(6) {
            Some(b'+') => (true, name.get(7..).unwrap_or_default()),
            _ => (false, name),
        };
        let mut new = String::new();
        if is_subset {
            new.push_str(&mark(number));
        }
        match std::str::from_utf8(base) {
            Ok(base) if words(base).iter().all(|word| is_font_word(word)) => new.push_str(base),
            _ => {
                new.push_str(&format!("DnF{number}"));
                new.push_str(&style(&String::from_utf8_lossy(base).to_lowercase()));
            }
        }
        let new = new.into_bytes();
        self.known.insert(name.to_vec(), new.clone());
        new
    }
}

fn mark(number: usize) -> String {
    let mut rest = number;
    let mut letters = Vec::new();
    for _ in 0..6 {
        letters.push(b'A' + u8::try_from(rest % 26).unwrap_or(0));
        rest /= 26;
    }
    letters.reverse();
    format!("{}+", String::from_utf8_lossy(&letters))
}

/// The words of a name, in lower case: `ArialNarrow-BoldMT` has four.
fn words(name: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut last = ' ';
    for character in name.chars() {
        if !character.is_ascii_alphabetic() {
            // Other letters make a word that no list has.
            if character.is_alphabetic() {
                out.push(format!("{character}{character}{character}{character}"));
            }
        } else if character.is_ascii_uppercase() && !last.is_ascii_uppercase()
            || !last.is_ascii_alphabetic()
        {
            out.push(character.to_lowercase().collect());
        } else if let Some(word) = out.last_mut() {
            word.extend(character.to_lowercase());
        }
        last = character;
    }
    out
}

/// Words of usual font names, in lower case.
pub(crate) fn font_words() -> &'static [&'static str] {
    FONT_WORDS
}

fn is_font_word(word: &str) -> bool {
    word.len() <= 3 || FONT_WORDS.contains(&word)
}

/// What a name says about the look, in words that [`super::font`] knows.
fn style(lower: &str) -> String {
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let mut out = String::new();
    let serif = has(&[
        "times", "serif", "roman", "garamond", "georgia", "cambria", "cmr", "minion",
    ]);
    if serif && !lower.contains("sans") {
        out.push_str("Serif");
    }
    if has(&["mono", "courier", "typewriter"]) {
        out.push_str("Mono");
    }
    if has(&["bold", "black", "heavy", "cmbx"]) {
        out.push_str("-Bold");
    }
    if has(&["italic", "oblique", "cmti"]) {
        out.push_str("Italic");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_names_stay() {
        for name in ["F1", "Im12", "T1_0", "GS0", "DnR", "Xi12", "Pattern", "R7"] {
            assert!(is_usual(name.as_bytes()), "{name}");
        }
        for name in ["Erika", "Anna", "Mustermann1", "F1_Erika"] {
            assert!(!is_usual(name.as_bytes()), "{name}");
        }
    }

    #[test]
    fn font_names_keep_what_is_usual() {
        let mut names = FontNames::default();
        let mut take = |name: &str| String::from_utf8(names.take(name.as_bytes())).unwrap();
        assert_eq!(
            take("ABCDEF+ArialNarrow-BoldMT"),
            "AAAAAA+ArialNarrow-BoldMT"
        );
        assert_eq!(take("TimesNewRomanPS-ItalicMT"), "TimesNewRomanPS-ItalicMT");
        assert_eq!(take("CMR12"), "CMR12");
        assert_eq!(take("ERIKAX+ErikaHandwriting-Bold"), "AAAAAD+DnF3-Bold");
        assert_eq!(take("ERIKAX+ErikaHandwriting-Bold"), "AAAAAD+DnF3-Bold");
        assert_eq!(take("ArialErika"), "DnF4");
    }

    #[test]
    fn names_that_were_changed_stay() {
        let mut once = FontNames::default();
        let all = ["ABCDEF+Arial", "Müller", "X-Garamond-Erika", "Times"];
        let first: Vec<Vec<u8>> = all.iter().map(|n| once.take(n.as_bytes())).collect();
        let mut twice = FontNames::default();
        let second: Vec<Vec<u8>> = first.iter().map(|n| twice.take(n)).collect();
        assert_eq!(first, second);
    }
}
