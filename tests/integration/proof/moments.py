"""Ends a process by SIGKILL at a chosen moment of its work on a database."""

import os
import signal
import time
from collections import Counter

from sqlalchemy import event


class Moments:
    """Counts what happens; at the chosen moment the process is no more. `any` counts statements and commits together."""

    def __init__(self, kind=None, number=0):
        self.counts = Counter()
        self.chosen = (kind, number)

    def __call__(self, kind):
        for each in (kind, "any"):
            self.counts[each] += 1
            if self.chosen == (each, self.counts[each]):
                os.kill(os.getpid(), signal.SIGKILL)
                time.sleep(60)

    def watch(self, database):
        for engine in {each.pool: each for each in (database.reader, database.engine)}.values():
            self._watch(engine)

    def _watch(self, engine):
        event.listen(engine, "before_cursor_execute", lambda *_: self("statement"))
        commit = engine.dialect.do_commit

        def do_commit(connection):
            self("before commit")
            commit(connection)
            self("after commit")

        engine.dialect.do_commit = do_commit
