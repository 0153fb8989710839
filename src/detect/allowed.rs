//! What stays although a recognizer claims it: the user's allow lists, and the
//! names of public bodies.
//!
//! A claim is dropped only if nothing of it but an article lies outside of what
//! may stay; a longer claim stands as a whole. Deny lists are never overruled.
//! Names of public bodies drop claims of organizations and places only, and not
//! where anybody sees a person ("Richterin am Amtsgericht Fulda" may be a name) or
//! where the town is taken elsewhere: the court would tell where somebody lives.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::detect::dictionary::Dictionary;
use crate::detect::public_bodies::PublicBodies;
use crate::document::{Document, Span};
use crate::entity::{DENY_LIST, EntityType, Finding};
use crate::error::Result;

/// What stays. The default keeps nothing.
#[derive(Debug, Default)]
pub struct Allowed {
    lists: Vec<Dictionary>,
    public_bodies: Option<PublicBodies>,
}

/// Words that a claim may have beside what stays.
const ARTICLES: &[&str] = &[
    "der", "die", "das", "des", "dem", "den", "beim", "vom", "zum", "zur", "am", "im", "the",
    "ein", "eine", "einer", "einem", "einen", "eines",
];

/// Places that stay, by segment, in order and without overlaps.
type Places = BTreeMap<usize, Vec<Range<usize>>>;

impl Allowed {
    /// Lists that must stay, and whether public bodies stay.
    ///
    /// # Errors
    /// If the built-in list does not compile (a bug).
    pub fn new(lists: Vec<Dictionary>, public_bodies: bool) -> Result<Self> {
        let public_bodies = public_bodies.then(PublicBodies::new).transpose()?;
        Ok(Self {
            lists,
            public_bodies,
        })
    }

    /// The findings that stand.
    #[must_use]
    pub fn filter(&self, document: &Document, mut findings: Vec<Finding>) -> Vec<Finding> {
        if !self.lists.is_empty() {
            let spans = self.lists.iter().flat_map(|list| list.spans(document));
            let places = places(spans);
            findings.retain(|finding| {
                finding.recognizer == DENY_LIST || !stays(document, finding.span, &places)
            });
        }
        let Some(public) = &self.public_bodies else {
            return findings;
        };
        if !findings
            .iter()
            .any(|finding| may_be_public(finding.entity_type))
        {
            return findings;
        }
        let places = public_places(document, &findings, public);
        findings.retain(|finding| {
            finding.recognizer == DENY_LIST
                || !may_be_public(finding.entity_type)
                || !stays(document, finding.span, &places)
        });
        findings
    }
}

/// Where names of public bodies stay.
fn public_places(document: &Document, findings: &[Finding], public: &PublicBodies) -> Places {
    let persons = findings
        .iter()
        .filter(|finding| !may_be_public(finding.entity_type))
        .map(|finding| finding.span);
    let persons = places(persons);
    let mut bodies = public.spans(document);
    bodies.retain(|span| !meets(*span, &persons));
    let named = places(bodies.iter().copied());
    // A town that is taken elsewhere must not be read off the name of its court.
    let taken: BTreeSet<String> = findings
        .iter()
        .filter(|finding| is_place(finding.entity_type) && !meets(finding.span, &named))
        .map(|finding| document.text(finding.span).to_lowercase())
        .filter(|text| !text.is_empty())
        .collect();
    bodies.retain(|span| {
        let body = document.text(*span).to_lowercase();
        !taken.iter().any(|town| body.contains(town.as_str()))
    });
    places(bodies.into_iter())
}

const fn is_place(entity_type: EntityType) -> bool {
    matches!(
        entity_type,
        EntityType::Location | EntityType::City | EntityType::PlaceOfBirth
    )
}

const fn may_be_public(entity_type: EntityType) -> bool {
    matches!(
        entity_type,
        EntityType::Organization | EntityType::Location | EntityType::City
    )
}

fn places(spans: impl Iterator<Item = Span>) -> Places {
    let mut spans: Vec<Span> = spans.collect();
    spans.sort_unstable();
    let mut places = Places::new();
    for span in spans {
        let ranges = places.entry(span.segment()).or_default();
        match ranges.last_mut() {
            Some(last) if span.start() <= last.end => last.end = last.end.max(span.end()),
            _ => ranges.push(span.start()..span.end()),
        }
    }
    places
}

/// The ranges that a span meets.
fn met<'a>(span: Span, places: &'a Places) -> impl Iterator<Item = &'a Range<usize>> + use<'a> {
    let ranges = places
        .get(&span.segment())
        .map(Vec::as_slice)
        .unwrap_or_default();
    let first = ranges.partition_point(|range| range.end <= span.start());
    let ranges = ranges.get(first..).unwrap_or_default().iter();
    ranges.take_while(move |range| range.start < span.end())
}

fn meets(span: Span, places: &Places) -> bool {
    met(span, places).next().is_some()
}

/// Whether a claim says nothing beside what stays.
fn stays(document: &Document, span: Span, places: &Places) -> bool {
    let mut at = span.start();
    let mut rest = String::new();
    let text = |start: usize, end: usize| {
        let span = document.span(span.segment(), start, end);
        span.map_or("", |span| document.text(span))
    };
    let mut any = false;
    for range in met(span, places) {
        any = true;
        rest.push_str(text(at, range.start.max(at)));
        rest.push(' ');
        at = range.end.min(span.end());
    }
    rest.push_str(text(at, span.end()));
    any && rest
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .all(|word| ARTICLES.contains(&word.to_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::dictionary::Matching;
    use crate::document::{Location, Segment, SegmentKind};
    use crate::entity::Score;

    fn document(text: &str) -> Document {
        let mut document = Document::new();
        document.push(Segment::new(
            SegmentKind::Paragraph,
            text,
            Location::new("body"),
        ));
        document
    }

    fn finding(document: &Document, value: &str, entity_type: EntityType) -> Finding {
        let text = document.segments()[0].text();
        let start = text.find(value).unwrap();
        Finding {
            span: document.span(0, start, start + value.len()).unwrap(),
            entity_type,
            score: Score::new(0.9),
            recognizer: "ner",
        }
    }

    fn left(text: &str, claims: &[(&str, EntityType)], allowed: &Allowed) -> usize {
        let document = document(text);
        let findings = claims
            .iter()
            .map(|(value, entity_type)| finding(&document, value, *entity_type));
        allowed.filter(&document, findings.collect()).len()
    }

    #[test]
    fn allowed_words_stay() {
        use EntityType::{Organization, Person};
        let list = Dictionary::new(
            ["Quast", "Stadtwerke Musterhausen"],
            EntityType::ListEntry,
            Matching::Tolerant,
        );
        let allowed = Allowed::new(vec![list.unwrap()], false).unwrap();
        for (text, claim, entity_type, n) in [
            ("Herr Quast kam", "Quast", Person, 0),
            ("Herr Quast kam", "Herr Quast", Person, 1),
            (
                "die Stadtwerke Musterhausen",
                "die Stadtwerke Musterhausen",
                Organization,
                0,
            ),
            ("Anna Quast kam", "Anna Quast", Person, 1),
            ("Anna Qualle kam", "Anna", Person, 1),
        ] {
            assert_eq!(left(text, &[(claim, entity_type)], &allowed), n, "{text}");
        }
    }

    #[test]
    fn deny_overrules_allow() {
        let text = document("Quast");
        let lists = || Dictionary::new(["Quast"], EntityType::Person, Matching::Exact).unwrap();
        let findings = crate::detect::Recognizer::detect(&lists(), &text).unwrap();
        let allowed = Allowed::new(vec![lists()], true).unwrap();
        assert_eq!(allowed.filter(&text, findings).len(), 1);
    }

    #[test]
    fn public_bodies_stay_but_persons_do_not() {
        use EntityType::{City, Location, Organization, Person};
        let allowed = Allowed::new(Vec::new(), true).unwrap();
        for (text, claims, n) in [
            (
                "beim Amtsgericht Wiesbaden",
                &[("Amtsgericht Wiesbaden", Organization)][..],
                0,
            ),
            (
                "das Verwaltungsgericht Frankfurt am Main",
                &[("Frankfurt am Main", Location)],
                0,
            ),
            ("in Wiesbaden", &[("Wiesbaden", Location)], 1),
            ("die Quast GmbH", &[("Quast GmbH", Organization)], 1),
            (
                "Richterin am Amtsgericht Fulda",
                &[("Amtsgericht Fulda", Organization), ("Fulda", Person)],
                2,
            ),
            (
                "wohnt in Fulda, Amtsgericht Fulda",
                &[("Fulda", City), ("Amtsgericht Fulda", Organization)],
                2,
            ),
            (
                "Bundesagentur für Arbeit",
                &[("Bundesagentur für Arbeit", Organization)],
                0,
            ),
        ] {
            assert_eq!(left(text, claims, &allowed), n, "{text}");
        }
    }
}
