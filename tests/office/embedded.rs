//! Documents inside documents: cleaned by their own format, to a limit.

use std::io::{Cursor, Read, Write};

use deckname::format::ReadOptions;
use deckname::format::package::Package;

use super::build::{Builder, R, open, paragraph, part, replaced, texts};

/// A package as Office wraps it for an object: with its preview and its paths.
fn compound(package: &[u8]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    for (name, data) in [
        ("Package", package),
        ("\u{1}CompObj", b"C:\\Users\\Erika\\Akte.docx"),
        ("\u{3}ObjInfo", b"Erika"),
    ] {
        file.create_stream(name).unwrap().write_all(data).unwrap();
    }
    file.flush().unwrap();
    file.into_inner().into_inner()
}

/// A document with another one in it, shown by an object.
fn around(inner: &[u8], name: &str, relation: &str) -> Vec<u8> {
    let body = format!(
        "{}<w:p><w:r><w:object><o:OLEObject Type=\"Embed\" ProgID=\"Word.Document.12\" ShapeID=\"_x1\" r:id=\"rIdIn\"/></w:object></w:r></w:p>",
        paragraph(&["Erika aussen"])
    );
    let mut builder = Builder::docx(&body);
    builder.part(
        &format!("word/embeddings/{name}"),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        inner,
    );
    builder.relation(
        "word/document.xml",
        "rIdIn",
        relation,
        &format!("embeddings/{name}"),
        false,
    );
    builder.build()
}

fn entry(bytes: &[u8], name: &str) -> Vec<u8> {
    let package = Package::open(bytes, &ReadOptions::default()).unwrap();
    package.get(name).unwrap().to_vec()
}

#[test]
fn a_document_in_a_document_is_cleaned() {
    let inner = Builder::docx(&paragraph(&["Erika innen"])).build();
    let bytes = around(&inner, "Microsoft_Word_Document1.docx", "package");
    let shown = texts(open(&bytes, "docx").document());
    assert_eq!(shown, ["Erika aussen", "Erika innen"]);
    let copy = replaced(&bytes, "docx", &[("Erika", "[P]")]);
    let inside = entry(&copy, "word/embeddings/Microsoft_Word_Document1.docx");
    let document = part(&inside, "word/document.xml").unwrap();
    assert!(document.contains("[P] innen"), "{document}");
    let body = part(&copy, "word/document.xml").unwrap();
    assert!(
        body.contains("OLEObject") && body.contains("[P] aussen"),
        "{body}"
    );
    let again = open(&copy, "docx").rewrite(&[]).unwrap();
    assert_eq!(again, copy);
}

#[test]
fn an_object_keeps_nothing_but_its_cleaned_package() {
    let inner = Builder::docx(&paragraph(&["Er", "ika innen"])).build();
    let bytes = around(&compound(&inner), "oleObject1.bin", "oleObject");
    let copy = replaced(&bytes, "docx", &[("Erika", "[P]")]);
    let object = entry(&copy, "word/embeddings/oleObject1.bin");
    let mut file = cfb::CompoundFile::open(Cursor::new(object)).unwrap();
    let streams: Vec<String> = file
        .walk()
        .filter(|e| e.is_stream())
        .map(|e| e.name().to_owned())
        .collect();
    assert_eq!(streams, ["Package"]);
    let mut content = Vec::new();
    file.open_stream("Package")
        .unwrap()
        .read_to_end(&mut content)
        .unwrap();
    assert!(part(&content, "word/document.xml").unwrap().contains("[P]"));
    assert_eq!(open(&copy, "docx").rewrite(&[]).unwrap(), copy);
}

#[test]
fn depth_ends_at_four() {
    let mut bytes = Builder::docx(&paragraph(&["Ebene 0"])).build();
    for level in 1..=6 {
        let name = "Microsoft_Word_Document1.docx";
        let outer = around(&bytes, name, "package");
        bytes = replaced(
            &outer,
            "docx",
            &[("Erika aussen", &format!("Ebene {level}"))],
        );
        // Only what lay too deep is gone, with the object that showed it.
        let shown = texts(open(&bytes, "docx").document());
        let expected: Vec<String> = (0..=level)
            .rev()
            .take(5)
            .map(|n| format!("Ebene {n}"))
            .collect();
        assert_eq!(shown, expected);
    }
}

#[test]
fn imported_chunks_are_cleaned_or_dropped() {
    let body = format!(
        "<w:altChunk r:id=\"rIdText\"/><w:altChunk r:id=\"rIdOther\"/>{}",
        paragraph(&["Ende"])
    );
    let mut builder = Builder::docx(&body);
    builder.part("word/afchunk1.txt", "text/plain", b"Erika im Text");
    builder.part(
        "word/afchunk2.mht",
        "message/rfc822",
        b"Erika in einer Mail",
    );
    builder.relation(
        "word/document.xml",
        "rIdText",
        "aFChunk",
        "afchunk1.txt",
        false,
    );
    builder.relation(
        "word/document.xml",
        "rIdOther",
        "aFChunk",
        "afchunk2.mht",
        false,
    );
    let copy = replaced(&builder.build(), "docx", &[("Erika", "[P]")]);
    assert_eq!(entry(&copy, "word/afchunk1.txt"), b"[P] im Text");
    assert!(part(&copy, "word/afchunk2.mht").is_none());
    let document = part(&copy, "word/document.xml").unwrap();
    assert_eq!(document.matches("<w:altChunk").count(), 1, "{document}");
    assert!(document.contains(R));
}

#[test]
fn a_chart_and_the_workbook_behind_it_stay_in_step() {
    let inner = super::xlsx::workbook(
        &[(
            "Sheet1",
            "<sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row></sheetData>",
        )],
        &["<t>Erika</t>"],
        "",
    )
    .build();
    let chart = format!(
        "<c:chartSpace xmlns:c=\"http://schemas.openxmlformats.org/drawingml/2006/chart\" xmlns:r=\"{R}\"><c:chart><c:ser><c:tx><c:strRef><c:f>Sheet1!$A$1</c:f><c:strCache><c:pt idx=\"0\"><c:v>Erika</c:v></c:pt></c:strCache></c:strRef></c:tx></c:ser></c:chart><c:externalData r:id=\"rId1\"/></c:chartSpace>"
    );
    let mut builder = Builder::docx(&paragraph(&["Diagramm"]));
    builder.part(
        "word/charts/chart1.xml",
        "application/vnd.openxmlformats-officedocument.drawingml.chart+xml",
        chart.as_bytes(),
    );
    builder.part(
        "word/embeddings/Microsoft_Excel_Worksheet.xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        &inner,
    );
    builder.relation(
        "word/document.xml",
        "rId5",
        "chart",
        "charts/chart1.xml",
        false,
    );
    let sheet = "../embeddings/Microsoft_Excel_Worksheet.xlsx";
    builder.relation("word/charts/chart1.xml", "rId1", "package", sheet, false);
    let copy = replaced(&builder.build(), "docx", &[("Erika", "[P]")]);
    let chart = part(&copy, "word/charts/chart1.xml").unwrap();
    assert!(
        chart.contains("Sheet1!$A$1") && chart.contains("<c:v>[P]</c:v>"),
        "{chart}"
    );
    assert!(chart.contains("externalData"), "{chart}");
    let inside = entry(&copy, "word/embeddings/Microsoft_Excel_Worksheet.xlsx");
    assert!(
        part(&inside, "xl/sharedStrings.xml")
            .unwrap()
            .contains("[P]")
    );
}
