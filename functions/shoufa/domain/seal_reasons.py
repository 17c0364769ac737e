"""Why an electronic seal does not hold or could not be verified, in words for the unit: Chinese, English."""

from shoufa.domain.codes import SealNote, SealReason
from shoufa.domain.facts import Seal

WHY: dict[SealReason, tuple[str, str]] = {
    SealReason.BAD_DIGEST: ("签章后内容有改动（摘要不符）", "content changed after signing (digests differ)"),
    SealReason.BAD_SIGNATURE: ("签名值不正确", "the signature does not verify"),
    SealReason.BAD_SEAL: ("印章数据不真实或已被替换", "the seal itself is not genuine, or another's"),
    SealReason.WRONG_SIGNER: ("签章人证书不在该印章的证书列表中", "the signer is not among those who may set this seal"),
    SealReason.CHANGED_AFTER: ("签章后文件被修改或追加了内容", "the file was changed or added to after signing"),
    SealReason.NOT_COVERED: ("签章未覆盖整个文件", "the signature does not cover the whole file"),
    SealReason.EXPIRED: ("签章时证书或印章不在有效期内", "certificate or seal were not in force when it was set"),
    SealReason.REVOKED: ("证书已被吊销", "the signer's certificate was revoked"),
    SealReason.UNREADABLE: ("签名数据无法解析", "the signature's data cannot be read"),
    SealReason.ALGORITHM: ("签名算法暂不支持", "its algorithm is not supported"),
    SealReason.WEAK_ALGORITHM: ("签名算法强度不足", "its algorithm is too weak to rely on"),
    SealReason.TIME_LIMIT: ("验签超出时限", "checking it took too long"),
    SealReason.NO_TIME: ("未注明签章时间", "it does not say when it was set"),
    SealReason.UNTRUSTED: ("证书不能追溯到所配置的信任根", "its certificate leads to no configured root"),
    SealReason.NO_TRUSTED_ROOT: (
        "签名完整且签章后未改动，但未配置信任根证书，签章单位身份未核实",
        "intact and unchanged, but no trusted root is configured, so whose it is was not verified",
    ),
}
LEFT_OPEN: dict[SealNote, tuple[str, str]] = {
    SealNote.CLAIMED_TIME: (
        "签章时间为签章人自报，无可信时间戳", "its time is the signer's own claim, no trusted time stamp",
    ),
    SealNote.REVOCATION_UNKNOWN: (
        "未联网查询证书是否被吊销，文件内也无可用的吊销信息",
        "whether its certificate was revoked is not known: nothing was looked up, and the file does not say",
    ),
}  # fmt: skip
_OUTCOMES = {
    True: ("验签通过", "verified"), False: ("验签未通过", "invalid"), None: ("未能验签", "not verified"),
}  # fmt: skip


def outcome(seal: Seal) -> tuple[str, str]:
    """The check of an electronic seal in words: passed, failed and why, or not possible and why.

    Of one that did not fail, what was left open is said, too.
    """
    zh, en = _OUTCOMES[seal.valid]
    why = [WHY[seal.reason]] if seal.reason else []
    why += [LEFT_OPEN[note] for note in seal.notes if seal.valid is not False]
    if not why:
        return zh, en
    return f"{zh}：{'；'.join(z for z, _ in why)}", f"{en}: {'; '.join(e for _, e in why)}"
