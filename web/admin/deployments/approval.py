"""The case that has approved a version, where the procedure that runs asks for one: its field, and what was typed."""

from flask import request

from engine import Session, loading
from processes import procedures
from processes.management import approvals
from web.shell import here
from web.shell.language import gettext as _
from web.shell.words import text_of

CHANGED_BY = "changed_by"


def changed_by() -> str:
    """The case that a request names."""
    return request.form.get(CHANGED_BY, "").strip()[:60]


def approved_by(session: Session, name: str) -> str:
    """What the field is called in which an approval of a folder is named; empty where none is asked for."""
    number = loading.current(session).folders.get(name)
    running = procedures.of_deployment(session, number) if number is not None else None
    if running is None or not approvals.needed(here.kesu().office, running):
        return ""
    called = {each.key: text_of(each.name) for each in procedures.current(session)}
    changing = called.get(running.changed_by, running.changed_by)
    return _("Approved by (number of the case of “%(procedure)s”)", procedure=changing)
