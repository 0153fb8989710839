//! Examples of what a rule finds and what it leaves alone, one per line:
//!
//! ```text
//! find: Kundennummer: [12345678|CUSTOMER_NUMBER]
//! skip: Rechnungsnummer 12345678
//! ```
//!
//! `\n` and `\t` stand for a line break and a tab, `#` begins a comment line.
//! The built-in rules have such a file each; a user's own may have one too.

use std::ops::Range;

use crate::document::{Document, Location, Segment, SegmentKind};
use crate::entity::{EntityType, Finding};
use crate::error::{Error, ErrorKind, Result};

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vector {
    /// The text without its marks.
    pub text: String,
    /// Values that must be found, with their type. None: nothing may be found.
    pub values: Vec<(Range<usize>, EntityType)>,
}

impl Vector {
    /// Reads a line; `None` for an empty one and a comment.
    ///
    /// # Errors
    /// If it is neither `find:` with a value nor `skip:` without one.
    pub fn parse(line: &str) -> Result<Option<Self>> {
        let wrong = |what: &'static str| Err(Error::new(ErrorKind::Settings, what));
        if line.trim().is_empty() || line.starts_with('#') {
            return Ok(None);
        }
        let Some((kind, rest)) = line.split_once(": ") else {
            return wrong("a line begins with `find: ` or `skip: `");
        };
        let rest = rest.replace("\\n", "\n").replace("\\t", "\t");
        match kind {
            "skip" => Ok(Some(Self {
                text: rest,
                values: Vec::new(),
            })),
            "find" => {
                let vector = Self::marked(&rest);
                if vector.values.is_empty() {
                    return wrong("a `find: ` line marks its value as [value|TYPE]");
                }
                Ok(Some(vector))
            }
            _ => wrong("a line begins with `find: ` or `skip: `"),
        }
    }

    fn marked(mut rest: &str) -> Self {
        let mut vector = Self {
            text: String::new(),
            values: Vec::new(),
        };
        while let Some((before, value, entity_type, after)) = mark(rest) {
            vector.text.push_str(before);
            let start = vector.text.len();
            vector.text.push_str(value);
            vector.values.push((start..vector.text.len(), entity_type));
            rest = after;
        }
        vector.text.push_str(rest);
        vector
    }

    /// The text as a document.
    #[must_use]
    pub fn document(&self) -> Document {
        document(&self.text)
    }

    /// Which of the values a rule's findings miss, and how many are too many.
    #[must_use]
    pub fn faults(&self, findings: &[Finding], own: impl Fn(&Finding) -> bool) -> Faults {
        let own: Vec<&Finding> = findings.iter().filter(|finding| own(finding)).collect();
        let is = |finding: &Finding, value: &(Range<usize>, EntityType)| {
            finding.entity_type == value.1
                && finding.span.start() == value.0.start
                && finding.span.end() == value.0.end
        };
        let missed = self.values.iter().enumerate();
        Faults {
            missed: missed
                .filter(|(_, value)| !own.iter().any(|finding| is(finding, value)))
                .map(|(index, _)| index)
                .collect(),
            n_false: if self.values.is_empty() { own.len() } else { 0 },
        }
    }
}

/// What a rule does wrong on a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// Values that it misses, by their index.
    pub missed: Vec<usize>,
    /// Findings where none may be.
    pub n_false: usize,
}

impl Faults {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.missed.is_empty() && self.n_false == 0
    }
}

/// A text as a document of one paragraph.
#[must_use]
pub fn document(text: &str) -> Document {
    let mut document = Document::new();
    document.push(Segment::new(
        SegmentKind::Paragraph,
        text,
        Location::new("example"),
    ));
    document
}

/// The first `[value|TYPE]`: what is before, the value, its type, what is behind.
fn mark(text: &str) -> Option<(&str, &str, EntityType, &str)> {
    text.match_indices('|').find_map(|(bar, _)| {
        let (left, right) = (text.get(..bar)?, text.get(bar + 1..)?);
        let (name, after) = right.split_once(']')?;
        let entity_type = EntityType::parse(name)?;
        let (before, value) = left.rsplit_once('[')?;
        Some((before, value, entity_type, after))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_taken_out() {
        let vector = Vector::parse("find: a|b [x|IBAN]\\n[y|CITY].")
            .unwrap()
            .unwrap();
        assert_eq!(vector.text, "a|b x\ny.");
        assert_eq!(
            vector.values,
            [(4..5, EntityType::Iban), (6..7, EntityType::City)]
        );
        assert_eq!(Vector::parse("# find: x").unwrap(), None);
        for line in ["find: nothing", "found: [x|IBAN]", "skip"] {
            assert!(Vector::parse(line).is_err(), "{line}");
        }
    }
}
