//! ODF: texts, spreadsheets, presentations, flat forms.

use deckname::format::{self, ReadOptions, package};

use super::build::{names, open, part, replaced, texts};
use super::needles::Planter;

const NS: &str = "xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" xmlns:draw=\"urn:oasis:names:tc:opendocument:xmlns:drawing:1.0\" xmlns:presentation=\"urn:oasis:names:tc:opendocument:xmlns:presentation:1.0\" xmlns:style=\"urn:oasis:names:tc:opendocument:xmlns:style:1.0\" xmlns:svg=\"urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0\" xmlns:meta=\"urn:oasis:names:tc:opendocument:xmlns:meta:1.0\" xmlns:number=\"urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0\" xmlns:form=\"urn:oasis:names:tc:opendocument:xmlns:form:1.0\" xmlns:script=\"urn:oasis:names:tc:opendocument:xmlns:script:1.0\" xmlns:config=\"urn:oasis:names:tc:opendocument:xmlns:config:1.0\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:xhtml=\"http://www.w3.org/1999/xhtml\" xmlns:loext=\"urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0\" xmlns:calcext=\"urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0\" xmlns:officeooo=\"http://openoffice.org/2009/office\" xmlns:chart=\"urn:oasis:names:tc:opendocument:xmlns:chart:1.0\" xmlns:math=\"http://www.w3.org/1998/Math/MathML\"";

/// A package: kind, body, further entries.
pub(crate) fn odf(kind: &str, body: &str, entries: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mimetype = format!("application/vnd.oasis.opendocument.{kind}");
    let content = format!(
        "<office:document-content {NS}><office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    );
    let listed: String = entries
        .iter()
        .map(|(name, _)| {
            format!("<manifest:file-entry manifest:full-path=\"{name}\" manifest:media-type=\"\"/>")
        })
        .collect();
    let manifest = format!(
        "<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"><manifest:file-entry manifest:full-path=\"/\" manifest:media-type=\"{mimetype}\"/><manifest:file-entry manifest:full-path=\"content.xml\" manifest:media-type=\"text/xml\"/>{listed}</manifest:manifest>"
    );
    let mut all: Vec<(&str, &[u8])> = vec![
        ("mimetype", mimetype.as_bytes()),
        ("content.xml", content.as_bytes()),
    ];
    all.extend(
        entries
            .iter()
            .map(|(name, data)| (name.as_str(), data.as_slice())),
    );
    all.push(("META-INF/manifest.xml", manifest.as_bytes()));
    package::write(all).unwrap()
}

#[test]
fn a_name_over_many_spans_is_replaced() {
    let body = "<text:p>Frau <text:span text:style-name=\"T1\">Eri</text:span>ka<text:s text:c=\"2\"/><text:bookmark text:name=\"x\"/>Muster<text:soft-page-break/>mann<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>Note</text:p></text:note-body></text:note> geht.</text:p>";
    let bytes = odf("text", body, &[]);
    assert_eq!(
        texts(open(&bytes, "odt").document()),
        ["Frau Erika  Mustermann geht.", "1", "Note"]
    );
    let copy = replaced(&bytes, "odt", &[("Erika  Mustermann", "[P_1]")]);
    assert_eq!(
        texts(open(&copy, "odt").document()),
        ["Frau [P_1] geht.", "1", "Note"]
    );
    assert_eq!(names(&copy)[0], "mimetype");
}

#[test]
fn a_cell_whose_text_changes_loses_its_value() {
    let cell = |value: &str, shown: &str| {
        format!("<table:table-cell {value}><text:p>{shown}</text:p></table:table-cell>")
    };
    let body = format!(
        "<table:table table:name=\"Tabelle1\"><table:table-row>{}{}</table:table-row><table:table-row>{}{}</table:table-row></table:table>",
        cell("office:value-type=\"string\"", "Kunde"),
        cell("office:value-type=\"string\"", "Geburt"),
        cell(
            "office:value-type=\"float\" office:value=\"12345678901\" table:formula=\"of:=1+[.A9]\" calcext:value-type=\"float\"",
            "12345678901"
        ),
        cell(
            "office:value-type=\"date\" office:date-value=\"1979-05-31\"",
            "Mai"
        ),
    );
    let bytes = odf("spreadsheet", &body, &[]);
    assert_eq!(
        texts(open(&bytes, "ods").document()),
        [
            "Tabelle1",
            "Kunde",
            "Geburt",
            "12345678901",
            "Mai",
            "1979-05-31"
        ]
    );
    let copy = replaced(
        &bytes,
        "ods",
        &[("12345678901", "[ID_1]"), ("1979-05-31", "[DATE_1]")],
    );
    let content = part(&copy, "content.xml").unwrap();
    assert!(
        content.contains("<table:table-cell office:value-type=\"string\"><text:p>[ID_1]</text:p>"),
        "{content}"
    );
    assert!(
        content
            .contains("office:value-type=\"string\" office:string-value=\"[DATE_1]\"><text:p>Mai"),
        "{content}"
    );
    let copy = replaced(&bytes, "ods", &[("Mai", "[DATE_1]")]);
    assert!(!part(&copy, "content.xml").unwrap().contains("1979"));
}

#[test]
fn references_follow_a_renamed_sheet() {
    let body = "<table:table table:name=\"Erika M\"><table:table-row><table:table-cell table:formula=\"of:=SUM([.A1:.B2];['Erika M'.C3];[$Hans.$D$4];Umsatz)\"/></table:table-row></table:table><table:table table:name=\"Hans\" table:print-ranges=\"Hans.A1:Hans.B2\"/><table:named-expressions><table:named-range table:name=\"Umsatz\" table:cell-range-address=\"$Hans.$A$1\"/></table:named-expressions>";
    let copy = replaced(
        &odf("spreadsheet", body, &[]),
        "ods",
        &[("Erika M", "[P_1]"), ("Hans", "[P_2]")],
    );
    let content = part(&copy, "content.xml").unwrap();
    assert!(
        content.contains("of:=SUM([.A1:.B2];['［P_1］'.C3];[$&apos;［P_2］&apos;.$D$4];Name_1)"),
        "{content}"
    );
    assert!(
        !content.contains("Hans") && !content.contains("Umsatz"),
        "{content}"
    );
}

#[test]
fn encrypted_and_foreign_packages_are_refused() {
    let entries = [("Thumbnails/a.png".to_owned(), b"x".to_vec())];
    let bytes = odf("text", "<text:p/>", &entries);
    let all = package::unpack_all(&bytes, &ReadOptions::default()).unwrap();
    let locked: Vec<(String, Vec<u8>)> = all
        .into_iter()
        .map(|(name, data)| {
            let text = String::from_utf8(data).unwrap();
            let key = "<manifest:file-entry manifest:full-path=\"content.xml\" manifest:media-type=\"text/xml\"><manifest:encryption-data/></manifest:file-entry>";
            let text = text.replace("<manifest:file-entry manifest:full-path=\"content.xml\" manifest:media-type=\"text/xml\"/>", key);
            (name, text.into_bytes())
        })
        .collect();
    let bytes = package::write(locked.iter().map(|(n, d)| (n.as_str(), d.as_slice()))).unwrap();
    let error = format::open(bytes, "odt", &ReadOptions::default())
        .map(|_| ())
        .unwrap_err();
    assert_eq!(error.kind(), deckname::error::ErrorKind::Encrypted);
}

#[test]
fn a_flat_document_is_one_part() {
    let png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4////fwAJ+wP9KobjigAAAABJRU5ErkJggg==";
    let xml = format!(
        "<office:document {NS} office:mimetype=\"application/vnd.oasis.opendocument.text\"><office:meta><dc:creator>Erika</dc:creator></office:meta><office:settings><config:config-item config:name=\"PrinterName\" config:type=\"string\">Erika</config:config-item><config:config-item config:name=\"A\" config:type=\"int\">1</config:config-item></office:settings><office:body><office:text><text:p>Eri<text:span>ka</text:span></text:p><draw:image><office:binary-data>{png}</office:binary-data></draw:image></office:text></office:body></office:document>"
    );
    let copy = replaced(xml.as_bytes(), "fodt", &[("Erika", "[P_1]")]);
    let copy = String::from_utf8(copy).unwrap();
    assert!(
        copy.contains("<text:p>[P_1]<text:span></text:span></text:p>"),
        "{copy}"
    );
    assert!(
        !copy.contains("Erika") && copy.contains("config:type=\"int\">1<") && copy.contains(png),
        "{copy}"
    );
}

const TEXT: &[(&str, &str)] = &[
    (
        "O1 text",
        "<text:h>@@</text:h><text:p>@@<text:span>@@</text:span><text:a xlink:href=\"mailto:@@\" office:title=\"@@\" office:name=\"@@\" office:target-frame-name=\"@@\">@@</text:a></text:p>",
    ),
    (
        "O5 tracked changes",
        "<text:tracked-changes><text:changed-region><text:deletion><office:change-info><dc:creator>@@</dc:creator><dc:date>@@</dc:date></office:change-info><text:p>@@</text:p></text:deletion></text:changed-region></text:tracked-changes>",
    ),
    (
        "O6 annotation",
        "<text:p><office:annotation office:name=\"@@\"><dc:creator>@@</dc:creator><dc:date>@@</dc:date><meta:creator-initials>@@</meta:creator-initials><loext:sender-initials>@@</loext:sender-initials><text:p>@@</text:p></office:annotation>x<office:annotation-end office:name=\"@@\"/></text:p>",
    ),
    (
        "O7 sender fields",
        "<text:p><text:author-name>@@</text:author-name><text:sender-email>@@</text:sender-email><text:initial-creator>@@</text:initial-creator><text:file-name>@@</text:file-name><text:template-name>@@</text:template-name><text:user-defined text:name=\"@@\">@@</text:user-defined></text:p>",
    ),
    (
        "O8 user fields",
        "<text:user-field-decls><text:user-field-decl text:name=\"@@\" office:string-value=\"@@\"/></text:user-field-decls><text:p><text:user-field-get text:name=\"@@\">@@</text:user-field-get><text:variable-set text:name=\"@@\" office:string-value=\"@@\">@@</text:variable-set><text:sequence text:name=\"@@\" text:formula=\"ooow:@@+1\">1</text:sequence></text:p>",
    ),
    (
        "O8 DDE",
        "<text:dde-connection-decls><text:dde-connection-decl office:dde-topic=\"@@\"/></text:dde-connection-decls>",
    ),
    (
        "O9 database fields",
        "<text:p><text:database-display text:database-name=\"@@\" text:table-name=\"@@\" text:column-name=\"@@\">@@</text:database-display><text:conditional-text text:condition=\"ooow:a==&quot;@@&quot;\" text:string-value-if-true=\"@@\" text:string-value-if-false=\"@@\">@@</text:conditional-text><text:hidden-text text:string-value=\"@@\">@@</text:hidden-text><text:placeholder text:description=\"@@\">@@</text:placeholder><text:execute-macro text:name=\"@@\">@@</text:execute-macro><text:script script:language=\"x\">@@</text:script></text:p>",
    ),
    (
        "O10 bookmarks",
        "<text:p><text:bookmark text:name=\"@@\"/><text:bookmark-start text:name=\"@@\"/><text:bookmark-end text:name=\"@@\"/><text:reference-mark text:name=\"@@\"/><text:bookmark-ref text:ref-name=\"@@\">@@</text:bookmark-ref><text:a xlink:href=\"#@@\">x</text:a><text:a xlink:href=\"#1.@@|outline\">x</text:a></text:p>",
    ),
    (
        "O10 section",
        "<text:section text:name=\"@@\" text:condition=\"ooow:@@\" text:protection-key=\"@@\"><text:section-source xlink:href=\"@@.odt\"/><text:p>@@</text:p></text:section>",
    ),
    (
        "O13 hidden",
        "<text:section text:display=\"none\"><text:p>@@</text:p></text:section>",
    ),
    (
        "O14 frame",
        "<text:p><draw:frame draw:name=\"@@\"><draw:text-box><text:p>@@</text:p></draw:text-box><svg:title>@@</svg:title><svg:desc>@@</svg:desc></draw:frame><draw:a xlink:href=\"https://@@.example.org\"><draw:custom-shape draw:name=\"@@\"><text:p>@@</text:p></draw:custom-shape></draw:a></text:p>",
    ),
    (
        "O17 object",
        "<text:p><draw:frame><draw:object xlink:href=\"./Object 1\"/><draw:image xlink:href=\"./ObjectReplacements/Object 1\"/></draw:frame><draw:frame><draw:object-ole xlink:href=\"./Object 2\" draw:class-id=\"@@\"/></draw:frame></text:p>",
    ),
    (
        "O19 picture",
        "<text:p><draw:frame><draw:image xlink:href=\"Pictures/Foto_Erika.png\"/><draw:image xlink:href=\"file:///home/@@/a.png\"/></draw:frame></text:p>",
    ),
    (
        "O22 RDFa",
        "<text:p xhtml:about=\"@@\" xhtml:property=\"@@\" xhtml:content=\"@@\">x</text:p>",
    ),
    (
        "O24 listener",
        "<office:event-listeners><script:event-listener xlink:href=\"vnd.sun.star.script:@@\"/></office:event-listeners>",
    ),
    (
        "O25 form",
        "<office:forms><form:form form:name=\"@@\" form:command=\"@@\" form:datasource=\"@@\"><form:text form:name=\"@@\" form:label=\"@@\" form:value=\"@@\" form:current-value=\"@@\" form:title=\"@@\"/><form:textarea><text:p>@@</text:p></form:textarea><form:connection-resource xlink:href=\"@@\"/><form:option form:label=\"@@\">@@</form:option></form:form></office:forms>",
    ),
    (
        "O28 bibliography",
        "<text:p><text:bibliography-mark text:author=\"@@\" text:title=\"@@\" text:address=\"@@\" text:identifier=\"@@\">@@</text:bibliography-mark><text:alphabetical-index-mark text:string-value=\"@@\" text:key1=\"@@\"/></text:p>",
    ),
    (
        "O29 note",
        "<text:p>x<text:note text:id=\"ftn1\"><text:note-citation text:label=\"@@\">@@</text:note-citation><text:note-body><text:p>@@</text:p></text:note-body></text:note><text:ruby><text:ruby-base>@@</text:ruby-base><text:ruby-text>@@</text:ruby-text></text:ruby></text:p>",
    ),
    (
        "O30 remarks",
        "<!-- @@ --><?p @@?><q:x xmlns:q=\"urn:q\" q:y=\"@@\">@@</q:x>",
    ),
    (
        "O31 rsid",
        "<text:p officeooo:rsid=\"@@\" officeooo:paragraph-rsid=\"@@\">x</text:p>",
    ),
    (
        "O33 formula",
        "<math:math alttext=\"@@\"><math:semantics><math:mi>@@</math:mi><math:annotation>@@</math:annotation></math:semantics></math:math>",
    ),
    (
        "O35 inline picture",
        "<text:p><draw:frame><draw:image><office:binary-data>UklGRkBA</office:binary-data></draw:image></draw:frame></text:p>",
    ),
    (
        "O38 signature line",
        "<loext:signatureline loext:suggested-signer-name=\"@@\" loext:suggested-signer-email=\"@@\"/>",
    ),
    (
        "O12 text table",
        "<table:table table:name=\"@@\" table:protection-key=\"@@\"><table:title>@@</table:title><table:desc>@@</table:desc><table:table-row><table:table-cell><text:p>@@</text:p></table:table-cell></table:table-row></table:table>",
    ),
];

const CELLS: &[(&str, &str)] = &[
    (
        "O11 typed cells",
        "<table:table-row><table:table-cell office:value-type=\"string\" office:string-value=\"@@\"><text:p>@@</text:p></table:table-cell><table:table-cell table:formula=\"of:=IF([.A1]=&quot;@@&quot;;&quot;@@&quot;;[$@@.A1])\" office:value-type=\"string\"><text:p>@@</text:p></table:table-cell><table:table-cell table:formula=\"of:=['file:///home/@@/a.ods'#$T.A1]\" office:value-type=\"float\" office:value=\"1\"><text:p>1</text:p></table:table-cell><table:table-cell table:formula=\"of:=@@*2\" table:content-validation-name=\"val1\"><text:p>2</text:p></table:table-cell></table:table-row>",
    ),
    ("O12 scenario", "<table:scenario table:comment=\"@@\"/>"),
    (
        "O12 source",
        "<table:table-source xlink:href=\"file:///@@\" table:table-name=\"@@\"/>",
    ),
    (
        "O12 shapes",
        "<table:shapes><draw:frame draw:name=\"@@\"><draw:text-box><text:p>@@</text:p></draw:text-box></draw:frame></table:shapes>",
    ),
    (
        "O12 conditional format",
        "<calcext:conditional-formats><calcext:conditional-format calcext:target-range-address=\"@@.A1:@@.B2\"><calcext:condition calcext:value=\"=&quot;@@&quot;\" calcext:base-cell-address=\"@@.A1\"/></calcext:conditional-format></calcext:conditional-formats>",
    ),
];

const AROUND_TABLES: &[(&str, &str)] = &[
    (
        "O5 cell changes",
        "<table:tracked-changes><table:cell-content-change><table:previous><table:change-track-table-cell><text:p>@@</text:p></table:change-track-table-cell></table:previous></table:cell-content-change></table:tracked-changes>",
    ),
    (
        "O12 validation",
        "<table:content-validations><table:content-validation table:name=\"val1\" table:condition=\"of:cell-content-is-in-list(&quot;@@&quot;;&quot;@@&quot;)\" table:base-cell-address=\"@@.A1\"><table:help-message table:title=\"@@\"><text:p>@@</text:p></table:help-message><table:error-message table:title=\"@@\"><text:p>@@</text:p></table:error-message></table:content-validation></table:content-validations>",
    ),
    (
        "O12 names",
        "<table:named-expressions><table:named-range table:name=\"@@\" table:cell-range-address=\"$@@.$A$1\" table:base-cell-address=\"$@@.$A$1\"/><table:named-expression table:name=\"@@\" table:expression=\"&quot;@@&quot;\"/></table:named-expressions>",
    ),
    (
        "O12 database range",
        "<table:database-ranges><table:database-range table:name=\"@@\" table:target-range-address=\"@@.A1:@@.B2\"><table:database-source-sql table:sql-statement=\"@@\"/><table:filter><table:filter-condition table:value=\"@@\"/></table:filter></table:database-range></table:database-ranges>",
    ),
    (
        "O12 data pilot",
        "<table:data-pilot-tables><table:data-pilot-table table:name=\"@@\"/></table:data-pilot-tables>",
    ),
    (
        "O12 DDE links",
        "<table:dde-links><table:dde-link><office:dde-source office:dde-topic=\"@@\"/></table:dde-link></table:dde-links>",
    ),
];

const SLIDES: &[(&str, &str)] = &[
    (
        "O15 notes",
        "<draw:page draw:name=\"@@\"><draw:frame><draw:text-box><text:p>@@</text:p></draw:text-box></draw:frame><presentation:notes><draw:frame><draw:text-box><text:p>@@</text:p></draw:text-box></draw:frame></presentation:notes></draw:page>",
    ),
    (
        "O15 declarations",
        "<presentation:header-decl>@@</presentation:header-decl><presentation:footer-decl>@@</presentation:footer-decl><presentation:date-time-decl>@@</presentation:date-time-decl>",
    ),
    (
        "O15 shows",
        "<presentation:settings><presentation:show presentation:name=\"@@\" presentation:pages=\"@@\"/></presentation:settings>",
    ),
];

const ENTRIES: &[(&str, &str, &str)] = &[
    (
        "O2 headers",
        "styles.xml",
        "<office:document-styles NS><office:styles><style:style style:name=\"Kanarie999x\" style:display-name=\"@@\" style:family=\"paragraph\"/><number:date-style><number:text> @@ </number:text></number:date-style></office:styles><office:automatic-styles><style:style style:name=\"P1\" style:parent-style-name=\"Kanarie999x\"><style:map style:condition=\"cell-content()=&quot;@@&quot;\"/></style:style></office:automatic-styles><office:master-styles><style:master-page><style:header><text:p>@@</text:p></style:header><style:footer-left><text:p>@@</text:p></style:footer-left></style:master-page></office:master-styles><office:font-face-decls><style:font-face><svg:font-face-src><svg:font-face-uri xlink:href=\"Fonts/@@.ttf\"/></svg:font-face-src></style:font-face></office:font-face-decls></office:document-styles>",
    ),
    (
        "O3 properties",
        "meta.xml",
        "<office:document-meta NS><office:meta><dc:creator>@@</dc:creator><meta:printed-by>@@</meta:printed-by></office:meta></office:document-meta>",
    ),
    (
        "O4 settings",
        "settings.xml",
        "<office:document-settings NS><office:settings><config:config-item config:name=\"PrinterName\" config:type=\"string\">@@</config:config-item><config:config-item config:name=\"PrinterSetup\" config:type=\"base64Binary\">@@</config:config-item><config:config-item-map-named config:name=\"Tables\"><config:config-item-map-entry config:name=\"@@\"/></config:config-item-map-named></office:settings></office:document-settings>",
    ),
    (
        "O16 chart",
        "Object 1/content.xml",
        "<office:document-content NS><office:body><office:chart><chart:chart><chart:title><text:p>@@</text:p></chart:title><chart:series chart:values-cell-range-address=\"@@.A1\" chart:label-cell-address=\"@@.B1\"/><table:table table:name=\"local-table\"><table:table-row><table:table-cell><text:p>@@</text:p></table:table-cell></table:table-row></table:table></chart:chart></office:chart></office:body></office:document-content>",
    ),
    ("O16 properties", "Object 1/meta.xml", "<x>@@</x>"),
    ("O16 OLE", "Object 2", "@@"),
    ("O17 previews", "ObjectReplacements/Object 1", "@@"),
    ("O18 thumbnail", "Thumbnails/thumbnail.png", "@@"),
    ("O19 drawing", "Pictures/TablePreview1.svm", "VCLMTF @@"),
    (
        "O20 configuration",
        "Configurations2/toolbar/a.xml",
        "<x>@@</x>",
    ),
    ("O21 layout cache", "layout-cache", "@@"),
    ("O22 RDF", "manifest.rdf", "<x>@@</x>"),
    (
        "O23 signatures",
        "META-INF/documentsignatures.xml",
        "<x>@@</x>",
    ),
    ("O24 macros", "Basic/Standard/Module1.xml", "<x>@@</x>"),
    ("O26 versions", "Versions/Version1", "@@"),
    ("O26 version list", "VersionList.xml", "<x>@@</x>"),
    ("O34 fonts", "Fonts/a.ttf", "@@"),
    ("O36 unknown", "debug/operations.txt", "@@"),
];

fn plant(planter: &mut Planter, places: &[(&str, &str)]) -> String {
    places
        .iter()
        .map(|(place, markup)| planter.plant(place, markup))
        .collect()
}

fn entries(planter: &mut Planter) -> Vec<(String, Vec<u8>)> {
    let mut entries: Vec<(String, Vec<u8>)> = ENTRIES
        .iter()
        .map(|(place, name, content)| {
            let data = planter.plant(place, &content.replace("NS", NS));
            ((*name).to_owned(), data.into_bytes())
        })
        .collect();
    entries.push(("Pictures/Foto_Erika.png".to_owned(), b"broken".to_vec()));
    entries
}

#[test]
fn no_canary_survives_in_a_text() {
    let mut planter = Planter::default();
    let body = plant(&mut planter, TEXT);
    let entries = entries(&mut planter);
    let copy = planter.check(&odf("text", &body, &entries), "odt");
    assert!(!names(&copy).iter().any(|name| name.contains("Erika")));
    let all = super::build::decoded(&copy);
    assert!(
        !all.iter()
            .any(|(_, text)| text.contains("Kanarie999x") || text.contains("Foto_Erika"))
    );
    let manifest = part(&copy, "META-INF/manifest.xml").unwrap();
    assert!(
        manifest.contains("Pictures/Bild_1.png") && !manifest.contains("Thumbnails"),
        "{manifest}"
    );
}

#[test]
fn no_canary_survives_in_a_spreadsheet() {
    let mut planter = Planter::default();
    let cells = plant(&mut planter, CELLS);
    let name = planter.plant("O12 sheet name", "@@");
    let around = plant(&mut planter, AROUND_TABLES);
    let body = format!("<table:table table:name=\"{name}\">{cells}</table:table>{around}");
    let entries = entries(&mut planter);
    planter.check(&odf("spreadsheet", &body, &entries), "ods");
}

#[test]
fn the_places_are_many() {
    let mut planter = Planter::default();
    for list in [TEXT, CELLS, AROUND_TABLES, SLIDES] {
        plant(&mut planter, list);
    }
    entries(&mut planter);
    let n = planter.n_places();
    assert!(n >= 50, "only {n} places");
}

#[test]
fn no_canary_survives_in_a_presentation() {
    let mut planter = Planter::default();
    let body = plant(&mut planter, SLIDES);
    let entries = entries(&mut planter);
    planter.check(&odf("presentation", &body, &entries), "odp");
}
