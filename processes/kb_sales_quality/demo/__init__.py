"""Complaints about goods for `kesu demo`: in every phase, and as many as a company has in three months."""

from processes.demo.model import Demo
from processes.kb_sales_quality.demo import answers, customers, people, stories

DEMO = Demo(
    process="complaint_intake",
    people=people.PEOPLE,
    clerks=people.CLERKS,
    recorders=people.SALES,
    stories=stories.read,
    register=answers.register,
    answer=answers.answer,
    outside=customers.outside,
    withdrawal=customers.withdrawal,
    aside=answers.aside,
    hours=answers.HOURS,
    urgent=("UT_Delay", "UT_NewDate"),
    enclosed=customers.enclosed,
    apart=answers.APART,
)
