//! The one spelling of every value that is not a person: the same number,
//! address or date gets the same key however it was written.
//!
//! Two different values must never share a key, so separators are dropped only
//! where they cannot tell two values apart.

use super::fold::{Words, fold, fold_char};
use crate::entity::EntityType;

/// How values of a type are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// People: see `people`.
    Name,
    /// Words: organizations, places.
    Words,
    /// A street with a house number.
    Street,
    /// A date.
    Date,
    /// A phone number.
    Phone,
    /// Letters and digits; separators mean nothing.
    Code,
    /// Groups of letters and digits; the groups mean something.
    Groups,
    /// A mail address.
    Email,
    /// A web address.
    Url,
    /// Characters as they are, case folded.
    Literal,
    /// Characters as they are.
    Exact,
}

/// The shape of a type's values.
pub(super) const fn shape(entity_type: EntityType) -> Shape {
    match entity_type {
        EntityType::Person => Shape::Name,
        EntityType::Organization
        | EntityType::Location
        | EntityType::City
        | EntityType::PlaceOfBirth
        | EntityType::ListEntry
        | EntityType::FileName => Shape::Words,
        EntityType::Street => Shape::Street,
        EntityType::DateOfBirth | EntityType::DateOfDeath => Shape::Date,
        EntityType::Phone => Shape::Phone,
        EntityType::LicencePlate
        | EntityType::CaseNumber
        | EntityType::Parcel
        | EntityType::RegisterNumber
        | EntityType::Coordinates => Shape::Groups,
        EntityType::Email => Shape::Email,
        EntityType::Url => Shape::Url,
        EntityType::IpAddress | EntityType::UserName => Shape::Literal,
        EntityType::Secret => Shape::Exact,
        EntityType::PostalCode
        | EntityType::MacAddress
        | EntityType::Iban
        | EntityType::Bic
        | EntityType::BankAccount
        | EntityType::CreditCard
        | EntityType::TaxId
        | EntityType::TaxNumber
        | EntityType::VatId
        | EntityType::SocialSecurityNumber
        | EntityType::HealthInsuranceNumber
        | EntityType::IdCard
        | EntityType::Passport
        | EntityType::DrivingLicence
        | EntityType::NationalId
        | EntityType::VehicleId
        | EntityType::CustomerNumber => Shape::Code,
    }
}

/// The key of a value (for people use `people`).
pub(super) fn canonical(entity_type: EntityType, text: &str) -> String {
    let key = match shape(entity_type) {
        Shape::Name | Shape::Words => groups_of_words(text),
        Shape::Street => street(text),
        Shape::Date => date(text).unwrap_or_else(|| groups(text)),
        Shape::Phone => phone(text),
        Shape::Code => code(text),
        Shape::Groups => groups(text),
        Shape::Email => email(text),
        Shape::Url => url(text),
        Shape::Literal => literal(text),
        Shape::Exact => text.trim().to_owned(),
    };
    // Marks only: better a key of its own than an empty one.
    if key.is_empty() { fold(text) } else { key }
}

/// Letters and digits only.
pub(super) fn code(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().filter(|c| c.is_alphanumeric()) {
        fold_char(c, &mut out);
    }
    out
}

/// Runs of letters and runs of digits, separated by one space.
fn groups(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut before = None;
    for c in text.chars() {
        let class = c.is_alphanumeric().then(|| c.is_numeric());
        if class.is_some() && before != Some(class) && !out.is_empty() {
            out.push(' ');
        }
        if class.is_some() {
            fold_char(c, &mut out);
        }
        before = Some(class);
    }
    out
}

/// Words and numbers, separated by one space; a hyphen counts as a space.
fn groups_of_words(text: &str) -> String {
    let words = Words::of(text);
    let mut out = String::with_capacity(text.len() + 8);
    for word in words.list() {
        let glued = matches!(
            word.gap,
            super::fold::Gap::Glued | super::fold::Gap::LineHyphen
        );
        if !out.is_empty() && !glued {
            out.push(' ');
        }
        out.push_str(words.folded(*word));
    }
    out
}

/// The street's name with `str` for every spelling of it, and the number.
fn street(text: &str) -> String {
    let mut out = String::new();
    for group in groups(text).split(' ') {
        let group = match group {
            "strasse" | "str" => "str",
            _ => group,
        };
        let stem = group
            .strip_suffix("strasse")
            .map(|stem| format!("{stem}str"));
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(stem.as_deref().unwrap_or(group));
    }
    // "Berliner Str." and "Berlinerstr." are told apart by nobody.
    out.replace(" str", "str")
}

/// A street's key without its house number; `None` if there is no number.
pub(super) fn street_name(key: &str) -> Option<&str> {
    let at = key.find(|c: char| c.is_ascii_digit())?;
    let name = key.get(..at)?.trim_end();
    (name.len() >= 4).then_some(name)
}

/// `+49…` for German numbers however written, `+…` for others.
fn phone(text: &str) -> String {
    let text = text.replace("(0)", "");
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let plus = text.trim_start_matches(|c: char| !c.is_ascii_digit() && c != '+');
    if plus.starts_with('+') {
        let national = digits.strip_prefix("490").map(|rest| format!("+49{rest}"));
        national.unwrap_or_else(|| format!("+{digits}"))
    } else if let Some(rest) = digits.strip_prefix("00") {
        let national = rest.strip_prefix("490").map(|rest| format!("+49{rest}"));
        national.unwrap_or_else(|| format!("+{rest}"))
    } else if let Some(rest) = digits.strip_prefix('0') {
        format!("+49{rest}")
    } else {
        digits
    }
}

fn email(text: &str) -> String {
    let key = literal(text);
    key.strip_prefix("mailto:").unwrap_or(&key).to_owned()
}

fn url(text: &str) -> String {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let rest = text
        .split_once("://")
        .map_or(text.as_str(), |(_, rest)| rest);
    let (host, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    let host = literal(host);
    let host = host.strip_prefix("www.").unwrap_or(&host);
    format!("{host}{}", path.trim_end_matches('/'))
}

fn literal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let keep = |c: &char| !c.is_whitespace() && !super::fold::is_invisible(*c);
    for c in text.trim_start_matches('@').chars().filter(keep) {
        out.extend(c.to_lowercase());
    }
    out
}

/// ISO form of a date; `None` if it is none.
fn date(text: &str) -> Option<String> {
    let folded = groups(text);
    let mut numbers = Vec::new();
    let mut month = None;
    for group in folded.split(' ') {
        match group.parse::<u16>() {
            Ok(number) => numbers.push((number, group.len())),
            Err(_) => month = month.or_else(|| month_number(group)),
        }
    }
    let (year, month, day) = match (numbers.as_slice(), month) {
        ([(year, 4), (month, _), (day, _)], None) => ((*year, 4), *month, *day),
        ([(day, _), (month, _), year], None) => (*year, *month, *day),
        ([(day, _), year], Some(month)) => (*year, month, *day),
        _ => return None,
    };
    let valid = (1..=12).contains(&month) && (1..=31).contains(&day);
    valid.then(|| format!("{:04}-{month:02}-{day:02}", full_year(year)))
}

/// Two digits mean the century in which the person can have been born.
const fn full_year((year, n_digits): (u16, usize)) -> u16 {
    match n_digits {
        2 if year > 26 => 1900 + year,
        2 => 2000 + year,
        _ => year,
    }
}

/// German and English month names, long or cut to three letters.
pub(super) const MONTHS: [(&str, &str); 12] = [
    ("januar", "january"),
    ("februar", "february"),
    ("maerz", "march"),
    ("april", "april"),
    ("mai", "may"),
    ("juni", "june"),
    ("juli", "july"),
    ("august", "august"),
    ("september", "september"),
    ("oktober", "october"),
    ("november", "november"),
    ("dezember", "december"),
];

fn month_number(group: &str) -> Option<u16> {
    let is = |name: &str| name == group || (group.len() >= 3 && name.starts_with(group));
    let at = MONTHS
        .iter()
        .position(|(de, en)| is(de) || is(en) || (group == "jaenner" && *de == "januar"))?;
    u16::try_from(at + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_value_share_a_key() {
        use EntityType as T;
        for (entity_type, spellings) in [
            (
                T::Iban,
                &["DE12 5001 0517", "de1250010517", "DE12-5001-0517"][..],
            ),
            (
                T::Phone,
                &[
                    "0611 123456",
                    "+49 (0) 611/12 34 56",
                    "0049 611 123456",
                    "+49 0611-123456",
                ],
            ),
            (T::Phone, &["+43 1 234567", "0043-1-234567"]),
            (
                T::Email,
                &["Max.Mueller@Example.org", "mailto:max.mueller@example.org"],
            ),
            (
                T::DateOfBirth,
                &[
                    "03.07.1984",
                    "3. Juli 1984",
                    "3.7.84",
                    "1984-07-03",
                    "3 July 1984",
                ],
            ),
            (
                T::Street,
                &[
                    "Hauptstraße 12 a",
                    "HAUPTSTRASSE 12a",
                    "Hauptstr. 12a",
                    "Haupt-Str. 12 A",
                ],
            ),
            (T::LicencePlate, &["WI-AB 123", "wi ab-123"]),
            (
                T::CaseNumber,
                &["12 K 345/20.WI", "12 K 345/20 WI", "12K345/20 WI"],
            ),
            (
                T::Url,
                &["https://www.Lang.example/kontakt/", "lang.example/kontakt"],
            ),
            (T::City, &["Bad Homburg", "BAD HOMBURG", "Bad\u{a0}Homburg"]),
        ] {
            let first = canonical(entity_type, spellings[0]);
            for spelling in spellings {
                assert_eq!(canonical(entity_type, spelling), first, "{spelling}");
            }
        }
    }

    #[test]
    fn different_values_keep_apart() {
        use EntityType as T;
        for (entity_type, one, other) in [
            (T::LicencePlate, "WI-A 123", "W-IA 123"),
            (T::IpAddress, "10.1.12.3", "10.11.2.3"),
            (T::CaseNumber, "5-1234/20", "51-234/20"),
            (T::Phone, "0611 123456", "0611 1234567"),
            (T::Secret, "aB", "ab"),
        ] {
            assert_ne!(canonical(entity_type, one), canonical(entity_type, other));
        }
    }
}
