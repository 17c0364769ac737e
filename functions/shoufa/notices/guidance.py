"""Guidance: a short answer to a mail that came to the wrong place, in place of an outcome (contracts §5)."""

from collections.abc import Sequence
from enum import StrEnum

from shoufa.domain.call import Call, Unit
from shoufa.domain.codes import Template
from shoufa.domain.submission import Manifest
from shoufa.notices import phrases
from shoufa.notices.compose import Outgoing, outgoing, reply_to
from shoufa.notices.html import footer, text
from shoufa.notices.words import NO_CALL, RECEIPT, Language, language_of, moment, pick


class Reason(StrEnum):
    """Why guidance is given."""

    WRONG_CHANNEL = "wrong-channel"
    NOT_THROUGH_RECOMMENDER = "not-through-recommender"
    NO_CALL = "no-call"


def compose_guidance(
    call: Call, unit: Unit, manifest: Manifest, reason: Reason, numbers: Sequence[str] = ()
) -> Outgoing:
    """The guidance for one mail; raises Unaddressable if its From is no address.

    Without `numbers` (an unmatched mail) the mail names none.
    """
    language = language_of(manifest.mail)
    subject = "【报送方式说明】" if language is Language.ZH else "[How to submit] "
    told = " ".join((*numbers, phrases.material_title(call)))
    blocks = (
        text(RECEIPT[language].hello),
        text(_arrived(manifest, numbers, language)),
        text(_reason(call, reason, language)),
        footer(phrases.automatic(language, not_you=True), *phrases.signature(call, unit, language)),
    )
    return outgoing(
        Template.GUIDANCE,
        f"guidance-{reason}-{manifest.digest[:12]}",
        subject + told,
        blocks,
        language,
        reply_to(manifest.mail, tuple(numbers)),
    )


def _reason(call: Call, reason: Reason, language: Language) -> str:
    if reason is Reason.NOT_THROUGH_RECOMMENDER:
        return phrases.through_sentence(call, language)
    return phrases.channel_sentence(language) if reason is Reason.WRONG_CHANNEL else pick(NO_CALL, language)


def _arrived(manifest: Manifest, numbers: Sequence[str], language: Language) -> str:
    at = moment(manifest.envelope.received_at, language)
    if language is Language.ZH:
        number = f"，收件编号：{'、'.join(numbers)}" if numbers else ""
        return f"您的来邮已于{at}（北京时间，以我单位邮件服务器记录为准）收到{number}。"
    number = f" Receipt number: {', '.join(numbers)}." if numbers else ""
    return f"Your mail was received on {at} (Beijing time, as recorded by our mail server).{number}"
