"""Bounces in and out of standard form show which of our mails came back (mail_returned.py)."""

import base64

import pytest

from shoufa.readers.mail import read_mail
from unit.readers.mailkit import mail, multipart, part, text

NUMBER = "230801-PBVCD6-T"
HEADERS = (
    "From: =?utf-8?B?5pS25Y+R5a6k?= <office@example.org>\r\nTo: zhang@bureau.example.cn\r\n"
    "Subject: =?utf-8?B?44CQ5pS25Lu25Zue5omn44CRMjMwODAxLVBCVkNENi1UIOadkOaWmQ==?=\r\n"
    "Message-ID: <0123456789abcdef01234567@example.org>\r\n"
    f"References: <1@bureau.example.cn>\r\n <receipt.{NUMBER}@shoufa.invalid>\r\n"
    f"X-Shoufa-Notice: receipt-{NUMBER}-0123456789ab\r\n"
)
STATUS = (
    "Reporting-MTA: dns; mx.example.cn\r\n\r\nFinal-Recipient: rfc822; zhang@bureau.example.cn\r\n"
    "Action: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 no such user\r\n"
)
DAEMON = "From: Mail Delivery System <MAILER-DAEMON@mx.example.cn>"


def raw(entity: bytes, subject: str = "Undelivered Mail Returned to Sender") -> bytes:
    made = mail(entity, f"Subject: {subject}")
    return made.replace(made.split(b"\r\n")[0], DAEMON.encode(), 1)


def report(returned: bytes) -> bytes:
    status = part(STATUS.encode(), "Content-Type: message/delivery-status", encoding="")
    return raw(
        multipart(
            text("not delivered"), status, returned, kind="report", more="; report-type=delivery-status"
        )
    )


def shown(data: bytes):
    found = read_mail(data)[0].returned
    assert found is not None
    return found


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
def test_a_report_in_standard_form(kind):
    body = HEADERS + ("\r\nbody\r\n" if kind == "message/rfc822" else "")
    found = shown(report(part(body.encode(), f"Content-Type: {kind}", encoding="")))
    assert (found.notice, found.status, found.action) == (f"receipt-{NUMBER}-0123456789ab", "5.1.1", "failed")
    assert "<0123456789abcdef01234567@example.org>" in found.ids
    assert f"<receipt.{NUMBER}@shoufa.invalid>" in found.ids
    assert found.numbers == (NUMBER,)


def test_the_returned_mail_attached_as_a_file():
    file = part(
        (HEADERS + "\r\nbody\r\n").encode(),
        'Content-Type: application/octet-stream; name="original.eml"',
        'Content-Disposition: attachment; filename="original.eml"',
    )
    found = shown(raw(multipart(text("您的邮件被退回，550 用户不存在"), file), "=?utf-8?B?6YCA5L+h?="))
    assert (found.notice, found.status) == (f"receipt-{NUMBER}-0123456789ab", "550")


def test_the_returned_headers_in_the_words_of_a_vendor():
    said = f"很抱歉，您发送的邮件被退回。\n退信原因：550 5.1.1 User unknown\n原邮件头：\n{HEADERS}"
    found = shown(raw(text(said, "gb18030"), "=?utf-8?B?57O757uf6YCA5L+h?="))
    assert (found.notice, found.status) == (f"receipt-{NUMBER}-0123456789ab", "5.1.1")


def test_only_the_subject_is_quoted():
    html = f"<p>主题为“【收件回执】{NUMBER} 国家材料”的邮件未能送达</p><p>错误代码 554</p>"
    found = shown(raw(text(html, kind="html"), "=?utf-8?B?6YCA5L+h6YCa55+l?="))
    assert (found.numbers, found.status, found.notice) == ((NUMBER,), "554", "")


def test_a_returned_mail_inside_the_returned_mail_is_read_whatever_its_encoding():
    inner = HEADERS.replace("X-Shoufa-Notice", "X-Other") + (
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\n"
        f"{base64.b64encode(f'X-Shoufa-Notice: outcome-{NUMBER}-1-abc'.encode()).decode()}\r\n--b--\r\n"
    )
    found = shown(report(part(inner.encode(), "Content-Type: message/rfc822", encoding="")))
    assert found.notice == f"outcome-{NUMBER}-1-abc"


def test_an_ordinary_mail_is_not_looked_through():
    assert read_mail(mail(text(HEADERS), "Subject: x"))[0].returned is None
    assert (
        read_mail(mail(text("x"), "Subject: x", "X-Failed-Recipients: a@b.example"))[0].returned is not None
    )
