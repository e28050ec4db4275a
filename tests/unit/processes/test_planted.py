"""Mistakes of somebody who draws: one small edit of a shipped folder each, found with its place and a cure."""

import pytest

from engine.deploy.checks import check_together, draw
from engine.values import Severity
from processes import folders
from processes.settings import Settings
from web.compose import checking

RUNTIME = checking(Settings())
SHIPPED = {each.key: each.files for each in folders.shipped()}
BESIDE = {key: draw(RUNTIME, files) for key, files in SHIPPED.items()}


def planted(folder, file, old, new):
    """What the checks say of a folder with one edit."""
    text = SHIPPED[folder][file].decode()
    assert text.count(old) >= 1, f"{file} no longer says {old}"
    files = {**SHIPPED[folder], file: text.replace(old, new, 1).encode()}
    return check_together(RUNTIME, {folder: files}, BESIDE)[folder].findings


NAMES = {
    "a condition misspells a counter": (
        *("reply", "sub_reply.bpmn", "${reminders_sent &lt; setting", "${reminder_sent &lt; setting"),
        '"yes": the condition asks for reminder_sent, which nobody writes: did you mean reminders_sent?',
    ),
    "a condition of a form misspells a field": (
        *("follow_up", "F14.form", '"=reached != true"', '"=reachd != true"'),
        '"Satisfied?": its condition asks for reachd, which nobody writes: did you mean reached?',
    ),
}


@pytest.mark.parametrize(("folder", "file", "old", "new", "said"), NAMES.values(), ids=NAMES)
def test_a_mistake_is_found(folder, file, old, new, said):
    found = [str(each) for each in planted(folder, file, old, new) if each.severity is Severity.ERROR]
    assert any(said in each for each in found), found
