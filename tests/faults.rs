//! What happens when the world does not play along: each fault has a clear
//! message, loses nothing, and the next run goes on.

#![cfg(target_os = "linux")]
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test may stop at the first surprise, and its files are its own"
)]

mod desk;

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use desk::{Desk, LETTER, told, wait};
use serde_json::Value;

/// The program with its arguments, run by another one.
fn through(words: &[&str], command: &Command) -> Command {
    let mut through = Command::new(words[0]);
    through
        .args(&words[1..])
        .arg(command.get_program())
        .args(command.get_args())
        .stdin(Stdio::null());
    through
}

fn failures(report: &Value) -> Vec<&str> {
    let files = report["files"].as_array().unwrap().iter();
    files
        .filter(|file| file["outcome"] == "failed")
        .map(|file| file["detail"].as_str().unwrap())
        .collect()
}

#[test]
fn a_full_disk_ends_the_run_and_the_next_one_goes_on() {
    let desk = Desk::new();
    for n in 0..20 {
        desk.put(&format!("brief-{n:02}.txt"), &LETTER.repeat(400));
    }
    // A small disk that only this run sees; later it grows.
    let disk = desk.at("out");
    std::fs::create_dir(&disk).unwrap();
    let script = "mount -t tmpfs -o size=400k none \"$OUT\" || exit 77
        \"$@\"; echo \"code $?\" >&2; ls -R \"$OUT\" >&2
        mount -o remount,size=64m \"$OUT\"; \"$@\"; echo \"code $?\" >&2
        cat \"$OUT/deckname-report.json\"";
    let words = ["unshare", "-m", "sh", "-c", script, "sh"];
    let mut command = through(&words, &desk.command("run", "out"));
    let ran = command.env("OUT", &disk).output().unwrap();
    let Ok(report) = serde_json::from_slice::<Value>(&ran.stdout) else {
        assert_ne!(ran.status.code(), Some(0), "{}", told(&ran));
        eprintln!("SKIPPED: no disk of one's own here: {}", told(&ran));
        return;
    };
    let told = told(&ran);
    let (first, then) = told
        .split_once("code 2")
        .unwrap_or_else(|| panic!("{told}"));
    assert!(
        first.contains("the disk is full; free some space"),
        "{told}"
    );
    assert!(!told.contains("deckname-part"), "no half file: {told}");
    assert!(then.contains("code 0"), "{told}");
    let totals = &report["totals"];
    let n = |name: &str| totals[name].as_u64().unwrap();
    assert!(n("unchanged") > 0 && n("delivered") > 0, "{totals}");
    assert_eq!(n("unchanged") + n("delivered"), 20, "{totals}");
}

#[test]
fn an_output_folder_that_is_removed_ends_the_run() {
    let desk = Desk::new();
    desk.put("a.txt", LETTER);
    desk.put("b.txt", &format!("{LETTER}@child:hang"));
    for n in 0..20 {
        desk.put(&format!("c{n:02}.txt"), LETTER);
    }
    let run = desk
        .command("run", "out")
        .arg("--isolate")
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    wait(|| desk.at("out/a.txt").exists(), "the first copy");
    wait(|| desk.at("hanging").exists(), "the file that hangs");
    std::fs::rename(desk.at("out"), desk.at("away")).unwrap();
    // Who holds up the others is killed; the next copy finds no folder.
    let child = std::fs::read_to_string(desk.at("hanging")).unwrap();
    let child = rustix::process::Pid::from_raw(child.parse().unwrap()).unwrap();
    rustix::process::kill_process(child, rustix::process::Signal::KILL).unwrap();
    let ran = run.wait_with_output().unwrap();
    assert_eq!(ran.status.code(), Some(2), "{}", told(&ran));
    assert!(
        told(&ran).contains("was removed or moved"),
        "{}",
        told(&ran)
    );
    assert!(!desk.at("out").join("c19.txt").exists());
    // Back in its place, the run goes on.
    drop(std::fs::remove_dir_all(desk.at("out")));
    std::fs::rename(desk.at("away"), desk.at("out")).unwrap();
    desk.put("b.txt", LETTER);
    let ran = desk.command("retry", "out").output().unwrap();
    assert_eq!(ran.status.code(), Some(0), "{}", told(&ran));
    let ran = desk.command("run", "out").output().unwrap();
    assert_eq!(ran.status.code(), Some(0), "{}", told(&ran));
    assert_eq!(desk.copies("out").len(), 22);
}

#[test]
fn a_store_that_another_process_holds_is_told() {
    let desk = Desk::new();
    desk.put("a.txt", LETTER);
    let ran = desk.command("run", "out").output().unwrap();
    assert_eq!(ran.status.code(), Some(0), "{}", told(&ran));
    desk.put("b.txt", "Sehr geehrter Herr Zacharow,\n\nnein.\n");
    let held = rusqlite::Connection::open(desk.at("store").join("m.sqlite")).unwrap();
    held.execute_batch("BEGIN IMMEDIATE").unwrap();
    let ran = desk.command("run", "out").output().unwrap();
    assert_eq!(ran.status.code(), Some(2), "{}", told(&ran));
    assert!(
        told(&ran).contains("another process holds it"),
        "{}",
        told(&ran)
    );
    assert!(
        !desk.at("out/b.txt").exists(),
        "no copy without its mapping"
    );
    held.execute_batch("ROLLBACK").unwrap();
    let ran = desk.command("run", "out").output().unwrap();
    assert_eq!(ran.status.code(), Some(0), "{}", told(&ran));
    assert_eq!(desk.copies("out").len(), 2);
}

#[test]
fn what_the_system_forbids_is_told_whoever_runs_this() {
    let desk = Desk::new();
    desk.put("gut.txt", LETTER);
    desk.put("geheim/brief.txt", LETTER);
    desk.put("zu.txt", LETTER);
    let ran = desk.command("run", "out").output().unwrap();
    assert_eq!(ran.status.code(), Some(0), "{}", told(&ran));
    let mode = |name: &str, mode| {
        std::fs::set_permissions(desk.at(name), PermissionsExt::from_mode(mode)).unwrap();
    };
    std::fs::write(desk.at("in/zu.txt"), "Neu.").unwrap();
    mode("in/zu.txt", 0o000);
    mode("in/geheim", 0o000);
    // Root may read everything, unless it lays down what makes it root.
    let words = ["setpriv", "--inh-caps=-all", "--bounding-set=-all"];
    let ran = if rustix::process::geteuid().is_root() {
        through(&words, &desk.command("run", "out"))
            .output()
            .unwrap()
    } else {
        desk.command("run", "out").output().unwrap()
    };
    mode("in/zu.txt", 0o600);
    mode("in/geheim", 0o700);
    assert_eq!(ran.status.code(), Some(1), "{}", told(&ran));
    let report = desk.report("out");
    let mut why = failures(&report);
    why.sort_unstable();
    assert_eq!(
        why,
        [
            "a folder cannot be read: permission denied",
            "opening the file: permission denied"
        ],
    );
    assert_eq!(
        desk.copies("out").len(),
        3,
        "copies of unreadable files stay"
    );

    // An output folder that may not be written.
    std::fs::create_dir(desk.at("other")).unwrap();
    mode("other", 0o500);
    let command = desk.command("run", "other");
    let ran = if rustix::process::geteuid().is_root() {
        through(&words, &command).output().unwrap()
    } else {
        { command }.output().unwrap()
    };
    mode("other", 0o700);
    assert_eq!(ran.status.code(), Some(2), "{}", told(&ran));
    assert!(told(&ran).contains("permission denied"), "{}", told(&ran));
}

#[test]
fn limits_say_what_was_hit_and_retry_takes_it_up() {
    let desk = Desk::new();
    desk.put("gut.txt", LETTER);
    desk.put(
        "tabelle.csv",
        "Name;Ort\nErika Quastenberg;Köln\nMax Zacharow;Bonn\n",
    );
    let pdf = "samples/documents/Vorgang_Kowalczyk/Bescheid_2026-03-11.pdf";
    let pdf = Path::new(env!("CARGO_MANIFEST_DIR")).join(pdf);
    std::fs::copy(pdf, desk.at("in/zwei.pdf")).unwrap();
    let mut tar = tar::Builder::new(std::fs::File::create(desk.at("in/a.tar")).unwrap());
    let mut header = tar::Header::new_gnu();
    header.set_size(u64::try_from(LETTER.len()).unwrap());
    tar.append_data(&mut header, "brief.txt", LETTER.as_bytes())
        .unwrap();
    tar.into_inner().unwrap();
    let ran = desk
        .command("run", "out")
        .args(["--max-cells", "5", "--max-pages", "1", "--max-depth", "0"])
        .output()
        .unwrap();
    assert_eq!(ran.status.code(), Some(1), "{}", told(&ran));
    let report = desk.report("out");
    let mut why = failures(&report);
    why.sort_unstable();
    assert_eq!(why.len(), 3, "{why:?}");
    assert!(
        why.contains(&"more than 5 cells; raise --max-cells to examine it"),
        "{why:?}"
    );
    assert!(
        why.contains(&"more than 1 pages; raise --max-pages to examine it"),
        "{why:?}"
    );
    assert!(
        why.iter().any(|why| why.contains("nested too deeply")),
        "{why:?}"
    );
    let ran = desk.command("retry", "out").output().unwrap();
    assert_eq!(ran.status.code(), Some(0), "{}", told(&ran));
    assert_eq!(desk.copies("out").len(), 4);
}
