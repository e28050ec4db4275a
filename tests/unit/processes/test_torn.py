"""Diagrams from which something was torn out: the checks of names tell of it and never raise."""

import random
import re

import pytest
from lxml import etree

from engine.core import read
from engine.core.parser.drawing import NODES
from engine.deploy.checks import check_together
from processes import folders
from processes.settings import Settings
from web.compose import checking

RUNTIME = checking(Settings())
DIAGRAMS = [
    content
    for each in folders.shipped()
    for path, content in each.files.items()
    if path.endswith(".bpmn") and len(content) < 60_000
]


@pytest.mark.parametrize("seed", range(20))
def test_what_is_torn_out_is_told(seed):
    chance = random.Random(seed)
    root = etree.fromstring(chance.choice(DIAGRAMS))
    drawn = [node for node in root.iter(etree.Element) if "/MODEL" in node.tag and node is not root]
    for node in chance.sample(drawn, 3):
        if node.attrib and chance.random() < 0.8:
            del node.attrib[chance.choice(sorted(node.attrib))]
        elif node.getparent() is not None:
            node.getparent().remove(node)
    said = [str(each) for each in check_together(RUNTIME, {"x": {"a.bpmn": etree.tostring(root)}})["x"].findings]
    assert said, "the forms are missing, at least"
    assert not [each for each in said if re.search(r"\bNone\b|\n", each)]


def test_a_node_that_has_lost_its_id_is_told_whatever_it_is():
    """Of each kind of node, with each kind of event, the first one that is drawn anywhere."""
    tried = set()
    for content in DIAGRAMS:
        root = etree.fromstring(content)
        for node in root.iterfind(".//{*}process//*[@id]"):
            definition = next((etree.QName(each).localname for each in node if "EventDefinition" in each.tag), "")
            kind = (etree.QName(node).localname, definition, etree.QName(node.getparent()).localname)
            if kind in tried or kind[0] not in {*NODES, "sequenceFlow"}:
                continue
            tried.add(kind)
            lost = node.attrib.pop("id")
            found = read({"a.bpmn": etree.tostring(root)}).findings
            node.set("id", lost)
            assert {"no_id", "flow_id"} & {each.code for each in found}, kind
            assert not [each for each in found if "None" in str(each)], kind
    assert len(tried) > 20
