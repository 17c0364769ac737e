"""The seal reader's own memory: drawn pages handed to a fresh process that reads and draws nothing.

`python -m local.seal_memory FOLDER` reads its pages (`*.npy`, uint8 H×W×3, BGR), then prints its peak in MB.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

PAGES = 6
"""Pages of each condition."""


def reader_peak(seed: int, conditions: tuple[str, ...]) -> float:
    """Peak memory, MB, of a process that reads `PAGES` pages of each condition."""
    import numpy as np

    from samples.seal_labelled import drawn

    with tempfile.TemporaryDirectory() as folder:
        for condition in conditions:
            for i in range(PAGES):
                np.save(Path(folder) / f"{condition}-{i}.npy", drawn(seed + i, condition).image)
        command = [sys.executable, "-m", "local.seal_memory", folder]
        return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main(argv: list[str]) -> int:
    """Read the pages of a folder, print the peak."""
    import numpy as np

    from shoufa.readers.seal import find_seals

    for path in sorted(Path(argv[0]).glob("*.npy")):
        find_seals(np.load(path), 1)
    print(peak())
    return 0


def peak() -> float:
    """This process's own peak of resident memory, MB (`VmHWM`: unlike getrusage's, not its parent's)."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    found = re.search(r"VmHWM:\s*(\d+)", status)
    return int(found[1]) / 1024 if found else 0.0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
