//! The parameters behind the value of a header field, as RFC 2045 and RFC 2231
//! write them.

use std::ops::Range;

/// A parameter of a field.
pub(super) struct Parameter {
    pub(super) name: String,
    /// From its name to its end.
    pub(super) range: Range<usize>,
    /// Its value with quotes.
    pub(super) value: Range<usize>,
}

/// The parameters of a value that stands at `at`.
pub(super) fn parameters(value: &str, at: usize) -> Vec<Parameter> {
    let mut found = Vec::new();
    let mut from = next_semicolon(value, 0);
    while from < value.len() {
        let end = next_semicolon(value, from);
        let piece = value.get(from..end).unwrap_or_default();
        let piece = piece.strip_suffix(';').unwrap_or(piece);
        let start = from + piece.len() - piece.trim_start().len();
        if let Some((name, text)) = piece.split_once('=') {
            let text_start = from + piece.len() - text.len();
            let skip = text.len() - text.trim_start().len();
            let text = text.trim();
            let value_end = text_start + skip + text.len();
            found.push(Parameter {
                name: name.trim().to_ascii_lowercase(),
                range: at + start..at + value_end,
                value: at + text_start + skip..at + value_end,
            });
        }
        from = end;
    }
    found
}

/// One past the next semicolon outside of quotes.
fn next_semicolon(value: &str, from: usize) -> usize {
    let (mut quoted, mut escaped) = (false, false);
    for (at, c) in value.get(from..).unwrap_or_default().char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ';' if !quoted => return from + at + 1,
            _ => {}
        }
    }
    // A semicolon that is missing ends nothing.
    value.len()
}

/// The pieces of a parameter: `name`, `name*`, or `name*0*`, `name*1` in order.
pub(super) fn group<'a>(parameters: &'a [Parameter], base: &str) -> Vec<&'a Parameter> {
    let mut pieces: Vec<(u32, &Parameter)> = parameters
        .iter()
        .filter_map(|parameter| {
            let rest = parameter.name.strip_prefix(base)?;
            let number = match rest.strip_prefix('*') {
                None if rest.is_empty() => 0,
                None => return None,
                Some(number) => number.trim_end_matches('*').parse().unwrap_or(0),
            };
            Some((number, parameter))
        })
        .collect();
    pieces.sort_by_key(|(number, _)| *number);
    // "filename" beside "filename*": the one with the charset counts, and both are read.
    let mut pieces: Vec<&Parameter> = pieces.into_iter().map(|(_, parameter)| parameter).collect();
    if pieces.len() > 1 && pieces.iter().any(|piece| piece.name == base) {
        pieces.retain(|piece| piece.name != base);
    }
    pieces
}
