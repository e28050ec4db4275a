"""Functions of expressions that know the procedure in whose folder they are written."""

from collections.abc import Callable, Mapping
from typing import Any

from engine import Json
from processes.clock import deadlines
from processes.clock.functions import Moment, like, moment_in
from processes.errors import SettingRefused
from processes.office import Office
from processes.procedures import options, terms
from processes.procedures.model import Option, Procedure
from processes.promises import words

HOUSE = {"company_zh": "zh", "company_en": "en"}
"""The names of the house, by language; the procedure may have its own word for it."""
INSTALLATION = frozenset({"zone", "roll", "warn_at", "escalate_at", *HOUSE})
"""What an expression may ask the installation's own settings for."""


def _kind(option: Option) -> tuple[str, frozenset[str] | None]:
    """What a decision is to an expression, and all that it can be where that is known."""
    if option.choices:
        return "text", frozenset(option.choices)
    kinds = {"integer": "number", "boolean": "flag", "list": "list", "money": "amount", "cycle": "rhythm"}
    return kinds.get(option.type, "words"), None


def functions(office: Office, procedure: Procedure) -> Mapping[str, Callable[..., Any]]:
    """The functions by name, for the expressions of the procedure's diagrams, tables and forms."""

    def setting(name: str) -> Json:
        """A decision of the procedure, or one of the installation, such as max_redo."""
        if name in procedure.options:
            return options.value(office.settings, procedure, name)
        if name in HOUSE:
            return terms.house_of(office.settings, procedure, HOUSE[name])
        if name in INSTALLATION:
            return str(getattr(office.settings, name))
        raise SettingRefused(name=name, why=f"neither {procedure.key or 'the folder'} nor the installation has it")

    vars(setting)["kinds"] = {name: _kind(option) for name, option in procedure.options.items()}

    def stage_due(stage: str | None, opened: Moment | None, severity: str | None = None) -> Moment | None:
        """Until when a step that opens at the moment should be done: as the stages say, half of it if it is hurried."""
        if stage is None or opened is None:
            return None
        calendar = office.last_calendar
        length = options.stage(office.settings, procedure, stage)
        hurried = severity in office.settings.hurried
        due = deadlines.stage_due(stage, length, moment_in(opened, calendar), calendar, hurried=hurried)
        return like(opened, due)

    return {"setting": setting, "stage_due": stage_due, **words.FUNCTIONS}
