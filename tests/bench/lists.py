"""What lists, counts, searches and pages cost with few and with very many cases: the same requests on both.

    python -m tests.bench.lists [--open 1000 100000] [--finished 10000 300000] [--only sqlite]

Each database is the demo, copied until it is large. A line is a page as a person asks for it; what is compared is CPU
and wall time of the middle request (p50) and of the slowest of twenty (p95), large against small; of PostgreSQL the CPU of
its processes counts, too.
"""

import argparse
import gc
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask
from flask.testing import FlaskClient

from processes.demo import PASSWORD, populate
from processes.mail import RecordingMail
from processes.migrations import migrate
from processes.settings import Settings
from tests.bench.crowd import OLD, counts, lengthen, multiply
from tests.cluster import Cluster, find_binaries
from web import compose
from web.app import create_app

ROUNDS = 20
SECRET = b"a secret of the bench, known to all"
SETTINGS = Settings(password_cost="low")
POSTGRESQL = {"shared_buffers": "256MB", "max_wal_size": "8GB", "max_parallel_workers_per_gather": "0"}
"""No more than a small machine has; and no processes that come and go, whose work nobody could count."""

REQUESTS = (
    ("My work, of a person of few", "ning", "/work"),
    ("My work, of a person of many", "yang", "/work"),
    ("waiting for others", "li", "/work?view=waiting"),
    ("the same, what a page asks each minute", "yang", "/work/news"),
    ("cases, open by due date", "li", "/cases"),
    ("cases, all by receipt", "li", "/cases?state=all"),
    ("cases of a unit", "li", "/cases?unit=injection_workshop"),
    ("cases, late", "li", "/cases?state=late"),
    ("search, a word of one", "li", "/cases?q=799960017&state=all"),
    ("search, a word of many", "li", "/cases?q=开裂&state=all"),
    ("search, of many and of one", "li", "/cases?q=开裂 799960017&state=all"),
    ("search, a word of none", "li", "/cases?q=nowhere&state=all"),
    ("search, a word of many, of a person of few", "ning", "/cases?q=开裂&state=all"),
    ("search, a word of many, none with the unit", "yan", "/cases?q=开裂&state=all"),
    ("search, a word of many, all of them old", "li", f"/cases?q={OLD}&state=all"),
    ("cases, of a person of few", "ning", "/cases"),
    ("cases, of a unit in one of a hundred", "yan", "/cases?state=all"),
    ("cases, closed, of a unit in one of a hundred", "yan", "/cases?state=closed"),
    ("cases, open, of a unit in one of a hundred", "yan", "/cases"),
    ("cases, of a unit in one of thirty", "pan", "/cases?state=all"),
    ("cases, open, of a unit in one of thirty", "pan", "/cases"),
    ("cases, closed", "li", "/cases?state=closed"),
    ("cases, of somebody none of whose cases it shows", "cai", "/cases?state=all"),
    ("search, of an administrator", "admin", "/cases?q=799960017&state=all"),
    ("cases, of a manager", "ma", "/cases"),
    ("suggestions", "li", "/search/suggest?q=壳体开"),
    ("administrator, instances", "admin", "/admin/instances"),
    ("administrator, by element", "admin", "/admin/instances?element=UT_QcInspect"),
    ("administrator, overview", "admin", "/admin/instances/by-element"),
    ("administrator, by cause", "admin", "/admin/instances/by-cause"),
    ("a case with 1,000 events", "ma", "/cases/KB-2026-000001"),
    ("a case with 10,000 events", "ma", "/cases/KB-2026-000002"),
    ("a case with 40,000 events", "ma", "/cases/KB-2026-000003"),
)
LONG = {"KB-2026-000001": 1_000, "KB-2026-000002": 10_000, "KB-2026-000003": 40_000}
"""Cases, and how many events their history has."""


@dataclass
class Place:
    """A database with its requests' times."""

    name: str
    kesu: compose.Kesu

    @cached_property
    def app(self) -> Flask:
        """The pages of it."""
        return create_app(self.kesu, {"TESTING": True, "WTF_CSRF_ENABLED": False, "LOOPBACK": True})

    def visitor(self, login: str) -> FlaskClient:
        """Somebody who is signed in."""
        visitor = self.app.test_client()
        visitor.post("/sign-in", data={"login": login, "password": PASSWORD})
        return visitor

    def ask(self, visitor: FlaskClient, address: str) -> tuple[float, float]:
        """Wall time and CPU of a request, in milliseconds; of PostgreSQL's processes for it, too."""
        served, wall, cpu = self.served(), time.perf_counter(), time.process_time()
        answer = visitor.get(address)
        spent = time.perf_counter() - wall, time.process_time() - cpu + self.served() - served
        if answer.status_code != 200:
            raise SystemExit(f"{address}: {answer.status}")
        return spent[0] * 1000, spent[1] * 1000

    def served(self) -> float:
        """Seconds that PostgreSQL's processes for this database have computed."""
        pids = self.watch.execute(OF_PAGES).fetchall() if self.watch is not None else []
        return sum(_computed(pid) for (pid,) in pids)

    @cached_property
    def watch(self) -> psycopg.Connection | None:
        """A connection beside those of the pages; of SQLite none."""
        url = self.kesu.database.url
        if url.get_backend_name() == "sqlite":
            return None
        host, user = str(url.query["host"]), url.username
        return psycopg.connect(host=host, user=user, dbname=url.database, autocommit=True)


OF_PAGES = (
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
    "AND backend_type = 'client backend'"
)


def _computed(pid: int) -> float:
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
    return 0


@contextmanager
def places(
    kind: str, folder: Path, sizes: list[tuple[int, int]], demo: Path | None, *, keep: bool
) -> Iterator[list[Place]]:
    """The demo on a kind of database, copied to each of the sizes."""
    if kind == "sqlite":
        first = demo or folder / "demo.sqlite3"
        if demo is None:
            _tell(f"sqlite:///{first}")
        urls = []
        for number, _ in enumerate(sizes):
            path = folder / f"many{number}.sqlite3"
            if not path.exists():
                shutil.copy(first, path)
            urls.append(f"sqlite:///{path}")
        yield _fill(kind, urls, sizes)
        return
    kept = folder / "postgresql" if keep else None
    cluster = Cluster(_binaries(), kept=kept, **POSTGRESQL)
    try:
        names, known = [f"many{number}" for number, _ in enumerate(sizes)], cluster.names()
        if "demo" not in known:
            cluster.create_template(migrate)
            _tell(cluster.create_database(name="demo"))
        for name in names:
            if name not in known:
                cluster.create_database("demo", name)
        yield _fill(kind, [cluster.url(name) for name in names], sizes)
    finally:
        cluster.stop()


def _binaries() -> Path:
    found = find_binaries()
    if found is None:
        raise SystemExit("PostgreSQL is not installed")
    return found


def _compose(url: str) -> compose.Kesu:
    return compose.compose(SETTINGS, url, secret=SECRET, mail=RecordingMail())


def _tell(url: str) -> None:
    migrate(url)
    kesu = _compose(url)
    compose.deploy_shipped(kesu.database)
    with compose.on_a_set_clock(kesu) as (past, clock):
        populate(past.database, past.office, clock)
    kesu.database.close()


def _fill(kind: str, urls: list[str], sizes: list[tuple[int, int]]) -> list[Place]:
    found = []
    for url, (open_, closed) in zip(urls, sizes, strict=True):
        migrate(url)
        kesu = _compose(url)
        began = time.perf_counter()
        multiply(kesu.database, open_=open_, closed=closed)
        for number, events in LONG.items() if open_ else ():
            lengthen(kesu.database, number, events)
        print(kind, counts(kesu.database), f"{time.perf_counter() - began:.0f} s")
        found.append(Place(f"{kind} {open_}", kesu))
    return found


def report(found: list[Place], rounds: int, part: str) -> None:
    """A line a request, large against small; they take turns, so that whoever disturbs the machine disturbs both."""
    print(
        f"{found[0].name} -> {found[1].name}; of each: wall p50 and p95, CPU p50 and p95 (ms); CPU p50 and p95, large to small"
    )
    for label, login, address in (each for each in REQUESTS if part in each[0]):
        visitors = [place.visitor(login) for place in found]
        times: list[list[tuple[float, float]]] = [[], []]
        for number in range(rounds + 1):
            if number == 1:  # Python looks through all that it keeps at moments that have nothing to do with the page
                gc.collect()
                gc.freeze()
            turns = list(zip(found, visitors, times, strict=True))
            for place, visitor, mine in turns[:: -1 if number % 2 else 1]:
                took = place.ask(visitor, address)
                if number:  # what is read once for all, diagrams and forms, is read now
                    mine.append(took)
        figures = [_middle_and_worst([each[kind] for each in mine]) for mine in times for kind in (0, 1)]
        said = " ".join(f"{value:8.1f}" for pair in figures for value in pair)
        ratios = " ".join(f"{large / small:6.2f}" for small, large in zip(figures[1], figures[3], strict=True))
        print(f"{label:44}{said} {ratios}", flush=True)


def _middle_and_worst(values: list[float]) -> tuple[float, float]:
    return statistics.median(values), statistics.quantiles(values, n=20)[-1]


def main() -> None:
    """Fill, measure, print."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--open", type=int, nargs=2, default=[1000, 100_000])
    reader.add_argument("--finished", type=int, nargs=2, default=[10_000, 300_000])
    reader.add_argument("--only", choices=["sqlite", "postgresql"])
    reader.add_argument("--demo", type=Path, help="an SQLite database that is filled already")
    reader.add_argument("--keep", type=Path, help="a folder for the databases; what is there is measured again")
    reader.add_argument("--rounds", type=int, default=ROUNDS, help="how often each page is asked for")
    reader.add_argument("--pages", default="", help="only those with this in their name")
    asked: Any = reader.parse_args()
    for kind in [asked.only] if asked.only else ["sqlite", "postgresql"]:
        with tempfile.TemporaryDirectory(prefix="kesu-lists-") as name:
            sizes = list(zip(asked.open, asked.finished, strict=True))
            with places(kind, asked.keep or Path(name), sizes, asked.demo, keep=asked.keep is not None) as found:
                report(found, asked.rounds, asked.pages)
                for place in found:
                    place.kesu.database.close()


if __name__ == "__main__":
    main()
