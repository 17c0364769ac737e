"""Which outcomes go out by themselves, and which only when a clerk releases them."""

from collections.abc import Sequence

from shoufa.domain.fingerprint import private
from shoufa.domain.ledger import Head
from shoufa.domain.submission import Manifest, Verdict
from shoufa.judging.addressing import same_house
from shoufa.steps.answerable import denied_in, may_be_answered, senders_of
from shoufa.steps.house import House


def released(head: Head) -> bool:
    """Whether a clerk released exactly the verdict that holds."""
    return bool(head.state.get("verdict")) and head.state.get("released") == head.state["verdict"]


def goes_by_itself(house: House, head: Head, verdict: Verdict, manifests: Sequence[Manifest]) -> bool:
    """Whether an outcome needs nobody's release.

    None does that a clerk holds back, that the call leaves to a clerk, or of papers about another matter.
    """
    automatic = house.office.calls[verdict.call].outcome.release == "automatic"
    if head.state.get("hold") or not automatic or verdict.other_matter:
        return False
    denied = denied_in(house, head)
    heard = [m for m in manifests if not _is_set_aside(m, manifests[0], denied)]
    return _answerable(heard, senders_of(house, head))


def _is_set_aside(manifest: Manifest, opener: Manifest, denied: frozenset[str]) -> bool:
    """Whether a clerk denied its sender; of the own sender what failed verification (judging/senders)."""
    own = manifest.sender == opener.sender
    return private(manifest.sender) in denied and (not own or (manifest.unverified and not opener.unverified))


def _answerable(manifests: Sequence[Manifest], confirmed: frozenset[str]) -> bool:
    """Whether no mail waits for a person, and all came from one house, or from addresses confirmed by one.

    Where another house's mail joined (a merge, a quoted number) one of the two would be told of the other's
    papers.
    """
    known = {m.digest for m in manifests if private(m.sender) in confirmed}
    if not manifests or not all(may_be_answered(m, m.digest in known) for m in manifests):
        return False
    return all(same_house(m.sender, manifests[0].sender) or m.digest in known for m in manifests)


def own_mail(verdict: Verdict, manifests: Sequence[Manifest]) -> Manifest | None:
    """The last mail of the submission's own sender, verified or not; null where none came directly."""
    own = [m for m in manifests if not m.via and m.sender and m.sender == verdict.sender]
    return own[-1] if own else None
