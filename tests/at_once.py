"""Things that are done at the same moment, each in a thread of its own, and what is waited for."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier


def at_once(*acts):
    """What came of each of some acts that begin together, in their order; an error is what came of it, too."""
    gate = Barrier(len(acts))

    def done(act):
        gate.wait(10)
        try:
            return act()
        except Exception as error:  # noqa: BLE001 - whatever it is, the test looks at it
            return error

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(done, acts))


def wait_until(condition, seconds=120.0, pause=0.02) -> float:
    """Wait for something; how long that took."""
    begun = time.monotonic()
    while not condition():
        if time.monotonic() - begun > seconds:
            raise TimeoutError("it did not happen in time")
        time.sleep(pause)
    return time.monotonic() - begun
