"""Looks at every task that opens: whether those who may do it can open the case that it is about."""

import dataclasses

from engine import Actor, EventKind
from processes import procedures
from processes.cases import access, register


class Watch:
    """What was seen: tasks, and tasks whose candidates are blind, by process and element."""

    def __init__(self):
        self.seen = set()
        self.blind = set()

    def look_at(self, database):
        """Look at what opens in a database from now on, within each step."""
        runtime = database.runtime
        database.runtime = dataclasses.replace(runtime, observers=(*runtime.observers, self._observe))

    def _observe(self, session, step):
        homes = {trace.token: trace.process for trace in step.traces if trace.kind is EventKind.ENTERED}
        case = register.find_of_step(session, step)
        for task in step.opened:
            place = homes[task.token], task.element
            self.seen.add(place)
            if case is None or procedures.of_instance(session, case.instance_id).readers.apart & {*place}:
                continue
            for group in task.candidate_groups:
                if not access.may_see(session, Actor("somebody", frozenset({group})), case):
                    self.blind.add((*place, group))
