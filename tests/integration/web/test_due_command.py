"""What an administrator looks at after a back-up was restored, and letters that had left since it was taken."""

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from processes.letters.schema import DbLetter
from web.command import main


@pytest.fixture
def run(hall, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    url = hall.database.url.render_as_string(hide_password=False)

    def command(*words):
        found = CliRunner().invoke(main, [*words, "--database", url])
        return found.exit_code, found.output

    return command


@pytest.fixture
def register(hall, monkeypatch):
    """A case whose letter waits: nobody works meanwhile."""

    def begin(email):
        with monkeypatch.context() as nobody:
            nobody.setattr(hall, "work", lambda: 0)
            return hall.register(email=email)

    return begin


def waiting(told):
    return [line.split("\t") for line in told.splitlines() if "\tletter.send\t" in line]


def test_of_two_letters_that_are_due_the_one_that_had_left_does_not_go_again(hall, register, run):
    first, second = register("lin@example.com"), register("xu@example.com")
    code, told = run("due")
    assert code == 0
    assert [line[4] for line in waiting(told)] == [first, second]
    number = waiting(told)[0][0]
    assert run("left", number, "--reason", "it is in the log of the mail server") == (0, "1 letters count as sent\n")
    assert hall.kesu.office.mail.messages == {}
    hall.work()
    assert [message.to for message in hall.kesu.office.mail.messages.values()] == ["xu@example.com"]
    with hall.database.reading() as session:
        kept = session.execute(select(DbLetter.recipient, DbLetter.sent_at.is_not(None), DbLetter.receipt)).all()
    assert min(map(tuple, kept)) == (
        "lin@example.com",
        True,
        "had left before: it is in the log of the mail server",
    )
    assert waiting(run("due")[1]) == []


def test_what_is_no_letter_that_waits_changes_nothing(register, run):
    register("lin@example.com")
    number = waiting(run("due")[1])[0][0]
    code, told = run("left", number, "99999", "--reason", "x")
    assert (code, "no letter waits under 99999: nothing was changed" in told) == (1, True)
    assert run("left", number, "--reason", " ")[0] == 2
    assert len(waiting(run("due")[1])) == 1


def test_a_database_that_was_restored_gives_no_letter_the_id_of_one_that_has_left(make_hall):
    """Which it would give by the numbers of its jobs: they are given once more."""
    keys = []
    for start in ("2026-09-28T09:30", "2026-09-28T09:31"):
        hall = make_hall(start)
        hall.register(email="lin@example.com")
        keys.append(next(iter(hall.kesu.office.mail.messages)))
    (lost, later) = (key.rpartition("-") for key in keys)
    assert lost[0] == later[0]
    assert lost[2] != later[2]


def test_administrators_read_that_nothing_of_what_is_due_is_done(hall, monkeypatch):
    admin, said = hall.visitor("admin"), "until Kesu is started without --hold"
    assert said not in admin.get("/admin/instances").text
    monkeypatch.setitem(hall.app.config, "HELD", True)  # noqa: FBT003 - of a mapping
    assert said in admin.get("/admin/instances").text
