"""What decisions, proposals and merges make of a head's state.

The same when a lost table is folded from its entries.
"""

from collections.abc import Mapping
from typing import Any

from shoufa.domain.codes import Status

State = Mapping[str, Any]


def decided_state(state: State, data: Mapping[str, Any]) -> dict[str, Any]:
    """After a DECIDED entry. A release ends a hold if it is of the verdict that holds."""
    new: dict[str, Any] = {"decisions": [*state.get("decisions", []), data["object"]]}
    if "refused" in data:
        return new
    action = data["action"]
    if action == "release":
        new["released"] = data["verdict"]
        if data["verdict"] == state.get("verdict"):
            new["hold"] = False
    elif action == "hold":
        new["hold"] = True
    elif action == "sender":
        new |= _word_on(state, data["sender"], confirmed=data.get("confirmed", True))
    elif action in {"pause", "resume"}:
        new["paused"] = action == "pause"
    return new


def _word_on(state: State, sender: str, *, confirmed: bool) -> dict[str, Any]:
    """The addresses confirmed and denied, after the last word on one of them."""
    senders, denied = set(state.get("senders", ())) - {sender}, set(state.get("denied", ())) - {sender}
    (senders if confirmed else denied).add(sender)
    words = {"senders": senders, "denied": denied}
    return {name: sorted(found) for name, found in words.items() if found or name in state}


def proposed_state(state: State, data: Mapping[str, Any]) -> dict[str, Any]:
    """After a JOINED entry of a mail that only a quoted number brought: its digest and its sender's."""
    if "proposed" not in data:
        return {}
    return {"proposed": {**state.get("proposed", {}), data["digest"]: data["proposed"]}}


def merged_state(state: State, data: Mapping[str, Any]) -> dict[str, Any]:
    """After a MERGED entry: `into` or `from` another submission, or apart again (`out_of` all, `parted`).

    `members` are those that were merged into this one; `apart` those that are not merged with it by
    themselves any more.
    """
    if "into" in data:
        return {"into": data["into"], "status": Status.MERGED.value, **_less(state, "apart", data["into"])}
    if "out_of" in data:
        apart = [*(n for n in state.get("apart", []) if n not in data["out_of"]), *data["out_of"]]
        return {"into": "", "status": Status.READING.value, "apart": apart}
    new = {"mails": data["mails"], "last": data["last"]}
    if not state.get("into"):  # to be judged anew, here where its mails are
        new["status"] = Status.READING.value
    if "from" in data:
        return {**new, **_more(state, "members", data["from"]), **_less(state, "apart", data["from"])}
    return {**new, **_less(state, "members", data["parted"]), **_more(state, "apart", data["parted"])}


def _more(state: State, name: str, number: str) -> dict[str, Any]:
    return {name: [*(n for n in state.get(name, []) if n != number), number]}


def _less(state: State, name: str, number: str) -> dict[str, Any]:
    return {name: [n for n in state[name] if n != number]} if name in state else {}
