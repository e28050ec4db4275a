"""Moving an instance to the current version of its process, after telling what is otherwise there."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from flask import request, url_for
from werkzeug.wrappers import Response as BaseResponse

from engine import Lack, Misfit, Move, Session, deployments, in_words, moves
from engine.errors import NotFound, Refused
from web.admin.acts.about import called, drawing_of, page_of
from web.admin.acts.confirm import carry_out, carry_out_freely
from web.admin.entrance import blueprint
from web.diagrams.labels import Drawn
from web.shell import here, language, numbers
from web.shell.language import gettext as _
from web.shell.language import ngettext
from web.shell.parts import Confirm
from web.shell.people import joined
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
MOST_MOVED = 200
"""At a time: each is a step. The question goes on behind these, so that none of them is in the way of the others."""
NAMED = 8


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


@blueprint.route("/deployments/<int:deployment_id>/move", methods=["GET", "POST"])
def move_all(deployment_id: int) -> BaseResponse:
    """Let all that runs earlier versions go on in the current one, each in a step of its own, where it goes."""
    after = request.args.get("after", 0, type=numbers.number)

    def ask() -> Confirm:
        with here.reading() as session:
            found = deployments.get_deployment(session, deployment_id)
            some, more = _some(session, deployment_id, after)
            version = moves.NewVersion(session, deployment_id)
            looked = {number: moves.look(session, number, version=version) for number in some}
            go = [number for number, each in looked.items() if not (each.obstacles or each.stops)]
            rows = (
                [(_("Can be moved"), _named(session, go), _("version %(version)s", version=found.version))]
                if go
                else []
            )
            why = Counter(
                (drawing_of(session, number).label(each.element, each.process) or each.process, each.kind)
                for number, one in looked.items()
                for each in one.obstacles[:1]
            )
            rows += [
                (label, ngettext("%(num)s stays", "%(num)s stay", count), language.word(MISFITS[kind]))
                for (label, kind), count in sorted(why.items())
            ]
            lacking = Counter(_lacking(each) for one in looked.values() for each in one.stops[:1])
            rows += [
                (label, ngettext("%(num)s stays", "%(num)s stay", count), said)
                for (label, said), count in sorted(lacking.items())
            ]
            return Confirm(
                title=_("Move what runs earlier versions to version %(version)s?", version=found.version),
                text=_(
                    "Each is moved by itself. What does not go stays in its version, and can be moved when it has gone "
                    "past."
                ),
                address=url_for("admin.move_all", deployment_id=deployment_id, after=after or None),
                act=ngettext("Move %(num)s", "Move %(num)s", len(go)) if go else "",
                leave=_("Leave them"),
                back=url_for("admin.deployment", deployment_id=deployment_id),
                rows=rows,
                reason=bool(go),
                icon="refresh",
                problem="" if go else _nothing(bool(after or more)),
                more=url_for("admin.move_all", deployment_id=deployment_id, after=some[-1]) if more else "",
            )

    return carry_out_freely(ask, lambda reason: _move_all(deployment_id, after, reason))


def _some(session: Session, deployment_id: int, after: int) -> tuple[list[int], bool]:
    """The instances behind a number of which it is asked at once, and whether there are more."""
    found = moves.behind(session, deployment_id, MOST_MOVED + 1, after)
    return found[:MOST_MOVED], len(found) > MOST_MOVED


def _nothing(of_these: bool) -> str:  # noqa: FBT001 - which of both sentences
    return (
        _("None of these can be moved now.")
        if of_these
        else _("Nothing that runs an earlier version can be moved now.")
    )


def _move_all(deployment_id: int, after: int, reason: str) -> str:
    with here.reading() as session:
        some, more = _some(session, deployment_id, after)
        version = moves.NewVersion(session, deployment_id)
    done = 0
    for number in some:
        try:
            here.do(partial(moves.move, instance_id=number, by=here.actor(), reason=reason, careful=version))
        except (NotFound, Refused):
            continue
        done += 1
    said = _("%(done)s moved, %(left)s stay in their version.", done=done, left=len(some) - done)
    return said + (" " + _("There are more; these are the next ones.") if more else "")


def _named(session: Session, some: Sequence[int]) -> str:
    """What people call the first of some instances, and that there are more."""
    more = f" … ({len(some)})" if len(some) > NAMED else ""
    return joined([called(session, each) for each in some[:NAMED]]) + more


def _lacking(lack: Lack) -> tuple[str, str]:
    """What reads a variable that an instance lacks, and which."""
    said = (
        _(
            "asks for %(name)s, which the case does not have and nothing ahead writes: it would stop there",
            name=lack.name,
        )
        if lack.stops
        else _("shows %(name)s, which the case does not have and nothing ahead writes", name=lack.name)
    )
    return in_words(lack.said, language.word), said


def _rows(found: Move, drawing: Drawn) -> Iterator[tuple[str, str, str]]:
    yield _("Version"), str(found.before.version), str(found.after.version)
    for each in found.obstacles:
        drawn = drawing.processes.get(each.process)
        title = drawing.title(drawn) if drawn is not None else each.process
        yield drawing.label(each.element, each.process) or title, _("is in it"), language.word(MISFITS[each.kind])
    for lack in found.lacks:
        label, said = _lacking(lack)
        yield label, _("asked for ahead"), said
    for process, element in found.waits:
        yield drawing.label(element, process), _("is in it"), _("the same")
