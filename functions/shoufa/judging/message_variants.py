"""What findings say in place of their usual words, by what is known besides (`message_texts`)."""

from shoufa.judging.message_texts import Text

IN_BODY: dict[str, Text] = {
    "word-missing": (
        "{what}Word版：来邮正文中载有其内容，未收到文件",
        "{what_en}: its text stands in your mail, but no editable file has arrived",
        "请将{what}的Word（Excel）版作为附件发送",
        "Please attach the editable version of the {what_en}",
    ),
    "scan-missing": (
        "{what}盖章扫描件：来邮正文中载有其内容，未收到文件",
        "{what_en}: its text stands in your mail, but no scan has arrived",
        "请将盖章后的{what}扫描，作为附件发送",
        "Please attach a scan of the stamped {what_en}",
    ),
}
"""Instead of the words above where a mail's text holds the paper (kind `mail-body`)."""

ELECTRONIC: dict[str, Text] = {
    "seal-unclear": (
        "{what}的电子签章需要人工核实{detail}",
        "{what_en}: the electronic seal has to be verified by a person{detail}",
        "请工作人员人工核对",
        "A person has to look",
    ),
}
"""Instead of the words above where an electronic seal could not be counted."""

DIVIDED: dict[str, Text] = {
    "unreadable": (
        "分卷压缩包{detail}：分卷不全或有损坏，未能打开",
        "The divided archive {detail} cannot be opened: volumes are missing or damaged",
        "请将全部分卷在同一封邮件中重新发送，或改为单个压缩包、分别发送文件",
        "Please send all its volumes in one mail, or one archive, or separate files",
    ),
}
"""Where the file is a volume of an archive that did not arrive whole."""

BROKEN_OFF: dict[str, Text] = {
    "unreadable": (
        "压缩包“{detail}”不完整，其中部分文件未能取出",
        "The archive “{detail}” is cut short; some of its files could not be taken out",
        "请重新压缩后发送，或分别发送文件",
        "Please pack it again and send it, or send the files separately",
    ),
}
"""Where an archive breaks off after some of its files."""

SPECIAL = {"electronic": ELECTRONIC, "in_body": IN_BODY, "divided": DIVIDED, "broken_off": BROKEN_OFF}
"""The words to use, by what is said to have been seen."""
