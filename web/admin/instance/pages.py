"""One instance: what is wrong first, then where it is, then everything it holds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Response, request, url_for

from engine import (
    EventKind,
    InstanceStatus,
    JobStatus,
    Session,
    deployments,
    history,
    overview,
    pending,
    read_variables,
    suspensions,
)
from processes.cases import disclosure
from processes.cases import looks as kept
from processes.cases.card import clock
from processes.cases.schema import DbCase
from web.admin import show, words
from web.admin.entrance import blueprint
from web.admin.instance import past, replay, tabs
from web.admin.instance.facts import Looked, look
from web.admin.instance.timers import timer_rows
from web.admin.instance.trouble import troubles
from web.admin.instances.rows import fault_text, number_of
from web.cases import looks
from web.filling import contacts
from web.shell import dates, here, language
from web.shell.kinds import INSTANCES
from web.shell.language import gettext as _
from web.shell.pages import show as page
from web.shell.parts import Act, Badge, left_badge, still_badge
from web.shell.words import Words

DEFAULT_TAB = "variables"
CONTENT = frozenset({"variables", "submissions"})
"""The tabs that show what the case is about, and nothing else."""


@dataclass(frozen=True)
class Head:
    """What stands above everything."""

    number: str
    title: str
    badges: Sequence[Badge]
    started: show.Moment
    ended: show.Moment | None
    started_by: str
    revision: int
    acts: Sequence[Act]
    reason: str = ""
    """Why it was cancelled."""


@blueprint.get("/instances/<int:instance_id>")
def instance(instance_id: int) -> Response:
    """Everything about one instance."""
    with here.reading() as session:
        looked = look(session, instance_id)
        veil = None if looked.closed else contacts.look(session, looked.case)
        around = disclosure.case_around(session, instance_id)
        if not looked.closed:
            looks.seen(session, around, "instance")
        calendar = here.kesu().office.calendar(session)
        incidents, jobs = pending.incidents_of(session, instance_id), pending.jobs_of(session, instance_id)
        timers = pending.timers_of(session, instance_id)
        shown, step = replay.card(session, looked)
        if looked.closed:
            incidents = [replace(each, message=fault_text("")) for each in incidents]
            jobs = [replace(each, last_error=fault_text("") if each.last_error else None) for each in jobs]
        default, left_out = ("tokens", CONTENT) if looked.closed else (DEFAULT_TAB, frozenset[str]())
        tab = request.args.get("tab", default)
        tab = tab if tab in TABS and tab not in left_out else default
        return page(
            "admin/instance.html",
            active="admin",
            head=_head(session, looked),
            still=_still(session, looked),
            troubles=troubles(session, looked.place, incidents, jobs, instance_id),
            picture=shown,
            replay=step,
            veil=veil,
            tab=tab,
            tabs=tabs.choices(
                looked.item,
                tab,
                _counts(session, looked),
                bad=any(job.status is JobStatus.FAILED for job in jobs),
                left_out=left_out,
            ),
            closed=looked.closed,
            let_in=_let_in(around) if looked.closed else "",
            let_in_until=_let_in_until(session, around),
            timers=timer_rows(session, instance_id, looked.place, timers, calendar, closed=looked.closed),
            zone=here.zone().key,
            over=looked.item.ended_at is not None,
            find=request.args.get("find", ""),
            new_variable=url_for("admin.change_variable", instance_id=instance_id, scope=0),
            here_now=url_for("admin.instance", instance_id=instance_id),
            **TABS[tab](session, looked),
        )


def _let_in(case: DbCase | None) -> str:
    """Where the reason is given; nowhere while there is no case yet."""
    return url_for("admin.look_into", instance_id=case.instance_id) if case is not None else ""


def _let_in_until(session: Session, case: DbCase | None) -> str:
    """Until when this administrator reads a closed case, for a reason given."""
    until = kept.let_in_until(session, case, here.actor()) if case is not None else None
    return "" if until is None else dates.clock_text(until, here.zone())


def _head(session: Session, looked: Looked) -> Head:
    item, case = looked.item, looked.case
    number = number_of(item, case)
    acts = []
    if case is not None and not looked.closed:
        acts.append(Act(_("Show the case"), url_for("cases.case", number=case.number), "file-text"))
    if item.ended_at is None:
        acts.append(_stop_or_go_on(session, item.id))
        current = deployments.find_process_definition(session, item.process_key)
        if current is not None and current.id != item.definition_id:
            address = url_for("admin.move", instance_id=item.id)
            acts.append(Act(_("Move to the new version…"), address, "refresh", dialog=True))
        acts.append(Act(_("Cancel…"), url_for("admin.cancel", instance_id=item.id), "x", look="d", dialog=True))
    aborted = (
        history.of(session, item.id, kinds=(EventKind.ABORTED,)) if item.status is InstanceStatus.CANCELLED else []
    )
    return Head(
        number=number,
        title=Words(session).of(case).title(case)
        if case is not None and case.title and not looked.closed
        else language.say(item.process_name, item.deployment_id),
        badges=[
            *_badges(session, looked),
            Badge(f"{language.say(item.process_name, item.deployment_id)} v{item.version}"),
        ],
        started=show.the_moment(item.started_at),
        ended=show.moment(item.ended_at),
        started_by=looked.called.person(item.started_by),
        revision=item.revision,
        acts=acts,
        reason=(aborted[-1].reason or "") if aborted and not looked.closed else "",
    )


def _stop_or_go_on(session: Session, instance_id: int) -> Act:
    """What may be done about an instance that runs, or that stands still by itself or with its process."""
    found = suspensions.of_instance(session, instance_id)
    if found is None:
        return Act(_("Stop…"), url_for("admin.suspend", instance_id=instance_id), "player-pause", dialog=True)
    if found.process_key is not None:
        address = url_for("admin.resume_process", key=found.process_key)
        return Act(_("Let all go on…"), address, "player-play", dialog=True)
    return Act(_("Let it go on…"), url_for("admin.resume", instance_id=instance_id), "player-play", dialog=True)


def _still(session: Session, looked: Looked) -> str:
    """Who let it stand still and why, and what that means; empty where it goes on."""
    found = None if looked.item.ended_at is not None else suspensions.of_instance(session, looked.item.id)
    if found is None:
        return ""
    told = {"who": looked.called.person(found.by), "time": show.the_moment(found.at).text, "reason": found.reason}
    said = (
        _("%(who)s stopped it at %(time)s: “%(reason)s”.", **told)
        if found.process_key is None
        else _("%(who)s stopped all of this process at %(time)s: “%(reason)s”.", **told)
    )
    means = _(
        "Nothing starts, fires or is completed until you let it go on; what falls due meanwhile is done then. A retry"
        " has to wait for that, too."
    )
    return f"{said} {means}" if language.current() == "en" else said + means


def _badges(session: Session, looked: Looked) -> list[Badge]:
    item, case = looked.item, looked.case
    state = INSTANCES[item.status].badge
    incidents = pending.incidents_of(session, item.id)
    if incidents:
        since = dates.moment_text(incidents[0].created_at, language.current(), here.zone(), this_year=here.now().year)
        state = Badge(_("Incident since %(time)s", time=since), "bad", "alert-octagon")
    still = still_badge(suspensions.of_instance(session, item.id))
    found = [state] if still is None else [still, state]
    if case is not None and item.ended_at is None:
        calendar = here.kesu().office.calendar(session)
        for row in case.clocks:
            known = clock(case, row, here.now(), calendar, language.current())
            if known.state in {"running", "warned", "late"} and known.days_left is not None:
                found.append(left_badge(known.days_left, late=known.state == "late"))
    return found


def _counts(session: Session, looked: Looked) -> dict[str, int]:
    item = looked.item
    return {
        "variables": sum(len(values) for values in read_variables(session, item.id).values()),
        "tokens": sum(stay.left is None for stay in looked.journey.stays),
        "jobs": len(pending.jobs_of(session, item.id)),
        "messages": len(pending.subscriptions_of(session, item.id)),
        "submissions": history.count_submissions(session, item.id),
        "called": len(past.calls(looked.journey, looked.drawing)),
        "history": overview.count_events(session, item.id),
        "log": overview.count_events(session, item.id, kinds=words.ADMIN_KINDS),
    }


def _variables(session: Session, looked: Looked) -> dict[str, Any]:
    find = request.args.get("find", "").strip()
    return {"rows": tabs.variables(session, looked.item, looked.journey, looked.drawing, looked.called, find=find)}


def _tokens(session: Session, looked: Looked) -> dict[str, Any]:
    return {
        "rows": tabs.tokens(session, looked.item, looked.journey, looked.drawing, looked.called, closed=looked.closed)
    }


def _jobs(session: Session, looked: Looked) -> dict[str, Any]:
    return {"rows": tabs.jobs(session, looked.item, looked.drawing, closed=looked.closed)}


def _messages(session: Session, looked: Looked) -> dict[str, Any]:
    return {"rows": tabs.messages(session, looked.item, looked.drawing)}


def _submissions(session: Session, looked: Looked) -> dict[str, Any]:
    return {"rows": past.submissions(session, looked.item, looked.drawing, looked.called)}


def _called(session: Session, looked: Looked) -> dict[str, Any]:
    return {"rows": past.called_processes(session, looked.item, looked.journey, looked.drawing)}


def _history(session: Session, looked: Looked) -> dict[str, Any]:
    return _events(session, looked, "history", ())


def _log(session: Session, looked: Looked) -> dict[str, Any]:
    return _events(session, looked, "log", words.ADMIN_KINDS)


def _events(session: Session, looked: Looked, tab: str, kinds: Sequence[EventKind]) -> dict[str, Any]:
    text = request.args.get("before", "")
    before = int(text) if text.isdecimal() and len(text) < 18 else None
    rows, more = past.events(
        session, looked.item, looked.drawing, looked.called, kinds=kinds, before=before, closed=looked.closed
    )

    def address(number: int | None) -> str:
        return url_for("admin.instance", instance_id=looked.item.id, tab=tab, before=number, _anchor="tabs")

    return {
        "rows": rows,
        "newest": address(None) if before is not None else "",
        "older": address(more) if more is not None else "",
    }


TABS: Mapping[str, Callable[[Session, Looked], dict[str, Any]]] = {
    "variables": _variables,
    "tokens": _tokens,
    "jobs": _jobs,
    "messages": _messages,
    "submissions": _submissions,
    "called": _called,
    "history": _history,
    "log": _log,
}
