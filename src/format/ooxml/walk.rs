//! Walks one XML part with a table of what its elements and attributes mean,
//! and comes back with the segments in it and with the splices that are always
//! made. Character data that no table speaks of becomes a segment of its own,
//! so that nothing is skipped because it is unknown.

use std::collections::HashSet;
use std::sync::Arc;

use super::field;
use super::names::NAMESPACES;
use super::table::Table;
use crate::document::{Location, SegmentKind};
use crate::error::Result;
use crate::format::markup::piece::{Codec, Text};
use crate::format::markup::scan::{Attribute, Scanner, Tag, Token, UNKNOWN};
use crate::format::markup::splice::{Splice, escape};

/// What an element means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Nothing by itself; character data in it is a segment of its own.
    Pass,
    /// A paragraph.
    Block,
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
    /// Left out with its content.
    Drop,
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
    /// The name of a person who worked on the file: replaced by a number.
    Person,
    /// A field's instruction.
    Field,
    /// Unknown: a segment if it could be words.
    Unsure,
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
    /// For elements.
    pub(crate) role: fn(&Context<'_, '_>) -> Role,
    /// For attributes.
    pub(crate) rule: fn(&Context<'_, '_>, &Attribute<'_>) -> Rule,
}

/// Names that are replaced in the same way in all parts of a file.
#[derive(Default)]
pub(crate) struct Names {
    people: Vec<String>,
    marks: Vec<String>,
}

impl Names {
    /// The stand-in for a person who worked on the file.
    fn person(&mut self, name: &str) -> String {
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

/// A segment found in a part.
pub(crate) struct Found {
    /// Its place in reading order.
    order: usize,
    pub(crate) kind: SegmentKind,
    pub(crate) text: Text,
    pub(crate) again: bool,
    pub(crate) place: Location,
}

impl Found {
    /// A segment that stands alone.
    pub(crate) const fn new(kind: SegmentKind, text: Text, place: Location) -> Self {
        Self {
            order: 0,
            kind,
            text,
            again: false,
            place,
        }
    }
}

/// What a part holds.
#[derive(Default)]
pub(crate) struct Walked {
    /// Its segments in reading order.
    pub(crate) found: Vec<Found>,
    /// Splices that are made whatever the edits are.
    pub(crate) fixed: Vec<Splice>,
}

struct Frame<'a> {
    ns: &'static str,
    name: &'a str,
    role: Role,
    start: usize,
    space: usize,
    own: Option<Text>,
    order: usize,
}

struct Block {
    order: usize,
    paragraph: u32,
    text: Text,
    /// The paragraph as it was before the tracked changes, once there is one.
    original: Option<Text>,
}

struct Field {
    order: usize,
    instruction: Text,
    in_result: bool,
}

/// The state of a walk.
pub(crate) struct Walk<'a, 'n> {
    text: &'a str,
    rules: &'a Rules,
    names: &'n mut Names,
    /// Ids of relations that are left out.
    gone: &'n HashSet<String>,
    place: Location,
    frames: Vec<Frame<'a>>,
    blocks: Vec<Block>,
    fields: Vec<Field>,
    tables: Vec<Table>,
    deleted: u32,
    inserted: u32,
    repeats: u32,
    n_paragraphs: u32,
    n_found: usize,
    out: Walked,
}

/// Walks a part.
///
/// # Errors
/// If it is not well-formed or hits a limit.
pub(crate) fn walk(
    text: &str,
    rules: &Rules,
    names: &mut Names,
    gone: &HashSet<String>,
    place: Location,
    tolerant: bool,
) -> Result<Walked> {
    let mut scanner = Scanner::new(text, NAMESPACES);
    if tolerant {
        scanner = scanner.tolerant();
    }
    let mut walk = Walk {
        text,
        rules,
        names,
        gone,
        place,
        frames: Vec::new(),
        blocks: Vec::new(),
        fields: Vec::new(),
        tables: Vec::new(),
        deleted: 0,
        inserted: 0,
        repeats: 0,
        n_paragraphs: 0,
        n_found: 0,
        out: Walked::default(),
    };
    while let Some(token) = scanner.next()? {
        walk.token(token, scanner.attributes())?;
    }
    walk.finish()
}

impl<'a> Walk<'a, '_> {
    fn token(&mut self, token: Token<'a>, attributes: &[Attribute<'a>]) -> Result<()> {
        let dropping = self.frames.last().is_some_and(|f| f.role == Role::Drop);
        match token {
            Token::Open(tag) if dropping => {
                if !tag.empty {
                    self.push_frame(&tag, Role::Drop, 0);
                }
            }
            Token::Open(tag) => self.open(&tag, attributes)?,
            Token::Close(_, end) => self.close(end)?,
            Token::Remark(start, end) if !dropping => self.remark(start, end),
            Token::Text(start, end) if !dropping => self.characters(start, end, Codec::Text),
            Token::Cdata(start, end) if !dropping => self.characters(start, end, Codec::Cdata),
            Token::Char(c, start, end) if !dropping => self.character(c, start, end),
            Token::Remark(..) | Token::Text(..) | Token::Cdata(..) | Token::Char(..) => {}
            Token::Declaration => {}
        }
        Ok(())
    }

    fn open(&mut self, tag: &Tag<'a>, attributes: &[Attribute<'a>]) -> Result<()> {
        let parent = self.frames.last().map_or(("", ""), |f| (f.ns, f.name));
        let context = Context {
            tag,
            attributes,
            parent,
        };
        let mut role = (self.rules.role)(&context);
        if self.lost_relation(&context) {
            role = Role::Drop;
        }
        if role == Role::Drop {
            if tag.empty {
                self.out.fixed.push(Splice::cut(tag.start, tag.end));
            } else {
                self.push_frame(tag, role, 0);
            }
            return Ok(());
        }
        for attribute in attributes {
            self.attribute(&context, attribute)?;
        }
        let has_space = attributes
            .iter()
            .any(|a| a.ns == "xml" && a.name == "space");
        let space = if role == Role::SpacedText && !has_space {
            tag.attribute_end()
        } else {
            0
        };
        self.enter(role);
        if !tag.empty {
            self.push_frame(tag, role, space);
            return Ok(());
        }
        if let Role::Char(shown) = role {
            self.element(shown, tag.start, tag.end);
        }
        self.leave(role)
    }

    fn push_frame(&mut self, tag: &Tag<'a>, role: Role, space: usize) {
        let order = self.next_order();
        self.frames.push(Frame {
            ns: tag.ns,
            name: tag.name,
            role,
            start: tag.start,
            space,
            own: None,
            order,
        });
    }

    fn close(&mut self, end: usize) -> Result<()> {
        // In a tolerant scan there may be more ends than starts.
        let Some(frame) = self.frames.pop() else {
            return Ok(());
        };
        if frame.role == Role::Drop {
            if self.frames.last().is_none_or(|f| f.role != Role::Drop) {
                self.out.fixed.push(Splice::cut(frame.start, end));
            }
            return Ok(());
        }
        if let Some(own) = frame.own {
            let kind = match frame.role {
                Role::Own(name) => SegmentKind::Attribute { name },
                _ => SegmentKind::Paragraph,
            };
            self.emit(frame.order, kind, own, self.repeats > 0);
        }
        if let Role::Char(shown) = frame.role {
            self.element(shown, frame.start, end);
        }
        self.leave(frame.role)
    }

    /// What a start tag does to the state.
    fn enter(&mut self, role: Role) {
        match role {
            Role::Block => {
                self.n_paragraphs = self.n_paragraphs.saturating_add(1);
                let order = self.next_order();
                self.blocks.push(Block {
                    order,
                    paragraph: self.n_paragraphs,
                    text: Text::default(),
                    original: None,
                });
            }
            Role::Table => self.tables.push(Table::default()),
            Role::Row => self.table(Table::start_row),
            Role::Cell => self.table(Table::start_cell),
            Role::Span(n) => self.table(|table| table.span(n)),
            Role::Deleted => self.deleted += 1,
            Role::Inserted => self.inserted += 1,
            Role::Repeat => self.repeats += 1,
            Role::FieldBegin => {
                let order = self.next_order();
                self.fields.push(Field {
                    order,
                    instruction: Text::default(),
                    in_result: false,
                });
            }
            _ => {}
        }
    }

    /// What an end tag does to the state.
    fn leave(&mut self, role: Role) -> Result<()> {
        match role {
            Role::Block => {
                if let Some(block) = self.blocks.pop() {
                    self.emit_block(block);
                }
            }
            Role::Table => {
                self.tables.pop();
            }
            Role::Cell => self.table(Table::end_cell),
            Role::Deleted => self.deleted -= 1,
            Role::Inserted => self.inserted -= 1,
            Role::Repeat => self.repeats -= 1,
            Role::FieldSplit => self.split_field()?,
            Role::FieldEnd => {
                self.split_field()?;
                self.fields.pop();
            }
            _ => {}
        }
        Ok(())
    }

    fn table(&mut self, change: impl FnOnce(&mut Table)) {
        if let Some(table) = self.tables.last_mut() {
            change(table);
        }
    }

    /// The instruction of the innermost field is complete.
    fn split_field(&mut self) -> Result<()> {
        let Some(field) = self.fields.last_mut() else {
            return Ok(());
        };
        if field.in_result {
            return Ok(());
        }
        field.in_result = true;
        let instruction = std::mem::take(&mut field.instruction);
        let order = field.order;
        self.instruction(order, instruction)
    }

    fn instruction(&mut self, order: usize, instruction: Text) -> Result<()> {
        let split = field::split(instruction, self.names)?;
        self.out.fixed.extend(split.fixed);
        for text in split.texts {
            let kind = SegmentKind::Attribute { name: "field" };
            self.emit(order, kind, text, self.repeats > 0);
        }
        Ok(())
    }

    /// A comment or an instruction to some program: never part of the text.
    fn remark(&mut self, start: usize, end: usize) {
        self.out.fixed.push(Splice::cut(start, end));
    }

    fn characters(&mut self, start: usize, end: usize, codec: Codec) {
        let text = self.text.get(start..end).unwrap_or_default();
        let is_blank = text.trim().is_empty();
        self.into_text(is_blank, |target, space| {
            target.raw(text, start, codec, space)
        });
    }

    fn character(&mut self, c: char, start: usize, end: usize) {
        let mut buffer = [0; 4];
        let shown = &*c.encode_utf8(&mut buffer);
        self.into_text(false, |target, space| {
            target.whole(shown, (start, end), Codec::Text, space);
        });
    }

    fn element(&mut self, shown: &str, start: usize, end: usize) {
        self.into_paragraph(|target| target.element(shown, start, end));
    }

    /// Gives character data to whom it belongs.
    fn into_text(&mut self, is_blank: bool, add: impl Fn(&mut Text, usize)) {
        let Some(frame) = self.frames.last_mut() else {
            return;
        };
        match frame.role {
            Role::Mute => {}
            Role::Text | Role::SpacedText if !self.blocks.is_empty() || !self.fields.is_empty() => {
                let space = frame.space;
                self.into_paragraph(|target| add(target, space));
            }
            _ if is_blank && frame.own.is_none() => {}
            _ => add(frame.own.get_or_insert_default(), frame.space),
        }
    }

    /// Appends to the field's instruction or the paragraph that is open, in
    /// the views of tracked changes to which it belongs.
    fn into_paragraph(&mut self, add: impl Fn(&mut Text)) {
        if let Some(field) = self.fields.last_mut().filter(|f| !f.in_result) {
            add(&mut field.instruction);
            return;
        }
        let Some(block) = self.blocks.last_mut() else {
            return;
        };
        let (deleted, inserted) = (self.deleted > 0, self.inserted > 0);
        if deleted || inserted {
            let text = &block.text;
            let original = block.original.get_or_insert_with(|| text.clone());
            if deleted {
                add(original);
            } else {
                add(&mut block.text);
            }
            return;
        }
        add(&mut block.text);
        if let Some(original) = &mut block.original {
            add(original);
        }
    }

    fn emit_block(&mut self, block: Block) {
        let kind = match self.tables.last_mut() {
            Some(table) => {
                table.read(&block.text.text);
                table.kind()
            }
            None => SegmentKind::Paragraph,
        };
        let place = self.here().paragraph(block.paragraph);
        let is_shown = !block.text.is_blank();
        if let Some(original) = block.original.filter(|o| o.text != block.text.text) {
            let again = is_shown || self.repeats > 0;
            self.emit_at(block.order, kind.clone(), original, again, place);
        }
        let again = self.repeats > 0;
        self.emit_at(block.order, kind, block.text, again, place);
    }

    fn here(&self) -> Location {
        match self.tables.last().and_then(Table::place) {
            Some((row, column)) => self.place.cell(row, column),
            None => self.place,
        }
    }

    fn emit(&mut self, order: usize, kind: SegmentKind, text: Text, again: bool) {
        let paragraph = self
            .blocks
            .last()
            .map_or(self.n_paragraphs, |b| b.paragraph);
        let place = self.here().paragraph(paragraph);
        self.emit_at(order, kind, text, again, place);
    }

    fn emit_at(
        &mut self,
        order: usize,
        kind: SegmentKind,
        text: Text,
        again: bool,
        place: Location,
    ) {
        if text.is_blank() {
            return;
        }
        self.out.found.push(Found {
            order,
            kind,
            text,
            again,
            place,
        });
    }

    const fn next_order(&mut self) -> usize {
        self.n_found += 1;
        self.n_found
    }

    /// Whether an element hangs on a relation that is left out. Pictures lose
    /// only the attribute.
    fn lost_relation(&self, context: &Context<'_, 'a>) -> bool {
        !is_picture(context) && context.attributes.iter().any(|a| self.is_gone(a))
    }

    fn is_gone(&self, attribute: &Attribute<'_>) -> bool {
        let is_relation = attribute.ns == "r" || (attribute.ns == "o" && attribute.name == "relid");
        is_relation && self.gone.contains(attribute.raw)
    }

    fn attribute(&mut self, context: &Context<'_, 'a>, attribute: &Attribute<'a>) -> Result<()> {
        if attribute.ns == "xml" {
            return Ok(());
        }
        let mut rule = (self.rules.rule)(context, attribute);
        if self.is_gone(attribute) {
            rule = Rule::Remove;
        } else if attribute.ns == "r" {
            rule = Rule::Keep;
        }
        match rule {
            Rule::Keep => {}
            Rule::Words(name) => self.words(name, attribute)?,
            Rule::Unsure => {
                if could_be_words(attribute.raw) {
                    self.words("attribute", attribute)?;
                }
            }
            Rule::Set(value) => self.set(attribute, value)?,
            Rule::Remove => self
                .out
                .fixed
                .push(Splice::cut(attribute.start, attribute.end)),
            Rule::Mark => {
                let name = Text::of_attribute(attribute)?.text;
                let new = self.names.mark(&name);
                self.set(attribute, &new)?;
            }
            Rule::Person => {
                let name = Text::of_attribute(attribute)?.text;
                let new = self.names.person(&name);
                self.set(attribute, &new)?;
            }
            Rule::Field => {
                let order = self.next_order();
                self.instruction(order, Text::of_attribute(attribute)?)?;
            }
        }
        Ok(())
    }

    fn words(&mut self, name: &'static str, attribute: &Attribute<'a>) -> Result<()> {
        let order = self.next_order();
        let text = Text::of_attribute(attribute)?;
        self.emit(
            order,
            SegmentKind::Attribute { name },
            text,
            self.repeats > 0,
        );
        Ok(())
    }

    fn set(&mut self, attribute: &Attribute<'a>, value: &str) -> Result<()> {
        let value = escape(Codec::Attribute, &[value])?;
        if value != attribute.raw {
            self.out.fixed.push(Splice {
                start: attribute.value_start,
                end: attribute.value_start + attribute.raw.len(),
                with: value,
            });
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Walked> {
        while !self.fields.is_empty() {
            self.split_field()?;
            self.fields.pop();
        }
        self.out.found.sort_by_key(|found| found.order);
        Ok(self.out)
    }
}

/// Whether an element shows a picture and may stay without one.
fn is_picture(context: &Context<'_, '_>) -> bool {
    matches!(
        context.name(),
        ("a", "blip") | ("v", "imagedata" | "fill" | "stroke") | ("asvg", "svgBlip")
    )
}

/// Whether a value of an unknown attribute could be words: three letters in a
/// row that are no hexadecimal number.
fn could_be_words(raw: &str) -> bool {
    let is_code = raw
        .chars()
        .all(|c| c.is_ascii_hexdigit() || "{}-".contains(c));
    let has_word = raw
        .split(|c: char| !c.is_alphabetic())
        .any(|word| word.chars().count() >= 3);
    has_word && !is_code || raw.chars().filter(char::is_ascii_digit).count() >= 6 && !is_code
}

/// Whether nothing is known about an element.
pub(crate) fn is_unknown(context: &Context<'_, '_>) -> bool {
    context.tag.ns == UNKNOWN
}

/// A header text as a shared string; long ones are no headers.
pub(crate) fn label(text: &str) -> Option<Arc<str>> {
    let text = text.trim();
    (!text.is_empty() && text.chars().count() <= 80).then(|| Arc::from(text))
}
