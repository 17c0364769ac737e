"""The mails of a long run, written one at a time: the same slot and seed give the same bytes. Bodies are invented."""

import hashlib
import io
import random
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

from faults.pdf_kit import FONT, one_page, stream
from local.demo_office import MAILBOXES
from samples.sample_dossier import Project, Recommender, application, letter, summary
from samples.sample_mail import Mail, to_bytes
from samples.sample_office import STAMP, archive, docx, xlsx
from samples.soak_plan import REPEATS, Kind, Slot

CNIS, CESI = ("中国标准化研究院", MAILBOXES["cnis"]), ("中国电子技术标准化研究院", MAILBOXES["cesi"])
NOBODY = ("办公室", "nobody@example.org")
TITLE = "国家高新技术产业标准化试点示范项目申报材料"
START, APART = datetime(2023, 7, 1, 9, tzinfo=timezone(timedelta(hours=8))), timedelta(minutes=3)
SPAN, NAMED = 120, 10
"""Of so many mails in a row, how many recommenders name all the letters: each has four of them, thirty mails apart.

No case grows large, and none grows over the whole run: its first tenth and its last one bring the same work.
"""
_FIELDS = ("高端装备", "新材料", "生物医药", "电子信息", "节能环保", "智能制造", "数据中心", "航空航天")
_THINGS = (
    "轴承",
    "薄膜",
    "传感器",
    "水泵",
    "机器人",
    "阀门",
    "电池",
    "齿轮",
    "光缆",
    "涂料",
    "芯片",
    "压缩机",
)
_HOW = ("精密", "高效", "绿色", "柔性", "微型", "重载", "低温", "耐蚀")
Files = tuple[tuple[str, bytes], ...]
Numbers = Callable[[int], str]
"""The receipt number that the office gave to a mail, "" while it has none."""


def recommender_name(number: int) -> str:
    """An invented recommender; each is named by few mails."""
    return f"{_chinese(number)}省市场监督管理局"


def recommender_of(number: int) -> int:
    """Whose letter the mail of that number brings, if it brings one."""
    return number // SPAN * NAMED + number % NAMED


def _chinese(number: int) -> str:
    digits = "甲乙丙丁戊己庚辛壬癸"
    return "云" + "".join(digits[int(d)] for d in str(number))


class Writer:
    """Writes the mails of a run. `seed` varies the texts, so that no two runs bring the same files."""

    def __init__(self, seed: int, count: int) -> None:
        self.seed = seed
        self.recommenders = -(-count // SPAN) * NAMED

    def write(self, slot: Slot, number_of: Numbers) -> bytes:
        """The mail of a slot, dated when it was written (a repeat: when the first was)."""
        written = slot.of if slot.kind in REPEATS else slot.number
        return _WRITERS[slot.kind](self, slot, START + APART * written, number_of)

    def address(self, number: int) -> str:
        """Who sends a fresh mail."""
        return f"std@office{number}-{self.seed}.example"

    def project(self, number: int, dice: random.Random) -> Project:
        """The project that a fresh mail brings."""
        thing = f"{dice.choice(_HOW)}{dice.choice(_THINGS)}"
        firm = f"{_chinese(number)}{thing}有限公司"
        field = dice.choice(_FIELDS)
        name = f"{_chinese(number)}{thing}国家高新技术产业标准化试点"
        return Project(name, firm, number, field, "孙立", f"云川省白石市工业路{number}号")

    def dice(self, number: int, what: str) -> random.Random:
        """Chance for one thing of one mail."""
        return random.Random(f"{self.seed}/{number}/{what}")

    def fresh(self, slot: Slot, at: datetime, _: Numbers, to: tuple[str, str] = CNIS) -> bytes:
        """An application in Word, a table in Excel, and a letter; the letter's body is known for one in three."""
        dice = self.dice(slot.number, "fresh")
        project, date = self.project(slot.number, dice), f"{at.year}年{at.month}月{at.day}日"
        known = slot.number % 3 == 0
        body = recommender_name(recommender_of(slot.number)) if known else f"{project.applicant}标准化办公室"
        who = Recommender(body, "云", "钱宁", project.phone)
        files = [
            (f"{project.applicant}申报书.docx", docx(application(project, body if known else "", date))),
            ("项目推荐汇总表.xlsx", xlsx(summary(who, date, [project]))),
            ("公文.docx", docx(letter(who, slot.number, date, [project]))),
        ]
        if slot.kind is Kind.NEW_PDF:
            files[2] = ("说明.pdf", _digital(f"Standards of project {slot.number} of run {self.seed}"))
        more = (("Cc", f"<{CESI[1]}>"),) if slot.kind is Kind.TWO_UNITS else ()
        return self._mail(slot.number, at, f"{project.applicant}{TITLE}", tuple(files), to, more=more)

    def _mail(
        self, number: int, at: datetime, subject: str, files: Files = (), to: tuple[str, str] = CNIS,
        body: str = "您好：\n\n　　现报送申报材料，请查收。\n", more: tuple[tuple[str, str], ...] = (),
    ) -> bytes:  # fmt: skip
        return to_bytes(Mail(("标准化处", self.address(number)), to, subject, at, body, files, "utf-8", more))

    def _more(self, slot: Slot, at: datetime) -> Files:
        """A paper that only a follow-up brings."""
        project = self.project(slot.of, self.dice(slot.of, "fresh"))
        text = application(
            project._replace(contact=f"冯佳{slot.number}"), "", f"{at.year}年{at.month}月{at.day}日"
        )
        return ((f"补充{slot.number}.docx", docx(text)),)

    def numbered(self, slot: Slot, at: datetime, number_of: Numbers) -> bytes:
        """A supplement, with the number that the receipt told."""
        return self._mail(
            slot.of, at, f"回复：【收件回执】{number_of(slot.of)} 补充材料", self._more(slot, at)
        )

    def unnumbered(self, slot: Slot, at: datetime, _: Numbers) -> bytes:
        """A supplement from the same address."""
        return self._mail(slot.of, at, f"{TITLE} 补充{slot.number}", self._more(slot, at))

    def same(self, slot: Slot, at: datetime, numbers: Numbers) -> bytes:
        """What came already."""
        return self.fresh(Slot(slot.of, Kind.NEW, slot.of), at, numbers)

    def relayed(self, slot: Slot, at: datetime, numbers: Numbers) -> bytes:
        """What came already, through one more server."""
        stamp = f"Received: from relay.example.net (relay.example.net [192.0.2.200])\r\n\tby mx{slot.number}.example.org\r\n"
        return stamp.encode() + self.same(slot, at, numbers)

    def resent(self, slot: Slot, at: datetime, numbers: Numbers) -> bytes:
        """The same papers under another Message-ID and Date."""
        raw = self.same(slot, at, numbers)
        head, _, rest = raw.partition(b"\r\n\r\n")
        lines = [line for line in head.split(b"\r\n") if not line.startswith((b"Message-ID", b"Date"))]
        later = (at + timedelta(hours=1)).strftime("%a, %d %b %Y %H:%M:%S +0800")
        lines += [f"Message-ID: <again{slot.number}@office.example>".encode(), f"Date: {later}".encode()]
        return b"\r\n".join(lines) + b"\r\n\r\n" + rest

    def vacation(self, slot: Slot, at: datetime, _: Numbers) -> bytes:
        """A responder that says so."""
        more = (("Auto-Submitted", "auto-replied"),)
        return self._mail(
            slot.number, at, "自动回复：【收件回执】", body=f"外出，第{slot.number}封。\n", more=more
        )

    def bounce(self, slot: Slot, at: datetime, _: Numbers) -> bytes:
        """A mail server's report."""
        mail = Mail(("Mail Delivery System", f"MAILER-DAEMON@office{slot.number}.example"), CNIS,
                    "Undelivered Mail Returned to Sender", at, f"could not be delivered: {slot.number}\n",
                    more=(("Return-Path", "<>"),))  # fmt: skip
        return to_bytes(mail)

    def newsletter(self, slot: Slot, at: datetime, _: Numbers) -> bytes:
        """A posting of a list."""
        more = (("List-Id", "<news.lists.example.org>"), ("Precedence", "list"))
        return self._mail(slot.number, at, f"标准化动态 第{slot.number}期", body="本期要目。\n", more=more)

    def question(self, slot: Slot, at: datetime, _: Numbers) -> bytes:
        """A person asks, and brings nothing."""
        return self._mail(slot.number, at, f"咨询：申报问题{slot.number}", body="请问何时截止？谢谢。\n")

    def astray(self, slot: Slot, at: datetime, numbers: Numbers) -> bytes:
        """To a mailbox that is nobody's."""
        return self.fresh(slot, at, numbers, NOBODY)

    def garbage(self, slot: Slot, at: datetime, _: Numbers) -> bytes:
        """More parts than a mail may have."""
        part = b"--x\r\nContent-Type: application/octet-stream\r\n\r\n%d\r\n"
        parts = b"".join(part % n for n in range(600))
        head = f"From: <{self.address(slot.number)}>\r\nTo: <{CNIS[1]}>\r\nSubject: {slot.number}\r\n"
        return (
            head.encode() + b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" + parts
        )

    def packed(self, slot: Slot, at: datetime, _: Numbers) -> bytes:
        """An archive that is not what it seems."""
        data = {Kind.BOMB: _bomb, Kind.NESTED: _nested, Kind.CLAIMED: _claimed}[slot.kind](slot.number)
        return self._mail(slot.number, at, f"{TITLE}{slot.number}", (("申报材料.zip", data),))


def _digital(text: str) -> bytes:
    """A page of text that no scanner made."""
    lines = b"".join(
        b"1 0 0 1 72 %d Tm (%s, line %d of forty) Tj " % (780 - 18 * n, text.encode(), n) for n in range(40)
    )
    return one_page(stream(b"BT /F 10 Tf %sET" % lines), FONT)


def _bomb(number: int) -> bytes:
    """Twenty megabytes of one byte in twenty kilobytes."""
    return archive({f"附件{number}.docx": bytes([number % 251]) * (20 << 20)})


def _nested(number: int) -> bytes:
    """Archives in archives, deeper than anyone packs."""
    data = archive({f"申报书{number}.txt": hashlib.sha256(b"%d" % number).digest()})
    for level in range(8):
        data = archive({f"{level}.zip": data})
    return data


def _claimed(number: int) -> bytes:
    """A member whose entry claims four gigabytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as made:
        made.writestr(zipfile.ZipInfo(f"申报书{number}.docx", STAMP), b"%d" % number)
    data = bytearray(out.getvalue())
    entry = data.index(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = (0xFFFFFFF0).to_bytes(4, "little")
    return bytes(data)


_WRITERS = {
    **dict.fromkeys((Kind.NEW, Kind.NEW_PDF, Kind.TWO_UNITS, Kind.VIRUS), Writer.fresh),
    **dict.fromkeys((Kind.SENDER, Kind.EARLY), Writer.unnumbered),
    **dict.fromkeys((Kind.BOMB, Kind.NESTED, Kind.CLAIMED), Writer.packed),
    Kind.NUMBER: Writer.numbered, Kind.SAME: Writer.same, Kind.RELAYED: Writer.relayed, Kind.RESENT: Writer.resent,
    Kind.VACATION: Writer.vacation, Kind.BOUNCE: Writer.bounce, Kind.LIST: Writer.newsletter,
    Kind.QUESTION: Writer.question, Kind.ASTRAY: Writer.astray, Kind.GARBAGE: Writer.garbage,
}  # fmt: skip
