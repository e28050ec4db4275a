"""The tables of what is deployed: versions of folders, their files, the processes and tables in them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.kinds import Origin
from engine.store.base import Base, at_most_one, never_reused
from engine.store.columns import JsonType, Word


class DbDeployment(Base):
    """A version of a folder: files that came together; never changed afterwards, but for `is_current`."""

    __tablename__ = "deployment"
    __table_args__ = never_reused(
        Index(None, "name", "version", unique=True),
        at_most_one("uq_deployment_is_current", "name", where="is_current"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    """The key of the folder."""
    version: Mapped[int]
    """Counted for each folder."""
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    """Of the name and of all files."""
    origin: Mapped[Origin] = mapped_column(Word(Origin, 10))
    deployed_at: Mapped[datetime]
    deployed_by: Mapped[str]
    reason: Mapped[str]
    is_current: Mapped[bool]
    """Whether this is the version of the folder that new instances, calls, tables and forms take."""
    processes: Mapped[dict[str, int]] = mapped_column(JsonType)
    """The process definition by key; one of an earlier version where nothing of it has changed."""
    decisions: Mapped[dict[str, int]] = mapped_column(JsonType)
    """Likewise for decisions."""


class DbActivation(Base):
    """Who made which version of a folder the current one, when and why; never changed afterwards."""

    __tablename__ = "activation"
    __table_args__ = never_reused(Index(None, "deployment_id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployment.id"))
    at: Mapped[datetime]
    by: Mapped[str]
    reason: Mapped[str]


class DbResource(Base):
    """One file of a deployment."""

    __tablename__ = "resource"
    __table_args__ = (UniqueConstraint("deployment_id", "path"), Index(None, "kind", "key"))
    id: Mapped[int] = mapped_column(primary_key=True)
    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployment.id"))
    path: Mapped[str]
    kind: Mapped[str] = mapped_column(String(10))
    """bpmn, dmn, form or other."""
    key: Mapped[str | None]
    """The id of a form."""
    digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes]


class DbProcessDefinition(Base):
    """One version of a process."""

    __tablename__ = "process_definition"
    __table_args__ = (
        UniqueConstraint("key", "version"),
        Index(None, "key", "digest", unique=True),
        Index(None, "deployment_id"),
        at_most_one("uq_process_definition_is_current", "key", where="is_current"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployment.id"))
    key: Mapped[str]
    version: Mapped[int]
    version_tag: Mapped[str | None]
    name: Mapped[str]
    file: Mapped[str]
    startable: Mapped[bool]
    digest: Mapped[str] = mapped_column(String(64))
    """Of everything that it depends on in its folder: a version is a content."""
    is_current: Mapped[bool]
    """Whether this is what “latest” means."""


class DbDecisionDefinition(Base):
    """One version of a decision."""

    __tablename__ = "decision_definition"
    __table_args__ = (
        UniqueConstraint("key", "version"),
        Index(None, "key", "digest", unique=True),
        Index(None, "deployment_id"),
        at_most_one("uq_decision_definition_is_current", "key", where="is_current"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    deployment_id: Mapped[int] = mapped_column(ForeignKey("deployment.id"))
    key: Mapped[str]
    version: Mapped[int]
    name: Mapped[str]
    file: Mapped[str]
    digest: Mapped[str] = mapped_column(String(64))
    """As for a process."""
    is_current: Mapped[bool]
