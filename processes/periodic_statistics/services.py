"""The service tasks of the periodic statistics: figures that stay as they were computed, reports that are issued."""

from collections.abc import Mapping
from typing import Any

from engine import Call, Json, Session
from processes import procedures
from processes.management import figures, papers
from processes.management.periods import last_month
from processes.office import Office
from processes.paper.model import Facts, Grid, Heading, Paper, Paragraph, Part, Signature, Signatures
from processes.people import organisation
from processes.reading import get_case, given

BY: Mapping[str, str] = {
    "total": "合计",
    "area": "领域",
    "kind": "抱怨类型",
    "cause": "原因类型",
    "product": "产品",
    "unit": "责任单位",
    "outcome": "处理结果",
}
KINDS: Mapping[str, str] = {
    "quality_defect": "品质缺陷",
    "transport_damage": "运输损坏",
    "packaging": "包装不良",
    "contract_mismatch": "与合同不符",
    "other_breach": "其他违约",
    "improvement": "产品改进",
    "service": "服务",
    "fee": "费用",
    "other": "其他",
    "product": "产品品质",
    "sales_policy": "产品销售政策",
    "work_error": "作业失误",
    "rule_breach": "违反规定",
    "design": "设计",
    "material": "材料",
    "equipment": "设备",
    "transport": "运输",
    "misuse": "客户使用不当",
    "contract": "合同",
    figures.REST: "其余",
}


def compute(office: Office, session: Session, call: Call) -> Mapping[str, Json]:
    """Compute last month's figures for each unit that reports; they stay in the case as they are now (KB-3.4.2-5).

    Quality control reports on the complaints about the quality of products, each other unit on the others that it was
    responsible for (KB-3.4.3-5).

    Inputs:
        quality_unit: who reports on the complaints about quality.

    Outputs:
        period: the month, as in 2026-10.
        quality_report: no, unit, area, figures.
        unit_reports: the same of each other unit.
    """
    case, period = get_case(session, call), last_month(call.now, office.zone)
    own = str(given(call, "quality_unit"))
    quality, other = figures.by_area(figures.of_period(session, period))
    units = [each.key for each in organisation.units_of(session, figures.units(other)) if each.key != own]
    theirs = ((unit, [each for each in other if each.unit == unit]) for unit in units)
    return {
        "period": period.key,
        "quality_report": _report(f"{case.number}-1", own, "quality", figures.table(quality, period)),
        "unit_reports": [
            _report(f"{case.number}-{place}", unit, "other", figures.table(found, period))
            for place, (unit, found) in enumerate(theirs, 2)
        ],
    }


def issue(office: Office, call: Call) -> Mapping[str, Json]:
    """Make the paper of a report and keep it with the case, numbered (KB-3.4.2-5, KB-3.4.3-5).

    Inputs:
        report: no, unit, area, figures.
        period: the month.
        analysis: what the figures say.
        conclusion: what follows from them.

    Outputs:
        report_document: the paper.
    """
    report = given(call, "report")

    def make(house: str) -> Paper:
        with office.database.reading() as session:
            keys = {report["unit"], *(row["name"] for row in report["figures"] if row["by"] == "unit")}
            words = {each.key: each.name_zh for each in organisation.units_of(session, keys)}
            outcomes = {
                key: outcome.name["zh"]
                for procedure in procedures.current(session)
                for key, outcome in procedure.outcomes.items()
            }
        return _paper(call, report, house, {**KINDS, **outcomes, **words})

    return {"report_document": papers.keep(office, call, f"{report['no']}-statistics.pdf", make)}


def _report(number: str, unit: str, area: str, table: list[Json]) -> dict[str, Json]:
    return {"no": number, "unit": unit, "area": area, "figures": table}


def _paper(call: Call, report: Mapping[str, Any], house: str, words: Mapping[str, str]) -> Paper:
    title = "客户品质抱怨案件统计报告" if report["area"] == "quality" else "客户抱怨案件统计报告（产品品质之外）"
    rows = [
        [BY[row["by"]], words.get(row["name"], row["name"]), *(str(row[name]) for name in COUNTED)]
        for row in report["figures"]
    ]
    head = ("统计口径", "名称", "收到", "结案", "未结", "逾期")
    parts: list[Part] = [
        Facts([("统计月份", str(given(call, "period"))), ("编制单位", words.get(report["unit"], report["unit"]))]),
        Heading("一、统计"),
        Grid(head, rows, widths=(2, 4, 1, 1, 1, 1), right=(2, 3, 4, 5)),
        Heading("二、分析"),
        Paragraph(str(given(call, "analysis"))),
        Heading("三、结论"),
        Paragraph(str(given(call, "conclusion"))),
        Signatures([Signature("编制"), Signature("单位主管")]),
    ]
    return Paper(title, "zh", parts, sender=house, number=report["no"])


COUNTED = ("received", "closed", "open", "late")

KEEPING = {"statistics.compute": compute}
OUTSIDE = {"statistics.issue": issue}
