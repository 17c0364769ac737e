"""domain/mail_folder.py: what the settings say of mailboxes, and what is wrong with them, without naming them."""

from datetime import date

import pytest

from shoufa.domain.errors import MailboxClosed
from shoufa.domain.mail_folder import MAX_BYTES, MailFolder, mail_folders


def test_a_mailbox_of_a_provider_is_named_in_one_word():
    (folder,) = mail_folders("imaps://Unit@mail.example@imap.mail.example")
    assert folder == MailFolder(host="imap.mail.example", user="Unit@mail.example", mailbox="unit@mail.example")
    assert (folder.port, folder.folder, folder.since, folder.max_bytes) == (993, "INBOX", None, MAX_BYTES)


def test_several_folders_of_several_mailboxes():
    said = "imaps://a@x.cn@imap.x.cn\n imaps://a@x.cn@imap.x.cn/%E5%9E%83%E5%9C%BE%E9%82%AE%E4%BB%B6"
    said += " imaps://clerk@mail.unit.cn:1993/Calls/2023?mailbox=Calls@unit.cn"
    folders = mail_folders(said, "2023-07-01", 5)
    assert [f.folder for f in folders] == ["INBOX", "垃圾邮件", "Calls/2023"]
    assert [f.mailbox for f in folders] == ["a@x.cn", "a@x.cn", "calls@unit.cn"]
    assert (folders[2].user, folders[2].port) == ("clerk", 1993)
    assert {(f.since, f.max_bytes) for f in folders} == {(date(2023, 7, 1), 5)}
    assert len({f.id for f in folders}) == 3


def test_what_a_folder_is_called_depends_on_the_account_and_the_folder_alone():
    one, two = mail_folders("imaps://a@x.cn@h.cn"), mail_folders("imaps://a@x.cn@h.cn", "2023-07-01", 5)
    assert one[0].id == two[0].id
    assert len(one[0].id) == 16


@pytest.mark.parametrize(
    "said",
    [
        "imap://a@x.cn@imap.x.cn",
        "a@x.cn",
        "imaps://imap.x.cn",
        "imaps://clerk@imap.x.cn",
        "imaps://clerk@imap.x.cn?mailbox=clerk",
        "imaps://a%20b@x.cn@imap.x.cn",
        "imaps://a%22@x.cn@imap.x.cn",
        "imaps://a@x.cn@imap.x.cn:many",
        "imaps://a@x.cn@imap.x.cn/a%0d%0aLOGOUT",
    ],
)
def test_what_cannot_be_understood_is_told_with_what_to_write(said):
    with pytest.raises(MailboxClosed, match=r"第2个.*number 2") as err:
        mail_folders(f"imaps://good@x.cn@imap.x.cn {said}")
    assert "x.cn" not in str(err.value)


def test_a_password_does_not_belong_there():
    with pytest.raises(MailboxClosed, match="IMAP_PASSWORDS") as err:
        mail_folders("imaps://a%40x.cn:secret@imap.x.cn")
    assert "secret" not in str(err.value)


def test_a_folder_stands_there_once():
    with pytest.raises(MailboxClosed, match="两次"):
        mail_folders("imaps://a@x.cn@h.cn imaps://a@x.cn@h.cn/INBOX")


def test_a_day_is_written_as_a_day():
    with pytest.raises(MailboxClosed, match="2023-07-01"):
        mail_folders("imaps://a@x.cn@h.cn", "1.7.2023")
