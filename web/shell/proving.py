"""A password typed on a page: counted, compared outside of every transaction, refused for a while after wrong ones."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from threading import Condition
from typing import TypeVar

from engine import Session
from processes.people import attempts, passwords
from processes.people.attempts import Proof
from processes.people.schema import DbPerson
from web.shell import dates, here, known_browsers
from web.shell.language import gettext as _

T = TypeVar("T")
MOST_OF_ONE, MOST_OF_ALL = 2, 4
"""So many passwords from browsers that nobody knows are compared at a time, from one address and from all: the server
answers eight requests at a time, and the others are for pages."""
MOST_WAITING, WAIT_SECONDS = 2, 8
"""So many more wait for that, and so long, as people of one office who come in the morning; guesses take no more."""

_room = Condition()
_present: Counter[str] = Counter()
_waiting: dict[object, str] = {}
"""Where those come from who wait, in the order in which they came."""


@dataclass(frozen=True)
class Verdict:
    """What came of it; without a proof it was refused, perhaps until a moment."""

    proof: Proof | None
    pause_until: datetime | None = None
    is_crowded: bool = False
    """Whether too many were being compared from the same place."""
    is_demo: bool = False
    """Whether it was the password of the demo, which opens nothing that others can reach."""

    @property
    def pause(self) -> str:
        """The sentence for who is not let in with any password; empty for who may try again at once."""
        if self.is_demo:
            return _("The password of the demo is taken at the machine itself only. Add people of your own.")
        if self.is_crowded:
            return _("Many are signing in from your network at this moment. Try again in a few seconds.")
        if self.pause_until is None:
            return ""
        until = dates.clock_text(self.pause_until, here.zone())
        return _("Too many wrong passwords. Try again after %(time)s.", time=until)


@contextmanager
def _turn(place: str) -> Iterator[bool]:
    """Whether there is room for one more: whoever guesses with many threads does not get those of everybody else.

    Browsers that are known wait for none of it. Not to be called in a transaction.
    """
    if not place.startswith(attempts.ADDRESS):
        yield True
        return
    with _room:
        comes_in = (place not in _waiting.values() and _has_room(place)) or _waits(place)
        _present[place] += comes_in
    try:
        yield comes_in
    finally:
        with _room:
            _present[place] -= comes_in
            if not _present[place]:
                del _present[place]
            _room.notify_all()


def _has_room(place: str) -> bool:
    return _present[place] < MOST_OF_ONE and _present.total() < MOST_OF_ALL


def _waits(place: str) -> bool:
    """Wait for room behind those who wait in the same place; whether there was some in time. The lock is held."""
    if len(_waiting) >= MOST_WAITING:
        return False
    me = object()
    _waiting[me] = place
    try:
        return _room.wait_for(lambda: _has_room(place) and me is _first_of(place), WAIT_SECONDS)
    finally:
        del _waiting[me]
        _room.notify_all()


def _first_of(place: str) -> object:
    return next(each for each, where in _waiting.items() if where == place)


def prove(login: str, password: str) -> Verdict:
    """Whether it is the password of that name; the proof is to be settled in the transaction that rests on it."""
    if password == passwords.DEMO and not here.is_at_the_machine():
        return Verdict(None, is_demo=True)
    place = known_browsers.place(login)
    with _turn(place) as comes_in:
        return _prove(login, password, place) if comes_in else Verdict(None, is_crowded=True)


def settled(
    login: str, password: str, then: Callable[[Session, DbPerson], T], verdict: Verdict | None = None
) -> tuple[Verdict, T | None]:
    """What is done in the transaction that rests on a password; None where it was refused.

    Where the account was changed while it was compared, it is compared once more: another sign-in of the same person
    may have renewed what is kept of it.

    Args:
        login: whose password it should be.
        password: as it was typed.
        then: does it, for the person.
        verdict: of that password, where it was compared already.
    """
    for _time in range(2):
        verdict = verdict or prove(login, password)
        if verdict.proof is None:
            break
        with here.transaction() as session:
            person = attempts.settle(session, verdict.proof)
            if person is not None:
                return verdict, then(session, person)
        verdict = None
    return verdict or Verdict(None), None


def _prove(login: str, password: str, place: str) -> Verdict:
    settings = here.kesu().settings
    with here.reading() as session:
        waits = attempts.pause(session, login, place, settings)
    if waits is not None:
        return Verdict(None, waits)
    with here.transaction() as session:
        attempt = attempts.begin(session, login, place, settings)
    proof = attempts.prove(attempt, password, settings.password_cost)
    return Verdict(proof, attempt.then if proof is None else None)
