"""Step 2 (steps/read_document.py): bytes to facts, once for ever."""

import pytest

from fakes import digest
from shoufa.domain.errors import TryAgain
from shoufa.steps.files import facts_key, load_facts, part_key
from shoufa.steps.read_document import read_document
from unit.judging.build import LATIN, application
from unit.steps.world import World, paper

DATA = paper(application()).encode()
SHA = digest(DATA)


def stored(data: bytes = DATA) -> tuple[World, str]:
    world = World()
    world.objects.put(part_key(digest(data)), data)
    return world, digest(data)


def test_facts_are_stored_under_content_and_reader_version():
    world, sha = stored()
    read_document(sha, "甲.docx", ["S1"], "m1", world.house)
    found = load_facts(world.objects, sha)
    assert found is not None
    assert LATIN in found.text
    assert found.sha256 == sha
    assert world.objects.keys("facts/") == [f"facts/{sha}.{found.reader}.json"]


def test_the_same_bytes_are_never_read_twice():
    world, sha = stored()
    for submission in ("S1", "S2"):
        read_document(sha, f"{submission}.docx", [submission], submission, world.house)
    assert world.readers.read == {sha: 1}
    assert [m["submission"] for m in world.queues.take("submissions")] == ["S1", "S2"]


def test_every_submission_that_waits_is_asked_for():
    world, sha = stored()
    read_document(sha, "甲.docx", ["S1", "S2"], "m1", world.house)
    assert [m["submission"] for m in world.queues.take("submissions")] == ["S1", "S2"]


def test_the_same_file_in_a_second_mail_is_another_reason_to_judge():
    world, sha = stored()
    for mail in ("m1", "m1", "m2"):
        read_document(sha, "甲.docx", ["S1"], mail, world.house)
    assert len(world.queues.take("submissions")) == 2


@pytest.mark.parametrize("code", ["unreadable", "encrypted", "unsupported", "too-large"])
def test_a_file_at_fault_becomes_facts(code):
    world, sha = stored(f"unreadable:{code}".encode())
    read_document(sha, "甲.docx", ["S1"], "m1", world.house)
    found = load_facts(world.objects, sha)
    assert found is not None
    assert (found.unreadable, found.reason, found.pages) == (code, "made so", ())
    assert len(world.queues.take("submissions")) == 1


def test_a_bug_stores_nothing_and_is_redelivered():
    world, sha = stored(b"bug")
    with pytest.raises(ZeroDivisionError):
        read_document(sha, "甲.docx", ["S1"], "m1", world.house)
    assert not world.objects.exists(facts_key(sha))
    assert world.queues.take() == []


def test_bytes_that_are_not_there_yet_are_tried_again():
    with pytest.raises(TryAgain):
        read_document(SHA, "甲.docx", ["S1"], "m1", World().house)


def test_redelivery_after_the_facts_asks_again():
    world, sha = stored()
    read_document(sha, "甲.docx", ["S1"], "m1", world.house)
    del world.objects.data[part_key(sha)]
    read_document(sha, "甲.docx", ["S2"], "m1", world.house)
    assert [m["submission"] for m in world.queues.take("submissions")] == ["S1", "S2"]
