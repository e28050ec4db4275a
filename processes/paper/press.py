"""The press: a process of its own that turns a folder into a PDF or PNG, limited in memory, with nothing of the house.

What was uploaded is read here. Whatever it does to a library, it ends this process and no other.
"""

import json
import sys
from pathlib import Path
from typing import Any, Literal

import pypdfium2
import typst

PROBE = '#set page(width: 10cm, height: 10cm)\n#image("{name}", page: {page}, width: 1cm)'
EACH_PROBED = 20
"""Pages tried before the whole is set: enough to find a file that is broken at all, little enough to be quick."""


MOST_PIXELS = 80_000_000
"""Of a picture: a file of some kilobytes may have milliards, and then nothing that shows it is ever printed."""

Format = Literal["pdf", "png"]


def main(folder: Path, fonts: Path, most_memory: int, wanted: Format) -> None:
    """Read paper.json, find out what can be shown, set it by paper.typ, write paper.pdf or paper.png."""
    _limit(most_memory)
    known = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts)])
    values = json.loads((folder / "paper.json").read_text(encoding="utf-8"))
    for part in values["parts"]:
        for each in (part, *part.get("boxes", ())):
            if each.get("file"):
                _look(each, folder, known)
    (folder / "paper.json").write_text(json.dumps(values), encoding="utf-8")
    try:
        made = _compile(folder / "paper.typ", known, wanted)
    except typst.TypstError as error:
        sys.exit(error.diagnostic)
    (folder / f"paper.{wanted}").write_bytes(made)


def _look(part: dict[str, Any], folder: Path, known: typst.Fonts) -> None:
    """Whether a picture or PDF can be shown, how many pages it has, and whether it is wide."""
    name = part["file"]
    try:
        part["pages"] = _pages(folder / name)
        for page in range(1, min(part["pages"], part.get("most", 1), EACH_PROBED) + 1):
            probe = PROBE.format(name=name, page=page) if name.endswith(".pdf") else f'#image("{name}", width: 1cm)'
            (folder / "probe.typ").write_text(probe, encoding="utf-8")
            _compile(folder / "probe.typ", known)
    except (KeyboardInterrupt, MemoryError):
        raise
    except BaseException as error:  # noqa: BLE001 - a panic of a library is no Exception
        sys.stderr.write(f"{name}: {error}\n")
        part["file"] = ""
        part["unread"] = True


def _pages(path: Path) -> int:
    """How many a file has, a picture one; ValueError for one that is too large to be shown."""
    if path.suffix != ".pdf":
        if _pixels(path.read_bytes()) > MOST_PIXELS:
            raise ValueError("the picture is too large")
        return 1
    document = pypdfium2.PdfDocument(path)
    try:
        return len(document)
    finally:
        document.close()


def _pixels(content: bytes) -> int:
    """How many pixels a picture says it has, before anything of it is unpacked; 0 where that cannot be read."""
    if content.startswith(b"\x89PNG"):
        return int.from_bytes(content[16:20]) * int.from_bytes(content[20:24])
    if content.startswith(b"GIF8"):
        return int.from_bytes(content[6:8], "little") * int.from_bytes(content[8:10], "little")
    if content[12:16] == b"VP8X":
        return (1 + int.from_bytes(content[24:27], "little")) * (1 + int.from_bytes(content[27:30], "little"))
    at = 2  # of JPEG the parts are gone through to the one that says it; others of WebP are small enough
    while content[at : at + 1] == b"\xff" and content[:2] == b"\xff\xd8":
        if 0xC0 <= content[at + 1] <= 0xCF and content[at + 1] not in (0xC4, 0xC8, 0xCC):
            return int.from_bytes(content[at + 5 : at + 7]) * int.from_bytes(content[at + 7 : at + 9])
        at += 2 + max(2, int.from_bytes(content[at + 2 : at + 4]))
    return 0


def _compile(path: Path, known: typst.Fonts, wanted: Format = "pdf") -> bytes:
    """Nothing outside of the folder can be read, no package is looked for."""
    return typst.compile(path, root=path.parent, font_paths=known, ignore_system_fonts=True, format=wanted, ppi=100)


def _limit(most_memory: int) -> None:
    """No more memory than that; where the system cannot say so, the time alone is limited."""
    try:
        import resource  # noqa: PLC0415 - not on every system
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (most_memory, most_memory))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), "png" if sys.argv[4] == "png" else "pdf")
