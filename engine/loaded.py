"""What a deployment is while it is executed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.core import Compiled


@dataclass(frozen=True)
class FormFile:
    """A form of a deployment."""

    id: str
    path: str
    content: bytes
    digest: str
    declaration: Any = None
    """What stands beside the diagrams of its folder."""


@dataclass(frozen=True)
class LoadedDeployment:
    """A deployment, parsed."""

    id: int
    digest: str
    compiled: Compiled
    forms: Mapping[str, FormFile]
    declaration: Any = None
    """What the runtime's declarations read from its files."""
