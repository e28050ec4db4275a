"""What a deployment is while it is executed."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.core import Compiled


@dataclass(frozen=True)
class FormFile:
    """A form of a deployment."""

    id: str
    path: str
    content: bytes
    digest: str


@dataclass(frozen=True)
class LoadedDeployment:
    """A deployment, parsed."""

    id: int
    digest: str
    compiled: Compiled
    forms: Mapping[str, FormFile]
