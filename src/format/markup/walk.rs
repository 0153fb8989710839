//! Walks one XML part with a table of what its elements and attributes mean,
//! and comes back with the segments in it and with the splices that are always
//! made. Character data that no table speaks of becomes a segment of its own,
//! so that nothing is skipped because it is unknown.

use std::collections::HashSet;
use std::sync::Arc;

use super::field;
use super::piece::{Codec, Piece, Text};
use super::rules::{Context, Names, Role, Rules};
use super::scan::{Attribute, Scanner, Tag, Token};
use super::splice::Splice;
use super::table::Table;
use crate::document::{Location, SegmentKind};
use crate::error::Result;

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
    pub(super) rules: &'a Rules,
    pub(super) names: &'n mut Names,
    /// Ids of relations that are left out.
    pub(super) gone: &'n HashSet<String>,
    place: Location,
    frames: Vec<Frame<'a>>,
    blocks: Vec<Block>,
    fields: Vec<Field>,
    tables: Vec<Table>,
    deleted: u32,
    inserted: u32,
    pub(super) repeats: u32,
    n_paragraphs: u32,
    n_found: usize,
    pub(super) out: Walked,
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
) -> Result<Walked> {
    let mut scanner = Scanner::new(text, rules.namespaces);
    if rules.tolerant {
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
            Token::Close(end) => self.close(end)?,
            Token::Remark(start, end) if !dropping => self.remark(start, end),
            Token::Text(start, end) if !dropping => self.characters(start, end, Codec::Text),
            Token::Cdata(start, end) if !dropping => self.characters(start, end, Codec::Cdata),
            Token::Char(c, start, end) if !dropping => self.character(c, start, end),
            Token::Remark(..)
            | Token::Text(..)
            | Token::Cdata(..)
            | Token::Char(..)
            | Token::Declaration => {}
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
        if let Role::DropAround(name) = role {
            role = Role::Drop;
            if self.drop_around(name)? {
                if !tag.empty {
                    self.push_frame(tag, role, 0);
                }
                return Ok(());
            }
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
        if role == Role::Cell
            && let Some(n) = context.value("gridSpan").and_then(|v| v.parse().ok())
        {
            self.table(|table| table.span(n));
        }
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

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "most roles have no effect here"
    )]
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

    /// Leaves out the nearest open element of a name, and what was found in it.
    fn drop_around(&mut self, name: &str) -> Result<bool> {
        let Some(at) = self.frames.iter().rposition(|frame| frame.name == name) else {
            return Ok(false);
        };
        for index in (at..self.frames.len()).rev() {
            let Some(frame) = self.frames.get_mut(index) else {
                continue;
            };
            let role = std::mem::replace(&mut frame.role, Role::Drop);
            frame.own = None;
            self.leave(role)?;
        }
        let start = self.frames.get(at).map_or(0, |frame| frame.start);
        let is_outside = |piece: &Piece| piece.start < start;
        self.out
            .found
            .retain(|found| found.text.pieces.iter().all(is_outside));
        self.out.fixed.retain(|splice| splice.start < start);
        Ok(true)
    }

    /// What a start tag does to the state.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "most roles have no effect here"
    )]
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
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "most roles have no effect here"
    )]
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

    pub(super) fn instruction(&mut self, order: usize, instruction: Text) -> Result<()> {
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
        self.add_text(is_blank, |target, space| {
            target.raw(text, start, codec, space)
        });
    }

    fn character(&mut self, c: char, start: usize, end: usize) {
        let mut buffer = [0; 4];
        let shown = &*c.encode_utf8(&mut buffer);
        self.add_text(false, |target, space| {
            target.whole(shown, (start, end), Codec::Text, space);
        });
    }

    fn element(&mut self, shown: &str, start: usize, end: usize) {
        self.add_to_paragraph(|target| target.element(shown, start, end));
    }

    /// Gives character data to whom it belongs.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "most roles have no effect here"
    )]
    fn add_text(&mut self, is_blank: bool, add: impl Fn(&mut Text, usize)) {
        let Some(frame) = self.frames.last_mut() else {
            return;
        };
        match frame.role {
            Role::Mute => {}
            Role::Text | Role::SpacedText if !self.blocks.is_empty() || !self.fields.is_empty() => {
                let space = frame.space;
                self.add_to_paragraph(|target| add(target, space));
            }
            _ if is_blank && frame.own.is_none() => {}
            _ => add(frame.own.get_or_insert_default(), frame.space),
        }
    }

    /// Appends to the field's instruction or the paragraph that is open, in
    /// the views of tracked changes to which it belongs.
    fn add_to_paragraph(&mut self, add: impl Fn(&mut Text)) {
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

    pub(super) fn emit(&mut self, order: usize, kind: SegmentKind, text: Text, again: bool) {
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

    pub(super) const fn next_order(&mut self) -> usize {
        self.n_found += 1;
        self.n_found
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

/// A header text as a shared string; long ones are no headers.
pub(crate) fn label(text: &str) -> Option<Arc<str>> {
    let text = text.trim();
    (!text.is_empty() && text.chars().count() <= 80).then(|| Arc::from(text))
}
