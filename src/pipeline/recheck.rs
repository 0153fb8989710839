//! The recognizers once more, over what was written. Text that stands in the
//! copy as it stood in the original was examined with the same eyes before, so
//! only segments that changed are examined again; that keeps the cost low.

use std::collections::HashSet;

use super::Pipeline;
use crate::document::{Document, Edit, Location};
use crate::entity::EntityType;
use crate::error::Result;
use crate::policy::Action;
use crate::token;

/// More places than a person looks at are left out.
const MAX_PLACES: usize = 100;

impl Pipeline {
    /// What is still found in the changed segments of a copy, stand-ins apart.
    ///
    /// # Errors
    /// If a recognizer fails: what was not examined is not delivered.
    pub(super) fn recheck(
        &self,
        original: &Document,
        edits: &[Edit],
        copy: &Document,
    ) -> Result<Vec<(EntityType, Location)>> {
        let known: HashSet<&str> = original.segments().iter().map(|s| s.text()).collect();
        let mut changed = Document::new();
        for segment in copy.segments() {
            if !known.contains(segment.text()) && !segment.is_again() {
                changed.push(segment.clone());
            }
        }
        if changed.segments().is_empty() {
            return Ok(Vec::new());
        }
        let stand_ins: HashSet<&str> = edits.iter().map(|edit| edit.with.as_str()).collect();
        let mut left = Vec::new();
        for mention in self.examine(&changed)?.mentions {
            let Some(segment) = changed.segments().get(mention.span.segment()) else {
                continue;
            };
            let kept = self.policy.action(mention.entity_type) == Action::Keep;
            let range = mention.span.start()..mention.span.end();
            if kept || is_stand_in(segment.text(), &range, &stand_ins) {
                continue;
            }
            let place = (mention.entity_type, segment.location());
            if !left.contains(&place) && left.len() < MAX_PLACES {
                left.push(place);
            }
        }
        Ok(left)
    }
}

/// Whether a place touches a token or another stand-in.
fn is_stand_in(text: &str, range: &std::ops::Range<usize>, stand_ins: &HashSet<&str>) -> bool {
    let touches =
        |other: &std::ops::Range<usize>| other.start < range.end && range.start < other.end;
    if token::find_all(text).any(|token| touches(&token)) {
        return true;
    }
    let found = text.get(range.clone()).unwrap_or_default();
    stand_ins.iter().any(|stand_in| {
        !stand_in.is_empty()
            && (stand_in.contains(found)
                || text
                    .match_indices(*stand_in)
                    .any(|(at, _)| touches(&(at..at + stand_in.len()))))
    })
}
