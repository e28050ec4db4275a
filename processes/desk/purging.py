"""What belongs to nothing goes after a while: files of forms that were never handed in, and drafts."""

from datetime import timedelta

from engine import Database, now
from processes.cases import documents
from processes.desk import drafts
from processes.office import Office


def sweep(database: Database, office: Office) -> int:
    """Delete some of it; how many rows there were."""
    days = timedelta(days=office.settings.draft_days)
    with database.reading() as session:
        before = now(session) - days
        if not documents.forgotten(session, before, drafts.values_of, most=1) and not drafts.are_older(session, before):
            return 0
    with database.transaction() as session:
        return documents.purge(session, before, drafts.values_of) + drafts.purge(session, before)
