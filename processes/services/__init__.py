"""The Python behind the service tasks of the complaint procedures, by topic."""

from collections.abc import Callable, Mapping

from engine import Call, Json, Services, Session
from processes.letters import services as letters
from processes.office import Office
from processes.services import clock, closing, intake, planning

Inside = Callable[[Office, Session, Call], Mapping[str, Json]]
Outside = Callable[[Office, Call], Mapping[str, Json]]

INSIDE: Mapping[str, Inside] = {
    "case.open": intake.open_case,
    "case.accept": intake.accept_case,
    "case.tell": clock.tell,
    "clock.start": clock.start,
    "clock.stop": clock.stop,
    "clock.reopen": clock.reopen,
    "clock.warn": clock.warn,
    "clock.breach": clock.breach,
    "clock.escalate": clock.escalate,
    "followup.schedule": clock.schedule_followup,
    "plan.record": planning.record_plan,
    "approval.authority": planning.find_authority,
    "approval.record": planning.record_approval,
    "reply.guard": planning.guard_reply,
    "case.set_outcome": closing.set_outcome,
    "process.start": closing.start_process,
    "case.archive": closing.archive,
    "letter.sent": letters.note_sent,
}
"""Those that work within the step's transaction."""

OUTSIDE: Mapping[str, Outside] = {
    "letter.send": letters.send_letter,
}
"""Those that write letters, after the commit."""


def services(office: Office) -> Services:
    """All topics, working for an office."""
    registry = Services()
    for topic, function in INSIDE.items():
        registry.task(topic, doc=function.__doc__ or "")(_inside(office, function))
    for topic, outside in OUTSIDE.items():
        registry.task(topic, outside=True, doc=outside.__doc__ or "")(_outside(office, outside))
    return registry


def _inside(office: Office, function: Inside) -> Callable[[Session, Call], Mapping[str, Json]]:
    return lambda session, call: function(office, session, call)


def _outside(office: Office, function: Outside) -> Callable[[Call], Mapping[str, Json]]:
    return lambda call: function(office, call)
