"""What is deleted for good is nowhere any more: every column of every table and the files of the database are read."""

from datetime import timedelta
from pathlib import Path

import consistency
import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from house import INTAKE, REGISTER, SALES, actor
from staff import settle

from engine import Base, Database, instances
from engine.errors import ReasonMissing
from engine.store.schema import DbTask
from processes.cases import comments, documents, register
from processes.cases.schema import DbCase, DbNotice
from processes.desk import drafts, presses, proposals, saved_views
from processes.errors import CaseStillOpen, NotTheOwner, PersonStillHere, TablesOlder
from processes.letters.schema import DbLetter
from processes.mail import file_of
from processes.migrations import grant, migrate
from processes.people import accounts, attempts, organisation, passwords, sign_ins
from processes.people.schema import DbPerson, DbSubstitution
from processes.retention import cases, people
from processes.statistics import keeping
from processes.statistics.schema import DbCountedCase
from web.command import main

ADMIN = actor("ma", "admin")
WORDS = {
    "complainant": "赵铁柱xyzzy",
    "phone": "13805741234",
    "email": "plugh@example.com",
    "content": "the frobnitz cracked",
    "comment": "he sounded quuxed",
    "file": "waldo inside",
    "draft": "garply typed",
    "product_model": "blorb",
    "gram": "6c6f72",  # of the product, as it stands in the index of the search
}


VIEWS = {
    "by product": {"q": f"{WORDS['product_model'].upper()} open", "sort": "due"},
    f"calls of {WORDS['phone']}": {"state": "open"},
    "by number": {"q": WORDS["phone"]},
    "by part": {"q": "QUUXED"},
    "ours": {"q": str(REGISTER["product_model"]), "state": "all"},
    "late": {"state": "late", "procedure": "kb_sales_quality"},
}
"""Saved views, of which the last three say nothing that belongs to the case alone."""


def views_left(house):
    with house.database.reading() as session:
        return [view.name for view in saved_views.of(session, SALES)]


@pytest.fixture
def finished(house):
    """A case that was registered, commented and called off, with letters, documents and a draft; another one is open."""
    house.deploy()
    said = {name: WORDS[name] for name in ("complainant", "phone", "email", "content", "product_model")}
    with house.database.transaction() as session:
        looked = documents.look("evidence.txt", WORDS["file"].encode(), house.office.settings)
        kept = documents.as_value(documents.store(session, looked, by=INTAKE, settings=house.office.settings))
    house.instance = house.start("complaint_intake", INTAKE)
    house.do("UT_Register", INTAKE, **(REGISTER | said), attachments=[kept])
    house.work()
    with house.database.transaction() as session:
        case = session.scalars(sa.select(DbCase)).one()
        comments.write(session, house.office.settings, case, WORDS["comment"], by=SALES)
        task = drafts.of_task(house.open_task("UT_AcceptCase"))
        drafts.save(session, SALES, task, {"note": WORDS["draft"]}, None)
        settle(session, {SALES.id: []})
        for name, asked in VIEWS.items():
            saved_views.save(session, SALES, name, asked)
    with house.database.transaction() as session:
        instances.cancel(session, house.instance, by=ADMIN, reason="called off: " + WORDS["content"])
    house.work()
    house.instance = house.start("complaint_intake", INTAKE)
    house.do("UT_Register", INTAKE, **REGISTER)
    house.work()
    keeping.recount(house.database, house.office)
    return house


def everywhere(house, *, rewrite=True):
    """All that the database has, as one text: the rows of its tables, and the bytes of its files."""
    if rewrite:
        cases.rewrite(house.database)
    found = []
    with house.database.reading() as session:
        for table in Base.metadata.sorted_tables:
            for row in session.execute(sa.select(table)):
                found += [each.decode(errors="replace") if isinstance(each, bytes) else str(each) for each in row]
    if house.database.url.get_backend_name() == "sqlite":
        path = Path(house.database.url.database)
        files = [each.read_bytes().decode(errors="replace") for each in path.parent.glob(f"{path.name}*")]
        found += files
    else:
        with house.database.engine.connect() as connection:
            connection.execute(sa.text("CHECKPOINT"))
            of_this = "SELECT setting || '/base/' || oid FROM pg_settings, pg_database"
            this = sa.text(f"{of_this} WHERE name = 'data_directory' AND datname = current_database()")
            folder = Path(connection.scalar(this))
        found += [each.read_bytes().decode(errors="replace") for each in folder.iterdir()]
    return "\n".join(found)


def left(house, **options):
    text = everywhere(house, **options)
    return [word for word in WORDS.values() if word in text]


def counted(house):
    """How many cases are in the sums, which are what these count together."""
    with house.database.reading() as session:
        assert [*consistency.counted(session, house.office.calendar(session))] == []
        return session.scalar(sa.select(sa.func.count()).select_from(DbCountedCase))


def test_a_finished_case_goes_after_its_time_with_all_traces(finished):
    assert left(finished, rewrite=False) == list(WORDS.values())
    with finished.database.transaction() as session:
        (case,) = cases.finished_before(session, finished.clock.now() + timedelta(seconds=1))
        assert cases.finished_before(session, finished.clock.now()) == []
        gone = cases.purge(session, [case])
    assert gone.cases == 1
    assert views_left(finished) == ["by part", "ours", "late"]
    assert len(gone.letters) >= 1
    assert left(finished) == []
    assert counted(finished) == 1
    with finished.database.reading() as session:
        assert session.scalars(sa.select(DbCase.number)).all() == ["KB-2026-000002"]
    with pytest.raises(sa.exc.DBAPIError), finished.database.transaction() as session:
        session.execute(sa.text("DELETE FROM event"))
    finished.do("UT_AcceptCase", SALES)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_what_is_gone_is_no_sample_of_an_empty_table_either(finished):
    """The planner's statistics of a table that has no row any more are not made anew."""
    called = f"calls of {WORDS['phone']}"
    triggers = "SELECT pg_get_triggerdef(oid) AS made FROM pg_trigger WHERE NOT tgisinternal ORDER BY made"
    sampled = "SELECT most_common_vals::text FROM pg_stats WHERE tablename = 'saved_view' AND attname = 'name'"
    with finished.database.transaction() as session:
        session.execute(sa.text("DELETE FROM saved_view"))
        settle(session, {ADMIN.id: []})
        for each in (SALES, ADMIN):
            saved_views.save(session, each, called, {"state": "open"})
    with finished.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
        assert called in connection.exec_driver_sql(sampled).scalar()
        before = connection.exec_driver_sql(triggers).all()
    with finished.database.transaction() as session:
        cases.purge(session, cases.finished_before(session, finished.clock.now() + timedelta(seconds=1)))
    assert left(finished) == []
    with finished.database.engine.connect() as connection:
        assert connection.exec_driver_sql(sampled).scalar() is None
        assert connection.exec_driver_sql(triggers).all() == before


def test_what_was_deleted_long_before_stands_in_no_page_that_is_free(house):
    with house.database.transaction() as session:
        drafts.save(session, SALES, "register:x", {"note": WORDS["draft"] * 9}, None)
    with house.database.transaction() as session:
        drafts.discard(session, SALES, "register:x")
    assert WORDS["draft"] in everywhere(house, rewrite=False)
    assert left(house) == []


def test_of_a_case_that_was_erased_the_statistics_stay(finished):
    with finished.database.reading() as session:
        (found,) = cases.of_person(session, "138 0574 1234")
        number = found.number
        before = (found.procedure, found.phase, found.phase_since, found.received_at, found.closed_at, found.status)
        assert found.phase_since
    with finished.database.transaction() as session:
        case = register.find_by_number(session, number)
        with pytest.raises(ReasonMissing):
            cases.erase(session, case, by=ADMIN, reason=" ")
        cases.erase(session, case, by=ADMIN, reason="asked for by letter")
    assert left(finished) == []
    assert views_left(finished) == ["by part", "ours", "late"]
    assert counted(finished) == 1  # and the one that is to be counted anew
    assert keeping.recount(finished.database, finished.office) == 1
    assert left(finished) == []
    assert counted(finished) == 2
    with finished.database.reading() as session:
        case = register.find_by_number(session, number)
        assert (case.procedure, case.phase, case.phase_since, case.received_at, case.closed_at, case.status) == before
        assert cases.of_person(session, "13805741234") == []
        entries = session.execute(sa.text("SELECT kind, actor FROM case_entry WHERE case_id = :id"), {"id": case.id})
        assert [tuple(each) for each in entries] == [("erased", ADMIN.id)]
        assert (case.title, case.description) == ("", "")
        of_case = sa.text("SELECT state FROM instance WHERE id = :id"), {"id": case.instance_id}
        assert [bytes(state) for state in session.scalars(*of_case)] == [b""]
        assert [
            each
            for each in session.scalars(sa.select(DbTask.local).where(DbTask.instance_id == case.instance_id))
            if each
        ] == []


def test_nothing_is_taken_out_of_an_open_case(finished):
    with finished.database.transaction() as session:
        case = register.find_by_number(session, "KB-2026-000002")
        with pytest.raises(CaseStillOpen):
            cases.erase(session, case, by=ADMIN, reason="asked for")
        over = register.find_by_number(session, "KB-2026-000001")
        over.status = "open"  # and nothing goes on in it
        session.flush()
        with pytest.raises(CaseStillOpen):
            cases.erase(session, over, by=ADMIN, reason="asked for")
        over.status = "cancelled"
        case.status, case.closed_at = "closed", finished.clock.now()  # and something goes on in it
        session.flush()
        with pytest.raises(CaseStillOpen):
            cases.erase(session, case, by=ADMIN, reason="asked for")
        found = cases.finished_before(session, finished.clock.now() + timedelta(seconds=1))
        assert [each.number for each in found] == ["KB-2026-000001"]


@pytest.fixture
def worked(finished, request):
    """The same, worked on by a role that owns no table, where the database knows roles."""
    if finished.database.url.get_backend_name() == "postgresql":
        url = finished.database.url.render_as_string(hide_password=False)
        cluster = request.getfixturevalue("postgresql_cluster")
        if not cluster.admin.execute("SELECT 1 FROM pg_roles WHERE rolname = 'kesu_app'").fetchone():
            cluster.admin.execute("CREATE ROLE kesu_app LOGIN")
        grant(url, "kesu_app")
        finished.database = Database(url.replace("kesu@", "kesu_app@"), finished.database.runtime)
        finished.office.open(finished.database)
    yield finished
    finished.database.close()


def test_sqlite_knows_no_roles(sqlite_url):
    with pytest.raises(ValueError, match="knows no roles"):
        grant(sqlite_url, "kesu_app")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_role_that_owns_no_table_works_and_deletes_nothing(worked):
    worked.do("UT_AcceptCase", SALES)
    assert "UT_Verify" in worked.open_tasks()
    for statement in (
        "SET kesu.purging = 'on'; DELETE FROM event",
        "TRUNCATE event",
        "ALTER TABLE event DISABLE TRIGGER ALL",
        "DROP TRIGGER event_no_delete ON event",
        "DROP TABLE event",
        "DELETE FROM alembic_version",
        "UPDATE alembic_version SET version_num = '0001'",
    ):
        with pytest.raises(sa.exc.DBAPIError), worked.database.transaction() as session:
            session.execute(sa.text(statement))
    with worked.database.transaction() as session:
        (case, *_) = session.scalars(sa.select(DbCase).where(DbCase.status != "open")).all()
        with pytest.raises(NotTheOwner):
            cases.purge(session, [case])


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    ("granted", "said"),
    [("kesu_app kesu_late", "only the owner"), ("kesu kesu_all", "owns tables"), ("kesu kesu", "owns tables")],
)
def test_rights_that_were_not_given_or_would_be_too_many_are_told(
    worked, postgresql_cluster, database_url, granted, said
):
    by, role = granted.split()
    for wanted, means in (("kesu_late", "LOGIN"), ("kesu_all", "LOGIN IN ROLE kesu")):
        if not postgresql_cluster.admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [wanted]).fetchone():
            postgresql_cluster.admin.execute(f"CREATE ROLE {wanted} {means}")
    refused = CliRunner().invoke(
        main, ["migrate", "--grant", role, "--database", database_url.replace("kesu@", f"{by}@")]
    )
    assert (refused.exit_code, said in refused.output) == (1, True), refused.output
    with worked.database.reading() as session:
        may = sa.text("SELECT has_table_privilege(:role, 'event', 'INSERT')")
        assert session.scalar(may, {"role": "kesu_late"}) is False


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("older", ["COMMENT ON TABLE procrastinate_jobs IS 'older'", "DELETE FROM alembic_version"])
def test_who_owns_no_table_and_finds_them_older_is_told_who_brings_them_up(worked, database_url, older):
    owner = sa.create_engine(database_url)
    with owner.begin() as connection:
        connection.execute(sa.text(older))
    owner.dispose()
    with pytest.raises(TablesOlder, match="Run `kesu migrate` as their owner"):
        migrate(database_url.replace("kesu@", "kesu_app@"))


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_the_command_purges_as_the_owner_and_as_nobody_else(worked, database_url, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KESU_RETENTION_DAYS", "1")

    def purge(url):
        return CliRunner().invoke(main, ["purge", "--yes", "--database", url])

    refused = purge(database_url.replace("kesu@", "kesu_app@"))
    assert (refused.exit_code, "Only the owner of the tables deletes" in refused.output) == (1, True), refused.output
    done = purge(database_url)
    assert (done.exit_code, done.output.startswith("1 cases deleted")) == (0, True), done.output
    with worked.database.reading() as session:
        assert session.scalars(sa.select(DbCase.number)).all() == ["KB-2026-000002"]
    worked.do("UT_AcceptCase", SALES)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_case_whose_letters_cannot_be_taken_out_of_the_folder_stays(finished, database_url, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KESU_RETENTION_DAYS", "1")
    with finished.database.reading() as session:
        key = session.scalars(sa.select(DbLetter.key)).first()
    file = file_of(tmp_path / "var/mail", key)
    file.mkdir(parents=True)  # which cannot be deleted as a file

    def purge():
        return CliRunner().invoke(main, ["purge", "--yes", "--database", database_url])

    refused = purge()
    assert (refused.exit_code, f"{file.name} cannot be read or written" in refused.output) == (2, True), refused.output
    file.rmdir()
    file.touch()
    done = purge()
    assert (done.output.startswith("1 cases deleted"), file.exists()) == (True, False), done.output


def test_of_somebody_who_has_left_only_the_login_stays(finished):
    words = {"name_zh": "钱进xyzzy", "name_en": "Plugh Qian", "email": "quux@example.com"}
    with finished.database.transaction() as session:
        organisation.create_unit(session, "sales", name_zh="销售", name_en="Sales", kind="unit")
        hashed = passwords.hash_new("correct horse 72", "low")
        accounts.add(session, "left", password=hashed, by=ADMIN, groups=["sales"], **words)
        accounts.change(session, "left", ["sales"], by=ADMIN, name_en="Frobnitz Qian")
        drafts.save(session, actor("left"), "task:1", {"note": "thud typed"}, None)
        proposals.keep(session, actor("left"), b"thud packed", folder="remedy", ignored=["thud.docx"])
        with pytest.raises(PersonStillHere):
            people.erase(session, "left", by=ADMIN, reason="asked for")
    assert [word for word in (*words.values(), "Frobnitz") if word in everywhere(finished, rewrite=False)]
    with finished.database.transaction() as session:
        accounts.change(session, "left", [], by=ADMIN, active=False)
        assert people.erase(session, "left", by=ADMIN, reason="asked for by letter") == words["email"]
    text = everywhere(finished)
    assert [word for word in (*words.values(), "Frobnitz", "thud", hashed) if word in text] == []
    with finished.database.reading() as session:
        assert [act.kind for act in accounts.acts_of(session, "left")] == ["erased", "changed", "changed", "added"]


KEPT_OF_PEOPLE = {"person_act", "substitution", "case_grant", "case_look", "awaited"}
"""Tables that name a person and keep the rows: the record, and who waits for whom."""


def test_of_somebody_who_has_left_no_row_of_their_own_stays(house):
    with house.database.transaction() as session:
        settle(session, {SALES.id: []})
        organisation.create_unit(session, "sales", name_zh="销售", name_en="Sales", kind="unit")
        hashed = passwords.hash_new("correct horse 72", "low")
        accounts.add(session, "left", name_zh="左", name_en="Left", password=hashed, by=ADMIN, groups=["sales"])
        left = organisation.actor_of(session, "left")
        drafts.save(session, left, "task:1", {"note": "thud"}, None)
        proposals.keep(session, left, b"thud", folder="remedy")
        saved_views.save(session, left, "thud", {"q": "thud"})
        presses.made(session, left, "thud", presses.first(session, left, "thud") or "thud")
        attempts.begin(session, "left", "address ::1", house.office.settings)
        at, day = house.clock.now(), house.clock.now().date()
        notice = {"person": "left", "at": at, "kind": "told", "by": SALES.id, "data": {"text": "thud"}}
        session.execute(sa.insert(DbNotice).values(notice))
        away = {"person": "left", "substitute": SALES.id, "units": [], "first_day": day, "last_day": day}
        session.execute(sa.insert(DbSubstitution).values(away | {"reason": "thud", "made_by": "left", "made_at": at}))
        accounts.change(session, "left", ["sales"], by=ADMIN, active=False, reason="thud")
        sign_ins.begin(session, "left", house.office.settings, browser="thud browser", address="192.0.2.9")
        session.execute(sa.update(DbPerson).where(DbPerson.login == "left").values(language="en", theme="dark"))
    named = [each for each in Base.metadata.sorted_tables if "person" in each.columns]
    with house.database.reading() as session:
        full = {each.name for each in named if session.execute(sa.select(each).where(each.c.person == "left")).first()}
    assert full >= {each.name for each in named} - KEPT_OF_PEOPLE
    with house.database.transaction() as session:
        with pytest.raises(ReasonMissing):
            people.erase(session, "left", by=ADMIN, reason=" ")
        people.erase(session, "left", by=ADMIN, reason="asked for")
    with house.database.reading() as session:
        for each in named:
            rows = session.execute(sa.select(each).where(each.c.person == "left")).all()
            assert not rows or each.name in KEPT_OF_PEOPLE, each.name
            assert "thud" not in str(rows), each.name
        person = session.get_one(DbPerson, "left")
        assert (person.language, person.theme, person.last_seen_at) == (None, None, None)
        assert attempts.worst(session, "left") is None
