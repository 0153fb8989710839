//! Coarser values: a date's year, the first two digits of a postal code, the
//! state of a town, an age band. What has no coarser form here is redacted by
//! the caller: nothing is left finer than it was asked for.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a few entity types have a coarser form, the others have none"
)]

use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

use crate::entity::EntityType;
use crate::token::Language;

/// Widths of age bands, in years.
const BAND: u32 = 10;
/// From this age on there are so few people that the band is open.
const OLD: u32 = 90;

/// The coarser form of a value; `None` if there is none.
#[must_use]
pub fn generalize(entity_type: EntityType, text: &str, language: Language) -> Option<String> {
    match entity_type {
        EntityType::DateOfBirth | EntityType::DateOfDeath => year(text),
        EntityType::PostalCode => postal_code(text),
        EntityType::City | EntityType::PlaceOfBirth | EntityType::Location => state(text, language),
        EntityType::IpAddress => network(text),
        EntityType::Iban | EntityType::Bic => country(entity_type, text),
        // The age is a type of its own only where a rule names one.
        _ if entity_type.name() == "AGE" => band(text),
        _ => None,
    }
}

/// `03.07.1984`, `3. Juli 1984`, `1984-07-03` and `3.7.84` → `1984`.
fn year(text: &str) -> Option<String> {
    let numbers: Vec<&str> = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|number| !number.is_empty())
        .collect();
    let four = numbers.iter().find(|number| number.len() == 4);
    if let Some(year) = four {
        return Some((*year).to_owned());
    }
    let last = numbers.last().filter(|last| last.len() == 2)?;
    let short: u32 = last.parse().ok()?;
    // A birth or a death lies in the past.
    let century = if short > 26 { 1900 } else { 2000 };
    Some((century + short).to_string())
}

/// `65185` → `65xxx`, `SW1A 1AA` → `SWxx xxx`.
fn postal_code(text: &str) -> Option<String> {
    let mut n_kept = 0;
    let coarse = text.trim().chars().map(|c| {
        if c.is_alphanumeric() {
            n_kept += 1;
            if n_kept > 2 { 'x' } else { c }
        } else {
            c
        }
    });
    let coarse: String = coarse.collect();
    (n_kept > 3).then_some(coarse)
}

/// `47 Jahre` → `40–49`, as far as a number stands there.
fn band(text: &str) -> Option<String> {
    let digits: String = text
        .chars()
        .skip_while(|c| !c.is_ascii_digit())
        .take_while(char::is_ascii_digit)
        .collect();
    let age: u32 = digits.parse().ok().filter(|age| *age < 130)?;
    if age >= OLD {
        return Some(format!("{OLD}+"));
    }
    let from = age / BAND * BAND;
    Some(format!("{from}-{}", from + BAND - 1))
}

/// `10.1.12.3` → `10.1.x.x`, `2001:db8:1::1` → `2001:db8::x`.
fn network(text: &str) -> Option<String> {
    let (separator, rest) = if text.contains(':') {
        (':', "::x")
    } else {
        ('.', ".x.x")
    };
    let mut groups = text.trim().split(separator);
    let (one, other) = (groups.next()?, groups.next()?);
    (!one.is_empty() && !other.is_empty()).then(|| format!("{one}{separator}{other}{rest}"))
}

/// The country of an account or a bank.
fn country(entity_type: EntityType, text: &str) -> Option<String> {
    let signs: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
    let at = if entity_type == EntityType::Iban {
        0
    } else {
        4
    };
    let code: String = signs.get(at..at + 2)?.iter().collect();
    let letters = code.chars().all(|c| c.is_ascii_alphabetic());
    letters.then(|| code.to_ascii_uppercase())
}

/// The state of a German town, the country of another.
fn state(text: &str, language: Language) -> Option<String> {
    static TOWNS: LazyLock<HashMap<String, (&'static str, &'static str)>> = LazyLock::new(towns);
    let key = folded(text);
    let inflected = || key.strip_suffix('s').and_then(|stem| TOWNS.get(stem));
    let (de, en) = TOWNS.get(&key).or_else(inflected)?;
    Some(match language {
        Language::De => (*de).to_owned(),
        Language::En => (*en).to_owned(),
    })
}

/// Lines of `towns.txt`: `@German name|English name`, then the towns, separated
/// by commas.
fn towns() -> HashMap<String, (&'static str, &'static str)> {
    let mut state = ("", "");
    let mut towns = HashMap::new();
    for line in include_str!("towns.txt").lines() {
        if line.starts_with('#') {
            continue;
        }
        if let Some(names) = line.strip_prefix('@') {
            state = names.split_once('|').unwrap_or((names, names));
            continue;
        }
        let names = line.split(',').map(str::trim);
        for name in names.filter(|name| !name.is_empty()) {
            towns.insert(folded(name), state);
        }
    }
    towns
}

/// Lower case, umlauts as letters with marks taken apart and kept together.
fn folded(text: &str) -> String {
    let text: String = text.nfkc().collect::<String>().to_lowercase();
    let text = text.replace('ä', "ae").replace('ö', "oe");
    let text = text.replace('ü', "ue").replace('ß', "ss");
    let mut key = String::new();
    for word in text.split(|c: char| !c.is_alphanumeric()) {
        if !word.is_empty() {
            if !key.is_empty() {
                key.push(' ');
            }
            key.push_str(word);
        }
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_get_coarser_or_nothing() {
        use EntityType as T;
        for (entity_type, text, coarse) in [
            (T::DateOfBirth, "03.07.1984", Some("1984")),
            (T::DateOfBirth, "3. Juli 1984", Some("1984")),
            (T::DateOfBirth, "3.7.84", Some("1984")),
            (T::DateOfBirth, "3.7.05", Some("2005")),
            (T::DateOfBirth, "Juli", None),
            (T::PostalCode, "65185", Some("65xxx")),
            (T::PostalCode, "A-1010", Some("A-1xxx")),
            (T::City, "Wiesbaden", Some("Hessen")),
            (T::City, "MÜNCHEN", Some("Bayern")),
            (T::City, "Kölns", Some("Nordrhein-Westfalen")),
            (T::City, "Frankfurt am Main", Some("Hessen")),
            (T::City, "Wien", Some("Österreich")),
            (T::City, "Kleinkleckersdorf", None),
            (T::IpAddress, "10.1.12.3", Some("10.1.x.x")),
            (T::IpAddress, "2001:db8:1::1", Some("2001:db8::x")),
            (T::Iban, "DE12 5001", Some("DE")),
            (T::Bic, "COBADEFF", Some("DE")),
            (T::Person, "Max Müller", None),
            (T::Phone, "0611 123456", None),
        ] {
            let found = generalize(entity_type, text, Language::De);
            assert_eq!(found.as_deref(), coarse, "{text}");
        }
        assert_eq!(
            generalize(T::City, "Nürnberg", Language::En).as_deref(),
            Some("Bavaria")
        );
        assert_eq!(band("47 Jahre").as_deref(), Some("40-49"));
        assert_eq!(band("91").as_deref(), Some("90+"));
    }
}
