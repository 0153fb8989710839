//! What resolving leaves in a text must not be what verification calls a leak:
//! otherwise every second file would be refused. On annotated documents
//! (`DECKNAME_AKTEN=file.jsonl`) with the gold spans as findings.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    clippy::too_many_lines,
    reason = "a test may fail loudly"
)]

use std::collections::BTreeMap;

use deckname::document::{Document, Location, Segment, SegmentKind};
use deckname::entity::{EntityType, Finding, Score};
use deckname::resolve::{Resolution, resolve};
use deckname::token;
use deckname::verify::{Needles, check_bytes};

fn entity_type(label: &str) -> Option<EntityType> {
    use EntityType as T;
    Some(match label {
        "PER" => T::Person,
        "ORG" => T::Organization,
        "STREET" => T::Street,
        "ZIP" => T::PostalCode,
        "CITY" => T::City,
        "DISTRICT" | "COUNTRY" | "LOC" => T::Location,
        "DOB" => T::DateOfBirth,
        "BIRTHPLACE" => T::PlaceOfBirth,
        "PHONE" | "MOBILE" | "FAX" => T::Phone,
        "EMAIL" => T::Email,
        "URL" => T::Url,
        "USER" | "HANDLE" => T::UserName,
        "IP" => T::IpAddress,
        "MAC" => T::MacAddress,
        "IBAN" => T::Iban,
        "BIC" => T::Bic,
        "ACCOUNT" | "BLZ" => T::BankAccount,
        "CARD" => T::CreditCard,
        "TAXID" => T::TaxId,
        "TAXNR" => T::TaxNumber,
        "VATID" => T::VatId,
        "SVNR" => T::SocialSecurityNumber,
        "KVNR" => T::HealthInsuranceNumber,
        "IDCARD" => T::IdCard,
        "PASSPORT" => T::Passport,
        "LICENCE" => T::DrivingLicence,
        "PLATE" => T::LicencePlate,
        "VIN" => T::VehicleId,
        "CASE" => T::CaseNumber,
        "CUST" => T::CustomerNumber,
        "PARCEL" => T::Parcel,
        "GEO" => T::Coordinates,
        _ => return None,
    })
}

fn needles(document: &Document, resolution: &Resolution) -> Needles {
    let mut needles = Needles::new();
    for mention in &resolution.mentions {
        needles.value(mention.entity_type, document.text(mention.span));
    }
    for part in resolution
        .subjects
        .iter()
        .flat_map(|subject| &subject.parts)
    {
        needles.part(&part.text, part.ordinary);
    }
    needles
}

/// The needles that are found, for whoever works on the rules.
fn culprits(document: &Document, resolution: &Resolution, output: &str) -> Vec<String> {
    let mut found = Vec::new();
    for mention in &resolution.mentions {
        let mut needles = Needles::new();
        needles.value(mention.entity_type, document.text(mention.span));
        if check_bytes(output.as_bytes(), &needles).is_err() {
            found.push(format!(
                "{} {}",
                mention.entity_type,
                document.text(mention.span)
            ));
        }
    }
    for part in resolution
        .subjects
        .iter()
        .flat_map(|subject| &subject.parts)
    {
        let mut needles = Needles::new();
        needles.part(&part.text, part.ordinary);
        if check_bytes(output.as_bytes(), &needles).is_err() {
            found.push(format!("part {}", part.text));
        }
    }
    found.sort();
    found.dedup();
    found
}

fn pseudonymized(text: &str, resolution: &Resolution) -> String {
    let code = token::code(&[7; 32], 0);
    let mut out = String::new();
    let mut at = 0;
    for mention in &resolution.mentions {
        out.push_str(&text[at..mention.span.start()]);
        out.push_str(&format!("[{}_{code}]", mention.entity_type.label_de()));
        at = mention.span.end();
    }
    out.push_str(&text[at..]);
    out
}

#[allow(clippy::too_many_lines, reason = "one measurement from top to bottom")]
#[test]
fn what_is_left_is_no_leak() {
    let Ok(path) = std::env::var("DECKNAME_AKTEN") else {
        return;
    };
    let (mut n, mut refused, mut doubtful, mut caught) = (0_u32, 0_u32, 0_u32, 0_u32);
    let mut unseen: BTreeMap<EntityType, u32> = BTreeMap::new();
    for line in std::fs::read_to_string(path).unwrap().lines() {
        let record: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = record["text"].as_str().unwrap();
        let bytes: Vec<usize> = text
            .char_indices()
            .map(|(at, _)| at)
            .chain([text.len()])
            .collect();
        let mut document = Document::new();
        document.push(Segment::new(
            SegmentKind::Paragraph,
            text,
            Location::new("body"),
        ));
        let mut findings = Vec::new();
        for span in record["spans"].as_array().unwrap() {
            let number = |at: usize| bytes[usize::try_from(span[at].as_u64().unwrap()).unwrap()];
            let literal = span[4] == "literal";
            let Some(entity_type) = entity_type(span[2].as_str().unwrap()).filter(|_| !literal)
            else {
                continue;
            };
            findings.push(Finding {
                span: document.span(0, number(0), number(1)).unwrap(),
                entity_type,
                score: Score::new(0.9),
                recognizer: "gold",
            });
        }
        let resolution = resolve(&document, findings);
        let needles = needles(&document, &resolution);
        let output = pseudonymized(text, &resolution);
        n += 1;
        // The unchanged text must be refused, or the check is blind.
        caught += u32::from(check_bytes(text.as_bytes(), &needles).is_err());
        for mention in &resolution.mentions {
            let value = document.text(mention.span);
            let mut one = Needles::new();
            one.value(mention.entity_type, value);
            if check_bytes(text.as_bytes(), &one).is_ok() {
                *unseen.entry(mention.entity_type).or_insert(0_u32) += 1;
                if std::env::var("DECKNAME_SHOW").is_ok() {
                    println!("UNSEEN {} {value}", mention.entity_type);
                }
            }
        }
        match check_bytes(output.as_bytes(), &needles) {
            Ok(doubts) => doubtful += u32::from(!doubts.is_empty()),
            Err(error) => {
                refused += 1;
                if std::env::var("DECKNAME_SHOW").is_ok() {
                    println!(
                        "REFUSED {} {error} {:?}",
                        record["id"],
                        culprits(&document, &resolution, &output)
                    );
                }
            }
        }
    }
    println!(
        "{n} documents: originals refused {caught}, copies refused {refused}, with doubts {doubtful}"
    );
    println!("values that alone prove nothing: {unseen:?}");
}
