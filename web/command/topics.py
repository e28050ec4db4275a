"""What service tasks may name: every topic, with what it reads and what it sets, from the code."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from engine import Service
from processes.configuration import load
from processes.services.formers import is_former
from web import compose
from web.command.common import settings_option

HEAD = """# Services

What a service task, a send task or a throwing message may name as its topic (`camunda:type="external"`).
Inputs are read from the input parameters of the task or, where it has none of that name, from the variables
that it sees; a question mark marks what may be left out. An error goes to the error event that catches its
code. Written by `kesu topics --markdown` from the code.
"""


@click.command()
@click.option("--markdown", is_flag=True, help="As the page of the documentation.")
@settings_option
def topics(settings_file: Path | None, *, markdown: bool) -> None:
    """Every topic that a service task may name, with its inputs, outputs and errors."""
    every = compose.checking(load(settings_file)).services
    services = sorted((each for each in every if not is_former(each.topic)), key=lambda each: each.topic)
    click.echo(page(services) if markdown else "\n\n".join("\n".join(_lines(each)) for each in services))


def page(services: Iterable[Service]) -> str:
    """The page of the documentation."""
    return "\n".join([HEAD, *("\n".join(_section(each)) for each in services)]).rstrip()


def _lines(service: Service) -> Iterator[str]:
    yield f"{service.topic}  {service.doc}"
    for word, names in (("reads", service.inputs), ("sets", service.outputs or {}), ("raises", service.errors or {})):
        yield from (f"  {word} {name}: {meaning}" for name, meaning in names.items())


def _section(service: Service) -> Iterator[str]:
    yield f"## `{service.topic}`"
    yield service.doc + (" Done after the commit, at least once, under one key." if service.outside else "")
    yield ""
    every = ("in", service.inputs), ("out", service.outputs or {}), ("error", service.errors or {})
    lines = [f"- {way} `{name}`: {meaning}" for way, names in every for name, meaning in names.items()]
    yield from (*lines, "") if lines else ()
