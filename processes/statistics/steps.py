"""The steps of cases: how often they were taken, by which unit, how long they took, how many were late."""

from collections.abc import Mapping
from dataclasses import dataclass

from processes.statistics.durations import Spread, spread
from processes.statistics.keeping import Sums
from processes.statistics.reading import Counts
from processes.statistics.records import UNITS, UNKNOWN, place_part
from processes.statistics.scope import Scope


@dataclass(frozen=True)
class Worked:
    """What was counted of some steps, in whichever round or process beside the case."""

    steps: int
    cases: int
    dated: int
    """Those with a date; of the others nobody can say whether they are late."""
    late: int
    """Those done after they were due, or due and not done."""
    took: Spread
    """The working time of those that are done."""

    @property
    def in_time(self) -> int:
        """Those with a date that are not late."""
        return self.dated - self.late


def by_unit(counts: Counts, scope: Scope) -> Mapping[str | None, Worked]:
    """The steps of each unit; None: those of persons only."""
    found = _worked(counts.all_sums(scope, UNITS))
    return {None if unit == UNKNOWN else unit: worked for unit, worked in found.items()}


def of_diagram(counts: Counts, scope: Scope, process: str) -> Mapping[str, Worked]:
    """The steps of a diagram, each by its element."""
    return _worked(counts.all_sums(scope, place_part(process)))


def _worked(sums: Sums) -> dict[str, Worked]:
    def told(name: str, where: str) -> int:
        return sums.get(name, {}).get(where, 0)

    return {
        where: Worked(
            number,
            told("cases", where),
            told("dated", where),
            told("late", where),
            spread(sums.get(f"took {where}", {})),
        )
        for where, number in sums.get("steps", {}).items()
    }
