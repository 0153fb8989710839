//! Names of persons, without a model: by salutation, title, label, greeting,
//! signature, address block, mail header, and by first names.
//!
//! The claim covers exactly the name with its particles ("von der Heide"), not
//! the salutation or the title. A first name of the list is evidence, never
//! proof: words that are names and ordinary words alike are not in the list.
//! Whom a bare last name in running text means is left to the NER model, and
//! further mentions of a name found once are left to `resolve`.

use crate::detect::Recognizer;
use crate::detect::context::overlaps_any;
use crate::detect::logins;
use crate::detect::name_line::{Claim, Line, Word, Words, noun, office, shouted};
use crate::detect::name_words::{
    CLOSINGS, LABELS, NO_NAMES, PARTICLES, SALUTATIONS, TITLE_PARTS, TITLES,
};
use crate::detect::table::Tables;
use crate::document::{Document, Segment, SegmentKind};
use crate::entity::{EntityType, Finding, Score};
use crate::error::Result;
use crate::token;

/// First names given at least three times in the open data of Berlin and Köln
/// (CC BY 3.0) or listed by public-domain and MIT sources; see NOTICE.
const FIRST_NAMES: &str = include_str!("first_names.txt");

/// The recognizer of names.
pub struct Names {
    pub(super) first: Words,
    pub(super) salutations: Words,
    pub(super) titles: Words,
    pub(super) title_parts: Words,
    pub(super) particles: Words,
    pub(super) labels: Words,
    pub(super) label_stems: Vec<&'static str>,
    pub(super) no_names: Words,
}

impl std::fmt::Debug for Names {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Names")
            .field("n_first", &self.first.len())
            .finish()
    }
}

impl Recognizer for Names {
    fn name(&self) -> &'static str {
        "names"
    }

    fn entity_types(&self) -> Vec<EntityType> {
        vec![EntityType::Person, EntityType::UserName]
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
            let masked = token::find_all(segment.text()).collect::<Vec<_>>();
            let free = |claim: &Claim| !overlaps_any(&masked, &claim.range);
            findings.extend(claims.into_iter().filter(free).filter_map(|claim| {
                Some(Finding {
                    span: document.span(index, claim.range.start, claim.range.end)?,
                    entity_type: EntityType::Person,
                    score: Score::new(claim.score),
                    recognizer: claim.way,
                })
            }));
        }
        findings.extend(logins::of_names(document, &findings));
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
        let set = |words: &[&'static str]| words.iter().copied().collect::<Words>();
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
        if line.len() > 70 {
            return false;
        }
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

    /// "Sachbearbeiter: Kowalski", "Name, Vorname: Kowalski, Anna".
    pub(super) fn after_label(&self, line: &Line<'_>, at: usize, claims: &mut Vec<Claim>) {
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
    pub(super) fn list(
        &self,
        line: &Line<'_>,
        from: usize,
        way: &'static str,
        claims: &mut Vec<Claim>,
    ) {
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

    fn is_closing(&self, line: &Line<'_>) -> bool {
        if line.text.len() > 90 {
            return false;
        }
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
            let inner = part && end + 1 < line.words.len();
            if !self.may_name(word) && !inner {
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

/// Whether a line looks like a street with a number or a postal code with a town.
fn is_address(line: &str) -> bool {
    let line = line.trim();
    if line.len() > 60 {
        return false;
    }
    let code = line.strip_prefix("D-").unwrap_or(line);
    let town = code.get(..5).is_some_and(super::rules::town::postal_code)
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
            ("Sehr geehrte Frau Eva Lording,", "Eva Lording"),
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
