"""What customers say while a case waits for it: accepts, refuses, withdraws, objects; recorded by staff."""

from collections.abc import Mapping

from flask import Blueprint, Response, flash, make_response, redirect, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from engine import Recordable, Session, messages
from engine.errors import NotFound
from forms import Message
from processes.cases import register
from processes.cases.schema import DbCase
from web.cases import gone, looks
from web.filling import submission
from web.filling.submission import Sent
from web.shell import errors, faults, here, language, once
from web.shell.language import gettext as _
from web.shell.pages import show
from web.shell.people import joined, names

blueprint = Blueprint("record", __name__, url_prefix="/cases/<number>/record/<int:token>")


@blueprint.get("")
def form(number: str, token: int) -> Response:
    """The form of the message."""
    return _page(number, token)


@blueprint.post("")
def record(number: str, token: int) -> BaseResponse:
    """Keep what the customer said and let the case go on."""
    back = url_for("cases.case", number=number)
    with here.reading() as session:
        if once.find(session) is not None:
            return redirect(back, 303)
        case, message = _find(session, number, token)
        instance_id = case.instance_id
        if message is None:
            return gone.page(session, instance_id, token)
    form = message.form
    sent = submission.receive(form, message.element) if form is not None else Sent({})
    wrong: Mapping[str, Message] = sent.errors
    if sent.action is not None and form is not None:
        return _page(number, token, sent=submission.read(form, submission.pairs()))
    if not wrong:
        try:
            stopped = here.do(lambda session: once.act(session, lambda: _record(session, instance_id, token, sent)))
        except errors.ANSWERS as error:
            wrong = errors.by_field(error)
        except NotFound:
            with here.reading() as session:
                return gone.page(session, instance_id, token)
        else:
            name = language.say(message.label, message.deployment_id)
            if stopped:
                faults.kept(name)
            else:
                flash(_("Recorded: %(name)s", name=name))
            return redirect(back, 303)
    return _page(number, token, sent=sent, wrong=wrong, status=422)


@blueprint.post("/fields")
def fields(number: str, token: int) -> Response:
    """The fields again, as what was typed shows or hides them."""
    with here.reading() as session:
        case, message = _find(session, number, token)
        if message is None or message.form is None:
            raise NotFound(what="form", key=token)
        variables = messages.visible_variables(session, case.instance_id, message)
    sent = submission.read(message.form, submission.pairs())
    return make_response(submission.fields(message.form, sent.shown, variables))


def _record(session: Session, instance_id: int, token: int, sent: Sent) -> str:
    """Write it down; what says that a fault has stopped the case, empty where none did."""
    step = messages.record(
        session,
        instance_id,
        token,
        by=here.actor(),
        answers=sent.answers,
        signatures=sent.signatures,
        absent=request.form.get("_absent") or None,
    )
    return "stopped" if step.faults else ""


def _find(session: Session, number: str, token: int) -> tuple[DbCase, Recordable | None]:
    """The case and the message, None where it does not wait for it any more; NotFound for what one may not see."""
    case = register.get_case(session, number, here.actor())
    waiting = messages.recordable(session, case.instance_id, by=here.actor())
    found = next((message for message in waiting if message.token == token), None)
    if found is not None:
        looks.seen(session, case, "form", found.label)
    return case, found


def _page(
    number: str,
    token: int,
    *,
    sent: Sent | None = None,
    wrong: Mapping[str, Message] | None = None,
    status: int = 200,
) -> Response:
    with here.reading() as session:
        case, message = _find(session, number, token)
        if message is None:
            return gone.page(session, case.instance_id, token)
        variables = messages.visible_variables(session, case.instance_id, message)
        file, values = message.form, sent.shown if sent is not None else None
        called = names(session)
        absent = called.choice(message.absent)
        stands_in = "" if absent else joined(map(called.person, message.absent))
        return show(
            "record.html",
            status,
            active="cases",
            case=case,
            once=once.new_key(),
            head=_("Record: %(name)s", name=(name := language.say(message.label, message.deployment_id))),
            name=name,
            again=url_for("record.fields", number=case.number, token=token),
            act=_("Record"),
            absent=absent,
            stands_in=_("for %(who)s", who=stands_in) if stands_in else "",
            title=submission.title(file, variables) if file is not None else "",
            fields=submission.fields(file, values, variables, errors=wrong) if file is not None else Markup(),
            errors=submission.summary(file, wrong) if file is not None and wrong else Markup(),
        )
