//! `deckname verify` as a data-protection officer types it: on files that
//! somebody else redacted.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn verify(files: &[&Path], more: &[&str]) -> (Option<i32>, String) {
    let Output { status, stdout, .. } = Command::new(env!("CARGO_BIN_EXE_deckname"))
        .arg("verify")
        .args(files)
        .args(more)
        .output()
        .unwrap();
    (status.code(), String::from_utf8(stdout).unwrap())
}

fn leak(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("samples/leaks/files")
        .join(name)
}

#[test]
fn channels_are_named_by_number() {
    for (file, channel) in [
        ("001a_under_box.pdf", "L001"),
        ("023a_info.pdf", "L023"),
        ("031a_unapplied_redaction.pdf", "L031"),
        ("051a_core.docx", "L051"),
        ("098c_very_hidden.xlsx", "L098"),
        ("129a_meta.odt", "L129"),
    ] {
        let (code, said) = verify(&[&leak(file)], &[]);
        assert_eq!(code, Some(1), "{file}: {said}");
        assert!(said.contains(channel), "{file}: {said}");
    }
}

#[test]
fn values_are_found_and_never_shown() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str, text: &str| {
        let path = folder.path().join(name);
        deckname::fs::write_new(&path, text.as_bytes()).unwrap();
        path
    };
    let list = at("list.txt", "# who must not be there\nWüstenbergk\n");
    let list = list.to_str().unwrap();
    let bad = at("bad.txt", "Frau WUESTENBERGK kam.\n");
    let good = at("good.txt", "Frau [PERSON] kam.\n");
    let (code, said) = verify(&[&bad], &["--originals", list]);
    assert_eq!(code, Some(1), "{said}");
    assert!(!said.to_lowercase().contains("bergk"), "{said}");
    let (code, said) = verify(&[&good], &["--originals", list]);
    assert_eq!(code, Some(0), "{said}");
}

#[test]
fn what_cannot_be_examined_is_no_success() {
    let missing = Path::new("there/is/no/such/file.pdf");
    assert_eq!(verify(&[missing], &[]).0, Some(2));
    let (code, _) = verify(&[missing, &leak("119c_wide.txt")], &[]);
    assert_eq!(code, Some(1), "one of two was not examined");
}
