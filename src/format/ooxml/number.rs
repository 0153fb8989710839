//! Numbers in cells as people see them: serial days as dates, ids with their
//! leading zeros, phone numbers and postcodes with the signs of their format,
//! long numbers without an exponent. Knows just the formats that can hide
//! personal data in a number; amounts, percentages and times are shown as they
//! are stored.

use std::sync::Arc;

use jiff::civil::Date;
use jiff::{Span, civil::date};

/// How a style shows numbers.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Display {
    /// As stored.
    Plain,
    /// As a date.
    Date,
    /// Whole numbers, digit by digit between other signs: `000-00-0000`.
    Masks(Vec<Mask>),
}

/// One section of a format.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Mask {
    /// For which numbers, such as `<=` and `9999999`.
    only: Option<(Compare, f64)>,
    signs: Vec<Sign>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Compare {
    Less,
    LessOrEqual,
    Equal,
    NotEqual,
    GreaterOrEqual,
    Greater,
}

/// What a mask shows at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    Literal(char),
    /// A digit; what stands there if the number has none: `0`, a space, nothing.
    Digit(Option<char>),
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
    let sections = sections(code);
    let Some(first) = sections.first() else {
        return Display::Plain;
    };
    let bare: String = first.bare.to_lowercase();
    let is_general = bare.starts_with("general") || bare.starts_with("standard");
    let has_digits = bare.contains(['#', '0', '?']);
    if !is_general && !has_digits && bare.contains(['d', 'y', 't', 'j']) {
        return Display::Date;
    }
    // Without conditions the first section is for all positive numbers.
    let n_used = if first.only.is_some() { 2 } else { 1 };
    let masks: Option<Vec<Mask>> = sections
        .into_iter()
        .take(n_used)
        .map(Section::mask)
        .collect();
    // A zero alone is how any whole number is shown.
    let says_more = |mask: &Mask| {
        mask.signs
            .iter()
            .filter(|s| **s != Sign::Literal(' '))
            .count()
            > 1
    };
    match masks {
        Some(masks) if masks.iter().any(says_more) => Display::Masks(masks),
        _ => Display::Plain,
    }
}

/// A section of a format while it is read.
#[derive(Default)]
struct Section {
    only: Option<(Compare, f64)>,
    signs: Vec<Sign>,
    /// The signs that are not quoted.
    bare: String,
}

impl Section {
    /// The mask, if whole numbers are shown digit by digit.
    fn mask(self) -> Option<Mask> {
        let is_digit = |sign: &Sign| matches!(sign, Sign::Digit(_));
        // Points, commas, percent signs, fractions, exponents and letters mean
        // another way of counting.
        let plain = |c: char| "0#?-+() $'~{}<>=^&!".contains(c);
        let is_mask = self.signs.iter().any(is_digit) && self.bare.chars().all(plain);
        is_mask.then_some(Mask {
            only: self.only,
            signs: self.signs,
        })
    }
}

/// The sections of a format code, which semicolons part.
fn sections(code: &str) -> Vec<Section> {
    let mut done = Vec::new();
    let mut section = Section::default();
    let mut signs = code.chars();
    while let Some(c) = signs.next() {
        match c {
            '"' => {
                let quoted = signs.by_ref().take_while(|c| *c != '"');
                section.signs.extend(quoted.map(Sign::Literal));
            }
            '[' => {
                let inside: String = signs.by_ref().take_while(|c| *c != ']').collect();
                match inside.strip_prefix('$') {
                    // A currency, with the number of a language behind it.
                    Some(currency) => {
                        let shown = currency.split('-').next().unwrap_or_default();
                        section.signs.extend(shown.chars().map(Sign::Literal));
                    }
                    None => section.only = condition(&inside).or(section.only),
                }
            }
            '\\' => section.signs.extend(signs.next().map(Sign::Literal)),
            '_' => section
                .signs
                .extend(signs.next().map(|_| Sign::Literal(' '))),
            '*' => {
                signs.next();
            }
            ';' => done.push(std::mem::take(&mut section)),
            _ => {
                section.bare.push(c);
                section.signs.push(match c {
                    '0' => Sign::Digit(Some('0')),
                    '?' => Sign::Digit(Some(' ')),
                    '#' => Sign::Digit(None),
                    c => Sign::Literal(c),
                });
            }
        }
    }
    done.push(section);
    done
}

fn condition(inside: &str) -> Option<(Compare, f64)> {
    const SIGNS: [(&str, Compare); 6] = [
        ("<=", Compare::LessOrEqual),
        (">=", Compare::GreaterOrEqual),
        ("<>", Compare::NotEqual),
        ("<", Compare::Less),
        (">", Compare::Greater),
        ("=", Compare::Equal),
    ];
    SIGNS.iter().find_map(|(sign, compare)| {
        let number = inside.strip_prefix(sign)?.trim().parse().ok()?;
        Some((*compare, number))
    })
}

impl Mask {
    #[expect(clippy::float_cmp, reason = "so does the program that shows it")]
    fn is_for(&self, number: f64) -> bool {
        self.only.is_none_or(|(compare, than)| match compare {
            Compare::Less => number < than,
            Compare::LessOrEqual => number <= than,
            Compare::Equal => number == than,
            Compare::NotEqual => number != than,
            Compare::GreaterOrEqual => number >= than,
            Compare::Greater => number > than,
        })
    }

    /// The digits of a whole number between the signs. They fill the places from
    /// the right; what is left over stands at the first place.
    fn show(&self, digits: &str) -> String {
        let mut left = digits.trim_start_matches('0').chars().rev();
        let mut n_left = self.n_digits();
        let mut shown: Vec<char> = Vec::with_capacity(self.signs.len() + digits.len());
        for sign in self.signs.iter().rev() {
            match sign {
                Sign::Literal(c) => shown.push(*c),
                Sign::Digit(without) => {
                    n_left -= 1;
                    shown.extend(left.next().or(*without));
                    if n_left == 0 {
                        shown.extend(left.by_ref());
                    }
                }
            }
        }
        shown.into_iter().rev().collect()
    }

    fn n_digits(&self) -> usize {
        let digits = self.signs.iter();
        digits.filter(|s| matches!(s, Sign::Digit(_))).count()
    }

    /// The digits that are shown like this.
    fn digits(&self, shown: &str) -> Option<String> {
        let mut left: Vec<char> = shown.chars().collect();
        let mut n_left = self.n_digits();
        let mut digits = Vec::new();
        for sign in self.signs.iter().rev() {
            match sign {
                Sign::Literal(c) => {
                    left.pop().filter(|last| last == c)?;
                }
                Sign::Digit(without) => {
                    n_left -= 1;
                    match left.last() {
                        Some(c) if c.is_ascii_digit() => digits.extend(left.pop()),
                        Some(' ') if *without == Some(' ') => {
                            left.pop();
                        }
                        _ if without.is_none() => {}
                        _ => return None,
                    }
                    while n_left == 0
                        && let Some(c) = left.pop_if(|c| c.is_ascii_digit())
                    {
                        digits.push(c);
                    }
                }
            }
        }
        let digits: String = digits.into_iter().rev().collect();
        let digits = digits.trim_start_matches('0');
        let is_all = left.is_empty();
        is_all.then(|| if digits.is_empty() { "0" } else { digits }.to_owned())
    }
}

/// A number without exponent and without zeros that say nothing: some programs
/// write `4.917612345678E12`, or `4711.0`.
fn plain(stored: &str) -> Option<String> {
    /// Longer ones are no ids but astronomy.
    const MOST: usize = 24;
    let (mantissa, exponent) = match stored.split_once(['E', 'e']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (stored, 0),
    };
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", mantissa),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_number = !whole.is_empty()
        && [whole, fraction]
            .iter()
            .all(|part| part.bytes().all(|b| b.is_ascii_digit()));
    let exponent = usize::try_from(exponent).ok().filter(|n| *n <= MOST)?;
    if !is_number || stored.len() > 2 * MOST {
        return None;
    }
    let filled = format!("{fraction:0<exponent$}");
    let (moved, fraction) = filled.split_at_checked(exponent)?;
    let whole = format!("{whole}{moved}");
    let bare = whole.trim_start_matches('0');
    // Zeros in front are kept where no exponent made them: nobody writes them
    // but to say something.
    let whole = match (exponent, bare) {
        (0, _) => whole.as_str(),
        (_, "") => "0",
        (_, bare) => bare,
    };
    let fraction = fraction.trim_end_matches('0');
    let point = if fraction.is_empty() { "" } else { "." };
    Some(format!("{sign}{whole}{point}{fraction}"))
}

const fn start(since_1904: bool) -> Date {
    if since_1904 {
        date(1904, 1, 1)
    } else {
        date(1899, 12, 30)
    }
}

/// What a cell shows for a stored number.
pub(crate) fn show(stored: &str, display: &Display, since_1904: bool) -> Arc<str> {
    // Nearly all numbers are shown as they are.
    let is_plain = || {
        let whole = stored.bytes().all(|b| b.is_ascii_digit());
        whole || !(stored.ends_with('0') || stored.contains(['E', 'e']))
    };
    if *display == Display::Plain && is_plain() {
        return Arc::from(stored);
    }
    let number = plain(stored);
    let number = number.as_deref().unwrap_or(stored);
    let shown = match display {
        Display::Plain => None,
        Display::Date => show_date(number, since_1904),
        Display::Masks(masks) => show_mask(number, masks),
    };
    shown.map_or_else(|| Arc::from(number), Arc::from)
}

fn show_mask(number: &str, masks: &[Mask]) -> Option<String> {
    let is_whole = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    let value = number.parse().ok().filter(|_| is_whole)?;
    let mask = masks.iter().find(|mask| mask.is_for(value))?;
    Some(mask.show(number))
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
pub(crate) fn store(shown: &str, old: &str, display: &Display, since_1904: bool) -> Option<String> {
    match display {
        Display::Plain => fits(shown.to_owned(), shown, display, since_1904),
        Display::Masks(masks) => masks
            .iter()
            .filter_map(|mask| mask.digits(shown))
            .find_map(|digits| fits(digits, shown, display, since_1904)),
        Display::Date => {
            let mut parts = shown.split('.');
            let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
            let day = date_of(day, month, year)?;
            let days = (day - start(since_1904)).get_days();
            let old = plain(old)?;
            let rest = old.split_once('.').map(|(_, rest)| format!(".{rest}"));
            let stored = format!("{days}{}", rest.unwrap_or_default());
            fits(stored, shown, display, since_1904)
        }
    }
}

/// The number, if a cell can hold it and shows it like this.
fn fits(stored: String, shown: &str, display: &Display, since_1904: bool) -> Option<String> {
    // Fifteen digits are what a number keeps.
    let is_number = stored.parse::<f64>().is_ok()
        && stored.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && (stored == "0" || stored.starts_with("0.") || !stored.starts_with('0'))
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
            (164, Some("0"), Display::Plain),
            (164, Some("0_-"), Display::Plain),
            (164, Some(";;;"), Display::Plain),
            (164, Some("0%"), Display::Plain),
            (164, Some("# ?/?"), Display::Plain),
            (164, Some("0.00E+00"), Display::Plain),
        ] {
            assert_eq!(display(id, code), expected, "{id} {code:?}");
        }
    }

    #[test]
    fn masks_show_digits_between_signs_and_are_read_again() {
        let phone = "[<=9999999]###\\-####;\\(###\\)\\ ###\\-####";
        for (code, stored, shown) in [
            ("00000", "1234", "01234"),
            ("00000\\-0000", "12345678", "01234-5678"),
            ("0000-000", "123456", "0123-456"),
            ("000\\-00\\-0000", "78051120", "078-05-1120"),
            (phone, "5551234", "555-1234"),
            (phone, "3125551234", "(312) 555-1234"),
            ("\"+\"0", "4917612345678", "+4917612345678"),
            ("\"Az. \"0", "4711", "Az. 4711"),
            ("000\"/\"000\"/\"00000", "18181508155", "181/815/08155"),
            ("00 00 00", "1234567", "123 45 67"),
            ("[$DM-407]\\ 0", "5", "DM 5"),
            ("00_-;-0", "7", "07 "),
            ("??-0", "12", " 1-2"),
        ] {
            let display = display(164, Some(code));
            assert_ne!(display, Display::Plain, "{code}");
            assert_eq!(&*show(stored, &display, false), shown, "{code}");
            let again = store(shown, "1", &display, false);
            assert_eq!(again.as_deref(), Some(stored), "{code}");
        }
        let zip = display(164, Some("00000\\-0000"));
        assert_eq!(store("0123-45678", "1", &zip, false), None);
        assert_eq!(store("[ORT_1]", "1", &zip, false), None);
        assert_eq!(&*show("-12", &zip, false), "-12");
        assert_eq!(&*show("1.5", &zip, false), "1.5");
    }

    #[test]
    fn numbers_lose_their_exponent() {
        for (stored, shown) in [
            ("4.917612345678E12", "4917612345678"),
            ("1.2345678E7", "12345678"),
            ("1.5e1", "15"),
            ("1.25E1", "12.5"),
            ("0E5", "0"),
            ("-3.0E2", "-300"),
            ("4711.0", "4711"),
            ("12.50", "12.5"),
            ("10", "10"),
            ("007", "007"),
            ("1E-5", "1E-5"),
            ("1E300", "1E300"),
            ("E5", "E5"),
            ("1.0.0", "1.0.0"),
            ("", ""),
        ] {
            assert_eq!(&*show(stored, &Display::Plain, false), shown, "{stored}");
        }
        let date = &*show("2.9221E4", &Display::Date, false);
        assert_eq!(date, "01.01.1980");
    }

    #[test]
    fn days_become_dates_and_back() {
        for (stored, since_1904, shown) in [
            ("29221", false, "01.01.1980"),
            ("29221.5", false, "01.01.1980"),
            ("1", false, "01.01.1900"),
            ("27759", true, "01.01.1980"),
        ] {
            assert_eq!(&*show(stored, &Display::Date, since_1904), shown);
            assert_eq!(
                store(shown, stored, &Display::Date, since_1904).as_deref(),
                Some(stored).filter(|s| *s != "1")
            );
        }
        assert_eq!(&*show("-3", &Display::Date, false), "-3");
        assert_eq!(store("[ID_1]", "1234", &Display::Plain, false), None);
        assert_eq!(store("0123", "1234", &Display::Plain, false), None);
    }
}
