"""The bell: what the person should hear of, by case, unread first; each leads to its case or task."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from flask import Blueprint, Response, flash, redirect, url_for
from werkzeug.wrappers import Response as BaseResponse

from engine import Session, TaskStatus
from engine.errors import NotFound, Passing
from processes.cases import disclosure, notices
from processes.cases.notices import Heard
from web.cases.timeline import clock_of, dropped, home_of, told_of
from web.shell import dates, here, language, numbers
from web.shell.language import gettext as _
from web.shell.pages import show
from web.shell.people import Names, names
from web.shell.words import Words

blueprint = Blueprint("notices", __name__, url_prefix="/notices")

PER_PAGE = 50

ICONS: Mapping[str, str] = {
    "passed_on": "user",
    "taken": "arrow-back-up",
    "asked": "users",
    "comment": "message",
    "attached": "paperclip",
    "reminded": "bell",
    "told": "bell",
    "warned": "bell",
    "moved": "calendar-event",
    "stage_late": "alert-triangle",
    "breached": "alert-triangle",
    "escalated": "bell",
    "stopped": "alert-octagon",
    "job_failed": "alert-octagon",
    "letter_dropped": "alert-triangle",
    "looked_into": "search",
    "withheld": "lock",
}
KINDS: Mapping[str, str] = {
    "reminded": "warn",
    "warned": "warn",
    "breached": "bad",
    "stage_late": "bad",
    "escalated": "warn",
    "stopped": "bad",
    "job_failed": "bad",
    "letter_dropped": "warn",
    "looked_into": "warn",
    "withheld": "warn",
}


@dataclass(frozen=True)
class Row:
    """A notice in the list."""

    id: int
    icon: str
    kind: str
    title: str
    when: str
    iso: str
    unread: bool


@dataclass
class Group:
    """The notices of a case, read or not."""

    text: str
    unread: bool
    rows: list[Row] = field(default_factory=list)


@blueprint.get("")
def index() -> Response:
    """All of them, page by page."""
    page = numbers.page()
    with here.reading() as session:
        called = names(session)
        found = notices.of(session, here.actor(), limit=PER_PAGE + 1, offset=(page - 1) * PER_PAGE)
        groups = _groups(found[:PER_PAGE], called, Words(session))
        unread = notices.count_unread(session, here.actor())
    more = url_for("notices.index", page=page + 1) if len(found) > PER_PAGE else ""
    return show("notices.html", active="", groups=groups, more=more, some_unread=unread > 0)


@blueprint.post("/<int:number>")
def follow(number: int) -> BaseResponse:
    """Mark it as read and go where it leads."""
    with here.transaction() as session:
        address = _address(session, notices.read(session, here.actor(), number))
    if not address:
        flash(_("What this notice is about is open to other units only."))
    return redirect(address or url_for("notices.index"), 303)


@blueprint.post("/<int:number>/read")
def read(number: int) -> BaseResponse:
    """Mark one as read."""
    with here.transaction() as session:
        notices.read(session, here.actor(), number)
    return redirect(url_for("notices.index"), 303)


@blueprint.post("/read")
def read_all() -> BaseResponse:
    """Mark all as read."""
    with here.transaction() as session:
        notices.read_all(session, here.actor())
    return redirect(url_for("notices.index"), 303)


def unread() -> int | None:
    """The number at the bell of the person before the page; None, unknown, where the database does not answer."""
    try:
        with here.reading() as session:
            return notices.count_unread(session, here.actor())
    except Passing:  # the page that tells of it has a bell, too
        return None


def _address(session: Session, heard: Heard) -> str:
    """The task where it is still open and the person may see it, else the case, else nothing."""
    notice = heard.notice
    if notice.task_id is not None:
        try:
            task = disclosure.get_task(session, notice.task_id, here.actor())
        except NotFound:
            task = None
        if task is not None and task.status is TaskStatus.OPEN:
            return url_for("tasks.task", task_id=task.id)
    if notice.kind == "stopped" and here.actor().admin and isinstance(notice.data.get("instance"), int):
        return url_for("admin.instance", instance_id=notice.data["instance"])
    if notice.kind == "job_failed" and here.actor().admin:
        return url_for("admin.by_cause")
    if heard.case is None:
        return ""
    entry = notice.data.get("entry")
    return url_for("cases.case", number=heard.case.number, _anchor=f"note-{entry}" if entry else None)


def _groups(found: Sequence[Heard], called: Names, words: Words) -> list[Group]:
    """Under their cases, in the order of the newest of each; those that are read begin anew."""
    groups: dict[tuple[bool, int | None], Group] = {}
    for heard in found:
        case = heard.case
        text = (
            " · ".join(part for part in (case.number, words.of(case).title(case)) if part)
            if case is not None
            else _("Other notices")
        )
        place = (heard.unread, case.id if case is not None else None)
        groups.setdefault(place, Group(text, heard.unread)).rows.append(_row(heard, called, words))
    return list(groups.values())


def _row(heard: Heard, called: Names, words: Words) -> Row:
    notice, case = heard.notice, heard.case
    hidden = notice.case_id is not None and case is None and notice.kind not in notices.OF_TASKS
    title = _("Something in a case that is open to other units only") if hidden else _title(heard, called, words)
    return Row(
        id=notice.id,
        icon=ICONS.get(notice.kind, "bell"),
        kind=KINDS.get(notice.kind, ""),
        title=title,
        when=dates.moment_text(notice.at, language.current(), here.zone(), this_year=here.now().year),
        iso=dates.iso_text(notice.at, here.zone()),
        unread=heard.unread,
    )


def _title(heard: Heard, called: Names, words: Words) -> str:
    notice = heard.notice
    task = words.say(str(notice.data.get("task") or ""), heard.case, home_of(notice.data))
    who = called.person(notice.by)
    say = SENTENCES.get(notice.kind)
    return say(who, task, notice.data) if say is not None else notice.kind


def _withheld(data: Mapping[str, object]) -> str:
    """That there is something in a case which the person may not see, and whom to ask."""
    names = data.get("procedure")
    name = str(names.get(language.current(), "")) if isinstance(names, dict) else ""
    if data.get("of") in ("breached", "escalated"):
        return _("%(name)s: a case that few may read is late; ask those who lead it", name=name)
    if data.get("of") == "warned":
        return _("%(name)s: a case that few may read falls due; ask those who lead it", name=name)
    return _("%(name)s: something has happened in a case that few may read; ask those who lead it", name=name)


SENTENCES: Mapping[str, Callable[[str, str, Mapping[str, object]], str]] = {
    "passed_on": lambda who, task, _d: _("%(who)s passed on to you: %(task)s", who=who, task=task),
    "taken": lambda who, task, _d: _("No longer yours, by %(who)s: %(task)s", who=who, task=task),
    "asked": lambda who, task, _d: _("%(who)s asks you for: %(task)s", who=who, task=task),
    "comment": lambda who, _t, _d: _("%(who)s wrote a comment", who=who),
    "attached": lambda who, _t, _d: _("%(who)s attached files", who=who),
    "reminded": lambda _w, _t, data: told_of(data),
    "told": lambda _w, _t, data: told_of(data),
    "warned": lambda _w, _t, data: _("Warned, falls due: %(what)s", what=clock_of(data)),
    "moved": lambda _w, _t, data: _("Due date moved: %(what)s", what=clock_of(data)),
    "stage_late": lambda _w, task, _d: _("Late: %(name)s", name=task),
    "breached": lambda _w, _t, data: _("Late: %(name)s", name=clock_of(data)),
    "escalated": lambda _w, _t, data: _("Escalated to level %(level)s", level=data.get("level", "")),
    "looked_into": lambda who, _t, _d: _("%(who)s looks into the case as an administrator", who=who),
    "withheld": lambda _w, _t, data: _withheld(data),
    "stopped": lambda _w, _t, _d: _("Stopped by a fault; an administrator has to mend it"),
    "job_failed": lambda _w, _t, _d: _("A job was given up; an administrator has to retry it"),
    "letter_dropped": lambda _w, _t, data: dropped(data),
}
