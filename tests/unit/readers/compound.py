"""OLE compound files written from streams ([MS-CFB] version 3), and what stands encrypted in them."""

import struct

FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
SECTOR, MINI, CUTOFF = 512, 64, 4096


def padded(data: bytes, size: int) -> bytes:
    return data + b"\0" * (-len(data) % size)


def chain(start: int, count: int) -> list[int]:
    return [*range(start + 1, start + count), END] if count else []


def compound(streams: dict[str, bytes]) -> bytes:
    """A file with these streams; a slash in a name makes a storage."""
    entries, mini, mini_fat, large = [["Root Entry", 5, FREE, FREE, END, 0]], b"", [], []
    folders = {"": 0}
    for path, data in streams.items():
        parent = 0
        *above, name = path.split("/")
        for depth in range(len(above)):
            key = "/".join(above[: depth + 1])
            if key not in folders:
                folders[key] = add(entries, [above[depth], 1, FREE, FREE, END, 0], parent)
            parent = folders[key]
        entry = [name, 2, FREE, FREE, END, len(data)]
        if len(data) < CUTOFF:
            entry[4] = len(mini_fat) if data else END
            mini_fat += chain(len(mini_fat), -(-len(data) // MINI))
            mini += padded(data, MINI)
        else:
            large.append((entry, padded(data, SECTOR)))
        add(entries, entry, parent)
    return written(entries, mini, mini_fat, large)


def add(entries: list, entry: list, parent: int) -> int:
    """Append an entry as the last of its parent's children, which hang on each other's right."""
    entries.append(entry)
    at = entries[parent][3]
    if at == FREE:
        entries[parent][3] = len(entries) - 1
    else:
        while entries[at][2] != FREE:
            at = entries[at][2]
        entries[at][2] = len(entries) - 1
    return len(entries) - 1


def written(entries: list, mini: bytes, mini_fat: list[int], large: list) -> bytes:
    fat: list[int] = []
    body = b""

    def put(data: bytes) -> int:
        nonlocal body
        data = padded(data, SECTOR)
        start = len(fat)
        fat.extend(chain(start, len(data) // SECTOR))
        body += data
        return start if data else END

    for entry, data in large:
        entry[4] = put(data)
    entries[0][4], entries[0][5] = put(mini), len(mini)
    mini_start = put(struct.pack(f"<{len(mini_fat)}I", *mini_fat) + b"\xff" * (-len(mini_fat) * 4 % SECTOR))
    rows = b"".join(packed(e) for e in entries)
    directory = put(rows + (packed(["", 0, FREE, FREE, 0, 0]) * (-len(entries) % 4)))
    count = 1
    while (len(fat) + count) * 4 > count * SECTOR:
        count += 1
    first = len(fat)
    fat += [FAT] * count
    body += padded(struct.pack(f"<{len(fat)}I", *fat), 1) + b"\xff" * (count * SECTOR - 4 * len(fat))
    head = struct.pack(
        "<8s16s5H6s9I", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, b"", 0, count,
        directory, 0, CUTOFF, mini_start, -(-len(mini_fat) * 4 // SECTOR), END, 0,
    )  # fmt: skip
    places = [first + i for i in range(count)] + [FREE] * (109 - count)
    return head + struct.pack("<109I", *places) + body


def packed(entry: list) -> bytes:
    name, kind, right, child, start, size = entry
    raw = name.encode("utf-16-le") + b"\0\0"
    return struct.pack(
        "<64sHBB3I16sI16sIQ", raw, len(raw) if name else 0, kind, 1, FREE, right, child, b"", 0, b"", start, size
    )
