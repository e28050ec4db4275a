"""Comments on a case, written from its page, from a task, or when somebody else was faster."""

from flask import Blueprint, Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from engine import Session
from engine.errors import NotFound
from processes.cases import comments, disclosure, register
from processes.cases.schema import DbCase
from processes.errors import CaseErased, CommentEmpty, CommentTooLong, FileRefused
from web.filling import submission
from web.shell import came_from, errors, here, numbers
from web.shell.language import gettext as _
from web.shell.once import new_key
from web.shell.pages import ask
from web.shell.parts import Confirm

blueprint = Blueprint("comments", __name__)


@blueprint.get("/cases/<number>/comment")
def form(number: str) -> Response:
    """Where it is written."""
    with here.reading() as session:
        case = register.get_case(session, number, here.actor())
        return ask(_asking(case), active="cases")


@blueprint.post("/cases/<number>/comment")
def write(number: str) -> BaseResponse:
    """Keep it, once; whoever may see the case may write."""
    text, once = request.form.get("text", ""), request.form.get("_once", "")
    try:
        files = submission.uploads("files")
        with here.transaction() as session:
            case = register.get_case(session, number, here.actor())
            element = _element(session, case)
            entry = comments.write(
                session,
                here.kesu().settings,
                case,
                text,
                by=here.actor(),
                once=once,
                element=element,
                files=files,
            )
            back = came_from.address(url_for("cases.case", number=case.number, _anchor=f"note-{entry}"))
    except (CaseErased, CommentEmpty, CommentTooLong, FileRefused) as error:
        with here.reading() as session:
            case = register.get_case(session, number, here.actor())
            return ask(_asking(case, problem=errors.explain(error), typed=text), active="cases", status=422)
    flash(_("The comment stands in the timeline of %(number)s.", number=case.number))
    return redirect(back, 303)


def field(typed: str) -> dict[str, object]:
    """The field in which it is written."""
    return {"name": "text", "label": _("Comment"), "lines": 5, "value": typed, "most": comments.MOST_SIGNS}


def told() -> str:
    """What one should know before writing."""
    return _("All who may see the case can read it. It cannot be changed or taken back.")


def _asking(case: DbCase, *, problem: str = "", typed: str = "") -> Confirm:
    address = url_for("cases.case", number=case.number)
    back = came_from.address(address)
    return Confirm(
        title=_("Comment on %(number)s", number=case.number),
        text=told(),
        address=url_for("comments.write", number=case.number),
        act=_("Add comment"),
        leave=_("Leave it"),
        back=back,
        reason=False,
        fields=[field(typed), {"name": "files", "label": _("Files"), "type": "file", "required": False}],
        hidden=[
            ("_once", request.form.get("_once") or new_key()),
            ("_task", request.values.get("_task", "")),
            (came_from.FIELD, back),
        ],
        icon="message",
        problem=problem,
    )


def _element(session: Session, case: DbCase) -> str | None:
    """The step of the task at which it was written, if it is one of the case and of the writer."""
    number = request.form.get("_task", type=numbers.number)
    if number is None:
        return None
    try:
        task = disclosure.get_task(session, number, here.actor())
    except NotFound:
        return None
    return task.element if task.instance_id == case.instance_id else None
