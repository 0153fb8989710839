//! Kinds of personal data, and a recognizer's claim to have found some.

use std::fmt;

use crate::document::Span;

/// Whether a value singles somebody out alone or only together with others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum IdentifierClass {
    /// Alone.
    Direct,
    /// Together with others.
    Quasi,
}

macro_rules! entity_types {
    ($($(#[$doc:meta])* $variant:ident $name:literal $class:ident $de:literal $en:literal),* $(,)?) => {
        /// A kind of personal data. Its name is `UPPER_SNAKE` everywhere.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum EntityType { $($(#[$doc])* $variant),* }

        impl EntityType {
            /// All of them, in the order of reports.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The name, such as `DATE_OF_BIRTH`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            /// Whether it singles somebody out alone.
            #[must_use]
            pub const fn class(self) -> IdentifierClass {
                match self { $(Self::$variant => IdentifierClass::$class),* }
            }

            /// The label of its tokens in German documents.
            #[must_use]
            pub const fn label_de(self) -> &'static str {
                match self { $(Self::$variant => $de),* }
            }

            /// The label of its tokens in English documents.
            #[must_use]
            pub const fn label_en(self) -> &'static str {
                match self { $(Self::$variant => $en),* }
            }
        }
    };
}

// A token's label is one upper-case ASCII word, so that it survives a language model.
entity_types! {
    /// A natural person's name, or a part of it.
    Person "PERSON" Direct "PERSON" "PERSON",
    /// A company, club, practice, authority.
    Organization "ORGANIZATION" Quasi "FIRMA" "COMPANY",
    /// A place, district, river, country.
    Location "LOCATION" Quasi "ORT" "PLACE",
    /// A street with or without house number; a post-office box.
    Street "STREET" Direct "STRASSE" "STREET",
    /// A postal code.
    PostalCode "POSTAL_CODE" Quasi "PLZ" "POSTCODE",
    /// The town of an address.
    City "CITY" Quasi "WOHNORT" "CITY",
    /// A date of birth.
    DateOfBirth "DATE_OF_BIRTH" Direct "GEBURTSDATUM" "BIRTHDATE",
    /// A date of death.
    DateOfDeath "DATE_OF_DEATH" Quasi "STERBEDATUM" "DEATHDATE",
    /// A place of birth.
    PlaceOfBirth "PLACE_OF_BIRTH" Quasi "GEBURTSORT" "BIRTHPLACE",
    /// A mail address.
    Email "EMAIL" Direct "EMAIL" "EMAIL",
    /// A phone, mobile or fax number.
    Phone "PHONE" Direct "TELEFON" "PHONE",
    /// A web address.
    Url "URL" Quasi "URL" "URL",
    /// An IPv4 or IPv6 address.
    IpAddress "IP_ADDRESS" Direct "IPADRESSE" "IPADDRESS",
    /// A network card's address.
    MacAddress "MAC_ADDRESS" Direct "MACADRESSE" "MACADDRESS",
    /// A login or user name, a social-media handle.
    UserName "USER_NAME" Direct "BENUTZER" "USER",
    /// An international bank account number.
    Iban "IBAN" Direct "IBAN" "IBAN",
    /// A bank's identifier.
    Bic "BIC" Quasi "BIC" "BIC",
    /// An old account number, a bank sort code.
    BankAccount "BANK_ACCOUNT" Direct "KONTO" "ACCOUNT",
    /// A payment card.
    CreditCard "CREDIT_CARD" Direct "KARTE" "CARD",
    /// A personal tax identification number.
    TaxId "TAX_ID" Direct "STEUERID" "TAXID",
    /// A tax number given by a tax office.
    TaxNumber "TAX_NUMBER" Direct "STEUERNUMMER" "TAXNUMBER",
    /// A VAT or business identification number.
    VatId "VAT_ID" Quasi "USTID" "VATID",
    /// A social or pension insurance number.
    SocialSecurityNumber "SOCIAL_SECURITY_NUMBER" Direct "SVNUMMER" "SSN",
    /// A health insurance number.
    HealthInsuranceNumber "HEALTH_INSURANCE_NUMBER" Direct "KVNUMMER" "HEALTHNUMBER",
    /// A national identification number of another state.
    NationalId "NATIONAL_ID" Direct "PERSONENNUMMER" "NATIONALID",
    /// An identity card's number.
    IdCard "ID_CARD" Direct "AUSWEIS" "IDCARD",
    /// A passport's number.
    Passport "PASSPORT" Direct "PASS" "PASSPORT",
    /// A driving licence's number.
    DrivingLicence "DRIVING_LICENCE" Direct "FUEHRERSCHEIN" "LICENCE",
    /// A vehicle's registration plate.
    LicencePlate "LICENCE_PLATE" Direct "KENNZEICHEN" "PLATE",
    /// A vehicle identification number.
    VehicleId "VEHICLE_ID" Direct "FAHRGESTELL" "VIN",
    /// A file or case number of a court or an authority.
    CaseNumber "CASE_NUMBER" Direct "AKTENZEICHEN" "CASE",
    /// A customer, member, personnel, patient number.
    CustomerNumber "CUSTOMER_NUMBER" Direct "KUNDENNUMMER" "CUSTOMER",
    /// A parcel of land, a land register entry.
    Parcel "PARCEL" Direct "FLURSTUECK" "PARCEL",
    /// Coordinates.
    Coordinates "COORDINATES" Direct "KOORDINATEN" "COORDINATES",
    /// A commercial, association or professional register entry.
    RegisterNumber "REGISTER_NUMBER" Quasi "REGISTER" "REGISTER",
    /// A password, key or access token.
    Secret "SECRET" Direct "GEHEIMNIS" "SECRET",
    /// What the user's own list names.
    ListEntry "LIST_ENTRY" Direct "EINTRAG" "ENTRY",
    /// The name of a file that was not delivered, so that a report can point to it.
    FileName "FILE_NAME" Direct "DATEI" "FILE",
}

impl EntityType {
    /// The type with this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|known| known.name() == name)
    }
}

impl fmt::Display for EntityType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How sure a claim is, from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Score(f32);

impl Score {
    /// As sure as a checksum and a context word together.
    pub const SURE: Self = Self(1.0);

    /// A score; what is not a number, or out of range, is moved to the nearer
    /// end (not a number counts as 1, because a doubt must not hide a finding).
    #[must_use]
    pub const fn new(value: f32) -> Self {
        if value < 0.0 {
            Self(0.0)
        } else if value <= 1.0 {
            Self(value)
        } else {
            Self(1.0)
        }
    }

    /// The number.
    #[must_use]
    pub const fn value(self) -> f32 {
        self.0
    }
}

/// The recognizer's name on findings of the user's deny lists. What it claims is
/// never overruled.
pub const DENY_LIST: &str = "deny_list";

/// One recognizer's claim. It holds a place, never the text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Finding {
    /// Where.
    pub span: Span,
    /// What kind of data.
    pub entity_type: EntityType,
    /// How sure.
    pub score: Score,
    /// Who says so.
    pub recognizer: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn names_and_labels_are_unique_and_plain() {
        let mut seen = HashSet::new();
        for entity_type in EntityType::ALL {
            assert_eq!(EntityType::parse(entity_type.name()), Some(*entity_type));
            for label in [entity_type.label_de(), entity_type.label_en()] {
                assert!(
                    label.bytes().all(|byte| byte.is_ascii_uppercase()),
                    "{label}"
                );
            }
            assert!(seen.insert(entity_type.label_de()), "{entity_type}");
        }
        let english: HashSet<_> = EntityType::ALL.iter().map(|t| t.label_en()).collect();
        assert_eq!(english.len(), EntityType::ALL.len());
    }

    #[test]
    fn a_score_stays_in_range() {
        assert_eq!(Score::new(-1.0).value(), 0.0);
        assert_eq!(Score::new(7.0).value(), 1.0);
        assert_eq!(Score::new(f32::NAN).value(), 1.0);
    }
}
