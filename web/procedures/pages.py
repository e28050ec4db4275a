"""Procedures: the diagrams that run, and each rule of their document with what follows it and its proof."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from flask import Blueprint, Response, request, url_for

from engine import Deployable, Deployment, LoadedDeployment, deployments, loading
from engine.errors import NotFound
from processes import folders, rules
from processes.procedures.model import Procedure
from processes.rules import Rule
from processes.scenario import tracing
from processes.scenario.tracing import Step, Walked
from web.diagrams import drawings
from web.filling import submission
from web.procedures import heat
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

    @property
    def places(self) -> Sequence[tuple[str, Sequence[StepRow]]]:
        """The steps under what they stand in, in their order."""
        homes = dict.fromkeys(step.home for step in self.steps)
        return [(home, [step for step in self.steps if step.home == home]) for home in homes]

    @property
    def because(self) -> str:
        """Why no step does it, in the reader's language."""
        return language.label(self.rule.because)

    @property
    def proofs(self) -> Sequence[str]:
        """The scenarios that walk any of them."""
        return sorted({proof for step in self.steps for proof in step.proofs})


@dataclass(frozen=True)
class Group:
    """The rules that begin in one diagram, table or form, folded under its name."""

    title: str
    rows: Sequence[RuleRow]


def _groups(rows: Sequence[RuleRow]) -> list[Group]:
    """The rules under where the first thing stands that follows them; what nothing follows comes last."""
    found: dict[str, list[RuleRow]] = {}
    for row in rows:
        found.setdefault(row.places[0][0] if row.places else "", []).append(row)
    told = [Group(home, some) for home, some in found.items() if home]
    return [*told, Group(_("Nothing follows these"), found[""])] if "" in found else told


@blueprint.get("")
def choose() -> Response:
    """All folders that run: the procedures, then what several of them call."""
    with here.reading() as session:
        every = deployments.list_deployments(session)
        rows = [_row(each, loading.load(session, each.id)) for each in every if each.is_current]
    return show("all_procedures.html", active="procedures", rows=sorted(rows, key=lambda row: (row.shared, row.name)))


@blueprint.get("/<name>")
def procedure(name: str) -> Response:
    """One folder as it runs now: its diagrams, and its rules one by one."""
    with here.reading() as session:
        found = deployments.find_deployment(session, name)
        if found is None:
            raise NotFound(what="procedure", key=name)
        every = {key: loading.load(session, number) for key, number in loading.current(session).folders.items()}
        own = every[name]
        homes = {key: each.id for each in every.values() for key in each.compiled.processes}
        first = _first(own)
        keys = sorted(own.compiled.processes, key=lambda key: (key != first, key))
        chosen = request.args.get("diagram", next(iter(keys), ""))
        if chosen not in homes:
            raise NotFound(what="diagram", key=chosen)
        walked = _walked() if _as_shipped(deployments.get_files(session, found.id), name) else None
        traced = tracing.trace(rules.of_files(own.others), [_drawn(each) for each in every.values()], walked or {})
        names, guides = _names(every.values()), _guides(every.values())
        names |= _titles(every.values(), {step.home for each in traced for step in each.steps} - names.keys())
        focus = request.args.get("element", "")
        return show(
            "procedure.html",
            active="procedures",
            title=_title(name, own),
            version=found.version,
            times=url_for("heat.times", name=name, diagram=chosen) if heat.read_by(session, own) else "",
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
            groups=_groups(
                [
                    RuleRow(
                        each.rule, each.executable, [_step(name, step, names, homes, guides) for step in each.steps]
                    )
                    for each in traced
                ]
            ),
            played=walked is not None,
        )


def _row(found: Deployment, loaded: LoadedDeployment) -> FolderRow:
    declared = loaded.declaration
    known = isinstance(declared, Procedure)
    registration = declared.registration if known else None
    return FolderRow(
        _title(found.name, loaded),
        text_of(registration.purpose) if registration is not None else "",
        not known or declared.shared,
        found.version,
        len(rules.of_files(loaded.others)),
        url_for(".procedure", name=found.name),
    )


def _first(loaded: LoadedDeployment) -> str:
    """The process that cases begin with."""
    declared = loaded.declaration
    known = isinstance(declared, Procedure) and declared.registration is not None
    return declared.registration.process if known else ""


def _title(name: str, loaded: LoadedDeployment) -> str:
    """What people call a folder; its key where it declares nothing."""
    declared = loaded.declaration
    return (text_of(declared.name) if isinstance(declared, Procedure) else "") or name


def _drawn(loaded: LoadedDeployment) -> Deployable:
    """What is traced of a folder, from what is kept of it in memory."""
    files = {**loaded.others, **{form.path: form.content for form in loaded.forms.values()}}
    return Deployable(files, loaded.compiled.processes, loaded.compiled.decisions, ())


def _as_shipped(files: Mapping[str, bytes], name: str) -> bool:
    """Whether the files are those whose scenarios were played; a company's own change has not been."""
    return dict(files) == dict(_shipped().get(name, {}))


@lru_cache(maxsize=1)
def _shipped() -> Mapping[str, Mapping[str, bytes]]:
    """The files of the folders that come with the program, which do not change while it runs."""
    return {each.key: each.files for each in folders.shipped()}


def _names(every: Iterable[LoadedDeployment]) -> dict[str, str]:
    """What processes and tables are called, by key."""
    found: dict[str, str] = {}
    for each in every:
        found |= {key: language.say(process.name) for key, process in each.compiled.processes.items()}
        found |= {key: language.say(decision.name) for key, decision in each.compiled.decisions.items()}
    return found


def _titles(every: Iterable[LoadedDeployment], keys: Collection[str]) -> dict[str, str]:
    """What some forms are called, by key, where they have a title."""
    forms = {key: form for each in every for key, form in each.forms.items() if key in keys}
    return {key: title for key, form in forms.items() if (title := submission.title(form, {}))}


def _guides(every: Iterable[LoadedDeployment]) -> dict[str, str]:
    """The lists beside the forms of registrations, by their English titles."""
    declared = (each.declaration for each in every)
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
    return tracing.kept(folders.ROOT)
