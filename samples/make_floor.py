#!/usr/bin/env python3
"""samples/floor/*.txt (texts with values marked in place) to samples/floor/*.jsonl (text and spans).

Every document starts with `=== id | genre | layout | origin of the names`. A value stands as {P:Erika Muster};
a small letter marks what is public and may stay. Run it after a change of a text and commit both files.
"""
import json, pathlib, re

TYPES = {"P": "PERSON", "O": "ORGANIZATION", "C": "CITY", "S": "STREET", "Z": "POSTAL_CODE", "B": "DATE_OF_BIRTH",
         "A": "PLACE_OF_BIRTH", "T": "PHONE"}
VALUE = re.compile(r"\{(\w):([^{}]+)\}")


def document(head, body, lang):
    id_, genre, layout, origin = (part.strip() for part in head.split("|"))
    text, spans, at = "", [], 0
    for value in VALUE.finditer(body):
        text += body[at:value.start()]
        start, at = len(text), value.end()
        text += value[2]
        public = value[1].islower()
        spans.append([start, len(text), TYPES[value[1].upper()], "", "literal" if public else "full"])
    text += body[at:]
    assert "{" not in text and "}" not in text, f"{id_}: a mark was not read"
    return {"id": f"{lang}/{id_}", "genre": genre, "layout": layout, "lang": lang, "origin": origin,
            "text": text.rstrip("\n"), "spans": spans}


for source in sorted((pathlib.Path(__file__).parent / "floor").glob("*.txt")):
    parts = re.split(r"^=== *(.*)\n", source.read_text(encoding="utf-8"), flags=re.M)[1:]
    documents = [document(head, body, source.stem) for head, body in zip(parts[::2], parts[1::2])]
    assert len({d["id"] for d in documents}) == len(documents), "an id stands twice"
    lines = [json.dumps(d, ensure_ascii=False) for d in documents]
    source.with_suffix(".jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(source.stem, len(documents), "documents,", sum(len(d["spans"]) for d in documents), "values")
