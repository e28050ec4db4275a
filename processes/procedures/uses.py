"""What the files of a folder ask of its declaration: settings, stages, clocks; and the names that stand in them."""

import html
import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from engine import Deployable, Element, Finding, Process, Severity, nearest, phrase, slipped
from processes.procedures.functions import INSTALLATION
from processes.procedures.model import UNDECLARED, Procedure
from processes.procedures.reading import NAME

READ = (".bpmn", ".dmn", ".form")
"""Files in which expressions stand."""

_CALL = re.compile(r"\b(setting|stage_due)\(\s*(['\"])(.*?)\2")
_BY_VARIABLE = re.compile(r"\bstage_due\(\s*[^'\"\s]")
_WORD = re.compile(r"[^\W\d]\w*")


def calls_of(given: Deployable, procedure: Procedure | None) -> Iterator[Finding]:
    """Settings and stages that expressions ask for and nobody declares; without a declaration it is a warning."""
    declared = procedure or UNDECLARED
    severity = Severity.ERROR if procedure is not None else Severity.WARNING
    known = {"setting": {*declared.options, *INSTALLATION}, "stage_due": {*declared.stages}}
    for call in given.calls:
        if call.name not in known.get(call.what, {call.name}):
            said = phrase(
                "{called} {said}", called=call.called, said=_not_declared(call.what, call.name, known[call.what])
            )
            yield Finding(call.file, said, call.element, severity=severity, code="declaration", about=call.name)
    for file, text in _texts(given.files, (NAME,)):
        for call_there in _CALL.finditer(text):
            function, name = call_there[1], call_there[3]
            if name not in known[function]:
                told, line = _not_declared(function, name, known[function]), _line(text, call_there.start())
                yield Finding(file, told, severity=severity, code="declaration", line=line, about=name)


def unused_stages(given: Deployable, procedure: Procedure) -> Iterator[str]:
    """The stages that no expression of any folder reckons with, unless one asks for a stage by a variable.

    One that is asked for under a misspelt name is told there.
    """
    every = "".join(text for files in given.all_files for _, text in _texts(files, (*READ, NAME)))
    if not _BY_VARIABLE.search(every):
        asked = {call[3] for call in _CALL.finditer(every)}
        yield from sorted(
            each for each in {*procedure.stages} - asked if not slipped(each, asked - {*procedure.stages})
        )


def _not_declared(function: str, name: str, known: Collection[str]) -> str:
    table = {"setting": "settings", "stage_due": "stages"}[function]
    return phrase(
        "{function}('{name}') asks for what is not in [{table}] of {file}{cure}",
        function=function,
        name=name,
        table=table,
        file=NAME,
        cure=nearest(name, known),
    )


def former(given: Deployable, topics: Collection[str], functions: Collection[str]) -> Iterator[Finding]:
    """Topics and functions that are there for cases on former diagrams only."""
    said = phrase("is only there for cases that run on former versions, and will go")
    for process in given.processes.values():
        for element in process.elements.values():
            if (topic := element.attributes.get("topic")) in topics:
                message = phrase("the topic {topic} {said}; `kesu topics` lists those of today", topic=topic, said=said)
                yield Finding(process.file, message, element.id, severity=Severity.WARNING, code="former")
    calls = re.compile(rf"\b({'|'.join(functions) or '(?!)'})\(")
    for file, text in _texts(given.files):
        for call in calls.finditer(text):
            message = phrase(
                "the function {call} {said}; docs/expressions.md has those of today", call=call[1], said=said
            )
            yield Finding(file, message, severity=Severity.WARNING, code="former", line=_line(text, call.start()))


def clocks_named(processes: Iterable[Process]) -> Iterator[tuple[Process, Element, str]]:
    """The clocks that service tasks name."""
    for process in processes:
        for element in process.elements.values():
            name = element.inputs.get("clock")
            if isinstance(name, str) and "{" not in name and not name.startswith("="):
                yield process, element, name.strip()


def words_of(files: Mapping[str, bytes]) -> set[str]:
    """All words that stand in diagrams, tables and forms: a variable that is none of them is written by nobody."""
    return {word for _, text in _texts(files) for word in _WORD.findall(text)}


def _texts(files: Mapping[str, bytes], kinds: tuple[str, ...] = READ) -> Iterator[tuple[str, str]]:
    for file, content in files.items():
        if file.endswith(kinds):
            text = content.decode(errors="replace")
            yield file, html.unescape(text) if file.endswith((".bpmn", ".dmn")) else text.replace('\\"', '"')


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1
