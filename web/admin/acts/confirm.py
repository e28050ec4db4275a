"""How an act goes: first the question with what it will touch, then, with a reason, the act in one transaction."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from flask import Response, flash, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from engine import Session, admin, history, lock_instance
from engine.errors import NotFound, ReasonMissing, Refused, StaleInstance
from web.shell import here, numbers
from web.shell.errors import CONFLICTS, explain, status_of
from web.shell.language import gettext as _
from web.shell.pages import ask as question
from web.shell.parts import Confirm
from web.shell.people import names

Ask = Callable[[Session], Confirm]
Do = Callable[[Session, str], str]
"""Does it, for a reason; gives what is said afterwards."""


class MovedOn(StaleInstance):
    """The instance has moved on since this page was opened; look at it again."""


def carry_out(instance_id: int, ask: Ask, do: Do) -> BaseResponse:
    """Ask on GET; on POST do it, unless the instance has moved on since it was asked.

    Whatever is refused changes nothing, and the question is put again with what was typed and what stands against it.
    """
    if request.method == "GET":
        with here.reading() as session:
            asked = _with_revision(session, instance_id, ask(session))
        return question(asked, active="admin")
    reason = here.reason()
    try:
        if not reason:
            raise ReasonMissing
        back, said = here.do(partial(_do, instance_id, ask, do, reason))
    except NotFound:
        raise
    except Refused as error:
        return _again(instance_id, ask, error, reason)
    flash(said)
    return redirect(back, 303)


def _do(instance_id: int, ask: Ask, do: Do, reason: str, session: Session) -> tuple[str, str]:
    _check_revision(session, instance_id)
    back = ask(session).back
    return back, do(session, reason)


def carry_out_freely(ask: Callable[[], Confirm], do: Callable[[str], str]) -> BaseResponse:
    """As `carry_out`, for what is not about one instance; the act opens its transactions itself.

    Where there is more of it than is done at once, the question about the next ones comes next.
    """
    if request.method == "GET":
        return question(ask(), active="admin")
    reason = here.reason()
    if not reason:
        asked = replace(ask(), problem=explain(ReasonMissing()))
        return question(asked, active="admin", status=422)
    asked = ask()
    flash(do(reason))
    return redirect(asked.more or asked.back, 303)


def revision_of(session: Session, instance_id: int) -> int:
    """How many steps an instance has done."""
    return admin.get_instance(session, instance_id).revision


def _check_revision(session: Session, instance_id: int) -> None:
    """Nothing is done to an instance that is not as it was shown; locked, so that it stays so."""
    if "revision" not in request.args:
        return
    shown = request.args.get("revision", -1, type=numbers.number)
    if lock_instance(session, instance_id).revision != shown:
        raise MovedOn


def _with_revision(session: Session, instance_id: int, asked: Confirm) -> Confirm:
    mark = "&" if "?" in asked.address else "?"
    return replace(asked, address=f"{asked.address}{mark}revision={revision_of(session, instance_id)}")


def _again(instance_id: int, ask: Ask, error: Refused, reason: str) -> Response:
    with here.reading() as session:
        problem = _what_happened(session, instance_id) if isinstance(error, MovedOn) else explain(error)
        try:
            asked = ask(session)
        except Refused:
            # what it was about is gone: the page of the error says so
            raise error from None
        asked = replace(_with_revision(session, instance_id, asked), problem=problem, typed=reason)
    status = 409 if isinstance(error, CONFLICTS) else status_of(error)
    return question(asked, active="admin", status=status)


def _what_happened(session: Session, instance_id: int) -> str:
    """That somebody was faster, and who."""
    last = history.of(session, instance_id)[-1]
    who, when = names(session).person(last.actor), f"{last.at.astimezone(here.zone()):%H:%M:%S}"
    return _(
        "The instance moved on meanwhile: %(who)s at %(time)s. Nothing was changed; above is how it is now.",
        who=who,
        time=when,
    )
