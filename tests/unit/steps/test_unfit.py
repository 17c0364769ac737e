"""steps/unfit.py: what is laid as a decision and cannot be taken is noted, with its reason, until it is removed."""

from dataclasses import replace
from datetime import time, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from shoufa.adapters.disk_objects import DiskObjects
from shoufa.notices.digest import UNFIT_WHY
from shoufa.steps.reconciliation import Pass, reconciliation
from shoufa.steps.unfit import noted_unfit, weighed
from unit.judging.build import START, complete
from unit.steps.levers import add, condemned, decide, lay
from unit.steps.world import World, papers

CLERK = "clerk@office.example"
WRONG = "inbox/decision/w.json"


def office() -> World:
    return World(reconcile_every=timedelta(minutes=10), digest_at=time(8, 30), office_mailbox=CLERK)


def filed() -> World:
    world = office()
    world.receive(papers(complete()))
    world.settle()
    return world


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "no-decision"),
        (b'{"who":"wl","action":"hold","submission":"230801-ZZZZZZ-Z"}', "no-submission"),
        (b'{"who":"wl","action":"release-mail","object":"inbox/mail/none"}', "no-mail"),
        (None, "file-name"),
    ],
)
def test_each_reason_has_a_code_and_words(data: bytes | None, why: str):
    world = office()
    if data is not None:
        world.objects.put(WRONG, data)
    found = weighed(world.house, WRONG)[1]
    assert found is not None
    assert found.why == why
    assert UNFIT_WHY[why].zh
    assert UNFIT_WHY[why].en


LONG = f"inbox/decision/{'关于同意放行的决定' * 4}.json"


@pytest.mark.parametrize(
    ("key", "data", "why"),
    [
        (LONG, b'{"who":"wl","action":"pause"}', "file-name"),
        (WRONG, b'{"who":"wl","action":"release-mail","object":"inbox/mail//x"}', "no-mail"),
        (WRONG, b'{"who":"wl","action":"release-mail","object":"inbox/mail/' + b"x" * 241 + b'"}', "no-mail"),
    ],
)
def test_a_name_that_no_folder_holds_stops_nothing(tmp_path: Path, key: str, data: bytes, why: str):
    (tmp_path / key).parent.mkdir(parents=True)
    (tmp_path / key).write_bytes(data)
    world = office()
    world.house = replace(world.house, objects=DiskObjects(tmp_path))
    world.clock.move(timedelta(minutes=10))
    reconciliation(world.house)
    assert Pass.of(world.house).began == ""
    assert noted_unfit(world.house) == {key: why}


def test_what_can_be_taken_is_not_among_them():
    world = filed()
    decide(world, "hold", world.numbers[0])
    decide(world, "pause")
    decide(world, "release-mail", object=condemned(world))
    add(world, {"x.pdf": "x"}, submission=world.numbers[0])
    keys = [*world.objects.keys("inbox/decision/"), lay(world, "note", world.numbers[0])]
    assert [weighed(world.house, key)[1] for key in keys] == [None] * len(keys)


def test_a_pass_notes_it_by_code_alone_and_forgets_what_was_removed():
    world = filed()
    world.objects.put(WRONG, '{"who":"王小明","action":"pause"}'.encode())
    world.clock.move(timedelta(minutes=10))
    reconciliation(world.house)
    ((key, said),) = world.index.find("unfit")
    assert (key, said["why"], said.keys()) == (WRONG, "no-decision", {"why", "since"})
    assert noted_unfit(world.house) == {WRONG: "no-decision"}
    assert noted_unfit(world.house, world.clock.now() + timedelta(seconds=1)) == {}
    del world.objects.data[WRONG]
    assert noted_unfit(world.house) == {}


def test_the_clerk_reads_of_it_in_the_digest_and_hears_no_more_if_nothing_else_happens():
    world = office()
    world.objects.put(WRONG, b"{")
    while world.clock.now() < START + timedelta(days=3):
        world.clock.move(timedelta(minutes=30))
        world.settle()
    sent = [message_from_bytes(raw, policy=policy.default) for raw, _, to in world.mailer.sent if to == CLERK]
    digests = {str(m["X-Shoufa-Notice"])[7:17]: m for m in sent}
    assert digests.keys() == {"2023-08-01", "2023-08-02"}  # the first day's was late, the second saw it noted
    text = digests["2023-08-02"].get_body(("plain",)).get_content()
    assert f"{WRONG}：不是一项处理决定" in text
    assert "1项人工决定无法采用" in text
