//! Files in child processes: what crashes, hangs or eats memory takes nothing
//! with it, and what comes out is the same as without.
//!
//! Files make children of a development build misbehave by what they say, if
//! the environment asks for it; a released program knows nothing of that.

#![cfg(target_os = "linux")]
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may stop at the first surprise, and its files are its own"
)]

mod desk;

use std::path::Path;
use std::process::Stdio;

use desk::{Desk, LETTER, children, runs, told, wait};
use serde_json::Value;

/// The reasons of a report, sorted.
fn reasons(report: &Value) -> Vec<String> {
    let files = report["files"].as_array().unwrap();
    let mut reasons: Vec<String> = files
        .iter()
        .filter(|file| file["outcome"] == "failed")
        .map(|file| file["detail"].as_str().unwrap().to_owned())
        .collect();
    reasons.sort();
    reasons
}

#[test]
fn a_file_that_takes_its_child_down_fails_alone() {
    let desk = Desk::new();
    for n in 0..12 {
        desk.put(&format!("a/brief-{n:02}.txt"), LETTER);
    }
    for (name, what) in [
        ("a/brief-03x", "abort"),
        ("a/brief-05x", "hang"),
        ("b/x", "memory"),
        ("b/y", "stack"),
    ] {
        desk.put(&format!("{name}.txt"), &format!("{LETTER}@child:{what}\n"));
    }
    let limits = ["--timeout", "20", "--memory", "300"];
    let ran = desk.command("run", "out").args(limits).output().unwrap();
    assert_eq!(ran.status.code(), Some(1), "{}", told(&ran));
    let report = desk.report("out");
    assert_eq!(report["totals"]["delivered"], 12, "{}", told(&ran));
    assert_eq!(desk.copies("out").len(), 12);
    let reasons = reasons(&report);
    assert_eq!(reasons.len(), 4);
    for (reason, start) in reasons.iter().zip([
        "its child process needed more memory than 300 MiB",
        "its child process ran out of stack",
        "the child process that worked on this file ended (signal 6)",
        "took longer than 20 seconds",
    ]) {
        assert!(reason.starts_with(start), "{reasons:?}");
    }
    assert!(!told(&ran).contains("Quastenberg"));

    // The next night leaves them alone, `retry` tries them.
    let ran = desk.command("run", "out").args(limits).output().unwrap();
    assert_eq!(
        desk.report("out")["totals"]["unchanged"],
        12,
        "{}",
        told(&ran)
    );
    for name in ["a/brief-03x", "a/brief-05x", "b/x", "b/y"] {
        desk.put(&format!("{name}.txt"), LETTER);
    }
    let ran = desk
        .command("retry", "out")
        .arg("--isolate")
        .output()
        .unwrap();
    assert_eq!(ran.status.code(), Some(0), "{}", told(&ran));
    assert_eq!(desk.copies("out").len(), 16);
}

#[test]
fn children_make_the_same_bytes() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/documents");
    let desk = Desk::new();
    let mut n = 0;
    let mut open = vec![samples];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let kind = path.extension().and_then(|kind| kind.to_str());
            if path.is_dir() {
                open.push(path);
            } else if ["txt", "docx", "csv", "pdf", "eml", "html"].contains(&kind.unwrap_or("")) {
                std::fs::copy(&path, desk.at("in").join(path.file_name().unwrap())).unwrap();
                n += 1;
            }
        }
    }
    assert!(n >= 5, "only {n} samples");
    let policy = desk.at("policy.toml");
    std::fs::write(&policy, "version = 1\n[actions]\nPERSON = \"surrogate\"\n").unwrap();
    let policy = policy.to_str().unwrap();
    let more = ["--policy", policy, "--emit", "markdown"];
    let plain = desk.command("run", "plain").args(more).output().unwrap();
    // The store knows everybody by now, so names come out the same; that a new
    // store is filled as well, the test above shows.
    let apart = desk
        .command("run", "apart")
        .args(more)
        .arg("--isolate")
        .output()
        .unwrap();
    assert_eq!(plain.status.code(), apart.status.code(), "{}", told(&apart));
    let (plain, apart) = (desk.copies("plain"), desk.copies("apart"));
    assert_eq!(
        plain.keys().collect::<Vec<_>>(),
        apart.keys().collect::<Vec<_>>()
    );
    assert_eq!(plain, apart);
    let (mut plain, mut apart) = (desk.report("plain"), desk.report("apart"));
    for report in [&mut plain, &mut apart] {
        let report = report.as_object_mut().unwrap();
        report.retain(|key, _| ["totals", "files", "mentions", "notices"].contains(&key.as_str()));
    }
    assert_eq!(plain, apart);
}

#[test]
fn a_scan_isolates_too_and_nothing_is_left_running() {
    let desk = Desk::new();
    for n in 0..4 {
        desk.put(&format!("brief-{n}.txt"), LETTER);
    }
    desk.put("x.txt", "@child:abort");
    let ran = desk
        .command("scan", "out")
        .arg("--isolate")
        .output()
        .unwrap();
    assert_eq!(ran.status.code(), Some(1), "{}", told(&ran));
    let report = desk.report("out");
    assert_eq!(report["totals"]["scanned"], 4);
    assert_eq!(report["totals"]["failed"], 1);

    // A run that is killed takes its children with it, even one that hangs.
    desk.put("hang.txt", "@child:hang");
    let mut run = desk
        .command("run", "copies")
        .arg("--isolate")
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mark = desk.at("copies");
    let mark = mark.to_str().unwrap();
    wait(|| !children(run.id()).is_empty(), "children");
    wait(|| desk.at("hanging").exists(), "the file that hangs");
    let ours = children(run.id());
    run.kill().unwrap();
    run.wait().unwrap();
    wait(
        || ours.iter().all(|id| !runs(*id, mark)),
        "the end of all children",
    );
}

#[test]
fn a_child_that_does_not_start_ends_the_run_in_clear_words() {
    let desk = Desk::new();
    desk.put("brief.txt", LETTER);
    // The model is read by children too; here the parent fails before.
    let ran = desk
        .command("run", "out")
        .args(["--isolate", "--timeout", "0"])
        .output()
        .unwrap();
    assert_eq!(ran.status.code(), Some(2));
    assert!(told(&ran).contains("--timeout"), "{}", told(&ran));
    // A child that nobody talks to does nothing and ends.
    let ran = desk.command("run", "out").arg("--worker").output().unwrap();
    assert!(!desk.at("out").exists(), "{}", told(&ran));
}
