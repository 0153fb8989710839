"""Channels of plain text and tables, of the old formats, and of names and
spellings whatever the format."""

import picture
from compound import compound, properties
from office import BODY, docx, para, word
from pdf import Pdf, wide


def old(streams, slack=b""):
    return compound({**streams}, slack)


def add(corpus):
    tables(corpus)
    old_formats(corpus)
    spellings(corpus)
    names(corpus)


def tables(corpus):
    @corpus.file(119, "quoted_lines.csv", "a name over a line break in quotes, a formula, a byte order mark", kind="text")
    def build(n):
        return ("\ufeffNummer;Bemerkung\r\n1;\"Antrag von\r\nFrau " + n + "\"\r\n2;\"=VERKETTEN(\"\"Frau \"\";\"\"" + n + "\"\")\"\r\n").encode()

    @corpus.file(119, "latin.csv", "a table in Windows-1252", kind="text")
    def build(n):
        return f"Nummer;Straße;Name\r\n1;Probeweg;Frau {n}\r\n".encode("cp1252")

    @corpus.file(119, "wide.txt", "a text in UTF-16", kind="text")
    def build(n):
        return b"\xff\xfe" + f"{BODY}\r\nFrau {n}\r\n".encode("utf-16-le")


def old_formats(corpus):
    text = lambda n: (BODY + " Frau " + n).encode("latin-1")  # noqa: E731

    @corpus.file(153, "summary.doc", "the properties of an old Word file", kind="whole")
    def build(n):
        return old({"WordDocument": b"\xec\xa5" + b"\0" * 30 + BODY.encode("latin-1"), "\x05SummaryInformation": properties(n),
                    "\x05DocumentSummaryInformation": properties(n)})

    @corpus.file(154, "fast_saved.doc", "deleted pieces, names of editors and paths of an old Word file", kind="whole")
    def build(n):
        return old({"WordDocument": b"\xec\xa5" + b"\0" * 30 + text(n), "1Table": f"C:\\Users\\{n}\\a.doc".encode("utf-16-le")})

    @corpus.file(155, "current_user.ppt", "the last user of an old slide show", kind="whole")
    def build(n):
        return old({"PowerPoint Document": text(n), "Current User": n.encode("latin-1")})

    @corpus.file(156, "slack.doc", "bytes behind the end of a stream", kind="whole")
    def build(n):
        return old({"WordDocument": b"\xec\xa5" + b"\0" * 30 + BODY.encode("latin-1")}, n.encode("latin-1"))

    @corpus.file(159, "metafile.emf", "a metafile as a file of its own", kind="whole")
    def build(n):
        return picture.emf(n)


def spellings(corpus):
    @corpus.file(180, "parts.txt", "last name alone, genitive, compound, capitals, mail address, line break", kind="text")
    def build(n):
        low = n.lower()
        return (f"Frau Ilse {n} hat geschrieben.\nDie {n}-Akte liegt vor; {n}s Antrag auch. Betreff: {n.upper()}\n"
                f"Erreichbar unter ilse.{low}@amt.example.\nFrau\n{n} ist unterrichtet.\n").encode()

    @corpus.file(180, "umlauts.txt", "the same name with ü, ue and a combining mark", kind="text")
    def build(n):
        word_ = n.replace("a", "ä", 1) if "ü" not in n else n
        return f"{BODY}\nFrau Ilse {n}, auch Ilse {n.upper()} geschrieben.\n".encode()

    @corpus.file(180, "spaced.pdf", "a name letter by letter with spaces", kind="text")
    def build(n):
        pdf = Pdf()
        pdf.after = pdf.line("Betreff: " + " ".join(n))
        return pdf.save()

    @corpus.file(184, "paths.txt", "a name in paths, addresses and names of files", kind="text")
    def build(n):
        return (f"{BODY}\nSiehe \\\\server\\akten\\{n}\\Bescheid_{n}.pdf und https://akte.example/?name={n}&x=1\n"
                f"C:\\Users\\{n}\\Desktop\n").encode()

    @corpus.file(183, "letterhead.docx", "letterhead, footer of every page, watermark", kind="text")
    def build(n):
        from office import ML, WORD
        package = word()
        mark = f'<w:p><w:r><w:pict><v:shape id="Wasser"><v:textpath string="Kopie {n}"/></v:shape></w:pict></w:r></w:p>'
        package.add("word/header1.xml", f"<w:hdr {WORD}>{para('Sachbearbeiterin: ' + n)}{mark}</w:hdr>",
                    ML + "wordprocessingml.header+xml", "header")
        package.add("word/footer1.xml", f"<w:ftr {WORD}>{para('Zeichen: ' + n)}</w:ftr>", ML + "wordprocessingml.footer+xml", "footer")
        return package.save()


def names(corpus):
    @corpus.file(172, "name.txt", "the name of the file and of its folder", kind="text", path="172a_Akte_CANARY/Bescheid_CANARY.txt")
    def build(n):
        return f"{BODY}\nFrau {n}\n".encode()

    @corpus.file(185, "unknown.bin", "a file of a kind nobody knows", kind="whole")
    def build(n):
        return b"\x7fXYZ\0\1\2" + n.encode() + b"\0" * 32

    @corpus.file(185, "broken.docx", "a damaged package", kind="whole")
    def build(n):
        return docx(f"Frau {n}")[:-40] + n.encode()

    @corpus.file(185, "archive.zip", "a file of an unknown kind in an archive")
    def build(n):
        import io
        import zipfile
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name, data in (("a.txt", BODY.encode()), ("b.xyz", b"\x7fXYZ\0" + n.encode())):
                archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data)
        return out.getvalue()

    @corpus.file(186, "lock.docx", "the lock file that Word leaves beside a document", kind="whole", path="~$6a_lock.docx")
    def build(n):
        return bytes([len(n)]) + n.encode("latin-1").ljust(53, b"\0") + n.encode("utf-16-le").ljust(108, b"\0")
