//! Numbers in cells as people see them: serial days as dates, ids with their
//! leading zeros. Knows just the formats that can hide personal data in a
//! number; every other number is shown as it is stored.

use std::sync::Arc;

use jiff::civil::Date;
use jiff::{Span, civil::date};

/// How a style shows numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Display {
    /// As stored.
    Plain,
    /// As a date.
    Date,
    /// With leading zeros, to this many digits.
    Padded(usize),
}

/// What a number format means.
pub(crate) fn display(id: u32, code: Option<&str>) -> Display {
    match (id, code) {
        (14..=17 | 22 | 27..=36 | 50..=58, None) => Display::Date,
        (_, Some(code)) => of_code(code),
        _ => Display::Plain,
    }
}

fn of_code(code: &str) -> Display {
    if code.len() >= 2 && code.bytes().all(|b| b == b'0') {
        return Display::Padded(code.len());
    }
    // Only the first section counts; quoted, bracketed and escaped signs do not.
    let mut signs = code.chars();
    let mut bare = String::new();
    while let Some(c) = signs.next() {
        match c {
            '"' => signs.by_ref().take_while(|c| *c != '"').for_each(drop),
            '[' => signs.by_ref().take_while(|c| *c != ']').for_each(drop),
            '\\' | '_' | '*' => {
                signs.next();
            }
            ';' => break,
            _ => bare.push(c.to_ascii_lowercase()),
        }
    }
    let is_date = !bare.starts_with("general")
        && !bare.starts_with("standard")
        && bare.contains(['d', 'y', 't', 'j'])
        && !bare.contains(['#', '0', '?']);
    if is_date {
        Display::Date
    } else {
        Display::Plain
    }
}

const fn start(since_1904: bool) -> Date {
    if since_1904 {
        date(1904, 1, 1)
    } else {
        date(1899, 12, 30)
    }
}

/// What a cell shows for a stored number.
pub(crate) fn show(stored: &str, display: Display, since_1904: bool) -> Arc<str> {
    let shown = match display {
        Display::Plain => None,
        Display::Date => show_date(stored, since_1904),
        Display::Padded(n) => stored
            .bytes()
            .all(|b| b.is_ascii_digit())
            .then(|| format!("{stored:0>n$}")),
    };
    shown.map_or_else(|| Arc::from(stored), Arc::from)
}

fn show_date(stored: &str, since_1904: bool) -> Option<String> {
    let whole = stored.split_once('.').map_or(stored, |(whole, _)| whole);
    let mut days: i64 = whole.parse().ok()?;
    // Lotus took 1900 for a leap year, and Excel still does.
    if !since_1904 && days < 61 {
        days += 1;
    }
    let day = (1..2_958_466)
        .contains(&days)
        .then(|| start(since_1904).checked_add(Span::new().days(days)).ok())??;
    Some(format!(
        "{:02}.{:02}.{}",
        day.day(),
        day.month(),
        day.year()
    ))
}

/// The number to store so that a cell shows `shown`; `None` if no number does.
pub(crate) fn store(shown: &str, old: &str, display: Display, since_1904: bool) -> Option<String> {
    let stored = match display {
        Display::Plain => shown.to_owned(),
        Display::Padded(_) => {
            let bare = shown.trim_start_matches('0');
            if bare.is_empty() { "0" } else { bare }.to_owned()
        }
        Display::Date => {
            let mut parts = shown.split('.');
            let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
            let day = date_of(day, month, year)?;
            let days = (day - start(since_1904)).get_days();
            let rest = old.split_once('.').map(|(_, rest)| format!(".{rest}"));
            format!("{days}{}", rest.unwrap_or_default())
        }
    };
    // Fifteen digits are what a number keeps.
    let is_number = stored.parse::<f64>().is_ok()
        && stored.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && (stored == "0" || !stored.starts_with('0'))
        && stored.len() <= 15;
    (is_number && *show(&stored, display, since_1904) == *shown).then_some(stored)
}

fn date_of(day: &str, month: &str, year: &str) -> Option<Date> {
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_tell_dates_from_numbers() {
        for (id, code, expected) in [
            (0, None, Display::Plain),
            (14, None, Display::Date),
            (20, None, Display::Plain),
            (164, Some("dd.mm.yyyy"), Display::Date),
            (164, Some("[$-407]d. mmmm yyyy;@"), Display::Date),
            (164, Some("#,##0.00 \"Stand\""), Display::Plain),
            (164, Some("General"), Display::Plain),
            (164, Some("[h]:mm"), Display::Plain),
            (164, Some("00000"), Display::Padded(5)),
        ] {
            assert_eq!(display(id, code), expected, "{id} {code:?}");
        }
    }

    #[test]
    fn days_become_dates_and_back() {
        for (stored, since_1904, shown) in [
            ("29221", false, "01.01.1980"),
            ("29221.5", false, "01.01.1980"),
            ("1", false, "01.01.1900"),
            ("27759", true, "01.01.1980"),
        ] {
            assert_eq!(&*show(stored, Display::Date, since_1904), shown);
            assert_eq!(
                store(shown, stored, Display::Date, since_1904).as_deref(),
                Some(stored).filter(|s| *s != "1")
            );
        }
        assert_eq!(&*show("-3", Display::Date, false), "-3");
        assert_eq!(&*show("1234", Display::Padded(5), false), "01234");
        assert_eq!(
            store("09876", "1234", Display::Padded(5), false).as_deref(),
            Some("9876")
        );
        assert_eq!(store("[ID_1]", "1234", Display::Plain, false), None);
        assert_eq!(store("0123", "1234", Display::Plain, false), None);
    }
}
