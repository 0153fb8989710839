//! What a plan means for pages that OCR has read: which words are painted over,
//! what is written on the covers, and whether the covered page still reads like
//! the original.

use std::collections::HashMap;

use super::geometry::{Rect, count, small, wide};
use super::interpret::Analysis;
use super::paint::{self, Areas};
use super::plan::{Plan, key};
use super::reading::{ENOUGH, SeenWord, n_letters};
use super::sight::Seen;
use crate::document::Location;
use crate::error::{Error, ErrorKind, Result};

/// A text to be written over a covered place.
pub(super) struct Placed {
    pub(super) text: String,
    /// The word it begins in.
    pub(super) word: SeenWord,
    /// Room to the next word that stays.
    pub(super) room: f64,
}

/// What a plan means for the words of one page.
pub(super) struct Changes {
    pub(super) placed: Vec<Placed>,
    /// What is painted over.
    pub(super) covered: Vec<Rect>,
}

/// Which words go and what is written in their place.
pub(super) fn changes(seen: &Seen, plan: &Plan) -> Changes {
    let mut out = Changes {
        placed: Vec::new(),
        covered: Vec::new(),
    };
    // The line of the last word that went, while nothing that stays follows it.
    let mut open = None;
    for (index, word) in seen.words.iter().enumerate() {
        let fate = |at: usize| plan.gone.get(&(word.show, 0, small(at)));
        let n = word.text.chars().count();
        if (0..n).all(|at| fate(at).is_none()) {
            open = None;
            continue;
        }
        out.covered.push(word.area);
        let (mut text, mut begins) = (String::new(), false);
        for (at, character) in word.text.chars().enumerate() {
            match fate(at) {
                None => text.push(character),
                Some(Some(stand_in)) => {
                    let stand_in = plan.stand_ins.get(wide(*stand_in));
                    text.push_str(stand_in.map_or("", |s| s.text.as_str()));
                    begins = true;
                }
                Some(None) => {}
            }
        }
        let room = room(word, &seen.words, index, plan);
        match out.placed.last_mut() {
            // The rest of a name leaves its room to the stand-in.
            Some(last) if !begins && open == Some(word.line) => last.text.push_str(&text),
            _ if text.is_empty() => {}
            _ => out.placed.push(Placed {
                text,
                word: word.clone(),
                room,
            }),
        }
        open = Some(word.line);
    }
    out
}

/// From the start of a word to what stays or is written at its right: the next
/// word at that height, or where the text of the page ends.
fn room(word: &SeenWord, words: &[SeenWord], index: usize, plan: &Plan) -> f64 {
    let (sin, cos) = word.angle.to_radians().sin_cos();
    let mut end = word.width;
    let mut next = f64::INFINITY;
    for (_, other) in words.iter().enumerate().filter(|(at, _)| *at != index) {
        let dx = other.origin.0 - word.origin.0;
        let dy = other.origin.1 - word.origin.1;
        let (along, above) = (dx * cos + dy * sin, dy * cos - dx * sin);
        end = end.max(along + other.width);
        // The rest of a name leaves its room to the stand-in.
        let leaves = plan.gone.get(&(other.show, 0, 0)) == Some(&None);
        if above.abs() < word.size && along > 0.0 && !leaves {
            next = next.min(along - 0.25 * word.size);
        }
    }
    end.min(next).max(word.width)
}

/// Notes what lies under the words that go: pictures to paint over, and glyphs
/// that do not tell what they show.
///
/// # Errors
/// If something there can neither be painted over nor taken out.
pub(super) fn under(
    analysis: &Analysis,
    seen: &[Seen],
    plan: &mut Plan,
    areas: &mut Areas,
) -> Result<Vec<(u32, Changes)>> {
    let mut out = Vec::new();
    for page in seen {
        let changes = changes(page, plan);
        if changes.covered.is_empty() {
            continue;
        }
        for unit in analysis
            .units
            .iter()
            .filter(|u| !u.apart && u.page == page.page)
        {
            for area in &changes.covered {
                paint::note(unit, *area, true, areas)?;
            }
        }
        take_out(analysis, page, &changes.covered, plan);
        out.push((page.page, changes));
    }
    Ok(out)
}

fn take_out(analysis: &Analysis, page: &Seen, covered: &[Rect], plan: &mut Plan) {
    for glyph in analysis.glyphs.get(page.blind.clone()).unwrap_or_default() {
        let own = paint::bounds(glyph, 0.0, 0.7);
        let inside = |area: &Rect| area.common(own).area() > 0.25 * own.area();
        if covered.iter().any(inside) {
            plan.gone.entry(key(glyph)).or_insert(None);
        }
    }
}

/// Whether the pages read after painting over say what they said, the covered
/// words apart.
///
/// # Errors
/// If a covered place still shows letters, or much of the rest reads otherwise.
pub(super) fn compare(before: &Seen, changes: &Changes, after: &[SeenWord]) -> Result<()> {
    const STILL_THERE: f64 = 0.5;
    const SAME: f64 = 0.8;
    let place = Location::new("page").number(before.page);
    let is_covered = |word: &SeenWord| {
        let inside = |area: &Rect| area.common(word.area).area() > STILL_THERE * word.area.area();
        changes.covered.iter().any(inside)
    };
    if after
        .iter()
        .any(|word| n_letters(&word.text) > 1 && is_covered(word))
    {
        let what = "letters can still be read at a covered place of a picture";
        return Err(Error::new(ErrorKind::Leak, what).at(place));
    }
    let mut left: HashMap<char, usize> = HashMap::new();
    for character in after.iter().flat_map(|word| word.text.chars()) {
        *left.entry(character).or_default() += 1;
    }
    let (mut all, mut found) = (0_usize, 0_usize);
    let stays = before
        .words
        .iter()
        .filter(|word| !changes.covered.contains(&word.area));
    for character in stays.flat_map(|word| word.text.chars()) {
        all += 1;
        if let Some(n) = left.get_mut(&character).filter(|n| **n > 0) {
            *n -= 1;
            found += 1;
        }
    }
    if all >= ENOUGH && count(found) < SAME * count(all) {
        let what =
            "the covered picture reads otherwise than the original outside the covered places";
        return Err(Error::new(ErrorKind::Fidelity, what).at(place));
    }
    Ok(())
}
