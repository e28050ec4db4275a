"""The hall with instances to be looked after: started, broken, cancelled."""

from datetime import timedelta

from hall import Hall
from sqlalchemy import func, select

from engine.run import instances
from engine.store.schema import DbEvent, DbInstance, DbTimer
from processes.mail import RecordingMail
from processes.people.schema import DbMembership, DbPerson


class FailingMail(RecordingMail):
    """A mail server that is on fire until somebody puts it out."""

    def __init__(self):
        super().__init__()
        self.broken = True

    def send(self, message):
        if self.broken:
            raise OSError("The mail server is on fire")
        return super().send(message)


class Stage(Hall):
    def __init__(self, url, start="2026-09-28T09:30", *, mail=None, deployments=None):
        super().__init__(url, start, deployments=deployments)
        if mail is not None:
            self.kesu.office.mail = mail
        self.clock.advance_days = lambda days: self.clock.advance(timedelta(days=days))

    def start(self, **changes):
        """A case that was registered and that sales has taken over; the number of its instance."""
        self.register(**changes)
        self.do("UT_AcceptCase", "wang")
        with self.database.reading() as session:
            return session.scalar(select(func.max(DbInstance.id)))

    def cancel(self, instance_id):
        with self.database.transaction() as session:
            instances.cancel(session, instance_id, by=self.actor("admin"), reason="a test")

    def until_jobs_are_out_of_tries(self):
        for _ in range(6):
            self.clock.advance(timedelta(hours=4))
            self.work()

    def timer(self, element, instance_id=1):
        with self.database.reading() as session:
            query = select(DbTimer.id).where(DbTimer.element == element, DbTimer.instance_id == instance_id)
            return session.scalars(query).one_or_none()

    def status(self, instance_id=1):
        with self.database.reading() as session:
            return session.get_one(DbInstance, instance_id).status

    def variable(self, name, instance_id=1):
        with self.database.reading() as session:
            return instances.get_variables(session, instance_id).get(name)

    def fingerprint(self):
        """Whatever an act could change."""
        with self.database.reading() as session:
            return (
                sorted(map(tuple, session.execute(select(DbInstance.id, DbInstance.revision, DbInstance.status)))),
                sorted(session.scalars(select(DbEvent.id))),
                sorted(session.scalars(select(DbPerson.login))),
                sorted(map(tuple, session.execute(select(DbMembership.person, DbMembership.unit)))),
            )
