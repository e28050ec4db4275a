"""The command that imports the list of shipments."""

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from processes.settings import Settings
from processes.shipments.schema import DbShipment
from web.command import main
from web.compose import compose

HEAD = "order_no,lot_no,customer,product,quantity,delivered_on\n"


@pytest.fixture
def run(installed_url, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def command(text):
        file = tmp_path / "list.csv"
        file.write_text(text, encoding="utf-8")
        found = CliRunner().invoke(main, ["shipments", "import", str(file), "--database", installed_url])
        kesu = compose(Settings(), installed_url, secret=b"s" * 32)
        with kesu.database.reading() as session:
            count = session.scalar(select(func.count()).select_from(DbShipment))
        kesu.database.close()
        return found.exit_code, found.output, count

    return command


def test_a_list_is_imported_and_again(run):
    text = HEAD + "PO-1,L1,A,B,5,2026-10-28\nPO-1,L2,A,B,5,\n"
    assert run(text) == (0, "2 shipments added, 0 replaced\n", 2)
    assert run(text) == (0, "0 shipments added, 2 replaced\n", 2)


def test_a_wrong_list_says_each_line_and_changes_nothing(run):
    code, output, count = run(HEAD + "PO-1,L1,A,B,5,\nPO-2,,A,B,x,\nPO-3,L1,A,B,x,\n")
    assert (code, count) == (1, 0)
    assert "nothing was changed: line 3: lot_no is empty; line 4: quantity 'x' is no whole number" in output
