//! More channels, and what must stay: fonts that draw or spell in odd ways,
//! page trees and resources as real producers write them, pictures under text,
//! the ways through a document, tags.

use super::outside::poppler;
use super::*;

fn cases() -> Vec<(&'static str, Vec<u8>, Expect)> {
    let mut out: Vec<(&'static str, Vec<u8>, Expect)> = content_cases()
        .into_iter()
        .chain(beside_cases())
        .map(|(name, fixture, expect)| (name, fixture.bytes(), expect))
        .collect();
    out.extend(tree_cases());
    out
}

/// A map from codes of one byte to texts.
fn map(pairs: &[(u8, &str)]) -> Vec<u8> {
    let lines: String = pairs
        .iter()
        .map(|(code, text)| {
            let units: String = text.encode_utf16().map(|u| format!("{u:04X}")).collect();
            format!("<{code:02X}> <{units}>\n")
        })
        .collect();
    stream(
        "",
        format!(
            "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <FF> \
             endcodespacerange {} beginbfchar {lines} endbfchar endcmap",
            pairs.len()
        ),
    )
}

const TYPE3: &str = "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1000 1000] \
     /FontMatrix [0.001 0 0 0.001 0 0] /FirstChar 97 /LastChar 97 /Widths [1000] \
     /Encoding << /Differences [97 /a] >> /CharProcs << /a 7 0 R >>";

fn content_cases() -> Vec<(&'static str, Fixture, Expect)> {
    let picture = |dict: &str, content: Vec<u8>| {
        fixture(&format!(
            "q 300 0 0 50 72 680 cm /I Do Q {}",
            text("(Erika Mustermann) Tj")
        ))
        .resources("/XObject << /I 6 0 R >>")
        .with(stream(
            &format!("/Type /XObject /Subtype /Image {dict}"),
            content,
        ))
    };
    let checkered: Vec<u8> = (0..10_000_u32)
        .map(|i| if i / 3 % 2 == 0 { 0 } else { 255 })
        .collect();
    vec![
        (
            "08 Type 3 glyph that is a word",
            fixture("BT /F2 12 Tf 72 700 Td (a) Tj ET")
                .resources("/Font << /F1 5 0 R /F2 6 0 R >>")
                .with(format!("{TYPE3} /ToUnicode 8 0 R >>"))
                .with(stream("", "1000 0 d0 0 0 800 800 re f 100 0 m 200 900 l f"))
                .with(map(&[(97, "Erika Mustermann")])),
            Tokens(1),
        ),
        (
            "08b Type 3 glyph that shows text",
            fixture("BT /F2 12 Tf 72 700 Td (a) Tj ET")
                .resources("/Font << /F1 5 0 R /F2 6 0 R >>")
                .with(format!(
                    "{TYPE3} /Resources << /Font << /F1 5 0 R >> >> /ToUnicode 8 0 R >>"
                ))
                .with(stream(
                    "",
                    "1000 0 d0 BT /F1 1000 Tf (Erika Mustermann) Tj ET",
                ))
                .with(map(&[(97, "x")])),
            // The second reader takes the glyph's own character.
            Tokens(0),
        ),
        (
            "ligature",
            fixture("BT /F2 12 Tf 72 700 Td (Erika Mu\\001ermann) Tj ET")
                .resources("/Font << /F1 5 0 R /F2 6 0 R >>")
                .with(
                    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica \
                     /Encoding /WinAnsiEncoding /ToUnicode 7 0 R >>",
                )
                .with({
                    let mut pairs = vec![(1, "\u{FB06}")];
                    let letters = ["E", "r", "i", "k", "a", " ", "M", "u", "e", "m", "n"];
                    pairs.extend(letters.iter().map(|l| (l.as_bytes()[0], *l)));
                    map(&pairs)
                }),
            Tokens(1),
        ),
        (
            "no-break space",
            fixture(&text("(Frau Erika\\240Mustermann kam.) Tj")),
            Tokens(1),
        ),
        (
            "small inline picture beside",
            fixture(&format!(
                "q 9 0 0 9 10 10 cm BI /W 2 /H 2 /BPC 8 /CS /G ID abcd EI Q {}",
                text("(Erika Mustermann) Tj")
            )),
            Tokens(1),
        ),
        (
            "large inline picture under a name",
            fixture(&format!(
                "q 300 0 0 50 72 680 cm BI /W 40 /H 40 /BPC 8 /CS /G ID {} EI Q {}",
                "ab".repeat(800),
                text("(Erika Mustermann) Tj")
            )),
            Refused(ErrorKind::Refused),
        ),
        (
            "38b picture with something under a name",
            picture(
                "/Width 100 /Height 100 /BitsPerComponent 8 /ColorSpace /DeviceGray",
                checkered,
            ),
            Tokens(1),
        ),
        (
            "38c stencil under a name",
            picture(
                "/Width 100 /Height 100 /BitsPerComponent 1 /ImageMask true",
                vec![0xAA; 1300],
            ),
            Tokens(1),
        ),
        (
            "38d picture that nobody can decode under a name",
            picture(
                "/Width 100 /Height 100 /BitsPerComponent 8 /ColorSpace /DeviceRGB \
                 /Filter /JPXDecode",
                b"\xFF\x4F\xFF\x51 and no more".to_vec(),
            ),
            Refused(ErrorKind::Refused),
        ),
        (
            "vertical writing",
            {
                let mut made = composite("Erika Mustermann", Some("Erika Mustermann"));
                made.extra[0] = String::from_utf8(made.extra[0].clone())
                    .unwrap()
                    .replace("Identity-H", "Identity-V")
                    .into_bytes();
                made
            },
            Tokens(1),
        ),
        (
            "34 mapping to private characters",
            {
                let private: String = "Erika Mustermann"
                    .chars()
                    .map(|c| char::from_u32(0xE000 + u32::from(c)).unwrap())
                    .collect();
                composite("Erika Mustermann", Some(&private))
            },
            // The embedded font tells.
            Tokens(1),
        ),
    ]
}

fn beside_cases() -> Vec<(&'static str, Fixture, Expect)> {
    vec![
        (
            "16c choices of a field",
            fixture("").page("/Annots [6 0 R]").with(
                "<< /Type /Annot /Subtype /Widget /Rect [72 600 300 630] /FT /Ch /T (Erika) \
                 /Opt [(Erika) (Mustermann)] /V (Erika Mustermann) /I [0] \
                 /AA << /K << /S /JavaScript /JS (Erika) >> >> >>",
            ),
            Tokens(1),
        ),
        (
            "18b nested bookmarks with addresses",
            fixture("")
                .catalog("/Outlines 6 0 R")
                .with("<< /Type /Outlines /First 7 0 R /Last 7 0 R /Count 2 >>")
                .with(
                    "<< /Title (A) /Parent 6 0 R /First 8 0 R /Last 8 0 R /Count 1 \
                     /A << /S /URI /URI (https://a.example/erika-mustermann) >> >>",
                )
                .with(
                    "<< /Title <FEFF004500720069006B0061> /Parent 7 0 R \
                     /A << /S /Launch /F (Erika) >> /Erika (Mustermann) >>",
                ),
            Tokens(1),
        ),
        (
            "19c attached by an annotation",
            fixture("")
                .page("/Annots [6 0 R]")
                .with(
                    "<< /Type /Annot /Subtype /FileAttachment /Rect [0 0 9 9] /Contents (Erika) \
                 /FS << /Type /Filespec /F (a.txt) /EF << /F 7 0 R >> >> >>",
                )
                .with(stream("/Type /EmbeddedFile", "Frau Erika Mustermann")),
            Tokens(0),
        ),
        (
            "31b redaction over a picture, with quads",
            fixture(
                "q 300 0 0 50 72 680 cm /I Do Q BT /F1 12 Tf 80 690 Td (Erika Mustermann) Tj ET",
            )
            .page("/Annots [7 0 R]")
            .resources("/XObject << /I 6 0 R >>")
            .with(stream(
                "/Type /XObject /Subtype /Image /Width 100 /Height 100 /BitsPerComponent 8 \
                     /ColorSpace /DeviceGray",
                (0..10_000_u32)
                    .map(|i| u8::try_from(i % 251).unwrap())
                    .collect::<Vec<u8>>(),
            ))
            .with(
                "<< /Type /Annot /Subtype /Redact /Rect [0 0 1 1] /IC [1 0 0] \
                     /QuadPoints [70 710 400 710 70 680 400 680] >>",
            ),
            Tokens(0),
        ),
        (
            "46 output intent",
            fixture("").catalog(
                "/OutputIntents [<< /S /GTS_PDFA1 /OutputConditionIdentifier (Erika) \
                 /Info (Mustermann) /RegistryName (Erika) >>]",
            ),
            Tokens(0),
        ),
        (
            "45 print records",
            fixture("")
                .catalog(
                    "/DPartRoot << /Erika (Mustermann) >> /Threads [<< /I << /Title (Erika) >> >>]",
                )
                .page("/DPart << /DPM << /Name (Erika Mustermann) >> >>"),
            Tokens(0),
        ),
    ]
}

const FONT: &[u8] =
    b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>";

fn tree_cases() -> Vec<(&'static str, Vec<u8>, Expect)> {
    let content = stream(
        "",
        format!("BT /F1 12 Tf 72 760 Td ({BEFORE}) Tj 0 -60 Td (Erika Mustermann) Tj ET"),
    );
    let catalog = b"<< /Type /Catalog /Pages 2 0 R >>".to_vec();
    let resources = "/Resources << /Font << /F1 5 0 R >> >>";
    let page = format!(
        "<< /Type /Page /Parent 2 0 R /Contents 4 0 R {resources} /MediaBox [0 0 595 842] >>"
    );
    let twice = vec![
        catalog.clone(),
        b"<< /Type /Pages /Kids [3 0 R 3 0 R] /Count 2 >>".to_vec(),
        page.clone().into_bytes(),
        content.clone(),
        FONT.to_vec(),
    ];
    let direct = vec![
        catalog.clone(),
        format!("<< /Type /Pages /Kids [{page}] /Count 1 >>").into_bytes(),
        b"null".to_vec(),
        content.clone(),
        FONT.to_vec(),
    ];
    let inherited = vec![
        catalog,
        format!(
            "<< /Type /Pages /Kids [3 0 R 6 0 R] /Count 2 /MediaBox [0 0 595 842] {resources} >>"
        )
        .into_bytes(),
        b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>".to_vec(),
        content,
        FONT.to_vec(),
        b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R >>".to_vec(),
    ];
    let mut out = vec![
        ("page listed twice", file(&twice, ""), Tokens(2)),
        ("direct page", file(&direct, ""), Tokens(1)),
        (
            "inherited resources, shared content",
            file(&inherited, ""),
            Tokens(2),
        ),
    ];
    let whole = String::from_utf8(fixture(&text("(Erika Mustermann) Tj")).bytes()).unwrap();
    let at = whole.find("/Length ").unwrap() + 8;
    let end = at + whole[at..].find(' ').unwrap();
    for (name, length) in [
        ("stream longer than told", "7"),
        ("stream shorter than told", "99999"),
    ] {
        let wrong = format!("{}{length}{}", &whole[..at], &whole[end..]);
        out.push((name, wrong.into_bytes(), Tokens(1)));
    }
    out
}

#[test]
fn more_cases_are_clean_or_refused() {
    let mut failed = Vec::new();
    for (name, bytes, expect) in cases() {
        if let Err(why) = check(name, bytes, &expect) {
            failed.push(why);
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// Encryption of every revision, with an empty user password.
#[test]
fn encrypted_files_open_without_a_password_if_any_reader_could() {
    let plain = fixture(&text("(Frau Erika Mustermann) Tj")).bytes();
    let folder = tempfile::tempdir().unwrap();
    let (source, target) = (folder.path().join("a.pdf"), folder.path().join("b.pdf"));
    std::fs::File::create(&source)
        .unwrap()
        .write_all(&plain)
        .unwrap();
    let kinds: [&[&str]; 6] = [
        &["40"],
        &["128", "--use-aes=n"],
        &["128", "--use-aes=y"],
        &["128", "--use-aes=y", "--cleartext-metadata"],
        &["256", "--force-R5"],
        &["256"],
    ];
    for kind in kinds {
        for streams in ["disable", "generate"] {
            let done = std::process::Command::new("qpdf")
                .arg("--allow-weak-crypto")
                .arg(format!("--object-streams={streams}"))
                .args(["--encrypt", "", "chef"])
                .args(kind)
                .arg("--")
                .args([&source, &target])
                .status();
            assert!(done.unwrap().success(), "qpdf: {kind:?}");
            let locked = std::fs::read(&target).unwrap();
            let name = format!("31 {kind:?} {streams}");
            check(&name, locked, &Tokens(1)).unwrap();
        }
    }
}

#[test]
fn a_picture_under_a_name_is_painted_over_and_stays_elsewhere() {
    let pixels: Vec<u8> = (0..10_000_u32)
        .map(|i| if i % 100 < 3 { 9 } else { 255 })
        .collect();
    let mut pixels = pixels;
    for row in 40..60 {
        for column in 20..60 {
            pixels[row * 100 + column] = u8::try_from((row * 7 + column * 13) % 200).unwrap();
        }
    }
    // One unit of the picture is one point: the name stands over rows 40 to 60.
    let made = fixture("q 100 0 0 100 72 640 cm /I Do Q BT /F1 12 Tf 96 686 Td (Erika) Tj ET")
        .resources("/XObject << /I 6 0 R >>")
        .with(stream(
            "/Type /XObject /Subtype /Image /Width 100 /Height 100 /BitsPerComponent 8 \
         /ColorSpace /DeviceGray",
            &pixels,
        ));
    let out = clean(made.bytes()).unwrap();
    let after = streams(&out)
        .unwrap()
        .into_iter()
        .find(|s| s.len() == 10_000)
        .unwrap();
    assert_eq!(after[50 * 100 + 1], 9, "the bar at the left stays");
    let under = &after[46 * 100 + 25..46 * 100 + 50];
    assert!(under.iter().all(|p| *p == under[0]), "{under:?}");
}

#[test]
fn the_ways_through_a_document_stay() {
    let made = fixture("")
        .catalog(
            "/Outlines 6 0 R /PageMode /UseOutlines /Names << /Dests << /Names \
             [(Erika) << /D [3 0 R /XYZ 10 20 null] >>] >> >> \
             /PageLabels << /Nums [0 << /S /r /P (A-) /St 4 >>] >>",
        )
        .page("/Annots [9 0 R]")
        .with("<< /Type /Outlines /First 7 0 R /Last 8 0 R /Count 2 >>")
        .with("<< /Title (Eins) /Parent 6 0 R /Next 8 0 R /Dest (Erika) >>")
        .with("<< /Title (Zwei) /Parent 6 0 R /Prev 7 0 R /A << /S /GoTo /D [0 /Fit] >> >>")
        .with(
            "<< /Type /Annot /Subtype /Link /Rect [72 690 200 712] /Border [0 0 1] \
             /A << /S /URI /URI (https://a.example/x?y=%C3%BC) >> /T (Erika) >>",
        );
    let out = clean(made.bytes()).unwrap();
    let doc = lopdf::Document::load_mem(&out).unwrap();
    let toc = doc.get_toc().unwrap().toc;
    let titles: Vec<(&str, usize)> = toc.iter().map(|t| (t.title.as_str(), t.page)).collect();
    assert_eq!(titles, [("Eins", 1), ("Zwei", 1)]);
    let find = |part: &[u8]| memchr::memmem::find(&out, part).is_some();
    assert!(find(b"/XYZ 10 20 null"), "the place is kept");
    assert!(find(b"/UseOutlines") && find(b"/St 4") && find(b"(A-)"));
    assert!(find(b"(https://a.example/x?y=%C3%BC)"));
    assert_eq!(leaks(&out), Vec::<String>::new());
}

#[test]
fn tags_stay_and_lead_to_their_content() {
    let made = fixture(
        "/Erika <</MCID 0 /ActualText (Erika)>> BDC BT /F1 12 Tf 72 700 Td (Frau Erika Mustermann) \
         Tj ET EMC /Artifact BMC BT /F1 9 Tf 72 20 Td (Seite 1) Tj ET EMC /P /Q BDC \
         BT /F1 12 Tf 72 600 Td (Ende) Tj ET EMC",
    )
    .resources("/Properties << /Q << /MCID 1 >> >>")
    .page("/StructParents 0")
    .catalog("/MarkInfo << /Marked true >> /Lang (de-DE) /StructTreeRoot 6 0 R")
    .with(
        "<< /Type /StructTreeRoot /K 7 0 R /RoleMap << /Mustermann /H1 >> \
         /ParentTree << /Nums [0 [8 0 R 9 0 R]] >> >>",
    )
    .with("<< /Type /StructElem /S /Document /P 6 0 R /K [8 0 R 9 0 R] >>")
    .with(
        "<< /Type /StructElem /S /Mustermann /P 7 0 R /Pg 3 0 R /K 0 /ID (Erika) \
         /Alt (Titel mit Erika) >>",
    )
    .with(
        "<< /Type /StructElem /S /P /P 7 0 R /K << /Type /MCR /Pg 3 0 R /MCID 1 >> \
         /A << /O /Erika /Erika (Erika) >> >>",
    );
    let bytes = made.bytes();
    check("13b", bytes.clone(), &Tokens(2)).unwrap();
    let out = clean(bytes).unwrap();
    let find = |part: &[u8]| memchr::memmem::find(&out, part).is_some();
    assert!(find(b"/S /H1") || find(b"/S/H1"), "the role is resolved");
    assert!(find(b"/ParentTree") && find(b"/StructParents 0") && find(b"de-DE"));
    let content = streams(&out).unwrap();
    let has = |part: &[u8]| {
        content
            .iter()
            .any(|s| memchr::memmem::find(s, part).is_some())
    };
    assert!(
        has(b"/Span <</MCID 0>> BDC") && has(b"/Span <</MCID 1>> BDC") && has(b"/Artifact BMC")
    );
    assert!(
        poppler(&out).contains("Frau [PERSON_1]"),
        "{}",
        poppler(&out)
    );
}

#[test]
fn an_attached_table_is_cleaned_by_its_own_format() {
    let made = fixture("")
        .catalog("/AF [6 0 R] /Names << /EmbeddedFiles << /Names [(a) 6 0 R] >> >>")
        .with("<< /Type /Filespec /UF (Liste.csv) /AFRelationship /Data /EF << /F 7 0 R >> >>")
        .with(stream("", "Name;Ort\nErika Mustermann;Bonn\n"));
    let out = clean(made.bytes()).unwrap();
    let all = streams(&out).unwrap();
    let table = all.iter().find(|s| s.starts_with(b"Name;Ort")).unwrap();
    assert_eq!(table.as_slice(), b"Name;Ort\n[PERSON_1];Bonn\n");
    let find = |part: &[u8]| memchr::memmem::find(&out, part).is_some();
    assert!(find(b"/AFRelationship") && find(b"(Liste.csv)"));
}

#[test]
fn a_pdf_in_a_pdf_in_a_pdf_ends_at_the_limit() {
    let mut inner = fixture(&text("(Erika Mustermann) Tj")).bytes();
    for _ in 0..6 {
        inner = fixture("")
            .catalog("/Names << /EmbeddedFiles << /Names [(a) 6 0 R] >> >>")
            .with("<< /Type /Filespec /F (a.pdf) /EF << /F 7 0 R >> >>")
            .with(stream("", &inner))
            .bytes();
    }
    let out = clean(inner).unwrap();
    let mut depth = 0;
    let mut at = out;
    while let Some(next) = streams(&at)
        .unwrap()
        .into_iter()
        .find(|s| s.starts_with(b"%PDF"))
    {
        depth += 1;
        at = next;
    }
    assert_eq!(depth, 4);
}
