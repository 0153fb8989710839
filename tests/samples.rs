//! The main job on `samples/documents`, from outside: the built program runs,
//! and readers that share no code with it (poppler, qpdf, unzip) look for what
//! should be gone and for what should have stayed.
//!
//! `samples/labels/misses.tsv` lists the values that the program is known to
//! leave in. A value that is left in and not listed fails, and so does a line
//! that is not needed any more: the list can only be changed on purpose
//! (`DECKNAME_BLESS=1 cargo test --test samples` writes it anew). To try
//! another model: `DECKNAME_FLAGS="--model FOLDER" cargo test --test samples`.

#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test may stop at the first surprise, and its files are its own"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use regex::Regex;
use serde_json::Value;

/// Names that are ordinary words in the samples: they count only where the
/// labels say that they are names.
const ORDINARY: &[&str] = &[
    "Koch", "Sommer", "Richter", "König", "Kaiser", "Winter", "Berg", "Lang", "Wolf", "Bauer",
    "Stein", "Weiß", "May", "Brook", "SOMMER", "KOCH",
];

/// The truth about one sample.
struct Gold {
    id: String,
    text: String,
    /// Start and end in characters, entity type.
    spans: Vec<(usize, usize, String)>,
    elsewhere: Vec<(String, String)>,
}

/// A run over all samples, and what became of each.
struct Delivered {
    desk: Desk,
    ran: Output,
    /// Sample id → output file.
    outputs: BTreeMap<String, PathBuf>,
}

/// Three places side by side, removed at the end.
struct Desk {
    folder: tempfile::TempDir,
}

#[test]
fn labels_fit_their_documents() {
    let golds = golds();
    assert!(golds.len() >= 18, "only {} labelled samples", golds.len());
    let mut labelled: Vec<_> = golds.iter().map(|gold| gold.id.clone()).collect();
    labelled.sort();
    assert_eq!(
        labelled,
        files_below(&documents()),
        "labels (left), documents (right)"
    );
    for gold in &golds {
        let path = documents().join(&gold.id);
        let readings = readings(&path, &gold.id);
        let mut last = 0;
        let mut spans = gold.spans.clone();
        spans.sort();
        for (start, end, entity_type) in &spans {
            let known = deckname::entity::EntityType::parse(entity_type);
            assert!(known.is_some(), "{}: no type {entity_type}", gold.id);
            assert!(*start >= last && start < end, "{}: spans overlap", gold.id);
            last = *end;
            let value = gold.value(*start, *end);
            let shown = readings.iter().any(|(_, text)| holds(text, &value));
            assert!(shown, "{}: {value:?} is not in the document", gold.id);
        }
        for (value, _) in &gold.elsewhere {
            let shown = readings.iter().any(|(_, text)| holds(text, value));
            assert!(shown, "{}: {value:?} is nowhere in the file", gold.id);
        }
    }
}

#[test]
fn every_sample_is_delivered() {
    let delivered = delivered();
    assert_eq!(
        delivered.ran.status.code(),
        Some(0),
        "{}",
        told(&delivered.ran)
    );
    let expected: BTreeSet<_> = golds().into_iter().map(|gold| gold.id).collect();
    let got: BTreeSet<_> = delivered.outputs.keys().cloned().collect();
    assert_eq!(got, expected);
    let beside: Vec<_> = files_below(&delivered.desk.out())
        .into_iter()
        .filter(|file| !file.starts_with("deckname-report."))
        .collect();
    assert_eq!(
        beside.len(),
        expected.len(),
        "something else lies in the output: {beside:?}"
    );
}

#[test]
fn no_reader_finds_an_original() {
    let delivered = delivered();
    let mut left = BTreeSet::new();
    for gold in golds() {
        let Some(output) = delivered.outputs.get(&gold.id) else {
            continue; // `every_sample_is_delivered` fails for it
        };
        let name = output.strip_prefix(delivered.desk.out()).unwrap();
        for (reader, text) in readings(output, name.to_str().unwrap()) {
            for (value, entity_type) in gold.values() {
                if gold.left_in(&reader, &text, &value, &entity_type) {
                    left.insert(format!("{}\t{entity_type}\t{value}", gold.id));
                }
            }
        }
    }
    compare_with_known_misses(&left);
}

#[test]
fn names_of_files_come_back() {
    let delivered = delivered();
    let names: Vec<String> = delivered
        .outputs
        .values()
        .map(|output| {
            output
                .strip_prefix(delivered.desk.out())
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    let list = delivered.desk.scratch("names.txt");
    std::fs::write(&list, names.join("\n")).unwrap();
    let restored = lossy(&delivered.desk.restored(&list, "txt"));
    let restored: Vec<&str> = restored.lines().collect();
    let expected: Vec<&str> = delivered.outputs.keys().map(String::as_str).collect();
    assert_eq!(restored, expected);
}

#[test]
fn text_files_come_back_byte_for_byte() {
    let delivered = delivered();
    let mut n = 0;
    for (id, output) in &delivered.outputs {
        if !["txt", "md", "csv"].contains(&extension(output)) {
            continue;
        }
        n += 1;
        let back = delivered.desk.restored(output, extension(output));
        let original = std::fs::read(documents().join(id)).unwrap();
        assert!(
            back == original,
            "{id} differs after restoring:\n{}",
            first_difference(&lossy(&original), &lossy(&back))
        );
    }
    assert!(n >= 8, "only {n} text files were compared");
}

#[test]
fn word_files_come_back_paragraph_by_paragraph() {
    let delivered = delivered();
    let mut n = 0;
    for (id, output) in delivered
        .outputs
        .iter()
        .filter(|(id, _)| id.ends_with(".docx"))
    {
        n += 1;
        let original = word_text(&documents().join(id));
        let copy = delivered.desk.scratch(&format!("{n}.txt"));
        std::fs::write(&copy, word_text(output)).unwrap();
        let back = lossy(&delivered.desk.restored(&copy, "txt"));
        assert!(
            back == original,
            "{id}: {}",
            first_difference(&original, &back)
        );
        // The way a user goes: the copy itself, in its own format.
        let restored = delivered.desk.restored_file(output, "docx");
        let back = word_text(&restored);
        assert!(
            back == original,
            "{id} as docx: {}",
            first_difference(&original, &back)
        );
    }
    assert!(n >= 5, "only {n} Word files were compared");
}

#[test]
fn pdf_files_come_back_word_by_word() {
    let delivered = delivered();
    let mut n = 0;
    for (id, output) in delivered
        .outputs
        .iter()
        .filter(|(id, _)| id.ends_with(".pdf"))
    {
        n += 1;
        // Lines may break elsewhere: a token is not as long as a name.
        let dense = |text: &str| text.split_whitespace().collect::<String>();
        let original = pdf_text(&documents().join(id), &["-raw"]);
        let copy = delivered.desk.scratch(&format!("{n}.pdf.txt"));
        std::fs::write(&copy, unwrapped(&pdf_text(output, &["-raw"]))).unwrap();
        let back = dense(&lossy(&delivered.desk.restored(&copy, "txt")));
        let original = dense(&original);
        assert!(
            back == original,
            "{id}: {}",
            first_difference(&original, &back)
        );
        assert_eq!(
            n_pages(&documents().join(id)),
            n_pages(output),
            "{id}: another number of pages"
        );
    }
    assert!(n >= 5, "only {n} PDF files were compared");
}

#[test]
fn copies_are_sound_to_other_programs() {
    for (id, output) in &delivered().outputs {
        match extension(output) {
            // A warning (3) would be an error here.
            "pdf" => {
                let check = Command::new("qpdf")
                    .arg("--check")
                    .arg(output)
                    .output()
                    .unwrap();
                assert_eq!(check.status.code(), Some(0), "{id}: {}", told(&check));
            }
            "docx" => drop(tool("unzip", &["-tqq".as_ref(), output.as_ref()])),
            _ => {}
        }
        assert_eq!(
            extension(output),
            extension(Path::new(id)),
            "{id}: another format"
        );
    }
}

/// A report without the times at which its runs began.
fn without_times(report: &[u8]) -> String {
    let time = Regex::new(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?Z?").unwrap();
    time.replace_all(&lossy(report), "TIME").into_owned()
}

#[test]
fn one_and_two_threads_give_the_same_bytes() {
    let delivered = delivered();
    let desk = Desk::new();
    copy_folder(&delivered.desk.keys(), &desk.keys());
    let ran = desk.run(&documents(), &["--jobs", "1"]);
    assert_eq!(
        ran.status.code(),
        delivered.ran.status.code(),
        "{}",
        told(&ran)
    );
    let files = files_below(&desk.out());
    assert_eq!(files, files_below(&delivered.desk.out()));
    for file in files {
        let one = std::fs::read(desk.out().join(&file)).unwrap();
        let two = std::fs::read(delivered.desk.out().join(&file)).unwrap();
        // The mark of a tree is random: it tells one tree from another.
        if file == "deckname-report.tree" {
            continue;
        }
        let same = if file.starts_with("deckname-report") {
            without_times(&one) == without_times(&two)
        } else {
            one == two
        };
        assert!(same, "{file} differs between one and two threads");
    }
}

#[test]
fn nothing_printable_holds_an_original() {
    let delivered = delivered();
    let mut said = vec![
        ("standard output", lossy(&delivered.ran.stdout)),
        ("standard error", lossy(&delivered.ran.stderr)),
    ];
    for report in [
        "deckname-report.json",
        "deckname-report.md",
        "deckname-report.html",
        "deckname-report.csv",
    ] {
        said.push((
            report,
            lossy(&std::fs::read(delivered.desk.out().join(report)).unwrap()),
        ));
    }
    for gold in golds() {
        for (value, _) in gold.values() {
            for (place, text) in &said {
                assert!(!holds(text, &value), "{place} holds a value of {}", gold.id);
            }
        }
    }
    for (place, text) in &said[2..] {
        // A table for spreadsheets has columns and no sentences.
        let caution =
            place.ends_with(".csv") || (text.contains("pseudonym") && text.contains("anonym"));
        assert!(
            caution,
            "{place} does not say: pseudonymized, not anonymous"
        );
    }
}

#[test]
fn keys_and_store_hold_no_original_and_are_private() {
    let delivered = delivered();
    let mut n = 0;
    for folder in [delivered.desk.keys(), delivered.desk.store_folder()] {
        for file in files_below(&folder) {
            let path = folder.join(file);
            let Ok(bytes) = std::fs::read(&path) else {
                continue; // SQLite's write-ahead log comes and goes
            };
            n += 1;
            let text = lossy(&bytes);
            for gold in golds() {
                for (value, _) in gold
                    .values()
                    .into_iter()
                    .filter(|(value, _)| value.len() > 5)
                {
                    assert!(
                        !text.contains(&value),
                        "{}: a value in clear",
                        path.display()
                    );
                }
            }
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                let mode = path
                    .metadata()
                    .map_or(0, |meta| meta.permissions().mode() & 0o777);
                assert_eq!(mode & 0o077, 0, "{} has mode {mode:o}", path.display());
            }
        }
    }
    assert!(n >= 3, "batch key, restore key and store were expected");
}

#[test]
fn a_broken_file_fails_alone() {
    let desk = Desk::new();
    let input = desk.place("in");
    let word =
        std::fs::read(documents().join("Vorgang_Kowalczyk/Widerspruch_Kowalczyk.docx")).unwrap();
    let pdf = std::fs::read(documents().join("Vorgang_Kowalczyk/Mail_Rueckfrage.pdf")).unwrap();
    std::fs::write(
        input.join("gut.txt"),
        "Sehr geehrte Frau Quastenberg,\nbis morgen.\n",
    )
    .unwrap();
    std::fs::write(input.join("zuletzt.txt"), "Herr Quastenberg kommt.\n").unwrap();
    std::fs::write(input.join("Herr Quastenberg.docx"), &word[..word.len() / 2]).unwrap();
    std::fs::write(input.join("Quastenberg kaputt.pdf"), &pdf[..pdf.len() / 3]).unwrap();
    std::fs::write(
        input.join("Frau Quastenberg.exe"),
        b"MZ\x90\0\x03\0\0\0Quastenberg",
    )
    .unwrap();
    std::fs::write(input.join("leer.pdf"), b"").unwrap();
    std::fs::write(input.join("kein.docx"), "Herr Quastenberg, als Text").unwrap();
    let ran = desk.run(&input, &[]);
    assert_eq!(ran.status.code(), Some(1), "{}", told(&ran));
    let report: Value =
        serde_json::from_slice(&std::fs::read(desk.out().join("deckname-report.json")).unwrap())
            .unwrap();
    assert_eq!(report["totals"]["delivered"], 2, "{report:#}");
    assert_eq!(report["totals"]["failed"], 5, "{report:#}");
    let there: Vec<_> = files_below(&desk.out());
    let copies: Vec<_> = there
        .iter()
        .filter(|file| !file.starts_with("deckname-report."))
        .collect();
    assert_eq!(
        copies,
        ["gut.txt", "zuletzt.txt"],
        "only what was verified may lie in the output"
    );
    let mut said = told(&ran);
    for file in there {
        said += &lossy(&std::fs::read(desk.out().join(file)).unwrap());
    }
    assert!(!said.contains("Quastenberg"), "a name came out:\n{said}");
    assert!(
        !said.contains("panicked") && !said.contains("internal error"),
        "{said}"
    );
}

/// `@name` is a place of the test's own.
const REFUSALS: &[(&str, &str)] = &[
    ("no verb", ""),
    ("unknown flag", "run @in --out @o1 --colour"),
    ("no output", "run @in"),
    (
        "no such input",
        "run @none --out @o2 --store @s2/m --keys @k2",
    ),
    (
        "output not empty",
        "run @in --out @full --store @s3/m --keys @k3",
    ),
    (
        "store in the output",
        "run @in --out @o4 --store @o4/m --keys @k4",
    ),
    (
        "store in the input",
        "run @in --out @o5 --store @in/m --keys @k5",
    ),
    (
        "store beside the keys",
        "run @in --out @o6 --store @k6/m --keys @k6",
    ),
    (
        "keys in the output",
        "run @in --out @o7 --store @s7/m --keys @o7/k",
    ),
    (
        "keys above the input",
        "run @in --out @o8 --store @s8/m --keys @",
    ),
    (
        "a store, but no keys",
        "run @in --out @o9 --store @full/there --keys @k9",
    ),
    (
        "restore, no store",
        "restore @in/brief.txt --store @s10/m --keys @k10 --reason x",
    ),
    (
        "restore, no reason",
        "restore @in/brief.txt --store @s11/m --keys @k11",
    ),
];

#[test]
fn what_cannot_start_says_so_and_does_nothing() {
    let desk = Desk::new();
    let input = desk.place("in");
    std::fs::write(input.join("brief.txt"), "Herr Quastenberg\n").unwrap();
    let full = desk.place("full");
    std::fs::write(full.join("there"), "already").unwrap();
    let here = format!("{}/", desk.folder.path().display());
    for (why, line) in REFUSALS {
        let arguments: Vec<String> = line
            .split(' ')
            .filter(|word| !word.is_empty())
            .map(|word| word.replace('@', &here))
            .collect();
        let ran = desk.deckname(&arguments);
        let said = told(&ran);
        assert_eq!(ran.status.code(), Some(2), "{why}: {said}");
        assert!(!ran.stderr.is_empty(), "{why}: no word about it");
        assert!(!said.contains("internal error"), "{why}: {said}");
        assert!(!said.contains("Quastenberg"), "{why}: {said}");
    }
    for n in 1..12 {
        let out = desk.folder.path().join(format!("o{n}"));
        assert!(files_below_if(&out).is_empty(), "o{n}");
    }
    assert_eq!(files_below(&input), ["brief.txt"]);
}

#[test]
fn real_names_never_go_where_copies_lie() {
    let delivered = delivered();
    let output = delivered.outputs.values().next().unwrap();
    let inside = delivered.desk.out().join("restored.txt");
    let (store, keys) = (delivered.desk.store(), delivered.desk.keys());
    let arguments: [&OsStr; 10] = [
        "restore".as_ref(),
        output.as_ref(),
        "--store".as_ref(),
        store.as_ref(),
        "--keys".as_ref(),
        keys.as_ref(),
        "--reason".as_ref(),
        "test".as_ref(),
        "--out".as_ref(),
        inside.as_ref(),
    ];
    let ran = delivered.desk.deckname(&arguments);
    assert_eq!(ran.status.code(), Some(2), "{}", told(&ran));
    assert!(!inside.exists());
}

#[test]
fn an_invented_or_damaged_token_is_left_and_told() {
    let delivered = delivered();
    let answer = delivered.desk.scratch("answer.txt");
    let text = "Frau [PERSON_AAAAAA] und Herr [PERSON_CCCCCCC] wohnen in [WOHNORT_777777].\n";
    std::fs::write(&answer, text).unwrap();
    let target = delivered.desk.scratch("answer-restored.txt");
    let ran = delivered.desk.restore(&answer, &target);
    assert_eq!(ran.status.code(), Some(1), "{}", told(&ran));
    assert_eq!(std::fs::read_to_string(&target).unwrap(), text);
}

impl Gold {
    fn value(&self, start: usize, end: usize) -> String {
        self.text.chars().skip(start).take(end - start).collect()
    }

    /// All values with their types, in the text and elsewhere, each once.
    fn values(&self) -> BTreeSet<(String, String)> {
        let spans = self
            .spans
            .iter()
            .map(|(start, end, kind)| (self.value(*start, *end), kind.clone()));
        spans.chain(self.elsewhere.iter().cloned()).collect()
    }

    /// Whether a reader still finds a value. A name that is an ordinary word, and
    /// a part of a name, may stand as often as the labels leave it unmarked.
    fn left_in(&self, reader: &str, text: &str, value: &str, entity_type: &str) -> bool {
        let ordinary = ORDINARY.contains(&value);
        if !ordinary && (holds(text, value) || holds_digits(text, value)) {
            return true;
        }
        // Raw parts hold style names and the like; words are counted in text.
        if ["bytes", "parts", "objects"]
            .iter()
            .any(|raw| reader.contains(raw))
        {
            return false;
        }
        let unmarked = self.unmarked();
        let parts = if entity_type == "PERSON" {
            name_parts(value)
        } else {
            Vec::new()
        };
        let words = parts.into_iter().chain(ordinary.then_some(value));
        words
            .into_iter()
            .any(|word| n_words(text, word) > n_words(&unmarked, word))
    }

    /// The text without its mentions.
    fn unmarked(&self) -> String {
        let marked = |at: usize| {
            self.spans
                .iter()
                .any(|(start, end, _)| (*start..*end).contains(&at))
        };
        let blank = |(at, c): (usize, char)| if marked(at) { '·' } else { c };
        self.text.chars().enumerate().map(blank).collect()
    }
}

impl Desk {
    fn new() -> Self {
        let scratch = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let folder = tempfile::Builder::new()
            .prefix("samples-")
            .tempdir_in(scratch)
            .unwrap();
        let desk = Self { folder };
        desk.place("scratch");
        desk
    }

    fn place(&self, name: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(&path).unwrap();
        path
    }

    fn out(&self) -> PathBuf {
        self.folder.path().join("out")
    }

    fn keys(&self) -> PathBuf {
        self.folder.path().join("keys")
    }

    fn store_folder(&self) -> PathBuf {
        self.folder.path().join("store")
    }

    fn store(&self) -> PathBuf {
        self.store_folder().join("mapping.sqlite")
    }

    fn scratch(&self, name: &str) -> PathBuf {
        self.folder.path().join("scratch").join(name)
    }

    fn deckname<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_deckname"))
            .args(arguments)
            .env("HOME", self.folder.path().join("home"))
            .env_remove("XDG_DATA_HOME")
            .env_remove("XDG_CONFIG_HOME")
            .output()
            .unwrap()
    }

    fn run(&self, input: &Path, more: &[&str]) -> Output {
        let (out, store, keys) = (self.out(), self.store(), self.keys());
        let mut arguments: Vec<&OsStr> = vec![
            "run".as_ref(),
            input.as_ref(),
            "--out".as_ref(),
            out.as_ref(),
            "--store".as_ref(),
            store.as_ref(),
            "--keys".as_ref(),
            keys.as_ref(),
        ];
        arguments.extend(more.iter().map(OsStr::new));
        let wished = std::env::var("DECKNAME_FLAGS").unwrap_or_default();
        arguments.extend(wished.split_whitespace().map(OsStr::new));
        self.deckname(&arguments)
    }

    fn restore(&self, file: &Path, target: &Path) -> Output {
        let (store, keys) = (self.store(), self.keys());
        let arguments: [&OsStr; 10] = [
            "restore".as_ref(),
            file.as_ref(),
            "--store".as_ref(),
            store.as_ref(),
            "--keys".as_ref(),
            keys.as_ref(),
            "--reason".as_ref(),
            "test of the samples".as_ref(),
            "--out".as_ref(),
            target.as_ref(),
        ];
        self.deckname(&arguments)
    }

    fn restored_file(&self, file: &Path, ending: &str) -> PathBuf {
        let stem = file.file_name().unwrap().to_str().unwrap();
        let target = self.scratch(&format!("restored-{}-{stem}.{ending}", fresh()));
        let ran = self.restore(file, &target);
        assert_eq!(
            ran.status.code(),
            Some(0),
            "{}: {}",
            file.display(),
            told(&ran)
        );
        target
    }

    fn restored(&self, file: &Path, ending: &str) -> Vec<u8> {
        std::fs::read(self.restored_file(file, ending)).unwrap()
    }
}

fn delivered() -> &'static Delivered {
    static DELIVERED: OnceLock<Delivered> = OnceLock::new();
    DELIVERED.get_or_init(|| {
        let desk = Desk::new();
        let ran = desk.run(&documents(), &["--jobs", "2"]);
        let outputs = outputs(&desk, &ran);
        Delivered { desk, ran, outputs }
    })
}

/// Which output belongs to which sample: the report names the outputs in the
/// order of the inputs.
fn outputs(desk: &Desk, ran: &Output) -> BTreeMap<String, PathBuf> {
    let files = reported(desk, ran);
    let mut ids: Vec<String> = golds().into_iter().map(|gold| gold.id).collect();
    ids.sort_by_key(|id| id.split('/').map(str::to_owned).collect::<Vec<_>>());
    assert_eq!(files.len(), ids.len(), "the report has one entry per input");
    let mut outputs = BTreeMap::new();
    for (id, file) in ids.into_iter().zip(&files) {
        if file["outcome"] == "delivered" {
            outputs.insert(id, desk.out().join(file["name"].as_str().unwrap()));
        } else {
            println!("{id}: {} {}", file["reason"], file["detail"]);
        }
    }
    outputs
}

fn reported(desk: &Desk, ran: &Output) -> Vec<Value> {
    let report = std::fs::read(desk.out().join("deckname-report.json"));
    let report = report.unwrap_or_else(|_| panic!("no report: {}", told(ran)));
    let report: Value = serde_json::from_slice(&report).unwrap();
    report["files"].as_array().unwrap().clone()
}

fn golds() -> Vec<Gold> {
    let mut golds = Vec::new();
    for file in files_below(&root().join("samples/labels")) {
        if !file.ends_with(".jsonl") {
            continue;
        }
        let text = std::fs::read_to_string(root().join("samples/labels").join(file)).unwrap();
        golds.extend(text.lines().map(gold));
    }
    golds
}

fn gold(line: &str) -> Gold {
    let value: Value = serde_json::from_str(line).unwrap();
    let string = |value: &Value| value.as_str().unwrap().to_owned();
    let number = |value: &Value| usize::try_from(value.as_u64().unwrap()).unwrap();
    let list = |name: &str| value[name].as_array().unwrap().clone();
    Gold {
        id: string(&value["id"]),
        text: string(&value["text"]),
        spans: list("spans")
            .iter()
            .map(|s| (number(&s[0]), number(&s[1]), string(&s[2])))
            .collect(),
        elsewhere: list("elsewhere")
            .iter()
            .map(|e| (string(&e[0]), string(&e[1])))
            .collect(),
    }
}

fn compare_with_known_misses(left: &BTreeSet<String>) {
    let path = root().join("samples/labels/misses.tsv");
    if std::env::var_os("DECKNAME_BLESS").is_some() {
        let lines: String = left.iter().map(|line| format!("{line}\n")).collect();
        std::fs::write(&path, lines).unwrap();
    }
    let known = std::fs::read_to_string(&path).unwrap_or_default();
    let known: BTreeSet<String> = known.lines().map(str::to_owned).collect();
    let new: Vec<_> = left.difference(&known).collect();
    let stale: Vec<_> = known.difference(left).collect();
    assert!(
        new.is_empty(),
        "{} originals are still readable: {new:#?}",
        new.len()
    );
    assert!(
        stale.is_empty(),
        "found at last; take these lines out of misses.tsv: {stale:#?}"
    );
}

/// A file as other programs read it: what they are called, and what they see.
fn readings(path: &Path, shown_name: &str) -> Vec<(String, String)> {
    let bytes = std::fs::read(path).unwrap();
    let mut readings = vec![("name".to_owned(), shown_name.replace(['_', '/'], " "))];
    match extension(path) {
        "docx" => {
            let parts = tool("unzip", &["-p".as_ref(), path.as_ref()]);
            let parts = lossy(&parts);
            readings.push(("stripped text".to_owned(), stripped(&parts)));
            readings.push(("raw parts".to_owned(), percent_decoded(&unescaped(&parts))));
            let names = tool("unzip", &["-Z1".as_ref(), path.as_ref()]);
            readings.push(("part names".to_owned(), lossy(&names)));
        }
        "pdf" => {
            for flags in [&[][..], &["-layout"], &["-raw"]] {
                readings.push((format!("pdftotext {flags:?}"), pdf_text(path, flags)));
            }
            for flags in [&[][..], &["-meta"]] {
                let mut arguments: Vec<&OsStr> = flags.iter().map(OsStr::new).collect();
                arguments.push(path.as_ref());
                readings.push((
                    format!("pdfinfo {flags:?}"),
                    lossy(&tool("pdfinfo", &arguments)),
                ));
            }
            let flags = ["--qdf", "--object-streams=disable", "--no-warn"];
            let mut arguments: Vec<&OsStr> = flags.iter().map(OsStr::new).collect();
            arguments.extend([path.as_os_str(), "-".as_ref()]);
            readings.push(("objects".to_owned(), lossy(&tool("qpdf", &arguments))));
        }
        _ => readings.push(("text".to_owned(), lossy(&bytes))),
    }
    readings.push(("bytes".to_owned(), lossy(&bytes)));
    for (_, text) in &mut readings {
        *text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    readings
}

/// Runs a program of somebody else's.
fn tool(name: &str, arguments: &[&OsStr]) -> Vec<u8> {
    let ran = Command::new(name)
        .args(arguments)
        .output()
        .unwrap_or_else(|error| {
            panic!(
                "{name} is needed to read the outputs with other eyes ({error}); \
             install it: apt-get install poppler-utils qpdf unzip"
            )
        });
    // qpdf says 3 for warnings.
    let fine = ran.status.success() || (name == "qpdf" && ran.status.code() == Some(3));
    assert!(fine, "{name} {arguments:?}: {}", lossy(&ran.stderr));
    ran.stdout
}

fn pdf_text(path: &Path, flags: &[&str]) -> String {
    let mut arguments: Vec<&OsStr> = flags.iter().map(OsStr::new).collect();
    arguments.extend([path.as_os_str(), "-".as_ref()]);
    lossy(&tool("pdftotext", &arguments))
}

fn n_pages(path: &Path) -> String {
    let info = lossy(&tool("pdfinfo", &[path.as_ref()]));
    let line = info.lines().find(|line| line.starts_with("Pages:"));
    line.unwrap().to_owned()
}

/// A token that was cut by a line end is one token again.
fn unwrapped(text: &str) -> String {
    let cut = Regex::new(r"(\[[A-Z]+_)\s+|([A-Z0-9]-?)\n([A-Z0-9-]+\])").unwrap();
    cut.replace_all(text, "$1$2$3").into_owned()
}

/// The text of a Word file that a reader sees: body, headers, footers,
/// footnotes; insertions, but not deletions.
fn word_text(path: &Path) -> String {
    let names = lossy(&tool("unzip", &["-Z1".as_ref(), path.as_ref()]));
    let shown = Regex::new(r"^word/(document|header\d*|footer\d*|footnotes)\.xml$").unwrap();
    let deleted = Regex::new(r"(?s)<w:del [^>]*>.*?</w:del>").unwrap();
    let mut text = String::new();
    for name in names
        .lines()
        .filter(|name| shown.is_match(name))
        .collect::<BTreeSet<_>>()
    {
        let part = lossy(&tool(
            "unzip",
            &["-p".as_ref(), path.as_ref(), name.as_ref()],
        ));
        text += &format!("-- {name}\n{}\n", stripped(&deleted.replace_all(&part, "")));
    }
    text
}

/// XML without tags: paragraphs end lines, runs end nothing.
fn stripped(xml: &str) -> String {
    let end = Regex::new(r"</w:p>|<w:br/>|<w:tab/>|<\?xml").unwrap();
    let tag = Regex::new(r"<[^>]*>").unwrap();
    let broken = end.replace_all(xml, "\n$0");
    unescaped(&tag.replace_all(&broken, ""))
}

fn unescaped(xml: &str) -> String {
    let plain = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&apos;", "'"),
        ("&amp;", "&"),
    ];
    plain
        .iter()
        .fold(xml.to_owned(), |text, (from, to)| text.replace(from, to))
}

fn percent_decoded(text: &str) -> String {
    text.replace("%20", " ").replace("%40", "@")
}

/// UTF-8 if it is, else Windows-1252.
fn lossy(bytes: &[u8]) -> String {
    std::str::from_utf8(bytes).map_or_else(
        |_| {
            encoding_rs::WINDOWS_1252
                .decode_without_bom_handling(bytes)
                .0
                .into_owned()
        },
        str::to_owned,
    )
}

/// Whether a value stands in a text as a whole word or as several.
fn holds(text: &str, value: &str) -> bool {
    n_words(text, value) > 0 || (value.chars().count() > 7 && fold(text).contains(&fold(value)))
}

/// The parts of a name that tell somebody: not particles, not initials.
fn name_parts(name: &str) -> Vec<&str> {
    let parts = name.split([' ', ',', '-', '.']);
    let tells = |part: &&str| part.chars().count() > 3 && part.starts_with(char::is_uppercase);
    parts.filter(tells).filter(|part| *part != name).collect()
}

fn n_words(text: &str, value: &str) -> usize {
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let whole = |(at, found): &(usize, &str)| {
        let before = text[..*at].chars().next_back();
        let after = text[at + found.len()..].chars().next();
        !(is_word(before) && is_word(found.chars().next())
            || is_word(after) && is_word(found.chars().next_back()))
    };
    text.match_indices(value).filter(whole).count()
}

/// Whether the digits of a number stand in a text, however they are grouped.
fn holds_digits(text: &str, value: &str) -> bool {
    let dense = |text: &str| text.replace([' ', '-', '/', '(', ')', '.'], "");
    let digits = dense(value);
    digits.len() >= 9
        && digits.chars().filter(char::is_ascii_digit).count() >= 8
        && dense(text).contains(&digits)
}

fn fold(text: &str) -> String {
    text.to_lowercase()
}

fn extension(path: &Path) -> &str {
    path.extension().and_then(OsStr::to_str).unwrap_or_default()
}

fn first_difference(left: &str, right: &str) -> String {
    let same = left
        .chars()
        .zip(right.chars())
        .take_while(|(a, b)| a == b)
        .count();
    let around = |text: &str| {
        text.chars()
            .skip(same.saturating_sub(30))
            .take(90)
            .collect::<String>()
    };
    format!(
        "after {same} characters\n  original: {:?}\n  restored: {:?}",
        around(left),
        around(right)
    )
}

fn told(ran: &Output) -> String {
    format!("{}{}", lossy(&ran.stdout), lossy(&ran.stderr))
}

fn fresh() -> usize {
    static NEXT: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
    NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn documents() -> PathBuf {
    root().join("samples/documents")
}

fn copy_folder(from: &Path, to: &Path) {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().mode(0o700).create(to).unwrap();
    for file in files_below(from) {
        std::fs::copy(from.join(&file), to.join(&file)).unwrap();
    }
}

fn files_below_if(folder: &Path) -> Vec<String> {
    if folder.exists() {
        files_below(folder)
    } else {
        Vec::new()
    }
}

/// Relative paths of all files below a folder, sorted.
fn files_below(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let relative = path.strip_prefix(folder).unwrap();
                found.push(relative.to_str().unwrap().to_owned());
            }
        }
    }
    found.sort();
    found
}
