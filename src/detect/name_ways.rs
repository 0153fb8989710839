//! The ways to a name inside a line: a salutation, an office, a birth, a greeting, a
//! mail header, a first name. Ways that need more than one line are in `names`.

use crate::detect::context::right_of;
use crate::detect::name_line::{Claim, Line, Word, noun, office, shouted};
use crate::detect::name_words::{GREETINGS, MARKS};
use crate::detect::names::Names;

/// Whether one of [`MARKS`] can end here, by its last three bytes: a cheap look at
/// every capital of a text.
fn may_mark(left: &str) -> bool {
    let tail = left.as_bytes().last_chunk::<3>();
    tail.is_some_and(|tail| {
        matches!(
            tail,
            [b'z' | b'A' | b'V' | b'd' | b'H', b'.', b' ']
                | [b'.', b':', b' ']
                | [b'/', b'o' | b'O', b' ']
                | [b'e', b'n', b' ']
        )
    })
}

impl Names {
    /// What a word starts or announces; the index after it, if it was used up.
    pub(super) fn at_word(
        &self,
        line: &Line<'_>,
        at: usize,
        word: Word<'_>,
        claims: &mut Vec<Claim>,
    ) -> Option<usize> {
        if let Some(end) = self.at_birth(line, at, word, claims) {
            return Some(end);
        }
        if word.gap.starts_with([':', '|', '\t', '=', ' '])
            && word.gap.trim_start().starts_with([':', '|', '\t', '='])
        {
            self.after_label(line, at, claims);
        }
        if !word.capital() {
            return None;
        }
        let lower = word.lower();
        if !matches!(word.text, "MS" | "HR" | "FR") {
            let titled = self
                .at_title(line, at, &lower, claims)
                .or_else(|| self.at_office(line, at, &lower, claims));
            if titled.is_some() {
                return titled;
            }
            if at < 2 && self.at_greeting(line, at, &lower, claims) {
                return None;
            }
        }
        let left = line.text.get(..word.start - line.start).unwrap_or_default();
        if may_mark(left) && MARKS.iter().any(|mark| left.ends_with(mark)) && !noun(word.text) {
            self.list(line, at, "name_label", claims);
        }
        if word.gap.trim_start().starts_with('<')
            && right_of(line.text, word.end - line.start, 150)
                .split('>')
                .next()
                .is_some_and(|mail| mail.contains('@'))
        {
            self.display_name(line, at, claims);
        }
        self.by_first_name(line, at, word, claims)
    }

    /// "Frau Dr. Quast", "Rechtsanwalt Quast".
    fn at_title(
        &self,
        line: &Line<'_>,
        at: usize,
        lower: &str,
        claims: &mut Vec<Claim>,
    ) -> Option<usize> {
        let salutation = self.salutations.contains(lower);
        if !salutation && !self.titles.contains(lower) {
            return None;
        }
        let from = self.skip_titles(line, at);
        let sure = salutation || matches!(lower, "dr" | "prof");
        let joined = line.words.get(from - 1).is_some_and(|last| {
            matches!(
                last.gap,
                " " | ". " | "." | "\u{a0}" | ".\u{a0}" | ": " | "  "
            )
        });
        let first = line.words.get(from)?;
        let particle = !first.capital() && !sure;
        let greets = salutation || !noun(first.text) || self.is_first(first.text);
        if !joined || particle || !greets {
            return None;
        }
        let end = self.name(line, from, true)?;
        line.claim(
            from,
            end,
            if sure { 0.95 } else { 0.7 },
            "name_title",
            claims,
        );
        Some(self.chain(line, end, claims))
    }

    /// "geb. Quast" and "Anna Quast, geb.".
    fn at_birth(
        &self,
        line: &Line<'_>,
        at: usize,
        word: Word<'_>,
        claims: &mut Vec<Claim>,
    ) -> Option<usize> {
        let births = ["geb", "Geb", "geboren", "born", "gest", "wohnhaft", "whft"];
        if births.contains(&word.text) {
            self.before_birth(line, at, claims);
        }
        let maiden = [
            "geb", "Geb", "geborene", "verw", "née", "gesch", "früher", "alias",
        ];
        if !maiden.contains(&word.text) || !matches!(word.gap, " " | ". " | ".") {
            return None;
        }
        let from = at + 1;
        let next = line.words.get(from)?;
        if !next.capital() || self.no_name(next) || noun(next.text) {
            return None;
        }
        let end = self
            .name(line, from, false)
            .unwrap_or(from + 1)
            .min(from + 2);
        line.claim(from, end, 0.85, "name_maiden", claims);
        Some(end)
    }

    /// "Gerichtsvollzieherin Quast": a compound for an office, and a name.
    fn at_office(
        &self,
        line: &Line<'_>,
        at: usize,
        lower: &str,
        claims: &mut Vec<Claim>,
    ) -> Option<usize> {
        if let Some(end) = self.at_court(line, at, lower, claims) {
            return Some(end);
        }
        let gap = line.words.get(at)?.gap;
        let deputy = lower == "stv" && gap == ". ";
        if !deputy && !matches!(gap, " " | "\u{a0}") {
            return None;
        }
        let next = line.words.get(at + 1)?;
        if !next.capital() || next.text.len() < 3 || next.initial() || shouted(next.text) {
            return None;
        }
        if !(deputy || office(lower)) || self.no_name(next) || noun(next.text) || office(next.text)
        {
            return None;
        }
        let end = self.name(line, at + 1, true)?;
        line.claim(at + 1, end, 0.6, "name_office", claims);
        Some(self.chain(line, end, claims))
    }

    /// "die Richterin am Amtsgericht König": an office with its court, then a name.
    fn at_court(
        &self,
        line: &Line<'_>,
        at: usize,
        lower: &str,
        claims: &mut Vec<Claim>,
    ) -> Option<usize> {
        let stem = lower.strip_suffix("in").unwrap_or(lower);
        let of_court =
            stem.ends_with("richter") || matches!(stem, "direktor" | "rechtspfleger" | "präsident");
        let preposition = line.words.get(at + 1)?.text;
        if !of_court || !matches!(preposition, "am" | "beim") {
            return None;
        }
        let court = line.words.get(at + 2)?;
        if !court.lower().ends_with("gericht") || court.gap != " " {
            return None;
        }
        let name = line.words.get(at + 3)?;
        if !name.capital() || name.text.len() < 3 || noun(name.text) || office(name.text) {
            return None;
        }
        let end = self.name(line, at + 3, true).unwrap_or(at + 4);
        line.claim(at + 3, end, 0.8, "name_office", claims);
        Some(end)
    }

    /// "Liebe Anna," and "Guten Tag Quast," at the start of a line.
    fn at_greeting(
        &self,
        line: &Line<'_>,
        at: usize,
        lower: &str,
        claims: &mut Vec<Claim>,
    ) -> bool {
        let day = |word: &Word<'_>| matches!(word.text, "Tag" | "Morgen" | "Abend" | "Gott");
        let long =
            at == 0 && matches!(lower, "guten" | "grüß") && line.words.get(1).is_some_and(day);
        (long || GREETINGS.contains(&lower)) && self.greeting(line, at + usize::from(long), claims)
    }

    /// Known first name with what belongs to it.
    fn by_first_name(
        &self,
        line: &Line<'_>,
        at: usize,
        word: Word<'_>,
        claims: &mut Vec<Claim>,
    ) -> Option<usize> {
        if !word.capital() {
            return None;
        }
        let known = self.is_first(word.text);
        // "Kowalski, Anna"
        let listed = at
            .checked_sub(1)
            .and_then(|left| line.words.get(left))
            .is_some_and(|left| left.gap == ", ")
            || line.words.get(at + 1).is_some_and(|next| next.gap == ", ")
                && line
                    .words
                    .get(at + 2)
                    .is_some_and(|third| third.gap == ", " && third.capital());
        if word.gap == ", " && !listed && !self.no_name(&word) && word.text.chars().count() > 1 {
            let next = line.words.get(at + 1)?;
            if next.capital()
                && self.is_first(next.text)
                && !(known && next.gap.starts_with([',', ' ']) && !next.gap.starts_with(", geb"))
            {
                let mut end = at + 2;
                while line.words.get(end - 1).is_some_and(Word::joined)
                    && line
                        .words
                        .get(end)
                        .is_some_and(|w| w.capital() && self.is_first(w.text))
                {
                    end += 1;
                }
                let from = self.back_particles(line, at);
                line.claim(from, end, 0.85, "name_reversed", claims);
                return Some(end);
            }
        }
        if let Some(end) = self.last_and_initial(line, at, word, claims) {
            return Some(end);
        }
        if !known {
            return self.initial_and_last(line, at, word, claims);
        }
        let mut end = self.name(line, at, false).unwrap_or(at + 1);
        // "Lenz zur Richtung", "im Lee der Höhen": a sentence goes on, no name.
        let small = |index: usize| line.words.get(index).is_some_and(|word| !word.capital());
        let sentence = line
            .words
            .get(at + 1)
            .is_some_and(|next| matches!(next.text, "der" | "den" | "dem" | "das" | "zu"));
        if end > at + 1 && (sentence || small(end - 1)) {
            end = at + 1;
        }
        // A first name alone may as well be a ship, a storm or a color.
        let (score, way) = if end > at + 1 {
            (0.85, "name_first")
        } else {
            (0.45, "name_first_alone")
        };
        line.claim(at, end, score, way, claims);
        Some(end)
    }

    /// "Kowalski, A." where an entry of a list starts.
    fn last_and_initial(
        &self,
        line: &Line<'_>,
        at: usize,
        word: Word<'_>,
        claims: &mut Vec<Claim>,
    ) -> Option<usize> {
        let next = line.words.get(at + 1)?;
        let before = at.checked_sub(1).and_then(|left| line.words.get(left));
        let starts = before.is_none_or(|left| !matches!(left.gap, " " | "\u{a0}" | ", "));
        let shaped = word.gap == ", " && next.initial() && next.text.len() == 1;
        let named = word.text.len() > 2 && !self.no_name(&word) && !noun(word.text);
        (starts && shaped && named).then(|| {
            line.claim(at, at + 2, 0.6, "name_reversed", claims);
            at + 2
        })
    }

    /// "A. Kowalski".
    fn initial_and_last(
        &self,
        line: &Line<'_>,
        at: usize,
        word: Word<'_>,
        claims: &mut Vec<Claim>,
    ) -> Option<usize> {
        if !word.initial() || !matches!(word.gap, ". " | "." | ".\u{a0}") {
            return None;
        }
        let end = self.name(line, at, false)?;
        let last = line.words.get(end - 1)?;
        let lonely = end == at + 2 && last.text.chars().count() > 2 && !last.initial();
        let left = line
            .text
            .get(..word.start - line.start)
            .unwrap_or_default()
            .trim_end();
        let counted = left.ends_with(|c: char| c.is_ascii_digit() || c == '°');
        let abbreviation = word.text == "St"
            || counted
            || at
                .checked_sub(1)
                .and_then(|left| line.words.get(left))
                .is_some_and(|w| w.gap.starts_with('.') && w.text.len() == 1 && !w.capital());
        let list = abbreviation
            || shouted(last.text)
            || at > 0
                && line
                    .words
                    .get(at - 1)
                    .is_some_and(|w| w.gap.ends_with(['§', '.']));
        (lonely && !list && at > 0 && !noun(last.text)).then(|| {
            line.claim(at, end, 0.55, "name_initial", claims);
            end
        })
    }

    /// "Herr Meier und Frau Schulz" needs nothing; "Eheleute Anna und Peter Meier" does.
    pub(super) fn chain(&self, line: &Line<'_>, end: usize, claims: &mut Vec<Claim>) -> usize {
        let linked = line
            .words
            .get(end)
            .is_some_and(|w| matches!(w.text, "und" | "u" | "and"))
            && line.words.get(end - 1).is_some_and(|w| w.gap == " ");
        let next = line.words.get(end + 1);
        if linked
            && next.is_some_and(|w| self.is_first(w.text))
            && let Some(stop) = self.name(line, end + 1, false)
        {
            line.claim(end + 1, stop, 0.9, "name_title", claims);
            return stop;
        }
        end
    }

    /// "Karaer Ruof, geb. 18.01.1988": the capitalized words before a birth.
    fn before_birth(&self, line: &Line<'_>, at: usize, claims: &mut Vec<Claim>) {
        let mut from = at;
        let mut commas = 0;
        while let Some(left) = from.checked_sub(1).and_then(|left| line.words.get(left)) {
            let ends = from == at;
            let gap = if ends {
                matches!(left.gap, ", " | " (" | " " | "; " | ",")
            } else {
                left.joined() || left.gap == ", "
            };
            commas += usize::from(!ends && left.gap == ", ");
            let part =
                left.capital() && !self.no_name(left) && !noun(left.text) && !office(left.text)
                    || !ends && self.particles.contains(left.text) && left.text != "und";
            if !gap || !part || at - from >= 4 || commas > 1 {
                break;
            }
            from -= 1;
        }
        while from < at
            && line
                .words
                .get(from)
                .is_some_and(|w| !w.capital() || self.titles.contains(w.lower().as_str()))
        {
            from += 1;
        }
        if at - from >= 2 {
            line.claim(from, at, 0.75, "name_birth", claims);
        }
    }

    pub(super) fn greeting(&self, line: &Line<'_>, at: usize, claims: &mut Vec<Claim>) -> bool {
        let from = self.skip_titles(line, at);
        let Some(end) = self.name(line, from, true) else {
            return false;
        };
        let closed = line.words.get(end - 1).is_some_and(|w| {
            w.gap.starts_with([',', '!', '.', ':', ';'])
                || w.gap.trim().is_empty() && end == line.words.len()
        });
        let chained = line
            .words
            .get(end)
            .is_some_and(|w| matches!(w.text, "und" | "and"));
        if at <= 1 && (closed || chained) && end - from <= 3 {
            line.claim(from, end, 0.85, "name_greeting", claims);
            self.chain(line, end, claims);
            return true;
        }
        false
    }

    /// "Nilofar Rezai <n.rezai@…>": the words before the bracket.
    fn display_name(&self, line: &Line<'_>, at: usize, claims: &mut Vec<Claim>) {
        let mut from = at;
        while from > 0
            && at - from < 3
            && line
                .words
                .get(from - 1)
                .is_some_and(|w| (w.joined() || w.gap == ", ") && w.capital())
        {
            from -= 1;
        }
        let titled = line.words.get(from).is_some_and(|w| {
            self.titles.contains(w.lower().as_str())
                || self.salutations.contains(w.lower().as_str())
        });
        let from = if titled {
            self.skip_titles(line, from)
        } else {
            from
        };
        let plain = |w: &Word<'_>| w.capital() && !self.no_name(w) && !noun(w.text);
        if from <= at
            && at - from < 4
            && at > from
            && line
                .words
                .get(from..=at)
                .is_some_and(|words| words.iter().all(plain))
        {
            line.claim(from, at + 1, 0.85, "name_mail", claims);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cheap_look_lets_every_mark_through() {
        for mark in MARKS {
            assert!(may_mark(&format!("x {mark}")), "{mark}");
        }
        assert!(!may_mark("das ") && !may_mark("") && !may_mark("ß "));
    }
}
