"""What is wrong with the declaration of a folder: names that do not exist, phases nobody reaches, settings unknown."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from engine import (
    KIND_WORDS,
    Deployable,
    Finding,
    Process,
    Severity,
    compile_expression,
    deployments,
    is_expression,
    meant,
    nearest,
    phrase,
    quoted,
    slipped,
)
from processes import rules
from processes.errors import SettingRefused
from processes.procedures import clocks, groups, inputs, keys, options, properties, reading, starting, translated
from processes.procedures.model import Procedure, Registration, expressions_of
from processes.procedures.properties import NAMES
from processes.procedures.reading import Reading
from processes.procedures.uses import calls_of, unused_stages, words_of
from processes.settings import Settings

OF_CASES = (
    "register",
    "phases",
    "outcomes",
    "readers",
    "heads",
    "reopen",
    "case",
    "clocks",
    "facts",
    "summary",
    "start",
)
"""Tables that say something about cases."""

TAKEN = {
    "moment": frozenset({"moment", "date", "words"}),
    "day": frozenset({"moment", "date", "words"}),
    "number": frozenset({"number", "amount", "words"}),
    "money": frozenset({"number", "amount", "words"}),
    "row": frozenset({"row"}),
}
"""What may stand where one of these is asked for."""
KINDS = {**KIND_WORDS, "row": phrase("a group")}

KNOWN = frozenset({"case_no", "case_title", "received_at", "customer_language", "owner", "accepted_at"})
"""Variables that opening and taking over a case set."""

MOST_LOOK = 31 * 24 * 60
"""Minutes: longer than that nobody remembers why an administrator may read a case."""


def check(given: Deployable, settings: Settings) -> list[Finding]:
    """All findings about the declaration among the files of a folder, and about what the folder asks of it."""
    found = reading.read_files(given.files)
    if found is not None and found.findings:
        return list(found.findings)
    drawn = [*_rules(given), *translated.check(given), *properties.check(given.files)]
    drawn += [*groups.check(given, found), *inputs.check(given, found)]
    drawn += starting.check(given, found) if given.whole else ()
    if found is None:
        return [*calls_of(given, None), *drawn]
    of_drawings = (_readers, _register, _reopening, _phases, _variables) if given.whole else ()
    checks = (_alone, _begun, *of_drawings, *((keys.check,) if given.whole else ()))
    findings = [finding for each in checks for finding in each(found, given)]
    findings += clocks.check(found, given, settings) if given.whole else ()
    findings += _stages(found, given)
    refused = [_of_installation(settings, each, found.file) for each in options.refused(settings, found.procedure)]
    return [*findings, *calls_of(given, found.procedure), *refused, *drawn]


def _of_installation(settings: Settings, refused: SettingRefused, declared: str) -> Finding:
    """What an installation says instead and cannot be taken, where it says so: its settings file or environment."""
    return Finding(options.origin_of(settings, refused.name) or declared, str(refused), code="declaration")


def _rules(given: Deployable) -> Iterator[Finding]:
    """The rules that the elements name and that are in no file: nobody can read them beside the step."""
    written = given.files.get(rules.FILE)
    known = rules.of_files(given.files)
    if written and not known:
        said = phrase(
            "no rule can be read of it: write a line a rule, with tabs between {names}, as UTF-8",
            names=", ".join(rules.COLUMNS),
        )
        yield Finding(rules.FILE, said, severity=Severity.WARNING, code="unknown_rule")
        return
    yield from _rules_of_forms(given, known) if known else ()
    for process in given.processes.values():
        for element in process.elements.values():
            for rule in rules.named(element.properties):
                if rule not in known:
                    said = phrase(
                        "a rule is not shown beside the step: {file} has no rule {rule}{cure}",
                        file=rules.FILE,
                        rule=rule,
                        cure=nearest(rule, known),
                    )
                    label = " ".join(element.name.split())
                    said = phrase("{called}: {said}", called=quoted(label), said=said) if label else said
                    yield Finding(
                        process.file, said, element.id, element.name, Severity.WARNING, "unknown_rule", about=rule
                    )


def _rules_of_forms(given: Deployable, known: Collection[str]) -> Iterator[Finding]:
    """The rules that fields of forms name, likewise."""
    for path, content in given.files.items():
        todo = [json.loads(content)] if path.endswith(".form") and given.form_texts.get(path) is not None else []
        while todo:
            node = todo.pop()
            properties = node.get("properties")
            for rule in rules.named(properties) if isinstance(properties, dict) else ():
                if rule not in known:
                    said = phrase(
                        "{file} has no rule {rule}{cure}", file=rules.FILE, rule=rule, cure=nearest(rule, known)
                    )
                    label = str(node.get("label") or "")
                    said = phrase("{called}: {said}", called=quoted(label), said=said) if label else said
                    code, warning = "unknown_rule", Severity.WARNING
                    yield Finding(path, said, str(node.get("id")), label or None, warning, code, about=rule)
            todo += node.get("components") or ()


def _alone(found: Reading, given: Deployable) -> Iterator[Finding]:
    """What the declaration says by itself, and beside those of other folders."""
    procedure = found.procedure
    if procedure.shared:
        for key in OF_CASES:
            if (key,) in found.lines:
                yield found.finding(
                    (key,), phrase("shared processes have no cases of their own; take it out, or `shared`")
                )
        return
    if not (procedure.prefix.isascii() and procedure.prefix.isalpha() and procedure.prefix.isupper()):
        yield found.finding(
            ("prefix",), phrase("the numbers of cases need a prefix of letters from A to Z, for example KB")
        )
    for other in given.others:
        if isinstance(other, Procedure) and other.prefix == procedure.prefix and other.key not in ("", procedure.key):
            yield found.finding(
                ("prefix",),
                phrase("{key} has the prefix {prefix} already; choose another", key=other.key, prefix=other.prefix),
            )
    lists = {"phases": procedure.phases, "clocks": procedure.clocks, "facts": procedure.facts}
    for table, rows in lists.items():
        names = [str(getattr(row, "key", None) or getattr(row, "name", "")) for row in rows]
        for name, count in Counter(names).items():
            if count > 1:
                place = len(names) - 1 - names[::-1].index(name)
                yield found.finding(
                    (table, place),
                    phrase("{name} is there {count} times; give one of them another name", name=name, count=count),
                )


def _begun(found: Reading, given: Deployable) -> Iterator[Finding]:  # noqa: ARG001 - as all checks
    """Words of the language that are a text because no equals sign stands before them."""
    for name, value in found.procedure.start.items():
        if isinstance(value, str) and value in {"null", "true", "false"}:
            said = phrase('{name} begins with the text {value}: write "={value}"', name=name, value=value)
            yield found.finding(("start", name), said)


def _readers(found: Reading, given: Deployable) -> Iterator[Finding]:
    """For how long a reason lasts, and which tasks and processes stand apart."""
    readers = found.procedure.readers
    if readers.look_minutes < 1:
        yield found.finding(("readers", "look_minutes"), phrase("a reason has to last for one minute at least"))
    if readers.look_minutes > MOST_LOOK:
        said = phrase("a reason lasts for {most} minutes, a month, at most", most=str(MOST_LOOK))
        yield found.finding(("readers", "look_minutes"), said)
    drawn = {*given.processes, *given.all_elements}
    for name in sorted(readers.apart - drawn):
        said = phrase("no diagram draws a process or a task {name}{cure}", name=name, cure=nearest(name, drawn))
        yield found.finding(("readers", "apart"), said)


def _register(found: Reading, given: Deployable) -> Iterator[Finding]:
    register = found.procedure.registration
    if register is None:
        return
    process = given.processes.get(register.process)
    if process is None:
        said = phrase(
            "the folder has no process {process}{cure}",
            process=register.process,
            cure=nearest(register.process, given.processes),
        )
        yield found.finding(("register", "process"), said)
        return
    yield from _registering(found, given, register)
    starters = frozenset(process.candidate_starter_groups)
    if starters != register.groups:
        odd, other = sorted(register.groups - starters), sorted(starters - register.groups)
        if odd and odd[0] in given.all_groups:  # then the diagram has the typing error
            odd, other = other, odd
        name = next(iter(odd or other), "")
        said = phrase(
            "the diagram {file} lets {listed} start {key}, not {others}; write the same groups in both{cure}",
            file=process.file,
            listed=_listed(starters),
            key=process.key,
            others=_listed(register.groups),
            cure=meant(name, other),
        )
        yield found.finding(("register", "groups"), said, about=name, code="starters")


def _registering(found: Reading, given: Deployable, register: Registration) -> Iterator[Finding]:
    """What stands beside the form with which a case begins: rules, and fields that are kept for the next one."""
    known = rules.of_files(given.files)
    for place, guide in enumerate(register.guide):
        for rule in guide.rules if known else ():
            if rule not in known:
                said = phrase("{file} has no rule {rule}{cure}", file=rules.FILE, rule=rule, cure=nearest(rule, known))
                yield found.finding(("register", "guide", place, "rules"), said, severity=Severity.WARNING)
    written = given.names.get(register.process, ())
    for name in register.keep:
        if written and name not in written:
            said = phrase(
                "no form writes {name}, which is to be kept for the next case{cure}",
                name=name,
                cure=nearest(name, written),
            )
            yield found.finding(("register", "keep"), said, severity=Severity.WARNING)


def _reopening(found: Reading, given: Deployable) -> Iterator[Finding]:
    """Who may ask and decide, and that the process is there; which steps decide, other folders may say."""
    reopening = found.procedure.reopening
    if reopening is None:
        return
    for name in ("groups", "deciders", "decided"):
        if not getattr(reopening, name):
            yield found.finding(("reopen", name), phrase("name at least one; with none nobody could open a case again"))
    for step in reopening.decided:
        if step not in given.all_elements:
            said = phrase("no diagram draws a step {step}{cure}", step=step, cure=nearest(step, given.all_elements))
            yield found.finding(("reopen", "decided"), said)
    if reopening.process in given.contracts:
        return
    known = {*given.contracts}
    if given.session is not None:
        known |= {each.key for each in deployments.list_process_definitions(given.session)}
    if reopening.process not in known:
        said = phrase(
            "no process {process} is deployed{cure}", process=reopening.process, cure=nearest(reopening.process, known)
        )
        yield found.finding(("reopen", "process"), said, severity=Severity.WARNING)


def _phases(found: Reading, given: Deployable) -> Iterator[Finding]:
    if found.procedure.shared:
        return
    reached: set[str] = set()
    declared = [each.key for each in found.procedure.phases]
    if len({*declared}) < len(declared):  # one of them has lost its name, which is told
        return
    for process, element, named in _drawn(given.processes.values()):
        reached.add(named)
        if named not in declared:
            label = process.elements[element].name or None
            message = phrase(
                "the phase {phase} is not declared in {file}{cure}",
                phase=named,
                file=found.file,
                cure=nearest(named, declared),
            )
            message = phrase("{called}: {said}", called=quoted(label), said=message) if label else message
            yield Finding(process.file, message, element, label, code="declaration", about=named)
    for place, key in enumerate(declared):
        if key not in reached:
            said = phrase(
                "no element has the phase {key}; give it to one, or take the phase out{cure}",
                key=key,
                cure=nearest(key, reached),
            )
            yield found.finding(("phases", place), said, about=key)


def _drawn(processes: Iterable[Process]) -> Iterator[tuple[Process, str, str]]:
    for process in processes:
        for element in process.elements.values():
            misspelt = (value for name, value in element.properties.items() if slipped(name, NAMES) == "phase")
            named = element.properties.get("phase") or next(misspelt, "")
            if named:
                yield process, element.id, named


def _stages(found: Reading, given: Deployable) -> Iterator[Finding]:
    for name in unused_stages(given, found.procedure) if given.whole else ():
        said = phrase("no expression asks for stage_due('{name}'): reckon with it, or take the stage out", name=name)
        yield found.finding(("stages", name), said, severity=Severity.WARNING, about=name)


def _variables(found: Reading, given: Deployable) -> Iterator[Finding]:
    """Variables that the declaration reads and nobody writes, in whichever process of a case."""
    procedure = found.procedure
    called = {key for process in given.processes.values() for key in process.calls}
    every = {*given.processes, *(called & given.contracts.keys())}
    sure = procedure.registration is not None and every <= given.names.keys()
    known = set().union(*(given.names[key] for key in every)) if sure else words_of(given.files)
    known |= {*procedure.start} | KNOWN
    for clock in procedure.clocks:
        known |= {*clock.sets.values()}
    yield from _kinds(found, given)
    process = "" if procedure.registration is None else procedure.registration.process
    begins = [(("start", name), each) for name, each in procedure.start.items() if is_expression(str(each))]
    for key, texts in ((process, expressions_of(procedure)), ("", begins)):
        for path, text in texts:
            for said in given.gives(key, text)[1]:
                yield found.finding(path, phrase("{text} {said}", text=str(text).lstrip("= "), said=said))
    for path, text in expressions_of(procedure):
        for name in sorted(compile_expression(text).names - known):
            said = phrase("nobody writes the variable {name}{cure}", name=name, cure=nearest(name, known))
            severity = Severity.ERROR if sure else Severity.WARNING
            yield found.finding(path, said, severity=severity, about=name)


def _kinds(found: Reading, given: Deployable) -> Iterator[Finding]:
    """Expressions that give another kind of thing than they are asked for."""
    procedure = found.procedure
    if procedure.registration is None:
        return
    wanted: list[tuple[tuple[str | int, ...], str, str]] = []
    for place, clock in enumerate(procedure.clocks):
        wanted += [(("clocks", place, "start"), clock.start, "moment"), (("clocks", place, "rule"), clock.rule, "row")]
    for place, each in enumerate(procedure.phases):
        wanted += [(("phases", place, "rounds"), each.rounds, "number")] if each.rounds else []
    for place, fact in enumerate(procedure.facts):
        wanted += [(("facts", place, "value"), fact.value, fact.kind)]
    for place, line in enumerate(procedure.registration.outlook):
        wanted += [(("register", "outlook", place, "value"), line.value, line.kind)]
    for place, line in enumerate(procedure.summary):
        wanted += [(("summary", "lines", place, "value"), line.value, line.kind)]
    wanted += [(("case", "received"), procedure.case["received"], "moment")] if "received" in procedure.case else []
    for path, text, kind in wanted:
        taken = TAKEN.get(kind)
        gives = given.gives(procedure.registration.process, text)[0] if taken is not None else ""
        if taken is not None and gives and gives not in taken:
            yield found.finding(
                path,
                phrase(
                    "{text} gives {what}, and the kind {kind} is asked for: name one",
                    text=text.lstrip("= "),
                    what=KINDS[gives],
                    kind=kind,
                ),
            )


def _listed(names: frozenset[str]) -> str:
    return ", ".join(sorted(names)) or phrase("everybody")
