"""Since when a zone is how far from UTC, which tells a database the day of a moment."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from processes.statistics.days import offsets

YEAR = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 3, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/Berlin", "Australia/Lord_Howe", "America/New_York"])
def test_each_moment_is_as_far_from_utc_as_the_last_change_says(zone):
    begins, ends = YEAR
    changes, moment = [*offsets(ZoneInfo(zone), begins, ends)], begins
    assert len(changes) == (1 if zone == "Asia/Shanghai" else 3)
    while moment < ends:
        since = [offset for at, offset in changes if at <= moment]
        assert since[-1] == moment.astimezone(ZoneInfo(zone)).utcoffset(), moment
        moment += timedelta(minutes=17)
