"""What must be sent: letter, application, table and proof, in which form, how many copies, over which way."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from shoufa.calls.draft_said import Said, counted, sentences
from shoufa.calls.draft_sections import annexes
from shoufa.calls.draft_text import HAN

_NUMERAL = r"\d{1,3}|[一二三四五六七八九十两]{1,3}"
_SETS = re.compile(rf"[一1壹]式\s*({_NUMERAL}|[壹贰叁肆伍陆柒捌玖])\s*份|各\s*({_NUMERAL})\s*份")
_COPIES = re.compile(
    rf"纸质[^，。；（]{{0,14}}?（?\s*({_NUMERAL})\s*份|纸质[^，。；]{{0,10}}（\s*({_NUMERAL})\s*份\s*）"
)
_SEND = re.compile(
    r"报送|提交|递交|寄送|邮寄|发送|发至|送达|上报|送至|交至|送交|交到|报[自市省]|汇总|反馈|发[\w.]+@|发指定邮箱|上传|装订|提供|申报材料.{0,12}包括|填写"
)
_LETTER = re.compile(
    r"推荐公函|推荐函|申报函|正式行文|申报公文|正式公文|公文|公函|推荐意见函|推荐文件|正式文件|报送函|申请函|立项申请函|推荐报告|报送[^，。；]{1,12}的函"
)
_ENDS = "申报书|申请书(?!清单)|申报(?:纸质版?|书面)?材料|申请材料|申报(?:纸质版?|书面)?资料|申报表|申请表|建议书|征集表|评审书|申请报告|推选表|提名书|提名表|申报方案"
_APPLICATION = re.compile(rf"《([^《》]{{2,50}}(?:{_ENDS}|推荐表))》|([{HAN}\d]{{0,30}}?(?:{_ENDS}))")
_GENERIC = re.compile(r"^(?:项目|企业)?(?:申报|申请)(?:纸质版?|书面)?(?:材料|资料)$")
_TABLE = re.compile(
    rf"([{HAN}\d]{{0,30}}?(?:汇总(?:统计)?表|推荐表(?!格)|一览表|项目清单|推荐清单|申请书清单|申报清单|推荐名单表))"
)
_NOT_ASKED = re.compile(r"[^，。；（]*(?:无需|不需|暂不|不再|不必|不用|不接收|不接受|免交)[^，。；）]*")
"""A clause on what need not be sent."""
_NOUN = re.compile("(?:申报书|申请书|申报表|申请表|建议书|汇总表|推荐表|一览表|清单|推荐函)$")
_PROOF = re.compile(
    rf"(?:(?<!所)提供|提交|附|准备|报送|加盖|（含)[^。；所]{{0,16}}?([{HAN}]{{0,8}}(?:证明材料|佐证材料|附件材料|支撑材料|证实性材料))"
    rf"|([{HAN}]{{0,4}}佐证材料)[^。；]{{0,6}}(?:均要|均需|须)加盖"
)
_LEAD = re.compile(
    r"^含|^.*(?:附件\d*|和|及|与|的|将|把|以及|连同|提交|递交|报送|填写|准备|编写|编制|组织|上述|相关|有关|纸质版?|公章|"
    r"并附?(?!件)|附(?!件)上?|同时|单项|审核|上报|拟推荐|收集|填报|上传|电子版|对|所需|提供|材料为|打印|书面|制作|包括|装订)"
)
_PAPER, _MAIL = re.compile(r"纸质|邮寄|寄送|EMS"), re.compile(r"电子邮箱|邮箱|信箱|电子邮件|@")
_ANNEX = re.compile(r"^(?:[-•]\s*)?附件|^\d{1,2}[.．、][^，。；]{4,60}(?:表|书|通知|函)(?:\.\w+)?$")
_BLANK = re.compile("(申报书|申请书|申报表|申请表)(?:电子版|模板|样表)?(?:可|请)[^。；]{0,20}下载")
_ABOUT_OTHERS = re.compile(
    r"^(?:[（(]?[一二三四五六七八九十\d]+[)）、.]?)?\s*(?:根据|按照|为贯彻|为深入|现将《)"
)


_HEADS_LIST = re.compile(
    r"(?:(?:报送|申报|提交|推荐|电子|纸质)(?:的?材料)(?:要求|清单|内容)?|推荐要求)[：:]?$"
)


@dataclass
class Papers:
    """What the notice wants sent, each with its sentence; null where it says nothing."""

    letter: Said | None = None
    application: Said | None = None
    summary: Said | None = None
    proof: Said | None = None
    word: Said | None = None
    scan: Said | None = None
    sealed: Said | None = None
    stamped_paper: Said | None = None
    copies: Said | None = None
    paper: Said | None = None
    disc: Said | None = None
    archive: Said | None = None
    mail: Said | None = None
    blank: Said | None = None
    table: Said | None = None
    """The first list (汇总表, 一览表) that is no 推荐表."""


def papers(paragraphs: Sequence[str], form: Said | None = None) -> Papers:
    """What the sentences about sending ask for; `form` names the application where they say 申报材料 only."""
    found = Papers()
    kept = [p for p in paragraphs if not _ANNEX.match(p)]
    for sentence in map(_asking, sentences(kept)):
        about = _ABOUT_OTHERS.match(sentence) and not re.search("请|前", sentence)
        if (_SEND.search(sentence) or "一式" in sentence) and not about:
            _sent(found, sentence)
        if (proof := _PROOF.search(sentence)) and found.proof is None:
            bare = re.sub("^(?:并|附上?|和|及|与|的|相应的?|好|有关)+", "", proof[1] or proof[2])
            found.proof = Said(bare, sentence)
    _listed(found, paragraphs)
    _one_by_one(found)
    _as_the_form(found, paragraphs, form)
    _named_fully(found, paragraphs)
    return found


def _asking(sentence: str) -> str:
    """A sentence without its clauses on what need not be sent."""
    return _NOT_ASKED.sub("", sentence)


def _one_by_one(found: Papers) -> None:
    """A 推荐表 beside no other form is what is filled for each project; beside one it is the list."""
    if found.application is None and found.summary and found.summary.value.endswith("推荐表"):
        found.application, found.summary = found.summary, found.table
    elif found.application is None and found.blank:
        found.application = found.blank
    elif found.table and found.summary and found.summary.value.endswith("推荐表"):
        found.summary = found.table


def _named_fully(found: Papers, paragraphs: Sequence[str]) -> None:
    """A paper named in short (汇总表) by the title that it bears as an annex, if only one ends so."""
    titles = {
        re.sub(r"\s|[《》]|（[^）]*）$|\.\w{2,4}$", "", title) for _, title in annexes(tuple(paragraphs))
    }
    for name in ("application", "summary"):
        said = getattr(found, name)
        noun = _NOUN.search(said.value) if said else None
        ending = [t for t in titles if noun and t.endswith(noun[0])]
        if said and len(ending) == 1 and ending[0].endswith(said.value):
            setattr(found, name, Said(ending[0], said.sentence))


def _as_the_form(found: Papers, paragraphs: Sequence[str], form: Said | None) -> None:
    """The application by its form's title, or as the blank that can be fetched somewhere."""
    blank = next((s for s in sentences(paragraphs) if _BLANK.search(s)), "")
    if blank and found.application is None:
        found.application = Said(_BLANK.findall(blank)[0], blank)
    if form and found.summary and found.summary.value in form.value:
        found.summary = None
    if form and (found.application is None or _GENERIC.match(found.application.value)):
        sentence = found.application.sentence if found.application else form.sentence
        found.application = Said(form.value, sentence)


def _sent(found: Papers, sentence: str) -> None:
    said = {
        "letter": _LETTER.search(sentence),
        "word": re.search(r"(?i)word\s*(?:版|格式|文档)?|可编辑", sentence),
        "scan": re.search(r"(?i)(?:盖章|签章)?扫描(?:件|版)|扫描成PDF|(?<!\.)(?<!生成的)pdf", sentence),
        "disc": re.search("光盘|U盘|移动存储", sentence),
        "archive": re.search("压缩包|压缩文件|打包|压缩为", sentence),
        "paper": _PAPER.search(sentence),
        "mail": _MAIL.search(sentence),
        "blank": re.search("推荐表(?=格)", sentence),
        "sealed": re.search("加盖[^，。；]{0,30}?公章的?(?:公文|公函|推荐函)", sentence),
        "stamped_paper": re.search("纸质[^，。；]{0,6}盖章|盖章[^，。；]{0,6}纸质|加盖", sentence),
    }
    for name, match in said.items():
        if match and getattr(found, name) is None:
            setattr(found, name, Said(match[0], sentence))
    tables = [t for t in map(_clean, _TABLE.findall(re.sub("《[^《》]*推荐表》", "", sentence))) if t]
    if found.summary is None:
        found.summary = next((Said(t, sentence) for t in tables), None)
    if found.table is None:
        found.table = next((Said(t, sentence) for t in tables if not t.endswith("推荐表")), None)
    _application(found, sentence)
    _counted(found, sentence)


def _application(found: Papers, sentence: str) -> None:
    """The application as named most fully: a form before 申报材料."""
    for match in _APPLICATION.finditer(sentence):
        name = re.sub(r"\s", "", match[1]) if match[1] else _clean(match[2])
        better = found.application is None or (
            _GENERIC.match(found.application.value) and not _GENERIC.match(name)
        )
        if name and better:
            found.application = Said(name, sentence)


def _counted(found: Papers, sentence: str) -> None:
    """Copies on paper; one number for all, or none where each paper has its own."""
    sets, plain = _numbers(_SETS, sentence), _numbers(_COPIES, sentence)
    sets = sets or (plain if len(set(plain)) > 1 else [])
    known = {found.copies.value} if found.copies else set()
    if len(known | set(sets)) > 1:
        note = "各项材料份数不同，请核对 / each paper has its own number of copies"
        found.copies = Said(None, found.copies.sentence if found.copies else sentence, note)
    elif found.copies is None and (many := sets or plain):
        found.copies = Said(many[0], sentence)


def _numbers(pattern: re.Pattern[str], sentence: str) -> list[int]:
    found = [counted(a or b) for a, b in pattern.findall(sentence)]
    return [n for n in found if n is not None]


def _listed(found: Papers, paragraphs: Sequence[str]) -> None:
    """Papers numbered below a heading 报送材料 or 申报材料."""
    for place, paragraph in enumerate(paragraphs):
        if _HEADS_LIST.search(paragraph) and len(paragraph) < 24:
            for line in paragraphs[place + 1 : place + 6]:
                if len(line) < 60 and (match := _LETTER.search(line)) and found.letter is None:
                    found.letter = Said(match[0], line)
                if found.application is None:
                    _application(found, line)
                if len(line) < 60 and re.search("一式", line):
                    _counted(found, line)


def _clean(name: str) -> str:
    """A paper's name without the words that lead up to it; its bare noun where nothing else is sure."""
    bare = _LEAD.sub("", name)
    noun = re.search(rf"(?:项目)?(?:推荐)?(?:{_ENDS}|汇总表|一览表|清单|名单表|材料)$", name)
    return bare if len(bare) >= 3 else noun[0] if noun else name
