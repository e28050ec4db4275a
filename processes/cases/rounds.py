"""The instances that bear a case's number: its rounds, one after the other, and what runs beside them."""

from collections.abc import Sequence

from engine import Instance, Session, deployments, instances
from processes import procedures
from processes.cases.schema import DbCase
from processes.procedures.model import Procedure


def instances_of(session: Session, case: DbCase) -> Sequence[Instance]:
    """All instances of a case, the oldest first: those before it moved or was opened again, and those beside."""
    return instances.find_by_business_key(session, case.number, case.instance_id)


def rounds_of(session: Session, case: DbCase) -> Sequence[Instance]:
    """Those that the case followed, the one that it follows last; what runs beside it left out."""
    return [each for each in instances_of(session, case) if _is_round(session, each) or each.id == case.instance_id]


def procedure_at_first(session: Session, case: DbCase) -> Procedure:
    """The procedure that a case was registered under, whatever it has moved to since."""
    return procedures.of_instance(session, rounds_of(session, case)[0].id)


def _is_round(session: Session, instance: Instance) -> bool:
    """Whether an instance ran a case: it began as the registration of a procedure does."""
    definition = deployments.get_definition(session, instance.definition_id)
    registration = procedures.of_deployment(session, definition.deployment_id).registration
    return registration is not None and registration.process == definition.key
