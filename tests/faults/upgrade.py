"""An upgrade while cases run: `python -m tests.faults.upgrade COMMIT`, processes of an older commit beside new ones.

The older commit is checked out in a folder of its own and run by the same Python. It needs `web/static/build` as it is
here. What is printed stands in docs/scale.md.
"""

import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

import click
from cluster import Cluster, find_binaries
from consistency import check
from core_bpmn import bpmn, catch, end, flow, path, script, start, timer, xor
from sqlalchemy import text

from engine.database import Database
from engine.run import instances
from engine.runtime import make_runtime
from engine.values import SYSTEM
from tests.at_once import wait_until
from tests.faults.stage import deploy

HERE = Path(__file__).parents[2]
CASES, ROUNDS = 100, 12
PASSWORD = secrets.token_urlsafe(12)
TICKING = bpmn(
    start(), xor("again"), catch("t", timer("PT2S")), script("s", "n = n + 1"),
    xor("g", default="g-end"), end(),
    path("start", "again", "t", "s", "g", "end"), flow("g", "again", f"${{n < {ROUNDS}}}"), key="ticking",
)  # fmt: skip


class Version:
    """A folder with a version of Kesu, its processes, and what they said."""

    def __init__(self, folder: Path, url: str, said: Path) -> None:
        self.folder, self.said, self.url = folder, said, url
        self.environment = os.environ | {
            "PYTHONPATH": str(folder),
            "KESU_DATABASE_URL": url,
            "KESU_SECRET": "s" * 64,
        }

    def begin(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a command of this version."""
        command = [sys.executable, "-c", "from web.command import main; main()", *arguments]
        log = self.said.open("a")
        return subprocess.Popen(
            command, cwd=self.folder, env=self.environment, stdin=subprocess.PIPE, stdout=log, stderr=log, text=True
        )

    def do(self, *arguments: str, told: str = "") -> int:
        """Run a command of this version to its end; how it ended."""
        process = self.begin(*arguments)
        process.communicate(told, timeout=120)
        return process.returncode

    def serve(self, port: int) -> subprocess.Popen[str]:
        """Serve pages; waits until they answer."""
        process = self.begin("web", "--port", str(port))
        wait_until(lambda: _answers(port))
        return process


def _answers(port: int) -> bool:
    try:
        return bool(build_opener().open(f"http://127.0.0.1:{port}/health", timeout=5).status == 200)
    except (URLError, OSError):
        return False


def _port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _get(browser: OpenerDirector, port: int, place: str = "/") -> tuple[str, str]:
    with browser.open(f"http://127.0.0.1:{port}{place}", timeout=20) as answer:
        return answer.url.partition(str(port))[2], answer.read().decode()


def _sign_in(browser: OpenerDirector, port: int) -> None:
    _, page = _get(browser, port, "/sign-in")
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found is not None
    fields = urlencode({"csrf_token": found[1], "login": "root", "password": PASSWORD})
    browser.open(f"http://127.0.0.1:{port}/sign-in", fields.encode(), timeout=20).close()


def play(cluster: Cluster, old: Path, folder: Path) -> None:
    """Old processes at work, the tables are migrated, new ones come, old ones go; nothing lost, nothing twice."""
    url = cluster.create_database("template0")
    before, after = Version(old, url, folder / "old"), Version(HERE, url, folder / "new")
    assert before.do("migrate") == 0, before.said.read_text()
    added = ("person", "add", "root", "--name", "R", "--admin", "--password-stdin")
    assert before.do(*added, told=f"{PASSWORD}\n") == 0, before.said.read_text()
    database = Database(url, make_runtime())
    port, new_port = _port(), _port()
    workers, pages = [before.begin("worker"), before.begin("worker")], before.serve(port)
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    _sign_in(browser, port)
    signed_in = _get(browser, port)[0]
    assert "sign-in" not in signed_in
    deploy(database, TICKING)
    with database.transaction() as session:
        for _ in range(CASES):
            instances.start(session, "ticking", variables={"n": 0}, by=SYSTEM)
    wait_until(lambda: _fired(database) > CASES)
    migrated = time.monotonic()
    assert after.do("migrate") == 0, after.said.read_text()
    done = time.monotonic()
    fired = _fired(database)
    new = [after.begin("worker")]
    ends = [each.wait(60) for each in (*workers, pages)]
    gone = time.monotonic() - done
    print(f"migrated in {done - migrated:.1f} s with {fired} of {CASES * ROUNDS} timers fired", flush=True)
    print(f"old workers and pages ended with {ends}, {gone:.1f} s later", flush=True)
    late = before.do("worker")
    told = before.said.read_text().splitlines()[-1]
    assert late != 0
    print(f"an old worker started now ends with {late}: {told}", flush=True)
    new.append(after.serve(new_port))
    place = _get(browser, new_port)[0]
    assert place == signed_in, (place, signed_in)
    print(f"the session of before opens {place} of the new pages", flush=True)
    wait_until(lambda: not _open(database))
    fired = _fired(database)
    assert fired == CASES * ROUNDS, fired
    check(database)
    for each in new:
        each.terminate()
    assert [each.wait(60) for each in new] == [0, 0]
    database.close()
    print(f"{CASES} cases ended, {fired} timers fired, none twice, all tables agree", flush=True)


def _ask(database: Database, query: str) -> int:
    with database.reading() as session:
        return int(session.connection().execute(text(query)).scalar_one())


def _fired(database: Database) -> int:
    return _ask(database, "SELECT count(*) FROM event WHERE kind = 'left' AND element = 's'")


def _open(database: Database) -> int:
    return _ask(database, "SELECT count(*) FROM instance WHERE ended_at IS NULL")


@click.command()
@click.argument("commit")
def main(commit: str) -> None:
    """Let processes of an older commit work, then upgrade."""
    binaries = find_binaries()
    if binaries is None:
        raise click.ClickException("PostgreSQL is not installed")
    folder = Path(tempfile.mkdtemp(prefix="kesu-upgrade-"))
    old = folder / "checkout"
    subprocess.run(["git", "worktree", "add", "--detach", "--quiet", old, commit], cwd=HERE, check=True)
    shutil.copytree(HERE / "web/static/build", old / "web/static/build", dirs_exist_ok=True)
    cluster = Cluster(binaries)
    try:
        play(cluster, old, folder)
    finally:
        cluster.stop()
        subprocess.run(["git", "worktree", "remove", "--force", old], cwd=HERE, check=True)


if __name__ == "__main__":
    main()
