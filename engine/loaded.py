"""What a deployment is while it is executed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
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
    deployment_id: int | None = None
    """None while it is only checked."""


@dataclass(frozen=True)
class LoadedDeployment:
    """A deployment, parsed."""

    id: int
    digest: str
    compiled: Compiled
    forms: Mapping[str, FormFile]
    declaration: Any = None
    """What the runtime's declarations read from its files."""
    others: Mapping[str, bytes] = field(default_factory=dict)
    """Its files that are no diagrams, tables or forms, by path: letters, translations, rules."""
