"""What an execution is given while it runs: the deployments, decisions and services around it."""

from collections.abc import Mapping
from contextlib import ExitStack
from datetime import datetime
from typing import TYPE_CHECKING

from engine.core import Compiled, Execution, ServiceCall
from engine.deploy.loading import find_decision_deployment, find_process, load
from engine.runtime import Function, Runtime, Session
from engine.services import Call, call_inside
from engine.tables.decisions import Decision
from engine.values import Actor, Json

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from sqlalchemy.orm import SessionTransaction


class StepHost:
    """The surroundings of one step."""

    def __init__(self, session: Session, runtime: Runtime, actor: Actor, at: datetime) -> None:
        """Take what stays the same for the whole step; the instance comes with `belongs_to`."""
        self.zone: ZoneInfo = runtime.zone
        self.functions: Mapping[str, Function] = runtime.functions
        self.catch_up = runtime.settings.catch_up
        self.instance_id = 0
        self.business_key: str | None = None
        self._session = session
        self._runtime = runtime
        self._actor = actor
        self._at = at
        self._calls: list[tuple[ExitStack, SessionTransaction, int]] = []
        self._execution: Execution | None = None

    def belongs_to(self, instance_id: int, business_key: str | None, execution: Execution | None = None) -> None:
        """Tell which instance the step is about."""
        self.instance_id = instance_id
        self.business_key = business_key
        self._execution = execution
        self._session.info["host"] = self

    def now(self) -> datetime:
        """The time of the step; it stands still while the step runs."""
        return self._at

    def compiled(self, ref: str) -> Compiled:
        """The parsed files of a deployment."""
        return load(self._session, int(ref)).compiled

    def find_process(self, key: str, ref: str, binding: str, version: str | None) -> tuple[str, str]:
        """Where a called process is; LookupError when it is nowhere."""
        deployment_id, found = find_process(self._session, key, int(ref), binding, version)
        return str(deployment_id), found

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
        told = Call(
            topic=topic,
            instance_id=self.instance_id,
            business_key=self.business_key,
            deployment_id=int(call.ref),
            element=call.element,
            inputs=call.inputs,
            variables=call.variables,
            actor=self._actor,
            now=self._at,
        )
        stack = ExitStack()
        savepoint = stack.enter_context(self._session.begin_nested())
        try:
            result = call_inside(self._runtime.services, self._session, told)
            self._session.flush()
        except BaseException:
            savepoint.rollback()
            stack.close()
            raise
        self._calls.append((stack, savepoint, call.token))
        return result

    def settle(self) -> None:
        """Decide about what the last service wrote: keep it, unless its token has become an incident since."""
        while self._calls:
            stack, savepoint, token = self._calls.pop()
            if self._execution is not None and token in self._execution.incidents:
                savepoint.rollback()
            stack.close()  # keeps it, if it was not undone
