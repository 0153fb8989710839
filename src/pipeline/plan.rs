//! Turns accepted mentions into edits of the text and of the file's name.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::document::{Document, Edit, Location, Segment, SegmentKind};
use crate::entity::EntityType;
use crate::error::{Error, ErrorKind, Result};
use crate::mapping::{Blind, SubjectKey};
use crate::policy::{Action, Policy};
use crate::pseudonym::{self, Fitting, Known, PersonName, Pseudonyms};
use crate::resolve::{Mention, Resolution, SubjectId};
use crate::token::Language;
use crate::verify::Needles;

/// Turns accepted mentions into edits.
pub(super) struct Planner<'a> {
    policy: &'a Policy,
    document: &'a Document,
    resolution: &'a Resolution,
    /// The file's name as it really is, with underscores.
    name: &'a str,
}

/// Replaced ranges of a name, in order.
pub(super) type NameEdits = Vec<(std::ops::Range<usize>, String)>;

impl<'a> Planner<'a> {
    pub(super) const fn new(
        policy: &'a Policy,
        document: &'a Document,
        resolution: &'a Resolution,
        name: &'a str,
    ) -> Self {
        Self {
            policy,
            document,
            resolution,
            name,
        }
    }

    pub(super) fn edits(
        &mut self,
        pseudonyms: &mut Pseudonyms<'_>,
        scope: Blind,
    ) -> Result<(Vec<Edit>, NameEdits, Vec<SubjectKey>)> {
        let known = self.bind(pseudonyms, scope)?;
        let needles = self.needles();
        let people = self.people();
        let everybody: Vec<&PersonName> = people.values().collect();
        let said = OnceCell::new();
        // A name that is also an ordinary word is no needle by itself, but as
        // somebody else's stand-in it would say a real name.
        let names = OnceCell::new();
        let all_names = || -> BTreeSet<String> {
            let people = everybody.iter();
            people.flat_map(|person| person.telling_words()).collect()
        };
        let says_too_much = |candidate: &str| {
            needles.touches_name(candidate)
                || pseudonym::words(candidate)
                    .any(|word| names.get_or_init(all_names).contains(&word))
                || said
                    .get_or_init(|| self.worded())
                    .contains(&worded(candidate))
        };
        let mut edits = Vec::new();
        let mut name_edits = Vec::new();
        for mention in &self.resolution.mentions {
            let segment = self.document.segments().get(mention.span.segment());
            let in_name = self.in_name(mention);
            let text = self.spelling(mention);
            let with = match self.policy.action(mention.entity_type) {
                Action::Keep => continue,
                Action::Block => return Err(blocked(mention, segment)),
                Action::Redact => redacted(mention.entity_type, pseudonyms.language),
                action @ (Action::Mask | Action::Generalize) => {
                    coarser(action, mention.entity_type, text, pseudonyms.language)
                        // What is left may be a value of its own: `Hessen` beside
                        // a town of Hesse, `1984` as somebody's password.
                        .filter(|with| !needles.touches_name(with))
                        .unwrap_or_else(|| redacted(mention.entity_type, pseudonyms.language))
                }
                action @ (Action::Pseudonymize | Action::Surrogate) => {
                    let subject = known.get(&mention.subject).ok_or_else(no_subject)?;
                    let fitting = (action == Action::Surrogate).then(|| Fitting {
                        scope,
                        person: people.get(&mention.subject),
                        people: &everybody,
                        says_too_much: &says_too_much,
                    });
                    pseudonym_of(subject, text, fitting.as_ref(), in_name, pseudonyms)?
                }
            };
            if in_name {
                name_edits.push((mention.span.start()..mention.span.end(), with));
            } else {
                edits.push(Edit {
                    span: mention.span,
                    with,
                });
            }
        }
        let mut subjects: Vec<SubjectKey> = known.values().map(Known::key).collect();
        subjects.sort_unstable();
        Ok((edits, name_edits, subjects))
    }

    /// Binds every subject, and its spellings with the fullest one first, so
    /// that the plain token stands for the fullest spelling.
    fn bind(
        &self,
        pseudonyms: &mut Pseudonyms<'_>,
        scope: Blind,
    ) -> Result<HashMap<SubjectId, Known>> {
        let mut spellings: BTreeMap<SubjectId, Vec<&str>> = BTreeMap::new();
        for mention in &self.resolution.mentions {
            if self.policy.action(mention.entity_type).is_reversible() {
                spellings
                    .entry(mention.subject)
                    .or_default()
                    .push(self.spelling(mention));
            }
        }
        let mut known = HashMap::new();
        for (id, mut texts) in spellings {
            let subject = self.resolution.subjects.get(id.0).ok_or_else(no_subject)?;
            let bound = pseudonyms.subject(subject.entity_type, &subject.canonical, scope)?;
            texts.sort_unstable_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
            texts.dedup();
            for text in texts {
                pseudonyms.surface(&bound, text)?;
            }
            known.insert(id, bound);
        }
        Ok(known)
    }

    /// Labels for every mention in the file's name.
    pub(super) fn labels(&self, language: Language) -> NameEdits {
        self.replaced()
            .filter(|mention| self.in_name(mention))
            .map(|mention| {
                let range = mention.span.start()..mention.span.end();
                (range, redacted(mention.entity_type, language))
            })
            .collect()
    }

    /// The people of the document with the words in which it names them.
    fn people(&self) -> BTreeMap<SubjectId, PersonName> {
        let subjects = self.resolution.subjects.iter().enumerate();
        let people = subjects.filter_map(|(at, subject)| {
            let name = subject.name.as_ref()?;
            let shown = subject.parts.iter().map(|part| part.text.clone());
            let person = PersonName {
                given: name.given.clone(),
                last: name.last.clone(),
                female: name.female,
                shown: shown.collect(),
            };
            Some((SubjectId(at), person))
        });
        people.collect()
    }

    /// All words of the document in one line: a surrogate that stands there
    /// already would be restored to somebody.
    fn worded(&self) -> String {
        let segments = self.document.segments().iter();
        segments.map(|segment| worded(segment.text())).collect()
    }

    fn in_name(&self, mention: &Mention) -> bool {
        let segment = self.document.segments().get(mention.span.segment());
        segment.is_some_and(|segment| *segment.kind() == SegmentKind::FileName)
    }

    /// A mention's text just as it stands in the file or in its name.
    fn spelling(&self, mention: &Mention) -> &'a str {
        if self.in_name(mention) {
            let range = mention.span.start()..mention.span.end();
            return self.name.get(range).unwrap_or_default();
        }
        self.document.text(mention.span)
    }

    fn replaced(&self) -> impl Iterator<Item = &Mention> {
        let replaced = |mention: &&Mention| self.policy.action(mention.entity_type) != Action::Keep;
        self.resolution.mentions.iter().filter(replaced)
    }

    /// Everything that must not be in the output.
    pub(super) fn needles(&self) -> Needles {
        let mut needles = Needles::new();
        for mention in self.replaced() {
            needles.value(mention.entity_type, self.document.text(mention.span));
            if let Some(subject) = self.resolution.subjects.get(mention.subject.0) {
                for part in &subject.parts {
                    needles.part(&part.text, part.ordinary);
                }
            }
        }
        needles
    }

    fn counted(&self) -> impl Iterator<Item = &Mention> {
        self.replaced().filter(|mention| {
            let segment = self.document.segments().get(mention.span.segment());
            segment.is_some_and(|segment| !segment.is_again())
        })
    }

    pub(super) fn counts(&self) -> BTreeMap<EntityType, u64> {
        let mut counts = BTreeMap::new();
        for mention in self.counted() {
            *counts.entry(mention.entity_type).or_insert(0) += 1;
        }
        counts
    }

    pub(super) fn places(&self) -> BTreeMap<(EntityType, Location), u64> {
        let mut places = BTreeMap::new();
        for mention in self.counted() {
            if let Some(segment) = self.document.segments().get(mention.span.segment()) {
                let key = (mention.entity_type, segment.location());
                *places.entry(key).or_insert(0) += 1;
            }
        }
        places
    }

    pub(super) fn subjects(&self) -> BTreeMap<EntityType, u64> {
        let mut seen = BTreeSet::new();
        let mut counts = BTreeMap::new();
        for mention in self.counted() {
            if seen.insert(mention.subject) {
                *counts.entry(mention.entity_type).or_insert(0) += 1;
            }
        }
        counts
    }
}

/// The name of a file without and with its extension's dot.
pub(super) fn split_dotted(name: &str) -> (&str, &str) {
    let at = name.rfind('.').filter(|at| *at > 0).unwrap_or(name.len());
    (
        name.get(..at).unwrap_or(name),
        name.get(at..).unwrap_or_default(),
    )
}

/// The name of a file without its extension, and the extension without dot.
pub(super) fn split_name(name: &str) -> (&str, &str) {
    let (stem, dotted) = split_dotted(name);
    (stem, dotted.strip_prefix('.').unwrap_or_default())
}

/// A name as text: underscores stand for spaces and are as long.
pub(super) fn name_segment(name: &str) -> Segment {
    Segment::new(
        SegmentKind::FileName,
        name.replace('_', " "),
        Location::new("file name"),
    )
}

pub(super) fn edit_name(name: &str, edits: &NameEdits) -> Result<String> {
    let bad = || Error::new(ErrorKind::Internal, "an edit does not fit the file name");
    let mut out = String::new();
    let mut at = 0;
    for (range, with) in edits {
        out.push_str(name.get(at..range.start).ok_or_else(bad)?);
        out.push_str(with);
        at = range.end;
    }
    out.push_str(name.get(at..).ok_or_else(bad)?);
    Ok(out)
}

/// A token, without brackets, for the whole name of a file; restoring gives back
/// `shown`.
///
/// # Errors
/// If the store fails.
pub fn whole_name(
    name: &str,
    shown: &str,
    pseudonyms: &mut Pseudonyms<'_>,
    scope: Blind,
) -> Result<String> {
    let subject = pseudonyms.subject(EntityType::FileName, name, scope)?;
    Ok(pseudonyms.surface(&subject, shown)?.bare())
}

/// A surrogate, where one is asked for and safe; else a token.
fn pseudonym_of(
    subject: &Known,
    text: &str,
    fitting: Option<&Fitting<'_>>,
    in_name: bool,
    pseudonyms: &mut Pseudonyms<'_>,
) -> Result<String> {
    if let Some(fitting) = fitting {
        let surrogate = pseudonyms.surrogate(subject, text, fitting)?;
        if let Some(surrogate) = surrogate.filter(|shown| !in_name || is_file_name(shown)) {
            return Ok(surrogate);
        }
    }
    let token = pseudonyms.surface(subject, text)?;
    Ok(if in_name {
        token.bare()
    } else {
        token.to_string()
    })
}

/// The words of a text, lower case, each between spaces.
fn worded(text: &str) -> String {
    let mut line = String::with_capacity(text.len() + 2);
    line.push(' ');
    for word in text.split(|c: char| !c.is_alphanumeric()) {
        if !word.is_empty() {
            line.extend(word.chars().flat_map(char::to_lowercase));
            line.push(' ');
        }
    }
    line
}

/// Whether a surrogate can stand in the name of a file on every system.
fn is_file_name(surrogate: &str) -> bool {
    !surrogate.contains(['/', '\\', ':', '*', '?', '"', '<', '>', '|'])
}

/// What masking or generalizing leaves of a value.
fn coarser(
    action: Action,
    entity_type: EntityType,
    text: &str,
    language: Language,
) -> Option<String> {
    if action == Action::Mask {
        Some(pseudonym::mask(entity_type, text))
    } else {
        pseudonym::generalize(entity_type, text, language)
    }
}

fn redacted(entity_type: EntityType, language: Language) -> String {
    match language {
        Language::De => format!("[{}]", entity_type.label_de()),
        Language::En => format!("[{}]", entity_type.label_en()),
    }
}

fn blocked(mention: &Mention, segment: Option<&Segment>) -> Error {
    let error = Error::new(
        ErrorKind::Blocked,
        format!("the policy blocks files with {}", mention.entity_type),
    );
    match segment {
        Some(segment) => error.at(segment.location()),
        None => error,
    }
}

fn no_subject() -> Error {
    Error::new(ErrorKind::Internal, "a mention names no subject")
}
