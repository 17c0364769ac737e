"""`shoufa replay`: a data folder that the stack made replays equal; each kind of tampering is named."""

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

import pytest

from local.account import Account, Case, account_of
from local.demo_office import write_demo_calls
from local.differences import compare
from local.ledger_commands import read_ledger
from local.mail_room import MailRoom
from local.main import main
from local.process import ROOT, Run, settle, stack
from local.replay import _by_chain, _verdicts_in, replay_folder
from samples.sample_cases import BEARINGS, FILMS, MINGYUAN, YUNZE
from samples.sample_dossier import CALL, application, letter, summary
from samples.sample_office import docx
from shoufa import wiring
from shoufa.adapters.disk_objects import DiskObjects
from shoufa.domain.codes import Disposition, EntryKind
from shoufa.domain.ledger import Entry
from shoufa.domain.mail import Added, Envelope
from shoufa.domain.revision import Front, revision_key, revision_of, written
from shoufa.steps.files import verdict_key
from shoufa.steps.joining import living

START = datetime.fromisoformat("2023-08-01T09:00:00+08:00")
DATE = "2023年7月28日"


def letter_and_table(who, listed) -> dict[str, bytes]:
    return {"公文.docx": docx(letter(who, 7, DATE, listed)), "汇总表.docx": docx(summary(who, DATE, listed))}


def form(project, who) -> dict[str, bytes]:
    return {f"{project.applicant}申报书.docx": docx(application(project, who.name, DATE))}


def mail(sender: str, subject: str, files: dict[str, bytes], at: datetime, **headers: str) -> bytes:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, "cnis@example.org", subject
    made["Message-ID"], made["Date"] = f"<{at.timestamp():.0f}@{sender.partition('@')[2]}>", format_datetime(at)
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content("请查收。")
    for name, data in files.items():
        made.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return made.as_bytes()


class Office:
    """A running stack over a data folder; time passes as mails come."""

    def __init__(self, run: Run, data: Path) -> None:
        self.run, self.data, self.count = run, data, 0
        self.room = MailRoom(run.house.objects, lambda m: run.engine.post("MailsQueue", m))
        self.decisions = MailRoom(run.house.objects, lambda m: run.engine.post("DecisionsQueue", m))

    def head(self, number: str) -> dict:
        """The state of the submission that a number leads to."""
        head = living(self.run.house, number)
        assert head is not None
        return {**head.state, "number": head.submission}

    def verdict(self, number: str) -> dict:
        state = self.head(number)
        return json.loads(self.run.house.objects.get(verdict_key(state["number"], state["verdict"])))

    def wait(self, hours: float) -> datetime:
        at = self.run.clock.now() + timedelta(hours=hours)
        settle(self.run, at)
        self.run.clock.advance_to(at)
        return at

    def decide(self, number: int, action: str, **said: object) -> None:
        whole = {"who": "wl", "action": action, **said}
        self.lay(f"inbox/decision/{number}.json", json.dumps(whole).encode())

    def add(self, number: str, files: dict[str, bytes]) -> None:
        at = self.wait(1)
        raw = mail("added@shoufa.invalid", "added", files, at)
        name = hashlib.sha256(raw).hexdigest()
        key, decision = f"inbox/mail/add/{name}", f"inbox/decision/add-{name}.json"
        said = {"who": "wl", "action": "add", "mail": key, "submission": number, "received_at": at.isoformat()}
        self.run.house.objects.put(decision, json.dumps(said).encode())
        added = Added(who="wl", decision=decision, submission=number)
        self.room.take(key, raw, Envelope(received_at=at, door="add", added=added))
        self.run.engine.drain()

    def receive(
        self, sender: str, subject: str, files: dict[str, bytes], virus: str = "", **headers: str
    ) -> str:
        at = self.wait(1)
        self.count += 1
        key = f"inbox/mail/smtp/{self.count}"
        self.room.take(key, mail(sender, subject, files, at, **headers), Envelope(received_at=at, door="smtp", virus=virus))
        self.run.engine.drain()
        return (self.run.house.ledger.claimed(f"object:{key}") or "").rpartition("|")[2]

    def lay(self, key: str, data: bytes) -> None:
        at = self.wait(1)
        self.run.house.objects.put(key, data)
        self.decisions.announce(key, at)
        self.run.engine.drain()


def live(office: Office) -> None:
    """Weeks of an office: submissions, a follow-up, a duplicate, a machine, a question, a revision, a decision."""
    package = {**letter_and_table(YUNZE, [BEARINGS, FILMS]), **form(BEARINGS, YUNZE)}
    first = office.receive("wu@yunze.example", f"{CALL}申报材料", package)
    office.receive("wu@yunze.example", f"{CALL}申报材料", package)
    office.receive("zhou@mingyuan.example", f"{CALL}申报材料", letter_and_table(MINGYUAN, [FILMS]))
    office.receive("wu@yunze.example", "自动回复：休假", {}, Auto_Submitted="auto-replied")
    office.receive("li@other.example", "请问截止时间", {})
    definition = (office.data / "trial-calls" / "calls" / "sac-2023-27-hightech.yaml").read_bytes()
    new = json.loads(definition) | {"closes": "2023-08-31T23:59:59+08:00", "subject_mark": "申报", "closes_text": "8月31日前"}
    data = written(Front(author="王", source="", reason="延期", at=office.run.clock.now()), json.dumps(new).encode())
    office.lay(revision_key(new["id"], revision_of(data)), data)
    office.receive("wu@yunze.example", f"补充 {first}", form(FILMS, YUNZE))
    decision = {"who": "wang", "submission": first, "action": "judge-again", "why": "核对"}
    office.lay("inbox/decision/1.json", json.dumps(decision, ensure_ascii=False).encode())
    office.lay("inbox/call/sac-2023-27-hightech/0000000000000000.yaml", b"x")
    levers(office, first)
    settle(office.run, None)


def levers(office: Office, first: str) -> None:
    """What a clerk does: pause and resume, a released mail, added files, two submissions merged and parted."""
    office.decide(2, "pause")
    second = office.receive("sun@yunze2.example", f"{CALL}申报材料", letter_and_table(YUNZE, [BEARINGS]))
    office.decide(3, "resume")
    office.receive("bad@virus.example", f"{CALL}申报材料", letter_and_table(MINGYUAN, [BEARINGS]), virus="FAIL")
    office.decide(4, "release-mail", object=f"inbox/mail/smtp/{office.count}")
    settle(office.run, None)
    office.decide(5, "hold", submission=first)
    office.decide(6, "merge", submission=second, other=first)
    office.decide(7, "unmerge", submission=second)
    office.add(first, form(BEARINGS, YUNZE))
    office.decide(8, "sender", submission=first, address="sun@yunze2.example")
    papers = {d["path"]: d["sha256"] for d in office.verdict(first)["documents"]}
    name = next(p for p in papers if p.endswith("申报书.docx"))
    office.decide(9, "seal", submission=first, sha256=papers["公文.docx"], confirmed=True)
    office.decide(10, "kind", submission=first, sha256=papers[name], kind="proof")
    office.decide(11, "withdraw", submission=first, project=FILMS.name)
    office.decide(12, "paper", submission=first, copies=2, disc=True)
    office.decide(13, "note", submission=first, why="电话告知")
    settle(office.run, None)
    office.decide(14, "release", submission=first, verdict=office.head(first)["verdict"])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("made") / "data"
    calls = write_demo_calls(ROOT / "schemas", data / "trial-calls")
    (data / "mode").write_text("trial", "ascii")
    with stack(START, {"CALLS_DIR": str(calls)}) as run:
        wiring.use(objects=DiskObjects(data))
        live(Office(replace(run, house=wiring.house()), data))
        assert run.engine.errors == []
        assert run.engine.dead_letters() == []
    return data


@pytest.fixture(scope="module")
def again(made: Path) -> Account:
    """What is recomputed from the folder's inbox."""
    return replay_folder(made, lambda _: lambda: None).again


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "data"))


def entries(folder: Path, kind: str) -> list[tuple[Path, Entry]]:
    found = [(f, Entry.model_validate_json(f.read_bytes())) for f in sorted((folder / "ledger").rglob("*.json"))]
    return [(f, e) for f, e in found if e.kind == kind]


def account(folder: Path) -> Account:
    return account_of(_by_chain(read_ledger(folder)), _verdicts_in(DiskObjects(folder)))


def test_there_is_something_of_each_kind(made: Path):
    told = account(made)
    assert set(told.fates.values()) == {d.value for d in Disposition}
    assert any("/released/" in key for key in told.fates)
    assert sorted(told.calls.values()) == ["decided", "noted"]
    assert {n for n in range(1, 15) if f"inbox/decision/{n}.json" not in {k for k, _ in told.decisions}} == set()
    assert any("/add-" in key for key, _ in told.decisions)
    cases = told.cases.values()
    assert sum(bool(c.ended and c.verdict and c.outcome and c.notice) for c in cases) >= 2
    assert len({c.judged["revision"] for c in cases if c.ended and c.verdict}) == 1
    made_with = {d["action"]: d["applied"] for c in cases for d in (c.verdict or {}).get("decisions", ())}
    assert made_with == {**dict.fromkeys(("seal", "kind", "withdraw", "paper"), True), "sender": False}


def test_what_the_stack_made_replays_equal(made: Path, capsys: pytest.CaptureFixture[str]):
    before = sorted(str(p) for p in made.rglob("*"))
    assert main(["replay", "--data", str(made)]) == 0
    said = capsys.readouterr().out
    assert "10 mails, " in said
    assert sorted(str(p) for p in made.rglob("*")) == before


def test_decisions_that_could_never_be_taken_are_named_and_are_no_difference(
    folder: Path, capsys: pytest.CaptureFixture[str]
):
    DiskObjects(folder).put("inbox/decision/wrong.json", b"{")
    (folder / "inbox" / "decision" / "决定.json").write_bytes(b'{"who":"wl","action":"pause"}')
    assert main(["replay", "--data", str(folder)]) == 0
    said = capsys.readouterr().out
    assert "inbox/decision/wrong.json：不是一项处理决定" in said
    assert "inbox/decision/决定.json：文件名" in said
    assert "DeadLetter" not in said
    assert "given up" not in said


def test_a_decision_that_the_ledger_took_and_that_is_none_now_is_a_difference(
    folder: Path, capsys: pytest.CaptureFixture[str]
):
    (folder / "inbox" / "decision" / "13.json").write_bytes(b"{")
    assert main(["replay", "--data", str(folder)]) == 1
    assert "nor did the ledger take it" not in capsys.readouterr().out


def test_a_removed_mail_is_named(folder: Path, capsys: pytest.CaptureFixture[str]):
    (folder / "inbox" / "mail" / "smtp" / "3").unlink()
    assert main(["replay", "--data", str(folder)]) == 1
    said = capsys.readouterr().out
    assert "inbox/mail/smtp/3" in said
    assert "the mail is gone" in said


def test_facts_are_taken_as_stored_unless_all_is_read_again(folder: Path, capsys: pytest.CaptureFixture[str]):
    for file in (folder / "facts").iterdir():
        facts = json.loads(file.read_text("utf-8"))
        facts["pages"], facts["tables"] = [], []
        file.write_text(json.dumps(facts), "utf-8")
    assert main(["replay", "--data", str(folder)]) == 1
    assert "documents" in capsys.readouterr().out
    assert main(["replay", "--data", str(folder), "--read-again"]) == 0


def resealed(folder: Path, file: Path, change: Callable[[dict], None]) -> None:
    """An entry changed, and all of its chain after it made to hold again."""
    chain = sorted(file.parent.iterdir())
    previous = None
    for at in chain:
        entry = Entry.model_validate_json(at.read_bytes())
        if at == file:
            change(entry.data)
        entry = entry.model_copy(update={"previous": previous}).sealed()
        previous = entry.hash
        at.write_text(entry.text(), "utf-8")
    assert read_ledger(folder).faults == []


def other_disposition(folder: Path) -> None:
    file = next(f for f, e in entries(folder, "noted") if e.data.get("disposition") == "unmatched")
    resealed(folder, file, lambda d: d.update(disposition="quarantined"))


def other_verdict(folder: Path) -> None:
    for file in (folder / "verdicts").rglob("*.json"):
        verdict = json.loads(file.read_text("utf-8"))
        verdict["findings"] = verdict["findings"][1:]
        file.write_text(json.dumps(verdict), "utf-8")


def other_status(folder: Path) -> None:
    file, _ = entries(folder, "judged")[-1]
    resealed(folder, file, lambda d: d.update(status="complete"))


def other_mails(folder: Path) -> None:
    file = next(f for f, e in entries(folder, "joined") if "/add/" in e.data["object"])
    resealed(folder, file, lambda d: d.update(digest="0" * 64))


def removed_submission(folder: Path) -> None:
    shutil.rmtree(entries(folder, "opened")[0][0].parent)


def no_receipt(folder: Path) -> None:
    """A sent receipt made into something else."""
    file = next(f for f, e in entries(folder, "sent") if e.data["template"] == "receipt")
    resealed(folder, file, lambda d: d.update(template="notice"))


def other_outcome(folder: Path) -> None:
    file = [f for f, e in entries(folder, "sent") if e.data["template"] == "outcome"][-1]
    resealed(folder, file, lambda d: d.update(notice=d["notice"][:-1] + "x"))


def other_decision(folder: Path) -> None:
    file = next(f for f, e in entries(folder, "decided") if not e.submission.startswith("CALL#"))
    resealed(folder, file, lambda d: d.update(object="inbox/decision/2.json"))


def other_revision(folder: Path) -> None:
    file = next(f for f, e in entries(folder, "decided") if e.submission.startswith("CALL#"))
    resealed(folder, file, lambda d: d.update(object="inbox/call/x/1.yaml"))


@pytest.mark.parametrize(
    ("tamper", "named"),
    [
        (other_disposition, "去向不同"),
        (other_verdict, "核对结果文件"),
        (other_status, "台账所记核对结论不同"),
        (other_mails, "所含来邮不同"),
        (removed_submission, "报送不同"),
        (no_receipt, "receipt"),
        (other_outcome, "通知不同"),
        (other_decision, "决定的处理不同"),
        (other_revision, "征集修订的处理不同"),
    ],
)
def test_tampering_with_what_was_recorded_is_named(
    folder: Path, again: Account, tamper: Callable[[Path], None], named: str
):
    assert compare(account(folder), again).found == []
    tamper(folder)
    found = compare(account(folder), again).found
    assert any(named in d.why for d in found), found


def test_what_was_erased_is_left_out_of_the_comparison(folder: Path, again: Account):
    known, key = account(folder), "inbox/mail/smtp/3"
    del known.fates[key]
    number = next(n for n, c in known.cases.items() if key in c.objects)
    known.cases[number] = replace(known.cases[number], verdict=None)
    assert compare(known, again).found != []
    known.erased.add(key)
    assert compare(known, again).found == []


def erase_there(folder: Path, **named: str) -> None:
    """As `shoufa erase` does, once confirmed."""
    from local.still_house import held_house
    from shoufa.steps.erasure import Why, erase, plan_erasure

    with held_house(folder) as house:
        plan = plan_erasure(house, [named["submission"]] if "submission" in named else [], [named["mail"]] if "mail" in named else [])
        erase(house, plan, "wl", Why.REQUEST)


def test_what_was_erased_is_named_and_the_rest_replays_equal(folder: Path, capsys: pytest.CaptureFixture[str]):
    """All of one submission with its decisions; then one mail of none."""
    first = next(e.submission for _, e in entries(folder, "decided") if e.data["action"] == "paper")
    other = next(e.data["object"] for _, e in entries(folder, "noted") if e.data.get("disposition") == "unmatched")
    erase_there(folder, submission=first)
    erase_there(folder, mail=other)
    assert main(["replay", "--data", str(folder)]) == 0
    said = capsys.readouterr().out
    assert f"{other}  已按要求删除" in said
    assert "inbox/mail/smtp/1  已按要求删除" in said
    assert "Not compared for it: " in said
    assert "Equal." in said


def test_a_submission_that_lost_one_mail_is_not_compared_and_said_so(folder: Path, capsys: pytest.CaptureFixture[str]):
    first = next(e.submission for _, e in entries(folder, "decided") if e.data["action"] == "paper")
    joined = next(e.data["object"] for _, e in entries(folder, "opened") if e.submission == first)
    erase_there(folder, mail=joined)
    assert main(["replay", "--data", str(folder)]) == 0
    said = capsys.readouterr().out
    assert f"{joined}  已按要求删除" in said
    assert "(1 erased), 1 submissions" in said


def test_a_first_week_of_drafts_replays_as_what_would_have_gone_out(folder: Path, again: Account):
    drafted = [
        e.model_copy(update={"kind": EntryKind.NOTED, "data": {**e.data, "draft": e.data["notice"]}})
        if e.kind is EntryKind.SENT
        else e
        for e in _by_chain(read_ledger(folder))
    ]
    told = account_of(drafted, _verdicts_in(DiskObjects(folder)))
    assert told.receipts
    assert compare(told, again).found == []


def at_rest(known: Account) -> tuple[str, Case]:
    """A submission that was judged and told, and not merged."""
    return next((n, c) for n, c in known.cases.items() if c.verdict is not None and c.ended and not c.into)


def test_a_verdict_by_other_rules_is_told_by_its_group(folder: Path, again: Account):
    """The bytes of the verdict are right, and so is the ledger: only the judgement is not the one of now."""
    known = account(folder)
    number, case = at_rest(known)
    changed = {**case.verdict, "findings": [*case.verdict["findings"][1:]], "status": "complete"}
    known.cases[number] = replace(case, verdict=changed, judged={**case.judged, "reader": "0"})
    found = [d for d in compare(known, again).found if d.what == number]
    assert any("核对结论 / status" in d.why for d in found)
    assert any("－0 ＋1" in d.why for d in found)
    assert all("reader 0 → " in d.group for d in found)


def test_what_is_not_at_rest_is_counted_and_its_notices_are_not_compared(folder: Path, again: Account):
    """As where `up` was stopped before the quiet time ended."""
    known = account(folder)
    number, case = at_rest(known)
    known.cases[number] = replace(case, ended=False, outcome="", notice="")
    compared = compare(known, again)
    assert (compared.unfinished, compared.found) == (1, [])


def test_what_process_wrote_replays_equal(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    calls = write_demo_calls(ROOT / "schemas", tmp_path / "calls")
    mails = tmp_path / "mails"
    mails.mkdir()
    raw = mail("wu@yunze.example", CALL, letter_and_table(YUNZE, [FILMS]), START)
    received = b"Received: from x by mx.example.org; Tue, 01 Aug 2023 09:00:00 +0800\r\n"
    (mails / "1.eml").write_bytes(received + raw)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CALLS_DIR", str(calls))
        from local.report import process_and_show

        assert process_and_show([mails], tmp_path / "out", {"CALLS_DIR": str(calls)}) == 0
    asked = ["replay", str(mails), "--out", str(tmp_path / "out"), "--calls", str(calls)]
    assert main(asked) == 0
    assert "1 mails, 1 submissions" in capsys.readouterr().out
    rows = (tmp_path / "out" / "submissions.jsonl").read_text("utf-8").replace("letter.scan-missing", "letter.missing")
    (tmp_path / "out" / "submissions.jsonl").write_text(rows, "utf-8")
    assert main(asked) == 1
    assert "findings" in capsys.readouterr().out


def test_it_must_be_said_what_to_compare(tmp_path: Path):
    assert main(["replay"]) == 2
    assert main(["replay", "--data", str(tmp_path), "--out", str(tmp_path)]) == 2
    assert main(["replay", "--out", str(tmp_path)]) == 2
    assert main(["replay", "--data", str(tmp_path / "none")]) == 2
