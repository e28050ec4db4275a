"""What administrators can do to an instance: each act says what it will touch and asks for a reason."""

from flask import request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse

from engine import Session, instances, overview, pending, tasks
from engine.errors import NotFound
from processes.cases import disclosure
from processes.desk import assignments
from processes.errors import CaseClosedToAdmins
from processes.people.schema import DbPerson
from web.admin import show
from web.admin.acts.about import called, drawing_of, page_of
from web.admin.acts.confirm import carry_out
from web.admin.acts.typed import kind_of, kinds, read_value, written
from web.admin.entrance import blueprint
from web.cases import looks
from web.filling import contacts
from web.shell import here, language
from web.shell.language import gettext as _
from web.shell.parts import Confirm
from web.shell.people import beside, joined, names


@blueprint.route("/instances/<int:instance_id>/cancel", methods=["GET", "POST"])
def cancel(instance_id: int) -> BaseResponse:
    """End an instance with everything that is open in it."""

    def ask(session: Session) -> Confirm:
        number, drawing = called(session, instance_id), drawing_of(session, instance_id)
        open_tasks = overview.places_of(session, [instance_id]).get(instance_id, ())
        labels = joined(drawing.label(place.element, place.process_key) for place in open_tasks if place.kind == "task")
        waiting = len(pending.timers_of(session, instance_id))
        listening = len(pending.subscriptions_of(session, instance_id))
        undone = len(pending.jobs_of(session, instance_id))
        ended = _("cancelled")
        rows = [
            (_("Instance"), _("running"), ended),
            (_("Tasks"), labels or "0", _("cancelled, with whom they are")),
            (_("Timers"), str(waiting), "0"),
            (_("Messages waited for"), str(listening), "0"),
            (_("Jobs"), str(undone), "0"),
        ]
        return Confirm(
            title=_("Cancel %(number)s?", number=number),
            text=_("Everything that is open in it ends; nothing that was done is undone. This cannot be taken back."),
            address=url_for("admin.cancel", instance_id=instance_id),
            act=_("Cancel the instance"),
            leave=_("Let it run"),
            back=page_of(instance_id),
            rows=rows,
            icon="x",
            dangerous=True,
        )

    def do(session: Session, reason: str) -> str:
        instances.cancel(session, instance_id, by=here.actor(), reason=reason)
        return _("The instance is cancelled.")

    return carry_out(instance_id, ask, do)


@blueprint.route("/instances/<int:instance_id>/variables/<int:scope>", methods=["GET", "POST"])
def change_variable(instance_id: int, scope: int) -> BaseResponse:
    """Give a variable another value, or add one."""
    known = request.args.get("name", "")

    def ask(session: Session) -> Confirm:
        _check_read(session, instance_id)
        case = disclosure.case_around(session, instance_id)
        looks.seen(session, case, "variable", known)
        contacts.look(session, case)
        values = instances.get_variables(session, instance_id, scope)
        if known and known not in values:
            raise NotFound(what="variable", key=known)
        old = values.get(known)
        shown = contacts.value(known, old)
        before = written(old) if shown == old else ""  # what is veiled is not filled in beforehand
        kind = request.form.get("kind", kind_of(old) if known else "text")
        fields: list[dict[str, object]] = [] if known else [{"name": "variable", "label": _("Variable")}]
        fields += [
            {"name": "kind", "label": _("Kind"), "options": list(kinds().items()), "value": kind},
            {
                "name": "value",
                "label": _("New value"),
                "value": request.form.get("value", before),
                "required": False,
                "lines": min(12, 2 + before.count("\n")),
            },
        ]
        rows = [(known, show.value(shown).text, _("as given below"))] if known else []
        return Confirm(
            title=_("Change %(name)s?", name=known) if known else _("Add a variable?"),
            text=_("The next step sees the new value; conditions that wait for it are looked at at once."),
            address=url_for("admin.change_variable", instance_id=instance_id, scope=scope, name=known or None),
            act=_("Change the variable") if known else _("Add the variable"),
            leave=_("Leave it"),
            back=url_for("admin.instance", instance_id=instance_id, tab="variables", _anchor="tabs"),
            rows=rows,
            fields=fields,
            icon="check",
        )

    def do(session: Session, reason: str) -> str:
        _check_read(session, instance_id)
        name = known or request.form.get("variable", "").strip()
        value = read_value(request.form.get("kind", ""), request.form.get("value", ""))
        instances.set_variables(session, instance_id, {name: value}, by=here.actor(), reason=reason, scope=scope)
        return _("%(name)s is changed.", name=name)

    return carry_out(instance_id, ask, do)


@blueprint.route("/instances/<int:instance_id>/tasks/<int:task_id>/reassign", methods=["GET", "POST"])
def reassign(instance_id: int, task_id: int) -> BaseResponse:
    """Give an open task to somebody."""

    def ask(session: Session) -> Confirm:
        task, people = tasks.get_task(session, task_id), names(session)
        if task.instance_id != instance_id:
            raise NotFound(what="task", key=task_id)
        logins = session.scalars(select(DbPerson.login).where(DbPerson.active).order_by(DbPerson.login))
        options = [(login, beside(people.person(login), login)) for login in logins]
        chosen = request.form.get("to", task.assignee or "")
        asked = people.person(task.assignee) if task.assignee else joined(map(people.unit, task.candidate_groups))
        return Confirm(
            title=_("Reassign “%(task)s”?", task=language.say(task.name, task.deployment_id)),
            address=url_for("admin.reassign", instance_id=instance_id, task_id=task_id),
            act=_("Reassign"),
            leave=_("Leave it"),
            back=url_for("admin.instance", instance_id=instance_id, tab="tokens", _anchor="tabs"),
            rows=[(_("With"), asked, _("as given below"))],
            fields=[{"name": "to", "label": _("To"), "options": options, "value": chosen}],
            icon="user",
        )

    def do(session: Session, reason: str) -> str:
        to = request.form.get("to", "")
        if session.get(DbPerson, to) is None:
            raise NotFound(what="person", key=to)
        assignments.hand_over(session, task_id, to, by=here.actor(), reason=reason)
        return _("The task is with %(name)s now.", name=names(session).person(to))

    return carry_out(instance_id, ask, do)


def _check_read(session: Session, instance_id: int) -> None:
    """CaseClosedToAdmins where what the case is about is not for this administrator."""
    if not disclosure.may_read(session, here.actor(), instance_id):
        raise CaseClosedToAdmins
