"""Moving an instance to the current version of its process, after telling what is otherwise there."""

from collections.abc import Iterator, Mapping

from flask import url_for
from werkzeug.wrappers import Response as BaseResponse

from engine import Misfit, Move, Session, moves
from web.admin.acts.about import called, drawing_of, page_of
from web.admin.acts.confirm import carry_out
from web.admin.entrance import blueprint
from web.diagrams.labels import Drawn
from web.shell import here, language
from web.shell.language import gettext as _
from web.shell.parts import Confirm
from web.shell.words import N_

MISFITS: Mapping[Misfit, str] = {
    Misfit.GOING: N_("goes on by itself at this moment; look again when it waits"),
    Misfit.GONE: N_("is not there any more"),
    Misfit.OTHER: N_("is drawn otherwise: other people, another time, another form or another kind"),
    Misfit.BORDER: N_("has other time limits or events at its border"),
    Misfit.AROUND: N_("listens for something else meanwhile"),
    Misfit.ARROWS: N_("waits for other arrows"),
}
"""Why an instance cannot be moved."""


@blueprint.route("/instances/<int:instance_id>/move", methods=["GET", "POST"])
def move(instance_id: int) -> BaseResponse:
    """Let an instance go on in the current version of its process."""

    def ask(session: Session) -> Confirm:
        found = moves.look(session, instance_id)
        number, version = called(session, instance_id), found.after.version
        problem = ""
        if found.obstacles:
            problem = _(
                "It cannot be moved while it is in what is marked as different; it goes on in its own version. "
                "Look again when it has gone past."
            )
        elif not found.is_needed:
            problem = _("It runs the current version already.")
        can = not problem
        return Confirm(
            title=_("Move %(number)s to version %(version)s?", number=number, version=version),
            text=_(
                "What is open stays with the people it is with, time limits stay as they are. Forms, tables, letters "
                "and the way on are those of the new version. What it has called of other folders stays as it is."
            ),
            address=url_for("admin.move", instance_id=instance_id),
            act=_("Move it") if can else "",
            leave=_("Leave it"),
            back=page_of(instance_id),
            rows=list(_rows(found, drawing_of(session, instance_id))),
            reason=can,
            icon="refresh",
            problem=problem,
        )

    def do(session: Session, reason: str) -> str:
        moves.move(session, instance_id, by=here.actor(), reason=reason)
        return _("It goes on in the new version.")

    return carry_out(instance_id, ask, do)


def _rows(found: Move, drawing: Drawn) -> Iterator[tuple[str, str, str]]:
    yield _("Version"), str(found.before.version), str(found.after.version)
    for each in found.obstacles:
        drawn = drawing.processes.get(each.process)
        title = drawing.title(drawn) if drawn is not None else each.process
        yield drawing.label(each.element, each.process) or title, _("is in it"), language.word(MISFITS[each.kind])
    for process, element in found.waits:
        yield drawing.label(element, process), _("is in it"), _("the same")
