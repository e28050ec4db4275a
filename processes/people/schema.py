"""The tables of people, their units, and how they sign in."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, false, true
from sqlalchemy.orm import Mapped, mapped_column

from engine import Base, Json


class DbPerson(Base):
    """Somebody who can sign in; kept for ever, because the history names people by their login."""

    __tablename__ = "person"
    login: Mapped[str] = mapped_column(String(60), primary_key=True)
    name_zh: Mapped[str]
    name_en: Mapped[str]
    email: Mapped[str]
    password: Mapped[str]
    """An argon2id hash."""
    active: Mapped[bool]
    language: Mapped[str | None] = mapped_column(String(10))
    theme: Mapped[str | None] = mapped_column(String(10))
    created_at: Mapped[datetime]
    must_change_password: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Somebody else knows the password: the person has to choose an own one before anything else."""
    mail_notices: Mapped[bool] = mapped_column(default=True, server_default=true())
    """Whether notices of cases come by mail, too; they do where there is an address."""
    last_seen_at: Mapped[datetime | None]
    """Of all sign-ins, those that have ended included; some minutes behind."""


class DbUnit(Base):
    """A group that work is given to: an organisational unit or a role."""

    __tablename__ = "unit"
    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    """As diagrams name it in lanes and candidate groups."""
    name_zh: Mapped[str]
    name_en: Mapped[str]
    kind: Mapped[str] = mapped_column(String(10))
    """unit or role."""


class DbMembership(Base):
    """A person is in a unit or has a role."""

    __tablename__ = "membership"
    __table_args__ = (Index(None, "unit", "person"),)
    person: Mapped[str] = mapped_column(ForeignKey("person.login"), primary_key=True)
    unit: Mapped[str] = mapped_column(ForeignKey("unit.key"), primary_key=True)


class DbSubstitution(Base):
    """Somebody does the work of an absent person on some days; kept for ever, because the history names both."""

    __tablename__ = "substitution"
    __table_args__ = (Index(None, "substitute", "last_day"), Index(None, "person", "last_day"))
    id: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("person.login"))
    substitute: Mapped[str] = mapped_column(ForeignKey("person.login"))
    units: Mapped[Json]
    """The units and roles of the person whose work it is."""
    first_day: Mapped[date]
    last_day: Mapped[date]
    """In the zone of the installation; both days belong to it."""
    reason: Mapped[str]
    made_by: Mapped[str]
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """When somebody ended it before its last day."""


class DbSignIn(Base):
    """Wrong passwords in a row for a name from one place, whether such a person exists or not."""

    __tablename__ = "sign_in"
    __table_args__ = (Index(None, "place", "last_at"), Index(None, "last_at"))
    login: Mapped[str] = mapped_column(String(60), primary_key=True)
    """A digest of the name; see `processes.people.attempts`."""
    place: Mapped[str] = mapped_column(String(80), primary_key=True)
    """A browser on which that name was signed in before, or an address."""
    failures: Mapped[int]
    pause_until: Mapped[datetime | None]
    last_at: Mapped[datetime]


class DbOpenSignIn(Base):
    """Somebody is signed in on a browser; the row goes when that ends."""

    __tablename__ = "open_sign_in"
    __table_args__ = (Index(None, "person"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of what the cookie carries, so that a copy of the table opens no door."""
    person: Mapped[str] = mapped_column(ForeignKey("person.login"))
    since: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    browser: Mapped[str]
    """As the browser names itself."""
    address: Mapped[str]
    """Where it called from."""


class DbPersonAct(Base):
    """Something that was done to somebody's account, for whoever has to account for it; never changed."""

    __tablename__ = "person_act"
    __table_args__ = (Index(None, "person", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(ForeignKey("person.login"))
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(30))
    """added, changed, password_changed, password_reset, unlocked, signed_out, substituted or substitution_ended."""
    actor: Mapped[str]
    reason: Mapped[str | None]
    data: Mapped[Json]
    """Of a change: what, before and after."""


class DbUnitAct(Base):
    """A unit or role that was made or renamed, for whoever has to account for it; never changed."""

    __tablename__ = "unit_act"
    id: Mapped[int] = mapped_column(primary_key=True)
    unit: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime]
    actor: Mapped[str]
    before: Mapped[Json]
    """Key, kind and names; empty of one that is new."""
    after: Mapped[Json]
