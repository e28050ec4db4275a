"""What a page costs in Python: CPU of the middle one of twenty requests on the demo, beside a page with nothing in it.

    python -m tests.bench.pages [--only sqlite] [--demo FILE] [--rounds 20] [--profile PART_OF_A_LABEL]

Of each page: statements, kilobytes, CPU (of PostgreSQL's processes, too), how many times that of the bare page, and
what of it is finding out who is signed in, the driver's part of the statements, rendering and compressing.
"""

import argparse
import cProfile
import gc
import pstats
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import flask
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import Template
from markupsafe import Markup

from tests.bench.lists import Place, places
from tests.counting import counting, listening
from web.shell import compression

PACKED = {"Accept-Encoding": "gzip"}

PAGES = (
    ("bare, the shell with nothing in it", "", "/bare"),
    ("sign-in page", "", "/sign-in"),
    ("My work, of a person of many", "yang", "/work"),
    ("My work, a plan beside the list", "zhao", "/work?task={plan}"),
    ("a task's form", "zhao", "/tasks/{plan}"),
    ("cases", "zhao", "/cases"),
    ("cases, all", "zhao", "/cases?state=all"),
    ("a case", "zhao", "/cases/{number}"),
    ("a case with 1,000 events", "zhao", "/cases/{long}"),
    ("suggestions", "li", "/search/suggest?q=壳体开"),
    ("what a page asks each minute", "yang", "/work/news"),
    ("notices", "li", "/notices"),
    ("statistics", "ma", "/statistics"),
    ("administrator, instances", "admin", "/admin/instances"),
    ("administrator, an instance", "admin", "/admin/instances/{instance}"),
    ("register", "zhao", "/register/kb_sales_quality"),
    ("a letter as it is printed", "zhao", "/letters/{letter}"),
    ("a case file as it is printed", "zhao", "/cases/{number}/file"),
)

GAPS = {
    "plan": "SELECT max(id) FROM task WHERE status = 'open' AND element = 'UT_DraftPlan'",
    "number": "SELECT max(c.number) FROM case_file c JOIN task t ON t.instance_id = c.instance_id "
    "WHERE t.status = 'open' AND t.element = 'UT_DraftPlan'",
    "long": "SELECT c.number FROM case_file c JOIN event e ON e.instance_id = c.instance_id WHERE c.owner = 'zhao' "
    "GROUP BY c.number ORDER BY count(*) DESC LIMIT 1",
    "instance": "SELECT max(instance_id) FROM case_file WHERE owner = 'zhao' AND closed_at IS NULL",
    "letter": "SELECT max(l.id) FROM letter l JOIN case_file c ON c.id = l.case_id WHERE c.owner = 'zhao'",
}
"""What addresses are made of: as the demo has it."""

PARTS = ("who", "driver", "render", "gzip")


def bare(app: Flask) -> Flask:
    """A plain Flask application with the shell of a page in it: no database, nobody signed in, the same templates."""
    floor = Flask("web", root_path=app.root_path)
    floor.secret_key = "of the bench"
    floor.jinja_loader = app.jinja_loader
    floor.jinja_env.trim_blocks = floor.jinja_env.lstrip_blocks = True
    floor.jinja_env.add_extension("jinja2.ext.i18n")
    plain: Any = floor.jinja_env
    plain.install_null_translations(newstyle=True)
    actor = SimpleNamespace(id="zhao")
    person = SimpleNamespace(actor=actor, may_register=True, initial="Z", name="Zhao", unit="Sales")
    names = ("inbox", "phone", "file-text", "chart-bar", "sitemap", "adjustments")
    rail = [SimpleNamespace(key=n, letter="w", icon=n, text=n, address="/", phone=True, count=0) for n in names]
    around = {"me": person, "places": rail, "words": {}, "lang": "en", "language": "en", "other_language": "zh"}
    around |= {"language_names": {"en": "English", "zh": "中文"}, "theme": None, "keys_off": False, "here": "/"}
    floor.jinja_env.globals.update(
        around,
        unread=lambda: 0,
        keys_grid=lambda: Markup(flask.render_template("keys.html")),
        csrf_token=lambda: "token",
        url_for=lambda *_, **__: "/",
        asset=lambda name: f"/{name}",
        icon=lambda name, *_: f"<svg>{name}</svg>",
    )
    floor.add_url_rule("/bare", "bare", lambda: flask.render_template("base.html"))
    return floor


def visitor(place: Place, floor: Flask, login: str, address: str) -> FlaskClient:
    """Who asks for a page."""
    if address == "/bare":
        return floor.test_client()
    return place.visitor(login) if login else place.app.test_client()


def addresses(place: Place) -> dict[str, str]:
    """What stands in the gaps of addresses."""
    with place.kesu.database.engine.connect() as connection:
        return {name: str(connection.scalar(sa.text(text))) for name, text in GAPS.items()}


@contextmanager
def watching(place: Place) -> Iterator[dict[str, float]]:
    """Seconds of CPU of each part while it lasts; it makes a page dearer, so that totals are measured without it."""
    spent = dict.fromkeys(PARTS, 0.0)

    def timed(part: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def measured(*given: Any, **named: Any) -> Any:
            began = time.thread_time()
            try:
                return work(*given, **named)
            finally:
                spent[part] += time.thread_time() - began

        return measured

    def begun(connection: sa.Connection, *_: object) -> None:
        connection.info["began"] = time.thread_time()

    def ended(connection: sa.Connection, *_: object) -> None:
        spent["driver"] += time.thread_time() - connection.info["began"]

    manager: Any = place.app.extensions["sign_in"]
    load, render, packed = manager._user_callback, Template.render, compression.gzip
    manager._user_callback = timed("who", load)
    Template.render = timed("render", render)  # type: ignore[method-assign]
    compression.gzip = SimpleNamespace(compress=timed("gzip", packed.compress))  # type: ignore[assignment]
    base = place.kesu.database
    try:
        with listening(base, "before_cursor_execute", begun), listening(base, "after_cursor_execute", ended):
            yield spent
    finally:
        manager._user_callback, Template.render = load, render  # type: ignore[method-assign]
        compression.gzip = packed


def measure(place: Place, rounds: int, only: str) -> None:
    """A line a page."""
    floor, gaps, least = bare(place.app), addresses(place), 0.0
    print(f"{place.name}; CPU in ms; statements, kB sent, CPU p50, times the bare page; of it {', '.join(PARTS)}")
    for label, login, pattern in PAGES:
        if only not in label and pattern != "/bare":
            continue
        address = pattern.format(**gaps)
        client = visitor(place, floor, login, address)
        asks = [ask(place, client, address) for _ in range(rounds + 2)]
        taken = statistics.median(asks[2:])
        least = least or taken
        parts: dict[str, float] = {}
        with watching(place) as spent:
            for _ in range(rounds):
                client.get(address, headers=PACKED)
            parts = {part: seconds * 1000 / rounds for part, seconds in spent.items()}
        with counting(place.kesu.database) as (statements, _):
            size = len(client.get(address, headers=PACKED).data) / 1000
        said = " ".join(f"{value:6.1f}" for value in parts.values())
        print(f"{label:38}{len(statements):4} {size:6.1f} {taken:7.1f} {taken / least:6.1f}   {said}", flush=True)


def ask(place: Place, client: FlaskClient, address: str) -> float:
    """Milliseconds of CPU of a request, of PostgreSQL's processes, too."""
    served, cpu = place.served(), time.process_time()
    answer = client.get(address, headers=PACKED)
    spent = time.process_time() - cpu + place.served() - served
    if answer.status_code != 200:
        raise SystemExit(f"{address}: {answer.status}")
    return spent * 1000


def profile(place: Place, only: str, rounds: int) -> None:
    """What the pages of a label spend their time with."""
    floor, gaps = bare(place.app), addresses(place)
    for label, login, pattern in PAGES:
        if only not in label:
            continue
        address = pattern.format(**gaps)
        client = visitor(place, floor, login, address)
        client.get(address)
        profiler = cProfile.Profile()
        profiler.enable()
        for _ in range(rounds):
            client.get(address, headers=PACKED)
        profiler.disable()
        print(label)
        for order in ("tottime", "cumulative"):
            pstats.Stats(profiler).sort_stats(order).print_stats(45)


def main() -> None:
    """Fill, measure, print."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--only", choices=["sqlite", "postgresql"])
    reader.add_argument("--demo", type=Path, help="an SQLite database that is filled already")
    reader.add_argument("--rounds", type=int, default=20)
    reader.add_argument("--page", default="", help="only pages with this in their label")
    reader.add_argument("--profile", action="store_true", help="where the time goes, instead of the table")
    asked: Any = reader.parse_args()
    for kind in [asked.only] if asked.only else ["sqlite", "postgresql"]:
        temporary = tempfile.TemporaryDirectory(prefix="kesu-pages-")
        with temporary as name, places(kind, Path(name), [(0, 0)], asked.demo, keep=False) as (place,):
            gc.collect()
            gc.freeze()
            if asked.profile:
                profile(place, asked.page, asked.rounds)
            else:
                measure(place, asked.rounds, asked.page)
            place.kesu.database.close()


if __name__ == "__main__":
    main()
