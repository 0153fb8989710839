#!/usr/bin/env python3
"""Looks at the rewritten fixtures as a person would, and as pdfium does.

    mkdir OUT
    DECKNAME_PDF_FIXTURES=OUT cargo test --test pdf
    python3 tests/reference/pdf_eyes.py OUT

Each page is drawn by pdfium at 200 dpi and read by tesseract (German and
English); pdfium's own text is searched as well. It needs the package pypdfium2
with pillow, and tesseract-ocr with tesseract-ocr-deu.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import pypdfium2 as pdfium

NEEDLES = ("erika", "mustermann")


def bare(text):
    return "".join(c for c in text.lower() if c.isalnum())


def ocr(image):
    with tempfile.NamedTemporaryFile(suffix=".png") as file:
        image.save(file.name)
        command = ["tesseract", file.name, "-", "-l", "deu+eng", "--psm", "11"]
        done = subprocess.run(command, capture_output=True, timeout=120, check=True)
    return done.stdout.decode("utf-8", "replace")


def main():
    files = sorted(Path(sys.argv[1]).glob("*.pdf"))
    seen = read = 0
    for path in files:
        for page in pdfium.PdfDocument(str(path)):
            text = bare(page.get_textpage().get_text_range())
            looks = bare(ocr(page.render(scale=200 / 72).to_pil()))
            for needle in NEEDLES:
                if needle in text:
                    read += 1
                    print(f"{path.name}: pdfium reads a needle")
                if needle in looks:
                    seen += 1
                    print(f"{path.name}: a needle is seen")
    print(f"{len(files)} files: {read} needles read by pdfium, {seen} seen by tesseract")


if __name__ == "__main__":
    main()
