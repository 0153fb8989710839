"""Prune the vocabulary to the pieces that European-language text needs; cut the embeddings accordingly.

usage: 02_vocabulary.py CORPORA TOKENIZER.json BACKBONE.pt OUT_TOKENIZER.json OUT_BACKBONE.pt
Kept: specials, every piece seen twice in the corpora and lists, Latin-script pieces of low id (frequent in the
original 100 languages), all single characters of Latin, Greek, Cyrillic and punctuation. The rest becomes <unk>.
"""
import collections, glob, gzip, json, sys, unicodedata
import torch
from tokenizers import Tokenizer

LATIN_BELOW, MAX_SINGLE = 30_000, 0x2E80


def texts(corpora):
    for f in sorted(glob.glob(f"{corpora}/ner/*/train.jsonl.gz") + glob.glob(f"{corpora}/ner/germeval14/dev.jsonl.gz") + glob.glob(f"{corpora}/ner/uner_ewt/dev.jsonl.gz")):
        for line in gzip.open(f, "rt", encoding="utf-8"):
            yield " ".join(json.loads(line)["tokens"])
    for f in sorted(glob.glob(f"{corpora}/akten/*.tmpl")):
        yield from open(f, encoding="utf-8")
    for o in json.load(open(f"{corpora}/akten/pools.json", encoding="utf-8"))["origins"]:
        for k in ("first_m", "first_f", "last"):
            yield " ".join(o[k])
    for f in sorted(glob.glob(f"{corpora}/lists/*.tsv.gz")):
        for line in gzip.open(f, "rt", encoding="utf-8"):
            yield line.split("\t")[0]


def latin(piece):
    letters = [c for c in piece if c.isalpha()]
    return all(ord(c) < 0x250 or "LATIN" in unicodedata.name(c, "") for c in letters) and all(ord(c) < MAX_SINGLE for c in piece)


def count(tok, corpora):
    seen, batch = collections.Counter(), []
    def flush():
        for e in tok.encode_batch(batch, add_special_tokens=False):
            seen.update(e.ids)
        batch.clear()
    for t in texts(corpora):
        batch.append(t)
        if len(batch) == 5000:
            flush()
    flush()
    return seen


def main():
    corpora, source, backbone, out_tok, out_backbone = sys.argv[1:6]
    spec = json.load(open(source, encoding="utf-8"))
    # one piece never spans white space: no regular expression is needed to squeeze blanks
    spec["normalizer"] = spec["normalizer"]["normalizers"][0]
    spec["pre_tokenizer"] = {"type": "Sequence", "pretokenizers": [
        {"type": "WhitespaceSplit"}, {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}]}
    spec["decoder"] = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}
    seen = count(Tokenizer.from_str(json.dumps(spec)), corpora)
    vocab = spec["model"]["vocab"]
    single = lambda p: len(p.strip("▁")) <= 1 and all(ord(c) < MAX_SINGLE for c in p.strip("▁"))
    keep = [i for i, (p, _) in enumerate(vocab[:-1])
            if i < 4 or seen[i] >= 2 or (i < LATIN_BELOW and latin(p)) or single(p)]
    spec["model"]["vocab"] = [vocab[i] for i in keep]
    spec["added_tokens"] = [t for t in spec["added_tokens"] if t["id"] < 4]
    json.dump(spec, open(out_tok, "w", encoding="utf-8"), ensure_ascii=False, separators=(",", ":"))
    Tokenizer.from_file(out_tok)
    ck = torch.load(backbone, weights_only=True)
    ck["model"]["word.weight"] = ck["model"]["word.weight"][torch.tensor(keep)].clone()
    torch.save(ck, out_backbone)
    total = sum(seen.values()); kept = sum(seen[i] for i in keep)
    print(f"{len(keep)} pieces kept, they cover {kept / total:.5%} of {total} pieces of the corpora")


if __name__ == "__main__":
    main()
