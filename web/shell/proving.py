"""A password typed on a page: counted, compared outside of every transaction, refused for a while after wrong ones."""

from dataclasses import dataclass
from datetime import datetime

from processes.people import attempts, passwords
from processes.people.attempts import Proof
from web.shell import dates, here, known_browsers
from web.shell.language import gettext as _


@dataclass(frozen=True)
class Verdict:
    """What came of it; without a proof it was refused, perhaps until a moment."""

    proof: Proof | None
    pause_until: datetime | None = None
    is_demo: bool = False
    """Whether it was the password of the demo, which opens nothing that others can reach."""

    @property
    def pause(self) -> str:
        """The sentence for who is not let in with any password; empty for who may try again at once."""
        if self.is_demo:
            return _("The password of the demo is taken at the machine itself only. Add people of your own.")
        if self.pause_until is None:
            return ""
        until = dates.clock_text(self.pause_until, here.zone())
        return _("Too many wrong passwords. Try again after %(time)s.", time=until)


def prove(login: str, password: str) -> Verdict:
    """Whether it is the password of that name; the proof is to be settled in the transaction that rests on it."""
    if password == passwords.DEMO and not here.is_at_the_machine():
        return Verdict(None, is_demo=True)
    settings, place = here.kesu().settings, known_browsers.place(login)
    with here.reading() as session:
        waits = attempts.pause(session, login, place, settings)
    if waits is not None:
        return Verdict(None, waits)
    with here.transaction() as session:
        attempt = attempts.begin(session, login, place, settings)
    proof = attempts.prove(attempt, password, settings.password_cost)
    return Verdict(proof, attempt.then if proof is None else None)
