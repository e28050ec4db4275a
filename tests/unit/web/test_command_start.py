"""What the command imports: to say its version or its commands it needs none of what it works with."""

import subprocess
import sys

import click
import pytest
from psycopg.errors import IdleInTransactionSessionTimeout, LockNotAvailable

from engine.errors import Busy
from web.command import PLACES, common, main
from web.command.suspend import named

HEAVY = {"SpiffWorkflow", "sqlalchemy", "flask", "engine", "processes", "lxml", "babel"}


@pytest.mark.parametrize("asked", ["--version", "--help"])
def test_it_says_what_it_is_without_what_it_works_with(asked):
    program = (
        "import sys\nfrom web.command import main\n"
        f"main([{asked!r}], prog_name='kesu', standalone_mode=False)\nprint(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not HEAVY & {name.partition(".")[0] for name in done.stderr.split()}
    assert "kesu" in done.stdout
    if asked == "--help":
        assert all(name in done.stdout for name in PLACES)


@pytest.mark.parametrize("name", PLACES)
def test_the_line_of_a_command_is_what_it_says_itself(name):
    command = main.get_command(click.Context(main), name)
    assert PLACES[name].short == command.get_short_help_str(limit=1000)


def test_of_processes_that_start_at_once_the_rest_wait_for_the_one_that_deploys(capsys):
    tries = iter([LockNotAvailable(), LockNotAvailable(), IdleInTransactionSessionTimeout(), None])

    def act():
        error = next(tries)
        if error is not None:
            raise Busy from error

    common.patiently(act)
    assert capsys.readouterr().err.splitlines() == [common.OTHERS, common.OTHERS, common.SLOW]
    refusing = iter([Busy] * common.PATIENCE)
    with pytest.raises(Busy):
        common.patiently(lambda: (_ for _ in ()).throw(next(refusing)()))
    assert next(refusing, None) is None


def test_a_number_that_no_database_has_names_no_instance():
    assert named("44") == {"instance_id": 44}
    assert named("9" * 20) == {"process_key": "9" * 20}
