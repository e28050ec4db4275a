"""How an installation gets its first administrator: by the command, with a password that has to be changed."""

import pytest
from click.testing import CliRunner

from processes.people import organisation, passwords
from processes.settings import Settings
from web.command import main
from web.compose import compose


@pytest.fixture
def kesu(installed_url, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KESU_PASSWORD_COST", "low")

    def command(*arguments, typed="a first password\n"):
        return CliRunner().invoke(main, ["person", *arguments, "--database", installed_url], input=typed)

    return command


@pytest.fixture
def session(installed_url, kesu):
    composed = compose(Settings(), installed_url, secret=b"s" * 32)
    with composed.database.reading() as reading:
        yield reading
    composed.database.close()


def test_the_first_administrator_is_added_and_changes_the_password(kesu, session):
    result = kesu("add", "root", "--name", "管理员", "--admin", "--password-stdin")
    assert result.exit_code == 0, result.output
    person = organisation.get_person(session, "root")
    assert (person.name_zh, person.name_en, person.must_change_password) == ("管理员", "管理员", True)
    assert organisation.actor_of(session, "root").admin


def test_the_password_is_asked_for_twice_and_not_shown(kesu, session):
    result = kesu(
        "add",
        "root",
        "--name",
        "R",
        "--admin",
        typed="a first password\nanother one\nthree more words\nthree more words\n",
    )
    assert result.exit_code == 0, result.output
    assert "first password\n" not in result.output.replace("First password: \n", "")
    assert passwords.matches(organisation.get_person(session, "root").password, "three more words")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("add", "root", "--name", "R", "--group", "nobody", "--password-stdin"), "nobody"),
        (("add", "system", "--name", "S", "--password-stdin"), "system cannot be a login"),
        (("add", "lin", "--name", "L", "--email", "lin at home", "--password-stdin"), "name@example.com"),
        (("unlock", "root", "--reason", "telephone"), "root"),
    ],
)
def test_what_is_refused_says_why_and_adds_nobody(kesu, session, arguments, said):
    result = kesu(*arguments)
    assert result.exit_code == 1
    assert said in result.output
    assert "Traceback" not in result.output
    with pytest.raises(organisation.NotFound):
        organisation.get_person(session, "root")
