//! What the values of `de`'s rules must fulfill beside their patterns, and what
//! may stand around them.

use super::{dates, plates};

/// Digits of a value.
pub(super) fn count(value: &str) -> usize {
    value.bytes().filter(u8::is_ascii_digit).count()
}

/// The end of a phone number: where another one begins ("0221 1234 / 0171 5678"),
/// it is over.
pub(super) fn phone_end(value: &str) -> Option<usize> {
    let mut n = 0;
    let mut gap = None;
    for (at, c) in value.char_indices() {
        if c.is_ascii_digit() {
            let next = value.get(at + 1..).unwrap_or_default();
            let another = c == '0' && next.starts_with(|c: char| c.is_ascii_digit());
            if let Some(start) = gap.filter(|start| {
                another
                    && n >= 7
                    && value
                        .get(*start..at)
                        .is_some_and(|gap| gap.contains('/') || gap.contains("  "))
            }) {
                return phone(value.get(..start)?).then_some(start);
            }
            n += 1;
            gap = None;
        } else if gap.is_none() {
            gap = Some(at);
        }
    }
    phone(value).then_some(value.len())
}

pub(super) fn phone(value: &str) -> bool {
    let n = count(value);
    let dated = dates::date(value.trim_matches(['(', ')']));
    let balanced = value.matches('(').count() == value.matches(')').count();
    let least = if value.starts_with("00") { 10 } else { 7 };
    (least..=16).contains(&n) && !dated && balanced && !service(value) && prefix(value)
}

/// Whether the number begins as one may: three digits of an area code only in
/// the four largest cities (and in Britain), 01 only for mobile phones.
fn prefix(value: &str) -> bool {
    let first: String = value
        .chars()
        .skip_while(|c| !c.is_ascii_digit())
        .take_while(char::is_ascii_digit)
        .collect();
    if value.starts_with(['+', '(']) && value.contains('+') || first.starts_with("00") {
        return true;
    }
    if value.starts_with("(0)") {
        return true;
    }
    let mobile = ["015", "016", "017"]
        .iter()
        .any(|start| first.starts_with(start));
    match first.len() {
        3 => {
            [
                "030", "040", "069", "089", "020", "023", "024", "028", "029",
            ]
            .contains(&first.as_str())
                || mobile
        }
        _ => !first.starts_with("01") || mobile,
    }
}

/// Without separators a number must be as long as mobile numbers are.
pub(super) fn compact_phone(value: &str) -> bool {
    phone(value) && count(value) >= 10
}

/// Numbers that belong to no person: free and shared-cost services, and
/// placeholders of one digit.
fn service(value: &str) -> bool {
    let digits: String = value.chars().filter(char::is_ascii_digit).collect();
    let first = value
        .chars()
        .skip_while(|c| !c.is_ascii_digit())
        .take_while(char::is_ascii_digit)
        .count();
    if digits.starts_with("09") && first == 5 {
        return false;
    }
    let national = digits
        .strip_prefix("0049")
        .or_else(|| digits.strip_prefix("49"))
        .map_or(digits.clone(), |rest| format!("0{rest}"));
    ["0800", "0180", "0900", "0137", "0138"]
        .iter()
        .any(|prefix| digits.starts_with(prefix) || national.starts_with(prefix))
}

pub(super) fn local_phone(value: &str) -> bool {
    let varied = value.bytes().any(|b| b.is_ascii_digit() && b != b'0');
    (3..=10).contains(&count(value)) && varied && !dates::date(value)
}

/// No part of a longer row of numbers, no sum.
pub(super) fn no_number_around(before: &str, after: &str) -> bool {
    let left = before.strip_suffix([' ', '\u{a0}']).unwrap_or(before);
    let right = after.trim_start_matches([' ', '\u{a0}']);
    let row = left.len() < before.len()
        && digit_tail(left) > 0
        && !left.ends_with(|c: char| !c.is_ascii_digit());
    !row && !before.ends_with(['-', '/', '.', '#'])
        && !["€", "EUR", "%"].iter().any(|unit| right.starts_with(unit))
}

fn digit_tail(text: &str) -> usize {
    text.bytes().rev().take_while(u8::is_ascii_digit).count()
}

/// A number without an area code needs the word right before it.
pub(super) fn follows_phone_word(before: &str, after: &str) -> bool {
    let left = before.trim_end_matches([' ', '\u{a0}', '\t', '-', '–', ':', '.', '/']);
    let word = left
        .rsplit(|c: char| c.is_whitespace() || "(/:|".contains(c))
        .next()
        .unwrap_or_default()
        .to_lowercase();
    let known = [
        "tel",
        "telefon",
        "fon",
        "fax",
        "telefax",
        "durchwahl",
        "dw",
        "mobil",
        "handy",
        "apparat",
        "app",
        "ruf",
        "nst",
        "nebenstelle",
        "phone",
        "telnr",
        "telefonnummer",
        "durchw",
        "hausruf",
        "quer",
        "ext",
        "mobile",
    ];
    let unit = after.trim_start();
    known.contains(&word.trim_end_matches('.'))
        && !unit.starts_with(['€', '%', '.'])
        && !unit.starts_with("Uhr")
        && !unit.starts_with("EUR")
}

pub(super) fn no_slash_around(before: &str, after: &str) -> bool {
    !before.ends_with(['/', '-', '+']) && !after.starts_with(['/', '-'])
}

pub(super) fn no_hyphen_around(before: &str, after: &str) -> bool {
    let law = after.trim_start();
    !before.ends_with(['-', '/', '.', '_'])
        && !after.starts_with(['/', '-', '%'])
        && !law.starts_with('€')
        && !law.starts_with("EUR")
        && !after.starts_with(".0")
}

pub(super) fn no_amount(before: &str, after: &str) -> bool {
    let right = after.trim_start_matches([' ', '\u{a0}']);
    let unit = [
        "€", "EUR", "Euro", "%", "Uhr", "km", "kg", "m²", "Stück", "Std", "kWh", "Jahre", "Tage",
        "Monate",
    ];
    !unit.iter().any(|unit| right.starts_with(unit))
        && !before.trim_end().ends_with(['§', '€', '$', '£'])
}

/// A number long enough to name a person's record: six digits, or five after letters.
pub(super) fn number_of_thing(value: &str) -> bool {
    let n = count(value);
    let lettered = value.starts_with(|c: char| c.is_ascii_uppercase());
    let of_year = value
        .split_once('/')
        .is_some_and(|(_, year)| year.len() == 4 && year.starts_with("20"));
    (n >= 6 || n == 5 && lettered) && value.len() <= 30 && !dates::date(value) && !of_year
}

/// Passport and card numbers of any state: capitals and digits, mostly digits.
pub(super) fn document_number(value: &str) -> bool {
    let n = count(value);
    let signs = value.chars().filter(char::is_ascii_alphanumeric).count();
    let letters = value.chars().filter(char::is_ascii_uppercase).count();
    let shaped = signs == 9 && n >= 1 && letters >= 1 || n >= 5;
    (7..=12).contains(&signs) && shaped && !dates::date(value)
}

/// The end of the plate, if its district exists.
pub(super) fn plate(value: &str) -> Option<usize> {
    let letters: usize = value
        .chars()
        .take_while(|c| c.is_alphabetic())
        .map(char::len_utf8)
        .sum();
    let district = value.get(..letters)?;
    let signs: usize = value.chars().filter(|c| c.is_alphanumeric()).count();
    if district == "DIN"
        && value
            .get(3..)
            .is_some_and(|rest| rest.trim_start_matches(['-', ' ']).starts_with("EN"))
    {
        return None;
    }
    (plates::is_district(district) && signs <= 10).then_some(value.trim_end().len())
}

/// Whether the letters in the middle are a register sign of a court or a
/// public prosecutor, and not a unit or the name of a norm.
pub(super) fn register_sign(value: &str) -> bool {
    let Some(word) = value
        .split(|c: char| !c.is_alphabetic())
        .find(|part| part.len() > 1 || part.chars().all(char::is_uppercase) && !part.is_empty())
    else {
        return false;
    };
    !matches!(
        word,
        "DIN"
            | "EN"
            | "ISO"
            | "VDE"
            | "Uhr"
            | "EUR"
            | "Abs"
            | "Nr"
            | "Art"
            | "Satz"
            | "BGBl"
            | "Mio"
            | "Mrd"
            | "Stk"
            | "Band"
            | "Seite"
            | "Heft"
    )
}

/// A reference: at least two digits, and more than a plain date, year or sum.
pub(super) fn reference(value: &str) -> bool {
    let year = value.len() == 4
        && value
            .parse()
            .is_ok_and(|year: u16| (1900..2100).contains(&year));
    let n = count(value);
    let mixed =
        value.contains(['/', '-', '.', '_', ':']) || value.bytes().any(|b| b.is_ascii_alphabetic());
    let lettered = value.bytes().any(|b| b.is_ascii_alphabetic());
    let enough = n >= 5
        || n >= 3 && lettered
        || n >= 4 && value.contains('/')
        || n >= 2 && lettered && value.contains(['/', '-']);
    enough && mixed | (n >= 5) && !year && !dates::date(value) && value.len() <= 60
}
