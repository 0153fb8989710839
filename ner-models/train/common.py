"""What training, evaluation and the decoder in the product agree on: labels, words, windows, decoding.

The contract in prose is in ../README.md; a change here is a change there.
"""
import gzip, json, re
import numpy as np

TYPES = ["PER", "ORG", "LOC", "STREET"]
LABELS = ["O"] + [f"{b}-{t}" for t in TYPES for b in "BI"]
ANY = (1 << len(LABELS)) - 1
BOS, PAD, EOS = 0, 1, 2
MAX_PIECES = 256
WORD = re.compile(r"(?:[^\W_]|[\u0300-\u036f])+|\S")
STREETLIKE = re.compile(r"(stra(ß|ss)e|str\.?|gasse|allee|platz|weg|ring|damm|ufer|chaussee|markt|graben|steig)\b"
                        r"|^(Am|An|Im|In|Auf|Zum|Zur|Unter) |\b(Street|Road|Lane|Avenue|Drive|Close|Way|Square|Terrace|Crescent)\b", re.I)


def bits(types, parts="BI"):
    """Label set (bit mask) of the given types."""
    return sum(1 << LABELS.index(f"{p}-{t}") for t in types for p in parts)


def jsonl(path):
    with gzip.open(path, "rt", encoding="utf-8") if str(path).endswith(".gz") else open(path, encoding="utf-8") as f:
        for line in f:
            yield json.loads(line)


def detokenize(tokens):
    """Tokens -> (text as people write it, [(start, end)] of each token)."""
    text, spans, glue, quote = "", [], True, False
    for t in tokens:
        before = re.fullmatch(r"[.,;:!?)\]%»“”’]+|'s|n't|…", t) is not None
        opens = t in "([„«‚" or (t == '"' and not quote)
        if t == '"':
            before, quote = quote, not quote
        if text and not glue and not before:
            text += " "
        spans.append((len(text), len(text) + len(t)))
        text += t
        glue = opens
    return text, spans


def bio_spans(tags):
    """BIO tags -> [(first token, end token, type)]; a stray I- opens a span."""
    out = []
    for i, t in enumerate(tags):
        if t[:2] == "I-" and out and out[-1][1] == i and out[-1][2] == t[2:]:
            out[-1][1] = i + 1
        elif t[1:2] == "-":
            out.append([i, i + 1, t[2:]])
    return [tuple(s) for s in out]


def lines(text):
    """Non-empty lines of a text as (start, line)."""
    pos = 0
    for line in text.split("\n"):
        if line.strip():
            yield pos, line
        pos += len(line) + 1


def pieces(tok, text):
    """Each line is tokenized on its own: [(ids, [(start, end)])], offsets in characters of `text`."""
    ls = list(lines(text))
    for (start, _), e in zip(ls, tok.encode_batch([l for _, l in ls], add_special_tokens=False)):
        yield e.ids, [(start + a, start + b) for a, b in e.offsets]


def pack(tok, text, limit=MAX_PIECES):
    """Windows of at most `limit` pieces: <s> line </s> line </s> ...; a line that is too long is cut between words,
    the next part repeats 32 pieces. Yields (ids, offsets), offset None for special pieces."""
    ids, offs = [BOS], [None]
    for line_ids, line_offs in pieces(tok, text):
        while line_ids:
            if len(ids) + len(line_ids) + 1 <= limit:
                ids += line_ids + [EOS]; offs += line_offs + [None]
                break
            if len(ids) > 1:
                yield ids, offs
                ids, offs = [BOS], [None]
                continue
            cut = limit - 2
            while cut > limit // 2 and text[line_offs[cut][0] - 1: line_offs[cut][0]].strip():
                cut -= 1
            yield [BOS] + line_ids[:cut] + [EOS], [None] + line_offs[:cut] + [None]
            line_ids, line_offs = line_ids[cut - 32:], line_offs[cut - 32:]
    if len(ids) > 1:
        yield ids, offs


def word_probabilities(text, windows):
    """[(offsets, probabilities [pieces, labels])] -> words of the text and the mean probability of their pieces.

    Words that have no piece (the normalizer deletes U+200E and the like) are left out."""
    words = [m.span() for m in WORD.finditer(text)]
    at = np.full(len(text) + 1, -1, np.int32)
    for i, (a, b) in enumerate(words):
        at[a:b] = i
    total, count = np.zeros((len(words), len(LABELS))), np.zeros(len(words))
    for offs, probs in windows:
        for o, p in zip(offs, probs):
            if o is None:
                continue
            for w in {int(x) for x in at[o[0]:o[1]] if x >= 0}:
                total[w] += p; count[w] += 1
    kept = np.flatnonzero(count)
    return [words[i] for i in kept], total[kept] / count[kept, None]


def decode(text, words, probs, thresholds=None):
    """Words and label probabilities -> [(start, end, type, score)].

    A word has the type with the highest summed B+I probability; it is an entity word if that sum reaches the threshold
    of the type. It continues the span before it if that has the same type, is adjacent on the same line, and I is at least as likely as B."""
    out, last = [], -2
    for i, ((a, b), p) in enumerate(zip(words, probs)):
        sums = p[1::2] + p[2::2]
        k = int(sums.argmax())
        limit = (thresholds or {}).get(TYPES[k])
        if sums[k] < limit if limit is not None else sums[k] < p[0]:
            continue
        same_line = out and "\n" not in text[out[-1][1]:a]
        if last == i - 1 and same_line and out[-1][2] == TYPES[k] and p[2 + 2 * k] >= p[1 + 2 * k]:
            s = out[-1]
            out[-1] = (s[0], b, s[2], s[3] + [float(sums[k])])
        else:
            out.append((a, b, TYPES[k], [float(sums[k])]))
        last = i
    return [(a, b, t, sum(s) / len(s)) for a, b, t, s in out]
