"""A filter of system calls for workers: no socket but within this machine, no look into other processes.

A classic BPF program over `struct seccomp_data` (seccomp(2)): number of the call at 0, architecture at 4,
the first argument at 16. Denied calls fail with EPERM, so that a library that tries goes on without.
"""

import ctypes
from typing import NamedTuple

_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _DENY = 0x7FFF0000, 0x00050000 | 1
_NUMBER, _ARCHITECTURE, _FIRST = 0, 4, 16
_AF_UNIX = 1
_X32 = 0x40000000
"""Calls of the x32 ABI have numbers from here on, and would pass a filter of plain numbers."""


class _Machine(NamedTuple):
    """Its name to the kernel (audit.h), its number of socket(2), and of calls that are denied whole.

    These are ptrace, process_vm_readv, process_vm_writev, io_uring_setup (which opens sockets of its own),
    bpf, userfaultfd, mount, keyctl.
    """

    architecture: int
    socket: int
    denied: tuple[int, ...]


_MACHINES = {
    "x86_64": _Machine(0xC000003E, 41, (101, 310, 311, 425, 321, 323, 165, 250)),
    "aarch64": _Machine(0xC00000B7, 198, (117, 270, 271, 425, 280, 282, 40, 219)),
}


class _Instruction(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_uint16), ("if_true", ctypes.c_uint8), ("if_false", ctypes.c_uint8),
        ("k", ctypes.c_uint32),
    )  # fmt: skip


class Program(ctypes.Structure):
    """`struct sock_fprog`; keeps its instructions alive."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.POINTER(_Instruction)))


def filter_program(machine: str) -> Program | None:
    """The program for a machine as uname(2) calls it, null if it is not known."""
    known = _MACHINES.get(machine)
    if known is None:
        return None
    lines = _lines(known)
    block = (_Instruction * len(lines))(*(_Instruction(*line) for line in lines))
    return Program(len(lines), block)


def _lines(machine: _Machine) -> list[tuple[int, int, int, int]]:
    """Code, steps to skip if true, if false, operand; the last two lines allow and deny."""
    size = 9 + len(machine.denied)
    allow, deny = size - 2, size - 1
    lines = [(_LOAD, 0, 0, _ARCHITECTURE), (_EQUAL, 0, deny - 2, machine.architecture)]
    lines.append((_LOAD, 0, 0, _NUMBER))
    lines.append((_AT_LEAST, deny - 4, 0, _X32))
    lines.extend((_EQUAL, deny - 5 - n, 0, number) for n, number in enumerate(machine.denied))
    at = len(lines)
    lines.append((_EQUAL, 0, allow - at - 1, machine.socket))
    lines.append((_LOAD, 0, 0, _FIRST))
    lines.append((_EQUAL, 0, 1, _AF_UNIX))
    return [*lines, (_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _DENY)]
