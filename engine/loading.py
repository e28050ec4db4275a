"""Deployments as they are executed: parsed once, shared by all threads."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


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
    compiled: Any
    forms: Mapping[str, FormFile]
