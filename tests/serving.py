"""A server in a thread of the test's process."""

import os
import threading
import time
from contextlib import closing

from web.command.serving import listen


class Server:
    """An application that answers on a free port of this machine."""

    def __init__(self, app, **options):
        self._server = listen(app, {}, host="127.0.0.1", port=0, **({"threads": 4} | options))
        self.port = self._server.effective_port
        self.address = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.run)
        self._thread.start()

    def stop(self):
        """End the loop from within: closed from outside, it may just be waiting for what is no more."""
        self._server.trigger.pull_trigger(self._server.close)
        self._thread.join(10)
        self._server.task_dispatcher.shutdown()


PAUSE = float(os.environ.get("KESU_SLOW_PAGES", "0"))
"""Seconds between the parts of every page, to find tests that look at a page before it is there."""


def in_parts(answer):
    """An answer by thirds, as a slow line brings it."""
    with closing(answer):
        for piece in answer:
            third = len(piece) // 3 + 1
            for start in range(0, len(piece), third):
                time.sleep(PAUSE)
                yield piece[start : start + third]


class Door:
    """An address at which one application after the other answers, so that a browser keeps what it has fetched."""

    def __init__(self):
        self._app, self._inside = None, 0
        self._left = threading.Condition()
        self.server = Server(self)
        self.address = self.server.address

    def open(self, app):
        assert self._app is None, "only one house answers at a time"
        self._app = app

    def close(self):
        """Let nobody in any more, and wait for those who are inside."""
        with self._left:
            self._app = None
            self._left.wait_for(lambda: not self._inside, 10)

    def __call__(self, environ, start_response):
        with self._left:
            app = self._app
            self._inside += 1
        try:
            if app is None:
                start_response("503 Closed", [("Content-Length", "0")])
                return [b""]
            if not PAUSE or environ["PATH_INFO"].startswith("/static/"):
                return app(environ, start_response)
            environ.pop("HTTP_ACCEPT_ENCODING", None)
            return in_parts(app(environ, start_response))
        finally:
            with self._left:
                self._inside -= 1
                self._left.notify_all()
