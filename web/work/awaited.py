"""Waiting for others: the list of open cases that somebody has a part in and that are at a task of another unit."""

from flask import url_for

from engine import Session
from processes.cases import waiting
from processes.clock.calendar import WorkingCalendar
from web.shell import dates, here, language
from web.shell.language import gettext as _
from web.shell.parts import due_badge, severity_badge, stopped_badge
from web.shell.people import Names, joined
from web.shell.words import Words
from web.work.inbox import PER_PAGE, Asked, Group, Row, group_of


def grouped(session: Session, calendar: WorkingCalendar, asked: Asked, called: Names) -> tuple[list[Group], bool]:
    """What is waited for, under the same headings as one's own work; and whether there is more."""
    offset = (asked.page - 1) * PER_PAGE
    found = waiting.of(session, here.actor(), text=asked.text, limit=PER_PAGE + 1, offset=offset)
    groups: dict[str, Group] = {}
    words = Words(session)
    for each in found[:PER_PAGE]:
        group = _mended() if each.task_id is None else group_of(each.due_at, calendar)
        groups.setdefault(group.key, group).rows.append(_row(each, calendar, called, words))
    return list(groups.values()), len(found) > PER_PAGE


def _mended() -> Group:
    """The heading of what nobody can work on before a fault is mended."""
    return Group("stopped", _("Stopped by a fault"), "alert-octagon")


def _row(each: waiting.Awaited, calendar: WorkingCalendar, called: Names, words: Words) -> Row:
    case = each.case
    candidates = [*map(called.unit, each.candidate_groups or ()), *map(called.person, each.candidate_users or ())]
    if each.task_id is None:
        candidates = [_("Administrator")]
    whom = called.person(each.assignee) if each.assignee else joined(candidates)
    since = dates.moment_text(each.since, language.current(), here.zone(), this_year=here.now().year)
    return Row(
        id=each.key,
        name=_("To be mended")
        if each.task_id is None
        else words.say(each.name or "", case, each.deployment_id) or each.element or "",
        badge=due_badge(each.due_at, here.now(), calendar),
        subject=" · ".join(text for text in (words.of(case).title(case), case.who) if text),
        number=case.number,
        severity=severity_badge(case.severity),
        stopped=stopped_badge() if each.stopped else None,
        remark=_("%(who)s, since %(at)s", who=whom, at=since),
        address=url_for("cases.case", number=case.number),
        pane="",
        here="",
        current=False,
    )
