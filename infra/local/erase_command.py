"""`shoufa erase`: lists everything that would go with a submission or a mail; removes it once confirmed.

With --data on a data folder, while `shoufa up` is stopped; without it on the bucket and table that the
environment names (BUCKET, TABLE and the queues' addresses, as the functions have them).
"""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from local.data_folder import FolderRefused
from local.drop_folder import shown
from local.still_house import held_house
from shoufa import wiring
from shoufa.domain.errors import TryAgain
from shoufa.domain.ledger import digest as sha256
from shoufa.domain.receipt import NUMBER
from shoufa.settings import read_settings
from shoufa.steps.chains import BrokenLedger
from shoufa.steps.erasure import Plan, Why, erase, plan_erasure
from shoufa.steps.house import House

WHO = re.compile(r"[A-Za-z0-9._-]{1,32}")
"""A clerk's short id, as the ledger keeps it: no name."""


@dataclass(frozen=True)
class Wanted:
    """What the command line asks for; `confirm` is the code of a list that was shown."""

    data: Path | None
    submissions: tuple[str, ...]
    mails: tuple[str, ...]
    who: str
    why: str
    confirm: str = ""


def run_erase(wanted: Wanted) -> int:
    """0 listed or removed; 1 where the ledger does not hold or the disk refused; 2 bad usage."""
    if not WHO.fullmatch(wanted.who):
        return _refused("--who 须为工号等短代码，不要写姓名。/ --who is a short id (letters, digits, . _ -), no name.")
    try:
        with _house(wanted.data) as house:
            return _erase(house, wanted)
    except FolderRefused as err:
        return _refused(f"{err}\n删除须在 shoufa up 停止时进行。/ Erase while shoufa up is stopped.")
    except KeyError as err:
        return _refused(f"台账中没有该来邮 / the ledger knows no such mail: {err.args[0]}")
    except BrokenLedger as err:
        print(f"台账未通过核验，没有删除。/ The ledger does not verify, nothing was erased: {err}", file=sys.stderr)
        return 1
    except TryAgain as err:
        print(f"没有删除完，请再运行一次。/ Not all was erased, please run it again: {err}", file=sys.stderr)
        return 1


@contextmanager
def _house(data: Path | None) -> Iterator[House]:
    if data is not None:
        with held_house(data.absolute()) as house:
            yield house
        return
    if not read_settings().bucket:
        raise FolderRefused("请用 --data 指明数据文件夹，或设置 BUCKET、TABLE / name --data, or set BUCKET and TABLE")
    yield wiring.house()


def _erase(house: House, wanted: Wanted) -> int:
    numbers = tuple(n.strip().upper() for n in wanted.submissions)
    unknown = [n for n in numbers if not NUMBER.fullmatch(n) or house.ledger.head(n) is None]
    if unknown or not (numbers or wanted.mails):
        return _refused(f"没有收件编号 / no receipt number: {' '.join(unknown) or '--submission, --mail'}")
    plan = plan_erasure(house, numbers, wanted.mails)
    laid = _laid(wanted.data, plan)
    if not wanted.confirm:
        _show(plan, laid)
        return 0
    if wanted.confirm != plan.code:
        return _refused(
            f"确认码不符：清单有变化或抄写有误，请重新列出。/ Not the code of this list ({len(plan.keys)} objects): list again."
        )
    for file in laid:  # first: what is left of them after a stop is listed again
        file.unlink(missing_ok=True)
    count = erase(house, plan, wanted.who, Why(wanted.why)) + len(laid)
    print(f"已删除{count}个对象，台账已记。/ {count} objects erased; the ledger says so.")
    return 0


def _laid(data: Path | None, plan: Plan) -> list[Path]:
    """The saved files that these mails were taken from, where they lie in `drop/`: the same bytes."""
    found = data.absolute().glob("drop/**/*") if data is not None else ()
    going = {digest for _, digest in plan.mails}
    return sorted(f for f in found if f.is_file() and not f.is_symlink() and sha256(f.read_bytes()) in going)


def _show(plan: Plan, laid: list[Path]) -> None:
    """The list, what stays, and the code."""
    for number in plan.submissions:
        print(f"收件编号 / submission {number}")
    for key in plan.keys:
        print(f"  {key}")
    for file in laid:
        print(f"  drop/{file.parent.name}/{shown(file.name)}")
    for key in plan.shared:
        print(f"  保留（其他来邮也有）/ stays, another mail holds it too: {key}")
    count = len(plan.keys) + len(laid)
    print(f"以上{count}个对象将被删除，不可恢复。/ These {count} objects would be gone for good.")
    print(f"确认请加 / to do so add: --confirm {plan.code}")


def _refused(words: str) -> int:
    print(words, file=sys.stderr)
    return 2
