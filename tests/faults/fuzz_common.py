"""What the fuzzers share: where seeds and findings lie, and libFuzzer's settings.

Each fuzzer is a program: `python tests/faults/fuzz_mail.py -max_total_time=600`. What it learns stays under build/fuzz
and serves the next run; an input that breaks a reader is kept there as crash-… or timeout-….
"""

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

FOLDER = Path("build/fuzz")
SETTINGS = ("-timeout=30", "-len_control=0", "-rss_limit_mb=3000", "-max_len=32768", "-print_final_stats=1")
INSTRUMENTED = ["shoufa", "email", "html", "olefile", "zipfile", "tarfile", "quopri"]
"""Packages whose branches the fuzzer sees, if they were not loaded before."""


def fuzz(name: str, seeds: Iterable[bytes], target: Callable[[bytes], None]) -> None:
    """Fuzz a target, beginning with the seeds; arguments of the command line go to libFuzzer. Does not return."""
    import atheris

    home = FOLDER / name
    learnt, given = home / "learnt", home / "seeds"
    for folder in (learnt, given):
        folder.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds):
        (given / f"{number:03d}").write_bytes(seed)
    arguments = [sys.argv[0], *SETTINGS, f"-artifact_prefix={home}/", *sys.argv[1:], str(learnt), str(given)]
    atheris.Setup(arguments, target)
    atheris.Fuzz()
