"""A drawing as an SVG picture made on the server, for paper: shapes, flows, labels, and the way that was walked."""

from collections.abc import Iterator, Sequence
from html import escape
from math import ceil, hypot

from processes.paper import fonts
from web.diagrams import marks
from web.diagrams.lettering import (
    BAND,
    FRAMES,
    LINE,
    OPENED,
    SIZE,
    Words,
    is_opened,
    lines_of,
    width_of,
    words_beside,
    words_on,
)
from web.diagrams.places import obstacles, place
from web.diagrams.plan import Box, Line, Plan, Point, Shape, read_plan
from web.shell.parts import Diagram

INK, FAINT, ACCENT, WEAK, BAD, BAD_WEAK = "#2b3340", "#8a94a3", "#1f4e8c", "#dbe7f6", "#b3261e", "#fbe4e2"
SHEET: tuple[float, float] = (1500, 930)
"""What can be read on a sheet of A4 that lies."""
OVERLAP = 100
ROUND = frozenset({"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"})
NOTE = 17
"""The height of a note."""


def pictures(content: bytes, diagram: Diagram) -> list[bytes]:
    """The drawing of a BPMN file with what a case has walked: the whole; of a large one also parts that can be read.

    Parts with nothing but empty lanes are left out.
    """
    plan = read_plan(content)
    drawn = "".join(_drawn(plan, diagram))
    held = [shape.box for shape in plan.shapes if shape.kind not in FRAMES]
    whole, *parts = _views(plan.frame)
    return [_svg(view, drawn) for view in (whole, *(part for part in parts if any(map(part.meets, held))))]


def _svg(view: Box, drawn: str) -> bytes:
    window = f"{view.x:g} {view.y:g} {view.width:g} {view.height:g}"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{view.width:g}" height="{view.height:g}" viewBox="{window}"'
    style = f'font-family="{fonts.FAMILY}" font-size="{SIZE}" fill="none" stroke-linejoin="round"'
    return f"{head} {style}>{drawn}</svg>".encode()


def _views(frame: Box) -> Iterator[Box]:
    """The whole, and where that is too small to be read its parts, row by row, each with some of its neighbour."""
    yield frame
    across, down = (
        ceil((length - OVERLAP) / (most - OVERLAP)) if length > most * 1.4 else 1
        for length, most in zip((frame.width, frame.height), SHEET, strict=True)
    )
    if across * down == 1:
        return
    width, height = (
        (length + (number - 1) * OVERLAP) / number for length, number in ((frame.width, across), (frame.height, down))
    )
    for row in range(down):
        for column in range(across):
            yield Box(frame.x + column * (width - OVERLAP), frame.y + row * (height - OVERLAP), width, height)


def _drawn(plan: Plan, diagram: Diagram) -> Iterator[str]:
    frames = [shape for shape in plan.shapes if shape.kind in {*FRAMES, *OPENED}]
    for shape in frames:
        yield from _shape(shape, diagram)
    for line in sorted(plan.lines, key=lambda each: each.id in diagram.path):
        yield from _line(line, diagram)
    for shape in plan.shapes:
        if shape not in frames:
            yield from _shape(shape, diagram)
    for line in plan.lines:
        words = words_on(line)
        if words is not None:
            yield _text(words, halo=True)
    for text, box in notes(plan, diagram):
        yield _note(text, box)


def notes(plan: Plan, diagram: Diagram) -> Iterator[tuple[str, Box]]:
    """What hangs on shapes (how often, how long, who has it), and where it stands; what finds no place is left out."""
    boxes, around = {shape.id: shape.box for shape in plan.shapes}, obstacles(plan)
    taken: list[Box] = []
    for note in diagram.overlays:
        if note.element not in boxes:
            continue
        found = place(boxes[note.element], (width_of(note.text) + 8, NOTE), note.place, around, taken)
        if found is not None:
            taken.append(found)
            yield note.text, found


# -- shapes


def _shape(shape: Shape, diagram: Diagram) -> Iterator[str]:
    look = _look(shape, diagram)
    if shape.kind in FRAMES:
        yield from _band(shape)
    elif shape.kind in ROUND:
        yield from _event(shape, look)
    elif shape.kind.endswith("Gateway"):
        yield from _gateway(shape, look)
    elif shape.kind == "textAnnotation":
        box = shape.box
        yield _path(f"M{box.x + 12:g} {box.y:g}h-12v{box.height:g}h12", f'stroke="{INK}"')
        yield _text(words_beside(shape))
    elif shape.kind.startswith("data") or shape.kind == "group":
        yield _rect(shape.box, 2, f'stroke="{FAINT}" stroke-dasharray="4 3"')
        yield _text(words_beside(shape), halo=True)
    else:
        yield from _activity(shape, look)


def _look(shape: Shape, diagram: Diagram) -> str:
    thick = 3.4 if shape.kind in {"callActivity", "endEvent"} else 1.6
    if shape.id in diagram.fail:
        return f'fill="{BAD_WEAK}" stroke="{BAD}" stroke-width="{max(thick, 3)}" stroke-dasharray="7 4"'
    if shape.id in diagram.now:
        return f'fill="#fff" stroke="{ACCENT}" stroke-width="4.5"'
    if shape.id in diagram.done:
        return f'fill="{WEAK}" stroke="{ACCENT}" stroke-width="{thick}"'
    return f'fill="#fff" stroke="{INK}" stroke-width="{thick}"'


def _band(shape: Shape) -> Iterator[str]:
    """A pool or a lane, its name along its edge."""
    box, line = shape.box, f'stroke="{FAINT}" stroke-width="1.2"'
    yield _rect(box, 0, line)
    if shape.horizontal:
        yield _path(f"M{box.x + BAND:g} {box.y:g}v{box.height:g}", line)
    else:
        yield _path(f"M{box.x:g} {box.y + BAND:g}h{box.width:g}", line)
    yield _text(words_beside(shape))


def _event(shape: Shape, look: str) -> Iterator[str]:
    x, y = shape.box.middle
    radius = shape.box.width / 2
    goes_on = {"cancelActivity=false", "isInterrupting=false"} & shape.marks
    dashed = ' stroke-dasharray="5 3"' if goes_on else ""
    yield f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" {look}{dashed if "dasharray" not in look else ""}/>'
    stroke = f'stroke="{INK}" stroke-width="1.3"'
    if shape.kind not in {"startEvent", "endEvent"}:
        yield f'<circle cx="{x:g}" cy="{y:g}" r="{radius - 3.5:g}" {stroke}{dashed}/>'
    thrown = shape.kind in {"endEvent", "intermediateThrowEvent"}
    for name in sorted(shape.marks & marks.EVENTS.keys()):
        fill = f'fill="{INK}"' if thrown else ""
        line = 'stroke="#fff" stroke-width="1.2"' if thrown and name.startswith("message") else stroke
        yield _path(marks.EVENTS[name], f"{line} {fill}", (x, y))
    yield _text(words_beside(shape), halo=True)


def _gateway(shape: Shape, look: str) -> Iterator[str]:
    box, (x, y) = shape.box, shape.box.middle
    right, bottom = box.x + box.width, box.y + box.height
    yield _path(f"M{x:g} {box.y:g}L{right:g} {y:g}L{x:g} {bottom:g}L{box.x:g} {y:g}z", look)
    width = "1.3" if shape.kind == "eventBasedGateway" else "3"
    yield _path(marks.GATEWAYS.get(shape.kind, ""), f'stroke="{INK}" stroke-width="{width}"', (x, y))
    yield _text(words_beside(shape), halo=True)


def _activity(shape: Shape, look: str) -> Iterator[str]:
    """A task, a call or a sub-process."""
    box = shape.box
    opened = is_opened(shape)
    by_event = ' stroke-dasharray="3 4"' if "triggeredByEvent=true" in shape.marks else ""
    yield _rect(box, 10, look.replace(f'fill="{WEAK}"', 'fill="#fff"') + by_event if opened else look)
    stroke = f'stroke="{INK}" stroke-width="1.2"'
    if shape.kind in marks.TASKS:
        yield _path(marks.TASKS[shape.kind], stroke, (box.x + 14, box.y + 14))
    foot = [marks.PLUS] if not opened and shape.kind in {"callActivity", *OPENED} else []
    if "multiInstanceLoopCharacteristics" in shape.marks:
        foot.append(marks.SEQUENTIAL if "sequential" in shape.marks else marks.PARALLEL)
    if "standardLoopCharacteristics" in shape.marks:
        foot.append(marks.LOOP)
    for number, sign in enumerate(foot):
        middle = box.x + box.width / 2 + 20 * (number - (len(foot) - 1) / 2)
        yield _path(sign, stroke, (middle, box.y + box.height - 10))
    if opened:
        yield _text(words_beside(shape))
    else:
        x, y = box.middle
        lift = 6 if foot else -3 if shape.kind in marks.TASKS else 0
        yield _text(Words(shape.name, (x, y - lift), box.width - 8))


# -- lines


def _line(line: Line, diagram: Diagram) -> Iterator[str]:
    if len(line.points) < 2:
        return
    walked = line.id in diagram.path
    colour = ACCENT if walked else INK
    dashes = {"association": "1 4", "messageFlow": "8 5", "dataInputAssociation": "1 4", "dataOutputAssociation": "1 4"}
    dash = f' stroke-dasharray="{dashes[line.kind]}"' if line.kind in dashes else ""
    yield _path(_through(line.points), f'stroke="{colour}" stroke-width="{3.2 if walked else 1.4}"{dash}')
    if line.kind in {"sequenceFlow", "messageFlow"}:
        yield _arrow(line.points[-2], line.points[-1], colour, filled=line.kind == "sequenceFlow")
    if line.default or line.conditional:
        start, way = line.points[0], _direction(line.points[0], line.points[1])
        if line.default:
            yield _path("M-5 5l10-10", f'stroke="{colour}" stroke-width="1.6"', _on(start, way, 12, 0))
        else:
            ends = (start, _on(start, way, 8, 5), _on(start, way, 16, 0), _on(start, way, 8, -5))
            yield _path(f"{_through(ends)}z", f'fill="#fff" stroke="{colour}"')


def _arrow(before: Point, end: Point, colour: str, *, filled: bool) -> str:
    way, fill = _direction(before, end), colour if filled else "#fff"
    corners = (_on(end, way, -10, 4.5), end, _on(end, way, -10, -4.5))
    return _path(f"{_through(corners)}z", f'fill="{fill}" stroke="{colour}"')


def _through(points: Sequence[Point]) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points)


def _direction(start: Point, end: Point) -> Point:
    length = hypot(end[0] - start[0], end[1] - start[1]) or 1
    return (end[0] - start[0]) / length, (end[1] - start[1]) / length


def _on(start: Point, way: Point, forth: float, aside: float) -> Point:
    """A point so far on along a direction, and so far beside it."""
    (x, y), (along, across) = start, way
    return x + along * forth - across * aside, y + across * forth + along * aside


# -- what everything is made of


def _rect(box: Box, radius: float, look: str) -> str:
    place = f'x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}" rx="{radius:g}"'
    return f"<rect {place} {look}/>"


def _path(way: str, look: str, at: Point | None = None) -> str:
    moved = f' transform="translate({at[0]:g} {at[1]:g})"' if at is not None else ""
    return f'<path d="{way}" {look}{moved}/>' if way else ""


def _note(text: str, box: Box) -> str:
    look = f'fill="#fff" stroke="{ACCENT}"'
    return _rect(box, 8, look) + _text(Words(text, box.middle, box.width + SIZE), colour=ACCENT)


def _text(words: Words, *, halo: bool = False, colour: str = INK) -> str:
    """Centred lines; a halo keeps them readable over a line."""
    lines = lines_of(words.text, words.width)
    x, y = words.middle
    top = y - (len(lines) - 1) * LINE / 2 + SIZE * 0.36
    found = []
    for number, line in enumerate(lines):
        said = f'x="{x:g}" y="{top + number * LINE:g}" text-anchor="middle"'
        if halo:
            found.append(f'<text {said} stroke="#fff" stroke-width="4">{escape(line)}</text>')
        found.append(f'<text {said} fill="{colour}">{escape(line)}</text>')
    set_so = "".join(found)
    return f'<g transform="rotate(-90 {x:g} {y:g})">{set_so}</g>' if words.turned else set_so
