"""The whole case file as one PDF."""

import re

import pypdfium2
import pytest
from sqlalchemy import select
from test_web_papers import PNG, attach

from processes.cases.schema import DbCase, DbCaseEntry, DbDocument
from processes.paper.model import Heading, Paper, Paragraph
from processes.paper.printing import typeset
from web.cases import cards, case_file, printed_form
from web.shell.people import Names

EVIDENCE = typeset(Paper("证据一", "zh", [Paragraph("照片三张"), Heading("证据二", new_page=True)]))


def pages(content):
    document = pypdfium2.PdfDocument(content)
    try:
        return [re.sub(r"[\s\u200b\ufffe]", "", page.get_textpage().get_text_range()) for page in document]
    finally:
        document.close()


def read(hall, number, login="wang", language="en"):
    answer = hall.visitor(login, language).get(f"/cases/{number}/file.pdf")
    assert answer.status_code == 200
    assert answer.content_type == "application/pdf"
    return pages(answer.data)


def place(found, said):
    return next(number for number, page in enumerate(found) if "".join(said.split()) in page)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_holds_everything_in_order(disputed, language):
    hall, number = disputed
    attach(hall.visitor("wang"), number, ("证据.pdf", EVIDENCE), ("坏.png", PNG))
    found = read(hall, number, language=language)
    words = {
        "en": ("Case file", "Deadlines", "Everything that happened", "Letters", "SHA-256", "照片三张", "Diagram: "),
        "zh": ("案卷", "时限", "全部记录", "函件", "SHA-256", "照片三张", "流程图"),
    }[language]
    places = [place(found, each) for each in words]
    assert places == sorted(places)
    for said in (number, "乙班缺原料烘干记录", "照片三张", "证据二", "坏.png"):
        place(found, said)
    assert f"{len(found)}" in found[0]


def test_the_answers_of_forms_are_in_it(disputed):
    hall, number = disputed
    told = "".join(read(hall, number))
    for said in ("订单SO-26-08114", "¥4,850.00", "200件中12件浇口处开裂"):
        assert said in told


def test_phone_and_e_mail_stay_veiled(disputed):
    hall, number = disputed
    with hall.database.reading() as session:
        case = session.scalars(select(DbCase).where(DbCase.number == number)).one()
        phone, email = case.said("phone"), case.said("email")
    told = "".join(read(hall, number))
    assert phone or email
    assert all(each not in told for each in (phone, email) if each)


def test_three_hundred_entries_are_all_in_it(disputed):
    hall, number = disputed
    with hall.database.transaction() as session:
        case = session.scalars(select(DbCase).where(DbCase.number == number)).one()
        for each in range(300):
            session.add(
                DbCaseEntry(
                    case_id=case.id,
                    at=hall.clock.now(),
                    kind="comment",
                    actor="wang",
                    data={"text": f"第{each}条意见，" + "样品已封存。" * 10, "once": ""},
                )
            )
    told = "".join(read(hall, number))
    assert all(f"第{each}条意见" in told for each in range(300))


def test_what_is_too_large_stands_in_the_list_alone(disputed, monkeypatch):
    hall, number = disputed
    attach(hall.visitor("wang"), number, ("证据.pdf", EVIDENCE))
    monkeypatch.setattr(case_file.Room, "left", 10)
    monkeypatch.setattr(case_file.Room.__init__, "__defaults__", (10,))
    told = "".join(read(hall, number))
    assert "onlyinthelist:证据.pdf" in told
    assert "照片三张" not in told


def test_a_file_that_cannot_be_made_is_told_and_leaves_the_case_alone(disputed, monkeypatch):
    hall, number = disputed
    monkeypatch.setattr(case_file.printing, "MOST_MEMORY", 1024)
    answer = hall.visitor("wang").get(f"/cases/{number}/file.pdf")
    assert answer.status_code == 422
    assert "the typesetter gave up" in answer.text


def test_nobody_else_gets_it(disputed):
    hall, number = disputed
    for login in ("stranger", None):
        answer = hall.visitor(login).get(f"/cases/{number}/file.pdf")
        assert answer.status_code in (302, 303, 404)
        assert b"%PDF" not in answer.data
    assert hall.visitor("wang").get("/cases/KB-2026-009999/file.pdf").status_code == 404


def test_the_page_of_a_case_leads_to_it(disputed):
    hall, number = disputed
    assert f'href="/cases/{number}/file.pdf"' in hall.visitor("wang").get(f"/cases/{number}").text


def addresses(page):
    return re.findall(r'href="(/cases/[^"]+/forms/[^"]+\.pdf)"', page)


def test_a_form_is_printed_with_its_answers(disputed):
    hall, number = disputed
    client = hall.visitor("wang")
    found = addresses(client.get(f"/cases/{number}").text)
    assert len(found) > 8
    told = ["".join(pages(client.get(address).data)) for address in found]
    (inspected,) = (each for each in told if "Inspectquality" in each)
    for said in (number, "ChenWei", "2026-09-2814:35", "P-0928-1", "200件中12件浇口处开裂"):
        assert said in inspected
    assert "订单SO-26-08114" not in inspected


def test_a_signature_that_was_drawn_is_on_the_printed_form(disputed):
    hall, number = disputed
    attach(hall.visitor("chen"), number, ("signature.png", PNG))
    with hall.database.reading() as session:
        case = session.scalars(select(DbCase).where(DbCase.number == number)).one()
        drawn = session.scalars(select(DbDocument).where(DbDocument.case_id == case.id)).one()
        known = cards.Known(session, case, None, {}, Names({"chen": "陈伟"}))
        value = {"kind": "drawn", "by": "chen", "at": "2026-09-28T14:35:00+08:00", "file": {"id": drawn.id}}
        other = value | {"file": {"id": drawn.id + 1}}
        (box,) = printed_form._drawn(known, {"mark": value, "rows": [{"mark": other}], "note": {"kind": "drawn"}})
    assert (box.name, box.picture, box.at) == ("陈伟", PNG, "2026-09-28 14:35")


def test_nobody_else_gets_a_form_and_what_is_none_is_not_found(disputed):
    hall, number = disputed
    address = addresses(hall.visitor("wang").get(f"/cases/{number}").text)[0]
    assert hall.visitor("stranger").get(address).status_code == 404
    for key in ("event-999999", "note-1", "letter-1"):
        assert hall.visitor("wang").get(f"/cases/{number}/forms/{key}.pdf").status_code == 404
