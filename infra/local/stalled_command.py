"""`shoufa stalled`: what has no fate or did not move on, why, and how to have it driven again."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from local.data_folder import ask_redrive, is_held
from local.still_house import still_house
from local.unfit_words import ADVICE, not_taken, unfit_lines
from shoufa.domain.receipt import ZONE
from shoufa.notices.digest import WHY
from shoufa.steps.chains import LEDGER
from shoufa.steps.files import MAIL_PREFIX, load_envelope
from shoufa.steps.house import House
from shoufa.steps.reconciliation import count_now
from shoufa.steps.stalled_work import what_stalls


def show_stalled(root: Path, *, redrive: bool) -> int:
    """List what stalls in a data folder and count all mail; 1 if anything stalls, 0 if nothing does.

    A decision that cannot be taken stalls until its object is removed; nothing is driven for it. With
    `redrive` a running `shoufa up` is asked to drive the rest again at once; a start does so by itself.
    """
    if not (root / LEDGER).is_dir():
        raise FileNotFoundError(root / LEDGER)
    house = still_house(root)
    lines, unfit = [*_unfiled(house), *_stalled(house)], list(unfit_lines(house, not_taken(house)))
    for line in (*lines, *unfit):
        print(line)
    if unfit:
        print(ADVICE)
    counted = count_now(house).line()
    print(counted.zh)
    print(counted.en)
    if lines and redrive:
        _redrive(root)
    elif lines:
        print("加 --redrive 可立即重试。/ Add --redrive to have it driven again at once.")
    return 1 if lines or unfit else 0


def _redrive(root: Path) -> None:
    if is_held(root):
        ask_redrive(root)
        print("已请正在运行的系统重试，数秒内开始。/ The running house was asked and begins within seconds.")
    else:
        print("系统未运行，下次启动时自动继续。/ It is not running: its next start goes on by itself.")


def _unfiled(house: House) -> Iterator[str]:
    """Mails without a fate, with the time of receipt."""
    for key in house.objects.keys(MAIL_PREFIX):
        if house.ledger.claimed(f"object:{key}") is None:
            envelope = load_envelope(house.objects, key)
            at = envelope.received_at.astimezone(ZONE).strftime(" %Y-%m-%d %H:%M") if envelope else ""
            yield f"{key}{at}：{_words(('unfiled',))}"


def _stalled(house: House) -> Iterator[str]:
    """Submissions that wait for more than their quiet time."""
    seen = sorted({key.removeprefix(LEDGER).rpartition("/")[0] for key in house.objects.keys(LEDGER)})
    for chain in seen:
        head = house.ledger.head(chain)
        codes = tuple(c for c in what_stalls(house, head) if c != "waiting") if head else ()
        if codes and not _is_young(house, chain):
            yield f"{chain}：{_words(codes)}"


def _is_young(house: House, chain: str) -> bool:
    """Whether something happened in a chain a moment ago: that is work, not a stall."""
    last = datetime.fromisoformat(house.ledger.entries(chain)[-1].at)
    return house.clock.now() - last < timedelta(minutes=5)


def _words(codes: tuple[str, ...]) -> str:
    return "，".join(WHY[c].zh for c in codes) + " / " + ", ".join(WHY[c].en for c in codes)
