"""The documents of a case: one list, previews, files attached at any time, nothing for strangers."""

import hashlib
import re
from io import BytesIO

import pypdfium2
import pytest
from sqlalchemy import select

from engine import Actor
from processes.cases import documents, register
from processes.cases.documents import Source
from processes.cases.schema import DbCase, DbDocument
from processes.paper.model import Paper, Paragraph
from processes.paper.printing import typeset

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
PDF = typeset(Paper("证据", "zh", [Paragraph("照片三张")]))


def store(hall, number, name, content, **more):
    with hall.database.transaction() as session:
        case = session.scalars(select(DbCase).where(DbCase.number == number)).one()
        wang = Actor("wang", frozenset())
        kept = documents.store(
            session,
            documents.look(name, content, hall.kesu.settings),
            by=wang,
            settings=hall.kesu.settings,
            case=case,
            **more,
        )
        return kept.id


def attach(client, number, *files):
    sent = {"files": [(BytesIO(content), name) for name, content in files]}
    return client.post(f"/cases/{number}/documents/add", data=sent)


def rows(page):
    found = re.findall(r"<tr><td class=\"value\">(.*?)</tr>", page, re.DOTALL)
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", each)).strip() for each in found]


def test_everything_that_is_a_file_of_the_case_is_in_one_list(disputed):
    hall, number = disputed
    store(hall, number, "photo.png", PNG, element="UT_Verify")
    store(hall, number, "signature.png", PNG, source=Source.SIGNATURE)
    client = hall.visitor("wang")
    client.post(
        f"/cases/{number}/comment", data={"text": "见附件", "_once": "k", "files": (BytesIO(PNG + b"1"), "b.png")}
    )
    assert attach(client, number, ("合同.pdf", PDF)).status_code == 303
    page = client.get(f"/cases/{number}/documents?kind=").text
    told = "\n".join(rows(page))
    for said in ("photo.png", "from a form", "signature", "b.png", "with a comment", "合同.pdf", "attached", "Wang"):
        assert said in told, said
    assert hashlib.sha256(PDF).hexdigest() in page
    letters = rows(client.get(f"/cases/{number}/documents?kind=letter").text)
    assert letters
    assert all("letter, by" in each for each in letters)
    assert len(rows(client.get(f"/cases/{number}/documents?kind=comment").text)) == 1
    assert len(rows(client.get(f"/cases/{number}/documents?kind=nonsense").text)) == len(rows(page))
    card = client.get(f"/cases/{number}").text
    assert "合同.pdf" in card
    assert f"/cases/{number}/documents" in card


def test_what_it_is_stands_beside_how_it_looks(disputed):
    hall, number = disputed
    client = hall.visitor("wang")
    picture, paper = store(hall, number, "a.png", PNG), store(hall, number, "b.pdf", PDF)
    text = store(hall, number, "说明.txt", "<script>alert(1)</script> 第一行".encode("gb18030"))
    other = store(hall, number, "c.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 30)
    shown = {each: client.get(f"/cases/{number}/documents/{each}").text for each in (picture, paper, text, other)}
    assert f'<img src="/files/{picture}"' in shown[picture]
    assert f'<img src="/files/{paper}/preview.png"' in shown[paper]
    assert "&lt;script&gt;alert(1)&lt;/script&gt; 第一行" in shown[text]
    assert "cannot be shown here" in shown[other]
    assert hashlib.sha256(PDF).hexdigest() in shown[paper]
    looked = client.get(f"/files/{paper}/preview.png")
    assert looked.data.startswith(b"\x89PNG")
    assert looked.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in looked.headers["Content-Security-Policy"]
    assert client.get(f"/files/{picture}/preview.png").status_code == 404


def test_a_document_opens_only_under_its_own_case(disputed):
    hall, number = disputed
    other = hall.register(company="Other", back_dating_reason="停电补录")
    document = store(hall, number, "a.png", PNG)
    assert hall.visitor("sun").get(f"/cases/{other}/documents/{document}").status_code == 404


def test_strangers_see_and_attach_nothing(disputed):
    hall, number = disputed
    document = store(hall, number, "b.pdf", PDF)
    stranger = hall.visitor("stranger")
    for address in ("", "/add", f"/{document}"):
        assert stranger.get(f"/cases/{number}/documents{address}").status_code == 404, address
    for address in (f"/files/{document}", f"/files/{document}/preview.png", "/letters/1.pdf"):
        assert stranger.get(address).status_code == 404, address
    assert attach(stranger, number, ("a.png", PNG)).status_code == 404
    with hall.database.reading() as session:
        assert [each.name for each in session.scalars(select(DbDocument)) if each.source == "added"] == []


def test_who_only_reads_attaches_nothing(disputed):
    hall, number = disputed
    reader = hall.visitor("feng")
    assert reader.get(f"/cases/{number}").status_code == 200
    assert "/documents/add" not in reader.get(f"/cases/{number}").text
    assert attach(reader, number, ("a.png", PNG)).status_code == 404
    assert "/documents/add" in hall.visitor("wang").get(f"/cases/{number}").text


@pytest.mark.both_databases
def test_files_are_attached_also_after_the_end_and_once(disputed):
    hall, number = disputed
    with hall.database.transaction() as session:
        case = register.find_by_number(session, number)
        case.status, case.closed_at = "closed", hall.clock.now()
    client = hall.visitor("wang")
    for _ in range(2):
        answer = attach(client, number, ("a.png", PNG), ("b.pdf", PDF))
        assert answer.location == f"/cases/{number}#documents"
    with hall.database.reading() as session:
        added = [each for each in session.scalars(select(DbDocument)) if each.source == "added"]
        assert [(each.name, each.uploaded_by) for each in added] == [("a.png", "wang"), ("b.pdf", "wang")]
    assert "a.png" in client.get(f"/cases/{number}").text


def test_what_is_not_taken_says_why_and_keeps_nothing(disputed):
    hall, number = disputed
    client = hall.visitor("wang")
    refused = attach(client, number, ("a.png", PNG), ("virus.exe", b"MZ"))
    assert refused.status_code == 422
    assert ".exe" in refused.text
    assert attach(client, number).status_code == 422
    with hall.database.reading() as session:
        assert [each for each in session.scalars(select(DbDocument)) if each.source == "added"] == []


def test_a_letter_is_printed_on_the_paper_of_the_house(disputed):
    hall, number = disputed
    answer = hall.visitor("wang").get("/letters/1.pdf")
    assert answer.content_type == "application/pdf"
    document = pypdfium2.PdfDocument(answer.data)
    text = document[0].get_textpage().get_text_range()
    document.close()
    assert number in text


def test_who_works_on_the_case_hears_of_it_once(disputed):
    hall, number = disputed
    for _ in range(2):
        attach(hall.visitor("chen"), number, ("a.png", PNG), ("b.pdf", PDF))
    assert hall.visitor("wang").get("/notices").text.count("<b>Chen Wei attached files</b>") == 1
    assert "attached files" not in hall.visitor("chen").get("/notices").text
