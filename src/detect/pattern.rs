//! A recognizer made of rules: a pattern, a check, context words.
//!
//! A pattern is never run over a whole text. A cheap scan finds the places where
//! identifiers can begin (a digit, an `@`, a `://`, a label), and each rule is
//! tried there, anchored. This keeps prose fast and makes the worst case linear
//! in the text for every rule. Which rules exist is data in `rules/`; streets
//! and names, which need more than a pattern, live in files of their own.

use std::collections::HashMap;
use std::fmt;
use std::ops::Range;
use std::sync::OnceLock;

use rayon::prelude::*;
use regex::{Regex, RegexBuilder, RegexSet, RegexSetBuilder, SetMatches};

use crate::detect::Recognizer;
use crate::detect::context::{Hit, Topics, Words, after, before, overlaps_any};
use crate::detect::scene::Scene;
use crate::detect::table::{Cell, Tables};
use crate::document::{Document, Segment, SegmentKind};
use crate::entity::{EntityType, Finding, Score};
use crate::error::{Error, ErrorKind, Result};
use crate::token;

/// One rule: what it finds, how it looks, what confirms it.
#[derive(Clone, Debug)]
pub struct Rule {
    /// What it finds.
    pub entity_type: EntityType,
    /// Its name, the same as that of its vector file.
    pub name: &'static str,
    /// How the value looks from its start on. `~` stands for one space of any
    /// kind, `¬` for a dash of any kind. A group named `v` narrows the value.
    pub pattern: &'static str,
    /// Where a value may start.
    pub start: Start,
    /// How many digits the value's first run may have, and how many it has at least.
    pub digits: Digits,
    /// What the value must fulfill.
    pub check: Check,
    /// What must hold for the text around it (of the same line).
    pub around: Option<fn(&str, &str) -> bool>,
    /// Topics that confirm it.
    pub context: Topics,
    /// Topics that speak against it.
    pub against: Topics,
    /// Whether it counts only with its context.
    pub required: bool,
    /// How sure it is by itself.
    pub score: f32,
    /// How sure it is with its context.
    pub confirmed: f32,
    /// Whether characters that continue a number (`-12`, `/3`) may follow or precede.
    pub loose: bool,
    /// The norm or authority that defines the value.
    pub source: &'static str,
}

/// Where a value may start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Start {
    /// At a digit after anything but a letter or digit.
    Digit,
    /// The same, or at the `+` or `(` right before.
    Lead,
    /// At a word of at most four letters shortly before a digit, or one with a digit inside.
    Upper,
    /// At the beginning of a run of letters, digits and `._:-` that holds a digit.
    Token,
    /// At the beginning of the run around an `@`.
    At,
    /// At the beginning of a web address: before `://` or at `www.`.
    Web,
    /// Right after a context word of the rule's topics, or at the start of a
    /// segment whose label has one.
    After,
    /// At the word in which a context word of the rule's topics stands.
    Word,
    /// Anywhere: the whole text is searched. For the user's own rules.
    Anywhere,
}

/// Bounds that spare a rule most of the numbers of a text.
#[derive(Clone, Copy, Debug)]
pub struct Digits {
    /// The least length of the first run of digits.
    pub first_min: u8,
    /// The greatest.
    pub first_max: u8,
    /// The least number of digits in the next 40 bytes.
    pub total: u8,
}

impl Digits {
    /// No bounds.
    pub const ANY: Self = Self::new(0, u8::MAX, 0);

    /// Bounds of the first run, and the least number in all.
    #[must_use]
    pub const fn new(first_min: u8, first_max: u8, total: u8) -> Self {
        Self {
            first_min,
            first_max,
            total,
        }
    }

    pub(super) const fn admit(self, run: u8, ahead: u8) -> bool {
        self.first_min <= run && run <= self.first_max && self.total <= ahead
    }
}

/// What a value must fulfill beside its pattern.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// Nothing.
    Any,
    /// This.
    Is(fn(&str) -> bool),
    /// The value is only the first so many bytes; none, if it is no value.
    Cut(fn(&str) -> Option<usize>),
}

/// Bound of a set of patterns and of its automaton, in bytes. Far above what the
/// rules need; an automaton that had to forget its states would only be slower.
const SET_LIMIT: usize = 64 << 20;

/// How far a rule looks from its start, in bytes. No value is longer, and an
/// open repetition (`*`) costs no more than a bounded one, which would have to be
/// compiled as so many copies.
const REACH: usize = 4096;

/// So many rules that start alike are tried one by one.
pub(super) const FEW: usize = 3;

/// All rules of a document, run together.
pub struct Rules {
    words: Words,
    rules: Vec<Compiled>,
    by_start: Vec<(Start, Group)>,
}

/// The rules that start alike.
struct Group {
    rules: Vec<usize>,
    /// All their patterns at once: one look tells which of them match. Not there
    /// where it is never asked.
    set: Option<RegexSet>,
}

pub(super) struct Compiled {
    pub(super) rule: Rule,
    pattern: String,
    /// Compiled when the rule is first tried: most rules never are, and all of
    /// them together cost half a second at every start.
    regex: OnceLock<Option<Regex>>,
    pub(super) grouped: bool,
}

impl fmt::Debug for Rules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rules")
            .field("n_rules", &self.rules.len())
            .finish()
    }
}

impl Rules {
    /// Compiles rules.
    ///
    /// # Errors
    /// If a pattern is invalid or larger than the regex engine allows.
    pub fn new(words: Words, rules: Vec<Rule>) -> Result<Self> {
        let mut lists: Vec<(Start, Vec<usize>)> = Vec::new();
        for (index, rule) in rules.iter().enumerate() {
            match lists.iter_mut().find(|(start, _)| *start == rule.start) {
                Some((_, list)) => list.push(index),
                None => lists.push((rule.start, vec![index])),
            }
        }
        let rules: Vec<Compiled> = rules.into_iter().map(Compiled::new).collect();
        let by_start = lists
            .into_par_iter()
            .map(|(start, list)| {
                let of_list = list.iter().filter_map(|index| rules.get(*index));
                // The user's own patterns: an error now, not in the middle of a run.
                if start == Start::Anywhere {
                    // Kept: the search over a text takes it from there.
                    let broken = of_list.clone().find(|rule| rule.regex().is_none());
                    broken.map_or(Ok(()), |rule| Err(rule.broken()))?;
                }
                let asked = !matches!(start, Start::After | Start::Word | Start::Anywhere)
                    && list.len() >= FEW;
                let set = asked.then(|| set(of_list)).transpose()?;
                Ok((start, Group { rules: list, set }))
            })
            .collect::<Result<Vec<_>>>()?;
        Ok(Self {
            words,
            rules,
            by_start,
        })
    }

    /// The rules, for listing and explaining.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter().map(|compiled| &compiled.rule)
    }

    /// The context words.
    #[must_use]
    pub const fn words(&self) -> &Words {
        &self.words
    }

    pub(super) fn starting(&self, start: Start) -> impl Iterator<Item = &Compiled> {
        let list = self.by_start.iter().find(|(known, _)| *known == start);
        let list = list
            .map(|(_, group)| group.rules.as_slice())
            .unwrap_or_default();
        list.iter().filter_map(|index| self.rules.get(*index))
    }

    /// Which of the rules that start alike match at the beginning of a text, by
    /// their place among them.
    pub(super) fn matching(&self, start: Start, rest: &str) -> Option<SetMatches> {
        let (_, group) = self.by_start.iter().find(|(known, _)| *known == start)?;
        Some(group.set.as_ref()?.matches(reach(rest)))
    }

    pub(super) fn has_start(&self, start: Start) -> bool {
        self.by_start.iter().any(|(known, _)| *known == start)
    }
}

/// As much of a text as a rule looks at.
fn reach(text: &str) -> &str {
    text.get(..text.floor_char_boundary(REACH)).unwrap_or(text)
}

/// All patterns at once; an error names the rule that does not compile.
fn set<'a>(rules: impl Iterator<Item = &'a Compiled> + Clone) -> Result<RegexSet> {
    let patterns = rules.clone().map(|compiled| compiled.pattern.as_str());
    let set = RegexSetBuilder::new(patterns)
        .size_limit(SET_LIMIT)
        .dfa_size_limit(SET_LIMIT)
        .build();
    set.map_err(|_| {
        let broken = rules.map(Compiled::compile).find_map(Result::err);
        broken
            .unwrap_or_else(|| Error::new(ErrorKind::Settings, "the rules are too large together"))
    })
}

impl Compiled {
    fn new(rule: Rule) -> Self {
        let pattern = match rule.start {
            // The user's own: as it is written.
            Start::Anywhere => rule.pattern.to_owned(),
            Start::Digit
            | Start::Lead
            | Start::Upper
            | Start::Token
            | Start::At
            | Start::Web
            | Start::After
            | Start::Word => {
                let body = rule
                    .pattern
                    .replace('~', r"[ \x{a0}\x{202f}\x{2007}\x{2009}]")
                    .replace('¬', r"[-\x{2010}-\x{2015}\x{2212}]");
                format!(r"\A(?:{body})")
            }
        };
        let grouped = pattern.contains("(?<v>") || pattern.contains("(?P<v>");
        Self {
            rule,
            pattern,
            regex: OnceLock::new(),
            grouped,
        }
    }

    /// The compiled pattern; none only if it is broken, which
    /// [`Rules::detect`] turns into an error.
    pub(super) fn regex(&self) -> Option<&Regex> {
        let compiled = self.regex.get_or_init(|| self.compile().ok());
        compiled.as_ref()
    }

    /// Whether the pattern was tried and did not compile.
    fn is_broken(&self) -> bool {
        self.regex.get().is_some_and(Option::is_none)
    }

    fn compile(&self) -> Result<Regex> {
        let mut builder = RegexBuilder::new(&self.pattern);
        let compiled = builder.size_limit(SET_LIMIT).build();
        compiled.map_err(|_| self.broken())
    }

    fn broken(&self) -> Error {
        let name = self.rule.name;
        Error::new(
            ErrorKind::Settings,
            format!("the pattern of rule {name} is invalid or too large"),
        )
    }

    /// Tries the rule at a place; its claim, if it makes one.
    pub(super) fn claim(&self, scene: &Scene<'_>, at: usize) -> Option<(Range<usize>, f32)> {
        let rest = reach(scene.text.get(at..)?);
        let range = if self.grouped {
            let found = self.regex()?.captures(rest)?.name("v")?;
            found.start()..found.end()
        } else {
            0..self.regex()?.find(rest)?.end()
        };
        self.judge(scene, at + range.start..at + range.end)
    }

    pub(super) fn judge(
        &self,
        scene: &Scene<'_>,
        mut range: Range<usize>,
    ) -> Option<(Range<usize>, f32)> {
        let rule = &self.rule;
        let value = scene.text.get(range.clone())?;
        match rule.check {
            Check::Any => {}
            Check::Is(check) => {
                if !check(value) {
                    return None;
                }
            }
            Check::Cut(cut) => range.end = range.start + cut(value)?,
        }
        if range.is_empty() || !self.edges(scene, &range) {
            return None;
        }
        if overlaps_any(scene.masked, &range) {
            return None;
        }
        let (left, right) = scene.around(&range);
        if rule.around.is_some_and(|around| !around(left, right)) {
            return None;
        }
        let score = self.score(scene, &range)?;
        Some((range, score))
    }

    /// Whether the value ends where it seems to: not inside a word or a longer number.
    fn edges(&self, scene: &Scene<'_>, range: &Range<usize>) -> bool {
        let text = scene.text;
        let word = |c: char| c.is_alphanumeric() || c == '_';
        let (left, right) = (before(text, range.start), after(text, range.end));
        if self.rule.start != Start::After && left.is_some_and(word) || right.is_some_and(word) {
            return false;
        }
        if self.rule.loose || scene.is_cell(range) {
            return true;
        }
        let joins = |c: char| matches!(c, '.' | ',' | '/' | '-' | '–' | ':');
        let number = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
        let joined_left = left.is_some_and(joins)
            && number(left.and_then(|c| before(text, range.start - c.len_utf8())));
        let joined_right = right.is_some_and(joins)
            && number(right.and_then(|c| after(text, range.end + c.len_utf8())));
        !joined_left && !joined_right
    }

    fn score(&self, scene: &Scene<'_>, range: &Range<usize>) -> Option<f32> {
        let rule = &self.rule;
        let labels = scene.labels.with(scene.header(range));
        let (confirmed, opposed) = match scene.context(range, rule.context, rule.against) {
            (false, false) => (
                labels.meets(rule.context),
                labels.meets(rule.against) && !labels.meets(rule.context),
            ),
            near => near,
        };
        let confirmed = confirmed || matches!(rule.start, Start::After | Start::Word);
        if rule.required && (!confirmed || opposed) {
            return None;
        }
        let score = if confirmed {
            rule.confirmed
        } else {
            rule.score
        };
        let score = if opposed { score * 0.6 } else { score };
        (score >= Scene::LEAST).then_some(score)
    }
}

impl Recognizer for Rules {
    fn name(&self) -> &'static str {
        "rules"
    }

    fn entity_types(&self) -> Vec<EntityType> {
        let mut types: Vec<EntityType> = self.rules().map(|rule| rule.entity_type).collect();
        types.sort_unstable();
        types.dedup();
        types
    }

    fn detect(&self, document: &Document) -> Result<Vec<Finding>> {
        let mut findings = Vec::new();
        let (mut hits, mut above, mut tables) = (Vec::new(), Topics::NONE, Tables::default());
        for (index, segment) in document.segments().iter().enumerate() {
            self.words.find(segment.text(), &mut hits);
            let masked: Vec<_> = token::find_all(segment.text()).collect();
            let cells = if *segment.kind() == SegmentKind::Paragraph {
                tables.cells(segment.text())
            } else {
                Vec::new()
            };
            let scene = Scene {
                text: segment.text(),
                hits: &hits,
                labels: self.labels(segment),
                above,
                masked: &masked,
                cells: &cells,
                headers: &self.headers(&cells),
            };
            self.scan(&scene, &mut |compiled, range, score| {
                findings.extend(
                    document
                        .span(index, range.start, range.end)
                        .map(|span| Finding {
                            span,
                            entity_type: compiled.rule.entity_type,
                            score: Score::new(score),
                            recognizer: compiled.rule.name,
                        }),
                );
            });
            above = last_line_topics(segment.text(), &hits);
        }
        if let Some(broken) = self.rules.iter().find(|rule| rule.is_broken()) {
            return Err(broken.broken());
        }
        Ok(findings)
    }
}

/// The topics of a segment's last line, if it is short enough for a label.
fn last_line_topics(text: &str, hits: &[Hit]) -> Topics {
    let start = text.trim_end().rfind('\n').map_or(0, |at| at + 1);
    if text.len() - start > 60 {
        return Topics::NONE;
    }
    let last = hits.iter().filter(|hit| hit.start >= start);
    last.fold(Topics::NONE, |all, hit| all.with(hit.topics))
}

/// Takes the claims of rules.
pub(super) type Claims<'a> = &'a mut dyn FnMut(&Compiled, Range<usize>, f32);

impl Rules {
    fn labels(&self, segment: &Segment) -> Topics {
        segment.kind().labels().fold(Topics::NONE, |all, label| {
            all.with(self.words.topics(label))
        })
    }

    /// What the headers of cells speak of; each header is looked at once.
    fn headers(&self, cells: &[Cell]) -> Vec<Topics> {
        let mut known: HashMap<&str, Topics> = HashMap::new();
        let topics = |cell: &'_ Cell| -> Topics { self.words.topics(&cell.header) };
        cells
            .iter()
            .map(|cell| *known.entry(&cell.header).or_insert_with(|| topics(cell)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::rules;
    use crate::document::Location;

    fn found(rules: &Rules, text: &str) -> Result<Vec<String>> {
        let mut document = Document::new();
        document.push(Segment::new(
            SegmentKind::Paragraph,
            text,
            Location::new("body"),
        ));
        let findings = rules.detect(&document)?;
        let text = |finding: &Finding| document.text(finding.span).to_owned();
        Ok(findings.iter().map(text).collect())
    }

    #[test]
    fn long_values_are_found_whole() {
        let rules = rules::standard().unwrap();
        let url = format!("https://portal.example/{}", "a7-".repeat(1000));
        let text = format!("siehe {url}Z und weiter");
        assert!(found(&rules, &text).unwrap().contains(&format!("{url}Z")));
        let mail = format!(
            "{}@{}.example",
            "erika.".repeat(9) + "m",
            "amt-".repeat(9) + "nord"
        );
        assert!(
            found(&rules, &format!("an {mail} senden"))
                .unwrap()
                .contains(&mail)
        );
    }

    #[test]
    fn a_broken_pattern_is_an_error_and_never_nothing() {
        let mut broken = rules::all().remove(0);
        (broken.name, broken.pattern) = ("broken", "(");
        let words = || Words::new(&[]).unwrap();
        for start in [Start::Anywhere, Start::Digit] {
            let rule = Rule {
                start,
                ..broken.clone()
            };
            let error = Rules::new(words(), vec![rule])
                .and_then(|rules| found(&rules, "am 12.3.").map(drop))
                .unwrap_err();
            assert!(error.to_string().contains("broken"), "{start:?}");
        }
        let rule = Rule {
            start: Start::Digit,
            ..broken
        };
        let set = Rules::new(words(), vec![rule.clone(), rule.clone(), rule]);
        assert!(set.unwrap_err().to_string().contains("broken"));
    }
}
