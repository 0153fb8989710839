//! From claims to decisions: which findings stand, how far they reach, and
//! which of them name the same person or thing.

mod canonical;
mod fold;
mod join;
mod merge;
mod name;
pub mod overlap;
mod pairs;
mod people;
mod spread;
pub mod subject;
mod values;
mod words;

use crate::document::{Document, Span};
use crate::entity::{EntityType, Finding};

/// The index of a subject in [`Resolution::subjects`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SubjectId(pub usize);

/// An accepted place. Mentions of one document never overlap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mention {
    /// Where.
    pub span: Span,
    /// What kind of data.
    pub entity_type: EntityType,
    /// Whom or what it names.
    pub subject: SubjectId,
}

/// Whom or what one or more mentions name. It holds text: it lives no longer
/// than the file it came from.
#[derive(Clone, PartialEq, Eq)]
pub struct Subject {
    /// What kind of data.
    pub entity_type: EntityType,
    /// The value in the one spelling that all spellings of it share: the key of
    /// the mapping store (hashed there). For a person first names, then last
    /// name, without title.
    pub canonical: String,
    /// The parts of the value that identify alone, as they stand in the text:
    /// last name, first names, the local part of a mail address.
    pub parts: Vec<Part>,
    /// First and last names of a person.
    pub name: Option<FullName>,
}

/// A person's name in its parts, folded.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct FullName {
    /// First names; an initial is one letter.
    pub given: Vec<String>,
    /// The last name with its particles.
    pub last: String,
    /// What salutations or the first name tell.
    pub female: Option<bool>,
}

/// A part of a value.
#[derive(Clone, PartialEq, Eq)]
pub struct Part {
    /// The part as it stands in the text.
    pub text: String,
    /// Whether the part is also an ordinary word (Berg, Mai, Koch), so that a
    /// lone occurrence proves nothing.
    pub ordinary: bool,
}

/// What resolving a document yields.
#[derive(Clone, Default)]
pub struct Resolution {
    /// All accepted places, by span.
    pub mentions: Vec<Mention>,
    /// Whom or what they name.
    pub subjects: Vec<Subject>,
    /// Mentions of people that several of the document fit. They have a subject of
    /// their own, which stands for the name and not for one of those people.
    pub ambiguous: Vec<Span>,
}

impl std::fmt::Debug for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Subject")
            .field("entity_type", &self.entity_type)
            .field("n_parts", &self.parts.len())
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for FullName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FullName(..)")
    }
}

impl std::fmt::Debug for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Part")
            .field("n_bytes", &self.text.len())
            .field("ordinary", &self.ordinary)
            .finish()
    }
}

impl std::fmt::Debug for Resolution {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Resolution")
            .field("n_mentions", &self.mentions.len())
            .field("n_subjects", &self.subjects.len())
            .field("n_ambiguous", &self.ambiguous.len())
            .finish()
    }
}

/// How often the second pass may find something that makes new values. Each
/// round needs a new value that only the round before brought in; real
/// documents need two.
const MAX_ROUNDS: usize = 16;

/// Decides what stands: overlaps, subjects, and every further occurrence of an
/// accepted value, in all segments. Mentions are sorted and never overlap; the
/// same findings give the same mentions, and resolving mentions changes nothing.
#[must_use]
pub fn resolve(document: &Document, mut findings: Vec<Finding>) -> Resolution {
    findings.retain(|finding| {
        finding.entity_type != EntityType::Organization
            || !subject::is_legal_form(document.text(finding.span))
    });
    let mut claims = overlap::settle(document, overlap::claims(&findings));
    drop(findings);
    let mut searched = values::Values::default();
    for _ in 0..MAX_ROUNDS {
        let resolution = subject::group(document, &claims);
        let values = values::Values::of(document, &resolution);
        if values == searched || values.is_empty() {
            return resolution;
        }
        let found = values.search(document, &claims);
        if found.is_empty() {
            return resolution;
        }
        spread::join(&mut claims, found);
        claims = overlap::settle(document, claims);
        searched = values;
    }
    subject::group(document, &claims)
}
