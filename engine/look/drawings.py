"""What is drawn of an instance: the processes that it has walked through, each from the deployment that it was in."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.deploy.loading import load
from engine.look.admin import InstanceItem
from engine.session import Session
from engine.values import Process


@dataclass(frozen=True)
class Drawing:
    """A process as it is drawn in a deployment."""

    deployment_id: int
    process: Process


def drawings_of(session: Session, instance: InstanceItem) -> Mapping[str, Drawing]:
    """The drawings by the key of their process, from memory as a rule.

    The processes that the instance has walked through come first, then the others of their deployments, which it may
    come to.
    """
    homes = dict(instance.homes)
    for deployment in dict.fromkeys(homes.values()):
        homes = {**dict.fromkeys(load(session, deployment).compiled.processes, deployment), **homes}
    ordered = {key: homes[key] for key in [*instance.homes, *homes]}
    return {key: Drawing(home, load(session, home).compiled.processes[key]) for key, home in ordered.items()}
