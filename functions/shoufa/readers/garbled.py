"""Whether a text layer says what the page shows: fonts without a true table of Unicode yield gibberish.

Such a page has to be recognised from its picture. Text in other scripts than Chinese is no gibberish.
"""

import re

COMMON = frozenset(
    "的一是在了和有大这主中人上为们地个用工时要动国产以我到他会作来分生对于学下级就年阶义发成部民可出能方"
    "进同行面说种过命度革而多子后自社加小机也经力线本电高量长党得实家定深法表着水理化争现所二起政三好十"
    "战无农使性前等反体合斗路图把结第里正新开论之物从当两些还天资事队批如应形想制心样干都向变关点育重其"
    "思与间内去因件日利相由压员气业代全组数果期导平各基或月毛然问比展那它最及外没看治提五解系林者米群头"
    "意只明四道马认次文通但条较克又公孔领军流入接席位情运器并飞原油放立题质指建区验活众很教决特此常石强"
    "极土少已根共直团统式转别造切九你取西持总料连任志观调七么山程百报更见必真保热委手改管处己将修支识病"
    "称项目申准标试点示范技术企业单位名称联系地址研究科市省县推荐函请审核负责电话邮箱公司有限附盖章书填写"
)
"""The commonest characters of Chinese, and of forms: three of five in ordinary text."""
_KNOWN = re.compile(
    "[\x20-\x7e\xa0\xa7\xa9\xae\xb0\xb1\xb2\xb3\xb7\xd7\xf7\u2000-\u27bf\u2e80-\u33ff"
    "\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff"
    "\ufe10-\ufe6f\uff00-\uffee]"
)
_NEVER = re.compile("[\x00-\x1f\x7f-\x9f\u0100-\u02ff\ud800-\udfff\ue000-\uf8ff\ufff0-\uffff]")
"""Controls, accents that only far languages use, private use: what a code without meaning turns into."""
_FILLERS = re.compile(r"[.…·_\-—―=*]{2,}")


def garbled(text: str) -> bool:
    """Whether a page's text is gibberish."""
    letters = re.sub(r"\s+", "", _FILLERS.sub("", text))
    if not letters:
        return False
    return _strange(letters) or _no_chinese(letters) or _no_words(letters)


def _strange(letters: str) -> bool:
    """A third of it from the ends of Unicode, or from many scripts at once."""
    never = len(_NEVER.findall(letters))
    odd = [c for c in letters if not _KNOWN.match(c)]
    scripts = {ord(c) >> 8 for c in odd}
    accents = sum("\xa1" <= c <= "\xff" for c in odd)
    large = 0.3 * len(letters)
    return never > large or accents > large or (len(odd) > large and len(scripts) >= 4)


def _no_chinese(letters: str) -> bool:
    """Chinese characters, among which hardly a common one stands."""
    chinese = [c for c in letters if "\u4e00" <= c <= "\u9fff"]
    if len(chinese) < 40 or 2 * len(chinese) < len(letters):
        return False
    return sum(c in COMMON for c in chinese) < 0.1 * len(chinese)


def _no_words(letters: str) -> bool:
    """ASCII with more signs than letters and digits: codes of a font that counts from 33 on."""
    ascii_ = [c for c in letters if c < "\x7f"]
    if len(ascii_) < 40 or 2 * len(ascii_) < len(letters):
        return False
    return sum(c.isalnum() for c in ascii_) < 0.35 * len(ascii_)
