"""What whoever has registered a case is shown: its number, the code for the customer, until when we answer."""

from flask import Blueprint, Response, url_for

from engine import Session, pending
from engine.errors import NotFound
from processes.cases import access, links, readership, rounds
from processes.cases import register as cases
from processes.cases.schema import DbCase
from web.cases import cards, linked, looks
from web.shell import here
from web.shell.language import gettext as _
from web.shell.pages import show
from web.shell.parts import stopped_badge
from web.shell.people import names
from web.shell.words import text_of

blueprint = Blueprint("registered", __name__, url_prefix="/register/done")


@blueprint.get("/<number>")
def done(number: str) -> Response:
    """The number, large; the code for the customer; until when we answer.

    Of a case that has moved where whoever registered it does not see it: its number and where it went.
    """
    with here.reading() as session:
        case = cases.find_by_number(session, number)
        mine = case is not None and case.opened_by == here.actor().id
        if case is None or not (mine or here.actor().admin):
            raise NotFound(what="case", key=number)
        if mine and not access.may_see(session, here.actor(), case):
            return _gone(session, case)
        case = cases.get_case(session, number, here.actor())
        looks.seen(session, case, "case")
        calendar, known = here.kesu().office.calendar(session), cards.know(session, case, names(session))
        on = links.survivor(session, case) if case.status == links.MERGED else case
        waits = on is not None and access.may_see(session, here.actor(), on)
        running = (known if on is case else cards.know(session, on, names(session))) if on and waits else None
        began = rounds.procedure_at_first(session, case)
        kept = began.registration.keep if began.registration is not None else ()
        again = {name: known.variables[name] for name in kept if isinstance(known.variables.get(name), str)}
        gone = [(_("Procedure"), known.words.name)] if began.key != case.procedure else []
        return show(
            "registered.html",
            active="register",
            case=case,
            readable=True,
            stopped=stopped_badge() if pending.stopped(session, [case.instance_id]) else None,
            merged=linked.badge(session, case),
            clocks=cards.clock_cards(running, calendar, here.now()) if running is not None else (),
            summary=[*gone, *cards.summary(known)],
            another=url_for("register.form", key=began.key, **again),
        )


def _gone(session: Session, case: DbCase) -> Response:
    """A case that its registrar does not see any more."""
    began = rounds.procedure_at_first(session, case)
    return show(
        "registered.html",
        active="register",
        case=case,
        readable=False,
        stopped=None,
        merged=None,
        clocks=(),
        summary=[(_("Procedure"), text_of(readership.named(session, case)))],
        another=url_for("register.form", key=began.key),
    )
