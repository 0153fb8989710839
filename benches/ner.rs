//! Speed of the name model by itself, over the samples: tokens a second, and a second
//! of processor time, with one thread and with two, window by window as the program runs it.
//!
//! `cargo bench --bench ner`, or `benches/ner_figures.sh`, which also runs ONNX
//! Runtime on the same file and the same windows (`ner_peer.py`) and prints the
//! ratio. A plain harness: what counts is the ratio of two programs that take
//! turns, so each run is short and prints one line a setting.
//!
//! `DECKNAME_WINDOWS=FILE` writes the windows there as JSON; `DECKNAME_PASSES=N`
//! sets the passes over them (3); `DECKNAME_THREADS=N` measures that number only.

#![allow(
    missing_docs,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench may stop at any trouble, and prints"
)]

use std::path::Path;
use std::time::Instant;

use deckname::detect::ner::Ner;
use deckname::document::{Document, Location, Segment, SegmentKind};
use deckname::evaluate;

fn main() {
    let started = Instant::now();
    let ner = Ner::embedded().unwrap();
    println!("load and self-test: {} ms", started.elapsed().as_millis());
    let windows: Vec<Vec<u32>> = texts()
        .iter()
        .flat_map(|text| ner.windows(&document(text)).unwrap())
        .collect();
    let n_tokens: usize = windows.iter().map(Vec::len).sum();
    println!("{} windows, {n_tokens} tokens", windows.len());
    if let Ok(path) = std::env::var("DECKNAME_WINDOWS") {
        let mut file = std::fs::File::create(path).unwrap();
        serde_json::to_writer(&mut file, &windows).unwrap();
    }
    let number = |name: &str| {
        let value = std::env::var(name).ok()?;
        Some(value.parse::<usize>().expect("a number"))
    };
    let n_passes = number("DECKNAME_PASSES").unwrap_or(3);
    let settings = number("DECKNAME_THREADS").map_or_else(|| vec![1, 2], |only| vec![only]);
    for n_threads in settings {
        let (mut speeds, mut cpu_speeds) = (Vec::new(), Vec::new());
        let mut sum = 0.0;
        for _ in 0..n_passes {
            let (started, ticks) = (Instant::now(), cpu_ticks());
            sum = pass(&ner, &windows, n_threads);
            let micros = started.elapsed().as_micros().max(1);
            speeds.push(u128::try_from(n_tokens).unwrap() * 1_000_000 / micros);
            cpu_speeds.push(n_tokens as u64 * 100 / (cpu_ticks() - ticks).max(1));
        }
        speeds.sort_unstable();
        cpu_speeds.sort_unstable();
        let (median, cpu_median) = (speeds[n_passes / 2], cpu_speeds[n_passes / 2]);
        println!(
            "rten threads={n_threads} tokens/s={median} tokens/cpu-s={cpu_median} all={speeds:?} sum={sum:.1}"
        );
    }
}

/// One pass over all windows; every thread takes the next one that is left.
fn pass(ner: &Ner, windows: &[Vec<u32>], n_threads: usize) -> f64 {
    let next = std::sync::atomic::AtomicUsize::new(0);
    let work = || {
        let mut sum = 0.0;
        while let Some(ids) = windows.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed)) {
            let logits = ner.logits(&[ids]).unwrap();
            sum += logits.iter().flatten().map(|x| f64::from(*x)).sum::<f64>();
        }
        sum
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..n_threads).map(|_| scope.spawn(work)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .sum()
    })
}

/// Hundredths of a second of processor time so far (Linux; elsewhere 0). On a
/// machine that does other things too, it tells more than the clock.
fn cpu_ticks() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks = fields.split_whitespace().skip(11).take(2);
    ticks.filter_map(|field| field.parse::<u64>().ok()).sum()
}

/// The labelled samples: letters, tables, minutes, mail.
fn texts() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let mut texts = Vec::new();
    for folder in ["labels", "floor"] {
        for entry in walkdir::WalkDir::new(root.join(folder)).sort_by_file_name() {
            let path = entry.unwrap().into_path();
            if path
                .extension()
                .is_some_and(|extension| extension == "jsonl")
            {
                let gold = evaluate::read(&std::fs::read(path).unwrap()).unwrap();
                texts.extend(gold.into_iter().map(|gold| gold.text));
            }
        }
    }
    assert!(texts.len() > 50, "{} texts", texts.len());
    texts
}

fn document(text: &str) -> Document {
    let mut document = Document::new();
    document.push(Segment::new(
        SegmentKind::Paragraph,
        text,
        Location::new("text"),
    ));
    document
}
