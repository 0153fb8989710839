//! Names of persons, without a model: by salutation, title, label, greeting,
//! signature, address block, mail header, and by first names.
//!
//! The claim covers exactly the name with its particles ("von der Heide"), not
//! the salutation or the title. A first name of the list is evidence, never
//! proof: words that are names and ordinary words alike are not in the list.
//! Whom a bare last name in running text means is left to the NER model, and
//! further mentions of a name found once are left to `resolve`.

use std::collections::HashSet;
use std::ops::Range;

use crate::detect::Recognizer;
use crate::detect::name_words::{
    CLOSINGS, GREETINGS, LABELS, NO_NAMES, NOUN_ENDINGS, OFFICE_ENDINGS, PARTICLES, SALUTATIONS,
    TITLE_PARTS, TITLES,
};
use crate::detect::pattern::own_tokens;
use crate::detect::table::Tables;
use crate::document::{Document, Segment, SegmentKind};
use crate::entity::{EntityType, Finding, Score};
use crate::error::Result;

/// First names given at least three times in the open data of Berlin and Köln
/// (CC BY 3.0) or listed by public-domain and MIT sources; see NOTICE.
const FIRST_NAMES: &str = include_str!("first_names.txt");

/// The recognizer of names.
pub struct Names {
    first: HashSet<&'static str>,
    salutations: HashSet<&'static str>,
    titles: HashSet<&'static str>,
    title_parts: HashSet<&'static str>,
    particles: HashSet<&'static str>,
    labels: HashSet<&'static str>,
    label_stems: Vec<&'static str>,
    no_names: HashSet<&'static str>,
}

impl std::fmt::Debug for Names {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Names")
            .field("n_first", &self.first.len())
            .finish()
    }
}

/// A word of a line: letters with hyphens and apostrophes inside.
#[derive(Clone, Copy, Debug)]
struct Word<'a> {
    start: usize,
    end: usize,
    text: &'a str,
    /// What stands between this word and the next one (or the line's end).
    gap: &'a str,
}

impl<'a> Word<'a> {
    fn capital(&self) -> bool {
        self.text.starts_with(|c: char| c.is_uppercase())
    }

    fn lower(&self) -> String {
        self.text.to_lowercase()
    }

    /// "A." or "A"; a letter and a point.
    fn initial(&self) -> bool {
        let mut letters = self.text.chars();
        let short = letters.next().is_some_and(char::is_uppercase)
            && (letters.next().is_none()
                || matches!(self.text, "Ch" | "St" | "Th" | "Sch" | "Chr" | "Ph"));
        short && self.gap.starts_with('.')
    }

    /// Whether the next word follows right away: one space, or a point and at most one.
    fn joined(&self) -> bool {
        matches!(self.gap, " " | "\u{a0}")
            || (self.initial() && matches!(self.gap, "." | ". " | ".\u{a0}" | ".-"))
    }
}

/// One line with its words and its place in the segment.
struct Line<'a> {
    text: &'a str,
    start: usize,
    words: Vec<Word<'a>>,
}

/// A name inside a segment, found by a way of this name.
struct Claim {
    range: Range<usize>,
    score: f32,
    way: &'static str,
}

impl Recognizer for Names {
    fn name(&self) -> &'static str {
        "names"
    }

    fn entity_types(&self) -> Vec<EntityType> {
        vec![EntityType::Person]
    }

    fn detect(&self, document: &Document) -> Result<Vec<Finding>> {
        let mut findings = Vec::new();
        let (mut closing, mut tables) = (false, Tables::default());
        for (index, segment) in document.segments().iter().enumerate() {
            let mut claims = Vec::new();
            if *segment.kind() == SegmentKind::Paragraph {
                let cells = tables.cells(segment.text());
                let of_people = cells.iter().any(|cell| heads_people(&cell.header));
                for cell in cells.into_iter().filter(|cell| {
                    self.is_label(&cell.header) && (of_people || cell.header.chars().count() > 6)
                }) {
                    let text = segment.text().get(cell.range.clone()).unwrap_or_default();
                    self.list(
                        &Line::new(text, cell.range.start),
                        0,
                        "name_label",
                        &mut claims,
                    );
                }
            }
            closing = self.scan(segment, next_line(document, index), closing, &mut claims);
            if claims.is_empty() {
                continue;
            }
            let claims = widest(claims);
            let masked = own_tokens(segment.text());
            let free = |claim: &Claim| {
                !masked
                    .iter()
                    .any(|token| token.start < claim.range.end && claim.range.start < token.end)
            };
            findings.extend(claims.into_iter().filter(free).filter_map(|claim| {
                Some(Finding {
                    span: document.span(index, claim.range.start, claim.range.end)?,
                    entity_type: EntityType::Person,
                    score: Score::new(claim.score),
                    recognizer: claim.way,
                })
            }));
        }
        Ok(findings)
    }
}

/// Without claims that lie inside another one.
fn widest(mut claims: Vec<Claim>) -> Vec<Claim> {
    claims.sort_unstable_by(|a, b| {
        let place = |claim: &Claim| (claim.range.start, std::cmp::Reverse(claim.range.end));
        place(a).cmp(&place(b)).then(b.score.total_cmp(&a.score))
    });
    let mut covered = 0;
    claims.retain(|claim| {
        let wider = claim.range.end > covered;
        covered = covered.max(claim.range.end);
        wider
    });
    claims
}

/// The first line of the next segment.
fn next_line(document: &Document, index: usize) -> &str {
    let next = document.segments().get(index + 1).map(Segment::text);
    next.and_then(|text| text.lines().find(|line| !line.trim().is_empty()))
        .unwrap_or_default()
}

impl Names {
    /// The recognizer with its built-in list of first names.
    ///
    /// # Errors
    /// Never today; the list may come from outside later.
    pub fn new() -> Result<Self> {
        let set = |words: &[&'static str]| words.iter().copied().collect::<HashSet<_>>();
        Ok(Self {
            first: FIRST_NAMES.lines().collect(),
            salutations: set(SALUTATIONS),
            titles: set(TITLES),
            title_parts: set(TITLE_PARTS),
            particles: set(PARTICLES),
            labels: LABELS
                .iter()
                .copied()
                .filter(|label| !label.ends_with('*'))
                .collect(),
            label_stems: LABELS
                .iter()
                .filter_map(|label| label.strip_suffix('*'))
                .collect(),
            no_names: set(NO_NAMES),
        })
    }

    /// Claims of one segment; tells whether it ends with a closing formula.
    fn scan(
        &self,
        segment: &Segment,
        next: &str,
        mut closing: bool,
        claims: &mut Vec<Claim>,
    ) -> bool {
        let text = segment.text();
        if segment.kind().labels().any(|label| self.is_label(label)) {
            self.list(&Line::new(text, 0), 0, "name_label", claims);
        }
        let mut start = 0;
        let (mut left, mut addressed) = (0_u8, false);
        for piece in text.split('\n') {
            let line = Line::new(piece.trim_end_matches('\r'), start);
            start += piece.len() + 1;
            if line.words.is_empty() {
                continue;
            }
            if closing {
                left = 3;
            }
            if addressed {
                self.whole_line(&line, 0.9, "name_address", claims);
            }
            addressed = self.is_salutation(&line);
            if left > 0 {
                left -= 1;
                self.signature(&line, claims);
            }
            closing = self.is_closing(&line);
            self.in_line(&line, claims);
            let below = text
                .get(start..)
                .and_then(|rest| rest.lines().find(|l| !l.trim().is_empty()))
                .unwrap_or(next);
            if is_address(below) {
                self.whole_line(&line, 0.7, "name_address", claims);
            } else if self.is_office(below) {
                self.whole_line(&line, 0.7, "name_signature", claims);
            }
        }
        closing
    }

    /// A line that is only "Herrn" or "Frau".
    fn is_salutation(&self, line: &Line<'_>) -> bool {
        line.words.len() <= 3
            && !line.words.is_empty()
            && line.words.iter().all(|word| {
                let lower = word.lower();
                self.salutations.contains(lower.as_str())
                    || matches!(lower.as_str(), "an" | "und" | "firma")
            })
            && line.text.trim().len() < 22
            && !line.text.contains(':')
    }

    /// A line that holds nothing but an office or a trade: "Rechtsanwältin".
    fn is_office(&self, line: &str) -> bool {
        let mut words = line.split_whitespace();
        let first = words
            .next()
            .unwrap_or_default()
            .trim_matches(['(', ')', ',']);
        words.count() < 3
            && first.starts_with(char::is_uppercase)
            && (office(first)
                || self.titles.contains(first.to_lowercase().as_str()) && first.len() > 4)
    }

    fn in_line(&self, line: &Line<'_>, claims: &mut Vec<Claim>) {
        let mut at = 0;
        while let Some(word) = line.words.get(at) {
            let found = self.at_word(line, at, *word, claims);
            at = found.unwrap_or(at + 1).max(at + 1);
        }
    }

    /// What a word starts or announces; the index after it, if it was used up.
    fn at_word(
        &self,
        line: &Line<'_>,
        at: usize,
        word: Word<'_>,
        claims: &mut Vec<Claim>,
    ) -> Option<usize> {
        let lower = word.lower();
        let bare = lower.as_str();
        let upper_or_capital = word.capital() && word.text != "MS";
        if upper_or_capital && (self.salutations.contains(bare) || self.titles.contains(bare)) {
            let from = self.skip_titles(line, at);
            let sure = self.salutations.contains(bare) || matches!(bare, "dr" | "prof");
            let joined = line.words.get(from - 1).is_some_and(|last| {
                matches!(
                    last.gap,
                    " " | ". " | "." | "\u{a0}" | ".\u{a0}" | ": " | "  "
                )
            });
            let particle = line.words.get(from).is_some_and(|w| !w.capital()) && !sure;
            let greets = self.salutations.contains(bare)
                || line
                    .words
                    .get(from)
                    .is_some_and(|w| !noun(w.text) || self.is_first(w.text));
            if let Some(end) = (joined && !particle && greets)
                .then(|| self.name(line, from, true))
                .flatten()
            {
                line.claim(
                    from,
                    end,
                    if sure { 0.95 } else { 0.7 },
                    "name_title",
                    claims,
                );
                return Some(self.chain(line, end, claims));
            }
        }
        if matches!(
            bare,
            "geb" | "geboren" | "born" | "gest" | "wohnhaft" | "whft"
        ) {
            self.before_birth(line, at, claims);
        }
        if matches!(
            bare,
            "geb" | "geborene" | "verw" | "née" | "gesch" | "früher" | "alias"
        ) {
            let from = at + 1;
            if matches!(word.gap, " " | ". " | ".")
                && line
                    .words
                    .get(from)
                    .is_some_and(|w| w.capital() && !self.no_name(w) && !noun(w.text))
            {
                let end = self
                    .name(line, from, false)
                    .unwrap_or(from + 1)
                    .min(from + 2);
                line.claim(from, end, 0.85, "name_maiden", claims);
                return Some(end);
            }
        }
        if upper_or_capital
            && (office(bare) || bare == "stv" && word.gap == ". ")
            && matches!(word.gap, " " | "\u{a0}" | ". ")
            && let Some(next) = line.words.get(at + 1)
            && next.capital()
            && !self.no_name(next)
            && !noun(next.text)
            && !office(next.text)
            && !next.initial()
            && !shouted(next.text)
            && next.text.chars().count() > 2
            && let Some(end) = self.name(line, at + 1, true)
        {
            line.claim(at + 1, end, 0.6, "name_office", claims);
            return Some(self.chain(line, end, claims));
        }
        if upper_or_capital && GREETINGS.contains(&bare) && self.greeting(line, at, claims) {
            return None;
        }
        if word.gap.trim_start().starts_with([':', '|', '\t', '=']) || word.gap.starts_with("\t") {
            self.after_label(line, at, claims);
        }
        let left = line.text.get(..word.start - line.start).unwrap_or_default();
        if upper_or_capital
            && [
                "gez. ",
                "gez.: ",
                "i. A. ",
                "I. A. ",
                "i.A. ",
                "I.A. ",
                "i. V. ",
                "I. V. ",
                "i.V. ",
                "I.V. ",
                "c/o ",
                "z. Hd. ",
                "z.Hd. ",
                "zu Händen ",
                "z. H. ",
                "C/O ",
            ]
            .iter()
            .any(|mark| left.ends_with(mark))
            && !noun(word.text)
        {
            self.list(line, at, "name_label", claims);
        }
        if word.gap.trim_start().starts_with('<')
            && line
                .text
                .get(word.end - line.start..)
                .is_some_and(|r| r.split('>').next().is_some_and(|m| m.contains('@')))
        {
            self.display_name(line, at, claims);
        }
        self.by_first_name(line, at, word, claims)
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
        if !known {
            return self.initial_and_last(line, at, word, claims);
        }
        let end = self.name(line, at, false).unwrap_or(at + 1);
        // A first name alone may as well be a ship, a storm or a color.
        let (score, way) = if end > at + 1 {
            (0.85, "name_first")
        } else {
            (0.45, "name_first_alone")
        };
        line.claim(at, end, score, way, claims);
        Some(end)
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
        let lonely =
            end == at + 2 && last.text.chars().count() > 2 && !last.initial() && last.gap != ".";
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

    /// Where a name that starts at a word ends; `None` if none starts there.
    /// With `sure`, a first unknown capitalized word is taken for a name.
    fn name(&self, line: &Line<'_>, at: usize, sure: bool) -> Option<usize> {
        let mut end = at;
        let mut trusted = sure;
        let mut last_is_name = false;
        while end < at + 6 {
            let word = line.words.get(end)?;
            if end > at && !line.words.get(end - 1)?.joined() {
                break;
            }
            if self.particles.contains(word.text)
                || (end > at || sure)
                    && self.particles.contains(word.lower().as_str())
                    && !word.capital()
            {
                let next = self.after_particles(line, end);
                let follows = next
                    .and_then(|next| line.words.get(next))
                    .is_some_and(|w| w.capital() && !self.no_name(w));
                let natural = !matches!(word.text, "und" | "e" | "y" | "das" | "zum" | "zur")
                    || last_is_name && word.text != "und";
                match next {
                    Some(next) if follows && natural && (sure || end > at) => {
                        end = next;
                        trusted = true;
                    }
                    _ => break,
                }
                continue;
            }
            if !word.capital()
                || (!word.initial()
                    && (self.no_name(word) || (noun(word.text) && !(sure && end == at))))
            {
                break;
            }
            let known = self.is_first(word.text) || word.initial();
            if !known
                && !trusted
                && last_is_name
                && end > at + 1
                && !line
                    .words
                    .get(end - 1)
                    .is_some_and(|w| self.is_first(w.text) || w.initial())
            {
                break;
            }
            if !known && !trusted && end == at {
                return None;
            }
            last_is_name = true;
            trusted = known
                || (sure
                    && end == at
                    && line.words.get(end + 1).is_some_and(|w| {
                        !self.no_name(w)
                            && !noun(w.text)
                            && w.text.chars().count() > 2
                            && (shouted(word.text) || !shouted(w.text))
                    }));
            end += 1;
            if !trusted && !known {
                break;
            }
        }
        (end > at && last_is_name).then_some(end)
    }

    fn after_particles(&self, line: &Line<'_>, mut at: usize) -> Option<usize> {
        for _ in 0..3 {
            let word = line.words.get(at)?;
            if !word.joined() && word.gap != "-" {
                return None;
            }
            at += 1;
            if !self
                .particles
                .contains(line.words.get(at)?.lower().as_str())
            {
                return Some(at);
            }
        }
        None
    }

    /// Particles before a last name: "von der Heide, Anna".
    fn back_particles(&self, line: &Line<'_>, mut at: usize) -> usize {
        while at > 0
            && line.words.get(at - 1).is_some_and(|w| {
                w.joined() && w.text != "und" && !w.capital() && self.particles.contains(w.text)
            })
        {
            at -= 1;
        }
        let bare = line.words.get(at).is_some_and(|w| {
            matches!(
                w.text,
                "der" | "den" | "dem" | "das" | "zu" | "zum" | "zur" | "e" | "o"
            )
        });
        if bare { at + 1 } else { at }
    }

    /// "Herr Meier und Frau Schulz" needs nothing; "Eheleute Anna und Peter Meier" does.
    fn chain(&self, line: &Line<'_>, end: usize, claims: &mut Vec<Claim>) -> usize {
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

    fn greeting(&self, line: &Line<'_>, at: usize, claims: &mut Vec<Claim>) -> bool {
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
        if at == 0 && (closed || chained) && end - from <= 3 {
            line.claim(from, end, 0.85, "name_greeting", claims);
            self.chain(line, end, claims);
            return true;
        }
        false
    }

    /// The index after salutations and titles that start at a word.
    fn skip_titles(&self, line: &Line<'_>, mut at: usize) -> usize {
        at += 1;
        while let Some(word) = line.words.get(at) {
            let lower = word.lower();
            let title =
                self.titles.contains(lower.as_str()) || self.salutations.contains(lower.as_str());
            let part = self.title_parts.contains(lower.as_str())
                && (word.gap.starts_with('.') && !word.capital()
                    || word.text.chars().count() > 1 && word.gap.starts_with('.'));
            if !(title || part) {
                break;
            }
            at += 1;
        }
        at
    }

    fn is_label(&self, label: &str) -> bool {
        let lower = label
            .trim()
            .trim_end_matches([':', '*', ' '])
            .to_lowercase();
        let plain = lower
            .replace(['/', '(', ')'], "")
            .replace(":in", "in")
            .replace("*in", "in")
            .replace("_in", "in");
        self.labels.contains(lower.as_str())
            || self.labels.contains(plain.as_str())
            || self.label_stems.iter().any(|stem| {
                plain.strip_prefix(stem).is_some_and(|end| {
                    matches!(
                        end,
                        "" | "in"
                            | "innen"
                            | "r"
                            | "n"
                            | "s"
                            | "rin"
                            | "in:"
                            | "ende"
                            | "ung"
                            | "er"
                            | "erin"
                            | "nin"
                            | "ner"
                    )
                })
            })
            || ["name", "vorname"].iter().any(|word| {
                plain.ends_with(word)
                    && plain.len() < 40
                    && !plain.contains("straße")
                    && !plain.contains("firm")
                    && !plain.contains("datei")
                    && !plain.contains("benutzer")
                    && !plain.contains("orts")
            })
    }

    /// "Sachbearbeiter: Kowalski", "Name, Vorname: Kowalski, Anna".
    fn after_label(&self, line: &Line<'_>, at: usize, claims: &mut Vec<Claim>) {
        let Some(word) = line.words.get(at) else {
            return;
        };
        for n in 0..3 {
            let Some(first) = at.checked_sub(n).and_then(|first| line.words.get(first)) else {
                return;
            };
            let label = line
                .text
                .get(first.start - line.start..word.end - line.start)
                .unwrap_or_default();
            if self.is_label(label) && !label.chars().all(char::is_lowercase) {
                self.list(line, at + 1, "name_label", claims);
                return;
            }
        }
    }

    /// Names one after another: at the start, after commas, semicolons, slashes, "und".
    fn list(&self, line: &Line<'_>, from: usize, way: &'static str, claims: &mut Vec<Claim>) {
        let mut at = from;
        for _ in 0..40 {
            let Some(word) = line.words.get(at) else {
                return;
            };
            let lower = word.lower();
            let titled =
                self.salutations.contains(lower.as_str()) || self.titles.contains(lower.as_str());
            let start = if titled {
                self.skip_titles(line, at)
            } else {
                at
            };
            let thing = |w: &Word<'_>| {
                noun(w.text) && !w.text.contains('-')
                    || w.text == "Firma"
                    || shouted(w.text) && w.text.len() < 4
            };
            if !titled && line.words.get(start).is_some_and(thing) {
                return;
            }
            let Some(mut end) = self.name(line, start, true) else {
                return;
            };
            if line.words.get(end - 1).is_some_and(|w| w.gap == ", ")
                && end - start == 1
                && let Some(stop) = self.name(line, end, true).filter(|stop| {
                    line.words.get(end).is_some_and(|w| self.is_first(w.text))
                        || *stop == line.words.len() && *stop - end == 1
                })
            {
                end = stop;
            }
            line.claim(start, end, 0.8, way, claims);
            let Some(last) = line.words.get(end - 1) else {
                return;
            };
            let linked = last.gap.trim() == ""
                && line
                    .words
                    .get(end)
                    .is_some_and(|w| matches!(w.text, "und" | "u" | "and"));
            match last.gap.trim() {
                "," | ";" | "/" | "&" | "|" | "+" => at = end,
                "" if linked => at = end + 1,
                _ => return,
            }
        }
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

    fn is_closing(&self, line: &Line<'_>) -> bool {
        let lower = line
            .text
            .trim()
            .trim_start_matches(['>', ' '])
            .trim_end_matches([',', '.', '!', ' '])
            .to_lowercase();
        CLOSINGS.iter().any(|closing| {
            let closing = closing.trim_end_matches('.');
            lower == closing
                || (lower.starts_with(closing)
                    && lower.len() < closing.len() + 25
                    && closing.len() > 9
                    && (lower.contains(" aus ") || lower.contains(" an ")))
        })
    }

    /// A line after a closing formula that holds nothing but a name.
    fn signature(&self, line: &Line<'_>, claims: &mut Vec<Claim>) {
        self.whole_line(line, 0.85, "name_signature", claims);
    }

    /// A line that is a name: one to four capitalized words, no digits.
    fn whole_line(&self, line: &Line<'_>, score: f32, way: &'static str, claims: &mut Vec<Claim>) {
        if line.text.bytes().any(|b| b.is_ascii_digit()) || line.text.len() > 60 {
            return;
        }
        let lead = line.words.first().map(Word::lower).unwrap_or_default();
        let marked = matches!(lead.as_str(), "gez" | "i" | "im" | "ppa");
        let mut from = 0;
        if marked {
            from = line
                .words
                .iter()
                .position(|w| w.capital() && !matches!(w.text, "A" | "V" | "Auftrag" | "I" | "Im"))
                .unwrap_or(0);
        }
        if line.words.get(from).is_some_and(|w| {
            self.titles.contains(w.lower().as_str())
                || self.salutations.contains(w.lower().as_str())
        }) {
            from = self.skip_titles(line, from);
        }
        let mut end = from;
        while let Some(word) = line.words.get(end) {
            let part = self.particles.contains(word.text) && word.text != "und";
            if !(word.capital()
                && !self.no_name(word)
                && (!noun(word.text) || word.text.contains('-')))
                && !(part && end + 1 < line.words.len())
            {
                break;
            }
            end += 1;
            if !word.joined() {
                break;
            }
        }
        let rest = line.words.get(end.saturating_sub(1)).map(|w| w.gap.trim());
        let alone = end == line.words.len()
            || rest.is_some_and(|gap| gap.starts_with([',', '(', '/', '|', '-', '–', '·']));
        if end > from && end - from <= 4 && alone {
            line.claim(from, end, score, way, claims);
        }
    }

    fn is_first(&self, word: &str) -> bool {
        let known = |word: &str| self.first.contains(word);
        if known(word) && !(shouted(word) && word.len() < 4) {
            return true;
        }
        if word.chars().count() > 3 && shouted(word) && word != "ISIN" {
            let titled = title_case(word);
            return known(&titled) || titled.split('-').all(known) && titled.contains('-');
        }
        let stem = word.strip_suffix('s').unwrap_or_default();
        stem.chars().count() > 3 && known(stem) || word.contains('-') && word.split('-').all(known)
    }

    fn no_name(&self, word: &Word<'_>) -> bool {
        self.no_names.contains(word.lower().as_str())
    }
}

/// Whether a column header tells that a table lists people, and not things with names.
fn heads_people(header: &str) -> bool {
    let lower = header.to_lowercase();
    [
        "vorname",
        "geb",
        "tel",
        "mobil",
        "mail",
        "straße",
        "anschrift",
        "adresse",
        "alter",
        "klasse",
        "wohnort",
        "pers",
        "nachname",
        "dob",
        "phone",
        "address",
        "funktion",
        "gruppe",
        "iban",
        "benutzer",
        "vertretung",
    ]
    .iter()
    .any(|word| lower.contains(word))
}

/// Whether a word is all capitals.
fn shouted(word: &str) -> bool {
    word.chars().count() > 1 && word.chars().all(|c| c.is_uppercase() || !c.is_alphabetic())
}

/// Whether a word ends like a person's office: "Gerichtsvollzieherin".
fn office(word: &str) -> bool {
    let lower = word.to_lowercase();
    OFFICE_ENDINGS
        .iter()
        .any(|ending| lower.len() > ending.len() + 1 && lower.ends_with(ending))
}

/// Whether a word ends like an ordinary noun.
fn noun(word: &str) -> bool {
    let lower = word.to_lowercase();
    NOUN_ENDINGS
        .iter()
        .any(|ending| lower.len() > ending.len() + 2 && lower.ends_with(ending))
}

fn title_case(word: &str) -> String {
    let mut start = true;
    word.chars()
        .flat_map(|c| {
            let keep = std::mem::replace(&mut start, c == '-');
            if keep {
                vec![c]
            } else {
                c.to_lowercase().collect()
            }
        })
        .collect()
}

/// Whether a line looks like a street with a number or a postal code with a town.
fn is_address(line: &str) -> bool {
    let line = line.trim();
    if line.len() > 60 {
        return false;
    }
    let code = line.strip_prefix("D-").unwrap_or(line);
    let town = code
        .get(..5)
        .is_some_and(super::rules::address::postal_code)
        && code.get(5..).is_some_and(|rest| {
            rest.trim_start().starts_with(char::is_uppercase) && rest.starts_with(' ')
        });
    let lower = line.to_lowercase();
    let number = line
        .split([' ', '\u{a0}'])
        .skip(1)
        .any(|word| word.starts_with(|c: char| c.is_ascii_digit()) && word.len() < 8);
    let street = [
        "straße", "strasse", "str.", "weg ", "platz ", "allee ", "gasse ", "ring ", "ufer ",
        "damm ",
    ];
    let opened = ["am ", "an ", "im ", "in ", "zum ", "zur ", "auf "];
    town || number
        && (street.iter().any(|ending| lower.contains(ending))
            || opened.iter().any(|word| lower.starts_with(word)))
        || lower.starts_with("postfach ")
}

impl<'a> Line<'a> {
    fn new(text: &'a str, start: usize) -> Self {
        let mut words: Vec<Word<'a>> = Vec::new();
        let inner = |c: char| matches!(c, '-' | '\'' | '’' | '‑' | '\u{ad}');
        let mut open = None;
        let mut ends: Vec<(usize, usize)> = Vec::new();
        let mut signs = text.char_indices().peekable();
        while let Some((at, c)) = signs.next() {
            let goes_on = c.is_alphabetic()
                || (open.is_some()
                    && inner(c)
                    && signs.peek().is_some_and(|(_, next)| next.is_alphabetic()))
                || unicode_mark(c);
            match (open, goes_on) {
                (None, true) => open = Some(at),
                (Some(from), false) => {
                    ends.push((from, at));
                    open = None;
                }
                _ => {}
            }
        }
        ends.extend(open.map(|from| (from, text.len())));
        for (index, (from, to)) in ends.iter().enumerate() {
            let next = ends.get(index + 1).map_or(text.len(), |(next, _)| *next);
            words.push(Word {
                start: start + from,
                end: start + to,
                text: text.get(*from..*to).unwrap_or_default(),
                gap: text.get(*to..next).unwrap_or_default(),
            });
        }
        Self { text, start, words }
    }

    fn claim(
        &self,
        from: usize,
        end: usize,
        score: f32,
        way: &'static str,
        claims: &mut Vec<Claim>,
    ) {
        let (Some(first), Some(last)) = (self.words.get(from), self.words.get(end.wrapping_sub(1)))
        else {
            return;
        };
        let stop = last.end + usize::from(last.initial());
        if first.start < stop {
            claims.push(Claim {
                range: first.start..stop,
                score,
                way,
            });
        }
    }
}

/// Combining accents belong to the letter before them.
fn unicode_mark(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Location, SegmentKind};

    fn found(text: &str) -> Vec<String> {
        let mut document = Document::new();
        document.push(Segment::new(
            SegmentKind::Paragraph,
            text,
            Location::new("body"),
        ));
        let mut findings = Names::new().unwrap().detect(&document).unwrap();
        findings.sort_by_key(|finding| finding.span);
        findings.dedup_by_key(|finding| finding.span);
        findings
            .iter()
            .map(|f| document.text(f.span).to_owned())
            .collect()
    }

    #[test]
    fn exactly_the_name() {
        for (text, name) in [
            ("Sehr geehrter Herr Dr. von der Heide,", "von der Heide"),
            (
                "Frau Prof. Dr. med. Anna Kowalski-Brandt hat",
                "Anna Kowalski-Brandt",
            ),
            (
                "Mit freundlichen Grüßen\n\nTorben Quast\nRechtsanwalt",
                "Torben Quast",
            ),
            ("Im Auftrag\nQuast", "Quast"),
            ("Sachbearbeiterin: Quast", "Quast"),
            ("FRAU ANNA KOWALSKI", "ANNA KOWALSKI"),
            ("Name, Vorname: Quast, Torben", "Quast, Torben"),
            ("Hallo Torben,", "Torben"),
            ("Von: Nilofar Rezai <n.rezai@mail.example>", "Nilofar Rezai"),
            ("die Zeugin Frau A. Quast sagte", "A. Quast"),
            ("Anna Quast geb. Nordhorn", "Anna Quast"),
        ] {
            assert_eq!(
                found(text).first().map(String::as_str),
                Some(name),
                "{text}: {:?}",
                found(text)
            );
        }
    }

    #[test]
    fn no_names() {
        for text in [
            "Sehr geehrte Damen und Herren,",
            "Liebe Kolleginnen und Kollegen,",
            "der Koch im Sommer",
            "Im Auftrag der Stadt",
            "Mit freundlichen Grüßen\nIhre Stadtverwaltung",
        ] {
            assert!(found(text).is_empty(), "{text}: {:?}", found(text));
        }
    }
}
