"""Pages while others hold the database, or it is away: 503, with all that was typed, by a page that asks nobody."""

import re
import sqlite3
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import g
from werkzeug.datastructures import MultiDict

from engine.errors import Busy, DatabaseAway, DatabaseLost
from web.shell import errors

TYPED = {"text": "Three days of work in one field", "csrf_token": "kept"}


@pytest.fixture
def away(hall, monkeypatch):
    """Nothing of the database answers any more."""

    def begin(error=DatabaseAway):
        def refuse(*_args, **_named):
            raise error

        for name in ("reading", "transaction", "trial"):
            monkeypatch.setattr(hall.database, name, refuse)

    return begin


def comment(hall):
    number = hall.register()
    return hall.visitor("sun"), f"/cases/{number}/comments"


def test_what_was_typed_is_on_the_page_of_a_database_that_is_away_and_can_be_sent_once_more(hall, away):
    client, address = comment(hall)
    away()
    answer = client.post(address, data=TYPED)
    assert answer.status_code == 503
    assert "The database does not answer at the moment" in answer.text
    assert answer.text.count(TYPED["text"]) == 2  # to be read and copied, and to be sent
    assert f'<input type="hidden" name="text" value="{TYPED["text"]}">' in answer.text
    assert "Send it once more" in answer.text
    assert "<!doctype html>" in answer.text
    part = client.post(address, data=TYPED, headers={"HX-Request": "true"})
    assert (part.status_code, "<!doctype" in part.text) == (503, False)


def test_no_page_of_an_error_asks_a_database_that_is_away(hall, away):
    client, address = comment(hall)
    hall.app.config["WTF_CSRF_ENABLED"] = True
    away()
    for path, sent, status in (
        *((address, {"text": TYPED["text"]}, 503), ("/sign-in", {"login": "sun", "password": "x"}, 503)),
        *((address, {"text": "\0"}, 400), ("/nowhere", {}, 503)),
    ):
        answer = client.post(path, data=sent)
        assert (answer.status_code, sent.get("text", "")[:30] in answer.text) == (status, status == 503), path


@pytest.mark.parametrize("lost", ["notice", "membership", "open_sign_in"])
def test_the_page_of_an_error_needs_no_table_and_its_address_is_not_in_the_log(hall, caplog, lost):
    hall.app.testing = False
    client, address = comment(hall)
    with hall.database.transaction() as session:
        session.execute(sa.text(f"ALTER TABLE {lost} RENAME TO lost"))
    answer = client.get("/notices")
    assert answer.status_code == 500
    assert re.search(r"[0-9A-F]{4}-[0-9A-F]{2}", answer.text)
    assert "<!doctype html>" in answer.text
    answer = client.post(address, data=TYPED)
    assert (answer.status_code, TYPED["text"] in answer.text) == (404 if lost == "notice" else 500, True)
    assert "/notices" not in caplog.text
    assert address not in caplog.text


def test_what_was_typed_is_given_back_also_where_its_labels_cannot_be_had(hall):
    with hall.app.test_request_context(method="POST", data=TYPED):
        errors.say_typed(lambda _name, _text: 1 / 0)
        assert errors.typed() == (("text", TYPED["text"]),)


def test_a_lock_that_lets_nobody_know_who_asks_is_a_lock(hall, away):
    client, address = comment(hall)
    away(Busy)
    answer = client.post(address, data=TYPED)
    assert answer.status_code == 503
    assert "Somebody else is working on this at the moment" in answer.text
    assert answer.text.count(TYPED["text"]) == 2


@pytest.mark.parametrize(("error", "status"), [(Busy, 503), (DatabaseAway, 503), (ValueError, 500)])
def test_what_comes_when_the_page_is_made_already_is_answered_like_everything_else(
    hall, monkeypatch, caplog, error, status
):
    client, _ = comment(hall)
    monkeypatch.setitem(hall.app.config, "TESTING", False)  # noqa: FBT003 - its value

    def keep(_response):
        raise error

    monkeypatch.setitem(hall.app.after_request_funcs, None, [keep])
    answer = client.get("/notices")
    assert answer.status_code == status
    assert ("Try again in a moment" if status == 503 else "Tell the administrator this number") in answer.text
    assert "/notices" not in caplog.text


def test_a_page_that_says_that_the_database_is_away_is_no_look_at_a_case(hall):
    with hall.app.test_request_context():
        g.looks = {(1, "case", ""): None}
        answer = hall.app.process_response(errors.away(DatabaseAway()))
    assert (answer.status_code, "does not answer at the moment" in answer.get_data(as_text=True)) == (503, True)


def test_files_have_to_be_chosen_once_more_and_the_page_says_so_and_takes_them(hall, away):
    client, address = comment(hall)
    away()
    answer = client.post(address, data=TYPED | {"files": [(BytesIO(b"x"), "a.txt"), (BytesIO(b"y"), "b.txt")]})
    assert answer.status_code == 503
    assert "have to be chosen once more: <b>a.txt, b.txt</b>" in " ".join(answer.text.split())
    assert 'type="file" name="files" multiple' in answer.text
    assert 'enctype="multipart/form-data"' in answer.text
    assert f'<input type="hidden" name="text" value="{TYPED["text"]}">' in answer.text


def test_a_file_that_was_kept_before_the_lock_is_not_to_be_chosen_again(hall, monkeypatch):
    from hall import COMPLAINT

    client = hall.visitor("sun")
    typed = {name: str(value).lower() if isinstance(value, bool) else value for name, value in COMPLAINT.items()}
    typed["received_at"] = "2026-09-28T09:30"

    def busy(*_args, **_named):
        raise Busy

    with monkeypatch.context() as held:
        held.setattr("web.register.pages.start_with", busy)
        sent = typed | {"attachments": (BytesIO(b"\x89PNG\r\n\x1a\n" + bytes(20)), "seen.png")}
        answer = client.post("/register/kb_sales_quality", data=sent)
    assert (answer.status_code, "have to be chosen" in answer.text) == (503, False)
    again = re.findall(
        r'<input type="hidden" name="([^"]+)" value="([^"]*)">', answer.text.split('action=""')[1].split("</form>")[0]
    )
    assert "_keep:attachments" in dict(again)
    assert client.post("/register/kb_sales_quality", data=MultiDict(again)).status_code == 303
    with hall.database.reading() as session:
        assert session.scalars(sa.text("SELECT name FROM document WHERE case_id IS NOT NULL")).all() == ["seen.png"]


def test_a_lock_inside_of_a_service_is_a_lock_and_no_incident(hall, monkeypatch):
    client = hall.visitor("sun")

    def busy(*_args, **_named):
        raise Busy

    monkeypatch.setattr("processes.cases.register.open_case", busy, raising=False)
    services = hall.kesu.runtime.services._services
    for topic, service in list(services.items()):
        if not service.outside:
            monkeypatch.setitem(services, topic, type(service)(**{**vars(service), "function": busy}))
    with hall.database.reading() as session:
        before = session.scalar(sa.text("SELECT count(*) FROM instance"))
    from hall import COMPLAINT

    answer = client.post("/register/kb_sales_quality", data=COMPLAINT)
    assert answer.status_code == 503
    assert COMPLAINT["lot_no"] in answer.text
    with hall.database.reading() as session:
        assert session.scalar(sa.text("SELECT count(*) FROM instance")) == before
        assert session.scalar(sa.text("SELECT count(*) FROM incident")) == 0


def test_every_page_is_503_and_health_says_why(hall, away):
    client = hall.visitor("sun")
    away()
    assert client.get("/work").status_code == 503
    health = client.get("/health")
    assert (health.status_code, health.text) == (503, "The database cannot be reached at the moment; try again.\n")


def test_a_file_that_was_moved_away_is_noticed_and_no_empty_one_is_made(hall):
    client, file = hall.visitor("sun"), Path(hall.database.url.database)
    file.rename(file.with_suffix(".moved"))
    health = client.get("/health")
    assert (health.status_code, "is not there any more" in health.text) == (503, True)
    assert client.get("/work").status_code == 503
    assert not file.exists()
    file.write_bytes(b"")
    with pytest.raises(DatabaseLost, match="another file"):
        hall.database.check()


def test_a_file_that_can_only_be_read_is_away_and_what_was_typed_is_kept(hall, monkeypatch):
    client, address = comment(hall)
    begin = hall.database.engine.dialect.do_begin

    def closed(connection):
        begin(connection)
        connection.dbapi_connection.execute("PRAGMA query_only = 1")

    monkeypatch.setattr(hall.database.engine.dialect, "do_begin", closed)
    monkeypatch.setattr("engine.outages.os.access", lambda *_: False)
    health = client.get("/health")
    assert (health.status_code, health.text) == (503, "The database can only be read at the moment; try again.\n")
    answer = client.post(address.removesuffix("s"), data=TYPED)
    assert (answer.status_code, answer.text.count(TYPED["text"])) == (503, 2)


def test_a_page_of_the_file_that_is_damaged_is_noticed(hall):
    client, file = hall.visitor("sun"), Path(hall.database.url.database)
    hall.database.close()
    plain = sqlite3.connect(file)
    plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (page,) = plain.execute("SELECT rootpage FROM sqlite_master WHERE name = 'person'").fetchone()
    (size,) = plain.execute("PRAGMA page_size").fetchone()
    plain.close()
    with file.open("r+b") as handle:
        handle.seek((page - 1) * size)
        handle.write(b"\x55" * size)
    assert client.get("/work").status_code == 503
    health = client.get("/health")
    assert (health.status_code, "is damaged" in health.text) == (503, True)


@pytest.mark.parametrize("lost", ["membership", "open_sign_in", "case_file"])
def test_tables_that_another_version_has_changed_are_away_and_what_was_typed_is_kept(hall, lost):
    client, address = comment(hall)
    with hall.database.transaction() as session:
        session.execute(sa.text(f"ALTER TABLE {lost} RENAME TO lost"))
        session.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    answer = client.post(address.removesuffix("s"), data=TYPED)
    assert (answer.status_code, answer.text.count(TYPED["text"])) == (503, 2)
    assert "Another version of Kesu is being installed" in answer.text
    assert client.get(address.removesuffix("/comments")).status_code == 503
    health = client.get("/health")
    told = "The tables have another form than this process knows, and it ends; try again.\n"
    assert (health.status_code, health.text) == (503, told)
