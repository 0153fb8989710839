//! `docs/reference/office.md` names every place, its treatment and its test.
//! Here the page is compared with the tests, so that it cannot drift.

use std::collections::BTreeSet;

const PAGE: &str = include_str!("../../docs/reference/office.md");
const TREATMENTS: [&str; 7] = [
    "text", "rename", "scrub", "drop", "recurse", "refuse", "keep",
];

/// Every test of this folder, as `file::name`.
fn tests() -> BTreeSet<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/office");
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|e| e != "rs") {
            continue;
        }
        let file = path.file_stem().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        for piece in text.split("#[test]").skip(1) {
            let name = piece.split("fn ").nth(1).unwrap_or_default();
            let name = name.split('(').next().unwrap_or_default();
            found.insert(format!("{file}::{name}"));
        }
    }
    found
}

fn rows() -> Vec<Vec<&'static str>> {
    PAGE.lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| ---"))
        .map(|line| line.trim_matches('|').split(" | ").map(str::trim).collect())
        .collect()
}

#[test]
fn every_place_has_a_treatment_and_a_test() {
    let tests = tests();
    assert!(tests.len() > 40, "{}", tests.len());
    let rows = rows();
    for (prefix, n) in [
        ("Z", 14),
        ("A", 30),
        ("D", 36),
        ("X", 43),
        ("P", 25),
        ("O", 38),
    ] {
        for number in 1..=n {
            let id = format!("{prefix}{number}");
            let found: Vec<_> = rows.iter().filter(|row| row[0] == id).collect();
            assert_eq!(found.len(), 1, "{id}");
            let row = found[0];
            assert_eq!(row.len(), 4, "{id}");
            for treatment in row[2].split(", ") {
                assert!(TREATMENTS.contains(&treatment), "{id}: {treatment}");
            }
        }
    }
    for row in &rows {
        let test = row[row.len() - 1].trim_matches('`');
        if test != "test" {
            assert!(tests.contains(test), "{}: there is no {test}", row[0]);
        }
    }
}

#[test]
fn every_case_has_a_test() {
    let rows = rows();
    for number in (1..=32).chain(39..=45) {
        let id = format!("T{number:02}");
        assert!(rows.iter().any(|row| row[0] == id), "{id}");
    }
}
