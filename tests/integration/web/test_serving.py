"""Real processes of `kesu run`: told to end, and tables that a newer version has changed under it."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace
from urllib.request import urlopen

import click
import pytest
from click.testing import CliRunner
from consistency import check

from engine.run import instances
from engine.values import SYSTEM
from processes.settings import Settings
from web.command import main, serving
from web.command.common import say
from web.compose import compose

pytestmark = pytest.mark.seconds(10)

COMMAND = [sys.executable, "-c", "from web.command import main; main()", "run"]


@pytest.fixture
def kesu(installed_url):
    """An installation in which the procedures are deployed: to read them anew is not what these processes are about."""
    opened = compose(Settings(), installed_url, secret=b"x" * 32)
    yield opened
    opened.database.close()


@contextmanager
def running(url, folder):
    """A process that answers, in a folder of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    said = (folder / "said").open("w")
    process = subprocess.Popen(
        [*COMMAND, "--database", url, "--port", str(port)], cwd=folder, stdout=said, stderr=said, env=os.environ.copy()
    )
    try:
        give_up = time.monotonic() + 60
        while not _answers(port):
            assert process.poll() is None, (folder / "said").read_text()
            assert time.monotonic() < give_up
            time.sleep(0.05)
        yield process
    finally:
        process.kill()
        process.wait()
        said.close()


def _answers(port):
    try:
        with urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def test_told_to_end_it_finishes_what_is_under_way_and_loses_nothing(kesu, installed_url, tmp_path):
    with running(installed_url, tmp_path) as process:
        with kesu.database.transaction() as session:
            for _ in range(10):
                instances.start(session, "complaint_intake", by=SYSTEM)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
        assert (tmp_path / "said").read_text().splitlines()[-2:] == ["stopping", "stopped"]
    assert check(kesu.database) == 10


LETTER = """
import os, signal, sys, threading, time
from types import SimpleNamespace
from engine.database import Database
from engine.runtime import make_runtime
from web.command.serving import serve

def tell():
    while signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        time.sleep(0.01)
    os.kill(os.getpid(), signal.SIGTERM)

threading.Thread(target=time.sleep, args=(600,)).start()
threading.Thread(target=tell).start()
serve(Database(sys.argv[1], make_runtime()), worker=SimpleNamespace(stop=lambda seconds: False), drain_seconds=0)
"""


def test_what_is_not_finished_in_time_does_not_keep_the_process(installed_url):
    process = subprocess.Popen(
        [sys.executable, "-c", LETTER, installed_url], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    told, wrong = process.communicate(timeout=60)
    said = "stopped; what was still under way is taken up by others, or at the next start"
    assert (process.returncode, told.splitlines()[-1:], wrong) == (0, [said], "")


LOST = (
    LETTER[: LETTER.index("def tell")]
    + """
def take_away():
    while signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        time.sleep(0.01)
    os.unlink(sys.argv[2])

threading.Thread(target=time.sleep, args=(600,)).start()
threading.Thread(target=take_away).start()
serve(Database(sys.argv[1], make_runtime()), worker=SimpleNamespace(stop=lambda seconds: True), drain_seconds=600)
"""
)


def test_a_file_that_is_taken_away_ends_it_at_once_with_one_line(installed_url):
    process = subprocess.Popen(
        [sys.executable, "-c", LOST, installed_url, installed_url.removeprefix("sqlite:///")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    told, wrong = process.communicate(timeout=60)
    assert (process.returncode, told, len(wrong.splitlines()), wrong[:7]) == (1, "", 1, "Error: "), wrong


def test_a_disk_that_is_full_under_what_is_said_ends_no_start(monkeypatch):
    with suppress(OSError), Path("/dev/full").open("w") as full:  # what is closed is written once more
        monkeypatch.setattr(sys, "stdout", full)
        with pytest.raises(OSError, match="No space left"):
            click.echo("Kesu answers")
        say("Kesu answers")
        told = True
    assert told


def test_tables_that_were_changed_while_it_began_are_seen_at_the_first_look(kesu, monkeypatch):
    ending = serving._Ending(kesu.database, None, None, 1)
    monkeypatch.setattr(ending, "told", lambda *_: None)
    ending._look_at_tables()
    assert ending.newer is None
    with kesu.database.transaction() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    ending._look_at_tables()
    assert ending.newer == "9999"
    late = serving._Ending(kesu.database, None, None, 1)
    monkeypatch.setattr(late, "told", lambda *_: None)
    late._look_at_tables()
    assert late.newer == "9999"


def test_tables_that_a_newer_version_has_changed_end_it_in_good_order_with_one_line(
    kesu, installed_url, tmp_path, monkeypatch
):
    with running(installed_url, tmp_path) as process:
        file = sqlite3.connect(installed_url.removeprefix("sqlite:///"))
        with file:
            file.execute("UPDATE alembic_version SET version_num = '9999'")
        file.close()
        assert process.wait(60) == 1
    said = (tmp_path / "said").read_text().splitlines()
    assert "stopping" in said
    assert said[-1].startswith("Error: A newer Kesu has changed the tables (revision 9999),")
    monkeypatch.chdir(tmp_path)
    told = CliRunner().invoke(main, ["migrate", "--database", installed_url])
    assert (told.exit_code, "A newer Kesu" in told.output, "Traceback" in told.output) == (2, True, False)


class Slow:
    """An application with a page that takes as long as it is wanted."""

    def __init__(self):
        self.begun, self.go = threading.Event(), threading.Event()

    def __call__(self, environ, start_response):
        if environ["PATH_INFO"] == "/slow":
            self.begun.set()
            self.go.wait(30)
        start_response("200 OK", [("Content-Length", "2")])
        return [b"ok"]


@pytest.fixture
def pages():
    """Pages that are served in a thread, what they serve, and a way to ask them on a connection of its own."""
    slow, opened = Slow(), []
    served = serving.Pages(slow, "127.0.0.1", 0, threads=2, channel_timeout=60)
    thread = threading.Thread(target=served.run)
    thread.start()

    def ask(path):
        opened.append(socket.create_connection(("127.0.0.1", served._server.effective_port), timeout=20))
        opened[-1].sendall(f"GET {path} HTTP/1.1\r\nHost: kesu\r\n\r\n".encode())
        return opened[-1]

    yield served, slow, ask
    slow.go.set()
    for each in opened:
        each.close()
    served._server.trigger.pull_trigger(served.close)
    thread.join(20)
    served._server.task_dispatcher.shutdown()


def answered(connection):
    """What comes to the end of an answer, or of the connection."""
    found = b""
    while not found.endswith(b"ok") and (more := connection.recv(10_000)):
        found += more
    return found


def test_who_has_asked_is_answered_who_asks_nothing_is_not_waited_for_and_nobody_else_gets_in(pages):
    served, slow, ask = pages
    idle = ask("/")
    assert b"200 OK" in answered(idle)
    busy = ask("/slow")
    assert slow.begun.wait(20)
    found = []
    draining = threading.Thread(target=lambda: found.append(served.drain(time.monotonic() + 60)))
    draining.start()
    assert idle.recv(10_000) == b""
    with pytest.raises(ConnectionError):
        ask("/")
    assert not found
    slow.go.set()
    assert b"200 OK" in answered(busy)
    draining.join(30)
    assert found == [True]


def test_a_page_that_takes_too_long_is_waited_for_until_the_time_is_over(pages):
    served, slow, ask = pages
    ask("/slow")
    assert slow.begun.wait(20)
    assert served.drain(time.monotonic() + 0.2) is False


@pytest.mark.parametrize("finished", [True, False])
def test_all_parts_are_told_to_end_once_and_together(kesu, monkeypatch, finished):
    told, killed = [], threading.Event()
    monkeypatch.setattr(os, "kill", lambda *_: killed.set())
    pages = SimpleNamespace(drain=lambda give_up: told.append("pages") or True)
    worker = SimpleNamespace(stop=lambda seconds: told.append("worker") or finished)
    ending = serving._Ending(kesu.database, pages, worker, 5)
    ending.told(signal.SIGTERM, None)
    ending.told(signal.SIGTERM, None)  # as somebody does who is in a hurry
    assert killed.wait(20)
    assert (sorted(told), ending.finished) == (["pages", "worker"], finished)
    with pytest.raises(SystemExit):
        ending.told(signal.SIGTERM, None)
