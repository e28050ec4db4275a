"""Who is signed in, and what people and units are called in the reader's language."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import itemgetter

from flask_login import UserMixin
from sqlalchemy import Integer, literal_column, select
from sqlalchemy.orm import InstrumentedAttribute

from engine import SYSTEM, Actor, Prepared, Session
from processes import procedures
from processes.people import organisation, sign_ins
from processes.people.schema import DbPerson, DbUnit
from processes.settings import Settings
from processes.statistics import scope
from web.shell import language


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
    may_count: bool
    """Whether there are figures that the person may see."""
    must_change_password: bool
    sign_in: int
    """The number of the sign-in on this browser."""
    last_seen_at: datetime
    """As written down with it, some minutes ago at most while somebody works."""
    token: str = field(repr=False)

    def get_id(self) -> str:
        """What the cookie carries: the token of this sign-in, never the login, so that it ends with its row."""
        return self.token

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


def signed_in(session: Session, token: str, settings: Settings) -> SignedIn | None:
    """The person behind a cookie; None for a sign-in that has ended and for somebody who is no longer active."""
    found = sign_ins.find(session, token, settings)
    if found is None:
        return None
    actor = organisation.actor_of(session, found.login)
    units = organisation.names_of_units(session, found.login)
    return SignedIn(
        actor,
        found.name_zh,
        found.name_en,
        found.language,
        found.theme,
        tuple({"en": english, "zh": chinese} for english, chinese in units),
        may_register=bool(procedures.registrable(session, actor)),
        may_count=bool(scope.readable(session, actor)),
        must_change_password=found.must_change_password,
        sign_in=found.id,
        last_seen_at=found.last_seen_at,
        token=token,
    )


@dataclass
class Names:
    """What people and units are called; one statement for each kind, whatever is asked for."""

    people: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)

    def person(self, login: str | None) -> str:
        """A person's name; the engine itself has one, too."""
        if login == SYSTEM.id:
            return language.gettext("System")
        return self.people.get(login or "", login or "")

    def acting(self, login: str | None, absent: object) -> str:
        """A person's name, and for whom the person acted, if for somebody else."""
        who = self.person(login)
        if not isinstance(absent, str):
            return who
        return language.gettext("%(who)s, for %(absent)s", who=who, absent=self.person(absent))

    def choice(self, absent: Sequence[str]) -> Sequence[tuple[str, str]]:
        """Logins and names of the absent people of whom somebody who stands in for several has to choose one."""
        return sorted(((login, self.person(login)) for login in absent), key=itemgetter(1)) if len(absent) > 1 else ()

    def unit(self, key: str | None) -> str:
        """A unit's or role's name."""
        return self.units.get(key or "", key or "")


def _named(person: InstrumentedAttribute[str], unit: InstrumentedAttribute[str]) -> Prepared:
    people = select(literal_column("1", Integer), DbPerson.login, person)
    return Prepared(people.union_all(select(literal_column("0", Integer), DbUnit.key, unit)))


_NAMES = {"zh": _named(DbPerson.name_zh, DbUnit.name_zh), "en": _named(DbPerson.name_en, DbUnit.name_en)}
"""Who is a person and who a unit, with their keys and names."""


def names(session: Session) -> Names:
    """All names in the reader's language: an organisation has hundreds, not millions."""
    people: dict[str, str] = {}
    units: dict[str, str] = {}
    for is_person, key, name in _NAMES[language.current()].rows(session.connection(), {}):
        (people if is_person else units)[key] = name
    return Names(people, units)


def joined(texts: Iterable[str]) -> str:
    """A list of names in a sentence."""
    return ("、" if language.current() == "zh" else ", ").join(text for text in texts if text)


def beside(text: str, more: str) -> str:
    """A name with what tells it from others in brackets; without brackets where there is nothing."""
    if not more:
        return text
    return f"{text}（{more}）" if language.current() == "zh" else f"{text} ({more})"
