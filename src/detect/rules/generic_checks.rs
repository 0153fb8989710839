//! What the values of `generic`'s rules must fulfill beside their patterns.

use core::net::{Ipv4Addr, Ipv6Addr};

use crate::detect::checksum;

pub(super) fn handle(value: &str) -> bool {
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

pub(super) fn handle_stands_free(before: &str, after: &str) -> bool {
    let joined = |c: char| c.is_alphanumeric() || matches!(c, '.' | '/' | '@' | '_');
    !before.chars().next_back().is_some_and(joined) && !after.starts_with(['@', '('])
}

/// Takes off punctuation that belongs to the sentence.
pub(super) fn url_end(value: &str) -> Option<usize> {
    let mut url = value.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '’', '…']);
    while url.ends_with(')') && url.matches(')').count() > url.matches('(').count() {
        url = url
            .get(..url.len() - 1)?
            .trim_end_matches(['.', ',', ';', ':']);
    }
    Some(url.len()).filter(|length| *length > 5)
}

pub(super) fn ipv4(value: &str) -> bool {
    let dates = value
        .split('.')
        .nth(2)
        .is_some_and(|part| part.len() == 1 && value.starts_with("0."));
    !dates
        && value
            .parse::<Ipv4Addr>()
            .is_ok_and(|ip| !ip.is_unspecified() && !ip.is_broadcast() && !ip.is_loopback())
}

pub(super) fn ipv6(value: &str) -> bool {
    let groups = value.split(':').filter(|group| !group.is_empty()).count();
    groups >= 2 && value.parse::<Ipv6Addr>().is_ok()
}

/// "Version 10.2.0.1", "§ 1.2.3.4", "Nr. 1.2.3.4", "v1.2.3.4" are no addresses.
pub(super) fn no_version_before(before: &str, after: &str) -> bool {
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
pub(super) fn iban_end(value: &str) -> Option<usize> {
    let length = checksum::iban_length(value.get(..2)?)?;
    let mut signs = value
        .char_indices()
        .filter(|(_, c)| c.is_ascii_alphanumeric());
    let (at, last) = signs.nth(length.checked_sub(1)?)?;
    let end = at + last.len_utf8();
    checksum::iban(value.get(..end)?).then_some(end)
}

/// Bank (letters), country (a real one), place; the usual words in capitals are none.
pub(super) fn bic(value: &str) -> bool {
    let compact: String = value.chars().filter(char::is_ascii_alphanumeric).collect();
    let country = compact.get(4..6).unwrap_or_default();
    matches!(compact.len(), 8 | 11)
        && (checksum::iban_length(country).is_some()
            || ["US", "CA", "JP", "CN", "AU"].contains(&country))
}

pub(super) fn degrees(value: &str) -> bool {
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

/// A login without the sentence's end.
pub(super) fn user_name_end(value: &str) -> Option<usize> {
    let trimmed = value.trim_end_matches(['.', '-', '_']);
    user_name(trimmed).then_some(trimmed.len())
}

/// A login: not a plain word with a capital, and not one of the sentence.
pub(super) fn user_name(value: &str) -> bool {
    let value = value.trim_end_matches(['.', '-', '_']);
    let plain = value.starts_with(char::is_uppercase)
        && !value
            .bytes()
            .any(|b| b.is_ascii_digit() || b"._-@".contains(&b));
    value.chars().count() >= 3 && !plain && !NO_LOGINS.contains(&value.to_lowercase().as_str())
}

/// Whether the permissions of a file stand before its links and its owner.
pub(super) fn of_listing(before: &str) -> bool {
    let line = before.rsplit('\n').next().unwrap_or_default();
    line.split_whitespace().any(|word| {
        let mode = word.trim_end_matches(['.', '+', '@']);
        let bits = mode.get(1..).unwrap_or_default();
        mode.len() == 10
            && mode.starts_with(['-', 'd', 'l', 'b', 'c', 'p', 's'])
            && bits.starts_with(['r', '-'])
            && bits.bytes().all(|b| b"-rwxsStT".contains(&b))
    })
}

/// A password is no plain word of the sentence and no placeholder.
pub(super) fn secret(value: &str) -> bool {
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

/// Words that stand where a login could.
#[rustfmt::skip]
const NO_LOGINS: &[&str] = &[
    "nicht", "nur", "und", "oder", "der", "die", "das", "den", "dem", "ein", "eine", "einen",
    "null", "true", "false", "none", "admin", "root", "system", "unbekannt", "siehe", "bitte",
    "http", "https", "info", "the", "gesperrt", "aktiv", "inaktiv", "www", "ist", "wird", "wurde",
    "werden", "hat", "haben", "lautet", "für", "von", "vom", "mit", "bei", "beim", "auf", "nach",
    "per", "ohne", "sowie", "kann", "sind", "wie", "als", "zum", "zur", "aus", "durch", "über",
    "unter", "ihre", "ihr", "ihren", "sein", "seine", "meine", "mein", "this", "that", "with",
    "from", "for", "and", "not", "has", "was", "will", "name", "names", "using", "into", "your",
    "service", "user", "users", "noch", "schon", "auch", "wurden", "geben", "muss", "soll",
    "steht", "angelegt", "gelöscht", "name:", "oder", "wenn", "dass", "noreply", "daemon",
    "scan-service", "wechselt", "invalid", "unknown", "test", "under", "guest", "gleich", "bis",
    "stehen", "bleibt", "sich", "eingeben", "vergessen", "vorsorglich", "data", "must", "who",
    "can", "may", "should", "does", "nobody", "www-data",
];
