"""What a decision or a knowledge model declares to give is what it gives: one item and its list stand for each other."""

import pytest

from engine.tables.decisions import DecisionError, parse_dmn

FILE = """<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="d" name="d" namespace="n">
<itemDefinition name="tNumbers" isCollection="true"><typeRef>number</typeRef></itemDefinition>
<itemDefinition name="tPerson"><itemComponent name="name"><typeRef>string</typeRef></itemComponent>
<itemComponent name="age"><typeRef>number</typeRef></itemComponent></itemDefinition>
<businessKnowledgeModel name="age of" id="b"><encapsulatedLogic><formalParameter name="who" typeRef="tPerson"/>
<literalExpression typeRef="number"><text>who.age</text></literalExpression></encapsulatedLogic></businessKnowledgeModel>
<decision id="k" name="Result"><variable name="Result" typeRef="{type}"/>
<knowledgeRequirement><requiredKnowledge href="#b"/></knowledgeRequirement>
<literalExpression><text>{text}</text></literalExpression></decision></definitions>"""
PERSON = {"name": "Bob", "age": 5}


def decide(kind, text, **names):
    found, findings = parse_dmn(FILE.format(type=kind, text=text).encode(), "t.dmn")
    assert not findings, findings
    return found["k"].decide(names).result


@pytest.mark.parametrize(
    ("kind", "text", "names", "result"),
    [
        ("string", 'names[item = "Bob"]', {"names": ["Bob", "Eve"]}, "Bob"),
        ("tNumbers", "n", {"n": 5}, [5]),
        ("number", "n", {"n": "900.50"}, "900.50"),
        ("tPerson", "p", {"p": PERSON}, PERSON),
        ("number", "age of(p)", {"p": PERSON}, 5),
        ("date", "d", {"d": "2026-01-31"}, "2026-01-31"),
        ("tUnknown", "n", {"n": 5}, 5),
        ("tNumbers", "n", {"n": None}, None),
    ],
)
def test_what_is_of_the_type(kind, text, names, result):
    assert decide(kind, text, **names) == result


@pytest.mark.parametrize(
    ("kind", "text", "names"),
    [
        ("tNumbers", "n", {"n": [1, "two"]}),
        ("tPerson", "p", {"p": {"name": "Bob"}}),
        ("number", "age of(p)", {"p": {"name": "Bob"}}),
        ("boolean", "n", {"n": 5}),
    ],
)
def test_what_is_not_of_the_type_is_told(kind, text, names):
    with pytest.raises(DecisionError, match=r"as it is declared|Bob"):
        decide(kind, text, **names)


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        ("tNumbers", '[1, "two"]', "gives a list that is no tNumbers, and the decision declares tNumbers"),
        ("tPerson", '{name: "Bob"}', "gives a group of fields that is no tPerson"),
        ("string", 'replace("AAAA", "A+", "b")', "takes “A+” as it stands, not as a pattern"),
        ("string", 'string join([1, 2], "X")', 'join takes texts; 1 is written "1" or string(1)'),
        (
            "boolean",
            'date and time("2018-12-08T00:00:00.0001") = date and time("2018-12-08T00:00:00")',
            "the two moments differ by less than a thousandth of a second",
        ),
    ],
)
def test_what_is_written_out_is_refused(kind, text, said):
    text = text.replace('"', "&quot;")
    _, findings = parse_dmn(FILE.format(type=kind, text=text).encode(), "t.dmn")
    assert len(findings) == 1, findings
    assert said in str(findings[0]), findings
