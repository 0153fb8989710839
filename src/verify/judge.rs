//! The rules by which an occurrence is a leak, a doubt or a coincidence.
//!
//! A whole value counts wherever its form cannot be chance; a part of a value
//! counts as a whole word; an ordinary word (Berg, Mai, Koch) is at most a
//! doubt, and a short number counts only where text is read, never in the
//! numbers of a format.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::normalize::{HARD, HYPHEN, Normalized, SOFT, START, UPPER};

static ORDINARY: LazyLock<HashSet<&'static [u8]>> = LazyLock::new(|| {
    include_str!("../resolve/ordinary.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .flat_map(str::split_whitespace)
        .map(str::as_bytes)
        .collect()
});
/// Names of fonts and styles that are people's names as well, and the words of
/// the formats themselves: in the structure of a file (not in its text) they
/// prove nothing.
static STRUCTURE: LazyLock<HashSet<&'static [u8]>> = LazyLock::new(|| {
    const FONTS_AND_STYLES: &str = "georgia franklin normal title strong grid light book arial \
        times new symbol roman rockwell bell calibri cambria candara constantia corbel palatino \
        garamond helvetica courier verdana tahoma lucida carlito caladea liberation noto adobe \
        microsoft word office default table list theme accent colorful medium dark header footer \
        caption quote toc macro date body text salutation closing signature plain outline simple \
        classic elegant professional subtle intense emphasis reference bibliography placeholder \
        mention hashtag smart link batang mincho gothic";
    include_str!("format_words.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .chain(std::iter::once(FONTS_AND_STYLES))
        .flat_map(str::split_whitespace)
        .map(str::as_bytes)
        .collect()
});

/// Where a text was found, which decides how much an occurrence proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// Text that a reader of the document sees or a property holds.
    Text,
    /// Attributes, decoded runs, streams: text mixed with a format's own words.
    Structure,
    /// Bytes of an unknown kind, read as letters.
    Binary,
}

/// What an occurrence is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verdict {
    /// Chance, or nothing.
    Nothing,
    /// Worth a look by a person.
    Doubt,
    /// The value is there.
    Leak,
}

/// How a needle's form allows it to be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Form {
    /// Digits only; grouped in any way.
    Number,
    /// Letters and digits; grouped in any way.
    Code,
    /// One word.
    Word,
    /// One word that is also an ordinary one.
    Ordinary,
    /// Several words, at least one of them rare.
    Words,
    /// Several words, each of them ordinary or short.
    OrdinaryWords,
}

#[derive(Clone, PartialEq, Eq)]
pub(super) struct Needle {
    pub(super) form: Form,
    /// Offsets at which a new word starts.
    pub(super) joints: Vec<usize>,
}
/// The form of a needle; `None` if it is too short to prove anything.
pub(super) fn form(text: &[u8], joints: &[usize], code: bool) -> Option<Form> {
    let digits = text.iter().filter(|byte| byte.is_ascii_digit()).count();
    let letters = text.len() - digits;
    if letters == 0 {
        // "3.7.84" has few digits, but its groups are its own.
        return (digits > 4 || joints.len() == 2 && digits == 4).then_some(Form::Number);
    }
    if code || (digits > 2 && text.len() >= 5 && joints.len() < 8 && digits * 2 >= letters) {
        let groups = joints.len() > 1 && text.len() == 4;
        return (text.len() > 4 || groups).then_some(Form::Code);
    }
    if joints.is_empty() {
        let ordinary = ORDINARY.contains(text);
        return (text.len() >= 3).then_some(if ordinary { Form::Ordinary } else { Form::Word });
    }
    // Spelled out letter by letter it is the word that it spells.
    if joints.len() + 1 == text.len() && text.len() > 4 && !ORDINARY.contains(text) {
        return Some(Form::Words);
    }
    let mut ends = joints.to_vec();
    ends.push(text.len());
    let starts = std::iter::once(0).chain(joints.iter().copied());
    let rare = starts
        .zip(&ends)
        .filter_map(|(start, end)| text.get(start..*end))
        .any(|word| word.len() > 3 && !ORDINARY.contains(word));
    // "Hauptstraße 94": the number makes a common street a house.
    let house = digits > 0 && letters > 3;
    match (rare || house, text.len()) {
        (true, _) => Some(Form::Words),
        (false, 5..) => Some(Form::OrdinaryWords),
        (false, _) => None,
    }
}

/// An occurrence.
pub(super) struct Place<'a> {
    pub(super) text: &'a Normalized,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Place<'_> {
    fn starts(&self, also: u8) -> bool {
        self.text.note(self.start) & (START | also) != 0
    }

    fn ends(&self, also: u8) -> bool {
        self.text.note(self.end) & (START | also) != 0
    }

    /// A genitive s and then the end of the word.
    fn ends_with_s(&self) -> bool {
        self.text.text.get(self.end) == Some(&b's') && self.text.note(self.end + 1) & START != 0
    }

    fn is_upper(&self) -> bool {
        self.text.note(self.start) & UPPER != 0
    }

    /// Offsets inside at which a word starts, line-end hyphens left out.
    fn inner(&self, wanted: u8) -> impl Iterator<Item = usize> {
        (self.start + 1..self.end)
            .filter(move |at| {
                let note = self.text.note(*at);
                note & wanted != 0 && note & HYPHEN == 0
            })
            .map(|at| at - self.start)
    }
}

impl Needle {
    pub(super) fn judge(&self, place: &Place<'_>, reading: Reading) -> Verdict {
        let len = place.end - place.start;
        if place.inner(HARD).next().is_some() {
            return Verdict::Nothing;
        }
        match self.form {
            Form::Number => judge_number(place, &self.joints, reading),
            Form::Code => judge_code(place, &self.joints, reading),
            Form::Word | Form::Ordinary => self.judge_word(place, len, reading),
            Form::Words | Form::OrdinaryWords => self.judge_words(place, len, reading),
        }
    }

    fn judge_word(&self, place: &Place<'_>, len: usize, reading: Reading) -> Verdict {
        if len > 4 && self.form == Form::Word && place.inner(START).count() + 1 == len {
            let ends = place.starts(0) && place.ends(0);
            return match reading {
                Reading::Text if ends => Verdict::Leak,
                Reading::Structure if ends => Verdict::Doubt,
                Reading::Text | Reading::Structure | Reading::Binary => Verdict::Nothing,
            };
        }
        let soft = if len > 4 { SOFT } else { 0 };
        let whole = place.starts(soft) && (place.ends(soft) || (len > 3 && place.ends_with_s()));
        if !whole || place.inner(START).next().is_some() {
            return Verdict::Nothing;
        }
        if self.form == Form::Ordinary || len < 4 {
            let visible = place.is_upper() && reading == Reading::Text;
            return match (visible, self.form) {
                (true, Form::Word) => Verdict::Leak,
                (true, _) => Verdict::Doubt,
                (false, _) => Verdict::Nothing,
            };
        }
        let word = place
            .text
            .text
            .get(place.start..place.end)
            .unwrap_or_default();
        let structural = reading != Reading::Text && STRUCTURE.contains(word);
        // "Tasks" holds no Task, and "tasks" even less: a genitive is written as the name is.
        let plural = !place.ends(soft) && !place.is_upper();
        match (structural, reading, len) {
            (true, _, _) => Verdict::Nothing,
            (false, _, _) if plural => Verdict::Doubt,
            // Six letters in a row are no chance even in a picture's bytes.
            (false, Reading::Binary, ..6) => Verdict::Doubt,
            (false, _, _) => Verdict::Leak,
        }
    }

    /// The words that a needle of several is made of.
    fn words<'a>(&'a self, place: &'a Place<'_>) -> impl Iterator<Item = &'a [u8]> {
        let starts = std::iter::once(0).chain(self.joints.iter().copied());
        let ends = self.joints.iter().copied().chain([place.end - place.start]);
        starts
            .zip(ends)
            .filter_map(|(start, end)| place.text.text.get(place.start + start..place.start + end))
    }

    fn judge_words(&self, place: &Place<'_>, len: usize, reading: Reading) -> Verdict {
        let own = |at: usize| self.joints.binary_search(&at).is_ok();
        if !place.inner(START).all(own) {
            return Verdict::Nothing;
        }
        let whole = place.starts(SOFT) && (place.ends(SOFT) || place.ends_with_s());
        // "maxmueller" in a longer run of letters: eight letters are no chance.
        if !whole && len < 10 {
            return Verdict::Nothing;
        }
        if reading != Reading::Text && self.words(place).all(|word| STRUCTURE.contains(word)) {
            return Verdict::Nothing;
        }
        if self.form == Form::OrdinaryWords {
            let joined = place.inner(START).next().is_none();
            let upper = |at: usize| place.text.note(place.start + at) & UPPER != 0;
            let all_upper = place.is_upper() && self.joints.iter().all(|at| upper(*at));
            return match (whole && (all_upper || joined), reading) {
                (true, Reading::Text) if all_upper => Verdict::Leak,
                (true, Reading::Text | Reading::Structure) => Verdict::Doubt,
                _ => Verdict::Nothing,
            };
        }
        Verdict::Leak
    }
}

fn judge_number(place: &Place<'_>, joints: &[usize], reading: Reading) -> Verdict {
    let len = place.end - place.start;
    let gaps = place.inner(START).next().is_some();
    // In the very groups in which it stood.
    let same = !joints.is_empty() && place.inner(START).eq(joints.iter().copied());
    let whole = place.starts(0) && place.ends(0);
    // Ten digits in one run are no chance, wherever the run goes on.
    let long = len >= 10 && !gaps;
    match (reading, len) {
        (Reading::Text, 6..) | (Reading::Structure, 9..) if whole || long => Verdict::Leak,
        (Reading::Text, 5) | (Reading::Structure, 8) if whole && !gaps => Verdict::Leak,
        (Reading::Text, 4..) if whole && same => Verdict::Leak,
        (Reading::Structure, 6..) if whole => Verdict::Doubt,
        (Reading::Binary, 10..) if long => Verdict::Leak,
        _ => Verdict::Nothing,
    }
}

fn judge_code(place: &Place<'_>, joints: &[usize], reading: Reading) -> Verdict {
    let len = place.end - place.start;
    // Four characters in three groups ("F-D 52") must stand in these groups.
    if len < 5
        && !joints
            .iter()
            .all(|at| place.inner(START | SOFT).any(|inner| inner == *at))
    {
        return Verdict::Nothing;
    }
    let whole = place.starts(SOFT) && place.ends(SOFT);
    match (reading, len) {
        (_, 8..) if whole || len >= 12 => Verdict::Leak,
        (Reading::Text, _) if whole => Verdict::Leak,
        (Reading::Structure, _) if whole => Verdict::Doubt,
        (Reading::Text | Reading::Structure | Reading::Binary, _) => Verdict::Nothing,
    }
}
