//! Phone numbers as they are written in Germany, and abroad with a country code.

use super::de_checks::{
    compact_phone, follows_phone_word, local_phone, no_number_around, phone_end,
};
use super::rule;
use crate::detect::context::{Topic, Topics};
use crate::detect::pattern::{Check, Digits, Rule, Start};
use crate::entity::EntityType;

const PHONES_BASE: Rule = Rule {
    start: Start::Lead,
    check: Check::Cut(phone_end),
    context: Topics::of(&[Topic::Phone]),
    against: Topics::of(&[
        Topic::Thing,
        Topic::Customer,
        Topic::Case,
        Topic::TaxNumber,
        Topic::Account,
        Topic::TaxId,
        Topic::IdCard,
    ]),
    confirmed: 0.95,
    ..rule(
        EntityType::Phone,
        "phone",
        "DIN 5008; ITU-T E.123; Bundesnetzagentur, Rufnummernplan",
    )
};

/// The rules of this file.
pub(super) const PHONES: &[Rule] = &[
    Rule {
        // +49 (0)221 12 34-56, 0049 221/1234, (+49) 171 1234567
        name: "phone_international",
        pattern: r"\(?\+~?[1-9]\d{0,2}\)?(?:~?[¬./]?~?\(0\)~?|~?[¬./]~?|~)?\(?\d{1,5}\)?(?:~?[¬./]{0,2}~?\d{1,8}){1,6}(?:~?¬~?\d{1,5})?",
        digits: Digits::new(1, 14, 7),
        score: 0.92,
        confirmed: 0.97,
        against: Topics::NONE,
        ..PHONES_BASE
    },
    Rule {
        // 0049 221/1234: as strong, but a number under another label may begin with zeros.
        name: "phone_zeros",
        pattern: r"\(?00~?[1-9]\d{0,2}\)?(?:~?[¬./]?~?\(0\)~?|~?[¬./]~?|~)?\(?\d{1,5}\)?(?:~?[¬./]{0,2}~?\d{1,8}){1,6}(?:~?¬~?\d{1,5})?",
        digits: Digits::new(1, 14, 7),
        score: 0.9,
        confirmed: 0.97,
        ..PHONES_BASE
    },
    Rule {
        name: "phone_mobile",
        pattern: r"\(?01[567]\d{1,2}\)?(?:~{0,2}[¬./]~{0,2}|~)?\d{2,8}(?:~?[¬./]?~?\d{1,6}){0,4}",
        digits: Digits::new(4, 13, 10),
        around: Some(no_number_around),
        score: 0.92,
        confirmed: 0.97,
        against: Topics::NONE,
        ..PHONES_BASE
    },
    Rule {
        // 0221 / 12 34-56, (0221) 1234, 0171-1234567, 0221.12 34 56
        name: "phone_national",
        pattern: r"(?:\(0[1-9]\d{1,4}\)~{0,2}|\(0\)~?[1-9]\d{1,4}~?[¬./]?~?|0[1-9]\d{1,4}(?:~{0,2}[¬./]~{0,2}|~{1,2}))\d{1,9}(?:~?[¬./]?~?\d{1,6}){0,5}",
        digits: Digits::new(1, 6, 6),
        around: Some(no_number_around),
        score: 0.7,
        ..PHONES_BASE
    },
    Rule {
        // 01711234567
        name: "phone_compact",
        pattern: r"0[1-9]\d{5,13}(?:¬\d{1,4})?",
        digits: Digits::new(7, 14, 7),
        around: Some(no_number_around),
        check: Check::Is(compact_phone),
        score: 0.5,
        ..PHONES_BASE
    },
    Rule {
        // Without area code, only next to a word for phones: Tel. 12 34-56, Durchwahl -2213.
        name: "phone_local",
        pattern: r"\d{2,8}(?:~?[¬/]?~?\d{1,4}){0,4}",
        digits: Digits::new(1, 8, 3),
        check: Check::Is(local_phone),
        required: true,
        confirmed: 0.6,
        around: Some(follows_phone_word),
        ..PHONES_BASE
    },
];
