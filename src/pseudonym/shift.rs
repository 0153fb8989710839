//! Dates moved by some days, in the format in which they stand.

use jiff::ToSpan;
use jiff::civil::Date;

/// Two digits of a year above this are of the last century.
const THIS_CENTURY: i16 = 26;

const MONTHS: [(&str, &str); 12] = [
    ("Januar", "January"),
    ("Februar", "February"),
    ("März", "March"),
    ("April", "April"),
    ("Mai", "May"),
    ("Juni", "June"),
    ("Juli", "July"),
    ("August", "August"),
    ("September", "September"),
    ("Oktober", "October"),
    ("November", "November"),
    ("Dezember", "December"),
];

/// A run of digits or letters in a date.
#[derive(Clone, Copy)]
struct Run<'a> {
    start: usize,
    text: &'a str,
}

/// The date some days later, as it was written; `None` if it is no date.
pub(super) fn shift(text: &str, days: i64) -> Option<String> {
    let runs = runs(text);
    let numbers: Vec<Run<'_>> = runs
        .iter()
        .copied()
        .filter(|run| run.text.starts_with(|c: char| c.is_ascii_digit()))
        .collect();
    let month = runs
        .iter()
        .copied()
        .find_map(|run| Some((run, month_number(run.text)?)));
    let (year, month, day) = match (numbers.as_slice(), month) {
        ([year, month, day], None) if year.text.len() == 4 => (*year, *month, *day),
        ([day, month, year], None) => (*year, *month, *day),
        ([day, year], Some((month, _))) => (*year, month, *day),
        _ => return None,
    };
    let number = |run: Run<'_>| run.text.parse::<i16>().ok();
    let full = match year.text.len() {
        4 => number(year)?,
        2 if number(year)? > THIS_CENTURY => 1900 + number(year)?,
        2 => 2000 + number(year)?,
        _ => return None,
    };
    let month_value = month_number(month.text).or_else(|| number(month)?.try_into().ok())?;
    let date = Date::new(full, month_value, number(day)?.try_into().ok()?).ok()?;
    let moved = date.checked_add(days.days()).ok()?;
    // "31.12.1999" may or may not pad; where neither number tells, it does.
    let numeric = month.text.starts_with(|c: char| c.is_ascii_digit());
    let pads = if numeric {
        day.text.len() == 2 && month.text.len() == 2
    } else {
        day.text.starts_with('0')
    };
    let mut edits = [
        (year, year_text(moved.year(), year.text.len())),
        (month, month_text(month.text, moved.month(), pads)?),
        (day, padded(moved.day(), pads)),
    ];
    edits.sort_unstable_by_key(|(run, _)| run.start);
    let mut shown = String::new();
    let mut at = 0;
    for (run, with) in edits {
        shown.push_str(text.get(at..run.start)?);
        shown.push_str(&with);
        at = run.start + run.text.len();
    }
    shown.push_str(text.get(at..)?);
    Some(shown)
}

fn runs(text: &str) -> Vec<Run<'_>> {
    let mut runs = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(char::is_alphanumeric) {
        let start = text.len() - rest.len() + at;
        let tail = text.get(start..).unwrap_or_default();
        let digit = tail.starts_with(|c: char| c.is_ascii_digit());
        let end = tail
            .find(|c: char| !c.is_alphanumeric() || c.is_ascii_digit() != digit)
            .unwrap_or(tail.len());
        let (run, after) = tail.split_at_checked(end).unwrap_or((tail, ""));
        runs.push(Run { start, text: run });
        rest = after;
    }
    runs
}

/// The month that a word names, in German or English, whole or cut short.
fn month_number(word: &str) -> Option<i8> {
    let lower = word.to_lowercase();
    let plain = lower.replace("maerz", "märz");
    let is = |name: &str| {
        let name = name.to_lowercase();
        name == plain || (plain.chars().count() >= 3 && name.starts_with(&plain))
    };
    let found = MONTHS.iter().position(|(de, en)| is(de) || is(en));
    let austrian = (lower == "jänner").then_some(0);
    i8::try_from(found.or(austrian)? + 1).ok()
}

fn month_text(original: &str, month: i8, pads: bool) -> Option<String> {
    if original.starts_with(|c: char| c.is_ascii_digit()) {
        return Some(padded(month, pads));
    }
    let old = month_number(original)?;
    let at = |month: i8| {
        usize::try_from(month - 1)
            .ok()
            .and_then(|at| MONTHS.get(at))
    };
    let (old_de, old_en) = at(old)?;
    let (de, en) = at(month)?;
    let lower = original.to_lowercase();
    let english = old_en.to_lowercase() == lower && old_de.to_lowercase() != lower;
    let name = if english { en } else { de };
    let short = original.chars().count() < old_de.chars().count().min(old_en.chars().count());
    let name: String = if short {
        name.chars().take(3).collect()
    } else {
        (*name).to_owned()
    };
    let shouted = original.chars().all(char::is_uppercase);
    Some(if shouted { name.to_uppercase() } else { name })
}

fn year_text(year: i16, n_digits: usize) -> String {
    if n_digits == 2 {
        format!("{:02}", year.rem_euclid(100))
    } else {
        format!("{year:04}")
    }
}

/// With a leading zero where the original pads.
fn padded(number: i8, pads: bool) -> String {
    if pads {
        format!("{number:02}")
    } else {
        number.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_move_in_their_format() {
        for (text, days, moved) in [
            ("03.07.1984", 30, "02.08.1984"),
            ("3.7.1984", 30, "2.8.1984"),
            ("3. Juli 1984", 30, "2. August 1984"),
            ("3 July 1984", 30, "2 August 1984"),
            ("July 3, 1984", 30, "August 2, 1984"),
            ("1984-07-03", -3, "1984-06-30"),
            ("31.12.99", 1, "01.01.00"),
            ("12. Dez. 1984", 30, "11. Jan. 1985"),
        ] {
            assert_eq!(shift(text, days).as_deref(), Some(moved), "{text}");
        }
        for text in ["1984", "Juli 1984", "32.13.1984", "morgen", ""] {
            assert_eq!(shift(text, 30), None, "{text}");
        }
    }
}
