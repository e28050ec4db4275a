"""Every setting there is, with its value, default and reason, from the code and from the declarations."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import time
from pathlib import Path
from typing import Any

import click

from processes import folders
from processes.configuration import load
from processes.docstrings import field_texts
from processes.procedures import options, reading
from processes.procedures.model import Procedure
from processes.settings import Settings
from web.command.common import settings_option

SECRETS = frozenset({"smtp_password"})

HEAD = """# Settings

An installation writes what it decides otherwise into a TOML file, which `KESU_SETTINGS` or `--settings` names: settings
of the installation at its top or, since they hold for all procedures, below `[procedures]`; those of one procedure in
`[procedures.<key>]`, the working time of its steps in `[procedures.<key>.stages]`. A variable of the environment goes
before the file, and the file before the default: `KESU_ROLL=none`, `KESU_PROCEDURES__KB_SALES_QUALITY__MAX_REDO=3`,
lists with commas. Names that are no settings, values of another kind and what is said twice are refused.
`kesu settings` prints what holds and where it comes from.

```toml
zone = "Asia/Shanghai"

[procedures.kb_sales_quality]
max_redo = 3

[procedures.kb_sales_quality.stages]
plan = "1d"
```

Written by `kesu settings --markdown` from the code.
"""


@dataclass(frozen=True)
class Entry:
    """A setting as it is shown."""

    name: str
    value: str
    default: str
    origin: str
    """Empty: it is at its default."""
    reason: str


@click.command()
@click.option("--markdown", is_flag=True, help="As the page of the documentation.")
@settings_option
def settings(settings_file: Path | None, *, markdown: bool) -> None:
    """Every setting of the installation and of each procedure: value, default, where it comes from, and why."""
    if markdown:
        click.echo(page())
        return
    for title, entries in tables(load(settings_file)):
        click.echo(f"[{title}]")
        for each in entries:
            origin = f"  (from {each.origin}; default {each.default})" if each.origin else ""
            click.echo(f"{each.name} = {each.value}{origin}")
            if each.reason:
                click.echo(f"    {each.reason}")
        click.echo()


def page() -> str:
    """The page of the documentation."""
    parts = [HEAD]
    for title, entries in tables(Settings()):
        rows = [f"| `{each.name}` | `{each.default}` | {each.reason} |" for each in entries]
        parts.append("\n".join([f"## {title}\n", "| name | default | why |", "|---|---|---|", *rows, ""]))
    return "\n".join(parts).rstrip()


def tables(found: Settings) -> Iterator[tuple[str, list[Entry]]]:
    """The settings of the installation, then those of each shipped folder."""
    declared = (reading.read_files(folder.files) for folder in folders.shipped())
    procedures = sorted((each.procedure for each in declared if each is not None), key=lambda each: each.key)
    for wrong in (each for procedure in procedures for each in options.refused(found, procedure)):
        raise wrong
    yield "installation", list(_installation(found))
    for procedure in procedures:
        entries = list(_of_procedure(found, procedure))
        if entries:
            yield f"procedures.{procedure.key}", entries


def _installation(found: Settings) -> Iterable[Entry]:
    texts, usual = field_texts(Settings), Settings()
    for field in fields(Settings):
        if field.name in ("procedures", "origins"):
            continue
        value, default = (_shown(field.name, getattr(each, field.name)) for each in (found, usual))
        yield Entry(field.name, value, default, found.origins.get(field.name, ""), texts.get(field.name, ""))


def _of_procedure(found: Settings, procedure: Procedure) -> Iterable[Entry]:
    before = f"procedures.{procedure.key}"
    for name, option in procedure.options.items():
        value = options.value(found, procedure, name)
        default = options.option_value(option, option.default)
        origin = found.origins.get(f"{before}.{name}", "")
        yield Entry(name, _shown(name, value), _shown(name, default), origin, option.reason["en"])
    for name, length in procedure.stages.items():
        value = options.stage(found, procedure, name) or ""
        yield Entry(f"stages.{name}", value, length, found.origins.get(f"{before}.stages.{name}", ""), "")


def _shown(name: str, value: Any) -> str:
    if name in SECRETS:
        return "…" if value else ""
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, bool):
        return str(value).lower()
    return str(dict(value)) if isinstance(value, Mapping) else str(value)
