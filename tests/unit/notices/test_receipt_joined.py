"""One receipt for several mails names each mail and each file."""

import pytest

from shoufa.domain.codes import Template
from shoufa.notices.receipt_joined import compose_joined_receipt
from unit.notices.made import NUMBER, UNIT, call, manifest, model_parts, part

OTHER = "230810-8KQ3XF-Y"
FIRST = manifest("2023-08-10T10:00:00+08:00", parts=[part("申报书一.docx", 2048).model_dump()])
SECOND = manifest(
    "2023-08-10T11:30:00+08:00",
    message_id="<second@province.example>",
    references=["<thread@province.example>"],
    parts=[p.model_dump() for p in model_parts()],
)


def made(*mails):
    return compose_joined_receipt("receipts-1", call(), UNIT, mails or ((FIRST, [NUMBER]), (SECOND, [OTHER])))


def test_each_mail_has_its_time_its_number_and_its_files():
    text = made().text
    assert "以下2封来邮的回执合并为一封" in text
    first, _, second = text.partition("第2封")
    assert "2023年8月10日10:00" in first
    assert f"收件编号：{NUMBER}" in first
    assert "申报书一.docx（2 KB，校验码00000000）" in first
    assert "2023年8月10日11:30" in second
    assert f"收件编号：{OTHER}" in second
    assert "申报书.zip" in second
    assert "附：压缩包内文件清单" in second
    assert text.count("不代表材料齐全") == 1


def test_it_answers_the_last_mail_and_bears_all_tokens():
    mail = made()
    assert (mail.template, mail.notice_id) == (Template.RECEIPT, "receipts-1")
    assert mail.in_reply_to == "<second@province.example>"
    assert mail.references[:2] == ("<thread@province.example>", "<second@province.example>")
    assert [NUMBER in r or OTHER in r for r in mail.references[2:]] == [True, True]
    assert "<first@province.example>" not in mail.references


@pytest.mark.parametrize(("count", "said"), [(2, f"{NUMBER}、{OTHER} "), (3, f"{NUMBER}、{OTHER}等3个编号 ")])
def test_the_subject_names_two_numbers_and_counts_more(count, said):
    numbers = [NUMBER, OTHER, "230810-9KQ3XF-0"][:count]
    assert said in made((FIRST, numbers)).subject


def test_in_english_and_without_a_file():
    english = manifest(subject="Our papers", body="Please find them.")
    text = made((english, [NUMBER]), (english, [NUMBER])).text
    assert "this is the receipt for 2 of them together" in text
    assert "No file was attached" in text


def test_it_needs_a_mail():
    with pytest.raises(ValueError, match="a mail"):
        compose_joined_receipt("receipts-1", call(), UNIT, [])
