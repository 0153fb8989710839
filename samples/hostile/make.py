#!/usr/bin/env python3
"""Makes the hostile files of this folder: small files that promise, nest, repeat
or pretend more than a reader should believe. `python3 samples/hostile/make.py`
writes them again, byte for byte. `tests/hostile.rs` runs them through the whole
program: every one must be refused, within bounds, and none may panic.

Nothing in them is personal data.
"""

import gzip
import io
import struct
import tarfile
import zipfile
import zlib
from pathlib import Path

HERE = Path(__file__).parent
DEEP = 1_000
DATE = (1980, 1, 1, 0, 0, 0)


def put(name, data):
    data = data.encode() if isinstance(data, str) else data
    assert len(data) < 200_000, f"{name} is large itself"
    (HERE / name).write_bytes(data)


def packed(entries, level=9):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, data in entries:
            archive.writestr(zipfile.ZipInfo(name, DATE), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def gz(data):
    return gzip.compress(data, 9, mtime=0)


def tar(entries):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in entries:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def pdf(*objects, trailer="/Root 1 0 R"):
    out = b"%PDF-1.7\n"
    starts = []
    for number, body in enumerate(objects, 1):
        starts.append(len(out))
        body = body if isinstance(body, bytes) else body.encode()
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(starts) + 1)
    out += b"".join(b"%010d 00000 n \n" % start for start in starts)
    out += b"trailer\n<< /Size %d %s >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(starts) + 1, trailer.encode(), table)
    return out


def stream(keys, data, length=None):
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (
        keys.encode(), len(data) if length is None else length, data)


def word(document, more=()):
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/vnd.openxmlformats-officedocument'
        '.wordprocessingml.document.main+xml"/></Types>')
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/officeDocument" Target="word/document.xml"/></Relationships>')
    return packed([("[Content_Types].xml", types), ("_rels/.rels", relations),
                   ("word/document.xml", document), *more])


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
CATALOG = "<< /Type /Catalog /Pages 2 0 R >>"
PAGES = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
PAGE = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << {} >> >>"


def bombs():
    zeros = b"\0" * (24 << 20)
    put("bomb.gz", gz(zeros))
    inner = gz(b" " * (24 << 20))
    put("bomb-twice.gz", gz(inner))
    put("bomb.zip", packed([("a.txt", b" " * (24 << 20))]))
    put("bomb.docx", word(b"<w:document %s><w:body>" % W.encode() + b" " * (24 << 20) + b"</w:body></w:document>"))
    level = b"text"
    for n in range(12):
        level = packed([(f"{n}-{m}.zip" if n else f"{m}.txt", level) for m in range(4)])
    put("bomb-nested.zip", level)
    put("bomb-entities.xml", "<!DOCTYPE a [<!ENTITY e0 'aaaaaaaaaa'>" + "".join(
        f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, 12)) + "]><a>&e11;</a>")
    bomb = zlib.compress(b" " * (24 << 20), 9)
    for _ in range(2):
        bomb = zlib.compress(bomb, 9)
    put("bomb-filters.pdf", pdf(CATALOG, PAGES, PAGE.format(""), stream(
        "/Filter [" + "/FlateDecode " * 40 + "]", bomb)))


def truncated():
    whole = packed([("a.txt", b"Guten Tag. " * 50), ("b.txt", bytes(range(256)) * 4)])
    put("cut.zip", whole[: len(whole) // 2])
    put("cut.docx", word(f"<w:document {W}><w:body/></w:document>")[:300])
    put("cut.gz", gz(bytes(range(256)) * 8)[:100])
    put("cut.tar", tar([("a.txt", b"Guten Tag. " * 200)])[:700])
    put("cut.pdf", pdf(CATALOG, PAGES, PAGE.format(""), stream("", b"BT ET"))[:60])
    put("cut.msg", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + b"\0" * 100)
    put("cut.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x10\0\0\0\x10\x08\x02\0\0\0")
    put("cut.jpg", b"\xFF\xD8\xFF\xE0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xFF\xC0")
    put("cut.xml", "<a><b>text</b>")
    put("cut.json", '{"a": [1, 2, "b')


def nested():
    put("deep.json", "[" * DEEP + "]" * DEEP)
    put("deep.xml", "<a>" * DEEP + "</a>" * DEEP)
    put("deep.yaml", "a: " + "[" * DEEP + "]" * DEEP)
    put("deep.rtf", "{\\rtf1 " + "{" * DEEP + "x" + "}" * DEEP + "}")
    put("deep.html", "<table><tr><td>" * DEEP)
    put("deep.eml", "".join(
        f"Subject: a\nContent-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(DEEP)))
    put("deep-forwards.eml", "Subject: a\nContent-Type: message/rfc822\n\n" * DEEP)
    put("deep.docx", word(f"<w:document {W}><w:body>" + "<w:p>" * DEEP + "</w:p>" * DEEP
                          + "</w:body></w:document>"))
    level = b"text"
    for n in range(40):
        level = packed([("a.zip" if n else "a.txt", level)])
    put("deep.zip", level)
    level = b"text"
    for n in range(40):
        level = gz(level)
    put("deep.gz", level)
    tree = [CATALOG]
    for n in range(2, DEEP):
        tree.append(f"<< /Type /Pages /Kids [{n + 1} 0 R] /Count 1 >>")
    tree.append("<< /Type /Page /MediaBox [0 0 595 842] >>")
    put("deep-pages.pdf", pdf(*tree))
    forms = [CATALOG, PAGES, PAGE.format("/XObject << /X 5 0 R >>"), stream("", b"/X Do")]
    for n in range(5, DEEP):
        forms.append(stream(
            f"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X {n + 1} 0 R >> >>",
            b"/X Do"))
    forms.append(stream("/Type /XObject /Subtype /Form /BBox [0 0 9 9]", b""))
    put("deep-forms.pdf", pdf(*forms))


def cyclic():
    put("circle-pages.pdf", pdf(CATALOG, "<< /Type /Pages /Kids [2 0 R] /Count 1 >>"))
    put("circle-forms.pdf", pdf(
        CATALOG, PAGES, PAGE.format("/XObject << /X 5 0 R >>"), stream("", b"/X Do"),
        stream("/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 5 0 R >> >>",
               b"/X Do")))
    put("circle.yaml", "a: &a\n  b: *a\n")
    put("circle-entities.xml", "<!DOCTYPE a [<!ENTITY b '&c;'><!ENTITY c '&b;'>]><a>&b;</a>")
    parent = b"\x05\0\0\0"
    put("circle.msg", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + b"\0" * 16 + struct.pack(
        "<HHHHH", 62, 3, 0xFFFE, 9, 6) + b"\0" * 6 + struct.pack(
        "<IIIIIIIII", 0, 1, 0, 0, 4096, 0, 0, 0xFFFFFFFE, 0) + struct.pack("<I", 0) * 109 + parent * 128)


def claims():
    most = 0xFFFF_FFFE
    lying = bytearray(packed([("a.txt", b"Guten Tag")]))
    at = lying.index(b"PK\x01\x02")
    lying[22:26] = lying[at + 24:at + 28] = struct.pack("<I", most)
    put("claim.zip", bytes(lying))
    head = bytearray(tar([("a.txt", b"")])[:512])
    head[124:136] = b"77777777777\0"
    head[148:156] = b" " * 8
    head[148:156] = b"%06o\0 " % sum(head)
    put("claim.tar", bytes(head) + b"\0" * 512)
    put("claim.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\x7f\xff\xff\xff\x7f\xff\xff\xff\x08\x02\0\0\0" + b"\0" * 8)
    put("claim.bmp", b"BM" + b"\0" * 8 + struct.pack("<IIiiHH", 54, 40, 0x7FFFFFFF, 0x7FFFFFFF, 1, 24) + b"\0" * 48)
    put("claim.tif", b"II*\0\x08\0\0\0\xff\xff" + b"\0\x01\x04\0\xff\xff\xff\xff\0\0\0\0" * 4)
    put("claim.rtf", "{\\rtf1 {\\pict\\bin4294967295 x}}")
    put("claim-length.pdf", pdf(CATALOG, PAGES, PAGE.format(""), b"<< /Length 4294967296 >>\nstream\n"))
    put("claim-image.pdf", pdf(
        CATALOG, PAGES, PAGE.format("/XObject << /X 5 0 R >>"), stream("", b"q 595 0 0 842 0 0 cm /X Do Q"),
        stream("/Subtype /Image /Width 65535 /Height 65535 /BitsPerComponent 8 /ColorSpace /DeviceRGB", b"x")))
    put("claim-predictor.pdf", pdf(
        CATALOG, PAGES, PAGE.format(""),
        stream("/Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns 2147483647 >>", zlib.compress(b"BT"))))
    put("claim.msg", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + b"\0" * 16 + struct.pack(
        "<HHHHH", 62, 3, 0xFFFE, 9, 6) + b"\0" * 6 + struct.pack("<III", 0, most, 0) + b"\xff" * 600)


def pretenders():
    put("program.txt", b"\x7fELF\x02\x01\x01" + b"\0" * 64)
    put("pdf.docx", pdf(CATALOG, PAGES, PAGE.format(""), stream("", b"")))
    put("pdf.vcf", "%PDF-1.7\n")
    put("picture.msg", b"\x89PNG\r\n\x1a\n" + b"\0" * 32)
    put("picture.pdf", b"\x89PNG\r\n\x1a\n" + b"\0" * 32)
    put("text.eml", "no mail at all")
    put("text.docx", "Guten Tag")
    put("zip.xlsx", packed([("a.txt", b"Guten Tag")]))
    put("outside.zip", packed([("../../a.txt", b"Guten Tag")]))
    put("outside.tar", tar([("/etc/a.txt", b"Guten Tag")]))


for make in (bombs, truncated, nested, cyclic, claims, pretenders):
    make()
