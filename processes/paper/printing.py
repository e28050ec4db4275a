"""Typesetting: a description of a paper becomes a PDF, a file that was uploaded a picture of its first pages."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import BoundedSemaphore
from typing import Literal

import structlog

from processes.errors import PaperFailed
from processes.paper import fonts, press
from processes.paper.contents import contents, letter
from processes.paper.model import PICTURES, Paper, Sheet
from processes.paper.words import WORDS

HERE = Path(__file__).parent
MOST_SECONDS = 60
MOST_MEMORY = 2 * 1024**3
"""Of the press, which is a process of its own."""
PRESSES = BoundedSemaphore(2)
"""How many may run at a time; the others wait."""
PREVIEWED = 5
"""Pages of a PDF in its picture."""

log = structlog.get_logger(__name__)


def typeset(paper: Paper | Sheet, *, most_seconds: float = MOST_SECONDS) -> bytes:
    """The PDF of a paper or letter: the same bytes for the same paper; call it outside of a transaction.

    A character that the font lacks is given by its number, and the paper and the log say which. A picture or PDF that
    cannot be read is named in its place. PaperFailed when it takes too long or too much memory.
    """
    found, template, title = (
        (letter(paper), "letter.typ", paper.subject)
        if isinstance(paper, Sheet)
        else (contents(paper), "paper.typ", paper.title)
    )
    if found.missing:
        log.warning("paper_characters_missing", signs=found.values["missing"])
    return _print(title, template, found.text, files=found.files, wanted="pdf", seconds=most_seconds)


def preview(name: str, content: bytes, kind: str, language: str) -> bytes:
    """The first pages of a PDF below each other, or a picture, as a PNG in which nothing can run.

    Outside of a transaction, too. What cannot be read gives a picture that says so; PaperFailed as `typeset`.
    """
    file = f"0000.{PICTURES.get(kind, 'pdf')}"
    part = {"file": file, "name": fonts.showable(name), "most": PREVIEWED}
    text = json.dumps({"parts": [part], "words": dict(WORDS[language])}).encode()
    return _print(name, "preview.typ", text, files={file: content}, wanted="png", seconds=MOST_SECONDS / 3)


def _print(
    title: str,
    template: str,
    text: bytes,
    *,
    files: Mapping[str, bytes],
    wanted: Literal["pdf", "png"],
    seconds: float,
) -> bytes:
    with PRESSES, TemporaryDirectory(prefix="kesu-paper-") as name:
        folder = Path(name)
        (folder / "paper.json").write_bytes(text)
        (folder / "paper.typ").write_bytes((HERE / template).read_bytes())
        for each, content in files.items():
            (folder / each).write_bytes(content)
        _run(title, folder, wanted, seconds)
        return (folder / f"paper.{wanted}").read_bytes()


def _run(title: str, folder: Path, wanted: str, seconds: float) -> None:
    command = [sys.executable, "-I", str(press.__file__), str(folder), str(fonts.folder()), str(MOST_MEMORY), wanted]
    try:
        done = subprocess.run(command, check=False, capture_output=True, timeout=seconds, cwd=folder)  # noqa: S603 - our own interpreter and paths
    except subprocess.TimeoutExpired:
        log.warning("paper_failed", seconds=seconds)
        raise PaperFailed(title=title, why=f"it took longer than {seconds:g} seconds") from None
    said = done.stderr.decode(errors="replace").strip()
    if done.returncode != 0:
        log.error("paper_failed", code=done.returncode)
        raise PaperFailed(title=title, why="the typesetter gave up")
    if said:
        log.warning("paper_file_unread", files=len(said.splitlines()))
