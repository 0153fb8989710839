"""Channels 95 to 128: workbooks and slide shows."""

import picture
from compound import compound
from office import BODY, ML, SHEET, SHEET1, SLIDE, SLIDE1, TREE, book, cell_row, shape, show, slide

SML = ML + "spreadsheetml."
PML = ML + "presentationml."


def add(corpus):
    cells(corpus)
    sheets(corpus)
    caches(corpus)
    parts(corpus)
    slides(corpus)
    slide_parts(corpus)


def cells(corpus):
    def strings(line, name, where, items, kind, cell='<row r="2"><c r="A2" t="s"><v>0</v></c></row>'):
        @corpus.file(line, name + ".xlsx", where, kind=kind)
        def build(n):
            package = book(cell)
            package.add("xl/sharedStrings.xml", f'<sst {SHEET} count="2" uniqueCount="2">{items(n)}</sst>',
                        SML + "sharedStrings+xml", "sharedStrings")
            return package.save()

    strings(95, "unused_string", "a shared string that no cell shows", lambda n: f"<si><t>x</t></si><si><t>Frau {n}</t></si>", "beside")
    strings(96, "rich_string", "a string in runs, its phonetic reading", lambda n:
            f'<si><r><t xml:space="preserve">Frau {n[:4]}</t></r><r><rPr><b/></rPr><t>{n[4:]}</t></r>'
            f'<rPh sb="0" eb="1"><t>{n}</t></rPh></si><si><t>x</t></si>', "text")

    def text(line, name, where, rows, after="", kind="text", before="", workbook=""):
        @corpus.file(line, name + ".xlsx", where, kind=kind)
        def build(n):
            give = lambda part: part(n) if callable(part) else part  # noqa: E731
            return book(give(rows), give(after), give(before), give(workbook)).save()

    text(96, "inline_string", "an inline string", lambda n: cell_row(2, f"Frau {n}"))
    text(97, "formula", "a name in a formula and in its stored result", lambda n:
         f'<row r="2"><c r="A2" t="str"><f>"Frau "&amp;"{n}"</f><v>Frau {n}</v></c></row>')
    text(97, "formula_result", "a stored result only", lambda n:
         f'<row r="2"><c r="A2" t="str"><f>A1</f><v>Frau {n}</v></c></row>')
    text(98, "hidden_row", "a hidden row, a column without width", lambda n: cell_row(2, f"Frau {n}", attributes=' hidden="1"')
         + cell_row(3, "x", f"Herr {n}"), before='<cols><col min="2" max="2" width="0" hidden="1"/></cols>')
    text(105, "defined_name", "a name with a value", "",
         workbook=lambda n: f'<definedNames><definedName name="Akte_{n}" comment="{n}">"{n}"</definedName></definedNames>')
    text(105, "scenario", "a scenario with user and comment", "", kind="beside", after=lambda n:
         f'<scenarios current="0"><scenario name="{n}" user="{n}" comment="Von {n}" count="1"><inputCells r="A1" val="{n}"/></scenario>'
         '</scenarios>')
    text(107, "validation", "hints and list of a validation", "", after=lambda n:
         f'<dataValidations count="1"><dataValidation type="list" sqref="A3" promptTitle="{n}" prompt="Für {n}" errorTitle="{n}" '
         f'error="Nur {n}"><formula1>"Frau {n},B"</formula1></dataValidation></dataValidations>')
    text(108, "conditional_format", "text of conditional formats and filters", "", after=lambda n:
         f'<autoFilter ref="A1:A3"><filterColumn colId="0"><filters><filter val="{n}"/></filters></filterColumn></autoFilter>'
         f'<conditionalFormatting sqref="A1"><cfRule type="containsText" priority="1" operator="containsText" text="{n}">'
         f'<formula>NOT(ISERROR(SEARCH("{n}",A1)))</formula></cfRule></conditionalFormatting>')
    text(109, "header", "header and footer of a sheet", "", after=lambda n:
         f'<headerFooter differentFirst="1"><oddHeader>&amp;L&amp;"Arial,Fett"Frau {n}</oddHeader><firstFooter>&amp;C{n}</firstFooter>'
         '</headerFooter>')
    text(115, "hyperlink", "display, hint and target of a link", "", after=lambda n:
         f'<hyperlinks><hyperlink ref="A1" display="Frau {n}" tooltip="{n}" location="\'{n}\'!A1"/></hyperlinks>')
    text(117, "merged", "cells under a merged one, data beyond the dimension", lambda n:
         cell_row(2, "Oben", f"Frau {n}"), before='<dimension ref="A1"/>', after='<mergeCells count="1"><mergeCell ref="A2:C2"/></mergeCells>')
    text(116, "extensions", "an extension list with data", "", kind="beside", after=lambda n:
         f'<extLst><ext uri="{{X}}" xmlns:dms="urn:dms"><dms:akte dms:name="{n}">{n}</dms:akte></ext></extLst>')

    @corpus.file(98, "number_format.xlsx", "a number whose format hides it, another that shows a word", kind="text")
    def build(n):
        package = book('<row r="2"><c r="A2" s="1"><v>7</v></c></row>')
        package.add("xl/styles.xml", f'<styleSheet {SHEET}><numFmts count="1"><numFmt numFmtId="164" formatCode="&quot;Frau {n}&quot;;;;"/>'
                    '</numFmts><fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders>'
                    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf/><xf numFmtId="164" applyNumberFormat="1"/>'
                    '</cellXfs></styleSheet>', SML + "styles+xml", "styles")
        return package.save()

    @corpus.file(100, "cell_style.xlsx", "the name of a cell style", kind="text")
    def build(n):
        package = book()
        package.add("xl/styles.xml", f'<styleSheet {SHEET}><fonts count="1"><font/></fonts><fills count="1"><fill/></fills>'
                    '<borders count="1"><border/></borders><cellStyleXfs count="2"><xf/><xf/></cellStyleXfs><cellXfs count="1"><xf/>'
                    f'</cellXfs><cellStyles count="1"><cellStyle name="Amt {n}" xfId="1"/></cellStyles></styleSheet>',
                    SML + "styles+xml", "styles")
        return package.save()


def sheets(corpus):
    @corpus.file(98, "very_hidden.xlsx", "a sheet that the menu does not show", kind="text")
    def build(n):
        package = book(sheets='<sheet name="Tabelle1" sheetId="1" r:id="rId1"/><sheet name="Tabelle2" sheetId="2" state="veryHidden" r:id="rId2"/>')
        package.add("xl/worksheets/sheet2.xml", f'<worksheet {SHEET}><sheetData>{cell_row(1, "Frau " + n)}</sheetData></worksheet>',
                    SML + "worksheet+xml", "worksheet")
        return package.save()

    @corpus.file(110, "sheet_name.xlsx", "the name of a sheet, its code name, custom views, a user", kind="text")
    def build(n):
        return book(sheets=f'<sheet name="Akte {n}" sheetId="1" r:id="rId1"/>', sheet_before=f'<sheetPr codeName="{n}"/>',
                    workbook_before=f'<fileSharing userName="{n}"/>',
                    workbook=f'<customWorkbookViews><customWorkbookView name="{n}" guid="{{1}}" windowWidth="9" windowHeight="9" '
                             'activeSheetId="1"/></customWorkbookViews>').save()


def caches(corpus):
    def part(line, name, where, file_name, data, content_type, relation, owner=None, kind="beside", external=None):
        @corpus.file(line, name + ".xlsx", where, kind=kind)
        def build(n):
            package = book()
            package.add(file_name, data(n), content_type, relation, owner)
            if external:
                package.add(external.format(n), "", None, "externalLinkPath", file_name, external=True)
            return package.save()

    @corpus.file(101, "pivot.xlsx", "items and records of a pivot cache", kind="beside")
    def build(n):
        package = book(workbook='<pivotCaches><pivotCache cacheId="1" r:id="rId2"/></pivotCaches>')
        package.add("xl/pivotCache/pivotCacheDefinition1.xml",
                    f'<pivotCacheDefinition {SHEET} refreshedBy="{n}" recordCount="1"><cacheSource type="worksheet"/><cacheFields count="1">'
                    f'<cacheField name="{n}"><sharedItems><s v="Frau {n}"/></sharedItems></cacheField></cacheFields></pivotCacheDefinition>',
                    SML + "pivotCacheDefinition+xml", "pivotCacheDefinition")
        package.add("xl/pivotCache/pivotCacheRecords1.xml", f'<pivotCacheRecords {SHEET}><r><s v="{n}"/></r></pivotCacheRecords>',
                    SML + "pivotCacheRecords+xml", "pivotCacheRecords", "xl/pivotCache/pivotCacheDefinition1.xml")
        return package.save()

    part(102, "slicer", "items of a slicer", "xl/slicerCaches/slicerCache1.xml", lambda n:
         f'<slicerCacheDefinition xmlns="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" name="{n}" sourceName="{n}"/>',
         "application/vnd.ms-excel.slicerCache+xml", "http://schemas.microsoft.com/office/2007/relationships/slicerCache")
    part(103, "connection", "a connection with server and password", "xl/connections.xml", lambda n:
         f'<connections {SHEET}><connection id="1" name="{n}" type="5"><dbPr connection="Server=s;User ID={n};Password={n}" '
         f'command="SELECT {n}"/></connection></connections>', SML + "connections+xml", "connections")
    part(103, "query", "a query with its source", "customXml/item1.xml", lambda n:
         "<DataMashup xmlns='http://schemas.microsoft.com/DataMashup'>"
         + __import__("base64").b64encode(f'Source = File("C:/Users/{n}/a.csv")'.encode()).decode() + "</DataMashup>", None, "customXml")
    part(104, "external_link", "stored values of another workbook", "xl/externalLinks/externalLink1.xml", lambda n:
         f'<externalLink {SHEET}><externalBook r:id="rId1"><sheetNames><sheetName val="{n}"/></sheetNames><sheetDataSet><sheetData '
         f'sheetId="0"><row r="1"><cell r="A1" t="str"><v>Frau {n}</v></cell></row></sheetData></sheetDataSet></externalBook></externalLink>',
         SML + "externalLink+xml", "externalLink", external="file:///C:/Users/{}/alt.xlsx")
    part(111, "shared_log", "the log of a shared workbook", "xl/revisions/revisionLog1.xml", lambda n:
         f'<revisions {SHEET}><rcc rId="1" sId="1"><oc r="A1" t="inlineStr"><is><t>{n}</t></is></oc></rcc></revisions>',
         SML + "revisionLog+xml", "revisionLog")
    part(111, "user_names", "the users of a shared workbook", "xl/revisions/userNames.xml", lambda n:
         f'<users {SHEET}><userInfo guid="{{1}}" name="{n}" id="1" dateTime="2024-01-02T03:04:05"/></users>', SML + "userNames+xml", "usernames")
    part(112, "rich_data", "linked data types", "xl/richData/rdrichvalue.xml", lambda n:
         f'<rvData xmlns="http://schemas.microsoft.com/office/spreadsheetml/2017/richdata"><rv s="0"><v>{n}</v></rv></rvData>',
         "application/vnd.ms-excel.rdrichvalue+xml", "http://schemas.microsoft.com/office/2017/06/relationships/rdRichValue")


def parts(corpus):
    @corpus.file(106, "note.xlsx", "a note with its author and its drawing", kind="text")
    def build(n):
        package = book(after='<legacyDrawing r:id="rId2"/>')
        package.add("xl/comments1.xml", f'<comments {SHEET}><authors><author>{n}</author></authors><commentList><comment ref="A1" authorId="0">'
                    f'<text><r><t>Frau {n}</t></r></text></comment></commentList></comments>', SML + "comments+xml", "comments", SHEET1)
        package.add("xl/drawings/vmlDrawing1.vml",
                    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
                    f'xmlns:x="urn:schemas-microsoft-com:office:excel"><v:shape id="{n}" alt="{n}"><v:textbox><div>Frau {n}</div></v:textbox>'
                    '<x:ClientData ObjectType="Note"><x:Row>0</x:Row></x:ClientData></v:shape></xml>', None, "vmlDrawing", SHEET1)
        return package.save()

    @corpus.file(106, "threaded.xlsx", "a threaded comment and its person", kind="text")
    def build(n):
        package = book()
        tc = 'xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"'
        package.add("xl/threadedComments/threadedComment1.xml",
                    f'<ThreadedComments {tc}><threadedComment ref="A1" dT="2024-01-02T03:04:05" personId="{{1}}" id="{{2}}"><text>Frau {n}</text>'
                    f'<mentions><mention mentionpersonId="{{1}}" mentionId="{{3}}" startIndex="0" length="3"/></mentions></threadedComment>'
                    '</ThreadedComments>', "application/vnd.ms-excel.threadedcomments+xml",
                    "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment", SHEET1)
        package.add("xl/persons/person.xml", f'<personList {tc}><person displayName="{n}" id="{{1}}" userId="S::{n}@amt.example" '
                    'providerId="AD"/></personList>', "application/vnd.ms-excel.person+xml",
                    "http://schemas.microsoft.com/office/2017/10/relationships/person")
        return package.save()

    @corpus.file(113, "table.xlsx", "columns and totals of a table", kind="text")
    def build(n):
        package = book(cell_row(2, f"Frau {n}"), after='<tableParts count="1"><tablePart r:id="rId1"/></tableParts>')
        package.add("xl/tables/table1.xml", f'<table {SHEET} id="1" name="{n}" displayName="Akte_{n}" ref="A2:A3" comment="{n}">'
                    f'<tableColumns count="1"><tableColumn id="1" name="Frau {n}" totalsRowLabel="{n}"/></tableColumns></table>',
                    SML + "table+xml", "table", SHEET1)
        return package.save()

    @corpus.file(114, "text_box.xlsx", "a text box and a linked control", kind="text")
    def build(n):
        package = book(after='<drawing r:id="rId1"/>')
        package.add("xl/drawings/drawing1.xml",
                    '<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
                    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><xdr:absoluteAnchor><xdr:pos x="0" y="0"/><xdr:ext cx="9" cy="9"/>'
                    f'<xdr:sp macro="{n}" textlink=""><xdr:nvSpPr><xdr:cNvPr id="2" name="{n}" descr="{n}"/><xdr:cNvSpPr txBox="1"/></xdr:nvSpPr>'
                    f'<xdr:spPr/><xdr:txBody><a:bodyPr/><a:p><a:r><a:t>Frau {n}</a:t></a:r></a:p></xdr:txBody></xdr:sp><xdr:clientData/>'
                    '</xdr:absoluteAnchor></xdr:wsDr>', ML + "drawing+xml", "drawing", SHEET1)
        package.add("xl/ctrlProps/ctrlProp1.xml", f'<formControlPr xmlns="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" '
                    f'objectType="List" fmlaRange="{n}"/>', "application/vnd.ms-excel.controlproperties+xml", "ctrlProp", SHEET1)
        return package.save()

    @corpus.file(116, "sheet_property.xlsx", "an own property of a sheet, publishing", kind="beside")
    def build(n):
        package = book(after=f'<customProperties><customPr name="{n}" r:id="rId1"/></customProperties><webPublishItems count="1"><webPublishItem '
                             f'id="1" divId="{n}" sourceType="sheet" destinationFile="C:\\{n}.htm"/></webPublishItems>')
        package.add("xl/customProperty1.bin", n.encode("utf-16-le"), SML + "customProperty", "customProperty", SHEET1)
        return package.save()

    @corpus.file(118, "old_workbook.xls", "a workbook of the old format", kind="whole")
    def build(n):
        return compound({"Workbook": b"\x09\x08\x10\0" + b"\0" * 16 + b"\xfc\0" + n.encode("latin-1")})

    @corpus.file(116, "dialog_sheet.xlsx", "a sheet of an old dialog", kind="whole")
    def build(n):
        package = book()
        package.add("xl/dialogsheets/sheet2.xml", f'<dialogsheet {SHEET}><sheetPr codeName="{n}"/></dialogsheet>', SML + "dialogsheet+xml", "dialogsheet")
        return package.save()


def slides(corpus):
    def text(line, name, where, shapes="", kind="text", **more):
        @corpus.file(line, name + ".pptx", where, kind=kind)
        def build(n):
            give = lambda part: part(n) if callable(part) else part  # noqa: E731
            return show(give(shapes), **{key: give(value) for key, value in more.items()}).save()

    text(121, "hidden_slide", "a hidden slide", lambda n: shape(3, f"Frau {n}"), slide_attributes=' show="0"')
    text(121, "off_slide", "a shape beside the slide, one in a group", lambda n:
         shape(3, f"Frau {n}").replace("<p:spPr/>", '<p:spPr><a:xfrm><a:off x="-99999999" y="0"/><a:ext cx="9" cy="9"/></a:xfrm></p:spPr>')
         + f'<p:grpSp><p:nvGrpSpPr><p:cNvPr id="8" name="Gruppe"/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>{shape(9, "Frau " + n)}</p:grpSp>')
    text(124, "section_and_show", "the names of sections, custom shows and a slide", "", presentation=lambda n:
         f'<p:custShowLst><p:custShow name="Für {n}" id="0"><p:sldLst><p:sld r:id="rId1"/></p:sldLst></p:custShow></p:custShowLst>'
         '<p:extLst><p:ext uri="{521415D9-36F7-43E2-AB2F-B90AF26B5E84}"><p14:sectionLst '
         f'xmlns:p14="http://schemas.microsoft.com/office/powerpoint/2010/main"><p14:section name="{n}" id="{{1}}"><p14:sldIdLst/></p14:section>'
         '</p14:sectionLst></p:ext></p:extLst>', title=lambda n: f' name="Folie {n}"')
    text(125, "table", "a cell of a table and the target of a button", lambda n:
         '<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="5" name="Tabelle 1"/><p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr><p:xfrm>'
         '<a:off x="0" y="0"/><a:ext cx="9" cy="9"/></p:xfrm><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/table">'
         f'<a:tbl><a:tblGrid><a:gridCol w="9"/></a:tblGrid><a:tr h="9"><a:tc><a:txBody><a:bodyPr/><a:p><a:r><a:t>Frau {n}</a:t></a:r></a:p></a:txBody>'
         '</a:tc></a:tr></a:tbl></a:graphicData></a:graphic></p:graphicFrame>'
         + shape(6, "Weiter").replace('name="Textfeld 1"/>', f'name="Knopf"><a:hlinkClick r:id="" action="ppaction://program?file={n}.exe" tooltip="{n}"/></p:cNvPr>'))
    text(61, "alt_text", "name and alternate text of a shape", lambda n: shape(3, "Text", f"Feld {n}", f' descr="Foto {n}" title="{n}"'))
    text(127, "animation", "the text of an animation, a broadcast address", "", kind="beside", slide_after=lambda n:
         '<p:timing><p:tnLst><p:par><p:cTn id="1" dur="indefinite" nodeType="tmRoot"/></p:par></p:tnLst></p:timing>'
         f'<p:extLst><p:ext uri="{{X}}" xmlns:dms="urn:dms"><dms:sprecher dms:name="{n}"/></p:ext></p:extLst>')


def slide_parts(corpus):
    def part(line, name, where, file_name, data, content_type, relation, owner=SLIDE1, kind="text"):
        @corpus.file(line, name + ".pptx", where, kind=kind)
        def build(n):
            package = show()
            package.add(file_name, data(n), content_type, relation, owner)
            return package.save()

    part(120, "notes", "speaker notes", "ppt/notesSlides/notesSlide1.xml", lambda n:
         f'<p:notes {SLIDE}><p:cSld><p:spTree>{TREE}{shape(2, "Frau " + n)}</p:spTree></p:cSld></p:notes>', PML + "notesSlide+xml", "notesSlide")
    part(120, "handout", "the master of handouts", "ppt/handoutMasters/handoutMaster1.xml", lambda n:
         f'<p:handoutMaster {SLIDE}><p:cSld><p:spTree>{TREE}{shape(2, "Frau " + n)}</p:spTree></p:cSld></p:handoutMaster>',
         PML + "handoutMaster+xml", "handoutMaster", None)
    part(122, "comment", "a comment", "ppt/comments/comment1.xml", lambda n:
         f'<p:cmLst {SLIDE}><p:cm authorId="0" dt="2024-01-02T03:04:05" idx="1"><p:pos x="1" y="1"/><p:text>Frau {n}</p:text></p:cm></p:cmLst>',
         PML + "comments+xml", "comments")
    part(122, "comment_author", "the author of comments", "ppt/commentAuthors.xml", lambda n:
         f'<p:cmAuthorLst {SLIDE}><p:cmAuthor id="0" name="{n}" initials="{n}" lastIdx="1" clrIdx="0"/></p:cmAuthorLst>',
         PML + "commentAuthors+xml", "commentAuthors", None)
    part(123, "layout", "a layout that no slide uses, its name", "ppt/slideLayouts/slideLayout1.xml", lambda n:
         f'<p:sldLayout {SLIDE} matchingName="{n}"><p:cSld name="Amt {n}"><p:spTree>{TREE}{shape(2, "Frau " + n)}</p:spTree></p:cSld></p:sldLayout>',
         PML + "slideLayout+xml", "slideLayout")
    part(124, "tags", "tags of an add-in", "ppt/tags/tag1.xml", lambda n:
         f'<p:tagLst {SLIDE}><p:tag name="NAME" val="{n}"/></p:tagLst>', PML + "tags+xml", "tags", kind="beside")
    part(126, "film", "a film with its data, its subtitles", "ppt/media/media1.mp4", lambda n:
         b"\0\0\0\x20ftypisom" + n.encode() + b"WEBVTT\n" + n.encode(), "video/mp4", "video", kind="beside")
    part(126, "cropped", "the metadata of a picture on a slide", "ppt/media/image1.jpeg", lambda n:
         picture.jpeg(picture.exif(n)), None, "image", kind="beside")
    part(127, "ink", "handwriting of a lecture", "ppt/ink/ink1.xml", lambda n:
         f'<inkml:ink xmlns:inkml="http://www.w3.org/2003/InkML"><inkml:annotation>{n}</inkml:annotation></inkml:ink>',
         "application/inkml+xml", "customXml", kind="beside")
    part(128, "revision", "the history of changes", "ppt/changesInfos/changesInfo1.xml", lambda n:
         f'<pc:chgInfo xmlns:pc="http://schemas.microsoft.com/office/powerpoint/2013/main/command"><pc:chgData name="{n}" userId="{n}"/></pc:chgInfo>',
         "application/vnd.ms-powerpoint.changesinfo+xml", "http://schemas.microsoft.com/office/2016/11/relationships/changesInfo", None, "beside")
