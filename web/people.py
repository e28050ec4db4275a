"""Who is signed in, and what people and units are called in the reader's language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from flask_login import UserMixin
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.deployments import get_process, get_process_definition
from engine.errors import NotFound
from engine.values import SYSTEM, Actor
from processes import organisation
from processes.schema import Person, Unit
from web import language

INTAKE = "complaint_intake"
"""The process that a registration starts."""


@dataclass
class SignedIn(UserMixin):  # type: ignore[misc]
    """The person behind a request, with the groups the person has at this moment."""

    actor: Actor
    name_zh: str
    name_en: str
    language: str | None
    theme: str | None
    units: tuple[Mapping[str, str], ...]
    may_register: bool

    def get_id(self) -> str:
        """The login, kept in the session."""
        return self.actor.id

    @property
    def name(self) -> str:
        """In the reader's language."""
        return self.name_zh if language.current() == "zh" else self.name_en

    @property
    def initial(self) -> str:
        """One sign for the round picture."""
        return (self.name_zh or self.name_en)[:1]

    @property
    def unit(self) -> str:
        """The unit, or the first role."""
        return self.units[0][language.current()] if self.units else ""


def signed_in(session: Session, login: str) -> SignedIn:
    """The person of a session; NotFound for somebody unknown or no longer active."""
    person, actor = organisation.get_person(session, login), organisation.actor_of(session, login)
    units = session.scalars(select(Unit).where(Unit.key.in_(actor.groups)).order_by(Unit.kind.desc(), Unit.key))
    named = tuple({"en": unit.name_en, "zh": unit.name_zh} for unit in units)
    return SignedIn(
        actor,
        person.name_zh,
        person.name_en,
        person.language,
        person.theme,
        named,
        may_register=may_start(session, actor, INTAKE),
    )


def may_start(session: Session, actor: Actor, key: str) -> bool:
    """Whether the actor is among the starters of the latest version of a process."""
    try:
        process = get_process(session, get_process_definition(session, key))
    except NotFound:
        return False
    starters = set(process.candidate_starter_groups)
    return actor.admin or not starters or bool(starters & actor.groups)


@dataclass
class Names:
    """What people and units are called; one statement for each kind, whatever is asked for."""

    people: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)

    def person(self, login: str | None) -> str:
        """A person's name; the engine itself has one, too."""
        if login == SYSTEM.id:
            return language.word("Kesu")
        return self.people.get(login or "", login or "")

    def unit(self, key: str | None) -> str:
        """A unit's or role's name."""
        return self.units.get(key or "", key or "")


def names(session: Session) -> Names:
    """All names in the reader's language: an organisation has hundreds, not millions."""
    chinese = language.current() == "zh"
    people = session.execute(select(Person.login, Person.name_zh if chinese else Person.name_en))
    units = session.execute(select(Unit.key, Unit.name_zh if chinese else Unit.name_en))
    return Names(dict(people.all()), dict(units.all()))


def joined(texts: Iterable[str]) -> str:
    """A list of names in a sentence."""
    return ("、" if language.current() == "zh" else ", ").join(text for text in texts if text)
