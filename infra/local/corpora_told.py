"""What a comparison with a second means gives, and how a second program is asked."""

import shutil
import subprocess
from typing import NamedTuple

SECONDS = 60


class Difference(NamedTuple):
    """Two accounts of one file: what was compared, what each side says, who looks right ("?": untold)."""

    file: str
    what: str
    ours: str
    theirs: str
    right: str


def said(program: str, *arguments: str, ended: tuple[int, ...] = (0, 3)) -> str:
    """What a program prints; "" where it is not installed, ends otherwise or takes too long."""
    if shutil.which(program) is None:
        return ""
    try:
        done = subprocess.run([program, *arguments], capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout.decode("utf-8", "replace") if done.returncode in ended else ""
