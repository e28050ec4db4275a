"""What people call a folder."""

from engine import Session
from processes import procedures
from web.shell.words import text_of


def title_of(session: Session, name: str, deployment_id: int) -> str:
    """What people call a folder, as a version of it declares; its key where it declares nothing."""
    return text_of(procedures.of_deployment(session, deployment_id).name) or name
