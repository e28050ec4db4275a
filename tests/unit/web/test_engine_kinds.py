"""The words of the engine's kinds and states."""

import pytest

from engine import EventKind, InstanceStatus, JobKind, JobStatus, Wait
from processes.cases.timeline import EVENTS as SHOWN
from web.cases.timeline import SENTENCES
from web.shell import kinds, language

TABLES = {
    InstanceStatus: kinds.INSTANCES,
    JobStatus: kinds.JOBS,
    JobKind: kinds.JOB_KINDS,
    Wait: kinds.WAITS,
    EventKind: kinds.EVENTS,
}


@pytest.mark.parametrize("of", TABLES, ids=lambda of: of.__name__)
def test_every_member_has_its_words_in_both_languages(of):
    chinese = language.translations("zh")
    assert set(TABLES[of]) == set(of)
    for look in TABLES[of].values():
        assert look.said
        assert chinese.ugettext(look.said) != look.said


def test_every_event_of_a_timeline_has_its_sentence():
    assert set(SHOWN) <= set(SENTENCES)
