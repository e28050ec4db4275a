"""Reads `.form` files, as the form editor of the Camunda Modeler writes them (form-js schema, versions 1 to 20)."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from forms.kinds.static import Static
from forms.kit.said import said
from forms.kit.source import Problem, Reading, Source
from forms.kit.written import RULES, close_to, is_known_property, suggest
from forms.language.expressions import Json, Language
from forms.language.template import Template
from forms.model.component import Level
from forms.model.dependencies import triggers_of
from forms.model.form import Form
from forms.reading.circles import find_circles
from forms.reading.components import read_level
from forms.reading.rules import read_rules

ROOT = frozenset(
    {
        "type",
        "id",
        "components",
        "schemaVersion",
        "executionPlatform",
        "executionPlatformVersion",
        "exporter",
        "versionTag",
        "properties",
    }
)
SILENT = frozenset({"$schema", "generated"})
"""What the editors write for themselves."""
ROOT_PROPERTIES = ("title", *RULES)
LARGEST = 1_000_000


def read_form(content: bytes, *, file: str, language: Language) -> tuple[Form | None, list[Problem]]:
    """Understand a form file, or say why not; never raises, whatever the file holds.

    Args:
        content: the file, UTF-8.
        file: its name, for messages; without an id in the file its stem is the form's id.
        language: understands expressions.

    Returns:
        The form (None when there are errors), and all errors and warnings.
    """
    reading = Reading(file, language)
    root = _load(content, reading)
    form = None if root is None else _read_root(root, content, reading)
    if any(problem.severity == "error" for problem in reading.problems):
        form = None
    return form, reading.problems


def _load(content: bytes, reading: Reading) -> Mapping[str, Json] | None:
    if len(content) > LARGEST:
        reading.report(None, said("the file is larger than {most} bytes", most=f"{LARGEST:,}"))
        return None
    try:
        root = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        reading.report(None, said("this is not JSON: {error}", error=error))
        return None
    if not isinstance(root, Mapping) or root.get("type") != "default" or not isinstance(root.get("components"), list):
        reading.report(None, said("this is not a form: type must be default, components a list"))
        return None
    return root


def _read_root(root: Mapping[str, Json], content: bytes, reading: Reading) -> Form:
    for name in sorted(root.keys() - ROOT - SILENT):
        if close_to(name, ROOT):
            reading.report(
                None,
                said(
                    "the form has the unknown attribute {name}: {cure}",
                    name=repr(name[:60]),
                    cure=suggest(name, ROOT),
                ),
            )
        else:
            reading.report(None, said("the attribute {name} of the form is not used", name=repr(name[:60])), "warning")
    source = Source(reading, "", root)
    form_id = source.text("id") or PurePosixPath(reading.file).stem
    properties = source.within("properties")
    for name in properties.data:
        if not is_known_property(ROOT_PROPERTIES, name):
            reading.report(
                None,
                said("unknown property {name}: {cure}", name=repr(name[:60]), cure=suggest(name, ROOT_PROPERTIES)),
            )
    level = read_level(root["components"], reading, inside=None)
    title, level = _title(properties.template("title"), level)
    form = Form(
        id=form_id,
        title=title or Template(form_id),
        file=reading.file,
        digest=hashlib.sha256(content).hexdigest(),
        level=level,
        rules=read_rules(properties),
        triggers=triggers_of(level),
    )
    _check_targets(form, reading)
    wrong = any(problem.severity == "error" for problem in reading.problems)
    for circle in () if wrong else find_circles(level):
        reading.report(
            circle[0], said("these depend on each other in a circle: {names}", names=", ".join(circle)), "warning"
        )
    return form


def _title(given: Template, level: Level) -> tuple[Template, Level]:
    """The title: as a property, or the first text when it is one heading, which then leaves the fields."""
    first = level.components[0] if level.components else None
    if given or first is None or not isinstance(first.kind, Static):
        return given, level
    found = re.fullmatch(r"#{1,2}\s+([^\n]+)", first.kind.text.source)
    if found is None:
        return given, level
    title = Template(found[1].strip(), first.kind.text.parts)
    return title, replace(level, components=level.components[1:])


def _check_targets(form: Form, reading: Reading) -> None:
    """Rules must point to fields that exist."""
    levels = [form.level, *(each.inside for each in form.level.valued if each.inside is not None)]
    keys = {each.key for each in form.level.valued}
    for rule in form.rules:
        if rule.target and rule.target not in keys:
            reading.report(None, said("ruleField {target} is no key of this form", target=rule.target))
    for level in levels:
        known = {each.key for each in level.valued}
        for each in level.all:
            for rule in each.rules:
                if rule.target and rule.target not in known:
                    reading.report(
                        each.id, said("ruleField {target} is no key beside this component", target=rule.target)
                    )
