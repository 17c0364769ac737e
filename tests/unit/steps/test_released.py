"""steps/released.py: what is held back goes out when released, for exactly that verdict."""

from datetime import timedelta

from unit.judging.build import call, complete
from unit.steps.levers import decide
from unit.steps.world import World, papers

PACKAGE = papers(complete())
LACKING = {k: v for k, v in PACKAGE.items() if k != "公文.pdf"}
LETTER = {"公文.pdf": PACKAGE["公文.pdf"]}
BY_CLERK = {"outcome": {"release": "clerk"}}


def waiting(**mail) -> World:
    world = World(call(**BY_CLERK))
    world.receive(LACKING, **mail)
    world.settle()
    return world


def release(world: World, number: str = "", verdict: str = "") -> None:
    number = number or world.numbers[0]
    decide(world, "release", number, verdict=verdict or world.state(number)["verdict"])
    world.drain()


def outcomes(world: World) -> int:
    return world.templates().count("outcome")


def test_what_the_call_leaves_to_a_clerk_waits_and_goes_when_released():
    world = waiting()
    assert outcomes(world) == 0
    release(world)
    assert outcomes(world) == 1
    release(world)
    assert outcomes(world) == 1
    assert world.proven()


def test_a_newer_verdict_needs_a_new_release():
    world = waiting()
    release(world)
    world.receive(LETTER, after=timedelta(hours=1), subject=f"补充 {world.numbers[0]}")
    world.settle()
    assert outcomes(world) == 1
    release(world)
    assert outcomes(world) == 2


def test_a_release_of_an_older_verdict_lets_nothing_go():
    world = waiting()
    old = world.state(world.numbers[0])["verdict"]
    world.receive(LETTER, after=timedelta(hours=1), subject=f"补充 {world.numbers[0]}")
    world.settle()
    release(world, verdict=old)
    assert outcomes(world) == 0


def test_a_release_before_the_quiet_time_ends_waits_for_it():
    world = World(call(**BY_CLERK))
    world.receive(LACKING)
    world.drain()
    release(world)
    assert outcomes(world) == 0
    world.settle()
    assert outcomes(world) == 1


def test_an_unverified_senders_outcome_goes_when_released():
    headers = {"authentication-results": ["x; spf=fail; dkim=fail; dmarc=fail"]}
    world = World()
    world.receive(LACKING, headers=headers)
    world.settle()
    assert world.templates() == ["notice"]
    release(world)
    assert world.templates() == ["notice", "outcome"]


def test_a_release_answers_the_verified_mail_and_counts_no_forged_paper():
    world = World()
    world.receive(LACKING, message_id="<true@hubei.example>")
    headers = {"authentication-results": ["x; spf=fail; dkim=fail; dmarc=fail"]}
    world.receive(LETTER, headers=headers, message_id="<forged@hubei.example>", after=timedelta(minutes=1))
    world.settle()
    assert outcomes(world) == 0
    release(world)
    assert outcomes(world) == 1
    sent = [raw for raw, _, to in world.mailer.sent if to == "zhang@hubei.example"][-1]
    assert b"<true@hubei.example>" in sent
    assert b"<forged@hubei.example>" not in sent


def test_a_mail_first_seen_late_is_answered_when_released():
    world = World()
    world.receive(LACKING, at=world.clock.now() - timedelta(days=5))
    world.settle()
    assert outcomes(world) == 0
    release(world)
    assert outcomes(world) == 1


def test_held_back_nothing_goes_until_released():
    world = World()
    world.receive(LACKING)
    world.drain()
    decide(world, "hold", world.numbers[0])
    world.settle()
    assert outcomes(world) == 0
    world.receive(LETTER, after=timedelta(hours=1), subject=f"补充 {world.numbers[0]}")
    world.settle()
    assert outcomes(world) == 0
    release(world)
    assert outcomes(world) == 1
    assert world.state(world.numbers[0])["hold"] is False


def test_a_confirmed_senders_mail_is_answered_from_then_on():
    headers = {"authentication-results": ["x; spf=fail; dkim=fail; dmarc=fail"]}
    world = World()
    world.receive(LACKING, headers=headers)
    world.settle()
    assert world.templates() == ["notice"]
    decide(world, "sender", world.numbers[0], address="zhang@hubei.example")
    world.settle()
    assert world.templates().count("outcome") == 1
    world.receive(LETTER, after=timedelta(hours=1), headers=headers)
    world.settle()
    assert (world.templates().count("receipt"), outcomes(world)) == (1, 2)


def test_the_ledger_keeps_no_address():
    world = waiting()
    decide(world, "sender", world.numbers[0], address="zhang@hubei.example")
    entry = world.ledger.entries(world.numbers[0])[-1]
    assert entry.data["who"] == "wl"
    assert "zhang" not in entry.text()


def test_a_confirmed_new_sender_does_not_keep_the_outcome_back():
    world = World()
    world.receive(LACKING)
    world.settle()
    number = world.numbers[0]
    world.receive(LETTER, after=timedelta(hours=1), sender="li@else.example", subject=f"补充 {number}")
    world.settle()
    assert outcomes(world) == 1
    decide(world, "sender", number, address="li@else.example")
    world.settle()
    assert outcomes(world) == 2
    assert [to for to, subject in world.subjects() if "核对情况" in subject] == ["zhang@hubei.example"] * 2
