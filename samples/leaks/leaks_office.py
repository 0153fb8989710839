"""Channels 51 to 94: what every Office package carries, and Word documents."""

import picture
from compound import compound, properties
from office import BODY, HEAD, ML, WORD, book, docx, para, show, word

CORE = ('<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{}</cp:coreProperties>')
CORE_TYPE = "application/vnd.openxmlformats-package.core-properties+xml"
CORE_RELATION = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
PICTURE = ('<w:p><w:r><w:drawing><wp:inline><wp:extent cx="900000" cy="300000"/><wp:docPr id="1" name="Bild 1"{more}/>'
           '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>'
           '<pic:nvPicPr><pic:cNvPr id="1" name="Bild 1"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>'
           '<a:blip r:embed="rId1"/>{crop}<a:stretch/></pic:blipFill><pic:spPr/></pic:pic></a:graphicData></a:graphic>'
           '</wp:inline></w:drawing></w:r></w:p>')


def with_picture(data, extension, more="", crop=""):
    package = word(PICTURE.format(more=more, crop=crop))
    package.add(f"word/media/image1.{extension}", data, None, "image")
    return package


def add(corpus):
    properties_of(corpus)
    package_parts(corpus)
    media(corpus)
    drawings(corpus)
    container(corpus)
    word_text(corpus)
    word_fields(corpus)
    word_parts(corpus)


def properties_of(corpus):
    @corpus.file(51, "core.docx", "all fields of docProps/core.xml")
    def build(name):
        package = word()
        fields = "".join(f"<{tag}>{name}</{tag}>" for tag in (
            "dc:creator", "cp:lastModifiedBy", "dc:title", "dc:subject", "cp:keywords", "dc:description", "cp:category",
            "cp:contentStatus"))
        package.add("docProps/core.xml", CORE.format(fields), CORE_TYPE, CORE_RELATION, "")
        return package.save()

    @corpus.file(51, "core.pptx", "author and title of a slide show")
    def build(name):
        package = show()
        package.add("docProps/core.xml", CORE.format(f"<dc:creator>{name}</dc:creator><dc:title>{name}</dc:title>"),
                    CORE_TYPE, CORE_RELATION, "")
        return package.save()

    @corpus.file(52, "app.xlsx", "company, manager, template and titles of parts in docProps/app.xml")
    def build(name):
        package = book()
        fields = "".join(f"<{tag}>{name}</{tag}>" for tag in ("Template", "Manager", "Company", "HyperlinkBase"))
        package.add("docProps/app.xml",
                    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties" '
                    'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
                    f'{fields}<TitlesOfParts><vt:vector size="1" baseType="lpstr"><vt:lpstr>{name}</vt:lpstr></vt:vector>'
                    '</TitlesOfParts></Properties>', ML + "extended-properties+xml", "extended-properties", "")
        return package.save()

    @corpus.file(53, "custom.docx", "own properties and a sensitivity label")
    def build(name):
        package = word()
        package.add("docProps/custom.xml",
                    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
                    'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
                    f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="2" name="MSIP_Label_{name}">'
                    f'<vt:lpwstr>{name}</vt:lpwstr></property></Properties>',
                    ML + "custom-properties+xml", "custom-properties", "")
        package.add("docMetadata/LabelInfo.xml",
                    f'<clbl:labelList xmlns:clbl="http://schemas.microsoft.com/office/2020/mipLabelMetadata">'
                    f'<clbl:label id="{name}"/></clbl:labelList>', "application/vnd.ms-office.classificationlabels+xml",
                    "http://schemas.microsoft.com/office/2020/02/relationships/classificationlabels", "")
        return package.save()

    @corpus.file(54, "thumbnail.docx", "the picture of the first page")
    def build(name):
        package = word()
        package.add("docProps/thumbnail.jpeg", picture.jpeg(picture.segment(0xFE, name.encode())), None,
                    "http://schemas.openxmlformats.org/package/2006/relationships/metadata/thumbnail", "")
        return package.save()

    @corpus.file(55, "custom_xml.docx", "data of a document management system in customXml")
    def build(name):
        package = word()
        package.add("customXml/item1.xml", f'<dms:akte xmlns:dms="urn:dms" name="{name}">{name}</dms:akte>', None, "customXml")
        package.add("customXml/itemProps1.xml",
                    f'<ds:datastoreItem xmlns:ds="http://schemas.openxmlformats.org/officeDocument/2006/customXml" '
                    f'ds:itemID="{name}"/>', ML + "customXmlProperties+xml", "customXmlProps", "customXml/item1.xml")
        return package.save()


def package_parts(corpus):
    @corpus.file(56, "external.docx", "targets outside: template, linked picture, path of a user, mail address")
    def build(name):
        package = word()
        for kind, target in (("hyperlink", f"mailto:{name}@amt.example"), ("hyperlink", f"file:///C:/Users/{name}/a.docx"),
                             ("attachedTemplate", f"file:///C:/Users/{name}/Vorlage.dotx"),
                             ("image", f"https://wolke.example/{name}/bild.png"), ("oleObject", f"\\\\server\\{name}\\a.xlsx")):
            package.add(target, "", None, kind, external=True)
        return package.save()

    @corpus.file(57, "orphan_part.docx", "a part that nothing declares or refers to")
    def build(name):
        package = word()
        package.parts["word/alt.xml"] = (HEAD + f"<alt>{name}</alt>").encode()
        package.parts[f"{name}/notiz.txt"] = f"Frau {name}".encode()
        return package.save()

    @corpus.file(57, "content_types.docx", "an extension and a comment in [Content_Types].xml")
    def build(name):
        package = word()
        package.defaults[name.lower()] = "application/octet-stream"
        package.types[f"word/{name}.xml"] = "application/xml"
        return package.save()

    @corpus.file(58, "embedded.docx", "an embedded workbook and an OLE package with its path")
    def build(name):
        package = word(f'<w:p><w:r><w:object><o:OLEObject Type="Embed" ProgID="Excel.Sheet.12" r:id="rId1" '
                       f'ObjectID="{name}"/></w:object></w:r></w:p>')
        inner = book(f'<row r="2"><c r="A2" t="inlineStr"><is><t>{name}</t></is></c></row>').save()
        package.add("word/embeddings/sheet1.xlsx", inner, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                    "package")
        data = compound({"\x01Ole10Native": f"\2\0{name}.txt\0C:\\Users\\{name}\\{name}.txt\0".encode("latin-1")})
        package.add("word/embeddings/oleObject1.bin", data, ML + "oleObject", "oleObject")
        return package.save()

    @corpus.file(59, "macros.docm", "macros with their comments, a control with its properties")
    def build(name):
        package = word()
        package.types["word/document.xml"] = "application/vnd.ms-word.document.macroEnabled.main+xml"
        package.add("word/vbaProject.bin", compound({"VBA": f"' {name}\r\nSub A()\r\n".encode("latin-1")}),
                    "application/vnd.ms-office.vbaProject",
                    "http://schemas.microsoft.com/office/2006/relationships/vbaProject")
        package.add("word/activeX/activeX1.xml",
                    f'<ax:ocx xmlns:ax="http://schemas.microsoft.com/office/2006/activeX"><ax:ocxPr ax:value="{name}"/></ax:ocx>',
                    "application/vnd.ms-office.activeX+xml", "control")
        return package.save()

    @corpus.file(65, "ink_and_addins.docx", "handwriting, web add-ins and a ribbon")
    def build(name):
        package = word()
        package.add("word/ink/ink1.xml", f'<inkml:ink xmlns:inkml="http://www.w3.org/2003/InkML"><inkml:annotation>{name}'
                    '</inkml:annotation></inkml:ink>', "application/inkml+xml", "customXml")
        package.add("word/webextensions/webextension1.xml", f'<we:webextension xmlns:we="urn:we" id="{name}"/>',
                    "application/vnd.ms-office.webextension+xml", "webextension")
        package.add("customUI/customUI.xml", f'<customUI xmlns="urn:ui"><button label="{name}"/></customUI>', None,
                    "http://schemas.microsoft.com/office/2006/relationships/ui/extensibility", "")
        return package.save()

    @corpus.file(66, "printer.xlsx", "the settings of a printer")
    def build(name):
        package = book(after='<pageSetup r:id="rId1"/>')
        package.add("xl/printerSettings/printerSettings1.bin", (f"\\\\server\\{name}").encode("utf-16-le") + b"\0" * 64,
                    ML + "spreadsheetml.printerSettings", "printerSettings", "xl/worksheets/sheet1.xml")
        return package.save()

    @corpus.file(67, "fonts_theme.docx", "an embedded font, the names of fonts, theme and document variables")
    def build(name):
        package = word()
        package.add("word/fontTable.xml", f'<w:fonts {WORD}><w:font w:name="{name} Sans"><w:altName w:val="{name}"/>'
                    f'<w:embedRegular r:id="rId1" w:fontKey="{{{name}}}"/></w:font></w:fonts>',
                    ML + "wordprocessingml.fontTable+xml", "fontTable")
        package.add("word/fonts/font1.odttf", f"{name}".encode() * 4, ML + "obfuscatedFont", "font", "word/fontTable.xml")
        package.add("word/theme/theme1.xml",
                    '<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
                    f'name="Amt {name}"><a:themeElements><a:clrScheme name="{name}"/></a:themeElements></a:theme>',
                    ML + "theme+xml", "theme")
        return package.save()

    @corpus.file(68, "people.docx", "people.xml with author, provider and user id")
    def build(name):
        package = word()
        package.add("word/people.xml",
                    f'<w15:people {WORD}><w15:person w15:author="{name}"><w15:presenceInfo w15:providerId="AD" '
                    f'w15:userId="{name}@amt.example"/></w15:person></w15:people>',
                    ML + "wordprocessingml.people+xml", "http://schemas.microsoft.com/office/2011/relationships/people")
        return package.save()


def media(corpus):
    kinds = [
        (60, "exif", "jpeg", "EXIF of a photo", lambda n: picture.jpeg(picture.exif(n))),
        (60, "emf", "emf", "description and text record of a metafile", picture.emf),
        (60, "svg", "svg", "text, title and description of a vector picture", picture.svg),
        (160, "exif_camera", "jpeg", "owner, artist and comment in EXIF", lambda n: picture.jpeg(picture.exif(n))),
        (161, "xmp_iptc", "jpeg", "XMP and IPTC", lambda n: picture.jpeg(
            picture.segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + picture.xmp(n).encode()) + picture.iptc(n))),
        (162, "exif_thumbnail", "jpeg", "the thumbnail in EXIF", lambda n: picture.jpeg(
            picture.exif("Probe", picture.jpeg(picture.segment(0xFE, n.encode()))))),
        (163, "png_text", "png", "tEXt, iTXt, zTXt and eXIf of a PNG", lambda n: picture.png(
            picture.chunk(b"tEXt", b"Author\0" + n.encode("latin-1"))
            + picture.chunk(b"iTXt", b"Title\0\0\0\0\0" + n.encode())
            + picture.chunk(b"zTXt", b"Comment\0\0" + __import__("zlib").compress(n.encode("latin-1")))
            + picture.chunk(b"eXIf", picture.exif(n)[10:]))),
        (164, "behind_iend", "png", "bytes behind the end of a PNG", lambda n: picture.png(tail=docx(n) + n.encode())),
        (164, "behind_eoi", "jpeg", "bytes behind the end of a JPEG", lambda n: picture.jpeg(tail=n.encode())),
        (165, "tiff_pages", "tiff", "description and artist of both pages of a TIFF", picture.tiff),
    ]
    for line, name, extension, where, make in kinds:
        @corpus.file(line, f"{name}.docx", where)
        def build(canary):
            return with_picture(make(canary), extension).save()

    @corpus.file(60, "cropped.docx", "the part of a picture that is cropped away", kind="picture")
    def build(name):
        return with_picture(picture.png(word=name), "png", crop='<a:srcRect r="90000"/>').save()

    @corpus.file(166, "transparent.docx", "colour under transparent pixels", kind="picture")
    def build(name):
        return with_picture(picture.png(word=name, alpha=True), "png").save()

    @corpus.file(60, "unused_media.pptx", "a picture that no slide shows")
    def build(name):
        package = show()
        package.add("ppt/media/image9.jpeg", picture.jpeg(picture.exif(name)))
        return package.save()


def drawings(corpus):
    @corpus.file(61, "alt_text.docx", "name, description and title of a drawing", kind="text")
    def build(name):
        return with_picture(picture.png(), "png", more=f' descr="Foto von {name}" title="{name}"').save()

    @corpus.file(61, "picture_path.docx", "the path of the inserted picture as its name", kind="text")
    def build(name):
        package = with_picture(picture.png(), "png")
        data = package.parts["word/document.xml"].decode()
        package.parts["word/document.xml"] = data.replace(
            '<pic:cNvPr id="1" name="Bild 1"/>', f'<pic:cNvPr id="1" name="C:\\Users\\{name}\\bild.png"/>').encode()
        return package.save()

    @corpus.file(62, "chart.xlsx", "title, caches and embedded workbook of a chart", kind="text")
    def build(name):
        package = book(after='<drawing r:id="rId1"/>')
        package.add("xl/drawings/drawing1.xml",
                    '<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
                    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><xdr:absoluteAnchor><xdr:pos x="0" y="0"/>'
                    '<xdr:ext cx="9" cy="9"/><xdr:graphicFrame macro=""><xdr:nvGraphicFramePr><xdr:cNvPr id="2" name="Diagramm 1"/>'
                    '<xdr:cNvGraphicFramePr/></xdr:nvGraphicFramePr><a:graphic><a:graphicData '
                    'uri="http://schemas.openxmlformats.org/drawingml/2006/chart"><c:chart '
                    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
                    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="rId1"/></a:graphicData>'
                    '</a:graphic></xdr:graphicFrame><xdr:clientData/></xdr:absoluteAnchor></xdr:wsDr>',
                    ML + "drawing+xml", "drawing", "xl/worksheets/sheet1.xml")
        package.add("xl/charts/chart1.xml",
                    '<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
                    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
                    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><c:chart><c:title><c:tx><c:rich>'
                    f'<a:bodyPr/><a:p><a:r><a:t>Fälle {name}</a:t></a:r></a:p></c:rich></c:tx></c:title><c:plotArea><c:barChart>'
                    '<c:ser><c:idx val="0"/><c:cat><c:strRef><c:f>Tabelle1!$A$1</c:f><c:strCache><c:ptCount val="1"/>'
                    f'<c:pt idx="0"><c:v>{name}</c:v></c:pt></c:strCache></c:strRef></c:cat></c:ser></c:barChart></c:plotArea>'
                    '</c:chart><c:externalData r:id="rId1"/></c:chartSpace>',
                    ML + "drawingml.chart+xml", "chart", "xl/drawings/drawing1.xml")
        package.add("xl/embeddings/book1.xlsx", book(f'<row r="2"><c r="A2" t="str"><v>{name}</v></c></row>').save(),
                    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "package", "xl/charts/chart1.xml")
        return package.save()

    @corpus.file(63, "smart_art.pptx", "text of a diagram, stored twice", kind="text")
    def build(name):
        package = show()
        dgm = ('xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" '
               'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"')
        text = f'<a:bodyPr/><a:p><a:r><a:t>Frau {name}</a:t></a:r></a:p>'
        package.add("ppt/diagrams/data1.xml",
                    f'<dgm:dataModel {dgm}><dgm:ptLst><dgm:pt modelId="1"><dgm:t>{text}</dgm:t></dgm:pt></dgm:ptLst></dgm:dataModel>',
                    ML + "drawingml.diagramData+xml", "diagramData", "ppt/slides/slide1.xml")
        package.add("ppt/diagrams/drawing1.xml",
                    '<dsp:drawing xmlns:dsp="http://schemas.microsoft.com/office/drawing/2008/diagram" '
                    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><dsp:spTree><dsp:sp modelId="1"><dsp:txBody>'
                    f'{text}</dsp:txBody></dsp:sp></dsp:spTree></dsp:drawing>', "application/vnd.ms-office.drawingml.diagramDrawing+xml",
                    "http://schemas.microsoft.com/office/2007/relationships/diagramDrawing", "ppt/slides/slide1.xml")
        return package.save()

    @corpus.file(64, "hyperlink.docx", "tooltip, target frame and anchor of a link", kind="text")
    def build(name):
        package = word(f'<w:p><w:hyperlink r:id="rId1" w:tooltip="Akte {name}" w:tgtFrame="{name}" w:anchor="Akte_{name}">'
                       '<w:r><w:t>hier</w:t></w:r></w:hyperlink></w:p>')
        package.add(f"https://akte.example/?name={name}", "", None, "hyperlink", external=True)
        return package.save()


def container(corpus):
    @corpus.file(69, "zip_comment.docx", "comments of the archive and of an entry, an extra field")
    def build(name):
        package = word()
        package.comment = name.encode()
        package.extra = [("word/document.xml", "comment", name.encode()),
                         ("word/document.xml", "extra", b"\xfe\xca" + len(name).to_bytes(2, "little") + name.encode())]
        return package.save()

    @corpus.file(69, "zip_ends.docx", "bytes before and behind the archive")
    def build(name):
        return word().save(tail=name.encode())

    @corpus.file(69, "zip_hidden_entry.docx", "an entry that the directory does not name")
    def build(name):
        data = word().save()
        at = data.index(b"PK\1\2")
        inner = name.encode()
        local = (b"PK\3\4" + (20).to_bytes(2, "little") + b"\0" * 8 + (0).to_bytes(4, "little")
                 + len(inner).to_bytes(4, "little") * 2 + (5).to_bytes(2, "little") + b"\0\0" + b"x.txt" + inner)
        end = data.rindex(b"PK\5\6")
        moved = int.from_bytes(data[end + 16:end + 20], "little") + len(local)
        return data[:at] + local + data[at:end + 16] + moved.to_bytes(4, "little") + data[end + 20:]

    @corpus.file(69, "zip_duplicate.docx", "two entries of one name", kind="whole")
    def build(name):
        first, second = word(para(f"Frau {name}")).save(), word().save()
        import io
        import warnings
        import zipfile
        out = io.BytesIO()
        with warnings.catch_warnings(), zipfile.ZipFile(out, "w") as archive:
            warnings.simplefilter("ignore")
            for source in (first, second):
                with zipfile.ZipFile(io.BytesIO(source)) as old:
                    for entry in old.infolist():
                        made = zipfile.ZipInfo(entry.filename, (1980, 1, 1, 0, 0, 0))
                        archive.writestr(made, old.read(entry))
        return out.getvalue()

    @corpus.file(69, "encrypted.docx", "an encrypted package", kind="whole")
    def build(name):
        return compound({"EncryptedPackage": name.encode() * 4, "EncryptionInfo": b"\4\0\4\0"})

    @corpus.file(70, "fallback.docx", "a text box twice: for new and for old programs", kind="text")
    def build(name):
        inner = f'<w:txbxContent>{para("Frau " + name)}</w:txbxContent>'
        return word('<w:p><w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:inline><wp:extent cx="9" cy="9"/>'
                    '<wp:docPr id="3" name="Textfeld 3"/><a:graphic><a:graphicData '
                    'uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp><wps:cNvSpPr/><wps:spPr/>'
                    f'<wps:txbx>{inner}</wps:txbx><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice>'
                    f'<mc:Fallback><w:pict><v:shape id="Feld3"><v:textbox>{inner}</v:textbox></v:shape></w:pict></mc:Fallback>'
                    '</mc:AlternateContent></w:r></w:p>').save()

    @corpus.file(71, "xml_remarks.docx", "comments and processing instructions in the XML")
    def build(name):
        return word(f"<!-- {name} --><?notiz {name}?>").save()

    @corpus.file(71, "cdata.docx", "text as CDATA and as character references", kind="text")
    def build(name):
        coded = "".join(f"&#{ord(letter)};" for letter in name)
        return word(f"<w:p><w:r><w:t><![CDATA[Frau {name}]]></w:t></w:r></w:p><w:p><w:r><w:t>Frau {coded}</w:t></w:r></w:p>").save()

    @corpus.file(71, "foreign_attribute.docx", "attributes of a namespace nobody knows")
    def build(name):
        return word(f'<w:p xmlns:dms="urn:dms:x" dms:bearbeiter="{name}"><w:r><w:t>Text</w:t></w:r></w:p>').save()

    @corpus.file(71, "entity.docx", "a declared entity", kind="text")
    def build(name):
        package = word("<w:p><w:r><w:t>Frau &n;</w:t></w:r></w:p>")
        data = package.parts["word/document.xml"].decode().replace(HEAD, HEAD + f'<!DOCTYPE d [<!ENTITY n "{name}">]>')
        package.parts["word/document.xml"] = data.encode()
        return package.save()

    @corpus.file(72, "signature.docx", "a digital signature with certificate and comment")
    def build(name):
        package = word()
        package.add("_xmlsignatures/sig1.xml",
                    f'<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><X509SubjectName>CN={name}</X509SubjectName>'
                    f'<SignatureComments>{name}</SignatureComments></Signature>',
                    "application/vnd.openxmlformats-package.digital-signature-xmlsignature+xml",
                    "http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/signature", "")
        return package.save()

    @corpus.file(73, "version_ids.docx", "ids that tie versions together")
    def build(name):
        package = word()
        package.add("word/settings.xml",
                    f'<w:settings {WORD}><w:rsids><w:rsidRoot w:val="{name}"/><w:rsid w:val="{name}"/></w:rsids>'
                    f'<w14:docId w14:val="{name}"/><w15:docId w15:val="{{{name}}}"/></w:settings>',
                    ML + "wordprocessingml.settings+xml", "settings")
        return package.save()


def word_text(corpus):
    def text(line, name, where, body, kind="text"):
        @corpus.file(line, name + ".docx", where, kind=kind)
        def build(canary):
            return word(body(canary)).save()

    def run(text, more=""):
        return f'<w:r>{more}<w:t xml:space="preserve">{text}</w:t></w:r>'

    text(74, "split_runs", "a name split over runs, a bookmark between", lambda n: "<w:p>" + run("Frau " + n[:3])
         + '<w:bookmarkStart w:id="1" w:name="_x"/><w:proofErr w:type="spellStart"/>' + run(n[3:5], "<w:rPr><w:b/></w:rPr>")
         + '<w:bookmarkEnd w:id="1"/>' + run(n[5:]) + "</w:p>")
    text(75, "deleted", "deleted and inserted text", lambda n:
         f'<w:p><w:del w:id="1" w:author="A"><w:r><w:delText>Frau {n}</w:delText></w:r></w:del>'
         f'<w:ins w:id="2" w:author="A">{run("Herr " + n)}</w:ins></w:p>')
    text(75, "change_author", "author of tracked changes of format", lambda n:
         f'<w:p><w:pPr><w:pPrChange w:id="3" w:author="{n}" w:date="2024-01-02T03:04:05Z"><w:pPr/></w:pPrChange></w:pPr>'
         f'<w:r><w:rPr><w:rPrChange w:id="4" w:author="{n}"><w:rPr/></w:rPrChange></w:rPr><w:t>Text</w:t></w:r></w:p>', "beside")
    text(75, "moved", "moved text", lambda n:
         f'<w:p><w:moveFromRangeStart w:id="1" w:name="{n}" w:author="{n}"/><w:moveFrom w:id="2" w:author="{n}">{run("Frau " + n)}'
         '</w:moveFrom><w:moveFromRangeEnd w:id="1"/></w:p>')
    text(78, "text_box", "a text box, WordArt, a frame", lambda n:
         f'<w:p><w:r><w:pict><v:shape id="a"><v:textpath string="{n}"/></v:shape><v:shape id="b"><v:textbox><w:txbxContent>'
         f'{para("Frau " + n)}</w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>'
         + para("Frau " + n, '<w:pPr><w:framePr w:dropCap="drop"/></w:pPr>'))
    text(87, "hidden", "hidden, white and tiny text", lambda n: "<w:p>" + run("Frau " + n, "<w:rPr><w:vanish/></w:rPr>")
         + run("Frau " + n, "<w:rPr><w:specVanish/></w:rPr>") + run("Frau " + n, '<w:rPr><w:color w:val="FFFFFF"/></w:rPr>')
         + run("Frau " + n, '<w:rPr><w:sz w:val="2"/></w:rPr>') + "</w:p>")
    text(87, "off_page", "a frame beside the page", lambda n:
         para("Frau " + n, '<w:pPr><w:framePr w:x="-30000" w:y="-30000" w:w="900"/></w:pPr>'))
    text(90, "table_alt", "title and description of a table", lambda n:
         f'<w:tbl><w:tblPr><w:tblCaption w:val="Akte {n}"/><w:tblDescription w:val="{n}"/></w:tblPr><w:tr><w:tc>{para("Zelle")}'
         '</w:tc></w:tr></w:tbl>')
    text(91, "smart_tag", "smart tags, custom markup, permissions", lambda n:
         f'<w:p><w:smartTag w:uri="urn:x" w:element="PersonName"><w:smartTagPr><w:attr w:name="ProductID" w:val="{n}"/></w:smartTagPr>'
         f'{run("Text")}</w:smartTag><w:customXml w:uri="urn:{n}" w:element="{n}"><w:customXmlPr><w:attr w:name="a" w:val="{n}"/>'
         f'</w:customXmlPr></w:customXml><w:permStart w:id="1" w:ed="{n}@amt.example"/><w:permEnd w:id="1"/></w:p>', "beside")
    text(93, "hyphens_ruby", "soft and hard hyphens in a name, ruby, an equation", lambda n:
         f'<w:p><w:r><w:t>Frau {n[:4]}</w:t><w:softHyphen/><w:t>{n[4:]}</w:t></w:r></w:p>'
         f'<w:p><w:r><w:ruby><w:rt>{run(n)}</w:rt><w:rubyBase>{run(n)}</w:rubyBase></w:ruby></w:r></w:p>'
         f'<w:p><m:oMath><m:r><m:t>{n}</m:t></m:r></m:oMath></w:p>')
    text(180, "soft_hyphen_sign", "a name with U+00AD and U+200B in it", lambda n: para(f"Frau {n[:4]}\u00ad{n[4:6]}\u200b{n[6:]}"))


def word_fields(corpus):
    def text(line, name, where, body, kind="text"):
        @corpus.file(line, name + ".docx", where, kind=kind)
        def build(canary):
            return word(body(canary)).save()

    def complex_field(code, result):
        return ('<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>'
                f'<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
                f'<w:r><w:t>{result}</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>')

    text(79, "fields", "instructions of fields and their results", lambda n:
         complex_field(f"AUTHOR {n}", n) + complex_field(f'INCLUDETEXT "C:\\\\Users\\\\{n}\\\\a.docx"', "Text")
         + complex_field(f'HYPERLINK "mailto:{n}@amt.example"', "Schreiben")
         + f'<w:p><w:fldSimple w:instr=" FILENAME \\p {n} "><w:r><w:t>{n}.docx</w:t></w:r></w:fldSimple></w:p>')
    text(79, "field_deleted", "the instruction of a deleted field", lambda n:
         f'<w:p><w:del w:id="1" w:author="A"><w:r><w:delInstrText> MERGEFIELD {n} </w:delInstrText></w:r></w:del></w:p>')
    text(80, "content_control", "alias, tag, placeholder and list of a content control", lambda n:
         f'<w:sdt><w:sdtPr><w:alias w:val="{n}"/><w:tag w:val="{n}"/><w:dataBinding w:xpath="/a/{n}" w:storeItemID="{{{n}}}"/>'
         f'<w:placeholder><w:docPart w:val="{n}"/></w:placeholder><w:dropDownList><w:listItem w:displayText="Frau {n}" w:value="{n}"/>'
         f'</w:dropDownList></w:sdtPr><w:sdtContent>{para("Frau " + n)}</w:sdtContent></w:sdt>')
    text(81, "form_field", "name, default and help of a form field", lambda n:
         f'<w:p><w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:name w:val="{n}"/><w:helpText w:type="text" w:val="{n}"/>'
         f'<w:statusText w:type="text" w:val="{n}"/><w:textInput><w:default w:val="{n}"/></w:textInput></w:ffData></w:fldChar></w:r>'
         '<w:r><w:instrText> FORMTEXT </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>')
    text(82, "contents_index", "entries of an index, of contents, a caption", lambda n:
         complex_field(f'XE "{n}:Anhörung"', "") + complex_field('TOC \\o "1-3"', f"Anhörung {n}") + para(f"Abbildung 1: Frau {n}"))
    text(83, "bookmark", "names of bookmarks", lambda n:
         f'<w:p><w:bookmarkStart w:id="1" w:name="Akte_{n}"/><w:r><w:t>Text</w:t></w:r><w:bookmarkEnd w:id="1"/>'
         f'<w:bookmarkStart w:id="2" w:name="_Hlk{n}"/><w:bookmarkEnd w:id="2"/></w:p>', "beside")


def word_parts(corpus):
    def part(line, name, where, file_name, content, content_type, relation, kind="text", body=""):
        @corpus.file(line, name + ".docx", where, kind=kind)
        def build(canary):
            package = word(body)
            data = content(canary)
            package.add(file_name, data, content_type, relation)
            return package.save()

    wml = ML + "wordprocessingml."
    part(76, "comment", "a comment with its author", "word/comments.xml", lambda n:
         f'<w:comments {WORD}><w:comment w:id="1" w:author="{n}" w:initials="{n}" w:date="2024-01-02T03:04:05Z">{para("Frau " + n)}'
         '</w:comment></w:comments>', wml + "comments+xml", "comments",
         body='<w:p><w:commentRangeStart w:id="1"/><w:r><w:t>Text</w:t></w:r><w:commentRangeEnd w:id="1"/></w:p>')
    part(77, "unused_header", "a header that no section uses", "word/header1.xml", lambda n:
         f'<w:hdr {WORD}>{para("Frau " + n)}</w:hdr>', wml + "header+xml", "header")
    part(77, "footnote", "a footnote and a separator", "word/footnotes.xml", lambda n:
         f'<w:footnotes {WORD}><w:footnote w:type="separator" w:id="-1">{para(n)}</w:footnote><w:footnote w:id="1">'
         f'{para("Frau " + n)}</w:footnote></w:footnotes>', wml + "footnotes+xml", "footnotes")
    part(84, "settings", "mail merge, document variables and user names in the settings", "word/settings.xml", lambda n:
         f'<w:settings {WORD}><w:attachedTemplate r:id="rId9"/><w:mailMerge><w:mainDocumentType w:val="formLetters"/>'
         f'<w:connectString w:val="Data Source=C:\\{n}.xlsx"/><w:query w:val="SELECT * FROM {n}"/></w:mailMerge>'
         f'<w:docVars><w:docVar w:name="Name" w:val="{n}"/></w:docVars><w:activeWritingStyle w:appName="{n}"/>'
         f'<w:writeProtection w:cryptProviderType="rsaAES" w:hash="{n}"/></w:settings>',
         wml + "settings+xml", "settings", "beside")
    part(85, "recipients", "the recipients of a mail merge", "word/recipientData.xml", lambda n:
         f'<w:recipients {WORD}><w:recipientData><w:active w:val="1"/><w:uniqueTag w:val="{n}"/></w:recipientData></w:recipients>',
         "application/vnd.ms-word.mailMergeRecipientData+xml", "recipientData", "beside")
    part(86, "glossary", "building blocks", "word/glossary/document.xml", lambda n:
         f'<w:glossaryDocument {WORD}><w:docParts><w:docPart><w:docPartPr><w:name w:val="{n}"/></w:docPartPr><w:docPartBody>'
         f'{para("Frau " + n)}</w:docPartBody></w:docPart></w:docParts></w:glossaryDocument>',
         wml + "document.glossary+xml", "glossaryDocument", "beside")
    part(88, "styles", "names of styles", "word/styles.xml", lambda n:
         f'<w:styles {WORD}><w:style w:type="paragraph" w:customStyle="1" w:styleId="{n}"><w:name w:val="Akte {n}"/>'
         f'<w:aliases w:val="{n}"/></w:style></w:styles>', wml + "styles+xml", "styles")
    part(88, "numbering", "the text of a numbering", "word/numbering.xml", lambda n:
         f'<w:numbering {WORD}><w:abstractNum w:abstractNumId="1"><w:name w:val="{n}"/><w:lvl w:ilvl="0"><w:lvlText w:val="{n} %1"/>'
         '</w:lvl></w:abstractNum></w:numbering>', wml + "numbering+xml", "numbering")
    part(89, "import_part", "an imported web page", "word/afchunk.html", lambda n: f"<html><body>Frau {n}</body></html>".encode(),
         "text/html", "aFChunk", "beside", '<w:altChunk r:id="rId1"/>')
    part(89, "web_settings", "frames in the settings for the web", "word/webSettings.xml", lambda n:
         f'<w:webSettings {WORD}><w:frameset><w:frame><w:name w:val="{n}"/><w:title w:val="{n}"/></w:frame></w:frameset></w:webSettings>',
         wml + "webSettings+xml", "webSettings", "beside")
    part(92, "change_ids", "ids of changes", "word/commentsIds.xml", lambda n:
         f'<w16cid:commentsIds xmlns:w16cid="http://schemas.microsoft.com/office/word/2016/wordml/cid"><w16cid:commentId '
         f'w16cid:paraId="{n}"/></w16cid:commentsIds>', wml + "commentsIds+xml",
         "http://schemas.microsoft.com/office/2016/09/relationships/commentsIds", "beside")
    part(94, "dms_part", "a part of a document management system", "word/dms.xml", lambda n: f"<elo:akte xmlns:elo='urn:elo'>{n}</elo:akte>",
         "application/vnd.elo+xml", "urn:elo/akte", "beside")
