//! Runs the PDF format over a folder of real files, with some words of each
//! file as mentions, and prints what became of them. Not part of the suite:
//!
//! `DECKNAME_PDF_DIR=… [DECKNAME_PDF_OUT=…] [DECKNAME_PDF_WORDS=6 | DECKNAME_PDF_MENTIONS='A|B'] cargo test --test pdf_corpus -- --ignored --nocapture`

#![allow(
    clippy::unwrap_used,
    clippy::too_many_lines,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a tool for people at a terminal"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Instant;

use deckname::document::{Document, Edit};
use deckname::format::pdf::{Pdf, second_reader, streams};
use deckname::format::{Format, ReadOptions};

fn words(document: &Document) -> Vec<String> {
    if let Ok(given) = std::env::var("DECKNAME_PDF_MENTIONS") {
        return given.split('|').map(str::to_owned).collect();
    }
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
        let text = text.text().replace('\n', " ");
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
    let twice = Pdf
        .open(bytes.clone(), &ReadOptions::default())
        .and_then(|open| open.rewrite(&[]));
    match twice {
        Ok(twice) if twice == bytes => {}
        Ok(_) => left.push("(twice differs)".to_owned()),
        Err(error) => left.push(format!("(twice fails: {})", error.what())),
    }
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

/// Processor time of this thread so far, in seconds.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let ns = stat.split(' ').next().and_then(|ns| ns.parse::<f64>().ok());
    ns.unwrap_or(0.0) / 1e9
}

/// A figure of this process in kB, as the kernel names it.
fn memory(name: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|line| line.split_whitespace().nth(1));
    number.and_then(|n| n.parse().ok()).unwrap_or(0.0)
}

/// Speed and memory, file by file: `pdf_speed.tsv` in the folder named by
/// `DECKNAME_PDF_OUT` lists name, bytes, pages, seconds to open, seconds to
/// rewrite, and the peak of memory above the start in kB.
#[test]
#[ignore = "needs a folder of files, named by DECKNAME_PDF_DIR"]
fn speed_and_memory() {
    let folder = PathBuf::from(std::env::var("DECKNAME_PDF_DIR").unwrap());
    let out = PathBuf::from(std::env::var("DECKNAME_PDF_OUT").unwrap());
    let mut files: Vec<PathBuf> = walk(&folder);
    files.sort();
    let mut table = String::new();
    let (mut n_pages, mut reading, mut writing) = (0, 0.0, 0.0);
    for path in &files {
        let input = std::fs::read(path).unwrap();
        let size = input.len();
        // Sets the peak back to what is in use now.
        drop(
            std::fs::OpenOptions::new()
                .write(true)
                .open("/proc/self/clear_refs")
                .and_then(|mut file| std::io::Write::write_all(&mut file, b"5")),
        );
        let before = memory("VmRSS");
        let start = cpu();
        let Ok(open) = Pdf.open(input, &ReadOptions::default()) else {
            continue;
        };
        let opened = cpu();
        let edits = edits(open.document(), &words(open.document()));
        let ready = cpu();
        let Ok(bytes) = open.rewrite(&edits) else {
            continue;
        };
        let done = cpu();
        let peak = memory("VmHWM") - before;
        let pages = lopdf::Document::load_mem(&bytes).unwrap().get_pages().len();
        n_pages += pages;
        reading += opened - start;
        writing += done - ready;
        table.push_str(&format!(
            "{}\t{size}\t{pages}\t{:.4}\t{:.4}\t{peak}\n",
            path.file_name().unwrap().display(),
            opened - start,
            done - ready,
        ));
    }
    std::fs::File::create(out.join("pdf_speed.tsv"))
        .and_then(|mut file| std::io::Write::write_all(&mut file, table.as_bytes()))
        .unwrap();
    println!("{n_pages} pages, {reading:.2} s reading, {writing:.2} s rewriting");
}

/// Damages real files at random (but the same way every time): no panic, no hang.
#[test]
#[ignore = "needs a folder of files, named by DECKNAME_PDF_DIR"]
fn damaged_real_files() {
    let folder = PathBuf::from(std::env::var("DECKNAME_PDF_DIR").unwrap());
    let n = std::env::var("DECKNAME_PDF_DAMAGED").map_or(2000, |n| n.parse().unwrap());
    let mut files: Vec<PathBuf> = walk(&folder);
    files.sort();
    files.retain(|path| std::fs::metadata(path).is_ok_and(|data| data.len() < 300_000));
    let mut seed = 0x9E37_79B9_7F4A_7C15_u64;
    let mut random = |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed % u64::try_from(below.max(1)).unwrap()).unwrap()
    };
    let (mut n_panics, mut n_delivered, mut slowest) = (0, 0, 0.0_f64);
    for round in 0..n {
        let path = &files[random(files.len())];
        let mut bytes = std::fs::read(path).unwrap();
        match round % 4 {
            0 => bytes.truncate(random(bytes.len())),
            1 => {
                for _ in 0..20 {
                    let at = random(bytes.len());
                    if let Some(byte) = bytes.get_mut(at) {
                        *byte ^= 1 << random(8);
                    }
                }
            }
            2 => {
                let (from, to, len) = (random(bytes.len()), random(bytes.len()), random(4000));
                let part = bytes
                    .iter()
                    .skip(from)
                    .take(len)
                    .copied()
                    .collect::<Vec<_>>();
                bytes.splice(to..to, part);
            }
            _ => {
                let digits: Vec<usize> = (0..bytes.len())
                    .filter(|i| bytes[*i].is_ascii_digit())
                    .collect();
                for _ in 0..10 {
                    let at = digits.get(random(digits.len())).copied().unwrap_or(0);
                    if let Some(byte) = bytes.get_mut(at) {
                        *byte = b"0123456789"[random(10)];
                    }
                }
            }
        }
        let start = Instant::now();
        let result = std::panic::catch_unwind(|| {
            Pdf.open(bytes, &ReadOptions::default())
                .and_then(|open| open.rewrite(&edits(open.document(), &words(open.document()))))
                .is_ok()
        });
        let seconds = start.elapsed().as_secs_f64();
        if seconds > 3.0 {
            println!("{seconds:.1} s  round {round} {}", path.display());
        }
        slowest = slowest.max(seconds);
        match result {
            Ok(delivered) => n_delivered += usize::from(delivered),
            Err(_) => {
                println!("PANIC round {round} {}", path.display());
                n_panics += 1;
            }
        }
    }
    println!(
        "{n} damaged files: {n_panics} panics, {n_delivered} delivered, slowest {slowest:.1} s"
    );
}
