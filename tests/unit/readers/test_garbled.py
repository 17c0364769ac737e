"""Text layers that say something else than the page shows."""

import pytest

from shoufa.readers.garbled import garbled

LETTER = "关于推荐国家高新技术产业标准化试点示范项目的函。经审核，现将有关材料报送贵院，请予接收。联系人及电话附后。"


@pytest.mark.parametrize(
    "text",
    [
        LETTER,
        "",
        "   \n",
        "Recommendation of projects; see the annex, page 3 (of 12).",
        "Рекомендация проектов высоких технологий, страница первая и вторая",
        "표준화 시범 사업 신청서, 신청 기관 및 담당자 연락처",
        "目录\n一、概况" + "…" * 60 + "1\n二、目标" + "." * 80 + "12",
        "√ □ ■ ★ ① ② ℃ ㎡ × ÷ ± ≥ ≤ → ▲ ● 甲",
        "2023-08-10  12:30  +86-10-5881-1620  91420122UH3BML548Q  (100191)",
        "ö é ü: Müller & Söhne, Zürich",
    ],
)
def test_text_that_is_text(text: str) -> None:
    assert not garbled(text)


@pytest.mark.parametrize(
    "text",
    [
        LETTER.encode("gbk").decode("latin-1"),
        "".join(chr(0xE000 + ord(c) % 800) for c in LETTER),
        "".join(chr(ord(c) % 1900 + 200) for c in LETTER),
        "".join(chr(0x4E00 + ord(c) * 7919 % 20000) for c in LETTER),
        "".join(chr(33 + ord(c) % 15) for c in LETTER),
        "\ufffd" * 20,
        "\x01\x02\x03\x04\x05",
    ],
)
def test_codes_without_meaning(text: str) -> None:
    assert garbled(text)


def test_some_strange_letters_in_ordinary_text() -> None:
    assert not garbled(LETTER + "\ue000\ufffd\x02")
