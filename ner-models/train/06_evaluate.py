"""Measure an exported model; with --calibrate, find temperature and thresholds on dev data first.

usage: 06_evaluate.py CORPORA TOKENIZER.json MODEL.onnx [--toml models.toml] [--calibrate] [--part dev|test] [--json OUT.json] [--fast]
       06_evaluate.py CORPORA TOKENIZER.json MODEL.onnx --toml models.toml --sweep     (a table over thresholds, dev data only)
Token corpora: strict spans, and by characters. Template corpus: recall by characters and by whole spans, by type, form
and name origin; precision by characters; false PER per 1,000 words on the hard negatives.
"""
import argparse, collections, importlib, json, random, re
from pathlib import Path
import numpy as np
from common import LABELS, TYPES, bio_spans, decode, detokenize, jsonl
from infer import Ner

data = importlib.import_module("03_data")
CORPORA = ["germeval14", "german_ler", "mobie", "smartdata", "schnitzler_briefe", "europeana_ner", "uner_ewt", "gum", "wnut17", "crossner", "re3d", "presidio", "meddocan_es", "echr_fr_es"]


def token_corpus(folder, name, part, limit):
    """-> [(text, token offsets, gold spans in tokens, ignored tokens)], annotated types"""
    held = part == "dev" and name in data.DEV_SPLIT
    docs = list(jsonl(Path(folder, "ner", name, f"{part}.jsonl.gz")))
    docs = docs[-data.HELD_OUT:] if held else docs[:limit]
    out = []
    for d in docs:
        text, offs = detokenize(d["tokens"])
        gold = [(a, b, data.TO_TYPE[t]) for a, b, t in bio_spans(d["tags"]) if t in data.TO_TYPE]
        ignored = {i for i, t in enumerate(d["tags"]) if t.endswith("IGN")}
        out.append((text, offs, gold, ignored, set(d["annotated"])))
    types = set.intersection(*(o[4] for o in out)) & set(TYPES)
    return out, types


def to_tokens(spans, offs, merge_street):
    """Character spans -> spans of whole tokens."""
    out = []
    for a, b, t, _ in spans:
        hit = [i for i, (s, e) in enumerate(offs) if s < b and e > a]
        t = "LOC" if t == "STREET" and merge_street else t
        out.append((hit[0], hit[-1] + 1, t))
    return out


def f1(tp, fp, fn):
    p, r = tp / max(1, tp + fp), tp / max(1, tp + fn)
    return {"precision": p, "recall": r, "f1": 2 * p * r / max(1e-9, p + r), "spans": tp + fn}


def strict(ner, corpus):
    docs, types = corpus
    merge = "STREET" not in types
    score = collections.defaultdict(lambda: [0, 0, 0])
    for (text, offs, gold, ignored, _), spans in zip(docs, ner.spans([d[0] for d in docs])):
        gold = {(a, b, "LOC" if t == "STREET" and merge else t) for a, b, t in gold}
        found = {s for s in to_tokens(spans, offs, merge) if not ignored & set(range(s[0], s[1]))}
        for t in types:
            g, f = {s for s in gold if s[2] == t}, {s for s in found if s[2] == t}
            for key in (t, "all"):
                score[key][0] += len(g & f); score[key][1] += len(f - g); score[key][2] += len(g - f)
    return {k: f1(*v) for k, v in sorted(score.items())}


def akten(folder, part, variants, seed=7):
    """-> [(template id, layout, lang, text, spans with form and origin)]; names as the template corpus draws them."""
    fill, pools = data.load_fill(folder)
    class Plain:
        def __init__(self, r): self.r = r
        def person(self, gender, lang): return fill.Person(self.r, pools, gender, lang)
    out = []
    for (ident, _, lang, layout), body in data.templates(fill, folder, part):
        for v in range(variants):
            out.append((ident, layout, lang, *data.fill_template(fill, Plain(random.Random(f"{seed}/{ident}/{v}")), lang, body)))
    return out


def letters(text, a, b):
    return [i for i in range(a, b) if text[i].isalnum()]


class Overlap:
    def __init__(self): self.n = collections.Counter()
    def add(self, got, want):
        self.n["chars"] += want; self.n["hit"] += got; self.n["spans"] += 1; self.n["whole"] += got == want
    def row(self):
        n = self.n
        return {"recall_chars": n["hit"] / max(1, n["chars"]), "recall_spans": n["whole"] / max(1, n["spans"]), "spans": n["spans"]}


def overlap(ner, docs):
    """Recall (same type; any type) and precision by characters, groups by layout, form, origin."""
    groups, prec = collections.defaultdict(Overlap), collections.Counter()
    complete = collections.Counter()
    for (ident, layout, lang, text, gold), spans in zip(docs, ner.spans([d[3] for d in docs])):
        found = np.full(len(text), "", dtype=object)
        for a, b, t, _ in spans:
            found[a:b] = t
        truth = np.full(len(text), "", dtype=object)
        ok = True
        for a, b, lab, _, form, origin in gold:
            truth[a:b] = "?" if lab in data.RULE_FOUND else data.TO_TYPE.get(lab, "")
            typ, chars = data.TO_TYPE.get(lab), letters(text, a, b)
            if typ is None or not chars:
                continue
            same, any_ = sum(found[i] == typ for i in chars), sum(found[i] != "" for i in chars)
            literal = form == "literal"
            groups[f"{typ}{' literal' if literal else ''}"].add(same, len(chars))
            if literal:
                continue
            groups[f"{typ} any type"].add(any_, len(chars))
            ok &= typ not in ("PER", "STREET") or any_ == len(chars)
            if typ == "PER":
                for g in (f"layout {layout}", f"form {form}", f"origin {origin}", f"lang {lang}", f"set {ident[0]}"):
                    groups["PER " + g].add(same, len(chars)); groups["PER any type " + g].add(any_, len(chars))
        complete[layout, ok] += 1; complete["all", ok] += 1
        for a, b, t, _ in spans:
            for i in letters(text, a, b):
                if truth[i] != "?":
                    prec[t, "ok" if truth[i] == t else "bad"] += 1
    out = {k: v.row() for k, v in sorted(groups.items())}
    for t in TYPES:
        out[f"{t} precision"] = prec[t, "ok"] / max(1, prec[t, "ok"] + prec[t, "bad"])
    out["documents complete"] = {l: complete[l, True] / (complete[l, True] + complete[l, False]) for l in sorted({k[0] for k in complete})}
    return out


def false_persons(ner, docs):
    """False PER spans per 1,000 words on the hard negatives."""
    words = false = 0
    seen = collections.Counter()
    for (_, _, _, text, gold), spans in zip(docs, ner.spans([d[3] for d in docs])):
        true = [(a, b) for a, b, lab, *_ in gold if lab == "PER" or lab in data.RULE_FOUND]
        words += len(text.split())
        for a, b, t, _ in spans:
            if t == "PER" and not any(s < b and e > a for s, e in true):
                false += 1; seen[text[a:b]] += 1
    return {"per 1000 words": 1000 * false / max(1, words), "words": words, "examples": seen.most_common(25)}


def calibrate(ner, folder):
    """Temperature by likelihood of the gold type per word; thresholds, one half at most, by F2 (PER, STREET) and F1 (ORG, LOC) over words."""
    texts, gold = [], []
    for name in sorted(data.DEV_SPLIT):
        for text, offs, spans, _, _ in token_corpus(folder, name, "dev", None)[0]:
            texts.append(text); gold.append([(offs[a][0], offs[b - 1][1], t) for a, b, t in spans])
    for _, _, _, text, spans in akten(folder, "dev", 2, seed=11):
        texts.append(text); gold.append([(a, b, data.TO_TYPE.get(l, "?" if l in data.RULE_FOUND else "")) for a, b, l, *_ in spans])
    logits = ner.logits(texts)
    best = None
    for temperature in (.8, 1., 1.2, 1.4, 1.6, 1.8, 2., 2.3, 2.6, 3.):
        p, y = [], []
        for (words, probs), spans in zip(ner.words(texts, logits, temperature), gold):
            for (a, b), q in zip(words, probs):
                t = next((t for s, e, t in spans if s < b and e > a), "")
                if t != "?":
                    y.append(TYPES.index(t) + 1 if t else 0); p.append(np.concatenate([q[:1], q[1::2] + q[2::2]]))
        p, y = np.array(p), np.array(y)
        nll = -np.log(p[np.arange(len(y)), y] + 1e-9).mean()
        if best is None or nll < best[0]:
            best = (nll, temperature, p, y)
    nll, temperature, p, y = best
    thresholds = {}
    for k, t in enumerate(TYPES, 1):
        top = p[:, 1:].argmax(1) + 1 == k
        beta = 2 if t in ("PER", "STREET") else 1
        def score(limit):
            hit = top & (p[:, k] >= limit)
            tp = (hit & (y == k)).sum()
            pr, re_ = tp / max(1, hit.sum()), tp / max(1, (y == k).sum())
            print(f"{t} {limit:.2f} precision {pr:.4f} recall {re_:.4f}")
            return (1 + beta ** 2) * pr * re_ / max(1e-9, beta ** 2 * pr + re_)
        thresholds[t] = max((round(x, 2) for x in np.arange(.2, .55, .05)), key=score)
    print("temperature", temperature, "nll", round(float(nll), 4), "thresholds", thresholds)
    return temperature, {k: float(v) for k, v in thresholds.items()}


def sweep(ner, folder, variants=3):
    """Every threshold of every type alone, the others as given, on dev data: what a change would cost and bring."""
    docs = akten(folder, "dev", variants)
    sets = {"templates": ([d[3] for d in docs], None)}
    for name in sorted(data.DEV_SPLIT):
        corpus = token_corpus(folder, name, "dev", None)
        sets[name] = ([d[0] for d in corpus[0]], corpus)
    words = {k: list(ner.words(texts)) for k, (texts, _) in sets.items()}

    class Decoded:
        """Stands for the model: its words, decoded with other thresholds."""
        def __init__(self, name, thresholds): self.name, self.thresholds = name, thresholds
        def spans(self, texts, logits=None):
            for text, (w, p) in zip(texts, words[self.name]):
                yield decode(text, w, p, self.thresholds)

    given = dict(ner.thresholds or {t: .5 for t in TYPES})
    print("type threshold | templates: recall, precision by characters, F2 | " + " | ".join(f"{n}: strict F1" for n in sorted(data.DEV_SPLIT)))
    for t in TYPES:
        for limit in np.arange(.2, .95, .1):
            thresholds = {**given, t: float(limit)}
            r = overlap(Decoded("templates", thresholds), docs)
            recall, precision = r[t]["recall_chars"], r[f"{t} precision"]
            f2 = 5 * precision * recall / max(1e-9, 4 * precision + recall)
            strict_f1 = [strict(Decoded(n, thresholds), sets[n][1]).get(t, {}).get("f1") for n in sorted(data.DEV_SPLIT)]
            print(f"{t:7}{limit:.1f}{' *' if abs(limit - given[t]) < .051 else '  '} | {recall:.4f} {precision:.4f} {f2:.4f} | " + " | ".join("-" if x is None else f"{x:.4f}" for x in strict_f1), flush=True)


def show(name, result):
    print(f"\n## {name}")
    for k, v in result.items():
        print(f"{k:34} " + ("  ".join(f"{a} {b:.4f}" if isinstance(b, float) else f"{a} {b}" for a, b in v.items()) if isinstance(v, dict) else f"{v:.4f}" if isinstance(v, float) else str(v)))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("corpora"); ap.add_argument("tokenizer"); ap.add_argument("model")
    ap.add_argument("--toml"); ap.add_argument("--calibrate", action="store_true"); ap.add_argument("--sweep", action="store_true"); ap.add_argument("--part", default="test")
    ap.add_argument("--json"); ap.add_argument("--fast", action="store_true"); ap.add_argument("--threads", type=int, default=1)
    a = ap.parse_args()
    ner = Ner(a.model, a.tokenizer, threads=a.threads)
    if a.toml:
        import tomllib
        m = tomllib.loads(Path(a.toml).read_text(encoding="utf-8"))["model"][0]
        ner.temperature, ner.thresholds = m["temperature"], m["thresholds"]
    if a.calibrate:
        ner.temperature, ner.thresholds = calibrate(ner, a.corpora)
    if a.sweep:
        return sweep(ner, a.corpora)
    results = {"temperature": ner.temperature, "thresholds": ner.thresholds}
    names = ["germeval14"] if a.fast else [c for c in CORPORA if Path(a.corpora, "ner", c, f"{a.part}.jsonl.gz").exists()]
    for name in names:
        results[name] = strict(ner, token_corpus(a.corpora, name, a.part, 1000 if a.fast else 5100 if name == "germeval14" else 800))
        show(name, results[name])
    docs = akten(a.corpora, a.part, 1 if a.fast else 3)
    results["akten"] = overlap(ner, docs)
    show("akten " + a.part, {k: v for k, v in results["akten"].items() if not a.fast or not re.search("form|origin", k)})
    results["hard negatives"] = false_persons(ner, [d for d in docs if d[0][0] == "f"])
    show("hard negatives", results["hard negatives"])
    if a.json:
        Path(a.json).write_text(json.dumps(results, indent=1, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
