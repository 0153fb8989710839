#!/usr/bin/env python3
"""Real files, each with its own proper names as a deny list: what comes through,
and what is refused although nothing is wrong.

    python3 tests/reference/sweep.py FOLDER… --deckname target/release/deckname

Proper names are words with a capital that stand nowhere in lower case and in at
most three files of the set, up to twelve a file, as other readers tell them
(pdftotext, the XML of packages, Python's mail parser). The copies are read by
the same readers, never by deckname. All files are done in one run with all
lists together: a name stands in three files at most. What the check refuses is
printed with its reason, for a person to judge. Not part of CI.
"""

import argparse
import collections
import email
import email.policy
import html
import json
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile

PACKAGES = {"docx", "docm", "xlsx", "pptx", "odt", "ods", "odp"}
WORD = re.compile(r"[^\W\d_]{5,}")


def package_text(path):
    out = []
    try:
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if name.endswith((".xml", ".rels", ".vml")) and "theme" not in name:
                    data = archive.read(name).decode("utf-8", "replace")
                    data = re.sub(r"</(w:p|a:p|text:p|text:h|si|c|row|w:tab|w:br)[^>]*>|<(w:tab|w:br|text:line-break)[^>]*/>", "\n", data)
                    out.append(html.unescape(re.sub(r"<[^>]+>", "", data)))
    except Exception:
        return ""
    return "\n".join(out)


def mail_text(data):
    out = []
    message = email.message_from_bytes(data, policy=email.policy.default)
    for part in message.walk():
        for field in ("from", "to", "cc", "bcc", "subject", "reply-to"):
            try:
                out += [str(value) for value in part.get_all(field, [])]
            except Exception:
                pass
        if part.get_content_maintype() == "text":
            try:
                text = part.get_content()
            except Exception:
                continue
            out.append(html.unescape(re.sub(r"<[^>]+>", " ", text)) if "<" in text else text)
    return "\n".join(out)


def rtf_text(data):
    text = data.decode("latin-1")
    text = re.sub(r"\\'([0-9a-f]{2})", lambda m: bytes.fromhex(m[1]).decode("cp1252", "replace"), text)
    text = re.sub(r"\\u(-?\d+) ?\??", lambda m: chr(int(m[1]) % 65536), text)
    return re.sub(r"\\[a-z]+-?\d* ?|[{}]", " ", text)


def compound_text(data):
    """Runs of wide and narrow letters."""
    wide = re.findall(rb"(?:[\x20-\xff]\x00){5,}", data)
    narrow = re.findall(rb"[\x20-\xff]{5,}", data)
    return "\n".join([run.decode("utf-16-le", "replace") for run in wide] + [run.decode("cp1252", "replace") for run in narrow])


def text_of(path):
    kind = path.suffix[1:].lower()
    if kind == "pdf":
        done = subprocess.run(["pdftotext", "-q", str(path), "-"], capture_output=True, timeout=60, check=False)
        return done.stdout.decode("utf-8", "replace")
    if kind in PACKAGES:
        return package_text(path)
    data = path.read_bytes()
    if kind in ("eml", "mht") or (kind == "msg" and not data.startswith(b"\xd0\xcf")):
        return mail_text(data)
    if kind == "rtf":
        return rtf_text(data)
    return compound_text(data)


def words_of(text):
    return set(WORD.findall(text))


def names(files):
    """Up to twelve rare words with a capital for each file."""
    all_words, count, lower = {}, collections.Counter(), set()
    for path in files:
        try:
            found = words_of(text_of(path))
        except Exception:
            found = set()
        all_words[path] = found
        count.update({word.lower() for word in found})
        lower |= {word for word in found if word.islower()}
    out = {}
    for path, found in all_words.items():
        rare = sorted(w for w in found if w[0].isupper() and w[1:].islower() and w.lower() not in lower and count[w.lower()] <= 3)
        random.Random(path.name).shuffle(rare)
        out[path] = rare[:12]
    return out


def run(deckname, files, words, scratch):
    """One run over all files, numbered, so that no name of a file is replaced."""
    box = pathlib.Path(scratch)
    (box / "data").mkdir()
    numbered = {}
    for number, path in enumerate(files):
        new = f"f{number:04d}{path.suffix.lower()}"
        numbered[new] = path
        shutil.copyfile(path, box / "data" / new)
    (box / "lists").mkdir()
    (box / "lists" / "deny.txt").write_text("\n".join(sorted(words)), encoding="utf-8")
    (box / "store").mkdir()
    subprocess.run([deckname, "run", str(box / "data"), "--out", str(box / "out"), "--store", str(box / "store" / "m.sqlite"),
                    "--keys", str(box / "keys"), "--no-model", "--deny", str(box / "lists" / "deny.txt"), "-q", "--lang", "en"],
                   stdout=subprocess.DEVNULL, check=False)
    report = json.loads((box / "out" / "deckname-report.json").read_text(encoding="utf-8"))
    return numbered, report


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folders", nargs="+", type=pathlib.Path)
    parser.add_argument("--deckname", default="target/release/deckname")
    parser.add_argument("--every", type=int, default=1, help="only every n-th file")
    args = parser.parse_args()
    files = [p for folder in args.folders for p in sorted(folder.iterdir()) if p.is_file()][:: args.every]
    lists = names(files)
    tally = collections.defaultdict(collections.Counter)
    with tempfile.TemporaryDirectory() as scratch:
        numbered, report = run(args.deckname, files, {w for words in lists.values() for w in words}, scratch)
        out = pathlib.Path(scratch) / "out"
        outcomes = {pathlib.PurePath(row["input"]).name: row for row in rows(report)}
        for new, path in numbered.items():
            kind, words = path.suffix[1:].lower(), lists[path]
            row = tally[kind]
            row["files"] += 1
            row["with names"] += bool(words)
            row["names"] += len(words)
            copies = list(out.glob(new.rsplit(".", 1)[0] + ".*"))
            if not copies:
                why = outcomes.get(new, {}).get("why", "?")
                check = "written copy" in why or "copy " in why
                row["refused by the check" if check else "not delivered"] += 1
                print(f"{path.name}: {why}", flush=True)
                continue
            row["delivered"] += 1
            left = {w.lower() for w in words} & {w.lower() for copy in copies for w in words_of(text_of(copy))}
            if left:
                row["a name comes through"] += 1
                print(f"{path.name}: {len(left)} of {len(words)} come through: {sorted(left)}", flush=True)
    for kind, row in sorted(tally.items()):
        print(kind, dict(row))


def rows(report):
    """Every file of the report with why it was not delivered."""
    for row in report["files"]:
        yield {"input": row.get("input") or row.get("name") or "", "why": row.get("what") or row.get("reason") or json.dumps(row)}


if __name__ == "__main__":
    sys.exit(main())
