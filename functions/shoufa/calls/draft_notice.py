"""What a notice says of itself: title, issuer, number, who recommends, which system, for how long."""

import re
from collections.abc import Sequence

from shoufa.calls.draft_dates import WHOLE_DATE, is_body, only_date
from shoufa.calls.draft_said import Said, number_in, sentences
from shoufa.calls.draft_text import HAN, is_title
from shoufa.domain.call import RecommenderGroup

_BODY = (
    rf"(?:(?!转发|关于)[{HAN}]){{2,24}}(?:委员会|人民政府办公厅|人民政府办公室|人民政府|办公厅|办公室|管理局|监督局|监管局|总局|委|局|厅|部|司|"
    "协会|学会|联合会|研究会|商会|科协|中心|研究院|大学|学院|公司)"
)
_TITLED = re.compile(rf"^(?!转发)({_BODY})(?: ?{_BODY})*(?:转发|关于)")
_NUMBER = re.compile(
    rf"([{HAN}]{{2,14}}(?:（[{HAN}]{{1,6}}）[{HAN}]{{0,4}})?)"
    r"[〔\[［【（]((?:19|20)\d{2})[〕\]］】）]\s*(?:第)?(\d{1,4})号(?=$|关于)"
)
_DAMAGED = re.compile(rf"^([{HAN}]{{3,14}})((?:19|20)\d{{2}})0?(\d{{1,4}})号$")
_WORK = re.compile(r"(?:申报|征集|遴选|推荐)?(?:工作)?(?:要求|指南|须知|通知|通告|公告|事项|的函)$")
_PASSED_ON = re.compile(rf"^转发[{HAN}]{{2,16}}?(?:关于|开展|组织)+")
_ABOUT = re.compile(
    r"关于(?:组织开展|开展|组织推荐|组织申报|组织|征集|申报|推荐|做好|举办|遴选|推选|评选|选拔|报送)*(.+?)(?:(?:项目)?(?:申报|征集|推荐|遴选)+(?:工作)?|工作)?的?$"
)
_OPENED = re.compile(
    rf"(?:开展|组织|征集)+了?([{HAN}\d“”（）、]{{6,40}}?)(?:的)?(?:申报|征集|推荐|遴选)(?:推荐|申报|命名|认定)*工作"
    rf"|现[就将]((?:\d{{4}}年度?)?[{HAN}“”（）]{{4,40}}?)(?:申报|征集|推荐|遴选|评选)"
    r"(?:材料)?(?:报送)?(?:工作)?的?(?:(?:有关|相关)事[项宜]|通知如下)"
    rf"|现[就将][{HAN}]{{0,4}}(?:申报|推荐|报送|评选)((?:\d{{4}}年度?)?[{HAN}“”（）]{{4,40}}?)(?:有关|相关)(?:材料)?(?:事[项宜]|工作)"
    rf"|做好(?:我[省市区县校])?(?!组织|申报|推荐|有关|相关|此项)((?:\d{{4}}年度?)?[{HAN}“”（）\d]{{4,40}}?)"
    r"的?(?:项目)?(?:申报|征集|推荐|遴选|评选)(?:推荐|申报)*工作"
    rf"|决定组织实施([{HAN}\d“”（）]{{6,40}}(?:专项|计划|项目|工程))，"
)
_INDEX = re.compile(
    rf"^(?:[-•·] )?(?:发布机构|发文机关|发文单位|制发机关|公开责任部门)[:：] ?([{HAN}]{{4,30}})$"
)
REGION = 3
SHORTEST_SIGNATURE = 4
"""科研处 is whoever signs inside a house; a call's issuer is named in full."""
_SYSTEM = re.compile(
    r"(?:通过|经|登录|登陆|在)[^。；，]{0,30}(?:系统|平台)[^。；]{0,60}?(?:提交|申报|报送|填报|上传|申请|填写)"
)
_ADDRESS = re.compile(r"https?://[\w./:%?=&#~-]+[\w/]")
_PERIOD = re.compile(
    r"(?:建设|试点|实施|创建|示范|项目)?(?:周期|期限)[^，。；]{0,8}?(?:不超过|为|是)\s*(\d{1,2}|[一二三四五两])\s*(年|个月)"
)


def title(section: str, notice: str, paragraphs: Sequence[str]) -> Said | None:
    """The call's title: the annex's without 申报工作要求, else the notice's, else what its body says it opens."""
    said = section or notice
    if bare := _bare(said, whole=said == notice and said.endswith(("意见", "办法", "细则"))):
        return Said(bare, said)
    opened = (Said(m[m.lastindex or 1], s) for s in sentences(paragraphs) if (m := _OPENED.search(s)))
    return _passed_on(paragraphs) or next(opened, None) or _founded_on(paragraphs)


def _bare(title: str, *, whole: bool = False) -> str:
    """What a title is about, without who wrote it and 关于开展…的通知; `whole`: it is no call's but a rule's."""
    inner = re.search("转发.*[《〈]([^《》〈〉]+)[》〉]", title)
    bare = _WORK.sub("", (inner[1] if inner else title).replace(" ", ""))
    if "关于" in bare and (found := _ABOUT.search(bare)):
        bare = bare if whole else _PASSED_ON.sub("", found[1])
    else:
        bare = re.sub("^(?:组织|开展|征集|申报|推荐|做好|推选)+(?=.{6})", "", _PASSED_ON.sub("", bare))
    bare = _WORK.sub("", re.sub("(?:的|工作)+$", "", bare))
    return re.sub("^请报送|(?<=[奖目划题])(?:评选)?组织$", "", bare)


def _passed_on(paragraphs: Sequence[str]) -> Said | None:
    """The title that a notice passes on (现将《…关于…的通知》转发给你们), where it bears none of its own."""
    return _within(
        "(?:现将|现对|现把).{0,30}?《([^》]*(?:关于|申报|征集|推荐)[^》]+)》.{0,60}?转发", paragraphs
    )


def _founded_on(paragraphs: Sequence[str]) -> Said | None:
    """The title of the call that a notice carries out (根据《…关于…申报…的通知》)."""
    return _within(
        "(?:根据|按照|印发了?|下发了?)[^《]{0,20}《([^》]*关于[^》]*(?:申报|推荐|征集|遴选|评选|活动)[^》]*)》", paragraphs
    )


def _within(pattern: str, paragraphs: Sequence[str]) -> Said | None:
    for sentence in sentences(paragraphs[:6]):
        if (found := re.search(pattern, sentence)) and (bare := _bare(found[1])):
            return Said(bare, sentence)
    return None


def issuer(paragraphs: Sequence[str]) -> Said | None:
    """Who issued it: the red head (…文件), the title (…关于…), the signature beside the date, or …决定."""
    if found := _headed(paragraphs) or _signed(paragraphs) or _listed(paragraphs) or _run_on(paragraphs):
        return found
    if re.search("我[省市区县]|转发", "".join(paragraphs)):
        return None  # whoever decided is not whoever writes
    for sentence in sentences(paragraphs):
        if decided := re.search(rf"(?:^|，)({_BODY})(?:现|研究)?决定", sentence):
            return Said(decided[1], sentence)
    return None


def _headed(paragraphs: Sequence[str]) -> Said | None:
    for paragraph in paragraphs[:8]:
        if found := re.fullmatch(rf"({_BODY})文件", paragraph):
            return Said(found[1], paragraph)
        found = _TITLED.match(paragraph) if is_title(paragraph) else None
        if found and len(found[1]) >= SHORTEST_SIGNATURE:
            again = found[1].find(found[1][:REGION], REGION)  # 某省甲厅某省乙厅: the second says the region again
            return Said(found[1][:again] if again > 0 else found[1], paragraph)
    return None


def _listed(paragraphs: Sequence[str]) -> Said | None:
    """The issuer as a government site's index names it (发布机构：…)."""
    for paragraph in paragraphs[:12]:
        found = _INDEX.match(paragraph)
        if found and is_body(found[1]):
            return Said(found[1], paragraph)
    return None


def _run_on(paragraphs: Sequence[str]) -> Said | None:
    """The signature of a copy without lines: after a full stop or an annex's name, before a whole date."""
    found = [(m[1], p) for p in paragraphs for m in re.finditer(rf"(?<=[。》；])({_BODY}){WHOLE_DATE}", p)]
    return Said(*found[-1]) if found else None


def _signed(paragraphs: Sequence[str]) -> Said | None:
    for place, paragraph in enumerate(paragraphs):
        if not only_date(paragraph) or place <= len(paragraphs) // 3:
            continue
        for near in [*_bodies_above(paragraphs[:place]), *paragraphs[place + 1 : place + 2]]:
            first = near.split(" ")[0]
            bare = first if is_body(first) and len(first) >= SHORTEST_SIGNATURE else near.replace(" ", "")
            if is_body(near) and len(bare) > SHORTEST_SIGNATURE:
                return Said(bare, near)
    return None


def _bodies_above(paragraphs: Sequence[str]) -> list[str]:
    """The signatures that end some paragraphs, in their order: whoever issues with others stands first."""
    found: list[str] = []
    for paragraph in reversed(paragraphs):
        if not is_body(paragraph):
            break
        found.insert(0, paragraph)
    return found


def number(paragraphs: Sequence[str]) -> Said | None:
    """The notice's own number (发文字号, GB/T 9704-2012 §7.2.5), mended where its brackets were lost."""
    for paragraph in paragraphs[:10]:
        bare = (
            paragraph.replace(" ", "").strip("（）")
            if "）〔" not in paragraph
            else paragraph.replace(" ", "")
        )
        if found := _NUMBER.match(bare):
            return Said(f"{found[1]}〔{found[2]}〕{int(found[3])}号", paragraph)
        if found := _DAMAGED.match(bare):
            note = "疑为抄录时丢失六角括号，请核对 / the brackets seem to be lost, please check"
            return Said(f"{found[1]}〔{found[2]}〕{int(found[3])}号", paragraph, note)
    return None


def recommenders(paragraphs: Sequence[str], groups: Sequence[RecommenderGroup]) -> Said | None:
    """The list whose wording (`said_as`) stands in a sentence about recommending."""
    for sentence in sentences(paragraphs):
        if not re.search("推荐|受理|汇总|组织", sentence):
            continue
        for group in groups:
            if any(re.search(p, sentence) for p in group.said_as):
                return Said(group.id, sentence)
    return None


def system(paragraphs: Sequence[str]) -> tuple[Said | None, Said | None]:
    """Whether the notice asks for a system, and its address."""
    for sentence in sentences(paragraphs):
        if _SYSTEM.search(sentence) and "公文交换" not in sentence and "可" not in sentence[:6]:
            address = _ADDRESS.search(sentence)
            return Said(True, sentence), Said(address[0], sentence) if address else _address(paragraphs)
    return None, None


def _address(paragraphs: Sequence[str]) -> Said | None:
    """The system's address where another sentence gives it."""
    for sentence in sentences(paragraphs):
        if found := re.search(
            rf"(?:系统|平台)(?:的?网址|地址|登录)?[为是：:（]?({_ADDRESS.pattern})", sentence
        ):
            return Said(found[1], sentence)
    return None


def duration(paragraphs: Sequence[str]) -> Said | None:
    """Months that a project lasts."""
    for sentence in sentences(paragraphs):
        if found := _PERIOD.search(sentence):
            return Said(number_in(found[1]) * (12 if found[2] == "年" else 1), sentence)
    return None


def year_of(paragraphs: Sequence[str]) -> int | None:
    """The year of the notice's number, null if it has none: what dates without a year mean."""
    known = number(paragraphs)
    found = re.search(r"〔(\d{4})〕", known.value) if known else None
    return int(found[1]) if found else None
