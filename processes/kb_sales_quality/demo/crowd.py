"""Many more cases, as a company has them in three months: drawn from topics and customers, the same ones each time."""

import random
from collections.abc import Iterator, Mapping
from typing import Any

SEED = 20260928
CASES = 110
DAYS = 64
"""Working days of three months."""

MODELS = ("", "A", "B", "C", "D", "E", "S")
"""What is added to the name of a product."""

Drawn = dict[str, Any]

CHANNELS = {"phone": 46, "email": 24, "web": 9, "hotline": 5, "letter": 4, "counter": 6, "fax": 2}
TURNS: Mapping[str, tuple[int, Drawn]] = {
    "plain": (60, {}),
    "redo": (10, {"redo": 1}),
    "silent": (8, {"silent": True}),
    "withdrawn": (7, {"withdraw": "UT_QcInspect"}),
    "unhappy": (4, {"unhappy": True}),
    "refused": (5, {"refuse": 1}),
    "dispute": (3, {"redo": 2, "dispute": True}),
    "unresolved": (2, {"refuse": 9, "unresolved": True}),
    "unreached": (4, {"unreached": 1}),
}
"""How a case goes: how often, and what is told of it."""


def draw(topics: Mapping[str, Any], customers: Mapping[str, Any]) -> Iterator[tuple[str, Drawn]]:
    """Keys and stories, the oldest first; of today and yesterday are none.

    Args:
        topics: what is complained of; what has `some` is drawn.
        customers: who complains, each as often as its weight says.
    """
    chance = random.Random(SEED)  # noqa: S311 - the same cases every time
    days = sorted(chance.choices(range(2, DAYS), weights=[DAYS // 2 + day for day in range(2, DAYS)], k=CASES))
    for number, day in enumerate(reversed(days), 1):
        name = _topic(chance, topics, day)
        who = _customer(chance, customers, topics[name].get("language", "zh"))
        yield (
            f"M{number:03}",
            {
                "topic": name,
                "customer": who,
                "day": day,
                "many": True,
                "channel": _channel(chance, customers[who]),
                "pace": round(chance.choice((0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.3, 1.3, 2.2)), 1),
                **_special(chance, topics[name], day, number),
                **_turn(chance),
            },
        )


def _topic(chance: random.Random, topics: Mapping[str, Any], day: int) -> str:
    third = 2 - day * 3 // DAYS
    some = {name: topic["some"] for name, topic in topics.items() if "some" in topic}
    weights = [each["share"] * each.get("trend", (1, 1, 1))[third] for each in some.values()]
    return chance.choices(list(some), weights=weights)[0]


def _customer(chance: random.Random, customers: Mapping[str, Any], language: str) -> str:
    able = {name: each.get("weight", 1) for name, each in customers.items() if each["language"] == language}
    return chance.choices(list(able), weights=list(able.values()))[0]


def _channel(chance: random.Random, customer: Mapping[str, Any]) -> str:
    channels = {**CHANNELS, "dealer": 30} if customer["kind"] == "dealer" else dict(CHANNELS)
    if "email" not in customer:
        channels["email"] = 0
    return chance.choices(list(channels), weights=list(channels.values()))[0]


def _special(chance: random.Random, topic: Mapping[str, Any], day: int, number: int) -> Drawn:
    """Lot, order and quantities of their own; most lots are complained of once."""
    some, told = topic["some"], {"order": f"SO-26-{8500 + number * 7 - day}"}
    if "products" in some:
        product, model = chance.choice(some["products"]), chance.choice(MODELS)
        told["product"] = product if topic.get("wave") else product + model
    if "lot" in topic:
        week = 4 + (DAYS - day) // 5
        told["lot"] = chance.choice(some.get("lots", [f"{topic['lot'][0]}26{week:02}{chance.choice('ABC')}"]))
    if "n" in some:
        of = chance.choice(some["of"])
        return {**told, "quantity": [min(chance.randint(*some["n"]), of), of]}
    return told


def _turn(chance: random.Random) -> Drawn:
    return dict(chance.choices([told for _, told in TURNS.values()], weights=[often for often, _ in TURNS.values()])[0])
