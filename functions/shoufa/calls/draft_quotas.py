"""How many projects a notice lets whoever recommends (or applies) put forward at most.

Forms seen: 不超过N个, 限报N项, 名额N个, 推荐1-2个, 各单位可推荐N名, A和B分别不超过M个和N个.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shoufa.calls.draft_said import counted, sentences
from shoufa.calls.draft_text import HAN

_NUMERAL = r"\d{1,3}|[一二三四五六七八九十两]{1,3}"
_OF = r"(?:个|项|家|名|件|门|部|所|人)"
_MANY = rf"\s*(?P<n>{_NUMERAL})\s*{_OF}(?!方向|领域|工作日|月|年|辖区|以上|左右|联[系络]|工作人员|代表)"
_MANY_OF_IT = _MANY.replace("<n>", "<of>")
_QUOTA = re.compile(
    rf"(?P<what>[{HAN}]{{0,24}}?)(?:推荐|推选|申报|总数|数量|名额){{0,3}}(?:一般|原则上)?"
    rf"(?:不超过|不得超过|不多于|[最至]多可?(?:推荐|申报|报送)?|限(?:我[{HAN}]{{1,4}}?)?额?(?:申报|推荐|报送|推|报)?|"
    rf"只能(?:申报|推荐|报送)|(?:名额|指标)(?:限|为|是|共)?){_MANY}"
)
_RANGE = re.compile(
    rf"(?P<what>各[{HAN}、（）]{{0,30}}?|[{HAN}、]{{0,20}}?)推荐\s*(?:\d+|[一二三四五])\s*[-—－~～至]\s*"
    rf"(?P<n>\d{{1,2}}|[一二三四五六七八九十])\s*{_OF}"
)
_EACH = re.compile(
    rf"(?P<what>[各每][{HAN}、（）]{{0,40}}?|自主|择优|限)(?:推荐|申报|预报|报送)"
    rf"(?:{_MANY}|(?!联[系络]|负责)[{HAN}“”]{{2,12}}(?<!少于)(?<!至少)(?<!低于){_MANY_OF_IT}(?=[，。；（]|$))"
)
_WITHIN = re.compile(rf"(?P<what>[{HAN}]{{0,24}}?)(?:推荐|申报|报送)(?:项目)?(?:数量)?(?:控制在)?{_MANY}以内")
_APART = re.compile(
    rf"(?P<what>[{HAN}、]{{4,60}}?)(?:申报主体|推荐|申报)?(?:名额|数量)?分别(?:原则上)?(?:不超过|不多于|限报|限)为?"
    rf"\s*(?P<many>(?:(?:{_NUMERAL})\s*{_OF}?\s*[、和及]\s*){{1,4}}(?:{_NUMERAL})\s*{_OF})"
)
_BESIDE = re.compile(r"（(?![^（）]*(?:不超过|不多于|限|最多|名额))[^（）]*）")
"""An aside in brackets that tells no limit."""
_KIND = re.compile(
    r"(?:项目|试点|示范|类|案例|课题|平台|中心|基地|示范区|奖|标准|企业|产品|场景|工厂|园区|集体|个人)$"
)
_RECOMMENDER = re.compile(r"^(?:每个?|各)|省|市|州|县|主管部门|单位|集团|学院|院系|学校")
_APPLICANT = re.compile(
    r"申报主体|每个主体|申报单位|每家企业|每位|每人|同一人|主持|申请人|每个企业|项目负责人|负责人"
)
_FROM_ABOVE = re.compile(
    "分配给?我|限我|我[省市区县州校院](?:推荐|申报)*(?:名额|限额|限|指标|可)|要求(?:每个?|各)|限额指标"
)
"""What a house above allots to the house that writes; whom the notice goes to may put forward less."""
_NOT_PUT_FORWARD = re.compile(
    r"参与|参加(?:人|单位|者|活动)|成员|合作|协作|联合|起草|完成人|完成单位|团队|专家|人数|附件|图片|照片|证书|参编|在研|承担|获得|评价"
)
"""What else is counted: people and partners of one project."""
_OWN_CHOICE = re.compile(r"遴选|评选|评出|选出|支持|资助|认定|立项|确定|设立|表彰|入选|奖励|培育|建设|打造")
"""What the issuing house itself will choose or pay for."""


@dataclass(frozen=True)
class Quota:
    """At most so many; `firm` is false where the notice says 原则上; `per` whom it binds.

    `above`: the limit of the house that writes, not of those whom it writes to.
    """

    what: str
    most: int
    firm: bool
    sentence: str
    per: str = "recommender"
    above: bool = False


def quotas(paragraphs: Sequence[str]) -> list[Quota]:
    """Every limit on what may be put forward, in order."""
    found = []
    for sentence in sentences(paragraphs):
        if not re.search("推荐|申报|项目|限报|课题|预报|推选|提名", sentence):
            continue
        flat = _BESIDE.sub("", sentence)
        apart = list(_apart(flat, sentence))
        found += apart or [q for p in (_QUOTA, _RANGE, _EACH, _WITHIN) for q in _each(p, flat, sentence)]
    return found


def widest(given: Sequence[Quota]) -> Quota | None:
    """The limit of whoever recommends before that of whoever applies and before what a house above allots.

    Where recommenders have different limits the widest: it turns none of them away wrongly.
    """
    own = [q for q in given if not q.above] or list(given)
    of = [q for q in own if q.per == "recommender"] or own[:1]
    return max(of, key=lambda q: q.most, default=None)


def _each(pattern: re.Pattern[str], text: str, sentence: str) -> Iterator[Quota]:
    for match in pattern.finditer(text):
        before = re.split("[，（、；：]", text[: match.start()])[-1] + match["what"]
        many = counted(match["n"] or match.groupdict()["of"])
        verb = text[match.start() : match.end()]
        chosen = _OWN_CHOICE.search(before) and not re.search("推荐|申报|报送", before + verb)
        if many is None or chosen or _NOT_PUT_FORWARD.search(before):
            continue
        per = "applicant" if _APPLICANT.search(before) else "recommender"
        soft = "原则上" in text[: match.end()]
        above = bool(_FROM_ABOVE.search(re.split("[，；：]", text[: match.start()])[-1] + verb))
        what = _what(before) or _counted(text[match.end() :])
        yield Quota(what, many, not soft, sentence, per, above)


def _apart(text: str, sentence: str) -> Iterator[Quota]:
    """The limits of several kinds told at once: 优秀场景和示范工厂分别不超过5个和3个."""
    for match in _APART.finditer(text):
        names = re.split("、|和|及", re.sub("^.*(?:推荐|申报|报送)的?", "", match["what"]))
        many = [m for m in map(counted, re.findall(_NUMERAL, match["many"])) if m is not None]
        if len(names) == len(many) and all(names):
            soft = "原则上" in text[: match.end()]
            yield from (Quota(n, m, not soft, sentence) for n, m in zip(names, many, strict=True))


def _what(before: str) -> str:
    """The kind of project that a quota speaks of, "" where it speaks of whoever recommends."""
    what = re.sub(r"^(?:原则上|一般|每个|推荐|申报)+|(?:原则上|一般|数量|推荐|申报)+$", "", before)
    what = re.sub(r"^.*(?:局|委|厅|单位|部门|主体)(?:（[厅、委]*）)?(?:推荐|申报)?", "", what)
    what = re.sub(r"^(?:要求|推荐|申报)+", "", what)
    return what if _KIND.search(what) and not _RECOMMENDER.search(what) and what != "项目" else ""


def _counted(after: str) -> str:
    """The kind that is named after the number: 1家国家级园区."""
    found = re.match(rf"[{HAN}]{{4,14}}(?=[，。；、（]|$)", after)
    return found[0] if found and _KIND.search(found[0]) else ""


def first_of_each(given: Sequence[Quota]) -> list[Quota]:
    """The first limit of each kind that is named; what follows of a kind binds somebody else (a company)."""
    found: dict[str, Quota] = {}
    for quota in given:
        if len(quota.what) >= 2:
            found.setdefault(quota.what, quota)
    return list(found.values())
