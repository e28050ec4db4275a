"""Who may decide: nobody on what they did or own; where a role has only such people, the next role decides."""

from collections.abc import Collection, Mapping

from engine import Call, Json, Session, TaskStatus, queries
from processes.cases import register
from processes.people import organisation
from processes.reading import given, names_of


def find_decider(_office: object, session: Session, call: Call) -> Mapping[str, Json]:
    """Find the first of some roles in which somebody may decide; the last where there is nobody (KB-3.6-1b).

    Inputs:
        roles: in their order, the lowest first.
        authors: ids of steps; whoever completed one of them does not decide, nor does the owner of the case.

    Outputs:
        decider: the role.
    """
    roles, authors = names_of(given(call, "roles")), authors_of(session, call)
    return {"decider": next((role for role in roles if is_free(session, role, authors)), roles[-1])}


def is_free(session: Session, role: str, authors: Collection[str]) -> bool:
    """Whether somebody other than the authors has the role; a role without anybody is left to the administrators."""
    members = organisation.members_of(session, [role])[role]
    return not members or not members.issubset(authors)


def authors_of(session: Session, call: Call) -> set[str]:
    """Who may not decide: whoever did the steps that the call names as `authors`, and the owner of the case."""
    case = register.find_of_step(session, call)
    owner = {case.owner} if case is not None and case.owner else set()
    return who_did(session, call.instance_id, names_of(given(call, "authors"))) | owner


def who_did(session: Session, instance_id: int, elements: Collection[str]) -> set[str]:
    """Who completed one of these steps of an instance, or had it done in their place."""
    done = queries.tasks_of(session, instance_id, TaskStatus.COMPLETED) if elements else []
    return {
        person for task in done if task.element in elements for person in (task.ended_by, task.on_behalf_of) if person
    }
