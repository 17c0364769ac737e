"""Links that stand in place of files (超大附件, 网盘): recognised by host and path, never fetched."""

import re
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from shoufa.domain.mail import CloudLink
from shoufa.readers import mail_headers
from shoufa.readers.mail_body import Anchor
from shoufa.readers.mail_charset import attachment_name


class Provider(NamedTuple):
    """A service that keeps files.

    Host (with subdomains), beginning of the path, name, days a file is kept.
    """

    host: str
    path: str
    name: str
    days: int | None = None


PROVIDERS: tuple[Provider, ...] = (
    Provider("exmail.qq.com", r"/(?:cgi-bin/)?ftn", "腾讯企业邮箱超大附件", 30),
    Provider("wx.mail.qq.com", r"/ftn/", "QQ邮箱超大附件", 30),
    Provider("mail.qq.com", r"/(?:cgi-bin/)?ftn", "QQ邮箱超大附件", 30),
    Provider("ftn.qq.com", r"/", "QQ邮箱超大附件", 30),
    Provider("mail.163.com", r"/large-attachment-download", "网易邮箱云附件", 15),
    Provider("mail.126.com", r"/large-attachment-download", "网易邮箱云附件", 15),
    Provider("mail.yeah.net", r"/large-attachment-download", "网易邮箱云附件", 15),
    Provider("dashi.163.com", r"/html/cloud-attachment-download", "网易邮箱云附件", 15),
    Provider("edisk.qiye.163.com", r"/", "网易企业邮箱云附件"),
    Provider("qiye.163.com", r"/.*(?:attachment|disk)", "网易企业邮箱云附件"),
    Provider("mail.10086.cn", r"/.*(?:disk|attach|largefile|share)", "139邮箱超大附件", 30),
    Provider("download.cloud.189.cn", r"/", "189邮箱超大附件"),
    Provider("cloud.189.cn", r"/(?:t|web/share|file)", "天翼云盘"),
    Provider("mail.sina.com.cn", r"/filecenter/", "新浪邮箱中转站"),
    Provider("share.qiye.aliyun.com", r"/", "阿里邮箱超大附件"),
    Provider("mail.aliyun.com", r"/.*(?:attach|disk|share)", "阿里邮箱超大附件"),
    Provider("pan.baidu.com", r"/(?:s/|share/|e/)", "百度网盘"),
    Provider("yun.baidu.com", r"/(?:s/|share/)", "百度网盘"),
    Provider("aliyundrive.com", r"/s/", "阿里云盘"),
    Provider("alipan.com", r"/s/", "阿里云盘"),
    Provider("share.weiyun.com", r"/", "腾讯微云"),
    Provider("pan.quark.cn", r"/s/", "夸克网盘"),
    Provider("pan.xunlei.com", r"/s/", "迅雷云盘"),
    Provider("jianguoyun.com", r"/p/", "坚果云"),
    Provider("123pan.com", r"/s/", "123云盘"),
    Provider("yun.139.com", r"/", "中国移动云盘"),
    Provider("caiyun.139.com", r"/", "中国移动云盘"),
    Provider("cowtransfer.com", r"/s/", "奶牛快传"),
    Provider("wenshushu.cn", r"/(?:f|box|t)/", "文叔叔"),
    Provider("we.tl", r"/t-", "WeTransfer", 7),
    Provider("wetransfer.com", r"/downloads/", "WeTransfer", 7),
    Provider("drive.google.com", r"/", "Google Drive"),
    Provider("1drv.ms", r"/", "OneDrive"),
    Provider("onedrive.live.com", r"/", "OneDrive"),
    Provider("sharepoint.com", r"/:", "SharePoint"),
    Provider("dropbox.com", r"/(?:s|scl|t)/", "Dropbox"),
)
_URL = re.compile(
    r"(?:https?://|(?<![\w.])(?:pan\.baidu\.com|www\.(?:alipan|aliyundrive)\.com)/)[!-~]{4,2000}"
)
_FILE = re.compile(
    r"[^\s<>:：\"'“”|（(【\[]?[^\n<>:：\"“”|\\/]{0,120}?\.(?:zip|rar|7z|docx?|wps|pdf|xlsx?|et|pptx?|ofd|tar"
    r"|gz|jpe?g|png|tiff?|rtf)"
    r"(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_FOR_DAYS = re.compile(
    r"(?:有效期|保存期限|保留|保存|过期|到期|失效|expires? in|valid for)[^\d\n]{0,8}?(\d{1,3})\s*(?:天|日|days?)"
    r"|(\d{1,3})\s*(?:天|日|days?)[内后之以]{0,2}(?:有效|过期|到期|失效|自动删除)",
    re.IGNORECASE,
)
_UNTIL = re.compile(
    r"(?:有效期|到期|过期|失效|截止|expires?)(?:时间|日期|至|到|为|于|on)*\s*[:：]?\s*(?P<after>\d{4}[^\n]{4,30})"
    r"|(?P<before>\d{4}[年/.-]\s*\d{1,2}[月/.-]\s*\d{1,2}日?(?:\s*\d{1,2}:\d{2}(?::\d{2})?)?)"
    r"\s*(?:之?前|到期|过期|失效)",
    re.IGNORECASE,
)
"""How long a link lasts, as the mails of these services say it beside the file's name."""
NEAR = 200
AFTER = 80
MAX_LINKS = 200


def provider(url: str) -> Provider | None:
    """The service that an address belongs to, if it is one that keeps files."""
    try:
        parts = urlsplit(url if "://" in url else "https://" + url)
        host = (parts.hostname or "").lower()
    except ValueError:
        return None
    for known in PROVIDERS:
        if (host == known.host or host.endswith("." + known.host)) and re.match(
            known.path, parts.path or "/"
        ):
            return known
    return None


def cloud_links(body: str, anchors: list[Anchor], sent: datetime | None = None) -> tuple[CloudLink, ...]:
    """Each file link once, anchors first.

    With the file's name where the anchor or the text before it tells, and with the days that the mail itself
    says it lasts (counted from `sent`), else those that the service usually gives.
    """
    found: dict[str, CloudLink] = {}
    seen = [(a.href, a.text, a.before, "") for a in anchors]
    seen += [
        (m[0], "", body[max(0, m.start() - NEAR) : m.start()], body[m.end() : m.end() + AFTER])
        for m in _URL.finditer(body)
    ]
    for url, text, before, after in seen:
        known = provider(url)
        if known is None or len(found) >= MAX_LINKS:
            continue
        url = re.sub(r"[>\"')\].,;]+$", "", re.split(r"[<>\"]", url)[0])  # noqa: PLW2901
        host = urlsplit(url if "://" in url else "https://" + url).hostname or known.host
        days = _stated(_URL.split(f"{before} {text}")[-1], sent) or _stated(_URL.split(after)[0], sent)
        link = CloudLink(
            provider=known.name, host=host, name=_named(text) or _named(before), days=days or known.days
        )
        if url not in found or (link.name and not found[url].name):
            found[url] = link
    return tuple(found.values())


def _stated(text: str, sent: datetime | None) -> int | None:
    """The days that a text says a file is kept, null if it says none or a time that is past."""
    if found := _FOR_DAYS.search(text):
        return int(found[1] or found[2]) or None
    found = _UNTIL.search(text)
    until = mail_headers.written_moment(found["after"] or found["before"]) if found and sent else None
    if until is None or sent is None:
        return None
    days = (until - sent).days
    return days if 0 < days < 1000 else None


def _named(text: str) -> str:
    """The last file name in a text, "" if there is none; of a list of links the nearest one counts."""
    tail = _URL.split(text)[-1]
    names = [m[0].strip(" \t-—·*、，,。;；") for m in _FILE.finditer(tail)]
    return attachment_name(names[-1]) if names else ""
