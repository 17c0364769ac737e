"""Where this machine's doors meet: a mail is durable, with what the door knew, before it is taken."""

import hashlib
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

from shoufa.domain.mail import Envelope
from shoufa.ports import ObjectStore
from shoufa.steps.driving import notification
from shoufa.steps.files import MAIL_PREFIX, dump, envelope_key


class MailRoom:
    """Takes mails from doors, from any thread, and remembers those whose fate was not told yet."""

    def __init__(self, objects: ObjectStore, wake: Callable[[dict[str, Any]], None]) -> None:
        """Keep the store, and what wakes step 1 with a notification as S3 sends it."""
        self._objects = objects
        self._wake = wake
        self._lock = threading.Lock()
        self._waiting: dict[str, None] = {}

    def take(self, key: str, raw: bytes, envelope: Envelope) -> bool:
        """Make a mail durable (sidecar first) and wake step 1; False if it was there. TryAgain: not taken."""
        self._objects.put(envelope_key(key), dump(envelope))
        if not self._objects.put(key, raw):
            return False
        with self._lock:
            self._waiting[key] = None
        self.announce(key, envelope.received_at)
        return True

    def found(self, key: str, at: datetime) -> None:
        """A mail that another program made durable: wake step 1, and wait for its fate."""
        with self._lock:
            self._waiting[key] = None
        self.announce(key, at)

    def announce(self, key: str, at: datetime) -> None:
        """Wake a step by one object's name."""
        self._wake(notification(key, at))

    def told(self, fate_of: Callable[[str], str | None]) -> list[tuple[str, str]]:
        """Mails that have got their fate since the last look, with it."""
        with self._lock:
            keys = list(self._waiting)
        found = [(key, fate) for key in keys if (fate := fate_of(key))]
        with self._lock:
            for key, _ in found:
                self._waiting.pop(key, None)
        return found


def mail_key(door: str, name: str) -> str:
    """The key of a mail that came through a door; a file's or sender's word is never part of it."""
    return f"{MAIL_PREFIX}{door}/{name}"


def digest_name(raw: bytes) -> str:
    """A name made of the bytes: the same file laid twice is one object."""
    return hashlib.sha256(raw).hexdigest()
