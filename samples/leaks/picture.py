"""Tiny pictures, with a name in their metadata or in their pixels."""

import struct
import zlib

# Five columns of seven bits for each capital letter, lowest bit on top.
FONT = {
    "A": "7E1111117E", "B": "7F49494936", "C": "3E41414122", "D": "7F4141221C", "E": "7F49494941",
    "F": "7F09090901", "G": "3E4149497A", "H": "7F0808087F", "I": "00417F4100", "J": "2040413F01",
    "K": "7F08142241", "L": "7F40404040", "M": "7F020C027F", "N": "7F0408107F", "O": "3E4141413E",
    "P": "7F09090906", "Q": "3E4151215E", "R": "7F09192946", "S": "4649494931", "T": "01017F0101",
    "U": "3F4040403F", "V": "1F2040201F", "W": "3F4038403F", "X": "6314081463", "Y": "0708700807",
    "Z": "6151494543",
}


def pixels(word, scale=3):
    """Rows of grey bytes that show a word, black on white."""
    columns = [0]
    for letter in word.upper().replace("Ü", "U"):
        columns += list(bytes.fromhex(FONT[letter])) + [0]
    rows = []
    for y in range(-1, 8):
        row = b"".join((b"\0" if 0 <= y < 7 and column >> y & 1 else b"\xff") * scale for column in columns)
        rows += [row] * scale
    return len(rows[0]), len(rows), rows


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(extra=b"", tail=b"", word=None, alpha=False):
    """A PNG, 8 bit grey, with chunks before the pixels and bytes after the end."""
    width, height, rows = pixels(word) if word else (8, 8, [b"\x80" * 8] * 8)
    if alpha:
        # The word stands in colour under full transparency.
        rows = [b"".join(bytes([value, 0]) for value in row) for row in rows]
    header = struct.pack(">IIBBBBB", width, height, 8, 4 if alpha else 0, 0, 0, 0)
    data = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"IDAT", data)
            + chunk(b"IEND", b"") + tail)


def segment(marker, data):
    return bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data


def jpeg(extra=b"", tail=b""):
    """Eight by eight grey pixels, baseline, with segments behind the header."""
    table = bytes([1] + [0] * 15 + [0])
    return (b"\xff\xd8" + segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0") + extra
            + segment(0xDB, b"\0" + b"\1" * 64)
            + segment(0xC0, struct.pack(">BHHBBBB", 8, 8, 8, 1, 1, 0x11, 0))
            + segment(0xC4, b"\x00" + table) + segment(0xC4, b"\x10" + table)
            + segment(0xDA, b"\1\1\0\0\x3f\0") + b"\x3f\xff\xd9" + tail)


def exif(word, thumbnail=b""):
    """An EXIF segment with an artist, a comment and, if given, a thumbnail."""
    text = word.encode() + b"\0"
    comment = b"ASCII\0\0\0" + text
    entries = [(0x010E, 2, text), (0x013B, 2, text), (0x8298, 2, text), (0x9286, 7, comment)]
    body, offset = b"", 8 + 2 + 12 * len(entries) + 4
    out = struct.pack("<H", len(entries))
    for tag, kind, data in entries:
        out += struct.pack("<HHII", tag, kind, len(data), offset + len(body))
        body += data + b"\0" * (len(data) % 2)
    second = 0
    if thumbnail:
        second = offset + len(body)
        body += (struct.pack("<H", 2) + struct.pack("<HHII", 0x0201, 4, 1, second + 2 + 24 + 4)
                 + struct.pack("<HHII", 0x0202, 4, 1, len(thumbnail)) + struct.pack("<I", 0) + thumbnail)
    tiff = b"II*\0" + struct.pack("<I", 8) + out + struct.pack("<I", second) + body
    return segment(0xE1, b"Exif\0\0" + tiff)


def xmp(word):
    return (f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
            f'<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/" '
            f'dc:source="Akte_{word}.docx"><dc:creator><rdf:Seq><rdf:li>{word}</rdf:li></rdf:Seq></dc:creator>'
            f'<xmpMM:History>{word}</xmpMM:History></rdf:Description></rdf:RDF></x:xmpmeta>')


def iptc(word):
    """Photoshop's resource with By-line and Caption."""
    data = b""
    for number in (80, 120, 118):
        text = word.encode()
        data += bytes([0x1C, 2, number]) + struct.pack(">H", len(text)) + text
    return segment(0xED, b"Photoshop 3.0\0" + b"8BIM\x04\x04\0\0" + struct.pack(">I", len(data)) + data)


def tiff(word):
    """One grey pixel row per page, two pages, with ImageDescription and Artist."""
    text = word.encode() + b"\0"
    out = b"II*\0" + struct.pack("<I", 8)
    for last in (False, True):
        at = len(out)
        entries = [(256, 3, 1, 8), (257, 3, 1, 1), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1),
                   (270, 2, len(text), 0), (273, 4, 1, 0), (279, 4, 1, 8), (315, 2, len(text), 0)]
        size = 2 + 12 * len(entries) + 4
        words, pixel = at + size, at + size + len(text)
        out += struct.pack("<H", len(entries))
        for tag, kind, count, value in entries:
            value = words if tag in (270, 315) else pixel if tag == 273 else value
            out += struct.pack("<HHII", tag, kind, count, value)
        out += struct.pack("<I", 0 if last else pixel + 8) + text + b"\x80" * 8
    return out


def emf(word):
    """A metafile with a description and one text record."""
    name = ("Probe\0" + word + "\0\0").encode("utf-16-le")
    name += b"\0" * (-len(name) % 4)
    text = word.encode("utf-16-le")
    text += b"\0" * (-len(text) % 4)
    record = struct.pack("<II16sIff", 84, 76 + len(text), b"\0" * 16, 1, 1.0, 1.0)
    record += struct.pack("<iiIII16sI", 0, 0, len(word), 76, 0, b"\0" * 16, 0) + text
    record = record[:4] + struct.pack("<I", len(record)) + record[8:]
    header = struct.pack("<II16s16sIIIIHHIIIIIII", 1, 100 + len(name), b"\0" * 16, b"\0" * 16, 0x464D4520,
                         0x10000, 100 + len(name) + len(record) + 20, 3, 1, 0, len(name) // 2, 100, 0, 8, 8, 2, 2)
    header = header[:100].ljust(100, b"\0") + name
    header = header[:4] + struct.pack("<I", len(header)) + header[8:]
    return header + record + struct.pack("<IIIII", 14, 20, 0, 0, 20)


def svg(word):
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="80" height="20"><title>{word}</title>'
            f'<desc>Foto {word}</desc><text x="2" y="14">{word}</text></svg>').encode()
