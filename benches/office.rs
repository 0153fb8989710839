//! What container and segments cost, without recognizers: one thread, CPU time.
//!
//! `cargo bench --bench office -- FOLDER [EXTENSION]` opens and rewrites every
//! Office file of a folder; without a folder it makes a workbook of a million
//! cells and reads that. Prints files and megabytes per second.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::as_conversions,
    clippy::let_underscore_must_use,
    clippy::too_many_lines,
    reason = "a bench may stop at any trouble"
)]

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use deckname::format::package::{self, Package};
use deckname::format::{self, ReadOptions};

/// Processor time of this process so far, on Linux; elsewhere wall time.
fn cpu_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let behind = stat.rsplit(')').next().unwrap_or_default();
    let field = |n: usize| behind.split_whitespace().nth(n)?.parse::<u64>().ok();
    // User and system time in hundredths of a second.
    let ticks = field(11).zip(field(12)).map(|(user, system)| user + system);
    ticks.map_or_else(
        || {
            let start = std::time::SystemTime::UNIX_EPOCH;
            start.elapsed().unwrap_or_default()
        },
        |ticks| Duration::from_millis(ticks * 10),
    )
}

fn peak_memory_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|l| l.starts_with("VmHWM"));
    let kib = line.and_then(|l| l.split_whitespace().nth(1)?.parse::<u64>().ok());
    kib.unwrap_or(0) / 1024
}

fn sheet_bytes(bytes: &[u8]) -> usize {
    Package::open(bytes, &ReadOptions::default()).map_or(0, |package| {
        let entries = package.entries().iter();
        let sheets = entries.filter(|e| e.name.contains("worksheets/") && e.name.ends_with(".xml"));
        sheets.map(|e| e.data.len()).sum()
    })
}

/// A workbook of this many rows of twenty cells: text, numbers and dates.
fn workbook(n_rows: usize) -> Vec<u8> {
    const NS: &str = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";
    const R: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";
    let mut sheet = format!("<worksheet {NS}><sheetData>");
    for row in 1..=n_rows {
        let _ = write!(sheet, "<row r=\"{row}\" spans=\"1:20\">");
        for (column, letter) in ('A'..='T').enumerate() {
            let n = (row * 7919 + column * 104_729) % 30_000;
            let _ = match (row, column % 3, column % 7) {
                (1, _, _) => write!(sheet, "<c r=\"{letter}1\" t=\"s\"><v>{column}</v></c>"),
                (_, 0, _) => write!(
                    sheet,
                    "<c r=\"{letter}{row}\" s=\"1\" t=\"s\"><v>{n}</v></c>"
                ),
                (_, _, 1) => write!(
                    sheet,
                    "<c r=\"{letter}{row}\" s=\"2\"><v>{}</v></c>",
                    20_000 + n
                ),
                _ => write!(sheet, "<c r=\"{letter}{row}\"><v>{n}.25</v></c>"),
            };
        }
        sheet += "</row>";
    }
    sheet += "</sheetData></worksheet>";
    let strings: String = (0..30_000)
        .map(|n| format!("<si><t>Text {n} mit Worten</t></si>"))
        .collect();
    let relations = |list: &[(&str, &str)]| {
        let list: String = list
            .iter()
            .map(|(kind, target)| {
                format!("<Relationship Id=\"{kind}\" Type=\"{R}/{kind}\" Target=\"{target}\"/>")
            })
            .collect();
        format!(
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{list}</Relationships>"
        )
    };
    let over = |name: &str, kind: &str| {
        format!("<Override PartName=\"/xl/{name}.xml\" ContentType=\"{TYPE}.{kind}+xml\"/>")
    };
    let parts = [
        (
            "[Content_Types].xml",
            format!(
                "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>{}{}{}{}</Types>",
                over("workbook", "sheet.main"),
                over("worksheets/sheet1", "worksheet"),
                over("sharedStrings", "sharedStrings"),
                over("styles", "styles")
            ),
        ),
        (
            "_rels/.rels",
            relations(&[("officeDocument", "xl/workbook.xml")]),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook {NS}><sheets><sheet name=\"Tabelle1\" sheetId=\"1\" r:id=\"worksheet\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            relations(&[
                ("worksheet", "worksheets/sheet1.xml"),
                ("sharedStrings", "sharedStrings.xml"),
                ("styles", "styles.xml"),
            ]),
        ),
        ("xl/worksheets/sheet1.xml", sheet),
        ("xl/sharedStrings.xml", format!("<sst {NS}>{strings}</sst>")),
        (
            "xl/styles.xml",
            format!(
                "<styleSheet {NS}><cellXfs count=\"3\"><xf numFmtId=\"0\"/><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>"
            ),
        ),
    ];
    package::write(parts.iter().map(|(name, text)| (*name, text.as_bytes()))).expect("a package")
}

fn folder(path: &Path, only: Option<&str>) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for entry in walkdir::WalkDir::new(path).sort_by_file_name() {
        let entry = entry.expect("a folder that can be read");
        let extension = entry.path().extension().unwrap_or_default();
        let extension = extension.to_string_lossy().to_lowercase();
        let is_office = ["docx", "xlsx", "pptx", "odt", "ods", "odp"].contains(&extension.as_str());
        if is_office && only.is_none_or(|only| only == extension) {
            files.push((extension, std::fs::read(entry.path()).expect("a file")));
        }
    }
    files
}

fn main() {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| a != "--bench")
        .collect();
    let files = match arguments.first() {
        Some(path) => folder(Path::new(path), arguments.get(1).map(String::as_str)),
        None => vec![("xlsx".to_owned(), workbook(50_000))],
    };
    let (mut opened, mut written) = (Duration::ZERO, Duration::ZERO);
    let (mut n_files, mut n_segments, mut n_bytes, mut n_sheet) = (0_u32, 0, 0, 0);
    for (extension, bytes) in files {
        let (size, sheet) = (bytes.len(), sheet_bytes(&bytes));
        let start = cpu_time();
        let Ok(file) = format::open(bytes, &extension, &ReadOptions::default()) else {
            continue;
        };
        opened += cpu_time() - start;
        let start = cpu_time();
        if file.rewrite(&[]).is_err() {
            continue;
        }
        written += cpu_time() - start;
        n_files += 1;
        n_bytes += size;
        n_sheet += sheet;
        n_segments += file.document().segments().len();
    }
    let seconds = |time: Duration| time.as_secs_f64().max(0.001);
    let both = seconds(opened + written);
    println!(
        "{n_files} files, {n_segments} segments, {:.1} MB packed",
        n_bytes as f64 / 1e6
    );
    println!(
        "open {:.2} s, rewrite {:.2} s: {:.0} files/s",
        seconds(opened),
        seconds(written),
        f64::from(n_files) / both
    );
    println!(
        "sheet XML {:.1} MB: opened at {:.0} MB/s",
        n_sheet as f64 / 1e6,
        n_sheet as f64 / 1e6 / seconds(opened)
    );
    println!("peak memory {} MiB", peak_memory_mib());
}
