//! Rules for Germany: tax, social insurance, identity, vehicles, files, land,
//! phone numbers.

use super::{plates, rule, strong};
use crate::detect::checksum;
use crate::detect::context::{Topic, Topics};
use crate::detect::pattern::{Check, Digits, Rule, Start};
use crate::entity::EntityType;

/// The rules of this file.
#[must_use]
pub fn rules() -> Vec<Rule> {
    let mut all = phones();
    all.extend(taxes());
    all.extend(insurance());
    all.extend(identity());
    all.extend(vehicles());
    all.extend(files());
    all.extend(numbers());
    all.extend(places());
    all
}

fn phones() -> Vec<Rule> {
    let base = || Rule {
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
    vec![
        Rule {
            // +49 (0)221 12 34-56, 0049 221/1234, (+49) 171 1234567
            name: "phone_international",
            pattern: r"\(?(?:\+|00)~?[1-9]\d{0,2}\)?(?:~?[¬./]?~?\(0\)~?|~?[¬./]~?|~)?\(?\d{1,5}\)?(?:~?[¬./]{0,2}~?\d{1,8}){1,6}(?:~?¬~?\d{1,5})?",
            digits: Digits::new(1, 14, 7),
            score: 0.92,
            confirmed: 0.97,
            against: Topics::NONE,
            ..base()
        },
        Rule {
            name: "phone_mobile",
            pattern: r"\(?01[567]\d{1,2}\)?(?:~{0,2}[¬./]~{0,2}|~)?\d{2,8}(?:~?[¬./]?~?\d{1,6}){0,4}",
            digits: Digits::new(4, 13, 10),
            around: Some(no_number_around),
            score: 0.92,
            confirmed: 0.97,
            against: Topics::NONE,
            ..base()
        },
        Rule {
            // 0221 / 12 34-56, (0221) 1234, 0171-1234567, 0221.12 34 56
            name: "phone_national",
            pattern: r"(?:\(0[1-9]\d{1,4}\)~{0,2}|0[1-9]\d{1,4}(?:~{0,2}[¬./]~{0,2}|~{1,2}))\d{1,9}(?:~?[¬./]?~?\d{1,6}){0,5}",
            digits: Digits::new(3, 6, 6),
            around: Some(no_number_around),
            score: 0.7,
            ..base()
        },
        Rule {
            // 01711234567
            name: "phone_compact",
            pattern: r"0[1-9]\d{5,13}(?:¬\d{1,4})?",
            digits: Digits::new(7, 14, 7),
            around: Some(no_number_around),
            check: Check::Is(compact_phone),
            score: 0.5,
            ..base()
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
            ..base()
        },
    ]
}

fn taxes() -> Vec<Rule> {
    vec![
        Rule {
            pattern: r"\d{2}(?:~?\d{3}){3}|\d{11}|\d{3}~\d{4}~\d{4}",
            digits: Digits::new(2, 11, 11),
            check: Check::Is(checksum::steuer_id),
            score: 0.8,
            confirmed: 1.0,
            context: Topics::of(&[Topic::TaxId]),
            against: Topics::of(&[Topic::Phone, Topic::Thing]),
            ..rule(
                EntityType::TaxId,
                "steuer_id",
                "§ 139b AO; Bundeszentralamt für Steuern",
            )
        },
        Rule {
            // Right words, wrong check digit: a typing error is still the person's number.
            pattern: r"\d{2}(?:~?\d{3}){3}|\d{11}|\d{3}~\d{4}~\d{4}",
            digits: Digits::new(2, 11, 11),
            required: true,
            confirmed: 0.8,
            context: Topics::of(&[Topic::TaxId]),
            ..rule(EntityType::TaxId, "steuer_id_shape", "§ 139b AO")
        },
        Rule {
            // All Länder forms: 12/345/67890, 123/456/78901, 123/4567/8901, 012 345 67890.
            pattern: r"\d{2,3}~?/~?\d{3,4}~?/~?\d{4,5}|\d{2,3}~\d{3}~\d{5}|\d{3}~\d{4}~\d{4}",
            digits: Digits::new(2, 3, 10),
            score: 0.6,
            confirmed: 0.95,
            context: Topics::of(&[Topic::TaxNumber]),
            against: Topics::of(&[Topic::Phone, Topic::Customer, Topic::Case, Topic::TaxId]),
            around: Some(no_slash_around),
            ..rule(
                EntityType::TaxNumber,
                "steuernummer",
                "§ 16 UStG; ELSTER, Aufbau der Steuernummern",
            )
        },
        Rule {
            pattern: r"\d{10,13}",
            digits: Digits::new(10, 13, 10),
            required: true,
            context: Topics::of(&[Topic::TaxNumber]),
            against: Topics::of(&[Topic::TaxId]),
            ..rule(
                EntityType::TaxNumber,
                "steuernummer_elster",
                "ELSTER, bundeseinheitliche Steuernummer",
            )
        },
        Rule {
            pattern: r"DE~?\d{3}~?\d{3}~?\d{3}(?:¬\d{5})?",
            start: Start::Upper,
            digits: Digits::new(3, 9, 9),
            check: Check::Is(|value| {
                checksum::ust_id(value.split(['-', '–']).next().unwrap_or_default())
            }),
            ..strong(EntityType::VatId, "ust_id", "§ 27a UStG, § 139c AO")
        },
        Rule {
            pattern: r"DE~?\d{3}~?\d{3}~?\d{3}(?:¬\d{5})?",
            start: Start::Upper,
            digits: Digits::new(3, 9, 9),
            score: 0.6,
            context: Topics::of(&[Topic::VatId]),
            ..rule(EntityType::VatId, "ust_id_shape", "§ 27a UStG")
        },
    ]
}

fn insurance() -> Vec<Rule> {
    let pension = r"\d{2}~?\d{2}~?\d{2}~?\d{2}~?[A-Za-z]~?\d{2}~?\d";
    let health = r"[A-Za-z]~?\d{3}~?\d{3}~?\d{3}|[A-Za-z]\d{9}";
    vec![
        Rule {
            pattern: pension,
            digits: Digits::new(2, 8, 11),
            check: Check::Is(checksum::rentenversicherungsnummer),
            ..strong(
                EntityType::SocialSecurityNumber,
                "rentenversicherung",
                "VKVV § 2; Deutsche Rentenversicherung",
            )
        },
        Rule {
            pattern: pension,
            digits: Digits::new(2, 8, 11),
            score: 0.5,
            context: Topics::of(&[Topic::Pension]),
            ..rule(
                EntityType::SocialSecurityNumber,
                "rentenversicherung_shape",
                "VKVV § 2",
            )
        },
        Rule {
            pattern: health,
            start: Start::Upper,
            digits: Digits::new(3, 9, 9),
            check: Check::Is(checksum::krankenversichertennummer),
            score: 0.9,
            confirmed: 1.0,
            context: Topics::of(&[Topic::Health]),
            ..rule(
                EntityType::HealthInsuranceNumber,
                "krankenversicherung",
                "§ 290 SGB V; GKV-Spitzenverband",
            )
        },
        Rule {
            pattern: health,
            start: Start::Upper,
            digits: Digits::new(3, 9, 9),
            required: true,
            context: Topics::of(&[Topic::Health]),
            ..rule(
                EntityType::HealthInsuranceNumber,
                "krankenversicherung_shape",
                "§ 290 SGB V",
            )
        },
    ]
}

fn identity() -> Vec<Rule> {
    let (card, pass) = (Topics::of(&[Topic::IdCard]), Topics::of(&[Topic::Passport]));
    vec![
        Rule {
            pattern: r"[A-Z][0-9A-Z]{8}~?\d(?:D|~?<<)?",
            start: Start::Token,
            check: Check::Is(|value| {
                value.get(..10).is_some_and(checksum::german_document)
                    || checksum::german_document(value)
            }),
            score: 0.8,
            confirmed: 1.0,
            context: card,
            ..rule(
                EntityType::IdCard,
                "personalausweis",
                "PAuswV annex 3; ICAO 9303",
            )
        },
        Rule {
            pattern: r"[A-Z][0-9A-Z]{8}\d?",
            start: Start::Token,
            check: Check::Is(|value| {
                value.bytes().any(|b| b.is_ascii_uppercase()) && count(value) >= 1
            }),
            required: true,
            context: card,
            against: pass,
            ..rule(
                EntityType::IdCard,
                "personalausweis_shape",
                "PAuswV annex 3",
            )
        },
        Rule {
            pattern: r"[A-Z0-9]{1,3}~?[0-9A-Z]{5,9}",
            start: Start::Token,
            check: Check::Is(document_number),
            required: true,
            confirmed: 0.85,
            context: pass,
            ..rule(EntityType::Passport, "reisepass", "PassV; ICAO 9303")
        },
        Rule {
            pattern: r"[A-Z0-9]{7,12}",
            start: Start::Token,
            check: Check::Is(document_number),
            required: true,
            confirmed: 0.75,
            context: card,
            against: pass,
            ..rule(
                EntityType::IdCard,
                "ausweis_other",
                "identity documents of other states",
            )
        },
        Rule {
            pattern: r"[A-Z0-9]{4}\d{5}[0-9A-Z][0-9A-Z]|[A-Z]\d{2}[0-9A-Z]\d{5}[0-9A-Z]{2}",
            start: Start::Token,
            score: 0.5,
            confirmed: 0.95,
            check: Check::Is(|value| value.bytes().any(|b| b.is_ascii_uppercase())),
            context: Topics::of(&[Topic::Licence]),
            against: Topics::of(&[Topic::Thing, Topic::IdCard, Topic::Customer]),
            required: true,
            ..rule(EntityType::DrivingLicence, "fuehrerschein", "FeV annex 8")
        },
    ]
}

fn vehicles() -> Vec<Rule> {
    let base = |name| Rule {
        start: Start::Upper,
        digits: Digits::new(1, 4, 1),
        check: Check::Cut(plate),
        confirmed: 0.95,
        context: Topics::of(&[Topic::Plate]),
        against: Topics::of(&[Topic::Thing, Topic::Case, Topic::Amount]),
        around: Some(no_hyphen_around),
        ..rule(
            EntityType::LicencePlate,
            name,
            "FZV annex 1; Kraftfahrt-Bundesamt",
        )
    };
    vec![
        Rule {
            pattern: r"[A-ZÄÖÜ]{1,3}~?¬~?[A-Z]{1,2}~[1-9]\d{0,3}~?[EH]?\b|[A-ZÄÖÜ]{1,3}~?¬~?[A-Z]{1,2}~[1-9]\d{0,3}",
            score: 0.8,
            ..base("kennzeichen")
        },
        Rule {
            pattern: r"[A-ZÄÖÜ]{1,3}~?(?:¬|~|:|·)~?[A-Z]{1,2}~?¬?~?[1-9]\d{0,3}(?:~?[EH]\b)?",
            required: true,
            ..base("kennzeichen_loose")
        },
        Rule {
            pattern: r"[A-HJ-NPR-Z0-9]{3}~?[A-HJ-NPR-Z0-9]{6}~?[A-HJ-NPR-Z0-9]{4}\d{4}",
            start: Start::Token,
            check: Check::Is(checksum::vin),
            score: 0.85,
            confirmed: 0.95,
            context: Topics::of(&[Topic::Vehicle]),
            ..rule(EntityType::VehicleId, "vin", "ISO 3779")
        },
    ]
}

fn files() -> Vec<Rule> {
    let case = Topics::of(&[Topic::Case]);
    vec![
        Rule {
            // 12 K 826/10.WI, 0197 Js 63048/21, VII ZR 12/20, 3 C 123/24
            pattern: r"\(?\d{1,4}[a-z]?\)?~(?:[A-Z][A-Za-z]{0,4}(?:¬[A-Z]{1,3})?|OWi|\(?[A-Z][A-Za-z]{0,3}\)?)~(?:\([A-Za-z]{2,5}\)~)?\d{1,6}/\d{2,4}(?:[. ][A-Z]{1,3}|¬\d{1,4})?(?:~[A-Z]{1,2}\b)?(?:~\(?(?:PKH|ER)\)?)?",
            digits: Digits::new(1, 4, 4),
            check: Check::Is(register_sign),
            loose: true,
            score: 0.85,
            confirmed: 0.98,
            context: case,
            ..rule(
                EntityType::CaseNumber,
                "aktenzeichen_gericht",
                "Aktenordnungen der Länder; Bundesgerichte",
            )
        },
        Rule {
            pattern: r"(?:[IVX]{1,5}|[SBL]~\d{1,2})~(?:[A-Z][A-Za-z]{0,4})~\d{1,4}/\d{2}(?:~[A-Z]\b)?",
            start: Start::Upper,
            digits: Digits::new(1, 4, 3),
            loose: true,
            score: 0.75,
            confirmed: 0.95,
            context: case,
            ..rule(
                EntityType::CaseNumber,
                "aktenzeichen_senat",
                "Aktenordnung der Bundesgerichte; SGG",
            )
        },
        Rule {
            pattern: r"(?:AZ|Az|Gz|GZ)\.?~[A-Z]{1,3}¬\d{3,6}¬\d{4}",
            start: Start::Upper,
            digits: Digits::new(3, 6, 7),
            score: 0.95,
            confirmed: 0.98,
            context: case,
            ..rule(
                EntityType::CaseNumber,
                "aktenzeichen_az",
                "usage of the authorities",
            )
        },
        Rule {
            pattern: CASE_AFTER,
            start: Start::After,
            check: Check::Is(reference),
            required: true,
            loose: true,
            confirmed: 0.9,
            context: case,
            ..rule(
                EntityType::CaseNumber,
                "aktenzeichen",
                "usage of the authorities",
            )
        },
        Rule {
            pattern: r"\d{2}\.\d{2}\.\d{2}¬\d{4,6}|\d{1,3}¬[A-Z][a-z]{1,2}¬\d{2,5}|\d{1,3}¬\d{3,5}/\d{2,4}",
            start: Start::Digit,
            digits: Digits::new(1, 3, 3),
            score: 0.6,
            confirmed: 0.95,
            context: case,
            against: Topics::of(&[Topic::Phone, Topic::Thing]),
            ..rule(
                EntityType::CaseNumber,
                "aktenzeichen_form",
                "usage of the authorities",
            )
        },
    ]
}

/// What stands after a label for references: words of the label's end, a
/// separator, then groups of letters and digits with at least one digit.
const CASE_AFTER: &str = r"(?:[\p{L}/]{0,12}\.?)?(?:~?\([^)\n]{1,20}\))?(?:~(?:des|der|vom|bei|beim|unter|von)~[\p{L} ]{1,30})?~{0,3}(?:Nr\.?|Nummer|no\.?|lautet|:|=|\||\t|#)?~{0,3}(?:Nr\.?~?|:)?~{0,20}(?P<v>(?:[A-Z]{1,4}~)?[A-Za-zÄÖÜäöü0-9(]{0,6}[0-9][A-Za-zÄÖÜäöü0-9()]{0,12}(?:~?[¬./:_]~?[A-Za-zÄÖÜäöü0-9()]{1,14}|~[A-Z][A-Za-z]{0,4}~\d{1,6}/\d{2,4}|~\d{3,6}[/-]\d{2,4}){0,7}|[A-Z]{1,5}[¬./_ ]\d[0-9A-Za-z¬./_-]{1,24})";

fn numbers() -> Vec<Rule> {
    let customer = Topics::of(&[Topic::Customer]);
    vec![
        Rule {
            pattern: r"[A-Z]{0,5}~?¬?\d[0-9A-Za-z]{0,15}(?:[¬./~]\d[0-9A-Za-z]{0,11}){0,5}",
            start: Start::Token,
            check: Check::Is(|value| {
                count(value) >= 4 && value.len() <= 30 && !super::dates::date(value)
            }),
            required: true,
            confirmed: 0.85,
            context: customer,
            against: Topics::of(&[
                Topic::Phone,
                Topic::Thing,
                Topic::Amount,
                Topic::TaxNumber,
                Topic::TaxId,
                Topic::Plate,
                Topic::Birth,
            ]),
            around: Some(no_amount),
            ..rule(
                EntityType::CustomerNumber,
                "kundennummer",
                "usage: a label and a number",
            )
        },
        Rule {
            pattern: r"[A-Z]{0,5}~?¬?\d[0-9A-Za-z]{0,15}(?:[¬./~]\d[0-9A-Za-z]{0,11}){0,5}",
            start: Start::Token,
            check: Check::Is(number_of_thing),
            required: true,
            confirmed: 0.55,
            context: Topics::of(&[Topic::Number]),
            against: Topics::of(&[
                Topic::Phone,
                Topic::Thing,
                Topic::Amount,
                Topic::Hotline,
                Topic::Plate,
            ]),
            around: Some(no_amount),
            ..rule(
                EntityType::CustomerNumber,
                "nummer",
                "usage: a word for a number and a number",
            )
        },
        Rule {
            pattern: r"\d{3}~?\d{3}~?\d{2,4}|\d{5,10}|\d{1,3}(?:~\d{3}){2,3}",
            digits: Digits::new(1, 10, 5),
            required: true,
            confirmed: 0.85,
            context: Topics::of(&[Topic::Account]),
            against: Topics::of(&[Topic::Iban, Topic::SortCode, Topic::Phone, Topic::Thing]),
            ..rule(
                EntityType::BankAccount,
                "kontonummer",
                "Deutsche Bundesbank, old account numbers",
            )
        },
        Rule {
            pattern: r"[1-8]\d{2}~?\d{3}~?\d{2}",
            digits: Digits::new(3, 8, 8),
            required: true,
            confirmed: 0.95,
            context: Topics::of(&[Topic::SortCode]),
            ..rule(
                EntityType::BankAccount,
                "bankleitzahl",
                "Deutsche Bundesbank, Bankleitzahlendatei",
            )
        },
        Rule {
            pattern: r"(?:HR[AB]|VR|GnR|PR|GsR|HRB-Nr\.?|FN)~?(?:Nr\.?~?)?:?~?\d{1,6}~?[A-Z]{0,3}\b",
            start: Start::Upper,
            digits: Digits::new(1, 6, 1),
            score: 0.85,
            confirmed: 0.95,
            context: Topics::of(&[Topic::Register]),
            against: Topics::of(&[Topic::Case]),
            ..rule(
                EntityType::RegisterNumber,
                "handelsregister",
                "HRV; VRV; GenRegV",
            )
        },
    ]
}

fn places() -> Vec<Rule> {
    let base = || Rule {
        start: Start::Word,
        loose: true,
        score: 0.9,
        confirmed: 0.95,
        context: Topics::of(&[Topic::Parcel]),
        ..rule(
            EntityType::Parcel,
            "flurstueck",
            "Liegenschaftskataster, AdV; GBO",
        )
    };
    vec![
        Rule {
            pattern: r"Flur~{1,3}(?:Nr\.?~?)?\d{1,3}\b(?:~?[,;/|]?~{0,3}(?:und~)?(?:Flurst(?:ü|ue)cks?e?n?|Flst|Flurst|FlSt|Fl\.-?St)\.?(?:-?(?:Nr|Nummer)n?\.?)?:?~{1,3}\d{1,5}(?:~?/~?\d{1,5})?(?:(?:~?,~|~und~)\d{1,5}/\d{1,5})*)?",
            ..base()
        },
        Rule {
            pattern: r"(?:Flurst(?:ü|ue)cks?e?n?|Flst|Flurst|FlSt|FLURST(?:Ü|UE)CK|Parzelle|Fl\.-?St)\.?(?:-?(?:Nr|Nummer)n?\.?)?:?~{1,3}(?:Nr\.?~)?\d{1,5}(?:~?/~?\d{1,5})?(?:(?:~?,~|~und~)\d{1,5}/\d{1,5})*",
            ..base()
        },
    ]
}

/// Digits of a value.
fn count(value: &str) -> usize {
    value.bytes().filter(u8::is_ascii_digit).count()
}

/// The end of a phone number: where another one begins ("0221 1234 / 0171 5678"),
/// it is over.
fn phone_end(value: &str) -> Option<usize> {
    let mut n = 0;
    let mut gap = None;
    for (at, c) in value.char_indices() {
        if c.is_ascii_digit() {
            let next = value.get(at + 1..).unwrap_or_default();
            let another = c == '0' && next.starts_with(|c: char| c.is_ascii_digit());
            if let Some(start) = gap.filter(|start| {
                another
                    && n >= 7
                    && value
                        .get(*start..at)
                        .is_some_and(|gap| gap.contains('/') || gap.contains(' '))
            }) {
                return phone(value.get(..start)?).then_some(start);
            }
            n += 1;
            gap = None;
        } else if gap.is_none() {
            gap = Some(at);
        }
    }
    phone(value).then_some(value.len())
}

fn phone(value: &str) -> bool {
    let n = count(value);
    let dated = super::dates::date(value.trim_matches(['(', ')']));
    let balanced = value.matches('(').count() == value.matches(')').count();
    let least = if value.starts_with("00") { 10 } else { 7 };
    (least..=16).contains(&n) && !dated && balanced && !service(value) && prefix(value)
}

/// Whether the number begins as one may: three digits of an area code only in
/// the four largest cities, 01 only for mobile phones.
fn prefix(value: &str) -> bool {
    let first: String = value
        .chars()
        .skip_while(|c| !c.is_ascii_digit())
        .take_while(char::is_ascii_digit)
        .collect();
    if value.starts_with(['+', '(']) && value.contains('+') || first.starts_with("00") {
        return true;
    }
    let mobile = ["015", "016", "017"]
        .iter()
        .any(|start| first.starts_with(start));
    match first.len() {
        3 => ["030", "040", "069", "089"].contains(&first.as_str()) || mobile,
        _ => !first.starts_with("01") || mobile,
    }
}

/// Without separators a number must be as long as mobile numbers are.
fn compact_phone(value: &str) -> bool {
    phone(value) && count(value) >= 10
}

/// Numbers that belong to no person: free and shared-cost services, and
/// placeholders of one digit.
fn service(value: &str) -> bool {
    let digits: String = value.chars().filter(char::is_ascii_digit).collect();
    let first = value
        .chars()
        .skip_while(|c| !c.is_ascii_digit())
        .take_while(char::is_ascii_digit)
        .count();
    if digits.starts_with("09") && first == 5 {
        return false;
    }
    let national = digits
        .strip_prefix("0049")
        .or_else(|| digits.strip_prefix("49"))
        .map_or(digits.clone(), |rest| format!("0{rest}"));
    ["0800", "0180", "0900", "0137", "0138"]
        .iter()
        .any(|prefix| digits.starts_with(prefix) || national.starts_with(prefix))
}

fn local_phone(value: &str) -> bool {
    let varied = value.bytes().any(|b| b.is_ascii_digit() && b != b'0');
    (3..=10).contains(&count(value)) && varied && !super::dates::date(value)
}

/// No part of a longer row of numbers, no sum.
fn no_number_around(before: &str, after: &str) -> bool {
    let left = before.strip_suffix([' ', '\u{a0}']).unwrap_or(before);
    let right = after.trim_start_matches([' ', '\u{a0}']);
    let row = left.len() < before.len()
        && digit_tail(left) > 0
        && !left.ends_with(|c: char| !c.is_ascii_digit());
    !row && !before.ends_with(['-', '/', '.', '#'])
        && !["€", "EUR", "%"].iter().any(|unit| right.starts_with(unit))
}

fn digit_tail(text: &str) -> usize {
    text.bytes().rev().take_while(u8::is_ascii_digit).count()
}

/// A number without an area code needs the word right before it.
fn follows_phone_word(before: &str, after: &str) -> bool {
    let left = before.trim_end_matches([' ', '\u{a0}', '\t', '-', '–', ':', '.', '/']);
    let word = left
        .rsplit(|c: char| c.is_whitespace() || "(/:|".contains(c))
        .next()
        .unwrap_or_default()
        .to_lowercase();
    let known = [
        "tel",
        "telefon",
        "fon",
        "fax",
        "telefax",
        "durchwahl",
        "dw",
        "mobil",
        "handy",
        "apparat",
        "app",
        "ruf",
        "nst",
        "nebenstelle",
        "phone",
        "telnr",
        "telefonnummer",
        "durchw",
        "hausruf",
        "quer",
        "ext",
        "mobile",
    ];
    let unit = after.trim_start();
    known.contains(&word.trim_end_matches('.'))
        && !unit.starts_with(['€', '%', '.'])
        && !unit.starts_with("Uhr")
        && !unit.starts_with("EUR")
}

fn no_slash_around(before: &str, after: &str) -> bool {
    !before.ends_with(['/', '-', '+']) && !after.starts_with(['/', '-'])
}

fn no_hyphen_around(before: &str, after: &str) -> bool {
    let law = after.trim_start();
    !before.ends_with(['-', '/', '.', '_'])
        && !after.starts_with(['/', '-', '%'])
        && !law.starts_with('€')
        && !law.starts_with("EUR")
        && !after.starts_with(".0")
}

fn no_amount(before: &str, after: &str) -> bool {
    let right = after.trim_start_matches([' ', '\u{a0}']);
    let unit = [
        "€", "EUR", "Euro", "%", "Uhr", "km", "kg", "m²", "Stück", "Std", "kWh", "Jahre", "Tage",
        "Monate",
    ];
    !unit.iter().any(|unit| right.starts_with(unit))
        && !before.trim_end().ends_with(['§', '€', '$', '£'])
}

/// A number long enough to name a person's record: six digits, or five after letters.
fn number_of_thing(value: &str) -> bool {
    let n = count(value);
    let lettered = value.starts_with(|c: char| c.is_ascii_uppercase());
    let of_year = value
        .split_once('/')
        .is_some_and(|(_, year)| year.len() == 4 && year.starts_with("20"));
    (n >= 6 || n == 5 && lettered) && value.len() <= 30 && !super::dates::date(value) && !of_year
}

/// Passport and card numbers of any state: capitals and digits, mostly digits.
fn document_number(value: &str) -> bool {
    let n = count(value);
    let signs = value.chars().filter(char::is_ascii_alphanumeric).count();
    let letters = value.chars().filter(char::is_ascii_uppercase).count();
    let shaped = signs == 9 && n >= 1 && letters >= 1 || n >= 5;
    (7..=12).contains(&signs) && shaped && !super::dates::date(value)
}

/// The end of the plate, if its district exists.
fn plate(value: &str) -> Option<usize> {
    let letters: usize = value
        .chars()
        .take_while(|c| c.is_alphabetic())
        .map(char::len_utf8)
        .sum();
    let district = value.get(..letters)?;
    let signs: usize = value.chars().filter(|c| c.is_alphanumeric()).count();
    (plates::is_district(district) && signs <= 10).then_some(value.trim_end().len())
}

/// Whether the letters in the middle are a register sign of a court or a
/// public prosecutor, and not a unit or the name of a norm.
fn register_sign(value: &str) -> bool {
    let Some(word) = value
        .split(|c: char| !c.is_alphabetic())
        .find(|part| part.len() > 1 || part.chars().all(char::is_uppercase) && !part.is_empty())
    else {
        return false;
    };
    !matches!(
        word,
        "DIN"
            | "EN"
            | "ISO"
            | "VDE"
            | "Uhr"
            | "EUR"
            | "Abs"
            | "Nr"
            | "Art"
            | "Satz"
            | "BGBl"
            | "Mio"
            | "Mrd"
            | "Stk"
            | "Band"
            | "Seite"
            | "Heft"
    )
}

/// A reference: at least two digits, and more than a plain date, year or sum.
fn reference(value: &str) -> bool {
    let year = value.len() == 4
        && value
            .parse()
            .is_ok_and(|year: u16| (1900..2100).contains(&year));
    let n = count(value);
    let mixed =
        value.contains(['/', '-', '.', '_', ':']) || value.bytes().any(|b| b.is_ascii_alphabetic());
    let lettered = value.bytes().any(|b| b.is_ascii_alphabetic());
    let enough = n >= 5
        || n >= 3 && lettered
        || n >= 4 && value.contains('/')
        || n >= 2 && lettered && value.contains(['/', '-']);
    enough && mixed | (n >= 5) && !year && !super::dates::date(value) && value.len() <= 60
}
