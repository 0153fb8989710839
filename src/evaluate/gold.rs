//! Labelled texts: JSON Lines with `text` and `spans` (character offsets), JSON
//! Lines with `tokens` and BIO `tags`, and `CoNLL` (a token and its tag a line).

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use serde::Deserialize;

use crate::entity::EntityType;
use crate::error::{Error, ErrorKind, Result};

/// A labelled text.
#[derive(Clone, Default)]
pub struct Gold {
    /// The text.
    pub text: String,
    /// What is labelled in it.
    pub labels: Vec<Label>,
    /// What it belongs to: `layout=table`.
    pub groups: Vec<String>,
    /// Types that are labelled wherever they stand; `None` if all are.
    judged: Option<BTreeSet<EntityType>>,
    /// Places that nobody decided on (`IGN`): claims there are not judged.
    pub(super) ignored: Vec<Range<usize>>,
    /// Labels that stand for no type here.
    pub(super) unknown: Vec<String>,
    /// The tokens, if tokens were labelled.
    tokens: Vec<Range<usize>>,
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
    /// Where a person's name comes from: `turkish`.
    pub origin: Option<String>,
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
    /// The type under which this text would label a claim; `None` if it does
    /// not label that type, so that the claim cannot be judged.
    pub(super) fn as_labelled(&self, entity_type: EntityType) -> Option<EntityType> {
        use EntityType::{City, Location, PlaceOfBirth, Street};
        let Some(judged) = &self.judged else {
            return Some(entity_type);
        };
        if judged.contains(&entity_type) {
            return Some(entity_type);
        }
        let place = matches!(entity_type, City | PlaceOfBirth | Street);
        (place && judged.contains(&Location)).then_some(Location)
    }

    /// A range grown to the tokens that it touches.
    pub(super) fn whole_tokens(&self, range: &Range<usize>) -> Range<usize> {
        let first = self
            .tokens
            .partition_point(|token| token.end <= range.start);
        let mut touched = self
            .tokens
            .iter()
            .skip(first)
            .take_while(|token| token.start < range.end);
        let Some(start) = touched.next() else {
            return range.clone();
        };
        start.start..touched.last().unwrap_or(start).end
    }

    /// Appends a sentence of the same document.
    fn append(&mut self, other: Self) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        let by = self.text.len();
        let shifted = |range: Range<usize>| range.start + by..range.end + by;
        self.text.push_str(&other.text);
        self.labels
            .extend(other.labels.into_iter().map(|label| Label {
                range: shifted(label.range),
                ..label
            }));
        self.ignored.extend(other.ignored.into_iter().map(shifted));
        self.tokens.extend(other.tokens.into_iter().map(shifted));
        self.unknown.extend(other.unknown);
    }
}

/// Reads labelled texts in any of the three forms.
///
/// # Errors
/// If a line is in none of them, or there is no text at all.
pub fn read(bytes: &[u8]) -> Result<Vec<Gold>> {
    let text = std::str::from_utf8(bytes).map_err(|_| bad(0))?;
    let text = text.trim_start_matches('\u{feff}');
    let all = if text.trim_start().starts_with('{') {
        text.lines()
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty())
            .map(|(index, line)| json_line(line).ok_or_else(|| bad(index + 1)))
            .collect::<Result<Vec<_>>>()?
    } else {
        conll(text)?
    };
    if all.is_empty() {
        return Err(Error::new(
            ErrorKind::Settings,
            "the gold file holds no labelled text",
        ));
    }
    Ok(all)
}

/// A token and its tag a line, an empty line after a sentence. If the file says
/// where documents start, their sentences stay together.
fn conll(text: &str) -> Result<Vec<Gold>> {
    let by_document = text.lines().any(|line| line.starts_with("-DOCSTART-"));
    let mut all: Vec<Gold> = Vec::new();
    let mut sentence: (Vec<String>, Vec<String>) = Default::default();
    let mut fresh = true;
    for (index, line) in text.lines().chain([""]).enumerate() {
        if line.starts_with("-DOCSTART-") {
            fresh = true;
        } else if line.trim().is_empty() {
            let (tokens, tags) = std::mem::take(&mut sentence);
            if tokens.is_empty() {
                continue;
            }
            let gold = from_tags(&tokens, &tags, None, Vec::new());
            match all.last_mut().filter(|_| by_document && !fresh) {
                Some(document) => document.append(gold),
                None => all.push(gold),
            }
            fresh = false;
        } else if !line.starts_with("# ") {
            let mut fields = line.split(['\t', ' ']).filter(|field| !field.is_empty());
            let (Some(token), Some(tag)) = (fields.next(), fields.next_back()) else {
                return Err(bad(index + 1));
            };
            let known = tag == "O" || tag.get(1..2) == Some("-");
            if !known {
                return Err(bad(index + 1));
            }
            sentence.0.push(token.to_owned());
            sentence.1.push(tag.to_owned());
        }
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
    let mut gold = match (&line.tokens, &line.tags) {
        (Some(tokens), Some(tags)) if tokens.len() == tags.len() => {
            from_tags(tokens, tags, line.annotated.as_deref(), groups)
        }
        (Some(_), _) | (None, Some(_)) => return None,
        (None, None) => from_spans(line.text?, &line.spans, groups)?,
    };
    for label in &mut gold.labels {
        label.origin = label.origin.take().or_else(|| line.origin.clone());
    }
    Some(gold)
}

/// Spans as `[start, end, type, entity, form, origin]`, offsets in characters;
/// all but the first three may be left out.
fn from_spans(text: String, spans: &[Vec<serde_json::Value>], groups: Vec<String>) -> Option<Gold> {
    let bytes: Vec<usize> = text
        .char_indices()
        .map(|(at, _)| at)
        .chain([text.len()])
        .collect();
    let mut gold = Gold {
        groups,
        ..Gold::default()
    };
    for span in spans {
        let at = |index: usize| {
            bytes
                .get(usize::try_from(span.get(index)?.as_u64()?).ok()?)
                .copied()
        };
        let range = at(0)?..at(1)?;
        let word = |index: usize| span.get(index).and_then(serde_json::Value::as_str);
        let name = word(2).filter(|name| !name.is_empty() && range.start < range.end)?;
        let Some(entity_type) = entity_type(name) else {
            gold.unknown.push(name.to_owned());
            continue;
        };
        gold.labels.push(Label {
            range,
            entity_type,
            personal: word(4) != Some("literal"),
            origin: word(5).filter(|word| !word.is_empty()).map(str::to_owned),
        });
    }
    gold.text = text;
    Some(gold)
}

/// Joins tokens with spaces as people write them, and BIO (or BIOES) tags to
/// labels.
fn from_tags(
    tokens: &[String],
    tags: &[String],
    annotated: Option<&[String]>,
    groups: Vec<String>,
) -> Gold {
    let mut gold = Gold {
        groups,
        ..Gold::default()
    };
    let (mut open, mut glue, mut quoted) = ("", true, false);
    for (token, tag) in tokens.iter().zip(tags) {
        let mut closing = token.chars().all(|c| ".,;:!?)]%»“”’…".contains(c))
            || matches!(token.as_str(), "'s" | "n't");
        let mut opening = matches!(token.as_str(), "(" | "[" | "„" | "«" | "‚");
        if token == "\"" {
            (closing, opening, quoted) = (quoted, !quoted, !quoted);
        }
        if !glue && !closing {
            gold.text.push(' ');
        }
        glue = opening;
        let start = gold.text.len();
        gold.text.push_str(token);
        let range = start..gold.text.len();
        gold.tokens.push(range.clone());
        let (part, name) = tag.split_once('-').unwrap_or((tag, ""));
        let inside = matches!(part, "I" | "E" | "L") && open == name;
        match (entity_type(name), gold.labels.last_mut()) {
            (Some(known), Some(last)) if inside && last.entity_type == known => {
                last.range.end = range.end;
            }
            (Some(entity_type), _) => gold.labels.push(Label {
                range,
                entity_type,
                personal: true,
                origin: None,
            }),
            (None, _) if tag.ends_with("IGN") => gold.ignored.push(range),
            (None, _) if !name.is_empty() && !inside => gold.unknown.push(name.to_owned()),
            (None, _) => {}
        }
        open = name;
    }
    gold.judged =
        annotated.map(|names| names.iter().filter_map(|name| entity_type(name)).collect());
    gold
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
        let tokens = r#"{"tokens":["Jürgen","Groß","in","Köln","."],"tags":["B-PER","I-PER","O","B-LOC","IGN"],"annotated":["PER"]}"#;
        let gold = &read(tokens.as_bytes()).unwrap()[0];
        assert_eq!(gold.text, "Jürgen Groß in Köln.");
        assert_eq!(
            spans(gold),
            [("Jürgen Groß", "PERSON"), ("Köln", "LOCATION")]
        );
        assert_eq!(gold.as_labelled(EntityType::Location), None);
        assert_eq!(gold.ignored.len(), 1, "the dot is nobody's business");
        let conll = "Jürgen B-PER\r\nGroß I-PER\r\nin O\r\n\r\nKöln S-LOC\r\n";
        let golds = read(conll.as_bytes()).unwrap();
        assert_eq!(
            (golds.len(), spans(&golds[0])),
            (2, vec![("Jürgen Groß", "PERSON")])
        );
        assert_eq!(spans(&golds[1]), [("Köln", "LOCATION")]);
    }

    #[test]
    fn sentences_of_one_document_stay_together() {
        let conll = "-DOCSTART- -X- O O\n\nMax NNP B-NP B-PER\n\nin IN B-PP O\nUlm NNP B-NP B-LOC\n\n-DOCSTART- -X- O O\n\n# a comment\nEva NNP B-NP B-PER\n. . O B-ODD\n";
        let golds = read(conll.as_bytes()).unwrap();
        assert_eq!(golds.len(), 2);
        assert_eq!(golds[0].text, "Max\nin Ulm");
        assert_eq!(spans(&golds[0]), [("Max", "PERSON"), ("Ulm", "LOCATION")]);
        assert_eq!(golds[1].unknown, ["ODD"]);
    }

    #[test]
    fn quotes_and_brackets_stand_as_people_write_them() {
        let line = r#"{"tokens":["Er","sagt",":","\"","Nein","\"","(","leise",")","."],"tags":["O","O","O","O","O","O","O","O","O","O"]}"#;
        assert_eq!(
            read(line.as_bytes()).unwrap()[0].text,
            "Er sagt: \"Nein\" (leise)."
        );
    }

    #[test]
    fn what_is_no_gold_is_refused() {
        for bytes in [
            &b"{\"x\":1}"[..],
            b"",
            b"\n\n",
            b"\xff\xfe",
            b"only words here\n",
            b"Max\n",
            b"{\"text\":\"Max\",\"spans\":[[0,9,\"PER\"]]}",
            b"{\"text\":\"Max\",\"spans\":[[2,1,\"PER\"]]}",
            b"{\"text\":\"Max\",\"spans\":[[0,3]]}",
            b"{\"tokens\":[\"Max\"],\"tags\":[]}",
            b"{\"text\":\"Max\",\"spans\":[]}\nMax O\n",
        ] {
            let error = read(bytes).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Settings);
            assert!(!error.to_string().contains("Max"), "{error}");
        }
    }
}
