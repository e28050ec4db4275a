"""Which elements follow which rule, and which scenarios walk them: the proof that diagrams do what documents say.

An element says which rules it follows in its property `rules`; a row of a table in its annotation; a field of a form in
its property `rules`; a list beside the form of a registration in its `rules`, for what only people can do. It is proved
where a scenario walks the element, where the row decides, where the field is filled in (a text: where the form is
shown; of an event that people record: where it comes), where one registers.
What no step can do says why, in the last column of its row.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from engine import Deployable
from processes import folders
from processes.procedures.reading import read_files
from processes.rules import Rule, named
from processes.scenario.coverage import Place
from processes.scenario.play import Result

CONDUCT = frozenset({"COMM", "POL"})
"""Kinds of rules that say how people should behave or what is aimed at: shown beside a step, not executed."""
KEPT = "walked.json"
"""In a folder: which of its scenarios walk what, here and in the processes that it calls, for the pages."""
ID = re.compile(r"[A-Z][A-Z0-9]-[A-Z0-9.]+(?:-[0-9]+)?[a-zA-Z]?")

Walked = Mapping[Place, Sequence[str]]
"""The names of the scenarios that walk an element (process, id), decide by a row (decision, number) or fill in a field
(form, key)."""


@dataclass(frozen=True)
class Step:
    """Something that names a rule."""

    home: str
    """The key of the process or decision, the id of the form."""
    id: str
    name: str
    """As drawn; the id of what has no name."""
    proofs: Sequence[str]
    """The names of the scenarios that walk it."""


@dataclass(frozen=True)
class Traced:
    """A rule, what names it, and whether that is proved."""

    rule: Rule
    steps: Sequence[Step]

    @property
    def executable(self) -> bool:
        """Whether an element has to do what the rule says."""
        return self.rule.kind not in CONDUCT and not self.rule.because

    @property
    def faults(self) -> list[str]:
        """What is missing, a line each."""
        if not self.steps:
            return ["nothing follows it"] if self.executable else []
        if self.rule.because:
            return [f"no step is said to do it, but {step.home}.{step.id} claims it" for step in self.steps]
        return [f"no scenario walks {step.home}.{step.id} ({step.name})" for step in self.steps if not step.proofs]


def walks(results: Iterable[Result]) -> dict[Place, list[str]]:
    """The scenarios that walked each element and decided by each row; only those that passed."""
    found: dict[Place, set[str]] = {}
    for result in results:
        if result.result == "passed":
            for place in result.touched.elements | result.touched.rows | result.touched.fields:
                found.setdefault(place, set()).add(result.name)
    return {place: sorted(names) for place, names in found.items()}


def trace(
    rules: Mapping[str, Rule],
    drawn: Sequence[Deployable],
    walked: Walked,
    beside: Sequence[Deployable] = (),
    kept: Walked = MappingProxyType({}),
) -> list[Traced]:
    """Each rule with what names it, in the order of the rules.

    Args:
        rules: by their ids.
        drawn: the folders that have to be proved.
        walked: what scenarios walked.
        beside: what those call: counts where it is walked, and is proved with its own folder where not.
        kept: what the scenarios of those beside were seen to walk; counts there only.
    """
    found: dict[str, list[Step]] = {}
    every = [*drawn, *beside]
    users, recorders = (_users(every, recorded=recorded) for recorded in (False, True))
    joined = {**kept, **{place: sorted({*names, *kept.get(place, ())}) for place, names in walked.items()}}
    for folder in every:
        seen = joined if folder in beside else walked
        of_people = (*_fields(folder, users, recorders, seen), *_guides(folder, seen))
        for ids, step in (*_elements(folder, seen), *_rows(folder, seen), *of_people):
            for rule in ids if step.proofs or folder not in beside else ():
                found.setdefault(rule, []).append(step)
    return [Traced(rule, found.get(rule.id, ())) for rule in rules.values()]


def _elements(folder: Deployable, walked: Walked) -> Iterator[tuple[list[str], Step]]:
    for process in folder.processes.values():
        for element in process.elements.values():
            proofs = walked.get((process.key, element.id), ())
            yield named(element.properties), Step(process.key, element.id, element.name or element.id, proofs)


def _rows(folder: Deployable, walked: Walked) -> Iterator[tuple[list[str], Step]]:
    for decision in folder.decisions.values():
        for row in decision.rules:
            number = str(row.number)
            proofs = walked.get((decision.key, number), ())
            yield ID.findall(row.annotation), Step(decision.key, number, decision.name, proofs)


def _fields(
    folder: Deployable,
    users: Mapping[str, Sequence[Place]],
    recorders: Mapping[str, Sequence[Place]],
    walked: Walked,
) -> Iterator[tuple[list[str], Step]]:
    for path, content in folder.files.items():
        if not path.endswith(".form"):
            continue
        form = json.loads(content)
        home = form.get("id", path)
        shown, told = (
            sorted({name for place in some.get(home, ()) for name in walked.get(place, ())})
            for some in (users, recorders)
        )
        for field, asked in _components(form):
            ids = named(field.get("properties") or {})
            proofs = [*walked.get((home, asked), ()), *told] if asked else [*shown, *told]
            yield ids, Step(home, field.get("key") or field["id"], field.get("label", ""), proofs)


def _guides(folder: Deployable, walked: Walked) -> Iterator[tuple[Sequence[str], Step]]:
    """The lists beside the form of the registration: shown whenever a case is registered."""
    found = read_files(folder.files)
    if found is None or found.findings or found.procedure.registration is None:
        return
    registration = found.procedure.registration
    process = folder.processes.get(registration.process)
    elements = process.elements if process is not None else {}
    forms = [key for key, element in elements.items() if element.kind == "userTask"]
    proofs = sorted({name for key in forms for name in walked.get((registration.process, key), ())})
    for guide in registration.guide:
        yield guide.rules, Step(found.procedure.key, "guide", guide.title["en"], proofs)


def _components(holder: Mapping[str, Any], rows: str = "") -> Iterator[tuple[Mapping[str, Any], str]]:
    """All that a form shows, each with what is asked there: a field, the list that it is in; empty for what is told."""
    for each in holder.get("components", ()):
        told = "readFrom" in (each.get("properties") or {})
        within = rows or each.get("path", "")
        yield each, "" if told else within or each.get("key", "")
        yield from _components(each, within)


def _users(drawn: Sequence[Deployable], *, recorded: bool) -> dict[str, list[Place]]:
    """The tasks that use each form, or the events that people record with it, by its id."""
    found: dict[str, list[Place]] = {}
    for folder in drawn:
        for process in folder.processes.values():
            for element in process.elements.values():
                of_task = {element.attributes.get("formRef"), element.attributes.get("formKey")}
                for form in ({element.properties.get("recordForm")} if recorded else of_task) - {None}:
                    found.setdefault(str(form), []).append((process.key, element.id))
    return found


def lines(traced: Iterable[Traced], most: int = 3) -> Iterator[str]:
    """For each rule a line; below it one for what names it, with some of its scenarios, and one for what is missing."""
    for each in traced:
        yield f"{each.rule.id}  {each.rule.kind}  {each.rule.quote}"
        for step in each.steps:
            more = f" and {len(step.proofs) - most} more" if len(step.proofs) > most else ""
            yield f"    {step.home}.{step.id} ({step.name}): {'; '.join(step.proofs[:most]) or '-'}{more}"
        yield from [f"    no step does it: {each.rule.because}"] if each.rule.because else []
        yield from (f"    missing: {fault}" for fault in each.faults)


def closing(traced: Sequence[Traced]) -> str:
    """The last line: how many rules there are, how many of them are to be executed, how many lack a proof."""
    faulty = sum(bool(each.faults) for each in traced)
    executed = sum(each.executable for each in traced)
    return f"{len(traced)} rules, {executed} to be executed, {faulty} not proved"


def keep(results: Iterable[Result]) -> None:
    """Write down in each folder what its own scenarios walk."""
    of_folder: dict[Path, list[Result]] = {}
    for result in results:
        folder = folders.around(result.file)
        if folder is not None:
            of_folder.setdefault(folder, []).append(result)
    for folder, own in of_folder.items():
        (folder / KEPT).write_text(dump(walks(own)), encoding="utf-8")


def kept(root: Path) -> dict[Place, list[str]]:
    """What the scenarios of all folders below a path walked when they were played last."""
    found: dict[Place, set[str]] = {}
    for file in sorted(root.rglob(KEPT)):
        for place, names in load(file.read_text(encoding="utf-8")).items():
            found.setdefault(place, set()).update(names)
    return {place: sorted(names) for place, names in found.items()}


def dump(walked: Walked) -> str:
    """What scenarios walk, to be kept in a file: their names, and for each place their numbers in it."""
    names = sorted({name for each in walked.values() for name in each})
    numbers = {name: number for number, name in enumerate(names)}
    kept: dict[str, dict[str, list[int]]] = {}
    for (home, place), each in sorted(walked.items()):
        kept.setdefault(home, {})[place] = [numbers[name] for name in each]
    return json.dumps({"scenarios": names, "walked": kept}, ensure_ascii=False) + "\n"


def load(text: str) -> dict[Place, Sequence[str]]:
    """What `dump` wrote."""
    kept = json.loads(text)
    return {
        (home, place): [kept["scenarios"][number] for number in numbers]
        for home, places in kept["walked"].items()
        for place, numbers in places.items()
    }
