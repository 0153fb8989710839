"""Write the training set (pieces and allowed labels) from the corpora: train splits and train templates only.

usage: 03_data.py CORPORA TOKENIZER.json OUT.npz [--pieces 5000000] [--seed 1]
Sources are drawn by the shares below until the number of pieces is reached, so a source may be seen several times,
each time with other names, windows and noise. A label set per piece says which labels the corpus allows there.
"""
import argparse, collections, importlib.util, json, random, re
from pathlib import Path
import numpy as np
from tokenizers import Tokenizer
from common import ANY, BOS, EOS, MAX_PIECES, STREETLIKE, TYPES, WORD, bio_spans, bits, detokenize, jsonl, lines, pieces

# share of pieces; "akten" is the template corpus, "rows" are generated table rows, forms and lists
SHARES = {"akten": .34, "rows": .14, "germeval14": .10, "wikiann_de": .08, "wikiann": .02, "smartdata": .07, "mobie": .04,
          "german_ler": .05, "schnitzler_briefe": .05, "plpr_silver": .015, "europeana_ner": .03, "uner_ewt": .015, "gum": .005,
          "wikigold": .01, "crossner": .005, "wnut17": .005, "re3d": .005, "presidio": .01, "meddocan_es": .005, "echr_fr_es": .005}
ORG_LOOSE = {"german_ler", "mobie", "smartdata", "gum", "re3d", "crossner", "wnut17"}  # other notions of an organisation
DEV_SPLIT = {"germeval14", "uner_ewt"}  # their train splits were not to be had
HELD_OUT = 200  # last sentences of those dev splits: kept for model selection and calibration
RENAME = {"germeval14": .35, "smartdata": .4, "mobie": .3, "german_ler": .6, "uner_ewt": .3, "presidio": .3, "plpr_silver": .5}
TO_TYPE = {"PER": "PER", "ORG": "ORG", "LOC": "LOC", "STREET": "STREET", "CITY": "LOC", "DISTRICT": "LOC", "COUNTRY": "LOC", "BIRTHPLACE": "LOC"}
RULE_FOUND = {"EMAIL", "URL", "USER", "HANDLE"}  # names inside them are the business of rules


class Names:
    """Invented people of all origins; some names are spliced from two, so that the model cannot learn the list."""

    def __init__(self, fill, pools, r):
        self.fill, self.pools, self.r = fill, pools, r
        n = len(pools["origins"])
        for lang in ("de", "en"):
            total = sum(o["weight_" + lang] for o in pools["origins"])
            for o in pools["origins"]:  # half as in the population, half even
                o["weight_" + lang] = o["weight_" + lang] / total + 1 / n
        self.origin = {o["name"]: o for o in pools["origins"]}

    def splice(self, a, pool):
        b = self.r.choice(pool)
        return a[:max(2, self.r.randrange(2, max(3, len(a))))] + b[self.r.randrange(len(b) // 2):].lower() if " " not in a + b else a

    def person(self, gender=None, lang="de"):
        p = self.fill.Person(self.r, self.pools, gender, lang)
        o = self.origin[p.origin]
        if self.r.random() < .25:
            p.last = self.splice(p.last, o["last"])
        if self.r.random() < .12:
            p.first = self.splice(p.first, o["first_" + p.g])
        if self.r.random() < .10:
            p.last += "-" + self.r.choice(self.origin["german"]["last"])
        if self.r.random() < .05:
            p.last = self.r.choice(["von ", "van ", "de ", "El ", "Al-", "da ", "Le ", "zu "]) + p.last
        if self.r.random() < .05:
            p.first += "-" + self.r.choice(o["first_" + p.g])
        return p


class Sample:
    """A text, its spans (start, end, allowed types), the types its corpus leaves open, the regions to ignore."""

    def __init__(self, text, spans, unknown=(), ignore=()):
        self.text, self.spans, self.unknown, self.ignore = text, spans, set(unknown), list(ignore)


def split_of(ident):
    return {"0": "dev", "5": "test"}.get(ident[-1], "train")


def templates(fill, folder, part):
    for f in sorted(Path(folder, "akten").glob("*.tmpl")):
        src = f.read_text(encoding="utf-8")
        heads = list(fill.HEAD.finditer(src))
        for h, nxt in zip(heads, heads[1:] + [None]):
            if split_of(h.group(1)) == part:
                yield h.groups(), src[h.end(): nxt.start() if nxt else len(src)].strip("\n")


def fill_template(fill, names, lang, body):
    """-> (text, [[start, end, label, entity, form, origin]])"""
    people, text, spans, pos, last = {}, [], [], 0, 0
    genders = {m.group(2): m.group(3) for m in fill.TOKEN.finditer(body) if m.group(3)}
    for m in fill.TOKEN.finditer(body):
        lit = body[last:m.start()]; text.append(lit); pos += len(lit); last = m.end()
        if m.group(5):
            val, lab, ent, form, origin = m.group(6), m.group(5), "", "literal", ""
        else:
            lab, ent, form = m.group(1), m.group(2), m.group(4) or ""
            if ent not in people:
                people[ent] = names.person(genders.get(ent), lang)
            val, origin = people[ent].value(lab, form), people[ent].origin
        spans.append([pos, pos + len(val), lab, ent, form, origin]); text.append(val); pos += len(val)
    return "".join(text) + body[last:], spans


def akten_sample(text, spans):
    out, ignore = [], []
    for a, b, lab, _, form, *_ in spans:
        if lab in RULE_FOUND:
            ignore.append((a, b))
        elif lab in TO_TYPE:
            t = (TO_TYPE[lab],)
            if t == ("LOC",) and form == "literal" and STREETLIKE.search(text[a:b]):
                t = ("LOC", "STREET")
            out.append((a, b, t))
    return Sample(text, out, (), ignore)


def nouns(folder):
    """German nouns that no training corpus marks as a person: what a list without context may hold instead of names."""
    seen, person = collections.Counter(), set()
    for name in ("german_ler", "smartdata", "plpr_silver"):
        for d in jsonl(Path(folder, "ner", name, "train.jsonl.gz")):
            for i, (w, t) in enumerate(zip(d["tokens"], d["tags"])):
                if t.endswith("PER"):
                    person.add(w)
                elif t == "O" and i and w[:1].isupper() and w.isalpha() and len(w) > 3 and not w.isupper():
                    seen[w] += 1
    return [w for w, n in seen.items() if n > 1 and w not in person]


def fixed_words(fill, folder):
    """Capitalised words of the train templates outside every slot: headings, column heads, offices, things."""
    seen = collections.Counter()
    for _, body in templates(fill, folder, "train"):
        fixed = fill.TOKEN.sub(" \u241f ", body)
        seen.update(w for w in re.findall(r"[^\W\d_][\w-]{3,}", fixed) if w[0].isupper() and w[-1].isalpha())
    return [w for w, n in seen.items() if n > 1]


def rows(names, r, thing):
    """Table rows with their headers, forms, lists, signature blocks: names with little or no context."""
    p = lambda: names.person(r.choice("mf"), "de" if r.random() < .85 else "en")
    v = lambda q, t, form="": (q.value(t, form), TO_TYPE.get(t, "") if t not in RULE_FOUND else "?")
    noun = ["Koch", "Bauer", "Richter", "Schäfer", "Müller", "Schneider", "Jäger", "Winter", "Sommer", "Stein", "Wolf", "König", "Kaiser", "Berg",
            "Weber", "Fischer", "Hausmeister", "Sachbearbeitung", "Vertretung", "Gas", "Wasser", "Stammdaten", "Leitung", "Restmüll", "Personal"]
    def per(q):
        f = r.choice(["full", "last", "last", "last_first", "last_first", "first", "initial_last", "full", "upper_last", "upper_full", "full_upper_last", "double", "middle"])
        return v(q, "PER", f)
    fields = {
        "PER": (["Name", "Nachname", "Familienname", "Vorname", "Sachbearbeiter", "Ansprechpartnerin", "Mieter", "Kind", "Patient", "Bearbeiter", "Verantwortlich", "Kunde", "Teilnehmer", "Inhaber", "Zeuge", "Name, Vorname", "Antragsteller", "Ehegatte", "Leitung", "Vertreten durch", "Mitarbeiter"], per),
        "CITY": (["Ort", "Wohnort", "Stadt", "Geburtsort", "PLZ/Ort", "Sitz"], lambda q: v(q, "CITY")),
        "STREET": (["Straße", "Anschrift", "Adresse", "Straße, Hausnr.", "Objekt", "Lieferadresse", "Str."], lambda q: v(q, "STREET", r.choice(["full", "full", "abbr", "upper", "street_only"]))),
        "ORG": (["Firma", "Arbeitgeber", "Träger", "Auftraggeber", "Verein", "Unternehmen", "Lieferant", "Praxis"], lambda q: v(q, "ORG", r.choice(["full", "short"]))),
        "DOB": (["Geburtsdatum", "geb. am", "Geb."], lambda q: v(q, "DOB", "num")), "ZIP": (["PLZ"], lambda q: v(q, "ZIP")),
        "PHONE": (["Telefon", "Tel.", "Durchwahl"], lambda q: v(q, "PHONE")), "CUST": (["Nr.", "Kundennummer", "Aktenzeichen", "ID", "lfd. Nr."], lambda q: v(q, "CUST")),
        "COUNTRY": (["Staatsangehörigkeit", "Herkunft", "Land"], lambda q: v(q, "COUNTRY")), "DISTRICT": (["Ortsteil"], lambda q: v(q, "DISTRICT")),
        "O": (["Status", "Bemerkung", "Beruf", "Funktion", "Art", "Amt", "Position", "Betrag", "Leistung", "Artikel", "Gewerk"],
              lambda q: (r.choice([r.choice(noun[5:]), "offen", "erledigt", "Elektriker", f"{r.randrange(9999)},{r.randrange(10, 99)} EUR", *r.sample(thing, 8), *r.sample(thing, 4), "k. A.", "ja", "–", "Bäckerin", "Lehrerin", "Hausmeister", "Koch", "Richter", "Schneider", "Bauer"]), "")),
    }
    text, spans, ignore = "", [], []
    def put(part):
        nonlocal text
        s, t = part if isinstance(part, tuple) else (part, "")
        if t:
            (ignore.append((len(text), len(text) + len(s))) if t == "?" else spans.append((len(text), len(text) + len(s), (t,))))
        text += s
    kind = r.choice(["row", "row", "row", "table", "table", "list", "list", "form", "signature", "nouns", "address", "things", "things", "headings", "headings", "versus", "path", "chat"])
    keys = r.sample([k for k in fields if k != "PER"], r.randrange(1, 5)) + ["PER"] * r.choice([1, 1, 1, 2])
    r.shuffle(keys)
    head = [r.choice(fields[k][0]) for k in keys]
    n = r.randrange(2, 9)
    if kind == "row":
        sep = r.choice([" | ", " | ", "; ", " · "])
        for _ in range(n):
            for i, (k, h) in enumerate(zip(keys, head)):
                q = p(); put(sep if i else ""); put(f"{h}: "); put(fields[k][1](q))
            put("\n")
    elif kind == "table":
        sep = r.choice(["|", " | ", ";", "\t", "   ", ","])
        put(sep.join(head) + "\n")
        for _ in range(n):
            q = p()
            for i, k in enumerate(keys):
                put(sep if i else ""); put(fields[k][1](q))
            put("\n")
    elif kind == "list":
        form = r.choice(["last", "last", "full", "last_first", "initial_last", "first", "upper_last"])
        bullet = r.choice(["", "", "- ", "• ", "{}. ", "{}) ", ", "])
        if bullet == ", ":
            put(r.choice(["anwesend: ", "Teilnehmer: ", "entschuldigt: ", "An: ", "Verteiler: ", "Es fehlten ", ""]))
        for i in range(n + 2):
            put((bullet if i else "") if bullet == ", " else bullet.replace("{}", str(i + 1)))
            put(v(p(), "PER", form))
            put(r.choice(["", "", f" ({r.choice(noun)})", f", {r.choice(noun)}", f" - {r.randrange(1, 400)}"]) if bullet != ", " else "")
            put("" if bullet == ", " else "\n")
    elif kind == "things":  # lists of nouns, with a name here and there
        bullet = r.choice(["", "- ", "• ", "{}. ", "{:04d}  ", "[ ] ", "{} | ", "KEY{}:"])
        for i in range(n + 3):
            put(bullet.replace("{:04d}", f"{r.randrange(9999):04d}").replace("{}", str(i + 1)))
            put(" ".join(r.sample(thing, r.choice([1, 1, 1, 2]))))
            put(r.choice(["", "", "", f", {r.choice(thing)}", f" ({r.choice(thing)})", f" {r.randrange(9999)}", f" | {r.choice(thing)} | ja", f"    {r.choice(thing)}"]))
            if r.random() < .2:
                put(r.choice([" ", ", ", " | ", " (", "    ", ": "])); put(per(p()))
            put(r.choice(["\n", "\n", ", ", "; "]))
    elif kind == "headings":  # what stands alone on a line, before an amount or over a name, and is no name
        for _ in range(n + 2):
            a, b = r.sample(thing, 2)
            put(r.choice([f"{a}\n", f"{a}\n", f"{a} {b.lower()}\n", f"{a} und {b}\n", f"{r.randrange(1, 9)}. {a}\n", f"# {a}\n", f"{a.upper()}\n", f"{a}:\n", f"Betreff: {a}\n", f"{a}: {b}\n", f"{a} {b}\n",
                          f"{a}    {r.randrange(9999)},{r.randrange(10, 99)} EUR\n", f"{a}\t{b}\t{r.choice(thing)}\n", f"{a} | {b} | {r.choice(thing)}\n", f"{a} am {r.randrange(1, 29)}.{r.randrange(1, 13)}.20{r.randrange(10, 27)}\n"]))
            if r.random() < .35:
                put(r.choice(["", "Herr ", "Frau ", "gez. ", "Name: ", "für ", f"{a} ", f"{a}: ", ""])); put(per(p())); put(r.choice(["\n", "\n", f", {b}\n", f" – {a}\n", f" ({b})\n"]))
    elif kind == "versus":  # cases and double names: Winter ./. Sommer, Beul/Losert
        for _ in range(n):
            put(r.choice(["", "", f"{r.choice(thing)} ", f"{r.randrange(99)} C {r.randrange(999)}/{r.randrange(10, 26)} ", f"{r.randrange(1, 30):02d}.{r.randrange(1, 13):02d}. {r.choice(thing)} "]))
            put(v(p(), "PER", "last")); put(r.choice([" ./. ", " gg. ", " gg ", " / ", "/", " gegen ", " u. ", " & "])); put(v(p(), "PER", "last"))
            put(r.choice(["\n", f", {r.choice(thing)}\n", f" wg. {r.choice(thing)}\n"]))
    elif kind == "path":
        for _ in range(n):
            put(r.choice(["", "", "C:\\Daten\\", "/home/akten/", f"Z:\\{r.choice(thing)}\\", f"{r.randrange(99):02d}_", "Anlage: "]))
            parts = [v(p(), "PER", r.choice(["last", "last", "first"]))] * (r.random() < .6) + [r.choice(thing) for _ in range(r.choice([1, 1, 2]))]
            r.shuffle(parts)
            for i, x in enumerate(parts):
                put("_" if i else ""); put(x)
            put(r.choice([".pdf", ".docx", ".xlsx", "_2023.pdf", ".vcf"])); put(r.choice(["\n", "\n", "; "]))
    elif kind == "chat":
        who = [(p(), r.choice(["first", "full", "nick", "last", "lower_full"])) for _ in range(r.choice([2, 3]))]
        for _ in range(n):
            q, f = r.choice(who); other = r.choice(who)[0]
            put(r.choice([f"{r.randrange(24):02d}:{r.randrange(60):02d} – ", f"[{r.randrange(1, 30):02d}.04., {r.randrange(24):02d}:{r.randrange(60):02d}] ", "", "> "]))
            put(v(q, "PER", f)); put(": "); put(r.choice(["ok", "bin dabei", "Wer bringt ", "der " + r.choice(thing), r.choice(thing) + " fällt aus", "wo ist ", "danke ", "hat jemand " , "bis morgen "]))
            if r.random() < .5:
                put(v(other, "PER", "first"))
            put(r.choice(["", "?", "!", " 😅"])); put("\n")
    elif kind == "form":
        q = p()
        for k, h in zip(keys, head):
            put(h + r.choice([": ", ":\n", "  ", ":  ", "\n"])); put(fields[k][1](q)); put("\n")
    elif kind == "signature":
        q = p(); put(r.choice(["Im Auftrag\n", "Mit freundlichen Grüßen\n\n", "gez. ", "i. A. ", "Viele Grüße\n", "Kind regards\n", "LG "])); put(v(q, "PER", r.choice(["last", "full", "first", "initial_last"]))); put("\n")
        if r.random() < .6:
            put(v(q, "ORG", "full")); put("\n"); put(v(q, "STREET", "full")); put(r.choice([", ", "\n", " · "])); put(v(q, "ZIP")); put(" "); put(v(q, "CITY")); put("\n")
    elif kind == "nouns":
        for _ in range(n):
            w = r.choice(noun)
            put(r.choice([f"Der {w} hat das Angebot geprüft.", f"Im {w} ist die Stelle frei.", f"{w} (m/w/d) gesucht", f"Gesucht: {w}, Vollzeit", f"Beruf: {w}", f"{w}arbeiten, Pos. {r.randrange(99)}",
                          f"Amt für {w}", f"Die {w}straße", f"Funktion: {w} | Status: offen", f"§ {r.randrange(99)} {w}ordnung"]))
            if text.endswith("straße"):
                spans.append((len(text) - len(w) - 6, len(text), ("STREET", "LOC")))
            put(" " if r.random() < .4 else "\n")
            if r.random() < .4:
                put(r.choice(["Herr ", "Frau ", "Familie ", "Dr. ", ""])); q = p(); q.last = r.choice(noun[:16]) if r.random() < .5 else q.last
                put(v(q, "PER", "last")); put(r.choice([" hat unterschrieben.", " ist informiert.", ", bitte Rückruf", " kommt später.", " (2. OG)"])); put("\n")
    else:
        q = p()
        for part in [r.choice(["", "Herrn\n", "Frau\n", "Familie\n", "An\n"]), v(q, "PER", r.choice(["full", "full", "last_first", "upper_full"])), r.choice(["\n", ", "]),
                     v(q, "STREET", r.choice(["full", "abbr", "upper"])), r.choice(["\n", ", "]), v(q, "ZIP"), " ", v(q, "CITY", r.choice(["plain", "upper"]))]:
            put(part)
    return Sample(text, spans, (), ignore)


def token_sample(group, corpus, names, r):
    """Sentences of one document -> a sample; persons are renamed now and then."""
    text, spans, ignore, unknown = "", [], [], set()
    for d in group:
        known = {TO_TYPE.get(t, "") for t in d["annotated"]}
        if "LOC" not in d["annotated"]:
            known -= {"LOC", "STREET"}
        else:
            known.add("STREET")  # where places are annotated, a street is one of them, never nothing
        if corpus in ORG_LOOSE:
            known.discard("ORG")
        unknown |= set(TYPES) - known
        tokens, tags = rename(d["tokens"], d["tags"], RENAME.get(corpus, 0), names, r)
        part, offs = detokenize(tokens)
        base = len(text)
        text += part + r.choice([" ", " ", "\n"])
        for a, b, lab in bio_spans(tags):
            if lab in TO_TYPE:
                types = {TO_TYPE[lab]}
                if lab in ("LOC", "CITY") and "STREET" not in d["annotated"] and STREETLIKE.search(part[offs[a][0]:offs[b - 1][1]]):
                    types.add("STREET")
                s, e = base + offs[a][0], base + offs[b - 1][1]
                spans.append((s, e, tuple(types) + (("O",) if lab == "ORG" and corpus in ORG_LOOSE else ())))
        ignore += [(base + o[0], base + o[1]) for o, t in zip(offs, tags) if t.endswith("IGN")]
    return Sample(text.rstrip(), spans, unknown, ignore)


def rename(tokens, tags, share, names, r):
    tokens, tags = list(tokens), list(tags)
    for a, b, lab in reversed(bio_spans(tags)):
        if lab == "PER" and b - a in (1, 2) and r.random() < share and all(re.fullmatch(r"[A-ZÄÖÜ][\w-]{2,}|[A-Z]\.", t) for t in tokens[a:b]):
            q = names.person()
            new = ([r.choice([q.first, q.first, q.first[0] + "."])] if b - a == 2 else []) + q.last.split(" ")
            tokens[a:b] = new
            tags[a:b] = ["B-PER"] + ["I-PER"] * (len(new) - 1)
    return tokens, tags


OCR = {"ä": "a", "ö": "o", "ü": "u", "l": "1", "I": "l", "O": "0", "e": "c", "B": "8", "S": "5", "n": "u", "h": "b", "c": "e", "i": "l", "t": "f"}


def noise(s, r):
    """Capitals, lower case and OCR errors; the length never changes, so the spans stay."""
    same = lambda f, t: "".join(f(c) if len(f(c)) == 1 else c for c in t)
    x = r.random()
    if x < .04:
        s.text = same(str.upper, s.text)
    elif x < .055:
        s.text = same(str.lower, s.text)
    elif x < .09:
        rate = r.choice([.01, .03])
        s.text = "".join(OCR[c] if c in OCR and r.random() < rate else c for c in s.text)
    elif x < .15:
        s.text = "\n".join(same(str.upper, l) if r.random() < .2 else l for l in s.text.split("\n"))
    return s


def piece_masks(s, offs):
    """Allowed label set of every piece: the union over the words it touches."""
    free = 1 | bits(s.unknown)
    mask = np.full(len(s.text) + 1, 0, np.int32)
    words = [m.span() for m in WORD.finditer(s.text)]
    starts = {}
    for a, b in words:
        mask[a:b] = free
    for a, b, types in s.spans:
        o, types = ("O" in types) * 1, [t for t in types if t != "O"]
        first = True
        for w in WORD.finditer(s.text, a, b):
            mask[w.start():w.end()] = o | bits(types, "B" if first else "I")
            first = False
    for a, b in s.ignore:
        mask[a:b] = ANY
    return [int(np.bitwise_or.reduce(mask[a:b])) or ANY if b > a else ANY for a, b in offs]


def windows(tok, s, r):
    """Windows of varying length; each line ends with </s>; now and then lines are joined, as wrapped text is."""
    if r.random() < .15:
        s.text = s.text.replace("\n", " ")
    limit = r.choice([MAX_PIECES, MAX_PIECES, MAX_PIECES, 160, 96, 48])
    ids, masks = [BOS], [ANY]
    for line_ids, offs in pieces(tok, s.text):
        m = piece_masks(s, offs)
        while line_ids:
            room = limit - len(ids) - 1
            if len(line_ids) > room and len(ids) > 1:
                yield ids, masks
                ids, masks = [BOS], [ANY]
                continue
            cut = min(len(line_ids), room)
            while 1 < cut < len(line_ids) and s.text[offs[cut][0] - 1: offs[cut][0]].strip():
                cut -= 1
            ids += line_ids[:cut] + [EOS]; masks += m[:cut] + [ANY]
            line_ids, offs, m = line_ids[cut:], offs[cut:], m[cut:]
    if len(ids) > 1:
        yield ids, masks


def document(ident):
    return re.sub(r"[#-]\d+$", "", ident)


class Corpus:
    """Endless samples of one token corpus; neighbouring sentences of a document stay together."""

    def __init__(self, folder, name, names, r):
        self.names, self.r = names, r
        self.name, lang = (name, None) if name != "wikiann_de" else ("wikiann", "de")
        split = "dev" if self.name in DEV_SPLIT else "train"
        self.docs = [d for d in jsonl(Path(folder, "ner", self.name, f"{split}.jsonl.gz")) if lang in (None, d["lang"])]
        if self.name in DEV_SPLIT:
            self.docs = self.docs[:-HELD_OUT]
        if name == "wikiann":
            self.docs = [d for d in self.docs if d["lang"] != "de"]
        self.queue = []

    def sample(self):
        r = self.r
        if not self.queue:
            self.queue = self.groups()
            r.shuffle(self.queue)
        return token_sample(self.queue.pop(), self.name, self.names, r)

    def groups(self):
        docs, out, i = self.docs, [], 0
        loose = self.name in ("germeval14", "mobie", "wikiann", "wnut17")  # unrelated sentences
        if loose:
            self.r.shuffle(docs)
        while i < len(docs):
            n = self.r.choice([1, 1, 1, 2, 3] if loose else [1, 2, 4, 8])
            group = docs[i:i + n]
            if not loose:
                group = [d for d in group if document(d["id"]) == document(group[0]["id"])]
            out.append(group); i += len(group)
        return out


class Akten:
    def __init__(self, fill, folder, names, r):
        self.fill, self.names, self.r, self.queue = fill, names, r, []
        self.all = list(templates(fill, folder, "train"))

    def sample(self):
        if not self.queue:  # tables, forms and lists of set e twice, the English set every other time
            self.queue = [t for t in self.all for _ in range(2 if t[0][0][0] == "e" else 1) if t[0][0][0] != "c" or self.r.random() < .5]
            self.r.shuffle(self.queue)
        (_, _, lang, _), body = self.queue.pop()
        return akten_sample(*fill_template(self.fill, self.names, lang, body))


def load_fill(folder):
    spec = importlib.util.spec_from_file_location("fill", Path(folder, "akten", "fill.py"))
    fill = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(fill)
    return fill, json.loads(Path(folder, "akten", "pools.json").read_text(encoding="utf-8"))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("corpora"); ap.add_argument("tokenizer"); ap.add_argument("out")
    ap.add_argument("--pieces", type=int, default=5_000_000); ap.add_argument("--seed", type=int, default=1)
    a = ap.parse_args()
    r, tok = random.Random(a.seed), Tokenizer.from_file(a.tokenizer)
    fill, pools = load_fill(a.corpora)
    names = Names(fill, pools, r)
    ids, masks, lengths, source = [], [], [], []
    for k, (name, share) in enumerate(SHARES.items()):
        if name == "akten":
            make = Akten(fill, a.corpora, names, r).sample
        elif name == "rows":
            thing = nouns(a.corpora)
            thing += fixed_words(fill, a.corpora) * max(1, len(thing) // 4000)
            make = lambda: rows(names, r, thing)
        else:
            make = Corpus(a.corpora, name, names, r).sample
        goal = n = 0
        while n < share * a.pieces:
            for i, m in windows(tok, noise(make(), r), r):
                ids += i; masks += m; lengths.append(len(i)); source.append(k); n += len(i)
        print(name, n, flush=True)
    np.savez_compressed(a.out, ids=np.array(ids, np.int32), masks=np.array(masks, np.uint16), lengths=np.array(lengths, np.int32), source=np.array(source, np.int8))
    print(len(lengths), "windows,", sum(lengths), "pieces")


if __name__ == "__main__":
    main()
