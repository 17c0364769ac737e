"""Whether two texts are one text read twice: slips of recognition forgiven, another name told apart.

What tells names apart is small (一期, 二期; 湖北, 湖南; 试点, 示范), and so are slips (己 for 已, o for 0, a
sign left out). So signs that look alike are one sign, and the rest is weighed by how a recogniser errs: it
seldom mistakes two signs in a row, and never a number or a direction for another one that looks otherwise.
"""

from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from shoufa.judging.names import body, plain

ALIKE = (
    "0OQD", "1LI丨", "2Z", "5S", "8B", "已己巳", "未末", "土士", "日曰", "人入八", "千干于", "大太犬",
    "天夭", "王玉", "白自", "今令", "刀力", "儿几", "乌鸟", "免兔", "候侯", "戊戌戍", "治冶", "徽微",
    "眼跟", "晴睛", "析折拆", "坊纺", "材村", "技枝", "板扳", "复夏", "问间", "名各", "贷货", "态恋",
    "拔拨", "载栽", "库厍", "住佳", "体休", "传侍", "仕任", "优忧", "准淮", "洁浩", "沪泸", "法怯",
    "标称", "机杭", "示禾", "范苑", "园圆", "困因囚", "固周", "甲申由", "电龟", "目且", "具其", "真直",
    "工丁", "木本", "米来", "开井", "并井", "卫工", "口囗", "回同", "向问", "明朋", "阴阳", "陪部", "郎朗",
    "限艰", "院阮", "研矸", "究穷", "科料", "学字", "宇字", "全金", "企仝", "业亚", "产严", "厂广",
    "广产", "仓仑", "分介", "公么", "司可", "合谷", "哈恰", "农衣", "环坏", "球琳", "理埋", "里甲",
    "重里", "型垫", "基墓", "础咄", "设没", "施旋", "备各", "服股", "务条", "质贡", "量童", "管官", "信佶",
    "息恩", "思恩", "数教", "据椐", "智暂", "能熊", "慧彗", "城诚", "域城", "市巿", "场扬", "监蓝",
)  # fmt: skip
"""Signs that recognisers take for one another (look-alikes in print); a pair in two groups joins them not."""
NUMBERS = "0123456789一二三四五六七八九十百零〇"
PLACES = "东西南北中上下左右前后内外甲乙丙丁湖河江山苏浙皖赣闽"
_SAME_WORDS = (("有限责任公司", "有限公司"), ("(", ""), (")", ""))
"""公司法 第八条 lets a limited company say either; forms use both for one firm."""
FREE, SHARE = 3.1, 0.03
"""Slips allowed: so many, and so many for each sign of the name.

Chosen by the curve over 3,000 names read with slips (signs misread and left out at 1, 2 and 3 % each, most
of the look-alikes not among `ALIKE`) and 1,400 pairs of names that differ (type, phase, year, place, product,
firm); tests/samples/name_readings.py makes both. Share of false alarms at 1, 2, 3 %, of differences missed:

    free  share   1 %     2 %     3 %     missed
    2.1   0.03   0.003   0.009   0.030   0.009
    2.6   0.03   0.002   0.005   0.016   0.012
    3.1   0.03   0.001   0.004   0.011   0.012   (chosen)
    3.1   0.06   0.001   0.003   0.007   0.227
    likeness below 0.8 (before): 0.002, 0.007, 0.028 and 0.794 missed

Of 600 printed names, blurred, noisy and small, as the recogniser itself read them: 1 false alarm among the
347 that it read with a score of 0.9 or more (`READ_WELL`), none among 328 with at most 5 % of signs wrong.
"""
READ_WELL = 0.9
"""Mean score of a page or a line from which its reading is held against another text."""


def _first_of_groups() -> dict[str, str]:
    seen: dict[str, str] = {}
    for group in ALIKE:
        for sign in group:
            seen.setdefault(sign, group[0])
    return seen


_FOLD = _first_of_groups()


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """A name as recognisers see it: plain, a body's short forms written out, look-alikes as one sign."""
    name = body(text)
    for word, same in _SAME_WORDS:
        name = name.replace(word, same)
    return "".join(_FOLD.get(c, c) for c in name)


def slips(exact: str, read: str) -> float:
    """How much recognition would have to err to read the one text as the other (0: it is the same)."""
    a, b = folded(exact), folded(read)
    cost = 0.0
    for op in Levenshtein.opcodes(a, b):
        if op.tag == "replace":
            cost += _replaced(a[op.src_start : op.src_end], b[op.dest_start : op.dest_end])
        elif op.tag != "equal":
            gone = a[op.src_start : op.src_end] or b[op.dest_start : op.dest_end]
            cost += _gone(gone)
    return cost


def _replaced(a: str, b: str) -> float:
    """One sign for another is a slip, two in a row are hardly one, a number for a number is none."""
    if any(x in kind and y in kind for kind in (NUMBERS, PLACES) for x, y in zip(a, b, strict=False)):
        return 5.0
    pairs = min(len(a), len(b))
    return 1.0 + 3.0 * (pairs - 1) + 0.5 * abs(len(a) - len(b))


def _gone(text: str) -> float:
    """A sign left out or put in is a lesser slip than one misread; a number is more."""
    cost = 0.5 + 1.5 * (len(text) - 1)
    return cost + 1.2 * any(c in NUMBERS for c in text if c != "一")


def same_reading(exact: str, read: str) -> bool:
    """Whether two texts are one name: slips forgiven, or the one is the other cut short or run on."""
    a, b = plain(exact), plain(read)
    if not a or not b:
        return False
    if a in b or b in a:
        return True
    return slips(exact, read) <= allowed(exact)


def allowed(exact: str) -> float:
    """The slips that a name of this length may hold."""
    return FREE + SHARE * len(folded(exact))
