//! Runs the PDF format over a folder of real files, with some words of each
//! file as mentions, and prints what became of them. Not part of the suite:
//!
//! `DECKNAME_PDF_DIR=… [DECKNAME_PDF_OUT=…] [DECKNAME_PDF_WORDS=6] cargo test --test pdf_corpus -- --ignored --nocapture`

#![allow(
    clippy::unwrap_used,
    clippy::too_many_lines,
    clippy::print_stdout,
    reason = "a tool for people at a terminal"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Instant;

use deckname::document::{Document, Edit};
use deckname::format::pdf::{Pdf, second_reader, streams};
use deckname::format::{Format, ReadOptions};

fn words(document: &Document) -> Vec<String> {
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    for segment in document.segments() {
        for word in segment.text().split(|c: char| !c.is_alphabetic()) {
            let capital = word.chars().next().is_some_and(char::is_uppercase);
            let rest = word.chars().skip(1).all(char::is_lowercase);
            if capital && rest && (5..16).contains(&word.chars().count()) {
                *found.entry(word.to_owned()).or_default() += 1;
            }
        }
    }
    let all: Vec<String> = found.into_keys().collect();
    let n = std::env::var("DECKNAME_PDF_WORDS").map_or(6, |n| n.parse().unwrap());
    let step = (all.len() / n.max(1)).max(1);
    all.into_iter().step_by(step).take(n).collect()
}

fn edits(document: &Document, words: &[String]) -> Vec<Edit> {
    let mut out = Vec::new();
    for (segment, text) in document.segments().iter().enumerate() {
        let text = text.text();
        for (n, word) in words.iter().enumerate() {
            for (start, _) in text.match_indices(word.as_str()) {
                let span = document.span(segment, start, start + word.len()).unwrap();
                let clash = out.iter().any(|edit: &Edit| edit.span.overlaps(span));
                if !clash {
                    out.push(Edit {
                        span,
                        with: format!("[PERSON_{}]", n + 1),
                    });
                }
            }
        }
    }
    out
}

struct Outcome {
    status: String,
    left: Vec<String>,
    n_edits: usize,
    n_pages: usize,
}

fn run(path: &PathBuf, out: Option<&PathBuf>) -> Outcome {
    let input = std::fs::read(path).unwrap();
    let fail = |stage: &str, error: &deckname::Error| Outcome {
        status: format!("{stage} {}: {}", error.kind().code(), error.what()),
        left: Vec::new(),
        n_edits: 0,
        n_pages: 0,
    };
    if !Pdf.accepts(&input, "pdf") {
        return Outcome {
            status: "not accepted".into(),
            left: vec![],
            n_edits: 0,
            n_pages: 0,
        };
    }
    let open = match Pdf.open(input, &ReadOptions::default()) {
        Ok(open) => open,
        Err(error) => return fail("open", &error),
    };
    let words = words(open.document());
    let edits = edits(open.document(), &words);
    let bytes = match open.rewrite(&edits) {
        Ok(bytes) => bytes,
        Err(error) => {
            if std::env::var("DECKNAME_PDF_WHY").is_ok() {
                println!(
                    "  {} edits, {} chars",
                    edits.len(),
                    open.document().n_chars()
                );
            }
            return fail("rewrite", &error);
        }
    };
    let mut left = Vec::new();
    let read = second_reader(&bytes).unwrap();
    let raw = streams(&bytes).unwrap();
    for word in &words {
        if read.iter().any(|text| text.contains(word.as_str())) {
            left.push(format!("{word} (reader)"));
        }
        let content = |stream: &&Vec<u8>| memchr::memmem::find(stream, b" Tf").is_some();
        let needle = word.as_bytes();
        if raw
            .iter()
            .filter(content)
            .any(|s| memchr::memmem::find(s, needle).is_some())
        {
            left.push(format!("{word} (stream)"));
        }
    }
    if let Some(out) = out {
        let name = path.file_name().unwrap();
        std::fs::File::create(out.join(name))
            .and_then(|mut file| std::io::Write::write_all(&mut file, &bytes))
            .unwrap();
        let shown = open.document().segments().iter().map(|segment| {
            let again = if segment.is_again() { "~ " } else { "" };
            format!("{again}{}\n\n", segment.text())
        });
        let text: String = shown.collect();
        std::fs::File::create(out.join(name).with_extension("txt"))
            .and_then(|mut file| std::io::Write::write_all(&mut file, text.as_bytes()))
            .unwrap();
        let listed = out.join(name).with_extension("words");
        std::fs::File::create(listed)
            .and_then(|mut file| std::io::Write::write_all(&mut file, words.join("\n").as_bytes()))
            .unwrap();
    }
    let pages: BTreeSet<String> = open
        .document()
        .segments()
        .iter()
        .map(|s| format!("{:?}", s.location().part()))
        .collect();
    Outcome {
        status: "delivered".into(),
        left,
        n_edits: edits.len(),
        n_pages: pages.len(),
    }
}

#[test]
#[ignore = "needs a folder of files, named by DECKNAME_PDF_DIR"]
fn a_folder_of_real_files() {
    let folder = PathBuf::from(std::env::var("DECKNAME_PDF_DIR").unwrap());
    let out = std::env::var("DECKNAME_PDF_OUT").ok().map(PathBuf::from);
    let mut files: Vec<PathBuf> = walk(&folder);
    files.sort();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let (mut n_left, mut n_edits, mut slowest) = (0, 0, 0.0_f64);
    for path in &files {
        let start = Instant::now();
        let caught = std::panic::catch_unwind(|| run(path, out.as_ref()));
        let seconds = start.elapsed().as_secs_f64();
        slowest = slowest.max(seconds);
        let outcome = caught.unwrap_or(Outcome {
            status: "PANIC".into(),
            left: vec![],
            n_edits: 0,
            n_pages: 0,
        });
        n_left += outcome.left.len();
        n_edits += outcome.n_edits;
        *counts.entry(outcome.status.clone()).or_default() += 1;
        println!(
            "{seconds:7.2} s  {:60} {} {} {:?}",
            path.strip_prefix(&folder).unwrap_or(path).display(),
            outcome.status,
            outcome.n_pages,
            outcome.left
        );
    }
    println!(
        "{} files, {n_edits} edits, {n_left} words left, slowest {slowest:.1} s",
        files.len()
    );
    for (status, n) in counts {
        println!("{n:6}  {status}");
    }
}

fn walk(folder: &PathBuf) -> Vec<PathBuf> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            out.extend(walk(&path));
        } else if path
            .extension()
            .is_some_and(|e| e.eq_ignore_ascii_case("pdf"))
        {
            out.push(path);
        }
    }
    out
}
