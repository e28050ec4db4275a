"""How often strangers may ask: so many times within a while from one address, and from all together."""

from collections import OrderedDict, deque
from datetime import datetime, timedelta
from threading import Lock

MOST_ADDRESSES = 5000
"""Remembered at a time; the one that was quiet the longest is forgotten first."""


class Visits:
    """Counts visits in the memory of this process; nothing of them is kept."""

    def __init__(self, most: int, within: timedelta, *, most_together: int) -> None:
        """Set up a counter."""
        self._most, self._most_together, self._within = most, most_together, within
        self._seen: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._all: deque[datetime] = deque()
        self._lock = Lock()

    def allow(self, address: str, now: datetime) -> bool:
        """Count a visit; False, and not counted, where there were too many."""
        with self._lock:
            mine = self._seen.setdefault(address, deque())
            self._seen.move_to_end(address)
            for each in (mine, self._all):
                while each and not now - self._within < each[0] <= now:
                    each.popleft()
            if len(self._seen) > MOST_ADDRESSES:
                self._seen.popitem(last=False)
            if len(mine) >= self._most or len(self._all) >= self._most_together:
                return False
            mine.append(now)
            self._all.append(now)
            return True
