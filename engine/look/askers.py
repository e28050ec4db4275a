"""Whoever asks, as statements name them: by parameters, so that all who are alike share what is put together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, BindParameter, String, bindparam

from engine.values import Actor


@dataclass(frozen=True)
class Somebody:
    """A person and groups, each a parameter of a statement."""

    person: BindParameter[str]
    groups: BindParameter[Any]
    """For IN: a list."""


@dataclass(frozen=True)
class Asker(Somebody):
    """Whoever asks, with those whose work the person does now."""

    reach: BindParameter[Any]
    """As `Actor.reach`, for IN."""
    stands_in: tuple[Somebody, ...]


@cache
def asker(absent: int) -> Asker:
    """Somebody who stands in for so many others: the same parameters each time."""
    return Asker(
        _text("asker"), _texts("asker_groups"), _texts("asker_reach"), tuple(_absent(place) for place in range(absent))
    )


@cache
def _absent(place: int) -> Somebody:
    return Somebody(_text(f"absent{place}"), _texts(f"absent{place}_groups"))


def _text(name: str) -> BindParameter[str]:
    return bindparam(name, type_=String())


def _texts(name: str) -> BindParameter[Any]:
    return bindparam(name, type_=String(), expanding=True)


def given(actor: Actor) -> Mapping[str, Any]:
    """What the parameters of `asker` are for an actor; a statement without one of them says so."""
    values: dict[str, Any] = {
        "asker": actor.id,
        "asker_groups": sorted(actor.groups),
        "asker_reach": sorted(actor.reach),
    }
    for place, each in enumerate(actor.stands_in):
        values |= {f"absent{place}": each.person, f"absent{place}_groups": sorted(each.groups)}
    return values


EVEN = 4
"""Sets of candidates are made up to a multiple of this by some that nobody is in, so that more people have as many."""
NO_SET = -1


def even(number: int) -> int:
    """How many parameters there are for so many sets of candidates."""
    return -(-number // EVEN) * EVEN


@cache
def sets(number: int) -> Sequence[BindParameter[int]]:
    """So many parameters, each for a set of candidates."""
    return [bindparam(f"set{place}", type_=BigInteger()) for place in range(number)]


def numbered(numbers: Sequence[int]) -> Mapping[str, int]:
    """What as many of these are given as there are for some sets."""
    more = [NO_SET] * (even(len(numbers)) - len(numbers))
    return {f"set{place}": number for place, number in enumerate([*numbers, *more])}
