"""Units and roles: which there are, one more, and all of them from a file and into one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Response, flash, redirect, request, url_for
from sqlalchemy import func, select
from werkzeug.wrappers import Response as BaseResponse

from engine import Session
from processes import folders
from processes.errors import UnitFileRefused
from processes.people import chart
from processes.people.chart import Unit
from processes.people.schema import DbMembership, DbUnit, DbUnitAct
from processes.spreadsheet import MOST_BYTES, LineFinding
from web.admin import show
from web.admin.entrance import blueprint
from web.admin.lines import message_of, told
from web.shell import here, language
from web.shell.language import gettext as _
from web.shell.pages import show as page
from web.shell.people import Names, beside, joined, names

SHOWN_ACTS = 50


@dataclass(frozen=True)
class UnitRow:
    """A unit or role, and how many people are in it."""

    key: str
    kind: str
    name_zh: str
    name_en: str
    people: int


@dataclass(frozen=True)
class ActRow:
    """A unit or role that was made or renamed."""

    at: show.Moment
    who: str
    unit: str
    before: str
    """Empty of one that was made."""
    after: str


@blueprint.get("/units")
def units() -> Response:
    """All units and roles."""
    return _page()


@blueprint.get("/units.csv")
def units_file() -> Response:
    """All units and roles as a file, which can be read in again."""
    with here.reading() as session:
        text = chart.export_csv(session)
    response = Response(text.encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename="units.csv")
    return response


@blueprint.post("/units")
def add_units() -> BaseResponse:
    """Add those of a file, or one that is typed; those that are there by their key are renamed."""
    sent = request.files.get("file")
    if sent is not None and sent.filename:
        return _read_in(sent.stream.read(MOST_BYTES + 1))
    if request.form.get("act") == "listed":
        with here.transaction() as session:
            wanted = _missing(session)
            chart.create(session, wanted, by=here.actor())
        flash(_("%(added)s added, %(renamed)s renamed.", added=len(wanted), renamed=0))
        return redirect(url_for("admin.units"), 303)
    typed = {name: request.form.get(name, "").strip() for name in chart.COLUMNS}
    try:
        unit = chart.unit_of(typed)
    except ValueError as error:
        return _page(typed, problem=message_of(str(error), language.current()), status=422)
    with here.transaction() as session:
        chart.create(session, [unit], by=here.actor())
    flash(_("Kept."))
    return redirect(url_for("admin.units"), 303)


def _read_in(content: bytes) -> BaseResponse:
    try:
        with here.transaction() as session:
            done = chart.import_csv(session, content, by=here.actor())
    except UnitFileRefused as error:
        lines = [each for each in _lines(error) if isinstance(each, LineFinding)]
        return _page(findings=told(lines), status=422)
    flash(_("%(added)s added, %(renamed)s renamed.", added=done.added, renamed=done.renamed))
    return redirect(url_for("admin.units"), 303)


def _missing(session: Session) -> list[Unit]:
    """What the shipped procedures list and nobody has made."""
    known = set(session.scalars(select(DbUnit.key)))
    return [each for each in chart.of_folders(folders.shipped()) if each.key not in known]


def _lines(error: UnitFileRefused) -> Sequence[object]:
    found = error.fields.get("lines", ())
    return found if isinstance(found, tuple) else ()


def _page(
    typed: Mapping[str, str] | None = None, *, problem: str = "", findings: Sequence[str] = (), status: int = 200
) -> Response:
    kinds = {"unit": _("unit"), "role": _("role")}
    with here.reading() as session:
        counted = select(DbMembership.unit, func.count()).group_by(DbMembership.unit)
        called = names(session)
        people = {key: int(count) for key, count in session.execute(counted)}
        rows = [
            UnitRow(each.key, kinds.get(each.kind, each.kind), each.name_zh, each.name_en, people.get(each.key, 0))
            for each in session.scalars(select(DbUnit).order_by(DbUnit.kind.desc(), DbUnit.key))
        ]
        return page(
            "admin/units.html",
            status,
            active="admin",
            rows=rows,
            missing=joined(each.name_zh if language.current() == "zh" else each.name_en for each in _missing(session)),
            kinds=kinds,
            typed={**dict.fromkeys(chart.COLUMNS, ""), **(typed or {})},
            problem=problem,
            findings=findings,
            done=[
                [_act(each, kinds, called) for each in chart.latest_acts(session, SHOWN_ACTS, by_system=by_system)]
                for by_system in (False, True)
            ],
        )


def _act(act: DbUnitAct, kinds: Mapping[str, str], called: Names) -> ActRow:
    def said(unit: Mapping[str, str]) -> str:
        """Names and kind as they were."""
        return (
            "" if not unit else beside(f"{unit['name_zh']} · {unit['name_en']}", kinds.get(unit["kind"], unit["kind"]))
        )

    return ActRow(show.the_moment(act.at), called.person(act.actor), act.unit, said(act.before), said(act.after))
