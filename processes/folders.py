"""Folders of procedures: where they lie, what they are called, and which of their files are deployed."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path, PurePosixPath
from typing import Any

ROOT = Path(__file__).parent
"""Where the shipped folders lie."""
DECLARATION = "procedure.toml"
PATTERNS = (DECLARATION, "*.bpmn", "*.dmn", "*.form", "letters/*.txt", "translations/*.po", "rules.tsv")
"""What is deployed of a folder; scenarios, demo stories and Python are not."""

MOST_PARTS = 200
"""Dots in a line of a declaration: a key has a handful, a sentence no more than this."""

UNITS = "units.csv"
"""The units and roles that a folder names, as `kesu organisation import` takes them."""

DEFINES = re.compile(rb'<(?:\w+:)?(?:process|decision) [^<>]*\bid="([^"]+)"')
CALLS = re.compile(rb'(?:calledElement|decisionRef)="([^"]+)"')


@dataclass(frozen=True)
class Folder:
    """One folder as it is deployed."""

    key: str
    """What its declaration calls it; the name of the folder where there is none."""
    path: Path
    files: Mapping[str, bytes]
    """By their paths within the folder."""


def read(path: Path) -> Folder:
    """A folder, or the deployment that a single file is."""
    if path.is_file():
        return Folder(path.stem, path, {path.name: path.read_bytes()})
    found = sorted({file for pattern in PATTERNS for file in path.glob(pattern) if file.is_file()})
    files = {file.relative_to(path).as_posix(): file.read_bytes() for file in found}
    return Folder(key_of(files) or path.resolve().name, path, files)


def below(path: Path) -> list[Path]:
    """The folders below a path that make a deployment each, those that others call first; a file is its own."""
    if path.is_file():
        return [path]
    found = {file.parent for pattern in (DECLARATION, "*.bpmn") for file in path.rglob(pattern)}
    return sorted(found, key=lambda each: (each.parent.name != "shared", each)) or [path]


def shipped() -> list[Folder]:
    """The folders that come with Kesu, those that others call first."""
    return in_order([read(path) for path in below(ROOT)])


def in_order(found: Sequence[Folder]) -> list[Folder]:
    """Folders, each after those whose processes and tables it calls; as they come where calls go round."""
    homes = {key: each.key for each in found for key in _names(each, DEFINES)}
    needs = {each.key: {homes[name] for name in _names(each, CALLS) if name in homes} - {each.key} for each in found}
    try:
        order = list(TopologicalSorter(needs).static_order())
    except CycleError:
        return list(found)
    return sorted(found, key=lambda each: order.index(each.key))


def _names(folder: Folder, pattern: re.Pattern[bytes]) -> set[str]:
    drawn = (content for path, content in folder.files.items() if path.endswith((".bpmn", ".dmn")))
    return {name.decode(errors="replace") for content in drawn for name in pattern.findall(content)}


def around(scenario: Path) -> Path | None:
    """The folder that a scenario is about: that which holds its `scenarios/`; None without anything to deploy."""
    inside = next((parent for parent in scenario.resolve().parents if parent.name == "scenarios"), None)
    return inside.parent if inside is not None and any(_deployed(inside.parent)) else None


def read_toml(text: str) -> dict[str, Any]:
    """What a TOML text says; TOMLDecodeError, and RecursionError for what is nested too deep.

    A key of very many parts is not even looked at: where each of them stands takes the square of their number to say.
    """
    if any(line.count(".") > MOST_PARTS for line in text.splitlines()):
        raise RecursionError
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise
    except ValueError as error:  # of a number that is longer than Python reads, or a day that is none
        raise tomllib.TOMLDecodeError(str(error).partition(";")[0]) from None


def key_of(files: Mapping[str, bytes]) -> str | None:
    """The key that the declaration among some files gives them; None where none can be read."""
    try:
        key = read_toml(files[DECLARATION].decode()).get("key")
    except (KeyError, ValueError, RecursionError):
        return None
    return key if isinstance(key, str) and key else None


def placed(path: str) -> str:
    """Where a file lies in its folder: letters and translations in theirs, as their kinds say, all others beside."""
    name = PurePosixPath(path.replace("\\", "/")).name
    within = {".txt": "letters", ".po": "translations"}.get(PurePosixPath(name).suffix)
    return f"{within}/{name}" if within else name


def is_deployed(path: str) -> bool:
    """Whether a file of a folder is deployed, by its path in it; none whose name has signs that nobody sees."""
    if not path.isprintable():
        return False
    return any(PurePosixPath(path).match(each) and path.count("/") == each.count("/") for each in PATTERNS)


def _deployed(path: Path) -> Iterator[Path]:
    return (file for pattern in PATTERNS for file in path.glob(pattern))
