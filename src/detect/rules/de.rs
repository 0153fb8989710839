//! Rules for Germany: tax, social insurance, identity, vehicles, files, land,
//! phone numbers.

use super::de_checks::{
    count, document_number, no_amount, no_hyphen_around, no_slash_around, number_of_thing, plate,
    reference, register_sign,
};
use super::{rule, strong};
use crate::detect::checksum;
use crate::detect::context::{Topic, Topics};
use crate::detect::pattern::{Check, Digits, Rule, Start};
use crate::entity::EntityType;

/// The rules of this file.
#[must_use]
pub fn rules() -> Vec<Rule> {
    [
        super::phones::PHONES,
        TAXES,
        INSURANCE,
        IDENTITY,
        VEHICLES,
        FILES,
        NUMBERS,
        PLACES,
    ]
    .concat()
}

const TAXES: &[Rule] = &[
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
];

const PENSION: &str = r"\d{2}~?\d{2}~?\d{2}~?\d{2}~?[A-Za-z]~?\d{2}~?\d";

const HEALTH: &str = r"[A-Za-z]~?\d{3}~?\d{3}~?\d{3}|[A-Za-z]\d{9}";

const INSURANCE: &[Rule] = &[
    Rule {
        pattern: PENSION,
        digits: Digits::new(2, 8, 11),
        check: Check::Is(checksum::rentenversicherungsnummer),
        ..strong(
            EntityType::SocialSecurityNumber,
            "rentenversicherung",
            "VKVV § 2; Deutsche Rentenversicherung",
        )
    },
    Rule {
        pattern: PENSION,
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
        pattern: HEALTH,
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
        pattern: HEALTH,
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
];

const CARD: Topics = Topics::of(&[Topic::IdCard]);

const PASS: Topics = Topics::of(&[Topic::Passport]);

const IDENTITY: &[Rule] = &[
    Rule {
        pattern: r"[A-Z0-9<]{30}(?:[A-Z0-9<]{6}(?:[A-Z0-9<]{8})?)?",
        start: Start::Token,
        digits: Digits::new(1, 12, 6),
        check: Check::Is(checksum::mrz_line),
        loose: true,
        ..strong(EntityType::IdCard, "mrz_data", "ICAO 9303 parts 4 to 6")
    },
    Rule {
        pattern: r"[A-Z<]{1,5}<{0,2}[A-Z<]{15,44}",
        start: Start::Word,
        check: Check::Is(|value| value.len() >= 20 && value.matches('<').count() >= 3),
        context: Topics::of(&[Topic::Mrz]),
        loose: true,
        confirmed: 0.9,
        ..rule(EntityType::Person, "mrz_name", "ICAO 9303 parts 4 to 6")
    },
    Rule {
        pattern: r"[A-Z][0-9A-Z]{8}~?\d(?:D|~?<<)?",
        start: Start::Token,
        check: Check::Is(|value| {
            value.get(..10).is_some_and(checksum::german_document)
                || checksum::german_document(value)
        }),
        score: 0.8,
        confirmed: 1.0,
        context: CARD,
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
        context: CARD,
        against: PASS,
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
        context: PASS,
        ..rule(EntityType::Passport, "reisepass", "PassV; ICAO 9303")
    },
    Rule {
        pattern: r"[A-Z0-9]{7,12}",
        start: Start::Token,
        check: Check::Is(document_number),
        required: true,
        confirmed: 0.75,
        context: CARD,
        against: PASS,
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
];

const fn vehicles_base(name: &'static str) -> Rule {
    Rule {
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
    }
}

const VEHICLES: &[Rule] = &[
    Rule {
        // With its label even if the letters are none that a manufacturer uses.
        pattern: r"[A-Z0-9]{17}",
        start: Start::Token,
        check: Check::Is(|value| count(value) >= 4),
        required: true,
        confirmed: 0.85,
        context: Topics::of(&[Topic::Vehicle]),
        ..rule(EntityType::VehicleId, "vin_shape", "ISO 3779")
    },
    Rule {
        pattern: r"[A-ZÄÖÜ]{1,3}~?¬~?[A-Z]{1,2}~[1-9]\d{0,3}~?[EH]?\b|[A-ZÄÖÜ]{1,3}~?¬~?[A-Z]{1,2}~[1-9]\d{0,3}",
        score: 0.8,
        ..vehicles_base("kennzeichen")
    },
    Rule {
        pattern: r"[A-ZÄÖÜ]{1,3}~?(?:¬|~|:|·)~?[A-Z]{1,2}~?¬?~?[1-9]\d{0,3}(?:~?[EH]\b)?",
        required: true,
        ..vehicles_base("kennzeichen_loose")
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
];

const CASE: Topics = Topics::of(&[Topic::Case]);

const FILES: &[Rule] = &[
    Rule {
        // 12 K 826/10.WI, 0197 Js 63048/21, VII ZR 12/20, 3 C 123/24
        pattern: r"\(?\d{1,4}[a-z]?\)?~(?:[A-Z][A-Za-z]{0,4}(?:¬[A-Z]{1,3})?|OWi|\(?[A-Z][A-Za-z]{0,3}\)?)~(?:\([A-Za-z]{2,5}\)~)?\d{1,6}/\d{2,4}(?:[. ][A-Z]{1,3}|¬\d{1,4})?(?:~[A-Z]{1,2}\b)?(?:~\(?(?:PKH|ER)\)?)?",
        digits: Digits::new(1, 4, 4),
        check: Check::Is(register_sign),
        loose: true,
        score: 0.85,
        confirmed: 0.98,
        context: CASE,
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
        context: CASE,
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
        context: CASE,
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
        context: CASE,
        ..rule(
            EntityType::CaseNumber,
            "aktenzeichen",
            "usage of the authorities",
        )
    },
    Rule {
        pattern: r"\d{1,3}(?:\.\d{1,2})?¬[A-Z]{1,4}¬\d{4}/\d{2,5}|\d{2}\.\d{2}\.\d{2}¬\d{4,6}|\d{1,3}¬[A-Z][a-z]{1,2}¬\d{2,5}|\d{1,3}¬\d{3,5}/\d{2,4}",
        start: Start::Digit,
        digits: Digits::new(1, 3, 3),
        score: 0.6,
        confirmed: 0.95,
        context: CASE,
        against: Topics::of(&[Topic::Phone, Topic::Thing]),
        ..rule(
            EntityType::CaseNumber,
            "aktenzeichen_form",
            "usage of the authorities",
        )
    },
];

/// What stands after a label for references: words of the label's end, a
/// separator, then groups of letters and digits with at least one digit.
const CASE_AFTER: &str = r"(?:[\p{L}/]{0,12}\.?)?(?:~?\([^)\n]{1,20}\))?(?:~(?:des|der|vom|bei|beim|unter|von)~[\p{L} ]{1,30})?~{0,3}(?:Nr\.?|Nummer|no\.?|lautet|:|=|\||#)?~{0,3}(?:Nr\.?~?|:)?(?:~|\t){0,20}(?P<v>(?:[A-Z]{1,4}~|[A-ZÄÖÜ][A-Za-zÄÖÜäöü]{0,4}/)?[\p{L}0-9(]{0,6}[0-9][\p{L}0-9()]{0,12}(?:~?[¬./:_]~?[\p{L}0-9()]{1,14}|~[A-Z][A-Za-z]{0,4}~\d{1,6}/\d{2,4}|~\d{3,6}[/-]\d{2,4}){0,7}|[A-Z]{1,5}[¬./_ ]\d[0-9A-Za-z¬./_-]{1,24})";

const CUSTOMER: Topics = Topics::of(&[Topic::Customer]);

const NUMBERS: &[Rule] = &[
    Rule {
        pattern: r"[A-Z]{0,5}~?¬?\d[0-9A-Za-z]{0,15}(?:[¬./~]\d[0-9A-Za-z]{0,11}){0,5}",
        start: Start::Token,
        check: Check::Is(|value| {
            count(value) >= 4 && value.len() <= 30 && !super::dates::date(value)
        }),
        required: true,
        confirmed: 0.85,
        context: CUSTOMER,
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
        confirmed: 0.45,
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
];

const PLACES_BASE: Rule = Rule {
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

const PLACES: &[Rule] = &[
    Rule {
        pattern: r"Flur~{1,3}(?:Nr\.?~?)?\d{1,3}\b(?:~?[,;/|]?~{0,3}(?:und~)?(?:Flurst(?:ü|ue)cks?e?n?|Flst|Flurst|FlSt|Fl\.-?St)\.?(?:-?(?:Nr|Nummer)n?\.?)?:?~{1,3}\d{1,5}(?:~?/~?\d{1,5})?(?:(?:~?,~|~und~)\d{1,5}/\d{1,5})*)?",
        ..PLACES_BASE
    },
    Rule {
        pattern: r"(?:Flurst(?:ü|ue)cks?e?n?|Flst|Flurst|FlSt|FLURST(?:Ü|UE)CK|Parzelle|Fl\.-?St)\.?(?:-?(?:Nr|Nummer)n?\.?)?:?~{1,3}(?:Nr\.?~)?\d{1,5}(?:~?/~?\d{1,5})?(?:(?:~?,~|~und~)\d{1,5}/\d{1,5})*",
        ..PLACES_BASE
    },
];
