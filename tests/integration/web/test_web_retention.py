"""A case whose content was taken out on request can still be opened, and the commands say what they do."""

import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from engine.run import instances
from processes.cases import register
from processes.retention import cases
from processes.settings import Settings
from web.command import main

pytestmark = pytest.mark.usefixtures("checked_once")


@pytest.fixture
def erased(hall):
    number = hall.register()
    with hall.database.transaction() as session:
        case = register.find_by_number(session, number)
        instances.cancel(session, case.instance_id, by=hall.actor("admin"), reason="called off")
    hall.work()
    with hall.database.transaction() as session:
        case = register.find_by_number(session, number)
        cases.erase(session, case, by=hall.actor("admin"), reason="asked for by letter")
    return number


def test_what_is_left_of_a_case_can_be_looked_at(hall, erased):
    look = hall.visitor("admin")
    page = look.get(f"/cases/{erased}")
    assert page.status_code == 200
    assert "asked for by letter" in page.text
    for address in (
        "/cases?state=all",
        "/work",
        f"/cases/{erased}?tab=way",
        "/admin/instances?state=any",
    ):
        assert look.get(address).status_code == 200, address


def test_the_commands_say_what_they_would_do_and_why_not(installed_url, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def kesu(*arguments):
        return CliRunner().invoke(main, [*arguments, "--database", installed_url])

    assert "retention_days is 0" in kesu("purge").output
    monkeypatch.setenv("KESU_RETENTION_DAYS", "365")
    assert kesu("purge").output == "0 cases and 0 other instances would go; say --yes\n"
    assert kesu("purge", "--yes").output == "0 cases deleted, 0 rows\n"
    assert "There is no case kb-1" in kesu("erase", "kb-1", "--reason", "x").output
    found = kesu("erase", "--find", "nobody")
    assert (found.stdout, found.stderr) == ("", "no case has that in it\n")
    assert Settings().retention_days == 0


def test_the_command_knows_all_tables_by_itself(installed_url, tmp_path):
    """In a process of its own: here other tests have loaded them."""
    environment = {**os.environ, "KESU_RETENTION_DAYS": "1", "KESU_DATABASE_URL": installed_url}
    command = [sys.executable, "-c", "from web.command import main; main()", "purge"]
    done = subprocess.run(
        command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stdout) == (0, "0 cases and 0 other instances would go; say --yes\n"), done.stderr
