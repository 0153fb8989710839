//! The run over a folder of real files: `DECKNAME_OFFICE_DIR=… cargo test
//! --test office corpus -- --ignored --nocapture`. Prints counts, never text.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use deckname::document::Document;
use deckname::format::{self, ReadOptions};

use super::build::{edits, texts};

/// How one file went.
fn one(path: &Path, extension: &str, out: Option<&Path>) -> Result<(usize, usize), String> {
    let bytes = std::fs::read(path).unwrap();
    let options = ReadOptions::default();
    let failed = |error: deckname::Error| format!("{}: {error}", error.kind().code());
    let file = format::open(bytes, extension, &options).map_err(failed)?;
    let plain = file.rewrite(&[]).map_err(failed)?;
    let again =
        format::open(plain.clone(), extension, &options).map_err(|e| format!("REOPEN {e}"))?;
    if texts(file.document()) != texts(again.document()) {
        return Err(format!(
            "TEXT CHANGED WITHOUT EDITS {}",
            first_difference(file.document(), again.document())
        ));
    }
    if again.rewrite(&[]).map_err(failed)? != plain {
        return Err("SECOND RUN DIFFERS".to_owned());
    }
    let words = words(file.document());
    let pairs: Vec<(&str, &str)> = words.iter().map(|w| (w.as_str(), "Qx")).collect();
    let edits = edits(file.document(), &pairs);
    let copy = file.rewrite(&edits).map_err(|e| format!("EDIT {e}"))?;
    if let Some(out) = out {
        let name = path.file_name().unwrap();
        std::fs::write(out.join(name), &copy).unwrap();
        let list = words.join("\n");
        std::fs::write(out.join(name).with_extension("words"), list).unwrap();
    }
    let read = format::open(copy, extension, &options).map_err(|e| format!("REOPEN EDITED {e}"))?;
    let expected: Vec<String> = texts(file.document())
        .iter()
        .map(|t| plain_replace(t, &pairs))
        .collect();
    // A segment that became empty is no segment any more.
    let seen: Vec<String> = texts(read.document());
    if expected
        .iter()
        .zip(file.document().segments())
        .filter(|(_, s)| !s.is_again())
        .map(|(t, _)| t)
        .ne(seen
            .iter()
            .zip(read.document().segments())
            .filter(|(_, s)| !s.is_again())
            .map(|(t, _)| t))
    {
        return Err("EDITED TEXT DIFFERS".to_owned());
    }
    Ok((file.document().segments().len(), edits.len()))
}

fn first_difference(a: &Document, b: &Document) -> String {
    let (ta, tb) = (texts(a), texts(b));
    let at = ta
        .iter()
        .zip(&tb)
        .position(|(x, y)| x != y)
        .unwrap_or(ta.len().min(tb.len()));
    format!(
        "{} vs {}, at {:?}",
        ta.len(),
        tb.len(),
        a.segments().get(at)
    )
}

/// Words to replace: up to five, spread over the file.
fn words(document: &Document) -> Vec<String> {
    let mut all: Vec<String> = document
        .segments()
        .iter()
        .flat_map(|s| s.text().split(|c: char| !c.is_alphabetic()))
        .filter(|w| (5..30).contains(&w.chars().count()))
        .map(str::to_owned)
        .collect();
    all.sort();
    all.dedup();
    let step = (all.len() / 5).max(1);
    let mut chosen: Vec<String> = all.into_iter().step_by(step).take(5).collect();
    chosen.sort_by_key(|w| std::cmp::Reverse(w.len()));
    chosen
}

fn plain_replace(text: &str, pairs: &[(&str, &str)]) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        match pairs.iter().find(|(w, _)| rest.starts_with(w)) {
            Some((w, with)) => {
                out.push_str(with);
                rest = &rest[w.len()..];
            }
            None => {
                out.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    out
}

#[test]
#[ignore = "needs a folder of real files in DECKNAME_OFFICE_DIR"]
fn corpus() {
    let root = PathBuf::from(std::env::var_os("DECKNAME_OFFICE_DIR").expect("DECKNAME_OFFICE_DIR"));
    let out = std::env::var_os("DECKNAME_OFFICE_OUT").map(PathBuf::from);
    let mut paths: Vec<PathBuf> = std::fs::read_dir(&root)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    paths.sort();
    let mut counts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let (mut slowest, mut segments, mut n_edits) = (0.0_f64, 0, 0);
    let started = Instant::now();
    for path in &paths {
        let Some(extension) = path.extension().map(|e| e.to_string_lossy().to_lowercase()) else {
            continue;
        };
        let begin = Instant::now();
        let result = std::panic::catch_unwind(|| one(path, &extension, out.as_deref()));
        slowest = slowest.max(begin.elapsed().as_secs_f64());
        let key = match result {
            Ok(Ok((s, e))) => {
                segments += s;
                n_edits += e;
                "delivered".to_owned()
            }
            Ok(Err(reason)) => reason,
            Err(_) => "PANIC".to_owned(),
        };
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        counts.entry(key).or_default().push(name);
    }
    for (key, names) in &counts {
        println!("{:5}  {key}", names.len());
        if key != "delivered" {
            for name in names.iter().take(6) {
                println!("         {name}");
            }
        }
    }
    println!(
        "{} files, {segments} segments, {n_edits} edits, slowest {slowest:.2} s, all {:.1} s",
        paths.len(),
        started.elapsed().as_secs_f64()
    );
    assert!(
        !counts
            .keys()
            .any(|k| k.chars().next().is_some_and(char::is_uppercase)),
        "see above"
    );
}
