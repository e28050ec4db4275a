"""Where notes stand on a drawing on paper: beside their element, over no word, shape or other note; as on the page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from web.diagrams.lettering import FRAMES, OPENED, is_opened, words_beside, words_on
from web.diagrams.plan import Box, Plan, Shape

GAP = 3
STEP = 6
FAR = 240
"""How far from its element a note is looked for a place."""
INSIDE = frozenset({"callActivity", "task", "manualTask", "userTask", "serviceTask", "sendTask", "receiveTask"})
INSIDE |= {"scriptTask", "businessRuleTask", *OPENED}
"""What holds its own name."""


@dataclass(frozen=True)
class Obstacles:
    """What notes keep off."""

    solid: Sequence[Box]
    """Words and shapes: never covered."""
    lines: Sequence[Box]
    """Lines and the edges of frames: crossed only where there is no other way."""


def obstacles(plan: Plan) -> Obstacles:
    """The obstacles of a drawing."""
    solid: list[Box] = []
    lines: list[Box] = []
    for shape in plan.shapes:
        if _is_frame(shape):
            lines += _edges(shape.box)
        else:
            solid.append(shape.box)
        if shape.name and (_is_frame(shape) or shape.kind not in INSIDE):
            solid.append(words_beside(shape).box)
    for line in plan.lines:
        words = words_on(line)
        if words is not None:
            solid.append(words.box)
        for (x, y), (right, bottom) in zip(line.points, line.points[1:], strict=False):
            lines.append(Box(min(x, right) - 2, min(y, bottom) - 2, abs(right - x) + 4, abs(bottom - y) + 4))
    return Obstacles(solid, lines)


def place(at: Box, size: tuple[float, float], wanted: str, around: Obstacles, taken: Sequence[Box]) -> Box | None:
    """Where a note of that size stands beside its element; None where nothing near is free.

    Args:
        at: the element.
        size: width and height of the note.
        wanted: the corner where it stands if that is free: above-left, below-left, below-right.
        around: what it keeps off.
        taken: the notes that stand already.
    """
    width, height = size
    near = Box(at.x - FAR - width, at.y - FAR - height, at.width + 2 * (FAR + width), at.height + 2 * (FAR + height))
    hard = [each for each in (*around.solid, *taken) if each.meets(near)]
    soft = [each for each in around.lines if each.meets(near)]
    crossing = None
    for box in _spots(at, width, height, wanted):
        if any(map(box.meets, hard)):
            continue
        if not any(map(box.meets, soft)):
            return box
        crossing = crossing or box
    return crossing


def _spots(at: Box, width: float, height: float, wanted: str) -> Iterator[Box]:
    """The wanted corner first, then the others, then further and further away."""
    above, below = at.y - height - GAP, at.y + at.height + GAP
    left, middle, right = at.x, at.x + (at.width - width) / 2, at.x + at.width - width
    corners = {"above-left": (left, above), "below-left": (left, below), "below-right": (right, below)}
    first = corners.get(wanted, (left, above))
    for x, y in (first, *((x, y) for y in (above, below) for x in (left, middle, right))):
        yield Box(x, y, width, height)
    found = []
    for down in range(int(at.height + height + 2 * FAR) // STEP + 1):
        for across in range(int(at.width + width + 2 * FAR) // STEP + 1):
            x, y = at.x - width - FAR + across * STEP, at.y - height - FAR + down * STEP
            aside = max(at.x - (x + width), x - (at.x + at.width), 0)
            away = max(at.y - (y + height), y - (at.y + at.height), 0)
            if aside or away:
                found.append((aside + away + abs(x - left) / 100, x, y))
    for _, x, y in sorted(found):
        yield Box(x, y, width, height)


def _is_frame(shape: Shape) -> bool:
    return shape.kind in FRAMES or shape.kind == "group" or is_opened(shape)


def _edges(box: Box) -> Iterator[Box]:
    """The four sides of a frame, which is no obstacle inside."""
    yield Box(box.x, box.y - 1, box.width, 2)
    yield Box(box.x, box.y + box.height - 1, box.width, 2)
    yield Box(box.x - 1, box.y, 2, box.height)
    yield Box(box.x + box.width - 1, box.y, 2, box.height)
