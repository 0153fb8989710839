//! `deckname models compare`: two models on the same labelled texts.
//!
//! The figures are those of `deckname evaluate`. Speed is measured by turns, a
//! part of the windows each, so that whatever else the machine does hits both.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Args as ClapArgs;

use super::evaluate::percent;
use super::models::open;
use super::print;
use crate::detect::allowed::Allowed;
use crate::detect::ner::Ner;
use crate::document::{Document, Location, Segment, SegmentKind};
use crate::error::Result;
use crate::evaluate::{Evaluation, Figures, Gold, Subject, evaluate, read};
use crate::format::ReadOptions;
use crate::fs;
use crate::pipeline::Pipeline;
use crate::policy::Policy;

/// Largest gold file, in bytes.
const MAX_GOLD: u64 = 1 << 30;
/// Turns that each model has when speed is measured.
const N_TURNS: usize = 5;
/// How long a turn may take.
const TURN: Duration = Duration::from_secs(2);

/// `deckname models compare`
#[derive(Clone, Debug, ClapArgs)]
pub struct Compare {
    /// A name from the list, a folder, or `embedded`.
    #[arg(value_name = "MODEL")]
    pub one: PathBuf,
    /// The other model.
    #[arg(value_name = "MODEL")]
    pub other: PathBuf,
    /// Labelled texts, as for `deckname evaluate`. May be given more than once.
    #[arg(long, value_name = "FILE", required = true)]
    pub gold: Vec<PathBuf>,
    /// Measure the models by themselves, without rules.
    #[arg(long)]
    pub model_only: bool,
    /// Also tokens a second of both, by turns.
    #[arg(long)]
    pub speed: bool,
    /// JSON instead of a table; it holds everything that `evaluate` knows.
    #[arg(long)]
    pub json: bool,
}

/// What one turn took.
pub(super) struct Pass {
    n_tokens: u32,
    took: Duration,
}

impl Pass {
    pub(super) fn tokens_a_second(&self) -> f64 {
        f64::from(self.n_tokens) / self.took.as_secs_f64().max(1e-9)
    }
}

/// # Errors
/// If a model does not load, or a file is no labelled text.
pub(super) fn run(args: &Compare) -> Result<()> {
    let mut gold = Vec::new();
    for path in &args.gold {
        gold.extend(read(&fs::read(path, MAX_GOLD)?)?);
    }
    // Both must load before either works for minutes.
    let (one, other) = (open(&args.one)?, open(&args.other)?);
    let names = [one.model_name().to_owned(), other.model_name().to_owned()];
    let speeds = if args.speed {
        Some(by_turns(&one, &other, &gold)?)
    } else {
        None
    };
    let both = [
        measured(one, args.model_only, &gold)?,
        measured(other, args.model_only, &gold)?,
    ];
    if args.json {
        let tokens_a_second = speeds.map(|(one, other)| [one, other]);
        let value = serde_json::json!({
            "models": names,
            "evaluations": both,
            "tokens_a_second": tokens_a_second,
        });
        return print(format!("{value:#}\n").as_bytes());
    }
    print(table(&names, &both, speeds).as_bytes())
}

fn measured(ner: Ner, alone: bool, gold: &[Gold]) -> Result<Evaluation> {
    if alone {
        return evaluate(&Subject::Recognizer(&ner), gold);
    }
    let mut recognizers = crate::detect::standard()?;
    recognizers.push(Box::new(ner));
    let pipeline = Pipeline::new(recognizers, Policy::default(), ReadOptions::default())
        .with_allowed(Allowed::new(Vec::new(), true)?);
    evaluate(&Subject::Pipeline(&pipeline), gold)
}

/// The windows that a model makes of a text.
pub(super) fn windows(ner: &Ner, text: &str) -> Result<Vec<Vec<u32>>> {
    let mut document = Document::new();
    let place = Location::new("speed");
    document.push(Segment::new(SegmentKind::Paragraph, text, place));
    ner.windows(&document)
}

/// Windows through a model, some at a time, until all are through or time is up.
pub(super) fn pass(ner: &Ner, windows: &[Vec<u32>], most: Duration) -> Result<Pass> {
    let started = Instant::now();
    let mut n_tokens = 0;
    for part in windows.chunks(16) {
        let ids: Vec<&[u32]> = part.iter().map(Vec::as_slice).collect();
        ner.logits(&ids)?;
        n_tokens += part.iter().map(Vec::len).sum::<usize>();
        if started.elapsed() >= most {
            break;
        }
    }
    Ok(Pass {
        n_tokens: u32::try_from(n_tokens).unwrap_or(u32::MAX),
        took: started.elapsed(),
    })
}

/// Tokens a second of two models: medians of turns.
fn by_turns(one: &Ner, other: &Ner, gold: &[Gold]) -> Result<(f64, f64)> {
    let text: Vec<&str> = gold.iter().map(|gold| gold.text.as_str()).collect();
    let text = text.join("\n");
    let (for_one, for_other) = (windows(one, &text)?, windows(other, &text)?);
    let (mut ones, mut others) = (Vec::new(), Vec::new());
    for _ in 0..N_TURNS {
        ones.push(pass(one, &for_one, TURN)?.tokens_a_second());
        others.push(pass(other, &for_other, TURN)?.tokens_a_second());
    }
    Ok((median(ones), median(others)))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

fn table(names: &[String; 2], both: &[Evaluation; 2], speeds: Option<(f64, f64)>) -> String {
    let ([one, other], [name_a, name_b]) = (both, names);
    let mut lines = vec![
        format!("A: {name_a}\nB: {name_b}"),
        format!(
            "{} documents, {} words; with a direct identifier not taken whole: A {}, B {}",
            one.documents, one.words, one.documents_with_a_miss, other.documents_with_a_miss
        ),
        format!(
            "{:<24} {:>5} | taken    A     B   B-A | right    A     B   B-A | strict F1 A     B   B-A | false in 1,000 words A      B",
            "type", "gold"
        ),
    ];
    let types = one
        .types
        .iter()
        .map(|(name, figures)| (*name, Some(figures), other.types.get(name)));
    let new = other
        .types
        .iter()
        .filter(|(name, _)| !one.types.contains_key(*name));
    let new = new.map(|(name, figures)| (*name, None, Some(figures)));
    let all = std::iter::once(("ALL", one.all.as_ref(), other.all.as_ref()));
    for (name, a, b) in types.chain(new).chain(all) {
        lines.push(row(name, a, b));
    }
    if let Some((a, b)) = speeds {
        lines.push(format!(
            "tokens a second, by turns: A {a:.0}, B {b:.0}, B/A {:.2}",
            b / a.max(1e-9)
        ));
    }
    lines.push(String::new());
    lines.join("\n")
}

fn row(name: &str, a: Option<&Figures>, b: Option<&Figures>) -> String {
    let pair = |value: fn(&Figures) -> f64| {
        let (a, b) = (a.map(value), b.map(value));
        let one = |value: Option<f64>| value.map_or_else(|| "    –".to_owned(), percent);
        let apart = a.zip(b).map(|(a, b)| (b - a) * 100.0);
        let apart = apart.map_or_else(|| "    –".to_owned(), |points| format!("{points:+5.1}"));
        format!("{} {} {apart}", one(a), one(b))
    };
    let gold = a.or(b).map_or(0, |figures| figures.counts.gold);
    let noise = |figures: Option<&Figures>| figures.map_or(0.0, |f| f.false_per_1000_words);
    format!(
        "{name:<24} {gold:>5} |    {} |    {} |       {} | {:>20.2} {:>6.2}",
        pair(|figures| figures.taken),
        pair(|figures| figures.right),
        pair(|figures| figures.f1),
        noise(a),
        noise(b),
    )
}
