"""Looks at the copies of real Office files with other readers: python-docx,
openpyxl, python-pptx, odfpy, LibreOffice.

    pip install python-docx openpyxl python-pptx odfpy
    DECKNAME_OFFICE_DIR=FOLDER DECKNAME_OFFICE_OUT=OUT \\
        cargo test --release --test office corpus -- --ignored --nocapture
    python tests/reference/office_corpus.py FOLDER OUT [--soffice 60]

FOLDER holds the files of one format. The first command opens each, writes
OUT/plain (nothing replaced), OUT/edited (a word that stands in several runs,
where there is one, and four whole words replaced) and OUT/edited/*.words. This
script then compares what the readers see: the same text in the plain copy, and
in the edited one exactly the text with the words replaced. With --soffice, a
random sample is converted by LibreOffice before and after.

Prints counts and names of files, never text.
"""

import argparse
import collections
import pathlib
import random
import subprocess
import tempfile
import warnings

warnings.filterwarnings("ignore")


def docx_text(path):
    import docx

    document = docx.Document(path)
    out = [p.text for p in document.paragraphs]
    for table in document.tables:
        for row in table.rows:
            out += [cell.text for cell in row.cells]
    for section in document.sections:
        out += [p.text for p in section.header.paragraphs + section.footer.paragraphs]
    return out


def xlsx_text(path):
    import openpyxl

    book = openpyxl.load_workbook(path)
    out = []
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                value = cell.value
                if isinstance(value, str) and not value.startswith("="):
                    out.append(value)
                elif value is not None and not isinstance(value, str):
                    out.append(str(value) if isinstance(value, (int, float, bool)) else "x")
    return out


def pptx_text(path):
    import pptx

    out = []
    for slide in pptx.Presentation(path).slides:
        for shape in slide.shapes:
            if shape.has_text_frame:
                out.append(shape.text_frame.text)
            if getattr(shape, "has_table", False) and shape.has_table:
                out += [c.text for row in shape.table.rows for c in row.cells]
    return out


def odf_text(path):
    from odf import opendocument, teletype
    from odf.text import H, P

    document = opendocument.load(path)
    body = document.body
    return [teletype.extractText(e) for kind in (P, H) for e in body.getElementsByType(kind)]


READERS = {"docx": docx_text, "xlsx": xlsx_text, "pptx": pptx_text,
           "odt": odf_text, "ods": odf_text, "odp": odf_text}


def read(path, extension):
    try:
        return READERS[extension](str(path))
    except Exception:  # noqa: BLE001 - whatever a reader dislikes
        return None


def replaced(text, words):
    """The text with the first word that fits at each place replaced."""
    out, at = [], 0
    while at < len(text):
        for n, word in enumerate(words):
            if text.startswith(word, at):
                out.append(f"[PERSON_{n}]")
                at += len(word)
                break
        else:
            out.append(text[at])
            at += 1
    return "".join(out)


def compare(folder, out):
    counts, odd = collections.Counter(), collections.defaultdict(list)
    for path in sorted(folder.iterdir()):
        extension = path.suffix[1:].lower()
        if extension not in READERS:
            continue
        counts["files"] += 1
        before = read(path, extension)
        counts["readable"] += before is not None
        plain = out / "plain" / path.name
        if not plain.exists():
            kind = "refused, though a reader opens it" if before is not None else "refused, as by the reader"
            counts[kind] += 1
            odd[kind].append(path.name)
            continue
        counts["delivered"] += 1
        if before is None:
            continue
        counts["compared"] += 1
        after = read(plain, extension)
        kind = "plain: equal" if after == before else "plain: differs" if after is not None else "plain: unreadable"
        counts[kind] += 1
        if after != before:
            odd[kind].append(path.name)
        edited = out / "edited" / path.name
        words = (edited.with_suffix(".words")).read_text(encoding="utf-8").split("\n")
        words = [w for w in words if w]
        if not words:
            continue
        expected = [replaced(text, words) for text in before]
        seen = read(edited, extension)
        kind = "edited: as expected" if seen == expected else "edited: differs" if seen is not None else "edited: unreadable"
        counts[kind] += 1
        if seen != expected:
            odd[kind].append(path.name)
    for kind, n in sorted(counts.items()):
        print(f"{n:6} {kind}")
        for name in odd.get(kind, []):
            print(f"         {name}")


def converts(path, into):
    """Whether LibreOffice opens a file and writes it again."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["nice", "-n", "19", "soffice", "--headless", f"-env:UserInstallation=file://{folder}/user",
                   "--convert-to", into, "--outdir", folder, str(path)]
        try:
            subprocess.run(command, check=False, timeout=120, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        except subprocess.TimeoutExpired:
            return None
        found = [p for p in pathlib.Path(folder).iterdir() if p.is_file()]
        return found[0].read_bytes() if found else None


def soffice(folder, out, n):
    into = {"docx": "txt:Text", "odt": "txt:Text", "xlsx": "csv", "ods": "csv", "pptx": "odp", "odp": "odp"}
    paths = [p for p in sorted(folder.iterdir()) if (out / "plain" / p.name).exists()]
    random.seed(7)
    sample = random.sample(paths, min(n, len(paths)))
    before, after, same = 0, 0, 0
    for path in sample:
        kind = into[path.suffix[1:].lower()]
        first, second = converts(path, kind), converts(out / "plain" / path.name, kind)
        before += first is not None
        after += second is not None
        same += first == second
        if (first is None) != (second is None):
            print(f"         {path.name}: {first is not None} before, {second is not None} after")
    print(f"LibreOffice: {len(sample)} files, {before} open before, {after} after, {same} with the same text")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("folder", type=pathlib.Path)
    arguments.add_argument("out", type=pathlib.Path)
    arguments.add_argument("--soffice", type=int, default=0)
    arguments = arguments.parse_args()
    compare(arguments.folder, arguments.out)
    if arguments.soffice:
        soffice(arguments.folder, arguments.out, arguments.soffice)


main()
