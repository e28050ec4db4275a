"""Diagrams as XML that nobody can trust: no entities, no network, no huge trees, no huge files."""

from collections.abc import Iterator
from copy import deepcopy

from lxml import etree

from engine.phrases import phrase
from engine.spelling import plainly
from engine.values import Finding

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"
ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"
OPERATON = "{http://operaton.org/schema/1.0/bpmn}"
MOST_BYTES = 5_000_000
MOST_CHARACTERS = 10_000
"""Of one attribute; labels and ids stand in every row of the task list and the history."""


class Unreadable(Exception):
    """A file that is no diagram at all."""

    def __init__(self, finding: Finding) -> None:
        """Take the finding that says why."""
        super().__init__(str(finding))
        self.finding = finding


def parse(file: str, content: bytes) -> etree._Element:
    """The root of a diagram; Unreadable when the file is too big, no XML, no BPMN, or declares entities."""
    if len(content) > MOST_BYTES:
        raise _unreadable(
            file,
            "too_big",
            phrase("the file has {count} bytes, at most {most} are read", count=len(content), most=MOST_BYTES),
        )
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _unreadable(
            file, "not_xml", phrase("the file is not well-formed XML: {error}", error=plainly(error))
        ) from error
    if root.getroottree().docinfo.internalDTD is not None:  # without one an entity is no XML
        raise _unreadable(file, "doctype", phrase("a document type or an entity is declared; diagrams need none"))
    if root.tag != f"{BPMN}definitions":
        raise _unreadable(file, "not_bpmn", phrase("the file holds no BPMN 2.0 diagram"))
    for node in root.iter(etree.Element):
        for name, value in node.attrib.items():
            if len(value) > MOST_CHARACTERS:
                where = phrase(
                    "{tag} {id}, line {line}",
                    tag=local(node),
                    id=str(node.get("id"))[:100],
                    line=node.sourceline,
                )
                told = phrase(
                    "{name} has {count} characters, at most {most} are read",
                    name=etree.QName(name).localname,
                    count=len(value),
                    most=MOST_CHARACTERS,
                )
                raise _unreadable(file, "too_long", phrase("{where}: {told}", where=where, told=told))
    _same_vocabulary(root)
    _put_in_definitions(root)
    _name_links(root)
    return root


def children(node: etree._Element, *tags: str) -> list[etree._Element]:
    """The child elements with one of these BPMN names; all BPMN children when none is given."""
    wanted = {BPMN + tag for tag in tags}
    return [child for child in elements(node) if (child.tag in wanted if wanted else child.tag.startswith(BPMN))]


def child(node: etree._Element, *tags: str) -> etree._Element | None:
    """The first of such children."""
    return next(iter(children(node, *tags)), None)


def elements(node: etree._Element) -> Iterator[etree._Element]:
    """The child elements, without comments."""
    return (entry for entry in node if isinstance(entry.tag, str))


def local(node: etree._Element) -> str:
    """The name of a tag without its namespace."""
    return str(node.tag).rsplit("}", 1)[-1]


def text(node: etree._Element | None) -> str:
    """The text of an element without blanks around it; empty when there is no element."""
    return "" if node is None else "".join(str(part) for part in node.itertext(etree.Element)).strip()


def extensions(node: etree._Element, *names: str) -> list[etree._Element]:
    """The camunda: elements in the extension of a node."""
    wanted = {CAMUNDA + name for name in names}
    return [
        entry
        for holder in children(node, "extensionElements")
        for entry in elements(holder)
        if (entry.tag in wanted if wanted else entry.tag.startswith(CAMUNDA))
    ]


def camunda(node: etree._Element, name: str) -> str | None:
    """A camunda: attribute."""
    value = node.get(CAMUNDA + name)
    return None if value is None else str(value)


def flag(node: etree._Element, name: str, *, usual: bool = False) -> bool:
    """A yes or no as XML writes it: true, false, 1 or 0."""
    return node.get(name, str(usual).lower()).strip() in {"true", "1"}


def attributes(node: etree._Element) -> dict[str, str]:
    """All camunda: attributes by local name, and what belongs to them in the extension."""
    found = {
        str(name)[len(CAMUNDA) :]: str(value) for name, value in node.attrib.items() if str(name).startswith(CAMUNDA)
    }
    for entry in extensions(node, "failedJobRetryTimeCycle"):
        found["failedJobRetryTimeCycle"] = text(entry)
    return found


def properties(node: etree._Element) -> dict[str, str]:
    """The camunda:properties of a node."""
    return {
        str(entry.get("name")): str(entry.get("value") or "")
        for holder in extensions(node, "properties")
        for entry in elements(holder)
        if entry.get("name")
    }


def _same_vocabulary(root: etree._Element) -> None:
    """Read operaton: as camunda:, tags and attributes."""
    for node in root.iter(etree.Element):
        if node.tag.startswith(OPERATON):
            node.tag = CAMUNDA + node.tag[len(OPERATON) :]
        for name in [name for name in node.attrib if str(name).startswith(OPERATON)]:
            node.set(CAMUNDA + str(name)[len(OPERATON) :], node.attrib.pop(name))


def _put_in_definitions(root: etree._Element) -> None:
    """Put event definitions that stand beside the processes into the events that refer to them."""
    known = {node.get("id"): node for node in children(root) if local(node).endswith("EventDefinition")}
    for reference in list(root.iter(f"{BPMN}eventDefinitionRef")):
        definition, holder = known.get(bare(reference.text)), reference.getparent()
        if definition is not None and holder is not None:
            copied = deepcopy(definition)
            del copied.attrib["id"]
            holder.replace(reference, copied)


def _name_links(root: etree._Element) -> None:
    """Give links that refer to each other, by source and target, one name."""
    links = {str(node.get("id")): node for node in root.iter(f"{BPMN}linkEventDefinition") if node.get("id")}
    for number, link in links.items():
        for other in (links.get(bare(text(part))) for part in children(link, "source")):
            if other is not None:
                link.set("name", link.get("name") or number)
                other.set("name", str(link.get("name")))
    for link in links.values():
        target = links.get(bare(text(child(link, "target"))))
        if target is not None:
            target.set("name", target.get("name") or str(target.get("id")))
            link.set("name", str(target.get("name")))


def bare(reference: str | None) -> str:
    """An id as a reference names it, its prefix left out."""
    return (reference or "").strip().rpartition(":")[2]


def _unreadable(file: str, code: str, message: str) -> Unreadable:
    return Unreadable(Finding(file=file, message=message, code=code))
