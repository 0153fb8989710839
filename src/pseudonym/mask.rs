//! Masks: most of a value blackened for good.
//!
//! A word keeps its first letter, a long number its last digits, as people know
//! it from bank statements. How long the value was does not show. The mark is
//! the letter `x`: stars would be emphasis in Markdown, and blocks are missing
//! in many fonts.

#![allow(
    clippy::wildcard_enum_match_arm,
    reason = "a few entity types are special, the other thirty are alike"
)]

use crate::entity::EntityType;

/// What stands for hidden characters, however many there were.
const HIDDEN: &str = "xxx";
/// A shorter number keeps nothing: its end would be half of it.
const MIN_NUMBER: usize = 8;

/// The mask of a value.
#[must_use]
pub fn mask(entity_type: EntityType, text: &str) -> String {
    let n_digits = text.chars().filter(char::is_ascii_digit).count();
    if entity_type == EntityType::Secret {
        HIDDEN.to_owned()
    } else if entity_type == EntityType::Email {
        format!("{HIDDEN}@{HIDDEN}")
    } else if n_digits > 0 {
        number(entity_type, text)
    } else {
        words(text)
    }
}

/// `Max Müller` → `Mxxx Mxxx`; marks between words stay where they are one sign.
fn words(text: &str) -> String {
    let mut masked = String::new();
    for word in text.split_whitespace() {
        if !masked.is_empty() {
            masked.push(' ');
        }
        for (n, piece) in word.split('-').enumerate() {
            if n > 0 {
                masked.push('-');
            }
            let first = piece.chars().find(|c| c.is_alphanumeric());
            masked.extend(first);
            masked.push_str(HIDDEN);
        }
    }
    if masked.is_empty() {
        HIDDEN.to_owned()
    } else {
        masked
    }
}

/// `DE12 5001 0517 0000 3000` → `xxx3000`; dates and short numbers keep nothing.
fn number(entity_type: EntityType, text: &str) -> String {
    let signs: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
    let keeps = match entity_type {
        EntityType::DateOfBirth | EntityType::DateOfDeath | EntityType::Street => 0,
        EntityType::Iban | EntityType::CreditCard if signs.len() >= 12 => 4,
        _ if signs.len() >= MIN_NUMBER => 2,
        _ => 0,
    };
    let kept = signs.get(signs.len().saturating_sub(keeps)..);
    let kept: String = kept.unwrap_or_default().iter().collect();
    format!("{HIDDEN}{kept}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_shows_little_and_no_length() {
        use EntityType as T;
        for (entity_type, text, masked) in [
            (T::Person, "Max Müller", "Mxxx Mxxx"),
            (T::Person, "Anna-Maria  Özdemir", "Axxx-Mxxx Öxxx"),
            (T::Iban, "DE12 5001 0517 0000 3000 12", "xxx0012"),
            (T::CreditCard, "4111 1111 1111 1111", "xxx1111"),
            (T::Phone, "0611 123456", "xxx56"),
            (T::PostalCode, "65185", "xxx"),
            (T::DateOfBirth, "03.07.1984", "xxx"),
            (T::Email, "m.mueller@web.example", "xxx@xxx"),
            (T::Secret, "hunter2hunter2", "xxx"),
            (T::Street, "Hauptstraße 12", "xxx"),
            (T::Person, "...", "xxx"),
        ] {
            assert_eq!(mask(entity_type, text), masked, "{text}");
        }
    }
}
