//! How often resolving is right about "same person", measured on annotated
//! documents: `DECKNAME_AKTEN=file.jsonl` (written by the template corpus's
//! `fill.py`), `DECKNAME_PART=train|dev|test`, `DECKNAME_SHOW=1` for every error.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    clippy::print_stdout,
    clippy::as_conversions,
    clippy::too_many_lines,
    reason = "a test may fail loudly; its tables are long"
)]

use std::collections::{BTreeMap, HashMap, HashSet};

use deckname::document::{Document, Location, Segment, SegmentKind, Span};
use deckname::entity::{EntityType, Finding, Score};
use deckname::resolve::{Resolution, resolve};

fn document(text: &str) -> Document {
    let mut document = Document::new();
    document.push(Segment::new(
        SegmentKind::Paragraph,
        text,
        Location::new("body"),
    ));
    document
}

fn finding(span: Span) -> Finding {
    Finding {
        span,
        entity_type: EntityType::Person,
        score: Score::new(0.9),
        recognizer: "test",
    }
}

fn subject_at(resolution: &Resolution, at: usize) -> Option<usize> {
    let holds = |mention: &&deckname::resolve::Mention| {
        mention.span.start() <= at && at < mention.span.end()
    };
    resolution
        .mentions
        .iter()
        .find(holds)
        .map(|mention| mention.subject.0)
}

#[derive(Default)]
struct Pairs {
    right: u64,
    wrong: u64,
    missed: u64,
}

impl Pairs {
    fn count(&mut self, same_subject: bool, same_person: bool) {
        match (same_subject, same_person) {
            (true, true) => self.right += 1,
            (true, false) => self.wrong += 1,
            (false, true) => self.missed += 1,
            (false, false) => {}
        }
    }

    fn show(&self, what: &str) {
        let precision = self.right as f64 / (self.right + self.wrong).max(1) as f64;
        let recall = self.right as f64 / (self.right + self.missed).max(1) as f64;
        println!(
            "{what}: precision {precision:.4} recall {recall:.4} (right {} wrong {} missed {})",
            self.right, self.wrong, self.missed
        );
    }
}

#[derive(Default)]
struct Measure {
    show: bool,
    all: Pairs,
    /// Pairs of people whom the document names in full somewhere, apart from
    /// nicknames and names before marriage: what names alone can tell.
    introduced: Pairs,
    by_form: BTreeMap<String, Pairs>,
}

/// Pairwise precision and recall of "same person", gold spans as findings.
#[test]
fn same_person_on_akten() {
    let Ok(path) = std::env::var("DECKNAME_AKTEN") else {
        return;
    };
    let part = std::env::var("DECKNAME_PART").unwrap_or_else(|_| "train".to_owned());
    let mut measure = Measure {
        show: std::env::var("DECKNAME_SHOW").is_ok(),
        ..Measure::default()
    };
    for line in std::fs::read_to_string(path).unwrap().lines() {
        let record: serde_json::Value = serde_json::from_str(line).unwrap();
        let id = record["id"].as_str().unwrap();
        let of = match id.split('/').next().unwrap().chars().last() {
            Some('0') => "dev",
            Some('5') => "test",
            _ => "train",
        };
        if of == part {
            measure.take(&record, id);
        }
    }
    measure.all.show(&format!("{part}, all pairs"));
    measure.introduced.show(&format!("{part}, introduced"));
    for (form, pairs) in &measure.by_form {
        if pairs.wrong + pairs.missed > 0 {
            println!(
                "  {form:<36} wrong {:>5} missed {:>5}",
                pairs.wrong, pairs.missed
            );
        }
    }
}

struct Gold {
    start: usize,
    end: usize,
    entity: String,
    form: String,
}

impl Gold {
    fn is_full(&self) -> bool {
        let full = [
            "full",
            "last_first",
            "upper_full",
            "lower_full",
            "full_upper_last",
            "middle",
            "double",
            "full_gen",
            "first+last",
        ];
        full.contains(&self.form.as_str())
    }

    fn is_name(&self) -> bool {
        self.form != "nick" && self.form != "maiden"
    }
}

/// The annotated people of a record.
fn gold(text: &str, record: &serde_json::Value) -> (Vec<Gold>, Vec<(usize, usize)>) {
    let bytes: Vec<usize> = text
        .char_indices()
        .map(|(at, _)| at)
        .chain([text.len()])
        .collect();
    let mut spans = Vec::new();
    let mut gold: Vec<Gold> = Vec::new();
    for span in record["spans"].as_array().unwrap() {
        let number = |at: usize| bytes[usize::try_from(span[at].as_u64().unwrap()).unwrap()];
        let (start, end) = (number(0), number(1));
        let form = span[4].as_str().unwrap();
        if span[2] != "PER" || form == "literal" || start == end {
            continue;
        }
        spans.push((start, end));
        let entity = span[3].as_str().unwrap().to_owned();
        if let Some(last) = gold.last_mut() {
            let between = &text[last.end..start];
            // "First Last" in two slots; for a relative the last name is another's.
            if between == " " && last.form == "first" && form == "last" {
                last.end = end;
                last.form = "first+last".to_owned();
                continue;
            }
            // "Last, First" in a list: the last name of one stands for that of another.
            let column = !between.contains(|c: char| c == '\n' || c.is_alphanumeric());
            if last.form == "last" && form == "first" && column {
                last.entity.clone_from(&entity);
            }
        }
        gold.push(Gold {
            start,
            end,
            entity,
            form: form.to_owned(),
        });
    }
    (gold, spans)
}

impl Measure {
    fn take(&mut self, record: &serde_json::Value, id: &str) {
        let text = record["text"].as_str().unwrap();
        let document = document(text);
        let (gold, spans) = gold(text, record);
        let of = |(start, end): (usize, usize)| finding(document.span(0, start, end).unwrap());
        let resolution = resolve(&document, spans.into_iter().map(of).collect());
        if std::env::var("DECKNAME_ONLY").is_ok_and(|only| only == id) {
            for m in &resolution.mentions {
                println!(
                    "## {:?} -> {}",
                    document.text(m.span),
                    resolution.subjects[m.subject.0].canonical
                );
            }
        }
        let subjects: HashMap<usize, usize> = gold
            .iter()
            .filter_map(|gold| Some((gold.start, subject_at(&resolution, gold.start)?)))
            .collect();
        let full = gold.iter().filter(|gold| gold.is_full());
        let introduced: HashSet<&str> = full.map(|gold| gold.entity.as_str()).collect();
        for (n, one) in gold.iter().enumerate() {
            for other in gold.iter().skip(n + 1) {
                let (Some(a), Some(b)) = (subjects.get(&one.start), subjects.get(&other.start))
                else {
                    continue;
                };
                let same = (a == b, one.entity == other.entity);
                let mut forms = [one.form.as_str(), other.form.as_str()];
                forms.sort_unstable();
                let forms = forms.join(" / ");
                self.all.count(same.0, same.1);
                let known =
                    |gold: &Gold| gold.is_name() && introduced.contains(gold.entity.as_str());
                let both = known(one) && known(other);
                if both {
                    self.introduced.count(same.0, same.1);
                }
                if self.show && same.0 != same.1 {
                    let kind = match (same.0, both) {
                        (true, true) => "WRONG!",
                        (true, false) => "WRONG",
                        (false, true) => "MISSED!",
                        (false, false) => "MISSED",
                    };
                    println!(
                        "{kind} {id} {} | {}  ({forms})",
                        &text[one.start..one.end],
                        &text[other.start..other.end]
                    );
                }
                self.by_form.entry(forms).or_default().count(same.0, same.1);
            }
        }
    }
}
