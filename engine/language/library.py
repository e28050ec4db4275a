"""All functions of the expression language."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from engine.language import dates, lists, text
from engine.language.functions import FUNCTIONS, MANUAL
from engine.language.values import Value

MODULES = (lists, text, dates)
"""Where they are defined, in the order of the manual."""
STANDARD_FUNCTIONS: Mapping[str, Callable[..., Value]] = MappingProxyType(FUNCTIONS)
"""By name. Those that need a clock or a calendar (now, today, working days) come from whoever evaluates."""

__all__ = ["MANUAL", "MODULES", "STANDARD_FUNCTIONS"]
