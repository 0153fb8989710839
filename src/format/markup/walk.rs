//! Walks one XML part with a table of what its elements and attributes mean,
//! and comes back with the segments in it and with the splices that are always
//! made. Character data that no table speaks of becomes a segment of its own,
//! so that nothing is skipped because it is unknown.

use std::collections::HashMap;
use std::sync::Arc;

use super::formula::Follow;
use super::piece::{Codec, Piece, Text};
use super::rules::{Context, Link, Names, Role, Rules};
use super::scan::{Attribute, Scanner, Tag, Token};
use super::splice::Splice;
use super::table::Table;
use super::typed::Typed;
use crate::document::{Location, SegmentKind};
use crate::error::Result;
use crate::format::step::{Step, is_off};

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
    /// References to sheets.
    pub(crate) follows: Vec<Follow>,
    /// Which of the segments are sheet names, in the order of the sheets.
    pub(crate) sheets: Vec<usize>,
    /// Cells that hold a value beside the text they show.
    pub(crate) typed: Vec<Typed>,
    /// Pictures in the part, and whether their pixels stay.
    pub(crate) pictures: Vec<bool>,
}

/// Reads the content of an element in place of the walk.
pub(crate) trait Inner {
    /// The next token, and the attributes if it opens an element.
    fn token(
        &mut self,
        token: &Token<'_>,
        attributes: &[Attribute<'_>],
        names: &mut Names,
    ) -> Result<()>;
}

/// For parts without such an element.
pub(crate) struct NoInner;

impl Inner for NoInner {
    fn token(&mut self, _: &Token<'_>, _: &[Attribute<'_>], _: &mut Names) -> Result<()> {
        Ok(())
    }
}

pub(super) struct Frame<'a> {
    ns: &'static str,
    name: &'a str,
    pub(super) role: Role,
    start: usize,
    pub(super) space: usize,
    pub(super) own: Option<Text>,
    order: usize,
    /// The cell that this is, if it holds a value beside its text.
    typed: Option<usize>,
}

pub(super) struct Block {
    order: usize,
    paragraph: u32,
    pub(super) text: Text,
    /// The paragraph as it was before the tracked changes, once there is one.
    pub(super) original: Option<Text>,
    end_deleted: bool,
}

pub(super) struct Field {
    pub(super) order: usize,
    pub(super) instruction: Text,
    pub(super) in_result: bool,
}

/// The state of a walk.
pub(crate) struct Walk<'a, 'n> {
    pub(super) text: &'a str,
    pub(super) rules: &'a Rules,
    pub(super) names: &'n mut Names,
    /// The part's relations by id.
    pub(super) relations: &'n HashMap<String, Link>,
    place: Location,
    pub(super) frames: Vec<Frame<'a>>,
    pub(super) blocks: Vec<Block>,
    pub(super) fields: Vec<Field>,
    pub(super) tables: Vec<Table>,
    pub(super) deleted: u32,
    pub(super) inserted: u32,
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
    relations: &HashMap<String, Link>,
    place: Location,
    inner: &mut dyn Inner,
) -> Result<Walked> {
    let mut scanner = Scanner::new(text, rules.namespaces);
    if rules.tolerant {
        scanner = scanner.tolerant();
    }
    let mut walk = Walk {
        text,
        rules,
        names,
        relations,
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
    let mut hole = 0_usize;
    while let Some(token) = scanner.next()? {
        if hole > 0 {
            if matches!(token, Token::Open(tag) if !tag.empty) {
                hole += 1;
            } else if matches!(token, Token::Close(_)) {
                hole -= 1;
            }
            if hole > 0 {
                inner.token(&token, scanner.attributes(), walk.names)?;
                continue;
            }
        }
        walk.token(token, scanner.attributes())?;
        let is_hole = walk.frames.last().is_some_and(|f| f.role == Role::Hole);
        hole = usize::from(is_hole);
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
            Token::Remark(start, end) if !dropping && !is_off(Step::Remarks) => {
                self.remark(start, end);
            }
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

    /// What an element means, given which of the parts it points to stay.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "most roles have no say here"
    )]
    fn role_of(&self, context: &Context<'_, 'a>) -> Role {
        let role = (self.rules.role)(context);
        if is_off(Step::Elements) && matches!(role, Role::Drop | Role::DropAround(_)) {
            return Role::Pass;
        }
        match role {
            Role::HangsOn(_) if self.has_part(context) => Role::Pass,
            Role::HangsOn(around) => Role::DropAround(around),
            Role::DropAround(_) => role,
            _ if self.lost_relation(context) => Role::Drop,
            _ => role,
        }
    }

    fn open(&mut self, tag: &Tag<'a>, attributes: &[Attribute<'a>]) -> Result<()> {
        let parent = self.frames.last().map_or(("", ""), |f| (f.ns, f.name));
        let context = Context {
            tag,
            attributes,
            parent,
        };
        let role = self.role_of(&context);
        if self.leaves_out(tag, role)? {
            return Ok(());
        }
        if role == Role::Unwrap {
            self.out.fixed.push(Splice::cut(tag.start, tag.end));
        } else {
            for attribute in attributes {
                self.attribute(&context, attribute)?;
            }
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
        let repeats = |name| context.value(name).and_then(|v| v.parse().ok());
        if role == Role::Cell
            && let Some(n) = repeats("gridSpan").or_else(|| repeats("number-columns-repeated"))
        {
            self.table(|table| table.span(n));
        }
        if role == Role::Row
            && let Some(n) = repeats("number-rows-repeated")
        {
            self.table(|table| table.repeat_row(n));
        }
        let typed = self.typed_cell(&context)?;
        if !tag.empty {
            self.push_frame(tag, role, space);
            if let Some(frame) = self.frames.last_mut() {
                frame.typed = typed;
            }
            return Ok(());
        }
        if let Some(typed) = typed {
            self.end_typed_cell(typed, tag.end)?;
        }
        if let Role::Char(shown) = role {
            self.element(shown, tag.start, tag.end);
        }
        self.leave(role)
    }

    /// Whether an element is left out, which is noted then.
    #[expect(clippy::wildcard_enum_match_arm, reason = "all other roles stay")]
    fn leaves_out(&mut self, tag: &Tag<'a>, role: Role) -> Result<bool> {
        let around = match role {
            Role::Drop => false,
            Role::EndDeleted => {
                self.enter(role);
                false
            }
            Role::DropAround(name) => self.drop_around(name)?,
            _ => return Ok(false),
        };
        if !tag.empty {
            self.push_frame(tag, Role::Drop, 0);
        } else if !around {
            self.out.fixed.push(Splice::cut(tag.start, tag.end));
        }
        Ok(true)
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
            typed: None,
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
            self.own(frame.role, frame.order, own)?;
        }
        if frame.role == Role::Unwrap
            && let Some(start) = self.text.get(..end).and_then(|text| text.rfind("</"))
        {
            self.out.fixed.push(Splice::cut(start, end));
        }
        if frame.role == Role::Block && self.is_left_empty() {
            self.out.fixed.push(Splice::cut(frame.start, end));
        }
        if let Some(typed) = frame.typed {
            self.end_typed_cell(typed, end)?;
        }
        if let Role::Char(shown) = frame.role {
            self.element(shown, frame.start, end);
        }
        self.leave(frame.role)
    }

    /// Whether the paragraph that ends now has lost all its text and its end to
    /// tracked changes. Cells and notes must keep a paragraph, the body need not.
    fn is_left_empty(&self) -> bool {
        let in_body = self.frames.last().is_some_and(|f| f.name == "body");
        let block = self.blocks.last();
        in_body && block.is_some_and(|b| b.end_deleted && b.text.pieces.is_empty())
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
        self.out.follows.retain(|follow| follow.start < start);
        Ok(true)
    }

    /// What a start tag does to the state.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "most roles have no effect here"
    )]
    fn enter(&mut self, role: Role) {
        match role {
            Role::Block | Role::TextBlock => {
                self.n_paragraphs = self.n_paragraphs.saturating_add(1);
                let order = self.next_order();
                self.blocks.push(Block {
                    order,
                    paragraph: self.n_paragraphs,
                    text: Text::default(),
                    original: None,
                    end_deleted: false,
                });
            }
            Role::Table => self.tables.push(Table::default()),
            Role::Row => self.table(Table::start_row),
            Role::Cell => self.table(Table::start_cell),
            Role::Span(n) => self.table(|table| table.span(n)),
            Role::Deleted => self.deleted += 1,
            Role::Inserted => self.inserted += 1,
            Role::Repeat => self.repeats += 1,
            Role::EndDeleted => {
                if let Some(block) = self.blocks.last_mut() {
                    block.end_deleted = true;
                }
            }
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
            Role::Block | Role::TextBlock => {
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
        // In a tolerant scan elements may stay open.
        while let Some(frame) = self.frames.pop() {
            if let Some(own) = frame.own {
                self.own(frame.role, frame.order, own)?;
            }
        }
        self.out.found.sort_by_key(|found| found.order);
        let sheets = self.out.found.iter().enumerate();
        self.out.sheets = sheets
            .filter(|(_, found)| found.kind == SHEET_NAME)
            .map(|(index, _)| index)
            .collect();
        Ok(self.out)
    }
}

/// What marks a segment as the name of a sheet.
pub(super) const SHEET_NAME: SegmentKind = SegmentKind::Attribute { name: "sheet" };

/// Whether a short value says anything: numbering patterns, single signs and
/// small numbers do not.
pub(super) fn is_worth_a_look(text: &str) -> bool {
    text.contains(char::is_alphabetic) || text.chars().filter(char::is_ascii_digit).count() >= 4
}

/// A header text as a shared string; long ones are no headers.
pub(crate) fn label(text: &str) -> Option<Arc<str>> {
    let text = text.trim();
    (!text.is_empty() && text.chars().count() <= 80).then(|| Arc::from(text))
}
