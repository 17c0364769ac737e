"""The demo's own definitions: the real calls with invented mailboxes, people and recommenders."""

import json
from pathlib import Path
from typing import Any

from shoufa.calls.load import load_calls, load_recommenders
from shoufa.domain.call import Call, Contact, Recommender

MAILBOXES = {"cnis": "cnis@example.org", "cesi": "cesi@example.org", "sh": "shanghai@example.org"}
CONTACTS = {
    "cnis": Contact(name="张三", phone="010-55500001"),
    "cesi": Contact(name="李四", phone="010-55500002"),
    "sh": Contact(name="王五", phone="021-55500003"),
}
INVENTED = {
    "provincial-market-regulators": (
        "明原省市场监督管理局",
        "云泽省市场监督管理局",
        "海岳省市场监督管理局",
        "松溪省市场监督管理局",
    ),
    "shanghai-districts-and-departments": ("上海市临江区人民政府",),
}
"""Provinces and a district that do not exist: no seal in the sample mails is that of a real body."""
NOBODY = Contact(name="赵六", phone="010-55500009")
"""Who answers for a unit that has no mailbox: calls whose notice asks for paper or a system."""


def write_demo_calls(source: Path, target: Path) -> Path:
    """Copy the definitions under `source` to `target`, made over for the demo; `target`, for CALLS_DIR."""
    for call in load_calls(source / "calls").values():
        _write(target / "calls" / f"{call.id}.yaml", _made_over(call).model_dump(mode="json"))
    for group in load_recommenders(source / "recommenders").values():
        new = tuple(
            Recommender(code=f"DEMO-{n}", name=name) for n, name in enumerate(INVENTED.get(group.id, ()), 1)
        )
        made = group.model_copy(update={"members": (*group.members, *new)})
        _write(target / "recommenders" / f"{group.id}.yaml", made.model_dump(mode="json"))
    return target


def _made_over(call: Call) -> Call:
    """The call with the demo's mailboxes and people."""
    units = tuple(
        u.model_copy(update={"mailbox": MAILBOXES.get(u.id), "contact": CONTACTS.get(u.id, NOBODY)})
        for u in call.units
    )
    return call.model_copy(update={"units": units, "contacts": ()})


def _write(file: Path, value: dict[str, Any]) -> None:
    """JSON is YAML (YAML 1.2 §1.3), so no second writer is needed."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(value, ensure_ascii=False, indent=1), encoding="utf-8")
