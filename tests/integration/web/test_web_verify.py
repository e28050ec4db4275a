"""Anyone may ask whether a PDF is a signed agreement; the answer is one sentence and reveals nothing else."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import Actor
from processes.agreements.schema import DbAgreement, DbAgreementPaper, DbAgreementSigning
from processes.cases import documents
from processes.cases.schema import DbCase
from web.verify import pages

TEXT, SIGNED, UNSIGNED = (b"%PDF-1.7 " + each for each in (b"the text", b"with signatures, a1" * 9, b"of nobody"))
TOLD = {
    "text": "text that was signed on Mon 28 Sep 2026",
    "signed": "with its signatures",
    "altered": "altered",
    "unknown": "Not known",
}


@pytest.fixture
def agreed(hall):
    """A case with an agreement that was signed, and one that was not."""
    hall.app.extensions.pop("verify", None)  # the halls of all tests share an application, and its memory
    hall.register()
    with hall.database.transaction() as session:
        case = session.scalars(select(DbCase)).one()
        for number, files in enumerate(((TEXT, SIGNED), (UNSIGNED,)), 1):
            add(session, case, hall, number, files)
    return hall


def add(session, case, hall, number, files):
    at, by = hall.clock.now(), Actor("wang")
    agreement = DbAgreement(
        key=f"k{number}",
        number=f"{case.number}-{number}",
        case_id=case.id,
        instance_id=case.instance_id,
        plan_version=1,
        amount="1.00",
        language="zh",
        text="处理协议",
        sha256=f"{number:064x}",
        data={},
        at=at,
        by="wang",
    )
    session.add(agreement)
    session.flush()
    for kind, content in zip(("offered", "signed"), files, strict=False):
        kept = documents.store(
            session,
            documents.look(f"{kind}.pdf", content, hall.kesu.settings),
            by=by,
            settings=hall.kesu.settings,
            case=case,
        )
        session.add(
            DbAgreementPaper(agreement_id=agreement.id, kind=kind, sha256=kept.sha256, document_id=kept.id, at=at)
        )
    if len(files) > 1:
        session.add(
            DbAgreementSigning(agreement_id=agreement.id, way="drawn", data={"on": "2026-09-28"}, at=at, by="gu")
        )


def ask(client, content, name="agreement.pdf"):
    return client.post("/verify", data={"file": (io.BytesIO(content), name)}, content_type="multipart/form-data")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (TEXT, "text"),
        (SIGNED, "signed"),
        (UNSIGNED, "unknown"),
        (b"%PDF-1.7 anything", "unknown"),
        (b"%PDF-1.7 changed, names " + f"{1:064x}".encode() + b" still", "altered"),
        (b"%PDF-1.7 names the unsigned " + f"{2:064x}".encode() + b" still", "unknown"),
    ],
)
def test_the_answer_is_one_of_few_and_names_nothing(agreed, content, kind):
    answer = ask(agreed.visitor(), content)
    assert (answer.status_code, f'data-verdict="{kind}"' in answer.text) == (200, True)
    assert TOLD[kind] in answer.text
    assert ("28 Sep" in answer.text) == (kind in ("text", "signed"))
    for secret in ("KB-2026", "宁波", "1.00", "wang"):
        assert secret not in answer.text


def test_what_is_no_pdf_or_none_at_all_is_told_so(agreed):
    assert "no PDF" in ask(agreed.visitor(), b"\x89PNG").text
    assert agreed.visitor().post("/verify").status_code == 422


def test_the_file_is_kept_nowhere(agreed):
    ask(agreed.visitor(), b"%PDF-1.7 anything")
    with agreed.database.reading() as session:
        assert len(session.scalars(select(documents.DbDocument)).all()) == 3


def test_too_large_a_file_is_not_read(agreed, monkeypatch):
    monkeypatch.setattr(pages, "MOST_BYTES", 1000)
    monkeypatch.setattr(pages, "ROOM", 0)
    answer = ask(agreed.visitor(), b"%PDF-1.7" + b" " * 2000)
    assert answer.status_code == 413


def test_whoever_asks_too_often_has_to_wait(agreed):
    client = agreed.visitor()
    assert [ask(client, b"%PDF-1.7").status_code for _ in range(pages.MOST + 1)] == [*[200] * pages.MOST, 429]
    agreed.clock.set(agreed.clock.now() + timedelta(minutes=1))
    assert ask(client, b"%PDF-1.7").status_code == 200


def test_all_addresses_of_one_network_are_one_visitor(agreed):
    client = agreed.visitor()
    for number in range(pages.MOST + 1):
        client.environ_base["REMOTE_ADDR"] = f"2001:db8::{number}"
        answer = ask(client, b"%PDF-1.7")
    assert answer.status_code == 429
    client.environ_base["REMOTE_ADDR"] = "2001:db8:0:1::1"
    assert ask(client, b"%PDF-1.7").status_code == 200


def test_the_page_needs_no_account_and_the_sign_in_leads_to_it(hall):
    client = hall.visitor(language="zh")
    assert "核验协议" in client.get("/verify").text
    assert 'href="/verify"' in client.get("/sign-in").text
