"""PDF files written by hand, byte by byte: a library would refuse most of what
has to be tested here."""

import hashlib
import zlib

BODY = [
    "Probe zu einem Kanal, durch den Namen trotz Unkenntlichmachung entkommen.",
    "Der Antrag ist vollständig, die Frist läuft am Ende des Monats ab.",
    "Die Unterlagen werden nach Abschluss des Verfahrens zurückgegeben.",
]


def latin(text):
    return text if isinstance(text, bytes) else text.encode("latin-1")


def lit(text):
    """A literal string."""
    return "(" + text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)") + ")"


def wide(text):
    """A hexadecimal string in UTF-16."""
    return "<FEFF" + text.encode("utf-16-be").hex().upper() + ">"


class Pdf:
    """One page of text, with room for additions everywhere."""

    def __init__(self, body=BODY):
        self.objects = {}
        self.n = 5
        self.cat = ""
        self.page = ""
        self.res = ""
        self.xobject = ""
        self.state = ""
        self.trailer = ""
        self.before = ""
        self.body = list(body)
        self.after = ""
        self.boxes = "/MediaBox[0 0 595 842]"
        self.kids = [3]
        self.font = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"

    def add(self, body):
        self.n += 1
        self.objects[self.n] = latin(body)
        return self.n

    def stream(self, entries, data, packed=True):
        data = latin(data)
        if packed:
            data, entries = zlib.compress(data, 9), entries + "/Filter/FlateDecode"
        head = f"<<{entries}/Length {len(data)}>>stream\n".encode("latin-1")
        return self.add(head + data + b"\nendstream")

    def form(self, content, entries=""):
        return self.stream(
            f"/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</Font<</F1 5 0 R>>>>{entries}", content)

    def line(self, text, y=600, x=70, size=11):
        """Content that shows a line of text."""
        return f"BT /F1 {size} Tf {x} {y} Td {lit(text)} Tj ET\n"

    def content(self):
        lines = "".join(self.line(text, 780 - 16 * n) for n, text in enumerate(self.body))
        return self.before + lines + self.after

    def build(self, packed=True):
        data = latin(self.content())
        self.objects[1] = latin(f"<</Type/Catalog/Pages 2 0 R{self.cat}>>")
        kids = " ".join(f"{kid} 0 R" for kid in self.kids)
        self.objects[2] = latin(f"<</Type/Pages/Kids[{kids}]/Count {len(self.kids)}>>")
        resources = (f"/Resources<</Font<</F1 5 0 R>>/XObject<<{self.xobject}>>"
                     f"/ExtGState<<{self.state}>>{self.res}>>")
        self.objects[3] = latin(f"<</Type/Page/Parent 2 0 R{self.boxes}{resources}/Contents 4 0 R{self.page}>>")
        filtered = "/Filter/FlateDecode" if packed else ""
        data = zlib.compress(data, 9) if packed else data
        self.objects[4] = f"<<{filtered}/Length {len(data)}>>stream\n".encode() + data + b"\nendstream"
        self.objects[5] = latin(self.font)

    def save(self, head=b"", between=b"", tail=b"", packed=True):
        self.build(packed)
        out = bytearray(head + b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        places = {}
        for number in sorted(self.objects):
            places[number] = len(out) - len(head)
            out += f"{number} 0 obj\n".encode() + self.objects[number] + b"\nendobj\n" + between
        start = len(out) - len(head)
        out += self.table(places)
        out += f"trailer\n<</Size {self.n + 1}/Root 1 0 R{self.trailer}>>\nstartxref\n{start}\n%%EOF\n".encode("latin-1")
        return bytes(out) + tail

    def table(self, places):
        out = f"xref\n0 {self.n + 1}\n0000000000 65535 f \n"
        for number in range(1, self.n + 1):
            out += f"{places.get(number, 0):010d} 00000 {'n' if number in places else 'f'} \n"
        return out.encode()

    def save_packed(self):
        """With an object stream and a cross-reference stream."""
        self.build()
        inside = [n for n, data in sorted(self.objects.items()) if not data.endswith(b"endstream")]
        index, body = "", b""
        for number in inside:
            index += f"{number} {len(body)} "
            body += self.objects[number] + b" "
        holder = self.stream(f"/Type/ObjStm/N {len(inside)}/First {len(index)}", index.encode() + body)
        out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        places = {}
        for number in sorted(self.objects):
            if number not in inside:
                places[number] = len(out)
                out += f"{number} 0 obj\n".encode() + self.objects[number] + b"\nendobj\n"
        start, own = len(out), self.n + 1
        rows = bytearray(b"\x00\x00\x00\x00\xff")
        for number in range(1, own):
            if number in inside:
                rows += b"\x02" + holder.to_bytes(3, "big") + bytes([inside.index(number)])
            else:
                rows += b"\x01" + places[number].to_bytes(3, "big") + b"\x00"
        rows += b"\x01" + start.to_bytes(3, "big") + b"\x00"
        rows = zlib.compress(bytes(rows), 9)
        out += (f"{own} 0 obj\n<</Type/XRef/Size {own + 1}/W[1 3 1]/Root 1 0 R{self.trailer}"
                f"/Filter/FlateDecode/Length {len(rows)}>>stream\n").encode("latin-1")
        out += rows + f"\nendstream\nendobj\nstartxref\n{start}\n%%EOF\n".encode()
        return bytes(out)


def rc4(key, data):
    box = list(range(256))
    j = 0
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) & 255
        box[i], box[j] = box[j], box[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) & 255
        j = (j + box[i]) & 255
        box[i], box[j] = box[j], box[i]
        out.append(byte ^ box[(box[i] + box[j]) & 255])
    return bytes(out)


PAD = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")


def encrypted(word, password=b""):
    """40-bit RC4; an empty password opens it."""
    pdf = Pdf()
    identity = b"0123456789abcdef"
    owner = rc4(hashlib.md5(PAD).digest()[:5], (password + PAD)[:32])
    key = hashlib.md5((password + PAD)[:32] + owner + (0xFFFFFFFC).to_bytes(4, "little") + identity).digest()[:5]
    user = rc4(key, PAD)

    def lock(number, data):
        own = hashlib.md5(key + number.to_bytes(3, "little") + b"\0\0").digest()[:10]
        return rc4(own, data)

    pdf.after = pdf.line(f"Frau {word}, Sachbearbeiterin")
    info = pdf.add("")
    pdf.objects[info] = b"<</Author<" + lock(info, latin(word)).hex().encode() + b">>>"
    pdf.n += 1
    number = pdf.n
    pdf.objects[number] = (b"<</Filter/Standard/V 1/R 2/P -4/O<" + owner.hex().encode()
                           + b">/U<" + user.hex().encode() + b">>>")
    pdf.trailer = f"/Info {info} 0 R/Encrypt {number} 0 R/ID[<{identity.hex()}><{identity.hex()}>]"
    old_build = pdf.build

    def build(packed=True):
        old_build(packed)
        head, _, rest = pdf.objects[4].partition(b"stream\n")
        data = rest[: -len(b"\nendstream")]
        pdf.objects[4] = head + b"stream\n" + lock(4, data) + b"\nendstream"

    pdf.build = build
    return pdf.save()
