"""Links that stand in place of files (超大附件, 网盘): recognised by host and path, never fetched."""

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from shoufa.domain.mail import CloudLink
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
NEAR = 200
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


def cloud_links(body: str, anchors: list[Anchor]) -> tuple[CloudLink, ...]:
    """Each file link once, anchors first.

    With the file's name where the anchor or the text before it tells.
    """
    found: dict[str, CloudLink] = {}
    seen = [(a.href, a.text, a.before) for a in anchors]
    seen += [(m[0], "", body[max(0, m.start() - NEAR) : m.start()]) for m in _URL.finditer(body)]
    for url, text, before in seen:
        known = provider(url)
        if known is None or len(found) >= MAX_LINKS:
            continue
        url = re.sub(r"[>\"')\].,;]+$", "", re.split(r"[<>\"]", url)[0])  # noqa: PLW2901
        host = urlsplit(url if "://" in url else "https://" + url).hostname or known.host
        name = _named(text) or _named(before)
        if url not in found or (name and not found[url].name):
            found[url] = CloudLink(provider=known.name, host=host, name=name, days=known.days)
    return tuple(found.values())


def _named(text: str) -> str:
    """The last file name in a text, "" if there is none; of a list of links the nearest one counts."""
    tail = _URL.split(text)[-1]
    names = [m[0].strip(" \t-—·*、，,。;；") for m in _FILE.finditer(tail)]
    return attachment_name(names[-1]) if names else ""
