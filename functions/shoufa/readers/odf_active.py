"""What an OpenDocument package could do when opened: scripts, DDE, remote content, objects."""

from typing import Any

from shoufa.readers import ole
from shoufa.readers.office_active import REMOTE
from shoufa.readers.package import Package, attribute, local

_LOADED = {
    "image", "object", "object-ole", "plugin", "applet", "floating-frame", "section-source", "table-source",
    "cell-range-source", "background-image", "fill-image",
}  # fmt: skip
"""Elements whose link is loaded by the office itself; others wait for a click."""
_TALKING = {"dde-source", "dde-connection-decl", "dde-link"}
_SCRIPTED = {"event-listener", "script"}


def active(package: Package) -> list[str]:
    """`macro`, `dde`, `external` and `embedded`, each once (ISO/IEC 26300-3 names the folders)."""
    found = []
    for name in package.names:
        if name.startswith(("basic/", "scripts/")) and not name.endswith("/"):
            found.append("macro")
        elif "/" not in name and "." not in name and ole.is_packaged(package.read(name) or b""):
            found.append("embedded")
        elif name.rpartition("/")[2] in {"content.xml", "styles.xml"}:
            found.extend(kind for e in package.xml(name).iter() if (kind := _of_element(e)))
    return list(dict.fromkeys(found))


def _of_element(element: Any) -> str:
    name = local(element)
    if name in _TALKING:
        return "dde"
    if name in _SCRIPTED:
        return "macro"
    return "external" if name in _LOADED and REMOTE.match(attribute(element, "href") or "") else ""
