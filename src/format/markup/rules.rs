//! What elements and attributes can mean, and the names that are replaced in
//! the same way in all parts of a file. The tables of the formats speak in
//! these terms; [`super::walk`] acts on them.

use std::collections::HashMap;

use super::formula::Split;
use super::piece::Text;
use super::scan::{Attribute, NamespaceTable, Tag, UNKNOWN};
use crate::error::Result;

/// What an element means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Nothing by itself; character data in it is a segment of its own.
    Pass,
    /// A paragraph.
    Block,
    /// A paragraph with character data of its own.
    TextBlock,
    /// Its character data is text of the paragraph around it.
    Text,
    /// The same, and blanks at the ends count only with `xml:space`.
    SpacedText,
    /// Its character data is one segment of this name.
    Own(&'static str),
    /// Its character data is a number, an index or a code word.
    Mute,
    /// Stands for these characters.
    Char(&'static str),
    /// A formula.
    Formula,
    /// A page header with codes.
    HeaderCodes,
    /// Its content is a picture in base 64.
    Picture,
    /// Its content is replaced by this word.
    Replace(&'static str),
    /// Its content is read by someone else, token by token.
    Hole,
    /// Left out with its content.
    Drop,
    /// Left out together with the nearest element of this local name around it.
    DropAround(&'static str),
    /// Its tags are left out, its content stays.
    Unwrap,
    /// Nothing by itself; if the part it points to is left out, the nearest
    /// element of this local name around it goes too.
    HangsOn(&'static str),
    /// Says that the end of the paragraph around it was deleted: if nothing is
    /// left in the paragraph, it is left out.
    EndDeleted,
    /// A table, a row or a cell.
    Table,
    /// See [`Role::Table`].
    Row,
    /// See [`Role::Table`].
    Cell,
    /// How many columns the cell around it spans.
    Span(usize),
    /// Text that a tracked change takes away.
    Deleted,
    /// Text that a tracked change brings.
    Inserted,
    /// A field starts: instruction first.
    FieldBegin,
    /// From here on the field's result.
    FieldSplit,
    /// The field ends.
    FieldEnd,
    /// Shows the same as another element, for older programs.
    Repeat,
}

/// What becomes of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// A number, an id, a code word: kept.
    Keep,
    /// Text: a segment of this name.
    Words(&'static str),
    /// A fixed value instead.
    Set(&'static str),
    /// Left out.
    Remove,
    /// The name of a bookmark: renamed everywhere in the same way.
    Mark,
    /// The id of a style: renamed everywhere unless it is built in.
    Style,
    /// The name of a person who worked on the file: replaced by a number.
    Person,
    /// A field's instruction.
    Field,
    /// A formula.
    Formula,
    /// The value of a cell, or its type, beside the text that is shown.
    Typed,
    /// An address inside the package or outside.
    Href,
    /// The name of the next sheet.
    Sheet,
    /// A name that formulas use: renamed everywhere.
    Defined,
    /// Unknown: a segment if it could be words.
    Unsure,
    /// Known, and no words as a rule: a segment if it is clearly text.
    Loose,
}

/// An element with what stands around it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context<'c, 'a> {
    /// The element.
    pub(crate) tag: &'c Tag<'a>,
    /// Its attributes.
    pub(crate) attributes: &'c [Attribute<'a>],
    /// Short namespace name and local name of the element around it.
    pub(crate) parent: (&'static str, &'a str),
}

impl Context<'_, '_> {
    /// The raw value of an attribute by its local name.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|a| a.name == name)
            .map(|a| a.raw)
    }

    /// Short namespace name and local name.
    pub(crate) const fn name(&self) -> (&'static str, &str) {
        (self.tag.ns, self.tag.name)
    }
}

/// What elements and attributes of one kind of part mean.
pub(crate) struct Rules {
    /// The namespaces that the table knows.
    pub(crate) namespaces: NamespaceTable,
    /// Whether end tags may be missing, as in old drawings.
    pub(crate) tolerant: bool,
    /// How formulas are taken apart.
    pub(crate) formula: fn(&Text, &mut Names) -> Result<Split>,
    /// For elements.
    pub(crate) role: fn(&Context<'_, '_>) -> Role,
    /// For attributes.
    pub(crate) rule: fn(&Context<'_, '_>, &Attribute<'_>) -> Rule,
}

/// A relation of the part that is walked.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    /// Whether the part it leads to stays.
    pub(crate) stays: bool,
    /// Its new id, if its old one was made of words.
    pub(crate) new: Option<String>,
}

/// Names that are replaced in the same way in all parts of a file.
#[derive(Default)]
pub(crate) struct Names {
    people: Vec<String>,
    marks: Vec<String>,
    styles: HashMap<String, String>,
    sheets: Vec<String>,
    others: Vec<String>,
    defined: HashMap<String, String>,
    parts: HashMap<String, String>,
}

impl Names {
    /// The stand-in for a person who worked on the file.
    pub(crate) fn person(&mut self, name: &str) -> String {
        format!("Autor {}", number(&mut self.people, name))
    }

    /// The new name of a bookmark; names that programs give are kept.
    pub(crate) fn mark(&mut self, name: &str) -> String {
        const GIVEN: [&str; 7] = [
            "_Toc", "_Ref", "_Hlk", "_Hlt", "_GoBack", "OLE_LINK", "_top",
        ];
        let is_given = GIVEN.iter().any(|given| {
            name.strip_prefix(given)
                .is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit()))
        });
        if is_given || name.is_empty() {
            return name.to_owned();
        }
        format!("Marke_{}", number(&mut self.marks, name))
    }

    /// Notes a style whose id is to be renamed; `id` as written in the part.
    pub(crate) fn add_style(&mut self, id: &str) {
        let new = format!("Vorlage{}", self.styles.len() + 1);
        self.styles.entry(id.to_owned()).or_insert(new);
    }

    /// The new id of a style that was noted.
    pub(crate) fn style(&self, id: &str) -> Option<&String> {
        self.styles.get(id)
    }

    /// Notes the next sheet of a workbook.
    pub(crate) fn add_sheet(&mut self, name: &str) {
        self.sheets.push(name.to_lowercase());
    }

    /// Which sheet has a name, from 0.
    pub(crate) fn sheet(&self, name: &str) -> Option<usize> {
        let name = name.to_lowercase();
        self.sheets.iter().position(|known| *known == name)
    }

    /// Notes a name that formulas use and its new name.
    pub(crate) fn add_defined(&mut self, name: &str, new: &str) {
        self.defined.insert(name.to_lowercase(), new.to_owned());
    }

    /// The new name of one that formulas use.
    pub(crate) fn defined(&self, name: &str) -> Option<&str> {
        self.defined.get(&name.to_lowercase()).map(String::as_str)
    }

    /// The new name of one that formulas use, noted or not.
    pub(crate) fn defined_or_new(&mut self, name: &str) -> String {
        if let Some(new) = self.defined(name) {
            return new.to_owned();
        }
        let new = format!("Name_{}", self.n_defined() + 1);
        self.add_defined(name, &new);
        new
    }

    /// The new name of a sheet that the file does not have.
    pub(crate) fn other_sheet(&mut self, name: &str) -> String {
        format!("Blatt_{}", number(&mut self.others, name))
    }

    /// How many names were noted.
    pub(crate) fn n_defined(&self) -> usize {
        self.defined.len()
    }

    /// Notes a picture; its name is changed unless a program gave it.
    pub(crate) fn add_part(&mut self, name: &str) {
        let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
        let (stem, extension) = file.rsplit_once('.').unwrap_or((file, "bin"));
        let word = stem.trim_end_matches(|c: char| c.is_ascii_digit());
        let is_number = stem.len() >= 8 && stem.bytes().all(|b| b.is_ascii_hexdigit());
        let is_given = matches!(word, "" | "image" | "graphics" | "Bild_" | "TablePreview");
        if is_number || is_given {
            return;
        }
        let new = format!("{folder}/Bild_{}.{extension}", self.parts.len() + 1);
        self.parts.insert(name.to_owned(), new);
    }

    /// The new name of a picture, if it has one.
    pub(crate) fn part(&self, name: &str) -> Option<&str> {
        self.parts.get(name).map(String::as_str)
    }

    /// Whether a bookmark of this name was seen.
    pub(crate) fn is_mark(&self, name: &str) -> bool {
        self.marks.iter().any(|known| known == name)
    }
}

fn number(known: &mut Vec<String>, name: &str) -> usize {
    let at = known.iter().position(|k| k == name);
    at.unwrap_or_else(|| {
        known.push(name.to_owned());
        known.len() - 1
    }) + 1
}

/// Whether nothing is known about an element.
pub(crate) fn is_unknown(context: &Context<'_, '_>) -> bool {
    context.tag.ns == UNKNOWN
}
