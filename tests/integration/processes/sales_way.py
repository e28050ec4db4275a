"""A case of the sales procedure on its way, step by step."""

from house import HEAD, QC, SALES, UNIT
from sqlalchemy import select

from processes.cases.schema import DbCase, DbCaseEntry

PLAN = {
    "remedies": [
        {
            "kind": "exchange",
            "quantity": 12,
            "amount": "3600.00",
            "worth_none_because": "货值已计入金额。",
            "promised_date": "2026-10-12",
        }
    ],
    "schedule": "12 October",
    "reply_manner": "email",
}


MEASURE = {
    "cause": "cold mould",
    "cause_category": "work_error",
    "facts_match": "agrees",
    "solution": "heat",
    "prevention": "check",
    "cost": None,
    "measure_due": "2026-10-20",
}


REPLY = {
    "reply_channel": "email",
    "reply_to": "wang@example.com",
    "reply_cause": "the mould was too cold",
    "reply_solution": "We exchange the 12 casings.",
    "reply_compensation": "none",
    "reply_prevention": "the mould is pre-heated",
    "reply_schedule": "12 October",
    "reply_route": None,
}


def to_plan(house):
    """From a case that was taken over to the task of drafting a plan, in one day."""
    house.do("UT_Verify", SALES, verify_result="accept")
    house.do("UT_FillSlip", SALES, deviates_from_standard=True, countermeasure_unit="injection_workshop")
    house.do("UT_QcInspect", QC, conform="no", defect_found=True)
    house.do("UT_QcAttribute", QC, confirmed_unit="injection_workshop")
    house.do("UT_CmInvestigate", UNIT, **MEASURE)
    house.do("UT_QcSolution", QC, qc_solution="exchange")
    house.do("UT_ReviewCm", SALES, cm_decision="accept")


def to_reply(house):
    to_plan(house)
    house.do("UT_DraftPlan", SALES, **PLAN)
    house.do("UT_Approve", HEAD, decision="approve")


def the_case(session):
    return session.scalars(select(DbCase)).one()


def kinds(house):
    with house.database.reading() as session:
        return list(session.scalars(select(DbCaseEntry.kind).order_by(DbCaseEntry.id)))
