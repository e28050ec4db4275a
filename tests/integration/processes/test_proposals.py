"""Versions that are proposed are kept for who sent them, a few at a time, and go after a while."""

from datetime import timedelta

import pytest
from house import actor

from engine.errors import NotFound
from processes.desk import proposals, purging

WANG, LI = actor("wang", "admin"), actor("li", "admin")


def keep(house, by, **said):
    house.clock.advance(timedelta(minutes=1))
    with house.database.transaction() as session:
        return proposals.keep(session, by, b"packed", **said)


def is_kept(house, by, token):
    with house.database.reading() as session:
        try:
            return proposals.find(session, by, token) is not None
        except NotFound:
            return False


def test_of_each_person_the_oldest_goes(house):
    first, second, other = keep(house, WANG), keep(house, WANG, folder="remedy", ignored=["a.docx"]), keep(house, LI)
    for _ in range(proposals.MOST - 1):
        keep(house, WANG)
    assert [is_kept(house, WANG, each) for each in (first, second, other)] == [False, True, False]
    assert is_kept(house, LI, other)
    with house.database.reading() as session:
        found = proposals.find(session, WANG, second)
        assert (found.files, found.folder, found.base, found.gone) == (b"packed", "remedy", None, [])
        assert (found.ignored, found.tried) == (["a.docx"], {})


def test_they_go_after_as_many_days_as_drafts(house):
    old = keep(house, WANG)
    house.clock.advance(timedelta(days=house.office.settings.draft_days))
    assert purging.sweep(house.database, house.office) == 0
    young = keep(house, WANG)
    assert purging.sweep(house.database, house.office) == 1
    assert [is_kept(house, WANG, each) for each in (old, young)] == [False, True]


@pytest.mark.parametrize("over", [False, True])
def test_what_is_over_first_counts(house, over):
    token = keep(house, WANG, folder="remedy")
    with house.database.transaction() as session:
        assert proposals.write_tried(session, token, {"of": 2, "over": over})
    with house.database.transaction() as session:
        assert proposals.write_tried(session, token, {"of": 3}) is not over
        assert not proposals.write_tried(session, "unknown", {})
        assert proposals.find(session, WANG, token).tried["of"] == (2 if over else 3)
