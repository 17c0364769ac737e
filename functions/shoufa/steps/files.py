"""Keys of objects, and reading and writing the models that lie there."""

from collections.abc import Iterable
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from shoufa.domain.decision import Made, read_decision
from shoufa.domain.errors import Damaged
from shoufa.domain.facts import READER_VERSION, Facts
from shoufa.domain.ledger import Entry, Head, canonical
from shoufa.domain.mail import Envelope
from shoufa.domain.submission import Manifest, Verdict
from shoufa.ports import ObjectStore

MAIL_PREFIX = "inbox/mail/"
Model = TypeVar("Model", bound=BaseModel)


def envelope_key(mail_key: str) -> str:
    """The write-once sidecar that belongs to a mail object (outside the prefix that wakes step 1)."""
    return f"inbox/envelope/{mail_key.removeprefix(MAIL_PREFIX)}.json"


def part_key(sha256: str) -> str:
    """A part by its content."""
    return f"parts/{sha256}"


def facts_key(sha256: str) -> str:
    """Facts by content and reader version: the same bytes are never read twice."""
    return f"facts/{sha256}.{READER_VERSION}.json"


def evidence_key(sha256: str, name: str) -> str:
    """A picture of a seal beside the facts that it proves: `name` is `3`, its unrolled ring is `3.ring`.

    All that was read of a document begins with `facts/<sha256>.`: who erases it removes every such key, of
    whatever reader version.
    """
    return f"facts/{sha256}.{READER_VERSION}.seals/{name}.jpg"


def manifest_key(digest: str) -> str:
    """What was read of a mail, by the mail's digest."""
    return f"mails/{digest}.json"


def verdict_key(receipt: str, digest: str) -> str:
    """A verdict with its names and texts; the ledger keeps its digest only."""
    return f"verdicts/{receipt}/{digest}.json"


def sent_key(notice: str) -> str:
    """A mail as it was sent."""
    return f"sent/{notice}.eml"


def entry_key(entry: Entry) -> str:
    """A ledger entry as an object: the proof beside the table."""
    return key_of(entry.submission, entry.seq)


def key_of(submission: str, seq: int) -> str:
    """The key of the entry of that number in a chain."""
    return f"ledger/{submission}/{seq:06d}.json"


def _load(model: type[Model], objects: ObjectStore, key: str) -> Model | None:
    """What an object holds, None where there is none. Raises Damaged where it is no such thing."""
    data = objects.get(key)
    try:
        return model.model_validate_json(data) if data else None
    except ValidationError as err:
        raise Damaged(key) from err


def load_envelope(objects: ObjectStore, mail_key: str) -> Envelope | None:
    """The sidecar of a mail, None where the door wrote none (SES)."""
    return _load(Envelope, objects, envelope_key(mail_key))


def load_manifest(objects: ObjectStore, digest: str) -> Manifest | None:
    """The manifest of a mail, None if it is not there."""
    return _load(Manifest, objects, manifest_key(digest))


def load_manifests(objects: ObjectStore, head: Head) -> list[Manifest]:
    """The mails of a submission in order of receipt."""
    found = [m for d in head.state["mails"] if (m := load_manifest(objects, d)) is not None]
    return sorted(found, key=lambda m: (m.envelope.received_at, m.digest))


def load_facts(objects: ObjectStore, sha256: str) -> Facts | None:
    """The facts of a part, None while it is being read."""
    return _load(Facts, objects, facts_key(sha256))


def load_verdict(objects: ObjectStore, receipt: str, digest: str) -> Verdict | None:
    """A verdict by its digest."""
    return _load(Verdict, objects, verdict_key(receipt, digest))


def draft_key(notice: str) -> str:
    """A mail that was written and not sent."""
    return f"drafts/{notice}.eml"


def load_decisions(objects: ObjectStore, keys: Iterable[str]) -> list[Made]:
    """Decisions by their objects' keys, in that order. Raises NotADecision."""
    found = [(key, data) for key in keys if (data := objects.get(key)) is not None]
    return [Made(object=key, decision=read_decision(data)) for key, data in found]


def dump(model: Envelope | Manifest | Facts | Verdict | Entry) -> bytes:
    """A model as canonical JSON bytes."""
    return canonical(model.model_dump(mode="json")).encode()
