"""A notice's text as people copy it about, put right as far as that is certain: paragraphs, one per line.

Damage and its cure were measured on five copies of real notices (readings strewn after characters, a copy in
traditional characters, lines broken inside sentences, a web page's own words around it, half-width
punctuation). Nothing is put in that the copy does not hold.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

HAN = "\u3400-\u9fff\uf900-\ufaff"
_READING = re.compile(rf"(?<=[{HAN}])[(（][a-züāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]{{1,6}}\s?[)）]")
_HALF = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！"}
_TRADITIONAL = frozenset(
    "國標準會發關於開類組織術業團書單補體優與應當報請將為實務進試點認處驗見條機區縣門營導"
)
"""Characters that only traditional texts use, frequent in notices."""
HEADING, CLAUSE = 24, 18
"""A numbered line up to so many characters is a heading; with a comma in it up to so many."""
_SHARE = 0.02
"""From this share of its characters on a text counts as traditional."""
_CHROME = re.compile(
    r"发布时间|发布日期|来源[:：]|作者[:：]|浏览次数|阅读次数|点击[量数:：]|人气[:：]|字体[:：]|字号[:：]|分享到|当前位置|您的位置|"
    r"打印本页|关闭窗口|上一篇|下一篇|相关稿件|相关链接|相关文章|责任编辑|版权所有|网站地图|加盟电话|精确检索|开始检索|ICP备|扫一扫|"
    r"文章来源|原文链接|附件下载|网站首页|设为首页|加入收藏|加载更多|延伸阅读|浏览[:：]|点击[:：]|手机版$"
)
_FOOT = re.compile(r"(?i)copyright|all rights reserved|版权声明|版权与免责|[^|]{4,}\|[^|]{4,}\|")
"""A page's foot, whatever its length; the addresses in it are not the notice's."""
_OWNER = re.compile(r"(?i)版权所有|版权归|©|copyright|ICP备")
_OWNERS = re.compile(r"地址|电话|邮编|邮政编码|邮箱|传真|(?i:e-?mail)|公众号|微信|联系我们|技术支持|邮件")
"""What a page says of its owner, and how he is reached, in the lines after that."""
_SPREAD = re.compile(rf"(?<![{HAN}])((?:[{HAN}] ){{1,3}}[{HAN}])(?= ?[:：])")
"""A label set wide: 联 系 人：, 邮 箱：."""
_AT = re.compile(
    r"(?<=[A-Za-z0-9_.-])\s*(?:＠|[（(\[](?:at|@|＠)[)）\]]|#(?=[\w-]+\.(?:com|cn|net|org)))\s*(?=[\w-]+\.)",
    re.IGNORECASE | re.ASCII,
)
"""An address written so that no machine should find it: name#example.com, name(at)example.com."""
_LOST_SPACE = re.compile(r"\?{2,}|^[ \t]*\?\s", re.MULTILINE)
"""Several question marks together, or one before a line: a copy whose wide spaces were lost."""
_ODD_MARK = re.compile(r"\?(?![\w=&%]*=)")
"""Any question mark but that of an address (?id=7)."""
_WIDE = re.compile("[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]")
_CLOCKED = re.compile(r"(?<=通知|公告|通告|指南)\s*(?:发布)?时间[:：]\s*\d{4}-\d{1,2}-\d{1,2}.*$")
_ISSUER = re.compile(rf"[{HAN}]{{4,30}}(?:委|局|厅|部|会|办公室|府|司|中心|院)")
_ENDS = "。；：！？”》）】…"
_ITEM = re.compile(
    rf"^(?:[-•·]\s*)?(?:第?[一二三四五六七八九十]{{1,3}}[、.．章条节]|[（(][一二三四五六七八九十\d]{{1,3}}[)）]|\d{{1,2}}\s?[.．、](?!\d)|"
    rf"附件|附表|联系人|联系电话|联系方式|邮政编码|邮编|传真|地址|电子邮[箱件]|[{HAN}]{{2,10}}(?:地址|邮箱|电话)[:：])"
)
_ALONE = re.compile(r"(?:19|20)\d{2}年\d{1,2}月\d{1,2} ?日$|（(?:联系人|此件|注[:：])")
"""A line that begins anew whatever stands before it."""
_TITLE_END = re.compile(
    r"(?:通知|公告|意见|通告|方案|办法|细则|指南|函|决定|要求|申报书|汇总表)(?:（.{1,12}）)?$"
)
_TITLE = re.compile(rf"^[{HAN}\d“”《》〈〉（）()【】〔〕\[\]、—~～·\-\"' A-Za-z]{{8,90}}$")


FOLDED = 200
"""Characters from which a line may be a whole notice without its line breaks."""
_BREAKS = re.compile(
    r" +(?=[一二三四五六七八九十]{1,2}、|(?:联 ?系 ?人|(?:(?:联系|咨询) ?)?电 ?话|传 ?真|邮 ?编|邮政编码|"
    r"(?:(?:联系|通信|通讯|邮寄|单位) ?)?地 ?址[^：:。]{0,6}|电 ?子 ?[邮信] ?[箱件]|邮 ?箱) ?[:：])"
)
"""Before a heading and before the label of an address."""


@dataclass(frozen=True)
class Restored:
    """Paragraphs of a notice; what was done to them; whether the text breaks off inside a sentence."""

    paragraphs: tuple[str, ...]
    repairs: tuple[str, ...]
    truncated: bool


def restored(raw: str) -> Restored:
    """The paragraphs of a notice's text, and which repairs it needed (in words, for the clerk)."""
    text = raw.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    repairs: list[str] = []
    text, count = _READING.subn("", text)
    if count:
        repairs.append(
            f"删去汉字后所注读音{count}处 / {count} readings strewn after characters were taken out"
        )
    text, count = _AT.subn("@", text)
    if count:
        repairs.append(
            f"邮箱写法改为@共{count}处，请核对 / {count} addresses are written with @ again, please check"
        )
    if _LOST_SPACE.search(text):
        text = _ODD_MARK.sub(" ", text)
        repairs.append("抄录中空格变成的问号已去掉 / question marks that stood for spaces were taken out")
    if _is_traditional(text):
        text = _simplified(text)
        repairs.append("由繁体字转为简体字 / converted from traditional characters")
    lines = [_tidy(part) for line in text.split("\n") for part in _unfolded(line)]
    kept, dropped = _without_chrome([line for line in lines if line])
    if dropped:
        repairs.append(
            f"删去网页附带文字{len(dropped)}行 / {len(dropped)} lines of the web page were taken out"
        )
    paragraphs, joined = _joined(_whole_title(kept))
    if joined:
        repairs.append(f"接上句中断行{joined}处 / {joined} lines broken inside sentences were joined")
    return Restored(tuple(paragraphs), tuple(repairs), _breaks_off(paragraphs))


def _unfolded(line: str) -> list[str]:
    """A copy's line that holds a whole notice, broken before its headings and the labels of an address."""
    return _BREAKS.split(line) if len(line) > FOLDED else [line]


def squeezed(text: str) -> str:
    """A text without spaces and with one form of brackets and quotes, for comparing."""
    flat = unicodedata.normalize("NFKC", text).replace("“", '"').replace("”", '"')
    return re.sub(r"\s+", "", flat)


def _is_traditional(text: str) -> bool:
    letters = [c for c in text if "\u3400" <= c <= "\u9fff"]
    return bool(letters) and sum(c in _TRADITIONAL for c in letters) > _SHARE * len(letters)


def _simplified(text: str) -> str:
    from opencc import OpenCC  # type: ignore[attr-defined]

    made: Any = OpenCC
    converter = made("t2s")
    return str(converter.convert(text))


def _tidy(line: str) -> str:
    """One line: odd spaces, spaces between characters and figures, full-width figures, half-width points."""
    line = _WIDE.sub(lambda m: unicodedata.normalize("NFKC", m[0]), line)
    line = re.sub(r"[\s\u200b\u3000]+", " ", line).strip()
    line = _CLOCKED.sub("", line)
    line = _SPREAD.sub(lambda m: m[0].replace(" ", ""), line)
    line = re.sub(
        rf"(?<=[{HAN}，。；：、）”》]) (?=[\d(（“《A-Za-z<])|(?<=[\d%）)”》A-Za-z>]) (?=[{HAN}（(])", "", line
    )
    if not re.search(f"[{HAN}]", line):
        return line
    line = line.replace("(", "（").replace(")", "）")
    line = re.sub(rf"(?<=[{HAN}）》”])\.$", "。", line)
    return re.sub(rf"(?<=[{HAN}）》”\"\d])[,;:?!](?![/\\])(?!(?<=\d.)\d)", lambda m: _HALF[m[0]], line)


def _without_chrome(lines: list[str]) -> tuple[list[str], list[str]]:
    """The notice's own lines, and those of the page around it: known phrases, and the title given twice."""
    kept: list[str] = []
    dropped: list[str] = []
    seen: dict[str, int] = {}
    owned = False
    for line in lines:
        flat = squeezed(line)
        owned = owned or bool(_OWNER.search(line) and any("。" in k for k in kept))
        if _FOOT.search(line) or (owned and "。" not in line and _OWNERS.search(line)):
            dropped.append(line)
        elif _CHROME.search(line) and len(line) < 80:
            dropped.append(line)
            if not any("。" in k for k in kept):
                dropped += [k for k in kept if not _own(k)]
                kept = [k for k in kept if _own(k)]
        elif flat in seen and is_title(line):
            dropped.append(line)
        else:
            kept.append(line)
            seen[flat] = len(kept)
    return kept, dropped


def _own(line: str) -> bool:
    """Whether a line above a page's own words is the notice's: a title, a document number, an issuer."""
    return is_title(line) or bool(re.search(r"\d{4}[〕\]）]?\s*第?\d+号$|文件$|办公室$", line))


def is_title(line: str) -> bool:
    """Whether a line looks like a title: no sentence, ending as titles of notices do."""
    flat = line.strip("【】 ")
    if _ITEM.match(flat) or any(flat.count(a) != flat.count(b) for a, b in ("《》", "“”", "（）", "〈〉")):
        return False  # an item of a list; the first line of a sentence broken inside its brackets
    return bool(_TITLE.match(flat)) and (bool(_TITLE_END.search(flat)) or "关于" in flat)


def _whole_title(lines: list[str]) -> list[str]:
    """A title set in several lines as one; 某办公室 above 关于… belongs to it."""
    for at, line in enumerate(lines[:8]):
        if "关于" not in line or re.search("[，。；：]", line) or len(line) > 60:
            continue
        end = next((i for i in range(at, min(at + 4, len(lines))) if _TITLE_END.search(lines[i])), None)
        if end is None or any(re.search("[，。；：]", part) for part in lines[at : end + 1]):
            return lines
        body = at > 0 and line.startswith("关于") and _ISSUER.fullmatch(lines[at - 1])
        start = at - 1 if body else at
        return [*lines[:start], "".join(lines[start : end + 1]), *lines[end + 1 :]]
    return lines


def _joined(lines: list[str]) -> tuple[list[str], int]:
    """Lines broken inside a sentence put together again, and how often."""
    out: list[str] = []
    joined = 0
    widest = sorted(len(line) for line in lines)[int(0.9 * (len(lines) - 1))] if lines else 0
    for line in lines:
        if out and _goes_on(out[-1], line, widest):
            out[-1] += line
            joined += 1
        else:
            out.append(line)
    return out, joined


def _goes_on(before: str, line: str, widest: int) -> bool:
    if not before or before[-1] in _ENDS or _ITEM.match(line) or is_title(before) or _ALONE.match(line):
        return False
    if re.search(r"@[\w.-]+$", before) and re.match(f"[{HAN}]", line):
        return False  # a list of mailboxes
    if before.startswith("附件") and (_TITLE_END.search(before) or re.search(r"\.[a-z]{3,4}$", before)):
        return False
    if _ITEM.match(before) and len(before) <= (CLAUSE if re.search("[，。]", before) else HEADING):
        return False
    return bool(re.search("[，。；]", before)) or (len(before) >= 20 and len(before) >= 0.9 * widest)


def _breaks_off(paragraphs: list[str]) -> bool:
    """Whether the last sentence has no end: no full stop though it is one, or a bracket left open."""
    if not paragraphs:
        return False
    last = paragraphs[-1]
    opened = any(last.count(a) > last.count(b) for a, b in ("（）", "“”", "《》"))
    sentence = (
        bool(re.search("[，；。]", last)) and last[-1] not in _ENDS and not re.search(r"\d$|[日号]$", last)
    )
    return opened or (sentence and len(last) > 30)
