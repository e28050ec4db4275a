"""A process that works: `python -m tests.faults.worker URL embedded|procrastinate LETTERS [SECONDS]`; SIGTERM ends it."""

import signal
import sys
import threading
from pathlib import Path

from engine.database import Database
from engine.runtime import Limits, make_runtime
from engine.work import broker
from engine.work.dispatch import EmbeddedDispatcher
from engine.work.procrastination import ProcrastinateDispatcher
from tests.faults.stage import letters_to
from web.command import logs


def main(url: str, kind: str, letters: str, seconds: str = "0") -> int:
    """Work until told to end; 0 when all that was under way was finished."""
    logs.configure()  # whoever waits for `ready` reads nothing more: a full pipe would hold the worker up
    handing = broker.HandingOver() if kind == "procrastinate" else None
    services = letters_to(Path(letters), seconds=float(seconds))
    database = Database(url, make_runtime(services=services, settings=Limits(), dispatcher=handing))
    worker = EmbeddedDispatcher(database) if handing is None else ProcrastinateDispatcher(database, handing)
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: ended.set())
    print("ready", flush=True)
    sys.stdin.readline()
    worker.start()
    while not ended.wait(1):
        pass
    return 0 if worker.stop(30) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
