//! All formats side by side: the reference page names each of them, hostile
//! files end in an error and never in a panic, mutated files too, and a run
//! over a folder of real files tells what is delivered (see
//! docs/measurements-formats.md for the command).

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test may stop at the first surprise"
)]

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use deckname::document::Edit;
use deckname::error::{ErrorKind, Result};
use deckname::format::{self, OpenFile, ReadOptions};
use proptest::prelude::*;

fn open(input: &[u8], extension: &str) -> Result<Box<dyn OpenFile>> {
    format::open(input.to_vec(), extension, &ReadOptions::default())
}

#[test]
fn the_reference_has_one_line_for_each_format() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/reference/formats.md");
    let page = std::fs::read_to_string(path).unwrap();
    for format in format::all() {
        let start = format!("| `{}` |", format.name());
        let n = page.lines().filter(|line| line.starts_with(&start)).count();
        assert_eq!(n, 1, "docs/reference/formats.md: {}", format.name());
    }
    let n_rows = page.lines().filter(|line| line.starts_with("| `")).count();
    assert_eq!(n_rows, format::all().len(), "a format that does not exist");
}

const SAMPLES: &[(&str, &str)] = &[
    (
        "json",
        "{\"name\":\"Max M\\u00fcller\",\"tel\":49351123456,\"l\":[\"a\",{\"b\":\"c\"}]}",
    ),
    ("jsonl", "{\"a\":\"Max\"}\n{\"a\":\"Eva\"}\n"),
    (
        "xml",
        "<?xml version=\"1.0\"?><a b=\"Max &amp; Co\"><!-- Max --><c>Max</c> und <d>Eva</d><![CDATA[Max]]></a>",
    ),
    (
        "yaml",
        "name: Max Müller # Chef\nliste:\n  - \"Eva\"\n  - {ort: Köln}\ntext: |\n  Zeile\n  Max\n",
    ),
    (
        "html",
        "<!DOCTYPE html><title>Max</title><p class=a>Frau <b>Eva</b> M&uuml;ller<br>x</p><img alt=\"Max\" src=a><!-- Eva --><table><tr><th>Name<td>Max</table>",
    ),
    (
        "eml",
        "From: Max <max@example.org>\r\nSubject: =?utf-8?Q?M=C3=BCller?=\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n> Herr M=C3=BCller\r\n--x\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\nPHA+TWF4PC9wPg==\r\n--x--\r\n",
    ),
    (
        "mbox",
        "From a@b.de Mon\nSubject: Max\n\nText\n\nFrom c@d.de Tue\nSubject: Eva\n\nText\n",
    ),
    (
        "vcf",
        "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Müller;Max;;;\r\nFN:Max Mül\r\n ler\r\nNOTE:a\\, b\r\nEND:VCARD\r\n",
    ),
    (
        "ics",
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nORGANIZER;CN=Max:mailto:m@x.de\r\nSUMMARY:Treffen\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
    ),
    (
        "rtf",
        "{\\rtf1\\ansi{\\fonttbl{\\f0\\fcharset0 A;}}{\\info{\\author Max}}Herr M\\'fcller \\u220?ber {\\b Max}\\par {\\pict 00}}",
    ),
    ("log", "12:00 user=max\n12:01 Ende\n"),
    ("csv", "Name;Ort\nMax;Bonn\n"),
    ("txt", "Herr Max Müller\n\nkommt.\n"),
];

/// Every word of a document replaced by a token.
fn all_words(file: &dyn OpenFile) -> Vec<Edit> {
    let document = file.document();
    let mut edits = Vec::new();
    for (index, segment) in document.segments().iter().enumerate() {
        let text = segment.text();
        let mut at = 0;
        for word in text.split(|c: char| !c.is_alphanumeric()) {
            if word.chars().count() > 2 {
                let span = document.span(index, at, at + word.len()).unwrap();
                let with = "[PERSON_AAAAAA]".to_owned();
                edits.push(Edit { span, with });
            }
            at += word.len()
                + text[at + word.len()..]
                    .chars()
                    .next()
                    .map_or(0, char::len_utf8);
        }
    }
    edits
}

fn texts(file: &dyn OpenFile) -> Vec<String> {
    file.document()
        .segments()
        .iter()
        .map(|s| s.text().to_owned())
        .collect()
}

#[test]
fn a_copy_reads_as_it_was_edited_and_cleaning_it_again_changes_nothing() {
    for (extension, sample) in SAMPLES {
        let file = open(sample.as_bytes(), extension).unwrap();
        let output = file.rewrite(&all_words(&*file)).unwrap();
        let again = open(&output, extension).unwrap_or_else(|error| panic!("{extension}: {error}"));
        let shown = String::from_utf8_lossy(&output).into_owned();
        let words = |texts: &[String]| -> usize { texts.concat().matches("PERSON_AAAAAA").count() };
        assert_eq!(
            words(&texts(&*again)),
            all_words(&*file).len(),
            "{extension}: {shown}"
        );
        assert_eq!(again.rewrite(&[]).unwrap(), output, "{extension}: {shown}");
        for name in ["Müller", "Eva", "Köln"] {
            assert!(
                !texts(&*again).concat().contains(name),
                "{extension}: {shown}"
            );
        }
    }
}

/// A file that must end in an error: what it is, extension, bytes.
#[allow(clippy::too_many_lines, reason = "one line per file")]
fn hostile() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let deep = |open: &str, n: usize| open.repeat(n).into_bytes();
    let gzip = |bytes: &[u8]| {
        use std::io::Write;
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    let mut tar_claim = vec![0_u8; 1024];
    tar_claim[..5].copy_from_slice(b"a.txt");
    tar_claim[124..136].copy_from_slice(b"77777777777\0");
    tar_claim[156] = b'0';
    tar_claim[257..263].copy_from_slice(b"ustar\0");
    tar_claim[148..156].fill(b' ');
    let sum: u32 = tar_claim[..512].iter().map(|byte| u32::from(*byte)).sum();
    tar_claim[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    let mut png_claim =
        b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR\x7F\xFF\xFF\xFF\x7F\xFF\xFF\xFF\x08\x02\0\0\0".to_vec();
    png_claim.extend([0; 8]);
    let mut nested_mail = String::new();
    for n in 0..1_000 {
        nested_mail.push_str(&format!(
            "Subject: a\nContent-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n"
        ));
    }
    vec![
        ("nested JSON", "json", deep("[", 100_000)),
        ("nested objects", "json", deep("{\"a\":", 100_000)),
        ("nested XML", "xml", deep("<a>", 100_000)),
        (
            "entity bomb",
            "xml",
            b"<!DOCTYPE a [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><a>&b;</a>".to_vec(),
        ),
        (
            "nested YAML",
            "yaml",
            [b"a: ".to_vec(), deep("[", 100_000)].concat(),
        ),
        ("nested tables", "html", deep("<table>", 100_000)),
        (
            "nested RTF",
            "rtf",
            [b"{\\rtf1".to_vec(), deep("{", 100_000)].concat(),
        ),
        (
            "RTF that claims 2 GB",
            "rtf",
            b"{\\rtf1 {\\pict\\bin2147483647 x}}".to_vec(),
        ),
        ("nested mail", "eml", nested_mail.into_bytes()),
        (
            "forwarded for ever",
            "eml",
            deep("Subject: a\nContent-Type: message/rfc822\n\n", 1_000),
        ),
        ("text as mail", "eml", b"nur Text".to_vec()),
        ("gzip bomb", "gz", gzip(&vec![b' '; 16 << 20])),
        (
            "gzip cut off",
            "gz",
            gzip(b"text text text text")[..15].to_vec(),
        ),
        ("TAR entry that claims 8 GB", "tar", tar_claim),
        ("PNG that claims 2^62 pixels", "png", png_claim),
        ("ZIP cut off", "zip", b"PK\x03\x04\x14\0\0\0".to_vec()),
        (
            "empty archive",
            "zip",
            b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0".to_vec(),
        ),
        (
            "executable as text",
            "txt",
            b"\x7FELF\x02\x01\x01\0\0\0".to_vec(),
        ),
        ("PDF as card", "vcf", b"%PDF-1.7".to_vec()),
        ("picture as message", "msg", b"\x89PNG\r\n\x1A\n".to_vec()),
        (
            "compound file cut off",
            "msg",
            b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0\0\0\0".to_vec(),
        ),
        ("DOS text", "log", b"Herr M\x81ller, Stra\xE1e".to_vec()),
    ]
}

#[test]
fn hostile_files_end_in_an_error() {
    for (what, extension, bytes) in hostile() {
        assert!(bytes.len() < 4 << 20, "{what}: large itself");
        let opened = catch_unwind(AssertUnwindSafe(|| open(&bytes, extension)));
        let error = opened.unwrap_or_else(|_| panic!("{what}: panics")).err();
        let error = error.unwrap_or_else(|| panic!("{what}: is opened"));
        assert_ne!(error.kind(), ErrorKind::Internal, "{what}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Bytes changed, cut, or doubled: an error or a copy that reads the same.
    #[test]
    fn mutated_files_never_panic(
        sample in 0..SAMPLES.len(),
        cuts in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 1..6),
    ) {
        let (extension, text) = SAMPLES[sample];
        let mut bytes = text.as_bytes().to_vec();
        for (index, byte, what) in cuts {
            if bytes.is_empty() {
                break;
            }
            let at = index.index(bytes.len());
            match what {
                0 => bytes[at] = byte,
                1 => { bytes.remove(at); }
                2 => bytes.truncate(at),
                _ => { let tail = bytes[at..].to_vec(); bytes.extend(tail); }
            }
        }
        if let Ok(file) = open(&bytes, extension) {
            let output = file.rewrite(&[]).unwrap();
            let again = open(&output, extension);
            prop_assert!(again.is_ok(), "{extension}: the copy of {:?} is refused", String::from_utf8_lossy(&bytes));
            let again = again.unwrap();
            prop_assert_eq!(texts(&*again), texts(&*file));
            file.rewrite(&all_words(&*file)).unwrap();
        }
    }
}

/// What a run over real files yields, by extension.
#[derive(Default)]
struct Row {
    delivered: u32,
    refused: BTreeMap<String, u32>,
    failed: u32,
    seconds: f64,
}

/// `DECKNAME_DOCUMENTS=/folder cargo test --release --test formats real_files -- --ignored --nocapture`
#[test]
#[ignore = "needs a folder of real files"]
fn real_files() {
    let folder = std::env::var("DECKNAME_DOCUMENTS").expect("DECKNAME_DOCUMENTS names a folder");
    let only = std::env::var("DECKNAME_EXTENSIONS").unwrap_or_default();
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    let mut open_folders = vec![PathBuf::from(folder)];
    while let Some(folder) = open_folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open_folders.push(path);
                continue;
            }
            let extension = path
                .extension()
                .unwrap_or_default()
                .to_string_lossy()
                .to_lowercase();
            if !only.is_empty() && !only.split(',').any(|wanted| wanted == extension) {
                continue;
            }
            let bytes = std::fs::read(&path).unwrap();
            let start = std::time::Instant::now();
            let outcome = catch_unwind(AssertUnwindSafe(|| round_trip(&bytes, &extension)));
            let row = rows.entry(extension).or_default();
            row.seconds += start.elapsed().as_secs_f64();
            match outcome {
                Ok(Ok(())) => row.delivered += 1,
                Ok(Err(Trouble::Refused(why))) => *row.refused.entry(why).or_default() += 1,
                Ok(Err(Trouble::Failed(why))) => {
                    println!("FAILED {}: {why}", path.display());
                    row.failed += 1;
                }
                Err(_) => {
                    println!("PANIC {}", path.display());
                    row.failed += 1;
                }
            }
        }
    }
    println!("| extension | delivered | refused | failed | s |\n|---|--:|--:|--:|--:|");
    for (extension, row) in &rows {
        let refused: u32 = row.refused.values().sum();
        println!(
            "| {extension} | {} | {refused} | {} | {:.1} |",
            row.delivered, row.failed, row.seconds
        );
        for (why, n) in &row.refused {
            println!("|   | | {n}: {why} | | |");
        }
    }
    assert!(
        rows.values().all(|row| row.failed == 0),
        "some files failed"
    );
}

enum Trouble {
    Refused(String),
    Failed(String),
}

/// Without edits the copy says what the file said, and its copy is the same.
fn round_trip(bytes: &[u8], extension: &str) -> std::result::Result<(), Trouble> {
    let file = open(bytes, extension).map_err(|error| Trouble::Refused(error.to_string()))?;
    let failed = |error: deckname::Error| Trouble::Failed(error.to_string());
    let output = file.rewrite(&[]).map_err(failed)?;
    let extension = file.extension().unwrap_or(extension);
    let again = open(&output, extension).map_err(failed)?;
    if texts(&*again) != texts(&*file) {
        return Err(Trouble::Failed("the copy's text differs".to_owned()));
    }
    if again.rewrite(&[]).map_err(failed)? != output {
        return Err(Trouble::Failed(
            "cleaning twice changes something".to_owned(),
        ));
    }
    file.rewrite(&all_words(&*file)).map_err(failed)?;
    Ok(())
}
