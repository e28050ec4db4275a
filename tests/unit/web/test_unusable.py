"""What a command is given and cannot be used at all is told in one line, with what to do, and exit status 2."""

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
        ("sqlite:////proc/nowhere/kesu.sqlite3", "The folder /proc/nowhere cannot be made: "),
        ("postgresql+psycopg://127.0.0.1:1/kesu", "The database cannot be used: "),
    ],
)
def test_a_database_address(url, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (line,) = told("deployments", "--database", url).splitlines()
    assert line.startswith(f"Error: {said}")


def test_a_file_that_is_no_database(tmp_path):
    file = tmp_path / "kesu.sqlite3"
    file.write_text("this is a text of some length, and no database at all")
    (line,) = told("deployments", "--database", f"sqlite:///{file}").splitlines()
    assert line.startswith("Error: The database cannot be used: file is not a database.")


@pytest.mark.parametrize("written", ["roll = \n", "rol = 1\n", 'roll = "sometimes"\n'])
def test_settings(written, tmp_path):
    file = tmp_path / "kesu.toml"
    file.write_text(written)
    (line,) = told("lint", tmp_path, "--settings", file).splitlines()
    assert line.startswith("Error: The setting ")


def test_a_setting_of_the_environment(tmp_path):
    (line,) = told("lint", tmp_path, KESU_ZONE="Nowhere").splitlines()
    assert "KESU_ZONE" in line


@pytest.mark.parametrize(
    ("name", "written", "said"),
    [
        ("a.bpmn", "<a", "a.bpmn: the file is not well-formed XML: "),
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
    assert closing == "1 file checked, 1 error, 0 warnings"
