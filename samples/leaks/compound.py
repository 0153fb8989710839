"""A writer of compound files (OLE2), just enough for the old formats."""

import struct

SECTOR = 512
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def compound(streams, slack=b""):
    """A compound file with streams in its root, none of them small: each is
    padded to 4,096 bytes. `slack` is put behind the end of the last one."""
    sectors, entries = [], []
    chains = []

    def put(data):
        first = len(sectors)
        parts = [data[at:at + SECTOR].ljust(SECTOR, b"\0") for at in range(0, len(data), SECTOR)]
        for n, part in enumerate(parts):
            sectors.append(part)
            chains.append(first + n + 1 if n + 1 < len(parts) else END)
        return first

    names = sorted(streams, key=lambda name: (len(name), name.upper()))
    for name in names:
        data = streams[name]
        size = max(len(data), 4096)
        padded = data.ljust(size, b"\0")
        if name == names[-1] and slack:
            padded = padded.ljust(-(-(size + len(slack)) // SECTOR) * SECTOR, b"\0")
            padded = padded[:-len(slack)] + slack
        entries.append((name, put(padded), size))

    def entry(name, kind, child, start, size, right=FREE):
        raw = (name + "\0").encode("utf-16-le")
        return (raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw), kind, 1, FREE, right, child)
                + b"\0" * 36 + struct.pack("<IQ", start, size))

    directory = entry("Root Entry", 5, 1 if entries else FREE, END, 0)
    for n, (name, start, size) in enumerate(entries):
        right = n + 2 if n + 1 < len(entries) else FREE
        directory += entry(name, 2, FREE, start, size, right)
    first = put(directory.ljust(-(-len(directory) // SECTOR) * SECTOR, b"\0"))
    n_fat = -(-(len(sectors) + 1) // 128)
    at = len(sectors)
    table = chains + [FAT] * n_fat
    table += [FREE] * (n_fat * 128 - len(table))
    fat = struct.pack(f"<{len(table)}I", *table)
    header = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
              + struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, n_fat, first, 0, 4096, END, 0, END, 0))
    header += struct.pack("<109I", *([at + n for n in range(n_fat)] + [FREE] * (109 - n_fat)))
    return header + b"".join(sectors) + fat


def properties(word):
    """A property set with title, author and company."""
    text = word.encode("latin-1") + b"\0"
    text = text.ljust(-(-len(text) // 4) * 4, b"\0")
    value = struct.pack("<II", 30, len(text)) + text
    ids = [2, 4, 8, 15]
    index, body = b"", b""
    for number in ids:
        index += struct.pack("<II", number, 8 + 8 * len(ids) + len(body))
        body += value
    section = struct.pack("<II", 8 + len(index) + len(body), len(ids)) + index + body
    return (struct.pack("<HHI16sI", 0xFFFE, 0, 2, b"\0" * 16, 1)
            + bytes.fromhex("E0859FF2F94F6810AB9108002B27B3D9") + struct.pack("<I", 48) + section)


def storages(streams):
    """A compound file with folders: paths with `/`, small streams in the mini
    stream, as Outlook writes it."""
    root = {}
    for path, data in streams.items():
        at = root
        *folders, name = path.split("/")
        for folder in folders:
            at = at.setdefault(folder, {})
        at[name] = data
    sectors, chain, mini, mini_chain = [], [], b"", []

    def put(data):
        if not data:
            return END
        first = len(sectors)
        for at in range(0, len(data), SECTOR):
            sectors.append(data[at:at + SECTOR].ljust(SECTOR, b"\0"))
            chain.append(len(sectors))
        chain[-1] = END
        return first

    def put_mini(data):
        nonlocal mini
        if not data:
            return END
        first = len(mini) // 64
        n = -(-len(data) // 64)
        mini += data.ljust(n * 64, b"\0")
        mini_chain.extend([first + at + 1 for at in range(n - 1)] + [END])
        return first

    entries = [None]

    def fill(folder):
        """Adds what is in a folder; the number of its first entry."""
        names = sorted(folder, key=lambda name: (len(name), name.upper()))
        numbers = []
        for _ in names:
            numbers.append(len(entries))
            entries.append(None)
        for at, name in enumerate(names):
            right = numbers[at + 1] if at + 1 < len(names) else FREE
            value = folder[name]
            if isinstance(value, dict):
                entries[numbers[at]] = (name, 1, right, fill(value), 0, 0)
            else:
                start = put(value) if len(value) >= 4096 else put_mini(value)
                entries[numbers[at]] = (name, 2, right, FREE, start, len(value))
        return numbers[0] if numbers else FREE

    child = fill(root)
    entries[0] = ("Root Entry", 5, FREE, child, put(mini), len(mini))
    directory = b""
    for name, kind, right, child, start, size in entries:
        raw = (name + "\0").encode("utf-16-le")
        directory += (raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw), kind, 1, FREE, right, child)
                      + b"\0" * 36 + struct.pack("<IQ", 0 if kind == 1 else start, size))
    empty = b"\0" * 66 + b"\0\1" + struct.pack("<III", FREE, FREE, FREE) + b"\0" * 48
    while len(directory) % SECTOR:
        directory += empty
    first = put(directory)
    table = struct.pack(f"<{len(mini_chain)}I", *mini_chain)
    first_mini = put(table + b"\xff" * (-len(table) % SECTOR))
    n_mini = -(-len(table) // SECTOR)
    n_fat = -(-(len(sectors) + 1) // 127)
    at = len(sectors)
    fat = chain + [FAT] * n_fat
    fat += [FREE] * (n_fat * 128 - len(fat))
    header = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
              + struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, n_fat, first, 0, 4096,
                            first_mini if n_mini else END, n_mini, END, 0))
    header += struct.pack("<109I", *([at + n for n in range(n_fat)] + [FREE] * (109 - n_fat)))
    return header + b"".join(sectors) + struct.pack(f"<{len(fat)}I", *fat)
