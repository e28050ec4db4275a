"""What somebody has typed and not sent yet: one's own, by task or registration, kept for some weeks."""

from datetime import timedelta

import pytest
from house import SALES, actor

from engine import now
from processes.desk import drafts, purging
from processes.desk.schema import DbDraft
from processes.errors import DraftTooLarge


def test_drafts_belong_to_a_person_and_a_subject(house):
    task, mine, other = drafts.of_task(7), SALES, actor("he", "sales")
    with house.database.transaction() as session:
        drafts.save(session, mine, task, {"cause": "半句"}, "digest-1")
        drafts.save(session, mine, task, {"cause": "半句话"}, "digest-2")
        drafts.save(session, other, task, {"cause": "mine"}, "digest-2")
        drafts.save(session, mine, drafts.of_registration("kb_sales_quality"), {}, None)
    with house.database.transaction() as session:
        found = drafts.find(session, mine, task)
        assert (found.values, found.form_digest) == ({"cause": "半句话"}, "digest-2")
        assert set(drafts.subjects_of(session, mine)) == {"task:7", "register:kb_sales_quality"}
        drafts.discard(session, mine, task)
        assert drafts.find(session, mine, task) is None
        assert drafts.find(session, other, task) is not None
        with pytest.raises(DraftTooLarge):
            drafts.save(session, mine, task, {"x": "y" * 1_000_001}, None)


def test_a_draft_that_two_pages_save_at_once_is_that_of_the_later(house, monkeypatch):
    task = drafts.of_task(7)

    def meanwhile(session, _before):
        session.add(DbDraft(person=SALES.id, subject=task, values={"cause": "first"}, saved_at=now(session)))
        session.flush()
        session.expunge_all()

    monkeypatch.setattr(drafts, "purge", meanwhile)
    with house.database.transaction() as session:
        drafts.save(session, SALES, task, {"cause": "later"}, None)
        assert drafts.find(session, SALES, task).values == {"cause": "later"}


def test_old_drafts_go_after_their_time_and_no_sooner(house):
    for number in (7, 8):
        with house.database.transaction() as session:
            drafts.save(session, SALES, drafts.of_task(number), {"cause": "x"}, None)
        house.clock.advance(timedelta(seconds=1))
    house.clock.advance(timedelta(days=house.office.settings.draft_days, seconds=-2))
    for gone, left in ((0, {"task:7", "task:8"}), (1, {"task:8"}), (1, set())):
        assert purging.sweep(house.database, house.office) == gone
        with house.database.reading() as session:
            assert set(drafts.subjects_of(session, SALES)) == left
        house.clock.advance(timedelta(seconds=1))
