"""Small Office packages, with room for any part, relation and declaration."""

import io
import zipfile
from xml.sax.saxutils import escape, quoteattr

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
WORD = ('xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
        'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
        'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
        'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
        'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
        'xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml"')
SHEET = ('xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
         'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
         'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" '
         'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"')
SLIDE = ('xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
         'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
         'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"')
ML = "application/vnd.openxmlformats-officedocument."
BODY = "Der Antrag ist vollständig, die Frist läuft am Ende des Monats ab."


def para(text, before="", run=""):
    return f'<w:p>{before}<w:r>{run}<w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


class Package:
    def __init__(self, main, main_type, data):
        self.parts = {main: data.encode("utf-8")}
        self.types = {main: main_type}
        self.defaults = {"rels": "application/vnd.openxmlformats-package.relationships+xml", "xml": "application/xml",
                         "png": "image/png", "jpeg": "image/jpeg", "bin": "application/octet-stream",
                         "emf": "image/x-emf", "tiff": "image/tiff", "svg": "image/svg+xml",
                         "vml": ML + "vmlDrawing"}
        self.relations = {"": [("officeDocument", main, False)]}
        self.main = main
        self.comment = b""
        self.extra = []

    def add(self, name, data, content_type=None, relation=None, owner=None, external=False):
        """A part, and a relation that leads to it. Gives the relation's id."""
        if not external:
            self.parts[name] = data if isinstance(data, bytes) else (HEAD + data).encode("utf-8")
            if content_type:
                self.types[name] = content_type
        if relation is None:
            return None
        owner = self.main if owner is None else owner
        known = self.relations.setdefault(owner, [])
        known.append((relation, name, external))
        return f"rId{len(known)}"

    def relation_part(self, owner):
        folder, _, name = owner.rpartition("/")
        return f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"

    def save(self, infolist=None, head=b"", tail=b""):
        parts = dict(self.parts)
        for owner, known in self.relations.items():
            rows = ""
            for n, (kind, target, external) in enumerate(known, 1):
                kind = kind if ":" in kind else f"{OFFICE}/{kind}"
                where = f'Target={quoteattr(target)} TargetMode="External"' if external else f'Target="/{target}"'
                rows += f'<Relationship Id="rId{n}" Type="{kind}" {where}/>'
            parts[self.relation_part(owner)] = (
                f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{rows}</Relationships>').encode("utf-8")
        rows = "".join(f'<Default Extension="{e}" ContentType="{t}"/>' for e, t in self.defaults.items())
        rows += "".join(f'<Override PartName="/{n}" ContentType="{t}"/>' for n, t in self.types.items())
        types = f'{HEAD}<Types xmlns="{PACKAGE}/content-types">{rows}</Types>'.encode("utf-8")
        return pack({"[Content_Types].xml": types, **parts}, self.comment, self.extra, head, tail)


def pack(parts, comment=b"", extra=(), head=b"", tail=b""):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            for which, field, value in extra:
                if which == name:
                    setattr(entry, field, value)
            archive.writestr(entry, data)
        archive.comment = comment
    data = out.getvalue()
    return head + data + tail


def word(body="", section="", attributes=""):
    """A Word package; `body` stands behind one neutral paragraph."""
    text = f'{HEAD}<w:document {WORD}{attributes}><w:body>{para(BODY)}{body}<w:sectPr>{section}</w:sectPr></w:body></w:document>'
    return Package("word/document.xml", ML + "wordprocessingml.document.main+xml", text)


def docx(text):
    return word(para(text)).save()


def book(rows="", after="", sheet_before="", workbook="", sheets='<sheet name="Tabelle1" sheetId="1" r:id="rId1"/>',
         workbook_before=""):
    """An Excel package with one sheet of inline strings."""
    text = (f'{HEAD}<workbook {SHEET}>{workbook_before}<sheets>{sheets}</sheets>{workbook}</workbook>')
    package = Package("xl/workbook.xml", ML + "spreadsheetml.sheet.main+xml", text)
    package.add("xl/worksheets/sheet1.xml",
                f'<worksheet {SHEET}>{sheet_before}<sheetData>{cell_row(1, BODY)}{rows}</sheetData>{after}</worksheet>',
                ML + "spreadsheetml.worksheet+xml", "worksheet")
    return package


SHEET1 = "xl/worksheets/sheet1.xml"


def cell_row(number, *texts, attributes=""):
    cells = "".join(f'<c r="{chr(65 + n)}{number}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'
                    for n, text in enumerate(texts))
    return f'<row r="{number}"{attributes}>{cells}</row>'


def shape(number, text, name="Textfeld 1", more="", place=""):
    return (f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name={quoteattr(name)}{more}/><p:cNvSpPr/><p:nvPr>{place}</p:nvPr></p:nvSpPr>'
            f'<p:spPr/><p:txBody><a:bodyPr/><a:p><a:r><a:t>{escape(text)}</a:t></a:r></a:p></p:txBody></p:sp>')


TREE = '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>'


def slide(shapes, attributes="", after="", name=""):
    return f'<p:sld {SLIDE}{attributes}><p:cSld{name}><p:spTree>{TREE}{shapes}</p:spTree></p:cSld>{after}</p:sld>'


def show(shapes="", presentation="", slide_attributes="", slide_after="", title=""):
    """A slide show of one slide."""
    text = (f'{HEAD}<p:presentation {SLIDE}><p:sldIdLst><p:sldId id="256" r:id="rId1"/></p:sldIdLst>'
            f'<p:sldSz cx="9144000" cy="6858000"/><p:notesSz cx="6858000" cy="9144000"/>{presentation}</p:presentation>')
    package = Package("ppt/presentation.xml", ML + "presentationml.presentation.main+xml", text)
    package.add(SLIDE1, slide(shape(2, BODY) + shapes, slide_attributes, slide_after, title),
                ML + "presentationml.slide+xml", "slide")
    return package


SLIDE1 = "ppt/slides/slide1.xml"
