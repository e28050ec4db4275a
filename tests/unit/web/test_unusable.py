"""What a command is given and cannot be used at all is told in one line, with what to do, and exit status 2."""

import sqlite3
from contextlib import closing

import pytest
from click.testing import CliRunner

from web.command import main


def told(*arguments, **environment):
    answer = CliRunner().invoke(main, list(map(str, arguments)), env=environment)
    assert answer.exit_code == 2, answer.output
    assert "Traceback" not in answer.output
    return answer.output.strip()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nonsense", "The database address cannot be read: "),
        (
            "mysql://host/kesu",
            "The database address names mysql, which is not taken. Write --database or KESU_DATABASE",
        ),
        (
            "postgresql+pg8000://host/kesu",
            "The database address names the driver postgresql+pg8000, which is not installed",
        ),
        ("sqlite:////proc/nowhere/kesu.sqlite3", "The folder /proc/nowhere cannot be made: "),
        ("postgresql+psycopg://127.0.0.1:1/kesu", "The database cannot be used: "),
    ],
)
def test_a_database_address(url, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (line,) = told("migrate", "--database", url).splitlines()
    assert line.startswith(f"Error: {said}")


def test_tables_that_somebody_else_works_on_all_the_time(tmp_path):
    file = tmp_path / "kesu.sqlite3"
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        (line,) = told("migrate", "--database", f"sqlite:///{file}?timeout=0").splitlines()
    assert line.startswith("Error: The tables were in use all the time, and nothing was changed.")


@pytest.mark.parametrize(
    "command",
    [
        "deployments",
        "activate remedy 1 --reason x",
        "export remedy out",
        "organisation export out.csv",
        "person unlock li --reason x",
        "person erase li --reason x",
        "purge",
        "erase KB-2026-000001",
        "start remedy --as li",
        "suspend remedy --reason x",
        "resume remedy --reason x",
        "suspended",
    ],
)
def test_a_database_that_is_not_there_is_not_made_by_asking_it(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (line,) = told(*command.split(), "--database", f"sqlite:///{tmp_path}/far/none.sqlite3").splitlines()
    assert line.startswith(f"Error: There is no database {tmp_path}/far/none.sqlite3: `kesu run`")
    assert not list(tmp_path.iterdir())


def test_what_there_is_nothing_of(tmp_path):
    assert "there is nothing to check in" in told("lint", tmp_path)
    assert "there are no scenarios in" in told("scenario", "run", tmp_path)
    assert "Name the cases" in told("erase")


def test_a_file_that_is_no_database(tmp_path):
    file = tmp_path / "kesu.sqlite3"
    file.write_text("this is a text of some length, and no database at all")
    (line,) = told("deployments", "--database", f"sqlite:///{file}").splitlines()
    assert line.startswith("Error: The database cannot be used: file is not a database. See whether that file is")


@pytest.mark.parametrize("written", ["roll = \n", "rol = 1\n", 'roll = "sometimes"\n'])
def test_settings(written, tmp_path):
    file = tmp_path / "kesu.toml"
    file.write_text(written)
    (line,) = told("lint", tmp_path, "--settings", file).splitlines()
    assert line.startswith("Error: The setting ")


def test_a_setting_of_a_procedure():
    (line,) = told("settings", KESU_PROCEDURES__KB_SALES_QUALITY__MAX_REDO="many").splitlines()
    assert "'many' is no whole number from 0; it stands in KESU_PROCEDURES__KB_SALES_QUALITY__MAX_REDO" in line


def test_a_setting_that_does_not_go_with_a_default():
    (line,) = told("settings", KESU_MAX_FILE_BYTES="99999999999").splitlines()
    assert "cannot be read: max_request_bytes: it must not be less than max_file_bytes" in line


def test_a_setting_of_the_environment(tmp_path):
    (line,) = told("lint", tmp_path, KESU_ZONE="Nowhere").splitlines()
    assert "KESU_ZONE" in line


@pytest.mark.parametrize(
    ("name", "written", "said"),
    [
        ("a.bpmn", "<a", "a.bpmn: the file is not well-formed XML: "),
        ("a.bpmn", "", "a.bpmn: the file is not well-formed XML: Document is empty"),
        ("a.dmn", "<a", "a.dmn: the file is no XML: "),
        ("a.form", '{"id": ', "a.form:1: this is no JSON: "),
        ("procedure.toml", "key = ", "procedure.toml:1: this is no TOML: "),
    ],
)
def test_a_file(name, written, said, tmp_path):
    (tmp_path / name).write_text(written)
    line, closing = told("lint", tmp_path).splitlines()
    assert line.startswith(said)
    assert "<string>" not in line
    assert "(line" not in line
    assert closing == "1 file checked, 1 error, 0 warnings"
