"""Writes the leak corpus: `python3 samples/leaks/make.py`.

One small file per line of docs/reference/leaks.md that applies to a format
deckname reads, each with an invented name in the place the line is about, and
`manifest.toml`, which says what stands where. Same bytes at every run; needs
nothing but Python.
"""

import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import leaks_data  # noqa: E402
import leaks_mail  # noqa: E402
import leaks_office  # noqa: E402
import leaks_odf  # noqa: E402
import leaks_pdf  # noqa: E402
import leaks_sheets  # noqa: E402
from canary import Corpus  # noqa: E402


def main():
    corpus = Corpus()
    for chapter in (leaks_pdf, leaks_office, leaks_sheets, leaks_odf, leaks_data, leaks_mail):
        chapter.add(corpus)
    folder = pathlib.Path(__file__).parent / "files"
    folder.mkdir(exist_ok=True)
    for old in folder.rglob("*"):
        if old.is_file():
            old.unlink()
    out = ["# Written by make.py: what stands where in the leak corpus.", ""]
    for row in sorted(corpus.rows, key=lambda row: (row["line"], row["file"])):
        path = folder / row["file"]
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_bytes(row.pop("data"))
        out.append("[[file]]")
        out += [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in row.items()]
        out.append("")
    (folder.parent / "manifest.toml").write_text("\n".join(out), encoding="utf-8")
    words = [row["canary"] for row in corpus.rows]
    assert len(set(words)) == len(words), "two files with one canary"


if __name__ == "__main__":
    main()
