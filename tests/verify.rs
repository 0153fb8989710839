//! A needle planted in every encoding is found; ordinary words, tokens and
//! chance do not fail a file.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::as_conversions,
    clippy::too_many_lines,
    reason = "a test may fail loudly; its tables are long"
)]

use std::io::{Cursor, Write};

use base64::Engine;
use deckname::entity::EntityType;
use deckname::error::ErrorKind;
use deckname::token;
use deckname::verify::{Needles, check_bytes};

fn needles() -> Needles {
    let mut needles = Needles::new();
    needles.value(EntityType::Person, "Jörg Wüstenbergk");
    needles.part("Wüstenbergk", false);
    needles.part("Jörg", false);
    needles.value(EntityType::Person, "Ute Sommer");
    needles.part("Sommer", true);
    needles.part("Ute", false);
    needles.value(EntityType::Phone, "0611 98765432");
    needles.value(EntityType::Iban, "DE02 1203 0000 0000 2020 51");
    needles.value(EntityType::DateOfBirth, "03.07.1984");
    needles.value(EntityType::DateOfBirth, "3.7.84");
    needles.value(EntityType::Street, "Hauptstraße 94c");
    needles.value(EntityType::PostalCode, "65199");
    needles.value(EntityType::Email, "j.wuestenbergk@web.example");
    needles
}

/// A token whose label is a last name.
fn own_token() -> String {
    let code = token::code(&[7; 32], 0);
    format!("Herr [SOMMER_{code}] und WUESTENBERGK_{code}")
}

fn leaks(bytes: &[u8]) -> bool {
    match check_bytes(bytes, &needles()) {
        Ok(_) => false,
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Leak, "{error}");
            true
        }
    }
}

const NAME: &str = "Wüstenbergk";

fn utf16(text: &str, big: bool) -> Vec<u8> {
    let bytes = |unit: u16| {
        if big {
            unit.to_be_bytes()
        } else {
            unit.to_le_bytes()
        }
    };
    text.encode_utf16().flat_map(bytes).collect()
}

fn zipped(name: &str, content: &[u8]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file(name, zip::write::SimpleFileOptions::default())
        .unwrap();
    zip.write_all(content).unwrap();
    zip.finish().unwrap().into_inner()
}

fn deflated(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

fn base64(content: &[u8]) -> String {
    base64::engine::general_purpose::STANDARD.encode(content)
}

fn hex(content: &[u8]) -> String {
    content.iter().map(|byte| format!("{byte:02X}")).collect()
}

fn pdf(content: &str) -> Vec<u8> {
    let stream = deflated(content.as_bytes());
    let mut out = format!(
        "%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[]/Count 0>>\nendobj\n3 0 obj\n<</Filter/FlateDecode/Length {}>>\nstream\n",
        stream.len()
    )
    .into_bytes();
    let offsets: Vec<usize> = (1..=3)
        .map(|n| {
            let head = format!("{n} 0 obj");
            out.windows(head.len())
                .position(|window| window == head.as_bytes())
                .unwrap()
        })
        .collect();
    out.extend(stream);
    out.extend(b"\nendstream\nendobj\n");
    let xref = out.len();
    out.extend(b"xref\n0 4\n0000000000 65535 f \n");
    for offset in offsets {
        out.extend(format!("{offset:010} 00000 n \n").bytes());
    }
    out.extend(format!("trailer\n<</Root 1 0 R/Size 4>>\nstartxref\n{xref}\n%%EOF\n").bytes());
    out
}

#[test]
fn found_in_every_encoding() {
    let sentence = format!("Antrag von {NAME}, eingegangen heute.");
    let latin: Vec<u8> = sentence
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect();
    let mut marked = vec![0xFF, 0xFE];
    marked.extend(utf16(&sentence, false));
    let mut picture = vec![0xFF, 0xD8, 0xFF, 0xE1, 0, 1, 2, 3];
    picture.extend(latin.iter());
    picture.extend([0, 1, 0, 2]);
    let run = "<w:p><w:r><w:t>W&#252;sten</w:t></w:r><w:r><w:t>bergk</w:t></w:r></w:p>";
    let rows: Vec<(&str, Vec<u8>)> = vec![
        ("utf-8", sentence.clone().into_bytes()),
        ("latin-1", latin.clone()),
        ("utf-16 le with mark", marked),
        ("utf-16 le", utf16(&sentence, false)),
        ("utf-16 be", utf16(&sentence, true)),
        (
            "utf-16 at an odd byte",
            [&[7_u8][..], &utf16(&sentence, false)].concat(),
        ),
        ("bytes of a picture", picture),
        ("zip", zipped("word/document.xml", sentence.as_bytes())),
        (
            "zip in zip",
            zipped("a.bin", &zipped("b.xml", sentence.as_bytes())),
        ),
        ("zip entry name", zipped(&format!("media/{NAME}.png"), b"x")),
        ("zlib", deflated(sentence.as_bytes())),
        ("xml runs", run.into()),
        (
            "xml attribute",
            format!("<a><b descr=\"Foto {NAME}\"/></a>").into_bytes(),
        ),
        (
            "xml comment",
            format!("<a><!-- {NAME} --></a>").into_bytes(),
        ),
        (
            "xml cdata",
            format!("<a><![CDATA[{NAME}]]></a>").into_bytes(),
        ),
        ("html entities", b"<p>W&uuml;stenbergk</p>".to_vec()),
        ("entities in plain text", b"Herr W&#xFC;stenbergk".to_vec()),
        ("quoted-printable", b"Herr W=C3=BCsten=\r\nbergk".to_vec()),
        ("percent", b"https://a.example/?n=W%C3%BCstenbergk".to_vec()),
        (
            "percent latin-1",
            b"https://a.example/?n=W%FCstenbergk".to_vec(),
        ),
        (
            "base64",
            format!("data:text/plain;base64,{}", base64(sentence.as_bytes())).into_bytes(),
        ),
        (
            "base64 utf-16",
            base64(&utf16(&sentence, false)).into_bytes(),
        ),
        (
            "base64 of zip",
            base64(&zipped("a.txt", sentence.as_bytes())).into_bytes(),
        ),
        ("hex", format!("<</Title <{}>>>", hex(&latin)).into_bytes()),
        ("hex utf-16", hex(&utf16(&sentence, true)).into_bytes()),
        (
            "pdf string",
            pdf("BT /F1 12 Tf (Herr W\\374stenbergk) Tj ET"),
        ),
        ("pdf kerning", pdf("BT [(W\\374sten) -30 (bergk)] TJ ET")),
        (
            "pdf hex string",
            pdf(&format!("BT <{}> Tj ET", hex(&latin))),
        ),
        (
            "pdf xmp",
            pdf(&format!(
                "<x:xmpmeta><dc:creator>{NAME}</dc:creator></x:xmpmeta>"
            )),
        ),
        (
            "address list",
            "<j.wuestenbergk@web.example>, <a@b.example>".into(),
        ),
        ("bracket in text", format!("<a {NAME}, b> c").into_bytes()),
        ("open tag", format!("<a x='{NAME}").into_bytes()),
        ("soft hyphen", "Wüsten\u{AD}bergk".into()),
        ("line end", "Wüsten-\nbergk".into()),
        ("zero width", "Wü\u{200B}stenbergk".into()),
        ("combining", "Wu\u{308}stenbergk".into()),
        ("ae oe ue", "WUESTENBERGK".into()),
        ("genitive", "Wüstenbergks Antrag".into()),
        ("file name", "C:\\Akten\\wuestenbergk_2024.docx".into()),
        ("camel case", "AkteWüstenbergk2024".into()),
        ("initial", "jwuestenbergk Jörg".into()),
        ("joined", "joergwuestenbergk".into()),
        ("full width", "Ｗüstenbergk".into()),
        ("phone", "+49 (0)611/98 76 54 32".into()),
        ("phone compact", "0049 61198765432".into()),
        ("iban", "de02120300000000202051".into()),
        ("birth date", "geb. 3. Juli 1984".into()),
        ("birth date iso", "1984-07-03".into()),
        ("postal code", "in 65199 Lindenfurt".into()),
        ("mail", "J.Wuestenbergk@Web.example".into()),
        ("two ordinary words", "Frau Ute Sommer".into()),
        ("a short first name", "Liebe Ute,".into()),
        ("a common street", "wohnt Hauptstraße 94 c, hinten".into()),
        ("a short date", "am 3.7.84 geboren".into()),
        (
            "phone in an attribute",
            "<a title=\"Tel. 0611 98765432\"/>".into(),
        ),
    ];
    let missed: Vec<&str> = rows
        .iter()
        .filter(|(_, bytes)| !leaks(bytes))
        .map(|(name, _)| *name)
        .collect();
    assert!(missed.is_empty(), "not found: {missed:?}");
}

#[test]
fn chance_does_not_fail_a_file() {
    let mut noise = vec![0_u8; 400_000];
    let mut state = 7_u32;
    for byte in &mut noise {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *byte = u8::try_from(state >> 24).unwrap();
    }
    let rows: Vec<(&str, Vec<u8>)> = vec![
        ("ordinary word", "Im Sommer ist es heiß.".into()),
        ("part of a longer word", "Wüstenbergkstein".into()),
        (
            "lower-case short name",
            "ute, ute: die Ute-Indianer? nein: beute"
                .replace("Ute-", "ute-")
                .into_bytes(),
        ),
        ("own token", own_token().into_bytes()),
        ("longer number", "651991234 und 165199".into()),
        (
            "numbers of a format",
            b"<w:p w:rsidR=\"00651990\" w:w=\"65199\"/>".to_vec(),
        ),
        (
            "content numbers",
            pdf("BT 651.99 0 Td 65199 0 Td (x) Tj ET"),
        ),
        ("element names", b"<ute><sommer>x</sommer></ute>".to_vec()),
        (
            "cells apart",
            b"<row><c>0611</c><c>9876</c><c>5432</c></row>".to_vec(),
        ),
        ("noise", noise.clone()),
        ("noise in base64", base64(&noise).into_bytes()),
        ("a street alone", "in der Hauptstraße, Nr. 9".into()),
        ("other date", "03.07.1985 und 13.07.1984".into()),
    ];
    let failed: Vec<&str> = rows
        .iter()
        .filter(|(_, bytes)| leaks(bytes))
        .map(|(name, _)| *name)
        .collect();
    assert!(failed.is_empty(), "false alarm: {failed:?}");
}

#[test]
fn an_ordinary_word_is_a_doubt() {
    let doubts = check_bytes("Im Sommer ist es heiß.".as_bytes(), &needles()).unwrap();
    assert_eq!(doubts.len(), 1);
    let doubts = check_bytes("im Winter".as_bytes(), &needles()).unwrap();
    assert!(doubts.is_empty());
}

/// A value that is a word of the format or a font proves nothing in the
/// structure of a file, and everything in its text.
#[test]
fn words_of_a_format_count_in_text_only() {
    let mut needles = Needles::new();
    needles.value(EntityType::Person, "Times New Roman");
    needles.value(EntityType::Person, "Chart");
    needles.value(EntityType::Person, "Task");
    let leaks = |text: &str| check_bytes(text.as_bytes(), &needles).is_err();
    for clean in [
        "<c:chart xmlns:c='urn:x'><c:font typeface=\"Times New Roman\"/></c:chart>",
        "these tasks need to be done",
    ] {
        assert!(!leaks(clean), "{clean}");
    }
    for leak in [
        "<a>Herr Chart</a>",
        "<a>Times New Roman</a>",
        "Tasks Auto",
        "an chart denken",
    ] {
        assert!(leaks(leak), "{leak}");
    }
}

#[test]
fn file_names_are_checked() {
    assert!(needles().touches_name("Bescheid_Wuestenbergk.pdf"));
    assert!(!needles().touches_name("Bescheid_Haushalt.pdf"));
}

#[test]
fn an_error_never_shows_the_value() {
    let error = check_bytes(NAME.as_bytes(), &needles()).unwrap_err();
    let shown = format!("{error} {error:?} {:?}", needles());
    assert!(!shown.to_lowercase().contains("stenbergk"), "{shown}");
}

/// `DECKNAME_SPEED=1`: megabytes per second over plain text with 200 needles.
#[test]
fn speed() {
    if std::env::var("DECKNAME_SPEED").is_err() {
        return;
    }
    let mut needles = needles();
    for n in 0..200 {
        needles.part(&format!("Familienname{n}x"), false);
    }
    let text = "Der Bescheid vom gestrigen Tag ist rechtskräftig; die Gebühr beträgt 198,60 EUR.\n"
        .repeat(100_000);
    let start = std::time::Instant::now();
    assert!(check_bytes(text.as_bytes(), &needles).is_ok());
    let seconds = start.elapsed().as_secs_f64();
    println!("{:.1} MB/s", text.len() as f64 / 1e6 / seconds);
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_swept_without_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..400), head in 0_usize..6) {
        let heads: [&[u8]; 6] = [b"", b"PK\x03\x04", b"%PDF-1.4", b"\x1F\x8B\x08", b"<a b='", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"];
        let bytes = [heads[head], &bytes].concat();
        // Unreadable is an error, never a clean bill.
        if let Err(error) = check_bytes(&bytes, &needles()) {
            proptest::prop_assert!(!error.to_string().is_empty());
        }
    }

    #[test]
    fn a_name_is_found_wherever_it_stands(before in "\\PC{0,40}", after in "\\PC{0,40}") {
        let text = format!("{before} {NAME} {after}");
        proptest::prop_assert!(leaks(text.as_bytes()));
    }
}
