"""`shoufa ledger verify`, `checkpoint` and `export` on a data folder: every tampering is found, no cell computes."""

import csv
import io
import json
import random
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest

from local.ledger_commands import print_checkpoint, verify_ledger
from local.ledger_export import COLUMNS, export_ledger
from local.main import main
from shoufa.adapters.disk_objects import DiskObjects
from shoufa.domain.codes import Status
from shoufa.domain.ledger import Entry, Head
from shoufa.domain.submission import Letter, Verdict
from shoufa.notices.spreadsheet import harmless, to_csv, to_xlsx
from shoufa.steps.files import dump, verdict_key
from unit.judging.build import complete
from unit.steps.world import World, papers

PACKAGE = papers(complete())
LACKING = {k: v for k, v in PACKAGE.items() if k != "公文.pdf"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder of two submissions and an automatic mail."""
    world = World()
    world.receive(LACKING)
    world.settle()
    world.receive({"公文.pdf": PACKAGE["公文.pdf"]}, after=timedelta(hours=1), subject=f"补充 {world.numbers[0]}")
    world.receive(PACKAGE, sender="li@else.example", after=timedelta(hours=1))
    world.receive(headers={"auto-submitted": ["auto-replied"]}, subject="自动回复")
    world.settle()
    folder = tmp_path_factory.mktemp("made")
    for key, data in world.objects.data.items():
        DiskObjects(folder).put(key, data)
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "data"))


def files(folder: Path) -> list[Path]:
    return sorted((folder / "ledger").rglob("*.json"))


def longest(folder: Path) -> Path:
    return max((folder / "ledger").iterdir(), key=lambda p: len(list(p.iterdir())))


def test_a_whole_ledger_verifies_and_says_what_it_cannot_prove(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert verify_ledger(folder) == 0
    said = capsys.readouterr().out
    assert f"{len(files(folder))}条记录" in said
    assert "cannot be seen from it alone" in said


@pytest.mark.parametrize("seed", range(60))
def test_any_changed_byte_is_found(folder: Path, seed: int, capsys: pytest.CaptureFixture[str]):
    dice = random.Random(seed)
    file = dice.choice(files(folder))
    data = bytearray(file.read_bytes())
    at = dice.randrange(len(data))
    data[at] ^= 1 << dice.randrange(8)
    file.write_bytes(bytes(data))
    assert verify_ledger(folder) == 1
    assert file.parent.name.replace("%23", "#") in capsys.readouterr().out


def added_byte(chain: Path) -> None:
    (chain / "000003.json").write_bytes((chain / "000003.json").read_bytes() + b"\n")


def missing(chain: Path) -> None:
    (chain / "000003.json").unlink()


def first_missing(chain: Path) -> None:
    (chain / "000001.json").unlink()


def swapped(chain: Path) -> None:
    (chain / "000003.json").rename(chain / "x")
    (chain / "000004.json").rename(chain / "000003.json")
    (chain / "x").rename(chain / "000004.json")


def added(chain: Path) -> None:
    shutil.copy(chain / "000003.json", chain / "000099.json")


def forged(chain: Path) -> None:
    entry = Entry.model_validate_json((chain / "000003.json").read_bytes())
    (chain / "000003.json").write_text(entry.model_copy(update={"data": {}}).sealed().text(), "utf-8")


def stray(chain: Path) -> None:
    (chain / "note.txt").write_text("x")


def emptied(chain: Path) -> None:
    (chain / "000003.json").write_bytes(b"")


@pytest.mark.parametrize("tamper", [added_byte, missing, first_missing, swapped, added, forged, stray, emptied])
def test_tampering_is_found(folder: Path, tamper: Callable[[Path], None], capsys: pytest.CaptureFixture[str]):
    chain = longest(folder)
    tamper(chain)
    assert verify_ledger(folder) == 1
    assert chain.name in capsys.readouterr().out


def test_objects_and_table_must_agree(folder: Path, capsys: pytest.CaptureFixture[str]):
    entries = [Entry.model_validate_json(f.read_bytes()) for f in files(folder)]
    listed = sorted(entries, key=lambda e: (e.at, e.submission, e.seq))
    (folder / "ledger.jsonl").write_text("".join(e.text() + "\n" for e in listed), "utf-8")
    assert verify_ledger(folder) == 0
    (folder / "ledger.jsonl").write_text("".join(e.text() + "\n" for e in listed[:-1]), "utf-8")
    capsys.readouterr()
    assert verify_ledger(folder) == 1
    assert "object and table disagree" in capsys.readouterr().out


def cut_tail(folder: Path) -> None:
    max(longest(folder).iterdir()).unlink()


def removed(folder: Path) -> None:
    shutil.rmtree(longest(folder))


def rewritten(folder: Path) -> None:
    """A whole chain made anew, each hash and link right."""
    head = None
    for file in sorted(longest(folder).iterdir()):
        entry = Entry.model_validate_json(file.read_bytes())
        previous = head.hash if head else None
        entry = entry.model_copy(update={"previous": previous, "data": {**entry.data, "forged": True}}).sealed()
        head = Head(submission=entry.submission, seq=entry.seq, hash=entry.hash)
        file.write_text(entry.text(), "utf-8")


@pytest.mark.parametrize("form", ["short", "file"])
@pytest.mark.parametrize("tamper", [cut_tail, removed, rewritten])
def test_what_a_chain_cannot_show_a_checkpoint_does(
    folder: Path, tmp_path: Path, form: str, tamper: Callable[[Path], None], capsys: pytest.CaptureFixture[str]
):
    assert print_checkpoint(folder, tmp_path / "point.json") == 0
    short = capsys.readouterr().out.strip()
    known = short if form == "short" else str(tmp_path / "point.json")
    assert verify_ledger(folder, known) == 0
    chain = longest(folder).name
    tamper(folder)
    assert verify_ledger(folder) == 0
    capsys.readouterr()
    assert verify_ledger(folder, known) == 1
    said = capsys.readouterr().out
    assert chain in said or form == "short"


@pytest.mark.parametrize("form", ["short", "file"])
def test_a_ledger_that_went_on_holds_an_earlier_checkpoint(
    made: Path, tmp_path: Path, form: str, capsys: pytest.CaptureFixture[str]
):
    entries = sorted((Entry.model_validate_json(f.read_bytes()) for f in files(made)), key=lambda e: (e.at, e.submission, e.seq))
    early = DiskObjects(tmp_path / "early")
    for entry in entries[: len(entries) // 2]:
        early.put(f"ledger/{entry.submission}/{entry.seq:06d}.json", entry.text().encode())
    assert print_checkpoint(tmp_path / "early", tmp_path / "point.json") == 0
    short = capsys.readouterr().out.strip()
    assert verify_ledger(made, short if form == "short" else str(tmp_path / "point.json")) == 0


@pytest.mark.parametrize("words", ["", "12-xyz", "{}", '{"entries":1,"hash":"x","ends":{"S":{"seq":2,"hash":"y"}}}'])
def test_a_checkpoint_that_is_none_is_told(made: Path, tmp_path: Path, words: str):
    (tmp_path / "point").write_text(words, "utf-8")
    assert verify_ledger(made, str(tmp_path / "point")) == 1


# --- the register


def rows(made: Path, tmp_path: Path) -> list[dict[str, str]]:
    assert main(["ledger", "export", str(made), "--out", str(tmp_path / "r.csv")]) == 0
    return list(csv.DictReader(io.StringIO((tmp_path / "r.csv").read_text("utf-8-sig"))))


def test_the_register_has_a_row_for_each_submission_and_other_mail(made: Path, tmp_path: Path):
    found = rows(made, tmp_path)
    assert tuple(found[0]) == COLUMNS
    assert [r["序号"] for r in found] == [str(n) for n in range(1, len(found) + 1)]
    assert sorted(r["去向"] for r in found) == sorted(["新报送"] * (len(found) - 1) + ["自动邮件（不回复）"])
    assert [r["收文时间"] for r in found] == sorted(r["收文时间"] for r in found)
    assert {r["核对情况"] for r in found} >= {"", "待人工核对"}
    assert any(r["来文单位"] and r["标题"] and r["份数"] for r in found), found


def test_all_formats_hold_the_same(made: Path, tmp_path: Path):
    wanted = [list(r.values()) for r in rows(made, tmp_path)]
    for ending in ("xlsx", "jsonl"):
        assert export_ledger(made, tmp_path / f"r.{ending}") == 0
    sheet = openpyxl.load_workbook(tmp_path / "r.xlsx").active
    assert [[str(c or "") for c in row] for row in sheet.iter_rows(min_row=2, values_only=True)] == wanted
    lines = [json.loads(line) for line in (tmp_path / "r.jsonl").read_text("utf-8").splitlines()]
    assert [[harmless(v) for v in line.values()] for line in lines] == wanted


def test_what_does_not_verify_is_not_exported(folder: Path, tmp_path: Path):
    missing(longest(folder))
    assert export_ledger(folder, tmp_path / "r.xlsx") == 1
    assert not (tmp_path / "r.xlsx").exists()


def test_other_endings_are_refused(made: Path, tmp_path: Path):
    assert export_ledger(made, tmp_path / "r.pdf") == 2
    assert export_ledger(tmp_path, tmp_path / "r.csv") == 2


FORMULAS = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "　=1", "＝1", "＋1", "－1", "＠x", "|calc", "%0A=1",
    "\u2060=1", "\u00ad=1", "\u202e=1", "\u0085=1", "\u2003=1", "\u2028=1", "\u22121+1",
    '=cmd|"/c calc"!A1', "\u200b=1", "'=1", "\x00=1",
]  # fmt: skip


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_starts_a_formula(text: str):
    (_, row) = csv.reader(io.StringIO(to_csv(["a"], [{"a": text}]).decode("utf-8-sig")))
    cell = openpyxl.load_workbook(io.BytesIO(to_xlsx(["a"], [{"a": text}], "x"))).active["A2"]
    assert row[0].startswith("'")
    assert str(cell.value).startswith("'")
    assert cell.data_type == "s"


@pytest.mark.parametrize("text", ["关于推荐项目的函", "国标委发〔2023〕27号", "2023-08-04", "", "a=b", "<&>\"'"])
def test_plain_words_stay_as_they_are(text: str):
    cell = openpyxl.load_workbook(io.BytesIO(to_xlsx(["a"], [{"a": text}], "x"))).active["A2"]
    assert (cell.value or "") == harmless(text) == text


def test_a_title_of_a_letter_starts_no_formula(folder: Path, tmp_path: Path):
    """From the letter's own words to the cell."""
    objects = DiskObjects(folder)
    entry = Entry.model_validate_json((longest(folder) / "000001.json").read_bytes())
    number = entry.submission
    judged = [e for f in sorted(longest(folder).iterdir()) if (e := Entry.model_validate_json(f.read_bytes())).kind == "judged"]
    key = verdict_key(number, judged[-1].data["verdict"])
    wicked = Verdict(
        receipt=number, call="c", unit="u", status=Status.REVIEW, received_at=entry.at, letter=Letter(title="=HYPERLINK(1)")
    )  # fmt: skip
    (folder / key).write_bytes(dump(wicked))
    assert objects.get(key) == dump(wicked)
    assert export_ledger(folder, tmp_path / "r.csv") == 0
    titles = [r["标题"] for r in csv.DictReader(io.StringIO((tmp_path / "r.csv").read_text("utf-8-sig")))]
    assert "'=HYPERLINK(1)" in titles
