"""Compares what the sums tell with the statistics computed in full."""

from dataclasses import replace

import full_statistics as full

from processes.statistics import counting, milestones, remedies, steps
from processes.statistics.reading import Counts
from processes.statistics.records import BY
from web.statistics.desk import COUNTED

MEASURES = {**dict.fromkeys(("all", "procedure", "unit"), (*COUNTED, "closed", "first_contact", "with_cost"))}
MEASURES |= {dimension: ("cases", *told) for dimension, told in BY.items()}


def compare(session, calendar, scope):
    """AssertionError where they differ; how many cases the scope has."""
    counts = Counts(session, calendar)
    assert not counts.behind
    for dimension, measures in MEASURES.items():
        told, meant = (
            [replace(each, counts={name: each.counts[name] for name in measures}) for each in found]
            for found in (
                counting.count(counts, scope, dimension, measures),
                full.count(session, scope, dimension, measures),
            )
        )
        assert told == meant, (dimension, scope.period)
    for period in {scope.period, scope.period.moved(-1)}:
        asked, names = replace(scope, period=period), ("cases", "late", "opened_again")
        told, meant = counting.total(counts, asked, names), full.total(session, asked, names)
        assert {name: told[name] for name in names} == dict(meant)
    assert milestones.times(counts, scope) == full.times(session, scope, calendar)
    assert steps.by_unit(counts, scope) == full.by(session, scope, calendar, lambda step: step.unit)
    places = full.by(session, scope, calendar, lambda step: (step.process, step.element))
    for process in {process for process, _ in places}:
        meant = {element: each for (key, element), each in places.items() if key == process}
        assert steps.of_diagram(counts, scope, process) == meant, process
    assert [replace(each, procedure="") for each in remedies.kinds(counts, scope)] == [
        replace(each, procedure="") for each in full.kinds(session, scope)
    ]
    assert remedies.costs(counts, scope) == full.costs(session, scope)
    return counting.total(counts, scope, ("cases",))["cases"]
