//! `samples/hostile` through the whole program: files that promise, nest, repeat
//! or pretend more than a reader should believe are refused one by one, within
//! bounds, and the letter among them is delivered all the same.

#![cfg(unix)]
#![allow(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may stop at the first surprise, and its files are its own"
)]

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

/// Address space of the program, in KiB. The folder's files take 700 KB; what is
/// allowed here is what the program and its threads map.
const MEMORY: u32 = 6 << 20;
/// Files of the folder that look worse than they are: valid, and small enough.
const HARMLESS: &[&str] = &[
    "circle.yaml",
    "claim-length.pdf",
    "claim.rtf",
    "claim.zip",
    "deep.json",
    "deep.xml",
    "deep.yaml",
    "pdf.docx",
];

#[test]
fn every_file_is_refused_and_none_takes_the_batch_along() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let scratch = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let at = |name: &str| scratch.path().join(name);
    std::fs::create_dir(at("in")).unwrap();
    let mut names = Vec::new();
    for entry in std::fs::read_dir(root.join("samples/hostile")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if name != "make.py" {
            std::fs::copy(&path, at("in").join(&name)).unwrap();
            names.push(name);
        }
    }
    assert!(names.len() > 45, "{} files", names.len());
    std::fs::write(at("in/letter.txt"), "Sehr geehrte Frau Quastenberg,\n").unwrap();
    let ran = Command::new("sh")
        .args(["-c", &format!("ulimit -v {MEMORY}; exec \"$@\""), "sh"])
        .arg(env!("CARGO_BIN_EXE_deckname"))
        .arg("run")
        .arg(at("in"))
        .arg("--out")
        .arg(at("out"))
        .arg("--store")
        .arg(at("store").join("m.sqlite"))
        .arg("--keys")
        .arg(at("keys"))
        .args(["--no-model", "--jobs", "2", "--quiet"])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert_eq!(ran.status.code(), Some(1), "{told}");
    assert!(!told.contains("panicked"), "{told}");
    let report = std::fs::read(at("out").join("deckname-report.json")).unwrap();
    let report: Value = serde_json::from_slice(&report).unwrap();
    let files = report["files"].as_array().unwrap();
    // Names of refused files are not told: they were not examined either.
    let mut delivered: Vec<&str> = files
        .iter()
        .filter(|file| file["outcome"] == "delivered")
        .map(|file| file["name"].as_str().unwrap())
        .collect();
    delivered.sort_unstable();
    let mut expected = [HARMLESS, &["letter.txt"]].concat();
    expected.sort_unstable();
    assert_eq!(delivered, expected);
    let broken = files.iter().filter(|file| file["reason"] == "internal");
    assert_eq!(broken.count(), 0, "{report:#}");
    assert_eq!(files.len(), names.len() + 1);
}
