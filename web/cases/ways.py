"""The ways of a case: that of the instance it follows, those before it moved or was opened again, those beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from engine import Instance, Session, TaskItem
from processes.cases import rounds
from processes.cases.schema import DbCase
from web.diagrams.walk import Walk, walk
from web.shell import dates, here, language
from web.shell.language import gettext as _


@dataclass(frozen=True)
class Way:
    """What one instance of a case has walked."""

    instance: Instance
    walk: Walk

    @property
    def name(self) -> str:
        """What the process is called that it began with, and when that was."""
        began = dates.day_text(
            self.instance.started_at.astimezone(here.zone()),
            language.current(),
            narrow=True,
            this_year=here.now().year,
        )
        root = self.walk.drawing.processes[self.walk.root]
        return _("%(name)s, %(day)s", name=self.walk.drawing.title(root), day=began)


@dataclass(frozen=True)
class Ways:
    """All of them: the one that the case follows, and the others, the newest first."""

    current: Way
    others: Sequence[Way]

    @cached_property
    def every(self) -> Sequence[Way]:
        """The current one first."""
        return (self.current, *self.others)

    @property
    def instances(self) -> Sequence[Instance]:
        """Those of the case, the oldest first."""
        return sorted((way.instance for way in self.every), key=lambda each: each.id)

    @property
    def tasks(self) -> Sequence[TaskItem]:
        """What is open in any of them."""
        return [task for way in self.every for task in way.walk.tasks]

    @property
    def homes(self) -> Sequence[int]:
        """The deployments that they were drawn in."""
        return list(dict.fromkeys(home for way in self.every for home in way.walk.drawing.homes.values()))

    def find(self, instance_id: int | None) -> Way:
        """The one of an instance; the current one for none of them."""
        return next((way for way in self.every if way.instance.id == instance_id), self.current)


def ways_of(session: Session, case: DbCase) -> Ways:
    """Read them from the history; the caller has checked that the case may be seen."""
    found = {each.id: Way(each, walk(session, each.id)) for each in rounds.instances_of(session, case)}
    current = found.pop(case.instance_id)
    return Ways(current, list(found.values())[::-1])
