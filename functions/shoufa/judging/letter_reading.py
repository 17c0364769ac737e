"""Reading an official letter (公文).

Number, title, signature, date, contact and stated counts (GB/T 9704-2012).
"""

import re
from collections.abc import Iterable

from shoufa.domain import dates
from shoufa.domain.call import Call
from shoufa.domain.facts import Page
from shoufa.judging.document import LetterReading
from shoufa.judging.names import is_organisation, plain
from shoufa.judging.starts import NUMBER, letter_title

_DATE_LINE = re.compile(
    r"^\s*([二〇○零一三四五六七八九十\d]{4}\s*年\s*[\d一二三四五六七八九十]{1,3}\s*月\s*[\d一二三四五六七八九十]{1,3}\s*日)\s*$"
)
_DATED = re.compile(r"\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日$")
_CONTACT = re.compile(r"联\s*系\s*人\s*[:：]\s*([\u4e00-\u9fa5·]{2,6})")
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_N = r"(\d{1,3}|[一二两三四五六七八九十]{1,3})"
_TOTAL = (
    re.compile(
        rf"(?:推荐|报送|上报|申报|遴选).{{0,120}}?(?:等|共|共计|计)?\s*{_N}\s*[个项](?:试点示范|试点|示范|国家)?项?目?"
    ),
    re.compile(rf"共(?:计|推荐|报送)?\s*{_N}\s*[个项]"),
)
WITHDRAWAL = re.compile(r"撤回|撤销申报|不再推荐|取消推荐|退出申报")


def number_of(text: str) -> int:
    """A whole number in Arabic or Chinese digits up to 99; 0 if it is none."""
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.partition("十")
    if not ten:
        return _DIGITS.get(text, 0)
    return _DIGITS.get(tens, 1) * 10 + _DIGITS.get(ones, 0)


def read_letter(pages: tuple[Page, ...], call: Call) -> LetterReading:
    """What an official letter says."""
    text = "\n".join(p.text for p in pages)
    flat = re.sub(r"\s+", "", text)
    number = NUMBER.search(text)
    title = next((t for t in (letter_title(p) for p in pages[:2]) if t), "")
    contact = _CONTACT.search(text)
    return LetterReading(
        number=re.sub(r"\s+", "", number.group(0)) if number else "",
        date=_date(text),
        title=title,
        issuers=tuple(_issuers(text)),
        contact=contact.group(1) if contact else "",
        counts=counts(flat, call),
        withdraws=bool(WITHDRAWAL.search(flat)),
    )


def _date(text: str) -> str:
    for line in reversed(text.splitlines()):
        if _DATE_LINE.match(line):
            found = dates.parse_date(line.strip())
            if found:
                return found.isoformat()
    return ""


def _issuers(text: str) -> Iterable[str]:
    """The bodies that sign: above (or on) the date line, else those of the red head (…文件)."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for at in range(len(lines) - 1, 0, -1):
        if _DATE_LINE.match(lines[at]) or _DATED.search(lines[at]):
            near = [*lines[max(0, at - 3) : at], _DATED.sub("", lines[at])]
            signed = [n for line in near for n in _bodies(line)]
            if signed:
                yield from signed
                return
    yield from (n for line in lines[:3] for n in _bodies(re.sub(r"文件$", "", line)))


def _bodies(line: str) -> list[str]:
    parts = re.split(r"[\s\u3000、，,]+", line.strip())
    return [
        p for p in parts if 4 <= len(plain(p)) <= 30 and is_organisation(p) and "：" not in p and ":" not in p
    ]


def counts(flat: str, call: Call) -> dict[str, int]:
    """Stated numbers of projects: by track id, and under "" the total, where the letter gives them."""
    found: dict[str, int] = {}
    rest = flat
    words = sorted(((w, t.id) for t in call.tracks for w in (*t.words, t.title)), key=lambda p: -len(p[0]))
    for word, track in words:
        name = re.escape(plain(word).removesuffix("项目"))
        hit = re.search(rf"{name}(?:项目)?(?:共|共计|计)?{_N}[个项]", rest) or re.search(
            rf"{_N}[个项](?:{name})(?:项目)?", rest
        )
        if hit and track not in found:
            found[track] = number_of(hit.group(1))
            rest = rest[: hit.start()] + "※" + rest[hit.end() :]
    body = rest.partition("其中")[0]
    for pattern in _TOTAL:
        hit = pattern.search(_after_reference(body))
        if hit and number_of(hit.group(1)):
            found[""] = number_of(hit.group(1))
            break
    return found


def _after_reference(text: str) -> str:
    """The text behind the first sentence that recommends: the notice's own title is no statement of ours."""
    at = max(
        text.find("现推荐"), text.find("现将"), text.find("现报送"), text.find("同意推荐"), text.find("推荐“")
    )
    return text[at:] if at >= 0 else text
