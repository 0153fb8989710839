//! Word documents.

use deckname::document::SegmentKind;
use deckname::format::{self, ReadOptions};
use proptest::prelude::*;

use super::build::{Builder, namespaces, open, paragraph, part, replaced, run_of, texts};

const NAME: &str = "Erika Mustermann";
const TOKEN: &str = "[PERSON_1]";

fn roundtrip(body: &str) -> (String, Vec<String>) {
    let bytes = Builder::docx(body).build();
    let copy = replaced(&bytes, "docx", &[(NAME, TOKEN)]);
    let document = part(&copy, "word/document.xml").unwrap();
    (document, texts(open(&copy, "docx").document()))
}

#[test]
fn a_name_over_many_runs_takes_the_format_of_its_first() {
    let body = "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t xml:space=\"preserve\">Frau Eri</w:t></w:r><w:proofErr w:type=\"spellStart\"/><w:r><w:t>ka</w:t></w:r><w:bookmarkStart w:id=\"1\" w:name=\"_GoBack\"/><w:r><w:lastRenderedPageBreak/><w:t xml:space=\"preserve\"> Muster</w:t></w:r><w:bookmarkEnd w:id=\"1\"/><w:r><w:t>mann kommt</w:t></w:r></w:p>";
    let (xml, texts) = roundtrip(body);
    assert_eq!(texts, ["Frau [PERSON_1] kommt"]);
    assert!(xml.contains("<w:b/></w:rPr><w:t xml:space=\"preserve\">Frau [PERSON_1]</w:t>"));
    assert!(xml.contains("<w:lastRenderedPageBreak/>") && xml.contains("spellStart"));
}

#[test]
fn escapes_comments_and_cdata_inside_a_name() {
    let body =
        "<w:p><w:r><w:t>Eri<!-- x -->ka <![CDATA[Muster]]>ma&#110;n &amp; Co</w:t></w:r></w:p>";
    assert_eq!(roundtrip(body).1, ["[PERSON_1] & Co"]);
}

#[test]
fn blanks_at_the_ends_survive() {
    let body = "<w:p><w:r><w:t>Frau</w:t></w:r><w:r><w:t xml:space=\"preserve\"> Erika</w:t></w:r><w:r><w:t>&#32;Mustermann geht</w:t></w:r></w:p>";
    let (xml, texts) = roundtrip(body);
    assert_eq!(texts, ["Frau [PERSON_1] geht"]);
    assert!(xml.contains("<w:t xml:space=\"preserve\"> geht</w:t>"));
}

#[test]
fn special_hyphens_and_tabs_are_part_of_the_text() {
    let body = "<w:p><w:pPr><w:tabs><w:tab w:val=\"left\"/></w:tabs></w:pPr><w:r><w:t>Müller</w:t><w:noBreakHyphen/><w:t>Lü</w:t><w:softHyphen/><w:t>denscheidt</w:t><w:tab/><w:t>x</w:t><w:br/><w:t>y</w:t></w:r></w:p>";
    let bytes = Builder::docx(body).build();
    assert_eq!(
        texts(open(&bytes, "docx").document()),
        ["Müller-Lüdenscheidt\tx\ny"]
    );
    let copy = replaced(
        &bytes,
        "docx",
        &[("Müller-Lüdenscheidt", TOKEN), ("\t", " ")],
    );
    assert_eq!(texts(open(&copy, "docx").document()), ["[PERSON_1] x\ny"]);
    assert!(!part(&copy, "word/document.xml").unwrap().contains("Hyphen"));
}

#[test]
fn table_cells_know_their_header_and_label() {
    let cell = |t: &str| format!("<w:tc>{}</w:tc>", paragraph(&[t]));
    let row = |a: &str, b: &str| format!("<w:tr>{}{}</w:tr>", cell(a), cell(b));
    let body = format!(
        "<w:tbl>{}{}</w:tbl>",
        row("Feld", "Geburtsdatum"),
        row("Kind", "01.02.2003")
    );
    let file = open(&Builder::docx(&body).build(), "docx");
    let SegmentKind::TableCell { column, row } = file.document().segments()[3].kind() else {
        panic!("no cell");
    };
    assert_eq!(column.as_deref(), Some("Geburtsdatum"));
    assert_eq!(row.as_deref(), Some("Kind"));
    assert_eq!(
        file.document().segments()[3].location().to_string(),
        "body, paragraph 4, row 2, column 2"
    );
}

#[test]
fn deleted_text_is_read_as_it_was_and_as_it_is() {
    let body = "<w:p><w:r><w:t xml:space=\"preserve\">Frau Erika </w:t></w:r><w:del w:id=\"1\" w:author=\"Hans Huber\" w:date=\"2020-01-01T00:00:00Z\"><w:r><w:delText>Mustermann</w:delText></w:r></w:del><w:ins w:id=\"2\" w:author=\"Hans Huber\"><w:r><w:t>Beispiel</w:t></w:r></w:ins></w:p>";
    let bytes = Builder::docx(body).build();
    let file = open(&bytes, "docx");
    assert_eq!(
        texts(file.document()),
        ["Frau Erika Mustermann", "Frau Erika Beispiel"]
    );
    assert!(file.document().segments()[0].is_again());
    let copy = replaced(&bytes, "docx", &[(NAME, TOKEN), ("Erika Beispiel", TOKEN)]);
    let xml = part(&copy, "word/document.xml").unwrap();
    for gone in ["Erika", "Mustermann", "Beispiel", "Huber", "2020"] {
        assert!(!xml.contains(gone), "{gone}");
    }
}

#[test]
fn a_text_box_is_cleaned_twice() {
    let text = paragraph(&[NAME]);
    let body = format!(
        "<w:p><w:r><w:t>außen</w:t></w:r><w:r><mc:AlternateContent><mc:Choice Requires=\"wps\"><w:drawing><wp:inline><a:graphic><a:graphicData><wps:wsp><wps:txbx><w:txbxContent>{text}</w:txbxContent></wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox><w:txbxContent>{text}</w:txbxContent></v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    );
    let (xml, texts) = roundtrip(&body);
    assert_eq!(texts, ["außen", TOKEN, TOKEN]);
    assert!(!xml.contains("Muster"));
}

#[test]
fn fields_are_searched_and_their_bookmarks_renamed() {
    let body = format!(
        "<w:p><w:bookmarkStart w:id=\"0\" w:name=\"Erika_M\"/><w:bookmarkEnd w:id=\"0\"/><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText xml:space=\"preserve\"> REF Eri</w:instrText></w:r><w:r><w:instrText>ka_M \\h </w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"separate\"/></w:r>{}<w:r><w:fldChar w:fldCharType=\"end\"/></w:r><w:fldSimple w:instr=\" QUOTE &quot;{NAME}&quot; \">{}</w:fldSimple><w:hyperlink w:anchor=\"Erika_M\">{}</w:hyperlink></w:p>",
        run_of("Ergebnis "),
        run_of(NAME),
        run_of(" Link")
    );
    let (xml, texts) = roundtrip(&body);
    assert!(!xml.contains("Erika"), "{xml}");
    assert!(
        texts.contains(&"Ergebnis [PERSON_1] Link".to_owned()),
        "{texts:?}"
    );
    assert_eq!(xml.matches("Marke_1").count(), 3, "{xml}");
    assert!(texts.contains(&" \"[PERSON_1]\" ".to_owned()), "{texts:?}");
}

#[test]
fn a_file_without_findings_keeps_its_parts() {
    let mut builder = Builder::docx(&paragraph(&["nichts"]));
    builder.word(
        "header1.xml",
        "header",
        &format!(
            "\u{FEFF}<w:hdr {}>\r\n{}</w:hdr>",
            namespaces(),
            paragraph(&["Kopf"])
        ),
    );
    let bytes = builder.build();
    let copy = replaced(&bytes, "docx", &[]);
    for name in super::build::names(&bytes) {
        assert_eq!(part(&bytes, &name), part(&copy, &name), "{name}");
    }
    assert_eq!(copy, replaced(&copy, "docx", &[]));
}

#[test]
fn strict_and_prefixless_documents_are_read() {
    let strict = "http://purl.oclc.org/ooxml/wordprocessingml/main";
    let xml = format!(
        "<document xmlns=\"{strict}\"><body><p><r><t>Eri</t></r><r><t>ka Mustermann</t></r></p></body></document>"
    );
    let mut builder = Builder::docx("");
    builder.word("header1.xml", "header", &xml);
    let copy = replaced(&builder.build(), "docx", &[(NAME, TOKEN)]);
    assert_eq!(texts(open(&copy, "docx").document()), [TOKEN]);
}

#[test]
fn utf_16_parts_are_read_and_written() {
    let xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-16\"?><w:hdr {}>{}</w:hdr>",
        namespaces(),
        paragraph(&[NAME])
    );
    let wide: Vec<u8> = "\u{FEFF}"
        .encode_utf16()
        .chain(xml.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let mut builder = Builder::docx("");
    builder.part(
        "word/header1.xml",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml",
        &wide,
    );
    builder.relation("word/document.xml", "rId9", "header", "header1.xml", false);
    let copy = replaced(&builder.build(), "docx", &[(NAME, TOKEN)]);
    let header = part(&copy, "word/header1.xml").unwrap();
    assert!(
        header.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>") && header.contains(TOKEN)
    );
}

#[test]
fn changes_can_be_taken_over() {
    let body = "<w:p><w:r><w:t>Frau </w:t></w:r><w:del w:id=\"1\" w:author=\"x\"><w:r><w:delText>Erika</w:delText></w:r></w:del><w:ins w:id=\"2\" w:author=\"x\"><w:r><w:rPr><w:rPrChange w:id=\"3\" w:author=\"x\"><w:rPr/></w:rPrChange></w:rPr><w:t>Hanna</w:t></w:r></w:ins></w:p>\
<w:p><w:pPr><w:rPr><w:del w:id=\"4\" w:author=\"x\"/></w:rPr></w:pPr><w:del w:id=\"5\" w:author=\"x\"><w:r><w:delText>weg</w:delText></w:r></w:del></w:p>\
<w:moveFromRangeStart w:id=\"6\" w:author=\"x\" w:name=\"m\"/><w:p><w:moveFrom w:id=\"7\" w:author=\"x\"><w:r><w:t>umgezogen</w:t></w:r></w:moveFrom><w:r><w:t>bleibt</w:t></w:r></w:p><w:moveFromRangeEnd w:id=\"6\"/>\
<w:tbl><w:tr><w:trPr><w:del w:id=\"8\" w:author=\"x\"/></w:trPr><w:tc><w:p><w:r><w:t>Zeile weg</w:t></w:r></w:p></w:tc></w:tr><w:tr><w:trPr><w:ins w:id=\"9\" w:author=\"x\"/></w:trPr><w:tc><w:p><w:r><w:t>Zeile</w:t></w:r></w:p></w:tc></w:tr></w:tbl>";
    let bytes = Builder::docx(body).build();
    let options = ReadOptions {
        accept_changes: true,
        ..ReadOptions::default()
    };
    let file = format::open(bytes, "docx", &options).unwrap();
    assert_eq!(texts(file.document()), ["Frau Hanna", "bleibt", "Zeile"]);
    let copy = file.rewrite(&[]).unwrap();
    let document = part(&copy, "word/document.xml").unwrap();
    for gone in [
        "w:del", "w:ins", "w:move", "Change", "Erika", "weg", "author",
    ] {
        assert!(!document.contains(gone), "{gone}: {document}");
    }
    assert_eq!(document.matches("<w:p>").count(), 3, "{document}");
    // Nothing is left to take over, and the plain reading is the same.
    let again = format::open(copy.clone(), "docx", &options).unwrap();
    assert_eq!(again.rewrite(&[]).unwrap(), copy);
    assert_eq!(
        texts(open(&copy, "docx").document()),
        ["Frau Hanna", "bleibt", "Zeile"]
    );
}

proptest! {
    #[test]
    fn any_split_into_runs_gives_the_plain_replacement(
        text in "[a-z &<>]{0,12}(Erika Mustermann[a-z &<>]{1,8}){1,3}",
        cuts in proptest::collection::vec(0_usize..60, 0..8),
    ) {
        let mut cuts: Vec<usize> = cuts.into_iter().map(|c| c.min(text.len())).collect();
        cuts.extend([0, text.len()]);
        cuts.sort_unstable();
        let runs: Vec<&str> = cuts.windows(2).map(|w| &text[w[0]..w[1]]).collect();
        let (_, texts) = roundtrip(&paragraph(&runs));
        prop_assert_eq!(texts, [text.replace(NAME, TOKEN)]);
    }
}
