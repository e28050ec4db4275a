"""A hospital in the hall: its people, and a patient's complaint that goes as a shipped scenario tells it."""

import io
from datetime import date
from pathlib import Path

import yaml
from played import shanghai
from sqlalchemy import select
from staff import settle

from engine.run import instances, messages, tasks
from engine.store.schema import DbTask
from processes import folders
from processes.cases.schema import DbCase, DbDocument
from processes.people import substitutions

NUMBER = "PT-2026-000001"
UNITS = {
    "nurse": ("护理岗", "Nurses"),
    "after_sales": ("售后服务", "After-sales"),
    "leader": ("单位领导", "Leader of the unit"),
    "hospital_board": ("院领导", "Board"),
    "finance": ("财务", "Finance"),
    "gift_admin": ("礼品管理", "Gifts"),
    "dept_surgery": ("外科", "Surgery"),
    "dept_internal": ("内科", "Internal medicine"),
    "dept_nursing": ("护理部", "Nursing"),
}
PEOPLE = {
    "qin": ["nurse"],
    "bai": ["nurse"],
    "shen": ["after_sales", "dept_internal"],
    "gu": ["leader"],
    "tao": ["hospital_board"],
    "wu": ["finance"],
    "lv": ["gift_admin"],
    "zhou": ["dept_surgery"],
    "yan": ["dept_nursing"],
    "fan": ["dept_internal"],
}
QUESTIONS = [
    {"unit": "dept_surgery", "question": "切口处理是否符合常规？"},
    {"unit": "dept_nursing", "question": "换药时是否说明？"},
]
"""What two departments are asked; each sees its own."""
ANSWER = "切口处理符合常规，换药说明不足。"
PLANTED = (
    *("陈秀英", "13800001111", "0001111", "ZY20261110", "204X", "chen@example.com", "外二科", "周医师"),
    *("术后切口愈合不良", "术后第五天切口渗液", "换药记录不全", "补偿换药费用", "悄悄话", "密件"),
)
"""Words of the case: facts, title, text, answers, a comment, a document."""


TOLD = Path(folders.__file__).parent / "pt_patient" / "scenarios" / "v12_agreement_paid.yaml"
STEPS = yaml.safe_load(TOLD.read_text(encoding="utf-8"))["steps"]
ANSWERS = {step["complete"]: step["with"] for step in STEPS if "complete" in step}
"""What is filled in, by the task."""


def _moments():
    """Not before when each task is done."""
    found, at = {}, None
    for step in STEPS:
        at = str(step["until"])[:16].replace(" ", "T") if "until" in step else at
        found[step.get("complete", step.get("message"))] = at
    return found


WHEN = _moments()


def admit(hall):
    """The units and people of the hospital."""
    with hall.database.transaction() as session:
        settle(session, PEOPLE, UNITS)
    return hall


def play(hall, *elements, by="shen", **changes):
    """Do some tasks as the scenario does them."""
    for element in elements:
        at = WHEN.get(element)
        if at is not None and shanghai(at) > hall.clock.now():
            hall.until(at)
        hall.do(element, by, **ANSWERS[element] | changes)


def complain(hall):
    """A nurse registers, after-sales talks with the patient, comments, attaches a file, asks two departments."""
    hall.sale = hall.register(received_at="2026-11-10T08:30:00+08:00")
    client = hall.visitor("qin")
    assert client.get("/register/pt_patient").status_code == 200
    with hall.database.transaction() as session:
        hall.instance = instances.start(session, "pt_patient", by=hall.actor("qin")).id
    play(hall, "UT_Register", by="qin")
    play(hall, "UT_Contact", consultations=QUESTIONS)
    sent = {"text": "悄悄话", "_once": "c", "files": (io.BytesIO(b"%PDF-1.4 x\n%%EOF\n"), "密件.pdf")}
    assert hall.visitor("shen").post(f"/cases/{NUMBER}/comment", data=sent).status_code == 303
    with hall.database.reading() as session:
        assert session.scalar(select(DbCase.number).where(DbCase.instance_id == hall.instance)) == NUMBER
        hall.document = session.scalar(select(DbDocument.id).where(DbDocument.name == "密件.pdf"))
        asked = select(DbTask.id).where(DbTask.element == "UT_Consult").order_by(DbTask.id)
        hall.asked = dict(zip(("zhou", "yan"), session.scalars(asked), strict=True))


def complained(hall):
    """… in a hospital that is opened for it."""
    complain(admit(hall))


def agreed(hall):
    """… up to the agreement that both have signed."""
    complained(hall)
    signed(hall)


def consulted(hall):
    """Both departments have answered; the opinion is there."""
    for who in ("zhou", "yan"):
        answer(hall, who)
    play(hall, "UT_Analyse", "UT_Explain", "UT_Opinion")


def answer(hall, who):
    """One of the departments answers its question."""
    with hall.database.transaction() as session:
        tasks.complete(session, hall.asked[who], by=hall.actor(who), answers={"consult_answer": ANSWER})
    hall.work()


def confirmed(hall):
    """The leader has approved, the reply went out, the patient agrees."""
    consulted(hall)
    play(hall, "UT_Approve", by="gu")
    play(hall, "UT_Compose")
    send(hall, "MsgAccept", answer_channel="phone")


def signed(hall):
    """Both have signed; finance pays."""
    confirmed(hall)
    play(hall, "UT_Prepare", "UT_Sign")
    play(hall, "UT_CounterSign", by="gu")


def stand_in(hall, person, substitute, units, last="2026-11-12"):
    """Let somebody do the work of an absent person from today on."""
    with hall.database.transaction() as session:
        first, by = hall.clock.now().date(), hall.actor("admin")
        days = {"first_day": first, "last_day": date.fromisoformat(last)}
        substitutions.make(session, person, substitute, units=units, reason="x", by=by, **days)


def send(hall, name, by="shen", **values):
    """Record what the patient says."""
    hall.until(WHEN["MsgAccept"])
    with hall.database.transaction() as session:
        messages.correlate(session, name, instance_id=hall.instance, payload=values, by=hall.actor(by))
    hall.work()
