"""What must be sent, and by whom at most how many: tracks with quotas and forms, materials, copies, channel."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from shoufa.calls.draft_said import Said, number_in, sentences
from shoufa.calls.draft_text import HAN

_FORM = re.compile(r"《([^《》]{4,50}(?:申报书|申请书|申报表|申请表|推荐书))》")
_NUMERAL = r"\d{1,3}|[一二三四五六七八九十两]{1,3}"
_QUOTA = re.compile(
    rf"(?P<what>[{HAN}]{{0,24}}?)(?:推荐|申报|限报|总数|数量)?(?:一般|原则上)?"
    rf"(?:不超过|不得超过|最多(?:推荐|申报)?|限报|不多于|至多)\s*(?P<n>{_NUMERAL})\s*(?:个|项|家)"
)
_TWO_KINDS = re.compile(r"分为(.{4,120}?)[两二三四]类")
_SHORT = re.compile(rf"([{HAN}]{{4,20}})（以下简称“([^”]{{2,12}})”）")
_COPIES = re.compile(rf"一式\s*({_NUMERAL}|壹|贰|叁)\s*份|（\s*({_NUMERAL})\s*份\s*）|({_NUMERAL})\s*份(?=[，、）邮寄])")
_SEND = re.compile(r"报送|提交|寄送|邮寄|发送|送达|上报")
_LETTER = re.compile(r"推荐公函|推荐函|公文|公函|推荐意见函|推荐文件|正式文件|报送函")
_TABLE = re.compile(rf"([{HAN}]{{0,12}}?(?:推荐汇总表|汇总表|推荐表|一览表|项目清单))")
_PROOF = re.compile(rf"([{HAN}]{{0,8}}(?:证明材料|佐证材料|附件材料|支撑材料))")
_SEAL = re.compile(r"加盖|盖章|签章|印章|公章")
_PAPER, _MAIL = re.compile(r"纸质|邮寄|寄送"), re.compile(r"电子邮箱|邮箱|电子邮件|@")


@dataclass(frozen=True)
class Quota:
    """At most so many; `firm` is false where the notice says 原则上."""

    what: str
    most: int
    firm: bool
    sentence: str


@dataclass
class Track:
    """One kind of project: its name, short name, form and quota as far as they are told."""

    title: Said
    words: list[str] = field(default_factory=list)
    form: Said | None = None
    quota: Quota | None = None


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


def quotas(paragraphs: Sequence[str]) -> list[Quota]:
    """Every 不超过N个 about projects, in order."""
    found = []
    for sentence in sentences(paragraphs):
        if not re.search("推荐|申报|项目|限报", sentence):
            continue
        for match in _QUOTA.finditer(sentence):
            before = re.split("[，（、；：]", sentence[: match.start()])[-1] + match["what"]
            what = re.sub("^(?:原则上|一般|每个|推荐|申报)+|(?:原则上|一般|数量)$", "", before)
            what = re.sub(r"^.*(?:局|委|厅|单位|部门)（?[厅、委]*）?(?:推荐|申报)?", "", what)
            what = "" if what in {"项目", "数量", "总数"} else what
            soft = "原则上" in sentence[: match.end()]
            found.append(Quota(what, number_in(match["n"]), not soft, sentence))
    return found


def forms(paragraphs: Sequence[str]) -> list[Said]:
    """Titles of the application forms, each once."""
    found: dict[str, Said] = {}
    for sentence in sentences(paragraphs):
        for name in _FORM.findall(sentence):
            found.setdefault(re.sub(r"\s", "", name), Said(re.sub(r"\s", "", name), sentence))
    return list(found.values())


def tracks(paragraphs: Sequence[str], title: Said | None) -> list[Track]:
    """The kinds of project: by their quotas, else by 分为…两类, else the call itself."""
    given = quotas(paragraphs)
    named = [q for q in given if len(q.what) >= 2]
    kinds = _kinds(paragraphs)
    if len({q.what for q in named}) > 1:
        made = [Track(Said(q.what, q.sentence), _words(q.what), quota=q) for q in named]
    elif kinds:
        made = kinds
    else:
        made = [Track(title, [], quota=given[0] if given else None)] if title else []
    known = forms(paragraphs)
    for track in made:
        track.form = _form_of(track, known)
    return made


def _words(title: str) -> list[str]:
    """How a table's type column may name it: the title with and without 项目."""
    return list(dict.fromkeys((re.sub("项目$", "", title), title)))


def _kinds(paragraphs: Sequence[str]) -> list[Track]:
    for sentence in sentences(paragraphs):
        found = _TWO_KINDS.search(sentence)
        named = _SHORT.findall(found[1]) if found else []
        if len(named) > 1:
            bare = [(re.sub("^(?:分为|和|以及|与)", "", long), short) for long, short in named]
            return [Track(Said(long, sentence), [short, long]) for long, short in bare]
    return []


def _form_of(track: Track, known: list[Said]) -> Said | None:
    """The one form there is; of several, the one that bears the track's own words, else the plainest."""
    if len(known) <= 1:
        return known[0] if known else None
    core = re.sub("(?:试点|示范)?项目$|试点$|示范$", "", track.title.value)
    own = [f for f in known if len(core) >= 4 and core in f.value]
    if own:
        return own[0]
    plain = [f for f in known if "（" not in f.value]
    return plain[0] if len(plain) == 1 else None


def papers(paragraphs: Sequence[str]) -> Papers:
    """What the sentences about sending ask for."""
    found = Papers()
    for sentence in sentences(paragraphs):
        if _SEND.search(sentence) or "一式" in sentence:
            _sent(found, sentence)
        if proof := _PROOF.search(sentence):
            found.proof = found.proof or Said(proof[1].removeprefix("并").removeprefix("提供"), sentence)
    return found


def _sent(found: Papers, sentence: str) -> None:
    said = {
        "letter": _LETTER.search(sentence),
        "application": re.search(r"[\u4e00-\u9fff]{0,6}?(?:申报书|申请书|申报材料|申报表|申请表)", sentence),
        "word": re.search(r"(?i)word\s*(?:版|格式|文档)?|可编辑", sentence),
        "scan": re.search(r"(?i)(?:盖章|签章)?扫描件|pdf", sentence),
        "disc": re.search("光盘|U盘|移动存储", sentence),
        "archive": re.search("压缩包|压缩文件|打包", sentence),
        "paper": _PAPER.search(sentence),
        "mail": _MAIL.search(sentence),
        "sealed": re.search("加盖[^，。；]{0,30}?公章的?(?:公文|公函|推荐函)", sentence),
        "stamped_paper": re.search("纸质[^，。；]{0,6}盖章|盖章[^，。；]{0,6}纸质|加盖", sentence),
    }
    for name, match in said.items():
        if match and getattr(found, name) is None:
            setattr(found, name, Said(match[0], sentence))
    if (table := _TABLE.search(sentence)) and found.summary is None:
        found.summary = Said(re.sub("^.*(?:和|及|、|的|将)", "", table[1]), sentence)
    if (copies := _COPIES.search(sentence)) and found.copies is None:
        found.copies = Said(number_in(next(g for g in copies.groups() if g)), sentence)
