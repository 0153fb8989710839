//! How often verification would refuse a file for its format's own words:
//! `DECKNAME_DOCS=folder DECKNAME_NAMES=list` searches names that do not stand
//! in a document's text in all its bytes.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::too_many_lines,
    reason = "a test may fail loudly"
)]

use deckname::format::{self, ReadOptions};
use deckname::verify::{Needles, check_bytes};

/// One of the names that are found, by halving.
fn culprit<'a>(copy: &[u8], names: &[&'a str]) -> Option<&'a str> {
    let mut names = names;
    while names.len() > 1 {
        let (left, right) = names.split_at(names.len() / 2);
        let mut needles = Needles::new();
        left.iter().for_each(|name| needles.part(name, false));
        let in_left = check_bytes(copy, &needles).is_err();
        names = if in_left { left } else { right };
    }
    names.first().copied()
}

#[test]
fn names_that_are_not_there() {
    let (Ok(folder), Ok(list)) = (
        std::env::var("DECKNAME_DOCS"),
        std::env::var("DECKNAME_NAMES"),
    ) else {
        return;
    };
    let names = std::fs::read_to_string(list).unwrap();
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    let (mut n, mut alarms, mut millis) = (0, 0, 0);
    for path in paths {
        let extension = path
            .extension()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let bytes = std::fs::read(&path).unwrap();
        let show = |stage: &str| {
            if std::env::var("DECKNAME_SHOW").is_ok() {
                println!("{stage} {}", path.display());
            }
        };
        show("open");
        let Ok(file) = format::open(bytes.clone(), &extension, &ReadOptions::default()) else {
            continue;
        };
        // The copy of a file in which nothing was found: cleaned, not changed.
        show("rewrite");
        let Ok(copy) = file.rewrite(&[]) else {
            continue;
        };
        let Ok(file) = format::open(copy.clone(), &extension, &ReadOptions::default()) else {
            continue;
        };
        let text: Vec<String> = file
            .document()
            .segments()
            .iter()
            .map(|s| s.text().to_lowercase())
            .collect();
        let text = text.join("\n");
        let absent: Vec<&str> = names
            .lines()
            .filter(|name| !text.contains(&name.to_lowercase()))
            .collect();
        let mut needles = Needles::new();
        absent.iter().for_each(|name| needles.part(name, false));
        n += 1;
        show("check");
        let start = std::time::Instant::now();
        let result = check_bytes(&copy, &needles);
        millis += start.elapsed().as_millis();
        if start.elapsed().as_secs() > 2 {
            println!(
                "SLOW {} {} bytes {:?}",
                path.display(),
                copy.len(),
                start.elapsed()
            );
        }
        if let Err(error) = result {
            alarms += 1;
            let found = culprit(&copy, &absent);
            println!(
                "ALARM {} {error} {found:?}",
                path.file_name().unwrap().to_string_lossy()
            );
        }
    }
    println!("{n} documents, {alarms} alarms, {millis} ms");
}
