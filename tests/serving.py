"""A server in a thread of the test's process."""

import threading

from waitress import create_server


class Server:
    """An application that answers on a free port of this machine."""

    def __init__(self, app, **options):
        self._server = create_server(app, host="127.0.0.1", port=0, **({"threads": 4} | options))
        self.port = self._server.effective_port
        self.address = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.run)
        self._thread.start()

    def stop(self):
        """End the loop from within: closed from outside, it may just be waiting for what is no more."""
        self._server.trigger.pull_trigger(self._server.close)
        self._thread.join(10)
        self._server.task_dispatcher.shutdown()
