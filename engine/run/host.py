"""What an execution is given while it runs: the deployments, decisions and services around it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from engine.core import Compiled, Execution, ServiceCall
from engine.deploy.loading import find_decision_deployment, find_process, load
from engine.errors import Passing
from engine.look.history import SUBMIT
from engine.runtime import Function, Session, functions_with
from engine.services import Call, call_inside
from engine.tables.decisions import Decision
from engine.values import Actor, Handed, Json

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from sqlalchemy.orm import SessionTransaction


class StepHost:
    """The surroundings of one step."""

    def __init__(
        self,
        session: Session,
        actor: Actor,
        at: datetime,
        *,
        instance_id: int,
        business_key: str | None,
        allowance: int | None = None,
    ) -> None:
        """Take what a step is about; the execution comes with `follow`."""
        runtime = session.runtime
        self.allowance = runtime.settings.most_messages if allowance is None else allowance
        self.zone: ZoneInfo = runtime.zone
        self.catch_up = runtime.settings.catch_up
        self.instance_id = instance_id
        self.business_key = self._first_key = business_key
        self.kept: dict[str, object] = {}
        """What services and observers keep for each other while the step lasts."""
        self.submitted: list[dict[str, Any]] = []
        """What a person has filled in and is not written yet, as rows."""
        self.new_business_key: str | None = None
        """What a service has given the instance in this step."""
        self._session = session
        self._runtime = runtime
        self._actor = actor
        self._at = at
        self._calls: list[_Open] = []
        self._found: dict[tuple[str, str, str, str | None, Handed], tuple[str, str]] = {}
        self._execution: Execution | None = None
        self._functions: dict[str, Mapping[str, Function]] = {}

    def follow(self, execution: Execution) -> None:
        """Tell which execution the step runs, so that what its incidents undo is known."""
        self._execution = execution

    def now(self) -> datetime:
        """The time of the step; it stands still while the step runs."""
        return self._at

    def compiled(self, ref: str) -> Compiled:
        """The parsed files of a deployment."""
        return load(self._session, int(ref)).compiled

    def functions(self, ref: str) -> Mapping[str, Function]:
        """What expressions of a deployment may call: its declaration may know functions of its own."""
        found = self._functions.get(ref)
        if found is None:
            declaration = load(self._session, int(ref)).declaration
            found = self._functions[ref] = functions_with(self._runtime, declaration)
        return found

    def find_process(self, key: str, ref: str, binding: str, version: str | None, handed: Handed) -> tuple[str, str]:
        """Where a called process is; LookupError when it is nowhere, Stuck when no version goes with the caller."""
        asked = (key, ref, binding, version, handed)
        if asked not in self._found:  # the same all step long
            deployment_id, found = find_process(self._session, key, int(ref), handed, binding=binding, version=version)
            self._found[asked] = str(deployment_id), found
        return self._found[asked]

    def find_decision(self, key: str, ref: str, binding: str, version: str | None) -> Decision:
        """A decision table; LookupError when there is none."""
        deployment_id = find_decision_deployment(self._session, key, int(ref), binding, version)
        found: Decision = load(self._session, deployment_id).compiled.decisions[key]
        return found

    def is_outside(self, topic: str) -> bool:
        """Whether the topic's effects lie outside the database."""
        return self._runtime.services.is_outside(topic)

    def call_service(self, topic: str, call: ServiceCall) -> Mapping[str, Json]:
        """Call a service; what it writes is undone when it fails, or when its token fails after it."""
        self.settle()
        self._submit()
        told = Call(
            topic=topic,
            instance_id=self.instance_id,
            business_key=self.business_key,
            deployment_id=int(call.ref),
            root_deployment_id=int(call.root),
            element=call.element,
            inputs=call.inputs,
            variables=call.variables,
            actor=self._actor,
            now=self._at,
            keep_business_key=self._keep,
            renew=partial(self._renew, call.token),
            kept=self.kept,
        )
        services, session = self._runtime.services, self._session
        opened = _Open(
            None if services.only_reads(topic) else session.begin_nested(), call.token, self.new_business_key
        )
        try:
            result = call_inside(services, session, told)
            session.flush()
            if opened.savepoint is not None and not opened.savepoint._connections:  # noqa: SLF001 - nothing public says
                opened.savepoint.commit()  # the database was not asked for anything: what comes next needs no savepoint
                opened = replace(opened, savepoint=None)
        except Passing:
            raise  # the whole step is given up
        except BaseException:
            self._undo(opened)
            raise
        self._calls.append(opened)
        return result

    def settle(self) -> None:
        """Decide about what the last service wrote: keep it, unless its token has become an incident since."""
        while self._calls:
            opened = self._calls.pop()
            if self._execution is not None and opened.token in self._execution.incidents:
                self._undo(opened)
            elif opened.savepoint is not None:
                opened.savepoint.commit()

    def _submit(self) -> None:
        """Write what was filled in before the end of the step: a service may read it."""
        if self.submitted:
            SUBMIT.run_each(self._session.connection(), self.submitted)
            self.submitted.clear()

    def _keep(self, business_key: str) -> None:
        self.new_business_key = self.business_key = business_key

    def _renew(self, token: int, values: Mapping[str, Json]) -> None:
        assert self._execution is not None
        self._execution.renew(token, values)

    def _undo(self, opened: "_Open") -> None:
        if opened.savepoint is not None:
            opened.savepoint.rollback()
        self.new_business_key = opened.business_key
        self.business_key = opened.business_key or self._first_key


@dataclass(frozen=True)
class _Open:
    """A service that has been called, of which it is not decided yet whether what it wrote stays."""

    savepoint: "SessionTransaction | None"
    """None for what only reads."""
    token: int
    business_key: str | None
    """What the step had given the instance before."""
