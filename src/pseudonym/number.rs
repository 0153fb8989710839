//! Numbers that belong to nobody: in reserved ranges, or with a checksum that
//! fails on purpose. The format of the original is kept.
//!
//! Phone numbers are those that the Bundesnetzagentur keeps free for films
//! ("Rufnummern für Medienproduktionen"), IP addresses those of RFC 5737, 2544
//! and 3849, host names end in `.example` (RFC 2606), postal codes lie in areas
//! that do not exist (00, 05, 43, 62), IBANs have check digits that no account
//! has (ISO 13616 gives 02 to 98).

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a few entity types are special, the other thirty are alike"
)]

use super::invent::Seed;
use crate::entity::EntityType;

/// A shorter number stands in texts by chance, and restoring would change it.
const MIN_SIGNS: usize = 6;

/// Area and block of the film numbers, without the leading zero.
const FILM_PHONES: [&str; 5] = ["30 23125", "69 90009", "40 66969", "221 4710", "89 99998"];

/// A stand-in for a number, code or address; `None` if there is no safe one.
pub(super) fn stand_in(entity_type: EntityType, text: &str, seed: &Seed) -> Option<String> {
    match entity_type {
        EntityType::PostalCode => postal_code(text, seed),
        EntityType::Phone => Some(phone(text, seed)),
        EntityType::IpAddress => Some(ip_address(text, seed)),
        EntityType::MacAddress => Some(with_start(&scrambled(text, seed), "02")),
        EntityType::Iban => Some(iban(text, seed)),
        EntityType::LicencePlate => Some(plate(text, seed)),
        EntityType::Secret
        | EntityType::FileName
        | EntityType::ListEntry
        | EntityType::Coordinates => None,
        _ => code(entity_type, text, seed),
    }
}

/// Letters become letters, digits digits; the first digit is a zero, which no
/// tax number, VAT number or insurance number begins with.
fn code(entity_type: EntityType, text: &str, seed: &Seed) -> Option<String> {
    let n_signs = text.chars().filter(|c| c.is_alphanumeric()).count();
    let n_digits = text.chars().filter(char::is_ascii_digit).count();
    if n_signs < MIN_SIGNS || n_digits < 3 {
        return None;
    }
    let shown = scrambled(text, seed);
    Some(match entity_type {
        EntityType::CreditCard => spoiled(&shown, luhn),
        EntityType::HealthInsuranceNumber => spoiled(&shown, health_insurance),
        EntityType::IdCard | EntityType::Passport => spoiled(&shown, travel_document),
        EntityType::CaseNumber | EntityType::Parcel | EntityType::RegisterNumber => shown,
        _ => zero_first(&shown),
    })
}

/// Every digit another digit, every letter another letter of its case.
fn scrambled(text: &str, seed: &Seed) -> String {
    let hex = text.contains(':') && text.chars().all(|c| c.is_ascii_hexdigit() || c == ':');
    let mut shown = String::with_capacity(text.len());
    for (at, c) in text.chars().enumerate() {
        let (n, first) = match c {
            '0'..='9' => (10, '0'),
            'a'..='z' => (if hex { 6 } else { 26 }, 'a'),
            'A'..='Z' => (if hex { 6 } else { 26 }, 'A'),
            _ => {
                shown.push(c);
                continue;
            }
        };
        let code = u32::from(first) + seed.below(at + 20, n);
        shown.push(char::from_u32(code).unwrap_or(c));
    }
    shown
}

/// Digits become other digits, the rest stays.
pub(super) fn other_digits(text: &str, seed: &Seed) -> String {
    let digit = |(at, c): (usize, char)| {
        if c.is_ascii_digit() {
            char::from_digit(seed.below(at + 40, 10), 10).unwrap_or('0')
        } else {
            c
        }
    };
    text.chars().enumerate().map(digit).collect()
}

fn zero_first(text: &str) -> String {
    let mut done = false;
    text.chars()
        .map(|c| {
            if c.is_ascii_digit() && !std::mem::replace(&mut done, true) {
                '0'
            } else {
                c
            }
        })
        .collect()
}

/// The same text with other characters at its first letters and digits.
fn with_start(text: &str, start: &str) -> String {
    let mut start = start.chars();
    text.chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                start.next().unwrap_or(c)
            } else {
                c
            }
        })
        .collect()
}

/// Changes the last digit if the check would hold.
fn spoiled(text: &str, holds: fn(&str) -> bool) -> String {
    if !holds(text) {
        return text.to_owned();
    }
    let Some(at) = text.rfind(|c: char| c.is_ascii_digit()) else {
        return text.to_owned();
    };
    let (head, tail) = text.split_at_checked(at).unwrap_or((text, ""));
    let digit = tail
        .chars()
        .next()
        .and_then(|c| c.to_digit(10))
        .unwrap_or(0);
    let other = char::from_digit((digit + 1) % 10, 10).unwrap_or('0');
    let rest = tail.get(1..).unwrap_or_default();
    format!("{head}{other}{rest}")
}

fn digits(text: &str) -> Vec<u32> {
    text.chars().filter_map(|c| c.to_digit(10)).collect()
}

fn luhn(text: &str) -> bool {
    let sum: u32 = digits(text)
        .iter()
        .rev()
        .enumerate()
        .map(|(at, digit)| {
            let value = if at % 2 == 1 { digit * 2 } else { *digit };
            value / 10 + value % 10
        })
        .sum();
    sum.is_multiple_of(10)
}

/// A letter and nine digits (section 290 SGB V): the letter counts as two digits.
fn health_insurance(text: &str) -> bool {
    let letter = text.chars().find(char::is_ascii_alphabetic);
    let number = letter.map_or(0, |c| {
        u32::from(c.to_ascii_uppercase()) - u32::from('A') + 1
    });
    let mut all = vec![number / 10, number % 10];
    all.extend(digits(text));
    let Some((check, body)) = all.split_last() else {
        return false;
    };
    let sum: u32 = body
        .iter()
        .enumerate()
        .map(|(at, digit)| {
            let value = digit * (1 + u32::try_from(at % 2).unwrap_or(0));
            value / 10 + value % 10
        })
        .sum();
    sum % 10 == *check
}

/// ICAO 9303: weights 7, 3, 1, letters from 10.
fn travel_document(text: &str) -> bool {
    let values: Vec<u32> = text.chars().filter_map(|c| c.to_digit(36)).collect();
    let Some((check, body)) = values.split_last() else {
        return false;
    };
    let weights = [7, 3, 1].iter().cycle();
    let sum: u32 = body
        .iter()
        .zip(weights)
        .map(|(value, weight)| value * weight)
        .sum();
    sum % 10 == *check
}

fn postal_code(text: &str, seed: &Seed) -> Option<String> {
    let all = digits(text);
    if all.len() != 5 || text.chars().filter(|c| c.is_alphanumeric()).count() > 6 {
        return None;
    }
    const AREAS: [&str; 4] = ["00", "05", "43", "62"];
    let area = AREAS.get(usize::try_from(seed.below(0, 4)).unwrap_or(0));
    let mut number = format!("{}{:03}", area.unwrap_or(&"00"), seed.below(1, 1000)).into_bytes();
    number.reverse();
    let swap = |c: char| {
        if c.is_ascii_digit() {
            number.pop().map_or(c, char::from)
        } else {
            c
        }
    };
    Some(text.chars().map(swap).collect())
}

fn phone(text: &str, seed: &Seed) -> String {
    let block = FILM_PHONES
        .get(usize::try_from(seed.below(0, 5)).unwrap_or(0))
        .copied()
        .unwrap_or_default();
    let number = format!("{block}{:03}", seed.below(1, 1000));
    // Longer originals get an extension, which lies in the same block.
    let number = if digits(text).len() > 11 {
        format!("{number}{:02}", seed.below(2, 100))
    } else {
        number
    };
    let (area, rest) = number.split_once(' ').unwrap_or(("", &number));
    let separator = if text.contains('/') {
        "/"
    } else if text.contains('-') {
        "-"
    } else if text.contains(char::is_whitespace) {
        " "
    } else {
        ""
    };
    let trimmed = text.trim_start_matches(['(', ' ']);
    if trimmed.starts_with('+') {
        let gap = if separator.is_empty() { "" } else { " " };
        format!("+49{gap}{area}{separator}{rest}")
    } else if trimmed.starts_with("00") {
        format!("0049{area}{separator}{rest}")
    } else if text.starts_with('(') {
        format!("(0{area}) {rest}")
    } else {
        format!("0{area}{separator}{rest}")
    }
}

fn ip_address(text: &str, seed: &Seed) -> String {
    if text.contains(':') {
        return format!(
            "2001:db8::{:x}:{:x}",
            seed.below(0, 65_536),
            seed.below(1, 65_536)
        );
    }
    // The three documentation nets, then the one for benchmarks.
    let host = seed.below(1, 254) + 1;
    match seed.below(0, 6) {
        0 => format!("192.0.2.{host}"),
        1 => format!("198.51.100.{host}"),
        2 => format!("203.0.113.{host}"),
        _ => format!(
            "198.{}.{}.{host}",
            18 + seed.below(2, 2),
            seed.below(3, 256)
        ),
    }
}

/// Check digits 00: the format stays, no bank has it.
fn iban(text: &str, seed: &Seed) -> String {
    let country: String = text
        .chars()
        .filter(|c| c.is_alphanumeric())
        .take(2)
        .collect();
    with_start(&scrambled(text, seed), &format!("{country}00"))
}

/// No district's code begins with X.
fn plate(text: &str, seed: &Seed) -> String {
    with_start(&scrambled(text, seed), "X")
}

/// A house number some steps further; letters behind it stay.
pub(super) fn moved(house: &str, step: u32) -> String {
    let end = house
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(house.len());
    let (number, rest) = house.split_at_checked(end).unwrap_or((house, ""));
    match number.parse::<u32>() {
        Ok(number) => format!("{}{}", number.saturating_add(step), other_range(rest, step)),
        Err(_) => house.to_owned(),
    }
}

/// The second number of "12-14" moves as well.
fn other_range(rest: &str, step: u32) -> String {
    let Some(at) = rest.find(|c: char| c.is_ascii_digit()) else {
        return rest.to_owned();
    };
    let (head, tail) = rest.split_at_checked(at).unwrap_or((rest, ""));
    format!("{head}{}", moved(tail, step))
}

/// The scheme stays, the host is invented, a path becomes six letters.
pub(super) fn url(text: &str, host: &str, seed: &Seed, attempt: u32) -> String {
    let (scheme, rest) = text
        .split_once("://")
        .map_or(("", text), |(scheme, rest)| (scheme, rest));
    let has_path = rest.trim_end_matches('/').contains('/') || attempt > 0;
    let www = if rest.starts_with("www.") { "www." } else { "" };
    let mut shown = if scheme.is_empty() {
        format!("{www}{host}")
    } else {
        format!("{scheme}://{www}{host}")
    };
    if has_path {
        shown.push('/');
        for at in 0..6 {
            shown.push(char::from_u32(u32::from('a') + seed.below(at + 60, 26)).unwrap_or('a'));
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use EntityType as T;

    fn seed(n: u8) -> Seed {
        Seed::new([n.wrapping_mul(37); 32])
    }

    #[test]
    fn stand_ins_keep_the_format_and_belong_to_nobody() {
        for n in 0..200 {
            let of = |entity_type, text| stand_in(entity_type, text, &seed(n)).unwrap();
            let iban = of(T::Iban, "DE12 5001 0517 0648 4898 90");
            assert!(iban.starts_with("DE00 ") && iban.len() == 27, "{iban}");
            assert!(!luhn(&of(T::CreditCard, "4111 1111 1111 1111")));
            assert!(!health_insurance(&of(
                T::HealthInsuranceNumber,
                "A123456780"
            )));
            assert!(!travel_document(&of(T::IdCard, "L01X00T471")));
            let phone = of(T::Phone, "0611/123456");
            let film = FILM_PHONES
                .iter()
                .any(|film| phone.starts_with(&format!("0{}", film.replace(' ', "/"))));
            assert!(film, "{phone}");
            assert!(of(T::Phone, "+49 611 123456").starts_with("+49 "));
            let code = of(T::PostalCode, "D-65185");
            assert!(code.starts_with("D-") && code.len() == 7, "{code}");
            assert!(["00", "05", "43", "62"].contains(&&code[2..4]), "{code}");
            assert!(of(T::TaxId, "86 095 742 719").starts_with('0'));
            assert!(of(T::LicencePlate, "WI-AB 123").starts_with('X'));
            assert!(of(T::IpAddress, "10.0.0.1").starts_with("1") || n > 0);
            assert!(of(T::MacAddress, "a4:5e:60:c1:02:03").starts_with("02:"));
        }
        for (entity_type, text) in [
            (T::Secret, "hunter2hunter2"),
            (T::CustomerNumber, "12345"),
            (T::CustomerNumber, "Kunde"),
        ] {
            assert_eq!(stand_in(entity_type, text, &seed(1)), None, "{text}");
        }
    }

    #[test]
    fn checks_know_real_numbers() {
        assert!(luhn("4111 1111 1111 1111"));
        assert!(health_insurance("A123456780"));
        assert!(travel_document("L01X00T471"));
    }

    #[test]
    fn house_numbers_move_and_stay_apart() {
        assert_eq!(moved("12 a", 30), "42 a");
        assert_eq!(moved("12-14", 30), "42-44");
        assert_eq!(moved("", 30), "");
    }
}
