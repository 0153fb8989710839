"""Writes many small invented letters, two TXT to one DOCX, a hundred to a folder:
what docs/measurements-batch.md measures with.

    python3 tests/reference/batch_files.py FOLDER 100000
"""

import pathlib
import random
import sys
import zipfile

TYPES = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
RELATIONS = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>'
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
FIRST = ["Marta", "Duc", "Fatma", "Heinrich", "Oluwaseun", "Giulia", "Jürgen"]
LAST = ["Quastenberg", "Ferrante", "Adeyemi", "Lindqvist", "Zającek", "Yıldızoğlu"]


def letter(rng):
    first, last, n = rng.choice(FIRST), rng.choice(LAST), rng.randrange(1000)
    return [
        f"Frau {first} {last}",
        f"Ahornweg {n % 90 + 1}",
        "36904 Erlenstedt",
        "",
        f"Sehr geehrte Frau {last},",
        f"Ihr Schreiben ist eingegangen. Rückfragen unter Telefon 030 23125-{n:03} oder",
        f"per E-Mail an {last.lower()}.{n}@post.example.",
        "",
        "Mit freundlichen Grüßen",
    ]


def main():
    root, n_files = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    rng = random.Random(9)
    for n in range(n_files):
        folder = root / f"akte-{n // 100:05}"
        if n % 100 == 0:
            folder.mkdir(parents=True, exist_ok=True)
        lines = letter(rng)
        path = folder / f"schreiben-{n:06}"
        if n % 3 < 2:
            path.with_suffix(".txt").write_text("\n".join(lines), encoding="utf-8")
            continue
        text = "".join(f'<w:p><w:r><w:t xml:space="preserve">{line}</w:t></w:r></w:p>' for line in lines)
        with zipfile.ZipFile(path.with_suffix(".docx"), "w", zipfile.ZIP_DEFLATED) as package:
            package.writestr("[Content_Types].xml", TYPES)
            package.writestr("_rels/.rels", RELATIONS)
            package.writestr("word/document.xml", HEAD + text + "</w:body></w:document>")


main()
