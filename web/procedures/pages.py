"""Procedures: the diagrams that run, and each rule of their document with what follows it and its proof."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from flask import Blueprint, Response, request, url_for

from engine import Deployable, Deployment, Session, deployments, loading
from engine.errors import NotFound
from processes import folders, rules
from processes.procedures.model import Procedure
from processes.rules import Rule
from processes.scenario import tracing
from processes.scenario.tracing import Step, Walked
from web.diagrams import drawings
from web.shell import here, language
from web.shell.language import gettext as _
from web.shell.pages import show
from web.shell.parts import Choice, Diagram
from web.shell.static_files import sprite
from web.shell.words import text_of

blueprint = Blueprint("procedures", __name__, url_prefix="/procedures")


@dataclass(frozen=True)
class FolderRow:
    """A folder in the list."""

    name: str
    purpose: str
    shared: bool
    version: int
    rules: int
    address: str


@dataclass(frozen=True)
class StepRow:
    """Something that follows a rule."""

    name: str
    home: str
    """What the diagram, table or form is called that it stands in."""
    proofs: Sequence[str]
    """The scenarios that walk it."""
    address: str
    """Where it is shown on its diagram; empty for rows and fields."""


@dataclass(frozen=True)
class RuleRow:
    """A rule with what follows it."""

    rule: Rule
    executable: bool
    steps: Sequence[StepRow]


@blueprint.get("")
def choose() -> Response:
    """All folders that run: the procedures, then what several of them call."""
    with here.reading() as session:
        rows = [_row(session, each) for each in _current(session)]
    return show("all_procedures.html", active="procedures", rows=sorted(rows, key=lambda row: (row.shared, row.name)))


@blueprint.get("/<name>")
def procedure(name: str) -> Response:
    """One folder as it runs now: its diagrams, and its rules one by one."""
    with here.reading() as session:
        found = deployments.find_deployment(session, name)
        if found is None:
            raise NotFound(what="procedure", key=name)
        every = {each.name: _drawn(session, each) for each in _current(session)}
        own = every[name]
        homes = {key: each.id for each in _current(session) for key in every[each.name].processes}
        keys = sorted(own.processes, key=lambda key: (key != _first(session, found), key))
        chosen = request.args.get("diagram", next(iter(keys), ""))
        if chosen not in homes:
            raise NotFound(what="diagram", key=chosen)
        walked = _walked() if _as_shipped(own.files, name) else None
        traced = tracing.trace(rules.parse(own.files.get(rules.FILE, b"")), list(every.values()), walked or {})
        names, guides = _names(every.values()), _guides(session)
        focus = request.args.get("element", "")
        return show(
            "procedure.html",
            active="procedures",
            title=_title(session, found),
            version=found.version,
            choices=[
                Choice(names[key], url_for(".procedure", name=name, diagram=key, _anchor="diagram"), key == chosen)
                for key in keys
            ],
            drawing=Diagram(
                drawings.address(homes[chosen], chosen),
                names[chosen],
                now=[focus] if focus else (),
                focus=focus,
                sprite=sprite(),
            ),
            drawing_title=names[chosen],
            rows=[
                RuleRow(
                    each.rule,
                    each.executable,
                    [_step(name, step, names, homes, guides) for step in each.steps],
                )
                for each in traced
            ],
            played=walked is not None,
        )


def _current(session: Session) -> list[Deployment]:
    return [each for each in deployments.list_deployments(session) if each.is_current]


def _row(session: Session, found: Deployment) -> FolderRow:
    declared = loading.load(session, found.id).declaration
    known = isinstance(declared, Procedure)
    files = deployments.get_files(session, found.id)
    registration = declared.registration if known else None
    return FolderRow(
        _title(session, found),
        text_of(registration.purpose) if registration is not None else "",
        not known or declared.shared,
        found.version,
        len(rules.parse(files.get(rules.FILE, b""))),
        url_for(".procedure", name=found.name),
    )


def _first(session: Session, found: Deployment) -> str:
    """The process that cases begin with."""
    declared = loading.load(session, found.id).declaration
    known = isinstance(declared, Procedure) and declared.registration is not None
    return declared.registration.process if known else ""


def _title(session: Session, found: Deployment) -> str:
    declared = loading.load(session, found.id).declaration
    return text_of(declared.name) if isinstance(declared, Procedure) else found.name


def _drawn(session: Session, found: Deployment) -> Deployable:
    compiled = loading.load(session, found.id).compiled
    return Deployable(deployments.get_files(session, found.id), compiled.processes, compiled.decisions, ())


def _as_shipped(files: Mapping[str, bytes], name: str) -> bool:
    """Whether the files are those whose scenarios were played; a company's own change has not been."""
    return any(each.key == name and dict(each.files) == dict(files) for each in folders.shipped())


def _names(every: Iterable[Deployable]) -> dict[str, str]:
    """What processes and tables are called, by key."""
    found: dict[str, str] = {}
    for each in every:
        found |= {key: language.say(process.name) for key, process in each.processes.items()}
        found |= {key: language.say(decision.name) for key, decision in each.decisions.items()}
    return found


def _guides(session: Session) -> dict[str, str]:
    """The lists beside the forms of registrations, by their English titles."""
    declared = (loading.load(session, each.id).declaration for each in _current(session))
    known = [each.registration for each in declared if isinstance(each, Procedure) and each.registration is not None]
    return {guide.title["en"]: text_of(guide.title) for each in known for guide in each.guide}


def _step(
    name: str, step: Step, names: Mapping[str, str], homes: Mapping[str, int], guides: Mapping[str, str]
) -> StepRow:
    drawn = step.home in homes
    row = step.home in names and not drawn
    return StepRow(
        _("row %(number)s", number=step.id) if row else guides.get(step.name, language.label(step.name)),
        names.get(step.home, step.home),
        step.proofs,
        url_for(".procedure", name=name, diagram=step.home, element=step.id, _anchor="diagram") if drawn else "",
    )


@lru_cache(maxsize=1)
def _walked() -> Walked:
    """What the scenarios of the shipped folders walked when they were played last."""
    return tracing.load(tracing.KEPT.read_text(encoding="utf-8"))
