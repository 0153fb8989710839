//! Paints the value of a form field that has no appearance of its own, as a
//! viewer would, so that it is text of the page like any other.

use encoding_rs::WINDOWS_1252;
use lopdf::{Dictionary, Object};

use super::copy::Copier;
use super::geometry::{Rect, count, decimal};
use super::lex::{Lexer, Operand};
use super::tidy::write_hex;

/// The resource name of the font for such values.
pub(super) const FONT: &str = "DnV";
/// Flag of a choice that opens on demand.
const COMBO: i64 = 1 << 17;
const LARGEST: f64 = 12.0;
const SMALLEST: f64 = 4.0;

/// Content that shows the text of a field in its rectangle.
pub(super) fn painted(text: &str, place: Rect, appearance: Option<&[u8]>) -> Vec<u8> {
    let lines: Vec<&str> = text
        .split(['\r', '\n'])
        .filter(|line| !line.is_empty())
        .collect();
    let rows = count(lines.len().max(1));
    let fitting = (place.height() / rows * 0.75).clamp(SMALLEST, LARGEST);
    let size = appearance
        .and_then(font_size)
        .unwrap_or(fitting)
        .min(fitting.max(SMALLEST));
    let mut y = if lines.len() > 1 {
        place.top - size
    } else {
        place.bottom + (place.height() - size * 0.7) / 2.0
    };
    let mut out = b"\nq 0 g".to_vec();
    for line in lines {
        let (bytes, _, _) = WINDOWS_1252.encode(line);
        let place = format!(
            " BT /{FONT} {} Tf {} {} Td ",
            decimal(size),
            decimal(place.left + 2.0),
            decimal(y)
        );
        out.extend_from_slice(place.as_bytes());
        write_hex(&bytes, &mut out);
        out.extend_from_slice(b" Tj ET");
        y -= size * 1.2;
    }
    out.extend_from_slice(b" Q");
    out
}

/// The size in a default appearance string; 0 means that it should fit.
fn font_size(appearance: &[u8]) -> Option<f64> {
    let font = Lexer::new(appearance).find(|instruction| instruction.operator == b"Tf")?;
    let size = font.operands.last().and_then(Operand::number)?;
    (size > 0.0).then_some(size)
}

/// The font of painted values: one that every viewer has.
pub(super) fn font() -> Dictionary {
    let mut font = Dictionary::new();
    font.set("Type", "Font");
    font.set("Subtype", "Type1");
    font.set("BaseFont", "Helvetica");
    font.set("Encoding", "WinAnsiEncoding");
    font
}

/// A key of a field or of the fields above it.
pub(super) fn inherited<'a>(
    copier: &Copier<'a>,
    widget: &'a Dictionary,
    key: &[u8],
) -> Option<&'a Object> {
    let mut at = Some(widget);
    for _ in 0..16 {
        let field = at?;
        if let Some(value) = copier.get(field, key) {
            return Some(value);
        }
        at = copier.get_dict(field, b"Parent");
    }
    None
}

/// The text a field shows: its value, or the values chosen from a list.
pub(super) fn value<'a>(copier: &Copier<'a>, widget: &'a Dictionary) -> Option<String> {
    let kind = inherited(copier, widget, b"FT").and_then(|kind| kind.as_name().ok());
    if !matches!(kind, Some(b"Tx" | b"Ch")) {
        return None;
    }
    let string = |value: &Object| match value {
        Object::String(bytes, _) => Some(super::read_back::text_string(bytes)),
        _ => None,
    };
    let flags = inherited(copier, widget, b"Ff").and_then(|flags| flags.as_i64().ok());
    let is_list = kind == Some(b"Ch") && flags.unwrap_or(0) & COMBO == 0;
    if is_list && let Some(text) = options(copier, widget) {
        return Some(text);
    }
    let text = match inherited(copier, widget, b"V")? {
        Object::Array(items) => {
            let items = items
                .iter()
                .map(|item| copier.resolve(item))
                .filter_map(string);
            items.collect::<Vec<_>>().join("\n")
        }
        other => string(other)?,
    };
    (!text.trim().is_empty()).then_some(text)
}

/// The choices of a list that is always open, one per line.
fn options<'a>(copier: &Copier<'a>, widget: &'a Dictionary) -> Option<String> {
    let all = inherited(copier, widget, b"Opt")?.as_array().ok()?;
    let shown = all.iter().filter_map(|item| match copier.resolve(item) {
        Object::Array(pair) => copier.resolve(pair.last()?).as_str().ok(),
        Object::String(text, _) => Some(text.as_slice()),
        _ => None,
    });
    let lines: Vec<String> = shown.map(super::read_back::text_string).collect();
    Some(lines.join("\n")).filter(|text| !text.trim().is_empty())
}
