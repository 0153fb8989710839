//! Cells that hold a value beside the text they show, as in ODF. If
//! the text is changed, the cell becomes text, so that the value is gone too.

use super::piece::Text;
use super::rules::{Context, Rule};
use super::scan::Attribute;
use super::splice::{Splice, Splices};
use super::walk::Walk;
use crate::error::Result;

/// A cell with a value.
#[derive(Clone)]
pub(crate) struct Typed {
    /// The bytes between its tags.
    content: (usize, usize),
    /// The bytes of its value.
    value: (usize, usize),
    /// Takes the value out.
    cut: Splice,
    /// Makes the value a text, where it was changed itself.
    rename: Splice,
    /// Makes the cell a text.
    others: Vec<Splice>,
    /// The value, until it is known whether the text shows it.
    text: Option<Text>,
}

impl Typed {
    /// What must be changed besides the edits.
    pub(crate) fn splices(&self, edits: &Splices) -> Vec<Splice> {
        let in_value = edits.touches(self.value.0, self.value.1);
        if !in_value && !edits.touches(self.content.0, self.content.1) {
            return Vec::new();
        }
        let value = if in_value { &self.rename } else { &self.cut };
        let mut splices = self.others.clone();
        splices.push(value.clone());
        splices
    }
}

impl Walk<'_, '_> {
    /// Notes a cell that holds a value, and tells its index.
    pub(super) fn typed_cell(&mut self, context: &Context<'_, '_>) -> Result<Option<usize>> {
        let typed: Vec<&Attribute<'_>> = context
            .attributes
            .iter()
            .filter(|a| (self.rules.rule)(context, a) == Rule::Typed)
            .collect();
        let value = typed
            .iter()
            .find(|a| a.ns == "office" && a.name != "value-type");
        let Some(value) = value.filter(|value| value.name != "boolean-value") else {
            return Ok(None);
        };
        let mut others = Vec::new();
        for attribute in context.attributes {
            let range = (
                attribute.value_start,
                attribute.value_start + attribute.raw.len(),
            );
            match (attribute.ns, attribute.name) {
                ("office", "value-type") => others.push(Splice {
                    start: range.0,
                    end: range.1,
                    with: "string".to_owned(),
                }),
                ("calcext", "value-type") | ("office", "currency") | ("table", "formula") => {
                    others.push(Splice::cut(attribute.start, attribute.end));
                }
                _ => {}
            }
        }
        // ` office:value="` becomes ` office:string-value="`, whatever the prefix.
        let head = self.text(value.start, value.value_start);
        let renamed = head.replacen(value.name, "string-value", 1);
        self.out.typed.push(Typed {
            content: (context.tag.end, context.tag.end),
            value: (value.value_start, value.value_start + value.raw.len()),
            cut: Splice::cut(value.start, value.end),
            rename: Splice {
                start: value.start,
                end: value.value_start,
                with: renamed,
            },
            others,
            text: Some(Text::of_attribute(value)?),
        });
        Ok(Some(self.out.typed.len() - 1))
    }

    /// The cell is complete: if its text does not show its value, the value is
    /// a segment, too.
    pub(super) fn end_typed_cell(&mut self, index: usize, end: usize) -> Result<()> {
        let shown = self
            .tables
            .last()
            .map_or("", |table| table.shown())
            .to_owned();
        let kind = self.tables.last().map(|table| table.kind());
        let order = self.next_order();
        let Some(typed) = self.out.typed.get_mut(index) else {
            return Ok(());
        };
        typed.content.1 = end.max(typed.content.0);
        if let (Some(text), Some(kind)) = (typed.text.take(), kind)
            && !is_shown(&text.text, &shown)
        {
            self.emit(order, kind, text, true);
        }
        Ok(())
    }
}

/// Whether a text shows a value: its digits for a number, its day and year for
/// a date.
fn is_shown(value: &str, shown: &str) -> bool {
    let digits = |text: &str| -> String { text.chars().filter(char::is_ascii_digit).collect() };
    let shown = digits(shown);
    let mut date = value.split('T').next().unwrap_or_default().split('-');
    if let (Some(year), Some(month), Some(day)) = (date.next(), date.next(), date.next())
        && year.len() == 4
    {
        let short = year.get(2..).unwrap_or_default();
        return [day, month, short]
            .iter()
            .all(|part| shown.contains(part.trim_start_matches('0')));
    }
    let value = digits(value);
    // Numbers of fewer digits than a postal code point to nobody.
    value.len() < 5 || shown.contains(&value)
}
