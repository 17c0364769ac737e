"""Passwords in a 7z whose list of names is open, as 7-Zip makes it where nobody ticks 加密文件名."""

import base64

import pytest

from shoufa.domain.errors import Unreadable, UnreadableCode
from shoufa.readers.archive import expand

pytest.importorskip("libarchive")

ALL = (  # 甲.pdf and 乙.txt under the password "abc"
    "N3q8ryccAAQV6ed2nQAAAAAAAAAhAAAAAAAAAN/bEuqVDuiWrxZrPYs5zoGl2r460I8EeuvfTtECsuio1lp2KAAAgTMHrjGZ"
    "YgmQFdYeIaV7ES8WpYzUrx//Bmt+gQOy+FSqz3oJTFamMd0CeOa8wbKJ+eZIOyK9Ll5DJEzXmkMYB1ezgHBFxIMmRSFLFJ0V"
    "q7fMnPVzFm0uqH8X3enGhYGwBD8CEFWyGONbxs0OhHB03t0XPlK9UefM994AFwYgAQl9AAcLAQABIwMBAQVdABAAAAyAlgoB"
    "zPza2AAA"
)
SOME = (  # 乙.txt in the open, then 丁.pdf and 甲.pdf under it
    "N3q8ryccAAQm6eBKqwAAAAAAAAAiAAAAAAAAAH/fykBoZWxsb6Ac1fSUaW15nOUE/i6v4dLMZKcaZvHJ0R5w/bglwIauAACBMweu"
    "T56WKRUy4VpytZKfzG/UA2rethchNDuX/kU3WcJNNDcnkoCAJ+KjL2q5HCkx+07NoaWJsnPCbpS1bo54UfjwEP4qGPTQDV0sBRj8"
    "3364CaXNoxhF5rIBpEIz2lLYnrE8IGjGSCeLyOsP4lK9BIR9Eokxx/WcfPv6KHizynYgAAAXBiUBCYCGAAcLAQABIwMBAQVdABAA"
    "AAyApgoBVwdiiQAA"
)


def test_all_members_under_a_password_are_an_encrypted_archive() -> None:
    with pytest.raises(Unreadable) as caught:
        expand(base64.b64decode(ALL), "材料.7z")
    assert caught.value.code is UnreadableCode.ENCRYPTED


def test_what_follows_a_locked_member_is_locked_and_not_lost_or_broken() -> None:
    parts, blobs = expand(base64.b64decode(SOME), "材料.7z")
    assert [(p.name, p.code) for p in parts] == [
        ("乙.txt", None), ("丁.pdf", UnreadableCode.ENCRYPTED), ("甲.pdf", UnreadableCode.ENCRYPTED),
    ]  # fmt: skip
    assert blobs == {parts[0].sha256: b"hello"}
