"""Operations of the worker kind `test`: each misbehaves as a hostile file would make a reader misbehave."""

import os
import socket
import sys
import time
from typing import NoReturn

from shoufa.readers.limits import Limits
from shoufa.readers.worker_frames import Header

Reply = tuple[Header, list[bytes]]


def hang(_header: Header, _blobs: list[bytes], _limits: Limits) -> NoReturn:
    """Never come back."""
    while True:
        time.sleep(60)


def eat(_header: Header, _blobs: list[bytes], _limits: Limits) -> NoReturn:
    """Take memory without end, and touch it."""
    held = []
    while True:
        held.append(b"x" * (8 << 20))
        time.sleep(0.005)


def abort(_header: Header, _blobs: list[bytes], _limits: Limits) -> NoReturn:
    """Crash as a C library does."""
    os.abort()


def shout(_header: Header, _blobs: list[bytes], _limits: Limits) -> Reply:
    """Print to stdout, by Python and by the descriptor, then answer."""
    print("noise", flush=True)  # noqa: T201
    os.write(1, b"more noise")
    return {"calm": True}, []


def lie(header: Header, blobs: list[bytes], _limits: Limits) -> Reply:
    """Answer with what the request asks to be answered."""
    return header["reply"], blobs


def babble(_header: Header, _blobs: list[bytes], _limits: Limits) -> Reply:
    """Write bytes that are no frame on every open pipe, as taken-over code might."""
    for descriptor in range(3, 10):
        try:
            os.write(descriptor, b"no frame at all" * 10)
        except OSError:
            continue
    return {}, []


def look(_header: Header, _blobs: list[bytes], _limits: Limits) -> Reply:
    """Tell what is visible from here: environment, loaded modules, whether the network answers."""
    probe = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        probe.connect(("198.51.100.1", 9))  # a documentation address (RFC 5737); nothing is sent
        routed = True
    except OSError:
        routed = False
    finally:
        probe.close()
    return {"environment": dict(os.environ), "modules": sorted(sys.modules), "routed": routed}, []


def fail(_header: Header, _blobs: list[bytes], _limits: Limits) -> NoReturn:
    """Raise what no reader should raise."""
    raise KeyError("secret")


TRIALS = {f.__name__: f for f in (hang, eat, abort, shout, lie, babble, look, fail)}
