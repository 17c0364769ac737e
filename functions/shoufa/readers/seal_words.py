"""Slips of recognition mended in words that every body's name may hold: 市场监督管理局 and the like.

Traditional forms become the simplified ones. Only long, common words are mended, by at most one character
in four: what tells bodies apart (places, trade names) is never touched.
"""

from rapidfuzz.distance import Levenshtein

_WORDS = (
    "市场监督管理委员会",
    "市场监督管理局",
    "市场监督管理厅",
    "质量技术监督局",
    "发展和改革委员会",
    "经济和信息化委员会",
    "工业和信息化厅",
    "工业和信息化局",
    "人力资源和社会保障局",
    "规划和自然资源局",
    "住房和城乡建设局",
    "科学技术委员会",
    "科学技术厅",
    "科学技术局",
    "文化和旅游局",
    "卫生健康委员会",
    "农业农村委员会",
    "农业农村局",
    "生态环境局",
    "人民政府",
    "委员会",
    "标准化研究院",
    "标准化协会",
    "研究院",
    "股份有限公司",
    "有限责任公司",
    "集团有限公司",
    "有限公司",
    "壮族自治区",
    "回族自治区",
    "维吾尔自治区",
    "生产建设兵团",
    "自治区",
)
_FORMS = str.maketrans(
    "監員會場國發廣東義區業產團學術經濟華農縣廳處務總聯標準質檢驗電機車興漢陽寧貴雲遼衛財訊報書項備辦專資數據藥醫設計實應從屬儲",
    "监员会场国发广东义区业产团学术经济华农县厅处务总联标准质检验电机车兴汉阳宁贵云辽卫财讯报书项备办专资数据药医设计实应从属储",
)
_SHARE = 4
"""One character in so many may be mended; a word shorter than that only where its last two are right."""


def mended(name: str) -> str:
    """The reading with slips in common words put right."""
    name = name.translate(_FORMS)
    for word in _WORDS:
        if word in name:
            continue
        place = _nearly(name, word)
        if place is not None:
            start, end = place
            name = name[:start] + word + name[end:]
    return name


def _nearly(name: str, word: str) -> tuple[int, int] | None:
    """Where a word stands in a name with few enough slips; the best place, None if there is none."""
    most = max(1, len(word) // _SHARE)
    found = []
    for length in (len(word), len(word) - 1):
        if length < 4 or (length < len(word) and length < 6):
            continue
        for start in range(len(name) - length + 1):
            slips = Levenshtein.distance(name[start : start + length], word)
            if slips <= most and not _another(name[start : start + length]):
                found.append((slips, start, start + length))
    return min(found)[1:] if found else None


def _another(piece: str) -> bool:
    """Whether a piece is, or ends as, another of the words: 科学技术厅 is no slip for 科学技术局."""
    return any(piece.endswith(w) or w.startswith(piece) for w in _WORDS if len(w) >= 4)
