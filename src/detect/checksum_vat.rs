//! Check digits of the VAT numbers of Europe, by country. Pure functions of the text;
//! the shapes are those of Directive 2006/112/EC, the sums those that the national
//! authorities publish, as VIES uses them.
//!
//! Austria, Greece, Croatia and the Netherlands number companies as they number
//! people; their checks stand with those in `checksum`, `checksum_world` and
//! `checksum_europe`.

use super::checksum::{compact, luhn_sum, mod_11_10_digits, mod_97, weighted};
use super::{checksum, checksum_europe as europe, checksum_world as world};

/// Whether a VAT number with its country's letters has the right check digits.
#[must_use]
pub fn eu_vat(value: &str) -> bool {
    let Some(bytes) = compact(value) else {
        return false;
    };
    let Some((country, number)) = bytes
        .split_at_checked(2)
        .and_then(|(country, number)| std::str::from_utf8(number).ok().map(|n| (country, n)))
    else {
        return false;
    };
    match country {
        b"AT" => world::at_uid(number),
        b"CY" => europe::cy_tic(number),
        b"DE" => checksum::ust_id(value),
        b"EL" => europe::gr_afm(number),
        b"ES" => spanish(number),
        b"FR" => french(number),
        b"IE" => europe::ie_ppsn(number),
        b"NL" => dutch(number),
        b"NO" => norwegian(number.trim_end_matches("MVA")),
        // People may pay under their personal number.
        b"SK" if world::cz_rodne_cislo(number) => true,
        _ => {
            let digits: Option<Vec<u32>> = number.chars().map(|c| c.to_digit(10)).collect();
            digits.is_some_and(|all| of_digits(country, &all))
        }
    }
}

/// The countries whose numbers are digits alone.
fn of_digits(country: &[u8], all: &[u32]) -> bool {
    let last = all.last().copied().unwrap_or_default();
    let sum = |weights: &[u32]| weighted(all, weights);
    match (country, all.len()) {
        (b"BE", 10) => (number(all.get(..8)) + number(all.get(8..))).is_multiple_of(97),
        (b"BG", 9) => bulgarian(all),
        (b"CZ", 8) => {
            let rest = (11 - sum(&[8, 7, 6, 5, 4, 3, 2]) % 11) % 11;
            all.first() != Some(&9) && rest.max(1) % 10 == last
        }
        (b"DK", 8) => all.first() != Some(&0) && sum(&[2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11),
        (b"EE", 9) => sum(&[3, 7, 1, 3, 7, 1, 3, 7, 1]).is_multiple_of(10),
        (b"FI", 8) => sum(&[7, 9, 10, 5, 8, 4, 2, 1]).is_multiple_of(11),
        (b"GB" | b"XI", 9) => {
            let sum = sum(&[8, 7, 6, 5, 4, 3, 2, 10, 1]);
            sum.is_multiple_of(97) || (sum + 55).is_multiple_of(97)
        }
        (b"HR", 11) => mod_11_10_digits(all),
        (b"HU", 8) => sum(&[9, 7, 3, 1, 9, 7, 3, 1]).is_multiple_of(10),
        (b"IT", 11) => luhn_sum(all).is_multiple_of(10),
        (b"LT", 9 | 12) => lithuanian(all),
        (b"LU", 8) => number(all.get(..6)) % 89 == number(all.get(6..)),
        (b"LV", 11) => all.first() > Some(&3) && sum(&[9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1]) % 11 == 3,
        (b"MT", 8) => sum(&[3, 4, 6, 7, 8, 9, 10, 1]).is_multiple_of(37),
        (b"PL", 10) => sum(&[6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 == last,
        (b"PT", 9) => {
            let rest = (11 - sum(&[9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 11 % 10;
            all.first() != Some(&0) && rest == last
        }
        (b"RO", 2..=10) => romanian(all),
        (b"SE", 12) => luhn_sum(all.get(..10).unwrap_or_default()).is_multiple_of(10),
        (b"SI", 8) => {
            let rest = 11 - sum(&[8, 7, 6, 5, 4, 3, 2]) % 11;
            all.first() != Some(&0) && rest < 11 && rest % 10 == last
        }
        (b"SK", 10) => {
            let third = matches!(all.get(2), Some(2 | 3 | 4 | 7 | 8 | 9));
            all.first() != Some(&0) && third && number(Some(all)).is_multiple_of(11)
        }
        _ => false,
    }
}

/// Digits as a number; ten at most.
fn number(digits: Option<&[u32]>) -> u64 {
    let digits = digits.unwrap_or_default();
    digits
        .iter()
        .fold(0, |number, digit| number * 10 + u64::from(*digit))
}

/// Weights 1 to 8 modulo 11; where that gives ten, weights 3 to 10.
fn bulgarian(all: &[u32]) -> bool {
    let first = weighted(all, &[1, 2, 3, 4, 5, 6, 7, 8]) % 11;
    let rest = if first == 10 {
        weighted(all, &[3, 4, 5, 6, 7, 8, 9, 10]) % 11 % 10
    } else {
        first
    };
    all.last() == Some(&rest)
}

/// Weights 1 to 9 again and again, modulo 11; where that gives ten, from 3 on.
fn lithuanian(all: &[u32]) -> bool {
    let Some((last, body)) = all.split_last() else {
        return false;
    };
    let sum = |from: u32| -> u32 {
        let weights = (from..).map(|at| 1 + at % 9);
        body.iter().zip(weights).map(|(digit, w)| digit * w).sum()
    };
    let mut rest = sum(0) % 11;
    if rest == 10 {
        rest = sum(2) % 11;
    }
    // The last digit but one says what kind of payer it is.
    body.last() == Some(&1) && rest % 10 == *last
}

/// Weights 7, 5, 3, 2, 1, 7, 5, 3, 2 over nine digits, filled up with zeros.
fn romanian(all: &[u32]) -> bool {
    let Some((last, body)) = all.split_last() else {
        return false;
    };
    let weights = [2, 3, 5, 7, 1, 2, 3, 5, 7];
    let sum: u32 = body.iter().rev().zip(weights).map(|(d, w)| d * w).sum();
    all.first() != Some(&0) && sum * 10 % 11 % 10 == *last
}

/// Weights 3, 2, 7, 6, 5, 4, 3, 2 modulo 11.
fn norwegian(number: &str) -> bool {
    let digits: Option<Vec<u32>> = number.chars().map(|c| c.to_digit(10)).collect();
    digits.is_some_and(|all| {
        let rest = (11 - weighted(&all, &[3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11;
        all.len() == 9 && all.last() == Some(&rest)
    })
}

/// A number of people or companies with `B01`, or since 2020 modulo 97 over all.
fn dutch(number: &str) -> bool {
    let Some((body, end)) = number.split_once('B') else {
        return false;
    };
    let shaped = body.len() == 9 && end.len() == 2 && end != "00";
    shaped && (world::nl_bsn(body) || mod_97_plain(&format!("NL{number}")))
}

/// Modulo 97 over letters and digits as they stand.
fn mod_97_plain(text: &str) -> bool {
    // The check of IBANs moves the first four signs behind the others.
    let at = text.len().saturating_sub(4);
    let turned = text
        .split_at_checked(at)
        .map(|(head, tail)| format!("{tail}{head}"));
    turned.is_some_and(|turned| mod_97(&turned))
}

/// A company's number by Luhn, and two digits over it.
fn french(number: &str) -> bool {
    let Some((key, siren)) = number.split_at_checked(2) else {
        return false;
    };
    let digits: Option<Vec<u32>> = siren.chars().map(|c| c.to_digit(10)).collect();
    let Some(all) = digits.filter(|all| all.len() == 9) else {
        return false;
    };
    let monaco = siren.starts_with("000");
    if !monaco && !luhn_sum(&all).is_multiple_of(10) {
        return false;
    }
    match key.parse::<u64>() {
        Ok(key) => (12 + 3 * (self::number(Some(&all)) % 97)) % 97 == key,
        // Keys with letters are given out by another sum, which is not published.
        Err(_) => true,
    }
}

/// A person's number, or a company's with a digit or a letter over it.
fn spanish(number: &str) -> bool {
    const PEOPLE: &[u8] = b"TRWAGMYFPDXBNJZSQVHLCKE";
    const COMPANIES: &[u8] = b"JABCDEFGHI";
    let bytes = number.as_bytes();
    let (Some((first, rest)), 9) = (bytes.split_first(), bytes.len()) else {
        return false;
    };
    let Some((last, middle)) = rest.split_last() else {
        return false;
    };
    let digits = |bytes: &[u8]| -> Option<Vec<u32>> {
        let digit = |b: &u8| char::from(*b).to_digit(10);
        bytes.iter().map(digit).collect()
    };
    let Some(all) = digits(middle) else {
        return false;
    };
    let letter = |list: &[u8], at: u64| {
        let at = usize::try_from(at).unwrap_or(usize::MAX);
        list.get(at) == Some(last)
    };
    let of_person = |lead: u64| letter(PEOPLE, (lead * 10_000_000 + self::number(Some(&all))) % 23);
    match first {
        b'0'..=b'9' => of_person(u64::from(first - b'0')),
        b'X' | b'K' | b'L' | b'M' => of_person(0),
        b'Y' => of_person(1),
        b'Z' => of_person(2),
        b'A'..=b'J' | b'N' | b'P'..=b'S' | b'U' | b'V' | b'W' => {
            let double = |digit: u32| digit * 2 / 10 + digit * 2 % 10;
            let sum: u32 = all
                .iter()
                .enumerate()
                .map(|(at, digit)| {
                    if at.is_multiple_of(2) {
                        double(*digit)
                    } else {
                        *digit
                    }
                })
                .sum();
            let check = (10 - sum % 10) % 10;
            char::from(*last).to_digit(10) == Some(check) || letter(COMPANIES, u64::from(check))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Random numbers, two of each country, that `python-stdnum` accepts.
    const NUMBERS: &str = "ATU39099603 ATU08246281 BE0246770968 BE0547106724 BG088203139 BG857443400 CY15593536A \
        CY10049748Y CZ62099159 CZ69122881 DE213482877 DE795836983 DK78469501 DK31471257 \
        EE738505149 EE718587682 EL888181768 EL700129967 ESY0199776N ESM2438137E FI71374499 \
        FI39245179 FR69626275960 FR44096275938 HR65243233669 HR61311558300 HU32803314 \
        HU43811157 IE2566853I IE3501968S IT13234020504 IT52527280128 LT906517013 LT315507610 \
        LU99524749 LU45533208 LV42047653338 LV47666386944 MT71340933 MT70330051 NL784229314B01 \
        NL876588045B01 PL9741577335 PL2042985504 PT230686605 PT259023540 RO8643227719 \
        RO8935782331 SE887111593001 SE090177746601 SI63703602 SI60984376 SK7320322328 \
        SK1820977994";

    #[test]
    fn random_numbers_that_the_reference_accepts() {
        for number in NUMBERS.split_whitespace() {
            assert!(eu_vat(number), "{number}");
            // One digit too many or another one at the end.
            assert!(
                !eu_vat(&format!("{number}7")) || number.starts_with("RO"),
                "{number}"
            );
        }
    }

    #[test]
    fn nothing_else() {
        for text in [
            "",
            "DE",
            "XX123456789",
            "ä",
            "BE0123456789",
            "FR00",
            "NLB01",
            "ES",
            "LT",
        ] {
            assert!(!eu_vat(text), "{text}");
        }
    }
}
