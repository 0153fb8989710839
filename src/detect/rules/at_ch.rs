//! Rules for Austria, Switzerland and Liechtenstein. Phone numbers and accounts are
//! found by `phones` and `generic`.

use super::{rule, strong};
use crate::detect::context::{Topic, Topics};
use crate::detect::pattern::{Check, Digits, Rule, Start};
use crate::detect::{checksum, checksum_world};
use crate::entity::EntityType;

const SOCIAL: Topics = Topics::of(&[Topic::SocialAbroad, Topic::Pension]);

/// The rules of this file.
pub(super) const RULES: &[Rule] = &[
    Rule {
        pattern: r"\d{4}~?\d{2}~?\d{2}~?\d{2}",
        digits: Digits::new(4, 10, 10),
        check: Check::Is(checksum::at_svnr),
        score: 0.45,
        confirmed: 0.97,
        context: SOCIAL,
        against: Topics::of(&[Topic::Thing, Topic::Customer, Topic::Phone, Topic::Case]),
        ..rule(
            EntityType::SocialSecurityNumber,
            "at_svnr",
            "Dachverband der österreichischen Sozialversicherungsträger",
        )
    },
    Rule {
        pattern: r"ATU~?\d{8}",
        start: Start::Upper,
        digits: Digits::new(8, 8, 8),
        check: Check::Is(checksum_world::at_uid),
        ..strong(EntityType::VatId, "at_uid", "§ 27 UStG 1994; BMF")
    },
    Rule {
        pattern: r"FN~?\d{1,6}~?[a-z]",
        start: Start::Upper,
        digits: Digits::new(1, 6, 1),
        score: 0.6,
        confirmed: 0.95,
        context: Topics::of(&[Topic::Register]),
        ..rule(
            EntityType::RegisterNumber,
            "at_firmenbuch",
            "Firmenbuchgesetz",
        )
    },
    Rule {
        pattern: r"756[.~]?\d{4}[.~]?\d{4}[.~]?\d{2}",
        digits: Digits::new(3, 13, 13),
        check: Check::Is(checksum::ch_ahv),
        ..strong(
            EntityType::SocialSecurityNumber,
            "ch_ahv",
            "AHVV art. 133; Zentrale Ausgleichsstelle",
        )
    },
    Rule {
        pattern: r"CHE[¬~]?\d{3}[.~]?\d{3}[.~]?\d{3}",
        start: Start::Upper,
        digits: Digits::new(3, 9, 9),
        check: Check::Is(checksum::ch_uid),
        loose: true,
        ..strong(EntityType::VatId, "ch_uid", "UIDG; Bundesamt für Statistik")
    },
    Rule {
        pattern: r"(?:AG|AI|AR|BE|BL|BS|FR|GE|GL|GR|JU|LU|NE|NW|OW|SG|SH|SO|SZ|TG|TI|UR|VD|VS|ZG|ZH|FL)(?:~?¬~?|~)\d{1,6}",
        start: Start::Upper,
        digits: Digits::new(1, 6, 1),
        required: true,
        confirmed: 0.9,
        context: Topics::of(&[Topic::Plate]),
        against: Topics::of(&[Topic::Thing, Topic::Case, Topic::Amount]),
        ..rule(
            EntityType::LicencePlate,
            "ch_kontrollschild",
            "VZV art. 84; ASTRA",
        )
    },
];
