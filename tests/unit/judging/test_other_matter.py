"""What is plainly about something else, and submissions that hold nothing of the call (other_matter.py)."""

import pytest

from shoufa.domain.codes import Form
from shoufa.domain.errors import UnreadableCode
from shoufa.judging.other_matter import is_other_matter
from unit.judging.build import application, call, facts, letter, manifest, page, unreadable, verdict

CALL = call()
BLANK = facts([page("一些与此无关的文字")])


def other(subject, files=(), body=""):
    return is_other_matter(manifest(0, dict.fromkeys(files, BLANK), subject=subject, body=body).mail, CALL)


@pytest.mark.parametrize(
    ("subject", "files"),
    [
        ("应聘行政岗位", ["张三.docx"]),
        ("求职", ["个人材料.pdf"]),
        ("", ["简历.docx"]),
        ("您好", ["李四-简历.pdf", "应聘登记.docx"]),
        ("8月发票", ["1.pdf"]),
        ("Job application: secretary", ["letter.pdf"]),
        ("论坛邀请", ["议程.pdf"]),
        ("新品产品介绍", ["目录.pdf"]),
    ],
)
def test_another_matter(subject, files):
    assert other(subject, files)


@pytest.mark.parametrize(
    ("subject", "files", "body"),
    [
        ("材料", ["1.pdf"], ""),
        ("", ["扫描件.pdf"], ""),
        ("您好", ["附件.docx", "简历.docx"], ""),
        ("项目负责人简历", ["简历.docx"], "现补充申报书附件。"),
        ("简历", ["项目推荐汇总表.xlsx"], ""),
        ("发票", ["甲/2023年度国家标准化试点示范项目/票据.pdf"], ""),
        ("负责人简历", ["简历.docx"], "智慧园区试点项目的补充。"),
        ("产品介绍", ["介绍.pdf"], "公函及盖章件稍后寄出。"),
    ],
)
def test_in_doubt_it_may_be_the_calls(subject, files, body):
    assert not other(subject, files, body)


def test_an_archive_and_a_drawn_picture_name_no_matter():
    mail = manifest(0, {"简历.docx": BLANK, "a.zip": None}, subject="您好").mail
    assert is_other_matter(mail, CALL)


CV = facts([page("个人简历\n张三 学士\n工作经历")])


@pytest.mark.parametrize(
    ("papers", "said", "holds"),
    [
        ({"张三.docx": CV}, {"subject": "您好"}, True),
        ({"张三.docx": CV}, {"subject": "报送材料"}, True),
        ({"证书.pdf": facts([page("学位证书")], Form.SCAN)}, {"subject": "您好"}, True),
        ({"证书.pdf": facts([page("营业执照")], Form.SCAN)}, {"subject": "补充报送试点材料"}, False),
        ({"a.docx": CV, "b.pdf": letter()}, {}, False),
        ({"a.docx": CV, "b.docx": application()}, {}, False),
        ({"a.docx": CV, "b.pdf": unreadable(UnreadableCode.ENCRYPTED)}, {}, False),
        ({"a.docx": CV}, {"links": [{"provider": "QQ邮箱", "host": "mail.qq.com"}]}, False),
        ({}, {"subject": "您好"}, False),
    ],
)
def test_a_person_sees_what_holds_nothing_of_the_call(papers, said, holds):
    assert verdict((papers, said)).other_matter is holds
