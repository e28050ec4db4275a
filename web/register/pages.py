"""Registering a complaint: starts its process and completes the first form, in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from engine import Actor, Session
from engine.errors import FormRefused, NotFound
from forms import Message
from processes import procedures
from processes.cases import callers
from processes.cases import register as cases
from processes.cases.schema import DbCase
from processes.desk import drafts
from processes.procedures.model import Procedure
from web.filling import given_back, submission
from web.filling.first import start_with
from web.filling.submission import Sent
from web.register import alike
from web.register.intake import Intake, intake, registration_form
from web.register.outlook import foresee
from web.shell import dates, errors, faults, here, language, once
from web.shell.language import gettext as _
from web.shell.pages import show
from web.shell.words import text_of

blueprint = Blueprint("register", __name__, url_prefix="/register")

CALLER = ("complainant", "company")
"""What is filled in of a caller who is known."""


@dataclass(frozen=True)
class Entered:
    """What came of a registration."""

    number: str
    """Of the case; empty while a fault stands in the way of giving one."""
    stopped: bool
    """Whether the step ended in a fault."""


@dataclass(frozen=True)
class Offer:
    """A procedure of which the person may register a case."""

    name: str
    purpose: str
    address: str
    last: str
    """When the person last did."""


@dataclass(frozen=True)
class Earlier:
    """A complaint that somebody made before."""

    number: str
    day: str
    title: str
    address: str


@blueprint.get("")
def choose() -> BaseResponse:
    """The procedures that the person may register, the last used first; straight to the form where there is one."""
    with here.reading() as session:
        allowed = procedures.registrable(session, here.actor())
        last = cases.last_registered(session, here.actor().id)
    if not allowed:
        raise NotFound(what="page", key="register")
    if len(allowed) == 1:
        given: dict[str, Any] = request.args.to_dict()
        return redirect(url_for("register.form", **given | {"key": allowed[0].key}))
    by_use = sorted(allowed, key=lambda each: (-last[each.key].timestamp() if each.key in last else 0, each.key))
    return show("offers.html", active="register", offers=[_offer(each, last.get(each.key)) for each in by_use])


def _offer(procedure: Procedure, last: datetime | None) -> Offer:
    said = registration.purpose if (registration := procedure.registration) is not None else {}
    return Offer(
        text_of(procedure.name),
        text_of(said),
        url_for("register.form", key=procedure.key),
        dates.moment_text(last, language.current(), here.zone(), this_year=here.now().year) if last else "",
    )


@blueprint.get("/<key>")
def form(key: str) -> Response:
    """The form, with the draft or what the last registration left."""
    return _page(key)


@blueprint.post("/<key>")
def register(key: str) -> BaseResponse:
    """Enter the complaint in the register."""
    actor = here.actor()
    with here.reading() as session:
        try:
            known = intake(session, key)
        except NotFound:
            subject = drafts.of_registration(key)
            given_back.remember_draft(session, subject, lambda: registration_form(session, key))
            raise
    sent = submission.receive(known.file, known.element.id)
    wrong: Mapping[str, Message] = sent.errors
    if sent.action is not None:
        return _page(key, sent=submission.read(known.file, submission.pairs()))
    if not wrong:
        try:
            entered = here.do(partial(_enter, known=known, sent=sent, by=actor))
        except errors.ANSWERS as error:
            wrong = errors.by_field(error)
        else:
            return _go_on(known, sent, entered)
    _keep(sent, known)
    return _page(key, sent=sent, wrong=wrong, status=422)


def _enter(session: Session, *, known: Intake, sent: Sent, by: Actor) -> Entered:
    entered = _once(session, known, sent)
    drafts.discard(session, by, known.draft)
    return entered


def _go_on(known: Intake, sent: Sent, entered: Entered) -> BaseResponse:
    """To the number, or to the next registration; where there is no number yet, to one's work."""
    if entered.stopped:
        faults.kept(entered.number or text_of(known.procedure.name))
    if "_next" in request.form:
        kept = known.registration.keep
        again = {name: sent.answers[name] for name in kept if isinstance(sent.answers.get(name), str)}
        return redirect(url_for("register.form", key=known.procedure.key, after=entered.number, **again), 303)
    number = entered.number
    return redirect(url_for("registered.done", number=number) if number else url_for("work.inbox"), 303)


@blueprint.post("/<key>/fields")
def fields(key: str) -> Response:
    """The fields again, as what was typed shows or hides them."""
    with here.reading() as session:
        known = intake(session, key)
    sent = submission.read(known.file, submission.pairs())
    return make_response(submission.fields(known.file, sent.shown, {}))


@blueprint.post("/<key>/draft")
def draft(key: str) -> Response:
    """Keep what was typed so far."""
    with here.reading() as session:
        known = intake(session, key)
    _keep(submission.read(known.file, submission.pairs()), known)
    return make_response(_("Draft saved %(at)s", at=f"{here.now():%H:%M}"))


@blueprint.post("/<key>/outlook")
def outlook(key: str) -> Response:
    """What will happen, as far as what was typed is enough to tell."""
    with here.reading() as session:
        known = intake(session, key)
    sent = submission.read(known.file, submission.pairs())
    tried = _complete(known, sent)
    lines = foresee(known.registration, lambda session: _start(session, known, sent).number) if tried else ()
    return make_response(render_template("outlook.html", lines=lines, steps=_steps(known)))


@blueprint.post("/<key>/alike")
def similar(key: str) -> Response:
    """The cases that are like what was typed so far, with what agrees, as far as one may see them."""
    with here.reading() as session:
        known = intake(session, key)
        sent = submission.read(known.file, submission.pairs())
        found = alike.find(session, known, sent.answers)
    return make_response(render_template("alike.html", alike=found, field=alike.NAMED))


@blueprint.post("/<key>/caller")
def caller(key: str) -> Response:
    """Whom a phone number belongs to, with the latest complaints, as far as one may see them."""
    with here.reading() as session:
        form = intake(session, key)
        known = callers.of_caller(session, here.actor(), request.form.get("phone", "")[:60])
        earlier = [_earlier(case) for case in known[:3]]
        fill = {form.field(role): known[0].said(role) for role in CALLER if form.field(role)} if known else {}
    return make_response(render_template("caller.html", earlier=earlier, times=len(known), fill=fill))


def _earlier(case: DbCase) -> Earlier:
    day = dates.day_text(
        case.received_at.astimezone(here.zone()), language.current(), narrow=True, this_year=here.now().year
    )
    return Earlier(case.number, day, case.title, url_for("cases.case", number=case.number))


def _once(session: Session, known: Intake, sent: Sent) -> Entered:
    """Start it, or give what the first press of the same page has entered."""
    entered: list[Entered] = []

    def begin() -> str:
        entered.append(_start(session, known, sent))
        return entered[0].number

    number = once.act(session, begin)
    return entered[0] if entered else Entered(number, stopped=not number)


def _start(session: Session, known: Intake, sent: Sent) -> Entered:
    """Start the process and complete its first task."""
    instance, done = start_with(session, known.registration.process, known.element, sent)
    case, stopped = cases.find_of_step(session, done.step), bool(done.step.faults)
    if case is None and not stopped:
        raise NotFound(what="case of instance", key=instance)
    return Entered(case.number if case is not None else "", stopped)


def _complete(known: Intake, sent: Sent) -> bool:
    """Whether the form would be accepted, found out without the database."""
    try:
        here.gate().accept(known.file, sent.answers, {}, actor=here.actor(), now=here.now(), signatures=sent.signatures)
    except FormRefused:
        return False
    return True


def _keep(sent: Sent, known: Intake) -> None:
    with here.transaction() as session:
        drafts.save(session, here.actor(), known.draft, sent.shown, known.file.digest)


def _page(
    key: str, *, sent: Sent | None = None, wrong: Mapping[str, Message] | None = None, status: int = 200
) -> Response:
    with here.reading() as session:
        known = intake(session, key)
        kept = drafts.find(session, here.actor(), known.draft)
        values = sent.shown if sent is not None else kept.values if kept is not None else _left_over(known)
        saved = f"{kept.saved_at.astimezone(here.zone()):%m-%d %H:%M}" if kept is not None else ""
        return show(
            "register.html",
            status,
            active="register",
            fields=submission.fields(known.file, values, {}, errors=wrong),
            errors=submission.summary(known.file, wrong) if wrong else Markup(),
            draft=_("Draft saved %(at)s", at=saved) if saved else "",
            new_version=kept is not None and kept.form_digest not in (None, known.file.digest),
            after=request.args.get("after", ""),
            lines=(),
            steps=_steps(known),
            guides=[(text_of(each.title), [text_of(item) for item in each.items]) for each in known.registration.guide],
            earlier=(),
            alike=(),
            field=alike.NAMED,
            compared=alike.is_asked(known),
            phone=known.field("phone"),
            key=key,
            once=once.new_key(),
            procedure=text_of(known.procedure.name),
            several=len(procedures.registrable(session, here.actor())) > 1,
        )


def _steps(known: Intake) -> list[str]:
    return [text_of(each) for each in known.registration.steps]


def _left_over(known: Intake) -> dict[str, str] | None:
    """What “Register, then another” keeps."""
    return {name: request.args[name] for name in known.registration.keep if name in request.args} or None
