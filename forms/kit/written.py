"""How a kind is written in a form file, and what is said about the rest."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from forms.kit.said import said

COMMON = frozenset({"id", "type", "layout", "conditional", "properties"})
"""Attributes of every component."""
INPUT = COMMON | {"key", "label", "description", "disabled", "readonly", "validate", "defaultValue"}
CONTAINER = COMMON | {"label", "path", "components", "showOutline", "verticalAlignment"}
REQUIRED = frozenset({"required"})

RULES = (r"rule\.\d+", r"ruleMessage\.\d+", r"ruleField\.\d+")
"""Custom properties that are conditions over several fields, as patterns."""
EVERY = (*RULES, "rules")
"""Those of every component; `rules` names the rules of a document that it follows."""
OF_INPUTS = ("readFrom", "prefill", "requiredWhen", *EVERY)
LIKENESS = 0.75
"""From which on a name is taken for a typing error."""


@dataclass(frozen=True)
class Written:
    """A type of the form editor (form-js schema, versions 1 to 20) and what a component of it may say."""

    type: str
    attributes: frozenset[str] = COMMON
    properties: tuple[str, ...] = EVERY
    """Custom properties, as patterns."""
    checks: frozenset[str] = REQUIRED
    """What `validate` may hold."""
    texts: tuple[str, ...] = ()
    """What people read, for the catalogue: `text`, `appearance.suffixAdorner`, `properties.next.` (all that begin so),
    `values.label` (of each of a list); beside the label, the description and the messages of rules."""


def written(name: str, attributes: Iterable[str] = (), properties: Iterable[str] = (), *texts: str) -> Written:
    """A type of component that nobody fills in."""
    return Written(name, COMMON | set(attributes), (*EVERY, *properties), texts=texts)


def input_written(
    name: str, attributes: Iterable[str] = (), properties: Iterable[str] = (), *texts: str, checks: Iterable[str] = ()
) -> Written:
    """A type of component that people fill in."""
    return Written(name, INPUT | set(attributes), (*OF_INPUTS, *properties), REQUIRED | set(checks), texts)


def is_known_property(patterns: tuple[str, ...], name: str) -> bool:
    """Whether a custom property is understood."""
    return any(re.fullmatch(pattern, name) for pattern in patterns)


def close_to(name: str, known: Iterable[str]) -> bool:
    """Whether a name is likely a typing error for one that is known, and not a word of some other version."""
    return bool(get_close_matches(name, list(known), n=1, cutoff=LIKENESS))


def suggest(name: str, known: Iterable[str]) -> str:
    """What may have been meant, as the end of a sentence."""
    plain = sorted({re.sub(r"\\\.(\\d|\.)\+", ".…", each) for each in known})
    close = get_close_matches(name, plain, n=1)
    return said("did you mean {name}?", name=close[0]) if close else said("known: {names}", names=", ".join(plain))
