//! The PDF format, case by case: each fixture hides "Erika Mustermann" (an
//! invented person) in another channel. A case is delivered clean or refused
//! with the reason that stands in the table.

#![allow(
    clippy::unwrap_used,
    clippy::too_many_lines,
    clippy::write_with_newline,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::string_slice,
    clippy::as_conversions,
    clippy::cast_precision_loss,
    reason = "helpers of tests may fail like tests"
)]

#[path = "pdf/more.rs"]
mod more;
#[path = "pdf/ocr.rs"]
mod ocr;
#[path = "pdf/outside.rs"]
mod outside;
#[path = "pdf/picture.rs"]
mod picture;

use std::io::Write;

use deckname::document::{Document, Edit};
use deckname::error::{ErrorKind, Result};
use deckname::format::pdf::{Pdf, second_reader, streams};
use deckname::format::{Format, OpenFile, ReadOptions};

const NEEDLES: &[&str] = &["Erika", "Mustermann"];
const TOKEN: &str = "[PERSON_1]";
const BEFORE: &str = "Guten Tag";

/// A PDF under construction: one page, its font /F1, and whatever a case adds.
struct Fixture {
    catalog: String,
    page: String,
    resources: String,
    content: Vec<u8>,
    /// Objects from number 6 on.
    extra: Vec<Vec<u8>>,
    trailer: String,
}

fn fixture(content: &str) -> Fixture {
    Fixture {
        catalog: String::new(),
        page: String::new(),
        resources: String::new(),
        content: format!("BT /F1 12 Tf 72 760 Td ({BEFORE}) Tj ET\n{content}").into_bytes(),
        extra: Vec::new(),
        trailer: String::new(),
    }
}

fn stream(dict: &str, content: impl AsRef<[u8]>) -> Vec<u8> {
    let content = content.as_ref();
    let mut out = format!("<< {dict} /Length {} >>\nstream\n", content.len()).into_bytes();
    out.extend_from_slice(content);
    out.extend_from_slice(b"\nendstream");
    out
}

impl Fixture {
    fn with(mut self, object: impl AsRef<[u8]>) -> Self {
        self.extra.push(object.as_ref().to_vec());
        self
    }

    fn catalog(mut self, keys: &str) -> Self {
        self.catalog.push_str(keys);
        self
    }

    fn page(mut self, keys: &str) -> Self {
        self.page.push_str(keys);
        self
    }

    fn resources(mut self, keys: &str) -> Self {
        self.resources.push_str(keys);
        self
    }

    fn bytes(&self) -> Vec<u8> {
        let media = if self.page.contains("/MediaBox") {
            ""
        } else {
            "/MediaBox [0 0 595 842]"
        };
        let contents = if self.page.contains("/Contents") {
            ""
        } else {
            "/Contents 4 0 R"
        };
        let fonts = if self.resources.contains("/Font <<") {
            ""
        } else {
            "/Font << /F1 5 0 R >>"
        };
        let mut objects = vec![
            format!("<< /Type /Catalog /Pages 2 0 R {} >>", self.catalog).into_bytes(),
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
            format!(
                "<< /Type /Page /Parent 2 0 R {media} {contents} {} /Resources << {fonts} {} >> >>",
                self.page, self.resources
            )
            .into_bytes(),
            stream("", &self.content),
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
                .to_vec(),
        ];
        objects.extend(self.extra.iter().cloned());
        file(&objects, &self.trailer)
    }
}

fn file(objects: &[Vec<u8>], trailer: &str) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut offsets = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        offsets.push(out.len());
        write!(out, "{} 0 obj\n", index + 1).unwrap();
        out.extend_from_slice(object);
        out.extend_from_slice(b"\nendobj\n");
    }
    let xref = out.len();
    write!(out, "xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).unwrap();
    for offset in offsets {
        write!(out, "{offset:010} 00000 n \n").unwrap();
    }
    write!(
        out,
        "trailer\n<< /Size {} /Root 1 0 R {trailer} >>\nstartxref\n{xref}\n%%EOF\n",
        objects.len() + 1
    )
    .unwrap();
    out
}

fn open(bytes: Vec<u8>) -> Result<Box<dyn OpenFile>> {
    Pdf.open(bytes, &ReadOptions::default())
}

/// Edits for every place where one of the values stands, a line break in it or not.
fn edits(document: &Document, values: &[(&str, &str)]) -> Vec<Edit> {
    let mut out: Vec<Edit> = Vec::new();
    for (index, segment) in document.segments().iter().enumerate() {
        let flat = segment.text().replace('\n', " ");
        for (value, with) in values {
            for (start, _) in flat.match_indices(value) {
                let span = document.span(index, start, start + value.len()).unwrap();
                if !out.iter().any(|edit| edit.span.overlaps(span)) {
                    out.push(Edit {
                        span,
                        with: (*with).to_owned(),
                    });
                }
            }
        }
    }
    out
}

const VALUES: &[(&str, &str)] = &[
    ("Erika Mustermann", TOKEN),
    ("Erika Muster-mann", TOKEN),
    ("Mustermann", TOKEN),
    ("Erika", TOKEN),
];

fn clean(bytes: Vec<u8>) -> Result<Vec<u8>> {
    let open = open(bytes)?;
    let edits = edits(open.document(), VALUES);
    open.rewrite(&edits)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

/// Every way in which a needle may still stand in a file.
fn leaks(bytes: &[u8]) -> Vec<String> {
    let mut places: Vec<Vec<u8>> = streams(bytes).unwrap();
    places.push(bytes.to_vec());
    let mut out = Vec::new();
    for needle in NEEDLES {
        let utf16: Vec<u8> = needle.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let forms = [
            needle.as_bytes().to_vec(),
            utf16.clone(),
            hex(needle.as_bytes()).into_bytes(),
            hex(needle.as_bytes()).to_lowercase().into_bytes(),
            hex(&utf16).into_bytes(),
        ];
        for place in &places {
            for form in &forms {
                if memchr::memmem::find(place, form).is_some() {
                    out.push(format!("{needle} in bytes"));
                }
            }
        }
        for text in second_reader(bytes).unwrap() {
            let bare: String = text.chars().filter(|c| !c.is_whitespace()).collect();
            if bare.contains(needle) {
                out.push(format!("{needle} in text"));
            }
        }
    }
    out
}

/// What a case must come to.
enum Expect {
    /// Clean, with this many stand-ins on the page.
    Tokens(usize),
    Refused(ErrorKind),
}

use Expect::{Refused, Tokens};

fn check(name: &str, bytes: Vec<u8>, expect: &Expect) -> std::result::Result<(), String> {
    let outcome = clean(bytes);
    match (outcome, expect) {
        (Err(error), Refused(kind)) if error.kind() == *kind => {
            let shown = format!("{error} {error:?}");
            if NEEDLES.iter().any(|needle| shown.contains(needle)) {
                return Err(format!("{name}: the error quotes the document"));
            }
            Ok(())
        }
        (Err(error), _) => Err(format!("{name}: {error}")),
        (Ok(_), Refused(kind)) => Err(format!("{name}: delivered, not {kind:?}")),
        (Ok(out), Tokens(n)) => {
            let leaks = leaks(&out);
            if !leaks.is_empty() {
                return Err(format!("{name}: {leaks:?}"));
            }
            outside::check(name, &out, NEEDLES)?;
            if let Ok(folder) = std::env::var("DECKNAME_PDF_FIXTURES") {
                let file = name.replace(|c: char| !c.is_ascii_alphanumeric(), "_");
                let path = std::path::Path::new(&folder).join(file + ".pdf");
                std::fs::File::create(path)
                    .unwrap()
                    .write_all(&out)
                    .unwrap();
            }
            let text = second_reader(&out).unwrap().concat();
            let bare: String = text.chars().filter(|c| !c.is_whitespace()).collect();
            let found = bare.matches(TOKEN).count();
            if found != *n {
                return Err(format!("{name}: {found} stand-ins, not {n}: {text}"));
            }
            if !bare.contains("GutenTag") {
                return Err(format!("{name}: lost other text: {text}"));
            }
            let twice = Pdf
                .open(out.clone(), &ReadOptions::default())
                .and_then(|open| open.rewrite(&[]))
                .map_err(|error| format!("{name}: the second time: {error}"))?;
            if twice != out {
                return Err(format!("{name}: cleaning twice changes bytes"));
            }
            Ok(())
        }
    }
}

fn text(line: &str) -> String {
    format!("BT /F1 12 Tf 72 700 Td {line} ET")
}

const FORM: &str = "/Type /XObject /Subtype /Form /BBox [0 0 400 50] \
                    /Resources << /Font << /F1 5 0 R >> >>";
const IN_FORM: &str = "BT /F1 12 Tf 5 5 Td (Frau Erika Mustermann) Tj ET";

fn page_cases() -> Vec<(&'static str, Fixture, Expect)> {
    vec![
        (
            "01 Tj",
            fixture(&text("(Frau Erika Mustermann kam.) Tj")),
            Tokens(1),
        ),
        (
            "02 TJ with kerning",
            fixture(&text(
                "[(Frau E)-10(ri)20(k)3(a)-250( M)10(us)(t)4(ermann, ja)] TJ",
            )),
            Tokens(1),
        ),
        (
            "03 over several operators",
            fixture(&text(
                "(Frau Eri) Tj (ka) Tj ( Muster) Tj (mann) Tj ( kam.) Tj",
            )),
            Tokens(1),
        ),
        (
            "04 fake bold",
            fixture(
                "BT /F1 12 Tf 72 700 Td (Erika Mustermann) Tj ET \
                 BT /F1 12 Tf 72.3 700 Td (Erika Mustermann) Tj ET",
            ),
            Tokens(1),
        ),
        (
            "05 form used twice",
            fixture("q 1 0 0 1 72 600 cm /X Do Q q 1 0 0 1 72 500 cm /X Do Q")
                .resources("/XObject << /X 6 0 R >>")
                .with(stream(FORM, IN_FORM)),
            Tokens(2),
        ),
        (
            "06 nested forms",
            fixture("q 1 0 0 1 72 600 cm /Y Do Q")
                .resources("/XObject << /Y 7 0 R >>")
                .with(stream(FORM, IN_FORM))
                .with(stream(
                    "/Type /XObject /Subtype /Form /BBox [0 0 400 50] \
                     /Resources << /XObject << /X 6 0 R >> >>",
                    "/X Do",
                )),
            Tokens(1),
        ),
        (
            "06b a form without resources of its own",
            fixture("/X Do")
                .resources("/XObject << /X 6 0 R >>")
                .with(stream(
                    "/Type /XObject /Subtype /Form /BBox [0 0 400 50]",
                    IN_FORM,
                )),
            Tokens(1),
        ),
        (
            "06c a form that nobody calls",
            fixture("")
                .resources("/XObject << /X 6 0 R >>")
                .with(stream(FORM, IN_FORM)),
            Tokens(0),
        ),
        (
            "07 invisible",
            fixture(&text("3 Tr (Erika Mustermann) Tj")),
            Tokens(1),
        ),
        (
            "09 rotated",
            fixture("BT /F1 12 Tf 0 1 -1 0 300 300 Tm (Frau Erika Mustermann!) Tj ET"),
            Tokens(1),
        ),
        (
            "10 hyphen at the line end",
            fixture(
                "BT /F1 12 Tf 14 TL 72 700 Td (Es kam Erika Muster-) Tj T* (mann zu Besuch) Tj ET",
            ),
            Tokens(1),
        ),
        (
            "12 ActualText inline",
            fixture("/Span << /ActualText (Erika Mustermann) >> BDC BT /F1 12 Tf (x) Tj ET EMC"),
            Tokens(0),
        ),
        (
            "14 ActualText in resources",
            fixture("/Span /P1 BDC BT /F1 12 Tf 9 9 Td (x) Tj ET EMC")
                .resources("/Properties << /P1 << /ActualText (Erika Mustermann) >> >>"),
            Tokens(0),
        ),
        (
            "20 hidden layer",
            fixture("/OC /L BDC BT /F1 12 Tf 72 700 Td (Erika Mustermann) Tj ET EMC")
                .resources("/Properties << /L 6 0 R >>")
                .catalog("/OCProperties << /OCGs [6 0 R] /D << /OFF [6 0 R] >> >>")
                .with("<< /Type /OCG /Name (Akte Erika Mustermann) >>"),
            Tokens(1),
        ),
        (
            "21 tiling pattern",
            fixture("/Pattern cs /P scn 0 0 400 400 re f")
                .resources("/Pattern << /P 6 0 R >>")
                .with(stream(
                    "/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 300 50] \
                     /XStep 300 /YStep 50 /Resources << /Font << /F1 5 0 R >> >>",
                    "BT /F1 12 Tf 5 5 Td (Erika Mustermann) Tj ET",
                )),
            Tokens(1),
        ),
        (
            "23 white on white",
            fixture(&text("1 g (Erika Mustermann) Tj")),
            Tokens(1),
        ),
        (
            "24 off the page",
            fixture("BT /F1 12 Tf 3000 700 Td (Erika Mustermann) Tj ET"),
            Tokens(1),
        ),
        (
            "25 clipped away",
            fixture("q 0 0 1 1 re W n BT /F1 12 Tf 72 700 Td (Erika Mustermann) Tj ET Q"),
            Tokens(1),
        ),
        (
            "26 all text state",
            fixture(
                "BT /F1 12 Tf 72 700 Td 14 TL 1 Tc 3 Tw 80 Tz 2 Ts (Frau) ' \
                 2 1 (Erika Mustermann ist da) \" (Ende) ' ET",
            ),
            Tokens(1),
        ),
        (
            "27 soft mask",
            fixture("/G gs 0 0 400 400 re f")
                .resources("/ExtGState << /G << /SMask << /S /Luminosity /G 6 0 R >> >> >>")
                .with(stream(
                    "/Type /XObject /Subtype /Form /BBox [0 0 400 50] \
                     /Group << /S /Transparency /CS /DeviceGray >> \
                     /Resources << /Font << /F1 5 0 R >> >>",
                    IN_FORM,
                )),
            Tokens(1),
        ),
        (
            "32 an operator over two streams",
            fixture("")
                .page("/Contents [4 0 R 6 0 R 7 0 R]")
                .with(stream("", "BT /F1 12 Tf 72 700 Td [(Frau Eri) 5"))
                .with(stream("", "(ka Mustermann)] TJ ET")),
            Tokens(1),
        ),
        (
            "white space and junk",
            fixture(&text(
                "(Erika Mustermann) Tj % Erika Mustermann\n (Erika) xyz",
            )),
            Tokens(1),
        ),
        (
            "unbalanced",
            fixture(&format!("Q Q q q {}", text("(Erika Mustermann) Tj"))),
            Tokens(1),
        ),
        (
            "font by graphics state",
            fixture("BT /G gs 72 700 Td (Frau Erika Mustermann da) Tj ET")
                .resources("/ExtGState << /G << /Font [5 0 R 12] >> >>"),
            Tokens(1),
        ),
        (
            "table in column order",
            fixture(
                "BT /F1 10 Tf 72 700 Td (Name) Tj 0 -14 Td (Ort) Tj ET \
                 BT /F1 10 Tf 200 700 Td (Erika Mustermann) Tj 0 -14 Td (Berlin) Tj ET",
            ),
            Tokens(1),
        ),
        (
            "letter-spaced name",
            fixture(&text(
                "[(E)-400(r)-400(i)-400(k)-400(a)-1200(M)-400(u)-400(s)-400(t)-400(e)-400(r)-400(m)\
                 -400(a)-400(n)-400(n)] TJ",
            )),
            Tokens(1),
        ),
        (
            "scattered letters",
            fixture(
                "BT /F1 12 Tf 1 0 0 1 100 700 Tm (Mustermann) Tj 1 0 0 1 69 700 Tm (Erika) Tj ET",
            ),
            Tokens(1),
        ),
    ]
}

fn document_cases() -> Vec<(&'static str, Fixture, Expect)> {
    let annotation = |keys: &str| {
        fixture("")
            .page("/Annots [6 0 R]")
            .with(format!("<< /Type /Annot /Rect [72 600 300 630] {keys} >>"))
    };
    vec![
        (
            "13 structure tree",
            fixture("/P << /MCID 0 >> BDC EMC").catalog(
                "/MarkInfo << /Marked true >> /StructTreeRoot << /Type /StructTreeRoot /K \
                 << /S /P /Alt (Erika) /ActualText (Mustermann) /E (Erika) /T (Erika) >> >>",
            ),
            Tokens(3),
        ),
        (
            "15 free text annotation",
            annotation(
                "/Subtype /FreeText /Contents (Erika Mustermann) /RC (<p>Erika</p>) /T (Erika) \
                 /AP << /N 7 0 R >>",
            )
            .with(stream(FORM, IN_FORM)),
            Tokens(1),
        ),
        (
            "16 form field",
            annotation(
                "/Subtype /Widget /FT /Tx /T (Erika) /TU (Erika) /V (Erika Mustermann) \
                 /DV (Erika) /AP << /N 7 0 R /R 7 0 R >>",
            )
            .with(stream(FORM, IN_FORM))
            .catalog("/AcroForm << /Fields [6 0 R] /XFA (<xfa>Erika Mustermann</xfa>) >>"),
            Tokens(1),
        ),
        (
            "16b form field without an appearance",
            annotation("/Subtype /Widget /FT /Tx /T (x) /V (Erika Mustermann, Berlin)")
                .catalog("/AcroForm << /Fields [6 0 R] /NeedAppearances true >>"),
            Tokens(1),
        ),
        (
            "17 properties",
            {
                let mut made = fixture("")
                    .catalog("/Metadata 6 0 R")
                    .with(stream(
                        "/Type /Metadata /Subtype /XML",
                        "<x>Erika Mustermann</x>",
                    ))
                    .with("<< /Author (Erika Mustermann) /Title <FEFF004500720069006B0061> >>");
                made.trailer = "/Info 7 0 R".into();
                made
            },
            Tokens(0),
        ),
        (
            "18 bookmarks, destinations, labels",
            fixture("")
                .catalog(
                    "/Outlines 6 0 R /Names << /Dests << /Names [(Erika) [3 0 R /Fit]] >> >> \
                     /PageLabels << /Nums [0 << /P (Erika) >>] >>",
                )
                .with("<< /Type /Outlines /First 7 0 R /Last 7 0 R /Count 1 >>")
                .with("<< /Title (Erika Mustermann) /Parent 6 0 R /Dest (Erika) >>"),
            Tokens(2),
        ),
        (
            "19 embedded file of no known format",
            fixture("")
                .catalog("/Names << /EmbeddedFiles << /Names [(Erika.xyz) 6 0 R] >> >> /AF [6 0 R]")
                .with("<< /Type /Filespec /F (Erika.xyz) /Desc (Mustermann) /EF << /F 7 0 R >> >>")
                .with(stream("/Type /EmbeddedFile", "\x00\x01 Erika Mustermann")),
            Tokens(0),
        ),
        (
            "19b embedded table",
            fixture("")
                .catalog("/Names << /EmbeddedFiles << /Names [(x) 6 0 R] >> >> /AF [6 0 R]")
                .with(
                    "<< /Type /Filespec /F (Akte_Erika.csv) /Desc (Mustermann) \
                     /AFRelationship /Data /EF << /F 7 0 R >> >>",
                )
                .with(stream(
                    "/Type /EmbeddedFile /Subtype /Erika /Params << /CheckSum (Erika) >>",
                    "Name;Ort\nErika Mustermann;Bonn\n",
                )),
            // In the tree of names, as F and as UF.
            Tokens(3),
        ),
        (
            "28 link and script",
            annotation("/Subtype /Link /A << /S /URI /URI (mailto:Erika@Mustermann.example) >>")
                .catalog("/OpenAction << /S /JavaScript /JS (alert\\('Erika'\\)) >>"),
            Tokens(0),
        ),
        (
            "29 private data and thumbnail",
            fixture("")
                .page("/PieceInfo << /X << /Private (Erika) >> >> /Thumb 6 0 R /Secret (Erika)")
                .with(stream("/Width 1 /Height 1", "Erika Mustermann")),
            Tokens(0),
        ),
        (
            "30 signature",
            annotation(
                "/Subtype /Widget /FT /Sig /T (S) /V << /Type /Sig /Name (Erika Mustermann) \
                 /Reason (Erika) /Contents <4572696B61> >>",
            )
            .catalog("/AcroForm << /Fields [6 0 R] /SigFlags 3 >>"),
            Tokens(0),
        ),
        (
            "31 unapplied redaction",
            fixture("BT /F1 12 Tf 100 610 Td (Erika Mustermann) Tj ET")
                .page("/Annots [6 0 R]")
                .with(
                    "<< /Type /Annot /Subtype /Redact /Rect [72 600 300 630] \
                     /OverlayText (Erika) /Contents (Mustermann) >>",
                ),
            Tokens(0),
        ),
        (
            "36 orphan objects",
            fixture("").with("(Erika Mustermann)"),
            Tokens(0),
        ),
        (
            "37 scan",
            fixture("q 595 0 0 842 0 0 cm /I Do Q")
                .resources("/XObject << /I 6 0 R >>")
                .with(stream(
                    "/Type /XObject /Subtype /Image /Width 100 /Height 100 /BitsPerComponent 8 \
                     /ColorSpace /DeviceGray",
                    vec![200; 10_000],
                )),
            // OCR sees that the picture is blank.
            if deckname::format::scan::has_ocr() {
                Tokens(0)
            } else {
                Refused(ErrorKind::NotExamined)
            },
        ),
        (
            "38 picture under a name",
            fixture(&format!(
                "q 300 0 0 50 72 680 cm /I Do Q {}",
                text("(Erika Mustermann) Tj")
            ))
            .resources("/XObject << /I 6 0 R >>")
            .with(stream(
                "/Type /XObject /Subtype /Image /Width 100 /Height 100 /BitsPerComponent 8 \
                     /ColorSpace /DeviceGray",
                vec![200; 10_000],
            )),
            Tokens(1),
        ),
        (
            "33 no characters for the codes",
            fixture("BT /F2 12 Tf 72 700 Td <000100020003000400050006> Tj ET")
                .resources("/Font << /F1 5 0 R /F2 6 0 R >>")
                .with(
                    "<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H \
                     /DescendantFonts [<< /Type /Font /Subtype /CIDFontType2 /BaseFont /X \
                     /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> \
                     /FontDescriptor << /Type /FontDescriptor /FontName /X /Flags 4 >> >>] >>",
                ),
            Refused(ErrorKind::NotExamined),
        ),
    ]
}

#[test]
fn every_case_is_clean_or_refused() {
    let mut failed = Vec::new();
    for (name, fixture, expect) in page_cases().into_iter().chain(document_cases()) {
        if let Err(why) = check(name, fixture.bytes(), &expect) {
            failed.push(why);
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
fn old_revisions_are_gone() {
    let mut bytes = fixture(&text("(Erika Mustermann) Tj")).bytes();
    let at = bytes.len();
    let new = String::from_utf8(stream("", "BT /F1 12 Tf 72 700 Td (Guten Tag) Tj ET")).unwrap();
    write!(
        bytes,
        "4 0 obj\n{new}\nendobj\nxref\n4 1\n{at:010} 00000 n \ntrailer\n\
         << /Size 6 /Root 1 0 R /Prev 9 >>\nstartxref\n{}\n%%EOF\n% Erika",
        at + new.len() + 16
    )
    .unwrap();
    let out = clean(bytes).unwrap();
    assert_eq!(leaks(&out), Vec::<String>::new());
    assert_eq!(memchr::memmem::find_iter(&out, b"%%EOF").count(), 1);
}

#[test]
fn one_glyph_may_be_a_whole_name() {
    let map = "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <FF> \
               endcodespacerange 2 beginbfchar <41> <004500720069006B0061> \
               <42> <004D00750073007400650072006D0061006E006E> endbfchar endcmap";
    let made = fixture("BT /F2 12 Tf 72 700 Td (A) Tj /F1 12 Tf ( ) Tj /F2 12 Tf (B) Tj ET")
        .resources("/Font << /F1 5 0 R /F2 7 0 R >>")
        .with(stream("", map))
        .with(
            "<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding \
             /ToUnicode 6 0 R >>",
        );
    check("11", made.bytes(), &Tokens(1)).unwrap();
}

#[test]
fn the_rest_of_the_line_moves_to_the_stand_in() {
    let wide = clean(fixture(&text("(Frau Erika Mustermann) Tj ( kam) Tj")).bytes()).unwrap();
    let content = streams(&wide).unwrap();
    let line = content
        .iter()
        .find(|s| memchr::memmem::find(s, b"/DnR").is_some())
        .unwrap();
    let line = String::from_utf8_lossy(line);
    // "( kam)" follows without a position of its own: nothing to correct.
    assert!(line.contains("( kam) Tj"), "{line}");
    let placed = "BT /F1 12 Tf 1 0 0 1 72 700 Tm (Erika Mustermann) Tj \
                  1 0 0 1 170 700 Tm (kam) Tj ET";
    let moved = clean(fixture(placed).bytes()).unwrap();
    let content = streams(&moved).unwrap();
    let line = content
        .iter()
        .find(|s| memchr::memmem::find(s, b"/DnR").is_some())
        .unwrap();
    let line = String::from_utf8_lossy(line);
    assert!(
        !line.contains("(kam)") && line.contains("<6B616D>"),
        "one number moves it: {line}"
    );
}

#[test]
fn text_around_a_name_in_one_glyph_stays() {
    let map = "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <FF> \
               endcodespacerange 1 beginbfchar <41> <00450072006906B0061> endbfchar endcmap"
        .replace("00690006B", "0069006B");
    let map = map.replace("<00450072006906B0061>", "<004600720061007500200045>");
    let made = fixture("BT /F2 12 Tf 72 700 Td (A) Tj /F1 12 Tf (rika Mustermann) Tj ET")
        .resources("/Font << /F1 5 0 R /F2 7 0 R >>")
        .with(stream("", map))
        .with("<< /Type /Font /Subtype /Type1 /BaseFont /Courier /ToUnicode 6 0 R >>");
    let out = clean(made.bytes()).unwrap();
    let text = second_reader(&out).unwrap().concat();
    assert!(text.contains("Frau") && text.contains(TOKEN), "{text}");
}

#[test]
fn damaged_and_hostile_files_end_with_an_error_or_a_file() {
    let whole = fixture(&text("(Erika Mustermann) Tj")).bytes();
    for cut in (0..whole.len()).step_by(7) {
        drop(clean(whole[..cut].to_vec()));
        let mut broken = whole.clone();
        broken[cut] ^= 0x15;
        drop(clean(broken));
    }
    for bytes in [&b""[..], b"%PDF-1.7", b"%PDF-1.4\ntrailer<</Root 1 0 R>>"] {
        assert!(clean(bytes.to_vec()).is_err());
    }
}

#[test]
fn circles_and_bombs_hit_a_limit() {
    let own = fixture("/X Do").resources("/XObject << /X 6 0 R >>").with(stream(
        "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 6 0 R >> >>",
        "/X Do",
    ));
    assert_eq!(clean(own.bytes()).unwrap_err().kind(), ErrorKind::Limit);

    // Thirty forms, each calling the next twice: a billion uses.
    let mut laughs = fixture("/X Do").resources("/XObject << /X 6 0 R >>");
    for n in 7..37 {
        laughs = laughs.with(stream(
            &format!(
                "/Type /XObject /Subtype /Form /BBox [0 0 9 9] \
                 /Resources << /XObject << /X {n} 0 R >> >>"
            ),
            "/X Do /X Do",
        ));
    }
    assert_eq!(clean(laughs.bytes()).unwrap_err().kind(), ErrorKind::Limit);

    let million = format!("BT /F1 1 Tf {} ET", "(Erika Mustermann) Tj ".repeat(70_000));
    assert_eq!(
        clean(fixture(&million).bytes()).unwrap_err().kind(),
        ErrorKind::Limit
    );

    // As many cells as a page may have glyphs, all on one line.
    let cells: String = (0..120_000)
        .map(|n| format!("1 0 0 1 {n} 700 Tm (E) Tj "))
        .collect();
    // Quadratic work would take an hour here.
    clean(fixture(&format!("BT /F1 0.1 Tf {cells} ET")).bytes()).unwrap();

    let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..300 {
        packer.write_all(&[b' '; 1 << 20]).unwrap();
    }
    let bomb = fixture("")
        .page("/Contents 6 0 R")
        .with(stream("/Filter /FlateDecode", packer.finish().unwrap()));
    let options = ReadOptions {
        max_unpacked: 64 << 20,
        ..ReadOptions::default()
    };
    let error = Pdf.open(bomb.bytes(), &options).map(drop).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit);

    let objects = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>".to_vec(),
    ];
    assert!(clean(file(&objects, "")).is_err());
}

#[test]
fn without_edits_the_text_stays() {
    let bytes = fixture(&text("[(Frau )-3(Erika)] TJ ( Mustermann) Tj")).bytes();
    let open = open(bytes).unwrap();
    let out = open.rewrite(&[]).unwrap();
    assert!(
        second_reader(&out)
            .unwrap()
            .concat()
            .contains("Frau Erika Mustermann")
    );
    assert_eq!(open.rewrite(&[]).unwrap(), out, "the same bytes every time");
}

#[test]
fn notices_tell_what_was_dropped() {
    let made = fixture("").catalog("/Outlines << /Type /Outlines >>").page("/Annots [6 0 R]").with(
        "<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (http://a.example) >> >>",
    );
    let open = open(made.bytes()).unwrap();
    let said: Vec<&str> = open
        .document()
        .notices()
        .iter()
        .map(|n| n.what.en)
        .collect();
    assert_eq!(said, ["bookmarks"]);
    assert!(
        open.document()
            .segments()
            .iter()
            .any(|s| s.text() == "http://a.example")
    );
}

#[test]
fn narrow_double_letters_are_two() {
    let bytes = fixture(&text("(Herr M\\374ller will viel) Tj")).bytes();
    let open = open(bytes).unwrap();
    let all: Vec<&str> = open
        .document()
        .segments()
        .iter()
        .map(|s| s.text())
        .collect();
    assert!(all.contains(&"Herr Müller will viel"), "{all:?}");
}

const LIBERATION: &[u8] = include_bytes!("../src/format/pdf/fonts/LiberationSans-Regular.ttf");

fn glyphs(text: &str) -> Vec<u16> {
    use skrifa::MetadataProvider;
    let font = skrifa::FontRef::from_index(LIBERATION, 0).unwrap();
    let glyph = |c| u16::try_from(font.charmap().map(c).unwrap().to_u32()).unwrap();
    text.chars().map(glyph).collect()
}

/// A page that shows a text in an embedded composite font, with a map to other
/// characters or none.
fn composite(text: &str, told: Option<&str>) -> Fixture {
    let glyphs = glyphs(text);
    let codes: String = glyphs.iter().map(|glyph| format!("{glyph:04X}")).collect();
    let to_unicode = told.map_or(String::new(), |told| {
        let pairs = glyphs.iter().zip(told.encode_utf16());
        let pairs: String = pairs
            .map(|(g, u)| format!("<{g:04X}> <{u:04X}>\n"))
            .collect();
        format!(
            "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <FFFF> \
             endcodespacerange {} beginbfchar {pairs} endbfchar endcmap",
            glyphs.len()
        )
    });
    let map = if told.is_some() {
        "/ToUnicode 8 0 R"
    } else {
        ""
    };
    fixture(&format!("BT /F2 12 Tf 72 700 Td <{codes}> Tj ET"))
        .resources("/Font << /F1 5 0 R /F2 6 0 R >>")
        .with(format!(
            "<< /Type /Font /Subtype /Type0 /BaseFont /L /Encoding /Identity-H {map} \
             /DescendantFonts [<< /Type /Font /Subtype /CIDFontType2 /BaseFont /L /DW 500 \
             /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> \
             /FontDescriptor 9 0 R >>] >>"
        ))
        .with(stream(
            &format!("/Length1 {}", LIBERATION.len()),
            LIBERATION,
        ))
        .with(stream("", to_unicode))
        .with("<< /Type /FontDescriptor /FontName /L /Flags 32 /FontFile2 7 0 R >>")
}

#[test]
fn an_embedded_font_tells_what_the_file_does_not() {
    let made = composite("Frau Erika Mustermann", None);
    check("33b", made.bytes(), &Tokens(1)).unwrap();
}

#[test]
fn a_font_keeps_no_letters_of_the_name() {
    let told = "Frau Erika Mustermann, ja";
    let out = clean(composite(told, Some(told)).bytes()).unwrap();
    assert!(
        out.len() < 60_000,
        "the program is cut down: {} bytes",
        out.len()
    );
    let maps = streams(&out).unwrap();
    let old = glyphs("F")[0];
    let entry = format!("<{old:04X}> <0046>");
    let map = maps
        .iter()
        .find(|s| memchr::memmem::find(s, entry.as_bytes()).is_some());
    let map = String::from_utf8_lossy(map.unwrap());
    for gone in ["k", "M", "s", "t", "m"] {
        let entry = format!(
            "<{:04X}> <{:04X}>",
            glyphs(gone)[0],
            u32::from(gone.as_bytes()[0])
        );
        assert!(!map.contains(&entry), "{gone} is still there");
    }
}

#[test]
fn passwords() {
    let open_with = |password: Option<&str>| {
        let options = ReadOptions {
            password: password.map(str::to_owned),
            ..ReadOptions::default()
        };
        Pdf.open(locked(), &options)
            .map(drop)
            .map_err(|error| error.kind())
    };
    assert_eq!(open_with(None), Err(ErrorKind::Encrypted));
    assert_eq!(open_with(Some("falsch")), Err(ErrorKind::Encrypted));
    assert_eq!(open_with(Some("geheim")), Ok(()));
}

/// A file that needs the password `geheim`.
fn locked() -> Vec<u8> {
    use lopdf::encryption::{EncryptionState, EncryptionVersion, Permissions};
    let bytes = fixture(&text("(Erika Mustermann) Tj")).bytes();
    let mut doc = lopdf::Document::load_mem(&bytes).unwrap();
    let id = lopdf::Object::string_literal("0123456789abcdef");
    doc.trailer.set("ID", vec![id.clone(), id]);
    let version = EncryptionVersion::V2 {
        document: &doc,
        owner_password: "chef",
        user_password: "geheim",
        key_length: 128,
        permissions: Permissions::all(),
    };
    let state = EncryptionState::try_from(version).unwrap();
    doc.encrypt(&state).unwrap();
    let mut out = Vec::new();
    doc.save_to(&mut out).unwrap();
    out
}

#[test]
fn a_value_keeps_the_label_at_its_left() {
    let bytes = fixture(
        "BT /F1 10 Tf 72 700 Td (Name:) Tj 0 -14 Td (Geburtsdatum:) Tj ET \
         BT /F1 10 Tf 200 700 Td (Erika Mustermann) Tj 0 -14 Td (12.08.1964) Tj ET",
    )
    .bytes();
    let open = open(bytes).unwrap();
    let labels: Vec<(String, String)> = open
        .document()
        .segments()
        .iter()
        .filter(|s| !s.is_again())
        .map(|s| (s.kind().labels().collect::<String>(), s.text().to_owned()))
        .collect();
    let has = |label: &str, text: &str| labels.contains(&(label.to_owned(), text.to_owned()));
    assert!(has("Name:", "Erika Mustermann"), "{labels:?}");
    assert!(has("Geburtsdatum:", "12.08.1964"), "{labels:?}");
}

#[test]
fn deep_nesting_does_not_overflow() {
    for (open, close) in [("[", "]"), ("<< /K ", ">>"), ("(", ")")] {
        let deep = format!("{}{}", open.repeat(100_000), close.repeat(100_000));
        drop(clean(
            fixture("")
                .with(deep.as_bytes())
                .catalog("/X 6 0 R")
                .bytes(),
        ));
        drop(clean(fixture(&deep).bytes()));
        drop(clean(
            fixture("")
                .resources(&format!("/ColorSpace << /C {deep} >>"))
                .bytes(),
        ));
    }
}

#[test]
fn a_text_that_quotes_a_pdf_is_no_pdf() {
    assert!(Pdf.accepts(b"%PDF-1.7", ""));
    assert!(Pdf.accepts(b"junk %PDF-1.7", "pdf"));
    assert!(!Pdf.accepts(b"A file begins with %PDF-1.7", "txt"));
}
