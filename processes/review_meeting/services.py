"""The service tasks of the review meeting: figures and agenda before it, minutes and resolutions after it."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from engine import Call, Json, Session, messages
from engine.errors import InstanceEnded, NotCorrelated
from processes import procedures
from processes.cases import entries, register
from processes.cases.schema import DbCase
from processes.management import agenda, figures, papers
from processes.management.periods import Period, last_month
from processes.office import Office
from processes.paper.model import Clauses, Facts, Grid, Heading, Paper, Paragraph, Part, Signature, Signatures
from processes.people import organisation
from processes.reading import get_case, given, iso

SUPERSEDED = "MsgSuperseded"
"""The message to a resolution that is still carried out."""
MOST_CASES = 50
"""Of a unit's complaints, beside its figures."""


def collect(office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Collect last month's figures and what the meeting should talk about, and say who reports (KB-3.4.4-1a).

    Inputs:
        quality_unit: who reports on the complaints about quality.
        report_days: working days that the reports may take.
        meeting_days: working days until the meeting; not fewer.

    Outputs:
        period: the month that the meeting looks back at, as in 2026-10.
        period_from: its first day.
        period_to: its last day.
        figures: the numbers of all complaints, as rows.
        quality_figures: those about the quality of products.
        candidates: what to talk about, as rows: why, case, title, unit, note.
        open_resolutions: of earlier meetings, due and not done or without effect: no, text, unit, due, state.
        reporters: the other units that had complaints, each with its numbers.
        report_due: until when the reports are due.
        meeting_at: when the meeting is to be held.
    """
    case, period = get_case(session, call), last_month(call.now, office.zone)
    every = figures.of_period(session, period)
    quality, other = figures.by_area(every)
    own = str(given(call, "quality_unit"))
    units = [unit.key for unit in organisation.units_of(session, figures.units(other)) if unit.key != own]
    lines = agenda.read(session, case, period)
    least = int(procedures.decision(office, session, call, "repeated_from"))
    first, last = period.days
    return {
        "period": period.key,
        "period_from": first,
        "period_to": last,
        "figures": figures.table(every, period),
        "quality_figures": figures.table(quality, period),
        "candidates": [
            *agenda.candidates(lines, every, period, repeated_from=least),
            *agenda.ineffective(lines),
        ],
        "open_resolutions": agenda.overdue(lines, call.now.astimezone(office.zone).date()),
        "reporters": [_reporter(unit, other, period) for unit in units],
        "report_due": _end_of(office, call, int(given(call, "report_days"))),
        "meeting_at": _end_of(office, call, int(given(call, "meeting_days"))),
    }


def resolve(_office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Write down what the meeting resolved, with unit and date, and what it puts in the place of what (KB-3.4.4-1b).

    Inputs:
        resolutions: text, unit, due, supersedes.

    Outputs:
        resolutions: the same with a number each.
    """
    case = get_case(session, call)
    rows: list[dict[str, Json]] = []
    for number, row in enumerate(given(call, "resolutions") or [], 1):
        data = {**row, "no": f"{case.number}-{number}"}
        _note(session, case, agenda.RESOLVED, call, data)
        if row.get("supersedes"):
            _supersede(session, call, str(row["supersedes"]), data["no"])
        rows.append(data)
    return {"resolutions": rows}


def settle(_office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Write down what came of a resolution; without effect it is on the agenda of the next meeting (KB-3.4.4-1c).

    Inputs:
        resolution: with its number.
        effective: whether it had an effect.
        performance: what was seen of it.

    Outputs: none.
    """
    data = {name: given(call, name) for name in ("effective", "performance")}
    _note(session, get_case(session, call), agenda.RESULT, call, {"no": given(call, "resolution")["no"], **data})
    return {}


def minutes(office: Office, call: Call) -> Mapping[str, Json]:
    """Make the paper of the minutes and keep it with the meeting (KB-3.4.4-1a).

    Inputs:
        period: which month it looked back at.
        meeting_on: the day.
        attendees: who was there.
        minutes: what was said.
        resolutions: what was resolved.
        candidates: what it talked about.
        quality_report?: of quality control.
        reports?: of the other units.

    Outputs:
        minutes_document: the paper.
    """
    with office.database.reading() as session:
        number = get_case(session, call).number

    def make(house: str) -> Paper:
        with office.database.reading() as session:
            units = {unit.key: unit.name_zh for unit in organisation.units_of(session, _units_of(call))}
        return _paper(number, house, call, units)

    return {"minutes_document": papers.keep(office, call, f"{number}-minutes.pdf", make)}


def _reporter(unit: str, cases: Any, period: Period) -> dict[str, Json]:
    own = [case for case in cases if case.unit == unit]
    listed: list[Json] = [{"case": case.number, "title": case.title, "outcome": case.outcome} for case in own]
    return {"unit": unit, "figures": figures.table(own, period), "cases": listed[:MOST_CASES]}


def _end_of(office: Office, call: Call, days: int) -> str:
    """The end of the work on a day so many working days from now."""
    calendar = office.last_calendar
    day = calendar.add_working_days(call.now.astimezone(office.zone).date(), days)
    return iso(datetime.combine(day, time(18), office.zone), office.zone)


def _note(session: Session, case: DbCase, kind: str, call: Call, data: Mapping[str, Json]) -> None:
    entries.note(session, case, kind, by=call.actor, element=call.element.id, data=data)


def _supersede(session: Session, call: Call, number: str, by: Json) -> None:
    """Write into the record of an earlier meeting that a resolution of it has gone over into a new one, and end it."""
    earlier = register.find_by_number(session, number.rpartition("-")[0])
    if earlier is None:
        return
    _note(session, earlier, agenda.SUPERSEDED, call, {"no": number, "by": by})
    resolution = agenda.resolution(session, earlier, number)
    try:
        wanted = {"resolution": resolution}
        messages.correlate(session, SUPERSEDED, instance_id=earlier.instance_id, where=wanted, by=call.actor)
    except (NotCorrelated, InstanceEnded):  # carried out already, without effect
        return


def _units_of(call: Call) -> set[str]:
    rows = [*(given(call, "resolutions") or []), *(given(call, "reports") or [])]
    return {str(row["unit"]) for row in rows if row.get("unit")}


def _paper(number: str, house: str, call: Call, units: Mapping[str, str]) -> Paper:
    resolved = [
        [str(row["no"]), str(row["text"]), units.get(row["unit"], row["unit"]), str(row["due"])]
        for row in given(call, "resolutions")
    ]
    topics = [f"{WHY.get(row['why'], row['why'])}：{row['case']} {row['title']}" for row in given(call, "candidates")]
    reports = [row for row in [given(call, "quality_report"), *(given(call, "reports") or [])] if row]
    parts: list[Part] = [
        Facts(
            [
                ("检讨月份", str(given(call, "period"))),
                ("会议日期", str(given(call, "meeting_on"))),
                ("出席人员", str(given(call, "attendees"))),
            ]
        ),
        Heading("一、各单位结论报告"),
        *(Paragraph(_report(row, units)) for row in reports),
        Heading("二、检讨案件"),
        Clauses(topics) if topics else Paragraph("无"),
        Heading("三、讨论纪要"),
        Paragraph(str(given(call, "minutes"))),
        Heading("四、决议"),
        Grid(("编号", "决议内容", "责任单位", "期限"), resolved, widths=(2, 5, 2, 2)),
        Signatures([Signature("主持人"), Signature("记录人")]),
    ]
    return Paper("客户抱怨检讨会议纪要", "zh", parts, sender=house, number=number)


def _report(row: Mapping[str, Any], units: Mapping[str, str]) -> str:
    unit = units.get(row["unit"], "品管单位" if row["area"] == "quality" else row["unit"])
    if row["missing"]:
        return f"{unit}：会前未提交报告。"
    return f"{unit}{'（逾期提交）' if row['late'] else ''}：{row['conclusion']}"


WHY = {
    "repeated": "同类抱怨重复发生",
    "reopened": "重新办理",
    "redone": "对策多次重拟",
    "mediated": "经协调之争议",
    "late": "逾期",
    "ineffective": "改善无效",
}

KEEPING = {"meeting.collect": collect}
INSIDE = {"meeting.resolve": resolve, "meeting.settle": settle}
OUTSIDE = {"meeting.minutes": minutes}
