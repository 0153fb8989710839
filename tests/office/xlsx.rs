//! Excel workbooks.

use deckname::document::{Edit, SegmentKind};
use deckname::format::{self, ReadOptions};

use super::build::{Builder, R, names, open, part, replaced, texts};
use super::needles::Planter;

pub(crate) const X: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const SHEET: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";

/// A workbook of these sheets (name, content of `worksheet`), shared strings
/// and cell formats.
pub(crate) fn workbook(sheets: &[(&str, &str)], strings: &[&str], extra: &str) -> Builder {
    let mut builder = Builder::default();
    let list: String = sheets
        .iter()
        .enumerate()
        .map(|(n, (name, _))| {
            format!(
                "<sheet name=\"{name}\" sheetId=\"{}\" r:id=\"rIdS{n}\"/>",
                n + 1
            )
        })
        .collect();
    let xml = format!(
        "<workbook xmlns=\"{X}\" xmlns:r=\"{R}\" xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\" xmlns:x15ac=\"http://schemas.microsoft.com/office/spreadsheetml/2010/11/ac\"><sheets>{list}</sheets>{extra}</workbook>"
    );
    builder.part(
        "xl/workbook.xml",
        &format!("{SHEET}.sheet.main+xml"),
        xml.as_bytes(),
    );
    builder.relation("", "rId1", "officeDocument", "xl/workbook.xml", false);
    for (n, (_, content)) in sheets.iter().enumerate() {
        let name = format!("xl/worksheets/sheet{}.xml", n + 1);
        let xml = format!(
            "<worksheet xmlns=\"{X}\" xmlns:r=\"{R}\" xmlns:x14=\"http://schemas.microsoft.com/office/spreadsheetml/2009/9/main\" xmlns:xm=\"http://schemas.microsoft.com/office/excel/2006/main\">{content}</worksheet>"
        );
        builder.part(&name, &format!("{SHEET}.worksheet+xml"), xml.as_bytes());
        builder.relation(
            "xl/workbook.xml",
            &format!("rIdS{n}"),
            "worksheet",
            &format!("/{name}"),
            false,
        );
    }
    let strings: String = strings.iter().map(|s| format!("<si>{s}</si>")).collect();
    let xml = format!("<sst xmlns=\"{X}\">{strings}</sst>");
    builder.part(
        "xl/sharedStrings.xml",
        &format!("{SHEET}.sharedStrings+xml"),
        xml.as_bytes(),
    );
    builder.relation(
        "xl/workbook.xml",
        "rIdStrings",
        "sharedStrings",
        "sharedStrings.xml",
        false,
    );
    let xml = format!(
        "<styleSheet xmlns=\"{X}\"><numFmts><numFmt numFmtId=\"164\" formatCode=\"dd.mm.yyyy\"/><numFmt numFmtId=\"165\" formatCode=\"00000\"/><numFmt numFmtId=\"166\" formatCode=\"0000\\-000\"/><numFmt numFmtId=\"167\" formatCode=\"&quot;+&quot;00\\ 000\\ 0000000\"/></numFmts><cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"164\"/><xf numFmtId=\"165\"/><xf numFmtId=\"166\"/><xf numFmtId=\"167\"/></cellXfs></styleSheet>"
    );
    builder.part(
        "xl/styles.xml",
        &format!("{SHEET}.styles+xml"),
        xml.as_bytes(),
    );
    builder.relation(
        "xl/workbook.xml",
        "rIdStyles",
        "styles",
        "styles.xml",
        false,
    );
    builder
}

fn t(text: &str) -> String {
    format!("<t>{text}</t>")
}

#[test]
fn a_shared_string_is_parted_where_cells_part() {
    let cells = "<sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c></row><row r=\"2\"><c r=\"A2\" t=\"s\"><v>2</v></c><c r=\"B2\" t=\"s\"><v>2</v></c></row></sheetData>";
    let bytes = workbook(
        &[("Tabelle1", cells)],
        &[
            &t("Name"),
            &t("Stadt"),
            "<r><t>Es</t></r><r><rPr><b/></rPr><t>sen</t></r>",
            &t("alt"),
        ],
        "",
    )
    .build();
    let file = open(&bytes, "xlsx");
    let document = file.document();
    let index = document
        .segments()
        .iter()
        .position(|s| s.text() == "Essen")
        .unwrap();
    let SegmentKind::TableCell { column, .. } = document.segments()[index].kind() else {
        panic!()
    };
    assert_eq!(column.as_deref(), Some("Name"));
    let SegmentKind::TableCell { column, row } = document.segments()[index + 1].kind() else {
        panic!()
    };
    assert_eq!(
        (column.as_deref(), row.as_deref()),
        (Some("Stadt"), Some("Essen"))
    );
    let edit = Edit {
        span: document.span(index, 0, 5).unwrap(),
        with: "[PERSON_1]".to_owned(),
    };
    let copy = file.rewrite(&[edit]).unwrap();
    assert_eq!(
        texts(open(&copy, "xlsx").document())[1..],
        ["Name", "Stadt", "[PERSON_1]", "Essen"]
    );
    let strings = part(&copy, "xl/sharedStrings.xml").unwrap();
    assert!(
        !strings.contains("alt") && strings.contains("<b/>"),
        "{strings}"
    );
    // Both cells changed in the same way share one string again.
    let copy = replaced(&bytes, "xlsx", &[("Essen", "Weg")]);
    let strings = part(&copy, "xl/sharedStrings.xml").unwrap();
    assert!(
        !strings.contains("Es") && strings.matches("<si>").count() == 4,
        "{strings}"
    );
}

#[test]
fn numbers_are_seen_as_people_see_them() {
    let cells = "<sheetData><row r=\"1\"><c r=\"A1\" s=\"1\"><v>29221</v></c><c r=\"B1\" s=\"2\"><v>1067</v></c><c r=\"C1\"><v>12345678901</v></c><c r=\"D1\" t=\"inlineStr\"><is><t>Eri</t><rPh sb=\"0\" eb=\"1\"><t>Erika</t></rPh></is></c><c r=\"E1\" t=\"str\"><f>A1&amp;\"Erika\"</f><v>Erika</v></c><c r=\"F1\" t=\"b\"><v>1</v></c></row></sheetData>";
    let bytes = workbook(&[("Tabelle1", cells)], &[], "").build();
    assert_eq!(
        texts(open(&bytes, "xlsx").document()),
        [
            "Tabelle1",
            "01.01.1980",
            "01067",
            "12345678901",
            "Eri",
            "Erika",
            "Erika"
        ]
    );
    let copy = replaced(
        &bytes,
        "xlsx",
        &[
            ("01.01.1980", "05.06.1981"),
            ("01067", "[PLZ]"),
            ("12345678901", "98765432109"),
            ("Erika", "Weg"),
        ],
    );
    assert_eq!(
        texts(open(&copy, "xlsx").document()),
        [
            "Tabelle1",
            "05.06.1981",
            "[PLZ]",
            "98765432109",
            "Eri",
            "Weg",
            "Weg"
        ]
    );
    let sheet = part(&copy, "xl/worksheets/sheet1.xml").unwrap();
    assert!(
        sheet.contains("<c r=\"A1\" s=\"1\"><v>29742</v></c>"),
        "{sheet}"
    );
    assert!(
        sheet.contains("<c r=\"B1\" s=\"2\" t=\"inlineStr\">"),
        "{sheet}"
    );
    assert!(
        sheet.contains("<v>98765432109</v>") && !sheet.contains("Erika"),
        "{sheet}"
    );
}

#[test]
fn numbers_in_masks_are_seen_and_written_back() {
    let cells = "<sheetData><row r=\"1\"><c r=\"A1\" s=\"3\"><v>123456</v></c><c r=\"B1\" s=\"4\"><v>491761234567</v></c><c r=\"C1\"><v>4.917612345678E12</v></c><c r=\"D1\" s=\"3\"><v>1.25</v></c><c r=\"E1\" s=\"3\"><v>7654321</v></c></row></sheetData>";
    let bytes = workbook(&[("Tabelle1", cells)], &[], "").build();
    let shown = [
        "Tabelle1",
        "0123-456",
        "+49 176 1234567",
        "4917612345678",
        "1.25",
        "7654-321",
    ];
    assert_eq!(texts(open(&bytes, "xlsx").document()), shown);
    let words = [
        ("0123-456", "0765-432"),
        ("+49 176 1234567", "+49 171 9999999"),
        ("4917612345678", "4917198765432"),
        ("7654-321", "[ID_1]"),
    ];
    let copy = replaced(&bytes, "xlsx", &words);
    let sheet = part(&copy, "xl/worksheets/sheet1.xml").unwrap();
    for cell in [
        "<c r=\"A1\" s=\"3\"><v>765432</v></c>",
        "<c r=\"B1\" s=\"4\"><v>491719999999</v></c>",
        "<c r=\"C1\"><v>4917198765432</v></c>",
        "<c r=\"D1\" s=\"3\"><v>1.25</v></c>",
        "<c r=\"E1\" s=\"3\" t=\"inlineStr\">",
    ] {
        assert!(sheet.contains(cell), "{cell} not in {sheet}");
    }
    let again = texts(open(&copy, "xlsx").document());
    assert_eq!(again[1..3], ["0765-432", "+49 171 9999999"]);
    assert_eq!(again[5], "[ID_1]");
}

#[test]
fn references_follow_a_renamed_sheet() {
    let cells = "<sheetData><row r=\"1\"><c r=\"A1\"><f>'Erika M'!B2+Hans!C3+SUM(Umsatz_Erika)</f><v>1</v></c><c r=\"B1\"><f>[1]Tabelle1!A1</f><v>7</v></c></row></sheetData><hyperlinks><hyperlink ref=\"A1\" location=\"'Erika M'!A1\"/></hyperlinks>";
    let names = "<definedNames><definedName name=\"Umsatz_Erika\">'Erika M'!$A$1</definedName></definedNames>";
    let bytes = workbook(&[("Erika M", cells), ("Hans", "<sheetData/>")], &[], names).build();
    let copy = replaced(&bytes, "xlsx", &[("Erika M", "[P_1]"), ("Hans", "[P_2]")]);
    let sheet = part(&copy, "xl/worksheets/sheet1.xml").unwrap();
    assert!(
        sheet.contains("<f>'［P_1］'!B2+&apos;［P_2］&apos;!C3+SUM(Name_1)</f>"),
        "{sheet}"
    );
    assert!(
        sheet.contains("<c r=\"B1\"><v>7</v></c>") && sheet.contains("location=\"'［P_1］'!A1\""),
        "{sheet}"
    );
    let workbook = part(&copy, "xl/workbook.xml").unwrap();
    assert!(
        workbook.contains("name=\"［P_1］\"")
            && workbook.contains("<definedName name=\"Name_1\">'［P_1］'!$A$1<"),
        "{workbook}"
    );
    assert_eq!(
        texts(open(&copy, "xlsx").document())[..2],
        ["[P_1]", "[P_2]"]
    );
    // Two sheets of one name are no workbook.
    let file = open(&bytes, "xlsx");
    let edits = super::build::edits(file.document(), &[("Erika M", "[P]"), ("Hans", "[P]")]);
    let copy = file.rewrite(&edits).unwrap();
    let book = part(&copy, "xl/workbook.xml").unwrap();
    assert!(
        book.contains("name=\"［P］\"") && book.contains("name=\"Blatt 2\""),
        "{book}"
    );
    // Nor is a name that is longer than a name may be.
    let long = "x".repeat(40);
    let edits = super::build::edits(file.document(), &[("Hans", &long)]);
    let copy = file.rewrite(&edits).unwrap();
    let sheet = part(&copy, "xl/worksheets/sheet1.xml").unwrap();
    assert!(sheet.contains("&apos;Blatt 2&apos;!C3"), "{sheet}");
}

#[test]
fn an_old_macro_sheet_is_refused() {
    let mut builder = workbook(&[("Tabelle1", "<sheetData/>")], &[], "");
    builder.part(
        "xl/macrosheets/sheet1.xml",
        "application/vnd.ms-excel.macrosheet+xml",
        b"<m/>",
    );
    builder.relation(
        "xl/workbook.xml",
        "rIdM",
        "xlMacrosheet",
        "macrosheets/sheet1.xml",
        false,
    );
    assert!(format::open(builder.build(), "xlsx", &ReadOptions::default()).is_err());
}

/// Places in a second sheet, one row each.
const ROWS: &[(&str, &str)] = &[
    (
        "X3 inline string",
        "<c r=\"A1\" t=\"inlineStr\"><is><t>@@</t></is></c>",
    ),
    (
        "X3 rich inline string",
        "<c r=\"A2\" t=\"inlineStr\"><is><r><t>@@</t></r><r><t> und @@</t></r></is></c>",
    ),
    (
        "X4 cached text",
        "<c r=\"A3\" t=\"str\"><f>A1</f><v>@@</v></c>",
    ),
    ("X5 ISO date", "<c r=\"A4\" t=\"d\"><v>@@</v></c>"),
    ("X5 odd number", "<c r=\"A5\"><v>@@</v></c>"),
    (
        "X6 literal",
        "<c r=\"A6\"><f>IF(A1=\"@@\",\"@@\",1)</f><v>1</v></c>",
    ),
    (
        "X6 link formula",
        "<c r=\"A7\" t=\"str\"><f>HYPERLINK(\"mailto:@@\",\"@@\")</f><v>@@</v></c>",
    ),
    (
        "X6 array formula",
        "<c r=\"A8\"><f t=\"array\" ref=\"A8:A9\">LEN(\"@@\")</f><v>1</v></c>",
    ),
    (
        "X6 shared formula",
        "<c r=\"A10\"><f t=\"shared\" ref=\"A10:A11\" si=\"0\">LEN(\"@@\")</f><v>1</v></c>",
    ),
    (
        "X6 external reference",
        "<c r=\"A12\"><f>'C:\\@@\\[a.xlsx]T'!A1+[1]@@!A1</f><v>1</v></c>",
    ),
    ("X6 unknown name", "<c r=\"A13\"><f>@@+1</f><v>1</v></c>"),
    (
        "X18 structured reference",
        "<c r=\"A14\"><f>SUM(Kunden[[#This Row],[@@]])</f><v>1</v></c>",
    ),
    ("X6 DDE", "<c r=\"A15\"><f>cmd|'/c @@'!A1</f><v>1</v></c>"),
    (
        "X25 white text",
        "<c r=\"A16\" s=\"1\" t=\"inlineStr\"><is><t>@@</t></is></c>",
    ),
    (
        "Z13 remark in a cell",
        "<c r=\"A17\" t=\"inlineStr\"><is><!-- @@ --><t><![CDATA[@@]]></t></is></c>",
    ),
];

/// Places in a sheet, outside the cells.
const IN_SHEET: &[(&str, &str)] = &[
    ("X26 code name", "<sheetPr codeName=\"@@\"/>"),
    (
        "X1 X3 X4 X6 cells",
        "<sheetData><!-- @@ --><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c></row><row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>@@</t></is></c><c r=\"B2\" t=\"inlineStr\"><is><r><t>@@</t></r><rPh sb=\"0\" eb=\"1\"><t>@@</t></rPh></is></c><c r=\"C2\" t=\"str\"><f>VLOOKUP(\"@@\",A:B,2)</f><v>@@</v></c><c r=\"D2\" t=\"str\"><f>HYPERLINK(\"mailto:@@\",\"@@\")</f><v>x</v></c><c r=\"E2\"><f>[1]@@!A1</f><v>5</v></c><c r=\"F2\"><f>@@!A1+'@@'!B2</f><v>5</v></c><c r=\"G2\"><f>@@+Kunden[@@]</f><v>5</v></c><c r=\"H2\"><f>'C:\\@@\\[a.xlsx]T'!A1</f><v>5</v></c></row></sheetData>",
    ),
    (
        "X30 custom view",
        "<customSheetViews><customSheetView><headerFooter><oddHeader>@@</oddHeader></headerFooter></customSheetView></customSheetViews>",
    ),
    (
        "X31 scenario",
        "<scenarios><scenario name=\"@@\" user=\"@@\" comment=\"@@\"><inputCells r=\"A1\" val=\"@@\"/></scenario></scenarios>",
    ),
    (
        "X32 protected range",
        "<protectedRanges><protectedRange name=\"@@\" securityDescriptor=\"@@\" sqref=\"A1\"/></protectedRanges>",
    ),
    (
        "X19 filter",
        "<autoFilter ref=\"A1:B2\"><filterColumn colId=\"0\"><filters><filter val=\"@@\"/></filters><customFilters><customFilter val=\"@@\"/></customFilters></filterColumn><sortState><sortCondition customList=\"@@\"/></sortState></autoFilter>",
    ),
    (
        "X20 validation",
        "<dataValidations><dataValidation prompt=\"@@\" promptTitle=\"@@\" error=\"@@\" errorTitle=\"@@\"><formula1>\"@@,@@\"</formula1><formula2>@@!A1</formula2></dataValidation></dataValidations>",
    ),
    (
        "X20 validation in extension",
        "<extLst><ext><x14:dataValidations><x14:dataValidation prompt=\"@@\"><x14:formula1><xm:f>\"@@\"</xm:f></x14:formula1></x14:dataValidation></x14:dataValidations></ext></extLst>",
    ),
    (
        "X21 condition",
        "<conditionalFormatting><cfRule text=\"@@\"><formula>A1=\"@@\"</formula></cfRule></conditionalFormatting>",
    ),
    (
        "X39 hyperlink",
        "<hyperlinks><hyperlink ref=\"A1\" r:id=\"rIdMail\" location=\"@@!A1\" display=\"@@\" tooltip=\"@@\"/></hyperlinks>",
    ),
    (
        "X11 header",
        "<headerFooter><oddHeader>&amp;L&amp;\"Arial\"&amp;12@@&amp;C@@</oddHeader><oddFooter>@@ &amp;P</oddFooter><evenHeader>@@</evenHeader><firstFooter>@@</firstFooter></headerFooter>",
    ),
    (
        "X38 custom property",
        "<customProperties><customPr name=\"@@\" r:id=\"rIdC\"/></customProperties>",
    ),
    (
        "X41 object",
        "<oleObjects><oleObject progId=\"@@\" link=\"@@\" shapeId=\"1\" r:id=\"rIdO\"/></oleObjects><controls><control name=\"@@\" shapeId=\"2\" r:id=\"rIdO\"/></controls><webPublishItems><webPublishItem title=\"@@\" destinationFile=\"@@\"/></webPublishItems>",
    ),
    (
        "X16 slicer",
        "<extLst><ext><x14:slicerList><x14:slicer name=\"@@\" r:id=\"rIdSl\"/></x14:slicerList></ext></extLst>",
    ),
    (
        "Z13 foreign",
        "<extLst><ext uri=\"{A}\"><q:x xmlns:q=\"urn:q\" q:y=\"@@\">@@</q:x></ext></extLst>",
    ),
];

/// Places in the workbook part.
const IN_WORKBOOK: &[(&str, &str)] = &[
    ("X29 sharing", "<fileSharing userName=\"@@\"/>"),
    (
        "X29 path",
        "<mc:AlternateContent><mc:Choice Requires=\"x15\"><x15ac:absPath url=\"C:\\Users\\@@\\\"/></mc:Choice></mc:AlternateContent>",
    ),
    ("X26 code name", "<workbookPr codeName=\"@@\"/>"),
    (
        "X29 views",
        "<customWorkbookViews><customWorkbookView name=\"@@\"/></customWorkbookViews>",
    ),
    (
        "X29 function groups",
        "<functionGroups><functionGroup name=\"@@\"/></functionGroups>",
    ),
    (
        "X29 publishing",
        "<webPublishing css=\"@@\"/><smartTagTypes><smartTagType name=\"@@\"/></smartTagTypes>",
    ),
    (
        "X7 names",
        "<definedNames><definedName name=\"@@\" comment=\"@@\" description=\"@@\" help=\"@@\" statusBar=\"@@\" customMenu=\"@@\" hidden=\"1\">\"@@\"</definedName><definedName name=\"_xlnm._FilterDatabase\">'@@'!$A$1</definedName></definedNames>",
    ),
    (
        "X13 pivot caches",
        "<pivotCaches><pivotCache cacheId=\"1\" r:id=\"rIdP\"/></pivotCaches>",
    ),
];

/// Other parts: place, name, type, relation, owner, content.
const PARTS: &[(&str, &str, &str, &str, &str, &str)] = &[
    (
        "X8 comments",
        "xl/comments1.xml",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml",
        "comments",
        "xl/worksheets/sheet1.xml",
        "<comments xmlns=\"NSX\"><authors><author>@@</author></authors><commentList><comment ref=\"A1\" authorId=\"0\"><text><r><t>@@:</t></r><r><t>@@</t></r></text></comment></commentList></comments>",
    ),
    (
        "X9 threaded comments",
        "xl/threadedComments/threadedComment1.xml",
        "application/vnd.ms-excel.threadedcomments+xml",
        "threadedComment",
        "xl/worksheets/sheet1.xml",
        "<ThreadedComments xmlns=\"http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments\"><threadedComment ref=\"A1\" dT=\"@@\" personId=\"{0}\" id=\"{1}\"><text>@@</text><mentions><mention mentionpersonId=\"@@\"/></mentions></threadedComment></ThreadedComments>",
    ),
    (
        "X10 persons",
        "xl/persons/person.xml",
        "application/vnd.ms-excel.person+xml",
        "person",
        "xl/workbook.xml",
        "<personList xmlns=\"http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments\"><person displayName=\"@@\" id=\"{0}\" userId=\"@@\" providerId=\"@@\"/></personList>",
    ),
    (
        "X12 notes",
        "xl/drawings/vmlDrawing1.vml",
        "application/vnd.openxmlformats-officedocument.vmlDrawing",
        "vmlDrawing",
        "xl/worksheets/sheet1.xml",
        "<xml xmlns:v=\"urn:schemas-microsoft-com:vml\" xmlns:o=\"urn:schemas-microsoft-com:office:office\" xmlns:x=\"urn:schemas-microsoft-com:office:excel\"><v:shape id=\"@@\" alt=\"@@\"><v:textbox><div style='text-align:left'><font>@@</font><br>@@</div></v:textbox><x:ClientData ObjectType=\"Note\"><x:Row>1</x:Row><x:FmlaMacro>[0]!@@</x:FmlaMacro></x:ClientData></v:shape></xml>",
    ),
    (
        "X18 table",
        "xl/tables/table1.xml",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.table+xml",
        "table",
        "xl/worksheets/sheet1.xml",
        "<table xmlns=\"NSX\" id=\"1\" name=\"@@\" displayName=\"@@\" comment=\"@@\" ref=\"A1:B2\"><tableColumns><tableColumn id=\"1\" name=\"@@\" totalsRowLabel=\"@@\"><calculatedColumnFormula>\"@@\"</calculatedColumnFormula><xmlColumnPr xpath=\"/@@\"/></tableColumn></tableColumns></table>",
    ),
    (
        "X40 styles",
        "xl/styles2.xml",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml",
        "styles",
        "xl/workbook.xml",
        "<styleSheet xmlns=\"NSX\"><numFmts><numFmt numFmtId=\"170\" formatCode=\"&quot;@@ &quot;0\"/></numFmts><cellStyles><cellStyle name=\"@@\" xfId=\"0\"/></cellStyles><tableStyles defaultTableStyle=\"Medium\"><tableStyle name=\"@@\" count=\"0\"/></tableStyles></styleSheet>",
    ),
    (
        "X27 drawing",
        "xl/drawings/drawing1.xml",
        "application/vnd.openxmlformats-officedocument.drawing+xml",
        "drawing",
        "xl/worksheets/sheet1.xml",
        "<xdr:wsDr xmlns:xdr=\"http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing\" xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\"><xdr:sp macro=\"[0]!@@\" textlink=\"@@!$A$1\"><xdr:nvSpPr><xdr:cNvPr id=\"1\" name=\"@@\" descr=\"@@\" title=\"@@\"/></xdr:nvSpPr><xdr:txBody><a:p><a:r><a:t>@@</a:t></a:r></a:p></xdr:txBody></xdr:sp></xdr:wsDr>",
    ),
    (
        "X28 chart sheet",
        "xl/chartsheets/sheet1.xml",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.chartsheet+xml",
        "chartsheet",
        "xl/workbook.xml",
        "<chartsheet xmlns=\"NSX\"><sheetPr codeName=\"@@\"/><headerFooter><oddHeader>@@</oddHeader></headerFooter></chartsheet>",
    ),
    (
        "A16 chart",
        "xl/charts/chart1.xml",
        "application/vnd.openxmlformats-officedocument.drawingml.chart+xml",
        "chart",
        "xl/drawings/drawing1.xml",
        "<c:chartSpace xmlns:c=\"http://schemas.openxmlformats.org/drawingml/2006/chart\"><c:f>'@@'!$A$1</c:f><c:strCache><c:pt idx=\"0\"><c:v>@@</c:v></c:pt></c:strCache></c:chartSpace>",
    ),
    (
        "X13 pivot cache",
        "xl/pivotCache/pivotCacheDefinition1.xml",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.pivotCacheDefinition+xml",
        "pivotCacheDefinition",
        "xl/workbook.xml",
        "<p>@@</p>",
    ),
    (
        "X14 pivot records",
        "xl/pivotCache/pivotCacheRecords1.xml",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.pivotCacheRecords+xml",
        "pivotCacheRecords",
        "xl/workbook.xml",
        "<p>@@</p>",
    ),
    (
        "X15 pivot table",
        "xl/pivotTables/pivotTable1.xml",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.pivotTable+xml",
        "pivotTable",
        "xl/worksheets/sheet1.xml",
        "<p>@@</p>",
    ),
    (
        "X16 slicer",
        "xl/slicers/slicer1.xml",
        "application/vnd.ms-excel.slicer+xml",
        "slicer",
        "xl/worksheets/sheet1.xml",
        "<p>@@</p>",
    ),
    (
        "X16 slicer cache",
        "xl/slicerCaches/slicerCache1.xml",
        "application/vnd.ms-excel.slicerCache+xml",
        "slicerCache",
        "xl/workbook.xml",
        "<p>@@</p>",
    ),
    (
        "X16 timeline",
        "xl/timelines/timeline1.xml",
        "application/vnd.ms-excel.timeline+xml",
        "timeline",
        "xl/worksheets/sheet1.xml",
        "<p>@@</p>",
    ),
    (
        "X17 external link",
        "xl/externalLinks/externalLink1.xml",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.externalLink+xml",
        "externalLink",
        "xl/workbook.xml",
        "<p>@@</p>",
    ),
    (
        "X22 connections",
        "xl/connections.xml",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.connections+xml",
        "connections",
        "xl/workbook.xml",
        "<p>@@</p>",
    ),
    (
        "X23 query table",
        "xl/queryTables/queryTable1.xml",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.queryTable+xml",
        "queryTable",
        "xl/worksheets/sheet1.xml",
        "<p>@@</p>",
    ),
    (
        "X24 data model",
        "xl/model/item.data",
        "application/vnd.openxmlformats-officedocument.model+data",
        "powerPivotData",
        "xl/workbook.xml",
        "@@",
    ),
    (
        "X24 mashup",
        "customXml/item1.xml",
        "application/xml",
        "customXml",
        "xl/workbook.xml",
        "<p>@@</p>",
    ),
    (
        "X33 revisions",
        "xl/revisions/revisionLog1.xml",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.revisionLog+xml",
        "revisionHeaders",
        "xl/workbook.xml",
        "<p>@@</p>",
    ),
    (
        "X33 users",
        "xl/revisions/userNames.xml",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.userNames+xml",
        "usernames",
        "xl/workbook.xml",
        "<p>@@</p>",
    ),
    (
        "X34 calculation chain",
        "xl/calcChain.xml",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml",
        "calcChain",
        "xl/workbook.xml",
        "<p>@@</p>",
    ),
    (
        "X35 volatile",
        "xl/volatileDependencies.xml",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.volatileDependencies+xml",
        "volatileDependencies",
        "xl/workbook.xml",
        "<p>@@</p>",
    ),
    (
        "X36 XML maps",
        "xl/xmlMaps.xml",
        "application/xml",
        "xmlMaps",
        "xl/workbook.xml",
        "<p>@@</p>",
    ),
    (
        "X36 single cells",
        "xl/tables/tableSingleCells1.xml",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.tableSingleCells+xml",
        "tableSingleCells",
        "xl/worksheets/sheet1.xml",
        "<p>@@</p>",
    ),
    (
        "X37 metadata",
        "xl/metadata.xml",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheetMetadata+xml",
        "sheetMetadata",
        "xl/workbook.xml",
        "<p>@@</p>",
    ),
    (
        "X37 rich values",
        "xl/richData/rdrichvalue.xml",
        "application/vnd.ms-excel.rdrichvalue+xml",
        "rdRichValue",
        "xl/workbook.xml",
        "<p>@@</p>",
    ),
    (
        "X38 custom property",
        "xl/customProperty1.bin",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.customProperty",
        "customProperty",
        "xl/worksheets/sheet1.xml",
        "@@",
    ),
    (
        "X42 sheet views",
        "xl/namedSheetViews/namedSheetView1.xml",
        "application/vnd.ms-excel.namedsheetviews+xml",
        "namedSheetView",
        "xl/worksheets/sheet1.xml",
        "<p>@@</p>",
    ),
    (
        "X42 controls",
        "xl/ctrlProps/ctrlProp1.xml",
        "application/vnd.ms-excel.controlproperties+xml",
        "ctrlProp",
        "xl/worksheets/sheet1.xml",
        "<p>@@</p>",
    ),
    (
        "A25 printer",
        "xl/printerSettings/printerSettings1.bin",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.printerSettings",
        "printerSettings",
        "xl/worksheets/sheet1.xml",
        "@@",
    ),
    (
        "A9 embedded file",
        "xl/embeddings/a.docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "package",
        "xl/worksheets/sheet1.xml",
        "@@",
    ),
    (
        "A19 macros",
        "xl/vbaProject.bin",
        "application/vnd.ms-office.vbaProject",
        "vbaProject",
        "xl/workbook.xml",
        "@@",
    ),
    (
        "A1 properties",
        "docProps/core.xml",
        "application/vnd.openxmlformats-package.core-properties+xml",
        "core-properties",
        "",
        "<p>@@</p>",
    ),
    (
        "A2 properties",
        "docProps/app.xml",
        "application/vnd.openxmlformats-officedocument.extended-properties+xml",
        "extended-properties",
        "",
        "<p>@@</p>",
    ),
    (
        "A3 properties",
        "docProps/custom.xml",
        "application/vnd.openxmlformats-officedocument.custom-properties+xml",
        "custom-properties",
        "",
        "<p>@@</p>",
    ),
    (
        "A5 thumbnail",
        "docProps/thumbnail.emf",
        "image/x-emf",
        "thumbnail",
        "",
        "@@",
    ),
    (
        "A6 signature",
        "_xmlsignatures/sig1.xml",
        "application/vnd.openxmlformats-package.digital-signature-xmlsignature+xml",
        "signature",
        "",
        "<p>@@</p>",
    ),
    (
        "A12 picture",
        "xl/media/image1.emf",
        "image/x-emf",
        "image",
        "xl/drawings/drawing1.xml",
        "EMF @@",
    ),
    (
        "A26 theme",
        "xl/theme/theme1.xml",
        "application/vnd.openxmlformats-officedocument.theme+xml",
        "theme",
        "xl/workbook.xml",
        "<a:theme xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" name=\"@@\"/>",
    ),
];

/// More parts, as [`PARTS`].
const MORE_PARTS: &[(&str, &str, &str, &str, &str, &str)] = &[
    (
        "A7 label",
        "docMetadata/LabelInfo.xml",
        "application/vnd.ms-office.classificationlabels+xml",
        "classificationlabels",
        "",
        "<x>@@</x>",
    ),
    (
        "A21 ribbon",
        "customUI/customUI14.xml",
        "application/xml",
        "extensibility",
        "",
        "<x>@@</x>",
    ),
    (
        "A22 add-in",
        "xl/webextensions/webextension1.xml",
        "application/vnd.ms-office.webextension+xml",
        "webextension",
        "xl/workbook.xml",
        "<x>@@</x>",
    ),
    (
        "A13 SVG",
        "xl/media/image9.svg",
        "image/svg+xml",
        "image",
        "xl/worksheets/sheet1.xml",
        "<svg xmlns=\"http://www.w3.org/2000/svg\"><text>@@</text></svg>",
    ),
    (
        "A20 control",
        "xl/activeX/activeX1.bin",
        "application/vnd.ms-office.activeX",
        "activeXControlBinary",
        "xl/worksheets/sheet1.xml",
        "@@",
    ),
    (
        "A10 OLE object",
        "xl/embeddings/oleObject7.bin",
        "application/vnd.openxmlformats-officedocument.oleObject",
        "oleObject",
        "xl/worksheets/sheet1.xml",
        "@@",
    ),
    (
        "X42 features",
        "xl/featurePropertyBag/featurePropertyBag.xml",
        "application/vnd.ms-excel.featurepropertybag+xml",
        "featurePropertyBag",
        "xl/workbook.xml",
        "<x>@@</x>",
    ),
    (
        "X42 python",
        "xl/python.xml",
        "application/vnd.ms-excel.python+xml",
        "python",
        "xl/workbook.xml",
        "<x>@@</x>",
    ),
    (
        "X24 queries",
        "xl/queries/query1.xml",
        "application/xml",
        "query",
        "xl/workbook.xml",
        "<x>@@</x>",
    ),
    (
        "A23 ink",
        "xl/ink/ink1.xml",
        "application/inkml+xml",
        "customXml",
        "xl/worksheets/sheet1.xml",
        "<x>@@</x>",
    ),
    (
        "A17 diagram",
        "xl/diagrams/data1.xml",
        "application/vnd.openxmlformats-officedocument.drawingml.diagramData+xml",
        "diagramData",
        "xl/worksheets/sheet1.xml",
        "<dgm:dataModel xmlns:dgm=\"http://schemas.openxmlformats.org/drawingml/2006/diagram\" xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\"><a:p><a:r><a:t>@@</a:t></a:r></a:p></dgm:dataModel>",
    ),
    (
        "Z1 entry name",
        "xl/media/Foto_Kanarie000x.png",
        "image/png",
        "image",
        "xl/worksheets/sheet1.xml",
        "@@",
    ),
    (
        "Z9 trash",
        "[trash]/0000.dat",
        "application/octet-stream",
        "unknown",
        "xl/workbook.xml",
        "@@",
    ),
];

#[test]
fn no_canary_survives_in_a_workbook() {
    let mut planter = Planter::default();
    let mut sheet = String::new();
    for (place, markup) in IN_SHEET {
        sheet += &planter.plant(place, markup);
    }
    let sheet_name = planter.plant("X26 sheet name", "@@");
    let hidden = planter.plant("X25 hidden sheet", "<sheetData><row r=\"1\" hidden=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>@@</t></is></c></row></sheetData>");
    let rows: String = (1..)
        .zip(ROWS)
        .map(|(n, (place, markup))| {
            format!("<row r=\"{n}\">{}</row>", planter.plant(place, markup))
        })
        .collect();
    let rows = format!(
        "<cols><col min=\"1\" max=\"1\" hidden=\"1\"/></cols><sheetData>{rows}</sheetData>"
    );
    let book: String = IN_WORKBOOK
        .iter()
        .map(|(place, markup)| planter.plant(place, markup))
        .collect();
    let shared = planter.plant("X1 shared string", "<t>@@</t>");
    let rich = planter.plant(
        "X2 rich string",
        "<r><t>@@</t></r><rPh sb=\"0\" eb=\"1\"><t>@@</t></rPh>",
    );
    let unused = planter.plant("X1 unused string", "<t>@@</t>");
    let mut builder = workbook(
        &[
            (&sheet_name, &sheet),
            ("Tabelle2", &hidden),
            ("Tabelle3", &rows),
        ],
        &[&shared, &rich, &unused],
        &book,
    );
    for (place, name, content_type, relation, owner, content) in PARTS.iter().chain(MORE_PARTS) {
        let data = planter.plant(place, &content.replace("NSX", X));
        builder.part(name, content_type, data.as_bytes());
        builder.relation(owner, name, relation, &format!("/{name}"), false);
    }
    for (place, id, relation, target) in [
        ("X39 link", "rIdMail", "hyperlink", "mailto:@@@example.org"),
        (
            "X17 path",
            "rIdPath",
            "externalLinkPath",
            "file:///C:/Users/@@/a.xlsx",
        ),
    ] {
        let target = planter.plant(place, target);
        builder.relation("xl/worksheets/sheet1.xml", id, relation, &target, true);
    }
    assert!(
        planter.n_places() >= 85,
        "only {} places",
        planter.n_places()
    );
    let copy = planter.check(&builder.build(), "xlsx");
    let types = part(&copy, "[Content_Types].xml").unwrap();
    let left = names(&copy);
    for declared in types.split("PartName=\"/").skip(1) {
        let name = declared.split('"').next().unwrap();
        assert!(
            left.iter().any(|n| n == name),
            "{name} is declared but gone"
        );
    }
}
