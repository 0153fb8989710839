//! A place to run the program in: files, store and keys in a scratch folder.

#![allow(dead_code, reason = "no test uses all of it")]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// A letter with a name and an account.
pub(crate) const LETTER: &str =
    "Sehr geehrte Frau Quastenberg,\n\nIhre IBAN DE02120300000000202051.\n";

/// Input, output, store and keys, removed at the end.
pub(crate) struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    pub(crate) fn new() -> Self {
        let folder = tempfile::Builder::new()
            .prefix("desk-")
            .tempdir_in(env!("CARGO_TARGET_TMPDIR"))
            .unwrap();
        std::fs::create_dir(folder.path().join("in")).unwrap();
        Self { folder }
    }

    pub(crate) fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn put(&self, name: &str, text: &str) {
        let path = self.at("in").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(crate) fn command(&self, verb: &str, out: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_deckname"));
        command
            .arg(verb)
            .arg(self.at("in"))
            .args(["--no-model", "--jobs", "2", "--quiet", "--lang", "en"])
            .arg("--out")
            .arg(self.at(out))
            .env("DECKNAME_TEST_CHILD", self.at("hanging"))
            .stdin(Stdio::null());
        if verb != "scan" {
            let (store, keys) = (self.at("store").join("m.sqlite"), self.at("keys"));
            command.arg("--store").arg(store).arg("--keys").arg(keys);
        }
        command
    }

    pub(crate) fn report(&self, out: &str) -> Value {
        let report = std::fs::read(self.at(out).join("deckname-report.json")).unwrap();
        serde_json::from_slice(&report).unwrap()
    }

    pub(crate) fn copies(&self, out: &str) -> BTreeMap<PathBuf, Vec<u8>> {
        let root = self.at(out);
        let mut found = BTreeMap::new();
        let mut open = vec![root.clone()];
        while let Some(folder) = open.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let name = path.strip_prefix(&root).unwrap().to_owned();
                if path.is_dir() {
                    open.push(path);
                } else if !name.to_string_lossy().starts_with("deckname-report.") {
                    found.insert(name, std::fs::read(&path).unwrap());
                }
            }
        }
        found
    }
}

pub(crate) fn told(ran: &Output) -> String {
    String::from_utf8_lossy(&ran.stderr).into_owned()
}

pub(crate) fn wait(done: impl Fn() -> bool, what: &str) {
    for _ in 0..3_000 {
        if done() {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    panic!("waited five minutes for {what}");
}

/// Processes whose parent is this one.
pub(crate) fn children(parent: u32) -> Vec<u32> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(id) = entry.file_name().to_str().and_then(|id| id.parse().ok()) else {
            continue;
        };
        let status = std::fs::read_to_string(entry.path().join("status")).unwrap_or_default();
        if status
            .lines()
            .any(|line| line == format!("PPid:\t{parent}"))
        {
            found.push(id);
        }
    }
    found
}

/// Whether a process with this in its command line still runs.
pub(crate) fn runs(id: u32, mark: &str) -> bool {
    let line = std::fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
    String::from_utf8_lossy(&line).contains(mark)
}
