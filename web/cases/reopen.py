"""Asking for a closed case to be opened again, by the form of the process that decides on it."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, flash, make_response, redirect, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from engine import Element, FormFile, Session, lock_instance
from engine.errors import NotFound
from forms import Message
from processes.cases import access, register, reopening
from processes.cases.schema import DbCase
from processes.errors import AskedAlready
from processes.procedures.model import Reopening
from web.cases import looks
from web.filling import submission
from web.filling.first import first_form, start_with
from web.filling.submission import Sent
from web.shell import errors, faults, here, once
from web.shell.language import gettext as _
from web.shell.pages import show

blueprint = Blueprint("reopen", __name__, url_prefix="/cases/<number>/reopen")


@dataclass(frozen=True)
class Asked:
    """A case that the person may ask for, and the form of the request."""

    case: DbCase
    declared: Reopening
    element: Element
    file: FormFile

    @property
    def variables(self) -> dict[str, object]:
        """What the form sees."""
        return reopening.told(self.case, self.declared)


@blueprint.get("")
def form(number: str) -> Response:
    """The form of the request."""
    return _page(number)


@blueprint.post("")
def ask(number: str) -> BaseResponse:
    """Start what decides on it."""
    back = url_for("cases.case", number=number)
    with here.reading() as session:
        if once.find(session) is not None:
            return redirect(back, 303)
        known = _find(session, number)
    sent = submission.receive(known.file, known.element.id)
    wrong: Mapping[str, Message] = sent.errors
    if sent.action is not None:
        return _page(number, sent=submission.read(known.file, submission.pairs()))
    if not wrong:
        try:
            stopped = here.do(lambda session: once.act(session, lambda: _start(session, known.case, sent)))
        except errors.ANSWERS as error:
            wrong = errors.by_field(error)
        else:
            if stopped:
                faults.kept(number)
            else:
                flash(_("Asked for; somebody who has not decided on it before decides now."))
            return redirect(back, 303)
    return _page(number, sent=sent, wrong=wrong, status=422)


@blueprint.post("/fields")
def fields(number: str) -> Response:
    """The fields again, as what was typed shows or hides them."""
    with here.reading() as session:
        known = _find(session, number)
    sent = submission.read(known.file, submission.pairs())
    return make_response(submission.fields(known.file, sent.answers, known.variables))


def _start(session: Session, case: DbCase, sent: Sent) -> str:
    """Start what decides on it; what says that a fault has stopped it, empty where none did."""
    lock_instance(session, case.instance_id)  # of two who ask at once the second finds the request of the first
    known = _find(session, case.number)
    told, key = reopening.told(known.case, known.declared), known.case.number
    access.admit(session, known.case, groups=known.declared.deciders)
    start, element = known.declared.process, known.element
    _instance, done = start_with(session, start, element, sent, variables=told, business_key=key)
    return "stopped" if done.step.faults else ""


def _find(session: Session, number: str) -> Asked:
    """NotFound for what the person may not see or not ask for, or not any more; AskedAlready."""
    case = register.get_case(session, number, here.actor())
    declared = reopening.find(session, here.kesu().office, case, here.actor())
    if declared is None:
        request = reopening.asked(session, case)
        if request is not None and case.status == "closed":
            raise AskedAlready(by=request.started_by, at=request.started_at)
        raise NotFound(what="page", key=number)
    return Asked(case, declared, *first_form(session, declared.process))


def _page(
    number: str, *, sent: Sent | None = None, wrong: Mapping[str, Message] | None = None, status: int = 200
) -> Response:
    with here.reading() as session:
        known = _find(session, number)
        looks.seen(session, known.case, "form", known.element.name)
        values = sent.answers if sent is not None else None
        return show(
            "record.html",
            status,
            active="cases",
            case=known.case,
            once=once.new_key(),
            head=_("Open again"),
            name=_("Open again"),
            again=url_for("reopen.fields", number=known.case.number),
            act=_("Ask for it"),
            title=submission.title(known.file, known.variables),
            fields=submission.fields(known.file, values, known.variables, errors=wrong),
            errors=submission.summary(known.file, wrong) if wrong else Markup(),
        )
