"""What goes wrong, as an HTTP status and a page: one table, plain words, nothing revealed to strangers."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from flask import Flask, Response, g, make_response, render_template, request
from flask_login import AnonymousUserMixin, current_user
from werkzeug.exceptions import HTTPException, InternalServerError

from engine import Throttle
from engine import errors as engine
from forms import Message
from processes import errors as processes
from web.shell import here, language
from web.shell.language import gettext as _
from web.shell.people import names

STATUS: Mapping[type[engine.KesuError], int] = {
    engine.NotFound: 404,
    engine.NotStartable: 404,
    engine.AlreadyCompleted: 409,
    engine.TaskCancelled: 409,
    engine.ClaimedByOther: 409,
    engine.NotClaimed: 409,
    engine.TaskChanged: 409,
    engine.AlreadyRecorded: 409,
    engine.NoLongerWaitedFor: 409,
    engine.InstanceEnded: 409,
    engine.StaleInstance: 409,
    engine.NotWaiting: 409,
    engine.NotCorrelated: 409,
    engine.Ambiguous: 409,
    engine.NotCandidate: 403,
    engine.SeparationOfDuties: 403,
    engine.FormRefused: 422,
    engine.VariablesRefused: 422,
    engine.DeploymentRefused: 422,
    engine.ReasonMissing: 422,
    engine.Suspended: 409,
    engine.Refused: 422,
    processes.AskedAlready: 409,
    processes.UndoneAlready: 409,
    processes.FileRefused: 422,
    processes.DraftTooLarge: 413,
    processes.PaperFailed: 422,
    engine.Passing: 503,
}
"""The nearest class of an error decides; what is not listed is our own mistake, 500."""

CONFLICTS = (
    engine.AlreadyCompleted,
    engine.TaskCancelled,
    engine.ClaimedByOther,
    engine.TaskChanged,
    engine.AlreadyRecorded,
    engine.NoLongerWaitedFor,
    engine.StaleInstance,
    engine.NotWaiting,
    engine.NotCorrelated,
    engine.InstanceEnded,
    processes.AskedAlready,
    processes.UndoneAlready,
)
"""Somebody else was faster."""

ANSWERS = (engine.FormRefused, engine.VariablesRefused, processes.FileRefused)
"""The answers cannot be taken: they go back into the form."""

PEOPLE = frozenset({"by", "who"})
"""Fields of errors that hold a login."""

log = structlog.get_logger(__name__)
quiet = Throttle(log)
"""For what goes wrong in each request while the database is away."""


@dataclass(frozen=True)
class Trouble:
    """What the page of an error says."""

    status: int
    title: str
    text: str = ""
    icon: str = "alert-octagon"
    number: str = ""
    """To tell the administrator."""
    retry: bool = False
    typed: tuple[tuple[str, str], ...] = field(default=())
    """What was typed and could not be sent: names and values."""
    again: tuple[tuple[str, str], ...] = field(default=())
    """What is sent once more by a button, hidden fields included."""
    files: tuple[tuple[str, str], ...] = field(default=())
    """What has to be chosen once more: the name of the field, and those of its files."""


def status_of(error: engine.KesuError) -> int:
    """The HTTP status of one of our errors."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def explain(error: engine.KesuError) -> str:
    """An error in the reader's language, people by name, times in the installation's zone."""
    if isinstance(error, engine.FormRefused):
        return _("The answers were not accepted. Nothing was changed.")
    known: dict[str, Any] = dict(error.fields)
    if PEOPLE & known.keys():
        with here.reading() as session:
            called = names(session)
        known |= {name: called.person(str(known[name])) for name in PEOPLE & known.keys()}
    drawn = ("what",) if isinstance(error, engine.Suspended) else ("element", "done")
    known |= {name: language.say(str(known[name]), error.deployment_id) for name in drawn if name in known}
    moments = {name: value.astimezone(here.zone()) for name, value in known.items() if isinstance(value, datetime)}
    return language.word(error.template).format(**(known | moments))


def by_field(error: engine.FormRefused | engine.VariablesRefused | processes.FileRefused) -> dict[str, Message]:
    """What is wrong with the answers by path, as sentences that can be translated; the empty path is the whole form."""
    if isinstance(error, processes.FileRefused):
        return {"": Message("file_refused", explain(error))}
    wrong = error.errors if isinstance(error, engine.FormRefused) else {error.name: explain(error)}
    return {path: said if isinstance(said, Message) else Message("refused", str(said)) for path, said in wrong.items()}


def page(trouble: Trouble) -> Response:
    """The page, or the part of one, that says what happened; it stands alone where what is around it fails as well."""
    try:
        return _page(trouble)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told and the page goes out
        _stand_alone(error)
        return _page(trouble)


def _page(trouble: Trouble) -> Response:
    known = _is_known()
    layout = "bare.html" if here.is_part() else "base.html" if known else "outage.html"
    return make_response(render_template("error.html", layout=layout, trouble=trouble), trouble.status)


def _is_known() -> bool:
    """Whether somebody is signed in; nobody where the database cannot say."""
    try:
        return bool(current_user.is_authenticated)
    except engine.Passing:
        _ask_nobody()
    except Exception as error:  # noqa: BLE001 - the same
        _stand_alone(error)
    return False


def _stand_alone(error: Exception) -> None:
    """Ask the database no more: what went wrong is wrong with what is around the page as well."""
    quiet.error(f"the page of an error stands alone: {type(error).__name__}", exc_info=error)
    _ask_nobody()


def _ask_nobody() -> None:
    """Let the page of an error need no database."""
    g._login_user = AnonymousUserMixin()  # noqa: SLF001 - Flask-Login's name


def away(error: engine.Passing) -> Response:
    """The answer while the database is away, or does not say who asks."""
    quiet.warning("a request found no database", error=str(error))
    _ask_nobody()
    return page(refused(error))


def not_found() -> Trouble:
    """The same words for what does not exist and for what one may not see, beside what the person has typed there."""
    text = _("It does not exist, or it is open to other units only. Nothing more can be said here.")
    return Trouble(404, _("You cannot open this"), text, icon="lock", typed=typed(), files=files())


def refused(error: engine.KesuError) -> Trouble:
    """One of our errors as a page, with what was typed."""
    status = status_of(error)
    if status == 404:
        return not_found()
    if isinstance(error, CONFLICTS):
        return Trouble(status, faster(error), explain(error), icon="users", typed=typed(), files=files())
    if status == 503:
        text = _("Nothing was changed. Somebody else is working on this at the moment.")
        if isinstance(error, engine.DatabaseAway):
            text = _("The database does not answer at the moment. What was kept before is safe.")
        if isinstance(error, engine.TablesChanged):
            text = _("Another version of Kesu is being installed at the moment. What was kept before is safe.")
        if isinstance(error, engine.NotWritten):
            text = explain(error)
        title, retry, again = _("Try again in a moment"), request.method == "GET", sent()
        return Trouble(status, title, text, icon="hourglass", retry=retry, typed=typed(), again=again, files=files())
    return Trouble(
        status, _("Nothing was changed"), explain(error), icon="alert-triangle", typed=typed(), files=files()
    )


def faster(error: engine.KesuError) -> str:
    """Who was faster: somebody else, or the person in another tab."""
    own = getattr(error, "by", None) == here.actor().id
    return _("Already done in another tab") if own else _("Somebody else was faster")


def typed() -> tuple[tuple[str, str], ...]:
    """What the person had typed, to be kept on the page: never passwords or the forgery token.

    By the labels of its form, where it is known by now which it is, and the database lets itself be asked for them.
    """
    if request.method != "POST":
        return ()
    pairs = request.form.items(multi=True)
    sent = [(name, text) for name, text in pairs if text.strip() and name[:1] != "_" and not _is_hidden(name)]
    say: Say | None = g.get(SAY)
    try:
        return tuple(sent if say is None else [say(name, text) for name, text in sent])
    except Exception as error:  # noqa: BLE001 - the text is more than its labels
        quiet.error(f"what was typed stands without labels: {type(error).__name__}", exc_info=error)
        return tuple(sent)


Say = Callable[[str, str], tuple[str, str]]
SAY = "say_typed"


def say_typed(say: Say) -> None:
    """Let what was typed be given back by this request in the words that a function gives for a name and a text."""
    setattr(g, SAY, say)


def sent() -> tuple[tuple[str, str], ...]:
    """All that was sent, to be sent once more; nothing where that cannot be done: with passwords, in parts."""
    if request.method != "POST" or here.is_part():
        return ()
    pairs = tuple(request.form.items(multi=True))
    return () if any("password" in name for name, _text in pairs) else (*pairs, *g.get(KEPT, ()))


def files() -> tuple[tuple[str, str], ...]:
    """What a browser does not send by itself once more, by its field; not what has been kept already."""
    if request.method != "POST":
        return ()
    kept = {name for name, _number in g.get(KEPT, ())}
    names: dict[str, list[str]] = {}
    for name, file in request.files.items(multi=True):
        if file.filename and f"_keep:{name}" not in kept:
            names.setdefault(name, []).append(file.filename)
    return tuple((name, ", ".join(each)) for name, each in names.items())


KEPT = "kept_files"
"""Of a request: the files it has stored, as the fields of its form name them; they need not be chosen again."""

HIDDEN = frozenset({"csrf_token", "next", "kept", "revision"})


def _is_hidden(name: str) -> bool:
    return name in HIDDEN or "password" in name


def install(app: Flask) -> None:
    """Answer every error with a page; what is to be known of it is written to the log here, without its address."""
    app.log_exception = lambda exc_info: None  # type: ignore[method-assign]  # noqa: ARG005 - Flask's name
    app.register_error_handler(engine.DatabaseAway, away)

    @app.errorhandler(engine.KesuError)
    def ours(error: engine.KesuError) -> Response:
        _is_known()  # asked before the first word, which is in the reader's language
        return broken(error) if status_of(error) == 500 else page(refused(error))

    @app.errorhandler(HTTPException)
    def standard(error: HTTPException) -> Response:
        _is_known()  # likewise
        code = error.code or 500
        if code in (301, 302, 303, 307, 308):
            return make_response(error.get_response())
        if code in (403, 404):
            return page(not_found())
        if code == 413:
            text = _("What was sent is too large. Send fewer or smaller files.")
            return page(Trouble(413, _("Nothing was changed"), text, icon="alert-triangle"))
        text = _("This page cannot be asked in that way.")
        return page(Trouble(code, _("Nothing was changed"), text, icon="alert-triangle"))

    @app.errorhandler(InternalServerError)
    def late(error: InternalServerError) -> Response:
        """What came when the page was made already, as when it is to be written down who looked."""
        inner = error.original_exception
        if isinstance(inner, engine.DatabaseAway):
            return away(inner)
        return ours(inner) if isinstance(inner, engine.KesuError) else broken(inner or error)

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        if app.testing:
            raise error
        return broken(error)


def broken(error: BaseException) -> Response:
    """Our own mistake: told by a number, written to the log with everything that helps."""
    _is_known()  # asked before the first word, which is in the reader's language
    number = secrets.token_hex(3).upper()
    number = f"{number[:4]}-{number[4:]}"
    rule, known = str(request.url_rule or ""), f"request failed: {type(error).__name__} at {request.endpoint}"
    log.error("request failed", number=number, method=request.method, rule=rule, error=type(error).__name__)
    quiet.error(known, number=number, exc_info=error)
    title, text = _("That did not work. Nothing was changed."), _("Tell the administrator this number:")
    return page(Trouble(500, title, text, number=number, retry=request.method == "GET", typed=typed(), files=files()))
