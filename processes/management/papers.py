"""Papers of the management's own cases: made of them, kept with them."""

from collections.abc import Callable, Mapping

from sqlalchemy import select

from engine import Call, Json
from processes.cases import documents, register
from processes.cases.schema import DbCase, DbDocument
from processes.office import Office
from processes.paper.model import Paper
from processes.paper.printing import typeset
from processes.procedures import of_call
from processes.procedures.terms import house_of

LANGUAGE = "zh"
"""These papers are the house's own: in the language of the measure that asks for them."""


def keep(office: Office, call: Call, name: str, make: Callable[[str], Paper]) -> Mapping[str, Json]:
    """Typeset a paper of the call's case and keep it among its documents, once; how variables name it.

    Args:
        office: whose house and zone it is.
        call: of the service, which works outside of the step.
        name: of the file.
        make: the paper, from the name of the house.
    """
    with office.database.reading() as session:
        case = register.find_of_step(session, call)
        case_id = None if case is None else case.id
        same = (DbDocument.case_id == case_id) & (DbDocument.name == name)
        known = session.scalars(select(DbDocument).where(same).limit(1)).one_or_none()
        if known is not None:
            return documents.as_value(known)
        paper = make(house_of(office.settings, of_call(session, call), LANGUAGE))
    content = typeset(paper)
    with office.database.transaction() as session:
        document = documents.store(
            session,
            documents.look(name, content, office.settings),
            by=call.actor,
            settings=office.settings,
            case=None if case_id is None else session.get(DbCase, case_id),
            element=call.element.id,
            source=documents.Source.ADDED,
        )
        return documents.as_value(document)
