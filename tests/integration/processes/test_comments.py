import pytest
from at_once import at_once
from house import INTAKE, QC, SALES
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from processes.cases import comments, register
from processes.cases.schema import DbCaseEntry
from processes.cases.timeline import timeline
from processes.errors import CommentEmpty, CommentTooLong


def case_of(house, session):
    return register.find_of_instance(session, house.instance)


def comment(house, text, by=SALES, **more):
    with house.database.transaction() as session:
        return comments.write(session, house.office.settings, case_of(house, session), text, by=by, **more)


def said(house):
    with house.database.reading() as session:
        entries = timeline(session, case_of(house, session))
        return [(entry.data["text"], entry.actor, entry.group) for entry in entries if entry.kind == "comment"]


def test_a_comment_stands_in_the_timeline_as_it_was_written(registered):
    comment(registered, "  客户下午来电，要求提前回复。 \r\n<b>not bold</b>\n\n", element="UT_Verify")
    comment(registered, "second", by=INTAKE)
    assert said(registered) == [
        ("second", "zhou", "form"),
        ("客户下午来电，要求提前回复。\n<b>not bold</b>", "li", "form"),
    ]


def test_nobody_changes_a_comment(registered):
    number = comment(registered, "for ever")
    with pytest.raises(DBAPIError), registered.database.transaction() as session:
        session.get_one(DbCaseEntry, number).data = {"text": "otherwise"}


@pytest.mark.parametrize("text", ["", " \n\t", "\0"])
def test_a_comment_says_something(registered, text):
    with pytest.raises(CommentEmpty):
        comment(registered, text)


def test_a_comment_has_an_end(registered):
    comment(registered, "字" * comments.MOST_SIGNS)
    with pytest.raises(CommentTooLong, match="4001"):
        comment(registered, "字" * (comments.MOST_SIGNS + 1))
    assert len(said(registered)) == 1


def test_what_is_sent_twice_is_kept_once(registered):
    first = comment(registered, "once", once="k")
    assert comment(registered, "once", once="k") == first
    assert comment(registered, "once", by=QC, once="k") != first
    assert comment(registered, "once", once="other") != first
    assert len(said(registered)) == 3


def test_what_is_sent_twice_at_the_same_time_is_kept_once(registered):
    first, second = at_once(*[lambda: comment(registered, "pressed twice", once="k")] * 2)
    assert first == second
    with registered.database.reading() as session:
        assert len(session.scalars(select(DbCaseEntry.id).where(DbCaseEntry.kind == "comment")).all()) == 1
