//! Counts of one document: which labelled places were taken, and which claimed
//! places are labelled.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use serde::Serialize;

use super::gold::Gold;
use super::to_u64;
use crate::entity::{EntityType, IdentifierClass};

/// Counts of one type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Labelled spans, public bodies and the like included.
    pub gold: u64,
    /// Labelled spans that are personal data.
    pub personal: u64,
    /// Claimed spans.
    pub claimed: u64,
    /// Claimed spans that are labelled just so.
    pub strict: u64,
    /// Claimed spans that touch nothing that is labelled with this type.
    pub wrong: u64,
    /// Personal spans of which every character was taken.
    pub whole: u64,
    /// Bytes of personal spans.
    pub gold_chars: u64,
    /// Bytes of personal spans that were taken, as any type.
    pub taken_chars: u64,
    /// Claimed bytes.
    pub claimed_chars: u64,
    /// Claimed bytes that are labelled with this type.
    pub right_chars: u64,
}

/// Counts of one document.
#[derive(Clone, Debug, Default)]
pub(super) struct PerDocument {
    types: BTreeMap<EntityType, Counts>,
    /// Persons by origin of the name.
    pub(super) origins: BTreeMap<String, Counts>,
    /// Whether a direct identifier was not taken whole.
    pub(super) miss: bool,
}

/// A claimed span in bytes of the whole text.
pub(super) struct Claim {
    pub(super) range: Range<usize>,
    pub(super) entity_type: EntityType,
}

impl PerDocument {
    /// The counts of a type.
    pub(super) fn of(&self, entity_type: EntityType) -> Counts {
        self.types.get(&entity_type).copied().unwrap_or_default()
    }

    /// All types together.
    pub(super) fn all(&self) -> Counts {
        let all = self.types.values().copied();
        all.fold(Counts::default(), Counts::add)
    }

    /// The direct identifiers together.
    pub(super) fn direct(&self) -> Counts {
        let direct = self
            .types
            .iter()
            .filter(|(known, _)| known.class() == IdentifierClass::Direct);
        direct.fold(Counts::default(), |sum, (_, counts)| sum.add(*counts))
    }

    /// One "character", "taken" if something was missed: so that the share of
    /// such documents is a figure like any other.
    pub(super) fn as_missed(&self) -> Counts {
        Counts {
            gold_chars: 1,
            taken_chars: u64::from(self.miss),
            ..Counts::default()
        }
    }
}

/// Counts one document.
pub(super) fn compare(gold: &Gold, claims: &[Claim]) -> PerDocument {
    let mut document = PerDocument::default();
    let mut taken = vec![false; gold.text.len()];
    for claim in claims {
        fill(&mut taken, &claim.range);
    }
    for label in &gold.labels {
        let counts = document.types.entry(label.entity_type).or_default();
        counts.gold += 1;
        if !label.personal {
            continue;
        }
        let got = count(&taken, &label.range);
        let whole = got == label.range.len();
        let one = Counts {
            personal: 1,
            gold_chars: to_u64(label.range.len()),
            taken_chars: to_u64(got),
            whole: u64::from(whole),
            ..Counts::default()
        };
        *counts = counts.add(one);
        document.miss |= !whole && label.entity_type.class() == IdentifierClass::Direct;
        if let (EntityType::Person, Some(origin)) = (label.entity_type, &label.origin) {
            let counts = document.origins.entry(origin.clone()).or_default();
            *counts = counts.add(one);
        }
    }
    judge(gold, claims, &mut document);
    document
}

/// Counts what was claimed.
fn judge(gold: &Gold, claims: &[Claim], document: &mut PerDocument) {
    // Where tokens were labelled, a claim of half a token counts for it whole.
    let claims: BTreeSet<(usize, usize, EntityType)> = claims
        .iter()
        .filter_map(|claim| {
            let entity_type = gold.as_labelled(claim.entity_type)?;
            let range = gold.whole_tokens(&claim.range);
            Some((range.start, range.end, entity_type))
        })
        .collect();
    for (start, end, entity_type) in claims {
        let range = start..end;
        if gold.ignored.iter().any(|place| overlaps(place, &range)) {
            continue;
        }
        let mut right = vec![false; range.len()];
        let mut strict = false;
        for label in gold
            .labels
            .iter()
            .filter(|label| alike(label.entity_type, entity_type))
        {
            let place = label.range.start.max(start)..label.range.end.min(end);
            if place.start < place.end {
                fill(&mut right, &(place.start - start..place.end - start));
            }
            strict |= label.range == range && label.entity_type == entity_type;
        }
        let counts = document.types.entry(entity_type).or_default();
        counts.claimed += 1;
        counts.strict += u64::from(strict);
        counts.claimed_chars += to_u64(range.len());
        let n_right = to_u64(right.iter().filter(|mark| **mark).count());
        counts.right_chars += n_right;
        counts.wrong += u64::from(n_right == 0);
    }
}

fn overlaps(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

/// Types that corpora draw the line between in other places.
fn alike(a: EntityType, b: EntityType) -> bool {
    use EntityType::{City, Location, PlaceOfBirth};
    let place = |known| matches!(known, City | Location | PlaceOfBirth);
    a == b || (place(a) && place(b))
}

fn fill(marks: &mut [bool], range: &Range<usize>) {
    if let Some(marks) = marks.get_mut(range.clone()) {
        marks.fill(true);
    }
}

fn count(marks: &[bool], range: &Range<usize>) -> usize {
    marks
        .get(range.clone())
        .map_or(0, |marks| marks.iter().filter(|mark| **mark).count())
}

impl Counts {
    pub(super) const fn add(self, other: Self) -> Self {
        Self {
            gold: self.gold + other.gold,
            personal: self.personal + other.personal,
            claimed: self.claimed + other.claimed,
            strict: self.strict + other.strict,
            wrong: self.wrong + other.wrong,
            whole: self.whole + other.whole,
            gold_chars: self.gold_chars + other.gold_chars,
            taken_chars: self.taken_chars + other.taken_chars,
            claimed_chars: self.claimed_chars + other.claimed_chars,
            right_chars: self.right_chars + other.right_chars,
        }
    }

    pub(super) fn precision(self) -> f64 {
        ratio(self.strict, self.claimed)
    }

    pub(super) fn recall(self) -> f64 {
        ratio(self.strict, self.gold)
    }

    pub(super) fn taken(self) -> f64 {
        ratio(self.taken_chars, self.gold_chars)
    }

    pub(super) fn right(self) -> f64 {
        ratio(self.right_chars, self.claimed_chars)
    }
}

#[allow(
    clippy::as_conversions,
    reason = "counts of characters are far below 2^52"
)]
pub(super) fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        1.0
    } else {
        part as f64 / whole as f64
    }
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;

    fn claim(range: Range<usize>, entity_type: EntityType) -> Claim {
        Claim { range, entity_type }
    }

    #[test]
    fn counts_are_by_span_and_by_character() {
        let line = r#"{"id":"x","layout":"letter","text":"Für Erika Muster und Jürgen","spans":[[4,16,"PER"],[21,27,"PER"]]}"#;
        let gold = read(line.as_bytes()).unwrap().remove(0);
        // Bytes: "Für " is 5 long, "Jürgen" 7.
        let person = EntityType::Person;
        let found = compare(&gold, &[claim(5..17, person), claim(18..21, person)]);
        let counts = found.of(person);
        assert_eq!(
            (counts.gold, counts.claimed, counts.strict, counts.whole),
            (2, 2, 1, 1)
        );
        assert_eq!((counts.gold_chars, counts.taken_chars), (19, 12));
        assert_eq!((counts.claimed_chars, counts.right_chars), (15, 12));
        assert_eq!(counts.wrong, 1, "the one that touches no name");
        assert!(found.miss);
    }

    #[test]
    fn a_public_body_is_a_label_but_no_miss() {
        let line = r#"{"text":"Stadt Köln","spans":[[0,10,"PER","a","literal"]]}"#;
        let gold = read(line.as_bytes()).unwrap().remove(0);
        let found = compare(&gold, &[]);
        assert!(!found.miss);
        assert_eq!((found.all().gold, found.all().personal), (1, 0));
    }

    #[test]
    fn token_corpora_are_judged_by_whole_tokens_and_their_own_types() {
        let line = r#"{"tokens":["Anna","Kowalski-Brandt","in","Köln",",","Hof","5"],
            "tags":["B-PER","I-PER","O","B-LOC","O","B-LOC","B-IGN"],"annotated":["PER","LOC"]}"#;
        let gold = read(line.replace('\n', " ").as_bytes()).unwrap().remove(0);
        let at = |what: &str| {
            let start = gold.text.find(what).unwrap();
            start..start + what.len()
        };
        let claims = [
            claim(at("Anna Kowalski"), EntityType::Person),
            claim(at("Hof"), EntityType::Street),
            claim(at("Köln"), EntityType::City),
            claim(at("5"), EntityType::Location),
            claim(at("in"), EntityType::Organization),
        ];
        let found = compare(&gold, &claims);
        let (person, place) = (found.of(EntityType::Person), found.of(EntityType::Location));
        assert_eq!(
            (person.claimed, person.strict),
            (1, 1),
            "half a token is whole"
        );
        assert_eq!(
            (place.claimed, place.strict),
            (2, 2),
            "a street is a place here; IGN is not judged"
        );
        assert_eq!(
            found.of(EntityType::Organization).claimed,
            0,
            "not annotated"
        );
    }
}
