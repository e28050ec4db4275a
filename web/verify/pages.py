"""A PDF is dropped, and the answer is one sentence: signed on a day, altered, or not known. Nothing of it is kept."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import IO

from flask import Blueprint, Response, current_app, make_response, render_template, request
from werkzeug.exceptions import RequestEntityTooLarge

from processes.agreements import verifying
from web.shell import dates, here, known_browsers, language
from web.shell.language import gettext as _
from web.shell.visits import Visits

blueprint = Blueprint("verify", __name__)

MOST_BYTES = 20 * 1024 * 1024
ROOM = 64 * 1024
"""For what a browser sends around the file."""
PIECE = 256 * 1024
A_MINUTE = timedelta(minutes=1)
MOST, MOST_TOGETHER = 10, 120
"""Files a minute, from one address and from all together."""


@blueprint.get("/verify")
def form() -> Response:
    """The page that asks for the file."""
    return _page(200)


@blueprint.post("/verify")
def look() -> Response:
    """What the file is; it is hashed before the database is asked, and kept nowhere."""
    visits: Visits = current_app.extensions.setdefault("verify", Visits(MOST, A_MINUTE, most_together=MOST_TOGETHER))
    if not visits.allow(known_browsers.address(), here.now()):
        return _page(429, problem=_("Too many files within a minute. Wait a little and try again."))
    request.max_content_length = MOST_BYTES + ROOM
    try:
        file = request.files.get("file")
    except RequestEntityTooLarge:
        return _page(413, problem=_("The file is larger than %(size)s MB.", size=MOST_BYTES // 1024**2))
    if file is None or not file.filename:
        return _page(422, problem=_("Choose a PDF first."))
    if file.stream.read(5) != b"%PDF-":
        return _page(422, problem=_("This is no PDF. A scan or a photograph cannot be recognised."))
    file.stream.seek(0)
    seen = verifying.look_at(_pieces(file.stream))
    with here.reading() as session:
        verdict = verifying.judge(session, seen)
    return _page(200, verdict=verdict, day=_day(verdict.on), sha256=seen.sha256)


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    return iter(lambda: stream.read(PIECE), b"")


def _day(on: str) -> str:
    # with its year: an agreement is looked at for years
    return dates.day_text(date.fromisoformat(on), language.current(), this_year=0) if on else ""


def _page(
    status: int, *, problem: str = "", verdict: verifying.Verdict | None = None, day: str = "", sha256: str = ""
) -> Response:
    html = render_template("verify.html", problem=problem, verdict=verdict, day=day, sha256=sha256)
    return make_response(html, status)
