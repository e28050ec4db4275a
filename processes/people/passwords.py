"""How passwords are kept: as argon2id hashes, as expensive as the installation decides."""

from functools import lru_cache
from typing import Literal

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from processes.errors import PasswordLength

Cost = Literal["high", "low"]
"""`high` is what argon2 recommends (RFC 9106); `low` is quick to guess, for passwords that protect nothing."""

LENGTH = (8, 128)
"""The shortest and the longest password that is taken."""

_HASHERS = {"high": PasswordHasher(), "low": PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)}


def hash_new(password: str, cost: Cost) -> str:
    """What is kept of a password that somebody chose; PasswordLength."""
    shortest, longest = LENGTH
    if not shortest <= len(password) <= longest:
        raise PasswordLength(least=shortest, most=longest)
    return _HASHERS[cost].hash(password)


def matches(kept: str, password: str) -> bool:
    """Whether it is the password of which that was kept, at whatever cost."""
    try:
        return _HASHERS["high"].verify(kept, password[: LENGTH[1]])
    except (VerifyMismatchError, InvalidHashError):
        return False


def at_cost(kept: str, password: str, cost: Cost) -> str:
    """What is to be kept of a password that has just matched: a new hash where it was made at another cost."""
    hasher = _HASHERS[cost]
    return hasher.hash(password) if hasher.check_needs_rehash(kept) else kept


@lru_cache
def absent(cost: Cost) -> str:
    """What the password of somebody unknown is compared with, so that it takes as long."""
    return _HASHERS[cost].hash("nobody has this password")
