//! `deckname evaluate`: precision and recall on labelled texts.

use super::args::Evaluate;
use super::{print, recognizers, say};
use crate::detect::allowed::Allowed;
use crate::evaluate::{Evaluation, Figures, Subject, evaluate, read};
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
        print(table(&evaluation).as_bytes())?;
    }
    Ok(true)
}

fn table(evaluation: &Evaluation) -> String {
    let mut lines = vec![
        format!(
            "{} documents, {} words; {} documents with a direct identifier not taken whole",
            evaluation.documents, evaluation.words, evaluation.documents_with_a_miss
        ),
        "type                     gold claimed |  P     R     F1    F2   strict | taken  (95 %)        right  (95 %)".to_owned(),
    ];
    let all = evaluation.all.iter().map(|figures| ("ALL", figures));
    for (name, figures) in evaluation
        .types
        .iter()
        .map(|(name, figures)| (*name, figures))
        .chain(all)
    {
        lines.push(row(name, figures));
    }
    lines.push("characters of direct identifiers taken, by group:".to_owned());
    for (group, taken) in &evaluation.groups {
        lines.push(format!("  {group:<28} {:6.2}", taken * 100.0));
    }
    lines.push(String::new());
    lines.join("\n")
}

fn row(name: &str, figures: &Figures) -> String {
    let f = figures;
    let percent = |value: f64| format!("{:5.1}", value * 100.0);
    let interval = |(low, high): (f64, f64)| format!("({}–{})", percent(low), percent(high));
    format!(
        "{name:<24} {:>4} {:>7} | {} {} {} {}        | {} {} {} {}",
        f.counts.gold,
        f.counts.claimed,
        percent(f.precision),
        percent(f.recall),
        percent(f.f1),
        percent(f.f2),
        percent(f.taken),
        interval(f.taken_interval),
        percent(f.right),
        interval(f.right_interval),
    )
}
