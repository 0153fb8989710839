//! Reasons that a report may show have a German form. The finder reads the
//! sources: every sentence that is handed to an error of a kind that fails one
//! file (fatal kinds end the run and stand on the terminal only).

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may stop at the first surprise"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use deckname::report;
use regex::Regex;

/// Rooms whose errors reach a report.
const ROOMS: &[&str] = &["batch", "detect", "format", "pipeline", "verify", "fs.rs"];

/// Of a hundred sentences this many may wait for their German form: the report
/// shows them in English, in quotation marks.
const MOST_OWED: usize = 10;

#[test]
fn reasons_have_a_german_form() {
    let sentences = sentences();
    assert!(
        sentences.len() > 80,
        "only {} sentences seen",
        sentences.len()
    );
    let owed: Vec<_> = sentences
        .iter()
        .filter(|(_, sentence)| report::german(&filled(sentence)).is_none())
        .collect();
    assert!(
        owed.len() * 100 <= sentences.len() * MOST_OWED,
        "{} of {} sentences have no German form (src/report/german.tsv): {owed:#?}",
        owed.len(),
        sentences.len()
    );
}

#[test]
fn places_have_a_german_form() {
    let mut owed = BTreeSet::new();
    let mut n = 0;
    let call = Regex::new(r#"Location::new\(\s*"([^"]+)"\s*\)"#).unwrap();
    for (_, text) in sources() {
        for found in call.captures_iter(&text) {
            n += 1;
            let place = report::Place {
                part: found[1].to_owned().into(),
                numbers: [0; 4],
            };
            // Some words are the same in both languages.
            let same = ["text", "x", "layout"].contains(&&found[1]);
            let german = report::place(&place, deckname::token::Language::De);
            if german == found[1] && !same {
                owed.insert(german);
            }
        }
    }
    assert!(n >= 10, "only {n} places seen");
    assert!(
        owed.len() <= 5,
        "no German word in src/report/german.tsv: {owed:?}"
    );
}

/// Sentences with the file that says them.
fn sentences() -> BTreeSet<(String, String)> {
    let call = Regex::new(
        r#"(?x)
        \b(?: Error::new | Error::io | writing | refused | broken | limit | internal )
        \( \s* (?: ErrorKind::(\w+) , \s* )? (?: format!\( \s* )?
        " ( (?: [^"\\] | \\. )* ) " "#,
    )
    .unwrap();
    let fatal = ["Settings", "Store", "Key", "Model"];
    let mut found = BTreeSet::new();
    for (path, text) in sources() {
        let room = path.split('/').next().unwrap().trim_end_matches(".rs");
        let wanted = |name: &str| name.trim_end_matches(".rs") == room;
        if !ROOMS.iter().any(|name| wanted(name)) {
            continue;
        }
        for hit in call.captures_iter(&text) {
            let kind = hit.get(1).map_or("", |kind| kind.as_str());
            if !fatal.contains(&kind) {
                found.insert((path.clone(), hit[2].to_owned()));
            }
        }
    }
    found
}

/// The sentence with something in its gaps. What was being done is told with a
/// cause behind it.
fn filled(sentence: &str) -> String {
    let gap = Regex::new(r"\{[^}]*\}").unwrap();
    let full = gap.replace_all(sentence, "7").into_owned();
    let doing = full
        .split(' ')
        .next()
        .is_some_and(|word| word.ends_with("ing"));
    if doing && full == sentence {
        format!("{full}: permission denied")
    } else {
        full
    }
}

/// All source files without their test modules, by path under `src/`.
fn sources() -> Vec<(String, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut open: Vec<PathBuf> = vec![src.clone()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let text = text.split("#[cfg(test)]\nmod ").next().unwrap().to_owned();
                let path = path.strip_prefix(&src).unwrap();
                found.push((path.to_str().unwrap().replace('\\', "/"), text));
            }
        }
    }
    assert!(found.len() > 20);
    found
}
