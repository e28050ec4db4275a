"""Diagrams from which something was torn out: the checks of names tell of it and never raise."""

import random
import re

import pytest
from lxml import etree

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
