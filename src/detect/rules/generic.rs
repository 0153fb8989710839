//! Rules that know no border: mail, web, networks, banks, cards, secrets.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::{rule, strong};
use crate::detect::checksum;
use crate::detect::context::{Topic, Topics};
use crate::detect::pattern::{Check, Digits, Rule, Start};
use crate::entity::EntityType;

/// The rules of this file.
#[must_use]
pub fn rules() -> Vec<Rule> {
    let mut all = web();
    all.extend(banks());
    all.extend(others());
    all
}

fn web() -> Vec<Rule> {
    vec![
        Rule {
            pattern: r"(?:mailto:)?(?P<v>[\p{L}0-9_%+-][\p{L}0-9._%+'&~-]{0,63}@(?:[\p{L}0-9](?:[\p{L}0-9-]{0,61}[\p{L}0-9])?\.)+\p{L}{2,24})",
            start: Start::At,
            loose: true,
            ..strong(EntityType::Email, "email", "RFC 5322, RFC 6531")
        },
        Rule {
            pattern: r"(?P<v>@[A-Za-z_][A-Za-z0-9_]{1,29}(?:\.[A-Za-z0-9_]{1,29}){0,3})",
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
            check: Check::Is(user_name),
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
            check: Check::Is(user_name),
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
            pattern: r#"(?:[\p{L}]{0,6})?:?~{1,2}["']?(?P<v>[a-z][a-z._-]{1,30}[0-9]{1,4}|[a-z]{2,20}[._][a-z]{2,20})"#,
            start: Start::After,
            check: Check::Is(user_name),
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
        Rule {
            pattern: r#"(?:https?|ftps?|sftp|ssh|ldaps?|file|tel|webcal|wss?)://[^\s<>"“”„»«{}|\\^`\]]{3,2000}|www\.[^\s<>"“”„»«{}|\\^`\]]{3,2000}"#,
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
    ]
}

fn banks() -> Vec<Rule> {
    vec![
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
            pattern: r"DE~?\d{2}(?:~?\d{4}){4}~?\d{2}|(?:AT|BE|NL|LU)~?\d{2}(?:~?[A-Z0-9]{4}){3,5}",
            start: Start::Upper,
            digits: Digits::new(2, 40, 8),
            score: 0.6,
            confirmed: 0.9,
            context: Topics::of(&[Topic::Iban]),
            ..rule(EntityType::Iban, "iban_shape", "ISO 13616-1")
        },
        Rule {
            pattern: r"[:=\s]{0,3}(?:Code|code|CODE)?[\s:=/()|]{0,4}(?P<v>[A-Z]{4}~?[A-Z]{2}~?[A-Z0-9]{2}(?:~?[A-Z0-9]{3})?)",
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
    ]
}

fn others() -> Vec<Rule> {
    vec![
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
            pattern: r"[+¬]?\d{1,2}\.\d{4,8}°?[NS]?(?:~?[,;/]~?|~)[EW]?[+¬]?\d{1,3}\.\d{4,8}°?[EWO]?",
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
    ]
}

fn handle(value: &str) -> bool {
    let tags = [
        "@see",
        "@since",
        "@author",
        "@param",
        "@return",
        "@returns",
        "@throws",
        "@deprecated",
        "@version",
        "@override",
        "@media",
        "@import",
        "@all",
        "@everyone",
        "@here",
        "@ts",
        "@type",
        "@font",
        "@charset",
    ];
    !tags.contains(&value.to_lowercase().as_str())
}

fn handle_stands_free(before: &str, after: &str) -> bool {
    let joined = |c: char| c.is_alphanumeric() || matches!(c, '.' | '/' | '@' | '_');
    !before.chars().next_back().is_some_and(joined) && !after.starts_with(['@', '('])
}

/// Takes off punctuation that belongs to the sentence.
fn url_end(value: &str) -> Option<usize> {
    let mut url = value.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '’', '…']);
    while url.ends_with(')') && url.matches(')').count() > url.matches('(').count() {
        url = url
            .get(..url.len() - 1)?
            .trim_end_matches(['.', ',', ';', ':']);
    }
    Some(url.len()).filter(|length| *length > 5)
}

fn ipv4(value: &str) -> bool {
    let dates = value
        .split('.')
        .nth(2)
        .is_some_and(|part| part.len() == 1 && value.starts_with("0."));
    !dates
        && value
            .parse::<Ipv4Addr>()
            .is_ok_and(|ip| !ip.is_unspecified() && !ip.is_broadcast() && !ip.is_loopback())
}

fn ipv6(value: &str) -> bool {
    let groups = value.split(':').filter(|group| !group.is_empty()).count();
    groups >= 2 && value.parse::<Ipv6Addr>().is_ok()
}

/// "Version 10.2.0.1", "§ 1.2.3.4", "Nr. 1.2.3.4", "v1.2.3.4" are no addresses.
fn no_version_before(before: &str, after: &str) -> bool {
    let digit_at = |text: &str, at: usize| text.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
    if before.ends_with(['.', ',', '-']) && before.len() > 1 && digit_at(before, before.len() - 2)
        || after.starts_with(['.', ',']) && digit_at(after, 1)
    {
        return false;
    }
    let word = before
        .trim_end_matches([' ', '\u{a0}', ':'])
        .rsplit([' ', '('])
        .next();
    let word = word
        .unwrap_or_default()
        .trim_end_matches('.')
        .to_lowercase();
    let versions = [
        "version",
        "v",
        "release",
        "§",
        "nr",
        "kapitel",
        "ziffer",
        "abschnitt",
        "punkt",
        "build",
        "ver",
        "nummer",
        "firmware",
        "ziff",
        "top",
        "clause",
        "section",
        "paragraph",
        "satz",
        "abs",
        "step",
        "stand",
    ];
    !versions.contains(&word.as_str())
}

/// The end of the IBAN that a value begins with.
fn iban_end(value: &str) -> Option<usize> {
    let length = checksum::iban_length(value.get(..2)?)?;
    let mut signs = value
        .char_indices()
        .filter(|(_, c)| c.is_ascii_alphanumeric());
    let (at, last) = signs.nth(length.checked_sub(1)?)?;
    let end = at + last.len_utf8();
    checksum::iban(value.get(..end)?).then_some(end)
}

/// Bank (letters), country (a real one), place; the usual words in capitals are none.
fn bic(value: &str) -> bool {
    let compact: String = value.chars().filter(char::is_ascii_alphanumeric).collect();
    let country = compact.get(4..6).unwrap_or_default();
    matches!(compact.len(), 8 | 11)
        && (checksum::iban_length(country).is_some()
            || ["US", "CA", "JP", "CN", "AU"].contains(&country))
}

fn degrees(value: &str) -> bool {
    let number = |part: &str| {
        let kept: String = part
            .chars()
            .filter(|c| c.is_ascii_digit() || *c == '.')
            .collect();
        kept.parse::<f64>().ok()
    };
    let mut parts = value
        .split([',', ';', '/', ' ', '\u{a0}'])
        .filter(|part| part.contains('.'));
    let (lat, long) = (parts.next().and_then(number), parts.next().and_then(number));
    lat.is_some_and(|lat| lat <= 90.0) && long.is_some_and(|long| long <= 180.0)
}

/// A login: not a plain word with a capital, and not one of the sentence.
fn user_name(value: &str) -> bool {
    let words = [
        "nicht",
        "nur",
        "und",
        "oder",
        "der",
        "die",
        "das",
        "den",
        "dem",
        "ein",
        "eine",
        "einen",
        "null",
        "true",
        "false",
        "none",
        "admin",
        "root",
        "system",
        "unbekannt",
        "siehe",
        "bitte",
        "http",
        "https",
        "info",
        "the",
        "gesperrt",
        "aktiv",
        "inaktiv",
        "www",
        "ist",
        "wird",
        "wurde",
        "werden",
        "hat",
        "haben",
        "lautet",
        "für",
        "von",
        "vom",
        "mit",
        "bei",
        "beim",
        "auf",
        "nach",
        "per",
        "ohne",
        "sowie",
        "kann",
        "sind",
        "wie",
        "als",
        "zum",
        "zur",
        "aus",
        "durch",
        "über",
        "unter",
        "ihre",
        "ihr",
        "ihren",
        "sein",
        "seine",
        "meine",
        "mein",
        "this",
        "that",
        "with",
        "from",
        "for",
        "and",
        "not",
        "has",
        "was",
        "will",
        "name",
        "names",
        "using",
        "into",
        "your",
        "service",
        "user",
        "users",
        "noch",
        "schon",
        "auch",
        "wurden",
        "geben",
        "muss",
        "soll",
        "steht",
        "angelegt",
        "gelöscht",
        "name:",
        "oder",
        "wenn",
        "dass",
        "noreply",
        "daemon",
        "scan-service",
        "wechselt",
        "invalid",
        "unknown",
        "test",
        "under",
        "guest",
        "gleich",
        "stehen",
        "bleibt",
        "sich",
        "eingeben",
        "vergessen",
        "vorsorglich",
        "data",
        "must",
        "who",
        "can",
        "may",
        "should",
        "does",
        "nobody",
        "www-data",
    ];
    let value = value.trim_end_matches(['.', '-', '_']);
    let plain = value.starts_with(char::is_uppercase)
        && !value
            .bytes()
            .any(|b| b.is_ascii_digit() || b"._-@".contains(&b));
    value.chars().count() >= 3 && !plain && !words.contains(&value.to_lowercase().as_str())
}

/// A password is no plain word of the sentence and no placeholder.
fn secret(value: &str) -> bool {
    let classes = [
        value.chars().any(char::is_lowercase),
        value.chars().any(char::is_uppercase),
        value.chars().any(|c| c.is_ascii_digit()),
        value
            .chars()
            .any(|c| c.is_ascii_punctuation() && !matches!(c, '.' | '-' | ':')),
    ];
    let inner_capital = value.chars().skip(1).any(char::is_uppercase) && classes.iter().any(|c| *c);
    let filled = value
        .chars()
        .any(|c| !matches!(c, '_' | '.' | '*' | '-' | '•' | '…'));
    filled
        && (classes.iter().filter(|class| **class).count() >= 3
            || inner_capital
            || classes.get(2) == Some(&true))
}
