//! The leak corpus through the main job: after a run the name is in no byte of
//! the copy, whatever decoding is tried, or the file is refused and the report
//! says so. The decoder here shares nothing with `src/verify`: it opens ZIP by
//! its local headers, inflates wherever a stream might start, and compares
//! letters only.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::as_conversions,
    clippy::disallowed_methods,
    reason = "a test may fail loudly"
)]

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use base64::Engine;
use deckname::leaks::{self, Fate, Kind, Row};

/// Files whose name still comes through, as the scoreboard says; the list only
/// gets shorter.
const KNOWN: &[&str] = &[];

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/leaks")
}

/// Letters only, lower case, no dots on umlauts.
fn letters(text: &str) -> String {
    let mut out = String::new();
    for letter in text.chars().flat_map(char::to_lowercase) {
        match letter {
            'ü' => out.push('u'),
            letter if letter.is_alphabetic() => out.push(letter),
            _ => {}
        }
    }
    out
}

/// The same with `ue` for `ü`, as some spell it.
fn spellings(canary: &str) -> Vec<String> {
    let plain = letters(canary);
    let ue = letters(&canary.replace('ü', "ue"));
    if ue == plain {
        vec![plain]
    } else {
        vec![plain, ue]
    }
}

/// Whether a name is anywhere in some bytes.
fn holds(bytes: &[u8], canary: &str) -> bool {
    let wanted = spellings(canary);
    let found = |text: &str| {
        let text = letters(text);
        wanted.iter().any(|word| text.contains(word.as_str()))
    };
    looks(bytes, 0, &found)
}

fn looks(bytes: &[u8], depth: u32, found: &dyn Fn(&str) -> bool) -> bool {
    if depth > 6 || bytes.is_empty() {
        return false;
    }
    let texts = texts(bytes);
    if texts.iter().any(|text| found(text)) {
        return true;
    }
    let mut inside: Vec<Vec<u8>> = Vec::new();
    inside.extend(zip_entries(bytes));
    inside.extend(inflated(bytes));
    inside.extend(compound_streams(bytes));
    for text in texts.iter().take(2) {
        inside.extend(packed_letters(text));
    }
    inside.iter().any(|part| looks(part, depth + 1, found))
}

/// Bytes as text in every encoding, with and without marks, escapes decoded.
fn texts(bytes: &[u8]) -> Vec<String> {
    let mut out = vec![
        String::from_utf8_lossy(bytes).into_owned(),
        bytes.iter().map(|byte| char::from(*byte)).collect(),
    ];
    for skip in 0..2 {
        let bytes = &bytes[skip.min(bytes.len())..];
        let units = |big: bool| -> Vec<u16> {
            bytes
                .chunks_exact(2)
                .map(|pair| {
                    if big {
                        u16::from_be_bytes([pair[0], pair[1]])
                    } else {
                        u16::from_le_bytes([pair[0], pair[1]])
                    }
                })
                .collect()
        };
        out.push(String::from_utf16_lossy(&units(true)));
        out.push(String::from_utf16_lossy(&units(false)));
    }
    for at in 0..2 {
        let text = out[at].clone();
        if text.contains('<') {
            out.push(without_tags(&text));
        }
        if text.contains('&') {
            out.push(entities(&without_tags(&text)));
            out.push(entities(&text));
        }
        if text.contains('(') || text.contains('<') {
            out.push(pdf_strings(&text));
        }
        for sign in ['=', '%', '#'] {
            if text.contains(sign) {
                out.push(signs(&text, sign));
            }
        }
    }
    out
}

fn without_tags(text: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for letter in text.chars() {
        match letter {
            '<' => inside = true,
            '>' => inside = false,
            other if !inside => out.push(other),
            _ => {}
        }
    }
    out
}

fn entities(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let Some(end) = rest.find(';').filter(|end| *end < 10) else {
            continue;
        };
        let name = &rest[..end];
        let code = name.strip_prefix("#x").map_or_else(
            || name.strip_prefix('#').and_then(|n| n.parse().ok()),
            |hex| u32::from_str_radix(hex, 16).ok(),
        );
        let named = match name {
            "uuml" => Some('ü'),
            _ => code.and_then(char::from_u32),
        };
        out.extend(named);
        rest = &rest[end + 1..];
    }
    out + rest
}

/// All strings of a content stream or of objects, one behind the other.
fn pdf_strings(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let (mut out, mut at) = (String::new(), 0);
    while at < letters.len() {
        if letters[at] == '(' {
            let mut depth = 1;
            at += 1;
            while at < letters.len() && depth > 0 {
                match letters[at] {
                    '\\' => {
                        let digits: String = letters[at + 1..]
                            .iter()
                            .take(3)
                            .take_while(|c| c.is_digit(8))
                            .collect();
                        if digits.is_empty() {
                            at += 1;
                            out.extend(letters.get(at));
                        } else {
                            out.extend(
                                u32::from_str_radix(&digits, 8)
                                    .ok()
                                    .and_then(char::from_u32),
                            );
                            at += digits.len();
                        }
                    }
                    '(' => depth += 1,
                    ')' => depth -= 1,
                    other => out.push(other),
                }
                at += 1;
            }
        } else if letters[at] == '<' {
            let end = letters[at..].iter().position(|c| *c == '>').unwrap_or(0);
            let digits: String = letters[at + 1..at + end.max(1)]
                .iter()
                .filter(|c| c.is_ascii_hexdigit())
                .collect();
            let bytes: Vec<u8> = (0..digits.len() / 2)
                .filter_map(|n| u8::from_str_radix(&digits[2 * n..2 * n + 2], 16).ok())
                .collect();
            out.extend(
                bytes
                    .iter()
                    .filter(|byte| **byte >= 0x20 && **byte != 0xFE && **byte != 0xFF)
                    .map(|byte| char::from(*byte)),
            );
            at += end.max(1);
        } else {
            at += 1;
        }
    }
    out
}

/// `=C3=BC`, `%C3%BC`, `#FC`, and soft line ends.
fn signs(text: &str, sign: char) -> String {
    let mut out: Vec<u8> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(sign) {
        out.extend(rest[..at].bytes());
        rest = &rest[at + sign.len_utf8()..];
        if let Some(after) = rest
            .strip_prefix("\r\n")
            .or_else(|| rest.strip_prefix('\n'))
        {
            rest = after;
        } else if let Some(byte) = rest
            .get(..2)
            .and_then(|two| u8::from_str_radix(two, 16).ok())
        {
            out.push(byte);
            rest = &rest[2..];
        }
    }
    out.extend(rest.bytes());
    String::from_utf8(out).unwrap_or_else(|error| {
        error
            .as_bytes()
            .iter()
            .map(|byte| char::from(*byte))
            .collect()
    })
}

/// Every file behind a local header, whether or not a directory names it.
fn zip_entries(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut out = Vec::new();
    for at in memchr::memmem::find_iter(bytes, b"PK\x03\x04") {
        let header = &bytes[at..];
        let short = |from: usize| {
            header.get(from..from + 2).map_or(0, |pair| {
                usize::from(u16::from_le_bytes([pair[0], pair[1]]))
            })
        };
        let long = |from: usize| short(from) + (short(from + 2) << 16);
        let body = header.get(30 + short(26) + short(28)..).unwrap_or_default();
        match short(8) {
            0 => out.push(body.get(..long(18)).unwrap_or(body).to_vec()),
            _ => out.push(read_all(flate2::read::DeflateDecoder::new(body))),
        }
    }
    out
}

/// Whatever a zlib or gzip stream may unpack to, wherever it starts.
fn inflated(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut out = Vec::new();
    for (at, pair) in bytes.windows(2).enumerate() {
        let zlib = pair[0] == 0x78 && u16::from_be_bytes([pair[0], pair[1]]) % 31 == 0;
        if zlib {
            out.push(read_all(flate2::read::ZlibDecoder::new(&bytes[at..])));
        } else if pair == [0x1F, 0x8B] {
            out.push(read_all(flate2::read::GzDecoder::new(&bytes[at..])));
        }
    }
    out
}

fn read_all(reader: impl Read) -> Vec<u8> {
    let mut out = Vec::new();
    // What breaks off has told what it had to tell.
    reader.take(32 << 20).read_to_end(&mut out).unwrap_or(0);
    out
}

fn compound_streams(bytes: &[u8]) -> Vec<Vec<u8>> {
    if !bytes.starts_with(b"\xD0\xCF\x11\xE0") {
        return Vec::new();
    }
    let Ok(mut file) = cfb::CompoundFile::open(std::io::Cursor::new(bytes)) else {
        return Vec::new();
    };
    let paths: Vec<_> = file
        .walk()
        .filter(cfb::Entry::is_stream)
        .map(|entry| entry.path().to_owned())
        .collect();
    paths
        .iter()
        .map(|path| file.open_stream(path).map(read_all).unwrap_or_default())
        .collect()
}

/// Long runs of base64 letters and of hexadecimal digits, decoded.
fn packed_letters(text: &str) -> Vec<Vec<u8>> {
    let mut out = Vec::new();
    let runs = text.split(|c: char| !(c.is_ascii_alphanumeric() || "+/=-_\r\n".contains(c)));
    // In a mail other lines stand right before and behind; each line is whole.
    for run in runs.chain(text.lines().map(str::trim)) {
        let foreign = |c: char| !(c.is_ascii_alphanumeric() || "+/=-_\r\n".contains(c));
        if run.contains(foreign) {
            continue;
        }
        let run: String = run
            .chars()
            .filter(|c| !matches!(c, '\r' | '\n' | '='))
            .collect();
        if run.len() < 12 {
            continue;
        }
        if run.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            out.push(
                (0..run.len() / 2)
                    .filter_map(|n| u8::from_str_radix(&run[2 * n..2 * n + 2], 16).ok())
                    .collect(),
            );
        }
        let run = run.replace('-', "+").replace('_', "/");
        let whole = run.len() - usize::from(run.len() % 4 == 1);
        out.extend(
            base64::engine::general_purpose::STANDARD_NO_PAD
                .decode(&run[..whole])
                .ok(),
        );
    }
    out
}

/// What an outside program reads on the pages of a PDF, if it is installed.
fn pdftotext(bytes: &[u8]) -> Option<String> {
    use std::io::Write;
    use std::process::{Command, Stdio};
    let mut child = Command::new("pdftotext")
        .args(["-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    child.stdin.take()?.write_all(bytes).ok()?;
    let output = child.wait_with_output().ok()?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn rows() -> Vec<Row> {
    let scratch = tempfile::tempdir().unwrap();
    leaks::run(&corpus(), scratch.path()).unwrap()
}

/// The decoder finds what is there: a decoder that is blind passes everything.
#[test]
fn the_decoder_sees_every_canary_in_its_original() {
    let mut blind = Vec::new();
    for case in leaks::read(&corpus()).unwrap() {
        let bytes = std::fs::read(corpus().join("files").join(&case.file)).unwrap();
        assert!(
            bytes.len() < 20_000,
            "{}: the corpus stays small",
            case.file
        );
        // Pixels, and bytes behind a cipher, are no letters.
        let encrypted = case.file.starts_with("044");
        if case.kind != Kind::Picture && !encrypted && !holds(&bytes, &case.canary) {
            blind.push(case.file);
        }
    }
    assert!(blind.is_empty(), "not seen: {blind:?}");
}

#[test]
fn no_canary_comes_through_and_the_scoreboard_is_current() {
    let rows = rows();
    assert!(rows.len() > 200, "{} files", rows.len());
    let mut faults = Vec::new();
    let mut fates: BTreeMap<&str, usize> = BTreeMap::new();
    for row in &rows {
        let Some(output) = &row.output else {
            assert!(matches!(row.fate, Fate::Refused(..) | Fate::Skipped));
            *fates.entry("refused").or_default() += 1;
            continue;
        };
        let shown = output
            .starts_with(b"%PDF")
            .then(|| pdftotext(output))
            .flatten()
            .unwrap_or_default();
        let names = row.name.as_deref().unwrap_or_default();
        let inside = holds(output, &row.case.canary)
            || holds(shown.as_bytes(), &row.case.canary)
            || holds(names.as_bytes(), &row.case.canary);
        let known = KNOWN.contains(&row.case.file.as_str());
        if known {
            assert!(inside, "{}: take it off the list", row.case.file);
        } else if inside || row.fate == Fate::Leaked {
            faults.push(format!(
                "{} ({}): {:?}",
                row.case.file, row.case.place, row.fate
            ));
        }
        *fates.entry("delivered").or_default() += 1;
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(fates["delivered"] > 180, "{fates:?}");
    scoreboard_is_current(&leaks::scoreboard(&rows));
}

/// `DECKNAME_UPDATE=1` writes it anew.
fn scoreboard_is_current(scoreboard: &str) {
    const START: &str = "<!-- scoreboard -->\n";
    const END: &str = "<!-- end of scoreboard -->";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference/leaks.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once(START).unwrap();
    let (kept, after) = rest.split_once(END).unwrap();
    if std::env::var("DECKNAME_UPDATE").is_ok() {
        let page = format!("{before}{START}{scoreboard}{END}{after}");
        std::fs::write(&path, page).unwrap();
        return;
    }
    assert_eq!(
        kept, scoreboard,
        "docs/reference/leaks.md: DECKNAME_UPDATE=1 cargo test --test leaks writes it anew"
    );
}

/// The page names tests that hold the channels of the process; they are there.
#[test]
fn the_tests_that_the_page_names_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("docs/reference/leaks.md")).unwrap();
    let (_, rest) = page.split_once("## Channels of the process").unwrap();
    let rows = rest.split("\n## ").next().unwrap();
    let mut file = String::new();
    let mut n = 0;
    for name in rows.split('`').skip(1).step_by(2) {
        if name.starts_with("tests/") {
            file = std::fs::read_to_string(root.join(name)).unwrap();
        } else if name.contains('_') {
            assert!(file.contains(&format!("fn {name}(")), "{name} is no test");
            n += 1;
        }
    }
    assert!(n >= 8, "{n} tests");
}
