"""Pictures that are pages of one paper, known by their names (page_names.py)."""

import random

import pytest

from shoufa.domain.codes import Form
from shoufa.judging.page_names import in_series
from unit.judging.build import Papers, case, facts, page

SERIES = {
    "plain": ["申报书1.jpg", "申报书2.jpg", "申报书10.jpg"],
    "brackets": ["申报书(1).jpg", "申报书(2).jpg", "申报书(11).jpg"],
    "full-width": ["申报书（１）.jpg", "申报书（２）.jpg", "申报书（１０）.jpg"],
    "pages": ["第1页.jpg", "第2页.jpg", "第10页.jpg"],
    "chinese": ["申报书第一页.jpg", "申报书第二页.jpg", "申报书第十页.jpg", "申报书第十二页.jpg", "申报书第二十页.jpg"],
    "of-all": ["申报书第1页（共10页）.jpg", "申报书第2页（共10页）.jpg", "申报书第10页（共10页）.jpg"],
    "english-of": ["page-1-of-12.png", "page-2-of-12.png", "page-12-of-12.png"],
    "page-dash": ["page-1.png", "page-2.png", "page-10.png"],
    "acrobat": ["公文_页面_01.jpg", "公文_页面_02.jpg", "公文_页面_10.jpg"],
    "numbers": ["1.jpg", "2.jpg", "3.jpg", "10.jpg"],
    "zeros": ["001.jpg", "002.jpg", "010.jpg"],
    "camera": ["IMG_0012.jpg", "IMG_0013.jpg", "IMG_0015.jpg"],
    "camera-thousands": ["IMG_9998.JPG", "IMG_9999.JPG"],
    "camera-year-like": ["IMG_2022.jpg", "IMG_2023.jpg", "IMG_2034.jpg"],
    "nikon": ["DSC_0001.JPG", "DSC_0002.JPG"],
    "android": ["IMG_20230810_101530.jpg", "IMG_20230810_101545.jpg", "IMG_20230810_102000.jpg"],
    "wechat": ["微信图片_20230810101530.jpg", "微信图片_20230810101612.jpg"],
    "wechat-counter": [f"微信图片_20230810101530{n}.jpg" for n in ("", 1, 2, 9, 10, 11)],
    "wechat-mixed": ["微信图片_202308101015301.jpg", "微信图片_202308101015302.jpg", "微信图片_20230810101612.jpg"],
    "mmexport": ["mmexport1691633730123.jpg", "mmexport1691633745001.jpg"],
    "scanner": ["Scan_20230810_0001.jpg", "Scan_20230810_0002.jpg"],
    "scan-app": ["扫描全能王 2023-08-10 10.15_1.jpg", "扫描全能王 2023-08-10 10.15_2.jpg"],
    "year-before": ["2023年申报书1.jpg", "2023年申报书2.jpg"],
    "bare-first": ["申报书.jpg", "申报书2.jpg", "申报书3.jpg"],
    "windows-copies": ["扫描件.jpg", "扫描件(1).jpg", "扫描件(2).jpg"],
    "cover": ["申报书封面.jpg", "申报书1.jpg", "申报书2.jpg", "申报书末页.jpg"],
    "leading": ["01-公文.jpg", "02-公文.jpg", "10-公文.jpg"],
    "missing-first": ["申报书2.jpg", "申报书3.jpg"],
    "kinds-of-picture": ["扫描1.jpg", "扫描2.png", "扫描3.jpg"],
    "capitals": ["Page1.jpg", "PAGE2.JPG"],
}
APART = {
    "days": ["IMG20230801.jpg", "IMG20230802.jpg"],
    "years": ["申报书2022.jpg", "申报书2023.jpg"],
    "folders": ["a/1.jpg", "b/2.jpg"],
    "names": ["公文.jpg", "汇总表.jpg"],
    "other-stems": ["公文1.jpg", "申报书2.jpg"],
    "numbered-once": ["公文1.jpg", "汇总表.jpg"],
    "projects": ["项目1申报书.jpg", "项目2申报书.jpg"],
}


def picture(name: str, container: str = "jpg", count: int = 1):
    return facts([page(name, n + 1) for n in range(count)], Form.SCAN, container=container)


def grouped(*mails: Papers) -> list[list[str]]:
    return [[p.part.name for p in group] for group in in_series(case(*mails).pieces)]


@pytest.mark.parametrize("name", SERIES)
@pytest.mark.parametrize("seed", range(3))
def test_a_series_is_one_group_in_page_order(name, seed):
    shuffled = list(SERIES[name])
    random.Random(seed).shuffle(shuffled)
    assert grouped({n: picture(n) for n in shuffled}) == [SERIES[name]]


@pytest.mark.parametrize("name", APART)
def test_what_differs_in_more_than_a_page_number_stays_apart(name):
    assert sorted(grouped({n: picture(n) for n in APART[name]})) == sorted(
        [n] for n in APART[name]
    )


def test_the_same_naming_in_two_folders_are_two_papers():
    names = [f"材料.zip/{who}/{n}.jpg" for n in (2, 10, 1) for who in ("甲", "乙")]
    assert grouped({n: picture(n) for n in names}) == [
        [f"材料.zip/{who}/{n}.jpg" for n in (1, 2, 10)] for who in ("甲", "乙")
    ]


def test_several_series_in_one_folder_keep_apart():
    names = ["公文1.jpg", "申报书2.jpg", "公文2.jpg", "申报书1.jpg"]
    assert grouped({n: picture(n) for n in names}) == [["公文1.jpg", "公文2.jpg"], ["申报书1.jpg", "申报书2.jpg"]]


def test_a_papers_pages_may_come_in_two_mails():
    assert grouped({"申报书2.jpg": picture("b")}, {"申报书1.jpg": picture("a")}) == [["申报书1.jpg", "申报书2.jpg"]]


@pytest.mark.parametrize("names", [("IMG_0001.jpg", "IMG_0002.jpg"), ("1.jpg", "2.jpg"), ("扫描1.jpg", "扫描2.jpg")])
def test_names_that_say_nothing_are_a_series_within_one_mail_only(names):
    assert grouped({names[0]: picture("a")}, {names[1]: picture("b")}) == [[names[0]], [names[1]]]


def test_a_series_sent_again_is_another_series():
    papers = {"申报书1.jpg": picture("a"), "申报书2.jpg": picture("b")}
    assert grouped(papers, papers) == [["申报书1.jpg", "申报书2.jpg"]] * 2


def test_one_page_sent_again_stands_alone():
    papers = {"申报书1.jpg": picture("a"), "申报书2.jpg": picture("b")}
    assert grouped(papers, {"申报书2.jpg": picture("c")}) == [["申报书1.jpg", "申报书2.jpg"], ["申报书2.jpg"]]


@pytest.mark.parametrize("container", ["pdf", "docx", "ofd"])
def test_only_pictures_are_pages(container):
    assert len(grouped({f"申报书{n}": picture("a", container) for n in (1, 2)})) == 2


def test_a_picture_of_several_pages_is_a_paper_of_its_own():
    papers = {"扫描1.tif": picture("a", "tif", 2), "扫描2.tif": picture("b", "tif")}
    assert sorted(grouped(papers)) == [["扫描1.tif"], ["扫描2.tif"]]
