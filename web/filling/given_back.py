"""What was typed and could not be taken, in the words of its form: fields and options by their labels."""

import re
from collections.abc import Callable
from functools import partial

from engine import FormFile, Session
from engine.errors import NotFound
from processes.desk import drafts
from web.shell import errors, here, language

ROW = re.compile(r"\.(\d+)(?=\.)")
"""The number of a row in the name of a field, from 0."""


def remember(file: FormFile) -> None:
    """Let the answer to this request say by the labels of a form what was typed, should it have to be given back."""
    errors.say_typed(partial(_said, file))


def remember_draft(session: Session, subject: str, find: Callable[[], FormFile | None]) -> None:
    """The same on a page that is not open to the person any more: who has a draft of it has seen the form."""
    if drafts.find(session, here.actor(), subject) is not None:
        try:
            file = find()
        except NotFound:
            return
        if file is not None:
            remember(file)


def _said(file: FormFile, name: str, text: str) -> tuple[str, str]:
    """A field and what was typed into it, in the reader's language; as they were sent where the form has none such."""
    fields = {each.path: each for each in here.gate().form(file).fields}
    known = fields.get(ROW.sub("[]", name))
    if known is None:
        return name, text
    say = language.sayer(file.deployment_id)
    label, row, rows = say(known.label) or name, ROW.search(name), fields.get(name.partition(".")[0])
    if row is not None and rows is not None:
        label = f"{say(rows.label)} {int(row[1]) + 1}: {label}"
    return label, next((say(each) for value, each in known.options if value == text), text)
