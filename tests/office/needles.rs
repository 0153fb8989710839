//! Plants a canary in every place where personal data can hide, replaces what
//! shows up as text, and looks for canaries in every decoded byte of the copy.
//! A place is a line of a table: its id in the leak list, and markup in which
//! `@@` stands for the canary.

use std::cell::Cell;
use std::collections::BTreeMap;

use deckname::format::{self, ReadOptions, package};

use super::build::{Builder, decoded, names, namespaces, open, part, texts};
use super::corpus::same_parts;
use super::job;

/// Makes canaries and remembers where each was planted.
#[derive(Default)]
pub(crate) struct Planter {
    next: Cell<usize>,
    places: Vec<(String, String)>,
}

impl Planter {
    /// The markup with a new canary for every `@@`.
    pub(crate) fn plant(&mut self, place: &str, markup: &str) -> String {
        let mut out = String::new();
        let mut rest = markup;
        while let Some((before, after)) = rest.split_once("@@") {
            let n = self.next.get();
            self.next.set(n + 1);
            let canary = format!("Kanarie{n:03}x");
            out += before;
            out += &canary;
            self.places.push((canary, place.to_owned()));
            rest = after;
        }
        out + rest
    }

    /// Number of places, counted by id.
    pub(crate) fn n_places(&self) -> usize {
        let mut ids: Vec<&str> = self.places.iter().map(|(_, p)| p.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        ids.len()
    }

    /// Cleans a file and fails if a canary is left, naming its place. Prints
    /// which places were replaced, and which were dropped.
    pub(crate) fn check(&self, bytes: &[u8], extension: &str) -> Vec<u8> {
        let planted = find(&decoded(bytes), &self.places);
        let missing: Vec<_> = self
            .places
            .iter()
            .filter(|(c, _)| !planted.contains_key(c))
            .collect();
        assert!(missing.is_empty(), "not planted: {missing:?}");
        // Every place is there: without scrubbing and edits no byte of it moves.
        let unscrubbed = ReadOptions {
            scrub: false,
            ..ReadOptions::default()
        };
        let file = format::open(bytes.to_vec(), extension, &unscrubbed).unwrap();
        let faithful = file.rewrite(&[]).unwrap();
        let n_parts = same_parts(bytes, &faithful).unwrap();
        assert!(n_parts >= 3, "only {n_parts} parts");
        let file = open(bytes, extension);
        let shown = texts(file.document()).join("\n");
        let words: Vec<String> = self.places.iter().map(|(c, _)| c.clone()).collect();
        let copy = job::run(bytes, extension, &words, ReadOptions::default());
        let copy = copy.unwrap_or_else(|report| panic!("not delivered: {report}"));
        for (canary, place) in &self.places {
            let how = if shown.contains(canary.as_str()) {
                "replaced"
            } else {
                "dropped"
            };
            println!("{how:9} {place}");
        }
        let left = find(&decoded(&copy), &self.places);
        assert!(left.is_empty(), "left: {left:#?}");
        let again = open(&copy, extension);
        let second = again.rewrite(&[]).unwrap();
        for name in names(&copy) {
            assert_eq!(
                part(&copy, &name),
                part(&second, &name),
                "a second run changes {name}"
            );
        }
        assert_eq!(second, copy, "a second run changes something");
        copy
    }
}

/// Which canaries stand where.
fn find(
    all: &[(String, String)],
    places: &[(String, String)],
) -> BTreeMap<String, (String, String)> {
    let mut found = BTreeMap::new();
    for (name, text) in all {
        for (canary, place) in places {
            if text.contains(canary.as_str()) {
                found.insert(canary.clone(), (place.clone(), name.clone()));
            }
        }
    }
    found
}

/// Wraps markup that stands in a run.
fn run(markup: &str) -> String {
    format!("<w:p><w:r>{markup}</w:r></w:p>")
}

/// Places in the body.
const BODY: &[(&str, &str)] = &[
    ("D1 text", "<w:p><w:r><w:t>@@</w:t></w:r></w:p>"),
    (
        "D4 comment mark",
        "<w:p><w:commentRangeStart w:id=\"1\"/><w:r><w:t>@@</w:t><w:commentReference w:id=\"1\"/></w:r></w:p>",
    ),
    (
        "D7 insertion",
        "<w:p><w:ins w:id=\"3\" w:author=\"@@\" w:date=\"2020-01-01T00:00:00Z\"><w:r><w:t>@@</w:t></w:r></w:ins></w:p>",
    ),
    (
        "D7 move",
        "<w:p><w:moveFromRangeStart w:id=\"4\" w:author=\"@@\" w:name=\"@@\"/><w:moveFrom w:id=\"5\" w:author=\"@@\"><w:r><w:t>@@</w:t></w:r></w:moveFrom><w:moveFromRangeEnd w:id=\"4\"/><w:moveToRangeStart w:id=\"6\" w:author=\"@@\" w:name=\"@@\"/><w:moveTo w:id=\"7\" w:author=\"@@\"><w:r><w:t>@@</w:t></w:r></w:moveTo><w:moveToRangeEnd w:id=\"6\"/></w:p>",
    ),
    (
        "D8 format change",
        "<w:p><w:pPr><w:pPrChange w:id=\"8\" w:author=\"@@\"><w:pPr/></w:pPrChange></w:pPr><w:r><w:rPr><w:rPrChange w:id=\"9\" w:author=\"@@\"><w:rPr/></w:rPrChange></w:rPr><w:t>a</w:t></w:r></w:p>",
    ),
    (
        "D8 numbering change",
        "<w:p><w:pPr><w:numPr><w:numberingChange w:id=\"10\" w:author=\"@@\" w:original=\"@@\"/></w:numPr></w:pPr></w:p>",
    ),
    (
        "D9 deletion",
        "<w:p><w:del w:id=\"11\" w:author=\"@@\"><w:r><w:delText>@@</w:delText></w:r></w:del></w:p>",
    ),
    (
        "D9 deleted insertion",
        "<w:p><w:ins w:id=\"12\" w:author=\"@@\"><w:del w:id=\"13\" w:author=\"@@\"><w:r><w:delText>@@</w:delText></w:r></w:del></w:ins></w:p>",
    ),
    (
        "D9 deleted field",
        "<w:p><w:del w:id=\"14\" w:author=\"@@\"><w:r><w:delInstrText>QUOTE @@</w:delInstrText></w:r></w:del></w:p>",
    ),
    (
        "D13 field",
        "<w:p><w:r><w:fldChar w:fldCharType=\"begin\"><w:fldData>@@</w:fldData></w:fldChar></w:r><w:r><w:instrText>MERGEFIELD @@</w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"separate\"/></w:r><w:r><w:t>@@</w:t></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r></w:p>",
    ),
    (
        "D13 path field",
        "<w:p><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText>INCLUDETEXT \"C:\\\\Users\\\\@@\\\\a.docx\"</w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r></w:p>",
    ),
    (
        "D13 nested field",
        "<w:p><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText>IF </w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText>DOCVARIABLE @@</w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"separate\"/></w:r><w:r><w:t>@@</w:t></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r><w:r><w:instrText> = \"@@\" \"@@\"</w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"separate\"/></w:r><w:r><w:t>@@</w:t></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r></w:p>",
    ),
    (
        "D13 simple field",
        "<w:p><w:fldSimple w:instr=\"QUOTE @@\"><w:r><w:t>@@</w:t></w:r></w:fldSimple></w:p>",
    ),
    (
        "D14 form field",
        "<w:p><w:r><w:fldChar w:fldCharType=\"begin\"><w:ffData><w:name w:val=\"@@\"/><w:helpText w:val=\"@@\"/><w:statusText w:val=\"@@\"/><w:entryMacro w:val=\"@@\"/><w:textInput><w:default w:val=\"@@\"/><w:format w:val=\"@@\"/></w:textInput><w:ddList><w:listEntry w:val=\"@@\"/></w:ddList></w:ffData></w:fldChar></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r></w:p>",
    ),
    (
        "D15 content control",
        "<w:sdt><w:sdtPr><w:alias w:val=\"@@\"/><w:tag w:val=\"@@\"/><w:placeholder><w:docPart w:val=\"@@\"/></w:placeholder><w:dataBinding w:xpath=\"/@@\" w:storeItemID=\"{@@}\"/><w:dropDownList w:lastValue=\"@@\"><w:listItem w:displayText=\"@@\" w:value=\"@@\"/></w:dropDownList><w:docPartObj><w:docPartGallery w:val=\"@@\"/></w:docPartObj></w:sdtPr><w:sdtContent><w:p><w:r><w:t>@@</w:t></w:r></w:p></w:sdtContent></w:sdt>",
    ),
    (
        "D16 hidden text",
        "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>@@</w:t></w:r></w:p>",
    ),
    (
        "D18 table caption",
        "<w:tbl><w:tblPr><w:tblCaption w:val=\"@@\"/><w:tblDescription w:val=\"@@\"/></w:tblPr><w:tr><w:tc><w:p><w:r><w:t>@@</w:t></w:r></w:p></w:tc></w:tr></w:tbl>",
    ),
    (
        "D19 hyperlink",
        "<w:p><w:hyperlink r:id=\"rIdMail\" w:tooltip=\"@@\" w:docLocation=\"@@\" w:anchor=\"@@\" w:tgtFrame=\"@@\"><w:r><w:t>@@</w:t></w:r></w:hyperlink></w:p>",
    ),
    (
        "D20 bookmark",
        "<w:p><w:bookmarkStart w:id=\"20\" w:name=\"@@\"/><w:bookmarkEnd w:id=\"20\"/></w:p>",
    ),
    (
        "D22 permission",
        "<w:p><w:permStart w:id=\"21\" w:ed=\"@@\" w:edGrp=\"everyone\"/><w:permEnd w:id=\"21\"/></w:p>",
    ),
    (
        "D24 import",
        "<w:altChunk r:id=\"rIdChunk\"/><w:p><w:r><w:t>@@</w:t></w:r></w:p>",
    ),
    (
        "D26 formula",
        "<w:p><m:oMath><m:r><m:t>@@</m:t></m:r></m:oMath></w:p><m:oMathPara><m:oMath><m:r><m:t>@@</m:t></m:r></m:oMath></m:oMathPara>",
    ),
    (
        "D27 ruby",
        "<w:p><w:r><w:ruby><w:rt><w:r><w:t>@@</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>@@</w:t></w:r></w:rubyBase></w:ruby></w:r></w:p>",
    ),
    (
        "D29 smart tag",
        "<w:p><w:smartTag w:uri=\"urn:@@\" w:element=\"@@\"><w:smartTagPr><w:attr w:name=\"@@\" w:val=\"@@\"/></w:smartTagPr><w:r><w:t>@@</w:t></w:r></w:smartTag></w:p>",
    ),
    (
        "D29 custom element",
        "<w:customXml w:uri=\"@@\" w:element=\"@@\"><w:customXmlPr><w:attr w:name=\"@@\" w:val=\"@@\"/></w:customXmlPr><w:p><w:r><w:t>@@</w:t></w:r></w:p></w:customXml>",
    ),
    (
        "A15 alt text",
        "<w:p><w:r><w:drawing><wp:inline><wp:docPr id=\"1\" name=\"@@\" descr=\"@@\" title=\"@@\"><a:hlinkClick r:id=\"rIdMail\" tooltip=\"@@\"/></wp:docPr><a:graphic><a:graphicData><pic:pic><pic:nvPicPr><pic:cNvPr id=\"1\" name=\"@@\" descr=\"@@\"/></pic:nvPicPr><pic:blipFill><a:blip r:embed=\"rIdPicture\" r:link=\"rIdLinked\"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>",
    ),
    (
        "A18 VML",
        "<w:p><w:r><w:pict><v:shape id=\"@@\" alt=\"@@\" title=\"@@\" href=\"@@\" target=\"@@\" o:gfxdata=\"@@\"><v:textpath string=\"@@\"/><v:imagedata r:id=\"rIdEmf\" o:title=\"@@\" o:href=\"@@\"/><v:textbox><w:txbxContent><w:p><w:r><w:t>@@</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>",
    ),
    (
        "A27 alternates",
        "<w:p><w:r><mc:AlternateContent><mc:Choice Requires=\"wps\"><w:t>@@</w:t></mc:Choice><mc:Fallback><w:t>@@</w:t></mc:Fallback></mc:AlternateContent></w:r></w:p>",
    ),
    (
        "D31 object",
        "<w:p><w:r><w:object><v:shape id=\"_x1\"><v:imagedata r:id=\"rIdEmf\"/></v:shape><o:OLEObject Type=\"Embed\" ProgID=\"@@\" ShapeID=\"_x1\" r:id=\"rIdOle\"><o:LinkType>@@</o:LinkType></o:OLEObject></w:object></w:r></w:p>",
    ),
    (
        "A6 signature line",
        "<w:p><w:r><w:pict><v:shape><o:signatureline o:suggestedsigner=\"@@\" o:suggestedsigneremail=\"@@\"/></v:shape></w:pict></w:r></w:p>",
    ),
    (
        "Z13 comment",
        "<!-- @@ --><?prog @@?><w:p><w:r><w:t><![CDATA[@@]]></w:t></w:r></w:p>",
    ),
    (
        "Z13 foreign",
        "<w:p><w:pPr><q:x xmlns:q=\"urn:q\" q:y=\"@@\" z=\"@@\">@@</q:x></w:pPr></w:p>",
    ),
    ("Z13 stray text", "<w:p>@@<w:r>@@</w:r></w:p>"),
    (
        "D20 reference",
        "<w:p><w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText>PAGEREF @@ \\h</w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r></w:p>",
    ),
    (
        "D21 style ids in use",
        "<w:p><w:pPr><w:pStyle w:val=\"Kanarie000x\"/></w:pPr></w:p>",
    ),
    (
        "D36 frame",
        "<w:p><w:pPr><w:framePr w:w=\"10\"/></w:pPr><w:r><w:t>@@</w:t></w:r></w:p>",
    ),
    (
        "D15 date control",
        "<w:sdt><w:sdtPr><w:date w:fullDate=\"@@\"><w:dateFormat w:val=\"d.M.yyyy\"/></w:date></w:sdtPr><w:sdtContent><w:p/></w:sdtContent></w:sdt>",
    ),
];

/// Parts that hang on the body: place, name, type after `wordprocessingml.`,
/// relation, markup.
const PARTS: &[(&str, &str, &str, &str)] = &[
    (
        "D2 header",
        "header1.xml",
        "header",
        "<w:hdr NS><w:p><w:r><w:t>@@</w:t></w:r></w:p></w:hdr>",
    ),
    (
        "D33 watermark",
        "header2.xml",
        "header",
        "<w:hdr NS><w:p><w:r><w:pict><v:shape><v:textpath string=\"@@\"/></v:shape></w:pict></w:r></w:p></w:hdr>",
    ),
    (
        "D2 footer",
        "footer1.xml",
        "footer",
        "<w:ftr NS><w:p><w:r><w:t>@@</w:t></w:r></w:p></w:ftr>",
    ),
    (
        "D3 footnote",
        "footnotes.xml",
        "footnotes",
        "<w:footnotes NS><w:footnote w:id=\"1\"><w:p><w:r><w:t>@@</w:t></w:r></w:p></w:footnote></w:footnotes>",
    ),
    (
        "D3 endnote",
        "endnotes.xml",
        "endnotes",
        "<w:endnotes NS><w:endnote w:id=\"1\"><w:p><w:r><w:t>@@</w:t></w:r></w:p></w:endnote></w:endnotes>",
    ),
    (
        "D4 comment",
        "comments.xml",
        "comments",
        "<w:comments NS><w:comment w:id=\"1\" w:author=\"@@\" w:initials=\"@@\" w:date=\"@@\"><w:p><w:r><w:t>@@</w:t></w:r></w:p></w:comment></w:comments>",
    ),
    (
        "D21 styles",
        "styles.xml",
        "styles",
        "<w:styles NS><w:style w:type=\"paragraph\" w:customStyle=\"1\" w:styleId=\"Kanarie000x\"><w:name w:val=\"@@\"/><w:aliases w:val=\"@@\"/><w:basedOn w:val=\"Normal\"/></w:style></w:styles>",
    ),
    (
        "D21 numbering",
        "numbering.xml",
        "numbering",
        "<w:numbering NS><w:abstractNum w:abstractNumId=\"1\"><w:name w:val=\"@@\"/><w:lvl w:ilvl=\"0\"><w:lvlText w:val=\"@@ %1\"/></w:lvl></w:abstractNum></w:numbering>",
    ),
    (
        "D21 fonts",
        "fontTable.xml",
        "fontTable",
        "<w:fonts NS><w:font w:name=\"Arial\"><w:altName w:val=\"@@\"/><w:embedRegular r:id=\"rId1\"/></w:font></w:fonts>",
    ),
    (
        "D11 settings",
        "settings.xml",
        "settings",
        "<w:settings NS><w:mailMerge><w:connectString w:val=\"@@\"/><w:query w:val=\"@@\"/></w:mailMerge><w:attachedTemplate r:id=\"rId1\"/><w:docVars><w:docVar w:name=\"@@\" w:val=\"@@\"/></w:docVars><w:rsids><w:rsid w:val=\"@@\"/></w:rsids><w:saveThroughXslt w:solutionID=\"@@\"/><w:captions><w:caption w:name=\"@@\"/></w:captions><w:attachedSchema w:val=\"@@\"/><w15:docId w15:val=\"{@@}\"/></w:settings>",
    ),
    (
        "D23 web settings",
        "webSettings.xml",
        "webSettings",
        "<w:webSettings NS><w:divs><w:div w:id=\"1\"><w:blockQuote w:val=\"@@\"/></w:div></w:divs></w:webSettings>",
    ),
    (
        "D12 building blocks",
        "glossary/document.xml",
        "document.glossary",
        "<w:glossaryDocument NS><w:docParts><w:docPart><w:docPartPr><w:name w:val=\"@@\"/></w:docPartPr><w:docPartBody><w:p><w:r><w:t>@@</w:t></w:r></w:p></w:docPartBody></w:docPart></w:docParts></w:glossaryDocument>",
    ),
    (
        "D5 extended comments",
        "commentsExtended.xml",
        "commentsExtended",
        "<w15:commentsEx NS><w15:commentEx w15:paraId=\"00000001\"/><!-- @@ --></w15:commentsEx>",
    ),
];

/// Parts of other types: place, name, type, relation, content.
const OTHERS: &[(&str, &str, &str, &str, &str)] = &[
    (
        "D6 people",
        "word/people.xml",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.people+xml",
        "people",
        "<w15:people NS><w15:person w15:author=\"@@\"><w15:presenceInfo w15:providerId=\"AD\" w15:userId=\"@@\"/></w15:person></w15:people>",
    ),
    (
        "D5 comment ids",
        "word/commentsIds.xml",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.commentsIds+xml",
        "commentsIds",
        "<x>@@</x>",
    ),
    (
        "D34 tasks",
        "word/documenttasks1.xml",
        "application/vnd.ms-office.documenttasks+xml",
        "documenttasks",
        "<t>@@</t>",
    ),
    (
        "D32 customizations",
        "word/customizations.xml",
        "application/vnd.ms-word.keyMapCustomizations+xml",
        "keyMapCustomizations",
        "<t>@@</t>",
    ),
    (
        "D11 recipients",
        "word/recipientData.xml",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.mailMergeRecipientData+xml",
        "recipientData",
        "<t>@@</t>",
    ),
    (
        "A4 bound data",
        "customXml/item1.xml",
        "application/xml",
        "customXml",
        "<data>@@</data>",
    ),
    (
        "A4 Cover page",
        "customXml/itemProps1.xml",
        "application/vnd.openxmlformats-officedocument.customXmlProperties+xml",
        "customXmlProps",
        "<data>@@</data>",
    ),
    (
        "A9 embedded workbook",
        "word/embeddings/Microsoft_Excel.xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "package",
        "@@",
    ),
    (
        "A10 OLE object",
        "word/embeddings/oleObject1.bin",
        "application/vnd.openxmlformats-officedocument.oleObject",
        "oleObject",
        "@@",
    ),
    (
        "A19 macros",
        "word/vbaProject.bin",
        "application/vnd.ms-office.vbaProject",
        "vbaProject",
        "@@",
    ),
    (
        "A20 control",
        "word/activeX/activeX1.xml",
        "application/vnd.ms-office.activeX+xml",
        "control",
        "<x>@@</x>",
    ),
    (
        "A22 add-in",
        "word/webextensions/taskpanes.xml",
        "application/vnd.ms-office.webextensiontaskpanes+xml",
        "webextensiontaskpanes",
        "<x>@@</x>",
    ),
    (
        "A23 ink",
        "word/ink/ink1.xml",
        "application/inkml+xml",
        "customXml",
        "<x>@@</x>",
    ),
    (
        "A24 font",
        "word/fonts/font1.odttf",
        "application/vnd.openxmlformats-officedocument.obfuscatedFont",
        "font",
        "@@",
    ),
    (
        "A25 printer",
        "word/printerSettings/printerSettings1.bin",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.printerSettings",
        "printerSettings",
        "@@",
    ),
    (
        "A26 theme",
        "word/theme/theme1.xml",
        "application/vnd.openxmlformats-officedocument.theme+xml",
        "theme",
        "<a:theme NS name=\"@@\"><a:themeElements><a:clrScheme name=\"@@\"/><a:fontScheme name=\"@@\"/></a:themeElements></a:theme>",
    ),
    (
        "A16 chart",
        "word/charts/chart1.xml",
        "application/vnd.openxmlformats-officedocument.drawingml.chart+xml",
        "chart",
        "<c:chartSpace NS><c:chart><c:title><c:tx><c:rich><a:p><a:r><a:t>@@</a:t></a:r></a:p></c:rich></c:tx></c:title><c:ser><c:tx><c:strRef><c:f>'@@'!$A$1</c:f><c:strCache><c:pt idx=\"0\"><c:v>@@</c:v></c:pt></c:strCache></c:strRef></c:tx></c:ser></c:chart><c:externalData r:id=\"rId1\"/></c:chartSpace>",
    ),
    (
        "A17 diagram",
        "word/diagrams/data1.xml",
        "application/vnd.openxmlformats-officedocument.drawingml.diagramData+xml",
        "diagramData",
        "<dgm:dataModel NS><dgm:ptLst><dgm:pt modelId=\"1\"><dgm:t><a:p><a:r><a:t>@@</a:t></a:r></a:p></dgm:t></dgm:pt></dgm:ptLst></dgm:dataModel>",
    ),
    (
        "A13 SVG",
        "word/media/image3.svg",
        "image/svg+xml",
        "image",
        "<svg xmlns=\"http://www.w3.org/2000/svg\"><text>@@</text></svg>",
    ),
    (
        "A12 EMF",
        "word/media/image2.emf",
        "image/x-emf",
        "image",
        "EMF @@",
    ),
    (
        "A14 sound",
        "word/media/sound.wav",
        "audio/wav",
        "audio",
        "RIFF @@",
    ),
    (
        "D24 import",
        "word/afchunk.html",
        "text/html",
        "aFChunk",
        "<html>@@</html>",
    ),
    (
        "Z9 trash",
        "[trash]/0000.dat",
        "application/octet-stream",
        "unknown",
        "@@",
    ),
];

/// Parts that hang on the package.
const ROOT: &[(&str, &str, &str, &str, &str)] = &[
    (
        "A1 properties",
        "docProps/core.xml",
        "application/vnd.openxmlformats-package.core-properties+xml",
        "core-properties",
        "<p>@@</p>",
    ),
    (
        "A2 properties",
        "docProps/app.xml",
        "application/vnd.openxmlformats-officedocument.extended-properties+xml",
        "extended-properties",
        "<p>@@</p>",
    ),
    (
        "A3 properties",
        "docProps/custom.xml",
        "application/vnd.openxmlformats-officedocument.custom-properties+xml",
        "custom-properties",
        "<p>@@</p>",
    ),
    (
        "A5 thumbnail",
        "docProps/thumbnail.jpeg",
        "image/jpeg",
        "thumbnail",
        "@@",
    ),
    (
        "A6 signature",
        "_xmlsignatures/sig1.xml",
        "application/vnd.openxmlformats-package.digital-signature-xmlsignature+xml",
        "signature",
        "<p>@@</p>",
    ),
    (
        "A7 label",
        "docMetadata/LabelInfo.xml",
        "application/vnd.ms-office.classificationlabels+xml",
        "classificationlabels",
        "<p>@@</p>",
    ),
    (
        "A21 ribbon",
        "customUI/customUI.xml",
        "application/xml",
        "ui/extensibility",
        "<p>@@</p>",
    ),
];

fn word(planter: &mut Planter) -> Vec<u8> {
    let ns = namespaces();
    let body: String = BODY
        .iter()
        .map(|(place, markup)| planter.plant(place, markup))
        .collect();
    let body = body
        + &run(&planter.plant(
            "D16 white text",
            "<w:rPr><w:color w:val=\"FFFFFF\"/></w:rPr><w:t>@@</w:t>",
        ));
    let mut builder = Builder::docx(&body);
    for (place, name, kind, markup) in PARTS {
        let xml = planter.plant(place, &markup.replace("NS", &ns));
        let kind_of_relation = if *kind == "document.glossary" {
            "glossaryDocument"
        } else {
            kind
        };
        builder.part(
            &format!("word/{name}"),
            &format!("application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}+xml"),
            xml.as_bytes(),
        );
        builder.relation(
            "word/document.xml",
            &format!("rId_{name}"),
            kind_of_relation,
            name,
            false,
        );
    }
    for (place, name, content_type, relation, content) in OTHERS {
        let id = match *name {
            "word/embeddings/oleObject1.bin" => "rIdOle",
            "word/afchunk.html" => "rIdChunk",
            "word/media/image2.emf" => "rIdEmf",
            _ => name,
        };
        let data = planter.plant(place, &content.replace("NS", &ns));
        builder.part(name, content_type, data.as_bytes());
        builder.relation(
            "word/document.xml",
            id,
            relation,
            &format!("/{name}"),
            false,
        );
    }
    for (place, name, content_type, relation, content) in ROOT {
        builder.part(name, content_type, planter.plant(place, content).as_bytes());
        builder.relation("", name, relation, name, false);
    }
    for (place, id, relation, target) in [
        (
            "A8 mail link",
            "rIdMail",
            "hyperlink",
            "mailto:@@@example.org?subject=@@",
        ),
        (
            "A8 file link",
            "rIdFile",
            "hyperlink",
            "file:///C:/Users/@@/a.docx",
        ),
        (
            "A8 template",
            "rIdTemplate",
            "attachedTemplate",
            "file:///C:/Users/@@/a.dotx",
        ),
        (
            "A8 linked picture",
            "rIdLinked",
            "image",
            "file:///C:/Users/@@/a.png",
        ),
        ("A8 bookmark link", "rIdMark", "hyperlink", "#@@"),
    ] {
        let target = planter.plant(place, target);
        builder.relation("word/document.xml", id, relation, &target, true);
    }
    let inner = planter.plant(
        "A9 document in a document",
        "<w:p><w:r><w:t>@@</w:t></w:r></w:p>",
    );
    let inner = Builder::docx(&inner).build();
    builder.part(
        "word/embeddings/Microsoft_Word_Document9.docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        &inner,
    );
    builder.relation(
        "word/document.xml",
        "rIdInner",
        "package",
        "embeddings/Microsoft_Word_Document9.docx",
        false,
    );
    let chunk = planter.plant("D24 imported text", "@@ im Text");
    builder.part("word/afchunk9.txt", "text/plain", chunk.as_bytes());
    builder.relation(
        "word/document.xml",
        "rIdChunk9",
        "aFChunk",
        "afchunk9.txt",
        false,
    );
    let png = b"\x89PNG\r\n\x1A\n\0\0\0\x09tEXtA\0";
    let text = planter.plant("I6 PNG text", "@@");
    let length = u32::try_from(text.len() + 2).unwrap().to_be_bytes();
    let png = [
        &png[..8],
        &length,
        b"tEXtA\0",
        text.as_bytes(),
        b"crc4\0\0\0\0IENDcrc4",
    ]
    .concat();
    let png = [&png[..], planter.plant("I8 trailing data", "@@").as_bytes()].concat();
    let name = planter.plant("Z1 entry name", "word/media/@@.png");
    builder.part(&name, "image/png", &png);
    builder.relation(
        "word/document.xml",
        "rIdPicture",
        "image",
        &format!("/{name}"),
        false,
    );
    builder.build()
}

#[test]
fn no_canary_survives_in_a_word_document() {
    let mut planter = Planter::default();
    let bytes = word(&mut planter);
    assert!(
        planter.n_places() >= 80,
        "only {} places",
        planter.n_places()
    );
    let copy = planter.check(&bytes, "docx");
    let types = part(&copy, "[Content_Types].xml").unwrap();
    let left = names(&copy);
    for declared in types.split("PartName=\"/").skip(1) {
        let name = declared.split('"').next().unwrap();
        assert!(
            left.iter().any(|n| n == name),
            "{name} is declared but gone"
        );
    }
    for (name, _) in package::unpack_all(&copy, &ReadOptions::default()).unwrap() {
        if let Some(xml) = part(&copy, &name).filter(|_| name.ends_with(".rels")) {
            for target in xml.split("Target=\"").skip(1) {
                let target = target.split('"').next().unwrap();
                let is_outside = target.contains(':') || target.starts_with('#');
                let last = target.rsplit('/').next().unwrap();
                assert!(
                    is_outside || left.iter().any(|n| n.ends_with(last)),
                    "{target} dangles"
                );
            }
        }
    }
}
