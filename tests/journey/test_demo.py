"""The demo's mails have the fates, statuses and findings that a clerk would give them; tampering shows."""

import io
import json
from collections.abc import Callable
from contextlib import redirect_stdout
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from local.demo import plain_text, run_demo
from local.demo_office import MAILBOXES, write_demo_calls
from local.ledger_commands import verify_ledger
from local.process import ROOT
from shoufa.calls.load import load_calls
from shoufa.domain.ledger import Entry, canonical, digest

FATES = {
    "01-上海-压缩包.eml": "submission",
    "02-明原-材料完整.eml": "submission",
    "03-云泽-公文未盖章.eml": "submission",
    "04-自动回复.eml": "automatic",
    "05-咨询.eml": "unmatched",
    "06-海岳-缺汇总表.eml": "submission",
    "07-企业-直接报送.eml": "submission",
    "08-云泽-补充盖章公文.eml": "follow-up",
    "09-云泽-重复发送.eml": "duplicate",
    "10-松溪-汇总表漏列.eml": "submission",
}
JUDGED: dict[tuple[str, ...], tuple[str, set[str]]] = {
    ("01-上海-压缩包.eml",): ("review", {"application.field-invalid"}),
    ("02-明原-材料完整.eml",): ("complete", set()),
    ("03-云泽-公文未盖章.eml", "08-云泽-补充盖章公文.eml"): ("complete", set()),
    ("06-海岳-缺汇总表.eml",): ("incomplete", {"summary.missing"}),
    ("07-企业-直接报送.eml",): ("incomplete", {"submission.not-through-recommender"}),
    ("10-松溪-汇总表漏列.eml",): ("incomplete", {"application.unlisted"}),
}
"""A submission's mails to its status and the findings that decide it."""
DESERVING = {file for file, fate in FATES.items() if fate in {"submission", "follow-up"}}


class Demo(NamedTuple):
    """One run of the demo: its exit status, what it printed, and what it wrote."""

    status: int
    printed: str
    out: Path
    mails: dict[str, dict[str, Any]]
    submissions: list[dict[str, Any]]
    outbox: list[EmailMessage]


def rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    out = tmp_path_factory.mktemp("demo")
    with redirect_stdout(io.StringIO()) as printed:
        status = run_demo(out)
    mails = {row["file"]: row for row in rows(out / "mails.jsonl")}
    outbox = [
        message_from_bytes(f.read_bytes(), policy=policy.default)
        for f in sorted((out / "outbox").glob("*.eml"))
    ]
    return Demo(status, printed.getvalue(), out, mails, rows(out / "submissions.jsonl"), outbox)


def test_every_mail_has_the_fate_that_is_expected(demo: Demo) -> None:
    assert demo.status == 0
    assert {file: row["disposition"] for file, row in demo.mails.items()} == FATES


def test_every_submission_is_judged_as_expected(demo: Demo) -> None:
    found = {tuple(s["mails"]): s for s in demo.submissions}
    assert set(found) == set(JUDGED)
    for mails, (status, codes) in JUDGED.items():
        weighty = {f["code"] for f in found[mails]["findings"] if f["severity"] != "warning"}
        assert (found[mails]["status"], codes - weighty) == (status, set()), mails
        assert bool(weighty) == bool(codes), mails


def test_names_in_gbk_are_read(demo: Demo) -> None:
    shanghai = next(s for s in demo.submissions if s["mails"] == ["01-上海-压缩包.eml"])
    stem = "新型标准化技术组织试点申报材料"
    assert f"{stem}.zip/{stem}/创建申报书.docx" in {d["path"] for d in shanghai["documents"]}


def test_the_follow_up_quotes_the_number_that_the_first_mail_got(demo: Demo) -> None:
    number = demo.mails["03-云泽-公文未盖章.eml"]["receipt"]
    assert number in demo.mails["08-云泽-补充盖章公文.eml"]["subject"]
    assert demo.mails["08-云泽-补充盖章公文.eml"]["receipt"] == number


def test_the_missing_seal_is_told_and_then_cured(demo: Demo) -> None:
    number = demo.mails["03-云泽-公文未盖章.eml"]["receipt"]
    mine = sorted(
        (m for m in demo.outbox if f"【材料核对情况】{number}" in m["Subject"]),
        key=lambda m: m["Date"].datetime,
    )
    assert len(mine) == 2
    assert "未加盖公章" in plain_text(mine[0])
    assert "未发现缺项" in mine[1]["Subject"]


def test_each_mail_that_brings_something_gets_one_receipt_and_no_other_gets_any(demo: Demo) -> None:
    sent = {file: [s["template"] for s in row["sent"]] for file, row in demo.mails.items()}
    assert sent == {file: ["receipt"] if file in DESERVING else [] for file in FATES}
    receipts = [m for m in demo.outbox if m["Subject"].startswith("【收件回执】")]
    assert len(receipts) == len(DESERVING)
    answered = {m["In-Reply-To"].strip() for m in demo.outbox if m["In-Reply-To"]}
    assert demo.mails["04-自动回复.eml"]["message_id"] not in answered


def test_nothing_of_the_real_call_is_written_to(demo: Demo) -> None:
    real = {u.mailbox for call in load_calls(ROOT / "schemas" / "calls").values() for u in call.units}
    written = {str(m["To"]) for m in demo.outbox}
    assert not written & real
    assert set(MAILBOXES.values()) <= written
    assert all(".example." in to or to.endswith("@example.org") for to in written)


def test_the_demo_calls_keep_everything_but_mailboxes_and_people(tmp_path: Path) -> None:
    made = load_calls(write_demo_calls(ROOT / "schemas", tmp_path) / "calls")
    real = load_calls(ROOT / "schemas" / "calls")
    assert set(made) == set(real)
    for name, call in real.items():
        assert made[name].materials == call.materials
        assert made[name].tracks == call.tracks
        boxes, theirs = ({u.mailbox for u in c.units if u.mailbox} for c in (made[name], call))
        assert not boxes & theirs
        assert len(boxes) == len(theirs)
        people = {u.contact.name for u in call.units} | {c.name for c in call.contacts}
        assert not people & {u.contact.name for u in made[name].units}


def test_it_shows_a_receipt_and_an_outcome_as_they_would_be_sent(demo: Demo) -> None:
    number = demo.mails["03-云泽-公文未盖章.eml"]["receipt"]
    assert f"【收件回执】{number}" in demo.printed
    assert f"【材料核对情况】{number}" in demo.printed
    assert "台账完好" in demo.printed


def entries(demo: Demo) -> list[dict[str, Any]]:
    return rows(demo.out / "ledger.jsonl")


def written(entries: list[dict[str, Any]], folder: Path) -> Path:
    file = folder / "ledger.jsonl"
    file.write_text("".join(canonical(e) + "\n" for e in entries), "utf-8")
    return file


def test_the_ledger_verifies(demo: Demo, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify_ledger(demo.out) == 0
    assert "台账完好" in capsys.readouterr().out


def test_each_hash_is_of_the_entry_without_it(demo: Demo) -> None:
    for entry in entries(demo):
        bare = {key: value for key, value in entry.items() if key != "hash"}
        assert (
            digest(json.dumps(bare, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())
            == entry["hash"]
        )


def test_the_ledger_holds_no_names_and_no_addresses(demo: Demo) -> None:
    text = (demo.out / "ledger.jsonl").read_text("utf-8").replace("@example.org>", "")  # our own Message-IDs
    assert "@" not in text
    assert "云泽" not in text
    assert "吴敏" not in text


def longest(entries: list[dict[str, Any]]) -> list[int]:
    """Where the entries of the longest chain stand."""
    chains: dict[str, list[int]] = {}
    for at, entry in enumerate(entries):
        chains.setdefault(entry["submission"], []).append(at)
    return max(chains.values(), key=len)


def changed(found: list[dict[str, Any]]) -> None:
    found[longest(found)[3]]["data"]["changed"] = True


def rewritten(found: list[dict[str, Any]]) -> None:
    at = longest(found)[3]
    forged = Entry.model_validate({**found[at], "data": {}, "hash": ""}).sealed()
    found[at] = forged.model_dump(mode="json")


def missing(found: list[dict[str, Any]]) -> None:
    del found[longest(found)[3]]


def first_missing(found: list[dict[str, Any]]) -> None:
    del found[longest(found)[0]]


def reordered(found: list[dict[str, Any]]) -> None:
    a, b = longest(found)[3:5]
    found[a], found[b] = found[b], found[a]


def moved(found: list[dict[str, Any]]) -> None:
    found.insert(0, found.pop())


def inserted(found: list[dict[str, Any]]) -> None:
    at = longest(found)[3]
    before = found[at]
    forged = Entry.model_validate(
        {**before, "seq": before["seq"] + 1, "previous": before["hash"], "hash": ""}
    ).sealed()
    found.insert(at + 1, forged.model_dump(mode="json"))


def repeated(found: list[dict[str, Any]]) -> None:
    at = longest(found)[3]
    found.insert(at + 1, dict(found[at]))


@pytest.mark.parametrize(
    "tamper", [changed, rewritten, missing, first_missing, reordered, moved, inserted, repeated]
)
def test_a_tampered_ledger_is_found(
    demo: Demo,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    tamper: Callable[[list[dict[str, Any]]], None],
) -> None:
    found = entries(demo)
    number = found[-1 if tamper is moved else longest(found)[3]]["submission"]
    tamper(found)
    assert verify_ledger(written(found, tmp_path)) == 1
    assert number in capsys.readouterr().out


def test_a_line_that_is_no_entry_is_found(
    demo: Demo, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(entries(demo), tmp_path)
    file.write_text(file.read_text("utf-8") + "{}\n", "utf-8")
    assert verify_ledger(file) == 1
    assert "line" in capsys.readouterr().out
