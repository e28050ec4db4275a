"""What can be done with a case from its page."""

from collections.abc import Sequence

from flask import url_for

from engine import Session, TaskItem, messages
from processes.cases import reopening
from processes.cases.schema import DbCase
from web.cases import to_do
from web.cases.ways import Ways
from web.shell import here, language
from web.shell.language import gettext as _
from web.shell.parts import Act


def of_case(session: Session, found: DbCase, ways: Ways, *, erased: bool) -> list[Act]:
    """What can be done from here: messages the case waits for, the case file, one's own task; little where erased."""
    acts = [Act(_("Case file"), url_for("cases.case_file", number=found.number), "printer", "p")]
    acts.append(Act(_("Case file as PDF"), url_for("case_file.case_file", number=found.number), "download"))
    if not erased:
        acts.append(Act(_("Comment"), url_for("comments.form", number=found.number), "message", "c", dialog=True))
    if found.status == "open":
        acts += _recordings(session, found)
    if not erased and reopening.find(session, here.kesu().office, found, here.actor()) is not None:
        acts.append(Act(_("Open again …"), url_for("reopen.form", number=found.number), "refresh"))
    if here.actor().admin:
        address = url_for("admin.instance", instance_id=found.instance_id)
        acts.append(Act(_("Instance"), address, "adjustments"))
    task = _my_task(ways.tasks)
    if task is not None:
        acts.append(Act(_("To my task"), url_for("tasks.task", task_id=task.id), "chevron-right", "o", "p"))
    return acts


def _recordings(session: Session, found: DbCase) -> list[Act]:
    """What may be recorded now; folded into one where there is more than that."""
    every = [
        (
            language.say(message.label, message.deployment_id),
            url_for("record.form", number=found.number, token=message.token),
        )
        for message in messages.recordable(session, found.instance_id, by=here.actor())
    ]
    if len(every) > 1:
        return [Act(_("Record …"), "", "message", menu=[Act(name, address) for name, address in every])]
    return [Act(_("Record: %(name)s …", name=name), address, "message") for name, address in every]


def _my_task(open_: Sequence[TaskItem]) -> TaskItem | None:
    """The open task of the person, else one that the person's groups may claim."""
    own = [task for task in open_ if to_do.is_ones_own(task)]
    return next(iter(sorted(own, key=lambda task: task.assignee != here.actor().id)), None)
