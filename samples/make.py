#!/usr/bin/env python3
"""Makes samples/documents and samples/labels.

Every document is written once, as marked-up text, in make_texts.py (TXT, MD,
CSV), make_word.py (DOCX) and make_pages.py (PDF). A mark is

    ‹PER a|Anna Koch›       (entity type, letter of the entity, text)

From one source come the file and its label line, so both always agree. The
same source gives the same bytes: dates are fixed, archives are repacked.

    python3 -m venv .venv && .venv/bin/pip install -r samples/requirements.txt
    .venv/bin/python samples/make.py
"""

import io
import json
import re
import sys
import zipfile
from pathlib import Path

sys.dont_write_bytecode = True  # no __pycache__ beside the samples

HERE = Path(__file__).resolve().parent
DOCUMENTS = HERE / "documents"
LABELS = HERE / "labels"

# Short codes of the marks, and the names of src/entity.rs.
TYPES = {
    "PER": "PERSON", "ORG": "ORGANIZATION", "LOC": "LOCATION", "STR": "STREET",
    "ZIP": "POSTAL_CODE", "CITY": "CITY", "DOB": "DATE_OF_BIRTH", "DOD": "DATE_OF_DEATH",
    "POB": "PLACE_OF_BIRTH", "MAIL": "EMAIL", "TEL": "PHONE", "URL": "URL",
    "IP": "IP_ADDRESS", "MAC": "MAC_ADDRESS", "USER": "USER_NAME", "IBAN": "IBAN",
    "BIC": "BIC", "ACC": "BANK_ACCOUNT", "CARD": "CREDIT_CARD", "TAXID": "TAX_ID",
    "TAXNR": "TAX_NUMBER", "VAT": "VAT_ID", "SVNR": "SOCIAL_SECURITY_NUMBER",
    "KVNR": "HEALTH_INSURANCE_NUMBER", "IDC": "ID_CARD", "PASS": "PASSPORT",
    "LIC": "DRIVING_LICENCE", "PLATE": "LICENCE_PLATE", "VIN": "VEHICLE_ID",
    "CASE": "CASE_NUMBER", "CUST": "CUSTOMER_NUMBER", "PARCEL": "PARCEL",
    "GEO": "COORDINATES", "REG": "REGISTER_NUMBER", "SEC": "SECRET",
}
MARK = re.compile(r"‹(\w+) (\w+)\|([^‹›|]+)›")

# Values that are also ordinary words in these documents: a mark-free
# occurrence of them is no mistake.
ORDINARY = {
    "Koch", "Sommer", "Richter", "König", "Kaiser", "Winter", "Berg", "Lang",
    "Wolf", "Bauer", "Stein", "Weiß", "May", "Brook", "SOMMER", "KOCH",
}


def parse(marked):
    """Marked text to plain text and spans."""
    plain, spans, at = "", [], 0
    for mark in MARK.finditer(marked):
        plain += marked[at:mark.start()]
        code, entity, text = mark.groups()
        spans.append((len(plain), len(plain) + len(text), TYPES[code], entity))
        plain += text
        at = mark.end()
    plain += marked[at:]
    assert "‹" not in plain and "›" not in plain, f"broken mark: {plain!r}"
    return plain, spans


def parts(marked):
    """Marked text as a list of (plain piece, is a mention)."""
    plain, spans = parse(marked)
    pieces, at = [], 0
    for start, end, _, _ in spans:
        pieces += [(plain[at:start], False), (plain[start:end], True)]
        at = end
    return [piece for piece in pieces + [(plain[at:], False)] if piece[0]]


class Gold:
    """One document's label line, grown while the document is built."""

    all = []

    def __init__(self, path, genre, layout, lang="de", origin="mixed"):
        self.path, self.genre, self.layout = path, genre, layout
        self.lang, self.origin = lang, origin
        self.text, self.spans, self.elsewhere = "", [], []
        Gold.all.append(self)

    def add(self, marked, end="\n"):
        """Appends a piece in reading order and returns it without marks."""
        plain, spans = parse(marked)
        at = len(self.text)
        self.spans += [[at + s, at + e, kind, entity] for s, e, kind, entity in spans]
        self.text += plain + end
        return plain

    def aside(self, marked):
        """A value outside the running text (metadata, file name, deleted text)."""
        plain, spans = parse(marked)
        self.elsewhere += [[plain[s:e], kind] for s, e, kind, _ in spans]
        return plain

    def line(self):
        for part in Path(self.path).parts:
            for marked_name in FILE_NAMES.get(part, []):
                self.aside(marked_name)
        return json.dumps(
            {"id": self.path, "genre": self.genre, "layout": self.layout, "lang": self.lang,
             "origin": self.origin, "text": self.text, "spans": self.spans,
             "elsewhere": self.elsewhere},
            ensure_ascii=False)

    def check(self):
        """Every span fits, and no labelled value stands unlabelled in the text."""
        covered = [False] * len(self.text)
        values = {value for value, _ in self.elsewhere}
        for start, end, kind, _ in self.spans:
            value = self.text[start:end]
            assert value == value.strip() and value, (self.path, value)
            assert not any(covered[start:end]), (self.path, "overlap", value)
            covered[start:end] = [True] * (end - start)
            values.add(value)
            check_number(self.path, kind, value)
        for value in values - ORDINARY:
            for hit in re.finditer(rf"(?<!\w){re.escape(value)}(?!\w)", self.text):
                assert all(covered[hit.start():hit.end()]), (
                    self.path, "unlabelled", value, self.text[hit.start() - 20:hit.end() + 20])


# Path components that name somebody.
FILE_NAMES = {
    "Vorgang_Kowalczyk": ["‹PER a|Kowalczyk›"],
    "Widerspruch_Kowalczyk.docx": ["‹PER a|Kowalczyk›"],
    "Aussage_Sommer_Ilse.txt": ["‹PER s|Sommer›", "‹PER s|Ilse›"],
    "Arztbrief_Heinrich_Koch.pdf": ["‹PER h|Heinrich›", "‹PER h|Koch›"],
    "Reference_O'Brien.docx": ["‹PER o|O'Brien›"],
}

# Fictitious for good: blocks that the Bundesnetzagentur and Ofcom keep free
# for films and books, and the masked or free forms that nobody can call.
PHONES = re.compile(
    r"30\s?23125|69\s?90009|40\s?66969|221\s?4710|89\s?99998|17139200|176040690"
    r"|15228817386|15228895456|15254599371|1729925904|1729968532|1729973185|1729973186"
    r"|1729980752|1749091317|1749464308|2079460|7700900|1632960")


def check_number(path, kind, value):
    bare = re.sub(r"[\s/().–-]", "", value)
    ok = True
    if kind == "IBAN":
        turned = bare[4:] + bare[:4]
        ok = int("".join(str(int(c, 36)) for c in turned)) % 97 == 1
        # Bank codes starting with 9 were never given out.
        ok = ok and (not bare.startswith("DE") or bare[4] == "9")
    elif kind == "TAX_ID":
        ok = bare[-1] == iso_7064_11_10(bare[:-1])
    elif kind == "HEALTH_INSURANCE_NUMBER":
        ok = bare[-1] == insurance_digit("%02d" % (ord(bare[0]) - 64) + bare[1:9], [1, 2] * 5)
    elif kind == "SOCIAL_SECURITY_NUMBER" and len(bare) == 12:
        turned = bare[:8] + "%02d" % (ord(bare[8]) - 64) + bare[9:11]
        ok = bare[-1] == insurance_digit(turned, [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1])
    elif kind in ("ID_CARD", "PASSPORT") and len(bare) == 10:
        total = sum(int(c, 36) * (7, 3, 1)[i % 3] for i, c in enumerate(bare[:9]))
        ok = bare[-1] == str(total % 10)
    elif kind == "VAT_ID" and bare.startswith("DE"):
        ok = bare[-1] == iso_7064_11_10(bare[2:-1])
    elif kind == "CREDIT_CARD":
        digits = [int(c) for c in bare[::-1]]
        ok = sum(d if i % 2 == 0 else sum(divmod(2 * d, 10)) for i, d in enumerate(digits)) % 10 == 0
    elif kind == "PHONE":
        ok = PHONES.search(re.sub(r"^(00|\+)?(49|44)?0?", "", bare)) is not None
    elif kind == "EMAIL":
        ok = value.endswith((".example", "@example.com", "@example.org", "@example.net"))
    assert ok, (path, kind, value)


def iso_7064_11_10(digits):
    product = 10
    for digit in digits:
        product = ((int(digit) + product) % 10 or 10) * 2 % 11
    return str((11 - product) % 10)


def insurance_digit(digits, weights):
    total = sum(sum(divmod(int(d) * w, 10)) for d, w in zip(digits, weights))
    return str(total % 10)


def save(path, data):
    target = DOCUMENTS / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)


def repack(data, drop=()):
    """A zip archive with fixed dates, so that the same parts give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename in drop:
                continue
            fixed = zipfile.ZipInfo(entry.filename, (2026, 3, 2, 8, 0, 0))
            fixed.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(fixed, old.read(entry.filename))
    return out.getvalue()


def main():
    import make_pages
    import make_texts
    import make_word

    for room in (make_texts, make_word, make_pages):
        room.make()
    lines = {}
    for gold in Gold.all:
        line = gold.line()
        gold.check()
        lines.setdefault(gold.path.split("/")[0], []).append(line)
    LABELS.mkdir(exist_ok=True)
    for folder, made in lines.items():
        (LABELS / f"{folder}.jsonl").write_text("\n".join(sorted(made)) + "\n", encoding="utf-8")
    n_spans = sum(len(gold.spans) for gold in Gold.all)
    print(f"{len(Gold.all)} documents, {n_spans} spans")


if __name__ == "__main__":
    sys.modules["make"] = sys.modules["__main__"]
    main()
