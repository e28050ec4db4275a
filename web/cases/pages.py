"""Cases: the list, one case with everything that happened, and the case file to print."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from engine import Session, TaskItem, admin, candidates, messages, suspensions
from processes.cases import looks as kept
from processes.cases import register, reopening
from processes.cases.links import MERGED
from processes.cases.schema import DbCase, DbCaseClock
from processes.cases.search import CasePage, search
from processes.cases.timeline import Group, count, timeline
from processes.clock.calendar import WorkingCalendar
from processes.desk import overdue
from processes.procedures.model import Fact
from web.cases import cards, figures, filters, linked, looks, papers, views
from web.cases.lines import KINDS
from web.cases.timeline import Forms, items, open_items
from web.cases.ways import Ways, ways_of
from web.diagrams.walk import Walk, draw
from web.filling import contacts
from web.shell import dates, here, language, numbers
from web.shell.language import gettext as _
from web.shell.language import ngettext
from web.shell.pages import show
from web.shell.parts import (
    Act,
    Badge,
    Choice,
    Item,
    answered_badge,
    due_badge,
    severity_badge,
    still_badge,
    stopped_badge,
)
from web.shell.people import Names, names
from web.shell.words import Vocabulary, Words, text_of

blueprint = Blueprint("cases", __name__)

GROUPS: Sequence[Group] = ("form", "contact", "system")
SHOWN_ENTRIES = 50
"""Of the timeline at first; the case file has all of it."""
MOST_ENTRIES = 100_000
STEP_ENTRIES = 200
"""How many come along when more is asked for."""
SHOWN_DOCUMENTS = 8
"""The newest, on the page of a case; the others are a click away."""


@dataclass(frozen=True)
class Row:
    """A case in the list."""

    number: str
    title: str
    who: str
    phase: str
    state: Badge | None
    due: Badge | None
    severity: Badge | None
    stopped: Badge | None
    late: Badge | None
    """How many of its open steps are late."""
    received: str
    owner: str
    address: str
    facts: Sequence[str] = ()
    """What only its procedure knows of it, in the order of the columns."""


@dataclass(frozen=True)
class Column:
    """The head of a column."""

    text: str
    address: str
    """The list sorted by it; empty where it cannot be."""
    order: str
    """ascending, descending or nothing."""


@blueprint.get("/cases")
def list_cases() -> Response:
    """The cases a person may see: open, late, closed, or what a search finds."""
    wanted = filters.asked()
    with here.reading() as session:
        calendar, words = here.kesu().office.calendar(session), Words(session)
        found = search(session, here.actor(), wanted.within(session))
        called = names(session)
        facts = filters.listed(session, wanted)
        shown = [case.instance_id for case in found.cases]
        broken, late = admin.stopped(session, shown), overdue.counts(session, shown)
        rows = [
            case_row(
                case,
                called,
                calendar,
                words,
                facts,
                stopped=case.instance_id in broken,
                late=late.get(case.instance_id, 0),
            )
            for case in found.cases
        ]
        first, more = filters.fields(session, wanted, words, called)
        columns = _columns(wanted, facts, filters.who(session, wanted))
        kept = views.of_reader(session, wanted)
        figure = figures.said(wanted.figure, words, called) if wanted.figure else ""
    states = {"open": _("Under way"), "late": _("Late"), "closed": _("Closed"), "all": _("All")}
    return show(
        "cases.html",
        active="cases",
        rows=rows,
        choices=[Choice(said, wanted.address(state=key), key == wanted.state) for key, said in states.items()],
        wanted=wanted,
        figure=figure,
        views=kept,
        export=wanted.address("exported_cases.export"),
        keep=wanted.address("case_views.form"),
        first=first,
        more=more,
        columns=columns,
        facts=[text_of(fact.label) for fact in facts],
        pages=_pages(found, wanted),
    )


def _columns(wanted: filters.Asked, facts: Sequence[Fact], who: str) -> list[Column]:
    """The heads of the columns, each with where it leads."""
    core = [("number", _("Number")), ("title", _("Complaint")), (who, _("Complainant"))]
    core += [(fact.name, text_of(fact.label)) for fact in facts]
    core += [("phase", _("Phase")), ("due", _("Due")), ("severity", _("Severity"))]
    core += [("received", _("Received")), ("owner", _("Owner"))]
    return [Column(text, *(filters.order(wanted, name) if name else ("", ""))) for name, text in core]


def case_row(
    case: DbCase,
    called: Names,
    calendar: WorkingCalendar,
    words: Words,
    facts: Sequence[Fact] = (),
    *,
    stopped: bool = False,
    late: int = 0,
) -> Row:
    """A case in one line."""
    now, tongue, said = here.now(), language.current(), words.of(case)
    state = _ended(case, said) if case.closed_at else None
    return Row(
        number=case.number,
        title=case.title or _("(no title)"),
        who=case.who,
        phase=said.phase(case.phase),
        state=state,
        due=_reply_badge(case, now, calendar),
        severity=severity_badge(said.severity(case.severity)),
        stopped=stopped_badge() if stopped else None,
        late=_late_badge(late) if late else None,
        received=dates.moment_text(case.received_at, tongue, here.zone(), this_year=now.year),
        owner=called.person(case.owner) if case.owner else "",
        address=url_for("cases.case", number=case.number),
        facts=[fact_text(case, fact, said) for fact in facts],
    )


def _late_badge(late: int) -> Badge:
    return Badge(ngettext("%(num)s late step", "%(num)s late steps", late), "bad", "alert-triangle")


def _ended(case: DbCase, said: Vocabulary) -> Badge:
    """How a case has ended, or that it goes on in another one."""
    if case.status == MERGED:
        return Badge(_("merged"), "", "external-link")
    return Badge(said.outcome(case.outcome) or _("closed"), "good", "circle-check")


def fact_text(case: DbCase, fact: Fact, said: Vocabulary) -> str:
    """What is known of a case, as a list shows it."""
    text = case.fact(fact.name) or ""
    if fact.kind == "choice" and text:
        return said.fact(fact, text)
    if fact.kind in ("identity", "money") and text:
        return KINDS[fact.kind](text, Names())
    return contacts.said(text) if fact.personal else text


def _reply_badge(case: DbCase, now: datetime, calendar: WorkingCalendar) -> Badge | None:
    """When the next thing is due or, when nothing is any more, whether all was in time."""
    if case.due_at is not None:
        return due_badge(case.due_at, now, calendar)
    stopped = [row for row in case.clocks if row.stopped_at is not None and row.due_at is not None and not row.soft]
    return answered_badge(in_time=all(_in_time(row) for row in stopped)) if stopped else None


def _in_time(row: DbCaseClock) -> bool:
    return row.due_at is None or (row.stopped_at is not None and row.stopped_at < row.due_at)


def _pages(found: CasePage, wanted: filters.Asked) -> Mapping[str, str]:
    last = -(-found.total // found.per_page)
    first = (found.page - 1) * found.per_page

    def address(page: int) -> str:
        return wanted.address(page=page)

    places = {"first": first + 1, "last": first + len(found.cases), "total": found.total}
    shown = _("%(first)s–%(last)s of %(total)s", **places)
    if found.more:
        shown = _("%(first)s–%(last)s of more than %(total)s", **places)
    return {
        "text": shown if found.cases else _("No cases"),
        "before": address(found.page - 1) if found.page > 1 else "",
        "after": address(found.page + 1) if found.page < last else "",
    }


@blueprint.get("/cases/<number>")
def case(number: str) -> BaseResponse:
    """One case: where it is, everything that happened, until when."""
    with here.reading() as session:
        found = register.get_case(session, number, here.actor())
        if number != found.number:
            return redirect(url_for("cases.case", number=found.number), 301)
        looks.seen(session, found, "case")
        calendar = here.kesu().office.calendar(session)
        called, now = names(session), here.now()
        known = cards.know(session, found, called)
        ways = ways_of(session, found)
        seen, way = ways.current.walk, ways.find(request.args.get("instance", type=numbers.number)).walk
        veil = contacts.look(session, found)
        chosen = request.args.get("diagram", way.current)
        chosen = chosen if chosen in way.drawing.processes else way.current
        return show(
            "case.html",
            active="cases",
            case=found,
            veil=veil,
            badges=_badges(known, seen, calendar),
            acts=_acts(session, found, ways),
            phases=cards.phases(known),
            drawing=draw(way, chosen, called, now, calendar),
            drawing_title=_drawing_title(way, chosen),
            drawings=_drawings(found, ways, way, chosen),
            clocks=[*cards.clock_cards(known, calendar, now), *cards.past_clock_cards(known)],
            links=linked.shown(session, found),
            documents=(files := papers.listed(session, found, called)),
            shown_documents=[each.as_file for each in files[:SHOWN_DOCUMENTS]],
            may_add=papers.may_add(session, found),
            people=cards.people(known),
            late_steps=cards.late_steps(known),
            summary=cards.summary(known),
            **_looked_at(known),
            **_history(known, ways),
        )


@blueprint.get("/cases/<number>/file")
def case_file(number: str) -> Response:
    """Everything about a case on paper, the oldest first."""
    with here.reading() as session:
        found = register.get_case(session, number, here.actor())
        looks.seen(session, found, "file")
        calendar = here.kesu().office.calendar(session)
        called, now = names(session), here.now()
        known, veil = cards.know(session, found, called), contacts.look(session, found)
        forms = Forms(session, ways_of(session, found).homes)
        return show(
            "case_file.html",
            active="cases",
            case=found,
            veil=veil,
            printed=dates.record_text(now, here.zone()),
            phases=cards.phases(known),
            clocks=[*cards.clock_cards(known, calendar, now), *cards.past_clock_cards(known)],
            summary=cards.summary(known),
            people=cards.people(known),
            documents=[each.as_file for each in papers.listed(session, found, called)],
            items=items(timeline(session, found, newest_first=False), called, forms, known.variables),
        )


def _badges(known: cards.Known, seen: Walk, calendar: WorkingCalendar) -> list[Badge | None]:
    found, severity = known.case, severity_badge(known.words.severity(known.case.severity))
    if found.closed_at is not None:
        closed = dates.moment_text(found.closed_at, language.current(), here.zone(), this_year=here.now().year)
        outcome = known.words.outcome(found.outcome) or _("closed")
        state = Badge(_("%(outcome)s, %(at)s", outcome=outcome, at=closed), "good", "circle-check")
        return [linked.badge(known.session, found) or state, severity]
    steps = [language.say(task.name, task.deployment_id) for task in seen.tasks]
    what = steps[0] if len(steps) == 1 else ngettext("%(num)s open task", "%(num)s open tasks", len(steps))
    state = Badge(what if steps else _("waiting"), "acc", "circle-dot")
    if found.due_at is None and any(row.stopped_at is not None for row in found.clocks):
        due: Badge | None = Badge(_("answered"), "good", "circle-check")
    else:
        due = due_badge(found.due_at, here.now(), calendar, cards.owed(known.words.procedure, found))
    return [
        still_badge(suspensions.of_instance(known.session, found.instance_id)),
        stopped_badge() if seen.incidents else None,
        state,
        due,
        severity,
        _round(known),
    ]


def _round(known: cards.Known) -> Badge | None:
    """In which round the case is, where it is not the first."""
    now = next((phase for phase in cards.phases(known) if phase.state == "now" and phase.rounds > 1), None)
    if now is None:
        return None
    return Badge(_("%(name)s, round %(num)s", name=now.name, num=now.rounds), "", "arrow-back-up")


def _acts(session: Session, found: DbCase, ways: Ways) -> list[Act]:
    """What can be done from here: messages the case waits for, the case file, one's own task."""
    acts = [Act(_("Case file"), url_for("cases.case_file", number=found.number), "printer", "p")]
    acts.append(Act(_("Case file as PDF"), url_for("case_file.case_file", number=found.number), "download"))
    acts.append(Act(_("Comment"), url_for("comments.form", number=found.number), "message", "c", dialog=True))
    if found.status == "open":
        acts += _recordings(session, found)
    if reopening.find(session, here.kesu().office, found, here.actor()) is not None:
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
    actor = here.actor()
    mine = [task for task in open_ if task.assignee == actor.id]
    free = [
        task
        for task in open_
        if (task.assignee is None and candidates.is_candidate(task, actor))
        or candidates.acts_for(task, actor) is not None
    ]
    return next(iter([*mine, *free]), None)


def _drawing_title(seen: Walk, chosen: str) -> str:
    if len(seen.visited) > 1:
        return _("Where it is")
    return seen.drawing.title(seen.drawing.processes[chosen])


def _drawings(found: DbCase, ways: Ways, shown: Walk, chosen: str) -> list[Choice]:
    """The other drawings that the case has walked through, then those of its other instances under their names."""
    if len(ways.every) == 1 and len(ways.current.walk.visited) < 2:
        return []
    choices = []
    for way in ways.every:
        now = way is ways.current
        for process in way.walk.visited:
            title = way.walk.drawing.title(process)
            first = process.key == way.walk.root
            address = url_for(
                "cases.case",
                number=found.number,
                diagram=process.key,
                instance=None if now else way.instance.id,
                _anchor="diagram",
            )
            current = way.walk is shown and process.key == chosen
            choices.append(Choice(title if now or not first else way.name, address, current))
    return choices


def _looked_at(known: cards.Known) -> dict[str, Any]:
    """Who looked at a private case, for those who lead it."""
    session, case = known.session, known.case
    if not (kept.are_kept(session, case) and kept.leads(session, case, here.actor())):
        return {"looks": None, "looks_count": 0}
    return {"looks": looks.rows(kept.of_case(session, case), known.names), "looks_count": kept.count(session, case)}


def _printable(found: DbCase, item: Item) -> Item:
    """What was filled in can be printed as the form that it is."""
    if not item.answers or item.link is not None:
        return item
    address = url_for("printed_form.printed", number=found.number, entry_key=item.anchor)
    return replace(item, link=(address, _("Print the form")))


def _history(known: cards.Known, ways: Ways) -> dict[str, Any]:
    session, found, called = known.session, known.case, known.names
    group = next((each for each in GROUPS if each == request.args.get("show")), None)
    oldest = request.args.get("order") == "oldest"
    asked = request.args.get("entries", SHOWN_ENTRIES, type=numbers.number) or 0
    shown = min(max(asked, SHOWN_ENTRIES), MOST_ENTRIES)
    entries = timeline(session, found, newest_first=not oldest, group=group, most=shown)
    told = [_printable(found, item) for item in items(entries, called, Forms(session, ways.homes), known.variables)]
    counts = count(session, found)
    more = (counts.total() if group is None else counts[group]) - len(entries)
    now = open_items(ways.tasks, called) if group in (None, "form") else []
    told = [*told, *([] if more > 0 else now[::-1])] if oldest else [*now, *told]
    said = {"all": _("All"), "form": _("Forms"), "contact": _("Contacts"), "system": _("System")}
    return {
        "items": told,
        "more": _more(found, shown, min(more, STEP_ENTRIES), entries[-1].key) if more > 0 else "",
        "left": more,
        "groups": [
            Choice(said[key or "all"], _shown(found, show=key), key == group, counts[key] if key else counts.total())
            for key in (None, *GROUPS)
        ],
        "order": Choice(
            _("Newest first") if oldest else _("Oldest first"),
            _shown(found, show=group, order=None if oldest else "oldest"),
        ),
    }


def _more(found: DbCase, shown: int, number: int, last: str) -> Choice:
    """The page with more entries of the timeline, at the one that was the last."""
    text = ngettext("Show %(num)s more entry", "Show %(num)s more entries", number)
    return Choice(text, _shown(found, entries=shown + STEP_ENTRIES, _anchor=last))


def _shown(found: DbCase, **changed: str | int | None) -> str:
    """The page with its timeline shown otherwise."""
    kept: dict[str, Any] = {name: request.args.get(name) for name in ("diagram", "show", "order")}
    return url_for("cases.case", number=found.number, **{"_anchor": "timeline", **kept, **changed})
