//! Rules for values right behind their label: what data files, logs and reference
//! lines write as `plz="65185"`, `Konto="tquast"`, `Unser Zeichen: Mü/ab`.
//!
//! The label is the proof, so each of them counts only with it.

use super::generic_checks::{secret, user_name_end};
use super::{rule, strong};
use crate::detect::context::{Topic, Topics};
use crate::detect::pattern::{Check, Rule, Start};
use crate::entity::EntityType;

/// A rule whose value follows a word of its topics.
const fn after(entity_type: EntityType, name: &'static str, source: &'static str) -> Rule {
    Rule {
        start: Start::After,
        required: true,
        ..rule(entity_type, name, source)
    }
}

/// A town: a capital, small letters, perhaps more words.
macro_rules! town {
    () => {
        r"(?P<v>(?:(?:Bad|Sankt|St\.|Groß|Klein|Neu|Alt|Markt)~)?\p{Lu}[\p{L}]+(?:-\p{L}+){0,3}(?:~(?:am|an~der|im|in~der|ob~der)~\p{Lu}\p{L}+)?)"
    };
}

/// The rules of this file.
pub(super) const RULES: &[Rule] = &[
    Rule {
        pattern: r#"["']?(?:~?[=:]~?["']?|>)(?P<v>\d{5})"#,
        check: Check::Is(super::town::postal_code),
        confirmed: 0.9,
        context: Topics::of(&[Topic::PostalCode]),
        ..after(
            EntityType::PostalCode,
            "postal_code_key",
            "Deutsche Post, Postleitzahlen; JSON, XML",
        )
    },
    Rule {
        pattern: concat!(r#"(?:["']~?:~?["']|=["']?|>)"#, town!()),
        loose: true,
        confirmed: 0.8,
        context: Topics::of(&[Topic::City]),
        ..after(EntityType::City, "city_key", "usage: JSON, XML")
    },
    Rule {
        // A passport number of letters only; nine of those that German ones use.
        pattern: r"(?:[\p{L}-]{0,12}\.?)?(?:~?(?:Nr|Nummer|No)\.?)?~?:?~{1,12}(?P<v>[CFGHJKLMNPRTVWXYZ]{9})",
        confirmed: 0.85,
        context: Topics::of(&[Topic::Passport]),
        ..after(
            EntityType::Passport,
            "reisepass_letters",
            "PassV; ICAO 9303",
        )
    },
    Rule {
        pattern: r"(?:en)?~?:?~{1,12}(?P<v>\p{Lu}\p{L}{0,3}[-/.]\p{Ll}{1,3})",
        confirmed: 0.6,
        context: Topics::of(&[Topic::Sign]),
        around: Some(|_, after| {
            !after.starts_with(['-', '/']) && !after.starts_with('.') || after == "."
        }),
        ..after(
            EntityType::CaseNumber,
            "diktatzeichen",
            "DIN 5008, Bezugszeichenzeile",
        )
    },
    Rule {
        pattern: r#"(?:[\p{L}]{0,10})?=["'](?P<v>[a-zA-Z@][\p{L}0-9._\\-]{2,40})["']"#,
        check: Check::Cut(user_name_end),
        loose: true,
        confirmed: 0.8,
        context: Topics::of(&[Topic::User, Topic::Login, Topic::Iban]),
        ..after(EntityType::UserName, "user_key", "usage: logs, XML")
    },
    Rule {
        pattern: r"~{1,2}(?P<v>[A-Za-z0-9._~+/-]{20,2000}=*)",
        check: Check::Is(secret),
        loose: true,
        context: Topics::of(&[Topic::Bearer]),
        ..strong_after("secret_bearer", "RFC 6750")
    },
    Rule {
        pattern: r"\s{0,4}(?P<v>[A-Za-z0-9+/=\s]{40}[A-Za-z0-9+/=\s]*[A-Za-z0-9+/=])",
        loose: true,
        context: Topics::of(&[Topic::PrivateKey]),
        ..strong_after("secret_private_key", "RFC 7468")
    },
];

const fn strong_after(name: &'static str, source: &'static str) -> Rule {
    Rule {
        start: Start::After,
        required: true,
        ..strong(EntityType::Secret, name, source)
    }
}
