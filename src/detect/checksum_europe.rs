//! Checks of personal numbers of the smaller states of Europe, Ukraine and the
//! United States, beside those in `checksum_world`. Pure functions of the text.

use crate::detect::checksum::{luhn, verhoeff};

fn digits(value: &str) -> Option<Vec<u32>> {
    value
        .chars()
        .filter(|c| !matches!(c, ' ' | '-' | '\u{a0}' | '/' | '.'))
        .map(|c| c.to_digit(10))
        .collect()
}

fn weighted(all: &[u32], weights: &[u32]) -> u32 {
    all.iter()
        .zip(weights)
        .map(|(digit, weight)| digit * weight)
        .sum()
}

/// Whether day and month at the start of a number can be.
fn day_month(all: &[u32]) -> bool {
    let pair = |at: usize| {
        all.get(at)
            .zip(all.get(at + 1))
            .map_or(0, |(a, b)| a * 10 + b)
    };
    (1..=31).contains(&pair(0)) && (1..=12).contains(&pair(2))
}

/// Greece, AMKA: day of birth, then Luhn over eleven digits (law 3655/2008).
#[must_use]
pub fn gr_amka(value: &str) -> bool {
    digits(value).is_some_and(|all| all.len() == 11 && day_month(&all)) && luhn(value)
}

/// Greece, AFM: nine digits, powers of two modulo 11 (AADE).
#[must_use]
pub fn gr_afm(value: &str) -> bool {
    digits(value).is_some_and(|all| {
        let sum = weighted(&all, &[256, 128, 64, 32, 16, 8, 4, 2]);
        all.len() == 9 && all.last() == Some(&(sum % 11 % 10)) && sum > 0
    })
}

/// Hungary, tax identification: ten digits from 8 on, weights 1 to 9 modulo 11
/// (2017. évi CLI. törvény).
#[must_use]
pub fn hu_adoazonosito(value: &str) -> bool {
    digits(value).is_some_and(|all| {
        let sum = weighted(&all, &[1, 2, 3, 4, 5, 6, 7, 8, 9]);
        all.len() == 10 && all.first() == Some(&8) && all.last() == Some(&(sum % 11))
    })
}

/// Hungary, TAJ: nine digits, weights 3 and 7 modulo 10 (NEAK).
#[must_use]
pub fn hu_taj(value: &str) -> bool {
    digits(value).is_some_and(|all| {
        let sum = weighted(&all, &[3, 7, 3, 7, 3, 7, 3, 7]);
        all.len() == 9 && all.last() == Some(&(sum % 10)) && sum > 0
    })
}

/// Ireland, PPSN: seven digits, a letter by the remainder modulo 23, perhaps one
/// more letter that counts nine times (Department of Social Protection).
#[must_use]
pub fn ie_ppsn(value: &str) -> bool {
    let compact: String = value
        .chars()
        .filter(|c| c.is_ascii_alphanumeric())
        .collect();
    let (Some(body), Some(tail)) = (compact.get(..7), compact.get(7..)) else {
        return false;
    };
    let Some(all) = digits(body).filter(|_| matches!(tail.len(), 1 | 2)) else {
        return false;
    };
    let mut letters = tail.chars().map(|c| c.to_ascii_uppercase());
    let (check, second) = (letters.next(), letters.next());
    let extra = match second {
        None | Some('W') => 0,
        Some(letter @ 'A'..='I') => u32::from(letter) - u32::from('A') + 1,
        Some(_) => return false,
    };
    let sum = weighted(&all, &[8, 7, 6, 5, 4, 3, 2]) + 9 * extra;
    let index = usize::try_from(sum % 23).unwrap_or(usize::MAX);
    check == "WABCDEFGHIJKLMNOPQRSTUV".chars().nth(index)
}

/// Latvia, personas kods: day of birth and weights modulo 11; the newer numbers
/// begin with 32 and have no check (PMLP).
#[must_use]
pub fn lv_personas_kods(value: &str) -> bool {
    digits(value).is_some_and(|all| {
        let sum = 1 + weighted(&all, &[10, 5, 8, 4, 2, 1, 6, 3, 7, 9]);
        let newer = all.starts_with(&[3, 2]);
        all.len() == 11 && (newer || day_month(&all) && all.last() == Some(&(sum % 11 % 10)))
    })
}

/// Luxembourg, matricule: date of birth, Luhn over twelve digits and Verhoeff over
/// the first eleven and the last (CTIE).
#[must_use]
pub fn lu_matricule(value: &str) -> bool {
    let Some(compact) = digits(value).filter(|all| all.len() == 13) else {
        return false;
    };
    let text: String = compact
        .iter()
        .filter_map(|d| char::from_digit(*d, 10))
        .collect();
    let (Some(luhn_part), Some(body), Some(last)) =
        (text.get(..12), text.get(..11), text.get(12..))
    else {
        return false;
    };
    let century = text.starts_with("19") || text.starts_with("20");
    century && luhn(luhn_part) && verhoeff(&format!("{body}{last}"))
}

/// Cyprus, TIC: eight digits and a letter, every other digit by a table (Tax Department).
#[must_use]
pub fn cy_tic(value: &str) -> bool {
    const TABLE: [u32; 10] = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21];
    let compact: String = value
        .chars()
        .filter(|c| c.is_ascii_alphanumeric())
        .collect();
    let (Some(body), Some(letter)) = (compact.get(..8), compact.get(8..)) else {
        return false;
    };
    let Some(all) = digits(body) else {
        return false;
    };
    let sum: u32 = all
        .iter()
        .enumerate()
        .map(|(at, digit)| {
            let index = usize::try_from(*digit).unwrap_or_default();
            if at % 2 == 0 {
                TABLE.get(index).copied().unwrap_or_default()
            } else {
                *digit
            }
        })
        .sum();
    let expected = char::from_u32(u32::from('A') + sum % 26);
    letter.len() == 1 && letter.chars().next() == expected && !body.starts_with("12")
}

/// Iceland, kennitala: day of birth and weights modulo 11 (Þjóðskrá).
#[must_use]
pub fn is_kennitala(value: &str) -> bool {
    digits(value).is_some_and(|all| {
        let sum = weighted(&all, &[3, 2, 7, 6, 5, 4, 3, 2, 1]);
        all.len() == 10
            && day_month(&all)
            && sum.is_multiple_of(11)
            && matches!(all.last(), Some(0 | 9))
    })
}

/// Ukraine, RNOKPP: ten digits, weights modulo 11 (Податковий кодекс, art. 70).
#[must_use]
pub fn ua_rnokpp(value: &str) -> bool {
    digits(value).is_some_and(|all| {
        // The first weight is -1, which is 10 modulo 11.
        let sum = weighted(&all, &[10, 5, 7, 9, 4, 6, 10, 5, 7]);
        all.len() == 10 && all.last() == Some(&(sum % 11 % 10))
    })
}

/// United States, ITIN: 9, and a group of 50 to 99 without 89 and 93 (IRS).
#[must_use]
pub fn us_itin(value: &str) -> bool {
    digits(value).is_some_and(|all| {
        let group = all.get(3).zip(all.get(4)).map_or(0, |(a, b)| a * 10 + b);
        all.len() == 9
            && all.first() == Some(&9)
            && group >= 50
            && !matches!(group, 66..=69 | 89 | 93)
    })
}

/// Germany, LANR: seven digits with a check by the weights 4 and 9, then two for
/// the specialty (KBV, Richtlinie nach § 75 Abs. 7 SGB V).
#[must_use]
pub fn lanr(value: &str) -> bool {
    digits(value).is_some_and(|all| {
        let sum = weighted(&all, &[4, 9, 4, 9, 4, 9]);
        all.len() == 9 && all.get(6) == Some(&((10 - sum % 10) % 10)) && sum > 0
    })
}

/// Germany, BSNR: two digits for the regional association (01 to 98), five for the
/// practice, two that an association may use; there is no check digit (KBV,
/// Richtlinie nach § 75 Abs. 7 SGB V).
#[must_use]
pub fn bsnr(value: &str) -> bool {
    digits(value).is_some_and(|all| {
        let region = weighted(&all, &[10, 1]);
        let practice = all.get(2..7).unwrap_or_default();
        all.len() == 9 && (1..=98).contains(&region) && practice.iter().any(|digit| *digit > 0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printed_specimens() {
        // Specimens of the issuers, and random numbers that python-stdnum accepts.
        assert!(gr_amka("01013099997") && !gr_amka("01013099999"));
        assert!(gr_afm("094259216") && !gr_afm("123456781"));
        assert!(ie_ppsn("6433435F") && ie_ppsn("6433435OA") && !ie_ppsn("6433435E"));
        assert!(lv_personas_kods("161175-19997") && !lv_personas_kods("161175-19990"));
        assert!(cy_tic("10259033P") && !cy_tic("10259033Z"));
        assert!(is_kennitala("120174-3399") && !is_kennitala("120174-3389"));
        assert!(ua_rnokpp("1759013776") && !ua_rnokpp("1759013770"));
        assert!(us_itin("912-90-3456") && !us_itin("912-49-3456"));
        assert!(lu_matricule("1994070848969") && !lu_matricule("1994070848968"));
        assert!(hu_adoazonosito("8436400763") && !hu_adoazonosito("8436400764"));
        assert!(hu_taj("875 166 531") && !hu_taj("875 166 532"));
        assert!(lanr("501169259") && !lanr("501168259"));
        assert!(bsnr("179999900") && bsnr("93 12345 00"));
        assert!(!bsnr("009999900") && !bsnr("170000000") && !bsnr("17999990"));
    }

    #[test]
    fn nothing_else() {
        for check in [
            gr_amka,
            gr_afm,
            hu_adoazonosito,
            hu_taj,
            ie_ppsn,
            lv_personas_kods,
            lu_matricule,
            cy_tic,
            is_kennitala,
            ua_rnokpp,
            us_itin,
            lanr,
            bsnr,
        ] {
            for text in ["", "0", "000000000", "ä", "12345678901234567890", "−1"] {
                assert!(!check(text), "{text}");
            }
        }
    }
}
