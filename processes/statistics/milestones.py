"""How long it took from the receipt to what the customer waits for."""

from collections.abc import Mapping

from processes.statistics.durations import Spread, spread
from processes.statistics.reading import Counts
from processes.statistics.scope import Scope

MILESTONES = ("acknowledged", "taken_over", "answered", "ended")
"""What is waited for: the first letter, somebody who takes it over, the answer, the end."""


def times(counts: Counts, scope: Scope) -> Mapping[str, Spread]:
    """The working time from the receipt to each milestone, of those cases that have reached it."""
    found = counts.all_sums(scope, "times")
    return {name: spread(found.get(name, {})) for name in MILESTONES}
