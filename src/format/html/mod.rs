//! HTML. Text between tags is joined over inline tags and cut at block tags;
//! cells know their column; attributes, comments, conditional comments, titles
//! and JSON in scripts are read; other scripts are emptied. Hidden text is text.
//! Edits are splices: markup stays byte for byte.

mod attributes;
mod token;

use std::ops::Range;
use std::sync::Arc;

use encoding_rs::Encoding;

use super::encoding::Decoded;
use super::json;
use super::spliced::{Draft, Spliced, nth};
use super::xml::{in_comment, in_text};
use super::{Format, OpenFile, ReadOptions};
use crate::document::{Bilingual, Location, NoticeKind, Role, SegmentKind};
use crate::error::{Error, ErrorKind, Result};
use attributes::SCRIPTS;
use token::{Tag, Token, Tokenizer, reference};

const UNFINISHED: Bilingual = Bilingual {
    de: "abgeschnittene HTML-Auszeichnung",
    en: "HTML tags cut off at the end",
};
/// Conditional comments in conditional comments; real ones have one level.
const MAX_DEPTH: u32 = 8;
/// Tables in tables of real mails reach 30.
const MAX_TABLES: usize = 200;

/// Tags within a line of text.
const INLINE: &[&str] = &[
    "a",
    "abbr",
    "acronym",
    "b",
    "bdi",
    "bdo",
    "big",
    "cite",
    "code",
    "data",
    "del",
    "dfn",
    "em",
    "font",
    "i",
    "ins",
    "kbd",
    "label",
    "mark",
    "nobr",
    "o:p",
    "q",
    "s",
    "samp",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "sup",
    "time",
    "tt",
    "u",
    "var",
    "wbr",
    "st1:personname",
    "st1:place",
    "st1:city",
    "tspan",
    "img",
];

/// HTML.
#[derive(Clone, Copy, Debug)]
pub struct Html;

impl Format for Html {
    fn name(&self) -> &'static str {
        "html"
    }

    fn accepts(&self, _head: &[u8], extension: &str) -> bool {
        matches!(extension, "html" | "htm" | "xhtml" | "shtml" | "xht")
    }

    fn open(&self, input: Vec<u8>, _options: &ReadOptions) -> Result<Box<dyn OpenFile>> {
        open(&input, None)
    }
}

/// Opens HTML whose container says in which encoding it is.
///
/// # Errors
/// If its encoding cannot be told or it is nested too deeply.
pub(super) fn open(input: &[u8], charset: Option<&'static Encoding>) -> Result<Box<dyn OpenFile>> {
    let source = Decoded::declared(input, charset.or_else(|| declared(input)))?;
    let text = source.text.clone();
    let mut file = Spliced::new(source);
    let mut reader = Reader {
        text: &text,
        file: &mut file,
        draft: Draft::default(),
        tables: Vec::new(),
        role: Role::Body,
        verbatim: 0,
    };
    reader.all(0..text.len(), 0)?;
    reader.flush();
    Ok(Box::new(file))
}

/// The encoding that a `meta` tag or an XML declaration names.
fn declared(input: &[u8]) -> Option<&'static Encoding> {
    let head = input.get(..2048).unwrap_or(input);
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let (_, rest) = head
        .split_once("charset=")
        .or_else(|| head.split_once("encoding="))?;
    let label = rest.trim_start_matches(['"', '\'', ' ']);
    let end = label.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | ':'))?;
    let encoding = Encoding::for_label(label.get(..end)?.as_bytes())?;
    // A page that could be read so far is not in UTF-16.
    encoding.is_ascii_compatible().then_some(encoding)
}

struct Reader<'a> {
    text: &'a str,
    file: &'a mut Spliced,
    draft: Draft,
    tables: Vec<Table>,
    role: Role,
    /// Inside of how many elements that keep their blanks.
    verbatim: u32,
}

/// Where in a table the reader is.
#[derive(Default)]
struct Table {
    headers: Vec<Arc<str>>,
    row: u32,
    column: u32,
    label: Option<Arc<str>>,
    in_head: bool,
}

impl<'a> Reader<'a> {
    fn at(&self, range: &Range<usize>) -> &'a str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    fn all(&mut self, range: Range<usize>, depth: u32) -> Result<()> {
        if depth > MAX_DEPTH {
            return Err(Error::new(
                ErrorKind::Limit,
                "comments are nested too deeply",
            ));
        }
        let mut tokens = Tokenizer::new(self.text, range);
        while let Some(token) = tokens.next() {
            match token {
                Token::Text(range) => {
                    let mut draft = std::mem::take(&mut self.draft);
                    self.text_into(range, &mut draft, self.verbatim > 0);
                    self.draft = draft;
                }
                Token::Open(tag) => self.open(&tag, &mut tokens)?,
                Token::Close(name) => self.close(&name),
                Token::Comment(inner) => self.comment(inner, depth)?,
                Token::Doctype(inner) => self.doctype(inner),
                Token::Cut(range) => {
                    self.file.cut(range, "");
                    self.file
                        .document
                        .notice(NoticeKind::Dropped, UNFINISHED, 1);
                }
            }
        }
        Ok(())
    }

    /// Reads character data. Blanks become one space unless they count;
    /// characters that nobody sees are left out.
    fn text_into(&self, range: Range<usize>, draft: &mut Draft, verbatim: bool) {
        let text = self.at(&range);
        let mut at = 0;
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            let from = range.start + at;
            let special = |c: char| c == '&' || is_invisible(c) || (!verbatim && is_blank(c));
            let stop = rest.find(special).unwrap_or(rest.len());
            draft.literal(rest.get(..stop).unwrap_or_default(), from);
            at += stop;
            let rest = rest.get(stop..).unwrap_or_default();
            let from = from + stop;
            let blanks = rest.len() - rest.trim_start_matches(is_blank).len();
            if rest.is_empty() {
                break;
            }
            if blanks == 1 && rest.starts_with(' ') {
                draft.literal(" ", from);
                at += 1;
            } else if blanks > 0 && !verbatim {
                draft.decoded(" ", from..from + blanks);
                at += blanks;
            } else if let Some((meant, length)) = reference(rest) {
                if !meant.chars().all(is_invisible) {
                    draft.decoded(&meant, from..from + length);
                }
                at += length;
            } else {
                let c = rest.chars().next().unwrap_or(' ');
                if !is_invisible(c) {
                    draft.literal(rest.get(..c.len_utf8()).unwrap_or_default(), from);
                }
                at += c.len_utf8();
            }
        }
    }

    fn open(&mut self, tag: &Tag, tokens: &mut Tokenizer<'_>) -> Result<()> {
        let name = tag.name.as_str();
        if name == "br" {
            self.draft.joint("\n");
        } else if !INLINE.contains(&name) {
            self.flush();
            self.role = role(name).unwrap_or(self.role);
        }
        self.enter(name)?;
        self.attributes(tag);
        match name {
            "script" => {
                let kind = tag
                    .attributes
                    .iter()
                    .find(|attribute| attribute.name == "type");
                let kind = kind.map(|attribute| self.at(&attribute.value).to_ascii_lowercase());
                let range = tokens.raw(name);
                self.script(range, kind.is_some_and(|kind| kind.contains("json")));
            }
            "style" => {
                let range = tokens.raw(name);
                self.style(range);
            }
            "title" | "textarea" => {
                let range = tokens.raw(name);
                let mut draft = Draft::default();
                self.text_into(range, &mut draft, false);
                let kind = SegmentKind::Attribute {
                    name: if name == "title" { "title" } else { "field" },
                };
                let at = Location::new("page").paragraph(nth(self.file.n_segments()));
                self.file.push(draft, kind, at, in_text);
            }
            "pre" | "listing" | "xmp" | "plaintext" => self.verbatim += 1,
            _ => {}
        }
        Ok(())
    }

    /// Keeps account of tables.
    fn enter(&mut self, name: &str) -> Result<()> {
        if name == "table" {
            if self.tables.len() >= MAX_TABLES {
                return Err(Error::new(ErrorKind::Limit, "tables are nested too deeply"));
            }
            self.tables.push(Table::default());
        }
        let Some(table) = self.tables.last_mut() else {
            return Ok(());
        };
        match name {
            "tr" => {
                table.row = table.row.saturating_add(1);
                table.column = 0;
                table.label = None;
                table.in_head = false;
            }
            "td" | "th" => {
                table.column = table.column.saturating_add(1);
                table.in_head = name == "th" && table.row <= 1;
            }
            _ => {}
        }
        Ok(())
    }

    fn close(&mut self, name: &str) {
        if INLINE.contains(&name) {
            return;
        }
        self.flush();
        self.role = Role::Body;
        match name {
            "table" => {
                self.tables.pop();
            }
            "pre" | "listing" | "xmp" => self.verbatim = self.verbatim.saturating_sub(1),
            _ => {}
        }
    }

    fn flush(&mut self) {
        let draft = std::mem::take(&mut self.draft);
        if draft.is_blank() {
            return;
        }
        let n = nth(self.file.n_segments());
        let Some(table) = self.tables.last_mut().filter(|table| table.column > 0) else {
            let at = Location::new("page").paragraph(n);
            self.file.push(draft, SegmentKind::Paragraph, at, in_text);
            self.file.document.set_role(self.role);
            return;
        };
        let text: Arc<str> = draft.text().trim().into();
        let index = usize::try_from(table.column - 1).unwrap_or(usize::MAX);
        let kind = SegmentKind::TableCell {
            column: table
                .headers
                .get(index)
                .cloned()
                .filter(|header| !table.in_head && !header.is_empty()),
            row: table.label.clone(),
        };
        if table.in_head && index < 1_000 {
            table
                .headers
                .resize(table.headers.len().max(index + 1), "".into());
            if let Some(header) = table.headers.get_mut(index) {
                *header = text;
            }
        } else if index == 0 && text.len() <= 60 && !text.contains(|c: char| c.is_ascii_digit()) {
            table.label = Some(text);
        }
        let at = Location::new("table")
            .number(n)
            .cell(table.row, table.column);
        self.file.push(draft, kind, at, in_text);
    }

    fn comment(&mut self, inner: Range<usize>, depth: u32) -> Result<()> {
        let text = self.at(&inner);
        let body = text.trim_start();
        if body
            .get(..3)
            .is_some_and(|head| head.eq_ignore_ascii_case("[if"))
            && let Some(open) = text.find("]>")
        {
            // What Outlook reads of a page.
            self.flush();
            let end = text
                .rfind("<![")
                .filter(|end| *end >= open + 2)
                .unwrap_or(text.len());
            self.all(inner.start + open + 2..inner.start + end, depth + 1)?;
            self.flush();
            return Ok(());
        }
        // "[if !mso]" and "[endif]" that browsers take for comments.
        let lower = body.to_ascii_lowercase();
        let inner_words = lower.trim_end_matches(['-', '<', '!', ' ']);
        let is_condition =
            inner_words.starts_with("[if ") && lower.len() < 30 && !lower.contains('"');
        if inner_words == "[endif]" || is_condition {
            return Ok(());
        }
        let mut draft = Draft::default();
        self.text_into(inner, &mut draft, false);
        let kind = SegmentKind::Attribute { name: "comment" };
        let at = Location::new("comment").number(nth(self.file.n_segments()));
        self.file.push(draft, kind, at, in_comment);
        Ok(())
    }

    fn doctype(&mut self, inner: Range<usize>) {
        let text = self.at(&inner).to_ascii_lowercase();
        let known =
            text.trim() == "doctype html" || text.contains("//w3c//") || text.contains("//ietf//");
        if known && text.len() < 200 {
            return;
        }
        let mut draft = Draft::default();
        self.text_into(inner, &mut draft, false);
        let kind = SegmentKind::Attribute {
            name: "document type",
        };
        self.file
            .push(draft, kind, Location::new("page"), in_comment);
    }

    /// JSON is read, any other code goes.
    fn script(&mut self, range: Range<usize>, is_json: bool) {
        let text = self.at(&range);
        if text.trim().is_empty() {
            return;
        }
        if is_json {
            let state = self.file.state();
            if json::read(text, range.start, self.file).is_ok() {
                return;
            }
            self.file.restore(state);
        }
        self.file.cut(range, "");
        self.file.document.notice(NoticeKind::Dropped, SCRIPTS, 1);
    }
}

const fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n' | '\u{c}')
}

/// Characters that stand in words without being seen.
const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{AD}' | '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}' | '\u{34F}'
    )
}

fn role(name: &str) -> Option<Role> {
    Some(match name {
        "h1" => Role::Heading(1),
        "h2" => Role::Heading(2),
        "h3" => Role::Heading(3),
        "h4" => Role::Heading(4),
        "h5" => Role::Heading(5),
        "h6" => Role::Heading(6),
        "li" | "dt" | "dd" => Role::Item,
        _ => return None,
    })
}

#[cfg(test)]
#[allow(clippy::string_slice, reason = "a test may panic")]
mod tests {
    use super::*;
    use crate::format::spliced::replaced;

    fn read(input: &str) -> Vec<String> {
        let file = open(input.as_bytes(), None).unwrap();
        file.document()
            .segments()
            .iter()
            .map(|s| s.text().trim().to_owned())
            .collect()
    }

    fn replace(input: &str, old: &str, new: &str) -> String {
        replaced(&*open(input.as_bytes(), None).unwrap(), old, new)
    }

    #[test]
    fn a_name_over_tags_blanks_and_entities_is_one() {
        let input = "<p>Frau <b>Erika</b>\r\n   M&uuml;l&shy;ler<br>Köln</p><p hidden>x</p>";
        assert_eq!(read(input), ["Frau Erika Müller\nKöln", "x"]);
        assert_eq!(
            replace(input, "Erika Müller", "[P]"),
            "<p>Frau <b>[P]</b>&shy;<br>Köln</p><p hidden>x</p>"
        );
        assert_eq!(
            open(input.as_bytes(), None).unwrap().rewrite(&[]).unwrap(),
            input.as_bytes()
        );
    }

    #[test]
    fn attributes_comments_and_json_are_read() {
        let input = "<!DOCTYPE html><title>Akte &amp; Müller</title><meta name=author content=\"Max\"><a href='mailto:max%2Em@x.de?a=1&amp;b' class=k data-n=Max>z</a><img alt=Max src=a.png><!-- von Max --><!--[if mso]><p>Max</p><![endif]--><script type='application/ld+json'>{\"name\":\"Max\"}</script>";
        assert_eq!(
            read(input),
            [
                "Akte & Müller",
                "author",
                "Max",
                "mailto:max.m@x.de?a=1&b",
                "Max",
                "Max",
                "a.png",
                "von Max",
                "z",
                "Max",
                "Max"
            ]
        );
        let output = replace(input, "Max", "[P 1]");
        for expected in [
            "content=\"[P 1]\"",
            "data-n=\"[P 1]\"",
            "alt=\"[P 1]\"",
            "<!-- von [P 1] -->",
            "<p>[P 1]</p>",
            "\"name\":\"[P 1]\"",
        ] {
            assert!(output.contains(expected), "{output}");
        }
        assert!(replace(input, "max.m@x.de", "[E]").contains("'mailto:%5BE%5D?a=1&amp;b'"));
    }

    #[test]
    fn code_and_embedded_files_go() {
        let input = "<body onload=\"go('Max')\"><script>var n='Max'</script><img src=\"data:image/png;base64,AAAA\"><a href='javascript:x()'>y</a><style>/* Max */p{color:red} a::after{content:'Max'}</style></body>";
        let file = open(input.as_bytes(), None).unwrap();
        let output = String::from_utf8(file.rewrite(&[]).unwrap()).unwrap();
        assert_eq!(
            output,
            "<body onload=\"\"><script></script><img src=\"\"><a href=''>y</a><style>p{color:red} a::after{content:'Max'}</style></body>"
        );
        assert!(replace(input, "Max", "[P]").contains("content:'[P]'"));
        let again = open(output.as_bytes(), None).unwrap();
        assert_eq!(again.rewrite(&[]).unwrap(), output.as_bytes());
        assert!(again.document().notices().is_empty());
    }

    #[test]
    fn cells_know_their_column() {
        let input =
            "<table><tr><th>Name</th><th>Ort</th></tr><tr><td>Max</td><td>Köln</td></tr></table>";
        let file = open(input.as_bytes(), None).unwrap();
        let labels: Vec<Vec<_>> = file
            .document()
            .segments()
            .iter()
            .map(|s| s.kind().labels().map(str::to_owned).collect())
            .collect();
        assert_eq!(
            labels,
            [
                vec![],
                vec![],
                vec!["Name".to_owned()],
                vec!["Ort".to_owned(), "Max".to_owned()]
            ]
        );
    }

    #[test]
    fn the_declared_encoding_counts_and_a_cut_tag_goes() {
        let input = b"<meta charset=iso-8859-1><p>M\xFCller</p><a href='max";
        let file = open(input, None).unwrap();
        assert!(
            file.document()
                .segments()
                .iter()
                .any(|s| s.text() == "Müller")
        );
        assert_eq!(
            file.rewrite(&[]).unwrap(),
            b"<meta charset=iso-8859-1><p>M\xFCller</p>"
        );
    }

    #[test]
    fn nesting_is_limited() {
        let deep = "<table>".repeat(5_000);
        assert_eq!(
            open(deep.as_bytes(), None).err().unwrap().kind(),
            ErrorKind::Limit
        );
        assert!(open(b"\0\x01\x02", None).is_err());
    }
}
