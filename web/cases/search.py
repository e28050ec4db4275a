"""The search in the top bar: results as one types; an exact number leads straight to its case."""

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from processes.cases.case_filter import CaseFilter
from processes.cases.search import find_exact, search
from web.cases.rows import case_row
from web.shell import here
from web.shell.pages import show
from web.shell.people import names
from web.shell.words import Words

blueprint = Blueprint("search", __name__, url_prefix="/search")

MOST = 8


@blueprint.get("")
def results() -> BaseResponse:
    """The case with that number, else the list of what is found."""
    text = request.args.get("q", "").strip()
    with here.reading() as session:
        exact = find_exact(session, here.actor(), text) if text else None
        if exact is not None:
            return redirect(url_for("cases.case", number=exact.number))
    return redirect(url_for("cases.list_cases", q=text, state="all"))


@blueprint.get("/suggest")
def suggest() -> Response:
    """The first results, as a menu."""
    text = request.args.get("q", "").strip()
    if len(text) < 2:
        return Response("")
    with here.reading() as session:
        found = search(session, here.actor(), CaseFilter(text=text, per_page=MOST))
        calendar, called, words = here.kesu().office.calendar(session), names(session), Words(session)
        rows = [case_row(case, called, calendar, words) for case in found.cases]
    return show("found.html", rows=rows, total=found.total, more=found.more, text=text)
