"""Mail with attachments that was quarantined, or taken for a machine's: the office hears of it the same day.

It hears nothing of the contents. A person may release it (steps/release.py).
"""

from shoufa.domain.codes import Disposition
from shoufa.domain.submission import Manifest
from shoufa.notices.headers import Unaddressable
from shoufa.notices.quarantine_notice import Came, compose_quarantine_notice
from shoufa.steps.asking import ask
from shoufa.steps.delivery import deliver
from shoufa.steps.fate import recall
from shoufa.steps.files import load_envelope, load_manifest
from shoufa.steps.house import House
from shoufa.steps.reconciliation import was_released
from shoufa.steps.release import RELEASABLE


def quarantine_notices(house: House) -> int:
    """Ask for the notice of each such mail not yet told of (steps/reconciliation.py notes them)."""
    if house.office.reconcile_every is None:  # a run on saved mails (`shoufa process`) tells nobody
        return 0
    asked = 0
    for key, said in house.index.find("quarantined"):
        digest = said["digest"]
        manifest = load_manifest(house.objects, digest)
        # what cannot be opened may hold anything
        holds = manifest is None or bool(manifest.mail.parts or manifest.mail.links)
        if holds and not was_released(house, key, digest):
            message = {"template": "quarantine", "object": key, "mail": digest}
            ask(house, f"MAIL#{digest}", f"quarantine-{digest[:32]}", message)
            asked += 1
        house.index.drop("quarantined", key)
    return asked


def send_quarantine_notice(key: str, digest: str, house: House) -> bool:
    """Compose and send one; False if it was sent, was erased or released, or nobody is there to be told."""
    known, raw = recall(house, key), house.objects.get(key)
    manifest = load_manifest(house.objects, digest)
    to = _recipient(house, key, manifest)
    if known is None or known.disposition not in RELEASABLE or raw is None or not to:
        return False
    if was_released(house, key, digest):
        return False
    envelope = load_envelope(house.objects, key)
    size = (envelope.size if envelope else None) or len(raw)
    domain = (manifest.sender if manifest else "").rpartition("@")[2]
    machine = known.disposition is Disposition.AUTOMATIC
    came = Came(envelope.received_at if envelope else None, machine)
    try:
        made = compose_quarantine_notice(digest, key, known.reason, domain, size, to, came)
    except Unaddressable:
        return False
    return deliver(house, f"MAIL#{digest}", made, {})


def _recipient(house: House, key: str, manifest: Manifest | None) -> str:
    """The unit's mailbox that the mail was for, else the clerk's; "" if neither is known."""
    envelope = load_envelope(house.objects, key) or (manifest.envelope if manifest else None)
    named = [manifest.mailbox if manifest else "", envelope.mailbox if envelope else ""]
    boxes = house.office.boxes()
    return next((b for b in named if b.lower() in boxes), house.office.office_mailbox)
