"""Names that nobody has: one per file of the corpus, made from the number of
the channel, so that a file added later changes no other file."""

STARTS = [
    "Quand", "Zwirb", "Krott", "Wemmel", "Plock", "Drusch", "Jolk", "Vratz",
    "Schnob", "Gnufft", "Trimb", "Knelz", "Fropp", "Bluxt", "Hongr", "Muschk",
    "Nartz", "Pfulm", "Rebst", "Sklett",
]
MIDDLES = ["ero", "ina", "uba", "ito", "erü", "ola", "imu", "eka", "aro", "usi"]
ENDS = ["witz", "mann", "nagel", "kamp", "reuth", "horst", "bold", "stett", "zell", "vogt"]


def canary(line, variant=0):
    """The canary of a channel (1..199) and of a variant (0..9)."""
    return STARTS[line // 10] + MIDDLES[line % 10] + ENDS[variant]


class Corpus:
    """Collects the files: `@corpus.file(line, "name.ext", where)` on a function
    that takes the canary and gives the bytes."""

    def __init__(self):
        self.rows = []
        self.variants = {}

    def file(self, line, name, where, kind="beside", **more):
        """kind: `text` (the document says it: a tool that replaces names must
        replace it here), `beside` (it stands beside the text), `picture` (only
        pixels or outlines show it), `whole` (no reader can open the file)."""
        def take(build):
            variant = self.variants.get(line, 0)
            self.variants[line] = variant + 1
            word = canary(line, variant)
            self.rows.append({
                "file": more.pop("path", f"{line:03d}{chr(97 + variant)}_{name}").replace("CANARY", word),
                "line": line, "canary": word, "where": where, "kind": kind,
                "data": build(word), **more,
            })
            return build
        return take
