"""What an expression asks of the wrong kind of thing is told with the kind and a cure; what can be is left alone."""

import pytest

from engine.deploy.names.meaning import Meaning
from engine.deploy.names.shapes import Shape, of_values
from engine.language.expressions import compile_expression
from engine.tables.cells import compile_cell

ROW = Shape("row", fields={"kind": of_values(["gift", "repair"]), "cost": Shape("amount"), "by": None})
THERE = {
    "n": Shape("number"),
    "amount": Shape("amount"),
    "grave": Shape("flag", frozenset({True, False})),
    "note": Shape("words"),
    "way": of_values(["post", "phone"]),
    "grade": of_values(["1", "2"]),
    "day": Shape("date"),
    "at": Shape("moment"),
    "hour": Shape("time"),
    "units": Shape("list", item=of_values(["qc", "gm"])),
    "rows": Shape("list", item=ROW),
    "one": ROW,
}
WRONG = {
    "n == 'high'": "compares n (a number) with the text high, which it never is: compare it with a number",
    "n > way": "compares n (a number) with way (a text) by size, which cannot be done",
    "amount < 'much'": "compares amount (an amount) with the text much by size",
    "n in ('few', 'many')": "compares n (a number) with the text few or many, which it never is",
    "day == 'tomorrow'": 'a date is written "2026-01-31"',
    "day < at": "write date(at)",
    "day == 5": "compares day (a date) with the number 5",
    "hour > '9 am'": 'a time is written "08:30"',
    "grave == 1": "compare it with true or false",
    "way > 3": "compares way (a text) with the number 3 by size, which cannot be done: it is phone or post",
    "way == at": "which it never is",
    "units == 'qc'": "write contains(units, qc)",
    "units in ('qc', 'gm')": "write any(item in ['qc', 'gm'] for item in units)",
    "units > 2": "write count(units)",
    "n in note": "looks for n (a number) in note (a text)",
    "n in amount": "looks into amount (an amount), which is no list: write n == amount",
    "some r in rows satisfies r.kind == 'gft'": "compares r.kind (a text) with the text gft, which it never is",
    "rows[kind = 'gft']": "which it never is: it is gift or repair",
    "way.label": "asks for way.label, and way is a text without fields: write way",
    "units.name": "each item of units is a text without fields: write units",
    "one.cst": "one has no field cst: did you mean cost?",
    "[r.price for r in rows]": "r has no field price: it has by, cost, kind",
    "day + 7": "adds a number to a date (day + 7): write add_days(day, 7)",
    "at - day": "write days_between(day, at)",
    "'Round ' + n": "joins a text and a number ('Round ' + n): write string(n)",
    "rows * 2": "calculates with rows (a list): write count(rows)",
    "count(n)": "gives count n (a number): it takes a list or a text",
    "sum(amount)": "it takes a list",
    "upper(grave)": "it takes a text",
    "days_between(way, day)": "it takes a date",
    "[x for x in note]": "goes through note, which is a text and no list",
    "way[0]": "asks for an item of way, which is a text and no list",
}
FINE = (
    "n == null or n > 3 or n == '4' or amount == n",
    "note == '5' or note > 3 or grade > 1 or way == 'post' or note != way",
    "day < '2026-01-31' and date(at) == day and at < now() and hour < '08:30'",
    "day + duration('P1D') < day and add_days(day, 3) > day",
    "'qc' in units and contains(note, 'x') and any(u in ('qc',) for u in units)",
    "one.cost + n > 3 and one.by.name == 'x' and rows[0].cost > 2 and sum(rows.cost) > 1",
    "rows + [{kind: 'x', more: 1}] == rows and units + ['x'] != []",
    "'No. ' + string(n) + note == way and unknown.field > 3 and count(note) > 2",
    "is_defined(way.label) or coalesce(unknown, n) == 'x' or (way if grave else n) == 3",
)


def said(text):
    meaning = Meaning(THERE.get, {"now": lambda: ""})
    meaning.of(compile_expression(text).tree)
    return meaning.said


@pytest.mark.parametrize("text", WRONG)
def test_what_cannot_be_is_told(text):
    found = said(text)
    assert len(found) == 1, found
    assert WRONG[text] in found[0], found


@pytest.mark.parametrize("text", FINE)
def test_what_can_be_is_left_alone(text):
    assert not said(text)


@pytest.mark.parametrize(("cell", "wrong"), [('"high"', True), ("> 3, 5", False), ("[1..5]", False), ('"a","b"', True)])
def test_a_cell_of_another_kind_than_its_column(cell, wrong):
    meaning = Meaning(THERE.get, {}, column=Shape("number"))
    meaning.of(compile_cell(cell).test.tree)
    assert bool(meaning.said) is wrong, meaning.said
