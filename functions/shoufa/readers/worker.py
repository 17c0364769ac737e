"""A warm worker: reads untrusted bytes for the pool, one request after the other.

In a process that can be killed.

Started as `python -m shoufa.readers.worker <kind>`; kind is light or ocr (test adds operations for tests).
It talks over its first stdin and stdout, which are moved away from what libraries print to.
"""

import os
import select
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import BinaryIO

from shoufa.domain.errors import Unreadable, UnreadableCode
from shoufa.domain.facts import READER_VERSION, Facts
from shoufa.readers.limits import Limits
from shoufa.readers.seal_album import Album
from shoufa.readers.time_budget import LAST_WORD
from shoufa.readers.worker_frames import Header, read_frame
from shoufa.readers.worker_jail import allow_cpu, confine
from shoufa.readers.worker_replies import Replies, Reply

KINDS = ("light", "ocr", "test")
Operation = Callable[[Header, list[bytes], Limits], Reply]


def _mail(_header: Header, blobs: list[bytes], limits: Limits) -> Reply:
    """The mail in the first blob."""
    from shoufa.readers.mail import read_mail

    mail, parts = read_mail(blobs[0], limits)
    return {"mail": mail.model_dump_json()}, list(parts.values())


def _expand(header: Header, blobs: list[bytes], limits: Limits) -> Reply:
    """Everything in the archive that is the first blob; the others are its further volumes."""
    from shoufa.readers.archive import expand

    parts, contents = expand(blobs[0], header["path"], header["container"], limits, blobs[1:])
    return {"parts": [p.model_dump(mode="json") for p in parts]}, list(contents.values())


def _document(replies: Replies, header: Header, blobs: list[bytes], limits: Limits) -> Reply:
    """The facts of the document in the first blob, and pictures of its seals."""
    from shoufa.readers import document

    work = document.Work(limits)

    def so_far() -> Reply | None:
        facts = work.so_far()
        return None if facts is None else _within(facts, work.album, limits)

    with replies.in_time(LAST_WORD * limits.document_seconds, so_far):
        facts = document.read_document(blobs[0], header["name"], work)
        return _within(facts, work.album, limits)


def _within(facts: Facts, album: Album, limits: Limits) -> Reply:
    """Facts and the pictures of their seals as a reply. Raises Unreadable("too-large")."""
    text = facts.model_dump_json().encode("utf-8", "surrogatepass")
    if len(text) > limits.answer_bytes:
        raise Unreadable(UnreadableCode.TOO_LARGE, "more in it than can be kept")
    shown = album.shown(facts)
    return {"shown": list(shown)}, [text, *shown.values()]


def _warm(_header: Header, _blobs: list[bytes], _limits: Limits) -> Reply:
    """Load the models before the first document comes."""
    from shoufa.readers import ocr, ocr_models

    del ocr
    ocr_models.session(ocr_models.detector_path())
    ocr_models.session(ocr_models.recogniser_path(careful=False))
    return {}, []


OPERATIONS: dict[str, Operation] = {"mail": _mail, "expand": _expand, "warm": _warm}


def main(kind: str) -> None:
    """Confine this process, say hello, then answer requests until the pool hangs up."""
    requests, pipe = _private_pipes()
    replies = Replies(pipe)
    operations = OPERATIONS | {"document": partial(_document, replies)}
    if kind == "test":
        from shoufa.readers.worker_trials import TRIALS, linger

        operations |= TRIALS | {"linger": partial(linger, replies)}
    denied = confine()
    threading.Thread(target=_end_with_parent, args=(requests.fileno(),), daemon=True).start()
    replies.say({"hello": kind, "reader": READER_VERSION, **denied}, [])
    while True:
        try:
            header, blobs = read_frame(lambda size: _exactly(requests, size))
        except EOFError:
            return
        replies.say(*_answer(operations, header, blobs))


def _answer(operations: dict[str, Operation], header: Header, blobs: list[bytes]) -> Reply:
    """The reply to one request.

    What the operation gives, an Unreadable, or the place where a reader failed.
    """
    allow_cpu(header["seconds"])
    try:
        return operations[header["op"]](header, blobs, Limits(**header["limits"]))
    except Unreadable as err:
        return {"unreadable": err.code.value, "reason": err.reason}, []
    except MemoryError:
        return {"unreadable": "too-large", "reason": "out of memory"}, []
    except Exception as err:  # noqa: BLE001  # a reader's bug on hostile bytes must not end the talk
        last = traceback.extract_tb(err.__traceback__)[-1]
        place = f"{Path(last.filename).name}:{last.lineno}"
        return {"failed": f"{type(err).__name__} at {place}"}, []


def _private_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Stdin and stdout under other numbers.

    0 and 1 lead nowhere, so that a library's printing breaks no frame.
    """
    requests, replies = os.dup(0), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return os.fdopen(requests, "rb", buffering=0), os.fdopen(replies, "wb", buffering=0)


def _end_with_parent(pipe: int) -> None:
    """Wait for the pool's end of the pipe to close, then end this process and all it started, busy or not."""
    poll = select.poll()
    poll.register(pipe, 0)
    poll.poll()
    os.killpg(os.getpgrp(), signal.SIGKILL)


def _exactly(stream: BinaryIO, size: int) -> bytes:
    """So many bytes of the stream. Raises EOFError where it ends."""
    out = bytearray()
    while len(out) < size:
        chunk = stream.read(min(size - len(out), 1 << 20))
        if not chunk:
            raise EOFError
        out += chunk
    return bytes(out)


if __name__ == "__main__":
    main(sys.argv[1])
