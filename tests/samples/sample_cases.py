"""The demo's ten mails: what a support unit finds in its mailbox, one case each."""

from datetime import datetime, timedelta, timezone

from local.demo_office import INVENTED, MAILBOXES
from samples.sample_dossier import (
    APPLICANT,
    NEWINFRA_FORM,
    RECOMMENDER,
    Project,
    Recommender,
    application,
    letter,
    shanghai_application,
    summary,
)  # fmt: skip
from samples.sample_layout import Block
from samples.sample_mail import Mail, to_bytes
from samples.sample_office import archive, docx, xlsx
from samples.sample_paper import pdf, scans, typeset
from shoufa.domain.fingerprint import fingerprint
from shoufa.domain.receipt import receipt_number
from shoufa.readers.mail import read_mail

CNIS, CESI = ("中国标准化研究院", MAILBOXES["cnis"]), ("中国电子技术标准化研究院", MAILBOXES["cesi"])
SHANGHAI = ("标准创新处", MAILBOXES["sh"])
_MING, _YUN, _HAI, _SONG = INVENTED["provincial-market-regulators"]
MINGYUAN = Recommender(_MING, "明", "周文", "13800000011")
YUNZE = Recommender(_YUN, "云", "吴敏", "13800000012")
HAIYUE = Recommender(_HAI, "海", "郑岚", "13800000013", CESI[0])
SONGXI = Recommender(_SONG, "松", "钱宁", "13800000014")
DISTRICT = INVENTED["shanghai-districts-and-departments"][0]

BEARINGS = Project(
    "高端轴承制造国家高新技术产业标准化试点",
    "明原恒岳精密机械有限公司",
    2101,
    "高端装备",
    "孙立",
    "明原省清河市科创路18号",
)
FILMS = Project(
    "光学薄膜材料国家高新技术产业标准化试点",
    "云泽明澄新材料有限公司",
    2102,
    "新材料",
    "冯佳",
    "云泽省南塘市园区大道6号",
)
COOLING = Project(
    "绿色数据中心运维标准化试点", "海岳云栈数据科技有限公司", 2103, "数据中心", "蒋南", "海岳省东屏市滨海路99号",
    "☑新型基础设施领域试点项目", "新型基础设施领域试点项目", NEWINFRA_FORM,
)  # fmt: skip
SENSORS = Project(
    "智能传感器国家高新技术产业标准化试点",
    "松溪知衡仪器有限公司",
    2104,
    "电子信息",
    "沈越",
    "松溪省白石市创业街3号",
)
PUMPS = Project(
    "高效水泵国家高新技术产业标准化试点",
    "松溪润川环保设备有限公司",
    2105,
    "节能环保",
    "韩冰",
    "松溪省白石市工业路27号",
)
ROBOTS = Project(
    "服务机器人国家高新技术产业标准化试点",
    "云泽启行机器人有限公司",
    2106,
    "智能制造",
    "杨帆",
    "云泽省南塘市云峰路1号",
)
CENTRE = Project(
    "上海临江氢能储运标准化创新中心", "上海临江氢能科技有限公司", 2107, "氢能", "朱晴", "上海市临江区创新路200号",
    "□创新基地　☑创新中心", "创新中心", ("上海市新型标准化", "技术组织创建申报书"), slip=True,
)  # fmt: skip

Files = tuple[tuple[str, bytes], ...]


def at(month: int, day: int, hour: int, minute: int, year: int = 2023) -> datetime:
    """A moment in Beijing."""
    return datetime(year, month, day, hour, minute, tzinfo=timezone(timedelta(hours=8)))


def cases() -> dict[str, bytes]:
    """All mails by file name, in the order of their receipt."""
    unsealed = to_bytes(seal_lacking())
    cured = to_bytes(follow_up(receipt_of(unsealed, at(8, 8, 10, 20), MAILBOXES["cnis"], "cnis")))
    return {
        "01-上海-压缩包.eml": to_bytes(shanghai()),
        "02-明原-材料完整.eml": to_bytes(complete()),
        "03-云泽-公文未盖章.eml": unsealed,
        "04-自动回复.eml": to_bytes(auto_reply()),
        "05-咨询.eml": to_bytes(question()),
        "06-海岳-缺汇总表.eml": to_bytes(table_lacking()),
        "07-企业-直接报送.eml": to_bytes(direct()),
        "08-云泽-补充盖章公文.eml": cured,
        "09-云泽-重复发送.eml": again(cured),
        "10-松溪-汇总表漏列.eml": to_bytes(unlisted()),
    }


def receipt_of(raw: bytes, received: datetime, mailbox: str, unit: str) -> str:
    """The receipt number that the mail will get."""
    mail, _ = read_mail(raw)
    return receipt_number(received, f"{fingerprint(mail, mailbox)}/{unit}")


def paper(
    name: str, blocks: list[Block], seals: dict[str, str], seed: int, landscape: bool = False
) -> tuple[str, bytes]:
    """A scan under a name: pages of JPEG in a PDF, or one JPEG."""
    pages = scans(typeset(blocks, landscape), seals, seed)
    return (name, pdf(pages) if name.endswith(".pdf") else pages[0])


def letter_files(
    who: Recommender, number: int, date: str, listed: list[Project], sealed: bool = True
) -> Files:
    """The letter in Word and on paper."""
    blocks = letter(who, number, date, listed)
    seals = {RECOMMENDER: who.name} if sealed else {}
    return (("公文.docx", docx(blocks)), paper("公文（盖章扫描件）.jpg", blocks, seals, number))


def table_files(who: Recommender, date: str, listed: list[Project]) -> Files:
    """The summary table in Excel and on paper."""
    blocks = summary(who, date, listed)
    scan = paper(
        "项目推荐汇总表（盖章扫描件）.jpg", blocks, {RECOMMENDER: who.name}, len(date), landscape=True
    )
    return (("项目推荐汇总表.xlsx", xlsx(blocks)), scan)


def form_files(project: Project, recommender: str, date: str) -> Files:
    """One application in Word and on paper."""
    blocks = application(project, recommender, date)
    seals = {APPLICANT: project.applicant, RECOMMENDER: recommender}
    scan = paper(f"{project.applicant}申报书（盖章扫描件）.pdf", blocks, seals, project.number)
    return ((f"{project.applicant}申报书.docx", docx(blocks)), scan)


def body(who: Recommender, text: str) -> str:
    """A short covering mail."""
    return f"您好：\n\n　　{text}\n\n{who.name}\n{who.person}　{who.phone}\n"


def complete() -> Mail:
    """A whole package."""
    date, listed = "2023年8月4日", [BEARINGS]
    files = (
        letter_files(MINGYUAN, 118, date, listed)
        + table_files(MINGYUAN, date, listed)
        + form_files(BEARINGS, _MING, date)
    )
    text = "现报送我省2023年度国家高新技术产业标准化试点示范项目申报材料，包括公文、汇总表和申报书，请查收。"
    return Mail(
        ("明原局标准化处", "bzhc@scjg.mingyuan.example.cn"),
        CNIS,
        "明原省高新技术产业标准化试点示范项目申报材料",
        at(8, 7, 9, 5),
        body(MINGYUAN, text),
        files,
    )


def seal_lacking() -> Mail:
    """The letter's scan bears no seal."""
    date, listed = "2023年8月6日", [FILMS]
    files = (
        letter_files(YUNZE, 76, date, listed, sealed=False)
        + table_files(YUNZE, date, listed)
        + form_files(FILMS, _YUN, date)
    )
    text = "现报送我省试点示范项目申报材料，请查收。"
    return Mail(
        ("云泽局标准化处", "wumin@scjg.yunze.example.cn"),
        CNIS,
        "云泽省试点示范项目申报材料",
        at(8, 8, 10, 20),
        body(YUNZE, text),
        files,
    )


def follow_up(number: str) -> Mail:
    """The sealed letter, with the receipt's number in the subject."""
    sealed = letter_files(YUNZE, 76, "2023年8月6日", [FILMS])[1:]
    text = "前次所发公文扫描件漏盖公章，现补充盖章扫描件，其他材料不变。"
    subject = f"回复：【收件回执】{number} 补充盖章公文"
    return Mail(
        ("云泽局标准化处", "wumin@scjg.yunze.example.cn"),
        CNIS,
        subject,
        at(8, 10, 9, 40),
        body(YUNZE, text),
        sealed,
    )


def again(raw: bytes) -> bytes:
    """The same message delivered once more: only the server's stamp is new."""
    relay = "Received: from relay.example.net (relay.example.net [192.0.2.200])"
    stamp = f"{relay}\r\n\tby mx.example.org with ESMTPS; "
    return (stamp + "Thu, 10 Aug 2023 09:52:00 +0800\r\n").encode() + raw


def table_lacking() -> Mail:
    """No summary table, to the unit for new infrastructure."""
    date = "2023年8月7日"
    files = letter_files(HAIYUE, 52, date, [COOLING]) + form_files(COOLING, _HAI, date)
    text = "现报送我省新型基础设施领域试点项目申报材料，请查收。"
    return Mail(
        ("海岳局标准化处", "bzc@scjg.haiyue.example.cn"),
        CESI,
        "海岳省新型基础设施领域试点项目申报材料",
        at(8, 9, 14, 30),
        body(HAIYUE, text),
        files,
    )


def unlisted() -> Mail:
    """Two applications, one row."""
    date = "2023年8月10日"
    files = letter_files(SONGXI, 203, date, [SENSORS]) + table_files(SONGXI, date, [SENSORS])
    files += form_files(SENSORS, _SONG, date) + form_files(PUMPS, _SONG, date)
    text = "现报送我省试点项目申报材料，申报书共2份，请查收。"
    return Mail(
        ("松溪局标准化处", "bzh@scjg.songxi.example.cn"),
        CNIS,
        "松溪省高新技术产业标准化试点项目申报材料",
        at(8, 11, 16, 45),
        body(SONGXI, text),
        files,
    )


def direct() -> Mail:
    """A firm sends its own form, on which nobody recommends it."""
    form = (f"{ROBOTS.applicant}申报书.docx", docx(application(ROBOTS, "", "2023年8月8日")))
    text = "您好：\n\n　　现提交我公司申报书，请查收。\n\n云泽启行机器人有限公司　杨帆\n"
    return Mail(
        ("杨帆", "yangfan@qixing.example.com"),
        CNIS,
        "高新技术产业标准化试点申报书",
        at(8, 9, 17, 10),
        text,
        (form,),
    )


def question() -> Mail:
    """A stranger asks."""
    text = "您好：\n\n　　请问同一家企业能否同时申报试点项目和示范项目？盼复，谢谢。\n\n　　何先生\n"
    return Mail(
        ("何先生", "he@consult.example.com"),
        CNIS,
        "咨询：试点项目和示范项目可以同时申报吗",
        at(8, 8, 15, 0),
        text,
    )


def auto_reply() -> Mail:
    """A holiday notice that answers our receipt."""
    text = "您好，您的邮件已收到。本人8月8日至12日外出，如有急事请致电办公室。\n"
    more = (("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All"))
    sender = ("云泽局标准化处", "wumin@scjg.yunze.example.cn")
    return Mail(sender, CNIS, "自动回复：【收件回执】", at(8, 8, 10, 23), text, more=more)


def shanghai() -> Mail:
    """One archive with names in GBK that do not say so, in a mail in GBK; a slip in the credit code."""
    date = "2021年10月8日"
    blocks = shanghai_application(CENTRE, DISTRICT, date)
    seals = {APPLICANT: CENTRE.applicant, RECOMMENDER: DISTRICT}
    stem = "新型标准化技术组织试点申报材料"
    scan = paper("申报书（盖章扫描件）.pdf", blocks, seals, CENTRE.number)[1]
    members = {f"{stem}/创建申报书.docx": docx(blocks), f"{stem}/创建申报书（盖章扫描件）.pdf": scan}
    files = ((f"{stem}.zip", archive(members, "gbk")),)
    text = "您好：\n\n　　现报送上海临江氢能储运标准化创新中心申报材料（压缩包），请查收。\n\n上海临江氢能科技有限公司　朱晴\n"
    subject = "新型标准化技术组织试点申报-上海临江氢能科技有限公司"
    return Mail(
        ("朱晴", "zhuqing@ljh2.example.com"), SHANGHAI, subject, at(10, 12, 9, 30, 2021), text, files, "gbk"
    )
