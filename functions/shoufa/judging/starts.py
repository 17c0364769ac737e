"""Where a document begins: marks of a letter, an application's cover and a summary table on a page.

Marks are those of GB/T 9704-2012 for letters (发文字号, 标题 关于…的函) and of the forms and tables that the
notices name (申报书, 推荐汇总表); file names are hints only where the content says nothing.
"""

import re
from functools import lru_cache
from itertools import islice

from shoufa.domain.call import FieldRule
from shoufa.domain.codes import Kind
from shoufa.domain.facts import Page, Table
from shoufa.judging.columns import column_labels, has_list, lists_projects
from shoufa.judging.labels import Vocabulary
from shoufa.judging.names import is_written, plain

NUMBER = re.compile(
    r"[\u4e00-\u9fa5]{2,12}\s*[〔\[［【(（]\s*((?:19|20)\d{2})\s*[〕\]］】)）]\s*(?:第)?\s*(\d{1,4})\s*号"
)
DATE_LINE = re.compile(
    r"^\s*([二〇○零一三四五六七八九十\d]{4}\s*年\s*[\d一二三四五六七八九十]{1,3}\s*月\s*[\d一二三四五六七八九十]{1,3}\s*日)\s*$"
)
"""A date alone on its line: a letter's day of issue (GB/T 9704-2012 7.3.5.4)."""
LETTER_TITLE_END = re.compile(r"(公函|函|报告|请示|通知|意见)(?:[（(].*[）)])?$")
SHORT_TITLES = frozenset({"推荐函", "公函", "推荐公函", "报送函", "推荐意见", "函"})
TABLE_TITLE = re.compile(
    r"(汇总表|一览表|推荐表|项目清单|统计表|汇总清单|明细表|项目汇总|推荐汇总|项目名单|推荐名单|推荐清单)"
)
FORM_LABELS = (
    "项目名称",
    "组织名称",
    "试点名称",
    "申报单位",
    "承担单位",
    "申请单位",
    "申报主体",
    "推荐单位",
    "申报日期",
    "填报日期",
    "项目类型",
    "组织类型",
    "单位名称",
)
COLUMN_LABELS = (
    "序号",
    "项目名称",
    "组织名称",
    "申报单位",
    "承担单位",
    "单位名称",
    "申报主体",
    "项目类型",
    "类型",
    "统一社会信用代码",
    "信用代码",
    "所属领域",
    "领域",
    "联系人",
    "联系电话",
    "电话",
    "手机",
    "地区",
    "备注",
    "推荐单位",
)
_COLUMNS = frozenset(COLUMN_LABELS)
NAMES = frozenset({"项目名称", "组织名称"})
"""Columns that no list of projects lacks."""
LETTER_WORDS = (
    "特此",
    "请予审核",
    "请予审定",
    "现推荐",
    "现将",
    "妥否",
    "请批示",
    "请审阅",
    "予以推荐",
    "现报送",
    "函请",
    "拟推荐",
    "请予支持",
    "请审定",
)
PROOF_WORDS = (
    "营业执照", "证书", "证明", "检测报告", "专利", "许可证", "获奖", "荣誉", "资质", "验收", "佐证",
)  # fmt: skip

_PROOF_TITLE = re.compile(
    r"(营业执照(正本|副本)?|(事业单位|社会团体|民办非企业单位|组织机构)\w{0,8}(证书|代码证)"
    r"|\w{0,20}(专利|认证|认定|登记|注册|资质|荣誉|获奖|检定|校准|高新技术企业)证书|\w{0,16}许可证"
    r"|\w{0,16}(检验|检测|测试|验收)报告)(正本|副本|复印件)?"
)
_FORM_WORD = re.compile("申报书|申请书|申报表|申请表")
_FORM_TITLE = re.compile(rf"(?:附件\d*)?(.{{4,60}}(?:{_FORM_WORD.pattern}))(?:（.*）)?")
_CELLS = re.compile(r"[|\t]|\s{2,}")
LONGEST_HEAD = 12
"""Lines that a page's head has at most."""
USUAL_COLUMNS = 4
"""Columns that go by their usual names in a row that heads a list of projects."""
FEWEST_COLUMNS = 3
"""Columns that a list of projects has at least."""
_HEADING = re.compile(r"^\W*([一二三四五六七八九十]{1,3}\s*[、.．]|\d{1,2}\s*[、.．)]|第.{1,3}[章节部])")
_OPINION = re.compile(
    r"(推荐|申报|承担|主管|组织|审核|审查|初审|专家|单位|部门)[^。；，\n]{0,6}(意见|承诺)|承诺书|推荐单位盖章|申报单位盖章"
)


def head_lines(page: Page, count: int = 8) -> list[str]:
    """The first written lines of a page, `LONGEST_HEAD` at most."""
    return list(_head(page.text)[:count])


@lru_cache(maxsize=256)
def _head(text: str) -> tuple[str, ...]:
    return tuple(islice((line.strip() for line in text.splitlines() if is_written(line)), LONGEST_HEAD))


def has_header_row(tables: tuple[Table, ...]) -> bool:
    """Whether a table has a header row of a summary table: a number, a name, and a body."""
    return any(_has_header(table.rows()) for table in tables)


def _has_header(rows: list[list[str]]) -> bool:
    return any(_heads_list(row) for row in rows[:8])


def _heads_list(row: list[str]) -> bool:
    """Whether a row has four of the usual columns, the name's among them."""
    cells = [c for c in row if c]
    if len(cells) < USUAL_COLUMNS:
        return False
    said = {plain(c) for c in cells}
    return len(_COLUMNS & said) >= USUAL_COLUMNS and not NAMES.isdisjoint(said)


def _header_line(page: Page, known: Vocabulary) -> bool:
    """Whether a line of a page is a table's header row, as pages show tables: `a | b | c`, or wide gaps."""
    for line in page.text.splitlines()[:40]:
        if "|" not in line and len(line.split()) < 2:
            continue
        row = _CELLS.split(line)
        if len(row) < FEWEST_COLUMNS:
            continue
        if _heads_list(row) or lists_projects(row, known):
            return True
    return False


def labels_on(text: str) -> int:
    """How many labels of an application form stand in a text."""
    return _labels_on(text)


@lru_cache(maxsize=256)
def _labels_on(text: str) -> int:
    flat = plain(text)
    return sum(label in flat for label in FORM_LABELS)


def form_title(page: Page) -> str:
    """The form's printed title at the head of a page (it may run over several lines), "" if there is none."""
    return _form_title(tuple(head_lines(page, 6)))


@lru_cache(maxsize=256)
def _form_title(lines: tuple[str, ...]) -> str:
    if not _FORM_WORD.search("".join(lines).replace(" ", "")):
        return ""
    for start in range(len(lines)):
        joined = ""
        for line in lines[start : start + 4]:
            joined += line.replace(" ", "")
            if any(mark in line for mark in ("：", ":", "。", "，")):
                break
            found = _FORM_TITLE.fullmatch(joined)
            if found:
                return found.group(1)
    return ""


def letter_title(page: Page) -> str:
    """The letter's title (关于…的函), which may run over up to four lines; "" if there is none.

    GB/T 9704-2012 7.3.1: issuer, matter and kind of document.
    """
    return _letter_title(_head(page.text))


@lru_cache(maxsize=256)
def _letter_title(head: tuple[str, ...]) -> str:
    lines = [line.replace(" ", "") for line in head]
    for start, line in enumerate(lines):
        if "关于" not in line:
            continue
        joined = ""
        for more in lines[start : start + 4]:
            joined += more
            if LETTER_TITLE_END.search(joined) and 8 <= len(joined) <= 100:
                return joined
            if any(mark in more for mark in ("：", ":", "。")):
                break
    return next((line for line in lines[:6] if plain(line) in SHORT_TITLES), "")


def _is_application(page: Page) -> bool:
    return bool(form_title(page)) and labels_on(page.text) >= 2


def _is_summary(page: Page, tables: tuple[Table, ...], columns: tuple[FieldRule, ...]) -> bool:
    known = column_labels(columns)
    own = [t.rows() for t in tables if t.page == page.number]
    if any(_has_header(rows) or has_list(rows, known) for rows in own) or _header_line(page, known):
        return True
    if not TABLE_TITLE.search("".join(head_lines(page, 3))):
        return False
    flat = plain(page.text)
    return sum(c in flat for c in COLUMN_LABELS) >= FEWEST_COLUMNS


def is_number_line(line: str) -> bool:
    """Whether a line is a letter's own number, and does not quote another's (GB/T 9704-2012 7.2.5)."""
    found = NUMBER.search(line)
    if not found:
        return False
    before, after = plain(line[: found.start()]), plain(line[found.end() :])
    own = len(before) <= 20 and (len(after) <= 4 or after.startswith("签发人"))
    return own and not re.search(r"[。；，,;《》“”]|根据|按照|依据|通知|要求", line)


def _is_letter(page: Page) -> bool:
    """Whether a page bears two of a letter's three marks: its title, its words, its number."""
    titled = bool(letter_title(page))
    spoken = any(word in page.text for word in LETTER_WORDS)
    if titled is spoken:
        return titled
    return any(is_number_line(line) for line in head_lines(page, 6))


def start_of(page: Page, tables: tuple[Table, ...], columns: tuple[FieldRule, ...] = ()) -> Kind | None:
    """Which document begins on this page, or None where it goes on with what came before.

    `columns`: those of the call's table, with the labels they may carry.
    """
    if _is_application(page):
        return Kind.APPLICATION
    if _is_letter(page):
        return Kind.LETTER
    if _is_summary(page, tables, columns):
        return Kind.SUMMARY
    return Kind.PROOF if is_proof(page) else None


def is_proof(page: Page) -> bool:
    """Whether a certificate's or a report's title stands alone at the head of a page."""
    titled = any(_PROOF_TITLE.fullmatch(plain(x)) for x in head_lines(page, 3) if not _HEADING.match(x))
    return titled and labels_on(page.text) < 2 and not has_opinion(page)


def has_opinion(page: Page) -> bool:
    """Whether a page bears what only forms hold: opinions and promises of those who apply and recommend."""
    return bool(_OPINION.search("".join(page.text.split())))


def ends_letter(page: Page) -> bool:
    """Whether a page without a beginning of its own is plainly no page of a letter.

    A form's, or a proof's.
    """
    opinions = ("推荐单位意见", "申报单位意见", "审核意见", "推荐意见", "申报单位承诺")
    flat = plain(page.text)
    proof = any(plain(line).startswith(PROOF_WORDS) for line in head_lines(page, 2))
    return labels_on(page.text) >= 3 or any(o in flat for o in opinions) or proof


def kind_of_rest(text: str, name: str) -> Kind:
    """What a document is whose first page bears no mark.

    By its labels, then by its file's name, else other.
    """
    if labels_on(text) >= 4:
        return Kind.APPLICATION
    stem = plain(name)
    if TABLE_TITLE.search(stem):
        return Kind.SUMMARY
    if re.search(r"申报书|申请书", stem):
        return Kind.APPLICATION
    if re.search(r"推荐函|公函|公文|报送函|推荐文件|红头|请示", stem):
        return Kind.LETTER
    if any(word in stem or word in text[:400] for word in PROOF_WORDS):
        return Kind.PROOF
    return Kind.OTHER
