"""The properties of our own that diagrams give their elements: their names, and what they may say."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from lxml import etree

from engine import Finding, Severity, nearest, phrase, quoted

OWNER: Mapping[str, bool] = MappingProxyType({"true": True, "if none": False})
"""What `owner` of a task may say of whoever completes it; true: becomes owner in place of another."""

NAMES = frozenset(
    {
        "alike",
        "audience",
        "boundTo",
        "correlationKey",
        "group",
        "inputs",
        "letter",
        "letterOf",
        "outputs",
        "owner",
        "phase",
        "recordForm",
        "recordedBy",
        "rules",
        "sends",
        "separationOfDuties",
        "separationOfPeople",
        "separationOfRounds",
    }
)
"""All that are read; docs/diagrams.md says what each means."""

CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"


def check(files: Mapping[str, bytes]) -> Iterator[Finding]:
    """Properties that nobody reads, as a warning, and owners that nobody becomes."""
    for file, content in files.items():
        if file.endswith(".bpmn"):
            for place, name, value in _written(content):
                element, label = place.get("id"), " ".join(place.get("name", "").split()) or None
                called = phrase("{called}: {said}", called=quoted(label), said="") if label else ""
                if name not in NAMES:
                    said = phrase(
                        "{called}nobody reads the property {name}{cure}",
                        called=called,
                        name=name,
                        cure=nearest(name, NAMES),
                    )
                    yield Finding(file, said, element, label, Severity.WARNING, "unknown_property", about=name)
                elif name == "sends" and value not in {"true", "false"}:
                    said = phrase(
                        "the property sends says {value}: write true where the task sends a letter", value=repr(value)
                    )
                    yield Finding(file, called + said, element, label, code="owner")
                elif name == "owner" and value not in OWNER:
                    said = phrase(
                        "the property owner says {value}{cure}; nobody would become the owner",
                        value=repr(value),
                        cure=nearest(value, OWNER),
                    )
                    yield Finding(file, called + said, element, label, code="owner")


def _written(content: bytes) -> Iterator[tuple[etree._Element, str, str]]:
    """The properties of a diagram, each with the element it belongs to; none of a file that cannot be read."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        return
    for each in root.iter(f"{CAMUNDA}property"):
        place = next((above for above in each.iterancestors() if above.get("id")), root)
        yield place, each.get("name", ""), each.get("value", "")
