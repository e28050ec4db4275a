"""The service tasks of rewards and penalties: last month's serious cases, the notice, what came of each."""

from collections.abc import Mapping

from sqlalchemy import select

from engine import Call, Json, Session
from processes import procedures
from processes.cases import entries, register
from processes.cases.schema import DbCase
from processes.management import figures, papers, penalties
from processes.management.periods import last_month
from processes.office import Office
from processes.paper.model import Facts, Paper, Paragraph, Part, Signature, Signatures
from processes.people import organisation
from processes.reading import get_case, given

KEPT = (
    *("penalty_result", "penalty_kind", "subject_kind", "subject_unit", "subject_name", "decision_reason"),
    *("discipline", "published_on", "published_as"),
    *("notice_item", "notice_amount", "gm_comment", "carried_out_on", "carried_out_with"),
)


def select_serious(office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Find the severe complaints that were closed in the calendar month before (KB-3.5-1a).

    Outputs:
        period: the month, as in 2026-10.
        serious: the cases as rows: no, case, title, severity, unit, outcome; `no` is what a notice is numbered with.
    """
    own, period = get_case(session, call), last_month(call.now, office.zone)
    severe = procedures.decision(office, session, call, "serious")
    wanted = (figures.complaints(session), DbCase.severity.in_(severe), period.covers(DbCase.closed_at))
    found = session.scalars(select(DbCase).where(*wanted).order_by(DbCase.closed_at, DbCase.id))
    rows: list[Json] = [
        {
            "no": f"{own.number}-{place}",
            "case": case.number,
            "title": case.title,
            "severity": case.severity,
            "unit": case.unit,
            "outcome": case.outcome,
        }
        for place, case in enumerate(found, 1)
    ]
    return {"period": period.key, "serious": rows}


def record(_office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Write down what came of a severe case, whatever it was; only those read it who read the penalties (KB-3.5-2a).

    Inputs:
        penalty_result: published, carried_out, refused or none.
        serious_case: which case.
        penalty_kind: discipline, bonus, reward or none.
        subject_kind: unit, person or none.
        subject_unit?: which unit.
        subject_name?: which person.
        decision_reason?: why nothing follows, or why it is not as proposed.
        discipline?: what was instructed.
        published_on?: when it was published.
        published_as?: where.
        notice_item?: what was rewarded or deducted.
        notice_amount?: how much.
        gm_comment?: why it was refused.
        carried_out_on?: when payroll carried it out.
        carried_out_with?: with which payroll.

    Outputs:
        penalty_result: the same.
    """
    told = {name: value for name in KEPT if (value := given(call, name)) is not None}
    serious = given(call, "serious_case")
    data = {**told, "no": serious["no"], "case": serious["case"], "severity": serious["severity"]}
    case = register.find_of_step(session, call)
    if case is not None:
        entries.note(session, case, penalties.RECORDED, by=call.actor, element=call.element.id, data=data)
    return {"penalty_result": given(call, "penalty_result")}


def notice(office: Office, call: Call) -> Mapping[str, Json]:
    """Make the numbered paper of the notice, to be approved and handed over (KB-3.5-2b).

    Inputs:
        serious_case: the case, with the number of the notice.
        notice_round: which version of it.
        penalty_kind: bonus or reward.
        subject_unit: which unit.
        subject_name?: which person.
        cause_text: what caused it.
        impact_text: what it did to the company.
        notice_item: what for.
        notice_amount: how much.
        notice_reason: the text.

    Outputs:
        notice_document: the paper.
    """
    serious, unit = given(call, "serious_case"), str(given(call, "subject_unit"))

    def make(house: str) -> Paper:
        with office.database.reading() as session:
            names = [each.name_zh for each in organisation.units_of(session, {unit})]
        subject = " ".join(filter(None, [*(names or [unit]), given(call, "subject_name")]))
        kind = "奖励" if given(call, "penalty_kind") == "reward" else "罚扣奖金"
        parts: list[Part] = [
            Facts(
                [
                    ("类别", kind),
                    ("责任单位（人）", subject),
                    ("抱怨案件", f"{serious['case']} {serious['title']}"),
                    ("发生原因", str(given(call, "cause_text"))),
                    ("对公司影响", str(given(call, "impact_text"))),
                    ("项目", str(given(call, "notice_item"))),
                    ("金额（元）", str(given(call, "notice_amount"))),
                ]
            ),
            Paragraph(str(given(call, "notice_reason"))),
            Signatures([Signature("总经理室"), Signature("总经理核准"), Signature("罚扣部门执行")]),
        ]
        return Paper("奖罚通知单", "zh", parts, sender=house, number=str(serious["no"]))

    name = f"{serious['no']}-notice-{given(call, 'notice_round')}.pdf"
    return {"notice_document": papers.keep(office, call, name, make)}


KEEPING = {"penalty.select": select_serious}
INSIDE = {"penalty.record": record}
OUTSIDE = {"penalty.notice": notice}
