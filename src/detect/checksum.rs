//! Check digits of identifiers: pure functions from text to yes or no.
//!
//! Every function ignores spaces, dots, dashes and slashes, accepts letters in
//! both cases, and answers `false` for anything of the wrong length or alphabet.
//! Whether a number stands in a context that makes it an identifier is not
//! decided here; that is `pattern`'s part.

/// Digits and letters of a value, upper case, without separators; `None` if
/// anything else occurs or the value is longer than any identifier.
pub(super) fn compact(value: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(value.len().min(64));
    for c in value.chars() {
        match c {
            '0'..='9' | 'A'..='Z' | 'a'..='z' => {
                out.push(u8::try_from(u32::from(c)).ok()?.to_ascii_uppercase());
            }
            ' '
            | '\t'
            | '\n'
            | '\r'
            | '.'
            | '-'
            | '/'
            | '\u{a0}'
            | '\u{2007}'
            | '\u{2009}'
            | '\u{202f}'
            | '\u{2010}'..='\u{2015}'
            | '\u{2212}'
            | '\u{ad}' => {}
            _ => return None,
        }
        if out.len() > 64 {
            return None;
        }
    }
    Some(out)
}

/// The digits of a value; `None` if it holds anything but digits and separators.
pub(super) fn digits(value: &str) -> Option<Vec<u32>> {
    compact(value)?.into_iter().map(digit).collect()
}

fn digit(byte: u8) -> Option<u32> {
    byte.is_ascii_digit().then(|| u32::from(byte - b'0'))
}

/// 0 to 9 as such, A to Z as 10 to 35.
pub(super) fn letter_value(byte: u8) -> Option<u32> {
    match byte {
        b'0'..=b'9' => Some(u32::from(byte - b'0')),
        b'A'..=b'Z' => Some(u32::from(byte - b'A') + 10),
        _ => None,
    }
}

pub(super) fn weighted(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(d, w)| d * w).sum()
}

fn digit_sum(number: u32) -> u32 {
    number / 10 + number % 10
}

/// ISO 7064 MOD 97-10 over digits and letters (A = 10 … Z = 35): remainder 1.
#[must_use]
pub fn mod_97(value: &str) -> bool {
    compact(value).is_some_and(|bytes| bytes.len() > 2 && remainder_97(&bytes) == Some(1))
}

fn remainder_97(bytes: &[u8]) -> Option<u32> {
    bytes.iter().try_fold(0, |rest, byte| {
        let value = letter_value(*byte)?;
        Some(
            (if value > 9 {
                rest * 100 + value
            } else {
                rest * 10 + value
            }) % 97,
        )
    })
}

/// ISO 7064 MOD 11,10 over digits, the last one being the check digit
/// (German Steuer-ID and USt-IdNr, Croatian OIB).
#[must_use]
pub fn mod_11_10(value: &str) -> bool {
    digits(value).is_some_and(|all| mod_11_10_digits(&all))
}

pub(super) fn mod_11_10_digits(all: &[u32]) -> bool {
    let Some((last, body)) = all.split_last() else {
        return false;
    };
    let product = body.iter().fold(10, |product, d| {
        let sum = (d + product) % 10;
        2 * (if sum == 0 { 10 } else { sum }) % 11
    });
    !body.is_empty() && (product + last) % 10 == 1
}

/// The Luhn algorithm (ISO/IEC 7812-1, annex B): payment cards, IMEI and others.
#[must_use]
pub fn luhn(value: &str) -> bool {
    digits(value).is_some_and(|all| all.len() > 1 && luhn_sum(&all).is_multiple_of(10))
}

pub(super) fn luhn_sum(all: &[u32]) -> u32 {
    let double = |(i, d): (usize, &u32)| if i % 2 == 1 { digit_sum(d * 2) } else { *d };
    all.iter().rev().enumerate().map(double).sum()
}

/// Verhoeff's check: every single wrong digit and every swap of neighbors is seen.
/// Used in India's Aadhaar number, some card and membership numbers.
#[must_use]
pub fn verhoeff(value: &str) -> bool {
    // The dihedral group of ten elements, and the permutation by position.
    let multiply = |a: usize, b: usize| match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => (a + b - 5) % 5 + 5,
        (false, true) => (a - 5 + 5 - b) % 5 + 5,
        (false, false) => (a + 5 - b) % 5,
    };
    const PERMUTATION: [usize; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    let digits: Option<Vec<usize>> = value
        .chars()
        .filter(|c| !matches!(c, ' ' | '-'))
        .map(|c| usize::try_from(c.to_digit(10)?).ok())
        .collect();
    let Some(digits) = digits.filter(|digits| digits.len() > 1) else {
        return false;
    };
    let mut check = 0;
    for (position, digit) in digits.iter().rev().enumerate() {
        let moved = (0..position % 8).fold(*digit, |digit, _| {
            PERMUTATION.get(digit).copied().unwrap_or_default()
        });
        check = multiply(check, moved);
    }
    check == 0
}

/// A payment card: Luhn, 13 to 19 digits, a first digit that a card scheme uses,
/// not one digit over and over (ISO/IEC 7812-1).
#[must_use]
pub fn credit_card(value: &str) -> bool {
    let Some(all) = digits(value) else {
        return false;
    };
    let scheme = matches!(all.first(), Some(2..=6)) || all.starts_with(&[1, 8, 0, 0]);
    let varied = all.windows(2).any(|pair| matches!(pair, [a, b] if a != b));
    (13..=19).contains(&all.len()) && scheme && varied && luhn_sum(&all).is_multiple_of(10)
}

/// An IMEI: 15 digits with Luhn (3GPP TS 23.003, 6.2.1).
#[must_use]
pub fn imei(value: &str) -> bool {
    digits(value).is_some_and(|all| {
        all.len() == 15 && all.iter().any(|d| *d != 0) && luhn_sum(&all).is_multiple_of(10)
    })
}

/// Country codes and lengths of the IBAN registry (ISO 13616, SWIFT release 99).
const IBAN_LENGTHS: &[(&[u8; 2], usize)] = &[
    (b"AD", 24),
    (b"AE", 23),
    (b"AL", 28),
    (b"AT", 20),
    (b"AZ", 28),
    (b"BA", 20),
    (b"BE", 16),
    (b"BG", 22),
    (b"BH", 22),
    (b"BI", 27),
    (b"BR", 29),
    (b"BY", 28),
    (b"CH", 21),
    (b"CR", 22),
    (b"CY", 28),
    (b"CZ", 24),
    (b"DE", 22),
    (b"DJ", 27),
    (b"DK", 18),
    (b"DO", 28),
    (b"EE", 20),
    (b"EG", 29),
    (b"ES", 24),
    (b"FI", 18),
    (b"FK", 18),
    (b"FO", 18),
    (b"FR", 27),
    (b"GB", 22),
    (b"GE", 22),
    (b"GI", 23),
    (b"GL", 18),
    (b"GR", 27),
    (b"GT", 28),
    (b"HN", 28),
    (b"HR", 21),
    (b"HU", 28),
    (b"IE", 22),
    (b"IL", 23),
    (b"IQ", 23),
    (b"IS", 26),
    (b"IT", 27),
    (b"JO", 30),
    (b"KW", 30),
    (b"KZ", 20),
    (b"LB", 28),
    (b"LC", 32),
    (b"LI", 21),
    (b"LT", 20),
    (b"LU", 20),
    (b"LV", 21),
    (b"LY", 25),
    (b"MC", 27),
    (b"MD", 24),
    (b"ME", 22),
    (b"MK", 19),
    (b"MN", 20),
    (b"MR", 27),
    (b"MT", 31),
    (b"MU", 30),
    (b"NI", 28),
    (b"NL", 18),
    (b"NO", 15),
    (b"OM", 23),
    (b"PK", 24),
    (b"PL", 28),
    (b"PS", 29),
    (b"PT", 25),
    (b"QA", 29),
    (b"RO", 24),
    (b"RS", 22),
    (b"RU", 33),
    (b"SA", 24),
    (b"SC", 31),
    (b"SD", 18),
    (b"SE", 24),
    (b"SI", 19),
    (b"SK", 24),
    (b"SM", 27),
    (b"SO", 23),
    (b"ST", 25),
    (b"SV", 28),
    (b"TL", 23),
    (b"TN", 24),
    (b"TR", 26),
    (b"UA", 29),
    (b"VA", 22),
    (b"VG", 24),
    (b"XK", 20),
    (b"YE", 30),
];

/// The length of an IBAN that begins with these two letters.
#[must_use]
pub fn iban_length(country: &str) -> Option<usize> {
    let mut letters = country.bytes();
    let code = [
        letters.next()?.to_ascii_uppercase(),
        letters.next()?.to_ascii_uppercase(),
    ];
    let found = IBAN_LENGTHS
        .binary_search_by(|(known, _)| (*known).cmp(&code))
        .ok()?;
    IBAN_LENGTHS.get(found).map(|(_, length)| *length)
}

/// An IBAN: known country, its length, mod 97 with the first four moved to the
/// end (ISO 13616-1).
#[must_use]
pub fn iban(value: &str) -> bool {
    let Some(mut bytes) = compact(value) else {
        return false;
    };
    let country = value.trim_start().get(..2).unwrap_or_default();
    if bytes.len() < 15 || iban_length(country) != Some(bytes.len()) {
        return false;
    }
    bytes.rotate_left(4);
    remainder_97(&bytes) == Some(1)
}

/// A German Steuer-Identifikationsnummer: eleven digits, the first not 0; among
/// the first ten exactly one digit occurs twice or thrice, the others at most
/// once (thrice in a row is never issued, but not refused here); ISO 7064 MOD 11,10. Source: Bundeszentralamt für
/// Steuern, "Steueridentifikationsnummer: Aufbau" (§ 139b AO; Steuer-ID-Verordnung).
#[must_use]
pub fn steuer_id(value: &str) -> bool {
    let Some(all) = digits(value) else {
        return false;
    };
    let Some(body) = all.get(..10) else {
        return false;
    };
    if all.len() != 11 || body.first() == Some(&0) {
        return false;
    }
    let mut repeated = 0;
    for d in 0..10 {
        match body.iter().filter(|b| **b == d).count() {
            0 | 1 => {}
            2 | 3 => repeated += 1,
            _ => return false,
        }
    }
    repeated == 1 && mod_11_10_digits(&all)
}

/// A German Umsatzsteuer-Identifikationsnummer: DE and nine digits, ISO 7064
/// MOD 11,10, the first not 0 (Bundeszentralamt für Steuern, § 27a Umsatzsteuergesetz).
#[must_use]
pub fn ust_id(value: &str) -> bool {
    let Some(bytes) = compact(value) else {
        return false;
    };
    let Some(body) = bytes.strip_prefix(b"DE") else {
        return false;
    };
    let all: Option<Vec<u32>> = body.iter().map(|b| digit(*b)).collect();
    all.is_some_and(|all| all.len() == 9 && all.first() != Some(&0) && mod_11_10_digits(&all))
}

/// A Rentenversicherungsnummer: area (2 digits), birth date ddmmyy (the day may
/// be raised by 50), a letter, serial number, check digit; weights
/// 2 1 2 5 7 1 2 1 2 1 2 1 and digit sums (Deutsche Rentenversicherung, VKVV § 2 and annex).
#[must_use]
pub fn rentenversicherungsnummer(value: &str) -> bool {
    let Some(bytes) = compact(value) else {
        return false;
    };
    let [a, b, d1, d2, m1, m2, y1, y2, letter, s1, s2, check] = *bytes.as_slice() else {
        return false;
    };
    if !letter.is_ascii_uppercase() {
        return false;
    }
    let order = u32::from(letter - b'A') + 1;
    let plain: Option<Vec<u32>> = [a, b, d1, d2, m1, m2, y1, y2]
        .map(digit)
        .into_iter()
        .collect();
    let (Some(mut all), Some(s1), Some(s2), Some(check)) =
        (plain, digit(s1), digit(s2), digit(check))
    else {
        return false;
    };
    let number = |at: usize| {
        all.get(at..at + 2)
            .map(|p| p.iter().fold(0, |n, d| n * 10 + d))
    };
    let (day, month) = (number(2).unwrap_or(0), number(4).unwrap_or(99));
    // Day 0 and month 0 stand for an unknown date of birth.
    if !(0..=31).contains(&(day % 50)) || day > 81 || month > 12 || number(0) == Some(0) {
        return false;
    }
    all.extend([order / 10, order % 10, s1, s2]);
    const WEIGHTS: [u32; 12] = [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1];
    let sum: u32 = all.iter().zip(WEIGHTS).map(|(d, w)| digit_sum(d * w)).sum();
    sum % 10 == check
}

/// A Krankenversichertennummer (unchangeable part): a letter, eight digits, a
/// check digit; Luhn from the left over the letter's two-digit order and the
/// digits (§ 290 SGB V; GKV-Spitzenverband).
#[must_use]
pub fn krankenversichertennummer(value: &str) -> bool {
    let Some(bytes) = compact(value) else {
        return false;
    };
    let Some((letter, rest)) = bytes.split_first() else {
        return false;
    };
    if !letter.is_ascii_uppercase() || rest.len() != 9 {
        return false;
    }
    let order = u32::from(letter - b'A') + 1;
    let rest: Option<Vec<u32>> = rest.iter().map(|b| digit(*b)).collect();
    let Some(rest) = rest else {
        return false;
    };
    let Some((check, body)) = rest.split_last() else {
        return false;
    };
    let all = [order / 10, order % 10]
        .into_iter()
        .chain(body.iter().copied());
    let weigh = |(i, d): (usize, u32)| if i % 2 == 1 { digit_sum(d * 2) } else { d };
    all.enumerate().map(weigh).sum::<u32>() % 10 == *check
}

/// The check digit of ICAO 9303-3, 4.9: weights 7 3 1, letters A = 10 … Z = 35,
/// `<` = 0; the last character is the check digit.
#[must_use]
pub fn icao_9303(value: &str) -> bool {
    let Some((check, body)) = value.as_bytes().split_last() else {
        return false;
    };
    let value = |byte: &u8| {
        if *byte == b'<' {
            Some(0)
        } else {
            letter_value(*byte)
        }
    };
    let sum = body
        .iter()
        .zip([7, 3, 1].into_iter().cycle())
        .try_fold(0, |sum, (byte, weight)| Some(sum + value(byte)? * weight));
    !body.is_empty() && digit(*check).is_some() && sum.map(|sum| sum % 10) == digit(*check)
}

/// The number of a German identity card, residence title or passport with its
/// check digit: nine characters of `CFGHJKLMNPRTVWXYZ0-9`, the first a letter,
/// then the digit (Personalausweisverordnung, annex 3; ICAO 9303).
#[must_use]
pub fn german_document(value: &str) -> bool {
    let Some(bytes) = compact(value) else {
        return false;
    };
    bytes.len() == 10
        && bytes.first().is_some_and(u8::is_ascii_uppercase)
        && bytes.iter().any(u8::is_ascii_digit)
        && bytes
            .iter()
            .all(|b| b.is_ascii_digit() || b"CFGHJKLMNPRTVWXYZ".contains(b))
        && std::str::from_utf8(&bytes).is_ok_and(icao_9303)
}

/// Nine characters of the alphabet of German documents, the first a letter,
/// at least three digits among them; without check digit.
#[must_use]
pub fn german_document_number(value: &str) -> bool {
    let known = |b: u8| b.is_ascii_digit() || b"CFGHJKLMNPRTVWXYZ".contains(&b);
    compact(value).is_some_and(|bytes| {
        bytes.len() == 9
            && bytes.first().is_some_and(u8::is_ascii_uppercase)
            && bytes.iter().all(|b| known(*b))
            && bytes.iter().filter(|b| b.is_ascii_digit()).count() >= 3
    })
}

/// One line of a machine-readable zone whose own check digits hold: TD3 line 2
/// (44 characters), TD1 line 1 or 2 (30), TD2 line 2 (36). ICAO 9303 parts 4 to 6.
#[must_use]
pub fn mrz_line(line: &str) -> bool {
    let part = |from: usize, to: usize| line.get(from..to).is_some_and(icao_9303);
    match line.len() {
        44 | 36 => part(0, 10) && part(13, 20) && part(21, 28),
        30 => part(5, 15) || (part(0, 7) && part(8, 15)),
        _ => false,
    }
}

/// A vehicle identification number: 17 characters without I, O, Q, the last
/// four digits (ISO 3779). The check digit of position 9 is only American and
/// not asked for.
#[must_use]
pub fn vin(value: &str) -> bool {
    let Some(bytes) = compact(value) else {
        return false;
    };
    let letters = bytes.iter().filter(|b| b.is_ascii_uppercase()).count();
    bytes.len() == 17
        && letters >= 2
        && !bytes.iter().any(|b| b"IOQ".contains(b))
        && bytes.iter().rev().take(4).all(u8::is_ascii_digit)
}

/// An Austrian Sozialversicherungsnummer: ten digits, check digit at the fourth
/// place, weights 3 7 9 _ 5 8 4 2 1 6 modulo 11 (Hauptverband der österreichischen
/// Sozialversicherungsträger).
#[must_use]
pub fn at_svnr(value: &str) -> bool {
    let Some(all) = digits(value) else {
        return false;
    };
    let sum = weighted(&all, &[3, 7, 9, 0, 5, 8, 4, 2, 1, 6]);
    let month = all
        .get(6..8)
        .map_or(0, |m| m.iter().fold(0, |n, d| n * 10 + d));
    all.len() == 10
        && all.first() != Some(&0)
        && (1..=15).contains(&month)
        && all.get(3) == Some(&(sum % 11))
}

/// A Swiss AHV number: 13 digits from 756, EAN-13 check digit (AHVV art. 133;
/// Zentrale Ausgleichsstelle).
#[must_use]
pub fn ch_ahv(value: &str) -> bool {
    digits(value).is_some_and(|all| all.len() == 13 && all.starts_with(&[7, 5, 6]) && ean(&all))
}

fn ean(all: &[u32]) -> bool {
    let weigh = |(i, d): (usize, &u32)| if i % 2 == 1 { d * 3 } else { *d };
    all.iter()
        .rev()
        .enumerate()
        .map(weigh)
        .sum::<u32>()
        .is_multiple_of(10)
}

/// A Swiss UID: CHE and nine digits, weights 5 4 3 2 7 6 5 4 modulo 11
/// (Bundesamt für Statistik, UID-Register).
#[must_use]
pub fn ch_uid(value: &str) -> bool {
    let Some(bytes) = compact(value) else {
        return false;
    };
    let Some(body) = bytes.strip_prefix(b"CHE").and_then(|body| body.get(..9)) else {
        return false;
    };
    let all: Option<Vec<u32>> = body.iter().map(|b| digit(*b)).collect();
    all.is_some_and(|all| {
        let check = (11 - weighted(&all, &[5, 4, 3, 2, 7, 6, 5, 4]) % 11) % 11;
        check != 10 && all.last() == Some(&check)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every single wrong digit must be noticed by the algorithms that promise it.
    fn notices_single_errors(valid: &str, check: fn(&str) -> bool) {
        assert!(check(valid), "{valid}");
        for (at, old) in valid.char_indices().filter(|(_, c)| c.is_ascii_digit()) {
            for new in ('0'..='9').filter(|new| *new != old) {
                let mut wrong = valid.to_owned();
                wrong.replace_range(at..=at, &new.to_string());
                assert!(!check(&wrong), "{wrong}");
            }
        }
    }

    #[test]
    fn single_errors_are_noticed() {
        notices_single_errors("DE89 3704 0044 0532 0130 00", iban);
        notices_single_errors("4111 1111 1111 1111", luhn);
        notices_single_errors("86095742719", steuer_id);
        notices_single_errors("DE136695976", ust_id);
        notices_single_errors("756.9217.0769.85", ch_ahv);
    }

    #[test]
    fn the_table_is_sorted() {
        assert!(IBAN_LENGTHS.is_sorted_by(|a, b| a.0 < b.0));
        assert_eq!(iban_length("de"), Some(22));
        assert_eq!(iban_length("XX"), None);
    }

    #[test]
    fn published_examples_hold() {
        // Examples printed by the authorities themselves.
        assert!(rentenversicherungsnummer("15 070649 C 103"));
        assert!(!rentenversicherungsnummer("15 070649 C 104"));
        assert!(krankenversichertennummer("A123456780"));
        assert!(!krankenversichertennummer("A123456789"));
        assert!(
            german_document("T220001293"),
            "specimen of the Bundesdruckerei"
        );
        assert!(icao_9303("L898902C36"), "specimen of ICAO 9303");
        assert!(mrz_line("L898902C36UTO7408122F1204159ZE184226B<<<<<10"));
        assert!(at_svnr("1237 010180"));
        assert!(ch_uid("CHE-116.281.710"));
    }

    #[test]
    fn other_text_is_no() {
        for check in [
            iban, luhn, steuer_id, ust_id, vin, imei, at_svnr, ch_ahv, mod_97,
        ] {
            for text in ["", "x", "é", "12", "DE", &"9".repeat(5000)] {
                assert!(!check(text), "{text}");
            }
        }
        assert!(!steuer_id("11111111111") && !credit_card("0000000000000000"));
    }
}
