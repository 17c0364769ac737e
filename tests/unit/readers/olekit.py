"""OLE compound files ([MS-CFB] version 3) and Outlook's saved messages (MS-OXMSG), built for tests."""

import struct
from collections.abc import Mapping

SECTOR, MINI, CUTOFF = 512, 64, 4096
END, FREE, FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
Tree = Mapping[str, "bytes | Tree"]


class _Allocated:
    """Blocks of one size and the chains that lead through them."""

    def __init__(self, size: int) -> None:
        self.size, self.data, self.table = size, b"", [0][:0]

    def add(self, content: bytes) -> int:
        """The first block of a stream that is put behind the others; END for an empty one."""
        count = -(-len(content) // self.size)
        first = len(self.table)
        self.data += content.ljust(count * self.size, b"\0")
        self.table += [*range(first + 1, first + count), END][:count] if count else []
        return first if count else END


def compound(tree: Tree) -> bytes:
    """A compound file of storages (mappings) and streams (bytes)."""
    entries: list[list[object]] = [["Root Entry", 5, FREE, FREE, b""]]
    _list(tree, 0, entries)
    large, small = _Allocated(SECTOR), _Allocated(MINI)
    placed = []
    for name, kind, child, right, content in entries:
        data = bytes(content) if isinstance(content, bytes) else b""
        start = (small if len(data) < CUTOFF else large).add(data) if kind == 2 else END
        placed.append([name, kind, child, right, start, len(data)])
    placed[0][4], placed[0][5] = large.add(small.data), len(small.data)
    minifat = large.add(b"".join(struct.pack("<I", n) for n in small.table).ljust(SECTOR, b"\xff"))
    minifat_count = -(-max(1, len(small.table) * 4) // SECTOR)
    directory = large.add(b"".join(map(_entry, placed)).ljust(SECTOR, b"\0"))
    blocks = 1
    while blocks * SECTOR // 4 < len(large.table) + blocks:
        blocks += 1
    first = len(large.table)
    table = [*large.table, *[FAT] * blocks]
    table += [FREE] * (blocks * SECTOR // 4 - len(table))
    head = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6, 0, blocks, directory, 0,
        CUTOFF, minifat, minifat_count, END, 0,
    )  # fmt: skip
    head += b"".join(struct.pack("<I", n) for n in [*range(first, first + blocks), *[FREE] * (109 - blocks)])
    return head + large.data + b"".join(struct.pack("<I", n) for n in table)


def _list(tree: Tree, parent: int, entries: list[list[object]]) -> None:
    """Entries of a storage, siblings chained to the right."""
    before = None
    for name, content in tree.items():
        number = len(entries)
        entries.append([name, 2 if isinstance(content, bytes) else 1, FREE, FREE, content])
        if before is None:
            entries[parent][2] = number
        else:
            entries[before][3] = number
        before = number
        if not isinstance(content, bytes):
            _list(content, number, entries)


def _entry(entry: list[object]) -> bytes:
    name, kind, child, right, start, size = entry
    raw = str(name).encode("utf-16le") + b"\0\0"
    return struct.pack("<64sHBBIII16xI8x8xIQ", raw, len(raw), kind, 1, FREE, right, child, 0, start, size)


# --- messages


def properties(head: int, fixed: Mapping[int, bytes]) -> bytes:
    """A property stream: its head, then 16 bytes for each tag."""
    return bytes(head) + b"".join(struct.pack("<II", tag, 6) + value.ljust(8, b"\0") for tag, value in fixed.items())


def message(
    texts: Mapping[int, str], *files: Tree, head: int = 32, codec: str = "utf-16le", fixed: Mapping[int, bytes] | None = None
) -> Tree:
    """A message's storage: string properties in UTF-16 or a code page, attachments in order."""
    kind = 0x1F if codec == "utf-16le" else 0x1E
    made: dict[str, bytes | Tree] = {"__properties_version1.0": properties(head, fixed or {})}
    made |= {f"__substg1.0_{prop:04X}{kind:04X}": text.encode(codec) for prop, text in texts.items()}
    return made | {f"__attach_version1.0_#{n:08X}": file for n, file in enumerate(files)}


def attachment(name: str, data: bytes, **more: str) -> Tree:
    """A file attached to a message; `more`: mime and cid."""
    named = {0x3707: name, 0x370E: more.get("mime", ""), 0x3712: more.get("cid", "")}
    texts = {f"__substg1.0_{prop:04X}001F": text.encode("utf-16le") for prop, text in named.items() if text}
    return {"__properties_version1.0": bytes(8), "__substg1.0_37010102": data, **texts}


def attached_message(inner: Tree, name: str = "") -> Tree:
    """A message attached to a message; `inner` made with head 24."""
    return {
        "__properties_version1.0": bytes(8), "__substg1.0_3001001F": name.encode("utf-16le"), "__substg1.0_3701000D": inner,
    }  # fmt: skip


