"""What a worker gives up before it reads anything: resources, new privileges, the network.

On Linux; elsewhere resources alone. The network is denied twice, by a namespace without interfaces where one
may be had, and by a filter of system calls, which needs no rights: one of the two holds nearly everywhere.
"""

import ctypes
import os
import resource
import sys
from pathlib import Path

from shoufa.readers.worker_filter import filter_program

FILE_BYTES = 1 << 30
OPEN_FILES = 1024
_PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS = 4, 22, 36, 38
_SECCOMP_MODE_FILTER = 2
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000


def confine() -> dict[str, bool]:
    """Limit this process for good, before any thread starts; tells what could be denied.

    `network_denied`: no address can be reached. `no_new_privileges`: nothing it starts can gain rights
    (prctl(2)). It adopts what its children leave behind, so that the pool sees it.
    """
    lower(resource.RLIMIT_CORE, 0)
    lower(resource.RLIMIT_FSIZE, FILE_BYTES)
    lower(resource.RLIMIT_NOFILE, OPEN_FILES)
    if not sys.platform.startswith("linux"):
        return {"network_denied": False, "no_new_privileges": False}
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    apart = _own_network(libc)
    humble = libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
    return {"network_denied": filtered(libc) or apart, "no_new_privileges": humble}


def hide() -> None:
    """Let no process without rights look into this one, its environment above all (PR_SET_DUMPABLE, proc(5)).

    For the process that owns the workers, which belong to the same user. It leaves no core file any more.
    """
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


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


def filtered(libc: ctypes.CDLL) -> bool:
    """Deny system calls that lead out (worker_filter), to this process and all it starts (seccomp(2)).

    False where the machine or the kernel is not known to have such a filter.
    """
    program = filter_program(os.uname().machine)
    if program is None:
        return False
    return bool(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0) == 0)


def _own_network(libc: ctypes.CDLL) -> bool:
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
