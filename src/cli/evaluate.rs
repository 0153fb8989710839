//! `deckname evaluate`: precision and recall on labelled texts.

use super::args::Evaluate;
use super::{print, recognizers, say};
use crate::detect::allowed::Allowed;
use crate::evaluate::{Evaluation, Figures, Group, Subject, Taken, evaluate, read};
use crate::format::ReadOptions;
use crate::fs;
use crate::pipeline::Pipeline;
use crate::policy::Policy;

/// Largest gold file, in bytes.
const MAX_GOLD: u64 = 1 << 30;

/// # Errors
/// If a file is no labelled text or a recognizer fails.
pub(super) fn run(args: &Evaluate) -> anyhow::Result<bool> {
    let mut gold = Vec::new();
    for path in &args.gold {
        gold.extend(read(&fs::read(path, MAX_GOLD)?)?);
    }
    let evaluation = if args.model_only {
        let ner = recognizers::ner(&args.model)?;
        evaluate(&Subject::Recognizer(&ner), &gold)?
    } else {
        let (recognizers, names) = recognizers::all(&args.model)?;
        say(&format!("recognizers: {}", names.join(", ")));
        let pipeline = Pipeline::new(recognizers, Policy::default(), ReadOptions::default())
            .with_allowed(Allowed::new(Vec::new(), true)?);
        evaluate(&Subject::Pipeline(&pipeline), &gold)?
    };
    if args.json {
        print(format!("{}\n", serde_json::to_string_pretty(&evaluation)?).as_bytes())?;
    } else {
        print(table(&evaluation, args.origins.as_deref()).as_bytes())?;
    }
    Ok(true)
}

/// The figures for people; with the origins of names, if one is named with which
/// the others are to be compared.
fn table(evaluation: &Evaluation, reference: Option<&str>) -> String {
    let mut lines = vec![
        format!(
            "{} documents, {} words; {} documents ({}%, 95 %: {}) with a direct identifier not taken whole",
            evaluation.documents,
            evaluation.words,
            evaluation.documents_with_a_miss,
            percent(evaluation.miss),
            interval(evaluation.miss_interval)
        ),
        format!(
            "{:<24} {:>5} {:>7} | strict: P    R     F1    F2    F1 95 %       | by characters: taken  95 %        right  95 %          F1    F2  | false in 1,000 words",
            "type", "gold", "claimed"
        ),
    ];
    let all = evaluation.all.iter().map(|figures| ("ALL", figures));
    let types = evaluation.types.iter();
    for (name, figures) in types.map(|(name, figures)| (*name, figures)).chain(all) {
        lines.push(row(name, figures));
    }
    for (label, n) in &evaluation.unknown_labels {
        lines.push(format!(
            "label {label} stands for no type here and was left out: {n}"
        ));
    }
    lines.push("by group: documents, with a miss | taken of direct identifiers, 95 % | taken of persons, 95 %".to_owned());
    for (name, group) in &evaluation.groups {
        lines.push(group_row(name, group));
    }
    if let Some(reference) = reference {
        lines.extend(origins(evaluation, reference));
    }
    lines.push(String::new());
    lines.join("\n")
}

fn row(name: &str, f: &Figures) -> String {
    format!(
        "{name:<24} {:>5} {:>7} |      {} {} {} {} {} |                {} {} {} {} {} {} | {:6.2}",
        f.counts.gold,
        f.counts.claimed,
        percent(f.precision),
        percent(f.recall),
        percent(f.f1),
        percent(f.f2),
        interval(f.f1_interval),
        percent(f.taken),
        interval(f.taken_interval),
        percent(f.right),
        interval(f.right_interval),
        percent(f.chars_f1),
        percent(f.chars_f2),
        f.false_per_1000_words,
    )
}

fn group_row(name: &str, group: &Group) -> String {
    format!(
        "  {name:<26} {:>5} {:>5} | {} {} | {} {}",
        group.documents,
        group.documents_with_a_miss,
        percent(group.direct.taken),
        interval(group.direct.taken_interval),
        percent(group.persons.taken),
        interval(group.persons.taken_interval),
    )
}

/// Persons by origin of the name, and by how many points each is taken more or
/// less often than the reference.
fn origins(evaluation: &Evaluation, reference: &str) -> Vec<String> {
    if evaluation.origins.is_empty() {
        return vec!["the labels do not tell where names come from".to_owned()];
    }
    let Some(known) = evaluation.origins.get(reference) else {
        return vec![format!("no label has the origin {reference}")];
    };
    let mut lines = vec![format!(
        "persons by origin of the name: spans, taken whole | taken, 95 % | points from {reference}"
    )];
    let row = |(name, taken): (&String, &Taken)| {
        format!(
            "  {name:<26} {:>5} {:>5} | {} {} | {:+5.1}",
            taken.spans,
            taken.whole,
            percent(taken.taken),
            interval(taken.taken_interval),
            (taken.taken - known.taken) * 100.0
        )
    };
    lines.extend(evaluation.origins.iter().map(row));
    lines
}

pub(super) fn percent(value: f64) -> String {
    format!("{:5.1}", value * 100.0)
}

fn interval((low, high): (f64, f64)) -> String {
    format!("({}–{})", percent(low), percent(high))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_says_it_all() {
        let taken = |taken| Taken {
            spans: 10,
            whole: 9,
            taken,
            taken_interval: (taken, taken),
        };
        let mut evaluation = Evaluation {
            documents: 4,
            words: 100,
            documents_with_a_miss: 1,
            miss: 0.25,
            miss_interval: (0.0, 0.75),
            ..Evaluation::default()
        };
        evaluation.unknown_labels.insert("MISC".to_owned(), 3);
        evaluation.origins.insert("german".to_owned(), taken(0.98));
        evaluation
            .origins
            .insert("turkish".to_owned(), taken(0.955));
        let group = Group {
            documents: 2,
            documents_with_a_miss: 1,
            direct: taken(0.5),
            persons: taken(0.25),
        };
        evaluation.groups.insert("layout=table".to_owned(), group);
        insta::assert_snapshot!(table(&evaluation, Some("german")));
        assert!(table(&evaluation, Some("elvish")).contains("no label has the origin elvish"));
        assert!(!table(&evaluation, None).contains("turkish"));
    }
}
