//! Personal numbers of the smaller states of the EU and the EEA, of Ukraine and of
//! taxpayers in the United States; the others are in `world`. Numbers that are only
//! digits with a weak check count only next to their name.

use super::rule;
use super::world::national;
use crate::detect::checksum_europe as check;
use crate::detect::checksum_world as world;
use crate::detect::context::{Topic, Topics};
use crate::detect::pattern::{Check, Digits, Rule, Start};
use crate::entity::EntityType;

/// The rules of this file.
#[rustfmt::skip]
pub(super) const RULES: &[Rule] = &[
    Rule {
        digits: Digits::new(6, 11, 11),
        score: 0.45,
        ..national("gr_amka", r"\d{6}~?\d{5}", check::gr_amka, "law 3655/2008; IDIKA")
    },
    Rule {
        digits: Digits::new(9, 9, 9),
        required: true,
        ..national("gr_afm", r"\d{9}", check::gr_afm, "AADE")
    },
    Rule {
        digits: Digits::new(10, 10, 10),
        required: true,
        ..national("hu_adoazonosito", r"8\d{9}", check::hu_adoazonosito, "2017. évi CLI. törvény; NAV")
    },
    Rule {
        digits: Digits::new(3, 9, 9),
        required: true,
        ..national("hu_taj", r"\d{3}(?:~|¬)?\d{3}(?:~|¬)?\d{3}", check::hu_taj, "NEAK, TAJ szám")
    },
    Rule {
        digits: Digits::new(7, 7, 7),
        score: 0.6,
        ..national("ie_ppsn", r"\d{7}[A-Wa-w][A-IWa-iw]?", check::ie_ppsn, "Department of Social Protection")
    },
    Rule {
        digits: Digits::new(6, 11, 11),
        score: 0.45,
        ..national("lv_personas_kods", r"\d{6}¬?\d{5}", check::lv_personas_kods, "PMLP, Fizisko personu reģistra likums")
    },
    Rule {
        digits: Digits::new(4, 13, 13),
        score: 0.6,
        ..national("lu_matricule", r"(?:19|20)\d{2}~?\d{4}~?\d{5}", check::lu_matricule, "loi du 19 juin 2013; CTIE")
    },
    Rule {
        digits: Digits::new(8, 8, 8),
        score: 0.6,
        ..national("cy_tic", r"\d{8}[A-Z]", check::cy_tic, "Cyprus Tax Department")
    },
    Rule {
        digits: Digits::new(6, 10, 10),
        score: 0.45,
        ..national("is_kennitala", r"\d{6}¬?\d{4}", check::is_kennitala, "Þjóðskrá")
    },
    Rule {
        digits: Digits::new(10, 10, 10),
        required: true,
        ..national("ua_rnokpp", r"\d{10}", check::ua_rnokpp, "Податковий кодекс України, art. 70")
    },
    Rule {
        digits: Digits::new(7, 7, 7),
        required: true,
        ..national("mt_id", r"\d{7}~?[MGAPLHBZ]", |_| true, "Identity Malta, Identity Card Act")
    },
    Rule {
        digits: Digits::new(3, 9, 9),
        required: true,
        ..national("us_itin", r"9\d{2}(?:~|¬)?\d{2}(?:~|¬)?\d{4}", check::us_itin, "IRS, Form W-7")
    },
    Rule {
        digits: Digits::new(6, 10, 10),
        required: true,
        ..national("sk_rodne_cislo", r"\d{6}/?\d{4}", world::cz_rodne_cislo, "zákon 301/1995 Z. z.")
    },
    Rule {
        pattern: r"\d{2}~?\d{5}~?\d{2}|\d{9}",
        digits: Digits::new(2, 9, 9),
        check: Check::Is(check::bsnr),
        required: true,
        confirmed: 0.95,
        context: Topics::of(&[Topic::Practice]),
        ..rule(EntityType::CustomerNumber, "bsnr", "§ 75 Abs. 7 SGB V; KBV, Arztnummern-Richtlinie")
    },
    Rule {
        pattern: r"\d{9}",
        digits: Digits::new(9, 9, 9),
        check: Check::Is(check::lanr),
        required: true,
        confirmed: 0.95,
        context: Topics::of(&[Topic::Doctor]),
        ..rule(EntityType::CustomerNumber, "lanr", "§ 293 Abs. 4 SGB V; KBV")
    },
    Rule {
        pattern: r"\(?[2-9]\d{2}\)?(?:~|¬|\.)\d{3}(?:~|¬|\.)\d{4}",
        start: Start::Lead,
        digits: Digits::new(3, 3, 10),
        required: true,
        confirmed: 0.9,
        context: Topics::of(&[Topic::Phone]),
        against: Topics::of(&[Topic::Thing, Topic::Customer, Topic::Account]),
        ..rule(EntityType::Phone, "phone_us", "North American Numbering Plan, ATIS-0300051")
    },
];
