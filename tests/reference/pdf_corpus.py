#!/usr/bin/env python3
"""Measures rewritten PDFs with readers that share nothing with this program.

First let the PDF format rewrite a folder, with six words of each file as
mentions:

    DECKNAME_PDF_DIR=FOLDER DECKNAME_PDF_OUT=OUT cargo test --release \
        --test pdf_corpus a_folder -- --ignored --nocapture

then compare:

    python3 tests/reference/pdf_corpus.py FOLDER OUT

and for speed and memory, after the test `speed_and_memory` of the same file:

    python3 tests/reference/pdf_corpus.py speed FOLDER OUT

and for the places of glyphs, after the test `origins` of the library:

    DECKNAME_PDF_DIR=FOLDER DECKNAME_PDF_OUT=OUT cargo test --lib origins -- --ignored
    python3 tests/reference/pdf_corpus.py origins FOLDER OUT

It needs poppler-utils, qpdf and the packages pypdfium2, numpy; mutool
(mupdf-tools) is used if it is there. It stops nowhere: every figure is counted
over all files, and files that stand out are named.
"""

import ctypes
import math
import re
import resource
import statistics
import subprocess
import sys
import time
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path
from shutil import which

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw

TOKEN = re.compile(r"\[PERSON_\d+\]")
WORD = re.compile(r"\w+")
SECONDS = 120


def run(*command):
    done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
    return done.stdout.decode("utf-8", "replace")


def poppler(path):
    return run("pdftotext", "-enc", "UTF-8", str(path), "-")


def mupdf(path):
    return run("mutool", "draw", "-q", "-F", "txt", str(path))


def by_pdfium(path):
    document = pdfium.PdfDocument(str(path))
    text = []
    for page in document:
        text.append(page.get_textpage().get_text_range())
    return "\n".join(text)


def unpacked(path):
    return run("qpdf", "--qdf", "--object-streams=disable", "--warning-exit-0", str(path), "-")


READERS = {"poppler": poppler, "pdfium": by_pdfium}
if which("mutool"):
    READERS["mutool"] = mupdf


def normal(text):
    text = unicodedata.normalize("NFKC", text).replace("\u00ad", "").replace("\ufffe", "-")
    return re.sub(r"-[ \t]*\r?\n[ \t]*(?=[^\W\d_])", "", text)


def words(text):
    return Counter(WORD.findall(TOKEN.sub(" ", normal(text))))


def recall(ours, theirs):
    """Share of a multiset of words that is in another one."""
    n = sum(theirs.values())
    return 1.0 if n == 0 else sum((theirs & ours).values()) / n


def chars(page):
    """Every character of a page with its box."""
    text = page.get_textpage()
    for index in range(text.count_chars()):
        code = raw.FPDFText_GetUnicode(text, index)
        yield chr(code) if code < 0x110000 else "\ufffd", text.get_charbox(index)


def bands(page, patterns):
    """The lines in which one of some texts stands: from, to, and whether they
    run from top to bottom."""
    everything = list(chars(page))
    text = "".join(character for character, _ in everything)
    out = []
    for pattern in patterns:
        for match in re.finditer(pattern, text):
            boxes = [everything[i][1] for i in range(*match.span())]
            left, right = min(b[0] for b in boxes), max(b[2] for b in boxes)
            low, high = min(b[1] for b in boxes), max(b[3] for b in boxes)
            if high - low > 2 * (right - left):
                out.append((left - 6, right + 6, True))
            else:
                out.append((low - 6, high + 6, False))
    return out


def render(page):
    image = page.render(scale=1.0, grayscale=True, may_draw_forms=True).to_numpy()
    return image[:, :, 0].astype(np.int16) if image.ndim == 3 else image.astype(np.int16)


def soft(image):
    """A blur of 3 x 3, so that hair lines at half pixels count less."""
    padded = np.pad(image, 1, mode="edge")
    height, width = image.shape
    return sum(padded[y : y + height, x : x + width] for y in range(3) for x in range(3)) // 9


def changed(before, after, names):
    """Share of pixels that differ outside the lines of replaced words."""
    for page in (before, after):
        page.set_rotation(0)
    one, two = soft(render(before)), soft(render(after))
    if one.shape != two.shape:
        return 1.0
    keep = np.ones(one.shape, dtype=bool)
    start, _, _, top = before.get_bbox()
    patterns = [re.escape(name) for name in names]
    for low, high, upright in bands(before, patterns) + bands(after, [TOKEN.pattern]):
        if upright:
            keep[:, int(max(0, low - start)) : int(max(0, high - start)) + 1] = False
        else:
            keep[int(max(0, top - high)) : int(max(0, top - low)) + 1] = False
    differ = np.abs(one - two) > 60
    return float(differ[keep].sum()) / max(1, int(keep.sum()))


class Figures:
    def __init__(self):
        self.files = 0
        self.left = Counter()
        self.kept = {name: [0, 0] for name in READERS}
        self.found = {name: [0, 0] for name in READERS}
        self.pages = 0
        self.same = 0
        self.recalls = []

    def file(self, source, target, names):
        self.files += 1
        before, after = {}, {}
        for reader, read in READERS.items():
            try:
                before[reader], after[reader] = read(source), read(target)
            except Exception as error:  # a reader that gives up tells nothing
                print(f"  {source.name}: {reader}: {type(error).__name__}")
                continue
            self.text(source.name, reader, before[reader], after[reader], names)
        lines = unpacked(target).split("\n")
        data = "\n".join(l for l in lines if "/Ordering" not in l and "/Registry" not in l)
        for name in names:
            if re.search(rf"\({re.escape(name)}|{re.escape(name)}\)\s*T[jJ]", data):
                self.left["qdf"] += 1
                print(f"  {source.name}: a word is left in the unpacked file")
        self.read(source, target, before)
        self.look(source, target, names)

    def text(self, file, reader, before, after, names):
        for name in names:
            # Words of the program's own tokens are no leak.
            if name in TOKEN.sub(" ", normal(after)):
                self.left[reader] += 1
                print(f"  {file}: a word is left for {reader}")
        old = normal(before)
        for name in names:
            old = old.replace(name, " ")
        expected, got = Counter(WORD.findall(old)), words(after)
        kept = self.kept[reader]
        n, same = sum(expected.values()), sum((expected & got).values())
        kept[0] += same
        kept[1] += n
        if n - same > 0.01 * n + 2:
            print(f"  {file}: {n - same} of {n} words are gone for {reader}")
        longest = sorted(map(re.escape, names), key=len, reverse=True)
        there = len(re.findall("|".join(longest), normal(before))) if names else 0
        found = self.found[reader]
        bare = re.sub(r"\s", "", after)
        tokens = len(TOKEN.findall(bare))
        found[0] += min(there, tokens)
        found[1] += there
        if tokens < there:
            print(f"  {file}: {tokens} stand-ins of {there} for {reader}")

    def read(self, source, target, before):
        ours = target.with_suffix(".txt")
        if not ours.exists() or "poppler" not in before or "pdfium" not in before:
            return
        lines = ours.read_text().split("\n\n")
        text = "\n".join(line for line in lines if not line.startswith("~ "))
        one, two = words(before["poppler"]), words(before["pdfium"])
        agreed = one & two
        n = sum(agreed.values())
        if n < 20 or n < 0.95 * sum(one.values()) or n < 0.95 * sum(two.values()):
            return
        share = recall(words(text), agreed)
        self.recalls.append(share)
        if share < 0.95:
            print(f"  {source.name}: word recall {share:.3f}")

    def look(self, source, target, names):
        try:
            before, after = pdfium.PdfDocument(str(source)), pdfium.PdfDocument(str(target))
            before.init_forms()
            for one, two in zip(before, after, strict=True):
                share = changed(one, two, names)
                self.pages += 1
                self.same += share <= 0.0005
                if share > 0.0005:
                    print(f"  {source.name}: {share:.4f} of a page's pixels changed")
        except Exception as error:
            print(f"  {source.name}: pages not compared: {type(error).__name__}")

    def show(self):
        share = lambda pair: f"{pair[0]} of {pair[1]} ({100 * pair[0] / max(1, pair[1]):.2f} %)"
        print(f"\n{self.files} rewritten files")
        print(f"words left: {dict(self.left) or 'none'}")
        for reader in READERS:
            print(f"{reader}: other words kept {share(self.kept[reader])}")
            print(f"{reader}: stand-ins found {share(self.found[reader])}")
        print(f"pages unchanged outside replaced lines: {share([self.same, self.pages])}")
        if self.recalls:
            worst, mean = min(self.recalls), sum(self.recalls) / len(self.recalls)
            print(f"word recall in {len(self.recalls)} files: mean {mean:.4f}, worst {worst:.3f}")


def speed(folder, out):
    """Processor time of poppler and pdfium for the files of `pdf_speed.tsv`."""
    rows = [line.split("\t") for line in (out / "pdf_speed.tsv").read_text().splitlines()]
    paths = {path.name: path for path in folder.rglob("*")}
    child = resource.RUSAGE_CHILDREN
    spent = lambda usage: usage.ru_utime + usage.ru_stime

    def pdftotext(path):
        start = spent(resource.getrusage(child))
        poppler(path)
        return spent(resource.getrusage(child)) - start

    empty = statistics.median(pdftotext(Path("/dev/null")) for _ in range(20))
    ours = theirs = chrome = rewritten = 0.0
    pages = 0
    over = []
    for name, size, n, opened, written, peak in rows:
        best = min(pdftotext(paths[name]) for _ in range(2)) - empty
        start = time.process_time()
        try:
            by_pdfium(paths[name])
        except pdfium.PdfiumError:
            continue
        chrome += time.process_time() - start
        theirs += max(0.0, best)
        ours += float(opened)
        rewritten += float(opened) + float(written)
        pages += int(n)
        allowed = 6 * int(size) / 1000 + 60_000
        if float(peak) > allowed:
            over.append(f"{name}: {float(peak) / 1000:.0f} MB for {int(size) / 1e6:.1f} MB")
    print(f"{len(rows)} files, {pages} pages; pages per second of processor time:")
    print(f"reading {pages / ours:.0f}, with rewriting {pages / rewritten:.0f}")
    print(f"pdftotext {pages / theirs:.0f}, pdfium {pages / chrome:.0f}")
    print(f"{len(over)} files over 6 x size + 60 MB", *over, sep="\n  ")


def origins(folder, out):
    """How many characters that pdfium sees have a glyph of ours within 0.6 pt."""
    ours = defaultdict(set)
    for line in (out / "pdf_origins.tsv").open():
        name, page, x, y = line.rstrip("\n").split("\t")
        ours[name, int(page)].add((float(x), float(y)))
    cell = lambda x, y: (math.floor(x), math.floor(y))
    paths = {path.name: path for path in folder.rglob("*")}
    near = total = 0
    x, y = ctypes.c_double(), ctypes.c_double()
    for name in sorted({name for name, _ in ours}):
        try:
            document = pdfium.PdfDocument(str(paths[name]))
        except pdfium.PdfiumError:
            continue
        own_near = own = 0
        for number, page in enumerate(document, 1):
            grid = defaultdict(list)
            for point in ours[name, number]:
                grid[cell(*point)].append(point)
            text = page.get_textpage()
            last = None
            for index in range(text.count_chars()):
                code = raw.FPDFText_GetUnicode(text, index)
                generated = raw.FPDFText_IsGenerated(text, index) == 1
                if generated or code < 33 or not raw.FPDFText_GetCharOrigin(text, index, x, y):
                    continue
                # Characters of one replacement text all have one origin.
                if (x.value, y.value) == last:
                    continue
                last = (x.value, y.value)
                around = cell(x.value, y.value)
                own += 1
                own_near += any(
                    math.hypot(a - x.value, b - y.value) <= 0.6
                    for dx in (-1, 0, 1)
                    for dy in (-1, 0, 1)
                    for a, b in grid[around[0] + dx, around[1] + dy]
                )
        near, total = near + own_near, total + own
        if own_near < 0.99 * own:
            print(f"  {name}: {own_near} of {own}")
    print(f"{near} of {total} characters ({100 * near / max(1, total):.3f} %) within 0.6 pt")


def main():
    if sys.argv[1] == "origins":
        origins(Path(sys.argv[2]), Path(sys.argv[3]))
        return
    if sys.argv[1] == "speed":
        speed(Path(sys.argv[2]), Path(sys.argv[3]))
        return
    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    only = sys.argv[3] if len(sys.argv) > 3 else ""
    openable = delivered = 0
    figures = Figures()
    for source in sorted(folder.rglob("*")):
        if source.suffix.lower() != ".pdf" or only not in source.name:
            continue
        target = out / source.name
        try:
            pages = len(pdfium.PdfDocument(str(source)))
        except pdfium.PdfiumError:
            pages = 0
        if pages and "Pages:" in run("pdfinfo", str(source)):
            openable += 1
            delivered += target.exists()
        if not target.exists():
            continue
        names = target.with_suffix(".words")
        names = names.read_text().split("\n") if names.exists() else []
        figures.file(source, target, [name for name in names if name])
    print(f"{delivered} of {openable} files that pdfium and poppler open were delivered")
    figures.show()


if __name__ == "__main__":
    main()
