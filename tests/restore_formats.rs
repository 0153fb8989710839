//! There and back in every format that `deckname restore` names: what is applied
//! to a file and restored reads as the original did, in all its segments; of plain
//! text, Markdown, HTML, JSON and tables also to the byte.
//!
//! PDF, whose text comes back, is compared word by word in `tests/samples.rs`.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::too_many_lines,
    reason = "a test fails by panicking"
)]

#[allow(dead_code, reason = "half of it is for the tests of Office files")]
#[path = "office/build.rs"]
mod build;

use build::{Builder, R, paragraph};
use deckname::detect;
use deckname::document::Document;
use deckname::entity::EntityType;
use deckname::format::{self, ReadOptions, package};
use deckname::mapping::MappingStore;
use deckname::mapping::seal::{self, BatchKey, RestoreKey};
use deckname::mapping::store::Store;
use deckname::pipeline::Pipeline;
use deckname::policy::Policy;
use deckname::pseudonym::Pseudonyms;
use deckname::restore::Restorer;
use deckname::token::Language;

struct Desk {
    _folder: tempfile::TempDir,
    batch: BatchKey,
    restore: RestoreKey,
    store: Store,
    pipeline: Pipeline,
}

impl Desk {
    fn new(action: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        seal::create(folder.path()).unwrap();
        let batch = BatchKey::open(folder.path()).unwrap();
        let path = folder.path().join("m");
        let mut policy = "version = 1\n[actions]\n".to_owned();
        for entity_type in EntityType::ALL {
            policy.push_str(&format!("{entity_type} = \"{action}\"\n"));
        }
        Self {
            store: Store::open(&path, batch.fingerprint(), batch.public_id()).unwrap(),
            restore: RestoreKey::open(folder.path()).unwrap(),
            batch,
            pipeline: Pipeline::new(
                detect::standard().unwrap(),
                Policy::parse(&policy).unwrap(),
                ReadOptions::default(),
            ),
            _folder: folder,
        }
    }

    /// The copy of a file, and its name.
    fn apply(&mut self, bytes: &[u8], name: &str) -> Vec<u8> {
        let scope = self.batch.blind("scope", &[b"x"]);
        let scan = self.pipeline.scan(bytes.to_vec(), name).unwrap();
        let mut pseudonyms = Pseudonyms {
            key: &self.batch,
            store: &mut self.store,
            domain: "d",
            language: Language::De,
        };
        let plan = self.pipeline.plan(&scan, &mut pseudonyms, scope).unwrap();
        self.store.commit().unwrap();
        let applied = self.pipeline.apply(&scan, &plan, "").unwrap();
        applied.bytes
    }

    fn back(&mut self, bytes: &[u8], extension: &str) -> Vec<u8> {
        let mut restorer = Restorer::new(&self.restore, &mut self.store).unwrap();
        let (bytes, restored) = restorer
            .file(bytes.to_vec(), extension, &ReadOptions::default())
            .unwrap();
        assert!(restored.n() > 4, "{extension}: {restored:?}");
        assert!(
            restored.unknown.is_empty() && restored.damaged.is_empty(),
            "{extension}: {restored:?}"
        );
        bytes
    }
}

fn texts(bytes: &[u8], extension: &str) -> Vec<String> {
    let file = format::open(bytes.to_vec(), extension, &ReadOptions::default()).unwrap();
    let document: &Document = file.document();
    let texts = document.segments().iter().map(|s| s.text().to_owned());
    texts.collect()
}

const LINES: [&str; 4] = [
    "Sehr geehrter Herr Max Müller,",
    "Frau Erika Strauß, geb. am 03.07.1984, wohnt Hauptstraße 12 a, 65185 Wiesbaden.",
    "Frau Strauß' Konto DE89 3704 0044 0532 0130 00 und Herrn Müllers Nummer 0611 123456.",
    "Schreiben Sie an m.mueller@firma-nord.de & fragen Sie Frau Strauß.",
];

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

fn docx() -> Vec<u8> {
    let mut body: String = LINES.iter().map(|line| paragraph(&[line])).collect();
    // A name over two runs.
    body.push_str(&paragraph(&["Auch Frau Erika Str", "auß war da."]));
    Builder::docx(&body).build()
}

fn xlsx() -> Vec<u8> {
    const X: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const SHEET: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";
    let mut builder = Builder::default();
    let book = format!(
        "<workbook xmlns=\"{X}\" xmlns:r=\"{R}\"><sheets><sheet name=\"Liste\" sheetId=\"1\" r:id=\"rId7\"/></sheets></workbook>"
    );
    let kind = format!("{SHEET}.sheet.main+xml");
    builder.part("xl/workbook.xml", &kind, book.as_bytes());
    builder.relation("", "rId1", "officeDocument", "xl/workbook.xml", false);
    let rows: String = LINES
        .iter()
        .enumerate()
        .map(|(n, line)| {
            let (row, text) = (n + 1, escaped(line));
            format!(
                "<row r=\"{row}\"><c r=\"A{row}\" t=\"inlineStr\"><is><t>{text}</t></is></c></row>"
            )
        })
        .collect();
    let sheet = format!("<worksheet xmlns=\"{X}\"><sheetData>{rows}</sheetData></worksheet>");
    let kind = format!("{SHEET}.worksheet+xml");
    builder.part("xl/worksheets/sheet1.xml", &kind, sheet.as_bytes());
    let target = "/xl/worksheets/sheet1.xml";
    builder.relation("xl/workbook.xml", "rId7", "worksheet", target, false);
    builder.build()
}

fn pptx() -> Vec<u8> {
    const NS: &str = "xmlns:p=\"http://schemas.openxmlformats.org/presentationml/2006/main\" xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\"";
    const PML: &str = "application/vnd.openxmlformats-officedocument.presentationml";
    let mut builder = Builder::default();
    let show = format!(
        "<p:presentation {NS} xmlns:r=\"{R}\"><p:sldIdLst><p:sldId id=\"256\" r:id=\"rId7\"/></p:sldIdLst></p:presentation>"
    );
    let kind = format!("{PML}.presentation.main+xml");
    builder.part("ppt/presentation.xml", &kind, show.as_bytes());
    builder.relation("", "rId1", "officeDocument", "ppt/presentation.xml", false);
    let lines: String = LINES
        .iter()
        .map(|line| format!("<a:p><a:r><a:t>{}</a:t></a:r></a:p>", escaped(line)))
        .collect();
    let slide = format!(
        "<p:sld {NS}><p:cSld><p:spTree><p:sp><p:txBody>{lines}</p:txBody></p:sp></p:spTree></p:cSld></p:sld>"
    );
    let kind = format!("{PML}.slide+xml");
    builder.part("ppt/slides/slide1.xml", &kind, slide.as_bytes());
    let target = "/ppt/slides/slide1.xml";
    builder.relation("ppt/presentation.xml", "rId7", "slide", target, false);
    builder.build()
}

fn odf(kind: &str, body: &str) -> Vec<u8> {
    const NS: &str = "xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" xmlns:draw=\"urn:oasis:names:tc:opendocument:xmlns:drawing:1.0\"";
    let mimetype = format!("application/vnd.oasis.opendocument.{kind}");
    let content = format!(
        "<office:document-content {NS}><office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    );
    let manifest = format!(
        "<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"><manifest:file-entry manifest:full-path=\"/\" manifest:media-type=\"{mimetype}\"/><manifest:file-entry manifest:full-path=\"content.xml\" manifest:media-type=\"text/xml\"/></manifest:manifest>"
    );
    let all: [(&str, &[u8]); 3] = [
        ("mimetype", mimetype.as_bytes()),
        ("content.xml", content.as_bytes()),
        ("META-INF/manifest.xml", manifest.as_bytes()),
    ];
    package::write(all).unwrap()
}

fn paragraphs() -> String {
    let line = |line: &&str| format!("<text:p>{}</text:p>", escaped(line));
    LINES.iter().map(line).collect()
}

fn ods() -> Vec<u8> {
    let row = |line: &&str| {
        format!(
            "<table:table-row><table:table-cell office:value-type=\"string\"><text:p>{}</text:p></table:table-cell></table:table-row>",
            escaped(line)
        )
    };
    let rows: String = LINES.iter().map(row).collect();
    let body = format!("<table:table table:name=\"Liste\">{rows}</table:table>");
    odf("spreadsheet", &body)
}

fn odp() -> Vec<u8> {
    let body = format!(
        "<draw:page draw:name=\"eins\"><draw:frame><draw:text-box>{}</draw:text-box></draw:frame></draw:page>",
        paragraphs()
    );
    odf("presentation", &body)
}

fn html() -> Vec<u8> {
    let line = |line: &&str| format!("<p>{}</p>\n", escaped(line));
    let lines: String = LINES.iter().map(line).collect();
    format!("<!DOCTYPE html>\n<html><body>\n{lines}</body></html>\n").into_bytes()
}

fn eml() -> Vec<u8> {
    let quoted = LINES.join("\r\n");
    format!(
        "From: Max =?utf-8?Q?M=C3=BCller?= <m.mueller@firma-nord.de>\r\nTo: erika.strauss@firma-nord.de\r\nSubject: =?utf-8?Q?Frau_Erika_Strau=C3=9F?=\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{quoted}\r\n"
    )
    .into_bytes()
}

fn json() -> Vec<u8> {
    serde_json::to_vec_pretty(&serde_json::json!({
        "anrede": LINES[0], "text": [LINES[1], LINES[2]], "schluss": {"satz": LINES[3]}
    }))
    .unwrap()
}

fn markdown() -> Vec<u8> {
    let lines = LINES.join("\n\n- ");
    format!("# Akte\n\n- {lines}\n\n| Name | Ort |\n| --- | --- |\n| Frau Strauß | Wiesbaden |\n")
        .into_bytes()
}

/// Extension, bytes, and whether they come back to the byte.
fn files() -> Vec<(&'static str, Vec<u8>, bool)> {
    let csv = format!("Satz\r\n\"{}\"\r\n", LINES.join("\"\r\n\""));
    vec![
        ("txt", LINES.join("\n").into_bytes(), true),
        ("md", markdown(), true),
        ("csv", csv.into_bytes(), true),
        ("html", html(), true),
        ("json", json(), true),
        ("eml", eml(), false),
        ("docx", docx(), false),
        ("xlsx", xlsx(), false),
        ("pptx", pptx(), false),
        ("odt", odf("text", &paragraphs()), false),
        ("ods", ods(), false),
        ("odp", odp(), false),
    ]
}

#[test]
fn every_format_comes_back() {
    for action in ["pseudonymize", "surrogate"] {
        // Fresh keys: every run of this test has other pseudonyms.
        let mut desk = Desk::new(action);
        for (extension, original, exact) in files() {
            let before = texts(&original, extension);
            let copy = desk.apply(&original, &format!("Akte.{extension}"));
            let shown = texts(&copy, extension).join("\n");
            for gone in ["Müller", "Strauß", "0532 0130", "firma-nord"] {
                assert!(!shown.contains(gone), "{extension}: {gone} in\n{shown}");
            }
            let back = desk.back(&copy, extension);
            // Mail puts what is no plain word of a header into quotation marks.
            let plain = |texts: Vec<String>| match extension {
                "eml" => texts.iter().map(|text| text.replace('"', "")).collect(),
                _ => texts,
            };
            assert_eq!(
                plain(texts(&back, extension)),
                before,
                "{extension}, {action}, from\n{shown}"
            );
            if exact {
                assert_eq!(
                    String::from_utf8_lossy(&back),
                    String::from_utf8_lossy(&original),
                    "{extension}, {action}"
                );
            }
        }
    }
}
