"""On which line of a TOML text a value stands; tomllib does not say."""

import tomllib
from bisect import bisect_right
from collections.abc import Mapping

Path = tuple[str | int, ...]
"""Keys of tables and places in lists, from the outside in."""


def lines_of(text: str) -> Mapping[Path, int]:
    """The line of each table, key and item of a list, counted from 1; for text that tomllib has read."""
    return _Scanner(text).scan()


def line_of(lines: Mapping[Path, int], path: Path) -> int:
    """The line of a path, or of the innermost part of it that is there."""
    for end in range(len(path), 0, -1):
        if path[:end] in lines:
            return lines[path[:end]]
    return 1


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.ends = [place for place, sign in enumerate(text) if sign == "\n"]
        self.found: dict[Path, int] = {}
        self.counts: dict[Path, int] = {}

    def scan(self) -> Mapping[Path, int]:
        table: Path = ()
        while self.skip(" \t\r\n"):
            if self.text[self.at] == "[":
                table = self.header()
            else:
                self.pair(table)
        return self.found

    def skip(self, blanks: str) -> bool:
        """Go over blanks and comments; whether anything is left."""
        while self.at < len(self.text):
            if self.text[self.at] == "#":
                end = self.text.find("\n", self.at)
                self.at = len(self.text) if end < 0 else end
            elif self.text[self.at] in blanks:
                self.at += 1
            else:
                return True
        return False

    def note(self, path: Path, at: int) -> None:
        self.found.setdefault(path, bisect_right(self.ends, at - 1) + 1)

    def header(self) -> Path:
        start, listed = self.at, self.text.startswith("[[", self.at)
        self.at += 2 if listed else 1
        keys = self.keys()
        path: Path = ()
        for key in keys[:-1]:
            path = (*path, key)
            path = (*path, self.counts[path] - 1) if path in self.counts else path
        path = (*path, keys[-1])
        if listed:
            self.counts[path] = self.counts.get(path, 0) + 1
            self.note(path, start)
            path = (*path, self.counts[path] - 1)
        self.note(path, start)
        self.at += 2 if listed else 1
        return path

    def pair(self, table: Path) -> None:
        start, path = self.at, table
        for key in self.keys():
            path = (*path, key)
            self.note(path, start)
        self.at += 1  # the sign of equality
        self.value(path)

    def keys(self) -> list[str]:
        """The parts of a dotted key; it ends before `=` or `]`."""
        found = []
        while True:
            self.skip(" \t")
            start = self.at
            if self.text[start] in "\"'":
                self.string()
                found.append(str(tomllib.loads(f"key = {self.text[start : self.at]}")["key"]))
            else:
                while self.text[self.at] not in " \t.=]":
                    self.at += 1
                found.append(self.text[start : self.at])
            self.skip(" \t")
            if self.text[self.at] != ".":
                return found
            self.at += 1

    def value(self, path: Path) -> None:
        self.skip(" \t")
        sign = self.text[self.at]
        if sign in "\"'":
            self.string()
        elif sign == "[":
            self.items(path)
        elif sign == "{":
            self.members(path)
        else:
            while self.at < len(self.text) and self.text[self.at] not in ",]}#\n":
                self.at += 1

    def items(self, path: Path) -> None:
        self.at += 1
        place = 0
        while self.skip(" \t\r\n,") and self.text[self.at] != "]":
            self.note((*path, place), self.at)
            self.value((*path, place))
            place += 1
        self.at += 1

    def members(self, path: Path) -> None:
        self.at += 1
        while self.skip(" \t\r\n,") and self.text[self.at] != "}":
            self.pair(path)
        self.at += 1

    def string(self) -> None:
        quote = self.text[self.at]
        mark = quote * 3 if self.text.startswith(quote * 3, self.at) else quote
        self.at += len(mark)
        while not self.text.startswith(mark, self.at):
            self.at += 2 if quote == '"' and self.text[self.at] == "\\" else 1
        self.at += len(mark)
        while len(mark) == 3 and self.text.startswith(quote, self.at):  # a quote may stand before the closing ones
            self.at += 1
