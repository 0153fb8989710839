//! The nightly batch from outside: what a second night does, and what happens
//! when the world does not play along.

#![cfg(unix)]
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may stop at the first surprise, and its files are its own"
)]

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

const LETTER: &str = "Sehr geehrte Frau Quastenberg,\n\nbis morgen.\n";

/// Input, output, store and keys, removed at the end.
struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let scratch = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let folder = tempfile::Builder::new()
            .prefix("batch-")
            .tempdir_in(scratch)
            .unwrap();
        std::fs::create_dir(folder.path().join("in")).unwrap();
        Self { folder }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn put(&self, name: impl AsRef<Path>, text: &str) -> PathBuf {
        let path = self.at("in").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    fn command(&self, verb: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_deckname"));
        command
            .arg(verb)
            .arg(self.at("in"))
            .arg("--out")
            .arg(self.at("out"))
            .arg("--store")
            .arg(self.at("store").join("m.sqlite"))
            .arg("--keys")
            .arg(self.at("keys"))
            .args(["--no-model", "--jobs", "2", "--quiet"])
            .stdin(Stdio::null());
        command
    }

    fn run(&self, more: &[&str], code: i32) -> Value {
        let ran = self.command("run").args(more).output().unwrap();
        assert_eq!(ran.status.code(), Some(code), "{}", told(&ran));
        self.report()
    }

    fn report(&self) -> Value {
        let report = std::fs::read(self.at("out").join("deckname-report.json")).unwrap();
        serde_json::from_slice(&report).unwrap()
    }

    fn copies(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut open = vec![self.at("out")];
        while let Some(folder) = open.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    open.push(path);
                    continue;
                }
                let name = path.strip_prefix(self.at("out")).unwrap();
                let name = name.to_str().unwrap().to_owned();
                if !name.starts_with("deckname-report.") {
                    found.push(name);
                }
            }
        }
        found.sort();
        found
    }
}

fn told(ran: &Output) -> String {
    String::from_utf8_lossy(&ran.stderr).into_owned()
}

#[test]
fn the_second_night_touches_only_what_is_new() {
    let desk = Desk::new();
    for n in 0..4 {
        desk.put(format!("a/brief-{n}.txt"), LETTER);
    }
    let report = desk.run(&[], 0);
    assert_eq!(report["totals"]["delivered"], 4);
    assert_eq!(report["totals"]["gone"], 0);
    let mentions = report["totals"]["mentions"].clone();
    let report = desk.run(&[], 0);
    assert_eq!(report["totals"]["unchanged"], 4);
    assert_eq!(
        report["totals"]["mentions"], mentions,
        "told again without reading"
    );
    assert_eq!(report["history"].as_array().unwrap().len(), 2);

    desk.put("a/brief-1.txt", "Sehr geehrter Herr Zacharow,\n\nnein.\n");
    desk.put("b/neu.txt", LETTER);
    let report = desk.run(&[], 0);
    assert_eq!(report["totals"]["delivered"], 2);
    assert_eq!(report["totals"]["unchanged"], 3);

    // Another policy does everything again, under the same names.
    let before = desk.copies();
    let policy = desk.at("policy.toml");
    std::fs::write(&policy, "version = 1\n[actions]\nPERSON = \"redact\"\n").unwrap();
    let report = desk.run(&["--policy", policy.to_str().unwrap()], 0);
    assert_eq!(report["totals"]["delivered"], 5);
    assert_eq!(desk.copies(), before);
    let text = std::fs::read_to_string(desk.at("out").join("a/brief-0.txt")).unwrap();
    assert!(text.contains("[PERSON]"), "{text}");
}

#[test]
fn copies_without_a_source_are_listed_and_removed_on_demand() {
    let desk = Desk::new();
    for n in 0..3 {
        desk.put(format!("a/brief-{n}.txt"), LETTER);
    }
    desk.put("b/brief.txt", LETTER);
    desk.run(&[], 0);
    std::fs::remove_dir_all(desk.at("in").join("b")).unwrap();
    let dry = desk.command("run").arg("--dry-run").output().unwrap();
    let dry = String::from_utf8(dry.stdout).unwrap();
    assert!(
        dry.contains("source-gone\t") && dry.contains("b/brief.txt"),
        "{dry}"
    );
    let report = desk.run(&[], 0);
    assert_eq!(report["totals"]["gone"], 1);
    assert!(desk.copies().contains(&"b/brief.txt".to_owned()));
    let report = desk.run(&["--deleted", "remove"], 0);
    assert_eq!(report["totals"]["gone"], 1);
    assert!(
        !desk.at("out").join("b").exists(),
        "the empty folder goes too"
    );
    assert_eq!(desk.run(&[], 0)["totals"]["gone"], 0);
}

#[test]
fn a_share_that_is_not_mounted_removes_nothing() {
    let desk = Desk::new();
    for n in 0..25 {
        desk.put(format!("a/brief-{n}.txt"), LETTER);
    }
    desk.run(&[], 0);
    std::fs::remove_dir_all(desk.at("in").join("a")).unwrap();
    let report = desk.run(&["--deleted", "remove"], 0);
    assert_eq!(report["totals"]["gone"], 25);
    assert_eq!(desk.copies().len(), 25);
    assert!(report["remarks"][0].as_str().unwrap().contains("mounted"));
}

#[test]
fn what_failed_is_not_tried_each_night_but_by_retry() {
    let desk = Desk::new();
    desk.put("gut.txt", LETTER);
    desk.put("kaputt.docx", "kein Word");
    let report = desk.run(&[], 1);
    assert_eq!(report["totals"]["failed"], 1);
    let name = report["files"].as_array().unwrap().iter();
    let name = name
        .filter(|file| file["outcome"] == "failed")
        .map(|file| file["name"].clone());
    let first: Vec<Value> = name.collect();
    let report = desk.run(&[], 1);
    assert_eq!(
        (&report["totals"]["failed"], &report["totals"]["unchanged"]),
        (&1.into(), &1.into())
    );
    let list =
        std::fs::read_to_string(desk.at("out").join("deckname-report.quarantine.csv")).unwrap();
    assert_eq!(list.lines().count(), 2, "{list}");
    assert!(list.contains(first[0].as_str().unwrap()), "{list}");

    // A copy of an older version does not stand for a file that is refused.
    desk.put("gut.txt", "Frau\0Quastenberg");
    desk.run(&[], 1);
    assert_eq!(desk.copies(), Vec::<String>::new());
    desk.put("spaeter.txt", LETTER);
    desk.put("gut.txt", LETTER);
    let ran = desk.command("retry").output().unwrap();
    assert_eq!(ran.status.code(), Some(1), "{}", told(&ran));
    assert_eq!(desk.copies(), ["gut.txt"], "new files are left for a run");
}

#[test]
fn hostile_names_and_files_fail_alone_and_in_clear_words() {
    let desk = Desk::new();
    desk.put("gut.txt", LETTER);
    desk.put(OsStr::from_bytes(b"Frau Quastenberg \xff.txt"), LETTER);
    symlink(desk.at("in"), desk.at("in").join("kreis")).unwrap();
    symlink("/dev/zero", desk.at("in").join("null.txt")).unwrap();
    rustix::fs::mknodat(
        rustix::fs::CWD,
        desk.at("in").join("rohr.txt"),
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::RUSR,
        0,
    )
    .unwrap();
    let report = desk.run(&[], 1);
    assert_eq!(report["totals"]["delivered"], 2, "{report:#}");
    assert_eq!(report["totals"]["failed"], 3, "{report:#}");
    let copies = desk.copies();
    assert!(
        copies.iter().all(|name| !name.contains("Quastenberg")),
        "{copies:?}"
    );
    let list =
        std::fs::read_to_string(desk.at("out").join("deckname-report.quarantine.csv")).unwrap();
    assert_eq!(list.matches("keine gewöhnliche Datei").count(), 3, "{list}");
}

#[test]
fn a_path_of_4000_characters_is_told_and_stops_nothing() {
    let desk = Desk::new();
    desk.put("gut.txt", LETTER);
    // Made step by step: no call takes a path that long.
    let name = "o".repeat(200);
    let mut at = std::fs::File::open(desk.at("in")).unwrap();
    for _ in 0..20 {
        rustix::fs::mkdirat(&at, name.as_str(), rustix::fs::Mode::RWXU).unwrap();
        let flags = rustix::fs::OFlags::RDONLY | rustix::fs::OFlags::DIRECTORY;
        at = rustix::fs::openat(&at, name.as_str(), flags, rustix::fs::Mode::empty())
            .unwrap()
            .into();
    }
    let flags = rustix::fs::OFlags::CREATE | rustix::fs::OFlags::WRONLY;
    rustix::fs::openat(&at, "tief.txt", flags, rustix::fs::Mode::RUSR).unwrap();
    let report = desk.run(&[], 1);
    assert_eq!(report["totals"]["delivered"], 1, "{report:#}");
    assert_eq!(report["totals"]["failed"], 1, "{report:#}");
    remove_deep(&desk.at("in"), &name);
}

/// Removes a tree whose paths are too long for the usual call.
fn remove_deep(root: &Path, name: &str) {
    let top = root.join(name);
    while top.join(name).exists() {
        // The second level becomes the first.
        std::fs::rename(top.join(name), root.join("naechster")).unwrap();
        std::fs::remove_dir_all(&top).unwrap();
        std::fs::rename(root.join("naechster"), &top).unwrap();
    }
    std::fs::remove_dir_all(&top).unwrap();
}

#[test]
fn what_may_not_be_read_is_told_and_its_copy_stays() {
    let desk = Desk::new();
    desk.put("gut.txt", LETTER);
    let path = desk.put("geheim/brief.txt", LETTER);
    desk.run(&[], 0);
    let folder = path.parent().unwrap();
    std::fs::set_permissions(folder, PermissionsExt::from_mode(0o000)).unwrap();
    let readable = std::fs::read_dir(folder).is_ok();
    if !readable {
        let report = desk.run(&["--deleted", "remove"], 1);
        assert_eq!(
            report["totals"]["gone"], 0,
            "an unreadable folder is no empty one"
        );
        assert_eq!(desk.copies().len(), 2);
    }
    // Root may read anything; then there is nothing to see here.
    std::fs::set_permissions(folder, PermissionsExt::from_mode(0o700)).unwrap();
}

#[test]
fn a_folder_of_others_and_another_input_are_refused() {
    let desk = Desk::new();
    desk.put("gut.txt", LETTER);
    std::fs::create_dir(desk.at("out")).unwrap();
    std::fs::write(desk.at("out").join("fremd.txt"), "x").unwrap();
    let ran = desk.command("run").output().unwrap();
    assert_eq!(ran.status.code(), Some(2));
    assert!(told(&ran).contains("not empty"), "{}", told(&ran));
    std::fs::remove_file(desk.at("out").join("fremd.txt")).unwrap();
    desk.run(&[], 0);
    // What somebody puts into the tree later is not overwritten.
    std::fs::write(desk.at("out").join("neu.txt"), "fremd").unwrap();
    desk.put("neu.txt", LETTER);
    desk.run(&[], 0);
    assert_eq!(
        std::fs::read(desk.at("out").join("neu.txt")).unwrap(),
        b"fremd"
    );
    assert!(desk.at("out").join("neu (2).txt").exists());
    std::fs::rename(desk.at("in"), desk.at("anders")).unwrap();
    std::fs::DirBuilder::new()
        .mode(0o700)
        .create(desk.at("in"))
        .unwrap();
    let mut command = desk.command("run");
    let ran = command.arg("--help").output().unwrap();
    assert!(ran.status.success());
    let other = Command::new(env!("CARGO_BIN_EXE_deckname"))
        .arg("run")
        .arg(desk.at("anders"))
        .arg("--out")
        .arg(desk.at("out"))
        .arg("--store")
        .arg(desk.at("store").join("m.sqlite"))
        .arg("--keys")
        .arg(desk.at("keys"))
        .arg("--no-model")
        .output()
        .unwrap();
    assert_eq!(other.status.code(), Some(2));
    assert!(told(&other).contains("another input"), "{}", told(&other));
}

#[test]
fn a_full_disk_ends_the_run_with_a_clear_message() {
    // A file-size limit of the shell stands for a full disk: writing fails.
    let desk = Desk::new();
    desk.put("gut.txt", &LETTER.repeat(20_000));
    let run = desk.command("run");
    let arguments: Vec<String> = run
        .get_args()
        .map(|argument| argument.to_string_lossy().into_owned())
        .collect();
    let ran = Command::new("bash")
        .arg("-c")
        .arg("trap '' XFSZ; ulimit -f 500; exec \"$0\" \"$@\"")
        .arg(env!("CARGO_BIN_EXE_deckname"))
        .args(arguments)
        .output()
        .unwrap();
    assert_ne!(ran.status.code(), Some(0), "{}", told(&ran));
    assert!(!desk.at("out").join("gut.txt").exists(), "no half copy");
    let report = desk.run(&["--thorough"], 0);
    assert_eq!(report["totals"]["files"], 1);
    assert_eq!(desk.copies(), ["gut.txt"]);
}

#[test]
fn a_scan_writes_reports_and_no_copies() {
    let desk = Desk::new();
    desk.put("Frau Quastenberg/Brief an Herrn Zacharow.txt", LETTER);
    desk.put("kaputt.docx", "Quastenberg");
    let ran = Command::new(env!("CARGO_BIN_EXE_deckname"))
        .arg("scan")
        .arg(desk.at("in"))
        .arg("--out")
        .arg(desk.at("out"))
        .args(["--no-model", "--quiet"])
        .args(["--report-format", "junit", "--report-format", "sarif"])
        .output()
        .unwrap();
    assert_eq!(ran.status.code(), Some(1), "{}", told(&ran));
    let report = desk.report();
    assert_eq!(report["totals"]["scanned"], 1, "{report:#}");
    assert_eq!(report["totals"]["failed"], 1);
    assert_eq!(report["manifest"]["kind"], "scan");
    assert!(report["mentions"]["PERSON"].as_u64().unwrap() >= 1);
    assert_eq!(desk.copies(), Vec::<String>::new());
    assert!(!desk.at("store").exists() && !desk.at("keys").exists());
    let sarif = std::fs::read(desk.at("out").join("deckname-report.sarif")).unwrap();
    let sarif: Value = serde_json::from_slice(&sarif).unwrap();
    let rules = sarif["runs"][0]["tool"]["driver"]["rules"]
        .as_array()
        .unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    for level in ["error", "note"] {
        assert!(
            results.iter().any(|result| result["level"] == level),
            "{level}"
        );
    }
    for result in results {
        assert!(
            rules.iter().any(|rule| rule["id"] == result["ruleId"]),
            "{result}"
        );
    }
    for entry in std::fs::read_dir(desk.at("out")).unwrap() {
        let path = entry.unwrap().path();
        let text = String::from_utf8(std::fs::read(&path).unwrap()).unwrap();
        assert!(!text.contains("Quastenberg"), "{}:\n{text}", path.display());
    }
}

#[test]
fn reports_for_people_are_german_and_load_nothing() {
    let desk = Desk::new();
    desk.put("gut.txt", LETTER);
    desk.put("kaputt.docx", "kein Word");
    desk.put("fremd.exe", "MZ");
    desk.run(&[], 1);
    let html = std::fs::read_to_string(desk.at("out").join("deckname-report.html")).unwrap();
    for wanted in [
        "<html lang=\"de\">",
        "pseudonymisiert, nicht anonymisiert",
        "nicht untersucht",
        "Trefferquote",
        "mittelbare Angaben",
        "der Inhalt ist nicht, was die Endung sagt",
        "kein Format dieses Programms liest",
        "<svg",
    ] {
        assert!(html.contains(wanted), "{wanted} is missing");
    }
    for unwanted in ["http://", "https://", "<script", "src=", "@import", "url("] {
        assert!(!html.contains(unwanted), "{unwanted} stands in the report");
    }
    assert!(!html.contains('„'), "a reason without a German form");
}
