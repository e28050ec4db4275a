"""Checks of what called processes declare to take and give, and that their callers keep to it."""

import re
from collections.abc import Iterable

from lxml import etree

from engine.core.parser.contract import DECLARED
from engine.core.parser.report import Report
from engine.core.parser.xml import extensions, properties
from engine.errors import ExpressionError
from engine.language.expressions import compile_template
from engine.phrases import phrase
from engine.spelling import meant, meant_in
from engine.values import Contract, Handed

_NAME = re.compile(r"[^\W\d]\w*\??")


def check_contract(report: Report, process: etree._Element) -> None:
    """What a process declares: names, each once."""
    named = properties(process)
    for what in DECLARED:
        written = named.get(what, "").split()
        for name in written:
            if not _NAME.fullmatch(name):
                report.error(
                    process,
                    "contract",
                    phrase("{what} names {name}: write names of variables with blanks between", what=what, name=name),
                    about=name,
                )
        bare = [name.removesuffix("?") for name in written]
        for name in sorted({name for name in bare if bare.count(name) > 1}):
            report.error(process, "contract", phrase("{what} names {name} twice", what=what, name=name))


def check_handing_over(report: Report, call: etree._Element, key: str, contract: Contract) -> None:
    """That a call hands over what the called process declares, and takes back no more than that."""
    into, back = extensions(call, "in"), extensions(call, "out")
    for word, entries, declared in (("in", into, contract.inputs), ("out", back, contract.outputs)):
        if any(entry.get("variables") for entry in entries):
            names = ", ".join(declared) or "nothing"
            report.error(
                call,
                "all_variables",
                phrase(
                    "camunda:{word} maps all variables: {key} declares {names}, map exactly these",
                    word=word,
                    key=key,
                    names=names,
                ),
            )
            return
    handed = Handed(frozenset(str(entry.get("target")) for entry in into if entry.get("target")), _taken(back))
    unknown = contract.unknown(handed)
    missing = set(contract.missing(handed))
    others: list[str] = []
    for name in unknown:
        mistaken = meant(name, missing)
        missing -= {each for each in missing if each == meant_in(mistaken)}
        if mistaken:
            report.error(
                call,
                "input_unknown",
                phrase("{key} declares no input {name}{mistaken}", key=key, name=name, mistaken=mistaken),
                about=name,
            )
        else:
            others.append(name)
    if others:
        near = meant(others[0], contract.inputs) if len(others) == 1 else ""
        said = phrase(
            "{key} declares no input {names}: take it out or declare it there{near}",
            key=key,
            names=", ".join(others),
            near=near,
        )
        report.error(call, "input_unknown", said, about=others[0])
    if missing:
        said = phrase(
            "{key} needs the input {names}: hand it over with camunda:in", key=key, names=", ".join(sorted(missing))
        )
        report.error(call, "input_missing", said)
    for name in contract.not_given(handed):
        report.error(
            call,
            "output_unknown",
            phrase(
                "{key} declares no output {name}: it gives back no such variable{cure}",
                key=key,
                name=name,
                cure=meant(name, contract.outputs),
            ),
            about=name,
        )


def _taken(back: Iterable[etree._Element]) -> frozenset[str]:
    """The variables of the called process that camunda:out asks for."""
    found: set[str] = set()
    for entry in back:
        if entry.get("source"):
            found.add(str(entry.get("source")))
        try:
            found |= compile_template(entry.get("sourceExpression") or "").names
        except ExpressionError:
            continue  # told by the check of the mapping itself
    return frozenset(found)
