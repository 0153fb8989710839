#!/usr/bin/env python3
"""Turns PDFs with text into scans of themselves, and compares what is read.

    python3 tests/reference/pdf_scan.py make OUT FILE...    page pictures at 200 dpi
    python3 tests/reference/pdf_scan.py compare OUT FILE... after a run with --emit text

`make` writes OUT/<name>.pdf: each page one JPEG and nothing else. `compare`
reads the words of the unseen layer that the program writes when nothing is
replaced (OUT/<name>.pdf cleaned in place) with pdftotext, and tells the
character accuracy against the original's text: 1 - distance / length, white
space apart, words sorted by nothing but their order on the page.
Needs poppler-utils; no packages.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

DPI = 200


def jpeg_head(data):
    at = 2
    while True:
        marker, length = data[at + 1], int.from_bytes(data[at + 2:at + 4], "big")
        if 0xC0 <= marker <= 0xC2:
            width, height = (int.from_bytes(data[at + i:at + i + 2], "big") for i in (7, 5))
            return width, height, b"DeviceGray" if data[at + 9] == 1 else b"DeviceRGB"
        at += 2 + length


def scan(path):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["pdftoppm", "-r", str(DPI), "-jpeg", "-gray", str(path), folder + "/p"], check=True)
        pages = [page.read_bytes() for page in sorted(Path(folder).glob("p*"))]
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    kids = []
    for data in pages:
        width, height, space = jpeg_head(data)
        w, h = width * 72 / DPI, height * 72 / DPI
        n = len(objects) + 1
        kids.append(b"%d 0 R" % n)
        content = b"q %.2f 0 0 %.2f 0 0 cm /I Do Q" % (w, h)
        objects.append(b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %.2f %.2f] /Contents %d 0 R "
                       b"/Resources << /XObject << /I %d 0 R >> >> >>" % (w, h, n + 1, n + 2))
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
        objects.append(b"<< /Subtype /Image /Width %d /Height %d /BitsPerComponent 8 /ColorSpace /%s "
                       b"/Filter /DCTDecode /Length %d >>\nstream\n%s\nendstream"
                       % (width, height, space, len(data), data))
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    out, starts = b"%PDF-1.7\n", []
    for n, body in enumerate(objects, 1):
        starts.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (n, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % start for start in starts)
    return out + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)


def text(path):
    done = subprocess.run(["pdftotext", "-enc", "UTF-8", str(path), "-"], capture_output=True, check=True)
    return "".join(done.stdout.decode().split())


def distance(a, b):
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            last, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, last + (x != y))
    return row[-1]


def main():
    what, folder, files = sys.argv[1], Path(sys.argv[2]), [Path(name) for name in sys.argv[3:]]
    for path in files:
        made = folder / path.name
        if what == "make":
            made.write_bytes(scan(path))
        else:
            said, read = text(path), text(made)
            print(f"{path.name}: {1 - distance(said, read) / len(said):.4f} of {len(said)} characters")


main()
