//! RTF. Groups that describe the document, embed objects or pictures, or are
//! unknown go; what is left is text with formatting, whose characters may be
//! bytes of a code page, escapes or Unicode numbers. Formatting stays byte for
//! byte; replaced text is written in ASCII.

mod charset;
mod word;

use std::collections::HashMap;
use std::ops::Range;

use encoding_rs::Encoding;

use super::encoding::Decoded;
use super::spliced::{Draft, Spliced, nth};
use super::{Format, OpenFile, ReadOptions};
use crate::document::{Bilingual, Location, NoticeKind, SegmentKind};
use crate::error::{Error, ErrorKind, Result};
use charset::{charset, code_page};
use word::{escape, word};

const GROUPS: Bilingual = Bilingual {
    de: "beschreibende, eingebettete und unbekannte Teile (RTF)",
    en: "describing, embedded and unknown parts (RTF)",
};
const PICTURES: Bilingual = Bilingual {
    de: "Bilder (RTF)",
    en: "pictures (RTF)",
};
/// Real files stay under 60.
const MAX_DEPTH: usize = 1_000;

/// Ignorable groups that are text or formatting.
const KEPT: &[&str] = &[
    "fldinst",
    "ud",
    "cs",
    "ts",
    "ds",
    "listtable",
    "listoverridetable",
    "listpicture",
    "defchp",
    "defpap",
    "nesttableprops",
    "shpinst",
    "footnote",
    "pnseclvl",
    "pn",
    "pntxta",
    "pntxtb",
    "colorschememapping",
];
/// Groups that go although a reader must know them.
const DROPPED: &[&str] = &[
    "info",
    "object",
    "objdata",
    "datafield",
    "private",
    "annotation",
    "atnid",
    "atnauthor",
    "bkmkstart",
    "bkmkend",
    "nonshppict",
    "xe",
    "tc",
    "listname",
    "filetbl",
    "revtbl",
    "themedata",
    "datastore",
    "latentstyles",
];
/// Groups whose text is no text of the document.
const TABLES: &[&str] = &[
    "fonttbl",
    "colortbl",
    "listtable",
    "listoverridetable",
    "rsidtbl",
    "pnseclvl",
    "colorschememapping",
    "leveltext",
    "levelnumbers",
];

/// Rich Text Format.
#[derive(Clone, Copy, Debug)]
pub struct Rtf;

impl Format for Rtf {
    fn name(&self) -> &'static str {
        "rtf"
    }

    fn accepts(&self, head: &[u8], extension: &str) -> bool {
        extension == "rtf" || (extension == "doc" && head.starts_with(b"{\\rtf"))
    }

    fn open(&self, input: Vec<u8>, _options: &ReadOptions) -> Result<Box<dyn OpenFile>> {
        if !input.starts_with(b"{\\rtf") {
            return Err(broken("the file does not begin as RTF"));
        }
        let source = Decoded::bytewise(&input);
        let text = source.text.clone();
        let mut reader = Reader {
            text: &text,
            at: 0,
            file: Spliced::new(source),
            draft: Draft::default(),
            groups: vec![Group::default()],
            fonts: HashMap::new(),
            code_page: encoding_rs::WINDOWS_1252,
            half: None,
        };
        reader.all()?;
        Ok(Box::new(reader.file))
    }
}

/// What holds inside of a group.
#[derive(Clone)]
struct Group {
    /// Characters that stand for a Unicode number in old readers.
    n_fallback: usize,
    font: i32,
    /// Whether the text is a table of the format.
    is_table: bool,
    is_styles: bool,
}

impl Default for Group {
    fn default() -> Self {
        Self {
            n_fallback: 1,
            font: -1,
            is_table: false,
            is_styles: false,
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    file: Spliced,
    draft: Draft,
    groups: Vec<Group>,
    fonts: HashMap<i32, &'static Encoding>,
    code_page: &'static Encoding,
    /// The first half of a character in two Unicode numbers, and where it starts.
    half: Option<(u16, usize)>,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn all(&mut self) -> Result<()> {
        while let Some(c) = self.rest().chars().next() {
            match c {
                '{' => self.begin()?,
                '}' => {
                    self.at += 1;
                    self.groups.pop();
                    if self.groups.len() == 1 {
                        return self.end();
                    }
                    if self.groups.is_empty() {
                        break;
                    }
                }
                '\\' => self.control()?,
                '\r' | '\n' => self.at += 1,
                _ => self.plain(),
            }
        }
        Err(broken("the RTF ends before its last group is closed"))
    }

    /// What follows the last group is no part of the document.
    fn end(&mut self) -> Result<()> {
        self.flush();
        let rest = self.rest();
        if !rest.trim_matches(['\r', '\n', ' ', '\0']).is_empty() {
            self.file.cut(self.at..self.text.len(), "");
            self.file.document.notice(NoticeKind::Dropped, GROUPS, 1);
        }
        Ok(())
    }

    fn group(&self) -> Group {
        self.groups.last().cloned().unwrap_or_default()
    }

    fn begin(&mut self) -> Result<()> {
        if self.groups.len() > MAX_DEPTH {
            return Err(Error::new(ErrorKind::Limit, "groups are nested too deeply"));
        }
        let start = self.at;
        let inside = self
            .text
            .get(start + 1..)
            .unwrap_or_default()
            .trim_start_matches(['\r', '\n']);
        let ignorable = inside
            .strip_prefix("\\*")
            .map(|rest| rest.trim_start_matches(['\r', '\n', ' ']));
        let word = word(ignorable.unwrap_or(inside));
        let name = word.as_ref().map_or("", |word| word.name);
        let unknown = ignorable.is_some() && !KEPT.contains(&name);
        if matches!(name, "pict" | "shppict") || unknown || DROPPED.contains(&name) {
            let end = self.group_end(start)?;
            let what = if matches!(name, "pict" | "shppict") {
                PICTURES
            } else {
                GROUPS
            };
            // A control word before the group must not run into text behind it.
            let before = self
                .text
                .get(..start)
                .and_then(|text| text.chars().next_back());
            let runs_on = before.is_some_and(|c| c.is_ascii_alphanumeric());
            self.file.cut(start..end, if runs_on { "{}" } else { "" });
            self.file.document.notice(NoticeKind::Dropped, what, 1);
            self.at = end;
            return Ok(());
        }
        let mut group = self.group();
        group.is_table |= TABLES.contains(&name);
        group.is_styles |= name == "stylesheet";
        if matches!(
            name,
            "header"
                | "headerl"
                | "headerr"
                | "headerf"
                | "footer"
                | "footerl"
                | "footerr"
                | "footerf"
                | "footnote"
                | "fldinst"
                | "stylesheet"
                | "shptxt"
                | "sv"
        ) {
            self.flush();
        }
        self.groups.push(group);
        self.at += 1;
        Ok(())
    }

    /// One past the brace that closes the group at `start`.
    fn group_end(&self, start: usize) -> Result<usize> {
        let mut depth = 0_usize;
        let mut at = start;
        loop {
            let rest = self.text.get(at..).unwrap_or_default();
            let Some(next) = rest.find(['{', '}', '\\']) else {
                return Err(broken("the RTF ends before its last group is closed"));
            };
            at += next;
            let rest = rest.get(next..).unwrap_or_default();
            if rest.starts_with('\\') {
                match word(rest) {
                    Some(word) if word.name == "bin" => {
                        at += word.length;
                        at = self.skip_bytes(at, word.number.unwrap_or(0))?;
                    }
                    Some(word) => at += word.length,
                    None => at += 1 + rest.chars().nth(1).map_or(0, char::len_utf8),
                }
                continue;
            }
            at += 1;
            if rest.starts_with('{') {
                depth += 1;
            } else {
                depth -= 1;
                if depth == 0 {
                    return Ok(at);
                }
            }
        }
    }

    fn skip_bytes(&self, at: usize, n: i32) -> Result<usize> {
        let n = usize::try_from(n).map_err(|_| broken("a length below zero"))?;
        let rest = self.text.get(at..).unwrap_or_default();
        let mut ends = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
        ends.nth(n)
            .map(|end| at + end)
            .ok_or_else(|| broken("binary data has no end"))
    }

    fn control(&mut self) -> Result<()> {
        let rest = self.rest();
        let start = self.at;
        let Some(word) = word(rest) else {
            return self.symbol();
        };
        if word.name == "u" {
            self.unicode(word.number.unwrap_or(0), word.length);
            return Ok(());
        }
        self.at += word.length;
        let range = start..self.at;
        match word.name {
            "par" | "cell" | "row" | "nestcell" | "nestrow" | "sect" | "page" | "column"
            | "trowd" | "intbl" => self.flush(),
            "line" | "softline" | "lbr" => self.draft.joint("\n"),
            "tab" => self.draft.joint("\t"),
            "emdash" => self.draft.decoded("\u{2014}", range),
            "endash" => self.draft.decoded("\u{2013}", range),
            "lquote" => self.draft.decoded("\u{2018}", range),
            "rquote" => self.draft.decoded("\u{2019}", range),
            "ldblquote" => self.draft.decoded("\u{201C}", range),
            "rdblquote" => self.draft.decoded("\u{201D}", range),
            "bullet" => self.draft.decoded("\u{2022}", range),
            "emspace" | "enspace" | "qmspace" => self.draft.decoded(" ", range),
            "bin" => return Err(Error::new(ErrorKind::Refused, "binary data among the text")),
            name => self.state(name, word.number),
        }
        Ok(())
    }

    /// Words that decide how bytes are read.
    fn state(&mut self, name: &str, number: Option<i32>) {
        let Some(group) = self.groups.last_mut() else {
            return;
        };
        match (name, number) {
            ("uc", Some(n)) => group.n_fallback = usize::try_from(n).unwrap_or(1).min(16),
            ("f", Some(n)) => group.font = n,
            ("plain", _) => group.font = -1,
            ("fcharset", Some(n)) if group.is_table => {
                if let Some(encoding) = charset(n) {
                    self.fonts.insert(group.font, encoding);
                }
            }
            ("ansicpg", Some(n)) => {
                let label = format!("windows-{n}");
                if let Some(encoding) =
                    Encoding::for_label(label.as_bytes()).or_else(|| code_page(n))
                {
                    self.code_page = encoding;
                }
            }
            ("mac", _) => self.code_page = encoding_rs::MACINTOSH,
            _ => {}
        }
    }

    fn symbol(&mut self) -> Result<()> {
        let rest = self.rest();
        let start = self.at;
        let c = rest
            .chars()
            .nth(1)
            .ok_or_else(|| broken("the RTF ends in a control sign"))?;
        if c == '\'' {
            self.bytes();
            return Ok(());
        }
        self.at += 1 + c.len_utf8();
        let range = start..self.at;
        match c {
            '\\' | '{' | '}' => self.push(c.encode_utf8(&mut [0; 4]), range),
            '~' => self.push("\u{A0}", range),
            '_' => self.push("-", range),
            '\r' | '\n' => self.flush(),
            // An optional hyphen is not seen; other signs are no text.
            _ => {}
        }
        Ok(())
    }

    fn push(&mut self, text: &str, range: Range<usize>) {
        if !self.group().is_table {
            self.draft.decoded(text, range);
        }
    }

    fn plain(&mut self) {
        let rest = self.rest();
        let stop = |c: char| matches!(c, '{' | '}' | '\\' | '\r' | '\n') || !c.is_ascii();
        let end = rest.find(stop).unwrap_or(rest.len());
        if end == 0 {
            self.bytes();
            return;
        }
        let text = rest.get(..end).unwrap_or_default();
        let group = self.group();
        if !group.is_table {
            self.draft.literal(text, self.at);
            if group.is_styles && text.contains(';') {
                self.flush();
            }
        }
        self.at += end;
    }

    /// A run of bytes above ASCII, raw or as `\'fc`.
    fn bytes(&mut self) {
        let font = self.group().font;
        let encoding = self.fonts.get(&font).copied().unwrap_or(self.code_page);
        let mut bytes = Vec::new();
        let start = self.at;
        loop {
            let rest = self.rest();
            let from = self.at;
            if let Some(digits) = rest.strip_prefix("\\'") {
                let byte = digits
                    .get(..2)
                    .and_then(|digits| u8::from_str_radix(digits, 16).ok());
                self.at += if byte.is_some() { 4 } else { 2 };
                bytes.push(byte.unwrap_or(b'?'));
            } else if let Some(c) = rest.chars().next().filter(|c| !c.is_ascii()) {
                self.at += c.len_utf8();
                bytes.extend_from_slice(
                    &encoding_rs::WINDOWS_1252
                        .encode(c.encode_utf8(&mut [0; 4]))
                        .0,
                );
            } else {
                break;
            }
            if encoding.is_single_byte() {
                let text = encoding.decode_without_bom_handling(&bytes).0.into_owned();
                self.push(&text, from..self.at);
                bytes.clear();
            }
        }
        if !bytes.is_empty() {
            let text = encoding.decode_without_bom_handling(&bytes).0.into_owned();
            self.push(&text, start..self.at);
        }
    }

    /// A character by number, with what old readers show instead.
    fn unicode(&mut self, number: i32, length: usize) {
        let start = self.at;
        self.at += length;
        for _ in 0..self.group().n_fallback {
            let rest = self.rest();
            self.at += match rest.chars().next() {
                Some('\\') => match word(rest) {
                    _ if rest.starts_with("\\'") => 4.min(rest.len()),
                    Some(_) | None => break,
                },
                Some('{' | '}' | '\r' | '\n') | None => break,
                Some(c) => c.len_utf8(),
            };
        }
        let unit = u16::try_from(number.rem_euclid(65_536)).unwrap_or(0xFFFD);
        let (units, start) = match self.half.take() {
            Some((high, start)) => (vec![high, unit], start),
            None if (0xD800..0xDC00).contains(&unit) => {
                self.half = Some((unit, start));
                return;
            }
            None => (vec![unit], start),
        };
        let text = String::from_utf16_lossy(&units);
        self.push(&text, start..self.at);
    }

    fn flush(&mut self) {
        let draft = std::mem::take(&mut self.draft);
        let at = Location::new("text").paragraph(nth(self.file.n_segments()));
        self.file.push(draft, SegmentKind::Paragraph, at, escape);
    }
}

fn broken(what: &'static str) -> Error {
    Error::new(ErrorKind::Broken, what)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::spliced::replaced;

    const LETTER: &str = "{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0\\fcharset0 Arial;}{\\f1\\fcharset238 Arial CE;}}{\\info{\\author Max}}{\\*\\userprops Max}\\pard Herr \\b M\\'fcller\\b0  und {\\f1 \\'9akoda}\\par\\u220?ber \\u-10179?\\u-8704? x{\\object{\\*\\objdata 00}}{\\pict\\bin3 }}}}\\par {\\field{\\*\\fldinst{HYPERLINK \"mailto:max@x.de\"}}{\\fldrslt{hier}}}\\par }";

    fn open(input: &str) -> Result<Box<dyn OpenFile>> {
        Rtf.open(input.as_bytes().to_vec(), &ReadOptions::default())
    }

    #[test]
    fn text_in_every_way_of_writing_is_read() {
        let file = open(LETTER).unwrap();
        let texts: Vec<_> = file
            .document()
            .segments()
            .iter()
            .map(|s| s.text().trim().to_owned())
            .collect();
        assert_eq!(
            texts,
            [
                "Herr Müller und škoda",
                "Über \u{1F600} x",
                "HYPERLINK \"mailto:max@x.de\"hier"
            ]
        );
    }

    #[test]
    fn what_is_no_text_goes_and_edits_are_ascii() {
        let file = open(LETTER).unwrap();
        let output = replaced(&*file, "Müller", "Körner");
        assert!(
            output.contains("Herr \\b {}K{\\uc1\\u246?}rner{}{}\\b0  und"),
            "{output}"
        );
        for gone in ["Max", "userprops", "objdata", "pict"] {
            assert!(!output.contains(gone), "{gone} in {output}");
        }
        let again = open(&output).unwrap();
        assert_eq!(
            again.document().segments()[0].text(),
            "Herr Körner und škoda"
        );
        assert_eq!(
            String::from_utf8(again.rewrite(&[]).unwrap()).unwrap(),
            output
        );
        assert!(again.document().notices().is_empty());
        assert!(replaced(&*file, "max@x.de", "[E]").contains("\"mailto:[E]\""));
    }

    #[test]
    fn broken_files_are_refused() {
        for input in [
            "",
            "x",
            "{\\rtf1",
            "{\\rtf1 {\\pict\\bin99 }}",
            "{\\rtf1 \\bin3 abc}",
            "{\\rtf1 \\",
        ] {
            assert!(open(input).is_err(), "{input}");
        }
        let deep = format!("{{\\rtf1{}", "{".repeat(100_000));
        assert_eq!(open(&deep).err().unwrap().kind(), ErrorKind::Limit);
    }
}
