"""What belongs to nothing goes after a while: files of forms that were never handed in, drafts, proposed versions."""

from datetime import timedelta

from engine import Database, now
from processes.cases import documents
from processes.desk import drafts, proposals
from processes.office import Office


def sweep(database: Database, office: Office) -> int:
    """Delete some of it; how many rows there were."""
    days = timedelta(days=office.settings.draft_days)
    with database.reading() as session:
        before = now(session) - days
        loose = documents.forgotten(session, before, drafts.values_of, most=1)
        if not (loose or drafts.are_older(session, before) or proposals.are_older(session, before)):
            return 0
    with database.transaction() as session:
        gone = documents.purge(session, before, drafts.values_of)
        return gone + drafts.purge(session, before) + proposals.purge(session, before)
