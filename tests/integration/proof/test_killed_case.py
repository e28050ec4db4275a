"""A case killed again and again goes on where it was: nothing lost, nothing twice."""

import itertools
import json
import random
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest
import sqlalchemy as sa

import processes
from engine.store.base import Base

pytestmark = pytest.mark.seconds(18)

V01 = Path(processes.__file__).parent / "kb_sales_quality" / "scenarios" / "v01_happy_path.yaml"
PLAYER = Path(__file__).with_name("mortal.py")
NUMBER = re.compile(r"(?:(\w+)_id|(task|job|instance))")
"""Columns and keys that hold numbers given by the database, and what they count."""


def lives(url, mail, moments=()):
    """Play V01 in as many lives as there are moments to die at, and one more."""
    command = [sys.executable, str(PLAYER), url, str(V01), str(mail), json.dumps(moments)]
    told = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert told.returncode == 0, told.stderr
    result = json.loads(told.stdout)
    assert result["ends"][-1] == 0, told.stderr
    return result


def moments_to_die(seed):
    """At both letters, at commits, between statements, and whenever chance says, over the whole case."""
    chance = random.Random(seed)
    letters = [("before letter", 1), ("after letter", 1), ("after commit", 4)]
    commits = [("before commit", 2), ("after commit", 1), ("before commit", 1)]

    def between(count):
        kinds = [*commits[:2], *commits, ("statement", chance.randint(60, 120))]
        return [chance.choice(kinds) for _ in range(count)]

    by_chance = [("ms", chance.randint(50, 250)) for _ in range(2)]
    return [*between(2), *letters, *between(9), *letters, *between(5), *by_chance]


def everything(url):
    """All rows of all tables, with the numbers that the database gave replaced by their order."""
    engine = sa.create_engine(url)
    order = defaultdict(dict)

    def plain(value, key=""):
        if isinstance(value, dict) and value.get("name") == "capa_instance":
            return {
                name: plain(each, "instance_id" if name in ("new", "value") else name) for name, each in value.items()
            }
        if isinstance(value, dict):
            return {name: plain(each, name) for name, each in value.items()}
        if isinstance(value, list):
            return [plain(each) for each in value]
        if isinstance(value, int) and (found := NUMBER.fullmatch(key)):
            seen = order[found[1] or found[2]]
            return seen.setdefault(value, len(seen) + 1)
        if key == "key" and isinstance(value, str):
            return re.sub(r"-\d+$", "-N", value)
        return value

    with engine.connect() as connection:
        found = {}
        for table in Base.metadata.sorted_tables:
            rows = connection.execute(sa.select(table).order_by(*table.primary_key)).mappings().all()
            found[table.name] = [plain(dict(row)) for row in rows]
            for number, row in enumerate(found[table.name], 1):
                if "id" in row:
                    row["id"] = number
    engine.dispose()
    found["event"] = in_order_of_name(found["event"])
    return found


def in_order_of_name(events):
    """Lines of the history; variables that changed together have no order among themselves."""
    together = itertools.groupby(events, key=lambda line: (line["kind"], line["token"]))
    return [
        {**line, "id": None}
        for (kind, _), lines in together
        for line in (sorted(lines, key=lambda line: line["data"]["name"]) if kind == "variable" else lines)
    ]


@pytest.fixture(scope="module")
def undisturbed(sqlite_template, tmp_path_factory):
    folder = tmp_path_factory.mktemp("undisturbed")
    shutil.copy(sqlite_template, folder / "kesu.db")
    result = lives(f"sqlite:///{folder / 'kesu.db'}", folder / "mail")
    return everything(f"sqlite:///{folder / 'kesu.db'}"), letters(folder / "mail"), result["counts"]


def letters(file):
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_killed_at_least_twenty_times(database_url, undisturbed, tmp_path):
    wanted, wanted_letters, counts = undisturbed
    moments = moments_to_die(4)
    ends = lives(database_url, tmp_path / "mail", moments)["ends"]
    assert ends.count(-9) >= 20, ends
    found = everything(database_url)
    for name, rows in wanted.items():
        assert found[name] == rows, name
    assert not found["job"]
    assert not found["timer"]
    assert not found["incident"]
    sent = letters(tmp_path / "mail")
    assert counts["before letter"] == len(wanted_letters) == len({key for key, *_ in sent}) == 2 < len(sent)
    assert {tuple(letter[1:]) for letter in sent} == {tuple(letter[1:]) for letter in wanted_letters}
