"""Cases: the list, one case with everything that happened, and the case file to print."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from engine import pending, suspensions
from processes.cases import access, entries, register
from processes.cases import looks as kept
from processes.cases.schema import DbCase
from processes.cases.search import CasePage, search
from processes.cases.timeline import timeline
from processes.clock.calendar import WorkingCalendar
from processes.desk import overdue
from processes.procedures.model import Fact
from web.cases import acts, cards, figures, filters, history, linked, looks, papers, to_do, views
from web.cases.rows import case_row
from web.cases.timeline import Forms, items
from web.cases.ways import Ways, ways_of
from web.diagrams.walk import Walk, draw
from web.filling import contacts
from web.shell import dates, here, language, numbers
from web.shell.language import gettext as _
from web.shell.language import ngettext
from web.shell.pages import show
from web.shell.parts import Badge, Choice, due_badge, severity_badge, still_badge, stopped_badge
from web.shell.people import names
from web.shell.words import Words, text_of

blueprint = Blueprint("cases", __name__)

SHOWN_DOCUMENTS = 8
"""The newest, on the page of a case; the others are a click away."""


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
        broken, late = pending.stopped(session, shown), overdue.counts(session, shown)
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
        first, more = filters.fields(session, wanted, words, called, found.few)
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
            keep=wanted.address("views.form", of_list="cases"),
            first=first,
            more=more,
            columns=columns,
            facts=[text_of(fact.label) for fact in facts],
            pages=_pages(found, wanted),
            whole=found.whole,
        )


def _columns(wanted: filters.Asked, facts: Sequence[Fact], who: str) -> list[Column]:
    """The heads of the columns, each with where it leads."""
    core = [("number", _("Number")), ("title", _("Complaint")), (who, _("Complainant"))]
    core += [(fact.name, text_of(fact.label)) for fact in facts]
    core += [("phase", _("Phase")), ("due", _("Due")), ("severity", _("Severity"))]
    core += [("received", _("Received")), ("owner", _("Owner"))]
    return [Column(text, *(filters.order(wanted, name) if name else ("", ""))) for name, text in core]


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
        erased = entries.is_erased(session, found)
        return show(
            "case.html",
            active="cases",
            case=found,
            case_title=known.words.title(found),
            veil=veil,
            badges=_badges(known, seen, calendar),
            acts=acts.of_case(session, found, ways, erased=erased),
            phases=cards.phases(known),
            drawing=draw(way, chosen, called, now, calendar),
            drawing_title=_drawing_title(way, chosen),
            drawings=_drawings(found, ways, way, chosen),
            to_do=to_do.of_case(ways.tasks, called, calendar),
            clocks=[*cards.clock_cards(known, calendar, now), *cards.past_clock_cards(known)],
            links=linked.shown(session, found),
            documents=(files := papers.listed(session, found, called)),
            shown_documents=[each.as_file for each in files[:SHOWN_DOCUMENTS]],
            may_add=not erased and access.works_on(session, here.actor(), found),
            people=cards.people(known),
            late_steps=cards.late_steps(known),
            summary=cards.summary(known),
            **_looked_at(known),
            **history.of_case(known, ways),
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
            case_title=known.words.title(found),
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
