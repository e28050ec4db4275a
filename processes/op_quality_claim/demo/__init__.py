"""Complaints about delivered goods for `kesu demo`: a score of them, told to the people of an office."""

from processes.demo.model import Demo
from processes.op_quality_claim.demo import answers, customers, people, stories

DEMO = Demo(
    process="op_quality_claim",
    people=people.PEOPLE,
    clerks=people.OFFICE,
    recorders=people.OFFICE,
    stories=stories.read,
    register=answers.register,
    answer=answers.answer,
    outside=customers.outside,
    withdrawal=customers.withdrawal,
    hours=answers.HOURS,
    urgent=("UT_Delay", "UT_NewDate"),
    attached=answers.attached,
    prepare=stories.deliver,
)
