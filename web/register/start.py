"""Starting any process that a person may start: what is no registration of a complaint."""

from dataclasses import replace

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from engine import InstanceStatus, Session, instances
from engine.errors import NotFound
from processes import procedures
from processes.errors import HeldAlready
from processes.management import once as monthly
from web.shell import here, language, once
from web.shell.errors import explain
from web.shell.language import gettext as _
from web.shell.pages import ask, show
from web.shell.parts import Confirm

blueprint = Blueprint("start", __name__, url_prefix="/start")


def offers(session: Session) -> list[tuple[str, str]]:
    """Key and name of the processes that the person may start, those that register cases left out."""
    registering = {each.registration.process for each in procedures.current(session) if each.registration is not None}
    found = instances.startable(session, here.actor())
    return [(each.key, language.say(each.name, each.deployment_id)) for each in found if each.key not in registering]


@blueprint.get("")
def choose() -> Response:
    """The processes, to find one in."""
    text = request.args.get("q", "").strip().lower()
    with here.reading() as session:
        found = [(key, name) for key, name in offers(session) if text in f"{key} {name}".lower()]
    return show("start.html", active="register", offers=found, text=text)


@blueprint.route("/<key>", methods=["GET", "POST"])
def start(key: str) -> BaseResponse:
    """Ask once, then start it."""
    with here.reading() as session:
        name = dict(offers(session)).get(key)
    if name is None:
        raise NotFound(what="process", key=key)
    asked = Confirm(
        title=_("Start: %(name)s", name=name),
        address=url_for("start.start", key=key),
        act=_("Start"),
        leave=_("Not now"),
        back=url_for("start.choose"),
        text=_("A new instance begins; its first tasks are given out at once."),
        reason=False,
        hidden=[(once.FIELD, once.new_key())],
    )
    if request.method == "GET":
        return ask(asked, active="register")
    try:
        status = here.do(lambda session: once.act(session, lambda: _start(session, key)))
    except HeldAlready as error:
        return ask(replace(asked, problem=explain(error)), active="register", status=409)
    if status == InstanceStatus.INCIDENT:
        flash(_("Started, but stopped by a fault: %(name)s. The administrator is told.", name=name), "warn")
    else:
        flash(_("Started: %(name)s.", name=name))
    return redirect(url_for("work.inbox"), 303)


def _start(session: Session, key: str) -> InstanceStatus:
    monthly.check(session, key, here.now(), here.zone())
    return instances.start(session, key, by=here.actor()).status
