import re
import smtplib
from dataclasses import replace
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs

import processes
from processes.errors import LetterRefused, MailRefused
from processes.letters.house import Parties, names_of, sheet_of
from processes.letters.rendering import day_text, dressed, write
from processes.letters.templates import check, name_of, read
from processes.mail import FileMail, LogMail, Message, RecordingMail, SmtpMail, as_email, make_mail, written_to
from processes.procedures.model import UNDECLARED
from processes.settings import Settings

SHANGHAI = ZoneInfo("Asia/Shanghai")
SETTINGS = Settings(company_zh="甲公司", company_en="Company A", contact_phone="021-1234")
EVERYTHING = {
    "case_no": "KB-2026-000123",
    "received_at": "2026-09-28T09:30:00+08:00",
    "reply_effective_due": "2026-10-09T00:00:00+08:00",
    "tracking_code": "AAAA-BBBB-CCCC",
    "today": "2026-09-28",
    "reply_cause": "模具温度过低",
    "reply_solution": "更换12个外壳",
    "reply_compensation": "",
    "reply_prevention": "每班检查",
    "reply_schedule": "11月9日",
    "reply_route": None,
    "reject_reason": "设备接入380伏电源，超出220伏的额定范围",
    "reject_apology": "给您带来不便，我们深表歉意。",
    "reject_objection_how": "来信或来电均可。",
    "objection_ends": "2026-11-11T00:00:00+08:00",
    "silence_ends": "2026-11-20T00:00:00+08:00",
    "remedy_text": "换货",
    "new_date": "2026-11-12",
    "delay_reason": "",
}
FOLDER = Path(processes.__file__).parent / "kb_sales_quality" / "letters"
FILES = {f"letters/{path.name}": path.read_bytes() for path in FOLDER.iterdir()}
LETTERS = {name_of(path): read(*name_of(path), content.decode()) for path, content in FILES.items()}


def letter(template, language="zh", **changes):
    parties = Parties(name="王磊")
    names = {**names_of(SETTINGS, UNDECLARED, language, parties), **EVERYTHING, **changes}
    written = write(LETTERS[template, language], names, SHANGHAI)
    return dressed(written, sheet_of(written, SETTINGS, names, parties, day_text(date(2026, 11, 5), language)))


def test_the_end_of_a_day_is_written_as_that_day():
    assert "最迟于2026年10月8日" in letter("TPL-ACK").text
    assert "by 8 October 2026" in letter("TPL-ACK", "en").text


def test_the_acknowledgement_names_number_code_and_date_and_no_fault():
    for language in ("zh", "en"):
        text = letter("TPL-ACK", language).text
        assert "AAAA-BBBB-CCCC" in text
        assert not re.search(r"fault|sorry|apolog|责任|抱歉|歉意|赔", text, re.IGNORECASE)


def test_a_rejection_apologises_without_admitting_anything():
    text = letter("TPL-REJECT").text
    assert "深表歉意" in text
    assert not re.search(r"责任|过错|赔", text)


def test_without_compensation_the_reply_says_so():
    assert "赔偿：无" in letter("TPL-REPLY").text
    assert "Compensation: none" in letter("TPL-REPLY", "en").text


def test_what_people_typed_is_text_and_never_a_template():
    hostile = "{{ 7 * 7 }} {% for x in [] %} <script>alert(1)</script>"
    written = letter("TPL-REPLY", reply_cause=hostile)
    assert hostile in written.text
    assert "<script>" not in written.html
    assert "&lt;script&gt;" in written.html
    assert "{{ 7 * 7 }}" in written.html


def test_a_field_that_is_needed_and_empty_is_refused():
    with pytest.raises(LetterRefused, match="reply_cause"):
        letter("TPL-REPLY", reply_cause="")
    with pytest.raises(LetterRefused):
        letter("TPL-ACK", received_at="yesterday")


def test_the_secret_code_is_left_out_while_it_opens_nothing():
    for language in ("zh", "en"):
        text = letter("TPL-ACK", language, tracking_code=None).text
        assert "None" not in text
        assert not re.search(r"code|查询码", text)


def test_the_shipped_letters_have_no_finding():
    assert list(check(FILES)) == []


GOOD = {
    "letters/A.zh.txt": "fields: a b?\nsubject: {{ a }}\n\n{{ b }}",
    "letters/A.en.txt": "fields: a b?\nsubject: {{ a }}\n\n{{ b }}",
}


WITH = "fields: a b?\nsubject: {{{{ a }}}}\n\n{{{{ b }}}} {}"


def test_a_letter_has_an_end_and_amounts_have_few_places():
    long = read("A", "en", "fields: a\nsubject: x\n\n" + "{{ a }}" * 11)
    with pytest.raises(LetterRefused, match="more than 1000000 signs"):
        write(long, {"a": "x" * 100_000}, ZoneInfo("UTC"))
    paid = read("A", "en", "fields: a\nsubject: x\n\n{{ a | money }}")
    assert write(paid, {"a": "1800.5"}, ZoneInfo("UTC")).text == "1,800.50\n"
    for amount in ("1e999999999", "1e-999999999", "NaN", "many"):
        with pytest.raises(LetterRefused):
            write(paid, {"a": amount}, ZoneInfo("UTC"))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"letters/A.en.txt": None}, "add A.en.txt"),
        ({"letters/A.de.txt": "subject: x\n\ny"}, "not in de"),
        ({"letters/notes.txt": "subject: x\n\ny"}, "is called NAME"),
        ({"letters/A.en.txt": "fields: a b?\n\n{{ a }} {{ b }}"}, "no “subject: …”"),
        ({"letters/A.en.txt": "To: you\nsubject: x\n\ny"}, "line 1: before the first empty line"),
        ({"letters/A.en.txt": "fields: a-b\nsubject: x\n\ny"}, "“a-b”: a field is a name"),
        ({"letters/A.en.txt": "fields: company\nsubject: x\n\ny"}, "every letter has it already"),
        (
            {"letters/A.en.txt": "fields: a b?\nsubject: {{ a }}\n\n{{ b }} {{ cost }}"},
            "uses cost, which its head does not name",
        ),
        ({"letters/A.en.txt": "fields: a b?\nsubject: x\n\n{{ b }}"}, "names a, which the letter does not use"),
        ({"letters/A.en.txt": "fields: a\nsubject: {{ a }}\n\ny"}, "name different fields: b"),
        ({"letters/A.en.txt": "fields: a b?\nsubject: {{ a }}\n\n{% if b %}"}, "cannot be read"),
        *(
            (
                {"letters/A.en.txt": WITH.format(typed)},
                f"“{typed}” stands in the letter as it is: write {{{{ case_no }}}}",
            )
            for typed in ("{case_no}", "{ case_no }}", "${case_no}", "｛｛case_no｝｝", "[case_no]", "<case_no>")
        ),
        ({"letters/A.en.txt": WITH.format("{casen_o}")}, "did you mean case_no?"),
        ({"letters/A.en.txt": WITH.format("{% if a } x {% endif %}")}, "as it is: write {% if a %}"),
        ({"letters/A.en.txt": b"\xff\xfe"}, "not UTF-8"),
        ({"letters/A.en.txt": WITH.format("{{ a * 999999999 }}")}, "a letter has no Mul"),
        ({"letters/A.en.txt": WITH.format("{{ a | center(999999999) }}")}, "“| center” is not taken"),
        ({"letters/A.en.txt": WITH.format("{{ '%9d'.format(1) }}")}, "nothing is called"),
        ({"letters/A.en.txt": WITH.format("{{ a.__class__ }}")}, "__class__ is no part of a value"),
        ({"letters/A.en.txt": WITH.format("{% include a %}")}, "by its name in quotes"),
        ({"letters/A.en.txt": WITH.format("{% for c in a %}{% for d in a %}{% endfor %}{% endfor %}")}, "not within"),
        ({"letters/A.en.txt": WITH.format("{% set c = a ~ a %}{{ c }}")}, "none that are put together"),
        ({"letters/A.en.txt": WITH.format("{{ " + "(" * 3000 + "a" + ")" * 3000 + " }}")}, "too deep"),
    ],
)
def test_what_is_wrong_with_a_letter_is_said_at_deployment(changes, said):
    files = {path: text for path, text in {**GOOD, **changes}.items() if text is not None}
    encoded = {path: text if isinstance(text, bytes) else text.encode() for path, text in files.items()}
    assert any(said in finding.message for finding in check(encoded)), [str(each) for each in check(encoded)]
    assert list(check({path: text.encode() for path, text in GOOD.items()})) == []


def test_a_procedure_has_words_of_its_own_unless_the_installation_is_named():
    own = {"zh": {"客户": "患者", "本公司": "本院"}, "en": {"customer": "patient", "our company": "our hospital"}}
    hospital = replace(UNDECLARED, terms=own)
    said = {language: names_of(Settings(), hospital, language, Parties()) for language in ("zh", "en")}
    assert [said[each]["company"] for each in said] == ["本院", "our hospital"]
    assert [said[each]["salutation"] for each in said] == ["尊敬的患者", "Dear patient"]
    named = names_of(replace(SETTINGS, company_zh="本公司客户中心"), hospital, "zh", Parties())
    assert (named["company"], named["we"]) == ("本公司客户中心", "本院")


def test_salutation_and_days():
    assert names_of(SETTINGS, UNDECLARED, "zh", Parties())["salutation"] == "尊敬的客户"
    assert names_of(SETTINGS, UNDECLARED, "en", Parties("Wang Lei"))["salutation"] == "Dear Wang Lei"
    assert day_text(date(2026, 11, 9), "zh") == "2026年11月9日"
    assert day_text(date(2026, 11, 9), "en") == "9 November 2026"


def message(**changes):
    facts = {
        "key": "TPL-REPLY-17",
        "template": "TPL-REPLY",
        "channel": "email",
        "to": "wang@example.com",
        "subject": "关于 KB-2026-000123",
        "text": "文本\n",
        "html": "<p>文本</p>",
        "written_at": datetime(2026, 11, 5, 8, tzinfo=UTC),
    }
    return Message(**{**facts, **changes})


def test_an_e_mail_keeps_its_id_at_every_attempt():
    first, second = (as_email(message(), "us@example.org") for _ in range(2))
    assert first["Message-ID"] == second["Message-ID"] == "<TPL-REPLY-17@example.org>"
    assert [part.get_content_type() for part in first.iter_parts()] == ["text/plain", "text/html"]
    assert as_email(message(key="a b>\r\nBcc: c"), "us@example.org")["Message-ID"] == "<a.b...Bcc..c@example.org>"


def test_the_log_has_nothing_of_what_a_letter_says_nor_to_whom():
    with capture_logs() as lines:
        LogMail().send(message())
    assert [set(line) for line in lines] == [{"event", "log_level", "template", "key", "channel"}]


def test_the_letter_goes_along_as_a_pdf_where_the_installation_says_so():
    email = as_email(message(pdf=b"%PDF-1.7"), "us@example.org")
    assert [each.get_filename() for each in email.iter_attachments()] == ["TPL-REPLY.pdf"]
    assert email.get_body(("plain",)).get_content().strip() == "文本"
    assert email.get_body(("html",)).get_content().strip() == "<p>文本</p>"


@pytest.mark.parametrize(
    "to",
    ["no address", "a@b\nBcc: all@example.com", "@", "a@b c", " ", "a@[\t ", 'a@[<"', "测@[", "])a[", "测@a", "\0@a"],
)
def test_a_wrong_address_is_refused(to):
    with pytest.raises(LetterRefused):
        as_email(message(to=to), "us@example.org")


def test_a_domain_of_another_script_stands_in_the_header_by_its_name_in_ascii():
    assert as_email(message(to="a@例子.cn"), "from@example.org")["To"] == "a@xn--fsqu00a.cn"


def test_files_are_written_once_for_each_key(tmp_path):
    mail = FileMail(tmp_path / "mail", "us@example.org")
    assert mail.send(message()) == mail.send(message()) == "TPL-REPLY-17.eml"
    assert mail.send(message(key="../x", to="", channel="letter")) == "___x.eml"
    read = message_from_bytes((tmp_path / "mail" / "TPL-REPLY-17.eml").read_bytes(), policy=default)
    assert read["Subject"] == "关于 KB-2026-000123"
    assert len(list((tmp_path / "mail").iterdir())) == 2


def test_files_are_found_by_whom_they_were_written_to(tmp_path):
    mail = FileMail(tmp_path, "us@example.org")
    mail.send(message(key="notice-1", to="left@例子.cn"))
    for key, to in (("notice-2", "left@other.example"), ("TPL-REPLY-1", "left@例子.cn"), ("notice-3", "")):
        mail.send(message(key=key, to=to))
    assert written_to(tmp_path, "left@例子.cn", "notice") == [tmp_path / "notice-1.eml"]
    assert written_to(tmp_path, "left@-", "notice") == written_to(tmp_path / "none", "left@example.org", "notice") == []


def test_a_recording_backend_counts_by_template():
    mail = RecordingMail()
    for key in ("a", "a", "b"):
        mail.send(message(key=key))
    assert mail.sent == {"TPL-REPLY": 2}


def test_the_settings_choose_the_backend(tmp_path):
    assert isinstance(make_mail(Settings(mail="smtp")), SmtpMail)
    assert isinstance(make_mail(Settings(mail="log")), LogMail)
    assert isinstance(make_mail(Settings(mail_folder=str(tmp_path))), FileMail)
    assert LogMail().send(message()) == "logged"


def test_a_mail_server_gets_the_letter(monkeypatch):
    sent = []

    class Server:
        def __init__(self, host, port, timeout):
            sent.append((host, port))

        def starttls(self, context):
            sent.append("tls")

        def login(self, user, password):
            sent.append((user, password))

        def send_message(self, email):
            sent.append(email["To"])

        def part(self):
            sent.append("parted")

    monkeypatch.setattr("processes.mail._Server", Server)
    settings = Settings(smtp_host="mx", smtp_port=587, smtp_tls=True, smtp_user="u", smtp_password="p")
    assert SmtpMail(settings).send(message()) == "<TPL-REPLY-17@localhost>"
    assert sent == [("mx", 587), "tls", ("u", "p"), "wang@example.com", "parted"]


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        (smtplib.SMTPRecipientsRefused({"a@b": (550, b"no such user")}), MailRefused),
        (smtplib.SMTPRecipientsRefused({"a@b": (451, b"later")}), smtplib.SMTPRecipientsRefused),
        (smtplib.SMTPSenderRefused(553, b"not you", "us"), MailRefused),
        (smtplib.SMTPDataError(452, b"full"), smtplib.SMTPDataError),
    ],
)
def test_what_a_mail_server_will_never_take_is_told_from_what_is_tried_again(monkeypatch, error, raised):
    def refuse(_self, _email, _make_sure):
        raise error

    monkeypatch.setattr(SmtpMail, "_deliver", refuse)
    with pytest.raises(raised):
        SmtpMail(Settings()).send(message())
