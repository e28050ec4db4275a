"""Plays diagrams in memory, saved and loaded after every engine task if wanted."""

from collections import Counter
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import orjson

from engine.core import Execution, ReadOptions, read
from engine.core.timers import parse_duration
from engine.values import Severity

RELOAD = True
REREAD = False
HOSTS = []
NOON = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)


def fingerprint(compiled):
    """Everything that the specs of a deployment hold, to see whether a run changes it."""
    found, todo = [], list(compiled.specs.values())
    while todo:
        scope = todo.pop()
        found.append((scope.name, repr(scope.starts), tuple(scope.listeners)))
        for spec in scope.task_specs.values():
            if hasattr(spec, "inner"):
                todo.append(spec.inner)
            facts = {k: v for k, v in vars(spec).items() if k not in {"_wf_spec", "inner", "reach", "event_definition"}}
            definition = getattr(spec, "event_definition", None)
            shown = {k: len(v) if k == "cond_task_specs" else v for k, v in facts.items() if not k.endswith("_event")}
            shown["arrows"] = [(a.id, a.target, a.condition is None) for a in spec.arrows]
            found.append((spec.name, type(spec).__name__, repr(shown), repr(definition and vars(definition))))
    return found


def findings(content, severity=Severity.ERROR, **options):
    files = content if isinstance(content, dict) else {"a.bpmn": content}
    compiled = read(files, language=ReadOptions(**options))
    assert compiled.has_errors == any(f.severity is Severity.ERROR for f in compiled.findings)
    return {(f.code, f.element): f.message for f in compiled.findings if f.severity is severity}


class FakeHost:
    """Everything around an execution, in memory."""

    allowance = 1000

    def __init__(self, *files, services=None, outside=(), functions=None, catch_up="one", **others):
        self.zone = ZoneInfo("Asia/Shanghai")
        self.catch_up = catch_up
        self.time = NOON
        self.services = services or {}
        self.outside = set(outside)
        self.known_functions = functions or {}
        self.decisions = {}
        self.files = {"d1": {f"f{i}.bpmn": content for i, content in enumerate(files)}, **others}
        self.known = {ref: self.read(ref) for ref in self.files}
        self.calls = []
        self.prints = {ref: fingerprint(compiled) for ref, compiled in self.known.items()}
        HOSTS.append(self)

    def read(self, ref):
        compiled = read(
            self.files[ref], language=ReadOptions(external_decisions=("D1", "D2"), external_processes={"q": None})
        )
        assert not compiled.has_errors, [str(finding) for finding in compiled.findings]
        return compiled

    def now(self):
        return self.time

    def functions(self, ref):
        return self.known_functions

    def compiled(self, ref):
        return self.read(ref) if REREAD else self.known[ref]

    def find_process(self, key, ref, binding, version, handed):
        refs = [ref] if binding == "deployment" else [version] if version else sorted(self.known, reverse=True)
        for candidate in refs:
            if key in self.known[candidate].specs:
                return candidate, key
        raise LookupError(key)

    def find_decision(self, key, ref, binding, version):
        return self.decisions[key]

    def is_outside(self, topic):
        return topic in self.outside

    def call_service(self, topic, call):
        self.calls.append((topic, call.element.id, dict(call.inputs)))
        service = self.services.get(topic)
        return service(call) if callable(service) else service or {}


class Play:
    """One instance; every step ends with a run."""

    def __init__(self, host, key="p", variables=None, *, element=None, reload=None):
        self.host = host if isinstance(host, FakeHost) else FakeHost(*([host] if isinstance(host, bytes) else host))
        self.reload = RELOAD if reload is None else reload
        self.trace = []
        self.opened = {}
        self.handed = {}
        self.sent = []
        self.execution = Execution.start("d1", key, self.host, variables or {}, element=element)
        self.settle()

    def settle(self):
        if not self.reload:
            self.execution.run()
            self.gather()
            return self
        self.gather()
        while self.execution.run(stop_after=1):
            self.gather()
        self.gather()
        return self

    def gather(self):
        """Take what happened, then save and load."""
        old = self.execution
        self.trace += old.trace
        self.opened.update(old.opened)
        self.handed.update(old.handed)
        self.sent += [(thrown.kind, thrown.name, thrown.payload) for thrown in old.outbox]
        if self.reload:
            variables = orjson.loads(orjson.dumps(old.variables, option=orjson.OPT_NON_STR_KEYS))
            state = old.dump()
            self.execution = Execution.load(state, {int(k): v for k, v in variables.items()}, self.host)
            assert self.execution.dump() == state
        else:
            for taken in (old.trace, old.outbox):
                taken.clear()

    def token(self, element, waiting=None):
        found = self.execution.tasks if waiting is None else waiting
        return next(t for t, where in found.items() if (where if isinstance(where, str) else where.element) == element)

    def complete(self, element, **values):
        self.execution.complete(self.token(element), values)
        return self.settle()

    def message(self, name, **payload):
        self.execution.deliver("message", name, payload)
        return self.settle()

    def signal(self, name, **payload):
        self.execution.deliver("signal", name, payload)
        return self.settle()

    def advance(self, duration):
        """Let time pass; all that falls due fires in order, at its time."""
        return self.until(parse_duration(duration).after(self.host.time, self.host.zone))

    def until(self, moment):
        while due := sorted((t.due_at, t.token) for t in self.execution.timers.values() if t.due_at <= moment):
            self.host.time = max(self.host.time, due[0][0])
            self.execution.fire_timer(due[0][1])
            self.settle()
        self.host.time = moment
        return self

    def outage(self, duration):
        """Time passes, and only then what is due is handled."""
        self.host.time = parse_duration(duration).after(self.host.time, self.host.zone)
        while due := sorted((t.due_at, t.token) for t in self.execution.timers.values() if t.due_at <= self.host.time):
            self.execution.fire_timer(due[0][1])
            self.settle()
        return self

    def set(self, **values):
        self.execution.set_variables(values)
        return self.settle()

    def retry(self, element):
        self.execution.retry(self.token(element, self.execution.incidents))
        return self.settle()

    @property
    def open(self):
        return sorted(self.execution.tasks.values())

    @property
    def timers(self):
        return sorted(t.element for t in self.execution.timers.values())

    @property
    def incidents(self):
        return {i.element: i.message for i in self.execution.incidents.values()}

    @property
    def variables(self):
        return self.execution.variables[0]

    @property
    def ended(self):
        return self.execution.ended

    def times(self, kind="entered"):
        return Counter(t.element for t in self.trace if t.kind == kind)

    @property
    def flows(self):
        return [t.data["id"] for t in self.trace if t.kind == "flow"]
