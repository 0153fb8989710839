//! Rules that know no border: mail, web, networks, banks, cards, secrets.

use super::generic_checks::{
    bic, degrees, handle, handle_stands_free, iban_end, ipv4, ipv6, no_version_before, of_listing,
    secret, url_end, user_name, user_name_end,
};
use super::{rule, strong};
use crate::detect::checksum;
use crate::detect::context::{Topic, Topics};
use crate::detect::pattern::{Check, Digits, Rule, Start};
use crate::entity::EntityType;

/// The rules of this file.
#[must_use]
pub fn rules() -> Vec<Rule> {
    [WEB, USERS, BANKS, OTHERS].concat()
}

const WEB: &[Rule] = &[
    Rule {
        pattern: r"(?:mailto:)?(?P<v>[\p{L}0-9_%+-][\p{L}0-9._%+'&~-]*@(?:[\p{L}0-9](?:[\p{L}0-9-]*[\p{L}0-9])?\.)+\p{L}{2,24})",
        start: Start::At,
        loose: true,
        ..strong(EntityType::Email, "email", "RFC 5322, RFC 6531")
    },
    Rule {
        pattern: r#"(?:(?:https?|ftps?|sftp|ssh|ldaps?|file|tel|webcal|wss?)://|www\.)[^\s<>"“”„»«{}|\\^`\]]{3,}"#,
        start: Start::Web,
        check: Check::Cut(url_end),
        loose: true,
        score: 0.6,
        confirmed: 0.9,
        context: Topics::of(&[Topic::Web]),
        ..rule(EntityType::Url, "url", "RFC 3986")
    },
    Rule {
        pattern: r"\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}",
        start: Start::Digit,
        digits: Digits::new(1, 3, 4),
        check: Check::Is(ipv4),
        around: Some(no_version_before),
        loose: true,
        score: 0.85,
        confirmed: 0.95,
        context: Topics::of(&[Topic::Network]),
        against: Topics::of(&[Topic::Thing]),
        ..rule(EntityType::IpAddress, "ipv4", "RFC 791")
    },
    Rule {
        pattern: r"(?:[0-9A-Fa-f]{0,4}:){2,7}(?:[0-9A-Fa-f]{0,4}|\d{1,3}(?:\.\d{1,3}){3})",
        start: Start::Token,
        check: Check::Is(ipv6),
        score: 0.9,
        confirmed: 0.95,
        context: Topics::of(&[Topic::Network]),
        ..rule(EntityType::IpAddress, "ipv6", "RFC 4291")
    },
    Rule {
        pattern: r"[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}|[0-9A-Fa-f]{2}(?:-[0-9A-Fa-f]{2}){5}|[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}",
        start: Start::Token,
        score: 0.9,
        confirmed: 0.95,
        context: Topics::of(&[Topic::Network]),
        ..rule(EntityType::MacAddress, "mac", "IEEE 802, EUI-48")
    },
];

const USERS: &[Rule] = &[
    Rule {
        pattern: r"(?P<v>@[A-Za-z_][A-Za-z0-9_-]{1,29}(?:\.[A-Za-z0-9_]{1,29}){0,3})",
        start: Start::At,
        check: Check::Is(handle),
        around: Some(handle_stands_free),
        loose: true,
        score: 0.75,
        confirmed: 0.9,
        context: Topics::of(&[Topic::User]),
        ..rule(
            EntityType::UserName,
            "handle",
            "usage of the social networks",
        )
    },
    Rule {
        pattern: r#"(?:[\p{L}-]{0,10})?["']?~{0,2}(?:lautet|ist|is|=|:|=>)~{0,3}["'„“»]?(?P<v>[a-zA-Z@][\p{L}0-9._-]{2,40})"#,
        start: Start::After,
        check: Check::Cut(user_name_end),
        required: true,
        loose: true,
        confirmed: 0.8,
        context: Topics::of(&[Topic::User]),
        ..rule(
            EntityType::UserName,
            "user_name",
            "usage: a label and a name",
        )
    },
    Rule {
        pattern: r#"(?:[\p{L}]{0,6})?:?~{1,2}["']?(?P<v>[a-z][a-z0-9._-]{3,40})"#,
        start: Start::After,
        check: Check::Cut(user_name_end),
        required: true,
        confirmed: 0.7,
        context: Topics::of(&[Topic::Login]),
        ..rule(
            EntityType::UserName,
            "user_name_bare",
            "usage: a label and a name",
        )
    },
    Rule {
        pattern: r#"(?:[\p{L}]{0,6})?:?~{1,2}["']?(?P<v>[a-z][a-z._-]{1,30}[0-9]{1,4}|[a-z]{1,20}[._][a-z]{1,20})"#,
        start: Start::After,
        check: Check::Cut(user_name_end),
        required: true,
        confirmed: 0.7,
        context: Topics::of(&[Topic::User, Topic::Login]),
        ..rule(
            EntityType::UserName,
            "user_name_marked",
            "usage: a label and a name",
        )
    },
    Rule {
        // 10:03 meier35: text
        pattern: r"\d{1,2}:\d{2}(?::\d{2})?\]?~{1,2}(?P<v>[a-z][a-z0-9._-]{2,30}):~",
        digits: Digits::new(1, 2, 3),
        check: Check::Is(|value| user_name(value) && value != "uhr"),
        loose: true,
        score: 0.65,
        ..rule(EntityType::UserName, "user_chat", "layout of chat logs")
    },
    Rule {
        // -rw-rw----  1 meier35  users  310K
        pattern: r"\d{1,4}~{1,4}(?P<v>[a-z_][a-z0-9._-]{2,31})~{1,12}[a-z_][a-z0-9._-]{0,31}~{1,12}\d",
        digits: Digits::new(1, 4, 1),
        check: Check::Is(user_name),
        around: Some(|before, _| of_listing(before)),
        loose: true,
        score: 0.85,
        ..rule(
            EntityType::UserName,
            "user_listing",
            "POSIX ls, long format",
        )
    },
    Rule {
        // 192.0.2.1 - meier35 [03/Jul/2024
        pattern: r"\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}~\S{1,30}~(?P<v>[\p{L}0-9][\p{L}0-9._@-]{1,40})~\[\d",
        digits: Digits::new(1, 3, 5),
        check: Check::Is(user_name),
        loose: true,
        score: 0.85,
        ..rule(EntityType::UserName, "user_log", "Common Log Format")
    },
    Rule {
        pattern: r"(?P<v>[\p{L}0-9._-]{2,40})",
        start: Start::After,
        context: Topics::of(&[Topic::Path]),
        required: true,
        loose: true,
        confirmed: 0.85,
        check: Check::Is(|value| {
            !matches!(
                value.to_lowercase().as_str(),
                "public" | "default" | "administrator" | "admin" | "all"
            )
        }),
        ..rule(EntityType::UserName, "user_path", "layout of home folders")
    },
];

const BANKS: &[Rule] = &[
    Rule {
        // The bank's identifier right behind an account.
        pattern: r"[A-Z]{2}\d{2}(?:~?[0-9A-Z]{4}){2,7}(?:~?[0-9A-Z]{1,3})?[\s·(,;|/'-]{1,6}(?P<v>[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?)",
        start: Start::Upper,
        digits: Digits::new(2, 40, 8),
        check: Check::Is(bic),
        loose: true,
        score: 0.9,
        ..rule(EntityType::Bic, "bic_behind_iban", "ISO 9362")
    },
    Rule {
        pattern: r"[A-Za-z]{2}\d{2}(?:[\s¬\x{a0}\x{202f}]{0,2}[A-Za-z0-9]){11,31}",
        start: Start::Upper,
        digits: Digits::new(2, 40, 8),
        check: Check::Cut(iban_end),
        loose: true,
        ..strong(EntityType::Iban, "iban", "ISO 13616-1, SWIFT IBAN registry")
    },
    Rule {
        // A wrong check digit is a typing error, not another kind of number.
        pattern: r"DE~?\d{2}(?:~?\d{4}){4}~?\d{2}|(?:AT|BE|NL|LU)~?\d{2}(?:~?[A-Z0-9]{4}){3,4}(?:~?[A-Z0-9]{2})?",
        start: Start::Upper,
        digits: Digits::new(2, 40, 8),
        score: 0.6,
        confirmed: 0.9,
        context: Topics::of(&[Topic::Iban]),
        ..rule(EntityType::Iban, "iban_shape", "ISO 13616-1")
    },
    Rule {
        pattern: r"[:=\s-]{0,3}(?:Code|code|CODE)?[\s:=/()|]{0,4}(?P<v>[A-Z]{4}~?[A-Z]{2}~?[A-Z0-9]{2}(?:~?[A-Z0-9]{3})?)",
        start: Start::After,
        check: Check::Is(bic),
        required: true,
        context: Topics::of(&[Topic::Bic]),
        ..strong(EntityType::Bic, "bic", "ISO 9362")
    },
    Rule {
        pattern: r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?",
        start: Start::Token,
        check: Check::Is(bic),
        score: 0.5,
        confirmed: 0.95,
        context: Topics::of(&[Topic::Bic]),
        ..rule(EntityType::Bic, "bic_free", "ISO 9362")
    },
    Rule {
        pattern: r"\d{4}(?:(?:~|¬)?\d{4}){2}(?:~|¬)?\d{1,4}(?:(?:~|¬)?\d{1,3})?|3\d{3}(?:~|¬)?\d{6}(?:~|¬)?\d{5}",
        start: Start::Digit,
        digits: Digits::new(4, 19, 13),
        check: Check::Is(checksum::credit_card),
        score: 0.7,
        confirmed: 0.95,
        context: Topics::of(&[Topic::Card]),
        against: Topics::of(&[Topic::Thing, Topic::Customer]),
        ..rule(EntityType::CreditCard, "credit_card", "ISO/IEC 7812-1")
    },
];

const OTHERS: &[Rule] = &[
    Rule {
        pattern: r"\d{2}~?¬?\d{6}~?¬?\d{6}~?¬?\d",
        start: Start::Digit,
        digits: Digits::new(2, 15, 15),
        check: Check::Is(checksum::imei),
        required: true,
        context: Topics::of(&[Topic::Device]),
        ..strong(EntityType::MacAddress, "imei", "3GPP TS 23.003")
    },
    Rule {
        pattern: r"[+¬]?\d{1,2}\.\d{4,8}~?°?~?[NS]?(?:~?[,;/]~?|~)[EW]?[+¬]?\d{1,3}\.\d{4,8}(?:~?°?~?[EWO]\b|°)?",
        start: Start::Lead,
        digits: Digits::new(1, 2, 10),
        check: Check::Is(degrees),
        score: 0.85,
        confirmed: 0.95,
        context: Topics::of(&[Topic::Coordinates]),
        ..rule(EntityType::Coordinates, "coordinates", "ISO 6709")
    },
    Rule {
        pattern: r#"\d{1,2}~?°~?\d{1,2}(?:[.,]\d{1,6})?~?['’′](?:~?\d{1,2}(?:[.,]\d{1,4})?~?(?:["”″]|''|’’))?~?[NS]?(?:~?[,;/]?~?)\d{1,3}~?°~?\d{1,2}(?:[.,]\d{1,6})?~?['’′](?:~?\d{1,2}(?:[.,]\d{1,4})?~?(?:["”″]|''|’’))?~?[EWO]?"#,
        start: Start::Digit,
        digits: Digits::new(1, 2, 6),
        loose: true,
        ..strong(
            EntityType::Coordinates,
            "coordinates_dms",
            "ISO 6709, annex D",
        )
    },
    Rule {
        pattern: r#"(?:[\p{L}-]{0,12})?["']?~{0,3}(?:lautet|ist|is|=|:)~{0,3}["'„“»]?(?P<v>[^\s"'„“”»«,;<>]{4,128})"#,
        start: Start::After,
        check: Check::Is(secret),
        required: true,
        loose: true,
        context: Topics::of(&[Topic::Secret]),
        ..strong(EntityType::Secret, "secret", "usage: a label and a value")
    },
    Rule {
        pattern: r"(?:sk|pk|rk)_(?:live|test)_[0-9A-Za-z]{16,64}|gh[pousr]_[0-9A-Za-z]{36}|github_pat_[0-9A-Za-z_]{22,90}|AKIA[0-9A-Z]{16}|xox[abposr]-[0-9A-Za-z-]{10,80}|AIza[0-9A-Za-z_-]{35}|glpat-[0-9A-Za-z_-]{20}|eyJ[0-9A-Za-z_-]{8,}\.eyJ[0-9A-Za-z_-]{8,}\.[0-9A-Za-z_-]{8,}",
        start: Start::Token,
        loose: true,
        ..strong(
            EntityType::Secret,
            "secret_key",
            "documentation of the issuers",
        )
    },
];
