"""What is read of files that others make: to a size, a depth and a length, and nothing that they only name."""

import pytest
from lxml import etree

from engine.core.parser import xml
from engine.tables import reader
from forms.reading import file as form_file

BPMN = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" {name}>{inside}</definitions>'
DMN = '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" {name}>{inside}</definitions>'
DEEP = "<a>" * 300 + "</a>" * 300


def drawn(content):
    """Why a diagram is not read; empty where it is."""
    try:
        xml.parse("a.bpmn", content)
    except xml.Unreadable as error:
        return error.finding.code
    return ""


def tabled(content):
    """The same of a table."""
    reading = reader.Reading("a.dmn")
    root = reader.parse_xml(reading, content)
    assert (root is None) is bool(reading.findings)
    return "".join(each.code for each in reading.findings)


@pytest.fixture(params=[(BPMN, drawn, "not_xml", "doctype"), (DMN, tabled, "xml", "xml")], ids=["diagram", "table"])
def kind(request):
    """A file of a kind, what reads it, and what it says of no XML and of a document type."""
    return request.param


def whole(text, before="", name="", inside=""):
    return (before + text.format(name=name, inside=inside)).encode()


def test_a_file_is_read_to_its_largest_size(kind, monkeypatch):
    text, read, _, _ = kind
    content = whole(text, inside="<!-- about it -->")
    for module, name in ((xml, "MOST_BYTES"), (reader, "MAX_BYTES")):
        monkeypatch.setattr(module, name, len(content))
    assert read(content) == ""
    assert read(content + b" ") == ("too_big" if read is drawn else "size")


def test_an_attribute_is_read_to_its_longest(monkeypatch):
    monkeypatch.setattr(xml, "MOST_CHARACTERS", 60)
    assert drawn(whole(BPMN, name=f'name="{"x" * 60}"')) == ""
    assert drawn(whole(BPMN, name=f'name="{"x" * 61}"')) == "too_long"


def test_what_is_nested_deeper_than_anybody_draws_is_no_file(kind):
    text, read, no_xml, _ = kind
    assert read(whole(text, inside="<a>" * 100 + "</a>" * 100)) == ""
    assert read(whole(text, inside=DEEP)) == no_xml


def test_nothing_is_put_in_or_fetched_for_what_a_file_declares(kind, monkeypatch, tmp_path):
    text, read, no_xml, doctype = kind
    (tmp_path / "x.dtd").write_text('<!ENTITY a "put in">')
    parsed, parse = [], etree.fromstring

    def look(*given):
        parsed.append(parse(*given))
        return parsed[-1]

    monkeypatch.setattr(etree, "fromstring", look)
    for declared in ("<!DOCTYPE d>", '<!DOCTYPE d [<!ENTITY a "put in">]>', f'<!DOCTYPE d SYSTEM "{tmp_path}/x.dtd">'):
        inside = "" if declared == "<!DOCTYPE d>" else "&a;"
        assert read(whole(text, before=declared, inside=inside)) == doctype
    assert read(whole(text, inside="&a;")) == no_xml
    assert len(parsed) == 3
    for root in parsed:
        assert "put in" not in "".join(map(str, root.itertext(etree.Element)))
        assert root.getroottree().docinfo.externalDTD is None


def test_a_form_is_read_to_its_largest_size(monkeypatch):
    content = b'{"type": "default", "components": []}'
    monkeypatch.setattr(form_file, "LARGEST", len(content))
    form, problems = form_file.read_form(content, file="a.form", language=None)
    assert (form is not None, problems) == (True, [])
    form, problems = form_file.read_form(content + b" ", file="a.form", language=None)
    assert form is None
    assert "larger than" in problems[0].message
