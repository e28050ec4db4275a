"""Papers of the management's own cases: made of them, kept with them."""

from collections.abc import Callable, Mapping

from sqlalchemy import select

from engine import Call, Json
from processes.cases import documents
from processes.cases.schema import DbCase, DbDocument
from processes.office import Office
from processes.paper.model import Paper
from processes.paper.printing import typeset
from processes.procedures import of_call
from processes.procedures.terms import house_of
from processes.reading import get_case


def keep(office: Office, call: Call, name: str, make: Callable[[DbCase, str], Paper]) -> Mapping[str, Json]:
    """Typeset a paper of the call's case and keep it among its documents, once; how variables name it.

    Args:
        office: whose house and zone it is.
        call: of the service, which works outside of the step.
        name: of the file.
        make: the paper, of the case and the name of the house.
    """
    with office.database.reading() as session:
        case = get_case(session, call)
        same = (DbDocument.case_id == case.id) & (DbDocument.name == name)
        known = session.scalars(select(DbDocument).where(same).limit(1)).one_or_none()
        if known is not None:
            return documents.as_value(known)
        sender = house_of(office.settings, of_call(session, call), case.language)
        paper = make(case, sender)
    content = typeset(paper)
    with office.database.transaction() as session:
        document = documents.store(
            session,
            documents.look(name, content, office.settings),
            by=call.actor,
            settings=office.settings,
            case=get_case(session, call),
            element=call.element.id,
            source=documents.Source.ADDED,
        )
        return documents.as_value(document)
