"""The drawings themselves, with their labels in the reader's language."""

from flask import Blueprint, Response, g, url_for
from lxml import etree

from engine import deployments, loading
from engine.errors import NotFound
from web.shell import here, language

blueprint = Blueprint("diagrams", __name__)

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
UNNAMED = frozenset({"message", "signal", "error", "escalation"})
"""What has a name but no place in the drawing."""


@blueprint.get("/diagrams/<int:deployment_id>/<process_key>.<tongue>.bpmn")
def drawing(deployment_id: int, process_key: str, tongue: str) -> Response:
    """The file of a process; deployments never change, so browsers may keep it."""
    with here.reading() as session:
        process = loading.load(session, deployment_id).compiled.processes.get(process_key)
        if process is None or tongue not in language.LANGUAGES:
            raise NotFound(what="diagram", key=process_key)
        content = deployments.get_resource(session, deployment_id, process.file)
    response = Response(translated(content, tongue, deployment_id), content_type="application/xml")
    g.cached = True
    response.headers["Cache-Control"] = "private, max-age=86400"
    return response


def address(deployment_id: int, process_key: str) -> str:
    """Where the drawing of a process is."""
    return url_for("diagrams.drawing", deployment_id=deployment_id, process_key=process_key, tongue=language.current())


def translated(content: bytes, tongue: str, deployment_id: int | None = None) -> bytes:
    """A diagram with its labels in a language; what no catalogue knows stays as it is drawn."""
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    for node in root.iter(f"{{{BPMN}}}*"):
        name = node.get("name")
        if name and etree.QName(node).localname not in UNNAMED:
            node.set("name", language.label(name, deployment_id, tongue))
        if node.tag == f"{{{BPMN}}}text" and node.text:
            node.text = language.label(node.text, deployment_id, tongue)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))
