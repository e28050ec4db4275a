"""Registering a complaint: starts its process and completes the first form, in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from engine import (
    SYSTEM,
    Element,
    FormFile,
    ProcessDefinition,
    Session,
    TaskFilter,
    deployments,
    instances,
    loading,
    queries,
    tasks,
)
from engine.errors import FormRefused, NotFound
from forms import Message
from processes.cases import access, search
from processes.cases import register as cases
from processes.cases.schema import DbCase
from processes.desk import drafts
from web.cases import cards
from web.filling import submission
from web.filling.submission import Sent
from web.register.outlook import foresee
from web.shell import dates, errors, here, language
from web.shell.language import gettext as _
from web.shell.pages import show
from web.shell.people import INTAKE, may_start, names

blueprint = Blueprint("register", __name__, url_prefix="/register")

KEPT = ("channel",)
"""What the next registration begins with."""


@dataclass(frozen=True)
class Intake:
    """The process that a registration starts, and its first form."""

    definition: ProcessDefinition
    element: Element
    file: FormFile


@dataclass(frozen=True)
class Earlier:
    """A complaint that somebody made before."""

    number: str
    day: str
    title: str
    address: str
    """Empty for those who may not open it."""


def intake(session: Session) -> Intake:
    """The latest version; NotFound when it is not deployed or the person is not among its starters."""
    if not may_start(session, here.actor(), INTAKE):
        raise NotFound(what="page", key="register")
    definition = deployments.get_process_definition(session, INTAKE)
    process = deployments.get_process(session, definition)
    following = {flow.source: flow.target for flow in process.flows.values()}
    place = next(
        (each.id for each in process.elements.values() if each.kind == "startEvent" and each.parent == INTAKE), ""
    )
    while place and process.elements[place].kind != "userTask":
        place = following.get(place, "")
    if not place:
        raise NotFound(what="form", key=INTAKE)
    element = process.elements[place]
    file = loading.find_form(session, element.attributes.get("formRef"), definition.deployment_id)
    if file is None:
        raise NotFound(what="form", key=INTAKE)
    return Intake(definition, element, file)


@blueprint.get("")
def form() -> Response:
    """The form, with the draft or what the last registration left."""
    return _page()


@blueprint.post("")
def register() -> BaseResponse:
    """Enter the complaint in the register."""
    actor = here.actor()
    with here.reading() as session:
        known = intake(session)
    sent = submission.receive(here.gate().form(known.file), known.element.id)
    wrong: Mapping[str, Message] = sent.errors
    if sent.action is not None:
        return _page(sent=submission.read(here.gate().form(known.file), submission.pairs()))
    if not wrong:
        try:
            with here.transaction() as session:
                case = _start(session, known, sent)
                drafts.discard(session, actor, drafts.of_start(INTAKE))
        except errors.ANSWERS as error:
            wrong = errors.by_field(error)
        else:
            if "_next" in request.form:
                again = {name: sent.answers[name] for name in KEPT if isinstance(sent.answers.get(name), str)}
                return redirect(url_for("register.form", after=case, **again), 303)
            return redirect(url_for("register.done", number=case), 303)
    _keep(sent, known)
    return _page(sent=sent, wrong=wrong, status=422)


@blueprint.post("/fields")
def fields() -> Response:
    """The fields again, as what was typed shows or hides them."""
    with here.reading() as session:
        known = intake(session)
    sent = submission.read(here.gate().form(known.file), submission.pairs())
    return make_response(submission.fields(known.file, sent.answers, {}))


@blueprint.post("/draft")
def draft() -> Response:
    """Keep what was typed so far."""
    with here.reading() as session:
        known = intake(session)
    _keep(submission.read(here.gate().form(known.file), submission.pairs()), known)
    return make_response(_("Draft saved %(at)s", at=f"{here.now():%H:%M}"))


@blueprint.post("/outlook")
def outlook() -> Response:
    """What will happen, as far as what was typed is enough to tell."""
    with here.reading() as session:
        known = intake(session)
    sent = submission.read(here.gate().form(known.file), submission.pairs())
    lines = foresee(lambda session: _start(session, known, sent)) if _complete(known, sent) else ()
    return make_response(render_template("outlook.html", lines=lines))


@blueprint.post("/caller")
def caller() -> Response:
    """Whom a phone number belongs to, with the latest complaints; their contents only where one may see the case."""
    with here.reading() as session:
        intake(session)
        known = search.of_caller(session, request.form.get("phone", "")[:60])
        earlier = [_earlier(case, open_=access.may_see(session, here.actor(), case)) for case in known[:3]]
        fill = {"name": known[0].said("complainant"), "company": known[0].said("company")} if known else {}
    return make_response(render_template("caller.html", earlier=earlier, times=len(known), fill=fill))


@blueprint.get("/done/<number>")
def done(number: str) -> Response:
    """The number, large; the code for the customer; until when we answer."""
    with here.reading() as session:
        case = cases.get_case(session, number, here.actor())
        if case.opened_by != here.actor().id and not here.actor().admin:
            raise NotFound(what="case", key=number)
        calendar = here.kesu().office.calendar(session)
        return show(
            "registered.html",
            active="register",
            case=case,
            code=here.kesu().office.tracking_code(case.number),
            clocks=cards.clock_cards(session, case, calendar, here.now()),
            summary=cards.summary(case, names(session), instances.get_variables(session, case.instance_id)),
        )


def _earlier(case: DbCase, *, open_: bool) -> Earlier:
    day = dates.day_text(
        case.received_at.astimezone(here.zone()), language.current(), narrow=True, this_year=here.now().year
    )
    address = url_for("cases.case", number=case.number) if open_ else ""
    return Earlier(case.number, day, case.title if open_ else "", address)


def _start(session: Session, known: Intake, sent: Sent) -> str:
    """Start the process and complete its first task; the number of the case, or of the instance without one."""
    actor = here.actor()
    instance = instances.start(session, INTAKE, by=actor)
    waiting = TaskFilter(whose="all", instance_id=instance.id, element=known.element.id)
    first = queries.list_tasks(session, SYSTEM, waiting).items[0]
    tasks.complete(session, first.id, by=actor, answers=sent.answers, signatures=sent.signatures)
    case = cases.find_of_instance(session, instance.id)
    if case is None:
        raise NotFound(what="case of instance", key=instance.id)
    return case.number


def _complete(known: Intake, sent: Sent) -> bool:
    """Whether the form would be accepted, found out without the database."""
    try:
        here.gate().accept(known.file, sent.answers, {}, actor=here.actor(), now=here.now(), signatures=sent.signatures)
    except FormRefused:
        return False
    return True


def _keep(sent: Sent, known: Intake) -> None:
    with here.transaction() as session:
        drafts.save(
            session, here.kesu().settings, here.actor(), drafts.of_start(INTAKE), sent.answers, known.file.digest
        )


def _page(*, sent: Sent | None = None, wrong: Mapping[str, Message] | None = None, status: int = 200) -> Response:
    with here.reading() as session:
        known = intake(session)
        kept = drafts.find(session, here.actor(), drafts.of_start(INTAKE))
        values = sent.answers if sent is not None else kept.values if kept is not None else _left_over()
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
            earlier=(),
            process=language.say(known.definition.name),
        )


def _left_over() -> dict[str, str] | None:
    """What “Register, then another” keeps."""
    return {name: request.args[name] for name in KEPT if name in request.args} or None
