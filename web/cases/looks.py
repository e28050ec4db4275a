"""Looks at private cases: what a page has shown of one is written down before the page goes out."""

from collections.abc import Iterable
from itertools import groupby

from flask import Flask, Response, g

from engine import Session
from processes import procedures
from processes.cases import looks
from processes.cases.schema import DbCase, DbCaseLook
from web.shell import dates, here, language
from web.shell.people import Names
from web.shell.words import N_, word

SHOWN = {
    "case": N_("the case"),
    "file": N_("the case file"),
    "task": N_("a task"),
    "form": N_("a form"),
    "document": N_("a document"),
    "papers": N_("the list of documents"),
    "letter": N_("a letter"),
    "preview": N_("the preview of a letter"),
    "instance": N_("the instance"),
    "variable": N_("a variable"),
    "list": N_("a list in a file"),
}
"""What there is to look at."""


def seen(session: Session, case: DbCase | None, what: str, detail: str = "") -> None:
    """This request shows something of a case, in the words of its procedure; of a private one it is written down."""
    if case is not None:
        language.speak_in(procedures.of_instance(session, case.instance_id).terms)
    if case is not None and looks.are_kept(session, case):
        g.setdefault("looks", {})[case.id, what, detail] = None


def taken(session: Session, cases: Iterable[DbCase]) -> None:
    """This request gives a list of cases away as a file; of each private one it is written down."""
    kept: dict[str, bool] = {}
    for case in cases:
        if case.procedure not in kept:
            kept[case.procedure] = looks.are_kept(session, case)
        if kept[case.procedure]:
            g.setdefault("looks", {})[case.id, "list", ""] = None


def install(app: Flask) -> None:
    """Write the looks of a request down when its page is made; without that nobody gets the page.

    A page that says that something does not work shows nothing of a case, and may not know who asks.
    """

    @app.after_request
    def keep(response: Response) -> Response:
        found = g.pop("looks", {})
        if found and response.status_code < 500:
            with here.transaction() as session:
                for case_id, what, detail in found:
                    looks.write(session, case_id, here.actor(), what, detail)
        return response


def rows(found: list[DbCaseLook], names: Names) -> list[tuple[str, str, str]]:
    """Who, what and when, in words; what somebody has looked at several times on end stands there once."""
    together = groupby(found, lambda look: (look.person, look.what, look.detail))
    return [_row(list(looks), names) for _same, looks in together]


def _row(same: list[DbCaseLook], names: Names) -> tuple[str, str, str]:
    last = same[0]
    what = " · ".join(part for part in (word(SHOWN, last.what), language.say(last.detail)) if part)
    times = f" ×{len(same)}" if len(same) > 1 else ""
    return names.person(last.person), f"{what}{times}", dates.record_text(last.at, here.zone())
