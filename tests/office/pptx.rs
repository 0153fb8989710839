//! Slide shows.

use super::build::{Builder, names, open, part, replaced, texts};
use super::needles::Planter;

const NS: &str = "xmlns:p=\"http://schemas.openxmlformats.org/presentationml/2006/main\" xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\" xmlns:p14=\"http://schemas.microsoft.com/office/powerpoint/2010/main\" xmlns:p188=\"http://schemas.microsoft.com/office/powerpoint/2018/8/main\" xmlns:dgm=\"http://schemas.openxmlformats.org/drawingml/2006/diagram\" xmlns:c=\"http://schemas.openxmlformats.org/drawingml/2006/chart\" xmlns:v=\"urn:schemas-microsoft-com:vml\" xmlns:o=\"urn:schemas-microsoft-com:office:office\" xmlns:dsp=\"http://schemas.microsoft.com/office/drawing/2008/diagram\"";
const PML: &str = "application/vnd.openxmlformats-officedocument.presentationml";

/// A slide show with these slides (content of the shape tree).
pub(crate) fn show(slides: &[&str], extra: &str) -> Builder {
    let mut builder = Builder::default();
    let ids: String = (0..slides.len())
        .map(|n| format!("<p:sldId id=\"{}\" r:id=\"rIdSlide{n}\"/>", 256 + n))
        .collect();
    let xml =
        format!("<p:presentation {NS}><p:sldIdLst>{ids}</p:sldIdLst>{extra}</p:presentation>");
    builder.part(
        "ppt/presentation.xml",
        &format!("{PML}.presentation.main+xml"),
        xml.as_bytes(),
    );
    builder.relation("", "rId1", "officeDocument", "ppt/presentation.xml", false);
    // Relations in another order than the slides.
    for (n, slide) in slides.iter().enumerate().rev() {
        let name = format!("ppt/slides/slide{}.xml", n + 1);
        let xml = format!("<p:sld {NS}>{slide}</p:sld>");
        builder.part(&name, &format!("{PML}.slide+xml"), xml.as_bytes());
        builder.relation(
            "ppt/presentation.xml",
            &format!("rIdSlide{n}"),
            "slide",
            &format!("/{name}"),
            false,
        );
    }
    builder
}

pub(crate) fn shape(paragraphs: &str) -> String {
    format!("<p:cSld><p:spTree><p:sp><p:txBody>{paragraphs}</p:txBody></p:sp></p:spTree></p:cSld>")
}

#[test]
fn slides_come_in_their_order_and_names_over_runs_are_replaced() {
    let first = shape(
        "<a:p><a:r><a:t>Eri</a:t></a:r><a:r><a:rPr b=\"1\"/><a:t>ka</a:t></a:r><a:br/><a:fld type=\"x\"><a:t>M.</a:t></a:fld></a:p>",
    );
    let second = shape("<a:p><a:r><a:t>zwei</a:t></a:r></a:p>");
    let bytes = show(&[&first, &second], "").build();
    assert_eq!(
        texts(open(&bytes, "pptx").document()),
        ["Erika\nM.", "zwei"]
    );
    let copy = replaced(&bytes, "pptx", &[("Erika\nM.", "[P_1]")]);
    assert_eq!(texts(open(&copy, "pptx").document()), ["[P_1]", "zwei"]);
}

#[test]
fn an_embedded_object_goes_with_its_frame() {
    let frame = "<p:cSld><p:spTree><p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id=\"1\" name=\"Objekt Erika\"/></p:nvGraphicFramePr><a:graphic><a:graphicData><mc:AlternateContent><mc:Choice Requires=\"v\"><p:oleObj r:id=\"rIdOle\" progId=\"x\"><p:embed/></p:oleObj></mc:Choice><mc:Fallback><p:oleObj r:id=\"rIdOle\"><p:embed/><p:pic/></p:oleObj></mc:Fallback></mc:AlternateContent></a:graphicData></a:graphic></p:graphicFrame><p:sp><p:txBody><a:p><a:r><a:t>bleibt</a:t></a:r></a:p></p:txBody></p:sp></p:spTree></p:cSld>";
    let copy = replaced(&show(&[frame], "").build(), "pptx", &[]);
    let slide = part(&copy, "ppt/slides/slide1.xml").unwrap();
    assert!(
        !slide.contains("graphicFrame") && slide.contains("bleibt"),
        "{slide}"
    );
    assert_eq!(texts(open(&copy, "pptx").document()), ["bleibt"]);
}

const SLIDE: &[(&str, &str)] = &[
    (
        "P1 text",
        "<p:sp><p:nvSpPr><p:cNvPr id=\"1\" name=\"@@\" descr=\"@@\" title=\"@@\"><a:hlinkClick r:id=\"rIdMail\" tooltip=\"@@\" action=\"ppaction://program?@@\"/></p:cNvPr></p:nvSpPr><p:txBody><a:p><a:r><a:rPr><a:hlinkHover r:id=\"rIdMail\" tooltip=\"@@\" invalidUrl=\"@@\"/></a:rPr><a:t>@@</a:t></a:r></a:p></p:txBody></p:sp>",
    ),
    (
        "P2 field",
        "<p:sp><p:txBody><a:p><a:fld type=\"datetime\"><a:t>@@</a:t></a:fld></a:p></p:txBody></p:sp>",
    ),
    (
        "P21 table",
        "<p:graphicFrame><a:graphic><a:graphicData><a:tbl><a:tr><a:tc><a:txBody><a:p><a:r><a:t>@@</a:t></a:r></a:p></a:txBody></a:tc></a:tr></a:tbl></a:graphicData></a:graphic></p:graphicFrame>",
    ),
    (
        "P11 film",
        "<p:pic><p:nvPicPr><p:cNvPr id=\"2\" name=\"@@\"/><p:nvPr><a:videoFile r:link=\"rIdFilm\"/><p:extLst><p:ext><p14:media r:embed=\"rIdFilm\"/></p:ext></p:extLst></p:nvPr></p:nvPicPr></p:pic>",
    ),
    (
        "P14 object",
        "<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id=\"3\" name=\"@@\"/></p:nvGraphicFramePr><a:graphic><a:graphicData><p:oleObj r:id=\"rIdOle\" name=\"@@\" progId=\"@@\"/></a:graphicData></a:graphic></p:graphicFrame>",
    ),
    (
        "A27 alternates",
        "<mc:AlternateContent><mc:Choice Requires=\"x\"><p:sp><p:txBody><a:p><a:r><a:t>@@</a:t></a:r></a:p></p:txBody></p:sp></mc:Choice><mc:Fallback><p:sp><p:txBody><a:p><a:r><a:t>@@</a:t></a:r></a:p></p:txBody></p:sp></mc:Fallback></mc:AlternateContent>",
    ),
    (
        "Z13 remarks",
        "<!-- @@ --><?p @@?><p:sp><p:txBody><a:p><a:r><a:t><![CDATA[@@]]></a:t></a:r></a:p></p:txBody></p:sp>",
    ),
    (
        "Z13 foreign",
        "<p:sp><p:extLst><p:ext><q:x xmlns:q=\"urn:q\" q:y=\"@@\">@@</q:x></p:ext></p:extLst></p:sp>",
    ),
    (
        "P25 linked picture",
        "<p:pic><p:blipFill><a:blip r:link=\"rIdLinked\" r:embed=\"rIdEmf\"/></p:blipFill></p:pic>",
    ),
];

/// More places on a slide.
const MORE: &[(&str, &str)] = &[
    (
        "A15 picture alt text",
        "<p:pic><p:nvPicPr><p:cNvPr id=\"7\" name=\"@@\" descr=\"@@\" title=\"@@\"/></p:nvPicPr><p:blipFill><a:blip r:embed=\"rIdEmf\"/></p:blipFill></p:pic>",
    ),
    (
        "P15 hover",
        "<p:sp><p:txBody><a:p><a:r><a:rPr><a:hlinkMouseOver r:id=\"rIdMail\" tooltip=\"@@\"/></a:rPr><a:t>@@</a:t></a:r></a:p></p:txBody></p:sp>",
    ),
    (
        "P18 group name",
        "<p:grpSp><p:nvGrpSpPr><p:cNvPr id=\"8\" name=\"@@\"/></p:nvGrpSpPr><p:sp><p:txBody><a:p><a:r><a:t>@@</a:t></a:r></a:p></p:txBody></p:sp></p:grpSp>",
    ),
    (
        "P13 off the slide",
        "<p:sp><p:spPr><a:xfrm><a:off x=\"-9000000\" y=\"0\"/></a:xfrm></p:spPr><p:txBody><a:p><a:r><a:t>@@</a:t></a:r></a:p></p:txBody></p:sp>",
    ),
    (
        "P1 formula",
        "<p:sp><p:txBody><a:p><a14:m xmlns:a14=\"http://schemas.microsoft.com/office/drawing/2010/main\" xmlns:m=\"http://schemas.openxmlformats.org/officeDocument/2006/math\"><m:oMath><m:r><m:t>@@</m:t></m:r></m:oMath></a14:m></a:p></p:txBody></p:sp>",
    ),
    (
        "A20 control on the slide",
        "<p:controls><p:control name=\"@@\" progId=\"@@\"/></p:controls>",
    ),
];

const PRESENTATION: &[(&str, &str)] = &[
    (
        "P9 sections",
        "<p:extLst><p:ext><p14:sectionLst><p14:section name=\"@@\" id=\"{0}\"/></p14:sectionLst></p:ext></p:extLst>",
    ),
    (
        "P9 custom show",
        "<p:custShowLst><p:custShow name=\"@@\" id=\"0\"/></p:custShowLst>",
    ),
    (
        "P8 tags",
        "<p:custDataLst><p:tags r:id=\"rIdTags\"/></p:custDataLst>",
    ),
    (
        "A24 fonts",
        "<p:embeddedFontLst><p:embeddedFont><p:font typeface=\"@@\"/></p:embeddedFont></p:embeddedFontLst>",
    ),
];

/// Place, name, type, relation, owner, content.
const PARTS: &[(&str, &str, &str, &str, &str, &str)] = &[
    (
        "P3 notes",
        "ppt/notesSlides/notesSlide1.xml",
        "PML.notesSlide+xml",
        "notesSlide",
        "ppt/slides/slide1.xml",
        "<p:notes NS><p:cSld><a:p><a:r><a:t>@@</a:t></a:r></a:p></p:cSld></p:notes>",
    ),
    (
        "P4 layout",
        "ppt/slideLayouts/slideLayout1.xml",
        "PML.slideLayout+xml",
        "slideLayout",
        "ppt/slides/slide1.xml",
        "<p:sldLayout NS><p:cSld name=\"@@\"><a:p><a:r><a:t>@@</a:t></a:r></a:p></p:cSld></p:sldLayout>",
    ),
    (
        "P4 master",
        "ppt/slideMasters/slideMaster1.xml",
        "PML.slideMaster+xml",
        "slideMaster",
        "ppt/presentation.xml",
        "<p:sldMaster NS><p:cSld><a:p><a:r><a:t>@@</a:t></a:r></a:p></p:cSld></p:sldMaster>",
    ),
    (
        "P5 notes master",
        "ppt/notesMasters/notesMaster1.xml",
        "PML.notesMaster+xml",
        "notesMaster",
        "ppt/presentation.xml",
        "<p:notesMaster NS><a:p><a:r><a:t>@@</a:t></a:r></a:p></p:notesMaster>",
    ),
    (
        "P5 handout master",
        "ppt/handoutMasters/handoutMaster1.xml",
        "PML.handoutMaster+xml",
        "handoutMaster",
        "ppt/presentation.xml",
        "<p:handoutMaster NS><a:p><a:r><a:t>@@</a:t></a:r></a:p></p:handoutMaster>",
    ),
    (
        "P6 comments",
        "ppt/comments/comment1.xml",
        "PML.comments+xml",
        "comments",
        "ppt/slides/slide1.xml",
        "<p:cmLst NS><p:cm authorId=\"0\" dt=\"@@\" idx=\"1\"><p:text>@@</p:text></p:cm></p:cmLst>",
    ),
    (
        "P6 authors",
        "ppt/commentAuthors.xml",
        "PML.commentAuthors+xml",
        "commentAuthors",
        "ppt/presentation.xml",
        "<p:cmAuthorLst NS><p:cmAuthor id=\"0\" name=\"@@\" initials=\"@@\"/></p:cmAuthorLst>",
    ),
    (
        "P7 modern comments",
        "ppt/comments/modernComment_1.xml",
        "application/vnd.ms-powerpoint.comments+xml",
        "comments2",
        "ppt/slides/slide1.xml",
        "<p188:cmLst NS><p188:cm id=\"{0}\" authorId=\"{1}\" created=\"@@\"><p188:txBody><a:p><a:r><a:t>@@</a:t></a:r></a:p></p188:txBody></p188:cm></p188:cmLst>",
    ),
    (
        "P7 modern authors",
        "ppt/authors.xml",
        "application/vnd.ms-powerpoint.authors+xml",
        "authors",
        "ppt/presentation.xml",
        "<p188:authorLst NS><p188:author id=\"{1}\" name=\"@@\" initials=\"@@\" userId=\"@@\" providerId=\"@@\"/></p188:authorLst>",
    ),
    (
        "P8 tags",
        "ppt/tags/tag1.xml",
        "PML.tags+xml",
        "tags",
        "ppt/presentation.xml",
        "<p:tagLst NS><p:tag name=\"@@\" val=\"@@\"/></p:tagLst>",
    ),
    (
        "P10 properties",
        "ppt/presProps.xml",
        "PML.presProps+xml",
        "presProps",
        "ppt/presentation.xml",
        "<p:presentationPr NS><p:htmlPubPr title=\"@@\" r:id=\"x\"/></p:presentationPr>",
    ),
    (
        "P13 hidden slide",
        "ppt/slides/slide9.xml",
        "PML.slide+xml",
        "slide",
        "ppt/presentation.xml",
        "<p:sld NS show=\"0\"><a:p><a:r><a:t>@@</a:t></a:r></a:p></p:sld>",
    ),
    (
        "P16 ink",
        "ppt/ink/ink1.xml",
        "application/inkml+xml",
        "customXml",
        "ppt/slides/slide1.xml",
        "<x>@@</x>",
    ),
    (
        "P17 changes",
        "ppt/changesInfos/changesInfo1.xml",
        "application/vnd.ms-powerpoint.changesinfo+xml",
        "changesInfo",
        "ppt/presentation.xml",
        "<x>@@</x>",
    ),
    (
        "P17 revision",
        "ppt/revisionInfo.xml",
        "application/vnd.ms-powerpoint.revisioninfo+xml",
        "revisionInfo",
        "ppt/presentation.xml",
        "<x>@@</x>",
    ),
    (
        "P19 slide library",
        "ppt/slideUpdateInfo/slideUpdateInfo1.xml",
        "PML.slideUpdateInfo+xml",
        "slideUpdateInfo",
        "ppt/slides/slide1.xml",
        "<x>@@</x>",
    ),
    (
        "P20 captions",
        "ppt/media/media1.vtt",
        "text/vtt",
        "captions",
        "ppt/slides/slide1.xml",
        "@@",
    ),
    (
        "P20 model",
        "ppt/media/model3d1.glb",
        "model/gltf.binary",
        "model3d",
        "ppt/slides/slide1.xml",
        "@@",
    ),
    (
        "P14 OLE",
        "ppt/embeddings/oleObject1.bin",
        "application/vnd.openxmlformats-officedocument.oleObject",
        "oleObject",
        "ppt/slides/slide1.xml",
        "@@",
    ),
    (
        "P14 chart",
        "ppt/charts/chart1.xml",
        "application/vnd.openxmlformats-officedocument.drawingml.chart+xml",
        "chart",
        "ppt/slides/slide1.xml",
        "<c:chartSpace NS><c:f>'@@'!A1+@@!B2</c:f><c:strCache><c:pt><c:v>@@</c:v></c:pt></c:strCache></c:chartSpace>",
    ),
    (
        "P14 diagram",
        "ppt/diagrams/data1.xml",
        "application/vnd.openxmlformats-officedocument.drawingml.diagramData+xml",
        "diagramData",
        "ppt/slides/slide1.xml",
        "<dgm:dataModel NS><a:p><a:r><a:t>@@</a:t></a:r></a:p></dgm:dataModel>",
    ),
    (
        "P14 diagram drawing",
        "ppt/diagrams/drawing1.xml",
        "application/vnd.ms-office.drawingml.diagramDrawing+xml",
        "diagramDrawing",
        "ppt/slides/slide1.xml",
        "<dsp:drawing NS><a:p><a:r><a:t>@@</a:t></a:r></a:p></dsp:drawing>",
    ),
    (
        "P22 table styles",
        "ppt/tableStyles.xml",
        "PML.tableStyles+xml",
        "tableStyles",
        "ppt/presentation.xml",
        "<a:tblStyleLst NS><a:tblStyle styleId=\"{0}\" styleName=\"@@\"/></a:tblStyleLst>",
    ),
    (
        "A12 EMF",
        "ppt/media/image1.emf",
        "image/x-emf",
        "image",
        "ppt/slides/slide1.xml",
        "EMF @@",
    ),
    (
        "A14 film",
        "ppt/media/media1.mp4",
        "video/mp4",
        "video",
        "ppt/slides/slide1.xml",
        "@@",
    ),
    (
        "A18 VML",
        "ppt/drawings/vmlDrawing1.vml",
        "application/vnd.openxmlformats-officedocument.vmlDrawing",
        "vmlDrawing",
        "ppt/slides/slide1.xml",
        "<xml NS><v:shape id=\"@@\" alt=\"@@\"/></xml>",
    ),
    (
        "A19 macros",
        "ppt/vbaProject.bin",
        "application/vnd.ms-office.vbaProject",
        "vbaProject",
        "ppt/presentation.xml",
        "@@",
    ),
    (
        "A20 control",
        "ppt/activeX/activeX1.xml",
        "application/vnd.ms-office.activeX+xml",
        "control",
        "ppt/slides/slide1.xml",
        "<x>@@</x>",
    ),
    (
        "A22 add-in",
        "ppt/webextensions/webextension1.xml",
        "application/vnd.ms-office.webextension+xml",
        "webextension",
        "ppt/slides/slide1.xml",
        "<x>@@</x>",
    ),
    (
        "A24 font",
        "ppt/fonts/font1.fntdata",
        "application/x-fontdata",
        "font",
        "ppt/presentation.xml",
        "@@",
    ),
    (
        "A25 printer",
        "ppt/printerSettings/printerSettings1.bin",
        "PML.printerSettings",
        "printerSettings",
        "ppt/presentation.xml",
        "@@",
    ),
    (
        "A26 theme",
        "ppt/theme/theme1.xml",
        "application/vnd.openxmlformats-officedocument.theme+xml",
        "theme",
        "ppt/presentation.xml",
        "<a:theme NS name=\"@@\"/>",
    ),
    (
        "A4 data",
        "customXml/item1.xml",
        "application/xml",
        "customXml",
        "ppt/presentation.xml",
        "<x>@@</x>",
    ),
    (
        "A1 properties",
        "docProps/core.xml",
        "application/vnd.openxmlformats-package.core-properties+xml",
        "core-properties",
        "",
        "<x>@@</x>",
    ),
    (
        "P23 titles",
        "docProps/app.xml",
        "application/vnd.openxmlformats-officedocument.extended-properties+xml",
        "extended-properties",
        "",
        "<x>@@</x>",
    ),
    (
        "A3 properties",
        "docProps/custom.xml",
        "application/vnd.openxmlformats-officedocument.custom-properties+xml",
        "custom-properties",
        "",
        "<x>@@</x>",
    ),
    (
        "P24 thumbnail",
        "docProps/thumbnail.jpeg",
        "image/jpeg",
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
        "<x>@@</x>",
    ),
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
        "customUI/customUI.xml",
        "application/xml",
        "extensibility",
        "",
        "<x>@@</x>",
    ),
    (
        "A2 properties",
        "docProps/app2.xml",
        "application/vnd.openxmlformats-officedocument.extended-properties+xml",
        "extended-properties",
        "",
        "<x>@@</x>",
    ),
    (
        "A13 SVG",
        "ppt/media/image7.svg",
        "image/svg+xml",
        "image",
        "ppt/slides/slide1.xml",
        "<svg xmlns=\"http://www.w3.org/2000/svg\"><text>@@</text></svg>",
    ),
    (
        "A9 embedded workbook",
        "ppt/embeddings/Microsoft_Excel_Sheet1.xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "package",
        "ppt/slides/slide1.xml",
        "@@",
    ),
    (
        "A30 edited picture",
        "ppt/media/hdphoto1.wdp",
        "image/vnd.ms-photo",
        "hdphoto",
        "ppt/slides/slide1.xml",
        "@@",
    ),
    (
        "A16 chart style",
        "ppt/charts/style1.xml",
        "application/vnd.ms-office.chartstyle+xml",
        "chartStyle",
        "ppt/slides/slide1.xml",
        "<cs:chartStyle xmlns:cs=\"http://schemas.microsoft.com/office/drawing/2012/chartStyle\"><x>@@</x></cs:chartStyle>",
    ),
    (
        "P10 view",
        "ppt/viewProps.xml",
        "PML.viewProps+xml",
        "viewProps",
        "ppt/presentation.xml",
        "<p:viewPr NS><p:x>@@</p:x></p:viewPr>",
    ),
    (
        "P7 tasks",
        "ppt/tasks/task1.xml",
        "application/vnd.ms-powerpoint.tasks+xml",
        "task",
        "ppt/slides/slide1.xml",
        "<x>@@</x>",
    ),
    (
        "Z1 entry name",
        "ppt/media/Foto_Kanarie000x.png",
        "image/png",
        "image",
        "ppt/slides/slide1.xml",
        "@@",
    ),
    (
        "Z9 trash",
        "[trash]/0000.dat",
        "application/octet-stream",
        "unknown",
        "ppt/presentation.xml",
        "@@",
    ),
];

#[test]
fn no_canary_survives_in_a_slide_show() {
    let mut planter = Planter::default();
    let shapes: String = SLIDE
        .iter()
        .chain(MORE)
        .map(|(place, markup)| planter.plant(place, markup))
        .collect();
    let name = planter.plant("P18 slide name", "@@");
    let slide = format!("<p:cSld name=\"{name}\"><p:spTree>{shapes}</p:spTree></p:cSld>");
    let extra: String = PRESENTATION
        .iter()
        .map(|(place, markup)| planter.plant(place, markup))
        .collect();
    let mut builder = show(&[&slide], &extra);
    for (place, name, content_type, relation, owner, content) in PARTS {
        let data = planter.plant(place, &content.replace("NS", NS));
        builder.part(name, &content_type.replace("PML", PML), data.as_bytes());
        let id = match *relation {
            "oleObject" => "rIdOle",
            "video" => "rIdFilm",
            "tags" => "rIdTags",
            "image" => "rIdEmf",
            _ => name,
        };
        builder.relation(owner, id, relation, &format!("/{name}"), false);
    }
    for (place, id, relation, target) in [
        ("P15 link", "rIdMail", "hyperlink", "mailto:@@@example.org"),
        (
            "P15 file link",
            "rIdFile",
            "hyperlink",
            "file:///C:/Users/@@/a.pptx",
        ),
        (
            "P25 linked picture",
            "rIdLinked",
            "image",
            "file:///C:/Users/@@/a.png",
        ),
    ] {
        let target = planter.plant(place, target);
        builder.relation("ppt/slides/slide1.xml", id, relation, &target, true);
    }
    assert!(
        planter.n_places() >= 65,
        "only {} places",
        planter.n_places()
    );
    let copy = planter.check(&builder.build(), "pptx");
    assert!(
        !names(&copy)
            .iter()
            .any(|name| name.contains("vba") || name.contains("docProps"))
    );
}
