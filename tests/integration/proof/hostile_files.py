"""Diagrams, tables and forms that want to do harm."""

import json

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="x" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
)


LINE = (
    '<bpmn:startEvent id="S"/><bpmn:userTask id="T" name="{name}" camunda:candidateGroups="qc"/><bpmn:endEvent id="E"/>'
    '<bpmn:sequenceFlow id="f1" sourceRef="S" targetRef="T"/><bpmn:sequenceFlow id="f2" sourceRef="T" targetRef="E"/>'
)


FIELD = {"type": "textfield", "id": "f", "key": "a", "label": "A"}


MEGABYTE = 1024 * 1024


def diagram(inner=None, name="T", before=""):
    body = LINE.format(name=name) if inner is None else inner
    return f'{before}{HEAD}<bpmn:process id="p" isExecutable="true">{body}</bpmn:process></bpmn:definitions>'.encode()


def choice(condition):
    return diagram(
        '<bpmn:startEvent id="S"/><bpmn:exclusiveGateway id="G" default="f3"/><bpmn:endEvent id="E"/>'
        '<bpmn:sequenceFlow id="f1" sourceRef="S" targetRef="G"/><bpmn:sequenceFlow id="f3" sourceRef="G" targetRef="E"/>'
        '<bpmn:sequenceFlow id="f2" sourceRef="G" targetRef="E"><bpmn:conditionExpression>'
        f"<![CDATA[{condition}]]></bpmn:conditionExpression></bpmn:sequenceFlow>"
    )


def script(text):
    return diagram(
        f'<bpmn:startEvent id="S"/><bpmn:scriptTask id="T" scriptFormat="python"><bpmn:script><![CDATA[{text}]]></bpmn:script>'
        '</bpmn:scriptTask><bpmn:endEvent id="E"/><bpmn:sequenceFlow id="f1" sourceRef="S" targetRef="T"/>'
        '<bpmn:sequenceFlow id="f2" sourceRef="T" targetRef="E"/>'
    )


def nested(depth):
    """Sub-processes in each other, or nothing but brackets when told so."""
    return diagram('<bpmn:subProcess id="s">' * depth + "</bpmn:subProcess>" * depth)


def table(cell):
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="x"><decision id="D" name="D">'
        '<decisionTable id="t"><input id="i"><inputExpression id="ie" typeRef="number"><text>x</text></inputExpression></input>'
        f'<output id="o" name="y" typeRef="string"/><rule id="r"><inputEntry id="e1"><text><![CDATA[{cell}]]></text></inputEntry>'
        '<outputEntry id="e2"><text>"a"</text></outputEntry></rule></decisionTable></decision></definitions>'
    ).encode()


def form(*components, **more):
    return json.dumps({"id": "F", "type": "default", "components": components, **more}).encode()


BOMB = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {n} "{f"&{m};" * 10}">' for m, n in ("ab", "bc", "cd", "de", "ef", "fg", "gh", "hi", "ij"))
    + "]>"
)


HOSTILE = {
    "entity bomb": ("x.bpmn", diagram(name="&j;", before=BOMB)),
    "external entity": ("x.bpmn", diagram(name="T", before='<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>')),
    "external entity used": (
        "x.bpmn",
        diagram(
            '<bpmn:documentation>&e;</bpmn:documentation><bpmn:startEvent id="S"/>',
            before='<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        ),
    ),
    "parameter entity": ("x.bpmn", diagram(before='<!DOCTYPE x [<!ENTITY % e SYSTEM "http://127.0.0.1:9/x"> %e;]>')),
    "entity bomb in a table": ("x.dmn", BOMB.encode() + table("&j;")),
    "50 MB of diagram": ("x.bpmn", diagram() + b"<!--" + b"x" * 50 * MEGABYTE + b"-->"),
    "50 MB of table": ("x.dmn", table("1") + b"<!--" + b"x" * 50 * MEGABYTE + b"-->"),
    "50 MB of form": ("x.form", form(FIELD, note="x" * 50 * MEGABYTE)),
    "import in a condition": ("x.bpmn", choice("${__import__('os').system('id')}")),
    "classes in a condition": ("x.bpmn", choice("${().__class__.__bases__[0].__subclasses__()}")),
    "classes in a plain condition": ("x.bpmn", choice("x.__class__")),
    "a method in a condition": ("x.bpmn", choice("${''.join(['a'])}")),
    "a lambda in a condition": ("x.bpmn", choice("${(lambda: 1)()}")),
    "eval in a condition": ("x.bpmn", choice("${eval('1')}")),
    "open in a condition": ("x.bpmn", choice("${open('/etc/passwd')}")),
    "an assignment in a condition": ("x.bpmn", choice("${(x := 1)}")),
    "a template in a condition": ("x.bpmn", choice("{{ cycler.__init__.__globals__ }}")),
    "a long condition": ("x.bpmn", choice("${" + "1+" * 200_000 + "1}")),
    "a deep condition": ("x.bpmn", choice("${" + "(" * 20_000 + ")" * 20_000 + "}")),
    "code in a cell": ("x.dmn", table("__import__('os').system('id')")),
    "classes in a cell": ("x.dmn", table("?.__class__")),
    "code in a timer": (
        "x.bpmn",
        diagram(
            '<bpmn:startEvent id="S"/><bpmn:intermediateCatchEvent id="C"><bpmn:timerEventDefinition><bpmn:timeDuration>'
            "${__import__('os')}</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>"
            '<bpmn:sequenceFlow id="f1" sourceRef="S" targetRef="C"/>'
        ),
    ),
    "code in a name": ("x.bpmn", diagram(name="${__import__('os').getcwd()}")),
    "a broken script": ("x.bpmn", script("def f(:\n  pass")),
    "a long script": ("x.bpmn", script("x = 1\n" * 100_000)),
    "a thousand scopes": ("x.bpmn", nested(1000)),
    "ten thousand scopes": ("x.bpmn", nested(10_000)),
    "duplicate ids": ("x.bpmn", diagram(LINE.format(name="T") + '<bpmn:userTask id="T"/>')),
    "a latin diagram that says UTF-8": ("x.bpmn", diagram(name="Größe").decode().encode("latin-1")),
    "an unknown encoding": ("x.bpmn", diagram(before='<?xml version="1.0" encoding="x-klingon"?>')),
    "a wrong encoding": ("x.bpmn", diagram(before='<?xml version="1.0" encoding="UTF-16"?>')),
    "a zip": ("x.bpmn", b"PK\x03\x04\x14\x00\x00\x00\x08\x00" + bytes(range(256)) * 20),
    "a picture": ("x.bpmn", b"\x89PNG\r\n\x1a\n" + bytes(1000)),
    "nothing": ("x.bpmn", b""),
    "zero bytes": ("x.bpmn", bytes(10_000)),
    "a page": ("x.bpmn", b"<html><body>hello</body></html>"),
    "a zip as table": ("x.dmn", b"PK\x03\x04" + bytes(1000)),
    "a zip as form": ("x.form", b"PK\x03\x04" + bytes(1000)),
    "a form that is a list": ("x.form", b"[]"),
    "a deep form": ("x.form", b'{"id": "F", "components": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
    "deep groups": (
        "x.form",
        b'{"id":"F","components":[' + b'{"type":"group","id":"g","components":[' * 300 + b"]}" * 300 + b"]}",
    ),
    "code in a form": ("x.form", form({**FIELD, "conditional": {"hide": "=__import__('os').system('id')"}})),
    "an unknown component": ("x.form", form({"type": "applet", "id": "i", "url": "http://example.com"})),
    "a pattern that looks around": ("x.form", form({**FIELD, "validate": {"pattern": "^(?!a)b$"}})),
    "a pattern that is too large": ("x.form", form({**FIELD, "validate": {"pattern": "(a{900}){900}"}})),
    "a huge name": ("x.bpmn", diagram(name="T" * 3 * MEGABYTE)),
    "a huge id": ("x.bpmn", diagram().replace(b'"T"', b'"' + b"T" * MEGABYTE + b'"')),
    "a huge group": ("x.bpmn", diagram().replace(b'"qc"', b'"' + b"T" * MEGABYTE + b'"')),
}
