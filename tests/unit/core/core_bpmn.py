"""Small diagrams for the tests of the core: strings in, BPMN out."""

import itertools
from xml.sax.saxutils import escape, quoteattr

NAMESPACES = (
    'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:operaton="http://operaton.org/schema/1.0/bpmn" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'targetNamespace="test"'
)


def definitions(*parts):
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<definitions {NAMESPACES}>{"".join(parts)}</definitions>'.encode()


def process(*parts, key="p", executable="true", **attributes):
    return f'<process id="{key}" isExecutable="{executable}"{attrs(attributes)}>{"".join(parts)}</process>'


def bpmn(*parts, extra="", key="p"):
    return definitions(extra, process(*parts, key=key))


def attrs(values):
    """camunda_x → camunda:x; everything else as it is; None is left out."""
    return "".join(
        f" {name.replace('camunda_', 'camunda:').rstrip('_')}={quoteattr(str(value))}"
        for name, value in values.items()
        if value is not None
    )


def node(tag, id_, *inner, **attributes):
    return f'<{tag} id="{id_}"{attrs(attributes)}>{"".join(inner)}</{tag}>'


def start(id_="start", *inner, **attributes):
    return node("startEvent", id_, *inner, **attributes)


def end(id_="end", *inner):
    return node("endEvent", id_, *inner)


def user(id_, *inner, **attributes):
    return node("userTask", id_, *inner, **attributes)


def service(id_, *inner, topic="work", **attributes):
    return node("serviceTask", id_, *inner, camunda_type="external", camunda_topic=topic, **attributes)


def script(id_, text):
    return node("scriptTask", id_, f"<script>{escape(text)}</script>", scriptFormat="python")


def catch(id_, *inner):
    return node("intermediateCatchEvent", id_, *inner)


def throw(id_, *inner):
    return node("intermediateThrowEvent", id_, *inner)


def boundary(id_, host, *inner, interrupting=True):
    return node("boundaryEvent", id_, *inner, attachedToRef=host, cancelActivity=str(interrupting).lower())


def sub(id_, *inner, event=False, **attributes):
    return node("subProcess", id_, *inner, triggeredByEvent="true" if event else None, **attributes)


def call(id_, key, *inner, **attributes):
    return node("callActivity", id_, *inner, calledElement=key, **attributes)


def xor(id_, **attributes):
    return node("exclusiveGateway", id_, **attributes)


def both(id_):
    return node("parallelGateway", id_)


def either(id_, **attributes):
    return node("inclusiveGateway", id_, **attributes)


def first_of(id_):
    return node("eventBasedGateway", id_)


def timer(text, kind="timeDuration"):
    return f"<timerEventDefinition><{kind}>{escape(text)}</{kind}></timerEventDefinition>"


def message(name, *inner, **attributes):
    return f'<messageEventDefinition messageRef="{name}"{attrs(attributes)}>{"".join(inner)}</messageEventDefinition>'


def signal(name, *inner):
    return f'<signalEventDefinition signalRef="{name}">{"".join(inner)}</signalEventDefinition>'


def error(name=None, **attributes):
    return f"<errorEventDefinition{attrs({'errorRef': name, **attributes})}/>"


def escalation(name=None, **attributes):
    return f"<escalationEventDefinition{attrs({'escalationRef': name, **attributes})}/>"


def condition(text):
    return f"<conditionalEventDefinition><condition>{escape(text)}</condition></conditionalEventDefinition>"


def link(name):
    return f'<linkEventDefinition name="{name}"/>'


def terminate():
    return "<terminateEventDefinition/>"


def messages(*names):
    return "".join(f'<message id="{name}" name="{name}"/>' for name in names)


def signals(*names):
    return "".join(f'<signal id="{name}" name="{name}"/>' for name in names)


def errors(*names):
    return "".join(f'<error id="{name}" name="{name}" errorCode="{name}"/>' for name in names)


def escalations(*names):
    return "".join(f'<escalation id="{name}" name="{name}" escalationCode="{name}"/>' for name in names)


def flow(source, target, when=None, id_=None):
    inner = (
        ""
        if when is None
        else f'<conditionExpression xsi:type="tFormalExpression">{escape(when)}</conditionExpression>'
    )
    return f'<sequenceFlow id="{id_ or f"{source}-{target}"}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'


def path(*names):
    return "".join(flow(a, b) for a, b in itertools.pairwise(names))


def several(collection=None, *, variable=None, count=None, enough=None, sequential=False):
    inner = "" if count is None else f"<loopCardinality>{count}</loopCardinality>"
    inner += "" if enough is None else f"<completionCondition>{escape(enough)}</completionCondition>"
    facts = attrs(
        {"isSequential": str(sequential).lower(), "camunda_collection": collection, "camunda_elementVariable": variable}
    )
    return f"<multiInstanceLoopCharacteristics{facts}>{inner}</multiInstanceLoopCharacteristics>"


def extension(*inner):
    return f"<extensionElements>{''.join(inner)}</extensionElements>"


def inputs_outputs(inputs=None, outputs=None):
    entries = [f'<camunda:inputParameter name="{k}">{v}</camunda:inputParameter>' for k, v in (inputs or {}).items()]
    entries += [
        f'<camunda:outputParameter name="{k}">{v}</camunda:outputParameter>' for k, v in (outputs or {}).items()
    ]
    return f"<camunda:inputOutput>{''.join(entries)}</camunda:inputOutput>"


def line(*nodes, extra=""):
    """start → the given nodes → end."""
    ids = [text.split('id="', 1)[1].split('"', 1)[0] for text in nodes]
    return bpmn(start(), *nodes, end(), path("start", *ids, "end"), extra=extra)


GOOD = (start(), user("u"), end(), path("start", "u", "end"))


UNDO = "<compensateEventDefinition/>"
LOG = "log = log + ['{}']"


def undo(element=None):
    return (
        "<compensateEventDefinition/>" if element is None else f"<compensateEventDefinition activityRef='{element}'/>"
    )


def undone_by(host, handler):
    return (
        boundary(f"b_{host}", host, UNDO) + f"<association id='a_{host}' sourceRef='b_{host}' targetRef='{handler}'/>"
    )


def undoing(id_, text):
    return node("scriptTask", id_, f"<script>{text}</script>", isForCompensation="true", scriptFormat="python")


def booked(name):
    """A script that does something, with one that undoes it."""
    return script(name, LOG.format(name)) + undoing(f"un{name}", LOG.format(f"-{name}")) + undone_by(name, f"un{name}")
