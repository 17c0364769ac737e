"""Step 1: a mail's bytes to its fate, its parts and its place in the ledger.

Then each document's reading is asked for.

Commit, then send: on redelivery the claim of the object is found, and the next messages are sent again.
"""

from collections.abc import Mapping
from datetime import datetime

from shoufa.domain.codes import Disposition
from shoufa.domain.errors import TryAgain, Unreadable
from shoufa.domain.fingerprint import fingerprint
from shoufa.domain.ledger import digest as sha256
from shoufa.domain.mail import ARCHIVES, Envelope, InboundMail, Part
from shoufa.domain.office import GRACE
from shoufa.domain.submission import Manifest
from shoufa.judging.addressing import mailboxes, original_sender, unverified
from shoufa.steps import fate as fates
from shoufa.steps.added import place_added
from shoufa.steps.bounces import note_bounce
from shoufa.steps.fate import Fate
from shoufa.steps.files import dump, load_envelope, load_manifest, manifest_key, part_key
from shoufa.steps.house import House
from shoufa.steps.merge import merge_same_sender
from shoufa.steps.unpack import unpack


def receive_mail(key: str, house: House, stored_at: datetime | None = None) -> Disposition:
    """File one mail object. Returns its disposition; raises TryAgain where the world is at fault.

    `stored_at` is the object's time, used where the door wrote no sidecar (SES); never the Date header.
    """
    raw = house.objects.get(key)
    if raw is None:
        raise TryAgain(f"{key}: no such object yet")
    known = fates.recall(house, key)
    if known is not None:
        return _resume(house, key, raw, known)
    digest = sha256(raw)
    envelope = load_envelope(house.objects, key)
    envelope = envelope or Envelope(received_at=stored_at or house.clock.now(), door="ses")
    if envelope.withheld:
        return fates.quarantine(house, key, digest, envelope.withheld)
    try:
        mail, blobs = read(house, raw)
    except Unreadable as err:
        return fates.quarantine(house, key, digest, err.code.value)
    manifest = make_manifest(house, key, digest, mail, envelope)
    for sha, data in blobs.items():
        house.objects.put(part_key(sha), data)
    house.objects.put(manifest_key(digest), dump(manifest))
    added = envelope.added
    decided = place_added(house, manifest, added) if added else fates.decide(house, manifest)
    fates.record(house, manifest, decided)
    note_bounce(house, manifest, decided.disposition)
    merge_same_sender(house, manifest, decided.receipts)
    tell_next(house, manifest, decided)
    return decided.disposition


def read(house: House, raw: bytes) -> tuple[InboundMail, Mapping[str, bytes]]:
    """The mail with the members of its archives, and all bytes by digest. Raises Unreadable."""
    if house.readers is None:
        raise TryAgain("no readers were given to step 1")
    mail, blobs = house.readers.read_mail(raw)
    parts, more = unpack(house.readers, mail.parts, blobs)
    return mail.model_copy(update={"parts": tuple(parts)}), more


def make_manifest(house: House, key: str, digest: str, mail: InboundMail, envelope: Envelope) -> Manifest:
    """What is kept of a mail beside its bytes."""
    at = envelope.received_at
    mailbox = next((b for b in mailboxes(mail, envelope) if house.office.open_units(b, at)), "")
    sender, via = original_sender(mail, house.office)
    if envelope.added is not None:
        sender, via = "", envelope.added.who
    return Manifest(
        object=key,
        digest=digest,
        fingerprint=digest if envelope.added else fingerprint(mail, mailbox),
        mailbox=mailbox,
        mail=mail,
        envelope=envelope,
        seen_at=house.clock.now(),
        unverified=unverified(mail, house.office.authserv_id),
        via=via,
        sender=sender,
    )


def _resume(house: House, key: str, raw: bytes, known: Fate) -> Disposition:
    """A redelivered message: its entry is there; write its proof and send the next messages again."""
    fates.prove_again(house, sha256(raw), known)
    manifest = load_manifest(house.objects, sha256(raw))
    if manifest is not None:
        manifest = manifest.model_copy(update={"object": key})
        fates.look_ups(house, manifest, known)
        note_bounce(house, manifest, known.disposition)
        merge_same_sender(house, manifest, known.receipts)
        tell_next(house, manifest, known)
    return known.disposition


def tell_next(house: House, manifest: Manifest, decided: Fate) -> None:
    """Ask for each document's reading, for a judgement, and for the receipt; or for guidance."""
    if decided.disposition is Disposition.UNMATCHED and decided.answer:
        chain = f"MAIL#{manifest.digest}"
        asked = {"template": "guidance", "submission": chain, "mail": manifest.digest}
        house.queues.send("notices", asked)
    if decided.disposition not in fates.FILED:
        return
    until = _kept_until(house, decided)
    if until is not None and until > house.clock.now():
        house.objects.retain(manifest.object, until)
    wanted = {p.sha256: p for p in manifest.mail.parts if to_be_read(p)}
    for sha, part in wanted.items():
        message = {"sha256": sha, "name": part.name[-60:], "submissions": list(decided.receipts)}
        house.queues.send("documents", {**message, "mail": manifest.digest})
    for receipt in decided.receipts:
        if not wanted:
            house.queues.send("submissions", {"submission": receipt, "cause": manifest.digest}, group=receipt)
    if decided.answer:
        message = {"template": "receipt", "submission": decided.receipts[0], "mail": manifest.digest}
        house.queues.send("notices", {**message, "receipts": list(decided.receipts)})


def to_be_read(part: Part) -> bool:
    """Whether a part has content to read; archives are their members, coded parts were lost already."""
    return part.code is None and part.container not in ARCHIVES


def _kept_until(house: House, decided: Fate) -> datetime | None:
    """How long a mail object is retained: the call's closing plus 180 days, None for an open-ended call."""
    closes = [c.closes for p in decided.places if (c := house.office.calls.get(p.call)) and c.closes]
    return max(closes) + GRACE if closes else None
