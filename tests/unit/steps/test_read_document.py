"""Step 2 (steps/read_document.py): bytes to facts, once for ever."""

from dataclasses import replace

import pytest

from fakes import JPEG, FakeObjects, Killed, digest
from shoufa.domain.errors import TryAgain
from shoufa.domain.facts import Facts, Page, Seal
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


SEAL = Seal(page=1, box=(0.5, 0.5, 0.7, 0.7))
SEALED = Facts(
    sha256="0" * 64,
    pages=(Page(number=1, seals=(SEAL,)), Page(number=2, seals=(SEAL,), faint=(SEAL,))),
)
PICTURES = ["1.jpg", "1.ring.jpg", "2.jpg", "2.ring.jpg", "3.jpg", "3.ring.jpg"]


class Written(FakeObjects):
    """Objects that remember the order in which they came, and end the process before the one of a name."""

    def __init__(self, fatal: str = "") -> None:
        super().__init__()
        self.order: list[str] = []
        self.fatal = fatal

    def put(self, key: str, data: bytes) -> bool:
        if self.fatal and key.endswith(self.fatal):
            self.fatal = ""
            raise Killed
        self.order.append(key)
        return super().put(key, data)


def sealed(objects: FakeObjects, facts: Facts = SEALED) -> tuple[World, str]:
    world, data = World(), paper(facts).encode()
    world.objects = objects
    world.house = replace(world.house, objects=objects)
    objects.put(part_key(digest(data)), data)
    return world, digest(data)


def test_pictures_of_the_seals_are_stored_before_the_facts():
    objects = Written()
    world, sha = sealed(objects)
    read_document(sha, "甲.pdf", ["S1"], "m1", world.house)
    folder = facts_key(sha).removesuffix("json") + "seals/"
    assert objects.order[1:] == [*(folder + name for name in PICTURES), facts_key(sha)]
    assert {objects.data[folder + name] for name in PICTURES} == {JPEG}
    assert all(key.startswith(f"facts/{sha}.") for key in objects.order[1:])


@pytest.mark.parametrize("fatal", ["/1.jpg", "/2.ring.jpg", ".json"])
def test_a_crash_among_the_pictures_leaves_no_facts_and_the_next_time_all(fatal):
    objects = Written(fatal)
    world, sha = sealed(objects)
    with pytest.raises(Killed):
        read_document(sha, "甲.pdf", ["S1"], "m1", world.house)
    assert (objects.exists(facts_key(sha)), world.queues.take()) == (False, [])
    read_document(sha, "甲.pdf", ["S1"], "m1", world.house)
    assert objects.exists(facts_key(sha))
    assert len(objects.keys(f"facts/{sha}.")) == len(PICTURES) + 1


def test_of_what_bears_a_secrecy_mark_nothing_but_the_facts_is_stored():
    objects = Written()
    world, sha = sealed(objects, SEALED.model_copy(update={"sensitive": "机密"}))
    read_document(sha, "甲.pdf", ["S1"], "m1", world.house)
    assert objects.order[1:] == [facts_key(sha)]


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
