"""How a case of a procedure is registered: its process, its first form, the draft of it."""

from dataclasses import dataclass

from engine import Element, FormFile, Session
from engine.errors import NotFound
from processes import procedures
from processes.desk import drafts
from processes.procedures.model import Procedure, Registration
from web.filling.first import first_form
from web.shell import here
from web.shell.words import variable_of


@dataclass(frozen=True)
class Intake:
    """How a case of a procedure is registered: its process and the first form."""

    procedure: Procedure
    registration: Registration
    element: Element
    file: FormFile

    @property
    def draft(self) -> str:
        """The subject of the draft."""
        return drafts.of_registration(self.procedure.key)

    def field(self, role: str) -> str:
        """The field of the form that holds what is asked for in every procedure: the phone, the complainant."""
        return next((variable_of(fact.value) for fact in self.procedure.facts if fact.role == role), "")


def registration_form(session: Session, key: str) -> FormFile | None:
    """The first form of a procedure, whoever may register its cases; None where it has none."""
    known = next((each.registration for each in procedures.current(session) if each.key == key), None)
    return first_form(session, known.process)[1] if known is not None else None


def intake(session: Session, key: str) -> Intake:
    """How a case of that procedure is registered; NotFound for a procedure that the person may not register."""
    allowed = procedures.registrable(session, here.actor())
    procedure = next((each for each in allowed if each.key == key), None)
    if procedure is None or procedure.registration is None:
        raise NotFound(what="procedure", key=key)
    start = procedure.registration.process
    element, file = first_form(session, start)
    return Intake(procedure, procedure.registration, element, file)
