"""Mail that is plainly about something else, and submissions in which nothing is a paper of the call.

In doubt a mail stays a submission (contracts §3): only where subject, body and file names speak of another
matter, and no word of the call stands among them, it is nobody's.
"""

import re
from collections.abc import Iterable, Sequence

from shoufa.domain.call import Call
from shoufa.domain.codes import Kind
from shoufa.domain.fingerprint import DECORATION
from shoufa.domain.mail import ARCHIVES, InboundMail, Part
from shoufa.domain.submission import Case
from shoufa.judging.document import Doc
from shoufa.judging.names import plain

_OTHER = re.compile(
    r"求职|应聘|简历|自荐信|(?:岗位|职位|入职|实习|校园招聘)申请|实习生|候选人推荐|面试|offer"
    r"|发票|开票|对账单|报价单|询价|催款|付款通知|缴费|汇款|水电费|工资条|采购(?:询价|报价)"
    r"|投稿|征稿|审稿|录用通知|期刊|会议邀请|参会回执|报名(?:回执|表)|培训(?:通知|报名|邀请)|展会|参展|论坛邀请"
    r"|产品(?:介绍|宣传|推介|目录)|合作推广|优惠活动|促销|代理记账|软件试用|广告"
    r"|\b(?:resume|curriculum vitae|cv|job application|cover letter|invoice|quotation|price list"
    r"|call for papers|newsletter|brochure|catalogue)\b",
    re.IGNORECASE,
)
"""Words of what else reaches an office: applications for work, bills, papers and meetings, advertising."""
_TRADE = re.compile(
    r"申报|推荐(?!信|人)|试点|示范|报送|上报|呈报|汇总表|公函|公文|盖章|红头|征集|遴选|承担单位|支撑单位|国标委|补充材料|补正|创新基地|创新中心"
)
"""Words that every call's papers use: one of them, and the mail may be about the call."""
_ENDS = re.compile(r"\.[A-Za-z0-9]{2,5}$")
PAPERS = frozenset({Kind.LETTER, Kind.SUMMARY, Kind.APPLICATION})


def is_other_matter(mail: InboundMail, call: Call) -> bool:
    """Whether a mail is plainly about something else than the call.

    Another matter stands in its subject, or in the names of all its files, and nothing of the call anywhere.
    """
    files = [p for p in mail.parts if p.container not in ARCHIVES and not _decoration(p)]
    names = [_ENDS.sub("", p.name) for p in files]
    told = bool(_OTHER.search(mail.subject)) or bool(names and all(_OTHER.search(n) for n in names))
    return told and not names_call((mail.subject, mail.body, *(p.path for p in mail.parts)), call)


def _decoration(part: Part) -> bool:
    return part.inline and part.size < DECORATION


def names_call(texts: Iterable[str], call: Call) -> bool:
    """Whether any of these texts holds a word of the call or of its trade."""
    said = "\n".join(texts)
    if _TRADE.search(said):
        return True
    flat = plain(said)
    names = [call.title, *call.aliases, call.subject_mark or "", call.notice.number or ""]
    names += [w for t in call.tracks for w in (t.form or "", t.title, *t.words)]
    return any(len(word) >= 2 and word in flat for word in map(plain, names))


def holds_nothing(docs: Sequence[Doc], case: Case, call: Call) -> bool:
    """Whether all that was read is no paper of the call, so that a person has to see what it is.

    What could not be opened, or came as a link, may be one. A proof is one where the mail speaks of the call.
    """
    if not case.pieces or case.links or any(d.kind in PAPERS or d.bears in PAPERS for d in docs):
        return False
    read = [p for p in case.pieces if p.part.container not in ARCHIVES]
    hidden = (p.part.code or p.facts is None or p.facts.unreadable or p.facts.sensitive for p in read)
    if not read or any(hidden) or any(p.part.code for p in case.pieces):
        return False
    said = [t for m in case.mails for t in (m.mail.subject, m.mail.body, *(p.path for p in m.mail.parts))]
    return not (any(d.kind is Kind.PROOF for d in docs) and names_call(said, call))
