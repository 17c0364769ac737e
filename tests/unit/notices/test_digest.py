"""notices/digest.py, conservation.py, reminder.py, quarantine_notice.py: what the office reads of its day."""

import email
from datetime import UTC, date, datetime
from email.policy import default

import pytest

from shoufa.domain.codes import Disposition, Status
from shoufa.notices.compose import Attachment, to_bytes
from shoufa.notices.conservation import Conservation
from shoufa.notices.digest import SHOWN, Day, UnitDay, compose_digest
from shoufa.notices.quarantine_notice import Came, compose_quarantine_notice, masked
from shoufa.notices.reminder import Standing, compose_reminder
from unit.judging.build import call

DAY = date(2023, 8, 2)
FATES = {
    Disposition.SUBMISSION: 180,
    Disposition.FOLLOW_UP: 21,
    Disposition.AUTOMATIC: 9,
    Disposition.UNMATCHED: 3,
    Disposition.QUARANTINED: 1,
}


def test_the_line_accounts_for_every_mail():
    line = Conservation(fates=FATES).line()
    assert line.en == (
        "214 mails: 180 submissions, 21 follow-ups, 9 automatic, 3 unmatched, 1 quarantined, 0 unaccounted."
    )
    assert line.zh == "来邮214封：新报送180封，补充材料21封，自动邮件9封，咨询或其他3封，隔离1封，未落实0封。"


@pytest.mark.parametrize(
    ("more", "said", "holds"),
    [
        ({"in_hand": 2}, "2 being filed", True),
        ({"unaccounted": 2}, "2 unaccounted", False),
        ({"lost": 1}, "1 whose object is gone", False),
        ({"damaged": 1}, "1 damaged in storage", False),
        ({"erased": 4}, "4 erased by order", True),
        ({"orphans": 5}, "5 attachments belong to no mail", True),
        ({"released": 1}, "1 of them are copies released", True),
    ],
)
def test_what_is_no_fate_is_said_where_there_is_any(more, said, holds):
    counted = Conservation(fates=FATES, **more)
    assert said in counted.line().en
    assert said not in Conservation(fates=FATES).line().en
    assert counted.holds is holds
    assert counted.total == 214 + sum(n for name, n in more.items() if name not in {"orphans", "released"})


def day(**more) -> Day:
    unit = UnitDay(
        call="某某<b>征集", unit="u1", deadline="8月15日前", days_left=13, statuses={Status.REVIEW: 2, Status.COMPLETE: 1}, moved=1
    )
    return Day(**{"day": DAY, "units": (unit,), "conservation": Conservation(fates=FATES), **more})


def test_it_claims_nothing_of_mail_that_was_not_looked_at():
    said = compose_digest(day(conservation=None), "a@unit.example", "b", []).text
    assert "Not all mail was looked at yet" in said
    assert "unaccounted" not in said
    counted = datetime(2023, 8, 2, 0, 20, tzinfo=UTC)
    said = compose_digest(day(counted=counted), "a@unit.example", "b", []).text
    assert "0 unaccounted. (of all that came in up to 2023-08-02 08:20)" in said


def test_nothing_waits_where_nothing_does():
    quiet = UnitDay(call="c", unit="u", statuses={Status.COMPLETE: 1})
    said = compose_digest(day(units=(quiet,)), "a@unit.example", "box", []).text
    assert "待人工处理" not in said
    assert "--checkpoint" not in said


def test_what_waits_is_counted_and_long_lists_are_cut():
    stalled = {f"2308{n:02}-AAAAAA-1": "reading,receipt" for n in range(SHOWN + 3)}
    made = compose_digest(
        day(stalled=stalled, waiting={"unmatched": 3, "quarantined": 1}, checkpoint="7-ab", over_time=("inbox/mail/x",)),
        "a@unit.example",
        "box",
        [],
    )
    for words in (
        "2件报送有待核事项",
        "3封咨询或其他来邮待查看",
        "1封来邮被隔离",
        f"{SHOWN + 3}项处理受阻",
        "尚未读完或核对，回执未发出 / not read or judged to the end, its receipt was not sent",
        "其余3项从略",
        "shoufa ledger verify DIR --checkpoint 7-ab",
        "inbox/mail/x",
    ):
        assert words in made.text
    assert made.text.count("230800") == 1
    assert made.notice_id == "digest-2023-08-02-box"
    assert "<b>征集" not in made.html
    assert made.attachments == ()


def test_what_is_damaged_is_named_with_what_to_do():
    said = compose_digest(day(stalled={"mails/ab.json": "damaged"}), "a@unit.example", "box", []).text
    assert "mails/ab.json：存储的对象已损坏，请从备份恢复 / the stored object is damaged: restore it" in said


def test_a_file_goes_with_a_mail_whole():
    made = compose_digest(day(), "a@unit.example", "box", [{"收件编号": "=1+1", "标题": "甲"}])
    raw = to_bytes(made, "shoufa@unit.example", "<1@unit.example>", datetime(2023, 8, 2, tzinfo=UTC))
    mail = email.message_from_bytes(raw, policy=default)
    assert mail.get_content_type() == "multipart/mixed"
    assert mail.get_body(("plain",)).get_content().replace("\r\n", "\n") == made.text
    assert mail.get_body(("html",)).get_content().replace("\r\n", "\n") == made.html
    (file,) = list(mail.iter_attachments())
    assert file.get_filename() == "register-2023-08-02.xlsx"
    assert file.get_content() == made.attachments[0].data
    assert max(map(len, raw.split(b"\r\n"))) < 998
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_names_of_files_are_written_safely():
    odd = Attachment(name='a"\r\nX: y;甲.xlsx', media_type="application/zip", data=b"x")
    made = compose_digest(day(), "a@unit.example", "box", []).model_copy(update={"attachments": (odd,)})
    raw = to_bytes(made, "shoufa@unit.example", "<1@unit.example>", datetime(2023, 8, 2, tzinfo=UTC))
    (file,) = list(email.message_from_bytes(raw, policy=default).iter_attachments())
    assert file["X"] is None
    assert b"\r\nX: y" not in raw


def test_a_reminder_without_a_missing_body_says_so_and_bodies_beside_the_list_are_marked():
    made = call(closes_text="8月15日前")
    board = [
        Standing(name="甲局", receipts=("1", "2"), statuses=(Status.REVIEW, Status.COMPLETE), projects=3),
        Standing(name="乙部", receipts=("3",), statuses=(Status.REVIEW,), projects=1, listed=False),
    ]
    mail = compose_reminder(made, made.units[0], DAY, 3, board, unknown=2)
    assert "推荐单位共1家：已报送1家，尚未报送0家。" in mail.text
    assert "甲局｜已报送｜待人工核对；未发现缺项｜1；2｜3" in mail.text
    assert "乙部｜已报送（不在名单内）" in mail.text
    assert "另有2件报送的推荐单位未能确定" in mail.text
    assert "尚未报送：" not in mail.text


@pytest.mark.parametrize("reason", ["too-large", "unfetched"])
def test_what_no_release_cures_is_to_be_looked_for_in_the_mailbox(reason):
    mail = compose_quarantine_notice("ab" * 32, "inbox/mail/1", reason, "", 90_000_000, "a@unit.example")
    assert "请在原邮箱中查看，附件可用 shoufa add 补入" in mail.text
    assert "shoufa decide release" not in mail.text
    assert "收到时间" not in mail.text


@pytest.mark.parametrize(("reason", "told"), [("too-large", True), ("unfetched", True), ("verdict", False)])
def test_what_is_to_be_looked_for_in_the_mailbox_is_told_with_its_time(reason, told):
    came = Came(datetime(2023, 7, 19, 16, 1, tzinfo=UTC))
    mail = compose_quarantine_notice("ab" * 32, "inbox/mail/1", reason, "", 1, "a@unit.example", came)
    assert ("邮箱收到时间：2023年7月20日00:01" in mail.text) == told
    assert ("Came into the mailbox: 20 July 2023, 00:01" in mail.text) == told


@pytest.mark.parametrize(
    ("domain", "said"),
    [
        ("mail.hubei.gov.cn", "g***.cn"),
        ("hubei.example", "h***.example"),
        ("localhost", "—"),
        ("", "—"),
    ],
)
def test_a_domain_is_masked(domain, said):
    assert masked(domain) == said


def test_an_unknown_reason_is_one_that_could_not_be_opened():
    mail = compose_quarantine_notice("ab" * 32, "inbox/mail/1", "encrypted", "hubei.example", 3_000_000, "a@unit.example")
    assert "邮件无法打开（encrypted）" in mail.text
    assert "shoufa decide release" in mail.text
    assert "2.9 MB" in mail.text
    assert mail.notice_id == f"quarantine-{'ab' * 16}"
