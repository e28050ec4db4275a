"""The seven hit policies of DMN: which of the rows that match make the result."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.errors import DecisionError
from engine.language.lists import max_, min_, sum_
from engine.language.tokens import Problem
from engine.language.values import as_json, equal
from engine.phrases import phrase, said_by
from engine.values import Json

HIT_POLICIES = ("UNIQUE", "FIRST", "PRIORITY", "ANY", "COLLECT", "RULE ORDER", "OUTPUT ORDER")
AGGREGATIONS: Mapping[str, Callable[[list[Json]], Json]] = {"SUM": sum_, "MIN": min_, "MAX": max_, "COUNT": len}

Ranks = Mapping[str, tuple[Json, ...]]


@dataclass(frozen=True)
class Hit:
    """A row that matches, and what it gives."""

    number: int
    values: Mapping[str, Json]


def apply_policy(
    decision: str, policy: str, aggregation: str | None, ranks: Ranks, hits: list[Hit]
) -> tuple[Json, tuple[int, ...]]:
    """The result and the numbers of the rows that made it; at least one row matches.

    Args:
        decision: how errors call the table.
        policy: one of HIT_POLICIES.
        aggregation: one of AGGREGATIONS, with COLLECT only.
        ranks: the allowed values of an output, the most important first.
        hits: in the order of the table.

    Raises:
        DecisionError: several rows under UNIQUE, different results under ANY, values that cannot be added up.
    """
    numbers = tuple(hit.number for hit in hits)
    if policy in {"UNIQUE", "FIRST", "ANY", "PRIORITY"}:
        chosen = _one(decision, policy, ranks, hits)
        return dict(chosen.values), numbers if policy == "ANY" else (chosen.number,)
    if policy == "OUTPUT ORDER":
        hits = sorted(hits, key=lambda hit: _rank(hit, ranks))
        numbers = tuple(hit.number for hit in hits)
    if aggregation is None:
        return [dict(hit.values) for hit in hits], numbers
    values = [next(iter(hit.values.values())) for hit in hits]
    try:
        return as_json(AGGREGATIONS[aggregation](values)), numbers
    except Problem as error:
        raise DecisionError(
            decision=decision, reason=phrase("{name}: {said}", name=aggregation, said=said_by(error)), rows=numbers
        ) from error


def _one(decision: str, policy: str, ranks: Ranks, hits: list[Hit]) -> Hit:
    numbers = tuple(hit.number for hit in hits)
    listed = ", ".join(map(str, numbers))
    if policy == "UNIQUE" and len(hits) > 1:
        raise DecisionError(
            decision=decision, reason=phrase("rows {numbers} match, and only one may", numbers=listed), rows=numbers
        )
    if policy == "ANY" and not all(equal(dict(hit.values), dict(hits[0].values)) for hit in hits):
        raise DecisionError(
            decision=decision, reason=phrase("rows {numbers} match and disagree", numbers=listed), rows=numbers
        )
    if policy == "PRIORITY":
        return min(hits, key=lambda hit: _rank(hit, ranks))
    return hits[0]


def _rank(hit: Hit, ranks: Ranks) -> tuple[int, ...]:
    """Where the row's values stand among the allowed ones, output by output; what is not allowed stands last."""
    return tuple(
        next((place for place, value in enumerate(values) if equal(value, hit.values.get(name))), len(values))
        for name, values in ranks.items()
    )
