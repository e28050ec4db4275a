"""What an execution is given while it runs: the deployments, decisions and services around it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from engine.core import Compiled, Execution, ServiceCall, StepBroken
from engine.deploy.loading import find_decision_deployment, find_process, load
from engine.errors import Passing
from engine.failures import words_of
from engine.look.history import SUBMIT
from engine.runtime import functions_with
from engine.seams import Function, Kept, Mark
from engine.services import Call, call_inside
from engine.session import Session
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
        self.kept: dict[str, Kept] = {}
        """What services and observers keep for each other while the step lasts."""
        self.submitted: list[dict[str, Any]] = []
        """What a person has filled in and is not written yet, as rows."""
        self.completed: tuple[str, str | None] | None = None
        """The element that a person completed, and for whom, if for somebody else."""
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
        """Call a service; what it does is undone when it fails, or when its token fails after it.

        What only reads, or changes only what the step keeps, needs no savepoint; before all but the latter that is
        written.
        """
        self.settle()
        services, session, place = self._runtime.services, self._session, (int(call.ref), call.element.id)
        at_once = place in self._runtime.at_once
        opened = _Open(call.token, self.new_business_key)
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
            begin_writing=partial(self._begin_writing, opened),
            completed=self.completed,
        )
        if services.only_reads(topic):  # nothing has to be undone
            self._write_before()
            return call_inside(services, session, told)
        try:
            if services.only_keeps(topic) and not at_once:
                opened.mark(session, self.kept)
                with session.no_autoflush:
                    result = call_inside(services, session, told)
                opened.check(self.kept)
            else:
                self._begin_writing(opened)
                result = call_inside(services, session, told)
            if at_once:
                self._write_each()
            elif self.kept:
                session.left.add(place)
            if opened.savepoint is not None:
                session.flush()
                session.send()
                opened.give_up_unused(session)
        except Passing:
            raise  # the whole step is given up
        except BaseException:
            self._undo(opened)
            raise
        self._runtime.at_once.discard(place)
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

    def _begin_writing(self, opened: "_Open") -> None:
        """Let all that is written from now on be undone alone."""
        if opened.savepoint is None:
            self._write_before()
            opened.mark(self._session, self.kept)
            opened.savepoint = self._session.begin_nested()

    def _write_before(self) -> None:
        """Write before the end of the step what a service may read: what was filled in, what the step keeps.

        What is not taken of that is no fault of the service: NotWritten, or StepBroken.
        """
        try:
            if self.submitted:
                self._session.gathered.add(SUBMIT, self.submitted)
                self.submitted.clear()
            self.write_kept()
            self._session.send()
        except Passing:
            raise
        except Exception as error:
            self._session.find_out(error)
            raise StepBroken(element=(self.completed or ("",))[0], reason=words_of(error)) from error

    def write_kept(self) -> None:
        """Write what services and observers have changed of what the step keeps; NotWritten where that fails."""
        try:
            self._write_each()
        except Exception as error:
            self._session.find_out(error)
            raise

    def _write_each(self) -> None:
        for each in self.kept.values():
            each.write(self._session)

    def _keep(self, business_key: str) -> None:
        self.new_business_key = self.business_key = business_key

    def _renew(self, token: int, values: Mapping[str, Json]) -> None:
        assert self._execution is not None
        self._execution.renew(token, values)

    def _undo(self, opened: "_Open") -> None:
        opened.undo(self._session, self.kept)
        self.new_business_key = opened.business_key
        self.business_key = opened.business_key or self._first_key


@dataclass
class _Open:
    """A service that has been called, of which it is not decided yet whether what it did stays."""

    token: int
    business_key: str | None
    """What the step had given the instance before."""
    savepoint: "SessionTransaction | None" = None
    """None while it writes nothing."""
    marks: Mapping[str, Mark] = field(default_factory=dict)
    """What the step kept before it."""

    def mark(self, session: Session, kept: Mapping[str, Kept]) -> None:
        """Let what the step keeps be taken back to where it is now."""
        self.marks = {name: each.mark(session) for name, each in kept.items()}

    def check(self, kept: Mapping[str, Kept]) -> None:
        """VariablesRefused for what it has changed of what the step keeps and no database takes."""
        for name, each in kept.items():
            (self.marks.get(name) or each).check()

    def give_up_unused(self, session: Session) -> None:
        """What comes next needs no savepoint when the database was not asked for anything."""
        if self.savepoint is not None and not session.is_set(self.savepoint):
            self.savepoint.commit()
            self.savepoint = None

    def undo(self, session: Session, kept: dict[str, Kept]) -> None:
        """Take back what the service did, in the database and in memory."""
        if self.savepoint is not None:
            session.drop()  # all that was gathered since
            self.savepoint.rollback()
        for name in kept.keys() - self.marks.keys():
            new = kept.pop(name)
            if self.savepoint is None:
                _forget(session, new, name)
        for mark in self.marks.values():
            mark.take_back()


def _forget(session: Session, new: Kept, name: str) -> None:
    """Take back what a service has brought into the step; the step is given up where that cannot be done."""
    try:
        new.forget(session)
    except Exception as error:
        raise StepBroken(element=name, reason=str(error)) from error
