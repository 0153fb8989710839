//! Files that are broken, locked or made to hurt: refused, never delivered.

use deckname::error::ErrorKind;
use deckname::format::{self, ReadOptions, package};

use super::build::{Builder, W, paragraph};

fn refused(bytes: &[u8], extension: &str) -> ErrorKind {
    match format::open(bytes.to_vec(), extension, &ReadOptions::default()) {
        Ok(_) => panic!("delivered"),
        Err(error) => error.kind(),
    }
}

fn with_document(xml: &str) -> Vec<u8> {
    let good = Builder::docx("").build();
    let entries = package::unpack_all(&good, &ReadOptions::default()).unwrap();
    let entries: Vec<(String, Vec<u8>)> = entries
        .into_iter()
        .map(|(name, data)| {
            let data = if name == "word/document.xml" {
                xml.as_bytes().to_vec()
            } else {
                data
            };
            (name, data)
        })
        .collect();
    package::write(entries.iter().map(|(n, d)| (n.as_str(), d.as_slice()))).unwrap()
}

#[test]
fn broken_xml_is_refused() {
    let unclosed = format!("<w:document xmlns:w=\"{W}\"><w:body><w:p>");
    let deep = format!(
        "<w:document xmlns:w=\"{W}\">{}{}</w:document>",
        "<w:p>".repeat(50_000),
        "</w:p>".repeat(50_000)
    );
    let entity = format!(
        "<!DOCTYPE d [<!ENTITY a \"Erika\">]><w:document xmlns:w=\"{W}\"><w:p><w:r><w:t>&a;</w:t></w:r></w:p></w:document>"
    );
    let unknown =
        format!("<w:document xmlns:w=\"{W}\"><w:p><w:r><w:t>&auml;</w:t></w:r></w:p></w:document>");
    assert_eq!(
        refused(&with_document(&unclosed), "docx"),
        ErrorKind::Broken
    );
    assert_eq!(refused(&with_document(&deep), "docx"), ErrorKind::Limit);
    assert_eq!(refused(&with_document(&entity), "docx"), ErrorKind::Refused);
    assert_eq!(refused(&with_document(&unknown), "docx"), ErrorKind::Broken);
    assert_eq!(refused(&with_document(""), "docx"), ErrorKind::Broken);
}

#[test]
fn what_is_no_package_is_refused() {
    let good = Builder::docx(&paragraph(&["Erika"])).build();
    assert_eq!(refused(&good[..good.len() / 2], "docx"), ErrorKind::Broken);
    assert_eq!(refused(b"PK\x03\x04", "docx"), ErrorKind::Broken);
    let other = package::write([("a.txt", &b"text"[..])]).unwrap();
    assert_eq!(refused(&other, "docx"), ErrorKind::Broken);
}

#[test]
fn encrypted_files_are_told_from_old_ones() {
    let mut file = cfb::CompoundFile::create(std::io::Cursor::new(Vec::new())).unwrap();
    file.create_stream("/EncryptedPackage").unwrap();
    file.flush().unwrap();
    assert_eq!(
        refused(&file.into_inner().into_inner(), "docx"),
        ErrorKind::Encrypted
    );
    let mut file = cfb::CompoundFile::create(std::io::Cursor::new(Vec::new())).unwrap();
    file.create_stream("/WordDocument").unwrap();
    file.flush().unwrap();
    assert_eq!(
        refused(&file.into_inner().into_inner(), "docx"),
        ErrorKind::Unsupported
    );
}

#[test]
fn a_binary_workbook_is_refused_with_a_hint() {
    let bytes = Builder::docx("").build();
    let error = format::open(bytes, "xlsb", &ReadOptions::default());
    let error = error.err().expect("opened");
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.to_string().contains("xlsx"), "{error}");
}

#[test]
fn a_rights_managed_file_is_told_from_one_with_a_password() {
    let compound = |names: &[&str]| {
        let mut file = cfb::CompoundFile::create(std::io::Cursor::new(Vec::new())).unwrap();
        for name in names {
            file.create_stream(name).unwrap();
        }
        file.flush().unwrap();
        file.into_inner().into_inner()
    };
    for names in [
        &["EncryptedPackage"][..],
        &["encryptedpackage"],
        &["EncryptedPackage", "EncryptionInfo"],
    ] {
        let kind = refused(&compound(names), "docx");
        assert!(
            matches!(kind, ErrorKind::Encrypted | ErrorKind::Broken),
            "{kind:?}"
        );
    }
}
