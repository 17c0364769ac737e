"""Electronic seals among the seals on a page: which count, what is said of the others (contracts §2)."""

from shoufa.domain.codes import SealMethod
from shoufa.domain.facts import Seal
from shoufa.domain.seal_reasons import outcome


def is_electronic(seal: Seal) -> bool:
    """Whether a seal was set by a signature."""
    return seal.method is not SealMethod.IMAGE


def counts(seal: Seal) -> bool:
    """Whether a seal may be taken for its owner's: a picture, or an electronic one, shown and verified.

    One that failed, could not be verified, or stands nowhere on a page is never counted, nor held against
    anyone: a person must look.
    """
    shown = seal.box[2] > seal.box[0] and seal.box[3] > seal.box[1]
    return not is_electronic(seal) or (seal.valid is True and shown)


def told(seal: Seal) -> tuple[str, str]:
    """`（第1页，“××局”，验签未通过：签章后内容有改动）` and the same in English."""
    zh, en = outcome(seal)
    name = seal.name or seal.signer
    quoted = (f"“{name}”，", f'"{name}", ') if name else ("", "")
    return f"（第{seal.page}页，{quoted[0]}{zh}）", f" (page {seal.page}, {quoted[1]}{en})"
