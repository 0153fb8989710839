//! YAML. A reader of its own finds scalars line by line: plain, in single and
//! double quotes, in blocks (`|`, `>`), in flow lists; keys are labels, and
//! segments where they are no identifiers; comments are segments. A plain
//! scalar that is replaced is written in double quotes, so that a token in
//! brackets does not turn into a list.

use std::sync::Arc;

use super::encoding::Decoded;
use super::json::BLOBS;
use super::spliced::{Draft, Escape, Spliced, as_it_is, is_base64_blob, nth};
use super::{Format, OpenFile, ReadOptions};
use crate::document::{Location, NoticeKind, SegmentKind};
use crate::error::{Error, ErrorKind, Result};

/// YAML.
#[derive(Clone, Copy, Debug)]
pub struct Yaml;

impl Format for Yaml {
    fn name(&self) -> &'static str {
        "yaml"
    }

    fn accepts(&self, _head: &[u8], extension: &str) -> bool {
        matches!(extension, "yaml" | "yml")
    }

    fn open(&self, input: Vec<u8>, _options: &ReadOptions) -> Result<Box<dyn OpenFile>> {
        let source = Decoded::new(&input)?;
        let text = source.text.clone();
        let mut reader = Reader {
            text: &text,
            at: 0,
            file: Spliced::new(source),
            label: None,
        };
        while reader.at < text.len() {
            reader.line()?;
        }
        Ok(Box::new(reader.file))
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    file: Spliced,
    label: Option<Arc<str>>,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// The rest of the current line, without its end.
    fn line_rest(&self) -> &'a str {
        let rest = self.rest();
        let end = rest.find('\n').unwrap_or(rest.len());
        let line = rest.get(..end).unwrap_or_default();
        line.strip_suffix('\r').unwrap_or(line)
    }

    fn next_line(&mut self) {
        let rest = self.rest();
        self.at += rest.find('\n').map_or(rest.len(), |end| end + 1);
    }

    fn blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t']).len();
    }

    /// One line, with the lines that belong to its scalar.
    fn line(&mut self) -> Result<()> {
        let indent = self.line_rest().len() - self.line_rest().trim_start_matches(' ').len();
        self.blanks();
        if self.line_rest().starts_with('%') && indent == 0 {
            let end = self.at + self.line_rest().len();
            self.plain(end);
        }
        for mark in ["---", "..."] {
            if indent == 0 && self.line_rest().starts_with(mark) {
                self.at += mark.len();
            }
        }
        loop {
            self.blanks();
            let rest = self.line_rest();
            let is_item = ["-", "?", ":"].iter().any(|mark| {
                rest.strip_prefix(mark)
                    .is_some_and(|after| after.is_empty() || after.starts_with([' ', '\t']))
            });
            if is_item {
                self.at += 1;
            } else if rest.starts_with(['!', '&']) && !rest.starts_with("! ") {
                // A tag or an anchor.
                self.at += rest.find([' ', '\t']).unwrap_or(rest.len());
            } else if !self.key()? {
                break;
            }
        }
        self.value(indent)?;
        self.comment();
        self.next_line();
        Ok(())
    }

    /// Reads a key with its colon, if one stands here.
    fn key(&mut self) -> Result<bool> {
        let rest = self.line_rest();
        let (length, draft, escape): (usize, Draft, Escape) = match rest.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                let Some(end) = closing(rest, quote) else {
                    return Ok(false);
                };
                let draft = quoted(rest.get(1..end).unwrap_or_default(), self.at + 1, quote)?;
                (
                    end + 1,
                    draft,
                    if quote == '"' { in_double } else { in_single },
                )
            }
            Some('{' | '[' | '#' | '|' | '>') | None => return Ok(false),
            Some(_) => {
                let colon = rest.match_indices(':').map(|(at, _)| at).find(|at| {
                    rest.get(at + 1..)
                        .is_none_or(|after| after.is_empty() || after.starts_with([' ', '\t']))
                });
                let Some(colon) = colon else { return Ok(false) };
                let name = rest.get(..colon).unwrap_or_default().trim_end();
                if name.contains(" #") {
                    return Ok(false);
                }
                let mut draft = Draft::default();
                draft.literal(name, self.at);
                (colon, draft, in_double_quotes)
            }
        };
        let after = rest.get(length..).unwrap_or_default().trim_start();
        if !after
            .strip_prefix(':')
            .is_some_and(|value| value.is_empty() || value.starts_with([' ', '\t']))
        {
            return Ok(false);
        }
        let colon = rest.len() - after.len();
        let label: Arc<str> = draft.text().into();
        let is_name = label.chars().all(|c| {
            c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-' | '.' | '/')
        }) && label.bytes().filter(u8::is_ascii_digit).count() < 5;
        if !is_name {
            let kind = SegmentKind::Attribute { name: "key" };
            let whole = self.at..self.at + length;
            let at = self.place();
            if rest.starts_with(['"', '\'']) {
                self.file.push(draft, kind, at, escape);
            } else {
                self.file.push_whole(draft, kind, at, whole, escape);
            }
        }
        self.label = Some(label);
        self.at += colon + 1;
        Ok(true)
    }

    fn place(&self) -> Location {
        Location::new("value").number(nth(self.file.n_segments()))
    }

    fn value(&mut self, indent: usize) -> Result<()> {
        let rest = self.line_rest();
        match rest.chars().next() {
            Some(quote @ ('"' | '\'')) => self.quoted_value(quote),
            Some('|' | '>') => {
                self.block(indent);
                Ok(())
            }
            Some('{' | '[') => self.flow(),
            Some('#') | None => Ok(()),
            Some(_) => {
                let end = rest
                    .find(" #")
                    .or_else(|| rest.find("\t#"))
                    .unwrap_or(rest.len());
                let end = self.at + rest.get(..end).unwrap_or_default().trim_end().len();
                let end = self.continued(end, indent);
                self.plain(end);
                Ok(())
            }
        }
    }

    /// The end of a plain scalar that goes on over deeper lines without colon.
    fn continued(&self, end: usize, indent: usize) -> usize {
        let mut end = end;
        loop {
            let rest = self.text.get(end..).unwrap_or_default();
            let Some(line_end) = rest
                .find('\n')
                .filter(|at| rest.get(..*at).is_some_and(|r| r.trim().is_empty()))
            else {
                return end;
            };
            let next = rest.get(line_end + 1..).unwrap_or_default();
            let line = next.split('\n').next().unwrap_or_default().trim_end();
            let body = line.trim_start();
            let is_more = !body.is_empty()
                && line.len() - body.len() > indent
                && !body.starts_with(['#', '-'])
                && !body.contains(": ")
                && !body.contains(" #")
                && !body.ends_with(':');
            if !is_more {
                return end;
            }
            end += line_end + 1 + line.len();
        }
    }

    fn plain(&mut self, end: usize) {
        let raw = self.text.get(self.at..end).unwrap_or_default();
        let mut draft = Draft::default();
        draft.literal(raw, self.at);
        let whole = self.at..end;
        let kind = SegmentKind::FormField {
            label: self.label.clone(),
        };
        let at = self.place();
        self.file
            .push_whole(draft, kind, at, whole, in_double_quotes);
        self.at = end;
    }

    fn quoted_value(&mut self, quote: char) -> Result<()> {
        let rest = self.rest();
        let end = closing(rest, quote).ok_or_else(|| broken("a quoted YAML value has no end"))?;
        let draft = quoted(rest.get(1..end).unwrap_or_default(), self.at + 1, quote)?;
        let range = self.at + 1..self.at + end;
        self.at += end + 1;
        if is_base64_blob(draft.text()) {
            self.drop_blob(range);
            return Ok(());
        }
        let kind = SegmentKind::FormField {
            label: self.label.clone(),
        };
        let at = self.place();
        self.file.push(
            draft,
            kind,
            at,
            if quote == '"' { in_double } else { in_single },
        );
        Ok(())
    }

    fn drop_blob(&mut self, range: std::ops::Range<usize>) {
        self.file.cut(range, "");
        self.file.document.notice(NoticeKind::Dropped, BLOBS, 1);
    }

    /// The lines of a block scalar; each paragraph is a segment.
    fn block(&mut self, indent: usize) {
        let header = self.line_rest();
        if let Some(comment) = header.find(" #") {
            self.at += comment;
            self.comment();
        }
        self.next_line();
        let start = self.at;
        let mut end = self.at;
        let mut draft = Draft::default();
        let mut paragraphs = Vec::new();
        while self.at < self.text.len() {
            let line = self.line_rest();
            let body = line.trim_start_matches(' ');
            if body.trim().is_empty() {
                paragraphs.push(std::mem::take(&mut draft));
            } else if line.len() - body.len() > indent || (indent == 0 && line.starts_with(' ')) {
                if !draft.text().is_empty() {
                    draft.joint("\n");
                }
                draft.literal(body, self.at + line.len() - body.len());
                end = self.at + line.len();
            } else {
                break;
            }
            self.next_line();
        }
        paragraphs.push(draft);
        if is_base64_blob(self.text.get(start..end).unwrap_or_default()) {
            self.drop_blob(start..end);
        } else {
            for draft in paragraphs {
                let kind = SegmentKind::FormField {
                    label: self.label.clone(),
                };
                let at = self.place();
                self.file.push(draft, kind, at, as_it_is);
            }
        }
        // The caller goes on to the next line.
        self.at = self
            .text
            .get(..self.at)
            .and_then(|t| t.strip_suffix('\n'))
            .map_or(self.at, str::len);
    }

    /// Lists and maps in brackets, over lines if need be.
    fn flow(&mut self) -> Result<()> {
        let mut depth = 0_usize;
        loop {
            let rest = self.rest();
            let Some(c) = rest.chars().next() else {
                return Err(broken("a YAML list in brackets has no end"));
            };
            match c {
                '{' | '[' => {
                    depth += 1;
                    if depth > 1_000 {
                        return Err(Error::new(ErrorKind::Limit, "values are nested too deeply"));
                    }
                    self.at += 1;
                }
                '}' | ']' => {
                    self.at += 1;
                    depth -= 1;
                    if depth == 0 {
                        return Ok(());
                    }
                }
                '"' | '\'' => self.quoted_value(c)?,
                '#' => self.comment(),
                ',' | ':' | ' ' | '\t' | '\r' | '\n' => self.at += 1,
                _ => {
                    let end = rest
                        .char_indices()
                        .find(|(at, c)| match c {
                            ',' | ']' | '}' | '[' | '{' | '\n' | '\r' => true,
                            ':' => rest
                                .get(at + 1..)
                                .is_some_and(|after| after.starts_with([' ', '\n', ','])),
                            '#' => rest.get(..*at).is_some_and(|before| before.ends_with(' ')),
                            _ => false,
                        })
                        .map_or(rest.len(), |(at, _)| at);
                    let raw = rest.get(..end.max(1)).unwrap_or(rest).trim_end();
                    self.plain(self.at + raw.len().max(1));
                }
            }
        }
    }

    fn comment(&mut self) {
        self.blanks();
        let line = self.line_rest();
        if let Some(text) = line.strip_prefix('#') {
            let mut draft = Draft::default();
            draft.literal(text, self.at + 1);
            let kind = SegmentKind::Attribute { name: "comment" };
            let at = Location::new("comment").number(nth(self.file.n_segments()));
            self.file.push(draft, kind, at, as_it_is);
            self.at += line.len();
        }
    }
}

/// Where the quote that closes a quoted scalar stands.
fn closing(text: &str, quote: char) -> Option<usize> {
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c == '\\' && quote == '"' {
            chars.next();
        } else if c == quote {
            if quote == '\'' && chars.peek().is_some_and(|(_, next)| *next == quote) {
                chars.next();
            } else {
                return Some(at);
            }
        }
    }
    None
}

/// The text between quotes, which stands at `at`.
fn quoted(raw: &str, at: usize, quote: char) -> Result<Draft> {
    let mut draft = Draft::default();
    let mut from = 0;
    let sign = if quote == '"' { '\\' } else { '\'' };
    while let Some(found) = raw.get(from..).and_then(|rest| rest.find(sign)) {
        let start = from + found;
        draft.literal(raw.get(from..start).unwrap_or_default(), at + from);
        let rest = raw.get(start..).unwrap_or_default();
        let (c, length) = if quote == '"' {
            unescape(rest).ok_or_else(|| broken("an escape in a YAML value"))?
        } else {
            (Some('\''), 2)
        };
        from = start + length;
        if let Some(c) = c {
            draft.decoded(c.encode_utf8(&mut [0; 4]), at + start..at + from);
        }
    }
    draft.literal(raw.get(from..).unwrap_or_default(), at + from);
    Ok(draft)
}

/// What an escape means (an escaped line end means nothing), and its length.
fn unescape(text: &str) -> Option<(Option<char>, usize)> {
    let c = text.chars().nth(1)?;
    let hex = |n: usize| {
        let code = u32::from_str_radix(text.get(2..2 + n)?, 16).ok()?;
        Some((Some(char::from_u32(code).unwrap_or('\u{FFFD}')), 2 + n))
    };
    let plain = match c {
        'x' => return hex(2),
        'u' => return hex(4),
        'U' => return hex(8),
        '\n' => return Some((None, 2)),
        '\r' => return Some((None, 3)),
        'n' | 'N' | 'L' | 'P' => '\n',
        't' | '\t' => '\t',
        'r' => '\r',
        '_' => '\u{A0}',
        '0' | 'a' | 'b' | 'e' | 'f' | 'v' => '\u{FFFD}',
        '"' | '\\' | '/' | ' ' => c,
        _ => return None,
    };
    Some((Some(plain), 2))
}

fn in_double(text: &str) -> String {
    let whole = serde_json::Value::String(text.to_owned()).to_string();
    let inner = whole.get(1..whole.len().saturating_sub(1));
    inner.unwrap_or_default().to_owned()
}

fn in_single(text: &str) -> String {
    text.replace('\'', "''")
}

/// A plain scalar as a quoted one; the line ends of a long one are folded.
fn in_double_quotes(text: &str) -> String {
    let words: Vec<&str> = text.split('\n').map(str::trim).collect();
    format!("\"{}\"", in_double(&words.join(" ")))
}

fn broken(what: &'static str) -> Error {
    Error::new(ErrorKind::Broken, what)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::spliced::replaced;

    fn open(input: &str) -> Result<Box<dyn OpenFile>> {
        Yaml.open(input.as_bytes().to_vec(), &ReadOptions::default())
    }

    fn texts(input: &str) -> Vec<String> {
        let file = open(input).unwrap();
        assert_eq!(file.rewrite(&[]).unwrap(), input.as_bytes());
        file.document()
            .segments()
            .iter()
            .map(|s| s.text().to_owned())
            .collect()
    }

    fn replace(input: &str, old: &str, new: &str) -> String {
        replaced(&*open(input).unwrap(), old, new)
    }

    #[test]
    fn every_kind_of_scalar_is_read() {
        let input = "---\n# von Max\nname: Max Müller # Chef\r\nliste:\n  - \"a\\u00fcb\"\n  - 'it''s'\n  - {ort: Köln, plz: \"50667\"}\ntext: |\n  Zeile eins\n  Zeile zwei\n\n  Absatz\nEnde: [a, b c]\n";
        assert_eq!(
            texts(input),
            [
                " von Max",
                "Max Müller",
                " Chef",
                "aüb",
                "it's",
                "ort",
                "Köln",
                "plz",
                "50667",
                "Zeile eins\nZeile zwei",
                "Absatz",
                "Ende",
                "a",
                "b c"
            ]
        );
        let file = open(input).unwrap();
        assert_eq!(
            file.document().segments()[1]
                .kind()
                .labels()
                .collect::<Vec<_>>(),
            ["name"]
        );
    }

    #[test]
    fn a_token_stays_a_string() {
        assert_eq!(
            replace("a: Max Müller # x\n", "Max", "[P]"),
            "a: \"[P] Müller\" # x\n"
        );
        assert_eq!(replace("a: 'Max'\n", "Max", "o'x"), "a: 'o''x'\n");
        assert_eq!(replace("a: \"Max\"\n", "Max", "\""), "a: \"\\\"\"\n");
        assert_eq!(replace("- [Max, b]\n", "Max", "[P]"), "- [\"[P]\", b]\n");
        assert_eq!(
            replace("a: >\n  Max\n  Müller\n", "Max\nMüller", "[P]"),
            "a: >\n  [P]\n  \n"
        );
        assert_eq!(replace("Max M: 1\n", "Max M", "[P]"), "\"[P]\": 1\n");
    }

    #[test]
    fn open_quotes_and_brackets_are_refused() {
        for input in ["a: \"x", "a: [x", "a: 'x\nb: y\n"] {
            assert_eq!(
                open(input).err().unwrap().kind(),
                ErrorKind::Broken,
                "{input}"
            );
        }
        assert_eq!(
            open(&format!("a: {}", "[".repeat(5_000)))
                .err()
                .unwrap()
                .kind(),
            ErrorKind::Limit
        );
    }
}
