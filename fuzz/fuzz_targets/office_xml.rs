//! Whatever bytes come as the main part of a document or as a flat ODF file: an
//! error or segments, never a panic; a copy without edits reads the same, and a
//! copy of the copy is the same to the byte.
#![no_main]

use deckname::format::{self, ReadOptions, package};
use libfuzzer_sys::fuzz_target;

const TYPES: &[u8] = br#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"#;
const RELATIONS: &[u8] = br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"#;

fn check(bytes: Vec<u8>, extension: &str) {
    let options = ReadOptions::default();
    let Ok(file) = format::open(bytes, extension, &options) else {
        return;
    };
    let Ok(copy) = file.rewrite(&[]) else { return };
    let again = format::open(copy.clone(), extension, &options).expect("a copy can be read");
    assert_eq!(again.rewrite(&[]).expect("and copied"), copy);
}

fuzz_target!(|data: &[u8]| {
    check(data.to_vec(), "fodt");
    let entries: [(&str, &[u8]); 3] = [
        ("[Content_Types].xml", TYPES),
        ("_rels/.rels", RELATIONS),
        ("word/document.xml", data),
    ];
    check(package::write(entries).expect("a package"), "docx");
});
