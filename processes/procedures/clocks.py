"""What is wrong with the clocks of a declaration, and with the tables that say how long they run."""

from ast import Constant
from collections.abc import Iterator

from engine import Deployable, Finding, meant, nearest, phrase, quoted
from processes.clock import deadlines
from processes.errors import DeadlineRefused
from processes.procedures.model import Clock
from processes.procedures.reading import Reading
from processes.procedures.uses import clocks_named, words_of
from processes.settings import Settings

CLOCKS = "clock."
"""What the topics of services begin with that work on clocks."""
TAKEN = {"unit": ("calendar", "working"), "roll": ("next", "none", "previous")}
"""What columns of such a table may say."""
BESIDE = ("unit", "warn", "roll")
"""What they may have beside a limit."""
LENGTHS = phrase(": write days as a number, same_day, 4h of working time, or 1d for the end of a working day")


def check(found: Reading, given: Deployable, settings: Settings) -> Iterator[Finding]:
    """Clocks that nobody declares, that nothing stops, that read a column or a row which is none."""
    names = [clock.name for clock in found.procedure.clocks]
    words = words_of(given.files)
    written = {name for names in given.names.values() for name in names} or words
    works = [
        (process.file, element.id)
        for process in given.processes.values()
        for element in process.elements.values()
        if element.attributes.get("topic", "").startswith(CLOCKS)
    ]
    if works and not names and not found.procedure.shared:
        drawn, worker = works[0]
        yield Finding(
            drawn, phrase("it works on a clock, and {file} declares none", file=found.file), worker, code="declaration"
        )
    for process, element, name in clocks_named(given.processes.values()):
        if name not in names and not found.procedure.shared:
            label = " ".join(element.name.split()) or None
            message = phrase(
                "{file} declares no clock {name}{cure}", file=found.file, name=name, cure=nearest(name, names)
            )
            message = phrase("{called}: {said}", called=quoted(label), said=message) if label else message
            yield Finding(process.file, message, element.id, label, code="declaration", about=name)
    stopped = any(
        element.attributes.get("topic") == f"{CLOCKS}stop"
        for process in given.processes.values()
        for element in process.elements.values()
    )
    refused: dict[tuple[str, int, str], Finding] = {}
    for place, clock in enumerate(found.procedure.clocks):
        refused = {**_rows(given, clock, settings), **_columns(given, clock), **refused}
        for table, columns in _tables_of(given, clock.rule):
            if clock.limit not in columns:
                said = phrase(
                    "the table {table} gives no {limit}{cure}",
                    table=table,
                    limit=clock.limit,
                    cure=nearest(clock.limit, columns),
                )
                yield found.finding(("clocks", place, "limit"), said)
        if clock.stops not in words and not (stopped and not clock.stops):
            said = phrase("nothing stops the clock {name}: ", name=clock.name)
            said += (
                phrase("nobody writes {stops}", stops=clock.stops)
                if clock.stops
                else phrase("name the variable in `stops`")
            )
            yield found.finding(("clocks", place, "stops"), said + nearest(clock.stops, written) * bool(clock.stops))
    yield from refused.values()


def _columns(given: Deployable, clock: Clock) -> dict[tuple[str, int, str], Finding]:
    """What its tables may say beside the limit and say under a name that nobody reads."""
    found = {}
    for key, columns in _tables_of(given, clock.rule):
        decision = given.decisions[key]
        said_elsewhere = words_of({file: text for file, text in given.files.items() if file != decision.file})
        unread = columns - said_elsewhere - {clock.limit, *BESIDE}
        for name in BESIDE:
            longer = {each for each in columns if each.startswith(name)}
            close = meant(name, unread | longer) if name not in columns else ""
            if close:
                said = phrase(
                    '"{name}": the clock {clock} finds no {column} in it{cure}',
                    name=decision.name,
                    clock=clock.name,
                    column=name,
                    cure=close,
                )
                found[key, 0, name] = Finding(decision.file, said, key, decision.name, code="deadline")
    return found


def _rows(given: Deployable, clock: Clock, settings: Settings) -> dict[tuple[str, int, str], Finding]:
    """The rows of its tables by which no date can be reckoned, as far as they are written out: each with the column."""
    found = {}
    for key, columns in _tables_of(given, clock.rule):
        decision = given.decisions[key]
        for rule in decision.rules if clock.limit in columns else ():
            row = {
                output.name: entry.tree.value
                for output, entry in zip(decision.outputs, rule.entries, strict=True)
                if entry is not None and isinstance(entry.tree, Constant)
            }
            try:
                deadlines.read_rule(row, clock.limit, settings)
            except DeadlineRefused as error:
                said = phrase(
                    '"{name}": row {number}: the clock {clock} cannot reckon with {value} as {field}{cure}',
                    name=decision.name,
                    number=rule.number,
                    clock=clock.name,
                    value=repr(error.value),
                    field=error.field,
                    cure=nearest(str(error.value), TAKEN.get(error.field, ())) or LENGTHS,
                )
                place = key, rule.number, error.field
                found[place] = Finding(decision.file, said, rule.id or key, decision.name, code="deadline")
    return found


def _tables_of(given: Deployable, rule: str) -> Iterator[tuple[str, frozenset[str]]]:
    """The tables of the folder that a clock takes its row from, with the names of what they give."""
    for process in given.processes.values():
        for element in process.elements.values():
            key = element.attributes.get("decisionRef", "")
            if key in given.decisions and element.attributes.get("resultVariable") == rule.lstrip("= "):
                yield key, frozenset(output.name for output in given.decisions[key].outputs)
