"""The little that every act says about its instance."""

from flask import url_for

from engine import Session, admin
from web.admin.instances.rows import cases_of, number_of
from web.diagrams.labels import Drawn, drawn


def page_of(instance_id: int) -> str:
    """The page of an instance."""
    return url_for("admin.instance", instance_id=instance_id)


def called(session: Session, instance_id: int) -> str:
    """What people call an instance."""
    return number_of(admin.get_instance(session, instance_id), cases_of(session, [instance_id]).get(instance_id))


def drawing_of(session: Session, instance_id: int) -> Drawn:
    """The diagrams that an instance has walked through."""
    return drawn(session, admin.get_instance(session, instance_id))
