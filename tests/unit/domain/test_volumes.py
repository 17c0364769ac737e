"""Which files are volumes of one archive, by their names."""

import pytest

from shoufa.domain.mail import Part
from shoufa.domain.volumes import SPLIT, Volumes, is_volume, volume_sets, volumes_lacking


def file(path: str, container: str = "unknown", parent: str = "", size: int = 9) -> Part:
    return Part(path=path, name=path.rpartition("/")[2], sha256=path, size=size, container=container, parent=parent)


def sets(*names: str, container: str = "rar") -> list[Volumes]:
    return volume_sets([file(name, container) for name in names])


@pytest.mark.parametrize(
    ("names", "kind", "holder"),
    [
        (("材料.part1.rar", "材料.part2.rar"), "rar", "材料.part1.rar"),
        (("材料.part02.rar", "材料.part01.rar"), "rar", "材料.part01.rar"),
        (("材料.r00", "材料.rar", "材料.r01"), "rar", "材料.rar"),
        (("材料.7z.002", "材料.7z.001"), "7z", "材料.7z.001"),
        (("材料.zip.001", "材料.zip.002"), "zip", "材料.zip.001"),
        (("材料.ZIP", "材料.Z01", "材料.z02"), "zip", "材料.ZIP"),
        (("材料.tar.gz.001", "材料.tar.gz.002"), "gz", "材料.tar.gz.001"),
    ],
)
def test_a_complete_set(names: tuple[str, ...], kind: str, holder: str) -> None:
    (found,) = sets(*names)
    assert (found.kind, found.holder.name, found.missing, found.reason) == (kind, holder, (), "")
    assert len(found.rest) == len(names) - 1
    assert found.holder not in found.rest


@pytest.mark.parametrize(
    ("names", "missing"),
    [
        (("材料.part1.rar", "材料.part3.rar"), (2,)),
        (("材料.part2.rar",), (1,)),
        (("材料.7z.002", "材料.7z.004"), (1, 3)),
        (("材料.z01", "材料.z02"), (3,)),
        (("材料.z02", "材料.zip"), (1,)),
        (("材料.r00",), (1,)),
    ],
)
def test_what_did_not_arrive(names: tuple[str, ...], missing: tuple[int, ...]) -> None:
    (found,) = sets(*names)
    assert found.missing == missing
    assert "send one archive, or separate files" in found.reason


@pytest.mark.parametrize("name", ["材料.rar", "材料.zip", "1.1.001", "总结.part1.docx", "a.part0.rar"])
def test_what_is_no_volume(name: str) -> None:
    assert sets(name) == []


def test_other_programs_end_their_files_so_too() -> None:
    assert sets("data.r00", container="txt") == []


def test_sets_are_kept_apart_by_name_and_by_place() -> None:
    found = volume_sets(
        [file(n) for n in ("甲.7z.001", "乙.7z.001", "甲.7z.002", "箱/甲.7z.001")] + [file("甲.7z.003", parent="p")]
    )
    assert [len(v.parts) for v in found] == [2, 1, 1, 1]


def test_an_empty_file_is_no_volume() -> None:
    assert volume_sets([file("甲.7z.001", size=0)]) == []


def test_names_of_volumes() -> None:
    assert is_volume("a.7z.001")
    assert not is_volume("a.7z")


def test_which_volumes_lack_is_told_by_the_reason():
    found = volume_sets([rar_part(1), rar_part(3)])
    assert volumes_lacking(found[0].reason) == ("2",)
    assert volumes_lacking(SPLIT) == ()
    assert volumes_lacking("broken archive") is None


def rar_part(number: int) -> Part:
    name = f"材料.part{number}.rar"
    return Part(path=name, name=name, sha256=f"{number}", size=9, container="rar")
