"""Recognition on drawn pages: lines, order, rotation, tilt, blank pages, stamped ink, codes."""

import time

import cv2
import numpy as np
import pytest

from shoufa.readers import lines, ocr, page, paper
from unit.readers import papers


def letter() -> np.ndarray:
    sheet = papers.blank()
    papers.write(sheet, "RECOMMENDATION OF PROJECTS", 250, 260, 1.3)
    papers.write(sheet, "Project name: cold chain monitoring", 180, 400)
    papers.write(sheet, "Applicant: Example Technology Ltd", 180, 470)
    papers.write(sheet, "Contact: 010-55501234", 180, 540)
    return sheet


def words(text: str) -> str:
    return "".join(text.lower().split())


def test_lines_in_order_with_places_and_scores():
    read, tables = page.read_page(letter(), 3)
    assert (read.number, read.scanned, read.blank, read.rotation, tables) == (3, True, False, 0, ())
    assert [words(line.text)[:7] for line in read.lines] == ["recomme", "project", "applica", "contact"]
    assert "coldchainmonitoring" in words(read.text)
    assert "010-55501234" in words(read.text)
    assert read.quality > 0.85
    x0, y0, x1, y1 = read.lines[0].box
    assert (x0, y0) == (pytest.approx(0.2, abs=0.03), pytest.approx(0.13, abs=0.03))
    assert 0.65 < x1 < 0.8
    assert y1 < 0.17


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_turned_page_is_turned_back(degrees: int):
    codes = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}
    read, _ = page.read_page(cv2.rotate(letter(), codes[degrees]), 1)
    assert read.rotation == (360 - degrees) % 360
    assert words(read.text).startswith("recommendation")


@pytest.mark.parametrize("degrees", [-4.0, 3.0])
def test_a_tilted_page_is_straightened(degrees: float):
    turn = cv2.getRotationMatrix2D((620, 877), degrees, 1)
    tilted = cv2.warpAffine(letter(), turn, (1240, 1754), borderValue=(252, 252, 252))
    read, _ = page.read_page(tilted, 1)
    heights = [line.box[3] - line.box[1] for line in read.lines]
    assert "coldchainmonitoring" in words(read.text)
    assert max(heights) < 0.05


@pytest.mark.parametrize(("degrees", "tilt"), [(90, 8.0), (270, -8.0), (180, 9.0)])
def test_a_page_that_is_turned_and_tilted(degrees: int, tilt: float):
    codes = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}
    turn = cv2.getRotationMatrix2D((620, 877), tilt, 1)
    tilted = cv2.warpAffine(letter(), turn, (1240, 1754), borderValue=(252, 252, 252))
    read, _ = page.read_page(cv2.rotate(tilted, codes[degrees]), 1)
    assert read.rotation == (360 - degrees) % 360
    assert words(read.text).startswith("recommendation")


@pytest.mark.parametrize("angle", [0.0, 20.0, 70.0, 88.0, 100.0])
def test_corners_begin_at_the_top_left(angle: float):
    corners = cv2.boxPoints(((200.0, 200.0), (160.0, 20.0), angle))
    quad = ocr.ordered(corners[[2, 0, 3, 1]])
    right, down = quad[1] - quad[0], quad[3] - quad[0]
    assert right[0] > abs(right[1])
    assert down[1] > abs(down[0])
    assert sorted(ocr.size_of(quad)) == pytest.approx([20, 160], abs=0.1)


def test_a_sheet_photographed_on_a_table_is_cut_out():
    table = np.full((2000, 1600, 3), (40, 60, 70), np.uint8)
    corners = np.array([[180, 150], [1380, 210], [1330, 1850], [240, 1800]], np.float32)
    flat = np.array([[0, 0], [1240, 0], [1240, 1754], [0, 1754]], np.float32)
    warp = cv2.getPerspectiveTransform(flat, corners)
    photo = cv2.warpPerspective(
        letter(), warp, (1600, 2000), dst=table.copy(), borderMode=cv2.BORDER_TRANSPARENT
    )
    read, _ = page.read_page(photo, 1)
    assert "coldchainmonitoring" in words(read.text)
    assert read.lines[0].box[1] == pytest.approx(0.13, abs=0.03)


def test_scans_with_a_black_edge_stay_whole():
    sheet = letter()
    sheet[:, :30] = 20
    assert paper.trimmed(sheet) is sheet


def test_a_blank_page_with_dust_is_blank():
    sheet = papers.blank()
    for x in range(5):
        cv2.circle(sheet, (200 * x + 90, 300 * x + 50), 2, (90, 90, 90), -1)
    read, _ = page.read_page(sheet, 1)
    assert (read.blank, read.text, read.quality) == (True, "", 1.0)


def punched() -> np.ndarray:
    sheet = papers.blank()
    for y in (600, 1150):
        cv2.circle(sheet, (55, y), 17, (30, 30, 30), -1)
    sheet[:, -20:] = 25
    return sheet


def seen_through() -> np.ndarray:
    back = cv2.GaussianBlur(letter()[:, ::-1].copy(), (0, 0), 2)
    return (248 - (252 - back.astype(int)) * 0.12).clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize("sheet", [punched(), seen_through()])
def test_holes_edges_and_the_other_side_leave_a_page_blank(sheet: np.ndarray):
    read, _ = page.read_page(sheet, 1)
    assert (read.blank, read.text) == (True, "")


def test_a_page_number_alone_is_no_blank_page():
    sheet = papers.blank()
    papers.write(sheet, "- 12 -", 570, 1690)
    read, _ = page.read_page(sheet, 1)
    assert not read.blank
    assert "12" in read.text


def test_a_dark_picture_is_no_blank_page():
    read, _ = page.read_page(np.zeros((1754, 1240, 3), np.uint8), 1)
    assert (read.blank, read.quality) == (False, 0.0)


def test_a_picture_full_of_strokes_takes_no_longer_than_a_page():
    noise = np.random.default_rng(3).integers(0, 255, (1754, 1240, 3), dtype=np.uint8)
    start = time.process_time()
    read, _ = page.read_page(noise, 1)
    assert time.process_time() - start < 6
    assert not read.blank


def test_a_picture_without_text_is_neither_blank_nor_read():
    sheet = papers.blank()
    cv2.circle(sheet, (600, 800), 300, (40, 40, 40), -1)
    read, _ = page.read_page(sheet, 1)
    assert not read.blank
    assert read.quality < 0.9


def test_stamped_ink_is_lifted_off_the_print():
    sheet = papers.blank()
    papers.write(sheet, "Example Technology", 400, 600)
    stamp = np.full_like(sheet, 255)
    cv2.circle(stamp, (560, 590), 120, (60, 50, 210), 12)
    cv2.circle(stamp, (560, 590), 40, (60, 50, 210), -1)
    stamped = np.minimum(sheet, stamp)
    lifted = paper.lift(stamped)
    assert paper.stamped(stamped)
    assert not paper.stamped(sheet)
    assert int(lifted[480:700, 440:680].astype(int).min(axis=2)[stamp[480:700, 440:680, 0] < 100].max()) > 200
    read, _ = page.read_page(stamped, 1)
    assert "exampletechnology" in words(read.text)


def test_a_red_heading_is_not_lifted():
    sheet = papers.blank()
    cv2.putText(
        sheet, "OFFICE OF MARKET SUPERVISION", (120, 200), cv2.FONT_HERSHEY_SIMPLEX, 1.8, (40, 30, 220), 5
    )
    assert np.array_equal(paper.lift(sheet), sheet)


def test_large_pictures_are_brought_to_size():
    assert paper.fit(np.zeros((3508, 2480, 3), np.uint8)).shape == (2000, 1414, 3)
    assert paper.fit(np.zeros((900, 600, 3), np.uint8)).shape == (900, 600, 3)


def test_a_page_of_nothing_is_no_error():
    assert ocr.recognise([]) == []
    read, _ = page.read_page(np.full((40, 30, 3), 255, np.uint8), 1)
    assert read.blank


@pytest.mark.parametrize(
    ("seen", "meant"),
    [
        ("91530105W2R6YOUA6I", "91530105W2R6Y0UA61"),
        ("代码：9l530105W2R6YOUA61", "代码：91530105W2R6Y0UA61"),
        ("OFFICEOFTHEMINISTR", "OFFICEOFTHEMINISTR"),
        ("91530105W2R6Y0UA61", "91530105W2R6Y0UA61"),
        ("SO2023", "SO2023"),
        ("91310126UC8.JCM2R35", "91310126UC8JCM2R35"),
        ("电话 138-0000-0001 2021-09-21", "电话 138-0000-0001 2021-09-21"),
    ],
)
def test_codes_are_repaired_where_they_can_only_be_codes(seen: str, meant: str):
    assert lines.code_repaired(seen) == meant


@pytest.mark.skipif(papers.CHINESE_FONT is None, reason="no Chinese font is installed")
def test_a_chinese_form():
    sheet = papers.blank()
    papers.ruled(sheet, [120, 420, 1120], [300, 370, 440])
    papers.chinese(sheet, "标准化试点项目申报书", 380, 160, 44)
    papers.chinese(sheet, "项目名称", 140, 318)
    papers.chinese(sheet, "冷链物流物联监测标准化试点", 440, 318)
    papers.chinese(sheet, "统一社会信用代码", 140, 388)
    papers.chinese(sheet, "91420122UH3BML548Q", 440, 388)
    read, (table,) = page.read_page(sheet, 1)
    assert table.rows() == [
        ["项目名称", "冷链物流物联监测标准化试点"],
        ["统一社会信用代码", "91420122UH3BML548Q"],
    ]
    assert read.text.splitlines()[0] == "标准化试点项目申报书"
    assert "项目名称 | 冷链物流物联监测标准化试点" in read.text
