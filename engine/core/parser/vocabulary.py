"""Which tags and attributes are read, which are refused with what to draw instead; all others are warned about."""

from engine.core.parser.xml import CAMUNDA
from engine.phrases import phrase

REFUSED_NODES = {
    "subChoreography": phrase("choreographies are not executed: draw a process"),
    "callChoreography": phrase("choreographies are not executed: draw a process"),
    "choreographyTask": phrase("choreographies are not executed: draw a process"),
}
SILENT_IN_SCOPE = frozenset(
    [
        "documentation",
        "extensionElements",
        "incoming",
        "outgoing",
        "laneSet",
        "textAnnotation",
        "association",
        "group",
        "auditing",
        "monitoring",
        "multiInstanceLoopCharacteristics",
        "standardLoopCharacteristics",
        "completionCondition",
        "supportedInterfaceRef",
    ]
)
"""What may stand in a process or sub-process beside nodes and flows without being told of."""
DATA = frozenset(
    ["dataObject", "dataObjectReference", "dataStoreReference", "property", "ioSpecification", "ioBinding"]
)
"""Drawn for people: variables hold the data."""

ACTIVITIES = frozenset(
    [
        "task",
        "userTask",
        "manualTask",
        "serviceTask",
        "sendTask",
        "receiveTask",
        "scriptTask",
        "businessRuleTask",
        "callActivity",
        "subProcess",
        "adHocSubProcess",
        "transaction",
    ]
)
SERVICE_LIKE = frozenset({"serviceTask", "sendTask", "businessRuleTask"})
HANDS_OVER = frozenset({"signalEventDefinition", "messageEventDefinition"})
THROWERS = frozenset({"intermediateThrowEvent", "endEvent"})

PEOPLE = frozenset(
    [
        "assignee",
        "candidateUsers",
        "candidateGroups",
        "dueDate",
        "followUpDate",
        "priority",
        "formRef",
        "formRefBinding",
        "formRefVersion",
        "formKey",
    ]
)
SERVICES = frozenset({"type", "topic", "expression", "resultVariable"})
READ = {
    "process": frozenset(["versionTag", "candidateStarterGroups", "isStartableInTasklist", "historyTimeToLive"]),
    "startEvent": frozenset({"initiator", "formRef", "formRefBinding", "formRefVersion", "formKey"}),
    "userTask": PEOPLE,
    "manualTask": PEOPLE,
    "serviceTask": SERVICES,
    "sendTask": SERVICES,
    "businessRuleTask": SERVICES
    | frozenset(
        ["decisionRef", "decisionRefBinding", "decisionRefVersion", "decisionRefVersionTag", "mapDecisionResult"]
    ),
    "callActivity": frozenset(["calledElementBinding", "calledElementVersion", "calledElementVersionTag"]),
    "multiInstanceLoopCharacteristics": frozenset({"collection", "elementVariable"}),
    "messageEventDefinition": frozenset({"type", "topic"}),
    "conditionalEventDefinition": frozenset({"variableName", "variableEvents"}),
    "errorEventDefinition": frozenset({"errorCodeVariable", "errorMessageVariable"}),
    "escalationEventDefinition": frozenset({"escalationCodeVariable"}),
}
"""The camunda: attributes by the tag they may stand on."""

LOOPS = ("standardLoopCharacteristics", "multiInstanceLoopCharacteristics")

OF_BPMN = frozenset(
    (
        "id",
        "name",
        "isForCompensation",
        "startQuantity",
        "completionQuantity",
        "default",
        "implementation",
        "operationRef",
        "messageRef",
        "instantiate",
        "scriptFormat",
        "calledElement",
        "triggeredByEvent",
        "ordering",
        "cancelRemainingInstances",
        "method",
        "gatewayDirection",
        "eventGatewayType",
        "isInterrupting",
        "parallelMultiple",
        "attachedToRef",
        "cancelActivity",
        "processType",
        "isExecutable",
        "isClosed",
        "definitionalCollaborationRef",
        "isSequential",
        "behavior",
        "oneBehaviorEventRef",
        "noneBehaviorEventRef",
        "testBefore",
        "loopMaximum",
        "sourceRef",
        "targetRef",
        "isImmediate",
        "errorRef",
        "escalationRef",
        "signalRef",
        "waitForCompletion",
        "activityRef",
        "evaluatesToTypeRef",
        "language",
        "protocol",
        "transactionProtocol",
        "anonymous",
    )
)
"""The attributes that BPMN itself has, whatever they stand on."""

YES_NO = frozenset(
    [
        "isExecutable",
        "cancelActivity",
        "triggeredByEvent",
        "isInterrupting",
        "isSequential",
        "isForCompensation",
        "instantiate",
        "parallelMultiple",
        "testBefore",
        "waitForCompletion",
        "cancelRemainingInstances",
    ]
)
"""Those of them that are true or false."""
ASYNC = frozenset({"asyncBefore", "asyncAfter", "async"})
CAMUNDA_YES_NO = ASYNC | {"exclusive", "isStartableInTasklist"}
"""Those of camunda: that are."""

HOLDERS, PARTS = frozenset({"properties", "inputOutput"}), frozenset({"property", "inputParameter", "outputParameter"})
"""What stands in extensions and holds others, and these."""

_HANDED = frozenset(["source", "sourceExpression", "target", "variables", "businessKey", "local"])
WRITTEN = {
    f"{CAMUNDA}property": frozenset({"id", "name", "value"}),
    f"{CAMUNDA}inputParameter": frozenset({"name"}),
    f"{CAMUNDA}outputParameter": frozenset({"name"}),
    f"{CAMUNDA}entry": frozenset({"key"}),
    f"{CAMUNDA}in": _HANDED,
    f"{CAMUNDA}out": _HANDED,
}
"""The attributes of what stands in extensions."""

DRAWING = frozenset(
    [
        "http://www.signavio.com",
        "http://bpmn.io/schema/bpmn/biocolor/1.0",
        "http://www.omg.org/spec/BPMN/non-normative/color/1.0",
        "http://camunda.org/schema/modeler/1.0",
        "http://www.omg.org/spec/BPMN/20100524/DI",
        "http://www.yaoqiang.com",
        "http://www.bizagi.com/bpmn20",
    ]
)
"""Namespaces of what draws and never runs."""
ELSEWHERE = {
    "assignmentDefinition": phrase("write camunda:candidateGroups, camunda:candidateUsers or camunda:assignee"),
    "formDefinition": phrase("write camunda:formRef"),
    "taskSchedule": phrase("write camunda:dueDate"),
    "priorityDefinition": phrase("write camunda:priority"),
    "taskDefinition": phrase('write camunda:type="external" and a camunda:topic'),
    "calledElement": phrase("write calledElement, with camunda:in and camunda:out"),
    "calledDecision": phrase("write camunda:decisionRef with a camunda:resultVariable"),
    "ioMapping": phrase("write camunda:inputOutput"),
    "loopCharacteristics": phrase("write camunda:collection and camunda:elementVariable"),
    "script": phrase("write the script in Python into the task"),
    "properties": phrase("write camunda:properties"),
    "executionListeners": phrase("draw a service task"),
    "taskListeners": phrase("draw a service task"),
    "adHoc": phrase("write a completionCondition"),
}
"""What the tools for the other Camunda write as elements of their own, and what does the same here."""
OF_XML = ("{http://www.w3.org/2001/XMLSchema-instance}", "{http://www.w3.org/XML/1998/namespace}")
"""What belongs to XML itself begins with these."""

_SERVICE = phrase("a class of another engine cannot be called: choose the external implementation and name a topic")
_LISTENER = phrase("listeners are not executed: draw a service task")
REFUSED_ATTRIBUTES = {
    "class": _SERVICE,
    "delegateExpression": _SERVICE,
    "caseRef": phrase("a CMMN case cannot be called: draw a process and name it as called element"),
    "caseBinding": phrase("a CMMN case cannot be called: draw a process and name it as called element"),
    "variableMappingClass": phrase("a mapping by a class is not executed: draw in and out mappings"),
    "variableMappingDelegateExpression": phrase("a mapping by a class is not executed: draw in and out mappings"),
    "resource": phrase("a script or condition in another file is not read: write it into the diagram"),
    "formHandlerClass": phrase("a form handler cannot be called: link a form with formRef"),
    "modelerTemplate": "",
    "modelerTemplateVersion": "",
    "modelerTemplateIcon": "",
}
"""With what to draw instead; an empty text is not told of at all."""

READ_EXTENSIONS = frozenset({"properties", "inputOutput", "in", "out", "failedJobRetryTimeCycle"})
REFUSED_EXTENSIONS = {
    "executionListener": _LISTENER,
    "taskListener": _LISTENER,
    "connector": phrase("connectors are not executed: choose the external implementation and name a topic"),
    "formData": phrase("generated form fields are not read: link a form with formRef"),
    "field": _SERVICE,
    "errorEventDefinition": phrase("errors of a service are matched by their code alone: remove the error mapping"),
    "script": phrase("scripts belong into script tasks"),
}
NOT_ACTIVITIES_PARTS = {
    "potentialOwner": phrase("a potential owner is not read: name candidateGroups or candidateUsers"),
    "humanPerformer": phrase("a performer is not read: name the assignee"),
    "performer": phrase("a performer is not read: name the assignee"),
    "resourceRole": phrase("a resource role is not read: name candidateGroups or candidateUsers"),
}
"""Parts of nodes that are refused."""
DATA_PARTS = frozenset(
    ["ioSpecification", "dataInputAssociation", "dataOutputAssociation", "property", "dataInput", "dataOutput"]
)
BINDINGS = frozenset({"latest", "deployment", "version", "versionTag"})
DECISION_RESULTS = frozenset({"singleEntry", "singleResult", "collectEntries", "resultList"})
LANGUAGES = frozenset({"", "juel", "feel", "python", "http://www.w3.org/1999/xpath"})
SCRIPT_LANGUAGES = frozenset({"", "python", "text/x-python", "application/x-python"})
