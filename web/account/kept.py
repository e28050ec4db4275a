"""Text that was typed and could not be sent: kept as a draft of the page it was typed on."""

import re
from urllib.parse import urlsplit

from werkzeug.datastructures import MultiDict

from engine import task_forms
from engine.errors import KesuError
from processes.cases import disclosure
from processes.desk import drafts
from web.filling import submission
from web.register.intake import intake
from web.shell import here

TASK = re.compile(r"/tasks/(\d+)")
REGISTER = re.compile(r"/register/([^/]+)")


def keep(address: str, pairs: MultiDict[str, str]) -> bool:
    """Keep what was typed on the page with that address, for the person who is signed in now; whether it was."""
    path = urlsplit(address).path
    found, actor = TASK.fullmatch(path), here.actor()
    try:
        with here.reading() as session:
            if found is not None:
                task = disclosure.get_task(session, int(found[1]), actor)
                subject, file = drafts.of_task(task.id), task_forms.get_form(session, task)
            elif (register := REGISTER.fullmatch(path)) is not None:
                known = intake(session, register[1])
                subject, file = known.draft, known.file
            else:
                return False
        if file is None:
            return False
        answers = submission.read(file, pairs).answers
        with here.transaction() as session:
            drafts.save(session, actor, subject, answers, file.digest)
    except KesuError:
        return False
    return True
