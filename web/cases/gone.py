"""A message that is no longer waited for: who recorded what and when, and what was typed, to be copied."""

from collections.abc import Mapping

from flask import Response

from engine import Element, Event, EventKind, FormFile, Session, admin, history, loading
from engine.errors import AlreadyRecorded, KesuError, NoLongerWaitedFor, NotFound
from web.filling import given_back
from web.shell import errors

ENDS = (EventKind.LEFT, EventKind.CANCELLED)


def page(session: Session, instance_id: int, token: int) -> Response:
    """What has happened to it; with what was typed by the labels of its form. NotFound for what never was."""
    past = history.of(session, instance_id, kinds=[EventKind.RECORDED, *ENDS])
    over = next((each for each in reversed(past) if each.token == token and each.kind in ENDS), None)
    if over is None:
        raise NotFound(what="message", key=token)
    homes = admin.get_instance(session, instance_id).homes
    step = [each for each in past if each.at == over.at and each.id < over.id and each.kind is EventKind.RECORDED]
    error = _why(session, step[-1] if step else over, homes, recorded=bool(step))
    form = _form(session, over, homes)
    if form is not None:
        given_back.remember(form)
    return errors.page(errors.refused(error))


def _why(session: Session, event: Event, homes: Mapping[str, int], *, recorded: bool) -> KesuError:
    element, home = _element(session, event, homes), homes.get(event.process or "")
    name = (element.name if element is not None else None) or event.element or ""
    if recorded:
        return AlreadyRecorded(element=name, by=event.actor, at=event.at, deployment_id=home)
    return NoLongerWaitedFor(element=name, at=event.at, deployment_id=home)


def _form(session: Session, event: Event, homes: Mapping[str, int]) -> FormFile | None:
    element, home = _element(session, event, homes), homes.get(event.process or "", 0)
    key = element.properties.get("recordForm") if element is not None else None
    return loading.find_form(session, key, home)


def _element(session: Session, event: Event, homes: Mapping[str, int]) -> Element | None:
    home = homes.get(event.process or "")
    return None if home is None else loading.find_element(session, home, event.process or "", event.element or "")
