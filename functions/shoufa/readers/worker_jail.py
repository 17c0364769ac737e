"""What a worker gives up before it reads anything: resources, new privileges, the network (Linux.

Elsewhere less).
"""

import ctypes
import os
import resource
import sys
from pathlib import Path

FILE_BYTES = 1 << 30
OPEN_FILES = 1024
_PR_SET_NO_NEW_PRIVS = 38
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000


def confine() -> dict[str, bool]:
    """Limit this process for good, before any thread starts; tells what could be denied.

    `network_denied`: it lives in a network namespace without any interface. `no_new_privileges`: nothing it
    starts can gain rights (prctl(2)).
    """
    lower(resource.RLIMIT_CORE, 0)
    lower(resource.RLIMIT_FSIZE, FILE_BYTES)
    lower(resource.RLIMIT_NOFILE, OPEN_FILES)
    if not sys.platform.startswith("linux"):
        return {"network_denied": False, "no_new_privileges": False}
    libc = ctypes.CDLL(None, use_errno=True)
    network = _deny_network(libc)
    return {"network_denied": network, "no_new_privileges": libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0}


def lower(limit: int, value: int) -> None:
    """Lower a limit, soft and hard, never raise it."""
    hard = resource.getrlimit(limit)[1]
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(limit, (value, value))


def allow_cpu(seconds: float) -> None:
    """Let this process use so many more seconds on each processor; past it the kernel ends it (SIGXCPU)."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime + seconds * (os.cpu_count() or 1)) + 2
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(
        resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard)
    )


def _deny_network(libc: ctypes.CDLL) -> bool:
    """Enter a network namespace of its own.

    It takes a user namespace, where that needs no rights (namespaces(7)).
    """
    uid, gid = os.getuid(), os.getgid()
    if libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0:
        _keep_ids(uid, gid)
        return True
    return bool(libc.unshare(_CLONE_NEWNET) == 0)


def _keep_ids(uid: int, gid: int) -> None:
    """Map the own user and group onto themselves, so that files keep their owner's names inside."""
    for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
        try:
            Path("/proc/self", name).write_text(text, "ascii")
        except OSError:  # without the map everything still works, only names of owners are missing
            return
