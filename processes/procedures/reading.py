"""Reads `procedure.toml`: from its text to a `Procedure`, with a finding for all that is wrong and its line."""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, get_args, get_origin

from engine import Finding, Severity, compile_expression, is_expression, nearest, phrase, said_by
from engine.errors import ExpressionError
from processes import folders
from processes.procedures.lines import Path, line_of, lines_of
from processes.procedures.model import UNDECLARED, Option, Procedure
from processes.procedures.options import option_value
from processes.settings import working_time
from processes.structuring import faults_of, make_converter

NAME = "procedure.toml"

LANGUAGES = ("en", "zh")

_MEANT = re.compile(r"did you mean (\S+)\?$")
_GONE = re.compile(r"the key (\S+) is missing$")
RENAMED = {each.name: str(each.metadata["key"]) for each in fields(Procedure) if "key" in each.metadata}
"""Fields of the model and the tables of the file that they are read from."""


@dataclass(frozen=True)
class Reading:
    """A declaration as read."""

    file: str
    procedure: Procedure = UNDECLARED
    findings: tuple[Finding, ...] = ()
    lines: Mapping[Path, int] = field(default_factory=dict)

    def finding(
        self,
        path: Path,
        message: str,
        *,
        severity: Severity = Severity.ERROR,
        about: str = "",
        code: str = "declaration",
    ) -> Finding:
        """A finding with the line on which the path stands."""
        where = ".".join(part for part in path if isinstance(part, str))
        said = phrase("{where}: {message}", where=where, message=message) if where else message
        return Finding(self.file, said, severity=severity, code=code, line=line_of(self.lines, path), about=about)


def read_files(files: Mapping[str, bytes]) -> Reading | None:
    """The declaration among some files; None where there is none."""
    name = next((name for name in sorted(files) if name.rpartition("/")[2] == NAME), None)
    return None if name is None else read(name, files[name])


def read(file: str, content: bytes) -> Reading:
    """A declaration from its text; whatever is wrong becomes a finding, nothing is raised."""
    try:
        text = content.decode()
        raw = folders.read_toml(text)
    except UnicodeDecodeError as error:
        return Reading(
            file,
            findings=(Finding(file, phrase("the text is not UTF-8: {error}", error=said_by(error)), code="not_toml"),),
        )
    except RecursionError:
        return Reading(
            file, findings=(Finding(file, phrase("this is no TOML: it is nested too deep"), code="not_toml", line=1),)
        )
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at line (\d+)", str(error))
        line = int(place[1]) if place else content.count(b"\n") + 1
        return Reading(
            file,
            findings=(
                Finding(file, phrase("this is no TOML: {error}", error=said_by(error)), code="not_toml", line=line),
            ),
        )
    empty = Reading(file, lines=lines_of(text))
    beside = {*raw["summary"]} - {"lines"} if isinstance(raw.get("summary"), dict) else ()
    unknown = [
        empty.finding(("summary", key), phrase("there is no key {key}{cure}", key=key, cure=nearest(key, ["lines"])))
        for key in beside
    ]
    try:
        procedure = CONVERTER.structure(_shaped(raw), Procedure)
    except Exception as error:  # noqa: BLE001 - cattrs raises groups of whatever its hooks raised
        found = [*unknown, *(empty.finding(_in_file(fault.path), fault.message) for fault in faults_of(error))]
        mistaken = {said[1] for each in found if (said := _MEANT.search(each.message))}
        found = [each for each in found if (gone := _GONE.search(each.message)) is None or gone[1] not in mistaken]
        return Reading(file, findings=tuple(sorted(found, key=lambda each: each.line or 0)), lines=empty.lines)
    return Reading(file, procedure, (*unknown, *_of_start(empty, procedure)), empty.lines)


def _shaped(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The file's tables as the model has them: names as keys, the lines of the summary without their table."""
    shaped = {"shared": False, **raw}
    for table, name in (("settings", "name"), ("outcomes", "key")):
        rows = shaped.get(table)
        if isinstance(rows, dict):
            shaped[table] = {key: {**row, name: key} if isinstance(row, dict) else row for key, row in rows.items()}
    summary = shaped.get("summary")
    if isinstance(summary, dict):
        shaped["summary"] = summary.get("lines", [])
    return shaped


def _in_file(path: Path) -> Path:
    """The path of a fault in the model as the file has it."""
    if not path:
        return path
    if path[0] == "summary" and len(path) > 1:
        return ("summary", "lines", *path[1:])
    return (RENAMED.get(str(path[0]), path[0]), *path[1:])


def _of_start(reading: Reading, procedure: Procedure) -> list[Finding]:
    found = []
    for name, value in procedure.start.items():
        if isinstance(value, datetime | date | time):
            found.append(reading.finding(("start", name), phrase("write the moment as a text, in quotation marks")))
        elif isinstance(value, str) and is_expression(value):
            try:
                compile_expression(value)
            except ExpressionError as error:
                found.append(reading.finding(("start", name), str(error)))
    return found


def _expression(value: Any, _: Any) -> str:
    if not isinstance(value, str) or not is_expression(value):
        raise TypeError(
            phrase('{value} is no expression: write it as in the diagrams, for example "=severity"', value=repr(value))
        )
    compile_expression(value)
    return value


def _text(value: Any, _: Any) -> Mapping[str, str]:
    if not isinstance(value, Mapping) or not all(isinstance(each, str) for each in value.values()):
        raise TypeError(
            phrase('{value} is no text in two languages: write {{ en = "…", zh = "…" }}', value=repr(value))
        )
    missing = [language for language in LANGUAGES if not value.get(language, "").strip()]
    if missing or {*value} - {*LANGUAGES}:
        raise ValueError(phrase("the text must be there in {names}, and in these only", names=" and ".join(LANGUAGES)))
    return dict(value)


def _is(mark: str) -> Callable[[Any], bool]:
    return lambda kind: get_origin(kind) is Annotated and get_args(kind)[1] == mark


def _option(structure: Callable[[Any, Any], Option]) -> Callable[[Any, Any], Option]:
    def take(value: Any, kind: Any) -> Option:
        option = structure(value, kind)
        option_value(option, option.default)
        return option

    return take


def _working_time(value: Any, _: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(phrase("{value} is no working time such as 4h, 30m or 0.5d", value=repr(value)))
    working_time(value, timedelta(hours=8))
    return value


def _terms(value: Any, _: Any) -> Mapping[str, Mapping[str, str]]:
    if not isinstance(value, Mapping) or {*value} - {*LANGUAGES}:
        raise TypeError(phrase("write the words by language: {names}", names=" and ".join(LANGUAGES)))
    for words in value.values():
        if not isinstance(words, Mapping) or not all(isinstance(each, str) and each.strip() for each in words.values()):
            raise TypeError(
                phrase(
                    '{words} are no words and what they are called instead: write {{ customer = "patient" }}',
                    words=repr(words),
                )
            )
    return {language: dict(words) for language, words in value.items()}


CONVERTER = make_converter()
CONVERTER.register_structure_hook_func(_is("expression"), _expression)
CONVERTER.register_structure_hook_func(_is("text"), _text)
CONVERTER.register_structure_hook_func(_is("terms"), _terms)
CONVERTER.register_structure_hook_func(_is("working time"), _working_time)
CONVERTER.register_structure_hook(Option, _option(CONVERTER.get_structure_hook(Option)))
