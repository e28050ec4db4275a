"""What an execution needs from around it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol
from zoneinfo import ZoneInfo

from engine.core.activities import ServiceCall
from engine.values import Handed, Json

if TYPE_CHECKING:
    from engine.tables.decisions import Decision


class Host(Protocol):
    """What an execution needs from around it."""

    zone: ZoneInfo
    """Where days begin and end, and where times without an offset are meant."""
    catch_up: str
    """What happens to the firings of a cycle that were missed: `one` counts them as used, `all` makes up for each."""

    allowance: int
    """How many messages and signals the step may send: no chain of them goes on for ever."""

    def now(self) -> datetime:
        """The time, aware."""

    def compiled(self, ref: str) -> Any:
        """The `Compiled` of a deployment."""

    def functions(self, ref: str) -> Mapping[str, Callable[..., Any]]:
        """What the expressions and scripts of a deployment may call."""

    def find_process(self, key: str, ref: str, binding: str, version: str | None, handed: Handed) -> tuple[str, str]:
        """Where a called process is.

        Args:
            key: as the diagram names it.
            ref: the deployment of the caller.
            binding: latest, deployment, version or versionTag; empty for that of the caller if it has one, else latest.
            version: the number or the tag that is asked for.
            handed: what the caller maps of it; of the latest it takes the newest version that this goes with.

        Returns:
            The deployment and the key; LookupError when there is none, Stuck when there is none that goes with it.
        """

    def find_decision(self, key: str, ref: str, binding: str, version: str | None) -> "Decision":
        """A decision table; the arguments are those of `find_process`, LookupError when there is none."""

    def is_outside(self, topic: str) -> bool:
        """Whether a service acts outside the database, and so is a job after the commit."""

    def call_service(self, topic: str, call: ServiceCall) -> Mapping[str, Json]:
        """Call a service and give the variables it returns; BpmnError goes to the error events.

        StepBroken gives the whole step up; all else that is raised is an incident.
        """
