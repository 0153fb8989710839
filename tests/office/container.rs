//! What a ZIP file can carry besides its entries (Z1 to Z14), and ZIP and XML
//! files made to hurt (T39, T40).

use std::io::{Cursor, Write};

use deckname::error::ErrorKind;
use deckname::format::package::{self, Package};
use deckname::format::{self, ReadOptions};
use zip::write::FileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::build::{Builder, W, decoded, open, paragraph, replaced, texts};

/// The entries of a good document.
fn entries() -> Vec<(String, Vec<u8>)> {
    let good = Builder::docx(&paragraph(&["Text"])).build();
    package::unpack_all(&good, &ReadOptions::default()).unwrap()
}

/// A document written by hand, with a comment and a field of another program
/// on every entry, a time, and a comment on the archive.
fn chatty() -> Vec<u8> {
    let le16 = |n: usize| u16::try_from(n).unwrap().to_le_bytes();
    let le32 = |n: usize| u32::try_from(n).unwrap().to_le_bytes();
    let field = [&le16(0xCAFE)[..], &le16(14), b"Feld von Erika"].concat();
    let note = b"Eintrag von Erika";
    let (mut out, mut directory, mut n) = (Vec::new(), Vec::new(), 0);
    for (name, data) in entries() {
        let mut sum = flate2::Crc::new();
        sum.update(&data);
        // Version, flags, method, time, date, checksum, both sizes, lengths.
        let shared = [
            &le16(20)[..],
            &le16(0),
            &le16(0),
            &le16(0x6000),
            &le16(0x5A21),
            &sum.sum().to_le_bytes(),
            &le32(data.len()),
            &le32(data.len()),
            &le16(name.len()),
            &le16(field.len()),
        ]
        .concat();
        let start = out.len();
        out.extend([&b"PK\x03\x04"[..], &shared, name.as_bytes(), &field, &data].concat());
        let behind = [&le16(note.len())[..], &[0; 8], &le32(start)].concat();
        directory.extend(
            [
                &b"PK\x01\x02\x14\0"[..],
                &shared,
                &behind,
                name.as_bytes(),
                &field,
                note,
            ]
            .concat(),
        );
        n += 1;
    }
    let start = out.len();
    out.extend(&directory);
    out.extend([&b"PK\x05\x06\0\0\0\0"[..], &le16(n), &le16(n)].concat());
    out.extend([&le32(directory.len())[..], &le32(start), &le16(16)].concat());
    out.extend(b"Archiv von Erika");
    out
}

fn holds(bytes: &[u8], word: &str) -> bool {
    memchr::memmem::find(bytes, word.as_bytes()).is_some()
}

#[test]
fn nothing_but_names_and_contents_is_written_again() {
    let bytes = chatty();
    assert!(
        holds(&bytes, "Archiv von") && holds(&bytes, "Eintrag von") && holds(&bytes, "Feld von")
    );
    let copy = replaced(&bytes, "docx", &[]);
    assert!(!holds(&copy, "Erika"));
    // The year 1980, in every header.
    let again = replaced(&copy, "docx", &[]);
    assert_eq!(copy, again);
}

#[test]
fn bytes_around_an_archive_are_gone() {
    let good = package::write(entries().iter().map(|(n, d)| (n.as_str(), d.as_slice()))).unwrap();
    // An entry before the first one that no directory lists.
    let hidden = package::write([("Erika.txt", &b"Erika"[..])]).unwrap();
    let local = &hidden[..hidden.len() - 90];
    for (before, behind) in [(&b"Erika"[..], &b""[..]), (local, b""), (b"", b"Erika")] {
        let bytes = [before, &good, behind].concat();
        match format::open(bytes, "docx", &ReadOptions::default()) {
            Ok(file) => assert!(!holds(&file.rewrite(&[]).unwrap(), "Erika")),
            Err(error) => assert!(matches!(
                error.kind(),
                ErrorKind::Broken | ErrorKind::Refused | ErrorKind::Unsupported
            )),
        }
    }
}

#[test]
fn unlisted_parts_are_left_out() {
    let mut entries = entries();
    entries.push(("word/Erika.xml".into(), b"<a>Erika</a>".to_vec()));
    entries.push(("[trash]/0000.dat".into(), b"Erika".to_vec()));
    let bytes = package::write(entries.iter().map(|(n, d)| (n.as_str(), d.as_slice()))).unwrap();
    assert!(!holds(&replaced(&bytes, "docx", &[]), "Erika"));
}

#[test]
fn lists_hold_nothing_but_lists() {
    let shows = |bytes: &[u8], word: &str| decoded(bytes).iter().any(|(_, t)| t.contains(word));
    let docx: Vec<(String, Vec<u8>)> = entries();
    let change = |entries: &[(String, Vec<u8>)], name: &str, pairs: &[(&str, &str)]| {
        let list = entries.iter().map(|(n, data)| {
            let mut text = String::from_utf8(data.clone()).unwrap();
            for (old, new) in pairs.iter().filter(|_| n == name) {
                assert!(text.contains(old), "{old} is not in {text}");
                text = text.replacen(old, new, 1);
            }
            (n.clone(), text.into_bytes())
        });
        let list: Vec<(String, Vec<u8>)> = list.collect();
        package::write(list.iter().map(|(n, d)| (n.as_str(), d.as_slice()))).unwrap()
    };
    for (name, element) in [
        ("[Content_Types].xml", "Types"),
        ("_rels/.rels", "Relationships"),
    ] {
        let (end, start) = (format!("</{element}>"), format!("<{element} "));
        for (old, new) in [
            (end.as_str(), format!("<!-- Erika --><?x Erika?>Erika{end}")),
            (
                &end,
                format!("<Erika a=\"Erika\"><b>Erika</b></Erika>{end}"),
            ),
            (&start, format!("<{element} note=\"Erika\" ")),
            (" Type=\"", " note=\"Erika\" Type=\"".to_owned()),
            (
                " ContentType=\"",
                " note=\"Erika\" ContentType=\"".to_owned(),
            ),
        ] {
            let listed = docx.iter().find(|(n, _)| n == name).unwrap();
            if !String::from_utf8_lossy(&listed.1).contains(old) {
                continue;
            }
            let bytes = change(&docx, name, &[(old, &new)]);
            assert!(shows(&bytes, "Erika"));
            let copy = replaced(&bytes, "docx", &[]);
            assert!(!shows(&copy, "Erika"), "{name}: {new}");
            assert_eq!(texts(open(&copy, "docx").document()), ["Text"]);
        }
    }
    let odt = super::odf::odf("text", "<text:p>Text</text:p>", &[]);
    let odt = package::unpack_all(&odt, &ReadOptions::default()).unwrap();
    let end = "</manifest:manifest>";
    for (old, new) in [
        (end, format!("<!-- Erika -->Erika<a>Erika</a>{end}")),
        (
            " manifest:full-path=",
            " note=\"Erika\" manifest:full-path=".to_owned(),
        ),
        ("\"text/xml\"", "\"application/x-Erika\"".to_owned()),
    ] {
        let bytes = change(&odt, "META-INF/manifest.xml", &[(old, &new)]);
        assert!(shows(&bytes, "Erika"));
        let copy = replaced(&bytes, "odt", &[]);
        assert!(!shows(&copy, "Erika"), "{new}");
    }
    let kind = "application/vnd.oasis.opendocument.text";
    let bytes = change(&odt, "mimetype", &[(kind, &format!("{kind} Erika"))]);
    assert!(format::open(bytes, "odt", &ReadOptions::default()).is_err());
}

/// Writes an archive by hand, so that it can lie.
fn by_hand(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, data) in parts {
        let options: FileOptions<'_, '_, ()> =
            FileOptions::default().compression_method(CompressionMethod::Stored);
        writer.start_file(*name, options).unwrap();
        writer.write_all(data).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn kind(bytes: &[u8]) -> Option<ErrorKind> {
    Package::open(bytes, &ReadOptions::default())
        .err()
        .map(|e| e.kind())
}

#[test]
fn ambiguous_and_escaping_names_are_refused() {
    assert_eq!(
        kind(&by_hand(&[("a", b"1"), ("A", b"2")])),
        Some(ErrorKind::Refused)
    );
    // Two entries of one name: renamed behind the writer's back.
    let mut twice = by_hand(&[("aa", b"1"), ("ab", b"2")]);
    for at in 0..twice.len() - 1 {
        if &twice[at..at + 2] == b"ab" {
            twice[at + 1] = b'a';
        }
    }
    assert_eq!(kind(&twice), Some(ErrorKind::Refused));
    for name in ["../x", "/x", "C:/x", "a\\..\\..\\x", "a//x"] {
        assert_eq!(
            kind(&by_hand(&[(name, b"1")])),
            Some(ErrorKind::Refused),
            "{name}"
        );
    }
}

#[test]
fn damage_is_found_in_every_entry() {
    let good = by_hand(&[("a", b"stored text"), ("b", b"another one")]);
    for word in [&b"stored"[..], b"another"] {
        let mut bytes = good.clone();
        let at = memchr::memmem::find(&bytes, word).unwrap();
        bytes[at] ^= 1;
        assert_eq!(kind(&bytes), Some(ErrorKind::Broken));
    }
    for length in 0..good.len() {
        assert!(kind(&good[..length]).is_some(), "{length}");
    }
}

#[test]
fn an_entry_that_is_used_many_times_is_refused() {
    // All directory entries point to the first local header.
    let mut bytes = by_hand(&[("aa", b"data"), ("ab", b"data")]);
    let directory = memchr::memmem::rfind(&bytes, b"PK\x01\x02").unwrap();
    bytes[directory + 42..directory + 46].copy_from_slice(&[0; 4]);
    assert!(matches!(
        kind(&bytes),
        Some(ErrorKind::Refused | ErrorKind::Broken)
    ));
}

#[test]
fn bombs_are_stopped_before_memory_is() {
    let zeros = vec![0_u8; 64 << 20];
    let inner = package::write([("word/document.xml", &zeros[..])]).unwrap();
    assert_eq!(kind(&inner), Some(ErrorKind::Limit));
    let small = ReadOptions {
        max_unpacked: 1 << 20,
        ..ReadOptions::default()
    };
    let many: Vec<(String, Vec<u8>)> = (0..20)
        .map(|n| (format!("{n}"), vec![n; 100_000]))
        .collect();
    let bytes = package::write(many.iter().map(|(n, d)| (n.as_str(), d.as_slice()))).unwrap();
    assert_eq!(
        Package::open(&bytes, &small).unwrap_err().kind(),
        ErrorKind::Limit
    );
}

/// A document with this as its main part.
fn with_document(xml: &[u8]) -> Result<usize, ErrorKind> {
    let mut entries = entries();
    for (name, data) in &mut entries {
        if name == "word/document.xml" {
            *data = xml.to_vec();
        }
    }
    let bytes = package::write(entries.iter().map(|(n, d)| (n.as_str(), d.as_slice()))).unwrap();
    format::open(bytes, "docx", &ReadOptions::default())
        .map(|file| file.document().segments().len())
        .map_err(|error| error.kind())
}

#[test]
fn xml_made_to_hurt_is_bounded() {
    let document =
        |body: &str| format!("<w:document xmlns:w=\"{W}\"><w:body>{body}</w:body></w:document>");
    let laughs =
        "<!DOCTYPE d [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]>".to_owned() + &document("&b;");
    let outside =
        "<!DOCTYPE d [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>".to_owned() + &document("&a;");
    assert_eq!(with_document(laughs.as_bytes()), Err(ErrorKind::Refused));
    assert_eq!(with_document(outside.as_bytes()), Err(ErrorKind::Refused));
    let deep = document(&("<w:p>".repeat(1_000_000) + &"</w:p>".repeat(1_000_000)));
    assert_eq!(with_document(deep.as_bytes()), Err(ErrorKind::Limit));
    let attributes: String = (0..60_000).map(|n| format!(" a{n}=\"{n}\"")).collect();
    assert_eq!(
        with_document(document(&format!("<w:p{attributes}/>")).as_bytes()),
        Err(ErrorKind::Limit)
    );
    for broken in [
        "<w:p>",
        "<w:p></w:r>",
        "<w:p/></w:body>",
        "<w:p a/>",
        "<w:p a=b/>",
        "&#0;",
        "&#x110000;",
        "<w:t>&",
        "<![CDATA[",
    ] {
        assert!(
            with_document(document(broken).as_bytes()).is_err(),
            "{broken}"
        );
    }
    assert_eq!(with_document(b"\xFF\xFE\xFD"), Err(ErrorKind::Broken));
    let mut invalid = document("<w:p/>").into_bytes();
    invalid[80] = 0xFF;
    assert_eq!(with_document(&invalid), Err(ErrorKind::Broken));
    // Long, but honest.
    let long = document(&format!(
        "<w:p><w:r><w:t>{}</w:t></w:r></w:p>",
        "a".repeat(2 << 20)
    ));
    assert_eq!(with_document(long.as_bytes()), Ok(1));
    let many = document(&"<w:p><w:r><w:t>a</w:t></w:r></w:p>".repeat(20_000));
    assert_eq!(with_document(many.as_bytes()), Ok(20_000));
}

#[test]
fn encodings_of_parts_are_read() {
    let xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<w:document xmlns:w=\"{W}\">\r\n<w:body><w:p><w:r><w:t>ä</w:t></w:r></w:p></w:body></w:document>"
    );
    let bom = [b"\xEF\xBB\xBF", xml.as_bytes()].concat();
    assert_eq!(with_document(&bom), Ok(1));
    let latin = xml
        .replace("UTF-8", "ISO-8859-1")
        .chars()
        .map(|c| u8::try_from(c).unwrap())
        .collect::<Vec<u8>>();
    assert_eq!(with_document(&latin), Ok(1));
}
