//! `kill -9` in the middle of a run, at twenty random moments: no half file
//! under its final name, no copy whose mapping is missing, and the next run
//! completes.

#![cfg(unix)]
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test may stop at the first surprise, and its files are its own"
)]

use std::collections::BTreeMap;
use std::io::{Cursor, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::Duration;

use zip::write::SimpleFileOptions;

/// How often the program is killed.
const N_KILLS: u32 = 20;
/// Text files and Word files of the generated folder.
const N_TEXTS: usize = 104;
const N_WORDS: usize = 16;

/// Reproducible randomness (`SplitMix64`); the seed is in the test's output.
struct Random(u64);

/// Input, output, store and keys of one run.
struct Desk {
    folder: tempfile::TempDir,
}

#[test]
fn killed_at_any_moment_it_leaves_whole_files_and_goes_on() {
    let mut random = Random(0x5EED_2026_1125);
    let first = Desk::new();
    let input = first.folder.path().join("in");
    write_letters(&input, &mut random);
    let ran = first.run(&input, &[]).output().unwrap();
    assert_eq!(ran.status.code(), Some(0), "{}", told(&ran));
    let reference = copies(&first.out());
    assert_eq!(reference.len(), N_TEXTS + N_WORDS);

    let mut n_in_the_middle = 0;
    for n in 0..N_KILLS {
        let desk = Desk::new();
        first.lend_keys_to(&desk);
        let mut child = desk.run(&input, &[]).spawn().unwrap();
        let status = desk.kill_in_the_middle(&mut child, &mut random, reference.len());
        let left = copies(&desk.out());
        let middle = status.code().is_none() && !left.is_empty() && left.len() < reference.len();
        n_in_the_middle += u32::from(middle);
        for (name, bytes) in &left {
            let expected = reference.get(name);
            assert!(
                expected.is_some(),
                "kill {n}: {name} is no output of a whole run"
            );
            assert!(expected == Some(bytes), "kill {n}: {name} is half or other");
        }
        desk.every_copy_has_its_mapping(&left, &input);

        let resumed = desk.run(&input, &["--resume"]).output().unwrap();
        assert_eq!(
            resumed.status.code(),
            Some(0),
            "kill {n}: {}",
            told(&resumed)
        );
        let after = copies(&desk.out());
        assert_eq!(
            names(&after),
            names(&reference),
            "kill {n}: the next run is not complete"
        );
        assert!(
            after == reference,
            "kill {n}: the next run made other copies"
        );
        let leftovers = part_files(desk.folder.path());
        assert!(
            leftovers.is_empty(),
            "kill {n}: scratch files are left: {leftovers:?}"
        );
    }
    println!("{n_in_the_middle} of {N_KILLS} kills fell into the middle of a run");
    assert!(
        n_in_the_middle >= N_KILLS / 4,
        "only {n_in_the_middle} kills tested anything"
    );
}

/// Fifty kills over runs of 500 files, one run killed and gone on with again and
/// again: `cargo test --release --test kill -- --ignored --nocapture`.
#[test]
#[ignore = "takes minutes; the test above is its small sister"]
fn fifty_kills_over_five_hundred_files() {
    const KILLS: u32 = 50;
    let mut random = Random(0x5EED_2026_1201);
    let first = Desk::new();
    let input = first.folder.path().join("in");
    write_letters_n(&input, &mut random, 430, 70);
    let ran = first.run(&input, &[]).output().unwrap();
    assert_eq!(ran.status.code(), Some(0), "{}", told(&ran));
    let reference = copies(&first.out());
    assert_eq!(reference.len(), 500);
    let (mut n_kills, mut n_desks) = (0, 0);
    while n_kills < KILLS {
        let desk = Desk::new();
        first.lend_keys_to(&desk);
        n_desks += 1;
        // Killed again and again until a run gets to its end in between.
        loop {
            let mut child = desk.run(&input, &[]).spawn().unwrap();
            let n_more = reference.len() / 6;
            let status = desk.kill_in_the_middle(&mut child, &mut random, n_more);
            let survived = status.code().is_some();
            n_kills += u32::from(!survived);
            for (name, bytes) in copies(&desk.out()) {
                assert!(
                    reference.get(&name) == Some(&bytes),
                    "{name} is half or other"
                );
            }
            if survived || n_kills >= KILLS || n_kills % 10 == 0 {
                break;
            }
        }
        let ran = desk.run(&input, &[]).output().unwrap();
        assert_eq!(ran.status.code(), Some(0), "{}", told(&ran));
        assert!(
            copies(&desk.out()) == reference,
            "the last run made other copies"
        );
        desk.every_copy_has_its_mapping(&reference, &input);
        assert!(part_files(desk.folder.path()).is_empty());
    }
    println!("{n_kills} kills in {n_desks} trees of 500 files");
}

#[test]
fn a_finished_run_resumed_does_nothing_again() {
    let desk = Desk::new();
    let input = desk.folder.path().join("in");
    write_letters_n(&input, &mut Random(7), 6, 2);
    let ran = desk.run(&input, &[]).output().unwrap();
    assert_eq!(ran.status.code(), Some(0), "{}", told(&ran));
    let before = stamps(&desk.out());
    let again = desk.run(&input, &["--resume"]).output().unwrap();
    assert_eq!(again.status.code(), Some(0), "{}", told(&again));
    assert_eq!(stamps(&desk.out()), before, "a copy was written again");
    // A copy that somebody changed or removed is made anew.
    let (name, _) = before.iter().next().unwrap();
    let whole = std::fs::read(desk.out().join(name)).unwrap();
    std::fs::write(desk.out().join(name), "spoiled").unwrap();
    let again = desk.run(&input, &["--resume"]).output().unwrap();
    assert_eq!(again.status.code(), Some(0), "{}", told(&again));
    assert!(
        std::fs::read(desk.out().join(name)).unwrap() == whole,
        "{name} stayed spoiled"
    );
}

impl Desk {
    fn new() -> Self {
        let scratch = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let folder = tempfile::Builder::new()
            .prefix("kill-")
            .tempdir_in(scratch)
            .unwrap();
        Self { folder }
    }

    fn out(&self) -> PathBuf {
        self.folder.path().join("out")
    }

    fn places(&self) -> [PathBuf; 4] {
        let at = |name: &str| self.folder.path().join(name);
        [
            "--store".into(),
            at("store").join("mapping.sqlite"),
            "--keys".into(),
            at("keys"),
        ]
    }

    fn run(&self, input: &Path, more: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_deckname"));
        command
            .arg("run")
            .arg(input)
            .arg("--out")
            .arg(self.out())
            .args(self.places());
        command
            .args(["--no-model", "--jobs", "2", "--quiet"])
            .args(more);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Kills a run once a random number of further files is there, up to `n_most`,
    /// and a moment later: counted and not timed, so that a slow machine kills
    /// in the middle too. Every eighth kill falls before the first file.
    fn kill_in_the_middle(
        &self,
        child: &mut Child,
        random: &mut Random,
        n_most: usize,
    ) -> ExitStatus {
        let n_files = || files_below(&self.out()).len();
        let draw = random.next();
        let n_more = if draw.is_multiple_of(8) {
            0
        } else {
            usize::try_from(draw >> 8).unwrap() % n_most + 1
        };
        let n_wanted = n_files() + n_more;
        while n_more > 0 && child.try_wait().unwrap().is_none() && n_files() < n_wanted {
            std::thread::sleep(Duration::from_millis(2));
        }
        std::thread::sleep(random.below(Duration::from_millis(20)));
        child.kill().unwrap(); // SIGKILL
        child.wait().unwrap()
    }

    fn lend_keys_to(&self, other: &Self) {
        let (from, to) = (
            self.folder.path().join("keys"),
            other.folder.path().join("keys"),
        );
        std::fs::DirBuilder::new().mode(0o700).create(&to).unwrap();
        for entry in std::fs::read_dir(from).unwrap() {
            let path = entry.unwrap().path();
            std::fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
        }
    }

    /// All text copies in one file, restored at once: with every mapping in the
    /// store they are the originals, byte for byte.
    fn every_copy_has_its_mapping(&self, left: &BTreeMap<String, Vec<u8>>, input: &Path) {
        let texts: Vec<_> = left
            .iter()
            .filter(|(name, _)| name.ends_with(".txt"))
            .collect();
        if texts.is_empty() {
            return;
        }
        let joined: Vec<u8> = texts
            .iter()
            .flat_map(|(_, bytes)| bytes.iter().copied())
            .collect();
        let file = self.folder.path().join("joined.txt");
        let target = self.folder.path().join("restored.txt");
        std::fs::write(&file, joined).unwrap();
        let ran = Command::new(env!("CARGO_BIN_EXE_deckname"))
            .args(["restore".into(), file, "--out".into(), target.clone()])
            .args(self.places())
            .args(["--reason", "kill test"])
            .output()
            .unwrap();
        assert_eq!(
            ran.status.code(),
            Some(0),
            "a copy without its mapping: {}",
            told(&ran)
        );
        let expected: Vec<u8> = texts
            .iter()
            .flat_map(|(name, _)| std::fs::read(input.join(name)).unwrap())
            .collect();
        assert!(
            std::fs::read(target).unwrap() == expected,
            "restored copies differ"
        );
    }
}

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, whole: Duration) -> Duration {
        whole.mul_f64(f64::from(u32::try_from(self.next() >> 32).unwrap()) / f64::from(u32::MAX))
    }

    fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        let n = u64::try_from(list.len()).unwrap();
        list[usize::try_from(self.next() % n).unwrap()]
    }
}

fn write_letters(folder: &Path, random: &mut Random) {
    write_letters_n(folder, random, N_TEXTS, N_WORDS);
}

fn write_letters_n(folder: &Path, random: &mut Random, n_texts: usize, n_words: usize) {
    for sub in ["akte-a", "akte-b"] {
        std::fs::create_dir_all(folder.join(sub)).unwrap();
    }
    for n in 0..n_texts + n_words {
        let sub = ["akte-a", "akte-b"][n % 2];
        let lines = letter(random);
        let (name, bytes) = if n < n_texts {
            (
                format!("{sub}/schreiben-{n:03}.txt"),
                lines.join("\n").into_bytes(),
            )
        } else {
            (format!("{sub}/schreiben-{n:03}.docx"), word(&lines))
        };
        std::fs::write(folder.join(name), bytes).unwrap();
    }
}

fn letter(random: &mut Random) -> Vec<String> {
    let first = random.pick(&[
        "Marta",
        "Duc",
        "Fatma",
        "Heinrich",
        "Oluwaseun",
        "Giulia",
        "Jürgen",
    ]);
    let last = random.pick(&[
        "Quastenberg",
        "Ferrante",
        "Adeyemi",
        "Lindqvist",
        "Zającek",
        "Yıldızoğlu",
    ]);
    let number = random.next() % 1000;
    vec![
        format!("Frau {first} {last}"),
        format!("Ahornweg {}", number % 90 + 1),
        "36904 Erlenstedt".to_owned(),
        String::new(),
        format!("Sehr geehrte Frau {last},"),
        format!(
            "Ihr Schreiben ist eingegangen. Rückfragen unter Telefon 030 23125-{number:03} oder"
        ),
        format!(
            "per E-Mail an {}.{number}@post.example.",
            last.to_lowercase()
        ),
        String::new(),
        "Mit freundlichen Grüßen".to_owned(),
    ]
}

/// The smallest Word file that is one.
fn word(lines: &[String]) -> Vec<u8> {
    const TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"#;
    const RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"#;
    let paragraphs: String = lines
        .iter()
        .map(|line| format!(r#"<w:p><w:r><w:t xml:space="preserve">{line}</w:t></w:r></w:p>"#))
        .collect();
    let document = format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{paragraphs}</w:body></w:document>"#
    );
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in [
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", RELATIONS),
        ("word/document.xml", &document),
    ] {
        writer
            .start_file(name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// All files under their final names, without the reports.
fn copies(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut copies = BTreeMap::new();
    for path in files_below(folder) {
        let name = path
            .strip_prefix(folder)
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned();
        if !name.ends_with(".deckname-part") && !name.starts_with("deckname-report.") {
            copies.insert(name, std::fs::read(path).unwrap());
        }
    }
    copies
}

/// Inode and time of change of every copy.
fn stamps(folder: &Path) -> BTreeMap<String, (u64, i64, i64)> {
    use std::os::unix::fs::MetadataExt;
    let stamp = |name: &String| {
        let meta = folder.join(name).metadata().unwrap();
        (meta.ino(), meta.mtime(), meta.mtime_nsec())
    };
    copies(folder)
        .keys()
        .map(|name| (name.clone(), stamp(name)))
        .collect()
}

fn part_files(folder: &Path) -> Vec<PathBuf> {
    let is_part = |path: &PathBuf| path.to_string_lossy().ends_with(".deckname-part");
    files_below(folder).into_iter().filter(is_part).collect()
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        // The folder may not exist yet when the kill came early.
        for entry in std::fs::read_dir(&next).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found
}

fn names(copies: &BTreeMap<String, Vec<u8>>) -> Vec<&String> {
    copies.keys().collect()
}

fn told(ran: &Output) -> String {
    String::from_utf8_lossy(&ran.stderr).into_owned()
}
