"""Step 2: bytes to facts, once for ever: the same bytes are never read twice, in any submission.

Pictures of the seals are stored before the facts: where there are facts, there is what they rest on.
"""

import time
from collections.abc import Sequence

from shoufa.domain.errors import TryAgain, Unreadable
from shoufa.domain.facts import Facts
from shoufa.steps.files import dump, evidence_key, facts_key, part_key
from shoufa.steps.house import House


def read_document(sha256: str, name: str, submissions: Sequence[str], mail: str, house: House) -> None:
    """Read one part, store its facts, and ask for a judgement of the submissions that wait for it.

    A file at fault has its code in the facts. Raises TryAgain where the bytes are not there yet. The
    message for a judgement names the mail too: the queue takes equal messages within five minutes for one,
    and the same file in a second mail is another reason to judge.
    """
    if not house.objects.exists(facts_key(sha256)):
        facts, pictures = _read(sha256, name, house)
        for picture, data in pictures.items():
            house.objects.put(evidence_key(sha256, picture), data)
        house.objects.put(facts_key(sha256), dump(facts))
    for submission in submissions:
        house.queues.send(
            "submissions", {"submission": submission, "cause": f"{mail}:{sha256}"}, group=submission
        )


def _read(sha256: str, name: str, house: House) -> tuple[Facts, dict[str, bytes]]:
    data = house.objects.get(part_key(sha256))
    if data is None or house.readers is None:
        raise TryAgain(f"part {sha256}: not stored yet")
    began = time.perf_counter()
    try:
        facts, pictures = house.readers.read_document(data, name)
    except Unreadable as err:
        facts, pictures = Facts(sha256=sha256, unreadable=err.code, reason=err.reason), {}
    seconds = round(time.perf_counter() - began, 3)
    return facts.model_copy(update={"sha256": sha256, "seconds": seconds}), pictures
