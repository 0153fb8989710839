//! The run over a folder of real files: `DECKNAME_OFFICE_DIR=… cargo test
//! --test office corpus -- --ignored --nocapture`. Prints counts, never text.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::time::Instant;

use deckname::document::{Document, SegmentKind};
use deckname::format::package::{self, Package};
use deckname::format::{self, ReadOptions};

use super::build::{edits, texts};

/// What became of the parts of all files in runs without edits.
#[derive(Default)]
struct Parts {
    same: usize,
    scrubbed: usize,
    dropped: usize,
    /// Parts that stayed byte for byte in a run without scrubbing.
    n_faithful: usize,
}

impl Parts {
    fn count(&mut self, before: &[u8], after: &[u8]) {
        let options = ReadOptions::default();
        let (Ok(before), Ok(after)) = (
            Package::open(before, &options),
            Package::open(after, &options),
        ) else {
            return;
        };
        for entry in before.entries() {
            match after.get(&entry.name) {
                Some(data) if *data == entry.data => self.same += 1,
                Some(_) => self.scrubbed += 1,
                None => self.dropped += 1,
            }
        }
    }
}

/// How many parts a file has, if a copy has the same parts byte for byte.
pub(crate) fn same_parts(before: &[u8], after: &[u8]) -> Result<usize, String> {
    let options = ReadOptions::default();
    let before = match Package::open(before, &options) {
        // A file with a password never comes back.
        Ok(package) if package.was_encrypted() => return Ok(0),
        Ok(package) => package,
        // A flat file is one part.
        Err(_) if before == after => return Ok(1),
        Err(_) => return Err("A FLAT FILE CHANGED WITHOUT SCRUBBING".to_owned()),
    };
    let after = Package::open(after, &options).unwrap();
    let (before, after) = (before.entries(), after.entries());
    let pairs = before.iter().zip(after);
    let changed = pairs
        .filter(|(a, b)| a.name != b.name || a.data != b.data)
        .count();
    if changed > 0 || before.len() != after.len() {
        return Err(format!("PARTS CHANGED WITHOUT SCRUBBING {changed}"));
    }
    Ok(before.len())
}

/// How one file went.
fn one(
    path: &Path,
    extension: &str,
    out: Option<&Path>,
    parts: &mut Parts,
) -> Result<(usize, usize), String> {
    let bytes = std::fs::read(path).unwrap();
    let options = ReadOptions::default();
    let failed = |error: deckname::Error| format!("{}: {error}", error.kind().code());
    let original = bytes.clone();
    let file = format::open(bytes, extension, &options).map_err(failed)?;
    let plain = file.rewrite(&[]).map_err(failed)?;
    parts.count(&original, &plain);
    let again =
        format::open(plain.clone(), extension, &options).map_err(|e| format!("REOPEN {e}"))?;
    let unscrubbed = ReadOptions {
        scrub: false,
        ..ReadOptions::default()
    };
    let file_as_is = format::open(original.clone(), extension, &unscrubbed).map_err(failed)?;
    let faithful = file_as_is.rewrite(&[]).map_err(failed)?;
    parts.n_faithful += same_parts(&original, &faithful)?;
    if texts(file.document()) != texts(again.document()) {
        return Err(format!(
            "TEXT CHANGED WITHOUT EDITS {}",
            first_difference(file.document(), again.document())
        ));
    }
    if again.rewrite(&[]).map_err(failed)? != plain {
        return Err("SECOND RUN DIFFERS".to_owned());
    }
    let words = words(file.document(), &original);
    let tokens: Vec<String> = (0..words.len()).map(|n| format!("[PERSON_{n}]")).collect();
    let pairs: Vec<(&str, &str)> = words
        .iter()
        .map(String::as_str)
        .zip(tokens.iter().map(String::as_str))
        .collect();
    let edits = edits(file.document(), &pairs);
    let copy = file.rewrite(&edits).map_err(|e| format!("EDIT {e}"))?;
    if let Some(out) = out {
        let name = path.file_name().unwrap();
        for (folder, bytes) in [("plain", &plain), ("edited", &copy)] {
            std::fs::create_dir_all(out.join(folder)).unwrap();
            std::fs::write(out.join(folder).join(name), bytes).unwrap();
        }
        let list = words.join("\n");
        let path = out.join("edited").join(name).with_extension("words");
        std::fs::write(path, list).unwrap();
    }
    let read = format::open(copy, extension, &options).map_err(|e| format!("REOPEN EDITED {e}"))?;
    let expected: Vec<String> = texts(file.document())
        .iter()
        .map(|t| plain_replace(t, &pairs))
        .collect();
    // A segment that became empty is no segment any more.
    let seen: Vec<String> = texts(read.document());
    let plain = |texts: &[String], document: &Document| -> Vec<String> {
        let all = texts.iter().zip(document.segments());
        all.filter(|(_, s)| !s.is_again())
            .map(|(t, _)| t.clone())
            .collect()
    };
    let (expected, seen) = (
        plain(&expected, file.document()),
        plain(&seen, read.document()),
    );
    if expected != seen {
        if std::env::var_os("DECKNAME_OFFICE_SHOW").is_some() {
            let at = expected.iter().zip(&seen).position(|(a, b)| a != b);
            let at = at.unwrap_or(expected.len().min(seen.len()));
            println!(
                "{} {}: {:?} {:?} {words:?}",
                expected.len(),
                seen.len(),
                expected.get(at),
                seen.get(at)
            );
        }
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

/// Words to replace: one that stands in several runs, where there is one, and
/// four others, spread over the file.
fn words(document: &Document, bytes: &[u8]) -> Vec<String> {
    let mut all: Vec<String> = document
        .segments()
        .iter()
        .flat_map(|s| s.text().split(|c: char| !c.is_alphabetic()))
        .filter(|w| (5..30).contains(&w.chars().count()) && !["https", "mailto"].contains(w))
        .map(str::to_owned)
        .collect();
    all.sort();
    all.dedup();
    // A sheet name that would get too long becomes a number, not what the
    // words say.
    let sheet = SegmentKind::Attribute { name: "sheet" };
    let sheets = document.segments().iter().filter(|s| *s.kind() == sheet);
    let sheets: String = sheets.map(|s| s.text().to_owned()).collect();
    all.retain(|word| !sheets.contains(word.as_str()));
    let written = package::unpack_all(bytes, &ReadOptions::default()).unwrap_or_default();
    let written: Vec<String> = written
        .iter()
        .map(|(_, data)| String::from_utf8_lossy(data).into_owned())
        .collect();
    let is_split = |word: &&String| !written.iter().any(|text| text.contains(word.as_str()));
    let split = all.iter().filter(|w| w.is_ascii()).find(is_split).cloned();
    let step = (all.len() / 5).max(1);
    let n = if split.is_some() { 4 } else { 5 };
    let mut chosen: Vec<String> = all.into_iter().step_by(step).take(n).collect();
    chosen.extend(split);
    chosen.sort();
    chosen.dedup();
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
    let mut parts = Parts::default();
    let (mut slowest, mut segments, mut n_edits) = (0.0_f64, 0, 0);
    let started = Instant::now();
    for path in &paths {
        let Some(extension) = path.extension().map(|e| e.to_string_lossy().to_lowercase()) else {
            continue;
        };
        let begin = Instant::now();
        let result = std::panic::catch_unwind(AssertUnwindSafe(|| {
            one(path, &extension, out.as_deref(), &mut parts)
        }));
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
        "parts: {} byte for byte the same, {} scrubbed, {} left out; without scrubbing {} the same",
        parts.same, parts.scrubbed, parts.dropped, parts.n_faithful
    );
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

#[test]
#[ignore = "needs a file in DECKNAME_OFFICE_FILE; measures one opening and two copies"]
fn speed() {
    let path =
        PathBuf::from(std::env::var_os("DECKNAME_OFFICE_FILE").expect("DECKNAME_OFFICE_FILE"));
    let extension = path.extension().unwrap().to_string_lossy().to_lowercase();
    let bytes = std::fs::read(&path).unwrap();
    let begin = Instant::now();
    let file = format::open(bytes, &extension, &ReadOptions::default()).unwrap();
    println!(
        "open {:.2} s, {} segments",
        begin.elapsed().as_secs_f64(),
        file.document().segments().len()
    );
    let begin = Instant::now();
    file.rewrite(&[]).unwrap();
    println!("copy {:.2} s", begin.elapsed().as_secs_f64());
    let words = words(file.document(), &[]);
    let pairs: Vec<(&str, &str)> = words.iter().map(|w| (w.as_str(), "[PERSON_1]")).collect();
    let edits = edits(file.document(), &pairs);
    let begin = Instant::now();
    let copy = file.rewrite(&edits).unwrap();
    println!(
        "copy with {} edits {:.2} s, {} bytes",
        edits.len(),
        begin.elapsed().as_secs_f64(),
        copy.len()
    );
}
