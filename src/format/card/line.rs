//! Content lines of cards and calendars: folded at 75 bytes, a name,
//! parameters, a value.

use std::ops::Range;

use crate::format::spliced::Draft;

/// The content lines: physical lines with those that continue them.
pub(super) fn lines(text: &str) -> Vec<Range<usize>> {
    let mut lines: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    let mut soft = false;
    for line in text.split_inclusive('\n') {
        let end = at + line.trim_end_matches(['\r', '\n']).len();
        let content = text.get(at..end).unwrap_or_default();
        let continues = soft || content.starts_with([' ', '\t']);
        match lines.last_mut().filter(|_| continues) {
            Some(last) => last.end = end,
            None => lines.push(at..end),
        }
        // vCard 2.1: a line in quoted-printable ends in a soft line end.
        let whole = lines
            .last()
            .and_then(|range| text.get(range.clone()))
            .unwrap_or_default();
        soft = content.ends_with('=') && is_printable_quoted(whole);
        at += line.len();
    }
    lines
}

fn is_printable_quoted(line: &str) -> bool {
    let head = line.split(':').next().unwrap_or_default();
    head.to_ascii_uppercase().contains("QUOTED-PRINTABLE")
}

/// One content line, unfolded, still with its escapes.
pub(super) struct Line<'a> {
    pub(super) source: &'a str,
    pub(super) range: Range<usize>,
    pub(super) text: Draft,
    /// Source position of each unfolded piece: where it starts in `text` and in the source.
    pieces: Vec<(usize, usize)>,
    /// Where the colon before the value stands in `text`.
    pub(super) colon: usize,
}

impl<'a> Line<'a> {
    pub(super) fn new(source: &'a str, range: Range<usize>) -> Self {
        let raw = source.get(range.clone()).unwrap_or_default();
        let quoted = is_printable_quoted(raw);
        let mut text = Draft::default();
        let mut pieces = Vec::new();
        let mut at = range.start;
        for (index, line) in raw.split_inclusive('\n').enumerate() {
            let body = line.trim_end_matches(['\r', '\n']);
            let folded = index > 0 && body.starts_with([' ', '\t']);
            let skip = usize::from(folded);
            let mut body = body.get(skip..).unwrap_or_default();
            if quoted && line.len() > body.len() + skip {
                body = body.strip_suffix('=').unwrap_or(body);
            }
            pieces.push((text.text().len(), at + skip));
            text.literal(body, at + skip);
            at += line.len();
        }
        let colon = colon(text.text()).unwrap_or_else(|| text.text().len());
        Self {
            source,
            range,
            text,
            pieces,
            colon,
        }
    }

    pub(super) fn name(&self) -> &str {
        let text = self.text.text();
        let end = text.find([';', ':']).unwrap_or(text.len());
        let name = text.get(..end).unwrap_or_default();
        // Apple groups its properties: item1.EMAIL
        name.rsplit('.').next().unwrap_or(name).trim()
    }

    /// The place in the source of an offset in the unfolded text.
    fn place(&self, offset: usize) -> usize {
        let index = self.pieces.partition_point(|(start, _)| *start <= offset);
        let piece = self.pieces.get(index.saturating_sub(1));
        piece.map_or(self.range.start, |(start, source)| {
            source + (offset - start)
        })
    }

    /// Adds a stretch of the unfolded text to a draft, folds left out.
    pub(super) fn literal(&self, range: Range<usize>, draft: &mut Draft) {
        let mut at = range.start;
        while at < range.end {
            let index = self.pieces.partition_point(|(start, _)| *start <= at);
            let next = self
                .pieces
                .get(index)
                .map_or(range.end, |(start, _)| *start);
            let end = next.min(range.end);
            draft.literal(
                self.text.text().get(at..end).unwrap_or_default(),
                self.place(at),
            );
            at = end;
        }
    }

    /// Adds what an escape means to a draft.
    pub(super) fn decoded(&self, text: &str, range: Range<usize>, draft: &mut Draft) {
        let end = self.place(range.end.saturating_sub(1)) + 1;
        draft.decoded(text, self.place(range.start)..end);
    }

    pub(super) fn parameters(&self) -> Vec<(String, Range<usize>)> {
        let head = self.text.text().get(..self.colon).unwrap_or_default();
        let mut found = Vec::new();
        let mut at = head.find(';').map_or(head.len(), |at| at + 1);
        while at < head.len() {
            let rest = head.get(at..).unwrap_or_default();
            let end = at + outside_quotes(rest, ';').unwrap_or(rest.len());
            let parameter = head.get(at..end).unwrap_or_default();
            let (name, value) = parameter.split_once('=').unwrap_or(("", parameter));
            let name = if name.is_empty() { value } else { name };
            found.push((name.trim().to_ascii_uppercase(), end - value.len()..end));
            at = end + 1;
        }
        found
    }
}

/// The colon that ends the parameters, not one in quotes.
fn colon(text: &str) -> Option<usize> {
    outside_quotes(text, ':')
}

fn outside_quotes(text: &str, sign: char) -> Option<usize> {
    let mut quoted = false;
    text.char_indices().find_map(|(at, c)| {
        quoted ^= c == '"';
        (c == sign && !quoted).then_some(at)
    })
}
