"""What judging costs: whole submissions whose facts are read already, each of other words than the last."""

import time

from local.bench_papers import submission
from local.process import ROOT
from shoufa.calls.load import load_calls, load_recommenders
from shoufa.domain.codes import Status
from shoufa.judging.verdict import judge

SUBMISSIONS = 1000
CALL = "sac-2023-27-hightech"


def print_judging(count: int = SUBMISSIONS) -> None:
    """One line: CPU seconds for all, milliseconds for one; the facts are made outside the time."""
    seconds, files, complete = judged(count)
    print(
        f"\n  judging, {count:,} submissions of {files} documents   {seconds:6.1f} s CPU, one core"
        f"  ({seconds / count * 1000:.1f} ms each, no two alike; {complete:,} complete)"
    )


def judged(count: int) -> tuple[float, int, int]:
    """CPU seconds of judging so many submissions, the files of each, and how many were found complete."""
    calls = load_calls(ROOT / "schemas" / "calls")
    call = calls[CALL]
    rule = call.recommenders
    group = load_recommenders(ROOT / "schemas" / "recommenders")[rule.group if rule else ""]
    names = [m.name for m in group.members]
    seconds, files, complete = 0.0, 0, 0
    for number in range(count):
        case = submission(number, call, names[number % len(names)])
        began = time.process_time()
        verdict = judge(call, group, case, calls)
        seconds += time.process_time() - began
        files = len(case.pieces)
        complete += verdict.status is Status.COMPLETE
    return seconds, files, complete
