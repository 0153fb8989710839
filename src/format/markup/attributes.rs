//! What the walk does with attributes: keeps, changes or removes them, or makes
//! them segments, as the rules say.

use super::piece::{Codec, Text};
use super::rules::{Context, Rule};
use super::scan::{Attribute, UNKNOWN};
use super::splice::{Splice, escape};
use super::walk::{SHEET_NAME, Walk, is_worth_a_look};
use crate::document::SegmentKind;
use crate::error::Result;
use crate::format::step::{Step, is_off};

impl<'a> Walk<'a, '_> {
    /// Whether an element hangs on a relation that is left out. Pictures lose
    /// only the attribute.
    pub(super) fn lost_relation(&self, context: &Context<'_, 'a>) -> bool {
        !is_picture(context) && context.attributes.iter().any(|a| self.is_gone(a))
    }

    fn is_gone(&self, attribute: &Attribute<'_>) -> bool {
        is_id(attribute)
            && self
                .relations
                .get(attribute.raw)
                .is_some_and(|link| !link.stays)
    }

    /// Whether an element has a relation and it leads to a part that stays.
    pub(super) fn has_part(&self, context: &Context<'_, 'a>) -> bool {
        let leads = |a: &Attribute<'_>| self.relations.get(a.raw).is_some_and(|l| l.stays);
        context.attributes.iter().any(|a| a.ns == "r" && leads(a))
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
        if attribute.ns == UNKNOWN && could_be_words(attribute.raw) {
            // What no table knows no reader misses, and a recognizer that sees a
            // word without a sentence may not know that it is a name.
            rule = Rule::Remove;
        }
        if self.is_gone(attribute) {
            rule = Rule::Remove;
        } else if is_id(attribute) {
            let link = self.relations.get(attribute.raw);
            if let Some(new) = link.and_then(|link| link.new.clone()) {
                return self.set(attribute, &new);
            }
            rule = Rule::Keep;
        }
        let changes = matches!(
            rule,
            Rule::Set(_) | Rule::Remove | Rule::Person | Rule::Mark | Rule::Style | Rule::Defined
        );
        if changes && is_off(Step::Attributes) {
            rule = Rule::Keep;
        }
        match rule {
            Rule::Keep | Rule::Typed => {}
            Rule::Words(name) => self.words(name, attribute)?,
            Rule::Unsure => {
                if could_be_words(attribute.raw) {
                    self.words("attribute", attribute)?;
                }
            }
            Rule::Loose => {
                if is_clearly_text(attribute) {
                    self.words("attribute", attribute)?;
                }
            }
            Rule::Set(value) => self.set(attribute, value)?,
            Rule::Remove => self
                .out
                .fixed
                .push(Splice::cut(attribute.start, attribute.end)),
            Rule::Mark | Rule::Style | Rule::Person | Rule::Defined => {
                self.rename(rule, attribute)?;
            }
            Rule::Href => self.href(attribute)?,
            Rule::Formula => {
                let order = self.next_order();
                self.formula(order, &Text::of_attribute(attribute)?)?;
            }
            Rule::Sheet => {
                let order = self.next_order();
                self.emit(order, SHEET_NAME, Text::of_sheet_name(attribute)?, false);
            }
            Rule::Field => {
                let order = self.next_order();
                self.instruction(order, Text::of_attribute(attribute)?)?;
            }
        }
        Ok(())
    }

    /// Gives a name the stand-in that it has everywhere.
    #[expect(clippy::wildcard_enum_match_arm, reason = "only for rules that rename")]
    fn rename(&mut self, rule: Rule, attribute: &Attribute<'a>) -> Result<()> {
        let name = Text::of_attribute(attribute)?.text;
        let new = match rule {
            Rule::Mark => Some(self.names.mark(&name)),
            Rule::Person => Some(self.names.person(&name)),
            Rule::Style => self.names.style(attribute.raw).cloned(),
            Rule::Defined => self.names.defined(&name).map(str::to_owned),
            _ => None,
        };
        new.map_or(Ok(()), |new| self.set(attribute, &new))
    }

    fn words(&mut self, name: &'static str, attribute: &Attribute<'a>) -> Result<()> {
        let order = self.next_order();
        let text = Text::of_attribute(attribute)?;
        let says_something = match name {
            // Its zeros are places for digits.
            "number format" => is_worth_a_look(&text.text.replace('0', "")),
            _ => is_worth_a_look(&text.text),
        };
        if says_something {
            self.emit(
                order,
                SegmentKind::Attribute { name },
                text,
                self.repeats > 0,
            );
        }
        Ok(())
    }

    /// An address: of a picture in the package, of a bookmark, on the web, or
    /// of a place that is nobody's business.
    fn href(&mut self, attribute: &Attribute<'a>) -> Result<()> {
        const INSIDE: [&str; 5] = [
            "Pictures/",
            "Object ",
            "media/",
            "content.xml",
            "styles.xml",
        ];
        let text = Text::of_url(attribute)?;
        let target = text.text.trim_start_matches("./");
        if let Some(new) = self.names.part(target).map(str::to_owned) {
            return self.set(attribute, &new);
        }
        if matches!(target, "" | "#") || INSIDE.iter().any(|inside| target.starts_with(inside)) {
            return Ok(());
        }
        if let Some(mark) = target.strip_prefix('#') {
            let name = mark.split('|').next().unwrap_or_default();
            if self.names.is_mark(name) {
                let new = self.names.mark(name);
                return self.set(attribute, &format!("#{new}"));
            }
            if mark.contains('|') {
                return self.set(attribute, "#");
            }
        } else if !is_searched(target) && is_off(Step::Relations) {
            return Ok(());
        } else if !is_searched(target) {
            return self.set(attribute, "about:blank");
        }
        let order = self.next_order();
        self.emit(
            order,
            SegmentKind::Attribute { name: "link" },
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

/// Whether an attribute holds the id of a relation.
fn is_id(attribute: &Attribute<'_>) -> bool {
    attribute.ns == "r" || (attribute.ns == "o" && attribute.name == "relid")
}

/// Whether a value is text although nobody said that text stands there: two
/// words, an address, or letters that no code word has.
fn is_clearly_text(attribute: &Attribute<'_>) -> bool {
    // Fonts, colors, borders, style sheets, lists of prefixes, curves.
    const CODED: [&str; 25] = [
        "style",
        "typeface",
        "ascii",
        "hAnsi",
        "cs",
        "eastAsia",
        "Ignorable",
        "Requires",
        "points",
        "path",
        "d",
        "fmla",
        "eqn",
        "values",
        "keyTimes",
        "class-names",
        "mods",
        "adj",
        "clip",
        "text-position",
        "print",
        "tile-repeat-offset",
        "transform",
        "encoding",
        "ID",
    ];
    let is_coded = CODED.contains(&attribute.name)
        || ["font", "border", "diagonal", "marker"]
            .iter()
            .any(|p| attribute.name.starts_with(p))
        || attribute.name.trim_end_matches('2').ends_with("color");
    let raw = attribute.raw;
    let has_word = raw
        .split(|c: char| !c.is_alphabetic())
        .any(|word| word.chars().count() >= 3);
    has_word && (raw.contains([' ', '@']) || !raw.is_ascii()) && !is_coded
}

/// Whether an address outside a file is text to search: on the web, or a token
/// that took the place of a whole address.
pub(crate) fn is_searched(target: &str) -> bool {
    const SCHEMES: [&str; 5] = ["http://", "https://", "mailto:", "tel:", "["];
    let lower = target.to_ascii_lowercase();
    SCHEMES.iter().any(|scheme| lower.starts_with(scheme))
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
