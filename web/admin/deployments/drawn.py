"""The diagrams of a proposed version, with what the checks say hung on their elements."""

from collections.abc import Mapping, Sequence

from flask import request, url_for
from lxml import etree

from engine import Finding, Severity
from web.admin.deployments.findings import Address, overlays
from web.admin.deployments.proposals import Draft, Proposal
from web.diagrams import drawings
from web.shell import language
from web.shell.language import gettext as _
from web.shell.parts import Choice, Diagram
from web.shell.static_files import sprite

SHAPE = "bpmnElement"
"""The attribute by which a shape of a drawing names its element."""


def drawn_elements(files: Mapping[str, bytes]) -> dict[str, frozenset[str]]:
    """The elements that are drawn in each diagram that can be shown."""
    found = {}
    for path, content in files.items():
        if path.endswith(".bpmn"):
            elements = _elements(content)
            if elements:
                found[path] = elements
    return found


def _elements(content: bytes) -> frozenset[str]:
    try:
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except (etree.XMLSyntaxError, ValueError):
        return frozenset()
    return frozenset(str(node.get(SHAPE)) for node in root.iter(etree.Element) if node.get(SHAPE))


def shown_at(drawn: Mapping[str, frozenset[str]], page: Address) -> Address:
    """Where an element of a file is shown: on its page, where it is drawn at all."""
    return lambda path, element: page(path, element) if element in drawn.get(path, ()) else ""


def marked(url: str, name: str, path: str, findings: Sequence[Finding]) -> Diagram:
    """A diagram with what is found in its file hung on it; the element that the address names stands out."""
    own = [each for each in findings if each.file == path]
    element = request.args.get("element", "")
    return Diagram(
        url,
        _("Diagram of %(name)s.", name=name),
        now=[element] if element else (),
        fail=[each.element for each in own if each.element not in (None, element) and each.severity is Severity.ERROR],
        overlays=overlays(own),
        focus=element,
        sprite=sprite(),
    )


def page_of(proposal: Proposal) -> Address:
    """Where a proposal shows a file, and an element in it where one is named."""

    def page(path: str, element: str) -> str:
        shown = element or None
        return url_for("admin.proposal", token=proposal.token, diagram=path, element=shown, _anchor="diagram")

    return page


def drawing(
    proposal: Proposal, drawn: Mapping[str, frozenset[str]], before: Mapping[str, bytes]
) -> tuple[Diagram | None, list[Choice]]:
    """The diagram that is asked for, else the first with errors or that differs from before, and the ways to others."""
    draft = proposal.draft
    paths = _worth(draft, drawn, before)
    chosen = request.args.get("diagram", "")
    chosen = chosen if chosen in drawn else next(iter(paths), "")
    if not chosen:
        return None, []
    choices = [Choice(path, page_of(proposal)(path, ""), path == chosen) for path in dict.fromkeys([*paths, chosen])]
    url = url_for("admin.proposed_drawing", token=proposal.token, path=chosen, tongue=language.current())
    return marked(url, chosen, chosen, draft.findings), choices


def _worth(draft: Draft, drawn: Mapping[str, frozenset[str]], before: Mapping[str, bytes]) -> list[str]:
    """The diagrams that somebody sent or that something is found in: those with errors first, then what has changed."""
    wrong = [each.file for each in draft.findings if each.severity is Severity.ERROR]
    different = [path for path, content in draft.chosen.items() if before.get(path) != content]
    named = [*wrong, *different, *draft.chosen, *(each.file for each in draft.findings)]
    return [path for path in dict.fromkeys(named) if path in drawn]


def translated(draft: Draft, path: str, tongue: str) -> bytes | None:
    """A diagram with its labels in a language; None for what cannot be drawn."""
    content = draft.files.get(path)
    if content is None or tongue not in language.LANGUAGES or not _elements(content):
        return None
    return drawings.translated(content, tongue)
