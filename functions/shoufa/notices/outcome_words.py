"""The words of outcomes in Chinese and English."""

from dataclasses import dataclass

from shoufa.notices.words import Language


@dataclass(frozen=True)
class OutcomeWords:
    """The sentences of an outcome. `whose` is how the body addressed is spoken of (贵局 …)."""

    subject: str
    supply_subject: str
    clarify_subject: str
    human_subject: str
    clear_subject: str
    channel_subject: str
    through_subject: str
    hello: str
    opening: str
    opening_through: str
    again: str
    clear: str
    supply: str
    clarify: str
    hints: str
    human: str
    received: str
    faint: str
    unclear: str
    unclear_other: str
    contact: str
    page: str
    supply_action: str
    clarify_action: str
    others_stay: str
    late_supply: str
    after: str
    mistaken: str
    disputed: str
    formal: str
    thanks: str


ZH = OutcomeWords(
    subject="【材料核对情况】{number} {what}",
    supply_subject="请补充{count}项材料",
    clarify_subject="请核实或说明{count}项情况",
    human_subject="部分材料由我单位人工核对",
    clear_subject="电子材料初步核对未发现缺项",
    channel_subject="请按通知要求报送",
    through_subject="请由{who}推荐报送",
    hello="您好：",
    opening="{whose}报送的电子材料（{mails}）已{again}初步核对，现将有关情况告知如下。",
    opening_through="{whose}推荐项目的电子材料（{mails}）已{again}初步核对，现将有关情况告知如下。",
    again="再次",
    clear="经初步核对，通知要求的电子材料未发现缺项，如需进一步核实将与{whose}联系。",
    supply="请补充（{count}项）",
    clarify="请核实或说明（{count}项）",
    hints="提示（{count}项）",
    human="由我单位人工核对（{count}项，{body}暂无需处理）",
    received="已收到",
    faint="{document}{page}印章较浅，系统未能辨认。",
    unclear="{document}{page}的印章，系统未能辨认。",
    unclear_other="部分材料需进一步核对。",
    contact="如需补充，工作人员将与{whose}联系。",
    page="第{page}页",
    supply_action="直接回复本邮件补充上述材料",
    clarify_action="直接回复本邮件说明上述情况",
    others_stay="，其他材料无需重发。",
    late_supply="如需补充，请直接回复本邮件，其他材料无需重发。",
    after="如需补充，请直接回复本邮件，其他材料无需重发；通知规定的时间已过，补充材料是否接收由我单位研究确定。",
    mistaken="如已发送或核对有误，请回复说明，以人工核对结果为准。",
    disputed="如核对有误，请回复说明，以人工核对结果为准。",
    formal="以上仅为电子材料的形式核对，不涉及项目评审。",
    thanks="感谢支持！",
)
EN = OutcomeWords(
    subject="[Check of material] {number} {what}",
    supply_subject="items to supply: {count}",
    clarify_subject="points to confirm or explain: {count}",
    human_subject="some material is being checked by our staff",
    clear_subject="first check of the electronic material found nothing missing",
    channel_subject="please submit as the notice asks",
    through_subject="please submit through {who}",
    hello="Dear Sir or Madam,",
    opening="The electronic material from {whose} ({mails}) has had {again} first check. "
    "The result is as follows.",
    opening_through="The electronic material from {whose} ({mails}) has had {again} first check. "
    "The result is as follows.",
    again="another",
    clear="A first check found none of the electronic material required by the notice missing; "
    "we will contact {whose} if anything needs a closer look.",
    supply="To supply ({count})",
    clarify="To confirm or explain ({count})",
    hints="Please note ({count})",
    human="Being checked by our staff ({count}; nothing for {body} to do for now)",
    received="Received",
    faint="{document}{page}: the seal is faint and the system could not make it out.",
    unclear="{document}{page}: the system could not make out the seal.",
    unclear_other="Some material needs a further check.",
    contact="Our staff will contact {whose} if anything has to be supplied.",
    page=", page {page}",
    supply_action="send the material above in reply to this mail",
    clarify_action="explain the points above in reply to this mail",
    others_stay=". The rest need not be sent again.",
    late_supply="To supply material, please reply to this mail; the rest need not be sent again.",
    after="To supply material, please reply to this mail; the rest need not be sent again. The time set by "
    "the notice has passed, so whether further material can be considered is for our office to decide.",
    mistaken="If you have sent it already, or the check is mistaken, please reply and say so; the result of "
    "the check by our staff prevails.",
    disputed="If the check is mistaken, please reply and say so; the result of the check by our staff "
    "prevails.",
    formal="This is a check of form of the electronic material only and no part of the projects' evaluation.",
    thanks="Thank you!",
)
OUTCOME = {Language.ZH: ZH, Language.EN: EN}
