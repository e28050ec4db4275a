"""Starting any process that a person may start: what is no registration of a complaint."""

from dataclasses import replace

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from engine import InstanceStatus, Session, TaskStatus, instances, queries
from engine.errors import NotFound
from processes import procedures
from processes.cases import access, register
from processes.errors import HeldAlready
from processes.management import once as monthly
from web.cases import to_do
from web.shell import here, language, once
from web.shell.errors import explain
from web.shell.language import gettext as _
from web.shell.pages import ask, show
from web.shell.parts import Confirm
from web.shell.people import beside, joined, names

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
        made = here.do(lambda session: once.act(session, lambda: _start(session, key)))
    except HeldAlready as error:
        return ask(replace(asked, problem=explain(error)), active="register", status=409)
    return redirect(_followed(name, int(made)), 303)


def _start(session: Session, key: str) -> str:
    monthly.check(session, key, here.now(), here.zone())
    return str(instances.start(session, key, by=here.actor()).id)


def _followed(name: str, instance_id: int) -> str:
    """Say what has begun and who has it now; where the reader sees that."""
    with here.reading() as session:
        called, status = names(session), instances.get_instance(session, instance_id).status
        open_ = queries.tasks_of(session, instance_id, TaskStatus.OPEN)
        case = register.find_of_instance(session, instance_id)
        seen = case is not None and access.may_see(session, here.actor(), case)
    own = next((task for task in open_ if to_do.is_ones_own(task)), None)
    if status == InstanceStatus.INCIDENT:
        flash(_("Started, but stopped by a fault: %(name)s. The administrator is told.", name=name), "warn")
    elif own is None and open_:
        steps = joined(beside(item.title, item.who) for item in to_do.open_items(open_, called))
        flash(_("Started: %(name)s. Now to be done by others: %(steps)s.", name=name, steps=steps))
    else:
        flash(_("Started: %(name)s.", name=name))
    if own is not None:
        return url_for("tasks.task", task_id=own.id)
    if seen and case is not None:
        return url_for("cases.case", number=case.number)
    return url_for("admin.instance", instance_id=instance_id) if here.actor().admin else url_for("work.inbox")
