"""Patients' complaints for `kesu demo`: some thirty in every phase, told to the people of a hospital."""

from processes.demo.model import Demo
from processes.pt_patient.demo import answers, patients, people, stories

DEMO = Demo(
    process="pt_patient",
    people=people.PEOPLE,
    clerks=people.NURSES,
    recorders=people.AFTER_SALES,
    stories=stories.read,
    register=answers.register,
    answer=answers.answer,
    outside=patients.outside,
    withdrawal=patients.withdrawal,
    hours=answers.HOURS,
    urgent=("UT_Delay", "UT_NewDate"),
)
