"""The cases that belong to a case, on its page; saying that two are not the same after all."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from engine import Session, lock_instance
from engine.errors import NotFound, ReasonMissing
from processes.cases import access, links, merging, register
from processes.cases.links import Linked
from processes.cases.schema import DbCase
from processes.errors import UndoneAlready
from web.shell import errors, here, once
from web.shell.language import gettext as _
from web.shell.pages import ask
from web.shell.parts import Badge, Confirm

blueprint = Blueprint("linked", __name__, url_prefix="/cases/<number>/links/<other>")


@dataclass(frozen=True)
class Shown:
    """A case beside the one that is shown."""

    number: str
    title: str
    how: str
    address: str
    undo: str
    """Where the link may be undone; empty for those who only read."""
    act: str


def shown(session: Session, case: DbCase) -> Sequence[Shown]:
    """The cases that belong to a case and that the person may see."""
    found = links.of_case(session, case, here.actor())
    works = bool(found) and access.works_on(session, here.actor(), case)
    return [_shown(case, each, works=works) for each in found]


def _shown(case: DbCase, each: Linked, *, works: bool) -> Shown:
    merged = each.link.kind == links.MERGED
    how = _("goes on there") if each.into else _("merged into this one") if merged else _("linked")
    return Shown(
        each.other.number,
        each.other.title,
        how,
        url_for("cases.case", number=each.other.number),
        url_for("linked.undo", number=case.number, other=each.other.number) if works else "",
        _("Not the same after all …") if merged else _("Undo the link …"),
    )


def badge(session: Session, case: DbCase) -> Badge | None:
    """Where a merged case goes on, whether or not the person may see that one."""
    other = links.survivor(session, case) if case.status == links.MERGED else None
    return Badge(_("merged, goes on in %(number)s", number=other.number), "", "external-link") if other else None


@blueprint.route("", methods=["GET", "POST"])
def undo(number: str, other: str) -> BaseResponse:
    """Ask once, with a reason; then a merged case runs by itself again, from its registration."""
    back = url_for("cases.case", number=number)
    with here.reading() as session:
        if once.find(session) is not None:
            return redirect(back, 303)
        merged = _find(session, number, other).link.kind == links.MERGED
    if request.method == "GET":
        return ask(_confirm(number, other, merged=merged), active="cases")
    reason = here.reason()
    if not reason:
        asked = replace(_confirm(number, other, merged=merged), problem=errors.explain(ReasonMissing()))
        return ask(asked, active="cases", status=422)
    here.do(lambda session: once.act(session, lambda: _separate(session, number, other, reason)))
    flash(_("Undone; it is in the record of both cases."))
    return redirect(back, 303)


def _separate(session: Session, number: str, other: str, reason: str) -> str:
    for each in sorted((number, other)):  # of two who undo it at once, from whichever side, the second finds it undone
        lock_instance(session, register.get_case(session, each, here.actor()).instance_id)
    found = _find(session, number, other)
    return merging.separate(session, here.kesu().office, found.link, by=here.actor(), reason=reason).number


def _find(session: Session, number: str, other: str) -> Linked:
    """NotFound for what the person does not work on or may not see, and where nothing is linked; UndoneAlready."""
    case = register.get_case(session, number, here.actor())
    works = access.works_on(session, here.actor(), case)
    found = links.of_case(session, case, here.actor()) if works else ()
    link = next((each for each in found if each.other.number == other), None)
    before = links.undone(session, case, other) if works and link is None else None
    if before is not None and before.undone_at is not None:
        raise UndoneAlready(by=before.undone_by, at=before.undone_at)
    if link is None:
        raise NotFound(what="page", key=other)
    return link


def _confirm(number: str, other: str, *, merged: bool) -> Confirm:
    text = _("The merged case begins again with its registration; its date counts from its own receipt.")
    return Confirm(
        title=_("Not the same: %(one)s and %(other)s", one=number, other=other),
        address=url_for("linked.undo", number=number, other=other),
        act=_("Not the same after all") if merged else _("Undo the link"),
        leave=_("Leave it"),
        back=url_for("cases.case", number=number),
        text=text if merged else _("The link stays in the record of both cases as undone."),
        reason=True,
        hidden=[(once.FIELD, once.new_key())],
    )
