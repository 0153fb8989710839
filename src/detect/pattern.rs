//! A recognizer made of rules: a pattern, a check, context words.
//!
//! A pattern is never run over a whole text. A cheap scan finds the places where
//! identifiers can begin (a digit, an `@`, a `://`, a label), and each rule is
//! tried there, anchored. This keeps prose fast and makes the worst case linear
//! in the text for every rule. Which rules exist is data in `rules/`; streets
//! and names, which need more than a pattern, live in files of their own.

use std::fmt;
use std::ops::Range;

use regex::Regex;

use crate::detect::Recognizer;
use crate::detect::context::{Hit, Topics, Words, after, before};
use crate::detect::table::{Cell, Tables, header_at};
use crate::document::{Document, Segment, SegmentKind};
use crate::entity::{EntityType, Finding, Score};
use crate::error::{Error, ErrorKind, Result};

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

    const fn admit(self, run: u8, ahead: u8) -> bool {
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

/// All rules of a document, run together.
pub struct Rules {
    words: Words,
    rules: Vec<Compiled>,
    by_start: Vec<(Start, Vec<usize>)>,
}

struct Compiled {
    rule: Rule,
    regex: Regex,
    grouped: bool,
}

/// What a rule may see of a segment beside its text.
struct Scene<'a> {
    text: &'a str,
    hits: &'a [Hit],
    /// Topics of the labels.
    labels: Topics,
    /// Topics of the line before the segment.
    above: Topics,
    /// Places of tokens of our own, in order.
    masked: &'a [Range<usize>],
    /// Cells of tables drawn in the text.
    cells: &'a [Cell],
    words: &'a Words,
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
        let mut compiled = Vec::with_capacity(rules.len());
        let mut by_start: Vec<(Start, Vec<usize>)> = Vec::new();
        for (index, rule) in rules.into_iter().enumerate() {
            match by_start.iter_mut().find(|(start, _)| *start == rule.start) {
                Some((_, list)) => list.push(index),
                None => by_start.push((rule.start, vec![index])),
            }
            compiled.push(Compiled::new(rule)?);
        }
        Ok(Self {
            words,
            rules: compiled,
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

    fn starting(&self, start: Start) -> impl Iterator<Item = &Compiled> {
        let list = self.by_start.iter().find(|(known, _)| *known == start);
        let list = list.map(|(_, list)| list.as_slice()).unwrap_or_default();
        list.iter().filter_map(|index| self.rules.get(*index))
    }

    fn has_start(&self, start: Start) -> bool {
        self.by_start.iter().any(|(known, _)| *known == start)
    }
}

impl Compiled {
    fn new(rule: Rule) -> Result<Self> {
        let body = rule
            .pattern
            .replace('~', r"[ \x{a0}\x{202f}\x{2007}\x{2009}]")
            .replace('¬', r"[-\x{2010}-\x{2015}\x{2212}]");
        let pattern = match rule.start {
            Start::Anywhere => body,
            _ => format!(r"\A(?:{body})"),
        };
        let regex = Regex::new(&pattern).map_err(|_| {
            Error::new(
                ErrorKind::Settings,
                format!("the pattern of rule {} is invalid or too large", rule.name),
            )
        })?;
        let grouped = regex.capture_names().flatten().any(|name| name == "v");
        Ok(Self {
            rule,
            regex,
            grouped,
        })
    }

    /// Tries the rule at a place; its claim, if it makes one.
    fn claim(&self, scene: &Scene<'_>, at: usize) -> Option<(Range<usize>, f32)> {
        let rest = scene.text.get(at..)?;
        let range = if self.grouped {
            let found = self.regex.captures(rest)?.name("v")?;
            found.start()..found.end()
        } else {
            0..self.regex.find(rest)?.end()
        };
        self.judge(scene, at + range.start..at + range.end)
    }

    fn judge(&self, scene: &Scene<'_>, mut range: Range<usize>) -> Option<(Range<usize>, f32)> {
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
        if range.is_empty() || !self.edges(scene.text, &range) {
            return None;
        }
        if scene
            .masked
            .iter()
            .any(|token| token.start < range.end && range.start < token.end)
        {
            return None;
        }
        if let Some(around) = rule.around {
            let line = scene.line(&range);
            let before = scene.text.get(line.start..range.start)?;
            if !around(before, scene.text.get(range.end..line.end)?) {
                return None;
            }
        }
        let score = self.score(scene, &range)?;
        Some((range, score))
    }

    /// Whether the value ends where it seems to: not inside a word or a longer number.
    fn edges(&self, text: &str, range: &Range<usize>) -> bool {
        let word = |c: char| c.is_alphanumeric() || c == '_';
        let (left, right) = (before(text, range.start), after(text, range.end));
        if self.rule.start != Start::After && left.is_some_and(word) || right.is_some_and(word) {
            return false;
        }
        if self.rule.loose {
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

impl Scene<'_> {
    /// Claims below this are not made.
    const LEAST: f32 = 0.4;
    /// How far to the left a label may stand, in bytes.
    const REACH: usize = 90;

    /// The line around a place, without its end.
    fn line(&self, range: &Range<usize>) -> Range<usize> {
        let start = self
            .text
            .get(..range.start)
            .and_then(|left| left.rfind('\n'));
        let end = self
            .text
            .get(range.end..)
            .and_then(|right| right.find('\n'));
        start.map_or(0, |at| at + 1)..end.map_or(self.text.len(), |at| range.end + at)
    }

    /// Whether nearby words confirm or oppose a claim. The nearest word to the
    /// left decides; one further left counts if nothing stands between.
    fn context(&self, range: &Range<usize>, context: Topics, against: Topics) -> (bool, bool) {
        if context.is_empty() && against.is_empty() {
            return (false, false);
        }
        let first = self.hits.partition_point(|hit| hit.end <= range.start);
        let near = self.hits.get(..first).unwrap_or_default();
        let mut nearest = None;
        for (index, hit) in near.iter().enumerate().rev() {
            if hit.end + Self::REACH < range.start {
                break;
            }
            let nearest = *nearest.get_or_insert(hit.start);
            let relevant = hit.topics.meets(context) || hit.topics.meets(against);
            if relevant && self.reaches(hit, nearest, range.start) {
                let topics = Self::longest(
                    near.get(..=index).unwrap_or_default(),
                    context.with(against),
                );
                return (
                    topics.meets(context),
                    topics.meets(against) && !topics.meets(context),
                );
            }
        }
        (
            self.follows(range, context) || self.heads(range, context),
            false,
        )
    }

    /// Of the relevant words that overlap the last one, the longest decides:
    /// "Rechnungsnummer" is more than a "Nummer".
    fn longest(hits: &[Hit], relevant: Topics) -> Topics {
        let Some(last) = hits.last() else {
            return Topics::NONE;
        };
        let overlapping = hits
            .iter()
            .rev()
            .take(16)
            .filter(|hit| hit.end > last.start && hit.topics.meets(relevant));
        let length = overlapping
            .clone()
            .map(|hit| hit.end - hit.start)
            .max()
            .unwrap_or(0);
        let longest = overlapping.filter(|hit| hit.end - hit.start == length);
        longest.fold(Topics::NONE, |all, hit| all.with(hit.topics))
    }

    /// The topics of the column header above a place, in a table drawn in the text.
    fn header(&self, range: &Range<usize>) -> Topics {
        header_at(self.cells, range.start).map_or(Topics::NONE, |header| self.words.topics(header))
    }

    /// Whether a label still speaks of what begins at `start`: same line (or the
    /// line before, if nothing stands before the value), no other label or
    /// number in between.
    fn reaches(&self, hit: &Hit, nearest: usize, start: usize) -> bool {
        let Some(gap) = self.text.get(hit.end..start) else {
            return false;
        };
        if hit.end + 14 < nearest {
            return false;
        }
        let lines = gap.bytes().filter(|b| *b == b'\n').count();
        let own = gap.rsplit('\n').next().unwrap_or_default();
        if lines > 1 || (lines == 1 && own.chars().filter(|c| c.is_alphanumeric()).count() > 3) {
            return false;
        }
        let tail = match gap.rfind(|c: char| c.is_ascii_digit()) {
            Some(at) if longest_run(gap) >= 3 => gap.get(at + 1..).unwrap_or_default(),
            _ => return true,
        };
        if tail.chars().count() > 2 && tail.trim().is_empty() || tail == "\t" {
            return true;
        }
        let tail = tail.trim_matches(|c: char| c.is_whitespace() || ")]".contains(c));
        matches!(
            tail,
            "und" | "," | ";" | "/" | "sowie" | "bzw." | "oder" | "|" | "-" | "–" | "and" | "u."
        )
    }

    /// Whether a word right after the value confirms it: "030 123456 (Fax)".
    fn follows(&self, range: &Range<usize>, context: Topics) -> bool {
        let from = self.hits.partition_point(|hit| hit.start < range.end);
        let right = self.hits.get(from..).unwrap_or_default();
        right
            .iter()
            .take_while(|hit| hit.start <= range.end + 3)
            .any(|hit| {
                let gap = self.text.get(range.end..hit.start).unwrap_or("\n");
                hit.topics.meets(context) && !gap.contains(['\n', ',', ';', '.'])
            })
    }

    /// Whether the line above confirms a value that begins a segment.
    fn heads(&self, range: &Range<usize>, context: Topics) -> bool {
        self.above.meets(context)
            && self.text.get(..range.start).is_some_and(|left| {
                !left.contains('\n') && left.chars().filter(|c| c.is_alphanumeric()).count() <= 3
            })
    }
}

fn longest_run(text: &str) -> usize {
    text.split(|c: char| !c.is_ascii_digit())
        .map(str::len)
        .max()
        .unwrap_or(0)
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
            let masked = own_tokens(segment.text());
            let cells = match segment.kind() {
                SegmentKind::Paragraph => tables.cells(segment.text()),
                _ => Vec::new(),
            };
            let scene = Scene {
                text: segment.text(),
                hits: &hits,
                labels: self.labels(segment),
                above,
                masked: &masked,
                cells: &cells,
                words: &self.words,
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

type Claims<'a> = &'a mut dyn FnMut(&Compiled, Range<usize>, f32);

impl Rules {
    fn labels(&self, segment: &Segment) -> Topics {
        segment.kind().labels().fold(Topics::NONE, |all, label| {
            all.with(self.words.topics(label))
        })
    }

    fn scan(&self, scene: &Scene<'_>, claims: Claims<'_>) {
        self.scan_digits(scene, claims);
        if self.has_start(Start::At) {
            self.scan_at(scene, claims);
        }
        if self.has_start(Start::Web) {
            self.scan_web(scene, claims);
        }
        self.scan_labels(scene, claims);
        for compiled in self.starting(Start::Anywhere) {
            for found in compiled.regex.find_iter(scene.text) {
                if let Some((range, score)) = compiled.judge(scene, found.range()) {
                    claims(compiled, range, score);
                }
            }
        }
    }

    fn try_at(
        &self,
        scene: &Scene<'_>,
        start: Start,
        at: usize,
        counts: (u8, u8),
        claims: Claims<'_>,
    ) {
        for compiled in self.starting(start) {
            if compiled.rule.digits.admit(counts.0, counts.1)
                && let Some((range, score)) = compiled.claim(scene, at)
            {
                claims(compiled, range, score);
            }
        }
    }

    fn scan_digits(&self, scene: &Scene<'_>, claims: Claims<'_>) {
        let bytes = scene.text.as_bytes();
        let (mut at, mut tried_to, mut token_at) = (0, 0, usize::MAX);
        while let Some(found) = bytes
            .get(at..)
            .and_then(|rest| rest.iter().position(u8::is_ascii_digit))
        {
            let first = at + found;
            let run = count_digits(bytes.get(first..).unwrap_or_default());
            let ahead = bytes
                .iter()
                .skip(first)
                .take(40)
                .take_while(|b| **b != b'\n');
            let ahead = ahead.filter(|b| b.is_ascii_digit()).count();
            let counts = (small(run), small(ahead));
            let left = before(scene.text, first);
            if !left.is_some_and(char::is_alphanumeric) {
                self.try_at(scene, Start::Digit, first, counts, claims);
                let lead = usize::from(matches!(left, Some('+' | '(')));
                let lead = lead
                    + usize::from(lead == 1 && first > 1 && bytes.get(first - 2) == Some(&b'('));
                self.try_at(scene, Start::Lead, first - lead, counts, claims);
                for shorter in (0..lead).rev().filter(|_| left == Some('(')) {
                    self.try_at(scene, Start::Lead, first - shorter, counts, claims);
                }
            }
            for start in words_before(scene.text, tried_to, first) {
                self.try_at(scene, Start::Upper, start, counts, claims);
            }
            let token = token_start(bytes, first);
            if token != token_at {
                token_at = token;
                self.try_at(scene, Start::Token, token, counts, claims);
            }
            at = first + run;
            tried_to = first;
        }
    }

    fn scan_at(&self, scene: &Scene<'_>, claims: Claims<'_>) {
        for at in memchr::memchr_iter(b'@', scene.text.as_bytes()) {
            let left = scene.text.get(..at).unwrap_or_default();
            let local = |c: char| c.is_alphanumeric() || "._%+-'&~".contains(c);
            let length: usize = left
                .chars()
                .rev()
                .take(64)
                .take_while(|c| local(*c))
                .map(char::len_utf8)
                .sum();
            let run = left.get(at - length..).unwrap_or_default();
            let length = run
                .trim_start_matches(|c: char| !c.is_alphanumeric() && c != '_')
                .len();
            self.try_at(scene, Start::At, at - length, (0, 0), claims);
            if length > 0 {
                self.try_at(scene, Start::At, at, (0, 0), claims);
            }
        }
    }

    fn scan_web(&self, scene: &Scene<'_>, claims: Claims<'_>) {
        let bytes = scene.text.as_bytes();
        for at in memchr::memmem::find_iter(bytes, "://") {
            let left = bytes.get(..at).unwrap_or_default();
            let scheme = left
                .iter()
                .rev()
                .take(12)
                .take_while(|b| b.is_ascii_alphabetic())
                .count();
            self.try_at(scene, Start::Web, at - scheme, (0, 0), claims);
        }
        for at in memchr::memmem::find_iter(bytes, "www.") {
            if !before(scene.text, at).is_some_and(|c| c.is_alphanumeric() || c == '/') {
                self.try_at(scene, Start::Web, at, (0, 0), claims);
            }
        }
    }

    fn scan_labels(&self, scene: &Scene<'_>, claims: Claims<'_>) {
        for compiled in self.starting(Start::After) {
            let context = compiled.rule.context;
            for hit in scene.hits.iter().filter(|hit| hit.topics.meets(context)) {
                if let Some((range, score)) = compiled.claim(scene, hit.end) {
                    claims(compiled, range, score);
                }
            }
            for cell in scene
                .cells
                .iter()
                .filter(|cell| scene.words.topics(&cell.header).meets(context))
            {
                if let Some((range, score)) = compiled.claim(scene, cell.range.start) {
                    claims(compiled, range, score);
                }
            }
            if scene.labels.meets(context)
                && let Some((range, score)) = compiled.claim(scene, 0)
            {
                claims(compiled, range, score);
            }
        }
        for compiled in self.starting(Start::Word) {
            for hit in scene
                .hits
                .iter()
                .filter(|hit| hit.topics.meets(compiled.rule.context))
            {
                let left = scene.text.get(..hit.start).unwrap_or_default();
                let length: usize = left
                    .chars()
                    .rev()
                    .take_while(|c| c.is_alphabetic())
                    .map(char::len_utf8)
                    .sum();
                if let Some((range, score)) = compiled.claim(scene, hit.start - length) {
                    claims(compiled, range, score);
                }
            }
        }
    }
}

fn count_digits(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|b| b.is_ascii_digit()).count()
}

fn small(number: usize) -> u8 {
    u8::try_from(number).unwrap_or(u8::MAX)
}

/// Starts of the words before a digit (and of the word it ends) that could open
/// an identifier: up to three, each of at most four letters, on the same line.
fn words_before(text: &str, from: usize, digit: usize) -> Vec<usize> {
    let mut starts = Vec::new();
    let (mut letters, mut words, mut at) = (0, 0, digit);
    for (index, c) in text
        .get(from..digit)
        .unwrap_or_default()
        .char_indices()
        .rev()
    {
        if c.is_alphabetic() {
            letters += 1;
            if letters > 6 {
                return starts;
            }
            at = from + index;
            continue;
        }
        if letters > 0 {
            words += 1;
            starts.push(at);
            letters = 0;
        }
        if words > 2 || !matches!(c, ' ' | '-' | '.' | '/' | ':' | '–' | '\u{a0}' | '0'..='9') {
            return starts;
        }
    }
    if letters > 0 && (from == 0 || !before(text, from).is_some_and(char::is_alphanumeric)) {
        starts.push(at);
    }
    starts
}

fn token_start(bytes: &[u8], digit: usize) -> usize {
    let part = |b: &&u8| b.is_ascii_alphanumeric() || b"._:-".contains(b);
    let left = bytes.get(..digit).unwrap_or_default();
    let length = left.iter().rev().take(64).take_while(part).count();
    let run = left.get(digit - length..).unwrap_or_default();
    digit - length
        + run
            .iter()
            .take_while(|b| !b.is_ascii_alphanumeric() && **b != b':')
            .count()
}

/// The places of pseudonym tokens made by this program, so that a second run
/// leaves them alone: `[PERSON_K7Q2M]`, `PERSON_K7Q2M`, `[ORT_K7Q2M-X2]`.
#[must_use]
pub fn own_tokens(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found: Vec<Range<usize>> = Vec::new();
    for at in memchr::memchr_iter(b'_', bytes) {
        let left = bytes.get(..at).unwrap_or_default();
        let label = left
            .iter()
            .rev()
            .take(24)
            .take_while(|b| b.is_ascii_uppercase())
            .count();
        let label_text = text.get(at - label..at).unwrap_or_default();
        if !is_label(label_text) {
            continue;
        }
        let right = bytes.get(at + 1..).unwrap_or_default();
        let code_char = |b: &&u8| b.is_ascii_uppercase() || b.is_ascii_digit();
        let code = right.iter().take_while(code_char).count();
        let mut end = at + 1 + code;
        let suffix = bytes.get(end..).unwrap_or_default();
        if let [b'-', b'A'..=b'Z', rest @ ..] = suffix {
            end += 2 + count_digits(rest);
        }
        let open = at > label && bytes.get(at - label - 1) == Some(&b'[');
        let closed = open && bytes.get(end) == Some(&b']');
        let lettered = right.iter().take(code).any(u8::is_ascii_uppercase);
        let whole = !after(text, end).is_some_and(|c| c.is_alphanumeric() || c == '_');
        if (closed && (1..=12).contains(&code)) || ((5..=8).contains(&code) && lettered && whole) {
            found.push(at - label - usize::from(closed)..end + usize::from(closed));
        }
    }
    found
}

fn is_label(text: &str) -> bool {
    !text.is_empty()
        && EntityType::ALL
            .iter()
            .any(|known| known.label_de() == text || known.label_en() == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_tokens_are_seen() {
        for text in [
            "[PERSON_K7Q2M]",
            "PERSON_K7Q2M",
            "[ORT_K7Q2M-X2]",
            "[KUNDENNUMMER_BCDFG]",
        ] {
            let around = format!("Herr {text}, heute");
            assert_eq!(own_tokens(&around), vec![5..5 + text.len()], "{text}");
        }
        for text in [
            "KONTO_12345",
            "MY_K7Q2M",
            "PERSON_",
            "person_k7q2m",
            "PERSON_K7Q2Mm",
        ] {
            assert!(own_tokens(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn words_that_may_open_an_identifier() {
        let text = "mit WI-AB 123";
        assert_eq!(words_before(text, 0, 10), vec![7, 4, 0]);
        assert!(words_before("Aufenthalt 12", 0, 11).is_empty());
        assert_eq!(words_before("L01X0", 0, 1), vec![0]);
    }
}
