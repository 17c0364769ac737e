"""`shoufa call revise` and `show`: before and after for each submission, an object only when asked for."""

import json
import shutil
from pathlib import Path

import pytest

from local.main import main
from shoufa.adapters.disk_objects import DiskObjects
from shoufa.domain.call import Call
from shoufa.domain.revision import named_by
from unit.judging.build import APPLICATION, LETTER, SUMMARY, call, group
from unit.steps.test_receive_call import LACKING, NO_WORD, STRICT, lay, receive_call, told


def written(made: Call, file: Path) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(made.model_dump(mode="json"), ensure_ascii=False, indent=1), "utf-8")
    return file


@pytest.fixture(params=[NO_WORD])
def data(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A data folder with one submission and an automatic mail, and the definitions it was made with."""
    world = told(request.param)
    world.receive(headers={"auto-submitted": ["auto-replied"]}, subject="自动回复")
    for key, content in world.objects.data.items():
        DiskObjects(tmp_path / "data").put(key, content)
    written(call(), tmp_path / "schemas" / "calls" / "c1.yaml")
    (tmp_path / "schemas" / "recommenders").mkdir()
    written(group(), tmp_path / "schemas" / "recommenders" / "provinces.yaml")
    return tmp_path / "data"


def revise(data: Path, made: Call, *more: str) -> int:
    file = written(made, data.parent / "new.yaml")
    asked = ["call", "revise", str(file), "--data", str(data), "--calls", str(data.parent / "schemas")]
    return main([*asked, "--who", "王", "--why", "更正", *more])


def objects(data: Path) -> list[str]:
    return sorted(p.relative_to(data).as_posix() for p in data.rglob("*") if p.is_file())


def test_a_dry_run_shows_before_and_after_and_writes_nothing(data: Path, capsys: pytest.CaptureFixture[str]):
    before = objects(data)
    assert revise(data, STRICT, "--dry-run") == 0
    said = capsys.readouterr().out
    assert "未发现缺项 complete → 待人工核对 review" in said
    assert "＋" in said
    assert "新增的要求" in said
    assert "1件有变化" in said
    assert objects(data) == before


@pytest.mark.parametrize("data", [LACKING], indirect=True)
def test_what_is_gone_is_shown_too(data: Path, capsys: pytest.CaptureFixture[str]):
    forms = {"scan": "optional", "word": "optional"}
    assert revise(data, call(materials=[{**LETTER, "forms": forms}, APPLICATION, SUMMARY]), "--dry-run") == 0
    assert "－" in capsys.readouterr().out


def test_the_object_is_what_the_step_takes(data: Path, capsys: pytest.CaptureFixture[str]):
    before = set(objects(data))
    assert revise(data, STRICT) == 0
    (key,) = set(objects(data)) - before
    assert named_by(key)[0] == "c1"
    assert "下次启动" in capsys.readouterr().out
    world = told(NO_WORD)
    world.objects.data[key] = (data / key).read_bytes()
    assert receive_call(key, world.house) == named_by(key)[1]


def test_a_bad_file_is_refused_by_its_own_lines(data: Path, capsys: pytest.CaptureFixture[str]):
    before = objects(data)
    assert revise(data, call(recommenders={"group": "nobody"})) == 1
    said = capsys.readouterr().err
    lines = (data.parent / "new.yaml").read_text("utf-8").splitlines()
    line = next(n for n, text in enumerate(lines, 1) if '"group"' in text)
    assert f"new.yaml:{line}: recommenders.group" in said
    assert objects(data) == before


def test_show_lists_the_revisions(data: Path, capsys: pytest.CaptureFixture[str]):
    world = told(NO_WORD)
    receive_call(lay(world, STRICT, 1), world.house)
    receive_call(lay(world, call(), 2), world.house)
    for key, content in world.objects.data.items():
        DiskObjects(data.parent / "other").put(key, content)
    (data.parent / "other" / "inbox" / "call" / "c1" / "x.yaml").write_text("x")
    assert main(["call", "show", str(data.parent / "schemas" / "calls" / "c1.yaml"), "--data", str(data.parent / "other")]) == 0
    lines = [line for line in capsys.readouterr().out.partition("修订 / revisions:")[2].splitlines() if line]
    assert len(lines) == 3
    assert "无法读取" in lines[0]
    assert "已被取代" in lines[1]
    assert "现行" in lines[2]
    assert "王某；延期（延期通知）" in lines[2]


def test_a_folder_that_has_no_mail_yet_takes_a_revision(data: Path, capsys: pytest.CaptureFixture[str]):
    for name in ("ledger", "inbox"):
        shutil.rmtree(data / name)
    assert revise(data, STRICT) == 0
    assert "共0件报送" in capsys.readouterr().out
    assert len(list((data / "inbox" / "call" / "c1").iterdir())) == 1
    assert revise(data.parent / "none", STRICT) == 2
