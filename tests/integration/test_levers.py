"""`shoufa decide`, `add`, `pause`, `resume` on a data folder: what is wrong is refused in words, nothing is written."""

import json
import os
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from fakes import FakeClock
from local.add_command import wrapped
from local.data_folder import MODE, REAL, DataFolder
from local.ledger_export import export_ledger
from local.mail_room import MailRoom
from local.main import main
from local.new_objects import FRESH_SECONDS, NewObjects, beside
from local.redrive import Unfinished
from local.up_settings import Wanted, environment
from shoufa.adapters.disk_objects import DiskObjects
from shoufa.domain.decision import read_decision
from shoufa.notices.quarantine_notice import compose_quarantine_notice
from shoufa.settings import read_settings
from shoufa.steps.files import load_envelope
from unit.judging.build import START, complete
from unit.steps.levers import condemned, decide
from unit.steps.world import World, papers

PACKAGE = papers(complete())
LACKING = {k: v for k, v in PACKAGE.items() if k != "公文.pdf"}


class Desk:
    """A data folder with two submissions, one merged into the other, and a clerk at it."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        world = World()
        world.receive(LACKING)
        world.settle()
        world.receive({"公文.pdf": PACKAGE["公文.pdf"]}, after=timedelta(hours=1), sender="chen@else.example")
        world.settle()
        self.number, self.merged = world.numbers
        self.world, self.root, self._capsys = world, root, capsys
        for key, data in world.objects.data.items():
            DiskObjects(root).put(key, data)
        (root / MODE).write_text(REAL)

    def run(self, *words: str) -> tuple[int, str]:
        self._capsys.readouterr()
        status = main([*words, "--data", str(self.root)])
        said = self._capsys.readouterr()
        return status, said.out + said.err

    def decide(self, *words: str) -> tuple[int, str]:
        return self.run("decide", *words, "--who", "wl")

    def made(self) -> list[Any]:
        objects = DiskObjects(self.root)
        return [read_decision(objects.get(k) or b"") for k in objects.keys("inbox/decision/")]

    @property
    def document(self) -> str:
        """The number of the letter's scan in the list."""
        rows = self.world.verdict(self.number).documents
        return str(1 + next(i for i, d in enumerate(rows) if d.path == "公文.pdf"))


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, capsys)


def test_the_list_says_what_can_be_decided(desk: Desk):
    status, said = desk.run("decide", "--list", desk.number)
    assert status == 0
    for words in (
        "公文.pdf",
        "湖北省市场监督管理局",
        "chen@else.example（其他邮箱",
        desk.merged,
        "sender.new",
        "shoufa decide seal",
    ):
        assert words in said


def test_the_list_of_a_merged_one_says_where_it_is(desk: Desk):
    status, said = desk.run("decide", "--list", desk.merged.lower())
    assert status == 0
    assert f"merged into  {desk.number}" in said


def test_what_was_decided_is_shown_with_who(desk: Desk):
    decide(desk.world, "withdraw", desk.number, project="不存在的项目")
    desk.world.settle()
    for key, data in desk.world.objects.data.items():
        DiskObjects(desk.root).put(key, data)
    _, said = desk.run("decide", "--list", desk.number)
    assert "withdraw  不存在的项目 (wl)（未对应到任何内容 / fits nothing here）" in said


SHA, VERDICT = "sha256", "verdict"
ACTIONS: list[tuple[list[str], dict[str, Any]]] = [
    (
        ["seal", "N", "--document", "D", "--confirm"],
        {"action": "seal", "confirmed": True, "pages": None, "whose": "any"},
    ),
    (
        ["seal", "N", "--document", "D", "--page", "1", "--deny"],
        {"action": "seal", "confirmed": False, "pages": (1, 1)},
    ),
    (["kind", "N", "--document", "D", "--kind", "summary"], {"action": "kind", "kind": "summary"}),
    (["sender", "N", "--address", "Chen@Else.example"], {"action": "sender", "address": "chen@else.example"}),
    (
        ["sender", "N", "--address", "chen@else.example", "--deny"],
        {"action": "sender", "address": "chen@else.example", "confirmed": False},
    ),
    (["release", "N"], {"action": "release"}),
    (["hold", "N"], {"action": "hold"}),
    (["unmerge", "M"], {"action": "unmerge"}),
    (["withdraw", "N", "--project", "1"], {"action": "withdraw", "project": "LATIN"}),
    (["withdraw", "N", "--none"], {"action": "withdraw", "project": None}),
    (
        ["paper", "N", "--copies", "2", "--disc", "--received", "2023-08-10"],
        {"action": "paper", "copies": 2, "disc": True},
    ),
    (["again", "N"], {"action": "judge-again"}),
    (["note", "N", "--why", "已电话联系"], {"action": "note", "why": "已电话联系"}),
]


@pytest.mark.parametrize(("words", "wanted"), ACTIONS, ids=lambda w: w[0] if isinstance(w, list) else "")
def test_each_action_is_one_object(desk: Desk, words: list[str], wanted: dict[str, Any]):
    names = {"N": desk.number, "M": desk.merged, "D": desk.document}
    status, said = desk.decide(*(names.get(w, w) for w in words))
    assert status == 0, said
    assert "下次启动时生效" in said
    (made,) = desk.made()
    assert made.who == "wl"
    assert made.at is not None
    if words[-2:] == ["--project", "1"]:
        wanted = {"project": desk.world.verdict(desk.number).projects[0].name}
    assert {k: getattr(made, k) for k in wanted} == wanted
    if hasattr(made, "verdict"):
        assert made.verdict == desk.world.state(desk.number)["verdict"]
    if hasattr(made, "sha256"):
        assert made.sha256 == desk.world.verdict(desk.number).documents[int(desk.document) - 1].sha256


def test_a_decision_of_the_command_line_is_taken_by_the_step(desk: Desk):
    desk.decide("sender", desk.number, "--address", "chen@else.example")
    (made,) = desk.made()
    decide(desk.world, made.action, desk.number, address=made.address)
    desk.world.settle()
    assert desk.world.verdict(desk.number).findings == ()


WRONG = [
    (["seal", "N", "--document", "99", "--confirm"], "没有第 99 件文件"),
    (["seal", "N", "--document", "D", "--page", "7", "--confirm"], "没有第7页"),
    (["seal", "N", "--document", "D", "--page", "0", "--confirm"], "没有第0页"),
    (["seal", "N", "--document", "²", "--confirm"], "没有第 ² 件"),
    (["withdraw", "N", "--project", "²"], "没有项目 ²"),
    (["seal", "N", "--document", "W", "--confirm"], "可编辑文件"),
    (["kind", "N", "--document", "zz", "--kind", "letter"], "没有第 zz 件文件"),
    (["sender", "N", "--address", "x@y.example"], "没有在这一件中来过邮件"),
    (["sender", "N", "--address", "zhang@hubei.example", "--deny"], "是本件的报送人"),
    (["release", "N", "--verdict", "ffff"], "核对结果已更新"),
    (["merge", "N", "M"], "已是同一件"),
    (["merge", "N", "230801-000000-0"], "没有收件编号"),
    (["unmerge", "N"], "没有并入别件；请用被并入的编号"),
    (["withdraw", "N", "--project", "99"], "没有项目 99"),
    (["paper", "N", "--copies", "-1"], "copies：应为份数"),
    (["paper", "N", "--copies", "1", "--received", "昨天"], "received：应为日期"),
    (["hold", "x/../y"], "没有收件编号"),
    (["seal", "M", "--document", "1", "--confirm"], "已并入"),
]


@pytest.mark.parametrize(("words", "said"), WRONG, ids=[w[1][:12] for w in WRONG])
def test_what_cannot_be_meant_is_refused_with_what_to_do(desk: Desk, words: list[str], said: str):
    rows = desk.world.verdict(desk.number).documents
    editable = str(1 + next(i for i, d in enumerate(rows) if d.form == "word"))
    names = {"N": desk.number, "M": desk.merged, "D": desk.document, "W": editable}
    status, told = desk.decide(*(names.get(w, w) for w in words))
    assert status == 2
    assert said in told
    assert " / " in told or "/ " in told
    assert desk.made() == []


@pytest.mark.parametrize("who", ["王丽", "", "a b", "x" * 33])
def test_who_is_a_short_id(desk: Desk, who: str):
    status, said = desk.run("decide", "hold", desk.number, "--who", who)
    assert status == 2
    assert "who：应为" in said


def test_a_folder_that_is_none_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["pause", "--who", "wl", "--data", str(tmp_path / "none")]) == 2
    assert main(["decide", "--list", "x"]) == 2
    assert "--data" in capsys.readouterr().err


def test_pause_and_resume_are_objects_too(desk: Desk):
    assert desk.run("pause", "--who", "wl")[0] == 0
    assert desk.run("resume", "--who", "wl")[0] == 0
    assert [m.action for m in desk.made()] == ["pause", "resume"]


def test_while_it_runs_it_takes_effect_at_once(desk: Desk):
    with DataFolder(desk.root, real=True):
        _, said = desk.run("pause", "--who", "wl")
    assert "数秒内生效" in said


def added(desk: Desk, *words: str) -> tuple[int, str]:
    file = desk.root.parent / "说明.pdf"
    file.write_bytes(b"%PDF-1.4 x")
    said = ["add", str(file), "--from", "张老师（微信）", "--at", "2023-08-10 09:30", "--who", "wl"]
    return desk.run(*said, *words)


def test_added_files_are_a_mail_its_sidecar_and_a_decision(desk: Desk):
    status, said = added(desk, "--submission", desk.number)
    assert status == 0
    assert "不会自动回复" in said
    objects = DiskObjects(desk.root)
    (key,) = objects.keys("inbox/mail/add/")
    mail = message_from_bytes(objects.get(key) or b"", policy=policy.default)
    assert mail["From"].addresses[0].addr_spec == "added@shoufa.invalid"
    assert mail["From"].addresses[0].display_name == "张老师（微信）"
    assert mail["X-Shoufa-Added"] == f"wl {desk.number}"
    assert [p.get_filename() for p in mail.iter_attachments()] == ["说明.pdf"]
    envelope = load_envelope(objects, key)
    assert envelope is not None
    assert envelope.added is not None
    assert (envelope.door, envelope.added.who, envelope.added.submission) == ("add", "wl", desk.number)
    assert envelope.received_at.isoformat() == "2023-08-10T09:30:00+08:00"
    (made,) = desk.made()
    assert (made.action, made.mail, made.source) == ("add", key, "张老师（微信）")
    assert envelope.added.decision == objects.keys("inbox/decision/")[0]


def test_the_same_addition_again_is_the_same_object(desk: Desk):
    added(desk, "--submission", desk.number)
    before = sorted(p for p in desk.root.rglob("*") if p.is_file())
    assert added(desk, "--submission", desk.number)[0] == 0
    assert sorted(p for p in desk.root.rglob("*") if p.is_file()) == before


def test_files_may_open_a_submission_of_a_call_that_is_known(desk: Desk):
    assert added(desk, "--call", "sac-2023-27-hightech", "--unit", "cnis")[0] == 0
    status, said = added(desk, "--call", "sac-2023-27-hightech", "--unit", "none")
    assert (status, "有：cnis" in said) == (2, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--call", "none", "--unit", "u"], "没有征集“none”"),
        (["--submission", "230801-000000-0"], "没有收件编号"),
        (["--submission", "N", "--call", "x"], "只用其一"),
        (["--submission", "N", "--at", "昨天"], "读不懂"),
        (["--submission", "N", "--at", "2999-01-01"], "在将来"),
        (["--submission", "N", "--who", "王"], "who：应为"),
    ],
)
def test_an_addition_that_cannot_be_meant_is_refused(desk: Desk, words: list[str], said: str):
    status, told = added(desk, *(desk.number if w == "N" else w for w in words))
    assert status == 2
    assert said in told
    assert DiskObjects(desk.root).keys("inbox/mail/add/") == []
    assert desk.made() == []


def test_a_file_name_and_a_source_cannot_break_out_of_the_message(tmp_path: Path):
    file = tmp_path / "甲\r\nBcc: x@y.example.pdf"
    file.write_bytes(b"x")
    mail = message_from_bytes(wrapped([file], "张\r\nBcc: x@y.example", START, "wl"), policy=policy.default)
    assert mail["Bcc"] is None
    assert mail["From"].addresses[0].addr_spec == "added@shoufa.invalid"


def test_a_running_room_finds_what_commands_write(tmp_path: Path):
    objects, woken = DiskObjects(tmp_path), list[dict[str, Any]]()
    objects.put("inbox/decision/old.json", b"{}")
    room = MailRoom(objects, woken.append)
    looks = beside(objects, room, MailRoom(objects, woken.append), FakeClock(START))
    assert [look.look() for look in looks] == [0, 0, 0, 0]
    objects.put("inbox/decision/new.json", b"{}")
    added, pulled = f"inbox/mail/add/{'a' * 64}", "inbox/mail/imap/0123456789abcdef/0000000007-0000000001"
    objects.put(added, b"x")
    objects.put(pulled, b"x")
    assert [look.look() for look in looks] == [1, 0, 1, 1]
    assert [look.look() for look in looks] == [0, 0, 0, 0]
    keys = [w["Records"][0]["s3"]["object"]["key"] for w in woken]
    assert keys == ["inbox/decision/new.json", added, pulled]
    assert room.told(lambda key: "fate") == [(added, "fate"), (pulled, "fate")]


def test_each_revision_beside_a_running_room_is_taken_once_and_told(tmp_path: Path):
    """The second one of a call lies in a folder that was there before."""
    objects, woken, said = DiskObjects(tmp_path), list[dict[str, Any]](), list[str]()
    first, second = (f"inbox/call/c1/{d * 16}.yaml" for d in "ab")
    objects.put(first, b"x")
    room = MailRoom(objects, woken.append)
    looks = beside(objects, room, MailRoom(objects, woken.append), FakeClock(START), said.append)
    import os

    old = (tmp_path / "inbox" / "call").stat().st_mtime - 2 * FRESH_SECONDS
    for folder in ("inbox/call", "inbox/call/c1"):
        os.utime(tmp_path / folder, (old, old))
    assert sum(look.look() for look in looks) == 0
    objects.put(second, b"x")
    assert sum(look.look() for look in looks) == 1
    assert sum(look.look() for look in looks) == 0
    assert said == [w["Records"][0]["s3"]["object"]["key"] for w in woken] == [second]


def test_a_quarantined_mail_is_released_by_the_command_that_its_notice_prints(
    desk: Desk, capsys: pytest.CaptureFixture[str]
):
    key = condemned(desk.world)
    for name, data in desk.world.objects.data.items():
        DiskObjects(desk.root).put(name, data)
    text = compose_quarantine_notice("ab" * 32, key, "verdict", "hubei.example", 1, "a@unit.example").text
    printed = next(line for line in text.splitlines() if "shoufa decide" in line)
    _, *words = printed.strip().replace("数据文件夹", str(desk.root)).replace("经办人代号", "wl").split()
    assert main(words) == 0, capsys.readouterr().err
    (made,) = desk.made()
    assert (made.action, made.object, made.who) == ("release-mail", key, "wl")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--object", "inbox/mail/none"], "不是被隔离的来邮"),
        (["--object", f"inbox/mail/{'a' * 300}"], "不是被隔离的来邮"),
        (["--object", "inbox/mail/1.eml"], "不是被隔离的来邮"),
        (["--object", "ledger/x"], "不是被隔离的来邮"),
        (["230801-000000-0", "--object", "inbox/mail/1.eml"], "请只给收件编号或 --object 之一"),
        ([], "没有收件编号"),
    ],
)
def test_only_a_quarantined_mail_can_be_released(desk: Desk, words: list[str], said: str):
    status, told = desk.decide("release", *words)
    assert status == 2
    assert said in told
    assert desk.made() == []


def test_a_folder_that_rests_is_not_looked_through(tmp_path: Path):
    objects = DiskObjects(tmp_path)
    objects.put("inbox/decision/a.json", b"{}")
    found: list[str] = []
    look = NewObjects(objects, "inbox/decision/", found.append)
    old = (tmp_path / "inbox" / "decision").stat().st_mtime - 2 * FRESH_SECONDS
    import os

    objects.put("inbox/decision/b.json", b"{}")
    os.utime(tmp_path / "inbox" / "decision", (old, old))
    assert look.look() == 1
    objects.put("inbox/decision/c.json", b"{}")
    os.utime(tmp_path / "inbox" / "decision", (old, old))
    assert look.look() == 0
    objects.put("inbox/decision/d.json", b"{}")
    assert look.look() == 2


def test_a_first_week_of_drafts_is_a_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder = DataFolder(tmp_path, real=True)
    wanted = Wanted(tmp_path, real=True, relay="x:25", sender="a@b.example", dry_run=True)
    assert read_settings(environment(wanted, folder)).mail_out == "drafts"
    assert read_settings({"MAIL_OUT": "drafts"}).mail_out == "drafts"
    assert read_settings({"MAIL_OUT": "smtp", "DRY_RUN": "0"}).mail_out == "smtp"


def test_a_released_outcome_that_a_stop_cut_off_is_asked_for_again():
    world = World()
    world.receive(LACKING)
    world.settle()
    number = world.numbers[0]
    decide(world, "hold", number)
    world.receive({"公文.pdf": PACKAGE["公文.pdf"]}, after=timedelta(hours=1), subject=f"补充 {number}")
    world.settle()
    decide(world, "release", number, verdict=world.state(number)["verdict"])
    assert unfinished(world, number).released == [number]
    world.drain()
    assert unfinished(world, number).released == []


def unfinished(world: World, number: str) -> Unfinished:
    found, head = Unfinished(), world.ledger.head(number)
    assert head is not None
    found.see(head, world.ledger.entries(number))
    return found


def test_the_register_has_its_columns_and_says_what_is_apart_again(desk: Desk):
    decide(desk.world, "paper", desk.number, copies=3, disc=True)
    decide(desk.world, "unmerge", desk.merged)
    desk.world.receive(subject="请问截止日期", sender="li@other.example")
    desk.world.settle()
    for key, data in desk.world.objects.data.items():
        DiskObjects(desk.root).put(key, data)
    out = desk.root / "register.jsonl"
    assert export_ledger(desk.root, out) == 0
    rows = {row["收件编号"]: row for row in map(json.loads, out.read_text("utf-8").splitlines())}
    first, second, asked = rows[desk.number], rows[desk.merged], rows[""]
    assert list(first)[3:8] == ["来文单位", "来文字号", "标题", "成文日期", "份数"]
    assert (first["来文字号"], first["成文日期"]) == ("鄂市监函〔2023〕12号", "2023-08-01")
    assert (first["纸质份数"], first["光盘"]) == (3, "有")
    assert "已并入" not in second["核对情况"]
    assert (asked["标题"], asked["来件邮箱"]) == ("请问截止日期", "li@other.example")


@pytest.mark.parametrize(("day", "status"), [("2999-01-01", 2), ("昨天", 2), ("2023-08-10", 0)])
def test_paper_did_not_arrive_in_the_future(desk: Desk, day: str, status: int):
    told, said = desk.decide("paper", desk.number, "--copies", "2", "--received", day)
    assert (told, len(desk.made())) == (status, not status)
    assert ("在将来" in said) == day.startswith("2999")


def test_a_file_whose_name_is_no_text_is_refused_in_words(desk: Desk):
    file = desk.root / os.fsdecode(b"a\xff.pdf")
    file.write_bytes(b"x")
    what = ("add", str(file), "--submission", desk.number, "--from", "x", "--at", "2023-08-10")
    status, said = desk.run(*what, "--who", "wl")
    assert status == 2
    assert "rename it" in said
    assert desk.made() == []


def test_a_running_room_is_told_of_each_decision_that_is_laid_beside_it(tmp_path: Path):
    objects, told = DiskObjects(tmp_path), list[str]()
    room = MailRoom(objects, lambda _: None)
    (decisions, *_) = beside(objects, room, room, FakeClock(START), laid=told.extend)
    objects.put("inbox/decision/1.json", b"{")
    assert decisions.look() == 1
    assert told == ["inbox/decision/1.json"]
