#!/usr/bin/env python3
"""Other tools over the leak corpus: what each leaves of the names in it.

    apt-get install mat2 qpdf libreoffice tesseract-ocr
    pip install pymupdf presidio-analyzer presidio-anonymizer
    python3 tests/reference/peers.py [--update]

Each tool gets a file and, where it takes one, the name to remove, and does the
most thorough thing its manual describes:

- mat2 takes out metadata (`mat2 --inplace`), it removes no text;
- PyMuPDF: redaction of every hit on every page, applied to pictures and
  drawings as well, then `scrub()` with everything on, saved with `garbage=4`;
- qpdf writes the file anew without what nothing refers to;
- LibreOffice converts to the same format with personal data removed on saving;
- Presidio replaces the name in plain text and tables (its own deny list).

What comes out is searched by a decoder of this script: ZIP entries by their
local headers, zlib streams wherever they start, base64, UTF-16, character
references, quoted-printable, PDF strings, and what pdftotext reads. A tool that
gives no file for an input has refused it. With --update the table in
docs/reference/leaks.md is written anew. Not part of CI.
"""

import argparse
import base64
import collections
import html
import importlib.util
import pathlib
import quopri
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
CORPUS = ROOT / "samples" / "leaks"
PAGE = ROOT / "docs" / "reference" / "leaks.md"
START, END = "<!-- peers -->\n", "<!-- end of peers -->"
GROUPS = [("PDF", ("pdf",)), ("Word, Excel, PowerPoint", ("docx", "docm", "xlsx", "pptx")),
          ("OpenDocument", ("odt", "ods", "odp", "fodt")), ("mail and cards", ("eml", "mbox", "msg", "vcf", "ics", "mht")),
          ("RTF and HTML", ("rtf", "html")), ("text and tables", ("txt", "csv"))]


def letters(text):
    return re.sub(r"[\W\d_]+", "", text.lower().replace("ü", "u"))


def texts(data):
    utf8, latin = data.decode("utf-8", "replace"), data.decode("latin-1")
    yield utf8
    yield latin
    for skip in (0, 1):
        for order in ("le", "be"):
            yield data[skip:].decode("utf-16-" + order, "replace")
    for text in (utf8, latin):
        if "<" in text:
            yield re.sub(r"<[^>]*>", "", text)
        if "&" in text:
            yield html.unescape(re.sub(r"<[^>]*>", "", text))
            yield html.unescape(text)
        if "=" in text:
            yield quopri.decodestring(text.encode("utf-8", "replace")).decode("utf-8", "replace")
        if "%" in text:
            yield re.sub(r"%([0-9A-Fa-f]{2})", lambda m: chr(int(m[1], 16)), text)
        if "(" in text:
            yield "".join(re.findall(r"\(((?:[^()\\]|\\.)*)\)", text))
        if re.search(r"<[0-9A-Fa-f\s]{8,}>", text):
            hexes = "".join(re.findall(r"<([0-9A-Fa-f\s]+)>", text))
            hexes = re.sub(r"\s", "", hexes)
            raw = bytes.fromhex(hexes[: len(hexes) // 2 * 2])
            yield raw.decode("latin-1").replace("\0", "")
        if "\\u" in text:
            yield re.sub(r"\\u(-?\d+) ?\??", lambda m: chr(int(m[1]) % 65536), text)


def inside(data):
    at = 0
    while (at := data.find(b"PK\3\4", at)) >= 0:
        name, extra = int.from_bytes(data[at + 26:at + 28], "little"), int.from_bytes(data[at + 28:at + 30], "little")
        body = data[at + 30 + name + extra:]
        if data[at + 8:at + 10] == b"\0\0":
            yield body[:int.from_bytes(data[at + 18:at + 22], "little") or len(body)]
        else:
            try:
                yield zlib.decompressobj(-15).decompress(body, 8 << 20)
            except zlib.error:
                pass
        at += 4
    for found in re.finditer(rb"\x78[\x01\x5e\x9c\xda]", data):
        try:
            yield zlib.decompressobj().decompress(data[found.start():], 8 << 20)
        except zlib.error:
            pass
    for line in re.findall(rb"[A-Za-z0-9+/]{12,}={0,2}", data):
        try:
            yield base64.b64decode(line[: len(line) // 4 * 4])
        except ValueError:
            pass


def holds(data, word, depth=0):
    if depth > 5 or not data:
        return False
    wanted = {letters(word), letters(word.replace("ü", "ue"))}
    if any(w in letters(text) for text in texts(data) for w in wanted):
        return True
    return any(holds(part, word, depth + 1) for part in inside(data))


def shown(path):
    if path.suffix != ".pdf":
        return ""
    done = subprocess.run(["pdftotext", "-q", str(path), "-"], capture_output=True, timeout=60, check=False)
    return done.stdout.decode("utf-8", "replace")


def mat2(path, word, out):
    copy = out / path.name
    shutil.copyfile(path, copy)
    done = subprocess.run(["mat2", "--inplace", "--unknown-members", "abort", str(copy)], capture_output=True, timeout=120, check=False)
    return copy if done.returncode == 0 and not re.search(rb"failed|not supported|isn't supported", done.stdout + done.stderr) else None


def pymupdf(path, word, out):
    if path.suffix != ".pdf":
        return "not its format"
    import pymupdf
    try:
        doc = pymupdf.open(path)
        if doc.needs_pass:
            return None
        for page in doc:
            for area in page.search_for(word):
                page.add_redact_annot(area, fill=(0, 0, 0))
            page.apply_redactions(images=pymupdf.PDF_REDACT_IMAGE_PIXELS, graphics=pymupdf.PDF_REDACT_LINE_ART_REMOVE_IF_TOUCHED)
        doc.scrub()
        doc.save(out / path.name, garbage=4, clean=True, deflate=True, encryption=pymupdf.PDF_ENCRYPT_NONE)
    except Exception:
        return None
    return out / path.name


def qpdf(path, word, out):
    if path.suffix != ".pdf":
        return "not its format"
    copy = out / path.name
    subprocess.run(["qpdf", "--decrypt", "--object-streams=generate", "--remove-unreferenced-resources=yes", "--coalesce-contents",
                    "--remove-metadata", "--remove-info", str(path), str(copy)], capture_output=True, timeout=60, check=False)
    if not copy.exists():
        # Older versions cannot take out metadata.
        subprocess.run(["qpdf", "--decrypt", "--object-streams=generate", str(path), str(copy)], capture_output=True, timeout=60, check=False)
    return copy if copy.exists() else None


def libreoffice_all(paths, out, profile):
    """All files of a kind in one start; personal data removed on saving."""
    registry = profile / "user" / "registrymodifications.xcu"
    registry.parent.mkdir(parents=True, exist_ok=True)
    registry.write_text('<?xml version="1.0"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">'
                        '<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="RemovePersonalInfoOnSaving" oor:op="fuse">'
                        "<value>true</value></prop></item></oor:items>", encoding="utf-8")
    for kind in sorted({path.suffix[1:] for path in paths}):
        batch = [str(path) for path in paths if path.suffix[1:] == kind]
        for at in range(0, len(batch), 40):
            subprocess.run(["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", kind, "--outdir", str(out),
                            *batch[at:at + 40]], capture_output=True, timeout=600, check=False)


def presidio_engines():
    from presidio_analyzer import AnalyzerEngine, PatternRecognizer, RecognizerRegistry
    from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine
    from presidio_anonymizer import AnonymizerEngine

    class Blank(NlpEngine):
        """No model: what is measured is the removal of a known name."""

        def load(self):
            pass

        def is_loaded(self):
            return True

        def process_text(self, text, language):
            return NlpArtifacts([], [], [], [], self, language)

        def process_batch(self, texts, language, **_):
            return ((text, self.process_text(text, language)) for text in texts)

        def is_stopword(self, word, language):
            return False

        def is_punct(self, word, language):
            return False

        def get_supported_entities(self):
            return []

        def get_supported_languages(self):
            return ["en"]

    def clean(text, word):
        registry = RecognizerRegistry(recognizers=[PatternRecognizer("NAME", deny_list=[word])], supported_languages=["en"])
        analyzer = AnalyzerEngine(registry=registry, nlp_engine=Blank(), supported_languages=["en"])
        found = analyzer.analyze(text, language="en")
        return AnonymizerEngine().anonymize(text, found).text

    return clean


def presidio(clean, path, word, out):
    if path.suffix not in (".txt", ".csv"):
        return "not its format"
    data = path.read_bytes()
    for code in ("utf-8-sig", "utf-16", "cp1252"):
        try:
            text = data.decode(code)
            break
        except UnicodeError:
            continue
    copy = out / path.name
    copy.write_text(clean(text, word), encoding="utf-8")
    return copy


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--update", action="store_true")
    args = parser.parse_args()
    cases = [row for row in tomllib.loads((CORPUS / "manifest.toml").read_text(encoding="utf-8"))["file"] if row["kind"] in ("text", "beside")]
    tools = {}
    if shutil.which("mat2"):
        tools["mat2"] = mat2
    if importlib.util.find_spec("pymupdf"):
        tools["PyMuPDF"] = pymupdf
    if shutil.which("qpdf"):
        tools["qpdf"] = qpdf
    if shutil.which("soffice"):
        tools["LibreOffice"] = None
    if importlib.util.find_spec("presidio_analyzer"):
        engine = presidio_engines()
        tools["Presidio"] = lambda path, word, out: presidio(engine, path, word, out)
    score = {tool: collections.defaultdict(collections.Counter) for tool in tools}
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        office = scratch / "LibreOffice"
        office.mkdir()
        if "LibreOffice" in tools:
            kinds = {".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".rtf"}
            paths = [CORPUS / "files" / row["file"] for row in cases]
            libreoffice_all([path for path in paths if path.suffix in kinds], office, scratch / "profile")
        for row in cases:
            path = CORPUS / "files" / row["file"]
            group = next((name for name, kinds in GROUPS if path.suffix[1:] in kinds), None)
            if not group:
                continue
            for tool, work in tools.items():
                out = scratch / tool
                out.mkdir(exist_ok=True)
                try:
                    if tool == "LibreOffice":
                        known = path.suffix in {".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".rtf"}
                        copy = office / path.name if known else "not its format"
                        copy = copy if copy == "not its format" or copy.exists() else None
                    else:
                        copy = work(path, row["canary"], out)
                except subprocess.TimeoutExpired:
                    copy = None
                if copy is None:
                    fate = "no file"
                elif copy == "not its format":
                    fate = copy
                else:
                    left = holds(copy.read_bytes(), row["canary"]) or letters(row["canary"]) in letters(shown(copy))
                    fate = "left" if left else "gone"
                score[tool][group][fate] += 1
                if fate == "left":
                    print(f"{tool}: {row['file']}", file=sys.stderr)
    table = render(cases, score)
    print(table)
    if args.update:
        page = PAGE.read_text(encoding="utf-8")
        before, rest = page.split(START)
        PAGE.write_text(before + START + table + END + rest.split(END)[1], encoding="utf-8")


def render(cases, score):
    out = ["| | files | " + " | ".join(score) + " |", "| --- | ---: |" + " ---: |" * len(score)]
    for group, kinds in GROUPS:
        n = sum(pathlib.Path(row["file"]).suffix[1:] in kinds for row in cases)
        cells = []
        for tool in score:
            row = score[tool][group]
            done = row["left"] + row["gone"]
            if not done and not row["no file"]:
                cells.append("–")
            else:
                more = f", {row['no file']} no file" if row["no file"] else ""
                cells.append(f"{row['left']} of {done}{more}")
        out.append(f"| {group} | {n} | " + " | ".join(cells) + " |")
    return "\n".join(out) + "\n"


if __name__ == "__main__":
    sys.exit(main())
