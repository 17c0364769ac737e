"""The list before the deadline, to the unit only: which recommenders have submitted, and who has not."""

from collections.abc import Mapping, Sequence
from datetime import date

from shoufa.domain.call import Call, Unit
from shoufa.domain.codes import Status, Template
from shoufa.domain.value import Value
from shoufa.notices.compose import Attachment, Outgoing, Thread, outgoing
from shoufa.notices.headers import address
from shoufa.notices.html import Block, footer, table, text
from shoufa.notices.plain import clipped, shown
from shoufa.notices.register import STATUSES
from shoufa.notices.spreadsheet import XLSX, to_xlsx
from shoufa.notices.words import Language

COLUMNS = ("推荐单位", "报送情况", "核对情况", "收件编号", "项目数")
ROWS = 200


class Standing(Value):
    """One recommender's submissions: numbers, their statuses, projects in all. Empty: nothing came."""

    name: str
    receipts: tuple[str, ...] = ()
    statuses: tuple[Status, ...] = ()
    projects: int = 0
    listed: bool = True
    """False for a body that is not on the call's list."""


def compose_reminder(
    call: Call, unit: Unit, day: date, days_left: int, board: Sequence[Standing], unknown: int
) -> Outgoing:
    """The board of one call's recommenders; `unknown`: submissions whose recommender is not established.

    Raises Unaddressable where the unit has no mailbox.
    """
    missing = [s for s in board if not s.receipts]
    made = outgoing(
        Template.REMINDER,
        f"reminder-{day}-{call.id}-{unit.id}",
        f"【截止提醒】还有{days_left}天：{len(missing)}家推荐单位尚未报送",
        (*_head(call, days_left, board, missing, unknown), *_board(board), _foot(unit)),
        Language.ZH,
        Thread(to=address(unit.mailbox or "")),
    )
    book = to_xlsx(COLUMNS, [_row(s) for s in board], "报送情况")
    file = Attachment(name=f"board-{call.id}-{day}.xlsx", media_type=XLSX, data=book)
    return made.model_copy(update={"attachments": (file,)})


def _head(
    call: Call, days_left: int, board: Sequence[Standing], missing: Sequence[Standing], unknown: int
) -> list[Block]:
    listed = [s for s in board if s.listed]
    here = len(listed) - len(missing)
    lines = [
        f"征集项目：{shown(call.title)}",
        f"截止：{shown(call.closes_text)}（还有{days_left}天）",
        f"推荐单位共{len(listed)}家：已报送{here}家，尚未报送{len(missing)}家。",
        f"{days_left} days left. Submitted: {here} of {len(listed)}. Not yet: {len(missing)}.",
    ]
    if unknown:
        lines.append(f"另有{unknown}件报送的推荐单位未能确定，请人工查看。")
    if missing:
        names = "、".join(shown(s.name) for s in missing[:ROWS])
        return [text(*lines), text(f"尚未报送：{names}")]
    return [text(*lines)]


def _board(board: Sequence[Standing]) -> list[Block]:
    rows = tuple(tuple(clipped(str(v), 80) for v in _row(s).values()) for s in board[:ROWS])
    more = [text(f"其余{len(board) - ROWS}家见附件。")] if len(board) > ROWS else []
    return [table(COLUMNS, rows), *more]


def _row(standing: Standing) -> Mapping[str, object]:
    statuses = dict.fromkeys(STATUSES[s.value] for s in standing.statuses)
    came = "已报送" if standing.receipts else "尚未报送"
    values = (
        standing.name,
        came if standing.listed else f"{came}（不在名单内）",
        "；".join(statuses) or "—",
        "；".join(standing.receipts) or "—",
        str(standing.projects) if standing.receipts else "—",
    )
    return dict(zip(COLUMNS, values, strict=True))


def _foot(unit: Unit) -> Block:
    return footer("本提醒只发支撑单位，系统不向推荐单位催报。", unit.name)
