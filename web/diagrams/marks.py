"""The signs inside the shapes of a drawing on paper: what kind of task, event or gateway it is; of our own drawing."""

from collections.abc import Mapping

ENVELOPE = "M-8-5.5h16v11h-16z M-8-5.5l8 6.5l8-6.5"
GEAR = (
    "M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0 M-1.6 0a1.6 1.6 0 1 0 3.2 0a1.6 1.6 0 1 0-3.2 0"
    " M0-4.5v-3 M0 4.5v3 M-4.5 0h-3 M4.5 0h3 M-3.2-3.2l-2-2 M3.2 3.2l2 2 M-3.2 3.2l-2 2 M3.2-3.2l2-2"
)

TASKS: Mapping[str, str] = {
    "userTask": "M-3.2-3a3.2 3.2 0 1 0 6.4 0a3.2 3.2 0 1 0-6.4 0 M-7 7.5c0-9 14-9 14 0z",
    "manualTask": "M-7 1c3-4 5-6 8-6h5 M-3-1h10 M-3 2h9 M-4 5h9 M-7 1v6h10",
    "serviceTask": GEAR,
    "scriptTask": "M-5-7h11c-4 4 3 9-1 14h-11c4-5-3-10 1-14z M-2.5-3.5h5 M-1.5 0h5 M-1.5 3.5h5",
    "businessRuleTask": "M-8-6h16v12h-16z M-8-2.5h16 M-8 2h16 M-3-2.5v8.5",
    "sendTask": ENVELOPE,
    "receiveTask": ENVELOPE,
}
"""By the kind of task: an outline around 0,0."""

EVENTS: Mapping[str, str] = {
    "messageEventDefinition": ENVELOPE,
    "timerEventDefinition": "M-9 0a9 9 0 1 0 18 0a9 9 0 1 0-18 0 M0-6v6l4 3",
    "errorEventDefinition": "M-8 8l4-14l5 8l6-10l-4 15l-5-8z",
    "escalationEventDefinition": "M0-9l7 16l-7-6l-7 6z",
    "conditionalEventDefinition": "M-6-8h12v16h-12z M-3.5-4.5h7 M-3.5-1.5h7 M-3.5 1.5h7 M-3.5 4.5h7",
    "signalEventDefinition": "M0-8l8 13h-16z",
    "compensateEventDefinition": "M-1-6v12l-8-6z M8-6v12l-8-6z",
    "cancelEventDefinition": "M-7-5l2-2l5 5l5-5l2 2l-5 5l5 5l-2 2l-5-5l-5 5l-2-2l5-5z",
    "linkEventDefinition": "M-8-3h8v-4l8 7l-8 7v-4h-8z",
    "terminateEventDefinition": "M-9.5 0a9.5 9.5 0 1 0 19 0a9.5 9.5 0 1 0-19 0z",
}
"""By the kind of event: an outline around 0,0; filled where the event is thrown."""

GATEWAYS: Mapping[str, str] = {
    "exclusiveGateway": "M-7-7l14 14 M7-7l-14 14",
    "parallelGateway": "M0-11v22 M-11 0h22",
    "inclusiveGateway": "M-10 0a10 10 0 1 0 20 0a10 10 0 1 0-20 0",
    "complexGateway": "M0-11v22 M-11 0h22 M-8-8l16 16 M8-8l-16 16",
    "eventBasedGateway": (
        "M-13 0a13 13 0 1 0 26 0a13 13 0 1 0-26 0 M-10.5 0a10.5 10.5 0 1 0 21 0a10.5 10.5 0 1 0-21 0"
        " M0-6.5l6 4.5l-2.3 7h-7.4l-2.3-7z"
    ),
}
"""By the kind of gateway."""

PLUS = "M-7-7h14v14h-14z M0-4v8 M-4 0h8"
"""Something is folded up."""
LOOP = "M4 5a6.5 6.5 0 1 0-7 0 M-3 5l-4 1 M-3 5l0-4"
PARALLEL = "M-4-6v12 M0-6v12 M4-6v12"
SEQUENTIAL = "M-6-4h12 M-6 0h12 M-6 4h12"
