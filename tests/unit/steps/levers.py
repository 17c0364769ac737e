"""A clerk in the office of tests: decisions are laid as objects, files added as `shoufa add` would."""

import hashlib
import json
from typing import Any

from shoufa.domain.mail import Added, Envelope
from shoufa.steps.files import dump, envelope_key
from shoufa.steps.receive_decision import receive_decision
from shoufa.steps.receive_mail import receive_mail
from unit.steps.world import World

WHO = "wl"


def lay(world: World, action: str, submission: str = "", **said: Any) -> str:
    """Store one decision; its key."""
    n = len(world.objects.keys("inbox/decision/")) + 1
    whole = {"who": WHO, "action": action, "at": world.clock.now().isoformat(), **said}
    if submission:
        whole["submission"] = submission
    key = f"inbox/decision/{n:03d}.json"
    world.objects.put(key, json.dumps(whole, ensure_ascii=False).encode())
    return key


def decide(world: World, action: str, submission: str = "", **said: Any) -> str:
    """Store one decision and have it received; its key. What it asks for waits in the queues."""
    key = lay(world, action, submission, **said)
    receive_decision(key, world.house)
    return key


def add(world: World, files: dict[str, str], **target: str) -> str:
    """Store files that came another way, and let step 1 have them; the mail's key."""
    raw = world.written(files, world.clock.now(), sender="added@shoufa.invalid", to=[], body=str(target))
    name = hashlib.sha256(raw).hexdigest()
    key, decision = f"inbox/mail/add/{name}", f"inbox/decision/add-{name}.json"
    at = world.clock.now()
    said = {"who": WHO, "action": "add", "mail": key, "received_at": at.isoformat(), **target}
    envelope = Envelope(received_at=at, door="add", added=Added(who=WHO, decision=decision, **target))
    world.objects.put(envelope_key(key), dump(envelope))
    world.objects.put(decision, json.dumps(said).encode())
    world.objects.put(key, raw)
    receive_mail(key, world.house)
    return key


def condemned(world: World, files: dict[str, str] | None = None, **said: Any) -> str:
    """Receive a mail that the mail check took for a virus; its key."""
    key = world.put(files or {"公文.pdf": "x"}, **said)
    envelope = envelope_key(key)
    world.objects.data[envelope] = world.objects.data[envelope].replace(b'"virus":""', b'"virus":"FAIL"')
    receive_mail(key, world.house)
    return key


def actions(world: World, chain: str) -> list[str]:
    """The actions decided in a chain."""
    return [e.data["action"] for e in world.ledger.entries(chain) if e.kind.value == "decided"]
