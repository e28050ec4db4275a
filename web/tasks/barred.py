"""Why somebody may not do a task, and who may: nobody finds a closed door without a word on who has the key."""

from collections.abc import Iterator

from engine import Session, TaskItem, tasks
from engine.errors import ClaimedByOther, KesuError, NotCandidate, SeparationOfDuties
from processes.people import organisation
from web.shell.errors import explain
from web.shell.language import gettext as _
from web.shell.people import Names, joined

FEW = 3
"""So many are named."""


def said(session: Session, task: TaskItem, error: KesuError | None, names: Names) -> str:
    """Why the person cannot do it, where that is worth a sentence; of what is set apart, who can."""
    if not isinstance(error, SeparationOfDuties | ClaimedByOther | NotCandidate):
        return ""
    why = explain(error)
    if isinstance(error, ClaimedByOther) or task.assignee is not None:
        return why
    able = list(_able(session, task))
    if able:
        others = _("It can be done by %(who)s.", who=joined([names.person(login) for login in able]))
        return f"{why} {others}" if isinstance(error, SeparationOfDuties) else why
    units = joined([names.unit(group) for group in task.candidate_groups])
    nobody = _(
        "Nobody of %(units)s may do it: an administrator has to add somebody there or reassign the task.", units=units
    )
    return f"{why} {nobody}" if units else why


def _able(session: Session, task: TaskItem) -> Iterator[str]:
    """The first few against whom nothing stands."""
    members = organisation.members_of(session, task.candidate_groups)
    found = 0
    for login in sorted({*task.candidate_users}.union(*members.values())):
        if tasks.why_not(session, task, organisation.actor_of(session, login)) is None:
            found += 1
            yield login
        if found == FEW:
            return
