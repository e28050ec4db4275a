"""What the installations of the tests have in common: a clock that is set, work that is done, tasks that are open."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from engine.run import tasks
from engine.store.schema import DbTask
from engine.work import dispatch

SHANGHAI = ZoneInfo("Asia/Shanghai")


def shanghai(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


class Played:
    """Cases are played on it step by step; `clock` and `database` are the subclass's."""

    newest = False
    """Whether the last of several open tasks of one element is meant, or the first."""

    def work(self):
        dispatch.work_once(self.database)

    def until(self, text):
        self.clock.set(shanghai(text))
        self.work()

    def open_tasks(self):
        with self.database.reading() as session:
            return list(session.scalars(select(DbTask.element).where(DbTask.status == "open").order_by(DbTask.id)))

    def open_task(self, element):
        with self.database.reading() as session:
            query = select(DbTask.id).where(DbTask.element == element, DbTask.status == "open")
            return session.scalars(query.order_by(DbTask.id.desc() if self.newest else DbTask.id)).first()

    def do(self, element, by, **answers):
        task = self.open_task(element)
        assert task is not None, f"{element} is not open, but {self.open_tasks()}"
        with self.database.transaction() as session:
            tasks.complete(session, task, by=self.actor(by), answers=answers)
        self.work()

    def actor(self, by):
        return by
