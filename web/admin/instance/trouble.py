"""What is wrong with an instance, the sentence first: incidents, and jobs that nobody will try again by themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for

from engine import EventKind, IncidentItem, JobItem, JobStatus, Session, admin, history, overview
from web.admin import show
from web.admin.instances.rows import cases_of, number_of
from web.admin.show import Place
from web.shell import here
from web.shell.kept_words import in_words
from web.shell.language import gettext as _
from web.shell.language import ngettext
from web.shell.people import joined

NAMED = 3
"""Others of the same cause that are named."""


@dataclass(frozen=True)
class Trouble:
    """One thing that is wrong."""

    text: str
    facts: str
    """Where, tries, others of the same cause."""
    cure: str
    """What to do about it."""
    details: tuple[tuple[str, str], ...]
    retry: str
    retry_all: str = ""
    all_text: str = ""


def tries_of(events: Sequence[history.Event]) -> Mapping[int, tuple[int, int]]:
    """Attempts made and allowed by token, from the failed attempts since it was last retried."""
    found = {}
    for event in events:
        if event.token is None:
            continue
        if event.kind is EventKind.JOB_FAILED:
            found[event.token] = (int(event.data.get("attempt", 1)), int(event.data.get("of", 1)))
        elif event.kind is EventKind.RETRIED:
            found.pop(event.token, None)
    return found


def troubles(
    session: Session, place: Place, incidents: Sequence[IncidentItem], jobs: Sequence[JobItem], instance_id: int
) -> list[Trouble]:
    """Everything that is wrong with an instance; `place` says what people call an element."""
    failed = (
        history.of(session, instance_id, kinds=(EventKind.JOB_FAILED, EventKind.RETRIED)) if incidents or jobs else []
    )
    by_token = {job.token: job for job in jobs}
    found = [_incident(session, place, each, by_token.get(each.token), failed) for each in incidents]
    broken = {each.token for each in incidents}
    return found + [_job(place, job) for job in jobs if job.status is JobStatus.FAILED and job.token not in broken]


def _incident(
    session: Session, place: Place, incident: IncidentItem, job: JobItem | None, failed: Sequence[history.Event]
) -> Trouble:
    others = [each for each in overview.alike(session, incident) if each.id != incident.id]
    facts = [
        _full(place(incident.element, incident.process_key)),
        _tries(incident, failed),
        _shared(session, others),
    ]
    if job is not None:
        facts.append(
            _("A retry is the same job, number %(number)s: a receiver that knows it does not act twice.", number=job.id)
        )
    since = show.the_moment(incident.created_at)
    details = [
        (_("Since"), since.title),
        (_("Element"), incident.element),
        (_("Token"), str(incident.token)),
        (_("Incident"), str(incident.id)),
        (_("Job"), "" if job is None else f"{job.id} · {job.topic or job.kind}"),
        (_("Message"), incident.message),
    ]
    return Trouble(
        text=in_words(incident.message).splitlines()[0] if incident.message else _("It failed without a word."),
        facts=sentences(facts),
        cure=_cure(job),
        details=tuple((name, text) for name, text in details if text),
        retry=url_for("admin.retry", instance_id=incident.instance_id, incident_id=incident.id),
        retry_all=url_for("admin.retry_all", cause=overview.cause_of(incident.element, incident.message))
        if others
        else "",
        all_text=_("Retry both…") if len(others) == 1 else _("Retry all %(count)s…", count=len(others) + 1),
    )


def _tries(incident: IncidentItem, failed: Sequence[history.Event]) -> str:
    """How often it was tried since the last retry, and when."""
    mine: list[history.Event] = []
    for event in failed:
        if event.token == incident.token:
            mine = [*mine, event] if event.kind is EventKind.JOB_FAILED else []
    if not mine:
        return ""
    times = joined(f"{event.at.astimezone(here.zone()):%H:%M:%S}" for event in mine)
    return _(
        "%(made)s of %(all)s tries: %(times)s.", made=len(mine), all=mine[-1].data.get("of", len(mine)), times=times
    )


def _shared(session: Session, others: Sequence[IncidentItem]) -> str:
    elsewhere = list(dict.fromkeys(each.instance_id for each in others))
    if not elsewhere:
        return _("Nothing else has this cause.")
    cases = cases_of(session, elsewhere[:NAMED])
    numbers = [number_of(admin.get_instance(session, each), cases.get(each)) for each in elsewhere[:NAMED]]
    named = joined(numbers) + (" …" if len(elsewhere) > NAMED else "")
    count = len(elsewhere)
    return ngettext(
        "The same cause holds %(num)s other instance (%(named)s).",
        "The same cause holds %(num)s other instances (%(named)s).",
        count,
        named=named,
    )


def _job(place: Place, job: JobItem) -> Trouble:
    """A job out of attempts that no token waits for."""
    details = ((_("Job"), f"{job.id} · {job.topic or job.kind}"), (_("Since"), show.the_moment(job.created_at).title))
    made = ngettext("%(num)s try.", "%(num)s tries.", job.attempts)
    return Trouble(
        text=(in_words(job.last_error or "") or _("It failed without a word.")).splitlines()[0],
        cure=_cure(job),
        facts=sentences([_full(place(job.element, job.process_key)) if job.element else "", made]),
        details=details,
        retry=url_for("admin.retry_job", instance_id=job.instance_id, job_id=job.id),
    )


def _cure(job: JobItem | None) -> str:
    """What to do: a job goes out anew, a step of the diagram is done again with what the instance knows by then."""
    if job is not None:
        return _(
            "Mend what it names, such as a setting, a server that was away or a value under Variables; then retry."
        )
    return _(
        "Mend what it names, such as a value under Variables, a setting or a unit; then retry. Where the diagram itself"
        " is wrong, deploy a new version and move it there."
    )


def _full(place: str) -> str:
    """Where it is, with a full stop, unless its name ends a sentence by itself."""
    return place if place.endswith(("?", "!", ".", "？", "！", "。")) else _("%(place)s.", place=place)


def sentences(texts: Sequence[str]) -> str:
    """One after the other: a space stands behind what ends in a Latin sign, none behind Chinese."""
    said = ""
    for text in filter(None, texts):
        said += (" " if said and said[-1].isascii() else "") + text
    return said
