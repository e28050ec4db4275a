"""A process that serves: it ends when it is told to, with what is under way finished, or when its database is lost."""

import gc
import os
import signal
import threading
import time
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn, Protocol

import click
from waitress import create_server
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError

from engine import Database, deployments
from engine.errors import DatabaseLost, Passing
from processes.errors import TablesNewer
from processes.migrations import newest, revision_of
from web.command.common import say

if TYPE_CHECKING:
    from collections.abc import Callable

LOOK_SECONDS = 0.5
"""So often one looks whether the database is still there."""
FORM_SECONDS = 2
"""So often one looks whether a newer version of Kesu has changed the tables."""

SIGNALS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGINT") if hasattr(signal, name))


class Worker(Protocol):
    """What works in the background."""

    def start(self) -> None:
        """Begin."""

    def stop(self, seconds: float | None = None) -> bool:
        """Begin nothing new and finish what is under way; whether that was done within some seconds."""


class _Parser(HTTPRequestParser):  # type: ignore[misc]
    """Refuses what a proxy in front may read otherwise, and so pass on a part of it as a request of its own."""

    def parse_header(self, header_plus: bytes) -> None:
        """The first lines of a request; ParsingError for a length beside pieces (RFC 9112, 6.1)."""
        super().parse_header(header_plus)
        if "TRANSFER_ENCODING" in self.headers or (self.chunked and "CONTENT_LENGTH" in self.headers):
            raise ParsingError("a length beside pieces")


class _Channel(HTTPChannel):  # type: ignore[misc]
    """A connection."""

    parser_class = _Parser


def listen(app: Any, parts: dict[int, Any], **options: Any) -> Any:
    """The server of an application, as waitress makes it, and what it listens with among its parts."""
    server = create_server(app, parts, **options)
    for part in parts.values():
        if hasattr(part, "channel_class"):
            part.channel_class = _Channel
    return server


class Pages:
    """The server of the pages."""

    def __init__(self, app: Any, host: str, port: int, **options: Any) -> None:
        """Take the address; ClickException when it cannot be had."""
        self._parts: dict[int, Any] = {}
        try:
            self._server = listen(app, self._parts, host=host, port=port, **options)
        except OSError as error:
            raise click.ClickException(
                f"port {port} cannot be had ({error.strerror}); choose another with PORT=…"
            ) from error

    def run(self) -> None:
        """Answer until SystemExit is raised in this thread."""
        self._server.run()

    def close(self) -> None:
        """Give the address back."""
        self._server.close()

    def drain(self, give_up: float) -> bool:
        """Take no new connections, answer what was asked, close what is idle; whether that was done in time."""
        for part in self._listening():
            part.trigger.pull_trigger(partial(_deafen, part))
        while time.monotonic() < give_up:
            if not (open_ := self._open()):
                return True
            for channel in open_:
                if _is_idle(channel):
                    channel.server.trigger.pull_trigger(channel.handle_close)
            time.sleep(0.05)
        return False

    def _listening(self) -> list[Any]:
        return [part for part in list(self._parts.values()) if hasattr(part, "active_channels")]

    def _open(self) -> list[Any]:
        return [part for part in list(self._parts.values()) if hasattr(part, "requests")]


def serve(
    database: Database, *, pages: Pages | None = None, worker: Worker | None = None, drain_seconds: float
) -> None:
    """Serve until a signal comes, then drain: nothing new, what is under way is finished, exit 0.

    What is not finished in time ends with the process, exit 0 as well, as if the machine had failed then.

    A database that is lost, its file moved away or damaged, ends the process at once with one line and exit 1. Tables
    that a newer version has changed meanwhile end it in good order, with one line and exit 1.

    Args:
        database: what is looked after.
        pages: answered in this thread.
        worker: has been started.
        drain_seconds: how long to wait for what is under way; what is left then is taken up by others, or at the next
            start.
    """
    with suppress(Passing):
        if not database.keeps_checksums():
            say("PostgreSQL keeps no checksums of its pages: a damaged one may go unnoticed, see docs/operations.md")
    with suppress(Passing), database.reading() as session:
        deployments.declarations(session)  # what runs is read before anybody waits for it
    ending = _Ending(database, pages, worker, drain_seconds)
    settle()
    before = {number: signal.signal(number, ending.told) for number in SIGNALS}
    threading.Thread(target=ending.watch, name="kesu-watch", daemon=True).start()
    try:
        if pages is not None:
            pages.run()
        while not ending.done.wait(3600):
            pass
    except SystemExit:
        pass
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if ending.lost is not None:
        _leave(1, f"Error: {DatabaseLost(reason=ending.lost)}")
    newer = None if ending.newer is None else str(TablesNewer(revision=ending.newer))
    if not ending.finished:
        say("stopped; what was still under way is taken up by others, or at the next start")
        _leave(0 if newer is None else 1, f"Error: {newer}" if newer else None)
    if newer is not None:
        raise click.ClickException(newer)
    say("stopped")


def settle() -> None:
    """Leave what was loaded out of the collection of garbage, and collect less often.

    A process that serves keeps hundreds of thousands of objects that never die: modules, mappings, parsed drawings.
    Looking through them again and again was a tenth of its CPU time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


class _Ending:
    """How a process comes to its end: told by a signal, or because its database is lost."""

    def __init__(self, database: Database, pages: Pages | None, worker: Worker | None, seconds: float) -> None:
        self.done = threading.Event()
        self.finished = False
        self.lost: str | None = None
        self.newer: str | None = None
        """The revision to which somebody has brought the tables while this process was running."""
        self._database = database
        self._parts: list[Callable[[float], bool]] = []
        if pages is not None:
            self._parts.append(pages.drain)
        if worker is not None:
            self._parts.append(lambda give_up: worker.stop(max(0, give_up - time.monotonic())))
        self._seconds = seconds
        self._has_pages = pages is not None
        self._begun = False

    def told(self, _number: int, _frame: object) -> None:
        """A signal: begin to end; the last one is our own, and leaves the loop of the server."""
        if self.done.is_set():
            raise SystemExit
        if not self._begun:
            self._begun = True
            threading.Thread(target=self._drain, name="kesu-drain", daemon=True).start()

    def watch(self) -> None:
        """Look after the database until it is lost."""
        looked = time.monotonic() - FORM_SECONDS
        while not self.done.is_set():
            self.lost = self._database.watch.find_loss()
            if self.lost is not None:
                self._end()
                return
            if self.newer is None and (self._database.watch.changed or time.monotonic() - looked > FORM_SECONDS):
                looked = time.monotonic()
                self._look_at_tables()
            time.sleep(LOOK_SECONDS)

    def _look_at_tables(self) -> None:
        """End in good order once a newer version has changed the tables; the work is for that one.

        They are compared with what this version makes of them, so that a change during the start is seen as well.
        """
        with suppress(Passing), self._database.reading() as session:
            found = revision_of(session.connection())
            if found not in {None, newest()}:
                self.newer = found
                self.told(0, None)

    def _drain(self) -> None:
        say("\nstopping")
        give_up = time.monotonic() + self._seconds
        found: list[bool] = []
        threads = [
            threading.Thread(target=lambda part=part: found.append(part(give_up)), daemon=True) for part in self._parts
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(self._seconds + 1)
        self.finished = len(found) == len(threads) and all(found)
        self._end()

    def _end(self) -> None:
        self.done.set()
        if self._has_pages:
            os.kill(os.getpid(), signal.SIGTERM)


def _leave(status: int, told: str | None) -> NoReturn:
    """End at once, whatever threads are still waiting for: Python would wait for them."""
    if told is not None:
        say(told, err=True)
    os._exit(status)


def _deafen(part: Any) -> None:
    """Close the socket that listens; in the thread of the loop."""
    part.del_channel()
    part.socket.close()


def _is_idle(channel: Any) -> bool:
    return not channel.requests and not channel.total_outbufs_len
