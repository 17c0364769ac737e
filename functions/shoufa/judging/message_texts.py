"""What each finding says and what to do about it, in Chinese and English; tone as in `mail-models.md`.

`{what}` is the document's word, `{project}` the quoted project with its applicant, `{detail}` what was seen.
"""

from shoufa.domain.codes import Kind
from shoufa.domain.finding import FindingCode

WORDS = {
    Kind.LETTER: ("公文", "official letter"),
    Kind.APPLICATION: ("申报书", "application form"),
    Kind.SUMMARY: ("项目推荐汇总表", "summary table"),
    Kind.PROOF: ("证明材料", "supporting document"),
}
Text = tuple[str, str, str, str]
"""Message and remedy: Chinese, English, Chinese, English."""

BY_KIND: dict[str, Text] = {
    "missing": (
        "{what}：未收到",
        "{what_en}: not received",
        "请发送{what}（Word版及盖章扫描件）",
        "Please send the {what_en} (Word version and stamped scan)",
    ),
    "word-missing": (
        "{what}Word版：目前仅收到扫描件",
        "{what_en}: only the scan has arrived",
        "请发送{what}的Word（Excel）版",
        "Please send the editable version of the {what_en}",
    ),
    "scan-missing": (
        "{what}盖章扫描件：目前仅收到Word（Excel）版",
        "{what_en}: only the editable version has arrived",
        "请将盖章后的{what}扫描发送",
        "Please send a scan of the stamped {what_en}",
    ),
    "scan-partial": (
        "{what}扫描件只有部分页面",
        "The scan of the {what_en} is an extract",
        "如方便，请发送全部页面的扫描件",
        "If possible, please send a scan of all pages",
    ),
    "seal-missing": (
        "{what}扫描件：疑似未加盖公章{detail}",
        "{what_en}: no seal was found on the scan{detail}",
        "请核对，并将加盖公章的{what}扫描发送",
        "Please check, and send a scan that bears the seal",
    ),
    "seal-unclear": (
        "{what}{detail}：印章系统未能辨认",
        "{what_en}{detail}: the seal could not be read by machine",
        "请工作人员人工核对",
        "A person has to look",
    ),
    "seal-wrong": (
        "{what}扫描件上的印章与要求不符{detail}",
        "{what_en}: the seal is not the one asked for{detail}",
        "请发送加盖规定单位公章的{what}扫描件",
        "Please send a scan that bears the official seal of the right body",
    ),
    "versions-conflict": (
        "{what}收到多个版本，无法确定以哪份为准{detail}",
        "Several versions of the {what_en}; which one holds is unclear{detail}",
        "请工作人员核对，必要时与报送单位联系",
        "A person has to look, and ask the sender if need be",
    ),
}

TEXTS: dict[FindingCode, Text] = {
    FindingCode.LETTER_COUNT_MISMATCH: (
        "公文所列项目数与汇总表（申报书）不一致：{detail}",
        "The letter's number of projects differs: {detail}",
        "请核对并说明以哪一数字为准",
        "Please check and say which number holds",
    ),
    FindingCode.SUMMARY_COLUMNS_MISSING: (
        "汇总表可以打开，但未能识别其栏目{detail}",
        "The table opens, but its columns were not understood{detail}",
        "请工作人员人工核对",
        "A person has to look",
    ),
    FindingCode.SUMMARY_ROW_INVALID: (
        "汇总表中有内容需要核对：{detail}",
        "A row of the table needs a look: {detail}",
        "请工作人员人工核对",
        "A person has to look",
    ),
    FindingCode.APPLICATION_UNLISTED: (
        "{project}：收到申报书，但汇总表中未列该项目",
        "{project}: an application arrived, but the table does not list it",
        "请发送补列该项目的汇总表，或说明该项目不再推荐",
        "Please send a table that lists it, or say that it is not put forward",
    ),
    FindingCode.APPLICATION_NAME_DIFFERS: (
        "{project}：申报书与汇总表的项目名称不一致{detail}",
        "{project}: application and table give different names{detail}",
        "请核对并说明以哪一名称为准",
        "Please check and say which name holds",
    ),
    FindingCode.APPLICATION_WRONG_FORM: (
        "{project}：使用的申报书表样与本次要求不符{detail}",
        "{project}: this is not the form that the call asks for{detail}",
        "请使用通知规定的申报书重新填报",
        "Please fill in the form named in the notice",
    ),
    FindingCode.APPLICATION_TRACK_UNCLEAR: (
        "{project}：项目类型不明确{detail}",
        "{project}: its type is unclear{detail}",
        "请工作人员人工核对",
        "A person has to look",
    ),
    FindingCode.APPLICATION_FIELD_MISSING: (
        "{project}：申报书未填写{detail}",
        "{project}: the form leaves a field empty: {detail}",
        "请补充填写后重新发送申报书",
        "Please fill it in and send the form again",
    ),
    FindingCode.APPLICATION_FIELD_INVALID: (
        "{project}：{detail}",
        "{project}: {detail}",
        "请核对后更正",
        "Please check and correct it",
    ),
    FindingCode.APPLICATION_CONDITION_UNCLEAR: (
        "{project}：申报条件需要核对：{detail}",
        "{project}: an eligibility clause is not shown: {detail}",
        "请工作人员人工核对",
        "A person has to look",
    ),
    FindingCode.APPLICATION_VERSIONS_DIFFER: (
        "{project}：申报书Word版与盖章扫描件内容不一致：{detail}",
        "{project}: Word version and stamped scan disagree: {detail}",
        "请核对并说明以哪一份为准，或重新发送一致的材料",
        "Please check, say which holds, or send versions that agree",
    ),
    FindingCode.PROJECT_WITHDRAWAL: (
        "来邮或公文提到撤回项目：{detail}",
        "A mail or letter speaks of withdrawing: {detail}",
        "请工作人员确认后处理",
        "A person has to decide",
    ),
    FindingCode.SUBMISSION_OVER_QUOTA: (
        "{detail}",
        "{detail}",
        "请报送单位按通知规定的数量推荐",
        "Please keep to the number in the notice",
    ),
    FindingCode.SUBMISSION_DUPLICATE_PROJECT: (
        "{project}：同一项目还出现在{detail}",
        "{project}: the same project also stands in {detail}",
        "请核对是否重复推荐",
        "Please check whether it was put forward twice",
    ),
    FindingCode.SUBMISSION_LATE: (
        "收到时间晚于通知规定时间",
        "Received after the deadline",
        "是否接收由我单位研究确定",
        "Whether it is accepted is for the office to decide",
    ),
    FindingCode.SUBMISSION_WRONG_MAILBOX: (
        "{project}：应报送至{detail}",
        "{project}: belongs to another mailbox: {detail}",
        "请同时发送至规定的支撑单位邮箱",
        "Please send it to that unit's mailbox as well",
    ),
    FindingCode.SUBMISSION_WRONG_CHANNEL: (
        "电子邮件不作为本项工作的报送渠道",
        "E-mail is not the channel for this call",
        "请按通知要求报送",
        "Please submit as the notice says",
    ),
    FindingCode.SUBMISSION_NOT_THROUGH_RECOMMENDER: (
        "本项目须由省级市场监管部门推荐并报送",
        "This project must be put forward by the provincial regulator",
        "请与所在地省级市场监管部门联系",
        "Please contact the market regulator of your province",
    ),
    FindingCode.SUBMISSION_SUBJECT_MARK: (
        "邮件主题未注明“{detail}”",
        "The subject does not bear the mark “{detail}”",
        "如再次发送，请在主题中注明",
        "Please add it when you write again",
    ),
    FindingCode.SUBMISSION_NOT_ARCHIVED: (
        "材料未以压缩包形式报送",
        "The files were not sent as one archive",
        "如再次发送，请打包为一个压缩包",
        "Please pack them into one archive when you send again",
    ),
    FindingCode.RECOMMENDER_UNKNOWN: (
        "未能确定推荐单位{detail}",
        "Who recommends could not be established{detail}",
        "请工作人员人工核对",
        "A person has to look",
    ),
    FindingCode.RECOMMENDER_NOT_ENTITLED: (
        "{detail}不属于通知规定的推荐单位",
        "{detail} is not among the bodies entitled to recommend",
        "请由省级市场监管部门推荐并报送",
        "Please submit through the provincial regulator",
    ),
    FindingCode.SENDER_UNVERIFIED: (
        "发件人身份未通过邮件服务器验证，暂未回复{detail}",
        "The sender failed SPF, DKIM and DMARC; nothing was answered{detail}",
        "请工作人员确认发件人",
        "A person has to confirm the sender",
    ),
    FindingCode.SENDER_NEW: (
        "有新的发件地址加入本次报送{detail}",
        "A new address joined this submission{detail}",
        "请工作人员确认",
        "A person has to confirm it",
    ),
    FindingCode.FILE_UNREADABLE: (
        "文件“{detail}”无法打开，可能已损坏",
        "The file “{detail}” cannot be opened; it may be damaged",
        "请重新发送该文件",
        "Please send it again",
    ),
    FindingCode.FILE_ENCRYPTED: (
        "文件“{detail}”已加密，无法打开",
        "The file “{detail}” is protected by a password",
        "请去除密码后重新发送",
        "Please remove the password and send it again",
    ),
    FindingCode.FILE_UNSUPPORTED: (
        "文件“{detail}”的格式暂不能读取",
        "The format of “{detail}” cannot be read",
        "请另存为docx、xlsx或PDF格式后发送",
        "Please save it as docx, xlsx or PDF and send that",
    ),
    FindingCode.FILE_LINK_ONLY: (
        "文件以链接（超大附件）方式发送，未收到文件本身：{detail}",
        "Only a link was received, not the file: {detail}",
        "请以普通附件分次发送，单封不超过25 MB",
        "Please send it as ordinary attachments, at most 25 MB a mail",
    ),
    FindingCode.FILE_TOO_LARGE: (
        "文件“{detail}”超过可处理的限度，未予展开",
        "The file “{detail}” is over the limits and was not expanded",
        "请拆分后分次发送",
        "Please split it and send the parts",
    ),
    FindingCode.FILE_ACTIVE_CONTENT: (
        "文件“{detail}”含有宏或嵌入程序，已忽略",
        "“{detail}” contains macros or embedded programs; they were ignored",
        "如再次发送，请去除宏",
        "Please remove them when you send it again",
    ),
    FindingCode.FILE_SENSITIVE_MARK: (
        "一份文件带有密级标志，内容未保留",
        "A file bears a secrecy mark; its content was not kept",
        "请按保密规定处理",
        "Handle it under the secrecy rules",
    ),
}

TO_UNIT = frozenset(
    {
        "seal-unclear",
        "versions-conflict",
        "columns-missing",
        "row-invalid",
        "track-unclear",
        "condition-unclear",
        "withdrawal",
        "duplicate-project",
        "unknown",
        "unverified",
        "new",
        "sensitive-mark",
    }
)  # contracts §2, column "told to"
