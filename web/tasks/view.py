"""A task as its page and the right pane show it: head, form, what came from others, the clause that applies."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask import url_for
from markupsafe import Markup

from engine import (
    Actor,
    Element,
    FormFile,
    Json,
    Session,
    Submission,
    TaskItem,
    TaskStatus,
    candidates,
    follow_ups,
    history,
    loading,
    suspensions,
    task_forms,
    tasks,
)
from forms import Message
from processes.cases import access, disclosure, register
from processes.cases.schema import DbCase
from processes.clock.calendar import WorkingCalendar
from processes.desk import drafts
from processes.rules import Rule
from web.cases import cards, looks
from web.cases.timeline import Forms
from web.filling import contacts
from web.filling import submission as filled
from web.filling.contacts import Veil
from web.filling.submission import Sent
from web.shell import dates, here, language, words
from web.shell.language import gettext as _
from web.shell.parts import Act, Badge, due_badge, severity_badge, still_badge
from web.shell.people import Names, joined
from web.tasks import barred, bound
from web.tasks.clauses import governing

MOST_GIVEN = 8
"""Earlier forms that are shown above one's own."""
MOST_OPEN = 1
"""Of these, the latest of others stand open."""
TYPING_MINUTES = 3
"""Whose draft is not older than this is typing."""


@dataclass(frozen=True)
class Given:
    """What somebody else filled in before."""

    title: str
    meta: str
    html: Markup
    compared: bool
    """Whether it is shown beside the version before."""
    open: bool = False
    """Whether it stands open; the rest is folded away."""


@dataclass(frozen=True)
class Shown:
    """The variables of the case, and which of them the form of the task shows."""

    variables: Mapping[str, Json]
    names: Collection[str]

    def of(self, answers: Mapping[str, Json]) -> list[str]:
        """The answers that are read in the form, unless somebody has changed them since."""
        return [name for name in self.names if name in answers and answers[name] == self.variables.get(name)]


@dataclass(frozen=True)
class TaskView:
    """Everything above the timeline."""

    task: TaskItem
    case: DbCase | None
    """Null before it is open, and for whoever may not see it."""
    case_title: str
    name: str
    badges: Sequence[Badge | None]
    acts: Sequence[Act]
    given: Sequence[Given]
    form_title: str
    form_name: str
    fields: Markup | None
    errors: Markup
    readonly: bool
    may_claim: bool
    blocked: str
    """Why it cannot be done by this person now."""
    draft: str
    """When the draft was saved."""
    typing: str
    """Who else types here at the moment."""
    new_version: bool
    """The form has changed since the draft."""
    clause: str
    rules: Sequence[Rule]
    veil: Veil | None = None
    variables: Mapping[str, Json] = field(default_factory=dict)
    apart: bool = False
    """Whether only the task is shown and nothing of its case."""
    preview: bool = False
    """Whether the next step writes a letter from what is filled in here, so that it can be looked at."""
    changed: bool = False
    """Whether what is decided on was changed since the page was opened."""
    seen: str = ""
    """The digest of what a decision is bound to, as it is shown here."""
    sends: bool = False
    """Whether completing it sends that letter."""
    absent: Sequence[tuple[str, str]] = ()
    """Whom the reader may claim it for, by login and name, where there are several to choose from."""

    @property
    def number(self) -> str:
        """What the case is called, also where nothing more is told of it."""
        return self.task.business_key or f"#{self.task.instance_id}"

    @property
    def open(self) -> bool:
        """Whether it can be completed by this person now."""
        return not self.readonly


def task_view(
    session: Session,
    task_id: int,
    actor: Actor,
    names: Names,
    *,
    sent: Sent | None = None,
    errors: Mapping[str, Message] | None = None,
    calendar: WorkingCalendar | None = None,
    changed: bool = False,
) -> TaskView:
    """A task as somebody sees it; NotFound for what the person may not see.

    Args:
        session: reads only.
        task_id: which.
        actor: who looks.
        names: of people and units.
        sent: what was just handed in and refused, instead of the draft.
        errors: why, by path.
        calendar: as it was read already; else it is read.
        changed: whether what is decided on was changed since the page was opened.
    """
    task = disclosure.get_task(session, task_id, actor)
    case = register.find_of_task(session, task)
    looks.seen(session, case, "task", task.name or task.element)
    apart = case is not None and not access.may_see(session, actor, case)
    case = None if apart else case
    veil = contacts.look(session, case)
    file = task_forms.get_form(session, task)
    stands_against = tasks.why_not(session, task, actor)
    may_claim = stands_against is None and task.assignee != actor.id
    variables = (
        task_forms.visible_variables(session, task) if file is not None or task.status is TaskStatus.OPEN else {}
    )
    draft = drafts.find(session, actor, drafts.of_task(task_id))
    values = sent.shown if sent is not None else draft.values if draft is not None else None
    readonly = stands_against is not None or task.assignee != actor.id
    readonly = readonly and sent is None
    done = history.submissions_of(session, task.instance_id)
    filled_in = [each for each in done if each.task_id == task.id] if apart else done
    element = loading.find_element(session, task.deployment_id, task.process_key, task.element)
    governed = governing(session, task, element)
    return TaskView(
        task=task,
        case=case,
        case_title=words.Words(session).of(case).title(case) if case is not None else "",
        name=_name(task, filled_in),
        badges=_badges(session, task, case, names, calendar or here.kesu().office.calendar(session)),
        acts=[*_letters(element, variables), *_acts(task, case, actor)],
        given=_own(file, filled_in, names, variables)
        if apart
        else _given(session, task, filled_in, names, _seen(file, variables)),
        form_title=filled.title(file, variables) if file is not None else "",
        form_name=task.form_ref or "",
        fields=filled.fields(file, values, variables, errors=errors, readonly=readonly) if file is not None else None,
        errors=filled.summary(file, errors) if file is not None and errors else Markup(),
        readonly=readonly,
        may_claim=may_claim,
        blocked=barred.said(session, task, stands_against, names),
        draft=_saved(draft.saved_at) if draft is not None and not readonly else "",
        typing=typing(session, task, names) if task.status is TaskStatus.OPEN else "",
        new_version=draft is not None and file is not None and draft.form_digest not in (None, file.digest),
        clause=governed.clause,
        rules=governed.rules,
        veil=veil,
        variables=variables,
        apart=apart,
        preview=element is not None and "letterOf" in element.properties,
        sends=element is not None and element.properties.get("sends") == "true",
        changed=changed,
        seen=bound.seen(element, variables),
        absent=names.choice(candidates.absent_for(task, actor)) if may_claim else (),
    )


def _own(
    file: FormFile | None, filled_in: Sequence[Submission], names: Names, variables: Mapping[str, Json]
) -> list[Given]:
    """What was filled in here, for whoever sees nothing else of the case."""
    if file is None or not filled_in:
        return []
    return [_one(file, filled_in[-1:], names, Shown(variables, ()), first=True)]


def _seen(file: FormFile | None, variables: Mapping[str, Json]) -> Shown:
    """What the form shows of the case by itself."""
    return Shown(variables, filled.shown(file, variables) if file else ())


def typing(session: Session, task: TaskItem, names: Names) -> str:
    """Who else has typed into the form of a task in the last minutes; nothing is locked by that."""
    since = here.now() - timedelta(minutes=TYPING_MINUTES)
    people = drafts.typing(session, here.actor(), drafts.of_task(task.id), since)
    return _("%(who)s is typing here, too", who=joined(map(names.person, people))) if people else ""


def _name(task: TaskItem, filled_in: Sequence[Submission]) -> str:
    """The label, with the round where it is not the first."""
    done = [each for each in filled_in if each.element == task.element]
    earlier = sum(each.task_id != task.id for each in done)
    name = language.say(task.name, task.deployment_id) or task.element
    return _("%(name)s, round %(num)s", name=name, num=earlier + 1) if earlier else name


def _badges(
    session: Session, task: TaskItem, case: DbCase | None, names: Names, calendar: WorkingCalendar
) -> list[Badge | None]:
    now = here.now()
    if task.status is not TaskStatus.OPEN:
        at = _moment(task.ended_at) if task.ended_at else ""
        if task.status is TaskStatus.COMPLETED:
            who = names.acting(task.ended_by, task.on_behalf_of)
            return [Badge(_("done by %(who)s, %(at)s", who=who, at=at), "good", "circle-check")]
        return [Badge(_("no longer needed since %(at)s", at=at), "", "x")]
    since = _moment(task.claimed_at) if task.claimed_at else ""
    if task.assignee == here.actor().id:
        whose = Badge(_("Yours since %(at)s", at=since), "acc", "user-check")
    elif task.assignee is not None:
        whose = Badge(_("With %(who)s since %(at)s", who=names.person(task.assignee), at=since), "", "user")
    else:
        whose = Badge(_("Nobody’s yet"), "", "users")
    step = due_badge(task.due_at, now, calendar, _("Step"))
    reply, severity = None, ""
    if case is not None:
        said = words.of_case(session, case)
        reply = due_badge(case.due_at, now, calendar, cards.owed(said.procedure, case))
        severity = said.severity(case.severity)
    still = still_badge(suspensions.of_instance(session, task.instance_id))
    return [still, whose, _for_badge(task, names), snoozed_badge(task), step, reply, severity_badge(severity)]


def _for_badge(task: TaskItem, names: Names) -> Badge | None:
    """Whose work it is, where the reader does it for somebody absent."""
    absent = joined(map(names.person, candidates.absent_for(task, here.actor())))
    return Badge(_("for %(who)s", who=absent), "hold", "users") if absent else None


def snoozed_badge(task: TaskItem) -> Badge | None:
    """Until which day it is put off, while it is."""
    if task.follow_up_at is None or not follow_ups.is_snoozed(task, here.now()):
        return None
    day = task.follow_up_at.astimezone(here.zone()).date()
    text = dates.day_text(day, language.current(), narrow=True, this_year=here.now().year)
    return Badge(_("snoozed to %(day)s", day=text), "hold", "player-pause")


def _moment(at: datetime) -> str:
    now = here.now()
    local = at.astimezone(here.zone())
    if local.date() == now.date():
        return f"{local:%H:%M}"
    return dates.moment_text(at, language.current(), here.zone(), this_year=now.year)


def _acts(task: TaskItem, case: DbCase | None, actor: Actor) -> list[Act]:
    if task.status is not TaskStatus.OPEN:
        return _commenting(task, case)
    acts = []
    if task.assignee == actor.id and (task.candidate_groups or task.candidate_users):
        address = url_for("tasks.unclaim", task_id=task.id)
        acts.append(Act(_("Unclaim"), address, "arrow-back-up", "u", post=True))
    if task.assignee == actor.id or task.assignee is None or actor.admin:
        acts.append(Act(_("Reassign"), url_for("tasks.reassign", task_id=task.id), "user", "r", dialog=True))
    if task.assignee in (actor.id, None):
        acts.append(_snoozing(task))
    elif candidates.is_candidate(task, actor):
        acts.append(Act(_("Ask for it"), url_for("tasks.ask_for", task_id=task.id), "users", post=True))
    return [*acts, *_commenting(task, case)]


def _letters(element: Element | None, variables: Mapping[str, Json]) -> list[Act]:
    """The letter that the task is about: its number is in the variable that the property `letter` names."""
    number = variables.get(element.properties.get("letter", "")) if element is not None else None
    if number is None:
        return []
    address = url_for("files.printed_letter", letter_id=int(number))
    return [Act(_("Letter to print"), address, "printer", "p")]


def _snoozing(task: TaskItem) -> Act:
    if follow_ups.is_snoozed(task, here.now()):
        return Act(_("End the snooze"), url_for("snooze.end", task_id=task.id), "player-play", "z", post=True)
    return Act(_("Snooze"), url_for("snooze.form", task_id=task.id), "player-pause", "z", dialog=True)


def _commenting(task: TaskItem, case: DbCase | None) -> list[Act]:
    if case is None:
        return []
    address = url_for("comments.form", number=case.number, _task=task.id)
    return [Act(_("Comment"), address, "message", "c", dialog=True)]


def _saved(at: datetime) -> str:
    return _("Draft saved %(at)s", at=_moment(at))


def _given(
    session: Session,
    task: TaskItem,
    filled_in: Sequence[Submission],
    names: Names,
    shown: Shown,
) -> list[Given]:
    """The latest answers to each other form of the case, the newest first, beside their version before.

    What the form of the task shows is left out.
    """
    forms = Forms(session, [task.deployment_id])
    versions: dict[str, list[Submission]] = {}
    for submission in filled_in:
        if submission.task_id != task.id:
            versions.setdefault(submission.element, []).append(submission)
    latest = sorted(versions.values(), key=lambda each: each[-1].id, reverse=True)
    found: list[Given] = []
    opened = 0
    for several in latest[:MOST_GIVEN]:
        file = forms.find(several[-1].form, several[-1].form_digest)
        if file is not None:
            first = opened < MOST_OPEN and several[-1].by != here.actor().id
            opened += first
            found.append(_one(file, several, names, shown, first=first))
    return [each for each in found if each.html]


def _one(file: FormFile, versions: Sequence[Submission], names: Names, shown: Shown, *, first: bool) -> Given:
    last, before = versions[-1], versions[-2] if len(versions) > 1 else None
    same = before is not None and before.form == last.form
    title = filled.title(file, shown.variables)
    if len(versions) > 1:
        title = _("%(name)s, version %(num)s", name=title, num=len(versions))
    return Given(
        title=title,
        meta=f"{names.person(last.by)} · {dates.record_text(last.at, here.zone())}",
        html=filled.answers(
            file,
            filled.with_names(last.answers, names.people),
            previous=before.answers if before is not None and same else None,
            variables=shown.variables,
            without=shown.of(last.answers),
        ),
        compared=same,
        open=first,
    )
