"""Lines of a CSV file as spreadsheets write and read it, each with its number; what is wrong is said by line."""

import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

MOST_BYTES = 1_000_000
"""A calendar of more than this is no calendar; lists of other things may be larger."""


FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""How a cell begins that a spreadsheet works out."""


@dataclass(frozen=True)
class LineFinding:
    """What is wrong with a line of a file; the header is line 1."""

    line: int
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}"


class Unreadable(Exception):
    """The file cannot be read at all, or a line of it has more than its columns."""

    def __init__(self, line: int, message: str) -> None:
        """Say in which line, and why."""
        super().__init__(message)
        self.finding = LineFinding(line, message)


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula (CWE-1236); plain numbers stay numbers."""
    if re.fullmatch(r"-?\d+(\.\d+)?", cell) or not cell.lstrip().lstrip("'").startswith(FORMULA):
        return cell
    return "'" + cell


def meant(cell: str) -> str:
    """What a cell said before it was made harmless."""
    return cell[1:] if cell[:1] == "'" and harmless(cell[1:]) == cell else cell


def lines(
    content: bytes,
    *,
    needed: Collection[str],
    also: Collection[str] = (),
    words: Mapping[str, str] | None = None,
    most: int = MOST_BYTES,
) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and cells by column name of each line that is not empty; raises Unreadable.

    Args:
        content: in UTF-8 or, as Chinese spreadsheets write it, GB 18030.
        needed: columns that the first line must name, in small letters.
        also: columns that it may name.
        words: other names of columns, by what the file says.
        most: bytes.
    """
    if len(content) > most:
        raise Unreadable(1, "the file is too large")
    try:
        text = _decode(content)
        if "\0" in text:
            raise Unreadable(text[: text.index("\0")].count("\n") + 1, "no text has a null character")
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        said = [cell.strip().lower() for cell in next(reader, [])]
        header = [(words or {}).get(cell, cell) for cell in said]
        if not set(needed) <= set(header):
            raise Unreadable(1, f"the first line must name the columns {' and '.join(needed)}")
        if unknown := set(header) - {*needed, *also}:
            raise Unreadable(1, f"unknown column {', '.join(sorted(unknown))}")
        for cells in reader:
            if len(cells) > len(header):
                raise Unreadable(reader.line_num, "more cells than columns")
            if any(cell.strip() for cell in cells):
                yield reader.line_num, dict(zip(header, (meant(cell.strip()) for cell in cells), strict=False))
    except (csv.Error, UnicodeDecodeError) as error:
        raise Unreadable(1, f"no readable CSV: {error}") from None


def _decode(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")
