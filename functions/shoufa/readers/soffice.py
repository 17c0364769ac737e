"""LibreOffice as a converter to .docx: a program of its own, killed with all it started when time is up.

It gets a disposable profile in which macros are disabled, a file under a fixed name, and no display.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from shoufa.domain.errors import Unreadable, UnreadableCode

SECONDS = 60.0
MAX_BYTES = 200 << 20
"""Bytes of its answer past which it is not read."""
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="MacroSecurityLevel" oor:op="fuse">
<value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks"
 oor:op="fuse"><value>true</value></prop></item>
</oor:items>"""


def available() -> str | None:
    """Where the program is, null if it is not installed."""
    return shutil.which("soffice")


def to_docx(data: bytes, suffix: str) -> bytes:
    """Convert a document; only what lies in the place that was asked for is taken, and only a plain file.

    Raises Unreadable("unreadable") if the converter fails or takes too long, ("too-large") for a huge answer.
    """
    program = available()
    if program is None:
        raise Unreadable(UnreadableCode.UNREADABLE, "no converter is installed")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        profile = home / "profile" / "user"
        profile.mkdir(parents=True)
        (profile / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
        source = home / f"document.{suffix}"
        source.write_bytes(data)
        _run(program, home, source)
        target = home / "out" / "document.docx"
        if target.is_symlink() or not target.is_file():
            raise Unreadable(UnreadableCode.UNREADABLE, "the converter made nothing of it")
        if target.stat().st_size > MAX_BYTES:
            raise Unreadable(UnreadableCode.TOO_LARGE, "the converter made too much of it")
        return target.read_bytes()


def _run(program: str, home: Path, source: Path) -> None:
    command = [
        program, "--headless", "--norestore", "--nolockcheck", "--nodefault", "--nofirststartwizard",
        f"-env:UserInstallation={(home / 'profile').as_uri()}",
        "--convert-to", "docx:MS Word 2007 XML", "--outdir", str(home / "out"), str(source),
    ]  # fmt: skip
    environment = {
        "PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": str(home), "TMPDIR": str(home),
        "LANG": "C.UTF-8",
    }  # fmt: skip
    try:
        process = subprocess.Popen(
            command, cwd=home, env=environment, start_new_session=True, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
    except OSError as err:
        raise Unreadable(UnreadableCode.UNREADABLE, "the converter does not start") from err
    try:
        process.wait(SECONDS)
    except subprocess.TimeoutExpired as err:
        raise Unreadable(UnreadableCode.UNREADABLE, "conversion took too long") from err
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
