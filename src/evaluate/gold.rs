//! Labelled texts: JSON Lines with `text` and `spans` (character offsets), JSON
//! Lines with `tokens` and BIO `tags`, and `CoNLL` (a token and its tag a line).

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use serde::Deserialize;

use crate::entity::EntityType;
use crate::error::{Error, ErrorKind, Result};

/// A labelled text.
#[derive(Clone)]
pub struct Gold {
    /// The text.
    pub text: String,
    /// What is labelled in it.
    pub labels: Vec<Label>,
    /// What it belongs to: `layout=table`.
    pub groups: Vec<String>,
    /// Types that are labelled wherever they stand; `None` if all are.
    judged: Option<BTreeSet<EntityType>>,
}

/// A labelled place.
#[derive(Clone, Debug)]
pub struct Label {
    /// Bytes of the text.
    pub range: Range<usize>,
    /// What kind of data.
    pub entity_type: EntityType,
    /// Whether it must be taken; a public body is a label but not personal.
    pub personal: bool,
}

#[derive(Deserialize)]
struct Line {
    text: Option<String>,
    #[serde(default)]
    spans: Vec<Vec<serde_json::Value>>,
    tokens: Option<Vec<String>>,
    tags: Option<Vec<String>>,
    annotated: Option<Vec<String>>,
    lang: Option<String>,
    genre: Option<String>,
    layout: Option<String>,
    origin: Option<String>,
}

impl Gold {
    /// Whether a claim of a type can be judged here.
    pub(super) fn is_judged(&self, entity_type: EntityType) -> bool {
        self.judged
            .as_ref()
            .is_none_or(|judged| judged.contains(&entity_type))
    }
}

/// Reads labelled texts in any of the three forms.
///
/// # Errors
/// If a line is in none of them.
pub fn read(bytes: &[u8]) -> Result<Vec<Gold>> {
    let text = std::str::from_utf8(bytes).map_err(|_| bad(0))?;
    if text.trim_start().starts_with('{') {
        let filled = text
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty());
        return filled
            .map(|(index, line)| json_line(line).ok_or_else(|| bad(index + 1)))
            .collect();
    }
    let mut all = Vec::new();
    for sentence in text
        .replace("\r\n", "\n")
        .split("\n\n")
        .filter(|part| !part.trim().is_empty())
    {
        let fields = sentence
            .lines()
            .filter(|line| !line.starts_with("-DOCSTART-") && !line.starts_with('#'));
        let pairs: Vec<(String, String)> = fields
            .filter_map(|line| {
                let mut fields = line.split(['\t', ' ']).filter(|field| !field.is_empty());
                Some((
                    fields.next()?.to_owned(),
                    fields.next_back().unwrap_or("O").to_owned(),
                ))
            })
            .collect();
        let (tokens, tags) = pairs.into_iter().unzip();
        all.push(from_tags(tokens, tags, None, Vec::new()));
    }
    Ok(all)
}

fn json_line(line: &str) -> Option<Gold> {
    let line: Line = serde_json::from_str(line).ok()?;
    let named = [
        ("lang", &line.lang),
        ("genre", &line.genre),
        ("layout", &line.layout),
        ("origin", &line.origin),
    ];
    let groups = named
        .into_iter()
        .filter_map(|(name, value)| Some(format!("{name}={}", value.as_ref()?)))
        .collect();
    if let (Some(tokens), Some(tags)) = (line.tokens, line.tags) {
        return (tokens.len() == tags.len())
            .then(|| from_tags(tokens, tags, line.annotated.as_deref(), groups));
    }
    let text = line.text?;
    let bytes: Vec<usize> = text
        .char_indices()
        .map(|(at, _)| at)
        .chain([text.len()])
        .collect();
    let mut labels = Vec::new();
    for span in &line.spans {
        let at = |index: usize| {
            bytes
                .get(usize::try_from(span.get(index)?.as_u64()?).ok()?)
                .copied()
        };
        let (start, end) = (at(0)?, at(1)?);
        let word = |index: usize| {
            span.get(index)
                .and_then(serde_json::Value::as_str)
                .unwrap_or_default()
        };
        if let Some(entity_type) = entity_type(word(2)) {
            labels.push(Label {
                range: start..end,
                entity_type,
                personal: word(4) != "literal",
            });
        }
    }
    Some(Gold {
        text,
        labels,
        groups,
        judged: None,
    })
}

/// Joins tokens with spaces as people write them, and BIO tags to labels.
fn from_tags(
    tokens: Vec<String>,
    tags: Vec<String>,
    annotated: Option<&[String]>,
    groups: Vec<String>,
) -> Gold {
    let mut text = String::new();
    let mut labels: Vec<Label> = Vec::new();
    let mut open = "";
    for (token, tag) in tokens.iter().zip(&tags) {
        let closing = token.chars().all(|c| ".,;:!?)]%»“”’…".contains(c));
        if !text.is_empty() && !closing && !text.ends_with(['(', '[', '„', '«']) {
            text.push(' ');
        }
        let start = text.len();
        text.push_str(token);
        let (part, name) = tag.split_once('-').unwrap_or((tag, ""));
        match (entity_type(name), labels.last_mut()) {
            (Some(known), Some(last))
                if part == "I" && open == name && last.entity_type == known =>
            {
                last.range.end = text.len();
            }
            (Some(entity_type), _) => labels.push(Label {
                range: start..text.len(),
                entity_type,
                personal: true,
            }),
            (None, _) => {}
        }
        open = name;
    }
    let judged = annotated.map(|names| names.iter().filter_map(|name| entity_type(name)).collect());
    Gold {
        text,
        labels,
        groups,
        judged,
    }
}

/// The type that a label of a corpus stands for, by its own name or one of the
/// usual short ones; `None` for what is no personal data here.
fn entity_type(label: &str) -> Option<EntityType> {
    use EntityType as T;
    let short: HashMap<&str, EntityType> = HashMap::from([
        ("PER", T::Person),
        ("ORG", T::Organization),
        ("LOC", T::Location),
        ("DISTRICT", T::Location),
        ("COUNTRY", T::Location),
        ("ZIP", T::PostalCode),
        ("DOB", T::DateOfBirth),
        ("BIRTHPLACE", T::PlaceOfBirth),
        ("MOBILE", T::Phone),
        ("FAX", T::Phone),
        ("USER", T::UserName),
        ("HANDLE", T::UserName),
        ("IP", T::IpAddress),
        ("MAC", T::MacAddress),
        ("ACCOUNT", T::BankAccount),
        ("BLZ", T::BankAccount),
        ("CARD", T::CreditCard),
        ("TAXID", T::TaxId),
        ("TAXNR", T::TaxNumber),
        ("VATID", T::VatId),
        ("SVNR", T::SocialSecurityNumber),
        ("KVNR", T::HealthInsuranceNumber),
        ("IDCARD", T::IdCard),
        ("LICENCE", T::DrivingLicence),
        ("PLATE", T::LicencePlate),
        ("VIN", T::VehicleId),
        ("CASE", T::CaseNumber),
        ("CUST", T::CustomerNumber),
        ("GEO", T::Coordinates),
    ]);
    short.get(label).copied().or_else(|| T::parse(label))
}

fn bad(line: usize) -> Error {
    Error::new(
        ErrorKind::Settings,
        format!(
            "the gold file: line {line} is neither JSON with text and spans, nor JSON with tokens and tags, nor CoNLL"
        ),
    )
}

impl std::fmt::Debug for Gold {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gold")
            .field("n_labels", &self.labels.len())
            .field("groups", &self.groups)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(gold: &Gold) -> Vec<(&str, &str)> {
        let one = |label: &Label| (&gold.text[label.range.clone()], label.entity_type.name());
        gold.labels.iter().map(one).collect()
    }

    #[test]
    fn three_forms_say_the_same() {
        let json = r#"{"text":"Jürgen Groß in Köln .","spans":[[0,11,"PER","a","full"],[15,19,"CITY","a","literal"]]}"#;
        let gold = &read(json.as_bytes()).unwrap()[0];
        assert_eq!(spans(gold), [("Jürgen Groß", "PERSON"), ("Köln", "CITY")]);
        assert!(!gold.labels[1].personal);
        let tokens = r#"{"tokens":["Jürgen","Groß","in","Köln","."],"tags":["B-PER","I-PER","O","B-LOC","O"],"annotated":["PER"]}"#;
        let gold = &read(tokens.as_bytes()).unwrap()[0];
        assert_eq!(gold.text, "Jürgen Groß in Köln.");
        assert_eq!(
            spans(gold),
            [("Jürgen Groß", "PERSON"), ("Köln", "LOCATION")]
        );
        assert!(!gold.is_judged(EntityType::Location));
        let conll = "Jürgen B-PER\nGroß I-PER\nin O\n\nKöln B-LOC\n";
        let golds = read(conll.as_bytes()).unwrap();
        assert_eq!(
            (golds.len(), spans(&golds[0])),
            (2, vec![("Jürgen Groß", "PERSON")])
        );
        assert!(read(b"{\"x\":1}").is_err());
    }
}
