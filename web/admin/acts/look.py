"""Looking into a case that is closed to administrators: for a reason, for a while, and everybody concerned is told."""

from flask import url_for
from werkzeug.wrappers import Response as BaseResponse

from engine import Session
from engine.errors import NotFound
from processes.cases import disclosure, looks
from processes.cases.readership import readers_of
from web.admin.acts.about import called, page_of
from web.admin.acts.confirm import carry_out
from web.admin.entrance import blueprint
from web.admin.instances.rows import cases_of
from web.shell import dates, here
from web.shell.language import gettext as _
from web.shell.parts import Confirm


@blueprint.route("/instances/<int:instance_id>/look", methods=["GET", "POST"])
def look_into(instance_id: int) -> BaseResponse:
    """Let this administrator read the case for a while."""

    def ask(session: Session) -> Confirm:
        case = cases_of(session, [instance_id]).get(instance_id)
        if case is None or not disclosure.is_closed(session, instance_id):
            raise NotFound(what="closed case of instance", key=instance_id)
        minutes = readers_of(session, case).look_minutes
        return Confirm(
            title=_("Look into %(number)s?", number=called(session, instance_id)),
            text=_(
                "You read the case for %(minutes)s minutes. Your reason stands in its timeline and in the log of the"
                " administrators, whoever answers for it is told, and each look is written down.",
                minutes=minutes,
            ),
            address=url_for("admin.look_into", instance_id=instance_id),
            act=_("Look into the case"),
            leave=_("Leave it"),
            back=page_of(instance_id),
            icon="search",
        )

    def do(session: Session, reason: str) -> str:
        case = cases_of(session, [instance_id])[instance_id]
        until = looks.let_in(session, case, by=here.actor(), reason=reason)
        return _("The case is open to you until %(time)s.", time=dates.clock_text(until, here.zone()))

    return carry_out(instance_id, ask, do)
