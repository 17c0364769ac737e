"""Fuzzes the winmail.dat reader: nothing at all may escape from it, and it gives no more than it was given."""

import struct

from fuzz_common import INSTRUMENTED, fuzz

SIGNATURE = b"\x78\x9f\x3e\x22\1\0"


def attribute(kind: int, value: bytes, level: int = 2) -> bytes:
    """One attribute (MS-OXTNEF §2.1.3.1)."""
    return struct.pack("<BII", level, kind, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)


def properties(*values: tuple[int, int, bytes]) -> bytes:
    """MAPI properties of variable length: type, id, value."""
    out = struct.pack("<I", len(values))
    for kind, prop, raw in values:
        out += struct.pack("<HHII", kind, prop, 1, len(raw)) + raw + b"\0" * (-len(raw) % 4)
    return out


def seeds() -> list[bytes]:
    """Streams with code pages, bodies, names of both kinds, named properties and a message inside."""
    start = SIGNATURE + attribute(0x00069007, struct.pack("<II", 936, 0), 1)
    begin, title, data = (
        attribute(0x00069002, b"\0" * 14),
        attribute(0x00018010, "函.doc\0".encode("gbk")),
        attribute(0x0006800F, b"one"),
    )
    long = properties((0x1F, 0x3707, "长名.xlsx\0".encode("utf-16le")), (0x1E, 0x3001, b"short\0"))
    file = begin + title + data + attribute(0x00069005, long)
    inner = attribute(0x00069005, properties((0x0D, 0x3701, b"i" * 16 + start + file)))
    named = (
        struct.pack("<IHH", 1, 0x101E, 0x8001)
        + b"g" * 16
        + struct.pack("<II", 1, 4)
        + b"n\0\0\0"
        + struct.pack("<II", 1, 2)
        + b"v\0\0\0"
    )
    fixed = struct.pack("<IHHIHHQ", 2, 0x03, 0x3705, 1, 0x40, 0x3007, 0)
    bodies = attribute(0x0002800C, b"text\0", 1) + attribute(
        0x00069003, properties((0x102, 0x1013, b"<p>x"), (0x1E, 0x1000, b"y\0")), 1
    )
    return [
        start + file,
        start + begin + inner,
        start + bodies,
        start + begin + attribute(0x00069005, named),
        start + begin + attribute(0x00069005, fixed),
    ]


def main() -> None:
    """Run the fuzzer."""
    import atheris

    with atheris.instrument_imports(include=INSTRUMENTED):
        from shoufa.readers.mail_tnef import MAX_ATTACHMENTS, MAX_DEPTH, read_tnef

    def target(data: bytes) -> None:
        found = read_tnef(data)
        assert len(found.files) <= (MAX_ATTACHMENTS + 1) * (MAX_DEPTH + 1)
        assert sum(len(file.data) for file in found.files) <= len(data) * (MAX_DEPTH + 2)
        (found.body + found.html + "".join(file.name for file in found.files)).encode("utf-8")

    fuzz("tnef", seeds(), target)


if __name__ == "__main__":
    main()
