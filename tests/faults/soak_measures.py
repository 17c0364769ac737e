"""What a long run costs: processor time of this process and its readers, memory, and the part of it that is moto's table."""

import contextlib
import hashlib
import json
import os
import sys
import time
from collections import deque
from pathlib import Path
from typing import Any

from faults.soak_office import children

MB = 1 << 20
_TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds() -> float:
    """Of this process and all that it started, ended ones too."""
    return _cpu(os.getpid())


def _cpu(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / _TICKS + sum(_cpu(child) for child in children(pid))


def yardstick() -> float:
    """Seconds of processor time that a fixed piece of work takes now: more where others use the machine too.

    Small values made, written, read, sorted and hashed, as the office's own work is.
    """
    began = time.thread_time()
    for turn in range(10):
        made = [{"id": f"{turn}-{n * 7919 % 1009}", "of": {"n": n, "text": "收发室" * 9}} for n in range(150)]
        text = json.dumps(made, ensure_ascii=False, sort_keys=True)
        sorted(json.loads(text), key=lambda m: str(m["id"]))
        hashlib.sha256(text.encode()).hexdigest()
    return time.thread_time() - began


def rss_mb(pid: int | None = None) -> float:
    """Resident memory of a process."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid or os.getpid()}/status").read_text("ascii", "replace").splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
    return 0.0


def readers_mb() -> float:
    """Resident memory of the readers together."""
    return sum(rss_mb(pid) for pid in children(os.getpid()))


class Table:
    """Moto's table as it lies in this process's memory."""

    EVERY = 7
    """Each so many-th partition is measured."""

    def __init__(self, table: str, region: str) -> None:
        from moto.core import DEFAULT_ACCOUNT_ID
        from moto.dynamodb.models import dynamodb_backends

        self._items: Any = dynamodb_backends[DEFAULT_ACCOUNT_ID][region].tables[table].items

    def count(self) -> int:
        """How many items it holds."""
        return sum(map(len, self._items.values()))

    def mb(self) -> float:
        """Their bytes, by a sample."""
        sample = [items for n, items in enumerate(self._items.values()) if n % self.EVERY == 0]
        counted = sum(map(len, sample))
        return deep_size(sample) / MB * self.count() / max(1, counted)


def deep_size(root: Any) -> int:
    """Bytes of an object and all that it holds, each counted once."""
    seen: set[int] = set()
    size, waiting = 0, deque([root])
    while waiting:
        found = waiting.pop()
        if id(found) in seen or isinstance(found, type):
            continue
        seen.add(id(found))
        size += -(-sys.getsizeof(found) // 16) * 16  # as it is allocated
        if isinstance(found, dict):
            waiting.extend(found.keys())
            waiting.extend(found.values())
        elif isinstance(found, (list, tuple, set, frozenset)):
            waiting.extend(found)
        if hasattr(found, "__dict__"):
            waiting.append(vars(found))
    return size
