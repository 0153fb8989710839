//! National identification numbers and VAT numbers of other states of Europe, and
//! of Türkiye, the United States and Canada. Numbers that are only digits with a
//! weak check count only next to their name.

use super::rule;
use crate::detect::checksum_vat::eu_vat;
use crate::detect::checksum_world as check;
use crate::detect::context::{Topic, Topics};
use crate::detect::pattern::{Check, Digits, Rule, Start};
use crate::entity::EntityType;

/// A national number: its look, its check, and how sure it is without context.
pub(super) const fn national(
    name: &'static str,
    pattern: &'static str,
    is: fn(&str) -> bool,
    source: &'static str,
) -> Rule {
    Rule {
        pattern,
        check: Check::Is(is),
        context: Topics::of(&[Topic::National]),
        against: Topics::of(&[
            Topic::Thing,
            Topic::Phone,
            Topic::Customer,
            Topic::Case,
            Topic::Account,
        ]),
        confirmed: 0.95,
        ..rule(EntityType::NationalId, name, source)
    }
}

/// VAT numbers of the member states, Northern Ireland, Great Britain and Norway.
const EU_VAT: &str = r"(?:BE~?[01]\d{3}[.~]?\d{3}[.~]?\d{3}|BG~?\d{9,10}|CY~?\d{8}[A-Z]|CZ~?\d{8,10}|DK~?\d{2}~?\d{2}~?\d{2}~?\d{2}|EE~?\d{9}|EL~?\d{9}|ES~?[A-Z0-9]\d{7}[A-Z0-9]|FI~?\d{8}|FR~?[A-Z0-9]{2}~?\d{3}~?\d{3}~?\d{3}|GB~?\d{3}~?\d{4}~?\d{2}|HR~?\d{11}|HU~?\d{8}|IE~?\d[A-Z0-9]\d{5}[A-Z]{1,2}|IT~?\d{11}|LT~?(?:\d{9}|\d{12})|LU~?\d{8}|LV~?\d{11}|MT~?\d{8}|NL~?\d{9}B\d{2}|PL~?\d{10}|PT~?\d{9}|RO~?\d{6,10}|SE~?\d{12}|SI~?\d{8}|SK~?\d{10}|XI~?\d{3}~?\d{4}~?\d{2}|NO~?\d{3}~?\d{3}~?\d{3}~?MVA)";

/// The rules of this file.
pub(super) const RULES: &[Rule] = &[
    Rule {
        digits: Digits::new(11, 11, 11),
        score: 0.45,
        ..national(
            "pl_pesel",
            r"\d{11}",
            check::pl_pesel,
            "ustawa o ewidencji ludności",
        )
    },
    Rule {
        digits: Digits::new(8, 8, 8),
        score: 0.8,
        ..national(
            "es_dni",
            r"\d{8}~?¬?~?[A-Z]",
            check::es_dni,
            "Real Decreto 1553/2005",
        )
    },
    Rule {
        start: Start::Upper,
        digits: Digits::new(7, 7, 7),
        score: 0.8,
        ..national(
            "es_nie",
            r"[XYZ]~?¬?~?\d{7}~?¬?~?[A-Z]",
            check::es_dni,
            "Real Decreto 557/2011",
        )
    },
    Rule {
        start: Start::Upper,
        digits: Digits::new(2, 2, 5),
        score: 0.95,
        ..national(
            "it_codice_fiscale",
            r"[A-Z]{3}~?[A-Z]{3}~?\d{2}[A-Z]\d{2}~?[A-Z]\d{3}[A-Z]",
            check::it_codice_fiscale,
            "Decreto Ministeriale 23/12/1976",
        )
    },
    Rule {
        digits: Digits::new(1, 15, 13),
        score: 0.85,
        ..national(
            "fr_nir",
            r"[12]~?\d{2}~?\d{2}~?(?:\d{2}|2[AB])~?\d{3}~?\d{3}~?\d{2}",
            check::fr_nir,
            "INSEE",
        )
    },
    Rule {
        digits: Digits::new(3, 9, 9),
        required: true,
        ..national(
            "nl_bsn",
            r"\d{9}|\d{4}[.~]\d{2}[.~]\d{3}|\d{3}~\d{3}~\d{3}",
            check::nl_bsn,
            "Wet algemene bepalingen burgerservicenummer",
        )
    },
    Rule {
        digits: Digits::new(2, 11, 11),
        score: 0.5,
        ..national(
            "be_nn",
            r"\d{2}\.?\d{2}\.?\d{2}~?¬?~?\d{3}~?[.¬]?~?\d{2}",
            check::be_nn,
            "Koninklijk besluit 3 april 1984",
        )
    },
    Rule {
        digits: Digits::new(6, 12, 10),
        score: 0.45,
        ..national(
            "se_personnummer",
            r"(?:\d{2})?\d{6}[-+]?\d{4}",
            check::se_personnummer,
            "Folkbokföringslagen",
        )
    },
    Rule {
        digits: Digits::new(6, 10, 10),
        required: true,
        ..national("dk_cpr", r"\d{6}~?¬?~?\d{4}", check::dk_cpr, "CPR-loven")
    },
    Rule {
        digits: Digits::new(6, 6, 9),
        score: 0.9,
        ..national(
            "fi_hetu",
            r"\d{6}[-+ABCDEFUVWXY]\d{3}[0-9A-Y]",
            check::fi_hetu,
            "Digi- ja väestötietovirasto",
        )
    },
    Rule {
        digits: Digits::new(6, 11, 11),
        score: 0.5,
        ..national(
            "no_fodselsnummer",
            r"\d{6}~?\d{5}",
            check::no_fodselsnummer,
            "Skatteetaten",
        )
    },
    Rule {
        digits: Digits::new(6, 10, 10),
        required: true,
        ..national(
            "cz_rodne_cislo",
            r"\d{6}/?\d{4}",
            check::cz_rodne_cislo,
            "zákon 133/2000 Sb.",
        )
    },
    Rule {
        digits: Digits::new(11, 11, 11),
        required: true,
        ..national("hr_oib", r"\d{11}", check::hr_oib, "Zakon o OIB")
    },
    Rule {
        digits: Digits::new(10, 10, 10),
        required: true,
        ..national("bg_egn", r"\d{10}", check::bg_egn, "GRAO")
    },
    Rule {
        digits: Digits::new(13, 13, 13),
        score: 0.5,
        ..national("ro_cnp", r"[1-9]\d{12}", check::ro_cnp, "Legea 105/1996")
    },
    Rule {
        digits: Digits::new(3, 9, 9),
        required: true,
        ..national(
            "pt_nif",
            r"\d{9}|\d{3}~\d{3}~\d{3}",
            check::pt_nif,
            "Autoridade Tributária",
        )
    },
    Rule {
        digits: Digits::new(11, 11, 11),
        score: 0.45,
        ..national(
            "ee_isikukood",
            r"[1-8]\d{10}",
            check::ee_isikukood,
            "EVS 585; Gyventojų registras",
        )
    },
    Rule {
        digits: Digits::new(13, 13, 13),
        score: 0.5,
        ..national(
            "si_emso",
            r"\d{13}",
            check::si_emso,
            "Zakon o centralnem registru prebivalstva",
        )
    },
    Rule {
        digits: Digits::new(11, 11, 11),
        score: 0.5,
        ..national(
            "tr_tckn",
            r"[1-9]\d{10}",
            check::tr_tckn,
            "Nüfus ve Vatandaşlık İşleri",
        )
    },
    Rule {
        digits: Digits::new(3, 10, 10),
        required: true,
        ..national(
            "gb_nhs",
            r"\d{3}~?¬?\d{3}~?¬?\d{4}",
            check::gb_nhs,
            "NHS Data Dictionary",
        )
    },
    Rule {
        start: Start::Upper,
        digits: Digits::new(2, 6, 6),
        score: 0.7,
        ..national(
            "gb_nino",
            r"[A-Z]{2}~?\d{2}~?\d{2}~?\d{2}~?[A-D]",
            check::gb_nino,
            "HMRC, NIM39110",
        )
    },
    Rule {
        digits: Digits::new(3, 9, 9),
        required: true,
        ..national(
            "us_ssn",
            r"\d{3}~?¬?\d{2}~?¬?\d{4}",
            check::us_ssn,
            "Social Security Administration",
        )
    },
    Rule {
        digits: Digits::new(3, 9, 9),
        required: true,
        ..national(
            "ca_sin",
            r"\d{3}~?¬?\d{3}~?¬?\d{3}",
            check::ca_sin,
            "Service Canada",
        )
    },
    Rule {
        // Without a word for it only if the check digits are right.
        pattern: EU_VAT,
        start: Start::Upper,
        digits: Digits::new(1, 12, 7),
        check: Check::Is(eu_vat),
        score: 0.9,
        confirmed: 0.98,
        context: Topics::of(&[Topic::VatId]),
        against: Topics::of(&[Topic::Thing, Topic::Plate]),
        ..rule(
            EntityType::VatId,
            "eu_vat_checked",
            "Directive 2006/112/EC art. 215; VIES; national authorities",
        )
    },
    Rule {
        pattern: EU_VAT,
        start: Start::Upper,
        digits: Digits::new(1, 12, 7),
        required: true,
        confirmed: 0.95,
        context: Topics::of(&[Topic::VatId]),
        against: Topics::of(&[Topic::Thing, Topic::Plate]),
        ..rule(
            EntityType::VatId,
            "eu_vat",
            "Directive 2006/112/EC art. 215; VIES",
        )
    },
    Rule {
        pattern: r"[A-PR-UWYZ][A-HK-Y]?\d[A-HJKPS-UW\d]?~\d[ABD-HJLNP-UW-Z]{2}",
        start: Start::Upper,
        digits: Digits::new(1, 2, 2),
        score: 0.7,
        confirmed: 0.95,
        context: Topics::of(&[Topic::PostalCode]),
        against: Topics::of(&[Topic::Thing]),
        ..rule(
            EntityType::PostalCode,
            "gb_postcode",
            "Royal Mail, Postcode Address File",
        )
    },
];
