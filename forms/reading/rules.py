"""Rules over several fields, from the custom properties of a component or a form."""

import re

from forms.kit.said import said
from forms.kit.source import Source
from forms.kit.written import RULES
from forms.model.component import Rule


def read_rules(properties: Source) -> tuple[Rule, ...]:
    """The numbered rules, in their order."""
    numbers: dict[str, set[str]] = {}
    for name in properties.data:
        if any(re.fullmatch(pattern, name) for pattern in RULES):
            what, number = name.split(".")
            numbers.setdefault(number, set()).add(what)
    found = []
    for number, have in sorted(numbers.items(), key=lambda each: int(each[0])):
        for what in ("rule", "ruleMessage"):
            if what not in have:
                both = said("rule.{number} and ruleMessage.{number}", number=number)
                properties.report(
                    said("{what}.{number} is missing: a rule needs both {both}", what=what, number=number, both=both)
                )
        expr = properties.expr(f"rule.{number}")
        if expr is not None:
            target = ".".join(properties.key(f"ruleField.{number}", needed=False))
            found.append(Rule(expr, properties.template(f"ruleMessage.{number}"), target))
    return tuple(found)
