"""Every letter of every folder: which parts it has, in both languages, with everything there and with as little as may be."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pypdfium2
import pytest

import processes
from processes.letters.house import Parties, names_of, sheet_of
from processes.letters.model import LETTER
from processes.letters.rendering import BLOCKS, day_text, dressed, write
from processes.letters.templates import check, name_of, read
from processes.paper.printing import typeset
from processes.procedures.model import UNDECLARED
from processes.settings import Settings

SHANGHAI = ZoneInfo("Asia/Shanghai")
FOLDERS = sorted(
    {path.parent for path in Path(processes.__file__).parent.glob("**/letters/*.txt") if "migrations" not in path.parts}
)
PATHS = {name_of(path.as_posix()): path for folder in FOLDERS for path in folder.glob("*.txt")}
TEMPLATES = {named: read(*named, path.read_text("utf-8")) for named, path in PATHS.items()}
LETTERS = {named: template for named, template in TEMPLATES.items() if template.kind == LETTER}
ALONE = {"AGREEMENT", "AGREEMENT-SIGNED"}
"""Texts that are no letters: they stand on a paper of their own."""

SETTINGS = Settings(
    company_zh="甲公司",
    company_en="Company A",
    company_address_zh="甲路1号",
    company_address_en="1 First Road",
    contact_phone="021-1234",
    contact_email="desk@example.com",
)
PEOPLE = {
    "zh": Parties("王磊", "乙公司", "乙路2号", "外壳", "李明", "营业部"),
    "en": Parties("Wang Lei", "Company B", "2 Second Road", "casings", "Li Ming", "Sales"),
}
GIVEN = {
    "case_no": "KB-2026-000123",
    "received_at": "2026-09-28T09:30:00+08:00",
    "today": "2026-11-05",
    "tracking_code": None,
}
DAYS = ("due", "ends", "until", "date")
"""Fields whose names end so are days."""
TYPED = {"demands": ["exchange", "compensation"], "claimed_amount": "5000", "fault_statement": "ours"}

SAID = {
    "thanks": ("感谢", "Thank you"),
    "apology": ("歉意|遗憾", "sorry|apologise"),
    "fault": ("本公司过失", "fault was ours"),
    "asked": ("要求：", "You asked for"),
    "found": ("调查(结果|情况)：", "What we found:"),
    "done": ("处理(办法|意见)：", "What we (will do|propose):"),
    "money": ("[赔补]偿：", "Compensation:"),
    "when": ("办理时间：", "When:"),
    "reply by": ("2026年11月9日", "9 November 2026"),
    "answer by": ("2026年11月9日前（含当日）", r"by 9 November 2026 \(inclusive\)"),
    "silence": ("未收到", "not heard from you|hear nothing|do not hear"),
    "reasons": ("(理由|原因).*如下：", "reasons"),
    "new date": ("2026年11月9日", "9 November 2026"),
    "delay": ("延期原因：", "reason for the delay:"),
    "ways": ("途径解决：", "open to you"),
}
ALWAYS = {"thanks"}
REFUSAL = {"apology", "asked", "reasons", "answer by", "silence"}
PARTS = {
    "ACK": {"asked", "reply by"},
    "DATE": {"asked", "reply by"},
    "RECEIPT": set(),
    "EXTENDED": {"apology", "new date", "delay"},
    "REPLY": {"apology", "fault", "asked", "found", "done", "money", "when", "answer by", "silence", "ways"},
    "REJECT": REFUSAL,
    "DECLINE": REFUSAL,
    "NO": REFUSAL | {"ways"},
    "END": {"apology", "asked", "ways", "silence"},
    "JOINED": set(),
    "MERGED": set(),
    "PROGRESS": {"apology", "new date", "delay"},
    "REMINDER": {"apology", "answer by", "silence"} - {"apology"},
    "SURVEY": set(),
    "WITHDRAWN": {"apology", "silence"},
}
"""What each kind of letter says beside what all of them have; a new kind has its row here."""

AROUND = {
    "zh": [
        *("甲公司", "甲路1号", "电话：021-1234", "乙公司", "王磊", "乙路2号", "编号：KB-2026-000123", "尊敬的王磊："),
        "请与营业部李明联系（电话：021-1234，电子邮箱：desk@example.com）",
        *("特此函", "　　此致\n敬礼\n\n甲公司\n营业部　李明\n2026年11月5日"),
    ],
    "en": [
        *("Company A", "1 First Road", "Telephone 021-1234", "Company B", "Wang Lei", "2 Second Road"),
        *("Our reference: KB-2026-000123", "5 November 2026", "Dear Wang Lei,"),
        "contact Li Ming, Sales (telephone 021-1234, e-mail desk@example.com)",
        "Yours sincerely,\n\nLi Ming\nSales\nCompany A",
    ],
}
"""What stands around the words of all of them."""


def kind_of(name):
    return name.partition("-")[2]


def value_of(field, language):
    if field in TYPED:
        return TYPED[field]
    if field.endswith(DAYS):
        return "2026-11-10T00:00:00+08:00"
    said = ("深表歉意", "we are sorry") if field.endswith("apology") else ("内容", "something")
    return said[language == "en"]


def letter(named, *, full=True, people=None, settings=SETTINGS, **changes):
    template, language = LETTERS[named], named[1]
    parties = PEOPLE[language] if people is None else people
    wanted = template.fields if full else template.needed
    fields = {**{each: value_of(each, language) for each in wanted}, **changes}
    names = {**names_of(settings, UNDECLARED, language, parties), **GIVEN, **fields}
    written = write(template, names, SHANGHAI)
    return dressed(written, sheet_of(written, settings, names, parties, day_text(date(2026, 11, 5), language)))


def test_all_are_letters_of_the_house_but_the_agreements():
    assert {name for name, _ in TEMPLATES.keys() - LETTERS.keys()} == ALONE
    assert {kind_of(name) for name, _ in LETTERS} <= PARTS.keys()


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_each_folder_names_the_fields_that_its_letters_need(folder):
    assert [str(each) for each in check({f"letters/{path.name}": path.read_bytes() for path in folder.iterdir()})] == []


@pytest.mark.parametrize("named", LETTERS, ids="-".join)
def test_a_letter_has_the_parts_that_one_of_its_kind_needs(named):
    name, language = named
    written, english = letter(named), language == "en"
    for part in ALWAYS | PARTS[kind_of(name)]:
        assert re.search(SAID[part][english], written.text), (part, written.text)
    for said in AROUND[language]:
        assert said in written.text
        assert all(line.strip() in written.html for line in said.split("\n"))
    assert "KB-2026-000123" in written.subject
    assert f'lang="{language}"' in written.html


@pytest.mark.parametrize("named", LETTERS, ids="-".join)
@pytest.mark.parametrize("full", [True, False])
def test_nothing_is_left_over_whatever_is_away(named, full):
    away = Settings() if not full else SETTINGS
    written = letter(named, full=full, people=None if full else Parties(), settings=away)
    for text in (written.text, written.html, written.subject):
        assert not re.search(r"None|\{\{|\{%|\n\n\n|（）|\(\)|[，。；：、]{2}| ,|  ", text.replace("\n  ", "\n")), text
    assert not any(line.endswith(" ") for line in written.text.split("\n"))


@pytest.mark.parametrize(
    "named", [each for each in LETTERS if kind_of(each[0]) in ("REJECT", "DECLINE", "NO")], ids="-".join
)
def test_what_is_not_accepted_regrets_and_admits_nothing(named):
    written = letter(named, fault_statement="ours", reject_apology=None, demands=None)
    assert not re.search(r"过失|责任|赔|\bfault\b|liab|compens", written.text)


@pytest.mark.parametrize("stated", ["partly", "not_ours", "open", None])
def test_the_fault_is_apologised_for_only_where_it_is_ours(stated):
    for language, words in (("zh", "过失"), ("en", r"\bfault\b")):
        text = letter(("TPL-REPLY", language), fault_statement=stated).text
        assert bool(re.search(words, text)) == (stated == "partly")
        assert re.search(SAID["apology"][language == "en"], text)


def test_the_word_for_money_is_that_of_the_procedure():
    assert "补偿" in letter(("PT-REPLY", "zh"), demands=None).text
    assert not any("赔偿" in letter((name, "zh")).text for name, language in LETTERS if name.startswith("PT-"))
    assert not any("补偿" in letter((name, "zh")).text for name, language in LETTERS if not name.startswith("PT-"))


def test_the_installation_says_who_signs():
    settings = replace(SETTINGS, signatory_zh="张华", signatory_title_zh="客户服务部经理")
    assert "甲公司\n客户服务部经理　张华\n2026年11月5日" in letter(("TPL-ACK", "zh"), settings=settings).text


def test_a_block_that_is_not_there_is_found_when_the_folder_is_checked():
    files = {f"letters/A.{each}.txt": b'subject: A\n\n{% include "contcat.zh.txt" %}' for each in ("zh", "en")}
    found = [str(each) for each in check(files)]
    assert len(found) == len(files)
    assert all("contcat.zh.txt" in each and "contact.zh.txt" in each for each in found)
    assert {path.name for path in BLOCKS.glob("*.txt")} == {
        f"{path.name.split('.')[0]}.{language}.txt" for path in BLOCKS.glob("*.txt") for language in ("zh", "en")
    }


@pytest.mark.parametrize("named", [("TPL-REPLY", "zh"), ("TPL-REPLY", "en"), ("PT-NO", "zh")], ids="-".join)
def test_a_letter_is_one_page_of_a4_and_a_long_one_has_numbered_pages(named):
    usual = pypdfium2.PdfDocument(typeset(letter(named).sheet))
    assert [tuple(map(round, page.get_size())) for page in usual] == [(595, 842)]
    said = {"reply_cause": "说明" * 900, "no_reason": "说明" * 900}
    people = replace(PEOPLE[named[1]], address="\n".join(f"第{each}行" for each in range(12)))
    long = pypdfium2.PdfDocument(typeset(letter(named, people=people, **said).sheet))
    first, second = (re.sub(r"\s", "", page.get_textpage().get_text_range()) for page in long)
    assert "第11行" in first
    assert "1/2" not in first
    assert ("第2页，共2页" if named[1] == "zh" else "Page2of2") in second
    assert "KB-2026-000123" in second


def test_a_house_that_is_not_named_has_a_capital_at_the_head_and_below():
    said = letter(("TPL-MERGED", "en"), settings=Settings()).text
    assert said.count("Our company") == 2
    assert (Settings().named, SETTINGS.named) == (False, True)
