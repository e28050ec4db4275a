"""Several tasks of the list at once: each is checked and done by itself, what could not be done says why."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from engine import Completed, Session, TaskItem, follow_ups, task_forms, tasks
from engine.errors import KesuError, NotFound, ReasonMissing
from processes.cases import comments, disclosure, register
from processes.desk import assignments, drafts
from processes.errors import CommentEmpty, CommentTooLong, FormToFill
from processes.people import organisation
from web.cases.comments import field as comment_field
from web.cases.comments import told
from web.shell import came_from, errors, here, language, numbers
from web.shell.language import gettext as _
from web.shell.language import ngettext
from web.shell.once import new_key
from web.shell.pages import ask, show
from web.shell.parts import Confirm
from web.shell.people import names
from web.work import snooze

blueprint = Blueprint("selected", __name__, url_prefix="/work/selected")

MOST = 100
"""Tasks that are taken at once; the list shows fewer on a page."""

Do = Callable[[Session, TaskItem], Completed | object]
Field = dict[str, object]


@dataclass(frozen=True)
class Left:
    """A task that was not done."""

    name: str
    number: str
    why: str
    address: str


@blueprint.post("/claim")
def claim() -> BaseResponse:
    """Take them for oneself."""
    return _each(_("Claimed"), lambda session, task: tasks.claim(session, task.id, by=here.actor()))


@blueprint.post("/complete")
def complete() -> BaseResponse:
    """Complete those whose form has no field that must be filled in; asks first."""
    if "_sure" not in request.form:
        text = _("Only tasks whose form has no required field are completed; the others stay as they are.")
        return _ask("complete", _("Complete"), "check", text)
    return _each(_("Completed"), _complete)


@blueprint.post("/reassign")
def reassign() -> BaseResponse:
    """Give them to somebody; asks to whom and why."""
    to, reason = request.form.get("to", ""), here.reason()
    if "_sure" not in request.form or not reason:
        with here.reading() as session:
            field: Field = {"name": "to", "label": _("To"), "options": _able(session), "value": to}
        return _ask("reassign", _("Reassign"), "user", fields=[field], reason=True, problem=_problem(ReasonMissing()))
    with here.reading() as session:
        receiver = organisation.actor_of(session, organisation.normal_login(to))
    return _each(
        _("Passed on"),
        lambda session, task: assignments.hand_over(session, task.id, receiver, by=here.actor(), reason=reason),
    )


@blueprint.post("/comment")
def comment() -> BaseResponse:
    """Write the same comment on the case of each, once a case."""
    text = request.form.get("text", "")
    problem: KesuError | None = CommentEmpty() if not text.strip() else None
    if len(text) > comments.MOST_SIGNS:
        problem = CommentTooLong(signs=len(text), most=comments.MOST_SIGNS)
    if "_sure" not in request.form or problem is not None:
        fields = [comment_field(text)]
        return _ask("comment", _("Add comment"), "message", told(), fields=fields, problem=_problem(problem))
    return _each(_("Commented"), _comment)


@blueprint.post("/snooze")
def put_off() -> BaseResponse:
    """Put them off until a day; asks until when."""
    if "_sure" not in request.form:
        with here.reading() as session:
            field = snooze.field(snooze.first_day(session))
        text = _("Each comes back on that day. None can be put off past its due date.")
        return _ask("snooze", _("Snooze"), "player-pause", text, fields=[field])
    until = here.start_of(snooze.day_of(request.form.get("until", "")))
    return _each(_("Snoozed"), lambda session, task: follow_ups.snooze(session, task.id, until, by=here.actor()))


def at_once(session: Session, task: TaskItem) -> bool:
    """Whether a task can be completed without looking at its form: there is none, or nothing in it is required."""
    file = task_forms.get_form(session, task)
    return not here.gate().form(file).needs_answers if file is not None else task.form_ref is None


def _complete(session: Session, task: TaskItem) -> Completed:
    """Never over a draft: what was typed would be lost."""
    actor = here.actor()
    if not at_once(session, task) or drafts.find(session, actor, drafts.of_task(task.id)) is not None:
        tasks.check_work(session, task, actor)
        raise FormToFill(element=tasks.label(task))
    return tasks.complete(session, task.id, by=actor, answers={}, revision=task.revision)


def _comment(session: Session, task: TaskItem) -> None:
    case = register.find_of_task(session, task)
    if case is None:
        raise NotFound(what="case of instance", key=task.instance_id)
    once = request.form.get("_once", "")
    register.get_case(session, case.number, here.actor())
    settings, text = here.kesu().settings, request.form["text"]
    comments.write(session, settings, case, text, by=here.actor(), once=once, element=task.element)


def _numbers() -> list[int]:
    return list(dict.fromkeys(request.form.getlist("task", type=numbers.number)))[:MOST]


def _each(done: str, do: Do) -> BaseResponse:
    """Do it for each in a transaction of its own; back to the list, or to the page that says what was left."""
    left, count, stopped, back = [], 0, 0, came_from.address(url_for("work.inbox"))
    for number in _numbers():
        try:
            came = here.do(partial(_one, do, number))
            count += 1
            stopped += isinstance(came, Completed) and bool(came.step.faults)
        except KesuError as error:
            if errors.status_of(error) == 500:
                raise
            left.append(_left(number, error))
    said = ngettext("%(what)s: %(num)s task.", "%(what)s: %(num)s tasks.", count, what=done)
    fault = ngettext(
        "%(num)s case is stopped by a fault; the administrator is told.",
        "%(num)s cases are stopped by a fault; the administrator is told.",
        stopped,
    )
    if left:
        if stopped:
            flash(fault, "warn")
        return show("selected_done.html", active="work", said=said, left=left, back=back)
    flash(f"{said} {fault}" if stopped else said, "warn" if stopped else "message")
    return redirect(back, 303)


def _one(do: Do, number: int, session: Session) -> object:
    return do(session, disclosure.get_task(session, number, here.actor()))


def _left(number: int, error: KesuError) -> Left:
    """A task that was not done; nothing is said about one that the person may not see."""
    with here.reading() as session:
        try:
            task = disclosure.get_task(session, number, here.actor())
        except NotFound:
            return Left(f"#{number}", "", errors.not_found().text, "")
    name = language.say(task.name, task.deployment_id) or task.element
    return Left(name, task.business_key or "", errors.explain(error), url_for("tasks.task", task_id=number))


def _problem(error: KesuError | None) -> str:
    """What is wrong with the answer, once there was one."""
    return errors.explain(error) if error is not None and "_sure" in request.form else ""


def _able(session: Session) -> list[tuple[str, str]]:
    """Whom at least one of them may be given to."""
    users: set[str] = set()
    groups: set[str] = set()
    for number in _numbers():
        try:
            task = disclosure.get_task(session, number, here.actor())
        except NotFound:
            continue
        users |= set(task.candidate_users)
        groups |= set(task.candidate_groups)
    called, members = names(session), organisation.members_of(session, groups)
    able = users.union(*members.values())
    return sorted(((login, called.person(login)) for login in able), key=lambda each: each[1])


def _ask(
    act: str,
    word: str,
    icon: str,
    text: str = "",
    *,
    fields: Sequence[Field] = (),
    reason: bool = False,
    problem: str = "",
) -> Response:
    numbers, back = _numbers(), came_from.address(url_for("work.inbox"))
    once = request.form.get("_once") or new_key()
    hidden: list[tuple[str, object]] = [("task", number) for number in numbers]
    asked = Confirm(
        title=ngettext("%(act)s: %(num)s task", "%(act)s: %(num)s tasks", len(numbers), act=word),
        text=text,
        address=url_for(f"selected.{'put_off' if act == 'snooze' else act}"),
        act=word,
        leave=_("Leave it"),
        back=back,
        reason=reason,
        fields=fields,
        hidden=[*hidden, ("_sure", 1), ("_once", once), (came_from.FIELD, back)],
        icon=icon,
        problem=problem,
        typed=request.form.get("reason", ""),
    )
    return ask(asked, active="work", status=422 if problem else 200)
