"""Cases that are invented for the statistics, with all that reports count of them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from played import shanghai
from sqlalchemy import insert

from engine.store.schema import DbAudience, DbAudienceMember, DbInstance, DbTask
from processes.cases.facts import fold
from processes.cases.schema import DbCase, DbCaseClock, DbCaseEntry, DbCaseFact
from processes.clock.calendar import WorkingCalendar
from processes.office import Office
from processes.procedures.model import Fact, Outcome, Procedure
from processes.settings import Settings
from processes.statistics import periods
from processes.statistics.scope import Scope
from tests.integration.engine.test_database import instance

ZONE = ZoneInfo("Asia/Shanghai")
ROLES = {
    "goods": {"way": "channel", "sort": "kind", "item": "product", "lot": "lot", "again": "redone", "fix": "remedies"},
    "care": {"by": "channel", "care_sort": "kind", "item": "product", "paid": "cost"},
}
ENDS = {"good": "upheld", "bad": "declined", "gone": "withdrawn", "stuck": "open"}


def procedure(key):
    facts = tuple(Fact(name, {}, "=x", role=role) for name, role in ROLES[key].items())
    return Procedure(key, shared=False, name={}, facts=facts, outcomes={k: Outcome(k, {}, v) for k, v in ENDS.items()})


@dataclass
class Made:
    """An invented case."""

    id: int
    procedure: str
    received: datetime
    closed: datetime | None
    status: str
    unit: str | None
    outcome: str | None
    facts: dict = field(default_factory=dict)
    due: datetime | None = None
    stopped: datetime | None = None
    soft: bool = False
    entries: tuple = ()
    steps: tuple = ()

    def role(self, role):
        name = next((name for name, each in ROLES[self.procedure].items() if each == role), "")
        return self.facts.get(name)


NOW = shanghai("2026-10-12T11:00")
EDGES = [shanghai("2026-09-01T00:00"), shanghai("2026-09-30T23:59"), shanghai("2026-10-01T00:00")]
EDGES += [edge - timedelta(microseconds=1) for edge in EDGES]


def invent(chance, number):
    received = (
        chance.choice(EDGES)
        if chance.random() < 0.3
        else shanghai("2026-08-20T08:00") + timedelta(minutes=chance.randint(0, 60 * 24 * 50))
    )
    closed = received + timedelta(hours=chance.choice([1, 5, 12, 30, 200])) if chance.random() < 0.6 else None
    which = chance.choice(list(ROLES))
    values = {
        "channel": chance.choice(["phone", "web", None]),
        "kind": chance.choice(["broken", "late"]),
        "product": chance.choice(["GF-220", "GF-300", None]),
        "lot": chance.choice(["L1", "L2", "L3", "L4", None]),
        "redone": chance.choice([None, "1", "2", "10"]),
        "remedies": chance.choice([None, "exchange", "exchange, apology", "free_apology"]),
        "cost": chance.choice([None, "100.50", "2000"]),
    }
    due = received + timedelta(days=7) if chance.random() < 0.8 else None
    stopped = received + timedelta(days=chance.choice([1, 7, 9])) if due and chance.random() < 0.7 else None
    made = [
        (
            chance.choice(["UT_A", "UT_B"]),
            chance.choice(["qc", "sales", None]),
            received + timedelta(hours=chance.randint(0, 40)),
            chance.choice([None, received + timedelta(hours=30)]),
            chance.choice([None, received + timedelta(hours=chance.randint(41, 99))]),
            chance.random() < 0.15,
        )
        for _ in range(chance.randint(0, 4))
    ]
    return Made(
        number,
        which,
        received,
        closed,
        chance.choice(["cancelled", "merged"]) if chance.random() < 0.1 else ("closed" if closed else "open"),
        chance.choice(["qc", "sales", None]),
        chance.choice(list(ENDS)) if closed else None,
        {name: values[role] for name, role in ROLES[which].items() if values[role] is not None},
        due,
        stopped,
        chance.random() < 0.2,
        tuple(kind for kind in ("reopened", "blocked", "accepted") if chance.random() < 0.3),
        tuple(made),
    )


def write(session, cases):
    first = session.get_one(DbInstance, instance(session))
    shared = {"definition_id": first.definition_id, "status": "running", "state": b"", "revision": 1}
    shared |= {"started_at": first.started_at, "started_by": "me"}
    rows = [{"id": case.id, "business_key": f"K-{case.id}", **shared} for case in cases]
    session.execute(insert(DbInstance), rows)
    for number, unit in enumerate((None, "qc", "sales"), 1):
        session.execute(insert(DbAudience), [{"id": number, "key": str(unit)}])
        if unit:
            session.execute(insert(DbAudienceMember), [{"kind": "group", "value": unit, "audience_id": number}])
    audience = {None: 1, "qc": 2, "sales": 3}
    token, rows = 0, {DbCase: [], DbCaseFact: [], DbCaseClock: [], DbCaseEntry: [], DbTask: []}
    for case in cases:
        rows[DbCase].append(
            {
                "id": case.id,
                "instance_id": case.id,
                "number": f"K-{case.id}",
                "procedure": case.procedure,
                "title": "t",
                "description": "",
                "status": case.status,
                "unit": case.unit,
                "outcome": case.outcome,
                "opened_by": "me",
                "received_at": case.received,
                "opened_at": case.received,
                "closed_at": case.closed,
                "language": "zh",
            }
        )
        for name, text in case.facts.items():
            kind = "number" if ROLES[case.procedure][name] in ("redone", "cost") else "text"
            folded = fold(text, kind)
            rows[DbCaseFact].append({"case_id": case.id, "name": name, "text": text, "folded": folded, "role": ""})
        if case.due:
            clock = {"rule": {}, "level": 0, "provisional": False, "start_at": case.received, "place": 0, "name": "c"}
            clock |= {"due_at": case.due, "stopped_at": case.stopped, "soft": case.soft, "case_id": case.id}
            rows[DbCaseClock].append(clock)
        for kind in case.entries:
            at = case.received + timedelta(hours=2)
            rows[DbCaseEntry].append({"case_id": case.id, "at": at, "kind": kind, "actor": "me", "data": {}})
        for element, unit, opened, due, ended, cancelled in case.steps:
            token += 1
            rows[DbTask].append(
                {
                    "instance_id": case.id,
                    "token": token,
                    "deployment_id": 1,
                    "process_key": "p",
                    "element": element,
                    "name": element,
                    "status": "cancelled" if cancelled else "completed" if ended else "open",
                    "audience_id": audience[unit],
                    "candidate_users": [],
                    "candidate_groups": [unit] if unit else [],
                    "priority": 0,
                    "due_at": due,
                    "due_sort": due or NOW,
                    "local": {},
                    "revision": 1,
                    "created_at": opened,
                    "ended_at": ended,
                }
            )
    for table, made in rows.items():
        session.execute(insert(table), made)


OFFICE = Office(Settings())
CALENDAR = WorkingCalendar()
SCOPES = [
    Scope((procedure("goods"), procedure("care")), periods.read("2026-09"), ZONE),
    Scope((procedure("goods"),), periods.read("2026-Q3"), ZONE, unit="qc"),
    Scope((procedure("care"),), periods.read("2026-10-01..2026-10-01"), ZONE),
    Scope((procedure("goods"), procedure("care")), periods.read("2025"), ZONE),
    Scope((), periods.read("2026"), ZONE),
]
