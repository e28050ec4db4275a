"""Where the words of a drawing stand on paper, and how they are broken into lines."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine import SUB_PROCESSES
from processes.paper import fonts
from web.diagrams.plan import Box, Line, Point, Shape

SIZE, LINE = 12, 14.5
"""Of the letters and lines, in the units of the drawing."""
FRAMES = frozenset({"participant", "lane"})
OPENED = SUB_PROCESSES
BAND = 30
"""The width of the edge of a pool or a lane on which its name stands."""


@dataclass(frozen=True)
class Words:
    """A text centred on a point."""

    text: str
    middle: Point
    width: float
    """In which it is broken."""
    turned: bool = False
    """Whether it is read from below."""

    @property
    def box(self) -> Box:
        """What it covers."""
        lines = lines_of(self.text, self.width)
        across, down = max(map(width_of, lines), default=0), len(lines) * LINE
        if self.turned:
            across, down = down, across
        return Box(self.middle[0] - across / 2, self.middle[1] - down / 2, across, down)


def is_opened(shape: Shape) -> bool:
    """Whether it is a frame for what happens inside."""
    return shape.kind in OPENED and shape.expanded


def words_beside(shape: Shape) -> Words:
    """The name of a shape that is too small to hold it, of a frame, or of a note."""
    box, (x, y) = shape.box, shape.box.middle
    if shape.kind in FRAMES:
        if shape.horizontal:
            return Words(shape.name, (box.x + BAND / 2, y), box.height - 8, turned=True)
        return Words(shape.name, (x, box.y + BAND / 2), box.width - 8)
    if is_opened(shape):
        return Words(shape.name, (x, box.y + 14), box.width - 20)
    if shape.kind == "textAnnotation":
        return Words(shape.name, box.middle, box.width - 12)
    if shape.label is not None:
        return Words(shape.name, shape.label.middle, max(shape.label.width, 70))
    number = len(lines_of(shape.name, 100))
    return Words(shape.name, (x, box.y + box.height + 4 + number * LINE / 2), 100)


def words_on(line: Line) -> Words | None:
    """The name of a line."""
    if not line.name or line.label is None:
        return None
    return Words(line.name, line.label.middle, max(line.label.width, 60))


def lines_of(text: str, width: float) -> Sequence[str]:
    """A text in lines that are not wider, broken between words, Chinese anywhere."""
    lines: list[str] = []
    for part in fonts.showable(" ".join(text.split())).replace("\u200b", "").split("\n"):
        line = ""
        for word in _words(part):
            if line and width_of(line + word.rstrip()) > width:
                lines.append(line.rstrip())
                line = ""
            line += word
        lines.append(line.rstrip())
    return [line for line in lines if line]


def width_of(text: str) -> float:
    """How much room a line takes, about."""
    return sum(SIZE * (0.56 if sign.isascii() else 1) for sign in text)


def _words(text: str) -> Iterator[str]:
    word = ""
    for sign in text:
        if sign.isascii() and sign != " ":
            word += sign
            continue
        if sign in "，。；：、！？）》」”’":
            word += sign
            continue
        if sign == " ":
            yield word + sign
            word = ""
            continue
        if word:
            yield word
        word = sign
    if word:
        yield word
