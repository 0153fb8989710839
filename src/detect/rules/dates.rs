//! Dates of birth and death: a valid date in any writing, and a word that says
//! which it is. Other dates are not personal data by themselves.

use super::rule;
use crate::detect::context::{Topic, Topics};
use crate::detect::pattern::{Check, Digits, Rule, Start};
use crate::entity::EntityType;

/// Numbers, points, spaces: 3.7.1984, 03. 07. 84, 3/7/1984, 03-07-1984, 1984-07-03.
const NUMERIC: &str = r"\d{1,2}~?[./]~?\d{1,2}~?[./]~?(?:\d{4}|['’]?\d{2})|\d{1,2}¬\d{1,2}¬\d{4}|\d{4}¬\d{2}¬\d{2}|\d{4}/\d{2}/\d{2}";

/// A day, a month's name, a year: 3. Juli 1984, 3 July 1984, 03. Jul. 84.
const NAMED: &str = r"\d{1,2}(?:\.|st|nd|rd|th)?(?:~{0,2}|~of~|¬)(?i:jan|jän|feb|mär|maer|mar|apr|mai|may|jun|jul|aug|sep|okt|oct|nov|dez|dec)[a-zäöüA-ZÄÖÜ]{0,6}\.?(?:~{1,2}|,~?|¬)(?:\d{4}|['’]?\d{2})";

/// The same with the month first: July 3, 1984.
const ENGLISH: &str = r"(?i:january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.?~\d{1,2}(?:st|nd|rd|th)?,?~\d{4}";

/// The rules of this file.
#[must_use]
pub fn rules() -> Vec<Rule> {
    [DATED, BARE].concat()
}

const SOURCE: &str = "DIN 5008, ISO 8601";
const BIRTH: Topics = Topics::of(&[Topic::Birth, Topic::BirthPlace]);
const DEATH: Topics = Topics::of(&[Topic::Death]);

/// A whole date next to a word for birth.
const fn birth(name: &'static str, pattern: &'static str, start: Start, digits: Digits) -> Rule {
    Rule {
        pattern,
        start,
        digits,
        check: Check::Is(date),
        around: Some(no_time_of_day),
        context: BIRTH,
        against: DEATH,
        required: true,
        confirmed: 0.95,
        ..rule(EntityType::DateOfBirth, name, SOURCE)
    }
}

/// A whole date next to a word for death.
const fn death(name: &'static str, pattern: &'static str, digits: Digits) -> Rule {
    Rule {
        entity_type: EntityType::DateOfDeath,
        context: DEATH,
        against: BIRTH,
        ..birth(name, pattern, Start::Digit, digits)
    }
}

const DATED: &[Rule] = &[
    birth("birth_numeric", NUMERIC, Start::Digit, Digits::new(1, 8, 4)),
    birth("birth_named", NAMED, Start::Digit, Digits::new(1, 2, 3)),
    birth("birth_english", ENGLISH, Start::Upper, Digits::new(1, 2, 3)),
    death("death_numeric", NUMERIC, Digits::new(1, 8, 4)),
    death("death_named", NAMED, Digits::new(1, 2, 3)),
];

const BARE: &[Rule] = &[
    Rule {
        // "Alma Quast (92, am 4. Mai 1934)": an age and a day.
        pattern: NAMED,
        digits: Digits::new(1, 2, 3),
        check: Check::Is(long_ago),
        around: Some(aged),
        score: 0.75,
        against: DEATH,
        ..rule(EntityType::DateOfBirth, "birth_aged", SOURCE)
    },
    Rule {
        // "Quast, Torben, 03.07.1984": a list of persons with their birthdays.
        pattern: r"\d{2}\.\d{2}\.\d{4}|\d{4}-\d{2}-\d{2}",
        digits: Digits::new(2, 4, 8),
        check: Check::Is(long_ago),
        around: Some(listed),
        score: 0.55,
        context: BIRTH,
        against: Topics::of(&[Topic::Death, Topic::Thing]),
        ..rule(EntityType::DateOfBirth, "birth_listed", SOURCE)
    },
    Rule {
        // "Quast;Torben;m;3.7.84": the same, with the sex before a short date.
        pattern: r"\d{1,2}\.\d{1,2}\.\d{2}",
        digits: Digits::new(1, 2, 4),
        check: Check::Is(long_ago),
        around: Some(sexed),
        score: 0.55,
        context: BIRTH,
        against: DEATH,
        ..rule(EntityType::DateOfBirth, "birth_sexed", SOURCE)
    },
    Rule {
        pattern: r"\d{4}",
        digits: Digits::new(4, 4, 4),
        check: Check::Is(year),
        context: BIRTH,
        against: DEATH,
        required: true,
        confirmed: 0.8,
        ..rule(EntityType::DateOfBirth, "birth_year", SOURCE)
    },
    Rule {
        pattern: r"\d{8}|\d{6}",
        digits: Digits::new(6, 8, 6),
        check: Check::Is(packed),
        context: BIRTH,
        against: DEATH,
        required: true,
        confirmed: 0.8,
        ..rule(EntityType::DateOfBirth, "birth_packed", SOURCE)
    },
];

/// "12.03.2020 14:30" after a birth word is the time of an entry, not of a birth,
/// only if the word is far; here just the markdown star is sorted out.
fn no_time_of_day(before: &str, after: &str) -> bool {
    let marked = before.trim_end().ends_with("**") || before.trim_end().ends_with("/*");
    let starred = before.trim_end().ends_with('*') && before.trim_start() == "* ";
    let item = starred && after.trim_start().starts_with(char::is_alphanumeric);
    !marked && !item
}

/// Whether a text is a date of the calendar, in the last 130 years.
#[must_use]
pub fn date(value: &str) -> bool {
    parse(value).is_some()
}

/// The date that a text writes; two-digit years count from 1930 to 2029.
#[must_use]
pub fn parse(value: &str) -> Option<jiff::civil::Date> {
    if !worded(value) {
        return None;
    }
    let numbers: Vec<&str> = value
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .collect();
    let number = |at: usize| numbers.get(at).and_then(|part| part.parse::<i16>().ok());
    let (year, month, day) = match (month(value), numbers.as_slice()) {
        (Some(month), [_, year]) => (century(number(1)?, year.len()), month, number(0)?),
        (None, [year, _, _]) if year.len() == 4 => (number(0)?, number(1)?, number(2)?),
        (None, [_, _, year]) => (century(number(2)?, year.len()), number(1)?, number(0)?),
        _ => return None,
    };
    // English writings may put the month first.
    let (month, day) = if month > 12 && day <= 12 && value.contains('/') {
        (day, month)
    } else {
        (month, day)
    };
    if !(1880..=2035).contains(&year) {
        return None;
    }
    jiff::civil::Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// Whether the letters of a text are a month and an ordinal, and nothing else.
fn worded(value: &str) -> bool {
    value
        .split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty())
        .all(|word| matches!(word, "st" | "nd" | "rd" | "th" | "of") || month(word).is_some())
}

fn century(year: i16, length: usize) -> i16 {
    match (length, year) {
        (2, ..30) => 2000 + year,
        (2, _) => 1900 + year,
        _ => year,
    }
}

fn month(value: &str) -> Option<i16> {
    let lower = value.to_lowercase();
    let word = lower
        .split(|c: char| !c.is_alphabetic())
        .find(|word| word.chars().count() >= 3)?;
    let start: String = word.chars().take(3).collect();
    Some(match start.as_str() {
        "jan" | "jän" => 1,
        "feb" => 2,
        "mär" | "mae" | "mar" => 3,
        "apr" => 4,
        "mai" | "may" => 5,
        "jun" => 6,
        "jul" => 7,
        "aug" => 8,
        "sep" => 9,
        "okt" | "oct" => 10,
        "nov" => 11,
        "dez" | "dec" => 12,
        _ => return None,
    })
}

/// Dates of letters and decisions are recent; birthdays mostly are not.
fn long_ago(value: &str) -> bool {
    parse(value).is_some_and(|date| date.year() < 2015)
}

/// An age in front: "(92, am".
fn aged(before: &str, _: &str) -> bool {
    let left = before.trim_end();
    let left = ["am", "geb.", "*"]
        .iter()
        .find_map(|mark| left.strip_suffix(mark))
        .unwrap_or(left);
    let Some(left) = left.trim_end().strip_suffix(',') else {
        return false;
    };
    let age: String = left
        .chars()
        .rev()
        .take_while(char::is_ascii_digit)
        .collect();
    (1..=3).contains(&age.len())
        && left
            .strip_suffix(age.chars().rev().collect::<String>().as_str())
            .is_some_and(|left| left.ends_with('('))
}

/// A column with the sex before a date, another column behind it.
fn sexed(before: &str, after: &str) -> bool {
    let sex = ["m", "w", "d"].iter().any(|sex| {
        [";", "|", "\t", ","].iter().any(|between| {
            before
                .strip_suffix(between)
                .and_then(|left| left.strip_suffix(sex))
                .is_some_and(|left| left.ends_with(between))
        })
    });
    sex && (after.is_empty() || after.starts_with([',', ';', '|', '\t', '\n', '\r']))
}

/// A capitalized word and a comma before the date, the next field behind it.
fn listed(before: &str, after: &str) -> bool {
    let left = before.trim_end_matches([' ', '\t']);
    let gap = before.len() - left.len();
    let sex = left.ends_with(" w")
        || left.ends_with(" m")
        || left.ends_with(" d")
        || left.ends_with("\tw")
        || left.ends_with("\tm")
        || ["|m|", "|w|", "|d|", ";m;", ";w;", ";d;"]
            .iter()
            .any(|mark| left.ends_with(mark));
    let bracketed = before
        .strip_suffix('(')
        .is_some_and(|left| left.ends_with(' '))
        && after.starts_with(')');
    let comma = left.ends_with([',', ';', '|']);
    let word = left
        .trim_end_matches([',', ';', '|', ' ', '('])
        .rsplit([' ', ',', ';', '|', '\t'])
        .next()
        .unwrap_or_default();
    let named = word.starts_with(char::is_uppercase)
        && word.chars().count() > 1
        && word.chars().all(|c| c.is_alphabetic() || c == '-');
    let columns = comma || gap > 1 || before.ends_with('\t');
    let place = ["Ort", "Datum", "Stand", "vom", "Bescheid", "Antrag"].contains(&word);
    let ends = after.is_empty()
        || after.starts_with([',', ';', '|', '\t', ')', '"', '\''])
        || after.starts_with("  ")
        || after.starts_with(" |");
    if bracketed {
        return named && !place;
    }
    ends && !place
        && columns
        && (sex || named && (left.contains(',') || left.contains(';') || left.contains('|')))
}

fn year(value: &str) -> bool {
    value
        .parse()
        .is_ok_and(|year: i16| (1900..=2030).contains(&year))
}

/// ddmmyyyy, yyyymmdd or ddmmyy.
fn packed(value: &str) -> bool {
    let part = |from: usize, to: usize| value.get(from..to).unwrap_or("x");
    if value.len() == 6 {
        return date(&format!("{}.{}.{}", part(0, 2), part(2, 4), part(4, 6)));
    }
    date(&format!("{}.{}.{}", part(0, 2), part(2, 4), part(4, 8)))
        || date(&format!("{}-{}-{}", part(0, 4), part(4, 6), part(6, 8)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writings_of_one_day() {
        let day = jiff::civil::date(1984, 7, 3);
        for text in [
            "3.7.1984",
            "03.07.84",
            "03. 07. 1984",
            "3. Juli 1984",
            "3 July 1984",
            "3rd of July 1984",
            "July 3, 1984",
            "1984-07-03",
            "03/07/1984",
            "3. Jul. ’84",
            "03-07-1984",
        ] {
            assert_eq!(parse(text), Some(day), "{text}");
        }
    }

    #[test]
    fn no_days() {
        for text in [
            "31.02.1984",
            "29.02.1985",
            "0.1.2000",
            "12.13.1999",
            "3. Foo 1984",
            "1.1.1700",
            "",
            "1.2",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert!(parse("29.02.1984").is_some());
    }
}
