"""Events of the history say which process their element is drawn in: an id may stand in several diagrams of a case."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from alembic import op
from lxml import etree

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"

_INSTANCES = sa.text(
    "SELECT instance.id, process_definition.deployment_id, process_definition.key FROM instance"
    " JOIN process_definition ON process_definition.id = instance.definition_id ORDER BY instance.id"
)
_EVENTS = sa.text(
    "SELECT id, kind, element, token, data FROM event WHERE instance_id = :number AND element IS NOT NULL ORDER BY id"
).columns(data=sa.JSON())
_TASKS = sa.text("SELECT token, process_key FROM task WHERE instance_id = :number")
_FILES = sa.text("SELECT content FROM resource WHERE deployment_id = :number AND kind = 'bpmn' ORDER BY path")
_KEEP = sa.text("UPDATE event SET process = :process WHERE id = :id")


@dataclass
class Drawing:
    """What it takes to know of a process to tell its elements from those of others."""

    elements: set[str] = field(default_factory=set)
    targets: dict[str, str] = field(default_factory=dict)
    """Where each sequence flow leads."""
    hosts: dict[str, str] = field(default_factory=dict)
    """What each boundary event is attached to."""
    starts: dict[str, list[str]] = field(default_factory=dict)
    """The start events of the process and of each sub-process."""
    calls: dict[str, str] = field(default_factory=dict)
    """The process that each call activity calls."""


def upgrade() -> None:
    op.add_column("event", sa.Column("process", sa.Text(), nullable=True))
    connection = op.get_bind()
    drawings: dict[int, Mapping[str, Drawing]] = {}
    _protect(on=False)
    for instance, deployment, root in connection.execute(_INSTANCES).all():
        if deployment not in drawings:
            drawings[deployment] = dict(_drawings(connection, deployment))
        events = connection.execute(_EVENTS, {"number": instance}).all()
        tasks = {row.token: row.process_key for row in connection.execute(_TASKS, {"number": instance})}
        found = homes(events, drawings[deployment], root, tasks)
        if found:
            connection.execute(_KEEP, [{"id": event, "process": process} for event, process in found.items()])
    _protect(on=True)


def homes(
    events: Sequence[Any], drawings: Mapping[str, Drawing], root: str, tasks: Mapping[int, str]
) -> Mapping[int, str]:
    """The process by event: that of its task, of the only diagram with such an element, or where its token came from.

    Args:
        events: of one instance, in order.
        drawings: the processes of its deployment.
        root: the process of the instance.
        tasks: the processes of the tokens that became tasks.
    """
    tokens = {**_certain(events, drawings), **tasks}
    arrived = dict.fromkeys(_starts(drawings, root, root), root)
    found = {}
    for event in events:
        candidates = [key for key, drawing in drawings.items() if event.element in drawing.elements]
        host = next((drawings[key].hosts.get(event.element) for key in candidates), None)
        key = tokens.get(event.token) or arrived.get(event.element) or arrived.get(host or "")
        if key is None and len(candidates) == 1:
            key = candidates[0]
        if key is None:
            continue
        found[event.id] = key
        if event.token is not None:
            tokens.setdefault(event.token, key)
        if event.kind == "flow":
            arrived[drawings[key].targets.get(event.data["id"], "") if key in drawings else ""] = key
        elif event.kind == "entered":
            called = drawings[key].calls.get(event.element, key) if key in drawings else key
            scope = called if called != key else event.element
            arrived.update(dict.fromkeys(_starts(drawings, called, scope), called))
    return found


def _certain(events: Iterable[Any], drawings: Mapping[str, Drawing]) -> dict[int, str]:
    """The processes of the tokens that were in an element or left by a flow that only one of the diagrams has."""
    found = {}
    for event in events:
        keys = [
            key
            for key, drawing in drawings.items()
            if event.element in drawing.elements and (event.kind != "flow" or event.data["id"] in drawing.targets)
        ]
        if len(keys) == 1 and event.token is not None:
            found[event.token] = keys[0]
    return found


def _starts(drawings: Mapping[str, Drawing], key: str, scope: str) -> Iterable[str]:
    return drawings[key].starts.get(scope, ()) if key in drawings else ()


def _drawings(connection: sa.Connection, deployment: int) -> Iterator[tuple[str, Drawing]]:
    for content in connection.execute(_FILES, {"number": deployment}).scalars():
        # the file was taken at its deployment, and is read as carefully as it was then
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        for process in etree.fromstring(bytes(content), parser).iter(f"{BPMN}process"):
            yield str(process.get("id")), _drawing(process)


def _drawing(process: Any) -> Drawing:
    drawing = Drawing()
    for node in process.iterdescendants(f"{BPMN}*"):
        number, tag = node.get("id"), etree.QName(node).localname
        if not number:
            continue
        drawing.elements.add(number)
        if tag == "sequenceFlow":
            drawing.targets[number] = node.get("targetRef")
        elif tag == "startEvent":
            drawing.starts.setdefault(node.getparent().get("id"), []).append(number)
        elif tag == "boundaryEvent":
            drawing.hosts[number] = node.get("attachedToRef")
        elif tag == "callActivity":
            drawing.calls[number] = node.get("calledElement")
    return drawing


def _protect(*, on: bool) -> None:
    """Take away the trigger by which the history cannot be changed, or put it back as the first revision made it."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE event {'ENABLE' if on else 'DISABLE'} TRIGGER event_no_update")
    elif on:
        refuse = "BEGIN SELECT RAISE(ABORT, 'event is append-only'); END"
        op.execute(f"CREATE TRIGGER event_no_update BEFORE UPDATE ON event {refuse}")
    else:
        op.execute("DROP TRIGGER event_no_update")
