"""The list of instances: found by many marks, by element, by the cause of what is wrong; exported as it is filtered."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from flask import Response, redirect, url_for
from werkzeug.wrappers import Response as BaseResponse

from engine import InstanceItem, JobItem, Session, Suspension, admin, deployments, overview, pending, suspensions
from processes.cases import disclosure
from web.admin import show, words
from web.admin.entrance import blueprint
from web.admin.instances import filters
from web.admin.instances.rows import Row, cases_of, fault_text, number_of, rows
from web.admin.instances.still import MOST, standing
from web.admin.nav import views
from web.diagrams.labels import place_label, process_title
from web.shell import here, language, spreadsheets
from web.shell.kept_words import in_words
from web.shell.kinds import JOB_KINDS
from web.shell.language import gettext as _
from web.shell.pages import show as page
from web.shell.people import names

EXPORTED = 500
"""Rows that are read at a time for an export."""
NAMED = 5
"""Instances that a cause names."""


@dataclass(frozen=True)
class CauseRow:
    """Incidents of one cause."""

    retry: str
    message: str
    where: str
    process: str
    count: int
    since: show.Moment
    last: show.Moment
    instances: tuple[tuple[str, str], ...]
    """Number and address of the first ones."""
    more: int


@dataclass(frozen=True)
class ElementRow:
    """Tokens in an element."""

    label: str
    element: str
    process: str
    address: str
    tasks: int
    jobs: int
    timers: int
    messages: int
    incidents: int


@blueprint.get("/")
def start() -> BaseResponse:
    """The administrators' first page."""
    return redirect(url_for("admin.instances"))


@blueprint.get("/instances", endpoint="instances")
def list_instances() -> Response:
    """One page of what was found."""
    wanted = filters.read()
    with here.reading() as session:
        found = admin.search_instances(session, wanted.as_filter(session))
        if found.page > found.pages:
            wanted = replace(wanted, page=found.pages)
            found = admin.search_instances(session, wanted.as_filter(session))
        procedures, still, called = _procedures(session), _still(session, found.items, MOST), names(session)
        return page(
            "admin/instances.html",
            active="admin",
            rows=rows(session, found.items, still, called),
            still=standing(session, still, called),
            all_still=filters.Wanted(state="still").address(),
            found=found,
            first=(found.page - 1) * found.per_page + 1,
            wanted=wanted,
            chips=filters.chips(wanted, procedures),
            elements=_elements(session),
            views=views("list", session),
            counts=_counts(session),
            before=wanted.address(page=found.page - 1) if found.page > 1 else "",
            after=wanted.address(page=found.page + 1) if found.page < found.pages else "",
            oldest=wanted.address(order="" if wanted.order == "oldest" else "oldest"),
            export=wanted.address("admin.export"),
            clear=url_for("admin.instances"),
            kept=wanted.kept("q"),
            others={"element": wanted.kept("element"), "variable": wanted.kept("variable", "value")},
        )


@blueprint.get("/instances/by-element")
def by_element() -> Response:
    """Where the tokens are."""
    with here.reading() as session:
        return page(
            "admin/by_element.html",
            active="admin",
            rows=_element_rows(session),
            most=overview.MOST_COUNTED,
            views=views("element", session),
            counts=_counts(session),
        )


@blueprint.get("/instances/by-cause")
def by_cause() -> Response:
    """What is wrong, the most frequent first."""
    with here.reading() as session:
        found = overview.causes(session)
        return page(
            "admin/by_cause.html",
            active="admin",
            rows=[_cause_row(session, cause) for cause in found],
            failed=[_failed(session, job) for job in pending.failed_jobs(session)],
            views=views("cause", session),
            counts=_counts(session),
        )


def _failed(session: Session, job: JobItem) -> dict[str, object]:
    """A job that no incident tells of: what it was to do, in which instance, and why it could not."""
    what = " · ".join(part for part in (JOB_KINDS[job.kind].text, job.topic or job.element or "") if part)
    return {
        "id": job.id,
        "what": what,
        "since": show.the_moment(job.created_at),
        "why": why_of(session, job),
        "instance": next(_numbers(session, [job.instance_id] if job.instance_id is not None else []), None),
        "retry": url_for("admin.retry_failed", job_id=job.id),
    }


def why_of(session: Session, job: JobItem) -> str:
    """What a job failed with; of a case that is closed to this administrator only that it failed."""
    closed = job.instance_id is not None and not disclosure.may_read(session, here.actor(), job.instance_id)
    return fault_text("") if closed else in_words(job.last_error or "")


@blueprint.get("/instances.csv")
def export() -> Response:
    """What is filtered, as a table for a spreadsheet."""
    wanted = filters.read()
    with here.reading() as session:
        return spreadsheets.sheet("instances", [_heads(), *map(_cells, _all_rows(session, wanted))])


def _all_rows(session: Session, wanted: filters.Wanted) -> Iterator[Row]:
    number, last = 1, 1
    while number <= last:
        found = admin.search_instances(session, replace(wanted, page=number).as_filter(session, EXPORTED))
        yield from rows(session, found.items, _still(session, found.items, 0), names(session))
        number, last = number + 1, found.pages


def _still(session: Session, items: Sequence[InstanceItem], most: int) -> list[Suspension]:
    """What stands still of those that were found, and so many others."""
    return suspensions.current(session, most=most, among=[each.id for each in items])


def _heads() -> list[str]:
    return [
        _("Number"),
        _("Instance"),
        _("Title"),
        _("Procedure"),
        _("Version"),
        _("State"),
        _("Where it is"),
        _("Started"),
        _("Age"),
        _("Due"),
        _("What is wrong"),
        _("Unit"),
    ]


def _cells(row: Row) -> list[str]:
    zone = here.zone()
    due = "" if row.due_at is None else f"{row.due_at.astimezone(zone):%Y-%m-%d %H:%M:%S}"
    return [
        row.number,
        str(row.id),
        row.title,
        row.process,
        str(row.version),
        row.state.text,
        row.where,
        f"{row.started_at.astimezone(zone):%Y-%m-%d %H:%M:%S}",
        row.age,
        due,
        row.wrong,
        row.units,
    ]


def _counts(session: Session) -> str:
    counted = words.counts_text(admin.count_instances(session))
    return _("%(counts)s. As of %(time)s.", counts=counted, time=f"{here.now():%H:%M:%S}")


def _procedures(session: Session) -> dict[str, str]:
    return {
        each.key: language.say(each.name, each.deployment_id) for each in deployments.list_process_definitions(session)
    }


def _elements(session: Session) -> list[tuple[str, str]]:
    """Elements that have tokens, for the list to choose from: id and words."""
    found = overview.elements(session)
    homes = {element: (deployment, process) for element, process, deployment in found}
    return sorted((element, place_label(session, *home, element)) for element, home in homes.items())


def _element_rows(session: Session) -> list[ElementRow]:
    """Tokens by element and the process that it is drawn in, what is wrong first."""
    found = [
        ElementRow(
            label=place_label(session, count.deployment_id, count.process_key, count.element),
            element=count.element,
            process=process_title(session, count.deployment_id, count.process_key),
            address=filters.Wanted(element=count.element).address(),
            tasks=count.tasks,
            jobs=count.jobs,
            timers=count.timers,
            messages=count.messages,
            incidents=count.incidents,
        )
        for count in overview.count_by_element(session)
    ]
    return sorted(found, key=lambda row: (-row.incidents, -row.tasks, -row.jobs, row.process, row.element))


def _cause_row(session: Session, cause: overview.Cause) -> CauseRow:
    first, home = cause.instances[:NAMED], (cause.deployment_id, cause.process_key)
    return CauseRow(
        retry=url_for("admin.retry_all", cause=cause.key),
        message=said_of(session, cause),
        where=place_label(session, *home, cause.element),
        process=process_title(session, *home),
        count=len(cause.incidents),
        since=show.the_moment(cause.since),
        last=show.the_moment(cause.last),
        instances=tuple(_numbers(session, first)),
        more=len(cause.instances) - len(first),
    )


def said_of(session: Session, cause: overview.Cause) -> str:
    """What the incidents of a cause say, without what only one instance says; nothing of cases that are closed."""
    closed = disclosure.closed_among(session, here.actor(), cause.instances)
    if not closed:
        return in_words(cause.message)
    return in_words(overview.plain(cause.message)) if len(closed) < len(cause.instances) else fault_text("")


def _numbers(session: Session, instances: Sequence[int]) -> Iterator[tuple[str, str]]:
    """What people call some instances, with the addresses of their pages."""
    cases = cases_of(session, instances)
    for number in instances:
        item = admin.get_instance(session, number)
        yield number_of(item, cases.get(number)), url_for("admin.instance", instance_id=number)
