"""domain/revision.py: an accepted definition as an object; its name proves its bytes."""

from datetime import UTC, datetime

import pytest

from shoufa.domain.revision import MARK, Front, named_by, revision_key, revision_of, written

FRONT = Front(author="王: 某\n---\n", source="", reason='延期“三”"', at=datetime(2023, 8, 1, tzinfo=UTC))


def test_the_definition_stands_word_for_word_behind_the_front():
    body = b"a: 1\n---\nb: 2\r\n"
    head, _, rest = written(FRONT, body).partition(MARK)
    assert rest == body
    assert Front.model_validate_json(head) == FRONT


def test_any_other_byte_is_another_revision():
    assert revision_of(written(FRONT, b"a")) != revision_of(written(FRONT, b"b"))
    later = FRONT.model_copy(update={"at": datetime(2023, 8, 2, tzinfo=UTC)})
    assert revision_of(written(FRONT, b"a")) != revision_of(written(later, b"a"))


def test_a_key_names_call_and_revision():
    assert named_by(revision_key("sac-1", "0123456789abcdef")) == ("sac-1", "0123456789abcdef")


@pytest.mark.parametrize(
    "key",
    [
        "inbox/call/a/b.yaml",
        "inbox/call/../0123456789abcdef.yaml",
        "inbox/call/a/0123456789abcdef.yaml/x",
        "x",
    ],
)
def test_other_keys_name_nothing(key: str):
    assert named_by(key) is None


def test_who_and_why_must_be_said():
    for missing in ("author", "reason"):
        with pytest.raises(ValueError, match=missing):
            Front.model_validate({**FRONT.model_dump(), missing: ""})
