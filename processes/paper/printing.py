"""Typesetting: a description of a paper becomes a PDF."""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

from processes.errors import PaperFailed
from processes.paper import fonts, press
from processes.paper.contents import contents
from processes.paper.model import Paper

TEMPLATE = Path(__file__).with_name("paper.typ")
MOST_SECONDS = 60
MOST_MEMORY = 2 * 1024**3
"""Of the press, which is a process of its own."""

log = structlog.get_logger(__name__)


def typeset(paper: Paper, *, most_seconds: float = MOST_SECONDS) -> bytes:
    """The PDF of a paper: the same bytes for the same paper; call it outside of a transaction.

    A character that the font lacks is given by its number, and the paper and the log say which. A picture or PDF that
    cannot be read is named in its place. PaperFailed when it takes too long or too much memory.
    """
    found = contents(paper)
    if found.missing:
        log.warning("paper_characters_missing", title=paper.title, signs=found.values["missing"])
    with TemporaryDirectory(prefix="kesu-paper-") as name:
        folder = Path(name)
        (folder / "paper.json").write_bytes(found.text)
        (folder / "paper.typ").write_bytes(TEMPLATE.read_bytes())
        for each, content in found.files.items():
            (folder / each).write_bytes(content)
        _print(paper, folder, most_seconds)
        return (folder / "paper.pdf").read_bytes()


def _print(paper: Paper, folder: Path, most_seconds: float) -> None:
    command = [sys.executable, "-I", str(press.__file__), str(folder), str(fonts.folder()), str(MOST_MEMORY)]
    try:
        done = subprocess.run(command, check=False, capture_output=True, timeout=most_seconds, cwd=folder)  # noqa: S603 - our own interpreter and paths
    except subprocess.TimeoutExpired:
        raise PaperFailed(title=paper.title, why=f"it took longer than {most_seconds:g} seconds") from None
    said = done.stderr.decode(errors="replace").strip()
    if done.returncode != 0:
        log.error("paper_failed", title=paper.title, said=said[-2000:])
        raise PaperFailed(title=paper.title, why=said.rpartition("\n")[2] or f"the press ended with {done.returncode}")
    if said:
        log.warning("paper_file_unread", title=paper.title, said=said[-2000:])
