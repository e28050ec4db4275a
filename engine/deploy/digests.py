"""What a definition depends on in its folder, as one number: what has the same number is the same version.

A file is depended on when its key (of a process, a table, a form, a letter) stands as a word in the diagram, or in a
file that the diagram depends on. Whatever no file names, and what lies beside the diagrams (the declaration, the rules)
or is about all of them (the translations), is depended on by every process of the folder.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from engine.core import Compiled

_WORD = re.compile(r"\w(?:[\w.-]*\w)?")


def digest_of(name: str, files: Mapping[str, bytes]) -> str:
    """The SHA-256 of a name and of all paths and contents."""
    total = hashlib.sha256(f"{name}\0".encode())
    for path in sorted(files):
        total.update(f"{path}\0{len(files[path])}\0".encode())
        total.update(files[path])
    return total.hexdigest()


def digests(name: str, files: Mapping[str, bytes], compiled: Compiled, forms: Mapping[str, str]) -> "Digests":
    """The digests of all definitions of a folder.

    Args:
        name: the key of the folder.
        files: of the folder, by path.
        compiled: the diagrams and tables among them.
        forms: the paths of the forms by their ids.
    """
    paths = {key: {path} for key, path in forms.items()}
    for key, process in compiled.processes.items():
        paths.setdefault(key, set()).add(process.file)
    for key, decision in compiled.decisions.items():
        paths.setdefault(key, set()).add(decision.file)
    for path in files:
        if "/" in path and not path.endswith((".bpmn", ".dmn", ".form", ".po")):
            paths.setdefault(PurePosixPath(path).name.split(".")[0], set()).add(path)
    named = {
        path: _named(content, paths) - {path} for path, content in files.items() if path.endswith((".bpmn", ".dmn"))
    }
    by_all = {path for path in files if not path.endswith(".bpmn")} - set().union(*named.values())
    return Digests(name, files, compiled, named, by_all)


class Digests:
    """The digests of the definitions of one folder, by key."""

    def __init__(
        self,
        name: str,
        files: Mapping[str, bytes],
        compiled: Compiled,
        named: Mapping[str, set[str]],
        by_all: set[str],
    ) -> None:
        """Take what each diagram and table names, and the files that all processes depend on."""
        self.name, self.files, self.named = name, files, named
        self.processes = {
            key: self._digest(key, self._closure({process.file, *by_all}))
            for key, process in compiled.processes.items()
        }
        self.decisions = {
            key: self._digest(key, {each for each in self._closure({decision.file}) if each.endswith(".dmn")})
            for key, decision in compiled.decisions.items()
        }

    def _closure(self, paths: set[str]) -> set[str]:
        found: set[str] = set()
        open_ = set(paths)
        while open_:
            path = open_.pop()
            found.add(path)
            open_ |= self.named.get(path, set()) - found
        return found

    def _digest(self, key: str, paths: Iterable[str]) -> str:
        return digest_of(f"{self.name}\0{key}", {path: self.files[path] for path in paths})


def _named(content: bytes, paths: Mapping[str, set[str]]) -> set[str]:
    words = set(_WORD.findall(content.decode("utf-8", "replace")))
    return {path for word in words & paths.keys() for path in paths[word]}
