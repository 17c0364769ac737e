"""Machines that answer us, over the whole stack: each conversation ends after at most two of our mails.

A correspondent is a function from one mail that it got to the mails it writes; the clock is virtual.
"""

import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

import pytest

from local.demo_office import write_demo_calls
from local.process import ROOT, Run, Saved, deliver, settle, stack
from local.results import ledger_entries
from shoufa.calls.load import load_calls
from shoufa.domain.codes import EntryKind
from shoufa.steps.fate import recall

START = datetime(2023, 8, 1, 1, 0, tzinfo=UTC)
ROUNDS = 12
"""Answers to answers that are let happen; a loop would take them all."""
PERSON = "wu@bureau.example.cn"
Answers = Callable[[EmailMessage], list[EmailMessage]]


class Post:
    """The office on this machine, and the world outside that gets its mail and writes to it."""

    def __init__(self, run: Run, folder: Path, mailbox: str) -> None:
        self.run, self.folder, self.mailbox = run, folder, mailbox
        self.count = 0
        self.seen: set[str] = set()

    def write(self, mail: EmailMessage) -> str:
        """One mail arrives a minute later, and all that it sets off happens; its fate."""
        self.count += 1
        file = self.folder / f"{self.count}.eml"
        file.write_bytes(mail.as_bytes(policy=policy.SMTP))
        at = self.run.clock.now() + timedelta(minutes=1)
        settle(self.run, at)
        self.run.clock.advance_to(max(at, self.run.clock.now()))
        number = len(self.run.house.objects.keys("inbox/mail/"))
        saved = Saved(file, file.name, self.run.clock.now(), f"inbox/mail/test/{number:04d}")
        deliver(self.run, saved)
        self.run.engine.drain()
        known = recall(self.run.house, saved.key)
        return known.disposition.value if known else ""

    def new(self) -> list[EmailMessage]:
        """What left since the last look, in order of sending."""
        keys = [k for k in self.run.house.objects.keys("outbox/") if k not in self.seen]
        self.seen.update(keys)
        mails = [
            message_from_bytes(self.run.house.objects.get(k) or b"", policy=policy.default) for k in keys
        ]
        return sorted(mails, key=lambda m: m["Date"].datetime)

    def converse(self, first: EmailMessage, answers: Answers, to: str) -> list[EmailMessage]:
        """Write the first mail and let the other side answer until nobody does; what it got from us."""
        got: list[EmailMessage] = []
        waiting = [first]
        for _ in range(ROUNDS):
            for mail in waiting:
                self.write(mail)
            settle(self.run, None)
            mine = [m for m in self.new() if m["To"] == to]
            got += mine
            waiting = [answer for mail in mine for answer in answers(mail)]
        assert self.run.engine.errors == []
        return got


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    calls = write_demo_calls(ROOT / "schemas", tmp_path_factory.mktemp("calls"))
    with stack(START, {"CALLS_DIR": str(calls)}) as made:
        yield made


@pytest.fixture
def post(run: Run, tmp_path: Path) -> Post:
    mailbox = next(
        u.mailbox for c in run.house.office.calls.values() for u in c.units if c.id.endswith("hightech")
    )
    made = Post(run, tmp_path, str(mailbox))
    made.new()
    return made


def docx(text: str) -> bytes:
    """A Word file of one paragraph, of the least that the format asks for."""
    made = io.BytesIO()
    kinds = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/'
        'document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.'
        'main+xml"/></Types>'
    )
    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship '
        'Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
        'Target="word/document.xml"/></Relationships>'
    )
    body = (
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r>'
        f"<w:t>{text}</w:t></w:r></w:p></w:body></w:document>"
    )
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in (
            ("[Content_Types].xml", kinds), ("_rels/.rels", rels), ("word/document.xml", body)
        ):  # fmt: skip
            archive.writestr(name, content)
    return made.getvalue()


def mail(post: Post, number: str, sender: str, subject: str, text: str, **headers: str) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, headers.pop("to", post.mailbox), subject
    made["Message-ID"] = f"<{number}@{sender.partition('@')[2]}>"
    made["Date"] = format_datetime(post.run.clock.now())
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made


def submission(post: Post, sender: str, number: str) -> EmailMessage:
    made = mail(
        post, number, sender, "报送国家高新技术产业标准化试点示范项目申报材料", "现报送申报书，请查收。"
    )
    content = docx(f"国家高新技术产业标准化试点示范项目申报书 项目名称：标准化试点{number}")
    made.add_attachment(
        content, maintype="application", subtype="octet-stream", filename=f"申报书{number}.docx"
    )
    return made


def answer(post: Post, number: str, sender: str, subject: str, text: str, got: EmailMessage) -> EmailMessage:
    made = mail(post, number, sender, subject, text)
    made["In-Reply-To"] = got["Message-ID"]
    made["References"] = got["Message-ID"]
    return made


def test_a_vacation_responder_without_any_header(post: Post) -> None:
    """It answers everything, under the subject of what it got, with nothing that names it a machine."""
    sender, count = "vacation@bureau1.example.cn", 0

    def away(got: EmailMessage) -> list[EmailMessage]:
        nonlocal count
        count += 1
        subject = f"回复：{got['Subject']}"
        return [answer(post, f"away{count}", sender, subject, "您好，我正在外地出差，8月20日返回。", got)]

    got = post.converse(submission(post, sender, "v1"), away, sender)
    assert 1 <= len(got) <= 2
    assert count == len(got)


@pytest.mark.parametrize("attached", [False, True])
def test_two_systems_that_answer_each_other(post: Post, attached: bool) -> None:
    """A ticket system: each mail gets an own number, in no thread of ours, the one it got attached or not."""
    sender, count = f"desk{attached}@bureau2.example.cn".lower(), 0

    def ticket(got: EmailMessage) -> list[EmailMessage]:
        nonlocal count
        count += 1
        made = mail(
            post, f"t{attached}{count}", sender, f"工单#{count}已受理", f"您的来信已登记，工单号{count}。"
        )
        if attached:
            made.add_attachment(got)
        return [made]

    got = post.converse(submission(post, sender, f"s{attached}"), ticket, sender)
    assert 1 <= len(got) <= 2


def test_two_receiving_rooms_that_answer_each_other(post: Post) -> None:
    """The other side is one like ours: what it writes says that a machine wrote it."""
    sender, count = "room@bureau3.example.cn", 0

    def room(got: EmailMessage) -> list[EmailMessage]:
        nonlocal count
        count += 1
        made = answer(post, f"r{count}", sender, f"【收件回执】{count}", "来邮已收到。", got)
        made["Auto-Submitted"] = "auto-replied"
        return [made]

    got = post.converse(submission(post, sender, "r"), room, sender)
    assert 1 <= len(got) <= 2
    assert count == len(got)


LIST = "biaozhun@lists.example.org"


def test_a_mailing_list_subscribed_to_the_inbox(post: Post) -> None:
    """Postings with papers and without come in through the list; what we answered would be posted too."""
    posted = 0

    def through(number: str, sender: str, made: EmailMessage) -> EmailMessage:
        made.replace_header("To", LIST)
        made["List-Id"] = f"<{LIST.replace('@', '.')}>"
        made["List-Post"] = f"<mailto:{LIST}>"
        made["Precedence"] = "list"
        return made

    def reposted(got: EmailMessage) -> list[EmailMessage]:
        nonlocal posted
        posted += 1
        made = mail(post, f"l{posted}", LIST, f"[标准化] {got['Subject']}", "转发列表来信。")
        return [through(f"l{posted}", LIST, made)]

    for number, sender in enumerate((LIST, "one@poster.example.cn", "two@poster.example.cn"), 1):
        first = through(f"p{number}", sender, submission(post, sender, f"p{number}"))
        assert len(post.converse(first, reposted, sender)) <= 2
        talk = through(f"q{number}", sender, mail(post, f"q{number}", sender, "请教一个问题", "大家好。"))
        assert post.converse(talk, reposted, sender) == []


def test_a_list_whose_marks_were_stripped(post: Post) -> None:
    """A posting that looks like a person's is answered; what the list makes of our answer is not."""
    posted = 0

    def reposted(got: EmailMessage) -> list[EmailMessage]:
        nonlocal posted
        posted += 1
        return [mail(post, f"x{posted}", LIST, f"[标准化] {got['Subject']}", "转发列表来信。")]

    got = post.converse(submission(post, LIST, "stripped"), reposted, LIST)
    assert 1 <= len(got) <= 2


def test_guidance_is_not_given_twice_to_who_answers_it(post: Post) -> None:
    """A responder that answers guidance about a notice that takes in nothing."""
    sender, count = "asker@bureau4.example.cn", 0

    def away(got: EmailMessage) -> list[EmailMessage]:
        nonlocal count
        count += 1
        text = "我已收到您的来信。国家标准化创新发展试点"
        return [mail(post, f"g{count}", sender, f"Re: {got['Subject']}", text)]

    first = mail(post, "g0", sender, "请问国家标准化创新发展试点如何申报", "请问怎么报名？")
    got = post.converse(first, away, sender)
    assert 1 <= len(got) <= 2
    assert all("电子邮件不作为本项工作的报送渠道" in m.get_body(("plain",)).get_content() for m in got)


def test_nothing_was_sent_twice_and_nothing_is_left_waiting(run: Run) -> None:
    entries = ledger_entries(run)
    sent = [e.data["notice"] for e in entries if e.kind is EntryKind.SENT]
    assert len(sent) == len(set(sent)) > 10
    assert run.house.index.find("later") == []
    assert not {u.mailbox for c in load_calls(ROOT / "schemas" / "calls").values() for u in c.units} & {
        str(m["To"]) for m in Post(run, Path(), "").new()
    }
