from datetime import timedelta

import pytest
from house import INTAKE, QC, REGISTER, SALES, actor
from sqlalchemy import event, select

from engine.errors import NotFound
from processes.cases import documents
from processes.cases.schema import DbCase, DbDocument
from processes.desk import drafts, purging
from processes.errors import DraftTooLarge, FileRefused
from processes.settings import Settings

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


def store(house, by, case=None, content=PNG, settings=None):
    with house.database.transaction() as session:
        case = session.get(DbCase, case) if case else None
        document = documents.store(
            session,
            documents.look("../crack.png", content, settings or Settings()),
            by=by,
            settings=settings or Settings(),
            case=case,
        )
        return documents.as_value(document)


def may_get(house, number, by):
    with house.database.reading() as session:
        try:
            return documents.get_document(session, number, by).content == PNG
        except NotFound:
            return False


def test_a_document_brought_before_the_case_belongs_to_who_brought_it(house):
    value = store(house, INTAKE)
    assert (value["name"], value["type"], value["size"]) == ("crack.png", "image/png", 28)
    assert may_get(house, value["id"], INTAKE)
    assert not may_get(house, value["id"], SALES)
    assert not may_get(house, value["id"], actor("ma", "admin"))
    assert not may_get(house, 999, INTAKE)


def test_it_joins_the_case_whose_form_names_it(house):
    house.deploy()
    mine, other, altered = store(house, INTAKE), store(house, QC), store(house, INTAKE)
    forged = {**altered, "sha256": "0" * 64}
    house.start("complaint_intake", INTAKE)
    house.do("UT_Register", INTAKE, **REGISTER, attachments=[mine, other, forged])
    with house.database.reading() as session:
        case = session.scalars(select(DbCase)).one()
        assert [document.id for document in documents.of_case(session, case)] == [mine["id"]]
        assert session.get(DbDocument, other["id"]).case_id is None
        assert session.get(DbDocument, altered["id"]).case_id is None
    assert may_get(house, mine["id"], SALES)
    assert not may_get(house, mine["id"], QC)
    assert may_get(house, other["id"], QC)


def test_documents_of_later_steps_join_as_they_are_named(registered):
    value = store(registered, SALES)
    registered.do("UT_Verify", SALES, verify_result="accept", verify_evidence=[value])
    with registered.database.reading() as session:
        case = session.scalars(select(DbCase)).one()
        assert [document.name for document in documents.of_case(session, case)] == ["crack.png"]


def test_a_document_of_a_case_is_seen_with_the_case(registered):
    value = store(registered, SALES, case=1)
    assert may_get(registered, value["id"], INTAKE)
    assert not may_get(registered, value["id"], QC)
    assert may_get(registered, value["id"], actor("ma", "admin"))


def test_what_a_form_brings_counts_for_its_case_as_well(make_house):
    house = make_house(max_case_bytes=50)
    house.deploy()
    house.start("complaint_intake", INTAKE)
    house.do("UT_Register", INTAKE, **REGISTER, attachments=[store(house, INTAKE)])
    late = store(house, SALES)
    with pytest.raises(FileRefused, match="too many documents"):
        house.do("UT_AcceptCase", SALES, found=[late])


def test_a_draft_that_is_too_large_is_not_kept(house):
    subject = drafts.of_task(7)
    for length, kept in ((drafts.MOST_BYTES - 100, True), (drafts.MOST_BYTES, False)):
        with house.database.transaction() as session:
            if not kept:
                with pytest.raises(DraftTooLarge):
                    drafts.save(session, INTAKE, subject, {"note": "x" * length}, None)
            else:
                drafts.save(session, INTAKE, subject, {"note": "x" * length}, None)
    with house.database.reading() as session:
        assert len(drafts.find(session, INTAKE, subject).values["note"]) == drafts.MOST_BYTES - 100


def test_what_belongs_to_nothing_goes_after_a_while(house):
    loose, drafted = store(house, SALES), store(house, INTAKE)
    needed = store(house, SALES)
    house.deploy()
    number = house.start("complaint_intake", INTAKE)
    with house.database.transaction() as session:
        session.get_one(DbDocument, needed["id"]).instance_id = number
    house.clock.advance(timedelta(days=house.office.settings.draft_days, seconds=1))
    young = store(house, SALES)
    with house.database.transaction() as session:
        drafts.save(session, INTAKE, drafts.of_task(7), {"files": [drafted]}, None)
    assert purging.sweep(house.database, house.office) == 1
    assert purging.sweep(house.database, house.office) == 0
    with house.database.reading() as session:
        left = set(session.scalars(select(DbDocument.id)))
    assert left == {drafted["id"], needed["id"], young["id"]}
    assert loose["id"] not in left


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize(("case", "locked"), [(1, "FROM case_file"), (None, "FROM person")])
def test_whoever_brings_another_one_meanwhile_waits_so_that_both_are_counted(registered, case, locked):
    asked = []
    event.listen(registered.database.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    store(registered, SALES, case=case)
    waits = [at for at, each in enumerate(asked) if locked in each and "FOR NO KEY UPDATE" in each]
    counts = [at for at, each in enumerate(asked) if "sum(document.size)" in each]
    assert waits[0] < counts[0]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_who_attaches_the_same_file_meanwhile_waits_so_that_it_is_kept_once(registered):
    asked, settings = [], Settings()
    event.listen(registered.database.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    with registered.database.transaction() as session:
        file = documents.look("crack.png", PNG, settings)
        documents.add(session, settings, session.get(DbCase, 1), [file], by=SALES)
    waits = [at for at, each in enumerate(asked) if "FROM case_file" in each and "FOR NO KEY UPDATE" in each]
    assert waits[0] < next(at for at, each in enumerate(asked) if each.startswith("SELECT document.sha256"))


def test_a_case_takes_only_so_much(registered):
    small = Settings(max_case_bytes=50)
    store(registered, SALES, case=1, settings=small)
    with pytest.raises(FileRefused, match="too many documents"):
        store(registered, SALES, case=1, settings=small)
    with pytest.raises(FileRefused, match="not what its name says"):
        store(registered, SALES, case=1, content=b"<script>")
