"""Pairs of names for measuring what tells a slip of recognition from another name (judging/readings.py).

`same_pairs`: a name and what a recogniser might make of it. Most of its misreadings are look-alikes that
`readings.ALIKE` does not list, so the measure is not its own answer. `other_pairs`: names that differ as
applicants' own do: 试点 and 示范, a phase, a year, a region, a product, a firm.
"""

import random

PLACES = ("湖北", "湖南", "河北", "河南", "江苏", "江西", "山东", "山西", "广东", "广西", "武汉", "黄石", "宜昌", "襄阳", "苏州", "徐州")
MARKS = ("光谷", "长飞", "华工", "烽火", "凯乐", "鼎龙", "大辉", "越力", "中科", "天诚", "远方", "恒信", "博远", "金盾", "科瑞", "智联")
FIELDS = ("光电子芯片", "新能源汽车", "工业互联网", "生物医药", "集成电路", "高端装备", "卫星导航", "智能制造", "物联网", "数据中心", "新型显示", "绿色农业")
WAYS = ("全产业链", "协同制造", "质量追溯", "智能监测", "数据治理", "远程运维", "检验检测", "安全管理", "供应链", "知识产权")
ENDS = ("标准化试点", "标准化示范", "标准化试点项目", "标准化示范项目", "标准体系建设试点", "标准化创新示范")
FIRMS = ("科技有限公司", "信息技术有限公司", "股份有限公司", "产业研究院", "集团有限公司", "电子有限公司")
LISTED = ("0O", "1l", "己已", "未末", "土士", "曰日", "入人", "大太", "自白", "令今", "徽微", "技枝", "材村", "准淮", "科料", "园圆", "目且", "限艰")
UNLISTED = (
    "汽汔", "车东", "能熊", "源原", "光先", "电申", "子孑", "芯蕊", "制刷", "造选", "链涟", "监盐", "测侧", "据裾", "治洽",
    "远运", "检捡", "验脸", "安妥", "管菅", "供拱", "知和", "集隼", "路跎", "星皇", "导寻", "航舫", "示不", "点占", "项顶",
    "建健", "设没", "体休", "系糸", "公么", "司同", "股肌", "份扮", "信倍", "息恩", "究完", "院浣", "农衣", "业亚", "绿缘", "色邑",
)  # fmt: skip


def project(rng: random.Random) -> str:
    """A project's name, 14 to 30 signs."""
    way = rng.choice((f"基于{rng.choice(FIELDS)}的", f"{rng.choice(PLACES)}{rng.choice(FIELDS)}", f"{rng.choice(FIELDS)}领域"))
    year = rng.choice(("", "", f"{rng.randint(2021, 2025)}年"))
    part = rng.choice(("", "", "（一期）", "（二期）"))
    return f"{year}{way}{rng.choice(WAYS)}{rng.choice(ENDS)}{part}"


def firm(rng: random.Random) -> str:
    """An applicant's name, 8 to 14 signs."""
    return f"{rng.choice(PLACES)}{rng.choice(MARKS)}{rng.choice(FIRMS)}"


def misread(name: str, rng: random.Random, rate: float) -> str:
    """The name with signs misread and left out, each at `rate`; marks, widths and spaces change freely."""
    pairs = {a: b for group in (*LISTED, *UNLISTED) for a, b in (tuple(group), tuple(reversed(group)))}
    everywhere = "的一了是我不在人有他这中大来上国"
    out = []
    for written in name:
        sign = written
        if rng.random() < rate:
            continue
        if rng.random() < rate:
            sign = pairs.get(sign, rng.choice(everywhere))
        if sign in "（）":
            sign = rng.choice(("", sign, {"（": "(", "）": ")"}[sign]))
        out.append(sign + (" " if rng.random() < 0.03 else "\n" if rng.random() < 0.02 else ""))
    return "".join(out)


def same_pairs(count: int, rate: float, seed: int = 1) -> list[tuple[str, str]]:
    """Names with a reading of each."""
    rng = random.Random(seed)
    names = [project(rng) if i % 2 else firm(rng) for i in range(count)]
    return [(n, misread(n, rng, rate)) for n in names]


def other_pairs(count: int, rate: float = 0.0, seed: int = 2) -> list[tuple[str, str, str]]:
    """Kind of difference, a name, and another that is close to it (read with slips too, at `rate`)."""
    rng = random.Random(seed)
    ways = (_type, _phase, _year, _place, _field, _firm, _way)
    found: list[tuple[str, str, str]] = []
    while len(found) < count:
        change = ways[len(found) % len(ways)]
        name = firm(rng) if change is _firm else project(rng)
        other = change(name, rng)
        if other != name:
            found.append((change.__name__[1:], name, misread(other, rng, rate)))
    return found


def _swap(name: str, words: tuple[str, ...], rng: random.Random) -> str:
    here = [w for w in words if w in name]
    return name.replace(here[0], rng.choice([w for w in words if w != here[0]])) if here else name


def _type(name: str, _: random.Random) -> str:
    return name.replace("试点", "※").replace("示范", "试点").replace("※", "示范")


def _phase(name: str, _: random.Random) -> str:
    return name.replace("一期", "※").replace("二期", "三期").replace("※", "二期")


def _year(name: str, rng: random.Random) -> str:
    return _swap(name, ("2021", "2022", "2023", "2024", "2025"), rng)


def _place(name: str, rng: random.Random) -> str:
    return _swap(name, PLACES, rng)


def _field(name: str, rng: random.Random) -> str:
    return _swap(name, FIELDS, rng)


def _way(name: str, rng: random.Random) -> str:
    return _swap(name, WAYS, rng)


def _firm(name: str, rng: random.Random) -> str:
    return _swap(name, MARKS, rng)
