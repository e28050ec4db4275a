"""How passwords are kept: as argon2id hashes, as expensive as the installation decides; made outside transactions."""

from collections.abc import Iterable
from functools import lru_cache
from threading import BoundedSemaphore
from typing import Literal, NewType

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from processes.errors import PasswordCommon, PasswordLength

Cost = Literal["high", "low"]
"""`high` is what argon2 recommends (RFC 9106); `low` is quick to guess, for passwords that protect nothing."""

Hashed = NewType("Hashed", str)
"""What is kept of a password. What works in a transaction takes this: hashing there would hold up everybody."""

LENGTH = (10, 128)
"""The shortest and the longest password that is taken; beyond that there are no rules (NIST SP 800-63B, 3.1.1.2)."""

COMMON = 2
"""Of zxcvbn's scores 0 to 4, the lowest that is taken: it would be guessed in no less than a million attempts."""

DEMO = "kesu-demo-2026"
"""The password of all people of the demo: everybody knows it, so it opens nothing that others can reach."""

MEASURED = 72
"""Signs of a password that are measured: it takes longer by the square of them."""

ALIKE = str.maketrans("@{[<9!|$+", "4(((61157")
"""Signs that stand for the same letter, each as one of them: zxcvbn tries every choice among them, for seconds."""

AT_ONCE = 2
"""So many hashes are made at a time: each takes a core and 64 MB, and somebody who guesses is not to take them all."""

_HASHERS = {"high": PasswordHasher(), "low": PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)}
_room = BoundedSemaphore(AT_ONCE)


def hash_new(password: str, cost: Cost, *, about: Iterable[str] = ()) -> Hashed:
    """What is kept of a password that somebody chose; refused as `check_new` does."""
    check_new(password, about=about)
    return hash_checked(password, cost)


def hash_checked(password: str, cost: Cost) -> Hashed:
    """What is kept of a password that `check_new` has let pass, which takes long enough to be done once."""
    return _hash(password, cost)


def check_new(password: str, *, about: Iterable[str] = ()) -> None:
    """PasswordLength or PasswordCommon for a password that nobody should choose; that of the demo stands in its guide.

    Args:
        password: as it was typed.
        about: the person's names, which are no secret.
    """
    from zxcvbn import zxcvbn  # noqa: PLC0415 - its lists are large, and who only serves pages needs none

    shortest, longest = LENGTH
    if not shortest <= len(password) <= longest:
        raise PasswordLength(least=shortest, most=longest)
    known = [each.translate(ALIKE) for each in (*about, "kesu")]
    if zxcvbn(password[:MEASURED].translate(ALIKE), user_inputs=known)["score"] < COMMON or password == DEMO:
        raise PasswordCommon


def matches(kept: Hashed, password: str) -> bool:
    """Whether it is the password of which that was kept, at whatever cost."""
    with _room:
        try:
            return _HASHERS["high"].verify(kept, password[: LENGTH[1]])
        except (VerifyMismatchError, InvalidHashError):
            return False


def at_cost(kept: Hashed, password: str, cost: Cost) -> Hashed:
    """What is to be kept of a password that has just matched: a new hash where it was made at another cost."""
    return _hash(password, cost) if _HASHERS[cost].check_needs_rehash(kept) else kept


@lru_cache
def absent(cost: Cost) -> Hashed:
    """What the password of somebody unknown is compared with, so that it takes as long."""
    return _hash("nobody has this password", cost)


def _hash(password: str, cost: Cost) -> Hashed:
    with _room:
        return Hashed(_HASHERS[cost].hash(password))
