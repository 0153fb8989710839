//! What surrounds a place: the words before and behind it, the labels of its
//! segment, the header of its column. Which of it confirms or opposes a claim is
//! decided here; what the words mean is data in `rules/words.rs`.

use std::ops::Range;

use crate::detect::context::{Hit, Topics, left_of, right_of};
use crate::detect::table::{Cell, header_at};

/// What a rule may see of a segment beside its text.
pub(super) struct Scene<'a> {
    pub(super) text: &'a str,
    pub(super) hits: &'a [Hit],
    /// Topics of the labels.
    pub(super) labels: Topics,
    /// Topics of the line before the segment.
    pub(super) above: Topics,
    /// Places of tokens of our own, in order.
    pub(super) masked: &'a [Range<usize>],
    /// Cells of tables drawn in the text, and what their headers speak of.
    pub(super) cells: &'a [Cell],
    pub(super) headers: &'a [Topics],
}

impl Scene<'_> {
    /// Claims below this are not made.
    pub(super) const LEAST: f32 = 0.4;
    /// How far to the left a label may stand, in bytes.
    const REACH: usize = 90;

    /// What stands before and behind a place on its line, as far as a rule may look.
    pub(super) fn around(&self, range: &Range<usize>) -> (&str, &str) {
        let before = left_of(self.text, range.start, 300).rsplit('\n').next();
        let after = right_of(self.text, range.end, 100).split('\n').next();
        (
            before.unwrap_or_default(),
            after.unwrap_or_default().trim_end_matches('\r'),
        )
    }

    /// Whether nearby words confirm or oppose a claim. The nearest word to the
    /// left decides; one further left counts if nothing stands between.
    pub(super) fn context(
        &self,
        range: &Range<usize>,
        context: Topics,
        against: Topics,
    ) -> (bool, bool) {
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
    pub(super) fn header(&self, range: &Range<usize>) -> Topics {
        header_at(self.cells, range.start)
            .and_then(|index| self.headers.get(index).copied())
            .unwrap_or_default()
    }

    /// Whether a value fills a cell of a table, so that a comma beside it separates.
    pub(super) fn is_cell(&self, range: &Range<usize>) -> bool {
        let cell = header_at(self.cells, range.start).and_then(|index| self.cells.get(index));
        cell.is_some_and(|cell| cell.range == *range)
    }

    /// All topics that could confirm a claim around a place, whatever stands between.
    pub(super) fn near(&self, at: usize) -> Topics {
        let from = self
            .hits
            .partition_point(|hit| hit.end + Self::REACH + 40 < at);
        let hits = self.hits.get(from..).unwrap_or_default();
        let hits = hits.iter().take_while(|hit| hit.start < at + 100);
        let near = hits.fold(self.labels.with(self.above), |all, hit| {
            all.with(hit.topics)
        });
        near.with(self.header(&(at..at)))
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
        let in_table = header_at(self.cells, start).is_some();
        let lines = gap.bytes().filter(|b| *b == b'\n').count();
        let own = gap.rsplit('\n').next().unwrap_or_default();
        if lines > 1
            || (lines == 1 && in_table)
            || (lines == 1 && own.chars().filter(|c| c.is_alphanumeric()).count() > 3)
        {
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
            && range.start < 40
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
