//! Check digits of national identification numbers outside Germany: pure
//! functions, like `checksum`, whose rules for separators apply here too.
//!
//! Sources are named per function; where an authority publishes no text, the
//! common description that its registers follow is named.

use crate::detect::checksum::{
    compact, digits, letter_value, luhn_sum, mod_11_10_digits, weighted,
};

/// The number that two digits at a place make.
fn pair(all: &[u32], at: usize) -> u32 {
    all.get(at..at + 2)
        .map_or(99, |two| two.iter().fold(0, |n, d| n * 10 + d))
}

/// Whether day and month at two places can be a date.
fn dated(all: &[u32], day: usize, month: usize) -> bool {
    (1..=31).contains(&pair(all, day)) && (1..=12).contains(&pair(all, month))
}

fn number(all: &[u32]) -> u64 {
    all.iter().fold(0, |n, d| n * 10 + u64::from(*d))
}

/// Poland, PESEL: 11 digits, weights 1 3 7 9, the month carries the century
/// (ustawa o ewidencji ludności).
#[must_use]
pub fn pl_pesel(value: &str) -> bool {
    digits(value).is_some_and(|all| {
        let sum = weighted(&all, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3]);
        let month = pair(&all, 2) % 20;
        all.len() == 11
            && all.last() == Some(&((10 - sum % 10) % 10))
            && (1..=12).contains(&month)
            && (1..=31).contains(&pair(&all, 4))
    })
}

/// Spain, DNI and NIE: up to eight digits (X, Y, Z stand for 0, 1, 2) and a
/// letter by the remainder modulo 23 (Real Decreto 1553/2005).
#[must_use]
pub fn es_dni(value: &str) -> bool {
    let Some(bytes) = compact(value) else {
        return false;
    };
    let Some((letter, body)) = bytes.split_last() else {
        return false;
    };
    let all: Option<Vec<u32>> = body
        .iter()
        .enumerate()
        .map(|(index, byte)| match (index, byte) {
            (0, b'X'..=b'Z') => Some(u32::from(byte - b'X')),
            (_, b'0'..=b'9') => Some(u32::from(byte - b'0')),
            _ => None,
        })
        .collect();
    let letters = b"TRWAGMYFPDXBNJZSQVHLCKE";
    all.is_some_and(|all| {
        let rest = usize::try_from(number(&all) % 23).unwrap_or(0);
        all.len() == 8 && letters.get(rest) == Some(letter)
    })
}

/// Italy, codice fiscale: 16 characters; odd places by a table, even ones by
/// value, remainder modulo 26 (Decreto Ministeriale 23/12/1976).
#[must_use]
pub fn it_codice_fiscale(value: &str) -> bool {
    const ODD: [u32; 26] = [
        1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24,
        23,
    ];
    let Some(bytes) = compact(value).filter(|bytes| bytes.len() == 16) else {
        return false;
    };
    let letters = [0, 1, 2, 3, 4, 5, 8, 11, 15];
    let lettered = letters
        .iter()
        .all(|at| bytes.get(*at).is_some_and(u8::is_ascii_uppercase));
    let mut sum = 0;
    for (index, byte) in bytes.iter().take(15).enumerate() {
        let value = if byte.is_ascii_digit() {
            byte - b'0'
        } else {
            byte - b'A'
        };
        sum += if index % 2 == 0 {
            ODD.get(usize::from(value)).copied().unwrap_or(0)
        } else {
            u32::from(value)
        };
    }
    let month = bytes
        .get(8)
        .is_some_and(|month| b"ABCDEHLMPRST".contains(month));
    lettered && month && bytes.last().map(|b| u32::from(b - b'A')) == Some(sum % 26)
}

/// France, numéro de sécurité sociale: 13 digits (2A, 2B for Corsica) and a key
/// 97 minus the remainder modulo 97 (INSEE, NIR).
#[must_use]
pub fn fr_nir(value: &str) -> bool {
    let Some(mut bytes) = compact(value).filter(|bytes| bytes.len() == 15) else {
        return false;
    };
    let corsica = match (bytes.get(5), bytes.get(6)) {
        (Some(b'2'), Some(b'A')) => Some(b'9'),
        (Some(b'2'), Some(b'B')) => Some(b'8'),
        _ => None,
    };
    if let (Some(digit), Some(letter)) = (corsica, bytes.get_mut(6)) {
        *letter = digit;
        if let Some(tens) = bytes.get_mut(5) {
            *tens = b'1';
        }
    }
    let all: Option<Vec<u32>> = bytes
        .iter()
        .map(|b| b.is_ascii_digit().then(|| u32::from(b - b'0')))
        .collect();
    all.is_some_and(|all| {
        let (body, key) = all.split_at(13);
        97 - number(body) % 97 == number(key)
    })
}

/// Netherlands, burgerservicenummer: 9 digits, weights 9 to 2 and -1 modulo 11
/// (Wet algemene bepalingen burgerservicenummer).
#[must_use]
pub fn nl_bsn(value: &str) -> bool {
    digits(value).is_some_and(|all| {
        let sum = weighted(&all, &[9, 8, 7, 6, 5, 4, 3, 2]);
        let last = all.last().copied().unwrap_or(99);
        all.len() == 9
            && all.iter().any(|d| *d != 0)
            && sum >= last
            && (sum - last).is_multiple_of(11)
    })
}

/// Belgium, rijksregisternummer: 11 digits, 97 minus the remainder; births from
/// 2000 on count with a leading 2 (Koninklijk besluit 3 april 1984).
#[must_use]
pub fn be_nn(value: &str) -> bool {
    digits(value).is_some_and(|all| {
        if all.len() != 11 {
            return false;
        }
        let (body, check) = all.split_at(9);
        let (old, check) = (number(body), number(check));
        let month = pair(&all, 2) % 20;
        (97 - old % 97 == check || 97 - (2_000_000_000 + old) % 97 == check)
            && month <= 12
            && pair(&all, 4) <= 31
    })
}

/// Sweden, personnummer: 10 digits (12 with the century), Luhn (Folkbokföringslagen).
#[must_use]
pub fn se_personnummer(value: &str) -> bool {
    let value = value.replace('+', "-");
    digits(&value).is_some_and(|all| {
        let Some(short) = all.len().checked_sub(10).and_then(|start| all.get(start..)) else {
            return false;
        };
        let day = pair(short, 4) % 60;
        matches!(all.len(), 10 | 12)
            && luhn_sum(short).is_multiple_of(10)
            && (1..=31).contains(&day)
            && (1..=12).contains(&pair(short, 2))
    })
}

/// Denmark, CPR: 10 digits that begin with a date; the check digit is no longer
/// guaranteed and not asked for (CPR-kontoret, 2007).
#[must_use]
pub fn dk_cpr(value: &str) -> bool {
    digits(value).is_some_and(|all| all.len() == 10 && dated(&all, 0, 2))
}

/// Finland, henkilötunnus: date, a sign for the century, three digits, a check
/// sign by the remainder modulo 31 (Digi- ja väestötietovirasto).
#[must_use]
pub fn fi_hetu(value: &str) -> bool {
    let signs = value.trim().to_ascii_uppercase();
    let Some((date, rest)) = signs.split_at_checked(6) else {
        return false;
    };
    let mut rest = rest.chars();
    let century = rest.next().is_some_and(|c| "+-YXWVUABCDEF".contains(c));
    let rest = rest.as_str();
    let (Some(serial), Some(check)) = (rest.get(..3), rest.get(3..)) else {
        return false;
    };
    let Some(all) = digits(&format!("{date}{serial}")).filter(|all| all.len() == 9) else {
        return false;
    };
    let expected = usize::try_from(number(&all) % 31)
        .ok()
        .and_then(|at| "0123456789ABCDEFHJKLMNPRSTUVWXY".get(at..=at));
    century && Some(check) == expected && dated(&all, 0, 2)
}

/// Norway, fødselsnummer: 11 digits, two check digits modulo 11 (Skatteetaten).
#[must_use]
pub fn no_fodselsnummer(value: &str) -> bool {
    digits(value).is_some_and(|all| {
        let first = (11 - weighted(&all, &[3, 7, 6, 1, 8, 9, 4, 5, 2]) % 11) % 11;
        let second = (11 - weighted(&all, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11;
        let (day, month) = (pair(&all, 0) % 40, pair(&all, 2) % 40);
        all.len() == 11
            && all.get(9) == Some(&first)
            && all.get(10) == Some(&second)
            && (1..=31).contains(&day)
            && (1..=12).contains(&month)
    })
}

/// Czechia and Slovakia, rodné číslo of ten digits: divisible by 11 (or the
/// remainder 10 written as 0), the month raised by 20, 50 or 70 (zákon 133/2000 Sb.).
#[must_use]
pub fn cz_rodne_cislo(value: &str) -> bool {
    digits(value).is_some_and(|all| {
        let Some((check, body)) = all.split_last() else {
            return false;
        };
        let month = pair(&all, 2) % 50 % 20;
        all.len() == 10
            && number(body) % 11 % 10 == u64::from(*check)
            && (1..=12).contains(&month)
            && (1..=31).contains(&pair(&all, 4))
    })
}

/// Croatia, OIB: 11 digits, ISO 7064 MOD 11,10 (Zakon o OIB).
#[must_use]
pub fn hr_oib(value: &str) -> bool {
    digits(value).is_some_and(|all| all.len() == 11 && mod_11_10_digits(&all))
}

/// Bulgaria, ЕГН: 10 digits, weights 2 4 8 5 10 9 7 3 6 modulo 11 modulo 10 (ГРАО).
#[must_use]
pub fn bg_egn(value: &str) -> bool {
    digits(value).is_some_and(|all| {
        let sum = weighted(&all, &[2, 4, 8, 5, 10, 9, 7, 3, 6]);
        let month = pair(&all, 2) % 20;
        all.len() == 10
            && all.get(9) == Some(&(sum % 11 % 10))
            && (1..=12).contains(&month)
            && (1..=31).contains(&pair(&all, 4))
    })
}

/// Romania, CNP: 13 digits, weights 2 7 9 1 4 6 3 5 8 2 7 9 modulo 11 (Legea 105/1996).
#[must_use]
pub fn ro_cnp(value: &str) -> bool {
    digits(value).is_some_and(|all| {
        let rest = weighted(&all, &[2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11;
        let check = if rest == 10 { 1 } else { rest };
        all.len() == 13
            && all.first() != Some(&0)
            && all.get(12) == Some(&check)
            && dated(&all, 5, 3)
    })
}

/// Portugal, NIF: 9 digits, weights 9 to 2 modulo 11 (Autoridade Tributária).
#[must_use]
pub fn pt_nif(value: &str) -> bool {
    digits(value).is_some_and(|all| {
        let check = (11 - weighted(&all, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 11 % 10;
        all.len() == 9 && all.first() != Some(&0) && all.get(8) == Some(&check)
    })
}

/// Estonia and Lithuania, isikukood and asmens kodas: 11 digits, two rows of
/// weights modulo 11 (EVS 585).
#[must_use]
pub fn ee_isikukood(value: &str) -> bool {
    digits(value).is_some_and(|all| {
        let first = weighted(&all, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11;
        let second = weighted(&all, &[3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11;
        let check = if first == 10 { second % 10 } else { first };
        all.len() == 11 && all.get(10) == Some(&check) && dated(&all, 5, 3)
    })
}

/// Slovenia and the states of former Yugoslavia, EMŠO / JMBG: 13 digits, weights
/// 7 6 5 4 3 2 twice modulo 11.
#[must_use]
pub fn si_emso(value: &str) -> bool {
    digits(value).is_some_and(|all| {
        let rest = weighted(&all, &[7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
        all.len() == 13 && all.get(12) == Some(&((11 - rest) % 11 % 10)) && dated(&all, 0, 2)
    })
}

/// Turkey, T.C. kimlik numarası: 11 digits, two check digits (NVİ).
#[must_use]
pub fn tr_tckn(value: &str) -> bool {
    digits(value).is_some_and(|all| {
        let odd: u32 = all.iter().take(9).step_by(2).sum();
        let even: u32 = all.iter().take(8).skip(1).step_by(2).sum();
        let all_ten: u32 = all.iter().take(10).sum();
        let tenth = (odd * 7 + 100 - even) % 10;
        all.len() == 11
            && all.first() != Some(&0)
            && all.get(9) == Some(&tenth)
            && all.get(10) == Some(&(all_ten % 10))
    })
}

/// United Kingdom, NHS number: 10 digits, weights 10 to 2 modulo 11 (NHS Data Dictionary).
#[must_use]
pub fn gb_nhs(value: &str) -> bool {
    digits(value).is_some_and(|all| {
        let check = (11 - weighted(&all, &[10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 11;
        all.len() == 10 && all.iter().any(|d| *d != 0) && all.get(9) == Some(&check)
    })
}

/// United Kingdom, National Insurance number: two letters of a certain set, six
/// digits, a letter A to D (HMRC NIM39110).
#[must_use]
pub fn gb_nino(value: &str) -> bool {
    let Some(bytes) = compact(value).filter(|bytes| bytes.len() == 9) else {
        return false;
    };
    let (prefix, rest) = bytes.split_at(2);
    let (body, suffix) = rest.split_at(6);
    let [first, second] = *prefix else {
        return false;
    };
    let barred: [&[u8]; 7] = [b"BG", b"GB", b"KN", b"NK", b"NT", b"TN", b"ZZ"];
    first.is_ascii_uppercase()
        && second.is_ascii_uppercase()
        && !b"DFIQUV".contains(&first)
        && !b"DFIOQUV".contains(&second)
        && !barred.contains(&prefix)
        && body.iter().all(u8::is_ascii_digit)
        && suffix.iter().all(|b| (b'A'..=b'D').contains(b))
}

/// Canada, Social Insurance Number: 9 digits, Luhn, not beginning with 0 or 8 (Service Canada).
#[must_use]
pub fn ca_sin(value: &str) -> bool {
    digits(value).is_some_and(|all| {
        all.len() == 9 && luhn_sum(&all).is_multiple_of(10) && !matches!(all.first(), Some(0 | 8))
    })
}

/// United States, Social Security Number: no area 000, 666 or 9xx, no group 00,
/// no serial 0000 (SSA).
#[must_use]
pub fn us_ssn(value: &str) -> bool {
    digits(value).is_some_and(|all| {
        let (area, group) = (all.get(..3).map_or(0, number), pair(&all, 3));
        all.len() == 9
            && area != 0
            && area != 666
            && area < 900
            && group != 0
            && all.get(5..).map_or(0, number) != 0
    })
}

/// Austria, UID: ATU and eight digits, check digit (96 - sum) modulo 10 (BMF, U-Nummern).
#[must_use]
pub fn at_uid(value: &str) -> bool {
    let Some(bytes) = compact(value) else {
        return false;
    };
    let body = bytes
        .strip_prefix(b"AT")
        .unwrap_or(&bytes)
        .strip_prefix(b"U");
    let all: Option<Vec<u32>> = body
        .unwrap_or_default()
        .iter()
        .map(|b| letter_value(*b).filter(|v| *v < 10))
        .collect();
    all.is_some_and(|all| {
        let double = |d: u32| d * 2 / 10 + d * 2 % 10;
        let sum: u32 = all
            .iter()
            .take(7)
            .enumerate()
            .map(|(i, d)| if i % 2 == 1 { double(*d) } else { *d })
            .sum();
        all.len() == 8 && all.get(7) == Some(&((96 - sum) % 10))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_up_numbers_that_hold() {
        type Check = fn(&str) -> bool;
        let rows: [(Check, &str); 12] = [
            (pl_pesel, "44051401359"),
            (es_dni, "12345678Z"),
            (it_codice_fiscale, "RSSMRA85T10A562S"),
            (nl_bsn, "111222333"),
            (se_personnummer, "811218-9876"),
            (fi_hetu, "131052-308T"),
            (hr_oib, "33392005961"),
            (tr_tckn, "10000000146"),
            (gb_nhs, "943 476 5919"),
            (gb_nino, "AB 12 34 56 C"),
            (ca_sin, "123-456-782"),
            (us_ssn, "536-90-4399"),
        ];
        for (check, number) in rows {
            assert!(check(number), "{number}");
            let mut wrong = number.replace('9', "x");
            wrong.push('1');
            assert!(!check(&wrong), "{wrong}");
        }
    }
}
