"""Where settings come from: a TOML file, overruled by the environment; what cannot be read is refused."""

import os
import re
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from datetime import time
from pathlib import Path
from typing import Any, get_origin, get_type_hints

from engine import nearest
from processes import folders
from processes.errors import SettingRefused
from processes.procedures.lines import Path as Place
from processes.procedures.lines import line_of, lines_of
from processes.settings import Settings
from processes.structuring import faults_of, make_converter

PREFIX = "KESU_"
"""The setting `roll` is read from the environment variable `KESU_ROLL`."""

PROCEDURES = "procedures"

INSIDE = "__"
"""Between the parts of a name: `KESU_PROCEDURES__KB_SALES_QUALITY__MAX_REDO`."""

ELSEWHERE = frozenset(
    {"DATABASE_URL", "SETTINGS", "SECRET", "HTTPS", "TRUSTED_PROXY", "REQUIRE_BROWSER", "REQUIRE_POSTGRESQL"}
)
"""Variables of the environment with the prefix that are no settings: the command and the tests read them."""

CONVERTER = make_converter()


def load(path: Path | None = None, environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of a file, overruled by the environment, and where each comes from.

    Raises SettingRefused for what cannot be read and for names that are no settings. The decisions of procedures are
    kept as they are: their declarations say whether they can be taken.

    Args:
        path: a TOML file; None or a missing file means the defaults.
        environment: `KESU_` and the name in capitals; lists with commas.
    """
    values: dict[str, Any] = {}
    lines: Mapping[Place, int] = {}
    if path is not None and path.exists():
        try:
            text = path.read_text(encoding="utf-8")
            values, lines = folders.read_toml(text), lines_of(text)
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
            raise SettingRefused(name=str(path), why=_unread(error)) from None
    origins = {".".join(each): f"{path}:{line_of(lines, each)}" for each in _names(values)}
    _take_for_all(values, origins)
    for variable, text in environment.items():
        name = variable.removeprefix(PREFIX)
        if name != variable and name not in ELSEWHERE:
            origins[_take(values, name.lower().split(INSIDE), text, variable)] = variable
    try:
        settings: Settings = CONVERTER.structure(values, Settings)
    except Exception as error:  # noqa: BLE001 - cattrs raises groups of whatever was raised inside
        own = _refused(error)
        faults = [(own.name, own.why)] if own is not None else _faults(error)
        places = [(_place(origins, name) or str(path or ""), name, why) for name, why in faults]
        said = [": ".join(filter(None, each)) for each in places]
        raise SettingRefused(name=faults[0][0] or str(path), why="; ".join(said)) from None
    settings.origins.update(origins)
    return settings


def _unread(error: Exception) -> str:
    """Why a file is no file of settings."""
    if isinstance(error, UnicodeDecodeError):
        return "the file is not UTF-8: save it as such"
    return f"this is no TOML: {str(error) or 'it is nested too deep'}"


def _take_for_all(values: dict[str, Any], origins: dict[str, str]) -> None:
    """Move what stands right below `[procedures]` to the top: it holds for all of them, as every setting there does."""
    table, known = values.get(PROCEDURES), get_type_hints(Settings)
    if not isinstance(table, dict):
        return  # refused below
    for name in [name for name, value in table.items() if not isinstance(value, dict)]:
        place = origins.pop(f"{PROCEDURES}.{name}", "")
        if name not in known:
            raise SettingRefused(name=name, why=f"{place}: there is no such setting{nearest(name, known)}")
        if name in values:
            raise SettingRefused(name=name, why=f"it stands twice: {origins.get(name, '')} and {place}")
        values[name], origins[name] = table.pop(name), place


def _take(values: dict[str, Any], parts: list[str], text: str, variable: str) -> str:
    """Put the text of a variable where it belongs, as the kind of value that its setting has; its dotted name."""
    table, hints = values, get_type_hints(Settings)
    if parts[0] == PROCEDURES and len(parts) == len((PROCEDURES, "setting")) and parts[1] in hints:
        parts = parts[1:]
    if parts[0] == PROCEDURES:
        for part in parts[:-1]:
            table = table.setdefault(part, {})
            if not isinstance(table, dict):
                raise SettingRefused(name=variable, why=f"{part} is {table!r}, which is no table")
        table[parts[-1]] = text
        return ".".join(parts)
    name = INSIDE.join(parts)
    if name not in hints:
        raise SettingRefused(name=variable, why=f"there is no such setting{nearest(name, hints)}")
    table[name] = _read(hints[name], text)
    return name


def _read(kind: Any, text: str) -> Any:
    """The text as a TOML file would have the value; what does not read is left for the check to refuse."""
    if get_origin(kind) is tuple:
        return [part.strip() for part in text.split(",") if part.strip()]
    if kind is bool:
        return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}.get(text.lower(), text)
    with suppress(ValueError):
        return int(text) if kind is int else text
    return text


def _names(values: Mapping[str, Any], before: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """The parts of the names of all values."""
    found = []
    for name, value in values.items():
        found += _names(value, (*before, name)) if isinstance(value, Mapping) else [(*before, name)]
    return found


def _refused(error: BaseException) -> SettingRefused | None:
    """What the settings themselves refuse, wherever in a group of exceptions it is."""
    if isinstance(error, SettingRefused):
        return error
    inside = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    return next(filter(None, map(_refused, inside)), None)


def _faults(error: Exception) -> list[tuple[str, str]]:
    """Names and what is wrong with them."""
    return [(".".join(map(str, fault.path)), fault.message) for fault in faults_of(error)]


def _place(origins: Mapping[str, str], name: str) -> str:
    """Where a setting stands, or the first one of a table, the list that an item is in, one of several settings."""
    parts = {name, *re.findall(r"\w+", name)} if " " in name else {name}
    return next((place for each, place in origins.items() if any(_is_of(each, part) for part in parts)), "")


def _is_of(one: str, other: str) -> bool:
    return f"{one}.".startswith(f"{other}.") or other.startswith(f"{one}.")


def _time(value: Any, _: Any) -> time:
    return value if isinstance(value, time) else time.fromisoformat(value)


CONVERTER.register_structure_hook(time, _time)
