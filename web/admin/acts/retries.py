"""Trying again: one incident, one job, or everything that one cause has stopped."""

from collections.abc import Sequence
from functools import partial

from flask import request, url_for
from werkzeug.wrappers import Response as BaseResponse

from engine import IncidentItem, JobItem, JobStatus, Session, incidents, jobs, overview, pending
from engine.errors import NotFound, Refused
from processes.cases import disclosure
from web.admin import show
from web.admin.acts.about import called, drawing_of, page_of
from web.admin.acts.confirm import carry_out, carry_out_freely
from web.admin.entrance import blueprint
from web.admin.instances.pages import said_of, why_of
from web.admin.instances.rows import fault_text
from web.shell import here, numbers
from web.shell.language import gettext as _
from web.shell.language import ngettext
from web.shell.parts import Confirm
from web.shell.people import joined

MOST_RETRIED = 200
"""Incidents that are retried at once; then it is asked about the next ones."""
NAMED = 8


@blueprint.route("/instances/<int:instance_id>/incidents/<int:incident_id>/retry", methods=["GET", "POST"])
def retry(instance_id: int, incident_id: int) -> BaseResponse:
    """Try again where a token cannot go on."""

    def ask(session: Session) -> Confirm:
        incident, drawing = _incident(session, instance_id, incident_id), drawing_of(session, instance_id)
        return Confirm(
            title=_("Retry “%(place)s”?", place=drawing.label(incident.element, incident.process_key)),
            text=fault_text(incident.message if _reads(session, instance_id) else ""),
            address=url_for("admin.retry", instance_id=instance_id, incident_id=incident_id),
            act=_("Retry"),
            leave=_("Leave it"),
            back=page_of(instance_id),
            rows=[(_("Incident"), show.the_moment(incident.created_at).text, _("tried again now"))],
            icon="refresh",
        )

    def do(session: Session, reason: str) -> str:
        if incidents.retry(session, incident_id, by=here.actor(), reason=reason):
            return _("It goes on.")
        return _("It failed again, for the reason that stands above.")

    return carry_out(instance_id, ask, do)


@blueprint.route("/instances/<int:instance_id>/jobs/<int:job_id>/retry", methods=["GET", "POST"])
def retry_job(instance_id: int, job_id: int) -> BaseResponse:
    """Give a failed job its attempts again."""

    def ask(session: Session) -> Confirm:
        found = next(
            (
                job
                for job in pending.jobs_of(session, instance_id)
                if job.id == job_id and job.status is JobStatus.FAILED
            ),
            None,
        )
        if found is None:
            raise NotFound(what="failed job", key=job_id)
        address = url_for("admin.retry_job", instance_id=instance_id, job_id=job_id)
        return _job(session, found, address, page_of(instance_id))

    def do(session: Session, reason: str) -> str:
        jobs.retry(session, job_id, by=here.actor(), reason=reason)
        return _("The job is tried again.")

    return carry_out(instance_id, ask, do)


@blueprint.route("/jobs/<int:job_id>/retry", methods=["GET", "POST"])
def retry_failed(job_id: int) -> BaseResponse:
    """Give a failed job of which no incident tells its attempts again."""

    def ask() -> Confirm:
        with here.reading() as session:
            found = next((job for job in pending.failed_jobs(session) if job.id == job_id), None)
            if found is None:
                raise NotFound(what="failed job", key=job_id)
            return _job(session, found, url_for("admin.retry_failed", job_id=job_id), url_for("admin.by_cause"))

    def do(reason: str) -> str:
        with here.transaction() as session:
            jobs.retry(session, job_id, by=here.actor(), reason=reason)
        return _("The job is tried again.")

    return carry_out_freely(ask, do)


def _job(session: Session, job: JobItem, address: str, back: str) -> Confirm:
    return Confirm(
        title=_("Retry job %(number)s?", number=job.id),
        text=why_of(session, job),
        address=address,
        act=_("Retry"),
        leave=_("Leave it"),
        back=back,
        rows=[(_("Tries"), str(job.attempts), "0")],
        icon="refresh",
    )


@blueprint.route("/incidents/retry", methods=["GET", "POST"])
def retry_all() -> BaseResponse:
    """Try everything again that one cause has stopped, each in a step of its own."""
    cause, after = request.args.get("cause", ""), request.args.get("after", 0, type=numbers.number)

    def ask() -> Confirm:
        with here.reading() as session:
            found = _cause(session, cause)
            some, left = _some(found, after)
            instances = list(dict.fromkeys(found.incidents[number] for number in some))
            labels = [called(session, each) for each in instances[:NAMED]]
            more = " …" if len(instances) > NAMED else ""
            count = len(some) + left
            return Confirm(
                title=ngettext("Retry %(num)s incident?", "Retry %(num)s incidents?", count),
                text=said_of(session, found),
                address=url_for("admin.retry_all", cause=cause, after=after or None),
                act=ngettext("Retry %(num)s", "Retry all %(num)s", len(some)),
                leave=_("Leave them"),
                back=url_for("admin.by_cause"),
                rows=[(_("Instances"), joined(labels) + more, _("tried again now, one after the other"))],
                icon="refresh",
                more=url_for("admin.retry_all", cause=cause, after=some[-1]) if left else "",
            )

    return carry_out_freely(ask, lambda reason: _retry_all(cause, after, reason))


def _some(found: overview.Cause, after: int) -> tuple[Sequence[int], int]:
    """The incidents behind a number that are retried at once, and how many are left; NotFound where there are none."""
    behind = [number for number in found.incidents if number > after]
    if not behind:
        raise NotFound(what="cause", key=found.key)
    return behind[:MOST_RETRIED], max(0, len(behind) - MOST_RETRIED)


def _retry_all(cause: str, after: int, reason: str) -> str:
    with here.reading() as session:
        some, left = _some(_cause(session, cause), after)
    done = failed = 0
    for number in some:
        try:
            went_on = here.do(partial(incidents.retry, incident_id=number, by=here.actor(), reason=reason))
        except Refused:
            went_on = False
        except NotFound:
            continue
        done, failed = done + went_on, failed + (not went_on)
    said = _("%(done)s go on, %(failed)s failed again.", done=done, failed=failed)
    return said + (" " + _("There are more; these are the next ones.") if left else "")


def _cause(session: Session, cause: str) -> overview.Cause:
    found = next((each for each in overview.causes(session) if each.key == cause), None)
    if found is None:
        raise NotFound(what="cause", key=cause)
    return found


def _incident(session: Session, instance_id: int, incident_id: int) -> IncidentItem:
    found = next((each for each in pending.incidents_of(session, instance_id) if each.id == incident_id), None)
    if found is None:
        raise NotFound(what="incident", key=incident_id)
    return found


def _reads(session: Session, instance_id: int) -> bool:
    """Whether what the instance is about is for this administrator."""
    return disclosure.may_read(session, here.actor(), instance_id)
