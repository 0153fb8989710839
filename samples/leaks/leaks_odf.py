"""Channels 129 to 141: OpenDocument."""

import base64

import picture
from office import BODY, HEAD, pack
from xml.sax.saxutils import escape

NAMES = " ".join(f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"' for short, long in [
    ("office", "office"), ("text", "text"), ("table", "table"), ("draw", "drawing"), ("style", "style"), ("meta", "meta"),
    ("form", "form"), ("presentation", "presentation"), ("config", "config"), ("script", "script")]) + (
    ' xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"'
    ' xmlns:xhtml="http://www.w3.org/1999/xhtml"'
    ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"')
TYPES = {"odt": ("text", "text"), "ods": ("spreadsheet", "spreadsheet"), "odp": ("presentation", "presentation")}


def odf(kind="odt", body="", before="", styles="", parts=None, automatic=""):
    long, element = TYPES[kind]
    neutral = {
        "odt": f"<text:p>{BODY}</text:p>",
        "ods": f'<table:table table:name="Tabelle1"><table:table-row><table:table-cell office:value-type="string"><text:p>{BODY}</text:p>'
               "</table:table-cell></table:table-row></table:table>",
        "odp": f'<draw:page draw:name="Seite1"><draw:frame><draw:text-box><text:p>{BODY}</text:p></draw:text-box></draw:frame></draw:page>',
    }[kind]
    content = (f'{HEAD}<office:document-content {NAMES} office:version="1.3"><office:automatic-styles>{automatic}</office:automatic-styles>'
               f'<office:body><office:{element}>{before}{neutral}{body}</office:{element}></office:body></office:document-content>')
    everything = {"mimetype": f"application/vnd.oasis.opendocument.{long}".encode(), "content.xml": content.encode("utf-8")}
    if styles:
        everything["styles.xml"] = f'{HEAD}<office:document-styles {NAMES}>{styles}</office:document-styles>'.encode("utf-8")
    for name, data in (parts or {}).items():
        everything[name] = data if isinstance(data, bytes) else (HEAD + data).encode("utf-8")
    lines = f'<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.{long}"/>'
    lines += "".join(f'<manifest:file-entry manifest:full-path="{escape(name)}" manifest:media-type=""/>' for name in everything if name != "mimetype")
    everything["META-INF/manifest.xml"] = (
        f'{HEAD}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">{lines}</manifest:manifest>').encode("utf-8")
    return pack(everything)


def frame(inner, more=""):
    return f'<text:p><draw:frame{more} svg:width="3cm" svg:height="1cm">{inner}</draw:frame></text:p>'


def add(corpus):
    def made(line, name, where, kind="beside", **parts):
        extension = name.rsplit(".", 1)[1]

        @corpus.file(line, name, where, kind=kind)
        def build(n):
            def give(value):
                if isinstance(value, dict):
                    return {key.replace("CANARY", n): give(part) for key, part in value.items()}
                return value(n) if callable(value) else value
            return odf(extension, **{key: give(value) for key, value in parts.items()})

    made(129, "meta.odt", "meta.xml: author, title, printed by, own fields, template", parts={"meta.xml": lambda n:
         f'<office:document-meta {NAMES}><office:meta><meta:initial-creator>{n}</meta:initial-creator><dc:creator>{n}</dc:creator>'
         f'<dc:title>{n}</dc:title><meta:printed-by>{n}</meta:printed-by><meta:user-defined meta:name="Amt">{n}</meta:user-defined>'
         f'<meta:template xlink:href="file:///home/{n}/a.ott" xlink:title="{n}"/></office:meta></office:document-meta>'})
    made(130, "settings.ods", "settings.xml: printer, data source, views", parts={"settings.xml": lambda n:
         f'<office:document-settings {NAMES}><office:settings><config:config-item-set config:name="ooo:configuration-settings">'
         f'<config:config-item config:name="PrinterName" config:type="string">{n}</config:config-item>'
         f'<config:config-item config:name="PrinterSetup" config:type="base64Binary">{base64.b64encode(n.encode()).decode()}</config:config-item>'
         f'<config:config-item config:name="CurrentDatabaseDataSource" config:type="string">{n}</config:config-item>'
         f'<config:config-item-map-named config:name="Tables"><config:config-item-map-entry config:name="{n}"/></config:config-item-map-named>'
         '</config:config-item-set></office:settings></office:document-settings>'})
    made(131, "tracked.odt", "tracked changes with the deleted paragraph", before=lambda n:
         '<text:tracked-changes><text:changed-region text:id="c1"><text:deletion><office:change-info>'
         f'<dc:creator>{n}</dc:creator><dc:date>2024-01-02T03:04:05</dc:date></office:change-info><text:p>Frau {n}</text:p></text:deletion>'
         '</text:changed-region></text:tracked-changes>', body='<text:p>a<text:change text:change-id="c1"/>b</text:p>')
    made(132, "annotation.odt", "an annotation with its author", kind="text", body=lambda n:
         f'<text:p>Text<office:annotation office:name="{n}"><dc:creator>{n}</dc:creator><dc:date>2024-01-02T03:04:05</dc:date>'
         f'<text:p>Frau {n}</text:p></office:annotation></text:p>')
    made(133, "thumbnail_versions.odt", "preview, layout cache, configuration and older versions", parts={
         "Thumbnails/thumbnail.png": lambda n: picture.png(picture.chunk(b"tEXt", b"Title\0" + n.encode("latin-1"))),
         "layout-cache": lambda n: n.encode(), "Configurations2/accelerator/current.xml": lambda n: f"<a>{n}</a>",
         "VersionList.xml": lambda n: f'<VL:version-list xmlns:VL="urn:x"><VL:version-entry VL:title="{n}"/></VL:version-list>',
         "Versions/Version1": lambda n: odf(body=f"<text:p>Frau {n}</text:p>")})
    made(134, "object.odt", "an object with its table and its preview", kind="text", body=lambda n:
         frame('<draw:object xlink:href="./Object 1"/><draw:image xlink:href="./ObjectReplacements/Object 1"/>'), parts={
         "Object 1/content.xml": lambda n: f'<office:document-content {NAMES}><office:body><office:chart><table:table table:name="local-table">'
         f'<table:table-row><table:table-cell office:value-type="string"><text:p>Frau {n}</text:p></table:table-cell></table:table-row></table:table>'
         '</office:chart></office:body></office:document-content>',
         "ObjectReplacements/Object 1": lambda n: n.encode("utf-16-le")})
    made(135, "hidden_text.odt", "hidden text, paragraph and section", kind="text", automatic=
         '<style:style style:name="T1" style:family="text"><style:text-properties text:display="none"/></style:style>', body=lambda n:
         f'<text:p><text:hidden-text text:condition="ooow:1" text:string-value="Frau {n}" text:is-hidden="true">Frau {n}</text:hidden-text></text:p>'
         f'<text:p><text:span text:style-name="T1">Frau {n}</text:span></text:p>'
         f'<text:section text:name="{n}" text:display="none"><text:p>Frau {n}</text:p></text:section>')
    made(135, "hidden_sheet.ods", "a hidden sheet, a hidden row", kind="text", automatic=
         '<style:style style:name="ta1" style:family="table"><style:table-properties table:display="false"/></style:style>', body=lambda n:
         f'<table:table table:name="Tabelle2" table:style-name="ta1"><table:table-row table:visibility="collapse"><table:table-cell '
         f'office:value-type="string"><text:p>Frau {n}</text:p></table:table-cell></table:table-row></table:table>')
    made(136, "fields.odt", "declared fields, author, database, placeholder", kind="text", before=lambda n:
         f'<text:user-field-decls><text:user-field-decl office:value-type="string" office:string-value="{n}" text:name="Name_{n}"/>'
         '</text:user-field-decls>', body=lambda n:
         f'<text:p><text:author-name>{n}</text:author-name><text:file-name>{n}.odt</text:file-name><text:database-display '
         f'text:database-name="{n}" text:table-name="{n}" text:column-name="{n}">{n}</text:database-display>'
         f'<text:placeholder text:placeholder-type="text" text:description="{n}">&lt;{n}&gt;</text:placeholder></text:p>')
    made(136, "dde.odt", "a link to another program", kind="beside", body=lambda n:
         f'<text:section text:name="S1"><office:dde-source office:dde-application="soffice" office:dde-topic="/home/{n}/a.ods" '
         f'office:dde-item="{n}"/><text:p>Text</text:p></text:section>')
    made(137, "drawing.odt", "name, title, description and path of a drawing; a form", kind="text", before=lambda n:
         f'<office:forms><form:form form:name="{n}" form:command="SELECT {n}" form:datasource="{n}"><form:text form:name="{n}" '
         f'form:current-value="{n}" form:value="{n}"/></form:form></office:forms>', body=lambda n:
         frame(f'<draw:text-box><text:p>Text</text:p></draw:text-box><svg:title>Foto {n}</svg:title><svg:desc>{n}</svg:desc>',
               f' draw:name="{n}"')
         + frame(f'<draw:image xlink:href="file:///home/{n}/bild.png"/>'))
    made(138, "names_filters.ods", "named ranges, filters, validations, source of a pivot table", kind="text", before=lambda n:
         f'<table:content-validations><table:content-validation table:name="v1" table:condition="of:cell-content-is-in-list(&quot;{n}&quot;)">'
         f'<table:help-message table:title="{n}"><text:p>Für {n}</text:p></table:help-message></table:content-validation></table:content-validations>',
         body=lambda n: f'<table:named-expressions><table:named-expression table:name="Akte_{n}" table:expression="&quot;{n}&quot;"/>'
         f'</table:named-expressions><table:database-ranges><table:database-range table:name="{n}" table:target-range-address="Tabelle1.A1:Tabelle1.A2">'
         f'<table:filter><table:filter-condition table:field-number="0" table:value="{n}" table:operator="="/></table:filter></table:database-range>'
         f'</table:database-ranges><table:data-pilot-tables><table:data-pilot-table table:name="{n}"/></table:data-pilot-tables>')
    made(138, "value_differs.ods", "a value that differs from what is shown", kind="text", body=lambda n:
         f'<table:table table:name="Tabelle2"><table:table-row><table:table-cell office:value-type="string" office:string-value="Frau {n}">'
         '<text:p>x</text:p></table:table-cell></table:table-row></table:table>')
    made(138, "tracked.ods", "tracked changes of cells", kind="beside", before=lambda n:
         f'<table:tracked-changes><table:cell-content-change table:id="ct1"><office:change-info><dc:creator>{n}</dc:creator></office:change-info>'
         f'<table:previous><table:change-track-table-cell office:value-type="string"><text:p>{n}</text:p></table:change-track-table-cell>'
         '</table:previous></table:cell-content-change></table:tracked-changes>')
    made(139, "rdf_macros_signature.odt", "manifest.rdf, macros, signature and names of entries", parts={
         "manifest.rdf": lambda n: f'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="{n}"/></rdf:RDF>',
         "Basic/Standard/Module1.xml": lambda n: f"<script>REM {n}</script>", "META-INF/documentsignatures.xml": lambda n: f"<s>CN={n}</s>",
         "Scripts/python/CANARY.py": lambda n: f"# {n}"})
    made(139, "rdfa.odt", "data in RDFa attributes", body=lambda n:
         f'<text:p xhtml:about="{n}" xhtml:property="name" xhtml:content="{n}">Text</text:p>')
    made(140, "styles.odt", "names of styles, entries of an index, the text of a list", kind="text", automatic=lambda n:
         f'<style:style style:name="{n}" style:display-name="Amt {n}" style:family="paragraph"/><text:list-style style:name="L{n}">'
         f'<text:list-level-style-number text:level="1" style:num-prefix="{n}" style:num-format="1"/></text:list-style>', body=lambda n:
         f'<text:p text:style-name="{n}"><text:alphabetical-index-mark text:string-value="{n}" text:key1="{n}"/>Text</text:p>')
    made(132, "header.odt", "a header and an annotation in it", kind="text", styles=lambda n:
         f'<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="pm1"><style:header><text:p>Sachbearbeiterin: {n}'
         f'<office:annotation><dc:creator>{n}</dc:creator><text:p>{n}</text:p></office:annotation></text:p></style:header></style:master-page>'
         '</office:master-styles>')
    made(121, "hidden_page.odp", "a hidden page, notes, the name of a page", kind="text", automatic=
         '<style:style style:name="dp1" style:family="drawing-page"><style:drawing-page-properties presentation:visibility="hidden"/></style:style>',
         body=lambda n: f'<draw:page draw:name="Akte {n}" draw:style-name="dp1"><draw:frame><draw:text-box><text:p>Frau {n}</text:p></draw:text-box></draw:frame>'
         f'<presentation:notes><draw:frame><draw:text-box><text:p>Frau {n}</text:p></draw:text-box></draw:frame></presentation:notes></draw:page>')

    @corpus.file(141, "flat.fodt", "a picture in base 64, its metadata", kind="text")
    def build(n):
        data = base64.b64encode(picture.jpeg(picture.exif(n))).decode()
        body = f"<text:p>Frau {n}</text:p>" + frame(f"<draw:image><office:binary-data>{data}</office:binary-data></draw:image>")
        return (f'{HEAD}<office:document {NAMES} office:mimetype="application/vnd.oasis.opendocument.text"><office:meta><dc:creator>{n}</dc:creator>'
                f'</office:meta><office:body><office:text><text:p>{BODY}</text:p>{body}</office:text></office:body></office:document>').encode()
