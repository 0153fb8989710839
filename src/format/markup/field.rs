//! The instructions of Word fields. Bookmarks in them are renamed, paths to
//! other files are taken out, and what is left is text to search.

use super::piece::Text;
use super::rules::Names;
use super::splice::{Splice, Splices};
use crate::error::Result;

/// An instruction, taken apart.
#[derive(Default)]
pub(crate) struct Split {
    /// What is searched.
    pub(crate) texts: Vec<Text>,
    /// What is always changed.
    pub(crate) fixed: Vec<Splice>,
}

/// Fields whose first argument is a bookmark.
const MARK_FIELDS: [&str; 8] = [
    "REF",
    "PAGEREF",
    "NOTEREF",
    "FTNREF",
    "ASK",
    "SET",
    "GOTOBUTTON",
    "TOC",
];
/// Fields whose arguments are paths, queries or names of data sources.
const PATH_FIELDS: [&str; 11] = [
    "INCLUDETEXT",
    "INCLUDEPICTURE",
    "INCLUDE",
    "IMPORT",
    "LINK",
    "DDE",
    "DDEAUTO",
    "DATABASE",
    "RD",
    "EMBED",
    "DATA",
];

/// The words that start an instruction; they are never text.
const VERBS: [&str; 62] = [
    "ADVANCE",
    "ASK",
    "AUTHOR",
    "AUTONUM",
    "AUTOTEXT",
    "AUTOTEXTLIST",
    "BARCODE",
    "BIBLIOGRAPHY",
    "CITATION",
    "COMMENTS",
    "COMPARE",
    "CREATEDATE",
    "DATE",
    "DOCPROPERTY",
    "DOCVARIABLE",
    "EDITTIME",
    "EMBED",
    "EQ",
    "FILENAME",
    "FILESIZE",
    "FILLIN",
    "FORMCHECKBOX",
    "FORMDROPDOWN",
    "FORMTEXT",
    "GOTOBUTTON",
    "GREETINGLINE",
    "HYPERLINK",
    "IF",
    "INCLUDEPICTURE",
    "INCLUDETEXT",
    "INDEX",
    "INFO",
    "KEYWORDS",
    "LASTSAVEDBY",
    "LINK",
    "LISTNUM",
    "MACROBUTTON",
    "MERGEFIELD",
    "NEXT",
    "NOTEREF",
    "NUMCHARS",
    "NUMPAGES",
    "NUMWORDS",
    "PAGE",
    "PAGEREF",
    "PRINTDATE",
    "QUOTE",
    "REF",
    "SAVEDATE",
    "SECTION",
    "SECTIONPAGES",
    "SEQ",
    "SET",
    "STYLEREF",
    "SUBJECT",
    "SYMBOL",
    "TA",
    "TC",
    "TIME",
    "TITLE",
    "TOC",
    "XE",
];

/// Takes an instruction apart.
pub(crate) fn split(instruction: Text, names: &mut Names) -> Result<Split> {
    let arguments = arguments(&instruction.text);
    let text = |(start, end): (usize, usize)| instruction.text.get(start..end).unwrap_or_default();
    let verb = arguments.first().map(|a| text(*a).to_ascii_uppercase());
    let verb = verb.unwrap_or_default();
    let mut changes = Vec::new();
    let mut before = "";
    for (n, argument) in arguments.iter().enumerate() {
        let value = text(*argument);
        let is_switch = value.starts_with('\\') && !value.starts_with("\\\\");
        if is_switch {
            before = value;
            continue;
        }
        let is_mark = (MARK_FIELDS.contains(&verb.as_str()) && n == 1 && verb != "TOC")
            || (verb == "HYPERLINK" && before == "\\l")
            || (verb == "TOC" && before == "\\b")
            || (n == 0 && names.is_mark(value));
        if n == 0 && VERBS.contains(&verb.as_str()) {
            changes.push((*argument, value.to_owned()));
        } else if is_mark {
            changes.push((*argument, names.mark(value)));
        } else if n > 0 && (PATH_FIELDS.contains(&verb.as_str()) || is_path(value)) {
            changes.push((*argument, "x".to_owned()));
        }
        before = "";
    }
    if changes.is_empty() {
        return Ok(Split {
            texts: vec![instruction],
            fixed: Vec::new(),
        });
    }
    take_out(&instruction, &changes)
}

/// Changes some stretches for good and returns what stands between them.
fn take_out(instruction: &Text, changes: &[((usize, usize), String)]) -> Result<Split> {
    let mut splices = Splices::default();
    let mut split = Split::default();
    let mut at = 0;
    for ((start, end), new) in changes {
        let old = instruction.text.get(*start..*end).unwrap_or_default();
        if old != new {
            let segment = (instruction.text.as_str(), instruction.pieces.as_slice());
            splices.edit(segment, (*start, *end), new, false)?;
        }
        split.texts.push(instruction.slice(at, *start));
        at = *end;
    }
    split
        .texts
        .push(instruction.slice(at, instruction.text.len()));
    split.fixed = splices.with_fixed(&[]);
    Ok(split)
}

/// Whether an argument names a file on some disk or share.
fn is_path(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    lower.starts_with("file:")
        || lower.starts_with("\\\\")
        || lower.get(1..3) == Some(":\\")
        || lower.get(1..3) == Some(":/")
}

/// The arguments of an instruction, without their quotes.
fn arguments(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut rest = text.char_indices().peekable();
    while let Some((start, c)) = rest.next() {
        if c.is_whitespace() {
            continue;
        }
        let quoted = matches!(c, '"' | '\u{201C}' | '\u{201E}');
        let is_end = |c: char| {
            if quoted {
                matches!(c, '"' | '\u{201D}' | '\u{201C}')
            } else {
                c.is_whitespace()
            }
        };
        let from = if quoted { start + c.len_utf8() } else { start };
        let mut end = start + c.len_utf8();
        while let Some((at, c)) = rest.peek().copied() {
            if is_end(c) {
                break;
            }
            end = at + c.len_utf8();
            rest.next();
        }
        if quoted {
            rest.next();
        }
        found.push((from, end.max(from)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::piece::Codec;
    use super::super::splice::apply;
    use super::*;

    fn both(instruction: &str) -> (String, Vec<String>) {
        let mut text = Text::default();
        text.raw(instruction, 0, Codec::Text, 0);
        let split = split(text, &mut Names::default()).unwrap();
        let out = apply(instruction, &split.fixed).unwrap();
        (out, split.texts.into_iter().map(|t| t.text).collect())
    }

    #[test]
    fn bookmarks_are_renamed_and_paths_taken_out() {
        let (out, texts) = both(" REF Erika_M \\h ");
        assert_eq!(out, " REF Marke_1 \\h ");
        assert_eq!(texts, [" ", " ", " \\h "]);
        assert_eq!(
            both("HYPERLINK \"http://x\" \\l \"Erika\"").0,
            "HYPERLINK \"http://x\" \\l \"Marke_1\""
        );
        assert_eq!(
            both("INCLUDETEXT \"C:\\\\Erika\\\\a.docx\" \\! ").0,
            "INCLUDETEXT \"x\" \\! "
        );
        assert_eq!(both("PAGEREF _Toc123 \\h").0, "PAGEREF _Toc123 \\h");
        assert_eq!(both("MERGEFIELD Name").1, ["", " Name"]);
    }
}
