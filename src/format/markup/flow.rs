//! Where the character data of a part goes while it is walked: into the open
//! paragraph, into a field's instruction, or into a segment of its own.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::piece::{Codec, Text};
use super::rules::Role;
use super::splice::Splice;
use super::walk::{Walk, is_worth_a_look};
use super::{broken, field, formula};
use crate::document::SegmentKind;
use crate::error::Result;
use crate::format::image::{self, Cleaned};

impl<'a> Walk<'a, '_> {
    /// Character data that is no part of a paragraph.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "all else is a segment of its own"
    )]
    pub(super) fn own(&mut self, role: Role, order: usize, own: Text) -> Result<()> {
        let again = self.repeats > 0;
        match role {
            Role::Formula => self.formula(order, &own)?,
            Role::HeaderCodes => {
                for text in formula::split_header(&own) {
                    self.emit(order, SegmentKind::Paragraph, text, again);
                }
            }
            Role::Replace(with) => {
                if let (Some(first), Some(last)) = (own.pieces.first(), own.pieces.last())
                    && own.text != with
                {
                    self.out.fixed.push(Splice {
                        start: first.start,
                        end: last.end,
                        with: with.to_owned(),
                    });
                }
            }
            Role::Picture => self.picture(&own)?,
            Role::Own("number format") if !is_worth_a_look(&own.text.replace('0', "")) => {}
            Role::Own(name) => self.emit(order, SegmentKind::Attribute { name }, own, again),
            _ => self.emit(order, SegmentKind::Paragraph, own, again),
        }
        Ok(())
    }

    /// A picture in base 64: cleaned like one in a part of its own.
    fn picture(&mut self, own: &Text) -> Result<()> {
        let (Some(first), Some(last)) = (own.pieces.first(), own.pieces.last()) else {
            return Ok(());
        };
        let packed: String = own.text.split_whitespace().collect();
        let data = BASE64
            .decode(&packed)
            .map_err(|_| broken("a picture in the text cannot be decoded"))?;
        let (bytes, is_kept) = match image::clean(&data, "png") {
            Cleaned::Kept(bytes) => (bytes, true),
            Cleaned::Blank(bytes) => (bytes, false),
            Cleaned::Unknown => (Vec::new(), false),
        };
        self.out.pictures.push(is_kept);
        if bytes != data {
            self.out.fixed.push(Splice {
                start: first.start,
                end: last.end,
                with: BASE64.encode(bytes),
            });
        }
        Ok(())
    }

    /// A formula: one that reaches into another file is taken out.
    pub(super) fn formula(&mut self, order: usize, formula: &Text) -> Result<()> {
        let split = (self.rules.formula)(formula, self.names)?;
        if split.is_external {
            if let (Some(first), Some(last)) = (formula.pieces.first(), formula.pieces.last()) {
                self.out.fixed.push(Splice {
                    start: first.start,
                    end: last.end,
                    with: "#REF!".to_owned(),
                });
            }
            return Ok(());
        }
        self.out.fixed.extend(split.fixed);
        self.out.follows.extend(split.follows);
        for text in split.texts {
            let kind = SegmentKind::Attribute { name: "formula" };
            self.emit(order, kind, text, self.repeats > 0);
        }
        Ok(())
    }

    /// The instruction of the innermost field is complete.
    pub(super) fn split_field(&mut self) -> Result<()> {
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
    pub(super) fn remark(&mut self, start: usize, end: usize) {
        self.out.fixed.push(Splice::cut(start, end));
    }

    /// The part between two positions.
    pub(super) fn text(&self, start: usize, end: usize) -> &'a str {
        self.text.get(start..end).unwrap_or_default()
    }

    pub(super) fn characters(&mut self, start: usize, end: usize, codec: Codec) {
        let text = self.text.get(start..end).unwrap_or_default();
        self.add_text(text, |target, space| target.raw(text, start, codec, space));
    }

    pub(super) fn character(&mut self, c: char, start: usize, end: usize) {
        let mut buffer = [0; 4];
        let shown = &*c.encode_utf8(&mut buffer);
        self.add_text(shown, |target, space| {
            target.whole(shown, (start, end), Codec::Text, space);
        });
    }

    pub(super) fn element(&mut self, shown: &str, start: usize, end: usize) {
        self.add_to_paragraph(|target| target.element(shown, start, end));
    }

    /// Gives character data to whom it belongs.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "most roles have no effect here"
    )]
    fn add_text(&mut self, text: &str, add: impl Fn(&mut Text, usize)) {
        let is_blank = text.trim().is_empty();
        let Some(frame) = self.frames.last_mut() else {
            return;
        };
        match frame.role {
            Role::Mute if is_code(text) => {}
            Role::Text | Role::SpacedText | Role::TextBlock
                if !self.blocks.is_empty() || !self.fields.is_empty() =>
            {
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
}

/// Whether the content of an element that should hold a number or a code word
/// is one. Whatever else stands there is searched.
fn is_code(text: &str) -> bool {
    const WORDS: [&str; 9] = [
        "Center",
        "Left",
        "Right",
        "Top",
        "Bottom",
        "Justify",
        "Distributed",
        "True",
        "False",
    ];
    let text = text.trim();
    let starts_low = text.starts_with(|c: char| !c.is_alphabetic() || c.is_ascii_lowercase());
    let is_plain = text.bytes().all(|b| b.is_ascii_graphic());
    text.is_empty() || WORDS.contains(&text) || (is_plain && starts_low && text.len() <= 40)
}
