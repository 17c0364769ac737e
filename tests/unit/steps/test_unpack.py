"""Archives of one mail: members behind their container, limits over the whole mail."""

import hashlib

import pytest

from shoufa.domain.errors import Unreadable, UnreadableCode
from shoufa.domain.mail import Part
from shoufa.steps import unpack as steps
from shoufa.steps.unpack import unpack


def file(name: str, data: bytes, container: str = "docx", parent: str = "") -> Part:
    sha = hashlib.sha256(data).hexdigest()
    return Part(path=name, name=name, sha256=sha, size=len(data), container=container, parent=parent)


class Opener:
    """Archives that hold as many one-byte files as their bytes say; `b"!"` is under a password."""

    def expand(self, data, path, container, rest=()):
        assert container == "zip"
        data = data + b"".join(rest)
        if data == b"!":
            raise Unreadable(UnreadableCode.ENCRYPTED)
        inside = {f"{path}/{n}": f"{path}{n}".encode() for n in range(int(data))}
        return [file(p, d) for p, d in inside.items()], {
            hashlib.sha256(d).hexdigest(): d for d in inside.values()
        }


def opened(**archives: bytes):
    parts = [file(f"{name}.zip", data, "zip") for name, data in archives.items()]
    return unpack(
        Opener(),
        [file("公文.docx", b"x"), *parts],
        {p.sha256: d for p, d in zip(parts, archives.values(), strict=True)},
    )


def test_members_stand_behind_their_archive():
    parts, blobs = opened(a=b"2")
    assert [p.path for p in parts] == ["公文.docx", "a.zip", "a.zip/0", "a.zip/1"]
    assert {p.sha256 for p in parts[2:]} <= set(blobs)


def test_a_locked_archive_keeps_its_code():
    parts, _ = opened(a=b"!", b=b"1")
    assert [(p.path, p.code) for p in parts[1:]] == [
        ("a.zip", "encrypted"),
        ("b.zip", None),
        ("b.zip/0", None),
    ]


@pytest.mark.parametrize(("limit", "value"), [("MAX_FILES", 4), ("MAX_BYTES", 30)])
def test_limits_hold_for_the_mail_and_not_for_each_archive(monkeypatch, limit, value):
    monkeypatch.setattr(steps, limit, value)
    parts, _ = opened(a=b"3", b=b"4", c=b"1")
    codes = {p.path: p.code for p in parts if p.container == "zip"}
    assert codes == {"a.zip": None, "b.zip": "too-large", "c.zip": None}
    assert not any(p.path.startswith("b.zip/") for p in parts)


def divided(*names: str):
    parts = [file(name, name[-1].encode(), "unknown") for name in names]
    return unpack(Opener(), parts, {p.sha256: p.name[-1].encode() for p in parts})[0]


def test_volumes_are_opened_once_behind_the_first():
    parts = divided("a.zip.002", "公文.docx", "a.zip.001")
    assert [p.path for p in parts if "/" not in p.path] == ["a.zip.002", "公文.docx", "a.zip.001"]
    assert len([p for p in parts if p.path.startswith("a.zip.001/")]) == 12
    assert [p.container for p in parts[:3]] == ["zip", "unknown", "zip"]


def test_volumes_without_the_first_are_not_opened_and_say_so():
    (only,) = divided("a.zip.002")
    assert (only.code, only.reason) == (
        UnreadableCode.UNREADABLE, "a divided archive without its volumes 1: send one archive, or separate files",
    )  # fmt: skip
