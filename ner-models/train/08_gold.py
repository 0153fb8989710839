"""Write the template corpus as gold for `deckname evaluate`, with the origin of every person's name.

usage: 08_gold.py CORPORA dev|test VARIANTS OUT.jsonl [HARD.jsonl]
Spans are [start, end, type, entity, form, origin]; templates of set f (texts without private persons) go to HARD.jsonl.
"""
import importlib, json, sys

ev = importlib.import_module("06_evaluate")


def main():
    corpora, part, variants, out = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
    hard = open(sys.argv[5], "w", encoding="utf-8") if len(sys.argv) > 5 else None
    with open(out, "w", encoding="utf-8") as f:
        for ident, layout, lang, text, spans in ev.akten(corpora, part, variants, seed=1):
            target = hard if ident[0] == "f" else f
            if target:
                rows = [[a, b, label, entity, form, origin or ""] for a, b, label, entity, form, origin in spans]
                target.write(json.dumps({"id": ident, "layout": layout, "lang": lang, "text": text, "spans": rows}, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
