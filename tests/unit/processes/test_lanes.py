"""Lanes of the shipped diagrams name groups that their organisations have."""

import csv
import io

from lxml import etree

from processes import folders

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"


def groups():
    """The groups of the lanes, with the diagram."""
    for folder in folders.shipped():
        for name, content in folder.files.items():
            if name.endswith(".bpmn"):
                for lane in etree.fromstring(content).iter(f"{BPMN}lane"):
                    said = {each.get("name"): each.get("value") for each in lane.iter(f"{CAMUNDA}property")}
                    group = said.get("group", lane.get("name"))
                    if "{" not in group:
                        yield group, name


def test_a_lane_names_a_group_of_some_organisation():
    texts = [
        (each.path / "units.csv").read_text("utf-8-sig")
        for each in folders.shipped()
        if (each.path / "units.csv").exists()
    ]
    known = {row["key"] for text in texts for row in csv.DictReader(io.StringIO(text))}
    found = dict(groups())
    assert len(found) > 5
    assert {group: name for group, name in found.items() if group not in known} == {}
