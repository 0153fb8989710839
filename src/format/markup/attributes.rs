//! What the walk does with attributes: keeps, changes or removes them, or makes
//! them segments, as the rules say.

use super::piece::{Codec, Text};
use super::rules::{Context, Rule};
use super::scan::Attribute;
use super::splice::{Splice, escape};
use super::walk::Walk;
use crate::document::SegmentKind;
use crate::error::Result;

impl<'a> Walk<'a, '_> {
    /// Whether an element hangs on a relation that is left out. Pictures lose
    /// only the attribute.
    pub(super) fn lost_relation(&self, context: &Context<'_, 'a>) -> bool {
        !is_picture(context) && context.attributes.iter().any(|a| self.is_gone(a))
    }

    fn is_gone(&self, attribute: &Attribute<'_>) -> bool {
        let is_relation = attribute.ns == "r" || (attribute.ns == "o" && attribute.name == "relid");
        is_relation && self.gone.contains(attribute.raw)
    }

    pub(super) fn attribute(
        &mut self,
        context: &Context<'_, 'a>,
        attribute: &Attribute<'a>,
    ) -> Result<()> {
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
            Rule::Style => {
                if let Some(new) = self.names.style(attribute.raw).cloned() {
                    self.set(attribute, &new)?;
                }
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
        // Numbering patterns, single signs, small numbers say nothing.
        let n_digits = text.text.chars().filter(char::is_ascii_digit).count();
        if n_digits < 4 && !text.text.contains(char::is_alphabetic) {
            return Ok(());
        }
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
    let n_digits = raw.chars().filter(char::is_ascii_digit).count();
    !is_code && (has_word || n_digits >= 6)
}
