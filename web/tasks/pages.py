"""A task: read, claim, fill in, complete; what was typed is never lost, whoever is faster."""

from collections.abc import Mapping
from functools import partial

from flask import Blueprint, Response, flash, make_response, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from engine import (
    Actor,
    Completed,
    FormFile,
    Session,
    TaskFilter,
    TaskItem,
    TaskStatus,
    loading,
    queries,
    task_forms,
    tasks,
)
from engine.errors import KesuError, NotFound, ReasonMissing
from forms import Message
from processes.cases import access, disclosure, outbox, register, rounds
from processes.cases.timeline import count, timeline
from processes.clock.calendar import WorkingCalendar
from processes.desk import assignments, drafts
from processes.people import organisation
from processes.services.letters import order_of
from web.cases import cards, files, looks, papers
from web.cases.timeline import items
from web.cases.to_do import open_items, whose
from web.diagrams.walk import draw, walk
from web.filling import given_back, submission
from web.filling.submission import Sent
from web.shell import came_from, errors, faults, here, language, numbers, once
from web.shell.language import gettext as _
from web.shell.pages import ask, show
from web.shell.parts import Confirm
from web.shell.people import Names, beside, joined, names
from web.tasks import bound
from web.tasks.view import TaskView, task_view, typing

blueprint = Blueprint("tasks", __name__, url_prefix="/tasks")

SHORT = 6
"""Entries of the timeline on a task's page."""


@blueprint.get("/<int:task_id>")
def task(task_id: int) -> Response:
    """The page of a task."""
    return _page(task_id)


@blueprint.get("/<int:task_id>/pane")
def pane(task_id: int) -> Response:
    """The task beside the list."""
    with here.reading() as session:
        view = task_view(session, task_id, here.actor(), names(session))
        return show("task_pane.html", view=view, back=_back())


@blueprint.post("/<int:task_id>")
def complete(task_id: int) -> BaseResponse:
    """Hand in the form: done, or refused with the text kept."""
    actor = here.actor()
    with here.reading() as session:
        # who may have done it before is told who was faster, and gets the text back, but sees no more of the case
        try:
            item = tasks.get_task(session, task_id, actor=actor)
        except NotFound:
            given_back.remember_draft(session, drafts.of_task(task_id), lambda: _form_of(session, task_id))
            raise
        file = task_forms.get_form(session, item)
        changed = _is_changed(session, item)
    sent = submission.receive(file, item.element) if file is not None else Sent({})
    wrong: Mapping[str, Message] = sent.errors
    if sent.action is not None and file is not None:
        return _page(task_id, sent=submission.read(file, submission.pairs()))
    if changed:
        _keep(task_id, sent, file.digest if file is not None else None)
        return _page(task_id, sent=sent, wrong=wrong, status=409, changed=True)
    if not wrong:
        try:
            done = here.do(partial(_hand_in, task_id=task_id, by=actor, sent=sent))
        except errors.ANSWERS as error:
            wrong = errors.by_field(error)
        except errors.CONFLICTS as error:
            return _conflict(item, sent, error)
        else:
            return _go_on(item, done)
    _keep(task_id, sent, file.digest if file is not None else None)
    return _page(task_id, sent=sent, wrong=wrong, status=422)


def _hand_in(session: Session, *, task_id: int, by: Actor, sent: Sent) -> Completed:
    revision = request.form.get("_revision", type=numbers.number)
    done = tasks.complete(session, task_id, by=by, answers=sent.answers, signatures=sent.signatures, revision=revision)
    drafts.discard(session, by, drafts.of_task(task_id))
    return done


def _form_of(session: Session, task_id: int) -> FormFile | None:
    """The form of a task, whoever may see it."""
    return task_forms.get_form(session, tasks.get_task(session, task_id))


@blueprint.post("/<int:task_id>/fields")
def fields(task_id: int) -> Response:
    """The fields again, as what was typed shows or hides them."""
    with here.reading() as session:
        item = disclosure.get_task(session, task_id, here.actor())
        file = task_forms.get_form(session, item)
        if file is None:
            raise NotFound(what="form", key=task_id)
        variables = task_forms.visible_variables(session, item)
        looks.seen(session, register.find_of_task(session, item), "form", item.name or item.element)
    sent = submission.read(file, submission.pairs())
    return make_response(submission.fields(file, sent.shown, variables))


@blueprint.post("/<int:task_id>/draft")
def draft(task_id: int) -> Response:
    """Keep what was typed so far."""
    with here.reading() as session:
        item = disclosure.get_task(session, task_id, here.actor())
        file = task_forms.get_form(session, item)
    if file is None or item.status is not TaskStatus.OPEN:
        return make_response("", 204)
    _keep(task_id, submission.read(file, submission.pairs()), file.digest)
    with here.reading() as session:
        others = typing(session, item, names(session))
    saved = _("Draft saved %(at)s", at=f"{here.now():%H:%M}")
    return make_response(" · ".join(text for text in (saved, others) if text))


@blueprint.post("/<int:task_id>/letter")
def preview(task_id: int) -> Response:
    """The letter that the next step would write from what is typed: the same words that are kept and sent."""
    with here.reading() as session:
        item = disclosure.get_task(session, task_id, here.actor())
        element = loading.find_element(session, item.deployment_id, item.process_key, item.element)
        case, file = register.find_of_task(session, item), task_forms.get_form(session, item)
        sender = element.properties.get("letterOf") if element is not None else None
        if case is None or file is None or sender is None:
            raise NotFound(what="letter", key=task_id)
        looks.seen(session, case, "preview", item.name or item.element)
        typed = submission.read(file, submission.pairs()).answers
        order = order_of(task_forms.inputs_beside(session, item, sender, typed))
        written = outbox.draft(session, here.kesu().office, case, order, here.now(), unfinished=True)
    return files.sealed(written.html)


@blueprint.post("/<int:task_id>/claim")
def claim(task_id: int) -> BaseResponse:
    """Take it for oneself, or for the absent person that was chosen."""
    with here.transaction() as session:
        tasks.claim(session, task_id, by=here.actor(), absent=request.form.get("_absent") or None)
    return redirect(_back() or url_for("tasks.task", task_id=task_id), 303)


@blueprint.post("/<int:task_id>/unclaim")
def unclaim(task_id: int) -> BaseResponse:
    """Give it back to its group; a draft stays with its writer."""
    with here.transaction() as session:
        item = assignments.give_back(session, task_id, by=here.actor())
    flash(_("Given back: %(name)s", name=language.say(item.name, item.deployment_id)))
    return redirect(_back() or url_for("work.inbox"), 303)


@blueprint.post("/<int:task_id>/ask")
def ask_for(task_id: int) -> BaseResponse:
    """Tell the one who has it that one would like to have it."""
    with here.transaction() as session:
        item = assignments.ask_for(session, task_id, by=here.actor())
        called = names(session).person(item.assignee)
    flash(
        _("%(who)s is told that you ask for it: %(name)s", who=called, name=language.say(item.name, item.deployment_id))
    )
    return redirect(came_from.address(url_for("tasks.task", task_id=task_id)), 303)


@blueprint.get("/<int:task_id>/reassign")
def reassign(task_id: int) -> Response:
    """To whom, and why."""
    with here.reading() as session:
        return ask(_reassigning(session, task_id), active="work")


@blueprint.post("/<int:task_id>/reassign")
def pass_on(task_id: int) -> BaseResponse:
    """Give it to somebody among its candidates."""
    to, reason = request.form.get("to", ""), here.reason()
    try:
        with here.transaction() as session:
            receiver = organisation.actor_of(session, organisation.normal_login(to))
            item = assignments.hand_over(session, task_id, receiver, by=here.actor(), reason=reason)
            called = names(session).person(receiver.id)
    except ReasonMissing:
        with here.reading() as session:
            return ask(_reassigning(session, task_id, problem=_("Say why."), typed=reason), active="work", status=422)
    flash(_("Passed on to %(who)s: %(name)s", who=called, name=language.say(item.name, item.deployment_id)))
    return redirect(url_for("work.inbox"), 303)


def _reassigning(session: Session, task_id: int, *, problem: str = "", typed: str = "") -> Confirm:
    item = disclosure.get_task(session, task_id, here.actor())
    called = names(session)
    members = organisation.members_of(session, item.candidate_groups)
    able = {login for logins in members.values() for login in logins} | set(item.candidate_users)
    options = sorted((called.person(login), login) for login in able - {item.assignee})
    return Confirm(
        title=_("Reassign “%(name)s”", name=language.say(item.name, item.deployment_id)),
        text=_("The one who gets it is told; drafts of others stay with them."),
        address=url_for("tasks.pass_on", task_id=task_id),
        act=_("Reassign"),
        leave=_("Leave it"),
        back=url_for("tasks.task", task_id=task_id),
        fields=[{"name": "to", "label": _("To"), "options": [(login, name) for name, login in options]}],
        icon="user",
        problem=problem,
        typed=typed,
    )


def _page(
    task_id: int,
    *,
    sent: Sent | None = None,
    wrong: Mapping[str, Message] | None = None,
    status: int = 200,
    changed: bool = False,
) -> Response:
    """The whole page; with what was handed in, where it was refused."""
    with here.reading() as session:
        called, now = names(session), here.now()
        calendar = here.kesu().office.calendar(session)
        view = task_view(
            session, task_id, here.actor(), called, sent=sent, errors=wrong, calendar=calendar, changed=changed
        )
        around = _around(session, view, called, calendar)
        return show("task.html", status, active="work", view=view, back="", now=now, **around)


def _is_changed(session: Session, item: TaskItem) -> bool:
    """Whether what the task decides on is another than on the page that was handed in."""
    known = request.form.get("_seen")
    if not known or item.status is not TaskStatus.OPEN:
        return False
    element = loading.find_element(session, item.deployment_id, item.process_key, item.element)
    return known != bound.seen(element, task_forms.visible_variables(session, item))


def _around(session: Session, view: TaskView, called: Names, calendar: WorkingCalendar) -> dict[str, object]:
    """The case beside the form."""
    case, now = view.case, here.now()
    if view.apart:
        return {"phases": [], "clocks": [], "summary": [], "documents": [], "items": [], "entries": 0}
    seen = walk(session, view.task.instance_id)
    shown = view.task.process_key if view.task.process_key in seen.drawing.processes else seen.current
    drawing = draw(seen, shown, called, now, calendar, focus=view.task.element, close=True)
    found: dict[str, object] = {"drawing": drawing, "phases": [], "clocks": [], "summary": [], "documents": []}
    found |= {"items": open_items(seen.tasks, called), "entries": 0}
    if case is None:
        return found
    every = rounds.instances_of(session, case)
    known, entries = cards.know(session, case, called), timeline(session, case, most=SHORT, every=every)
    told = [*open_items(seen.tasks, called), *items(entries, called, None, view.variables)]
    return found | {
        "phases": cards.phases(known),
        "clocks": cards.clock_cards(known, calendar, now),
        "summary": cards.summary(known),
        "documents": [each.as_file for each in papers.listed(session, case, called)],
        "items": told[:SHORT],
        "entries": count(session, case, every).total(),
    }


def _keep(task_id: int, sent: Sent, digest: str | None) -> None:
    with here.transaction() as session:
        drafts.save(session, here.actor(), drafts.of_task(task_id), sent.shown, digest)


def _conflict(item: TaskItem, sent: Sent, error: KesuError) -> Response:
    """Somebody was faster: who and when, and one's own text to copy; it stays in the draft, too."""
    with here.reading() as session:
        file = task_forms.get_form(session, item)
        following, case = _next(session, item.id), register.find_of_task(session, item)
        known = case is not None and access.may_see(session, here.actor(), case)
        number = case.number if case is not None and known else ""
    _keep(item.id, sent, file.digest if file is not None else None)
    answers = submission.answer_texts(file, sent.shown) if file is not None else []
    typed = [(each.label, each.text) for each in answers]
    comment = "\n".join(f"{name}: {text}" for name, text in typed)
    return show(
        "conflict.html",
        409,
        active="work",
        item=item,
        faster=errors.faster(error),
        said=errors.explain(error),
        typed=typed,
        comment=comment,
        number=number,
        once=once.new_key(),
        following=following,
    )


def _next(session: Session, besides: int) -> str:
    """The next of one's own tasks, or the list."""
    mine = queries.list_tasks(session, here.actor(), TaskFilter(whose="mine", per_page=2)).items
    other = next((task for task in mine if task.id != besides), None)
    return url_for("tasks.task", task_id=other.id) if other is not None else url_for("work.inbox")


def _go_on(item: TaskItem, done: Completed) -> BaseResponse:
    """Say what comes next; go to the next task where that was asked for."""
    with here.reading() as session:
        called = names(session)
        following = _next(session, item.id) if "_next" in request.form else _back() or url_for("work.inbox")
    steps = [beside(language.say(each.name, item.deployment_id), whose(each, called)) for each in done.step.opened]
    name = language.say(item.name, item.deployment_id)
    if done.step.faults:
        faults.kept(name)
    elif steps:
        flash(_("Completed: %(name)s. Next: %(steps)s.", name=name, steps=joined(steps)))
    elif done.step.ended:
        flash(_("Completed: %(name)s. The case is closed.", name=name))
    else:
        flash(_("Completed: %(name)s.", name=name))
    return redirect(following, 303)


def _back() -> str:
    """The list from which the task was opened, as the page itself has put it there."""
    address = request.values.get("_back", "")
    return address if address.startswith("/work") and "\\" not in address else ""
