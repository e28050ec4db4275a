"""The functions of the expression language that work on lists and conditions."""

from functools import cmp_to_key

from engine.language.arithmetic import add
from engine.language.functions import documented, list_argument
from engine.language.tokens import Problem
from engine.language.values import Value, contains, equal, kind_of, order, truth
from engine.phrases import phrase


@documented("lists", "count(list) or len(list) or length(text)", of_nothing=0)
def count(value: Value) -> Value:
    """How many items a list has, or characters a text; 0 for an empty value."""
    if type(value) not in {list, str, dict}:
        raise Problem(phrase("{kind} has no length", kind=kind_of(value)))
    return len(value)


@documented("lists", "sum(list)")
def sum_(*values: Value) -> Value:
    """All numbers and amounts of a list added up; empty ones are left out; 0 if there are none."""
    total: Value = 0
    for value in list_argument(values, "sum"):
        total = add(0, value) if total == 0 else add(total, add(0, value))
    return total


@documented("lists", "min(list) or min(a, b)")
def min_(*values: Value) -> Value:
    """The smallest number, amount, date or text; empty ones are left out."""
    items = list_argument(values, "min")
    return min(items, key=cmp_to_key(order)) if items else None


@documented("lists", "max(list) or max(a, b)")
def max_(*values: Value) -> Value:
    """The largest number, amount, date or text; empty ones are left out."""
    items = list_argument(values, "max")
    return max(items, key=cmp_to_key(order)) if items else None


@documented("lists", "sort(list)", of_nothing=None)
def sort(*values: Value) -> Value:
    """The items from the smallest to the largest."""
    return sorted(list_argument(values[:1], "sort"), key=cmp_to_key(order))


@documented("lists", "reverse(list)", of_nothing=None)
def reverse(items: Value) -> Value:
    """The items from the last to the first."""
    return list_argument((items,), "reverse")[::-1]


@documented("lists", "distinct(list)", of_nothing=None)
def distinct(items: Value) -> Value:
    """Every item once, in the order of the first time; also written distinct values(list)."""
    seen: list[Value] = []
    for item in list_argument((items,), "distinct"):
        if len(seen) > 1000:
            raise Problem(phrase("distinct finds more than 1000 items"))
        if not any(equal(item, other) for other in seen):
            seen.append(item)
    return seen


@documented("lists", "first(list)", of_nothing=None)
def first(items: Value) -> Value:
    """The first item; empty if there is none."""
    found = list_argument((items,), "first")
    return found[0] if found else None


@documented("lists", "last(list)", of_nothing=None)
def last(items: Value) -> Value:
    """The last item; empty if there is none."""
    found = list_argument((items,), "last")
    return found[-1] if found else None


@documented("lists", "flatten(list)", of_nothing=None)
def flatten(items: Value) -> Value:
    """Lists inside a list taken out, one level."""
    found = list_argument((items,), "flatten")
    return [entry for item in found for entry in (item if type(item) is list else [item])]


@documented("conditions", "any(list)", of_nothing=False)
def any_(items: Value) -> Value:
    """Whether at least one item is true, as in any(r.amount > 100 for r in remedies)."""
    return any(truth(item) for item in list_argument((items,), "any"))


@documented("conditions", "all(list)", of_nothing=False)
def all_(items: Value) -> Value:
    """Whether every item is true; true for an empty list."""
    if type(items) is not list:
        raise Problem(phrase("all takes a list, not {kind}", kind=kind_of(items)))
    return all(truth(item) for item in items)


@documented("conditions", "contains(list, item) or contains(text, part)", of_nothing=False)
def contains_(container: Value, item: Value) -> Value:
    """Whether the item is in the list, or the part in the text; also written list contains(list, item)."""
    return contains(container, item)


@documented("conditions", "empty(value)")
def empty(value: Value) -> Value:
    """Whether a value is null, a text or list without content, or a group without fields; also written empty value."""
    return value is None or value in ("", [], {})


@documented("conditions", "coalesce(a, b)")
def coalesce(*values: Value) -> Value:
    """The first of the values that is not empty."""
    return next((value for value in values if not empty(value)), None)


@documented("conditions", "is_defined(name)")
def is_defined(_value: Value) -> Value:
    """Whether a variable or field exists, even if it is empty; also written is defined(name)."""
    return True  # asked of the names by the evaluator, which does not call this
