"""A folder as an object store: nothing half-written, nothing outside it, and words for every trouble."""

import errno
import os
import resource
import signal
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shoufa.adapters.disk_objects import RESERVED, DiskObjects, _segment
from shoufa.domain.errors import TryAgain


@pytest.mark.parametrize(
    "key", ["a/../b", "a/..", "a/.hidden", "a/c:\\x", "a/x\ny", "a/x\0y", "MAIL#1/0.json", "甲/乙.eml"]
)
def test_every_key_stays_in_the_folder_and_comes_back_as_it_was(tmp_path: Path, key: str):
    objects = DiskObjects(tmp_path / "data")
    assert objects.put(key, b"x") is True
    assert (objects.get(key), objects.exists(key)) == (b"x", True)
    assert list(objects.keys("")) == [key]
    assert [p.name for p in tmp_path.iterdir()] == ["data"]


@pytest.mark.parametrize(
    "key", ["/etc/x", "a//b", "", "a/", *(f"{name}/x" for name in sorted(RESERVED)), "a/" + "长" * 90]
)
def test_what_cannot_be_a_path_here_is_refused(tmp_path: Path, key: str):
    objects = DiskObjects(tmp_path)
    with pytest.raises(ValueError, match="not a key"):
        objects.put(key, b"")
    assert (objects.get(key), objects.exists(key)) == (None, False)
    assert list(tmp_path.iterdir()) == []


def test_a_file_laid_under_bytes_that_are_no_text_is_listed_and_not_there(tmp_path: Path):
    folder = tmp_path / "inbox"
    folder.mkdir()
    (folder / os.fsdecode("决定.json".encode("gbk"))).write_bytes(b"x")
    objects = DiskObjects(tmp_path)
    (key,) = objects.keys("inbox/")
    assert (objects.get(key), objects.exists(key)) == (None, False)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20))
def test_a_segment_is_a_plain_file_name(name: str):
    made = _segment(name)
    assert made not in {".", ".."}
    assert not set(made) & set("/\\\0\n :")


def test_a_write_that_was_cut_off_is_no_object_and_is_forgotten(tmp_path: Path):
    objects = DiskObjects(tmp_path)
    (tmp_path / "tmp").mkdir()
    (tmp_path / "tmp" / "half").write_bytes(b"ha")
    assert list(objects.keys("")) == []
    objects.try_out()
    assert list((tmp_path / "tmp").iterdir()) == []


def test_no_scratch_is_left_behind(tmp_path: Path):
    objects = DiskObjects(tmp_path)
    for _ in range(2):
        objects.put("a/1", b"x")
    objects.retain("a/1", datetime(2030, 1, 1, tzinfo=UTC))
    assert list((tmp_path / "tmp").iterdir()) == []


def fails(monkeypatch: pytest.MonkeyPatch, call: str, code: int) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, call, broken)


@pytest.mark.parametrize("call", ["fsync", "link"])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EIO, errno.EDQUOT])
def test_what_is_not_durable_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, code: int
):
    told: list[str] = []
    objects = DiskObjects(tmp_path, told.append)
    with monkeypatch.context() as patch:
        fails(patch, call, code)
        with pytest.raises(TryAgain, match="a/1: not written"):
            objects.put("a/1", b"x")
    assert objects.exists("a/1") is False
    assert "/" in told[0]
    assert list((tmp_path / "tmp").glob("*")) == []
    assert objects.put("a/1", b"x") is True


def test_a_really_full_file_is_refused_whole(tmp_path: Path):
    """The kernel's own limit on a file's size, met in the middle of the write."""
    objects = DiskObjects(tmp_path)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
        with pytest.raises(TryAgain, match="a/1"):
            objects.put("a/1", b"x" * 100_000)
        assert objects.put("a/2", b"x" * 100) is True
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    assert list(objects.keys("")) == ["a/2"]


def test_a_folder_that_cannot_be_is_told_at_the_start(tmp_path: Path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(TryAgain):
        DiskObjects(tmp_path / "file").try_out()


def test_retention_outlives_the_object_store(tmp_path: Path):
    until = datetime(2030, 1, 1, tzinfo=UTC)
    DiskObjects(tmp_path).put("a/1", b"x")
    DiskObjects(tmp_path).retain("a/1", until)
    DiskObjects(tmp_path).retain("a/1", datetime(2029, 1, 1, tzinfo=UTC))
    assert DiskObjects(tmp_path).retained_until("a/1") == until
    assert DiskObjects(tmp_path).retained_until("a/2") is None


def test_a_slice_of_keys_reads_no_folder_that_lies_before_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Else a pass over many chains in slices would cost their square."""
    objects = DiskObjects(tmp_path)
    every = sorted(f"ledger/S{chain:02d}/{n}.json" for chain in range(40) for n in range(3))
    for key in every:
        path = tmp_path / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    opened: list[str] = []
    real = os.scandir
    monkeypatch.setattr(os, "scandir", lambda folder: opened.append(str(folder)) or real(folder))
    seen, after = [], ""
    while slice_ := objects.keys("ledger/", after, 6):
        seen += slice_
        after = slice_[-1]
    assert seen == every
    assert len(opened) <= 21 * 4  # `ledger`, the folder of `after`, those of six keys
    opened.clear()
    assert list(objects.keys("ledger/S07/")) == every[21:24]
    assert len(opened) == 1


@given(
    st.sets(
        st.lists(st.sampled_from(["a", "a-", "a.", "b", "甲", "%2F", "A"]), min_size=2, max_size=4).map(
            "/".join
        )
    ),
    st.sampled_from(["", "a", "a/", "a/a", "a/a-/", "b/甲"]),
    st.sampled_from(["", "a/a", "a/a/", "a-/b", "a/甲/A", "b", "~"]),
    st.integers(0, 5),
)
def test_keys_are_in_their_order_from_any_key_on(
    tmp_path_factory: pytest.TempPathFactory, keys: set[str], prefix: str, after: str, limit: int
):
    """`a-/b` comes before `a/b`, whatever order folders have."""
    root = tmp_path_factory.mktemp("keys")
    files = {k for k in keys if not any(other.startswith(f"{k}/") for other in keys)}
    objects = DiskObjects(root)
    for key in files:
        path = objects._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    expected = sorted(k for k in files if k.startswith(prefix) and k > after)
    assert objects.keys(prefix, after, limit) == (expected[:limit] if limit else expected)
    assert sorted(objects.walk(prefix)) == sorted(k for k in files if k.startswith(prefix))
