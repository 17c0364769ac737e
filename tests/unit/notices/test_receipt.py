"""The receipt says what the model mail says, and nothing that was not read."""

import pytest

from shoufa.domain.codes import Need
from shoufa.domain.mail import CloudLink
from shoufa.domain.volumes import BREAKS_OFF, SPLIT
from shoufa.notices.headers import Unaddressable
from shoufa.notices.receipt import compose_receipt
from unit.notices.made import NUMBER, UNIT, call, manifest, model_parts, part

MODEL = """您好：

您的来邮已于2023年8月10日16:42（北京时间，以我单位邮件服务器记录为准）收到，收件编号：230810-7KQ3XF-4。

收到附件3个，共18.6 MB：
1. 关于推荐试点示范项目的函.pdf（2.1 MB，校验码3f9a1c07）
2. 项目推荐汇总表.xlsx（28 KB，校验码b81e5520）
3. 申报书.zip（16.5 MB，校验码90cd47ae，内含文件6个，清单附后）

未能打开的附件：无。以链接方式发送的附件：无。

1. 本回执仅确认上述邮件及附件已经收到，不代表材料齐全、符合要求或通过审核。核对情况将另行告知。
2. 材料分次发送的，请直接回复本邮件，并保留主题中的收件编号。
3. 请于2023年8月15日前报送；纸质材料（一式两份）及光盘请按通知要求另行邮寄。

本邮件由系统自动发送，回复由工作人员查看。如非您发送，请告知我们。
联系人：李某某　电话：010-00000000
某某研究院（项目支撑单位）

附：压缩包内文件清单
附件3 申报书.zip（6个）：
1. 甲/0.docx（2 KB，校验码10000000）
"""


def receipt_text(**mail: object) -> str:
    return compose_receipt(call(), UNIT, manifest(**mail), [NUMBER]).text


def test_matches_the_model_word_for_word() -> None:
    made = compose_receipt(call(), UNIT, manifest(parts=model_parts()), [NUMBER])
    assert made.subject == "【收件回执】230810-7KQ3XF-4 国家高新技术产业标准化试点示范项目申报材料"
    assert made.text.startswith(MODEL)
    assert made.text.endswith("6. 甲/5.docx（2 KB，校验码10000005）\n")
    assert made.to == "zhang@province.example"


def test_nothing_attached_stands_first() -> None:
    text = receipt_text()
    assert text.startswith("您好：\n\n您的来邮中未发现附件。")
    assert "收到附件" not in text
    assert "未能打开" not in text


def test_links_in_place_of_files_are_told_with_their_life_and_never_as_received() -> None:
    links = (
        CloudLink(provider="QQ邮箱超大附件", host="mail.qq.com", name="全部.zip", days=30),
        CloudLink(provider="网盘", host="x"),
    )
    text = receipt_text(links=links)
    assert text.startswith("您好：\n\n您的来邮中未发现附件，文件系以链接方式发送。")
    assert "1. 全部.zip（QQ邮箱超大附件，链接一般保留30天）\n2. 未注明文件名（网盘，链接有效期不详）" in text
    assert "系统不打开链接，上述文件尚未收到。" in text
    assert "未能打开的附件：无。" in text


def test_each_code_has_its_reason_and_nested_members_are_counted_once() -> None:
    outer = part("材料.zip", 4096, "aaaaaaaa", container="zip")
    inner = part("内.zip", 2048, "bbbbbbbb", path="材料.zip/内.zip", parent=outer.sha256, container="zip")
    leaf = part("甲.docx", 0, "cccccccc", path="材料.zip/内.zip/甲.docx", parent=inner.sha256)
    codes = ("encrypted", "unreadable", "unsupported", "too-large")
    bad = [
        part(f"{c}.rar", 9, f"{i}" * 8, path=f"材料.zip/{c}.rar", parent=outer.sha256, code=c)
        for i, c in enumerate(codes)
    ]
    text = receipt_text(parts=(outer, inner, leaf, *bad))
    assert "内含文件5个" in text
    assert (
        "未能打开的附件（4个）：\n1. 材料.zip/encrypted.rar：文件已加密或设有密码，请取消密码后重新发送。"
        in text
    )
    assert "以链接方式发送的附件：无。" in text
    for reason in ("文件已损坏或内容不完整", "文件格式暂不支持", "超过系统限制"):
        assert reason in text
    assert "1. 内.zip/甲.docx（0 KB，校验码cccccccc）" in text


def test_the_same_archive_twice_and_a_file_that_claims_to_hold_itself() -> None:
    archive = part("a.zip", 10, "aaaaaaaa")
    itself = part("b.zip", 10, "bbbbbbbb", parent="bbbbbbbb" + "0" * 56)
    inside = part("x.pdf", 1, "cccccccc", path="a.zip/x.pdf", parent=archive.sha256)
    text = receipt_text(parts=(archive, archive, inside, inside, itself))
    assert text.count("内含文件1个") == 2


def test_small_pictures_in_the_body_are_no_attachments_and_large_ones_are() -> None:
    logo = part("logo.png", 3000, inline=True, container="png")
    scan = part("scan.jpg", 900_000, inline=True, container="jpg")
    text = receipt_text(parts=(logo, scan))
    assert "收到附件1个，共879 KB" in text
    assert "scan.jpg（879 KB，校验码00000000，正文内图片）" in text
    assert "正文内另有小图片1个（共3 KB），未计入附件。" in text


def test_after_the_deadline_the_sentence_of_the_model_takes_its_place() -> None:
    text = receipt_text(at="2023-08-16T00:00:00+08:00", parts=model_parts())
    assert "3. 收到时间晚于通知规定时间，是否接收由我单位研究确定。纸质材料" in text
    assert "请于" not in text


@pytest.mark.parametrize(
    ("changes", "third"),
    [
        ({"paper": {}}, "3. 请于2023年8月15日前报送。\n"),
        (
            {"closes": None, "closes_text": "", "paper": {"copies": 3}},
            "3. 纸质材料（一式三份）请按通知要求另行邮寄。\n",
        ),
        (
            {"closes_text": "", "paper": {"disc": Need.REQUIRED}},
            "3. 请于2023年8月15日23:59前报送；光盘请按通知要求另行邮寄。\n",
        ),
        ({"closes_text": "即日起至8月15日", "paper": {}}, "3. 请按通知规定的时间（即日起至8月15日）报送。\n"),
        ({"intake": "paper"}, "2. 电子邮件不作为本项工作的报送渠道，请按通知要求报送。\n"),
    ],
)
def test_the_last_note_follows_the_call(changes: dict[str, object], third: str) -> None:
    assert third in compose_receipt(call(**changes), UNIT, manifest(parts=model_parts()), [NUMBER]).text


def test_the_issuer_itself_is_no_support_unit() -> None:
    unit = UNIT.model_copy(update={"name": "某市市场监管局标准处"})
    text = compose_receipt(call(notice={"issuer": "某市市场监督管理局"}), unit, manifest(), [NUMBER]).text
    assert text.endswith("某市市场监管局标准处\n")


def test_several_numbers_stand_in_subject_and_references() -> None:
    made = compose_receipt(call(), UNIT, manifest(), [NUMBER, "230810-ABCDEF-2"])
    assert made.subject.startswith("【收件回执】230810-7KQ3XF-4、230810-ABCDEF-2 ")
    assert [r for r in made.references if "receipt." in r] == list(made.references[-2:])


def test_english_mail_gets_an_english_receipt() -> None:
    parts = (part("letter.pdf", 2202010, "3f9a1c07"), part("bad.zip", 5, "11111111", code="encrypted"))
    made = compose_receipt(
        call(), UNIT, manifest(subject="Application", body="Please find it.", parts=parts), [NUMBER]
    )
    assert made.subject.startswith("[Receipt] 230810-7KQ3XF-4 ")
    assert "Your mail was received on 10 August 2023, 16:42 (Beijing time" in made.text
    assert "1. letter.pdf (2.1 MB, check digits 3f9a1c07)" in made.text
    assert "1. bad.zip: it is encrypted" in made.text
    assert "by 15 August 2023, 23:59 Beijing time (in the notice's words: 2023年8月15日前)." in made.text
    assert "\ufffd" not in made.text
    assert "您" not in made.text


def test_neither_subject_nor_body_of_the_mail_is_echoed() -> None:
    made = compose_receipt(call(), UNIT, manifest(subject="独特主题", body="独特正文"), [NUMBER])
    assert "独特" not in made.text + made.html + made.subject


def test_refuses_a_sender_that_is_no_address_and_a_missing_number() -> None:
    with pytest.raises(Unaddressable):
        compose_receipt(call(), UNIT, manifest(sender={"email": "nobody"}), [NUMBER])
    with pytest.raises(ValueError, match="number"):
        compose_receipt(call(), UNIT, manifest(), [])


def test_long_lists_are_cut_and_counted() -> None:
    archive = part("a.zip", 10, "aaaaaaaa")
    inside = tuple(part(f"{i}.pdf", 1, path=f"a.zip/{i}.pdf", parent=archive.sha256) for i in range(305))
    text = receipt_text(parts=(archive, *inside))
    assert "内含文件305个" in text
    assert text.endswith("300. 299.pdf（1 KB，校验码00000000）\n\n其余5个从略。\n")


def test_files_of_a_forwarded_message_are_named_as_received() -> None:
    """A message attached to the mail is no file of the list; what it carries was received all the same."""
    text = receipt_text(parts=(part("公文.pdf", 1000, path="原邮件.eml/公文.pdf", parent="b" * 64),))
    assert "公文.pdf" in text
    assert "未发现附件" not in text


def lost(path: str, reason: str, **more: object):
    return part(path.rpartition("/")[2], 0, path=path, code="unreadable", reason=reason, **more).model_copy(
        update={"sha256": ""}
    )


def test_an_archive_with_a_lost_member_is_listed_and_nothing_is_said_to_lack() -> None:
    archive = part("材料.zip", 58232, "aaaaaaaa", container="zip")
    letter = part("函.docx", 37146, "bbbbbbbb", path="材料.zip/函.docx", parent=archive.sha256)
    form = lost("材料.zip/申报书.docx", "member cannot be read", parent=archive.sha256)
    gap = lost("材料.zip/_", BREAKS_OFF, parent=archive.sha256)
    text = receipt_text(parts=(archive, letter, form, gap))
    assert "未发现附件" not in text
    assert "收到附件1个，共57 KB：\n1. 材料.zip（57 KB，校验码aaaaaaaa，内含文件2个" in text
    assert "材料.zip：压缩包不完整，其中部分文件未能取出" in text
    assert "材料.zip/_" not in text
    assert "校验码）" not in text


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("a divided archive without its volumes 2, 3: send one archive", "分卷压缩包缺少第2、3卷"),
        (SPLIT, "分卷压缩包的分卷不全或有损坏"),
        ("broken", "文件已损坏或内容不完整"),
    ],
)
def test_volumes_that_lack_are_named(reason: str, said: str) -> None:
    volume = part("材料.part1.rar", 9, "aaaaaaaa", container="rar", code="unreadable", reason=reason)
    assert f"1. 材料.part1.rar：{said}" in receipt_text(parts=(volume,))


@pytest.mark.parametrize("container", ["ppt", "unknown", "exe", "mp4"])
def test_what_nothing_reads_is_never_said_to_have_opened(container: str):
    text = receipt_text(parts=(part("材料.pdf", 2048), part("介绍", 2048, "aaaaaaaa", container=container)))
    assert "未能打开的附件：无" not in text
    assert "未能打开的附件（1个）：\n1. 介绍：" in text
