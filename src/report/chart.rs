//! Charts as inline SVG: bars and lines drawn from numbers, with the numbers
//! beside them, so that nothing is said by color alone.

use std::fmt::Write;

use super::thousands;

/// Height of one bar with its gap, in SVG units.
const STEP: usize = 26;
/// Width of the labels.
const LABELS: usize = 230;
/// Width of the longest bar.
const LONGEST: u64 = 400;

/// One bar.
pub(super) struct Bar {
    pub(super) label: String,
    pub(super) n: u64,
    /// A class of the style sheet.
    pub(super) class: &'static str,
}

/// Horizontal bars, longest as long as the drawing is wide.
pub(super) fn bars(title: &str, bars: &[Bar]) -> String {
    let most = bars.iter().map(|bar| bar.n).max().unwrap_or(0).max(1);
    let height = bars.len() * STEP + 4;
    let mut out = String::new();
    let mut draw = || -> std::fmt::Result {
        write!(
            out,
            "<svg viewBox=\"0 0 740 {height}\" role=\"img\" aria-label=\"{}\"><title>{}</title>",
            escape(title),
            escape(title)
        )?;
        for (at, bar) in bars.iter().enumerate() {
            let y = at * STEP;
            let width = (u128::from(bar.n) * u128::from(LONGEST) / u128::from(most)).max(1);
            write!(
                out,
                "<text class=\"label\" x=\"{}\" y=\"{}\">{}</text>",
                LABELS - 8,
                y + 17,
                escape(&shorten(&bar.label, 30))
            )?;
            write!(
                out,
                "<rect class=\"{}\" x=\"{LABELS}\" y=\"{}\" width=\"{width}\" height=\"18\" rx=\"2\"/>",
                bar.class,
                y + 4
            )?;
            write!(
                out,
                "<text x=\"{}\" y=\"{}\">{}</text>",
                u128::from(u64::try_from(LABELS).unwrap_or(0)) + width + 6,
                y + 17,
                thousands(bar.n)
            )?;
        }
        write!(out, "</svg>")
    };
    // Writing to a string cannot fail.
    draw().unwrap_or_default();
    out
}

/// A row of numbers over time, with a class of the style sheet and a name.
pub(super) struct Row {
    pub(super) class: &'static str,
    pub(super) name: String,
    pub(super) numbers: Vec<u64>,
}

/// A line over time for each row of numbers.
pub(super) fn lines(title: &str, dates: &[String], rows: &[Row]) -> String {
    let most = rows
        .iter()
        .flat_map(|row| &row.numbers)
        .copied()
        .max()
        .unwrap_or(0)
        .max(1);
    let title = escape(title);
    let mut out = format!(
        "<svg viewBox=\"0 0 740 230\" role=\"img\" aria-label=\"{title}\"><title>{title}</title><path class=\"axis\" d=\"M60 20V170H680\"/><text class=\"label\" x=\"54\" y=\"26\">{}</text><text class=\"label\" x=\"54\" y=\"174\">0</text>",
        thousands(most)
    );
    for (at, row) in rows.iter().enumerate() {
        draw_row(&mut out, at, row, most);
    }
    if let (Some(first), Some(last)) = (dates.first(), dates.last()) {
        out.push_str(&format!(
            "<text x=\"60\" y=\"190\">{}</text>",
            escape(first)
        ));
        if dates.len() > 1 {
            out.push_str(&format!(
                "<text class=\"label\" x=\"680\" y=\"190\">{}</text>",
                escape(last)
            ));
        }
    }
    out.push_str("</svg>");
    out
}

/// One line with its points, and its name below.
fn draw_row(out: &mut String, at: usize, row: &Row, most: u64) {
    let Row {
        class,
        name,
        numbers,
    } = row;
    let last = numbers.len().saturating_sub(1).max(1);
    let place = |(at, n): (usize, &u64)| {
        let rise = u128::from(*n) * 150 / u128::from(most);
        (60 + at * 620 / last, 170_u128.saturating_sub(rise))
    };
    let points: Vec<_> = numbers.iter().enumerate().map(place).collect();
    let joined: Vec<String> = points.iter().map(|(x, y)| format!("{x},{y}")).collect();
    out.push_str(&format!(
        "<polyline class=\"{class}\" points=\"{}\"/>",
        joined.join(" ")
    ));
    for (x, y) in points {
        out.push_str(&format!(
            "<circle class=\"{class}\" cx=\"{x}\" cy=\"{y}\" r=\"3\"/>"
        ));
    }
    let left = 60 + at * 220;
    out.push_str(&format!(
        "<rect class=\"{class}\" x=\"{left}\" y=\"208\" width=\"14\" height=\"14\"/><text x=\"{}\" y=\"220\">{}</text>",
        left + 20,
        escape(name)
    ));
}

/// Text for HTML, in content and in quoted attributes.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // Invisible characters that turn text around would lie about names.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => out.push('\u{fffd}'),
            c if c.is_control() && c != '\n' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

fn shorten(label: &str, n: usize) -> String {
    if label.chars().count() <= n {
        return label.to_owned();
    }
    let mut short: String = label.chars().take(n.saturating_sub(1)).collect();
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_and_tricks_in_names_are_shown_as_text() {
        assert_eq!(
            escape("<a href=\"x\">&'"),
            "&lt;a href=&quot;x&quot;&gt;&amp;&#39;"
        );
        assert_eq!(escape("a\u{202e}b\u{1}"), "a\u{fffd}b\u{fffd}");
    }

    #[test]
    fn charts_survive_any_numbers() {
        let one = |n| Bar {
            label: "x".repeat(100),
            n,
            class: "a",
        };
        for numbers in [vec![], vec![0], vec![u64::MAX, 0, 3]] {
            let svg = bars("t", &numbers.iter().map(|n| one(*n)).collect::<Vec<_>>());
            assert!(svg.ends_with("</svg>"), "{svg}");
            let dates: Vec<String> = numbers.iter().map(ToString::to_string).collect();
            let row = Row {
                class: "a",
                name: "n".into(),
                numbers,
            };
            let svg = lines("t", &dates, &[row]);
            assert!(svg.ends_with("</svg>"), "{svg}");
        }
    }
}
