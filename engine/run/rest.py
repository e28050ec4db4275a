"""Whether something stands still: then nothing fires in it, and whoever tries is told who stopped it and why."""

from sqlalchemy import select

from engine.errors import Suspended
from engine.session import Session
from engine.store.definitions import DbProcessDefinition
from engine.store.schema import DbInstance
from engine.store.working import DbSuspension


def suspended(session: Session, process_key: str, instance_id: int | None = None) -> Suspended:
    """The refusal for what stands still, with who said so, when and why."""
    found = find(session, process_key, instance_id)
    assert found is not None
    number = select(DbInstance.business_key).where(DbInstance.id == found.instance_id)
    name = select(DbProcessDefinition.name).where(DbProcessDefinition.key == found.process_key)
    name = name.order_by(DbProcessDefinition.version.desc()).limit(1)
    called = session.scalar(number) if found.process_key is None else session.scalar(name)
    what = called or found.process_key or f"#{found.instance_id}"
    return Suspended(what=what, at=found.at, by=found.by, reason=found.reason)


def find(session: Session, process_key: str, instance_id: int | None = None) -> DbSuspension | None:
    """What makes an instance of a process stand still, or the process alone; None when nothing does."""
    whose = DbSuspension.process_key == process_key
    if instance_id is not None:
        whose |= DbSuspension.instance_id == instance_id
    query = select(DbSuspension).where(DbSuspension.ended_at.is_(None), whose).order_by(DbSuspension.id).limit(1)
    return session.scalars(query).one_or_none()


def check_going_on(session: Session, instance_id: int) -> None:
    """Suspended when an instance stands still, by itself or with its process."""
    key = select(DbProcessDefinition.key).join(DbInstance, DbInstance.definition_id == DbProcessDefinition.id)
    process_key = session.scalar(key.where(DbInstance.id == instance_id))
    if process_key is not None and find(session, process_key, instance_id) is not None:
        raise suspended(session, process_key, instance_id)
