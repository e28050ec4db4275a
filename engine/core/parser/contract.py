"""What a called process declares to take and give."""

from collections.abc import Iterable, Mapping

from engine.values import Contract

DECLARED = ("inputs", "outputs")
"""The camunda:properties of a process: names with blanks between, `?` behind those that may be missing."""


def contract_of(named: Mapping[str, str]) -> Contract | None:
    """The contract among the properties of a process; None where it declares nothing."""
    if not any(name in named for name in DECLARED):
        return None
    return Contract(*(_names(named.get(name, "").split()) for name in DECLARED))


def _names(written: Iterable[str]) -> dict[str, bool]:
    return {name.removesuffix("?"): not name.endswith("?") for name in written}
